"""A verdict that changed on the statements scored both times is told as that, another as one by other statements."""

from __future__ import annotations

from fractions import Fraction

import pytest
from msgspec import structs

from reflect_tui.analysis.change import GroupChange
from reflect_tui.analysis.diff import Diff, diff, results
from reflect_tui.analysis.talking_points import propose_agenda
from reflect_tui.analysis.trend import change_between, trend
from reflect_tui.cli import json_out
from reflect_tui.i18n import use_language
from reflect_tui.line_mode import reading
from reflect_tui.model import library
from reflect_tui.report import sections
from reflect_tui.report.document import GroupRow
from reflect_tui.report.document_texts import change_text
from reflect_tui.views.change_sentences import crossed_names, marked_delta, other_items_sentence
from reflect_tui.views.diff import render_diff
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_results
from reflect_tui.views.trend_text import course_sentence
from tests.bundled import bundled
from tests.unit.examples import session

INSTRUMENT = bundled(library.DEFAULT, "en")


def compared(domain: str, before: list[int], after: list[int]) -> tuple[Diff, GroupChange]:
    """Compare a domain scored with these, 0 for n/a; the rest of its statements n/a both times."""
    items = [item.id for item in next(part for part in INSTRUMENT.domains if part.id == domain).items]
    a, b = (
        session(
            {item: score or "n/a" for item, score in zip(items, scores + [0] * len(items), strict=False)}, days=days
        )
        for scores, days in ((before, 0), (after, 9))
    )
    change = diff(INSTRUMENT, a, b)
    return change, next(part for part in change.domains if part.id == domain)


def text_of(change: Diff) -> str:
    return " ".join(plain(reading.differences(INSTRUMENT, change, 100)).split())


@pytest.mark.parametrize(
    ("domain", "before", "after", "way"),
    [
        ("zorgbehoefte", [4] + [3] * 11, [3] * 12 + [1] * 6, "down"),  # 12 shared 3.08 -> 3.00, whole 2.33
        ("informatie", [3] * 10, [4] + [3] * 9 + [4] * 9, "up"),  # 10 shared 3.00 -> 3.10, whole 3.53
    ],
)
def test_a_crossing_that_the_shared_statements_made_as_well_is_real(
    domain: str, before: list[int], after: list[int], way: str
) -> None:
    change, part = compared(domain, before, after)
    assert (part.crossed, part.verdict_change, part.crossed_by_other_items) == (way, way, False)
    assert part.judgement == "other statements"  # most of the move is theirs, not the crossing
    said = other_items_sentence(INSTRUMENT, part)
    assert "because" not in said
    assert "other statements were scored (n" in said
    assert crossed_names(INSTRUMENT, [part], "down" if way == "down" else "up").endswith(
        f"(also on the {part.shared} scored both times)"
    )
    assert ("no longer high" if way == "down" else "now high") in text_of(change)
    points = propose_agenda(INSTRUMENT, change.b, change.a).points
    assert (domain, "strength" if way == "up" else "crossing") in {(point.about, point.kind) for point in points}
    turned = change.turned()
    assert next(part for part in turned.domains if part.id == domain).verdict_change not in {way, None}


def test_a_crossing_through_one_new_statement_is_told_as_that_and_is_no_point_for_a_talk() -> None:
    change, part = compared("zorgbehoefte", [4] * 2 + [3] * 8, [4] + [3] * 9 + [2])  # shared 3.20 -> 3.10, whole 3.00
    assert (part.crossed, part.verdict_change, part.crossed_by_other_items) == ("down", None, True)
    assert (part.delta, part.counts, part.judgement) == (Fraction(-1, 5), (0, 1), "other statements")  # half is theirs
    cause = "not above 3 because other statements were scored (n 10 → 11)"
    assert f"{cause}; of the 10 scored both times: 1 down, 9 the same." in other_items_sentence(INSTRUMENT, part)
    assert not crossed_names(INSTRUMENT, [part], "down")
    assert "not high" in text_of(change)
    assert not [point for point in propose_agenda(INSTRUMENT, change.b, change.a).points if point.kind == "crossing"]


@pytest.mark.parametrize(
    ("language", "cause"),
    [
        (
            "en",
            "not above 3 because 3 statements are no longer scored (n 15 → 12); the 12 scored both times are the same.",
        ),
        ("nl", "niet boven 3 doordat 3 stellingen geen score meer hebben (n 15 → 12); de 12 die beide keren een score"),
    ],
)
def test_statements_that_are_no_longer_scored_are_told_as_that(language: str, cause: str) -> None:
    _change, part = compared("voorwaarden", [4] * 3 + [3] * 12, [0] * 3 + [3] * 12)
    use_language(language)
    assert cause in other_items_sentence(INSTRUMENT, part)


def test_a_mean_that_stood_still_while_all_shared_statements_fell_is_never_called_the_same() -> None:
    change, part = compared("voorwaarden", [4] * 7 + [2] * 7, [3] * 7)  # 3.00 both times
    assert (part.delta, part.counts, part.judgement) == (Fraction(0), (0, 7), "other statements")
    told = "7 statements are no longer scored (n 14 → 7); the 7 scored both times went down."
    name = "Voorwaardenscheppend"
    shown = results(INSTRUMENT, change.b, change.a)
    pages = {
        "show": plain(render_results(shown, 100)),
        "diff": plain(render_diff(INSTRUMENT, change, 100)),
        "show in words": plain(reading.results(shown, 100)),
        "diff in words": text_of(change),
        "document": " ".join(sections.changes(INSTRUMENT, change).sentences),
    }
    for page, text in pages.items():
        assert told in " ".join(text.split()), page
        assert "the same" not in text.partition(name)[2].partition("Signaleren")[0], page
    for page in ("show", "diff"):
        row = next(row for row in pages[page].split("\n") if "3.00" in row)
        assert "0.00 ≠" in row, page
    assert "1 changed by other statements" in pages["diff in words"]
    assert change_text(GroupRow(name="", short="", now=part.b, change=part)) == "≠ 0.00"
    sessions = tuple(structs.replace(one, instrument=INSTRUMENT.id) for one in (change.a, change.b))
    (series,) = (one for one in trend(INSTRUMENT, sessions).domains if one.id == part.id)
    assert marked_delta(change_between(*series.points)) == "≠0.00"
    assert "(other statements), in 2 sessions (n 14, then 7; the 7 scored both times went down)" in course_sentence(
        INSTRUMENT, series
    )
    row = next(row for row in json_out.compared(change)["domains"] if row["id"] == part.id)
    assert (row["delta"], row["clear"], row["p"]) == (0.0, "other statements", 0.0156)


def test_what_other_statements_took_across_is_no_longer_high_in_no_words() -> None:
    change, part = compared("signaleren", [3, 3, 3, 4], [3, 3, 3, 4, 2])  # 3.25, then 3.00: all four the same
    assert (part.crossed, part.verdict_change) == ("down", None)
    document = " ".join(sections.changes(INSTRUMENT, change).sentences)
    for text in (document, text_of(change)):
        assert "not above 3 because other statements were scored (n 4 → 5)" in text
        assert "o longer high" not in text
        assert "No domain crossed" not in text
