"""The page of a team: strengths first, then what is low for most, all domains, the periods, and what is not told.

It is made once, as sections of sentences and tables, for the terminal, the screen and the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from reflect_tui.analysis.team import TeamPage, general_points, strengths
from reflect_tui.i18n import _, format_number, ngettext
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.team import ClosedPeriod, TeamFigure
from reflect_tui.views.labels import (
    direction_sentences,
    focuses_title,
    group_name,
    period_name,
    table,
    thresholds_text,
)
from reflect_tui.views.lines import EMPTY, Line, heading, paragraph

_SIGNS = {"": "", "at least": "≥", "at most": "≤"}


class Section(Struct, frozen=True, kw_only=True):
    """A part of the page: its title, sentences, and a table below them, if any."""

    title: str
    sentences: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def told_sections(page: TeamPage) -> tuple[Section, ...]:
    """Say all that may be told of a team, and of what nothing is told."""
    newest = page.told[-1] if page.told else None
    parts = [_nothing(page)] if newest is None else [*_newest(page, newest)]
    return tuple(part for part in (*parts, _reasons(page)) if part)


def team_sections(page: TeamPage) -> tuple[Section, ...]:
    """Say all that its leader is to see of a team: also what is still open, and what was left out."""
    return (*told_sections(page), *(part for part in (_open(page), _refused(page)) if part))


def render_team(page: TeamPage, columns: int) -> list[Line]:
    """Lay the page out for a width."""
    lines: list[Line] = []
    for part in team_sections(page):
        lines += [EMPTY, heading(part.title)] if lines else [heading(part.title)]
        lines += [row for sentence in part.sentences for row in paragraph(sentence, min(columns, 96) - 2, indent=2)]
        lines += table(part.heads, part.rows, columns) if part.rows else []
    return lines


def _newest(page: TeamPage, period: ClosedPeriod) -> Iterator[Section]:
    yield Section(title=period_name(period.period).capitalize(), sentences=tuple(_people_sentences(period)))
    above = _("Above {threshold}").format(threshold=thresholds_text(page.instrument))
    heads = (_("Domain"), above, _("Median"))
    good, low = strengths(page.instrument, period), general_points(page.instrument, period)
    plain = page.instrument.higher_is_better
    none = _("No domain is high for more than half of the people.")
    if not plain:
        none = _("No domain goes well for more than half of the people.")
    nothing = _("No domain is low for more than half of the people.")
    if not plain:
        nothing = _("There is no domain that doesn't go well for more than half of the people.")
    yield Section(
        title=_("Going well: high for most") if plain else _("Going well for most"),
        sentences=() if good else (none,),
        heads=heads,
        rows=tuple(_cells(page.instrument, figure, period)[:3] for figure in good),
    )
    yield Section(
        title=_("General points: not high for most") if plain else _("General points: not going well for most"),
        sentences=() if low else (nothing,),
        heads=heads,
        rows=tuple(_cells(page.instrument, figure, period)[:3] for figure in low),
    )
    for axis, title, head in (
        ("domain", _("Per domain"), _("Domain")),
        ("focus", focuses_title(page.instrument), _("Focus")),
    ):
        rows = tuple(_row(page.instrument, period, axis, name) for name in _names(page.instrument, axis))
        if not rows:
            continue
        yield Section(title=title, heads=(head, above, _("Median"), _("Middle half")), rows=rows)
    if len(page.told) > 1:
        yield _trend(page)
    yield Section(title=_("How to read the figures"), sentences=tuple(_legend(page)))


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


def _row(instrument: Instrument, period: ClosedPeriod, axis: str, name: str) -> tuple[str, ...]:
    figure = period.figure(axis, name)
    nothing = (group_name(instrument, name), _("not told"), "–", "–")
    return _cells(instrument, figure, period) if figure else nothing


def _cells(instrument: Instrument, figure: TeamFigure, period: ClosedPeriod) -> tuple[str, ...]:
    ends = [format_number(figure.lower), format_number(figure.upper)]
    middle = " – ".join(ends) if figure.lower < figure.upper else _("about {mean}").format(mean=ends[0])
    return (group_name(instrument, figure.id), high_text(figure, period.people), median_text(figure), middle)


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
    yield _("Nearer than a quarter of a point to an end of the scale is told as a quarter from it.")
    yield _("'At least', 'at most', 'or more', 'or less': the exact figure would tell what everyone filled in.")


def _trend(page: TeamPage) -> Section:
    heads = (_("Domain"), *(period.period for period in page.told))
    rows = []
    for axis in ("domain", "focus"):
        for name in _names(page.instrument, axis):
            figures = [(period.figure(axis, name), period.people) for period in page.told]
            cells = [
                f"{median_text(figure)} ({_SIGNS[figure.high_bound]}{figure.high}/{people})" if figure else "–"
                for figure, people in figures
            ]
            rows.append((group_name(page.instrument, name), *cells))
    text = _("The median, and how many people are above {threshold}, by period.")
    sentence = text.format(threshold=thresholds_text(page.instrument))
    return Section(title=_("By period"), sentences=(sentence,), heads=heads, rows=tuple(rows))


def _nothing(page: TeamPage) -> Section:
    text = _("A figure takes {n} people and a closed period. Nothing can be told yet.")
    return Section(title=_("Team {code}").format(code=page.team.team), sentences=(text.format(n=page.team.minimum),))


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
            more = _("When all are in, close it to see the figures: reflect-tui team DIR --close {period}")
            more = more.format(period=period.period)
        sentences.append(f"{said} {more}")
    return Section(title=_("Still open"), sentences=tuple(sentences)) if sentences else None


def _refused(page: TeamPage) -> Section | None:
    sentences = tuple(f"{file.name}: {file.reason}" for file in page.refused)
    return Section(title=_("Left out"), sentences=sentences) if sentences else None
