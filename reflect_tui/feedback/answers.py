"""What comes back from others: one answer file of a form, or the combined file of whoever collects for a round."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.errors import Fault
from reflect_tui.forms.paper import ParsedComments
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.instrument import Domain, Identifier, Instrument, Item, Version
from reflect_tui.model.round import MAX_INVITED, Name, Promise, Rater, Round, new_token
from reflect_tui.model.session import (
    MAX_NOTE,
    MAX_NOTES,
    NOT_APPLICABLE,
    SESSION_ID,
    Digest,
    Moment,
    RoundId,
    Score,
    new_id,
    toml_datetime,
)
from reflect_tui.text import clean
from reflect_tui.toml import formats

AnswerId = Annotated[str, Meta(pattern=rf"^({SESSION_ID}|answer-[0-9a-f]{{32}})$(?!\n)")]
Token = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22,64}$(?!\n)")]


class AnswerContent(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What someone said, and in which role; nothing in it says who or when."""

    role: Rater
    remark: str = ""
    scores: dict[Identifier, Score] = {}
    notes: dict[Identifier, str] = {}


class AnswerFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file that a form makes; `promise` is what the form promised to whoever filled it in.

    A named one has `started` and `finished` and the id of a session; a confidential one has neither, nor a `name`, and
    its id is random throughout.
    """

    format: Literal[1] = 1
    id: AnswerId
    round: RoundId
    token: Token
    promise: Promise
    about: Name = ""
    instrument: Identifier
    version: Version
    digest: Digest
    role: Rater
    name: Name = ""
    started: Moment | None = None
    finished: Moment | None = None
    remark: str = ""
    scores: dict[Identifier, Score]
    notes: dict[Identifier, str] = {}

    @property
    def given(self) -> AnswerContent:
        """What was said, without all that tells who and when."""
        return AnswerContent(role=self.role, remark=self.remark, scores=dict(self.scores), notes=dict(self.notes))


class CombinedFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"answers": "answer"}):
    """The answers of a round together, made by a third person: in no order, and the tokens apart from them."""

    format: Literal[1] = 1
    combined: Literal[True] = True
    round: RoundId
    about: Name = ""
    instrument: Identifier
    version: Version
    digest: Digest
    tokens: Annotated[tuple[Token, ...], Meta(min_length=1, max_length=MAX_INVITED)]
    answers: Annotated[tuple[AnswerContent, ...], Meta(min_length=1, max_length=MAX_INVITED)]


def is_answer(document: formats.Document) -> bool:
    """Tell whether a document means to be an answer to a round, and no session of one's own."""
    return "token" in document and bool({"scores", "digest"} & document.keys())


def is_combined(document: formats.Document) -> bool:
    """Tell whether a document means to be a combined file."""
    return "combined" in document


def parse(data: bytes, path: Path | str) -> AnswerFile:
    """Read the bytes of an answer file; texts come out clean.

    Raises:
        BadFileError: with every fault that can be seen without the round.
    """
    found = formats.parse(data, AnswerFile, path, _faults)
    said = _tidy(found.given)
    about, name = clean(found.about, multiline=False), clean(found.name, multiline=False)
    return structs.replace(found, about=about, name=name, remark=said.remark, notes=said.notes)


def load(path: Path) -> AnswerFile:
    """Read one answer file.

    Raises:
        NotFoundError: there is no such file.
        BadFileError: with every fault that can be seen without the round.
    """
    return parse(formats.read_bytes(path), path)


def parse_combined(data: bytes, path: Path | str) -> CombinedFile:
    """Read the bytes of a combined file; texts come out clean.

    Raises:
        BadFileError: with every fault that can be seen without the round.
    """
    found = formats.parse(data, CombinedFile, path, _combined_faults)
    answers = tuple(_tidy(answer) for answer in found.answers)
    return structs.replace(found, about=clean(found.about, multiline=False), answers=answers)


def _tidy(given: AnswerContent) -> AnswerContent:
    notes = {key: clean(note) for key, note in given.notes.items()}
    return structs.replace(given, remark=clean(given.remark), notes={key: note for key, note in notes.items() if note})


def dumps(found: AnswerFile) -> bytes:
    """Give an answer file as a form writes it; the same answer gives the same bytes."""
    document = structs.asdict(found) | {"scores": dict(found.scores), "notes": dict(found.notes)}
    for key in ("started", "finished"):
        moment = document.pop(key)
        if moment:
            document[key] = toml_datetime(moment)
    return formats.dumps({key: value for key, value in document.items() if value or key != "name"})


def dumps_combined(found: CombinedFile) -> bytes:
    """Give a combined file; the same answers in the same order give the same bytes."""
    document = structs.asdict(found) | {"tokens": list(found.tokens)}
    document["answer"] = [answer_table(answer) for answer in document.pop("answers")]
    return formats.dumps(document)


def answer_table(given: AnswerContent) -> formats.Document:
    """Give an answer as a table of TOML."""
    return structs.asdict(given) | {"scores": dict(given.scores), "notes": dict(given.notes)}


def _faults(document: formats.Document) -> Iterator[Fault]:
    if "format" not in document:
        yield Fault("format", _("is missing"))
    yield from _too_long(document, "")
    moments = [key for key in ("started", "finished") if key in document]
    promise, named = document.get("promise"), _is_session_id(document.get("id"))
    if promise == "confidential":
        telling = [*moments, *(["name"] if document.get("name") else []), *(["id"] if named else [])]
        yield from (Fault(key, _("a confidential answer carries no time and no name")) for key in telling)
    elif promise == "named":
        yield from (Fault(key, _("is missing")) for key in ("started", "finished") if key not in moments)
        if not named or f"-{document.get('role')}-" not in str(document["id"]):
            yield Fault("id", _("must be the id of a session, with the role in it"))


def _is_session_id(found: object) -> bool:
    return isinstance(found, str) and not found.startswith("answer-")


def _combined_faults(document: formats.Document) -> Iterator[Fault]:
    if "format" not in document:
        yield Fault("format", _("is missing"))
    tokens, given = document.get("tokens"), formats.tables(document, "answer")
    if isinstance(tokens, list):
        if len(set(map(str, tokens))) != len(tokens):
            yield Fault("tokens", _("stands there twice"))
        if len(tokens) != len(given):
            yield Fault("tokens", _("there must be as many as there are answers"))
    for number, answer in enumerate(given, 1):
        yield from _too_long(answer, f"answer[{number}].")


def _too_long(document: formats.Document, place: str) -> Iterator[Fault]:
    """Find texts that a session couldn't keep."""
    notes = {key: note for key, note in formats.table(document, "notes").items() if isinstance(note, str)}
    remark = document.get("remark")
    if isinstance(remark, str) and len(remark) > MAX_NOTE:
        yield Fault(f"{place}remark", _("is longer than {n} characters").format(n=MAX_NOTE))
    for key, note in notes.items():
        if len(note) > MAX_NOTE:
            yield Fault(f"{place}notes.{key}", _("is longer than {n} characters").format(n=MAX_NOTE))
    if sum(map(len, notes.values())) > MAX_NOTES:
        yield Fault(f"{place}notes", _("are longer than {n} characters together").format(n=MAX_NOTES))


# An answer that was typed over from paper: what a form would have made of it; pure.


NO_COMMENTS = ParsedComments()


def asked_items(found: Round, content: Instrument) -> list[tuple[Domain, list[Item]]]:
    """Give the domains that a round asks about, with the items asked of each."""
    parts = [(domain, [item for item in domain.items if item.id in found.items]) for domain in content.domains]
    return [(domain, items) for domain, items in parts if items]


def paper_answer(
    found: Round, role: Rater, scores: Mapping[str, Score], moment: datetime, comments: ParsedComments = NO_COMMENTS
) -> AnswerFile:
    """Make the answer; of a confidential round it has neither a time nor an id that tells one."""
    named = not found.is_confidential
    return AnswerFile(
        id=new_id(moment, role, secrets.token_hex(3)) if named else f"answer-{secrets.token_hex(16)}",
        round=found.id,
        token=new_token(),
        promise=found.promise,
        about=found.about,
        instrument=found.instrument,
        version=found.version,
        digest=found.digest,
        role=role,
        started=moment if named else None,
        finished=moment if named else None,
        remark=comments.remark,
        scores=dict(scores),
        notes=dict(comments.notes),
    )


def paper_summary(found: Round, scores: Mapping[str, Score], comments: ParsedComments = NO_COMMENTS) -> str:
    """Say how much is filled in, how often each score was given, so that a slip is noticed, and how many comments."""
    often = sorted(Counter(scores.values()).items(), key=lambda pair: str(pair[0]))
    none = _("n/a")
    counts = ", ".join(f"{none if score == NOT_APPLICABLE else score}: {count}×" for score, count in often)
    text = _("{n} of {total} filled in: {counts}.")
    said = text.format(n=len(scores), total=len(found.items), counts=counts)
    if not comments.count:
        return said
    return f"{said} " + ngettext("{n} comment.", "{n} comments.", comments.count).format(n=comments.count)
