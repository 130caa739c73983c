"""p − onehot: where the 1 comes off, of what, and which factor of a derivative does not stand there any more."""

import numpy as np
from scipy import special

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, both, epsilon, other_softmax, result, result_with
from nlm_utils.functional import log_softmax, one_hot, softmax


def grad_logits(t, target):
    """The gradient of the surprise −log softmax(t)[target] with respect to the logits t.

    t        (V,) logits, floats, ±1000 and far beyond; `t` stays as it was
    target   the id of the word that came, counted from 0
    returns  (V,): how much the surprise grows per unit of each logit
    """
    gradient = softmax(t)
    gradient[target] -= 1
    return gradient


exercise = Exercise(
    grad_logits,
    checks="1 to 6 logits, first, middle and last word as the target, logits of ±1000 and 1e8, t unchanged",
    explanation=(
        "Every logit pushes up log Σ e^t at the rate p_i, and the logit of the target stands there with a minus sign "
        "as well: p − onehot. `softmax` makes a new array, so we may subtract 1 in it; t is not touched."
    ),
    hints=[
        "−log softmax(t)[target] = −t[target] + log Σ e^t. What is the derivative of each of the two parts?",
        "The second part gives the probabilities. The first is −1 at one single place.",
        "`softmax(t)` is ready to be used; subtract 1 from it at `target`, and only there.",
    ],
)

exercise.case(np.array([1.8, -1.9, 2.9, -0.9]), 2)
exercise.case(np.array([1.8, -1.9, 2.9, -0.9]), 0)
exercise.case(np.array([0.0, 0.0, 0.0]), 1)
exercise.case(np.array([0.5, -1.5]), 1)
exercise.case(np.array([0.3, 2.2, -0.7, 1.1, -2.4, 0.6]), 5)
exercise.case(np.array([1000.0, 0.0, -1000.0]), 1)
exercise.case(np.array([-1000.0, -1001.0, -999.0, -1003.0, -1000.5]), 3)
exercise.case(np.array([1e8, 1e8 + 1.0, 1e8 - 2.0]), 1)
exercise.case(np.array([0.7]), 0)
exercise.drawn(lambda rng: _drawn(rng.integers(1, 9), rng), 4)


def _drawn(n, rng):
    return rng.normal(scale=rng.choice([1.0, 1000.0]), size=n), int(rng.integers(n))


def of_p(change):
    """An answer made of the probabilities p, the onehot y and t: change(p, y, t)."""
    return lambda t, target: change(softmax(t), one_hot(target, len(t)), t)


def at_the_target(change):
    """The probabilities with another entry at the target: change(its p)."""
    return of_p(lambda p, y, t: np.where(y == 1, change(p), p))


def of_softmax(softmax):
    """softmax(t) − onehot, with another softmax."""
    return lambda t, target: softmax(t) - one_hot(target, len(t))


# p − onehot: its two parts, its signs
exercise.takes(
    result(
        minus=(
            "sign",
            "Your sign is wrong: onehot − p is the way DOWNHILL. The gradient points uphill: raising the logit of the "
            "word that came makes the surprise smaller, so its entry is negative.",
        ),
        positive=("target_zero", "Your entry for the target is 0. It is p − 1: raising its logit lowers the surprise."),
        absolute=("one_minus_p_at_the_target", "The target's entry, and only that, has the wrong sign: p − 1."),
        square=("squared", "You square the entries. The surprise is a logarithm, not a squared error: p − onehot."),
        twice=("twice", "There is a factor 2 too many: that belongs to a squared error, and this is a logarithm."),
        softmax=("softmax_of_the_difference", "You put p − onehot through a softmax. It is the answer: it sums to 0."),
        summed=("summed", "You add the entries up, which always gives 0. The V slopes themselves are wanted."),
    ),
    argument(
        "target",
        counted_from_one=("ids_from_one", "The 1 is subtracted one place too early: ids count from 0."),
        zero=("first_word_for_target", "You subtract the 1 at word 0 always. It belongs to the target."),
        minus=("counted_from_the_end", "You subtract the 1 at place −target, counted from the end: `p[target]`."),
    ),
    argument("t", minus=("minus_logits", "You take the softmax of −t. A large logit is a LIKELY word: softmax(t).")),
    both(
        "sign_and_ids_from_one",
        argument("target", counted_from_one=("", "The 1 comes off one place too early: ids count from 0.")),
        result(minus=("", "And the sign is wrong: p − onehot.")),
    ),
    epsilon(
        lambda eps: lambda t, target: np.exp(t - t.max()) / (np.exp(t - t.max()).sum() + eps) - one_hot(target, len(t)),
        "the sum of the exponentials",
        "It is at least 1 where the maximum is subtracted, so it cannot be 0: leave the small number out.",
        values=(1e-3, 1e-4, 1e-5, 1e-6),
    ),
    other_softmax(
        of_softmax,
        nothing=("logits_for_probabilities", "You subtract the 1 from the logits. Take the softmax first: p − onehot."),
        logarithm=("log_probabilities", "You use log-probabilities where probabilities belong: p − onehot."),
        overflow=("overflow", "Right for small logits. But e^1000 is inf, inf/inf is nan: use the stable `softmax`."),
        twice=("softmax_twice", "You take the softmax of probabilities. One softmax, of the logits."),
        sigmoid=("sigmoid_for_softmax", "You take a sigmoid of each logit by itself. A softmax sums over ALL of them."),
        base_two=("sharpened", "You use exponentials to another base than e. Natural logarithm, natural exponential."),
    ),
    result_with(
        "t",
        times=("times_logits", "You multiply by the logits. The slopes with respect to t are p − onehot alone."),
        taken_from=("step_taken", "You take a step, t minus the gradient. Only the gradient is wanted."),
        alone=("unchanged_logits", "You return the logits. Their slopes are wanted: softmax(t) − onehot."),
    ),
)
exercise.mistake("p_alone", of_p(lambda p, y, t: p)).says(
    "You return the probabilities. Something is missing at the target: its logit also stands in −t[target]."
)
for id, (change, words) in {
    "one_subtracted_everywhere": (lambda p, y, t: p - 1, "subtract 1 everywhere"),
    "others_zero": (lambda p, y, t: y * (p - 1), "fill only the target's entry, but every logit has a slope"),
    "others_zero_sign": (lambda p, y, t: y * (1 - p), "fill only the target's entry, and with the wrong sign"),
    "onehot_alone": (lambda p, y, t: -y, "return −onehot, but the denominator of the softmax depends on every logit"),
    "onehot_returned": (lambda p, y, t: y, "return the onehot"),
    "one_added": (lambda p, y, t: p + y, "add 1 at the target, but raising its logit lowers the surprise"),
    "sign_of_p": (lambda p, y, t: -p - y, "put a minus before p as well, but only the target's entry is negative"),
    "onehot_twice": (lambda p, y, t: p - 2 * y, "subtract the onehot twice"),
    "others_negative": (lambda p, y, t: -abs(p - y), "give the other words a wrong sign: their slope is above 0"),
    "one_minus_p_everywhere": (lambda p, y, t: 1 - p, "return 1 − p for every word"),
    "ones_for_p": (lambda p, y, t: 1 - y, "take 1 − onehot, but each word has its OWN probability"),
    "mean_error": (lambda p, y, t: p - 1 / len(t), "subtract 1/V, as if all words had come equally often"),
    "p_of_the_target_everywhere": (lambda p, y, t: p @ y - y, "subtract the onehot from p[target], one number for all"),
    "p_of_the_target_subtracted": (lambda p, y, t: p - p @ y, "subtract p[target] from all probabilities"),
    "p_alone_sign": (lambda p, y, t: -p, "return −p"),
    "logit_subtracted": (lambda p, y, t: p - y * t, "subtract the target's logit, where a 1 belongs"),
    "logit_subtracted_everywhere": (lambda p, y, t: p - t @ y, "subtract the target's logit, where a 1 belongs"),
    "subtracted_from_p_of_the_target": (lambda p, y, t: p @ y - p, "subtract the probabilities from p[target]"),
    "one_hot_matrix": (lambda p, y, t: p - np.eye(len(t)), "subtract the table of all onehots, not the target's row"),
    "log_p_at_the_target": (lambda p, y, t: np.where(y, log_softmax(t), p), "put log p at the target"),
    "minus_log_p_at_the_target": (lambda p, y, t: np.where(y, -log_softmax(t), p), "put −log p at the target"),
    "favourite_for_target": (lambda p, y, t: p - np.eye(len(t))[t.argmax()], "subtract the 1 at the likeliest word"),
}.items():
    exercise.mistake(id, of_p(change)).says(f"You {words}. It is p − onehot: p − 1 at the word that came, p elsewhere.")
for id, (change, words) in {
    "target_set_to_minus_one": (lambda p: -1, "SET the target's entry to −1"),
    "p_of_the_target_negative": (lambda p: -p, "turn the sign of the target's entry"),
    "slope_of_p_at_the_target": (lambda p: p * (1 - p), "put p(1 − p) at the target, the slope of p itself"),
    "minus_slope_of_p_at_the_target": (lambda p: p * (p - 1), "put p(p − 1) at the target, the slope of −p"),
}.items():
    exercise.mistake(id, at_the_target(change)).says(f"You {words}. Its slope is p − 1: 1 less than its probability.")
exercise.mistake("target_among_the_values", of_p(lambda p, y, t: p - (p == y.argmax()))).says(
    "`p == target` asks which probability is as large as the id. The id is a place: 1 comes off at `p[target]`."
)
exercise.mistake("target_removed", lambda t, target: np.delete(softmax(t), target)).says(
    "You take the target's entry out. Its slope, p − 1, is the most important one."
)
exercise.mistake("id_subtracted", lambda t, target: softmax(t) - target).says(
    "You subtract the id of the target from all entries. The id is a place, not a quantity: 1 is subtracted there."
)
exercise.mistake("id_in_the_onehot", lambda t, target: softmax(t) - target * one_hot(target, len(t))).says(
    "Your onehot holds the id of the target where the 1 belongs. The id says WHERE; what is subtracted is 1."
)
exercise.mistake("last_word_for_target", lambda t, target: grad_logits(t, -1)).says(
    "You subtract the 1 at the last word always. It belongs to the target."
)


# which softmax, and what comes before it
exercise.mistake("one_subtracted_before_the_softmax", of_p(lambda p, y, t: softmax(t - y))).says(
    "You subtract the onehot BEFORE the softmax. It comes off the probabilities: softmax(t) − onehot."
)
exercise.mistakes(
    one_subtracted_from_the_exponential=of_p(lambda p, y, t: p - y * p.max()),
    one_subtracted_from_the_exponential_and_the_sum=of_p(lambda p, y, t: (p - y * p.max()) / (1 - p.max())),
).says("You subtract the 1 from the exponential, before dividing by the sum. It comes off the probability, at the end.")
exercise.mistakes(
    unnormalised=of_p(lambda p, y, t: np.exp(t) - y), unnormalised_shifted=of_p(lambda p, y, t: p / p.max() - y)
).says("You use exponentials without dividing by their sum. Probabilities are needed: softmax(t) − onehot.")
exercise.mistake("maximum_taken_from_one_side", of_p(lambda p, y, t: np.exp(t - t.max()) / np.exp(t).sum() - y)).says(
    "You subtract the maximum above the fraction line but not below it. `softmax` does both."
)
exercise.mistake("overflow_without_the_one", of_p(lambda p, y, t: np.exp(t) / np.exp(t).sum())).says(
    "You return probabilities, and unstable ones: e^1000 is inf. `softmax`, then subtract 1 at the target."
)
exercise.mistake("overflow_and_sign", of_p(lambda p, y, t: y - np.exp(t) / np.exp(t).sum())).says(
    "Your sign is wrong (onehot − p is the way DOWNHILL), and e^1000 is inf: use `softmax`."
)

exercise.mistake(
    "single_precision", lambda t, target: grad_logits(t.astype(np.float32), target).astype(np.float64)
).says("You compute in float32, which keeps seven digits: 1e8 and 1e8 + 1 become one number. Leave the dtype as it is.")
exercise.mistakes(
    largest_size_subtracted=of_softmax(lambda t: np.exp(t - abs(t).max()) / np.exp(t - abs(t).max()).sum()),
    mean_subtracted=of_softmax(lambda t: np.exp(t - t.mean()) / np.exp(t - t.mean()).sum()),
).says(
    "What you subtract from the logits is not their maximum (|t|, a mean?): then all exponentials may be 0, or one of "
    "them inf. `t.max()`, or `softmax`, which does it."
)
exercise.mistake("nan_to_num", of_p(lambda p, y, t: np.nan_to_num(np.exp(t) / np.exp(t).sum()) - y)).says(
    "`nan_to_num` hides that e^1000 is inf, and makes the probability 0 where it is 1. Use the stable `softmax`."
)
exercise.mistakes(
    clipped=of_p(lambda p, y, t: softmax(np.clip(t, -100, 100)) - y),
    clipped_from_above=of_p(lambda p, y, t: softmax(np.minimum(t, 100)) - y),
).says("You cut the logits off (`np.clip`), so that −1000 and −1003 become equal. `softmax` takes them as they are.")
THROUGH_P = (
    "You go back through p: the slope −1/p[target], times the softmax's own. Right on paper, but where p is rounded to "
    "0 it fails, with a small number added, too. The two cancel: p − onehot."
)


def nudged(log_p, eps=1e-5):
    """The slopes by nudging each logit up and down."""
    return lambda t, target: (
        np.array([log_p(t - e)[target] - log_p(t + e)[target] for e in eps * np.eye(len(t))]) / (2 * eps)
    )


exercise.mistakes(nudging=nudged(log_softmax), nudging_unstable=nudged(lambda t: np.log(softmax(t)))).says(
    "You nudge the logits, a numerical gradient: at 1e8 a nudge is rounded away, and log 0 is −inf. The formula, "
    "p − onehot, is exact."
)
exercise.mistake("through_p", of_p(lambda p, y, t: (np.diag(p) - np.outer(p, p)) @ np.where(y, -1 / p, 0))).says(
    THROUGH_P
)
exercise.mistake(
    "through_p_and_epsilon", of_p(lambda p, y, t: (np.diag(p) - np.outer(p, p)) @ (-y / (p + 1e-12)))
).says(THROUGH_P)


# a factor too many
for id, (change, words) in {
    "times_p": (lambda p, y, t: p * (p - y), "There is a factor p too many"),
    "sigmoid_derivative": (lambda p, y, t: p * (1 - p) * (p - y), "You multiply by p(1 − p), as after a sigmoid"),
    "softmax_applied_again": (lambda p, y, t: p * (p - y - p @ (p - y)), "You multiply by the softmax's slope again"),
    "divided_by_p": (lambda p, y, t: (p - y) / p, "You divide by p"),
    "divided_by_p_of_the_target": (lambda p, y, t: (p - y) / (p @ y), "You divide by p[target]"),
    "gradient_of_p": (lambda p, y, t: p @ y * (y - p), "That is the gradient of p[target], not of −log p[target]"),
    "gradient_of_minus_p": (lambda p, y, t: p @ y * (p - y), "That is the gradient of −p[target], without the log"),
}.items():
    exercise.mistake(id, of_p(change)).says(
        f"{words}. The slope 1/p of the logarithm and the factor p of the softmax cancel: p − onehot is all."
    )
exercise.mistakes(
    surprise_times=of_p(lambda p, y, t: -log_softmax(t) @ y * (p - y)),
    times_the_surprises=of_p(lambda p, y, t: log_softmax(t) * (p - y)),
    times_the_surprises_sign=of_p(lambda p, y, t: -log_softmax(t) * (p - y)),
).says("You multiply by the surprise (or by log p). The derivative of a logarithm does not hold it any more.")
exercise.mistake("normalised", of_p(lambda p, y, t: (p - y) / (np.linalg.norm(p - y) or 1.0))).says(
    "You scale the gradient to length 1. Its length counts: it is near 0 when the model was sure and right."
)

# something else than the slopes in the logits
for id, (change, words) in {
    "with_respect_to_p": (lambda p, y, t: np.where(y == 1, -1 / p, 0), "the slope in each PROBABILITY, −1/p or 0"),
    "slope_in_p_as_a_number": (lambda p, y, t: -1 / (p @ y), "−1/p[target], the slope in the PROBABILITY"),
    "slope_of_p_as_a_number": (lambda p, y, t: p @ y * (1 - p @ y), "one number, p(1 − p) at the target"),
    "p_times_one_minus_p": (lambda p, y, t: p * (1 - p), "p(1 − p), the slope of a probability in its own logit"),
    "target_entry_only": (lambda p, y, t: p @ y - 1, "one number, the entry of the target"),
    "surprise_returned": (lambda p, y, t: -log_softmax(t) @ y, "the surprise itself, −log p[target]"),
    "all_surprises": (lambda p, y, t: -log_softmax(t), "−log p for all words, the surprise at each"),
    "surprise_in_the_onehot": (lambda p, y, t: -log_softmax(t) * y, "the surprise, −log p, in the place of the target"),
    "matrix": (lambda p, y, t: np.diag(p) - np.outer(p, p), "a V×V matrix, the slopes of all the probabilities"),
}.items():
    exercise.mistake(id, of_p(change)).says(
        f"You return {words}. Wanted are the slopes of ONE surprise in the V logits: p − onehot."
    )

exercise.right(lambda t, target: softmax(t) - one_hot(target, len(t)))
exercise.right(lambda t, target: np.exp(t - special.logsumexp(t)) - np.eye(len(t))[target])


@exercise.right
def a_list_of_numbers(t, target):
    p = special.softmax(t)
    return [float(p[i]) - (1.0 if i == target else 0.0) for i in range(len(t))]


@exercise.right
def subtracted_in_a_copy(t, target):
    p = np.exp(log_softmax(t))
    np.subtract.at(p, [target], 1.0)
    return p


@exercise.right
def by_torch(t, target):
    import torch

    t = torch.tensor(t, dtype=torch.float64, requires_grad=True)
    torch.nn.functional.cross_entropy(t[None], torch.tensor([target])).backward()
    return t.grad.numpy()
