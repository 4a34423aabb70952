"""The versions of a session as its history in git tells them; those of a text; and where two sessions come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import SequenceMatcher

from msgspec import Struct

from reflect_tui.analysis.diff import Diff
from reflect_tui.git.history import Version
from reflect_tui.i18n import _
from reflect_tui.model.session import Session
from reflect_tui.store.joining import CHOICE, JOIN
from reflect_tui.store.journal import Lost
from reflect_tui.views.labels import Key, clock, day, id_name, session_name
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    Span,
    Style,
    cut,
    fit,
    hanging,
    line,
    nothing_yet,
    pad,
    paragraph,
    paragraphs,
    span,
    width,
)
from reflect_tui.views.version_sentences import caveats

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
    if version.subject == CHOICE:
        return _("chosen of several versions")
    if version.subject.startswith(JOIN):
        return _("joined by a sync")
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


# What two sessions are that one compares: when, who, which version of the instrument, which commit, amended or not.


OLD, NEW = "○", "●"
"""What marks the two sessions, also on their bars."""


class Origin(Struct, frozen=True):
    """Where a session comes from: its commit ("": not in history) and when it was amended last, if ever.

    `words` say it otherwise: as it is now in the folder.
    """

    commit: str = ""
    amended: datetime | None = None
    known: bool = True
    words: str = ""


UNKNOWN = Origin(known=False)
"""What is not read yet."""


def origin_of(versions: Sequence[Version]) -> Origin:
    """Find where the newest of a session's versions comes from."""
    there = [version for version in versions if not version.deleted]
    if not there:
        return Origin()
    return Origin(there[0].commit, there[0].when if there[0].subject.startswith("amend") else None)


def render_header(change: Diff, origins: tuple[Origin, Origin], columns: int, talks: Sequence[str] = ()) -> list[Line]:
    """Name both sessions, one below the other; then the talks in between, and what they could be compared on."""
    before, after = session_name(change.a, change.b), session_name(change.b, change.a)
    room = max(26, width(before) + 2, width(after) + 2)
    lines = [
        _side(f"  {OLD} ", pad(before, room), change.a, origins[0], columns),
        _side(f"  {NEW} ", pad(after, room), change.b, origins[1], columns),
    ]
    lines += paragraphs(talks, columns - 2, "muted", indent=2)
    return [*lines, *paragraphs(caveats(change), columns - 2, "warning", indent=2)]


def _side(sign: str, name: str, session: Session, origin: Origin, columns: int) -> Line:
    facts = _facts(session, origin)
    named = line(sign, span(name, "title"))
    fitting = (facts[:count] for count in range(len(facts), 0, -1))
    rows = (named + line(span(" · ".join(some), "muted")) for some in fitting)
    return next((row for row in rows if row.width <= columns), cut(named, columns))


def _facts(session: Session, origin: Origin) -> list[str]:
    facts = [_("version {version}").format(version=session.version)]
    if origin.known:
        facts.append(origin.words or origin.commit[:8] or _("not yet in history"))
        if origin.amended:
            facts.append(_("amended {date}").format(date=day(origin.amended)))
        elif origin.commit and not origin.words:
            facts.append(_("not amended"))
    return facts
