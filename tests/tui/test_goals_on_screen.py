"""Goals by keys: made from the results, looked back upon at the next session, changed, closed, taken back."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from msgspec import structs
from textual.widgets import Input

from reflect_tui.analysis.summary import summarize
from reflect_tui.model import agenda, goals
from reflect_tui.model.goals import Goal
from reflect_tui.store.journal import Journal
from reflect_tui.tui import navigate
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.views.labels import figure_text
from tests.tui.conftest import Seat, opened
from tests.tui.test_hostile_text import CONTROL, ESCAPES, MARKUP


def subjects(journal: Journal) -> list[str]:
    command = ["git", "-C", str(journal.root), "log", "--format=%s"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def stored(journal: Journal) -> list[Goal]:
    return [document.value for document in journal.goals.all() if document.value]


async def write(seat: Seat, text: str) -> None:
    await seat.type(*("space" if letter == " " else letter for letter in text))


async def test_a_goal_is_made_from_a_domain_of_the_results_and_listed_at_once(demo: Journal) -> None:
    before = {goal.id for goal in stored(demo)}
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter", "end", "home", "g")
        assert seat.screen == "GoalForm"
        assert "Identifying" in seat.text()  # the domain of the first row: the strongest
        await write(seat, "Plan ahead")
        await seat.press("enter")
        await write(seat, "One plan")
        await seat.press("enter", "enter", "enter")
        await write(seat, "3,5")
        await seat.press("enter")
        assert seat.screen == "ResultsScreen"
        (goal,) = [goal for goal in stored(demo) if goal.id not in before]
        assert (goal.what, goal.first_step, goal.target, goal.domain) == ("Plan ahead", "One plan", 3.5, "signaleren")
        assert str(goal.by) == "2027-05-23"
        assert goal.session == demo.own()[0].id
        assert subjects(demo)[0] == "goal 2026-11-23: made"
        await seat.press("end")
        assert "Plan ahead" in seat.text()
        await seat.press("escape")
        assert "3 open goals" in seat.text()


async def test_a_goal_along_a_focus_asks_for_a_domain_with_the_means_of_the_session_shown(demo: Journal) -> None:
    oldest = demo.own()[-1].id
    async with opened(demo) as seat:
        session = seat.app.state.session(oldest)
        assert session
        instrument = seat.app.state.instruments[session.digest]
        summary = summarize(instrument, session.scores)
        scored = sorted(
            (group for group in summary.domains if group.mean is not None), key=lambda group: group.mean or 0
        )
        navigate.show_results(seat.app, session)
        await seat.press("s")
        seat.app.screen.query_one("#page", Lines).point_at(summary.focuses[0].id)
        await seat.press("g")
        assert [row.text.split()[0] for row in seat.app.screen.query_one("#rows", Lines).shown][: len(scored)] == [
            figure_text(group) for group in scored
        ]


async def test_a_goal_is_made_from_a_statement_of_the_results(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter", *["down"] * 9, "g")
        assert seat.screen == "GoalForm"
        await write(seat, "Say it")
        await seat.press("ctrl+s")
        goal = max(stored(demo), key=lambda goal: goal.made)
        assert len(goal.items) == 1
        assert goal.domain


async def test_a_wrong_day_is_named_and_nothing_typed_is_lost_unasked(demo: Journal) -> None:
    before = stored(demo)
    async with opened(demo) as seat:
        await seat.press("g", "n", "enter")
        await write(seat, "Something")
        await seat.press("down", "down", "down", *["backspace"] * 10)
        await write(seat, "soon")
        await seat.press("ctrl+s")
        assert seat.screen == "GoalForm"
        assert "Write a day as" in seat.text()
        await seat.press("escape")
        assert seat.screen == "Question"
        await seat.press("escape")
        assert seat.screen == "GoalForm"
        await seat.press("escape", "enter")
        assert seat.screen == "GoalsScreen"
        assert stored(demo) == before


async def test_a_session_begins_with_the_look_back_and_one_key_passes_it(demo: Journal) -> None:
    before = stored(demo)
    async with opened(demo) as seat:
        await seat.press("n", "enter")
        assert seat.screen == "GoalReviewScreen"
        assert "goal 1 of 2" in seat.text()
        await seat.press("escape")
        assert seat.screen == "AssessScreen"
    assert stored(demo) == before


async def test_what_is_answered_in_the_look_back_is_kept_and_the_goal_carries_on(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("n", "enter", "down", "enter")
        await write(seat, "Twice")
        await seat.press("enter")
        assert "goal 2 of 2" in seat.text()
        await seat.press("enter", "enter")
        assert seat.screen == "AssessScreen"
        lead, call = sorted(
            (goal for goal in stored(demo) if goal.look_backs[-1:] and goal.look_backs[-1].at.day == 23),
            key=lambda goal: goal.made,
        )
        assert (lead.status, lead.look_backs[-1].note, lead.is_open) == ("partly", "Twice", True)
        assert lead.look_backs[-1].session == "2026-11-23T1405-self-4f2a9c"
        assert lead.carried == 3
        assert (call.status, call.is_open) == ("reached", False)
        assert {"goal 2026-03-20: partly", "goal 2026-07-28: reached"} <= set(subjects(demo)[:2])
    async with opened(demo) as seat:
        await seat.press("escape", "n", "enter")
        assert "goal 1 of" not in seat.text()  # only one is left


async def test_others_who_fill_in_are_not_asked_about_goals(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("n", "right", "enter")
        assert seat.screen == "AssessScreen"


async def test_everything_done_to_a_goal_can_be_taken_back(demo: Journal) -> None:
    before = {goal.id: goal for goal in stored(demo)}
    first = min(goal.by for goal in before.values() if goal.is_open and goal.by)
    async with opened(demo) as seat:
        await seat.press("g", "enter", "down", "down", "down", "enter", "enter")  # dropped, without a note
        closed = next(goal for goal in stored(demo) if goal.by == first)
        assert closed.status == "dropped"
        await seat.press("u")
        assert {goal.id: goal for goal in stored(demo)} == before
        await seat.press("delete", "enter")
        assert len(stored(demo)) == len(before) - 1
        await seat.press("u")
        assert {goal.id: goal for goal in stored(demo)} == before
        await seat.press("e", "end")
        await write(seat, " soon")
        await seat.press("ctrl+s")
        assert any(goal.what.endswith(" soon") for goal in stored(demo))
        await seat.press("u")
        assert {goal.id: goal for goal in stored(demo)} == before
        made = [subject.split(": ")[1] for subject in subjects(demo)[:6]]
        assert made == ["edited", "edited", "restored", "removed", "reopened", "dropped"]


async def test_hostile_text_in_goals_and_agenda_is_shown_never_obeyed(demo: Journal) -> None:
    text = f"{MARKUP} {ESCAPES}"
    for document in demo.goals.all():
        assert document.value
        goal = structs.replace(document.value, what=text, first_step=text, helper=text)
        (demo.root / document.path).write_bytes(goals.dumps(goal))
    for prepared in demo.agendas.all():
        assert prepared.value
        points = tuple(structs.replace(point, text=text, remark=text) for point in prepared.value.points)
        (demo.root / prepared.path).write_bytes(agenda.dumps(structs.replace(prepared.value, points=points)))
    (demo.root / "goals" / f"{text.replace('/', '')[:80]}.toml").write_text("=", encoding="utf-8")
    async with opened(demo, size=(100, 40)) as seat:
        seen = ""
        for keys in ((), ("g",), ("e",), ("escape", "enter"), ("escape", "escape", "v"), ("escape", "n", "enter")):
            await seat.press(*keys)
            seen += seat.text()
            assert not [row for row in seat.text().split("\n") if CONTROL.search(row)]
            assert not set("".join(field.value for field in seat.app.screen.query(Input))) & {"\x1b", "\x07", "\x9b"}
        assert "[@click=app.quit]x[/]" in seen


async def test_an_empty_list_says_what_goals_are_for(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("g")
        assert "No goals yet" in seat.text()
        await seat.press("enter", "e", "delete", "u")
        assert seat.screen == "GoalsScreen"


async def test_the_goals_go_to_a_calendar_file(demo: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with opened(demo) as seat:
        await seat.press("g", "x", "enter")
        assert "4 entries are in" in seat.words()
    written = (tmp_path / "goals.ics").read_text()  # two goals, the next talk and assessment, and what was closed
    assert written.count("BEGIN:VEVENT") - written.count("STATUS:CANCELLED") == 4


async def test_a_goal_changed_by_another_program_is_left_alone(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("g")
        path = demo.root / "goals" / f"{seat.app.screen.query_one('#page').target}.toml"  # type: ignore[attr-defined] # Lines
        theirs = path.read_bytes().replace(b"target", b"# theirs\ntarget")
        path.write_bytes(theirs)
        await seat.press("enter", "enter", "enter")
        assert "changed by another program" in seat.words()
        assert path.read_bytes() == theirs
