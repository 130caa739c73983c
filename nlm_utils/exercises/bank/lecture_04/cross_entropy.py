"""cross_entropy."""

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

from .common import EPSILONS, NOTES_LOGITS, softmax


def _log_of_softmax(t: np.ndarray) -> np.ndarray:
    """What the stable softmax makes of log p: −inf wherever a probability is rounded to 0."""
    return np.log(softmax(t))


def _log_of_naive_softmax(t: np.ndarray) -> np.ndarray:
    """What the softmax that overflows makes of log p: nan for large logits."""
    return np.log(np.exp(t) / np.exp(t).sum(axis=-1, keepdims=True))


def _picked(t: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The log-probability of each target, (B,)."""
    return functional.log_softmax(t)[np.arange(len(targets)), targets]


exercise = Exercise(
    functional.cross_entropy,
    checks=("batches of 1, 2, 3 and 5 examples over 3 to 6 words, repeated targets, logits of ±1000, t unchanged"),
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
exercise.case(np.stack([NOTES_LOGITS, -NOTES_LOGITS, NOTES_LOGITS / 2]), np.array([2, 1, 3]))
exercise.case(np.random.default_rng(5).normal(0.0, 2.0, (5, 4)), np.array([3, 0, 0, 1, 3]))
exercise.case(np.random.default_rng(6).normal(0.0, 2.0, (3, 6)), np.array([5, 5, 2]))
exercise.case(np.array([[1000.0, 999.0, 997.0]]), np.array([1]))
exercise.case(np.array([[1000.0, 999.0, 998.0], [-1000.0, -999.0, -1001.0]]), np.array([1, 2]))
exercise.case(
    np.array([[1000.0, 200.0, -1000.0], [0.0, 1000.0, -1000.0], [240.0, -1000.0, 1000.0]]),
    np.array([1, 1, 0]),
)

# each slip is made on top of a stable log-softmax or of one that breaks: then two things are wrong
for suffix, log_probabilities, remark in (
    ("", functional.log_softmax, ""),
    (
        "_log_of_softmax",
        _log_of_softmax,
        " (And the log of a rounded probability is −inf: use `log_softmax`.)",
    ),
    ("_naive", _log_of_naive_softmax, " (And `np.exp(1000)` is infinite: use `log_softmax`.)"),
):

    @exercise.mistake("sum_for_mean" + suffix).says(
        "You summed over the batch. The loss is the mean over the B examples: with a sum, a batch twice as large "
        "looks twice as bad." + remark
    )
    def _mistake(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets].sum()

    exercise.mistake(
        "sum_without_sign" + suffix,
        lambda t, targets, log_probabilities=log_probabilities: log_probabilities(t)[
            np.arange(len(targets)), targets
        ].sum(),
    ).says("Two things: you summed over the batch where the mean belongs, and left out the minus sign." + remark)

    @exercise.mistake("all_targets_in_every_row" + suffix).says(
        "`log_p[:, targets]` takes EVERY target from EVERY row, a B×B table. Row 0 belongs to targets[0] only: "
        "index with two arrays, the numbers of the rows and the targets." + remark
    )
    def _mistake_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[:, targets].mean()

    @exercise.mistake("sign" + suffix).says(
        "You left out the minus sign. Log-probabilities are never above 0; the loss is minus their mean, so that a "
        "better model has a smaller one." + remark
    )
    def _mistake_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return log_p[np.arange(len(targets)), targets].mean()

    @exercise.mistake("losses_not_averaged" + suffix).says(
        "You returned one loss per example, (B,). The loss of a batch is their mean, one number." + remark
    )
    def _mistake_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets]

    @exercise.mistake("mean_over_vocabulary_too" + suffix).says(
        "You divided by B·V, as the mean of a one-hot table times log p does. Each example has one target, so B "
        "numbers are averaged: divide by B." + remark
    )
    def _mistake_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets].sum() / log_p.size

    @exercise.mistake("divided_by_vocabulary" + suffix).says(
        "You divided the sum by the number of words V. The mean runs over the B examples of the batch." + remark
    )
    def _mistake_2_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets].sum() / log_p.shape[-1]

    @exercise.mistake("all_words_averaged" + suffix).says(
        "You averaged the log-probabilities of all words and never looked at `targets`. Only the word that came "
        "counts in each row." + remark
    )
    def _mistake_2_2_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p.mean()

    @exercise.mistake("first_row_only" + suffix).says(
        "You looked up all targets in the first row of the batch. Row i belongs to targets[i]: index with the "
        "numbers of the rows as well." + remark
    )
    def _mistake_2_2_2_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[0, targets].mean()

    @exercise.mistake("rows_by_target" + suffix).says(
        "`log_p[targets]` takes whole rows, the ones whose number is a target. The targets are columns: give the "
        "numbers of the rows first, then the targets." + remark
    )
    def _mistake_2_2_2_2_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[targets].mean()

    @exercise.mistake("rows_and_columns_swapped" + suffix).says(
        "You gave the targets as rows (`axis=0` in `take_along_axis` does so too). `log_p` is (B, V): the example's "
        "number comes first, its target second." + remark
    )
    def _mistake_2_2_2_2_2_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[targets, np.arange(len(targets))].mean()

    @exercise.mistake("first_example_only" + suffix).says(
        "You scored the first example only. The loss is the mean over all B of them." + remark
    )
    def _mistake_2_2_2_2_2_2_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets][0]

    @exercise.mistake("last_example_only" + suffix).says(
        "You scored the last example only: a variable in the loop is overwritten each time. Collect all B losses "
        "and average." + remark
    )
    def _mistake_2_2_2_2_2_2_2_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets][-1]

    @exercise.mistake("early_return" + suffix).says(
        "Your return stands inside the loop and leaves it after the first example, divided by B. Add up all B "
        "losses first." + remark
    )
    def _mistake_2_2_2_2_2_2_2_2_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets][0] / len(targets)

    @exercise.mistake("base_two" + suffix).says(
        "You took logarithms to base 2: that is bits. In nats, two equally likely words cost 0.693, not 1." + remark
    )
    def _mistake_2_2_2_2_2_2_2_2_2_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets].mean() / np.log(2)

    @exercise.mistake("base_ten" + suffix).says(
        "You took logarithms to base 10. In nats, two equally likely words cost 0.693, not 0.301." + remark
    )
    def _mistake_2_2_2_2_2_2_2_2_2_2_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets].mean() / np.log(10)

    @exercise.mistake("perplexity" + suffix).says(
        "You returned the exponential of the loss, the perplexity. The loss is the mean of −log p itself, in nats."
        + remark
    )
    def _mistake_2_2_2_2_2_2_2_2_2_2_2_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return np.exp(-log_p[np.arange(len(targets)), targets].mean())

    @exercise.mistake("ids_from_one" + suffix).says(
        "You looked up `targets − 1`. Ids count from 0, as NumPy's indices do." + remark
    )
    def _mistake_2_2_2_2_2_2_2_2_2_2_2_2_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets - 1].mean()

    @exercise.mistake("one_example_fewer" + suffix).says(
        "You divided by B − 1. A mean over B examples divides by B." + remark
    )
    def _mistake_2_2_2_2_2_2_2_2_2_2_2_2_2_2_2_2_2(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets].sum() / max(len(targets) - 1, 1)

    exercise.mistake(
        "all_targets_in_every_row_summed" + suffix,
        lambda t, targets, log_probabilities=log_probabilities: -log_probabilities(t)[:, targets].sum() / len(targets),
    ).says(
        "`log_p[:, targets]` takes EVERY target from EVERY row, a B×B table, and you summed all of it. Row 0 "
        "belongs to targets[0] only: index with two arrays, the numbers of the rows and the targets." + remark
    )
    exercise.mistake(
        "all_targets_in_every_row_total" + suffix,
        lambda t, targets, log_probabilities=log_probabilities: -log_probabilities(t)[:, targets].sum(),
    ).says(
        "`log_p[:, targets]` takes EVERY target from EVERY row, a B×B table, and you summed all of it. Row 0 "
        "belongs to targets[0] only; and the loss is a mean over the B examples." + remark
    )
    exercise.mistake(
        "one_target_for_all" + suffix,
        lambda t, targets, log_probabilities=log_probabilities: -log_probabilities(t)[:, targets[0]].mean(),
    ).says(
        "You scored every row at the first target. Row i belongs to targets[i]: index with the numbers of the rows "
        "and with all targets." + remark
    )
    exercise.mistake(
        "last_example_divided" + suffix,
        lambda t, targets, log_probabilities=log_probabilities: -log_probabilities(t)[-1, targets[-1]] / len(targets),
    ).says(
        "Only the last example is left in your total: it is set anew in the loop (`=` for `+=`, or `total = 0` "
        "inside the loop). Start it once, before the loop, and add." + remark
    )

for epsilon in EPSILONS:
    exercise.mistake(
        f"epsilon_{epsilon:.0e}",
        lambda t, targets, epsilon=epsilon: -np.log(softmax(t)[np.arange(len(targets)), targets] + epsilon).mean(),
    ).says(
        "You added a small number to the probabilities before the logarithm, or clipped them. With 1e-12 no word can "
        "cost more than 28 nats, and with logits of ±1000 one may cost 2000. `log_softmax` needs no such crutch."
    )

exercise.mistake("takes_probabilities", lambda t, targets: -np.log(t[np.arange(len(targets)), targets]).mean()).says(
    "You treated `t` as probabilities and took the logarithm right away. These are logits, which may be negative and "
    "do not sum to 1: a log-softmax comes first."
)
exercise.mistake(
    "log_of_softmax", lambda t, targets: -np.log(softmax(t)[np.arange(len(targets)), targets]).mean()
).says(
    "You took the logarithm of the softmax. With logits of ±1000 the target's probability is rounded to 0 and your "
    "loss is inf; it should be 1000 or 2000. Use `log_softmax`, which never forms the probability."
)
exercise.mistake(
    "overflow", lambda t, targets: -_log_of_naive_softmax(t)[np.arange(len(targets)), targets].mean()
).says(
    "`np.exp(1000)` is infinite, so your loss is not a number for large logits. Use `log_softmax` from the exercise "
    "before: it subtracts each row's maximum."
)
exercise.mistake("no_softmax", lambda t, targets: -t[np.arange(len(targets)), targets].mean()).says(
    "You averaged the raw logits of the targets. A logit says nothing by itself: log-softmax first subtracts log Σ "
    "e^t, what the other words of the row claim."
)
exercise.mistake("log_of_mean_probability", lambda t, targets: -np.log(np.exp(_picked(t, targets)).mean())).says(
    "You averaged the probabilities and took the logarithm afterwards. The mean goes outside: one word of probability "
    "0.001 must be felt, and in a mean of probabilities it is not."
)


@exercise.mistake("whole_batch_normalised").says(
    "You normalised over the whole batch at once. Each row is a distribution of its own: log-softmax along the last "
    "axis."
)
def whole_batch_normalised(t, targets):
    log_p = functional.log_softmax(t.reshape(-1)).reshape(t.shape)
    return -log_p[np.arange(len(targets)), targets].mean()


exercise.mistake(
    "first_axis", lambda t, targets: -functional.log_softmax(t.T).T[np.arange(len(targets)), targets].mean()
).says(
    "You normalised down the batch (axis 0). The words lie along the last axis: each row of V logits is one "
    "distribution."
)
exercise.mistake("softmax_twice", lambda t, targets: -_picked(softmax(t), targets).mean()).says(
    "You applied the softmax twice: log-softmax of the softmax. It expects logits, and flattens probabilities that it "
    "is given; a perfect prediction would then still cost something."
)
exercise.mistake("error_rate", lambda t, targets: float((t.argmax(axis=-1) != targets).mean())).says(
    "You counted the share of wrong first guesses. That throws the probabilities away: a model that is almost right "
    "and one that is hopeless score the same. Use the log-probabilities of the targets."
)
exercise.mistake("accuracy", lambda t, targets: float((t.argmax(axis=-1) == targets).mean())).says(
    "You counted the share of right first guesses, the accuracy. The loss is the mean of −log p at the targets, in "
    "nats."
)
exercise.mistake("one_minus_probability", lambda t, targets: 1 - np.exp(_picked(t, targets)).mean()).says(
    "You averaged 1 − p. That never exceeds 1 however wrong the model is; the loss is the mean of −log p."
)
exercise.mistake("minus_probability", lambda t, targets: -np.exp(_picked(t, targets)).mean()).says(
    "You averaged −p and left out the logarithm. The loss is the mean of −log p."
)
exercise.mistake("likeliest_word", lambda t, targets: -functional.log_softmax(t).max(axis=-1).mean()).says(
    "You scored each row's likeliest word instead of its target. A loss that never looks at `targets` cannot tell a "
    "right model from a wrong one."
)


@exercise.mistake("entropy_of_the_model").says(
    "You computed the model's own entropy, Σ −p log p per row, which never looks at `targets`. Take −log p at the "
    "word that came."
)
def entropy_of_the_model(t, targets):
    log_p = functional.log_softmax(t)
    return -(np.exp(log_p) * log_p).sum(axis=-1).mean()


@exercise.mistake("in_place").says(
    "The value is right, but you changed `t` itself (`t -= …` writes into the caller's array). Make a new array."
)
def in_place(t, targets):
    t -= t.max(axis=-1, keepdims=True)
    return -_picked(t, targets).mean()


exercise.mistake("last_example_dropped", lambda t, targets: -_picked(t, targets)[:-1].sum() / len(targets)).says(
    "Your loop ends one example too early. All B examples count: range(B) runs from 0 to B − 1."
)
exercise.mistake("first_example_dropped", lambda t, targets: -_picked(t, targets)[1:].sum() / len(targets)).says(
    "Your loop starts at 1 and leaves out the first example. Rows count from 0."
)
exercise.mistake("median", lambda t, targets: -np.median(_picked(t, targets))).says(
    "You took the median. The loss is the mean: one terrible prediction must be felt."
)
exercise.mistake(
    "logits_averaged_first", lambda t, targets: -functional.log_softmax(t.mean(axis=0))[targets].mean()
).says(
    "You averaged the logits of the batch first. Every row is a prediction for another prefix: take each row's loss, "
    "then average the losses."
)
exercise.mistake(
    "probabilities_averaged_first", lambda t, targets: -np.log(softmax(t).mean(axis=0))[targets].mean()
).says(
    "You averaged the predictions of the batch first. Every row is a prediction for another prefix: take each row's "
    "loss, then average the losses."
)
exercise.mistake("squared_error", lambda t, targets: ((softmax(t) - np.eye(t.shape[-1])[targets]) ** 2).mean()).says(
    "You took squared distances to the one-hot targets. They never exceed 1 however wrong the model is; the loss is "
    "the mean of −log p at the targets."
)
exercise.mistake(
    "squared_error_per_row", lambda t, targets: ((softmax(t) - np.eye(t.shape[-1])[targets]) ** 2).sum(axis=-1).mean()
).says(
    "You took squared distances to the one-hot targets (the Brier score). They never exceed 2 however wrong the model "
    "is; the loss is the mean of −log p at the targets."
)
exercise.mistake(
    "one_hot_times_infinity",
    lambda t, targets: -(np.eye(t.shape[-1])[targets] * np.log(softmax(t))).sum(axis=-1).mean(),
).says(
    "Your one-hot table is multiplied with logarithms that hold −inf, and 0 · −inf is not a number. `log_softmax` is "
    "finite for every finite logit: use it in place of the logarithm of a softmax."
)
exercise.mistake("normaliser_only", lambda t, targets: np.logaddexp.reduce(t, axis=-1).mean()).says(
    "You averaged log Σ e^t and forgot the targets' own logits: −log p = log Σ e^t − t[target]."
)
exercise.mistake(
    "worst_example", lambda t, targets: (-functional.log_softmax(t)[np.arange(len(targets)), targets]).max()
).says("You took the largest loss of the batch. The loss is the mean over all B examples.")


@exercise.mistake("geometric_mean").says(
    "You took the geometric mean of the losses (the logarithm of each, or their product). The loss is their plain mean."
)
def geometric_mean(t, targets):
    losses = -functional.log_softmax(t)[np.arange(len(targets)), targets]
    return np.exp(np.log(losses).mean())


@exercise.mistake("weighted_by_probability").says(
    "You weighted each −log p with its p, as in an entropy. The word did come, so its whole surprise counts: the mean "
    "of −log p."
)
def weighted_by_probability(t, targets):
    log_p = functional.log_softmax(t)[np.arange(len(targets)), targets]
    return -(np.exp(log_p) * log_p).mean()


@exercise.mistake("yes_or_no").says(
    "You added −log(1 − p) for every word that did not come, as for V separate yes-or-no questions. One word out of V "
    "comes in each row: −log p at its target is all."
)
def yes_or_no(t, targets):
    log_p, one_hot = functional.log_softmax(t), np.eye(t.shape[-1])[targets]
    return -(one_hot * log_p + (1 - one_hot) * np.log(1 - np.exp(log_p))).sum(axis=-1).mean()


@exercise.mistake("yes_or_no_mean").says(
    "You computed the loss of V separate yes-or-no questions, averaged over all of them. One word out of V comes in "
    "each row: −log p at its target is all."
)
def yes_or_no_mean(t, targets):
    log_p, one_hot = functional.log_softmax(t), np.eye(t.shape[-1])[targets]
    return -(one_hot * log_p + (1 - one_hot) * np.log(1 - np.exp(log_p))).mean()


exercise.mistake(
    "mean_of_perplexities",
    lambda t, targets: np.exp(-functional.log_softmax(t)[np.arange(len(targets)), targets]).mean(),
).says("You averaged e^(−log p), that is 1 / p. The loss is the mean of −log p itself, in nats.")
exercise.mistake(
    "last_target_dropped",
    lambda t, targets: -functional.log_softmax(t)[np.arange(len(targets) - 1), targets[:-1]].mean(),
).says("You left out the last example (`[:-1]`). All B examples count.")
exercise.mistake(
    "targets_shifted", lambda t, targets: -functional.log_softmax(t)[np.arange(len(targets) - 1), targets[1:]].mean()
).says(
    "You shifted the targets by one, `targets[1:]`. They are the words to predict already: row i belongs to targets[i]."
)
exercise.mistake(
    "first_target_dropped",
    lambda t, targets: -functional.log_softmax(t)[np.arange(1, len(targets)), targets[1:]].mean(),
).says("You left out the first example (`[1:]`). All B examples count.")
exercise.mistake(
    "words_as_rows", lambda t, targets: -functional.log_softmax(t)[np.arange(t.shape[-1]), targets].mean()
).says("You numbered the rows up to V, the number of words. A row is an example: there are B of them, `len(targets)`.")


@exercise.mistake("class_zero_masked").says(
    "You left out the examples whose target is 0. Here 0 is a word's id like any other."
)
def class_zero_masked(t, targets):
    real = targets != 0
    return -functional.log_softmax(t)[np.arange(len(targets)), targets][real].mean()


exercise.mistake("diagonal", lambda t, targets: -np.diag(functional.log_softmax(t)).mean()).says(
    "You took the diagonal of the whole table, word i from row i, and never looked at `targets`. Row i belongs to the "
    "column targets[i]."
)
exercise.mistake(
    "divided_by_log_vocabulary",
    lambda t, targets: -functional.log_softmax(t)[np.arange(len(targets)), targets].mean() / np.log(t.shape[-1]),
).says("You divided by log V, which gives the loss as a share of an even guess. Nats are not divided by anything.")
exercise.mistake("best_example", lambda t, targets: (-_picked(t, targets)).min()).says(
    "You took the smallest loss of the batch. The loss is the mean over all B examples."
)
exercise.mistake(
    "overflow_in_the_sum",
    lambda t, targets: (np.log(np.exp(t).sum(axis=-1)) - t[np.arange(len(targets)), targets]).mean(),
).says(
    "Your formula log Σ e^t − t[target] is right on paper, but `np.exp(1000)` is infinite and all of e^−1000 is "
    "rounded to 0. Use `log_softmax` from the exercise before: it subtracts each row's maximum first."
)


@exercise.mistake("impossible_words_left_out").says(
    "You left out the targets whose probability is rounded to 0: the worst mistakes of the model. `log_softmax` gives "
    "them their full price, 1000 or 2000 nats."
)
def impossible_words_left_out(t, targets):
    p = softmax(t)[np.arange(len(targets)), targets]
    return -np.log(p).mean(where=p > 0)


exercise.mistake("difference_averaged", lambda t, targets: (np.eye(t.shape[-1])[targets] - softmax(t)).mean()).says(
    "You averaged onehot − p. Every row of it sums to 0, so the mean is 0 for any model. (As a gradient you will meet "
    "it again.) The loss is the mean of −log p at the targets."
)
exercise.mistake(
    "absolute_difference", lambda t, targets: np.abs(np.eye(t.shape[-1])[targets] - softmax(t)).sum() / len(targets)
).says(
    "You summed |onehot − p|. That never exceeds 2 per row however wrong the model is; the loss is the mean of −log p "
    "at the targets."
)


@exercise.mistake("whole_batch_maximum").says(
    "You subtracted one maximum for the whole batch. A row whose logits lie far below it, [−1000, −999], still "
    "underflows to log 0. `log_softmax` subtracts each row's own maximum."
)
def whole_batch_maximum(t, targets):
    shifted = t - t.max()
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -log_p[np.arange(len(targets)), targets].mean()


@exercise.mistake("whole_batch_maximum_divided").says(
    "You subtracted one maximum for the whole batch, and took the logarithm of a quotient. A row far below it becomes "
    "0 / 0, and small probabilities are rounded to 0. Use `log_softmax`."
)
def whole_batch_maximum_divided(t, targets):
    exponentials = np.exp(t - t.max())
    log_p = np.log(exponentials / exponentials.sum(axis=-1, keepdims=True))
    return -log_p[np.arange(len(targets)), targets].mean()


for share in (0.1, 0.05, 0.01):

    @exercise.mistake(f"label_smoothing_{share}").says(
        "You smoothed the targets: a share of each goes to all words (label smoothing). The loss asked for gives the "
        "word that came the whole weight."
    )
    def _mistake_2_2_2_2_2_2_2_2_2_2_2_2_2_2_2_2_2_2(t, targets, share=share):
        vocab_size = t.shape[-1]
        weights = np.eye(vocab_size)[targets] * (1 - share) + share / vocab_size
        return -(weights * functional.log_softmax(t)).sum(axis=-1).mean()


exercise.mistake("mean_probability", lambda t, targets: np.exp(_picked(t, targets)).mean()).says(
    "You averaged the probabilities of the targets and left out the logarithm. The loss is the mean of −log p: it "
    "grows as the model gets worse."
)
exercise.mistake("inverse_perplexity", lambda t, targets: np.exp(_picked(t, targets).mean())).says(
    "You took the exponential of the mean log-probability, the inverse of the perplexity. The loss is minus that mean "
    "itself, in nats."
)
exercise.mistake(
    "multiplied_by_the_ids", lambda t, targets: -(functional.log_softmax(t) * targets[:, None]).mean()
).says(
    "You multiplied the log-probabilities by the ids. An id is a name, not a weight: word 5 does not count five "
    "times. The targets pick one column in each row."
)
exercise.mistake(
    "multiplied_by_the_ids_summed",
    lambda t, targets: -(functional.log_softmax(t) * targets[:, None]).sum(axis=-1).mean(),
).says(
    "You multiplied the log-probabilities by the ids. An id is a name, not a weight: word 5 does not count five "
    "times. The targets pick one column in each row."
)
exercise.mistake("multiplied_by_the_ids_across", lambda t, targets: -(functional.log_softmax(t) * targets).mean()).says(
    "You multiplied the log-probabilities by the ids. An id is a name, not a weight; and (B, V) times (B,) does not "
    "line up. The targets pick one column in each row."
)
exercise.mistake("ids_as_a_factor", lambda t, targets: -(targets @ functional.log_softmax(t)).mean()).says(
    "You multiplied the vector of ids with the table. An id is a name, not a weight. The targets pick one column in "
    "each row; a product would need one-hot vectors."
)


@exercise.mistake("shifted_inside_only").says(
    "You subtracted the maximum inside the exponential but not from the target's own logit. Both must be shifted by "
    "the same amount, or the maximum stays in the loss."
)
def shifted_inside_only(t, targets):
    log_p = t - np.log(np.exp(t - t.max(axis=-1, keepdims=True)).sum(axis=-1, keepdims=True))
    return -log_p[np.arange(len(targets)), targets].mean()


for bound in (20, 50, 100, 700):
    exercise.mistake(
        f"log_clipped_at_{bound}", lambda t, targets, bound=bound: -np.maximum(_picked(t, targets), -bound).mean()
    ).says(
        "You cut the log-probabilities off from below, so that no word can cost more than a fixed price. With logits "
        "of ±1000 one may cost 2000 nats, and the loss must say so."
    )

exercise.mistake(
    "class_zero_for_nothing", lambda t, targets: -(_picked(t, targets) * (targets != 0)).sum() / len(targets)
).says("You charge nothing where the target is 0. Here 0 is a word's id like any other.")


@exercise.mistake("each_target_once").says(
    "You made the targets unique, so that a word that comes twice counts once and the rows no longer line up. Every "
    "example counts: row i with targets[i]."
)
def each_target_once(t, targets):
    unique = np.unique(targets)
    return -functional.log_softmax(t)[np.arange(len(unique)), unique].mean()


@exercise.mistake("dictionary_by_target").says(
    "You collected the losses in a dictionary by target, so that a word that comes twice overwrites its first loss. "
    "Every example counts."
)
def dictionary_by_target(t, targets):
    losses = dict(zip(targets.tolist(), -_picked(t, targets), strict=True))
    return sum(losses.values()) / len(losses)


exercise.mistake("mean_of_squares", lambda t, targets: (_picked(t, targets) ** 2).mean()).says(
    "You squared the log-probabilities. The loss is the mean of −log p: a minus sign makes it positive, no square is "
    "needed."
)
exercise.mistake(
    "target_logit_added",
    lambda t, targets: (np.logaddexp.reduce(t, axis=-1) + t[np.arange(len(targets)), targets]).mean(),
).says(
    "You added the target's logit: log Σ e^t + t[target]. The logarithm of a quotient is a difference, −log p = log Σ "
    "e^t − t[target]."
)
exercise.mistake(
    "logarithm_of_the_sum_missing",
    lambda t, targets: (np.exp(t).sum(axis=-1) - t[np.arange(len(targets)), targets]).mean(),
).says("You took Σ e^t − t[target] and forgot the logarithm: −log p = log Σ e^t − t[target].")


@exercise.right
def right_1(t, targets):
    log_p = functional.log_softmax(t)
    return -sum(log_p[row, target] for row, target in enumerate(targets)) / len(targets)


@exercise.right
def right_2(t, targets):
    one_hot = np.eye(t.shape[-1])[targets]
    return -np.einsum("bv,bv->", one_hot, functional.log_softmax(t)) / len(targets)


@exercise.right
def right_3(t, targets):
    t = t.astype(np.float32)
    log_p = functional.log_softmax(t)
    return -np.take_along_axis(log_p, targets[:, None], axis=-1).mean()


exercise.right(lambda t, targets: np.mean(np.logaddexp.reduce(t, axis=-1) - t[np.arange(len(t)), targets]))


@exercise.right
def right_4(t, targets):
    from scipy.special import logsumexp

    return float(np.mean([logsumexp(row) - row[target] for row, target in zip(t, targets, strict=True)]))
