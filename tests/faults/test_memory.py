"""The memory that a loader takes for a hostile file of the largest size it reads: bounded, whatever is in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui.toml import formats
from tests.faults.counting import Tried

_BOUND = 64 * 1024  # kB
_CHILD = """
import sys
from pathlib import Path
from reflect_tui.model import instrument, session
from reflect_tui.toml import formats
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
    "lists": lambda n: f"a{n}=[[[[[]]]]]\n",
    "inline tables": lambda n: f"a{n}={{b={{c={{}}}}}}\n",
    "keys in quotes": lambda n: f'"{n}"=""\n',
    "texts in a list": lambda n: "a=[\n" if n == 0 else f'"{n}",\n',
    "remarks": lambda _n: "#[.=\n",
    "texts that stay open": lambda _n: "\"'''=.[\n",
}


def _filled(unit: Callable[[int], str], most: int) -> bytes:
    """Give as much of one kind as a file may hold, with at most so many keys and tables, and remarks after them."""
    parts: list[bytes] = []
    size = counted = 0
    while True:
        part = unit(len(parts)).encode()
        counted += sum(part.count(sign) for sign in b"=.[{")
        if size + len(part) > formats.MAX_BYTES or counted > most:
            return b"".join(parts) + b"#" * (formats.MAX_BYTES - size)
        parts.append(part)
        size += len(part)


@pytest.mark.parametrize("most", [formats.MAX_PARTS, formats.MAX_BYTES])
@pytest.mark.parametrize("kind", _KINDS)
def test_a_hostile_file_takes_a_bounded_amount_of_memory(tmp_path: Path, tried: Tried, kind: str, most: int) -> None:
    small, hostile = tmp_path / "small.toml", tmp_path / "hostile.toml"
    small.write_bytes(b"a = 1\n")
    hostile.write_bytes(_filled(_KINDS[kind], most))
    assert hostile.stat().st_size == formats.MAX_BYTES
    said = subprocess.run(
        [sys.executable, "-c", _CHILD, "session", str(small), str(hostile)], check=True, capture_output=True, text=True
    )
    _first, taken = map(int, said.stdout.split())
    assert 0 < taken < _BOUND
    tried("hostile files in memory")
