"""What a person or a program gets to see: results on stdout, messages on stderr, and nothing a terminal obeys."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from reflect_tui import text as glyphs
from reflect_tui.text import display

if TYPE_CHECKING:
    from reflect_tui.views.lines import Line

PROGRAM = "reflect-tui"
_NARROWEST = 40
# Characters that json leaves as they are, and that a terminal obeys, hides or can't be sent.
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def prepare(wish: str = "") -> None:
    """Let no character stop a print-out: what the output has no sign for becomes ASCII.

    `wish` is the setting for glyphs; without one, the output's own encoding decides.
    """
    glyphs.register_ascii_errors()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=glyphs.output_encoding(wish, stream.encoding), errors=glyphs.ASCII_ERRORS)


def columns() -> int:
    """Return the width to print for: that of the terminal, 80 in a pipe."""
    return max(_NARROWEST, shutil.get_terminal_size((80, 24)).columns)


def lines(page: Sequence[Line]) -> None:
    """Print a page on stdout."""
    from reflect_tui.views.lines import plain  # noqa: PLC0415 -- slow to import, and not needed for an error or JSON

    print(plain(page))


def text(sentence: str) -> None:
    """Print one line of any text on stdout."""
    print(display(sentence))


def values(document: object) -> None:
    """Print a JSON document on stdout."""
    written = json.dumps(document, indent=2, ensure_ascii=not _is_unicode())
    print(_OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", written))


def data(content: bytes) -> None:
    """Send the bytes of a file to stdout as they are; to a terminal only what it does not obey."""
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None or sys.stdout.isatty():
        print("\n".join(display(row) for row in content.decode("utf-8", "replace").splitlines()))
        return
    sys.stdout.flush()
    stream.write(content)
    stream.flush()


def _is_unicode() -> bool:
    return glyphs.is_unicode(getattr(sys.stdout, "encoding", None) or "")


def message(sentence: str) -> None:
    """Print a message on stderr, in one line; where there is none, nobody wants to know."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(f"{PROGRAM}: {display(sentence)}", file=sys.stderr, flush=True)


def flush() -> None:
    """Send what is printed; BrokenPipeError when nobody reads it any more."""
    if sys.stdout is not None:
        sys.stdout.flush()


def give_up() -> None:
    """Send what is still to be written nowhere, so that Python does not complain of it at the end."""
    if sys.stdout is None:
        return
    with contextlib.suppress(OSError):  # an output that is no file
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
