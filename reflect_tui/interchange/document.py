"""The neutral value between all formats: an instrument's own document, and the account of what did not fit."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import shorten
from typing import Any

import msgspec
from msgspec import Struct

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _, current_language, ngettext
from reflect_tui.interchange.questions import Answer, in_order, main_answers, scores_of, turned, without_absent
from reflect_tui.model import instrument
from reflect_tui.model.editing import Identifiers, as_identifier
from reflect_tui.model.instrument import VERSION, InstrumentFile
from reflect_tui.text import clean, display
from reflect_tui.toml import formats
from reflect_tui.toml.faults import key_path

Document = formats.Document
_LONGEST = 2000  # characters of a text in an instrument file


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

    def text(self, place: str, value: object) -> str:
        """Return a text, or a number as one, "" for none; a list or an object is a fault at its place."""
        if isinstance(value, list | dict):
            self.faults.append(Fault(place, _("must be a text")))
            return ""
        return str(value or "")

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


class Heading(Struct, frozen=True):
    """A heading above questions, from the outermost inward."""

    id: str
    title: str
    short: str = ""


class Question(Struct, frozen=True):
    """One question with its answers; `place` says where it stands, `more` are further keys of an item.

    `list_name` is what the file calls its list of answers, where it has a name.
    """

    id: str
    text: str
    answers: tuple[Answer, ...]
    place: str
    headings: tuple[Heading, ...] = ()
    more: Mapping[str, Any] = {}
    list_name: str = ""


# From questions to a document.


def json_object(data: bytes, path: Path | str) -> Document:
    """Read a file that holds one JSON object.

    Raises:
        BadFileError: it holds something else.
    """
    if not data.strip():
        raise BadFileError(path, (Fault("", _("is empty")),))
    try:
        content = json.loads(data, parse_constant=lambda _number: None)  # NaN, which Python programs write
    except (ValueError, RecursionError) as error:
        raise BadFileError(path, (Fault("", _("not valid JSON ({reason})").format(reason=error)),)) from None
    if not isinstance(content, dict):
        raise BadFileError(path, (Fault("", _("must be one JSON object")),))
    return content


def objects(value: object) -> list[Document]:
    """Return the objects that stand under a key, where other programs write a single one without a list."""
    return formats.tables({"": [value] if isinstance(value, dict) else value}, "")


def assembled(
    head: Document, questions: Iterable[Question], account: Account, path: Path, lists: Iterable[Sequence[Answer]] = ()
) -> Imported:
    """Make an instrument's document of the head of a form and its questions.

    Its scale is the first of `lists`, and of the answers to questions, that has the words of the first question with as
    many answers as most have (a form may begin with yes or no), and scores for them. Other answers with the same scores
    are words of their own ([scales]).

    Raises:
        NotScorableError: with everything that can't be a statement to score.
        BadFileError: the document has faults; with all of them.
    """
    questions = [_without_absent(question, account) for question in questions if _is_usable(question, account)]
    usual = Counter(len(question.answers) for question in questions).most_common(1)
    first = next((question.answers for question in questions if len(question.answers) == usual[0][0]), ())
    known = [*map(without_absent, lists), *(question.answers for question in questions)]
    main = main_answers(known, first)
    scale = _points(main, account) if questions else []
    words = _Words(scale, known)
    unscored, reversed_ids = 0, list[str]()
    ids, names = Identifiers(), Identifiers()
    title = str(head.get("title") or path.stem)
    whole = Heading(as_identifier(title), title)
    domains: dict[Heading, Document] = {}
    places: dict[str, str] = {}
    for question in questions:
        if (direction := words.keys_of(question)) is None:
            problem = _("has other answers than most questions: {answers}")
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
        unscored += not scores_of(question.answers)
        reversed_ids += [item["id"]] if "reversed" in direction else []
        items.append({**item, **direction, **question.more})
    account.assumed.extend([*told_ids(ids), *_told_scores(unscored if scores_of(main) else 0, reversed_ids)])
    if names.changed:
        text = ngettext(
            "the id of {n} domain, made of its title", "the ids of {n} domains, made of their titles", names.changed
        )
        account.assumed.append(text.format(n=names.changed))
    if not domains and not account.refused:
        raise BadFileError(path, (Fault("", _("has no question to be answered by one choice of a scale")),))
    account.assumed.append(_("scale.better = higher: a higher mean is better"))
    document = {
        **head,
        "scale": {**head.get("scale", {}), "points": as_points(scale)},
        **words.document(domains.values(), account),
        "domain": list(domains.values()),
    }
    return completed(document, account, path, places)


class _Words:
    """The answers of questions: those of the scale, and other words for the same scores by their names."""

    def __init__(self, scale: list[tuple[int, str]], known: Sequence[Sequence[Answer]]) -> None:
        self._scale = scale
        self._known = known
        self._named: dict[str, list[tuple[int, str]]] = {}

    def keys_of(self, question: Question) -> Document | None:
        """Return the keys `scale` and `reversed` that an item of this question needs; None for other scores."""
        for name, points in (("", self._scale), *self._named.items()):
            if (direction := turned(question.answers, points)) is not None:
                return ({"scale": name} if name else {}) | direction
        answers = main_answers(self._known, question.answers)
        points = in_order(answers, scores_of(answers)) if scores_of(answers) else []
        if [value for value, _label in points] != [value for value, _label in self._scale]:
            return None
        name = as_identifier(question.list_name) if question.list_name else f"answers-{len(self._named) + 2}"
        name = name if name not in self._named else f"{name}-{len(self._named) + 2}"
        self._named[name] = points
        return {"scale": name} | (turned(question.answers, points) or {})

    def document(self, domains: Collection[Document], account: Account) -> Document:
        """Return the table of them, and tell each; a domain whose statements all have the same names them itself."""
        for name, points in self._named.items():
            ids = [item["id"] for domain in domains for item in domain["item"] if item.get("scale") == name]
            text = _("other words for the scores of the scale, which count the same: {answers}, for {ids}")
            answers = ", ".join(f"{value} {label}" for value, label in points)
            account.assumed.append(text.format(answers=answers, ids=", ".join(ids)))
        for domain in domains:
            names = {item.get("scale", "") for item in domain["item"]}
            if len(names) == 1 and names != {""}:
                domain["scale"] = names.pop()
                for item in domain["item"]:
                    del item["scale"]
        return {"scales": {name: {"points": as_points(points)} for name, points in self._named.items()}}


def as_points(points: Iterable[tuple[int, str]]) -> list[Document]:
    """Return scores with their words as an instrument's document has them."""
    return [{"value": value, "label": label} for value, label in points]


def _told_scores(unscored: int, reversed_ids: Sequence[str]) -> Iterator[str]:
    """Say of how many statements the scores were found by their words, and which ones are reversed."""
    if unscored:
        text = ngettext(
            "the scores of {n} statement, which has none: those of the same words elsewhere",
            "the scores of {n} statements, which have none: those of the same words elsewhere",
            unscored,
        )
        yield text.format(n=unscored)
    if reversed_ids:
        yield _("reversed, because their scores run the other way: {ids}").format(ids=", ".join(reversed_ids))


def _is_usable(question: Question, account: Account) -> bool:
    """Whether all scores of a question can be used, or it has none; else it is refused."""
    answers = without_absent(question.answers)
    given = [answer.score for answer in answers if answer.score is not None]
    if given and not scores_of(answers):
        problem = _("has scores that can't be used; each answer needs a whole number, or none has one: {answers}")
        told = (
            f"{each.label} ({'-' if each.score is None else shorten(str(each.score), 12, placeholder='…')})"
            for each in answers
        )
        account.refuse(question.place, problem.format(answers=", ".join(told)))
    return not given or bool(scores_of(answers))


def _without_absent(question: Question, account: Account) -> Question:
    kept = without_absent(question.answers)
    absent = [answer.label for answer in question.answers if answer not in kept]
    account.omit(_('the answer "{label}": every instrument has n/a').format(label=label) for label in absent)
    return msgspec.structs.replace(question, answers=kept)


def _points(answers: Sequence[Answer], account: Account) -> list[tuple[int, str]]:
    scores = scores_of(answers)
    if not scores:
        account.assumed.append(_("scores: 1 for the first answer, and so on"))
    return in_order(answers, scores)


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
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _made_default(field: msgspec.structs.FieldInfo) -> Any:
    return None if field.default_factory is msgspec.NODEFAULT else field.default_factory()
