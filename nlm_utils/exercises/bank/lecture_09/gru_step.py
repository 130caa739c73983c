"""gru_step."""

import torch

from nlm_utils.exercises.definition import Exercise

from .common import numbers


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
        ("Two products, each with three blocks: one of x with weight_ih, one of h with weight_hh; each with its bias."),
        "`chunk(3, dim=-1)` cuts a (B, 3·hidden) tensor into its blocks r, z, n.",
        (
            "r and z are sigmoids of a sum of two blocks. In n the block that comes from h, bias included, is "
            "multiplied by r."
        ),
        "The last line mixes: z of the old state, 1 − z of the new proposal.",
    ],
)


def _gru(batch, hidden, dim, seed, x_scale=1.0, dtype=torch.float64, grad=False, z_bias=0.0, zero=False):
    """Arguments of gru_step; z_bias opens (−) or shuts (+) the update gate."""
    params = {
        "weight_ih": numbers(3 * hidden, dim, seed=seed + 2, scale=0.6, dtype=dtype),
        "weight_hh": numbers(3 * hidden, hidden, seed=seed + 3, scale=0.6, dtype=dtype),
        "bias_ih": numbers(3 * hidden, seed=seed + 4, scale=0.5, dtype=dtype),
        "bias_hh": numbers(3 * hidden, seed=seed + 5, scale=0.5, dtype=dtype),
    }
    params["bias_ih"][hidden : 2 * hidden] += z_bias
    h = numbers(batch, hidden, seed=seed, scale=0.6, dtype=dtype, grad=grad)
    if zero:
        h = torch.zeros(batch, hidden, dtype=dtype)
    return h, numbers(batch, dim, seed=seed + 1, scale=x_scale, dtype=dtype, grad=grad), params


exercise.case(*_gru(1, 1, 2, 300))
exercise.case(*_gru(2, 3, 4, 310))
exercise.case(*_gru(3, 2, 5, 320))
exercise.case(*_gru(2, 3, 2, 330, zero=True))
exercise.case(*_gru(3, 3, 3, 340))
exercise.case(*_gru(2, 3, 4, 350, x_scale=1000.0))
exercise.case(*_gru(2, 3, 4, 360, z_bias=20.0))
exercise.case(*_gru(2, 3, 4, 370, dtype=torch.float32))
exercise.case(*_gru(2, 3, 4, 380, grad=True))


def _blocks(h, x, params, order=(0, 1, 2), bias_i=True, bias_h=True):
    """The six blocks (B, hidden), in the order i_r, i_z, i_n, h_r, h_z, h_n."""
    i = x @ params["weight_ih"].T + (params["bias_ih"] if bias_i else 0)
    g = h @ params["weight_hh"].T + (params["bias_hh"] if bias_h else 0)
    i, g = i.chunk(3, dim=-1), g.chunk(3, dim=-1)
    return [*(i[place] for place in order), *(g[place] for place in order)]


def _gated(proposal=None, mix=None, gates=None, **blocks):
    """gru_step with one thing changed: proposal(i_n, h_n, r, z, h), mix(n, z, h, r), gates(i_r, h_r, i_z, h_z)."""
    proposal = proposal or (lambda i_n, h_n, r, z, h: torch.tanh(i_n + r * h_n))
    mix = mix or (lambda n, z, h, r: (1 - z) * n + z * h)
    gates = gates or (lambda i_r, h_r, i_z, h_z: (torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)))

    def step(h, x, params):
        i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params, **blocks)
        r, z = gates(i_r, h_r, i_z, h_z)
        return mix(proposal(i_n, h_n, r, z, h), z, h, r)

    return step


def _gated_with_biases(inside):
    """gru_step whose proposal is tanh(inside(i_n, h_n, its bias_ih, its bias_hh, r))."""

    def step(h, x, params):
        i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params)
        r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
        b, a = params["bias_ih"].chunk(3)[2], params["bias_hh"].chunk(3)[2]
        return (1 - z) * torch.tanh(inside(i_n, h_n, b, a, r)) + z * h

    return step


_sigma = torch.sigmoid

exercise.mistake("z_swapped", _gated(mix=lambda n, z, h, r: z * n + (1 - z) * h)).says(
    "z and 1 − z are exchanged. In torch's convention z is what is KEPT of the old state (the paper has it so too; "
    "many texts have it the other way round)."
)
exercise.mistake("no_reset", _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + h_n))).says(
    "The reset gate is left out: your proposal n sees all of the old state. What h contributes to n is multiplied by r."
)


@exercise.mistake("reset_before_the_product").says(
    "You multiply r and h BEFORE the product with the weight, as the paper does. torch applies r to the finished "
    "block of h, bias included."
)
def reset_before_the_product(h, x, params):
    i_r, i_z, i_n, h_r, h_z, _ = _blocks(h, x, params)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    W, b = params["weight_hh"].chunk(3)[2], params["bias_hh"].chunk(3)[2]
    n = torch.tanh(i_n + (r * h) @ W.T + b)
    return (1 - z) * n + z * h


@exercise.mistake("bias_outside_the_reset").says(
    "Your r covers the product but not its bias. In torch the bias of h's block belongs to what r multiplies."
)
def bias_outside_the_reset(h, x, params):
    i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    b = params["bias_hh"].chunk(3)[2]
    n = torch.tanh(i_n + b + r * (h_n - b))
    return (1 - z) * n + z * h


@exercise.mistake("bias_outside_keep_swapped").says(
    "Two things: z and 1 − z are exchanged, and r comes before the product; torch has it after."
)
def bias_outside_keep_swapped(h, x, params):
    i_r, i_z, i_n, h_r, h_z, _ = _blocks(h, x, params)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    W, b = params["weight_hh"].chunk(3)[2], params["bias_hh"].chunk(3)[2]
    n = torch.tanh(i_n + (r * h) @ W.T + b)
    return z * n + (1 - z) * h


exercise.mistake("reset_on_the_word", _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(r * i_n + h_n))).says(
    "Your r multiplies what the WORD contributes. It multiplies what the old state contributes."
)
exercise.mistake("reset_on_both", _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(r * (i_n + h_n)))).says(
    "Your r multiplies word and state together. It multiplies what the old state contributes."
)
exercise.mistake("reset_outside", _gated(proposal=lambda i_n, h_n, r, z, h: r * torch.tanh(i_n + h_n))).says(
    "Your r stands outside tanh. It belongs inside, at the part of the old state."
)
exercise.mistake("reset_on_bare_state", _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + r * h))).says(
    "You multiply r with h itself; the old state has to go through its weights and bias first."
)
exercise.mistake("reset_inverted", _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + (1 - r) * h_n))).says(
    "You take 1 − r. r itself multiplies the part of the old state."
)
exercise.mistake("reset_by_z", _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + z * h_n))).says(
    "You use z where r belongs, inside the proposal."
)
exercise.mistake("reset_added", _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + r + h_n))).says(
    "You add r. It multiplies what the old state contributes."
)
exercise.mistake("mix_by_r", _gated(mix=lambda n, z, h, r: (1 - r) * n + r * h)).says(
    "The last line mixes by r, or by a gate from r's block. z has a block of its own, the second."
)
exercise.mistake("z_first", _gated(order=(1, 0, 2))).says(
    "You read the blocks in the order z, r, n. torch has r first."
)
exercise.mistake("n_first", _gated(order=(1, 2, 0))).says(
    "You read the blocks in the order n, r, z. torch's is r, z, n."
)
exercise.mistake("reversed_blocks", _gated(order=(2, 1, 0))).says(
    "You read the blocks in the order n, z, r. torch's is r, z, n."
)
exercise.mistake("n_second", _gated(order=(0, 2, 1))).says(
    "You read the blocks in the order r, n, z. torch's is r, z, n."
)
exercise.mistake("z_n_r", _gated(order=(2, 0, 1))).says("You read the blocks in the order z, n, r. torch's is r, z, n.")
exercise.mistake("no_bias_hh", _gated(bias_h=False)).says("bias_hh is missing in your blocks.")
exercise.mistake("no_bias_ih", _gated(bias_i=False)).says("bias_ih is missing in your blocks.")
exercise.mistake("no_biases", _gated(bias_i=False, bias_h=False)).says("Both biases are missing.")


@exercise.mistake("biases_exchanged").says(
    "The biases are exchanged. In r and z that makes no difference, but in n only bias_hh is multiplied by r."
)
def biases_exchanged(h, x, params):
    exchanged = params | {"bias_ih": params["bias_hh"], "bias_hh": params["bias_ih"]}
    return gru_step(h, x, exchanged)


exercise.mistake("sigmoid_proposal", _gated(proposal=lambda i_n, h_n, r, z, h: _sigma(i_n + r * h_n))).says(
    "Your proposal n goes through the sigmoid, so the state can never turn negative. tanh is wanted there."
)
exercise.mistake("linear_proposal", _gated(proposal=lambda i_n, h_n, r, z, h: i_n + r * h_n)).says(
    "Your proposal n lacks tanh."
)
exercise.mistake("relu_proposal", _gated(proposal=lambda i_n, h_n, r, z, h: torch.relu(i_n + r * h_n))).says(
    "Your proposal n goes through ReLU. tanh is wanted."
)
exercise.mistake(
    "tanh_gates", _gated(gates=lambda i_r, h_r, i_z, h_z: (torch.tanh(i_r + h_r), torch.tanh(i_z + h_z)))
).says("Your gates go through tanh and can be negative. A gate lies between 0 and 1: sigmoid.")
exercise.mistake(
    "tanh_reset", _gated(gates=lambda i_r, h_r, i_z, h_z: (torch.tanh(i_r + h_r), _sigma(i_z + h_z)))
).says("Your reset gate r goes through tanh. A gate lies between 0 and 1: sigmoid.")
exercise.mistake(
    "tanh_update", _gated(gates=lambda i_r, h_r, i_z, h_z: (_sigma(i_r + h_r), torch.tanh(i_z + h_z)))
).says("Your update gate z goes through tanh. A gate lies between 0 and 1: sigmoid.")
exercise.mistake("linear_gates", _gated(gates=lambda i_r, h_r, i_z, h_z: (i_r + h_r, i_z + h_z))).says(
    "Your gates lack their sigmoid: they have to lie between 0 and 1."
)
exercise.mistake(
    "softmax_gates",
    _gated(
        gates=lambda i_r, h_r, i_z, h_z: (
            torch.softmax(i_r + h_r, dim=-1),
            torch.softmax(i_z + h_z, dim=-1),
        )
    ),
).says("Your gates go through softmax, so that their entries compete. Each entry has its own gate: sigmoid.")
exercise.mistake(
    "gates_multiply", _gated(gates=lambda i_r, h_r, i_z, h_z: (_sigma(i_r * h_r), _sigma(i_z * h_z)))
).says("In your gates you multiply what word and state say. They are added.")
exercise.mistake(
    "sigmoids_added", _gated(gates=lambda i_r, h_r, i_z, h_z: (_sigma(i_r) + _sigma(h_r), _sigma(i_z) + _sigma(h_z)))
).says("You take the sigmoid of word and state separately and add them: such a gate can be 2. Add first.")
exercise.mistake("gates_see_the_word_only", _gated(gates=lambda i_r, h_r, i_z, h_z: (_sigma(i_r), _sigma(i_z)))).says(
    "Your gates listen to the word alone. They hear the old state too."
)
exercise.mistake("gates_see_the_state_only", _gated(gates=lambda i_r, h_r, i_z, h_z: (_sigma(h_r), _sigma(h_z)))).says(
    "Your gates listen to the old state alone. They hear the word too."
)


@exercise.mistake("all_sigmoids").says(
    "All three blocks go through the same sum and sigmoid. n is different: its part from h is multiplied by r, and it "
    "goes through tanh."
)
def all_sigmoids(h, x, params):
    gates = torch.sigmoid(x @ params["weight_ih"].T + params["bias_ih"] + h @ params["weight_hh"].T + params["bias_hh"])
    _r, z, n = gates.chunk(3, dim=-1)
    return (1 - z) * n + z * h


exercise.mistake("proposal_alone", _gated(mix=lambda n, z, h, r: n)).says(
    "You return the proposal n. The new state mixes it with the old one, by z."
)
exercise.mistake("nothing_kept", _gated(mix=lambda n, z, h, r: (1 - z) * n)).says(
    "You return (1 − z) ⊙ n: the part z ⊙ h of the old state is missing."
)
exercise.mistake("nothing_new", _gated(mix=lambda n, z, h, r: z * h)).says(
    "You return z ⊙ h: the proposal n does not enter."
)
exercise.mistake("both_by_z", _gated(mix=lambda n, z, h, r: z * n + z * h)).says(
    "Both parts are multiplied by z. What is not kept is replaced: the proposal gets 1 − z."
)
exercise.mistake("both_by_one_minus_z", _gated(mix=lambda n, z, h, r: (1 - z) * (n + h))).says(
    "Both parts are multiplied by 1 − z. The old state gets z."
)
exercise.mistake("state_kept_whole", _gated(mix=lambda n, z, h, r: h + (1 - z) * n)).says(
    "You add the new part to the WHOLE old state. Only z of it is kept."
)
exercise.mistake("state_kept_whole_z", _gated(mix=lambda n, z, h, r: h + z * n)).says(
    "You add z ⊙ n to the WHOLE old state. Of the old state z is kept, of the new one 1 − z."
)
exercise.mistake("proposal_whole", _gated(mix=lambda n, z, h, r: n + z * h)).says(
    "The proposal enters whole. It gets 1 − z."
)
exercise.mistake("proposal_whole_swapped", _gated(mix=lambda n, z, h, r: n + (1 - z) * h)).says(
    "The proposal enters whole and the old state by 1 − z. The old state gets z, the proposal 1 − z."
)
exercise.mistake("minus", _gated(mix=lambda n, z, h, r: (1 - z) * n - z * h)).says(
    "The two parts are subtracted; they are added."
)
exercise.mistake("z_minus_one", _gated(mix=lambda n, z, h, r: (z - 1) * n + z * h)).says(
    "You write z − 1 for 1 − z: the proposal gets the wrong sign."
)
exercise.mistake("bent_at_the_end", _gated(mix=lambda n, z, h, r: torch.tanh((1 - z) * n + z * h))).says(
    "You bend the mixture with tanh once more. The mixture is the new state; that z copies it unbent is the point."
)


@exercise.mistake("two_separate_gates").says(
    "Your r multiplies the old state and your z the proposal, as forget and input gate of an LSTM do. In a GRU one "
    "gate, z, does both, and r works inside the proposal."
)
def two_separate_gates(h, x, params):
    i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params)
    return torch.sigmoid(i_r + h_r) * h + torch.sigmoid(i_z + h_z) * torch.tanh(i_n + h_n)


@exercise.mistake("nothing_transposed").says(
    "The weights are not transposed: they have one row for each number that comes out."
)
def nothing_transposed(h, x, params):
    i_r, i_z, i_n = (x @ params["weight_ih"] + params["bias_ih"]).chunk(3, dim=-1)
    h_r, h_z, h_n = (h @ params["weight_hh"] + params["bias_hh"]).chunk(3, dim=-1)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h


@exercise.mistake("weights_swapped").says(
    "The weights are exchanged: `ih` goes from the input x to the state, `hh` from state to state."
)
def weights_swapped(h, x, params):
    i_r, i_z, i_n = (x @ params["weight_hh"].T + params["bias_hh"]).chunk(3, dim=-1)
    h_r, h_z, h_n = (h @ params["weight_ih"].T + params["bias_ih"]).chunk(3, dim=-1)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h


@exercise.mistake("chunked_over_the_batch").says(
    "You cut along the first axis, the batch. The three blocks lie along the last."
)
def chunked_over_the_batch(h, x, params):
    i_r, i_z, i_n = (x @ params["weight_ih"].T + params["bias_ih"]).chunk(3)
    h_r, h_z, h_n = (h @ params["weight_hh"].T + params["bias_hh"]).chunk(3)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h


@exercise.mistake("interleaved").says(
    "You take every third number. The blocks lie one behind the other: first all of r, then all of z, then n."
)
def interleaved(h, x, params):
    i = x @ params["weight_ih"].T + params["bias_ih"]
    g = h @ params["weight_hh"].T + params["bias_hh"]
    r = torch.sigmoid(i[:, 0::3] + g[:, 0::3])
    z = torch.sigmoid(i[:, 1::3] + g[:, 1::3])
    return (1 - z) * torch.tanh(i[:, 2::3] + r * g[:, 2::3]) + z * h


exercise.mistake("triple", lambda h, x, params: (gru_step(h, x, params), h)).says(
    "You return the gates too. The new state alone is wanted."
)
exercise.mistake("old_state", lambda h, x, params: h).says("You return the old state.")


@exercise.mistake("own_weights").says("Your weights are random ones; use those in `params`.")
def own_weights(h, x, params):
    generator = torch.Generator().manual_seed(0)
    fresh = {key: torch.randn(value.shape, generator=generator).to(value) for key, value in params.items()}
    return gru_step(h, x, fresh)


@exercise.mistake("in_place").says("You write into the caller's h. Return a new tensor.")
def in_place(h, x, params):
    h.copy_(gru_step(h, x, params))
    return h


exercise.mistake("cut", lambda h, x, params: gru_step(h, x, params).detach()).says(
    "The numbers are right, but no gradient gets back: `.detach()`, `.data`, `.numpy()` or `torch.no_grad()` cut the "
    "graph."
)
exercise.mistake("state_cut", lambda h, x, params: gru_step(h.detach(), x, params)).says(
    "The numbers are right, but you detach the old state: no gradient gets back to it."
)


@exercise.mistake("gates_cut").says("The numbers are right, but your gates are detached: they too depend on h and x.")
def gates_cut(h, x, params):
    i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params)
    r, z = torch.sigmoid(i_r + h_r).detach(), torch.sigmoid(i_z + h_z).detach()
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h


exercise.mistake(
    "swapped_no_reset",
    _gated(
        proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + h_n),
        mix=lambda n, z, h, r: z * n + (1 - z) * h,
    ),
).says("Two things: z and 1 − z are exchanged, and the reset gate is left out.")
exercise.mistake("swapped_z_first", _gated(order=(1, 0, 2), mix=lambda n, z, h, r: z * n + (1 - z) * h)).says(
    "Two things: the blocks come in the order r, z, n (yours: z, r, n), and z is what is kept of the old state."
)
exercise.mistake("swapped_no_bias_hh", _gated(bias_h=False, mix=lambda n, z, h, r: z * n + (1 - z) * h)).says(
    "Two things: bias_hh is missing, and z is what is kept of the old state."
)
exercise.mistake(
    "swapped_no_biases", _gated(bias_h=False, bias_i=False, mix=lambda n, z, h, r: z * n + (1 - z) * h)
).says("Two things: the biases are missing, and z is what is kept of the old state.")
exercise.mistake("proposal_without_bias_hh", _gated_with_biases(lambda i, g, b, a, r: i + r * (g - a))).says(
    "bias_hh is missing in the proposal n. There too it belongs to the block of h, inside what r multiplies."
)
exercise.mistake("proposal_without_bias_ih", _gated_with_biases(lambda i, g, b, a, r: i - b + r * g)).says(
    "bias_ih is missing in the proposal n."
)
exercise.mistake("proposal_without_biases", _gated_with_biases(lambda i, g, b, a, r: i - b + r * (g - a))).says(
    "Both biases are missing in the proposal n."
)
exercise.mistake("both_biases_reset", _gated_with_biases(lambda i, g, b, a, r: i - b + r * (g + b))).says(
    "In the proposal r multiplies both biases. It multiplies that of h, not that of x."
)


@exercise.mistake("gates_without_biases").says("The biases are missing in the gates r and z.")
def gates_without_biases(h, x, params):
    i_r, i_z, _, h_r, h_z, _ = _blocks(h, x, params, bias_i=False, bias_h=False)
    i_n, h_n = (_blocks(h, x, params)[place] for place in (2, 5))
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h


exercise.mistake("state_reset_for_good", _gated(mix=lambda n, z, h, r: (1 - z) * n + z * r * h)).says(
    "The last line mixes r ⊙ h, the old state after its reset. What z keeps is h as it came."
)
exercise.mistake("linear_update", _gated(gates=lambda i_r, h_r, i_z, h_z: (_sigma(i_r + h_r), i_z + h_z))).says(
    "Your z lacks its sigmoid: a gate lies between 0 and 1."
)
exercise.mistake("linear_reset", _gated(gates=lambda i_r, h_r, i_z, h_z: (i_r + h_r, _sigma(i_z + h_z)))).says(
    "Your r lacks its sigmoid: a gate lies between 0 and 1."
)
exercise.mistake("parts_multiplied", _gated(mix=lambda n, z, h, r: (1 - z) * n * z * h)).says(
    "You multiply the two parts of the last line. They are added."
)
exercise.mistake("brackets_missing", _gated(mix=lambda n, z, h, r: 1 - z * n + z * h)).says(
    "Brackets are missing around 1 − z: Python multiplies first."
)
exercise.mistake("no_reset_linear", _gated(proposal=lambda i_n, h_n, r, z, h: i_n + h_n)).says(
    "Two things are missing in the proposal: the reset gate, and tanh."
)
exercise.mistake("half_and_half", _gated(mix=lambda n, z, h, r: (n + h) / 2)).says(
    "You mix old and new half and half. z decides that, for each entry."
)
exercise.mistake("proposal_forgets_the_word", _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(r * h_n))).says(
    "The word does not enter your proposal n."
)
exercise.mistake("proposal_forgets_the_state", _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n))).says(
    "The old state does not enter your proposal n."
)
exercise.mistake("zero_state", lambda h, x, params: gru_step(torch.zeros_like(h), x, params)).says(
    "The old state does not enter at all: torch's cell starts from zeros when it is not given one."
)


@exercise.mistake("cell_arguments_exchanged").says("State and word are exchanged: torch's cell takes the word first.")
def cell_arguments_exchanged(h, x, params):
    cell = torch.nn.GRUCell(x.shape[1], h.shape[1], dtype=h.dtype)
    cell.load_state_dict(params)
    return cell(h, x)


@exercise.mistake("words_and_states_exchanged").says(
    "x and h are exchanged in your products: weight_ih is for the input x, weight_hh for the state h."
)
def words_and_states_exchanged(h, x, params):
    i_r, i_z, i_n = (h @ params["weight_ih"].T + params["bias_ih"]).chunk(3, dim=-1)
    h_r, h_z, h_n = (x @ params["weight_hh"].T + params["bias_hh"]).chunk(3, dim=-1)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h


@exercise.mistake("columns_chunked").says(
    "You cut the weights along their columns. The three blocks are blocks of ROWS."
)
def columns_chunked(h, x, params):
    W_r, _W_z, _W_n = params["weight_ih"].chunk(3, dim=1)
    return x @ W_r.T


@exercise.mistake("kept_state_cut").says(
    "The numbers are right, but in the last line h is detached: the copy by z is just the way on which gradients get "
    "far back."
)
def kept_state_cut(h, x, params):
    i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h.detach()


@exercise.mistake("matrix_products_for_gates").says("A gate multiplies entry by entry, `*`; `@` is a matrix product.")
def matrix_products_for_gates(h, x, params):
    i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) @ torch.tanh(i_n + r @ h_n) + z @ h


exercise.mistake(
    "swapped_reset_by_z",
    _gated(
        proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + z * h_n),
        mix=lambda n, z, h, r: z * n + (1 - z) * h,
    ),
).says("Two things: z stands where r belongs in the proposal, and z is what is KEPT of the old state.")
exercise.mistake("old_state_residual", _gated(mix=lambda n, z, h, r: (1 - z) * n + z * h + h)).says(
    "You add the old state once more. Only z of it is kept."
)
exercise.mistake("swapped_n_first", _gated(order=(1, 2, 0), mix=lambda n, z, h, r: z * n + (1 - z) * h)).says(
    "Two things: the blocks come in the order r, z, n (yours: n, r, z), and z is what is kept of the old state."
)

exercise.right(
    lambda h, x, params: torch.gru_cell(
        x, h, params["weight_ih"], params["weight_hh"], params["bias_ih"], params["bias_hh"]
    )
)


@exercise.right
def right_1(h, x, params):
    cell = torch.nn.GRUCell(x.shape[1], h.shape[1], dtype=h.dtype)
    cell.load_state_dict(params)
    return cell(x, h)


@exercise.right
def right_2(h, x, params):
    n_hidden = h.shape[1]
    W, U, b, a = params["weight_ih"], params["weight_hh"], params["bias_ih"], params["bias_hh"]
    R, Z, N = slice(0, n_hidden), slice(n_hidden, 2 * n_hidden), slice(2 * n_hidden, None)
    r = 1 / (1 + torch.exp(-(x @ W[R].T + b[R] + h @ U[R].T + a[R])))
    z = 1 / (1 + torch.exp(-(x @ W[Z].T + b[Z] + h @ U[Z].T + a[Z])))
    n = torch.tanh(x @ W[N].T + b[N] + r * (h @ U[N].T + a[N]))
    return n + z * (h - n)


@exercise.right
def right_3(h, x, params):
    rows = []
    for state, word in zip(h, x, strict=True):
        i = (params["weight_ih"] @ word + params["bias_ih"]).reshape(3, -1)
        g = (params["weight_hh"] @ state + params["bias_hh"]).reshape(3, -1)
        r, z = torch.sigmoid(i[:2] + g[:2])
        rows.append(torch.lerp(torch.tanh(i[2] + r * g[2]), state, z))
    return rows


@exercise.right
def right_4(h, x, params):
    i = torch.einsum("bd,gd->bg", x, params["weight_ih"]) + params["bias_ih"]
    g = torch.einsum("bk,gk->bg", h, params["weight_hh"]) + params["bias_hh"]
    (i_r, i_z, i_n), (h_r, h_z, h_n) = i.split(h.shape[1], 1), g.split(h.shape[1], 1)
    keep = torch.sigmoid(i_z + h_z)
    return keep * h + torch.sigmoid(-(i_z + h_z)) * torch.tanh(torch.addcmul(i_n, torch.sigmoid(i_r + h_r), h_n))


@exercise.right
def right_5(h, x, params):
    linear = torch.nn.functional.linear
    p = {key: value.float() for key, value in params.items()}
    i = linear(x.float(), p["weight_ih"], p["bias_ih"]).chunk(3, 1)
    g = linear(h.float(), p["weight_hh"], p["bias_hh"]).chunk(3, 1)
    z = torch.sigmoid(i[1] + g[1])
    return (1 - z) * torch.tanh(i[2] + torch.sigmoid(i[0] + g[0]) * g[2]) + z * h
