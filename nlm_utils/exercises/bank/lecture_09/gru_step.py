"""A gated step: the order of the blocks, which part r covers, what z keeps, and which functions bend them."""

import torch
from torch import sigmoid, tanh
from torch.nn import functional as F

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, other_function, result, result_with

from .gru_cells import blocks_of, cell, gru, in_n, joined_blocks, kept_is_new, reset_first, reset_first_with
from .inputs import drawn


def gru_step(h, x, params):
    """The next state of a gated recurrent unit (Cho et al. 2014), (B, hidden), in torch's convention.

    h (B, hidden), x (B, d). `params` is the state_dict of a torch.nn.GRUCell: weight_ih (3·hidden, d),
    weight_hh (3·hidden, hidden), bias_ih and bias_hh (3·hidden,). Each holds three blocks of `hidden` rows, in
    this order: r, z, n. With i_r = x W_ihᵀ + b_ih (its rows r) and h_r = h W_hhᵀ + b_hh (its rows r), and so on:

        r = σ(i_r + h_r)      z = σ(i_z + h_z)      n = tanh(i_n + r ⊙ h_n)      result (1 − z) ⊙ n + z ⊙ h

    Gradients flow back to h and x, and everything that is given comes back unchanged.
    """
    i_r, i_z, i_n = (x @ params["weight_ih"].T + params["bias_ih"]).chunk(3, dim=-1)
    h_r, h_z, h_n = (h @ params["weight_hh"].T + params["bias_hh"]).chunk(3, dim=-1)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    n = torch.tanh(i_n + r * h_n)
    return (1 - z) * n + z * h


exercise = Exercise(
    gru_step,
    checks=("batches of 1 to 3, a state of zeros, large inputs, gates open and shut, float32, gradients, h unchanged"),
    explanation=(
        "z says how much of the old state is copied: at z = 1 the state stays as it is, and so does the gradient that "
        "goes back through it. r says how much of the old state the proposal n may look at. torch applies r after the "
        "product with W_hh; the paper applied it before."
    ),
    hints=[
        "Two products, each with three blocks: one of x with weight_ih, one of h with weight_hh; each with its bias.",
        "`chunk(3, dim=-1)` cuts a (B, 3·hidden) tensor into its blocks r, z, n.",
        "r and z are sigmoids of a sum of two blocks. In n the block that comes from h, bias included, is "
        "multiplied by r.",
        "The last line mixes: z of the old state, 1 − z of the new proposal.",
    ],
)


exercise.case(*gru(1, 1, 2, 300))
exercise.case(*gru(2, 3, 4, 310))
exercise.case(*gru(3, 2, 5, 320))
exercise.case(*gru(2, 3, 2, 330, zero=True))
exercise.case(*gru(3, 3, 3, 340))
exercise.case(*gru(2, 3, 4, 350, x_scale=100.0))
exercise.case(*gru(2, 3, 4, 360, z_bias=20.0))
exercise.case(*gru(2, 3, 4, 370, dtype=torch.float32))
exercise.case(*gru(2, 3, 4, 380, grad=True))


def _draw(rng):
    batch, hidden, dim = rng.integers(1, 6, 3)
    h, x, *params = drawn(
        rng, (batch, hidden), (batch, dim), *((3 * hidden, n) for n in (dim, hidden)), *2 * [3 * hidden]
    )
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return h, x, {name: part.detach() for name, part in zip(names, params, strict=True)}


exercise.drawn(_draw, times=5)


def with_params(change):
    """gru_step with other params: change(weight_ih, weight_hh, bias_ih, bias_hh) -> these four."""
    return lambda h, x, params: gru_step(h, x, dict(zip(params, change(*params.values()), strict=True)))


def without(bias, step=gru_step):
    return lambda h, x, params: step(h, x, params | {bias: 0 * params[bias]})


def with_biases(inside):
    """gru_step whose proposal is tanh(inside(its block of x, its block of h, their biases b and a, r))."""

    def step(h, x, params):
        b, a = params["bias_ih"].chunk(3)[2], params["bias_hh"].chunk(3)[2]
        return cell(lambda i, g, r, z, h: tanh(inside(i, g, b, a, r)))(h, x, params)

    return step


# what z keeps
exercise.mistake("z_swapped", cell(mix=kept_is_new)).says(
    "z and 1 − z are exchanged. In torch's convention z is what is KEPT of the old state (the paper has it so too; "
    "many texts have it the other way round)."
)
for id, (mix, words) in {
    "mix_by_r": (lambda n, z, h, r: (1 - r) * n + r * h, "mix by r, or by a gate from r's block, the first"),
    "proposal_alone": (lambda n, z, h, r: n, "return the proposal n and keep nothing"),
    "nothing_kept": (lambda n, z, h, r: (1 - z) * n, "leave out the part z ⊙ h of the old state"),
    "nothing_new": (lambda n, z, h, r: z * h, "leave out the proposal n"),
    "both_by_z": (lambda n, z, h, r: z * n + z * h, "multiply both parts by z"),
    "both_by_one_minus_z": (lambda n, z, h, r: (1 - z) * (n + h), "multiply both parts by 1 − z"),
    "state_kept_whole": (lambda n, z, h, r: h + (1 - z) * n, "keep the WHOLE old state, not z of it"),
    "state_kept_whole_z": (lambda n, z, h, r: h + z * n, "keep the WHOLE old state, and add z ⊙ n"),
    "proposal_whole": (lambda n, z, h, r: n + z * h, "let the proposal in whole, not 1 − z of it"),
    "proposal_whole_swapped": (lambda n, z, h, r: n + (1 - z) * h, "let the proposal in whole, and keep 1 − z of h"),
    "minus": (lambda n, z, h, r: (1 - z) * n - z * h, "subtract the two parts"),
    "z_minus_one": (lambda n, z, h, r: (z - 1) * n + z * h, "write z − 1 for 1 − z: the proposal gets a wrong sign"),
    "brackets_missing": (lambda n, z, h, r: 1 - z * n + z * h, "leave out the brackets around 1 − z"),
    "parts_multiplied": (lambda n, z, h, r: (1 - z) * n * z * h, "multiply the two parts"),
    "half_and_half": (lambda n, z, h, r: (n + h) / 2, "mix old and new half and half"),
    "state_reset_for_good": (lambda n, z, h, r: (1 - z) * n + z * r * h, "keep r ⊙ h, the old state after its reset"),
}.items():
    exercise.mistake(id, cell(mix=mix)).says(
        f"In the last line you {words}. It is (1 − z) ⊙ n + z ⊙ h: of each entry z is kept, and 1 − z is new."
    )
exercise.mistake("kept_state_cut", cell(mix=lambda n, z, h, r: (1 - z) * n + z * h.detach())).says(
    "The numbers are right, but in the last line h is detached: the copy by z is just the way on which gradients get "
    "far back."
)
exercise.takes(
    result(
        squeezed="squeezed",
        tanh=(
            "bent_at_the_end",
            "You bend the mixture with tanh once more. That z copies the old state unbent is the point.",
        ),
    ),
    result_with("h", plus=("old_state_residual", "You add the old state once more. Only z of it is kept.")),
    argument(
        "h",
        zero=(
            "zero_state",
            "The old state does not enter at all: torch's cell starts from zeros when it is not given one.",
        ),
    ),
)

# what r covers
for id, (proposal, words) in {
    "no_reset": (lambda i, g, r, z, h: tanh(i + g), "The reset gate is left out: n sees all of the old state"),
    "reset_on_the_word": (lambda i, g, r, z, h: tanh(r * i + g), "Your r multiplies what the WORD contributes"),
    "reset_on_both": (lambda i, g, r, z, h: tanh(r * (i + g)), "Your r multiplies word and state together"),
    "reset_outside": (lambda i, g, r, z, h: r * tanh(i + g), "Your r stands outside tanh"),
    "reset_on_bare_state": (lambda i, g, r, z, h: tanh(i + r * h), "You multiply r with h itself, without its weights"),
    "reset_inverted": (lambda i, g, r, z, h: tanh(i + (1 - r) * g), "You take 1 − r where r belongs"),
    "reset_by_z": (lambda i, g, r, z, h: tanh(i + z * g), "You use z where r belongs"),
    "two_tanhs": (lambda i, g, r, z, h: tanh(i) + r * tanh(g), "You bend the two blocks apart, with two tanhs"),
    "tanh_of_the_word": (lambda i, g, r, z, h: tanh(i) + r * g, "Your tanh covers the block of x only"),
    "reset_added": (lambda i, g, r, z, h: tanh(i + r + g), "You add r"),
    "reset_is_the_state": (lambda i, g, r, z, h: tanh(i + g * h), "You multiply the block of h with h itself, not r"),
    "reset_times_state_too": (
        lambda i, g, r, z, h: tanh(i + r * g * h),
        "You multiply the block of h with h once more",
    ),
    "reset_for_the_block": (lambda i, g, r, z, h: tanh(i + r), "You add r itself, and h's block of n is missing"),
    "reset_for_the_block_times": (
        lambda i, g, r, z, h: tanh(i * r),
        "You multiply by r, and h's block of n is missing",
    ),
    "no_reset_linear": (lambda i, g, r, z, h: i + g, "Two things are missing in the proposal, the reset gate and tanh"),
    "proposal_forgets_the_word": (lambda i, g, r, z, h: tanh(r * g), "The word does not enter your proposal"),
    "proposal_forgets_the_state": (lambda i, g, r, z, h: tanh(i), "The old state does not enter your proposal"),
}.items():
    exercise.mistake(id, cell(proposal)).says(
        f"{words}. In n, inside tanh, r multiplies the block of h, bias included, and the block of x is added."
    )
exercise.mistake("reset_before_the_product", reset_first()).says(
    "You multiply r and h BEFORE the product with the weight, as the paper does. torch applies r to the finished block "
    "of h, bias included."
)
for id, (inside, words) in {
    "bias_outside_the_reset": (lambda i, g, b, a, r: i + a + r * (g - a), "your r covers h's product but not its bias"),
    "proposal_without_bias_hh": (lambda i, g, b, a, r: i + r * (g - a), "bias_hh is missing"),
    "proposal_without_bias_ih": (lambda i, g, b, a, r: i - b + r * g, "bias_ih is missing"),
    "proposal_without_biases": (lambda i, g, b, a, r: i - b + r * (g - a), "both biases are missing"),
    "both_biases_reset": (lambda i, g, b, a, r: i - b + r * (g + b), "r multiplies both biases"),
}.items():
    exercise.mistake(id, with_biases(inside)).says(
        f"In the proposal n {words}. In torch bias_hh belongs to h's block, which r multiplies; bias_ih stands outside."
    )

# what bends them
exercise.takes(
    other_function(
        lambda f: cell(lambda i, g, r, z, h: f(i + r * g)),
        "tanh, which lets the state turn negative,",
        sigmoid="sigmoid_proposal",
        nothing=("linear_proposal", "Your proposal n lacks tanh."),
        relu="relu_proposal",
    ),
    other_function(
        lambda f: cell(gates=lambda i, g: f(i + g)),
        "a sigmoid in each gate, between 0 and 1,",
        tanh="tanh_gates",
        nothing="linear_gates",
        softmax="softmax_gates",
    ),
    other_function(
        lambda f: cell(gates=lambda i, g: f(i + g), z_gate=lambda i, g: sigmoid(i + g)),
        "a sigmoid in the reset gate r, between 0 and 1,",
        tanh="tanh_reset",
        nothing="linear_reset",
    ),
    other_function(
        lambda f: cell(z_gate=lambda i, g: f(i + g)),
        "a sigmoid in the update gate z, between 0 and 1,",
        tanh="tanh_update",
        nothing="linear_update",
    ),
)
exercise.mistake("negative_gates", cell(gates=lambda i, g: sigmoid(-i - g))).says(
    "Your gates have the wrong sign inside: σ(a) is 1 / (1 + e^−a)."
)
exercise.mistake("hard_gates", cell(gates=lambda i, g: F.hardsigmoid(i + g))).says(
    "You use the hard sigmoid, which is made of straight lines. `torch.sigmoid` is smooth."
)
exercise.mistake("gates_multiply", cell(gates=lambda i, g: sigmoid(i * g))).says(
    "In your gates you multiply what word and state say. They are added."
)
exercise.mistake("sigmoids_added", cell(gates=lambda i, g: sigmoid(i) + sigmoid(g))).says(
    "You take the sigmoid of word and state separately and add them: such a gate can be 2. Add first."
)
exercise.mistake("gates_see_the_word_only", cell(gates=lambda i, g: sigmoid(i))).says(
    "Your gates listen to the word alone. They hear the old state too."
)
exercise.mistake("gates_see_the_state_only", cell(gates=lambda i, g: sigmoid(g))).says(
    "Your gates listen to the old state alone. They hear the word too."
)
exercise.mistake("all_sigmoids", cell(lambda i, g, r, z, h: sigmoid(i + g))).says(
    "All three blocks go through the same sum and sigmoid. n is different: its part from h is multiplied by r, and it "
    "goes through tanh."
)
exercise.mistake("two_separate_gates", cell(lambda i, g, r, z, h: tanh(i + g), lambda n, z, h, r: r * h + z * n)).says(
    "Your r multiplies the old state and your z the proposal, as forget and input gate of an LSTM do. In a GRU one "
    "gate, z, does both, and r works inside the proposal."
)
exercise.mistake(
    "matrix_products_for_gates", cell(lambda i, g, r, z, h: tanh(i + r @ g), lambda n, z, h, r: (1 - z) @ n + z @ h)
).says("A gate multiplies entry by entry, `*`; `@` is a matrix product.")

# the blocks: in which order, from which weights, cut along which axis
for id, order in {
    "z_first": (1, 0, 2),
    "n_first": (1, 2, 0),
    "reversed_blocks": (2, 1, 0),
    "n_second": (0, 2, 1),
    "z_n_r": (2, 0, 1),
}.items():
    yours = ", ".join("rzn"[order.index(place)] for place in range(3))
    exercise.mistake(id, cell(order=order)).says(f"You read the blocks in the order {yours}. torch's is r, z, n.")
for i, g in ((1, 1), (0, 0), (2, 0), (2, 1), (0, 2), (1, 2)):
    exercise.mistake(
        f"proposal_from_{'rzn'[i]}_and_{'rzn'[g]}",
        cell(blocks=lambda *step, i=i, g=g: in_n(blocks_of(*step), i, g)),
    ).says(f"Your proposal takes the block {'rzn'[i]} of x and the block {'rzn'[g]} of h. Both are n, the third.")
for id, (swap, words) in {
    "z_hears_r_of_h": (lambda a: [*a[:4], a[3], a[5]], "z takes the block r of h"),
    "z_hears_r_of_x": (lambda a: [a[0], a[0], *a[2:]], "z takes the block r of x"),
    "z_hears_n_of_h": (lambda a: [*a[:4], a[5], a[5]], "z takes the block n of h"),
    "z_hears_n_of_x": (lambda a: [a[0], a[2], *a[2:]], "z takes the block n of x"),
    "r_hears_z_of_h": (lambda a: [*a[:3], a[4], *a[4:]], "r takes the block z of h"),
    "r_hears_z_of_x": (lambda a: [a[1], *a[1:]], "r takes the block z of x"),
    "r_hears_n_of_h": (lambda a: [*a[:3], a[5], *a[4:]], "r takes the block n of h"),
    "r_hears_n_of_x": (lambda a: [a[2], *a[1:]], "r takes the block n of x"),
    "z_hears_x_alone": (lambda a: [*a[:4], 0 * a[4], a[5]], "z does not hear h"),
    "z_hears_h_alone": (lambda a: [a[0], 0 * a[1], *a[2:]], "z does not hear x"),
    "r_hears_x_alone": (lambda a: [*a[:3], 0 * a[3], *a[4:]], "r does not hear h"),
    "r_hears_h_alone": (lambda a: [0 * a[0], *a[1:]], "r does not hear x"),
    "viewed_by_blocks": (
        lambda a: [b for s in (a[:3], a[3:]) for b in torch.cat(s, 1).view(3, *a[0].shape)],
        "a `view` or `reshape` to (3, B, hidden) mixes the rows: cut the LAST axis, `chunk(3, dim=-1)`",
    ),
    "r_and_z_of_h_exchanged": (lambda a: [*a[:3], a[4], a[3], a[5]], "the blocks r and z of h are exchanged"),
    "r_and_z_of_x_exchanged": (lambda a: [a[1], a[0], *a[2:]], "the blocks r and z of x are exchanged"),
}.items():
    exercise.mistake(id, cell(blocks=lambda *step, swap=swap: swap(blocks_of(*step)))).says(
        f"In your function {words}. The gate r comes from i_r + h_r, the gate z from i_z + h_z."
    )


@exercise.mistake("hidden_is_three_times").says(
    "Your `hidden` is the number of ROWS of a weight or the length of a bias, which is 3·hidden, so that your slices "
    "are too long. It is `h.shape[1]`."
)
def hidden_is_three_times(h, x, params):
    hidden = len(params["bias_ih"])
    i, g = (side.split(hidden, dim=1) for side in joined_blocks(h, x, params))
    return i[0] + g[0] + i[0][:, hidden : 2 * hidden] + g[0][:, hidden : 2 * hidden]


exercise.mistake("no_bias_hh", without("bias_hh")).says("bias_hh is missing in your blocks.")
exercise.mistake("no_bias_ih", without("bias_ih")).says("bias_ih is missing in your blocks.")
exercise.mistake("no_biases", without("bias_ih", without("bias_hh"))).says("Both biases are missing.")
exercise.mistake("bias_ih_twice", with_params(lambda W, U, b, a: (W, U, b, b))).says(
    "You use bias_ih twice. The product with weight_hh has its own, bias_hh."
)
exercise.mistake("bias_hh_twice", with_params(lambda W, U, b, a: (W, U, a, a))).says(
    "You use bias_hh twice. The product with weight_ih has its own, bias_ih."
)
exercise.mistake("biases_exchanged", with_params(lambda W, U, b, a: (W, U, a, b))).says(
    "The biases are exchanged. In r and z that makes no difference, but in n only bias_hh is multiplied by r."
)


@exercise.mistake("gates_without_biases").says("The biases are missing in the gates r and z.")
def gates_without_biases(h, x, params):
    no_biases = without("bias_ih", without("bias_hh", lambda *step: blocks_of(*step)))(h, x, params)
    return cell(blocks=lambda *step: [*no_biases[:2], blocks_of(*step)[2], *no_biases[3:5], blocks_of(*step)[5]])(
        h, x, params
    )


exercise.mistake("nothing_transposed", with_params(lambda W, U, b, a: (W.T, U.T, b, a))).says(
    "The weights are not transposed: they have one row for each number that comes out."
)
exercise.mistake("weights_swapped", with_params(lambda W, U, b, a: (U, W, a, b))).says(
    "The weights are exchanged: `ih` goes from the input x to the state, `hh` from state to state."
)
exercise.mistake("words_and_states_exchanged", cell(blocks=lambda h, x, params: blocks_of(x, h, params))).says(
    "x and h are exchanged in your products: weight_ih is for the input x, weight_hh for the state h."
)


@exercise.mistake("chunked_over_the_batch").says(
    "You cut along the first axis, the batch. The three blocks lie along the last."
)
def chunked_over_the_batch(h, x, params):
    (i_r, i_z, i_n), (h_r, h_z, h_n) = (side.chunk(3) for side in joined_blocks(h, x, params))
    return cell(blocks=lambda *_: (i_r, i_z, i_n, h_r, h_z, h_n))(h, x, params)


@exercise.mistake("split_into_threes").says(
    "`split(3, …)` cuts pieces of LENGTH 3. `chunk(3, …)` cuts three pieces, and so does `split(hidden, …)`."
)
def split_into_threes(h, x, params):
    (i_r, i_z, i_n), (h_r, h_z, h_n) = (side.split(3, dim=-1) for side in joined_blocks(h, x, params))
    return cell(blocks=lambda *_: (i_r, i_z, i_n, h_r, h_z, h_n))(h, x, params)


exercise.mistake(
    "nn_gru", lambda h, x, params: torch.nn.GRU(x.shape[1], h.shape[1], dtype=x.dtype).load_state_dict(params)
).says("`params` is the state_dict of a GRUCell. nn.GRU, which takes whole sentences, has other keys: use nn.GRUCell.")
for key in ("weight_ih_l0", "weight_hh_l0"):
    exercise.mistake(f"key_{key}", lambda h, x, params, key=key: params[key]).says(
        "`params` is that of a GRUCell: its keys are weight_ih, weight_hh, bias_ih and bias_hh. Those with `_l0` are "
        "nn.GRU's."
    )
exercise.mistake(
    "interleaved", with_params(lambda *four: [torch.cat([part[k::3] for k in range(3)]) for part in four])
).says("You take every third number. The blocks lie one after the other: first all of r, then all of z, then n.")


@exercise.mistake("columns_chunked").says(
    "You cut the weights along their columns. The three blocks are blocks of ROWS."
)
def columns_chunked(h, x, params):
    W_r, _W_z, _W_n = params["weight_ih"].chunk(3, dim=1)
    return x @ W_r.T


@exercise.mistake("own_weights").says("Your weights are random ones; use those in `params`.")
def own_weights(h, x, params):
    generator = torch.Generator().manual_seed(0)
    return gru_step(
        h, x, {key: torch.randn(value.shape, generator=generator).to(value) for key, value in params.items()}
    )


@exercise.mistake("cell_arguments_exchanged").says("State and word are exchanged: torch's cell takes the word first.")
def cell_arguments_exchanged(h, x, params):
    made = torch.nn.GRUCell(x.shape[1], h.shape[1], dtype=h.dtype)
    made.load_state_dict(params)
    return made(h, x)


@exercise.mistake("cell_sizes_exchanged").says(
    "You make the cell with its sizes exchanged: it is `nn.GRUCell(input_size, hidden_size)`, so d first and then "
    "hidden. Its weights have another shape than those in `params`, and `load_state_dict` refuses them."
)
def cell_sizes_exchanged(h, x, params):
    made = torch.nn.GRUCell(h.shape[1], x.shape[1], dtype=h.dtype)
    made.load_state_dict(params)
    return made(x, h)


exercise.takes(result(first_row="returns_in_the_loop", rest_zero="returns_in_the_loop_with_a_buffer"))
exercise.mistake("in_place", lambda h, x, params: h.copy_(gru_step(h, x, params))).says(
    "You write into the caller's h. Return a new tensor."
)

# two things: an order, a bias or a bend, and the reset gate
for id, (step, words) in {
    "z_first": (cell(lambda i, g, r, z, h: tanh(i + g), order=(1, 0, 2)), "the order of the blocks is r, z, n"),
    "no_biases": (
        without("bias_ih", without("bias_hh", cell(lambda i, g, r, z, h: tanh(i + g)))),
        "the biases are missing",
    ),
    "linear_gates": (cell(lambda i, g, r, z, h: tanh(i + g), gates=lambda i, g: i + g), "the gates lack the sigmoid"),
}.items():
    exercise.mistake(f"no_reset_{id}", step).says(f"Two things: {words}; and the reset gate is left out of n.")
exercise.mistake("no_biases_z_first", without("bias_ih", without("bias_hh", cell(order=(1, 0, 2))))).says(
    "Two things: the biases are missing, and the order of the blocks is r, z, n."
)
exercise.mistake(
    "functions_exchanged", cell(lambda i, g, r, z, h: sigmoid(i + r * g), gates=lambda i, g: tanh(i + g))
).says("The functions are exchanged: the gates r and z take a sigmoid, the proposal n takes tanh.")
exercise.mistake("reset_first_without_bias", lambda h, x, p: reset_first_with(h, x, p, 0 * p["bias_hh"])).says(
    "Two things: r comes after the product with the weight in torch, and bias_hh is missing in n."
)
# two things, z exchanged with 1 − z being one of them
for id, (proposal, words) in {
    "reset_on_the_word": (lambda i, g, r, z, h: tanh(r * i + g), "r multiplies the block of x, and belongs to h's"),
    "reset_on_both": (lambda i, g, r, z, h: tanh(r * (i + g)), "r multiplies both blocks, and belongs to h's alone"),
    "reset_on_bare_state": (lambda i, g, r, z, h: tanh(i + r * h), "r multiplies h itself, not its block"),
    "linear": (lambda i, g, r, z, h: i + r * g, "the proposal n lacks tanh"),
    "sigmoid": (lambda i, g, r, z, h: sigmoid(i + r * g), "the proposal n is bent by tanh, not by a sigmoid"),
}.items():
    exercise.mistake(f"swapped_{id}", cell(proposal, kept_is_new)).says(
        f"Two things: {words}; and z is what is KEPT of the old state."
    )
exercise.mistake("bias_outside_keep_swapped", reset_first(kept_is_new)).says(
    "Two things: z and 1 − z are exchanged, and r comes before the product; torch has it after."
)
for id, (step, other) in {
    "swapped_no_reset": (cell(lambda i, g, r, z, h: tanh(i + g), kept_is_new), "the reset gate is left out"),
    "swapped_reset_by_z": (cell(lambda i, g, r, z, h: tanh(i + z * g), kept_is_new), "z stands where r belongs in n"),
    "swapped_z_first": (
        cell(mix=kept_is_new, order=(1, 0, 2)),
        "the blocks come in the order r, z, n (yours: z, r, n)",
    ),
    "swapped_n_first": (
        cell(mix=kept_is_new, order=(1, 2, 0)),
        "the blocks come in the order r, z, n (yours: n, r, z)",
    ),
    "swapped_no_bias_hh": (without("bias_hh", cell(mix=kept_is_new)), "bias_hh is missing"),
    "swapped_no_biases": (without("bias_hh", without("bias_ih", cell(mix=kept_is_new))), "the biases are missing"),
}.items():
    exercise.mistake(id, step).says(f"Two things: {other}, and z is what is KEPT of the old state.")


@exercise.right
def exponentials_over_sums(h, x, params):
    i, g = joined_blocks(h, x, params)
    e = torch.exp((i + g)[:, : 2 * h.shape[1]])
    r, z = (e / (1 + e)).chunk(2, dim=1)
    return torch.lerp(torch.tanh(i.chunk(3, 1)[2] + r * g.chunk(3, 1)[2]), h, z)


exercise.right(
    lambda h, x, params: torch.gru_cell(
        x, h, params["weight_ih"], params["weight_hh"], params["bias_ih"], params["bias_hh"]
    )
)


@exercise.right
def torchs_own_cell(h, x, params):
    cell = torch.nn.GRUCell(x.shape[1], h.shape[1], dtype=h.dtype)
    cell.load_state_dict(params)
    return cell(x, h)


@exercise.right
def block_by_block(h, x, params):
    n_hidden = h.shape[1]
    W, U, b, a = params["weight_ih"], params["weight_hh"], params["bias_ih"], params["bias_hh"]
    R, Z, N = slice(0, n_hidden), slice(n_hidden, 2 * n_hidden), slice(2 * n_hidden, None)
    r = 1 / (1 + torch.exp(-(x @ W[R].T + b[R] + h @ U[R].T + a[R])))
    z = 1 / (1 + torch.exp(-(x @ W[Z].T + b[Z] + h @ U[Z].T + a[Z])))
    n = torch.tanh(x @ W[N].T + b[N] + r * (h @ U[N].T + a[N]))
    return n + z * (h - n)


@exercise.right
def row_by_row(h, x, params):
    rows = []
    for state, word in zip(h, x, strict=True):
        i = (params["weight_ih"] @ word + params["bias_ih"]).reshape(3, -1)
        g = (params["weight_hh"] @ state + params["bias_hh"]).reshape(3, -1)
        r, z = torch.sigmoid(i[:2] + g[:2])
        rows.append(torch.lerp(torch.tanh(i[2] + r * g[2]), state, z))
    return rows


@exercise.right
def by_einsum(h, x, params):
    i = torch.einsum("bd,gd->bg", x, params["weight_ih"]) + params["bias_ih"]
    g = torch.einsum("bk,gk->bg", h, params["weight_hh"]) + params["bias_hh"]
    (i_r, i_z, i_n), (h_r, h_z, h_n) = i.split(h.shape[1], 1), g.split(h.shape[1], 1)
    keep = torch.sigmoid(i_z + h_z)
    return keep * h + torch.sigmoid(-(i_z + h_z)) * torch.tanh(torch.addcmul(i_n, torch.sigmoid(i_r + h_r), h_n))
