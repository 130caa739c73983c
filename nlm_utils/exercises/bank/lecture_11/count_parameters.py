"""count_parameters."""

import math

import torch

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
        ("Go through the model from the bottom: embeddings, positions, the layers (all alike), the last norm, W."),
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


def _total(
    layer=lambda d: 12 * d * d + 2 * d,
    embeddings=lambda V, d: V * d,
    positions=lambda c, d: c * d,
    last=lambda d: d,
    projection=lambda V, d, tied: 0 if tied else V * d,
    extra=lambda V, d, n, c: 0,
):
    """A wrong count from its parts."""

    def count(vocab_size, dim, n_layers, context, tied):
        return (
            embeddings(vocab_size, dim)
            + positions(context, dim)
            + n_layers * layer(dim)
            + last(dim)
            + projection(vocab_size, dim, tied)
            + extra(vocab_size, dim, n_layers, context)
        )

    return count


def _none(*_):
    return 0


exercise.mistake("tied_twice", _total(projection=lambda V, d, tied: V * d)).says(
    "You count W in any case. Where it is tied, W IS E: the same numbers, counted once."
)
exercise.mistake("never_projection", _total(projection=_none)).says(
    "You never count W. Where it is not tied it is a matrix of its own, vocab_size × dim."
)
exercise.mistake("tied_reversed", _total(projection=lambda V, d, tied: V * d if tied else 0)).says(
    "You have it the wrong way round: W adds numbers where it is NOT tied."
)
exercise.mistake("no_positions", _total(positions=_none)).says("The learned positions are missing: context × dim.")
exercise.mistake("no_positions_tied_twice", _total(positions=_none, projection=lambda V, d, tied: V * d)).says(
    "Two things: the learned positions are missing, and a tied W is counted again."
)
exercise.mistake("no_last_norm", _total(last=_none)).says("The last layer norm is missing: dim numbers, once.")
exercise.mistake("no_norms_in_layers", _total(layer=lambda d: 12 * d * d)).says(
    "The two norms of each layer are missing: 2·dim in a layer."
)
exercise.mistake("no_norms", _total(layer=lambda d: 12 * d * d, last=_none)).says(
    "The layer norms are missing: 2·dim in each layer, and dim for the last one."
)
exercise.mistake("one_norm_per_layer", _total(layer=lambda d: 12 * d * d + d)).says(
    "You count one norm in a layer. There are two, one in front of each part."
)
exercise.mistake("three_norms_per_layer", _total(layer=lambda d: 12 * d * d + 3 * d, last=_none)).says(
    "You count a norm in each layer that is there only once: two for each layer, one at the end."
)
exercise.mistake("norm_biases", _total(layer=lambda d: 12 * d * d + 4 * d, last=lambda d: 2 * d)).says(
    "Your norms have a gain and a bias. This model has no biases: dim numbers for each norm."
)
exercise.mistake("norm_biases_in_layers", _total(layer=lambda d: 12 * d * d + 4 * d)).says(
    "The norms of your layers have a bias each. This model has none."
)
exercise.mistake("last_norm_bias", _total(last=lambda d: 2 * d)).says("Your last norm has a bias. This model has none.")
exercise.mistake("all_biases", _total(layer=lambda d: 12 * d * d + 13 * d, last=lambda d: 2 * d)).says(
    "You count biases of matrices and norms, as in GPT-2. This model has none."
)
exercise.mistake("matrix_biases", _total(layer=lambda d: 12 * d * d + 11 * d)).says(
    "You count biases of the layers' matrices. This model has none."
)
exercise.mistake("feed_forward_biases", _total(layer=lambda d: 12 * d * d + 7 * d)).says(
    "You count the biases of the feed-forward network. This model has none."
)
exercise.mistake("attention_biases", _total(layer=lambda d: 12 * d * d + 6 * d)).says(
    "You count the biases of attention. This model has none."
)
exercise.mistake("output_bias", _total(extra=lambda V, d, n, c: V)).says(
    "You count a bias of the projection, one for each word. This model has none."
)
exercise.mistake("no_output_matrix", _total(layer=lambda d: 11 * d * d + 2 * d)).says(
    "Attention has four matrices: q, k, v and the output. You count three."
)
exercise.mistake("one_attention_matrix", _total(layer=lambda d: 9 * d * d + 2 * d)).says(
    "You count one matrix for attention. There are four: q, k, v and the output."
)
exercise.mistake("two_attention_matrices", _total(layer=lambda d: 10 * d * d + 2 * d)).says(
    "You count two matrices for attention. There are four: q, k, v and the output."
)
exercise.mistake("no_attention", _total(layer=lambda d: 8 * d * d + 2 * d)).says(
    "Attention is missing: 4·dim² in each layer."
)
exercise.mistake("no_feed_forward", _total(layer=lambda d: 4 * d * d + 2 * d)).says(
    "The feed-forward network is missing: 8·dim² in each layer."
)
exercise.mistake("feed_forward_no_widening", _total(layer=lambda d: 6 * d * d + 2 * d)).says(
    "Your feed-forward network is dim wide inside. It is 4·dim: 8·dim² in all."
)
exercise.mistake("feed_forward_squared", _total(layer=lambda d: 4 * d * d + 2 * 16 * d * d + 2 * d)).says(
    "Your feed-forward network has matrices of 4·dim × 4·dim. They go from dim to 4·dim and back."
)
exercise.mistake("gated_feed_forward", _total(layer=lambda d: 16 * d * d + 2 * d)).says(
    "You count three matrices in the feed-forward network, as gated ones have. Here there are two."
)
exercise.mistake("not_squared", _total(layer=lambda d: 12 * d + 2 * d)).says(
    "You count dim where dim² is meant: a matrix dim × dim has dim² numbers."
)
exercise.mistake("layers_not_multiplied", lambda V, d, n, c, tied: count_parameters(V, d, 1, c, tied)).says(
    "You count one layer, whatever n_layers is."
)
exercise.mistake("no_layers", _total(layer=_none)).says("The layers are missing.")
exercise.mistake("one_layer_more", lambda V, d, n, c, tied: count_parameters(V, d, n + 1, c, tied)).says(
    "You count a layer too many."
)
exercise.mistake("one_layer_less", lambda V, d, n, c, tied: count_parameters(V, d, n - 1, c, tied)).says(
    "You count a layer too few."
)
exercise.mistake("no_embeddings", _total(embeddings=_none)).says("The embeddings E are missing: vocab_size × dim.")
exercise.mistake(
    "embeddings_per_layer", lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) + (n - 1) * V * d
).says("You count the embeddings in every layer. They are there once, at the bottom.")
exercise.mistake(
    "positions_per_layer", lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) + (n - 1) * c * d
).says("You count the positions in every layer. They are added once, at the bottom.")
exercise.mistake("last_norm_per_layer", lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) + n * d).says(
    "You count the last norm in every layer. It is there once, at the end."
)
exercise.mistake("everything_per_layer", lambda V, d, n, c, tied: n * count_parameters(V, d, 1, c, tied)).says(
    "You multiply everything by n_layers. Embeddings, positions, last norm and W are there once."
)
exercise.mistake("positions_one_number", _total(positions=lambda c, d: c)).says(
    "You count one number for each position. Each has a vector of dim numbers."
)
exercise.mistake("positions_square", _total(positions=lambda c, d: c * c)).says(
    "You count context² for the positions (the mask, perhaps). The mask is not trained; the positions are context × "
    "dim."
)
exercise.mistake("mask_counted", _total(extra=lambda V, d, n, c: c * c)).says(
    "You count the causal mask, context². It is fixed, not trained."
)
exercise.mistake(
    "positions_and_vocabulary", lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) - c * d + c * V
).says("You multiply context by vocab_size. A position is a vector of dim numbers.")
exercise.mistake("attention_of_context", _total(extra=lambda V, d, n, c: n * c * c)).says(
    "You count context × context weights of attention. They are computed from the text, not trained."
)
exercise.mistake("rough", lambda V, d, n, c, tied: 12 * n * d * d).says(
    "12·n_layers·dim² is the usual rough count; it leaves out embeddings, positions, norms and W."
)
exercise.mistake("rough_with_embeddings", _total(layer=lambda d: 12 * d * d, positions=_none, last=_none)).says(
    "You count embeddings, matrices and W; positions and norms are missing."
)
exercise.mistake(
    "rough_with_embeddings_once", _total(layer=lambda d: 12 * d * d, positions=_none, last=_none, projection=_none)
).says("You count embeddings and matrices; positions, norms, and W where it is not tied, are missing.")
exercise.mistake(
    "no_positions_no_norms_tied",
    _total(layer=lambda d: 12 * d * d, positions=_none, last=_none, projection=lambda V, d, tied: V * d),
).says("Positions and norms are missing, and a tied W is counted again.")
exercise.mistake("no_last_norm_tied_twice", _total(last=_none, projection=lambda V, d, tied: V * d)).says(
    "Two things: the last norm is missing, and a tied W is counted again."
)
exercise.mistake("no_positions_no_last_norm", _total(positions=_none, last=_none)).says(
    "Two things are missing: the learned positions, context × dim, and the last norm, dim."
)
exercise.mistake(
    "embedding_of_dim", _total(embeddings=lambda V, d: d * d, projection=lambda V, d, tied: 0 if tied else d * d)
).says("You count dim × dim for the embeddings. E is vocab_size × dim.")
exercise.mistake("millions", lambda *arguments: count_parameters(*arguments) / 1e6).says(
    "You return millions. The number itself is wanted."
)
exercise.mistake("bytes", lambda *arguments: 4 * count_parameters(*arguments)).says(
    "You return bytes, four for each number. The numbers are to be counted."
)
exercise.mistake("float", lambda *arguments: float(count_parameters(*arguments))).says(
    "The number is right, but it is a float; a count is a whole number. (`/` makes floats, and so does `4.0`.)"
)
exercise.mistake("text", lambda *arguments: f"{count_parameters(*arguments):,}").says(
    "You return a text. The number itself is wanted."
)
exercise.mistake(
    "everything_doubled", lambda V, d, n, c, tied: count_parameters(V, d, n, c, True) * (1 if tied else 2)
).says("Where W is not tied you double the whole model. Only vocab_size × dim comes on top.")
exercise.mistake("norms_once", _total(layer=lambda d: 12 * d * d, extra=lambda V, d, n, c: 2 * d)).says(
    "Your 2·dim for the norms of a layer are counted once; every layer has its two."
)
exercise.mistake("projection_one_number", _total(projection=lambda V, d, tied: 0 if tied else V)).says(
    "You count one number for each word in W. Each has a row of dim numbers."
)
exercise.mistake(
    "positions_doubled", lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) + (0 if tied else c * d)
).says("You count the positions twice where W is not tied. Only W is a second matrix.")
exercise.mistake("norms_of_one_number", _total(layer=lambda d: 12 * d * d + 2, last=lambda d: 1)).says(
    "You count one number for each norm. Its gain has dim numbers."
)
exercise.mistake(
    "layer_times_dim", lambda V, d, n, c, tied: _total(layer=lambda d: (12 * d * d + 2 * d) * d)(V, d, n, c, tied)
).says("Your layers are multiplied by dim once too often.")
exercise.mistake("layers_only", _total(embeddings=_none, positions=_none, last=_none, projection=_none)).says(
    "You count the layers alone. Embeddings, positions, the last norm and an untied W are missing."
)
exercise.mistake("layers_and_last_norm", _total(embeddings=_none, positions=_none, projection=_none)).says(
    "You count the layers and the last norm. Embeddings, positions and an untied W are missing."
)
exercise.mistake("layers_and_embeddings", _total(positions=_none, projection=_none)).says(
    "You count embeddings, layers and the last norm. The positions and an untied W are missing."
)
exercise.mistake("feed_forward_of_dim", _total(layer=lambda d: 4 * d * d + 8 * d + 2 * d)).says(
    "You count 8·dim for the feed-forward network. Its two matrices have 4·dim × dim numbers each."
)
exercise.mistake(
    "embeddings_and_positions_per_layer",
    lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) + (n - 1) * (V + c) * d,
).says("You count embeddings and positions in every layer. They are there once, at the bottom.")
exercise.mistake("feed_forward_16", _total(layer=lambda d: 20 * d * d + 2 * d)).says(
    "Your feed-forward network has 16·dim² numbers. Its two matrices, dim × 4·dim and back, have 8·dim²."
)
exercise.mistake(
    "conditional_without_brackets", lambda V, d, n, c, tied: count_parameters(V, d, n, c, True) if tied else V * d
).says(
    "`a + b + 0 if tied else c` is `(a + b + 0) if tied else c`: untied, you return W alone. Put brackets around the "
    "conditional."
)
exercise.mistake(
    "positions_times_words", lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) - (V + c) * d + V * c * d
).says("You multiply vocabulary and context. Words and positions have a vector each; they are added up.")
exercise.mistake(
    "no_last_norm_tied_reversed", _total(last=_none, projection=lambda V, d, tied: V * d if tied else 0)
).says("Two things: the last norm is missing; and W adds numbers where it is NOT tied.")
exercise.mistake(
    "no_positions_tied_reversed", _total(positions=_none, projection=lambda V, d, tied: V * d if tied else 0)
).says("Two things: the positions are missing; and W adds numbers where it is NOT tied.")
exercise.mistake("no_positions_no_norms_in_layers", _total(positions=_none, layer=lambda d: 12 * d * d)).says(
    "Two things are missing: the positions, and the two norms of each layer."
)
exercise.mistake("no_output_matrix_no_last_norm", _total(layer=lambda d: 11 * d * d + 2 * d, last=_none)).says(
    "Two things are missing: attention's output matrix, dim², and the last norm, dim."
)
exercise.mistake(
    "positions_not_multiplied_by_dim_no_norms", _total(positions=lambda c, d: c, layer=lambda d: 12 * d * d, last=_none)
).says("Each position has dim numbers, not one; and the layer norms are missing.")
exercise.mistake("negative", _total(projection=lambda V, d, tied: -V * d if tied else V * d)).says(
    "Where W is tied you SUBTRACT it. It is not counted again, and nothing is taken off."
)
exercise.mistake("layers_norms_twice_once", _total(layer=lambda d: 12 * d * d, last=lambda d: 2 * d)).says(
    "Your layers have no norms, and there are two at the end. It is two in each layer and one at the end."
)
exercise.mistake("seven_squares", _total(layer=lambda d: 7 * d * d + 2 * d)).says(
    "Your layers have 7·dim², for 12: four of attention, and two matrices of 4·dim² each behind it."
)

exercise.right(
    lambda vocab_size, dim, n_layers, context, tied: (
        dim * (vocab_size * (2 - tied) + context + n_layers * (12 * dim + 2) + 1)
    )
)


@exercise.right
def right_1(vocab_size, dim, n_layers, context, tied):
    shapes = [(vocab_size, dim), (context, dim), (dim,)]
    for _ in range(n_layers):
        shapes += [(dim, 3 * dim), (dim, dim), (4 * dim, dim), (dim, 4 * dim), (dim,), (dim,)]
    if not tied:
        shapes.append((vocab_size, dim))
    return sum(math.prod(shape) for shape in shapes)


@exercise.right
def right_2(vocab_size, dim, n_layers, context, tied):
    n = (vocab_size + context + 1) * dim
    for _ in range(n_layers):
        n += 4 * dim**2
        n += 8 * dim**2
        n += dim + dim
    return n if tied else n + dim * vocab_size


exercise.right(
    lambda vocab_size, dim, n_layers, context, tied: (
        int(torch.tensor(vocab_size * dim * (1 if tied else 2)))
        + dim * (context + 1 + 2 * n_layers)
        + n_layers * 12 * dim**2
    )
)
