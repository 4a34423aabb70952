"""Text from files is never a command to the terminal, to Textual's markup, or to the layout."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import reflect_tui.tui
from reflect_tui import library
from reflect_tui.journal import Journal
from reflect_tui.session import Session, dumps, relative_path
from tests.screenshots import NOW
from tests.tui.conftest import opened

ESCAPES = "\x1b]52;c;ZXZpbA==\x07 \x1b[2J \x9b31m \x1b]8;;http://evil\x07link \u202etxt.exe"
MARKUP = "[@click=app.quit]x[/] [/ [red [link=file:///etc/passwd]p[/link] \\["
HOSTILE = f"{MARKUP} {ESCAPES}"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def hostile_journal(journal: Journal) -> None:
    """Put two session files with hostile texts in a journal, as a program other than ours would."""
    content = library.bundled(library.DEFAULT, "en")
    for number, day in ((2, 20), (3, 21)):
        session = Session(
            id=f"2026-11-{day}T1405-self-00000{number}",
            instrument=content.id,
            version=content.version,
            digest=content.digest,
            role="self",
            started=NOW.replace(day=day),
            finished=NOW.replace(day=day),
            remark=HOSTILE,
            scores={item.id: number for item in content.items},
            notes={item.id: f"{number} {HOSTILE}" for item in content.items[:3]},
        )
        path = journal.root / relative_path(session.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dumps(session))
    (path.parent / f"{HOSTILE.replace('/', '')[:80]}.toml").write_text("=", encoding="utf-8")


async def test_no_screen_shows_a_control_character_or_obeys_markup(journal: Journal) -> None:
    hostile_journal(journal)
    async with opened(journal, size=(100, 40)) as seat:
        visits = ((), ("end",), ("enter",), ("escape", "home", "enter"), ("d",), ("space",), ("escape", "escape", "t"))
        seen = ""
        for keys in visits:
            await seat.press(*keys)
            seen += seat.text()
            rows = seat.text().split("\n")
            assert [row for row in rows if CONTROL.search(row)] == []
            strips = [strip for lines in seat.app.screen.query("Lines") for strip in lines.render_lines(lines.region)]
            assert not any(segment.style and segment.style.meta for strip in strips for segment in strip)
        assert "␛" in seen, "the name of a file keeps its signs, visibly"
        assert "[@click=app.quit]x[/]" in seen, "markup is text like any other"


def test_no_widget_that_reads_markup_is_used_and_nothing_is_notified() -> None:
    for path in Path(reflect_tui.tui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual.widgets"):
                assert {alias.name for alias in node.names} <= {"Input", "TextArea"}, path
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"notify", "border_title", "border_subtitle", "tooltip"}, path
