"""Attacks the git commands that a program runs: strace meddles with one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.faults.attack import Outcome, Victim, calls
from tests.faults.worlds import World

_NAMES = ("write", "fsync", "rename", "link", "unlink", "mkdir", "openat")
_EXECVE = re.compile(r'^(\d+) +execve\("[^"]*", \["[^"]*", "([a-z-]+)"')


class ChildPoint(NamedTuple):
    """One system call of a git command: which command, how manieth of that name, and which of its calls."""

    command: str
    occurrence: int
    call: str
    number: int


class Children:
    """The git commands of a program under attack."""

    def __init__(self, victim: Victim, folder: Path) -> None:
        self._victim = victim
        self._log = folder / "log-of-git"

    def plan(self, operation: str, world: World) -> list[ChildPoint]:
        """Carry out an operation once, and list the calls of its git commands that change something in the world."""
        names = ",".join(("execve", *_NAMES))
        outcome = self._victim.attack(operation, world.journal, ["-f", "-y", "-s", "300", f"--trace={names}"])
        assert not outcome.status, outcome
        return sorted(_points(outcome.trace, world.journal.root.parent))

    def attack(self, operation: str, world: World, point: ChildPoint, what: str) -> tuple[Outcome, bool]:
        """Carry out an operation with `what` happening at one call of a git command; also tell whether it did."""
        self._log.write_text("")
        inject = [f"--trace={point.call}", f"--inject={point.call}:{what}:when={point.number}"]
        strace = [self._victim.strace, "-qqq", "-o", str(self._log), *inject]
        meddle = {"command": point.command, "occurrence": point.occurrence, "strace": strace}
        outcome = self._victim.attack(operation, world.journal, meddle=meddle)
        log = self._log.read_text(errors="replace")
        return outcome, "INJECTED" in log or "killed by SIGKILL" in log


def _points(trace: str, within: Path) -> Iterator[ChildPoint]:
    by_process: dict[str, list[str]] = {}
    occurrences: dict[str, int] = {}
    started: list[tuple[str, str, int]] = []
    for line in trace.splitlines():
        by_process.setdefault(line.split(" ", 1)[0], []).append(line)
        if found := _EXECVE.match(line):
            command = found[2]
            occurrences[command] = occurrences.get(command, 0) + 1
            started.append((found[1], command, occurrences[command]))
    for process, command, occurrence in started:
        lines = by_process[process]
        begun = next(at for at, line in enumerate(lines) if _EXECVE.match(line))
        for call, number in calls("\n".join(lines[begun:]), _NAMES, within):
            yield ChildPoint(command, occurrence, call, number)
