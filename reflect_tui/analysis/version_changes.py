"""What a new version of an instrument does to every line, told by its change entries or not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.analysis.trend import Instruments, ItemTrend, Series, item_trends, trend
from reflect_tui.analysis.versions import (
    ScaleBreak,
    answered_otherwise,
    changes_between,
    common_items,
    followed_ids,
    in_order,
    is_same_version,
    newer_domains,
    newer_ids,
    newer_values,
    scale_break,
    turned_round,
)
from reflect_tui.model.instrument import Instrument, InstrumentChange
from reflect_tui.model.instrument_changes import version_key
from reflect_tui.model.session import Session

Kind = Literal[
    "renamed", "reworded", "turned", "other answers", "other meaning", "split", "merged", "moved", "retired", "added"
]  # fmt: skip
DomainKind = Literal["goes on", "starts anew", "ends", "begins"]


class StatementChange(Struct, frozen=True, kw_only=True):
    """What became of statements: their ids in the older version (`before`) and in the newer one (`after`).

    `since` is the version whose change entry tells it, "" where none does. `is_opposite` when the new words seem to say
    the opposite of the old ones.
    """

    kind: Kind
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    since: str = ""
    is_opposite: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether no change entry tells it."""
        return not self.since

    @property
    def goes_on(self) -> bool:
        """Whether the line of the statement goes on."""
        return self.kind in {"renamed", "reworded", "moved"}


class DomainChange(Struct, frozen=True, kw_only=True):
    """What becomes of the line of a domain; its id `before` and `after`, "" where it isn't there.

    It may have another title, and what its figure says may be judged otherwise: what is better, high, or in its bands.
    """

    kind: DomainKind
    before: str = ""
    after: str = ""
    is_retitled: bool = False
    is_judged_otherwise: bool = False


class VersionChanges(Struct, frozen=True, kw_only=True):
    """From an older version to a newer one; `values` gives what older scores count as, if they can be used."""

    older: Instrument
    newer: Instrument
    scale_break: ScaleBreak | None
    values: Mapping[int, int] | None
    domains: tuple[DomainChange, ...]
    statements: tuple[StatementChange, ...]

    @property
    def shared(self) -> int:
        """How many statements of the older version go on; 0 where scores can't be compared."""
        return 0 if self.scale_break else len(newer_ids(self.older, self.newer))

    @property
    def doubts(self) -> tuple[StatementChange, ...]:
        """The changes to look at: those that no entry tells, and statements that seem to say the opposite."""
        return tuple(
            change for change in self.statements if change.is_silent or (change.is_opposite and change.goes_on)
        )

    @property
    def differs(self) -> bool:
        """Whether anything changed that a line, a verdict or a reader of the statements would notice."""
        older, newer = self.older, self.newer
        is_same_line = all(
            domain.kind == "goes on" and not (domain.is_retitled or domain.is_judged_otherwise)
            for domain in self.domains
        )
        is_same_scale = (older.scale, older.scales) == (newer.scale, newer.scales)
        return bool(self.statements or not is_same_line or not is_same_scale or is_same_version(older, newer))

    @property
    def is_sound(self) -> bool:
        """Whether every change is told, and the lines that could go on do."""
        return not (self.doubts or self.scale_break or is_same_version(self.older, self.newer))


def version_changes(a: Instrument, b: Instrument) -> VersionChanges:
    """Find what changed between two versions of an instrument, in the words of their files."""
    older, newer = (version.as_written for version in in_order(a, b))
    return VersionChanges(
        older=older,
        newer=newer,
        scale_break=scale_break(older, newer),
        values=newer_values(older, newer),
        domains=tuple(_domain_changes(older, newer)),
        statements=(*_ended(older, newer), *_went_on(older, newer), *_begun(older, newer)),
    )


def versions_of(sessions: Sequence[Session], instruments: Mapping[str, Instrument]) -> tuple[Instrument, ...]:
    """Return the versions that sessions were answered on, each once, the oldest version first."""
    known = {one.digest: instruments[one.digest] for one in sessions if one.digest in instruments}
    return tuple(sorted(known.values(), key=lambda one: (version_key(one.version), one.digest)))


def changes_along(versions: Sequence[Instrument]) -> tuple[VersionChanges, ...]:
    """Return what changed from each version to the next one."""
    return tuple(version_changes(older, newer) for older, newer in pairwise(versions))


def _domain_changes(older: Instrument, newer: Instrument) -> Iterator[DomainChange]:
    """Tell of every line of a domain: it goes on where its statements all do, and no other came."""
    common, domains = common_items(older, newer), newer_domains(older, newer)
    ids = common.newer_id if common else {}
    for domain in older.domains:
        after = domains.get(domain.id, "")
        if not after:
            yield DomainChange(kind="ends", before=domain.id)
            continue
        is_same = {ids.get(item.id) for item in domain.items} == newer.ids_of[after]
        now = next(one for one in newer.domains if one.id == after)
        as_now = structs.replace(
            domain,
            id=now.id,
            title=now.title,
            short=now.short,
            optional=now.optional,
            items=now.items,
            scale=now.scale,
            group=now.group,
        )
        yield DomainChange(
            kind="goes on" if is_same else "starts anew",
            before=domain.id,
            after=after,
            is_retitled=domain.title != now.title,
            is_judged_otherwise=as_now != now,
        )
    yield from (DomainChange(kind="begins", after=one.id) for one in newer.domains if one.id not in domains.values())


_ENDINGS: Mapping[str, Kind] = {"split": "split", "merged": "merged", "retired": "retired"}


def _ended(older: Instrument, newer: Instrument) -> Iterator[StatementChange]:
    """Tell of the statements whose line ends: told by an entry, or gone without a word."""
    told, ended = changes_between(older, newer), set[str]()
    for change in told:
        before = _origins(older, newer, change)
        if not before or change.kind in {"added", "moved"} or change.same_meaning:
            continue
        kind = _ENDINGS.get(change.kind, "other meaning")
        after = tuple(name for name in _descendants(change, told) if name in newer.positions)
        opposite = kind == "other meaning" and bool(after) and _seems_opposite(older, newer, before[0], after[0])
        yield StatementChange(kind=kind, before=before, after=after, since=change.since, is_opposite=opposite)
        ended |= {*before}
    kept = followed_ids(older, newer)
    for item in older.items:
        if item.id not in kept and item.id not in ended:
            yield StatementChange(kind="retired", before=(item.id,))


def _origins(older: Instrument, newer: Instrument, change: InstrumentChange) -> tuple[str, ...]:
    """Return the ids that the statements of a change have in the older version, through the changes before it."""
    wanted = {*(change.items or ((change.item,) if change.item and change.kind != "added" else ()))}
    names = {item.id: item.id for item in older.items}
    for earlier in changes_between(older, newer):
        if earlier is change:
            break
        if earlier.kind in {"renamed", "reworded"} and earlier.same_meaning and earlier.into:
            names = {old: earlier.into[0] if name == earlier.item else name for old, name in names.items()}
    return tuple(old for old, name in names.items() if name in wanted)


def _descendants(change: InstrumentChange, told: Sequence[InstrumentChange]) -> tuple[str, ...]:
    """Return the ids that a change leads to in the end, through the changes after it."""
    names = list(change.into)
    for later in told[told.index(change) + 1 :]:
        gone = later.items or (later.item,)
        if later.into and not {*gone}.isdisjoint(names):
            names = [*(name for name in names if name not in gone), *later.into]
    return tuple(dict.fromkeys(names))


def _went_on(older: Instrument, newer: Instrument) -> Iterator[StatementChange]:
    """Tell of the statements that go on under another id, in other words or in another domain."""
    domains = newer_domains(older, newer)
    told = changes_between(older, newer)
    turned, answered = turned_round(older, newer), answered_otherwise(older, newer)
    for old, new in followed_ids(older, newer).items():
        words = [change for change in told if change.same_meaning and old in _origins(older, newer, change)]
        since = words[-1].since if words else ""
        before, after = (old,), (new,)
        if old in turned:
            yield StatementChange(kind="turned", before=before, after=after, since=since)
        elif old in answered:
            yield StatementChange(kind="other answers", before=before, after=after, since=since)
        elif _words(older, old) != _words(newer, new):
            opposite = _seems_opposite(older, newer, old, new)
            yield StatementChange(kind="reworded", before=before, after=after, since=since, is_opposite=opposite)
        elif old != new:
            yield StatementChange(kind="renamed", before=before, after=after, since=since)
        if domains.get(older.domain_of[old].id) != newer.domain_of[new].id:
            moves = [change for change in told if change.kind == "moved" and change.item in {old, new}]
            since = moves[-1].since if moves else ""
            yield StatementChange(kind="moved", before=before, after=after, since=since)


def _begun(older: Instrument, newer: Instrument) -> Iterator[StatementChange]:
    """Tell of the statements whose line begins, told by an entry or not; not of those that others turned into."""
    told = changes_between(older, newer)
    reached = {*followed_ids(older, newer).values()}
    reached |= {name for change in told if _origins(older, newer, change) for name in _descendants(change, told)}
    since = {
        name: change.since
        for change in told
        if change.kind not in {"moved", "domain_renamed", "rescaled"}
        for name in (change.into or (change.item,))
    }
    for item in newer.items:
        if item.id not in reached:
            yield StatementChange(kind="added", after=(item.id,), since=since.get(item.id, ""))


def _words(instrument: Instrument, item_id: str) -> str:
    """The words of a statement, without those of one that it continues."""
    item = instrument.item(item_id)
    return " ".join(f"{item.stem} {item.text}".split())


# Words that say the opposite of others: found by what most of such pairs have in common, never for sure.

_NEGATIONS = {"niet", "geen", "nooit", "zelden", "nauwelijks", "zonder", "amper", "onvoldoende"} | {
    "not", "no", "never", "seldom", "rarely", "hardly", "without", "cannot", "can't", "don't", "doesn't", "isn't"
}  # fmt: skip
_OPPOSITES = (
    ("meer", "minder"), ("veel", "weinig"), ("vaak", "zelden"), ("wel", "niet"), ("makkelijk", "moeilijk"),
    ("more", "less"), ("more", "fewer"), ("much", "little"), ("many", "few"), ("often", "rarely"), ("easy", "hard"),
    ("easy", "difficult"),
)  # fmt: skip
_PREFIXES = ("on", "un", "in", "im", "dis", "ir")
_ALIKE = 0.6  # of the words; two sentences about different things may both have a "not"


def _seems_opposite(older: Instrument, newer: Instrument, old: str, new: str) -> bool:
    """Whether a sentence has much of the same words and one "not" more or less, or a word turned into its opposite."""
    a, b = (re.findall(r"[\w']+", _words(on, name).casefold()) for on, name in ((older, old), (newer, new)))
    if a == b or difflib.SequenceMatcher(None, a, b).ratio() < _ALIKE:
        return False
    gone, came = [word for word in a if word not in b], [word for word in b if word not in a]
    turned = sum(_are_opposites(word, other) for word in gone for other in came)
    denied = sum(word in _NEGATIONS for word in a) - sum(word in _NEGATIONS for word in b)
    return bool(turned % 2) if turned else bool(denied % 2)


def _are_opposites(word: str, other: str) -> bool:
    pairs = {(word, other), (other, word)}
    prefixed = any(f"{prefix}{word}" == other or f"{prefix}{other}" == word for prefix in _PREFIXES)
    return prefixed or any(pair in pairs for pair in _OPPOSITES)


# The lines that ended with a version: followed up to there, and told apart from those that go on.

_LAST = {"other meaning", "split", "merged", "retired", "turned"}


class EndedLines(Struct, frozen=True):
    """The domains, focuses and statements whose lines end with a version: how they went in the `sessions` up to it."""

    on: Instrument
    until: str
    sessions: tuple[Session, ...]
    domains: tuple[Series, ...]
    focuses: tuple[Series, ...]
    items: tuple[ItemTrend, ...]


def ended_lines(
    own: Sequence[Session], instruments: Instruments, versions: Sequence[VersionChanges]
) -> tuple[EndedLines, ...]:
    """Follow the lines of one's own sessions that ended on the way to the newest version, the newest ending first."""
    lines = []
    for changes in reversed(versions):
        on, is_all = instruments[changes.older.digest], bool(changes.scale_break)
        gone = {domain.before for domain in changes.domains if is_all or domain.kind == "ends"}
        ended = {name for change in changes.statements if change.kind in _LAST for name in change.before}
        if not (is_all or gone or ended):
            continue
        before = [one for one in own if _version(one, instruments) <= version_key(on.version)]
        found = trend(on, before, instruments)
        followed = EndedLines(
            on=on,
            until=changes.newer.version,
            sessions=found.sessions,
            domains=tuple(series for series in found.domains if series.id in gone and series.points),
            focuses=tuple(series for series in found.focuses if is_all and series.points),
            items=tuple(
                row
                for row in item_trends(on, found.sessions, instruments)
                if (is_all or row.item in ended) and any(answer is not None for answer in row.answers)
            ),
        )
        if followed.domains or followed.items:
            lines.append(followed)
    return tuple(lines)


def _version(session: Session, instruments: Instruments) -> tuple[int, ...]:
    known = instruments.get(session.digest)
    return version_key(known.version if known else session.version)
