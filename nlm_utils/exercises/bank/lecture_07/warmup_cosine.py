"""warmup_cosine: a line up, half a cosine down. Learners miss a seam, an end, the floor, or a part of (1 + cos)/2."""

from math import cos, exp, pi, radians, sin

import numpy as np

from nlm_utils import optim
from nlm_utils.exercises.definition import Exercise

from ...families import argument
from . import two_things

exercise = Exercise(
    optim.warmup_cosine,
    checks="the first step, the warm-up, the peak, half way down, the last steps, after the end, a floor",
    explanation=(
        "During the warm-up the rate is a share step/warmup of the peak. After it, progress runs from 0 at `warmup` "
        "to 1 at `total`, and (1 + cos(π·progress))/2 from 1 down to 0, flat at both ends. Cutting progress off at 1 "
        "keeps the floor for ever; without that, the cosine would rise again."
    ),
    hints=[
        "Two cases: before `warmup`, and from there on. Which value has the cosine part at step = warmup, and at "
        "total?",
        "How far are we between warmup and total, as a number from 0 to 1? That is (step − warmup)/(total − warmup); "
        "it must not go beyond 1.",
        "floor + (peak − floor)·(1 + cos(π·progress))/2, with `math.cos`, which takes radians.",
    ],
)

exercise.case(0, 4, 12, 0.8)
exercise.case(1, 4, 12, 0.8)
exercise.case(3, 4, 12, 0.8, 0.1)
exercise.case(4, 4, 12, 0.8)
exercise.case(5, 4, 12, 0.8)
exercise.case(8, 4, 12, 0.8, floor=0.2)
exercise.case(11, 4, 12, 0.8)
exercise.case(12, 4, 12, 0.8)
exercise.case(12, 4, 12, 0.8, floor=0.2)
exercise.case(17, 4, 12, 0.8, floor=0.2)
exercise.case(20, 4, 12, 0.8)
exercise.case(40, 10, 100, 3e-3, 3e-4)
exercise.case(95, 10, 100, 3e-3, 3e-4)
exercise.case(1, 1, 3, 2.0, 0.5)
exercise.case(0, 4, 12, 0.8, 0.1)
exercise.case(1, 10, 30, 2, 1)
exercise.case(3, 5, 9, 2)


def _draw(rng):
    warmup, decay = (int(n) for n in rng.integers(1, 30, 2))
    peak = 10 ** rng.uniform(-5, 1)
    return int(rng.integers(0, 2 * (warmup + decay))), warmup, warmup + decay, peak, peak * rng.random()


exercise.drawn(_draw, times=8)


def _schedule(
    warm=lambda s, w, n, p, f: p * s / w,
    progress=lambda s, w, n: (s - w) / (n - w),
    curve=lambda x: (1 + cos(pi * x)) / 2,
    height=lambda c, p, f: f + (p - f) * c,
    after=lambda p, f: f,
):
    """A schedule from its parts: warm before warmup, height(curve(progress), …) from there on, after from total on.

    s is the step, w warmup, n total, p peak, f floor.
    """

    def schedule(step, warmup, total, peak, floor=0.0):
        if step < warmup:
            return warm(step, warmup, total, peak, floor)
        if step >= total and after is not None:
            return after(peak, floor)
        return height(curve(progress(step, warmup, total)), peak, floor)

    return schedule


def _to_the_end(**part):
    """The same part wrong where progress is cut off at 1, so that it is wrong after `total`, too."""
    progress = part.pop("progress", lambda s, w, n: (s - w) / (n - w))
    return _schedule(progress=lambda s, w, n: min(progress(s, w, n), 1.0), after=None, **part)


# Where the cosine begins and ends
for id, progress, sentence in (
    ("cosine_over_total", lambda s, w, n: (s - w) / n, "Your cosine runs over `total` steps, from warmup on."),
    ("jump_at_the_seam", lambda s, w, n: s / n, "Your cosine starts at step 0, so that the rate jumps at the seam."),
    ("seam_of_shifted_start", lambda s, w, n: s / (n - w), "You divide step, not step − warmup, by total − warmup."),
    ("decay_one_ahead", lambda s, w, n: (s - w + 1) / (n - w), "Your cosine is one step ahead."),
    ("decay_ends_early", lambda s, w, n: (s - w) / max(n - w - 1, 1), "Your cosine is at the floor one step early."),
    ("total_plus_warmup", lambda s, w, n: (s - w) / (n + w), "You divide by total + warmup, not total − warmup."),
    ("brackets_missing", lambda s, w, n: s - w / n - w, "Brackets around both differences are missing."),
    ("brackets_in_progress", lambda s, w, n: (s - w) / n - w / pi, "You divide by total, and then subtract: brackets."),
):
    forms = {id: _schedule(progress=progress)}
    if progress(11, 4, 12) > 1 or progress(12, 4, 12) < 1:
        forms[f"{id}_to_the_end"] = _to_the_end(progress=progress)
    exercise.mistakes(**forms).says(
        f"{sentence} Progress is (step − warmup)/(total − warmup): 0 at step = warmup, 1 at step = total."
    )

# Its shape
for id, curve, sentence in (
    ("degrees", lambda x: (1 + cos(180 * x)) / 2, "You give the cosine degrees. It takes radians: half a turn is π."),
    ("no_pi", lambda x: (1 + cos(x)) / 2, "π is missing: the cosine of 0…1 only falls to 0.54. Half a turn is π."),
    ("whole_turn", lambda x: (1 + cos(2 * pi * x)) / 2, "Your cosine makes a whole turn, 2π: take half a turn."),
    ("quarter_turn", lambda x: cos(pi / 2 * x), "Your cosine makes a quarter of a turn: take half, in (1 + cos)/2."),
    ("half_missing", lambda x: 1 + cos(pi * x), "The ½ is missing: 1 + cos goes up to 2, twice the peak."),
    ("one_missing", lambda x: cos(pi * x), "cos alone runs from 1 to −1; (1 + cos)/2 from 1 to 0."),
    ("half_cosine_alone", lambda x: cos(pi * x) / 2, "The 1 is missing: (1 + cos)/2 runs from 1 to 0."),
    ("upwards", lambda x: (1 - cos(pi * x)) / 2, "Your rate rises: it is (1 + cos)/2 that falls from 1 to 0."),
    ("sine", lambda x: (1 + sin(pi * x)) / 2, "You take the sine, which comes back to 0; the cosine falls from 1."),
    ("straight_down", lambda x: 1 - x, "Your rate falls in a straight line. Half a cosine is flat at both ends."),
    ("exponential_decay", lambda x: exp(-x), "Your rate falls exponentially. Half a cosine is flat at both ends."),
    ("squared", lambda x: ((1 + cos(pi * x)) / 2) ** 2, "You square the cosine's part, (1 + cos)/2."),
    (
        "half_of_the_cosine_alone",
        lambda x: 1 + cos(pi * x) / 2,
        "You halve the cosine alone: (1 + cos)/2, in brackets.",
    ),
    ("half_for_one", lambda x: 0.5 + cos(pi * x), "½ is added where 1 + cos is halved: (1 + cos)/2."),
    ("no_decay", lambda x: 1, "Your rate stays at the peak. From `warmup` on it falls along half a cosine."),
):
    forms = {id: _schedule(curve=curve)}
    if abs(curve(1)) > 1e-9:
        forms[f"{id}_to_the_end"] = _to_the_end(curve=curve)
    exercise.mistakes(**forms).says(sentence)

# From peak to floor, and after total; c is the cosine part, from 1 to 0
for id, height, sentence in (
    ("floor_on_top", lambda c, p, f: f + p * c, "Your curve begins at peak + floor."),
    ("floor_ignored_on_the_way", lambda c, p, f: p * c, "Your cosine goes down to 0, and then jumps up to the floor."),
    ("floor_as_a_cut", lambda c, p, f: max(f, p * c), "Your cosine goes down to 0, and you cut it off at the floor."),
    ("floor_not_subtracted_from_peak", lambda c, p, f: (p - f) * c, "The floor is not added again."),
    ("floor_as_a_share", lambda c, p, f: p * (f + (1 - f) * c), "You take the floor for a share of the peak."),
    ("sum_for_difference", lambda c, p, f: (p + f) * c, "The curve's height is peak − floor, not the sum."),
    ("sum_on_the_floor", lambda c, p, f: f + (p + f) * c, "The curve's height is peak − floor, not the sum."),
    ("brackets_around_both", lambda c, p, f: p + (2 * c - 1) / 2, "Brackets around 1 + cos(…) are missing."),
    ("peak_less_floor_alone", lambda c, p, f: p - f * c, "Brackets around peak − floor are missing."),
    ("brackets", lambda c, p, f: f + (p - f) / 2 + 2 * c - 1, "Brackets around 1 + cos(…) are missing."),
    ("cosine_alone_without_floor", lambda c, p, f: p * (2 * c - 1), "cos alone falls to −1; and no floor."),
):
    forms = {id: _schedule(height=height)}
    if height(0, 2, 0.5) not in (0, 0.5):
        forms[f"{id}_to_the_end"] = _to_the_end(height=height)
    exercise.mistakes(**forms).says(f"{sentence} It is floor + (peak − floor)·(1 + cos)/2.")
for id, height, sentence in (
    ("cosine_of_lambda_lr", lambda c, p, f: p * c, "it has no floor"),
    ("cosine_of_lambda_lr_cut", lambda c, p, f: max(f, p * c), "it goes down to 0 and is cut off at the floor"),
):
    exercise.mistake(id, _schedule(height=height, after=None)).says(
        f"Two things about your cosine: {sentence}, where floor + (peak − floor)·(1 + cos)/2 is wanted; and it rises "
        "again after `total`, where the rate stays at the floor."
    )
exercise.mistake("straight_down_cut", _schedule(curve=lambda x: 1 - x, height=lambda c, p, f: max(f, p * c))).says(
    "Your rate falls in a straight line to 0, cut off at the floor. Half a cosine from peak to floor is wanted."
)
exercise.takes(
    argument("floor", zero=("floor_ignored", "The floor is missing: your rate falls to 0. It runs from peak to floor."))
)
for id, after, sentence in (
    ("rises_again", None, "After `total` your cosine goes up again. From there on the rate stays at the floor."),
    ("zero_after_the_end", lambda p, f: 0.0, "From `total` on your rate is 0. It stays at the floor."),
    ("peak_after_the_end", lambda p, f: p, "From `total` on your rate is the peak again. It stays at the floor."),
):
    exercise.mistake(id, _schedule(after=after)).says(sentence)

# The warm-up
for id, warm, sentence in (
    ("warmup_one_ahead", lambda s, w, n, p, f: p * (s + 1) / w, "Your warm-up is one step ahead."),
    ("warmup_plus_one", lambda s, w, n, p, f: p * (s + 1) / (w + 1), "Your warm-up takes shares of warmup + 1."),
    ("warmup_above_the_floor", lambda s, w, n, p, f: max(f, p * s / w), "Your warm-up starts at the floor, by `max`."),
    (
        "warmup_one_ahead_above_the_floor",
        lambda s, w, n, p, f: max(f, p * (s + 1) / w),
        "Your warm-up is one step ahead, and cut off at the floor.",
    ),
    (
        "warmup_overwritten",
        lambda s, w, n, p, f: f + (p - f) * (1 + cos(pi * (s - w) / (n - w))) / 2,
        "Your cosine stands there before `warmup`, too: is a second `if` an `elif`, or a `return` missing?",
    ),
    ("warmup_floored", lambda s, w, n, p, f: p * s // w, "`//` gives whole numbers; divide with `/`."),
    ("warmup_on_the_floor", lambda s, w, n, p, f: f + p * s / w, "Your warm-up stands on the floor."),
    ("warmup_minus_one", lambda s, w, n, p, f: p * s / max(w - 1, 1), "Your warm-up is at the peak one step early."),
    ("warmup_from_the_floor", lambda s, w, n, p, f: f + (p - f) * s / w, "Your warm-up starts from the floor."),
    ("warmup_to_peak_minus_floor", lambda s, w, n, p, f: (p - f) * s / w, "Your warm-up rises to peak − floor."),
    (
        "warmup_whole_numbers",
        lambda s, w, n, p, f: 0.0,
        "Your rate is 0 all through the warm-up (`//` does that, too).",
    ),
    ("no_warmup", lambda s, w, n, p, f: p, "There is no warm-up: the rate is the peak from the start."),
    ("warmup_over_total", lambda s, w, n, p, f: p * s / n, "You divide by `total`; it is over after `warmup`."),
    ("warmup_without_peak", lambda s, w, n, p, f: s / w, "Your warm-up rises to 1. It is a share of the PEAK."),
    ("warmup_squared", lambda s, w, n, p, f: p * (s / w) ** 2, "Your warm-up is a parabola."),
    ("warmup_root", lambda s, w, n, p, f: p * (s / w) ** 0.5, "Your warm-up is a root."),
    ("warmup_falls", lambda s, w, n, p, f: p * (1 - s / w), "Your warm-up FALLS from the peak to 0."),
    ("warmup_step_alone", lambda s, w, n, p, f: p * s, "Your warm-up is not divided by `warmup`."),
    ("warmup_at_the_floor", lambda s, w, n, p, f: f, "Your rate is the floor all through the warm-up."),
    ("warmup_exponential", lambda s, w, n, p, f: p * (exp(s / w) - 1) / (exp(1) - 1), "Your warm-up is exponential."),
    ("warmup_as_cosine", lambda s, w, n, p, f: p * (1 - cos(pi * s / w)) / 2, "Your warm-up is a cosine, too."),
):
    exercise.mistake(id, _schedule(warm)).says(f"{sentence} Before `warmup` it is a line, peak·step/warmup.")
exercise.mistake(
    "share_of_peak", lambda step, warmup, total, *_, **floor: optim.warmup_cosine(step, warmup, total, 1.0)
).says("You return the share of the peak, a number from 0 to 1. Multiply by `peak` (and mind the floor).")
exercise.mistake(
    "maximum_for_minimum", _schedule(progress=lambda s, w, n: max((s - w) / (n - w), 1.0), after=None)
).says("`max` makes progress at least 1, so that the curve is over at once. It is at MOST 1: `min(1.0, progress)`.")
exercise.mistake("restarts", _schedule(progress=lambda s, w, n: (s - w) / (n - w) % 1, after=None)).says(
    "After `total` your cosine starts anew (warm restarts). From there on the rate stays at the floor."
)
two_things(
    exercise,
    _schedule,
    {
        "warm": {
            "warmup_one_ahead": ("The warm-up is peak·step/warmup.", lambda s, w, n, p, f: p * (s + 1) / w),
            "warmup_plus_one": ("The warm-up is a share of `warmup`, not + 1.", lambda s, w, n, p, f: p * s / (w + 1)),
            "warmup_over_total": ("The warm-up is over after `warmup`.", lambda s, w, n, p, f: p * s / n),
            "warmup_without_peak": ("The warm-up rises to the PEAK.", lambda s, w, n, p, f: s / w),
            "no_warmup": ("The warm-up is missing.", lambda s, w, n, p, f: p),
            "warmup_from_the_floor": ("The warm-up starts at 0.", lambda s, w, n, p, f: f + (p - f) * s / w),
            "warmup_falls": ("The warm-up RISES, from 0.", lambda s, w, n, p, f: p * (1 - s / w)),
        },
        "progress": {
            "over_total": ("Progress is over total − warmup.", lambda s, w, n: (s - w) / n),
            "from_step_0": ("Progress counts from `warmup`.", lambda s, w, n: s / n),
        },
        "curve": {
            "no_half": ("(1 + cos)/2 is halved.", lambda x: 1 + cos(pi * x)),
            "no_one": ("It is (1 + cos)/2.", lambda x: cos(pi * x)),
            "no_pi": ("The cosine is that of π·progress.", lambda x: (1 + cos(x)) / 2),
            "straight": ("The rate falls along a cosine, not a line.", lambda x: 1 - x),
        },
        "height": {
            "no_floor": ("It falls to the floor, not to 0.", lambda c, p, f: p * c),
            "floor_on_top": ("The height is peak − floor.", lambda c, p, f: f + p * c),
            "floor_as_a_cut": ("It falls to the floor by itself, no `max`.", lambda c, p, f: max(f, p * c)),
        },
        "after": {
            "rises_again": ("After `total` the rate stays at the floor.", None),
            "zero_afterwards": ("After `total` the rate is the floor, not 0.", lambda p, f: 0.0),
        },
    },
    without=(
        "no_one_and_no_floor",
        "no_pi_and_floor_as_a_cut",
        "straight_and_floor_as_a_cut",
        "no_floor_and_rises_again",
        "no_floor_and_zero_afterwards",
        "floor_as_a_cut_and_rises_again",
    ),
)


@exercise.mistake("zero_long_after_the_end").says("After `total` your rate is 0. It stays at the floor.")
def zero_long_after_the_end(step, warmup, total, peak, floor=0.0):
    return 0.0 if step > total else optim.warmup_cosine(step, warmup, total, peak, floor)


@exercise.mistake("peak_long_after_the_end").says("After `total` your rate is the peak again. It stays at the floor.")
def peak_long_after_the_end(step, warmup, total, peak, floor=0.0):
    return peak if step > total else optim.warmup_cosine(step, warmup, total, peak, floor)


@exercise.mistake("one_ahead").says(
    "You are one step ahead, in the warm-up and after it: steps count from 0, so that the first rate is 0."
)
def one_ahead(step, warmup, total, peak, floor=0.0):
    return optim.warmup_cosine(step + 1, warmup, total, peak, floor)


@exercise.mistake("cosine_during_warmup").says(
    "Your warm-up multiplies the cosine instead of standing before it. Until `warmup` the line alone holds."
)
def cosine_during_warmup(step, warmup, total, peak, floor=0.0):
    cosine = floor + (peak - floor) * (1 + cos(pi * min(step / total, 1.0))) / 2
    return cosine * min(1.0, step / warmup)


@exercise.right
def case_by_case(step, warmup, total, peak, floor=0.0):
    if step >= total:
        return floor
    if step >= warmup:
        return floor + 0.5 * (peak - floor) * (1 + np.cos(np.pi * (step - warmup) / (total - warmup)))
    return step / warmup * peak


@exercise.right
def by_half_angle(step, warmup, total, peak, floor=0.0):
    if step <= warmup:
        return peak * step / warmup
    angle = np.clip((step - warmup) / (total - warmup), 0, 1) * np.pi
    return float(peak * np.cos(angle / 2) ** 2 + floor * np.sin(angle / 2) ** 2)


@exercise.right
def by_interpolation(step, warmup, total, peak, floor=0.0):
    progress = np.interp(step, [warmup, total], [0.0, 1.0])
    decay = floor + (peak - floor) * (1 + cos(radians(180 * progress))) / 2
    return np.array(decay) if step >= warmup else np.float64(peak) * step / warmup


@exercise.right
def from_the_peak_down(step, warmup, total, peak, floor=0.0):
    step = min(step, total)
    down = sin(pi / 2 * max(step - warmup, 0) / (total - warmup)) ** 2
    return min(step / max(1, warmup), 1) * (peak - (peak - floor) * down)
