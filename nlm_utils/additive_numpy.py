"""The additive language model in NumPy, with the gradient of its loss worked out by hand.

softmax(W · (c_1 + … + c_n)) after every prefix of a batch of sentences at once. Lecture 05 derives the gradient
for one prefix and trains with the functions here. The same composition in torch is models/addition.py, and the
optimizers of lecture 07 are in optim.py.
"""

from __future__ import annotations

import numpy as np

from .functional import log_softmax, softmax
from .text import PADDING


def compose_prefixes(E: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """The composed vector of every prefix of every row: (N, T) ids -> (N, T, d).

    Entry [i, j] is the sum of the embeddings of the first j + 1 words of row i.
    """
    return np.cumsum(E[inputs], axis=1)


def distributions(E: np.ndarray, W: np.ndarray, inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """What the model believes before every target that counts, in reading order: (tokens, V) probabilities.

    E, W (V, d); inputs, targets (N, T) as `text.sentence_rows` gives them. `evaluation.gap` takes the result.
    """
    return softmax(compose_prefixes(E, inputs)[targets != PADDING] @ W.T)


def loss_and_gradient(
    E: np.ndarray, W: np.ndarray, inputs: np.ndarray, targets: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """The loss of a batch, in nats per token, and its gradient: (loss, dE, dW), shaped like E and W.

    E, W (V, d); inputs, targets (N, T), one sentence per row; targets of −100 do not count.
    """
    real = targets != PADDING  # (N, T)
    x = compose_prefixes(E, inputs)[real]  # (M, d): one row for each token to predict
    log_p = log_softmax(x @ W.T)  # (M, V)
    here = np.arange(len(x)), targets[real]
    dt = np.exp(log_p)
    dt[here] -= 1  # p − onehot
    dt /= len(x)  # the loss is a mean
    dx = np.zeros((*inputs.shape, E.shape[1]))  # (N, T, d)
    dx[real] = dt @ W
    dc = dx[:, ::-1].cumsum(axis=1)[:, ::-1]  # a word is in all prefixes from its own on
    dE = np.zeros_like(E)
    np.add.at(dE, inputs, dc)  # a word that comes twice gets both
    return float(-log_p[here].mean()), dE, dt.T @ x
