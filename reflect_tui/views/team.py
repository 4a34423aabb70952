"""The page of a team: strengths first, then what is low for most, all domains, the periods, and what is not told.

It is made once, as sections of sentences and tables, for the terminal, the screen and the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial

from msgspec import Struct, structs

from reflect_tui.analysis.team import TeamPage, general_points, lines_that_go_on, strengths
from reflect_tui.i18n import _, format_number, ngettext
from reflect_tui.model.instrument import Instrument, Scale
from reflect_tui.model.team import ClosedPeriod, TeamFigure
from reflect_tui.views.bars import even, glyph_style, scale_row
from reflect_tui.views.bars import spread as draw_spread
from reflect_tui.views.instrument_words import direction_sentences, thresholds_text
from reflect_tui.views.labels import GAP, first_room, focuses_title, group_name, period_name, table
from reflect_tui.views.lines import EMPTY, Line, Span, heading, in_runs, pad, paragraphs, span, width

_NAME = 22  # columns: with fewer for the names, there is no drawing
_QUARTER = 0.25  # of a point
_SIGNS = {"": "", "at least": "≥", "at most": "≤"}


class Spread(Struct, frozen=True, kw_only=True):
    """Where the people lie on the scale: the ends of the middle half, and the median; all as they may be told."""

    lower: float
    median: float
    upper: float
    threshold: float
    lowest: int
    highest: int


class Section(Struct, frozen=True, kw_only=True):
    """A part of the page: its title, sentences, and a table below them, if any.

    `short` are the rows in fewer and shorter cells, for where these and a drawing of `spreads` have no room otherwise.
    A spread belongs to each row, or to none; None is for what is not told.
    """

    title: str
    sentences: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    short: tuple[tuple[str, ...], ...] = ()
    spreads: tuple[Spread | None, ...] = ()


def told_sections(page: TeamPage) -> tuple[Section, ...]:
    """Say all that may be told of a team, and of what nothing is told."""
    return _sections(page, ())


def team_sections(page: TeamPage) -> tuple[Section, ...]:
    """Say all that its leader is to see of a team: also what is still open, and what was left out."""
    return _sections(page, (_open(page), _refused(page)))


def _sections(page: TeamPage, more: tuple[Section | None, ...]) -> tuple[Section, ...]:
    """Say what is told, by the version that the newest period is on; how to read it stands last."""
    if not page.told:
        parts = [_nothing(page), _reasons(page), *more]
    else:
        newest = page.told[-1]
        told = structs.replace(page, instrument=page.version_of(newest))
        legend = Section(title=_("How to read the figures"), sentences=tuple(_legend(told)))
        parts = [*_newest(told, newest), _reasons(told), *more, legend]
    return tuple(part for part in parts if part)


def render_team(page: TeamPage, columns: int) -> list[Line]:
    """Lay the page out for a width."""
    lines: list[Line] = []
    parts = [part if part.spreads or not part.rows else _fitting(part, columns) for part in team_sections(page)]
    drawn = [part for part in parts if part.spreads]
    for part in parts:
        lines += [EMPTY, heading(part.title)] if lines else [heading(part.title)]
        lines += paragraphs(part.sentences, min(columns, 96) - 2, indent=2)
        if part.spreads:
            lines += _with_drawings(page.instrument, part, drawn, columns)
        elif part.rows:
            lines += table(part.heads, part.rows, columns)
    return lines


_BAR = 25  # cells: on a scale from 1 to 4 a quarter of a point is two


def _with_drawings(instrument: Instrument, part: Section, all_drawn: Sequence[Section], columns: int) -> list[Line]:
    """Set a table with its drawings below those of the others, in whole or in short cells; or without them."""
    wide = even(_BAR, instrument.scale)
    scale = (span(scale_row(instrument.scale, wide), "muted"),)
    drawings = [scale, *(_spread_spans(instrument, spread, wide) for spread in part.spreads)]
    for short in (False, True):
        tables = [_table(each, short=short) for each in all_drawn]
        widths = [max(map(width, column)) for column in zip(*(row for rows in tables for row in rows), strict=True)]
        heads, *rows = [
            (
                pad(row[0], widths[0]),
                *(pad(cell, size, right=True) for cell, size in zip(row[1:], widths[1:], strict=True)),
            )
            for row in _table(part, short=short)
        ]
        room = first_room(heads, rows, columns - wide - GAP)
        if room is not None and room >= min(widths[0], _NAME):
            return table(heads, rows, columns, drawings)
    return table(part.heads, [(*few, row[-1]) for few, row in zip(part.short, part.rows, strict=True)], columns)


def _table(part: Section, *, short: bool) -> list[tuple[str, ...]]:
    rows = part.short if short else part.rows
    return [part.heads[: len(rows[0])], *rows]


def newest_periods(part: Section, count: int) -> Section:
    """Leave the oldest periods out of a table by period, and say so, when there are more than so many."""
    if part.spreads or len(part.heads) - 1 <= count:
        return part
    text = _("There is room for the newest {n} only; all of them: reflect-tui team DIR --csv").format(n=count)
    heads, *rows = ((row[0], *row[-count:]) for row in (part.heads, *part.rows))
    return structs.replace(part, sentences=(*part.sentences, text), heads=heads, rows=tuple(rows))


def _fitting(part: Section, columns: int) -> Section:
    """Leave out as many of the oldest periods as have no room."""
    shown = (newest_periods(part, count) for count in range(len(part.heads) - 1, 1, -1))
    return next((each for each in shown if first_room(each.heads, each.rows, columns) is not None), part)


def _spread_spans(instrument: Instrument, spread: Spread | None, wide: int) -> tuple[Span, ...]:
    if spread is None:
        return (span(" " * wide),)
    threshold = Fraction(str(spread.threshold))
    drawn = draw_spread((spread.lower, spread.upper), spread.median, instrument.scale, threshold, wide)
    good = instrument.scale.worth(1) * (spread.median - spread.threshold) > 0
    return in_runs(drawn, partial(glyph_style, style="high" if good else "accent"))


def _newest(page: TeamPage, period: ClosedPeriod) -> Iterator[Section]:
    instrument, plain = page.instrument, page.instrument.higher_is_better
    yield Section(title=period_name(period.period).capitalize(), sentences=tuple(_people_sentences(period)))
    good, low = strengths(instrument, period), general_points(instrument, period)
    none = _("No domain is high for more than half of the people.")
    if not plain:
        none = _("No domain goes well for more than half of the people.")
    nothing = _("No domain is low for more than half of the people.")
    if not plain:
        nothing = _("There is no domain that doesn't go well for more than half of the people.")
    title = _("Going well: high for most") if plain else _("Going well for most")
    yield _figures(page, period, title, good, none)
    title = _("General points: not high for most") if plain else _("General points: not going well for most")
    yield _figures(page, period, title, low, nothing)
    told = [period.figure("domain", domain.id) for domain in instrument.domains]
    between = [figure for figure in told if figure and figure not in (*good, *low)]
    if between:
        yield _figures(page, period, _("Half of the people high, half not"), between)
    focuses = [figure for name in instrument.focuses if (figure := period.figure("focus", name))]
    if focuses:
        yield _figures(page, period, focuses_title(instrument), focuses)
    if len(page.told) > 1:
        yield _trend(page)


def _figures(
    page: TeamPage, period: ClosedPeriod, title: str, figures: Sequence[TeamFigure], otherwise: str = ""
) -> Section:
    """Set figures as a table with drawings; a sentence when there are none."""
    above = _("Above {threshold}").format(threshold=thresholds_text(page.instrument))
    head = _("Focus") if any(figure.axis == "focus" for figure in figures) else _("Domain")
    return Section(
        title=title,
        sentences=() if figures else (otherwise,),
        heads=(head, above, _("Median"), _("Middle half")),
        rows=tuple(_cells(page.instrument, figure, period) for figure in figures),
        short=tuple(_short_cells(page.instrument, figure, period) for figure in figures),
        spreads=tuple(_spread(page.instrument, figure) for figure in figures),
    )


def _spread(instrument: Instrument, figure: TeamFigure) -> Spread:
    scale = instrument.scale_of(figure.id)
    return Spread(
        lower=figure.lower,
        median=figure.median,
        upper=figure.upper,
        threshold=float(scale.threshold),
        lowest=scale.lowest,
        highest=scale.highest,
    )


def _people_sentences(period: ClosedPeriod) -> Iterator[str]:
    text = ngettext("{n} person took part.", "{n} people took part.", period.took_part)
    yield text.format(n=period.took_part)
    if period.people == period.took_part:
        yield _("All figures are over these same people.")
    else:
        text = _(
            "The figures are over {n} of them, the people of {period}. The others count when there are more of them."
        )
        yield text.format(n=period.people, period=period_name(period.counted))


def _names(instrument: Instrument, axis: str) -> Sequence[str]:
    return [domain.id for domain in instrument.domains] if axis == "domain" else instrument.focuses


def _cells(instrument: Instrument, figure: TeamFigure, period: ClosedPeriod) -> tuple[str, ...]:
    ends = [format_number(figure.lower), format_number(figure.upper)]
    middle = " – ".join(ends) if figure.lower < figure.upper else _("about {mean}").format(mean=ends[0])
    return (group_name(instrument, figure.id), high_text(figure, period.people), median_text(figure), middle)


def _short_cells(instrument: Instrument, figure: TeamFigure, period: ClosedPeriod) -> tuple[str, ...]:
    high = _("{n} of {people}").format(n=f"{_SIGNS[figure.high_bound]}{figure.high}", people=period.people)
    median = f"{_SIGNS[figure.median_bound]}{format_number(figure.median)}"
    return (group_name(instrument, figure.id, short=True), high, median)


def high_text(figure: TeamFigure, people: int) -> str:
    """Write how many of the people are above the threshold, as it may be told."""
    texts = {
        "": _("{n} of {people}"),
        "at least": _("at least {n} of {people}"),
        "at most": _("at most {n} of {people}"),
    }
    return texts[figure.high_bound].format(n=figure.high, people=people)


def median_text(figure: TeamFigure) -> str:
    """Write the median as it may be told."""
    texts = {"": "{mean}", "at least": _("{mean} or more"), "at most": _("{mean} or less")}
    return texts[figure.median_bound].format(mean=format_number(figure.median))


def _legend(page: TeamPage) -> Iterator[str]:
    threshold = thresholds_text(page.instrument)
    text = _("Above {threshold}: how many people have a mean above {threshold}, which is high.")
    yield text.format(threshold=threshold)
    yield from direction_sentences(page.instrument)
    yield _("Median: half of the people have this mean or a lower one, half this one or a higher.")
    yield _("Middle half: between these lie the means of the middle half of the people, to a quarter of a point.")
    yield _("In the drawing the thick line is the middle half, the dot the median, and the mark across the threshold.")
    figures = [figure for period in page.told for figure in period.figures]
    if any(figure.median_bound or _is_at_an_end(page.instrument.scale, figure) for figure in figures):
        yield _("Nearer than a quarter of a point to an end of the scale is told as a quarter from it.")
    if any(figure.high_bound or figure.median_bound for figure in figures):
        yield _(
            "'At least' or ≥, 'at most' or ≤, 'or more', 'or less': the exact figure would tell what all filled in."
        )


def _is_at_an_end(scale: Scale, figure: TeamFigure) -> bool:
    return figure.lower == scale.lowest + _QUARTER or figure.upper == scale.highest - _QUARTER


def _trend(page: TeamPage) -> Section:
    heads = (_("Domain"), *(period.period for period in page.told))
    same = {each.digest: lines_that_go_on(page.version_of(each), page.instrument) for each in page.told}
    rows = []
    for axis in ("domain", "focus"):
        for name in _names(page.instrument, axis):
            before = [(period, same[period.digest].get(name)) for period in page.told]
            figures = [(old and period.figure(axis, old), period.people) for period, old in before]
            cells = [
                f"{median_text(figure)} ({_SIGNS[figure.high_bound]}{figure.high}/{people})" if figure else "–"
                for figure, people in figures
            ]
            rows.append((group_name(page.instrument, name), *cells))
    text = _("The median, and how many people are above {threshold}, by period.")
    sentence = text.format(threshold=thresholds_text(page.instrument))
    sentences = (sentence, *_breaks(page, same))
    return Section(title=_("By period"), sentences=sentences, heads=heads, rows=tuple(rows))


def _breaks(page: TeamPage, same: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Say of every earlier version which lines it ends, and why."""
    last = {period.digest: period for period in page.told}
    for digest, period in last.items():
        names = [name for axis in ("domain", "focus") for name in _names(page.instrument, axis)]
        begun = [group_name(page.instrument, name) for name in names if name not in same[digest]]
        named = {"period": period_name(period.period), "version": period.version}
        if len(begun) == len(names):
            text = _("Up to {period} the team was on version {version}: nothing of that can be compared.")
            yield text.format(**named)
        elif begun:
            text = _(
                "Up to {period} the team was on version {version}. These have other statements since, so that their "
                "lines begin anew: {names}."
            )
            yield text.format(**named, names=", ".join(begun))


def _nothing(page: TeamPage) -> Section:
    code = page.team.team
    yet = _("A figure takes {n} people and a closed period. Nothing can be told yet.").format(n=page.team.minimum)
    share = _("Give everyone this code: {code}. In the app they share with x and 'For the team', or with: {command}")
    share = share.format(code=code, command=f"reflect-tui share --team {code} --output FILE")
    put = _("Put the files that you get from them into the folder of the team.")
    return Section(title=_("Team {code}").format(code=code), sentences=(yet, share, put))


def _reasons(page: TeamPage) -> Section | None:
    """Say of what nothing is told, and why."""
    sentences = []
    for period in page.closed:
        if period.counted:
            continue
        if not period.near:
            text = _(
                "{period}: nothing is told. By subtraction from several earlier periods together, the answers of fewer "
                "than {n} people could be found."
            )
            sentences.append(text.format(period=period_name(period.period).capitalize(), n=page.team.minimum))
        else:
            text = ngettext(
                "{period}: nothing is told, since its people differ by {n} from those of {other}. By subtraction that "
                "person's answers could be found.",
                "{period}: nothing is told, since its people differ by {n} from those of {other}. By subtraction the "
                "answers of those few could be found.",
                period.differing,
            )
            named = {"period": period_name(period.period).capitalize(), "other": period_name(period.near)}
            sentences.append(text.format(n=period.differing, **named))
    newest = page.told[-1] if page.told else None
    missing = [domain.id for domain in page.instrument.domains if newest and not newest.figure("domain", domain.id)]
    for name in missing:
        text = _("{domain}: not told, since not everyone scored it, and all figures are over the same people.")
        sentences.append(text.format(domain=group_name(page.instrument, name)))
    return Section(title=_("Not told"), sentences=tuple(sentences)) if sentences else None


def _open(page: TeamPage) -> Section | None:
    sentences = []
    for period in page.open:
        text = ngettext("{period}: {n} person has shared.", "{period}: {n} people have shared.", period.people)
        said = text.format(period=period_name(period.period).capitalize(), n=period.people)
        if period.people < page.team.minimum:
            more = _("It takes {n} to tell anything.").format(n=page.team.minimum)
        else:
            more = _("All in? Close it to see the figures: f in the app, or reflect-tui team DIR --close {period}")
            more = more.format(period=period.period)
        sentences.append(f"{said} {more}")
    return Section(title=_("Still open"), sentences=tuple(sentences)) if sentences else None


def _refused(page: TeamPage) -> Section | None:
    sentences = tuple(f"{file.name}: {file.reason}" for file in page.refused)
    return Section(title=_("Left out"), sentences=sentences) if sentences else None
