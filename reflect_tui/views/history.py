"""The versions of one session, newest first, as its history in git tells them; and those of a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from reflect_tui.git.history import Version
from reflect_tui.i18n import _
from reflect_tui.store.journal import Lost
from reflect_tui.views.labels import Key, clock, day, id_name
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    Span,
    Style,
    fit,
    hanging,
    line,
    nothing_yet,
    pad,
    paragraph,
    span,
    width,
)

# the subject of a commit is the same in every language; see docs/formats.md
_FIGURES = re.compile(r": (\d+)/(\d+) scored, (\d+) of (\d+) high$")

_WIDE = 70  # columns; below it a version is shown without its commit


def render_history(versions: Sequence[Version], columns: int) -> list[Line]:
    """List the versions; one that isn't in history yet has none."""
    if not versions:
        text = _("Saved, not yet in history: its first version will stand here.")
        return [EMPTY, *paragraph(text, columns - 4, "muted", indent=4)]
    return [_row(version, columns) for version in versions]


def _row(version: Version, columns: int) -> Line:
    when = f"{pad(day(version.when), 13)}{clock(version.when)}  "
    commit = pad(version.commit[:8], 10) if columns >= _WIDE else ""  # what it says matters more
    room = max(10, columns - 4 - 20 - len(commit))
    return line(
        "    ", span(when, "strong"), span(commit, "muted"), fit(version_summary(version), room), target=version.commit
    )


def version_summary(version: Version) -> str:
    """Say in a few words what a version is: why it was made, else its figures."""
    if version.deleted:
        return _("removed")
    if version.reason:
        return version.reason
    figures = _FIGURES.search(version.subject)
    if figures is None:
        return version.subject
    text = _("{scored} of {total} scored, {high} of {n} high")
    return text.format(scored=figures[1], total=figures[2], high=figures[3], n=figures[4])


def render_removed(lost: Sequence[Lost], columns: int, key: Key) -> list[Line]:
    """List the sessions that history has and the folder has not."""
    if not lost:
        text = _("{key} on the list of sessions removes one; here it can be brought back.")
        return nothing_yet(_("No session was removed"), [text.format(key=key("home.delete"))], columns)
    return [_lost_row(session) for session in lost]


def _lost_row(session: Lost) -> Line:
    last = session.last
    when = _("removed {date}").format(date=day(last.when)) if last.deleted else _("missing from the folder")
    return line("    ", span(pad(id_name(session.id), 30), "strong"), span(when, "muted"), target=session.id)


# Two versions of a text, word by word: what went stands in -[ ], what came in +[ ], readable without colour.


_ALIKE = 0.4  # texts with fewer words in common are shown one below the other
_TOO_MANY = 1_000_000  # pairs of words: more would take seconds to compare


def render_rewritten(before: str, after: str, columns: int, indent: int = 4) -> list[Line]:
    """Show how a text changed, in lines of at most `columns`: merged where the versions are alike."""
    old, new = before.split(), after.split()
    if old and new and len(old) * len(new) <= _TOO_MANY:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        if matcher.ratio() >= _ALIKE:
            return _set(list(_merged(matcher, old, new)), columns, indent)
    return [*_whole(before, "-", "low", columns, indent), *_whole(after, "+", "high", columns, indent)]


def _merged(matcher: SequenceMatcher[str], old: Sequence[str], new: Sequence[str]) -> Iterator[Span]:
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            yield from (span(word) for word in old[start:end])
        else:
            yield from _marked(old[start:end], "-", "low")
            yield from _marked(new[other_start:other_end], "+", "high")


def _marked(words: Sequence[str], sign: str, style: Style) -> Iterator[Span]:
    for place, word in enumerate(words):
        opening = f"{sign}[" if place == 0 else ""
        yield span(f"{opening}{word}{']' if place == len(words) - 1 else ''}", style)


def _set(words: Sequence[Span], columns: int, indent: int) -> list[Line]:
    """Set words as lines."""
    rows: list[list[Span | str]] = [[" " * indent]]
    room = columns - indent
    for word in words:
        size = width(word.text)
        if len(rows[-1]) > 1 and size + 1 > room:
            rows.append([" " * indent])
            room = columns - indent
        if len(rows[-1]) > 1:
            rows[-1].append(" ")
            room -= 1
        rows[-1].append(word)
        room -= size
    return [line(*row) for row in rows]


def _whole(text: str, sign: str, style: Style, columns: int, indent: int) -> list[Line]:
    if not text:
        return []
    return hanging(line(" " * indent, span(sign, style), " "), text, columns)
