"""Measures everything and prints one table: `python -m tests.benchmarks [--quick] [GROUP ...]`, or `make bench`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import keys, lists, saving, starting, syncing, teams
from tests.benchmarks.plan import Plan
from tests.benchmarks.results import Row, Rows, table

GROUPS: dict[str, Callable[[Plan], Rows]] = {
    "start": starting.measured,
    "keys": keys.measured,
    "save": saving.measured,
    "list": lists.measured,
    "memory": starting.memory,
    "sync": syncing.measured,
    "teams": teams.measured,
}


def main() -> None:
    """Measure the groups that are asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three rounds: to see that it works")
    parser.add_argument("--folder", type=Path, help="where to make journals; on the disk to be measured")
    parser.add_argument("groups", metavar="GROUP", nargs="*", choices=[*GROUPS, []], help=", ".join(GROUPS))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reflect-bench-", dir=asked.folder) as folder:
        os.environ.update({"HOME": folder, "GIT_CONFIG_NOSYSTEM": "1"})
        plan = Plan(Path(folder), quick=asked.quick)
        print(_machine(), flush=True)
        rows: list[Row] = []
        for name in asked.groups or GROUPS:
            for found in GROUPS[name](plan):
                rows.append(found)
                print(f"  {found.what}", file=sys.stderr, flush=True)
    print(f"{_load()} at the end.\n\n{table(rows)}")


def _machine() -> str:
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{system}, {os.cpu_count()} cores. {_load()} at the start."


def _load() -> str:
    return f"Load {os.getloadavg()[0]:.2f}"


if __name__ == "__main__":
    main()
