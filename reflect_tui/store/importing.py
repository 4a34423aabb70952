"""Takes sessions from elsewhere and answers to rounds into the journal; every file is checked before one is written."""

from __future__ import annotations

import codecs
import contextlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui.clock import SYSTEM, Clock
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.feedback import answer_code, answers, mail
from reflect_tui.forms import file_kinds
from reflect_tui.forms.file_kinds import FileKind
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _, format_date
from reflect_tui.model import old_means
from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.old_means import Reference
from reflect_tui.model.round import Round
from reflect_tui.model.round import arrival_faults as round_faults
from reflect_tui.model.session import Session
from reflect_tui.store import base, candidates, closing, documents, exported, rounds, spreadsheet
from reflect_tui.store import sessions as saved_sessions
from reflect_tui.store.base import Store, read_tombstones
from reflect_tui.store.candidates import AnswerChecks, Candidate, refused, without_clashes, without_erased
from reflect_tui.store.exported import Export, OtherDocument
from reflect_tui.store.plans import PlannedVersion
from reflect_tui.toml import formats

NOTHING: Mapping[Path, bytes] = {}
_PAGE = (b"<!doctype", b"<html")
TABLES = (".csv", ".json", ".ods", ".tsv", ".xls", ".xlsx")
_LARGEST_TABLE = 20_000_000  # bytes


Progress = Callable[[int, int], bool]
"""Hears how many of how many files were looked at, and says whether to go on."""


def _unheard(_done: int, _total: int) -> bool:
    return True


def examine(
    store: Store,
    paths: Iterable[Path],
    progress: Progress = _unheard,
    pasted: Mapping[Path, bytes] = NOTHING,
    clock: Clock = SYSTEM,
) -> tuple[Candidate, ...]:
    """Look at files, and at all files in folders; nothing is written. A mail may hold several answers.

    `pasted` has what came in without a file, by the name that it is given among the paths. `progress` hears how many of
    how many files were looked at; when it says False, that is where it ends, with nothing.
    """
    now = clock.now()
    check = _Check(store, pasted, now)
    erased = read_tombstones(store)
    every = [path for given in paths for path in candidates.files(given)]
    examined: list[Candidate] = []
    for number, path in enumerate(every):
        if not progress(number, len(every)):
            return ()
        examined += check.candidates(path)
    return tuple(_with_doubt(candidate, now) for candidate in without_erased(without_clashes(examined), erased))


def _with_doubt(candidate: Candidate, now: datetime) -> Candidate:
    if candidate.session is None or candidate.faults or candidate.there:
        return candidate
    return structs.replace(candidate, doubt=sessions.date_fault(candidate.session, now))


class Recognised(Struct, frozen=True):
    """An answer or a session that a folder has and the journal has not; `saved` is when its file was."""

    candidate: Candidate
    saved: datetime


def recognise(store: Store, folder: Path, clock: Clock = SYSTEM) -> tuple[Recognised, ...]:
    """List what could be imported among the newest files of a folder, the newest first; folders in it are left alone.

    Raises:
        BadFileError: the folder can't be read.
    """
    try:
        with os.scandir(folder) as listing:
            every = ((entry.stat().st_mtime, Path(entry.path)) for entry in listing if entry.is_file())
            files = sorted(islice(every, candidates.MAX_SEEN), reverse=True)[: candidates.MAX_FILES]
    except OSError as error:
        problem = _("can't be read: {reason}").format(reason=error.strerror or error)
        raise BadFileError(folder, (Fault("", problem),)) from None
    saved = {path: moment for moment, path in files if path.suffix == ".toml" or candidates.may_hold_answer(path)}
    return tuple(
        Recognised(candidate, datetime.fromtimestamp(saved[candidate.path]).astimezone())
        for candidate in examine(store, saved, clock=clock)
        if not candidate.faults and not candidate.there
    )


def pasted_name() -> Path:
    """Return what stands for the name of a file where a text was pasted."""
    return Path(_("(pasted text)"))


def save(store: Store, candidate: Candidate, clock: Clock = SYSTEM) -> None:
    """Keep what a candidate without faults holds; the caller holds the Lock, and records afterwards.

    Raises:
        JournalError: it can't be written, or another program has meanwhile saved something else in its place.
        BadFileError: what waits in its round can't be read.
    """
    if candidate.faults or candidate.there:
        return
    if candidate.combined:
        closing.take_combined(store, candidate.combined, clock.now())
    elif candidate.answer and candidate.session:
        rounds.take_named(store, candidate.answer, candidate.session, candidate.instrument)
    elif candidate.answer:
        rounds.take_confidential(store, candidate.answer, coded=candidate.coded)
    elif candidate.other:
        if isinstance(candidate.other.value, Round):
            store.scaffold.build(candidate.other.value, lambda: candidate.instrument)
        documents.put(store, candidate.other.path, PlannedVersion("made", candidate.other.data.decode()), None)
    elif candidate.session:
        base.save_session(store.root, store.scaffold, candidate.session, lambda: candidate.instrument)


class _Check:
    """Checks one file after another against one journal."""

    def __init__(self, store: Store, pasted: Mapping[Path, bytes], moment: datetime) -> None:
        self._store = store
        self._pasted = pasted
        self._moment = moment
        self._answers = AnswerChecks(store, self._clash, self._known, moment)

    def candidates(self, path: Path | Candidate) -> Sequence[Candidate]:
        """Look at one file."""
        if isinstance(path, Candidate):
            return (path,)
        try:
            data = self._read(path)
            if kind := file_kinds.file_kind(data, path.suffix):
                return self._foreign(path, data, kind)
            _check_size(path, data, formats.MAX_BYTES)
            try:
                document = formats.parse_document(data, path)
            except formats.NotTomlError as error:
                return self._in_text(path, data, error)
        except BadFileError as error:
            return (Candidate(path=path, faults=error.faults),)
        except NotFoundError:
            return (refused(path, _("there is no such file")),)
        return (self._of_document(path, data, document),)

    def _foreign(self, path: Path, data: bytes, kind: FileKind) -> Sequence[Candidate]:
        """Look at a file that is neither TOML nor text with an answer; of a spreadsheet all days come in or none."""
        if kind not in ("csv", "json", "workbook"):
            return (Candidate(path=path, faults=(spreadsheet.refusal(kind),)),)
        _check_size(path, data, _LARGEST_TABLE)
        if kind == "json":
            return self._of_export(path, exported.read(data))
        read = spreadsheet.read_spreadsheet(data, kind, self._moment, self._store.library)
        if read.faults:
            return (Candidate(path=path, faults=read.faults, left_out=read.left_out),)
        found = [self._of_day(path, session, instrument) for session, instrument in read.sessions]
        found += [self._old_means(path, means) for means in read.references]
        if faults := tuple(dict.fromkeys(fault for candidate in found for fault in candidate.faults)):
            return (Candidate(path=path, faults=faults, left_out=read.left_out),)
        found = [structs.replace(candidate, unclear=read.unclear) for candidate in found]
        return (structs.replace(found[0], left_out=read.left_out), *found[1:])

    def _of_export(self, path: Path, export: Export) -> Sequence[Candidate]:
        """Look at an exported journal: all of it comes in, or nothing."""
        found = [] if export.faults else [self._exported_session(path, session, export) for session in export.sessions]
        found += [self._other(path, document, export) for document in export.documents if not export.faults]
        faults = export.faults or tuple(fault for candidate in found for fault in candidate.faults)
        if faults or not found:
            return (Candidate(path=path, faults=faults or (Fault("", _("holds no session and nothing else")),)),)
        return found

    def _exported_session(self, path: Path, session: Session, export: Export) -> Candidate:
        """Check a session of an exported journal; one of a named round comes with that round, which knows it."""
        unknown = Fault("", _("its round does not know it"))
        more = (unknown,) if session.round and not self._is_of_round(session, export) else ()
        try:
            candidate = self._of_session(path, session, export, more)
        except BadFileError as error:
            return Candidate(path=path, faults=_named(session.id, error.faults))
        return structs.replace(candidate, faults=_named(session.id, candidate.faults))

    def _of_session(self, path: Path, session: Session, export: Export, more: Iterable[Fault] = ()) -> Candidate:
        """Check a session against its instrument and the journal; `more` is what else is wrong with it."""
        answered_on, file = self._explained(session, path, export)
        faults = (*sessions.arrival_faults(session, answered_on), *more)
        if faults:
            return Candidate(path=path, faults=faults)
        session = _ordered(session, answered_on)
        fault, there = self._clash(session, answered_on)
        return Candidate(path=path, session=session, instrument=file, faults=(fault,) if fault else (), there=there)

    def _old_means(self, path: Path, means: Reference) -> Candidate:
        """Check the means of a day of which the scores are gone against those that the journal has of it."""
        if known := documents.look(self._store, base.REFERENCES.path(means.id)):
            with contextlib.suppress(BadFileError):
                means = spreadsheet.as_entered_before(means, base.REFERENCES.parse(known, path))
        return self._other(path, OtherDocument(base.REFERENCES, means.id, means, old_means.dumps(means)), Export())

    def _is_of_round(self, session: Session, export: Export) -> bool:
        known = export.round(session.round)
        if known is None:
            with contextlib.suppress(NotFoundError, BadFileError):
                known = rounds.get(self._store, session.round)[0]
        return known is not None and any(person.session == session.id for person in known.invited)

    def _explained(self, about: Session | Round, path: Path, export: Export) -> base.Explained:
        """Find the instrument of a session or round; BadFileError when it is nowhere."""
        try:
            return base.explained(self._store, about, export.instruments)
        except NotFoundError as error:
            raise BadFileError(path, (Fault("digest", str(error)),)) from None

    def _other(self, path: Path, document: OtherDocument, export: Export) -> Candidate:
        """Check a goal, agenda, event, round or talk against the one of that id in the journal."""
        file = b""
        if isinstance(document.value, Round):
            try:
                content, file = self._explained(document.value, path, export)
            except BadFileError as error:
                return Candidate(path=path, faults=_named(document.path, error.faults))
            if faults := tuple(round_faults(document.value, content)):
                return Candidate(path=path, faults=_named(document.path, faults))
        known = documents.look(self._store, document.path)
        if known is not None and not self._is_same(document, known):
            text = _("is in the journal with another content; that one stays as it is")
            return Candidate(path=path, faults=(Fault(document.path, text),))
        means = document.value if isinstance(document.value, Reference) and known is None else None
        if means and (taken := self._taken(means.instrument, means.day)):
            return Candidate(path=path, faults=_named(format_date(means.day), (taken,)))
        return Candidate(path=path, other=document, instrument=file, there=known is not None)

    def _is_same(self, document: OtherDocument, known: bytes) -> bool:
        try:
            return bool(document.kind.parse(known, document.path) == document.value)
        except BadFileError:
            return False

    def _of_day(self, path: Path, session: Session, instrument: Instrument) -> Candidate:
        """Check a session of a spreadsheet against what the journal has of that day."""
        known = self._known(session.id)
        if known:
            with contextlib.suppress(BadFileError):
                session = spreadsheet.as_entered_before(session, sessions.parse(known, path))
        fault, there = self._clash(session, instrument)
        if not there:
            fault = self._taken(session.instrument, session.started.date()) or fault
        found: tuple[Fault, ...] = (fault,) if fault else ()
        try:
            sessions.parse(sessions.dumps(session), path)
        except BadFileError as error:  # such as a note that is too long
            found = error.faults
        faults = tuple(Fault(format_date(session.started.date()), str(each)) for each in found)
        file = base.instrument_bytes(self._store, session)
        return Candidate(path=path, session=session, instrument=file, faults=faults, there=there)

    def _taken(self, instrument: str, day: date) -> Fault | None:
        """Say which session of one's own a day has already, and what to do."""
        other = self._own_days.get((instrument, day))
        text = _(
            "the journal has a session of that day, {id}; leave the day out of the file, or change the session: "
            "{command}"
        )
        return Fault("", text.format(id=other, command=f"reflect-tui amend {other}")) if other else None

    def _in_text(self, path: Path, data: bytes, error: formats.NotTomlError) -> Sequence[Candidate]:
        """Look at the answers in a text that is no TOML by itself: a mail, a chat."""
        whole = [
            self._of_document(path, answer, document)
            for answer, document in ((answer, _document(answer, path)) for answer in mail.answers_in(data))
            if {"scores", "digest", "combined", "check"} & document.keys()
        ]
        given = [candidate.answer for candidate in whole if candidate.answer]
        every = [*whole, *self._answers.codes(path, mail.texts(data), given)]
        candidates = [candidate for number, candidate in enumerate(every) if candidate not in every[:number]]
        meant = path in self._pasted or path.suffix.lower() in (".toml", ".eml")  # as an answer, by whoever named it
        fault = _no_answer(path, error.faults[0].place) if meant else spreadsheet.refusal("")
        return candidates or (Candidate(path=path, faults=(fault,)),)

    def _read(self, path: Path) -> bytes:
        """Read a file; of one that is too large so much that its kind can be told."""
        pasted = self._pasted.get(path)
        data = formats.read_bytes(path, _LARGEST_TABLE, whole=False) if pasted is None else pasted
        data = data.removeprefix(codecs.BOM_UTF8)  # some editors put it before a text that was pasted into them
        if data.lstrip().lower().startswith(_PAGE):
            page = _(
                "is a page, such as the form itself; what a form makes is a file whose name ends in .toml, and of a "
                "mail that was saved as a page the text can be pasted"
            )
            raise BadFileError(path, (Fault("", page),))
        return data

    def _of_document(self, path: Path, data: bytes, document: formats.Document) -> Candidate:
        try:
            return self._checked(path, data, document)
        except BadFileError as error:
            return Candidate(path=path, faults=error.faults)

    def _checked(self, path: Path, data: bytes, document: formats.Document) -> Candidate:
        if answers.is_combined(document):
            return self._answers.combined(path, data)
        if answers.is_answer(document):
            return self._answers.answer(path, data)
        if not {"scores", "digest"} & document.keys():
            neither = _("is neither a session nor a whole answer; if it should be one, ask for the file again")
            raise BadFileError(path, (Fault("", neither) if path.suffix == ".toml" else _no_answer(path, ""),))
        session = sessions.parse(data, path)
        if session.round and not _in_a_journal(path):
            whole = _("is an answer to a round, and not all of it is there. Ask whoever sent it for the file again")
            raise BadFileError(path, (Fault("", whole),))
        candidate = self._of_session(path, session, Export())
        if candidate.session and not candidate.there and saved_sessions.is_row(self._store, candidate.session):
            return structs.replace(candidate, faults=(saved_sessions.row_fault(),))
        return candidate

    def _known(self, session_id: str) -> bytes | None:
        """Return what the journal has under the id of a session: in its folder, else in its newest version."""
        path = sessions.relative_path(session_id)
        if os.path.lexists(self._store.root / path):
            return base.read_file(self._store.root, path.as_posix()) or b""
        if path.as_posix() not in self._tracked:
            return None
        try:
            return self._store.repository.read("HEAD", path.as_posix())
        except ReflectError:  # that object is damaged; doctor says so
            return None

    @cached_property
    def _own_days(self) -> Mapping[tuple[str, date], str]:
        return saved_sessions.own_days(self._store)

    @cached_property
    def _tracked(self) -> dict[str, str]:
        try:
            return self._store.repository.tracked()
        except ObstacleError:
            return {}

    def _clash(self, session: Session, answered_on: Instrument) -> tuple[Fault | None, bool]:
        """Say why a session of this id can't be taken in, if so, and whether it is the very one that is there."""
        known = self._known(session.id)
        if known is None:
            if self._store.drafts.path(session.id).exists():
                return Fault("id", _("is that of a draft: finish that or put it away first")), False
            return saved_sessions.scores_fault(self._store, session), False
        try:
            existing = _ordered(sessions.parse(known, ""), answered_on)
        except BadFileError:
            return Fault("id", _("is that of a file in the journal that can't be read")), False
        if sessions.dumps(existing) == sessions.dumps(session):
            return None, True
        return Fault(
            "id", _("is that of a session in the journal with another content; that one stays as it is")
        ), False


def _document(found: bytes, path: Path) -> formats.Document:
    """Read what looks like an answer; nothing when it is none. The check of one tells that it is not whole."""
    try:
        return formats.parse_document(found, path)
    except formats.NotTomlError:
        return {"check": ""} if answers.given_check(found) else {}


def _check_size(path: Path, data: bytes, limit: int) -> None:
    if len(data) > limit:
        raise BadFileError(path, (Fault("", _("is larger than {n} bytes").format(n=limit)),))


def _no_answer(path: Path, place: str) -> Fault:
    """Say why a text that is no TOML holds nothing; `place` is where it ceases to be."""
    if path.suffix.lower() == ".toml":
        text = _(
            "from here on it is not as it was written: something was changed, or is missing. Ask for the file again"
        )
        return Fault(place, text)
    text = _(
        'holds no whole answer: that is a code, which begins with {mark}, or a text from "format = 1" to the last '
        "score or comment. Copy the whole message, or ask for the file"
    )
    return Fault("", text.format(mark=f"{answer_code.MARK}{answer_code.VERSION}"))


def _named(name: str, faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Say of faults which part of a file they are in."""
    return tuple(Fault(name, str(fault)) for fault in faults)


def _in_a_journal(path: Path) -> bool:
    """Check whether a file stands where a journal has its sessions: a journal brought along as a whole."""
    journal = path.absolute().parent.parent.parent
    return (journal / base.IDENTITY).is_file() and path.absolute().parent.parent.name == "sessions"


def _ordered(session: Session, answered_on: Instrument) -> Session:
    """Put scores and notes in the order of the instrument, as our own files have them."""
    place = answered_on.positions.get
    scores, notes = (
        {key: table[key] for key in sorted(table, key=lambda key: place(key, 0))}
        for table in (session.scores, session.notes)
    )
    return structs.replace(session, scores=scores, notes=notes)
