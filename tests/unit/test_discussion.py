"""The differences to talk about: their order, and how they come onto the agenda, with a note or without."""

from __future__ import annotations

from reflect_tui.analysis.compare import Comparison, ComparisonRow, compare
from reflect_tui.analysis.talking_points import (
    discussion_order,
    gap_point_in,
    is_on_agenda,
    toggle_on_agenda,
    with_note,
)
from reflect_tui.model.agenda import Agenda, AgendaPoint, ScoreSum
from tests.unit.examples import session, small
from tests.unit.feedback_examples import answers

MINE = session(answers(1, 1, 1, 1, 1, 4, 4))
LOW = AgendaPoint(kind="low", about="doing")
OWN = AgendaPoint(kind="own", text="Time")


def beside_manager(*scores: int | None) -> Comparison:
    return compare(small(), MINE, [MINE], [session(answers(*scores), days=1, role="manager")], {})


def difference(name: str, *scores: int | None) -> ComparisonRow:
    """Give one domain beside a manager; by default the one about "doing" is 2 points apart."""
    return next(row for row in beside_manager(*(scores or (2, 2, 2, 3, 3, 4, 4))).domains if row.id == name)


def agenda(*points: AgendaPoint) -> Agenda:
    return Agenda(session=MINE.id, points=points)


def test_strengths_come_first_and_the_largest_difference_first_among_the_rest() -> None:
    order = discussion_order(beside_manager(2, 2, 2, 2, 3, 4, 4))
    assert [(row.id, row.quadrant) for row in order] == [
        ("together", "shared strength"),
        ("looking", "shared point of attention"),
        ("doing", "shared point of attention"),  # the larger one, but on two scores
    ]
    assert [row.gap for row in order] == [0, 1, 1.5]


def test_a_hidden_strength_comes_before_a_blind_spot_whatever_their_size() -> None:
    order = discussion_order(beside_manager(4, 4, 4, 1, 1, 1, 1))
    assert [row.quadrant for row in order] == ["hidden strength", "blind spot", "shared point of attention"]


def test_a_difference_without_a_verdict_comes_last_and_nothing_compared_is_left_out() -> None:
    order = discussion_order(beside_manager(3, None, None, 1, 1))
    assert [(row.id, row.quadrant) for row in order] == [("doing", "shared point of attention"), ("looking", None)]


def test_a_difference_is_put_on_the_agenda_with_its_figures() -> None:
    after = toggle_on_agenda(agenda(LOW, OWN), difference("doing"))
    assert after.points[:2] == (LOW, OWN)
    (point,) = after.points[2:]
    assert (point.kind, point.about, point.dropped, point.remark) == ("gap", "doing", False, "")
    assert point.now == ScoreSum(2, 2)
    assert [(group.role, group.people, group.sum, group.scored) for group in point.others] == [("manager", 1, 6, 2)]
    assert is_on_agenda(after, difference("doing"))
    assert not is_on_agenda(after, difference("looking"))


def test_only_the_point_about_a_difference_counts_not_another_about_its_domain() -> None:
    for kind in ("strength", "low", "drop", "crossing", "goal"):
        assert gap_point_in(agenda(AgendaPoint(kind=kind, about="doing")), difference("doing")) is None
    assert not is_on_agenda(agenda(LOW), difference("doing"))


def test_a_difference_without_a_note_that_is_taken_off_leaves_nothing_behind() -> None:
    before = agenda(LOW, OWN)
    assert toggle_on_agenda(toggle_on_agenda(before, difference("doing")), difference("doing")) == before


def test_a_note_is_kept_off_the_agenda_until_the_difference_is_put_on_it() -> None:
    noted = with_note(agenda(OWN), difference("doing"), "ask for an example")
    assert not is_on_agenda(noted, difference("doing"))
    assert noted.kept == (OWN,)
    on = toggle_on_agenda(noted, difference("doing"))
    assert [(point.kind, point.remark) for point in on.kept] == [("own", ""), ("gap", "ask for an example")]
    off = toggle_on_agenda(on, difference("doing"))
    assert (off.kept, [point.remark for point in off.points]) == ((OWN,), ["", "ask for an example"])


def test_a_note_that_is_emptied_goes_and_a_difference_on_the_agenda_stays() -> None:
    noted = with_note(agenda(OWN), difference("doing"), "soon gone")
    assert with_note(noted, difference("doing"), "") == agenda(OWN)
    on = toggle_on_agenda(noted, difference("doing"))
    assert with_note(on, difference("doing"), "").points == toggle_on_agenda(agenda(OWN), difference("doing")).points


def test_a_note_takes_the_place_of_the_one_before_where_it_stands() -> None:
    first = with_note(with_note(agenda(), difference("doing"), "old"), difference("looking"), "other")
    after = with_note(first, difference("doing"), "new")
    assert [(point.about, point.remark) for point in after.points] == [("doing", "new"), ("looking", "other")]


def test_a_difference_put_on_the_agenda_later_has_the_figures_of_then() -> None:
    noted = with_note(agenda(), difference("doing"), "note")
    later = toggle_on_agenda(noted, difference("doing", 2, 2, 2, 4, None, 4, 4))
    (point,) = later.points
    assert (point.now, point.remark) == (ScoreSum(1, 1), "note")
    assert [(group.sum, group.scored) for group in point.others] == [(4, 1)]
