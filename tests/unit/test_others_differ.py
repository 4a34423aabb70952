"""Others who differ among themselves, and means exactly at the threshold: what a comparison and an agenda say."""

from __future__ import annotations

import pytest
from msgspec import structs

from reflect_tui.analysis.talking_points import gap_point, propose_agenda
from reflect_tui.i18n import use_language
from reflect_tui.model.agenda import Agenda, AgendaPoint, GroupScoreSum, ScoreSum, are_divided, dumps, parse
from reflect_tui.model.session import Score
from reflect_tui.views.agenda import point_evidence, point_title
from reflect_tui.views.compare import ComparisonView, render_comparison, render_quadrant_list
from reflect_tui.views.comparison_sentences import field_text, row_sentences
from reflect_tui.views.lines import plain
from tests.unit.examples import small
from tests.unit.feedback_examples import Feedback, every
from tests.unit.test_compare import compared


def named(own: Score, **given: tuple[Score, ...]) -> Feedback:
    found = Feedback(every(own))
    for mark, (role, scores) in enumerate(given.items()):
        found.give(role, [every(score) for score in scores], mark=f"{mark:06x}", promise="named")  # type: ignore[arg-type]
    return found


def agenda_of(found: Feedback) -> Agenda:
    return propose_agenda(small(), found.session, comparison=compared(found))


def told(point: AgendaPoint) -> str:
    return " ".join([point_title(point, small()), *point_evidence(point, small(), {})])


@pytest.mark.parametrize(
    ("own", "manager", "colleague", "title"),
    [
        (3, 3, 4, "others differ"),  # one sees just the same
        (4, 2, 4, "others differ"),
        (1, 2, 4, "others differ"),  # both higher, of which one is high
        (3, 1, 2, "others see it differently"),
        (3, 3, 3, "others see it as you do"),
    ],
)
def test_no_point_says_that_others_see_it_differently_when_one_does_not(
    own: int, manager: int, colleague: int, title: str
) -> None:
    row = compared(named(own, manager=(manager,), colleague=(colleague,))).domains[0]
    assert point_title(gap_point(row), small()) == f"Looking: {title}"


def test_one_who_sees_it_better_and_one_who_sees_it_worse_differ_whatever_their_verdicts() -> None:
    worse, better = GroupScoreSum("manager", 1, 3, 3), GroupScoreSum("client", 3, 27, 9)
    point = AgendaPoint(kind="gap", about="looking", now=ScoreSum(6, 3), others=(worse, better))
    assert point.is_divided
    assert not structs.replace(point, others=(better,)).is_divided
    assert not structs.replace(point, others=()).is_divided
    same = GroupScoreSum("colleague", 2, 12, 6)
    for other in (worse, better):
        assert structs.replace(point, others=(same, other)).is_divided
        assert structs.replace(point, others=(other, same)).is_divided


def test_a_group_without_a_verdict_beside_one_that_is_high_and_one_that_is_not_hides_neither() -> None:
    assert are_divided(["high", None, "not high"])
    assert are_divided([None, "divided"])
    assert not are_divided(["high", None])
    assert not are_divided([])


def test_one_who_sees_it_as_oneself_and_one_who_sees_it_worse_differ_on_the_agenda() -> None:
    same, worse = GroupScoreSum("manager", 1, 6, 3), GroupScoreSum("client", 3, 15, 9)
    point = AgendaPoint(kind="gap", about="looking", now=ScoreSum(6, 3), others=(same, worse))
    assert point_title(point, small()) == "Looking: others differ"
    agreed = structs.replace(point, others=(worse, GroupScoreSum("colleague", 3, 15, 9)))
    assert point_title(agreed, small()) == "Looking: others see it differently"


def test_groups_whose_mean_hides_that_they_differ_are_named_on_the_agenda() -> None:
    differ = next(p for p in agenda_of(named(3, manager=(4,), colleague=(2,))).points if p.kind == "gap")
    assert told(differ) == (
        "Looking: others differ On the same statements: self 3.00 (n=3), manager 4.00 (n=3), "
        "colleague 2.00 (1 person, n=3)."
    )
    strength = agenda_of(named(4, manager=(2,), colleague=(4,))).points[0]
    assert strength.kind == "strength"
    assert "manager 2.00 (n=3), colleague 4.00 (1 person, n=3)" in told(strength)


@pytest.mark.parametrize(("scores", "are_shown"), [((4, 4, 4, 4), False), ((4, 4, 4, 3), True)])
def test_others_who_see_a_strength_higher_are_shown_with_it_only_where_they_differ(
    scores: tuple[Score, ...], are_shown: bool
) -> None:
    found = Feedback(every(4, kind=3))  # 3.67; others see 4.00, or 3.75 of which one is not high
    found.give("colleague", [every(score) for score in scores], promise="named")
    point = next(p for p in agenda_of(found).points if (p.kind, p.about) == ("strength", "looking"))
    assert bool(point.others) is are_shown
    assert ("gap", "looking") not in {(p.kind, p.about) for p in agenda_of(found).points}


def test_two_people_by_name_who_differ_are_no_shared_point_of_attention() -> None:
    row = compared(found := named(3, colleague=(1, 4))).domains[0]
    assert (row.quadrant, row.is_divided, field_text(row)) == (None, True, "others differ")
    assert "Others differ: 2 colleagues divided." in list(row_sentences(row))
    (point, *_rest) = [point for point in agenda_of(found).points if point.kind == "gap"]
    assert told(point).startswith("Looking: others differ")
    assert "colleague 2.50 (2 people, divided, n=6)" in told(point)
    kept = Agenda(session=found.session.id, points=(point,))
    assert parse(dumps(kept), "agendas/x.toml") == kept


def test_no_word_of_a_field_is_cut_beside_its_row() -> None:
    comparison = compared(named(3, manager=(4,), colleague=(2,)))
    for language, field in (("en", "others differ"), ("nl", "anderen zijn verdeeld")):
        use_language(language)
        rows = render_comparison(comparison, small(), ComparisonView(), 120)
        assert any(row.text.rstrip().endswith(f"↕ {field}") and row.width <= 120 for row in rows)


def test_people_of_a_confidential_group_are_never_told_apart_by_it() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(1), every(4), every(4)])
    row = compared(found).domains[0]
    assert not row.is_divided
    assert not any("divided" in said for said in row_sentences(row))


@pytest.mark.parametrize(("own", "manager"), [(3, 2), (2, 3), (3, 3)])
def test_exactly_at_the_threshold_on_either_side_is_no_shared_point_of_attention(own: int, manager: int) -> None:
    comparison = compared(named(own, manager=(manager,)))
    row = comparison.domains[0]
    assert (row.quadrant, field_text(row)) == (None, "exactly at the threshold")
    fields = " ".join(plain(render_quadrant_list(comparison, small(), 100)).split())
    assert "Exactly at the threshold, for you or in the mean of others, so in none of the four: Looking" in fields


def test_where_lower_is_better_exactly_at_the_threshold_is_not_good_in_ones_own_eyes() -> None:
    row = compared(named(3, manager=(4,))).domains[0]
    assert row.session
    own = structs.replace(row.session, better="lower")
    lower = structs.replace(row, scale=structs.replace(row.scale, better="lower"), session=own)
    assert row.quadrant == "hidden strength"  # others are high, and oneself is not
    assert (lower.quadrant, field_text(lower)) == (None, "exactly at the threshold")


def test_others_whose_mean_is_ones_own_of_a_strength_make_it_no_point_to_talk_about() -> None:
    found = Feedback(every(3, acts=3, tells=4))
    found.give("manager", [every(4)], mark="000001", promise="named")
    found.give("colleague", [every(3)], mark="000002", promise="named")
    kinds = {(point.kind, point.about) for point in agenda_of(found).points}
    assert ("strength", "doing") in kinds
    assert ("gap", "doing") not in kinds
