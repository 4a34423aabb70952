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
from reflect_tui.model.round import (
    MAX_INVITED,
    RATERS,
    Invited,
    Name,
    Promise,
    Rater,
    Released,
    Round,
    clean_comments,
    fits,
    new_token,
    released_faults,
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
    misfits,
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
    """Check whether a document means to be an answer to a round, and no session of one's own."""
    return "token" in document and bool({"scores", "digest"} & document.keys())


def is_combined(document: formats.Document) -> bool:
    """Check whether a document means to be a combined file."""
    return "combined" in document


def parse(data: bytes, path: Path | str) -> AnswerFile:
    """Read the bytes of an answer file; texts come out clean.

    Raises:
        BadFileError: with every fault that can be seen without the round.
    """
    answer = formats.parse(data, AnswerFile, path, _faults)
    content = _tidy(answer.given)
    about, name = clean(answer.about, multiline=False), clean(answer.name, multiline=False)
    return structs.replace(answer, about=about, name=name, remark=content.remark, notes=content.notes)


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
    document = structs.asdict(answer) | {"scores": dict(answer.scores), "notes": dict(answer.notes)}
    for key in ("started", "finished"):
        moment = document.pop(key)
        if moment:
            document[key] = toml_datetime(moment)
    return formats.dumps({key: value for key, value in document.items() if value or key != "name"})


def dumps_combined(combined: CombinedFile) -> bytes:
    """Return a combined file; the same figures give the same bytes."""
    document = structs.asdict(combined) | {"tokens": list(combined.tokens)}
    del document["answers"], document["released"]
    if combined.released:
        document["released"] = [released_table(group) for group in combined.released]
    if combined.answers:
        document["answer"] = [answer_table(answer) for answer in combined.answers]
    return formats.dumps(document)


def answer_table(given: AnswerContent) -> formats.Document:
    """Return an answer as a table of TOML."""
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


def _is_session_id(value: object) -> bool:
    return isinstance(value, str) and not value.startswith("answer-")


def _combined_faults(document: formats.Document) -> Iterator[Fault]:
    if "format" not in document:
        yield Fault("format", _("is missing"))
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
        yield Fault(f"{place}remark", _("is longer than {n} characters").format(n=MAX_NOTE))
    for key, note in notes.items():
        if len(note) > MAX_NOTE:
            yield Fault(f"{place}notes.{key}", _("is longer than {n} characters").format(n=MAX_NOTE))
    if sum(map(len, notes.values())) > MAX_NOTES:
        yield Fault(f"{place}notes", _("are longer than {n} characters together").format(n=MAX_NOTES))


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


# Whether what came in belongs to a round: every reason against it, each with its place.


def answer_faults(answer: AnswerFile, asked: Round, content: Instrument) -> tuple[Fault, ...]:
    """List why an answer can't be taken into a round; that its token was used before is for the caller to judge."""
    faults = [*_state_faults(asked), *_identity_faults(answer, asked)]
    if asked.collector == "third person":
        someone = _("is one that a third person collects: only the combined file of all answers comes in")
        faults.append(Fault("round", someone))
    if answer.promise != asked.promise:
        faults.append(Fault("promise", _("is not what the round promises, so it is not imported")))
    invited = asked.bearer(answer.token)
    faults += _token_faults("token", invited)
    if invited and invited.role != answer.role:
        faults.append(Fault("role", _("is not the role that this person was invited in")))
    return (*faults, *_content_faults("", answer.given, asked, content))


def combined_faults(combined: CombinedFile, asked: Round, content: Instrument) -> tuple[Fault, ...]:
    """List why a combined file can't be taken into a round."""
    faults = [*_state_faults(asked), *_identity_faults(combined, asked)]
    if asked.collector != "third person":
        faults.append(Fault("round", _("is not one that a third person collects")))
    bearers = [asked.bearer(token) for token in combined.tokens]
    for number, bearer in enumerate(bearers, 1):
        faults += _token_faults(f"tokens[{number}]", bearer)
    people = [bearer.token for bearer in bearers if bearer]
    faults += [
        Fault(f"tokens[{number}]", _("is of a person who answered twice; combine again with the first answer only"))
        for number, token in enumerate(people, 1)
        if token in people[: number - 1]
    ]
    roles = combined.people
    if None not in bearers and Counter(bearer.role for bearer in bearers if bearer) != roles:
        faults.append(Fault("tokens", _("are not of as many people in each role as there are answers")))
    if not any(count >= asked.needed(role) for role, count in roles.items()):
        faults.append(Fault("tokens", _("are too few: no group has as many answers as the round promises")))
    for number, answer in enumerate(combined.answers, 1):
        faults += _content_faults(f"answer[{number}].", answer, asked, content)
    faults += released_faults(combined.released, asked.items, asked.needed)
    for number, group in enumerate(combined.released, 1):
        if not fits(group, content):
            faults.append(Fault(f"released[{number}]", _("is not about the statements and the scale of the round")))
    return tuple(faults)


def _state_faults(asked: Round) -> Iterator[Fault]:
    if asked.state == "closed":
        yield Fault("round", _("is closed"))
    elif asked.state == "withdrawn":
        yield Fault("round", _("was withdrawn"))


def _identity_faults(given: AnswerFile | CombinedFile, asked: Round) -> Iterator[Fault]:
    if given.about != asked.about:
        yield Fault("about", _("is about someone else than the round"))
    for key in ("instrument", "version", "digest"):
        if getattr(given, key) != getattr(asked, key):
            yield Fault(key, _("is not that of the round"))


def _token_faults(place: str, invited: Invited | None) -> Iterator[Fault]:
    if invited is None:
        yield Fault(place, _("belongs to no invitation of this round"))
    elif invited.withdrawn:
        yield Fault(place, _("is that of an invitation that was withdrawn"))


def _content_faults(place: str, given: AnswerContent, asked: Round, content: Instrument) -> Iterator[Fault]:
    """Find scores off the scale, items that were not asked, and an answer that says nothing."""
    yield from content_faults(given, content, place)
    for name, table in (("scores", given.scores), ("notes", given.notes)):
        unasked = (key for key in table if key in content.positions and key not in asked.items)
        yield from (Fault(f"{place}{name}.{key}", _("was not asked in this round")) for key in unasked)


def content_faults(given: AnswerContent | AnswerFile, content: Instrument, place: str = "") -> Iterator[Fault]:
    """Find what can't be an answer to an instrument, in whatever round."""
    yield from (Fault(f"{place}{fault.place}", fault.problem) for fault in misfits(given.scores, given.notes, content))
    if not given.scores:
        yield Fault(f"{place}scores", _("must not be empty"))


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
