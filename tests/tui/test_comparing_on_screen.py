"""Oneself beside others by keys: every look at it, and the walk through the differences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tomli_w

from reflect_tui.model import round as rounds
from reflect_tui.model.agenda import Agenda
from reflect_tui.store.journal import Journal
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.views.lines import plain
from tests.tui.conftest import Seat, opened
from tests.unit import examples
from tests.unit.feedback_examples import Feedback, every
from tests.unit.test_compare import by_hand


def kept(folder: Path, found: Feedback) -> Journal:
    journal = Journal(folder / "journal", folder / "state")
    instrument = tomli_w.dumps(examples.document()).encode()
    for session in (found.session, *found.others):
        journal.save(session, instrument)
    for one in found.rounds.values():
        journal.rounds.save(one.id, rounds.dumps(one), "closed")
    journal.record()
    return journal


def stored(journal: Journal) -> Agenda:
    (document,) = journal.agendas.all()
    assert document.value
    return document.value


def row(seat: Seat, name: str) -> str:
    return next(line for line in seat.text().splitlines() if line[2:].startswith(name))


async def test_the_screen_shows_what_was_calculated_by_hand(tmp_path: Path) -> None:
    async with opened(kept(tmp_path, by_hand())) as seat:
        await seat.press("c")
        assert seat.screen == "CompareScreen"
        assert re.search(r"3/3 .* 3\.00 +3\.47 +\+0\.47", row(seat, "Looking"))
        assert re.search(r"1/2 .* 3\.00 +2\.38 +-0\.62\*", row(seat, "Doing"))
        assert re.search(r"2/2 .* 4\.00 +2\.79 +-1\.21", row(seat, "Together"))
        assert "2 clients answered: not shown below 3." in seat.text()
        assert "4 colleagues 3.27 n=11" in seat.words()
        await seat.press("o")
        names = [line[2:10] for line in seat.text().splitlines() if re.search(r"\d/\d ", line)]
        assert names == ["Together", "Doing   ", "Looking "]


async def test_items_fields_comments_and_table_each_on_a_key(tmp_path: Path) -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(4), every(2), every(4)], notes=[{"calm": "Never in a hurry"}])
    async with opened(kept(tmp_path, found)) as seat:
        await seat.press("c", "enter")
        assert "about 3" in seat.text()
        await seat.press("enter", "f")
        assert "Hidden strength" in seat.text()
        await seat.press("m")
        assert "Never in a hurry" in seat.text()
        await seat.press("T")
        assert "Others score" in seat.text()
        await seat.press("escape", "s")
        assert "Attitude" in seat.text()
        await seat.press("escape")
        assert seat.screen == "HomeScreen"


async def test_with_nobody_else_it_says_how_to_ask(tmp_path: Path) -> None:
    async with opened(kept(tmp_path, Feedback(every(3)))) as seat:
        await seat.press("c")
        assert "o asks them, and i imports what they send" in seat.words()
        await seat.press("w", "f", "enter", "escape")
        assert seat.screen == "HomeScreen"


async def test_a_half_written_note_to_a_difference_is_saved_when_the_app_ends_and_is_one_step_to_undo(
    demo: Journal,
) -> None:
    async with opened(demo) as seat:
        await seat.press("c", "w", "right", "e", "o", "k")
        seat.app.keep_drafts()
        await seat.press("a", "y", "escape", "u")
        assert not [point for point in stored(demo).points if "ok" in point.remark]
        await seat.press("e", "H", "a", "l", "f")
        seat.app.exit(None, 143)
    assert [point.remark for point in stored(demo).points if "Half" in point.remark] == ["Half"]


async def test_notes_and_marks_are_kept_with_the_agenda(demo: Journal) -> None:
    before = stored(demo)
    async with opened(demo) as seat:
        await seat.press("c", "w")
        assert "Difference 1 of 8 · not on the agenda" in seat.text()  # rounding could explain it
        await seat.press("right")
        assert "Difference 2 of 8 · not on the agenda" in seat.text()
        await seat.press("e", "o", "k", "escape")
        assert "Your note" in seat.text()
        (noted,) = [point for point in stored(demo).points if point.kind == "gap" and point.remark == "ok"]
        assert noted.dropped
        await seat.press("space")
        assert "✓ on the agenda" in seat.text()
        (marked,) = [point for point in stored(demo).points if point.remark == "ok"]
        assert not marked.dropped
        await seat.press("right")
        assert "Difference 3 of 8" in seat.text()
        await seat.press("u", "u")
        assert stored(demo) == before


async def test_a_marked_difference_stands_on_the_agenda(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("c", "w", "right", "space", "v")
        assert seat.screen == "AgendaScreen"
        assert stored(demo).kept[-1].kind == "gap"
        await seat.press("end")
        assert "others see it differently" in seat.text()


@pytest.mark.parametrize("state", ["closed", "open"])
async def test_no_screen_shows_what_one_person_said(tmp_path: Path, state: str) -> None:
    """Walk over every row of Home and through every key of it: the answers of a round are nowhere."""
    found = Feedback(every(3))
    notes = [{"calm": f"canary {n}"} for n in range(3)]
    found.give("colleague", [every(2), every(3), every(1)], notes=notes, state=state)
    async with opened(kept(tmp_path, found)) as seat:
        assert seat.app.state.rows[0].role == "self"
        assert len(seat.app.state.rows) == 1
        for key in ("enter", "h", "t", "d", "v", "g", "r", "x", "i"):
            await seat.press("home", key)
            assert "canary" not in seat.text()
            while seat.screen != "HomeScreen":
                await seat.press("escape")
        assert {session.role for session in seat.app.state.sessions} == {"self"}


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_no_figure_of_the_row_at_the_cursor_nor_of_a_field_is_cut(demo: Journal, size: tuple[int, int]) -> None:
    async with opened(demo, size) as seat:
        await seat.press("c")
        for _row in range(8):
            detail = seat.app.screen.query_one("#detail", Lines)
            assert "…" not in plain(detail.shown)
            assert len(detail.shown) <= detail.size.height
            await seat.press("down")
        await seat.press("f")
        for row in seat.text().split("\n"):
            assert not re.search(r"(own|others) .*…", row)


async def test_what_is_opened_from_someone_elses_row_says_whose_session_it_shows(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    instrument = tomli_w.dumps(examples.document()).encode()
    for days, role in ((0, "self"), (5, "manager"), (90, "self"), (180, "self")):
        journal.save(examples.session(every(3), days=days, role=role), instrument)  # type: ignore[arg-type]
    journal.record()
    async with opened(journal) as seat:
        await seat.press("end")
        await seat.press("up")
        said = "From 28 Nov 2026 · manager: "
        for key, title, whose in (
            ("c", "Compare · 23 Nov 2026 · self", "your own session beside all who answered."),
            ("v", "Agenda · 23 Nov 2026 · self", "the agenda of your own session."),
            ("d", "22 May 2027 · self", "your own newest two sessions."),
        ):
            await seat.press(key)
            text = seat.words()
            assert said + whose in text
            assert title in text
            await seat.press("escape")
        await seat.press("enter", "d")
        text = seat.words()
        assert said + "your own newest two sessions." in text
        assert "22 May 2027 · self" in text
        await seat.press("escape", "escape", "t")
        assert "Trends · Small · self" in seat.text()
        await seat.press("escape", "down", "c")
        assert "Compare · 23 Nov 2026 · self" in seat.text()
        assert "From 28 Nov" not in seat.text()


@pytest.mark.parametrize("size", [(60, 34), (80, 40), (120, 50)])
async def test_it_says_which_groups_are_not_among_the_others_and_where_groups_differ(
    demo: Journal, size: tuple[int, int]
) -> None:
    async with opened(demo, size) as seat:
        await seat.press("c")
        assert "Not in the mean of others, with too few shared" in seat.text()
        await seat.press("f")
        assert "Others differ, one is high" in seat.text()


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_the_names_of_domains_are_whole_in_a_narrow_comparison(demo: Journal, size: tuple[int, int]) -> None:
    async with opened(demo, size=size) as seat:
        await seat.press("c")
        rows = [row for row in seat.text().splitlines() if re.search(r"\d/\d", row)]
        assert any("Coordinating" in row for row in rows)
        assert not [row for row in rows if "…" in row]
