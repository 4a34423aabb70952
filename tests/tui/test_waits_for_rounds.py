"""Until it is known that rounds are as history has them, nothing is written down and nobody is said to lack."""

from __future__ import annotations

import pytest

from reflect_tui.analysis.compare import Comparison
from reflect_tui.disk.lock import Lock
from reflect_tui.model.session import Session
from reflect_tui.store.journal import Journal
from reflect_tui.tui.app import ReflectApp, Start
from reflect_tui.tui.screens.agenda import AgendaScreen, DiscussScreen
from reflect_tui.tui.screens.export import ExportScreen
from reflect_tui.tui.screens.rounds import RoundsScreen
from reflect_tui.tui.screens.talk import TalkScreen
from reflect_tui.tui.services.journal import JournalRead, JournalService
from reflect_tui.usecases import talking
from reflect_tui.usecases.pages import Pages, pages_of, saved_agenda
from reflect_tui.views.agenda import renewed_sentence
from tests.screenshots import fixed_clock
from tests.settling import settle
from tests.tui.conftest import Seat, opened


@pytest.fixture(autouse=True)
def held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the app read the journal when it opens, and look at the rounds only when a test lets it."""

    def read_only_once(service: JournalService) -> None:
        service._lock = Lock.acquire(service.host.journal.state)
        service.host.post_message(JournalRead(service._read()))

    monkeypatch.setattr(JournalService, "_recover", read_only_once)


async def let_check(seat: Seat) -> None:
    seat.app.journal_service.load()
    await seat.press()


def newest(journal: Journal) -> tuple[Pages, Session, Comparison]:
    """Give the newest session of one's own beside what others said."""
    pages = pages_of(journal)
    session = pages.own()[0]
    comparison = pages.comparison(pages.instruments[session.digest], session)
    return pages, session, comparison


def without_agenda(journal: Journal) -> None:
    (document,) = journal.agendas.all()
    journal.agendas.remove(document.id, document.data)
    journal.record()


@pytest.mark.parametrize("is_asked_for", [False, True])
async def test_a_talk_begins_with_what_all_others_answered(demo: Journal, *, is_asked_for: bool) -> None:
    without_agenda(demo)
    pages, session, _comparison = newest(demo)
    start = Start(at="talk", session=session) if is_asked_for else None
    app = ReflectApp(demo, None, fixed_clock(), start or Start())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app)
        seat = Seat(app, pilot)
        if not is_asked_for:
            await seat.press("v", "w")
        assert isinstance(app.screen, TalkScreen)
        assert "reading…" in seat.text()
        await seat.press("right")
        assert len(demo.talks.all()) == 1  # the one of the demo
        await let_check(seat)
        await seat.press("right")
    content = pages.instruments[session.digest]
    expected = talking.begin(pages, content, session, None, fixed_clock())
    assert any(group.role == "colleague" for point in expected.points for group in point.others)
    stored = demo.talks.all()[0].value
    assert stored
    assert [point.others for point in stored.points] == [point.others for point in expected.points]


async def test_an_agenda_is_proposed_with_what_all_others_answered(demo: Journal) -> None:
    without_agenda(demo)
    pages, session, _comparison = newest(demo)
    async with opened(demo) as seat:
        await seat.press("v", "del", "n", "r")
        assert isinstance(seat.app.screen, AgendaScreen)
        assert "reading…" in seat.text()
        assert not demo.agendas.all()
        await let_check(seat)
        assert seat.app.screen.agenda == pages.agenda(
            pages.instruments[session.digest], session, pages.previous(session)
        )


async def test_an_agenda_that_was_covered_meanwhile_is_shown_on_the_way_back(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "question_mark")
        await let_check(seat)
        await seat.press("escape")
        assert "reading…" not in seat.text()
        assert isinstance(seat.app.screen, AgendaScreen)
        assert seat.app.screen.agenda == saved_agenda(demo, seat.app.screen.session.id)


async def test_nobody_is_said_to_have_answered_only_when_that_is_known(demo: Journal) -> None:
    _pages, _session, comparison = newest(demo)
    async with opened(demo) as seat:
        await seat.press("c")
        assert "reading…" in seat.text()
        assert "Nobody" not in seat.text()
        await let_check(seat)
        assert "reading…" not in seat.text()
        await seat.press("w")
        assert isinstance(seat.app.screen, DiscussScreen)
        assert seat.app.screen._comparison == comparison


async def test_what_is_told_of_a_closed_round_is_said_only_when_that_is_known(demo: Journal) -> None:
    async with opened(demo) as seat:
        seat.app.push_screen(RoundsScreen())
        await seat.press()
        assert "too few" not in seat.text()
        await let_check(seat)
        assert "statements are told" in seat.text()


async def test_an_export_does_not_call_an_agenda_outdated_that_is_not(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("x")
        assert isinstance(seat.app.screen, ExportScreen)
        assert renewed_sentence() not in seat.words()
