"""Text drawn word by word. Learners read the wrong position, do not draw, or do not read what they have drawn."""

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, result, variants
from nlm_utils.exercises.observers.generate import observe
from nlm_utils.models.sampling import generate

from ..lecture_07 import two_things

exercise = Exercise(
    generate,
    checks=(
        "the ids for several seeds, temperatures and prefixes (list and tensor), that they come from the generator, "
        "what the model is asked and how often, no gradients, prefix unchanged"
    ),
    explanation=(
        "The model gives logits after every prefix, and only those of the last place say what comes next. The new id "
        "is put after the others and all of them are read again. How to save that work is a question for later "
        "lectures."
    ),
    hints=[
        "A loop of n_new rounds: ask the model, take ONE row of its logits, make probabilities of it, draw, append.",
        "`model(ids[None])` is (1, T, V): a batch of one. The row that knows all the words is `[0, -1]`.",
        "`torch.multinomial(p, 1, generator=generator)` gives a tensor with one id; `torch.cat` puts it after "
        "the others.",
        "Around it all `with torch.no_grad():`; `torch.as_tensor(prefix_ids, dtype=torch.int64)` takes a list, too.",
    ],
    observe=observe,
)


def _generate_case(vocab_size, prefix, n_new, seed, **extra):
    shown = "".join(f", {name}={value}" for name, value in extra.items())
    label = f"a model of {vocab_size} words, prefix_ids={prefix}, n_new={n_new}, a generator{shown}"
    exercise.case_from(lambda: (vocab_size, prefix, n_new, seed, extra), label)


_generate_case(4, torch.tensor([2]), 1, 0)
_generate_case(5, torch.tensor([2, 4]), 3, 1)
_generate_case(6, [0, 3, 1], 6, 2)
_generate_case(6, torch.tensor([1, 5]), 8, 3, temperature=0.5)
_generate_case(6, torch.tensor([1, 5]), 8, 4, temperature=2.0)
_generate_case(7, torch.tensor([3, 3]), 10, 5)
_generate_case(5, torch.tensor([4, 0, 2]), 0, 6)
_generate_case(5, [4, 0, 2, 1, 3, 3, 1, 0, 2], 0, 7)


def _draw(rng):
    vocab_size = int(rng.integers(2, 9))
    prefix = rng.integers(0, vocab_size, int(rng.integers(1, 6)))
    extra = {"temperature": rng.uniform(0.3, 3)} if rng.random() < 0.5 else {}
    shown = prefix.tolist() if rng.random() < 0.5 else torch.from_numpy(prefix)
    return vocab_size, shown, int(rng.integers(0, 12)), int(rng.integers(1000)), extra


exercise.drawn(_draw, times=4)


def _multinomial(p, generator):
    return torch.multinomial(p, 1, generator=generator)


def _drawing(
    place=-1,
    draw=_multinomial,
    extend=True,
    window=0,
    only_new=False,
    gradients=False,
    asked=1,
    more=0,
    cool=lambda t, temperature: t / temperature,
):
    """The reference with one thing changed."""

    def drawn(model, prefix_ids, n_new, generator, temperature=1.0):
        ids, n_given = torch.as_tensor(prefix_ids, dtype=torch.int64), len(prefix_ids)
        with torch.set_grad_enabled(gradients):
            for _ in range(n_new + more):
                seen = ids[-window:] if extend else ids[:n_given]
                for _ in range(asked):
                    t = model(seen[None])[0, place]
                ids = torch.cat([ids, draw(torch.softmax(cool(t, temperature), -1), generator)])
        return ids[n_given:] if only_new else ids

    return drawn


exercise.mistake("no_generator", _drawing(draw=lambda p, _: torch.multinomial(p, 1))).says(
    "Your draw does not come from the generator that was passed in, so the same seed gives another text: "
    "`torch.multinomial(p, 1, generator=generator)`."
)
exercise.mistake("uniform", _drawing(draw=lambda p, generator: _multinomial(torch.ones_like(p), generator))).says(
    "You draw every word with the same probability, whatever the model says: is the softmax taken along an axis of "
    "length 1? It goes along the words."
)
for id, sentence, changed in (
    ("first_position", "The FIRST position has seen one word only. Take the last, which has seen all.", {"place": 0}),
    ("second_to_last", "The last position but one is about a word that is there. Take the last.", {"place": -2}),
    ("not_extended", "You ask about the same prefix each time: put the new words after it first.", {"extend": False}),
    ("last_word_only", "You show the model the last word alone. It reads all ids so far.", {"window": 1}),
    ("argmax", "You take the likeliest word. It is DRAWN: torch.multinomial.", {"draw": lambda p, _: p.argmax()[None]}),
    ("argmin", "You take the LEAST likely word. It is DRAWN.", {"draw": lambda p, _: p.argmin()[None]}),
    ("gradients_kept", "A graph is recorded, which nobody needs: `with torch.no_grad():`.", {"gradients": True}),
    ("only_new", "You return the new ids alone. The prefix stands in front of them.", {"only_new": True}),
    ("not_extended_only_new", "New words are not read; return the prefix, too.", {"extend": False, "only_new": True}),
    ("asked_twice", "You call the model twice for each new token. Call it once, and keep what it gave.", {"asked": 2}),
    ("one_more", "You draw one token too many: `range(n_new)` has n_new rounds.", {"more": 1}),
    ("last_two", "You show the model the last 2 ids alone. It reads all ids so far.", {"window": 2}),
    ("last_four", "You show the model the last 4 ids alone. It reads all ids so far.", {"window": 4}),
    ("last_eight", "You show the model the last 8 ids alone. It reads all ids so far.", {"window": 8}),
    (
        "argmax_graph",
        "Two things: words are DRAWN, and no graph is recorded (`with torch.no_grad():`).",
        {"draw": lambda p, _: p.argmax()[None], "gradients": True},
    ),
):
    exercise.mistake(id, _drawing(**changed)).says(sentence)
exercise.takes(
    argument(
        "temperature",
        one=("temperature_ignored", "The temperature has no effect. Divide the LOGITS by it: p is normalised anyway."),
        square=(
            "temperature_twice",
            "The temperature divides twice. Divide the logits by it once, before the softmax.",
        ),
        inverse=("temperature_multiplies", "You multiply by the temperature. Divide by it: below 1 is sharper."),
    ),
    result(row=("batch_of_one", "Your result is (1, len + n_new), a batch of one. It is 1-D: take row 0.")),
)
exercise.mistake("list", lambda *args, **kwargs: generate(*args, **kwargs).tolist()).says(
    "You return a list. A 1-D int64 tensor is wanted."
)
exercise.mistake("floats", lambda *args, **kwargs: generate(*args, **kwargs).float()).says(
    "Your ids are floats. They are places in a table, int64: `.long()`."
)
exercise.mistake(
    "n_new_is_total",
    lambda model, ids, n_new, *args, **kwargs: generate(model, ids, max(n_new - len(ids), 0), *args, **kwargs),
).says("You stop when there are n_new ids in all. n_new counts the new ones.")


@exercise.mistake("drawn_at_once").says(
    "You draw all new words from the distribution after the prefix. Each word is drawn after the ones before it."
)
def drawn_at_once(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = torch.as_tensor(prefix_ids, dtype=torch.int64)
    with torch.no_grad():
        p = torch.softmax(model(ids[None])[0, -1] / temperature, -1)
        return torch.cat([ids, torch.multinomial(p, max(n_new, 1), replacement=True, generator=generator)[:n_new]])


def _in_a_loop(probabilities=lambda t: t[0, -1].softmax(-1), put=lambda ids, new: torch.cat([ids, new])):
    """The loop with other probabilities of the logits t (1, T, V), or another end."""

    @torch.no_grad()
    def loop(model, prefix_ids, n_new, generator, temperature=1.0):
        ids = torch.as_tensor(prefix_ids, dtype=torch.int64)
        for _ in range(n_new):
            ids = put(ids, _multinomial(probabilities(model(ids[None]) / temperature), generator))
        return ids

    return loop


exercise.mistake("softmax_over_time", _in_a_loop(lambda t: t.softmax(1)[0, -1])).says(
    "Your softmax runs over the places of the text, dim=1. It runs over the words, the last axis."
)
exercise.mistake("mean_over_places", _in_a_loop(lambda t: t[0].mean(0).softmax(-1))).says(
    "You average the logits of all places. Those of the LAST one say what comes next."
)
exercise.mistake("put_in_front", _in_a_loop(put=lambda ids, new: torch.cat([new, ids]))).says(
    "You put the new id in FRONT of the others. It follows them: `torch.cat([ids, new])`."
)


two_things(
    exercise,
    _drawing,
    {
        "place": {"first": ("Take the LAST place, [0, -1].", 0)},
        "extend": {"never_read": ("New words are read, too.", False)},
        "window": {"one_word": ("The model reads ALL ids so far.", 1)},
        "gradients": {"graph": ("No graph: `with torch.no_grad():`.", True)},
        "only_new": {"prefix_missing": ("The prefix stands in front.", True)},
        "cool": {
            "no_temperature": ("Divide the logits by the temperature.", lambda t, temperature: t),
            "times_temperature": ("DIVIDE by the temperature.", lambda t, temperature: t * temperature),
        },
    },
    without=(
        "first_and_one_word",
        "never_read_and_one_word",
        "never_read_and_prefix_missing",
    ),
)
exercise.mistake("softmax_twice", _in_a_loop(lambda t: t[0, -1].softmax(-1).softmax(-1))).says(
    "You take the softmax twice: of probabilities, all between 0 and 1, it is nearly flat."
)
exercise.takes(
    variants(
        "own_seed",
        (0, 42),
        lambda seed: (
            lambda model, ids, n_new, _, *T, **more: generate(
                model, ids, n_new, torch.Generator().manual_seed(int(seed)), *T, **more
            )
        ),
        "You draw with the seed {value}, of your own. Draw from the generator that is passed in: "
        "`torch.multinomial(p, 1, generator=generator)`.",
    )
)


def _by_gumbel(p, generator):
    return (p.log() - (-torch.rand(p.shape, generator=generator).log()).log()).argmax()[None]


def _by_sums(p, generator):
    return torch.searchsorted(p.cumsum(0), torch.rand(1, generator=generator))


exercise.mistakes(gumbel=_drawing(draw=_by_gumbel), by_sums=_drawing(draw=_by_sums)).says(
    "You draw rightly, but in another way than the docstring names, so that the same seed gives other words: "
    "`torch.multinomial(p, 1, generator=generator)`."
)


@exercise.mistake("all_places_drawn").says(
    "You draw a word for EVERY place and keep the last. Only the last place is drawn for: `model(ids[None])[0, -1]`."
)
@torch.no_grad()
def all_places_drawn(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = torch.as_tensor(prefix_ids, dtype=torch.int64)
    for _ in range(n_new):
        ids = torch.cat([ids, _multinomial((model(ids[None])[0] / temperature).softmax(-1), generator)[-1]])
    return ids


def _stopping(kept):
    @torch.no_grad()
    def stopping(model, prefix_ids, n_new, generator, temperature=1.0):
        ids = torch.as_tensor(prefix_ids, dtype=torch.int64)
        for _ in range(n_new):
            new = _multinomial((model(ids[None])[0, -1] / temperature).softmax(-1), generator)
            ids = torch.cat([ids, new[: 1 if new.item() or kept else 0]])
            if not new.item():
                break
        return ids

    return stopping


exercise.mistakes(stops_at_0=_stopping(True), stops_before_0=_stopping(False)).says(
    "You stop when word 0 is drawn. Nothing stops early here: there are n_new new words."
)
exercise.mistake("no_batch", lambda model, ids, *more, **settings: model(torch.as_tensor(ids))).says(
    "The model takes a batch, (1, T), and you hand it the ids alone: `model(ids[None])`."
)
exercise.mistake("ids_and_more", lambda *args, **settings: (generate(*args, **settings), None)).says(
    "You return the ids and something else. The ids alone are wanted, a 1-D int64 tensor."
)


@exercise.mistake("seeded").says(
    "You set the generator's seed anew. It comes with its seed, and each draw goes on where the last one ended: leave "
    "`manual_seed` out."
)
def seeded(model, prefix_ids, n_new, generator, temperature=1.0):
    return generate(model, prefix_ids, n_new, generator.manual_seed(42), temperature)


@exercise.mistake("asked_once_more").says(
    "The model is called once more than there are new tokens: the logits of the last call are not used. Call it at the "
    "beginning of each round, not before the loop and at its end."
)
def asked_once_more(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = generate(model, prefix_ids, n_new, generator, temperature)
    with torch.no_grad():
        model(ids[None])
    return ids


exercise.mistake(
    "one_round", lambda model, ids, n_new, *more, **settings: generate(model, ids, min(n_new, 1), *more, **settings)
).says("Your loop ends after its first round: the `return` is indented too far.")


@exercise.mistake("last_new_alone").says(
    "Of the new ids only the last is there: put each one after the others as soon as it is drawn, inside the loop."
)
def last_new_alone(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = _drawing(extend=False)(model, prefix_ids, n_new, generator, temperature)
    return torch.cat([ids[: len(prefix_ids)], ids[len(prefix_ids) :][-1:]])


@exercise.mistake("prefix_changed").says("The ids are right, but the caller's own list grows. Work on a copy.")
def prefix_changed(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = generate(model, prefix_ids, n_new, generator, temperature)
    if isinstance(prefix_ids, list):
        prefix_ids[:] = ids.tolist()
    return ids


@exercise.right
@torch.no_grad()
def as_a_batch(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = torch.as_tensor(prefix_ids, dtype=torch.int64)[None].clone()
    for _ in range(n_new):
        p = (model(ids)[:, -1, :] / temperature).softmax(-1)
        ids = torch.cat([ids, torch.multinomial(p, num_samples=1, generator=generator)], dim=1)
    return ids[0]


@exercise.right
def as_a_list(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = [int(i) for i in prefix_ids]
    for _ in range(n_new):
        with torch.inference_mode():
            t = model(torch.tensor([ids]))[0][-1]
        ids.append(torch.multinomial(torch.softmax(t / temperature, 0), 1, generator=generator).item())
    return torch.tensor(ids)
