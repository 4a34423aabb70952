"""The versions of a document that several devices left, side by side."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from msgspec import Struct

from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.git.history import Version
from reflect_tui.git.plumbing import FALLBACK_IDENTITY
from reflect_tui.i18n import _, format_date, ngettext
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Round
from reflect_tui.model.session import NOT_APPLICABLE, Session
from reflect_tui.store.base import AGENDAS, ROUNDS, SESSIONS, kind_of
from reflect_tui.store.sync_state import Choice
from reflect_tui.toml import formats
from reflect_tui.views.goals import outcome_name
from reflect_tui.views.keeping import begin_with, document_names
from reflect_tui.views.labels import clock, day, id_name
from reflect_tui.views.lines import EMPTY, Line, hanging, line, paragraph, span, width
from reflect_tui.views.rounds import counts, person_name, person_state, promise_name, state_name

FindInstrument = Callable[[str, str, str], Instrument]
"""Finds the instrument with an id, version and digest; NotFoundError when there is none."""
_SKIPPED = frozenset({"format", "id", "digest", "token", "earlier", "promised"})
"""Keys that only programs read: shown when nothing else differs."""
_WIDEST = 24  # columns of a value that stands beside the others


class Difference(Struct, frozen=True):
    """What is not the same in all versions, and what each of them has there; None in one that is deleted."""

    what: str
    values: tuple[str | None, ...]


class ComparedVersions(Struct, frozen=True, kw_only=True):
    """A document with several versions: its name, what each version is in a few words, and where they differ.

    `marks` are those of the Choice; `origins` say when, by whom and why each was made; "" where nobody knows.
    """

    document: str
    title: str
    versions: tuple[str, ...]
    marks: tuple[str, ...]
    origins: tuple[str, ...]
    differences: tuple[Difference, ...]


def compare_versions(choice: Choice, find: FindInstrument) -> ComparedVersions:
    """Compare the versions of a document; statements are named in the words of the instrument that `find` gives."""
    facts = [None if data is None else _facts(choice.document, data, find) for data in choice.contents]
    present = [each for each in facts if each is not None]
    names = dict.fromkeys(name for each in present for name in each)
    found = [Difference(name, tuple(None if each is None else each.get(name, "") for each in facts)) for name in names]
    differing = [one for one in found if len({value for value in one.values if value is not None}) > 1]
    told = [one for one in differing if one.what.rpartition(" ")[2] not in _SKIPPED] or differing
    return ComparedVersions(
        document=choice.document,
        title=_title(choice),
        versions=tuple(map(_summary, choice.contents)),
        marks=choice.marks,
        origins=tuple(map(_origin, choice.origins)) or ("",) * len(choice.contents),
        differences=tuple(told),
    )


def render_versions(compared: ComparedVersions, columns: int, most: int | None = None) -> list[Line]:
    """List the versions with their numbers, and below each thing that differs, or the first `most`, what each has."""
    lines: list[Line] = []
    says_more = any(words != _("a version that is there") for words in compared.versions)
    for number, about in enumerate(zip(compared.versions, compared.origins, strict=True), start=1):
        said = " · ".join(filter(None, about if says_more else about[1:]))
        lines += hanging(line(version_number(number)), said, columns) if said else []
    present = sum(words != _("deleted") for words in compared.versions)
    if present > 1 and not compared.differences:
        text = _("The versions say the same; only their files are written differently.")
        lines += [EMPTY, *paragraph(text, columns)]
    for difference in compared.differences[:most]:
        lines += [EMPTY, *paragraph(difference.what, columns, "strong"), *_values(difference, columns)]
    return lines[1:] if lines[:1] == [EMPTY] else lines


def version_number(number: int) -> str:
    """Begin a row about one version of a list."""
    return "  " + _("version {number}:").format(number=number) + " "


def _values(difference: Difference, columns: int) -> list[Line]:
    """Set what each version has: beside each other when all are short, else one below the other."""
    shown = [
        (number, value or _("nothing")) for number, value in enumerate(difference.values, start=1) if value is not None
    ]
    beside = [f"{version_number(number)}{value}" for number, value in shown]
    if all(width(part) <= _WIDEST for part in beside) and sum(map(width, beside)) <= columns:
        return [line(*(span(part) for part in beside))]
    return [row for number, value in shown for row in hanging(line(version_number(number)), value, columns)]


def _origin(made: Version | None) -> str:
    """Say when a version was made, by whom if that is no name of ours, and why."""
    if made is None:
        return ""
    who = made.who if made.who != FALLBACK_IDENTITY[0] else ""
    return " · ".join(filter(None, (f"{day(made.when)} {clock(made.when)}", who, made.reason)))


def _title(choice: Choice) -> str:
    """Name a document by what a person knows it by."""
    stem = Path(choice.document).stem
    if sessions.is_id(stem):
        about = id_name(stem)
        return _("Agenda for {session}").format(session=about) if kind_of(choice.document) is AGENDAS else about
    data = next((data for data in choice.contents if data is not None), b"")
    with contextlib.suppress(ReflectError):
        document = formats.parse_document(data, choice.document)
        text = document.get("what") or document.get("label")
        if isinstance(text, str):
            return text
    return begin_with(document_names([choice.document], {})[0])


def _summary(data: bytes | None) -> str:
    """Say in a few words what a version is."""
    if data is None:
        return _("deleted")
    with contextlib.suppress(ReflectError):
        found = rounds.parse(data, "")
        return f"{counts(found)} · {state_name(found, found.closes)[0]}"
    try:
        session = sessions.parse(data, "")
    except ReflectError:
        return _("a version that is there")
    parts = [ngettext("{n} statement scored", "{n} statements scored", _scored(session)).format(n=_scored(session))]
    if session.notes:
        parts.append(ngettext("{n} note", "{n} notes", len(session.notes)).format(n=len(session.notes)))
    return " · ".join([*parts, *([_("with a remark")] if session.remark else [])])


def _scored(session: Session) -> int:
    return sum(score != NOT_APPLICABLE for score in session.scores.values())


def _facts(document: str, data: bytes, find: FindInstrument) -> dict[str, str]:
    """Return all that a version says, by what it says it of."""
    with contextlib.suppress(ReflectError):
        kind = kind_of(document)
        if kind and kind is SESSIONS:
            return dict(_session_facts(sessions.parse(data, document), find))
        if kind is ROUNDS:
            return dict(_round_facts(rounds.parse(data, document)))
        return dict(_document_facts("", formats.parse_document(data, document)))
    if kind_of(document) is ROUNDS:
        return {document: _("can't be read")}
    return {document: data.decode("utf-8", "replace")}


def _session_facts(session: Session, find: FindInstrument) -> Iterator[tuple[str, str]]:
    instrument: Instrument | None = None
    with contextlib.suppress(NotFoundError):
        instrument = find(session.instrument, session.version, session.digest)
    statements = _statements(instrument) if instrument else {}
    for item in dict.fromkeys([*statements, *session.scores, *session.notes]):
        words = statements.get(item, item)
        score = session.scores.get(item)
        yield words, _("n/a") if score == NOT_APPLICABLE else _("not scored") if score is None else str(score)
        yield _("Note on: {statement}").format(statement=words), session.notes.get(item, "")
    yield _("Remark"), session.remark
    yield _("Instrument"), f"{session.instrument} {session.version}"
    yield _("Began"), _value(session.started)
    yield _("Ended"), _value(session.finished)


def _statements(instrument: Instrument) -> dict[str, str]:
    """Return the words of each statement by its id, with the domain where another one says the same."""
    words = {item.id: instrument.sentence(item) for item in instrument.items}
    counts = Counter(words.values())
    domains = instrument.domain_of
    return {item: said if counts[said] == 1 else f"{said} ({domains[item].title})" for item, said in words.items()}


def _round_facts(found: Round) -> Iterator[tuple[str, str]]:
    """Name people and days, what was asked and promised: never what was released, of which no second set is told."""
    yield _("About"), found.about
    yield _("Last day"), format_date(found.closes)
    yield _("Round"), f"{promise_name(found)} · {state_name(found, found.closes)[0]}"
    yield _("Statements"), ", ".join(found.items)
    for number, person in enumerate(found.invited, start=1):
        yield f"{person_name(person)} ({number})", person_state(person) or _("not answered")


def _document_facts(where: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield every value of a document with the names of all it stands in; those of a list are counted from 1."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            said = outcome_name(part) if key == "outcome" else part
            yield from _document_facts(f"{where} {_names().get(key, key)}".lstrip(), said)
    elif isinstance(value, list) and any(isinstance(part, Mapping) for part in value):
        for number, part in enumerate(value, start=1):
            yield from _document_facts(f"{where} {number}:", part)
    else:
        yield where, _value(value)


def _value(value: object) -> str:
    if isinstance(value, datetime):
        return f"{day(value)} {clock(value)}"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return format_date(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _names() -> dict[str, str]:
    """Name the fields that people fill in as the forms do; other keys stand as in the file (docs/formats.md)."""
    return {
        "what": _("What"),
        "first_step": _("First step"),
        "helper": _("Who helps"),
        "by": _("By when"),
        "look_back": _("Look back"),
        "outcome": _("Outcome"),
        "note": _("Note"),
        "when": _("When"),
        "label": _("What"),
        "point": _("Point"),
        "remark": _("Remark"),
        "text": _("Text"),
        "dropped": _("Dropped"),
        "agreed": _("Agreed"),
        "about": _("About"),
        "closes": _("Last day"),
        "at": _("On"),
    }
