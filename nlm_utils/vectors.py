"""Word vectors without training: count who stands near whom, weigh the counts, keep the strongest part.

Counts -> positive pointwise mutual information -> truncated singular value decomposition, in NumPy and SciPy.
Nothing here learns by gradients. Lecture 02 uses it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds


def cooccurrence_counts(
    sentences: Sequence[np.ndarray], vocab_size: int, window: int = 2
) -> sparse.csr_array:
    """How often two words stand at most `window` places apart in a sentence: sparse (V, V), symmetric.

    sentences: int arrays of ids. Every pair of places counts once in each direction, so row i holds all the
    neighbours of word i, to its left and right. ValueError for a window below 1 or an id outside 0 ... V - 1.
    """
    if window < 1:
        raise ValueError(f"cooccurrence_counts: window must be at least 1, got {window}")
    lengths = [len(sentence) for sentence in sentences]
    ids = (
        np.concatenate([np.asarray(s, dtype=np.int64) for s in sentences])
        if lengths
        else np.zeros(0, np.int64)
    )
    if ids.size and (ids.min() < 0 or ids.max() >= vocab_size):
        raise ValueError(
            f"cooccurrence_counts: ids must lie in 0 ... {vocab_size - 1}, got {ids.min()} ... {ids.max()}; "
            "encode the text with the same vocabulary"
        )
    owner = np.repeat(np.arange(len(lengths)), lengths)  # which sentence a place belongs to
    total = sparse.csr_array((vocab_size, vocab_size))
    for distance in range(1, window + 1):
        same = owner[distance:] == owner[:-distance]
        left, right = ids[:-distance][same], ids[distance:][same]
        pairs = sparse.coo_array((np.ones(len(left)), (left, right)), shape=(vocab_size, vocab_size))
        total = total + pairs.tocsr() + pairs.T.tocsr()
    return total


def ppmi(counts: sparse.sparray) -> sparse.csr_array:
    """Positive pointwise mutual information of a count matrix, in nats: max(0, log p(w, c) / (p(w) p(c))).

    (V, V) -> sparse (V, V). The log of how many times more often than by chance two words meet; where they
    meet less often than that, or never, the entry is 0. Church and Hanks (1990); Bullinaria and Levy (2007).
    """
    pairs = sparse.coo_array(counts)
    total = pairs.sum()
    if total == 0:
        return sparse.csr_array(pairs.shape)
    of_word, of_context = counts.sum(axis=1), counts.sum(axis=0)
    rows, columns = pairs.coords
    weights = np.log(pairs.data * total / (of_word[rows] * of_context[columns]))
    result = sparse.csr_array((np.maximum(weights, 0.0), (rows, columns)), shape=pairs.shape)
    result.eliminate_zeros()
    return result


def truncated_svd(matrix: sparse.sparray | np.ndarray, dim: int) -> tuple[np.ndarray, np.ndarray]:
    """The `dim` strongest directions of a matrix: U (V, dim), its columns orthonormal, and S (dim,), falling.

    U·diag(S) has, among all matrices of that width, the rows whose dot products come closest to those of
    `matrix` (Eckart and Young 1936). A singular vector's sign is arbitrary; here the entry of largest
    absolute value in each column is positive, so that two machines agree. A row of zeros stays one.
    ValueError unless 1 <= dim < V.
    """
    if not 1 <= dim < min(matrix.shape):
        raise ValueError(f"truncated_svd: dim must lie in 1 ... {min(matrix.shape) - 1}, got {dim}")
    if min(matrix.shape) <= 600:  # small: the full decomposition is as quick and needs no starting vector
        dense = matrix.toarray() if sparse.issparse(matrix) else np.asarray(matrix, dtype=float)
        left, strengths, _ = np.linalg.svd(dense, full_matrices=False)
    else:
        start = np.ones(min(matrix.shape))  # a fixed start: the same digits at every run
        left, strengths, _ = svds(matrix, k=dim, v0=start)
    order = np.argsort(-strengths)[:dim]
    left = fixed_signs(left[:, order])
    left[abs(matrix).sum(axis=1) == 0] = 0.0  # exactly, where rounding may have left a direction
    return left, strengths[order]


def fixed_signs(columns: np.ndarray) -> np.ndarray:
    """The columns, each with the sign that makes its entry of largest absolute value positive. (V, d)."""
    largest = np.abs(columns).argmax(axis=0)
    signs = np.sign(columns[largest, np.arange(columns.shape[1])])
    return columns * np.where(signs == 0, 1.0, signs)


def word_vectors(
    sentences: Sequence[np.ndarray], vocab_size: int, window: int = 2, dim: int = 50
) -> np.ndarray:
    """One vector per word from the company it keeps: E = U·√S, (V, dim), of the PPMI of the counts.

    √S rather than S, after Levy, Goldberg and Dagan (2015), whose comparison found it better.
    """
    left, strengths = truncated_svd(ppmi(cooccurrence_counts(sentences, vocab_size, window)), dim)
    return left * np.sqrt(strengths)


def nearest_word(E: np.ndarray, ids: np.ndarray | None = None) -> np.ndarray:
    """For each of `ids` (default: all) the most similar other word among `ids`, by cosine. Ids, shape (n,).

    The same as `nearest_neighbours(E, word, 1)` for each word, by one matrix product.
    """
    ids = np.arange(len(E)) if ids is None else np.asarray(ids)
    lengths = np.linalg.norm(E[ids], axis=1, keepdims=True)
    unit = E[ids] / np.where(lengths == 0, 1.0, lengths)
    similarities = unit @ unit.T
    np.fill_diagonal(similarities, -np.inf)
    return ids[similarities.argmax(axis=1)]


def two_dimensions(vectors: np.ndarray) -> np.ndarray:
    """The two directions in which `vectors` (n, d) differ most, for a map: principal components, (n, 2)."""
    centred = vectors - vectors.mean(axis=0)
    left, strengths, _ = np.linalg.svd(centred, full_matrices=False)
    return fixed_signs(left[:, :2]) * strengths[:2]
