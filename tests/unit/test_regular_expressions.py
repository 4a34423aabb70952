"""No regular expression has a possessive quantifier in a capturing group: Python 3.11.0 to 3.11.4 never match it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

import reflect_tui


def lost(parsed: Any, *, captured: bool = False) -> bool:
    """Say whether a parsed expression has a possessive quantifier in a group that captures."""
    for operation, argument in parsed:
        if captured and str(operation) == "POSSESSIVE_REPEAT":
            return True
        inside = captured or (str(operation) == "SUBPATTERN" and argument[0] is not None)
        if any(lost(part, captured=inside) for part in _parts(argument)):
            return True
    return False


def _parts(argument: Any) -> Iterator[Any]:
    """Walk through the expressions within an operation's argument."""
    if type(argument).__name__ == "SubPattern":
        yield argument
    elif isinstance(argument, (tuple, list)):
        for part in argument:
            yield from _parts(part)


def test_no_expression_of_ours_is_lost() -> None:
    patterns: dict[str, re.Pattern[Any]] = {}
    for module in pkgutil.walk_packages(reflect_tui.__path__, "reflect_tui."):
        if not module.name.endswith(("__main__", "system.windows")):  # which another system imports
            values = vars(importlib.import_module(module.name))
            patterns |= {f"{module.name}.{name}": it for name, it in values.items() if isinstance(it, re.Pattern)}
    assert "reflect_tui.toml.formats._MARKED" in patterns
    parser: Any = importlib.import_module("re._parser")
    assert [name for name, it in patterns.items() if lost(parser.parse(it.pattern, it.flags & ~re.UNICODE))] == []


@pytest.mark.parametrize(
    ("expression", "expected"), [("(a*+)", True), ("(?P<x>(?:a|(b)++)?)", True), ("(?:a*+)(b*)", False)]
)
def test_what_is_lost_is_seen(expression: str, *, expected: bool) -> None:
    parser: Any = importlib.import_module("re._parser")
    assert lost(parser.parse(expression)) == expected
