"""An agenda that is older than its session: says so, and is renewed without a second verdict on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.talking_points import is_outdated, possible_points, propose_agenda, renew_agenda, with_clarity
from reflect_tui.model import agenda as model_agenda
from reflect_tui.model import library
from reflect_tui.model import session as model_session
from reflect_tui.model.agenda import Agenda, AgendaPoint
from reflect_tui.model.goals import Goal
from reflect_tui.model.session import Score, Session
from reflect_tui.report.build import Material, build_report
from reflect_tui.report.markdown import markdown
from reflect_tui.views.agenda import render_agenda
from reflect_tui.views.lines import plain
from tests.bundled import bundled
from tests.unit import examples
from tests.unit.examples import ITEMS, quick, small

CASE = Path(__file__).parents[1] / "data" / "cases" / "stale-agenda"
INSTRUMENT = bundled(library.DEFAULT, "en")
BEFORE, SESSION = (model_session.parse(path.read_bytes(), path.name) for path in sorted(CASE.glob("2026-*.toml")))
SAVED = model_agenda.parse((CASE / "agenda.toml").read_bytes(), "agenda.toml")
ANSWERS = st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 4) | st.just("n/a"))
POSSIBLE = possible_points(INSTRUMENT, SESSION, BEFORE)


def text(agenda: model_agenda.Agenda) -> str:
    outdated = is_outdated(agenda, POSSIBLE)
    return " ".join(plain(render_agenda(agenda, INSTRUMENT, {}, 100, lambda _name: "R", outdated=outdated)).split())


def test_an_agenda_that_is_older_than_its_session_says_so_and_how_to_renew_it() -> None:
    assert is_outdated(SAVED, POSSIBLE)
    assert text(SAVED).startswith("Answers changed after this agenda was made: its figures are the old ones. R ")


def test_a_renewed_agenda_has_the_verdicts_of_the_session_and_keeps_the_remarks() -> None:
    renewed = renew_agenda(SAVED, propose_agenda(INSTRUMENT, SESSION, BEFORE), INSTRUMENT, POSSIBLE)
    assert not is_outdated(renewed, POSSIBLE)
    assert "Answers changed" not in text(renewed)
    assert ("low", "coordineren") not in [(point.kind, point.about) for point in renewed.points]
    remarks = {point.remark for point in SAVED.points if point.remark and point.kind not in {"goal", "gap"}}
    assert remarks <= {point.remark for point in renewed.points}


def test_a_remark_to_what_is_no_longer_so_becomes_a_point_of_ones_own() -> None:
    points = tuple(
        structs.replace(point, remark="talk about this") if point.about == "coordineren" else point
        for point in SAVED.points
    )
    saved = structs.replace(SAVED, points=points)
    renewed = renew_agenda(saved, propose_agenda(INSTRUMENT, SESSION, BEFORE), INSTRUMENT, POSSIBLE)
    (kept,) = [point for point in renewed.points if point.remark == "talk about this"]
    assert (kept.kind, kept.now) == ("own", None)


def test_a_remark_to_all_at_the_threshold_is_ones_own_once_a_mean_is_not() -> None:
    saved = propose_agenda(small(), examples.session(dict.fromkeys(ITEMS, 3)))
    saved = structs.replace(saved, points=tuple(structs.replace(each, remark="why") for each in saved.points))
    assert [(point.kind, point.about) for point in saved.points] == [("low", "")]
    now = examples.session(dict.fromkeys(ITEMS, 3) | {"calm": 4})
    renewed = renew_agenda(saved, propose_agenda(small(), now), small(), possible_points(small(), now))
    assert [point.kind for point in renewed.points if point.remark == "why"] == ["own"]


def test_the_document_says_that_it_renewed_the_agenda() -> None:
    renewed = renew_agenda(SAVED, propose_agenda(INSTRUMENT, SESSION, BEFORE), INSTRUMENT, POSSIBLE)
    material = Material(
        instrument=INSTRUMENT,
        session=SESSION,
        previous=BEFORE,
        agenda=renewed,
        agenda_renewed=True,
        now=SESSION.finished,
    )
    document = markdown(build_report(material))
    assert "Agenda: renewed, since answers changed after it was made" in document
    assert "2.45 (n=11) ·" not in document


# Only what a point shows makes an agenda outdated, and all that it shows does.

ALL_TWO: dict[str, Score] = dict.fromkeys(ITEMS, 2)
EARLIER = examples.session(ALL_TWO, days=-100)


def judged(
    scores: Mapping[str, Score],
    amended: Mapping[str, Score],
    *,
    earlier: Session = EARLIER,
    goals: tuple[Goal, ...] = (),
    theirs: Sequence[Mapping[str, Score]] = (),
    kept: str = "",
) -> bool:
    """Whether an agenda of these scores, or the points about a domain, is outdated once they are amended."""
    before, after = examples.session(scores), examples.session(amended)
    managers = [examples.session(given, role="manager", days=1) for given in theirs]
    beside = [compare(small(), mine, [mine], managers, {}) for mine in (before, after)]
    agenda = propose_agenda(small(), before, EARLIER, goals, beside[0])
    points = tuple(point for point in agenda.points if not kept or kept in (point.kind, point.about))
    assert points
    saved = structs.replace(agenda, points=points)
    assert not is_outdated(saved, possible_points(small(), before, EARLIER, goals, beside[0]))
    return is_outdated(saved, possible_points(small(), after, earlier, goals, beside[1]))


def test_other_statements_of_a_domain_on_the_agenda_make_it_outdated() -> None:
    three = ALL_TWO | {"calm": 1, "kind": 2, "signs": 3}
    assert judged(three, three | {"calm": 2, "signs": 2}, kept="looking")  # the same sum, and other statements show it
    assert judged(three, three | {"signs": 4}, kept="looking")
    assert judged(three, three | {"signs": "n/a"}, kept="looking")


def test_a_changed_domain_of_a_goal_makes_the_agenda_outdated() -> None:
    goal = Goal(id="2026-04-20T1605-goal-0a1b2c", instrument="small", what="x", made=EARLIER.started, domain="doing")
    assert judged(ALL_TWO, ALL_TWO | {"tells": 3}, goals=(goal,), kept="goal")
    assert not judged(ALL_TWO, ALL_TWO | {"calm": 3}, goals=(goal,), kept="goal")


def test_a_difference_with_others_that_is_another_one_now_makes_the_agenda_outdated() -> None:
    high = ALL_TWO | {"acts": 4, "tells": 4}
    theirs = [{"acts": 2, "tells": 2}]
    assert judged(high | {"calm": 4}, high | {"calm": 4, "acts": 3}, theirs=theirs, kept="doing")


def test_a_changed_earlier_session_makes_the_agenda_outdated_where_it_is_told() -> None:
    now = ALL_TWO | {"calm": 1}
    assert judged(now, now, earlier=structs.replace(EARLIER, scores=ALL_TWO | {"kind": 3}), kept="looking")
    assert not judged(now, now, earlier=structs.replace(EARLIER, scores=ALL_TWO | {"asks": 3}), kept="looking")


def test_what_no_point_shows_leaves_an_agenda_as_it_is() -> None:
    assert not judged(ALL_TWO, ALL_TWO | {"asks": 4, "gives": 3}, kept="looking")
    point = AgendaPoint(kind="own", text="time")
    assert not is_outdated(Agenda(session=SESSION.id, points=(point,)), {})


def test_a_renewed_agenda_is_never_outdated_whatever_was_noted() -> None:
    before, after = examples.session(ALL_TWO | {"calm": 4, "kind": 4, "signs": 4}), examples.session(ALL_TWO)
    agenda = propose_agenda(small(), before, EARLIER)
    noted = structs.replace(agenda, points=tuple(structs.replace(point, remark="x") for point in agenda.points))
    possible = possible_points(small(), after, EARLIER)
    renewed = renew_agenda(noted, propose_agenda(small(), after, EARLIER), small(), possible)
    assert is_outdated(noted, possible)
    assert not is_outdated(renewed, possible)
    assert [point.remark for point in renewed.points].count("x") == len(agenda.points)


@quick
@given(ANSWERS, ANSWERS, st.lists(ANSWERS, max_size=4))
def test_an_agenda_of_today_is_never_outdated(
    before: dict[str, Score], now: dict[str, Score], others: list[dict[str, Score]]
) -> None:
    earlier, mine = examples.session(before, days=-90), examples.session(now)
    raters = [examples.session(scores, days=day, role="colleague") for day, scores in enumerate(others)]
    comparison = compare(small(), mine, [mine], raters, {})
    agenda = propose_agenda(small(), mine, earlier, (), comparison)
    again = model_agenda.parse(model_agenda.dumps(agenda), "agenda.toml")
    assert not is_outdated(again, possible_points(small(), mine, earlier, (), comparison))


def test_an_agenda_that_lacks_a_point_of_now_is_outdated_but_not_for_a_goal_made_since() -> None:
    fresh = propose_agenda(INSTRUMENT, SESSION, BEFORE)
    assert not is_outdated(fresh, POSSIBLE, fresh)
    lacking = structs.replace(fresh, points=fresh.points[:-1])
    assert is_outdated(lacking, POSSIBLE, fresh)
    goal = model_agenda.AgendaPoint(kind="goal", about="2026-11-23T1405-goal-0a1b2c", text="more")
    assert not is_outdated(fresh, POSSIBLE, structs.replace(fresh, points=(*fresh.points, goal)))


def test_points_of_an_agenda_that_an_earlier_version_made_get_the_sign_of_their_change() -> None:
    fresh = propose_agenda(INSTRUMENT, SESSION, BEFORE)
    older = structs.replace(fresh, points=tuple(structs.replace(point, clear="") for point in fresh.points))
    assert [point.clear for point in fresh.points if point.delta]
    assert not is_outdated(older, POSSIBLE)
    assert with_clarity(older, POSSIBLE) == fresh
