"""Means that move since other statements were scored: told as that, and no point for a talk by themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reflect_tui.analysis.diff import Diff, diff, results
from reflect_tui.analysis.talking_points import propose_agenda
from reflect_tui.analysis.trend import trend
from reflect_tui.cli import json_out
from reflect_tui.i18n import use_language
from reflect_tui.line_mode import reading
from reflect_tui.model import library
from reflect_tui.model import session as model_session
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Score
from reflect_tui.report import sections
from reflect_tui.report.build import Material, build_report
from reflect_tui.report.document_texts import verdict_text
from reflect_tui.views.agenda import point_evidence, point_title
from reflect_tui.views.change_sentences import moves_sentence, other_items_sentence
from reflect_tui.views.diff import render_diff
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_results
from reflect_tui.views.trend_text import course_sentence
from tests.bundled import bundled
from tests.unit.examples import ITEMS, session, small

CASES = Path(__file__).parents[1] / "data" / "cases"


def case(name: str) -> tuple[Instrument, Diff]:
    instrument = bundled(library.DEFAULT, "en")
    files = sorted((CASES / name).glob("*.toml"))
    before, after = (model_session.parse(path.read_bytes(), path.name) for path in files)
    return instrument, diff(instrument, before, after)


def test_a_mean_that_fell_since_more_statements_were_scored_is_told_as_that() -> None:
    instrument, change = case("false-approx")
    part = next(part for part in change.domains if part.a.scored == 8 and part.b.scored == 19)
    assert (part.shared, part.counts, part.judgement) == (8, (8, 0), "other statements")
    assert round(float(part.chance), 3) == 0.008
    said = other_items_sentence(instrument, part)
    assert said.endswith(": other statements were scored (n 8 → 19); the 8 scored both times went up.")
    text = " ".join(plain(render_diff(instrument, change, 100)).split())
    assert f"≠ {said}" in text
    row = next(row for row in json_out.compared(change)["domains"] if row["id"] == part.id)
    assert (row["clear"], row["shared"], row["p"]) == ("other statements", 8, 0.0078)


@pytest.mark.parametrize(("language", "sentence"), [
    ("en", "other statements were scored (n 8 → 19); the 8 scored both times went up."),
    ("nl", "andere stellingen kregen een score (n 8 → 19); de 8 die beide keren een score kregen gingen omhoog."),
])  # fmt: skip
def test_results_tell_of_other_statements_as_the_diff_does(language: str, sentence: str) -> None:
    use_language(language)
    instrument, change = case("false-approx")
    shown = results(instrument, change.b, change.a)
    delta, in_words = (
        ("-0.74", "0.74 down, other statements") if language == "en" else ("-0,74", "0,74 lager, andere stellingen")
    )
    drawn = plain(render_results(shown, 80))
    assert next(row for row in drawn.split("\n") if "2.26" in row.replace(",", ".")).endswith(f"{delta} ≠")
    for lines in (drawn, plain(render_results(shown, 80, words=True)), plain(reading.results(shown, 80))):
        assert sentence in " ".join(lines.split())
    assert in_words in plain(render_results(shown, 80, words=True))
    assert in_words in plain(reading.results(shown, 80))


def test_a_mean_of_half_as_many_statements_more_says_so_beside_an_unclear_change_too() -> None:
    instrument = bundled(library.DEFAULT, "en")
    items = [item.id for domain in instrument.domains if domain.id == "informatie" for item in domain.items]
    before = dict(zip(items[:3], (3, 3, 2), strict=True))
    after = dict.fromkeys(items[:2], 3) | dict.fromkeys(items[2:11], 4)
    rest: dict[str, Score] = dict.fromkeys(items, "n/a")
    change = diff(instrument, session(rest | before), session(rest | after, days=9))
    (part,) = (part for part in change.domains if part.id == "informatie")
    assert (part.judgement, part.shared) == ("too few", 3)  # 2.67, then 3.82; on the three 3.33
    n = "other statements were scored (n 3 → 11); of the 3 scored both times: 1 up, 2 the same."
    for page in (
        render_diff(instrument, change, 100),
        reading.differences(instrument, change, 100),
        render_results(results(instrument, change.b, change.a), 80),
    ):
        text = " ".join(plain(page).split())
        assert n in text
        assert "≠" not in text
    assert n in " ".join(sections.changes(instrument, change).sentences)


def test_a_course_in_words_tells_of_other_statements() -> None:
    instrument, change = case("false-approx")
    (part,) = (part for part in trend(instrument, (change.a, change.b)).domains if part.id == "informatie")
    said = course_sentence(instrument, part)
    n = "(n 8, then 19; the 8 scored both times went up)"
    assert said.endswith(f"to 2.26 on 20 Nov 2026 (0.74 down, other statements), in 2 sessions {n}.")


def test_line_mode_counts_how_the_means_of_domains_changed() -> None:
    instrument, change = case("false-approx")
    said = " ".join(plain(reading.differences(instrument, change, 80)).split())
    assert "Domains: 7 means: 1 changed by other statements, 6 the same." in said
    assert "Attitude, knowledge, skill: 3 means: 2 changed by other statements, 1 the same." in said
    assert "went up, 1 went down" not in said


def test_new_scores_that_pull_a_fall_back_do_not_explain_it() -> None:
    instrument = bundled(library.DEFAULT, "en")
    items = [item.id for domain in instrument.domains if domain.id == "informatie" for item in domain.items]
    before = dict(zip(items[:17], [4] * 2 + [3] * 15, strict=True))
    after = before | dict.fromkeys(items[2:8], 2) | dict.fromkeys(items[17:], 4)
    change = diff(instrument, session(before), session(after, days=9))
    part = next(part for part in change.domains if part.id == "informatie")
    assert (part.shared, part.counts, round(float(part.chance), 2)) == (17, (0, 6), 0.03)
    assert (part.judgement, part.verdict_change) == ("down", "down")
    text = plain(render_diff(instrument, change, 100))
    assert "other statements" not in text
    assert "no longer high" in text


def test_a_threshold_crossed_by_other_statements_alone_is_no_point_for_a_talk() -> None:
    instrument, change = case("simpson")
    crossed = [part for part in change.domains if part.crossed == "down"]
    assert crossed
    for part in crossed:
        assert part.counts[1] == 0
        assert part.judgement == "other statements"
        assert part.verdict_change is None
    points = propose_agenda(instrument, change.b, change.a).points
    assert not [point for point in points if point.kind == "crossing"]
    others = {part.id for part in change.domains if part.by_other_items}
    assert others & {point.about for point in points}
    assert all(point.before is None for point in points if point.about in others)  # no "was", no fall
    text = plain(render_diff(instrument, change, 100))
    assert "no longer high" not in text
    assert "other statements" in text


@pytest.mark.parametrize(("left_at", "figures"), [
    (2, "Mean 3.00 (n=7) · was 3.00 (n=14), ≠ 0.00; not on the same statements"),
    (1, "Mean 3.00 (n=7) · was 2.50 (n=14), ≠ +0.50; not on the same statements"),
])  # fmt: skip
def test_a_fall_that_statements_no_longer_scored_hide_is_a_point_for_a_talk(left_at: int, figures: str) -> None:
    instrument = bundled(library.DEFAULT, "en")
    domain = next(domain for domain in instrument.domains if domain.id == "informatie")
    fell, left = domain.items[:7], domain.items[7:14]
    before = {item.id: 4 for item in fell} | {item.id: left_at for item in left}
    after: dict[str, Score] = {item.id: 3 for item in fell} | {item.id: "n/a" for item in left}
    agenda = propose_agenda(instrument, session(after, days=9), session(before))
    (point,) = (point for point in agenda.points if point.kind == "drop")
    assert point_title(point, instrument) == f"{domain.label}: down on the statements scored both times"
    assert point_evidence(point, instrument, {}) == [figures]
    assert dict(point.items_before) == {item.id: 4 for item in fell[:3]}


@pytest.mark.parametrize(
    ("before", "after", "judgement", "sentence"),
    [
        ({"calm": 3}, {"kind": 4}, "other statements", "none was scored both times."),
        ({"calm": 2, "kind": 2}, {"calm": 2, "kind": 2, "signs": 4}, "other statements", "the 2 scored both times are"),
        ({"calm": 2, "kind": 3}, {"calm": 3, "kind": 2, "signs": 4}, "other statements", ": 1 up, 1 down."),
        ({"calm": 1, "kind": 2, "signs": 2}, {"calm": 4, "kind": 2, "signs": 2}, "too few", ""),
        ({"calm": 1, "kind": 1}, {"calm": 4, "kind": 4, "signs": 3}, "too few", ""),
        ({"calm": 2, "kind": 2, "signs": "n/a"}, {"calm": 1, "kind": 1, "signs": 4}, "other statements", "went down."),
    ],
)
def test_a_change_is_judged_on_the_statements_scored_both_times(
    before: dict[str, int], after: dict[str, int], judgement: str, sentence: str
) -> None:
    part = diff(small(), session(before), session(after, days=9)).domains[0]
    assert part.judgement == judgement
    assert sentence in other_items_sentence(small(), part)


def test_a_few_changes_tell_no_direction_in_dutch_either() -> None:
    twos = dict.fromkeys(ITEMS, 2)
    change = diff(small(), session(twos), session(twos | {"calm": 3, "kind": 1}, days=9))
    use_language("nl")
    try:
        assert moves_sentence(change) == (
            "Grotendeels gelijk: 5 van de 7. Veranderd: 2, waarvan 1 omhoog; te weinig om een richting te zien."
        )
    finally:
        use_language("en")


@pytest.mark.parametrize(("score", "language", "sentence"), [
    (3, "en", "The same: 2 of 7. All 5 that changed went up: too few to tell a direction."),
    (1, "en", "The same: 2 of 7. All 5 that changed went down: too few to tell a direction."),
    (3, "nl", "Gelijk gebleven: 2 van de 7. Veranderd: 5, alle 5 omhoog; te weinig om een richting te zien."),
    (1, "nl", "Gelijk gebleven: 2 van de 7. Veranderd: 5, alle 5 omlaag; te weinig om een richting te zien."),
])  # fmt: skip
def test_changes_that_all_went_one_way_are_told_as_all(score: int, language: str, sentence: str) -> None:
    twos = dict.fromkeys(ITEMS, 2)
    change = diff(small(), session(twos), session(twos | dict.fromkeys(ITEMS[:5], score), days=9))
    use_language(language)
    assert moves_sentence(change) == sentence


@pytest.mark.parametrize(("moved", "language", "sentence"), [
    (2, "en", "None of the 2 statements stayed the same. Both that changed went up: too few to tell a direction."),
    (2, "nl", "Geen van de 2 stellingen bleef gelijk. Veranderd: 2, beide omhoog; te weinig om een richting te zien."),
    (7, "en", "All 7 statements that changed went up. A better day can do that too; look at which ones."),
])  # fmt: skip
def test_none_and_both_and_all_are_told_in_these_words(moved: int, language: str, sentence: str) -> None:
    scored = dict.fromkeys(ITEMS[:moved], 2)
    change = diff(small(), session(scored), session(dict.fromkeys(ITEMS[:moved], 3), days=9))
    use_language(language)
    assert moves_sentence(change) == sentence


def test_two_versions_of_one_session_are_compared_as_they_are() -> None:
    before = session({"calm": 3, "kind": 3})
    part = diff(small(), before, session({"calm": 3, "kind": 3, "signs": 4})).domains[0]
    assert (part.judged, part.crossed, part.verdict_change, part.by_other_items) == (False, "up", "up", False)
    text = plain(render_diff(small(), diff(small(), before, session({"calm": 3, "kind": 3, "signs": 4})), 100))
    assert "now high" in text
    assert "≠" not in text
    assert "≈" not in text


def test_a_mean_across_the_threshold_by_other_statements_is_told_as_that_in_words_and_in_a_document() -> None:
    before = {"calm": 4, "kind": 3, "acts": 3, "tells": 3}
    change = diff(small(), session(before), session(before | {"signs": 1}, days=9))  # 7/2, then 8/3
    assert change.domains[0].judgement == "other statements"
    sentence = "Looking at what is there: not above 3 because other statements were scored (n 2 → 3); the 2 scored"
    said = " ".join(plain(reading.differences(small(), change, 100)).split())
    for text in (" ".join(sections.changes(small(), change).sentences), said):
        assert sentence in text
        assert "o longer high" not in text


@pytest.mark.parametrize("columns", [60, 100])
def test_a_domain_that_is_high_by_other_statements_says_so_beside_its_verdict_and_in_words(columns: int) -> None:
    before = {"calm": 3, "kind": 3, "acts": 3, "tells": 3}
    shown = results(small(), session(before | {"signs": 4}, days=9), session(before))  # 3, then 10/3
    drawn = plain(render_results(shown, columns))
    assert re.search(r"Looking.* 3\.33 .*high ≠", drawn)
    sentence = (
        "Looking at what is there: above 3 because other statements were scored (n 2 → 3); the 2 scored both times"
    )
    assert sentence in " ".join(drawn.split())
    assert shown.change
    page = " ".join(plain(render_diff(small(), shown.change, columns)).split())
    assert sentence in page
    material = Material(instrument=small(), session=shown.session, previous=shown.previous, now=shown.session.finished)
    report = build_report(material)
    assert verdict_text(report.domains[0]) == "high ≠"
    assert report.changes
    assert sentence in " ".join(report.changes.sentences)


def test_with_too_few_statements_before_the_verdict_in_words_is_that_of_now() -> None:
    part = diff(small(), session({"calm": 4}), session(dict.fromkeys(ITEMS, 4), days=9))
    said = " ".join(plain(reading.differences(small(), part, 100)).split())
    assert "Looking at what is there 4.00 4.00 too few before, 0.00 high" in said
