"""Where one stands in one session: bars per domain or focus, strengths first, and the lowest items."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from msgspec import Struct

from reflect_tui.analysis.diff import Diff, Results
from reflect_tui.analysis.summary import (
    LOWEST,
    Axis,
    ScoreGroup,
    Summary,
    all_at_threshold,
    lowest_items,
    strengths_first,
    strongest_items,
    summarize,
)
from reflect_tui.analysis.trend import Trend
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.instrument import Instrument, Scale
from reflect_tui.model.session import Session
from reflect_tui.views import bars
from reflect_tui.views.bars import even, render_bar, scale_row
from reflect_tui.views.labels import (
    UP,
    change_text,
    day_beside,
    focus_name,
    group_name,
    lowest_rule,
    mean_text,
    results_twin,
    session_name,
    threshold_sentence,
    verdict_name,
)
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    fit,
    hanging,
    heading,
    in_runs,
    joined,
    line,
    pad,
    paragraph,
    shorten,
    span,
)
from reflect_tui.views.lines import width as columns_of

_LEAST_BAR, _WIDEST_BAR = 34, 46  # columns, beside whole titles
NARROW = 72  # no room for the change since the previous session


class ResultColumns(Struct, frozen=True):
    """The widths of the table of bars."""

    title: int
    bar: int
    short: bool
    beside: int = 8


def result_columns(width: int, instrument: Instrument) -> ResultColumns:
    """Share a width out: whole titles where all have room, and a bar with its points equally far apart."""
    fixed = 2 + 2 + 6 + 8 + 2 + 2 + 9
    if width < NARROW:
        room = max(20, width - fixed)
        title = min(15, room // 2)
        return ResultColumns(title=title, bar=even(room - title, instrument.scale), short=True, beside=0)
    room = width - fixed - 9
    whole = max(columns_of(domain.title) for domain in instrument.domains) + 1
    short = whole > room - _LEAST_BAR
    title = min(18, room // 2) if short else whole
    return ResultColumns(title=title, bar=even(min(_WIDEST_BAR, room - title), instrument.scale), short=short)


def render_results(found: Results, width: int, axis: Axis = "domain", *, words: bool = False) -> list[Line]:
    """Show a session: what it adds up to, every domain or focus as a bar or in `words`, and what stands lowest."""
    instrument, session, summary, change = found.instrument, found.session, found.summary, found.change
    return [
        *_opening(found, width),
        EMPTY,
        *(
            results_twin(instrument, summary, change, width, axis)
            if words
            else render_bars(instrument, summary, deltas(change, axis), width, axis)
        ),
        EMPTY,
        *_other_axis(instrument, summary, axis, width),
        *_remark(session, width),
        *_lowest(instrument, session, width),
        *_notes(instrument, session, width),
    ]


def _opening(found: Results, width: int) -> list[Line]:
    summary, change = found.summary, found.change
    counted = ngettext("{high} of {n} domain high", "{high} of {n} domains high", len(summary.domains))
    parts = [
        _("{n} of {total} answered").format(n=summary.answered, total=summary.total),
        counted.format(high=summary.high, n=len(summary.domains)),
    ]
    if summary.not_applicable:
        parts.append(_("{n} not applicable").format(n=summary.not_applicable))
    lines = [line("  ", span(" · ".join(parts), "strong"))]
    if all_at_threshold(found.instrument, found.session):
        lines += paragraph(threshold_sentence(found.instrument.scale) + ".", width, indent=2)
    if not change and not summary.high:
        lines += _strongest(found.instrument, found.session, width)
    if change:
        since = _("Since {date}: {up} up, {down} down, {same} the same.")
        sentence = since.format(
            date=day_beside(change.a.started, change.b.started), up=change.up, down=change.down, same=change.same
        )
        lines += paragraph(sentence, width, "muted", indent=2)
    return lines


def _strongest(instrument: Instrument, session: Session, width: int) -> list[Line]:
    strong = strongest_items(instrument, session, 3)
    lines = [EMPTY, heading(_("Strongest items"))] if strong else []
    for item, score in strong:
        lines += _statement(instrument, item.id, str(score), width)
    return lines


def deltas(change: Diff | None, axis: Axis) -> dict[str, str]:
    """Write how every domain or focus changed."""
    changes = (change.domains if axis == "domain" else change.focuses) if change else ()
    return {part.id: change_text(part) for part in changes}


def courses(course: Trend, scale: Scale) -> dict[str, str]:
    """Draw the course of every domain through the sessions of a trend."""
    means: dict[str, dict[str, Fraction]] = {
        series.id: {point.session: point.group.mean for point in series.points if point.covered and point.group.mean}
        for series in course.domains
    }
    return {
        name: bars.course((known.get(session.id) for session in course.sessions), scale)
        for name, known in means.items()
    }


def render_bars(
    instrument: Instrument, summary: Summary, beside: Mapping[str, str], width: int, axis: Axis
) -> list[Line]:
    """Set a bar for every domain or focus, the highest mean first, with what stands `beside` it."""
    shape = result_columns(width, instrument)
    groups = summary.domains if axis == "domain" else summary.focuses
    left = " " * (2 + 2 + shape.title + 6 + 8 + 2)
    head = line(left, span(scale_row(instrument.scale, shape.bar), "muted"))
    rows = [_row(instrument, group, shape, beside.get(group.id, "")) for group in strengths_first(groups)]
    return [head, *rows]


def render_preview(instrument: Instrument, session: Session, beside: Mapping[str, str], width: int) -> list[Line]:
    """Set the bars of a session with what stands `beside` them; below them the foci and the lowest items."""
    summary = summarize(instrument, session.scores)
    return [
        *render_bars(instrument, summary, beside, width, "domain"),
        EMPTY,
        *_other_axis(instrument, summary, "domain", width),
        *_lowest(instrument, session, width),
    ]


def _row(instrument: Instrument, group: ScoreGroup, shape: ResultColumns, beside: str) -> Line:
    high = group.verdict == "high"
    title = fit(group_name(instrument, group.id, short=shape.short), shape.title)
    verdict = verdict_name(group)
    return line(
        "  ",
        span(f"{UP} " if high else "  ", "high"),
        span(title, "strong" if high else "text"),
        span(pad(mean_text(group.mean), 6, right=True), "strong"),
        span(pad(f"{group.scored}/{group.total}", 8, right=True), "muted"),
        "  ",
        *render_bar(group.mean, instrument.scale, shape.bar, "high" if high else "accent"),
        "  ",
        span(pad(verdict, 9), "high" if high else "muted"),
        *in_runs(pad(beside, shape.beside, right=True) if shape.beside else "", bars.course_style),
        target=group.id,
    )


def _other_axis(instrument: Instrument, summary: Summary, axis: Axis, width: int) -> list[Line]:
    """Sum up the other axis in a few words; a name stays with its mean."""
    if axis == "domain":
        parts = [f"{focus_name(part.id)} {mean_text(part.mean)}" for part in summary.focuses]
    else:
        parts = [
            f"{group_name(instrument, part.id, short=True)} {mean_text(part.mean)}"
            for part in strengths_first(summary.domains)
        ]
    return [line("  ", span(shorten(row, width - 4), "muted")) for row in joined(parts, width - 4)]


def _remark(session: Session, width: int) -> list[Line]:
    if not session.remark:
        return []
    return [EMPTY, *paragraph(session.remark, min(width - 2, 100), indent=2)]


def _lowest(instrument: Instrument, session: Session, width: int) -> list[Line]:
    low = lowest_items(instrument, session)
    if not low:
        return []
    rule = paragraph(lowest_rule(instrument.scale), min(width - 2, 108), "muted", indent=2)
    lines = [EMPTY, heading(_("Lowest items")), *rule]
    for item, score in low[:LOWEST]:
        lines += _statement(instrument, item.id, str(score), width)
    return lines


def _statement(instrument: Instrument, item_id: str, mark: str, width: int) -> list[Line]:
    item = instrument.item(item_id)
    label = line("  ", span(pad(mark, 4), "strong"), target=item_id)
    return hanging(label, instrument.sentence(item), min(width - 2, 108))


def _notes(instrument: Instrument, session: Session, width: int) -> list[Line]:
    if not session.notes:
        return []
    lines = [EMPTY, heading(_("Notes"))]
    for item_id, note in session.notes.items():
        mark = session.scores.get(item_id, "·")
        lines += _statement(instrument, item_id, str(mark), width)
        lines += [*paragraph(note, min(width - 2, 108), "accent", indent=6), EMPTY]
    return lines[:-1]


def results_title(session: Session, previous: Session | None) -> str:
    """Name the session for the top line."""
    named = session_name(session)
    if previous is None:
        return named
    return _("{session} · previous: {date}").format(session=named, date=day_beside(previous.started, session.started))
