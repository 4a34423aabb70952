"""Carries out one operation by itself: `python -m tests.faults.carry_out OPERATION JOURNAL STATE`."""

from __future__ import annotations

import sys
from pathlib import Path

from reflect_tui.store.journal import Journal
from tests.faults import operations

if __name__ == "__main__":
    operations.carry_out(sys.argv[1], Journal(Path(sys.argv[2]), Path(sys.argv[3])))
