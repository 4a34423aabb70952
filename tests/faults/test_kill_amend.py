"""Killed at any system call that makes something durable, amending a session loses neither version nor the reason."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui import sitting
from reflect_tui.assessment import Answer
from reflect_tui.clock import SYSTEM
from reflect_tui.journal import Draft, Journal
from tests.faults import journal_child
from tests.faults.counting import Tried
from tests.faults.journal_state import git, snapshot

MakeJournal = Callable[..., Journal]
ROOT = Path(__file__).parent.parent.parent
ID = "2026-01-02T1000-self-000002"
REASON = "ik las de vraag verkeerd"


def _ignore(_state: object) -> None:
    """Stand in for a screen."""


def _amend(journal: Journal) -> None:
    """Finish the amending draft and bring it into history: what is killed."""
    for draft in journal.drafts.all():
        if isinstance(draft, Draft):
            sitting.finish(journal, sitting.resume(journal, SYSTEM, draft, _ignore))
    journal.record()


def _prepare(journal: Journal, *, recorded: bool) -> None:
    """Make a draft that amends a session, which is in history or only saved."""
    (draft,) = journal.drafts.all()
    assert isinstance(draft, Draft)
    session = journal_child.session_of(journal, draft)
    journal.finish(draft.id, session, journal.drafts.instrument_bytes(draft.digest))
    if recorded:
        journal.record()
    seat = sitting.amend(journal, SYSTEM, ID, REASON, _ignore)
    seat.do(Answer(next(iter(session.scores)), "n/a"))
    seat.writer.close()


def _attack(strace: str, journal: Journal, call: str, when: int, what: str) -> bool:
    """Amend while the call of this number kills or fails; False when there are not so many."""
    log = journal.state / "strace.log"
    inject = [f"--trace={call}", f"--inject={call}:{what}:when={when}"]
    child = [sys.executable, "-B", "-m", "tests.faults.test_kill_amend", str(journal.root), str(journal.state)]
    done = subprocess.run([strace, "-qqq", "-o", str(log), *inject, *child], check=False, capture_output=True, cwd=ROOT)
    happened = "INJECTED" in log.read_text() or done.returncode < 0
    log.unlink()
    return happened


def _assert_whole_again(journal: Journal, before: bytes) -> None:
    path = journal.root / journal.path(ID)
    untouched = path.read_bytes() == before
    drafts = journal.drafts.all()
    assert isinstance(drafts[0], Draft) if untouched else path.read_bytes().count(b'"n/a"') == 1
    recovered = journal.recover(locked=True)
    assert (recovered.recorded.obstacle, recovered.recorded.pending) == (None, ())
    assert journal.changed() == ()
    assert bool(journal.drafts.all()) == untouched
    _amend(journal)
    assert journal.drafts.all() == ()
    assert path.read_bytes().count(b'"n/a"') == 1
    newest, first_one = journal.versions(ID)
    assert (newest.reason, first_one.reason) == (REASON, "")
    assert journal.repository.read(first_one.commit, journal.path(ID)) == before
    assert journal.repository.read(newest.commit, journal.path(ID)) == path.read_bytes()
    first = snapshot(journal.root, journal.state)
    assert journal.recover(locked=True).recorded.commits == ()
    assert snapshot(journal.root, journal.state) == first
    assert not [name for name in first if name.endswith((".tmp", ".lock")) or "/plans/" in name]
    fsck = git(journal, "fsck", "--full", "--strict")
    assert not [line for line in fsck.splitlines() if not line.startswith(("dangling", "notice"))], fsck
    assert git(journal, "status", "--porcelain") == ""


def _try(strace: str, make_journal: MakeJournal, attack: tuple[str, str], *, recorded: bool) -> int:
    """Attack at every call of one name, each time a new journal; give how often."""
    for when in itertools.count(1):
        journal = make_journal(f"{attack[0]}-{when}", earlier=recorded)
        _prepare(journal, recorded=recorded)
        before = (journal.root / journal.path(ID)).read_bytes()
        happened = _attack(strace, journal, attack[0], when, attack[1])
        _assert_whole_again(Journal(journal.root, journal.state), before)
        if not happened:
            return when - 1
    raise AssertionError


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("call", ["write", "linkat", "rename", "unlink", "mkdir", "fsync"])
def test_killed_while_amending(
    *, strace: str, make_journal: MakeJournal, tried: Tried, call: str, recorded: bool
) -> None:
    count = _try(strace, make_journal, (call, "signal=SIGKILL"), recorded=recorded)
    tried("kills of the program", count)
    assert count


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("write", "ENOSPC"),
        ("write", "EIO"),
        ("write", "EDQUOT"),
        ("fsync", "EIO"),
        ("linkat", "ENOSPC"),
        ("rename", "EIO"),
    ],
)
def test_a_call_fails_while_amending(
    *, strace: str, make_journal: MakeJournal, tried: Tried, call: str, error: str
) -> None:
    count = _try(strace, make_journal, (call, f"error={error}"), recorded=True)
    tried("failing calls of the program", count)
    assert count


if __name__ == "__main__":
    _amend(Journal(Path(sys.argv[1]), Path(sys.argv[2])))
