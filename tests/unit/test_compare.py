"""Oneself beside others: a comparison calculated by hand, who belongs to it, and what is kept out of it."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from msgspec import structs

from reflect_tui.analysis.compare import Comparison, by_gap, by_size, compare
from reflect_tui.analysis.rater_groups import may_be_shown_alone, nearest_session
from reflect_tui.analysis.trend import group_points
from reflect_tui.i18n import format_date
from reflect_tui.line_mode import reading
from reflect_tui.model.agenda import ScoreSum
from reflect_tui.model.round import Promise
from reflect_tui.model.session import NOT_APPLICABLE, Session
from reflect_tui.views.compare import ComparisonView, axis_spans, render_comparison
from reflect_tui.views.comparison_sentences import OWN, elsewhere_sentence, hidden_sentence
from reflect_tui.views.labels import day
from reflect_tui.views.lines import plain
from tests.unit import examples
from tests.unit.examples import fresh, small
from tests.unit.feedback_examples import Feedback, answers, every

NA = NOT_APPLICABLE


def by_hand() -> Feedback:
    """Give one manager, four colleagues and two clients: the example that is calculated below."""
    found = Feedback(answers(3, 4, 2, 3, NA, 4, 4))
    found.give("manager", [answers(4, 4, 3, 2, 2, 3, 3)])
    colleagues = [
        answers(4, 3, 3, 3, 2, 2, 3),
        answers(3, 3, NA, 3, 3, 3, 3),
        answers(4, 4, 2, 2, 2, 3, 2),
        answers(3, 4, 3, 4, 3, 2, NA),
    ]
    found.give("colleague", colleagues)
    found.give("client", [answers(1, 1, 1, 1, 1, 1, 1), answers(2, 2, 2, 2, 2, 2, 2)])
    return found


def compared(found: Feedback, own: list[Session] | None = None) -> Comparison:
    again = structs.replace(found.session, id=examples.fresh(found.session.id))
    return compare(small(), found.session, own or [again], found.others, found.told())


def test_a_gap_that_is_not_exact_has_one_mark_and_one_sentence_on_screen_and_in_words() -> None:
    found = compared(by_hand())
    for page in (render_comparison(found, small(), ComparisonView(), 100), reading.comparison(found, small(), 100)):
        said = " ".join(plain(page).split())
        assert "A gap with * is not exact" in said
        assert "≈" not in said


def test_means_gaps_and_fields_are_those_calculated_by_hand() -> None:
    comparison = compared(by_hand())
    looking, doing, together = comparison.domains
    # Looking: oneself 3+4+2; the manager 4+4+3; colleagues 14 from four, 14 from four, 8 from three.
    assert looking.own == ScoreSum(9, 3)
    assert [(group.role, group.sum, group.scored, group.bound) for group in looking.groups] == [
        ("manager", 11, 3, ""),
        ("colleague", 36, 11, ""),
    ]
    assert looking.others == (Fraction(11, 3) + Fraction(36, 11)) / 2 == Fraction(229, 66)
    assert looking.gap == Fraction(229, 66) - 3 == Fraction(31, 66)
    assert looking.quadrant == "hidden strength"  # 3.00 is not high, 3.47 is
    # Doing: "tells" is n/a for oneself, so only "acts": oneself 3, the manager 2; colleagues, whose figures never
    # depend on one's own answers, 3+3+2+4 and 2+3+2+3.
    assert doing.items == ("acts",)
    assert doing.total == 2
    assert doing.own == ScoreSum(3, 1)
    assert [(group.sum, group.scored) for group in doing.groups] == [(2, 1), (22, 8)]
    assert doing.gap == (2 + Fraction(22, 8)) / 2 - 3 == Fraction(-5, 8)
    assert not doing.is_exact
    assert (doing.quadrant, doing.is_at_threshold) == (None, True)
    # Together: oneself 4+4; the manager 3+3; colleagues 10 from four, 8 from three.
    assert [(group.sum, group.scored) for group in together.groups] == [(6, 2), (18, 7)]
    assert together.gap == (3 + Fraction(18, 7)) / 2 - 4 == Fraction(-17, 14)
    assert together.quadrant == "blind spot"
    assert [row.id for row in by_gap(comparison.domains)] == ["looking", "doing", "together"]
    assert [row.id for row in by_size(comparison.domains)] == ["looking", "together", "doing"]  # of few scores last


def test_focuses_are_added_up_over_the_domains_and_rounded_for_a_confidential_group() -> None:
    attitude, knowledge, skill = compared(by_hand()).focuses
    assert attitude.own == ScoreSum(11, 3)
    # Colleagues gave calm, kind and asks 38 in twelve scores: 3.17, so 3.25; signs 8 in three; skills 20 in
    # seven: 2.86; with "tells" 30 in eleven: 2.73, so 2.75.
    assert [(group.mean, group.scored, group.bound) for group in attitude.groups] == [
        (Fraction(11, 3), 3, ""),
        (Fraction(13, 4), 12, "about"),
    ]
    assert [(group.mean, group.scored) for group in knowledge.groups] == [(3, 1), (Fraction(11, 4), 3)]
    assert skill.items == ("acts", "gives")
    assert [(group.mean, group.scored) for group in skill.groups] == [(Fraction(5, 2), 2), (Fraction(11, 4), 11)]


def test_items_of_a_confidential_group_are_whole_points_and_the_managers_exact() -> None:
    rows = {row.id: row for row in compared(by_hand()).items}
    assert "tells" not in rows  # not scored by oneself
    calm = rows["calm"]
    assert [(group.role, group.mean, group.bound) for group in calm.groups] == [
        ("manager", Fraction(4), ""),
        ("colleague", Fraction(4), "about"),  # 14 of 16: 3.5
    ]
    assert calm.gap == 1


def test_two_clients_are_not_shown_and_change_nothing() -> None:
    found = by_hand()
    comparison = compared(found)
    assert [(one.role, one.people, one.needed, one.reason) for one in comparison.raters.hidden] == [
        ("client", 2, 3, "few")
    ]
    others = [structs.replace(one, scores=every(4)) if one.role == "client" else one for one in found.others]
    changed = compare(small(), found.session, [found.session], others, found.told(others))
    assert (changed.domains, changed.focuses, changed.items) == (
        comparison.domains,
        comparison.focuses,
        comparison.items,
    )


def test_an_item_that_too_few_of_a_group_scored_counts_nowhere() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(2), every(4, calm=NA)])
    looking = compared(found).domains[0]
    assert looking.items == ("kind", "signs")
    assert looking.groups[0].scored == 6


def test_the_rounds_own_higher_minimum_counts() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(3), every(4), every(3)], minimum=5)
    (hidden,) = compared(found).raters.hidden
    assert (hidden.people, hidden.needed, hidden.reason) == (4, 5, "few")


@pytest.mark.parametrize("state", ["open", "withdrawn"])
def test_a_round_is_compared_when_it_is_closed(state: str) -> None:
    found = Feedback(every(3))
    found.give("manager", [every(2)])
    found.give("colleague", [every(2), every(3), every(4)], state=state)
    comparison = compared(found)
    assert not comparison.has_others
    assert comparison.raters.hidden == ()


def test_a_round_of_which_an_answer_is_missing_is_not_shown() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(3), every(4), every(3)])
    comparison = compare(small(), found.session, [found.session], found.others[1:], found.told(found.others[1:]))
    assert [one.reason for one in comparison.raters.hidden] == ["incomplete"]


def test_answers_of_a_round_that_is_not_there_are_not_shown() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(3), every(4)])
    comparison = compare(small(), found.session, [found.session], found.others, {})
    assert [(one.people, one.needed, one.reason) for one in comparison.raters.hidden] == [(3, 3, "unknown")]
    assert not any(may_be_shown_alone(one, {}) for one in found.others)


def test_answers_of_rounds_that_are_not_there_are_counted_by_role_and_round() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(3)])
    found.give("colleague", [every(4)], mark="5a2a9c")
    found.give("manager", [every(4)])
    comparison = compare(small(), found.session, [found.session], found.others, {})
    assert [(one.role, one.people, one.needed) for one in comparison.raters.hidden] == [
        ("manager", 1, 1), ("colleague", 1, 3), ("colleague", 2, 3),
    ]  # fmt: skip


def test_answers_seen_by_themselves_are_never_added_to_a_confidential_group() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(3), every(4)])
    before = compared(found).domains
    found.others.append(examples.session(every(1), role="colleague", days=1))
    after = compared(found)
    assert [structs.replace(row, beside=()) for row in after.domains] == list(before)
    assert [[(one.people, one.mean, one.apart) for one in row.beside] for row in after.domains] == [
        [(1, Fraction(1), True)] for _row in before
    ]
    assert after.raters.hidden == ()


def test_an_older_round_of_a_group_is_named_with_its_day() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(3), every(4)], mark="000001")
    older = found.give("colleague", [every(1)] * 3, mark="000002")
    before = older.made - timedelta(days=2)
    found.rounds[older.id] = structs.replace(older, id=f"{before:%Y-%m-%d}-others-000002", made=before)
    (hidden,) = compared(found).raters.hidden
    said = hidden_sentence(hidden)
    assert said.startswith(f"3 colleagues, round of {format_date(before.date())}: left out")
    assert said.endswith(f"the newest round is shown, here that of {format_date(older.made.date())}.")


@pytest.mark.parametrize("days", [-100, -2, 2, 100])
@pytest.mark.parametrize("promise", ["confidential", "named", ""])
def test_others_stand_beside_no_session_but_the_nearest_whichever_came_first(days: int, promise: str) -> None:
    found = Feedback(every(3))  # a round of it is made a day later
    found.give("colleague", [every(4)] * 3, promise=promise or "named")
    if not promise:
        found.others = [examples.session(every(4), role="colleague", days=1)]
    mine, other = found.session, examples.session(every(3), days=days)
    for own in ([mine, other], [other, mine]):
        beside = [compare(small(), one, own, found.others, found.told() if promise else {}).raters for one in own]
        nearest = min(own, key=lambda one: (abs(one.started - mine.started - timedelta(days=1)), one.id))
        assert [bool(raters.groups) for raters in beside] == [one is nearest for one in own]
        assert [raters.elsewhere for raters in beside] == [0, 0]


def test_everyone_at_the_end_of_the_scale_is_told_as_a_bound() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(4)] * 3)
    row = compared(found).domains[1]
    assert (row.groups[0].sum, row.groups[0].scored, row.groups[0].bound) == (23, 6, "at least")
    almost = Feedback(every(3))
    almost.give("colleague", [every(4), every(4), every(4, acts=3)])
    assert compared(almost).domains[1] == row


def test_comments_stand_by_domain_in_an_order_of_their_own() -> None:
    notes = [{"gives": "one", "calm": "two"}, {"calm": "three"}, {"acts": "four"}]
    found = Feedback(every(3))
    found.give("colleague", [every(2)] * 3, notes=notes)
    comments = compared(found).comments
    assert [comment.domain for comment in comments] == ["looking", "looking", "doing", "together"]
    turned = Feedback(every(3))
    turned.give("colleague", [every(2)] * 3, notes=notes[::-1])
    assert compared(turned).comments == comments
    few = Feedback(every(3))
    few.give("colleague", [every(2)] * 2, notes=notes)
    assert compared(few).comments == ()


def test_others_on_another_version_are_counted_and_left_out() -> None:
    mine = examples.session(every(3))
    other = structs.replace(examples.session(every(2), role="manager"), started=mine.started + timedelta(days=1))
    for digest in ("0" * 64, "f" * 64):
        found = compare(small(), mine, [mine], [structs.replace(other, digest=f"sha256:{digest}")], {}).raters
        assert (found.groups, found.elsewhere, found.instead) == ((), 1, ())


def on_version(session: Session, number: int) -> Session:
    return structs.replace(session, digest=f"sha256:{number:064x}", version=f"{number}.0.0")


@pytest.mark.parametrize("confidential", [True, False])
def test_a_round_is_compared_with_the_session_on_its_version_though_a_newer_one_is_nearer(
    *, confidential: bool
) -> None:
    found = Feedback(every(3))
    promise: Promise = "confidential" if confidential else "named"
    found.give("colleague", [every(2), every(3), every(4)], promise=promise)
    mine = found.session
    older = structs.replace(mine, id=mine.id[:-1] + "0", started=mine.started - timedelta(days=90))
    newer = on_version(structs.replace(mine, id=mine.id[:-1] + "f", started=mine.started + timedelta(days=1)), 2)
    own = [newer, mine, older]
    beside = {one.id: compare(small(), one, own, found.others, found.told()).raters for one in own}
    assert [(group.role, group.people) for group in beside[mine.id].groups] == [("colleague", 3)]
    assert (beside[older.id].groups, beside[older.id].elsewhere) == ((), 0)
    assert (beside[newer.id].groups, beside[newer.id].elsewhere, beside[newer.id].instead) == ((), 3, (mine,))
    said = f"3 answered on another version of the instrument: compared with your session of {day(mine.started)}."
    assert elsewhere_sentence(beside[newer.id]) == said
    points = group_points(own, found.others, found.told(), {mine.digest: small(), newer.digest: small()})
    assert [point.session for point in points] == ([mine.id] if confidential else [])


def test_what_nobody_compared_comes_last_whatever_the_order() -> None:
    found = Feedback(answers(None, None, None, 3, 3, 4, 4))
    found.give("manager", [every(3, acts=4, tells=4)])
    rows = compared(found).domains
    assert [(row.id, row.gap) for row in rows] == [("looking", None), ("doing", 1), ("together", -1)]
    assert [row.id for row in by_gap(rows)] == ["doing", "together", "looking"]
    assert [row.id for row in by_gap(rows[::-1])] == ["doing", "together", "looking"]
    assert [row.id for row in by_size(rows)] == ["doing", "together", "looking"]
    assert [row.id for row in by_size(rows[::-1])] == ["together", "doing", "looking"]
    assert (rows[0].own, rows[0].others, rows[0].groups, rows[0].quadrant) == (None, None, (), None)


def test_only_answers_on_the_instrument_count_and_those_on_other_versions_apart() -> None:
    mine = examples.session(every(3))
    manager = examples.session(every(2), role="manager", days=1)
    elsewhere = [structs.replace(manager, digest=f"sha256:{n}" + "0" * 63) for n in range(3)]
    tall = [examples.session(every(2), role="manager", instrument=name) for name in ("tall", "short")]
    later = [structs.replace(one, role="self", started=manager.started) for one in tall]  # as near to the manager's
    found = compare(small(), mine, [mine, *tall, *later], [manager, mine, *elsewhere, *tall], {}).raters
    assert [(group.role, group.sessions) for group in found.groups] == [("manager", (manager,))]
    assert found.elsewhere == 3
    assert compare(small(), mine, [mine], [], {}).raters.elsewhere == 0


def test_a_copy_of_a_session_has_the_same_others() -> None:
    found = by_hand()
    copy = structs.replace(found.session, id=fresh(found.session.id))
    assert compare(small(), copy, [found.session], found.others, found.told()) == compared(found)


def test_of_two_confidential_rounds_the_newer_is_shown_and_the_older_one_told_of() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2)] * 3, mark="000001")
    found.give("colleague", [every(4)] * 4, mark="000002")
    raters = compared(found).raters
    assert [(group.people, group.rounds[0][-6:]) for group in raters.groups] == [(4, "000002")]
    assert [(hidden.people, hidden.needed, hidden.reason) for hidden in raters.hidden] == [(3, 3, "apart")]


def test_the_nearest_session_is_the_first_of_two_as_near() -> None:
    early, late = examples.session(every(3)), examples.session(every(3), days=2)
    assert nearest_session(early.started + timedelta(days=1), [late, early]) == early
    assert nearest_session(early.started + timedelta(days=1, seconds=1), [late, early]) == late


def test_what_others_see_as_one_does_comes_before_what_they_see_lower() -> None:
    found = Feedback(answers(3, 3, 3, 3, 3, 4, 4))
    found.give("manager", [every(3)])
    rows = compared(found).domains
    assert [row.gap for row in rows] == [0, 0, -1]
    assert [row.id for row in by_gap(rows[::-1])] == ["doing", "looking", "together"]


def test_a_gap_is_sure_only_as_far_as_no_rounding_explains_it() -> None:
    row = compared(by_hand()).domains[2]
    group = structs.replace(
        row.groups[0], mean=Fraction(15, 4), least=Fraction(15, 4), most=Fraction(4), bound="at least"
    )
    assert structs.replace(row, groups=(group,), own=ScoreSum(8, 2)).sure_gap == 0
    assert structs.replace(row, groups=(group,), own=ScoreSum(4, 2)).sure_gap == Fraction(7, 4)
    assert structs.replace(row, groups=(group,), own=ScoreSum(9, 2)).sure_gap == Fraction(1, 2)


def test_several_in_one_spot_have_the_colour_of_oneself_only_when_one_is_among_them() -> None:
    found = Feedback(every(4))
    found.give("manager", [every(2)], mark="000001")
    found.give("colleague", [every(2)] * 3, mark="000002")
    styles = {one.text: one.style for one in axis_spans(compared(found).domains[0], 31)}
    assert (styles["◉"], styles[OWN]) == ("strong", "accent")
    beside = Feedback(every(2))
    beside.give("manager", [every(2)], mark="000001")
    assert {one.text: one.style for one in axis_spans(compared(beside).domains[0], 31)}["◉"] == "accent"
