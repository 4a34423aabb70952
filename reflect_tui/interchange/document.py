"""The neutral value between all formats: an instrument's own document, and the account of what did not fit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _, current_language, ngettext
from reflect_tui.model import instrument, translation
from reflect_tui.model.identifiers import Identifiers, as_identifier
from reflect_tui.model.instrument import VERSION, InstrumentFile
from reflect_tui.text import clean, display
from reflect_tui.toml import formats
from reflect_tui.toml.faults import key_path

Document = formats.Document
_LONGEST = 2000  # characters of a text in an instrument file
ABSENT = (
    "n/a", "n.a", "not applicable", "cannot judge", "can't judge", "don't know", "i don't know",
    "n.v.t", "nvt", "niet van toepassing", "niet te beoordelen", "weet niet", "weet ik niet",
)  # fmt: skip


class NotScorableError(BadFileError):
    """A file with questions that can't be statements to score; without them the rest might be an instrument."""


class Account:
    """What a reader meets that an instrument has no place for, or lacks; nothing is dropped without being told here."""

    def __init__(self, *, leave_out: bool = False) -> None:
        """Begin; with `leave_out`, questions that are refused are left out and told, instead of refusing the file."""
        self.assumed: list[str] = []
        self.left_out: Counter[str] = Counter()
        self.refused: list[Fault] = []
        self.faults: list[Fault] = []
        self._leave_out = leave_out

    def refuse(self, place: str, problem: str) -> None:
        """Name a question that asks for something else than a score."""
        if self._leave_out:
            self.left_out[f"{place} ({problem})"] += 1
        else:
            self.refused.append(Fault(place, problem))

    def omit(self, names: Iterable[str]) -> None:
        """Name what has no place in an instrument, and whose loss changes no question."""
        self.left_out.update(names)

    def told_left_out(self) -> tuple[str, ...]:
        """List what was left out, each with how often it was there."""
        return tuple(
            display(name if count == 1 else _("{name} ({n} times)").format(name=name, n=count))
            for name, count in self.left_out.items()
        )


class Imported(Struct, frozen=True):
    """An instrument read from another format: its document, what was assumed for it, what was left out of it.

    `translations` are the documents of translation files, by language.
    """

    document: Document
    assumed: tuple[str, ...]
    left_out: tuple[str, ...]
    translations: Mapping[str, Document] = {}


class Answer(Struct, frozen=True):
    """One answer that may be chosen: the words, the score, None where none is given, and its code in a data set."""

    label: str
    score: int | None = None
    code: str = ""


class Heading(Struct, frozen=True):
    """A heading above questions, from the outermost inward."""

    id: str
    title: str
    short: str = ""


class Question(Struct, frozen=True):
    """One question with its answers; `place` says where it stands, `more` are further keys of an item."""

    id: str
    text: str
    answers: tuple[Answer, ...]
    place: str
    headings: tuple[Heading, ...] = ()
    more: Mapping[str, Any] = {}


# From questions to a document.


def json_object(data: bytes, path: Path | str) -> Document:
    """Read a file that holds one JSON object.

    Raises:
        BadFileError: it holds something else.
    """
    try:
        content = formats.parse_json(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadFileError(path, (Fault("", _("not valid JSON ({reason})").format(reason=error)),)) from None
    if not isinstance(content, dict):
        raise BadFileError(path, (Fault("", _("must be one JSON object")),))
    return content


def assembled(
    head: Document, questions: Sequence[Question], account: Account, path: Path, answers: Sequence[Answer] = ()
) -> Imported:
    """Make an instrument's document of the head of a form and its questions.

    Its scale is what `answers` are, else the answers to the first question.

    Raises:
        NotScorableError: with everything that can't be a statement to score.
        BadFileError: the document has faults; with all of them.
    """
    questions = [_without_absent(question, account) for question in questions]
    main = _scored(answers) or (questions[0].answers if questions else ())
    scale = _points(main, account) if questions else []
    ids, names = Identifiers(), Identifiers()
    title = str(head.get("title") or path.stem)
    whole = Heading(as_identifier(title), title)
    domains: dict[Heading, Document] = {}
    places: dict[str, str] = {}
    for question in questions:
        if (turned := _turned(question, scale)) is None:
            problem = _("has other answers than the questions before it: {answers}")
            labels = ", ".join(answer.label for answer in question.answers)
            account.refuse(question.place, problem.format(answers=labels))
            continue
        outer = question.headings[0] if question.headings else whole
        if outer not in domains:
            short = {"short": outer.short} if outer.short else {}
            domains[outer] = {"id": names.make(outer.id, outer.title), "title": outer.title, **short, "item": []}
        items = domains[outer]["item"]
        stem = " ".join(heading.title for heading in question.headings[1:] if heading.title)
        item = {"id": ids.make(question.id, question.text), "text": question.text} | ({"stem": stem} if stem else {})
        places[key_path(["domain", list(domains).index(outer), "item", len(items)])] = question.place
        items.append({**item, **turned, **question.more})
    account.assumed.extend(told_ids(ids))
    if names.changed:
        text = ngettext(
            "the id of {n} domain, made of its title", "the ids of {n} domains, made of their titles", names.changed
        )
        account.assumed.append(text.format(n=names.changed))
    if not domains and not account.refused:
        raise BadFileError(path, (Fault("", _("has no question to be answered by one choice of a scale")),))
    account.assumed.append(_("scale.better = higher: a higher mean is better"))
    points = [{"value": value, "label": label} for value, label in scale]
    document = {**head, "scale": {**head.get("scale", {}), "points": points}, "domain": list(domains.values())}
    return completed(document, account, path, places)


def _scored(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Return the answers without "not applicable", which every instrument has by itself; all where few are left."""
    kept = tuple(answer for answer in answers if answer.label.strip().rstrip(".").lower() not in ABSENT)
    return kept if len(kept) > 1 else tuple(answers)


def _without_absent(question: Question, account: Account) -> Question:
    kept = _scored(question.answers)
    absent = [answer.label for answer in question.answers if answer not in kept]
    account.omit(_('the answer "{label}": every instrument has n/a').format(label=label) for label in absent)
    return msgspec.structs.replace(question, answers=kept)


def _points(answers: Sequence[Answer], account: Account) -> list[tuple[int, str]]:
    scores = _scores(answers)
    if not scores:
        account.assumed.append(_("scores: 1 for the first answer, and so on"))
    return _in_order(answers, scores)


def _scores(answers: Sequence[Answer]) -> list[int]:
    """Return what each answer counts as it is given: its code where the codes are the scores, else its score, or []."""
    scores = [answer.score for answer in answers if answer.score is not None]
    codes = [int(answer.code) for answer in answers if answer.code.isdecimal()]
    is_coded = len(set(codes)) == len(answers)
    if len(scores) == len(answers):
        return codes if is_coded and sorted(codes) == sorted(scores) else scores
    return codes if is_coded else []


def _in_order(answers: Sequence[Answer], scores: Sequence[int]) -> list[tuple[int, str]]:
    labels = [answer.label for answer in answers]
    return sorted(zip(scores or range(1, len(answers) + 1), labels, strict=True))


def _turned(question: Question, scale: Sequence[tuple[int, str]]) -> Document | None:
    """Return {"reversed": True} for a question whose answers count the other way round, None for one of other answers.

    Either its scores run against its codes, or its words against those of the scale.
    """
    scores = _scores(question.answers)
    points = _in_order(question.answers, scores)
    values = [value for value, _label in scale]
    if points == scale:
        by_code = [score for _code, score in sorted(zip(scores, (a.score for a in question.answers), strict=False))]
        return {"reversed": True} if by_code == values[::-1] else {}
    mirrored = [(value, label) for value, (_value, label) in zip(values, reversed(scale), strict=True)]
    return {"reversed": True} if points == mirrored else None


def told_ids(ids: Identifiers) -> tuple[str, ...]:
    """Say how many statements have another id than the file gives, if any."""
    text = ngettext(
        "the id of {n} statement, made of what the file calls it, or of its text",
        "the ids of {n} statements, made of what the file calls them, or of their texts",
        ids.changed,
    )
    return (text.format(n=ids.changed),) if ids.changed else ()


def completed(document: Document, account: Account, path: Path, places: Mapping[str, str]) -> Imported:
    """Fill in what every instrument has and other formats may lack, and check the whole.

    `places` says where in the file a key path of the document comes from.

    Raises:
        NotScorableError: something was refused.
        BadFileError: the document has faults; with all of them.
    """
    document = _cleaned(_head(document, account, path))
    document["scale"] = {**_threshold(document["scale"], account), **document["scale"]}
    if account.faults:
        raise BadFileError(path, tuple(account.faults))
    if account.refused:
        raise NotScorableError(path, tuple(account.refused))
    try:
        content = instrument.parse(formats.dumps(document), path)
    except BadFileError as error:
        raise BadFileError(path, tuple(_told(fault, places) for fault in error.faults)) from None
    return Imported(plain(content), tuple(account.assumed), account.told_left_out())


def _cleaned(value: Any) -> Any:
    """Return a document whose texts have no signs that a terminal obeys, and no blanks around them."""
    if isinstance(value, dict):
        return {key: _cleaned(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_cleaned(part) for part in value]
    return clean(value).strip() if isinstance(value, str) else value


def _head(document: Document, account: Account, path: Path) -> Document:
    title = str(document.get("title") or path.stem)
    usual = {
        "id": as_identifier(str(document.get("id") or title)),
        "version": "1",
        "language": current_language(),
        "title": title,
    }
    given = {key: str(document.get(key) or "") for key in usual}
    fits = {"id": given["id"] == usual["id"], "version": bool(re.fullmatch(VERSION, given["version"]))}
    known = {key: value for key, value in given.items() if value and fits.get(key, True)}
    account.omit(f"{key} = {value}" for key, value in given.items() if value and key not in known)
    account.assumed.extend(f"{key} = {display(value)}" for key, value in usual.items() if key not in known)
    origin = {
        "publisher": _("unknown"),
        "document": title,
        "rights": _("unknown; ask its publisher before you share it"),
    }
    source = {key: _short(key, value, account) for key, value in document.get("source", {}).items() if value}
    account.assumed.extend(f"source.{key} = {display(value)}" for key, value in origin.items() if key not in source)
    rest = {key: value for key, value in document.items() if key not in usual}
    return {"format": 1, **usual, **known, **rest, "source": {**origin, **source}}


def _short(key: str, text: str, account: Account) -> str:
    """Return a text about the source as far as a file has room for it."""
    if len(text) <= _LONGEST:
        return text
    account.omit([_("the end of source.{key}, which is longer than {n} characters").format(key=key, n=_LONGEST)])
    return f"{text[: _LONGEST - 1]}…"


def _threshold(scale: Document, account: Account) -> Document:
    """Return the middle of the scale as its threshold, where the file gives none."""
    values = [point.get("value") for point in formats.tables(scale, "points")]
    scores = [value for value in values if type(value) is int]
    if "high_above" in scale or not scores:
        return {}
    middle = (min(scores) + max(scores)) / 2
    above = int(middle) if middle.is_integer() else middle
    account.assumed.append(
        _("scale.high_above = {middle}: a mean above the middle of the scale is high").format(middle=above)
    )
    return {"high_above": above}


def _told(fault: Fault, places: Mapping[str, str]) -> Fault:
    """Say where in the file, not in the document, a fault stands."""
    owner = max((place for place in places if f"{fault.place}.".startswith(f"{place}.")), key=len, default="")
    if not owner:
        return fault
    return Fault(f"{places[owner]}, {fault.place.removeprefix(owner).strip('.')}".strip(", "), fault.problem)


# From an instrument to its document, and to the files of its translations.


def plain(content: InstrumentFile) -> Document:
    """Return an instrument as its file has it, without what is as usual."""
    names = InstrumentFile.__struct_encode_fields__
    return {key: value for key, value in _plain(content).items() if key in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Struct):
        return {
            field.encode_name: _plain(part)
            for field in msgspec.structs.fields(value)
            if (part := getattr(value, field.name)) not in (field.default, _made_default(field))
        }
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _made_default(field: msgspec.structs.FieldInfo) -> Any:
    return None if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def _ids(content: Document) -> list[tuple[str, list[str]]]:
    return [(domain["id"], [item["id"] for item in domain["item"]]) for domain in content["domain"]]


def translation_document(content: Document, other: Document, path: Path) -> Document:
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
    if _ids(content) != _ids(other):
        raise BadFileError(path, (Fault("", _("has other statements in another language")),))
    document = {
        "format": 1,
        "instrument": content["id"],
        "version": content["version"],
        "language": other["language"],
        "title": other["title"],
        "instructions": other.get("instructions", ""),
        "points": {str(point["value"]): point["label"] for point in other["scale"]["points"]},
        "domains": {domain["id"]: translated["title"] for domain, translated in domains},
        "stems": {item["id"]: stem_of(translated) for item, translated in pairs if item["id"] in owners},
        "items": {item["id"]: translated["text"] for item, translated in pairs},
        "help": {item["id"]: translated["help"] for item, translated in pairs if translated.get("help")},
    }
    document = {key: value for key, value in document.items() if value}
    translation.parse(formats.dumps(document), path, instrument.parse(formats.dumps(content), path))
    return document


def runs(document: Document) -> Iterator[tuple[Document, str, list[Document]]]:
    """Go through a document as a form shows it: each domain, and runs of its items below one stem ("" for none)."""
    for domain in document["domain"]:
        items = domain["item"]
        starts = [0, *(n + 1 for n, (one, next_one) in enumerate(pairwise(items)) if stem_of(one) != stem_of(next_one))]
        for start, end in pairwise([*starts, len(items)]):
            yield domain, stem_of(items[start]), items[start:end]


def stem_of(item: Document) -> str:
    """Return the half sentence above an item, "" for none."""
    return str(item.get("stem", ""))


def text_of(item: Document, document: Document) -> str:
    """Return the words of an item as a form without `under` shows them: whole, where it continues another."""
    if not item.get("under"):
        return str(item["text"])
    before = next(other for domain in document["domain"] for other in domain["item"] if other["id"] == item["under"])
    lead = text_of(before, document) if before.get("under") else f"{stem_of(before)} {before['text']}".strip()
    return f"{lead.rstrip('.')}; {item['text']}"
