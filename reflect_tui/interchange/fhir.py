"""An instrument as a FHIR R4 Questionnaire (hl7.org/fhir/R4/questionnaire.html), as plain JSON, and back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.interchange.document import Account, Document, Heading, Imported, Question, assembled, objects, plain
from reflect_tui.interchange.questions import Answer, as_score, points_of, runs, text_of
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import NOT_APPLICABLE, Score, Session
from reflect_tui.toml import formats

_HL7 = "http://hl7.org/fhir/StructureDefinition"
ORDINAL = f"{_HL7}/ordinalValue"
_SCORES = (ORDINAL, f"{_HL7}/itemWeight", f"{_HL7}/questionnaire-ordinalValue")
_SHORT = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-shortText"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
_COMPUTED = (f"{_SDC}calculatedExpression", f"{_SDC}initialExpression", f"{_HL7}/cqf-expression")
_CONDITION = (f"{_SDC}enableWhenExpression",)
_CONTROL = f"{_HL7}/questionnaire-itemControl"
_HELP = {"coding": [{"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help"}]}
_TOLD = ("name", "version", "title", "language", "publisher", "description", "copyright")
DOMAIN, STEM = "domain.", "stem."
"""Begin the link ids of groups: a link id is there once, and a domain may have the id of a statement."""


def canonical(identifier: str) -> str:
    """Return the address of an instrument as FHIR wants one: the same for everybody, and leading nowhere."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'reflect-tui/instruments/{identifier}')}"


def scores(document: Document, item: Document) -> dict[int, int]:
    """Return what each point of the scale counts for an item: itself, or its opposite where the item is reversed."""
    values = [point["value"] for point in document["scale"]["points"]]
    return dict(zip(values, reversed(values) if item.get("reversed") else values, strict=True))


# Out.


def questionnaire(document: Document) -> Document:
    """Return an instrument as a Questionnaire: a group for each domain, one in it for each stem, scored choices."""
    source = document["source"]
    return {
        "resourceType": "Questionnaire",
        "language": document["language"],
        "url": canonical(document["id"]),
        "version": document["version"],
        "name": document["id"],
        "title": document["title"],
        "status": "active",
        "publisher": source["publisher"],
        "description": source["document"],
        "copyright": source["rights"],
        "item": [*_instructions(document), *_groups(document)],
    }


def _instructions(document: Document) -> list[Document]:
    text = document.get("instructions")
    return [{"linkId": "text.instructions", "text": text, "type": "display"}] if text else []


def as_json(content: object) -> bytes:
    """Write a resource as JSON, for people too."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _groups(document: Document) -> list[Document]:
    groups: list[Document] = []
    for domain, stem, items in runs(document):
        link = f"{DOMAIN}{domain['id']}"
        if not groups or groups[-1]["linkId"] != link:
            short = {"extension": [{"url": _SHORT, "valueString": domain["short"]}]} if domain.get("short") else {}
            groups.append({**short, "linkId": link, "text": domain["title"], "type": "group", "item": []})
        choices = [_choice(document, domain, item) for item in items]
        below = {"linkId": f"{STEM}{items[0]['id']}", "text": stem, "type": "group", "item": choices}
        groups[-1]["item"] += [below] if stem else choices
    return groups


def _choice(document: Document, domain: Document, item: Document) -> Document:
    counted, points = scores(document, item), points_of(document, domain, item)
    options = [{"valueCoding": coding(point["value"], point["label"], counted)} for point in points]
    question = {"linkId": item["id"], "text": text_of(item, document), "type": "choice", "answerOption": options}
    if not item.get("help"):
        return question
    control = [{"url": _CONTROL, "valueCodeableConcept": _HELP}]
    explained = {"extension": control, "linkId": f"help.{item['id']}", "text": item["help"], "type": "display"}
    return question | {"item": [explained]}


def coding(value: int, label: str, counted: Mapping[int, int]) -> Document:
    """Return a point of the scale as FHIR has it: its value as code, its word, and what it counts."""
    return {"extension": [{"url": ORDINAL, "valueDecimal": counted[value]}], "code": str(value), "display": label}


# In.


def imported(resource: Document, account: Account, path: Path) -> Imported:
    """Read a Questionnaire.

    Raises:
        BadFileError: with every item that is no choice of one score, by its link id.
    """
    content = _Part(resource)
    if content.take("resourceType") != "Questionnaire":
        raise BadFileError(path, (Fault("resourceType", _("must be {name}").format(name="Questionnaire")),))
    reader = _Reader(content.take("contained"), account)
    told = {key: account.text(key, content.take(key)) for key in _TOLD}
    head: Document = {
        "id": told["name"],
        "version": told["version"],
        "title": told["title"] or told["name"],
        "language": told["language"][:2].lower(),
        "source": {"publisher": told["publisher"], "document": told["description"], "rights": told["copyright"]},
    }
    reader.read(content.take("item"), ())
    head["instructions"] = "\n".join(reader.instructions)
    if content.take("status") != "active":
        account.omit(["status"])
    account.omit(content.left())
    return assembled(head, reader.questions, account, path)


class _Part:
    """A JSON object that is taken apart: what nobody took is left."""

    def __init__(self, content: object) -> None:
        self._content: Document = dict(content) if isinstance(content, dict) else {}
        self._taken: set[str] = set()

    def take(self, key: str) -> Any:
        """Take what stands under a key; None for nothing."""
        self._taken.add(key)
        return self._content.get(key)

    def text(self, key: str) -> str:
        """Return a text without taking it."""
        return str(self._content.get(key) or "")

    def has(self, key: str) -> bool:
        """Tell whether something stands under a key, without taking it."""
        return bool(self._content.get(key))

    def extensions(self) -> dict[str, object]:
        """Take the extensions, by address, each with its value."""
        return {
            str(part.get("url")): next((part[key] for key in part if key.startswith("value")), None)
            for part in objects(self.take("extension"))
        }

    def left(self, owner: str = "") -> Iterator[str]:
        """List the keys that were not taken."""
        return (f"{owner}{key}" for key in self._content if key not in self._taken)


class _Reader:
    """Reads the items of a Questionnaire, group by group."""

    def __init__(self, contained: object, account: Account) -> None:
        self.questions: list[Question] = []
        self.instructions: list[str] = []
        self._account = account
        self._sets = {f"#{part.get('id')}": _concepts(part) for part in objects(contained)}

    def read(self, items: object, headings: tuple[Heading, ...]) -> None:
        """Read items below their headings."""
        for content in objects(items):
            part = _Part(content)
            link, text, kind = (
                self._account.text(f"{part.text('linkId')}, {key}", part.take(key))
                for key in ("linkId", "text", "type")
            )
            place = f"{link} ({text})" if text and kind != "group" else link
            extensions = part.extensions()
            if kind in ("coding", "integer") and (part.has("answerOption") or part.has("answerValueSet")):
                kind = "choice"  # as R5 names it, and as some write a rating in numbers
            if problem := _problem(kind, part, extensions):
                self._account.refuse(place, problem)
                continue
            if kind == "group":
                heading = Heading(_bare(link), text, str(extensions.pop(_SHORT, "") or ""))
                self.read(part.take("item"), (*headings, heading) if text else headings)
            elif kind == "display" and text and not headings and not self.questions:
                self.instructions.append(text)
            elif kind == "display":
                self._account.omit([place])
            else:
                self._question(part, link, text, place, headings)
            self._account.omit(part.left("item."))
            self._account.omit(f"item.extension {url.rpartition('/')[2]}" for url in extensions)

    def _question(self, part: _Part, link: str, text: str, place: str, headings: tuple[Heading, ...]) -> None:
        named = str(part.take("answerValueSet") or "")
        options = objects(part.take("answerOption"))
        answers = self._sets.get(named) or tuple(map(_answer, options))
        if len(answers) < 2:  # noqa: PLR2004 -- one answer is no choice
            problem = (
                _("takes its answers from elsewhere: {place}").format(place=named) if named else _("has no answers")
            )
            self._account.refuse(place, problem)
        elif not text:
            self._account.refuse(place, _("has no text"))
        else:
            more = {"help": help_text} if (help_text := self._help(part)) else {}
            self.questions.append(Question(link, text, answers, place, headings, more))

    def _help(self, part: _Part) -> str:
        """Return what explains a question; other texts below it are told."""
        texts = [(_Part(item).extensions().get(_CONTROL), item) for item in objects(part.take("item"))]
        others = [item for control, item in texts if not _is_help(control)]
        self._account.omit(f"{item.get('linkId')} ({item.get('text')})" for item in others)
        return "\n".join(str(item.get("text")) for control, item in texts if _is_help(control) and item.get("text"))


def _is_help(control: object) -> bool:
    codings = objects(control.get("coding")) if isinstance(control, dict) else []
    return any(coding.get("code") == "help" for coding in codings)


def _bare(link: str) -> str:
    return link.removeprefix(DOMAIN).removeprefix(STEM)


def _problem(kind: str, part: _Part, extensions: Mapping[str, object]) -> str:
    """Say why an item can't be a statement to score; "" for one that can, a group, and a text to read."""
    repeats = part.take("repeats") is True
    problems = {
        _("is skip logic: it is only asked of some (enableWhen)"): part.take("enableWhen")
        or any(url in extensions for url in _CONDITION),
        _("is computed, and asked of nobody"): part.take("readOnly") is True
        or any(url in extensions for url in _COMPUTED),
        _("repeats its questions any number of times"): repeats and kind == "group",
        _("asks for free text"): kind in ("string", "text", "open-choice")
        or part.take("answerConstraint") in ("optionsOrString", "optionsOrType"),
        _("asks for several answers"): repeats and kind == "choice",
        _("has questions below it that depend on its answer"): kind == "choice"
        and any(item.get("type") != "display" for item in objects(part.take("item"))),
    }
    other = _("asks for something else than one choice of a scale: {kind}").format(kind=kind)
    usual = "" if kind in ("group", "display", "choice") else other
    return next((problem for problem, is_so in problems.items() if is_so), usual)


def _concepts(value_set: Document) -> tuple[Answer, ...]:
    """Return the answers of a value set: those that it lists, else those that another program found it to be."""
    includes = objects(formats.table(value_set, "compose").get("include"))
    listed = [concept for part in includes for concept in objects(part.get("concept"))]
    expanded = objects(formats.table(value_set, "expansion").get("contains"))
    return tuple(_coded(concept, {}) for concept in listed or expanded)


def _answer(option: Document) -> Answer:
    value = next((value for key, value in option.items() if key.startswith("value")), "")
    if isinstance(value, dict):
        return _coded(value, option)
    return Answer(str(value), as_score(value))


def _coded(content: Document, option: Document) -> Answer:
    """Read a coding; its score may stand at it, or at the option that holds it."""
    extensions = {**_Part(option).extensions(), **_Part(content).extensions()}
    numbers = [extensions[url] for url in _SCORES if url in extensions]
    score = next((score for number in numbers if (score := as_score(number)) is not None), None)
    code = str(content.get("code") or "")
    return Answer(str(content.get("display") or code), score, code)


_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def bundle(answered: Iterable[tuple[Session, Instrument]]) -> bytes:
    """Return sessions as one collection: every instrument that was answered, then a response for each session."""
    instruments: dict[str, Document] = {}
    responses: dict[str, Document] = {}
    for session, instrument in answered:
        instruments[instrument.digest] = questionnaire(plain(instrument))
        responses[session.id] = response(session, instrument)
    entries = [
        {"fullUrl": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}", "resource": resource}
        for name, resource in (instruments | responses).items()
    ]
    return as_json({"resourceType": "Bundle", "type": "collection", "entry": entries})


def response(session: Session, instrument: Instrument) -> Document:
    """Return the answers of a session, below the same groups as the questions of questionnaire()."""
    document = plain(instrument)
    groups: dict[str, Document] = {}
    for domain, stem, items in runs(document):
        link = f"{DOMAIN}{domain['id']}"
        group = groups.setdefault(link, {"linkId": link, "text": domain["title"], "item": []})
        answers = [
            _given_answer(item, domain, document, session.scores) for item in items if item["id"] in session.scores
        ]
        below = {"linkId": f"{STEM}{items[0]['id']}", "text": stem, "item": answers}
        group["item"] += [below] if stem and answers else answers
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"value": session.id},
        "questionnaire": f"{canonical(session.instrument)}|{session.version}",
        "status": "completed",
        "authored": session.finished.isoformat(),
        "source": {"display": session.role},
        "item": [group for group in groups.values() if group["item"]],
    }


def _given_answer(item: Document, domain: Document, document: Document, given: Mapping[str, Score]) -> Document:
    """Return one answer; "not applicable" is an answer without a value, and with the reason for that."""
    score = given[item["id"]]
    labels = {point["value"]: point["label"] for point in points_of(document, domain, item)}
    value = (
        {"extension": [{"url": _ABSENT, "valueCode": "not-applicable"}]}
        if score == NOT_APPLICABLE or not isinstance(score, int)
        else coding(score, labels[score], scores(document, item))
    )
    return {"linkId": item["id"], "text": text_of(item, document), "answer": [{"valueCoding": value}]}
