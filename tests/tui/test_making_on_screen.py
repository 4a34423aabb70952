"""An instrument made by keys only, filled in, changed to a second version; nothing typed is lost."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste

from reflect_tui import paths
from reflect_tui.i18n import use_language
from reflect_tui.model import instrument
from reflect_tui.store.journal import Journal
from reflect_tui.tui.app import ReflectApp
from reflect_tui.tui.screens.making import MakingScreen
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.usecases import own_instruments
from tests.tui.conftest import Seat, opened


def keys(text: str) -> list[str]:
    return ["space" if letter == " " else letter for letter in text]


async def make(seat: Seat) -> None:
    """Type an instrument of two domains from Home."""
    await seat.press("n", "a", "enter")
    await seat.type(*keys("Team"))
    await seat.press("enter", "down", "enter")
    await seat.type(*keys("Us"))
    await seat.press("enter", "d")
    for words in ("Asking", "I ask", "I thank"):
        await seat.type(*keys(words))
        await seat.press("enter")
    await seat.press("escape", "d")
    for words in ("Giving", "I offer"):
        await seat.type(*keys(words))
        await seat.press("enter")
    await seat.press("enter")


def own_files() -> list[Path]:
    return sorted(paths.instruments_folder().glob("*"))


async def test_an_instrument_is_typed_by_keys_only_saved_and_filled_in(journal: Journal) -> None:
    async with opened(journal) as seat:
        await make(seat)
        assert seat.screen == "MakingScreen"
        assert "not saved yet" in seat.text()
        assert own_files() == []
        await seat.press("f")
        assert "n fills it in." in seat.text()
        await seat.press("enter")
        assert [path.name for path in own_files()] == ["team@1.0.0.toml"]
        await seat.press("n", "down", "down", "down")
        assert "Team" in seat.text()
        await seat.press("enter", *"343", "f", "enter")
    (session,) = journal.own()
    assert (session.instrument, session.scores) == ("team", {"i-ask": 3, "i-thank": 4, "i-offer": 3})
    assert journal.typed.all() == ()


async def test_what_is_typed_while_it_is_saved_is_kept_and_becomes_the_next_version(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = own_instruments.keep
    async with opened(journal) as seat:
        await make(seat)
        screen = seat.app.screen
        assert isinstance(screen, MakingScreen)

        def keep_slowly(*arguments: Any) -> Path:
            monkeypatch.setattr(own_instruments, "keep", keep)
            seat.app.call_from_thread(lambda: screen._show(screen._making.write("instructions", "Be honest")))
            return keep(*arguments)

        monkeypatch.setattr(own_instruments, "keep", keep_slowly)
        await seat.press("f")
        assert seat.screen == "MakingScreen"
        assert "1.0.0 is saved, without what you typed since." in seat.words()
        assert "Be honest" in journal.typed.all()[0].fields["document"]
        await seat.press("f", "enter")
    old, new = (instrument.parse(path.read_bytes(), path) for path in own_files())
    assert (old.version, old.instructions, new.version, new.instructions) == ("1.0.0", "", "1.0.1", "Be honest")


async def test_faults_stand_below_their_line_as_it_is_typed_and_keep_it_from_being_saved(journal: Journal) -> None:
    async with opened(journal) as seat:
        await make(seat)
        await seat.press("o")
        rows = seat.text().splitlines()
        at = next(number for number, row in enumerate(rows) if row.strip().startswith("1   I offer"))
        assert "other" not in rows[at + 1]
        await seat.press(*["backspace"] * 7, "x")
        rows = seat.text().splitlines()
        fault = "! other: must name the person as {name} (i-offer, line 47 of the file)"
        assert " ".join(" ".join(row.strip() for row in rows[at + 1 : at + 4]).split())[: len(fault)] == fault
        assert "1 fault left" in seat.text()
        await seat.press("enter", "f")
        assert seat.screen == "MakingScreen"
        assert "A fault is left" in seat.text()
        assert own_files() == []
        await seat.press("u", "f")
        assert len(own_files()) == 1


async def test_lead_help_and_bands_are_written_below_their_line(journal: Journal) -> None:
    async with opened(journal, (120, 40)) as seat:
        await make(seat)
        await seat.press("m", "enter")
        await seat.type(*keys("At work I"))
        await seat.press("enter")
        assert "Lead: At work I" in seat.text()
        await seat.press("up", "up", "m", "down", "down", "enter")
        await seat.type(*keys("low"))
        await seat.press("enter")
        assert "Band 1 from: 1" in seat.text()
        await seat.press("f", "enter")
    domain = instrument.load(own_files()[0]).domains[1]
    assert (domain.items[0].stem, [(band.start, band.label) for band in domain.bands]) == ("At work I", [(1, "low")])


async def test_it_is_shown_as_it_will_be_filled_in_and_as_others_are_asked(journal: Journal) -> None:
    async with opened(journal) as seat:
        await make(seat)
        assert "As it will be filled in" in seat.text()
        await seat.press("o")
        await seat.type(*keys("offers help"))
        await seat.press("enter", "tab")
        assert "· Noor offers help" in seat.text()
        await seat.press("up", "up")
        assert "2 statements have no words about someone else, and are not asked." in seat.words()


async def test_what_is_typed_outlives_the_app_a_half_written_line_too(journal: Journal) -> None:
    async with opened(journal) as seat:
        await make(seat)
        await seat.press("a")
        await seat.type(*keys("I wai"))
    async with opened(journal) as seat:
        await seat.press("I")
        assert "What you typed before is still here." in seat.text()
        assert "I wai" in seat.text()
        await seat.press("X", "enter")
        assert seat.screen == "HomeScreen"
        await seat.press("I")
        assert "I wai" not in seat.text()


async def test_leaving_keeps_it_and_undoing_everything_leaves_nothing(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("I", "d", "x", "escape", "escape", "I")
        assert "1  x" in seat.text()
        await seat.press("end", "delete", "escape")
    assert journal.typed.all() == ()


async def test_a_pasted_list_becomes_statements_and_a_pasted_line_does_not(journal: Journal) -> None:
    async with opened(journal) as seat:
        await make(seat)
        await seat.press("a")
        seat.app.post_message(Paste("1. I wait\n2. I see\n"))
        await seat.press()
        assert "2 statements added." in seat.text()
        seat.app.post_message(Paste("I win"))
        await seat.press("enter", "escape", "f", "enter")
    items = instrument.load(own_files()[0]).domains[1].items
    assert [item.text for item in items] == ["I offer", "I wait", "I see", "I win"]


async def test_a_new_version_says_what_changes_before_it_is_saved(journal: Journal) -> None:
    async with opened(journal) as seat:
        await make(seat)
        await seat.press("f", "enter", "n", "down", "down", "down", "e")
        assert "team 1.0.0" in seat.text()
        await seat.press("f")
        assert "Nothing changed yet." in seat.text()
        await seat.press("end", "a")
        await seat.type(*keys("I wait"))
        await seat.press("enter", "escape", "f")
        assert "Save version 1.0.1?" in seat.text()
        assert "I wait" in seat.text()
        assert len(own_files()) == 1
        await seat.press("enter", "enter")
    assert [path.name for path in own_files()] == ["team@1.0.0.toml", "team@1.0.1.toml"]
    (change,) = instrument.load(own_files()[1]).changes
    assert (change.kind, change.item) == ("added", "i-wait")


async def test_a_statement_with_other_words_is_asked_about_and_its_line_goes_on_or_ends(journal: Journal) -> None:
    async with opened(journal) as seat:
        await make(seat)
        await seat.press("f", "enter", "n", "down", "down", "down", "e", "end", "enter")
        await seat.type(*keys(" much"))
        await seat.press("enter", "up", "up", "enter")
        await seat.type(*keys(" you"))
        await seat.press("enter", "f")
        assert "Does it still mean the same?" in seat.text()
        assert "→ I thank you" in seat.text()
        await seat.press("escape")
        assert seat.screen == "MakingScreen"
        await seat.press("f", "enter")
        assert "→ I offer much" in seat.text()
        await seat.press("down", "enter")
        assert "Save version 1.0.1?" in seat.text()
        assert "To look at" not in seat.text()
        await seat.press("enter", "enter")
    content = instrument.load(own_files()[1])
    told = {(change.item, change.into, change.same_meaning) for change in content.changes}
    assert told == {("i-thank", (), True), ("i-offer", ("i-offer-much",), False)}
    assert [item.id for item in content.items] == ["i-ask", "i-thank", "i-offer-much"]


async def test_what_became_of_a_statement_and_of_earlier_scores_is_asked(journal: Journal) -> None:
    async with opened(journal) as seat:
        await make(seat)
        await seat.press("f", "enter", "n", "down", "down", "down", "e", "end", "up", "up", "delete", "a")
        await seat.type(*keys("I say thanks"))
        await seat.press("enter", "escape", "home", *["down"] * 5, "p")
        await seat.type(*keys("without fail"))
        await seat.press("enter", "escape", "enter", "end")
        await seat.type(*keys("!"))
        await seat.press("enter", "f")
        assert "What became of this statement?" in seat.text()
        assert "It is now: I say thanks" in seat.text()
        await seat.press("down", "enter")
        assert "Does it still mean the same?" in seat.text()
        await seat.press("enter")
        assert "What do earlier scores count as on the new scale?" in seat.words()
        await seat.press("enter")
        assert "Save version 1.0.1?" in seat.text()
        assert "To look at" not in seat.text()
        await seat.press("enter", "enter")
    content = instrument.load(own_files()[1])
    assert {change.kind for change in content.changes} == {"renamed", "moved", "rescaled"}  # it came in the next domain
    assert [(change.item, change.into) for change in content.changes if change.into] == [("i-thank", ("i-say-thanks",))]


async def test_a_statement_is_split_into_several_by_keys(journal: Journal) -> None:
    async with opened(journal) as seat:
        await make(seat)
        await seat.press("f", "enter", "n", "down", "down", "down", "e", "end", "up", "up", "delete", "a")
        for words in ("I thank him", "I thank her", "I wait"):
            await seat.type(*keys(words))
            await seat.press("enter")
        await seat.press("escape", "f", *["down"] * 4, "enter")
        assert "Into which statements was it split?" in seat.text()
        await seat.press("enter", "enter")
        assert "→ I thank him" in seat.text()
        assert "That is all" in seat.text()
        await seat.press("enter")
        assert "“I thank”: split, the line ends. Now: “I thank him”, “I thank her”." in seat.words()
        assert "To look at" not in seat.text()
        await seat.press("enter", "enter")
    content = instrument.load(own_files()[1])
    assert [(one.kind, one.item, one.into) for one in content.changes if one.kind != "moved"] == [
        ("split", "i-thank", ("i-thank-him", "i-thank-her")), ("added", "i-wait", ()),
    ]  # fmt: skip


def edit_by(monkeypatch: pytest.MonkeyPatch, folder: Path, act: str) -> None:
    """Let the user's editor do something with the text of the file that it opens."""
    script = folder / "editor.py"
    script.write_text(f"import pathlib, sys\nfile = pathlib.Path(sys.argv[1])\ntext = file.read_text()\n{act}\n")
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    monkeypatch.setattr(ReflectApp, "suspend", lambda _app: contextlib.nullcontext())


async def test_what_the_own_editor_saved_is_checked_shown_and_undone_by_one_key(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    act = """file.write_text(text.replace('text = "I ask"', 'text = "I do ask"\\nhepl = "Anyone"'))"""
    edit_by(monkeypatch, tmp_path, act)
    async with opened(journal) as seat:
        await make(seat)
        await seat.press("ctrl+e")
        assert "I do ask" in seat.text()
        assert "! hepl: unknown key; did you mean help?" in seat.words()
        await seat.press("u")
        assert "I do ask" not in seat.text()
        assert "not saved yet" in seat.text()


async def test_a_profile_leads_to_the_own_editor(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profile = '[[profile]]\\nid = "first"\\ntitle = "First year"\\ntargets = { giving = 2 }\\n'
    edit_by(monkeypatch, tmp_path, f"file.write_text(text + '{profile}' * ('profile' not in text) + '# seen')")
    async with opened(journal) as seat:
        await make(seat)
        await seat.press("ctrl+e", "home")
        for _step in range(30):
            if seat.app.screen.query_one("#page", Lines).target == "profile[1]":
                break
            await seat.press("down")
        assert "First year: Giving 2" in seat.text()
        assert "Enter opens your own editor, where this is changed." in seat.text()
        edit_by(monkeypatch, tmp_path, "file.write_text(text.replace('giving = 2', 'giving = 3'))")
        await seat.press("enter")
        assert "First year: Giving 3" in seat.text()


async def test_what_is_no_toml_any_more_changes_nothing_and_is_kept_aside(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    edit_by(monkeypatch, tmp_path, "file.write_text(text + 'oops')")
    async with opened(journal) as seat:
        await make(seat)
        await seat.press("ctrl+e")
        assert "not valid TOML" in seat.words()
        await seat.press("enter")
        assert "I thank" in seat.text()
    (kept,) = (journal.state / "refused").iterdir()
    assert kept.read_text().endswith("oops")


async def test_no_key_changes_what_comes_with_the_program(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("n", "e")
        assert "comes with the program" in seat.text()


async def test_it_is_dutch_where_the_app_is(journal: Journal) -> None:
    use_language("nl")
    async with opened(journal, (120, 40)) as seat:
        await seat.press("I")
        for words in ("Nieuw instrument", "nog 3 fouten", "heeft nog geen domein", "4  altijd", "Hoog boven"):
            assert words in seat.text()
