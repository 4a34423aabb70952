"""A document's file bears the name of what is in it: under another name it is not used, and says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui.model import agenda, events, goals, talk
from reflect_tui.store.journal import Journal
from tests.unit import test_agenda_file, test_goals, test_talk_file

EVENT = events.dumps(events.new_event("2026-03", "training", "4f2a9c"))


@pytest.mark.parametrize(
    ("folder", "name", "content"),
    [
        (goals.FOLDER, "2026-01-01T0000-goal-000000", test_goals.GOLDEN.encode()),
        (agenda.FOLDER, "2026-01-01T0000-self-000000", test_agenda_file.GOLDEN.encode()),
        (talk.FOLDER, "2026-01-01T0000-talk-000000", test_talk_file.GOLDEN.encode()),
        (events.FOLDER, "2026-01-event-000000", EVENT),
    ],
)
def test_a_file_bears_the_name_of_what_is_in_it(tmp_path: Path, folder: str, name: str, content: bytes) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    shelf = {"goals": journal.goals, "agendas": journal.agendas, "talks": journal.talks, "events": journal.events}
    path = journal.root / folder / f"{name}.toml"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    document = shelf[folder].get(name)  # type: ignore[attr-defined]  # mypy sees no common type
    assert document.value is None
    assert "not the name of the file" in str(document.faults[0])
