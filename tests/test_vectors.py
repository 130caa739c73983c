"""Word vectors from counts: every step against a slow loop or a fact of linear algebra."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from nlm_utils import functional, vectors

SENTENCES = [np.array([0, 1, 2, 1]), np.array([3]), np.array([2, 2, 0]), np.array([], dtype=int)]

id_sentences = st.lists(st.lists(st.integers(0, 5), max_size=7).map(np.array), max_size=6)


def counted_by_loops(sentences, vocab_size, window):
    counts = np.zeros((vocab_size, vocab_size))
    for sentence in sentences:
        for i, word in enumerate(sentence):
            for j, context in enumerate(sentence):
                if i != j and abs(i - j) <= window:
                    counts[word, context] += 1
    return counts


@given(id_sentences, st.integers(1, 4))
def test_counts_agree_with_loops(sentences, window):
    counts = vectors.cooccurrence_counts(sentences, 6, window)
    assert np.array_equal(counts.toarray(), counted_by_loops(sentences, 6, window))


def test_counts_do_not_cross_the_end_of_a_sentence():
    counts = vectors.cooccurrence_counts([np.array([0, 1]), np.array([2, 3])], 4, window=5).toarray()
    assert counts[0, 1] == counts[1, 0] == counts[2, 3] == 1
    assert counts[1, 2] == counts[0, 3] == 0


def test_counts_refuse_what_they_cannot_count():
    with pytest.raises(ValueError, match="window must be at least 1, got 0"):
        vectors.cooccurrence_counts(SENTENCES, 4, window=0)
    with pytest.raises(ValueError, match=r"0 \.\.\. 2, got 0 \.\.\. 3"):
        vectors.cooccurrence_counts(SENTENCES, 3)


def test_ppmi_by_hand():
    counts = sparse.csr_array(np.array([[0.0, 3.0, 1.0], [3.0, 0.0, 1.0], [1.0, 1.0, 0.0]]))
    weights = vectors.ppmi(counts).toarray()
    # p(0, 1) = 3/10, p(0) = p(1) = 4/10, p(2) = 2/10
    assert weights[0, 1] == pytest.approx(math.log(0.3 / (0.4 * 0.4)))
    assert weights[0, 2] == pytest.approx(math.log(0.1 / (0.4 * 0.2)))
    assert weights[0, 0] == 0.0


@given(id_sentences)
def test_ppmi_is_the_positive_part_of_the_log_ratio(sentences):
    counts = vectors.cooccurrence_counts(sentences, 6)
    weights = vectors.ppmi(counts).toarray()
    dense = counts.toarray()
    for i, j in np.ndindex(6, 6):
        if dense[i, j] == 0:
            assert weights[i, j] == 0.0
        else:
            ratio = dense[i, j] * dense.sum() / (dense[i].sum() * dense[:, j].sum())
            assert weights[i, j] == pytest.approx(max(0.0, math.log(ratio)), abs=1e-12)


def test_ppmi_of_independent_counts_is_zero():
    counts = np.outer([1.0, 2.0, 5.0], [4.0, 1.0, 3.0])
    assert np.abs(vectors.ppmi(sparse.csr_array(counts)).toarray()).max() < 1e-12


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_truncated_svd_is_the_best_approximation(seed, dim):
    matrix = np.random.default_rng(seed).normal(size=(8, 6))
    left, strengths = vectors.truncated_svd(matrix, dim)
    assert left.shape == (8, dim) and strengths.shape == (dim,)
    assert np.allclose(left.T @ left, np.eye(dim))
    assert np.all(np.diff(strengths) <= 0)
    missed = matrix - left @ (left.T @ matrix)  # Eckart and Young: what is left is the other singular values
    others = np.linalg.svd(matrix, compute_uv=False)[dim:]
    assert np.sum(missed**2) == pytest.approx(np.sum(others**2))


def test_truncated_svd_of_a_large_sparse_matrix_agrees_with_the_full_one():
    matrix = sparse.random_array((700, 700), density=0.01, rng=np.random.default_rng(0), format="csr")
    left, strengths = vectors.truncated_svd(matrix, 5)
    assert np.allclose(strengths, np.linalg.svd(matrix.toarray(), compute_uv=False)[:5])
    assert np.allclose(matrix @ (matrix.T @ left), left * strengths**2, atol=1e-8)
    assert np.array_equal(vectors.truncated_svd(matrix, 5)[0], left)  # the same digits at every run


@pytest.mark.parametrize("size", [60, 700])
def test_a_row_of_zeros_stays_one_to_the_last_bit(size):
    generator = np.random.default_rng(size)
    matrix = generator.normal(size=(size, 8)) @ generator.normal(size=(8, size))
    matrix[[0, 5]] = 0.0
    for form in (matrix, sparse.csr_array(matrix)):
        left, strengths = vectors.truncated_svd(form, 6)
        assert not left[[0, 5]].any() and left[1:5].any(axis=1).all()
        assert np.allclose(left.T @ left, np.eye(6)) and np.all(np.diff(strengths) <= 0)


def test_truncated_svd_refuses_a_dimension_out_of_range():
    for dim in (0, 6):
        with pytest.raises(ValueError, match=rf"dim must lie in 1 \.\.\. 5, got {dim}"):
            vectors.truncated_svd(np.ones((6, 8)), dim)


@given(st.integers(0, 10_000))
def test_signs_do_not_depend_on_the_signs_that_came(seed):
    generator = np.random.default_rng(seed)
    columns = generator.normal(size=(7, 4))
    flipped = columns * generator.choice([-1.0, 1.0], size=4)
    assert np.array_equal(vectors.fixed_signs(columns), vectors.fixed_signs(flipped))
    assert np.allclose(np.abs(vectors.fixed_signs(columns)), np.abs(columns))


def test_words_that_keep_the_same_company_get_the_same_vector():
    # 2 and 3 both stand between 0 and 1, 4 stands elsewhere
    sentences = [np.array([0, 2, 1]), np.array([0, 3, 1]), np.array([5, 4, 6])] * 3
    E = vectors.word_vectors(sentences, 7, window=1, dim=4)
    assert functional.cosine_similarity(E[2], E[3]) == pytest.approx(1.0)
    assert abs(functional.cosine_similarity(E[2], E[4])) < 1e-8


@pytest.mark.parametrize("window", [1, 3])
def test_the_squared_length_of_each_direction_is_its_singular_value(window):
    """E = U·√S: the columns of U have length 1, so those of E have the squared lengths S."""
    generator = np.random.default_rng(3)
    sentences = [generator.integers(0, 12, size=9) for _ in range(20)]
    E = vectors.word_vectors(sentences, 12, window=window, dim=5)
    weights = vectors.ppmi(vectors.cooccurrence_counts(sentences, 12, window)).toarray()
    assert np.allclose((E**2).sum(axis=0), np.linalg.svd(weights, compute_uv=False)[:5])


@pytest.mark.parametrize("size", [60, 700])
def test_the_largest_entry_of_every_direction_is_positive(size):
    matrix = np.random.default_rng(size).normal(size=(size, size))
    for columns in (vectors.truncated_svd(matrix, 6)[0], vectors.two_dimensions(matrix[:, :8])):
        assert (columns[np.abs(columns).argmax(axis=0), np.arange(columns.shape[1])] > 0).all()


@given(st.integers(0, 10_000))
def test_nearest_word_is_the_first_of_the_nearest_neighbours(seed):
    E = np.random.default_rng(seed).normal(size=(9, 4))
    assert [functional.nearest_neighbours(E, word, 1)[0] for word in range(9)] == list(
        vectors.nearest_word(E)
    )
    some = np.array([1, 4, 6, 8])
    assert set(vectors.nearest_word(E, some)) <= set(some)
    assert np.all(vectors.nearest_word(E, some) != some)


def test_a_row_of_zeros_has_cosine_zero_for_nearest_word_too():
    E = np.array([[0.0, 0.0], [1.0, 0.2], [3.0, 1.0], [-1.0, 0.5]])
    assert vectors.nearest_word(E)[1:].tolist() == [2, 1, 0]  # 3 points away from 1 and 2
    assert [functional.nearest_neighbours(E, word, 1)[0] for word in (1, 2, 3)] == [2, 1, 0]


@given(st.integers(0, 10_000))
def test_two_dimensions_keep_flat_points_as_they_are(seed):
    generator = np.random.default_rng(seed)
    flat = generator.normal(size=(10, 2))
    turned, _ = np.linalg.qr(generator.normal(size=(6, 2)))
    points = vectors.two_dimensions(flat @ turned.T + generator.normal(size=6))  # (10, 6) in a plane

    def distances(x):
        return np.linalg.norm(x[:, None] - x[None], axis=-1)

    assert points.shape == (10, 2)
    assert np.allclose(distances(points), distances(flat))
    assert points[:, 0].var() >= points[:, 1].var()
