"""Killed at any system call, of the program or of git, while it syncs: nothing is lost, and the next sync goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.model import session as model_session
from reflect_tui.store import sync_state
from reflect_tui.store.journal import Journal
from tests.faults import sync_acts, worlds
from tests.faults.attack import Victim
from tests.faults.counting import Tried
from tests.faults.every_call import at_every_call
from tests.faults.journal_state import git
from tests.unit.journal.sync_examples import remote

_IDS = [f"2026-01-{day:02}T1000-self-{day:06x}" for day in range(1, 7)]


def _amend(journal: Journal, session_id: str, remark: str) -> None:
    session, data = journal.saved(session_id)
    journal.amend(structs.replace(session, remark=remark), "why", data)


def _prepare(journal: Journal) -> None:
    """Let two devices differ: each has a session of its own and amended the same one; one deleted another one."""
    remote(journal.root.parent / "place.git")
    other = Journal(journal.root.parent / "other", journal.root.parent / "other-state")
    for day in (1, 2, 3):
        worlds.save(journal, day)
    journal.record()
    sync_acts.sync_devices(journal)
    sync_acts.sync_devices(other)
    worlds.save(other, 4)
    _amend(other, _IDS[1], "there")
    other.record()
    other.delete(_IDS[2])
    _amend(other, _IDS[0], "only there")
    other.record()
    sync_acts.sync_devices(other)
    worlds.save(journal, 5)
    _amend(journal, _IDS[1], "here")


def _remarks(journal: Journal) -> dict[str, set[str]]:
    """Return every remark that stands, by the session's id, in the place of the session or beside it."""
    beside = {
        Path(choice.document).stem: {model_session.parse(data, "").remark for data in choice.contents if data}
        for choice in sync_state.choices(journal)
    }
    return {session.id: {session.remark} for session in journal.own()} | beside


def _assert_goes_on(journal: Journal) -> None:
    """What was saved here is here, nothing is half joined, and one more sync brings both together."""
    for day in (1, 2, 5):
        assert model_session.load(journal.root / model_session.relative_path(_IDS[day - 1])).id == _IDS[day - 1]
    recovered = journal.recover(locked=True).recorded
    assert (recovered.obstacle, recovered.pending) == (None, ())
    assert journal.changed() == ()
    assert "here" in {remark for said in _remarks(journal).values() for remark in said}
    sync_acts.sync_devices(journal)
    remarks = _remarks(journal)
    assert remarks.pop(_IDS[1]) == {"here", "there"}
    assert remarks == {_IDS[0]: {"only there"}, _IDS[3]: {""}, _IDS[4]: {""}}
    git(journal, "fsck", "--strict", "--no-dangling")
    assert git(journal, "status", "--porcelain") == ""
    assert not (journal.root / ".git" / "MERGE_HEAD").exists()
    assert not {path.name for path in journal.state.iterdir()} & {"exchange", "joining.json"}
    head = git(journal, "rev-parse", "HEAD").strip()
    place = journal.root.parent / "place.git"
    assert git(journal, f"--git-dir={place}", "rev-parse", "main").strip() == head


@pytest.mark.parametrize("call", ["write", "linkat", "rename", "unlink", "fsync", "mkdir"])
def test_killed_while_it_syncs(*, victim: Victim, memory: Path, tried: Tried, call: str) -> None:
    how = (call, "signal=SIGKILL")
    count = at_every_call(victim, memory, "sync_devices", how, prepare=_prepare, check=_assert_goes_on)
    tried("kills of the program", count)
    assert count


@pytest.mark.parametrize("command", ["ls-remote", "fetch", "commit-tree", "update-ref", "push"])
@pytest.mark.parametrize("call", ["write", "openat"])
def test_git_is_killed_while_it_syncs(*, victim: Victim, memory: Path, tried: Tried, command: str, call: str) -> None:
    """Kill a git command with all that it started: early and late: what is saved stays, and sync goes on."""
    model = memory / "model"
    model.mkdir()
    _prepare(Journal(model / "journal", model / "state"))
    for number in (1, 3, 9):
        base = memory / f"attacked-{number}"
        shutil.copytree(model, base, symlinks=True)
        journal = Journal(base / "journal", base / "state")
        inject = [f"--trace={call}", f"--inject={call}:signal=SIGKILL:when={number}"]
        strace = [victim.strace, "-f", "-qqq", "-o", "/dev/null", *inject]
        victim.attack("sync_devices", journal, meddle={"command": command, "occurrence": 1, "strace": strace})
        _assert_goes_on(Journal(journal.root, journal.state))
    tried("kills of git", 3)
