"""All sessions as data: whole, read back as they were, harmless to a spreadsheet, described by a schema."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui.model.session import Session
from reflect_tui.report import data
from reflect_tui.report.data import Column, ExportedSession, Table
from tests.unit import examples, versions
from tests.unit.cli_examples import Cli
from tests.unit.examples import quick

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\x00=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    ' "=1',
    "x;=1",
    'x;"=1',
    "x\n=1",
    "x;\t@y",
)
PAGE = Path(__file__).parents[2] / "docs" / "data.md"


def sources(*sessions: Session) -> list[ExportedSession]:
    return [ExportedSession(session, examples.small()) for session in sessions]


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


def one_column(cells: Sequence[str]) -> Table:
    return Table((Column(name="text", about=""),), tuple((cell,) for cell in cells), ("text",))


@quick
@given(st.lists(st.text(st.characters(codec="utf-8") | st.sampled_from("=+-@'\t\r\n;\"\x00 ,＝"), min_size=1)))
def test_a_table_reads_back_as_it_was(texts: list[str]) -> None:
    rows = read(data.csv_bytes(one_column(texts)))
    assert [data.unguarded(row[0]) for row in rows[1:]] == texts


STARTS = re.compile(r"""[\s"\x00]*[=+\-@＝＋－＠]|[\t\r\x00]""")


@quick
@given(st.text(st.sampled_from("=+-@'\t\r\n;\" x1＝"), min_size=1))
def test_no_cell_begins_as_a_formula_wherever_a_spreadsheet_begins_one(text: str) -> None:
    for cell in re.split(r"[;\n]", data.guarded(text)):
        assert not STARTS.match(cell)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_guarded_in_tables_and_left_alone_in_json(text: str) -> None:
    session = examples.session({"calm": 3}, notes={"calm": text})
    cell = read(data.csv_bytes(data.long(sources(session), notes=True)))[1][-1]
    assert cell != text
    assert not re.match(r"[=+\-@\t\r\x00]", cell)
    assert data.unguarded(cell) == text
    assert data.document(sources(session), notes=True)["sessions"][0]["notes"] == {"calm": text}


def test_lines_end_as_the_standard_says_and_every_row_is_whole() -> None:
    session = examples.session({"calm": 3}, notes={"calm": 'a "quote", a comma\nand a line'})
    content = data.csv_bytes(data.long(sources(session), notes=True))
    assert content.endswith(b"\r\n")
    assert b'"a ""quote"", a comma\nand a line"\r\n' in content
    rows = read(content)
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == 1 + len(examples.ITEMS)


def test_a_row_says_whether_an_item_was_scored_set_aside_or_left_open() -> None:
    rows = data.long(sources(examples.session({"calm": 3, "kind": "n/a"})), notes=False).rows
    assert [row[-3:-1] for row in rows[:3]] == [("scored", 3), ("not applicable", None), ("open", None)]


def test_answers_on_an_unknown_instrument_are_kept() -> None:
    table_ = data.long([ExportedSession(examples.session({"calm": 3}), None)], notes=False)
    assert table_.rows[0][6:] == ("", "calm", "", "", "scored", 3, None)
    shape = data.document([ExportedSession(examples.session({"calm": 3}), None)], notes=False)["sessions"][0]
    assert (shape["scores"], shape["domains"], shape["total"]) == ({"calm": 3}, [], None)


def test_notes_are_only_there_when_they_are_wanted() -> None:
    session = examples.session({"calm": 3}, notes={"calm": "private"})
    for made in (data.long(sources(session), notes=False), data.wide(examples.small(), sources(session), notes=False)):
        assert b"private" not in data.csv_bytes(made)
    assert "notes" not in data.document(sources(session), notes=False)["sessions"][0]


def test_a_wide_row_has_a_column_for_everything_once() -> None:
    made = data.wide(examples.small(), sources(examples.session({"calm": 3, "kind": "n/a"})), notes=True)
    names = [column.name for column in made.columns]
    assert len(names) == len(set(names))
    row = dict(zip(names, made.rows[0], strict=True))
    assert (row["item.calm"], row["item.kind"], row["item.signs"]) == (3, "n/a", None)
    assert (str(row["domain.looking.mean"]), row["domain.looking.scored"]) == ("3.00", 1)
    assert row["domain.doing.mean"] is None


def test_a_wide_table_keeps_the_domains_that_a_later_version_dropped() -> None:
    old = ExportedSession(examples.session({"calm": 3, "kind": 2}), examples.small())
    content = versions.newer_document()
    dropped = content["domain"].pop(0)["id"]
    content["change"] = []
    newer = versions.parsed(content)
    made = data.wide(newer, [old, ExportedSession(versions.later({"shares": 4}), newer)], notes=False)
    names = [column.name for column in made.columns]
    assert {f"domain.{domain.id}.mean" for domain in examples.small().domains} <= set(names)
    first, second = (dict(zip(names, row, strict=True)) for row in made.rows)
    assert str(first["domain.looking.mean"]) == "2.50"
    assert (dropped, second["domain.looking.mean"], second["domain.looking.scored"]) == ("looking", None, 0)


def test_a_dutch_excel_gets_semicolons_decimal_commas_and_a_mark_of_its_encoding() -> None:
    session = examples.session({"calm": 3, "kind": 2}, notes={"calm": "coördinatie; =1+1"})
    made = data.wide(examples.small(), sources(session), notes=False)
    content = data.csv_bytes(made, "excel-nl")
    assert content.startswith(b"\xef\xbb\xbfsession;started;")
    assert b";2,50;" in content
    means = [field for field in data.schema(made, "excel-nl")["fields"] if field["type"] == "number"]
    assert {field["decimalChar"] for field in means} == {","}
    noted = data.csv_bytes(data.long(sources(session), notes=True), "excel-nl").decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(noted, newline=""), delimiter=";", strict=True))[1]
    assert data.unguarded(row[-1]) == "coördinatie; =1+1"
    assert len(row) == 14


def test_a_workbook_has_numbers_moments_and_text_as_it_was() -> None:
    session = examples.session({"calm": 3, "kind": 2}, notes={"calm": "=1+1", "kind": "coördinatie\x01"})
    made = data.long(sources(session), notes=True)
    sheet = openpyxl.load_workbook(io.BytesIO(data.xlsx_bytes(made))).active
    rows = [dict(zip((column.name for column in made.columns), row, strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert (rows[0]["score"].value, rows[0]["started"].value) == (3, session.started.replace(tzinfo=None))
    assert (rows[0]["note"].data_type, rows[0]["note"].value) == ("s", "=1+1")
    assert rows[1]["note"].value == "coördinatie\N{REPLACEMENT CHARACTER}"
    assert rows[2]["score"].value is None
    wide = data.wide(examples.small(), sources(session), notes=False)
    sheet = openpyxl.load_workbook(io.BytesIO(data.xlsx_bytes(wide))).active
    mean = next(cells[1] for cells in sheet.iter_cols() if cells[0].value == "domain.looking.mean")
    assert (mean.data_type, mean.value, mean.number_format) == ("n", 2.5, "0.00")


def test_sessions_on_another_instrument_are_no_rows_of_a_wide_table() -> None:
    other = examples.session({"calm": 3}, instrument="other")
    assert data.wide(examples.small(), sources(other), notes=False).rows == ()


def test_every_column_is_explained_on_the_page() -> None:
    made = data.long(sources(examples.session({"calm": 3})), notes=True)
    text = PAGE.read_text()
    assert [column.name for column in made.columns if f"| `{column.name}` |" not in text] == []


def test_export_prints_or_writes_the_table_and_its_schema(cli: Cli, tmp_path: Path) -> None:
    cli.save(3, notes={"calm": "private"})
    cli.save(2, days=1)
    printed = cli("export")
    assert printed.code == 0
    assert len(read(printed.out.encode())) == 1 + 2 * len(examples.ITEMS)
    result = cli("export", "--output", str(tmp_path / "a.csv"))
    assert (result.code, result.out) == (0, "")
    assert "Notes and remarks are not in it" in result.err
    assert len(read((tmp_path / "a.csv").read_bytes())) == 1 + 2 * len(examples.ITEMS)
    assert json.loads((tmp_path / "a.schema.json").read_text())["primaryKey"] == ["session", "item"]
    assert cli("export", "--notes").out.count("private") == 1


def test_export_takes_the_form_from_the_name_of_the_file(cli: Cli, tmp_path: Path) -> None:
    session = cli.save(3)
    assert cli("export", "--output", str(tmp_path / "a.json")).code == 0
    assert [one["id"] for one in json.loads((tmp_path / "a.json").read_text())["sessions"]] == [session.id]
    assert cli("export", "--output", str(tmp_path / "a.xlsx")).code == 0
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").active.max_row == 1 + len(examples.ITEMS)
    assert cli("export", "--shape", "wide").out.startswith("session,started,finished,role,")
    assert cli("export", "--dialect", "excel-nl").out.startswith("\ufeffsession;started;finished;role;")


def test_export_of_nothing_has_a_header_only_and_wide_says_there_is_nothing(cli: Cli) -> None:
    assert len(cli("export").out.splitlines()) == 1
    assert cli("export", "--shape", "wide").code == 1
    assert json.loads(cli("export", "--format", "json").out)["sessions"] == []


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_exported(cli: Cli) -> None:
    cli.save(3)
    spoiled = cli.save(3, days=1)
    cli.path(spoiled).write_text("nonsense")
    result = cli("export")
    assert result.code == 3
    assert spoiled.id in result.err
    assert len(read(result.out.encode())) == 1 + len(examples.ITEMS)
