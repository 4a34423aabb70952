"""What is saved while history is still being written or looked at is not said to be in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reflect_tui.demo import sessions
from reflect_tui.git.problems import Obstacle
from reflect_tui.model.session import Session
from reflect_tui.store.journal import Journal
from reflect_tui.store.record import Recorded
from tests.bundled import bundled, bundled_bytes
from tests.screenshots import fixed_clock
from tests.tui.conftest import opened


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
