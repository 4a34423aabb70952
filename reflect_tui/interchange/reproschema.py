"""A ReproSchema activity (repronim.org/reproschema) as an instrument: an activity, and the files of its items."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _, current_language
from reflect_tui.interchange.document import (
    Account,
    Document,
    Heading,
    Imported,
    Question,
    assembled,
    json_object,
    objects,
)
from reflect_tui.interchange.questions import Answer, as_score
from reflect_tui.model.editing import as_identifier
from reflect_tui.toml import formats

ReadBeside = Callable[[str], bytes]
"""Reads a file by its path as the activity names it; ReflectError when it can't."""
_SCORED = ("radio", "select", "slider", "")
_TEXTS = ("text", "textarea", "")
_USED = ("@context", "@type", "@id", "id", "category", "schemaVersion")
_ACTIVITY = ("prefLabel", "skos:prefLabel", "version", "citation", "preamble", "ui", "compute", *_USED)
_ITEM = ("prefLabel", "skos:prefLabel", "question", "preamble", "responseOptions", "ui", "version", *_USED)


def imported(activity: Document, read_beside: ReadBeside, account: Account, path: Path) -> Imported:
    """Read an activity, and with `read_beside` the items and lists of answers that it names.

    Raises:
        BadFileError: it is none, or with every item that is no choice of one score, by its name.
        ReflectError: a file that it names can't be read.
    """
    if str(activity.get("@type") or activity.get("category")).endswith("Protocol"):
        raise BadFileError(path, (Fault("", _("is a protocol; import one of the activities that it names")),))
    items = list(_items(activity, read_beside))
    label = activity.get("prefLabel") or activity.get("skos:prefLabel")
    texts = [label, activity.get("preamble"), *(item.get("question") for _place, item in items)]
    language = _language(texts, current_language())
    title = _words(label, language, "prefLabel", account)
    head: Document = {
        "id": as_identifier(title or path.stem),
        "version": activity.get("version"),
        "title": title,
        "language": language,
        "instructions": _words(activity.get("preamble"), language, "preamble", account),
        "source": {"document": _words(activity.get("citation"), language, "citation", account)},
    }
    for computed in objects(activity.get("compute")):
        account.refuse(str(computed.get("variableName")), _("is computed from other answers"))
    account.omit(key for key, value in activity.items() if key not in _ACTIVITY and value)
    whole = Heading(as_identifier(title or path.stem), title or path.stem)
    questions = list(_Activity(activity, read_beside, language, account).questions(items, whole))
    return assembled(head, questions, account, path)


def _items(activity: Document, read_beside: ReadBeside) -> Iterator[tuple[str, Document]]:
    """Read the items of an activity in its order, each with where it stands."""
    order = formats.table(activity, "ui").get("order")
    context = activity.get("@context")
    parts = context if isinstance(context, list) else [context]
    prefixes = {name: str(address) for part in parts if isinstance(part, dict) for name, address in part.items()}
    entries = {str(entry): entry for entry in order} if isinstance(order, list) else {}  # some name one twice
    for entry in entries.values():
        if isinstance(entry, dict):
            yield str(entry.get("@id") or entry.get("id")), entry
            continue
        place = str(entry)
        prefix, _colon, name = place.partition(":")
        file = f"{prefixes[prefix]}{name}" if prefix in prefixes else place
        yield place, json_object(read_beside(file), place)


class _Activity:
    """The items of an activity, in its order."""

    def __init__(self, activity: Document, read_beside: ReadBeside, language: str, account: Account) -> None:
        self._ui = formats.table(activity, "ui")
        self._read_beside = read_beside
        self._language = language
        self._account = account

    def questions(self, items: Iterable[tuple[str, Document]], whole: Heading) -> Iterator[Question]:
        """Read the items; what stands above one of them is a half sentence below the heading of all."""
        properties = {str(part.get("isAbout")): part for part in objects(self._ui.get("addProperties"))}
        for place, item in items:
            condition = properties.get(place, {}).get("isVis", True)
            name = str(properties.get(place, {}).get("variableName") or place.rpartition("/")[2])
            text = _words(item.get("question"), self._language, f"{place}, question", self._account)
            answers = self._options(item, place)
            if problem := _problem(item, text, answers) or _condition(condition):
                self._account.refuse(place, problem)
            else:
                self._account.omit(f"item.{key}" for key, value in item.items() if key not in _ITEM and value)
                tongues = formats.table(item, "question")
                self._account.omit(
                    _("the language {code}").format(code=code) for code in tongues if code != self._language
                )
                choices = tuple(map(self._answer, objects(answers.get("choices"))))
                lead = _words(item.get("preamble"), self._language, f"{place}, preamble", self._account)
                yield Question(name, text, choices, place, (whole, Heading("", lead)))

    def _options(self, item: Document, place: str) -> Document:
        """Return the answers of an item, which may stand in a file of their own, beside the item."""
        options = item.get("responseOptions")
        if isinstance(options, str):
            folder = place.rpartition("/")[0]
            return json_object(self._read_beside(f"{folder}/{options}" if folder else options), options)
        return options if isinstance(options, dict) else {}

    def _answer(self, choice: Document) -> Answer:
        value = choice.get("value", choice.get("schema:value"))
        words = _words(choice.get("name") or choice.get("schema:name"), self._language, "choices", self._account)
        return Answer(words or str(value), as_score(value))


def _condition(shown: object) -> str:
    if shown is True:
        return ""
    if shown is False:
        return _("is hidden, and asked of nobody")
    return _("is skip logic: it is only asked of some ({condition})").format(condition=shown)


def _problem(item: Document, text: str, answers: Document) -> str:
    """Say why an item can't be a statement to score; "" for one that can."""
    ui = formats.table(item, "ui")
    kind = str(ui.get("inputType") or "")
    has_choices = len(objects(answers.get("choices"))) > 1
    other = _("asks for something else than one choice of a scale: {kind}").format(kind=kind or "?")
    problems = {
        _("is computed, and asked of nobody"): ui.get("readonlyValue") is True,
        _("asks for several answers"): answers.get("multipleChoice") is True,
        _("asks for free text"): kind in _TEXTS and not has_choices,
        other: kind not in _SCORED or not has_choices,
        _("has no text"): not text,
    }
    return next((problem for problem, is_so in problems.items() if is_so), "")


def _language(texts: Iterable[object], wished: str) -> str:
    """Return the language to read: the user's where all texts have it, else English, else another that they share."""
    spoken = [set(text) for text in texts if isinstance(text, dict) and text]
    shared = set.intersection(*spoken) or set.union(*spoken) if spoken else set[str]()
    codes = sorted(code for code in shared if re.fullmatch("[a-z]{2}", code))
    return next((code for code in (wished, "en", *codes) if code in codes), wished)


def _words(value: Any, language: str, place: str, account: Account) -> str:
    """Return a text that may be there in several languages."""
    if isinstance(value, dict):
        value = value.get(language) or next((text for text in value.values() if text), "")
    return account.text(place, value).strip()
