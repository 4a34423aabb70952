"""A note or a remark typed line by line; each line is kept as soon as it is typed."""

from __future__ import annotations

from collections.abc import Callable

from reflect_tui.i18n import _
from reflect_tui.plain.console import Console, TooLongError
from reflect_tui.session import MAX_NOTE

END, EMPTY_IT = ".", ".."

Keep = Callable[[str], None]


def write(console: Console, text: str, keep: Keep) -> str:
    """Add the lines that are typed to a text until a single dot, handing it to `keep` after every line."""
    explained = _("Type as many lines as you like. A line with only a dot ends it, one with two dots empties it.")
    console.say(explained)
    if text:
        console.say(_("It stands as follows; what you type is added:"))
        console.say(text, indent=4)
    blanks = ""  # empty lines wait for a next one with words: none of them ends a text
    while True:
        try:
            line = console.read(_("Text:"))
        except TooLongError:
            console.say(_("That line is too long; nothing was done with it."))
            continue
        if line is None or line.strip() == END:
            return text
        if line.strip():
            text = _next(console, text, blanks + line)
            keep(text)
        blanks = "" if line.strip() or not text else blanks + "\n"


def _next(console: Console, text: str, line: str) -> str:
    if line.strip() == EMPTY_IT:
        console.say(_("Emptied."))
        return ""
    return add(console, text, line)


def add(console: Console, text: str, line: str) -> str:
    """Put a line below a text, when there is room for it."""
    longer = f"{text}\n{line}" if text else line
    if len(longer) <= MAX_NOTE:
        return longer
    console.say(_("That would be longer than {n} characters; the line was left out.").format(n=MAX_NOTE))
    return text
