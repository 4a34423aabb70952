"""Nothing is written in a folder of something else, nor where another journal took the place of the open one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui.errors import JournalError
from reflect_tui.model.session import dumps
from reflect_tui.store.journal import Journal
from tests.faults.journal_state import snapshot
from tests.unit.journal.conftest import Git, MakeSession


def ordinary_repository(folder: Path) -> dict[str, bytes]:
    """Make a repository of something else, and return all that is in it."""
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", folder], check=True)
    (folder / "events").mkdir()
    (folder / "events" / "README.md").write_text("theirs\n")
    (folder / "setup.py").write_text("\n")
    commit = [
        "-c",
        "maintenance.auto=false",
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@y",
        "commit",
        "--quiet",
        "-m",
        "theirs",
    ]
    for command in (["add", "--all"], commit):
        subprocess.run(["git", "-C", folder, *command], check=True)
    return snapshot(folder)


def identity(root: Path) -> bytes:
    return (root / "journal.toml").read_bytes()


def test_an_ordinary_repository_is_left_alone(
    journal: Journal, make_session: MakeSession, instrument_bytes: bytes
) -> None:
    before = ordinary_repository(journal.root)
    with pytest.raises(JournalError, match="holds other files and no journal"):
        journal.save(make_session(), instrument_bytes)
    recorded = journal.record()
    assert recorded.obstacle is not None
    assert recorded.obstacle.kind == "not_a_journal"
    assert snapshot(journal.root) == before
    journal.identity.create()
    journal.save(make_session(), instrument_bytes)
    assert len(journal.record().commits) == 1
    assert Journal(journal.root, journal.state).record().obstacle is None


@pytest.mark.parametrize("git_kept", [False, True])
def test_a_repository_whose_files_are_gone_is_left_alone(
    journal: Journal, make_session: MakeSession, instrument_bytes: bytes, git_kept: bool
) -> None:
    ordinary_repository(journal.root)
    (journal.root / "events" / "README.md").unlink()
    (journal.root / "setup.py").unlink()
    if not git_kept:
        (journal.root / ".git").rename(journal.root.parent / "git")
        journal.save(make_session(), instrument_bytes)
        return
    with pytest.raises(JournalError, match="no journal"):
        journal.save(make_session(), instrument_bytes)


def test_what_takes_the_place_of_an_open_journal_is_left_alone(
    journal: Journal, make_session: MakeSession, instrument_bytes: bytes, tmp_path: Path
) -> None:
    journal.save(make_session(), instrument_bytes)
    assert len(journal.record().commits) == 1
    session = make_session()
    journal.root.rename(tmp_path / "mine")
    before = ordinary_repository(journal.root)
    refused: list[Callable[[], object]] = [
        lambda: journal.save(make_session(1), instrument_bytes),
        lambda: journal.goals.save("2026-01-01-a-goal", b"", "made", None),
        lambda: journal.delete(session.id),
    ]
    for act in refused:
        with pytest.raises(JournalError, match="no journal"):
            act()
    assert journal.record().commits == ()
    assert snapshot(journal.root) == before
    journal.root.rename(tmp_path / "theirs")
    another = Journal(journal.root, tmp_path / "another state")
    another.save(make_session(2), instrument_bytes)
    another.record()
    before = snapshot(journal.root)
    for act in refused:
        with pytest.raises(JournalError, match="holds another journal"):
            act()
    recorded = journal.record()
    assert recorded.obstacle is not None
    assert recorded.obstacle.kind == "another_journal"
    assert snapshot(journal.root) == before
    journal.root.rename(tmp_path / "the other one")
    (tmp_path / "mine").rename(journal.root)
    journal.save(make_session(1), instrument_bytes)
    assert len(journal.record().commits) == 1


def test_a_journal_that_lost_its_file_or_folder_stays_the_same_one(
    journal: Journal, make_session: MakeSession, instrument_bytes: bytes, tmp_path: Path
) -> None:
    journal.save(make_session(), instrument_bytes)
    before = identity(journal.root)
    (journal.root / "journal.toml").unlink()
    journal.save(make_session(1), instrument_bytes)
    assert identity(journal.root) == before
    journal.root.rename(tmp_path / "elsewhere")
    journal.save(make_session(2), instrument_bytes)
    assert identity(journal.root) == before
    (journal.root / "journal.toml").unlink()
    Journal(journal.root, journal.state).record()  # a program that never knew the id


@pytest.mark.parametrize("name", [None, ".DS_Store", "sessions", ".gitignore", ".stfolder"])
def test_a_folder_with_next_to_nothing_in_it_becomes_a_journal(
    journal: Journal, git: Git, make_session: MakeSession, instrument_bytes: bytes, name: str | None
) -> None:
    journal.root.mkdir()
    git("init", "--quiet")
    if name:
        (journal.root / name).mkdir()
    assert journal.save(make_session(), instrument_bytes).read_bytes() == dumps(make_session())
    assert len(journal.record().commits) == 1


def test_a_file_of_that_name_that_another_program_wrote_makes_no_journal(
    journal: Journal, make_session: MakeSession, instrument_bytes: bytes
) -> None:
    journal.root.mkdir(exist_ok=True)
    (journal.root / "journal.toml").write_text('title = "my diary"\n')
    before = ordinary_repository(journal.root)
    with pytest.raises(JournalError, match="no journal"):
        journal.save(make_session(), instrument_bytes)
    assert snapshot(journal.root) == before


def test_the_history_of_something_else_in_a_journal_gets_no_commits(
    journal: Journal, make_session: MakeSession, instrument_bytes: bytes, tmp_path: Path
) -> None:
    """As when the real .git of another folder is moved into the journal."""
    journal.save(make_session(), instrument_bytes)
    journal.record()
    another = Journal(tmp_path / "another", tmp_path / "another state")
    another.save(make_session(2), instrument_bytes)
    another.record()
    ordinary_repository(tmp_path / "work")
    own = journal.root / ".git"
    own.rename(tmp_path / "own")
    for folder, kind in ((tmp_path / "work", "other_work"), (another.root, "another_history")):
        (folder / ".git").rename(own)
        before = snapshot(own)
        journal.save(make_session(1), instrument_bytes)
        for opened in (journal, Journal(journal.root, journal.state)):
            recorded = opened.record()
            assert recorded.obstacle is not None
            assert (recorded.obstacle.kind, recorded.commits) == (kind, ())
            assert make_session(1).id in recorded.pending
        assert snapshot(own) == before
        own.rename(folder / ".git")
    (tmp_path / "own").rename(own)
    assert len(journal.record().commits) == 1


def test_a_journal_that_lost_its_file_gets_the_id_that_its_history_has(
    journal: Journal, make_session: MakeSession, instrument_bytes: bytes
) -> None:
    journal.save(make_session(), instrument_bytes)
    journal.record()
    before = identity(journal.root)
    (journal.root / "journal.toml").unlink()
    opened = Journal(journal.root, journal.state)
    opened.save(make_session(1), instrument_bytes)
    assert identity(journal.root) == before
    assert len(opened.record().commits) == 1


def test_a_journal_among_other_work_is_begun_on_its_branch_when_asked_for(
    journal: Journal, git: Git, make_session: MakeSession, instrument_bytes: bytes
) -> None:
    """Also where journal.toml is there already: the folder was a journal before the work was put into it."""
    journal.save(make_session(), instrument_bytes)
    ordinary_repository(journal.root)
    git("rm", "--quiet", "--cached", "-r", "journal.toml", "instruments", "sessions")
    git("commit", "--quiet", "--amend", "-m", "theirs")
    recorded = journal.record()
    assert recorded.obstacle is not None
    assert recorded.obstacle.kind == "other_work"
    assert f"--journal '{journal.root}' --create" in recorded.obstacle.sentence
    journal.identity.create()
    journal.save(make_session(1), instrument_bytes)
    assert journal.record().obstacle is None
    assert "journal.toml" in git("ls-tree", "--name-only", "HEAD")
