"""Text from files is never a command to the terminal, to Textual's markup, or to the layout."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import reflect_tui.tui
from reflect_tui.model import library
from reflect_tui.model.session import Session, dumps, relative_path
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui.app import ReflectApp
from tests.bundled import bundled
from tests.screenshots import NOW, fixed_clock
from tests.settling import settle
from tests.tui.conftest import opened

ESCAPES = "\x1b]52;c;ZXZpbA==\x07 \x1b[2J \x9b31m \x1b]8;;http://evil\x07link \u202etxt.exe"
MARKUP = "[@click=app.quit]x[/] [/ [red [link=file:///etc/passwd]p[/link] \\["
HOSTILE = f"{MARKUP} {ESCAPES}"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def hostile_journal(journal: Journal) -> None:
    """Put two session files with hostile texts in a journal, as a program other than ours would."""
    content = bundled(library.DEFAULT, "en")
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


@pytest.mark.parametrize("key", ["[@click=app.quit]x[/]", "[/", "[red", "\x1b]52;c;x\x07", "\\["])
async def test_the_palette_shows_keys_from_the_settings_as_they_are(journal: Journal, key: str) -> None:
    app = ReflectApp(journal, Settings(keys={"home.new": ["n", key]}), fixed_clock())
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(app)
        while len(app.screen_stack) > 1:
            await pilot.press("escape")
        for words in ((), tuple("begin"), tuple("a")):
            await pilot.press("ctrl+p", *words)
            await pilot.pause(0.3)
            strips = [strip for part in app.screen.query("*") for strip in part.render_lines(part.region)]
            shown = "".join(segment.text for strip in strips for segment in strip)
            assert not CONTROL.search(shown)
            assert not [s for strip in strips for s in strip if s.style and "@click" in (s.style.meta or {})]
            await pilot.press("escape")
        app.exit()


# -- the source: nothing that Textual reads as markup, or sends to the terminal as it is, is given a text from elsewhere

TUI = Path(reflect_tui.tui.__file__).parent
WRITING = {"text.py": {"Input", "TextArea"}}
"""The only widgets of Textual in use, both plain text, and where."""
TEXTS = {"Field", "Input", "Editor", "TextArea", "Binding", "Static", "Label", "Button", "Option", "OptionList"}
"""Callables of which no argument may be a text from elsewhere, but for what stands in a field to write in."""
PLAIN_FIRST = {"Field", "Input", "Editor", "TextArea"}  # their first argument is their text, which is never markup
NO_TEXT = {"id", "longest", "max_length", "priority", "select_on_focus", "show", "soft_wrap"}
NEVER = {"notify", "border_title", "border_subtitle", "tooltip", "sub_title", "loading", "update", "set_title"}
TITLES = {"title", "placeholder"}


def is_ours(node: ast.expr) -> bool:
    """Tell whether an expression is a text of the program: literal, a constant in capitals, or translated."""
    match node:
        case ast.Constant() | ast.UnaryOp(operand=ast.Constant()):
            return True
        case ast.Call(func=ast.Name(id="_" | "mark" | "pgettext")):
            return all(isinstance(argument, ast.Constant) for argument in node.args)
        case ast.Name(id=name):
            return name.isupper()
        case ast.Attribute(value=ast.Name(id="action"), attr="keys" | "name" | "label"):
            return True  # the table of actions, which a file can't change
        case ast.JoinedStr(values=values):  # such as an action with its number
            inner = [value.value for value in values if isinstance(value, ast.FormattedValue)]
            return all(map(is_ours, inner))
    return False


def wrongs(source: str, name: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual.widgets"):
            if not {alias.name for alias in node.names} <= WRITING.get(name, set()):
                yield f"{name}:{node.lineno} imports a widget that reads markup"
        elif isinstance(node, ast.Attribute) and node.attr in NEVER:
            yield f"{name}:{node.lineno} .{node.attr}"
        elif isinstance(node, ast.Assign):
            yield from wrong_titles(node, name)
        elif isinstance(node, ast.Call):
            yield from wrong_calls(node, name)


def wrong_titles(node: ast.Assign, name: str) -> Iterator[str]:
    for target in node.targets:
        if isinstance(target, ast.Attribute) and target.attr in TITLES and not is_ours(node.value):
            yield f"{name}:{node.lineno} .{target.attr} ="


def wrong_calls(node: ast.Call, name: str) -> Iterator[str]:
    called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if called in TEXTS:
        positional = node.args[1:] if called in PLAIN_FIRST else node.args
        named = [keyword.value for keyword in node.keywords if keyword.arg not in NO_TEXT]
        if not all(is_ours(argument) for argument in (*positional, *named)):
            yield f"{name}:{node.lineno} {called}(…)"
    if called in {"Hit", "DiscoveryHit"}:
        made = [a for a in (*node.args, *(k.value for k in node.keywords)) if isinstance(a, ast.JoinedStr)]
        if made:
            yield f"{name}:{node.lineno} {called}(f'…')"
    if called in {"from_markup", "from_ansi", "print", "Markdown", "MarkdownViewer", "RichLog"}:
        yield f"{name}:{node.lineno} {called}(…)"


def test_nothing_in_the_source_gives_a_widget_a_text_from_elsewhere() -> None:
    found = [wrong for path in TUI.rglob("*.py") for wrong in wrongs(path.read_text(encoding="utf-8"), path.name)]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "from textual.widgets import Static",
        "from textual.widgets import Input",
        "self.notify(text)",
        "self.border_title = text",
        "field.placeholder = note",
        "app.title = f'{journal}'",
        "Binding('a', 'b', session.remark)",
        "Field(text, placeholder=note)",
        "DiscoveryHit(f'{title}', call)",
        "Content.from_markup(text)",
        "widget.update(note)",
        "OptionList(Option(note))",
    ],
)
def test_the_look_at_the_source_finds_what_it_looks_for(source: str) -> None:
    assert list(wrongs(source, "screen.py"))


def test_every_piece_of_a_page_passes_display() -> None:
    """A Span is made by span(); only what fits the parts of a line to its columns makes one of parts of spans."""
    allowed = {
        "lines.py",
        "page.py",
        "bars.py",
        "trend_charts.py",
        "trend_panels.py",
    }  # the last join spans made before
    for path in Path(reflect_tui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Span":
                assert path.name in allowed, f"{path}:{node.lineno}"
