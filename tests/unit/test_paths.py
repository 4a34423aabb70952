from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui import paths
from reflect_tui.cli.main import main
from reflect_tui.errors import ReflectError


def test_the_journal_is_what_is_asked_then_the_variable_then_the_users_own_folder(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert paths.journal_folder(None) == own_home / ".data" / "reflect-tui" / "journal"
    monkeypatch.setenv("REFLECT_TUI_JOURNAL", "/srv/two")
    assert paths.journal_folder(None) == Path("/srv/two")
    assert paths.journal_folder("") == Path("/srv/two")
    assert paths.journal_folder("/srv/one") == Path("/srv/one")
    monkeypatch.setenv("REFLECT_TUI_JOURNAL", "")
    assert paths.journal_folder(None) == own_home / ".data" / "reflect-tui" / "journal"


def test_a_relative_journal_is_one_from_here_and_a_tilde_is_home(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert paths.journal_folder("mine") == tmp_path / "mine"
    assert paths.journal_folder("~/mine") == own_home / "mine"


@pytest.mark.parametrize("name", ["with blanks", "-rf", "$HOME", "%s", "a\nb", "é"])
def test_any_name_is_taken_as_it_is(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert paths.journal_folder(name) == tmp_path / name


def test_the_home_of_nobody_is_no_reason_to_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert paths.journal_folder("~nobody-by-this-name/journal") == tmp_path / "~nobody-by-this-name" / "journal"


def test_a_relative_journal_in_a_folder_that_is_gone_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert paths.journal_folder("/srv/one") == Path("/srv/one")
    with pytest.raises(ReflectError):
        paths.journal_folder("mine")


def test_every_journal_has_a_state_folder_of_its_own_whatever_way_it_is_reached(own_home: Path, tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "link").symlink_to("journal")
    one = paths.state_folder(tmp_path / "journal")
    assert one.parent == own_home / ".state" / "reflect-tui"
    assert paths.state_folder(tmp_path / "link") == one
    assert paths.state_folder(tmp_path / "x" / ".." / "journal") == one
    assert paths.state_folder(tmp_path / "other") != one


def test_a_name_in_bytes_that_are_no_text_has_a_state_folder() -> None:
    assert paths.state_folder(Path("/srv/\udcff")).name


def test_settings_live_with_the_users_configuration(own_home: Path) -> None:
    assert paths.settings_file() == own_home / ".config" / "reflect-tui" / "settings.toml"


def test_nothing_is_made_by_asking(own_home: Path) -> None:
    before = sorted(own_home.rglob("*"))
    paths.settings_file()
    paths.state_folder(paths.journal_folder(None))
    assert sorted(own_home.rglob("*")) == before


def test_an_unknown_home_in_a_path_is_a_name_like_any_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert main(["--lang", "en", "team", "new", "~nobody-7316"]) == 0
    capsys.readouterr()
    assert main(["--lang", "en", "team", "~nobody-7316"]) == 0
    assert main(["--lang", "en", "demo", "--team", "~nobody-7316"]) == 2
    assert str(tmp_path / "~nobody-7316") in capsys.readouterr().err
