"""Takes sessions from elsewhere and answers to rounds into the journal; every file is checked before one is written."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from reflect_tui import text
from reflect_tui.clock import SYSTEM, Clock
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.feedback import answer_code, answers, mail
from reflect_tui.feedback.answers import AnswerFile, CombinedFile
from reflect_tui.forms import cells
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _, format_date
from reflect_tui.model import library
from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import Instrument, digest
from reflect_tui.model.round import Invited, Round
from reflect_tui.model.session import Session
from reflect_tui.store import base, rounds, spreadsheet
from reflect_tui.store.base import Store
from reflect_tui.store.documents import Shelf
from reflect_tui.toml import formats

# One file that is to be taken into the journal, as it was found to be.


class Candidate(Struct, frozen=True, kw_only=True):
    """One file to import: the session in it with its instrument's file, or everything that is wrong with it.

    Instead of a session of its own there may be an answer to a round, or all answers that a third person combined; an
    answer to a named round is a session as well. `coded` tells that it was an answer code, which has no comments;
    `there`, that the journal has this very content already; `doubt`, why the date of its session can't be right;
    `left_out`, what of a spreadsheet is no part of it.
    """

    path: Path
    session: Session | None = None
    answer: AnswerFile | None = None
    combined: CombinedFile | None = None
    coded: bool = False
    instrument: bytes = b""
    faults: tuple[Fault, ...] = ()
    there: bool = False
    doubt: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def round(self) -> str:
        """The id of the round it answers, "" when it is a session by itself."""
        answers_file = self.answer or self.combined
        return answers_file.round if answers_file else ""

    @property
    def hidden(self) -> int:
        """How many characters in its texts show nothing, so that two that look the same could differ."""
        name = self.answer.name if self.answer else ""
        return text.hidden(name) + sum(map(text.hidden, self._texts()))

    def _texts(self) -> Iterator[str]:
        parts = self.combined.answers if self.combined else [part for part in (self.session or self.answer,) if part]
        for part in parts:
            yield from (part.remark, *part.notes.values())
        for group in self.combined.released if self.combined else ():
            yield from (comment.text for comment in group.comments)


def without_clashes(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Refuse files that claim one id with different contents, and take equal ones once.

    A code is there already when the file of the same answer comes with it: that has the comments as well.
    """
    in_files = [_scores(candidate) for candidate in candidates if not candidate.coded and not candidate.faults]
    candidates = [
        structs.replace(candidate, there=True) if candidate.coded and _scores(candidate) in in_files else candidate
        for candidate in candidates
    ]
    contents: dict[str, set[bytes]] = {}
    for candidate in candidates:
        for name, _place, content in _claims(candidate):
            contents.setdefault(name, set()).add(content)
    taken: set[str] = set()
    for candidate in candidates:
        claims = list(_claims(candidate))
        clashing = [place for name, place, _content in claims if len(contents[name]) > 1]
        if clashing:
            problem = Fault(clashing[0], _("is also that of another of these files, with another content"))
            yield structs.replace(candidate, faults=(problem,))
        else:
            names = {name for name, _place, _content in claims}
            yield structs.replace(candidate, there=True) if names & taken else candidate
            taken |= names


def _scores(candidate: Candidate) -> tuple[str, dict[str, sessions.Score]] | None:
    """Return what a code has of an answer as well; None when it is no answer to a round."""
    return (candidate.answer.token, dict(candidate.answer.scores)) if candidate.answer else None


def _claims(candidate: Candidate) -> Iterator[tuple[str, str, bytes]]:
    """Return what only one file may have: (what, its key, the content of the file)."""
    if candidate.faults or (candidate.coded and candidate.there):
        return
    if candidate.combined:
        yield candidate.combined.round, "round", answers.dumps_combined(candidate.combined)
    if candidate.session:
        yield candidate.session.id, "id", sessions.dumps(candidate.session)
    if candidate.answer:
        yield candidate.answer.token, "token", answers.dumps(candidate.answer)


# Checks the files that answer a round, before anything is written: each refused with its own reason.


Clash = Callable[[Session, Instrument], tuple[Fault | None, bool]]


class AnswerChecks:
    """Checks answers against one journal; `clash` says why a session's id can't be used, and whether it is there."""

    def __init__(self, store: Store, clash: Clash, moment: datetime) -> None:
        """Check against a journal; `moment` is now, for answers that don't tell when they were given."""
        self._store = store
        self._clash = clash
        self._moment = moment

    def code(self, path: Path, code: str) -> Candidate:
        """Look at an answer code, as answer_code.find_codes() found it in a text."""
        known = [document.value for document in Shelf(self._store, base.ROUNDS).all() if document.value]
        try:
            coded = answer_code.decode(code, known, self._content)
        except ReflectError as error:
            return _refused(path, str(error))
        answer = answers.paper_answer(coded.round, coded.role, coded.scores, self._moment)
        answer = structs.replace(answer, token=coded.token, id=_coded_id(answer, coded.token))
        return structs.replace(self._candidate(path, answer), coded=True)

    def answer(self, path: Path, data: bytes) -> Candidate:
        """Look at an answer to a round."""
        return self._candidate(path, answers.parse(data, path))

    def _candidate(self, path: Path, answer: AnswerFile) -> Candidate:
        feedback_round, content, file = self._round(answer, path)
        faults = answers.answer_faults(answer, feedback_round, content)
        if faults:
            return Candidate(path=path, answer=answer, faults=faults)
        if feedback_round.is_confidential:
            return Candidate(path=path, answer=answer, **self._waits(answer, feedback_round))
        invited = feedback_round.bearer(answer.token)
        before = self._earlier(invited, answer) if invited else None
        if before:
            return Candidate(path=path, answer=answer, session=before, **_told_again(answer))
        made = answers.session_of(feedback_round, answer.given, answer.id, content)
        made = structs.replace(made, started=answer.started, finished=answer.finished)
        fault, known = self._clash(made, content)
        fault = sessions.id_fault(answer.id) or fault
        if fault is None and invited and invited.answered and invited.session != answer.id:
            fault = _used()
        there = fault is None and known and bool(invited and invited.answered)
        faults = (fault,) if fault else ()
        return Candidate(path=path, answer=answer, session=made, instrument=file, faults=faults, there=there)

    def _earlier(self, invited: Invited, answer: AnswerFile) -> Session | None:
        """Return the session that this person's earlier answer became, when it has the same scores."""
        if invited.session in ("", answer.id):
            return None
        path = sessions.relative_path(invited.session)
        try:
            session = sessions.parse(base.read_file(self._store.root, path.as_posix()) or b"", path)
        except BadFileError:  # then it can't be said to be the same
            return None
        return session if session.scores == answer.scores else None

    def _waits(self, answer: AnswerFile, feedback_round: Round) -> dict[str, Any]:
        """Say whether an answer to a confidential round waits already, or another one with its token does."""
        pool = rounds.WaitingAnswers(self._store).get(feedback_round.id)
        if rounds.person_token(feedback_round, answer.token) not in pool.tokens:
            return {}  # new, or one that came in but is not on this computer
        if answer.given in pool.answers:
            return {"there": True}
        same = [each for each in pool.answers if (each.role, each.scores) == (answer.role, answer.scores)]
        return _told_again(answer) if same else {"faults": (_used(),)}

    def combined(self, path: Path, data: bytes) -> Candidate:
        """Look at the answers that a third person combined."""
        combined = answers.parse_combined(data, path)
        feedback_round, content, _file = self._round(combined, path)
        return Candidate(
            path=path, combined=combined, faults=answers.combined_faults(combined, feedback_round, content)
        )

    def _content(self, feedback_round: Round) -> Instrument:
        return self._store.library.find(feedback_round.instrument, feedback_round.version, feedback_round.digest)

    def _round(self, given: AnswerFile | CombinedFile, path: Path) -> tuple[Round, Instrument, bytes]:
        """Find the round that is answered, its instrument, and the file of that."""
        try:
            feedback_round, _data = rounds.get(self._store, given.round)
        except NotFoundError:
            raise BadFileError(path, (Fault("round", _("is none of this journal")),)) from None
        try:
            content = self._content(feedback_round)
        except NotFoundError as error:
            raise BadFileError(path, (Fault("round", str(error)),)) from None
        return feedback_round, content, base.instrument_bytes(self._store.root, feedback_round)


def _coded_id(answer: AnswerFile, token: str) -> str:
    """Return an id that is the same each time a code is read at one moment."""
    fixed = hashlib.sha256(f"{token} {answer.scores}".encode()).hexdigest()
    return sessions.new_id(answer.started, answer.role, fixed[:6]) if answer.started else f"answer-{fixed[:32]}"


def _told_again(answer: AnswerFile) -> dict[str, Any]:
    """Say of an answer whose scores came in before, as a code or a file, what becomes of it."""
    if not (answer.notes or answer.remark):
        return {"there": True}
    return {
        "faults": (
            Fault("", _("its scores came in before; its comments can't be added any more: read them in the file")),
        )
    }


def _used() -> Fault:
    return Fault("token", _("has been used: this invitation was answered before, and that answer stands"))


MAX_FILES = 500
NOTHING: Mapping[Path, bytes] = {}
_BINARY = 2000  # bytes: a zero among the first tells that a file is no text
_PAGE = (b"<!doctype", b"<html")
_PAGES = {".html", ".htm"}
TABLES = (".csv", ".json", ".ods", ".tsv", ".xls", ".xlsx")
_LARGEST_TABLE = 20_000_000  # bytes
_LARGEST_MAIL = 1_000_000  # bytes: an answer with long comments, and a mail around it
_MAX_SEEN = 20_000  # names: a folder with more is not one of sessions


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
    every = [path for given in paths for path in _files(given)]
    candidates: list[Candidate] = []
    for number, path in enumerate(every):
        if not progress(number, len(every)):
            return ()
        candidates += check.candidates(path)
    return tuple(_with_doubt(candidate, now) for candidate in without_clashes(candidates))


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
            files = sorted(islice(every, _MAX_SEEN), reverse=True)[:MAX_FILES]
    except OSError as error:
        problem = _("can't be read: {reason}").format(reason=error.strerror or error)
        raise BadFileError(folder, (Fault("", problem),)) from None
    saved = {path: moment for moment, path in files if path.suffix == ".toml" or _may_hold_answer(path)}
    return tuple(
        Recognised(candidate, datetime.fromtimestamp(saved[candidate.path]).astimezone())
        for candidate in examine(store, saved, clock=clock)
        if not candidate.faults and not candidate.there
    )


def pasted_name() -> Path:
    """Return what stands for the name of a file where a text was pasted."""
    return Path(_("(pasted text)"))


def files_of(given: Iterable[Path]) -> list[Path]:
    """List the files that paths stand for: themselves, or the TOML files of folders.

    Raises:
        BadFileError: a folder holds none, or too many.
    """
    entries = [entry for path in given for entry in _files(path)]
    for entry in entries:
        if isinstance(entry, Candidate):
            raise BadFileError(entry.path, entry.faults)
    return [entry for entry in entries if isinstance(entry, Path)]


def save(store: Store, candidate: Candidate, clock: Clock = SYSTEM) -> None:
    """Keep what a candidate without faults holds; the caller holds the Lock, and records afterwards.

    Raises:
        JournalError: it can't be written, or another program has meanwhile saved something else in its place.
        BadFileError: what waits in its round can't be read.
    """
    if candidate.faults or candidate.there:
        return
    if candidate.combined:
        rounds.take_combined(store, candidate.combined, clock.now())
    elif candidate.answer and candidate.session:
        rounds.take_named(store, candidate.answer, candidate.session, candidate.instrument)
    elif candidate.answer:
        rounds.take_confidential(store, candidate.answer)
    elif candidate.session:
        base.save_session(store.root, store.scaffold, candidate.session, lambda: candidate.instrument)


def _files(given: Path) -> Sequence[Path | Candidate]:
    """List the files that a path stands for: itself, or those in a folder; of a journal, its sessions.

    Those in a folder are TOML files, and texts with an answer in them, such as a mail that was saved.
    """
    if not os.path.isdir(given):  # noqa: PTH112 -- Path.is_dir() raises for a folder above that is closed to us
        return [given]
    is_journal = (given / base.IDENTITY).is_file()
    if Path.home().is_relative_to(given.resolve()) and not is_journal:
        return [_refused(given, _("is your home folder, or above it; name a folder in it, such as Downloads"))]
    folder = given / "sessions" if is_journal else given
    paths: list[Path] = []
    seen = 0
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        shown = (Path(top, name) for name in sorted(names) if not name.startswith("."))
        paths += [path for path in shown if path.suffix == ".toml" or _may_hold_answer(path)]
        seen += len(folders) + len(names)
        if len(paths) > MAX_FILES or seen > _MAX_SEEN:
            return [_refused(given, _("holds more than {n} files; import it in parts").format(n=MAX_FILES))]
    return paths or [_refused(given, _("holds no answer and no session"))]


def _may_hold_answer(path: Path) -> bool:
    """Check whether a file that is no TOML looks like a text with an answer in it."""
    if path.suffix.lower() in _PAGES:
        return False
    try:
        data = path.read_bytes() if path.is_file() and path.stat().st_size <= _LARGEST_MAIL else b""
    except OSError:  # what can't be read is none of these; whoever names it by itself is told so
        return False
    if b"\0" in data[:_BINARY] and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    return any(mail.find_answer(text) or answer_code.find_codes(text) for text in mail.texts(data))


def _refused(path: Path, problem: str) -> Candidate:
    return Candidate(path=path, faults=(Fault("", problem),))


class _Check:
    """Checks one file after another against one journal."""

    def __init__(self, store: Store, pasted: Mapping[Path, bytes], moment: datetime) -> None:
        self._store = store
        self._pasted = pasted
        self._moment = moment
        self._answers = AnswerChecks(store, self._clash, moment)

    def candidates(self, path: Path | Candidate) -> Sequence[Candidate]:
        """Look at one file."""
        if isinstance(path, Candidate):
            return (path,)
        try:
            data = self._read(path)
            if kind := cells.file_kind(data, path.suffix):
                return self._foreign(path, data, kind)
            try:
                document = formats.parse_document(data, path)
            except formats.NotTomlError as error:
                return self._in_text(path, data, error)
        except BadFileError as error:
            return (Candidate(path=path, faults=error.faults),)
        except NotFoundError:
            return (_refused(path, _("there is no such file")),)
        return (self._of_document(path, data, document),)

    def _foreign(self, path: Path, data: bytes, kind: cells.FileKind) -> Sequence[Candidate]:
        """Look at a file that is neither TOML nor text with an answer; of a spreadsheet all days come in or none."""
        if kind not in ("csv", "workbook"):
            return (Candidate(path=path, faults=(spreadsheet.refusal(kind),)),)
        read = spreadsheet.read_spreadsheet(data, kind, self._moment)
        if read.faults:
            return (Candidate(path=path, faults=read.faults, left_out=read.left_out),)
        found = [self._of_day(path, session, instrument) for session, instrument in read.sessions]
        if faults := tuple(dict.fromkeys(fault for candidate in found for fault in candidate.faults)):
            return (Candidate(path=path, faults=faults, left_out=read.left_out),)
        return (structs.replace(found[0], left_out=read.left_out), *found[1:])

    def _of_day(self, path: Path, session: Session, instrument: Instrument) -> Candidate:
        """Check a session of a spreadsheet against what the journal has of that day."""
        known = self._known(session)
        if known:
            with contextlib.suppress(BadFileError):
                session = spreadsheet.as_entered_before(session, sessions.parse(known, path))
        fault, there = self._clash(session, instrument)
        faults = (Fault(format_date(session.started.date()), str(fault)),) if fault else ()
        content = base.find_copy(self._store.root, session)
        file = content[1] if content else _shipped(session, path)
        return Candidate(path=path, session=session, instrument=file, faults=faults, there=there)

    def _in_text(self, path: Path, data: bytes, error: formats.NotTomlError) -> Sequence[Candidate]:
        """Look at the answers in a text that is no TOML by itself: a mail, a chat."""
        texts = mail.texts(data)
        found = [answer.encode() for text in texts if (answer := mail.find_answer(text))]
        documents = [(answer, _document(answer, path)) for answer in found]
        in_files = [
            self._of_document(path, answer, document)
            for answer, document in documents
            if {"scores", "digest", "combined"} & document.keys()
        ]
        in_codes = [self._answers.code(path, code) for text in texts for code in answer_code.find_codes(text)]
        every = [*in_files, *in_codes]
        candidates = [candidate for number, candidate in enumerate(every) if candidate not in every[:number]]
        return candidates or (Candidate(path=path, faults=(_no_answer(path, error.faults[0].place),)),)

    def _read(self, path: Path) -> bytes:
        limit = _LARGEST_TABLE if path.suffix.lower() in TABLES else formats.MAX_BYTES
        data = self._pasted[path] if path in self._pasted else formats.read_bytes(path, limit)
        data = data.removeprefix(codecs.BOM_UTF8)  # some editors put it before a text that was pasted into them
        if len(data) > limit:
            raise BadFileError(path, (Fault("", _("is larger than {n} bytes").format(n=limit)),))
        if data.lstrip().lower().startswith(_PAGE):
            page = _("is a page, such as the form itself; what a form makes is a file whose name ends in .toml")
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
            raise BadFileError(path, (Fault("", _("is not a session; only session files can be imported")),))
        session = sessions.parse(data, path)
        if session.round and not _in_a_journal(path):
            raise BadFileError(path, (Fault("token", _("is missing; an answer to a round has one")),))
        answered_on, content = self._instrument(session, path)
        faults = (*_misfits(session, answered_on), *sessions.instrument_faults(session, answered_on))
        if faults:
            return Candidate(path=path, faults=faults)
        session = _ordered(session, answered_on)
        fault, there = self._clash(session, answered_on)
        return Candidate(path=path, session=session, instrument=content, faults=(fault,) if fault else (), there=there)

    def _instrument(self, session: Session, path: Path) -> tuple[Instrument, bytes]:
        """Find the very instrument that a session was answered on, and its file."""
        try:
            instrument = self._store.library.find(session.instrument, session.version, session.digest)
        except NotFoundError as error:
            raise BadFileError(path, (Fault("digest", str(error)),)) from None
        copy = base.find_copy(self._store.root, session)
        return instrument, copy[1] if copy else _shipped(session, path)

    def _known(self, session: Session) -> bytes | None:
        """Return what the journal has under the id of a session: in its folder, else in its newest version."""
        path = sessions.relative_path(session.id)
        if os.path.lexists(self._store.root / path):
            return base.read_file(self._store.root, path.as_posix()) or b""
        if path.as_posix() not in self._tracked:
            return None
        try:
            return self._store.repository.read("HEAD", path.as_posix())
        except ReflectError:  # that object is damaged; doctor says so
            return None

    @cached_property
    def _tracked(self) -> dict[str, str]:
        try:
            return self._store.repository.tracked()
        except ObstacleError:
            return {}

    def _clash(self, session: Session, answered_on: Instrument) -> tuple[Fault | None, bool]:
        """Say why a session of this id can't be taken in, if so, and whether it is the very one that is there."""
        known = self._known(session)
        if known is None:
            is_draft = self._store.drafts.path(session.id).exists()
            return Fault("id", _("is that of a draft: finish that or put it away first")) if is_draft else None, False
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
    """Read what looks like an answer; nothing when it is none."""
    try:
        return formats.parse_document(found, path)
    except formats.NotTomlError:
        return {}


def _no_answer(path: Path, place: str) -> Fault:
    """Say why a text that is no TOML holds nothing; `place` is where it ceases to be."""
    if path.suffix.lower() == ".toml":
        return Fault(place, _("from here on it is not as it was written: something was changed, or is missing"))
    text = _(
        'holds no whole answer: that is a code, which begins with {mark}, or a text from "format = 1" to the last '
        "score or comment. Copy the whole message, or ask for the file"
    )
    return Fault("", text.format(mark=f"{answer_code.MARK}{answer_code.VERSION}"))


def _in_a_journal(path: Path) -> bool:
    """Check whether a file stands where a journal has its sessions: a journal brought along as a whole."""
    journal = path.absolute().parent.parent.parent
    return (journal / base.IDENTITY).is_file() and path.absolute().parent.parent.name == "sessions"


def _shipped(session: Session, path: Path) -> bytes:
    """Return the file of an instrument that comes with the program."""
    content = library.bundled_bytes(session.instrument)
    if digest(content) != session.digest:  # the library found it a moment ago: it was taken away meanwhile
        raise BadFileError(path, (Fault("digest", _("is that of an instrument that can't be read")),))
    return content


def _misfits(session: Session, answered_on: Instrument) -> Iterator[Fault]:
    if fault := sessions.id_fault(session.id):
        yield fault
    if session.version != answered_on.version:
        problem = _("is not {version}, that of the instrument with this digest").format(version=answered_on.version)
        yield Fault("version", problem)


def _ordered(session: Session, answered_on: Instrument) -> Session:
    """Put scores and notes in the order of the instrument, as our own files have them."""
    place = answered_on.positions.get
    scores, notes = (
        {key: table[key] for key in sorted(table, key=lambda key: place(key, 0))}
        for table in (session.scores, session.notes)
    )
    return structs.replace(session, scores=scores, notes=notes)
