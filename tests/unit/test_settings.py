from __future__ import annotations

import os
from pathlib import Path

import pytest

from reflect_tui import settings
from reflect_tui.errors import BadFileError
from reflect_tui.settings import Settings


def load(folder: Path, text: str) -> Settings:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return settings.load(path)


def faults(folder: Path, text: str) -> dict[str, str]:
    with pytest.raises(BadFileError) as caught:
        load(folder, text)
    return {fault.place: fault.problem for fault in caught.value.faults}


def test_without_a_file_or_with_an_empty_one_the_settings_are_the_defaults(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "none" / "settings.toml") == Settings()
    assert load(tmp_path, "# nothing yet\n") == Settings()
    assert (Settings().language, Settings().journal, Settings().keys) == ("", "", {})


def test_every_setting_is_read(tmp_path: Path) -> None:
    text = """
language = "nl"
theme = "textual-light"
glyphs = "ascii"
journal = "~/journal"
instrument = "digcomp"
entry = "home-row"
order = "single"
ask_example = true
pause_between_domains = false
[keys]
undo = "ctrl+z"
next = ["j", "down"]
"""
    assert load(tmp_path, text) == Settings(
        language="nl",
        theme="textual-light",
        glyphs="ascii",
        journal="~/journal",
        instrument="digcomp",
        entry="home-row",
        order="single",
        ask_example=True,
        pause_between_domains=False,
        keys={"undo": "ctrl+z", "next": ["j", "down"]},
    )


def test_every_wrong_value_is_named_at_once(tmp_path: Path) -> None:
    text = 'language = "fr"\ntheme = 3\njournal = true\ncolour = "red"\n[keys]\nundo = 1\nredo = [2]\n'
    found = faults(tmp_path, text)
    assert {place.split("[")[0] for place in found} == {
        "language",
        "theme",
        "journal",
        "colour",
        "keys.undo",
        "keys.redo",
    }
    assert found["colour"] == "unknown key"


def test_the_languages_to_choose_from_are_named_without_an_empty_one(tmp_path: Path) -> None:
    assert faults(tmp_path, 'language = "fr"') == {"language": "must be one of: en, nl"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('entry = "qwerty"', "must be one of: azerty, digits, home-row"),
        ("entry = 3", "must be one of: azerty, digits, home-row"),
        ('order = "random"', "must be one of: list, single"),
        ('ask_example = "yes"', "must be true or false"),
        ("ask_example = 1", "must be true or false"),
        ("pause_between_domains = 0", "must be true or false"),
        ('glyphs = "emoji"', "must be one of: ascii, unicode"),
    ],
)
def test_a_wrong_value_is_told_with_what_it_may_be(tmp_path: Path, text: str, problem: str) -> None:
    assert faults(tmp_path, text) == {text.split(" ", maxsplit=1)[0]: problem}


def test_every_setting_is_explained_in_the_app_and_by_the_same_words_in_the_docs() -> None:
    assert list(settings.EXPLANATIONS) == list(Settings.__struct_fields__)
    page = Path(__file__).parents[2].joinpath("docs", "formats.md").read_text(encoding="utf-8")
    for explanation in settings.EXPLANATIONS.values():
        assert explanation in page


def test_a_key_must_be_a_text_or_a_list_of_texts(tmp_path: Path) -> None:
    assert "text" in faults(tmp_path, "keys.undo = 1")["keys.undo"]


def test_settings_that_are_no_ordinary_file_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "settings.toml")
    with pytest.raises(BadFileError):
        settings.load(tmp_path / "settings.toml")
