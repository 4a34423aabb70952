"""Statements that are reversed: shown as answered, counted the other way round, in every figure and on every page."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui import i18n
from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.diff import diff, results
from reflect_tui.analysis.release import release_group
from reflect_tui.analysis.summary import lowest_items, summarize
from reflect_tui.analysis.talking_points import propose_agenda
from reflect_tui.analysis.trend import trend
from reflect_tui.feedback.answers import AnswerContent
from reflect_tui.line_mode import reading
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Score, Session
from reflect_tui.report.build import Material, build_report
from reflect_tui.views.compare import ComparisonView, render_comparison, render_table
from reflect_tui.views.instrument_words import marked_sentence
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_results, results_sentence
from tests.unit.examples import ITEMS, quick, session, small
from tests.unit.plain_examples import words
from tests.unit.report_examples import NOW
from tests.unit.shape_examples import filled, shape

MOST_OUTGOING: dict[str, Score] = {
    "company": 5, "talks": 5, "quiet": 1, "parties": 5, "background": 1, "little": 1,
}  # fmt: skip


def turned(content: Instrument) -> Instrument:
    """Give an instrument of which every other statement is reversed."""
    domains = [
        structs.replace(
            domain, items=tuple(structs.replace(item, reversed=n % 2 == 0) for n, item in enumerate(domain.items))
        )
        for domain in content.domains
    ]
    return structs.replace(content, domains=tuple(domains))


def as_turned(content: Instrument, session: Session) -> Session:
    return structs.replace(session, scores=dict(content.counted(session.scores)))


def test_who_is_as_outgoing_as_can_be_gets_the_highest_mean() -> None:
    content = shape("outgoing")
    (group,) = summarize(content, MOST_OUTGOING).domains
    assert (group.mean, group.verdict) == (Fraction(5), "high")
    assert lowest_items(content, filled(content, MOST_OUTGOING)) == ()
    shown = plain(render_results(results(content, filled(content, MOST_OUTGOING)), 100))
    assert "5.00" in shown
    assert 'Statements marked "reversed" are shown as answered and count the other way round: 1 as 5.' in words(shown)


some = st.one_of(st.integers(1, 4), st.sampled_from(["n/a", None]))


def answers(values: list[Score | None]) -> dict[str, Score]:
    return {item.id: value for item, value in zip(small().items, values, strict=True) if value is not None}


@quick
@given(*[st.lists(some, min_size=7, max_size=7)] * 3)
def test_reversing_statements_and_their_answers_changes_no_figure(
    one: list[Score | None], two: list[Score | None], third: list[Score | None]
) -> None:
    plainly, reverse = small(), turned(small())
    a, b, c = (filled(plainly, answers(values), days=n) for n, values in enumerate((one, two, third)))
    x, y, z = (as_turned(reverse, session) for session in (a, b, c))
    assert summarize(plainly, a.scores) == summarize(reverse, x.scores)
    before, after = diff(plainly, a, b), diff(reverse, x, y)
    assert (before.domains, before.focuses) == (after.domains, after.focuses)
    assert [(item.id, item.step) for item in before.items] == [(item.id, item.step) for item in after.items]
    assert trend(plainly, [a, b, c]).domains == trend(reverse, [x, y, z]).domains
    colleague = structs.replace(c, role="colleague")
    compared = compare(plainly, a, [a], [colleague], {}), compare(reverse, x, [x], [as_turned(reverse, colleague)], {})
    assert compared[0].domains == compared[1].domains
    assert compared[0].items == compared[1].items
    kinds = [
        [(point.kind, point.about, point.now, list(point.items)) for point in propose_agenda(on, later, first).points]
        for on, first, later in ((plainly, a, b), (reverse, x, y))
    ]
    assert kinds[0] == kinds[1]
    groups = [
        [AnswerContent(role="colleague", remark="", scores=dict(session.scores), notes={}) for session in sessions]
        for sessions in ((a, b, c), (x, y, z))
    ]
    items = [item.id for item in plainly.items]
    told = [
        release_group(on, "colleague", group, items, 3) for on, group in zip((plainly, reverse), groups, strict=True)
    ]
    assert told[0] == told[1]


def test_statements_that_changed_keep_their_mark_in_a_document() -> None:
    content = turned(small())
    before, now = (session(dict.fromkeys(ITEMS, score), days=days) for score, days in ((2, 0), (3, 9)))
    made = build_report(Material(instrument=content, session=now, now=NOW, previous=before))
    assert made.changes is not None
    assert [one.text for one in made.changes.down] == [
        marked_sentence(content, item) for item in ITEMS if item in content.reversed_ids
    ]
    assert all("(reversed)" in one.text for one in made.changes.down)


def test_in_words_none_is_high_and_a_step_of_a_reversed_statement_says_how_it_counts() -> None:
    content = turned(small())
    one = dict.fromkeys([item.id for item in content.items], 1)
    assert "None of 3 has a mean above 3, so none is high." in results_sentence(
        small(), summarize(small(), one).domains
    )
    change = diff(content, filled(content, one, days=-9), filled(content, {**one, content.items[0].id: 3}))
    text = words(plain(reading.differences(content, change, 200)))
    assert "Statement 1, from 1 bad to 3 fair, counts the other way round: 2 down:" in text


def test_compare_says_that_reversed_statements_stand_as_they_count() -> None:
    content = turned(small())
    mine = filled(content, dict.fromkeys([item.id for item in content.items], 4))
    theirs = structs.replace(filled(content, mine.scores), role="colleague")
    compared = compare(content, mine, [mine], [theirs], {})
    shown = words(plain(render_comparison(compared, content, ComparisonView(axis="item"), 100)))
    assert "are shown as they count, the other way round: 1 for an answer 4." in shown
    assert "as answered" not in shown


@pytest.mark.parametrize(("language", "mark"), [("en", "(reversed)"), ("nl", "(omgekeerd)")])
def test_a_reversed_statement_is_marked_beside_others_however_narrow(language: str, mark: str) -> None:
    i18n.use_language(language)
    content = turned(small())
    compared = compare(
        content, session(dict.fromkeys(ITEMS, 3)), [], [session(dict.fromkeys(ITEMS, 2), role="manager")], {}
    )
    for columns in (60, 80, 120):
        drawn = plain(render_table(compared, content, ComparisonView(axis="item"), columns))
        assert drawn.count(mark) == len(content.reversed_ids)
