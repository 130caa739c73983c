"""perplexity."""

import math

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

exercise = Exercise(
    functional.perplexity,
    checks="eight losses from 0 to 20 nats",
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
    rtol=5e-6,
)

for loss in (0.0, 1.0, 1.41, 0.31, 2.5, 5.125, 12.0, 20.0):
    exercise.case(loss)

exercise.mistake("base_two", lambda mean_nll: 2**mean_nll).says(
    "You raised 2 to the loss. That is right for a loss in bits; in nats the base is e: log 4 = 1.386 nats must give "
    "4, and 2^1.386 is 2.61."
)
exercise.mistake("base_ten", lambda mean_nll: 10**mean_nll).says(
    "You raised 10 to the loss. The loss is in nats, natural logarithms, so the base is e: log 4 = 1.386 nats must "
    "give 4."
)
exercise.mistake("no_exponential", lambda mean_nll: mean_nll).says(
    "You returned the loss itself. Perplexity counts words: the uniform guess among 4 words loses log 4 = 1.386 nats "
    "and has perplexity 4."
)
exercise.mistake("negative_exponent", lambda mean_nll: np.exp(-mean_nll)).says(
    "You took e^(−loss). That is the (geometric) mean probability of a word, at most 1; perplexity is its inverse, at "
    "least 1."
)
exercise.mistake("minus_exponential", lambda mean_nll: -np.exp(mean_nll)).says(
    "Your perplexity is negative. `mean_nll` already holds the minus sign of the negative log likelihood: e^loss is "
    "all."
)
exercise.mistake("logarithm", lambda mean_nll: np.log(mean_nll)).says(
    "You took the logarithm of the loss. The loss is a logarithm already; undo it with the exponential."
)
exercise.mistake("bits_returned", lambda mean_nll: mean_nll / np.log(2)).says(
    "You converted nats to bits. Perplexity is no unit change: it is the number of equally likely words, e^loss."
)
exercise.mistake("converted_the_wrong_way", lambda mean_nll: 2 ** (mean_nll * np.log(2))).says(
    "You converted between bits and nats in the wrong direction: bits = nats / log 2, and then 2 to that power. In "
    "nats nothing needs converting."
)
exercise.mistake("converted_then_base_e", lambda mean_nll: np.exp(mean_nll / np.log(2))).says(
    "You converted the loss to bits and then raised e to it. Either bits with base 2, or nats with base e."
)
exercise.mistake("times_e", lambda mean_nll: math.e * mean_nll).says(
    "You multiplied by e. The loss belongs in the exponent: e^loss, and 1 for a loss of 0."
)
exercise.mistake("power_of_the_loss", lambda mean_nll: mean_nll**math.e).says(
    "You raised the loss to the power e. It is the other way round: e to the power of the loss."
)
exercise.mistake("squared", lambda mean_nll: mean_nll**2).says(
    "You squared the loss. Perplexity is the exponential of the loss: log 4 = 1.386 nats must give 4."
)
exercise.mistake("rounded", lambda mean_nll: round(math.exp(mean_nll))).says(
    "You rounded to a whole number. “As unsure as among k words” need not be a whole k: a loss of 0.31 gives 1.363."
)
exercise.mistake("rounded_down", lambda mean_nll: math.floor(math.exp(mean_nll))).says(
    "You cut off the decimals. “As unsure as among k words” need not be a whole k: a loss of 0.31 gives 1.363."
)
exercise.mistake("rounded_up", lambda mean_nll: math.ceil(math.exp(mean_nll))).says(
    "You rounded up to a whole number. “As unsure as among k words” need not be a whole k: a loss of 0.31 gives 1.363."
)
exercise.mistake("expm1", lambda mean_nll: np.expm1(mean_nll)).says(
    "You subtracted 1. A model that is certain and right, loss 0, is as unsure as among ONE word: its perplexity is "
    "1, not 0."
)
exercise.mistake("inverse_of_the_loss", lambda mean_nll: np.float64(1) / np.float64(mean_nll)).says(
    "You took 1 / loss. The loss is a logarithm; undo it with the exponential."
)
exercise.mistake("one_minus", lambda mean_nll: 1 - np.exp(-mean_nll)).says(
    "You took 1 − e^(−loss), the chance of being wrong. Perplexity is e^loss: a number of words, at least 1."
)
exercise.mistake("exponential_twice_in_python", lambda mean_nll: math.exp(math.exp(mean_nll))).says(
    "You took the exponential twice (and the second one overflows for large losses). A loss of 0 must give 1, and "
    "e^(e^0) is 2.718."
)
exercise.mistake("exponential_twice", lambda mean_nll: np.exp(np.exp(mean_nll))).says(
    "You took the exponential twice. A loss of 0 must give 1, and e^(e^0) is 2.718."
)
exercise.mistake("array_of_one", lambda mean_nll: np.exp(np.array([mean_nll]))).says(
    "You returned an array, a list or a tuple that holds the number (a comma after `return …` makes a tuple). A "
    "single float is asked for."
)
exercise.mistake("times_log_two", lambda mean_nll: mean_nll * np.log(2)).says(
    "You multiplied by log 2, which turns bits into nats. The loss is in nats already, and perplexity is no unit "
    "change: it is e^loss."
)
exercise.mistake("root", lambda mean_nll: np.sqrt(np.exp(mean_nll))).says(
    "You took a square root. The loss is a mean per word already: e^loss is all."
)
exercise.mistake("exponential_of_the_inverse", lambda mean_nll: np.exp(np.float64(1) / np.float64(mean_nll))).says(
    "You put 1 / loss into the exponent. A larger loss must give a larger perplexity: e^loss."
)
exercise.mistake("divided_by_the_loss", lambda mean_nll: np.exp(mean_nll) / np.float64(mean_nll)).says(
    "You divided by the loss. `mean_nll` is a mean already: e^loss is all."
)
exercise.mistake("plus_one", lambda mean_nll: np.exp(mean_nll) + 1).says(
    "You added 1. A model that is certain and right, loss 0, is as unsure as among ONE word, and e^0 is 1 already."
)
exercise.mistake("base_three", lambda mean_nll: 3**mean_nll).says(
    "Your base is not e. The loss is in natural logarithms, and only e undoes them: log 4 = 1.386 nats must give 4."
)
exercise.mistake("zero_for_no_loss", lambda mean_nll: mean_nll and math.exp(mean_nll)).says(
    "For a loss of 0 you return 0. `mean_nll and …` (or `if mean_nll:`) takes the number 0 for “nothing”; a model "
    "that is certain and right has perplexity e^0 = 1."
)
exercise.mistake("caret", lambda mean_nll: np.e ^ mean_nll).says(
    "`^` is not a power in Python (it combines the bits of whole numbers). A power is written `**`; the exponential "
    "is `np.exp`."
)
exercise.mistake("loss_returned_too", lambda mean_nll: (mean_nll, math.exp(mean_nll))).says(
    "You returned two numbers, the loss and the perplexity. Return the perplexity alone."
)
exercise.mistake("logarithm_to_base_two", lambda mean_nll: np.log2(mean_nll)).says(
    "You took a logarithm of the loss, to base 2. The loss is a logarithm already; undo it with the exponential."
)
exercise.mistake("logarithm_to_base_ten", lambda mean_nll: np.log10(mean_nll)).says(
    "You took a logarithm of the loss, to base 10. The loss is a logarithm already; undo it with the exponential."
)
exercise.mistake("minus_logarithm", lambda mean_nll: -np.log(mean_nll)).says(
    "You took −log of the loss. The loss holds −log p already; perplexity undoes it with the exponential."
)
exercise.mistake("log1p", lambda mean_nll: np.log1p(mean_nll)).says(
    "You took log(1 + loss). The loss is a logarithm already; undo it with the exponential: a loss of 1 gives e = "
    "2.718."
)

for base in (2.7, 2.71, 2.72, 2.718, 2.7182, 2.7183, 2.71828):
    exercise.mistake(f"rounded_e_{base}", lambda mean_nll, base=base: base**mean_nll).says(
        "Your e is cut short. A small error in the base grows with the exponent: 2.718^20 is 1 in 480 too small. "
        "`np.exp` knows e to 16 digits."
    )

for factor in (1.44, 1.443, 1.4427, 1.45):
    exercise.mistake(f"rounded_conversion_{factor}", lambda mean_nll, factor=factor: 2 ** (mean_nll * factor)).says(
        "You turned nats into bits with a rounded factor, and its error grows in the exponent. Divide by `np.log(2)`, "
        "or simpler, stay in nats: e^loss."
    )

exercise.mistake("vocabulary_as_base", lambda mean_nll: 248.0**mean_nll).says(
    "You raised V, the number of words, to the loss. The base is e, the base of the logarithm in the loss: then a "
    "loss of log V gives V."
)

for factor in (1.44, 1.443, 1.4427):
    exercise.mistake(f"converted_then_base_e_{factor}", lambda mean_nll, factor=factor: np.exp(mean_nll * factor)).says(
        "You converted the loss to bits and then raised e to it. Either bits with base 2, or nats with base e."
    )

for bound in (2.0, 5.0, 10.0):
    exercise.mistake(f"loss_capped_at_{bound:.0f}", lambda mean_nll, bound=bound: math.exp(min(mean_nll, bound))).says(
        "You capped the loss before the exponential. A bad model has a large perplexity, and it should show: a loss "
        "of 20 nats gives 485 million."
    )

for digits in (0, 1, 2):
    exercise.mistake(
        f"loss_rounded_to_{digits}", lambda mean_nll, digits=digits: math.exp(round(mean_nll, digits))
    ).says(
        "You rounded the loss before the exponential, and the exponential makes the error larger. Do not round in "
        "between."
    )

for digits in (1, 2, 3):
    exercise.mistake(f"rounded_to_{digits}", lambda mean_nll, digits=digits: round(math.exp(mean_nll), digits)).says(
        "You rounded the result. Return it with all its digits and round only where it is printed."
    )

exercise.mistake("power_series_cut_short", lambda mean_nll: 1 + mean_nll + mean_nll**2 / 2).says(
    "You took the first terms of the exponential's series, 1 + x + x²/2. That is near e^x for small x only: a loss of "
    "5.11 gives 19 where 165.7 is right."
)
exercise.mistake("one_plus_loss", lambda mean_nll: 1 + mean_nll).says(
    "You added 1 to the loss. That is near e^loss for small losses only: a loss of 5.11 gives 165.7, not 6.11."
)
exercise.mistake("negative_exponent_base_two", lambda mean_nll: 2.0**-mean_nll).says(
    "You took 2^(−loss): the base is e for nats, and the exponent is the loss itself, without a minus sign."
)

exercise.right(lambda mean_nll: math.exp(mean_nll))
exercise.right(lambda mean_nll: 2 ** (mean_nll / math.log(2)))
exercise.right(lambda mean_nll: math.e**mean_nll)
exercise.right(lambda mean_nll: 1.0 / np.exp(np.float32(-mean_nll)))
