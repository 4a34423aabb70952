"""Short texts that several pages share: roles, foci, verdicts, dates, changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Protocol, TypeVar

from reflect_tui.analysis.change import GroupChange
from reflect_tui.analysis.summary import Axis, ScoreGroup
from reflect_tui.i18n import _, format_date, format_number, month_name, ngettext, pgettext, rounded
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Rater
from reflect_tui.model.session import NOT_APPLICABLE, ROLES, Role, Score, Session
from reflect_tui.views.lines import Line, Span, Style, line, pad, paragraphs, span, width, wrap

Key = Callable[[str], str]
"""Writes the key of an action by its name in settings.toml ("home.new"), for the sentences that name keys."""
ROLE_MARKS: dict[Role, str] = {"self": "●", "manager": "◆", "colleague": "■", "client": "△", "other": "▽"}
"""What everyone looks like on an axis, in a trend and in a document: one mark for one role."""

UP, DOWN, SAME = "▲", "▼", "="
OPEN, SKIPPED, NOTED, DONE, HERE = "·", "–", "✎", "✓", "▸"


def role_name(role: Role) -> str:
    """Name a role."""
    names: dict[Role, str] = {
        "self": _("self"),
        "colleague": _("colleague"),
        "manager": _("manager"),
        "client": _("client"),
        "other": _("colleague or client"),
    }
    return names[role]


def people(role: Rater, count: int) -> str:
    """Count the people of a group that answers."""
    words: dict[Rater, str] = {
        "colleague": ngettext("{n} colleague", "{n} colleagues", count),
        "manager": ngettext("{n} manager", "{n} managers", count),
        "client": ngettext("{n} client", "{n} clients", count),
        "other": ngettext("{n} colleague or client", "{n} colleagues and clients", count),
    }
    return words[role].format(n=count)


def focus_name(instrument: Instrument, focus: str) -> str:
    """Name a focus, by the instrument's own title where it has one."""
    own = {value.id: value.title for value in instrument.axes}
    if focus in own:
        return own[focus]
    names: dict[str, str] = {"attitude": _("Attitude"), "knowledge": _("Knowledge"), "skill": _("Skill")}
    return names.get(focus, focus)


def focuses_title(instrument: Instrument) -> str:
    """Name the second axis by its values."""
    if not instrument.axes:
        return _("Attitude, knowledge, skill")
    return ", ".join(focus_name(instrument, focus) for focus in instrument.focuses)


def period_name(period: str) -> str:
    """Write a quarter, 2026-Q4, as people do."""
    year, quarter = period.split("-Q")
    return _("quarter {n} of {year}").format(n=quarter, year=year)


def group_name(instrument: Instrument, group: str, *, short: bool = False) -> str:
    """Name a domain or a focus; a domain that is gone by the title that another version has, else by its id.

    A focus comes first: another version may have a domain of its id.
    """
    if group in instrument.focuses:
        return focus_name(instrument, group)
    for domain in instrument.domains:
        if domain.id in (group, instrument.newer_id(group)):
            return domain.label if short else domain.title
    return instrument.former_domains.get(group) or focus_name(instrument, group)


def numbered_name(instrument: Instrument, group: str, *, short: bool = True) -> str:
    """Name a domain with its number, or a focus."""
    for number, domain in enumerate(instrument.domains, start=1):
        if domain.id == group:
            return f"{number} {domain.label if short else domain.title}"
    return group_name(instrument, group)


def verdict_name(group: ScoreGroup) -> str:
    """Say the verdict in a word: high, nothing, or too few scores to say; where lower is better also "not high"."""
    if group.verdict == "not high" and group.better == "higher":
        return ""
    return verdict(group)


def good_sign(group: ScoreGroup) -> str:
    """Mark what goes well: by ▲ what is high, by ▼ what is not high where lower is better; nothing else."""
    if not group.good:
        return ""
    return UP if group.better == "higher" else DOWN


def verdict_style(group: ScoreGroup, otherwise: Style) -> Style:
    """Let what is good stand out, and what is high where lower is better; the rest as told."""
    return "high" if group.good else "low" if group.verdict == "high" else otherwise


def day(moment: datetime) -> str:
    """Write the date of a moment as it was on the person's own clock."""
    return format_date(moment.date())


def month_year(moment: datetime) -> str:
    """Write the month of a moment, as below charts."""
    return f"{month_name(moment.month)} {moment.year:04d}"


def clock(moment: datetime) -> str:
    """Write the time of a moment as it was on the person's own clock."""
    return f"{moment.hour:02d}:{moment.minute:02d}"


class Dated(Protocol):
    """A session, or a draft of one."""

    @property
    def started(self) -> datetime:
        """When it was begun; of a paper form only its day is known."""

    @property
    def entered(self) -> datetime | None:
        """When it was entered afterwards; None when it was filled in then and there."""


def time_word(session: Dated) -> str:
    """Write the time of a session; of one from a paper form or a spreadsheet, which has none, a word for that."""
    return pgettext("entered", "later") if session.entered else clock(session.started)


def day_and_time(session: Dated) -> str:
    """Write when a session was filled in; of one from a paper form or a spreadsheet, when it was entered too."""
    if session.entered is None:
        return f"{day(session.started)}, {clock(session.started)}"
    return _("{date}, entered later, on {entered}").format(date=day(session.started), entered=day(session.entered))


def day_beside(moment: datetime, other: datetime) -> str:
    """Write the date of a moment beside another one; with the time where both are of one day."""
    said = day(moment)
    return f"{said}, {clock(moment)}" if moment != other and day(other) == said else said


def session_name(session: Session, beside: Session | None = None) -> str:
    """Name a session: date and role; beside one of the same day with its time."""
    when = day_beside(session.started, beside.started) if beside else day(session.started)
    return f"{when} · {role_name(session.role)}"


def person_name(session: Session, beside: Session) -> str:
    """Name who filled in a session, beside another: by role, and by date where both have one role."""
    role = role_name(session.role)
    if session.role != beside.role:
        return role
    return _("{role} of {date}").format(role=role, date=day_beside(session.started, beside.started))


def id_day(session_id: str, beside: str = "") -> str:
    """Read the day from an id of ours; beside the id of another session of that day with its time."""
    try:
        moment = datetime.strptime(session_id[:15], "%Y-%m-%dT%H%M")  # noqa: DTZ007 -- told as it is written
    except ValueError:
        return session_id
    of_one_day = beside != session_id and beside[:10] == session_id[:10]
    return f"{day(moment)}, {clock(moment)}" if of_one_day else day(moment)


def id_name(session_id: str) -> str:
    """Name a session that may not be readable by what its id tells: date and role."""
    date, _time, rest = session_id.partition("T")
    role = next((role for role in ROLES if rest[4:].startswith(f"-{role}-")), None)
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        return session_id
    return f"{day(moment)} · {role_name(role)}" if role else session_id


def damaged_draft() -> str:
    """Say what becomes of a draft of which a part can't be read."""
    return _(
        "The file of this draft is damaged: only what can be read of it is here. "
        "When you go on, the damaged file is kept beside it."
    )


def mean_text(mean: Fraction | None) -> str:
    """Write a mean; a dash when there is none."""
    return "–" if mean is None else format_number(mean)


def shown_difference(before: Fraction | None, now: Fraction | None) -> Fraction | None:
    """The difference of two means as they are shown: no figure contradicts those beside it.

    Verdicts, tests and data are of the exact means.
    """
    return None if before is None or now is None else rounded(now) - rounded(before)


def delta_text(before: Fraction | None, now: Fraction | None) -> str:
    """Write the difference of two means, with its sign; "" when either is missing."""
    delta = shown_difference(before, now)
    return "" if delta is None else format_number(delta, sign=True)


def scores_text(scores: tuple[int, int]) -> str:
    """Write the scores of one item in two sessions: "3 → 4", or that they are the same."""
    before, now = scores
    return SAME if before == now else f"{before} → {now}"


def figure_text(group: ScoreGroup | None) -> str:
    """Write the mean of a domain, or the score of its only item; a dash when there is none."""
    return mean_or_score(group.mean, group.scored, group.total) if group else mean_text(None)


def mean_or_score(mean: Fraction | None, scored: int, total: int) -> str:
    """Write the mean of so many scores on `total` items: of one on a single item it is that score."""
    return str(mean) if mean is not None and scored == total == 1 else mean_text(mean)


def score_text(score: Score | None) -> str:
    """Write a score as one glyph or word: the digit, n/a, or a dot for no answer."""
    if score is None:
        return OPEN
    return _("n/a") if score == NOT_APPLICABLE else str(score)


def score_glyph(score: Score | None) -> str:
    """Write a score in one column."""
    if score is None:
        return OPEN
    return SKIPPED if score == NOT_APPLICABLE else str(score)


def step_span(step: int | Fraction | None, gain: int | Fraction) -> Span:
    """Show the direction of a change by a glyph, and by a style whether it is a gain."""
    if step is None or step == 0:
        return span(" ")
    return span(UP if step > 0 else DOWN, "high" if gain > 0 else "low")


# Figures in words and tables: for those who hear the screen, and for logs.
#
# A row of a table makes sense by itself; no sign stands where a word would do, and no word is cut.


GAP = 2
NARROWEST = 20  # columns for the first cell of a row; with fewer, rows become sentences
WIDEST = 60


Along = TypeVar("Along", bound=str)


def next_axis(instrument: Instrument, axes: Sequence[Along], now: Along) -> Along:
    """Return the axis after this one; that of focuses is passed over where no statement has one."""
    there = [axis for axis in axes if axis != "focus" or instrument.focuses]
    return there[(there.index(now) + 1) % len(there)]


def axis_name(axis: Axis) -> str:
    """Name what the rows of a table are."""
    return _("Domain") if axis == "domain" else _("Focus")


def figures(group: ScoreGroup) -> tuple[str, str, str]:
    """Write mean, number of scores and verdict as words: "3.40", "5 of 5", "high"; what is n/a is not counted."""
    scored = _("{n} of {total}").format(n=group.scored, total=group.applicable)
    return figure_text(group) if group.scored else pgettext("mean", "none"), scored, verdict(group)


def verdict(group: ScoreGroup) -> str:
    """Say the verdict in words, also when there is none."""
    if group.verdict is None:
        return _("too few")
    return pgettext("verdict", "high") if group.verdict == "high" else _("not high")


def step_text(delta: Fraction | None, *, in_time: bool = True) -> str:
    """Say how a mean changed without a sign, which many screen readers don't say: "0.07 up"; of two people "higher"."""
    if delta is None:
        return pgettext("mean", "none")
    amount = format_number(abs(delta))
    if not delta:
        return amount
    text = _("{amount} up") if delta > 0 else _("{amount} down")
    if not in_time:
        text = _("{amount} higher") if delta > 0 else _("{amount} lower")
    return text.format(amount=amount)


def change_words(part: GroupChange) -> str:
    """Say how a mean changed, or a score where it is that of one item, without a sign.

    "" where it only stood still by other items: it is not the same then.
    """
    delta = shown_difference(part.a.mean, part.b.mean)
    if delta == 0 and part.by_other_items:
        return ""
    if part.scores:
        text = _("from {before} to {now}") if part.in_time else _("{before} and {now}")
        return text.format(before=part.scores[0], now=part.scores[1]) if part.delta else "0"
    return step_text(delta, in_time=part.in_time)


def equally_good_text(count: int, total: int, last: int) -> str:
    """Say how many items that are not listed were scored as well as the `last` one that is; "" when none was.

    `total` adds their scores up: where statements are reversed another score can be as good.
    """
    text = ngettext("{n} more statement also scores {score}.", "{n} more statements also score {score}.", count)
    if total != count * last:
        text = ngettext(
            "{n} more statement scores as well as the last one here.",
            "{n} more statements score as well as the last one here.",
            count,
        )
    return text.format(n=count, score=last) if count else ""


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], columns: int, drawn: Sequence[Sequence[Span]] = ()
) -> list[Line]:
    """Set cells below their heads: the first one wraps where it has to, the others stand at the right.

    `drawn` is what stands behind the head and each row, all of it equally wide. Where there is no room for that, each
    row becomes a sentence, without it.
    """
    room = first_room(head, rows, columns - (GAP + sum(width(part.text) for part in drawn[0]) if drawn else 0))
    if room is None:
        return paragraphs((_as_sentence(head, row) for row in rows), columns - 2, indent=2)
    widths = [max(map(width, column)) for column in zip(head, *rows, strict=True)]
    tails = drawn or [()] * (len(rows) + 1)
    return [
        part for row, tail in zip((head, *rows), tails, strict=True) for part in _cells(row, room, widths[1:], tail)
    ]


def first_room(head: Sequence[str], rows: Sequence[Sequence[str]], columns: int) -> int | None:
    """Return how wide the first cell of a table may be; None when there is no room for a table."""
    widths = [max(map(width, column)) for column in zip(head, *rows, strict=True)]
    room = min(WIDEST, widths[0], columns - 2 - sum(GAP + size for size in widths[1:]))
    return None if room < min(NARROWEST, widths[0]) else room


def _as_sentence(head: Sequence[str], row: Sequence[str]) -> str:
    named = (f"{name} {cell}" for name, cell in zip(head[1:], row[1:], strict=True))
    return f"{row[0]}: {', '.join(named)}."


def _cells(cells: Sequence[str], room: int, widths: Sequence[int], tail: Sequence[Span]) -> list[Line]:
    first, *rest = wrap(cells[0], room)
    others = "".join(" " * GAP + pad(cell, size, right=True) for cell, size in zip(cells[1:], widths, strict=True))
    behind = (span(" " * GAP), *tail) if tail else ()
    return [line("  ", span(pad(first, room)), span(others), *behind), *(line("  ", span(part)) for part in rest)]
