"""Killed at any system call, of the program or of git, while it syncs: nothing is lost, and the next sync goes on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.cli.doctor import examine_all
from reflect_tui.model import session as model_session
from reflect_tui.store import closing, rounds, sync_state
from reflect_tui.store.journal import Journal
from reflect_tui.store.rounds import WaitingAnswers
from reflect_tui.usecases import syncing
from tests.faults import sync_acts, worlds
from tests.faults.attack import Victim
from tests.faults.counting import Tried
from tests.faults.every_call import at_every_call
from tests.faults.journal_state import git
from tests.unit.journal.sync_examples import remote, where
from tests.unit.round_examples import CLOSED, a_round, an_answer

Sync = Callable[[Journal], None]
_IDS = [f"2026-01-{day:02}T1000-self-{day:06x}" for day in range(1, 7)]


def _amend(journal: Journal, session_id: str, remark: str) -> None:
    session, data = journal.saved(session_id)
    journal.amend(structs.replace(session, remark=remark), "why", data)


def _prepare(journal: Journal, sync: Sync = sync_acts.sync_devices) -> None:
    """Let two devices differ: each has a session of its own and amended the same one; one deleted another one."""
    remote(journal.root.parent / "place.git")
    (journal.root.parent / "folder").mkdir()
    other = _other(journal)
    for day in (1, 2, 3):
        worlds.save(journal, day)
    journal.record()
    sync(journal)
    sync(other)
    worlds.save(other, 4)
    _amend(other, _IDS[1], "there")
    other.record()
    other.delete(_IDS[2])
    _amend(other, _IDS[0], "only there")
    other.record()
    sync(other)
    worlds.save(journal, 5)
    _amend(journal, _IDS[1], "here")


def _other(journal: Journal) -> Journal:
    """The journal of the other device."""
    return Journal(journal.root.parent / "other", journal.root.parent / "other-state")


def _remarks(journal: Journal) -> dict[str, set[str]]:
    """Return every remark that stands, by the session's id, in the place of the session or beside it."""
    beside = {
        Path(choice.document).stem: {model_session.parse(data, "").remark for data in choice.contents if data}
        for choice in sync_state.choices(journal)
    }
    return {session.id: {session.remark} for session in journal.own()} | beside


def _assert_told_by_doctor(journal: Journal) -> None:
    """What is still to come is not called gone or changed; once it is said that a sync was cut off."""
    checks = [check for check in examine_all(Journal(journal.root, journal.state), None) if not check.fine]
    assert not {check.name for check in checks} & {"missing", "changed", "documents"}, checks
    told = [check for check in checks if check.name == "sync"]
    assert len(told) <= 1
    assert all("was cut off" in check.found and "next sync goes on" in check.advice for check in told)


def _assert_goes_on(journal: Journal, sync: Sync = sync_acts.sync_devices) -> None:
    """What was saved here is here, nothing is half joined, and one more sync brings both together."""
    _assert_told_by_doctor(journal)
    for day in (1, 2, 5):
        assert model_session.load(journal.root / model_session.relative_path(_IDS[day - 1])).id == _IDS[day - 1]
    recovered = journal.recover(locked=True).recorded
    assert (recovered.obstacle, recovered.pending) == (None, ())
    assert journal.changed() == ()
    assert "here" in {remark for said in _remarks(journal).values() for remark in said}
    sync(journal)
    remarks = _remarks(journal)
    assert remarks.pop(_IDS[1]) == {"here", "there"}
    assert remarks == {_IDS[0]: {"only there"}, _IDS[3]: {""}, _IDS[4]: {""}}
    git(journal, "fsck", "--strict", "--no-dangling")
    assert git(journal, "status", "--porcelain") == ""
    assert not (journal.root / ".git" / "MERGE_HEAD").exists()
    assert not {path.name for path in journal.state.iterdir()} & {"exchange", "joining.json"}
    sync(_other(journal))
    assert _remarks(_other(journal)) == _remarks(journal)
    assert _other(journal).repository.tracked() == journal.repository.tracked()


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


_FOLDER = [
    ("rename", "signal=SIGKILL"),
    ("fsync", "signal=SIGKILL"),
    ("unlink", "signal=SIGKILL"),
    ("rename", "error=EIO"),  # a stick that is pulled out
    ("write", "error=ENOSPC"),
]


@pytest.mark.parametrize("how", _FOLDER, ids="-".join)
def test_killed_or_refused_while_it_syncs_through_a_folder(
    *, victim: Victim, memory: Path, tried: Tried, how: tuple[str, str]
) -> None:
    sync = sync_acts.sync_through_a_folder

    def check(journal: Journal) -> None:
        left = [path.name for path in (journal.root.parent / "folder").iterdir() if path.suffix != ".bundle"]
        _assert_goes_on(journal, sync)
        assert all(path.suffix == ".bundle" for path in (journal.root.parent / "folder").iterdir()), left

    count = at_every_call(
        victim, memory, "sync_through_a_folder", how, prepare=partial(_prepare, sync=sync), check=check
    )
    tried("kills and refusals of the program", count)
    assert count


@pytest.mark.parametrize(("command", "occurrence"), [("push", 1), ("reflog", 1), ("repack", 2), ("prune", 2)])
def test_git_is_killed_while_what_was_erased_goes_from_the_other_end(
    *, victim: Victim, memory: Path, tried: Tried, command: str, occurrence: int
) -> None:
    """The next sync tidies the repository there again, so that nothing of it is left."""
    model = memory / "model"
    model.mkdir()
    _prepare(Journal(model / "journal", model / "state"))
    for number in (1, 5):
        base = memory / f"attacked-{number}"
        shutil.copytree(model, base, symlinks=True)
        journal = Journal(base / "journal", base / "state")
        inject = ["--trace=openat", f"--inject=openat:signal=SIGKILL:when={number}"]
        strace = [victim.strace, "-f", "-qqq", "-o", "/dev/null", *inject]
        meddle = {"command": command, "occurrence": occurrence, "strace": strace}
        victim.attack("sync_what_was_erased", journal, meddle=meddle)
        journal = Journal(journal.root, journal.state)
        journal.recover(locked=True)
        sync_acts.sync_devices(journal)
        place = base / "place.git"
        assert where("only there", place) == []
        assert git(journal, f"--git-dir={place}", "rev-parse", "main") == git(journal, "rev-parse", "HEAD")
    tried("kills of git", 2)


def _never_synced(journal: Journal) -> None:
    (journal.root.parent / "folder").mkdir()
    for day in (1, 2):
        worlds.save(journal, day)


def _left(journal: Journal) -> list[Path]:
    """List what is no more than a remainder, in the journal, its state folder and the places beside them."""
    files = [path for path in journal.root.parent.rglob("*") if "other" not in path.parts]
    ours = re.compile(r"\..*\.tmp|tmp_obj_reflect-tui-.*|exchange|joining\.json")
    return [path for path in files if ours.fullmatch(path.name)]


@pytest.mark.parametrize(
    ("act", "prepare"),
    [
        ("sync_devices", _prepare),
        ("sync_through_a_folder", partial(_prepare, sync=sync_acts.sync_through_a_folder)),
        ("sync_through_a_folder", _never_synced),
    ],
    ids=["repository", "folder", "first time"],
)
@pytest.mark.parametrize("call", ["rename", "fsync"])
def test_the_next_sync_removes_what_a_killed_one_left(
    *, victim: Victim, memory: Path, tried: Tried, act: str, prepare: Sync, call: str
) -> None:
    """Without a start of the app in between; what others have there, of a name that is much like ours, stays."""
    found: set[str] = set()

    def check(journal: Journal) -> None:
        folder = journal.root.parent / "folder"
        found.update(path.name.rpartition(".")[2] for path in _left(journal))
        strange = [folder / name for name in (".reflect-tui-notes.tmp", ".letter.txt.1f-0a1b2c3d.tmp", "a.bundle.tmp")]
        for path in strange:
            path.write_bytes(b"mine")
        getattr(sync_acts, act)(journal)
        assert sorted(_left(journal)) == sorted(strange[:2])
        assert all(path.read_bytes() == b"mine" for path in strange)
        assert len(list(folder.glob("*.bundle"))) == {"sync_devices": 0}.get(act, 1 + (prepare is not _never_synced))

    how = (call, "signal=SIGKILL")
    count = at_every_call(victim, memory, act, how, prepare=prepare, check=check)
    tried("kills of the program", count)
    assert found


def _elsewhere(journal: Journal) -> Journal:
    """The journal of a device that shares no waiting answers with this one."""
    base = journal.root.parent / "elsewhere"
    return Journal(base / "journal", base / "state")


def _sync_elsewhere(journal: Journal) -> None:
    syncing.sync(_elsewhere(journal), str(journal.root.parent / "place.git"), ask=lambda _question: True)


def _one_closed(journal: Journal) -> None:
    """Let the other device close a round, of which three answers wait here, one of them only here."""
    remote(journal.root.parent / "place.git")
    found = a_round(journal, ("colleague",) * 4)
    journal.record()
    sync_acts.sync_devices(journal)
    other = _elsewhere(journal)
    _sync_elsewhere(journal)
    for device, numbers in ((journal, (0, 1, 3)), (other, (0, 1, 2))):
        for number in numbers:
            rounds.take_confidential(device, an_answer(found, number, score=number % 4 + 1, note=f"canary{number}"))
        device.record()
    closing.close(other, found.id, CLOSED)
    other.record()
    _sync_elsewhere(journal)


def _assert_closed(journal: Journal) -> None:
    """The round is closed here as well, with the same figures, and no answer is left, whenever the sync was killed."""
    journal.recover(locked=True)
    sync_acts.sync_devices(journal)
    (document,) = journal.rounds.all()
    found = rounds.get(journal, document.id)[0]
    assert (found.state, [group.people for group in found.released]) == ("closed", [3])
    assert rounds.get(_elsewhere(journal), document.id)[0] == found
    assert WaitingAnswers(journal).get(document.id).answers == ()
    left = [path for path in journal.state.parent.rglob("*") if path.is_file() and b"canary3" in path.read_bytes()]
    assert left == []
    assert (journal.recover(locked=True).recorded.pending, git(journal, "status", "--porcelain")) == ((), "")


@pytest.mark.parametrize("call", ["write", "rename", "unlink", "fsync"])
def test_killed_while_a_sync_brings_a_round_that_was_closed(
    *, victim: Victim, memory: Path, tried: Tried, call: str
) -> None:
    how = (call, "signal=SIGKILL")
    count = at_every_call(victim, memory, "sync_devices", how, prepare=_one_closed, check=_assert_closed)
    tried("kills of the program", count)
    assert count
