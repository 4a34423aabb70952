"""Verdicts of others and of oneself in a comparison: when there is one, and which exact sums decide it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from msgspec import structs

from reflect_tui.model.agenda import ScoreSum
from reflect_tui.model.session import Score
from reflect_tui.views.compare import (
    ComparisonView,
    render_comparison,
    render_detail,
    render_quadrant_list,
    render_text_table,
    row_cells,
)
from reflect_tui.views.comparison_sentences import gap_summary, quadrant_sentences, row_name, row_sentences
from reflect_tui.views.lines import plain
from tests.unit.examples import ITEMS, small
from tests.unit.feedback_examples import Feedback, answers, every
from tests.unit.test_compare import NA, by_hand, compared


def test_too_few_items_in_common_give_no_verdict() -> None:
    found = Feedback(answers(4, None, None))
    found.give("manager", [every(2)])
    looking = compared(found).domains[0]
    assert looking.gap == -2
    assert looking.quadrant is None


@pytest.mark.parametrize(
    ("own", "asked", "covered"),
    [
        ((4, NA, NA), ITEMS, True),  # one of one: what one can't judge oneself is not missing
        ((4, NA, 4), ("calm", "acts"), True),  # one of two that apply
        ((4, 4, 4), ("calm", "acts"), False),  # one of three: what others were not asked is missing too
        ((4, None, None), ITEMS, False),  # one of three: what one left open is missing
        ((4, None, NA), ITEMS, True),  # one of two is just enough
    ],
)
def test_a_verdict_of_others_needs_half_of_the_items_that_apply_to_oneself(
    own: tuple[Score | None, ...], asked: tuple[str, ...], covered: bool
) -> None:
    found = Feedback(answers(*own, 3, 3, 3, 3))
    found.give("manager", [every(2)], items=asked)
    looking = compared(found).domains[0]
    assert looking.items[0] == "calm"
    assert looking.covered is covered


def test_a_group_that_was_asked_too_few_items_stands_beside_the_others_and_takes_none_away() -> None:
    found = Feedback(answers(4, 3, 2, 4, 4, 4, 4))
    found.give("manager", [every(1)], mark="000001", items=("calm", "acts"))
    found.give("colleague", [every(2)] * 3, mark="000002")
    looking = compared(found).domains[0]
    assert (looking.items, looking.own, looking.covered) == (("calm", "kind", "signs"), ScoreSum(9, 3), True)
    assert [group.role for group in looking.groups] == ["colleague"]
    assert looking.others == 2
    assert [(group.role, group.mean, group.items, group.own) for group in looking.beside] == [
        ("manager", Fraction(1), ("calm",), ScoreSum(4, 1))
    ]
    said = " ".join(row_sentences(looking))
    assert "Manager 1.00 (n=1), on 1 statement, yourself 4.00 there: not counted among the others." in said
    shown = " ".join(plain(render_detail(small(), looking, 80)).split())
    assert shown.endswith("others: 3 colleagues; not counted here: manager")  # or nobody could recompute their mean
    told = " ".join(plain(render_text_table(compared(found), small(), ComparisonView(), 100)).split())
    assert "Not in the mean of others, with too few shared statements: Looking (manager)" in told


def test_groups_that_all_scored_too_few_items_are_compared_on_what_they_have_in_common() -> None:
    found = Feedback(every(4))
    found.give("manager", [every(1)], mark="000001", items=("calm",))
    found.give("colleague", [every(2)] * 3, mark="000002", items=("calm", "acts"))
    looking = compared(found).domains[0]
    assert (looking.items, looking.covered, looking.beside) == (("calm",), False, ())
    assert [group.role for group in looking.groups] == ["manager", "colleague"]


def test_ones_own_verdict_is_that_of_the_session_whatever_others_answered() -> None:
    found = Feedback(answers(4, 3, 1, 3, 3, 3, 3))  # 8/3 in the session, 7/2 on what the manager answered
    found.give("manager", [every(2, signs=NA)])
    looking = compared(found).domains[0]
    assert looking.own == ScoreSum(7, 2)
    assert (looking.own_verdict, looking.quadrant) == ("not high", "shared point of attention")
    said = list(row_sentences(looking))
    assert said[0].startswith("yourself 3.50 (n=2)")
    assert said[-1] == "Your verdict is that of the session: 2.67 (n=3), not high."
    shown = plain(render_quadrant_list(compared(found), small(), 100))
    assert "own 2.67, here 3.50 (n=2) · others 2.00" in shown


def test_exactly_the_threshold_is_no_point_of_attention() -> None:
    found = Feedback(every(3))
    found.give("manager", [every(3, acts=2)])
    comparison = compared(found)
    assert [row.quadrant for row in comparison.domains] == [None, None, None]
    shown = " ".join(plain(render_quadrant_list(comparison, small(), 100)).split())
    assert "so in none of the four: Looking, Doing, Together." in shown
    assert "In none of the four (" not in shown


def test_the_largest_gap_is_called_so_only_where_it_is() -> None:
    found = Feedback(every(3))
    found.give("manager", [every(4, calm=3, acts=1, tells=1)])
    rows = compared(found).domains
    assert "Of those with at least 3 scores the largest gap is +0.67: Looking" in gap_summary(small(), rows)
    assert "The largest gap is -2.00: Doing" in gap_summary(small(), rows[1:])


def test_a_gap_below_a_quarter_is_no_blind_spot() -> None:
    row = compared(by_hand()).domains[2]
    group = structs.replace(row.groups[0], mean=Fraction(3), least=Fraction(3), most=Fraction(3))
    near = structs.replace(row, own=ScoreSum(16, 5), groups=(group,))
    assert (near.gap, near.own_verdict, near.others_verdict, near.quadrant) == (
        Fraction(-1, 5),
        "high",
        "not high",
        None,
    )
    assert structs.replace(near, own=ScoreSum(13, 4)).quadrant == "blind spot"


@pytest.mark.parametrize(
    ("least", "most", "verdict"),
    [
        (Fraction(3), Fraction(3), "not high"),
        (Fraction(301, 100), Fraction(301, 100), "high"),
        (Fraction(3), Fraction(301, 100), None),
        (Fraction(2), Fraction(3), "not high"),
        (Fraction(301, 100), Fraction(4), "high"),
    ],
)
def test_others_have_no_verdict_where_rounding_could_decide_it(
    least: Fraction, most: Fraction, verdict: str | None
) -> None:
    row = compared(by_hand()).domains[2]
    rounded = structs.replace(row, groups=(structs.replace(row.groups[0], least=least, most=most),))
    assert rounded.others_verdict == verdict


def test_an_item_has_a_verdict_only_where_every_sum_behind_its_level_gives_it() -> None:
    found = Feedback(every(4))
    found.give("manager", [every(4)], mark="000001")
    found.give("colleague", [every(2), every(3), every(3)], mark="000002")  # 8 of 3: told as about 3, so 8 to 10
    calm = next(row for row in compared(found).items if row.id == "calm")
    assert [(group.least, group.most) for group in calm.groups] == [(4, 4), (Fraction(8, 3), Fraction(10, 3))]
    assert calm.others_verdict == "high"


def test_others_on_either_side_of_the_threshold_are_divided() -> None:
    found = Feedback(every(4))
    found.give("manager", [every(4)], mark="000001")
    found.give("colleague", [every(2), every(3), every(3)], mark="000002")
    looking = compared(found).domains[0]
    assert (looking.others_verdict, looking.quadrant, looking.is_divided) == ("high", None, True)
    assert "Others differ: manager high; 3 colleagues not high." in list(row_sentences(looking))
    assert not compared(by_hand()).domains[2].is_divided
    assert any(said.endswith(": others differ.") for said in quadrant_sentences(compared(found), small()))
    fields = " ".join(plain(render_quadrant_list(compared(found), small(), 100)).split())
    assert "Others differ, one is high and another is not: Looking" in fields
    drawn = plain(render_comparison(compared(found), small(), ComparisonView(), 80))
    (row,) = [line for line in drawn.splitlines() if line.strip().startswith(row_name(small(), looking))]
    assert row.rstrip().endswith("↕")
    assert drawn.count("↕ Others differ: one is high and another is not.") == 1
    told = plain(render_text_table(compared(found), small(), ComparisonView(), 100))
    assert f"{row_cells(compared(found), small(), looking)[-2]}" in told
    assert row_cells(compared(found), small(), looking)[-2].endswith(" ↕")
    assert "↕ Others differ: one is high and another is not." in told
    none = plain(render_comparison(compared(by_hand()), small(), ComparisonView(), 80))
    assert "↕" not in none


def test_a_confidential_group_that_scored_just_enough_decides_on_which_statements_others_are_compared() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(4, tells=NA)] * 3, mark="000001")
    found.give("manager", [every(2, tells=4)], mark="000002", promise="named")
    doing = compared(found).domains[1]
    assert (doing.items, doing.covered, doing.beside) == (("acts",), True, ())
    assert [(group.role, group.scored) for group in doing.groups] == [("manager", 1), ("colleague", 3)]


@pytest.mark.parametrize("manager", [every(2), every(2, signs=NA)])
def test_a_confidential_group_that_scored_too_few_stands_beside_a_manager_by_name(manager: dict[str, Score]) -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(4, kind=NA, signs=NA)] * 3, mark="000001")
    found.give("manager", [manager], mark="000002", promise="named")
    looking = compared(found).domains[0]
    assert looking.items == tuple(item for item in ITEMS[:3] if manager[item] != NA)
    assert ([group.role for group in looking.groups], looking.covered) == (["manager"], True)
    assert [(group.role, group.items) for group in looking.beside] == [("colleague", ("calm",))]
