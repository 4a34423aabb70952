"""What stands below: how to read the tables and charts, and what the document was made from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from reflect_tui import __version__
from reflect_tui.i18n import _, format_date, ngettext
from reflect_tui.instrument import Instrument
from reflect_tui.report.plain import one_line
from reflect_tui.report.rows import Rows
from reflect_tui.report.words import threshold_text
from reflect_tui.session import Session


def legend(instrument: Instrument, *, compared: bool) -> Iterable[str]:
    """Explain the scale, the verdict, n, and the changes where there are any."""
    scale = instrument.scale
    words = ", ".join(f"{point.value} {one_line(point.label)}" for point in scale.points)
    high = _("High is a mean above {threshold}; exactly {threshold} is not high.")
    yield _("The scale: {words}.").format(words=words)
    yield high.format(threshold=threshold_text(scale))
    yield (
        _("n counts the items with a score; below half of them there is no verdict.")
        if scale.min_coverage == 0.5  # noqa: PLR2004 -- the usual rule reads best in words
        else _("n counts the items with a score; where too few have one there is no verdict.")
    )
    if compared:
        yield _(
            "Changes are taken from the exact means, then rounded; ≈ is no clear change, chance alone does that often."
        )


def signs(instrument: Instrument, tables: Rows, *, compared: bool) -> Iterable[str]:
    """Explain the signs of the bars and of the courses, where there are any."""
    threshold = threshold_text(instrument.scale)
    bars = _("Bars: the dot is this session, dashes stand at {threshold}.")
    if compared:
        bars = _("Bars: the dot is this session, the upright line the one before, dashes stand at {threshold}.")
    yield bars.format(threshold=threshold)
    longest = max((len(row.course) for row in tables.domains), default=0)
    if longest > 1:
        text = ngettext("Course: the last {n} session.", "Course: the last {n} sessions, oldest first.", longest)
        yield text.format(n=longest)
    if any(not moment.covered for row in tables.domains for moment in row.course):
        yield _("A hollow dot: too few scores for a verdict.")
    if any(moment.starts for row in tables.domains for moment in row.course[1:]):
        yield _("A gap in a course: other items from there on.")


def colophon(instrument: Instrument, session: Session, now: datetime, *, notes: bool) -> Iterable[str]:
    """Name the instrument and the session, what is left out, and the day."""
    yield _("{title}, version {version}. {publisher}: {document}.").format(
        title=one_line(instrument.title),
        version=instrument.version,
        publisher=one_line(instrument.source.publisher),
        document=one_line(instrument.source.document),
    )
    yield _("Session {id}.").format(id=session.id)
    if not notes and (session.notes or session.remark):
        yield _("Notes and remark are left out.")
    yield _("Made on {date} with reflect-tui {version}.").format(date=format_date(now.date()), version=__version__)
