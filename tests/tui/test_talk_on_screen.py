"""The talk by keys: every change is saved at once, it goes on after any end, and once signed it stays as it is."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.clock import SYSTEM
from reflect_tui.i18n import format_date
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import digest
from reflect_tui.model.talk import Talk, dumps, is_as_signed
from reflect_tui.store.documents import Document
from reflect_tui.store.journal import Journal
from reflect_tui.tui.app import ReflectApp, Start
from reflect_tui.tui.screens.talk import TalkScreen, open_talk
from reflect_tui.tui.services.documents import GoalAgreed
from tests.screenshots import fixed_clock
from tests.settling import settle
from tests.tui.conftest import Seat, opened

DATE = "2027-05-29"


def begun(journal: Journal) -> list[Document[Talk]]:
    """Give the talks but the one that the demo has."""
    *documents, _earlier = journal.talks.all()
    return documents


def stored(journal: Journal) -> Talk:
    (document,) = begun(journal)
    assert document.value
    return document.value


def goals_of(journal: Journal, talk: Talk) -> list[Goal]:
    return [found.value for found in journal.goals.all() if found.value and found.value.talk == talk.id]


def log(journal: Journal, form: str = "%s") -> list[str]:
    command = ["git", "-C", str(journal.root), "log", f"--format={form}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def agenda(journal: Journal) -> Agenda:
    (document,) = journal.agendas.all()
    assert document.value
    return document.value


def with_other_ids(seat: Seat) -> None:
    """Let ids differ, as they do outside tests."""
    seat.app.clock = structs.replace(seat.app.clock, token=SYSTEM.token)


async def write(seat: Seat, text: str) -> None:
    await seat.type(*("space" if letter == " " else letter for letter in text))


async def remark(seat: Seat, key: str, text: str) -> None:
    await seat.press(key)
    await write(seat, text)
    await seat.press("escape")


async def agree(seat: Seat, what: str, first_step: str, helper: str) -> None:
    await seat.press("g")
    for text in (what, first_step, helper):
        await write(seat, text)
        await seat.press("enter")
    await seat.press("enter", "enter")


async def sign(seat: Seat) -> None:
    await seat.press("d")
    await write(seat, DATE)
    await seat.press("enter")
    assert format_date(date.fromisoformat(DATE)) in seat.text()  # on the page that is signed
    await seat.press("f")
    for text in ("Noor", "Ans"):
        await write(seat, text)
        await seat.press("enter")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_talk_is_gone_through_signed_and_stays(demo: Journal, size: tuple[int, int]) -> None:
    points = agenda(demo).kept
    async with opened(demo, size) as seat:
        await seat.press("v", "w")
        assert seat.screen == "TalkScreen"
        assert "4 of 8 domains are high" in seat.text()
        assert not begun(demo)  # looking is no talk yet
        await seat.press("right")
        assert stored(demo).place == 1
        await remark(seat, "e", "I see it")
        await remark(seat, "l", "So do I")
        await agree(seat, "Ask", "Call", "Sanne")
        talk = stored(demo)
        assert (talk.topics[0].remark, talk.topics[0].leader_remark) == ("I see it", "So do I")
        (goal,) = goals_of(demo, talk)
        (agreed,) = talk.topics[0].agreements
        assert (agreed.goal, agreed.what, agreed.first_step, agreed.helper) == (goal.id, "Ask", "Call", "Sanne")
        assert (goal.domain, goal.session) == (talk.topics[0].about, talk.session)
        await seat.press(*["right"] * len(talk.topics))
        assert "What we agreed" in seat.text()
        assert "Ask" in seat.text()
        await sign(seat)
        assert "Noor (professional) and Ans (team leader)" in seat.text()
        talk = stored(demo)
        assert is_as_signed(talk)
        assert talk.next_talk == date.fromisoformat(DATE)
        assert [point.kind for point in talk.points] == [point.kind for point in points]
        (signature,) = talk.signatures
        seen = demo.repository.read(signature.commit, demo.talks.path(talk.id))
        assert digest(seen) == signature.digest
        assert log(demo)[:2] == ["talk 2026-11-23: signed", "talk 2026-11-23: saved"]
        await seat.press("left", "e", "escape", "l", "escape", "g", "escape", "n", "escape", "u")
        assert stored(demo) == talk
        await seat.press("x")
        assert "What we agreed: web page" in seat.text()
        said = seat.words()
        assert "No name is on the document. What you agreed has the names under it." in said


async def test_the_command_opens_the_talk(demo: Journal) -> None:
    app = ReflectApp(demo, None, fixed_clock(), Start(at="talk", session=demo.own()[2]))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app)
        await pilot.pause()
        seat = Seat(app, pilot)
        assert seat.screen == "TalkScreen"
        assert "About your session of 20 Mar 2026" in seat.text()
        await seat.press("escape")
        assert seat.screen == "HomeScreen"


async def test_a_paused_talk_goes_on_at_the_same_page(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("enter", "w", "right", "right")
        await remark(seat, "e", "Half way")
        await seat.press("escape")
        assert stored(demo).paused is not None
        assert log(demo)[0] == "talk 2026-11-23: saved"
        await seat.press("escape")
        assert "w  talk of 23 Nov 2026, paused · next assessment due in 6 months" in seat.text()
        await seat.press("down", "w")
        assert "Half way" in seat.text()
        assert stored(demo).paused is None
    async with opened(demo) as seat:
        await seat.press("enter", "w")
        assert "Point 2 of 5" in seat.text()


async def test_a_remark_half_written_is_saved_when_the_app_ends(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", "right", "l")
        await write(seat, "Half a rem")
        seat.app.exit(None, 143)
    assert stored(demo).topics[0].leader_remark == "Half a rem"


async def test_what_was_agreed_can_be_taken_back_with_its_goal(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", "right")
        await agree(seat, "Ask", "Call", "Sanne")
        await seat.press("u")
        talk = stored(demo)
        assert not talk.agreements
        assert not goals_of(demo, talk)


async def test_what_is_agreed_while_a_remark_is_written_stays(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", "right")
        await agree(seat, "Ask", "Call", "Sanne")
        (goal,) = goals_of(demo, stored(demo))
        await seat.press("u", "e")
        await write(seat, "I see ")
        (screen,) = (each for each in seat.app.screen_stack if isinstance(each, TalkScreen))
        screen.post_message(GoalAgreed(1, goal))  # it was saved only now
        await seat.press()
        await write(seat, "it now ")
        await seat.press("escape")
        (topic, *_others) = stored(demo).topics
        assert (topic.remark.strip(), [agreed.what for agreed in topic.agreements]) == ("I see it now", ["Ask"])


async def test_a_point_that_came_up_is_the_next_page(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", "right", "n")
        await write(seat, "Holidays")
        await seat.press("enter")
        assert "Point 6 of 6" in seat.text()
        assert stored(demo).topics[-1].text == "Holidays"


async def test_a_second_talk_about_a_session_is_asked_for(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", *["right"] * 6)
        await sign(seat)
        await seat.press("escape", "w")
        assert "Begin another talk" in seat.text()
        await seat.press("enter")
        assert "Noor (professional)" in seat.text()
        with_other_ids(seat)
        await seat.press("escape", "w", "down", "enter", "right")
    assert len(begun(demo)) == 2


async def test_a_talk_that_can_t_be_read_is_shown_so_and_left_alone(demo: Journal) -> None:
    (document,) = demo.agendas.all()
    path = demo.root / document.path
    path.write_text("format = 1\nwhat\n")
    async with opened(demo) as seat:
        await seat.press("enter", "w", "right", "e", "f")
        assert "not valid TOML" in seat.words()
    assert not begun(demo)


async def test_a_damaged_talk_is_told_of_before_another_is_begun(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", "right")
        path = demo.root / demo.talks.path(stored(demo).id)
        await seat.press("escape")
    path.write_bytes(b"format = 1\nwhat\n")
    async with opened(demo) as seat:
        assert f"talks/{path.name} can't be read." in seat.words()
        await seat.press("w")
        assert "It may be a talk about this session." in seat.words()
        await seat.press("escape")
        assert seat.screen == "HomeScreen"
        await seat.press("w", "enter")
        assert seat.screen == "TalkScreen"
    assert path.read_bytes() == b"format = 1\nwhat\n"


async def test_a_talk_changed_by_another_program_is_left_alone(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", "right")
        path = demo.root / demo.talks.path(stored(demo).id)
        theirs = path.read_bytes().replace(b"place = 1", b"place = 1 # theirs")
        path.write_bytes(theirs)
        await remark(seat, "e", "Mine")
        assert "changed by another program" in seat.words()
        assert path.read_bytes() == theirs


async def test_a_talk_changed_by_another_program_is_told_of_once_and_opens_again(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", "right")
        path = demo.root / demo.talks.path(stored(demo).id)
        path.write_bytes(path.read_bytes().replace(b"place = 1", b"place = 2"))
        await remark(seat, "e", "Mine")
        await seat.press("escape")  # from what could not be done
        assert seat.screen == "TalkScreen"
        await seat.press("escape", "escape")  # the pause is told to have failed, too
        assert seat.screen != "TalkScreen"
        await seat.press("w")
        assert "changed by another program" in seat.words()
        await seat.press("escape", "w")
        assert "Point 2 of 5" in seat.text()


async def test_from_someone_s_answers_the_talk_is_about_the_session_they_belong_to(demo: Journal) -> None:
    async with opened(demo) as seat:
        found = seat.app.state.pages
        beside = [(given, found.own_beside(given)) for given in seat.app.state.sessions if given.role != "self"]
        given, own = next((given, own) for given, own in beside if own and own != found.own(given.instrument)[0])
        open_talk(seat.app, given)
        await seat.press()
        assert f"About your session of {format_date(own.started.date())}" in seat.text()


async def test_a_talk_whose_session_is_gone_is_not_gone_on_with(demo: Journal) -> None:
    older = demo.own()[2]
    async with opened(demo) as seat:
        open_talk(seat.app, older)
        await seat.press()
        await seat.press("right", "escape")
        assert "w  talk of 23 Nov 2026, paused" in seat.text()
    demo.delete(older.id)
    async with opened(demo) as seat:
        assert "paused" not in seat.text()
        await seat.press("w")
        assert f"About your session of {format_date(demo.own()[0].started.date())}" in seat.text()


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from reflect_tui.store.journal import Journal
from tests.tui import test_talk_on_screen as t
from tests.settling import swift_keys

async def talk():
    journal = Journal(Path(sys.argv[1]), Path(sys.argv[2]))
    async with t.opened(journal) as seat:
        t.with_other_ids(seat)
        await seat.press("v", "w", *["right"] * int(sys.argv[3]))
        await t.remark(seat, "e", sys.argv[4])
        await t.agree(seat, sys.argv[4], "Call", "Sanne")
        os.kill(os.getpid(), signal.SIGKILL)

with swift_keys():
    asyncio.run(talk())
"""


def killed(journal: Journal, steps: int, text: str) -> int:
    """Go so many pages on in a process of its own, write a remark and agree, and be killed; return its code."""
    command = [sys.executable, "-c", KILLED, str(journal.root), str(journal.state), str(steps), text]
    return subprocess.run(command, check=False, timeout=120, cwd=Path(__file__).parents[2]).returncode


async def test_killed_twice_on_the_way_nothing_is_lost(demo: Journal) -> None:
    for text in ("First", "Second"):
        assert killed(demo, 1, text) == -signal.SIGKILL
    talk = stored(demo)
    assert [topic.remark for topic in talk.topics[:2]] == ["First", "Second"]
    assert [agreement.what for agreement in talk.agreements] == ["First", "Second"]
    assert len(goals_of(demo, talk)) == 2
    async with opened(demo) as seat:
        await seat.press("v", "w")
        assert "Point 2 of 5" in seat.text()
        await seat.press(*["right"] * 4)
        await sign(seat)
    signed = stored(demo)
    assert is_as_signed(signed)
    assert demo.repository.read("HEAD", demo.talks.path(signed.id)) == dumps(signed)


async def test_what_is_written_in_a_talk_is_not_taken_for_another_program_s_change(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", "right", "right")
        seat.app.journal_service.watch()
        await seat.press()
        await seat.press("escape", "escape")
        assert "Another program" not in seat.text()
        assert "talk of 23 Nov 2026, paused" in seat.text()


async def test_a_second_window_only_looks_at_the_talk(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", "right")
        await remark(seat, "e", "Mine")
        before = stored(demo)
        async with opened(Journal(demo.root, demo.state)) as second:
            await second.press("v", "w")
            assert "Mine" in second.text()
            for key in ("e", "l", "g", "n"):
                await second.press(key)
                assert "this one only reads" in second.words()
                await second.press("escape", "right", "left")
        assert stored(demo) == before
