"""Many journals synced to one host of bare repositories at once, from two devices each: is anything lost?

`python -m tests.benchmarks.hosting [JOURNALS]`, or `make hosting`; 1,000 of them take an hour or two.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from msgspec import Struct

from reflect_tui.errors import ReflectError
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import syncing
from tests.faults import worlds

JOURNALS, AT_ONCE = 1_000, 12
DEVICES = ("laptop", "home")


class Seen(Struct, frozen=True, kw_only=True):
    """What became of it: how many sessions each device should have, what is wrong, and what was refused on the way."""

    journals: int
    sessions: int
    wrong: tuple[str, ...]
    refused: tuple[str, ...]
    seconds: float


class Host:
    """A folder with a bare repository for each journal, and the devices of each beside it."""

    def __init__(self, folder: Path, journals: int, at_once: int) -> None:
        self.folder = folder
        self.numbers = range(journals)
        self.refused: list[str] = []
        self._at_once = at_once
        self._order = random.Random(1)
        for number in self.numbers:
            subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(self.place(number))], check=True)

    def place(self, number: int) -> Path:
        return self.folder / "host" / f"{number}.git"

    def device(self, number: int, name: str) -> Journal:
        folder = self.folder / f"{number}" / name
        return Journal(folder / "journal", folder / "state")

    def sync(self, number: int, name: str, day: int = 0) -> bool:
        """Save a session of a day, unless it is 0, and sync; tell whether that was done."""
        journal = self.device(number, name)
        if day:
            worlds.save(journal, day)
        try:
            syncing.sync(journal, str(self.place(number)), ask=lambda _question: True)
        except ReflectError as error:  # told, and done again later
            self.refused.append(f"{number}: {error}")
            return False
        return True

    def meet(self, number: int, name: str, day: int = 0) -> None:
        """The same for the first time, again when it is refused: else the other device began a journal of its own."""
        while not self.sync(number, name, day):
            day = 0  # it is saved

    def together(self, acts: Iterable[Callable[[], object]]) -> None:
        """Do acts at once, in a random order."""
        shuffled = list(acts)
        self._order.shuffle(shuffled)
        with ThreadPoolExecutor(self._at_once) as pool:
            for act in [pool.submit(act) for act in shuffled]:
                act.result()

    def faults(self, number: int, wanted: list[str]) -> Iterator[str]:
        """Say what is wrong with a journal on either device, or with its repository."""
        devices = [self.device(number, name) for name in DEVICES]
        for journal in devices:  # a new start: what a git that was stopped left is finished
            journal.recover(locked=True)
        if devices[0].repository.tracked() != devices[1].repository.tracked():
            yield f"{number}: both devices differ"
        if any(sorted(entry.id for entry in journal.entries()) != wanted for journal in devices):
            yield f"{number}: a session is missing"
        command = ["git", "fsck", "--strict", "--no-dangling"]
        checked = subprocess.run(command, cwd=self.place(number), capture_output=True, check=False)
        if checked.returncode:
            yield f"{number}: {checked.stderr.decode()}"


def hosted(folder: Path, journals: int, at_once: int = AT_ONCE) -> Seen:
    """Let two devices of each journal save and sync among all others, and look what each has."""
    began = time.monotonic()
    host = Host(folder, journals, at_once)
    host.together(partial(host.meet, number, "laptop", 1) for number in host.numbers)
    host.together(partial(host.meet, number, "home") for number in host.numbers)
    for days in ((2, 3), (4, 5)):  # both devices of one journal at the same time
        pairs = list(zip(DEVICES, days, strict=True))
        host.together(partial(host.sync, number, name, day) for number in host.numbers for name, day in pairs)
    for name in ("laptop", "home", "laptop"):
        host.together(partial(host.sync, number, name) for number in host.numbers)
    wanted = [f"2026-01-{day:02}T1000-self-{day:06x}" for day in range(1, 6)]
    return Seen(
        journals=journals,
        sessions=len(wanted),
        wrong=tuple(fault for number in host.numbers for fault in host.faults(number, wanted)),
        refused=tuple(host.refused),
        seconds=time.monotonic() - began,
    )


def main() -> None:
    """Say what was seen."""
    journals = int(sys.argv[1]) if len(sys.argv) > 1 else JOURNALS
    with tempfile.TemporaryDirectory(prefix="reflect-hosting-") as folder:
        seen = hosted(Path(folder), journals)
    print(f"{seen.journals} journals, 2 devices each, {AT_ONCE} syncs at once: {seen.seconds:.0f} s")
    print(f"{seen.sessions} sessions on each device; refused and done again: {len(seen.refused)}")
    print(f"wrong: {len(seen.wrong)}")
    print(*seen.wrong, *seen.refused[:20], sep="\n")
    sys.exit(bool(seen.wrong))


if __name__ == "__main__":
    main()
