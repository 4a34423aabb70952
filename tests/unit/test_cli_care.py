"""demo, completion, and the checking of instruments."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from reflect_tui import __version__
from reflect_tui.cli import open_app
from reflect_tui.cli.arguments import build
from reflect_tui.cli.parser import Commands
from reflect_tui.model import library
from reflect_tui.store.journal import Journal
from tests.unit import examples
from tests.unit.cli_examples import Cli


@pytest.mark.slow
def test_a_demo_is_written_to_a_new_folder(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "demo"
    result = cli("demo", "--output", str(target))
    assert (result.code, result.out, result.err) == (0, f"{target}\n", "")
    assert target.stat().st_mode & 0o777 == 0o700
    journal = Journal(target, tmp_path / "state")
    assert len(journal.own()) >= 10
    assert journal.pending() == ()
    again = cli("demo", "--output", str(target))
    assert (again.code, again.out) == (2, "")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert cli("demo", "--output", str(empty)).code == 0


def test_a_demo_is_gone_when_the_app_closes(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Journal] = []

    def look(journal: Journal, *_more: object) -> int:
        assert journal.root.parent.stat().st_mode & 0o777 == 0o700
        assert len(journal.own()) >= 10
        opened.append(journal)
        return 0

    monkeypatch.setattr("reflect_tui.cli.setup.open_app", look)
    monkeypatch.setattr("reflect_tui.cli.setup.require_terminal", lambda: None)
    assert cli("demo").code == 0
    assert not opened[0].root.parent.exists()
    assert not cli.root.exists()


def test_new_opens_the_app_in_a_session(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[object, ...]] = []

    def note(*given: object, **named: object) -> int:
        opened.append((*given[2:], named))
        return 0

    monkeypatch.setattr(open_app, "require_terminal", lambda: None)
    monkeypatch.setattr(open_app, "open_app", note)
    assert cli("new").code == cli("new", "--instrument", "digcomp", "--role", "manager").code == cli().code == 0
    assert opened == [
        ("new", {"instrument": library.DEFAULT, "role": "self", "day": None}),
        ("new", {"instrument": "digcomp", "role": "manager", "day": None}),
        ({},),
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh"])
def test_completion_scripts_know_the_commands_and_instruments(cli: Cli, shell: str) -> None:
    result = cli("completion", shell)
    assert (result.code, result.err) == (0, "")
    assert all(word in result.out for word in ("doctor", "digcomp", "colleague"))
    assert "textconv" not in result.out  # git runs it, nobody types it


def test_the_bash_script_is_good_bash(cli: Cli) -> None:
    script = cli("completion", "bash").out
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_manual_page_tells_every_command_and_option(cli: Cli, language: str) -> None:
    page = cli("--lang", language, "man")
    assert (page.code, page.err) == (0, "")
    assert page.out.startswith(f'.TH REFLECT-TUI 1 "" "reflect-tui {__version__}"\n')
    for action in build()._actions:
        for name in action.choices if isinstance(action, Commands) else action.option_strings:
            assert name.replace("-", r"\-") in page.out, name
    assert r"\fB\-\-date\fR" in page.out
    for name in ("help", "journal", "create", "lang"):
        assert page.out.count(rf"\fB\-\-{name}\fR") == 1, name
    assert ".SS rounds withdraw" in page.out
    assert not [row for row in page.out.splitlines() if row.startswith(("'", " ")) or row == "."]


def test_instruments_are_listed_and_shown(cli: Cli) -> None:
    assert "8 domains, 92 statements" in cli("instruments", "list").out
    out = cli("instruments", "show", "digcomp").out
    assert "Scale: 1 " in out
    assert "a mean above" in out
    assert cli("instruments", "show", "nope").code == 1
    assert cli("instruments").code == 2


def test_good_instruments_and_translations_are_fine(cli: Cli, tmp_path: Path) -> None:
    files = sorted(map(str, library.bundled_folder().glob("*.toml")))
    result = cli("instruments", "check", *files)
    assert (result.code, result.err) == (0, "")
    assert [row.partition(": ")[2].partition(",")[0] for row in result.out.splitlines()] == ["fine"] * len(files)
    alone = tmp_path / "digcomp.nl.toml"
    alone.write_bytes((library.bundled_folder() / alone.name).read_bytes())
    assert cli("instruments", "check", str(alone)).code == 0


def test_every_fault_of_a_file_has_a_line(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(examples.changed("domain.1.item.0.focus", "soul").replace(b'title = "Doing"', b"nothing = 1"))
    at = [number for number, row in enumerate(path.read_text().splitlines(), 1) if row == "[[domain]]"][1]
    fine = tmp_path / "small.toml"
    fine.write_bytes(examples.changed("version", "1.3.0"))
    result = cli("instruments", "check", str(path), str(fine), str(tmp_path / "none.toml"))
    rows = result.out.splitlines()
    assert (result.code, result.err) == (2, "")
    assert len(set(rows)) == len(rows) == 5
    assert f"{path}: line {at}, domain[2].title (doing): is missing" in rows
    assert f"{fine}: fine, 3 domains, 7 statements" in rows
    result = cli("instruments", "check", str(path), str(fine), "--json")
    bad, good = json.loads(result.out)["files"]
    assert (result.code, bad["path"], good) == (2, str(path), {"path": str(fine), "faults": []})
    assert {"place": f"line {at}, domain[2].title (doing)", "problem": "is missing"} in bad["faults"]


def test_a_translation_is_checked_with_the_instrument_beside_it(cli: Cli, tmp_path: Path) -> None:
    translation = tmp_path / "digcomp.nl.toml"
    translation.write_bytes((library.bundled_folder() / translation.name).read_bytes())
    (tmp_path / "digcomp.toml").write_bytes(examples.changed("id", "digcomp"))
    result = cli("instruments", "check", str(translation))
    assert result.code == 2
    assert "unknown key" in result.out
    orphan = tmp_path / "orphan.nl.toml"
    orphan.write_text('instrument = "../nope"')
    assert "there is no instrument of this id" in cli("instruments", "check", str(orphan)).out


def test_commands_refuse_a_folder_of_something_else_without_create(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = Cli(tmp_path / "project", capsys, monkeypatch)
    cli.root.mkdir()
    (cli.root / "setup.py").touch()
    add = ("events", "add", "2026-01-02", "moved")
    for command in (add, ("doctor", "--fix"), ("new", "--plain")):
        result = cli(*command)
        assert (result.code, result.out) == (3, ""), command
        assert "holds other files and no journal" in result.err
        assert f"reflect-tui --journal {cli.root} --create" in result.err
    assert [path.name for path in cli.root.iterdir()] == ["setup.py"]
    assert "holds other files and no journal" in " ".join(cli("doctor").out.split())
    assert cli("list").code == 0
    assert cli(*add, "--create").code == 0
    assert cli(*add).code == 0


def test_commands_write_nothing_in_a_folder_of_another_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    cli = Cli(tmp_path / "project" / "journal", capsys, monkeypatch)
    add = ("events", "add", "2026-01-02", "moved")
    for command in (add, (*add, "--create"), ("new", "--plain"), ("demo", "--output", str(cli.root))):
        result = cli(*command)
        assert (result.code, result.out) == (3, ""), command
        assert f"{cli.root} lies inside another git repository, {tmp_path}." in result.err
    assert [path.name for path in tmp_path.iterdir()] == [".git"]
    cli.root.mkdir(parents=True)
    assert f"lies inside another git repository, {tmp_path}." in " ".join(cli("doctor").out.split())
    subprocess.run(["git", "init", "--quiet", cli.root], check=True)
    assert cli(*add).code == 0
