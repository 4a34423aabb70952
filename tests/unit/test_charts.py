"""Charts: no verdict is ever drawn wrong, exact sizes, every dot where it belongs."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.model import library
from reflect_tui.views import charts
from reflect_tui.views.charts import BRAILLE, EVENT, HOLLOW, TARGET, THRESHOLD, Chart, Dot, Frame, Grid, draw, level
from tests.bundled import bundled

FRAME = Frame(low=Fraction(1), high=Fraction(4), threshold=Fraction(3), first=0, last=100)
PANELS = {"60x20": (18, 4), "80x24": (18, 7), "120x40": (27, 13), "200x50": (47, 19)}
"""Columns and rows of the plot of a panel in windows of these sizes."""
ENLARGED = {"60x20": (55, 10), "80x24": (75, 13), "120x40": (115, 28), "200x50": (195, 37)}
SIZES = [*PANELS.values(), *ENLARGED.values()]
SHIPPED = library.bundled_ids()


def hundredths(frame: Frame) -> list[Fraction]:
    return [Fraction(number, 100) for number in range(int(frame.low * 100), int(frame.high * 100) + 1)]


def frame_of(identifier: str) -> Frame:
    scale = bundled(identifier, "en").scale
    return structs.replace(FRAME, low=Fraction(scale.lowest), high=Fraction(scale.highest), threshold=scale.threshold)


def filled(chart: Chart) -> set[int]:
    """The rows with anything drawn in braille."""
    return {number for number, row in enumerate(chart.rows) if BRAILLE & set(row)}


def heights(chart: Chart) -> tuple[int, int]:
    """How many dots of braille stand above the threshold's row and below it, in the fullest column of cells."""

    def count(rows: tuple[str, ...]) -> int:
        cells = zip(*(row[chart.start :] for row in rows), strict=True)
        left = (sum((ord(glyph) - 0x2800 & 0x47).bit_count() for glyph in cell if glyph in BRAILLE) for cell in cells)
        return max(left, default=0)

    return count(chart.rows[: chart.threshold]), count(chart.rows[chart.threshold + 1 :])


def dots(*means: float, covered: bool = True) -> tuple[Dot, ...]:
    steps = max(1, len(means) - 1)
    return tuple(Dot(100 * place / steps, Fraction(str(mean)), covered) for place, mean in enumerate(means))


# What a verdict is may be read off a chart: for every mean, in every size, on every instrument.


@pytest.mark.slow
@pytest.mark.parametrize("identifier", SHIPPED)
@pytest.mark.parametrize("size", SIZES)
def test_a_mean_is_drawn_above_the_threshold_when_it_is_high_and_never_else(
    identifier: str, size: tuple[int, int]
) -> None:
    frame = frame_of(identifier)
    for mean in hundredths(frame)[:: 1 if (size, frame) == (PANELS["80x24"], FRAME) else 23]:
        chart = draw((Dot(50, mean),), frame, *size)
        above, below = heights(chart)
        assert (above > 0, below > 0) == (mean > frame.threshold, mean <= frame.threshold), mean
        assert set(chart.rows[chart.threshold][chart.start :]) <= {THRESHOLD, " "}


@pytest.mark.parametrize("identifier", SHIPPED)
@pytest.mark.parametrize("size", SIZES)
def test_a_larger_mean_is_never_drawn_lower(identifier: str, size: tuple[int, int]) -> None:
    frame = frame_of(identifier)
    grid = charts.grid_within(frame, size[1])
    levels = [level(mean, frame, grid) for mean in hundredths(frame)]
    assert levels == sorted(levels)
    assert 0 not in levels
    rows = [grid.row(height) for height in levels]
    assert rows == sorted(rows, reverse=True)


@pytest.mark.parametrize(("sizes", "apart"), [(PANELS, Fraction(15, 100)), (ENLARGED, Fraction(10, 100))])
def test_two_means_that_are_apart_look_different(sizes: dict[str, tuple[int, int]], apart: Fraction) -> None:
    for name, (_columns, rows) in sizes.items():
        grid = charts.grid_within(FRAME, rows)
        finer = Fraction(26, 100) if (sizes, name) == (PANELS, "60x20") else apart  # four rows in the smallest window
        for mean in hundredths(FRAME):
            if mean + finer <= 4:
                assert level(mean, FRAME, grid) < level(mean + finer, FRAME, grid), (name, mean)


def test_a_mean_stands_as_high_as_its_level_says() -> None:
    grid = charts.grid_within(FRAME, 7)
    for mean in hundredths(FRAME):
        above, below = heights(draw((Dot(50, mean),), FRAME, 18, 7))
        assert above - below == level(mean, FRAME, grid)


@pytest.mark.parametrize("size", SIZES)
def test_points_of_the_scale_lie_on_the_borders_of_rows_evenly(size: tuple[int, int]) -> None:
    chart = draw((), FRAME, *size)
    places = {row[: chart.start].strip(): number for number, row in enumerate(chart.rows) if row[: chart.start].strip()}
    steps = {places["3"] - places["4"], places["2"] - places["3"], places["1"] - places["2"]}
    assert len(steps) == 1
    grid = charts.grid_within(FRAME, size[1])
    assert all(level(Fraction(point), FRAME, grid) % 4 == 0 for point in (1, 2, 4))


@pytest.mark.parametrize(("highest", "threshold"), [(4, "2.5"), (4, "3.5"), (5, "3.5"), (5, "3.3"), (7, "4.5")])
@pytest.mark.parametrize("size", [size for size in SIZES if size != PANELS["60x20"]])
def test_points_lie_on_the_borders_of_rows_where_the_threshold_lies_between_two(
    size: tuple[int, int], highest: int, threshold: str
) -> None:
    frame = structs.replace(FRAME, high=Fraction(highest), threshold=Fraction(threshold))
    if highest + 1 > size[1]:
        return  # no row for each point
    grid = charts.grid_within(frame, size[1])
    assert grid.height <= size[1]
    assert all(level(Fraction(point), frame, grid) % 4 == 0 for point in range(1, highest + 1))
    chart = draw((), frame, *size)
    ticks = [number for number, row in enumerate(chart.rows) if row[: chart.start].strip()]
    assert len(ticks) == highest + 1  # all points, and the threshold
    there = ticks.index(chart.threshold)
    above, below = ticks[:there], ticks[there + 1 :]
    steps = [b - a for side in (above, below) for a, b in pairwise(side)]
    assert set(steps) == {grid.step}
    levels = [level(mean, frame, grid) for mean in hundredths(frame)]
    assert levels == sorted(levels)


def test_a_panel_shows_the_whole_scale_and_the_threshold() -> None:
    assert draw((), FRAME, 18, 8).rows == (
        "4                 ",
        "                  ",
        "3 ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ ",
        "                  ",
        "2                 ",
        "                  ",
        "1                 ",
    )


def test_other_scales_have_their_own_labels() -> None:
    eight = draw((), frame_of("digcomp"), 20, 8)
    assert [row[0] for row in eight.rows] == ["8", "7", "6", "5", "4", "3", "2", "1"]
    assert eight.threshold == 3
    halves = Frame(Fraction(1), Fraction(5), Fraction(7, 2), 0, 1)
    drawn = draw((), halves, 20, 9)
    assert drawn.rows[drawn.threshold].startswith("3.5 ╌")


def test_a_zoomed_frame_keeps_the_threshold_and_its_proportions() -> None:
    frame = structs.replace(FRAME, low=Fraction(2), high=Fraction(7, 2))
    assert charts.grid_within(frame, 7) == Grid(above=2, below=4)
    assert [row[:4].strip() for row in draw((), frame, 20, 7).rows if row[:4].strip()] == ["3.5", "3", "2"]


def test_a_scale_whose_threshold_is_its_lowest_point_is_drawn_too() -> None:
    frame = structs.replace(FRAME, threshold=Fraction(1))
    chart = draw((Dot(50, Fraction(1)),), frame, 18, 7)
    assert heights(chart) == (0, 1)
    assert heights(draw((Dot(50, Fraction(101, 100)),), frame, 18, 7)) == (1, 0)


# Lines, gaps, marks.


def test_the_area_between_the_line_and_the_threshold_is_filled() -> None:
    chart = draw(dots(2, 4), FRAME, 40, 7)
    assert filled(chart) == {0, 1, 3, 4}
    left, right = chart.rows[3][chart.start], chart.rows[1][38]
    assert (left, right) == ("⣿", "⣿")


def test_the_line_stops_before_a_dot_that_starts_a_new_one() -> None:
    whole = dots(2, 2, 2, 2)
    broken = (*whole[:2], structs.replace(whole[2], starts=True), whole[3])
    blanks = [draw(line, FRAME, 40, 7).rows[3].count(" ") for line in (whole, broken)]
    assert blanks[1] > blanks[0] + 5


def columns_of_dots(chart: Chart) -> str:
    """The row below the threshold: for every column of dots "x" where it has any, else a blank."""
    row = chart.rows[chart.threshold + 1][chart.start : chart.start + chart.columns]
    cells = (ord(glyph) - 0x2800 if glyph in BRAILLE else 0 for glyph in row)
    return "".join(("x" if cell & 0x47 else " ") + ("x" if cell & 0xB8 else " ") for cell in cells)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("apart", [0, 0.2, 1, 3])
def test_a_gap_is_seen_however_short_it_is(size: tuple[int, int], apart: float) -> None:
    two, low = Fraction(2), Fraction(1)
    line = (Dot(0, two), Dot(50 - apart, two), Dot(50, low, starts=True), Dot(50 + apart, two, starts=True))
    first, alone, last = re.split(" {2,}", columns_of_dots(draw((*line, Dot(100, two)), FRAME, *size)))
    assert first == "x" * len(first) != ""
    assert alone == "xx"
    assert last == "x" * len(last) != ""


def test_the_line_does_not_run_through_a_mean_without_a_verdict() -> None:
    below = (Dot(0, Fraction(2)), Dot(50, Fraction(2), covered=False), Dot(100, Fraction(2)))
    rows = draw(below, FRAME, 40, 7).rows
    assert "".join(rows).count(HOLLOW) == 1
    assert rows[3].strip(" ").count(" ") > 20


def test_a_mean_alone_is_a_cell_wide_in_the_middle_of_its_time() -> None:
    chart = draw((Dot(7e8, Fraction(2)),), structs.replace(FRAME, first=7e8, last=7e8), 18, 7)
    assert [chart.rows[3].index(glyph) for glyph in chart.rows[3] if glyph in BRAILLE] == [chart.column(0.5)]


def test_dots_of_others_are_marks_that_do_not_hide_each_other() -> None:
    marks = [Dot(50, Fraction(2), mark=mark) for mark in "×□△"]
    text = "".join(draw(marks, FRAME, 40, 7).rows)
    assert {mark: text.count(mark) for mark in "×□△"} == {"×": 1, "□": 1, "△": 1}
    assert not BRAILLE & set(text)


def test_goals_stand_at_the_edge_and_events_on_the_threshold() -> None:
    frame = structs.replace(FRAME, targets=(Fraction(7, 2), Fraction(9)), ticks=((50, EVENT), (999, EVENT)))
    chart = draw((), frame, 40, 13)
    assert [number for number, row in enumerate(chart.rows) if row.endswith(TARGET)] == [2]
    assert "".join(chart.rows).count(EVENT) == 1
    assert chart.rows[chart.threshold][chart.column(0.5)] == EVENT
    at_threshold = draw((), structs.replace(FRAME, targets=(Fraction(3),)), 40, 13)
    assert at_threshold.rows[at_threshold.threshold].endswith(TARGET)


def test_figures_stand_outside_the_filled_part_where_they_have_room() -> None:
    line = dots(2.5, 3.5)
    figures = [(dot.when, dot.mean, str(dot.mean)) for dot in reversed(line)]
    rows = draw(line, FRAME, 60, 13, figures=figures).rows
    assert "7/2" in rows[1]
    assert "5/2" in rows[7]
    crowd = dots(*[2.5] * 100)
    many = draw(crowd, FRAME, 60, 13, figures=[(dot.when, dot.mean, "2.50") for dot in crowd])
    assert 5 < "".join(many.rows).count("2.50") <= 24  # in two rows


def test_every_figure_stands_by_its_point_where_there_is_room_beside_or_further_out() -> None:
    told = ("2.73", "2.80", "2.81", "2.87", "3.00", "3.07", "3.13", "3.14", "3.20", "3.27")
    line = dots(*map(float, told))
    figures = [(dot.when, dot.mean, text) for dot, text in zip(line, told, strict=True)][::-1]
    near = structs.replace(FRAME, low=Fraction(5, 2), high=Fraction(7, 2), zoomed=True)
    for frame, size in ((near, (114, 27)), (FRAME, (114, 27)), (FRAME, (76, 13))):
        text = "\n".join(draw(line, frame, *size, figures=figures).rows)
        assert [figure for figure in told if figure not in text] == []


def test_no_figure_reads_as_part_of_the_label_of_its_row() -> None:
    line = dots(2.5, 2.5)
    rows = draw(line, FRAME, 40, 7, figures=[(dot.when, dot.mean, "2.50") for dot in reversed(line)]).rows
    row = next(row for row in rows if row.startswith("2 "))
    assert row[:4] == "2   "
    assert "".join(rows).count("2.50") == 2


def test_of_two_means_of_one_day_in_one_cell_the_later_one_is_drawn_and_valued() -> None:
    early, late = Dot(99.9, 2), Dot(100, 4, same_day=True)
    figures = [(100.0, 4, "4"), (99.9, 2, "2"), (0.0, 4, "4")]
    chart = draw([Dot(0, 4), early, late], FRAME, 40, 13, figures=figures)
    alone = draw([Dot(0, 4), late], FRAME, 40, 13, figures=[figures[0], figures[2]])
    assert chart == alone
    assert chart != draw([Dot(0, 4), early, Dot(100, 4)], FRAME, 40, 13, figures=figures)
    apart = draw([Dot(0, 4), Dot(50, 2), late], FRAME, 40, 13, figures=[])  # in cells of their own both are drawn
    assert apart == draw([Dot(0, 4), Dot(50, 2), Dot(100, 4)], FRAME, 40, 13, figures=[])


def test_of_many_means_in_one_column_the_highest_and_the_lowest_show() -> None:
    chart = draw(dots(*[1, 3.2, 4, 2] * 500), FRAME, 18, 7)
    assert filled(chart) == {0, 1, 3, 4, 5, 6}


# What can't be drawn.


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 0.99, 4.01])
def test_what_lies_outside_the_frame_is_left_out(value: float) -> None:
    assert draw((Dot(50, value),), FRAME, 18, 7) == draw((), FRAME, 18, 7)
    if not 0 <= value <= 100:
        assert draw((Dot(value, Fraction(2)),), FRAME, 18, 7) == draw((), FRAME, 18, 7)


@pytest.mark.parametrize(
    "wrong",
    [
        {"low": Fraction(4)},
        {"threshold": Fraction(5)},
        {"first": 1.0, "last": 0.0},
        {"last": math.inf},
        {"first": -math.inf},
        {"first": math.nan},
    ],
)
def test_an_impossible_frame_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"a chart|no scale"):
        draw((), structs.replace(FRAME, **wrong), 18, 8)


finite = st.floats(allow_nan=False, allow_infinity=False)
some_dots = st.lists(
    st.builds(Dot, finite, st.floats(1, 4), st.booleans(), st.booleans(), st.sampled_from(["", "", "×", "□"])),
    max_size=30,
)


@settings(deadline=None, max_examples=150)
@given(some_dots, st.integers(0, 70), st.integers(0, 30), st.tuples(finite, finite).map(sorted))
def test_every_size_and_time_gives_rows_of_that_width(
    points: list[Dot], width: int, height: int, ends: list[float]
) -> None:
    frame = structs.replace(FRAME, first=ends[0], last=ends[1], ticks=((ends[0], EVENT),))
    chart = draw(points, frame, width, height)
    assert {len(row) for row in chart.rows} <= {width}
    assert len(chart.rows) <= max(height, 3)


def test_marks_of_others_never_hide_ones_own_newest_dot_or_its_figure() -> None:
    own = Dot(100, Fraction(17, 5))
    others = [Dot(when, Fraction(17, 5), mark=mark) for mark in "■◆△" for when in (90, 95, 100)]
    high = [Dot(100, Fraction(4), mark="■"), Dot(90, Fraction(4), mark="◆")]
    chart = draw((Dot(0, 2), own, *others, *high), FRAME, 30, 14, figures=[(100, own.mean, "3.40")])
    grid = charts.grid_within(FRAME, 14)
    assert chart.rows[grid.row(level(own.mean, FRAME, grid))][chart.column(1)] in charts.BRAILLE
    text = "\n".join(chart.rows)
    assert "3.40" in text
    assert set("■◆△") <= set(text)


@pytest.mark.parametrize("height", range(4, 12))
def test_zoomed_in_no_row_stays_empty_and_a_point_takes_more_of_them(height: int) -> None:
    near = structs.replace(FRAME, low=Fraction(2), high=Fraction(7, 2), zoomed=True)
    grid, whole = charts.grid_within(near, height), charts.grid_within(FRAME, height)
    assert grid.above + grid.below == height - 1
    assert grid.above * 2 > whole.above
    assert grid.below * 2 >= whole.below
