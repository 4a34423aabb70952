"""Answers by name: beside a confidential group, by themselves, and in words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from msgspec import structs

from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.rater_groups import may_be_shown_alone
from reflect_tui.i18n import use_language
from reflect_tui.line_mode.reading import comparison as words
from reflect_tui.model.agenda import ScoreSum
from reflect_tui.model.session import Score
from reflect_tui.report.comparison_data import document
from reflect_tui.views.compare import ComparisonView, render_comments, render_comparison, render_detail, row_cells
from reflect_tui.views.comparison_sentences import each_text, row_name, row_sentences
from reflect_tui.views.lines import plain
from tests.unit import examples
from tests.unit.examples import small
from tests.unit.feedback_examples import Feedback, every
from tests.unit.test_compare import NA, compared


def test_three_colleagues_without_a_round_are_shown_as_they_are() -> None:
    mine = examples.session(every(3))
    others = [examples.session(every(score), role="colleague", days=day) for score, day in ((2, 1), (4, 2), (4, 3))]
    row = compare(small(), mine, [mine], others, {}).domains[0]
    assert (row.groups[0].mean, row.groups[0].bound) == (Fraction(10, 3), "")
    (group,) = compare(small(), mine, [mine], others[1:], {}).raters.groups
    assert (group.people, group.labels) == (2, ("", ""))


def test_only_comments_of_a_named_round_have_their_writer() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2)] * 3, mark="000001", notes=[{"gives": "in confidence"}])
    found.give("colleague", [every(4)], mark="000002", promise="named", notes=[{"gives": "by name"}])
    comparison = compared(found)
    for drawn in (plain(words(comparison, small(), 110)), plain(render_comments(comparison, small(), 110))):
        assert ("colleague 0: by name" in drawn, ": in confidence" in drawn) == (True, False)
    told = {one["text"]: (one["role"], one["label"]) for one in document(comparison, small())["comments"]}
    assert told == {"by name": ("colleague", "colleague 0"), "in confidence": (None, None)}


@pytest.mark.parametrize(("state", "shown"), [("open", False), ("closed", True), ("withdrawn", True)])
def test_named_answers_are_shown_as_they_are_once_their_round_is_over(state: str, shown: bool) -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(4)] * 3, promise="named", state=state)
    assert {may_be_shown_alone(answer, found.rounds) for answer in found.others} == {shown}
    raters = compared(found).raters
    assert [(group.people, group.confidential) for group in raters.groups] == [(3, False)] * shown
    assert [(one.people, one.needed, one.reason) for one in raters.hidden] == [(3, 1, "open")] * (not shown)
    assert [group.bound for group in compared(found).domains[0].groups] == [""] * shown


@pytest.mark.parametrize("gone", [0, 1, 3])
def test_who_answered_a_closed_round_by_name_and_whose_session_is_not_there_is_counted(gone: int) -> None:
    found = Feedback(every(3))
    asked = found.give("colleague", [every(4)] * 3, promise="named")
    found.others = found.others[gone:]
    raters = compared(found).raters
    assert [group.people for group in raters.groups] == [3 - gone] * (gone < 3)
    assert [(one.people, one.needed, one.reason) for one in raters.hidden] == [(gone, 1, "gone")] * (gone > 0)
    for other in ({"state": "open"}, {"state": "withdrawn"}, {"instrument": "another"}, {"instrument": "tall"}):
        found.rounds = {asked.id: structs.replace(asked, **other)}
        assert "gone" not in {one.reason for one in compared(found).raters.hidden}


def test_named_answers_beside_a_confidential_group_are_kept_apart() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2)] * 3, mark="000001")
    found.give("colleague", [every(4)] * 4, mark="000002", promise="named", minimum=4)
    comparison = compared(found)
    assert [(group.people, group.confidential, group.apart) for group in comparison.raters.groups] == [
        (3, True, False),
        (4, False, True),
    ]
    (row, *_rest) = comparison.domains
    assert [(group.people, group.apart) for group in row.groups] == [(3, False)]
    (named,) = row.beside
    assert [(one.number, one.given.mean) for one in named.each] == [(number, Fraction(4)) for number in (1, 2, 3, 4)]
    assert row.others == row.groups[0].mean
    drawn = plain(render_comparison(comparison, small(), ComparisonView(), 110))
    assert "■ 3 colleagues" in drawn
    assert "◇ 4 colleagues by name" in drawn
    assert drawn.count("◇") == 1 + len(comparison.domains)
    assert "the two are never added together" in " ".join(drawn.split())
    assert "4 colleagues by name" in plain(render_detail(small(), row, 110))
    both = row_cells(comparison, small(), row)
    assert both[2:4] == ["2.00 (9)", "4.00 (12)"]


def test_in_words_each_answer_by_name_is_told_by_domain_in_the_order_of_the_round() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2)] * 3, mark="000001")
    asked = found.give("colleague", [every(4), every(3)], mark="000002", promise="named")
    found.rounds[asked.id] = structs.replace(asked, invited=asked.invited[::-1])
    said = plain(words(compared(found), small(), 110))
    name = row_name(small(), compared(found).domains[0], short=False)
    assert f"{name}: colleague 1: 3.00, colleague 0: 4.00" in said


@pytest.mark.parametrize("scores", [every(1), {"calm": 4}])
def test_one_named_answer_beside_a_confidential_group_is_shown_and_changes_no_figure_of_it(
    scores: dict[str, Score],
) -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(3), every(4)], mark="000001")
    before = compared(found)
    found.give("colleague", [scores], mark="000002", promise="named")
    after = compared(found)
    for old, new in zip(before.domains, after.domains, strict=True):
        assert (new.groups, new.items, new.own, new.gap) == (old.groups, old.items, old.own, old.gap)
    (one,) = after.domains[0].beside
    assert (one.people, one.sum, len(one.each)) == (
        1,
        sum(score for item in one.items if isinstance(score := scores[item], int)),
        1,
    )


def test_an_answer_by_name_counts_on_the_statements_that_a_confidential_group_scored() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(3, calm=4, kind=4, signs=NA)] * 3, mark="000001")
    found.give("manager", [every(3, calm=2, kind=2, signs=1)], mark="000002", promise="named")
    looking = compared(found).domains[0]
    assert looking.items == ("calm", "kind")
    assert [group.mean for group in looking.groups] == [
        2,
        Fraction(23, 6),
    ]  # of the six fours only "at least 23" is told
    assert looking.others == (2 + Fraction(23, 6)) / 2


def test_where_only_named_answers_have_a_statement_they_are_the_others() -> None:
    found = Feedback(every(3))
    without = {item: score for item, score in every(2).items() if item != "calm"}
    found.give("colleague", [without] * 3, mark="000001")
    found.give("colleague", [every(4)], mark="000002", promise="named")
    (row,) = [row for row in compared(found).items if row.id == "calm"]
    assert [(group.people, group.apart, group.mean) for group in row.groups] == [(1, True, Fraction(4))]


def test_a_manager_is_shown_alone_and_never_in_confidence() -> None:
    found = Feedback(every(3))
    found.give("manager", [every(4)])
    (group,) = compared(found).raters.groups
    assert (group.people, group.confidential, group.sessions) == (1, False, ())
    assert (group.first, group.last) == (found.others[0].finished, found.others[0].finished)


def test_a_named_group_is_shown_however_small_it_is_with_what_each_gave() -> None:
    found = Feedback(every(3))
    made = found.give("client", [every(4), every(2, kind=NA)], promise="named")
    people = tuple(
        structs.replace(person, session=answer.id, label=label)
        for person, answer, label in zip(made.invited, found.others, ("Sanne", ""), strict=True)
    )
    found.rounds[made.id] = structs.replace(made, invited=people)
    comparison = compared(found)
    assert comparison.raters.hidden == ()
    (clients,) = comparison.domains[0].groups
    assert [(one.label, one.given) for one in clients.each] == [("Sanne", ScoreSum(12, 3)), ("", ScoreSum(4, 2))]
    assert each_text(comparison.domains[0], clients) == "Sanne: 4.00, client 2: 2.00"
    assert "2 clients 3.20 (n=5) (Sanne: 4.00, client 2: 2.00)" in " ".join(row_sentences(comparison.domains[0]))
    found.rounds[made.id] = structs.replace(found.rounds[made.id], promise="confidential")
    assert [(one.role, one.reason) for one in compared(found).raters.hidden] == [("client", "few")]


@pytest.mark.parametrize(("language", "said"), [
    ("en", "on 1 statement; you 4.00 there"),
    ("nl", "op 1 stelling; zelf daar 4,00"),
])  # fmt: skip
def test_what_a_group_apart_answered_is_wrapped_in_a_narrow_window_and_never_cut(language: str, said: str) -> None:
    use_language(language)
    found = Feedback(every(4))
    found.give("manager", [every(1)], mark="000001", items=("calm",))
    found.give("colleague", [every(2)] * 3, mark="000002")
    drawn = plain(render_detail(small(), compared(found).domains[0], 46))
    assert said in " ".join(drawn.split())
    assert "…" not in drawn
