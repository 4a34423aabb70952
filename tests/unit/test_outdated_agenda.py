"""An agenda that is older than its session: says so, and is renewed without a second verdict on one page."""

from __future__ import annotations

from pathlib import Path

from msgspec import structs

from reflect_tui.analysis.talking_points import is_outdated, propose_agenda, renew_agenda
from reflect_tui.model import agenda as model_agenda
from reflect_tui.model import library
from reflect_tui.model import session as model_session
from reflect_tui.report.build import Material, build_report
from reflect_tui.report.markdown import markdown
from reflect_tui.views.agenda import render_agenda
from reflect_tui.views.lines import plain

CASE = Path(__file__).parents[1] / "data" / "cases" / "stale-agenda"
INSTRUMENT = library.bundled(library.DEFAULT, "en")
BEFORE, SESSION = (model_session.parse(path.read_bytes(), path.name) for path in sorted(CASE.glob("2026-*.toml")))
SAVED = model_agenda.parse((CASE / "agenda.toml").read_bytes(), "agenda.toml")


def text(agenda: model_agenda.Agenda) -> str:
    outdated = is_outdated(agenda, INSTRUMENT, SESSION)
    return " ".join(plain(render_agenda(agenda, INSTRUMENT, {}, 100, lambda _name: "R", outdated=outdated)).split())


def test_an_agenda_that_is_older_than_its_session_says_so_and_how_to_renew_it() -> None:
    assert is_outdated(SAVED, INSTRUMENT, SESSION)
    assert text(SAVED).startswith(
        "The session was changed after this agenda was made: its figures are the old ones. R "
    )


def test_a_renewed_agenda_has_the_verdicts_of_the_session_and_keeps_the_remarks() -> None:
    renewed = renew_agenda(SAVED, propose_agenda(INSTRUMENT, SESSION, BEFORE), INSTRUMENT, SESSION)
    assert not is_outdated(renewed, INSTRUMENT, SESSION)
    assert "The session was changed" not in text(renewed)
    assert ("low", "coordineren") not in [(point.kind, point.about) for point in renewed.points]
    remarks = {point.remark for point in SAVED.points if point.remark and point.kind not in {"goal", "gap"}}
    assert remarks <= {point.remark for point in renewed.points}


def test_a_remark_to_what_is_no_longer_so_becomes_a_point_of_ones_own() -> None:
    points = tuple(
        structs.replace(point, remark="talk about this") if point.about == "coordineren" else point
        for point in SAVED.points
    )
    saved = structs.replace(SAVED, points=points)
    renewed = renew_agenda(saved, propose_agenda(INSTRUMENT, SESSION, BEFORE), INSTRUMENT, SESSION)
    (kept,) = [point for point in renewed.points if point.remark == "talk about this"]
    assert (kept.kind, kept.now) == ("own", None)


def test_the_document_says_that_it_renewed_the_agenda() -> None:
    renewed = renew_agenda(SAVED, propose_agenda(INSTRUMENT, SESSION, BEFORE), INSTRUMENT, SESSION)
    material = Material(
        instrument=INSTRUMENT,
        session=SESSION,
        previous=BEFORE,
        agenda=renewed,
        agenda_renewed=True,
        now=SESSION.finished,
    )
    document = markdown(build_report(material))
    assert "Agenda: renewed, since the session was changed after it was made" in document
    assert "2.45 (n=11) ·" not in document
