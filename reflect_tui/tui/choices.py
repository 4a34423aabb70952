"""What a setting may be, where its type can't say it: the themes and instruments there are."""

from __future__ import annotations

from typing import Literal, get_args, get_origin, get_type_hints

from reflect_tui import library
from reflect_tui.errors import Fault
from reflect_tui.i18n import _
from reflect_tui.settings import Settings
from reflect_tui.tui import theme

MENTIONED = 5  # choices in a sentence; the settings screen has them all

LATER = frozenset({"journal", "glyphs"})
"""What is in effect from the next start on; all else is at once."""


def choices(name: str) -> tuple[str | bool, ...]:
    """List the values to choose from; none for a setting that is typed or has a table of its own."""
    kind = get_type_hints(Settings)[name]
    if kind is bool:
        return (False, True)
    if get_origin(kind) is Literal:
        return get_args(kind)
    return _open_choices(name)


def _open_choices(name: str) -> tuple[str, ...]:
    if name == "theme":
        return theme.names()
    return ("", *library.bundled_ids()) if name == "instrument" else ()


def is_text(name: str) -> bool:
    """Tell whether a setting is a text to type."""
    return get_type_hints(Settings)[name] is str and not _open_choices(name)


def faults(settings: Settings) -> tuple[Fault, ...]:
    """Name every value that is no theme or instrument; what they were meant for is the default then."""
    found = []
    for name in ("theme", "instrument"):
        value = getattr(settings, name)
        known = _open_choices(name) if value else ()
        if value and value not in known:
            named = [choice for choice in known if choice]
            more = ["…"] if len(named) > MENTIONED else []
            problem = _("must be one of: {choices}").format(choices=", ".join(named[:MENTIONED] + more))
            found.append(Fault(name, problem))
    return tuple(found)
