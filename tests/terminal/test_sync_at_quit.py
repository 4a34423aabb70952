"""Sync at start and quit, where the settings say so: the app closes first, then what waits is sent."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.terminal.pseudo import Pseudo
from tests.unit.cli_examples import in_a_process


def test_what_is_made_is_sent_once_the_app_is_closed(pseudo: Callable[..., Pseudo], tmp_path: Path) -> None:
    place, settings = tmp_path / "place", tmp_path / "settings" / "reflect-tui" / "settings.toml"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", place], check=True)
    settings.parent.mkdir(parents=True)
    settings.write_text("sync_unasked = true\n")
    journal = ["--journal", str(tmp_path / "journal"), "--lang", "en"]
    assert in_a_process(*journal, "new", "--plain", input="3\n" * 92 + "f\n").returncode == 0
    assert in_a_process(*journal, "sync", str(place), "--yes").returncode == 0
    app = pseudo("new", environment={"XDG_CONFIG_HOME": str(tmp_path / "settings")})
    app.wait("0/92")
    app.send("3" * 92)
    app.wait("Every statement has an answer")
    app.send("\r")
    app.wait("domains high", "1 not synced")
    app.send("q")
    app.wait("not synced")
    app.send("q")
    assert app.ended() == 0
    assert f"Syncing with {place}" in app.raw.decode(errors="replace")
    app.is_as_before()
    sent = ["git", "-C", str(place), "ls-tree", "-r", "--name-only", "main", "sessions"]
    assert len(subprocess.run(sent, check=True, capture_output=True, text=True).stdout.splitlines()) == 2
