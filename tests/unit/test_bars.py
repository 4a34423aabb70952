"""Bars: a mean on the whole scale, exactly as wide as asked, on the right side of the threshold."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui.model import library
from reflect_tui.views.bars import COVERED, HIGH_STEPS, LOW_STEPS, MARK, course, even, scale_row, track
from tests.bundled import bundled

SCALE = bundled(library.DEFAULT, "en").scale


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3.4, "├─────────┼─────────╋━━━●     ┤"),
        (Fraction(57, 19), "├─────────┼─────────●         ┤"),
        (2.61, "├─────────┼─────●   ╋         ┤"),
        (1.5, "├────●    ·         ╋         ┤"),
        (1, "●         ·         ╋         ┤"),
        (4, "├─────────┼─────────╋━━━━━━━━━●"),
        (None, "├         ·         ╋         ┤"),
    ],
)
def test_a_bar_shows_where_a_mean_lies(value: float | Fraction | None, expected: str) -> None:
    assert track(value, 1, 4, 3, 31) == expected


def test_rounding_to_a_cell_never_changes_the_verdict() -> None:
    assert track(3.01, 1, 4, 3, 31) == "├─────────┼─────────╋●        ┤"
    assert track(2.99, 1, 4, 3, 31) == "├─────────┼────────●╋         ┤"
    exact = Fraction(33, 10)
    assert track(exact, 1, 4, 3.3, 31) == track(3.3, 1, 4, exact, 31) == "├─────────┼─────────┼──●      ┤"


@given(st.none() | st.floats(0, 9), st.integers(0, 60))
def test_a_bar_has_exactly_its_width(value: float | None, width: int) -> None:
    text = track(value, 1, 8, 5, width)
    assert len(text) == width
    assert text.count(COVERED) == (value is not None and width > 0)
    if width > 2 and value != 5:
        assert MARK in text


@pytest.mark.parametrize("width", range(4, 60))
def test_the_points_of_a_scale_are_equally_far_apart(width: int) -> None:
    used = even(width, SCALE)
    row = scale_row(SCALE, used)
    places = [place for place, sign in enumerate(row) if sign != " "]
    assert width - 3 < used <= width
    assert len({after - before for before, after in pairwise(places)}) == 1
    assert (places[0], places[-1]) == (0, used - 1)


def test_a_course_takes_a_high_step_only_strictly_above_the_threshold_and_never_falls_with_a_larger_mean() -> None:
    steps = LOW_STEPS + HIGH_STEPS
    means = [Fraction(hundredths, 100) for hundredths in range(100, 401)]
    drawn = course(means, SCALE)
    assert len(drawn) == len(means)
    assert [glyph in HIGH_STEPS for glyph in drawn] == [mean > SCALE.threshold for mean in means]
    places = [steps.index(glyph) for glyph in drawn]
    assert places == sorted(places)
    assert set(drawn) == set(steps)


def test_a_course_leaves_the_cell_of_a_missing_mean_blank() -> None:
    assert course((Fraction(1), None, Fraction(3), Fraction(301, 100), Fraction(4)), SCALE) == "▁ ▅▆█"


def test_a_clear_change_is_seen_in_a_course_on_the_scale_of_what_is_shown() -> None:
    ends = Fraction(2), Fraction(17, 5)
    flat = course((Fraction(253, 100), Fraction(3)), SCALE)
    seen = course((Fraction(253, 100), Fraction(3)), SCALE, ends)
    assert (flat, seen) == ("▄▅", "▃▅")
    means = [Fraction(hundredths, 100) for hundredths in range(200, 341)]
    drawn = course(means, SCALE, ends)
    assert [glyph in HIGH_STEPS for glyph in drawn] == [mean > SCALE.threshold for mean in means]
    assert set(drawn) == set(LOW_STEPS + HIGH_STEPS)
    assert course((Fraction(299, 100), Fraction(301, 100)), SCALE, (Fraction(299, 100), Fraction(301, 100))) == "▅▆"
