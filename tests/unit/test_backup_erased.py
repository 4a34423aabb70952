"""A backup of a journal from which something was erased: it can be made, and brings all back but what was erased."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE
from reflect_tui.model.goals import Goal
from reflect_tui.store import backup
from reflect_tui.store.drafts import TypedGoal
from reflect_tui.store.rounds import WaitingAnswers
from tests.screenshots import demo_journal
from tests.unit.cli_examples import Cli, Machine
from tests.unit.erase_examples import stones

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_journal(tmp_path_factory.mktemp("demo"), "en").root


@pytest.fixture
def machine(machine: Machine, demo: Path) -> Machine:
    """Turn to another machine: "old" has the demo, the others have nothing at first."""
    known = set()

    def turn_to(name: str) -> Cli:
        cli = machine(name)
        if name == "old" and name not in known:
            shutil.copytree(demo, cli.root)
        known.add(name)
        return cli

    return turn_to


def ended(cli: Cli) -> dict[str, bytes]:
    """Give what is kept of rounds beside the journal."""
    return {path.name: path.read_bytes() for path in WaitingAnswers(cli.journal).folder.iterdir()}


def noted(cli: Cli) -> tuple[str, str]:
    """Give a session, and a statement that it has a note on."""
    for row in cli.json("list")["sessions"]:
        for item in cli.json("show", row["id"])["notes"]:
            return row["id"], item
    raise AssertionError


def a_round(cli: Cli, promise: str) -> str:
    found: str = next(row["id"] for row in cli.json("rounds")["rounds"] if row["promise"] == promise)
    return found


def what_to_erase(cli: Cli, kind: str) -> tuple[str, ...]:
    return {
        "session": ("latest",),
        "note": ("--note", *noted(cli)),
        "round": ("--round", a_round(cli, "confidential")),
        "named round": ("--round", a_round(cli, "named")),
        "invitation": ("--round", a_round(cli, "named"), "--person", "1"),
    }[kind]


@pytest.mark.parametrize("kind", ["session", "note", "round", "named round", "invitation"])
def test_a_journal_is_backed_up_and_restored_once_something_was_erased(
    machine: Machine, tmp_path: Path, kind: str
) -> None:
    old, before, after = machine("old"), str(tmp_path / "before.zip"), str(tmp_path / "after.zip")
    assert old("backup", before).code == EXIT_DONE
    assert old("erase", *what_to_erase(old, kind), "--yes").code == EXIT_DONE
    erased, kept, listed = stones(old), ended(old), old("list").out
    assert old("backup", after).code == EXIT_DONE

    new = machine("new")
    assert new("restore", after).code == EXIT_DONE
    assert (stones(new), ended(new), new("list").out) == (erased, kept, listed)
    assert new("backup", str(tmp_path / "again.zip")).code == EXIT_DONE

    old = machine("old")
    for file in (before, after):  # nothing comes back, and that it was erased stays known
        assert old("restore", file, "--erase").code == EXIT_DONE
        assert (stones(old), ended(old), old("list").out) == (erased, kept, listed)


def test_an_erased_journal_comes_back_whole_from_its_backup(machine: Machine, tmp_path: Path) -> None:
    old, file = machine("old"), str(tmp_path / "all.zip")
    assert old("backup", str(tmp_path / "first.zip")).code == EXIT_DONE
    kept, listed = ended(old), old("list").out
    assert old("backup", file).code == EXIT_DONE
    assert old("erase", "--all", "--yes").code == EXIT_DONE
    assert old("backup", str(tmp_path / "none.zip")).code != EXIT_DONE
    assert old("restore", file).code == EXIT_DONE
    assert (old("list").out, ended(old).keys()) == (listed, kept.keys())


def test_what_was_typed_since_about_something_erased_goes_along(machine: Machine, tmp_path: Path) -> None:
    """A goal stays when the session that it came from is erased, and still names it."""
    old, file = machine("old"), str(tmp_path / "all.zip")
    gone = old.json("show", "latest")["id"]
    assert old("erase", gone, "--yes").code == EXIT_DONE
    made = datetime(2026, 11, 29, 9, tzinfo=UTC)
    goal = Goal(id="2026-11-29T1000-goal-0a1b2c", instrument="x", what="-", made=made, session=gone)
    typed = TypedGoal(goal=goal, fields={"what": "less"}, is_new=True)
    old.journal.typed.save(typed)
    assert old("backup", file).code == EXIT_DONE
    new = machine("new")
    assert new("restore", file).code == EXIT_DONE
    assert new.journal.typed.all() == (typed,)


def test_a_backup_that_restores_something_else_is_refused_by_what_differs(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, file = machine("old"), tmp_path / "all.zip"
    asked = a_round(old, "confidential")
    rest = backup.beside_journal
    monkeypatch.setattr(
        backup,
        "beside_journal",
        lambda *given: {path: b"" if path.stem == asked else data for path, data in rest(*given).items()},
    )
    refused = old("backup", str(file))
    assert refused.code == EXIT_ATTENTION
    assert f"This differs: answers/{asked}.toml." in refused.err
    assert not os.path.lexists(file)
