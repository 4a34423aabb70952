"""From the bytes a terminal sends to Textual's events: bytes of any kind are borne, and a paste is only ever text.

Textual's own reader ends the app at a byte that isn't UTF-8, and at a key report with a number that is no character.
It takes an escape character inside a paste for the start of a key: what stands behind it is then typed, digit by
digit, into whatever is in front. Escape and a digit that come together, as they do over ssh, it takes for alt and a
sign of a Mac ("£"). So text is cut into keys, reports and pastes here, before its parser sees whole ones of them.
"""

from __future__ import annotations

import math
import re
import sys
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser
from textual.constants import ESCAPE_DELAY
from textual.events import Key, Paste, Resize
from textual.keys import _character_to_key
from textual.message import Message

from reflect_tui.settings import Entry

BEGIN, END = "\x1b[200~", "\x1b[201~"
MOMENT = 0.02  # seconds without input after which pause() is called
LARGEST = 16 * 1024 * 1024
"""Characters of one paste that are kept at most."""

_ESCAPE = "\x1b"
_LONGEST = 64  # characters of a report
_PAUSES = math.ceil(ESCAPE_DELAY / MOMENT)  # after which what could begin a report was typed
_MARKS = re.compile(r"\x1b\[20[01]~")
_ANSWER = "\x1b[]PX^_][^\x07\x1b]*(?:\x07|\x1b\\\\)"  # to a question that was not asked here
_REPORT = re.compile(
    rf"{_ANSWER}|\x1b\[\d\d?\$|\x1b\[M[^\x1b]{{3}}|\x1b\[\[?[0-?]*[ -/]*[@-~]|\x1bO\d?[ -~]", re.DOTALL
)
_UNFINISHED = re.compile(r"\x1b(?:\[\[?(?!\d\d?\$)[0-?]*[ -/]*|\[M[^\x1b]{0,2}|O\d?)?\Z", re.DOTALL)
_TYPED = re.compile(r"\x1b\[\d{0,4}[a-zA-Z]?|\x1bO?")  # what fingers can do as fast; else it is a terminal's
_BACKTAB = "\x1b\t"  # shift+tab of a console
_OF_WORDS = {"b": "ctrl+left", "f": "ctrl+right", "\x7f": "ctrl+w"}  # with alt, in a field: a word back, on, removed

# Kitty's report of a key: its code, that with shift, modifiers, and the text it types.
_KEY = re.compile(r"\x1b\[(\d{1,7})(?::(\d{0,7})(?::\d*)?)?(?:;(\d{0,4})(?::[12]?)?)?(?:;([\d:]*))?u")
_SHIFT, _LOCKS = 1, 64 | 128
_AZERTY = {"&": "1", "é": "2", '"': "3", "(": "5", "§": "6", "è": "7", "_": "8", "ç": "9", "à": "0"}
_AZERTY_ONLY = {"'": "4", "-": "6", "!": "8"}  # a key of other keyboards as well, which types another sign there


class WordKey(Key):
    """A key with alt that moves by words in a text field, as `within`; elsewhere it is two keys, `apart`.

    Textual hands no event of this kind on: the app takes one or the other.
    """

    def __init__(self, character: str) -> None:
        """Take the character that came behind an escape."""
        super().__init__(_OF_WORDS[character], None)
        self.within = (Key(self.key, None),)
        self.apart = (_escape(), Key(_name(character), character))


def _name(character: str) -> str:
    return "backspace" if character == "\x7f" else _character_to_key(character)


def _no_keys() -> frozenset[str]:
    return frozenset()


def _digits() -> Entry:
    return "digits"


class InputParser:
    """One terminal's input."""

    def __init__(
        self, encoding: str, alts: Callable[[], frozenset[str]] = _no_keys, entry: Callable[[], Entry] = _digits
    ) -> None:
        """Read input in this encoding; `alts` are the keys with alt that the settings use ("alt+n")."""
        self._decode = getincrementaldecoder(encoding)(errors="replace").decode
        self._parser = XTermParser()
        self._alts, self._entry = alts, entry
        self._held = ""  # the start of a report, perhaps
        self._pauses = 0  # since it came
        self._pasting = False
        self._paste: list[str] = []  # what came since a paste began
        self._size = 0
        self._tail = ""  # the last characters of it
        self._ended = False  # a mark that ends the paste was seen

    @property
    def waits(self) -> bool:
        """Whether pause() may have something to give."""
        return self._ended or bool(_TYPED.fullmatch(self._held))

    def feed(self, data: bytes) -> Iterator[Message]:
        """Return the events of some bytes."""
        text = self._held + self._decode(data)
        self._held, self._pauses = "", 0
        if self._pasting:
            self._add(text)
        else:
            yield from self._parse(text)

    def pause(self) -> Iterator[Message]:
        """Return the events that only show when nothing comes for a moment: a lone escape, the end of a paste."""
        if self._ended:
            yield from self._end_paste()
        self._pauses += 1
        if self._pauses >= _PAUSES and _TYPED.fullmatch(self._held):
            held, self._held = self._held, ""
            yield from self._type(held)

    def _add(self, text: str) -> None:
        """Take text into the paste."""
        self._tail += text
        ends = END in self._tail
        self._tail = self._tail[1 - len(END) :]
        self._ended |= ends
        if self._size < LARGEST or ends:
            self._paste.append(text)
            self._size += len(text)

    def _end_paste(self) -> Iterator[Message]:
        r"""Return the paste: all from its first mark to the last one that came without a pause.

        Text may hold the mark that ends a paste, with keys behind it ("\x1b[201~" and control+Q). Nobody types within
        the moment in which a terminal sends a paste, so what stands before the last mark was never typed.
        """
        text, _mark, typed = "".join(self._paste).rpartition(END)
        self._pasting, self._ended, self._paste = False, False, []
        yield Paste(_MARKS.sub("", text))
        self._pauses = 0
        yield from self._parse(typed)

    def _parse(self, text: str) -> Iterator[Message]:
        """Read keys, the mouse and where a paste begins; what may go on in the next bytes is held."""
        place = 0
        while place < len(text):
            if text[place] != _ESCAPE:
                yield from self._guarded(self._parser.feed(text[place]))
                place += 1
            elif _UNFINISHED.match(text, place):
                self._held = text[place : place + _LONGEST]
                return
            elif report := _REPORT.match(text, place):
                place = report.end()
                if report[0] == BEGIN:
                    self._pasting, self._paste, self._size, self._tail = True, [], 0, ""
                    self._add(text[place:])
                    return
                yield from self._report(report[0])
            else:
                alt = list(self._with_alt(text[place + 1]))
                yield from alt or (_escape(),)
                place += 2 if alt else 1

    def _report(self, report: str) -> Iterator[Message]:
        """Let Textual's parser read one report; of one that it doesn't know nothing is typed, unless somebody did."""
        if report[1] not in "[O":  # an answer in words
            return
        events = list(self._guarded(self._parser.feed(self._with_text(report))))
        if not events:
            self._parser = XTermParser()  # it would take what follows for the rest of the report
            if _TYPED.fullmatch(report) and report not in ANSI_SEQUENCES_KEYS:
                events = list(self._type(report))
        yield from events

    def _type(self, keys: str) -> Iterator[Message]:
        """Read an escape, and keys behind it that looked like the rest of a report."""
        yield _escape()
        for character in keys[1:]:
            yield from self._guarded(self._parser.feed(character))

    def _with_alt(self, character: str) -> Iterator[Message]:
        """Read a key that comes with an escape as one with alt, if that has a meaning here."""
        if _ESCAPE + character == _BACKTAB:
            yield from self._guarded(self._parser.feed(_BACKTAB))
            return
        shift = "shift+" if character.isupper() else ""
        name = f"alt+{shift}{_name(character.lower())}"
        letters = self._entry() == "home-row"  # there "f" behind an escape is a score
        if name in self._alts():
            yield Key(name, None)
        elif character in _OF_WORDS and not (letters and character.isalpha()):
            yield WordKey(character)

    def _with_text(self, report: str) -> str:
        """Add the text to a report of a key that lacks it, and leave out of it what Textual's parser can't read."""
        match = _KEY.fullmatch(report)
        if not match:
            return report
        code, shifted, modifiers, text = (part or "" for part in match.groups())
        held = int(modifiers or 1) - 1 & ~_LOCKS
        functional = f"{code}u" in FUNCTIONAL_KEYS or int(code) > sys.maxunicode or not chr(int(code)).isprintable()
        if not text and not functional and held in (0, _SHIFT):
            text = shifted if held and shifted else self._text_of(chr(int(code)), shift=bool(held))
        return f"{_ESCAPE}[{code};{modifiers or 1};{text}u" if text else f"{_ESCAPE}[{code};{modifiers or 1}u"

    def _text_of(self, key: str, *, shift: bool) -> str:
        if not shift:
            return str(ord(key))
        digits = {**_AZERTY, **_AZERTY_ONLY} if self._entry() == "azerty" else _AZERTY
        typed = digits.get(key) or key.upper()
        return str(ord(typed)) if len(typed) == 1 and typed != key else ""

    def _guarded(self, events: Iterable[Message]) -> Iterator[Message]:
        try:
            for event in events:
                if not isinstance(event, Resize):  # the size is asked of the system, never of what was typed
                    yield event
        except (ValueError, OverflowError):  # a report with a number that is no character
            self._parser = XTermParser()


def _escape() -> Key:
    return Key("escape", _ESCAPE)
