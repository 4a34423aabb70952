"""What hinders the writing of history, branches of the user, locks and collectors: told, waited for and survived."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from reflect_tui.errors import JournalError
from reflect_tui.git import run
from reflect_tui.git.repository import Repository
from reflect_tui.model.session import dumps
from reflect_tui.store.journal import Journal
from tests.unit.journal.conftest import Git, MakeSession, Save


def _conflict(git: Git) -> None:
    git("switch", "--quiet", "-c", "other")
    git("commit", "--quiet", "--allow-empty", "-m", "other")
    git("switch", "--quiet", "main")
    git("commit", "--quiet", "--allow-empty", "-m", "main")
    git("merge", "--quiet", "--no-commit", "--no-ff", "other")


@pytest.mark.parametrize(
    ("kind", "prepare"),
    [
        ("detached", lambda git, _root: git("checkout", "--quiet", "--detach")),
        ("other_branch", lambda git, _root: git("switch", "--quiet", "-c", "other")),
        ("merging", lambda git, _root: _conflict(git)),
        ("bisecting", lambda git, _root: git("bisect", "start")),
        ("rebasing", lambda _git, root: (root / ".git" / "rebase-merge").mkdir()),
        ("cherry_picking", lambda _git, root: (root / ".git" / "CHERRY_PICK_HEAD").touch()),
        ("open_to_all", lambda _git, root: root.chmod(0o707)),
        ("other", lambda git, _root: git("config", "core.repositoryFormatVersion", "9")),
        ("bare", lambda git, _root: git("config", "core.bare", "true")),
    ],
)
def test_an_obstacle_is_told_and_what_waits_waits(
    journal: Journal, git: Git, save: Save, kind: str, prepare: Callable[[Git, Path], object]
) -> None:
    save()
    journal.record()
    before = (journal.root / ".git" / "refs" / "heads" / "main").read_text()
    prepare(git, journal.root)
    at = (journal.root / ".git" / "refs" / "heads" / "main").read_text()
    session = save(1)
    recorded = journal.record()
    assert recorded.obstacle is not None
    assert recorded.obstacle.kind == kind
    assert recorded.obstacle.sentence
    assert session.id in recorded.pending
    assert recorded.commits == ()
    assert (journal.root / ".git" / "refs" / "heads" / "main").read_text() == at
    assert before
    assert [entry.faults for entry in journal.entries()] == [(), ()]


def test_a_session_saved_on_another_branch_comes_into_history_on_the_journals_own(
    journal: Journal, git: Git, save: Save
) -> None:
    save()
    journal.record()
    git("switch", "--quiet", "-c", "trial")
    session = save(1)
    obstacle = journal.record().obstacle
    assert obstacle is not None
    assert f"git -C '{journal.root}' switch main" in obstacle.sentence
    assert git("log", "--oneline", "trial") == git("log", "--oneline", "main")
    git("switch", "--quiet", "main")
    assert len(journal.record().commits) == 1
    assert session.id in git("ls-tree", "-r", "--name-only", "main")
    assert journal.pending() == ()


def test_a_clone_that_has_no_commit_of_its_own_yet_goes_on_where_it_was_cloned(
    journal: Journal, git: Git, save: Save, *, make_session: MakeSession, instrument_bytes: bytes, tmp_path: Path
) -> None:
    save()
    journal.record()
    copy = tmp_path / "copy"
    git("clone", "--quiet", str(journal.root), str(copy))
    copy.chmod(0o700)
    subprocess.run(["git", "-C", copy, "switch", "--quiet", "-c", "side"], check=True)
    cloned = Journal(copy, tmp_path / "copy-state")
    cloned.save(make_session(1), instrument_bytes)
    obstacle = cloned.record().obstacle
    assert obstacle is not None
    assert "switch main" in obstacle.sentence


def test_a_session_of_the_own_branch_is_missing_on_another_one_and_not_removed(
    journal: Journal, git: Git, save: Save
) -> None:
    save()
    journal.record()
    git("branch", "older")
    session = save(1)
    journal.record()
    for switch in (["older"], ["--orphan", "new"]):
        git("switch", "--quiet", *switch)
        assert (session.id, True) in [(change.id, change.missing) for change in journal.changed()]
        with pytest.raises(JournalError, match="switch main"):
            journal.restore(session.id)


def test_a_branch_that_was_renamed_or_took_the_place_of_a_removed_one_is_the_journals_own(
    journal: Journal, git: Git, save: Save
) -> None:
    save()
    journal.record()
    git("branch", "--move", "mine")
    save(1)
    assert len(journal.record().commits) == 1
    git("switch", "--quiet", "-c", "next")
    assert journal.repository.obstacle() is not None
    git("branch", "--delete", "mine")
    save(2)
    assert len(journal.record().commits) == 1


def test_no_git_and_old_git(journal: Journal, save: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = os.environ["PATH"]
    session = save()
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    recorded = journal.record()
    assert recorded.obstacle is not None
    assert (recorded.obstacle.kind, recorded.pending) == ("no_git", (session.id,))
    (programs / "git").write_text("#!/bin/sh\necho git version 2.25.1\n")
    (programs / "git").chmod(0o755)
    recorded = journal.record()
    assert recorded.obstacle is not None
    assert (recorded.obstacle.kind, recorded.pending) == ("git_too_old", (session.id,))
    assert "2.25.1" in recorded.obstacle.sentence
    monkeypatch.setenv("PATH", path)
    assert len(journal.record().commits) == 1


def test_inside_another_repository_there_is_no_history(
    tmp_path: Path, make_session: MakeSession, instrument_bytes: bytes
) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    journal.save(make_session(), instrument_bytes)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    journal.save(make_session(1), instrument_bytes)
    recorded = journal.record()
    assert recorded.obstacle is not None
    assert recorded.obstacle.kind == "nested"
    assert not journal.repository.exists()


def test_an_unfinished_repository_is_finished(tmp_path: Path) -> None:
    (tmp_path / "j" / ".git").mkdir(parents=True)
    repository = Repository(tmp_path / "j")
    repository.initialise()
    repository.initialise()
    assert repository.obstacle() is None
    assert repository.head() is None
    assert repository.commit({"a": b"1"}, "a") == repository.head()


def test_a_lock_on_the_index_delays_only_the_index(journal: Journal, git: Git, save: Save) -> None:
    save()
    journal.record()
    lock = journal.root / ".git" / "index.lock"
    lock.touch()
    session = save(1)
    assert len(journal.record().commits) == 1
    assert lock.exists()
    lock.unlink()
    assert session.id in git("status", "--porcelain")
    journal.recover()
    assert git("status", "--porcelain") == ""


def test_a_garbage_index_is_no_obstacle(journal: Journal, save: Save) -> None:
    save()
    journal.record()
    (journal.root / ".git" / "index").write_bytes(b"garbage")
    save(1)
    assert len(journal.record().commits) == 1
    assert (journal.root / ".git" / "index").read_bytes() == b"garbage"


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda git, _root: git("config", "core.bare", "true"), "' config core.bare false"),
        (lambda git, _root: git("config", "core.repositoryFormatVersion", "9"), "a newer git may"),
        (lambda _git, root: (root / ".git" / "config").write_text("[core\n"), "Mend it in an editor"),
    ],
)
def test_what_git_says_is_said_in_our_words(
    journal: Journal, git: Git, save: Save, prepare: Callable[[Git, Path], object], words: str
) -> None:
    save()
    journal.record()
    prepare(git, journal.root)
    obstacle = journal.repository.obstacle()
    assert obstacle
    assert words in obstacle.sentence
    assert "{" not in obstacle.sentence


def test_the_command_that_is_told_puts_a_repository_right_that_is_called_bare(
    journal: Journal, git: Git, save: Save
) -> None:
    save()
    journal.record()
    git("config", "core.bare", "true")
    obstacle = journal.repository.obstacle()
    assert obstacle
    command = obstacle.sentence.rpartition(": ")[2]
    subprocess.run(command, shell=True, check=True, cwd="/")
    assert journal.repository.obstacle() is None
    assert len(journal.versions(journal.own()[0].id)) == 1


def refuse_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a disk without hard links, such as one for Windows as well."""

    def refuse(*_names: object, **_options: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)


def test_without_hard_links_the_index_follows_as_well(
    journal: Journal, git: Git, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    save()
    journal.record()
    refuse_links(monkeypatch)
    save(1)
    assert len(journal.record().commits) == 1
    assert git("status", "--porcelain") == ""
    assert not (journal.root / ".git" / "index.lock").exists()
    (journal.root / ".git" / "index.lock").write_bytes(b"")  # another git is at work
    session = save(2)
    assert len(journal.record().commits) == 1
    assert session.id in git("status", "--porcelain")
    assert (journal.root / ".git" / "index.lock").read_bytes() == b""


def test_what_came_into_history_while_the_index_was_locked_follows_together(
    journal: Journal, git: Git, save: Save
) -> None:
    save()
    journal.record()
    lock = journal.root / ".git" / "index.lock"
    lock.touch()  # as during a `git commit` whose editor is open
    for number in (1, 2):
        session = save(number)
        assert len(journal.record().commits) == 1
    lock.unlink()
    git("add", journal.path(session.id))  # the user's own commit has that one already
    lock.touch()
    journal.amend(structs.replace(session, remark="amended"), "misread", dumps(session))
    assert len(journal.record().commits) == 1
    lock.unlink()
    save(3)
    assert len(journal.record().commits) == 1
    assert git("status", "--porcelain") == ""


def test_a_gc_that_takes_folders_away_meanwhile_is_no_obstacle(
    journal: Journal, git: Git, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    save()
    journal.record()
    save(1)
    made: list[Path] = []
    mkdir = Path.mkdir

    def take_away(path: Path, *given: Any, **options: Any) -> None:
        mkdir(path, *given, **options)
        if path.parent.name == "objects" and path.parent.parent.name == ".git" and len(made) < 5:
            made.append(path)
            with contextlib.suppress(OSError):
                path.rmdir()

    monkeypatch.setattr(Path, "mkdir", take_away)
    recorded = journal.record()
    assert recorded.obstacle is None
    assert len(made) == 5
    assert git("fsck", "--full", "--strict") == ""


def test_a_gc_that_prunes_at_once_takes_nothing_of_a_commit(
    journal: Journal, git: Git, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the branch knows the commit, or behind it: a gc that began earlier removes what it knew of no branch."""
    save()
    journal.record()
    save(1)
    repository, pid = journal.root / ".git", journal.root / ".git" / "gc.pid"
    execute, pruned, late = run.execute, list[set[Path]](), list[threading.Thread]()

    def remove_late(before: set[Path]) -> None:
        time.sleep(0.3)
        for path in set(repository.glob("objects/??/*")) - before:
            path.unlink()
        pid.unlink()

    def prune(command: Sequence[str], *rest: Any) -> run.GitOutput | None:
        if command[1] != "update-ref":
            return execute(command, *rest)
        if not pruned:
            git("prune", "--expire=now")
            pruned.append(set(repository.glob("objects/??/*")))
        output = execute(command, *rest)
        if output and not output.status:
            pid.write_text(f"{os.getpid()} {os.uname().nodename}")
            late.append(threading.Thread(target=remove_late, args=(pruned[0],)))
            late[0].start()
        return output

    monkeypatch.setattr(run, "execute", prune)
    recorded = Journal(journal.root, journal.state).record()
    assert recorded.obstacle is None
    late[0].join()
    assert len(recorded.commits) == 1
    assert git("fsck", "--full", "--strict") == git("status", "--porcelain") == ""
