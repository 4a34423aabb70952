"""Kinds of files are told by what is in them, and days by how people write them."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from reflect_tui.forms import cells
from reflect_tui.forms.days import written_day
from reflect_tui.forms.file_kinds import FileKind, file_kind
from tests.unit.spreadsheet_examples import OLE, workbook


def test_kinds_are_told_by_content() -> None:
    assert file_kind(workbook({"a": [[1]]}), ".txt") == "workbook"
    assert file_kind(b'{"format": 1}', "") == "json"
    assert file_kind(b"format = 1\n", "") == ""
    assert file_kind(b"[Sent from my phone]\nRT1-...", "") == ""
    assert file_kind(b"[1]", ".json") == "json"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"RIFF\x24\0\0\0WEBPVP8 ", "picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "picture"),
        (b"BM\x36\0\0\0\0\0\0\0", "picture"),
        (b"II*\0\x08\0\0\0", "picture"),
        (b"MM\0*\0\0\0\x08", "picture"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "picture"),
        (b"{\\rtf1\\ansi Hallo}", "word"),
        (OLE + "WordDocument".encode("utf-16-le"), "word"),
        (OLE + "PowerPoint Document".encode("utf-16-le"), "slides"),
        (OLE + "__substg1.0_0037001F".encode("utf-16-le"), "outlook"),
        (OLE + "Workbook".encode("utf-16-le"), "workbook"),
        (b"MZ\x90\0\x03", "unknown"),
        (b"\0\0\0\x18ftypmp42", "unknown"),
        ("Hallo".encode("utf-16"), ""),
    ],
)
def test_files_without_a_telling_name_are_recognised_by_their_first_bytes(data: bytes, kind: FileKind) -> None:
    assert file_kind(data, "") == kind


def test_a_packed_file_is_not_unpacked_to_tell_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", b"application/vnd.oasis.opendocument.text" + b" " * 5_000_000)
    whole = packed.getvalue()
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("reads all of it"))
    assert file_kind(whole, ".odt") == "word"
    start = whole.index(b"mimetype") + len("mimetype")
    assert file_kind(whole[:start] + b"\xff" * 20 + whole[start + 20 :], "") == "zip"


def test_a_line_that_names_two_delimiters_names_none() -> None:
    assert cells.csv_sheet(b"sep=;\t,\na;b\nc;d\n").rows[1:] == (("a", "b"), ("c", "d"))


@pytest.mark.parametrize(
    "text",
    ["2023-11-14", "14-11-2023", "14.11.2023", "14/11/2023", "11/14/2023", "14 november 2023", "di 14 nov. 2023",
     "Nov 14, 2023", "14th November 2023", "November 14 2023", "2023-11-14T12:00:00+01:00", "Datum: 14-11-2023"],
)  # fmt: skip
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert written_day(text) == date(2023, 11, 14)


@pytest.mark.parametrize("text", ["", "3", "2023", "nov 2023", "stelling", "1 van 10"])
def test_no_day_is_made_of_less_than_one(text: str) -> None:
    assert written_day(text) is None


@pytest.mark.parametrize("text", ["14-11-23", "3-11-21", "14 nov '23", "14/11/23"])
def test_a_year_of_two_digits_is_asked_for_whole(text: str) -> None:
    with pytest.raises(ValueError, match="write the year with four digits"):
        written_day(text)
