"""What is typed in a form outlives every end of the app: kept at every word, and back in its form."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from reflect_tui.disk import files
from reflect_tui.errors import JournalError
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from reflect_tui.tui.screens.form import TypingDialog
from reflect_tui.tui.screens.goals import GoalForm
from reflect_tui.tui.widgets.text import Field
from tests.tui.conftest import Seat, opened
from tests.tui.test_talk_on_screen import goals_of, sign, stored, write

KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from tests.tui import test_talk_on_screen as t
from tests.settling import swift_keys

async def type_a_goal():
    journal = Journal(Path(sys.argv[1]), Path(sys.argv[2]))
    async with t.opened(journal) as seat:
        t.with_other_ids(seat)
        await seat.press(*sys.argv[3].split())
        await t.write(seat, "Ask for help")
        await seat.press("enter")
        await t.write(seat, "Call San")
        os.kill(os.getpid(), signal.SIGKILL)

with swift_keys():
    asyncio.run(type_a_goal())
"""


def killed(journal: Journal, keys: str) -> int:
    """Open the form of a goal by keys in a process of its own, type half of it, and be killed; return its code."""
    command = [sys.executable, "-c", KILLED, str(journal.root), str(journal.state), keys]
    return subprocess.run(command, check=False, timeout=120, cwd=Path(__file__).parents[2]).returncode


def fields(seat: Seat) -> list[str]:
    """Give what stands in the first fields of the form in front."""
    assert seat.screen == "GoalForm"
    return [field.value for field in seat.app.screen.query(Field)][:3]


async def test_a_goal_half_typed_in_a_talk_is_back_at_its_point_after_a_kill(demo: Journal) -> None:
    assert killed(demo, "v w right right g") == -signal.SIGKILL
    async with opened(demo) as seat:
        await seat.press("v", "w")
        what, first_step, helper = fields(seat)
        assert (what, first_step[:5], helper) == ("Ask for help", "Call ", "")  # of the word at hand less is certain
        assert "What you typed before is still here" in seat.text()
        await seat.press("ctrl+s")
        assert "Point 2 of 5" in seat.text()
        talk = stored(demo)
        assert [agreed.what for agreed in talk.topics[1].agreements] == ["Ask for help"]
        assert len(goals_of(demo, talk)) == 1
        await seat.press("escape", "w")
        assert seat.screen == "TalkScreen"
    assert demo.typed.all() == ()


def lines_killed(journal: Journal, keys: str, *texts: str) -> None:
    """Open a form by keys in a process of its own, type these texts, and be killed."""
    command = [sys.executable, "-c", KILLED_IN_LINES, str(journal.root), str(journal.state), keys, *texts]
    ended = subprocess.run(command, check=False, timeout=120, cwd=Path(__file__).parents[2])
    assert ended.returncode == -signal.SIGKILL


KILLED_IN_LINES = KILLED.replace("type_a_goal", "type_lines").replace(
    """        await t.write(seat, "Ask for help")
        await seat.press("enter")
        await t.write(seat, "Call San")
""",
    """        for text in sys.argv[4:]:
            await t.write(seat, text)
            await seat.press("down")
""",
)
TO_DATE = " ".join(["v w", *["right"] * 6, "d"])
TO_SIGN = "v w f"


async def test_date_and_names_half_typed_are_back_after_a_kill(demo: Journal) -> None:
    lines_killed(demo, TO_DATE, "6 m")
    async with opened(demo) as seat:
        await seat.press("v", "w")
        assert seat.app.screen.query_one(Field).value == "6 m"
        await seat.press("backspace", "backspace", "m", "enter")
    assert stored(demo).next_talk == date(2027, 5, 23)
    lines_killed(demo, TO_SIGN, "Noor Bos ", "Ans Ver ")
    async with opened(demo) as seat:
        await seat.press("v", "w")
        assert seat.screen == "SignForm"
        assert "What you typed before is still here" in seat.text()
        professional, leader = (field.value for field in seat.app.screen.query(Field))
        assert (professional, leader[:5]) == ("Noor Bos ", "Ans V")
        await seat.press("escape")
        assert "Go back without signing?" in seat.text()
        await seat.press("escape", "ctrl+s")
        assert f"Noor Bos (professional) and {leader.strip()} (team leader)" in seat.text()
    assert stored(demo).finished
    assert demo.typed.all() == ()


async def test_names_that_are_left_are_forgotten(demo: Journal) -> None:
    lines_killed(demo, TO_SIGN, "Noor Bos ", "Ans ")
    async with opened(demo) as seat:
        await seat.press("v", "w", "escape", "enter")
        assert demo.typed.all() == ()
        await seat.press("f")
        assert [field.value for field in seat.app.screen.query(Field)] == ["", ""]


async def test_a_point_half_typed_in_a_talk_is_back_after_a_kill(demo: Journal) -> None:
    lines_killed(demo, "v w right n", "Holi days ")
    async with opened(demo) as seat:
        await seat.press("v", "w")
        assert seat.app.screen.query_one(Field).value.startswith("Holi d")
        await write(seat, "!")
        await seat.press("enter")
        assert stored(demo).topics[-1].text.startswith("Holi d")
        await seat.press("n")
        assert seat.app.screen.query_one(Field).value == ""
        window = seat.app.screen
        assert isinstance(window, TypingDialog)
        window.keep_unfinished()  # as every half second
    assert demo.typed.all() == ()


async def test_a_point_half_typed_on_the_agenda_is_back_after_a_kill(demo: Journal) -> None:
    lines_killed(demo, "v n", "Holi days ")
    async with opened(demo) as seat:
        await seat.press("v", "n")
        assert "What you typed before is still here" in seat.text()
        await seat.press("enter", "n")
        assert seat.app.screen.query_one(Field).value == ""
    (document,) = demo.agendas.all()
    assert document.value
    assert document.value.points[-1].text.startswith("Holi d")
    assert demo.typed.all() == ()


async def test_the_reason_of_an_amendment_half_typed_is_back_after_a_kill(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", *["right"] * 6)
        await sign(seat)
    lines_killed(demo, "v w enter a", "A remark ")
    async with opened(demo) as seat:
        await seat.press("v", "w", "enter")
        assert seat.app.screen.query_one(Field).value.startswith("A r")
        await seat.press("enter")
        assert demo.typed.all() != ()  # nothing is amended yet
        await seat.press("left", "l")
        await write(seat, "Well done ")
        await seat.press("escape")
        assert demo.typed.all() == ()
    (amendment,) = stored(demo).amendments
    assert amendment.reason.startswith("A r")


async def test_the_reason_to_amend_a_session_is_back_after_a_kill(demo: Journal) -> None:
    lines_killed(demo, "enter a", "A wrong ")
    async with opened(demo) as seat:
        await seat.press("enter", "a")
        reason = seat.app.screen.query_one(Field).value
        assert reason.startswith("A w")
        await seat.press("enter")
        assert seat.screen == "AssessScreen"
    (draft,) = demo.drafts.all()
    assert isinstance(draft, Draft)
    assert draft.reason == reason.strip()
    assert demo.typed.all() == ()


async def test_a_goal_half_typed_among_the_goals_is_offered_after_a_kill(demo: Journal) -> None:
    before = len(demo.goals.all())
    assert killed(demo, "g n enter") == -signal.SIGKILL
    async with opened(demo) as seat:
        await seat.press("g")
        assert "A goal that you were typing is kept" in seat.text()
        await seat.press("n")
        assert fields(seat)[0] == "Ask for help"
        await seat.press("ctrl+s")
        assert "A goal that you were typing is kept" not in seat.text()
    assert len(demo.goals.all()) == before + 1
    assert demo.typed.all() == ()


async def test_a_goal_half_changed_is_back_when_it_is_changed_again(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("g", "e")
        before = fields(seat)
        await write(seat, " and more")
        seat.app.exit(None, 143)
    async with opened(demo) as seat:
        await seat.press("g", "e")
        assert fields(seat) == [f"{before[0]} and more", *before[1:]]
        await seat.press("escape")
        assert "Leave the goal as it was?" in seat.text()
        await seat.press("enter")
    assert demo.typed.all() == ()
    async with opened(demo) as seat:
        await seat.press("g", "e")
        assert fields(seat) == before


async def test_a_goal_that_was_saved_is_not_offered_again(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("g", "n", "enter")
        await write(seat, "Ask for help ")
        assert isinstance(seat.app.screen, GoalForm)
        (typed,) = demo.typed.all()
        await seat.press("ctrl+s")
    demo.typed.save(typed)  # as a kill between saving and forgetting leaves it
    async with opened(demo) as seat:
        await seat.press("g")
        assert "A goal that you were typing is kept" not in seat.text()
    assert demo.typed.all() == ()


async def test_a_goal_that_could_not_be_saved_is_still_in_its_form(
    demo: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object, **_named: object) -> None:
        raise JournalError("The disk is full.")

    async with opened(demo) as seat:
        await seat.press("v", "w", "right", "g")
        with monkeypatch.context() as patch:
            patch.setattr(files, "replace", fails)
            patch.setattr(files, "write_new", fails)
            await write(seat, "Ask for help")
            assert "The disk is full." in seat.text()  # beside the fields, which go on taking keys
            assert fields(seat)[0] == "Ask for help"
            await seat.press("ctrl+s")
            assert "The disk is full." in seat.text()
            await seat.press("escape")
        await seat.press("g")
        assert fields(seat)[0] == "Ask for help"
        await seat.press("ctrl+s")
    assert [agreed.what for agreed in stored(demo).agreements] == ["Ask for help"]


async def test_what_can_t_be_read_of_a_typed_goal_is_put_aside_not_overwritten(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("g", "e")
        await write(seat, " and more")
        seat.app.exit(None, 143)
    (path,) = demo.typed.folder.iterdir()
    path.write_text("what?")
    async with opened(demo) as seat:
        await seat.press("g", "e")
        await write(seat, " or less")
        seat.app.exit(None, 143)
    assert path.with_name(f"{path.name}.damaged").read_text() == "what?"
    (typed,) = demo.typed.all()
    assert typed.fields["what"].endswith(" or less")
