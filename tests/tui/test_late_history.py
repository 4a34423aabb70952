"""What is saved while history is still being written or looked at is not said to be in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reflect_tui.demo import sessions
from reflect_tui.errors import JournalError
from reflect_tui.git.problems import Obstacle
from reflect_tui.model.session import Session
from reflect_tui.store.journal import Journal
from reflect_tui.store.record import Recorded
from reflect_tui.tui.widgets.lines import Lines
from tests.bundled import bundled, bundled_bytes
from tests.screenshots import fixed_clock
from tests.tui.conftest import Seat, opened


@pytest.fixture
def session() -> Session:
    return sessions(bundled("digcomp", "en"), fixed_clock().now().date(), "en")[0]


def save(journal: Journal, session: Session) -> None:
    journal.save(session, bundled_bytes("digcomp"))


def at_first(patch: pytest.MonkeyPatch, name: str, act: Callable[[], object]) -> None:
    """Have something done while the journal is asked this for the first time, before it answers."""
    whole, asked = getattr(Journal, name), list[str]()

    def ask(*arguments: object, **options: object) -> object:
        asked.append(name)
        if len(asked) == 1:
            act()
        return whole(*arguments, **options)

    patch.setattr(Journal, name, ask)


@pytest.mark.parametrize("name", ["record", "signature", "changed", "altered_rounds", "session_files"])
async def test_a_session_saved_while_an_earlier_look_at_history_goes_on_is_not_called_in_history(
    journal: Journal, session: Session, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Git never answers, so that what was asked first and what was asked since come back in any order."""

    def record(_journal: Journal) -> Recorded:
        waiting = journal.pending()
        return Recorded(pending=waiting, obstacle=Obstacle("hangs", str(journal.root)) if waiting else None)

    async with opened(journal) as seat:
        service = seat.app.journal_service
        monkeypatch.setattr(Journal, "record", record)
        at_first(monkeypatch, name, lambda: service._change(lambda: save(journal, session)))
        service.commit()
        await seat.press()
        assert "1 not yet in history" in seat.text()
        assert "all in history" not in seat.text()


@pytest.mark.parametrize("name", ["changed", "altered_rounds", "session_files", "pending"])
async def test_a_file_that_another_program_puts_there_meanwhile_is_not_called_in_history_before_it_is(
    journal: Journal, session: Session, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async with opened(journal) as seat:
        service = seat.app.journal_service
        at_first(monkeypatch, name, lambda: save(journal, session))
        service.commit()
        await seat.press()
        monkeypatch.undo()
        assert "all in history" not in seat.text()
        service.watch()
        await seat.press()
        assert "all in history" in seat.text()
        assert journal.pending() == ()


async def test_an_agenda_is_not_called_in_history_before_it_is_on_a_page_over_it_either(demo: Journal) -> None:
    """It is committed when one leaves it, so that all changes to it become one version."""
    async with opened(demo) as seat:
        await seat.press("v", "J")
        for key in ("", "question_mark", "escape"):
            await seat.press(*filter(None, (key,)))
            assert "saved; history follows" in top(seat)
        await seat.press("escape")
        assert "saved, all in history" in top(seat)
        assert demo.pending() == ()


async def test_an_agenda_that_can_t_be_written_is_called_not_saved_on_every_page(
    demo: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise JournalError("No space left.")

    async with opened(demo) as seat:
        monkeypatch.setattr(seat.app.document_service._agendas, "_save", refuse)
        await seat.press("v", "J", "escape")
        for key in ("", "question_mark", "escape", "escape"):
            await seat.press(*filter(None, (key,)))
            assert "not saved yet" in top(seat)
        monkeypatch.undo()
        await seat.press("v", "J", "escape")
        assert "saved, all in history" in top(seat)


def top(seat: Seat) -> str:
    """Give the top line of the page in front."""
    return seat.app.screen.query_one("#top", Lines).shown[0].text
