"""generate."""

from collections.abc import Callable

import torch
from torch import nn

from nlm_utils.exercises.definition import Exercise
from nlm_utils.models import sampling

generate = sampling.generate


class _Story(nn.Module):
    """Logits that depend on all ids so far and on their number; it notes what it was asked."""

    def __init__(self, vocab_size: int, sharpness: float):
        super().__init__()
        generator = torch.Generator().manual_seed(vocab_size)
        self.table = nn.Parameter(torch.randn(vocab_size, vocab_size, generator=generator) * sharpness)
        self.asked: list[list[int]] = []
        self.recorded = False

    def forward(self, ids):
        if ids.ndim != 2:
            raise ValueError(f"the model takes ids of shape (1, T), got {tuple(ids.shape)}")
        self.asked.append(ids[0].tolist())
        t = self.table[ids].cumsum(1) + self.table.T[ids] + ids.shape[1] / 10 * self.table[0]  # (1, T, V)
        self.recorded |= t.requires_grad
        return t


def _observe_generate(function, args, kwargs) -> dict:
    """The ids, their kind, what the model was asked, where the generator stands, whether a graph was recorded."""
    vocab_size, sharpness, prefix, n_new, seed, extra = args
    model, generator = _Story(vocab_size, sharpness), torch.Generator().manual_seed(seed)
    given = prefix.clone() if torch.is_tensor(prefix) else list(prefix)
    torch.manual_seed(99)
    result = function(model, given, n_new, generator, **extra)
    facts = {"kind": type(result).__name__}
    if torch.is_tensor(result):
        facts["dtype"] = str(result.dtype)
        facts["shape"] = tuple(result.shape)
        facts["ids"] = result.detach().flatten().tolist()
    else:
        facts["ids"] = result
    facts["prefix unchanged"] = [int(i) for i in given] == [int(i) for i in prefix]
    facts["last question to the model"] = model.asked[-1] if model.asked else "none"
    facts["the generator afterwards"] = torch.rand(1, generator=generator).item()
    facts["gradients recorded"] = model.recorded
    return facts


exercise = Exercise(
    generate,
    checks=(
        "the ids for several seeds, temperatures and prefixes (list and tensor), that they come from the generator, "
        "what the model is asked, no gradients, prefix unchanged"
    ),
    explanation=(
        "The model gives logits after every prefix, and only those of the last place say what comes next. The new id "
        "is put behind the others and all of them are read again. How to save that work is a question for later "
        "lectures."
    ),
    hints=[
        ("A loop of n_new rounds: ask the model, take ONE row of its logits, make probabilities of it, draw, append."),
        "`model(ids[None])` is (1, T, V): a batch of one. The row that knows all the words is `[0, -1]`.",
        (
            "`torch.multinomial(p, 1, generator=generator)` gives a tensor with one id; `torch.cat` puts it behind "
            "the others."
        ),
        (
            "Around it all `with torch.no_grad():`; a list becomes a tensor by `torch.as_tensor(prefix_ids, "
            "dtype=torch.int64)`."
        ),
    ],
    observe=_observe_generate,
)


def _generate_case(vocab_size, prefix, n_new, seed, sharpness=0.6, **extra):
    shown = "".join(f", {name}={value}" for name, value in extra.items())
    label = f"a model of {vocab_size} words, prefix_ids={prefix}, n_new={n_new}, a generator{shown}"
    exercise.case_from(lambda: (vocab_size, sharpness, prefix, n_new, seed, extra), label)


_generate_case(4, torch.tensor([2]), 1, 0)

_generate_case(5, torch.tensor([2, 4]), 3, 1)

_generate_case(6, [0, 3, 1], 6, 2)

_generate_case(6, torch.tensor([1, 5]), 8, 3, temperature=0.5)

_generate_case(6, torch.tensor([1, 5]), 8, 4, temperature=2.0)

_generate_case(7, torch.tensor([3, 3]), 10, 5)

_generate_case(5, torch.tensor([4, 0, 2]), 0, 6)


def _drawing(
    place=-1,
    extend=True,
    draw=None,
    temperature=True,
    no_grad=True,
    only_new=False,
    out=None,
    window=None,
    inverse=False,
) -> Callable:
    """The reference with one thing changed."""

    def drawn(model, prefix_ids, n_new, generator, temperature_=1.0, **extra):
        heat = extra.get("temperature", temperature_)
        heat = 1.0 if not temperature else 1 / heat if inverse else heat
        ids = torch.as_tensor(prefix_ids, dtype=torch.int64)
        prefix, new = ids, ids[:0]
        context = torch.no_grad() if no_grad else torch.enable_grad()
        with context:
            for _ in range(n_new):
                seen = (torch.cat([prefix, new]) if extend else prefix)[-(window or 10**6) :]
                t = model(seen[None])[0, place]
                p = torch.softmax(t / heat, -1)
                id = (draw or _multinomial)(p, generator)
                new = torch.cat([new, id])
        result = new if only_new else torch.cat([prefix, new])
        return out(result) if out else result

    return drawn


def _multinomial(p, generator):
    return torch.multinomial(p, 1, generator=generator)


def _renamed(function):
    """The table's functions take `temperature` by keyword."""
    return lambda model, prefix_ids, n_new, generator, temperature=1.0: function(
        model, prefix_ids, n_new, generator, temperature=temperature
    )


exercise.mistake("first_position", _renamed(_drawing(place=0))).says(
    "You take the logits of the FIRST position, which has seen one word only. The last has seen all."
)
exercise.mistake("not_extended", _renamed(_drawing(extend=False))).says(
    "You ask the model about the same prefix every time: the new words are not put behind it before the next question."
)
exercise.mistake("argmax", _renamed(_drawing(draw=lambda p, generator: p.argmax()[None]))).says(
    "You take the likeliest word (argmax). The word is DRAWN, with torch.multinomial."
)
exercise.mistake("no_generator", _renamed(_drawing(draw=lambda p, generator: torch.multinomial(p, 1)))).says(
    "Your draw does not come from the generator that was passed in: the same seed must give the same text."
)
exercise.mistake("temperature_ignored", _renamed(_drawing(temperature=False))).says(
    "The temperature has no effect. The LOGITS are divided by it, before the softmax (multinomial normalises whatever "
    "it is given, so dividing probabilities changes nothing)."
)
exercise.mistake(
    "temperature_multiplies",
    lambda model, prefix_ids, n_new, generator, temperature=1.0: generate(
        model, prefix_ids, n_new, generator, 1 / temperature
    ),
).says("You multiply by the temperature. The logits are divided by it: below 1 is sharper.")
exercise.mistake("only_new", _renamed(_drawing(only_new=True))).says(
    "You return the new ids alone. The prefix stands in front of them."
)
exercise.mistake("gradients_kept", _renamed(_drawing(no_grad=False))).says(
    "A graph is recorded for every token, which nobody needs: `with torch.no_grad():`."
)
exercise.mistake("batch_of_one", _renamed(_drawing(out=lambda ids: ids[None]))).says(
    "Your result is (1, len + n_new), a batch of one. It is 1-D: take row 0."
)
exercise.mistake("list", _renamed(_drawing(out=lambda ids: ids.tolist()))).says(
    "You return a list. A 1-D int64 tensor is wanted."
)
exercise.mistake("last_word_only", _renamed(_drawing(window=1))).says(
    "You show the model the last word alone. It reads all ids so far."
)


@exercise.mistake("drawn_at_once").says(
    "You draw all new words from the distribution after the prefix. Each word is drawn after the ones before it."
)
def drawn_at_once(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = torch.as_tensor(prefix_ids, dtype=torch.int64)
    with torch.no_grad():
        p = torch.softmax(model(ids[None])[0, -1] / temperature, -1)
        return torch.cat([ids, torch.multinomial(p, max(n_new, 1), replacement=True, generator=generator)[:n_new]])


exercise.mistake(
    "one_too_many",
    lambda model, prefix_ids, n_new, generator, temperature=1.0: generate(
        model, prefix_ids, n_new + 1, generator, temperature
    ),
).says("You draw one word too many.")
exercise.mistake(
    "one_too_few",
    lambda model, prefix_ids, n_new, generator, temperature=1.0: generate(
        model, prefix_ids, max(n_new - 1, 0), generator, temperature
    ),
).says("You draw one word too few.")
exercise.mistake(
    "n_new_is_total",
    lambda model, prefix_ids, n_new, generator, temperature=1.0: generate(
        model, prefix_ids, max(n_new - len(prefix_ids), 0), generator, temperature
    ),
).says("You stop when there are n_new ids in all. n_new counts the new ones.")


@exercise.mistake("prefix_changed").says("The ids are right, but the caller's own list grows. Work on a copy.")
def prefix_changed(model, prefix_ids, n_new, generator, temperature=1.0):
    result = generate(model, prefix_ids, n_new, generator, temperature)
    if isinstance(prefix_ids, list):
        prefix_ids.extend(result[len(prefix_ids) :].tolist())
    return result


exercise.mistake("floats", _renamed(_drawing(out=lambda ids: ids.float()))).says("Your ids are floats. int64.")
exercise.mistake("second_to_last", _renamed(_drawing(place=-2))).says(
    "You take the last position but one, whose logits are about a word that is already there."
)
exercise.mistake("argmin", _renamed(_drawing(draw=lambda p, generator: p.argmin()[None]))).says(
    "You take the LEAST likely word."
)
exercise.mistake(
    "uniform",
    _renamed(_drawing(draw=lambda p, generator: torch.multinomial(torch.ones_like(p), 1, generator=generator))),
).says("You draw every word with the same probability, whatever the model says.")
exercise.mistake("not_extended_only_new", _renamed(_drawing(extend=False, only_new=True))).says(
    "The new words are not put behind the prefix before the next question, and the prefix is missing from the result."
)
exercise.mistake(
    "argmax_with_gradients", _renamed(_drawing(draw=lambda p, generator: p.argmax()[None], no_grad=False))
).says("You take the likeliest word instead of drawing one, and a graph is recorded.")


@exercise.right
@torch.no_grad()
def right_1(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = torch.as_tensor(prefix_ids, dtype=torch.int64)[None].clone()
    for _ in range(n_new):
        p = (model(ids)[:, -1, :] / temperature).softmax(-1)
        ids = torch.cat([ids, torch.multinomial(p, num_samples=1, generator=generator)], dim=1)
    return ids[0]


@exercise.right
def right_2(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = [int(i) for i in prefix_ids]
    for _ in range(n_new):
        with torch.inference_mode():
            t = model(torch.tensor([ids]))[0][-1]
        ids.append(torch.multinomial(torch.softmax(t / temperature, 0), 1, generator=generator).item())
    return torch.tensor(ids)


@exercise.right
def right_3(model, prefix_ids, n_new, generator, temperature=1.0):
    if n_new == 0:
        return torch.tensor([int(i) for i in prefix_ids])
    ids = torch.tensor([int(i) for i in prefix_ids])
    with torch.no_grad():
        log_p = torch.log_softmax(model(ids.unsqueeze(0))[0, -1] / temperature, dim=-1)
        new = torch.multinomial(log_p.exp(), 1, generator=generator)
    return generate(model, torch.cat([ids, new]), n_new - 1, generator, temperature)


@exercise.right
def right_4(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = torch.zeros(len(prefix_ids) + n_new, dtype=torch.long)
    ids[: len(prefix_ids)] = torch.as_tensor(prefix_ids)
    for place in range(len(prefix_ids), len(ids)):
        with torch.no_grad():
            t = model(ids[:place].unsqueeze(0)).squeeze(0)[-1]
        ids[place] = torch.multinomial(t.div(temperature).softmax(0), 1, generator=generator)
    return ids
