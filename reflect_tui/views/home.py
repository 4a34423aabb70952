"""The list of sessions, newest first, drafts above them, and a glimpse of the one at the cursor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.analysis.summary import SessionFigures
from reflect_tui.errors import Fault
from reflect_tui.i18n import _, current_language, format_date, ngettext, pgettext
from reflect_tui.model.session import SEATED, Role, Session
from reflect_tui.text import more_text
from reflect_tui.toml import formats
from reflect_tui.views.labels import DONE, OPEN, Key, clock, role_name
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    Span,
    Style,
    by_slashes,
    fit,
    hanging,
    heading,
    line,
    pad,
    paragraph,
    shorten,
    span,
    width,
    wrap,
)

DRAFT, MARKED, UNREADABLE, EDITED, MISSING = "◌", "◉", "!", "≠", "∅"
LATER = "*"
"""What stands after the date of a session that was entered later, where there is no room for a word."""
ChangeKind = Literal["", "edited", "missing"]


class HomeRow(Struct, frozen=True, kw_only=True):
    """What the list shows of one draft, session or unreadable file; `target` finds it back.

    `amends` a draft of a session that is saved, of which a part may be `damaged`; `changed` says what another program
    did to a file. `entered` tells that it came later from a paper form or a spreadsheet. `good` counts the domains that
    go well; `lower` tells that lower is better in some.
    """

    target: str
    when: datetime | None = None
    role: Role = "self"
    title: str = ""
    answered: int = 0
    total: int = 0
    good: int = 0
    domains: int = 0
    lower: bool = False
    draft: bool = False
    amends: bool = False
    damaged: bool = False
    changed: ChangeKind = ""
    pending: bool = False
    problem: str = ""
    entered: bool = False


def good_title(*, lower: bool) -> str:
    """Name the column that counts the domains that go well: high says it unless lower is better in any."""
    return _("Good") if lower else _("High")


def domains_good(good: int, domains: int, *, lower: bool) -> str:
    """Count the domains that go well, by the word of good_title()."""
    text = ngettext("{high} of {n} domain high", "{high} of {n} domains high", domains)
    if lower:
        text = ngettext("{good} of {n} domain good", "{good} of {n} domains good", domains)
    return text.format(good=good, high=good, n=domains)


def render_rows(
    entries: Sequence[HomeRow], marked: Collection[str], columns: int, *, alike: bool = False
) -> list[Line]:
    """Set one line an entry, in columns; all may be `alike` in their instrument."""
    shape = home_columns(columns, alike=alike)
    return [_row(entry, entry.target in marked, columns, shape) for entry in entries]


def are_alike(entries: Sequence[HomeRow]) -> bool:
    """Whether all sessions are on one instrument, so that its name says nothing new."""
    return len({entry.title for entry in entries if not entry.problem}) == 1


class HomeColumns(Struct, frozen=True):
    """The widths of the list; a narrow one leaves the time of day out, or a title that is the same in all rows."""

    when: int
    role: int
    title: int
    answered: int
    high: int

    @property
    def timed(self) -> bool:
        """Whether there is room for the time of day."""
        return self.when > 13  # noqa: PLR2004 -- what a date alone takes


def home_columns(columns: int, *, alike: bool = False) -> HomeColumns:
    """Share a width out: the instrument's title takes what the others leave."""
    role = max(width(role_name(role)) for role in SEATED) + 2
    narrow = columns < 74  # noqa: PLR2004 -- what the wide columns take, and a title that says something
    if narrow and alike and columns >= 56:  # noqa: PLR2004 -- what the wide columns take without a title
        return HomeColumns(when=19, role=role, title=0, answered=10, high=10)
    when, role, answered, high = (13, role - 1, 7, 9) if narrow else (19, role, 10, 10)
    title = max(6, min(48, columns - 4 - when - role - answered - high - 2))
    return HomeColumns(when=when, role=role, title=title, answered=answered, high=high)


def render_head(columns: int, *, alike: bool = False, lower: bool = False) -> Line:
    """Name the columns; `lower` as of any row."""
    shape = home_columns(columns, alike=alike)
    names = (
        pad(_("Date"), shape.when),
        pad(_("Role"), shape.role),
        fit(_("Instrument"), shape.title),
        pad(_("Answered") if shape.timed else "", shape.answered, right=True),
        pad(good_title(lower=lower), shape.high, right=True),
    )
    return line(span("    " + "".join(names), "muted"))


def _row(entry: HomeRow, marked: bool, columns: int, shape: HomeColumns) -> Line:  # noqa: FBT001 -- a state, set only above
    if entry.problem:
        sign, style = _sign(entry, marked=marked)
        text = f"{entry.title}: {entry.problem}"
        return line(span(f"  {sign} ", style), span(shorten(text, columns - 6), "warning"), target=entry.target)
    opening, *rest = _beside_date(structs.replace(entry, target="", when=None), marked, shape, current_language())
    when = span(pad(_when(entry, shape), shape.when), "strong" if entry.draft else "text")
    return line(opening, when, *rest, target=entry.target)


@lru_cache(maxsize=512)
def _beside_date(entry: HomeRow, marked: bool, shape: HomeColumns, _language: str) -> tuple[Span, ...]:  # noqa: FBT001 -- as above
    """Set all of a row but its date: thousands of them share these, which costs neither time nor memory."""
    sign, style = _sign(entry, marked=marked)
    return (
        span(f"  {sign} ", style),
        span(pad(role_name(entry.role), shape.role)),
        span(fit(entry.title, shape.title - 1) + " " if shape.title else "", "muted"),
        span(pad(f"{entry.answered}/{entry.total}", shape.answered, right=True)),
        span(pad(_state_text(entry), shape.high, right=True), "accent" if entry.draft else "text"),
        span(f" {OPEN}" if entry.pending else "", "warning"),
    )


def _state_text(entry: HomeRow) -> str:
    if entry.draft:
        return _("amending") if entry.amends else _("draft")
    if entry.changed == "missing":
        return _("missing")
    return _("{high} of {n}").format(high=entry.good, n=entry.domains)


def _when(entry: HomeRow, shape: HomeColumns) -> str:
    if entry.when is None:
        return ""
    day = format_date(entry.when.date())
    if not shape.timed:
        return f"{day}{LATER}" if entry.entered else day
    time = pgettext("entered", "later") if entry.entered else clock(entry.when)
    return pad(day, 12) + time


def _sign(entry: HomeRow, *, marked: bool) -> tuple[str, Style]:
    if marked:
        return MARKED, "accent"
    if entry.changed == "missing":
        return MISSING, "warning"
    if entry.problem:
        return UNREADABLE, "warning"
    if entry.changed:
        return EDITED, "warning"
    return (DRAFT, "accent") if entry.draft else (" ", "muted")


def render_welcome(columns: int, key: Key) -> list[Line]:
    """Greet someone whose journal is empty: what this is, and what to press."""
    room = min(columns - 8, 72)
    what = _("Take stock of your competences: score the statements, see where you stand, look back a few months later.")
    how = _("92 statements take about ten minutes. One key scores one; every key is saved as you press it.")
    where = _("Everything stays on this computer, in a folder that only you can read.")
    keys = (
        (key("home.new"), _("begin your first session")),
        (key("home.import"), _("import earlier years from a spreadsheet")),
        (key("home.sync"), _("get your journal from another device")),
        (key("settings"), _("change language, colours or keys")),
        (key("keys"), _("see all keys")),
        (key("quit"), _("quit; nothing is lost")),
    )
    lines = [EMPTY, line("      ", span(_("Welcome"), "title")), EMPTY]
    for text in (what, how, where):
        lines += [*paragraph(text, room + 6, indent=6), EMPTY]
    return lines + [line("      ", span(f" {name} ", "key"), "  ", span(text)) for name, text in keys]


_APART = timedelta(days=182)
"""How far apart two sessions are best: what one works on takes some months to show."""


def next_session_sentence(first: date, today: date) -> str:
    """Say when a second session makes sense, of which a first one was on this day."""
    if first + _APART <= today:
        return _("A next session makes sense now: then there are differences and trends to see.")
    text = _("A next session makes sense from about {date}: then there are differences and trends to see.")
    return text.format(date=format_date(first + _APART))


def render_no_match(words: str, columns: int, key: Key) -> list[Line]:
    """Say that the filter leaves nothing, and how to see all again."""
    text = _('No session has "{words}". {back} shows them all again.').format(words=words, back=key("back"))
    return [EMPTY, *paragraph(text, columns - 8, indent=4)]


def render_saved_line(pending: int | None, total: int, *, unread: bool = False, unsynced: int | None = None) -> Line:
    """Say what is saved: all in history, how many are not yet, or (None) that history is being written or read.

    Of a history that is `unread`, nobody knows what it lacks. `unsynced` counts what other devices lack, None when
    nothing is synced.
    """
    if not total:
        return EMPTY
    if pending is None:
        return line(span(f"{OPEN} ", "muted"), span(_("saved; history follows…"), "muted"))
    if not pending and unsynced:
        text = ngettext("saved, in history; {n} not synced", "saved, in history; {n} not synced", unsynced)
        return line(span(f"{DONE} ", "accent"), span(text.format(n=unsynced), "muted"))
    if not pending:
        said = _("saved, all in history") if unsynced is None else _("saved, in history, synced")
        return line(span(f"{DONE} ", "accent"), span(said, "muted"))
    if unread:
        return line(span(f"{OPEN} ", "warning"), span(_("saved; history can't be read"), "warning"))
    return line(span(f"{OPEN} ", "warning"), span(_("saved; {n} not yet in history").format(n=pending), "warning"))


def change_sentence(changed: Sequence[HomeRow], key: Key) -> str:
    """Say how many sessions another program changed or took away; "" when there are none."""
    missing = sum(entry.changed == "missing" for entry in changed)
    edited = sum(entry.changed == "edited" and not entry.problem for entry in changed)
    parts = []
    if edited:
        parts.append(_("Changed outside: {n} ({sign}).").format(n=edited, sign=EDITED))
    if missing:
        parts.append(_("Missing: {n} ({sign}).").format(n=missing, sign=MISSING))
    return " ".join([*parts, _("{key} shows what can be done.").format(key=key("home.open"))]) if parts else ""


def unreadable_sentence(path: str) -> str:
    """Name a file with a talk that can't be read, of which there is no row."""
    return _("{file} can't be read. For what is wrong with it: {command}").format(
        file=path, command="reflect-tui doctor"
    )


def one_of_several(key: Key) -> str:
    """Say what removing a session means of which several versions wait for a choice."""
    text = _(
        "Several versions of it wait for a choice. Only the one that is shown here is removed; {key} then lets you "
        "choose between the removal and the others."
    )
    return text.format(key=key("home.sync"))


def both_sentence(number: int, key: Key) -> str:
    """Say how many documents were changed on two devices; "" when there are none."""
    text = ngettext(
        "Changed on several devices: {n}. {key} shows the versions.",
        "Changed on several devices: {n}. {key} shows the versions.",
        number,
    )
    return text.format(n=number, key=key("home.sync")) if number else ""


def row_of(target: str, title: str, figures: SessionFigures, session: Session) -> HomeRow:
    """Make the row of a session from its figures."""
    return HomeRow(
        target=target,
        when=session.started,
        role=session.role,
        title=title,
        entered=session.entered is not None,
        answered=figures.answered,
        total=figures.total,
        good=figures.good,
        domains=figures.domains,
        lower=figures.lower,
    )


def mark_pending(entry: HomeRow, pending: Collection[str]) -> HomeRow:
    """Add a sign to the row when its session is not yet in history."""
    name = entry.target.rsplit("/", 1)[-1].removesuffix(".toml")
    return structs.replace(entry, pending=True) if name in pending else entry


# A file that can't be read: its path, every fault with its place, and what can be done about it.


SHOWN = 200  # faults: beyond that a list helps nobody


def folded(path: Path, columns: int) -> list[str]:
    """Break a path into lines of at most `columns`, between its folders where that can be."""
    return [broken for row in by_slashes(str(path), columns) for broken in wrap(row, columns)]


def render_unreadable(
    path: Path, faults: Sequence[Fault], columns: int, key: Key, *, changed: bool, known: bool
) -> list[Line]:
    """Show a file with its faults; `changed` by another program, `known` to history perhaps."""
    room = min(columns, 108)
    lines = [*(line("  ", span(row, "strong")) for row in folded(path, room - 4)), EMPTY]
    if changed:
        lines += paragraph(_("Another program changed it since it came into history."), room - 2, "warning", indent=2)
    lines += paragraph(_("It is left as it is, and none of your other sessions suffers."), room - 2, indent=2)
    text = _("{key} opens it in your editor; the list is read again afterwards.").format(key=key("unreadable.edit"))
    lines += paragraph(text, room - 2, indent=2)
    back = key("unreadable.bring-back")
    if known and formats.has_conflict(faults):
        text = _("{key} takes one of the two versions, or the last good one; the file as it is now is kept.")
        lines += paragraph(text.format(key=back), room - 2, indent=2)
    elif known:
        text = _("{key} brings back the last good version; the file as it is now is kept.")
        lines += paragraph(text.format(key=back), room - 2, indent=2)
    title = ngettext("{n} fault", "{n} faults", len(faults)).format(n=len(faults))
    lines += [EMPTY, heading(title)]
    for fault in faults[:SHOWN]:
        if fault.place:
            lines += [line("  ", span(f"! {fault.place}", "warning")), *paragraph(fault.problem, room - 2, indent=4)]
        else:
            lines += hanging(line("  ", span("! ", "warning")), fault.problem, room - 2)
    if more := more_text(len(faults) - SHOWN):
        lines.append(line("    ", span(more, "muted")))
    return lines
