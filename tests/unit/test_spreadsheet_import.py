"""Past years out of a spreadsheet: every shape that people keep them in, and what is refused by name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from reflect_tui.errors import BadFileError
from reflect_tui.forms import cells
from reflect_tui.model.library import Library
from reflect_tui.store import import_plan, importing
from reflect_tui.store.base import IMPORT_PLAN
from reflect_tui.store.spreadsheet import read_spreadsheet
from tests.unit.cli_examples import Cli
from tests.unit.plain_examples import Desk
from tests.unit.spreadsheet_examples import (
    DIGCOMP,
    ITEMS,
    JGZ,
    NOW,
    OLE,
    Row,
    content,
    csv,
    dutch_rows,
    of_csv,
    problems,
    put,
    sessions,
    workbook,
)


def test_three_years_of_a_paper_past_come_in_from_one_dutch_workbook(cli: Cli, tmp_path: Path) -> None:
    file = put(tmp_path / "zelfreflectie.xlsx", workbook({"Scores": dutch_rows()}, ["C1:E1", "A1:A2"]))
    tried = cli("import", "--dry-run", str(file))
    assert f"(14 Nov 2023 · self · {JGZ} · 92 scores)" in tried.out
    assert (tried.code, cli.json("list")["sessions"]) == (0, [])
    result = cli("import", str(file))
    assert result.code == 0, result.out + result.err
    assert "means are worked out from those alone: row 3 (Voorwaardenscheppend)" in result.out
    newest, middle, oldest = cli.json("list")["sessions"]
    assert [one["started"][:10] for one in (oldest, middle, newest)] == ["2023-11-14", "2024-11-12", "2025-11-18"]
    assert oldest["instrument"] == JGZ
    assert oldest["answered"] == 92
    assert all("entered" in one for one in (oldest, middle, newest))
    assert set(cli.json("show", oldest["id"])["scores"].values()) == {3}
    assert list(cli.json("show", middle["id"])["scores"].values())[:2] == [4, "n/a"]
    again = cli("import", str(file))
    assert again.code == 0
    assert again.out.count("nothing to do, the journal has") == 3


def test_a_day_merged_over_scores_and_remarks_gives_notes(cli: Cli, tmp_path: Path) -> None:
    instrument = content()
    rows: list[Row] = [
        ["Nr", "Stelling", date(2023, 11, 14), None, date(2024, 11, 12), None],
        [None, None, "score", "opmerking", "toelichting", "score"],
    ]
    for number, item in enumerate(instrument.items, start=1):
        remark = "lastig" if number == 1 else None
        rows.append([number, instrument.sentence(item), "3,0", remark, 2 if number == 2 else None, 4])
    file = put(tmp_path / "past.xlsx", workbook({"Scores": rows}, ["C1:D1", "E1:F1"]))
    result = cli("import", str(file))
    assert result.code == 0, result.out + result.err
    assert "Read as notes to the statements of 14 Nov 2023: column D." in result.out
    newest, oldest = (cli.json("show", one["id"]) for one in cli.json("list")["sessions"])
    first, second = instrument.items[0].id, instrument.items[1].id
    assert oldest["notes"] == {first: "lastig"}
    assert set(oldest["scores"].values()) == {3}
    assert newest["notes"] == {second: "2"}  # the head says that it is a remark
    assert set(newest["scores"].values()) == {4}


def test_a_remark_that_no_note_could_hold_is_refused(cli: Cli, tmp_path: Path) -> None:
    rows: list[Row] = [
        ["", "2023-11-14", "2023-11-14"],
        ["", "score", "remark"],
        *([item, 3, "x" * 20_001] for item in ITEMS),
    ]
    result = cli("import", str(put(tmp_path / "past.csv", csv(rows))))
    assert result.code == 2
    assert "longer than 20000 characters" in result.out
    assert cli.json("list")["sessions"] == []


def test_two_columns_of_scores_of_one_day_are_still_refused() -> None:
    read = of_csv([["", "2023-11-14", "2023-11-14"], *([item, 3, 2] for item in ITEMS)])
    assert "is of the same day as column B" in problems(read)


def test_an_english_workbook_has_a_statement_a_column_and_days_in_rows(cli: Cli, tmp_path: Path) -> None:
    english = content(JGZ, "en")
    heads = [english.sentence(item) for item in english.items]
    rows: list[Row] = [
        ["Self-assessment", None, *[None] * len(heads)],
        ["Date", "Remark", *heads],
        ["Nov 14, 2023", "long ago", *[3] * len(heads)],
        [date(2024, 11, 12), None, *["4.0"] * len(heads)],
    ]
    file = put(tmp_path / "past.xlsx", workbook({"Read me": [["Fill in"]], "Years": rows}, []))
    result = cli("import", str(file))
    assert result.code == 0, result.out
    assert "Read me: left out, it has no statements." in result.out
    newest, oldest = cli.json("list")["sessions"]
    assert (oldest["started"][:10], newest["started"][:10]) == ("2023-11-14", "2024-11-12")
    assert newest["high"] == 8


def test_a_csv_with_a_mark_semicolons_and_decimal_commas_is_matched_by_id() -> None:
    rows: list[Row] = [["id", "2023-11-14", "2024-01-02"], *([item, "3,0", "4"] for item in ITEMS)]
    first, second = sessions(of_csv(rows, "utf-8-sig"))
    assert first.scores == dict.fromkeys(ITEMS, 3)
    assert second.scores == dict.fromkeys(ITEMS, 4)
    assert (first.instrument, first.role, first.entered) == (DIGCOMP, "self", NOW)
    assert first.id.startswith("2023-11-14T1200-self-")


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8"])
def test_csv_in_any_encoding_of_a_spreadsheet_is_read(encoding: str) -> None:
    dutch = content(DIGCOMP)
    rows: list[Row] = [["Stelling é", "14 november 2023"], *([f'"{dutch.sentence(item)}"', 3] for item in dutch.items)]
    text = f"sep=,\r\n{csv(rows, ',')}"
    assert len(sessions(of_csv(text, encoding))[0].scores) == 21


def test_one_column_of_scores_may_have_its_day_anywhere_above() -> None:
    (session,) = sessions(
        of_csv([["Datum:", "14-11-2023", None], ["id", None, "score"], *([i, None, 3] for i in ITEMS)])
    )
    assert session.started.date() == date(2023, 11, 14)


def test_a_merged_year_above_a_day_and_month_makes_a_date() -> None:
    rows: list[Row] = [[None, 2023, None], ["id", "mei 14", "14 nov"], *([item, 3, 4] for item in ITEMS)]
    read = read_spreadsheet(
        workbook({"a": [rows[0], [None, "14 mei", "14 nov"], *rows[2:]]}, ["B1:C1"]), "workbook", NOW, Library(None)
    )
    assert [session.started.date() for session in sessions(read)] == [date(2023, 5, 14), date(2023, 11, 14)]


def test_words_of_the_scale_are_scores() -> None:
    items = [item.id for item in content(JGZ).items]
    rows: list[Row] = [
        ["id", "2023-11-14"],
        *map(list, zip(items, ["goed", "Slecht", "n.v.t.", "matig", None], strict=False)),
    ]
    (session,) = sessions(of_csv(rows))
    assert list(session.scores.values()) == [4, 1, "n/a", 2]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("9", '"9" is no score: a whole number from 1 to 8'),
        ("2,5", '"2,5" is no score'),
        ("0", '"0" is no score'),
        ("ja", '"ja" is no score'),
    ],
)
def test_what_is_no_score_is_named_with_its_cell_and_nothing_comes_in(cell: str, said: str) -> None:
    rows: list[Row] = [["id", "2023-11-14", "2024-11-14"], *([item, 3, 3] for item in ITEMS)]
    rows[4][2] = cell
    assert problems(of_csv(rows)).startswith(f"C5: {said}")


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("2027-01-01", "1 Jan 2027 is still to come"),
        ("1999-01-01", "1 Jan 1999 is before 2000"),
        ("04/11/2023", '"04/11/2023" can be two days; write it as 2023-11-04 or 2023-04-11'),
        ("31-02-2023", '"31-02-2023" is no day that exists'),
        ("najaar", 'has scores under "najaar", which is no date'),
        ("2024-01-02", "is of the same day as column B"),
    ],
)
def test_a_date_that_cannot_be_is_named_with_its_column(head: str, said: str) -> None:
    rows: list[Row] = [["id", "2024-01-02", head], *([item, 3, 3] for item in ITEMS)]
    assert problems(of_csv(rows)).startswith(f"column C: {said}")


def test_rows_without_scores_and_columns_without_a_date_are_left_out_by_name() -> None:
    rows: list[Row] = [["id", "uitleg", "2023-11-14"], ["Deel A", None, None], *([item, "tekst", 3] for item in ITEMS)]
    rows.insert(5, ["Deel B", None, None])
    read = of_csv(rows)
    assert len(sessions(read)) == 1
    assert read.left_out == (
        "Not read, without a date: column B (uitleg).",
        "Not read: row 2 (Deel A).",
        "Left out, without a score: row 6 (Deel B).",
    )


def test_a_table_of_our_own_names_what_can_be_imported(cli: Cli, tmp_path: Path) -> None:
    cli.save()
    for shape in ("long", "wide"):
        file = tmp_path / f"{shape}.csv"
        cli("export", "--shape", shape, "--output", str(file))
        result = cli("import", str(file))
        assert result.code == 2
        assert "is a table that this program exported" in result.out


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"%PDF-1.7", "is a PDF document; what can be imported: session files"),
        ("a.png", b"\x89PNG\r\n", "is a picture; what"),
        ("a.zip", b"PK\x03\x04nothing", "is an archive (.zip)"),
        ("photo.jpg", b"\xff\xd8\xff" + bytes(21_000_000), "is a picture; what can be imported"),
        ("a.txt", b"Reflectie 2019\n1 goed\n", "is a text without a whole answer to a round; what can be imported"),
        (
            "a.json",
            b'{"a": 1}',
            "is JSON, but not what export --format json writes; what can be imported: session files",
        ),
        ("a.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "is a calendar file (iCalendar); what can be imported"),
        ("a.yaml", b"scores:\n  a: 3\n", "(.csv, .xlsx, .ods, .xls)"),
        ("b.csv", b"domein;14-11-2019\r\nsignaleren;2,75\r\n", "the means of two domains or more"),
        ("empty.txt", b"", "is empty; what can be imported"),
        ("cut.docx", b"PK\x03\x04word", "is a text document of a word processor; what"),
        ("cut.xlsx", workbook({"a": dutch_rows()})[:4000], "is a damaged spreadsheet, of which a part is missing"),
        ("cut.ods", b"PK\x03\x04mimetype", "is a damaged spreadsheet, of which a part is missing"),
        ("locked.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "is locked by a password"),
        ("a.csv", bytes(20), "is a file of a kind that is not known here; what"),
        ("a.xlsx", workbook({"a": [["hello", "world"]]}), "has no table with statements that are known here"),
        ("a.csv", b"domain;mean\r\nkennis;2,5\r\n", "has no table with statements that are known here"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken", "is a workbook that can't be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # the bytes of a workbook have the moment it was made
)
def test_a_refusal_names_the_format_and_what_is_accepted(
    cli: Cli, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    result = cli("import", str(put(tmp_path / name, data)))
    assert result.code == 2
    assert said in result.out
    assert "TOML" not in result.out


def test_a_day_that_the_journal_has_with_other_scores_keeps_the_whole_file_out(cli: Cli, tmp_path: Path) -> None:
    rows: list[Row] = [["id", "2023-11-14"], *([item, 3] for item in ITEMS)]
    assert cli("import", str(put(tmp_path / "a.csv", csv(rows)))).code == 0
    more: list[Row] = [["id", "2023-11-14", "2024-11-14"], *([item, 4, 4] for item in ITEMS)]
    result = cli("import", str(put(tmp_path / "b.csv", csv(more))))
    assert result.code == 2
    (known,) = cli.json("list")["sessions"]
    assert f"14 Nov 2023: the journal has a session of that day, {known['id']}" in result.out
    assert f"reflect-tui amend {known['id']}" in " ".join(result.out.split())


def test_a_day_that_was_typed_over_keeps_the_whole_file_out_and_names_the_session(cli: Cli, tmp_path: Path) -> None:
    desk = Desk.on(cli.journal)
    desk.new("3" * len(ITEMS), "f", "f", instrument=DIGCOMP, day=date(2023, 11, 14))
    other = desk.session.id
    more: list[Row] = [["id", "2023-11-14", "2024-11-14"], *([item, 4, 4] for item in ITEMS)]
    result = cli("import", str(put(tmp_path / "b.csv", csv(more))))
    assert result.code == 2
    assert f"14 Nov 2023: the journal has a session of that day, {other}" in result.out
    assert f"reflect-tui amend {other}" in " ".join(result.out.split())
    assert [session.id for session in cli.journal.own()] == [other]


@pytest.mark.parametrize("name", ["Som", "Sum", "Totaal"])
def test_a_row_of_sums_is_left_out(name: str) -> None:
    read = of_csv([["id", "2023-11-14"], *([item, 3] for item in ITEMS), [name, 63]])
    assert len(sessions(read)[0].scores) == len(ITEMS)


def test_means_of_numbered_domains_are_no_scores_of_statements() -> None:
    domains = content(JGZ).domains
    rows: list[Row] = [["nr", "domein", "2023-11-14"], *([n, d.title, 3] for n, d in enumerate(domains, start=1))]
    read = of_csv(rows)
    assert read.faults == ()
    assert read.sessions == ()
    (old,) = read.references
    assert (old.instrument, len(old.means)) == (JGZ, len(domains))


@pytest.mark.parametrize("name", ["past.csv", "past.xlsx"])
def test_a_template_is_filled_in_and_imported(cli: Cli, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    result = cli("export", "--template", "--output", str(file))
    assert result.code == 0, result.err
    assert "Put the day of each form above its scores" in result.err
    assert "has statements, but no score under a date" in cli("import", str(file)).out
    if name.endswith(".csv"):
        text = file.read_text(encoding="utf-8").replace("yyyy-mm-dd", "2023-11-14", 1)
        file.write_text(text.replace(",,,", ",3,,"), encoding="utf-8")
    else:
        book = openpyxl.load_workbook(file)
        book.active["E1"] = date(2023, 11, 14)
        for row in range(2, 94):
            book.active[f"E{row}"] = 3
        book.save(file)
    imported = cli("import", str(file))
    assert imported.code == 0, imported.out
    assert cli.json("list")["sessions"][0]["answered"] == 92
    assert "Without --template this has no effect: --instrument" in cli("export", "--instrument", DIGCOMP).err
    assert "A template is a table" in cli("export", "--template", "--format", "json").err


def open_document(rows: Sequence[Row]) -> bytes:
    """Write rows of text as the smallest OpenDocument spreadsheet there is."""
    names = "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
    names += "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' "
    names += "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'"
    cell = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    table = "".join(f"<table:table-row>{''.join(cell.format(one) for one in row)}</table:table-row>" for row in rows)
    sheet = f"<office:spreadsheet><table:table table:name='Blad1'>{table}</table:table></office:spreadsheet>"
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        content = f"<office:document-content {names}><office:body>{sheet}</office:body></office:document-content>"
        packed.writestr("content.xml", content)
    return written.getvalue()


def test_an_open_document_is_read(cli: Cli, tmp_path: Path) -> None:
    rows: list[Row] = [["id", "14 november 2023"], *([item, "3,0"] for item in ITEMS)]
    result = cli("import", str(put(tmp_path / "past.ods", open_document(rows))))
    assert result.code == 0, result.out
    assert cli.json("list")["sessions"][0]["answered"] == 21


def test_a_workbook_that_unpacks_to_too_much_is_never_opened() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 60_000_000)
    with pytest.raises(BadFileError, match="is too large a workbook"):
        cells.workbook_sheets(written.getvalue())


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_a_text_and_no_score(value: float) -> None:
    assert isinstance(cells._cell(value), str)


def test_an_import_that_was_killed_is_finished_by_the_next_command_that_writes(cli: Cli, tmp_path: Path) -> None:
    rows: list[Row] = [["id", "2022-11-14", "2023-11-14"], *([item, 3, 4] for item in ITEMS)]
    candidates = importing.examine(cli.journal, [put(tmp_path / "past.csv", csv(rows))])
    killed = import_plan.planned(cli.journal, candidates)
    killed.__enter__()
    importing.save(cli.journal, candidates[0])
    assert len(cli.journal.own()) == 1
    assert cli("events", "add", "2026-03", "training").code == 0
    assert [session.started.year for session in cli.journal.own()] == [2023, 2022]
    assert cli.journal.pending() == ()
    assert not (cli.journal.state / IMPORT_PLAN).exists()
