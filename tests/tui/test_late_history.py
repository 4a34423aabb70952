"""What is saved while history is still being written is not said to be in it."""

from __future__ import annotations

import pytest

from reflect_tui.demo import sessions
from reflect_tui.git.problems import Obstacle
from reflect_tui.store.journal import Journal
from reflect_tui.store.record import Recorded
from tests.bundled import bundled, bundled_bytes
from tests.screenshots import fixed_clock
from tests.tui.conftest import opened


async def test_a_session_saved_while_an_earlier_writing_goes_on_is_not_called_in_history(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bundled("digcomp", "en")
    session = sessions(content, fixed_clock().now().date(), "en")[0]
    asked: list[int] = []
    async with opened(journal) as seat:
        service = seat.app.journal_service

        def record(_journal: Journal) -> Recorded:
            """Save a session before the first answer comes; git does not answer the second time."""
            asked.append(len(asked))
            if len(asked) == 1:
                service._change(lambda: journal.save(session, bundled_bytes("digcomp")))
                return Recorded()
            return Recorded(pending=(session.id,), obstacle=Obstacle("hangs", str(journal.root)))

        monkeypatch.setattr(Journal, "record", record)
        service.load()
        await seat.press()
        assert "1 not yet in history" in seat.text()
        assert "all in history" not in seat.text()
