"""pre_norm_block: twice x + part(norm(x)). Learners put a norm or a residual elsewhere, or leave it out."""

import math
from functools import partial

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors
from nlm_utils.exercises.families import result
from nlm_utils.exercises.observers.pre_norm_block import ASKED_ONCE, BY_HAND, PARTS

from . import numbers


def pre_norm_block(x, attention, feed_forward, norm1, norm2):
    """One block of a Transformer with the norms in front (Xiong et al. 2020); shaped like x.

    x                        (B, T, d)
    attention, feed_forward  functions (or modules) of one tensor (B, T, d) that return one shaped like it
    norm1, norm2             such functions too: norm1 for what attention reads, norm2 for what feed_forward reads

    Twice the same pattern: what a part computes from the normed stream is ADDED to the stream, which itself is never
    normed. Attention first, then feed_forward, which reads the stream with attention's result in it. Each of the four
    functions is called once. Gradients flow back to x, which stays as it was.
    """
    x = x + attention(norm1(x))
    return x + feed_forward(norm2(x))


exercise = Exercise(
    pre_norm_block,
    checks=(
        "sizes of 1 and more, linear and other parts, each called once, numbers of ±1000, float32, the gradient of x, "
        "x unchanged"
    ),
    explanation=(
        "The stream x runs through the block untouched but for what is added to it, so that a gradient finds a way "
        "back that no matrix and no norm lies on. The norms stand in the side branches, where they keep what the "
        "parts read at size 1."
    ),
    hints=[
        "Two steps of one pattern: stream = stream + part(norm(stream)).",
        "Attention reads `norm1(x)`. What it says is added to x itself, not to `norm1(x)`.",
        "The second step starts from the NEW stream, both in what is normed and in what is added to.",
        "`x = x + attention(norm1(x))` makes a new tensor and leaves the caller's alone (`x += …` would not).",
    ],
)


_AS_NUMBERS = "attention=3x + 1, feed_forward=5x + 2, norm1=2x, norm2=7x + 4"


def _block_case(*shape, seed, parts=PARTS, words="causal attention, a tanh network, two norms", **settings):
    exercise.case_from(lambda: (numbers(*shape, seed=seed, **settings), *parts), f"x of shape {shape}, {words}")


exercise.case_from(
    lambda: (torch.tensor([[[1.0, -2.0]]], dtype=torch.float64), *BY_HAND), f"tensor([[[1.0, -2.0]]]), {_AS_NUMBERS}"
)
_block_case(1, 2, 3, seed=200)
_block_case(2, 3, 4, seed=201)
_block_case(3, 4, 2, seed=202, parts=BY_HAND, words=_AS_NUMBERS)
_block_case(2, 2, 5, seed=203, scale=700.0)
_block_case(2, 4, 3, seed=204, dtype=torch.float32)
_block_case(2, 3, 3, seed=205, grad=True, words="which asks for gradients, and the parts from before")
_block_case(1, 1, 2, seed=206, parts=ASKED_ONCE, words=f"{_AS_NUMBERS}, and 1 more from a part that is asked again")
exercise.drawn(
    lambda rng: (*tensors(rng, "btd", d=int(rng.integers(2, 6))), *(PARTS, BY_HAND, ASKED_ONCE)[rng.integers(3)])
)


def _steps(first, second):
    """A block from its two steps, each (x, part, norm) -> the new stream."""
    return lambda x, attention, feed_forward, norm1, norm2: second(first(x, attention, norm1), feed_forward, norm2)


def _pre(x, part, norm):
    return x + part(norm(x))


def _replaced(places, x, *parts):
    return pre_norm_block(x, *(parts[place] for place in places))


def _part(x, part, norm):
    return part(x)


def _read_normed(x, part, norm):
    return part(norm(x))


def _plain_norm(x):
    return torch.nn.functional.layer_norm(x, x.shape[-1:])


def _in_place(x, part, norm):
    return x.add_(part(norm(x)))


# A step that is wrong, of the stream x, a part p and its norm n
for id, step, sentence in (
    ("post_norm", lambda x, p, n: n(x + p(x)), "{norm} comes after the sum, as in 2017. It belongs before {part}."),
    ("from_normed", lambda x, p, n: n(x) + p(n(x)), "you add to the NORMED stream. Add to the stream as it is."),
    ("no_residual", _read_normed, "the residual is missing: what {part} says is ADDED to the stream."),
    ("no_norm", lambda x, p, n: x + p(x), "{norm} is not used: {part} reads the normed stream."),
    ("part_alone", _part, "norm and residual are missing: {part} reads norm(x), and what it says is added."),
    ("norm_after_part", lambda x, p, n: x + n(p(x)), "you norm what {part} says; norm what it reads."),
    ("norm_twice", lambda x, p, n: x + n(p(n(x))), "you norm what {part} reads AND says. Norm what it reads."),
    ("norm_around", lambda x, p, n: n(x + p(n(x))), "you norm the sum, too. The stream itself is not normed."),
    ("norm_on_stream", lambda x, p, n: n(x) + p(x), "{norm} is on the stream. It belongs to what {part} reads."),
    ("norm_at_last", lambda x, p, n: n(p(x)), "{norm} comes after {part}, not in front, and the residual is missing."),
    ("residual_inside", lambda x, p, n: p(x + n(x)), "x is added BEFORE {part}. Add it to what {part} says."),
    ("reads_both", lambda x, p, n: x + p(n(x) + x), "{part} reads norm(x) PLUS x. It reads norm(x) alone."),
    ("residual_twice", lambda x, p, n: 2 * x + p(n(x)), "you add the stream twice. Once is enough."),
    ("product", lambda x, p, n: x * p(n(x)), "you multiply the stream with what {part} says. It is added."),
    ("difference", lambda x, p, n: x - p(n(x)), "you subtract what {part} says. It is added."),
    ("mean", lambda x, p, n: (x + p(n(x))) / 2, "you halve the sum. Nothing is averaged: the stream goes on in full."),
    ("root_two", lambda x, p, n: (x + p(n(x))) / math.sqrt(2), "you divide the sum by √2. The stream goes on in full."),
    ("concatenated", lambda x, p, n: torch.cat([x, p(n(x))], -1), "you concatenate. What {part} says is ADDED."),
):
    for which, where, block, part, norm in (
        ("", "In both steps", _steps(step, step), "the part", "the norm"),
        ("_first", "In your first step", _steps(step, _pre), "attention", "norm1"),
        ("_second", "In your second step", _steps(_pre, step), "feed_forward", "norm2"),
    ):
        exercise.mistake(id + which, block).says(f"{where} {sentence.format(part=part, norm=norm)}")

# Parts and norms that have changed places: which of (attention, feed_forward, norm1, norm2) stands where
for id, places, sentence in (
    ("norms_swapped", (0, 1, 3, 2), "The norms are exchanged: norm1 belongs to attention, norm2 to feed_forward."),
    ("parts_swapped", (1, 0, 2, 3), "The parts are exchanged: attention goes with norm1 and comes first."),
    ("feed_forward_first", (1, 0, 3, 2), "feed_forward comes first in yours. Attention comes first, with norm1."),
    ("norm1_twice", (0, 1, 2, 2), "You use norm1 for both parts. norm2 belongs to feed_forward."),
    ("norm2_twice", (0, 1, 3, 3), "You use norm2 for both parts. norm1 belongs to attention."),
    ("attention_twice", (0, 0, 2, 3), "You use attention in both steps. The second is feed_forward's."),
    ("feed_forward_twice", (1, 1, 2, 3), "You use feed_forward in both steps. The first is attention's."),
):
    exercise.mistake(id, partial(_replaced, places)).says(sentence)

# The steps mixed up: attention a with norm n, feed_forward f with norm m
for id, block, sentence in (
    ("parallel", lambda x, a, f, n, m: x + a(n(x)) + f(m(x)), "Both parts read the OLD stream, side by side."),
    ("parallel_one_norm", lambda x, a, f, n, m: x + a(n(x)) + f(n(x)), "Both parts read norm1(x), side by side."),
    ("parallel_no_norms", lambda x, a, f, n, m: x + a(x) + f(x), "Both parts read the old stream, unnormed."),
    ("parallel_no_residual", lambda x, a, f, n, m: a(n(x)) + f(m(x)), "Both parts read the old stream, which is lost."),
    ("second_residual_from_start", lambda x, a, f, n, m: x + f(m(x + a(n(x)))), "Your second step adds the old x."),
    ("both_parts_old", lambda x, a, f, n, m: x + f(m(x)), "Attention's result is lost: feed_forward reads the old x."),
    ("reads_attention_only", lambda x, a, f, n, m: x + a(n(x)) + f(m(a(n(x)))), "norm2 reads what attention says."),
    ("one_residual_around_both", lambda x, a, f, n, m: x + f(m(a(n(x)))), "One residual goes around both parts."),
    ("two_norms_in_a_row", lambda x, a, f, n, m: x + a(n(x)) + f(m(n(x))), "norm2 reads norm1(x), of the start."),
    ("normed_reused", lambda x, a, f, n, m: n(x) + a(n(x)) + f(m(n(x))), "You go on with the NORMED x in both steps."),
    ("post_norm_nested", lambda x, a, f, n, m: m(x + f(n(x + a(x)))), "x is added twice, and norms come after."),
    ("attention_only", lambda x, a, f, n, m: x + a(n(x)), "You stop there: feed_forward and norm2 are missing."),
    ("attention_only_post", lambda x, a, f, n, m: m(n(x) + a(n(x))), "feed_forward is not used; a norm comes after."),
    ("attention_alone_no_residual", lambda x, a, f, n, m: a(n(x)), "You return what attention says."),
    ("only_feed_forward_of_attention", lambda x, a, f, n, m: f(a(n(x))), "Both residuals and norm2 are missing."),
    ("no_norm_no_second_residual", lambda x, a, f, n, m: f(x + a(x)), "Both norms and a residual are missing."),
    (
        "attention_bare_then_norm_missing",
        lambda x, a, f, n, m: (h := a(n(x))) + f(h),
        "The first residual and norm2 are missing.",
    ),
    (
        "first_lost_second_bare",
        lambda x, a, f, n, m: x + f(a(n(x))),
        "norm2 is missing, and what attention says is not added.",
    ),
    (
        "words_apart",
        lambda x, a, f, n, m: torch.cat([pre_norm_block(w, a, f, n, m) for w in x.split(1, 1)], 1),
        "Attention gets one word at a time, and it has to see all of them.",
    ),
    (
        "of_first_row",
        lambda x, a, f, n, m: (h := x + a(n(x))[0]) + f(m(h)),
        "`[0]` takes the first row of what attention says, which is one tensor here.",
    ),
    (
        "bent",
        lambda x, a, f, n, m: (h := x + a(n(x))) + torch.nn.functional.gelu(f(m(h))),
        "You bend what feed_forward says, which bends inside already.",
    ),
    (
        "relu_after",
        lambda x, a, f, n, m: (h := x + a(n(x))) + torch.relu(f(m(h))),
        "You bend what feed_forward says, which bends inside already.",
    ),
    (
        "norms_of_torch",
        lambda x, a, f, n, m: pre_norm_block(x, a, f, _plain_norm, _plain_norm),
        "You norm with a layer norm of your own. norm1 and norm2 are passed in.",
    ),
    (
        "norm_of_torch_old",
        lambda x, a, f, n, m: x + a(_plain_norm(x)) + f(_plain_norm(x)),
        "You norm with a layer norm of your own, and feed_forward reads the old x.",
    ),
    ("two_blocks", lambda x, *parts: pre_norm_block(pre_norm_block(x, *parts), *parts), "You do all of it once more."),
):
    exercise.mistake(id, block).says(f"{sentence} It is two steps, one after the other: stream + part(norm(stream)).")
exercise.mistakes(
    said_twice=lambda x, a, f, n, m: x + a(n(x)) + f(m(x + a(n(x)))),
    said_twice_later_first=lambda x, a, f, n, m: x + f(m(x + a(n(x)))) + a(n(x)),
    attention_called_again=lambda x, a, f, n, m: x + a(normed := n(x)) + f(m(x + a(normed))),
    attention_called_again_later_first=lambda x, a, f, n, m: f(m(x + a(normed := n(x)))) + x + a(normed),
    called_before=lambda x, a, f, n, m: (n(x), pre_norm_block(x, a, f, n, m))[1],
    norm2_called_before=lambda x, a, f, n, m: (m(h := x + a(n(x))), h + f(m(h)))[1],
).says(
    "You call a part or a norm more than once. Asked again it may answer otherwise (as with dropout), and it takes "
    "its time again. Keep the new stream under a name, `x = x + attention(norm1(x))`, and go on with that."
)
exercise.takes(result(squeezed="squeezed"))
exercise.mistake("norm2_norm1", lambda x, a, f, n, m: pre_norm_block(x, a, f, n, lambda new: m(n(new)))).says(
    "You norm the stream with both norms, one after the other, for feed_forward. norm2 alone is meant."
)
exercise.mistake("attention_into_feed_forward", lambda x, a, f, n, m: x + f(m(x) + a(n(x)))).says(
    "You add attention's result to what feed_forward READS. It is added to the stream, and norm2 reads the sum."
)
exercise.mistake("residual_of_attention_only", lambda x, *parts: pre_norm_block(x, *parts) - x).says(
    "You return only what the two parts say. The stream itself goes on with it: x plus both."
)
exercise.mistake("x_added_once_more", lambda x, *parts: x + pre_norm_block(x, *parts)).says(
    "You add the x from the beginning once more at the end. It is in the stream already."
)
exercise.mistake("norm1_at_the_end", lambda x, a, f, n, m: n(pre_norm_block(x, a, f, n, m))).says(
    "You norm the result with norm1 at the end. The stream is never normed: return it as it is."
)
exercise.mistake("post_norm_swapped", lambda x, a, f, n, m: n(m(x + a(x)) + f(m(x + a(x))))).says(
    "Two things: the norms belong in front of the parts; and norm1 is attention's, norm2 feed_forward's."
)
for id, second in (("in_place", _in_place), ("in_place_once", _pre)):
    exercise.mistake(id, _steps(_in_place, second)).says(
        "`x += …` writes into the caller's tensor. `x = x + …` makes a new one."
    )
exercise.mistake(
    "in_place_data", lambda x, *parts: [result := pre_norm_block(x, *parts), x.data.copy_(result)][0]
).says("The result is right, but you also write it into x, which belongs to whoever called.")


@exercise.right
def result_before_stream(x, attention, feed_forward, norm1, norm2):
    after = attention(norm1(x)) + x
    return feed_forward(norm2(after)) + after


@exercise.right
def loop_over_parts(x, attention, feed_forward, norm1, norm2):
    for part, norm in ((attention, norm1), (feed_forward, norm2)):
        x = torch.add(x, part(norm(x)))
    return x


@exercise.right
def sum_at_the_end(x, attention, feed_forward, norm1, norm2):
    said = attention(norm1(x))
    return torch.stack([x, said, feed_forward(norm2(x + said))]).sum(0)
