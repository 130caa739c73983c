"""One step of a recurrent network: weights on the wrong side or exchanged, the bias, and where tanh goes."""

import torch
from torch.nn import functional as F

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, both, exchanged, one_for_both, other_function, result, result_with

from .inputs import drawn, pre, rnn


def rnn_step(h, x, W_h, W_x, b):
    """The next state of a recurrent network (Elman 1990), (B, hidden): tanh(h W_hᵀ + x W_xᵀ + b).

    h (B, hidden) the state so far, x (B, d) the embedding of the next word, one row for each sentence.
    W_h (hidden, hidden), W_x (hidden, d) and b (hidden,) are the same for all sentences and at all steps.
    The result has the dtype of h. It is right for inputs of ±1000 too, gradients flow back to all five, and
    h comes back unchanged.
    """
    return torch.tanh(h @ W_h.T + x @ W_x.T + b)


exercise = Exercise(
    rnn_step,
    checks=(
        "batches of 1 to 4, hidden from 1 to 4, zeros, inputs of ±1000, float32, the gradients of all five, h unchanged"
    ),
    explanation=(
        "Each row of W_h and W_x belongs to one number of the new state: it says how that number hears the old state "
        "and the new word. tanh keeps every entry between −1 and 1, however long the sentence gets."
    ),
    hints=[
        "Three things are added up before anything is bent: what the old state says, what the word says, the bias.",
        "W_h is (hidden, hidden) and W_x is (hidden, d), torch's layout: a batch of rows meets a weight that is "
        "transposed.",
        "`h @ W_h.T` is (B, hidden), and so is the product of x with its own weight; b is added to every row.",
        "`torch.tanh` goes around the whole sum, last.",
    ],
)

exercise.case(*rnn(1, 2, 3, 10))
exercise.case(*rnn(3, 2, 4, 20))
exercise.case(*rnn(2, 4, 3, 30))
exercise.case(torch.zeros(2, 3, dtype=torch.float64), *rnn(2, 3, 4, 40)[1:])
exercise.case(*rnn(3, 3, 3, 50))
exercise.case(*rnn(2, 3, 5, 61, x_scale=600.0))
exercise.case(*rnn(2, 3, 4, 70, dtype=torch.float32))
exercise.case(*rnn(2, 3, 4, 80, grad=True))
exercise.case(*rnn(4, 1, 6, 90))


def _draw(rng):
    batch, hidden, dim = rng.integers(1, 6, 3)
    return tuple(drawn(rng, (batch, hidden), (batch, dim), (hidden, hidden), (hidden, dim), (hidden,)))


exercise.drawn(_draw, times=5)


def bent(total):
    """A wrong step that bends another sum: tanh(total(h, x, W_h, W_x, b))."""
    return lambda h, x, W_h, W_x, b: torch.tanh(total(h, x, W_h, W_x, b))


def other_bend(bend):
    """A wrong step that sends the right sum through something else than tanh."""
    return lambda h, x, W_h, W_x, b: bend(pre(h, x, W_h, W_x, b))


# the weights and the sides of a product
exercise.takes(
    exchanged("W_h", "W_x", ("weights_swapped", "The weights are exchanged: W_h belongs to the state h, W_x to x.")),
    argument(
        "W_h",
        transposed=(
            "W_h_not_transposed",
            "W_h is not transposed. It is square, so torch does not complain; but each of its rows belongs to one "
            "number of the NEW state, as in W_x.",
        ),
        minus=("state_subtracted", "You subtract what the state says; state, word and bias are added."),
        twice=("state_twice", "What the old state says is counted twice."),
    ),
    argument(
        "W_x",
        transposed=(
            "W_x_not_transposed",
            "W_x is not transposed: (B, d) times (hidden, d) does not fit; where hidden = d the numbers are wrong.",
        ),
        minus=("word_subtracted", "You subtract what the word says; state, word and bias are added."),
        twice=("word_twice", "What the word says is counted twice."),
    ),
    one_for_both(
        "W_h", "W_x", ("one_weight_for_both", "You use W_h for the word too. The word has its own weight, W_x.")
    ),
)
exercise.mistake("nothing_transposed", bent(lambda h, x, W_h, W_x, b: h @ W_h + x @ W_x + b)).says(
    "Neither weight is transposed. Both have one ROW for each number of the new state, so a batch of rows is "
    "multiplied by the transposed weight."
)
exercise.mistake("columns_for_rows", bent(lambda h, x, W_h, W_x, b: W_h @ h + W_x @ x + b)).says(
    "You write W·h for a single column vector. Here h and x hold one ROW for each sentence of the batch."
)
exercise.mistake("word_in_columns", bent(lambda h, x, W_h, W_x, b: h @ W_h.T + W_x @ x.T + b)).says(
    "The part of the word stands in columns, (hidden, B), and that of the state in rows: `x @ W_x.T` is (B, hidden)."
)
exercise.mistake("bias_as_a_column", bent(lambda h, x, W_h, W_x, b: h @ W_h.T + x @ W_x.T + b[:, None])).says(
    "You make a column of b, which goes along the batch. b is added to every ROW, as it is."
)
exercise.mistakes(
    columns_bias=bent(lambda h, x, W_h, W_x, b: W_h @ h.T + W_x @ x.T + b),
    columns_bias_turned_back=bent(lambda h, x, W_h, W_x, b: (W_h @ h.T + W_x @ x.T + b).T),
).says(
    "You add b while your sum stands in columns, (hidden, B), so it goes along the wrong axis: b has one number for "
    "each entry of the state, not for each sentence."
)
exercise.mistakes(
    elementwise=bent(lambda h, x, W_h, W_x, b: h * W_h.T + x * W_x.T + b),
    elementwise_state=bent(lambda h, x, W_h, W_x, b: h * W_h.T + x @ W_x.T + b),
    elementwise_state_not_transposed=bent(lambda h, x, W_h, W_x, b: h * W_h + x @ W_x.T + b),
).says(
    "`*` multiplies entry by entry. A matrix product, `@`, is wanted: each new number listens to ALL of the old state."
)
exercise.mistake("vectors", bent(lambda h, x, W_h, W_x, b: torch.mv(W_h, h) + torch.mv(W_x, x) + b)).says(
    "`torch.mv` takes a matrix and ONE vector. For a batch of rows there is `@`, with the weight transposed."
)
exercise.mistake("dot", bent(lambda h, x, W_h, W_x, b: torch.dot(h, W_h) + torch.dot(x, W_x) + b)).says(
    "`torch.dot` takes two vectors. For a batch of rows and a matrix there is `@`."
)
exercise.mistake(
    "cell_arguments_exchanged", lambda h, x, W_h, W_x, b: torch.rnn_tanh_cell(h, x, W_h, W_x, b, torch.zeros_like(b))
).says("torch's cell takes the word first and then the state, and the weights in that order.")
exercise.mistake(
    "concatenated_the_wrong_way",
    bent(lambda h, x, W_h, W_x, b: torch.cat([h, x], dim=-1) @ torch.cat([W_x, W_h], dim=-1).T + b),
).says("[h, x] is concatenated in one order and the weights in the other.")

# what is added up
exercise.takes(
    argument(
        "b",
        zero=("no_bias", "The bias b is missing."),
        minus=("bias_subtracted", "You subtract b; the bias is added."),
        twice=("bias_twice", "b is added twice, once for each product. This cell has one bias."),
    ),
    result_with(
        "h",
        plus=(
            "residual",
            "You add the old state to the new one, h + tanh(…). This cell replaces its state; what it keeps, it keeps "
            "through W_h.",
        ),
    ),
)
exercise.mistake("bias_added_to_the_state", bent(lambda h, x, W_h, W_x, b: (h + b) @ W_h.T + x @ W_x.T)).says(
    "You add b to h before the product with W_h. It is added to the sum of the two products."
)
for id, (step, other) in {
    "no_bias": (lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T), "the bias is missing"),
    "W_h": (lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h + x @ W_x.T + b), "W_h is not transposed"),
    "no_tanh": (pre, "tanh is missing"),
}.items():
    exercise.mistake(f"residual_{id}", lambda h, *rest, step=step: h + step(h, *rest)).says(
        f"Two things: {other}; and the new state replaces the old one, which you add."
    )
exercise.mistake("bias_after_W_h", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h + x @ W_x.T) + b).says(
    "Two things: W_h is not transposed, and the bias belongs inside tanh."
)
exercise.mistake("product", bent(lambda h, x, W_h, W_x, b: (h @ W_h.T) * (x @ W_x.T) + b)).says(
    "You multiply what the state says with what the word says. The two are added."
)
exercise.mistake("product_of_all", bent(lambda h, x, W_h, W_x, b: (h @ W_h.T) * (x @ W_x.T) * b)).says(
    "You multiply all parts with each other. They are added: state, word and bias."
)
exercise.mistake("bias_multiplied_after", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T) * b).says(
    "You multiply the finished state by b; it is added, and inside tanh."
)
for most in (1, 3, 5):
    exercise.mistake(f"sum_clamped_at_{most}", other_bend(lambda a, most=most: a.clamp(-most, most).tanh())).says(
        f"You cut the sum off at ±{most} before tanh. tanh takes it as it is, however large."
    )
exercise.mistakes(
    states_averaged=bent(lambda h, x, W_h, W_x, b: h.mean(0) @ W_h.T + x @ W_x.T + b),
    states_summed=bent(lambda h, x, W_h, W_x, b: h.sum(0) @ W_h.T + x @ W_x.T + b),
    first_state_for_all=bent(lambda h, x, W_h, W_x, b: h[0] @ W_h.T + x @ W_x.T + b),
    last_state_for_all=bent(lambda h, x, W_h, W_x, b: h[-1] @ W_h.T + x @ W_x.T + b),
    first_word_for_all=bent(lambda h, x, W_h, W_x, b: h @ W_h.T + x[0] @ W_x.T + b),
    last_word_for_all=bent(lambda h, x, W_h, W_x, b: h @ W_h.T + x[-1] @ W_x.T + b),
    words_averaged=bent(lambda h, x, W_h, W_x, b: h @ W_h.T + x.mean(0) @ W_x.T + b),
).says(
    "You mix the sentences of the batch: one row of h or x, or their sum or mean, stands for all. Row i of the result "
    "comes from row i of h and row i of x."
)
exercise.mistakes(
    hidden_numbers_of_the_word=bent(lambda h, x, W_h, W_x, b: h @ W_h.T + x[:, : len(b)] @ W_x[:, : len(b)].T + b),
    last_number_of_the_word_missing=bent(lambda h, x, W_h, W_x, b: h @ W_h.T + x[:, :-1] @ W_x[:, :-1].T + b),
).says(
    "Only some numbers of the word count: a loop or a slice ends too early. x has d numbers, h has hidden; each has a "
    "range of its own."
)
exercise.mistake("bias_multiplied", bent(lambda h, x, W_h, W_x, b: (h @ W_h.T + x @ W_x.T) * b)).says(
    "You multiply by b; it is added."
)
for id, one in {
    "bias_averaged": lambda b: b.mean(),
    "bias_summed": lambda b: b.sum(),
    "bias_of_length_one": lambda b: b[0],
}.items():
    exercise.mistake(id, bent(lambda h, x, W_h, W_x, b, one=one: h @ W_h.T + x @ W_x.T + one(b))).says(
        "You make one number of the bias. Each entry of the state has its own."
    )
exercise.mistake("word_forgotten", bent(lambda h, x, W_h, W_x, b: h @ W_h.T + b)).says(
    "x does not enter: your new state is the same whatever word comes."
)
exercise.mistake("state_forgotten", bent(lambda h, x, W_h, W_x, b: x @ W_x.T + b)).says(
    "h does not enter: your network starts anew at every word, and remembers nothing."
)
exercise.mistake("state_not_weighted", bent(lambda h, x, W_h, W_x, b: h + x @ W_x.T + b)).says(
    "The old state is added as it is, without W_h."
)
exercise.mistake("word_not_weighted", bent(lambda h, x, W_h, W_x, b: h @ W_h.T + x + b)).says(
    "The word is added as it is, without W_x: it has d numbers, the state has hidden."
)
exercise.mistake("residual_inside", bent(lambda h, x, W_h, W_x, b: h + pre(h, x, W_h, W_x, b))).says(
    "You add the old state once more, unweighted, inside tanh. It enters through W_h only."
)
exercise.mistake("state_beside_word", lambda h, x, W_h, W_x, b: torch.cat([h, x], dim=-1)).says(
    "You return state and word side by side, not yet weighted: the weights have to mix them into `hidden` numbers."
)
exercise.mistake("halves_beside", bent(lambda h, x, W_h, W_x, b: torch.cat([h @ W_h.T + b, x @ W_x.T], dim=-1))).says(
    "You put the two products side by side. They are added, entry by entry."
)
exercise.mistake("scaled_by_root", bent(lambda h, x, W_h, W_x, b: pre(h, x, W_h, W_x, b) / h.shape[-1] ** 0.5)).says(
    "You divide the sum by √hidden. That is done in attention; nothing is scaled here."
)
exercise.mistake("mean_of_two", bent(lambda h, x, W_h, W_x, b: (h @ W_h.T + x @ W_x.T) / 2 + b)).says(
    "You halve what state and word say together. Nothing is averaged here."
)
for id, kept in {"leaky": 0.5, "leaky_a_tenth": 0.9}.items():
    exercise.mistake(id, lambda *step, kept=kept: kept * step[0] + (1 - kept) * rnn_step(*step)).says(
        "You mix the old state with the new one. This cell replaces its state; one that keeps some comes later."
    )

# where tanh goes, and what stands there instead
exercise.takes(
    other_function(
        lambda f: lambda h, x, W_h, W_x, b: f(pre(h, x, W_h, W_x, b)),
        "tanh, between −1 and 1,",
        torch.tanh,
        nothing=(
            "no_tanh",
            "You return the sum as it is. Without tanh the network is linear, and its state can grow without end.",
        ),
        twice="tanh_twice",
        sigmoid="sigmoid",
        relu="relu",
        softplus="softplus",
        leaky="leaky_relu",
        elu="elu",
        silu="silu",
        softmax="softmax",
        hard="clamped",
        gelu="gelu",
        sin="sine",
        arctan="atan",
        softsign=("softsign", "You use a / (1 + |a|), which has the range of tanh but not its values."),
    ),
    both("no_tanh_no_bias", other_function(other_bend, "tanh", nothing=""), argument("b", zero="")),
    both("sigmoid_no_bias", other_function(other_bend, "tanh", sigmoid=""), argument("b", zero="")),
    both("W_h_not_transposed_no_tanh", other_function(other_bend, "tanh", nothing=""), argument("W_h", transposed="")),
    both("sigmoid_W_h_not_transposed", other_function(other_bend, "tanh", sigmoid=""), argument("W_h", transposed="")),
    both("relu_W_h_not_transposed", other_function(other_bend, "tanh", relu=""), argument("W_h", transposed="")),
    both("relu_no_bias", other_function(other_bend, "tanh", relu=""), argument("b", zero="")),
    both("W_h_not_transposed_no_bias", argument("W_h", transposed=""), argument("b", zero="")),
    argument(
        "h",
        tanh=(
            "tanh_of_the_old_state_too",
            "The old state goes through tanh once more before the product; it is used as it is.",
        ),
    ),
    result(
        positive=(
            "tanh_after_relu",
            "What is negative became 0, before tanh or after it. The negative half of the state is needed.",
        ),
        unit=("normalised", "You bring each state to length 1. tanh alone is wanted."),
        first_row="returns_in_the_loop",
        rest_zero="returns_in_the_loop_with_a_buffer",
        squeezed=(
            "squeezed",
            "`squeeze` takes the axis of a batch of one away. The result is (B, hidden), with B = 1 too.",
        ),
    ),
)
exercise.mistake("tan", other_bend(torch.tan)).says(
    "You use tan, the tangent of an angle. tanh, the hyperbolic one, is wanted."
)
exercise.mistake("sigmoid_stretched", other_bend(lambda a: 2 * torch.sigmoid(a) - 1)).says(
    "Twice the sigmoid minus 1 is the tanh of HALF the sum: a factor of 2 is missing inside."
)
exercise.mistakes(
    exponentials_overflow=other_bend(lambda a: (a.exp() - (-a).exp()) / (a.exp() + (-a).exp())),
    exponentials_of_twice_overflow=other_bend(lambda a: ((2 * a).exp() - 1) / ((2 * a).exp() + 1)),
    exponentials_of_minus_twice_overflow=other_bend(lambda a: (1 - (-2 * a).exp()) / (1 + (-2 * a).exp())),
).says("Your quotient of exponentials is tanh, but for large inputs it becomes inf / inf. torch's own does not.")
exercise.mistake("derivative", other_bend(lambda a: 1 - torch.tanh(a) ** 2)).says(
    "You return 1 − tanh², the slope of tanh. The state is tanh itself."
)
exercise.mistake("bias_after", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T) + b).says(
    "You add b after tanh, so that the state can leave −1 … 1. The bias belongs inside."
)
exercise.mistakes(
    tanh_of_each=lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T) + torch.tanh(x @ W_x.T) + b,
    tanh_of_each_with_bias=lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T) + torch.tanh(x @ W_x.T + b),
).says("You bend the two parts separately and then add. Add first: one tanh goes around everything.")
exercise.mistakes(
    tanh_of_state_part=lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T) + x @ W_x.T + b,
    tanh_of_word_part=lambda h, x, W_h, W_x, b: h @ W_h.T + torch.tanh(x @ W_x.T + b),
    tanh_of_the_bias=lambda h, x, W_h, W_x, b: h @ W_h.T + x @ W_x.T + torch.tanh(b),
).says("Your tanh covers only one of the parts. It goes around the whole sum.")
exercise.mistakes(
    two_tanhs=bent(lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + b) + x @ W_x.T),
    three_tanhs=bent(lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T) + torch.tanh(x @ W_x.T) + b),
).says("You bend parts of the sum first, and then the sum again. There is one tanh, around the sum.")
exercise.mistakes(
    tanh_before=lambda h, x, W_h, W_x, b: torch.tanh(h) @ W_h.T + x @ W_x.T + b,
    tanh_before_both=lambda h, x, W_h, W_x, b: torch.tanh(h) @ W_h.T + torch.tanh(x) @ W_x.T + b,
).says("You bend what goes into the products, and return the sum unbent. tanh goes around the sum.")

# which sentences, and whose tensor
exercise.mistake("summed_over_batch", bent(lambda h, x, W_h, W_x, b: pre(h, x, W_h, W_x, b).sum(0))).says(
    "You add the sentences of the batch up. Each has its own state: one row each."
)
exercise.mistake("first_sentence_only", bent(lambda h, x, W_h, W_x, b: W_h @ h[0] + W_x @ x[0] + b)).says(
    "You compute the first sentence of the batch only. All rows are wanted."
)
exercise.mistake("in_place", lambda h, *rest: h.copy_(rnn_step(h, *rest))).says(
    "The numbers may be right, but you write them into the caller's h. Return a new tensor."
)
exercise.mistake("residual_in_place", lambda h, *rest: h.add_(rnn_step(h, *rest))).says(
    "Two things: `h += …` writes into the caller's tensor, and the new state REPLACES the old one."
)

exercise.right(lambda h, x, W_h, W_x, b: torch.tanh(F.linear(h, W_h) + F.linear(x, W_x, b)))
exercise.right(
    lambda h, x, W_h, W_x, b: (torch.einsum("bk,hk->bh", h, W_h) + torch.einsum("bd,hd->bh", x, W_x) + b).tanh()
)
exercise.right(lambda h, x, W_h, W_x, b: torch.tanh(torch.cat([h, x], dim=1) @ torch.cat([W_h, W_x], dim=1).T + b))
exercise.right(lambda h, x, W_h, W_x, b: torch.rnn_tanh_cell(x, h, W_x, W_h, b, torch.zeros_like(b)))
exercise.right(
    lambda h, x, W_h, W_x, b: torch.stack(
        [torch.tanh(W_h @ old + W_x @ word + b) for old, word in zip(h, x, strict=True)]
    )
)
exercise.right(lambda h, x, W_h, W_x, b: 1 - 2 / (torch.exp(2 * (W_h @ h.T + W_x @ x.T + b[:, None]).T) + 1))
exercise.right(lambda *step: list(rnn_step(*step)))
exercise.right(lambda h, x, W_h, W_x, b: 2 * torch.sigmoid(2 * torch.addmm(torch.addmm(b, h, W_h.T), x, W_x.T)) - 1)
