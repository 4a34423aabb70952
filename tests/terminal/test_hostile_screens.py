"""Hostile text in every field, on every screen and in every print-out: the terminal is sent nothing it would not be."""

from __future__ import annotations

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.terminal.hostile import ATTACKS, BENIGN, kinds, make, toml_text
from tests.terminal.pseudo import PROGRAM, Pseudo
from tests.unit.cli_examples import Cli

FOLDER = "the folder with files to take in"
ERASE = "\x7f" * 2
RIGHT = "\x1b[C"
UP, DOWN, ESCAPE, ENTER, END, HOME = "\x1b[A", "\x1b[B", "\x1b", "\r", "\x1b[F", "\x1b[H"
AT_HOME = "n new  ⏎ open"
AT_ONCE = 3  # walks
# Every screen: what to press, and what must be seen then, or gone after a minus; at first the draft's dialog is open.
WALK: tuple[tuple[str, str], ...] = (
    *((ESCAPE, AT_HOME), ("?", "All keys of this screen"), (ESCAPE, AT_HOME)),
    *(("\x10", "Search for an action"), ("all", "Show all keys"), (ENTER, "All keys of"), (ESCAPE, AT_HOME)),
    *(("/", ""), ("w", ""), (ENTER, "n new"), (ESCAPE, AT_HOME)),  # where nothing has a "w", there is nothing to open
    *(("n", "New session"), (ESCAPE, "-New session")),
    *((HOME, ""), (ENTER, "f finish"), (DOWN, ""), (UP, ""), ("9", "The scale goes"), ("p", ""), ("3", "2/6")),
    *(("u", "1/6"), ("]", ""), ("[", "")),
    *(("e", "done"), (DOWN, ""), ("x", ""), ("\x03", "Quit?"), (ESCAPE, "-Quit?"), (ESCAPE, "-esc  done")),
    *(("/", "Find a statement"), ("w", ""), (ESCAPE, "-Find a statement")),
    *(("f", "Review"), ("e", "Remark"), (ESCAPE, "-esc  done"), (ESCAPE, "f finish"), (ESCAPE, AT_HOME)),
    *((HOME, ""), (DOWN, ""), (ENTER, "d diff  t trends  v agenda"), ("s", ""), (DOWN, "")),
    *(("d", "What changed?"), (" ", ""), ("s", ""), ("o", ""), ("w", ""), ("x", "Export"), (ESCAPE, "-Export")),
    (ESCAPE, "d diff  t trends  v agenda"),
    *(("t", "Trends"), (ENTER, ""), ("T", ""), (ESCAPE, ""), ("s", ""), (ESCAPE, "d diff  t trends  v agenda")),
    *(("h", "of 6 scored"), ("d", "What changed?"), (ESCAPE, "History"), (ENTER, ""), (ESCAPE, "History")),
    *(("b", "esc"), (ESCAPE, "History"), (ESCAPE, "d diff  t trends  v agenda")),
    *(("a", "go on"), ("w", ""), (ESCAPE, "Leave this"), (ENTER, "-go on"), (ESCAPE, AT_HOME)),
    *(
        (DOWN, ""),
        (DOWN, ""),
        (DOWN, ""),
        (ENTER, "Changed by another program"),
        (DOWN, ""),
        (DOWN, ""),
        (ENTER, "go on"),
    ),
    *((ESCAPE, "-go on"), ("\x1b[3~", "Remove this session?"), (ESCAPE, "-Remove this session?")),
    *((END, ""), (ENTER, "A file that can't be read"), ("b", ""), (ESCAPE, AT_HOME)),
    *((UP, ""), (ENTER, "A file that can't be read"), (ESCAPE, AT_HOME)),
    *(("r", "Removed sessions"), (ESCAPE, AT_HOME), (HOME, ""), (DOWN, "")),
    *(("g", "look back"), ("e", "By when"), ("w", ""), (ESCAPE, "Leave the goal"), (ENTER, "-By when")),
    *((ENTER, "dropped"), (ESCAPE, "-dropped"), ("n", "What is it about?"), (ESCAPE, "-What is it about?")),
    *(("x", ""), (ESCAPE, ""), (ESCAPE, AT_HOME)),
    *(("v", "e remark"), (DOWN, ""), ("e", "Remark"), (ESCAPE, "-esc  done"), (" ", ""), ("n", "A point of your own")),
    *((ESCAPE, "-A point of your own"), ("g", "look back"), (ESCAPE, "e remark"), (ESCAPE, AT_HOME)),
    *(("c", "f four fields"), (DOWN, ""), (ENTER, ""), (ESCAPE, ""), ("s", ""), ("s", ""), ("o", ""), ("f", "")),
    *(("m", ""), ("T", ""), ("T", ""), ("w", "Discuss"), (RIGHT, ""), ("e", "esc  done"), (ESCAPE, "-esc  done")),
    *((ESCAPE, "f four fields"), (ESCAPE, AT_HOME)),
    *(("o", "Feedback from others"), (DOWN, ""), ("x", "Write the forms"), (DOWN, ""), (DOWN, ""), (ENTER, "folder?")),
    *((ESCAPE, "-folder?"), ("y", "Whose form"), (ENTER, "1/2"), ("12", ""), (ESCAPE, "Leave this form?")),
    *((ENTER, "-Leave this form?"), ("m", "A reminder"), (ESCAPE, "-A reminder"), ("f", "Close this round?")),
    *((ESCAPE, "-Close this round?"), ("\x1b[3~", "Withdraw what?"), (ENTER, "Withdraw this")),
    (ESCAPE, "-Withdraw this"),
    *(("n", "A round of feedback"), ("\t", ""), ("w", ""), (ESCAPE, "Make no round?"), (ENTER, "-A round of feedback")),
    *(("i", "Import files"), (FOLDER, ""), (ENTER, "Refused"), (ENTER, "imported"), (ESCAPE, "paper form")),
    (ESCAPE, AT_HOME),
    *(("t", "Trends"), ("m", "Events"), ("n", "esc"), (ESCAPE, "n new"), ("\x1b[3~", ""), ("u", "")),
    *((ESCAPE, "Trends"), (ESCAPE, AT_HOME)),
    *((",", "Settings"), (DOWN, ""), (DOWN, ""), (DOWN, ""), (ENTER, "Leave it empty"), (ESCAPE, "-Leave it empty")),
    *((ESCAPE, AT_HOME), ("x", "Export"), (ENTER, "Save as"), (ESCAPE, "-Save as"), (ESCAPE, "-Export")),
)


def walk(root: Path, attack: str) -> bytes:
    """Go through all screens; give all that was sent."""
    app = Pseudo([PROGRAM, "--journal", str(root), "--lang", "en"], size=(110, 36))
    seen = ""
    try:
        app.wait("go on?")
        app.quiet(0.5)
        for key, expected in WALK:
            app.send(ERASE + str(root.parent / "in") if key == FOLDER else key)
            if expected.startswith("-"):
                app.wait_gone(expected[1:])
            elif expected:
                app.wait(expected)
            seen += app.quiet(0.25 if key == ESCAPE or not expected else 0.1)
            assert app.process.poll() is None, f"{attack}: it ended at {key!r}:\n{seen[-4000:]}"
        app.process.terminate()
        assert app.ended() == 143
        app.is_as_before()
        return bytes(app.raw)
    finally:
        app.close()


@pytest.mark.slow
def test_no_screen_sends_a_sequence_that_harmless_text_does_not(tmp_path: Path) -> None:
    """Walk over harmless text and over every attack, some at a time: a walk mostly waits for what it looks at."""
    roots = {}
    for name, text in {"": BENIGN, **ATTACKS}.items():
        folder = tmp_path / f"walk-{name}"
        folder.mkdir()
        roots[name] = make(folder, text)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = dict(zip(roots, pool.map(walk, roots.values(), roots), strict=True))
    for attack in ATTACKS:
        assert kinds(sent[attack]) <= kinds(sent[""]), attack
        assert SHOWN[attack] in sent[attack].decode(errors="replace"), "text is shown as text"


SHOWN = {"escapes": "␛]52;c;", "c1": "\N{REPLACEMENT CHARACTER}31m", "markup": "[@click=app.quit]x[/]", "shapes": "漢"}

COMMANDS = (
    ["list"],
    ["show", "latest"],
    ["diff", "latest~1", "latest"],
    ["trend"],
    ["history", "latest"],
    ["doctor"],
    ["instruments", "list"],
    ["show", "{attack}"],
    ["trend", "{attack}"],
    ["{attack}"],
    ["import", "{folder}/sessions/2026", "--dry-run"],
    ["instruments", "check", "{folder}/none.toml"],
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_command_prints_a_control_character(
    tmp_path: Path, attack: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To a file or a program, and to a terminal."""
    root = make(tmp_path, ATTACKS[attack])
    cli = Cli(root, capsys, monkeypatch)
    for command in COMMANDS:
        filled = [part.format(attack=ATTACKS[attack].replace("{", ""), folder=root) for part in command]
        for more in ([], ["--json"]):
            done = cli("--lang", "en", *filled, *more)
            for out in (done.out, done.err):
                assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", out), filled
                assert out.encode().decode() == out
            assert "Traceback" not in done.err
        app = Pseudo([PROGRAM, "--journal", str(root), "--lang", "en", *filled])
        try:
            app.ended()
            assert kinds(bytes(app.raw)) == set(), filled
        finally:
            app.close()


@pytest.mark.parametrize("attack", ATTACKS)
def test_settings_and_variables_are_text_as_well(own_home: Path, tmp_path: Path, attack: str) -> None:
    text = ATTACKS[attack].replace("\0", "")
    settings = Path(os.environ["XDG_CONFIG_HOME"]) / "reflect-tui" / "settings.toml"
    settings.parent.mkdir(parents=True)
    sent = [_kinds_with(settings, one, tmp_path / "journal") for one in (BENIGN, text)]
    assert sent[1] <= sent[0]
    said = toml_text(text)
    for wrong in (f"language = {said}\n", f"{said}\n", f"{said} = 1\n"):
        settings.write_text(wrong, encoding="utf-8")
        done = subprocess.run([PROGRAM, "list"], capture_output=True, check=False)
        assert done.returncode == 2
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", (done.stdout + done.stderr).decode())


def _kinds_with(settings: Path, text: str, root: Path) -> set[str]:
    """Start the app with a text wherever settings and variables have one; give the kinds of sequences it sends."""
    said = toml_text(text)
    settings.write_text(f'theme = {said}\n[keys]\n"home.new" = {said}\n{said} = "x"\n', encoding="utf-8")
    app = Pseudo([PROGRAM, "--journal", str(root), "--lang", "en"], environment={"EDITOR": text})
    try:
        app.wait("settings.toml")
        for key in (ENTER, "?", ESCAPE, "\x10", ESCAPE, ESCAPE):
            app.send(key)
            app.quiet(0.25)
        app.send("q")
        assert app.ended() == 0
        return kinds(bytes(app.raw))
    finally:
        app.close()
