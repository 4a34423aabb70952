"""The table of faults names tests that there are, and every test of a fault is named in it."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
README = TESTS / "faults" / "README.md"


def named() -> set[str]:
    """Give the paths below tests/ of the Python files that the README names."""
    found = re.findall(r"`([a-z_/]+\.py)`", README.read_text(encoding="utf-8"))
    return {name if "/" in name else f"faults/{name}" for name in found}


def test_every_file_that_is_named_is_there() -> None:
    assert named()
    assert [name for name in sorted(named()) if not (TESTS / name).is_file()] == []


def test_every_test_of_a_fault_is_named() -> None:
    there = {f"faults/{path.name}" for path in (TESTS / "faults").glob("test_*.py")}
    assert there - named() == set()
