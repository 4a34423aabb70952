"""Attacks a program at work on a journal: strace lets one system call fail or be the last one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from reflect_tui.store.journal import Journal
from tests.faults.worlds import World

ROOT = Path(__file__).parents[2]
DURABLE = ("write", "pwrite64", "fsync", "rename", "linkat", "unlink", "mkdir", "openat", "sendfile")
"""The calls by which our process changes what is on a disk."""
_BY_NAME = ("openat", "mkdir", "rename", "link", "linkat", "unlink", "sendfile")
_THREADED = ("begin", "fill_in")
_CALL = re.compile(r"^(?:(?P<pid>\d+) +)?(?P<name>\w+)\((?P<rest>.*)$")


P = TypeVar("P")


class Outcome(NamedTuple):
    """How an attacked program ended: its status, what it said, and what strace wrote."""

    status: int
    said: tuple[dict[str, Any], ...]
    complaint: str
    trace: str
    path: Path
    """The file that it said it in."""

    @property
    def killed(self) -> bool:
        return self.status == -9

    def told(self, what: str) -> list[dict[str, Any]]:
        return [line for line in self.said if line["what"] == what]


class Victim:
    """The program under attack; one serves many orders."""

    def __init__(self, strace: str, folder: Path) -> None:
        self.strace = strace
        self.folder = folder
        self._number = 0
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.victim"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        self._server.communicate()

    def attack(
        self,
        operation: str,
        journal: Journal,
        strace: Sequence[str] = (),
        *,
        meddle: Mapping[str, object] | None = None,
    ) -> Outcome:
        """Let the program carry out an operation, traced with these options of strace if any.

        `meddle` names a git command of it to be run by strace; see victim.
        """
        self._number += 1
        said, log = self.folder / f"said-{self._number}", self.folder / f"trace-{self._number}"
        order = {
            "operation": operation,
            "root": str(journal.root),
            "state": str(journal.state),
            "said": str(said),
            "environment": dict(os.environ),
            "meddle": meddle,
        }
        pid = int(self._ask(json.dumps(order)))
        tracer = self._trace(pid, log, strace) if strace else None
        status = int(self._ask(""))
        if tracer:
            tracer.communicate()
        lines = said.read_text().splitlines() if said.exists() else []
        told = tuple(json.loads(line) for line in lines if line.startswith("{"))
        complaint = "\n".join(line for line in lines if not line.startswith("{"))
        return Outcome(status, told, complaint, log.read_text(errors="replace") if log.exists() else "", said)

    def _ask(self, line: str) -> str:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(line + "\n")
        self._server.stdin.flush()
        return self._server.stdout.readline()

    def _trace(self, pid: int, log: Path, options: Sequence[str]) -> subprocess.Popen[str]:
        quiet = "--quiet=exit,path-resolution,personality,thread-execve"
        command = [self.strace, quiet, "-o", str(log), *options, "-p", str(pid)]
        tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert tracer.stderr is not None
        said = (
            tracer.stderr.readline()
        )  # only then the process is stopped before its next call; a tracer is seen earlier
        assert "attached" in said, said
        return tracer


class Point(NamedTuple):
    """One system call of an operation: its name, and how manieth of that name it is in its thread."""

    call: str
    number: int
    threads: bool = False

    def inject(self, what: str) -> list[str]:
        """Give the options that let something happen at this call: `signal=SIGKILL`, `error=ENOSPC`."""
        follow = ["-f"] if self.threads else []
        return [*follow, f"--trace={self.call}", f"--inject={self.call}:{what}:when={self.number}"]


def plan(victim: Victim, operation: str, world: World, names: Sequence[str]) -> list[Point]:
    """Carry out an operation once, and list its calls that change something in the world's folders."""
    threads = operation in _THREADED
    follow = ["-f"] if threads else []
    outcome = victim.attack(operation, world.journal, [*follow, "-y", "-s", "0", f"--trace={','.join(names)}"])
    assert not outcome.status, outcome
    assert not outcome.told("refused"), outcome
    found = {Point(*call, threads) for call in calls(outcome.trace, names, world.journal.root.parent)}
    assert found, outcome.trace
    return sorted(found)


def calls(trace: str, names: Sequence[str], within: Path) -> Iterator[tuple[str, int]]:
    """Number the calls that change something below a folder: (name, how manieth of that name in its thread).

    The trace is one of `strace -y`. Calls on pipes and on files elsewhere are counted, and left out.
    """
    counts: dict[tuple[str, str], int] = {}
    for line in trace.splitlines():
        found = _CALL.match(line)
        if not found or found["name"] not in names:
            continue
        name, rest, key = found["name"], found["rest"], (found["pid"] or "", found["name"])
        counts[key] = counts.get(key, 0) + 1
        place = rest if name in _BY_NAME else rest.partition(">")[0]  # not what is written, but where
        if str(within) in place and (name != "openat" or "O_CREAT" in rest):
            yield name, counts[key]
