"""Losses over their floors: what is drawn is what was given, and floors are dashed."""

import numpy as np
import pytest

from nlm_utils.plots import floors


def dashed(ax):
    return [line for line in ax.get_lines() if line.get_linestyle() == "--"]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_loss_bars_take_a_loss_apart():
    ax = floors.loss_bars(["a", "b"], losses=[3.0, 1.9], floors=[2.5, 2.0], entropy_rate=1.0).axes[0]
    pieces = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    expected = [(0, 1), (0, 1), (1, 1.5), (1, 1), (2.5, 0.5), (2, 0)]  # b came out below its floor by chance
    assert np.allclose(pieces, expected)
    assert [line.get_xdata()[0] for line in dashed(ax)] == [1.0]
    assert {"3.00", "1.90"} <= set(texts(ax))  # losses
    numbers = {text.get_text(): text.get_position() for text in ax.texts}
    for number in ("2.50", "2.00", "1.00"):  # two floors, and the entropy rate
        assert abs(numbers[number][0] - float(number)) < 0.1
    assert numbers["2.50"][1] < 0 < numbers["2.00"][1] < 1 < numbers["1.00"][1]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    same = texts(floors.loss_bars(["a", "b"], [3.0, 2.8], [2.5, 2.5], 1.0).axes[0])
    assert same.count("2.50") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((["a"], [1.0, 2.0], [1.0], 0.5), "one loss and one floor per label"),
        ((["a"], [np.inf], [1.0], 0.5), "finite"),
        ((["a"], [1.0], [0.4], 0.5), "entropy rate"),
    ],
)
def test_loss_bars_refuse(arguments, says):
    with pytest.raises(ValueError, match=says):
        floors.loss_bars(*arguments)


def test_the_name_of_a_curve_stands_at_its_own_floor_whatever_its_end():
    curves, own = {"n = 4": [4.0, 1.64], "n = 5": [4.5, 1.70]}, {"n = 4": 1.54, "n = 5": 1.35}
    ax = floors.loss_curves([300, 30_000], curves, own, 1.06).axes[0]
    assert texts(ax) == ["entropy rate 1.06", "n = 5 (floor 1.35)", "n = 4 (floor 1.54)"]
    ax = floors.loss_curves([300, 30_000], curves, dict.fromkeys(own, 1.35), 1.06).axes[0]  # a floor for both
    assert texts(ax) == ["entropy rate 1.06", "n = 4 (floor 1.35)", "n = 5 (floor 1.35)"]


def test_loss_curves_stand_over_their_floors():
    curves = {"n = 1": [3.0, 2.6], "n = 2": [4.0, np.inf]}
    ax = floors.loss_curves([10, 100], curves, {"n = 1": 2.5, "bag of words": 1.5}, 1.0).axes[0]
    drawn = [line for line in ax.get_lines() if line.get_linestyle() == "-"]
    assert [list(line.get_ydata()) for line in drawn] == list(curves.values())
    assert sorted(line.get_ydata()[0] for line in dashed(ax)) == [1.0, 1.5, 2.5]
    assert dashed(ax)[0].get_color() == drawn[0].get_color()
    assert texts(ax) == ["entropy rate 1.00", "bag of words 1.50", "n = 1 (floor 2.50)"]


@pytest.mark.parametrize(
    ("x", "labels"),
    [
        (range(30_000, 250_000, 20_000), ["50 000", "100 000", "200 000"]),
        (
            [2, 30, 400, 5_000, 60_000, 700_000, 2_000_000],
            ["10", "100", "1 000", "10 000", "100 000", "1 000 000"],
        ),
    ],
)
def test_a_long_axis_of_tokens_has_few_labels(x, labels):
    ax = floors.loss_curves(list(x), {"training": [2.0] * len(x)}, {}).axes[0]
    assert [label.get_text() for label in ax.get_xticklabels()] == labels
    assert not ax.get_xticklabels(minor=True) or all(not t.get_text() for t in ax.get_xticklabels(minor=True))
