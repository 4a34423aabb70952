"""The demo's talk: finished and signed, with remarks of both and goals that are in the journal."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from reflect_tui import demo
from reflect_tui.model import library
from reflect_tui.model.instrument import digest
from reflect_tui.model.talk import is_as_signed
from reflect_tui.store.journal import Journal


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("identifier", library.bundled_ids())
@pytest.mark.parametrize("today", [date(2026, 11, 27), date(2027, 6, 13)])
def test_the_demo_has_a_finished_talk(tmp_path: Path, identifier: str, language: str, today: date) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    demo.fill(journal, identifier, today, language)
    (document,) = journal.talks.all()
    talk = document.value
    assert talk
    assert is_as_signed(talk)
    (signature,) = talk.signatures
    assert digest(journal.repository.read(signature.commit, journal.talks.path(talk.id))) == signature.digest
    assert talk.session == journal.own()[1].id
    assert talk.next_talk
    assert today < talk.next_talk <= today + timedelta(days=10)
    assert [topic.leader_remark for topic in talk.topics if topic.remark]
    goals = {found.value.id: found.value for found in journal.goals.all() if found.value}
    assert len(talk.agreements) == 2
    for agreed in talk.agreements:
        goal = goals[agreed.goal]
        assert (goal.talk, goal.what, goal.by) == (talk.id, agreed.what, agreed.by)
        assert goal.made > talk.started
