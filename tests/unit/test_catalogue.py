"""Both languages are complete: the Dutch catalogue has every message of the code, and it is compiled."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import reflect_tui

PACKAGE = Path(reflect_tui.__file__).parent
FOLDER = PACKAGE / "locales" / "nl" / "LC_MESSAGES"
KEYWORDS = {"_": None, "mark": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
HOLES = re.compile(r"\{\w*\}|%\(\w+\)s|%[sr]")

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
    assert (FOLDER / "reflect_tui.mo").read_bytes() == made.getvalue(), "run `make translations`"


def test_no_message_hides_in_an_f_string_where_it_is_never_found() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            inside = ast.walk(node) if isinstance(node, ast.JoinedStr) else ()
            called = {part.func.id for part in inside if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)}
            assert not called & set(KEYWORDS), f"{path.name}:{getattr(node, 'lineno', 0)}"
