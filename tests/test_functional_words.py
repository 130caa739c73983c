"""The functions of lecture 02: counting, ids, one-hot rows, lookup, cosine, neighbours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from scipy.spatial import distance

from nlm_utils import functional, text

words = st.sampled_from(["the", "The", "blue", "ants", "hated", "red", "."])
numbers = st.floats(-1000, 1000).map(lambda x: round(x, 3))  # no subnormals: their squares vanish
vector = nps.arrays(np.float64, 5, elements=numbers)


def id_arrays(vocab_size):
    return nps.arrays(
        np.int64, nps.array_shapes(min_dims=0, max_dims=3), elements=st.integers(0, vocab_size - 1)
    )


# --- types, tokens, ids -------------------------------------------------------------------------------------


def test_the_sentence_of_the_notes():
    tokens = text.tokenize("the blue ants hated the red ants.")
    assert functional.count_types_and_tokens(tokens) == (6, 8)
    assert functional.count_types_and_tokens(tokens[:-1]) == (5, 7)


@given(st.lists(words))
def test_types_and_tokens(tokens):
    types, n_tokens = functional.count_types_and_tokens(tokens)
    assert n_tokens == sum(tokens.count(word) for word in set(tokens))
    assert types == len(np.unique(tokens)) <= n_tokens


@given(st.lists(words), st.lists(words, min_size=1))
def test_encode_agrees_with_the_vocabulary(text_of_vocabulary, tokens):
    vocabulary = text.Vocabulary.from_tokens(text_of_vocabulary)
    as_dict = {word: vocabulary.id(word) for word in vocabulary.types}
    ids = functional.encode(tokens, as_dict)
    assert ids.dtype.kind == "i"
    assert np.array_equal(ids, vocabulary.encode(tokens))
    assert [word if word in as_dict else "<unk>" for word in tokens] == list(vocabulary.decode(ids))


# --- one-hot and lookup -------------------------------------------------------------------------------------


@given(id_arrays(6))
def test_one_hot_has_a_single_one_at_the_place_of_the_id(ids):
    rows = functional.one_hot(ids, 6)
    assert rows.shape == (*ids.shape, 6) and rows.dtype == np.float64
    assert np.all(rows.sum(axis=-1) == 1.0)
    assert np.array_equal(rows.argmax(axis=-1), ids)


def test_one_hot_of_a_plain_number():
    assert functional.one_hot(2, 4).tolist() == [0.0, 0.0, 1.0, 0.0]


@given(id_arrays(7), st.integers(0, 10_000))
def test_a_lookup_is_a_product_with_one_hot_rows(ids, seed):
    E = np.random.default_rng(seed).normal(size=(7, 3))
    assert np.array_equal(functional.embed(E, ids), functional.one_hot(ids, 7) @ E)


def test_different_one_hot_vectors_are_at_right_angles():
    rows = functional.one_hot(np.arange(5), 5)
    similarities = [[functional.cosine_similarity(a, b) for b in rows] for a in rows]
    assert np.array_equal(similarities, np.eye(5))


# --- cosine and neighbours ----------------------------------------------------------------------------------


@given(vector, vector)
def test_cosine_lies_between_minus_one_and_one_and_is_symmetric(a, b):
    similarity = functional.cosine_similarity(a, b)
    assert isinstance(similarity, float)
    assert -1 - 1e-12 <= similarity <= 1 + 1e-12
    assert similarity == pytest.approx(functional.cosine_similarity(b, a), abs=1e-12)


@given(vector, vector, st.floats(0.01, 100), st.floats(0.01, 100))
def test_cosine_does_not_depend_on_the_lengths(a, b, stretch_a, stretch_b):
    similarity = functional.cosine_similarity(a, b)
    assert functional.cosine_similarity(stretch_a * a, stretch_b * b) == pytest.approx(similarity, abs=1e-9)
    assert functional.cosine_similarity(a, -b) == pytest.approx(-similarity, abs=1e-12)


@given(vector.filter(np.any), vector.filter(np.any))
def test_cosine_agrees_with_scipy(a, b):
    assert functional.cosine_similarity(a, b) == pytest.approx(1 - distance.cosine(a, b), abs=1e-9)


@given(vector)
def test_a_zero_vector_is_similar_to_nothing(a):
    assert functional.cosine_similarity(a, np.zeros(5)) == 0.0
    assert functional.cosine_similarity(np.zeros(5), a) == 0.0


@pytest.mark.parametrize("length", [1e-3, 1e-9, 1e-150])
def test_a_short_vector_has_a_direction(length):
    assert functional.cosine_similarity(length * np.array([3.0, 4.0]), np.array([4.0, 3.0])) == pytest.approx(
        0.96
    )


def test_a_vector_with_some_zeros_or_the_sum_zero_is_no_zero_vector():
    assert functional.cosine_similarity(np.array([0.0, 3.0]), np.array([4.0, 3.0])) == pytest.approx(0.6)
    assert functional.cosine_similarity(np.array([1.0, -1.0]), np.array([3.0, -3.0])) == pytest.approx(1.0)


def test_a_row_of_zeros_is_a_neighbour_with_cosine_zero():
    E = np.array([[0.0, 0.0], [1.0, 0.2], [3.0, 1.0], [-1.0, 0.5], [0.5, -1.0]])
    assert functional.nearest_neighbours(E, 1, 4).tolist() == [2, 4, 0, 3]


def test_a_word_of_the_same_direction_is_a_neighbour_and_the_word_itself_is_not():
    E = np.array([[-3.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    assert functional.nearest_neighbours(E, 1, 3).tolist() == [2, 3, 0]
    assert functional.nearest_neighbours(E, 2, 3).tolist() == [1, 3, 0]


@given(st.integers(0, 10_000), st.integers(0, 8), st.integers(1, 8))
def test_nearest_neighbours_are_scipys(seed, word, k):
    E = np.random.default_rng(seed).normal(size=(9, 4))
    distances = distance.cdist(E[word : word + 1], E, metric="cosine")[0]
    expected = [i for i in np.argsort(distances) if i != word][:k]
    assert functional.nearest_neighbours(E, word, k).tolist() == expected


@given(st.integers(0, 10_000), st.integers(0, 8))
def test_neighbours_do_not_depend_on_the_length_of_rows(seed, word):
    generator = np.random.default_rng(seed)
    E = generator.normal(size=(9, 4))
    stretched = E * generator.uniform(0.1, 10, size=(9, 1))
    assert np.array_equal(
        functional.nearest_neighbours(E, word, 8), functional.nearest_neighbours(stretched, word, 8)
    )
