"""warmup_cosine."""

import math

import numpy as np

from nlm_utils import optim
from nlm_utils.exercises.definition import Exercise

exercise = Exercise(
    optim.warmup_cosine,
    checks=("the first step, the warm-up, the peak, half way down, the last steps, after the end, a floor"),
    explanation=(
        "During the warm-up the rate is a share step/warmup of the peak. After it, progress runs from 0 at `warmup` "
        "to 1 at `total`, and (1 + cos(π·progress))/2 from 1 down to 0, flat at both ends. Cutting progress off at 1 "
        "keeps the floor for ever; without that, the cosine would rise again."
    ),
    hints=[
        (
            "Two cases: before `warmup`, and from there on. Which value has the cosine part at step = warmup, and at "
            "total?"
        ),
        (
            "How far are we between warmup and total, as a number from 0 to 1? That is (step − warmup)/(total − "
            "warmup); it must not go beyond 1."
        ),
        "floor + (peak − floor)·(1 + cos(π·progress))/2, with `math.cos`, which takes radians.",
    ],
)

exercise.case(0, 4, 12, 0.8)
exercise.case(1, 4, 12, 0.8)
exercise.case(3, 4, 12, 0.8, 0.2)
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


def _schedule(warm, decay, after=None):
    """A wrong schedule from its parts: warm(step, …) before warmup, decay(progress, …) until total, then after."""

    def schedule(step, warmup, total, peak, floor=0.0):
        if step < warmup:
            return warm(step, warmup, total, peak, floor)
        if step >= total and after is not None:
            return after(peak, floor)
        return decay(step, warmup, total, peak, floor)

    return schedule


def _line(step, warmup, total, peak, floor):
    return peak * step / warmup


def _down(step, warmup, total, peak, floor):
    return floor + (peak - floor) * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2


def _at_floor(peak, floor):
    return floor


def _wrong(warm=_line, decay=_down, after=_at_floor):
    return _schedule(warm, decay, after)


exercise.mistake(
    "cosine_over_total", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * (s - w) / n)) / 2)
).says(
    "Your cosine runs over `total` steps. Only total − warmup are left after the warm-up: it has to be at its lowest "
    "at step = total."
)
exercise.mistake(
    "jump_at_the_seam", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * s / n)) / 2)
).says(
    "Your cosine starts at step 0, so that the rate jumps at the end of the warm-up. It has to start where the "
    "warm-up ends: count from `warmup`."
)
exercise.mistake(
    "seam_of_shifted_start", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * s / (n - w))) / 2)
).says("You divide step, not step − warmup, by total − warmup: the cosine starts too far down and ends too early.")
exercise.mistake(
    "degrees", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(180 * (s - w) / (n - w))) / 2)
).says("You give the cosine degrees. `math.cos` and `np.cos` take radians: half a turn is π, not 180.")
exercise.mistake("no_pi", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos((s - w) / (n - w))) / 2)).says(
    "π is missing: the cosine of 0…1 only falls to 0.54. Half a turn is π."
)
exercise.mistake(
    "whole_turn", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(2 * math.pi * (s - w) / (n - w))) / 2)
).says(
    "Your cosine makes a whole turn, 2π, and is up again at the end. Half a turn, π, leads from the top to the bottom."
)
exercise.mistake(
    "quarter_turn", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * math.cos(math.pi / 2 * (s - w) / (n - w)))
).says("Your cosine makes a quarter of a turn, π/2. It takes half a turn, and (1 + cos)/2 to bring it between 0 and 1.")
exercise.mistake(
    "half_missing", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * (s - w) / (n - w))))
).says("The ½ is missing: 1 + cos goes up to 2, so the rate would be twice the peak after the warm-up.")
exercise.mistake(
    "one_missing", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * math.cos(math.pi * (s - w) / (n - w)))
).says("cos alone runs from 1 to −1. Bring it between 1 and 0: (1 + cos)/2.")
exercise.mistake(
    "half_cosine_alone", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * math.cos(math.pi * (s - w) / (n - w)) / 2)
).says("The 1 is missing: cos/2 runs from ½ to −½. (1 + cos)/2 runs from 1 to 0.")
exercise.mistake(
    "upwards", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * (1 - math.cos(math.pi * (s - w) / (n - w))) / 2)
).says("Your rate rises after the warm-up: (1 − cos)/2 runs from 0 to 1, and it is (1 + cos)/2 that falls.")
exercise.mistake(
    "sine", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.sin(math.pi * (s - w) / (n - w))) / 2)
).says("You take the sine. It starts at 0 and comes back to 0; the cosine goes down from 1.")
exercise.mistake("straight_down", _wrong(decay=lambda s, w, n, p, f: p - (p - f) * (s - w) / (n - w))).says(
    "Your rate falls in a straight line. Half a cosine is flat at both ends and steepest in the middle."
)
exercise.mistake(
    "floor_on_top", _wrong(decay=lambda s, w, n, p, f: f + p * (1 + math.cos(math.pi * (s - w) / (n - w))) / 2)
).says(
    "You put the floor on top of the whole curve, so that the peak is peak + floor. Only peak − floor is scaled by "
    "the cosine."
)
exercise.mistake(
    "floor_ignored_on_the_way", _wrong(decay=lambda s, w, n, p, f: p * (1 + math.cos(math.pi * (s - w) / (n - w))) / 2)
).says(
    "The floor is missing from your cosine: the curve goes down to 0 and then jumps up to the floor. It runs from "
    "peak to floor."
)
exercise.mistake(
    "floor_ignored",
    _wrong(decay=lambda s, w, n, p, f: p * (1 + math.cos(math.pi * (s - w) / (n - w))) / 2, after=lambda p, f: 0.0),
).says("The floor is missing: your rate falls to 0. It runs from peak down to floor, and stays there.")
exercise.mistake(
    "floor_as_a_cut", _wrong(decay=lambda s, w, n, p, f: max(f, p * (1 + math.cos(math.pi * (s - w) / (n - w))) / 2))
).says(
    "You let the cosine run down to 0 and cut it off at the floor. The curve itself runs from peak to floor, without "
    "a corner."
)
exercise.mistake(
    "floor_not_subtracted_from_peak",
    _wrong(decay=lambda s, w, n, p, f: (p - f) * (1 + math.cos(math.pi * (s - w) / (n - w))) / 2),
).says("Your curve is peak − floor too low: the floor is not added again. It runs from peak to floor.")
exercise.mistake("rises_again", _wrong(after=None)).says(
    "After `total` your cosine goes up again. From there on the rate stays at the floor."
)
exercise.mistake("zero_after_the_end", _wrong(after=lambda p, f: 0.0)).says(
    "From `total` on your rate is 0. It stays at the floor."
)
exercise.mistake("peak_after_the_end", _wrong(after=lambda p, f: p)).says(
    "From `total` on your rate is the peak again. It stays at the floor."
)
exercise.mistake("warmup_one_ahead", _wrong(warm=lambda s, w, n, p, f: p * (s + 1) / w)).says(
    "Your warm-up is one step ahead: step 0 has the rate 0, and the peak is reached AT step = warmup, not before."
)
exercise.mistake("warmup_plus_one", _wrong(warm=lambda s, w, n, p, f: p * (s + 1) / (w + 1))).says(
    "Your warm-up takes shares of warmup + 1. At step s it is s/warmup of the peak, from 0 at step 0."
)
exercise.mistake("warmup_minus_one", _wrong(warm=lambda s, w, n, p, f: p * s / max(w - 1, 1))).says(
    "Your warm-up reaches the peak one step too early: it divides by warmup − 1. At step s it is s/warmup of the peak."
)
exercise.mistake("warmup_from_the_floor", _wrong(warm=lambda s, w, n, p, f: f + (p - f) * s / w)).says(
    "Your warm-up starts from the floor. It starts from 0: peak·step/warmup."
)
exercise.mistake("warmup_to_peak_minus_floor", _wrong(warm=lambda s, w, n, p, f: (p - f) * s / w)).says(
    "Your warm-up rises towards peak − floor. It rises from 0 to the peak."
)
exercise.mistake("warmup_whole_numbers", _wrong(warm=lambda s, w, n, p, f: p * (s // w))).says(
    "`//` cuts off what follows the point: step // warmup is 0 in the whole warm-up. Divide with `/`."
)
exercise.mistake("no_warmup", _wrong(warm=lambda s, w, n, p, f: p)).says(
    "There is no warm-up: the rate is the peak from the start. Before `warmup` it is peak·step/warmup."
)
exercise.mistake("warmup_over_total", _wrong(warm=lambda s, w, n, p, f: p * s / n)).says(
    "Your warm-up divides by `total`. It is over after `warmup` steps: peak·step/warmup."
)
exercise.mistake("warmup_without_peak", _wrong(warm=lambda s, w, n, p, f: s / w)).says(
    "Your warm-up rises to 1. It is a share step/warmup of the PEAK."
)
exercise.mistake("warmup_as_cosine", _wrong(warm=lambda s, w, n, p, f: p * (1 - math.cos(math.pi * s / w)) / 2)).says(
    "Your warm-up is a cosine too. It is a straight line: peak·step/warmup."
)
exercise.mistake(
    "decay_one_ahead",
    _wrong(decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * (s - w + 1) / (n - w))) / 2),
).says("Your cosine is one step ahead: at step = warmup progress is 0 and the rate is the peak.")
exercise.mistake(
    "decay_ends_early",
    _wrong(decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * (s - w) / max(n - w - 1, 1))) / 2),
).says(
    "Your cosine divides by total − warmup − 1 and reaches the floor one step early. It is at the floor at step = "
    "total."
)
exercise.mistake("no_decay", _wrong(decay=lambda s, w, n, p, f: p)).says(
    "Your rate stays at the peak after the warm-up. From there it falls along half a cosine to the floor."
)
exercise.mistake(
    "brackets", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * 0.5 + math.cos(math.pi * (s - w) / (n - w)))
).says("Brackets: 1 + cos(…) as a whole is multiplied by (peak − floor)/2.")
exercise.mistake(
    "brackets_in_progress",
    _wrong(decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * (s - w) / n - w)) / 2),
).says(
    "Brackets: (step − warmup)/(total − warmup). Without the second pair you divide by total first and then subtract."
)
exercise.mistake(
    "sum_for_difference", _wrong(decay=lambda s, w, n, p, f: (p + f) * (1 + math.cos(math.pi * (s - w) / (n - w))) / 2)
).says("The height of the curve is peak − floor, and it stands on the floor.")
exercise.mistake(
    "cosine_alone_without_floor", _wrong(decay=lambda s, w, n, p, f: p * math.cos(math.pi * (s - w) / (n - w)))
).says("cos alone runs from 1 to −1, and the floor is missing: floor + (peak − floor)·(1 + cos)/2.")
exercise.mistake(
    "exponential_decay", _wrong(decay=lambda s, w, n, p, f: f + (p - f) * math.exp(-(s - w) / (n - w)))
).says("Your rate falls exponentially. Half a cosine is asked for, flat at both ends.")
exercise.mistake(
    "total_plus_warmup",
    _wrong(decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * (s - w) / (n + w))) / 2),
).says("You divide by total + warmup. After the warm-up total − warmup steps are left.")


@exercise.mistake("cosine_during_warmup").says(
    "Your warm-up multiplies the cosine instead of standing before it. Until `warmup` the line alone holds."
)
def cosine_during_warmup(step, warmup, total, peak, floor=0.0):
    cosine = floor + (peak - floor) * (1 + math.cos(math.pi * min(step / total, 1.0))) / 2
    return cosine * min(1.0, step / warmup)


exercise.mistake(
    "share_of_peak", lambda step, warmup, total, peak, floor=0.0: optim.warmup_cosine(step, warmup, total, 1.0, 0.0)
).says("You return the share of the peak, a number from 0 to 1. Multiply by `peak` (and mind the floor).")


@exercise.right
def right_1(step, warmup, total, peak, floor=0.0):
    if step >= total:
        return floor
    if step >= warmup:
        return floor + 0.5 * (peak - floor) * (1 + np.cos(np.pi * (step - warmup) / (total - warmup)))
    return step / warmup * peak


@exercise.right
def right_2(step, warmup, total, peak, floor=0.0):
    if step <= warmup:
        return peak * step / warmup
    angle = np.clip((step - warmup) / (total - warmup), 0, 1) * np.pi
    return float(peak * np.cos(angle / 2) ** 2 + floor * np.sin(angle / 2) ** 2)


@exercise.right
def right_3(step, warmup, total, peak, floor=0.0):
    progress = np.interp(step, [warmup, total], [0.0, 1.0])
    decay = floor + (peak - floor) * (1 + math.cos(math.radians(180 * progress))) / 2
    return np.float32(decay) if step >= warmup else np.float32(peak) * step / warmup


exercise.right(
    lambda step, warmup, total, peak, floor=0.0: np.array(
        peak * step / warmup if step < warmup else _down(min(step, total), warmup, total, peak, floor)
    )
)
