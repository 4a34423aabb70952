"""What a typed line means while filling in, the help that explains it, and texts typed line by line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from reflect_tui.i18n import _
from reflect_tui.line_mode.speech import Console, TooLongError, scale_sentence
from reflect_tui.model.instrument import Scale
from reflect_tui.model.session import MAX_NOTE, NOT_APPLICABLE, Score

Name = Literal[
    "again", "score", "several", "off_scale", "clear", "back", "on", "undo", "redo", "next_gap", "previous_gap",
    "domain_back", "domain_on", "find", "go", "note", "previous", "list", "review", "quit", "help", "example",
    "unknown",
]  # fmt: skip

_LETTERS: dict[str, Name] = {
    "x": "clear", "b": "back", "k": "back", "j": "on", "u": "undo", "r": "redo", "n": "next_gap", "N": "previous_gap",
    "[": "domain_back", "]": "domain_on", "/": "find", "g": "go", "e": "note", "E": "example", "p": "previous",
    "l": "list",
    "f": "review", "q": "quit", "?": "help",
}  # fmt: skip
_WITH_WORDS = frozenset(("find", "go", "note", "example", "undo", "redo"))


class Command(Struct, frozen=True):
    """One line: what to do, the words that follow, and the scores that it gives."""

    name: Name
    words: str = ""
    scores: tuple[Score, ...] = ()


def parse(text: str, scale: Scale) -> Command:
    """Read a line; several digits are several scores only when all of them are on the scale.

    On a scale up to 10 a number is one score, and several have blanks between them.
    """
    line = text.strip()
    if not line:
        return Command("again")
    if line in ("-", scale.skip_sign):
        return Command("score", scores=(NOT_APPLICABLE,))
    signs = list(line) if scale.is_digits else line.split()
    if all(sign.isascii() and sign.isdigit() for sign in signs):
        return _digits(line, signs, scale)
    name = _LETTERS.get(line[0])
    words = line[1:].strip()
    if name is None or (words and not _may_follow(name, line)):
        return Command("unknown", line)
    return Command(name, words)


def _digits(line: str, signs: list[str], scale: Scale) -> Command:
    if not all(scale.allows(int(sign)) for sign in signs):
        return Command("off_scale", line)
    scores: tuple[Score, ...] = tuple(int(sign) for sign in signs)
    return Command("several" if len(scores) > 1 else "score", line, scores)


def _may_follow(name: Name, line: str) -> bool:
    """Check whether words may follow a letter: after a blank, so that a word is not taken for a command."""
    return name in _WITH_WORDS and (line[0] == "/" or line[1].isspace())


# All that can be typed while filling in and while looking it over, in words.


def help_filling_in(scale: Scale) -> list[str]:
    """Explain every line that means something while filling in."""
    low, high = scale.lowest, scale.highest
    return [
        scale_sentence(scale),
        _("Type one of these, then enter. Capitals matter."),
        _("{low} to {high}: score the statement and go to the next").format(low=low, high=high),
        _("several scores, such as {example}: score as many statements, one after the other").format(
            example=("" if scale.is_digits else " ").join(map(str, (high, high, low)))
        ),
        _("- (minus): not applicable, or cannot judge")
        if scale.has_zero
        else _("0 or - (minus): not applicable, or cannot judge"),
        _("an empty line: hear the statement again; nothing changes"),
        _("x: clear the answer"),
        _("b or k: back one statement; j: on one statement, without an answer"),
        _("n: to the next open statement; N (the capital): to the previous one"),
        _("[ (left bracket): to the start of the domain, or the one before; ] (right bracket): to the next domain"),
        _("g 40: to statement 40; g and an id: to that statement"),
        _("/ (slash) and a word: find the statements with that word"),
        _("l: list the statements of this domain with their answers"),
        _("e: write a note to the statement, of several lines; e and a text: add that one line"),
        _("E (the capital): the same for the statement scored last, such as an example"),
        _("p: hear the previous score of the statement"),
        _("u: undo what you did last; u 3: the last three things; r: redo it"),
        _("f: review and finish"),
        _("q: quit; what you did is kept, and you can go on later"),
        _("? (question mark): this list"),
    ]


def help_reviewing() -> list[str]:
    """Explain every line that means something while looking it over."""
    return [
        _("Type one of these, then enter."),
        _("f: finish; the session is saved and its results are shown"),
        _("n: to the next open statement"),
        _("g 40: to statement 40"),
        _("b: back to the statements"),
        _("e: write a remark about the whole session; e and a text: add that one line"),
        _("u: undo what you did last; r: redo it"),
        _("an empty line: review again"),
        _("q: quit; what you did is kept, and you can go on later"),
    ]


# A note or a remark typed line by line; each line is kept as soon as it is typed.


END, EMPTY_IT = ".", ".."

Keep = Callable[[str], None]


def write_text(console: Console, text: str, keep: Keep) -> str:
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
    return add_line(console, text, line)


def add_line(console: Console, text: str, line: str) -> str:
    """Put a line below a text, when there is room for it."""
    longer = f"{text}\n{line}" if text else line
    if len(longer) <= MAX_NOTE:
        return longer
    console.say(_("That would be longer than {n} characters; the line was left out.").format(n=MAX_NOTE))
    return text
