"""pre_norm_block."""

import math

import torch

from nlm_utils.exercises.definition import Exercise

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
    checks=("three shapes, linear and other parts, numbers of ±1000, float32, the gradient of x, x unchanged"),
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


def _look_back(x):
    """Stands for attention: mixes each word with the mean of those so far, and turns the last axis by one."""
    counts = torch.arange(1, x.shape[-2] + 1, dtype=x.dtype)[:, None]
    return 0.7 * (x.cumsum(dim=-2) / counts).roll(1, dims=-1) + 0.1


def _bend(x):
    """Stands for the feed-forward network: each word by itself, not linear."""
    return torch.tanh(1.3 * x - 0.4) + 0.2 * x.flip(-1)


def _norm_one(x):
    """A layer norm with a gain of 1.5 and a bias of 0.2."""
    return 1.5 * torch.nn.functional.layer_norm(x, x.shape[-1:]) + 0.2


def _norm_two(x):
    """A layer norm with a gain of 0.6 and a bias of −0.3."""
    return 0.6 * torch.nn.functional.layer_norm(x, x.shape[-1:]) - 0.3


def _times(a, b):
    """x -> a·x + b: parts that can be followed by hand."""

    def part(x):
        return a * x + b

    part.__name__ = f"{a}*x + {b}"
    return part


_BY_HAND = (_times(3, 1), _times(5, 2), _times(2, 0), _times(7, 4))

_PARTS = (_look_back, _bend, _norm_one, _norm_two)

_AS_NUMBERS = "attention=3x + 1, feed_forward=5x + 2, norm1=2x, norm2=7x + 4"


def _block_case(*shape, seed, parts=_PARTS, words="causal attention, a tanh network, two norms", **settings):
    exercise.case_from(
        lambda: (numbers(*shape, seed=seed, **settings), *parts),
        f"x of shape {shape}, {words}",
    )


exercise.case_from(
    lambda: (torch.tensor([[[1.0, -2.0]]], dtype=torch.float64), *_BY_HAND),
    f"tensor([[[1.0, -2.0]]]), {_AS_NUMBERS}",
)

_block_case(1, 2, 3, seed=200)

_block_case(2, 3, 4, seed=201)

_block_case(3, 4, 2, seed=202, parts=_BY_HAND, words=_AS_NUMBERS)

_block_case(2, 2, 5, seed=203, scale=700.0)

_block_case(2, 4, 3, seed=204, dtype=torch.float32)

_block_case(2, 3, 3, seed=205, grad=True, words="which asks for gradients, and the parts from before")


def _block(function):
    """A wrong block, written with short names: x, attention a, feed-forward f, norms n and m."""
    return lambda x, attention, feed_forward, norm1, norm2: function(x, attention, feed_forward, norm1, norm2)


def _two_steps(first, second):
    """A wrong block from its two steps, each (x, part, norm) -> the new stream."""
    return lambda x, attention, feed_forward, norm1, norm2: second(first(x, attention, norm1), feed_forward, norm2)


def _pre(x, part, norm):
    return x + part(norm(x))


def _post(x, part, norm):
    return norm(x + part(x))


def _from_normed(x, part, norm):
    return norm(x) + part(norm(x))


def _no_residual(x, part, norm):
    return part(norm(x))


def _no_norm(x, part, norm):
    return x + part(x)


def _norm_behind(x, part, norm):
    return x + norm(part(x))


def _both_norms(x, part, norm):
    return norm(x + part(norm(x)))


def _nothing(x, part, norm):
    return part(x)


def _second_from_x(x, a, f, n, m):
    h = x + a(n(x))
    return x + f(m(h))


_pre_block = _two_steps(_pre, _pre)

exercise.mistake("post_norm", _two_steps(_post, _post)).says(
    "Your norms come after the sums: that is the post-norm block of 2017. Here each norm stands in front of its part, "
    "and the stream itself is not normed."
)
exercise.mistake("residual_from_normed", _two_steps(_from_normed, _from_normed)).says(
    "You add to the NORMED x. The stream that is added to stays as it is; only the part reads it normed."
)
exercise.mistake("second_residual_missing", _two_steps(_pre, _no_residual)).says(
    "After attention the stream is added, after feed_forward it is not: the second residual is missing."
)
exercise.mistake("first_residual_missing", _two_steps(_no_residual, _pre)).says(
    "Attention's result replaces the stream; it should be added to it. The first residual is missing."
)
exercise.mistake("no_residuals", _two_steps(_no_residual, _no_residual)).says(
    "Both residuals are missing: each part's result should be ADDED to the stream."
)
exercise.mistake("no_norms", _two_steps(_no_norm, _no_norm)).says(
    "Neither norm is used. Each part reads the normed stream."
)
exercise.mistake("norm1_missing", _two_steps(_no_norm, _pre)).says(
    "norm1 is not used: attention should read the normed stream."
)
exercise.mistake("norm2_missing", _two_steps(_pre, _no_norm)).says(
    "norm2 is not used: feed_forward should read the normed stream."
)
exercise.mistake("parts_alone", _two_steps(_nothing, _nothing)).says(
    "You call the parts one after the other. Residuals and norms are missing."
)
exercise.mistake("norms_swapped", _block(lambda x, a, f, n, m: _pre_block(x, a, f, m, n))).says(
    "The norms are exchanged: norm1 belongs to attention, norm2 to feed_forward."
)
exercise.mistake("norm1_twice", _block(lambda x, a, f, n, m: _pre_block(x, a, f, n, n))).says(
    "You use norm1 for both parts. norm2 belongs to feed_forward."
)
exercise.mistake("norm2_twice", _block(lambda x, a, f, n, m: _pre_block(x, a, f, m, m))).says(
    "You use norm2 for both parts. norm1 belongs to attention."
)
exercise.mistake("feed_forward_first", _block(lambda x, a, f, n, m: _pre_block(x, f, a, m, n))).says(
    "feed_forward comes first in yours. Attention comes first, with norm1."
)
exercise.mistake("parts_swapped", _block(lambda x, a, f, n, m: _pre_block(x, f, a, n, m))).says(
    "The parts are exchanged: attention goes with norm1 and comes first."
)
exercise.mistake("attention_twice", _block(lambda x, a, f, n, m: _pre_block(x, a, a, n, m))).says(
    "You use attention in both steps. The second is feed_forward's."
)
exercise.mistake("feed_forward_twice", _block(lambda x, a, f, n, m: _pre_block(x, f, f, n, m))).says(
    "You use feed_forward in both steps. The first is attention's."
)
exercise.mistake("parallel", _block(lambda x, a, f, n, m: x + a(n(x)) + f(m(x)))).says(
    "Both parts of yours read the OLD stream, side by side. feed_forward should read the stream with attention's "
    "result in it."
)
exercise.mistake("parallel_one_norm", _block(lambda x, a, f, n, m: x + a(n(x)) + f(n(x)))).says(
    "Both parts read norm1(x), side by side. The second step norms the NEW stream with norm2."
)
exercise.mistake("second_residual_from_start", _block(_second_from_x)).says(
    "Your second residual adds the x from before attention, so that attention's result is lost but for what "
    "feed_forward makes of it. Add to the new stream."
)
exercise.mistake("both_parts_old", _block(lambda x, a, f, n, m: x + f(m(x)))).says(
    "feed_forward reads the old stream, and its result is added to the old one: attention's is lost."
)
exercise.mistake("reads_attention_only", _block(lambda x, a, f, n, m: x + a(n(x)) + f(m(a(n(x)))))).says(
    "Your second step norms what attention said, not the stream that it was added to."
)
exercise.mistake("one_residual_around_both", _block(lambda x, a, f, n, m: x + f(m(a(n(x)))))).says(
    "You have one residual around both parts together. Each part has its own."
)
exercise.mistake("residual_of_attention_only", _block(lambda x, a, f, n, m: a(n(x)) + f(m(x + a(n(x)))))).says(
    "You return only what the two parts say. The stream itself goes on with it: x plus both."
)
exercise.mistake("x_added_once_more", _block(lambda x, a, f, n, m: x + _pre_block(x, a, f, n, m))).says(
    "You add the x from the beginning once more at the end. It is in the stream already."
)
exercise.mistake("first_residual_twice", _block(lambda x, a, f, n, m: _pre(x + _pre(x, a, n), f, m))).says(
    "Your first step adds the stream twice."
)
exercise.mistake("second_residual_twice", _block(lambda x, a, f, n, m: 2 * _pre(x, a, n) + f(m(_pre(x, a, n))))).says(
    "Your second step adds the stream twice."
)
exercise.mistake("attention_only", _two_steps(_pre, lambda x, f, m: x)).says(
    "You stop after attention: feed_forward and norm2 are missing."
)
exercise.mistake("first_from_normed", _two_steps(_from_normed, _pre)).says(
    "Your first step adds attention's result to the NORMED x. It is added to x as it came."
)
exercise.mistake("second_from_normed", _two_steps(_pre, _from_normed)).says(
    "Your second step adds to the NORMED stream. Add to the stream as it is."
)
exercise.mistake("pre_then_post", _two_steps(_pre, _post)).says(
    "Your first step is right; in the second the norm comes after the sum, not in front of feed_forward."
)
exercise.mistake("post_then_pre", _two_steps(_post, _pre)).says(
    "In your first step the norm comes after the sum. It belongs in front of attention."
)
exercise.mistake("norm_behind_parts", _two_steps(_norm_behind, _norm_behind)).says(
    "You norm what the parts SAY. The norms stand in front: they are for what the parts read."
)
exercise.mistake("norm_behind_first", _two_steps(_norm_behind, _pre)).says(
    "You norm what attention says; norm what it reads."
)
exercise.mistake("norm_behind_second", _two_steps(_pre, _norm_behind)).says(
    "You norm what feed_forward says; norm what it reads."
)
exercise.mistake("norms_everywhere", _two_steps(_both_norms, _both_norms)).says(
    "You norm in front of each part AND after each sum. The stream itself is not normed."
)
exercise.mistake("norm_at_the_end", _block(lambda x, a, f, n, m: m(_pre_block(x, a, f, n, m)))).says(
    "Right, but then you norm the result. The one norm at the very end belongs to the whole model, not to each block."
)
exercise.mistake("norm1_at_the_end", _block(lambda x, a, f, n, m: n(_pre_block(x, a, f, n, m)))).says(
    "Right, but then you norm the result with norm1."
)
exercise.mistake("two_norms_in_a_row", _block(lambda x, a, f, n, m: x + a(n(x)) + f(m(n(x))))).says(
    "feed_forward reads norm2 of the NORMED x, from before attention. It reads norm2 of the new stream."
)
exercise.mistake("no_norm_no_second_residual", _two_steps(_no_norm, _nothing)).says(
    "Two things: the norms are not used, and the second residual is missing."
)
exercise.mistake("post_norm_no_residual", _block(lambda x, a, f, n, m: m(f(n(a(x)))))).says(
    "Two things: the norms belong in front of the parts, and each part's result is added to the stream."
)
exercise.mistake("post_norm_swapped", _block(lambda x, a, f, n, m: _two_steps(_post, _post)(x, a, f, m, n))).says(
    "Two things: the norms belong in front of the parts; and norm1 is attention's, norm2 feed_forward's."
)
exercise.mistake("residual_inside", _two_steps(lambda x, p, n: p(x + n(x)), lambda x, p, n: p(x + n(x)))).says(
    "You add x to the normed x BEFORE the part. The part reads the normed x alone; x is added to what it says."
)
exercise.mistake("product", _two_steps(lambda x, p, n: x * p(n(x)), lambda x, p, n: x * p(n(x)))).says(
    "You multiply the stream with what the parts say. It is added."
)
exercise.mistake("difference", _two_steps(lambda x, p, n: x - p(n(x)), lambda x, p, n: x - p(n(x)))).says(
    "You subtract what the parts say. It is added."
)
exercise.mistake("mean", _two_steps(lambda x, p, n: (x + p(n(x))) / 2, lambda x, p, n: (x + p(n(x))) / 2)).says(
    "You halve the sums. Nothing is averaged: the stream goes on in full."
)
exercise.mistake(
    "root_two", _two_steps(lambda x, p, n: (x + p(n(x))) / math.sqrt(2), lambda x, p, n: (x + p(n(x))) / math.sqrt(2))
).says("You divide the sums by √2. The stream goes on in full.")
exercise.mistake(
    "concatenated", _two_steps(lambda x, p, n: torch.cat([x, p(n(x))], -1), lambda x, p, n: torch.cat([x, p(n(x))], -1))
).says("You put the stream and what a part says side by side. They are added; the shape stays that of x.")
exercise.mistake("attention_of_three", _block(lambda x, a, f, n, m: _pre(x + a(n(x), n(x), n(x)), f, m))).says(
    "You call attention with three tensors, as for q, k and v. These functions take one."
)
exercise.mistake("unchanged", _block(lambda x, a, f, n, m: x.clone())).says(
    "You return x as it came: the parts' results are thrown away."
)
exercise.mistake("pair", _block(lambda x, a, f, n, m: (_pre(x, a, n), _pre_block(x, a, f, n, m)))).says(
    "You return two tensors. Only the stream at the end is wanted."
)
exercise.mistake(
    "stream_detached", _two_steps(lambda x, p, n: x.detach() + p(n(x)), lambda x, p, n: x.detach() + p(n(x)))
).says(
    "The values are right, but the residual stream is cut off from the graph: the short way back for the gradient, "
    "which is what it is for, is gone."
)
exercise.mistake("first_stream_detached", _two_steps(lambda x, p, n: x.detach() + p(n(x)), _pre)).says(
    "The values are right, but the residual of the first step is cut off from the graph."
)
exercise.mistake(
    "parts_detached", _two_steps(lambda x, p, n: x + p(n(x)).detach(), lambda x, p, n: x + p(n(x)).detach())
).says("The values are right, but what the parts say is cut off from the graph: they would not be trained.")


@exercise.mistake("no_gradients").says(
    "The values are right, but no gradient flows through your function (`no_grad`, `.detach()`, `.data`)."
)
def no_gradients(x, attention, feed_forward, norm1, norm2):
    with torch.no_grad():
        return pre_norm_block(x, attention, feed_forward, norm1, norm2)


@exercise.mistake("in_place").says("`x += …` writes into the caller's tensor. `x = x + …` makes a new one.")
def in_place(x, attention, feed_forward, norm1, norm2):
    x += attention(norm1(x))
    x += feed_forward(norm2(x))
    return x


@exercise.mistake("in_place_once").says(
    "Your first `x += …` writes into the caller's tensor. `x = x + …` makes a new one."
)
def in_place_once(x, attention, feed_forward, norm1, norm2):
    x += attention(norm1(x))
    return x + feed_forward(norm2(x))


@exercise.mistake("in_place_data").says(
    "The result is right, but you also write it into x, which belongs to whoever called."
)
def in_place_data(x, attention, feed_forward, norm1, norm2):
    result = pre_norm_block(x, attention, feed_forward, norm1, norm2)
    x.data.copy_(result.data)
    return result


exercise.mistake("post_norm_nested", _block(lambda x, a, f, n, m: m(x + f(n(x + a(x)))))).says(
    "Your second residual adds the x from the beginning, and the norms come after the sums. Twice the same pattern is "
    "wanted: stream + part(norm(stream))."
)
exercise.mistake("normed_reused", _block(lambda x, a, f, n, m: n(x) + a(n(x)) + f(m(n(x))))).says(
    "You go on with the NORMED x: it is added to in the first step, and it is what feed_forward's norm reads."
)
exercise.mistake("reads_both", _two_steps(lambda x, p, n: x + p(n(x) + x), lambda x, p, n: x + p(n(x) + x))).says(
    "What your parts read is the normed stream PLUS the stream. They read the normed one alone."
)
exercise.mistake("attention_into_feed_forward", _block(lambda x, a, f, n, m: x + f(m(x) + a(n(x))))).says(
    "You add attention's result to what feed_forward READS, next to the norm of the old stream. It is added to the "
    "stream, and the norm reads the sum."
)
exercise.mistake("second_norm_on_the_stream", _two_steps(_pre, lambda x, p, n: n(x) + p(x))).says(
    "In your second step the norm sits on the stream, and feed_forward reads it unnormed. It is the other way round."
)
exercise.mistake("norms_on_the_stream", _two_steps(lambda x, p, n: n(x) + p(x), lambda x, p, n: n(x) + p(x))).says(
    "Your norms sit on the stream, and the parts read it unnormed. It is the other way round."
)
exercise.mistake("second_norm_twice", _two_steps(_pre, lambda x, p, n: x + n(p(n(x))))).says(
    "You norm what feed_forward reads AND what it says. Only what it reads is normed."
)
exercise.mistake("norms_twice", _two_steps(lambda x, p, n: x + n(p(n(x))), lambda x, p, n: x + n(p(n(x))))).says(
    "You norm what the parts read AND what they say. Only what they read is normed."
)
exercise.mistake("norm2_norm1", _block(lambda x, a, f, n, m: _pre(x, a, n) + f(m(n(_pre(x, a, n)))))).says(
    "You norm the stream with both norms, one after the other, for feed_forward. norm2 alone is meant."
)
exercise.mistake("only_feed_forward_of_attention", _block(lambda x, a, f, n, m: f(a(n(x))))).says(
    "You return feed_forward of attention's result: both residuals and norm2 are missing."
)
exercise.mistake("norm2_missing_no_residual", _two_steps(_pre, _nothing)).says(
    "Two things: feed_forward should read the normed stream; and its result is added to the stream."
)
exercise.mistake("parallel_no_norms", _block(lambda x, a, f, n, m: x + a(x) + f(x))).says(
    "Both parts read the old stream, side by side and unnormed. Step by step, and each with its norm."
)
exercise.mistake("parallel_no_residual", _block(lambda x, a, f, n, m: a(n(x)) + f(m(x)))).says(
    "Both parts read the old stream, side by side, and the stream itself is lost."
)
exercise.mistake("attention_alone_no_residual", _block(lambda x, a, f, n, m: a(n(x)))).says(
    "You return what attention says. The residual and the whole second step are missing."
)
exercise.mistake("two_blocks", _block(lambda x, a, f, n, m: _pre_block(_pre_block(x, a, f, n, m), a, f, n, m))).says(
    "You run through the block twice."
)
exercise.mistake("attention_only_post", _block(lambda x, a, f, n, m: m(n(x) + a(n(x))))).says(
    "feed_forward is not used, and a norm stands after the sum. Twice: stream + part(norm(stream))."
)


@exercise.right
def right_1(x, attention, feed_forward, norm1, norm2):
    after = attention(norm1(x)) + x
    return feed_forward(norm2(after)) + after


@exercise.right
def right_2(x, attention, feed_forward, norm1, norm2):
    for part, norm in ((attention, norm1), (feed_forward, norm2)):
        x = torch.add(x, part(norm(x)))
    return x


@exercise.right
def right_3(x, attention, feed_forward, norm1, norm2):
    stream = x.clone()
    stream = stream + attention(norm1(stream))
    stream = stream + feed_forward(norm2(stream))
    return stream


@exercise.right
def right_4(x, attention, feed_forward, norm1, norm2):
    said = attention(norm1(x))
    return torch.stack([x, said, feed_forward(norm2(x + said))]).sum(0)
