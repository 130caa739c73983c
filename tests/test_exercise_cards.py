"""What a card shows: the input as a call, both values, where they differ, the line that raised; in text and HTML."""

import re

import numpy as np
from exercises_to_try import Thing, changed, check, cosine, make_angle, right

from nlm_utils.exercises.definition import Exercise


def test_the_card_shows_the_students_own_line_and_no_engine_frames():
    def answer(x, scale=1.0):
        helper = x.sum(axis=5)
        return helper

    feedback = check(answer)
    assert "helper = x.sum(axis=5)" in feedback.message
    assert "engine.py" not in feedback.message and "limits.py" not in feedback.message
    space = {}
    exec("def answer(x, scale=1.0):\n    y = x\n    return y.nothing\n", space)
    assert "line 3 of your function" in check(space["answer"]).message


def test_the_smallest_failing_input_is_shown_as_a_call():
    feedback = check(changed(lambda y: -y))
    assert "spread(array([1.0, 2.0, 6.0]))" in feedback.message
    assert re.search(r"expected +an array of shape \(3,\), floats: \[-2\.0, -1\.0, 3\.0\]", feedback.message)
    assert re.search(r"yours +an array of shape \(3,\), floats: \[2\.0, 1\.0, -3\.0\]", feedback.message)


def test_large_arrays_do_not_flood_the_card():
    def double(x):
        """Twice."""
        return 2 * x

    ex = Exercise(double, "01_ngram_limits", "1", "", ["a", "b"])
    ex.case(np.arange(60_000.0).reshape(200, 300))

    def answer(x):
        y = 2 * x
        y[1, 2] = 0.5
        return y

    feedback = ex.check(answer)
    assert "[1, 2] should be 604.0, yours is 0.5" in feedback.message
    assert len(feedback.message) < 1000


def test_changed_arguments_are_shown():
    def answer(x, scale=1.0):
        result = right(x, scale)
        x[0] = 99.0
        return result

    feedback = check(answer)
    assert (feedback.outcome, feedback.misconception) == ("wrong", "generic-changes-argument")
    assert "x before" in feedback.message and "99.0" in feedback.message


def test_what_is_printed_is_folded_and_cut():
    def answer(x, scale=1.0):
        for i in range(500):
            print("line", i)
        return right(x, scale)

    feedback = check(answer)
    assert feedback.outcome == "right"
    assert (
        "line 19" in feedback.message
        and "line 20" not in feedback.message
        and "480 more lines" in feedback.message
    )
    assert "<details" in feedback._repr_html_()


def test_addresses_are_masked_and_html_is_escaped():
    feedback = check(changed(lambda y: [Thing(), "<b>&"]))
    assert "0x…" in feedback.message and not re.search("0x[0-9a-f]{4}", feedback.message)
    page = feedback._repr_html_()
    assert "<b>" not in page and "&lt;b&gt;&amp;" in page


def test_a_changed_argument_is_shown_whole_and_in_enough_digits():
    def longest(words):
        """The longest word."""
        return max(words, key=len)

    ex = Exercise(longest, "01_ngram_limits", "1", "", ["a", "b"])
    ex.case(["ants", "hate", "hills"])

    def sorts(words):
        found = longest(words)
        words.sort(key=len, reverse=True)
        return found

    message = ex.check(sorts).message
    assert "words before  ['ants', 'hate', 'hills']" in message
    assert "words after   ['hills', 'ants', 'hate']" in message

    def nudges(x, scale=1.0):
        found = right(x, scale)
        x += 1e-12
        return found

    assert "1.000000000001" in check(nudges).message


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_have_contrast_on_light_and_dark_pages():
    from nlm_utils.exercises.card import COLOURS

    for colour in COLOURS.values():
        for page in ("#ffffff", "#111111"):
            light, dark = sorted((luminance(colour), luminance(page)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 3, (colour, page)


def test_the_card_is_one_inline_styled_block_with_the_same_words_as_the_text():
    import html

    feedback = check(changed(lambda y: -y))
    page = feedback._repr_html_()
    assert (
        page.startswith("<div style=")
        and page.endswith("</div>")
        and page.count("<div") == page.count("</div>")
    )
    assert not re.search(r"<style|<svg|<script|class=|id=", page)
    words = lambda text: re.sub(r"\s+", "", text)  # noqa: E731
    assert words(html.unescape(re.sub(r"<[^>]+>", "", page))) == words(str(feedback).replace("`", ""))
    assert page == check(changed(lambda y: -y))._repr_html_()


def test_arrays_up_to_24_numbers_are_written_out_row_by_row():
    def twice(x, n):
        """Twice."""
        return 2 * x

    ex = Exercise(twice, "01_ngram_limits", "1", "", ["a", "b"])
    ex.case(np.arange(15).reshape(5, 3) / 7, np.array([1, 2]))
    message = ex.check(lambda x, n: 2 * x + np.eye(5, 3)).message
    assert "twice(array([[0.0, 0.1429, 0.2857],\n                       [0.4286" in message
    assert "array([1, 2]))" in message and "<array" not in message
    assert re.search(r"yours +an array of shape \(5, 3\), floats:\n +\[\[1\.0, 0\.2857", message)


def test_digits_zero_and_articles():
    def half(x):
        """Half."""
        return x / 2

    ex = Exercise(half, "01_ngram_limits", "1", "", ["a", "b"])
    ex.case(7.9999)
    message = ex.check(lambda x: x / 2 - 0.0006).message
    assert "half(7.9999)" in message and "3.99995" in message and "3.99935" in message
    assert "-0.0" not in check(changed(lambda y: -0.0 * y)).message
    feedback = check(lambda x, scale=1.0: x.sum(-1) if x.ndim > 1 else float(x.sum()))
    assert "Your result is one number where an array of 1 axis is expected" in feedback.message
    from nlm_utils.exercises.value_text import an

    assert [an(word) for word in ("R", "A", "Exception", "list")] == [
        "an R",
        "an A",
        "an Exception",
        "a list",
    ]
    ex.case(5.0)
    feedback = ex.check(lambda x: [x / 2])
    assert feedback.misconception == "generic-trailing-comma"
    assert "whole array" not in ex.check(lambda x: (1, 2)).message


def test_how_many_inputs_are_right_is_said_once_and_not_of_none():
    assert "1 of 5 inputs is right." in check(changed(lambda y: -y)).message
    ex = make_angle()
    feedback = ex.check(lambda a, b: 1.0 if a[0] == 1 else cosine(a, b))
    assert feedback.misconception == "generic-some-inputs" and "of 6 inputs" not in feedback.message
    assert "of 6 inputs" not in ex.check(lambda a, b: a * 7 + 0.5).message  # none is


def test_long_lines_are_cut_and_larger_arrays_are_named_by_their_shape():
    def chatters(x, scale=1.0):
        print("x" * 100_000)

    assert len(check(chatters).message) < 4000

    def twice(x):
        """Twice."""
        return 2 * x

    ex = Exercise(twice, "01_ngram_limits", "1", "", ["a", "b"])
    ex.case(np.arange(25).reshape(5, 5) / 4)
    assert "twice(<array of shape (5, 5), floats>)" in ex.check(lambda x: x + 1).message


def test_objects_in_an_array_are_told_in_words():
    message = check(lambda x, scale=1.0: np.array(entry for entry in x)).message
    assert "Python objects: a generator" in message and "Thing" not in message


def test_the_sentence_comes_first():
    for answer in (changed(lambda y: -y), lambda x, scale=1.0: x @ x.T @ x, lambda x, scale=1.0: 1 / 0):
        feedback = check(answer)
        assert feedback.message.startswith(feedback.sentence)
        assert feedback.message.index("spread(") > len(feedback.sentence) > 20
