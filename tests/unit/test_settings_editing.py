"""settings.toml is changed one key at a time; what the user wrote around it stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui import settings
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, JournalError
from reflect_tui.settings import Settings, change_setting

MINE = """\
# my settings

theme = "reflect-light"   # easy on the eyes
language = "nl"

[keys]   # as in my editor
"home.new" = "a"  # new
# the end
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_made_when_there_is_none_for_this_user_only(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.toml"
    assert change_setting(path, "theme", "nord") == Settings(theme="nord")
    assert path.read_text() == 'theme = "nord"\n'
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_comments_order_and_layout_stay(tmp_path: Path) -> None:
    path = write(tmp_path, MINE)
    change_setting(path, "theme", "nord")
    assert path.read_text() == MINE.replace("reflect-light", "nord")


def test_a_file_saved_with_a_byte_order_mark_is_read_and_changed(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufefflanguage = 'nl'  # mine\n")
    assert settings.load(path).language == settings.language_of(path) == "nl"
    assert change_setting(path, "language", "en").language == "en"
    assert settings.load(path).language == "en"
    assert "# mine" in path.read_text("utf-8")


def test_a_new_key_comes_before_the_tables(tmp_path: Path) -> None:
    path = write(tmp_path, MINE)
    changed = change_setting(path, "ask_example", value=True)
    assert changed == settings.load(path)
    assert changed.ask_example
    assert changed.keys == {"home.new": "a"}
    assert [row for row in path.read_text().split("\n") if row != "ask_example = true"] == MINE.split("\n")


@pytest.mark.parametrize("value", ['a "quoted" \\ path', "été 日本", "", "two\nlines"])
def test_any_text_comes_back_as_it_was(tmp_path: Path, value: str) -> None:
    path = write(tmp_path, MINE)
    assert change_setting(path, "journal", value).journal == value
    assert settings.load(path).journal == value


@pytest.mark.parametrize("text", ['theme = "x"\ncolour = 1\n', "theme = \n", 'language = "fr"\n', "\ufefftheme = 1"])
def test_a_file_with_faults_is_never_written(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(BadFileError, match=r"settings\.toml: "):
        change_setting(path, "theme", "nord")
    assert path.read_text(encoding="utf-8") == text
    assert [file.name for file in tmp_path.iterdir()] == ["settings.toml"]


def test_a_value_that_is_none_is_never_written(tmp_path: Path) -> None:
    path = write(tmp_path, MINE)
    with pytest.raises(BadFileError, match="language: must be one of: en, nl"):
        change_setting(path, "language", "fr")
    assert path.read_text() == MINE


def test_a_change_by_another_program_at_the_same_moment_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, MINE)
    replace = files.replace

    def raced(target: Path, data: bytes, expected: bytes | None) -> None:
        path.write_text('theme = "dracula"\n')
        replace(target, data, expected)

    monkeypatch.setattr(files, "replace", raced)
    with pytest.raises(JournalError, match="another program"):
        change_setting(path, "theme", "nord")
    assert path.read_text() == 'theme = "dracula"\n'
