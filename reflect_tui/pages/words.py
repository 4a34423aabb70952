"""Short texts that several pages share: roles, foci, verdicts, dates, changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction

from reflect_tui.analysis.summary import Group
from reflect_tui.i18n import _, format_date, format_number, pgettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages.lines import Span, span
from reflect_tui.session import NOT_APPLICABLE, ROLES, Role, Score, Session

Key = Callable[[str], str]
"""Writes the key of an action by its name in settings.toml ("home.new"), for the sentences that name keys."""
UP, DOWN, SAME = "▲", "▼", "="
OPEN, SKIPPED, NOTED, DONE, HERE = "·", "–", "✎", "✓", "▸"


def role_name(role: Role) -> str:
    """Name a role."""
    names = {"self": _("self"), "colleague": _("colleague"), "manager": _("manager"), "client": _("client")}
    return names[role]


def focus_name(focus: str) -> str:
    """Name a focus."""
    names: dict[str, str] = {"attitude": _("Attitude"), "knowledge": _("Knowledge"), "skill": _("Skill")}
    return names[focus]


def group_name(instrument: Instrument, group: str, *, short: bool = False) -> str:
    """Name a domain or a focus of an instrument."""
    for domain in instrument.domains:
        if domain.id == group:
            return domain.label if short else domain.title
    return focus_name(group)


def numbered_name(instrument: Instrument, group: str, *, short: bool = True) -> str:
    """Name a domain with its number, or a focus."""
    for number, domain in enumerate(instrument.domains, start=1):
        if domain.id == group:
            return f"{number} {domain.label if short else domain.title}"
    return focus_name(group)


def verdict_name(group: Group) -> str:
    """Say the verdict in a word: high, nothing, or too few scores to say."""
    if group.verdict == "high":
        return pgettext("verdict", "high")
    return "" if group.verdict else _("too few")


def day(moment: datetime) -> str:
    """Write the date of a moment as it was on the person's own clock."""
    return format_date(moment.date())


def clock(moment: datetime) -> str:
    """Write the time of a moment as it was on the person's own clock."""
    return f"{moment.hour:02d}:{moment.minute:02d}"


def day_beside(moment: datetime, other: datetime) -> str:
    """Write the date of a moment beside another one; with the time where both are of one day."""
    said = day(moment)
    return f"{said}, {clock(moment)}" if moment != other and day(other) == said else said


def session_name(session: Session, beside: Session | None = None) -> str:
    """Name a session: date and role; beside one of the same day with its time."""
    when = day_beside(session.started, beside.started) if beside else day(session.started)
    return f"{when} · {role_name(session.role)}"


def id_day(session_id: str, beside: str = "") -> str:
    """Give the day in an id of ours; beside the id of another session of that day with its time."""
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


def delta_text(delta: Fraction | None) -> str:
    """Write the change of a mean, with its sign."""
    return "" if delta is None else format_number(delta, sign=True)


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


def step_span(step: int | Fraction | None) -> Span:
    """Show the direction of a change by a glyph and a style."""
    if step is None or step == 0:
        return span(" ")
    return span(UP, "high") if step > 0 else span(DOWN, "low")
