"""What a document says: texts that are safe to set in any form, and the exact figures behind the charts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.analysis.diff import GroupChange, Judgement
from reflect_tui.analysis.summary import ScoreGroup
from reflect_tui.analysis.trend import FEW, Point
from reflect_tui.forms.goal import target_text
from reflect_tui.i18n import _, format_date, ngettext, pgettext
from reflect_tui.model.instrument import Scale
from reflect_tui.model.session import Role
from reflect_tui.text import display
from reflect_tui.views.change_sentences import change_sign, verdict_sign
from reflect_tui.views.comparison_sentences import BY_NAME
from reflect_tui.views.labels import ROLE_MARKS, delta_text, figure_text, more_text, scores_text, threshold_text
from reflect_tui.views.trend_text import means_in_words


class Fact(Struct, frozen=True):
    """A word and what it says of this document: "Date", "23 Nov 2026"."""

    label: str
    text: str


class HeadlineFigure(Struct, frozen=True):
    """A figure to see at a glance, and what it counts."""

    figure: str
    label: str


class DocumentPoint(Struct, frozen=True, kw_only=True):
    """Something to talk about: what, what shows it, and what the person wrote to it."""

    title: str
    evidence: tuple[str, ...] = ()
    remark: str = ""


class GroupRow(Struct, frozen=True, kw_only=True):
    """A domain or a focus, now and before; `course` is its way through the sessions, oldest first.

    `change` compares with the session before, `course_change` the ends of the course; None where there is nothing to
    compare with. `head` is the heading above it, of the first of a group.
    """

    name: str
    short: str
    now: ScoreGroup
    change: GroupChange | None = None
    course: tuple[Point, ...] = ()
    course_change: GroupChange | None = None
    head: str = ""


class MovedItem(Struct, frozen=True, kw_only=True):
    """An item that was scored otherwise; `gain` is the step so that more is better, 0 without one."""

    text: str
    before: str
    now: str
    gain: int


class LowItem(Struct, frozen=True, kw_only=True):
    """An item among the lowest, with its domain, its note if notes are wanted."""

    text: str
    domain: str
    score: str
    note: str = ""


class GoalLine(Struct, frozen=True, kw_only=True):
    """A goal: what, the facts about it, and the looks back on it."""

    title: str
    facts: tuple[Fact, ...] = ()
    looks: tuple[str, ...] = ()
    late: bool = False


class ItemNote(Struct, frozen=True):
    """A note and the item it was written to."""

    item: str
    text: str


class Changes(Struct, frozen=True, kw_only=True):
    """What became different since an earlier session; the `more_` figures count the items that are not listed.

    `judgement` tells the direction of the `shared` items that were scored both times; `chance` is None between two
    versions of one session.
    """

    since: str
    sentences: tuple[str, ...]
    up: tuple[MovedItem, ...]
    down: tuple[MovedItem, ...]
    others: tuple[MovedItem, ...]
    more_up: int = 0
    more_down: int = 0
    more_others: int = 0
    chance: Fraction | None = None
    judgement: Judgement = "no"
    shared: int = 0


class LowestItems(Struct, frozen=True):
    """The items that do worst, and how many more there are.

    `all_below` when they all stand below the threshold: higher is better, and none is reversed.
    """

    items: tuple[LowItem, ...]
    more: int = 0
    title: str = ""
    all_below: bool = True


class ComparisonTable(Struct, frozen=True, kw_only=True):
    """Oneself beside others: who they are, and a table of texts, a domain a row; `heads` name its columns."""

    title: str
    sentences: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


MarkName = Role | Literal["named"]
"""Whose mark stands on an axis: that of a role, or of who answered by name beside a confidential group."""


def mark_glyph(mark: MarkName) -> str:
    """Return what a mark looks like in a document of text: as on the screens."""
    return BY_NAME if mark == "named" else ROLE_MARKS[mark]


class RaterMark(Struct, frozen=True):
    """Someone's mean on the axis of a domain; one that is not exact lies somewhere in `least` to `most`."""

    role: MarkName
    mean: Fraction
    least: Fraction
    most: Fraction


class RaterChart(Struct, frozen=True, kw_only=True):
    """Everyone on one axis, for each row of the table.

    `legend` names who took part, with the mark that is drawn or "" for a group that has none; `notes` explain the axis.
    `high_above` is the threshold of each row.
    """

    legend: tuple[tuple[MarkName | Literal[""], str], ...]
    rows: tuple[tuple[RaterMark, ...], ...]
    high_above: tuple[int | float, ...]
    notes: tuple[str, ...]


class Report(Struct, frozen=True, kw_only=True):
    """A whole document in one language.

    Its texts hold no control characters; only a remark or a note has line feeds. `legend` explains the tables, `signs`
    the charts, `colophon` says what the document was made from and what is not in it.
    """

    language: str
    title: str
    short_title: str
    subtitle: str
    facts: tuple[Fact, ...]
    opening: tuple[str, ...]
    totals: tuple[HeadlineFigure, ...]
    when: str
    changes: Changes | None
    strengths: tuple[DocumentPoint, ...]
    agenda: tuple[DocumentPoint, ...]
    domains: tuple[GroupRow, ...]
    focuses: tuple[GroupRow, ...]
    focuses_title: str
    low: LowestItems
    goals: tuple[GoalLine, ...]
    remark: str
    notes: tuple[ItemNote, ...]
    signatures: tuple[str, ...]
    legend: tuple[str, ...]
    signs: tuple[str, ...]
    colophon: tuple[str, ...]
    scale: Scale
    beside: ComparisonTable | None = None
    raters: RaterChart | None = None


# The fixed words of a document: headings of its parts and of its columns, the same in every form.


class Headings(Struct, frozen=True, kw_only=True):
    """Headings; `since` and `when` stand above the figures of the two sessions."""

    overview: str
    change: str
    strengths: str
    agenda: str
    no_agenda: str
    remark_to: str
    domains: str
    domain: str
    focus: str
    mean: str
    count: str
    verdict: str
    before: str
    delta: str
    course: str
    first: str
    course_delta: str
    course_counts: str
    moves: str
    goals: str
    no_goals: str
    late: str
    remark: str
    notes: str
    note: str
    agreements: str
    who: str
    due: str
    date: str
    signatures: str
    threshold: str
    legend: str


def headings() -> Headings:
    """Translate the headings."""
    return Headings(
        overview=_("At a glance"),
        change=_("What changed"),
        strengths=_("Going well"),
        agenda=_("To talk about"),
        no_agenda=_("No points were put on the agenda."),
        remark_to=_("My remark:"),
        domains=_("Per domain"),
        domain=_("Domain"),
        focus=_("Focus"),
        mean=pgettext("column", "Mean"),
        count=pgettext("column, number of scores", "n"),
        verdict=_("Verdict"),
        before=pgettext("column", "Previous"),
        delta=pgettext("column", "Change"),
        course=_("Course"),
        first=pgettext("column", "First"),
        course_delta=pgettext("column", "Change since the first"),
        course_counts=_("Course, with n"),
        moves=_("Statements that moved"),
        goals=_("Goals"),
        no_goals=_("No goals yet."),
        late=_("overdue"),
        remark=_("Remark"),
        notes=_("Notes"),
        note=_("Note"),
        agreements=_("Agreed"),
        who=_("Who"),
        due=_("When"),
        date=_("Date"),
        signatures=_("Signatures"),
        threshold=_("threshold"),
        legend=_("How to read the figures"),
    )


def shortened(report: Report, most: int, most_moved: int) -> Report:
    """List at most so many of the lowest items, and so many of those that moved one way, and count the rest."""
    low, changes = report.low, report.changes
    lists = {name: getattr(changes, name) for name in ("up", "down", "others")} if changes else {}
    return structs.replace(
        report,
        low=structs.replace(low, items=low.items[:most], more=max(0, len(low.items) - most)),
        changes=changes
        and structs.replace(
            changes,
            **{name: items[:most_moved] for name, items in lists.items()},
            **{f"more_{name}": max(0, len(items) - most_moved) for name, items in lists.items()},
        ),
    )


def longest_list(report: Report) -> int:
    """Count the items of the longest list."""
    changes = report.changes
    return max(map(len, (report.low.items, *((changes.up, changes.down, changes.others) if changes else ()))))


def more_low_text(low: LowestItems, count: int, scale: Scale) -> str:
    """Say how many more items stand below the threshold; "" when all are listed."""
    if not low.all_below:
        return more_text(count)
    text = ngettext("{n} more statement below {threshold}.", "{n} more statements below {threshold}.", count)
    return text.format(n=count, threshold=threshold_text(scale)) if count > 0 else ""


def figure_heads(report: Report, first: str) -> tuple[str, ...]:
    """Name the columns of `figure_cells()`; `first` names the rows."""
    said = headings()
    before = (said.before, said.delta) if report.changes else ()
    day = first_day(report.domains)
    course = (f"{said.first}, {day}", said.course_delta) if shows_first(report) else ()
    return (first, said.mean, said.count, said.verdict, *before, *course)


def figure_cells(report: Report, row: GroupRow, name: str) -> tuple[str, ...]:
    """Write the figures of a row: now, then the session before and the first of the course, where there are any."""
    before = (before_text(row), change_text(row)) if report.changes else ()
    day = first_day(report.domains)
    course = (first_text(row, day), course_change(row)) if shows_first(report) else ()
    return (name, figure_text(row.now), count_text(row), verdict_text(row), *before, *course)


def verdict_text(row: GroupRow) -> str:
    """Say the verdict of a row, and a crossing of the threshold."""
    if row.now.verdict is None:
        return _("too few") if row.now.scored else _("no scores")
    change = row.change.verdict_change if row.change else None
    if change == "up":
        return _("now high")
    if change == "down":
        return _("no longer high")
    verdict = pgettext("verdict", "high") if row.now.verdict == "high" else _("not high")
    return verdict + verdict_sign(row.change)


def count_text(row: GroupRow) -> str:
    """Write the n of a row: how many of its items have a score, of those that apply."""
    return f"{row.now.scored}/{row.now.applicable}"


def before_text(row: GroupRow) -> str:
    """Write the mean of the session before, with its n where that was another, or a score; a dash without one."""
    before = row.change.shown[0] if row.change else None
    if before is None or not before.scored or before.scored == row.now.scored:
        return figure_text(before)
    return _("{mean} (n={n})").format(mean=figure_text(before), n=before.scored)


def change_text(row: GroupRow) -> str:
    """Write the change of the mean since the session before."""
    return _written(row.change)


def course_change(row: GroupRow) -> str:
    """Write the change of the mean since the first session of the course."""
    return _written(row.course_change)


def _written(change: GroupChange | None) -> str:
    """Write a change, with a sign when it is no clear one; a dash when one of the two is missing.

    Of a single item both scores are written: they are no mean, and no test can tell of one step.
    """
    if change is None or change.delta is None:
        return "–"
    if change.scores:
        return scores_text(change.scores)
    sign = change_sign(change.judgement) if change.delta and change.judged else ""
    text = f"{sign} {delta_text(change.a.mean, change.b.mean)}".lstrip()
    return _("{change} (n={n})").format(change=text, n=change.b.scored) if change.is_partial else text


def first_day(rows: Sequence[GroupRow]) -> str:
    """Write the day on which most courses begin; "" where no row has a course."""
    days = Counter(_day_text(row.course[0]) for row in rows if is_followed(row))
    return days.most_common(1)[0][0] if days else ""


def shows_first(report: Report) -> bool:
    """Whether courses begin elsewhere than at the session compared with: else their first would stand there twice."""
    rows = (row for row in (*report.domains, *report.focuses) if is_followed(row))
    return any(report.changes is None or row.change != row.course_change for row in rows)


def first_text(row: GroupRow, usual: str) -> str:
    """Write where a course begins: its n where that was another, and its day where that is not the usual one."""
    if not is_followed(row):
        return "–"
    first = row.course[0]
    text = figure_text(first.group)
    if first.group.scored != row.now.scored:
        text = _("{mean} (n={n})").format(mean=text, n=first.group.scored)
    day = _day_text(first)
    return text if day == usual else _("{mean} on {date}").format(mean=text, date=day)


def is_followed(row: GroupRow) -> bool:
    """Whether a row has a course: more than one session."""
    return len(row.course) > 1


def is_drawn(row: GroupRow) -> bool:
    """Whether a row has statements enough for its course to be drawn, as in the trends."""
    return is_followed(row) and row.now.total > FEW


def course_means(row: GroupRow) -> str:
    """Write the means of a course that is not drawn; "" for one that is, and where there is none."""
    return means_in_words(row.course, row.now.total) if is_followed(row) and not is_drawn(row) else ""


def last_day(rows: Sequence[GroupRow]) -> str:
    """Write the day on which the courses that are drawn end; "" where none is."""
    ends = [row.course[-1] for row in rows if is_drawn(row)]
    return _day_text(max(ends, key=lambda moment: moment.when)) if ends else ""


def course_words(row: GroupRow) -> str:
    """Write a course in words, for those who can't see its line: every date with its mean and n."""
    return "; ".join(_moment_words(moment, first=not place) for place, moment in enumerate(row.course))


def _moment_words(moment: Point, *, first: bool) -> str:
    told = _("{date}: {mean} (n = {n})")
    said = told.format(date=_day_text(moment), mean=figure_text(moment.group), n=moment.group.scored)
    if moment.starts and not first:
        said += ", " + _("other statements than before")
    return said if moment.covered else f"{said}, " + _("too few for a verdict")


def _day_text(moment: Point) -> str:
    return format_date(moment.when.date())


def bar_words(row: GroupRow, scale: Scale) -> str:
    """Write a bar in words."""
    told = _("{mean} on a scale from {low} to {high}, threshold {threshold}; previous: {before}.")
    words = told.format(
        mean=figure_text(row.now),
        low=scale.lowest,
        high=scale.highest,
        threshold=threshold_text(structs.replace(scale, high_above=row.now.high_above)),
        before=before_text(row),
    )
    aim = "" if row.now.target is None else _("Target: {target}.").format(target=target_text(float(row.now.target)))
    return f"{words} {aim}".rstrip()


def rater_words(cells: Sequence[str], heads: Sequence[str], scale: Scale, high_above: float) -> str:
    """Write everyone's means on an axis in words, from a row of the table."""
    means = "; ".join(f"{head}: {cell}" for head, cell in zip(heads[1:-3], cells[1:-3], strict=True))
    text = _("{means}. The scale is {low} to {high}, threshold {threshold}.")
    threshold = threshold_text(structs.replace(scale, high_above=high_above))
    return text.format(means=means, low=scale.lowest, high=scale.highest, threshold=threshold)


# Text from people, made safe to set in a document: nothing in it steers a terminal, a browser or a reader's eye.


# Code points that are no characters (Unicode 23.7): HTML and PDF can't hold them.
_LAST_TWO = "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_NO_CHARACTER = re.compile(f"[\ufdd0-\ufdef{_LAST_TWO}]")
_BREAK = re.compile(r"\r\n?|\n")


def one_line(text: str) -> str:
    """Set a text in one line, control characters and marks that reorder text made visible."""
    return _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", display(text)).strip()


def paragraphs(text: str) -> str:
    """Clean a text whose lines stay lines, otherwise as one_line()."""
    return "\n".join(one_line(line) for line in _BREAK.split(text.strip()))
