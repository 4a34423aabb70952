"""The agenda by keys: put in order, dropped from, added to; saved at once, one version when one leaves."""

from __future__ import annotations

import subprocess

from msgspec import structs

from reflect_tui.model import agenda
from reflect_tui.model.agenda import Agenda, ScoreSum
from reflect_tui.store.journal import Journal
from reflect_tui.tui.widgets.lines import Lines
from tests.tui.conftest import Seat, opened


def stored(journal: Journal) -> Agenda:
    (document,) = journal.agendas.all()
    assert document.value
    return document.value


def commits(journal: Journal) -> list[str]:
    command = ["git", "-C", str(journal.root), "log", "--format=%s"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


async def write(seat: Seat, text: str) -> None:
    await seat.type(*("space" if letter == " " else letter for letter in text))


async def test_changes_are_saved_at_once_and_become_one_version(demo: Journal) -> None:
    before, made = stored(demo), len(commits(demo))
    first, second, *rest = before.points
    async with opened(demo) as seat:
        await seat.press("v")
        await seat.press("J")
        assert stored(demo).points == (second, first, *rest)
        await seat.press("space")
        assert [point.dropped for point in stored(demo).points[:2]] == [False, True]
        await seat.press("n")
        await write(seat, "Ask for training")
        await seat.press("enter")
        assert stored(demo).points[-1].text == "Ask for training"
        await seat.press("e")
        await write(seat, "In spring")
        await seat.press("escape")
        assert stored(demo).points[-1].remark == "In spring"
        assert len(commits(demo)) == made
        await seat.press("escape")
        assert seat.screen == "HomeScreen"
    assert commits(demo)[0] == "agenda 2026-11-19: saved"
    assert len(commits(demo)) == made + 1


async def test_every_change_can_be_taken_back(demo: Journal) -> None:
    before = stored(demo)
    async with opened(demo) as seat:
        await seat.press("v", "J", "space", "u", "u")
        assert stored(demo) == before
        await seat.press("u")
        assert stored(demo) == before


async def test_taking_back_goes_to_the_point_it_is_about(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "down", "down", "space", "home", "u")
        assert seat.app.screen.query_one("#page", Lines).target == "2"


async def test_strengths_stay_first(demo: Journal) -> None:
    before = stored(demo)
    async with opened(demo) as seat:
        await seat.press("v", "K", "down", "J")
        assert stored(demo) == before


async def test_an_agenda_is_proposed_for_a_session_that_has_none_and_not_saved_unasked(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press(*["down"] * 2, "enter", "v")
        assert "20 Mar 2026" in seat.text()
        assert "To talk about" in seat.text()
        await seat.press("escape")
    assert len(demo.agendas.all()) == 1


async def test_the_key_that_renews_stands_below_an_agenda_that_is_outdated(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v")
        assert "r renew" not in seat.text()
    (document,) = demo.agendas.all()
    first, *others = stored(demo).points
    changed = structs.replace(first, now=ScoreSum(5, 5))
    outdated = structs.replace(stored(demo), points=(changed, *others))
    (demo.root / document.path).write_bytes(agenda.dumps(outdated))
    async with opened(demo, size=(60, 20)) as seat:
        await seat.press("v")
        assert "r renew" in seat.text().split("\n")[-1]


async def test_renewing_keeps_what_is_one_s_own(demo: Journal) -> None:
    before = stored(demo)
    async with opened(demo) as seat:
        await seat.press("v", "space", "r")
    after = stored(demo)
    assert after.points[0].dropped
    assert [point.text for point in after.points if point.kind == "own"] == [before.points[-1].text]
    assert [point.remark for point in after.points if point.remark] == [p.remark for p in before.points if p.remark]


async def test_a_journal_without_sessions_has_nothing_to_prepare(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("v")
        assert "Nothing to prepare yet" in seat.text()


async def test_an_agenda_that_can_t_be_read_is_shown_so_and_left_alone(demo: Journal) -> None:
    (document,) = demo.agendas.all()
    path = demo.root / document.path
    path.write_text("format = 1\nwhat\n")
    async with opened(demo) as seat:
        await seat.press("v", "space", "J", "r")
        assert "not valid TOML" in seat.words()
    assert path.read_text() == "format = 1\nwhat\n"


async def test_a_remark_half_written_is_saved_when_the_app_ends(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "e")
        await write(seat, "Half a rem")
        seat.app.exit(None, 143)
    assert stored(demo).points[0].remark == "Half a rem"


async def test_a_remark_kept_while_it_was_written_is_one_step_to_undo(demo: Journal) -> None:
    before = stored(demo)
    async with opened(demo) as seat:
        await seat.press("v", "e")
        for text in ("Half", " a", " remark"):
            await write(seat, text)
            seat.app.keep_drafts()
        assert stored(demo).points[0].remark == "Half a remark"
        await seat.press("escape", "u")
        assert stored(demo) == before


async def test_the_bottom_line_names_what_is_done_with_a_point(demo: Journal) -> None:
    async with opened(demo, size=(200, 30)) as seat:
        await seat.press("home", "down", "v")
        keys = seat.text().splitlines()[-1]
        assert all(f" {word} " in keys for word in ("remark", "drop", "move up", "move down", "goal"))
        assert " undo " not in keys
        await seat.press("space")
        assert " undo " in seat.text().splitlines()[-1]
