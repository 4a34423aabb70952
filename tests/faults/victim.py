"""A program to be attacked: it waits with everything loaded, and lets a copy of itself carry out each order.

An order is a line of JSON. The copy waits until its attacker has attached strace to it. Answers: its process id,
and after the end its exit status. Git commands that outlive a killed copy are waited for, so that they are not
mistaken for a part of the next one.
"""

from __future__ import annotations

import ctypes
import itertools
import json
import os
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

_PR_SET_CHILD_SUBREAPER = 36


def _be(order: dict[str, Any], gate: int) -> None:
    """Carry out an order, as the copy."""
    said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.close(said)
    os.environ.clear()
    os.environ.update(order["environment"])
    from reflect_tui.store.journal import Journal  # noqa: PLC0415 -- loaded by the parent
    from tests.faults import operations  # noqa: PLC0415

    if order["meddle"]:
        _meddle(**order["meddle"])
    journal = Journal(Path(order["root"]), Path(order["state"]))
    os.read(gate, 1)
    os.close(gate)
    operations.carry_out(order["operation"], journal)


def _meddle(command: str, occurrence: int, strace: list[str]) -> None:
    """Let strace run one of the git commands: the so manieth of this name."""
    from reflect_tui.git import run  # noqa: PLC0415 -- loaded by the parent

    real, seen = run.execute, itertools.count(1)

    def execute(wanted: Sequence[str], *rest: Any) -> object:
        name = next((word for word in wanted[1:] if not word.startswith("-") and "=" not in word), "")  # after settings
        its_turn = name == command and next(seen) == occurrence
        return real([*strace, *wanted] if its_turn else wanted, *rest)

    setattr(run, "execute", execute)  # noqa: B010


def _fork(order: dict[str, Any]) -> tuple[int, int]:
    gate, opener = os.pipe()
    pid = os.fork()
    if pid:
        os.close(gate)
        return pid, opener
    status = 1
    try:
        os.close(opener)
        _be(order, gate)
        status = 0
    except BaseException:  # noqa: BLE001 -- whatever it is, it is shown
        import traceback  # noqa: PLC0415

        traceback.print_exc()
    finally:
        os._exit(status)


def _end_of(pid: int) -> int:
    """Wait for the copy and everything it left running."""
    found = -1
    while True:
        try:
            ended, status = os.wait()
        except ChildProcessError:
            return found
        if ended == pid:
            found = os.waitstatus_to_exitcode(status)


def _serve() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"
    import git  # noqa: F401, PLC0415 -- loaded once, so that a copy does little but its work

    from reflect_tui.feedback import pool  # noqa: PLC0415
    from reflect_tui.git import plumbing  # noqa: PLC0415
    from reflect_tui.store import base  # noqa: PLC0415
    from reflect_tui.toml import faults  # noqa: F401, PLC0415
    from tests.faults import operations  # noqa: F401, PLC0415

    # The same ids of commits, journals and combined answers every time: one can tell which attacks leave the same.
    setattr(plumbing, "time", SimpleNamespace(time=lambda: 1_790_000_000.0, strftime=time.strftime))  # noqa: B010
    setattr(base, "secrets", SimpleNamespace(token_hex=lambda size: "0f" * size))  # noqa: B010
    setattr(pool, "CHANCE", random.Random(7))  # noqa: B010
    for line in sys.stdin:
        pid, opener = _fork(json.loads(line))
        print(pid, flush=True)  # noqa: T201
        sys.stdin.readline()  # the attacker is ready
        os.write(opener, b"x")
        os.close(opener)
        print(_end_of(pid), flush=True)  # noqa: T201


if __name__ == "__main__":
    _serve()
