"""What comes back from others: one answer file of a form, or the combined file of whoever collects for a round."""

from __future__ import annotations

import re
import secrets
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.forms.paper import ParsedComments
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.instrument import Domain, Identifier, Instrument, Item, Version
from reflect_tui.model.round import (
    MARK_LENGTH,
    MAX_INVITED,
    RATERS,
    Group,
    Name,
    Promise,
    Rater,
    Released,
    Round,
    clean_comments,
    new_token,
    released_table,
)
from reflect_tui.model.session import (
    MAX_NOTE,
    MAX_NOTES,
    NOT_APPLICABLE,
    SESSION_ID,
    Digest,
    Moment,
    RoundId,
    Score,
    Session,
    new_id,
)
from reflect_tui.text import clean
from reflect_tui.toml import formats

_CHECK = re.compile(rb'^check[ \t]*=[ \t]*"([^"\n]*)"[ \t]*(?:\r?\n|\Z)', re.MULTILINE)
_OPTIONAL = {"minimum", "name", "person"}
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

    `check` tells whether all of it is there, see text_check(); forms of earlier versions made none.
    `person` and `minimum` are there where a third person collects: the mark of whoever was asked, the same in all their
    forms, and how many of a group the round needs.

    A named one has `started` and `finished` and the id of a session; a confidential one has neither, nor a `name`, and
    its id is random throughout.
    """

    format: Literal[1] = 1
    check: Annotated[str, Meta(pattern=r"^([0-9A-Fa-f]{8})?$(?!\n)")] = ""
    id: AnswerId
    round: RoundId
    token: Token
    promise: Promise
    about: Name = ""
    instrument: Identifier
    version: Version
    digest: Digest
    role: Rater
    person: Annotated[str, Meta(pattern=rf"^([0-9a-f]{{{MARK_LENGTH}}})?$(?!\n)")] = ""
    minimum: Group | None = None
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
    """What may be told of a round, made by a third person of the answers; `tokens` are those of all that counted.

    `answers` are the single answers that a file of an earlier version holds instead.
    """

    format: Literal[1] = 1
    combined: Literal[True] = True
    round: RoundId
    about: Name = ""
    instrument: Identifier
    version: Version
    digest: Digest
    tokens: Annotated[tuple[Token, ...], Meta(min_length=1, max_length=MAX_INVITED)]
    released: Annotated[tuple[Released, ...], Meta(max_length=len(RATERS))] = ()
    answers: Annotated[tuple[AnswerContent, ...], Meta(max_length=MAX_INVITED)] = ()

    @property
    def people(self) -> dict[Rater, int]:
        """How many people of each group it is about."""
        return {group.role: group.people for group in self.released} or dict(
            Counter(answer.role for answer in self.answers)
        )


def is_answer(document: formats.Document) -> bool:
    """Check whether a document means to be an answer to a round, or a part of one, and no session of one's own."""
    return "check" in document or ("token" in document and bool({"scores", "digest"} & document.keys()))


def is_combined(document: formats.Document) -> bool:
    """Check whether a document means to be a combined file."""
    return "combined" in document


def parse(data: bytes, path: Path | str) -> AnswerFile:
    """Read the bytes of an answer file; texts come out clean.

    Raises:
        BadFileError: with every fault that can be seen without the round; or it is not whole.
    """
    _refuse_part(data, path)
    answer = formats.parse(data, AnswerFile, path, _faults)
    content = _tidy(answer.given)
    about, name = clean(answer.about, multiline=False), clean(answer.name, multiline=False)
    return structs.replace(answer, about=about, name=name, remark=content.remark, notes=content.notes)


def text_check(text: bytes) -> str:
    """Return what an answer bears so that a missing part is noticed: the CRC-32, in hexadecimal, of all below its line.

    Only ASCII letters and digits count, with or without an accent: a mail may break lines, and change blanks, quotes
    and how accents are written, but not these.
    """
    plain = unicodedata.normalize("NFD", text.decode("utf-8", "replace"))
    return f"{zlib.crc32(re.sub('[^0-9A-Za-z]', '', plain).encode()):08x}"


def given_check(text: bytes) -> bytes:
    """Return the check that a text bears, b"" when it has none: then nothing tells whether a part of it is missing."""
    found = _CHECK.search(text)
    return found[1].lower() if found else b""


def is_part(text: bytes) -> bool:
    """Check whether a part of an answer is missing, as far as its check tells."""
    found = _CHECK.search(text)
    return bool(found and found[1].lower().decode("utf-8", "replace") != text_check(text[found.end() :]))


def _refuse_part(data: bytes, path: Path | str) -> None:
    if is_part(data):
        text = _(
            "is not whole: a part of the answer is missing, or was changed after the form had made it. Ask for all of "
            "the text once more, or for the file"
        )
        raise BadFileError(path, (Fault("", text),))


def parse_combined(data: bytes, path: Path | str) -> CombinedFile:
    """Read the bytes of a combined file; texts come out clean.

    Raises:
        BadFileError: with every fault that can be seen without the round.
    """
    combined = formats.parse(data, CombinedFile, path, _combined_faults)
    answers = tuple(_tidy(answer) for answer in combined.answers)
    released = tuple(map(clean_comments, combined.released))
    about = clean(combined.about, multiline=False)
    return structs.replace(combined, about=about, answers=answers, released=released)


def _tidy(given: AnswerContent) -> AnswerContent:
    notes = {key: clean(note) for key, note in given.notes.items()}
    return structs.replace(given, remark=clean(given.remark), notes={key: note for key, note in notes.items() if note})


def dumps(answer: AnswerFile) -> bytes:
    """Return an answer file as a form writes it; the same answer gives the same bytes."""
    document = formats.document_of(answer)
    for key in ("started", "finished"):
        document |= {key: document.pop(key)} if key in document else {}
    del document["format"], document["check"]
    text = formats.dumps({key: value for key, value in document.items() if value or key not in _OPTIONAL})
    return formats.dumps({"format": answer.format, "check": text_check(text)}) + text


def dumps_combined(combined: CombinedFile) -> bytes:
    """Return a combined file; the same figures give the same bytes."""
    document = formats.document_of(combined) | {"released": [released_table(group) for group in combined.released]}
    return formats.dumps({key: value for key, value in document.items() if value or key not in ("released", "answer")})


def _faults(document: formats.Document) -> Iterator[Fault]:
    yield from formats.format_missing(document)
    yield from _too_long(document, "")
    moments = [key for key in ("started", "finished") if key in document]
    promise, identifier = document.get("promise"), document.get("id")
    named = isinstance(identifier, str) and not identifier.startswith("answer-")
    if promise == "confidential":
        telling = [*moments, *(["name"] if document.get("name") else []), *(["id"] if named else [])]
        yield from (Fault(key, _("a confidential answer carries no time and no name")) for key in telling)
    elif promise == "named":
        yield from (Fault(key, _("is missing")) for key in ("started", "finished") if key not in moments)
        if not named or f"-{document.get('role')}-" not in str(document["id"]):
            yield Fault("id", _("must be the id of a session, with the role in it"))


def _combined_faults(document: formats.Document) -> Iterator[Fault]:
    yield from formats.format_missing(document)
    tokens, given = document.get("tokens"), formats.tables(document, "answer")
    released = formats.tables(document, "released")
    if bool(given) == bool(released):
        yield Fault("released", _("is missing") if not given else _("stands beside single answers"))
    counts = [people for group in released if isinstance(people := group.get("people"), int)]
    if isinstance(tokens, list):
        if len(set(map(str, tokens))) != len(tokens):
            yield Fault("tokens", _("stands there twice"))
        if len(tokens) != len(given) + sum(counts):
            yield Fault("tokens", _("there must be as many as there are answers"))
    for number, answer in enumerate(given, 1):
        yield from _too_long(answer, f"answer[{number}].")


def _too_long(document: formats.Document, place: str) -> Iterator[Fault]:
    """Find texts that a session couldn't keep."""
    notes = {key: note for key, note in formats.table(document, "notes").items() if isinstance(note, str)}
    remark = document.get("remark")
    if isinstance(remark, str) and len(remark) > MAX_NOTE:
        text = _("the comment at the end is longer than {n} characters: ask for the answer with a shorter one")
        yield Fault(place.rstrip("."), text.format(n=MAX_NOTE))
    for key, note in notes.items():
        if len(note) > MAX_NOTE:
            text = _(
                'the comment on the statement "{item}" is longer than {n} characters: ask whoever wrote it for the '
                "answer with a shorter comment"
            )
            yield Fault(place.rstrip("."), text.format(item=key, n=MAX_NOTE))
    if sum(map(len, notes.values())) > MAX_NOTES:
        text = _("the comments are longer than {n} characters together: ask for the answer with shorter ones")
        yield Fault(place.rstrip("."), text.format(n=MAX_NOTES))


# An answer that was typed over from paper: what a form would have made of it; pure.


NO_COMMENTS = ParsedComments()


def asked_items(feedback_round: Round, content: Instrument) -> list[tuple[Domain, list[Item]]]:
    """Return the domains that a round asks about, with the items asked of each."""
    parts = [(domain, [item for item in domain.items if item.id in feedback_round.items]) for domain in content.domains]
    return [(domain, items) for domain, items in parts if items]


def paper_answer(
    feedback_round: Round,
    role: Rater,
    scores: Mapping[str, Score],
    moment: datetime,
    comments: ParsedComments = NO_COMMENTS,
) -> AnswerFile:
    """Make the answer; of a confidential round it has neither a time nor an id that tells one."""
    named = not feedback_round.is_confidential
    return AnswerFile(
        id=new_id(moment, role, secrets.token_hex(3)) if named else f"answer-{secrets.token_hex(16)}",
        round=feedback_round.id,
        token=new_token(),
        promise=feedback_round.promise,
        about=feedback_round.about,
        instrument=feedback_round.instrument,
        version=feedback_round.version,
        digest=feedback_round.digest,
        role=role,
        started=moment if named else None,
        finished=moment if named else None,
        remark=comments.remark,
        scores=dict(scores),
        notes=dict(comments.notes),
    )


def paper_summary(feedback_round: Round, scores: Mapping[str, Score], comments: ParsedComments = NO_COMMENTS) -> str:
    """Say how much is filled in, how often each score was given, so that a slip is noticed, and how many comments."""
    often = sorted(Counter(scores.values()).items(), key=lambda pair: str(pair[0]))
    none = _("n/a")
    counts = ", ".join(f"{none if score == NOT_APPLICABLE else score}: {count}×" for score, count in often)
    text = _("{n} of {total} filled in: {counts}.")
    sentence = text.format(n=len(scores), total=len(feedback_round.items), counts=counts)
    if not comments.count:
        return sentence
    return f"{sentence} " + ngettext("{n} comment.", "{n} comments.", comments.count).format(n=comments.count)


def session_of(asked: Round, given: AnswerContent, session_id: str, content: Instrument) -> Session:
    """Make the session that an answer becomes, at the moment the round was made; scores in the instrument's order."""
    place = content.positions.get
    scores = {key: given.scores[key] for key in sorted(given.scores, key=lambda key: place(key, 0))}
    notes = {key: given.notes[key] for key in sorted(given.notes, key=lambda key: place(key, 0))}
    return Session(
        id=session_id,
        instrument=asked.instrument,
        version=asked.version,
        digest=asked.digest,
        role=given.role,
        round=asked.id,
        started=asked.made,
        finished=asked.made,
        remark=given.remark,
        scores=scores,
        notes=notes,
    )
