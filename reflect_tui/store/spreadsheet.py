"""Sessions of past years out of a spreadsheet: each day of a table becomes a session that says it was entered later."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from msgspec import Struct, structs

from reflect_tui.errors import Fault
from reflect_tui.forms import cells, heads
from reflect_tui.forms.file_kinds import ZIP, FileKind
from reflect_tui.forms.statement_rows import plain
from reflect_tui.forms.table import DatedScores, ReadTable, read_sheet
from reflect_tui.i18n import _, format_date
from reflect_tui.model import old_means
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.library import Library
from reflect_tui.model.old_means import Reference
from reflect_tui.model.session import Session, new_id, noon

Entered = TypeVar("Entered", Session, Reference)


class ReadFile(Struct, frozen=True):
    """The sessions of a file with their instrument, and the means of days without scores: all of them or none.

    Also what is wrong, and what was left out.
    """

    sessions: tuple[tuple[Session, Instrument], ...] = ()
    references: tuple[Reference, ...] = ()
    faults: tuple[Fault, ...] = ()
    left_out: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    """What stands beside the scores, with its place, that may say that they are somebody else's."""


def read_spreadsheet(data: bytes, kind: FileKind, now: datetime, library: Library) -> ReadFile:
    """Read all sheets of a CSV file or a workbook, with scores on instruments of this library.

    Raises:
        BadFileError: it can't be read at all.
    """
    sheets = (cells.csv_sheet(data),) if kind == "csv" else cells.workbook_sheets(data)
    instruments = [tuple(entry.read(language) for language in entry.languages) for entry in library.listing().entries]
    shown = [sheet for sheet in sheets if sheet.rows and not sheet.hidden]
    tables = _own([(sheet, read_sheet(sheet, instruments, now.date())) for sheet in shown])
    faults = tuple(fault for _sheet, table in tables for fault in table.faults)
    hidden = [sheet.name for sheet in sheets if sheet.rows and sheet.hidden]
    left_out = (*(_("{sheet}: left out, it is hidden.").format(sheet=name) for name in hidden), *_left_out(tables))
    if data.startswith(ZIP) and cells.has_comments(data):
        left_out += (_("Comments on cells are not read."),)
    if faults or not any(table.days for _sheet, table in tables):
        theirs = tuple(_theirs(sheet, table) for sheet, table in tables if table.theirs)
        return ReadFile(faults=faults or theirs or (_nothing_found(),), left_out=() if theirs else left_out)
    every = [(sheet, table.instrument, day) for sheet, table in tables if table.instrument for day in table.days]
    if doubled := tuple(_in_two_sheets(every)):
        return ReadFile(faults=doubled, left_out=left_out)
    return ReadFile(
        sessions=tuple((_session(instrument, day, now), instrument) for _sheet, instrument, day in every if day.scores),
        references=tuple(_reference(instrument, day, now) for _sheet, instrument, day in every if day.means),
        left_out=left_out,
        unclear=tuple(_unclear(tables)),
    )


def _unclear(tables: Sequence[tuple[cells.Sheet, ReadTable]]) -> Iterator[str]:
    """Name what may say whose scores there are in the sheets that are read."""
    for sheet, table in tables:
        name = f"{sheet.name}, " if sheet.name and len(tables) > 1 else ""
        yield from (f"{name}{text}" for text in table.unclear if table.days)


def _own(tables: Sequence[tuple[cells.Sheet, ReadTable]]) -> list[tuple[cells.Sheet, ReadTable]]:
    """Leave out what is in sheets of somebody else."""
    dated = [number for number, (_sheet, table) in enumerate(tables) if table.days]
    theirs = heads.strangers_among([(_name(*tables[number]), tables[number][1].said) for number in dated])
    found = {dated[place]: ReadTable(theirs=text) for place, text in theirs.items()}
    return [(sheet, found.get(number, table)) for number, (sheet, table) in enumerate(tables)]


def _name(sheet: cells.Sheet, table: ReadTable) -> str:
    """Return the name of a sheet that may be somebody's; "" for one that is named after its instrument."""
    about = table.instrument
    titles = plain(f"{about.id} {about.title} {about.short}") if about else ""
    return "" if plain(sheet.name) in titles else sheet.name


def _in_two_sheets(every: Iterable[tuple[cells.Sheet, Instrument, DatedScores]]) -> Iterator[Fault]:
    """Name the days that stand in more than one sheet, with both places."""
    seen: dict[tuple[str, date], str] = {}
    for sheet, instrument, dated in every:
        place = f"{sheet.name}, {dated.place}"
        other = seen.setdefault((instrument.id, dated.day), place)
        if other != place:
            text = _("has {date}, which {other} has as well; leave one of them out")
            yield Fault(place, text.format(date=format_date(dated.day), other=other))


def _left_out(tables: Sequence[tuple[cells.Sheet, ReadTable]]) -> Iterator[str]:
    for sheet, table in tables:
        name = f"{sheet.name}: " if sheet.name and len(tables) > 1 else ""
        if table.theirs:
            yield str(_theirs(sheet, table))
        elif not table.days and not table.faults:
            text = _("{sheet}: left out, it has no statements.") if sheet.name else _("Left out: it has no statements.")
            yield text.format(sheet=sheet.name)
        for sentence in table.left_out:
            yield f"{name}{sentence}"


def _theirs(sheet: cells.Sheet, table: ReadTable) -> Fault:
    text = _(
        'left out, since by "{said}" these scores may be somebody else\'s. If they are your own, write "self" in its '
        "place; answers of others come in through a round: reflect-tui invite"
    )
    return Fault(sheet.name, text.format(said=table.theirs))


def _nothing_found() -> Fault:
    return Fault(
        "",
        _(
            "has no table with statements that are known here. A table needs two statements or more, by their id, "
            "whole text or number, or the means of two domains or more, one a row or one a column, and a date above "
            "them. A table to fill in: reflect-tui export --template --output FILE"
        ),
    )


def _session(instrument: Instrument, day: DatedScores, now: datetime) -> Session:
    """Make the session of a day; the same instrument and day give the same id, so that it comes in once only."""
    started = noon(day.day)
    mark = hashlib.sha256(f"{instrument.digest} {day.day} spreadsheet".encode()).hexdigest()[:6]
    return Session(
        id=new_id(started, "self", mark),
        instrument=instrument.id,
        version=instrument.version,
        digest=instrument.digest,
        role="self",
        started=started,
        finished=started,
        entered=now.replace(microsecond=0),
        scores=dict(day.scores),
        notes=dict(day.notes),
    )


def _reference(instrument: Instrument, day: DatedScores, now: datetime) -> Reference:
    """Keep the means of a day without scores."""
    mark = hashlib.sha256(f"{instrument.id} {day.day} means".encode()).hexdigest()[:6]
    return Reference(
        id=old_means.new_id(day.day, mark),
        instrument=instrument.id,
        day=day.day,
        entered=now.replace(microsecond=0),
        means={name: float(mean) for name, mean in day.means.items()},
    )


def as_entered_before(session: Entered, existing: Entered) -> Entered:
    """Return a session or old means as entered when the journal says, so that only the rest is compared."""
    return structs.replace(session, entered=existing.entered)


def refusal(kind: FileKind) -> Fault:
    """Name a format that can't be imported, and those that can; "" stands for a text without an answer."""
    names: dict[FileKind, Callable[[], str]] = {
        "pdf": lambda: _("is a PDF document"),
        "word": lambda: _("is a text document of a word processor"),
        "slides": lambda: _("is a presentation"),
        "picture": lambda: _("is a picture"),
        "zip": lambda: _("is an archive (.zip) or something else that is packed"),
        "outlook": lambda: _("is a mail as Outlook saves it (save it as .eml, or copy its text)"),
        "calendar": lambda: _("is a calendar file (iCalendar)"),
        "yaml": lambda: _("is a YAML file"),
        "empty": lambda: _("is empty"),
        "unknown": lambda: _("is a file of a kind that is not known here"),
        "": lambda: _("is a text without a whole answer to a round"),
    }
    return Fault("", f"{names[kind]()}; {accepted()}")


def accepted() -> str:
    """Name what can be imported."""
    return _(
        "what can be imported: session files and answers to a round (.toml), mails with an answer (.eml), spreadsheets "
        "with scores (.csv, .xlsx, .ods, .xls), and what export --format json wrote (.json)"
    )
