"""An instrument of one's own, filled in by keys and asked of others."""

from __future__ import annotations

from pathlib import Path

import tomli_w
from textual.widgets import Input

from reflect_tui import paths
from reflect_tui.model.session import Role
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui.widgets.lines import Lines
from tests.tui.conftest import opened
from tests.unit import examples, gone_examples
from tests.unit.examples import DATA, ITEMS, document


def put(name: str, data: bytes) -> Path:
    path = paths.instruments_folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


async def test_an_own_instrument_is_chosen_filled_in_and_asked_of_others(journal: Journal) -> None:
    put("mine.toml", tomli_w.dumps(document()).encode())
    put("broken.toml", b"title = ")
    async with opened(journal) as seat:
        await seat.press("n")
        shown = seat.text()
        assert "Small" in shown
        assert "nl      7 statements" in shown
        assert "Can't be used: broken.toml. Why: reflect-tui instruments list" in " ".join(shown.split())
        await seat.press("down", "down", "down", "enter")
        assert seat.screen == "AssessScreen"
        await seat.press(*"3" * len(ITEMS), "f", "enter")
        assert "Looking" in seat.text()
        await seat.press("escape", "o", "n", *"Noor", "enter", *"Bo", "enter", "enter", "enter")
        await seat.press("enter", "enter")  # which statements, and that all is right: there is one language
        assert "In which language?" not in seat.text()
        await seat.press("enter")
        await seat.press("enter", "escape", "n")
        assert seat.app.screen.query_one("#rows", Lines).target == "small"  # on which the newest session is
    (session,) = journal.own()
    assert (session.instrument, len(session.scores)) == ("small", len(ITEMS))
    (kept,) = journal.rounds.all()
    assert kept.value is not None
    assert kept.value.instrument == "small"


async def test_others_are_asked_in_a_language_that_the_statements_are_there_in(journal: Journal) -> None:
    put("mine.toml", tomli_w.dumps(document()).encode())
    async with opened(journal, settings=Settings(instrument="small")) as seat:
        await seat.press("o", "n", *"Noor", "enter", *"Bo", "enter", "enter", "enter", "enter")
        for _step in range(3):
            assert "In which language?" not in seat.text()
            await seat.press("enter")
    (kept,) = journal.rounds.all()
    assert kept.value is not None
    assert (kept.value.instrument, kept.value.language) == ("small", "nl")  # the program speaks English here


async def test_the_settings_offer_own_instruments(journal: Journal) -> None:
    put("mine.toml", tomli_w.dumps(document()).encode())
    async with opened(journal) as seat:
        await seat.press("comma")
        for _step in range(40):
            if seat.app.screen.query_one("#page", Lines).target == "instrument":
                break
            await seat.press("down")
        await seat.press("left")
    assert 'instrument = "small"' in paths.settings_file().read_text(encoding="utf-8")


async def test_no_screen_breaks_on_a_goal_whose_domain_is_gone(journal: Journal) -> None:
    gone_examples.fill(journal)
    async with opened(journal) as seat:
        await seat.press("v")
        assert "Goal: Goal a" in seat.text()
        await seat.press("escape", "w")
        assert seat.screen != "HomeScreen"
        await seat.press("escape", "escape", "g")
        assert "Looking at what is there" in seat.text()
        for _goal in range(3):
            await seat.press("e")
            assert seat.screen != "GoalsScreen"
            await seat.press("escape", "down")
        await seat.press("escape", "t")
        assert seat.screen == "TrendsScreen"


async def test_zero_and_ten_are_scores_where_the_scale_has_them(journal: Journal) -> None:
    put("eleven.toml", (DATA / "instruments" / "eleven.toml").read_bytes())
    async with opened(journal) as seat:
        await seat.press("n", "down", "down", "enter")
        assert seat.screen == "AssessScreen"
        shown = seat.words()
        assert "0 never" in shown
        assert "t 10 always" in shown
        assert "- n/a" in shown
        await seat.press("0", "t", "minus")
        assert seat.screen == "ReviewScreen"
        await seat.press("enter")
        assert "5.00" in seat.text()
    (session,) = journal.own()
    assert dict(session.scores) == {"listen": 0, "ask": 10, "feel": "n/a"}


async def test_strain_is_nowhere_shown_as_going_well(journal: Journal) -> None:
    put("strain.toml", (DATA / "instruments" / "strain.toml").read_bytes())
    async with opened(journal, (100, 30)) as seat:
        await seat.press("n", "down", "down", "down", "enter", *"33000133", "f", "enter")
        shown = seat.text()
        assert "Lower is better in Gloom, Unrest." in shown
        assert "Attitude" not in shown
        await seat.press("s")
        assert "Gloom" in seat.text()  # there is no other axis
        await seat.press("v")
        assert "Gloom: high" in seat.text()


async def test_what_each_level_means_is_shown_for_the_statement_at_the_cursor(journal: Journal) -> None:
    put("rubric.toml", (DATA / "instruments" / "rubric.toml").read_bytes())
    async with opened(journal) as seat:
        await seat.press("n", "down", "down", "down", "enter")
        assert "Asks first what the other came for." in seat.text()
        await seat.press("2")
        assert "Asks first what the other came for." not in seat.text()
        await seat.press("o", "up")
        assert "Asks first what the other came for." in seat.text()


async def test_an_own_instrument_is_compared_followed_and_reported_by_keys(journal: Journal, tmp_path: Path) -> None:
    data = tomli_w.dumps(document()).encode()
    given: list[tuple[int, int, Role]] = [(0, 2, "self"), (90, 3, "self"), (91, 4, "colleague")]
    for days, score, role in given:
        journal.save(examples.session(dict.fromkeys(ITEMS, score), days=days, role=role), data)
    async with opened(journal) as seat:
        await seat.press("c")
        assert seat.screen == "CompareScreen"
        assert "Looking" in seat.text()
        await seat.press("escape", "t")
        assert "Looking" in seat.text()
        await seat.press("escape", "x", "down", "enter")
        field = seat.app.screen.query_one(Input)
        field.value = str(tmp_path / "report.html")
        await seat.press("enter")
    assert "Looking at what is there" in (tmp_path / "report.html").read_text(encoding="utf-8")


async def test_all_that_an_instrument_can_have_is_filled_in_and_its_targets_are_chosen(journal: Journal) -> None:
    put("whole.toml", (DATA / "instruments" / "whole.toml").read_bytes())
    async with opened(journal) as seat:
        await seat.press("n", "down", "down", "down", "enter")
        assert seat.screen == "AssessScreen"
        shown = seat.text()
        assert "With others" in shown
        assert "in part" in shown
        await seat.press("3", "4")
        assert "sometimes" in seat.text()  # the words of the third statement
        await seat.press(*"2332223", "f", "enter")
        results = seat.words()
        assert "Plans: mean 2.67, steady." in results
        assert "target" not in results
        await seat.press("escape", "comma")
        for _step in range(40):
            if seat.app.screen.query_one("#page", Lines).target == "profile":
                break
            await seat.press("down")
        await seat.press("right", "right", "escape", "enter")
        assert "Not at the target for “After five years”: Talks 3.33 (target 3.5)" in seat.words()
    assert 'profile = "senior"' in paths.settings_file().read_text(encoding="utf-8")
