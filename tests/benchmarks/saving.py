"""How long it takes until a finished session is on the disk, and until it is in history."""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from reflect_tui.clock import SYSTEM
from reflect_tui.model import session
from reflect_tui.model.assessment import Answer
from reflect_tui.model.session import Session
from reflect_tui.store import recovery
from reflect_tui.store.drafts import Drafts
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import filling
from tests.benchmarks import world
from tests.benchmarks.plan import Plan
from tests.benchmarks.results import Rows, in_turn, row

_SETTLED = 2.5  # seconds after which the year's folder, made once a year, can be told from another one


def measured(plan: Plan) -> Rows:
    """Measure saving, then history in a small and in a large journal."""
    yield from _saved(plan)
    for count in (10, plan.many):
        yield from _in_history(plan, count)


def _saved(plan: Plan) -> Rows:
    """Finish sessions of 92 answers; the floor writes the same bytes as carefully and does nothing else."""
    home = plan.own("saving")
    journal = world.journal(home)
    plain = home / "plain"
    plain.mkdir()
    numbers = itertools.count()
    finished(journal)
    time.sleep(_SETTLED)

    def floor() -> float:
        body = session.dumps(world.answered(next(numbers)))
        before = time.perf_counter()
        durably(plain, f"{before}.toml", body)
        return time.perf_counter() - before

    yield row(
        "saved after finish (file and folder on the disk) / file, fsync, rename, fsync of its folder",
        in_turn(lambda: finished(journal).saved, floor, plan.rounds(25)),
        2.00,
    )
    whole = in_turn(lambda: finished(journal).ended, floor, plan.rounds(25))
    yield row("finish to the end (saved, and the draft is gone) / the same", whole)


class Finished(NamedTuple):
    """Seconds from finishing a session to its being saved, and to the draft being gone as well."""

    saved: float
    ended: float


def finished(journal: Journal) -> Finished:
    """Fill in a session, wait as one does who looks it over, and finish it as the app does."""
    seat = filling.begin(journal, SYSTEM, world.asked()[1].id, "self", lambda _state: None)
    for place, item in enumerate(seat.instrument.items):
        seat.do(Answer(item.id, place % 4 + 1))
    seat.writer.flush()
    told: list[float] = []
    real = recovery.drop_draft

    def saved(drafts: Drafts, draft_id: str) -> None:
        told.append(time.perf_counter())
        real(drafts, draft_id)

    before = time.perf_counter()
    with patch.object(recovery, "drop_draft", saved):
        filling.finish(journal, seat)
    return Finished(told[0] - before, time.perf_counter() - before)


def durably(folder: Path, name: str, body: bytes) -> None:
    """Write a file as carefully as it takes to survive a power cut, and nothing else."""
    temporary = str(folder / ".temporary")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(descriptor, body)
    os.fsync(descriptor)
    os.close(descriptor)
    os.rename(temporary, folder / name)  # noqa: PTH104 -- as little as there is
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(place)
    os.close(place)


def _in_history(plan: Plan, count: int) -> Rows:
    """Bring a saved session into history; the floor does it by plain git in a copy of the journal."""
    home = world.filled(plan.folder / f"history-{count}", count)
    journal = world.journal(home)
    plain = home / "plain"
    shutil.copytree(journal.root, plain)
    world.git(plain, home, "config", "core.fsync", "all")
    world.git(plain, home, "status")
    journal.record()
    numbers = itertools.count(count)
    fresh: Iterator[Session] = (world.answered(number) for number in numbers)
    yield row(
        f"in history after saved, {count} sessions / git add, git commit with core.fsync=all",
        in_turn(lambda: recorded(journal, next(fresh)), lambda: committed(plain, home, next(fresh)), plan.rounds(11)),
        1.50,
    )


def recorded(journal: Journal, one: Session) -> float:
    """Save a session and give the seconds from then until it is in history."""
    journal.save(one, world.asked()[0])
    before = time.perf_counter()
    found = journal.record()
    seconds = time.perf_counter() - before
    if found.obstacle or len(found.commits) != 1:
        raise RuntimeError(f"not in history: {found}")
    return seconds


def committed(root: Path, home: Path, one: Session) -> float:
    """Write a session and give the seconds that plain git takes to commit it."""
    path = root / session.relative_path(one.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(session.dumps(one))
    before = time.perf_counter()
    world.git(root, home, "add", "--", str(path.relative_to(root)))
    world.git(root, home, "commit", "-q", "-m", "session")
    return time.perf_counter() - before
