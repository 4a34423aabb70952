"""What two sessions are that one compares: when, who, which version of the instrument, which commit, amended or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from reflect_tui.analysis.diff import Diff
from reflect_tui.i18n import _, ngettext
from reflect_tui.journal import Version
from reflect_tui.pages.lines import Line, cut, line, pad, paragraph, span, width
from reflect_tui.pages.words import day, session_name
from reflect_tui.session import Session


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
    """Tell where the newest of a session's versions comes from."""
    there = [version for version in versions if not version.deleted]
    if not there:
        return Origin()
    return Origin(there[0].commit, there[0].when if there[0].subject.startswith("amend") else None)


def header(change: Diff, origins: tuple[Origin, Origin], columns: int) -> list[Line]:
    """Name both sessions, one below the other; then what they could be compared on, if not on everything."""
    before, after = session_name(change.a, change.b), session_name(change.b, change.a)
    room = max(26, width(before) + 2, width(after) + 2)
    lines = [
        _row("    ", pad(before, room), change.a, origins[0], columns),
        _row("  → ", pad(after, room), change.b, origins[1], columns),
    ]
    return [*lines, *(row for text in caveats(change) for row in paragraph(text, columns - 2, "warning", indent=2))]


def _row(sign: str, name: str, session: Session, origin: Origin, columns: int) -> Line:
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


def caveats(change: Diff) -> list[str]:
    """Say what to bear in mind with a comparison: other versions of the instrument, another person."""
    said = [ground_sentence(change)] if change.ground else []
    if change.a.role != change.b.role:
        said.append(_("Two people filled these in: what differs is between them, not a change in time."))
    return said


def ground_sentence(change: Diff) -> str:
    """Say on how many items sessions of different versions are compared; "" for those of one version."""
    if change.ground is None:
        return ""
    shared = len(change.ground.kept)
    text = ngettext(
        "Versions {older} and {newer} differ: compared on the {n} item that means the same in both, of {total} now.",
        "Versions {older} and {newer} differ: compared on the {n} items that mean the same in both, of {total} now.",
        shared,
    )
    newer, older = change.ground.newer, change.ground.older
    return text.format(older=older.version, newer=newer.version, n=shared, total=len(newer.items))
