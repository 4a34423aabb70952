"""How the program starts and ends: options, language, settings, terminals, pipes, and what it loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from reflect_tui import i18n, paths, text
from reflect_tui.cli import arguments, parser, request
from reflect_tui.cli.main import main
from reflect_tui.errors import EXIT_ATTENTION
from reflect_tui.settings import language_of
from tests.unit.cli_examples import Cli, in_a_process

COMMANDS = (
    "new",
    "list",
    "show",
    "diff",
    "trend",
    "history",
    "report",
    "export",
    "invite",
    "import",
    "instruments",
    "doctor",
    "demo",
    "completion",
    "man",
)


@pytest.fixture
def languages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the languages that are asked for, whatever catalogues there are."""
    asked: list[str] = []
    monkeypatch.setattr(i18n, "use_language", asked.append)
    return asked


def test_help_names_every_command_and_explains_ref(cli: Cli) -> None:
    result = cli("--help")
    assert result.code == 0
    assert all(f"\n    {name} " in result.out for name in COMMANDS)
    assert "latest~1" in result.out
    assert "  COMMAND\n" not in result.out
    assert max(map(len, result.out.splitlines())) <= 100


@pytest.mark.parametrize("name", [*COMMANDS, "amend"])
def test_every_command_has_help(cli: Cli, name: str) -> None:
    result = cli(name, "--help")
    assert result.code == 0
    assert result.out.startswith(f"usage: reflect-tui {name} ")
    assert "--journal" in result.out


def test_wrong_words_are_refused_in_one_line_with_where_to_look(cli: Cli) -> None:
    for words in (("nope",), ("show",), ("list", "--nope"), ("--lang", "xx", "list"), ("list", "--js"), ("--lang",)):
        result = cli(*words)
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
        assert "--help" in result.err


@pytest.mark.parametrize(
    "words",
    [
        ("--lang", "nl", "list"),
        ("list", "--lang", "nl"),
        ("list", "--lang=nl", "--json"),
        ("instruments", "--lang", "nl", "list"),
        ("instruments", "list", "--lang", "nl"),
    ],
)
def test_the_language_is_taken_before_and_after_the_command(
    cli: Cli, languages: list[str], words: tuple[str, ...]
) -> None:
    assert cli(*words).code == 0
    assert languages == ["nl"]


def test_the_language_of_the_settings_holds_unless_one_is_asked_for(cli: Cli, languages: list[str]) -> None:
    paths.settings_file().parent.mkdir(parents=True)
    paths.settings_file().write_text('language = "nl"')
    cli("list")
    cli("list", "--lang", "en")
    assert languages == ["nl", "en"]


@pytest.mark.slow
def test_the_journal_is_taken_before_and_after_the_command(tmp_path: Path, cli: Cli) -> None:
    session = cli.save(3)
    other = str(tmp_path / "other")
    for words in (("list", "--json", "--journal", str(cli.root)), ("--journal", str(cli.root), "list", "--json")):
        found = in_a_process(*words)
        assert json.loads(found.stdout)["sessions"][0]["id"] == session.id
    assert "other" in in_a_process("--journal", str(cli.root), "list", "--journal", other).stderr


@pytest.mark.slow
def test_the_journal_comes_from_the_option_the_environment_the_settings_in_that_order(tmp_path: Path) -> None:
    paths.settings_file().parent.mkdir(parents=True)
    paths.settings_file().write_text(f'journal = "{tmp_path / "set"}"')
    assert str(tmp_path / "set") in in_a_process("list").stderr
    variables = os.environ | {"REFLECT_TUI_JOURNAL": str(tmp_path / "environment")}
    assert "environment" in in_a_process("list", env=variables).stderr
    assert "asked" in in_a_process("list", "--journal", str(tmp_path / "asked"), env=variables).stderr
    assert not list(tmp_path.iterdir())


def test_a_file_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = in_a_process("list", "--journal", str(tmp_path / "file"))
    assert (found.returncode, found.stdout) == (2, "")
    assert "a journal is a folder" in found.stderr


@pytest.mark.parametrize(("line", "asked"), [("", ["--lang", "nl"]), ('language = "nl"', [])])
def test_wrong_settings_are_told_in_the_language_of_the_user(cli: Cli, line: str, asked: list[str]) -> None:
    paths.settings_file().parent.mkdir(parents=True)
    paths.settings_file().write_text(f"{line}\nlangauge = 3")
    result = cli(*asked, "list")
    assert result.code == 2
    assert f"{paths.settings_file()}: langauge: onbekende sleutel" in result.err


@pytest.mark.parametrize("data", [b'language = "fr"', b"\xff", b"= 3", b"language = 3"])
def test_a_file_without_a_language_that_is_known_names_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "settings.toml").write_bytes(data)
    assert language_of(tmp_path / "settings.toml") == ""


def test_wrong_settings_are_named_by_file_and_key_and_help_still_works(cli: Cli) -> None:
    paths.settings_file().parent.mkdir(parents=True)
    paths.settings_file().write_text('langauge = "nl"')
    result = cli("list")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert f"{paths.settings_file()}: langauge: unknown key" in result.err
    assert cli("--help").code == 0


def test_foreign_variables_are_dropped_and_what_is_made_is_private(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_DIR", "TEXTUAL_LOG", "TEXTUAL_DEVTOOLS_PORT"):
        monkeypatch.setenv(name, "/tmp/elsewhere")
    mask = os.umask(0o022)
    try:
        main(["--version"])
        assert os.umask(mask) == 0o077
    finally:
        os.umask(mask)
    assert not [name for name in os.environ if name.startswith(("GIT_", "TEXTUAL"))]


def test_argparse_says_nothing_that_the_catalogue_does_not_know() -> None:
    source = Path(sys.modules["argparse"].__file__ or "").read_text()
    assert [words for words in parser.words() if words not in source] == []


def test_argparse_looks_in_our_catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    catalogue = Catalog(locale="nl")
    catalogue.add("the following arguments are required: %s", "dit ontbreekt: %s")
    target = tmp_path / "locales" / "nl" / "LC_MESSAGES" / "reflect_tui.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setattr(i18n, "__file__", str(tmp_path / "i18n.py"))
    parser.speak("nl")
    with pytest.raises(parser.UsageError, match="dit ontbreekt: REF"):
        arguments.build().parse_args(["show"])
    monkeypatch.undo()
    parser.speak("en")
    with pytest.raises(parser.UsageError, match="required: REF"):
        arguments.build().parse_args(["show"])


@pytest.mark.slow
def test_without_a_terminal_the_app_refuses_at_once(tmp_path: Path) -> None:
    for words in ((), ("new",), ("demo",)):
        found = in_a_process(*words, "--journal", str(tmp_path / "journal"), stdin=subprocess.DEVNULL)
        assert (found.returncode, found.stdout) == (2, "")
        assert "needs a terminal" in found.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["dumb", "", None])
def test_too_simple_a_terminal_is_refused(cli: Cli, monkeypatch: pytest.MonkeyPatch, kind: str | None) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    if kind is None:
        monkeypatch.delenv("TERM", raising=False)
    else:
        monkeypatch.setenv("TERM", kind)
    result = cli()
    assert (result.code, result.out) == (2, "")
    assert "TERM" in result.err


def test_an_unknown_instrument_is_refused_before_the_app_opens(cli: Cli) -> None:
    result = cli("new", "--instrument", "nope")
    assert result.code == 1
    assert "digcomp" in result.err
    assert cli("new", "--role", "nope").code == 2


WATCHED = ("textual", "rich", "git", "plotext", "jsonschema", "shtab")


@pytest.mark.parametrize(
    "words", [["--version"], ["--help"], ["list"], ["show", "latest"], ["diff", "--json"], ["trend"], ["show", "nope"]]
)
def test_a_command_loads_only_what_it_needs(cli: Cli, words: list[str]) -> None:
    cli.save(3, days=-1)
    cli.save(3)
    look = (
        "import sys; from reflect_tui.cli.main import main; code = main(sys.argv[1:]); "
        f"sys.exit(repr([name for name in {WATCHED} if name in sys.modules]) + str(code))"
    )
    command = [sys.executable, "-P", "-c", look, "--journal", str(cli.root), *words]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.stderr.splitlines()[-1] == f"[]{1 if 'nope' in words else 0}"


def test_a_reader_that_leaves_is_no_error(cli: Cli) -> None:
    for day in range(3):
        cli.save(3, days=day)
    command = [sys.executable, "-P", "-m", "reflect_tui", "--journal", str(cli.root), "list"]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        found = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writing)
    assert (found.returncode, found.stderr) == (141, b"")


def test_a_full_disk_is_told_in_one_sentence(cli: Cli) -> None:
    cli.save(3)
    with Path("/dev/full").open("w") as full:
        found = in_a_process(
            "--journal", str(cli.root), "list", capture_output=False, stdout=full, stderr=subprocess.PIPE
        )
    assert found.returncode == 3
    assert found.stderr.count("\n") == 1
    assert "No space left" in found.stderr


def test_an_interrupt_is_quiet(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_request: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("reflect_tui.cli.sessions.list_sessions", interrupt)
    assert cli("list") == (130, "", "")


def test_a_fault_of_ours_says_where_and_no_private_text(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_request: object) -> int:
        raise ValueError("a private note")

    monkeypatch.setattr("reflect_tui.cli.sessions.list_sessions", fail)
    result = cli("list")
    assert (result.code, result.out, result.err.count("\n")) == (EXIT_ATTENTION, "", 1)
    assert "ValueError" in result.err
    assert "test_cli_start.py:" in result.err
    assert "private note" not in result.err


@pytest.mark.slow
def test_without_unicode_every_sign_becomes_one_ascii_character(cli: Cli) -> None:
    cli.save(4, notes={"calm": "één"})
    variables = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for words in (("show", "latest"), ("instruments", "show", "digcomp")):
        here = in_a_process("--journal", str(cli.root), *words).stdout.splitlines()
        found = in_a_process("--journal", str(cli.root), *words, env=variables)
        assert found.returncode == 0
        assert found.stdout.isascii()
        assert [len(row) for row in found.stdout.splitlines()] == [len(row) for row in here]
    shown = json.loads(in_a_process("--journal", str(cli.root), "show", "latest", "--json", env=variables).stdout)
    assert shown["notes"] == {"calm": "één"}


def test_signs_have_a_likeness_in_ascii() -> None:
    text.register_ascii_errors()
    assert "▲ één … 漢".encode("ascii", text.ASCII_ERRORS) == b"^ een ~ ??"


def test_nothing_is_printed_where_there_is_no_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    request.print_message("Something.")
    assert capsys.readouterr().out == ""
