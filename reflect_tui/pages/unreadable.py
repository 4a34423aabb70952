"""A file that can't be read: its path, every fault with its place, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reflect_tui import unmerged
from reflect_tui.errors import Fault
from reflect_tui.i18n import _, ngettext
from reflect_tui.pages.lines import EMPTY, Line, heading, line, paragraph, span

SHOWN = 200  # faults: beyond that a list helps nobody


def unreadable(path: Path, faults: Sequence[Fault], columns: int, *, changed: bool, known: bool) -> list[Line]:
    """Show a file with its faults; `changed` by another program, `known` to history perhaps."""
    room = min(columns, 108)
    lines = [*paragraph(str(path), room - 2, "strong", indent=2), EMPTY]
    if changed:
        lines += paragraph(_("Another program changed it since it came into history."), room - 2, "warning", indent=2)
    lines += paragraph(_("It is left as it is, and none of your other sessions suffers."), room - 2, indent=2)
    lines += paragraph(_("e opens it in your editor; the list is read again afterwards."), room - 2, indent=2)
    if known and unmerged.is_said(faults):
        text = _("b takes one of the two versions, or the last good one; the file as it is now is kept.")
        lines += paragraph(text, room - 2, indent=2)
    elif known:
        text = _("b brings back the last good version; the file as it is now is kept.")
        lines += paragraph(text, room - 2, indent=2)
    title = ngettext("{n} fault", "{n} faults", len(faults)).format(n=len(faults))
    lines += [EMPTY, heading(title)]
    for fault in faults[:SHOWN]:
        first, *rest = paragraph(fault.problem, room - 2, indent=4)
        place = [line("  ", span(f"! {fault.place}", "warning"))] if fault.place else []
        lines += [*place, first, *rest] if place else [line("  ", span("! ", "warning")) + Line(first.spans[1:]), *rest]
    if len(faults) > SHOWN:
        lines.append(line("    ", span(_("and {n} more").format(n=len(faults) - SHOWN), "muted")))
    return lines
