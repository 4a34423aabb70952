"""Three devices with a home each, as their owner uses them: offline and online in every order, a stick, an erasure."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from reflect_tui import paths
from reflect_tui.model.session import Session
from reflect_tui.store.journal import Journal
from tests.unit import examples
from tests.unit.cli_examples import in_a_process
from tests.unit.examples import ITEMS
from tests.unit.journal.sync_examples import git, remote, where

CANARY = "the parakeet of the neighbours"
pytestmark = pytest.mark.slow


class Machine:
    """A computer of its own: commands run in a home that no other has."""

    def __init__(self, home: Path, place: Path) -> None:
        self.home, self.place = home, place
        home.mkdir()
        self._variables = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        self._variables |= {"HOME": str(home)}

    @property
    def root(self) -> Path:
        """Its journal."""
        return self.home / ".local/share/reflect-tui/journal"

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run a command; what it wrote, once it ended with that code."""
        done = in_a_process(*arguments, env=self._variables, timeout=300)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    def json(self, *arguments: str) -> Any:
        """Run a command for programs, whose answer names the journal ROOT."""
        return json.loads(self.run(*arguments, "--json").replace(str(self.root), "ROOT"))

    def sync(self) -> None:
        """Sync, and agree to all."""
        self.run("sync", str(self.place), "--yes", "--erase")

    def fill_in(self, day: int, note: str = "") -> Session:
        """Save a session while offline."""
        state = self.home / ".local/state/reflect-tui" / paths.state_folder(self.root).name
        session = examples.session(dict.fromkeys(ITEMS, 3), days=day - 40, notes={ITEMS[0]: note} if note else {})
        Journal(self.root, state).save(session, tomli_w.dumps(examples.document()).encode())
        return session

    def shows(self) -> list[Any]:
        """What the reading commands tell."""
        return [self.json("list")["sessions"], self.json("trend")]


@pytest.fixture(params=["repository", "stick"])
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    if request.param == "repository":
        return remote(tmp_path / "place.git")
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


@pytest.fixture
def machines(tmp_path: Path, place: Path) -> tuple[Machine, Machine, Machine]:
    """Give three devices with the same journal of one session."""
    laptop, home, work = (Machine(tmp_path / name, place) for name in ("laptop", "home", "work"))
    laptop.fill_in(0)
    for machine in (laptop, home, work):
        machine.sync()
    return laptop, home, work


def test_in_whatever_order_they_come_online_all_have_all(machines: tuple[Machine, Machine, Machine]) -> None:
    days = itertools.count(1)
    for order in itertools.permutations(machines):
        for machine, day in zip(order, days, strict=False):  # offline
            machine.fill_in(day)
        for machine in (*order, *order[:2]):  # who comes last has all at once
            machine.sync()
    shown = machines[0].shows()
    for machine in machines:
        assert machine.shows() == shown
        assert len(list((machine.root / "sessions").rglob("*.toml"))) == 1 + 6 * 3
        assert git("status", "--porcelain", folder=machine.root) == ""
        git("fsck", "--full", "--strict", "--no-dangling", folder=machine.root)


def test_a_place_that_is_away_and_comes_back(machines: tuple[Machine, Machine, Machine], place: Path) -> None:
    laptop, home, _work = machines
    laptop.fill_in(1)
    away = place.rename(place.with_name("away"))
    said = laptop.run("sync", code=2)
    assert str(place) in said
    assert laptop.json("sync", "--status")["waiting"] > 0
    away.rename(place)
    laptop.sync()
    home.sync()
    assert home.shows() == laptop.shows()


def test_what_is_erased_is_found_on_no_device_and_not_at_the_place(
    machines: tuple[Machine, Machine, Machine], place: Path
) -> None:
    laptop, home, work = machines
    gone = laptop.fill_in(1, CANARY)
    for machine in machines:
        machine.sync()
    home.fill_in(2)
    assert all(where(CANARY, machine.home) for machine in machines)
    work.run("erase", gone.id, "--yes")
    for machine in (work, laptop, home, work, laptop):
        machine.sync()
    for folder in (laptop.home, home.home, work.home, place):
        assert where(CANARY, folder) == []
    assert laptop.shows() == home.shows() == work.shows()
    assert gone.id not in str(laptop.shows())


def test_a_backup_tells_the_same_on_an_empty_machine(
    machines: tuple[Machine, Machine, Machine], tmp_path: Path
) -> None:
    laptop, *_others = machines
    laptop.fill_in(1, "a note")
    laptop.sync()
    laptop.run("backup", str(tmp_path / "all.backup"))
    shown = laptop.shows()
    shutil.rmtree(laptop.home)
    new = Machine(tmp_path / "new", laptop.place)
    new.run("restore", str(tmp_path / "all.backup"))
    assert new.shows() == shown
    git("fsck", "--full", "--strict", folder=new.root)
    new.sync()
    assert new.shows() == shown
