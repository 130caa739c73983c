"""From a loss in nats to a number of words: e^loss. Learners take another base, or average or round on the way."""

import math

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, epsilon, other_function, result, result_with, rounded, variants

exercise = Exercise(
    functional.perplexity,
    rtol=1e-12,  # nothing cancels here
    atol=0.0,
    checks="eleven losses from 0 to 60 nats, a whole number among them",
    explanation=(
        "A uniform guess among k words has p = 1/k everywhere, so its loss is log k. Turned round: a loss of L nats "
        "is the loss of a uniform guess among e^L words. The exponential must have the base of the logarithm, e for "
        "nats."
    ),
    hints=[
        "A uniform guess among k words loses log k nats. Which k loses `mean_nll`?",
        "Undo the natural logarithm.",
        "`np.exp` of the loss.",
    ],
)

for loss in (0.0, 1.0, 1.41, 0.31, 2.5, 5.125, 12.0, 20.0, 25.0, 60.0, 3):
    exercise.case(loss)
exercise.drawn(lambda rng: (float(rng.exponential(4)),), 5)

exercise.takes(
    variants(
        "base",
        (2, 10, 3, 248),
        lambda base: lambda loss: float(base) ** loss,
        "You raise {value} to the loss, which undoes logarithms to base {value}. Nats are natural logarithms: the base "
        "is e, and log 4 = 1.386 nats give 4.",
    ),
    other_function(
        lambda f: lambda loss: f(loss),
        "the exponential, which undoes the logarithm in the loss,",
        nothing="no_exponential",
        log="logarithm",
        log2="logarithm_to_base_two",
        log10="logarithm_to_base_ten",
        log1p="log1p",
        square="squared",
    ),
    result(
        inverse=(
            "negative_exponent",
            "You take e^(−loss), the (geometric) mean probability. Perplexity is its inverse.",
        ),
        minus=("minus_exponential", "`mean_nll` holds its minus sign already: perplexity is e^loss, above 0."),
        plus_one=("plus_one", "You add 1. A loss of 0 is as unsure as among ONE word, and e^0 is 1 already."),
        minus_one=("expm1", "You subtract 1. A loss of 0 is as unsure as among ONE word: its perplexity is 1, not 0."),
    ),
    result_with("mean_nll", over=("divided_by_the_loss", "You divide by the loss. It is a mean already: e^loss.")),
    argument("mean_nll", inverse=("exponential_of_the_inverse", "You put 1 / loss into the exponent. It is e^loss.")),
)

exercise.mistake("negative_exponent_base_two", lambda loss: 2.0**-loss).says(
    "You take 2^(−loss): the base is e for nats, and the exponent is the loss itself, without a minus sign."
)
exercise.mistake("power_then_divided", lambda loss: 2**loss / math.log(2)).says(
    "`2 ** L / log(2)` divides AFTER the power. Brackets make bits of L, 2 ** (L / log 2), and that is e^L."
)
exercise.mistake("minus_logarithm", lambda loss: -np.log(loss)).says(
    "You take −log of the loss. The loss holds −log p already; perplexity undoes it with the exponential."
)
exercise.mistake("converted_the_wrong_way", lambda loss: 2 ** (loss * math.log(2))).says(
    "You convert nats to bits the wrong way: bits = nats / log 2. And nats need no conversion: e^loss."
)
exercise.mistake("times_e", lambda loss: math.e * loss).says(
    "You multiply by e. The loss belongs in the exponent: e^loss, and 1 for a loss of 0."
)
exercise.mistake("power_of_the_loss", lambda loss: loss**math.e).says(
    "You raise the loss to the power e. It is the other way round: e to the power of the loss."
)
for how, whole in (("", round), ("_down", math.floor), ("_up", math.ceil)):
    exercise.mistake(f"rounded{how}", lambda loss, whole=whole: whole(math.exp(loss))).says(
        "You make a whole number of it. “As unsure as among k words” need not be a whole k: a loss of 0.31 gives 1.363."
    )
exercise.mistake("inverse_of_the_loss", lambda loss: np.divide(1, loss)).says(
    "You take 1 / loss. The loss is a logarithm; undo it with the exponential."
)
exercise.mistake("one_minus", lambda loss: 1 - np.exp(-loss)).says(
    "You take 1 − e^(−loss), the chance of being wrong. Perplexity is e^loss: a number of words, at least 1."
)
exercise.mistake("sigmoid", lambda loss: 1 / (1 + math.exp(-loss))).says(
    "You take a sigmoid, between 0 and 1. Perplexity is e^loss: a number of words, at least 1."
)
exercise.mistake("over_e", lambda loss: math.exp(loss - 1)).says(
    "You divide by e, or subtract 1 from the loss. A loss of 0 must give 1: e^loss."
)
exercise.mistake("half_precision", lambda loss: np.exp(np.float16(loss))).says(
    "You compute in float16, which keeps three digits and ends at 65 504. Leave the dtype as it is."
)
exercise.mistakes(
    exponential_twice=lambda loss: np.exp(np.exp(loss)),
    exponential_twice_in_python=lambda loss: math.exp(math.exp(loss)),
).says("You take the exponential twice. A loss of 0 must give 1, and e^(e^0) is 2.718.")
exercise.mistakes(
    inverse_in_numpy=lambda loss: np.exp(np.float64(1) / loss),
    divided_in_numpy=lambda loss: np.exp(loss) / np.float64(loss),
).says("You divide by the loss, in the exponent or after it. It is a mean already: e^loss.")
exercise.mistake("zero_for_no_loss", lambda loss: loss and math.exp(loss)).says(
    "For a loss of 0 you return 0: `mean_nll and …` or `if mean_nll:` takes the number 0 for “nothing”. e^0 is 1."
)
for terms, series in (
    (2, lambda x: 1 + x),
    (3, lambda x: 1 + x + x**2 / 2),
    (4, lambda x: 1 + x + x**2 / 2 + x**3 / 6),
):
    exercise.mistake(f"series_of_{terms}_terms", series).says(
        "You take 1 + x, or 1 + x + x²/2 and so on, the first terms of e^x, right for small x only: e^5.11 is 165.7."
    )
exercise.takes(
    variants(
        "times",
        (1 / math.log(2), math.log(2)),
        lambda factor: lambda loss: factor * loss,
        "You convert between nats and bits (times {value}). Perplexity is a number of equally likely words: e^loss.",
    ),
    variants(
        "converted_then_base_e_{}",
        (1.442695, 1.4427, 1.443, 1.44),
        lambda factor: lambda loss: np.exp(factor * loss),
        "You convert the loss to bits and then raise e to it. Either bits with base 2, or nats with base e.",
    ),
    variants(
        "rounded_conversion",
        (1.44, 1.443, 1.4427, 1.45),
        lambda factor: lambda loss: 2 ** (factor * loss),
        "You turn nats into bits with the rounded factor {value}; its error grows in the exponent. Use e^loss.",
    ),
    variants(
        "rounded_e_{}",
        (2.7, 2.71, 2.72, 2.718, 2.7182, 2.7183, 2.71828, 2.718281),
        lambda e: lambda loss: e**loss,
        "Your e is cut short, {value}, and its error grows with the exponent: 2.718^20 is 1 in 480 too small. `np.exp` "
        "knows e to 16 digits.",
    ),
    variants(
        "loss_capped_at",
        (2, 5, 10, 20, 30, 50),
        lambda most: lambda loss: math.exp(min(loss, most)),
        "You cap the loss at {value}. A bad model has a large perplexity, and must show it: 60 nats give 1.1e26.",
    ),
    variants(
        "infinite_from",
        (10, 20, 30),
        lambda most: lambda loss: math.exp(loss) if loss < most else math.inf,
        "You return infinity for a large loss, as if it overflowed. A float holds e^60 easily: it goes up to e^709.",
    ),
    variants(
        "series_of_{}_terms",
        (5, 10, 20, 50),
        lambda terms: lambda loss: sum(loss**n / math.factorial(n) for n in range(terms)),
        "You add up {value} terms of the series of e^x. For large x that is far too small; `np.exp` is right for all.",
    ),
    variants(
        "loss_rounded_to",
        (0, 1, 2),
        lambda digits: lambda loss: math.exp(round(loss, digits)),
        "You round the loss, and the exponential makes the error larger. Do not round in between.",
    ),
    rounded(1, 2, 3),
    epsilon(
        lambda eps: lambda loss: np.exp(loss) + eps,
        "the result",
        "e^loss needs none: it is never 0.",
        values=(1e-3, 1e-6, 1e-8, 1e-9, 1e-10),
    ),
    variants(
        "limit_of_{:.0e}",
        (1e2, 1e3, 1e4, 1e5, 1e6),
        lambda n: lambda loss: (1 + loss / n) ** n,
        "(1 + L/n)^n with n = {value} comes near e^L for small L only. `np.exp` is right for all.",
    ),
)

exercise.right(lambda loss: math.exp(loss))
exercise.right(lambda loss: 2 ** (loss / math.log(2)))
exercise.right(lambda loss: math.e**loss)
exercise.right(lambda loss: 1.0 / np.exp(-loss))
