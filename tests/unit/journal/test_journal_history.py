"""Sessions are saved without git and recorded with it: what history holds, and what never gets into it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from reflect_tui.disk.lock import Lock, holder
from reflect_tui.errors import JournalError, NotFoundError
from reflect_tui.git.repository import Repository
from reflect_tui.git.transaction import Transaction
from reflect_tui.model import instrument
from reflect_tui.model.session import dumps
from reflect_tui.store.journal import Journal
from tests.unit.journal.conftest import Git, MakeSession, Save

HOOKS = ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change", "post-checkout")


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
