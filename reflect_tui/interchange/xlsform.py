"""An instrument as an XLSForm (xlsform.org), which ODK, KoboToolbox and others fill in: sheets of rows, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.interchange.document import Account, Document, Heading, Imported, Question, assembled
from reflect_tui.interchange.questions import Answer, as_score, runs, stem_of, text_of
from reflect_tui.model import instrument, translation
from reflect_tui.toml import formats

_SCALE, _TURNED = "scale", "_reversed"
_SOURCE = "source_"
"""Begins the name of a note that shows whose words the statements are, and of nothing else: no id of ours has _."""
_LANGUAGES = {"en": "English (en)", "nl": "Nederlands (nl)"}
_OLDER = (
    (re.compile(r"^(begin|end) (group|repeat|loop)\b"), r"\1_\2"),
    (re.compile(r"^select ?(one|1)( from)?(?= )"), "select_one"),
    (re.compile(r"^select (all that apply|multiple)( from)?(?= |$)"), "select_multiple"),
)
"""How older forms write begin_group, select_one and select_multiple."""
_REFERENCE = re.compile(r"\$\{[^{}]+\}")
"""An answer to another question, put into a text."""
_LANGUAGE = re.compile(r"\(([a-z]{2})\)\s*$")
_RECORDED = (
    "start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit",
    "start-geopoint", "background-audio", "background-geopoint", "xml-external", "csv-external", "entity",
)  # fmt: skip
"""What a device notes by itself: no question."""
_COMPUTED = ("calculate", "hidden")
_FORMULA = ("calculation", "trigger")
_SHEETS = ("survey", "choices", "settings")
_SETTINGS = ("form_title", "form_id", "version", "default_language", "title", "id_string")
_HEADINGS = {
    "caption": "label", "command": "type", "value": "name", "list name": "list_name", "relevance": "relevant",
    "bind::relevant": "relevant", "bind::calculate": "calculation", "calculate": "calculation",
}  # fmt: skip
"""How older forms name a column."""
_Row = Mapping[str, str]


# Out.


def sheets(document: Document, translations: Sequence[Document] = ()) -> dict[str, list[list[str]]]:
    """Return an instrument as the three sheets of an XLSForm: a group for each domain, one in it for each stem.

    With translations there is a column of texts for each language; one whose groups are others is left out.
    """
    surveys = [(each, _survey_rows(each)) for each in (document, *translations)]
    same = [(each, rows) for each, rows in surveys if [row[:2] for row in rows] == [row[:2] for row in surveys[0][1]]]
    languages = [_named(str(each["language"])) for each, _rows in same]
    heads = [f"::{language}" for language in languages] if len(same) > 1 else [""]
    survey = [["type", "name", *(f"label{head}" for head in heads), *(f"hint{head}" for head in heads)]]
    survey += [
        [*rows[0][:2], *(row[2] for row in rows), *(row[3] for row in rows)]
        for rows in zip(*(rows for _each, rows in same), strict=True)
    ]
    choices = [["list_name", "name", *(f"label{head}" for head in heads)]]
    choices += [
        [*rows[0][:2], *(row[2] for row in rows)]
        for rows in zip(*(_choice_rows(each) for each, _rows in same), strict=True)
    ]
    settings = [
        ["form_title", "form_id", "version", "default_language"],
        [document["title"], document["id"], document["version"], languages[0]],
    ]
    return {"survey": survey, "choices": choices, "settings": settings}


def _named(language: str) -> str:
    return _LANGUAGES.get(language, f"{language} ({language})")


def _choice_rows(document: Document) -> list[list[str]]:
    rows = []
    lists = {_list_of(domain, item) for domain in document["domain"] for item in domain["item"]}
    for name, words in {_SCALE: document["scale"], **document.get("scales", {})}.items():
        points = [(str(point["value"]), str(point["label"])) for point in words["points"]]
        rows += [[name, *point] for point in points]
        if (turned := f"{name}{_TURNED}") in lists:
            rows += [[turned, value, label] for (value, _l), (_v, label) in zip(points, reversed(points), strict=True)]
    return rows


def _list_of(domain: Document, item: Document) -> str:
    """Return the name of the list of answers of an item."""
    return f"{item.get('scale') or domain.get('scale') or _SCALE}{_TURNED if item.get('reversed') else ''}"


def _survey_rows(document: Document) -> list[list[str]]:
    told = document.get("instructions")
    rows = [["note", "instructions_", told]] if told else []
    rows += [*_survey(document), *(["note", f"{_SOURCE}{key}", text] for key, text in document["source"].items())]
    return [[*row, *[""] * (4 - len(row))] for row in rows]


def _survey(document: Document) -> Iterator[list[str]]:
    last = None
    for domain, stem, items in runs(document):
        if domain is not last:
            if last:
                yield ["end_group", "", ""]
            yield ["begin_group", f"{domain['id']}_", domain["title"]]
            last = domain
        if stem:
            yield ["begin_group", f"{items[0]['id']}_stem", stem]
        for item in items:
            yield [f"select_one {_list_of(domain, item)}", item["id"], text_of(item, document), item.get("help", "")]
        if stem:
            yield ["end_group", "", ""]
    yield ["end_group", "", ""]


# In.


class _Group(Struct, frozen=True):
    """A group that is open; `refused` when it, or one around it, is not asked once of everybody."""

    heading: Heading
    refused: bool


class _Survey:
    """The sheet "survey", read row by row."""

    def __init__(self, choices: Mapping[str, tuple[Answer, ...]], label: str, account: Account) -> None:
        """Take the answers of every list, the column of the texts, and where to tell what does not fit."""
        self.questions: list[Question] = []
        self.source: Document = {}
        self._choices = choices
        self._label = label
        self._account = account
        self.instructions: list[str] = []
        self._groups: list[_Group] = []
        self._hint = label.replace("label", "hint", 1)

    def read(self, number: int, row: _Row) -> None:
        """Take in one row."""
        kind, _space, name_of_list = _type(row).partition(" ")
        name = row.get("name", "")
        place = _("survey, row {n} ({name})").format(n=number, name=name or kind)
        is_refused = bool(self._groups and self._groups[-1].refused)
        if kind.startswith("begin_"):
            is_once = kind == "begin_group"
            problem = _condition(row) if is_once else _("repeats its questions any number of times")
            heading = Heading(name.removesuffix("_"), row.get(self._label, ""))
            self._groups.append(_Group(heading, is_refused or bool(problem)))
        elif kind.startswith("end_"):
            self._groups[-1:] = []
            return
        else:
            problem = self._problem(kind, name_of_list, row)
        if problem and not is_refused:
            self._account.refuse(place, problem)
        elif not problem and not is_refused:
            self._take(kind, name_of_list, row, place)

    def _take(self, kind: str, name_of_list: str, row: _Row, place: str) -> None:
        """Take in a row that can be held; what else stands in it is told."""
        name = row.get("name", "")
        used = {"type", "name", self._label}
        if kind == "select_one":
            headings = tuple(group.heading for group in self._groups if group.heading.title)
            text, answers = row[self._label], self._choices[name_of_list]
            more = {"help": row[self._hint]} if self._hint in row else {}
            called = name_of_list.removesuffix(_TURNED)
            self.questions.append(Question(name, text, answers, place, headings, more, called))
            used.add(self._hint)
        elif kind == "note" and name.startswith(_SOURCE):
            self.source[name.removeprefix(_SOURCE)] = row.get(self._label, "")
        elif kind == "note" and not self.questions and not self._groups and self._label in row:
            self.instructions.append(row[self._label])
        elif not kind.startswith("begin_"):
            self._account.omit([place])
            return
        self._account.omit(_("the column {name}").format(name=key) for key in row if key not in used)

    def _problem(self, kind: str, name_of_list: str, row: _Row) -> str:
        """Say why a row can't be a statement to score; "" for one that can, and for what is no question."""
        if kind in _COMPUTED or any(key in row for key in _FORMULA) or _REFERENCE.search(row.get(self._label, "")):
            return _("is computed from other answers")
        if kind == "select_one":
            return _condition(row) or self._choice_problem(name_of_list, row)
        if kind in ("", "note", *_RECORDED):
            return ""
        if kind in ("text", "string"):
            return _("asks for free text")
        if kind in ("select_multiple", "rank"):
            return _("asks for several answers")
        return _("asks for something else than one choice of a scale: {kind}").format(kind=_type(row))

    def _choice_problem(self, name_of_list: str, row: _Row) -> str:
        if name_of_list.endswith((" or_other", " or other", " or specify other")):
            return _("asks for free text beside its answers (or_other)")
        if condition := row.get("choice_filter"):
            return _("has answers that depend on another question ({condition})").format(condition=condition)
        if name_of_list not in self._choices:
            return _('has answers of a list "{name}" that is not on the sheet choices').format(name=name_of_list)
        return "" if self._label in row else _("has no text in the column {name}").format(name=self._label)


def _type(row: _Row) -> str:
    """Return the type of a row as it is written today."""
    kind = " ".join(row.get("type", "").split())
    for older, today in _OLDER:
        kind = older.sub(today, kind)
    return kind


def _condition(row: _Row) -> str:
    condition = row.get("relevant")
    return _("is skip logic: it is only asked of some ({condition})").format(condition=condition) if condition else ""


def parted(book: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """Return the sheets of a CSV file that has those of an XLSForm below each other; any other as it is.

    The first column names a sheet, in a row of its own; it is empty beside the rows of that sheet.
    """
    (rows,) = book.values()
    if not any(row[0].lower() == "survey" and not any(row[1:]) for row in rows if row):
        return book
    sheets: dict[str, list[list[str]]] = {}
    name = ""
    for row in rows:
        name = row[0] or name
        below = sheets.setdefault(name, [])
        if not row[0]:
            below.append(row[1:])
    return sheets


def imported(book: dict[str, list[list[str]]], account: Account, path: Path) -> Imported:
    """Read the sheets of an XLSForm, in its default language, and its other languages as translations.

    Raises:
        BadFileError: with every question that is no choice of one score, by its row and name.
    """
    named = {name.strip().lower(): rows for name, rows in book.items()}
    labels = _label_columns(named)
    settings = next((row for _n, row in _rows(named.get("settings", []))), {})
    main = _chosen_label(labels, settings.get("default_language", ""))
    content = _in_language(named, settings, main, account, path)
    translations: dict[str, Document] = {}
    for column in dict.fromkeys(labels):
        language = _LANGUAGE.search(column)
        if column == main or not language or language[1] == content.document["language"]:
            continue
        try:
            other = _in_language(named, settings, column, Account(leave_out=True), path).document
            translations[language[1]] = _translation(content.document, other, path)
        except BadFileError:
            continue  # a text is missing: its column is told as left out
        for name in (column, column.replace("label", "hint", 1)):
            account.left_out.pop(_("the column {name}").format(name=name), None)
    return structs.replace(content, left_out=account.told_left_out(), translations=translations)


def _ids_of(content: Document) -> list[tuple[str, list[str]]]:
    return [(domain["id"], [item["id"] for item in domain["item"]]) for domain in content["domain"]]


def _translation(content: Document, other: Document, path: Path) -> Document:
    """Return the translation file of an instrument of which `other` is the same in another language.

    Raises:
        BadFileError: it is not the same, or lacks a text.
    """
    pairs = [
        pair
        for domain, translated in zip(content["domain"], other["domain"], strict=False)
        for pair in zip(domain["item"], translated["item"], strict=False)
    ]
    domains = list(zip(content["domain"], other["domain"], strict=False))
    first = {(domain["id"], stem_of(item)): item["id"] for domain in content["domain"] for item in domain["item"][::-1]}
    owners = {
        first[domain["id"], stem_of(item)] for domain in content["domain"] for item in domain["item"] if stem_of(item)
    }
    if _ids_of(content) != _ids_of(other):
        raise BadFileError(path, (Fault("", _("has other statements in another language")),))
    document = {
        "format": 1,
        "instrument": content["id"],
        "version": content["version"],
        "language": other["language"],
        "title": other["title"],
        "instructions": other.get("instructions", ""),
        "points": _words_of(other["scale"]),
        "scales": {name: _words_of(words) for name, words in other.get("scales", {}).items()},
        "domains": {domain["id"]: translated["title"] for domain, translated in domains},
        "stems": {item["id"]: stem_of(translated) for item, translated in pairs if item["id"] in owners},
        "items": {item["id"]: translated["text"] for item, translated in pairs},
        "help": {item["id"]: translated["help"] for item, translated in pairs if translated.get("help")},
    }
    document = {key: value for key, value in document.items() if value}
    translation.parse(formats.dumps(document), path, instrument.parse(formats.dumps(content), path))
    return document


def _words_of(words: Document) -> Document:
    return {str(point["value"]): point["label"] for point in words["points"]}


def _in_language(
    named: Mapping[str, Sequence[Sequence[str]]], settings: _Row, label: str, account: Account, path: Path
) -> Imported:
    """Read the sheets with the texts of one column."""
    account.omit(_("the sheet {name}").format(name=name) for name in named if name not in _SHEETS)
    account.omit(_("the setting {name}").format(name=name) for name in settings if name not in _SETTINGS)
    choices = _choices(named.get("choices", []), label, account)
    survey = _Survey(choices, label, account)
    for number, row in _rows(named.get("survey", [])):
        survey.read(number, row)
    head: Document = {
        "id": settings.get("form_id") or settings.get("id_string"),
        "version": settings.get("version"),
        "title": settings.get("form_title") or settings.get("title"),
        "language": _language(label, settings.get("default_language", "")),
        "instructions": "\n".join(survey.instructions),
        "source": survey.source,
    }
    return assembled(head, survey.questions, account, path, choices.values())


def _rows(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, _Row]]:
    """Go through the rows below the headings, each with its number in the sheet and what is filled in."""
    names = [_heading(cell) for cell in rows[0]] if rows else []
    for number, row in enumerate(rows[1:], start=2):
        if filled := {name: cell.strip() for name, cell in zip(names, row, strict=False) if name and cell.strip()}:
            yield number, filled


def _heading(cell: str) -> str:
    """Return a heading as it is written today: `label::English (en)`, where older forms have `label:English`."""
    name, _colon, language = cell.strip().partition(":")
    name = _HEADINGS.get(name.strip().lower(), name.strip().lower())
    language = language.strip(": ")
    heading = f"{name}::{language}" if language else name
    return _HEADINGS.get(heading, heading)


def _label_columns(book: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    headings = [_heading(cell) for name in ("survey", "choices") for cell in (book.get(name) or [[]])[0]]
    return [name for name in headings if name.partition("::")[0] == "label"]


def _chosen_label(labels: Sequence[str], default: str) -> str:
    """Return the column of labels to read: that of the default language, or that without one, or the first."""
    wished = (f"label::{default}", "label")
    return next((name for name in wished if name in labels), labels[0] if labels else "label")


def _language(label: str, default: str) -> str:
    for text in (label.partition("::")[2], default):
        if match := _LANGUAGE.search(text):
            return match[1]
    return default if re.fullmatch("[a-z]{2}", default) else ""


def _choices(rows: Sequence[Sequence[str]], label: str, account: Account) -> dict[str, tuple[Answer, ...]]:
    lists: dict[str, tuple[Answer, ...]] = {}
    for _number, row in _rows(rows):
        code, name = row.get("name", ""), row.get("list_name", "")
        score = as_score(float(code)) if re.fullmatch(r"-?[0-9]{1,9}([.][0-9]{1,9})?", code) else None
        lists[name] = (*lists.get(name, ()), Answer(row.get(label) or code, score))
        account.omit(_("the column {name}").format(name=key) for key in row if key not in ("list_name", "name", label))
    return lists
