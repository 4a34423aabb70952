"""What spreadsheets are like after years of use: other epochs, hidden parts, formulas, numbers as text, two sheets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from reflect_tui.errors import BadFileError
from reflect_tui.forms import cells
from reflect_tui.forms.cells import Hidden, hidden_lines, most_cells, workbook_sheets
from reflect_tui.model.library import Library
from reflect_tui.store.spreadsheet import ReadFile, read_spreadsheet
from tests.unit.examples import DATA
from tests.unit.spreadsheet_examples import ITEMS, JGZ, NOW, Row, content, csv, workbook

DAY = date(2023, 11, 14)


def of_book(change: Callable[[Any, Any], object], head: object = DAY, score: object = 3) -> ReadFile:
    """Read a workbook with a day of scores, after a change to the book and its sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Scores"
    for row in (["id", head], *([item, score] for item in ITEMS)):
        sheet.append(row)
    change(book, sheet)
    written = io.BytesIO()
    book.save(written)
    return read_spreadsheet(written.getvalue(), "workbook", NOW, Library(None))


def years(read: ReadFile) -> list[tuple[date, int, set[object]]]:
    assert read.faults == ()
    return [
        (session.started.date(), len(session.scores), set(session.scores.values())) for session, _on in read.sessions
    ]


WHOLE = [(DAY, 21, {3})]


def count_from_1904(book: Any, _sheet: Any) -> None:
    book.epoch = CALENDAR_MAC_1904


def hide_row_and_column(_book: Any, sheet: Any) -> None:
    sheet.row_dimensions[5].hidden = sheet.column_dimensions["B"].hidden = True


@pytest.mark.parametrize("change", [count_from_1904, hide_row_and_column])
def test_another_epoch_and_what_is_only_hidden_change_no_score(change: Callable[[Any, Any], None]) -> None:
    assert years(of_book(change)) == WHOLE


@pytest.mark.parametrize("score", ["3", " 3 ", "\u00a03", "3,0", "3.00", 3.0])
def test_numbers_as_text_are_scores(score: object) -> None:
    assert years(of_book(lambda _book, _sheet: None, score=score)) == WHOLE


@pytest.mark.parametrize(
    ("cell", "said"), [("=1/0", '"=1/0"'), ("#N/A", '"#N/A"'), (0.75, '"0.75"'), (True, '"True"'), ("75%", '"75%"')]
)
def test_a_formula_without_a_result_a_percentage_and_a_tick_are_no_scores(cell: object, said: str) -> None:
    def change(_book: Any, sheet: Any) -> None:
        sheet["B5"] = cell
        if cell == "#N/A":
            sheet["B5"].data_type = "e"

    read = of_book(change)
    assert read.sessions == ()
    assert [str(fault).partition(":")[0] for fault in read.faults] == ["Scores!B5"]
    assert f"{said} is " in str(read.faults[0])
    assert ("open the file, save it, and import it again" in str(read.faults[0])) == (cell == "=1/0")


def test_an_error_in_csv_is_not_n_a() -> None:
    read = read_spreadsheet(csv([["id", DAY], *([item, "#N/A"] for item in ITEMS)]).encode(), "csv", NOW, Library(None))
    assert read.sessions == ()
    assert 'B2: "#N/A" is no score' in str(read.faults[0])


def test_a_hidden_sheet_is_left_out_by_name_and_a_second_one_is_read() -> None:
    def change(book: Any, _sheet: Any) -> None:
        for name, year, state in (("Oud", 2019, "hidden"), ("2024", 2024, "visible")):
            more = book.create_sheet(name)
            more.sheet_state = state
            for row in (["id", date(year, 11, 14)], *([item, 2] for item in ITEMS)):
                more.append(row)

    read = of_book(change)
    assert years(read) == [*WHOLE, (date(2024, 11, 14), 21, {2})]
    assert read.left_out == ("Oud: left out, it is hidden.",)


def test_one_day_in_two_sheets_is_refused() -> None:
    rows: list[Row] = [["id", DAY], *([item, 3] for item in ITEMS)]
    read = read_spreadsheet(workbook({"Blad1": rows, "Blad2": rows}), "workbook", NOW, Library(None))
    assert [str(fault) for fault in read.faults] == [
        "Blad2, column B: has 14 Nov 2023, which Blad1, column B has as well; leave one of them out"
    ]


MOMENT = datetime(2023, 3, 14, 9, 30)  # noqa: DTZ001 -- as a cell has it


@pytest.mark.parametrize("head", ["14 mrt 2023", "14 maart 2023", "dinsdag 14 maart 2023", MOMENT])
def test_dutch_months_and_moments_are_days(head: object) -> None:
    assert years(of_book(lambda _book, _sheet: None, head)) == [(date(2023, 3, 14), 21, {3})]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (45244, 'has scores under "45244": if that is a date, give the cell the format of one'),
        ("14-11-23", '"14-11-23": write the year with four digits'),
        ("14 november", "which is no date"),
        ("nov 2023", "which is no date"),
    ],
)
def test_a_head_that_is_less_than_a_day_is_named(head: object, said: str) -> None:
    read = of_book(lambda _book, _sheet: None, head)
    assert read.sessions == ()
    assert said in str(read.faults[0])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_days_in_rows_with_statements_above_come_in_too(language: str) -> None:
    instrument = content(JGZ, language)
    rows: list[Row] = [["Datum", *(instrument.sentence(item) for item in instrument.items)]]
    rows += [["14 nov 2023", *["3,0"] * 92], ["12 november 2024", *["4,0"] * 92]]
    read = read_spreadsheet(workbook({"a": rows}), "workbook", NOW, Library(None))
    assert years(read) == [(DAY, 92, {3}), (date(2024, 11, 12), 92, {4})]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_with_a_mark_has_decimal_commas_in_quotes(delimiter: str) -> None:
    instrument = content(JGZ)
    rows: list[Row] = [["Nr", "Stelling", "14-11-2023"]]
    rows += [[n, f'"{instrument.sentence(item)}"', '"3,0"'] for n, item in enumerate(instrument.items, start=1)]
    read = read_spreadsheet(csv(rows, delimiter).encode("utf-8-sig"), "csv", NOW, Library(None))
    assert years(read) == [(DAY, 92, {3})]


def test_a_small_workbook_with_a_cell_at_the_far_end_is_refused_before_it_is_read() -> None:
    def far(_book: Any, sheet: Any) -> None:
        sheet["XFD1048576"] = 3  # what reads workbooks would ask for 549 GB, and end the process

    with pytest.raises(BadFileError, match="is too large a workbook"):
        of_book(far)


def test_an_old_workbook_with_a_cell_at_the_far_end_is_refused_before_its_cells_are_copied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cells, "_MAX_CELLS", 20)  # of 4 million: the sheet of this file has 5 columns and 9 rows
    with pytest.raises(BadFileError, match="is too large a workbook"):
        workbook_sheets((DATA / "interchange" / "pyxform-table-list.xls").read_bytes())


def test_cells_that_are_only_formatted_may_stand_at_the_far_end() -> None:
    def far(_book: Any, sheet: Any) -> None:
        sheet["XFD1048576"].number_format = "0.00"

    assert years(of_book(far)) == WHOLE


def ods(rows: str) -> bytes:
    """Pack one sheet of rows as LibreOffice writes them."""
    written = io.BytesIO()
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    parts = {
        "mimetype": kind,
        "META-INF/manifest.xml": "<manifest/>",
        "content.xml": f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="a">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>",
    }
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return written.getvalue()


ODS_CELL = '<table:table-cell office:value-type="float" office:value="3"><text:p>3</text:p></table:table-cell>'


@pytest.mark.parametrize(
    "far",
    [
        f'<table:table-cell table:number-columns-repeated="16383"/>{ODS_CELL}',
        ODS_CELL.replace(" ", ' table:number-columns-repeated="99999999999" ', 1),
    ],
)
def test_repeated_cells_of_an_ods_are_counted_where_something_stands(far: str) -> None:
    empty = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
    first = f"<table:table-row>{ODS_CELL}</table:table-row>"
    (sheet,) = workbook_sheets(ods(first + empty))
    assert sheet.rows == ((3.0,),)
    with pytest.raises(BadFileError, match="is too large a workbook"):
        workbook_sheets(ods(f"{first}{empty}<table:table-row>{far}</table:table-row>"))


def test_a_date_of_something_else_is_no_day_of_an_assessment() -> None:
    rows: list[Row] = [[item, 3] for item in ITEMS]
    for head in (["Geboortedatum", "3-11-2001"], ["In dienst sinds", "3-11-2001"], ["Printed", date(2021, 11, 3)]):
        (fault,) = read_spreadsheet(workbook({"S": [head, *rows]}), "workbook", NOW, Library(None)).faults
        assert f'column B: has scores under "{head[0]} ' in str(fault)
        assert "which is no date" in str(fault)
        read = read_spreadsheet(workbook({"S": [head, ["Datum", DAY], *rows]}), "workbook", NOW, Library(None))
        assert years(read) == WHOLE
        assert read.left_out[0].startswith(f"Not read: row 1 ({head[0]} ")
    below: list[Row] = [["Naam", "Geboortedatum", "Datum"], ["Anna", date(2001, 11, 3), DAY]]
    assert years(read_spreadsheet(workbook({"S": [*below, *rows]}), "workbook", NOW, Library(None))) == WHOLE


def test_remarks_without_a_date_are_of_the_only_day() -> None:
    for head in (["id", DAY, "Toelichting"], ["id", "2023-11-14", "Opmerkingen"]):
        rows: list[Row] = [head, *([item, 3, "well" if item == ITEMS[0] else None] for item in ITEMS)]
        read = read_spreadsheet(workbook({"S": rows}), "workbook", NOW, Library(None))
        assert read.sessions[0][0].notes == {ITEMS[0]: "well"}
        assert read.left_out == ("Read as notes to the statements of 14 Nov 2023: column C.",)
    apart: list[Row] = [["Datum", DAY, None], ["id", "score", "opmerking"], *([item, 3, "well"] for item in ITEMS)]
    read = read_spreadsheet(workbook({"S": apart}), "workbook", NOW, Library(None))
    assert len(read.sessions[0][0].notes) == len(ITEMS)
    several: list[Row] = [["id", DAY, "2024-11-14", "opmerking"], *([item, 3, 3, "well"] for item in ITEMS)]
    read = read_spreadsheet(workbook({"S": several}), "workbook", NOW, Library(None))
    (said,) = read.left_out
    assert said == "Not read, without a date: column D (opmerking). Write the day above it that it is about."


def test_hidden_scores_are_told() -> None:
    read = of_book(hide_row_and_column)
    assert years(read) == WHOLE
    assert read.left_out == ("Imported, though hidden: column B (14 Nov 2023), row 5.",)
    turned: list[Row] = [list(row) for row in zip(["id", DAY], *([item, 3] for item in ITEMS), strict=True)]
    book = openpyxl.load_workbook(io.BytesIO(workbook({"S": turned})))
    book["S"].row_dimensions[2].hidden = True
    written = io.BytesIO()
    book.save(written)
    read = read_spreadsheet(written.getvalue(), "workbook", NOW, Library(None))
    assert read.left_out == ("Imported, though hidden: row 2 (14 Nov 2023).",)


def test_what_is_hidden_in_an_open_document_is_found() -> None:
    content_xml = (
        '<office:spreadsheet><table:table table:name="A &amp; B"><table:table-column/>'
        '<table:table-column table:number-columns-repeated="2" table:visibility="collapse"/>'
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        '<table:table-row table:visibility="filter"><table:table-cell/></table:table-row></table:table>'
        '<table:table table:name="C"><table:table-row table:visibility="collapse"/></table:table>'
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("content.xml", content_xml)
    assert hidden_lines(written.getvalue()) == {
        "A & B": Hidden(frozenset({3}), frozenset({1, 2})),
        "C": Hidden(frozenset({0}), frozenset()),
    }


def test_a_far_cell_of_a_binary_workbook_is_found_before_it_is_read() -> None:
    def record(kind: int, content: bytes) -> bytes:
        return bytes([kind, len(content)]) + content

    def number(value: int) -> bytes:
        return value.to_bytes(4, "little")

    def sheet(row: int, column: int, kind: int) -> bytes:
        cell = record(kind, number(column) + b"\0" * 8)
        return b"\x81\x01\x00" + record(0, number(row) + b"\0" * 13) + cell + b"\x82\x01\x00"

    def workbook(part: bytes) -> bytes:
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/workbook.bin", b"")
            packed.writestr("xl/worksheets/sheet1.bin", part)
        return written.getvalue()

    assert most_cells(workbook(sheet(1_048_575, 16_383, 5))) == 1_048_576 * 16_384
    assert most_cells(workbook(sheet(9, 2, 2))) == 10 * 3
    assert most_cells(workbook(sheet(1_048_575, 16_383, 1))) == 0  # only formatted
    with pytest.raises(BadFileError, match="is too large a workbook"):
        read_spreadsheet(workbook(sheet(1_048_575, 16_383, 5)), "workbook", NOW, Library(None))
