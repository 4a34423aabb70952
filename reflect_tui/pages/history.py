"""The versions of one session, newest first, as its history in git tells them."""

from __future__ import annotations

from collections.abc import Sequence

from reflect_tui.i18n import _
from reflect_tui.journal import Version
from reflect_tui.pages.lines import EMPTY, Line, fit, line, pad, paragraph, span
from reflect_tui.pages.words import clock, day


def history(versions: Sequence[Version], columns: int) -> list[Line]:
    """List the versions; one that isn't in history yet has none."""
    if not versions:
        text = _("Saved, not yet in history: its first version will stand here.")
        return [EMPTY, *paragraph(text, columns - 4, "muted", indent=4)]
    return [_row(version, columns) for version in versions]


def _row(version: Version, columns: int) -> Line:
    when = f"{pad(day(version.when), 13)}{clock(version.when)}  "
    room = max(10, columns - 4 - 20 - 10)
    text = version.reason or version.subject.partition(": ")[2] or version.subject
    return line(
        "    ",
        span(when, "strong"),
        span(pad(version.commit[:8], 10), "muted"),
        fit(text, room),
        target=version.commit,
    )
