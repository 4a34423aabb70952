"""Which format a file has, and the one door in and the one door out for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from reflect_tui.errors import BadFileError, Fault, ReflectError
from reflect_tui.forms.file_kinds import file_kind
from reflect_tui.i18n import _, current_language, ngettext
from reflect_tui.interchange import fhir, reproschema, table, workbook, xlsform
from reflect_tui.interchange.document import Account, Document, Imported, json_object
from reflect_tui.text import display

ENDINGS = {"xlsx": ".xlsx", "ods": ".ods", "csv": ".csv", "xlsform": ".xlsx", "fhir": ".json"}
NAMES = {"xlsx": "Excel", "ods": "OpenDocument", "csv": "CSV", "xlsform": "XLSForm", "fhir": "FHIR Questionnaire"}
ReadBeside = Callable[[str], bytes]


class Exported(Struct, frozen=True):
    """An instrument in another format: the bytes, and what of it that format can't hold."""

    data: bytes
    lost: tuple[str, ...]


def exported(document: Document, form: str, translations: Sequence[Document] = ()) -> Exported:
    """Write an instrument in a format of FORMATS; what is lost is found by reading it back.

    `translations` are the same instrument in other languages, which an XLSForm holds beside each other.

    Raises:
        ReflectError: what writes the format is not installed, or it can't hold a statement; with all of these.
    """
    data = _written(document, form, translations)
    try:
        back = imported(data, Path(f"{document['id']}{ENDINGS[form]}"), no_file)
    except BadFileError as error:
        raise ReflectError(_told_unheld(document, form, error)) from None
    lost = losses(document, back.document)
    return Exported(data, (*lost, *_lost_translations(translations, back.translations)))


def _told_unheld(document: Document, form: str, error: BadFileError) -> str:
    """Say which statements a format can't hold, by what its reader refuses; else only that, in the reader's words."""
    places = [fault.place for fault in error.faults]  # "survey, row 3 (asks)" in an XLSForm, "asks (I ask)" in FHIR
    items = [
        item
        for domain in document["domain"]
        for item in domain["item"]
        if any(f"({item['id']})" in place or place.startswith(f"{item['id']} (") for place in places)
    ]
    told = [f'{item["id"]} ("{display(item["text"])}")' for item in items] or map(str, error.faults)
    text = _("{format} can't hold this: {statements}. Choose another format, or change the words.")
    return text.format(format=NAMES[form], statements="; ".join(told))


def _lost_translations(translations: Sequence[Document], returned: Mapping[str, Document]) -> Iterator[str]:
    """Say which languages are gone, and of which the title is; all else goes as in the instrument's own language."""
    for each in translations:
        kept = returned.get(str(each["language"]))
        if kept is None:
            yield _("the translation: {language}").format(language=each["language"])
        elif kept["title"] != each["title"]:
            yield _("the title in another language: {language}").format(language=each["language"])


def _written(document: Document, form: str, translations: Sequence[Document]) -> bytes:
    writers: Mapping[str, Callable[[], bytes]] = {
        "xlsx": lambda: workbook.xlsx_bytes(table.sheets(document)),
        "ods": lambda: workbook.ods_bytes(table.sheets(document)),
        "csv": lambda: workbook.csv_bytes(table.single_sheet(document)),
        "xlsform": lambda: workbook.xlsx_bytes(xlsform.sheets(document, translations)),
        "fhir": lambda: fhir.as_json(fhir.questionnaire(document)),
    }
    return writers[form]()


def imported(data: bytes, path: Path, read_beside: ReadBeside, *, leave_out: bool = False) -> Imported:
    """Read an instrument from a file of another format, told by its content.

    `read_beside` reads files that it names; with `leave_out`, questions that can't be scored are left out and told.

    Raises:
        BadFileError: with everything that keeps it from being an instrument.
    """
    account = Account(leave_out=leave_out)
    try:
        return _read(data, path, read_beside, account)
    except RecursionError:
        raise BadFileError(path, (Fault("", _("is nested too deep")),)) from None


def _read(data: bytes, path: Path, read_beside: ReadBeside, account: Account) -> Imported:
    kind = file_kind(data, path.suffix)
    if kind == "empty":
        raise BadFileError(path, (Fault("", _("is empty")),))
    if kind in ("csv", "workbook"):
        book = workbook.sheets(data, is_csv=kind == "csv")
        if kind == "csv":
            book = xlsform.parted(book)
        is_form = any(name.strip().lower() == "survey" for name in book)
        return xlsform.imported(book, account, path) if is_form else table.imported(book, account, path)
    if data.lstrip()[:1] == b"{":
        content = json_object(data, path)
        if content.get("resourceType"):
            return fhir.imported(content, account, path)
        if "schemaVersion" in content:
            return reproschema.imported(content, read_beside, account, path)
    if path.suffix.lower() == ".toml":
        raise BadFileError(path, (Fault("", _("is a file of this program; to use it: reflect-tui instruments add")),))
    known = _("is none of these: a spreadsheet, an XLSForm, FHIR as JSON, a ReproSchema activity")
    raise BadFileError(path, (Fault("", known),))


def no_file(_name: str) -> bytes:
    """Read no file beside what is exported: all of it is in one."""
    return b""


def template() -> Document:
    """Return a small instrument in the user's language, to be written over in a spreadsheet."""
    points = (_("not yet"), _("partly"), _("mostly"), _("fully"))
    domains = (
        ("working-together", _("Working together"), (_("I ask for help in time"), _("I share what I know"))),
        ("learning", _("Learning"), (_("I learn from what went wrong"), _("I ask what others think of my work"))),
    )
    return {
        "format": 1,
        "id": "my-instrument",
        "version": "1.0",
        "language": current_language(),
        "title": _("My instrument"),
        "source": {"publisher": _("who made it"), "document": _("where it stands"), "rights": _("who may use it")},
        "scale": {"high_above": 3, "points": [{"value": n, "label": label} for n, label in enumerate(points, start=1)]},
        "domain": [
            {
                "id": identifier,
                "title": title,
                "item": [{"id": f"{identifier}-{n}", "text": text} for n, text in enumerate(texts, start=1)],
            }
            for identifier, title, texts in domains
        ],
    }


def losses(document: Document, returned: Document) -> tuple[str, ...]:
    """List what a document lost on its way through another format, by reading it back: each key, and how often."""
    before, after = dict(_leaves(document)), dict(_leaves(returned))
    lost = Counter(
        ".".join(part for part in _unnamed(path) if isinstance(part, str))
        for path, value in before.items()
        if after.get(path) != value and not _is_written_out(path, before)
    )
    words = key_words()
    return tuple(_lost(words.get(key, key), key, count) for key, count in lost.items())


def _unnamed(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return a path without the name of the words of answers, or the domain of a target, which are the author's own."""
    return path[:-1] if path[-2:-1] == ("targets",) else (path[0], *path[2:]) if path[0] == "scales" else path


def _lost(word: str, key: str, count: int) -> str:
    named = word if word == key else f"{word} ({key})"
    return named if count == 1 else ngettext("{name}, {n} time", "{name}, {n} times", count).format(name=named, n=count)


def _is_written_out(path: tuple[str | int, ...], before: Mapping[tuple[str | int, ...], Any]) -> bool:
    """Whether it is the text of a statement that continues another: written as a whole sentence instead."""
    return path[-1] == "text" and (*path[:-1], "under") in before


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if parts is None:
        yield path, value
        return
    for key, part in parts:
        yield from _leaves(part, (*path, key))


def key_words() -> dict[str, str]:
    """Return in words what stands under the keys of an instrument."""
    return {
        "short": _("the short title"),
        "source.publisher": _("the publisher"),
        "source.document": _("the document it comes from"),
        "source.rights": _("the rights"),
        "scale.high_above": _("the threshold above which a mean is high"),
        "scale.min_coverage": _("how much must be scored for a verdict"),
        "scale.better": _("that lower is better"),
        "domain.id": _("the ids of domains"),
        "domain.short": _("the short titles of domains"),
        "domain.optional": _("which domains are optional"),
        "domain.item.text": _("the wording of statements"),
        "domain.item.focus": _("whether a statement is about attitude, knowledge or skill"),
        "domain.item.other": _("the wording for others"),
        "domain.item.under": _("which statement one continues; it is written out as a whole sentence"),
        "domain.item.stem": _("the half sentences above statements"),
        "domain.item.reversed": _("which statements are reversed"),
        "domain.item.levels": _("what each score means for a statement"),
        "domain.score": _("which domains have a sum"),
        "domain.better": _("where lower is better"),
        "domain.band.label": _("the bands of domains"),
        "domain.band.from": _("from which figure bands begin"),
        "domain.band.advice": _("the advice of bands"),
        "domain.high_above": _("thresholds of domains"),
        "domain.item.help": _("what explains statements"),
        "axis.id": _("an axis of its own"),
        "axis.title": _("the titles of an axis of its own"),
        "instructions": _("the instructions"),
        "source.licence": _("the licence"),
        "source.attribution": _("the words that the licence asks for"),
        "scales.points.value": _("what other words of answers are called"),
        "scales.points.label": _("other words of answers"),
        "domain.group": _("the groups of domains"),
        "domain.scale": _("which domains have other words of answers"),
        "domain.item.scale": _("which statements have other words of answers"),
        "profile.id": _("the profiles"),
        "profile.title": _("the titles of profiles"),
        "profile.targets": _("the targets of profiles"),
        "change.item": _("what changed since earlier versions"),
    }
