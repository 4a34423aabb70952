"""`list`: all sessions, newest first, each with the REF to type for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from reflect_tui.analysis.summary import Figures
from reflect_tui.cli import output, reference, shapes
from reflect_tui.cli.reference import Found
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE
from reflect_tui.i18n import _, ngettext
from reflect_tui.journal import Entry, Journal
from reflect_tui.pages.lines import Line, fit, line, pad, width
from reflect_tui.pages.words import clock, day, role_name

_GAP = 2
_INSTRUMENT_ROOM = 10


class _Row(Struct, frozen=True):
    """One session in the list."""

    reference: str
    found: Found
    figures: Figures


def sessions(request: Request) -> int:
    """List the sessions; files that can't be read are named on stderr and make the exit code 3."""
    journal = request.journal
    entries = journal.outlines()
    spoiled = [entry for entry in entries if entry.session is None or entry.faults]
    rows = _rows(journal, entries)
    if request.options.json:
        output.values(_document(journal, rows, spoiled))
    elif rows:
        output.lines(_in_words(rows) if request.plain else _table(rows))
    if not entries:
        output.message(_("There is no session in {path} yet.").format(path=journal.root))
    for entry in spoiled:
        output.message(str(reference.unreadable(journal, entry)))
    _tell_of_others(journal.count() - len(entries))
    return EXIT_ATTENTION if spoiled else EXIT_DONE


def _tell_of_others(count: int) -> None:
    if count:
        text = ngettext(
            "{n} answer from a round of feedback is seen together with others only: reflect-tui compare",
            "{n} answers from rounds of feedback are seen together only: reflect-tui compare",
            count,
        )
        output.message(text.format(n=count))


def _rows(journal: Journal, entries: Sequence[Entry]) -> list[_Row]:
    ids = [entry.id for entry in entries]
    rows: list[_Row] = []
    own = 0
    for entry in entries:
        if entry.session is None or entry.figures is None:
            continue
        found = reference.of(journal, entry.session)
        if entry.session.role == "self":
            name = f"latest~{own}" if own else "latest"
            own += 1
        else:
            name = _short(entry.id, ids)
        rows.append(_Row(name, found, entry.figures))
    return rows


def _short(session_id: str, ids: Collection[str]) -> str:
    """Cut an id after its date, its time or its role, as soon as that means no other session."""
    cuts = (len("2026-11-23"), len("2026-11-23T1405"), session_id.rfind("-"))
    names = (session_id[:cut] for cut in cuts)
    return next((name for name in names if sum(other.startswith(name) for other in ids) == 1), session_id)


def _document(journal: Journal, rows: Sequence[_Row], spoiled: Sequence[Entry]) -> shapes.Shape:
    root = journal.root.absolute()
    return {
        "sessions": [shapes.listed(row.found.session, row.found.path, row.figures) for row in rows],
        "unreadable": [shapes.unreadable(entry, root / entry.path) for entry in spoiled],
    }


def _in_words(rows: Sequence[_Row]) -> list[Line]:
    from reflect_tui.plain import sessions  # noqa: PLC0415 -- only when asked

    return sessions.listed([(row.reference, row.found.session, row.figures) for row in rows], output.columns())


def _table(rows: Sequence[_Row]) -> list[Line]:
    head = [_("REF"), _("Date"), _("Role"), _("Instrument"), _("Answered"), _("High")]
    cells = [head, *(_cells(row) for row in rows)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    others = sum(widths) - widths[3] + _GAP * (len(head) - 1)
    widths[3] = min(widths[3], max(_INSTRUMENT_ROOM, output.columns() - others))
    return [_line(row, widths) for row in cells]


def _cells(row: _Row) -> list[str]:
    session, figures = row.found.session, row.figures
    return [
        row.reference,
        f"{pad(day(session.started), 11)} {clock(session.started)}",
        role_name(session.role),
        session.instrument,
        f"{figures.answered}/{figures.total}",
        _("{high} of {n}").format(high=figures.high, n=figures.domains),
    ]


def _line(cells: Sequence[str], widths: Sequence[int]) -> Line:
    words = [fit(cell, room) for cell, room in zip(cells[:4], widths[:4], strict=True)]
    figures = [pad(cell, room, right=True) for cell, room in zip(cells[4:], widths[4:], strict=True)]
    return line((" " * _GAP).join([*words, *figures]))
