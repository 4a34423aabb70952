"""What is rare and possible all the same: a submodule, little memory, a clock that jumps at work, a full life."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.clock import SYSTEM
from reflect_tui.model import library, session
from reflect_tui.model.instrument import digest
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import filling
from tests.bundled import bundled_bytes
from tests.faults import operations
from tests.faults.attack import ROOT, Victim
from tests.faults.counting import Tried
from tests.faults.journal_child import session_of
from tests.faults.owner import git
from tests.faults.promises import assert_promises
from tests.faults.worlds import World, Worlds, look_at, save

_PROGRAM = Path(sys.executable).with_name("reflect-tui")
_JUMP = """
import sys, time
from pathlib import Path
from reflect_tui.model.assessment import Answer
from reflect_tui.clock import SYSTEM
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import filling

journal = Journal(Path(sys.argv[1]), Path(sys.argv[2]))
before = time.time()
seat = filling.begin(journal, SYSTEM, sys.argv[3], "self")
for number, item in enumerate(seat.instrument.items):
    if number == 40:
        Path(sys.argv[4]).write_text(sys.argv[5])
        assert abs(time.time() - before) > 1e7, "the clock did not jump"
    seat.do(Answer(item.id, 3))
made = filling.finish(journal, seat)
assert sum(seat._pauses) < 3600, seat._pauses
"""


def test_a_journal_that_is_a_submodule_keeps_its_own_history(worlds: Worlds, tried: Tried, tmp_path: Path) -> None:
    """C14: its `.git` is a file that leads into the repository around it."""
    world = worlds("ready")
    around = tmp_path / "around"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "around")
    add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "--branch", "main"]
    git(around, *add, str(world.journal.root), "journal")
    git(around, "commit", "--quiet", "-m", "theirs")
    head = git(around, "rev-parse", "HEAD")
    shutil.copytree(world.journal.state, tmp_path / "state")
    inside = look_at(Journal(around / "journal", tmp_path / "state"))
    saved = save(inside.journal, 7)
    recorded = inside.journal.record()
    assert recorded.obstacle is None, recorded.obstacle.sentence
    assert len(recorded.commits) == 1
    assert (around / "journal" / ".git").is_file()
    assert recorded.commits[0] == git(around / ".git" / "modules" / "journal", "rev-parse", "main").strip()
    assert saved.exists()
    assert (git(around, "rev-parse", "HEAD"), git(around, "diff", "--cached")) == (head, "")
    assert_promises(inside)
    tried("odd repositories")


def test_a_huge_file_is_refused_in_little_memory(worlds: Worlds, tried: Tried) -> None:
    """A14: 50 MB to import, in 300 MB of address space."""
    world = worlds("ready")
    huge = world.journal.root.parent / "huge.toml"
    huge.write_bytes(b"format = 1\n" * 5_000_000)
    limited = ["prlimit", "--as=300000000", str(_PROGRAM), "--journal", str(world.journal.root), "import", str(huge)]
    done = subprocess.run(limited, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert "huge.toml" in done.stdout + done.stderr
    huge.unlink()
    assert_promises(world)
    tried("limits")


def test_a_clock_that_jumps_at_work_does_not_matter(tmp_path: Path, tried: Tried) -> None:
    """F04 F08: the real clock of the program jumps forth ten years, or back two hours, between two answers."""
    faketime = shutil.which("faketime")
    assert faketime, "the fault tests need faketime; install it (apt-get install faketime)"
    (preload,) = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
    for number, (start, later) in enumerate((("+0", "+10y"), ("+0", "-1y"))):
        clock = tmp_path / f"clock-{number}"
        clock.write_text(start)
        journal = Journal(tmp_path / f"journal-{number}", tmp_path / f"state-{number}")
        fake = {"LD_PRELOAD": str(preload), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1"}  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", _JUMP, journal.root, journal.state, library.DEFAULT, clock, later],
            cwd=ROOT, env={**os.environ, **fake}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert not done.returncode, done.stderr
        assert journal.record().pending == ()  # by ourselves: libfaketime can't wait for git with such a clock
        (entry,) = journal.entries()
        assert not entry.faults
        assert entry.session
        assert len(entry.session.scores) == 92
        assert_promises(World(journal, {}, ()))
    tried("clocks", 2)


def _calls_of_a_save(victim: Victim, journal: Journal) -> dict[str, int]:
    """Count what saving a session and bringing it into history asks of the system, git's part included."""
    names = "vfork,fork,clone,write,pwrite64,fsync,rename,link,linkat,unlink"
    outcome = victim.attack("finish", journal, ["-f", f"--trace={names}"])
    assert not outcome.status, outcome
    assert outcome.told("recorded")[0]["commits"] == 1, outcome
    lines = [line.split("(")[0].split()[-1] for line in outcome.trace.splitlines() if "(" in line]
    return {name: lines.count(name) for name in ("vfork", "fsync", "rename", "linkat")}


def test_a_save_does_not_grow_with_the_journal(victim: Victim, worlds: Worlds, tried: Tried) -> None:
    """C24: with 5,000 sessions a save starts as many programs and waits as often for the disk as with one."""
    few = _calls_of_a_save(victim, worlds("ready").journal)
    world = worlds("ready")
    journal = world.journal
    (draft,) = journal.drafts.all()
    assert isinstance(draft, Draft)
    model = session_of(journal, draft)
    for number in range(5000):
        name = session.new_id(model.started, "self", f"a{number:05x}")
        path = journal.root / session.relative_path(name)
        path.write_bytes(session.dumps(structs.replace(model, id=name)))
    git(journal.root, "add", "sessions")
    git(journal.root, "commit", "--quiet", "-m", "many")
    git(journal.root, "gc", "--quiet")
    many = _calls_of_a_save(victim, journal)
    assert many["vfork"] == few["vfork"]
    assert many["linkat"] == few["linkat"]
    assert many["rename"] == few["rename"]
    assert many["fsync"] <= few["fsync"] + 256  # folders of objects, of which there are never more
    tried("full journals")


def test_no_pager_and_no_editor_ever_starts(worlds: Worlds, tried: Tried, tmp_path: Path) -> None:
    """C34: whatever the user's variables and the journal's settings name."""
    world = worlds("ready")
    marker = tmp_path / "marker"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho $0 >> {marker}\n")
    program.chmod(0o755)
    for key in ("core.pager", "core.editor", "pager.history", "pager.log", "sequence.editor"):
        git(world.journal.root, "config", key, str(program))
    names = (
        "PAGER",
        "GIT_PAGER",
        "EDITOR",
        "VISUAL",
        "GIT_EDITOR",
        "GIT_SEQUENCE_EDITOR",
        "GIT_ASKPASS",
        "SSH_ASKPASS",
    )
    environment = {**os.environ, **dict.fromkeys(names, str(program))}
    for command in (["list"], ["history", operations.FIRST_ID], ["diff", "latest", "latest"], ["doctor", "--fix"]):
        done = subprocess.run(
            [_PROGRAM, "--journal", world.journal.root, *command],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
    assert not marker.exists(), marker.read_text()
    assert_promises(world)
    tried("odd repositories")


def test_a_program_that_is_no_git_is_told_by_app_and_doctor(worlds: Worlds, tried: Tried, tmp_path: Path) -> None:
    """C02: a new program, which has not loaded anything of git yet."""
    world = worlds("ready")
    (tmp_path / "git").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "git").chmod(0o755)
    for command in (["doctor"], ["history", operations.FIRST_ID]):
        done = subprocess.run(
            [_PROGRAM, "--journal", world.journal.root, *command],
            env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        told = " ".join((done.stdout + done.stderr).split())
        assert "does not answer as git does. Install git, 2.31 or newer" in told, done
        assert "should not" not in done.stderr
    assert_promises(world)
    tried("odd repositories")


def test_a_draft_keeps_the_instrument_that_it_was_begun_on(
    worlds: Worlds, tried: Tried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B22: the program's own file changes while a session is being filled in."""
    world = worlds("ready")
    (draft,) = world.journal.drafts.all()
    assert isinstance(draft, Draft)
    before = bundled_bytes(library.DEFAULT)
    (tmp_path / f"{library.DEFAULT}.toml").write_bytes(before.replace(b"1.0.0", b"9.9.9"))
    monkeypatch.setattr(library, "bundled_folder", lambda: tmp_path)
    monkeypatch.setattr(library, "_bundled", library._bundled.__wrapped__)  # as a program that was started anew
    assert library.Library(None).new(library.DEFAULT).version == "9.9.9"
    seat = filling.resume(world.journal, SYSTEM, draft)
    made = filling.finish(world.journal, seat)
    assert (made.digest, made.version) == (digest(before), "1.0.0")
    monkeypatch.undo()
    assert world.journal.instrument_bytes(made) == before
    assert_promises(world)
    tried("limits")
