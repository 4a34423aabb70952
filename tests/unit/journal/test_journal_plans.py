"""Plans that an earlier version of the program left in the state folder are finished like those of this one."""

from __future__ import annotations

import pytest
from msgspec import structs

from reflect_tui.model.instrument import digest
from reflect_tui.model.session import Session, dumps
from reflect_tui.store.journal import Journal
from reflect_tui.toml import formats
from tests.unit.journal.conftest import Git, MakeSession

Version = tuple[str, str, bytes]


@pytest.fixture
def session(journal: Journal, make_session: MakeSession, instrument_bytes: bytes) -> Session:
    made = make_session(notes={}, remark="as it was")
    journal.save(made, instrument_bytes)
    return made


def leave(journal: Journal, session: Session, *versions: Version, base: str = "") -> None:
    """Write the plan of a session as earlier versions did."""
    folder = journal.state / "plans"
    folder.mkdir(parents=True, exist_ok=True)
    listed = [{"verb": verb, "reason": reason, "content": content.decode()} for verb, reason, content in versions]
    plan = {"format": 1, "id": session.id, "base": base, "versions": listed}
    (folder / f"{session.id}.toml").write_text(formats.toml(plan), encoding="utf-8")


def remarked(session: Session, remark: str) -> bytes:
    return dumps(structs.replace(session, remark=remark))


def reasons(journal: Journal, session: Session) -> list[str]:
    return [version.reason for version in journal.versions(session.id)]


def no_plan_is_left(journal: Journal) -> bool:
    return not [path for name in ("plans", "document-plans") for path in (journal.state / name).glob("*")]


@pytest.mark.parametrize("recorded", [False, True])
def test_versions_that_came_true_reach_history_with_their_reasons(
    journal: Journal, git: Git, session: Session, recorded: bool
) -> None:
    if recorded:
        journal.record()
    path = journal.root / journal.path(session.id)
    last = remarked(session, "third")
    versions = [("amend session", "one", remarked(session, "second")), ("amend session", "two", last)]
    leave(journal, session, ("session", "", path.read_bytes()), *versions)
    path.write_bytes(last)
    assert journal.pending() == (session.id,)
    assert journal.changed() == ()
    assert len(journal.recover(locked=True).recorded.commits) == (2 if recorded else 3)
    assert reasons(journal, session) == ["two", "one", ""]
    assert git("log", "-1", "--format=%s").startswith("amend session 2026-01-01 self: 92/92 scored, ")
    assert path.read_bytes() == last
    assert no_plan_is_left(journal)
    assert git("status", "--porcelain") == ""


def test_what_came_to_nothing_is_dropped(journal: Journal, session: Session) -> None:
    journal.record()
    data = (journal.root / journal.path(session.id)).read_bytes()
    leave(journal, session, ("restore session", "", remarked(session, "never")), base=digest(data))
    assert journal.recover(locked=True).recorded.commits == ()
    assert reasons(journal, session) == [""]
    assert no_plan_is_left(journal)


def test_a_version_of_now_goes_on_from_there(journal: Journal, git: Git, session: Session) -> None:
    path = journal.root / journal.path(session.id)
    second = remarked(session, "second")
    leave(journal, session, ("session", "", path.read_bytes()), ("amend session", "one", second))
    path.write_bytes(second)
    journal.amend(structs.replace(session, remark="third"), "two", second)
    assert [plan.name for plan in (journal.state / "plans").iterdir()] == [f"sessions.{session.id}.toml"]
    assert len(journal.record().commits) == 3
    assert reasons(journal, session) == ["two", "one", ""]
    assert no_plan_is_left(journal)
    assert git("status", "--porcelain") == ""


def test_of_a_plan_of_then_and_one_of_now_that_of_now_counts(journal: Journal, session: Session) -> None:
    path = journal.root / journal.path(session.id)
    first, second = path.read_bytes(), remarked(session, "second")
    journal.amend(structs.replace(session, remark="second"), "now", first)
    leave(journal, session, ("session", "", first), ("amend session", "then", second))  # killed while it was replaced
    assert [plan.versions[-1].reason for plan in journal.plans.all()] == ["now"]
    journal.record()
    assert reasons(journal, session) == ["now", ""]
    assert no_plan_is_left(journal)


@pytest.mark.parametrize("committed", [False, True])
def test_a_deletion_is_finished_if_history_has_it(
    journal: Journal, git: Git, session: Session, committed: bool
) -> None:
    journal.record()
    path = journal.root / journal.path(session.id)
    data = path.read_bytes()
    if committed:
        git("rm", "--quiet", journal.path(session.id))
        git("commit", "--quiet", "-m", "delete session")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    leave(journal, session, ("delete session", "", data))
    assert journal.pending() == ()
    assert journal.recover(locked=True).recorded.commits == ()
    assert path.exists() is not committed
    assert no_plan_is_left(journal)


def test_those_of_other_documents_are_finished_too(journal: Journal, git: Git, session: Session) -> None:
    journal.record()
    path = "events/2026-04-20-0a1b2c.toml"
    content = 'format = 1\nid = "2026-04-20-0a1b2c"\n'
    plan = {"format": 1, "path": path, "base": "absent", "step": [{"act": "made", "content": content}]}
    (journal.state / "document-plans").mkdir(parents=True)
    (journal.state / "document-plans" / path.replace("/", ".")).write_text(formats.toml(plan), encoding="utf-8")
    (journal.root / "events").mkdir()
    (journal.root / path).write_text(content, encoding="utf-8")
    assert journal.pending() == (path,)
    assert len(journal.recover(locked=True).recorded.commits) == 1
    assert git("log", "-1", "--format=%s").strip() == "event 2026-04-20: made"
    assert no_plan_is_left(journal)
