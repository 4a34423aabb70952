"""A journal as one JSON document: what export writes of everything but the sessions' figures, and import reads back.

A goal, agenda, event, round or talk has the keys of its file; moments and days are texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, structs

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.model import agenda, events, goals, instrument, old_means, talk, team
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.events import Event
from reflect_tui.model.goals import Goal
from reflect_tui.model.old_means import Reference
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session
from reflect_tui.model.talk import Talk
from reflect_tui.model.team import Sharing
from reflect_tui.store.base import KINDS, Explained, Kind
from reflect_tui.store.spreadsheet import accepted
from reflect_tui.toml import formats
from reflect_tui.toml.faults import schema_faults

T = TypeVar("T")
FORMAT = 1
FOLDERS = (goals.FOLDER, agenda.FOLDER, events.FOLDER, old_means.FOLDER, rounds.FOLDER, talk.FOLDER, team.FOLDER)
PRIVATE = (talk.FOLDER, team.FOLDER)
"""Kinds that are notes as a whole, or tell with whom one shares: they are exported only with notes."""
_SHAPES: Mapping[str, tuple[type[Any], Callable[[Any], bytes]]] = {
    goals.FOLDER: (Goal, goals.dumps),
    agenda.FOLDER: (Agenda, agenda.dumps),
    events.FOLDER: (Event, events.dumps),
    old_means.FOLDER: (Reference, old_means.dumps),
    rounds.FOLDER: (Round, rounds.dumps),
    talk.FOLDER: (Talk, talk.dumps),
    team.FOLDER: (Sharing, team.sharing_bytes),
}
_SESSION = ("id", "instrument", "version", "digest", "role", "round", "started", "finished", "entered", "remark")
_TABLES = ("scores", "notes")


class OtherDocument(Struct, frozen=True):
    """A goal, agenda, event, round or talk that is to be imported: its kind, id and value, and its whole file."""

    kind: Kind[Any]
    id: str
    value: Any
    data: bytes

    @property
    def path(self) -> str:
        """Where it belongs in a journal."""
        return self.kind.path(self.id)


class Export(Struct, frozen=True, kw_only=True):
    """What an exported journal holds; instruments by their digest."""

    sessions: tuple[Session, ...] = ()
    documents: tuple[OtherDocument, ...] = ()
    instruments: Mapping[str, Explained] = {}
    faults: tuple[Fault, ...] = ()

    def round(self, round_id: str) -> Round | None:
        """Return a round that comes along."""
        found = (document.value for document in self.documents if document.kind.folder == rounds.FOLDER)
        return next((one for one in found if one.id == round_id), None)


def shape(value: Struct, *, notes: bool) -> dict[str, Any]:
    """Write a document of a kind as JSON has it; unless wanted without notes, remarks, and names and comments in it."""
    written: dict[str, Any] = msgspec.to_builtins(value if notes else _without_notes(value))
    return written


def _without_notes(value: Struct) -> Struct:
    match value:
        case Goal():
            return structs.replace(value, look_backs=tuple(structs.replace(back, note="") for back in value.look_backs))
        case Agenda():
            return structs.replace(value, points=tuple(structs.replace(point, remark="") for point in value.points))
        case Round():
            return structs.replace(
                value,
                invited=tuple(structs.replace(person, label="") for person in value.invited),
                released=tuple(structs.replace(group, comments=()) for group in value.released),
            )
        case _:
            return value


def read(data: bytes) -> Export:
    """Read what export wrote; every part of it is checked as its file would be.

    Raises:
        BadFileError: it is no JSON, or not of this program.
    """
    try:
        document = formats.parse_json(data)
    except (msgspec.DecodeError, RecursionError):
        raise BadFileError("", (Fault("", _("is damaged JSON; export it again, or copy the file again")),)) from None
    if not isinstance(document, dict) or not isinstance(document.get("sessions"), list) or "format" not in document:
        text = _("is JSON, but not what export --format json writes")
        if isinstance(document, dict) and "resourceType" in document:
            text = _("is FHIR, which answers can't be imported from. For an instrument: reflect-tui instruments import")
        raise BadFileError("", (Fault("", f"{text}; {accepted()}"),))
    version = document["format"]
    if version != FORMAT:
        newer = _("it has format {version}, made by a newer reflect-tui than this one").format(version=version)
        raise BadFileError("", (Fault("format", newer),))
    faults: list[Fault] = []
    return Export(
        sessions=tuple(_sessions(document["sessions"], faults)),
        documents=tuple(_documents(document, faults)),
        instruments={content.digest: (content, data) for content, data in _instruments(document, faults)},
        faults=tuple(faults),
    )


def _sessions(entries: list[Any], faults: list[Fault]) -> Iterator[Session]:
    for number, entry in enumerate(entries, start=1):
        place = f"sessions[{number}]"
        if not isinstance(entry, dict) or "digest" not in entry:
            faults.append(Fault(place, _("is no session as this program exports it")))
            continue
        table = {"format": 1} | {name: entry[name] for name in (*_SESSION, *_TABLES) if name in entry}
        try:
            yield sessions.parse(sessions.dumps(_converted(table, Session)), place)
        except BadFileError as error:
            faults += _placed(place, error)


def _documents(document: dict[str, Any], faults: list[Fault]) -> Iterator[OtherDocument]:
    for folder, (wanted, dumps) in _SHAPES.items():
        kind = KINDS[folder]
        entries = document.get(folder, [])
        for number, entry in enumerate(entries if isinstance(entries, list) else [entries], start=1):
            place = f"{folder}[{number}]"
            try:
                value = kind.parse(dumps(_converted(entry, wanted)), place)
            except BadFileError as error:
                faults += _placed(place, error)
            else:
                yield OtherDocument(kind, kind.name(value), value, dumps(value))


def _converted(entry: Any, wanted: type[T]) -> T:
    """Turn a part of the document into a value.

    Raises:
        BadFileError: with every fault of its shape.
    """
    try:
        return formats.from_json(entry, wanted)
    except msgspec.ValidationError as error:
        shapely = tuple(schema_faults(entry, wanted)) if isinstance(entry, dict) else ()
        raise BadFileError("", shapely or (Fault("", str(error)),)) from None


def _instruments(document: dict[str, Any], faults: list[Fault]) -> Iterator[Explained]:
    """Return the instruments that come along; one that can't be read is a fault."""
    entries = document.get("instruments", [])
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], start=1):
        place = f"instruments[{number}]"
        if not isinstance(entry, str):
            faults.append(Fault(place, _("is no file of an instrument")))
            continue
        data = entry.encode("utf-8", "replace")
        try:
            yield instrument.parse(data, place), data
        except BadFileError as error:
            faults += _placed(place, error)


def _placed(place: str, error: BadFileError) -> list[Fault]:
    return [Fault(f"{place}.{fault.place}" if fault.place else place, fault.problem) for fault in error.faults]
