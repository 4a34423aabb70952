"""Lines in, lines out: every line is sent at once, wrapped between words, and holds nothing a terminal obeys."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TextIO

import wcwidth
from msgspec import Struct

from reflect_tui.pages.lines import Line, line, plain, width
from reflect_tui.text import clean, display

MAX_LINE = 20_000  # characters; a longer line is refused as a whole
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?")  # arrow keys and the like, as a simple terminal sends them


class TooLongError(Exception):
    """A line that is longer than any that makes sense; all of it was read and none of it is kept."""


class Console(Struct, frozen=True):
    """Where lines come from and go to; `typed` says whether a person types them, and is to be prompted."""

    source: TextIO
    sink: TextIO
    columns: Callable[[], int]
    typed: bool = True

    def say(self, text: str, indent: int = 0) -> None:
        """Print a text, wrapped; its own line ends stay."""
        self.show(folded(text, self.columns() - 1, indent))

    def quote(self, about: str, text: str) -> None:
        """Print somebody's words after what they are."""
        self.show(quoted(about, text, self.columns() - 1))

    def show(self, lines: Sequence[Line]) -> None:
        """Print lines of a page."""
        print(plain(lines), file=self.sink, flush=True)

    def gap(self) -> None:
        """Print an empty line."""
        print(file=self.sink, flush=True)

    def read(self, prompt: str) -> str | None:
        """Read a line without its end; None when there is none any more.

        Raises:
            TooLongError: it has more than 20,000 characters.
        """
        if self.typed:
            self.sink.write(f"{display(prompt)} ")
            self.sink.flush()
        text = self.source.readline(MAX_LINE + 1)
        if not text:
            return None
        if len(text) > MAX_LINE and not text.endswith("\n"):
            self._drop_rest()
            raise TooLongError
        return clean(_ESCAPES.sub("", text.rstrip("\r\n")), multiline=True).replace("\n", " ")

    def _drop_rest(self) -> None:
        """Read to the end of a line that is too long, so that its rest is not taken for another one."""
        part = self.source.readline(MAX_LINE)
        while part and not part.endswith("\n"):
            part = self.source.readline(MAX_LINE)


def quoted(about: str, text: str, columns: int) -> list[Line]:
    """Set somebody's words after what they are, or indented below that: no line of theirs passes for one of ours."""
    if "\n" not in text and width(f"{about} {text}") <= columns:
        return folded(f"{about} {text}", columns)
    return [*folded(about, columns), *folded(text, columns, indent=4)]


def folded(text: str, columns: int, indent: int = 0) -> list[Line]:
    """Break a text into lines between words and nowhere else: a path, an id or a command stays whole."""
    room = max(1, columns - indent)
    parts = [
        part
        for row in text.split("\n")
        for part in wcwidth.wrap(display(row), room, break_long_words=False, break_on_hyphens=False) or [""]
    ]
    return [line(" " * indent, part) for part in parts]
