"""The memory that a loader takes for a hostile file of the largest size it reads: bounded, whatever is in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui import formats
from tests.faults.counting import Tried

_BOUND = 400 * 1024  # kB; the worst kind known takes four fifths of it, in tomllib's own books
_CHILD = """
import sys
from pathlib import Path
from reflect_tui import formats, instrument, session
from reflect_tui.errors import BadFileError

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])

load = {"session": session.parse, "instrument": instrument.parse}[sys.argv[1]]
for path in map(Path, sys.argv[2:]):
    before = peak()
    try:
        load(formats.read_bytes(path), path)
    except BadFileError:
        print(peak() - before)
"""
_KINDS: dict[str, Callable[[int], str]] = {
    "tables": lambda n: f"[a{n}]\n",
    "dotted keys": lambda n: f"a{n}.b.c.d.e.f.g=1\n",
    "tables in tables": lambda n: f"[a{n}.b.c.d.e.f]\n",
    "scores": lambda n: f"scores.i{n}=1\n",
}


def _filled(unit: Callable[[int], str]) -> bytes:
    """Give as much of one kind as a file may hold."""
    parts: list[bytes] = []
    size = 0
    while size + len(unit(len(parts))) <= formats.MAX_BYTES:
        parts.append(unit(len(parts)).encode())
        size += len(parts[-1])
    return b"".join(parts)


@pytest.mark.parametrize("kind", _KINDS)
def test_a_hostile_file_takes_a_bounded_amount_of_memory(tmp_path: Path, tried: Tried, kind: str) -> None:
    small, hostile = tmp_path / "small.toml", tmp_path / "hostile.toml"
    small.write_bytes(b"a = 1\n")
    hostile.write_bytes(_filled(_KINDS[kind]))
    assert formats.MAX_BYTES * 0.99 < hostile.stat().st_size <= formats.MAX_BYTES
    said = subprocess.run(
        [sys.executable, "-c", _CHILD, "session", str(small), str(hostile)], check=True, capture_output=True, text=True
    )
    _first, taken = map(int, said.stdout.split())
    assert 1024 < taken < _BOUND
    tried("hostile files in memory")
