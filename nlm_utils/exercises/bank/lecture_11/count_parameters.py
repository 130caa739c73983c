"""count_parameters: what a Transformer trains. Learners forget a part, count one twice, or count what is not there."""

import math
from itertools import combinations

from nlm_utils.exercises.definition import Exercise


def count_parameters(vocab_size, dim, n_layers, context, tied):
    """How many numbers the course's Transformer (without biases) trains, as a whole number.

    embeddings E       vocab_size × dim
    positions          context × dim, learned
    each of n_layers   attention: four matrices dim × dim (q, k, v and the output); feed-forward: dim -> 4·dim -> dim;
                       two layer norms with a gain each, dim numbers
    a last layer norm  dim
    projection W       vocab_size × dim; where `tied` is True W is E, and nothing is added

    All five come as whole numbers ≥ 1 and a boolean.
    """
    layer = 4 * dim * dim + 2 * dim * 4 * dim + 2 * dim
    projection = 0 if tied else vocab_size * dim
    return vocab_size * dim + context * dim + n_layers * layer + dim + projection


exercise = Exercise(
    count_parameters,
    checks=("tied and not, 1 to 48 layers, all numbers distinct, GPT-2 small and XL without their biases"),
    explanation=(
        "Nearly everything is matrices: 4d² for attention and 8d² for the feed-forward network, 12d² in each layer; "
        "the norms hardly count. In small models with many words E and W weigh most, which is why they are often "
        "tied."
    ),
    hints=[
        "Go through the model from the bottom: embeddings, positions, the layers (all alike), the last norm, W.",
        "A layer's feed-forward network has two matrices, dim × 4·dim and 4·dim × dim: 8·dim² together.",
        "A layer: 4·dim² + 8·dim² + 2·dim. The last norm has dim more, once.",
        "`0 if tied else vocab_size * dim` is what the projection adds.",
    ],
)

exercise.case(5, 2, 1, 3, True)
exercise.case(5, 2, 1, 3, False)
exercise.case(7, 4, 3, 9, True)
exercise.case(11, 6, 2, 8, False)
exercise.case(50257, 768, 12, 1024, True)
exercise.case(50257, 1600, 48, 1024, True)
exercise.case(167, 64, 2, 25, False)
exercise.case(1000, 128, 4, 64, False)
exercise.case(1, 1, 1, 1, True)
exercise.drawn(lambda rng: (*rng.integers(1, [500, 40, 9, 60]).tolist(), bool(rng.integers(2))), 6)


def _surplus(V, d, n, c, tied):
    """{id: (what a wrong count has too much, negative where it has too little, and the sentence)}."""
    E, P, L, D = V * d, c * d, n * (12 * d * d + 2 * d), n * d * d  # embeddings, positions, layers, a matrix in each
    tied_W, own_W = (E, 0) if tied else (0, E)
    once = E + P + d + own_W  # all that is not in the layers
    untied = 0 if tied else 1
    return {
        "tied_twice": (tied_W, "You count W in any case. Where it is tied, W IS E: the same numbers, counted once."),
        "never_projection": (-own_W, "You never count W. Not tied, it is a matrix of its own, vocab_size × dim."),
        "tied_reversed": (tied_W - own_W, "It is the wrong way round: W adds numbers where it is NOT tied."),
        "no_positions": (-P, "The learned positions are missing: context × dim."),
        "no_last_norm": (-d, "The last layer norm is missing: dim numbers, once."),
        "no_norms_in_layers": (-2 * n * d, "The two norms of each layer are missing: 2·dim in a layer."),
        "no_norms": (-2 * n * d - d, "The layer norms are missing: 2·dim in each layer, and dim for the last one."),
        "one_norm_per_layer": (-n * d, "You count one norm in a layer. There are two, one in front of each part."),
        "three_norms_per_layer": (n * d - d, "You count three norms a layer, none at the end: it is two, and one."),
        "no_embeddings": (
            -E,
            "vocab_size × dim is missing once: E is counted in any case, W on top where it is not tied, and nothing "
            "is ever taken off.",
        ),
        # the matrices of a layer
        "no_output_matrix": (-D, "Attention has four matrices: q, k, v and the output. You count three."),
        "two_attention_matrices": (-2 * D, "You count two matrices for attention: there are q, k, v and the output."),
        "one_attention_matrix": (-3 * D, "You count one matrix for attention: there are q, k, v and the output."),
        "no_attention": (-4 * D, "4·dim² are missing in each layer: attention, or one of the network's two matrices."),
        "no_feed_forward": (-8 * D, "The feed-forward network is missing: 8·dim² in each layer."),
        "feed_forward_no_widening": (-6 * D, "Your feed-forward network is dim wide inside. It is 4·dim: 8·dim²."),
        "feed_forward_squared": (24 * D, "You count matrices of 4·dim × 4·dim. They go from dim to 4·dim and back."),
        "feed_forward_16": (8 * D, "You count 16·dim² for the feed-forward network: dim × 4·dim and back are 8·dim²."),
        "feed_forward_of_dim": (8 * n * d - 8 * D, "The feed-forward network's matrices have 4·dim² each, not 4·dim."),
        "gated_feed_forward": (
            4 * D,
            "You count 4·dim² too much in a layer, as if the network had three matrices: it has two.",
        ),
        "seven_squares": (-5 * D, "Your layers have 7·dim². It is 4·dim² for attention, and 8·dim² for what follows."),
        "not_squared": (12 * n * d - 12 * D, "You count dim where dim² is meant: a matrix dim × dim has dim² numbers."),
        "layer_times_dim": (L * d - L, "Your layers are multiplied by dim once too often."),
        # biases
        "norm_biases": (2 * n * d + d, "Your norms have a gain and a bias. This model has no biases: dim for a norm."),
        "norm_biases_in_layers": (2 * n * d, "The norms of your layers have a bias each. This model has none."),
        "last_norm_bias": (
            d,
            "You count dim too much, once: a bias of the last norm, or a second one. It is one gain.",
        ),
        "all_biases": (11 * n * d + d, "You count biases of matrices and norms, as in GPT-2. This model has none."),
        "matrix_biases": (9 * n * d, "You count biases of the layers' matrices. This model has none."),
        "feed_forward_biases": (5 * n * d, "You count the biases of the feed-forward network. This model has none."),
        "attention_biases": (4 * n * d, "You count the biases of attention. This model has none."),
        "output_bias": (V, "You count a bias of the projection, one for each word. This model has none."),
        "biases_in_layers": (11 * n * d, "You count the biases of the layers, as torch's have. This model has none."),
        # squares, of more than is meant and of less
        "twelve_squared": (132 * D, "You square the 12 as well: `(12 * dim) ** 2`. It is `12 * dim ** 2`."),
        "four_squared": (12 * D, "You square a 4 as well: `(4 * dim) ** 2`. Four matrices are `4 * dim ** 2`."),
        "eight_squared": (56 * D, "You square the 8 as well: `(8 * dim) ** 2`. It is `8 * dim ** 2`."),
        "attention_of_dim": (4 * n * d - 4 * D, "Attention's four matrices have dim² each; you count dim."),
        # how often
        "feed_forward_once": (8 * (D // n - D), "Your 8·dim² are counted once: every layer has them. Brackets?"),
        "attention_once": (4 * (D // n - D), "Your 4·dim² of attention are counted once: every layer has them."),
        "network_and_norms_once": (
            8 * (D // n - D) + 2 * d - 2 * n * d,
            "Network and norms are counted once: `n_layers * (attention + network + norms)` wants its brackets.",
        ),
        "layers_of_attention": (
            8 * (D // n - D) - 2 * n * d,
            "Your 8·dim² are counted once, and the norms of the layers are missing: every layer has both.",
        ),
        "projection_twice": (own_W, "Where W is not tied you add it twice, besides E. Once is enough."),
        "projection_per_layer": ((n - 1) * own_W, "You count W in every layer. It is there once, at the top."),
        "norm_and_projection_per_layer": (
            (n - 1) * (own_W + d),
            "You count the last norm, and W, in every layer: they stand after the loop, indented less.",
        ),
        "tilde": (-2 * E, "`~tied` is −1 or −2, for Python takes True for 1. It is `not tied`."),
        "all_halved": (
            0 if untied else (2 * E + P + L + d) // 2 - (E + P + L + d),
            "Where W is tied you halve everything. W alone is not counted again.",
        ),
        "no_layers": (-L, "The layers are missing."),
        "layers_not_multiplied": (L // n - L, "You count one layer, whatever n_layers is."),
        "one_layer_more": (L // n, "You count a layer too many."),
        "one_layer_less": (-L // n, "You count a layer too few."),
        "embeddings_per_layer": ((n - 1) * E, "You count the embeddings in every layer. They are there once, below."),
        "positions_per_layer": ((n - 1) * P, "You count the positions in every layer. They are added once, below."),
        "embeddings_and_positions_per_layer": ((n - 1) * (E + P), "You count embeddings and positions n_layers times."),
        "last_norm_per_layer": (n * d, "You count the last norm in every layer. It is there once, at the end."),
        "everything_per_layer": ((n - 1) * once, "You multiply everything by n_layers. Only the layers are repeated."),
        "everything_doubled": (untied * (P + L + d), "You double everything where W is not tied. Only W comes on top."),
        "positions_doubled": (untied * P, "Where W is not tied you count the positions twice. W alone comes on top."),
        "norms_once": (2 * d - 2 * n * d, "Your 2·dim for the norms of a layer are counted once: every layer has two."),
        "negative": (-tied_W, "Where W is tied you SUBTRACT it. It is not counted again, and nothing is taken off."),
        # a vector each, and what is not trained
        "positions_one_number": (c - P, "You count one number for each position. Each has a vector of dim numbers."),
        "projection_one_number": (untied * (V - E), "You count one number for each word in W. Each has a row of dim."),
        "norms_of_one_number": (2 * n + 1 - (2 * n + 1) * d, "You count one number for each norm: a gain has dim."),
        "embedding_of_dim": ((1 + untied) * (d * d - E), "You count dim × dim for E. It is vocab_size × dim."),
        "positions_square": (c * c - P, "You count context² for the positions. They are context × dim."),
        "positions_and_vocabulary": (c * V - P, "You multiply context by vocab_size. A position has dim numbers."),
        "positions_times_words": (V * P - E - P, "You multiply words by positions. Each has a vector: add them up."),
        "mask_counted": (c * c, "You count the causal mask, context². It is fixed, not trained."),
        "attention_of_context": (n * c * c, "You count attention's weights, context². They are computed, not trained."),
        # nearly everything
        "rough": (-once - 2 * n * d, "12·n_layers·dim² is a rough count, without E, W, positions and norms."),
        "layers_only": (-once, "You count the layers alone. E, positions, the last norm and an untied W are missing."),
        "layers_and_last_norm": (d - once, "You count layers and last norm. E, positions and an untied W are missing."),
        "conditional_without_brackets": (
            -untied * (E + P + L + d),
            "`a + 0 if tied else c` is `(a + 0) if tied else c`: put brackets around the conditional.",
        ),
    }


def _with_surplus(*ids):
    return lambda *model: count_parameters(*model) + sum(_surplus(*model)[id][0] for id in ids)


for id, (_, sentence) in _surplus(1, 1, 1, 1, True).items():
    exercise.mistake(id, _with_surplus(id)).says(sentence)

# Two parts that are wrong, one of each row
_PARTS = (
    ("no_positions",),
    ("no_last_norm",),
    ("no_norms_in_layers", "one_norm_per_layer", "norm_biases"),
    ("no_output_matrix", "one_attention_matrix", "no_attention"),
    ("no_feed_forward", "feed_forward_no_widening", "feed_forward_16"),
    ("tied_twice", "never_projection", "tied_reversed"),
)
_SAME_AS_ANOTHER = {  # as one mistake, or as another two
    ("no_last_norm", "no_norms_in_layers"),
    ("no_last_norm", "norm_biases"),
    ("no_output_matrix", "no_feed_forward"),
    ("one_attention_matrix", "feed_forward_no_widening"),
    ("no_attention", "feed_forward_16"),
}
_PAIRS = {(one, other) for row, after in combinations(_PARTS, 2) for one in row for other in after}
_MANY = {2: "Two things.", 3: "Three things."}
for ids in (
    *sorted(_PAIRS - _SAME_AS_ANOTHER),
    ("no_positions", "no_norms"),
    ("no_positions", "no_norms", "tied_twice"),
    ("no_positions", "no_norms", "never_projection"),
    ("positions_one_number", "no_norms"),
    ("no_norms", "no_output_matrix"),
    ("no_norms", "tied_twice"),
    ("no_norms", "never_projection"),
    ("no_norms", "tied_reversed"),
    ("norms_once", "no_last_norm"),
    ("norm_biases", "no_output_matrix", "no_last_norm"),
):
    sentences = [_surplus(1, 1, 1, 1, True)[id][1] for id in ids]
    exercise.mistake("_".join(ids), _with_surplus(*ids)).says(" ".join((_MANY[len(ids)], *sentences)))

exercise.mistake("millions", lambda *model: count_parameters(*model) / 1e6).says(
    "You return millions. The number itself is wanted."
)
exercise.mistake("bytes", lambda *model: 4 * count_parameters(*model)).says(
    "You return bytes, four for each number. The numbers are to be counted."
)
exercise.mistake("float", lambda *model: float(count_parameters(*model))).says(
    "The number is right, but it is a float; a count is a whole number. (`/` makes floats, and so does `4.0`.)"
)

exercise.right(
    lambda vocab_size, dim, n_layers, context, tied: (
        dim * (vocab_size * (2 - tied) + context + n_layers * (12 * dim + 2) + 1)
    )
)


@exercise.right
def from_shapes(vocab_size, dim, n_layers, context, tied):
    shapes = [(vocab_size, dim), (context, dim), (dim,)]
    for _ in range(n_layers):
        shapes += [(dim, 3 * dim), (dim, dim), (4 * dim, dim), (dim, 4 * dim), (dim,), (dim,)]
    if not tied:
        shapes.append((vocab_size, dim))
    return sum(math.prod(shape) for shape in shapes)


@exercise.right
def layer_by_layer(vocab_size, dim, n_layers, context, tied):
    n = (vocab_size + context + 1) * dim
    for _ in range(n_layers):
        n += 4 * dim**2
        n += 8 * dim**2
        n += dim + dim
    return n if tied else n + dim * vocab_size
