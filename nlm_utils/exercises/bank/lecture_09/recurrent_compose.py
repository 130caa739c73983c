"""recurrent_compose."""

import torch

from nlm_utils.exercises.definition import Exercise

from .common import numbers, pre, rnn
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
        (
            "After the loop there are T tensors of shape (B, hidden). `torch.stack(states, dim=1)` makes them (B, T, "
            "hidden)."
        ),
    ],
)


def _sentences(batch, time, dim, hidden, seed, dtype=torch.float64, grad=False, zero=False):
    """Arguments of recurrent_compose."""
    h0, _, W_h, W_x, b = rnn(batch, hidden, dim, seed, dtype=dtype, grad=grad)
    if zero:
        h0 = torch.zeros(batch, hidden, dtype=dtype, requires_grad=grad)
    return numbers(batch, time, dim, seed=seed + 9, dtype=dtype, grad=grad), h0, W_h, W_x, b


exercise.case(*_sentences(1, 2, 3, 2, 110))
exercise.case(*_sentences(2, 3, 1, 4, 120))
exercise.case(*_sentences(2, 4, 3, 5, 130, zero=True))
exercise.case(*_sentences(4, 2, 3, 2, 140))
exercise.case(*_sentences(3, 3, 3, 3, 150))
exercise.case(*_sentences(2, 1, 4, 3, 160))
exercise.case(*_sentences(3, 6, 2, 4, 170, dtype=torch.float32))
exercise.case(*_sentences(2, 4, 5, 3, 180, grad=True))


def _walk(step=rnn_step, times=None, start=None, keep=None, cut=False, dim=1):
    """recurrent_compose with one thing changed.

    step(h, x, W_h, W_x, b); times(T) the steps; start(h0); keep(states, h0); cut: detach between the steps
    """

    def compose(c, h0, W_h, W_x, b):
        h, states = h0 if start is None else start(h0), []
        for t in range(c.shape[1]) if times is None else times(c.shape[1]):
            h = step(h.detach() if cut else h, c[:, t], W_h, W_x, b)
            states.append(h)
        states = states if keep is None else keep(states, h0)
        return torch.stack(states, dim=dim) if isinstance(states, list) else states

    return compose


def _h0_at_every_step(c, h0, W_h, W_x, b):
    return torch.stack([rnn_step(h0, c[:, t], W_h, W_x, b) for t in range(c.shape[1])], dim=1)


def _walk_with_h0(change):
    def compose(c, h0, W_h, W_x, b):
        h, states = h0, []
        for t in range(c.shape[1]):
            h = change(rnn_step(h, c[:, t], W_h, W_x, b), h0)
            states.append(h)
        return torch.stack(states, dim=1)

    return compose


exercise.mistake("first_state_repeated", _walk(keep=lambda states, h0: [states[0]] * len(states))).says(
    "You compute the first state and repeat it. Every word has to be read, each from the state before it."
)
exercise.mistake("last_state_repeated", _walk(keep=lambda states, h0: [states[-1]] * len(states))).says(
    "The last state stands at every place. Each place wants the state as it was after ITS word: keep them as you go."
)
exercise.mistake("h0_at_every_step", _h0_at_every_step).says(
    "Every step starts from h0, so that each state knows one word only. Hand the new state on to the next step."
)
exercise.mistake("shifted", _walk(keep=lambda states, h0: [h0, *states[:-1]])).says(
    "Your states stand one place too late: h0 is first and the last state is missing. Entry t is the state AFTER "
    "reading word t."
)
exercise.mistake("h0_included", _walk(keep=lambda states, h0: [h0, *states])).says(
    "h0 is in your result, which is one longer than the sentence. Entry 0 is the state after the first word."
)
exercise.mistake("only_the_last", _walk(keep=lambda states, h0: states[-1])).says(
    "You return the last state alone. The state after every word is wanted, (B, T, hidden)."
)
exercise.mistake("time_first", _walk(dim=0)).says(
    "Your states are stacked with time first, (T, B, hidden), or still a list of T. Time is the second axis."
)
exercise.mistake("time_last", _walk(dim=2)).says(
    "Your states are stacked with time last, (B, hidden, T). Time is the second axis."
)
exercise.mistake(
    "view_for_transpose", lambda c, h0, W_h, W_x, b: _walk(dim=0)(c, h0, W_h, W_x, b).reshape(*c.shape[:2], -1)
).says(
    "You stack with time first and then re-cut the numbers with `view` or `reshape`: that mixes sentences. Stack "
    "along the right axis, or transpose."
)
exercise.mistake("glued_in_a_row", _walk(keep=lambda states, h0: torch.cat(states, dim=1))).says(
    "You glue the states together with `cat`, (B, T·hidden). `stack` makes the new axis for time."
)
exercise.mistake("glued_below", _walk(keep=lambda states, h0: torch.cat(states, dim=0))).says(
    "You glue the states together with `cat`, (T·B, hidden). `stack` makes the new axis for time."
)
exercise.mistake("last_word_missing", _walk(times=lambda T: range(T - 1))).says(
    "The last word is not read: your loop ends one too early."
)
exercise.mistake("first_word_missing", _walk(times=lambda T: range(1, T))).says(
    "The first word is not read: your loop starts one too late."
)


@exercise.mistake("along_the_batch").says(
    "Your loop goes over the first axis of c, the sentences. The words are its second axis."
)
def along_the_batch(c, h0, W_h, W_x, b):
    h, states = h0, []
    for word in c:
        h = rnn_step(h, word, W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


@exercise.mistake("along_the_batch_first").says(
    "Your loop goes over the first axis of c, the sentences, and stacks along it. The words are the second axis."
)
def along_the_batch_first(c, h0, W_h, W_x, b):
    h, states = h0, []
    for word in c:
        h = rnn_step(h, word, W_h, W_x, b)
        states.append(h)
    return torch.stack(states)


@exercise.mistake("range_of_batch").says(
    "Your loop makes as many steps as there are SENTENCES, c.shape[0]. There is one step for each word."
)
def range_of_batch(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[0]):
        h = rnn_step(h, c[:, t], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


@exercise.mistake("along_the_dimensions").says(
    "Your loop goes over the last axis of c, the numbers of an embedding. The words are its second axis."
)
def along_the_dimensions(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[2]):
        h = rnn_step(h, c[:, :, t], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


@exercise.mistake("first_word_at_every_step").says("Every step reads the first word again. Step t reads c[:, t].")
def first_word_at_every_step(c, h0, W_h, W_x, b):
    h, states = h0, []
    for _ in range(c.shape[1]):
        h = rnn_step(h, c[:, 0], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


@exercise.mistake("word_before").says(
    "Step t reads the word before it, and the first step the last one (index −1). Step t reads word t."
)
def word_before(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t - 1], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


@exercise.mistake("word_after").says(
    "Step t reads the word after it: the network sees what it has to predict. Step t reads word t."
)
def word_after(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, (t + 1) % c.shape[1]], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


exercise.mistake("backwards", lambda c, h0, W_h, W_x, b: recurrent_compose(c.flip(1), h0, W_h, W_x, b)).says(
    "You read the sentences from the end to the beginning."
)
exercise.mistake(
    "backwards_turned", lambda c, h0, W_h, W_x, b: recurrent_compose(c.flip(1), h0, W_h, W_x, b).flip(1)
).says(
    "You read from the end, and put the states back in order: each place knows what comes AFTER it. A language model "
    "may only know what came before."
)
exercise.mistake("result_reversed", _walk(keep=lambda states, h0: states[::-1])).says(
    "The states are right, but in the wrong order: the first word's comes first."
)
exercise.mistake("starts_from_zero", _walk(start=torch.zeros_like)).says(
    "You start from zeros whatever h0 is. The first step starts from h0."
)
exercise.mistake("starts_from_one", _walk(start=torch.ones_like)).says(
    "You start from ones. The first step starts from h0."
)
exercise.mistake("no_memory", lambda c, h0, W_h, W_x, b: torch.tanh(c @ W_x.T + b)).says(
    "The old state does not enter: each of your states knows one word only."
)
exercise.mistake(
    "prefixes_added",
    lambda c, h0, W_h, W_x, b: torch.stack(
        [rnn_step(h0, c[:, : t + 1].sum(1), W_h, W_x, b) for t in range(c.shape[1])], dim=1
    ),
).says("You add the prefix up and take one step: its order is lost. One step for each word.")
exercise.mistake("states_added_up", lambda c, h0, W_h, W_x, b: recurrent_compose(c, h0, W_h, W_x, b).cumsum(1)).says(
    "Your states are summed along time. Each state already holds its past; return it as it is."
)


@exercise.mistake("states_averaged").says(
    "You average the states so far. The state after each word is wanted as it is."
)
def states_averaged(c, h0, W_h, W_x, b):
    states = recurrent_compose(c, h0, W_h, W_x, b)
    return states.cumsum(1) / torch.arange(1, c.shape[1] + 1, dtype=c.dtype)[:, None]


exercise.mistake("mean_over_time", lambda c, h0, W_h, W_x, b: recurrent_compose(c, h0, W_h, W_x, b).mean(1)).says(
    "You average over time: one vector per sentence. The state after every word is wanted."
)


@exercise.mistake("old_state_added").says("You add each new state to the old one. The new state replaces the old.")
def old_state_added(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[1]):
        h = h + rnn_step(h, c[:, t], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


exercise.mistake("no_tanh", _walk(pre)).says("The steps lack tanh: your states are sums that can grow without end.")
exercise.mistake("tanh_at_the_end", lambda c, h0, W_h, W_x, b: torch.tanh(_walk(pre)(c, h0, W_h, W_x, b))).says(
    "You apply tanh once, to the finished states. It belongs in every step, before the state is handed on."
)
exercise.mistake("W_h_not_transposed", _walk(lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h + x @ W_x.T + b))).says(
    "W_h is not transposed in your steps. It is square, so nothing complains; `rnn_step` does it right."
)
exercise.mistake("no_bias", _walk(lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T))).says(
    "The bias is missing in your steps."
)
exercise.mistake("weights_swapped", _walk(lambda h, x, W_h, W_x, b: rnn_step(h, x, W_x, W_h, b))).says(
    "The weights are exchanged: `rnn_step` takes h, x, W_h, W_x, b, in this order."
)


@exercise.mistake("arguments_exchanged").says(
    "State and word are exchanged: `rnn_step` takes the state first, then the word."
)
def arguments_exchanged(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[1]):
        h = rnn_step(c[:, t], h, W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


exercise.mistake("sigmoid", _walk(lambda h, x, W_h, W_x, b: torch.sigmoid(pre(h, x, W_h, W_x, b)))).says(
    "Your steps use the sigmoid; `rnn_step` uses tanh."
)
exercise.mistake("relu", _walk(lambda h, x, W_h, W_x, b: torch.relu(pre(h, x, W_h, W_x, b)))).says(
    "Your steps use ReLU; `rnn_step` uses tanh."
)
exercise.mistake("pair", _walk(keep=lambda states, h0: (torch.stack(states, dim=1), states[-1]))).says(
    "You return the states together with the last one, as torch.nn.RNN does. The states alone are wanted; the last is "
    "among them."
)
exercise.mistake("first_and_last", _walk(keep=lambda states, h0: [states[0], states[-1]])).says(
    "Only the first and the last state are there. One for every word is wanted."
)
exercise.mistake("every_word_alone", lambda c, h0, W_h, W_x, b: c @ W_x.T + b).says(
    "You return the words weighted by W_x. They have to be read into the state one after the other."
)


@exercise.mistake("one_buffer").says(
    "All entries of your list are one and the same tensor, which each step overwrites: so the last state stands "
    "everywhere. Make a new tensor at each step."
)
def one_buffer(c, h0, W_h, W_x, b):
    h, states = h0.detach().clone(), []
    for t in range(c.shape[1]):
        h[:] = rnn_step(h, c[:, t], W_h, W_x, b).detach()
        states.append(h)
    return torch.stack(states, dim=1)


@exercise.mistake("h0_overwritten").says(
    "You write each state into the caller's h0. Let a name of your own point to the new state."
)
def h0_overwritten(c, h0, W_h, W_x, b):
    states = []
    for t in range(c.shape[1]):
        h0.copy_(rnn_step(h0, c[:, t], W_h, W_x, b))
        states.append(h0.clone())
    return torch.stack(states, dim=1)


exercise.mistake("cut_between_steps", _walk(cut=True)).says(
    "The numbers are right, but you detach the state between the steps: no gradient gets back to earlier words."
)


@exercise.mistake("cut").says(
    "The numbers are right, but no gradient gets back: `.detach()`, `.data`, `.numpy()` or `torch.no_grad()` cut the "
    "graph."
)
def cut_mistake(c, h0, W_h, W_x, b):
    out = torch.zeros(c.shape[0], c.shape[1], h0.shape[1], dtype=c.dtype)
    h = h0
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t], W_h, W_x, b)
        out[:, t] = h.detach()
    return out


exercise.mistake("h0_cut", _walk(start=lambda h0: h0.detach())).says(
    "The numbers are right, but h0 is detached: no gradient gets back to the state that the sentences started from."
)
exercise.mistake(
    "shifted_from_zero", _walk(start=torch.zeros_like, keep=lambda states, h0: [torch.zeros_like(h0), *states[:-1]])
).says("Two things: you start from zeros where h0 is given, and your states stand one place too late.")
exercise.mistake(
    "h0_at_every_step_time_first", lambda c, h0, W_h, W_x, b: _h0_at_every_step(c, h0, W_h, W_x, b).transpose(0, 1)
).says("Two things: every step starts from h0, and time is stacked first.")
exercise.mistake("h0_included_time_first", _walk(keep=lambda states, h0: [h0, *states], dim=0)).says(
    "Two things: h0 does not belong among the states, and time is the second axis, not the first."
)
exercise.mistake("zero_start_time_first", _walk(start=torch.zeros_like, dim=0)).says(
    "Two things: you start from zeros where h0 is given, and time is stacked first."
)
exercise.mistake("no_bias_no_tanh", _walk(lambda h, x, W_h, W_x, b: h @ W_h.T + x @ W_x.T)).says(
    "Two things are missing in your steps: the bias and tanh."
)
exercise.mistake("embeddings_summed", lambda c, h0, W_h, W_x, b: c.cumsum(1)).says(
    "You add embeddings up, as lecture 03 did. Here a state is carried along."
)
exercise.mistake("returns_in_the_loop", _walk(keep=lambda states, h0: states[:1])).says(
    "Your `return` stands inside the loop, so that it ends after the first word. Move it to the left."
)


@exercise.mistake("axis_of_the_word_kept").says(
    "You slice the word, c[:, t:t+1], which keeps an axis of length 1: then the rows of one sentence meet the states "
    "of all. Index it, (B, d)."
)
def axis_of_the_word_kept(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t : t + 1], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


@exercise.mistake("prefix_mean_read").says(
    "Each step reads the mean of the prefix. It reads one word, c[:, t]; the state knows the rest."
)
def prefix_mean_read(c, h0, W_h, W_x, b):
    counts = torch.arange(1, c.shape[1] + 1, dtype=c.dtype)[:, None]
    return recurrent_compose(c.cumsum(1) / counts, h0, W_h, W_x, b)


exercise.mistake("prefix_sum_read", lambda c, h0, W_h, W_x, b: recurrent_compose(c.cumsum(1), h0, W_h, W_x, b)).says(
    "Each step reads the sum of the prefix. It reads one word, c[:, t]; the state knows the rest."
)
exercise.mistake("h0_added", _walk_with_h0(lambda h, h0: h + h0)).says(
    "You add h0 at every step. It is where the first step starts, no more."
)
exercise.mistake(
    "h0_added_before",
    lambda c, h0, W_h, W_x, b: _walk(lambda h, x, W_h, W_x, b: rnn_step(h + h0, x, W_h, W_x, b))(c, h0, W_h, W_x, b),
).says("Every step starts from the old state PLUS h0. Only the first step starts from h0.")


@exercise.mistake("step_twice").says(
    "Each state that you keep has read its word once more than the one that you hand on. Keep the one that you hand on."
)
def step_twice(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t], W_h, W_x, b)
        states.append(rnn_step(h, c[:, t], W_h, W_x, b))
    return torch.stack(states, dim=1)


exercise.mistake(
    "two_steps_a_word", _walk(lambda h, x, W_h, W_x, b: rnn_step(rnn_step(h, x, W_h, W_x, b), x, W_h, W_x, b))
).says("You take two steps for each word. One is enough.")
exercise.mistake(
    "zero_start_W_h_not_transposed",
    _walk(lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h + x @ W_x.T + b), start=torch.zeros_like),
).says("Two things: you start from zeros where h0 is given, and W_h is not transposed.")
exercise.mistake(
    "zero_start_no_bias", _walk(lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T), start=torch.zeros_like)
).says("Two things: you start from zeros where h0 is given, and the bias is missing.")
exercise.mistake("state_not_weighted", _walk(lambda h, x, W_h, W_x, b: torch.tanh(h + x @ W_x.T + b))).says(
    "The old state enters your steps without W_h."
)


@exercise.mistake("h0_in_place").says(
    "Two things: `h0 += …` writes into the caller's tensor, and a new state replaces the old one."
)
def h0_in_place(c, h0, W_h, W_x, b):
    states = []
    for t in range(c.shape[1]):
        h0 += rnn_step(h0, c[:, t], W_h, W_x, b)
        states.append(h0)
    return torch.stack(states, dim=1)


@exercise.mistake("width_d").says("Your buffer has room for d numbers at each place; a state has `hidden` of them.")
def width_d(c, h0, W_h, W_x, b):
    states, h = torch.zeros_like(c), h0
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t], W_h, W_x, b)
        states[:, t] = h
    return states


exercise.mistake("words_cut", lambda c, h0, W_h, W_x, b: recurrent_compose(c.detach(), h0, W_h, W_x, b)).says(
    "The numbers are right, but the embeddings are detached: they could never be trained."
)
exercise.mistake(
    "weights_cut", lambda c, h0, W_h, W_x, b: recurrent_compose(c, h0, W_h.detach(), W_x.detach(), b.detach())
).says("The numbers are right, but weights and bias are detached: they could never be trained.")
exercise.mistake("squeezed", lambda c, h0, W_h, W_x, b: recurrent_compose(c, h0, W_h, W_x, b).squeeze()).says(
    "`squeeze` takes axes of length 1 away. The result is (B, T, hidden), with B = 1 and T = 1 too."
)
exercise.mistake(
    "beside_the_embeddings", lambda c, h0, W_h, W_x, b: torch.cat([c, recurrent_compose(c, h0, W_h, W_x, b)], dim=-1)
).says("You return embeddings and states side by side. The states alone are wanted.")


@exercise.mistake("every_other_state").says(
    "Each state is built on the one TWO places before it. Hand the newest one on."
)
def every_other_state(c, h0, W_h, W_x, b):
    states = [h0, h0]
    for t in range(c.shape[1]):
        states.append(rnn_step(states[-2], c[:, t], W_h, W_x, b))
    return torch.stack(states[2:], dim=1)


@exercise.right
def right_1(c, h0, W_h, W_x, b):
    states, h = [], h0
    for word in c.unbind(1):
        h = torch.tanh(torch.nn.functional.linear(h, W_h) + torch.nn.functional.linear(word, W_x, b))
        states.append(h[:, None])
    return torch.cat(states, dim=1)


@exercise.right
def right_2(c, h0, W_h, W_x, b):
    weights = [W_x, W_h, b, torch.zeros_like(b)]
    return torch.rnn_tanh(c, h0[None], weights, True, 1, 0.0, False, False, True)[0]


@exercise.right
def right_3(c, h0, W_h, W_x, b):
    states = torch.zeros(*c.shape[:2], len(b), dtype=c.dtype)
    h = h0
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t], W_h, W_x, b)
        states[:, t] = h
    return states


@exercise.right
def right_4(c, h0, W_h, W_x, b):
    words = c @ W_x.T + b
    states = [torch.tanh(h0 @ W_h.T + words[:, 0])]
    for t in range(1, c.shape[1]):
        states.append(torch.tanh(states[-1] @ W_h.T + words[:, t]))
    return torch.stack(states).transpose(0, 1)


@exercise.right
def right_5(c, h0, W_h, W_x, b):
    rows = []
    for sentence, h in zip(c.float(), h0.float(), strict=True):
        states = []
        for word in sentence:
            h = torch.tanh(W_h.float() @ h + W_x.float() @ word + b.float())
            states.append(h)
        rows.append(torch.stack(states))
    return rows
