"""Terminals, locales and folders of every kind: it starts and gives the terminal back, or says why not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.pseudo import PROGRAM, Pseudo

Start = Callable[..., Pseudo]
C_LOCALE = {"LC_ALL": "C", "LANG": None, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
LATIN = {"LC_ALL": "en_US.ISO-8859-1", "LANG": None, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def fill_in_and_quit(app: Pseudo) -> str:
    app.wait("0/92")
    app.send("341")
    app.wait("3/92", "saved")
    screen = app.quiet()
    app.send("q")
    assert app.ended() == 0
    app.is_as_before()
    return screen


@pytest.mark.parametrize(
    ("stdin", "stdout"), [("/dev/null", None), (None, "/dev/null"), ("/dev/null", "/dev/null")], ids=str
)
def test_without_a_terminal_it_says_so_and_ends(pseudo: Start, stdin: str | None, stdout: str | None) -> None:
    ways = f"{'<' + stdin if stdin else ''} {'>' + stdout if stdout else ''}"
    app = pseudo(command=("sh", "-c", f'exec "{PROGRAM}" "$@" {ways}', "sh"))
    assert app.ended() == 2
    assert "The app needs a terminal" in app.text.replace("\n", "")
    app.is_as_before()
    assert b"\x1b" not in app.raw


def test_without_a_terminal_nothing_slow_is_loaded() -> None:
    code = (
        "import sys; from reflect_tui.cli.main import main; code = main([]); "
        "print(code, [name for name in ('textual', 'rich', 'git', 'plotext') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.stdout == "2 []\n"
    assert done.stderr.startswith("reflect-tui: ")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_with_closed_streams_it_ends_quietly(pseudo: Start, closed: str) -> None:
    app = pseudo(command=("sh", "-c", f'exec "{PROGRAM}" "$@" {closed}', "sh"))
    if closed == "2>&-":
        app.wait("Welcome")
        app.send("q")
        assert app.ended() == 0
    else:
        assert app.ended() == 2
    app.is_as_before()
    assert "Traceback" not in app.text


def test_messages_of_others_on_stderr_do_not_take_the_screen_away(pseudo: Start, tmp_path: Path) -> None:
    app = pseudo("new", command=("sh", "-c", f'exec "{PROGRAM}" "$@" 2>{tmp_path}/errors', "sh"))
    fill_in_and_quit(app)
    assert (tmp_path / "errors").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("term", ["dumb", "", None, "unknown"])
def test_too_simple_a_terminal_is_told_what_works(pseudo: Start, term: str | None) -> None:
    app = pseudo(environment={"TERM": term})
    assert app.ended() == 2
    assert "reflect-tui new --plain" in app.text.replace("\n", "")
    assert b"\x1b" not in app.raw


@pytest.mark.parametrize("term", ["linux", "vt100", "xterm", "xterm-256color", "screen", "tmux-256color", "made-up"])
def test_other_terminals_work(pseudo: Start, term: str) -> None:
    fill_in_and_quit(pseudo("new", environment={"TERM": term}))


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "xterm"}, {"TERM": "vt100", "COLORTERM": None}])
def test_without_colour_every_state_is_a_digit_or_a_sign(pseudo: Start, environment: dict[str, str | None]) -> None:
    app = pseudo("new", environment=environment)
    app.wait("0/92")
    app.send("340")
    app.wait("3/92")
    screen = app.quiet()
    rows = [row[26:].strip("▕ ") for row in screen.split("\n")]
    assert [row[:2].strip() for row in rows if re.match(r"[34–-] ", row)] == ["3", "4", "–"]
    assert "▸ ·" in screen
    assert "● saved" in screen
    if "NO_COLOR" in environment:
        colours = set(re.findall(rb"\x1b\[(?:[\d;]*;)?[34]8;2;(\d+;\d+;\d+)", bytes(app.raw)))
        assert all(len(set(colour.split(b";"))) == 1 for colour in colours), "only greys"
    app.send("q")
    assert app.ended() == 0


@pytest.mark.parametrize("environment", [C_LOCALE, LATIN], ids=["C", "latin"])
def test_without_unicode_signs_become_ascii_and_columns_stay(pseudo: Start, environment: dict[str, str | None]) -> None:
    wide = fill_in_and_quit(pseudo("new"))
    app = pseudo("new", environment=environment)
    app.wait("go on?") if "go on?" in app.text else app.wait("0/92")
    narrow = fill_in_and_quit(app)
    outside = [byte for byte in app.raw if byte > 0x7F]
    if environment["LC_ALL"] == "C":
        assert not outside
    assert "> ." in narrow
    assert "* saved" in narrow
    assert "backspace one back" in narrow.split("\n")[-1]
    assert [row.rstrip()[-5:] for row in narrow.split("\n")[:8]][:2] == [
        row.rstrip()[-5:] for row in wide.split("\n")[:8]
    ][:2]
    files = [path for path in Path(os.environ["XDG_STATE_HOME"]).rglob("*.toml") if path.is_file()]
    assert files
    for path in files:
        path.read_bytes().decode("utf-8")


def test_the_setting_for_signs_is_stronger_than_the_locale(pseudo: Start) -> None:
    settings = Path(os.environ["XDG_CONFIG_HOME"]) / "reflect-tui" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('glyphs = "ascii"\n', encoding="utf-8")
    app = pseudo("new")
    fill_in_and_quit(app)
    assert not [byte for byte in app.raw if byte > 0x7F]
    done = subprocess.run([PROGRAM, "--help"], check=True, capture_output=True)
    shown = subprocess.run([PROGRAM, "instruments", "list"], check=True, capture_output=True)
    assert not [byte for byte in done.stdout + shown.stdout if byte > 0x7F]
    settings.write_text('glyphs = "unicode"\n', encoding="utf-8")
    app = pseudo(environment=C_LOCALE)
    app.wait("go on?", "▸")


@pytest.mark.parametrize("environment", [C_LOCALE, LATIN], ids=["C", "latin"])
def test_plain_output_without_unicode(environment: dict[str, str | None], tmp_path: Path) -> None:
    whole = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}
    for arguments in (["instruments", "list"], ["instruments", "show", "jgz-opvoedingsondersteuning"], ["--help"]):
        done = subprocess.run([PROGRAM, "--lang", "nl", *arguments], check=False, capture_output=True, env=whole)
        assert done.returncode == 0, done.stderr
        done.stdout.decode("ascii" if environment["LC_ALL"] == "C" else "iso-8859-1")
        assert b"Traceback" not in done.stderr


def test_modules_planted_where_one_stands_are_not_run(pseudo: Start, tmp_path: Path) -> None:
    folder = tmp_path / "planted"
    folder.mkdir()
    ours = ("textual", "tomli", "msgspec", "rich", "wcwidth", "git")
    for name in (*ours, "tomllib", "asyncio", "signal", "selectors", "json"):
        marker = folder / f"ran-{name}"
        (folder / f"{name}.py").write_text(f"open({str(marker)!r}, 'w').close()\nraise SystemExit(9)\n")
    fill_in_and_quit(pseudo("new", folder=folder))
    app = pseudo(command=(sys.executable, "-m", "reflect_tui"), folder=folder)
    app.wait("go on?")
    app.send("\x1b")
    app.wait_gone("go on?")
    app.send("q")
    assert app.ended() == 0
    assert list(folder.glob("ran-*")) == []


def test_variables_that_debug_textual_do_nothing(pseudo: Start, tmp_path: Path) -> None:
    environment: dict[str, str | None] = {
        "TEXTUAL": "debug,devtools",
        "TEXTUAL_LOG": str(tmp_path / "log"),
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_SCREENSHOT": "0",
        "TEXTUAL_SCREENSHOT_LOCATION": str(tmp_path),
        "TEXTUAL_PRESS": "q",
        "TEXTUAL_DRIVER": "os:path",
        "TEXTUAL_DEVTOOLS_HOST": "127.0.0.1",
        "TEXTUAL_SHOW_RETURN": "1",
        "TEXTUAL_ALLOW_SIGNALS": "1",
    }
    folder = tmp_path / "here"
    folder.mkdir()
    app = pseudo("new", environment=environment, folder=folder)
    fill_in_and_quit(app)
    assert "returned" not in app.text
    assert list(folder.iterdir()) == []
    assert not (tmp_path / "log").exists()
    assert not list(tmp_path.glob("*.svg"))


@pytest.mark.parametrize("tool", ["tmux", "screen", "script"])
def test_within_other_programs_that_make_terminals(pseudo: Start, tmp_path: Path, tool: str) -> None:
    assert shutil.which(tool), f"these tests need {tool}"
    journal = tmp_path / "journal"
    inner = f"{PROGRAM} --journal {journal} --lang en new"
    socket = f"reflect-{os.getpid()}"
    commands = {
        "tmux": ["tmux", "-u", "-L", socket, "-f", "/dev/null", "new-session", inner],
        "screen": ["screen", "-U", "-c", "/dev/null", "-S", socket, "sh", "-c", inner],
        "script": ["script", "-qec", inner, str(tmp_path / "log")],
    }
    folder = tmp_path / "screens"
    folder.mkdir(mode=0o700)
    app = Pseudo(commands[tool], environment={"SCREENDIR": str(folder), "SHELL": "/bin/sh"})
    try:
        app.wait("0/92")
        app.send("34")
        app.wait("2/92")
        app.resize(100, 30)
        app.send("3")
        app.wait("3/92")
        time.sleep(0.3)
        app.send("q")
        assert app.ended() == 0
    finally:
        app.close()


def test_a_folder_of_something_else_is_asked_about_once(pseudo: Start, tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    folder.mkdir()
    (folder / "setup.py").touch()
    app = pseudo()
    app.wait("and no journal", "[y/N]")
    app.send("\r")
    assert app.ended() == 1
    assert [path.name for path in folder.iterdir()] == ["setup.py"]
    app = pseudo()
    app.wait("[y/N]")
    app.send("y\r")
    app.wait("begin your first session")
    app.send("q")
    assert app.ended() == 0
    app = pseudo()
    app.wait("begin your first session")
    assert "[y/N]" not in app.raw.decode()
