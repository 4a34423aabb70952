"""Killed at any system call that makes something durable, an import brings in all of its file or nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.model import events, goals
from reflect_tui.store.base import IMPORT_PLAN
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import export
from tests.bundled import bundled_bytes
from tests.faults.attack import Victim
from tests.faults.counting import Tried
from tests.faults.every_call import at_every_call
from tests.faults.goal_acts import FIRST
from tests.faults.import_acts import EXPORTED, YEARS, take_export, take_years
from tests.unit import examples
from tests.unit.spreadsheet_examples import DIGCOMP, Row, content, csv

ACTS = {"take_years": take_years, "take_export": take_export}


def _prepare(act: str, journal: Journal) -> None:
    """Lay what is imported beside a journal that has something of its own."""
    folder = journal.root.parent
    if act == "take_years":
        items = [item.id for item in content(DIGCOMP).items]
        rows: list[Row] = [["id", "2022-11-14", "2023-11-14"], *([item, 3, 4] for item in items)]
        (folder / YEARS).write_text(csv(rows), encoding="utf-8")
    else:
        other = Journal(folder / "other", folder / "other-state")
        shown = bundled_bytes(DIGCOMP)
        on = content(DIGCOMP)
        of_other = structs.replace(examples.session({}), digest=on.digest, instrument=on.id, version=on.version)
        other.save(structs.replace(of_other, scores={}), shown)
        other.goals.save(FIRST.id, goals.dumps(FIRST), "made")
        (made,) = export.export_data(other, other.entries(), "json", "long", notes=True)
        (folder / EXPORTED).write_bytes(made.data)
    journal.events.save("2026-03-event-4f2a9c", events.dumps(events.new_event("2026-03", "x", "4f2a9c")), "made")
    journal.record()


def _files(journal: Journal) -> set[str]:
    return {
        file.relative_to(journal.root).as_posix()
        for folder in ("sessions", "goals")
        for file in (journal.root / folder).rglob("[!.]*.toml")
    }


def _assert_all_or_nothing(act: str, journal: Journal) -> None:
    before = _files(journal)
    journal.recover(locked=True)
    left = _files(journal)
    assert len(left) in (0, 2)
    assert len(left) == 2 or not before
    assert journal.pending() == ()
    assert not (journal.state / IMPORT_PLAN).exists()
    ACTS[act](journal)  # the same file once more
    assert len(_files(journal)) == 2
    assert journal.pending() == ()


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("call", ["write", "linkat", "rename", "unlink", "fsync"])
def test_killed_while_a_file_is_imported(*, victim: Victim, memory: Path, tried: Tried, act: str, call: str) -> None:
    count = at_every_call(
        victim, memory, act, (call, "signal=SIGKILL"),
        prepare=partial(_prepare, act), check=partial(_assert_all_or_nothing, act),
    )  # fmt: skip
    tried("kills of the program", count)
    assert count
