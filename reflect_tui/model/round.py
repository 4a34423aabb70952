"""One round of feedback: who is asked, about what, under which promise, what may be told of it, and its TOML form."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal, cast

from msgspec import Meta, Struct, structs

from reflect_tui.errors import BadFileError, Fault, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.agenda import Bound
from reflect_tui.model.instrument import Identifier, Instrument, Version
from reflect_tui.model.session import MAX_NOTE, ROUND_ID, SESSION_ID, Digest, Moment, RoundId, name_faults
from reflect_tui.text import clean, folded
from reflect_tui.toml import formats

FOLDER = "rounds"
_ID = rf"^{ROUND_ID}$(?!\n)"
_FIXED = ("id", "instrument", "version", "digest", "about", "promise", "collector", "minimum", "items")
Rater = Literal["colleague", "manager", "client", "other"]
"""An `other` is a colleague or a client, where a confidential round tells these together as one group."""
RATERS: tuple[Rater, ...] = ("manager", "colleague", "client", "other")
Promise = Literal["named", "confidential"]
Collector = Literal["self", "third person"]
State = Literal["open", "closed", "withdrawn"]
MINIMUM = 3
MAX_NAME = 100
MAX_INVITED = 100
MAX_FORMS = 100
MARK_LENGTH = 16
MAX_BYTES = 60_000_000
"""A round that is closed holds the comments of everybody."""
Name = Annotated[str, Meta(max_length=MAX_NAME)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}$(?!\n)")]
InSession = Annotated[str, Meta(pattern=rf"^({SESSION_ID})?$(?!\n)")]
Group = Annotated[int, Meta(ge=1, le=MAX_INVITED)]
Told = Annotated[int, Meta(ge=0, le=1_000_000)]


class Invited(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Someone who is asked; `label` is for the owner's eyes only, `token` is the digest of what their file bears.

    `earlier` are those of forms that this person was given before: they count as well, and the first answer stands.
    `session` is what they gave, in a named round only: a confidential one keeps no such link.
    """

    role: Rater
    label: Name
    token: Digest
    earlier: Annotated[tuple[Digest, ...], Meta(max_length=MAX_FORMS)] = ()
    answered: bool = False
    withdrawn: bool = False
    session: InSession = ""

    @property
    def tokens(self) -> tuple[str, ...]:
        """The digests of all tokens of this person; the first stands for them on every device, whoever has which."""
        return (*self.earlier, self.token)

    @property
    def name(self) -> tuple[str, str]:
        """The role and label, as labels are compared: two people of one name are one."""
        return self.role, folded(self.label)

    def bears(self, tokens: Collection[str]) -> bool:
        """Whether one of these is the digest of a token of this person."""
        return not set(self.tokens).isdisjoint(tokens)


class ReleasedDomain(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is told of a domain: the sum of its scores, to be read with `bound`."""

    id: Identifier
    sum: Told
    bound: Bound = ""


class ReleasedFocus(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an earlier version told of a focus: its mean in quarters of a point, rounded. Kept, and not shown."""

    id: Identifier
    quarters: Told


class Comment(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that was written about a domain, or about it all (domain "")."""

    domain: Annotated[str, Meta(max_length=64)] = ""
    text: Annotated[str, Meta(max_length=MAX_NOTE)]


class Released(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
    rename={"domains": "domain", "focuses": "focus", "comments": "comment"},
):
    """What may be told of one group of a confidential round: fixed when the round is closed, and nothing else is kept.

    `scored` has every statement that enough people scored, and how many did. Of each, a manager's `sums` are told as
    they are; of other groups only the mean, rounded to whole `points`, and `domains`. Only earlier versions wrote
    `focuses`. Comments stand in an order that their own text decides.
    """

    role: Rater
    people: Group
    scored: dict[Identifier, Group]
    sums: dict[Identifier, Told] = {}
    points: dict[Identifier, Told] = {}
    domains: tuple[ReleasedDomain, ...] = ()
    focuses: tuple[ReleasedFocus, ...] = ()
    comments: tuple[Comment, ...] = ()


class Round(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A round; `about` is the name used in the wording, `items` are those asked, in the order of the instrument.

    `minimum` is how many of one group must have answered before a confidential round gives that group; see needed().
    `promised` stands in the file alone, once someone has answered: the seal of all that is fixed from then on.
    `closed` is when a confidential round was closed, and `released` what may be told of its groups since.
    """

    format: Literal[1] = 1
    id: RoundId
    instrument: Identifier
    version: Version
    digest: Digest
    about: Name = ""
    language: Language
    promise: Promise
    collector: Collector = "self"
    minimum: Group = MINIMUM
    made: Moment
    closes: date
    state: State = "open"
    closed: Moment | None = None
    promised: Annotated[str, Meta(pattern=r"^(sha256:[0-9a-f]{64})?$(?!\n)")] = ""
    items: Annotated[tuple[Identifier, ...], Meta(min_length=1)]
    invited: Annotated[tuple[Invited, ...], Meta(min_length=1, max_length=MAX_INVITED)]
    released: Annotated[tuple[Released, ...], Meta(max_length=len(RATERS))] = ()

    @property
    def answered(self) -> int:
        """How many have answered."""
        return sum(person.answered for person in self.invited)

    @property
    def is_confidential(self) -> bool:
        """Whether answers come in only together, without name, time or order."""
        return self.promise == "confidential"

    @property
    def roles(self) -> tuple[Rater, ...]:
        """The groups that are asked."""
        return tuple(role for role in RATERS if any(person.role == role for person in self.invited))

    @property
    def is_joined(self) -> bool:
        """Whether colleagues and clients are told together as one group."""
        return "other" in self.roles

    def group(self, role: Rater) -> tuple[Invited, ...]:
        """Return those asked in one role."""
        return tuple(person for person in self.invited if person.role == role)

    def counting(self, role: Rater) -> tuple[Invited, ...]:
        """Return those of a group who answered, or still can: all but the withdrawn."""
        return tuple(person for person in self.group(role) if person.answered or not person.withdrawn)

    def answered_in(self, role: Rater) -> int:
        """How many of a group have answered."""
        return sum(person.answered for person in self.group(role))

    def is_untold(self, role: Rater) -> bool:
        """Whether nobody here knows who of a group answered: the combined file of a third person left it out."""
        return bool(self.closed) and self.collector == "third person" and not self.released_of(role)

    def released_of(self, role: Rater) -> Released | None:
        """Return what may be told of a group; None when nothing may, or the round goes on."""
        return next((group for group in self.released if group.role == role), None)

    def needed(self, role: Rater) -> int:
        """How many of a group must have answered: a manager is one person and is told so."""
        return 1 if role == "manager" else self.minimum

    def bearer(self, token: str) -> Invited | None:
        """Return whoever was invited with this token, or was given an earlier form with it."""
        digest = token_digest(token)
        return next((person for person in self.invited if digest in person.tokens), None)

    def mark(self, person: Invited, journal: str) -> str:
        """Return what stands for someone in each of their forms, whichever device made it.

        The id of the journal keeps whoever gets a form from trying labels until one fits.
        """
        if not person.label:
            return person.tokens[0].removeprefix("sha256:")[:MARK_LENGTH]
        known = "\n".join((journal, self.id, *person.name))
        return hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()[:MARK_LENGTH]

    def first_token(self, digest: str) -> str:
        """Return the digest that stands for whoever was given the token of this one; of a stranger's, itself."""
        return next((person.tokens[0] for person in self.invited if digest in person.tokens), digest)


class PromiseError(ReflectError):
    """What was promised to those who have answered would no longer be true."""


def new_id(made: datetime, roles: tuple[Rater, ...], randomness: str) -> str:
    """Make the id of a round made at this moment; `randomness` is six hexadecimal digits."""
    group = roles[0] if len(roles) == 1 and roles != ("other",) else "others"
    return f"{made:%Y-%m-%d}-{group}-{randomness}"


def is_id(text: str) -> bool:
    """Whether a text is written as the id of a round."""
    return re.fullmatch(_ID, text) is not None


def new_token() -> str:
    """Make the token of an invitation: 128 random bits, which nobody can guess."""
    return secrets.token_urlsafe(16)


def token_digest(token: str) -> str:
    """Return what the round keeps of a token: with the journal alone nobody can make a file that is taken in."""
    return "sha256:" + hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def with_new_token(person: Invited, digest: str) -> Invited:
    """Return someone with the token of another form; those of earlier forms stay, the first of them always."""
    first, *later = person.tokens
    return structs.replace(person, token=digest, earlier=(first, *later[1 - MAX_FORMS :]))


def relative_path(round_id: str) -> Path:
    """Return the path of a round's file within its journal."""
    return Path(FOLDER, f"{round_id}.toml")


def keep_promise(before: Round, after: Round) -> Round:
    """Return `after`, which is to take the place of `before`.

    Raises:
        PromiseError: someone has answered, and what they were promised or asked would change.
    """
    if before.answered and seal(before) != seal(after):
        raise PromiseError(
            _("Someone has answered already, so what they were promised and asked stays as it is. Make a new round.")
        )
    return after


def seal(round_: Round) -> str:
    """Return the digest of what is fixed once someone has answered: what they were promised and asked."""
    fixed = [getattr(round_, key) for key in _FIXED] + (["joined"] if round_.is_joined else [])
    return "sha256:" + hashlib.sha256(json.dumps(fixed).encode()).hexdigest()


def dumps(round_: Round) -> bytes:
    """Return a round's file; the same round gives the same bytes."""
    document = formats.document_of(round_) | {
        "promised": seal(round_) if round_.answered else "",
        "invited": [_table(person) for person in round_.invited],
        "released": [released_table(group) for group in round_.released],
    }
    return formats.dumps(
        {key: value for key, value in document.items() if value or key not in ("promised", "released")}
    )


def released_table(group: Released) -> formats.Document:
    """Return what may be told of a group as a table of TOML."""
    document = formats.document_of(group)
    for key in ("domain", "focus", "comment"):
        document[key] = [{name: value for name, value in part.items() if value != ""} for part in document[key]]
    return {key: value for key, value in document.items() if value or key == "scored"}


def _table(person: Invited) -> formats.Document:
    return {key: value for key, value in formats.document_of(person).items() if value or key == "label"}


def parse(data: bytes, path: Path | str) -> Round:
    """Read the bytes of a round's file; texts come out clean.

    Raises:
        BadFileError: with every fault found; also when someone has answered, and what they were promised or asked was
            changed by another program since.
    """
    round_ = formats.parse(data, Round, path, _faults)
    if (round_.answered or round_.promised) and round_.promised != seal(round_):
        problem = _("what was promised and asked was changed after someone had answered; put back what was there")
        raise BadFileError(path, (Fault("promised", problem),))
    if faults := tuple(_released_faults(round_)):
        raise BadFileError(path, faults)
    return structs.replace(clean_texts(round_), promised="")


def arrival_faults(round_: Round, instrument: Instrument) -> Iterator[Fault]:
    """List why a round from elsewhere is refused, by import and sync alike, beside what parse() raises.

    `instrument` is the one that has its digest.
    """
    yield from name_faults(round_.instrument, round_.version, instrument)
    for number, item in enumerate(round_.items, start=1):
        if item not in instrument.positions:
            yield Fault(f"items[{number}]", _("is no statement of {id}").format(id=instrument.id))


def clean_texts(round_: Round) -> Round:
    """Make all texts of a round fit to keep."""
    invited = tuple(structs.replace(person, label=clean(person.label, multiline=False)) for person in round_.invited)
    released = tuple(map(clean_comments, round_.released))
    return structs.replace(round_, about=clean(round_.about, multiline=False), invited=invited, released=released)


def clean_comments(group: Released) -> Released:
    """Make all comments of a group fit to keep."""
    comments = tuple(structs.replace(comment, text=clean(comment.text)) for comment in group.comments)
    return structs.replace(group, comments=comments)


def _faults(document: formats.Document) -> Iterator[Fault]:
    """Find what the shape lets pass: no format, anything twice, a promise that means nothing."""
    yield from formats.format_missing(document)
    yield from _twice("items[{n}]", document.get("items"))
    invited = formats.tables(document, "invited")
    yield from _twice("invited[{n}].token", [person.get("token") for person in invited])
    earlier = [digest for person in invited for digest in _texts(person.get("earlier"))]
    if len({*earlier, *(person.get("token") for person in invited)}) < len(earlier) + len(invited):
        yield Fault("invited", _("has one token twice"))
    yield from _joined_faults(document, {person.get("role") for person in invited})
    if document.get("promise") == "confidential":
        minimum = document.get("minimum", MINIMUM)
        if isinstance(minimum, int) and minimum < MINIMUM:
            yield Fault("minimum", _("must be at least {bound}").format(bound=MINIMUM))
        for number, person in enumerate(invited, 1):
            if person.get("session"):
                yield Fault(f"invited[{number}].session", _("a confidential round doesn't say whose answer is whose"))
    elif document.get("collector") == "third person":
        yield Fault("collector", _("a third person collects for confidential rounds only"))


def _joined_faults(document: formats.Document, roles: set[object]) -> Iterator[Fault]:
    """Find colleagues and clients who are told together where everyone is named, or some of them apart."""
    if "other" in roles and document.get("promise") != "confidential":
        yield Fault("invited", _("colleagues and clients are told together in confidential rounds only"))
    if "other" in roles and roles & {"colleague", "client"}:
        yield Fault("invited", _("colleagues and clients are told together, so none of them is asked apart"))


def _released_faults(round_: Round) -> Iterator[Fault]:
    """Find released figures where there can be none, or of other people than have answered."""
    if round_.closed and (round_.state != "closed" or not round_.is_confidential):
        yield Fault("closed", _("stands in a round that is not closed, or not confidential"))
    if round_.released and not round_.closed:
        yield Fault("closed", _("is missing"))
    for number, group in enumerate(round_.released, 1):
        if group.people != round_.answered_in(group.role):
            yield Fault(f"released[{number}].people", _("is not how many of that group have answered"))
    yield from released_faults(round_.released, round_.items, round_.needed)


def released_faults(
    released: Sequence[Released], items: Collection[str], needed: Callable[[Rater], int]
) -> Iterator[Fault]:
    """Find groups that are too small or there twice, and figures of statements that too few scored."""
    for number, group in enumerate(released, 1):
        place = f"released[{number}]"
        if any(other.role == group.role for other in released[: number - 1]):
            yield Fault(f"{place}.role", _("stands there twice"))
        if group.people < needed(group.role):
            yield Fault(f"{place}.people", _("are fewer than the round promises"))
        for item, count in group.scored.items():
            if item not in items or not needed(group.role) <= count <= group.people:
                yield Fault(f"{place}.scored.{item}", _("was not asked, or not scored by as many people as it must"))
        told, other = ("sums", "points") if group.role == "manager" else ("points", "sums")
        if getattr(group, told).keys() != group.scored.keys() or getattr(group, other):
            yield Fault(f"{place}.{told}", _("are not of the same statements as those that were scored"))


def as_promised(released: Iterable[Released], needed: Callable[[Rater], int]) -> tuple[Released, ...]:
    """Return what of released figures a round may tell that needs more people than whoever combined them knew.

    Groups that are too small go, and of the others each statement that too few scored: then with all figures over
    several statements, which it could be a part of.
    """
    return tuple(_of_enough(group, needed(group.role)) for group in released if group.people >= needed(group.role))


def _of_enough(group: Released, needed: int) -> Released:
    scored = {item: count for item, count in group.scored.items() if count >= needed}
    if len(scored) == len(group.scored):
        return group
    return structs.replace(
        group,
        scored=scored,
        sums={item: told for item, told in group.sums.items() if item in scored},
        points={item: told for item, told in group.points.items() if item in scored},
        domains=(),
        focuses=(),
    )


def fits(group: Released, instrument: Instrument) -> bool:
    """Whether figures can be of this instrument: its statements, domains and scale; no program of ours wrote others."""
    scale = instrument.scale
    if not group.scored.keys() <= instrument.positions.keys():
        return False
    if not all(scale.lowest <= point <= scale.highest for point in group.points.values()):
        return False
    domains = {domain.id: sum(group.scored.get(item.id, 0) for item in domain.items) for domain in instrument.domains}
    sums = [(domain.sum, domains.get(domain.id, 0)) for domain in group.domains]
    sums += [(told, group.scored[item]) for item, told in group.sums.items()]
    return (
        all(count and scale.lowest * count <= told <= scale.highest * count for told, count in sums)
        and all(scale.lowest * 4 <= focus.quarters <= scale.highest * 4 for focus in group.focuses)
        and {focus.id for focus in group.focuses} <= {*instrument.focuses}
        and all(comment.domain in ("", *domains) for comment in group.comments)
    )


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _twice(place: str, values: object) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, value in enumerate(cast("list[object]", values) if isinstance(values, list) else [], 1):
        if isinstance(value, str):
            if value in seen:
                yield Fault(place.format(n=number), _("stands there twice"))
            seen.add(value)
