"""The files in which an editor gets a note: taken away when their program is gone, and never anyone else's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reflect_tui.tui.services.editor import NoteFile, sweep


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "runtime"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


def aged(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (0, 0), follow_symlinks=False)


def abandoned(note: NoteFile) -> Path:
    """Leave a note as a killed program does: the system lets go of its lock, and of nothing else."""
    os.close(note._lock)
    note._lock = -1
    aged(note.folder)
    return note.folder


def test_what_a_killed_program_left_is_taken_away(memory: Path, tmp_path: Path) -> None:
    folder = abandoned(NoteFile("secret", tmp_path))
    (folder / ".note.txt.swp").write_text("secret")
    aged(folder)
    sweep(tmp_path)
    assert list(memory.iterdir()) == []


def test_the_private_folder_on_disk_is_swept_too(memory: Path, tmp_path: Path) -> None:
    folder = abandoned(NoteFile("secret", tmp_path))
    moved = folder.rename(tmp_path / folder.name)
    sweep(tmp_path)
    assert not moved.exists()


def test_a_note_in_use_stays_however_old(memory: Path, tmp_path: Path) -> None:
    note = NoteFile("secret", tmp_path)
    aged(note.folder)
    sweep(tmp_path)
    assert note.path.read_text() == "secret\n"
    note.remove()
    assert list(memory.iterdir()) == []


def test_one_at_which_an_editor_may_still_be_at_work_stays(memory: Path, tmp_path: Path) -> None:
    folder = abandoned(NoteFile("secret", tmp_path))
    os.utime(folder / "note.txt")
    sweep(tmp_path)
    assert (folder / "note.txt").exists()


@pytest.mark.parametrize("kind", ["other name", "link", "open to others", "file"])
def test_what_is_not_ours_stays(memory: Path, tmp_path: Path, kind: str) -> None:
    folder = abandoned(NoteFile("secret", tmp_path))
    found = folder
    if kind == "other name":
        found = folder.rename(memory / "reflect-tui-other")
    elif kind == "link":
        elsewhere = folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(elsewhere)
        aged(folder)
    elif kind == "open to others":
        folder.chmod(0o755)
    else:
        found = memory / "reflect-tui-note-file"
        found.write_text("secret")
        aged(found)
    sweep(tmp_path)
    assert found.exists()
    assert kind == "file" or (found / "note.txt").exists()
