"""All but the k largest logits at −inf. Learners fill with something else, or lose the place that is the word."""

import math

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, result, result_with, variants
from nlm_utils.models.sampling import top_k_filter


def logits(*shape, seed, scale=2.0, dtype=torch.float64, grad=False):
    """Logits with one decimal and no two equal in a row."""
    generator = torch.Generator().manual_seed(seed)
    rows = [torch.randperm(4 * shape[-1], generator=generator)[: shape[-1]] for _ in range(math.prod(shape[:-1]))]
    values = (torch.stack(rows).reshape(shape).double() - 2 * shape[-1]) * scale / shape[-1]
    return values.round(decimals=1).to(dtype).requires_grad_(grad)


exercise = Exercise(
    top_k_filter,
    checks="one row, batches, one word, k from 1 to V, logits of ±1000 and −inf, float32, gradients, t unchanged",
    explanation=(
        "−inf is the logit of probability 0. What is kept keeps its value, so after the softmax the kept words share "
        "all probability in their old proportions."
    ),
    hints=[
        "`torch.topk(t, k, dim=-1)` gives the k largest of each row, values and places.",
        "Start from a tensor like t that is full of −inf, and put the k values back at their places: `scatter`.",
        "Or compare: everything below the k-th largest value of its row is masked, `t.masked_fill(mask, -math.inf)`.",
    ],
)

exercise.case(torch.tensor([1.8, -1.9, 2.9, -0.9], dtype=torch.float64), 2)
exercise.case(torch.tensor([1.8, -1.9, 2.9, -0.9], dtype=torch.float64), 1)
exercise.case(torch.tensor([[0.5, 3.0, -1.0], [2.0, -2.5, 4.0]], dtype=torch.float64), 2)
exercise.case(logits(2, 5, seed=1, scale=9.0), 3)
exercise.case(logits(2, 3, 4, seed=2, scale=9.0), 2)
exercise.case(logits(6, seed=3, scale=9.0), 6)
exercise.case(torch.tensor([1000.0, -1000.0, 0.0, 999.0, -3.0], dtype=torch.float64), 3)
exercise.case(logits(3, 4, seed=4, scale=9.0, dtype=torch.float32), 2)
exercise.case(logits(2, 5, seed=5, scale=9.0, grad=True), 2)
exercise.case(torch.tensor([[0.7]], dtype=torch.float64), 1)
exercise.case(torch.tensor([[2.0, -math.inf, 1.0, 0.5], [-1.0, 0.0, 7.0, 1e-4]], dtype=torch.float64), 2)
exercise.case(torch.tensor([2.0, -math.inf, 1e6], dtype=torch.float64), 3)


def drawn_logits(rng):
    """A tensor of up to three axes, no two logits of a row equal."""
    t = 10 ** rng.uniform(-1, 3) * rng.normal(size=rng.integers(1, 6, rng.integers(1, 4)))
    return torch.tensor(t, dtype=[torch.float64, torch.float32][rng.integers(2)])


def _draw(rng):
    t = drawn_logits(rng)
    return t, int(rng.integers(1, t.shape[-1] + 1))


exercise.drawn(_draw, times=5)


def _below(t, k):
    """True for what the reference removes."""
    return t < t.topk(k, dim=-1).values[..., -1:]


for id, filler, sentence in (
    ("zero_for_inf", 0.0, "You set the others to 0. A logit of 0 has probability e⁰/Z, which is not 0: −inf has."),
    ("large_negative", -1e9, "You use a large negative number. Only −inf has probability 0, whatever the others."),
    ("nan", math.nan, "What you remove becomes nan, as 0 times −inf does: use `masked_fill`."),
    ("plus_inf", math.inf, "You set the others to +inf: they would get all the probability. −inf has none."),
):
    exercise.mistake(id, lambda t, k, filler=filler: t.masked_fill(_below(t, k), filler)).says(sentence)
exercise.mistake("lowest_number", lambda t, k: t.masked_fill(_below(t, k), torch.finfo(t.dtype).min)).says(
    "You use the lowest number of the dtype. It is a number: only −inf has probability 0, whatever the others."
)
exercise.mistake("mask_times_inf", lambda t, k: t + _below(t, k) * -math.inf).says(
    "Your mask times −inf is nan where the mask is 0. `masked_fill(mask, -math.inf)` writes where the mask is True."
)

exercise.takes(
    argument(
        "k",
        minus_one=(
            "one_fewer",
            "You keep k − 1 words: the k-th largest itself is removed. It stays: `t < threshold`, not `<=`; "
            "`[..., :k]`, not `[..., : k - 1]`.",
        ),
        one=(
            "largest_alone",
            "You keep the largest alone: `values[..., -1:]` is the k-th largest, `[..., :1]` the first.",
        ),
    ),
    variants(
        "filled_with",
        (-1e10, -1e4, -1e5, -1e8, -100, -1000),
        lambda filler: lambda t, k: t.masked_fill(_below(t, k), filler),
        "You fill with {value}, a number like others. Only −inf has probability 0, whatever the others.",
    ),
    result(
        softmax=("probabilities", "You return probabilities. Logits are wanted; the softmax comes afterwards."),
        log_softmax=("log_probabilities", "The kept logits were normalised. They keep their values."),
    ),
    result_with("t", alone=("nothing_removed", "Nothing is removed: every word can still be drawn.")),
)
for id, function, sentence in (
    ("one_more", lambda t, k: top_k_filter(t, min(k + 1, t.shape[-1])), "You keep k + 1 words."),
    ("removes_largest", lambda t, k: t.masked_fill(~_below(t, k), -math.inf), "You remove the k largest."),
    ("keeps_smallest", lambda t, k: t.masked_fill(_below(-t, k), -math.inf), "You keep the k SMALLEST logits."),
    ("only_values", lambda t, k: t.topk(k).values, "You return k logits, not all."),
    ("only_places", lambda t, k: t.topk(k).indices, "You return the places of the k largest."),
    ("mask", lambda t, k: ~_below(t, k), "You return True and False."),
    ("mask_as_numbers", lambda t, k: (~_below(t, k)).to(t.dtype), "You return ones and zeros."),
    ("ones_kept", lambda t, k: torch.where(_below(t, k), -math.inf, 0.0).to(t), "You set what is kept to 0."),
    (
        "softmax_of_the_kept",
        lambda t, k: torch.full_like(t, -math.inf).scatter(-1, t.topk(k).indices, t.topk(k).values.softmax(-1)),
        "You put a softmax in place of the logits.",
    ),
    ("exponentials", lambda t, k: t.exp().masked_fill(_below(t, k), -math.inf), "You return e^t."),
    (
        "log_probabilities_kept",
        lambda t, k: t.log_softmax(-1).masked_fill(_below(t, k), -math.inf),
        "You return log-probabilities.",
    ),
    (
        "probabilities_of_all",
        lambda t, k: t.softmax(-1).masked_fill(_below(t, k), 0.0),
        "You return probabilities; logits are wanted, and −inf for the others.",
    ),
    (
        "probabilities_of_all_and_inf",
        lambda t, k: t.softmax(-1).masked_fill(_below(t, k), -math.inf),
        "You return probabilities; logits are wanted.",
    ),
    (
        "order_for_rank",
        lambda t, k: t.masked_fill(t.argsort(dim=-1, descending=True) >= k, -math.inf),
        "`argsort` gives the place of the first, the second …, not the rank of each word: argsort twice does.",
    ),
    ("threshold_k", lambda t, k: t.masked_fill(t < k, -math.inf), "You compare the logits with the number k itself."),
):
    exercise.mistake(id, function).says(
        f"{sentence} In each row the k largest keep value and place, the others are −inf."
    )
exercise.mistakes(
    places_as_threshold=lambda t, k: t.masked_fill(t < t.topk(k)[-1][..., -1:], -math.inf),
    all_places_as_threshold=lambda t, k: t.masked_fill(t < t.topk(k)[-1], -math.inf),
).says("`topk` gives (values, places), and `[-1]` is the places. The k-th largest VALUE is `.values[..., -1:]`.")
exercise.mistake("found_in_any_row", lambda t, k: t.where(torch.isin(t, t.topk(k).values), -math.inf)).says(
    "`isin` looks into all rows at once, and keeps what is among the k largest of ANOTHER row. Compare within each row."
)
exercise.mistake("one_threshold", lambda t, k: t.masked_fill(t < t.topk(k).values.min(), -math.inf)).says(
    "You compare all rows with one threshold. Each row has its own k-th largest, `.values[..., -1:]`."
)
exercise.mistake("kth_smallest", lambda t, k: t.masked_fill(t < t.kthvalue(k, keepdim=True).values, -math.inf)).says(
    "`kthvalue`, and `sort` as it is, count from the SMALLEST. The k-th largest is the last of `topk(k).values`."
)


@exercise.mistake("rows_for_places").says(
    "Square brackets with the places pick ROWS where t has several: `out.scatter(-1, places, values)` puts each value "
    "at its place in its own row."
)
def rows_for_places(t, k):
    values, places = t.topk(k)
    out = torch.full_like(t, -math.inf)
    out[places] = values
    return out


@exercise.mistake("rows_copied").says(
    "Square brackets with the places pick ROWS where t has several axes: `out.scatter(-1, places, values)` puts each "
    "value at its place in its own row."
)
def rows_copied(t, k):
    places = t.topk(k).indices
    out = torch.full_like(t, -math.inf)
    out[places] = t[places]
    return out


@exercise.mistake("probabilities_compared").says(
    "You compare PROBABILITIES, and far below the largest they all round to 0 and are equal. Compare the logits."
)
def probabilities_compared(t, k):
    return t.masked_fill(_below(t.softmax(-1), k), -math.inf)


exercise.mistake("whole_tensor", lambda t, k: t.masked_fill(t < t.flatten().topk(k).values[-1], -math.inf)).says(
    "You take the k largest of ALL rows together. Each row has its own."
)
exercise.mistake("first_axis", lambda t, k: t.masked_fill(t < t.topk(min(k, len(t)), 0).values[-1], -math.inf)).says(
    "You compare along the first axis. The words are the last: dim=-1."
)
exercise.mistake("by_size", lambda t, k: t.masked_fill(_below(t.abs(), k), -math.inf)).says(
    "You keep the k largest in absolute value. A very negative logit is a very unlikely word."
)
exercise.mistake("first_k", lambda t, k: torch.cat([t[..., :k], torch.full_like(t[..., k:], -math.inf)], dim=-1)).says(
    "You keep the first k words of the vocabulary. Keep those with the k largest logits."
)


@exercise.mistake("places_of_first_row").says("You keep the places of the first row in every row. Each has its own.")
def places_of_first_row(t, k):
    removed = torch.ones(t.shape[-1], dtype=torch.bool)
    removed[t.reshape(-1, t.shape[-1])[0].topk(k).indices] = False
    return t.masked_fill(removed, -math.inf)


exercise.right(lambda t, k: torch.where(t >= t.sort(dim=-1, descending=True).values[..., k - 1 : k], t, -torch.inf))
exercise.right(lambda t, k: t.masked_fill(t.argsort(dim=-1, descending=True).argsort(dim=-1) >= k, float("-inf")))
exercise.right(lambda t, k: torch.where((t[..., None, :] > t[..., :, None]).sum(-1) < k, t, -math.inf))


exercise.right(lambda t, k: t + torch.zeros_like(t).masked_fill(_below(t, k), -math.inf))


@exercise.right
def scattered(t, k):
    values, places = t.topk(k, dim=-1)
    return torch.full_like(t, -math.inf).scatter(-1, places, values)
