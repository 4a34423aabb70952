"""Goals and agendas: saved without git, one version an act, never over what another program wrote."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.disk import files
from reflect_tui.disk.files import ChangedOutsideError
from reflect_tui.errors import JournalError, NotFoundError
from reflect_tui.model import agenda, goals, library
from reflect_tui.model.agenda import Agenda, AgendaPoint
from reflect_tui.model.goals import Goal, LookBack
from reflect_tui.store.journal import Journal
from tests.bundled import bundled_bytes
from tests.faults import operations
from tests.faults.journal_child import session_of

MADE = datetime(2026, 4, 20, 16, 5, tzinfo=UTC)
GOAL = Goal(id="2026-04-20T1605-goal-0a1b2c", instrument="small", domain="doing", what="Secret words", made=MADE)
EDITED = structs.replace(GOAL, what="Other secret words")
PATH = f"goals/{GOAL.id}.toml"
SESSION = operations.FIRST_ID


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", tmp_path / "state")


def git(journal: Journal, *command: str) -> str:
    done = subprocess.run(["git", *command], cwd=journal.root, capture_output=True, text=True, check=True)
    return done.stdout


def subjects(journal: Journal) -> list[str]:
    return git(journal, "log", "--format=%s", "--reverse").splitlines()


def make(journal: Journal, goal: Goal = GOAL) -> bytes:
    data = goals.dumps(goal)
    journal.goals.save(goal.id, data, "made")
    return data


def save_session(journal: Journal) -> None:
    data = bundled_bytes(library.DEFAULT)
    draft = operations.new_draft(1, answered=True)
    journal.drafts.create(draft, data).close()
    journal.save(session_of(journal, draft), data)
    journal.drafts.remove(draft.id)
    journal.record()


def at_rest(journal: Journal) -> None:
    assert journal.pending() == ()
    assert journal.recover(locked=True).recorded.commits == ()
    assert not list((journal.state / "plans").glob("*"))
    assert git(journal, "status", "--porcelain") == ""


def test_a_goal_is_saved_without_history_and_then_in_it(journal: Journal) -> None:
    data = make(journal)
    assert (journal.root / PATH).read_bytes() == data
    assert (journal.root / PATH).stat().st_mode & 0o777 == 0o600
    assert journal.pending() == (PATH,)
    recorded = journal.record()
    assert (len(recorded.commits), recorded.obstacle, recorded.pending) == (1, None, ())
    assert git(journal, "log", "-1", "--format=%B") == f"goal 2026-04-20: made\n\nGoal: {GOAL.id}\n\n"
    assert git(journal, "ls-files").split() == [PATH, "journal.toml"]
    at_rest(journal)


def test_every_act_is_one_version_and_says_no_word_of_the_goal(journal: Journal) -> None:
    data = make(journal)
    journal.goals.save(GOAL.id, goals.dumps(EDITED), "edited", data)  # before history knew the first version
    dropped = EDITED.looked_back(LookBack(at=MADE, outcome="dropped", note="a secret"))
    journal.record()
    journal.goals.save(GOAL.id, goals.dumps(dropped), "dropped", goals.dumps(EDITED))
    journal.record()
    journal.goals.save(GOAL.id, goals.dumps(EDITED), "reopened", goals.dumps(dropped))
    journal.record()
    assert subjects(journal) == [f"goal 2026-04-20: {act}" for act in ("made", "edited", "dropped", "reopened")]
    assert "secret" not in git(journal, "log", "--format=%B").casefold()
    assert [found.value for found in journal.goals.all()] == [EDITED]
    at_rest(journal)


def test_a_goal_that_says_the_same_is_no_act(journal: Journal) -> None:
    data = make(journal)
    journal.record()
    journal.goals.save(GOAL.id, data, "edited", data)
    assert journal.record().commits == ()


def test_a_removed_goal_comes_back(journal: Journal) -> None:
    data = make(journal)
    journal.record()
    journal.goals.remove(GOAL.id, data)
    assert journal.goals.all() == ()
    assert journal.pending() == (PATH,)
    journal.record()
    at_rest(journal)
    journal.goals.restore(GOAL.id)
    journal.record()
    assert (journal.root / PATH).read_bytes() == data
    assert subjects(journal)[-2:] == ["goal 2026-04-20: removed", "goal 2026-04-20: restored"]
    at_rest(journal)


def test_a_goal_removed_before_history_knew_it_comes_back(journal: Journal) -> None:
    data = make(journal)
    journal.goals.remove(GOAL.id, data)
    journal.goals.restore(GOAL.id)
    assert (journal.root / PATH).read_bytes() == data
    journal.goals.remove(GOAL.id, data)
    journal.record()
    assert subjects(journal)[0] == "goal 2026-04-20: made"
    assert subjects(journal)[-1] == "goal 2026-04-20: removed"
    journal.goals.restore(GOAL.id)
    assert (journal.root / PATH).read_bytes() == data


def test_nothing_is_restored_that_never_was(journal: Journal) -> None:
    with pytest.raises(NotFoundError):
        journal.goals.restore(GOAL.id)
    with pytest.raises(NotFoundError):
        journal.goals.get("../../etc/passwd")


def test_an_edit_from_outside_is_neither_overwritten_nor_committed(journal: Journal) -> None:
    data = make(journal)
    journal.record()
    theirs = data.replace(b"Secret", b"Their")
    (journal.root / PATH).write_bytes(theirs)
    with pytest.raises(ChangedOutsideError):
        journal.goals.save(GOAL.id, goals.dumps(EDITED), "edited", data)
    with pytest.raises(ChangedOutsideError):
        journal.goals.remove(GOAL.id, data)
    assert (journal.root / PATH).read_bytes() == theirs
    assert journal.record().commits == ()
    assert git(journal, "show", f"HEAD:{PATH}").encode() == data
    assert not list((journal.state / "plans").glob("*"))


def test_what_stood_there_comes_into_history_before_what_is_saved_over_it(journal: Journal) -> None:
    data = make(journal)
    journal.record()
    theirs = data.replace(b"Secret", b"Their")
    (journal.root / PATH).write_bytes(theirs)
    journal.goals.save(GOAL.id, goals.dumps(EDITED), "edited", theirs)
    journal.record()
    assert [subject.split(": ")[1] for subject in subjects(journal)] == ["made", "kept", "edited"]
    assert git(journal, "show", f"HEAD~1:{PATH}").encode() == theirs
    at_rest(journal)


def test_a_good_file_from_elsewhere_comes_into_history_and_a_bad_one_does_not(journal: Journal) -> None:
    make(journal)
    journal.record()
    other = structs.replace(GOAL, id="2026-04-21T1605-goal-0a1b2d")
    (journal.root / "goals" / f"{other.id}.toml").write_bytes(goals.dumps(other))
    (journal.root / "goals" / "2026-04-22T1605-goal-0a1b2e.toml").write_bytes(b"what = 1\n")
    (journal.root / "goals" / "misnamed.toml").write_bytes(goals.dumps(other))
    journal.record()
    assert len(subjects(journal)) == 2
    found = {document.id: document for document in journal.goals.all()}
    assert found[other.id].value == other
    assert found["misnamed"].value is None
    assert "not the name of the file" in str(found["misnamed"].faults[0])
    assert len(found["2026-04-22T1605-goal-0a1b2e"].faults) > 2


def test_without_git_goals_are_saved_and_wait(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "/nowhere")
        data = make(journal)
        journal.goals.save(GOAL.id, goals.dumps(EDITED), "edited", data)
        recorded = journal.record()
        assert recorded.obstacle is not None
        assert recorded.pending == (PATH,)
    journal.recover(locked=True)
    assert [subject.split(": ")[1] for subject in subjects(journal)] == ["made", "edited"]
    at_rest(journal)


def test_a_plan_that_came_to_nothing_is_dropped(journal: Journal) -> None:
    data = make(journal)
    journal.record()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reflect_tui.store.documents.write", lambda *_arguments: None)  # killed before the file
        journal.goals.save(GOAL.id, goals.dumps(EDITED), "edited", data)
    assert list(journal.plans.all())
    assert journal.recover(locked=True).recorded.commits == ()
    at_rest(journal)


def test_a_failing_disk_leaves_file_and_plan_as_they_were(journal: Journal) -> None:
    data = make(journal)
    before = list(journal.plans.all())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reflect_tui.disk.files.replace", refuse_documents(journal))
        with pytest.raises(JournalError):
            journal.goals.save(GOAL.id, goals.dumps(EDITED), "edited", data)
    assert (journal.root / PATH).read_bytes() == data
    assert list(journal.plans.all()) == before


def refuse_documents(journal: Journal) -> object:
    real = files.replace

    def replace(path: Path, data: bytes, expected: bytes | None = None) -> None:
        if path.is_relative_to(journal.root):
            raise JournalError("full")
        real(path, data, expected)

    return replace


def write_agenda(journal: Journal) -> bytes:
    data = agenda.dumps(Agenda(session=SESSION, points=(AgendaPoint(kind="own", text="Secret"),)))
    journal.agendas.save(SESSION, data, "saved")
    return data


def test_acts_that_go_on_become_one_version(journal: Journal) -> None:
    data = write_agenda(journal)
    for number in range(3):
        more = data.replace(b"Secret", f"Secret {number}".encode())
        journal.agendas.save(SESSION, more, "saved", data, merge=True)
        data = more
    journal.record()
    assert subjects(journal) == ["agenda 2026-01-01: saved"]
    assert (journal.root / f"agendas/{SESSION}.toml").read_bytes() == data
    journal.agendas.save(SESSION, data.replace(b"2", b"4"), "saved", data, merge=True)
    journal.record()
    assert len(subjects(journal)) == 2
    at_rest(journal)


def test_an_agenda_goes_and_comes_back_with_its_session(journal: Journal) -> None:
    save_session(journal)
    data = write_agenda(journal)
    path = f"agendas/{SESSION}.toml"
    journal.delete(SESSION)
    assert not (journal.root / path).exists()
    assert path not in git(journal, "ls-tree", "-r", "--name-only", "HEAD")
    assert git(journal, "log", "-1", "--name-only", "--format=").split() == [path, journal.path(SESSION)]
    at_rest(journal)
    journal.restore(SESSION)
    assert (journal.root / path).read_bytes() == data
    at_rest(journal)


def test_a_deletion_cut_short_takes_the_agenda_along(journal: Journal) -> None:
    save_session(journal)
    write_agenda(journal)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reflect_tui.disk.files.remove", lambda _path: None)  # killed right after the commit
        patch.setattr("reflect_tui.store.plans.Plans.drop", lambda *_arguments: None)
        journal.delete(SESSION)
    assert (journal.root / f"agendas/{SESSION}.toml").exists()
    journal.recover(locked=True)
    assert not (journal.root / f"agendas/{SESSION}.toml").exists()
    assert not (journal.root / journal.path(SESSION)).exists()
    at_rest(journal)
