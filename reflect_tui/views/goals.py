"""Goals and events as lines: their lists, one goal in full, and the short line of Home and the results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from reflect_tui.errors import Fault
from reflect_tui.forms.fields import target_text
from reflect_tui.i18n import _, format_date, month_name, ngettext, pgettext
from reflect_tui.model.events import Event
from reflect_tui.model.goals import Goal, LookBack, Status
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.talk import Talk
from reflect_tui.store.documents import Document
from reflect_tui.views.instrument_words import marked_sentence
from reflect_tui.views.labels import DONE, OPEN, SKIPPED, Key, day, group_name, id_day
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    Style,
    fit,
    hanging,
    heading,
    line,
    nothing_yet,
    pad,
    paragraph,
    shorten,
    span,
)

PARTLY, NOT = "◐", "○"
WIDEST = 100
_NARROW = 72  # columns: below it the age of a goal makes way for what the goal is
_DAYS_A_MONTH = 365.25 / 12
_WEEKS_FROM, _MONTHS_FROM, _YEARS_FROM = 14, 61, 730  # days from which an age is told in weeks, months, years

Bad = tuple[str, tuple[Fault, ...]]
"""A goal's file that can't be read: its path and what is wrong."""


def sign(goal: Goal) -> tuple[str, Style]:
    """The glyph and style of a goal's status."""
    signs: dict[Status, tuple[str, Style]] = {
        "open": (NOT, "accent"),
        "not": (NOT, "accent"),
        "partly": (PARTLY, "accent"),
        "reached": (DONE, "high"),
        "dropped": (SKIPPED, "muted"),
    }
    return signs[goal.status]


def outcome_name(status: Status) -> str:
    """Name an outcome or a status in a word."""
    names: dict[Status, str] = {
        "open": pgettext("goal", "open"),
        "reached": pgettext("goal", "reached"),
        "partly": pgettext("goal", "partly"),
        "not": pgettext("goal", "not yet"),
        "dropped": pgettext("goal", "dropped"),
    }
    return names[status]


def age(made: datetime, now: datetime) -> str:
    """Say for how long: in days, in the nearest number of weeks or months, or in years that are full."""
    days = max(0, (now - made).days)
    if days < _WEEKS_FROM:
        return ngettext("{n} day", "{n} days", days).format(n=days)
    if days < _MONTHS_FROM:
        weeks = round(days / 7)
        return ngettext("{n} week", "{n} weeks", weeks).format(n=weeks)
    months = round(days / _DAYS_A_MONTH)
    if days < _YEARS_FROM:
        return ngettext("{n} month", "{n} months", months).format(n=months)
    return ngettext("{n} year", "{n} years", days // 365).format(n=days // 365)


def standing(goal: Goal, now: datetime) -> str:
    """Say how long a goal goes on, or when it was closed."""
    if goal.closed:
        return _("{outcome} on {date}").format(outcome=outcome_name(goal.status), date=day(goal.closed))
    text = _("made today") if _is_new(goal, now) else _("for {age}").format(age=age(goal.made, now))
    if goal.carried:
        text += ", " + ngettext("{n} session", "{n} sessions", goal.carried).format(n=goal.carried)
    return f"{outcome_name(goal.status)} · {text}" if goal.look_backs else text


def _is_new(goal: Goal, now: datetime) -> bool:
    return age(goal.made, now) == age(now, now)


def due(goal: Goal, today: date) -> tuple[str, Style]:
    """Say by when, and whether that day is past."""
    if goal.by is None:
        return _("no day set"), "muted"
    said = format_date(goal.by)
    if goal.is_late(today):
        return _("was due {date}").format(date=said), "warning"
    return _("by {date}").format(date=said), "muted"


def in_order(goals: Iterable[Goal]) -> list[Goal]:
    """Order goals: those that go on by their day, then the closed ones, the newest first."""
    found = list(goals)
    going = sorted((goal for goal in found if goal.is_open), key=lambda goal: (goal.by or date.max, goal.id))
    closed = sorted((goal for goal in found if not goal.is_open), key=lambda goal: str(goal.closed), reverse=True)
    return going + closed


def render_goals(
    goals: Sequence[Goal],
    bad: Sequence[Bad],
    instruments: Mapping[str, Instrument],
    now: datetime,
    width: int,
    *,
    here: str = "",
) -> list[Line]:
    """List all goals, those that go on first, and the files that can't be read; the goal `here` in full."""
    ordered = in_order(goals)
    here = here or next((goal.id for goal in ordered), "")
    going = [goal for goal in ordered if goal.is_open]
    closed = [goal for goal in ordered if not goal.is_open]
    lines: list[Line] = []
    for title, part in ((_("Open"), going), (_("Closed"), closed)):
        lines += [heading(title), EMPTY] if part and closed else []
        for goal in part:
            shown = render_goal if goal.id == here else _entry
            lines += [*shown(goal, instruments.get(goal.instrument), now, width), EMPTY]
    for path, faults in bad:
        text = f"{path}: " + "; ".join(map(str, faults))
        label = line(span("  ! ", "warning"), target=path)
        lines += [*hanging(label, text, min(width - 2, WIDEST), "warning"), EMPTY]
    return lines[:-1]


def render_none_yet(width: int, key: Key) -> list[Line]:
    """Say what goals are for, while there are none."""
    what = _("A goal is what you want to work on until the next time: one sentence, a first step, someone who helps.")
    how = _("Make one here with {new}, or with {goal} from the row of a domain or statement in your results.")
    how = how.format(new=key("goals.new"), goal=key("results.goal"))
    after = _("Your next session begins with a look back on it.")
    return nothing_yet(_("No goals yet"), (what, how, after), width)


def render_half_typed(width: int, key: Key) -> list[Line]:
    """Say that a goal waits that was being typed when the app ended."""
    text = _("A goal that you were typing is kept; it is not saved as a goal yet. {new} goes on with it.")
    return [*paragraph(text.format(new=key("goals.new")), width - 2, "warning", indent=2), EMPTY]


def _title(goal: Goal, room: int) -> list[Line]:
    glyph, style = sign(goal)
    label = line(span("  "), span(f"{glyph} ", style), target=goal.id)
    return hanging(label, goal.what, room, "strong" if goal.is_open else "muted")


def _entry(goal: Goal, instrument: Instrument | None, now: datetime, width: int) -> list[Line]:
    room = min(width - 2, WIDEST)
    said, manner = due(goal, now.date())
    parts = [domain_name(goal, instrument), standing(goal, now)]
    below = shorten(" · ".join(part for part in parts if part), room - 4 - len(said) - 3)
    when = [span(" · ", "muted"), span(said, manner)] if goal.is_open else []
    return [*_title(goal, room), line("    ", span(below, "muted"), *when)]


def domain_name(goal: Goal, instrument: Instrument | None) -> str:
    """Name the domain that a goal is about."""
    return group_name(instrument, goal.domain, short=True) if instrument and goal.domain else goal.domain


def render_goal(goal: Goal, instrument: Instrument | None, now: datetime, width: int) -> list[Line]:
    """Show one goal in full, with every look back upon it."""
    room = min(width - 2, WIDEST)
    lines = _title(goal, room)
    when = format_date(goal.by) if goal.by and goal.is_open else ""
    fields: tuple[tuple[str, str, Style], ...] = (
        (_("First step"), goal.first_step, "text"),
        (_("Who helps"), goal.helper, "text"),
        (_("By when"), when, "warning" if goal.is_late(now.date()) else "text"),
        (_("Target"), target_text(goal.target), "text"),
        (_("Domain"), domain_name(goal, instrument), "text"),
        (_("Progress"), standing(goal, now), "text"),
        (_("Agreed"), _("in the talk of {date}").format(date=id_day(goal.talk)) if goal.talk else "", "text"),
    )
    for name, value, how in fields:
        lines += _field(name, value, how, room) if value else []
    for item in goal.items:
        sentence = marked_sentence(instrument, item) if instrument else item
        lines += _field(_("Statement"), sentence, "muted", room)
    return lines + _look_backs(goal.look_backs, room)


def _field(name: str, value: str, style: Style, room: int) -> list[Line]:
    return hanging(line("    ", span(f"{name:<16}", "muted")), value, room, style)


def _look_backs(backs: Sequence[LookBack], room: int) -> list[Line]:
    lines: list[Line] = []
    for back in backs:
        lines.append(line("    ", span(f"{day(back.at):<16}", "muted"), span(outcome_name(back.outcome))))
        lines += paragraph(back.note, room, "accent", indent=20) if back.note else []
    return lines


def short(goals: Iterable[Goal], now: datetime, width: int) -> list[Line]:
    """List the goals that go on, a row each with day and age: for the results."""
    lines = []
    for goal in in_order(goal for goal in goals if goal.is_open):
        glyph, style = sign(goal)
        said, manner = due(goal, now.date())
        since = "" if _is_new(goal, now) or width < _NARROW else " · " + _("for {age}").format(age=age(goal.made, now))
        room = min(width - 2, WIDEST) - 6 - len(said) - len(since) - 2
        lines.append(
            line(
                "  ",
                span(f"{glyph}   ", style),
                shorten(goal.what, room),
                span(f"  {said}", manner),
                span(since, "muted"),
                target=goal.id,
            )
        )
    return [EMPTY, heading(_("Goals")), *lines] if lines else []


def one_line(goals: Iterable[Goal], today: date) -> str:
    """Say in a few words how many goals are open, and which day is next: for Home; "" when there are none."""
    going = in_order(goal for goal in goals if goal.is_open)
    if not going:
        return ""
    text = ngettext("{n} open goal", "{n} open goals", len(going)).format(n=len(going))
    said, _style = due(going[0], today)
    return f"{text} · {said}: {going[0].what}" if going[0].by else f"{text}: {going[0].what}"


def look_back(goal: Goal, number: int, total: int, now: datetime, width: int) -> list[Line]:
    """Ask what came of a goal: what it was, and how long ago."""
    title = _("Looking back") if total == 1 else _("Looking back · goal {n} of {total}").format(n=number, total=total)
    said, _style = due(goal, now.date())
    lines = [line(span(title, "title")), EMPTY, *_brief(goal.what, width, "strong", rows=3)]
    for name, value in ((_("First step"), goal.first_step), (_("Who helps"), goal.helper)):
        lines += _brief(f"{name}: {value}", width, rows=2) if value else []
    lines += paragraph(f"{said} · {standing(goal, now)}", width, "muted")
    if goal.look_backs and goal.look_backs[-1].note:
        lines += _brief(f"{OPEN} {goal.look_backs[-1].note}", width, "accent", rows=2)
    return [*lines, EMPTY]


def _brief(text: str, width: int, style: Style = "text", *, rows: int) -> list[Line]:
    """Set a text on a few rows at most, so that a small window keeps room for the answers."""
    found = paragraph(text, width, style)
    if len(found) <= rows:
        return found
    return [*found[: rows - 1], line(span(f"{found[rows - 1].text[: width - 1]}…", style))]


# Events as a list: what happened at work, that may explain a change.


def render_events(entries: Sequence[Document[Event]], columns: int, key: Key) -> list[Line]:
    """List events, oldest first."""
    if not entries:
        text = _("What happened to you at work, such as a training, may explain a change. Add it with {key}.")
        return nothing_yet(_("No events yet"), [text.format(key=key("events.new"))], columns)
    return [row for entry in entries for row in _rows(entry, columns)]


def _rows(entry: Document[Event], columns: int) -> list[Line]:
    if entry.value is None:
        problem = f"{entry.path}: " + "; ".join(map(str, entry.faults))
        return paragraph(problem, columns - 4, "warning", indent=4)
    label = fit(entry.value.label, max(10, columns - 20))
    return [line("    ", span(pad(when_text(entry.value), 14), "strong"), label, target=entry.value.id)]


def talk_event(talk: Talk) -> Event:
    """Make the tick of a talk in the trends: an event of its day, with the talk's own id."""
    moment = talk.finished or talk.started
    return Event(format=1, id=talk.id, when=f"{moment:%Y-%m-%d}", label=_("talk"))


def event_name(event: Event) -> str:
    """Write when an event was and what."""
    return f"{when_text(event)} {event.label}"


def when_text(event: Event) -> str:
    """Write when an event was: its day, or its month."""
    moment = event.moment
    return day(moment) if event.has_day else f"{month_name(moment.month)} {moment.year:04d}"
