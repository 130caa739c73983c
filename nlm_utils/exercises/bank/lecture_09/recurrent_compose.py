"""The loop over time: which state is handed on, which are kept, which axis is time, and where the walk starts."""

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, both, exchanged, result

from .inputs import drawn, numbers, pre, rnn
from .rnn_step import rnn_step


def recurrent_compose(c, h0, W_h, W_x, b):
    """The states of a recurrent network along its sentences, (B, T, hidden).

    c (B, T, d) the embeddings, h0 (B, hidden) the state before the first word; weights as in `rnn_step`.
    State t is `rnn_step` of state t − 1 and c[:, t]: entry [:, t] of the result is the state AFTER reading
    c[:, t], so h0 itself is not in it. Gradients flow back to all arguments, which come back unchanged.
    """
    h, states = h0, []
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


exercise = Exercise(
    recurrent_compose,
    checks=("sentences of 1 to 6 words, batches of 1 to 4, h0 of zeros and others, float32, gradients, h0 unchanged"),
    explanation=(
        "One vector is carried along: each step reads one word and hands its state on. The same weights serve at "
        "every step, so the length of a sentence is not built into the network. `stack` along dimension 1 puts time "
        "where the embeddings have it."
    ),
    hints=[
        "A loop over the words of the sentences: time is the SECOND axis of c.",
        "Begin with h = h0. In the loop, h becomes `rnn_step` of h and the word's embeddings c[:, t], (B, d).",
        "Keep each new state in a list, `states.append(h)`; h0 itself does not go into it.",
        "After the loop there are T tensors of shape (B, hidden). `torch.stack(states, dim=1)` makes them (B, T, "
        "hidden).",
    ],
)


def sentences(batch, time, dim, hidden, seed, dtype=torch.float64, grad=False, zero=False):
    """Arguments of recurrent_compose."""
    h0, _, W_h, W_x, b = rnn(batch, hidden, dim, seed, dtype=dtype, grad=grad)
    if zero:
        h0 = torch.zeros(batch, hidden, dtype=dtype, requires_grad=grad)
    return numbers(batch, time, dim, seed=seed + 9, dtype=dtype, grad=grad), h0, W_h, W_x, b


exercise.case(*sentences(1, 2, 3, 2, 110))
exercise.case(*sentences(2, 3, 1, 4, 120))
exercise.case(*sentences(2, 4, 3, 5, 130, zero=True))
exercise.case(*sentences(4, 2, 3, 2, 140))
exercise.case(*sentences(3, 3, 3, 3, 150))
exercise.case(*sentences(2, 1, 4, 3, 160))
exercise.case(*sentences(3, 6, 2, 4, 170, dtype=torch.float32))
exercise.case(*sentences(2, 4, 5, 3, 180, grad=True))
exercise.case(*sentences(3, 2, 5, 1, 190))


def _draw(rng):
    batch, time, dim, hidden = rng.integers(1, 7, 4)
    return tuple(drawn(rng, (batch, time, dim), (batch, hidden), (hidden, hidden), (hidden, dim), (hidden,)))


exercise.drawn(_draw, times=5)


def walk(step=rnn_step, times=lambda c: range(c.shape[1]), read=lambda c, t: c[:, t], keep=None, dim=1):
    """recurrent_compose with something changed.

    step(h, x, W_h, W_x, b); times(c) the steps; read(c, t) the word of a step; keep(states, h0) what is returned
    """

    def compose(c, h0, W_h, W_x, b):
        h, states = h0, []
        for t in times(c):
            h = step(h, read(c, t), W_h, W_x, b)
            states.append(h)
        states = states if keep is None else keep(states, h0)
        return torch.stack(states, dim=dim) if isinstance(states, list) else states

    return compose


def knowing_h0(step):
    """A wrong walk whose every step knows h0, too: step(h, x, h0, W_h, W_x, b)."""
    return lambda c, h0, *weights: walk(lambda h, x, *rest: step(h, x, h0, *rest))(c, h0, *weights)


# which state is handed on, and which are kept
exercise.mistake("first_state_repeated", walk(keep=lambda states, h0: [states[0]] * len(states))).says(
    "You compute the first state and repeat it. Every word has to be read, each from the state before it."
)
exercise.mistake("last_state_repeated", walk(keep=lambda states, h0: [states[-1]] * len(states))).says(
    "The last state stands at every place. Each place wants the state as it was after ITS word: keep them as you go."
)
exercise.mistake("h0_at_every_step", knowing_h0(lambda h, x, h0, *weights: rnn_step(h0, x, *weights))).says(
    "Every step starts from h0, so that each state knows one word only. Hand the new state on to the next step."
)
exercise.mistake("shifted", walk(keep=lambda states, h0: [h0, *states[:-1]])).says(
    "Your states stand one place too late: h0 is first, the last is missing. Entry t is the state AFTER reading word t."
)
exercise.mistake("first_word_never_read", walk(times=lambda c: range(1, c.shape[1]), keep=lambda s, h0: [h0, *s])).says(
    "The first word is never read: h0 stands where the state AFTER it belongs, and your loop starts at word 1. It "
    "starts at word 0, from h0."
)
exercise.mistake("h0_included", walk(keep=lambda states, h0: [h0, *states])).says(
    "h0 is in your result, which is one longer than the sentence. Entry 0 is the state after the first word."
)
exercise.mistake("first_and_last", walk(keep=lambda states, h0: [states[0], states[-1]])).says(
    "Only the first and the last state are there. One for every word is wanted."
)
exercise.mistake("returns_in_the_loop", walk(keep=lambda states, h0: states[:1])).says(
    "Your `return` stands inside the loop, so that it ends after the first word. Move it to the left."
)
exercise.mistake("appended_after_the_loop", walk(keep=lambda states, h0: states[-1:])).says(
    "Only the last state is in your list: `states.append(h)` stands after the loop. Move it inside, to the right."
)
exercise.mistake("result_reversed", walk(keep=lambda states, h0: states[::-1])).says(
    "The states are right, but in the wrong order: the first word's comes first."
)
exercise.mistake("h0_everywhere", walk(lambda h, *rest: h)).says(
    "Every state is h0: what `rnn_step` returns is not kept. It returns a NEW state, so write `h = rnn_step(h, …)`."
)
exercise.mistake("shifted_zero", walk(keep=lambda s, h0: [0 * h0, *s[:-1]])).says(
    "Your states stand one place too late, and place 0 is still 0. Entry t is the state AFTER reading word t."
)
exercise.mistake(
    "both_states_kept", walk(keep=lambda s, h0: [h for pair in zip([h0, *s], s, strict=False) for h in pair])
).says("You keep two states at each word, the one before it and the one after it. Keep the one AFTER it.")
exercise.mistake(
    "returns_in_the_loop_with_a_buffer",
    walk(keep=lambda states, h0: [states[0], *(0 * h for h in states[1:])]),
).says("Only the first word's state is there, the others are still 0: your `return` stands inside the loop.")
exercise.mistake("last_place_empty", walk(keep=lambda states, h0: [*states[:-1], 0 * states[-1]])).says(
    "The last place of your buffer is still 0: the loop ends one step too early."
)
exercise.mistake("first_place_empty", walk(keep=lambda states, h0: [0 * states[0], *states[1:]])).says(
    "The first place of your buffer is still 0: it wants the state after word 0."
)
exercise.mistake(
    "first_place_empty_unread", walk(times=lambda c: range(1, c.shape[1]), keep=lambda s, h0: [0 * h0, *s])
).says("Your loop starts at word 1: word 0 is never read, and its place is still 0.")


@exercise.mistake("added_in_place").says(
    "`h += …` adds each new state to the old one, and in place: your list holds one tensor T times. The new state "
    "replaces the old one: `h = rnn_step(h, …)`."
)
def added_in_place(c, h0, *weights):
    with torch.no_grad():
        return walk(lambda h, *rest: h.add_(rnn_step(h, *rest)))(c, h0.clone(), *weights)


exercise.mistake("old_state_added", walk(lambda h, *rest: h + rnn_step(h, *rest))).says(
    "You add each new state to the old one. The new state replaces the old."
)
exercise.mistake("h0_added", knowing_h0(lambda h, x, h0, *weights: rnn_step(h, x, *weights) + h0)).says(
    "You add h0 at every step. It is where the first step starts, no more."
)
exercise.mistake("h0_added_before", knowing_h0(lambda h, x, h0, *weights: rnn_step(h + h0, x, *weights))).says(
    "Every step starts from the old state PLUS h0. Only the first step starts from h0."
)
exercise.mistake("two_steps_a_word", walk(lambda h, x, *weights: rnn_step(rnn_step(h, x, *weights), x, *weights))).says(
    "You take two steps for each word. One is enough."
)


@exercise.mistake("step_twice").says(
    "Each state that you keep has read its word once more than the one that you hand on. Keep the one that you hand on."
)
def step_twice(c, h0, *weights):
    states = recurrent_compose(c, h0, *weights)
    return torch.stack([rnn_step(states[:, t], c[:, t], *weights) for t in range(c.shape[1])], dim=1)


@exercise.mistake("every_other_state").says(
    "Each state is built on the one TWO places before it. Hand the newest one on."
)
def every_other_state(c, h0, *weights):
    states = [h0, h0]
    for t in range(c.shape[1]):
        states.append(rnn_step(states[-2], c[:, t], *weights))
    return torch.stack(states[2:], dim=1)


exercise.takes(
    argument(
        "h0",
        zero=("starts_from_zero", "You start from zeros whatever h0 is. The first step starts from h0."),
        one=("starts_from_one", "You start from ones. The first step starts from h0."),
    ),
    result(
        whole=(
            "whole_numbers",
            "Your states are cut down to whole numbers: an array or a buffer of ints keeps nothing after the point.",
        ),
        last_time=(
            "only_the_last",
            "You return the last state alone. The state after every word is wanted, (B, T, hidden).",
        ),
        squeezed=(
            "squeezed",
            "`squeeze` takes axes of length 1 away. The result is (B, T, hidden), with B = 1 and T = 1 too.",
        ),
    ),
)

# time is the second axis
exercise.mistake("time_first", walk(dim=0)).says(
    "Your states are stacked with time first, (T, B, hidden), or still a list of T. Time is the second axis."
)
exercise.mistake("view_for_transpose", walk(keep=lambda h, h0: torch.stack(h).reshape(len(h0), len(h), -1))).says(
    "You stack with time first and then re-cut the numbers with `view` or `reshape`: that mixes sentences. Stack along "
    "the right axis, or transpose."
)
for dim, id in enumerate(("glued_below", "glued_in_a_row")):
    exercise.mistake(id, walk(keep=lambda states, h0, dim=dim: torch.cat(states, dim=dim))).says(
        "Your result has no axis for time: `cat` makes none (`torch.stack` does), and `flatten` takes it away."
    )
exercise.mistake(
    "glued_with_an_axis", walk(keep=lambda states, h0: torch.cat([h[:, None] for h in states], dim=0))
).says("You give each state an axis for time, and then glue along the batch, dim=0. Join along time, dim=1.")
exercise.mistake("time_squeezed", lambda *all: recurrent_compose(*all).squeeze(1)).says(
    "`squeeze(1)` takes the axis of time away where the sentence has one word. The result is (B, T, hidden) always."
)
exercise.mistake("time_last", walk(dim=-1)).says(
    "You stack the states along the LAST axis, (B, hidden, T). Time is the second: `torch.stack(states, dim=1)`."
)
exercise.mistake("first_sentence_only", lambda c, h0, *weights: recurrent_compose(c[:1], h0[:1], *weights)).says(
    "You read the first sentence only, `c[0]`. One row for each sentence of the batch is wanted; `rnn_step` takes them "
    "all at once."
)
for dim, id in enumerate(("along_the_batch_first", "along_the_batch")):
    exercise.mistake(id, walk(times=lambda c: range(len(c)), read=lambda c, t: c[t], dim=dim)).says(
        "You go over the first axis of c, the sentences, as `for x in c`, `c[t]` and torch's `batch_first=False` do. "
        "The words are its second axis."
    )


STEPS = {  # other ways to write rnn_step, which fail in another way
    "concatenated": lambda h, x, W_h, W_x, b: torch.tanh(torch.cat([h, x], 1) @ torch.cat([W_h, W_x], 1).T + b),
    "in_columns": lambda h, x, W_h, W_x, b: torch.tanh(W_h @ h.T + W_x @ x.T + b[:, None]).T,
    "of_one_word": lambda h, x, W_h, W_x, b: torch.stack(
        [torch.tanh(W_h @ old + W_x @ word + b) for old, word in zip(h, x, strict=True)]
    ),
}
exercise.mistakes(
    **{
        f"along_the_batch_{id}": walk(step, times=lambda c: range(len(c)), read=lambda c, t: c[t])
        for id, step in STEPS.items()
    }
).says(
    "Your loop goes over the first axis of c, the sentences: `c[t]` is a whole sentence, and its words do not fit the "
    "states of the batch. The words are the second axis: `c[:, t]`."
)


@exercise.mistake("batch_first_missing").says(
    "torch's own network takes time as the first axis unless it is told: `nn.RNN(…, batch_first=True)`."
)
def batch_first_missing(c, h0, W_h, W_x, b):
    network = torch.nn.RNN(c.shape[2], len(b), dtype=c.dtype)
    weights = {"weight_ih_l0": W_x, "weight_hh_l0": W_h, "bias_ih_l0": b, "bias_hh_l0": torch.zeros_like(b)}
    return torch.func.functional_call(network, weights, (c, h0[None]))[0]


exercise.mistake("range_of_batch", walk(times=lambda c: range(len(c)))).says(
    "Your loop makes as many steps as there are SENTENCES, c.shape[0]. There is one step for each word."
)
exercise.mistake("along_the_dimensions", walk(times=lambda c: range(c.shape[2]), read=lambda c, t: c[:, :, t])).says(
    "Your loop goes over the last axis of c, the numbers of an embedding. The words are its second axis."
)
exercise.mistake("axis_of_the_word_kept", walk(read=lambda c, t: c[:, t : t + 1])).says(
    "You slice the word, c[:, t:t+1], which keeps an axis of length 1: then the rows of one sentence meet the states "
    "of all. Index it, (B, d)."
)

# which word a step reads
exercise.mistake("last_word_missing", walk(times=lambda c: range(c.shape[1] - 1))).says(
    "The last word is not read: your loop ends one too early."
)
exercise.mistake("first_word_missing", walk(times=lambda c: range(1, c.shape[1]))).says(
    "The first word is not read: your loop starts one too late."
)
exercise.mistake("first_word_at_every_step", walk(read=lambda c, t: c[:, 0])).says(
    "Every step reads the first word again. Step t reads c[:, t]."
)
exercise.mistake("word_before", walk(read=lambda c, t: c[:, t - 1])).says(
    "Step t reads the word before it, and the first step the last one (index −1). Step t reads word t."
)
exercise.mistake("word_after", walk(read=lambda c, t: c[:, (t + 1) % c.shape[1]])).says(
    "Step t reads the word after it: the network sees what it has to predict. Step t reads word t."
)
exercise.mistakes(
    prefix_sum_read=walk(read=lambda c, t: c[:, : t + 1].sum(1)),
    prefix_mean_read=walk(read=lambda c, t: c[:, : t + 1].mean(1)),
).says("Each step reads the sum or the mean of the prefix. It reads one word, c[:, t]; the state knows the rest.")
exercise.mistake("backwards", lambda c, *rest: recurrent_compose(c.flip(1), *rest)).says(
    "You read the sentences from the end to the beginning."
)
exercise.mistake("backwards_turned", lambda c, *rest: recurrent_compose(c.flip(1), *rest).flip(1)).says(
    "You read from the end, and put the states back in order: each place knows what comes AFTER it. A language model "
    "may only know what came before."
)

# the step
exercise.takes(
    exchanged(
        "W_h",
        "W_x",
        ("weights_swapped", "The weights are exchanged: `rnn_step` takes h, x, W_h, W_x, b, in this order."),
    ),
    argument(
        "W_h",
        transposed=(
            "W_h_not_transposed",
            "W_h is not transposed in your steps. It is square, so nothing complains; `rnn_step` does it right.",
        ),
    ),
    argument("b", zero=("no_bias", "The bias is missing in your steps.")),
    both("zero_start_W_h_not_transposed", argument("W_h", transposed=""), argument("h0", zero="")),
    both("zero_start_no_bias", argument("b", zero=""), argument("h0", zero="")),
)
exercise.mistake("arguments_exchanged", walk(lambda h, x, *weights: rnn_step(x, h, *weights))).says(
    "State and word are exchanged: `rnn_step` takes the state first, then the word."
)
exercise.mistake("no_tanh", walk(pre)).says("The steps lack tanh: your states are sums that can grow without end.")
exercise.mistake("tanh_at_the_end", lambda *all: torch.tanh(walk(pre)(*all))).says(
    "You apply tanh once, to the finished states. It belongs in every step, before the state is handed on."
)
for bend, words in {"sigmoid": "the sigmoid", "relu": "ReLU"}.items():
    exercise.mistake(bend, walk(lambda *step, bend=bend: getattr(torch, bend)(pre(*step)))).says(
        f"Your steps use {words}; `rnn_step` uses tanh."
    )
exercise.mistake("state_not_weighted", walk(lambda h, x, W_h, W_x, b: torch.tanh(h + x @ W_x.T + b))).says(
    "The old state enters your steps without W_h."
)
exercise.mistake("no_memory", lambda c, h0, W_h, W_x, b: torch.tanh(c @ W_x.T + b)).says(
    "The old state does not enter: each of your states knows one word only."
)
exercise.mistake("every_word_alone", lambda c, h0, W_h, W_x, b: c @ W_x.T + b).says(
    "You return the words weighted by W_x. They have to be read into the state one after the other."
)
exercise.mistake("embeddings_summed", lambda c, *rest: c.cumsum(1)).says(
    "You add embeddings up, as lecture 03 did. Here a state is carried along."
)
exercise.mistake(
    "prefixes_added",
    lambda c, h0, *weights: torch.stack([rnn_step(h0, x, *weights) for x in c.cumsum(1).unbind(1)], dim=1),
).says("You add the prefix up and take one step: its order is lost. One step for each word.")

# the states are returned as they are
exercise.mistake("states_added_up", lambda *all: recurrent_compose(*all).cumsum(1)).says(
    "Your states are summed along time. Each state already holds its past; return it as it is."
)
exercise.mistake(
    "states_averaged", lambda c, *rest: recurrent_compose(c, *rest).cumsum(1) / torch.arange(1, c.shape[1] + 1)[:, None]
).says("You average the states so far. The state after each word is wanted as it is.")
exercise.mistake("mean_over_time", lambda *all: recurrent_compose(*all).mean(1)).says(
    "You average over time: one vector per sentence. The state after every word is wanted."
)
exercise.mistake("beside_the_embeddings", lambda c, *rest: torch.cat([c, recurrent_compose(c, *rest)], dim=-1)).says(
    "You return embeddings and states side by side. The states alone are wanted."
)


@exercise.mistake("one_buffer").says(
    "All entries of your list are one and the same tensor, which each step overwrites: so the last state stands "
    "everywhere. Make a new tensor at each step."
)
def one_buffer(c, h0, *weights):
    return walk(lambda h, *rest: h.copy_(rnn_step(h, *rest).detach()))(c, h0.detach().clone(), *weights)


@exercise.mistake("h0_overwritten").says(
    "You write each state into the caller's h0. Let a name of your own point to the new state."
)
def h0_overwritten(c, h0, *weights):
    states = recurrent_compose(c, h0, *weights)
    h0.copy_(states[:, -1])
    return states


@exercise.mistake("h0_is_every_entry").says(
    "`h0[:] = …` writes each state into the caller's h0 itself, and your list holds this one tensor T times: the last "
    "state stands at every place. Let a name of your own point to a new tensor, `h = rnn_step(h, …)`."
)
def h0_is_every_entry(c, h0, *weights):
    with torch.no_grad():
        return walk(lambda h, *rest: h.copy_(rnn_step(h, *rest)))(c, h0, *weights)


exercise.mistake("h0_in_place", walk(lambda h, *rest: h.add_(rnn_step(h, *rest)))).says(
    "Two things: `h0 += …` writes into the caller's tensor, and a new state replaces the old one."
)


@exercise.mistake("width_d").says("Your buffer has room for d numbers at each place; a state has `hidden` of them.")
def width_d(c, h0, *weights):
    states, h = torch.zeros_like(c), h0
    for t in range(c.shape[1]):
        h = states[:, t] = rnn_step(h, c[:, t], *weights)
    return states


exercise.mistake("cut_between_steps", walk(lambda h, *rest: rnn_step(h.detach(), *rest))).says(
    "The numbers are right, but you detach the state between the steps: no gradient gets back to earlier words."
)

# two things
exercise.mistake(
    "shifted_from_zero",
    lambda c, h0, *weights: walk(keep=lambda states, h: [h, *states[:-1]])(c, torch.zeros_like(h0), *weights),
).says("Two things: you start from zeros where h0 is given, and your states stand one place too late.")
exercise.mistake(
    "h0_at_every_step_time_first",
    lambda c, h0, *weights: torch.stack([rnn_step(h0, x, *weights) for x in c.unbind(1)]),
).says("Two things: every step starts from h0, and time is stacked first.")
exercise.mistake(
    "zero_start_h0_included",
    lambda c, h0, *weights: walk(keep=lambda s, h: [h, *s])(c, torch.zeros_like(h0), *weights),
).says("Two things: you start from zeros where h0 is given, and the start does not belong among the states.")
exercise.mistake(
    "zero_start_sigmoid",
    lambda c, h0, *weights: walk(lambda *step: torch.sigmoid(pre(*step)))(c, torch.zeros_like(h0), *weights),
).says("Two things: you start from zeros where h0 is given, and your steps use the sigmoid; `rnn_step` uses tanh.")
exercise.mistake("half_of_the_old_state", walk(lambda h, *rest: (h + rnn_step(h, *rest)) / 2)).says(
    "You take the mean of the old state and the new one. The new state replaces the old."
)
exercise.mistake("h0_included_time_first", walk(keep=lambda states, h0: [h0, *states], dim=0)).says(
    "Two things: h0 does not belong among the states, and time is the second axis, not the first."
)
exercise.mistake("zero_start_time_first", lambda c, h0, *weights: walk(dim=0)(c, torch.zeros_like(h0), *weights)).says(
    "Two things: you start from zeros where h0 is given, and time is stacked first."
)
exercise.mistake("no_bias_no_tanh", walk(lambda h, x, W_h, W_x, b: h @ W_h.T + x @ W_x.T)).says(
    "Two things are missing in your steps: the bias and tanh."
)


@exercise.right
def words_by_unbind(c, h0, W_h, W_x, b):
    states, h = [], h0
    for word in c.unbind(1):
        h = torch.tanh(torch.nn.functional.linear(h, W_h) + torch.nn.functional.linear(word, W_x, b))
        states.append(h[:, None])
    return torch.cat(states, dim=1)


@exercise.right
def torchs_own_network(c, h0, W_h, W_x, b):
    weights = [W_x, W_h, b, torch.zeros_like(b)]
    return torch.rnn_tanh(c, h0[None], weights, True, 1, 0.0, False, False, True)[0]


@exercise.right
def into_a_tensor_of_zeros(c, h0, W_h, W_x, b):
    states = torch.zeros(*c.shape[:2], len(b), dtype=c.dtype)
    h = h0
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t], W_h, W_x, b)
        states[:, t] = h
    return states


@exercise.right
def words_weighted_first(c, h0, W_h, W_x, b):
    words = c @ W_x.T + b
    states = [torch.tanh(h0 @ W_h.T + words[:, 0])]
    for t in range(1, c.shape[1]):
        states.append(torch.tanh(states[-1] @ W_h.T + words[:, t]))
    return torch.stack(states).transpose(0, 1)


exercise.right(lambda *all: list(recurrent_compose(*all)))
