"""Who counts as others on which statements, and what is exact: worked out by hand, at the very edges."""

from __future__ import annotations

from fractions import Fraction

import pytest

from reflect_tui.analysis.compare import ComparisonRow, by_size, compare
from reflect_tui.analysis.trend import group_points
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Role, Score, Session
from tests.unit.examples import session, small
from tests.unit.feedback_examples import Feedback, answers, every
from tests.unit.test_compare import NA, compared
from tests.unit.test_points_by_hand import parted


def looking(
    instrument: Instrument, own: tuple[Score | None, ...], *others: tuple[Role, *tuple[Score | None, ...]]
) -> ComparisonRow:
    """The first domain beside people who answered by name, each with their scores of the statements in order."""
    mine = session(answers(*own))
    given: list[Session] = [session(answers(*scores), role=role, days=n) for n, (role, *scores) in enumerate(others, 1)]
    return compare(instrument, mine, [mine], given, {}).domains[0]


def test_people_of_a_group_differ_only_where_each_scored_enough_for_a_verdict() -> None:
    one = looking(small(), (3, 3, 3), ("colleague", 2, 2, 2), ("colleague", 4))
    assert [one.group_verdict(group) for group in one.groups] == ["not high"]  # one of three is too few
    two = looking(small(), (3, 3, 3), ("colleague", 2, 2, 2), ("colleague", 4, 4))
    assert [two.group_verdict(group) for group in two.groups] == ["divided"]
    half = looking(parted(4, 3), (3, 3, 3, 3), ("colleague", 2, 2, 2, 2), ("colleague", 4, 4))
    assert [half.group_verdict(group) for group in half.groups] == ["divided"]


def test_each_of_a_group_by_name_is_told_who_scored_any_of_it_and_nobody_who_is_alone() -> None:
    row = looking(small(), (3, 3, 3), ("manager", 4, 4, 4), ("colleague", 2, 2), ("colleague", None, None, None, 4))
    manager, colleagues = row.groups
    assert manager.each == ()
    assert [(one.number, one.given.sum, one.given.scored) for one in colleagues.each] == [(1, 4, 2)]


@pytest.mark.parametrize("fewer", [("calm", "kind"), ("kind", "signs")])
def test_a_group_in_confidence_that_scored_other_statements_stands_beside_the_one_that_scored_most(
    fewer: tuple[str, ...],
) -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(3), every(4)])
    found.give("client", [{name: score for name, score in every(2).items() if name in fewer} for _ in range(3)])
    row = compared(found).domains[0]
    assert [group.role for group in row.groups] == ["colleague"]
    assert [group.role for group in row.beside] == ["client"]


def test_figures_on_more_statements_than_ones_own_are_not_exact() -> None:
    found = Feedback({name: 3 for name in every(3) if name != "calm"})
    found.give("colleague", [every(2), every(3), every(4)])
    row = compared(found).domains[0]
    assert (row.items, [(group.items, group.bound) for group in row.groups]) == (
        ("kind", "signs"), [(("calm", "kind", "signs"), "")],
    )  # fmt: skip
    assert not row.is_exact
    whole = Feedback(every(3))
    whole.give("colleague", [every(2), every(3), every(4)])
    assert compared(whole).domains[0].is_exact


def test_of_a_statement_in_confidence_the_level_is_told_and_no_sum() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(3), every(4)])
    (group,) = compared(found).items[0].groups
    assert (group.mean, group.bound, group.sum) == (Fraction(3), "about", None)
    (group,) = compared(found).domains[0].groups
    assert (group.mean, group.bound, group.sum) == (Fraction(3), "", 27)


def test_by_name_those_who_scored_most_come_first_and_those_who_would_leave_too_few_stand_beside() -> None:
    row = looking(parted(5, 2), (3,) * 5, ("colleague", None, None, 4, 4, 4), ("manager", 2, 2, 2, 2))
    assert ([group.role for group in row.groups], row.items) == (["manager"], ("calm", "kind", "signs", "acts"))
    assert [(group.role, group.own and group.own.scored) for group in row.beside] == [("colleague", 3)]


def test_a_manager_by_name_with_half_of_the_statements_counts_rather_than_a_group_with_fewer() -> None:
    found = Feedback(every(3))
    found.give("colleague", [{"calm": 2}] * 3)
    manager = session(answers(4, 4), role="manager", days=1)
    mine = found.session
    row = compare(parted(4, 3), mine, [mine], [*found.others, manager], found.told()).domains[0]
    assert ([group.role for group in row.groups], row.items) == (["manager"], ("calm", "kind"))
    assert [group.role for group in row.beside] == ["colleague"]


def test_with_too_few_statements_in_common_others_have_no_verdict_and_nothing_is_at_the_threshold() -> None:
    few = looking(small(), (3, 3, 3), ("manager", 4))
    assert (few.own_verdict, few.others_verdict, few.quadrant) == ("not high", None, None)
    assert not few.is_at_threshold
    enough = looking(small(), (3, 3, 3), ("manager", 4, 4))
    assert (enough.others_verdict, enough.is_at_threshold) == ("high", True)
    assert not looking(small(), (3, 3, 2), ("manager", 4, 4)).is_at_threshold
    assert looking(small(), (4, 4, 4), ("manager", 3, 3, 3)).is_at_threshold


def test_the_largest_gap_comes_first_on_three_scores_as_on_four() -> None:
    mine = session(every(1))

    def order(*scores: Score) -> list[str]:
        manager = session(answers(*scores), role="manager", days=1)
        return [row.id for row in by_size(compare(parted(4, 3), mine, [mine], [manager], {}).domains[:2])]

    assert order(3, 3, 3, 3, 2, 2, 2) == ["looking", "doing"]
    assert order(2, 2, 2, 2, 3, 3, 3) == ["doing", "looking"]


def test_a_group_in_a_trend_is_covered_where_enough_statements_were_compared() -> None:
    for own, covered in (
        ({"calm": 3}, False),
        ({"calm": 3, "kind": 3}, True),
        ({"calm": 3, "kind": 3, "signs": NA}, True),
    ):
        found = Feedback(own)  # type: ignore[arg-type]
        found.give("colleague", [every(2), every(3), every(4)])
        (point,) = group_points([found.session], [], found.told(), {small().digest: small()})
        assert (point.domains["looking"].mean, point.domains["looking"].covered) == (Fraction(3), covered)
        assert group_points([found.session], [], found.told(), {}) == ()


def test_each_group_in_a_trend_has_its_own_figures() -> None:
    found = Feedback(every(3))
    found.give("manager", [every(1)])
    found.give("colleague", [every(2, calm=1), every(2), every(2, calm=3)])
    found.give("client", [every(3, calm=2), every(3), every(3, calm=4)])
    points = group_points([found.session], [], found.told(), {small().digest: small()})
    means = {point.role: point.domains["looking"].mean for point in points}
    assert means == {"manager": 1, "colleague": 2, "client": 3}
