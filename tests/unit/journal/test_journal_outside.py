"""What another program did to the sessions is seen, told, and never committed or undone by itself."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from reflect_tui.errors import BadFileError, JournalError, NotFoundError
from reflect_tui.model.session import Session, dumps
from reflect_tui.store.journal import Journal
from tests.unit.journal.conftest import Git, MakeSession


@pytest.fixture
def saved(journal: Journal, make_session: MakeSession, instrument_bytes: bytes) -> list[Session]:
    made = [make_session(number) for number in range(3)]
    for session in made:
        journal.save(session, instrument_bytes)
    journal.record()
    return made


def path_of(journal: Journal, session: Session) -> Path:
    return journal.root / journal.path(session.id)


def test_nothing_changed(journal: Journal, saved: list[Session]) -> None:
    assert journal.changed() == ()
    path_of(journal, saved[0]).touch()
    assert journal.changed() == ()


def test_before_there_is_a_history_nothing_can_differ(journal: Journal, make_session: MakeSession) -> None:
    assert journal.changed() == ()
    journal.save(make_session(digest="sha256:" + "0" * 64), b"")
    assert journal.changed() == ()


def test_edited_spoiled_and_missing(journal: Journal, saved: list[Session]) -> None:
    edited, spoiled, gone = saved
    path_of(journal, edited).write_bytes(dumps(edited).replace(b'remark = ""', b'remark = "vim"'))
    path_of(journal, spoiled).write_bytes(b"<<<<<<< HEAD\n")
    path_of(journal, gone).unlink()
    assert [(change.id, change.missing) for change in journal.changed()] == [
        (edited.id, False), (spoiled.id, False), (gone.id, True),
    ]  # fmt: skip
    assert [change.known for change in journal.changed()] == saved
    assert journal.record().commits == ()
    assert journal.pending() == ()
    assert path_of(journal, spoiled).read_bytes() == b"<<<<<<< HEAD\n"


def test_an_edit_is_kept_as_a_new_version(journal: Journal, git: Git, saved: list[Session]) -> None:
    session = saved[0]
    edited = dumps(msgspec.structs.replace(session, remark="vim")) + b"# by hand\n"
    path_of(journal, session).write_bytes(edited)
    with pytest.raises(JournalError, match="again"):
        journal.keep(session.id, "with vim", b"something else")
    journal.keep(session.id, "with vim", edited)
    assert path_of(journal, session).read_bytes() == edited
    assert journal.repository.read("HEAD", journal.path(session.id)) == edited
    assert journal.versions(session.id)[0].reason == "with vim"
    assert git("log", "-1", "--format=%s").startswith("amend session 2026-01-01 self: 92/92")
    assert journal.changed() == ()
    assert git("status", "--porcelain") == ""


def test_what_is_no_session_is_not_kept(journal: Journal, saved: list[Session]) -> None:
    session = saved[0]
    path = path_of(journal, session)
    off_scale = dumps(session).replace(b" = 4\n", b" = 9\n", 1)
    for data in (b"garbage", off_scale, dumps(saved[1])):
        path.write_bytes(data)
        with pytest.raises(BadFileError):
            journal.keep(session.id, "why")
        assert path.read_bytes() == data
    path.unlink()
    with pytest.raises(NotFoundError):
        journal.keep(session.id, "why")
    assert journal.record().commits == ()


@pytest.mark.parametrize("data", [b"", b"garbage", b"\xff\xfe"])
def test_the_last_good_version_comes_back_and_the_edit_is_kept(
    journal: Journal, saved: list[Session], data: bytes
) -> None:
    session = saved[0]
    path_of(journal, session).write_bytes(data)
    journal.restore(session.id)
    assert path_of(journal, session).read_bytes() == dumps(session)
    assert [kept.read_bytes() for kept in (journal.state / "replaced").iterdir()] == [data]
    assert journal.changed() == ()


def test_a_bad_version_in_history_is_passed_over(journal: Journal, git: Git, saved: list[Session]) -> None:
    session = saved[0]
    path_of(journal, session).write_bytes(b"garbage")
    git("commit", "--quiet", "--all", "-m", "oops")
    assert journal.changed() == ()
    journal.restore(session.id)
    assert path_of(journal, session).read_bytes() == dumps(session)
    assert not (journal.state / "replaced").exists()
    assert journal.versions(session.id)[0].subject == "restore session 2026-01-01 self"


def test_a_link_in_its_place_is_never_followed(journal: Journal, saved: list[Session], tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(dumps(saved[0]))
    path = path_of(journal, saved[0])
    path.unlink()
    path.symlink_to(secret)
    assert [change.id for change in journal.changed()] == [saved[0].id]
    with pytest.raises(BadFileError):
        journal.keep(saved[0].id, "why")
    with pytest.raises(BadFileError):
        journal.restore(saved[0].id)
    assert path.is_symlink()


def test_a_missing_one_comes_back_or_goes_from_history_too(journal: Journal, git: Git, saved: list[Session]) -> None:
    for session in saved[:2]:
        path_of(journal, session).unlink()
    before = git("rev-parse", "HEAD")
    journal.restore(saved[0].id)
    assert git("rev-parse", "HEAD") == before
    journal.delete(saved[1].id)
    assert journal.changed() == ()
    assert [lost.id for lost in journal.deleted()] == [saved[1].id]
    assert git("status", "--porcelain") == ""


def test_another_commit_checked_out_makes_later_sessions_missing(
    journal: Journal, git: Git, saved: list[Session]
) -> None:
    git("checkout", "--quiet", "HEAD~1")
    assert [(change.id, change.missing, change.known) for change in journal.changed()] == [
        (saved[2].id, True, saved[2])
    ]
    with pytest.raises(JournalError, match="detached"):
        journal.restore(saved[2].id)
    assert not path_of(journal, saved[2]).exists()
    git("switch", "--quiet", "main")
    assert journal.changed() == ()
    assert path_of(journal, saved[2]).read_bytes() == dumps(saved[2])


def test_the_signature_changes_with_the_folder_and_the_branch(journal: Journal, git: Git, saved: list[Session]) -> None:
    seen = [journal.signature()]

    def differs() -> bool:
        seen.append(journal.signature())
        return seen[-1] != seen[-2]

    assert not differs()
    (journal.root / "sessions" / "2026" / "stray.toml").touch()
    assert differs()
    path_of(journal, saved[0]).write_bytes(b"")
    assert differs()
    path_of(journal, saved[1]).unlink()
    assert differs()
    git("commit", "--quiet", "--allow-empty", "-m", "theirs")
    assert differs()
    assert not differs()
    assert Journal(journal.root / "nowhere", journal.state).signature() == ""
