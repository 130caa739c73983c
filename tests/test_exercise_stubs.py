# ruff: noqa: RUF005
"""The untouched cell, and whether somebody has begun to fill it."""

import pytest
from exercises_to_try import check, from_source

from nlm_utils.exercises import stub_source

AWKWARD = '''# a comment above
@exercise
def tricky(a: dict[str, int] = {"x": 1}, *, b=lambda v: v) -> "a: b":
    """Grüße: a docstring.

    More: of it.
    """  # after the docstring
    # a first comment
    total = 0
    for key in a:
        total += a[key]  # counts
    return total  # the end


print(tricky({"y": 2}))
'''


def test_a_stub_keeps_what_stands_around_the_body():
    cut = stub_source(AWKWARD)
    assert (
        cut
        == AWKWARD.split("  # after")[0]
        + '\n    # YOUR CODE HERE\n    raise NotImplementedError\n\n\nprint(tricky({"y": 2}))\n'
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(x): return x + 1\n", "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError\n"),
        ("def f(x):\n  y = x\n  return y\n", "def f(x):\n  # YOUR CODE HERE\n  raise NotImplementedError\n"),
        (
            'def f(x):\n    "Doc."; return x',
            'def f(x):\n    "Doc."\n    # YOUR CODE HERE\n    raise NotImplementedError',
        ),
        (
            'def f(x):\n    """Doc."""\n    return x',
            'def f(x):\n    """Doc."""\n    # YOUR CODE HERE\n    raise NotImplementedError',
        ),
        (
            "def f(\n    x,\n    y={1: 2},\n):\n    # note\n    return x\n",
            "def f(\n    x,\n    y={1: 2},\n):\n    # YOUR CODE HERE\n    raise NotImplementedError\n",
        ),
    ],
)
def test_stub_forms(source, expected):
    assert stub_source(source) == expected


def test_stub_of_text_without_a_function():
    with pytest.raises(ValueError, match="top-level `def`"):
        stub_source("x = 1\n")


@pytest.mark.parametrize(
    "body",
    [
        "raise NotImplementedError",
        "raise NotImplementedError()",
        "raise NotImplementedError('later')",
        "pass",
        "...",
    ]
    + ['"""Only this."""', '"""This."""\n    raise NotImplementedError', "# YOUR CODE HERE\n    pass"],
)
def test_untouched(body):
    feedback = check(from_source(f"def spread(x, scale=1.0):\n    {body}\n"))
    assert feedback.outcome == "not_attempted"
    assert str(feedback) == "○ spread: not attempted yet"


@pytest.mark.parametrize("body", ["return None", "return", "return 0", "x = 1", "print(x)"])
def test_little_is_an_attempt(body):
    assert check(from_source(f"def spread(x, scale=1.0):\n    {body}\n")).outcome == "wrong"


def test_partly_written():
    feedback = check(
        from_source("def spread(x, scale=1.0):\n    y = x - x.mean()\n    raise NotImplementedError\n")
    )
    assert feedback.outcome == "not_attempted"
    assert "still reaches `raise NotImplementedError`" in feedback.message


def test_not_implemented_by_somebody_else_is_an_error():
    def library():
        raise NotImplementedError("softmax of ints")

    feedback = check(lambda x, scale=1.0: library())
    assert (feedback.outcome, feedback.misconception) == ("raised", "generic-not-implemented")
    torch = pytest.importorskip("torch")
    feedback = check(lambda x, scale=1.0: torch.softmax(torch.tensor([1, 2]), -1))
    assert feedback.outcome == "raised"
