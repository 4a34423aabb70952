"""Charts: exact sizes, nothing but known glyphs, every dot where it belongs."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.views import charts
from reflect_tui.views.charts import EVENT, LINE, TARGET, Dot, Frame, column, panel, plot_start

FRAME = Frame(low=1, high=4, threshold=3, first=0, last=100)
GLYPHS = (
    {charts.COVERED, charts.HOLLOW, charts.SELECTED, charts.SELECTED_HOLLOW, charts.THRESHOLD}
    | charts.LINE
    | charts.AXIS
    | set(" 0123456789.,")
)


def dots(*values: float, covered: bool = True) -> tuple[Dot, ...]:
    steps = max(1, len(values) - 1)
    return tuple(Dot(100 * place / steps, value, covered) for place, value in enumerate(values))


def place(lines: tuple[str, ...], glyph: str) -> tuple[int, int]:
    """Give the only line and column of a glyph."""
    [found] = [(row, line.index(glyph)) for row, line in enumerate(lines) if glyph in line]
    assert lines[found[0]].count(glyph) == 1
    return found


def assert_size(lines: tuple[str, ...], width: int, height: int) -> None:
    assert len(lines) == height
    assert {len(line) for line in lines} <= {width}


def test_a_panel_shows_the_whole_scale_and_the_threshold() -> None:
    lines = charts.panel((), FRAME, 18, 8)
    assert lines == (
        "4┤                ",
        " │                ",
        "3┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄",
        " │                ",
        " │                ",
        " │                ",
        " │                ",
        "1┤                ",
    )


def test_a_panel_without_labels_keeps_all_columns_for_the_points() -> None:
    lines = charts.panel((), FRAME, 18, 7, y_labels=False)
    assert_size(lines, 18, 7)
    assert {line[0] for line in lines} == {"│"}
    assert lines[2] == "│" + charts.THRESHOLD * 17


def test_another_scale_has_its_own_labels() -> None:
    labels = [line[0] for line in charts.panel((), Frame(1, 8, 5, 0, 1), 20, 8)]
    assert labels == ["8", " ", " ", "5", " ", " ", " ", "1"]
    assert charts.panel((), Frame(1, 5, 3.5, 0, 1), 20, 9)[3].startswith("3.5┤┄")


def test_extremes_reach_the_corners() -> None:
    lines = charts.panel((Dot(0, 1, True), Dot(100, 4, False)), FRAME, 18, 8)
    assert place(lines, charts.COVERED) == (7, 2)
    assert place(lines, charts.HOLLOW) == (0, 17)
    assert charts.LINE & set("".join(lines))


def test_exactly_the_threshold_stands_on_its_line() -> None:
    lines = charts.panel((Dot(50, 3.0, True),), FRAME, 18, 8)
    assert place(lines, charts.COVERED)[0] == 2


def test_the_selected_dot_lies_over_the_others() -> None:
    same = [Dot(50, 2, covered, chosen) for covered, chosen in ((True, False), (True, True), (False, False))]
    assert place(charts.panel(same, FRAME, 18, 8), charts.SELECTED)
    assert place(charts.panel([Dot(50, 2, False, True)], FRAME, 18, 8), charts.SELECTED_HOLLOW)


def test_one_session_stands_in_the_middle() -> None:
    lines = charts.panel((Dot(7e8, 2.5, True),), Frame(1, 4, 3, 7e8, 7e8), 18, 8)
    assert place(lines, charts.COVERED) == (4, 10)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 0.99, 4.01])
def test_what_lies_outside_the_frame_is_left_out(value: float) -> None:
    empty = charts.panel((), FRAME, 18, 8)
    assert charts.panel((Dot(50, value, True),), FRAME, 18, 8) == empty
    if not 0 <= value <= 100:
        assert charts.panel((Dot(value, 2, True),), FRAME, 18, 8) == empty


@pytest.mark.parametrize(
    "frame",
    [
        Frame(1, 1, 1, 0, 1),
        Frame(1, 4, 5, 0, 1),
        Frame(1, 4, 3, 1, 0),
        Frame(1, math.inf, 3, 0, 1),
        Frame(1, 4, math.nan, 0, 1),
        Frame(1, 4, 3, -math.inf, 0),
    ],
)
def test_an_impossible_frame_is_refused(frame: Frame) -> None:
    with pytest.raises(ValueError, match=r"a chart|no scale"):
        charts.panel((), frame, 18, 8)


def test_a_crowd_becomes_a_line_with_only_what_matters_on_it() -> None:
    crowd = [Dot(place / 2, 2 + place % 3 / 2, place != 50, place == 199) for place in range(200)]
    text = "".join(charts.panel(crowd, FRAME, 18, 8))
    assert charts.COVERED not in text
    assert text.count(charts.SELECTED) == 1
    assert charts.LINE & set(text)
    assert not set(text) - GLYPHS


def test_a_crowd_without_any_mark_is_drawn_too() -> None:
    text = "".join(charts.panel(dots(*[2.0, 3.0] * 20), FRAME, 18, 8))
    assert charts.LINE & set(text)


def test_the_enlarged_chart_labels_every_point_and_the_moments() -> None:
    lines = charts.chart(dots(2, 2.5, 3.2), FRAME, 60, 15, [(0, "jan"), (50, "jun"), (100, "dec"), (400, "later")])
    assert_size(lines, 60, 15)
    assert [line[0] for line in lines if line[0] != " "] == ["4", "3", "2", "1"]
    assert lines[-1].split() == ["jan", "jun", "dec"]
    assert lines[-2].count("┬") == 3


def test_labels_that_would_collide_are_left_out() -> None:
    lines = charts.chart((), FRAME, 30, 12, [(0, "23 nov 2025"), (1, "24 nov 2025"), (100, "23 nov 2026")])
    assert lines[-1].split() == ["23", "nov", "2025", "23", "nov", "2026"]


finite = st.floats(allow_nan=False, allow_infinity=False)
some_dots = st.lists(st.builds(Dot, finite, st.floats(1, 4), st.booleans(), st.booleans()), max_size=30)


@settings(deadline=None)
@given(some_dots, st.integers(0, 70), st.integers(0, 30), st.booleans(), st.tuples(finite, finite).map(sorted))
def test_every_size_and_time_gives_exactly_that_many_known_glyphs(
    points: list[Dot], width: int, height: int, y_labels: bool, span: list[float]
) -> None:
    frame = Frame(1, 4, 3, span[0], span[1])
    lines = charts.panel(points, frame, width, height, y_labels=y_labels)
    assert_size(lines, width, height)
    assert not set("".join(lines)) - GLYPHS
    assert_size(charts.chart(points, frame, width, height, [(span[0], "1 2"), (span[1], "3 4")]), width, height)


def test_thinning_keeps_the_ends_extremes_and_the_selected_of_each_column() -> None:
    column = [Dot(when, value, True) for when, value in enumerate([2.0, 2.1, 3.9, 2.2, 1.1, 2.3])]
    column[3] = Dot(3, 2.2, True, selected=True)
    far = (Dot(1000, 2, True),)
    kept = charts.thin((*column, *far), 10)
    assert [dot.value for dot in kept] == [2.0, 3.9, 2.2, 1.1, 2.3, 2]


def test_thinning_leaves_a_few_dots_alone() -> None:
    few = dots(1, 2, 3, 4)
    assert charts.thin(few, 18) == few
    assert charts.thin((), 18) == ()
    assert charts.thin(few[:1], 0) == few[:1]


@given(st.lists(st.floats(1, 4), min_size=1, max_size=300), st.integers(1, 40))
def test_thinning_never_loses_an_extreme(values: list[float], columns: int) -> None:
    points = dots(*values)
    kept = charts.thin(points, columns)
    assert len(kept) <= 4 * (columns + 1)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert max(dot.value for dot in kept) == max(values)
    assert min(dot.value for dot in kept) == min(values)
    assert list(kept) == [dot for dot in points if dot in kept]


@pytest.mark.parametrize("count", [10, 200, 2000])
def test_a_panel_is_quick(count: int) -> None:
    points = dots(*[1 + place * 7 % 31 / 10 for place in range(count)])
    charts.panel(points, FRAME, 18, 8)  # imports plotext
    started = time.process_time()
    for _ in range(5):
        charts.panel(points, FRAME, 18, 8)
    assert (time.process_time() - started) / 5 < 0.05  # measured: 1 to 4 ms


def braille(rows: tuple[str, ...]) -> int:
    return sum(glyph in LINE for row in rows for glyph in row)


def test_a_line_stops_before_a_dot_that_starts_a_new_one() -> None:
    frame = Frame(low=1, high=4, threshold=3, first=0, last=3)
    dots = [Dot(n, 2, covered=True) for n in range(4)]
    whole = braille(panel(dots, frame, 40, 8))
    broken = braille(panel([*dots[:2], structs.replace(dots[2], starts=True), dots[3]], frame, 40, 8))
    assert 0 < broken < whole


def test_dots_of_others_have_their_mark_and_no_line() -> None:
    frame = Frame(low=1, high=4, threshold=3, first=0, last=3)
    rows = panel([Dot(n, 2, covered=True, mark="□") for n in range(4)], frame, 40, 8)
    assert "".join(rows).count("□") == 4
    assert braille(rows) == 0


def test_goals_and_events_are_drawn_within_the_frame_only() -> None:
    frame = Frame(low=1, high=4, threshold=3, first=0, last=10, targets=(2.0, 9.0), events=(5.0, 99.0))
    rows = panel([Dot(0, 1, covered=True)], frame, 40, 12)
    assert "".join(rows).count(TARGET) > 30
    columns = {row.index(EVENT) for row in rows if EVENT in row}
    assert columns == {column(5.0, frame, rows, 40)}
    assert plot_start(rows) < columns.pop() < 39


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_no_goal_or_event_can_reach_plotext_that_would_abort_the_process(bad: float) -> None:
    for more in ({"targets": (bad,)}, {"events": (bad,)}):
        with pytest.raises(ValueError, match="infinity"):
            panel([], Frame(low=1, high=4, threshold=3, first=0, last=1, **more), 40, 8)


def test_a_goal_at_the_threshold_leaves_both_lines_to_be_seen() -> None:
    frame = Frame(low=1, high=4, threshold=3, first=0, last=10, targets=(3.0,))
    (row,) = [row for row in panel([], frame, 40, 12) if TARGET in row]
    assert row.count(TARGET) > 10
    assert row.count(charts.THRESHOLD) > 10


def test_what_others_gave_is_seen_beside_an_own_dot_of_the_same_height() -> None:
    mine = structs.replace(dots(3.2)[0], selected=True, when=100)
    others = [structs.replace(mine, selected=False, mark=mark) for mark in ("□", "△")]
    drawn = panel([*others, mine], FRAME, 30, 9)
    row, own = place(drawn, charts.SELECTED)
    for mark in ("□", "△"):
        beside_row, beside = place(drawn, mark)
        assert beside_row == row
        assert 1 <= abs(beside - own) <= 2
    assert panel([mine], FRAME, 30, 9) != drawn


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(1, 4), st.sampled_from(["", "□", "△", "×"])), max_size=30),
    st.integers(2, 60),
    st.integers(1, 20),
)
@settings(max_examples=60, deadline=None)
def test_marks_never_change_the_size_of_a_chart(points: list[tuple[float, float, str]], wide: int, high: int) -> None:
    drawn = panel([Dot(when, value, True, mark=mark) for when, value, mark in points], FRAME, wide, high)
    assert len(drawn) == high
    assert {len(row) for row in drawn} == {wide}
