"""Every test lives in a home of its own: no file, identity, language or variable of the developer's is seen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reflect_tui import i18n
from tests.faults.counting import pytest_terminal_summary  # noqa: F401 -- prints how many faults were tried

_FOREIGN = ("GIT_", "XDG_", "LC_", "LANG", "TEXTUAL", "REFLECT_TUI", "NO_COLOR", "COLORTERM", "EDITOR", "VISUAL")


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
    monkeypatch.setenv("TZ", "Europe/Amsterdam")
    i18n.use("en")
    yield home
    i18n.use("en")
