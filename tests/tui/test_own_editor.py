"""A note in the user's own editor: real processes that behave badly in every way; the old text is safe with each."""

from __future__ import annotations

import asyncio
import itertools
import os
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import TextArea

from reflect_tui.clock import Clock
from reflect_tui.store.journal import Journal
from reflect_tui.tui.app import ReflectApp
from reflect_tui.tui.screens.assess import AssessScreen
from reflect_tui.tui.screens.note import NoteScreen
from reflect_tui.tui.services.editor import MAX_BYTES, EditorError, NoteFile, command
from tests.screenshots import NOW
from tests.settling import settle
from tests.tui.conftest import Seat

OLD = "old"


class Desk:
    """A journal, a runtime folder of one's own, and shell scripts as editors."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        self.folder = folder
        self.journal = journal
        self.memory = folder / "runtime"
        self.memory.mkdir(mode=0o700)

    def editor(self, script: str) -> None:
        """Make a shell script the editor; the file is its $1."""
        path = self.folder / "my editor"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        os.environ["EDITOR"] = shlex.quote(str(path))

    def left(self) -> list[Path]:
        """List the folders of ours that are still there."""
        return list(self.memory.iterdir())


@pytest.fixture
def desk(journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Give an app that can hand a terminal over though it has none."""
    made = Desk(tmp_path, journal)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(made.memory))
    monkeypatch.setenv("EDITOR", "false")
    monkeypatch.setattr(ReflectApp, "suspend", lambda _app: nullcontext())
    return made


@asynccontextmanager
async def writing(desk: Desk, *, quick: bool = False) -> AsyncIterator[tuple[Seat, AssessScreen]]:
    """Open the note of the first item, with an old text in it; an editor is `quick` when no time passes in it."""
    seconds = itertools.repeat(0) if quick else itertools.count(step=5)
    clock = Clock(now=lambda: NOW, elapsed=lambda: float(next(seconds)), token=lambda: "4f2a9c")
    app = ReflectApp(desk.journal, clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app)
        seat = Seat(app, pilot)
        await seat.press("n", "enter", "e", *OLD, "escape", "e")
        screen = app.screen_stack[-2]
        assert isinstance(screen, AssessScreen)
        yield seat, screen
        app.exit()
        await settle(app)


def pane(seat: Seat) -> str:
    return seat.app.screen.query_one(TextArea).text


UNCHANGED = {
    "exits 1": ("exit 1", "The editor ended with error 1. Nothing new was saved."),
    "killed": ("kill -9 $$", "The editor was stopped by signal 9. Nothing new was saved."),
    "does nothing": ("true", "Nothing new was saved. The text is as it was."),
    "leaves a swap file": ('echo x > "$(dirname "$1")/.note.txt.swp"', "Nothing new was saved."),
    "writes CRLF and BOM only": (r"printf '\357\273\277old\r\n' > " + '"$1"', "Nothing new was saved."),
    "removes the file": ('rm "$1"', "The file is gone. The text is as it was."),
    "puts a link there": ('rm "$1"; ln -s /etc/passwd "$1"', "The text is as it was."),
    "puts a folder there": ('rm "$1"; mkdir "$1"', "The text is as it was."),
    "puts a pipe there": ('rm "$1"; mkfifo "$1"', "The text is as it was."),
    "writes without end": (f'head -c {MAX_BYTES + 1} /dev/zero > "$1"', f"it is larger than {MAX_BYTES} bytes"),
    "makes it unreadable": ('rm -r "$(dirname "$1")"', "The file is gone."),
}


async def test_nothing_new_leaves_the_text_and_is_told(desk: Desk) -> None:
    async with writing(desk) as (seat, screen):
        for name, (script, sentence) in UNCHANGED.items():
            desk.editor(script)
            await seat.press("ctrl+e")
            assert isinstance(seat.app.screen, NoteScreen), name
            assert pane(seat) == OLD, name
            assert sentence in seat.words(), name
            assert desk.left() == [], name
        await seat.press("escape")
        assert dict(screen.assessment.notes) == {"toegankelijk": OLD}


async def test_what_is_too_large_for_a_note_is_kept_in_a_private_file(desk: Desk) -> None:
    async with writing(desk) as (seat, _screen):
        desk.editor(f'head -c {MAX_BYTES + 1} /dev/zero | tr "\\0" x > "$1"')
        await seat.press("ctrl+e")
        (path,) = (desk.journal.state / "refused").iterdir()
        assert (path.stat().st_size, path.stat().st_mode & 0o777) == (MAX_BYTES + 1, 0o600)
        assert "What the editor saved is kept in" in seat.words()
        assert (pane(seat), desk.left()) == (OLD, [])


TAKEN = {
    "saves": ("printf 'one\\ntwo\\n' > \"$1\"", "one\ntwo"),
    "appends": ('echo more >> "$1"', "old\nmore"),
    "saves CRLF and BOM": (r"printf '\357\273\277one\r\ntwo\r\n' > " + '"$1"', "one\ntwo"),
    "saves by renaming": ('echo new > "$1.tmp"; mv "$1.tmp" "$1"', "new"),
    "saves control characters": (r"printf 'a\033[31mb\000\n' > " + '"$1"', "a[31mb"),
}


async def test_what_was_saved_stands_in_the_pane_and_can_be_taken_back(desk: Desk) -> None:
    async with writing(desk) as (seat, screen):
        for name, (script, text) in TAKEN.items():
            desk.editor(script)
            await seat.press("ctrl+e")
            assert pane(seat) == text, name
            assert desk.left() == [], name
            await seat.press("ctrl+u")
            assert pane(seat) == OLD, name
        await seat.press("ctrl+r", "escape")
        assert dict(screen.assessment.notes) == {"toegankelijk": text}
        for _step in range(3 * len(TAKEN)):  # what was taken back in the pane is not lost either
            if dict(screen.assessment.notes) == {"toegankelijk": OLD}:
                break
            await seat.press("u")  # how many steps there are depends on when the draft was kept meanwhile
        assert dict(screen.assessment.notes) == {"toegankelijk": OLD}


DOUBTFUL = {
    "exits 1 after saving": ('echo new > "$1"; exit 1', "The editor ended with error 1.", "new"),
    "killed after saving half": ("printf 'ne' > \"$1\"; kill -9 $$", "The editor was stopped by signal 9.", "ne"),
    "empties it": (': > "$1"', "The editor left no text.", ""),
    "writes Latin-1": (r"printf 'caf\351\n' > " + '"$1"', "1 place is not UTF-8", "caf\ufffd"),
}


@pytest.mark.parametrize("taken", [False, True])
async def test_what_is_in_doubt_is_asked(desk: Desk, taken: bool) -> None:
    async with writing(desk) as (seat, screen):
        for name, (script, sentence, text) in DOUBTFUL.items():
            desk.editor(script)
            await seat.press("ctrl+e")
            assert "Take over what the editor left?" in seat.words(), name
            assert sentence in seat.words(), name
            await seat.press("enter" if taken else "escape")
            assert pane(seat) == (text if taken else OLD), name
            assert desk.left() == [], name
            if taken:
                await seat.press("ctrl+u")
        await seat.press("escape")
        assert dict(screen.assessment.notes) == {"toegankelijk": OLD}


async def test_an_editor_that_returns_at_once_is_waited_for(desk: Desk) -> None:
    """It forks like `code` without --wait; it saves when the test lets it."""
    desk.editor(f'(while [ ! -e "{desk.folder}/go" ]; do sleep 0.02; done; echo later > "$1") & exit 0')
    async with writing(desk, quick=True) as (seat, screen):
        await seat.press("ctrl+e")
        assert "Is the editor still open?" in seat.words()
        assert "code --wait" in seat.words()
        (folder,) = desk.left()
        (desk.folder / "go").touch()
        for _attempt in range(500):
            if (folder / "note.txt").read_text(encoding="utf-8") == "later\n":
                break
            await asyncio.sleep(0.02)
        await seat.press("enter")
        assert pane(seat) == "later"
        assert desk.left() == []
        await seat.press("escape")
        assert dict(screen.assessment.notes) == {"toegankelijk": "later"}


async def test_one_that_returned_at_once_and_never_saves_leaves_the_text(desk: Desk) -> None:
    desk.editor("true")
    async with writing(desk, quick=True) as (seat, _screen):
        for answer in ("escape", "enter"):
            await seat.press("ctrl+e", answer)
            assert pane(seat) == OLD
            assert "The text is as it was." in seat.words()
            assert desk.left() == []


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("", "No editor is set."),
        ("'", "No editor is set."),
        ("/no/such/editor -f", "The editor /no/such/editor can't be started."),
    ],
)
async def test_without_an_editor_a_sentence_says_what_to_do(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, wanted: str, sentence: str
) -> None:
    monkeypatch.setenv("EDITOR", wanted)
    async with writing(desk) as (seat, _screen):
        await seat.press("ctrl+e")
        assert sentence in seat.words()
        assert pane(seat) == OLD
        assert desk.left() == []


async def test_a_terminal_that_cannot_be_handed_over_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReflectApp, "suspend", App.suspend)
    async with writing(desk) as (seat, _screen):
        await seat.press("ctrl+e")
        assert "No editor can be opened in this terminal." in seat.words()
        assert pane(seat) == OLD
        assert desk.left() == []


async def test_visual_goes_before_editor_and_may_have_arguments(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.editor("exit 7")
    monkeypatch.setenv("VISUAL", "sh -c 'echo visual > \"$1\"' name")
    async with writing(desk) as (seat, _screen):
        await seat.press("ctrl+e")
        assert pane(seat) == "visual"


async def test_the_file_is_for_the_user_alone(desk: Desk) -> None:
    desk.editor(f'(stat -c %a "$(dirname "$1")" "$1"; dirname "$1") > "{desk.folder}/modes"')
    async with writing(desk) as (seat, _screen):
        await seat.press("ctrl+e")
    folder, file, path = (desk.folder / "modes").read_text(encoding="utf-8").split()
    assert (folder, file) == ("700", "600")
    assert Path(path).parent == desk.memory


def test_without_a_private_runtime_folder_the_file_is_elsewhere_in_memory_or_in_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    shared.chmod(0o755)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "runtime")
    memory = tmp_path / "memory"
    memory.mkdir()
    memory.chmod(0o1777)  # for all, as /dev/shm is
    monkeypatch.setattr("reflect_tui.paths._MEMORY", memory)
    for wanted in (str(shared), str(link), "relative", "", "/no/such/folder"):
        monkeypatch.setenv("XDG_RUNTIME_DIR", wanted)
        with monkeypatch.context() as patch:
            file = NoteFile("x", tmp_path / "state")
            assert file.folder.parent == memory
            assert file.folder.stat().st_mode & 0o777 == 0o700
            file.remove()
            patch.setattr("reflect_tui.paths._MEMORY", tmp_path / "none")
            file = NoteFile("x", tmp_path / "state")
            assert file.folder.parent == tmp_path / "state"
            assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
            file.remove()
            assert list((tmp_path / "state").iterdir()) == []


def test_an_editor_that_others_may_have_planted_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("open", "safe"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "quill").touch(mode=0o755)
    (tmp_path / "open").chmod(0o777)
    monkeypatch.setenv("EDITOR", "quill -x")
    monkeypatch.setenv("PATH", f"{tmp_path}/open:{tmp_path}/safe")
    assert command(tmp_path / "journal") == [f"{tmp_path}/safe/quill", "-x"]
    monkeypatch.setenv("PATH", f"{tmp_path}/open")
    with pytest.raises(EditorError, match=f"The editor {tmp_path}/open/quill is not run"):
        command(tmp_path / "journal")
    monkeypatch.setenv("EDITOR", f"{tmp_path}/open/quill")  # that is the user's own choice
    assert command(tmp_path / "journal") == [f"{tmp_path}/open/quill"]
