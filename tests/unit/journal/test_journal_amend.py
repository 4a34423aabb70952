"""A saved session gets a new version with a reason, whatever is cut short, and whether there is git or not."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from reflect_tui.clock import Clock
from reflect_tui.disk import files
from reflect_tui.errors import JournalError, NotFoundError, ReflectError
from reflect_tui.model.assessment import Answer, EditNote
from reflect_tui.model.instrument import digest
from reflect_tui.model.session import Session, dumps
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from reflect_tui.store.plans import Plan, PlannedVersion
from reflect_tui.store.record import Recorded
from reflect_tui.usecases import filling
from tests.unit.journal.conftest import Git, MakeSession

CLOCK = Clock(
    now=lambda: datetime(2026, 6, 1, tzinfo=UTC), elapsed=iter(itertools.count(0.0)).__next__, token=lambda: "abcdef"
)


@pytest.fixture
def session(journal: Journal, make_session: MakeSession, instrument_bytes: bytes) -> Session:
    made = make_session(notes={}, remark="as it was")
    journal.save(made, instrument_bytes)
    return made


@pytest.fixture
def no_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    return lambda: monkeypatch.setenv("PATH", str(tmp_path))


def subjects(git: Git) -> list[str]:
    return git("log", "--reverse", "--format=%s|%(trailers:key=Reason,valueonly,separator=%x2C)").splitlines()


def other(session: Session, remark: str) -> Session:
    return msgspec.structs.replace(session, remark=remark)


def test_an_amendment_is_a_commit_with_its_reason(journal: Journal, git: Git, session: Session) -> None:
    journal.record()
    amended = other(session, "better")
    path = journal.amend(amended, "  ik las de\nvraag  verkeerd ", dumps(session))
    assert path.read_bytes() == dumps(amended)
    assert journal.pending() == (session.id,)
    assert journal.changed() == ()
    recorded = journal.record()
    assert (len(recorded.commits), recorded.pending, recorded.obstacle) == (1, (), None)
    assert subjects(git)[1].startswith("amend session 2026-01-01 self: 92/92 scored, ")
    assert subjects(git)[1].endswith(" high|ik las de vraag verkeerd")
    assert f"Session: {session.id}\nInstrument: {session.instrument}@" in git("log", "-1", "--format=%B")
    assert [version.reason for version in journal.versions(session.id)] == ["ik las de vraag verkeerd", ""]
    assert journal.version(session.id, journal.versions(session.id)[1].commit) == session
    assert git("status", "--porcelain") == ""
    assert list(journal.plans.all()) == []
    assert journal.record().commits == ()


def test_a_reason_is_required_and_kept_to_one_short_line(journal: Journal, git: Git, session: Session) -> None:
    journal.record()
    for empty in ("", " \n\t "):
        with pytest.raises(ReflectError, match="why"):
            journal.amend(other(session, "x"), empty, dumps(session))
    journal.amend(other(session, "x"), "a\u2028Session: evil\x1b[2J\r\n" + "é" * 300, dumps(session))
    journal.record()
    (newest, _first) = journal.versions(session.id)
    assert newest.reason.startswith("a Session: evil[2J éé")
    assert len(newest.reason) == 200
    assert len(git("log", "-1", "--format=%B").strip().splitlines()) == 5


def test_nothing_changed_makes_no_commit(journal: Journal, session: Session) -> None:
    journal.record()
    journal.amend(session, "why", dumps(session))
    assert list(journal.plans.all()) == []
    assert journal.record().commits == ()


def test_an_outside_edit_is_never_amended_over(journal: Journal, session: Session) -> None:
    journal.record()
    path = journal.root / journal.path(session.id)
    edited = dumps(other(session, "by vim"))
    path.write_bytes(edited)
    with pytest.raises(files.ChangedOutsideError):
        journal.amend(other(session, "better"), "why", dumps(session))
    assert path.read_bytes() == edited
    assert list(journal.plans.all()) == []
    assert journal.record().commits == ()
    with pytest.raises(files.ChangedOutsideError):
        journal.saved(session.id)


def test_without_git_every_version_reaches_history_later(
    journal: Journal, git: Git, session: Session, no_git: Callable[[], None]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/nonexistent")
        assert journal.record().obstacle is not None
        second, third = other(session, "second"), other(session, "third")
        journal.amend(second, "one", dumps(session))
        journal.amend(third, "two", dumps(second))
        assert journal.record().pending == (session.id,)
    assert len(journal.record().commits) == 3
    assert [line.partition("|")[2] for line in subjects(git)] == ["", "one", "two"]
    assert [line.split()[0] for line in subjects(git)] == ["session", "amend", "amend"]
    found = [journal.version(session.id, version.commit) for version in journal.versions(session.id)]
    assert found == [third, second, session]
    assert journal.recover(locked=True).recorded.commits == ()


def test_a_file_replaced_before_history_knew_is_in_history_all_the_same(
    journal: Journal, git: Git, session: Session
) -> None:
    journal.record()
    amended = other(session, "better")
    path = journal.amend(amended, "why", dumps(session))
    edited = dumps(other(session, "by vim"))
    path.write_bytes(edited)
    assert len(journal.record().commits) == 1
    assert path.read_bytes() == edited
    assert journal.version(session.id, journal.commit_of(session.id) or "") == amended
    assert [(change.id, change.missing, change.known) for change in journal.changed()] == [(session.id, False, amended)]
    path.unlink()
    assert [change.missing for change in journal.changed()] == [True]


@pytest.mark.parametrize("locked", [False, True])
def test_a_plan_that_came_to_nothing_does_nothing(journal: Journal, session: Session, locked: bool) -> None:
    journal.record()
    kept = PlannedVersion("kept", dumps(session).decode())
    amended = PlannedVersion("amended", dumps(other(session, "x")).decode(), "why")
    journal.plans.write(Plan(path=journal.path(session.id), versions=(kept, amended)))
    assert journal.pending() == ()
    assert journal.recover(locked=locked).recorded.commits == ()
    assert len(list(journal.plans.all())) == (0 if locked else 1)
    assert journal.changed() == ()
    journal.amend(other(session, "y"), "another", dumps(session))
    journal.record()
    assert [version.reason for version in journal.versions(session.id)] == ["another", ""]


def test_a_spoiled_plan_makes_it_an_outside_edit(journal: Journal, session: Session) -> None:
    journal.record()
    journal.amend(other(session, "x"), "why", dumps(session))
    for plan in (journal.state / "plans").iterdir():
        plan.write_bytes(b"format = 1\nid = ")
    assert journal.record().commits == ()
    assert [change.id for change in journal.changed()] == [session.id]


def test_a_restored_version_is_a_new_commit(journal: Journal, git: Git, session: Session) -> None:
    journal.record()
    journal.amend(other(session, "x"), "why", dumps(session))
    journal.record()
    first = journal.versions(session.id)[-1].commit
    journal.restore(session.id, first, "brought back")
    assert (journal.root / journal.path(session.id)).read_bytes() == dumps(session)
    assert [version.reason for version in journal.versions(session.id)] == ["brought back", "why", ""]
    assert git("log", "-1", "--format=%s").strip() == "restore session 2026-01-01 self"
    assert git("status", "--porcelain") == ""
    with pytest.raises(NotFoundError):
        journal.restore(session.id, "0" * 40)


def test_a_restore_cut_short_is_finished(journal: Journal, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.record()
    journal.amend(other(session, "x"), "why", dumps(session))
    journal.record()
    first = journal.versions(session.id)[-1].commit
    real = journal.record
    monkeypatch.setattr(journal, "record", Recorded)
    journal.restore(session.id, first, "brought back")
    monkeypatch.setattr(journal, "record", real)
    again = Journal(journal.root, journal.state)
    assert len(again.recover(locked=True).recorded.commits) == 1
    assert again.versions(session.id)[0].reason == "brought back"


def amend(journal: Journal, session: Session, reason: str = "why") -> filling.FillingSession:
    return filling.amend(journal, CLOCK, session.id, reason)


def test_an_amending_draft_holds_the_session_and_undoes_only_its_own_acts(journal: Journal, session: Session) -> None:
    journal.record()
    seat = amend(journal, session)
    item = next(iter(session.scores))
    assert dict(seat.assessment.scores) == dict(session.scores)
    assert (seat.assessment.remark, seat.assessment.position, seat.assessment.done) == ("as it was", 0, ())
    seat.do(Answer(item, "n/a"))
    seat.do(EditNote(item, "twijfel"))
    seat.writer.close()
    (draft,) = journal.drafts.all()
    assert isinstance(draft, Draft)
    assert (draft.amends, draft.reason, draft.finished) == (digest(dumps(session)), "why", session.finished)
    again = filling.resume(journal, CLOCK, draft)
    assert again.base is not None
    assert dict(again.base.scores) == dict(session.scores)
    assert len(again.assessment.done) == 2
    assert again.session().finished == session.finished
    saved = filling.finish(journal, again)
    assert saved.scores[item] == "n/a"
    assert saved.notes[item] == "twijfel"
    assert journal.drafts.all() == ()
    journal.record()
    assert journal.version(session.id, journal.commit_of(session.id) or "") == saved
    assert journal.versions(session.id)[0].reason == "why"


def test_an_amending_draft_survives_a_start_until_it_is_saved(journal: Journal, session: Session) -> None:
    journal.record()
    seat = amend(journal, session)
    seat.writer.close()
    assert journal.recover(locked=True).drafts == ()
    assert len(journal.drafts.all()) == 1
    (draft,) = journal.drafts.all()
    assert isinstance(draft, Draft)
    seat = filling.resume(journal, CLOCK, draft)
    seat.do(Answer(next(iter(session.scores)), "n/a"))
    seat.writer.close()
    journal.amend(seat.session(), draft.reason, dumps(session))  # killed before the draft was removed
    assert journal.recover(locked=True).drafts == (session.id,)
    assert journal.drafts.all() == ()
    assert journal.versions(session.id)[0].reason == "why"


def test_a_session_edited_since_the_draft_began_is_left_alone(journal: Journal, session: Session) -> None:
    journal.record()
    seat = amend(journal, session)
    seat.do(Answer(next(iter(session.scores)), "n/a"))
    path = journal.root / journal.path(session.id)
    path.write_bytes(dumps(other(session, "by vim")))
    with pytest.raises(JournalError, match="since this draft began"):
        filling.finish(journal, seat)
    assert len(journal.drafts.all()) == 1
    assert path.read_bytes() == dumps(other(session, "by vim"))


def test_a_draft_that_lost_part_of_its_session_is_shown_and_not_resumed(journal: Journal, session: Session) -> None:
    journal.record()
    amend(journal, session).writer.close()
    path = journal.drafts.path(session.id)
    blocks = path.read_bytes().split(b"\n\n")
    path.write_bytes(b"\n\n".join([*blocks[:30], b""]))
    (draft,) = journal.drafts.all()
    assert not isinstance(draft, Draft)
    assert "part of the session" in str(draft.faults[0])
    assert journal.recover(locked=True).drafts == ()


def test_an_edit_amended_over_unseen_is_in_history_too(journal: Journal, git: Git, session: Session) -> None:
    journal.record()
    first, edited, last = other(session, "first"), other(session, "by vim"), other(session, "last")
    path = journal.amend(first, "one", dumps(session))
    path.write_bytes(dumps(edited))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/nonexistent")  # without git nobody can tell that this was another program
        journal.amend(last, "two", dumps(edited))
    assert len(journal.record().commits) == 3
    found = [journal.version(session.id, version.commit) for version in journal.versions(session.id)]
    assert found == [last, edited, first, session]
    assert [line.split()[0] for line in subjects(git)] == ["session", "amend", "amend", "amend"]


def test_what_waits_is_not_restored_over(journal: Journal, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.record()
    amended = other(session, "better")
    path = journal.amend(amended, "why", dumps(session))

    def full(_steps: object) -> tuple[str, ...]:
        raise JournalError("no room")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal.repository, "commit_all", full)
        with pytest.raises(JournalError):
            journal.restore(session.id)
    assert path.read_bytes() == dumps(amended)
    assert len(journal.record().commits) == 1


def test_a_deletion_cut_short_is_finished(journal: Journal, git: Git, session: Session) -> None:
    journal.record()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "remove", lambda _path: (_ for _ in ()).throw(JournalError("killed")))
        with pytest.raises(JournalError, match="killed"):
            journal.delete(session.id)
    path = journal.root / journal.path(session.id)
    assert path.exists()
    again = Journal(journal.root, journal.state)
    assert again.pending() == ()
    assert again.recover(locked=True).recorded.commits == ()
    assert not path.exists()
    assert list(again.plans.all()) == []
    assert [lost.id for lost in again.deleted()] == [session.id]
    assert git("status", "--porcelain") == ""
    again.restore(session.id)
    assert path.read_bytes() == dumps(session)


def test_a_deletion_that_history_does_not_know_removes_nothing(journal: Journal, git: Git, session: Session) -> None:
    journal.record()
    planned = PlannedVersion("deleted", dumps(session).decode())
    journal.plans.write(Plan(path=journal.path(session.id), versions=(planned,)))  # killed before the commit
    assert journal.record().commits == ()
    path = journal.root / journal.path(session.id)
    assert path.exists()
    git("switch", "--quiet", "--orphan", "other")
    git("branch", "--quiet", "-D", "main")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(dumps(session))
    assert journal.pending() == (session.id,)
    assert len(journal.recover(locked=True).recorded.commits) == 1
    assert path.read_bytes() == dumps(session)
    assert list(journal.plans.all()) == []
