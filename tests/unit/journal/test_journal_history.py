"""Sessions into history and out of it, among whatever the user does with git in the same folder."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from reflect_tui.disk.lock import Lock, holder
from reflect_tui.errors import JournalError, NotFoundError
from reflect_tui.git import run
from reflect_tui.git.repository import Repository
from reflect_tui.git.transaction import Transaction
from reflect_tui.model import instrument
from reflect_tui.model.session import Session, dumps
from reflect_tui.store.journal import Journal

Git = Callable[..., str]
MakeSession = Callable[..., Session]
Save = Callable[..., Session]
HOOKS = ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change", "post-checkout")


@pytest.fixture
def save(journal: Journal, make_session: MakeSession, instrument_bytes: bytes) -> Save:
    def do(number: int = 0, **fields: object) -> Session:
        session = make_session(number, **fields)
        journal.save(session, instrument_bytes)
        return session

    return do


def test_importing_the_journal_loads_no_git_and_no_screen() -> None:
    packages = "('git', 'textual', 'rich', 'plotext')"
    code = f"import sys, reflect_tui.store.journal; print([m for m in {packages} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_making_a_journal_touches_nothing(journal: Journal) -> None:
    assert journal.entries() == ()
    assert journal.pending() == ()
    assert journal.record().obstacle is None
    assert not journal.root.exists()
    assert not journal.state.exists()


def test_a_session_is_saved_without_git_and_recorded_with_it(journal: Journal, git: Git, save: Save) -> None:
    first, second = save(0, notes={}), save(1)
    assert not journal.repository.exists()
    assert journal.pending() == (first.id, second.id)
    recorded = journal.record()
    assert len(recorded.commits) == 2
    assert (recorded.obstacle, recorded.pending) == (None, ())
    for folder, _names, names in os.walk(journal.root):
        for path in (Path(folder), *(Path(folder, name) for name in names)):
            assert path.stat().st_mode & 0o077 == 0, path
    assert journal.record().commits == ()
    messages = git("log", "--reverse", "--format=%an <%ae>%n%B")
    assert "reflect-tui <reflect-tui@localhost>\nsession 2026-01-01 self: 92/92 scored, " in messages
    assert f"Session: {second.id}\nInstrument: jgz-opvoedingsondersteuning@" in messages
    assert git("status", "--porcelain") == ""
    assert git("fsck", "--full", "--strict") == ""
    assert len(git("show", "--name-only", "--format=", recorded.commits[0]).split()) == 3
    assert len(git("show", "--name-only", "--format=", recorded.commits[1]).split()) == 1
    assert [entry.id for entry in journal.entries()] == [second.id, first.id]
    assert journal.own() == (second, first)


def test_no_note_reaches_a_message(journal: Journal, git: Git, save: Save, make_session: MakeSession) -> None:
    item = next(iter(make_session().scores))
    save(0, notes={item: "canary"}, remark="canary")
    journal.record()
    assert "canary" not in git("log", "--format=%an%cn%B")


def test_the_users_own_identity_signs(journal: Journal, git: Git, save: Save) -> None:
    settings = Path(os.environ["HOME"], ".gitconfig")
    settings.write_text("[user]\nname = Zoë de Wit\nemail = zoe@example.org\n[commit]\ngpgSign = true\n")
    save()
    journal.record()
    assert git("log", "--format=%an <%ae>|%G?").strip() == "Zoë de Wit <zoe@example.org>|N"


def test_half_an_identity_is_none(journal: Journal, git: Git, save: Save) -> None:
    Path(os.environ["HOME"], ".gitconfig").write_text("[user]\nname = Zoë\n")
    save()
    journal.record()
    assert git("log", "--format=%an <%ae>").strip() == "reflect-tui <reflect-tui@localhost>"


def test_delete_and_restore(journal: Journal, git: Git, save: Save) -> None:
    session = save()
    with pytest.raises(JournalError):
        journal.delete(session.id)
    journal.record()
    journal.delete(session.id)
    assert journal.entries() == ()
    assert git("status", "--porcelain") == ""
    (lost,) = journal.deleted()
    assert (lost.id, lost.last.deleted, lost.last.subject) == (session.id, True, "delete session 2026-01-01 self")
    assert journal.record().commits == ()
    path = journal.restore(session.id)
    assert path.read_bytes() == dumps(session)
    assert journal.deleted() == ()
    assert git("status", "--porcelain") == ""
    assert [version.deleted for version in journal.versions(session.id)] == [False, True, False]
    assert journal.version(session.id, journal.commit_of(session.id) or "") == session
    with pytest.raises(NotFoundError):
        journal.delete("2020-01-01T0000-self-000000")
    with pytest.raises(NotFoundError):
        journal.versions("--all")


def test_an_outside_edit_is_neither_committed_nor_lost(journal: Journal, git: Git, save: Save) -> None:
    session = save()
    journal.record()
    path = journal.root / journal.entries()[0].path
    edited = dumps(msgspec.structs.replace(session, remark="edited"))
    path.write_bytes(edited)
    assert journal.record().commits == ()
    assert path.read_bytes() == edited
    with pytest.raises(JournalError):
        journal.delete(session.id)
    journal.restore(session.id)
    assert path.read_bytes() == dumps(session)
    assert [kept.read_bytes() for kept in (journal.state / "replaced").iterdir()] == [edited]
    path.unlink()
    assert journal.record().commits == ()
    assert [lost.id for lost in journal.deleted()] == [session.id]
    journal.restore(session.id)
    assert git("status", "--porcelain") == ""


def test_odd_files_are_shown_with_a_reason(journal: Journal, save: Save) -> None:
    session = save()
    folder = journal.root / "sessions" / "2026"
    (folder / f"{session.id}.sync-conflict-1.toml").write_bytes(dumps(session))
    (folder / "empty.toml").touch()
    (folder / ".hidden.toml").touch()
    (folder / "link.toml").symlink_to("/etc/passwd")
    (journal.root / "sessions" / "stray.txt").touch()
    wrong_year = journal.root / "sessions" / "1999"
    wrong_year.mkdir()
    (wrong_year / f"{session.id}.toml").write_bytes(dumps(session))
    entries = journal.entries()
    assert len(entries) == 6
    assert [bool(entry.faults) == (entry.session is None) for entry in entries] == [True] * 6
    assert journal.own() == (session,)
    assert len(journal.record().commits) == 1


def test_the_same_id_never_overwrites(
    journal: Journal, save: Save, make_session: MakeSession, instrument_bytes: bytes
) -> None:
    save()
    path = save_path = journal.save(make_session(), instrument_bytes)
    with pytest.raises(JournalError):
        save(0, remark="other")
    assert path.read_bytes() == save_path.read_bytes() == dumps(make_session())


def test_two_instruments_of_one_name_and_version_are_both_kept(
    journal: Journal, save: Save, make_session: MakeSession, instrument_bytes: bytes
) -> None:
    save()
    other = instrument_bytes + b"# another\n"
    journal.save(make_session(1, digest=instrument.digest(other)), other)
    assert len(list((journal.root / "instruments").iterdir())) == 2
    assert len(journal.record().commits) == 2
    assert [entry.faults for entry in journal.entries()] == [(), ()]


def test_without_its_instrument_a_session_is_still_there(journal: Journal, save: Save) -> None:
    session = save(0, digest="sha256:" + "0" * 64)
    (entry,) = journal.entries()
    assert entry.session == session
    assert [fault.place for fault in entry.faults] == ["instrument"]
    assert len(journal.record().commits) == 1


def test_the_users_staged_files_stay_theirs(journal: Journal, git: Git, save: Save) -> None:
    save()
    journal.record()
    (journal.root / "user.txt").write_text("mine")
    git("add", "user.txt")
    save(1)
    assert len(journal.record().commits) == 1
    assert git("status", "--porcelain") == "A  user.txt\n"
    assert "user.txt" not in git("ls-tree", "-r", "HEAD")


def test_hostile_settings_and_hooks_run_nothing(journal: Journal, git: Git, save: Save, tmp_path: Path) -> None:
    session = save()
    journal.record()
    marker = tmp_path / "marker"
    script = f"#!/bin/sh\ntouch '{marker}'\nexit 1\n"
    hooks = journal.root / ".git" / "hooks"
    hooks.mkdir()
    for name in HOOKS:
        (hooks / name).write_text(script)
        (hooks / name).chmod(0o755)
    evil = str(hooks / "pre-commit")
    for name in ("core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "filter.x.clean", "diff.x.textconv",
                 "gpg.program", "diff.external", "core.askPass", "filter.x.smudge"):  # fmt: skip
        git("config", name, evil)
    git("config", "commit.gpgSign", "true")
    git("config", "log.showSignature", "true")
    git("config", "protocol.ext.allow", "always")
    git("config", "extensions.partialClone", "origin")
    git("config", "remote.origin.url", f"ext::sh {evil}")
    git("config", "alias.commit-tree", f"!{evil}")
    (journal.root / ".gitattributes").write_text("* filter=x diff=x\n")
    (journal.root / ".gitignore").write_text("*\n")
    save(1)
    assert len(journal.record().commits) == 1
    journal.versions(session.id)
    journal.delete(session.id)
    journal.restore(session.id)
    with pytest.raises(NotFoundError):
        journal.repository.read("0" * 40, "journal.toml")
    assert journal.deleted() == ()
    assert not marker.exists()


def test_inherited_variables_mean_nothing(
    journal: Journal, git: Git, save: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", "/")
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "objects"))
    save()
    assert len(journal.record().commits) == 1
    assert git("status", "--porcelain") == ""
    assert not (tmp_path / "elsewhere").exists()
    assert not (tmp_path / "index").exists()


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
        pytest.param("foreign_owner", lambda _git, root: os.chown(root / ".git", 1234, 1234), marks=pytest.mark.root),
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


def test_a_commit_of_someone_else_in_between_is_kept(
    journal: Journal, git: Git, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    save()
    journal.record()
    real = Transaction.publish
    done: list[bool] = []

    def interfere(transaction: Transaction) -> None:
        real(transaction)
        if not done:
            done.append(True)
            git("commit", "--quiet", "--allow-empty", "-m", "theirs")

    monkeypatch.setattr(Transaction, "publish", interfere)
    save(1)
    assert len(journal.record().commits) == 1
    assert len(git("log", "--format=%s").splitlines()) == 3
    assert "theirs" in git("log", "--format=%s")
    assert git("status", "--porcelain") == ""


def test_a_commit_without_a_change_is_none(journal: Journal, save: Save) -> None:
    save()
    (commit,) = journal.record().commits
    data = (journal.root / "journal.toml").read_bytes()
    assert journal.repository.commit({"journal.toml": data, "absent": None}, "nothing") == commit


def test_the_reason_of_a_version(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "j")
    repository.initialise()
    repository.commit({"a": b"1"}, "first\n")
    repository.commit({"a": b"2"}, "second\n\nReason: ik las de vraag verkeerd\nSession: x\n")
    assert [(v.subject, v.reason) for v in repository.versions("a")] == [
        ("second", "ik las de vraag verkeerd"),
        ("first", ""),
    ]
    assert repository.read("HEAD", "a") == b"2"
    with pytest.raises(NotFoundError):
        repository.read("--version", "a")


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    first = Lock.acquire(tmp_path / "state")
    assert first is not None
    assert Lock.acquire(tmp_path / "state") is None
    who = holder(tmp_path / "state")
    assert who is not None
    assert who.pid == os.getpid()
    first.release()
    first.release()
    second = Lock.acquire(tmp_path / "state", wait=1)
    assert second is not None
    with second:
        pass


def test_a_newer_journal_is_not_written(journal: Journal, make_session: MakeSession, instrument_bytes: bytes) -> None:
    journal.root.mkdir()
    (journal.root / "journal.toml").write_text("format = 2\n")
    with pytest.raises(JournalError, match="newer"):
        journal.save(make_session(), instrument_bytes)


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda git, _root: git("config", "core.bare", "true"), "' config core.bare false"),
        (lambda git, _root: git("config", "core.repositoryFormatVersion", "9"), "a newer git may"),
        (lambda _git, root: (root / ".git" / "config").write_text("[core\n"), "Mend it in an editor"),
        pytest.param(
            lambda _git, root: os.chown(root / ".git", 1234, 1234), "safe.directory '", marks=pytest.mark.root
        ),
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
