"""How long it takes until a finished session is on the disk, and until it is in history."""

from __future__ import annotations

import itertools
import os
import shutil
import time
from functools import partial
from pathlib import Path
from unittest.mock import patch

from reflect_tui.clock import SYSTEM
from reflect_tui.model import session
from reflect_tui.model.assessment import Answer
from reflect_tui.model.session import Session
from reflect_tui.store.drafts import Drafts
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import filling
from tests.benchmarks import world
from tests.benchmarks.plan import FEW, MANY, Plan
from tests.benchmarks.results import Rows, in_turn, row

_SETTLED = 2.5  # seconds after which the year's folder, made once a year, can be told from another one


def measured(plan: Plan) -> Rows:
    """Measure saving, then history in a small and in a large journal."""
    yield from _saved(plan)
    for count in (FEW, MANY):
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
        "saved after a finish / temporary file, fsync, rename, fsync of its folder",
        in_turn(lambda: finished(journal), floor, plan.rounds(25)),
        2.50,
    )


def finished(journal: Journal) -> float:
    """Fill in a session, wait as one does who reviews it, and finish it; return the seconds until it is saved."""
    seat = filling.begin(journal, SYSTEM, world.asked()[1].id, "self")
    for place, item in enumerate(seat.instrument.items):
        seat.do(Answer(item.id, place % 4 + 1))
    seat.writer.flush()
    saved: list[float] = []
    drop = Drafts.drop

    def dropped(drafts: Drafts, draft_id: str) -> None:
        saved.append(time.perf_counter())
        drop(drafts, draft_id)

    before = time.perf_counter()
    with patch.object(Drafts, "drop", dropped):
        filling.finish(journal, seat)
    return saved[0] - before


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
    """Commit a saved session; the floor does it by plain git in a copy of the journal."""
    home = world.filled(plan.folder / f"history-{count}", count)
    journal = world.journal(home)
    plain, durable = home / "plain", home / "durable"
    for copy in (plain, durable):
        shutil.copytree(journal.root, copy)
        world.git(copy, home, "status")
    world.git(durable, home, "config", "core.fsync", "all")
    journal.record()
    numbers = itertools.count(count)

    def ours() -> float:
        return recorded(journal, world.answered(next(numbers)))

    def floor(copy: Path) -> float:
        return committed(copy, home, world.answered(next(numbers)))

    what, times = f"in history after saved, {count:,} sessions", 3.00 if count == MANY else 4.00
    yield row(f"{what} / git add, git commit", in_turn(ours, partial(floor, plain), plan.rounds(11)), times)
    yield row(f"{what} / the same with core.fsync=all", in_turn(ours, partial(floor, durable), plan.rounds(11)))


def recorded(journal: Journal, one: Session) -> float:
    """Save a session and return the seconds from then until it is in history."""
    journal.save(one, world.asked()[0])
    before = time.perf_counter()
    found = journal.record()
    seconds = time.perf_counter() - before
    if found.obstacle or len(found.commits) != 1:
        raise RuntimeError(f"not in history: {found}")
    return seconds


def committed(root: Path, home: Path, one: Session) -> float:
    """Write a session and return the seconds that plain git takes to commit it."""
    path = root / session.relative_path(one.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(session.dumps(one))
    before = time.perf_counter()
    world.git(root, home, "add", "--", str(path.relative_to(root)))
    world.git(root, home, "commit", "-q", "-m", "session")
    return time.perf_counter() - before
