"""rnn_step."""

import torch

from nlm_utils.exercises.definition import Exercise

from .common import pre, rnn


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
    checks=("batches of 1 to 3, a state of zeros, inputs of ±1000, float32, the gradients of all five, h unchanged"),
    explanation=(
        "Each row of W_h and W_x belongs to one number of the new state: it says how that number hears the old state "
        "and the new word. tanh keeps every entry between −1 and 1, however long the sentence gets."
    ),
    hints=[
        ("Three things are added up before anything is bent: what the old state says, what the word says, the bias."),
        (
            "W_h is (hidden, hidden) and W_x is (hidden, d), torch's layout: a batch of rows meets a weight that is "
            "transposed."
        ),
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


def _tanh_by_hand(a):
    return (torch.exp(a) - torch.exp(-a)) / (torch.exp(a) + torch.exp(-a))


exercise.mistake("no_tanh", pre).says(
    "You return the sum as it is. Without tanh the network is linear, and its state can grow without end."
)
exercise.mistake("weights_swapped", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_x.T + x @ W_h.T + b)).says(
    "The weights are exchanged: W_h belongs to the state h, W_x to the word x."
)
exercise.mistake("product", lambda h, x, W_h, W_x, b: torch.tanh((h @ W_h.T) * (x @ W_x.T) + b)).says(
    "You multiply what the state says with what the word says. The two are added."
)
exercise.mistake("product_of_all", lambda h, x, W_h, W_x, b: torch.tanh((h @ W_h.T) * (x @ W_x.T) * b)).says(
    "You multiply all parts with each other. They are added: state, word and bias."
)
exercise.mistake("nothing_transposed", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h + x @ W_x + b)).says(
    "Neither weight is transposed. Both have one ROW for each number of the new state, so a batch of rows is "
    "multiplied by the transposed weight."
)
exercise.mistake("W_h_not_transposed", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h + x @ W_x.T + b)).says(
    "W_h is not transposed. It is square, so torch does not complain; but each of its rows belongs to one number of "
    "the NEW state, as in W_x."
)
exercise.mistake("W_x_not_transposed", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x + b)).says(
    "W_x is not transposed: (B, d) times (hidden, d) does not fit, and where hidden = d it gives other numbers."
)
exercise.mistake("columns_for_rows", lambda h, x, W_h, W_x, b: torch.tanh(W_h @ h + W_x @ x + b)).says(
    "You write W·h for a single column vector. Here h and x hold one ROW for each sentence of the batch."
)
exercise.mistake("batch_last", lambda h, x, W_h, W_x, b: torch.tanh(W_h @ h.T + W_x @ x.T + b[:, None])).says(
    "Your result is (hidden, B): you computed with columns and did not turn it back. One row for each sentence is "
    "wanted."
)
exercise.mistake("columns_bias", lambda h, x, W_h, W_x, b: torch.tanh(W_h @ h.T + W_x @ x.T + b)).says(
    "You compute with columns, (hidden, B), and then add the bias along the wrong axis: b has one number for each "
    "entry of the state, not for each sentence."
)
exercise.mistake("columns_bias_turned_back", lambda h, x, W_h, W_x, b: torch.tanh((W_h @ h.T + W_x @ x.T + b).T)).says(
    "You add b while your result still has hidden rows and B columns, so it goes along the wrong axis. Turn the "
    "product back first."
)
exercise.mistake("elementwise", lambda h, x, W_h, W_x, b: torch.tanh(h * W_h.T + x * W_x.T + b)).says(
    "`*` multiplies entry by entry. A matrix product, `@`, is wanted: each new number listens to ALL of the old state."
)
exercise.mistake("no_bias", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T)).says("The bias b is missing.")
exercise.mistake("bias_after", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T) + b).says(
    "You add b after tanh, so that the state can leave −1 … 1. The bias belongs inside."
)
exercise.mistake("bias_subtracted", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T - b)).says(
    "You subtract b; the bias is added."
)
exercise.mistake("bias_twice", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + b + x @ W_x.T + b)).says(
    "b is added twice, once for each product. This cell has one bias."
)
exercise.mistake("bias_multiplied", lambda h, x, W_h, W_x, b: torch.tanh((h @ W_h.T + x @ W_x.T) * b)).says(
    "You multiply by b; it is added."
)
exercise.mistake("word_forgotten", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + b)).says(
    "x does not enter: your new state is the same whatever word comes."
)
exercise.mistake("state_forgotten", lambda h, x, W_h, W_x, b: torch.tanh(x @ W_x.T + b)).says(
    "h does not enter: your network starts anew at every word, and remembers nothing."
)
exercise.mistake("state_not_weighted", lambda h, x, W_h, W_x, b: torch.tanh(h + x @ W_x.T + b)).says(
    "The old state is added as it is, without W_h."
)
exercise.mistake("word_not_weighted", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x + b)).says(
    "The word is added as it is, without W_x: it has d numbers, the state has hidden."
)
exercise.mistake("word_subtracted", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T - x @ W_x.T + b)).says(
    "You subtract what the word says; state, word and bias are added."
)
exercise.mistake("one_weight_for_both", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_h.T + b)).says(
    "You use W_h for the word too. The word has its own weight, W_x."
)
exercise.mistake("residual", lambda h, x, W_h, W_x, b: h + torch.tanh(pre(h, x, W_h, W_x, b))).says(
    "You add the old state to the new one, h + tanh(…). This cell replaces its state; what it keeps, it keeps through "
    "W_h."
)
exercise.mistake("tanh_of_each", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T) + torch.tanh(x @ W_x.T) + b).says(
    "You bend the two parts separately and then add. Add first, one tanh around everything."
)
exercise.mistake(
    "tanh_of_each_with_bias", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T) + torch.tanh(x @ W_x.T + b)
).says("You bend the two parts separately and then add; the sum can be as large as 2. One tanh goes around everything.")
exercise.mistake("tanh_of_state_part", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T) + x @ W_x.T + b).says(
    "Your tanh covers only what the state says. It goes around the whole sum."
)
exercise.mistake("tanh_of_word_part", lambda h, x, W_h, W_x, b: h @ W_h.T + torch.tanh(x @ W_x.T + b)).says(
    "Your tanh covers only what the word says, with the bias. It goes around the whole sum."
)


@exercise.mistake("two_tanhs").says(
    "You bend the state's part first, and the sum again. There is one tanh, around the sum."
)
def two_tanhs(h, x, W_h, W_x, b):
    h = torch.tanh(h @ W_h.T + b)
    return torch.tanh(h + x @ W_x.T)


exercise.mistake("tanh_before", lambda h, x, W_h, W_x, b: torch.tanh(h) @ W_h.T + x @ W_x.T + b).says(
    "You bend the old state BEFORE the product. It went through tanh when it was made; now the sum does."
)
exercise.mistake("tanh_before_both", lambda h, x, W_h, W_x, b: torch.tanh(h) @ W_h.T + torch.tanh(x) @ W_x.T + b).says(
    "You bend h and x, and return the sum unbent. tanh goes around the sum."
)
exercise.mistake("tanh_twice", lambda h, x, W_h, W_x, b: torch.tanh(torch.tanh(pre(h, x, W_h, W_x, b)))).says(
    "tanh is applied twice."
)
exercise.mistake(
    "tanh_of_the_old_state_too", lambda h, x, W_h, W_x, b: torch.tanh(torch.tanh(h) @ W_h.T + x @ W_x.T + b)
).says("The old state goes through tanh once more before the product; it is used as it is.")
exercise.mistake("sigmoid", lambda h, x, W_h, W_x, b: torch.sigmoid(pre(h, x, W_h, W_x, b))).says(
    "You use the sigmoid, whose values lie between 0 and 1. tanh is wanted: between −1 and 1."
)
exercise.mistake("relu", lambda h, x, W_h, W_x, b: torch.relu(pre(h, x, W_h, W_x, b))).says(
    "You use ReLU, which forgets what is negative and has no upper end. tanh is wanted."
)
exercise.mistake("softmax", lambda h, x, W_h, W_x, b: torch.softmax(pre(h, x, W_h, W_x, b), dim=-1)).says(
    "You use softmax: its entries compete and add up to 1. tanh bends every entry by itself."
)
exercise.mistake("clamped", lambda h, x, W_h, W_x, b: torch.clamp(pre(h, x, W_h, W_x, b), -1, 1)).says(
    "You cut the sum off at −1 and 1. tanh is smooth: it comes close to them and never arrives."
)
exercise.mistake("tan", lambda h, x, W_h, W_x, b: torch.tan(pre(h, x, W_h, W_x, b))).says(
    "You use tan, the tangent of an angle. tanh, the hyperbolic one, is wanted."
)
exercise.mistake("atan", lambda h, x, W_h, W_x, b: torch.atan(pre(h, x, W_h, W_x, b))).says(
    "You use atan, which goes up to π/2. tanh is wanted."
)
exercise.mistake("sine", lambda h, x, W_h, W_x, b: torch.sin(pre(h, x, W_h, W_x, b))).says(
    "You use a sine, which goes up and down for ever. tanh rises once, from −1 to 1."
)
exercise.mistake("exponentials_overflow", lambda h, x, W_h, W_x, b: _tanh_by_hand(pre(h, x, W_h, W_x, b))).says(
    "Your quotient of exponentials is tanh, but for large inputs it becomes inf / inf. torch's own tanh does not."
)
exercise.mistake("minus_tanh", lambda h, x, W_h, W_x, b: -torch.tanh(pre(h, x, W_h, W_x, b))).says(
    "The sign of your whole state is the wrong way round."
)
exercise.mistake(
    "scaled_by_root", lambda h, x, W_h, W_x, b: torch.tanh(pre(h, x, W_h, W_x, b) / h.shape[-1] ** 0.5)
).says("You divide the sum by √hidden. That is done in attention; nothing is scaled here.")
exercise.mistake("mean_of_two", lambda h, x, W_h, W_x, b: torch.tanh((h @ W_h.T + x @ W_x.T) / 2 + b)).says(
    "You halve what state and word say together. Nothing is averaged here."
)
exercise.mistake("leaky", lambda h, x, W_h, W_x, b: (h + torch.tanh(pre(h, x, W_h, W_x, b))) / 2).says(
    "You mix old and new state half and half. This cell replaces its state."
)
exercise.mistake("summed_over_batch", lambda h, x, W_h, W_x, b: torch.tanh(pre(h, x, W_h, W_x, b).sum(0))).says(
    "You add the sentences of the batch up. Each has its own state: one row each."
)
exercise.mistake("first_sentence_only", lambda h, x, W_h, W_x, b: torch.tanh(W_h @ h[0] + W_x @ x[0] + b)).says(
    "You compute the first sentence of the batch only. All rows are wanted."
)
exercise.mistake("state_beside_word", lambda h, x, W_h, W_x, b: torch.cat([h, x], dim=-1)).says(
    "You return state and word side by side, not yet weighted: the weights have to mix them into `hidden` numbers."
)
exercise.mistake(
    "halves_beside", lambda h, x, W_h, W_x, b: torch.tanh(torch.cat([h @ W_h.T + b, x @ W_x.T], dim=-1))
).says("You put the two products side by side. They are added, entry by entry.")
exercise.mistake(
    "concatenated_the_wrong_way",
    lambda h, x, W_h, W_x, b: torch.tanh(torch.cat([h, x], dim=-1) @ torch.cat([W_x, W_h], dim=-1).T + b),
).says("[h, x] is concatenated in one order and the weights in the other.")
exercise.mistake("pair", lambda h, x, W_h, W_x, b: (torch.tanh(pre(h, x, W_h, W_x, b)),) * 2).says(
    "You return a pair, as torch's modules do. The new state alone is wanted."
)
exercise.mistake("old_state", lambda h, x, W_h, W_x, b: h).says("You return the state as it came.")


@exercise.mistake("in_place").says(
    "The numbers may be right, but you write them into the caller's h. Return a new tensor."
)
def in_place(h, x, W_h, W_x, b):
    h.copy_(torch.tanh(pre(h, x, W_h, W_x, b)))
    return h


exercise.mistake("old_state_cut", lambda h, x, W_h, W_x, b: torch.tanh(h.detach() @ W_h.T + x @ W_x.T + b)).says(
    "The numbers are right, but you detach the old state: no gradient gets back to it or through it to earlier words."
)
exercise.mistake("cut", lambda h, x, W_h, W_x, b: torch.tanh(pre(h, x, W_h, W_x, b)).detach()).says(
    "The numbers are right, but no gradient gets back: `.detach()`, `.data`, `.numpy()`, `torch.no_grad()` or a new "
    "tensor made from the numbers cut the graph."
)
exercise.mistake("no_tanh_no_bias", lambda h, x, W_h, W_x, b: h @ W_h.T + x @ W_x.T).says(
    "Two things are missing: the bias, and tanh around the sum."
)
exercise.mistake("sigmoid_no_bias", lambda h, x, W_h, W_x, b: torch.sigmoid(h @ W_h.T + x @ W_x.T)).says(
    "Two things: the bias is missing, and tanh is wanted, not the sigmoid."
)
exercise.mistake("W_h_not_transposed_no_tanh", lambda h, x, W_h, W_x, b: h @ W_h + x @ W_x.T + b).says(
    "Two things: W_h is not transposed, and tanh around the sum is missing."
)
exercise.mistake("W_h_not_transposed_no_bias", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h + x @ W_x.T)).says(
    "Two things: W_h is not transposed, and the bias is missing."
)
exercise.mistake("derivative", lambda h, x, W_h, W_x, b: 1 - torch.tanh(pre(h, x, W_h, W_x, b)) ** 2).says(
    "You return 1 − tanh², the slope of tanh. The state is tanh itself."
)
exercise.mistake("squeezed", lambda h, x, W_h, W_x, b: torch.tanh(pre(h, x, W_h, W_x, b)).squeeze()).says(
    "`squeeze` takes the axis of a batch of one away. The result is (B, hidden), with B = 1 too."
)
exercise.mistake("gelu", lambda h, x, W_h, W_x, b: torch.nn.functional.gelu(pre(h, x, W_h, W_x, b))).says(
    "You use GELU, which has no upper end. tanh is wanted."
)
exercise.mistake("softsign", lambda h, x, W_h, W_x, b: torch.nn.functional.softsign(pre(h, x, W_h, W_x, b))).says(
    "You use a / (1 + |a|), which has the range of tanh but not its values."
)
exercise.mistake("tanh_after_relu", lambda h, x, W_h, W_x, b: torch.tanh(torch.relu(pre(h, x, W_h, W_x, b)))).says(
    "You cut what is negative off before tanh. The negative half of the state is needed."
)
exercise.mistake("sigmoid_stretched", lambda h, x, W_h, W_x, b: 2 * torch.sigmoid(pre(h, x, W_h, W_x, b)) - 1).says(
    "Twice the sigmoid minus 1 is the tanh of HALF the sum: a factor of 2 is missing inside."
)
exercise.mistake(
    "exponentials_of_twice_overflow",
    lambda h, x, W_h, W_x, b: (torch.exp(2 * pre(h, x, W_h, W_x, b)) - 1) / (torch.exp(2 * pre(h, x, W_h, W_x, b)) + 1),
).says(
    "Your quotient of exponentials is tanh, but for large positive inputs it becomes inf / inf. torch's own does not."
)
exercise.mistake("tanh_of_the_bias", lambda h, x, W_h, W_x, b: h @ W_h.T + x @ W_x.T + torch.tanh(b)).says(
    "Your tanh covers the bias alone. It goes around the whole sum."
)
exercise.mistake("bias_averaged", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T + b.mean())).says(
    "You make one number of the bias. Each entry of the state has its own."
)
exercise.mistake("bias_summed", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T + b.sum())).says(
    "You make one number of the bias, its sum. Each entry of the state has its own."
)
exercise.mistake("residual_inside", lambda h, x, W_h, W_x, b: torch.tanh(h + pre(h, x, W_h, W_x, b))).says(
    "You add the old state once more, unweighted, inside tanh. It enters through W_h only."
)
exercise.mistake("state_twice", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + pre(h, x, W_h, W_x, b))).says(
    "What the old state says is counted twice."
)
exercise.mistake("word_twice", lambda h, x, W_h, W_x, b: torch.tanh(x @ W_x.T + pre(h, x, W_h, W_x, b))).says(
    "What the word says is counted twice."
)
exercise.mistake("leaky_a_tenth", lambda h, x, W_h, W_x, b: 0.9 * h + 0.1 * torch.tanh(pre(h, x, W_h, W_x, b))).says(
    "You keep 0.9 of the old state. This cell replaces its state; a cell that keeps some comes later in the lecture."
)
exercise.mistake(
    "normalised", lambda h, x, W_h, W_x, b: torch.nn.functional.normalize(torch.tanh(pre(h, x, W_h, W_x, b)), dim=-1)
).says("You bring each state to length 1. tanh alone is wanted.")


@exercise.mistake("residual_in_place").says(
    "Two things: `h += …` writes into the caller's tensor, and the new state REPLACES the old one."
)
def residual_in_place(h, x, W_h, W_x, b):
    h += torch.tanh(pre(h, x, W_h, W_x, b))
    return h


exercise.mistake(
    "weights_cut", lambda h, x, W_h, W_x, b: torch.tanh(pre(h, x, W_h.detach(), W_x.detach(), b.detach()))
).says("The numbers are right, but weights and bias are detached: they could never be trained.")
exercise.mistake("word_cut", lambda h, x, W_h, W_x, b: torch.tanh(pre(h, x.detach(), W_h, W_x, b))).says(
    "The numbers are right, but the word is detached: its embedding could never be trained."
)
exercise.mistake("dot", lambda h, x, W_h, W_x, b: torch.tanh(torch.dot(h, W_h) + torch.dot(x, W_x) + b)).says(
    "`torch.dot` takes two vectors. For a batch of rows and a matrix there is `@`."
)
exercise.mistake(
    "cell_arguments_exchanged", lambda h, x, W_h, W_x, b: torch.rnn_tanh_cell(h, x, W_h, W_x, b, torch.zeros_like(b))
).says("torch's cell takes the word first and then the state, and the weights in that order.")
exercise.mistake("bias_of_length_one", lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T + b[0])).says(
    "Only the first number of the bias is used. Each entry of the state has its own."
)

exercise.right(
    lambda h, x, W_h, W_x, b: (torch.einsum("bk,hk->bh", h, W_h) + torch.einsum("bd,hd->bh", x, W_x) + b).tanh()
)
exercise.right(lambda h, x, W_h, W_x, b: torch.tanh(torch.cat([h, x], dim=1) @ torch.cat([W_h, W_x], dim=1).T + b))
exercise.right(lambda h, x, W_h, W_x, b: torch.rnn_tanh_cell(x, h, W_x, W_h, b, torch.zeros_like(b)))


@exercise.right
def right_1(h, x, W_h, W_x, b):
    linear = torch.nn.functional.linear
    return torch.tanh(linear(h, W_h) + linear(x, W_x, b))


@exercise.right
def right_2(h, x, W_h, W_x, b):
    rows = [torch.tanh(W_h @ old + W_x @ word + b) for old, word in zip(h, x, strict=True)]
    return torch.stack(rows)


exercise.right(lambda h, x, W_h, W_x, b: 1 - 2 / (torch.exp(2 * (W_h @ h.T + W_x @ x.T + b[:, None]).T) + 1))
exercise.right(
    lambda h, x, W_h, W_x, b: [
        torch.tanh(row) for row in h.float() @ W_h.float().T + x.float() @ W_x.float().T + b.float()
    ]
)
