"""How a point to talk about reads: its title, its evidence, its sign and number, on the page and in the document."""

from __future__ import annotations

from msgspec import structs

from reflect_tui.analysis.diff import diff_across_versions, results
from reflect_tui.analysis.talking_points import propose_agenda
from reflect_tui.cli import json_out
from reflect_tui.line_mode import reading
from reflect_tui.model import library
from reflect_tui.model.agenda import AgendaPoint, dumps, parse
from reflect_tui.report.build import build_report
from reflect_tui.report.document import GroupRow
from reflect_tui.report.document_texts import change_text
from reflect_tui.views.agenda import point_evidence, point_title, render_agenda
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_results
from tests.bundled import bundled
from tests.unit.agenda_examples import every, goal, kinds
from tests.unit.examples import session, small
from tests.unit.report_examples import material
from tests.unit.versions import later, newer


def test_an_unclear_drop_is_headed_by_how_its_statements_went() -> None:
    agenda = propose_agenda(small(), session(every(1, signs=3), days=9), session(every(3)))
    titles = [point_title(point, small()) for point in agenda.points if point.kind == "drop"]
    assert titles == [f"{name}: more statements down than up" for name in ("Doing", "Together", "Looking")]


def test_at_the_threshold_everywhere_is_one_point_in_the_words_of_the_scale() -> None:
    agenda = propose_agenda(small(), session(every(3)), session(every(3), days=-9))
    assert kinds(agenda) == [("low", "")]
    assert "All scores are 3 (fair), not above it\n" in plain(render_agenda(agenda, small(), {}, 80))
    (point,) = build_report(structs.replace(material(every(3)), agenda=agenda)).agenda
    assert point.title == "All scores are 3 (fair), not above it"


def test_means_at_the_threshold_of_other_scores_are_no_word_of_the_scale_and_show_the_low_ones() -> None:
    now = every(3, calm=2, kind=4)
    agenda = propose_agenda(small(), session(now), session(now, days=-9))
    (point,) = agenda.points
    assert (point.kind, point.about, dict(point.items)) == ("low", "", {"calm": 2})
    said = "Every mean is exactly 3, not above it"
    assert f"{said}\n" in plain(render_agenda(agenda, small(), {}, 80))
    for page in (
        render_results(results(small(), session(now)), 80),
        reading.results(results(small(), session(now)), 80),
    ):
        assert f"{said}." in plain(page)
    (shown,) = build_report(structs.replace(material(now), agenda=agenda)).agenda
    assert shown.title == said


def test_strongest_statements_say_how_many_more_do_as_well() -> None:
    now = session(every(3, calm=4, signs=2, gives=1))  # 4, and four times 3
    sentence = "2 more statements also score 3."
    agenda = propose_agenda(small(), now)
    shown = results(small(), now)
    assert not shown.summary.good
    for page in (render_results(shown, 80), reading.results(shown, 80), render_agenda(agenda, small(), {}, 80)):
        assert sentence in plain(page)
    (strong, *_low) = build_report(structs.replace(material(now.scores), agenda=agenda)).strengths
    assert strong.evidence[-1] == sentence  # below the statements


def test_a_goal_on_the_agenda_says_what_it_aims_at() -> None:
    mine = session(every(2))
    aimed = goal(target=3.5)
    agenda = propose_agenda(small(), mine, goals=[aimed])
    found = next(point for point in agenda.points if point.kind == "goal")
    assert point_evidence(found, small(), {aimed.id: aimed}) == ["Doing: mean 2.00 (n=2) · target 3.5"]


def test_points_have_the_numbers_that_they_have_in_the_document() -> None:
    mine = session(every(2, calm=4, kind=4, signs=4))
    agenda = propose_agenda(small(), mine)
    own = (AgendaPoint(kind="own", text="First"), AgendaPoint(kind="own", text="Gone", dropped=True))
    shown = plain(render_agenda(structs.replace(agenda, points=(*agenda.points, *own)), small(), {}, 80))
    rows = [row.split() for row in shown.split("\n") if row[:4].strip()[:1] in tuple("123–") and row.strip()]
    assert [row[0] for row in rows] == ["1", "1", "2", "3", "–"]
    made = build_report(
        structs.replace(material(mine.scores), agenda=structs.replace(agenda, points=(*agenda.points, *own)))
    )
    assert [point.title for point in made.strengths] == ["Looking"]
    assert made.agenda[2].title == "First"


def test_a_mean_before_that_is_on_the_statements_of_both_versions_says_so() -> None:
    first = session({"calm": 4, "kind": 3, "signs": 4, "acts": 4, "tells": 3, "asks": 2})
    second = later({"calm": 4, "warm": 4, "acts": 4, "tells": 4})
    agenda = propose_agenda(newer(), second, first, previous_on=small())
    looking, doing = agenda.points[:2]
    assert (looking.about, looking.on_common, doing.about, doing.on_common) == ("looking", True, "doing", False)
    assert point_evidence(looking, newer(), {}) == [
        "Mean 4.00 (n=2) · was 3.50 (n=2), ≈ +0.50, on the statements of both versions"
    ]
    assert point_evidence(doing, newer(), {}) == ["Mean 4.00 (n=2) · was 3.50 (n=2), ≈ +0.50"]
    kept = dumps(agenda)
    assert kept.count(b"on_common") == 1
    assert parse(kept, "a.toml") == agenda


def test_in_a_wide_window_the_statements_of_a_point_stand_beside_its_evidence() -> None:
    agenda = propose_agenda(small(), session(every(3, acts=2, tells=2)), session(every(4), days=-90))
    rows = [row for row in plain(render_agenda(agenda, small(), {}, 200)).splitlines() if "I act on them" in row]
    assert " ".join(rows[0].split()) == "Mean 2.00 (n=2) · was 4.00 (n=2), ≈ -2.00 4 → 2 I act on them"
    narrow = plain(render_agenda(agenda, small(), {}, 120))
    assert "       4 → 2  I act on them\n" in narrow
    first = propose_agenda(small(), session(every(2, acts=4)))
    assert "       4  I act on them" in plain(render_agenda(first, small(), {}, 200)).splitlines()


def test_a_crossing_between_two_versions_has_the_change_that_the_table_of_a_document_has() -> None:
    first = session(every(4))
    second = later({"calm": 3, "warm": 3, "spots": 2, "acts": 4, "tells": 4})  # 2.67, on what both have 3.00
    found = diff_across_versions(first, small(), second, newer())
    assert found is not None
    part = found[1].domains[0]
    points = propose_agenda(newer(), second, first, previous_on=small()).points
    point = next(point for point in points if point.about == "looking")
    assert (point.kind, point.about, point.on_common, point.clear) == ("crossing", "looking", True, "too few")
    assert change_text(GroupRow(name="", short="", now=part.shown[1], change=part)) == "≈ -1.00 (n=2)"
    assert point_evidence(point, newer(), {}) == [
        "Mean 3.00 (n=2) · was 4.00 (n=2), ≈ -1.00, on the statements of both versions"
    ]


def test_a_point_has_the_sign_of_a_change_that_is_not_clear_and_the_page_says_what_it_means() -> None:
    before = session(every(4), days=-90)
    agenda = propose_agenda(small(), session(every(3, acts=2, tells=2)), before)
    text = " ".join(plain(render_agenda(agenda, small(), {}, 100)).split())
    assert "≈ means no clear change." in text
    assert json_out.agenda(agenda, saved=False, outdated=False)["points"][0]["clear"] == "too few"
    tall = bundled(library.DEFAULT, "en")
    items = [item.id for domain in tall.domains for item in domain.items]
    fallen = propose_agenda(tall, session(dict.fromkeys(items, 2)), session(dict.fromkeys(items, 4), days=-90))
    text = " ".join(plain(render_agenda(fallen, tall, {}, 100)).split())
    assert "was 4.00 (n=15), -2.00" in text  # a clear one
