from __future__ import annotations

from collections.abc import Callable

import pytest

from reflect_tui.disk.files import TakenError
from reflect_tui.errors import NotFoundError
from reflect_tui.model import events
from reflect_tui.store import documents
from reflect_tui.store.journal import Journal
from tests.unit.journal.conftest import Git, MakeSession

TRAINING = events.new_event("2026-03", "training", "4f2a9c")
MOVED = events.new_event("2025-12-01", "another district", "4f2a9d")
PATH = "events/2026-03-event-4f2a9c.toml"


@pytest.fixture
def begun(journal: Journal, make_session: MakeSession, instrument_bytes: bytes) -> Journal:
    """Give a journal with one session in history."""
    journal.save(make_session(), instrument_bytes)
    assert not journal.record().obstacle
    return journal


def test_events_are_listed_oldest_first_and_come_into_history(begun: Journal, git: Git) -> None:
    for event in (TRAINING, MOVED):
        documents.add_event(begun, event)
    assert documents.readable_events(begun) == (MOVED, TRAINING)
    assert len(begun.pending()) == 2
    assert len(begun.record().commits) == 2
    assert begun.pending() == ()
    assert git("log", "--format=%B", "-1", "--", PATH).strip() == "event 2026-03: made\n\nEvent: 2026-03-event-4f2a9c"
    assert git("status", "--porcelain") == ""
    assert begun.record().commits == ()


def test_no_message_says_what_happened(begun: Journal, git: Git) -> None:
    documents.add_event(begun, TRAINING)
    begun.record()
    documents.remove_event(begun, TRAINING.id)
    begun.record()
    assert "training" not in git("log", "--format=%B")


def test_a_removed_event_comes_back_as_it_was(begun: Journal, git: Git) -> None:
    documents.add_event(begun, TRAINING)
    begun.record()
    documents.remove_event(begun, TRAINING.id)
    assert documents.readable_events(begun) == ()
    begun.record()
    assert PATH not in git("ls-files")
    documents.restore_event(begun, TRAINING.id)
    assert documents.readable_events(begun) == (TRAINING,)
    begun.record()
    assert git("log", "--format=%s", "--", PATH).split("\n")[:3] == [
        "event 2026-03: restored",
        "event 2026-03: removed",
        "event 2026-03: made",
    ]


def test_it_comes_back_before_history_knows_of_it(begun: Journal) -> None:
    documents.add_event(begun, TRAINING)
    documents.remove_event(begun, TRAINING.id)
    documents.restore_event(begun, TRAINING.id)
    assert documents.readable_events(begun) == (TRAINING,)
    begun.record()
    assert begun.pending() == ()


def test_a_day_is_named_in_full(begun: Journal, git: Git) -> None:
    documents.add_event(begun, MOVED)
    begun.record()
    assert git("log", "--format=%s", "-1").strip() == "event 2025-12-01: made"


def test_an_event_that_another_program_took_away_stays_in_history(begun: Journal, git: Git) -> None:
    documents.add_event(begun, TRAINING)
    begun.record()
    (begun.root / PATH).unlink()
    assert begun.record().commits == ()
    assert PATH in git("ls-tree", "-r", "--name-only", "HEAD")


def test_an_edit_by_hand_is_shown_and_never_overwritten(begun: Journal) -> None:
    documents.add_event(begun, TRAINING)
    begun.record()
    edited = events.dumps(TRAINING).replace(b"training", b"course")
    (begun.root / PATH).write_bytes(edited)
    assert begun.record().commits == ()
    assert [event.label for event in documents.readable_events(begun)] == ["course"]
    assert (begun.root / PATH).read_bytes() == edited


def test_files_that_are_no_events_are_shown_with_the_reason_and_left_alone(begun: Journal, git: Git) -> None:
    folder = begun.root / "events"
    folder.mkdir()
    (folder / "2026-03-event-4f2a9c.toml").write_text("format = 1")
    (folder / "note.txt").write_text("mine")
    (folder / "2025-01-event-000000.toml").symlink_to("/etc/passwd")
    entries = documents.event_entries(begun)
    assert [(entry.value, bool(entry.faults)) for entry in entries] == [(None, True)] * 2
    assert begun.record().commits == ()
    assert "events" not in git("ls-files")


def test_two_events_of_one_id_do_not_overwrite_each_other(journal: Journal) -> None:
    documents.add_event(journal, TRAINING)
    documents.add_event(journal, TRAINING)
    with pytest.raises(TakenError):
        documents.add_event(journal, events.new_event("2026-03", "something else", "4f2a9c"))


@pytest.mark.parametrize("name", ["", "../../x", "2026-03-event-4f2a9c/../x", "2026-03-event-ffffff"])
@pytest.mark.parametrize("act", [documents.remove_event, documents.restore_event])
def test_what_is_not_there_is_said_to_be_so(begun: Journal, act: Callable[[Journal, str], object], name: str) -> None:
    with pytest.raises(NotFoundError):
        act(begun, name)
