"""Files that belong to another user or group: nothing of theirs is run, changed or opened to others. As root only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reflect_tui.git.run import ProgramSearch, find_git
from tests.faults.conftest import MakeJournal
from tests.faults.worlds import save
from tests.unit.cli_examples import Cli
from tests.unit.doctor_examples import healthy, wrong
from tests.unit.journal.test_journal_git_program import path_of, planted

STRANGER = 1234


def test_a_git_that_a_group_may_have_planted_is_passed_over(
    make_journal: MakeJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = make_journal("one", earlier=True)
    shared, written, of_root = (planted(tmp_path / name) for name in ("shared", "written", "root's"))
    os.chown(shared, -1, STRANGER)
    shared.chmod(0o775)
    os.chown(written / "git", -1, STRANGER)
    (written / "git").chmod(0o775)
    os.chown(of_root, -1, 0)
    of_root.chmod(0o775)
    monkeypatch.setenv("PATH", path_of(shared, written, of_root))
    passed_over = str(shared / "git"), str(written / "git")
    assert find_git(journal.root) == ProgramSearch(str(of_root / "git"), passed_over)


def test_in_the_repository_of_another_user_nothing_is_written_and_what_waits_waits(make_journal: MakeJournal) -> None:
    journal = make_journal("a blank", earlier=True)
    branch = journal.root / ".git" / "refs" / "heads" / "main"
    before = branch.read_text()
    os.chown(journal.root / ".git", STRANGER, STRANGER)
    session = save(journal, 4)
    recorded = journal.record()
    assert recorded.obstacle is not None
    assert recorded.obstacle.kind == "foreign_owner"
    assert f"safe.directory '{journal.root}'" in recorded.obstacle.sentence
    assert session.stem in recorded.pending
    assert recorded.commits == ()
    assert branch.read_text() == before
    assert [entry.faults for entry in journal.entries()] == [(), ()]


def test_a_journal_of_another_user_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = healthy(Cli(tmp_path / "journal", capsys, monkeypatch))
    os.chown(cli.root, STRANGER, STRANGER)
    cli.root.chmod(0o755)
    assert set(wrong(cli, "--fix")) >= {"folder", "history"}
    assert cli.root.stat().st_mode & 0o777 == 0o755
