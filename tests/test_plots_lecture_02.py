"""The figures of lecture 02: labels that do not cover each other, and figures that show what they were given."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlm_utils.plots import lecture_02 as figures

FRAME = np.array([0.0, 0.0, 600.0, 400.0])


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 30), st.floats(0.5, 80))
def test_labels_cover_neither_each_other_nor_a_dot(seed, n, spread):
    generator = np.random.default_rng(seed)
    dots = np.clip(generator.normal([300, 200], spread, size=(n, 2)), 10, 390)
    sizes = np.stack([generator.uniform(20, 70, size=n), np.full(n, 11.0)], axis=1)
    boxes = figures.place_labels(dots, sizes, FRAME, gap=4.0)
    assert np.allclose(boxes[:, 2:] - boxes[:, :2], sizes)
    assert not (figures.overlapping(boxes, boxes) & ~np.eye(n, dtype=bool)).any()
    assert not figures.overlapping(boxes, np.concatenate([dots - 4, dots + 4], axis=1)).any()
    assert (boxes[:, :2] >= FRAME[:2]).all() and (boxes[:, 2:] <= FRAME[2:]).all()


def test_a_lone_label_stands_to_the_right_of_its_dot():
    (box,) = figures.place_labels(np.array([[100.0, 100.0]]), np.array([[40.0, 10.0]]), FRAME)
    assert box[0] > 100 and box[1] < 100 < box[3]


def test_overlapping_means_a_common_area():
    boxes = np.array([[0, 0, 2, 2], [1, 1, 3, 3], [2, 0, 4, 1], [5, 5, 6, 6]])
    assert figures.overlapping(boxes, boxes).tolist() == [
        [True, True, False, False],
        [True, True, False, False],
        [False, False, True, False],
        [False, False, False, True],
    ]


def test_a_map_shows_every_word_and_group_without_overlap():
    generator = np.random.default_rng(1)
    points = generator.normal(size=(40, 2)) * [0.02, 0.01]
    names = [f"word{i}" for i in range(40)]
    fig = figures.word_map(points, names, ["ants", "rooms", "names", "moods"] * 10, "A map")
    ax = fig.axes[0]
    fig.draw_without_rendering()
    labels = [text for text in ax.texts if text.get_text() in names]
    assert [label.get_text() for label in labels] == names
    assert {"ants", "rooms", "names", "moods"} <= {text.get_text() for text in ax.texts}
    extents = np.array([text.get_window_extent(fig.canvas.get_renderer()).extents for text in labels])
    assert not (figures.overlapping(extents, extents) & ~np.eye(40, dtype=bool)).any()
    shown = np.concatenate([dots.get_offsets() for dots in ax.collections])
    assert sorted(map(tuple, shown)) == sorted(map(tuple, points))


def test_a_map_refuses_more_groups_than_it_has_colours():
    names = [str(i) for i in range(9)]
    with pytest.raises(ValueError, match="at most 8 groups can be told apart, got 9"):
        figures.word_map(np.zeros((9, 2)), names, names)


def test_cosine_squares_hold_the_cosines():
    cosines = np.array([[1.0, -0.5], [-0.5, 1.0]])
    fig = figures.cosine_squares({"one-hot": np.eye(2), "counts": cosines}, ["ants", "bees"])
    assert [ax.get_title(loc="left") for ax in fig.axes[:2]] == ["one-hot", "counts"]
    assert np.array_equal(fig.axes[1].images[0].get_array(), cosines)
    assert fig.axes[1].images[0].get_clim() == (-1, 1)


def test_a_neighbour_table_writes_every_neighbour_and_its_cosine():
    rows = {"left": [("right", 0.87), ("hand", 0.5)], "true": [("false", 0.89), ("empty", -0.1)]}
    fig = figures.neighbour_table(rows, "Nearest", odd=["right"])
    texts = [text.get_text() for text in fig.axes[0].texts]
    assert texts == ["left", "right", "0.87", "hand", "0.50", "true", "false", "0.89", "empty", "-0.10"]
    assert [patch.get_linewidth() > 0 for patch in fig.axes[0].patches] == [True, False, False, False]


def test_same_class_curves_draw_the_shares_in_percent_over_the_dashed_chance():
    fig = figures.same_class_curves([2, 5, 10], {"window 1": [0.2, 0.4, 0.6]}, chance=0.02)
    shares, chance = fig.axes[0].lines
    assert np.allclose(shares.get_ydata(), [20, 40, 60]) and list(shares.get_xdata()) == [2, 5, 10]
    assert chance.get_linestyle() == "--" and set(chance.get_ydata()) == {2.0}
