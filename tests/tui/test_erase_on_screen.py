"""Erasing in the app: behind a typed word, and what a search found is shown."""

from __future__ import annotations

import subprocess

from msgspec import structs

from reflect_tui.i18n import format_date
from reflect_tui.store.erasure import Erasure
from reflect_tui.store.journal import Journal
from reflect_tui.tui.screens.history import EraseScreen
from tests.tui.conftest import opened
from tests.unit.round_examples import LABEL, a_round

CANARY = "the parakeet of the neighbours"


def objects(journal: Journal) -> str:
    command = ["git", "cat-file", "--batch-all-objects", "--batch"]
    return subprocess.run(command, cwd=journal.root, check=True, capture_output=True).stdout.decode("utf-8", "replace")


def with_a_canary(journal: Journal) -> str:
    newest = journal.own()[0]
    data = (journal.root / journal.path(newest.id)).read_bytes()
    journal.amend(structs.replace(newest, remark=CANARY), "a remark", data)
    assert journal.record().obstacle is None
    return newest.id


async def test_a_session_goes_after_the_word_is_typed(demo: Journal) -> None:
    gone = with_a_canary(demo)
    session = demo.saved(gone)[0]
    async with opened(demo) as seat:
        await seat.press("h", "E")
        assert "the whole session" in seat.words()
        await seat.press("enter")
        assert f"- the session of {format_date(session.started.date())}" in seat.words()
        assert gone not in seat.words()
        assert "backups" in seat.words()
        await seat.press("enter", *"yes", "enter")
        assert (demo.root / demo.path(gone)).exists()
        await seat.press("enter", *"erase", "enter")
        assert "Erased." in seat.words()
        assert not (demo.root / demo.path(gone)).exists()
        assert CANARY not in objects(demo)
        await seat.press("enter")
        assert seat.screen == "HomeScreen"
        assert CANARY not in seat.words()


async def test_one_note_goes_out_of_every_version_and_the_rest_stays(demo: Journal) -> None:
    session = demo.own()[0]
    item = next(iter(session.notes))
    for note in (CANARY, "something else that was amended since"):
        data = demo.saved(session.id)[1]
        demo.amend(structs.replace(session, notes=session.notes | {item: note}), "a note", data)
    assert demo.record().obstacle is None
    instrument = demo.library.find(session.instrument, session.version, session.digest)
    statement = next(instrument.sentence(one) for one in instrument.items if one.id == item)
    async with opened(demo) as seat:
        await seat.press("h", "E", "down", "enter")
        assert f'the note on "{statement}" of the session of' in seat.words()
        assert session.id not in seat.words()
        await seat.press("enter", *"erase", "enter")
        assert "Erased. A search" in seat.words()
    assert CANARY not in objects(demo)
    kept, _data = demo.saved(session.id)
    assert kept.scores == session.scores
    assert kept.notes == {name: note for name, note in session.notes.items() if name != item}


def test_while_it_looks_or_erases_no_key_is_said_to_keep_anything() -> None:
    said = EraseScreen(lambda _store: Erasure()).answers().text
    assert "back" in said
    assert "keep" not in said


async def test_a_removed_session_goes_too(demo: Journal) -> None:
    gone = with_a_canary(demo)
    demo.delete(gone)
    async with opened(demo) as seat:
        await seat.press("r", "E", "enter", *"erase", "enter")
        assert "Erased." in seat.words()
        assert CANARY not in objects(demo)


async def test_a_round_goes_from_its_screen(journal: Journal) -> None:
    a_round(journal, promise="named")
    assert journal.record().obstacle is None
    assert LABEL in objects(journal)
    async with opened(journal) as seat:
        await seat.press("o", "E", "enter", "enter", *"erase", "enter")
        assert "Erased. A search" in seat.words()
        assert LABEL not in objects(journal)
