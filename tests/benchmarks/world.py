"""A world for one run of the measurements: homes, journals of any size, and the environment processes live in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from reflect_tui.model import instrument, library, session
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session, new_id
from reflect_tui.store.journal import Journal
from tests.bundled import bundled_bytes

PYTHON = sys.executable
PROGRAM = str(Path(sys.executable).with_name("reflect-tui"))
CHECKOUT = Path(__file__).parents[2]
_KEPT = ("PATH", "VIRTUAL_ENV", "TMPDIR")
_FIRST = datetime(2000, 1, 3, 9, tzinfo=UTC)
_APART = timedelta(hours=7)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give what a process in a home sees: its own folders, one language, a terminal with all colours."""
    folders = {f"XDG_{name}_HOME": str(home / f".{name.lower()}") for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    fixed = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1"}
    return {**kept, "HOME": str(home), "PYTHONPATH": str(CHECKOUT), **folders, **fixed, **more}


def home(folder: Path) -> Path:
    """Make a home with a git identity and without git's housekeeping, which strikes at random."""
    folder.mkdir(parents=True)
    (folder / ".gitconfig").write_text("[user]\nname = Anna\nemail = anna@example.org\n[gc]\nauto = 0\n")
    return folder


@cache
def asked() -> tuple[bytes, Instrument]:
    """Give the instrument that all sessions here are answered on, and its file."""
    data = bundled_bytes(library.DEFAULT)
    return data, instrument.parse(data, library.DEFAULT)


def answered(number: int) -> Session:
    """Give the session with a number, the same every time: 92 scores, two notes, seven hours after the one before."""
    _data, content = asked()
    started = _FIRST + number * _APART
    return Session(
        id=new_id(started, "self", f"{number:06x}"),
        instrument=content.id,
        version=content.version,
        digest=content.digest,
        role="self",
        started=started,
        finished=started + timedelta(minutes=5),
        scores={item.id: (place * 7 + number) % 4 + 1 for place, item in enumerate(content.items)},
        notes={item.id: f"What went well with number {number}, in a sentence." for item in content.items[:2]},
    )


def journal(folder: Path) -> Journal:
    """Give the journal of a home, its state where the program puts it."""
    return Journal(folder / "journal", folder / ".state" / "reflect-tui" / "made")


def filled(folder: Path, count: int) -> Path:
    """Make a home with a journal of so many sessions, all in history, packed as git packs them in time."""
    made = journal(home(folder))
    made.save(answered(0), asked()[0])
    made.record()
    for number in range(1, count):
        one = answered(number)
        path = made.root / session.relative_path(one.id)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(session.dumps(one))
        path.chmod(0o600)
    git(made.root, folder, "add", ".")
    git(made.root, folder, "commit", "-q", "-m", "many", "--allow-empty")
    git(made.root, folder, "gc", "-q")
    git(made.root, folder, "update-index", "-q", "--refresh")
    return folder


def git(root: Path, home: Path, *words: str) -> None:
    """Run plain git in a folder, as a user of that home would."""
    subprocess.run(["git", *words], cwd=root, env=environment(home), check=True, capture_output=True)


def without_drafts(home: Path) -> None:
    """Take away what was being filled in."""
    shutil.rmtree(home / ".state", ignore_errors=True)
