"""How long commands take that open no screen."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.plan import Plan
from tests.benchmarks.results import Rows, in_turn, row
from tests.benchmarks.world import PROGRAM, PYTHON, environment

# What a script of one's own would do to get at the same files.
_READ = """
import json, pathlib, sys, tomllib
files = sorted(pathlib.Path(sys.argv[1]).glob("sessions/*/*.toml"))
print(json.dumps([tomllib.loads(file.read_text()) for file in files], default=str))
"""


def measured(plan: Plan) -> Rows:
    """Measure --version and list --json."""
    home = plan.journal(10)
    yield row(
        "reflect-tui --version / python -c pass",
        in_turn(lambda: run((PROGRAM, "--version"), home), lambda: run((PYTHON, "-c", "pass"), home), plan.rounds(25)),
        3.00,
    )
    root = str(home / "journal")
    yield row(
        "list --json of 10 sessions / a script that reads them with tomllib",
        in_turn(
            lambda: run((PROGRAM, "--journal", root, "list", "--json"), home),
            lambda: run((PYTHON, "-c", _READ, root), home),
            plan.rounds(25),
        ),
        2.00,
    )


def run(command: Sequence[str], home: Path) -> float:
    """Give the seconds that a command takes, from its start to its end."""
    before = time.perf_counter()
    subprocess.run(command, env=environment(home), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - before
