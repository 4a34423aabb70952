"""The demo journal: valid sessions that tell the story they are meant to."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest

from reflect_tui import demo
from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.diff import diff
from reflect_tui.analysis.summary import ScoreGroup, summarize
from reflect_tui.analysis.trend import sessions_of_role
from reflect_tui.demo.story import story
from reflect_tui.model import library
from reflect_tui.model import round as rounds
from reflect_tui.model import session as session_module
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from tests.bundled import bundled

TODAY = date(2026, 11, 27)
STORY = story("nl")
DAYS = [TODAY + timedelta(days=offset) for offset in range(0, 366, 61)]


@pytest.fixture
def jgz() -> Instrument:
    return bundled(library.DEFAULT, "nl")


@pytest.fixture
def mine(jgz: Instrument) -> tuple[Session, ...]:
    return sessions_of_role(demo.sessions(jgz, TODAY, "nl"), jgz)


def series(instrument: Instrument, sessions: tuple[Session, ...], domain: str) -> list[ScoreGroup]:
    summaries = [summarize(instrument, session.scores) for session in sessions]
    return [next(group for group in summary.domains if group.id == domain) for summary in summaries]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("identifier", library.bundled_ids())
def test_every_session_is_valid_and_survives_its_file(identifier: str, language: str) -> None:
    instrument = bundled(identifier, language)
    for session in demo.sessions(instrument, TODAY, language):
        assert session_module.instrument_faults(session, instrument) == ()
        data = session_module.dumps(session)
        assert session_module.parse(data, "x.toml") == session
        assert session_module.dumps(session_module.parse(data, "x.toml")) == data
        assert list(session.scores) == [item.id for item in instrument.items if item.id in session.scores]
        assert set(session.notes) <= set(session.scores)
        assert (session.version, session.digest) == (instrument.version, instrument.digest)


def test_the_same_day_gives_the_same_journal(jgz: Instrument) -> None:
    dutch = demo.sessions(jgz, TODAY, "nl")
    assert demo.sessions(jgz, TODAY, "nl") == dutch
    english = demo.sessions(bundled(library.DEFAULT, "en"), TODAY, "en")
    assert [(s.id, s.scores) for s in english] == [(s.id, s.scores) for s in dutch]
    assert [s.notes.keys() for s in english] == [s.notes.keys() for s in dutch]
    assert english[0].notes != dutch[0].notes


@pytest.mark.parametrize("today", DAYS)
def test_three_years_end_a_few_days_ago(jgz: Instrument, today: date) -> None:
    sessions = demo.sessions(jgz, today, "nl")
    assert Counter(session.role for session in sessions) == {"self": 10, "manager": 1, "colleague": 1, "client": 1}
    assert len({session.id for session in sessions}) == 13
    assert list(sessions) == sorted(sessions, key=lambda session: session.started)
    days = [session.started.date() for session in sessions_of_role(sessions, jgz)]
    assert timedelta(days=2) < today - days[-1] < timedelta(days=8)
    assert timedelta(days=2.8 * 365) < today - days[0] < timedelta(days=3.2 * 365)
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    assert all(100 <= gap <= 140 for gap in gaps)
    assert len(set(gaps)) > 5
    for session in sessions:
        hour, weekday = session.started.hour, session.started.weekday()
        assert (9 <= hour < 18 and weekday < 5) or 18 <= hour < 22
        assert session.finished.date() <= today
        assert session.round or 4 <= (session.finished - session.started).seconds / len(session.scores) < 12
        offset = session.started.utcoffset()
        assert offset == timedelta(hours=2 if 4 <= session.started.month <= 10 else 1)


def test_most_items_stay_and_the_others_move_by_one(jgz: Instrument, mine: tuple[Session, ...]) -> None:
    for before, after in pairwise(mine):
        change = diff(jgz, before, after)
        assert 5 <= change.up + change.down <= 15
        assert {abs(item.step) for item in change.items if item.step is not None} == {1}


def test_the_start_is_cautious(jgz: Instrument, mine: tuple[Session, ...]) -> None:
    first = summarize(jgz, mine[0].scores)
    assert first.high == 0
    assert all(2 <= group.mean < Fraction(29, 10) for group in first.domains if group.mean)


def test_the_latest_session_is_complete_and_informatie_is_just_not_high(
    jgz: Instrument, mine: tuple[Session, ...]
) -> None:
    last = summarize(jgz, mine[-1].scores)
    assert (last.answered, last.scored, last.total) == (92, 92, 92)
    assert 3 <= last.high <= 5
    information = series(jgz, mine, "informatie")[-1]
    assert (information.sum, information.scored, information.verdict) == (57, 19, "not high")
    weakest = min(last.domains, key=lambda group: group.mean or 9)
    assert weakest.id == "coordineren"


def test_the_training_lifts_its_items(mine: tuple[Session, ...]) -> None:
    before, after = mine[STORY.training.visit - 1].scores, mine[STORY.training.visit].scores
    steps = [
        int(after[key]) - int(before[key]) for key in STORY.training.items if "n/a" not in (before[key], after[key])
    ]
    assert min(steps) >= 0
    assert sum(steps) >= 6


def test_signaleren_crosses_the_threshold_half_way(jgz: Instrument, mine: tuple[Session, ...]) -> None:
    verdicts = [group.verdict for group in series(jgz, mine, "signaleren")]
    assert verdicts == ["not high"] * 5 + ["high"] * 5


def test_coordineren_is_filled_in_later(jgz: Instrument, mine: tuple[Session, ...]) -> None:
    skipped = [group.not_applicable for group in series(jgz, mine, "coordineren")]
    assert skipped == [8, 8, 0, 6, 4, 2, 0, 0, 0, 0]


@pytest.mark.parametrize("today", DAYS)
def test_volgen_dips_once_after_a_winter(jgz: Instrument, today: date) -> None:
    mine = sessions_of_role(demo.sessions(jgz, today, "nl"), jgz)
    points = [(group.mean or 0, session) for group, session in zip(series(jgz, mine, "volgen"), mine, strict=True)]
    late = points[5:]
    low, dip = min(late, key=lambda point: point[0])
    assert dip.started.month in STORY.winter.months
    assert dip.remark == STORY.winter.remark
    assert all(mean - low >= Fraction(3, 10) for mean, session in late if session is not dip)


def test_toekomst_goes_from_two_to_four(jgz: Instrument, mine: tuple[Session, ...]) -> None:
    sums = [group.sum for group in series(jgz, mine, "toekomst") if group.scored]
    assert sums == [2, 2, 2, 3, 3, 3, 3, 4, 4]


def test_one_session_was_broken_off(jgz: Instrument, mine: tuple[Session, ...]) -> None:
    summary = summarize(jgz, mine[2].scores)
    assert summary.answered == 57
    assert all(group.coverage < Fraction(1, 2) for group in summary.domains[4:])
    assert sum(group.scored > 0 for group in summary.domains[4:]) == 2  # hollow points in a chart


def test_clients_leave_knowledge_alone(jgz: Instrument) -> None:
    knowledge = [item.id for item in jgz.items if item.focus == "knowledge"]
    for session in demo.sessions(jgz, TODAY, "nl"):
        if session.role == "client":
            assert {session.scores[key] for key in knowledge if key in session.scores} == {"n/a"}


def test_a_handful_of_notes_a_session_in_both_languages(mine: tuple[Session, ...]) -> None:
    assert all(3 <= len(session.notes) <= 7 for session in mine)
    assert sum(bool(session.remark) for session in mine) == 5


def test_every_note_of_the_story_belongs_to_an_item(jgz: Instrument) -> None:
    dutch, english = (
        [text for notes in (*(visit.notes for visit in told.visits), told.winter.notes) for text in notes.items()]
        for told in (STORY, story("en"))
    )
    assert all(item in jgz.positions for item, _text in dutch)
    assert [item for item, _text in english] == [item for item, _text in dutch]
    assert all(nl[1] and en[1] and nl != en for nl, en in zip(dutch, english, strict=True))
    assert len(set(dutch)) == len(dutch)


@pytest.mark.parametrize("identifier", library.bundled_ids())
def test_the_round_is_closed_and_can_be_compared(identifier: str) -> None:
    instrument = bundled(identifier, "en")
    sessions = demo.sessions(instrument, TODAY, "en")
    newest = sessions_of_role(sessions, instrument)[-1]
    held = demo.feedback_rounds(instrument, TODAY, "en")
    for one in held:
        assert rounds.parse(rounds.dumps(one), "x.toml") == one
    assert held[0].closed
    assert held[0].made < held[0].closed < newest.started
    assert not [session for session in sessions if session.round == held[0].id], "no row of a rater"
    found = compare(instrument, newest, sessions_of_role(sessions, instrument), sessions, {one.id: one for one in held})
    assert found.raters.hidden == ()
    assert [(group.role, group.people) for group in found.raters.groups] == [
        ("manager", 1),
        ("colleague", 4),
        ("client", 3),
    ]
    assert sum(row.gap is not None for row in found.domains) >= len(instrument.domains) // 2
    fields = {row.quadrant for row in found.domains if row.quadrant}
    assert len(fields) > (len(instrument.items) > 90)  # the story is written for the longest one
