"""From the bytes a terminal sends to Textual's events: bytes of any kind are borne, and a paste is only ever text.

Textual's own reader ends the app at a byte that isn't UTF-8, and at a key report with a number that is no character.
It takes an escape character inside a paste for the start of a key: what stands behind it is then typed, digit by
digit, into whatever is in front. So pastes are cut out here, before its parser sees them.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator

from textual._xterm_parser import XTermParser
from textual.events import Paste, Resize
from textual.message import Message

BEGIN, END = "\x1b[200~", "\x1b[201~"
_MARKS = re.compile(r"\x1b\[20[01]~")
_ANSWERS = re.compile("\x1b[]PX^_][^\x07\x1b]*(?:\x07|\x1b\\\\)")  # to questions that were not asked here
LARGEST = 16 * 1024 * 1024
"""Characters of one paste that are kept at most."""


class InputParser:
    """One terminal's input."""

    def __init__(self, encoding: str) -> None:
        """Read input in this encoding."""
        self._decode = getincrementaldecoder(encoding)(errors="replace").decode
        self._parser = XTermParser()
        self._held = ""  # the start of a mark, perhaps
        self._pasting = False
        self._paste: list[str] = []  # what came since a paste began
        self._size = 0
        self._tail = ""  # the last characters of it
        self._ended = False  # a mark that ends the paste was seen

    @property
    def waits(self) -> bool:
        """Whether pause() will have something to give."""
        return bool(self._held) or self._ended

    def feed(self, data: bytes) -> Iterator[Message]:
        """Return the events of some bytes."""
        text = self._held + self._decode(data)
        self._held = ""
        if self._pasting:
            self._add(text)
        else:
            yield from self._keys(text)

    def pause(self) -> Iterator[Message]:
        """Return the events that only show when nothing comes for a moment: a lone escape, the end of a paste."""
        if self._ended:
            yield from self._end_paste()
        held, self._held = self._held, ""
        yield from self._parse(held)
        yield from self._guarded(self._parser.tick())

    def _keys(self, text: str) -> Iterator[Message]:
        keys, mark, pasted = text.partition(BEGIN)
        if mark:
            yield from self._parse(keys)
            self._pasting, self._paste, self._size, self._tail = True, [], 0, ""
            self._add(pasted)
            return
        kept = _start_of_mark(keys)
        self._held = keys[len(keys) - kept :]
        yield from self._parse(keys[: len(keys) - kept])

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
        yield from self._keys(typed)

    def _parse(self, text: str) -> Iterator[Message]:
        """Let Textual's parser read keys and the mouse, by the character: what it can't bear costs nothing else."""
        for character in _ANSWERS.sub("", text):
            yield from self._guarded(self._parser.feed(character))

    def _guarded(self, events: Iterable[Message]) -> Iterator[Message]:
        try:
            for event in events:
                if not isinstance(event, Resize):  # the size is asked of the system, never of what was typed
                    yield event
        except (ValueError, OverflowError):  # a report with a number that is no character
            self._parser = XTermParser()


def _start_of_mark(text: str) -> int:
    """Count the characters at the end of a text with which the mark of a paste could begin."""
    return next((n for n in range(min(len(text), len(BEGIN) - 1), 0, -1) if BEGIN.startswith(text[-n:])), 0)
