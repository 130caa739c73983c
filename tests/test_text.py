"""text.py: tokens, the vocabulary, and the arrays that a model reads."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlm_utils import text
from nlm_utils.text import PADDING, Vocabulary

words = st.text(alphabet="abcxyz<>", min_size=1, max_size=3)
token_lists = st.lists(words, max_size=40)
sentence_lists = st.lists(st.lists(words, min_size=1, max_size=7), max_size=8)


# --- tokens -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_text", "tokens"),
    [
        ("the blue ants hated the red ants.", ["the", "blue", "ants", "hated", "the", "red", "ants", "."]),
        ("Don't go!", ["Don't", "go", "!"]),
        ("O’Neill’s 'quoted' word", ["O’Neill’s", "'", "quoted", "'", "word"]),
        ("well-known, 3.5?!", ["well", "-", "known", ",", "3", ".", "5", "?", "!"]),
        ("  \n\t ", []),
        ("", []),
    ],
)
def test_tokenize(given_text, tokens):
    assert text.tokenize(given_text) == tokens


def test_tokenize_keeps_case_unless_told():
    assert text.tokenize("The iPad") == ["The", "iPad"]
    assert text.tokenize("The iPad", lower=True) == ["the", "ipad"]


@given(st.text())
def test_tokens_are_the_text_without_white_space(any_text):
    tokens = text.tokenize(any_text)
    assert "".join(tokens) == "".join(any_text.split())
    assert all(tokens)


@given(st.text())
def test_tokenising_tokens_again_changes_nothing(any_text):
    tokens = text.tokenize(any_text)
    assert text.tokenize(" ".join(tokens)) == tokens


@pytest.mark.parametrize("wrong", [["the", "ants"], b"the ants", None])
def test_tokenize_wants_a_string(wrong):
    with pytest.raises(ValueError, match="text must be one string"):
        text.tokenize(wrong)


@given(st.lists(st.sampled_from(["a", "b", ".", "!", "?"])))
def test_split_sentences_loses_nothing(tokens):
    sentences = text.split_sentences(tokens)
    assert [token for sentence in sentences for token in sentence] == tokens
    assert all(sentences)
    ends = {".", "!", "?"}
    assert all(set(sentence[:-1]).isdisjoint(ends) for sentence in sentences)
    assert all(sentence[-1] in ends for sentence in sentences[:-1])


# --- vocabulary ---------------------------------------------------------------------------------------------


def test_ids_by_falling_count_then_alphabet():
    vocabulary = Vocabulary.from_tokens(["b", "a", "c", "a", "b", "d", "b"])
    assert vocabulary.types == ("<s>", "<unk>", "b", "a", "c", "d")
    assert [vocabulary.id(word) for word in vocabulary.types] == list(range(6))


def test_min_count_leaves_rare_types_out():
    vocabulary = Vocabulary.from_tokens(["b", "a", "c", "a", "b", "d", "b"], min_count=2)
    assert vocabulary.types == ("<s>", "<unk>", "b", "a")
    assert vocabulary.encode(["a", "c"]).tolist() == [3, 1]
    with pytest.raises(ValueError, match="min_count must be at least 1, got 0"):
        Vocabulary.from_tokens(["a"], min_count=0)


@given(token_lists)
def test_every_type_once_and_decode_undoes_encode(tokens):
    vocabulary = Vocabulary.from_tokens(tokens)
    assert set(vocabulary.types) == set(tokens) | {"<s>", "<unk>"}
    assert len(vocabulary) == len(vocabulary.types)
    ids = vocabulary.encode(tokens)
    assert ids.dtype == np.int64 and ids.shape == (len(tokens),)
    assert vocabulary.decode(ids) == tokens
    counts = [tokens.count(word) for word in vocabulary.types[2:]]
    assert counts == sorted(counts, reverse=True)


def test_unknown_words():
    vocabulary = Vocabulary.from_types(["books", "laptops"])
    assert vocabulary.encode(["books", "boks"]).tolist() == [2, 1]
    assert vocabulary.id("boks") == 1
    assert "boks" not in vocabulary and "books" in vocabulary
    with pytest.raises(KeyError, match="did you mean 'books'"):
        vocabulary["boks"]
    with pytest.raises(KeyError) as error:
        vocabulary["zebra"]
    assert "did you mean" not in str(error.value)  # nothing is near it


def test_the_two_marks_keep_their_ids_when_a_text_holds_them():
    assert Vocabulary.from_tokens(["a", "<unk>", "<s>", "a"]).types == ("<s>", "<unk>", "a")


def test_a_vocabulary_is_a_mapping_from_type_to_id():
    vocabulary = Vocabulary.from_types(["a", "b"])
    assert dict(vocabulary) == {"<s>": 0, "<unk>": 1, "a": 2, "b": 3}
    assert vocabulary["b"] == 3 and vocabulary.get("z") is None


@pytest.mark.parametrize("id", [-1, 4])
def test_ids_outside_are_refused(id):
    vocabulary = Vocabulary.from_types(["a", "b"])
    with pytest.raises(ValueError, match=r"0 … 3"):
        vocabulary.word(id)
    with pytest.raises(ValueError, match=r"0 … 3"):
        vocabulary.decode([2, id])


def test_a_string_is_no_list_of_tokens():
    vocabulary = Vocabulary.from_types(["a", "b"])
    for call in (vocabulary.encode, Vocabulary.from_tokens, Vocabulary.from_types, text.split_sentences):
        for string in ("abba", b"abba"):
            with pytest.raises(ValueError, match="must be a list"):
                call(string)


@pytest.mark.parametrize(
    ("types", "message"),
    [
        (["a", "b"], "the first two types"),
        (["<s>", "<unk>", "a", "a"], "'a' more than once"),
        (["<s>", "<unk>", 3], "must be a string"),
        (["<s>", "<unk>", ""], "not empty"),
    ],
)
def test_types_are_checked(types, message):
    with pytest.raises(ValueError, match=message):
        Vocabulary(types)


@given(st.lists(st.text(min_size=1), unique=True))
def test_save_and_load(tmp_path_factory, types):
    path = tmp_path_factory.mktemp("vocabulary") / "types.json"
    vocabulary = Vocabulary.from_types(types)
    vocabulary.save(path)
    assert Vocabulary.load(path).types == vocabulary.types


@pytest.mark.parametrize("content", ["", "[1, 2]", '{"a": 1}', '["a", "b"]', '["<s>", "<unk>", "a", "a"]'])
def test_load_names_a_file_that_is_no_vocabulary(tmp_path, content):
    path = tmp_path / "broken.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"broken\.json"):
        Vocabulary.load(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match=r"broken\.json"):
        Vocabulary.load(path)


def test_a_saved_vocabulary_reads_well(tmp_path):
    Vocabulary.from_types(["ants", "été", "\n"]).save(tmp_path / "types.json")
    assert "été" in (tmp_path / "types.json").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "types.json").read_text(encoding="utf-8"))[-1] == "\n"


# --- rows, windows, batches ---------------------------------------------------------------------------------


def test_sentence_rows_of_two_sentences():
    vocabulary = Vocabulary.from_types(["a", "b", "."])
    inputs, targets = text.sentence_rows([["a", "b", "."], ["b", "."], ["z"]], vocabulary)
    assert inputs.tolist() == [[0, 2, 3], [0, 3, 0], [0, 0, 0]]
    assert targets.tolist() == [[2, 3, 4], [3, 4, PADDING], [1, PADDING, PADDING]]


@given(sentence_lists)
def test_sentence_rows(sentences):
    vocabulary = Vocabulary.from_tokens(word for sentence in sentences for word in sentence)
    inputs, targets = text.sentence_rows(sentences, vocabulary)
    longest = max(map(len, sentences), default=0)
    assert inputs.shape == targets.shape == (len(sentences), longest)
    assert inputs.dtype == targets.dtype == np.int64
    for row_in, row_out, sentence in zip(inputs, targets, sentences, strict=True):
        assert vocabulary.decode(row_out[: len(sentence)]) == sentence
        assert vocabulary.decode(row_in[: len(sentence)]) == ["<s>", *sentence[:-1]]
        assert (row_out[len(sentence) :] == PADDING).all()
        assert (row_in[len(sentence) :] == 0).all()


@pytest.mark.parametrize("wrong", [[["a"], []], ["a b ."], [["a"], "b"]])
def test_sentence_rows_wants_lists_of_tokens(wrong):
    with pytest.raises(ValueError, match=r"sentence \d is"):
        text.sentence_rows(wrong, Vocabulary.from_types(["a"]))


@given(st.integers(0, 30), st.integers(1, 8), st.integers(0, 5))
def test_batches_give_every_row_once_and_rows_stay_together(n, batch_size, seed):
    x = np.arange(n)
    y = np.arange(2 * n).reshape(n, 2)
    got = list(text.batches(x, y, batch_size=batch_size, rng=np.random.default_rng(seed)))
    assert sorted(int(row) for batch, _ in got for row in batch) == list(range(n))
    assert all((batch_y == y[batch_x]).all() for batch_x, batch_y in got)
    assert [len(batch) for batch, _ in got[:-1]] == [batch_size] * (len(got) - 1)


def test_batches_are_shuffled_anew_and_repeatable():
    x = np.arange(100)

    def order(rng):
        return np.concatenate([batch for (batch,) in text.batches(x, batch_size=7, rng=rng)]).tolist()

    rng = np.random.default_rng(0)
    first, second = order(rng), order(rng)
    assert first != second and first != x.tolist()
    assert order(np.random.default_rng(0)) == first
    assert order(None) == x.tolist()
    assert x.tolist() == list(range(100))


def test_batches_take_torch_tensors():
    torch = pytest.importorskip("torch")
    x = torch.arange(6).reshape(3, 2)
    (batch,) = next(text.batches(x, batch_size=2, rng=np.random.default_rng(0)))
    assert isinstance(batch, torch.Tensor) and batch.shape == (2, 2)


def test_batches_check_at_once():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"same number of rows, got \[3, 2\]"):
        text.batches(np.arange(3), np.arange(2), batch_size=1, rng=rng)
    with pytest.raises(ValueError, match="batch_size must be at least 1"):
        text.batches(np.arange(3), batch_size=0, rng=rng)
    with pytest.raises(ValueError, match="at least one array"):
        text.batches(batch_size=1, rng=rng)
