"""What kind of file somebody gives, told by its first bytes: so that a refusal can name it."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Literal

FileKind = Literal[
    "csv",
    "workbook",
    "json",
    "zip",
    "pdf",
    "picture",
    "word",
    "slides",
    "outlook",
    "calendar",
    "yaml",
    "empty",
    "unknown",
    "",
]
WORKBOOKS = (".ods", ".xls", ".xlsb", ".xlsm", ".xlsx")
ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_WORDS, _SLIDES = (".doc", ".docx", ".dot", ".odt"), (".odp", ".ppt", ".pptx")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")
_STILLS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
_STREAMS: tuple[tuple[str, FileKind], ...] = (
    ("WordDocument", "word"), ("PowerPoint Document", "slides"), ("__substg1.0", "outlook"),
)  # fmt: skip
_HEAD = 2_000  # bytes


def file_kind(data: bytes, suffix: str) -> FileKind:
    """Recognise a file by its content, and a CSV file by its suffix too; "" for any other text."""
    suffix = suffix.lower()
    head = data[:_HEAD]
    if data.startswith(ZIP):
        return _zip_kind(data, suffix)
    if data.startswith(_OLE):  # the names of its streams are UTF-16
        by_stream = (kind for name, kind in _STREAMS if name.encode("utf-16-le") in data)
        return next(by_stream, _by_suffix(suffix, "workbook"))
    first = data.lstrip()[:1]
    kinds: tuple[tuple[FileKind, bool], ...] = (
        ("pdf", data.startswith(b"%PDF")),
        ("word", data.startswith(b"{\\rtf")),
        ("picture", _is_picture(head)),
        ("unknown", b"\0" in head and not data.startswith(UTF_16)),
        ("empty", not first),
        ("calendar", data.lstrip()[:15].upper() == b"BEGIN:VCALENDAR"),
        ("yaml", suffix in (".yaml", ".yml")),
        ("csv", suffix in (".csv", ".tsv")),
        ("json", (first == b"{" and suffix != ".toml") or (first == b"[" and suffix == ".json")),
    )
    return next((kind for kind, fits in kinds if fits), "")


def _is_picture(head: bytes) -> bool:
    return (
        head.startswith(_PICTURES)
        or (head[:2] == b"BM" and head[6:10] == b"\0\0\0\0")
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:12] in _STILLS)
        or (head.lstrip().startswith(b"<") and b"<svg" in head)
    )


def _by_suffix(suffix: str, otherwise: FileKind) -> FileKind:
    if suffix in _WORDS:
        return "word"
    return "slides" if suffix in _SLIDES else "workbook" if suffix in WORKBOOKS else otherwise


def _zip_kind(data: bytes, suffix: str) -> FileKind:
    """Tell what is packed by the names in it; of one that is cut off, by its own name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = set(packed.namelist())
            kind = _first_bytes(packed, "mimetype") if "mimetype" in names else b""
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError):
        return _by_suffix(suffix, "zip")
    if b"opendocument.text" in kind or "word/document.xml" in names:
        return "word"
    if b"opendocument.presentation" in kind or "ppt/presentation.xml" in names:
        return "slides"
    is_workbook = b"opendocument.spreadsheet" in kind or any(name.startswith("xl/workbook") for name in names)
    return "workbook" if is_workbook else "zip"


def _first_bytes(packed: zipfile.ZipFile, name: str) -> bytes:
    """Read the beginning only: a part may unpack to any number of bytes."""
    with packed.open(name) as part:
        return part.read(100)
