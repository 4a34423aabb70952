"""The forms of a round written by keys."""

from __future__ import annotations

from pathlib import Path

from reflect_tui.model.round import token_digest
from reflect_tui.store import rounds
from reflect_tui.store.journal import Journal
from tests.tui.conftest import opened
from tests.unit.round_examples import LABEL, a_round


async def test_forms_are_written_and_said_to_be_for_whom(journal: Journal, own_home: Path) -> None:
    found = a_round(journal, ["colleague", "manager"], promise="named")
    async with opened(journal) as seat:
        await seat.press("o", "x")
        assert "all who have not answered" in seat.text()
        await seat.press("enter", "enter")
        assert LABEL in seat.text()
    paths = sorted((own_home / f"feedback-{found.id}").iterdir())
    assert [path.name for path in paths] == ["feedback-collega-1.html", "feedback-manager-2.html"]
    after = rounds.get(journal, found.id)[0]
    for path, one in zip(paths, after.invited, strict=True):
        assert one.label not in path.read_text()
        assert one.token == token_digest(path.read_text().partition('"token": "')[2].partition('"')[0])


async def test_forms_bear_the_names_of_people_only_when_that_is_chosen(journal: Journal, own_home: Path) -> None:
    found = a_round(journal, ["colleague", "manager"], promise="named")
    async with opened(journal) as seat:
        await seat.press("o", "x", "down")
        assert "with their name in the file name" in seat.text()
        await seat.press("enter", "enter")
        assert f"feedback-collega-1-{LABEL.lower()}-0.html: {LABEL} 0" in seat.text()
    names = sorted(path.name for path in (own_home / f"feedback-{found.id}").iterdir())
    assert names == [f"feedback-collega-1-{LABEL.lower()}-0.html", f"feedback-manager-2-{LABEL.lower()}-1.html"]


async def test_who_gets_which_form_can_be_seen_again(journal: Journal) -> None:
    a_round(journal, ["colleague", "manager"], promise="named")
    async with opened(journal) as seat:
        await seat.press("o")
        text = seat.words()
        assert f"1 colleague {LABEL} 0" in text
        assert f"2 manager {LABEL} 1" in text
        assert "Name proposed for the form of person 1: feedback-collega-1.html" in text


async def test_going_back_writes_nothing(journal: Journal, own_home: Path) -> None:
    found = a_round(journal, ["colleague"], promise="named")
    async with opened(journal) as seat:
        await seat.press("o", "x", "enter", "escape")
        await seat.press("x", "escape")
    assert not (own_home / f"feedback-{found.id}").exists()
    assert rounds.get(journal, found.id)[0] == found
