"""Plain git, after git-setup, shows sessions as sentences: with the real git, and the real program that it runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reflect_tui.cli.main import main
from reflect_tui.errors import ReflectError
from reflect_tui.git import textconv
from reflect_tui.model.session import Session
from reflect_tui.store.journal import Journal
from tests.unit.cli_examples import Cli

pytestmark = pytest.mark.slow


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put this very program on the PATH, as an installation would."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "reflect-tui"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m reflect_tui "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return program


@pytest.fixture
def session(cli: Cli) -> Session:
    """Give a session in history."""
    saved = cli.save({"calm": 2, "kind": 3, "acts": "n/a"}, notes={"calm": "first\nsecond"})
    assert not cli.journal.record().obstacle
    return saved


def git(root: Path, *command: str) -> str:
    return subprocess.run(["git", *command], cwd=root, check=True, capture_output=True, text=True, timeout=60).stdout


def amend(cli: Cli, session: Session) -> None:
    path = cli.path(session)
    path.write_text(path.read_text().replace("calm = 2", "calm = 4"))


def test_git_diff_shows_an_item_as_a_sentence_with_its_old_and_new_score(
    cli: Cli, session: Session, on_path: Path
) -> None:
    assert cli("git-setup").code == 0
    amend(cli, session)
    rows = git(cli.root, "diff").split("\n")
    assert "-  [2 poor] I stay: calm" in rows
    assert "+  [4 good] I stay: calm" in rows
    assert "       first" in rows
    assert sum(row.startswith(("+ ", "- ")) for row in rows) == 2


def test_git_log_shows_a_whole_session_and_what_was_amended(cli: Cli, session: Session, on_path: Path) -> None:
    cli("git-setup")
    amend(cli, session)
    cli.journal.keep(session.id, "misread")
    cli.journal.record()
    newest, oldest = git(cli.root, "log", "-p", "--", "sessions").split("\ncommit ")
    assert "+  [4 good] I stay: calm" in newest
    assert "+  [n/a] I act on them" in oldest
    assert "calm = 2" not in oldest


def test_a_file_that_is_no_session_is_shown_as_it_is(cli: Cli, session: Session, on_path: Path) -> None:
    cli("git-setup")
    cli.path(session).write_text("no = session\n\x1b[31m")
    said = git(cli.root, "diff")
    assert "+no = session" in said
    assert "\x1b[31m" not in said
    cli.path(session).write_bytes(b"x" * 1_000_001)
    assert "larger than" in git(cli.root, "diff")


def test_undo_leaves_everything_as_it_was(cli: Cli, session: Session, on_path: Path) -> None:
    folder = cli.root / ".git"
    before = (folder / "config").read_bytes()
    cli("git-setup")
    once = {path: path.read_bytes() for path in (folder / "config", folder / "info" / "attributes")}
    cli("git-setup")
    assert {path: path.read_bytes() for path in once} == once
    assert cli("git-setup", "--undo").code == 0
    assert (folder / "config").read_bytes() == before
    assert not (folder / "info" / "attributes").exists()
    assert cli("git-setup", "--undo").code == 0
    amend(cli, session)
    assert "-calm = 2" in git(cli.root, "diff")


def test_attributes_of_ones_own_stay(cli: Cli, session: Session, on_path: Path) -> None:
    path = cli.root / ".git" / "info" / "attributes"
    path.parent.mkdir(exist_ok=True)
    path.write_text("*.txt text\n")
    cli("git-setup")
    assert path.read_text().startswith("*.txt text\n")
    cli("git-setup", "--undo")
    assert path.read_text() == "*.txt text\n"


def test_nothing_is_committed_and_nothing_is_written_by_itself(cli: Cli, session: Session, on_path: Path) -> None:
    assert textconv.DRIVER not in (cli.root / ".git" / "config").read_text()
    cli("git-setup")
    assert git(cli.root, "status", "--porcelain") == ""
    assert not (cli.root / ".gitattributes").exists()


@pytest.fixture
def off_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nothing but git and what it needs on the PATH."""
    (tmp_path / "git").symlink_to(
        next(Path(f, "git") for f in os.environ["PATH"].split(":") if Path(f, "git").exists())
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert shutil.which("reflect-tui") is None


def test_off_the_path_the_place_of_this_very_program_is_written(
    cli: Cli, session: Session, off_path: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "it's here" / "reflect-tui"
    installed.parent.mkdir()
    installed.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m reflect_tui "$@"\n')
    installed.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setattr(sys, "executable", str(installed.with_name("python3")))
    assert cli("git-setup").code == 0
    amend(cli, session)
    assert "+  [4 good] I stay: calm" in git(cli.root, "diff").split("\n")
    assert textconv.foreign(cli.journal.repository, [str(installed)]) == {}
    assert "git-setup" not in cli("doctor", "--json").out
    installed.rename(installed.with_name("gone"))
    assert "+calm = 4" in git(cli.root, "diff").split("\n")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "another" / "python3"))
    (check,) = [one for one in json.loads(cli("doctor", "--json").out)["checks"] if one["name"] == "git-setup"]
    assert f"run by another installation of this program, {installed} (it is gone)" in check["found"]
    git(cli.root, "config", "diff.reflect-tui.command", "/bin/evil")
    (check,) = [one for one in json.loads(cli("doctor", "--json").out)["checks"] if one["name"] == "git-setup"]
    assert "something under our name that is not ours" in check["found"]


def test_a_program_that_is_off_the_path_by_now_costs_no_log_and_is_named(
    cli: Cli, session: Session, on_path: Path
) -> None:
    cli("git-setup")
    amend(cli, session)
    on_path.rename(on_path.with_name("gone"))
    if shutil.which("reflect-tui"):  # it would answer instead
        pytest.fail("another reflect-tui is on the PATH")
    assert "+calm = 4" in git(cli.root, "diff").split("\n")
    assert "calm = 2" in git(cli.root, "log", "-p")
    assert "git does not find reflect-tui on the PATH" in cli("doctor").out
    git(cli.root, "config", "diff.reflect-tui.textconv", "reflect-tui textconv")  # as 0.1.0 wrote it
    told = " ".join(cli("doctor").out.split())
    assert "An earlier version wrote what git-setup writes" in told
    assert "something under our name" not in told


def test_a_program_that_others_may_have_planted_first_on_the_path_is_never_named(
    cli: Cli, session: Session, on_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("git-setup")
    planted = tmp_path / "open"
    planted.mkdir()
    (planted / "reflect-tui").write_text(f"#!/bin/sh\ntouch '{tmp_path}/marker'\n")
    (planted / "reflect-tui").chmod(0o755)
    planted.chmod(0o777)
    monkeypatch.setenv("PATH", f"{planted}:{os.environ['PATH']}")
    told = cli("doctor", "--json").out
    assert f"git log -p would run {planted}/reflect-tui; others may have put that program there." in told
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere" / "python3"))
    assert cli("git-setup").code == 0
    amend(cli, session)
    assert "+  [4 good] I stay: calm" in git(cli.root, "diff").split("\n")
    assert not (tmp_path / "marker").exists()
    on_path.unlink()
    assert cli("git-setup").code == 2


def test_without_a_program_to_name_it_is_refused(
    cli: Cli, session: Session, off_path: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere" / "python3"))
    result = cli("git-setup")
    assert result.code == 2
    assert "PATH" in result.err
    assert textconv.DRIVER not in (cli.root / ".git" / "config").read_text()


def test_without_a_history_there_is_nothing_to_set_up(cli: Cli, on_path: Path) -> None:
    assert cli("git-setup").code == 1


def test_someone_elses_program_under_our_name_is_never_run_and_is_named(
    cli: Cli, session: Session, tmp_path: Path, on_path: Path
) -> None:
    marker = tmp_path / "marker"
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch '{marker}'\ncat \"$1\"\n")
    evil.chmod(0o755)
    cli("git-setup")
    assert textconv.foreign(cli.journal.repository, ["reflect-tui"]) == {}
    for name in ("textconv", "command"):
        git(cli.root, "config", f"diff.reflect-tui.{name}", str(evil))
    every_act(cli, session)
    assert not marker.exists()
    checks = cli("doctor", "--json")
    assert checks.code == 3
    assert '"git-setup"' in checks.out
    amend(cli, session)
    git(cli.root, "diff")
    assert marker.exists()  # git itself would have run it
    marker.unlink()
    cli("git-setup")
    git(cli.root, "diff")
    assert not marker.exists()


def every_act(cli: Cli, session: Session) -> None:
    """Do everything with a journal that the program does."""
    journal = Journal(cli.root, cli.journal.state)
    cli.save(3, days=3)
    for act in (
        journal.recover, journal.record, lambda: journal.versions(session.id), journal.deleted, journal.changed,
        lambda: journal.delete(session.id), lambda: journal.restore(session.id),
    ):  # fmt: skip
        try:
            act()
        except ReflectError:
            continue
    for command in (["list"], ["show", "latest"], ["diff"], ["trend"], ["history", "latest"], ["events", "list"]):
        main(["--journal", str(cli.root), *command])
