"""A file that can't be read: its path, every fault with its place, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reflect_tui import unmerged
from reflect_tui.errors import Fault
from reflect_tui.i18n import _, ngettext
from reflect_tui.pages.lines import EMPTY, Line, by_slashes, heading, line, paragraph, span, wrap
from reflect_tui.pages.words import Key

SHOWN = 200  # faults: beyond that a list helps nobody


def folded(path: Path, columns: int) -> list[str]:
    """Break a path into lines of at most `columns`, between its folders where that can be."""
    return [broken for row in by_slashes(str(path), columns) for broken in wrap(row, columns)]


def unreadable(
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
    if known and unmerged.is_said(faults):
        text = _("{key} takes one of the two versions, or the last good one; the file as it is now is kept.")
        lines += paragraph(text.format(key=back), room - 2, indent=2)
    elif known:
        text = _("{key} brings back the last good version; the file as it is now is kept.")
        lines += paragraph(text.format(key=back), room - 2, indent=2)
    title = ngettext("{n} fault", "{n} faults", len(faults)).format(n=len(faults))
    lines += [EMPTY, heading(title)]
    for fault in faults[:SHOWN]:
        first, *rest = paragraph(fault.problem, room - 2, indent=4)
        place = [line("  ", span(f"! {fault.place}", "warning"))] if fault.place else []
        lines += [*place, first, *rest] if place else [line("  ", span("! ", "warning")) + Line(first.spans[1:]), *rest]
    if len(faults) > SHOWN:
        lines.append(line("    ", span(_("and {n} more").format(n=len(faults) - SHOWN), "muted")))
    return lines
