"""Which points an agenda has, and the figures and statements beside each: worked out by hand, at the very edges."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.talking_points import gap_point_in, goals_until_next_session, is_outdated, propose_agenda
from reflect_tui.model.agenda import Agenda, AgendaPoint, ScoreSum
from reflect_tui.model.instrument import Instrument, parse
from reflect_tui.model.session import Score, Session
from tests.unit.agenda_examples import every, goal, kinds
from tests.unit.examples import changed, document, session, small
from tests.unit.feedback_examples import answers
from tests.unit.versions import answered, parsed


def parted(*sizes: int) -> Instrument:
    """The seven statements in domains of so many."""
    items = iter([item for domain in small().domains for item in domain.items])
    parts = zip(small().domains, sizes, strict=False)
    return structs.replace(
        small(),
        domains=tuple(structs.replace(domain, items=tuple(next(items) for _ in range(size))) for domain, size in parts),
    )


def proposed(instrument: Instrument, now: tuple[Score, ...], before: tuple[Score, ...] = ()) -> Agenda:
    earlier = session(answers(*before), days=-90) if before else None
    return propose_agenda(instrument, session(answers(*now)), earlier)


def test_three_scores_are_enough_to_lead_the_strengths_and_so_are_four() -> None:
    four_and_three = parted(4, 3)
    assert kinds(proposed(four_and_three, (4, 4, 4, 4, 4, 4, 3))) == [("strength", "looking"), ("strength", "doing")]
    assert kinds(proposed(four_and_three, (4, 4, 4, 3, 4, 4, 4))) == [("strength", "doing"), ("strength", "looking")]
    three_and_two = parted(3, 2)
    assert kinds(proposed(three_and_two, (4, 4, 3, 4, 4))) == [("strength", "looking"), ("strength", "doing")]


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ((2, 2, 2, 2, 1, 1, 4), (1, 1, 1, 1, 4, 4, 4), "low"),  # four down and two up, but 14 -> 16
        ((2, 2, 2, 1, 2, 2, 2), (1, 1, 1, 4, 2, 2, 2), "low"),  # three down and one up: 13 both times
        ((2, 2, 2, 1, 2, 2, 2), (1, 1, 1, 3, 2, 2, 2), "drop"),  # three down and one up: 13 -> 12
        ((2, 2, 2, 2, 2, 2, 2), (1, 2, 2, 2, 2, 2, 2), "low"),  # one down
        ((2, 2, 2, 2, 2, 2, 2), (1, 1, 2, 2, 2, 2, 2), "drop"),  # two down
    ],
)
def test_a_domain_dropped_when_two_more_went_down_than_up_and_the_mean_as_well(
    before: tuple[Score, ...], now: tuple[Score, ...], kind: str
) -> None:
    assert ("looking", kind) in {(about, kind) for kind, about in kinds(proposed(parted(7), now, before))}


def test_where_lower_is_better_a_domain_dropped_when_its_scores_went_up() -> None:
    lower = parse(changed("scale.better", "lower"), "")
    agenda = proposed(lower, (2, 2, 2, 3, 3, 2, 2), (2, 2, 2, 2, 2, 2, 2))
    assert ("drop", "doing") in kinds(agenda)
    (drop,) = [point for point in agenda.points if point.kind == "drop"]
    assert drop.items == {"acts": 3, "tells": 3}
    down = proposed(lower, (2, 2, 2, 1, 1, 2, 2), (2, 2, 2, 2, 2, 2, 2))
    assert "drop" not in {point.kind for point in down.points}
    # 3.00 both times: both that were scored before went up, another that was not is 1
    held = proposed(lower, (4, 4, 1, 2, 2, 2, 2), (3, 3, "n/a", 2, 2, 2, 2))
    assert ("drop", "looking") in kinds(held)


def test_beside_a_low_domain_stand_the_statements_below_the_threshold_alone() -> None:
    (low,) = [point for point in proposed(small(), (1, 2, 4, 4, 4, 3, 2)).points if point.about == "looking"]
    assert (low.kind, low.items) == ("low", {"calm": 1, "kind": 2})
    (low,) = [point for point in proposed(small(), (1, 2, 3, 4, 4, 4, 4)).points if point.about == "looking"]
    assert (low.kind, low.items) == ("low", {"calm": 1, "kind": 2})


def test_beside_what_crossed_the_threshold_stand_the_statements_that_went_the_same_way_alone() -> None:
    down = proposed(small(), (2, 2, 4, 4, 4, 4, 4), (4, 4, 3, 4, 4, 4, 4)).points
    (crossed,) = [point for point in down if point.kind == "crossing"]
    assert (crossed.about, crossed.items, crossed.items_before) == (
        "looking", {"calm": 2, "kind": 2}, {"calm": 4, "kind": 4},
    )  # fmt: skip


@pytest.mark.parametrize("high_above", [2.5, 3.5])
def test_scores_that_stayed_as_they_were_cross_no_threshold_that_a_new_version_moved(high_above: float) -> None:
    content = document() | {"version": "2.0.0"}
    content["scale"]["high_above"] = high_above
    moved = parsed(content)
    scores = every(3) if high_above < 3 else every(3, calm=4, acts=4, asks=4)
    before = session(scores, days=-90)
    agenda = propose_agenda(moved, answered(moved, dict(scores), days=0), before, previous_on=small())
    assert agenda.since == before.id
    assert "crossing" not in {point.kind for point in agenda.points}


def test_of_each_goal_stand_the_figures_of_its_own_domain() -> None:
    names = ("looking", "doing", "together")
    goals = [goal(id=f"2026-04-2{n}T1605-goal-0a1b2c", domain=name) for n, name in enumerate(names)]
    agenda = propose_agenda(small(), session(answers(4, 4, 4, 3, 3, 4, 3)), goals=goals)
    told = [point.now for point in agenda.points if point.kind == "goal"]
    assert told == [ScoreSum(12, 3), ScoreSum(6, 2), ScoreSum(7, 2)]


def test_how_clear_a_change_is_is_told_of_each_domain_by_itself() -> None:
    now: tuple[Score, ...] = (1, 1, 1, 3, 3, 2, 2)
    before: tuple[Score, ...] = (3, 3, 3, 3, "n/a", 3, 3)
    told = [(point.kind, point.about, point.clear) for point in proposed(small(), now, before).points]
    assert told == [("drop", "looking", "too few"), ("drop", "together", "too few")]
    slid = [(point.about, point.clear) for point in proposed(small(), (1, 1, 1, 2, 2, 2, 2), (3,) * 7).points]
    assert slid == [("looking", "too few"), ("doing", "too few"), ("together", "too few")]
    mixed = [(point.about, point.clear) for point in proposed(small(), (2, 2, 2, 1, 1, 2, 2), (2,) * 7).points]
    assert mixed == [("looking", ""), ("together", ""), ("doing", "too few")]


def test_a_difference_of_a_quarter_of_a_point_is_a_point_and_a_smaller_one_is_not() -> None:
    instrument, mine = parted(4, 3), session(every(3))

    def gaps(*scores: Score) -> list[str]:
        manager: Session = session(answers(*scores), days=1, role="manager")
        agenda = propose_agenda(instrument, mine, comparison=compare(instrument, mine, [mine], [manager], {}))
        return [point.about for point in agenda.points if point.kind == "gap"]

    assert gaps(3, 3, 3, 4, 3, 3, 3) == gaps(2, 3, 3, 3, 3, 3, 3) == ["looking"]
    assert gaps(3, 3, 3, 3, 3, 3, 3) == []


def test_the_difference_of_another_domain_is_not_taken_for_this_one() -> None:
    mine, manager = session(every(1)), session(every(3), days=1, role="manager")
    rows = compare(small(), mine, [mine], [manager], {}).domains
    gaps = [AgendaPoint(kind="gap", about=row.id) for row in rows]
    for there in gaps:
        agenda = Agenda(session=mine.id, points=(there,))
        assert [gap_point_in(agenda, row) for row in rows] == [there if there is gap else None for gap in gaps]


@pytest.mark.parametrize("kind", ["strength", "low", "drop", "crossing", "gap"])
def test_an_agenda_that_lacks_a_point_made_now_is_outdated_but_for_goals(kind: str) -> None:
    empty = Agenda(session=session({}).id)
    fresh = structs.replace(empty, points=(AgendaPoint(kind=kind, about="doing"),))  # type: ignore[arg-type]
    assert is_outdated(empty, {}, fresh)
    assert not is_outdated(fresh, {(kind, "doing"): fresh.points[0]}, fresh)  # type: ignore[dict-item]
    assert not is_outdated(empty, {}, structs.replace(empty, points=(AgendaPoint(kind="goal", about="doing"),)))


@pytest.mark.parametrize("name", ["another", "tall"])
def test_a_later_session_on_another_instrument_leaves_no_goal_out(name: str) -> None:
    first, other = session(every(3)), session(every(3), days=90, instrument=name)
    late = goal(made=other.started + timedelta(days=1))
    assert goals_until_next_session([late], first, [first, other]) == (late,)


def test_what_dropped_furthest_comes_first_by_its_whole_mean_where_no_other_statements_explain_it() -> None:
    # "looking" 3.00 -> 1.25; "doing" 3.00 -> 1.33, though the two that were scored before went down by 2
    agenda = proposed(parted(4, 3), (1, 1, 1, 2, 1, 1, 2), (3, 3, 3, 3, 3, 3, "n/a"))
    assert kinds(agenda) == [("drop", "looking"), ("drop", "doing")]


def test_a_mean_before_on_too_few_scores_for_a_verdict_is_not_told() -> None:
    told = [(point.kind, point.before) for point in proposed(small(), (1, 1, 1), (2,)).points]
    assert told == [("low", None)]
    told = [(point.kind, point.before) for point in proposed(small(), (1, 1, 1), (2, 2, 2)).points]
    assert told == [("drop", ScoreSum(6, 3))]


def test_a_strength_that_others_see_a_little_lower_is_told_with_their_figures_and_as_a_difference() -> None:
    mine, manager = session(every(4)), session(every(4, calm=3, kind=3), days=1, role="manager")
    agenda = propose_agenda(small(), mine, comparison=compare(small(), mine, [mine], [manager], {}))
    assert kinds(agenda) == [("strength", "looking"), ("strength", "doing"), ("gap", "looking")]
    assert [[group.sum for group in point.others] for point in agenda.points] == [[10], [], [10]]
