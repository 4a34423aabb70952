from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui.forms import days
from reflect_tui.forms import fields as goal_form
from reflect_tui.model.goals import Goal
from tests.unit.examples import quick, small

TODAY = date(2026, 11, 30)
GOAL = Goal(id="2026-04-20T1605-goal-0a1b2c", instrument="small", what="-", made=datetime(2026, 4, 20, tzinfo=UTC))
SCALE = small().scale


def fields(**given: str) -> dict[str, str]:
    return dict.fromkeys(goal_form.GOAL_FIELDS, "") | {"what": "x"} | given


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("", None),
        ("2027-06-01", date(2027, 6, 1)),
        ("2027-6-1", date(2027, 6, 1)),
        ("1-6-2027", date(2027, 6, 1)),
        ("30/06/2027", date(2027, 6, 30)),
        ("1 juni 2027", date(2027, 6, 1)),
        ("1.6.2027", date(2027, 6, 1)),
        ("3m", date(2027, 2, 28)),
        ("+2 weken", date(2026, 12, 14)),
        ("13 maanden", date(2027, 12, 30)),
    ],
)
def test_days_are_read_as_people_write_them(text: str, day: date | None) -> None:
    assert days.parse_day(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((text, "Write a day as") for text in ("soon", "2027", "99999w")),
        ("1-1-27", "write the year with four digits"),
        *((text, "is no day that exists") for text in ("31-2-2027", "2027-13-01", "0000-01-01")),
        ("01/06/2027", "can be two days; write it as 2027-06-01 or 2027-01-06"),
    ],
)
def test_what_is_no_day_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        days.parse_day(text, TODAY)


@pytest.mark.parametrize(
    ("text", "target"), [("", None), ("3", 3.0), ("3,5", 3.5), ("3.25", 3.25), ("1", 1.0), ("4", 4.0)]
)
def test_targets_take_a_point_or_a_comma(text: str, target: float | None) -> None:
    assert goal_form.parse_target(text, SCALE) == target


@pytest.mark.parametrize("text", ["0", "5", "4.01", "-1", "nan", "3.555", "three", "1e0", "³"])
def test_what_is_no_score_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="from 1 to 4"):
        goal_form.parse_target(text, SCALE)


def test_counts_are_whole_numbers_from_one_in_plain_digits() -> None:
    assert [goal_form.parse_count(text, 99) for text in ("1", " 07 ", "99")] == [1, 7, 99]
    for text in ("0", "", "-1", "+1", "1.0", "100", "٣", "³", "1" * 5000):
        with pytest.raises(ValueError, match=r"from 1 to 99\."):
            goal_form.parse_count(text, 99)


def test_every_wrong_field_is_named_at_once() -> None:
    read = goal_form.parse_goal(GOAL, fields(what=" ", by="soon", target="9", helper="x" * 501), TODAY, SCALE)
    assert read.goal is None
    assert set(read.faults) == {"what", "by", "target", "helper"}


def test_a_goal_takes_over_the_fields_and_keeps_the_rest() -> None:
    read = goal_form.parse_goal(GOAL, fields(what=" Say\tit ", first_step="once", by="3m", target="3,5"), TODAY, SCALE)
    assert read.faults == {}
    assert read.goal
    assert (read.goal.what, read.goal.first_step, read.goal.target) == ("Say it", "once", 3.5)
    assert (read.goal.id, read.goal.made) == (GOAL.id, GOAL.made)


@quick
@given(
    st.text(min_size=1, max_size=40).filter(str.strip),
    st.none() | st.dates(min_value=date(1000, 1, 1)),
    st.none() | st.integers(100, 400).map(lambda hundredths: hundredths / 100),
)
def test_what_a_form_shows_it_reads_back(what: str, by: date | None, target: float | None) -> None:
    read = goal_form.parse_goal(GOAL, fields(what=f"x{what}"), TODAY, SCALE).goal
    assert read
    goal = goal_form.parse_goal(
        read,
        goal_form.goal_fields(read) | {"by": by.isoformat() if by else "", "target": goal_form.target_text(target)},
        TODAY,
        SCALE,
    ).goal
    assert goal
    assert (goal.by, goal.target) == (by, target)
    assert goal_form.parse_goal(goal, goal_form.goal_fields(goal), TODAY, SCALE).goal == goal
