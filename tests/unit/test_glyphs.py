"""Signs for an output without Unicode: each keeps its width, and each that we draw has a twin of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import wcwidth

import reflect_tui
from reflect_tui.text import to_ascii

SOURCE = Path(reflect_tui.__file__).parent
DRAWN = [
    *sorted((SOURCE / "views").glob("*.py")),
    *sorted((SOURCE / "line_mode").glob("*.py")),
    *sorted((SOURCE / "tui").rglob("*.py")),
]
REPLACED = "\ufffd"  # in the place of what is no text: "?" says just that


def docstrings(tree: ast.Module) -> set[int]:
    """Find the texts that nobody draws."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def signs(path: Path) -> Iterator[str]:
    """Give the characters beyond ASCII in the texts of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield from (sign for sign in node.value if not sign.isascii())


def test_every_sign_that_is_drawn_has_a_twin_of_the_same_width() -> None:
    drawn = {sign: path.name for path in DRAWN for sign in signs(path) if sign != REPLACED}
    twins = {sign: to_ascii(sign) for sign in drawn}
    assert len(twins) > 20
    assert [(drawn[sign], sign) for sign, twin in twins.items() if "?" in twin or not twin.isascii()] == []
    assert [(drawn[sign], sign) for sign, twin in twins.items() if len(twin) != wcwidth.width(sign)] == []


def test_the_signs_of_a_plot_have_twins() -> None:
    for code in (*range(0x2500, 0x25A0), *range(0x2801, 0x2900)):
        assert to_ascii(chr(code)).isprintable()
        assert to_ascii(chr(code)) not in ("?", "")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("café", "cafe"),
        ("cafe\u0301", "cafe"),
        ("日本", "????"),
        ("👩‍👩‍👧 ok", "?? ok"),
        ("e" + "\u0301" * 50, "e"),
        ("“a” – ‘b’…", "\"a\" - 'b'~"),
    ],
)
def test_any_text_keeps_its_columns(text: str, written: str) -> None:
    assert to_ascii(text) == written
    assert len(written) == wcwidth.width(text)
