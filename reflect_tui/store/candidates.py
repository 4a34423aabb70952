"""One file that is to be taken into the journal, as it was found to be, and the checks of answers to rounds.

Every file is checked before one is written; each is refused with its own reasons.
"""

from __future__ import annotations

import codecs
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from reflect_tui import paths, text
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.feedback import answer_code, answers, mail
from reflect_tui.feedback import pool as pools
from reflect_tui.feedback.answer_faults import answer_faults, as_person_knows, combined_faults, invited_name
from reflect_tui.feedback.answers import AnswerFile, CombinedFile
from reflect_tui.i18n import _
from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Invited, Rater, Round, as_promised
from reflect_tui.model.session import Session
from reflect_tui.model.tombstones import Tombstones
from reflect_tui.store import base, rounds
from reflect_tui.store.altered import is_gone, round_in_history
from reflect_tui.store.base import Store
from reflect_tui.store.documents import Shelf, look
from reflect_tui.store.exported import OtherDocument


class Candidate(Struct, frozen=True, kw_only=True):
    """One file to import: the session in it with its instrument's file, or everything that is wrong with it.

    Instead of a session of its own there may be an answer to a round, or all answers that a third person combined;
    an answer to a named round is a session as well; `person` stands for whoever answered, whichever form was used.
    `other` is a document of an exported journal that is no session. `coded` tells that it was an answer code, which
    has no comments; `there`, that the journal has this very content already, or, with `twice`, another of the files
    that are looked at; `doubt`, why the date of its session can't be right; `left_out`, what of a spreadsheet is no
    part of it; `withdrawn`, who is in combined figures though the invitation was withdrawn; `small`, the groups of
    combined figures that stay out, having too few people; `trimmed`, those of which single statements do too;
    `collected`, that it is refused as a confidential answer to a round that is none of this journal: whoever collects
    the answers of that round can combine it; `unclear`, what of a spreadsheet may say that its scores are somebody
    else's: it is imported only when one says that they are one's own.
    """

    path: Path
    session: Session | None = None
    answer: AnswerFile | None = None
    combined: CombinedFile | None = None
    other: OtherDocument | None = None
    person: str = ""
    coded: bool = False
    instrument: bytes = b""
    faults: tuple[Fault, ...] = ()
    there: bool = False
    twice: bool = False
    doubt: str = ""
    left_out: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    small: Mapping[Rater, int] = {}
    trimmed: Mapping[Rater, int] = {}
    collected: bool = False

    @property
    def round(self) -> str:
        """The id of the round it answers, "" when it is a session by itself."""
        answers_file = self.answer or self.combined
        return answers_file.round if answers_file else ""

    @property
    def unchecked(self) -> bool:
        """Whether it is an answer of which nothing tells if all of it is there: of an earlier form, or cut."""
        return self.answer is not None and not self.coded and not self.answer.check

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


_CLASHES: Mapping[str, Callable[[], str]] = {
    "id": lambda: _("another of these files has the same id, and another content"),
    "round": lambda: _("another of these files is of the same round, with other figures. Import the one that counts"),
    "token": lambda: _(
        "another of these files is of the same person, with another answer. Import by itself the one that was given "
        "first: of one person the first that comes in stands"
    ),
}


def without_clashes(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Refuse files that claim one id with different contents, and take equal ones once.

    A code is there already when the file of the same answer comes with it: that has the comments as well.
    """
    in_files = [_scores(candidate) for candidate in candidates if not candidate.coded and not candidate.faults]
    candidates = [
        _twice(candidate) if candidate.coded and _scores(candidate) in in_files else candidate
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
            yield structs.replace(candidate, faults=(Fault("", _CLASHES[clashing[0]]()),))
        else:
            names = {name for name, _place, _content in claims}
            yield _twice(candidate) if names & taken else candidate
            taken |= names


def _twice(candidate: Candidate) -> Candidate:
    return candidate if candidate.there else structs.replace(candidate, there=True, twice=True)


def without_erased(candidates: Iterable[Candidate], erased: Tombstones) -> Iterator[Candidate]:
    """Refuse what was erased for good: it comes back only as something new, under another id."""
    for candidate in candidates:
        session = candidate.session
        path = sessions.posix_path(session.id) if session else candidate.other.path if candidate.other else ""
        notes = erased.erased_notes(session) if session else ()
        if path in erased.documents:
            yield refused(candidate.path, _("was erased for good from this journal, so it is not imported again"))
        elif notes and not candidate.faults:
            problem = _("was erased for good from this journal; take it out of the file, and the rest can be imported")
            yield structs.replace(candidate, faults=tuple(Fault(f"notes.{item}", problem) for item in notes))
        else:
            yield candidate


def _scores(candidate: Candidate) -> tuple[str, dict[str, sessions.Score]] | None:
    """Return what a code has of an answer as well; None when it is no answer to a round."""
    return (candidate.person, dict(candidate.answer.scores)) if candidate.answer else None


def _claims(candidate: Candidate) -> Iterator[tuple[str, str, bytes]]:
    """Return what only one file may have: (what, its key, the content of the file)."""
    if candidate.faults or (candidate.coded and candidate.there):
        return
    if candidate.combined:
        yield candidate.combined.round, "round", answers.dumps_combined(candidate.combined)
    if candidate.other:
        yield candidate.other.path, "id", candidate.other.data
    if candidate.session:
        yield candidate.session.id, "id", sessions.dumps(candidate.session)
    if candidate.answer and not candidate.there:
        yield candidate.person, "token", answers.dumps(candidate.answer)


Clash = Callable[[Session, Instrument], tuple[Fault | None, bool]]


class AnswerChecks:
    """Checks answers against one journal; `clash` says why a session's id can't be used, and whether it is there."""

    def __init__(self, store: Store, clash: Clash, known: Callable[[str], bytes | None], moment: datetime) -> None:
        """Check against a journal; `moment` is now, for answers that don't tell when they were given.

        `known` reads the session of an id where the journal has it: in its folder, else in its newest version.
        """
        self._store = store
        self._known = known
        self._clash = clash
        self._moment = moment

    def codes(self, path: Path, texts: Sequence[str], given: Sequence[AnswerFile]) -> Iterator[Candidate]:
        """Look at the codes in texts that hold the answers `given` as well; one that says the same as these is none.

        Nor is one that can't be read, where it can be that of an answer given: cut short, with slips, or just named.
        """
        for code in (code for each in texts for code in answer_code.find_codes(each)):
            candidate = self._code(path, code)
            coded = candidate.answer
            if coded and (coded.token, coded.scores) in [(answer.token, answer.scores) for answer in given]:
                continue
            if coded or not any(answer_code.is_mention(code, answer.token) for answer in given):
                yield candidate

    def _code(self, path: Path, code: str) -> Candidate:
        known = [document.value for document in Shelf(self._store, base.ROUNDS).all() if document.value]
        try:
            coded = answer_code.decode(code, known, partial(base.instrument_of, self._store))
        except ReflectError as error:
            return refused(path, str(error))
        answer = answers.paper_answer(coded.round, coded.role, coded.scores, self._moment)
        answer = structs.replace(answer, token=coded.token, id=_coded_id(answer, coded.token))
        return structs.replace(self._answered(path, answer), coded=True)

    def answer(self, path: Path, data: bytes) -> Candidate:
        """Look at an answer to a round."""
        with as_person_knows():
            answer = answers.parse(data, path)
        try:
            return self._answered(path, answer)
        except BadFileError as error:
            path_of_round = base.ROUNDS.path(answer.round)
            gone = look(self._store, path_of_round) is None and not round_in_history(self._store, path_of_round, None)
            collected = answer.promise == "confidential" and gone
            return Candidate(path=path, faults=error.faults, collected=collected)

    def _answered(self, path: Path, answer: AnswerFile) -> Candidate:
        found = self._round(answer, path)
        return structs.replace(self._candidate(path, answer, found), person=rounds.person_token(found[0], answer.token))

    def _candidate(self, path: Path, answer: AnswerFile, found: tuple[Round, Instrument, bytes]) -> Candidate:
        feedback_round, content, file = found
        invited = feedback_round.bearer(answer.token)
        gone = invited is not None and is_gone(self._store, invited)
        put_back = gone and feedback_round.state == "closed"
        asked = structs.replace(feedback_round, state="open") if put_back else feedback_round
        faults = answer_faults(answer, asked, content)
        if faults:
            return Candidate(path=path, answer=answer, faults=faults)
        if feedback_round.is_confidential:
            return Candidate(path=path, answer=answer, **self._waits(answer, feedback_round))
        before = self._earlier(invited, answer) if invited else None
        if before:
            commented = structs.replace(before, notes=answer.notes, remark=answer.remark)
            same = commented == before or not (answer.notes or answer.remark)
            commented = before if same else commented
            faults = (_used(),) if not same and (before.notes or before.remark) else ()
            there = same and not gone
            return Candidate(path=path, answer=answer, session=commented, faults=faults, there=there)
        made = answers.session_of(feedback_round, answer.given, answer.id, content)
        made = structs.replace(made, started=answer.started, finished=answer.finished)
        fault, known = self._clash(made, content)
        fault = sessions.id_fault(answer.id) or fault
        fault = Fault(_("its id"), fault.problem) if fault else None
        if fault is None and invited and invited.answered and invited.session != answer.id:
            fault = Fault("", _("the answer of this person was deleted from the journal")) if gone else _used()
        there = fault is None and known and bool(invited and invited.answered) and not gone
        faults = (fault,) if fault else ()
        return Candidate(path=path, answer=answer, session=made, instrument=file, faults=faults, there=there)

    def _earlier(self, invited: Invited, answer: AnswerFile) -> Session | None:
        """Return the session that this person's earlier answer became, when it has the same scores."""
        if not invited.session:
            return None
        path = sessions.relative_path(invited.session)
        try:
            session = sessions.parse(self._known(invited.session) or b"", path)
        except BadFileError:  # then it can't be said to be the same
            return None
        return session if session.scores == answer.scores else None

    def _waits(self, answer: AnswerFile, feedback_round: Round) -> dict[str, Any]:
        """Say whether an answer to a confidential round waits already, or another one with its token does."""
        pool = pools.of_people(rounds.WaitingAnswers(self._store).get(feedback_round.id), feedback_round)
        token = rounds.person_token(feedback_round, answer.token)
        if token not in pool.tokens:
            return {}  # new, or one that came in but is not on this computer
        if answer.given in pool.answers:
            return {"there": True}
        if answer.notes or answer.remark:
            return {} if pool.with_comments(token, answer.given) else {"faults": (_used(),)}
        same = any((each.role, each.scores) == (answer.role, answer.scores) for each in pool.answers)
        return {"there": True} if same else {"faults": (_used(),)}

    def combined(self, path: Path, data: bytes) -> Candidate:
        """Look at the answers that a third person combined."""
        with as_person_knows():
            combined = answers.parse_combined(data, path)
        feedback_round, content, _file = self._round(combined, path)
        people = [person for token in combined.tokens if (person := feedback_round.bearer(token))]
        told = as_promised(combined.released, feedback_round.needed)
        there = feedback_round.state == "closed" and bool(told) and tuple(told) == feedback_round.released
        return Candidate(
            path=path,
            combined=combined,
            faults=() if there else combined_faults(combined, feedback_round, content),
            there=there,
            withdrawn=tuple(invited_name(feedback_round, person) for person in people if person.withdrawn),
            small={role: n for role, n in combined.people.items() if n < feedback_round.needed(role)},
            trimmed={group.role: group.people for group in told if group not in combined.released},
        )

    def _round(self, given: AnswerFile | CombinedFile, path: Path) -> tuple[Round, Instrument, bytes]:
        """Find the round that is answered, its instrument, and the file of that."""
        try:
            feedback_round, _data = rounds.get_unaltered(self._store, given.round)
        except NotFoundError:
            text = _("the round that it answers is none of this journal; import it in the journal that asked")
            raise BadFileError(path, (Fault("", text),)) from None
        except ReflectError as error:  # its file was altered
            raise BadFileError(path, (Fault("", str(error)),)) from None
        try:
            content = base.instrument_of(self._store, feedback_round)
        except NotFoundError as error:
            raise BadFileError(path, (Fault("", str(error)),)) from None
        return feedback_round, content, base.instrument_bytes(self._store, feedback_round)


def refused(path: Path, problem: str) -> Candidate:
    """Return a file that is refused for one reason."""
    return Candidate(path=path, faults=(Fault("", problem),))


def _coded_id(answer: AnswerFile, token: str) -> str:
    """Return an id that is the same each time a code is read at one moment."""
    fixed = hashlib.sha256(f"{token} {answer.scores}".encode()).hexdigest()
    return sessions.new_id(answer.started, answer.role, fixed[:6]) if answer.started else f"answer-{fixed[:32]}"


def _used() -> Fault:
    return Fault("", _("this person has answered before, and that answer stands"))


MAX_FILES = 500
_MARKS = (b"token", b"check", answer_code.MARK.lower().encode())
"""One of these stands in every text with an answer."""
_PAGES = {".html", ".htm"}
_LARGEST_MAIL = 1_000_000  # bytes: an answer with long comments, and a mail around it
MAX_SEEN = 20_000  # names: a folder with more is not one of sessions


def files_of(given: Iterable[Path]) -> list[Path]:
    """List the files that paths stand for: themselves, or the TOML files of folders.

    Raises:
        BadFileError: a folder holds none, or too many.
    """
    entries = [entry for path in given for entry in files(path)]
    for entry in entries:
        if isinstance(entry, Candidate):
            raise BadFileError(entry.path, entry.faults)
    return [entry for entry in entries if isinstance(entry, Path)]


def files(given: Path) -> Sequence[Path | Candidate]:
    """List the files that a path stands for: itself, or those in a folder; of a journal, its sessions.

    Those in a folder are TOML files, and texts with an answer in them, such as a mail that was saved.
    """
    if not os.path.isdir(given):  # noqa: PTH112 -- Path.is_dir() raises for a folder above that is closed to us
        return [given]
    is_journal = (given / base.IDENTITY).is_file()
    home = paths.home()
    if home and home.is_relative_to(given.resolve()) and not is_journal:
        return [refused(given, _("is your home folder, or above it; name a folder in it, such as Downloads"))]
    folder = given / "sessions" if is_journal else given
    found: list[Path] = []
    for seen, path in enumerate(all_files(folder)):
        if path.suffix == ".toml" or may_hold_answer(path):
            found.append(path)
        if len(found) > MAX_FILES or seen > MAX_SEEN:
            return [refused(given, _("holds more than {n} files; import it in parts").format(n=MAX_FILES))]
    nothing = _("holds no answer and no session; name a spreadsheet or an exported journal by itself")
    return found or [refused(given, nothing)]


def all_files(folder: Path) -> Iterator[Path]:
    """Name every file in a folder and the folders in it, but hidden ones; nothing when it is no folder."""
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(top, name) for name in sorted(names) if not name.startswith("."))


def may_hold_answer(path: Path) -> bool:
    """Check whether a file that is no TOML looks like a text with an answer in it."""
    if path.suffix.lower() in _PAGES:
        return False
    try:
        data = path.read_bytes() if path.is_file() and path.stat().st_size <= _LARGEST_MAIL else b""
    except OSError:  # what can't be read is none of these; whoever names it by itself is told so
        return False
    encoded = mail.is_mail(data) or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not encoded and (b"\0" in data or not any(mark in data.lower() for mark in _MARKS)):  # quickly, of many files
        return False
    return any(mail.find_answers(text) or answer_code.find_codes(text) for text in mail.texts(data))
