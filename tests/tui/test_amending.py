"""A saved session is amended with a reason, resumed after a break, looked at and brought back."""

from __future__ import annotations

import subprocess

import pytest
from msgspec import structs

from reflect_tui.clock import SYSTEM
from reflect_tui.model.assessment import Answer
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from reflect_tui.tui.screens.assess import AssessScreen
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import Field
from reflect_tui.usecases import filling
from tests.tui.conftest import Seat, opened

REASON = "te snel gedaan"


def subjects(journal: Journal) -> list[str]:
    form = "--format=%s|%(trailers:key=Reason,valueonly,separator=%x2C)"
    command = ["git", "-C", str(journal.root), "log", form]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def first_scores(journal: Journal) -> dict[str, object]:
    session = journal.own()[0]
    return dict(session.scores)


async def begin(seat: Seat) -> AssessScreen:
    """Open the newest session of one's own and begin to amend it."""
    await seat.press("enter", "a")
    assert "Why?" in seat.text()
    await seat.type(*REASON.replace(" ", "_"))
    await seat.press("enter")
    assert isinstance(seat.app.screen, AssessScreen)
    return seat.app.screen


async def test_amending_makes_a_new_version_with_its_reason(demo: Journal) -> None:
    before, count = first_scores(demo), len(subjects(demo))
    item = next(iter(before))
    async with opened(demo) as seat:
        screen = await begin(seat)
        assert dict(screen.assessment.scores) == before
        assert screen.assessment.position == 0
        assert "amending" in seat.text()
        await seat.press("u")
        assert "Nothing to undo" in seat.text()
        await seat.press("0" if before[item] != "n/a" else "1", "f")
        assert "1 answer changes" in seat.text()
        assert "te_snel_gedaan" in seat.text()
        await seat.press("enter")
        assert seat.screen == "ResultsScreen"
        assert "all in history" in seat.text()
        await seat.press("h")
        assert "te_snel_gedaan" in seat.text()
        await seat.press("d")
        assert seat.screen == "DiffScreen"
    assert first_scores(demo)[item] != before[item]
    assert len(subjects(demo)) == count + 1
    assert subjects(demo)[0].startswith("amend session 2026-11-19 self: ")
    assert subjects(demo)[0].endswith("|te_snel_gedaan")
    assert demo.drafts.all() == ()


async def test_a_reason_is_required_and_escape_asks_for_nothing(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter", "a", "enter")
        assert seat.screen == "ReasonScreen"
        assert "Write a reason first" in seat.text()
        await seat.press("x")
        assert "Write a reason first" not in seat.text()
        await seat.press("backspace", "space", "enter")
        assert "Write a reason first" in seat.text()
        await seat.press("escape")
        assert seat.screen == "ResultsScreen"
    assert demo.drafts.all() == ()


async def test_escape_asks_before_a_reason_is_lost(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter", "a", *"misread", "escape")
        assert "What you typed in this form is not kept." in seat.text()
        await seat.press("escape")
        assert seat.app.screen.query_one(Field).value == "misread"
        await seat.press("escape", "enter")
        assert seat.screen == "ResultsScreen"
        assert demo.typed.all() == ()
        await seat.press("a")
        assert seat.app.screen.query_one(Field).value == ""
        await seat.press("escape")  # nothing is lost
        assert seat.screen == "ResultsScreen"


async def test_an_unfinished_amendment_is_offered_again_and_stays_one(demo: Journal) -> None:
    async with opened(demo) as seat:
        await begin(seat)
        await seat.press("4", "3")
    async with opened(demo) as seat:
        assert "An unfinished amendment" in seat.text()
        await seat.press("escape")
        assert any("92/92" in row and "amending" in row for row in seat.text().split("\n"))
        assert "A new version of 19 Nov 2026 · self" in seat.text()
        assert "The reason: te_snel_gedaan" in seat.text()
        await seat.press("enter")
        screen = seat.app.screen
        assert isinstance(screen, AssessScreen)
        assert screen.assessment.position == 1
        assert len(screen.assessment.done) <= 2
        await seat.press("escape", "home", "down", "down", "enter", "a")
        assert isinstance(seat.app.screen, AssessScreen)
    (draft,) = demo.drafts.all()
    assert isinstance(draft, Draft)
    assert draft.reason == "te_snel_gedaan"


async def test_a_version_is_brought_back_and_nothing_is_rewritten(demo: Journal) -> None:
    before = first_scores(demo)
    async with opened(demo) as seat:
        await begin(seat)
        await seat.press("x", "f", "enter", "enter")
        assert seat.screen == "ResultsScreen"
        assert first_scores(demo) != before
        await seat.press("h", "end", "b")
        assert "Nothing is rewritten" in seat.words()
        await seat.press("escape", "b", "enter")
        assert seat.screen == "HistoryScreen"
        assert "brought back the version of" in seat.text()
        await seat.press("home", "D")
        assert "This is the newest version" in seat.text()
        await seat.press("escape", "end", "D")
        assert seat.screen == "DiffScreen"
        assert " the same." in seat.text()
        assert "0 up" not in seat.text()
        await seat.press("escape", "home", "down", "enter", "a")
    assert first_scores(demo) == before
    assert subjects(demo)[0].startswith("restore session 2026-11-19 self|brought back the version of ")
    assert len(demo.versions(demo.own()[0].id)) == 3


async def test_an_earlier_version_is_not_amended(demo: Journal) -> None:
    async with opened(demo) as seat:
        await begin(seat)
        await seat.press("x", "f", "enter", "enter", "h", "end", "enter", "a")
        assert "This is an earlier version" in seat.text()
    assert demo.drafts.all() == ()


async def test_removed_sessions_are_listed_and_come_back(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("r")
        assert "No session was removed" in seat.text()
        await seat.press("escape", "down", "delete", "enter", "delete", "enter")
    async with opened(demo) as seat:
        assert len(seat.app.state.sessions) == 11
        await seat.press("r")
        assert seat.text().count(" removed ") == 2
        await seat.press("enter")
        assert len(seat.app.state.sessions) == 12
        await seat.press("enter", "escape")
        assert len(seat.app.state.sessions) == 13


async def test_a_session_that_is_brought_back_is_gone_to(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("home", "down", "down")
        removed = seat.app.screen.query_one("#page", Lines).target
        await seat.press("delete", "enter", "end")
        assert removed not in [row.target for row in seat.app.state.rows]
        await seat.press("u")
        page = seat.app.screen.query_one("#page", Lines)
        assert page.target == removed
        await seat.press("end")
        assert page.target != removed


def left(journal: Journal, score: int) -> Draft:
    """Leave a draft of the newest session beside it, as an earlier version restored it from a backup."""
    session = journal.own()[0]
    item = next(iter(session.scores))
    draft = Draft(
        id=session.id, instrument=session.instrument, version=session.version, digest=session.digest, role="self",
        started=session.started, acts=(Answer(item, score),), pauses=(1.0,),
    )  # fmt: skip
    journal.drafts.create(draft, journal.instrument_bytes(session)).close()
    return draft


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_draft_of_a_finished_session_amends_it(demo: Journal, size: tuple[int, int]) -> None:
    before = first_scores(demo)
    item = next(iter(before))
    other = 1 if before[item] != 1 else 2
    draft = left(demo, other)
    async with opened(demo, size) as seat:
        await seat.press("enter")
        assert "was finished since, with other answers than this draft has." in seat.words()
        await seat.press("enter")
        await seat.type(*"weken")
        await seat.press("enter")
        assert isinstance(seat.app.screen, AssessScreen)
        await seat.press("f")
        assert "1 answer changes" in seat.text()
        await seat.press("enter")
        assert seat.screen == "ResultsScreen"
    assert first_scores(demo) == before | {item: other}
    assert not demo.drafts.path(draft.id).exists()


async def test_a_draft_of_a_finished_session_is_set_aside(demo: Journal) -> None:
    before = first_scores(demo)
    draft = left(demo, 1 if next(iter(before.values())) != 1 else 2)
    async with opened(demo) as seat:
        await seat.press("enter", "down", "down", "enter")
        assert seat.screen == "ResultsScreen"
        await seat.press("escape", "enter", "down", "enter")
        assert seat.screen == "HomeScreen"
    assert first_scores(demo) == before
    assert not demo.drafts.path(draft.id).exists()
    assert (demo.drafts.discarded / f"{draft.id}.toml").exists()


async def test_a_draft_of_a_session_that_was_amended_otherwise_amends_that_without_asking_why_again(
    demo: Journal,
) -> None:
    session, data = demo.saved(demo.own()[0].id)
    first, second, *_more = session.scores
    seat_before = filling.amend(demo, SYSTEM, session.id, "a word")
    seat_before.do(Answer(second, "n/a"))
    seat_before.writer.close()
    demo.amend(structs.replace(session, scores=dict(session.scores) | {first: "n/a"}), "elsewhere", data)
    demo.record()
    async with opened(demo) as seat:
        await seat.press("enter")
        assert "was amended otherwise since this draft began." in " ".join(seat.text().split())
        await seat.press("enter")
        assert isinstance(seat.app.screen, AssessScreen)
        await seat.press("f", "enter")
        assert seat.screen == "ResultsScreen"
    assert first_scores(demo) == dict(session.scores) | {first: "n/a", second: "n/a"}
    assert demo.versions(session.id)[0].reason == "a word"
    assert not demo.drafts.path(session.id).exists()
