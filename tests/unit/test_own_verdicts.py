"""Sessions on two versions keep their own means and verdicts; what is compared is labelled as that."""

from __future__ import annotations

from fractions import Fraction

from reflect_tui.analysis.diff import diff, diff_across_versions, results
from reflect_tui.analysis.summary import summarize
from reflect_tui.analysis.trend import trend
from reflect_tui.cli import json_out
from reflect_tui.line_mode import reading
from reflect_tui.report.document import GroupRow
from reflect_tui.report.document_texts import before_text, change_text, verdict_text
from reflect_tui.views.diff import render_diff
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_results
from reflect_tui.views.trend_text import course_texts
from tests.unit.examples import session, small
from tests.unit.versions import answered, later, newer, newest

BEFORE = session({"calm": 4, "kind": 4, "signs": 3})
NOW = later({"calm": 4, "warm": 4, "spots": 1})


def test_a_number_on_shared_statements_is_judged_by_these_and_only_the_verdict_by_others() -> None:
    before = session({"calm": 3, "kind": 3, "signs": 4})
    found = diff_across_versions(before, small(), later({"calm": 4, "warm": 3, "spots": 1}), newer())
    assert found is not None
    instrument, change = found
    part = change.domains[0]
    assert (part.crossed_by_other_items, part.by_other_items) == (True, False)
    row = json_out.compared(change)["domains"][0]
    assert (row["delta"], row["clear"]) == (0.5, "too few")
    page = plain(render_diff(instrument, change, 120))
    assert "+0.50 ≈" in page
    assert "not high ≠" in page
    assert "≠ Looking at what is there: not above 3 because other statements were scored (n 3 → 3)" in page


def test_means_and_verdicts_are_those_of_each_session_and_the_change_is_labelled() -> None:
    found = diff_across_versions(BEFORE, small(), NOW, newer())
    assert found is not None
    instrument, change = found
    part = change.domains[0]
    assert (part.a.mean, part.b.mean, part.delta) == (Fraction(4), Fraction(4), Fraction(0))
    assert part.shown == (summarize(small(), BEFORE.scores).domains[0], summarize(newer(), NOW.scores).domains[0])
    assert (part.crossed, part.verdict_change) == ("down", None)  # by "spots", which the version before lacks
    for page in (reading.differences(instrument, change, 200), render_diff(instrument, change, 120)):
        text = " ".join(plain(page).split())
        assert "Looking at what is there: 4.00 → 4.00 on 2 statements of both versions." in text
        assert "not above 3 because other statements were scored (n 3 → 3); the 2 scored both times are" in text
        assert "3.67" in text
        assert "3.00" in text
        assert "no longer high;" not in text
    row = json_out.compared(change)["domains"][0]
    assert (row["mean_a"], row["mean_b"], row["delta"], row["shared"]) == (3.67, 3.0, 0.0, 2)
    told = GroupRow(name="", short="", now=part.shown[1], change=part)
    assert (before_text(told), change_text(told), verdict_text(told)) == ("3.67", "0.00 (n=2)", "not high ≠")
    assert change.turned().domains[0].shown == part.shown[::-1]


def test_a_statement_that_came_from_another_domain_is_not_told_as_gone() -> None:
    before = later({"acts": 3, "tells": 3, "shares": 4}, days=0)  # "shares" was in "together", and is in "acting" now
    found = diff_across_versions(before, newer(), answered(newest(), {"acts": 3, "tells": 3, "shares": 4}), newest())
    assert found is not None
    for page in (reading.differences(*found, 200), render_diff(*found, 120)):
        text = " ".join(plain(page).split())
        assert "Acting: above 3 because other statements were scored (n 2 → 3); the 3 scored both times are" in text


def test_the_verdict_of_the_newest_session_is_its_own_when_the_one_before_had_too_few() -> None:
    compared = diff(
        small(), session({"calm": 4, "acts": 3, "tells": 3}, days=-9), session({"calm": 4, "kind": 1, "signs": 1})
    )
    rows = plain(reading.differences(small(), compared, 100)).splitlines()
    (looking,) = [row for row in rows if row.startswith("  Looking at what is there   ")]
    assert looking.split("  ")[-1].strip() == "not high"
    assert "○  too few before\n" in plain(render_diff(small(), compared, 120))


def test_a_count_is_of_what_applies_and_says_what_does_not() -> None:
    some, one = session({"calm": 4, "kind": "n/a", "signs": "n/a"}), session({"calm": 4}, days=1)
    said = "Not applicable, and not counted: Looking 2."
    on_screen, in_words = (
        " ".join(plain(page).split())
        for page in (render_results(results(small(), some), 80), reading.results(results(small(), some), 80))
    )
    assert "4.00 1/1" in on_screen
    assert "4.00 1 of 1 high" in in_words
    assert on_screen.count(said) == in_words.count(said) == 1
    assert "Not applicable" not in plain(render_results(results(small(), one), 80))
    (course,) = course_texts("Looking", trend(small(), [some, one]).domains[0].points)
    assert [row[2:] for row in course.rows] == [["1 of 1 (2 n/a)", "high"], ["1 of 3", "too few"]]
