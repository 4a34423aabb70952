"""What files hold that may be taken in, and what became of them, as lines; nothing of what anyone answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reflect_tui.i18n import _, ngettext
from reflect_tui.journal.candidate import Candidate
from reflect_tui.pages.lines import EMPTY, Line, Style, heading, line, paragraph, shorten, span
from reflect_tui.pages.lines import width as columns_of
from reflect_tui.pages.words import DONE, SAME, role_name, session_name

WIDEST = 100
_SIGN_ROOM = 6


def looking(done: int, total: int, width: int) -> list[Line]:
    """Show how far the look at the files is."""
    text = (
        _("Looking at the files: {n} of {total}").format(n=done, total=total) if total else _("Looking at the files…")
    )
    return [EMPTY, line("    ", span(shorten(text, width - 4), "muted"))]


def summary(found: Sequence[Candidate], width: int) -> list[Line]:
    """List the files: what would come in, what is there already, what is refused and why."""
    fresh = [one for one in found if not one.faults and not one.there]
    there = [one for one in found if one.there]
    refused = [one for one in found if one.faults]
    title = ngettext("{n} file can be taken in", "{n} files can be taken in", len(fresh)).format(n=len(fresh))
    lines = [heading(title), EMPTY, *_rows(fresh, "+", "accent", width)]
    if there:
        lines += [EMPTY, heading(_("There already")), EMPTY, *_rows(there, SAME, "muted", width)]
    if refused:
        lines += [EMPTY, heading(_("Refused")), EMPTY]
        for one in refused:
            lines += _refused(one, [str(fault) for fault in one.faults], width)
    return lines


def result(done: Sequence[Candidate], failed: Sequence[tuple[Candidate, str]], width: int) -> list[Line]:
    """List what was taken in, and what could not be."""
    title = ngettext("{n} file was taken in", "{n} files were taken in", len(done)).format(n=len(done))
    lines = [heading(title), EMPTY, *_rows(done, DONE, "high", width)]
    if any(one.answer and not one.session for one in done):
        text = _("Confidential answers wait in their round until you close it; then they come in together.")
        lines += [EMPTY, *paragraph(text, min(width - 2, WIDEST), "muted", indent=4)]
    if failed:
        lines += [EMPTY, heading(_("Not taken in")), EMPTY]
        for one, reason in failed:
            lines += _refused(one, [reason], width)
    return lines


def _rows(found: Collection[Candidate], glyph: str, style: Style, width: int) -> list[Line]:
    room = min(width - 2, WIDEST) - _SIGN_ROOM
    lines = []
    for one in found:
        what = kind(one)
        beside = columns_of(one.path.name) + columns_of(what) + 3 <= room
        name = line("    ", span(f"{glyph} ", style), span(shorten(one.path.name, room)))
        lines += [name + line(span(f"   {what}", "muted"))] if beside else [name, *paragraph(what, room, "muted", 8)]
    return lines


def _refused(one: Candidate, reasons: Sequence[str], width: int) -> list[Line]:
    room = min(width - 2, WIDEST)
    lines = [line("    ", span("! ", "warning"), span(shorten(one.path.name, room - _SIGN_ROOM)))]
    for reason in reasons:
        lines += paragraph(reason, room, "muted", indent=8)
    return lines


def kind(one: Candidate) -> str:
    """Say what a file holds."""
    if one.combined:
        count = len(one.combined.answers)
        return ngettext("{n} combined answer", "{n} combined answers", count).format(n=count)
    if one.answer:
        return _("an answer to a round, {role}").format(role=role_name(one.answer.role))
    if one.session:
        return session_name(one.session)
    return ""
