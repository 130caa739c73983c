"""Plain data: nothing of a student's is left in it, and it travels as text without a pickle."""

from __future__ import annotations

import base64
import collections
import io
import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlm_utils.exercises import get, known, names, plain, transport
from nlm_utils.exercises.plain import Thing


def alike(one, other):
    """Equal in value, class and dtype, all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, torch.Tensor):
        return (
            one.dtype == other.dtype and one.requires_grad == other.requires_grad and alike_bytes(one, other)
        )
    if isinstance(one, np.ndarray) and one.dtype == object:
        return one.shape == other.shape and all(map(alike, one.flat, other.flat))
    if isinstance(one, (np.ndarray, np.generic)):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return alike(list(one.items()), list(other.items()))
    return one == other or (isinstance(one, (float, complex)) and one != one and other != other)


def alike_bytes(one, other):
    as_bytes = [tensor.detach().contiguous().flatten().view(torch.uint8) for tensor in (one, other)]
    return one.shape == other.shape and torch.equal(*as_bytes)


simple = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=8)
simple |= st.complex_numbers()
keys = st.integers() | st.text() | st.tuples(st.text(), st.integers())
nested = st.recursive(
    simple,
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.lists(inside, max_size=4).map(tuple)
        | st.dictionaries(keys, inside, max_size=4)
        | st.dictionaries(keys, st.integers(), max_size=4).map(collections.Counter)
        | st.sets(keys, max_size=4)
        | st.frozensets(keys, max_size=4)
    ),
    max_leaves=12,
)


@given(nested)
def test_plain_data_survives_a_copy_and_the_way_as_text(value):
    assert alike(plain.plain(value), value)
    assert alike(transport.decode(transport.encode(value)), value)


ARRAYS = [
    np.arange(6).reshape(2, 3).T,
    np.float32([[1.5, math.nan], [math.inf, -0.0]]),
    np.zeros((0, 4), dtype=np.float16),
    np.array(3 + 1j),
    np.array(["a", "bc"]),
    np.array([True, False]),
    np.float64(0.1),
    np.int32(-4),
    np.bool_(True),
    np.array([[1, None], ["a", [2.0]]], dtype=object),
    torch.tensor([[1.5, math.nan]], dtype=torch.float64, requires_grad=True),
    torch.tensor([1.0, 3e38], dtype=torch.bfloat16),
    torch.tensor(True),
    torch.zeros(0, 3, dtype=torch.int64),
    torch.arange(6.0).reshape(2, 3).T,
]


@pytest.mark.parametrize("value", ARRAYS, ids=lambda value: str(getattr(value, "dtype", "")))
def test_arrays_and_tensors_survive(value):
    assert alike(transport.decode(transport.encode([value]))[0], value)
    assert alike(plain.copied(value), value)


def test_all_that_is_known_of_the_exercises_is_plain():
    """Inputs too: only functions of observers/ are among them, which are named and not copied."""
    for name in names():
        exercise = get(name)
        for observation in known.expected(exercise):
            transport.encode(observation.facts)


class Evil(list):
    def __len__(self):
        raise RuntimeError("no")

    __iter__ = __eq__ = __repr__ = __len__
    __hash__ = None


class Fake:
    """Says that it is a tensor."""

    __class__ = torch.Tensor


class Number(float):
    def __pos__(self):
        raise RuntimeError("no")


class Overridden(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *args, **kwargs):
        raise RuntimeError("no")


def test_nothing_of_a_class_of_the_students_own_is_left():
    assert type(plain.plain(Evil([1, 2]))) is list
    assert plain.plain(Evil([1, 2])) == [1, 2]
    assert type(plain.plain(Number(2.5))) is float
    assert plain.plain(Fake()).sort in ("object", "function")
    bare = plain.plain(torch.ones(2).as_subclass(Overridden))
    assert type(bare) is torch.Tensor and bare.tolist() == [1.0, 1.0]
    assert plain.plain(np.array([[1, 2]]).view(np.matrix)).kind == "matrix"  # computes by rules of its own
    assert type(plain.plain(collections.OrderedDict(a=1))) is dict
    assert type(plain.plain(collections.namedtuple("P", "x y")(1, 2))) is tuple


@pytest.mark.parametrize(
    ("value", "sort"),
    [
        ((i for i in "ab"), "generator"),
        (map(str, [1]), "iterator"),
        (range(3), "iterator"),
        (len, "function"),
        (lambda: 0, "function"),
        (np.exp, "function"),
        (torch.nn.Linear(2, 2), "function"),
        (int, "class"),
        (NotImplemented, "placeholder"),
        (ValueError("x"), "placeholder"),
        (object(), "object"),
        (collections.deque([1]), "object"),
        ([0] * 300_000, "large"),
        (np.broadcast_to(0.0, (1 << 15, 1 << 15)), "large"),
        (torch.zeros(1).expand(1 << 30), "large"),
        ("a" * (1 << 27), "large"),
        (10**5000, "large"),
        (torch.zeros(2, device="meta"), "object"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_everything_else_becomes_words(value, sort):
    found = plain.plain(value)
    assert isinstance(found, Thing)
    assert found.sort == sort
    assert transport.decode(transport.encode(found)) == found


def test_a_list_that_contains_itself_has_an_end():
    loop = []
    loop.append(loop)
    assert isinstance(plain.plain(loop), list)


PICKLED = io.BytesIO()
np.save(PICKLED, np.array([None]), allow_pickle=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nan",
        '{"pickle": "gASVBAAAAA=="}',
        '{"array": "not base64"}',
        json.dumps({"array": base64.b64encode(b"\x80\x04N.").decode()}),
        json.dumps({"array": base64.b64encode(PICKLED.getvalue()).decode()}),
        '{"tensor": ["load", false, ""]}',
        '{"tensor": 3}',
        '{"thing": [1, 2, 3, 4]}',
        '{"float": "one"}',
        '{"set": [[1]]}',
        '{"int": "1", "float": "0x1p0"}',
        "[" * 100_000,
        json.dumps({"objects": [[3], [1]]}),
    ],
)
def test_what_is_no_plain_data_is_refused(text):
    with pytest.raises(transport.Unreadable, match="expected"):
        transport.decode(text)


def test_a_text_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(transport, "LONGEST", 10)
    with pytest.raises(ValueError, match="at most 10"):
        transport.encode("a" * 20)
    with pytest.raises(transport.Unreadable, match="at most 10"):
        transport.decode('"' + "a" * 20 + '"')
