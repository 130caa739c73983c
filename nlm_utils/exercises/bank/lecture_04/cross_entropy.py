"""The mean of −log p at the targets of a batch. Learners pick other entries of the table, or form p = 0 on the way."""

import numpy as np
from scipy.special import logsumexp

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import EPSILONS, argument, epsilon, other_reduction, result, rounded, variants
from nlm_utils.functional import cross_entropy, log_softmax, softmax

exercise = Exercise(
    cross_entropy,
    checks=(
        "batches of 1, 2, 3 and 5 examples over 1 to 6 words, repeated targets, logits of ±1000 and 1e8, t unchanged"
    ),
    explanation=(
        "`log_softmax(t)` holds the log-probability of every word after every prefix, (B, V). Each example needs one "
        "of its row's V numbers: `log_p[np.arange(B), targets]` pairs row 0 with targets[0], row 1 with targets[1], "
        "and so on. The mean makes the loss of a small and of a large batch comparable, in nats per example."
    ),
    hints=[
        ("Three steps: log-probabilities for every row, the one at each row's own target, minus the mean of those."),
        (
            "`log_p[:, targets]` gives a B×B table. To pair row i with targets[i], index with two arrays of length B: "
            "the rows' numbers and the targets."
        ),
        "`log_p = log_softmax(t)`, then minus the mean of `log_p[np.arange(len(targets)), targets]`.",
    ],
)

exercise.case(np.array([[0.0, 1.0, 3.0]]), np.array([1]))
exercise.case(np.array([[1.0, 2.0, 4.0], [3.0, 0.5, 0.0]]), np.array([0, 2]))
exercise.case(np.array([[-1.0, 0.5, 2.0, -0.5]]), np.array([3]))
exercise.case(np.array([[1.0, 2.0, 4.0], [-3.0, 0.5, 0.0]]), np.array([0, 2]))
exercise.case(np.outer([1, -1, 0.5], [1.8, -1.9, 2.9, -0.9]), np.array([2, 1, 3]))
exercise.case(np.random.default_rng(5).normal(0.0, 2.0, (5, 4)), np.array([3, 0, 0, 1, 3]))
exercise.case(np.random.default_rng(6).normal(0.0, 2.0, (3, 6)), np.array([5, 5, 2]))
exercise.case(np.array([[1000.0, 999.0, 997.0]]), np.array([1]))
exercise.case(np.array([[1000.0, 999.0, 998.0], [-1000.0, -999.0, -1001.0]]), np.array([1, 2]))
exercise.case(
    np.array([[1000.0, 200.0, -1000.0], [0.0, 1000.0, -1000.0], [240.0, -1000.0, 1000.0]]),
    np.array([1, 1, 0]),
)
exercise.case(np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0]]), np.array([0, 1, 0]))
exercise.case(np.array([[0.5], [-2.0]]), np.array([0, 0]))
exercise.case(np.array([[1e8, 1e8 + 1.0, 1e8 - 2.0], [0.0, 30000.0, -30000.0]]), np.array([0, 1]))
exercise.case(np.array([[1, 2, 3], [0, 5, 2]]), np.array([2, 0]))
exercise.drawn(lambda rng: _drawn(*rng.integers(1, 8, 2), rng))
exercise.drawn(lambda rng: _drawn(*rng.integers(1, 8, 2), rng, scale=2000.0), 2)


def _drawn(n_examples, vocab_size, rng, scale=3.0):
    return scale * rng.normal(size=(n_examples, vocab_size)), rng.integers(0, vocab_size, n_examples)


def _log_of_softmax(t):
    """log p by the stable softmax: −inf wherever a probability is rounded to 0."""
    return np.log(softmax(t))


def _sum(t):
    return np.exp(t).sum(axis=-1, keepdims=True)


def _naive(t):
    """log p by the softmax that overflows: nan for large logits."""
    return np.log(np.exp(t) / _sum(t))


def _loss(log_p=log_softmax, end=np.mean):
    """cross_entropy with another log_p(t), (B, V), and something else made of the losses, (B,)."""
    return lambda t, targets: end(-log_p(t)[np.arange(len(targets)), targets])


_losses = _loss(end=np.asarray)


def _slip(id, finish, sentence):
    """`finish(log_p, rows, targets)` of a log_p that is stable or breaks: then two things are wrong, both are said."""
    for suffix, log_p, remark in (
        ("", log_softmax, ""),
        ("_log_of_softmax", _log_of_softmax, " (And the log of a rounded probability is −inf: use `log_softmax`.)"),
        ("_naive", _naive, " (And `np.exp(1000)` is infinite: use `log_softmax`.)"),
    ):
        exercise.mistake(
            id + suffix, lambda t, targets, log_p=log_p: finish(log_p(t), np.arange(len(t)), targets)
        ).says(sentence + remark)


def _end(id, end, sentence):
    """The right entries of log_p, and then something else made of the losses, (B,)."""
    _slip(id, lambda log_p, rows, targets: end(-log_p[rows, targets]), sentence)


exercise.mistake("log_of_softmax", _loss(_log_of_softmax)).says(
    "You take the logarithm of the softmax. With logits of ±1000 a probability is rounded to 0 and the loss is inf; it "
    "should be 1000 or 2000. Use `log_softmax`, which never forms the probability."
)
exercise.mistake("overflow", _loss(_naive)).says(
    "`np.exp(1000)` is infinite, so your loss is nan for large logits. Use `log_softmax` from the exercise before."
)
exercise.mistake("overflow_in_the_sum", _loss(lambda t: t - np.log(_sum(t)))).says(
    "log Σ e^t − t[target] is right on paper, but `np.exp(1000)` is infinite and e^−1000 is 0. Use `log_softmax`."
)

TABLE = "`log_p[:, targets]` takes EVERY target from EVERY row, a B×B table: index with two arrays, rows and targets."
_slip("all_targets_in_every_row", lambda log_p, rows, targets: -log_p[:, targets].mean(), TABLE)
_slip("all_targets_summed", lambda log_p, rows, targets: -log_p[:, targets].sum() / len(targets), TABLE)
_slip(
    "all_targets_in_total",
    lambda log_p, rows, targets: -log_p[:, targets].sum(),
    TABLE + " And average over the B examples.",
)
_end("sum_for_mean", lambda nll: nll.sum(), "You sum over the batch. The mean is wanted, whatever its size.")
_end("sign", lambda nll: -nll.mean(), "The minus sign is missing: a better model has a smaller loss.")
_end("sum_without_sign", lambda nll: -nll.sum(), "You sum where the mean belongs, and the minus sign is missing.")
_end("not_averaged", lambda nll: nll, "You return one loss per example, (B,). A batch has one: their mean.")
_end("first_example_only", lambda nll: nll[0], "You score the first example only, not all B.")
_end("last_example_only", lambda nll: nll[-1], "Only the last example's loss is left: `=` for `+=` in the loop.")
_end(
    "early_return",
    lambda nll: nll[0] / len(nll),
    "Your `return` stands inside the loop and leaves it after the first example. Add up all B losses first.",
)
_end(
    "last_example_divided",
    lambda nll: nll[-1] / len(nll),
    "Only the last example is left in your total (`=` for `+=`, or `total = 0` inside the loop): add all B losses.",
)
_end("one_fewer", lambda nll: nll.sum() / max(len(nll) - 1, 1), "A mean of B divides by B, not B − 1.")
_end("base_two", lambda nll: nll.mean() / np.log(2), "Base 2 gives bits: 1 for even odds, not 0.693 nats.")
_end("base_ten", lambda nll: nll.mean() / np.log(10), "You take logarithms to base 10: use `np.log`.")
_end("perplexity", lambda nll: np.exp(nll.mean()), "This is the perplexity, e^loss. The loss itself is wanted.")
_slip(
    "mean_over_vocabulary_too",
    lambda log_p, rows, targets: -log_p[rows, targets].sum() / log_p.size,
    "You divide by B·V, as the mean of a one-hot table times log p does. B numbers are averaged: divide by B.",
)
_slip(
    "divided_by_vocabulary",
    lambda log_p, rows, targets: -log_p[rows, targets].sum() / log_p.shape[-1],
    "You divide the sum by the number of words V. The mean runs over the B examples of the batch.",
)
_slip(
    "all_words_averaged",
    lambda log_p, rows, targets: -log_p.mean(),
    "You average over all words and never look at `targets`. Only the word that came counts in each row.",
)
_slip(
    "first_row_only",
    lambda log_p, rows, targets: -log_p[0, targets].mean(),
    "You look up all targets in the first row. Row i belongs to targets[i]: index with the rows' numbers, too.",
)
_slip(
    "one_target_for_all",
    lambda log_p, rows, targets: -log_p[:, targets[0]].mean(),
    "You score every row at the first target. Row i belongs to targets[i]: index with rows and targets.",
)
_slip(
    "rows_by_target",
    lambda log_p, rows, targets: -log_p[targets].mean(),
    "`log_p[targets]` takes whole rows. The targets are columns: give the numbers of the rows first, then the targets.",
)
_slip(
    "rows_and_columns_swapped",
    lambda log_p, rows, targets: -log_p[targets, rows].mean(),
    "You give the targets as rows (as `axis=0` does). `log_p` is (B, V): the example first, its target second.",
)
_slip(
    "gathered_down_a_column",
    lambda log_p, rows, targets: -log_p[targets, 0].mean(),
    "You look up the targets down the first column (as `gather(0, …)` does). Row i takes column targets[i].",
)
_slip(
    "ids_from_one",
    lambda log_p, rows, targets: -log_p[rows, targets - 1].mean(),
    "You look up `targets − 1`. Ids count from 0, as NumPy's indices do.",
)

exercise.mistake("no_softmax", _loss(lambda t: t)).says(
    "You average raw logits. log-softmax first subtracts log Σ e^t, what the other words of the row claim."
)
exercise.mistake("takes_probabilities", _loss(np.log)).says(
    "You take `t` for probabilities. These are logits, which may be negative: a log-softmax comes first."
)
exercise.mistake("whole_batch_normalised", _loss(lambda t: log_softmax(t.ravel()).reshape(t.shape))).says(
    "You normalise over the whole batch. Each row is a distribution of its own: log-softmax along the last axis."
)
exercise.mistake("first_axis", _loss(lambda t: log_softmax(t.T).T)).says(
    "You normalise down the batch (axis 0). The words lie along the last axis: each row is one distribution."
)
exercise.mistake("whole_batch_maximum", _loss(lambda t: t - t.max() - np.log(_sum(t - t.max())))).says(
    "You subtract one maximum for the whole batch: [−1000, −999] still underflows. `log_softmax` takes each row's own."
)
exercise.mistake("whole_batch_maximum_divided", _loss(lambda t: np.log(np.exp(t - t.max()) / _sum(t - t.max())))).says(
    "You subtract one maximum for the whole batch: a row far below it becomes 0 / 0. Use `log_softmax`."
)
exercise.mistake("shifted_inside_only", _loss(lambda t: t - np.log(_sum(t - t.max(axis=-1, keepdims=True))))).says(
    "You subtract the maximum inside the exponential, but not from the target's logit: it stays in the loss."
)
exercise.mistake("normaliser_only", _loss(lambda t: 0 * t - logsumexp(t, axis=-1, keepdims=True))).says(
    "You average log Σ e^t and forget the targets' own logits: −log p = log Σ e^t − t[target]."
)
exercise.mistake("target_logit_added", _loss(lambda t: -t - logsumexp(t, axis=-1, keepdims=True))).says(
    "You add the target's logit. The logarithm of a quotient is a difference, −log p = log Σ e^t − t[target]."
)
exercise.mistake("logarithm_missing", _loss(lambda t: t - _sum(t))).says(
    "You take Σ e^t − t[target] and forget the logarithm: −log p = log Σ e^t − t[target]."
)
exercise.mistake("impossible_words_left_out", _loss(_log_of_softmax, lambda nll: nll[nll < np.inf].mean())).says(
    "You leave out the targets whose probability is rounded to 0: the worst ones. `log_softmax` has their full price."
)

exercise.takes(
    argument(
        "t",
        softmax=("softmax_twice", "You take the softmax twice. It flattens probabilities, and a perfect one costs."),
    ),
    argument(
        "targets",
        once=("each_target_once", "You make the targets unique. Every example counts: row i with targets[i]."),
        without_first=(
            "targets_shifted",
            "You shift the targets. They are what comes next already: row i, targets[i].",
        ),
    ),
    result(
        exp_minus="inverse_perplexity",
        zero=("difference_averaged", "It is always 0. Do you average onehot − p, whose rows sum to 0? Take −log p."),
    ),
    other_reduction(
        lambda reduce: lambda t, targets: reduce(_losses(t, targets), 0),
        "the mean of all B losses",
        median="median",
        largest="worst_example",
        smallest="best_example",
    ),
    rounded(1, 2, 3),
    epsilon(
        lambda eps: _loss(lambda t: np.log(softmax(t) + eps)),
        "the probabilities",
        "With 1e-12 no word can cost more than 28 nats, and with logits of ±1000 one may cost 2000: use `log_softmax`.",
        values=(*EPSILONS, 1e-30, 1e-45, 1e-100, 1e-300),
    ),
    variants(
        "log_clipped_at",
        (20, 50, 100, 700),
        lambda bound: _loss(lambda t: np.maximum(log_softmax(t), -bound)),
        "You let no word cost more than {value} nats. With logits of ±1000 one may cost 2000, and that must show.",
    ),
    variants(
        "label_smoothing",
        (0.1, 0.05, 0.01),
        lambda share: lambda t, targets: (1 - share) * cross_entropy(t, targets) - share * log_softmax(t).mean(),
        "You give {value} of each target to all words (label smoothing). The word that came has the whole weight.",
    ),
)

for id, end, sentence in (
    ("no_last_example", lambda nll: nll[:-1].sum() / len(nll), "Your loop ends one example early."),
    ("no_first_example", lambda nll: nll[1:].sum() / len(nll), "Your loop starts at 1. Rows count from 0."),
    ("last_dropped", lambda nll: nll[:-1].mean(), "You leave out the last example (`[:-1]`). All B count."),
    ("first_dropped", lambda nll: nll[1:].mean(), "You leave out the first example (`[1:]`). All B count."),
    (
        "log_of_mean",
        lambda nll: -np.log(np.exp(-nll).mean()),
        "You take the log of a mean: the mean of logs is wanted.",
    ),
    ("one_minus", lambda nll: 1 - np.exp(-nll).mean(), "1 − p is never above 1. The loss is the mean of −log p."),
    ("minus_probability", lambda nll: -np.exp(-nll).mean(), "The logarithm is missing: the mean of −log p."),
    ("mean_probability", lambda nll: np.exp(-nll).mean(), "The logarithm is missing: the mean of −log p."),
    ("mean_of_inverses", lambda nll: np.exp(nll).mean(), "You average 1 / p. The loss is the mean of −log p."),
    ("geometric_mean", lambda nll: np.exp(np.log(nll).mean()), "You take the geometric mean, not the plain one."),
    ("weighted", lambda nll: (np.exp(-nll) * nll).mean(), "You weigh with p. The word did come: −log p."),
    ("squares", lambda nll: (nll**2).mean(), "You square. A minus sign makes log p positive."),
):
    exercise.mistake(id, _loss(end=end)).says(sentence)

exercise.mistake("error_rate", lambda t, targets: (t.argmax(axis=-1) != targets).mean()).says(
    "You count wrong first guesses. An almost right model and a hopeless one then score the same: take −log p."
)
exercise.mistake("accuracy", lambda t, targets: (t.argmax(axis=-1) == targets).mean()).says(
    "You count right first guesses, the accuracy. The loss is the mean of −log p at the targets, in nats."
)
exercise.mistake("likeliest_word", lambda t, targets: -log_softmax(t).max(axis=-1).mean()).says(
    "You score each row's likeliest word. A loss that never looks at `targets` cannot tell right from wrong."
)
exercise.mistake("entropy_of_the_model", lambda t, targets: -(softmax(t) * log_softmax(t)).sum(axis=-1).mean()).says(
    "You compute the model's own entropy, and never look at `targets`. Take −log p at the word that came."
)
exercise.mistake("logits_averaged_first", lambda t, targets: -log_softmax(t.mean(axis=0))[targets].mean()).says(
    "You average the logits of the batch first. Each row predicts for another prefix: average the losses."
)
exercise.mistake(
    "probabilities_averaged_first", lambda t, targets: -np.log(softmax(t).mean(axis=0))[targets].mean()
).says("You average the predictions of the batch first. Each row predicts for another prefix: average the losses.")


def _of_targets(t, targets):
    return np.take_along_axis(t, targets[:, None], axis=-1)


def _one_hot(t, targets):
    return np.eye(t.shape[-1])[targets]


for id, finish in (
    ("squared_error", lambda d: (d**2).mean()),
    ("squared_error_per_row", lambda d: (d**2).sum(axis=-1).mean()),
    ("absolute_difference", lambda d: np.abs(d).sum() / len(d)),
):
    exercise.mistake(id, lambda t, targets, finish=finish: finish(_one_hot(t, targets) - softmax(t))).says(
        "You measure how far p is from one-hot targets: at most 2 a row however wrong it is. Take the mean of −log p."
    )
for id, finish in (("sigmoids", lambda terms: terms.sum(axis=-1).mean()), ("sigmoids_mean", np.mean)):
    exercise.mistake(id, lambda t, targets, finish=finish: finish(np.logaddexp(0, t) - _one_hot(t, targets) * t)).says(
        "You ask V yes-or-no questions, with sigmoids (binary cross-entropy). One of V words comes: a softmax."
    )
for id, finish in (("yes_or_no", lambda terms: terms.sum(axis=-1).mean()), ("yes_or_no_mean", np.mean)):
    exercise.mistake(
        id,
        lambda t, targets, finish=finish: (
            -finish(_one_hot(t, targets) * log_softmax(t) + (1 - _one_hot(t, targets)) * np.log(1 - softmax(t)))
        ),
    ).says("You add −log(1 − p) of words that did not come, as for V yes-or-no questions. −log p at the target is all.")
for suffix, multiplied in (
    ("", lambda log_p, targets: (log_p * targets[:, None]).mean()),
    ("_summed", lambda log_p, targets: (log_p * targets[:, None]).sum(axis=-1).mean()),
    ("_across", lambda log_p, targets: (log_p * targets).mean()),
    ("_as_vector", lambda log_p, targets: (targets @ log_p).mean()),
):
    exercise.mistake(
        f"times_ids{suffix}", lambda t, targets, multiplied=multiplied: -multiplied(log_softmax(t), targets)
    ).says("You multiply by the ids. An id is a name, not a weight: the targets pick one column in each row.")
exercise.mistake(
    "one_hot_times_infinity", lambda t, targets: -(_one_hot(t, targets) * _log_of_softmax(t)).sum(axis=-1).mean()
).says("Your one-hot table meets logarithms of −inf, and 0 · −inf is nan. `log_softmax` is finite: use it.")
exercise.mistake(
    "targets_without_an_axis", lambda t, targets: -np.take_along_axis(log_softmax(t), targets, axis=1).mean()
).says(
    "`np.take_along_axis` wants its ids with as many axes as the table, one column number for each row: `targets[:, "
    "None]`, of shape (B, 1)."
)
exercise.mistake(
    "one_hot_of_the_batch", lambda t, targets: -(np.eye(len(t))[targets] * log_softmax(t)).sum(axis=-1).mean()
).says(
    "Your one-hot rows are as long as the batch, B. They need an entry for each WORD: `np.eye(t.shape[-1])[targets]`."
)
exercise.mistakes(
    margin=lambda t, targets: np.maximum(t - _of_targets(t, targets) + 1, 0).sum(axis=-1).mean() - 1,
    gap_to_the_best=lambda t, targets: (t.max(axis=-1, keepdims=True) - _of_targets(t, targets)).mean(),
).says(
    "You measure how far other logits are above the target's (a margin). The loss is −log p, from ALL logits of a row."
)
exercise.mistakes(
    single_precision=lambda t, targets: cross_entropy(t.astype(np.float32), targets),
    half_precision=lambda t, targets: cross_entropy(t.astype(np.float16), targets),
).says("float32 keeps seven digits and float16 three: 1e8 and 1e8 + 1 become one number. Leave the dtype as it is.")
exercise.mistakes(
    words_as_rows=lambda t, targets: -log_softmax(t)[np.arange(t.shape[-1]), targets].mean(),
    words_as_rows_in_a_loop=lambda t, targets: -np.mean([log_softmax(t)[i, targets[i]] for i in range(t.shape[-1])]),
).says("You number the rows up to V, the number of words. A row is an example: there are B of them, `len(targets)`.")
exercise.mistake("diagonal", lambda t, targets: -np.diag(log_softmax(t)).mean()).says(
    "You take the diagonal, word i from row i, and never look at `targets`. Row i belongs to the column targets[i]."
)
exercise.mistake("divided_by_log_vocabulary", lambda t, targets: cross_entropy(t, targets) / np.log(t.shape[-1])).says(
    "You divide by log V, which gives the loss as a share of an even guess. Nats are not divided by anything."
)
exercise.mistake("class_zero_masked", lambda t, targets: _losses(t, targets)[targets != 0].mean()).says(
    "You leave out the examples whose target is 0. Here 0 is a word's id like any other."
)
exercise.mistake("class_zero_for_nothing", lambda t, targets: (_losses(t, targets) * (targets != 0)).mean()).says(
    "You charge nothing where the target is 0. Here 0 is a word's id like any other."
)
exercise.mistakes(
    equal_losses_once=lambda t, targets: np.unique(_losses(t, targets)).mean(),
    equal_losses_once_in_a_set=lambda t, targets: sum({*_losses(t, targets).tolist()}) / len(t),
).says("Equal losses count once in yours: a set keeps one of each. Two examples are two terms of the mean.")
exercise.mistake(
    "divided_by_different_targets", lambda t, targets: _losses(t, targets).sum() / len(set(targets.tolist()))
).says("You divide by the number of DIFFERENT targets. The mean runs over all B examples: divide by `len(targets)`.")
exercise.mistake(
    "dictionary_by_target", lambda t, targets: np.mean([*dict(zip(targets, _losses(t, targets), strict=True)).values()])
).says("In a dictionary by target a word that comes twice overwrites its first loss. Every example counts.")

exercise.right(lambda t, targets: -sum(log_softmax(t)[row, target] for row, target in enumerate(targets)) / len(t))
exercise.right(lambda t, targets: -np.einsum("bv,bv->", _one_hot(t, targets), log_softmax(t)) / len(targets))
exercise.right(lambda t, targets: -np.take_along_axis(log_softmax(t.astype(float)), targets[:, None], axis=-1).mean())
exercise.right(lambda t, targets: np.mean(np.logaddexp.reduce(t, axis=-1) - t[np.arange(len(t)), targets]))
exercise.right(
    lambda t, targets: np.mean([logsumexp(row) - row[target] for row, target in zip(t, targets, strict=True)])
)
