"""A clock that is wrong, jumps or knows no zone: ids stay unique, commits work, nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reflect_tui.store.journal import Journal
from tests.faults.attack import ROOT
from tests.faults.counting import Tried
from tests.faults.owner import git
from tests.faults.promises import assert_promises
from tests.faults.worlds import World

_ASSESS = """
import sys, time
from datetime import datetime
from pathlib import Path
from reflect_tui.model import instrument, library, session
from reflect_tui.model.assessment import Answer
from reflect_tui.clock import SYSTEM
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from tests.faults.journal_child import session_of
from tests.bundled import bundled_bytes

now = SYSTEM.now
if len(sys.argv) > 3:  # a clock that is wrong, for the program and for all it asks
    moment = datetime.fromisoformat(sys.argv[3])
    time.time, now = moment.timestamp, lambda: moment.astimezone()

journal = Journal(Path(sys.argv[1]), Path(sys.argv[2]))
data = bundled_bytes(library.DEFAULT)
answered_on = instrument.parse(data, "instrument")
started, before = now(), SYSTEM.elapsed()
assert SYSTEM.elapsed() >= before
draft = Draft(id=session.new_id(started, "self", SYSTEM.token()), instrument=answered_on.id, role="self",
              version=answered_on.version, digest=answered_on.digest, started=started)
writer = journal.drafts.create(draft, data)
for item in answered_on.items:
    writer.append(Answer(item.id, 3), SYSTEM.elapsed() - before)
writer.close()
journal.finish(draft.id, session_of(journal, journal.drafts.load(journal.drafts.path(draft.id))))
recorded = journal.recover(locked=True).recorded
assert recorded.obstacle is None, recorded.obstacle.sentence
assert recorded.pending == (), recorded.pending
print(draft.id)
"""
_MOMENTS = (
    "2026-11-23 14:05:00", "2026-11-23 12:05:00", "2025-11-23 14:05:00", "1970-01-01 00:00:00", "1969-07-20 20:17:40",
    "2000-01-01 00:00:00", "2038-01-20 03:14:08", "2107-01-01 00:00:00", "2026-03-29 02:30:00", "2026-10-25 02:30:00",
)  # fmt: skip
_ZONES = (
    "Europe/Amsterdam",
    "Bogus/Zone",
    "",
    "UTC+14",
    ":/etc/passwd",
    "Pacific/Kiritimati",
    "America/St_Johns",
    "X" * 500,
)


def _assess(journal: Journal, *moment: str, **variables: str) -> str:
    command = [sys.executable, "-c", _ASSESS, str(journal.root), str(journal.state), *moment]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, **variables}
    )
    assert not done.returncode, done.stderr
    return done.stdout.strip()


def test_a_clock_that_jumps_between_sessions(tmp_path: Path, tried: Tried) -> None:
    """The clock is put in by hand: libfaketime hangs Python's own waiting before 1970."""
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    ids = [_assess(journal, moment) for moment in _MOMENTS for _twice in range(2)]
    assert len(set(ids)) == len(ids)
    assert {entry.id for entry in journal.entries()} == set(ids)
    assert all(not entry.faults for entry in journal.entries())
    times = sorted(map(int, git(journal.root, "log", "--format=%ct").split()))
    assert len(times) == len(ids)
    assert times[0] == 0
    assert times[-1] > 2**32
    assert all(len(journal.versions(found)) == 1 for found in ids)
    assert_promises(World(journal, {}, ()))
    tried("clocks", len(ids))


@pytest.mark.parametrize("zone", _ZONES)
def test_a_zone_that_is_odd_or_does_not_exist(tmp_path: Path, tried: Tried, zone: str) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    found = _assess(journal, TZ=zone)
    assert [entry.id for entry in journal.entries()] == [found]
    assert_promises(World(journal, {}, ()))
    tried("clocks")
