"""Both languages are complete: the Dutch catalogue has every message of the code, and it is compiled."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

import reflect_tui

pytestmark = pytest.mark.slow

PACKAGE = Path(reflect_tui.__file__).parent
FOLDER = PACKAGE / "locales" / "nl" / "LC_MESSAGES"
KEYWORDS = {"_": None, "mark": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
HOLES = re.compile(r"\{\w*\}|%\(\w+\)s|%[sr]")

SHOWN_WHOLE = {"line", "titled", "Question", "MessageScreen", "ReasonScreen", "PathScreen", "Menu"}
SHOWN_WHOLE |= {"show_message", "ask", "ask_line"}
SHOWN_FIRST = {"span", "Span", "paragraph", "heading", "pad", "fit", "shorten", "say", "quote", "info", "message"}
"""What shows a text: all that it is called with, or the first of it."""
NAMES = re.compile(r"reflect-tui|esc q|left right|pgup|space")
"""What is called the same in every language."""
OWN_ERRORS = re.compile(r"(?!Value|Runtime|Key|Type|Assertion|OS|Unicode)\w+Error")

Key = tuple[str, str | None]


@pytest.fixture(scope="module")
def dutch() -> Catalog:
    with (FOLDER / "reflect_tui.po").open("rb") as file:
        return read_po(file, locale="nl")


@pytest.fixture(scope="module")
def messages() -> set[Key]:
    found = extract_from_dir(PACKAGE, keywords=KEYWORDS)
    return {(ids if isinstance(ids, str) else ids[0], context) for _file, _line, ids, _comments, context in found}


def texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def ends(text: str) -> bool:
    """Tell whether a text ends as a sentence; the Dutch n/a is n.v.t."""
    return text.removesuffix("n.v.t.").endswith(".")


def test_every_message_of_the_code_is_in_the_catalogue(dutch: Catalog, messages: set[Key]) -> None:
    known = {(texts(message.id)[0], message.context) for message in dutch if message.id}
    assert messages
    assert messages - known == set()
    assert known - messages == set()


def test_every_message_has_a_translation_with_the_same_holes(dutch: Catalog) -> None:
    for message in dutch:
        if not message.id:
            continue
        for original, translated in zip(texts(message.id), texts(message.string or ""), strict=True):
            assert translated, original
            assert set(HOLES.findall(translated)) == set(HOLES.findall(original)), original
            assert ends(translated) == ends(original) or original == ".", original


def test_the_compiled_catalogue_is_the_written_one(dutch: Catalog) -> None:
    made = io.BytesIO()
    write_mo(made, dutch)
    made.seek(0)
    with (FOLDER / "reflect_tui.mo").open("rb") as compiled:
        assert but_header(read_mo(compiled)) == but_header(read_mo(made)), "run `make translations`"


def but_header(catalogue: Catalog) -> list[tuple[object, ...]]:
    """Give all of a catalogue but its header, which names the version of the program that wrote it."""
    return [(one.context, one.id, one.string) for one in catalogue if one.id]


def test_no_message_hides_in_an_f_string_where_it_is_never_found() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            inside = ast.walk(node) if isinstance(node, ast.JoinedStr) else ()
            called = {part.func.id for part in inside if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)}
            assert not called & set(KEYWORDS), f"{path.name}:{getattr(node, 'lineno', 0)}"


def untranslated(source: str, *, draws: bool = True) -> list[str]:
    """Find the words that are shown without a translation; a module that `draws` nothing shows its errors only."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [text for call in calls for text in _words(call, draws=draws)]


def _words(call: ast.Call, *, draws: bool) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    first = (draws and name in SHOWN_FIRST) or OWN_ERRORS.fullmatch(name)
    shown = (
        call.args
        if draws and name in SHOWN_WHOLE
        else call.args[:1]
        if first
        else call.args[1:2]
        if name == "Fault"
        else []
    )
    if name == "answers":
        shown = [part.elts[1] for part in call.args if isinstance(part, ast.Tuple)]
    for argument in shown:
        for text in _literals(argument):
            if re.search(r"[^\W\d_]{3,}", NAMES.sub("", text)):
                yield text


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, (ast.JoinedStr, ast.Tuple, ast.List)):
        for part in node.values if isinstance(node, ast.JoinedStr) else node.elts:
            yield from _literals(part)
    elif isinstance(node, ast.BinOp):
        yield from (*_literals(node.left), *_literals(node.right))
    elif isinstance(node, ast.IfExp):
        yield from (*_literals(node.body), *_literals(node.orelse))


def test_no_words_are_shown_that_have_no_translation() -> None:
    shown: dict[str, list[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE)
        draws = place.parts[0] not in {"git", "store"}  # they talk to git, in words that nobody reads here
        shown[str(place)] = untranslated(path.read_text(encoding="utf-8"), draws=draws)
    assert {place: words for place, words in shown.items() if words} == {}


UNTRANSLATED = (
    'line("Plain words")',
    'span(f"{n} statements", "muted")',
    'raise JournalError("It is full.")',
    'Fault(place, "is wrong")',
    'console.say("Saved." if ok else _("Not saved."))',
    'answers(("x", "leave", "cancel"))',
    'paragraph(a + " more", 3)',
)
TRANSLATED = ('line(_("Words"))', 'span("·", "muted")', 'raise ValueError("size")', 'Fault("scores", _("x"))')


@pytest.mark.parametrize("source", UNTRANSLATED)
def test_words_without_a_translation_are_found(source: str) -> None:
    assert len(untranslated(source)) == 1


@pytest.mark.parametrize("source", TRANSLATED)
def test_words_with_a_translation_are_not(source: str) -> None:
    assert untranslated(source) == []
