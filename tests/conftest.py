"""Every test lives in a home of its own, and says by its folder what it needs.

No file, identity, language or variable of the developer's is seen. A test carries its folder's name as a marker. What
needs more than Python and git is left out unless its folder or marker is named: `pytest tests/terminal`,
`pytest -m "terminal or faults"`; the end of a run tells what was left out.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from reflect_tui import i18n
from reflect_tui.disk import encrypted
from reflect_tui.git import plumbing
from tests.faults import counting
from tests.passphrases import QuickPassphrases

TESTS = Path(__file__).parent
NEEDS = {
    "browser": "Chromium, Java, npm, qpdf, pdfinfo",
    "engines": "ssh, asyncssh, scipy, DuckDB, Spark (Java), frictionless, Typst, vobject, pyxform, fhir, reproschema",
    "faults": "strace, faketime, mount rights, files given to another user",
    "installed": "build",
    "sizes": "golden pictures of every size but 80x24",
    "terminal": "tmux, screen, script",
}
"""What is run only when it is named, a folder or one of MARKED, and what it needs."""
MARKED = {"sizes"}
"""Those of them that are markers of single tests."""
USUAL = {
    "unit": "values, files and commands, without a screen",
    "tui": "the app, driven by keys",
    "snapshots": "golden pictures of every screen",
    "slow": "left out by `make quick`",
}

# A busy machine is no fault: no example of a property has a time limit.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")

_FOREIGN = (
    *("GIT_", "XDG_", "LC_", "LANG", "TEXTUAL", "REFLECT_TUI", "NO_COLOR", "COLORTERM", "EDITOR", "VISUAL"),
    "PYTHON",  # one of these has every program that a test starts compile all modules again
)

MEMORY = Path("/dev/shm")
ENOUGH = 4 * 2**30
"""Bytes; what stays of a run until its end takes a tenth of it."""
SELDOM = 100_000
"""New objects; Python's own number is 700."""


def _write_to_memory() -> None:
    """Keep what tests write in memory where there is enough of it: thousands of journals are made and deleted."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        tempfile.tempdir = str(MEMORY)


_write_to_memory()


@pytest.hookimpl(optionalhook=True)  # the mutants are tried without xdist
def pytest_xdist_auto_num_workers() -> int:
    """Start two workers a core: half of the time a test waits for git or the disk."""
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Have what starts slowly started once, not by each worker that gets one of its tests."""
    if not _named(config) & {"browser", "engines", "installed"}:
        return None  # as --dist says
    from tests.started_once import StartedOnce  # noqa: PLC0415 -- the mutants are tried without xdist

    return StartedOnce(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known, and look for garbage seldom: usually that takes a sixth of a run."""
    gc.set_threshold(SELDOM, 20)
    for name, meaning in (USUAL | NEEDS).items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


def _named(config: pytest.Config) -> set[str]:
    """Return what the command line names, by a path or in the expression after -m."""
    paths = [Path(config.invocation_params.dir, argument.partition("::")[0]).resolve() for argument in config.args]
    folders = {path.relative_to(TESTS).parts[0] for path in paths if path != TESTS and path.is_relative_to(TESTS)}
    return folders | set(re.findall(r"\w+", config.option.markexpr))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a folder out that was not named: what its tests import may not be installed."""
    folder = collection_path.name if collection_path.parent == TESTS else ""
    return True if folder in NEEDS.keys() - _named(config) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test by its folder; hand the slow ones out first; leave out what was not named."""
    for item in items:
        item.add_marker(item.path.relative_to(TESTS).parts[0])
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    unnamed = MARKED - _named(config)
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in unnamed)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """Look no more through what stays until the end of the run: modules and thousands of tests."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell how many faults were tried, and what a run of everything left out."""
    counting.write_sum(terminalreporter)
    left_out = NEEDS.keys() - _named(config)
    whole = any(Path(config.invocation_params.dir, argument).resolve() == TESTS for argument in config.args)
    if whole and left_out and not config.option.markexpr:
        parts = [f"{name} ({NEEDS[name]})" for name in sorted(left_out)]
        terminalreporter.write_line(f"not selected here: {', '.join(parts)}; `make check` runs them")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give each test an empty home, English, and no git configuration."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(_FOREIGN)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    for name, folder in (("CONFIG", ".config"), ("DATA", ".data"), ("STATE", ".state"), ("CACHE", ".cache")):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / folder))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")  # Amsterdam's time, written so that no tzdata is needed
    if sys.platform != "win32":
        time.tzset()
    i18n.use_language("en")
    yield home
    i18n.use_language("en")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave git as long as it takes: a busy machine is no fault, and no test depends on how fast one is."""
    monkeypatch.setattr(plumbing, "_LATEST", 600.0)


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the second of work for each file that a passphrase opens; tests/unit/test_encrypted.py does it."""
    library = QuickPassphrases()
    monkeypatch.setattr(encrypted, "_library", lambda: library)


@pytest.fixture
def usual_signals() -> Iterator[None]:
    """Have signals mean what they usually mean: under nohup, and in a script's background, some are ignored."""
    usual = dict.fromkeys((signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM), signal.SIG_DFL)
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
