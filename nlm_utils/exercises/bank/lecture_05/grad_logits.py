"""grad_logits."""

import numpy as np
from scipy import special

from nlm_utils.exercises.definition import Exercise
from nlm_utils.functional import log_softmax, one_hot, softmax


def grad_logits(t, target):
    """The gradient of the surprise −log softmax(t)[target] with respect to the logits t.

    t        (V,) logits, ±1000 too; `t` stays as it was
    target   the id of the word that came, counted from 0
    returns  (V,): how much the surprise grows per unit of each logit
    """
    gradient = softmax(t)
    gradient[target] -= 1
    return gradient


exercise = Exercise(
    grad_logits,
    checks="2 to 6 logits, first, middle and last word as the target, logits of ±1000, t unchanged",
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


def _y(t, target):
    return one_hot(target, len(t))


exercise.mistake("sign", lambda t, target: _y(t, target) - softmax(t)).says(
    "Your sign is wrong: onehot − p is the way DOWNHILL. The gradient points uphill: raising the logit of the word "
    "that came makes the surprise smaller, so its entry is negative."
)
exercise.mistake("one_subtracted_everywhere", lambda t, target: softmax(t) - 1).says(
    "You subtract 1 everywhere. Only the word that came has the 1: the entries of the others are p, above 0."
)
exercise.mistake("p_alone", lambda t, target: softmax(t)).says(
    "You return the probabilities. Something is missing at the target: its logit also stands in −t[target]."
)
exercise.mistake("target_entry_only", lambda t, target: float(softmax(t)[target] - 1)).says(
    "You return one number, the entry of the target. Every logit has a slope: those of the other words count too."
)
exercise.mistake("others_zero", lambda t, target: _y(t, target) * (softmax(t) - 1)).says(
    "Only the target's entry is filled, the others are 0. But raising another word's logit takes probability from the "
    "target: its slope is p."
)
exercise.mistake("target_zero", lambda t, target: (1 - _y(t, target)) * softmax(t)).says(
    "Your entry for the target is 0. It should be p − 1, negative: raising that logit lowers the surprise."
)
exercise.mistake("onehot_alone", lambda t, target: -_y(t, target)).says(
    "You return −onehot, the derivative of −t[target] alone. The sum in the denominator of the softmax depends on "
    "every logit as well."
)


@exercise.mistake("with_respect_to_p").says(
    "That is the gradient with respect to the PROBABILITIES, −1/p at the target. You want it with respect to the "
    "logits: the softmax lies between them."
)
def with_respect_to_p(t, target):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(_y(t, target) > 0, -1 / softmax(t), 0.0)


exercise.mistake("surprise_returned", lambda t, target: float(-log_softmax(t)[target])).says(
    "You return the surprise itself, −log p[target]. Its slopes are wanted, one for each logit."
)
exercise.mistake("all_surprises", lambda t, target: -log_softmax(t)).says(
    "You return −log p for all words. That is how surprised we would be at each; wanted are the slopes of ONE surprise."
)
exercise.mistake("logits_for_probabilities", lambda t, target: t - _y(t, target)).says(
    "You subtract the 1 from the logits. It is softmax(t) − onehot: the probabilities come from the softmax."
)
exercise.mistake("log_probabilities", lambda t, target: log_softmax(t) - _y(t, target)).says(
    "You use log-probabilities where probabilities belong: p − onehot, not log p − onehot."
)


@exercise.mistake("gradient_of_p").says(
    "That is the gradient of the probability p[target]. The gradient of its logarithm has no factor p[target] in "
    "front, and the minus of −log turns the sign."
)
def gradient_of_p(t, target):
    p = softmax(t)
    return p[target] * (_y(t, target) - p)


@exercise.mistake("gradient_of_minus_p").says(
    "That is the gradient of −p[target]: you forgot the logarithm, which divides by p[target]."
)
def gradient_of_minus_p(t, target):
    p = softmax(t)
    return p[target] * (p - _y(t, target))


@exercise.mistake("softmax_applied_again").says(
    "You take p − onehot and then multiply by the derivative of the softmax once more. It is in p − onehot already."
)
def softmax_applied_again(t, target):
    p = softmax(t)
    return (np.diag(p) - np.outer(p, p)) @ (p - _y(t, target))


@exercise.mistake("sigmoid_derivative").says(
    "You multiply by p(1 − p), as for a squared error behind a sigmoid. Here softmax and logarithm have cancelled it: "
    "p − onehot is all."
)
def sigmoid_derivative(t, target):
    p = softmax(t)
    return (p - _y(t, target)) * p * (1 - p)


@exercise.mistake("p_times_one_minus_p").says(
    "You return p(1 − p), the derivative of a probability with respect to its own logit. The loss is −log p[target]: "
    "every logit has the slope p, the target p − 1."
)
def p_times_one_minus_p(t, target):
    p = softmax(t)
    return p * (1 - p)


@exercise.mistake("times_p").says(
    "There is a factor p too many. The slope of the target is p − 1, and of another word p."
)
def times_p(t, target):
    p = softmax(t)
    return p * (p - _y(t, target))


exercise.mistake("divided_by_vocabulary", lambda t, target: (softmax(t) - _y(t, target)) / len(t)).says(
    "You divide by V. The surprise at one word is no mean over the vocabulary."
)
exercise.mistake("twice", lambda t, target: 2 * (softmax(t) - _y(t, target))).says(
    "There is a factor 2 too many: that belongs to a squared error, and this is a logarithm."
)


@exercise.mistake("overflow").says(
    "Right for small logits. But e^1000 is inf, and inf/inf is nan: use the stable `softmax`."
)
def overflow(t, target):
    p = np.exp(t) / np.exp(t).sum()
    p[target] -= 1
    return p


@exercise.mistake("t_changed").says(
    "Your gradient is right, but t is no longer what it was: somewhere you write into it (`t -= …`, `t[target] -= …`, "
    "`np.exp(t, out=t)`). Make a new array."
)
def t_changed(t, target):
    t -= t.max()
    gradient = softmax(t)
    gradient[target] -= 1
    return gradient


@exercise.mistake("one_subtracted_from_the_logit").says(
    "You subtract the 1 from t[target] BEFORE the softmax (and change t while you are at it). It comes off the "
    "probability, after the softmax."
)
def one_subtracted_from_the_logit(t, target):
    t[target] -= 1
    return softmax(t)


exercise.mistake("one_subtracted_before_the_softmax", lambda t, target: softmax(t - _y(t, target))).says(
    "You subtract the onehot BEFORE the softmax. It comes off the probabilities: softmax(t) − onehot."
)
exercise.mistake("softmax_of_the_difference", lambda t, target: softmax(softmax(t) - _y(t, target))).says(
    "You put p − onehot through a softmax once more. p − onehot is the answer: it sums to 0, not to 1."
)
exercise.mistake("softmax_twice", lambda t, target: softmax(softmax(t)) - _y(t, target)).says(
    "You take the softmax of probabilities. One softmax, of the logits."
)
exercise.mistake("id_subtracted", lambda t, target: softmax(t) - target).says(
    "You subtract the id of the target from all entries. The id is a place, not a quantity: 1 is subtracted there."
)


@exercise.mistake("ids_from_one").says("The 1 is subtracted one place too early: ids count from 0.")
def ids_from_one(t, target):
    gradient = softmax(t)
    gradient[target - 1] -= 1
    return gradient


@exercise.mistake("favourite_for_target").says(
    "You subtract the 1 at the word the model likes best. It belongs to the word that CAME."
)
def favourite_for_target(t, target):
    gradient = softmax(t)
    gradient[np.argmax(t)] -= 1
    return gradient


exercise.mistake("one_added", lambda t, target: softmax(t) + _y(t, target)).says(
    "You add 1 at the target. It is p MINUS onehot: raising the target's logit lowers the surprise."
)


@exercise.mistake("target_set_to_minus_one").says(
    "You SET the target's entry to −1. It is p − 1: subtract 1 from the probability that is there."
)
def target_set_to_minus_one(t, target):
    gradient = softmax(t)
    gradient[target] = -1
    return gradient


@exercise.mistake("one_minus_p_at_the_target").says(
    "The entry of the target has the wrong sign: p − 1, not 1 − p (an `abs` does that). The entries of the other "
    "words are right."
)
def one_minus_p_at_the_target(t, target):
    gradient = softmax(t)
    gradient[target] = 1 - gradient[target]
    return gradient


@exercise.mistake("others_negative").says(
    "The entries of the other words have the wrong sign: raising their logits takes probability from the target, so "
    "the surprise grows. Only the target's entry is negative."
)
def others_negative(t, target):
    gradient = -softmax(t)
    gradient[target] = -1 - gradient[target]
    return gradient


exercise.mistake("squared", lambda t, target: (softmax(t) - _y(t, target)) ** 2).says(
    "You square the entries. The surprise is a logarithm, not a squared error: p − onehot as it is."
)


@exercise.mistake("unnormalised").says(
    "You use e^t without dividing by its sum. Probabilities are needed: softmax(t) − onehot."
)
def unnormalised(t, target):
    with np.errstate(over="ignore"):
        return np.exp(t) - _y(t, target)


exercise.mistake("unnormalised_shifted", lambda t, target: np.exp(t - t.max()) - _y(t, target)).says(
    "You use e^(t − max) without dividing by its sum. Probabilities are needed: softmax(t) − onehot."
)


@exercise.mistake("maximum_taken_from_one_side").says(
    "You subtract the maximum above the fraction line but not below it, so the probabilities do not sum to 1. "
    "`softmax` does both."
)
def maximum_taken_from_one_side(t, target):
    with np.errstate(all="ignore"):
        return np.exp(t - t.max()) / np.exp(t).sum() - _y(t, target)


exercise.mistake("surprise_times", lambda t, target: -log_softmax(t)[target] * (softmax(t) - _y(t, target))).says(
    "You multiply by the surprise itself. The derivative of −log p does not hold the logarithm any more."
)


@exercise.mistake("matrix").says(
    "You return a V×V matrix, the derivatives of all the probabilities. Wanted is a vector: the slopes of one surprise."
)
def matrix(t, target):
    p = softmax(t)
    return np.diag(p) - np.outer(p, p)


exercise.mistake("row_matrix", lambda t, target: (softmax(t) - _y(t, target))[None]).says(
    "Your numbers are right but stand in a (1, V) matrix; a vector of shape (V,) is wanted."
)
exercise.mistake("summed", lambda t, target: float((softmax(t) - _y(t, target)).sum())).says(
    "You add the entries up, which always gives 0. The V slopes themselves are wanted."
)
exercise.mistake("mean_error", lambda t, target: softmax(t) - 1 / len(t)).says(
    "You subtract 1/V instead of a onehot: that would be the slopes if all words had come equally often."
)
exercise.mistake("p_of_the_target_everywhere", lambda t, target: softmax(t)[target] - _y(t, target)).says(
    "You subtract the onehot from p[target], one number for all. Each word has its OWN probability: p − onehot."
)
exercise.mistake("id_in_the_onehot", lambda t, target: softmax(t) - target * _y(t, target)).says(
    "Your onehot holds the id of the target where the 1 belongs. The id says WHERE; what is subtracted is 1."
)


@exercise.mistake("first_word_for_target").says("You subtract the 1 at word 0 always. It belongs to the target.")
def first_word_for_target(t, target):
    gradient = softmax(t)
    gradient[0] -= 1
    return gradient


@exercise.mistake("last_word_for_target").says("You subtract the 1 at the last word always. It belongs to the target.")
def last_word_for_target(t, target):
    gradient = softmax(t)
    gradient[-1] -= 1
    return gradient


exercise.mistake("one_minus_p_everywhere", lambda t, target: 1 - softmax(t)).says(
    "You return 1 − p for every word. For the target it is p − 1, for the others p."
)
exercise.mistake("times_the_surprises", lambda t, target: log_softmax(t) * (softmax(t) - _y(t, target))).says(
    "You multiply p − onehot by −log p (or by log p). The derivative of the logarithm does not hold the logarithm any "
    "more."
)
exercise.mistake("times_the_surprises_sign", lambda t, target: -log_softmax(t) * (softmax(t) - _y(t, target))).says(
    "You multiply p − onehot by −log p. The derivative of the logarithm does not hold the logarithm any more."
)


@exercise.mistake("divided_by_p").says(
    "You divide by p: the slope of log p in p is 1/p, but the slope of the softmax has a factor p that cancels it."
)
def divided_by_p(t, target):
    with np.errstate(all="ignore"):
        p = softmax(t)
        return (p - _y(t, target)) / p


@exercise.mistake("divided_by_p_of_the_target").says(
    "You divide by p[target]: the slope of log p in p is 1/p, but the slope of the softmax has a factor p that "
    "cancels it."
)
def divided_by_p_of_the_target(t, target):
    with np.errstate(all="ignore"):
        p = softmax(t)
        return (p - _y(t, target)) / p[target]


exercise.mistake("times_logits", lambda t, target: t * (softmax(t) - _y(t, target))).says(
    "You multiply by the logits. The slopes with respect to t are p − onehot alone; factors come in only further back."
)
exercise.mistake("unchanged_logits", lambda t, target: t).says(
    "You return the logits. Their slopes are wanted: softmax(t) − onehot."
)
exercise.mistake("sigmoid_for_softmax", lambda t, target: special.expit(t) - _y(t, target)).says(
    "You squash each logit by itself (a sigmoid). The softmax divides by the sum over ALL logits."
)
exercise.mistake("one_hot_matrix", lambda t, target: softmax(t) - np.eye(len(t))).says(
    "Your onehot is a matrix, so that a (V, V) table comes out. One row of it is wanted: the target's."
)
exercise.mistake("step_taken", lambda t, target: t - (softmax(t) - _y(t, target))).says(
    "You take a step, t minus the gradient. Only the gradient is wanted."
)


@exercise.mistake("normalised").says(
    "You scale the gradient to length 1. Its length counts: it is near 0 when the model was sure and right."
)
def normalised(t, target):
    gradient = softmax(t) - _y(t, target)
    return gradient / (np.linalg.norm(gradient) or 1.0)


@exercise.mistake("slope_of_p_as_a_number").says(
    "You return one number, p(1 − p) at the target. Every logit has a slope: p − onehot, V numbers."
)
def slope_of_p_as_a_number(t, target):
    p = softmax(t)[target]
    return float(p * (1 - p))


@exercise.mistake("slope_in_p_as_a_number").says(
    "You return −1/p[target], the slope in the PROBABILITY. The V slopes in the logits are wanted."
)
def slope_in_p_as_a_number(t, target):
    with np.errstate(all="ignore"):
        return float(-1 / softmax(t)[target])


@exercise.mistake("p_of_the_target_subtracted").says(
    "You subtract p[target] from all probabilities. What is subtracted is 1, and at the target only."
)
def p_of_the_target_subtracted(t, target):
    p = softmax(t)
    return p - p[target]


@exercise.mistake("subtracted_from_p_of_the_target").says(
    "You subtract the probabilities from p[target]. What is wanted is p − onehot."
)
def subtracted_from_p_of_the_target(t, target):
    p = softmax(t)
    return p[target] - p


@exercise.mistake("p_of_the_target_negative").says(
    "The target has −p where p − 1 belongs: subtract 1, do not turn the sign."
)
def p_of_the_target_negative(t, target):
    p = softmax(t)
    p[target] = -p[target]
    return p


exercise.mistake("others_zero_sign", lambda t, target: _y(t, target) * (1 - softmax(t))).says(
    "Only the target's entry is filled, and with the wrong sign. Raising another word's logit takes probability from "
    "the target: its slope is p."
)
exercise.mistake("ones_for_p", lambda t, target: 1 - _y(t, target)).says(
    "You take 1 − onehot. Each word has its OWN probability: p − onehot."
)
exercise.mistake("onehot_twice", lambda t, target: softmax(t) - 2 * _y(t, target)).says(
    "You subtract the onehot twice. Once: p − onehot."
)
exercise.mistake("target_removed", lambda t, target: np.delete(softmax(t), target)).says(
    "You take the target's entry out. Its slope, p − 1, is the most important one."
)
exercise.mistake("column", lambda t, target: (softmax(t) - _y(t, target))[:, None]).says(
    "Your numbers are right but stand in a (V, 1) matrix; a vector of shape (V,) is wanted."
)
exercise.mistake("onehot_returned", lambda t, target: _y(t, target)).says(
    "You return the onehot. The gradient is p − onehot."
)


@exercise.mistake("log_p_at_the_target").says("You put log p at the target. Its slope is p − 1.")
def log_p_at_the_target(t, target):
    p = softmax(t)
    p[target] = log_softmax(t)[target]
    return p


@exercise.mistake("minus_log_p_at_the_target").says("You put −log p at the target. Its slope is p − 1.")
def minus_log_p_at_the_target(t, target):
    p = softmax(t)
    p[target] = -log_softmax(t)[target]
    return p


exercise.mistake("sign_of_p", lambda t, target: -softmax(t) - _y(t, target)).says(
    "Both p and the onehot have a minus sign. It is p MINUS onehot: only the target's entry is negative."
)
exercise.mistake("base_two", lambda t, target: (softmax(t) - _y(t, target)) / np.log(2)).says(
    "There is a factor 1/log 2 too many, as for a loss in bits. Ours is in nats: natural logarithm."
)


@exercise.mistake("sharpened").says(
    "You use exponentials to another base than e. Natural logarithm, natural exponential."
)
def sharpened(t, target):
    with np.errstate(all="ignore"):
        return softmax(t * np.log(2)) - _y(t, target)


@exercise.mistake("overflow_without_the_one").says(
    "You return probabilities, and unstable ones: e^1000 is inf. `softmax`, then subtract 1 at the target."
)
def overflow_without_the_one(t, target):
    with np.errstate(all="ignore"):
        return np.exp(t) / np.exp(t).sum()


@exercise.mistake("overflow_and_sign").says(
    "Your sign is wrong (onehot − p is the way DOWNHILL), and e^1000 is inf: use `softmax`."
)
def overflow_and_sign(t, target):
    with np.errstate(all="ignore"):
        return _y(t, target) - np.exp(t) / np.exp(t).sum()


@exercise.mistake("one_subtracted_from_the_exponential").says(
    "You subtract the 1 from the exponential, before dividing by the sum. It comes off the probability."
)
def one_subtracted_from_the_exponential(t, target):
    e = np.exp(t - t.max())
    return (e - _y(t, target)) / e.sum()


@exercise.mistake("one_subtracted_from_the_exponential_and_the_sum").says(
    "You subtract the 1 from the exponential, before the sum is taken. It comes off the probability, at the very end."
)
def one_subtracted_from_the_exponential_and_the_sum(t, target):
    e = np.exp(t - t.max()) - _y(t, target)
    with np.errstate(all="ignore"):
        return e / e.sum()


exercise.mistake("surprise_in_the_onehot", lambda t, target: _y(t, target) * -log_softmax(t)).says(
    "You put the surprise, −log p, at the target and 0 elsewhere: that is the loss, not its slopes."
)

exercise.right(lambda t, target: softmax(t) - one_hot(target, len(t)))


@exercise.right
def right_1(t, target):
    p = special.softmax(t)
    return [float(p[i]) - (1.0 if i == target else 0.0) for i in range(len(t))]


exercise.right(lambda t, target: np.exp(t - special.logsumexp(t)) - np.eye(len(t))[target])


@exercise.right
def right_2(t, target):
    t = t.astype(np.float32)
    exponentials = np.exp(t - t.max())
    p = exponentials / exponentials.sum()
    p[target] = p[target] - 1
    return p


@exercise.right
def right_3(t, target):
    import torch

    t = torch.tensor(t, requires_grad=True)
    torch.nn.functional.cross_entropy(t[None], torch.tensor([target])).backward()
    return t.grad.numpy()
