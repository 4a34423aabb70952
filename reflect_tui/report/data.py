"""All sessions as data: one long table (a row an answer), a wide one (a row a session), or a JSON document.

A table is written as CSV, or as an Excel workbook.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Literal

from msgspec import Struct

from reflect_tui.analysis.summary import ScoreGroup, Summary, band_readings, summarize
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import NOT_APPLICABLE, ROLES, Score, Session

Kind = Literal["string", "integer", "number", "datetime"]
Cell = str | int | Decimal | None
CsvDialect = Literal["rfc4180", "excel-nl"]
CSV_DIALECTS: tuple[CsvDialect, ...] = ("rfc4180", "excel-nl")
Shape = dict[str, Any]
"""A JSON object."""
ANSWERS = ("scored", "not applicable", "open")
_VERDICTS = ("high", "not high")


class ExportedSession(Struct, frozen=True):
    """A session and the instrument it was answered on; None when that is neither installed nor in the journal."""

    session: Session
    instrument: Instrument | None


class Column(Struct, frozen=True, kw_only=True):
    """A column: its name and kind, what stands in it, and which values may; `required` ones are never empty."""

    name: str
    kind: Kind = "string"
    about: str
    required: bool = False
    values: tuple[str, ...] = ()
    lowest: int | None = None
    highest: int | None = None


class Table(Struct, frozen=True):
    """Columns, and rows with a cell for each; `key` names the columns that tell the rows apart."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    key: tuple[str, ...]


_SESSION = (
    Column(name="session", about="Id of the session", required=True),
    Column(name="started", kind="datetime", about="When it was begun, on the clock of the person", required=True),
    Column(name="finished", kind="datetime", about="When it was finished", required=True),
    Column(name="role", about="Who filled it in", required=True, values=ROLES),
    Column(name="instrument", about="Id of the instrument", required=True),
    Column(name="version", about="Version of the instrument", required=True),
)
_ANSWER = (
    Column(name="domain", about="Id of the domain; empty when the instrument is not known"),
    Column(name="item", about="Id of the item", required=True),
    Column(name="focus", about="What the item is about; empty when the instrument is not known"),
    Column(name="statement", about="The item as a whole sentence"),
    Column(name="answer", about="Whether there is a score", required=True, values=ANSWERS),
    Column(name="score", kind="integer", about="The score; empty without one", lowest=0, highest=10),
    Column(
        name="counted",
        kind="integer",
        about="The score as means count it, that of a reversed item turned round; empty without one",
        lowest=0,
        highest=10,
    ),
)
_NOTE = Column(name="note", about="The note to the item")
_REMARK = Column(name="remark", about="The remark about the session")


def long(sources: Sequence[ExportedSession], *, notes: bool) -> Table:
    """Set a row for every item of every session, answered or not, in the order of the instrument."""
    columns = (*_SESSION, *_ANSWER, *((_NOTE,) if notes else ()))
    rows = (
        (*_about(source.session), *answer, *((source.session.notes.get(str(answer[1]), ""),) if notes else ()))
        for source in sources
        for answer in _answers(source)
    )
    return Table(columns, tuple(rows), ("session", "item"))


def _about(session: Session) -> tuple[Cell, ...]:
    moments = (session.started.isoformat(), session.finished.isoformat())
    return (session.id, *moments, session.role, session.instrument, session.version)


def _answers(source: ExportedSession) -> Iterator[tuple[Cell, ...]]:
    session, instrument = source.session, source.instrument
    if instrument is None:
        for item_id, score in session.scores.items():
            yield ("", item_id, "", "", *_answer(score), None)
        return
    counted = instrument.counted(session.scores)
    for item in instrument.items:
        about = (instrument.domain_of[item.id].id, item.id, item.focus or "", instrument.sentence(item))
        figure = counted.get(item.id)
        yield (*about, *_answer(session.scores.get(item.id)), figure if isinstance(figure, int) else None)


def _answer(score: Score | None) -> tuple[str, int | None]:
    if score is None:
        return "open", None
    return ("not applicable", None) if score == NOT_APPLICABLE else ("scored", int(score))


def wide(instrument: Instrument, sources: Sequence[ExportedSession], *, notes: bool) -> Table:
    """Set a row for every session on one instrument: its answers, and what they add up to per domain and focus."""
    known = [source for source in sources if source.session.instrument == instrument.id]
    items = _item_ids(instrument, known)
    names = _group_names(instrument, known)
    banded = _banded(instrument, known)
    columns = (
        *_SESSION,
        Column(name="answered", kind="integer", about="Items answered, n/a included", required=True),
        Column(name="total", kind="integer", about="Items of the instrument", required=True),
        *(column for name in names for column in _group_columns(name)),
        *(Column(name=f"{name}.band", about=f"What {name} says by its bands; empty without one") for name in banded),
        *(_item_column(item, instrument) for item in items),
        *((_REMARK,) if notes else ()),
    )
    table_rows = (_wide_row(instrument, source, (names, banded), items, notes=notes) for source in known)
    return Table(columns, tuple(table_rows), ("session",))


def _item_column(item: str, instrument: Instrument) -> Column:
    lowest, highest = instrument.scale.lowest, instrument.scale.highest
    about = "The score; n/a or empty without one"
    return Column(name=f"item.{item}", kind="integer", about=about, lowest=lowest, highest=highest)


def _group_names(instrument: Instrument, sources: Iterable[ExportedSession]) -> list[str]:
    """Name the domains and focuses of this version, then those that only other versions have.

    An item, a domain and a focus may have one id, so each says which it is.
    """
    versions = [instrument, *(source.instrument for source in sources if source.instrument)]
    domains = dict.fromkeys(f"domain.{domain.id}" for version in versions for domain in version.domains)
    focuses = dict.fromkeys(f"focus.{focus}" for version in versions for focus in version.focuses)
    return [*domains, *focuses]


def _banded(instrument: Instrument, sources: Iterable[ExportedSession]) -> list[str]:
    """Name the domains that have bands in a version."""
    versions = [instrument, *(source.instrument for source in sources if source.instrument)]
    return [*dict.fromkeys(f"domain.{one.id}" for version in versions for one in version.domains if one.bands)]


def _group_columns(name: str) -> Iterator[Column]:
    yield Column(name=f"{name}.mean", kind="number", about=f"Mean of {name}, rounded to two decimals")
    yield Column(name=f"{name}.sum", kind="integer", about=f"Scores of {name} added up", required=True)
    yield Column(name=f"{name}.scored", kind="integer", about=f"How many items of {name} have a score", required=True)
    yield Column(name=f"{name}.verdict", about=f"Verdict on {name}; empty below coverage", values=_VERDICTS)


def _item_ids(instrument: Instrument, sources: Iterable[ExportedSession]) -> tuple[str, ...]:
    """List the items of this version, then those that only sessions on other versions have."""
    ids = dict.fromkeys(item.id for item in instrument.items)
    for source in sources:
        ids |= dict.fromkeys(source.session.scores)
    return tuple(ids)


def _wide_row(
    instrument: Instrument,
    source: ExportedSession,
    groups_shown: tuple[Sequence[str], Sequence[str]],
    items: Sequence[str],
    *,
    notes: bool,
) -> tuple[Cell, ...]:
    session, (names, banded) = source.session, groups_shown
    summary = summarize(source.instrument or instrument, session.scores)
    read = band_readings(source.instrument or instrument, summary)
    labels = {f"domain.{one.domain.id}": one.band.label for one in read if one.band}
    groups = {f"domain.{group.id}": group for group in summary.domains}
    groups |= {f"focus.{group.id}": group for group in summary.focuses}
    figured = (cell for name in names for cell in _group_cells(groups.get(name)))
    scores = (session.scores.get(item) for item in items)
    return (
        *_about(session),
        summary.answered,
        summary.total,
        *figured,
        *(labels.get(name) for name in banded),
        *scores,
        *((session.remark,) if notes else ()),
    )


def _group_cells(group: ScoreGroup | None) -> tuple[Cell, ...]:
    """Collect the figures of a domain; of one that this version doesn't have, nothing was scored."""
    if group is None:
        return (None, 0, 0, None)
    return (rounded_decimal(group.mean), group.sum, group.scored, group.verdict)


_TEMPLATE_DAYS = 3


def template(instrument: Instrument) -> Table:
    """Set a row for every statement, and columns to fill in: a day above its scores."""
    heads = (_("nr"), "id", _("Domain"), _("Statement"), *[_("yyyy-mm-dd")] * _TEMPLATE_DAYS)
    rows = (
        (number, item.id, instrument.domain_of[item.id].title, instrument.sentence(item), *[None] * _TEMPLATE_DAYS)
        for number, item in enumerate(instrument.items, start=1)
    )
    return Table(tuple(Column(name=head, about="") for head in heads), tuple(rows), ("id",))


def document(sources: Sequence[ExportedSession], *, notes: bool) -> dict[str, Any]:
    """Export all sessions as one JSON document, each as `show` has it, with its focuses and digest."""
    return {"format": 1, "sessions": [_session(source, notes=notes) for source in sources]}


def _session(source: ExportedSession, *, notes: bool) -> dict[str, Any]:
    session, instrument = source.session, source.instrument
    summary = summarize(instrument, session.scores) if instrument else None
    shape: dict[str, Any] = {
        "id": session.id,
        "instrument": session.instrument,
        "version": session.version,
        "digest": session.digest,
        "role": session.role,
        "started": session.started.isoformat(),
        "finished": session.finished.isoformat(),
        "answered": summary.answered if summary else len(session.scores),
        "total": summary.total if summary else None,
        "domains": [{"id": group.id, **figures(group)} for group in summary.domains] if summary else [],
        "focuses": [{"id": group.id, **figures(group)} for group in summary.focuses] if summary else [],
        "scores": dict(session.scores),
    }
    shape |= bands(instrument, summary) if instrument and summary else {}
    shape |= {"round": session.round} if session.round else {}
    shape |= {"entered": session.entered.isoformat()} if session.entered else {}
    return shape | ({"notes": dict(session.notes), "remark": session.remark} if notes else {})


# Figures as numbers for programs: the same in every output.


_HUNDREDTHS = Decimal("0.01")


def rounded_decimal(value: Fraction | None) -> Decimal | None:
    """Round to two decimals, halves away from zero; None stays None, and zero has no sign."""
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(_HUNDREDTHS, rounding=ROUND_HALF_UP) + Decimal(0)


def rounded(value: Fraction | None) -> float | None:
    """Round as rounded_decimal() does, to a number as JSON has it."""
    exact = rounded_decimal(value)
    return None if exact is None else float(exact)


def fields(value: object, names: str) -> Shape:
    """The named attributes in this order; dates as ISO text, exact fractions rounded, tuples as lists."""
    return {name: _plain(getattr(value, name)) for name in names.split()}


def _plain(value: object) -> object:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, Fraction):
        return rounded(value)
    return list(value) if isinstance(value, tuple) else value


def bands(instrument: Instrument, summary: Summary) -> Shape:
    """Return the figures that the bands of an instrument are of; nothing where it has none."""
    read = [
        {
            "id": one.domain.id,
            "score": one.domain.score,
            "figure": rounded(one.figure),
            "band": one.band.label if one.band else None,
        }
        for one in band_readings(instrument, summary)
    ]
    return {"bands": read} if read else {}


def figures(group: ScoreGroup) -> dict[str, Any]:
    """Sum up the scores of a domain or focus."""
    return {
        "mean": rounded(group.mean),
        "sum": group.sum,
        "scored": group.scored,
        "total": group.total,
        "not_applicable": group.not_applicable,
        "verdict": group.verdict,
        **({} if group.target is None else {"target": rounded(group.target)}),
    }


# Tables as CSV (RFC 4180), safe to open in a spreadsheet, and the schema that describes them (Table Schema).


# What makes a spreadsheet take text for a formula, at the start of a cell (OWASP ASVS 5, 1.2.10), full-width twins
# included. Where ";" separates columns, a cell also starts after ";" and after a line end within it.
_GUARD = "'"
_RISK = r"""[\s"\x00]*['=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\x00]"""
_START = r"(?:^|(?<=[;\t\r\n]))"
_RISKY = re.compile(rf"{_START}(?={_RISK})")
_GUARDED = re.compile(rf"{_START}{_GUARD}(?={_RISK})")


def guarded(text: str) -> str:
    """Guard a text so that no spreadsheet takes it for a formula: an apostrophe stands wherever one could begin."""
    return _RISKY.sub(_GUARD, text)


def unguarded(text: str) -> str:
    """Undo the guard of a text."""
    return _GUARDED.sub("", text)


def csv_bytes(table: Table, dialect: CsvDialect = "rfc4180") -> bytes:
    """Write a table as CSV: UTF-8, CRLF, quotes where they are needed, a header line.

    "excel-nl" is what a Dutch Excel opens by a double click: semicolons, decimal commas and a byte order mark.
    """
    dutch = dialect == "excel-nl"
    written = io.StringIO(newline="")
    delimiter = ";" if dutch else ","
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(column.name for column in table.columns)
    writer.writerows([_cell(cell, "," if dutch else ".") for cell in row] for row in table.rows)
    return written.getvalue().encode("utf-8-sig" if dutch else "utf-8")


def _cell(cell: Cell, decimal_sign: str) -> str:
    if cell is None:
        return ""
    return guarded(cell) if isinstance(cell, str) else str(cell).replace(".", decimal_sign)


def schema(table: Table, dialect: CsvDialect = "rfc4180") -> dict[str, Any]:
    """Describe a table as a Table Schema (Data Package, v1): fields, their types and limits, and the primary key."""
    decimal_sign = "," if dialect == "excel-nl" else "."
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "fields": [_field(column, decimal_sign) for column in table.columns],
        "missingValues": ["", NOT_APPLICABLE],
        "primaryKey": list(table.key),
    }


def _field(column: Column, decimal_sign: str) -> dict[str, Any]:
    limits = {
        "required": column.required or None,
        "enum": list(column.values) or None,
        "minimum": column.lowest,
        "maximum": column.highest,
    }
    constraints = {name: limit for name, limit in limits.items() if limit is not None}
    more = {"format": "any"} if column.kind == "datetime" else {}
    if column.kind == "number" and decimal_sign != ".":
        more["decimalChar"] = decimal_sign
    described = {"name": column.name, "type": column.kind, **more, "description": column.about}
    return described | ({"constraints": constraints} if constraints else {})


# Tables as an Excel workbook: numbers and moments are such to a spreadsheet, and text is never a formula.


_MOST_ROWS, _LONGEST_CELL = 1_048_575, 32_767  # of a sheet, below its head; in characters (Excel's own limits)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDEST = 60


def xlsx_bytes(table: Table, sheet_name: str = "sessions") -> bytes:
    """Write a table as an Excel workbook of one sheet; moments are on the person's own clock.

    Raises:
        ReflectError: there are more rows than a sheet holds.
    """
    import xlsxwriter  # noqa: PLC0415 -- only for those who make a workbook

    if len(table.rows) > _MOST_ROWS:
        text = _("An Excel sheet holds {most} rows, and there are {n}. Export CSV instead.")
        raise ReflectError(text.format(most=_MOST_ROWS, n=len(table.rows)))
    written = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:  # rows wait in a file there, which only this user can read
        workbook = xlsxwriter.Workbook(written, {"constant_memory": True, "tmpdir": folder})
        sheet = workbook.add_worksheet(sheet_name)
        head = workbook.add_format({"bold": True})
        formats = {
            "number": workbook.add_format({"num_format": "0.00"}),
            "datetime": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, _column_width(table, place))
            sheet.write_string(0, place, column.name, head)
        for number, row in enumerate(table.rows, start=1):
            for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                _write_cell(sheet, (number, place), column, cell, formats.get(column.kind))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        workbook.close()
    return written.getvalue()


def _write_cell(sheet: Any, place: tuple[int, int], column: Column, cell: Cell, written_as: Any) -> None:
    if cell is None or cell == "":
        return
    if not isinstance(cell, str):
        sheet.write_number(*place, cell, written_as)
    elif column.kind == "datetime":
        sheet.write_datetime(*place, datetime.fromisoformat(cell).replace(tzinfo=None), written_as)
    else:
        sheet.write_string(*place, _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", cell)[:_LONGEST_CELL])


def _column_width(table: Table, place: int) -> int:
    """Measure how many characters wide a column is, by its head and the first rows."""
    column = table.columns[place]
    texts = (str(row[place] or "") for row in table.rows[:200])
    longest = 16 if column.kind == "datetime" else max(map(len, texts), default=0)
    return min(_WIDEST, max(len(column.name), longest) + 2)
