"""Where one stands in one session: bars per domain or focus, strengths first, and the lowest items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from reflect_tui.analysis.change import GroupChange
from reflect_tui.analysis.diff import Diff, Results
from reflect_tui.analysis.summary import (
    LOWEST_SHOWN,
    Axis,
    ScoreGroup,
    Summary,
    all_at_threshold,
    best_items,
    domain_groups,
    equally_good,
    lowest_items,
    runs_of_groups,
    strengths_first,
    strongest_items,
    summarize,
)
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.instrument import Instrument, Item
from reflect_tui.model.session import Session
from reflect_tui.text import more_text
from reflect_tui.views import bars, instrument_words, labels
from reflect_tui.views.bars import BESIDE, even, render_bar, scale_row
from reflect_tui.views.change_sentences import (
    change_clause,
    direction_sign,
    direction_style,
    other_items_sentences,
    other_version_sentence,
    sign_notes,
    since_sentence,
    verdict_sign,
)
from reflect_tui.views.home import domains_good
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    Span,
    fit,
    hanging,
    heading,
    joined,
    line,
    pad,
    paragraph,
    paragraphs,
    shorten,
    span,
)
from reflect_tui.views.lines import width as columns_of

_WIDEST = 108  # columns of sentences
_LEAST_BAR, _WIDEST_BAR = 34, 46  # columns, beside whole titles; in a wide window half of it
NARROW = 72  # no room for the change since the previous session
_VERDICT = 9  # columns of the longest verdict
NO_SIGNS: Mapping[str, str] = MappingProxyType({})


class ResultColumns(Struct, frozen=True):
    """The widths of the table of bars."""

    title: int
    bar: int
    short: bool
    beside: bool = True


def result_columns(width: int, instrument: Instrument, beside: int = BESIDE) -> ResultColumns:
    """Share a width out: whole titles where all have room, and a bar with its points equally far apart.

    What stands `beside` it takes so many columns.
    """
    fixed = 2 + 2 + 6 + 8 + 2 + 2 + _VERDICT
    if width < NARROW:
        room = max(20, width - fixed)
        title = min(15, room // 2)
        return ResultColumns(title=title, bar=even(room - title, instrument.scale), short=True, beside=False)
    room = width - fixed - 1 - beside
    whole = max(columns_of(domain.title) for domain in instrument.domains) + 1
    short = whole > room - _LEAST_BAR
    longest = max(columns_of(domain.label) for domain in instrument.domains) + 1
    title = min(max(18, min(longest, 21)), room // 2) if short else whole
    widest = max(_WIDEST_BAR, width // 2)
    return ResultColumns(title=title, bar=even(min(widest, room - title), instrument.scale), short=short)


def render_results(found: Results, width: int, axis: Axis = "domain", *, words: bool = False) -> list[Line]:
    """Show a session: what it adds up to, every domain or focus as a bar or in `words`, and what stands lowest."""
    instrument, session, summary, change = found.instrument, found.session, found.summary, found.change
    return [
        *_opening(found, width),
        EMPTY,
        *(results_twin(instrument, summary, change, width, axis) if words else render_axis(found, width, axis)),
        *_bands(instrument, summary, width),
        *_other_axis(instrument, summary, axis, width),
        *([EMPTY, *paragraph(session.remark, min(width - 2, 100), indent=2)] if session.remark else []),
        *_lowest(instrument, session, width),
        *_notes(instrument, session, width),
    ]


def _opening(found: Results, width: int) -> list[Line]:
    summary, change = found.summary, found.change
    parts = [
        _("{n} of {total} answered").format(n=summary.answered, total=summary.total),
        domains_good(summary.good, len(summary.domains), lower=not found.instrument.higher_is_better),
    ]
    if summary.not_applicable:
        parts.append(_("{n} not applicable").format(n=summary.not_applicable))
    lines = [line("  ", span(" · ".join(parts), "strong"))]
    if found.session.entered:
        text = _("Entered later, on {date}, from a paper form or a spreadsheet.")
        lines += paragraph(text.format(date=labels.day(found.session.entered)), width, "muted", indent=2)
    lines += paragraphs(threshold_sentences(found.instrument, found.session), width, indent=2)
    if not change and not summary.good:
        lines += _strongest(found.instrument, found.session, width)
    if change:
        lines += paragraph(since_sentence(change), width, "muted", indent=2)
    if found.on_other_version:
        lines += paragraph(other_version_sentence(found.on_other_version, found.session), width, "muted", indent=2)
    lines += paragraphs(instrument_words.direction_sentences(found.instrument), width, "muted", indent=2)
    return lines


def threshold_sentences(instrument: Instrument, session: Session) -> Iterator[str]:
    """Say that all means are exactly at the threshold; where domains differ in it, which ones are at theirs."""
    at_theirs = [group.id for group in domain_groups(instrument, session.scores) if group.is_at_threshold]
    if all_at_threshold(instrument, session):
        yield f"{instrument_words.threshold_sentence(instrument, on_average=bool(lowest_items(instrument, session)))}."
    elif at_theirs and not instrument.has_one_threshold:
        names = ", ".join(labels.group_name(instrument, name, short=True) for name in at_theirs)
        yield _("Exactly at the threshold: {names}.").format(names=names)


def best_statements(instrument: Instrument, session: Session) -> tuple[str, tuple[tuple[Item, int], ...], str]:
    """Return what goes best in a session, what to call it, and how many more do as well as the last of these.

    Strongest are only those on the good side of the threshold.
    """
    strong = strongest_items(instrument, session, 3)
    title = instrument_words.strongest_title(instrument) if strong else instrument_words.best_title(instrument)
    best = strong or best_items(instrument, session, 3)
    others = [score for _item, score in equally_good(instrument, session, best)]
    return title, best, labels.equally_good_text(len(others), sum(others), best[-1][1]) if best else ""


def _strongest(instrument: Instrument, session: Session, width: int) -> list[Line]:
    title, strong, more = best_statements(instrument, session)
    lines = [EMPTY, heading(title)] if strong else []
    for item, score in strong:
        lines += _statement(instrument, item.id, str(score), width)
    return [*lines, *paragraph(more, min(width - 2, _WIDEST), "muted", indent=2)] if more else lines


def render_axis(found: Results, width: int, axis: Axis) -> list[Line]:
    """Set the bars of an axis with what changed beside them; below them what the signs of unclear changes say."""
    change = found.change
    parts = (change.domains if axis == "domain" else change.focuses) if change else ()
    beside = {part.id: _change_spans(part) for part in parts}
    signs = {part.id: verdict_sign(part) for part in parts}
    title = _("change") if change else ""
    bars_ = render_bars(found.instrument, found.summary, beside, width, axis, title=title, signs=signs)
    told = parts if width >= NARROW else [part for part in parts if signs[part.id]]
    noted = sign_notes(found.instrument, told)
    return [*bars_, *paragraphs(noted, min(width, _WIDEST), "muted", indent=2)]


def _change_spans(part: GroupChange) -> Sequence[Span]:
    """How a mean changed, with the sign that a diff gives it; of a domain of one item both scores."""
    if part.scores:
        return [span(pad(labels.scores_text(part.scores), BESIDE, right=True), "muted")]
    delta = span(pad(labels.delta_text(part.a.mean, part.b.mean), BESIDE - 2, right=True), direction_style(part))
    return [delta, span(" "), direction_sign(part)]


def render_bars(
    instrument: Instrument,
    summary: Summary,
    beside: Mapping[str, Sequence[Span]],
    width: int,
    axis: Axis,
    *,
    title: str = "",
    signs: Mapping[str, str] = NO_SIGNS,
) -> list[Line]:
    """Set a bar for every domain or focus, the best mean first, with what stands `beside` it below a `title`.

    `signs` stand behind verdicts.
    """
    room = max((sum(columns_of(part.text) for part in parts) for parts in beside.values()), default=BESIDE)
    shape = result_columns(width, instrument, max(room, BESIDE))
    groups = summary.domains if axis == "domain" else summary.focuses
    left = " " * (2 + 2 + shape.title + 6 + 8 + 2)
    above = pad(title, 2 + _VERDICT + 1 + max(room, BESIDE), right=True) if title and shape.beside else ""
    head = line(left, span(scale_row(instrument.scale, shape.bar) + above, "muted"))
    lines = [head]
    for group_title, run in runs_of_groups(instrument, groups):
        lines += [line("  ", span(shorten(group_title, width - 4), "muted"))] if group_title else []
        lines += [_row(instrument, group, shape, beside.get(group.id, ()), signs.get(group.id, "")) for group in run]
    lines += paragraphs(not_applicable_sentences(instrument, groups), min(width, _WIDEST), "muted", indent=2)
    return lines


def not_applicable_sentences(instrument: Instrument, groups: Iterable[ScoreGroup]) -> Iterator[str]:
    """Say of which domains or focuses how many items are n/a, where any are: no count beside a mean has these."""
    skipped = [group for group in groups if group.not_applicable]
    if skipped:
        names = (f"{labels.group_name(instrument, group.id, short=True)} {group.not_applicable}" for group in skipped)
        yield _("Not applicable, and not counted: {names}.").format(names=", ".join(names))


def render_preview(
    instrument: Instrument,
    session: Session,
    beside: Mapping[str, Sequence[Span]],
    width: int,
    rows: int,
    *,
    title: str = "",
) -> list[Line]:
    """Set the bars of a session with what stands `beside` them under its `title`; below them foci and lowest items.

    Of these as many whole ones as `rows` hold.
    """
    summary = summarize(instrument, session.scores)
    above = [
        *render_bars(instrument, summary, beside, width, "domain", title=title),
        *_other_axis(instrument, summary, "domain", width),
    ]
    return [*above, *_lowest(instrument, session, width, rows - len(above))]


def _row(instrument: Instrument, group: ScoreGroup, shape: ResultColumns, beside: Sequence[Span], sign: str) -> Line:
    scale = instrument.scale_of(group.id)
    title = fit(labels.group_name(instrument, group.id, short=shape.short), shape.title)
    verdict = labels.verdict_name(group) + (sign if group.verdict == "high" else "")
    return line(
        "  ",
        span(pad(labels.good_sign(group), 2), labels.verdict_style(group, "high")),
        span(title, "strong" if group.good else "text"),
        span(pad(labels.figure_text(group), 6, right=True), "strong"),
        span(pad(f"{group.scored}/{group.applicable}", 8, right=True), "muted"),
        "  ",
        *render_bar(group.mean, scale, shape.bar, labels.verdict_style(group, "accent"), group.target),
        "  ",
        span(pad(verdict, _VERDICT), labels.verdict_style(group, "muted")),
        *((span(" "), *beside) if shape.beside else ()),
        target=group.id,
    )


def _bands(instrument: Instrument, summary: Summary, width: int) -> list[Line]:
    aimed = (f"{bars.TARGET} {text}" for text in instrument_words.target_sentences(instrument, summary))
    sentences = (*instrument_words.band_sentences(instrument, summary), *aimed)
    said = paragraphs(sentences, min(width, _WIDEST), indent=2)
    return [EMPTY, *said] if said else []


def _other_axis(instrument: Instrument, summary: Summary, axis: Axis, width: int) -> list[Line]:
    """Sum up the other axis in a few words, a free row above; a name stays with its mean."""
    if axis == "domain":
        parts = [f"{labels.focus_name(instrument, part.id)} {labels.figure_text(part)}" for part in summary.focuses]
    else:
        parts = [
            f"{labels.group_name(instrument, part.id, short=True)} {labels.figure_text(part)}"
            for part in strengths_first(summary.domains)
        ]
    rows = [line("  ", span(shorten(row, width - 4), "muted")) for row in joined(parts, width - 4)]
    return [EMPTY, *rows] if rows else []


def _lowest(instrument: Instrument, session: Session, width: int, rows: int | None = None) -> list[Line]:
    """List the lowest items: some, or as many as so many rows hold."""
    low = lowest_items(instrument, session)
    rule = paragraph(instrument_words.lowest_rule(instrument), min(width - 2, _WIDEST), "muted", indent=2)
    lines = [EMPTY, heading(instrument_words.lowest_title(instrument)), *rule]
    head = len(lines)
    for item, score in low[:LOWEST_SHOWN] if rows is None else low:
        statement = _statement(instrument, item.id, str(score), width)
        if rows is not None and len(lines) + len(statement) > rows:
            break
        lines += statement
    if rows is None and (more := more_text(len(low) - LOWEST_SHOWN)):
        lines.append(line("  ", span(more, "muted")))
    return lines if len(lines) > head else []


def _statement(instrument: Instrument, item_id: str, mark: str, width: int) -> list[Line]:
    label = line("  ", span(pad(mark, 4), "strong"), target=item_id)
    return hanging(label, instrument_words.marked_sentence(instrument, item_id), min(width - 2, _WIDEST))


def _notes(instrument: Instrument, session: Session, width: int) -> list[Line]:
    if not session.notes:
        return []
    lines = [EMPTY, heading(_("Notes"))]
    for item_id, note in session.notes.items():
        mark = session.scores.get(item_id, "·")
        lines += _statement(instrument, item_id, str(mark), width)
        lines += [*paragraph(note, min(width - 2, _WIDEST), "accent", indent=6), EMPTY]
    return lines[:-1]


def results_title(session: Session, previous: Session | None) -> str:
    """Name the session for the top line."""
    named = labels.session_name(session)
    if previous is None:
        return named
    return _("{session} · previous: {date}").format(
        session=named, date=labels.day_beside(previous.started, session.started)
    )


# The bars in one sentence and a table.


def results_twin(
    instrument: Instrument, summary: Summary, change: Diff | None, columns: int, axis: Axis = "domain"
) -> list[Line]:
    """Write the bars of a session as one sentence and a table, the best mean first, and what changed in words."""
    groups = strengths_first(summary.domains if axis == "domain" else summary.focuses)
    changes = (change.domains if axis == "domain" else change.focuses) if change else ()
    new = {part.id for part in changes if part.a.mean is None and part.b.mean is not None}
    told = {part.id: _("no earlier score") if part.id in new else change_clause(part) for part in changes}
    head = [labels.axis_name(axis), _("mean"), _("scored"), _("verdict"), *([_("change")] if change else [])]
    tables: list[Line] = []
    for title, run in runs_of_groups(instrument, summary.domains if axis == "domain" else summary.focuses):
        rows = [
            [
                labels.group_name(instrument, group.id),
                *labels.figures(group),
                *([told.get(group.id, "")] if change else []),
            ]
            for group in run
        ]
        tables += [EMPTY, *([heading(title)] if title else []), *labels.table(head, rows, columns)]
    sentence = " ".join([results_sentence(instrument, groups), *instrument_words.direction_sentences(instrument)])
    below = [*not_applicable_sentences(instrument, groups), *other_items_sentences(instrument, changes)]
    return [*paragraph(sentence, columns - 2, indent=2), *tables, *paragraphs(below, columns - 2, indent=2)]


def results_sentence(instrument: Instrument, groups: Sequence[ScoreGroup]) -> str:
    """Say what the bars of domains or foci show; `groups` stand best first."""
    known = sorted((group for group in groups if group.mean is not None), key=lambda group: -(group.mean or 0))
    if not known:
        return _("Nothing is scored yet.")
    high = sum(group.verdict == "high" for group in known)
    counted = ngettext(
        "{high} of {n} has a mean above {threshold}, which is high.",
        "{high} of {n} have a mean above {threshold}, which is high.",
        high,
    )
    if not high:
        counted = _("None of {n} has a mean above {threshold}, so none is high.")
    counted = counted.format(high=high, n=len(groups), threshold=instrument_words.thresholds_text(instrument))
    return f"{counted} {instrument_words.ends_sentence(instrument, groups)}".rstrip()
