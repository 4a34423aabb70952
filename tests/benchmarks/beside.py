"""Side by side with what one would otherwise reach for: jrnl, and plain git. What each promises differs; it is said."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

from reflect_tui.model import session
from tests.benchmarks import world
from tests.benchmarks.commands import run
from tests.benchmarks.plan import Plan
from tests.benchmarks.results import Row, Rows, in_turn, row
from tests.benchmarks.saving import committed
from tests.benchmarks.world import PROGRAM

_VERSION = "jrnl==4.6"
_CONFIG = """\
colors: {{body: none, date: none, tags: none, title: none}}
default_hour: 9
default_minute: 0
editor: ''
encrypt: false
highlight: false
indent_character: '|'
journals:
  default: {{journal: {file}}}
linewrap: 79
tagsymbols: '#@'
template: false
timeformat: '%F %r'
version: v4.6
"""


def measured(plan: Plan) -> Rows:
    """Append one entry and list all, in journals of 1,000 and 10,000."""
    jrnl = _installed(plan)
    for count in (1_000, plan.many):
        home = plan.journal(count)
        yield from _with_git(plan, home, count)
        if jrnl is None:
            yield Row(f"jrnl, {count} entries", 0.0, unit="", remark="not measured: it could not be installed")
        elif count > 1_000 or plan.many > 1_000:
            yield from _with_jrnl(plan, jrnl, home, count)
        if plan.many == count:
            return


def _installed(plan: Plan) -> Path | None:
    """Install jrnl where it is thrown away again; None where there is no way to."""
    folder = plan.folder / "jrnl"
    made = subprocess.run((sys.executable, "-m", "venv", str(folder)), check=False, capture_output=True)
    tool = (str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", _VERSION)
    if made.returncode or subprocess.run(tool, check=False, capture_output=True).returncode:
        return None
    return folder / "bin" / "jrnl"


def _with_git(plan: Plan, home: Path, count: int) -> Rows:
    """Take a session file in by the command line, against a copy, `git add` and `git commit` of it."""
    plain = home / "plain-git"
    world.git(home, home, "clone", "-q", "--no-hardlinks", str(home / "journal"), str(plain))
    world.git(plain, home, "config", "core.fsync", "all")
    numbers = itertools.count(20_000)
    yield row(
        f"import one session into {count} / write it, git add, git commit with core.fsync=all",
        in_turn(
            lambda: _imported(home, next(numbers)),
            lambda: committed(plain, home, world.answered(next(numbers))),
            plan.rounds(7),
        ),
    )


def _imported(home: Path, number: int) -> float:
    file = home / "one.toml"
    file.write_bytes(session.dumps(world.answered(number)))
    return run((PROGRAM, "--journal", str(home / "journal"), "import", str(file)), home)


def _with_jrnl(plan: Plan, jrnl: Path, home: Path, count: int) -> Rows:
    """Append and list; an entry of jrnl holds the scores of a session in a line each."""
    folder = plan.own(f"jrnl-{count}")
    file, settings = folder / "journal.txt", folder / "jrnl.yaml"
    settings.write_text(_CONFIG.format(file=file))
    file.write_text("\n".join(_entry(number) for number in range(count)))
    command = (str(jrnl), "--config-file", str(settings))
    numbers = itertools.count(30_000)
    body = _entry(count).partition("]")[2].strip()
    yield row(
        f"import one session into {count} (durable, committed) / jrnl, append an entry (neither)",
        in_turn(lambda: _imported(home, next(numbers)), lambda: run((*command, body), folder), plan.rounds(5)),
    )
    yield row(
        f"list {count} sessions / jrnl --short of {count} entries",
        in_turn(
            lambda: run((PROGRAM, "--journal", str(home / "journal"), "list"), home),
            lambda: run((*command, "--short"), folder),
            plan.rounds(5),
        ),
    )


def _entry(number: int) -> str:
    one = world.answered(number)
    scores = "\n".join(f"{item} = {score}" for item, score in one.scores.items())
    return f"[{one.started:%Y-%m-%d %I:%M:%S %p}] Session {number}.\n{scores}\n"
