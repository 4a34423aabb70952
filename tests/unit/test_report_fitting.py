"""A document is cut to two sheets, as little as it takes, and says so; nothing is cut where all was wanted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.report import fitting
from reflect_tui.report.document import Wishes, report
from reflect_tui.report.html import page
from reflect_tui.report.markdown import markdown
from tests.unit import examples
from tests.unit.examples import quick
from tests.unit.report_examples import crowded, demo_material, goal, hostile, material


def test_a_short_document_stays_as_it_is() -> None:
    given = material(dict.fromkeys(examples.ITEMS, 2), dict.fromkeys(examples.ITEMS, 3))
    made = report(structs.replace(given, goals=(goal(given.instrument),)))
    assert fitting.fitted(made) == made
    assert fitting.shortened() not in page(made)


@quick
@given(st.integers(0, 40), st.integers(1, 400), st.sampled_from(["nl", "en"]))
def test_however_much_there_is_to_say_it_fits(count: int, words: int, language: str) -> None:
    made = report(crowded(language, count, words))
    cut = fitting.fitted(made)
    assert max(fitting.front(cut), fitting.back(cut)) <= fitting.SHEET
    assert len(cut.agenda) + cut.more_agenda == len(made.agenda)
    assert len(cut.goals) + cut.more_goals == len(made.goals)
    assert len(cut.low.items) + cut.low.more == len(made.low.items) + made.low.more
    assert cut.changes
    assert made.changes
    assert len(cut.changes.up) + cut.changes.more_up == len(made.changes.up) + made.changes.more_up


def test_what_is_cut_is_told_and_stands_in_markdown() -> None:
    made = report(crowded("en", 30, 120))
    cut = fitting.fitted(made)
    assert cut.colophon[-1] == fitting.shortened()
    assert 5 <= len(cut.agenda) < len(made.agenda)
    assert f"and {cut.more_agenda} more" in page(made)
    assert f"and {cut.more_goals} more" in page(made)
    assert all(point.title in markdown(made) for point in made.agenda)
    assert fitting.shortened() not in markdown(made)
    assert all(goal.title.endswith("…") for goal in cut.goals)


def test_the_figures_of_domains_and_focuses_are_never_cut() -> None:
    made = report(crowded("nl", 40, 400))
    cut = fitting.fitted(made)
    assert [row.now for row in cut.domains] == [row.now for row in made.domains]
    assert (cut.focuses, cut.totals, cut.signatures) == (made.focuses, made.totals, made.signatures)


def test_only_counted_lists_that_are_shorter_need_no_word() -> None:
    whole = report(demo_material("en", first=0))
    assert whole.changes
    assert len(fitting.fitted(whole).low.items) < len(whole.low.items)
    agenda = fitting.fitted(whole).agenda == whole.agenda
    assert (fitting.fitted(whole).colophon == whole.colophon) == agenda


def test_with_notes_nothing_is_cut() -> None:
    given = crowded("en", 30, 120)
    made = report(given, Wishes(notes=True))
    assert made.whole
    assert fitting.fitted(made) == made


@pytest.mark.parametrize("text", ["W" * 2000, "a " * 1000, "\n" * 900 + "x", "漢" * 2000, "\u202e\x1b[31m" * 200])
def test_no_text_whatever_makes_it_longer(text: str) -> None:
    cut = fitting.fitted(report(hostile(text), Wishes(name=text)))
    assert max(fitting.front(cut), fitting.back(cut)) <= fitting.SHEET


def test_a_table_too_long_for_a_sheet_leaves_the_document_whole() -> None:
    made = report(crowded("en", 3, 400))
    many = structs.replace(made, domains=made.domains * 8)
    assert fitting.fitted(many) == many
