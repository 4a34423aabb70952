"""An instrument translated by keys only, original and translation in view, nothing typed lost."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest

from reflect_tui import paths
from reflect_tui.i18n import use_language
from reflect_tui.model import instrument, library
from reflect_tui.store.journal import Journal
from reflect_tui.toml import formats
from reflect_tui.tui.app import ReflectApp
from reflect_tui.tui.widgets.lines import Lines
from tests.tui.conftest import Seat, opened
from tests.unit import examples


def keys(text: str) -> list[str]:
    return ["space" if letter == " " else letter for letter in text]


@pytest.fixture(autouse=True)
def own(own_home: Path) -> None:
    """Put an instrument of one statement among one's own."""
    document = examples.document() | {"id": "aaa"}
    document["domain"] = [document["domain"][0] | {"item": document["domain"][0]["item"][:1]}]
    paths.instruments_folder().mkdir(parents=True)
    (paths.instruments_folder() / "mine.toml").write_bytes(formats.dumps(document))


async def begin(seat: Seat, language: str = "de") -> None:
    await seat.press("n", "down", "t")
    await seat.type(*keys(language))
    await seat.press("enter")


WORDS = ("Klein", "eins", "zwei", "drei", "vier", "Schauen", "Ich bleibe", "ruhig", "{name} bleibt ruhig")


def written() -> Path:
    return paths.instruments_folder() / "mine.de.toml"


async def test_a_translation_is_typed_text_after_text_and_saved_beside_its_instrument(journal: Journal) -> None:
    async with opened(journal, (100, 30)) as seat:
        await begin(seat)
        assert seat.screen == "TranslatingScreen"
        assert "nl → de · aaa 1.2.0" in seat.text()
        assert "9 of 9 still to translate" in seat.text()
        await seat.press("enter")
        for number, words in enumerate(WORDS, 1):
            assert f"{10 - number} of 9 still to translate" in seat.text()
            await seat.type(*keys(words))
            await seat.press("enter")
        assert "not saved yet" in seat.text()
        row = next(row for row in seat.text().splitlines() if "ruhig" in row)
        assert row.split("calm")[1].split() == ["ruhig"]
        await seat.press("f")
        assert "The translation is saved" in seat.text()
    assert journal.typed.all() == ()
    entry = library.Library(None).newest("aaa")
    assert entry.languages == ("nl", "de")
    assert entry.read("de").items[0].other == "{name} bleibt ruhig"
    assert entry.translations["de"].path == written()


async def test_at_80_columns_the_original_stands_above_and_nothing_half_done_is_saved(journal: Journal) -> None:
    async with opened(journal) as seat:
        await begin(seat)
        rows = [row.strip() for row in seat.text().splitlines()]
        assert rows[rows.index("Title: Small") + 1] == "→ …"
        await seat.press("enter")
        await seat.type(*keys("Klein"))
        await seat.press("escape", "f")
        assert "This is still to be translated." in seat.text()
        assert not written().exists()


async def test_what_is_typed_outlives_the_app_and_a_saved_one_is_changed(journal: Journal) -> None:
    async with opened(journal) as seat:
        await begin(seat)
        await seat.press("enter")
        for words in WORDS[:-1]:
            await seat.type(*keys(words))
            await seat.press("enter")
        await seat.type(*keys("{name} blei"))
    async with opened(journal) as seat:
        await begin(seat)
        assert "What you typed before is still here." in seat.text()
        assert "{name} blei" in seat.text()
        await seat.press("f", "enter")
        assert written().exists()
        await begin(seat)
        assert "all translated" in seat.text()
        await seat.press("enter", "end")
        await seat.type(*keys("!"))
        await seat.press("enter", "f", "enter")
    assert formats.parse_document(written().read_bytes(), "")["title"] == "Klein!"


async def test_a_file_that_changed_meanwhile_is_not_written_over(journal: Journal) -> None:
    async with opened(journal) as seat:
        await begin(seat)
        await seat.press("enter")
        for words in WORDS:
            await seat.type(*keys(words))
            await seat.press("enter")
        written().write_text("mine")
        await seat.press("f")
        assert "mine.de.toml" in seat.words()
        await seat.press("enter")
        assert seat.screen == "TranslatingScreen"
    assert written().read_text() == "mine"


async def test_the_own_editor_has_the_originals_as_remarks(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    act = 'text = text.replace(\'# Small\\ntitle = ""\', \'title = "Klein"\').replace("# calm\\n", "colm = 1\\n")'
    script = tmp_path / "editor.py"
    script.write_text(
        f"import pathlib, sys\nfile = pathlib.Path(sys.argv[1])\ntext = file.read_text()\n{act}\n"
        "file.write_text(text)\n"
    )
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    monkeypatch.setattr(ReflectApp, "suspend", lambda _app: contextlib.nullcontext())
    async with opened(journal, (100, 40)) as seat:
        await begin(seat)
        await seat.press("ctrl+e")
        assert "8 of 9 still to translate" in seat.text()
        assert "unknown key; did you mean calm?" in seat.words()
        await seat.press("u")
        assert "9 of 9 still to translate" in seat.text()


async def test_what_comes_with_the_program_and_no_language_are_refused_in_a_sentence(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("n", "t")
        await seat.type(*keys("en"))
        await seat.press("enter")
        assert "These words are there already in this language" in seat.words()
        await seat.press("escape")
        await begin(seat, "english")
        assert "in two letters, such as nl or de" in seat.words()


async def test_an_instrument_of_the_program_is_translated_into_a_new_language(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("n", "t")
        await seat.type(*keys("de"))
        await seat.press("enter")
        assert seat.screen == "TranslatingScreen"
        assert "Translation nl → de · jgz-opv" in seat.text()


async def test_it_is_dutch_where_the_app_is(journal: Journal) -> None:
    use_language("nl")
    async with opened(journal, (120, 40)) as seat:
        await begin(seat)
        for words in ("Vertaling", "nog 9 van 9 te vertalen", "Domein", "Voor anderen"):
            assert words in seat.text()
    assert instrument.load(paths.instruments_folder() / "mine.toml").language == "nl"


async def test_n_goes_from_one_missing_text_to_the_next_and_round(journal: Journal) -> None:
    async with opened(journal, (100, 30)) as seat:
        await begin(seat)
        page = seat.app.screen.query_one("#page", Lines)
        seen = [page.target]
        for _text in WORDS:
            await seat.press("n")
            seen.append(page.target)
    assert len(set(seen)) == len(WORDS)
    assert seen[-1] == seen[0]
