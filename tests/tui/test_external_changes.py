"""What another program does to the journal is shown while the app is open, and put right only when asked."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.model.session import dumps
from reflect_tui.store.journal import Journal
from reflect_tui.store.record import Recorded
from reflect_tui.store.scan import Entry
from reflect_tui.tui.app import ReflectApp
from reflect_tui.tui.screens.assess import AssessScreen
from reflect_tui.tui.screens.dialog import MessageScreen
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.services import journal as journal_service
from reflect_tui.tui.services.journal import JournalRead
from reflect_tui.tui.widgets.lines import Lines
from tests.bundled import bundled_bytes
from tests.faults import operations
from tests.faults.worlds import save
from tests.settling import settle
from tests.tui.conftest import Seat, opened


def git(journal: Journal, *command: str) -> str:
    full = ["git", "-c", "user.name=x", "-c", "user.email=x@y", "-C", str(journal.root), *command]
    return subprocess.run(full, check=True, capture_output=True, text=True).stdout


def newest(journal: Journal) -> tuple[Entry, Path]:
    """Give one's own newest session and its file."""
    entry = next(entry for entry in journal.entries() if entry.session and entry.session.role == "self")
    return entry, journal.root / entry.path


def change(path: Path) -> bytes:
    """Edit a session file as with an editor: still valid."""
    edited = path.read_bytes().replace(b" = 3\n", b" = 4\n", 1) + b"# by hand\n"
    path.write_bytes(edited)
    return edited


def content(path: Path) -> bytes:
    return path.read_bytes()


async def noticed(seat: Seat) -> None:
    """Let the app look at the folder now rather than in a few seconds."""
    seat.app.journal_service.watch()
    await settle(seat.app)
    await seat.pilot.pause()


async def test_an_edit_is_noticed_shown_and_kept_when_asked(demo: Journal) -> None:
    _entry, path = newest(demo)
    async with opened(demo) as seat:
        await noticed(seat)
        assert seat.app.state.note == ""
        edited = change(path)
        await noticed(seat)
        assert "Changed outside: 1 (≠)" in seat.text()
        await seat.press("home", "down", "enter")
        assert "Changed by another program" in seat.text()
        await seat.press("down", "enter")
        before, after = (row for row in seat.text().split("\n") if "version 1.0.0" in row)
        assert before.endswith("in history")
        assert after.endswith("as it is now")
        await seat.press("escape", "enter", "down", "down", "enter", "enter")
        assert "Changed outside" not in seat.text()
        assert "all in history" in seat.text()
    assert path.read_bytes() == edited
    assert demo.versions(path.stem)[0].reason == "changed by another program"


async def test_an_edit_is_put_back_when_asked_and_kept_aside(demo: Journal) -> None:
    entry, path = newest(demo)
    assert entry.session
    edited = change(path)
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter", "up", "end", "down", "down", "down", "enter")
        assert "Changed outside" not in seat.text()
    assert path.read_bytes() == dumps(entry.session)
    assert [kept.read_bytes() for kept in (demo.state / "replaced").iterdir()] == [edited]


async def test_later_changes_nothing_and_amending_waits_for_a_choice(demo: Journal) -> None:
    _entry, path = newest(demo)
    edited = change(path)
    commits = git(demo, "rev-parse", "HEAD")
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter", "escape", "enter", "enter", "a", "x", "enter")
        assert "Choose first what to do" in seat.words()
    assert path.read_bytes() == edited
    assert git(demo, "rev-parse", "HEAD") == commits
    assert demo.drafts.all() == ()


async def test_a_missing_session_is_listed_and_comes_back(demo: Journal) -> None:
    entry, path = newest(demo)
    assert entry.session
    async with opened(demo) as seat:
        path.unlink()
        await noticed(seat)
        assert "Missing: 1 (∅)" in seat.text()
        row = next(row for row in seat.text().split("\n") if "19 Nov 2026" in row)
        assert "missing" in row
        await seat.press("home", "down", "enter", "enter")
        assert "Missing" not in seat.text()
    assert path.read_bytes() == dumps(entry.session)


async def test_a_missing_session_is_removed_in_history_too(demo: Journal) -> None:
    _entry, path = newest(demo)
    path.unlink()
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter", "down", "enter")
        assert "Missing" not in seat.text()
        await seat.press("r")
        assert "19 Nov 2026 · self" in seat.text()
    assert git(demo, "log", "-1", "--format=%s").startswith("delete session 2026-11-19 self")


async def test_another_commit_checked_out_shows_what_is_missing(demo: Journal) -> None:
    async with opened(demo) as seat:
        git(demo, "checkout", "--quiet", git(demo, "rev-list", "-1", "--skip=2", "HEAD", "--", "sessions").strip())
        await noticed(seat)
        assert "older version of itself" in seat.text()
        assert "Missing: 1 (∅)" in seat.text()
        git(demo, "switch", "--quiet", "-")
        await noticed(seat)
        assert "Missing" not in seat.text()
        assert len(seat.app.state.sessions) == 13


async def test_a_draft_being_filled_in_is_never_touched(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("n", "enter", "escape", "3", "4")
        screen = seat.app.screen
        assert isinstance(screen, AssessScreen)
        git(demo, "checkout", "--quiet", git(demo, "rev-list", "-1", "--skip=2", "HEAD", "--", "sessions").strip())
        await noticed(seat)
        assert id(seat.app.screen) == id(screen)
        assert list(screen.assessment.scores.values()) == [3, 4]
        await seat.press("2", "f", "enter", "enter")
        assert seat.screen == "ResultsScreen"
        assert "1 not yet in history" in seat.text()
        git(demo, "switch", "--quiet", "-")
        await noticed(seat)
        assert "all in history" in seat.text()
    assert len(demo.own()[0].scores) == 3


async def test_our_own_changes_are_no_news(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("home", "down", "delete", "enter", "u")
        await noticed(seat)
        assert seat.app.state.note == ""
        (demo.root / "sessions" / "2026" / "note.toml").write_text("x = 1\n")
        await noticed(seat)
        assert "Another program changed the journal" in seat.app.state.note


@pytest.fixture
def no_suspension(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for handing the terminal over: a test has none."""

    @contextlib.contextmanager
    def suspend(_app: ReflectApp) -> Iterator[None]:
        yield

    monkeypatch.setattr(ReflectApp, "suspend", suspend)


@pytest.fixture
def spoiled(demo: Journal) -> Path:
    _entry, path = newest(demo)
    path.write_bytes(path.read_bytes().replace(b'role = "self"', b'role = "boss"').replace(b" = 3\n", b" = 3.5\n", 1))
    return path


async def test_every_fault_of_an_unreadable_file_is_shown(demo: Journal, spoiled: Path) -> None:
    async with opened(demo, size=(110, 24)) as seat:
        await seat.press("home", "down", "enter")
        assert seat.screen == "UnreadableScreen"
        assert str(spoiled) in seat.text().replace("\n", "").replace("  ", "")
        assert "2 faults" in seat.text()
        assert "role" in seat.text()
        await seat.press("b", "enter")
        assert seat.screen == "HomeScreen"
        assert "Changed outside" not in seat.text()
    assert len(list((demo.state / "replaced").iterdir())) == 1


async def test_the_editor_mends_it(
    demo: Journal, spoiled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_suspension: None
) -> None:
    editor = tmp_path / "my editor"
    editor.write_text('#!/bin/sh\nsed -i -e \'s/"boss"/"self"/\' -e \'s/3[.]5/3/\' "$2"\n')
    editor.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"'{editor}' -n")
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter", "e")
        assert seat.screen == "HomeScreen"
        assert len(seat.app.state.sessions) == 13
    assert demo.changed() == ()


@pytest.mark.parametrize(
    ("editor", "said"), [("", "No editor is set"), ("'", "No editor is set"), ("/no/such/editor", "can't be started")]
)
@pytest.mark.usefixtures("no_suspension")
async def test_without_an_editor_a_sentence_says_so(
    demo: Journal, spoiled: Path, monkeypatch: pytest.MonkeyPatch, editor: str, said: str
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    before = content(spoiled)
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter", "e")
        assert said in seat.text()
    assert content(spoiled) == before


async def test_an_unreadable_draft_is_shown_with_its_faults(demo: Journal) -> None:
    demo.drafts.folder.mkdir(parents=True)
    demo.drafts.path("2026-11-23T1405-self-4f2a9c").write_text("format = 1\n\n")
    async with opened(demo) as seat:
        await seat.press("home", "enter")
        assert seat.screen == "UnreadableScreen"
        assert "bring back" not in seat.text().split("\n")[-1]
        await seat.press("b")
        assert seat.screen == "UnreadableScreen"


async def test_a_damaged_draft_says_so_before_one_goes_on(demo: Journal) -> None:
    draft = operations.new_draft(2, answered=True)
    demo.drafts.create(draft, bundled_bytes(draft.instrument)).close()
    path = demo.drafts.path(draft.id)
    path.write_bytes(path.read_bytes()[:900] + bytes(50) + path.read_bytes()[950:])
    async with opened(demo) as seat:
        assert "The file of this draft is damaged" in seat.text()
        await seat.press("escape", "home")
        assert "The file of this draft is damaged" in seat.text()
        await seat.press("enter")
        assert seat.screen == "AssessScreen"
    assert list(demo.drafts.folder.glob("*.damaged-*"))


async def test_a_session_edited_while_it_is_amended_is_not_overwritten(demo: Journal) -> None:
    _entry, path = newest(demo)
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter", "a", "x", "enter", "0")
        edited = change(path)
        await noticed(seat)
        assert seat.screen == "AssessScreen"
        await seat.press("f", "enter")
        assert "since this draft began" in seat.words()
        await seat.press("enter", "enter")
        assert "since this draft began" in seat.words()
        await seat.press("enter", "escape", "1")
        assert "saved" in seat.text()
    assert content(path) == edited
    (draft,) = demo.drafts.all()
    assert len(getattr(draft, "acts", ())) == getattr(draft, "given", 0) + 2


async def test_a_second_instance_changes_nothing(demo: Journal) -> None:
    _entry, path = newest(demo)
    edited = change(path)
    async with opened(demo), opened(demo) as second:
        await second.press("down", "enter", "a")
        assert second.screen == "MessageScreen"
    assert path.read_bytes() == edited


async def test_what_was_in_the_way_and_is_gone_needs_no_new_start(
    demo: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        seats = opened(demo)
        seat = await seats.__aenter__()
        assert "saved; history can't be read" in seat.text()
        assert "The program git was not found." in seat.text()
        assert "not yet in history" not in seat.text()
        await noticed(seat)
        assert "history can't be read" in seat.text()
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_exit(seats)
        await noticed(seat)
        await settle(seat.app)
        assert "saved, all in history" in seat.text()
        assert seat.app.state.note == ""


async def test_the_end_of_catching_up_is_seen_behind_a_question_too(demo: Journal) -> None:
    async with opened(demo) as seat:
        app = seat.app
        app.push_screen(MessageScreen("Question", "…"))
        await seat.pilot.pause()
        behind = app.screen_stack[-2]
        assert isinstance(behind, Page)
        app.post_message(JournalRead(structs.replace(app.state, pending=None)))
        await seat.pilot.pause()
        assert "history follows" in behind.query_one("#top", Lines).shown[0].text
        app.post_message(JournalRead(structs.replace(app.state, pending=())))
        await seat.pilot.pause()
        assert "all in history" in behind.query_one("#top", Lines).shown[0].text


async def test_one_of_two_versions_that_git_left_is_chosen(demo: Journal) -> None:
    entry, path = newest(demo)
    before = path.read_text()
    line = next(line for line in before.splitlines(keepends=True) if line.endswith(" = 3\n"))
    other = line.replace("3", "4")
    path.write_text(before.replace(line, f"<<<<<<< HEAD\n{line}=======\n{other}>>>>>>> other\n"))
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter")
        assert "unresolved merge" in seat.words()
        await seat.press("b")
        assert "Take the lower version" in seat.text()
        await seat.press("down", "enter")
        assert seat.screen == "HomeScreen"
        assert "Changed outside" not in seat.text()
    assert path.read_text() == before.replace(line, other)
    assert demo.versions(entry.id)[0].reason == "chosen after a merge"
    assert demo.changed() == ()


async def test_a_commit_that_fails_is_tried_again_after_longer_and_longer_waits(
    demo: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(demo) as seat:
        lock = demo.root / ".git" / "refs" / "heads" / "main.lock"
        lock.touch()
        save(demo, 7)
        await noticed(seat)
        assert "Another git is at work" in seat.text()
        tried: list[float] = []
        record, now = demo.record, 1000.0

        def tell_and_record() -> Recorded:
            tried.append(now - 1000)
            return record()

        monkeypatch.setattr(seat.app.journal, "record", tell_and_record)
        monkeypatch.setattr(journal_service, "monotonic", lambda: now)
        for second in range(0, 150, 3):
            now = 1000.0 + second
            await noticed(seat)
        assert tried == [0, 6, 18, 42, 90]
        lock.unlink()
        now += 60
        await noticed(seat)
        assert "Another git is at work" not in seat.text()


async def test_the_reason_shown_is_the_one_that_holds_now(
    demo: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = os.environ["PATH"]
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "git"
    monkeypatch.setenv("PATH", str(programs))
    journal = Journal(demo.root, demo.state)  # which has not met a git yet
    async with opened(journal) as seat:
        save(journal, 7)
        await noticed(seat)
        assert "git was not found" in seat.text()
        for script, reason in (
            ("echo git version 2.25.1", "this is git version 2.25.1"),
            ("exit 3", "does not answer"),
        ):
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
            await noticed(seat)
            text = seat.words()
            assert reason in text
            assert "not found" not in text
        monkeypatch.setenv("PATH", path)
        program.unlink()
        await noticed(seat)
        assert "does not answer" not in seat.text()
        assert journal.pending() == ()
