"""Two versions that git left side by side in one file: noticed, said, and taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from reflect_tui.errors import Fault
from reflect_tui.i18n import _

Side = Literal["upper", "lower"]

# No possessive quantifiers here: in a group that captures, Python before 3.11.5 never matches them.
_MARKED = re.compile(
    rb"^<{7}(?: [^\n]*)?\r?\n(?P<upper>(?:(?![<|=>]{7}).*\n)*)"
    rb"(?:^\|{7}(?: [^\n]*)?\r?\n(?:(?![<|=>]{7}).*\n)*)?"
    rb"^={7}\r?\n(?P<lower>(?:(?![<|=>]{7}).*\n)*)^>{7}(?: [^\n]*)?(?:\r?\n|\Z)",
    re.MULTILINE,
)
_BEGIN = re.compile(rb"^<{7}(?: |\r?$)", re.MULTILINE)


def conflict_fault(data: bytes) -> Fault | None:
    """Say at which line two versions begin to stand side by side; None when the file has no such place."""
    match = _MARKED.search(data)
    if match is None:
        return None
    line = _("line {line}, column {column}").format(line=data.count(b"\n", 0, match.start()) + 1, column=1)
    return Fault(line, conflict_message())


def conflict_message() -> str:
    """Return the sentence for it, in the user's language."""
    return _("git left two versions here, one below the other (an unresolved merge); choose one of them")


def has_conflict(faults: Iterable[Fault]) -> bool:
    """Check whether these are the faults of a file with two versions."""
    return any(conflict_fault.problem == conflict_message() for conflict_fault in faults)


def resolve(data: bytes, side: Side) -> bytes:
    """Return the file as it would be with one of the two versions at every such place.

    Raises:
        ValueError: the marks of git do not belong together, so nobody can tell which lines are whose.
    """
    chosen = _MARKED.sub(lambda match: match[side], data)
    if chosen == data or _BEGIN.search(chosen):
        raise ValueError(side)
    return chosen
