"""Repairing: what counts as damage, what is mended, and what is left alone, below the command line."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from reflect_tui.git import problems
from reflect_tui.git import set_aside as damage
from reflect_tui.git.run import GitOutput
from reflect_tui.git.set_aside import Damage
from reflect_tui.store import repair
from reflect_tui.store.journal import Journal
from tests.unit.journal.conftest import Git, MakeSession


@pytest.fixture
def kept(journal: Journal, make_session: MakeSession, instrument_bytes: bytes) -> Journal:
    """Give a journal of three sessions, all in history."""
    for number in range(3):
        journal.save(make_session(number), instrument_bytes)
    journal.root.chmod(0o700)
    assert journal.record().obstacle is None
    return journal


def files(journal: Journal) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in journal.root.glob("sessions/*/*")}


def object_of(journal: Journal, name: str) -> Path:
    return journal.root / ".git" / "objects" / name[:2] / name[2:]


def test_a_whole_journal_has_no_damage_and_nothing_is_done(kept: Journal) -> None:
    before = {path: path.stat().st_mtime_ns for path in kept.root.rglob("*")}
    assert damage.examine(kept.repository) == Damage()
    assert list(repair.repair(kept)) == []
    after = {path: path.stat().st_mtime_ns for path in kept.root.rglob("*")}
    assert {path for path in after if after[path] != before.get(path)} <= {kept.root / ".git" / "reflect-tui"}


def test_a_repository_without_a_commit_is_not_damaged(journal: Journal) -> None:
    journal.repository.initialise()
    assert damage.examine(journal.repository) == Damage()
    journal.root.chmod(0o700)
    assert list(repair.repair(journal)) == []


def test_the_files_of_damaged_versions_are_named(kept: Journal, git: Git, make_session: MakeSession) -> None:
    path = kept.path(make_session(1).id)
    blob = git("rev-parse", f"HEAD:{path}").strip()
    object_of(kept, blob).unlink()
    assert damage.examine(kept.repository) == Damage(newest=True, objects=(blob,), paths=(path,))


def test_two_paths_with_one_damaged_content_are_both_named(kept: Journal, git: Git, make_session: MakeSession) -> None:
    path = kept.path(make_session(1).id)
    (kept.root / "copy").write_bytes((kept.root / path).read_bytes())
    git("add", "copy")
    git("commit", "--quiet", "--message=the user's own")
    object_of(kept, git("rev-parse", "HEAD:copy").strip()).unlink()
    assert damage.examine(kept.repository).paths == ("copy", path)


def test_a_repository_with_a_spoiled_file_in_its_newest_version_is_set_aside_whole(
    kept: Journal, git: Git, make_session: MakeSession
) -> None:
    sessions = files(kept)
    spoiled = object_of(kept, git("rev-parse", f"HEAD:{kept.path(make_session(0).id)}").strip())
    spoiled.chmod(0o600)
    spoiled.write_bytes(b"spoiled")
    assert len(list(repair.repair(kept))) == 2
    (aside,) = kept.root.glob(".git.broken-*")
    assert (aside / spoiled.relative_to(kept.root / ".git")).read_bytes() == b"spoiled"
    assert files(kept) == sessions
    assert git("fsck", "--full", "--strict") == git("status", "--porcelain") == ""
    assert damage.examine(kept.repository) == Damage()


@pytest.mark.parametrize("content", [None, "edited by hand"])
def test_what_only_history_has_is_brought_back_before_its_repository_is_set_aside(
    kept: Journal, git: Git, make_session: MakeSession, content: str | None
) -> None:
    object_of(kept, git("rev-parse", f"HEAD:{kept.path(make_session(0).id)}").strip()).unlink()
    path = kept.root / kept.path(make_session(1).id)
    before = path.read_bytes()
    path.unlink()
    if content:
        path.write_text(content)
    assert list(repair.repair(kept)) == []
    assert kept.path(make_session(1).id) in damage.why_not_replaceable(kept.repository)
    kept.restore(make_session(1).id)
    assert len(list(repair.repair(kept))) == 2
    assert path.read_bytes() == before
    assert damage.examine(kept.repository) == Damage()


def test_a_spoiled_earlier_version_leaves_the_repository_in_its_place(kept: Journal, git: Git) -> None:
    path = kept.root / "mine.txt"
    for text in ("one", "two"):
        path.write_text(text)
        git("add", "mine.txt")
        git("commit", "--quiet", "--message=the user's own")
    blob = git("rev-parse", "HEAD~1:mine.txt").strip()
    object_of(kept, blob).unlink()
    assert damage.examine(kept.repository) == Damage(objects=(blob,), paths=("mine.txt",))
    assert list(repair.repair(kept)) == []
    assert damage.examine(kept.repository) == Damage(objects=(blob,), paths=("mine.txt",))


@pytest.mark.parametrize("content", [b"", b"1234"])
def test_a_lock_on_a_branch_is_no_damage_to_any_git(
    kept: Journal, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """git 2.47 and newer examine branches as well, and take the file of a lock for one."""
    (kept.root / ".git" / "refs" / "heads" / "main.lock").write_bytes(content)
    real = kept.repository.git.attempt

    def newer_git(*command: str, **more: Any) -> GitOutput:
        output = real(*command, **more)
        if command[0] != "fsck":
            return output
        complaint = "error: refs/heads/main.lock: badRefName: invalid refname format\n"
        complaint += f"error: refs/heads/main.lock: badRefContent: {content.decode()}\n"
        return GitOutput(output.status | 8, output.out, output.complaint + complaint)

    monkeypatch.setattr(kept.repository.git, "attempt", newer_git)
    assert damage.examine(kept.repository) == Damage()
    head = kept.repository.head()
    object_of(kept, kept.repository.tracked()["journal.toml"]).unlink()
    assert damage.examine(kept.repository).paths == ("journal.toml",)
    assert kept.repository.head() == head


def test_an_index_under_lock_stays(kept: Journal, git: Git) -> None:
    index = kept.root / ".git" / "index"
    index.write_bytes(b"garbage")
    (kept.root / ".git" / "index.lock").write_bytes(b"")
    assert list(repair.repair(kept)) == []
    assert index.read_bytes() == b"garbage"
    (kept.root / ".git" / "index.lock").unlink()
    assert len(list(repair.repair(kept))) == 1
    assert git("status", "--porcelain") == ""


def test_a_repository_made_by_sha256_is_judged_by_its_own_kind(
    journal: Journal, make_session: MakeSession, instrument_bytes: bytes, git: Git
) -> None:
    journal.root.mkdir(mode=0o700)
    git("init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    (journal.root / ".git").chmod(0o700)
    journal.save(make_session(), instrument_bytes)
    assert journal.record().obstacle is None
    assert damage.examine(journal.repository) == Damage()
    object_of(journal, git("rev-parse", f"HEAD:{journal.path(make_session().id)}").strip()).unlink()
    assert len(list(repair.repair(journal))) == 2
    assert damage.examine(journal.repository) == Damage()


def test_a_head_that_leads_out_of_the_repository_is_not_followed(kept: Journal, git: Git) -> None:
    victim = next(kept.root.glob("sessions/*/*"))
    before = victim.read_bytes()
    name = victim.relative_to(kept.root).as_posix()
    (kept.root / ".git" / "HEAD").write_text(f"ref: refs/heads/../../../{name}\n")
    list(repair.repair(kept))
    assert victim.read_bytes() == before


def test_a_rebuilt_history_has_a_commit_for_each_session_and_the_old_one_is_whole(kept: Journal, git: Git) -> None:
    sessions = files(kept)
    tree = object_of(kept, git("rev-parse", "HEAD^{tree}").strip())
    tree.unlink()
    old = {path.relative_to(kept.root / ".git") for path in (kept.root / ".git").rglob("*")}
    said = list(repair.repair(kept))
    assert len(said) == 2
    (aside,) = kept.root.glob(".git.broken-*")
    assert old <= {path.relative_to(aside) for path in aside.rglob("*")}
    assert files(kept) == sessions
    assert len(git("rev-list", "HEAD").split()) == 3
    assert git("status", "--porcelain") == ""
    assert list(repair.repair(kept)) == []


@pytest.mark.parametrize("act", ["rename", "recover", "set_aside", "rebuild_index"])
def test_a_repair_cut_short_anywhere_is_finished_by_the_next(
    kept: Journal, git: Git, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    sessions = files(kept)
    lock = kept.root / ".git" / "packed-refs.lock"
    lock.touch()
    os.utime(lock, (1, 1))
    (kept.root / ".git" / "index").write_bytes(b"garbage")
    if act in ("rename", "recover"):
        object_of(kept, git("rev-parse", "HEAD^{tree}").strip()).unlink()

    class CutError(Exception):
        pass

    def cut(*_given: object, **_more: object) -> None:
        raise CutError

    targets = {
        "rename": "pathlib.Path.rename",
        "recover": "reflect_tui.store.journal.Journal.recover",
        "set_aside": "reflect_tui.store.repair.set_aside",
        "rebuild_index": "reflect_tui.git.set_aside.rebuild_index",
    }
    with monkeypatch.context() as patch:
        patch.setattr(targets[act], cut)
        with pytest.raises(CutError):
            list(repair.repair(kept))
    assert list(repair.repair(kept))
    assert damage.examine(kept.repository) == Damage()
    assert files(kept) == sessions
    assert kept.pending() == ()
    assert git("fsck", "--full", "--strict") == git("status", "--porcelain") == ""


def test_what_may_not_be_written_is_told_and_the_rest_is_done(
    kept: Journal, monkeypatch: pytest.MonkeyPatch, make_session: MakeSession, instrument_bytes: bytes
) -> None:
    def refuse(*_given: object) -> None:
        raise PermissionError(13, "Permission denied", str(kept.root))

    kept.root.chmod(0o755)
    kept.save(make_session(9), instrument_bytes)
    monkeypatch.setattr("pathlib.Path.chmod", refuse)
    first, second = repair.repair(kept)
    assert "no permission" in first
    assert second.startswith("Brought 1 version")


def test_locks_are_found_wherever_git_puts_them(tmp_path: Path) -> None:
    wanted = [tmp_path / name for name in ("HEAD.lock", "config.lock", "refs/heads/main.lock", "refs/tags/a/b.lock")]
    for path in (*wanted, tmp_path / "objects" / "no.lock", tmp_path / "lock", tmp_path / "refs" / "heads" / "main"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "linked.lock").symlink_to(tmp_path / "lock")
    assert {lock.path for lock in problems.lock_files(tmp_path, tmp_path)} == set(wanted)


@pytest.mark.parametrize(("minutes", "stale"), [(-60, False), (0, False), (9, False), (11, True)])
def test_only_a_lock_older_than_ten_minutes_is_stale(tmp_path: Path, minutes: int, *, stale: bool) -> None:
    path = tmp_path / "index.lock"
    path.touch()
    then = time.time() - minutes * 60
    os.utime(path, (then, then))
    (found,) = problems.lock_files(tmp_path, tmp_path)
    assert found.stale == stale


def test_a_git_at_work_in_the_folder_has_all_its_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git commit` closes index.lock while its editor is open."""
    processes = tmp_path / "proc"
    for pid, name in ((7, "git"), (8, "bash")):
        (processes / str(pid) / "fd").mkdir(parents=True)
        (processes / str(pid) / "comm").write_text(f"{name}\n")
        (processes / str(pid) / "cwd").symlink_to(tmp_path)
    (processes / "self").symlink_to(processes / "8")
    monkeypatch.setattr("reflect_tui.system.posix._PROCESSES", processes)
    path = tmp_path / "index.lock"
    path.touch()
    os.utime(path, (1, 1))
    (found,) = problems.lock_files(tmp_path, tmp_path)
    assert (found.process, found.stale) == (7, False)
    (processes / "7" / "comm").write_text("vim\n")
    (found,) = problems.lock_files(tmp_path, tmp_path)
    assert (found.process, found.stale) == (None, True)


def test_another_good_instrument_under_the_same_name_keeps_its_place(
    kept: Journal, instrument_bytes: bytes, make_session: MakeSession
) -> None:
    (copy,) = (kept.root / "instruments").iterdir()
    other = instrument_bytes.replace(b"format = 1", b"# other\nformat = 1", 1)
    copy.write_bytes(other)
    (session,) = repair.lacking(kept)
    target, spoiled = repair.place(kept, session)
    assert (target != copy, spoiled) == (True, False)
    list(repair.repair(kept))
    assert copy.read_bytes() == other
    assert target.read_bytes() == instrument_bytes
    assert repair.lacking(kept) == ()
