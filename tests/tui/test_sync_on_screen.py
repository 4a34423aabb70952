"""`S`: where the journal is synced, the question before the first sending, each step, and choosing a version."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest
from msgspec import structs
from textual.widgets import Input

from reflect_tui import i18n
from reflect_tui.git.complaints import SyncError
from reflect_tui.git.patience import User
from reflect_tui.settings import Settings
from reflect_tui.store import erasing, erasure
from reflect_tui.store.base import kind_of
from reflect_tui.store.journal import Journal
from reflect_tui.store.sync_state import Synced
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.usecases import syncing
from reflect_tui.usecases.sync_run import Ask, DeclinedError
from tests.tui.conftest import Seat, opened
from tests.unit.journal.sync_examples import git, remote


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return remote(tmp_path / "place")


def _words(text: str) -> str:
    return " ".join(text.split())


async def test_the_first_sync_asks_where_to_and_whether_to_send(demo: Journal, place: Path) -> None:
    async with opened(demo) as seat:
        await seat.press("S")
        assert "not synced with another place yet" in _words(seat.text())
        await seat.press("v")
        assert "No git command was run here yet" in _words(seat.text())
        await seat.press("v")
        assert "No git command" not in _words(seat.text())
        await seat.press("enter")
        assert seat.screen == "AddressScreen"
        await seat.type(*str(place), "enter")
        assert seat.screen == "Question"
        assert "Your whole journal with its history goes to" in _words(seat.text())
        assert git("for-each-ref", folder=place) == ""
        await seat.press("escape")
        assert "Nothing was sent." in _words(seat.text())
        assert git("for-each-ref", folder=place) == ""
        await seat.press("enter", "enter")  # the place that was typed stands there
        await seat.press("enter")
        assert "files sent" in _words(seat.text())
        assert "git ls-remote" not in _words(seat.text())
        await seat.press("v")
        assert "git ls-remote" in _words(seat.text())
        assert "No git command" not in _words(seat.text())
        await seat.press("escape")
        assert "saved, in history, synced" in _words(seat.text())
    assert git("rev-parse", "main", folder=place) == demo.repository.head()


async def test_an_address_that_can_not_be_used_is_told_on_the_screen(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("S", "enter")
        await seat.type(*"http://example.org/x", "enter")
        assert seat.screen == "SyncScreen"
        assert "only https:// and ssh:// addresses and folders can" in _words(seat.text())
        await seat.press("enter")
        assert seat.app.screen.query_one(Input).value == "http://example.org/x"  # to be put right


async def test_what_waits_is_told_in_the_top_line(demo: Journal, place: Path) -> None:
    demo.record()
    syncing.sync(demo, str(place), ask=lambda _question: True)
    session = demo.own()[0]
    demo.amend(structs.replace(session, remark="another"), "typo", demo.saved(session.id)[1])
    async with opened(demo) as seat:
        assert "saved, in history; 1 not synced" in _words(seat.text())
        await seat.press("S", "enter")
        assert "1 file sent" in _words(seat.text())
        await seat.press("escape")
        assert "saved, in history, synced" in _words(seat.text())


async def test_one_of_two_versions_is_chosen(demo: Journal, place: Path, tmp_path: Path) -> None:
    demo.record()
    syncing.sync(demo, str(place), ask=lambda _question: True)
    other = Journal(tmp_path / "other", tmp_path / "other state")
    syncing.sync(other, str(place), ask=lambda _question: True)
    session = demo.own()[0]
    for journal, notes in ((other, {}), (demo, {"toegankelijk": "one", "bemoeizorg": "two"})):
        read, data = journal.saved(session.id)
        journal.amend(structs.replace(read, notes=notes, remark=f"{len(notes)} notes"), "typo", data)
        journal.record()
        syncing.sync(journal, ask=lambda _question: True)
    async with opened(demo) as seat:
        assert "Changed on several devices: 1. S shows the versions." in _words(seat.text())
        await seat.press("delete")
        said = "Several versions of it wait for a choice. Only the one that is shown here is removed; S then lets you"
        assert said in _words(seat.text())
        await seat.press("escape", "down", "delete")
        assert "Remove this session?" in seat.text()
        assert "Several versions of it" not in _words(seat.text())
        await seat.press("escape", "S")
        assert "Several versions:" in _words(seat.text())
        await seat.press("c")
        assert seat.screen == "VersionsScreen"
        await seat.press("?")
        assert "A version stands until a device that has it amends it, deletes it or keeps" in _words(seat.text())
        await seat.press("escape")
        assert seat.screen == "VersionsScreen"
        shown = _words(seat.text())
        assert "1 note" not in shown.partition("Remark")[0]
        await seat.press("1" if "version 1: 2 notes" in shown else "2")
        assert "is kept" in _words(seat.text())
        assert "Several versions:" not in _words(seat.text())
    assert demo.saved(session.id)[0].remark == "2 notes"


async def test_two_questions_in_one_sync_are_asked_once_each(
    demo: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sync(_journal: Journal, _place: str, *, ask: Ask, **_more: object) -> Synced:
        if not (ask("Erase it?") and ask("Replace it?")):
            raise DeclinedError("Nothing was sent.")
        return Synced(sent=1)

    monkeypatch.setattr(syncing, "sync", sync)
    async with opened(demo) as seat:
        await seat.press("S", "enter")
        await seat.type(*str(place), "enter")
        assert "Erase it?" in _words(seat.text())
        await seat.press("enter")
        assert "Replace it?" in _words(seat.text())
        await seat.press("enter")
        assert seat.screen == "SyncScreen"
        assert "1 file sent" in _words(seat.text())


async def test_what_was_done_before_a_question_stays_in_sight_and_is_said_once(
    demo: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sync(_journal: Journal, _place: str, *, ask: Ask, user: User, **_more: object) -> Synced:
        user.tell("Looking")
        done = Synced(notes=("A round was closed twice",))
        if not ask("Erase it?"):
            user.tell(*done.notes)
            raise DeclinedError("Nothing was sent.", done=done)
        user.tell("Erasing")
        return Synced(sent=1)

    monkeypatch.setattr(syncing, "sync", sync)
    async with opened(demo) as seat:
        await seat.press("S", "enter")
        await seat.type(*str(place), "enter")
        assert "Erase it?" in _words(seat.text())
        await seat.press("enter")
        steps = "· Looking · A round was closed twice · Erasing Synced: 1 file sent"
        assert steps in _words(seat.text())
        assert _words(seat.text()).count("closed twice") == 1
        await seat.press("enter", "enter")  # another sync, with the place that was typed
        await seat.press("escape")
        assert "· Looking · A round was closed twice Nothing was sent." in _words(seat.text())


async def test_a_sync_that_waits_for_the_other_end_is_stopped_by_esc(
    demo: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = threading.Event()

    def sync(_journal: Journal, _place: str, *, user: User, **_more: object) -> Synced:
        user.tell("Waiting for the other end: 10 s so far")
        waits.set()
        while not user.stops():
            time.sleep(0.01)
        raise SyncError("Stopped.")

    monkeypatch.setattr(syncing, "sync", sync)
    async with opened(demo) as seat:
        await seat.press("S", "enter")
        await seat.pilot.press(*str(place), "enter")
        await asyncio.to_thread(waits.wait)
        await seat.pilot.press("v", "v", "escape")  # keys go on working
        await seat.press()
        assert seat.screen == "SyncScreen"
        assert "Waiting for the other end: 10 s so far · Stopping Stopped." in _words(seat.text())
        await seat.press("escape")
        assert seat.screen == "HomeScreen"


async def test_at_start_it_syncs_by_itself_only_where_the_settings_say_so(
    demo: Journal, place: Path, tmp_path: Path
) -> None:
    demo.record()
    syncing.sync(demo, str(place), ask=lambda _question: True)
    other = Journal(tmp_path / "other", tmp_path / "other-state")
    syncing.sync(other, str(place), ask=lambda _question: True)
    session = other.own()[0]
    other.amend(structs.replace(session, remark="made elsewhere"), "typo", other.saved(session.id)[1])
    syncing.sync(other, ask=lambda _question: False)
    for unasked, remark in ((False, session.remark), (True, "made elsewhere")):
        here = Journal(demo.root, demo.state)
        async with opened(here, settings=Settings(sync_unasked=unasked)) as seat:
            assert "saved, in history, synced" in _words(seat.text())
        assert here.own()[0].remark == remark


async def test_what_waits_for_a_decision_is_said_until_it_is_made(demo: Journal, place: Path, tmp_path: Path) -> None:
    demo.record()
    syncing.sync(demo, str(place), ask=lambda _question: True)
    other = Journal(tmp_path / "other", tmp_path / "other-state")
    syncing.sync(other, str(place), ask=lambda _question: True)
    erasing.carry_out(other, erasure.session(other, other.own()[0].id))
    syncing.sync(other, ask=lambda _question: True)
    here = Journal(demo.root, demo.state)
    async with opened(here, settings=Settings(sync_unasked=True)) as seat:
        assert "you have to decide something" in _words(seat.text())
        await seat.press("S", "enter", "enter")
        assert len(here.own()) == len(other.own())
        await seat.press("escape")
        assert "you have to decide something" not in _words(seat.text())


async def test_the_files_in_a_folder_are_encrypted_from_the_screen_and_opened_on_another_device(
    demo: Journal, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    async with opened(demo) as seat:
        await seat.press("S", "e")
        await seat.type(*str(folder), "enter")
        await seat.type(*"horse", "enter")
        assert "Type the same passphrase again." in _words(seat.text())
        await seat.type(*"house", "enter")
        assert "These are not the same." in _words(seat.text())
        assert list(folder.iterdir()) == []
        for _time in range(2):
            await seat.type(*"horse", "enter")
        assert seat.screen == "Question"
        assert f"goesto{folder}:" in "".join(seat.text().split())  # a long path goes on in a next row
        assert "only a passphrase opens. Send it?" in _words(seat.text())
        await seat.press("enter")
        assert "files sent" in _words(seat.text())
        assert "encrypt" not in seat.text().splitlines()[-1]
    (sealed,) = folder.iterdir()
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1")
    received = len([path for path in demo.repository.tracked() if kind_of(path)])
    other = Journal(tmp_path / "other", tmp_path / "other state")
    async with opened(other) as seat:
        await seat.press("S", "enter")
        await seat.type(*str(folder), "enter")
        await seat.type(*"wrong", "enter")
        assert "Nothing was taken or written." in _words(seat.text())
        assert [str(p) for p in other.root.rglob("*")] == []
        await seat.press("enter", "enter")
        await seat.type(*"horse", "enter")
        assert "only a passphrase opens. Send it?" in _words(seat.text())
        await seat.press("enter")
        assert seat.screen == "SyncScreen"
        assert f"Synced: 0 files sent, {received} received." in _words(seat.text())
    assert len(other.own()) == len(demo.own())


async def test_encryption_is_still_chosen_in_the_question_before_the_first_sending(
    demo: Journal, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    async with opened(demo) as seat:
        await seat.press("S", "enter")
        await seat.type(*str(folder), "enter")
        assert "Not encrypted." in _words(seat.text())
        assert "encrypt" in seat.text().splitlines()[-1]
        await seat.press("e")
        assert seat.screen == "PassphraseScreen"
        assert list(folder.iterdir()) == []
        for _time in range(2):
            await seat.type(*"horse", "enter")
        assert seat.screen == "SyncScreen"
        assert "files sent" in _words(seat.text())
    (sealed,) = folder.iterdir()
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1")


async def test_what_goes_to_a_repository_can_not_be_encrypted_in_the_question(demo: Journal, place: Path) -> None:
    async with opened(demo) as seat:
        await seat.press("S", "enter")
        await seat.type(*str(place), "enter")
        await seat.press("e")
        assert seat.screen == "Question"
        assert "encrypt" not in _words(seat.text())


def _seen(seat: Seat) -> list[str]:
    """Return the rows of the window's text that stand in the window now."""
    body = seat.app.screen.query_one("#said", Lines)
    return [row.text.strip() for row in body.shown[body.scroll_offset.y :][: body.size.height]]


_ENDS = {
    "en": ("Left alone", "erased here, as on another device."),
    "nl": ("Niet gelezen", "hier gewist, net als op een ander apparaat."),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("language", _ENDS)
async def test_of_a_long_sync_the_end_is_seen_and_no_step_twice(
    demo: Journal, tmp_path: Path, language: str, size: tuple[int, int]
) -> None:
    left, done = _ENDS[language]
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "holiday pictures.zip").touch()
    demo.record()
    syncing.sync(demo, str(folder), ask=lambda _question: True)
    other = Journal(tmp_path / "other", tmp_path / "other state")
    syncing.sync(other, str(folder), ask=lambda _question: True)
    first, *_more = other.own()
    erasing.carry_out(other, erasure.session(other, first.id))
    syncing.sync(other, ask=lambda _question: True)
    i18n.use_language(language)
    async with opened(demo, size) as seat:
        await seat.press("S", "enter", "enter")
        assert " ".join(_seen(seat)).endswith(done)
        steps = [row.text for row in seat.app.screen.query_one("#said", Lines).shown if row.text.startswith("· ")]
        assert len(set(steps)) == len(steps)
        assert sum(left in step for step in steps) == 1


async def test_a_long_page_is_read_with_the_keys_that_move_and_then_stays_where_it_is(
    demo: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sync(_journal: Journal, _place: str, *, user: User, **_more: object) -> Synced:
        for number in range(1, 61):
            user.tell(f"step {number}")
        raise SyncError("It was refused.")

    monkeypatch.setattr(syncing, "sync", sync)
    async with opened(demo) as seat:
        await seat.press("S", "enter")
        await seat.type(*str(place), "enter")
        end = _seen(seat)
        assert end[-1] == "It was refused."
        await seat.press("k")
        assert _seen(seat)[1:] == end[:-1]
        await seat.press("j")
        assert _seen(seat) == end
        await seat.press("pageup")
        assert _seen(seat)[-1] == end[0]
        await seat.press("pagedown")
        assert _seen(seat) == end
        await seat.press("home")
        assert _seen(seat)[0] == "Sync"
        await seat.press("v")
        assert _seen(seat)[0] == "Sync"
        await seat.press("end")
        assert _seen(seat)[-1] == "It was refused."


_MORE = {"en": ("and {} more", "show all"), "nl": ("en nog {}", "toon alles")}


@pytest.mark.parametrize("language", _MORE)
async def test_of_two_versions_that_differ_in_much_the_first_statements_are_named_and_all_on_a_key(
    demo: Journal, place: Path, tmp_path: Path, language: str
) -> None:
    more, key = _MORE[language]
    demo.record()
    syncing.sync(demo, str(place), ask=lambda _question: True)
    other = Journal(tmp_path / "other", tmp_path / "other state")
    syncing.sync(other, str(place), ask=lambda _question: True)
    session = demo.own()[0]
    for journal, score in ((other, 4), (demo, 1)):
        read, data = journal.saved(session.id)
        journal.amend(structs.replace(read, scores=dict.fromkeys(read.scores, score), notes={}), "typo", data)
        journal.record()
        syncing.sync(journal, ask=lambda _question: True)
    i18n.use_language(language)
    async with opened(demo) as seat:
        await seat.press("S", "c")
        named = seat.text()
        assert (named.count("1: "), key in named) == (1 + 5, True)
        await seat.press("v")
        whole = seat.text()
        number = whole.count("1: ") - 1
        assert number > 80
        told = more.format(number - 5)
        assert (told in named, told in whole, key in whole) == (True, False, False)
        await seat.press("end", "1")
        assert seat.screen == "SyncScreen"
