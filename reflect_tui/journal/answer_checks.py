"""Checks the files that answer a round, before anything is written: each refused with its own reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import structs

from reflect_tui import library
from reflect_tui.errors import BadFileError, Fault, NotFoundError
from reflect_tui.feedback import answers, matching
from reflect_tui.feedback.answers import AnswerFile, CombinedFile
from reflect_tui.feedback.round import Round, token_digest
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.journal import recording, rounds
from reflect_tui.journal.candidate import Candidate
from reflect_tui.journal.journal import Journal
from reflect_tui.session import Session

Clash = Callable[[Session, Instrument], tuple[Fault | None, bool]]


class AnswerChecks:
    """Checks answers against one journal; `clash` says why a session's id can't be used, and whether it is there."""

    def __init__(self, journal: Journal, clash: Clash) -> None:
        self._journal = journal
        self._clash = clash

    def answer(self, path: Path, data: bytes) -> Candidate:
        """Look at an answer to a round."""
        answer = answers.parse(data, path)
        found, content, file = self._round(answer, path)
        faults = matching.answer_faults(answer, found, content)
        if faults:
            return Candidate(path=path, answer=answer, faults=faults)
        if found.is_confidential:
            return Candidate(path=path, answer=answer, **self._waits(answer, found))
        invited = found.bearer(answer.token)
        made = matching.session_of(found, answer.given, answer.id, content)
        made = structs.replace(made, started=answer.started, finished=answer.finished)
        fault, known = self._clash(made, content)
        if fault is None and invited and invited.answered and invited.session != answer.id:
            fault = _used()
        there = fault is None and known and bool(invited and invited.answered)
        faults = (fault,) if fault else ()
        return Candidate(path=path, answer=answer, session=made, instrument=file, faults=faults, there=there)

    def _waits(self, answer: AnswerFile, found: Round) -> dict[str, Any]:
        """Say whether an answer to a confidential round waits already, or another one with its token does."""
        pool = self._journal.waiting_answers.get(found.id)
        if token_digest(answer.token) not in pool.tokens:
            invited = found.bearer(answer.token)
            return {"faults": (_used(),)} if invited and invited.answered else {}
        return {"there": True} if answer.given in pool.answers else {"faults": (_used(),)}

    def combined(self, path: Path, data: bytes) -> Candidate:
        """Look at the answers that a third person combined."""
        combined = answers.parse_combined(data, path)
        found, content, _file = self._round(combined, path)
        return Candidate(path=path, combined=combined, faults=matching.combined_faults(combined, found, content))

    def _round(self, given: AnswerFile | CombinedFile, path: Path) -> tuple[Round, Instrument, bytes]:
        """Find the round that is answered, its instrument, and the file of that."""
        try:
            found, _data = rounds.get(self._journal, given.round)
        except NotFoundError:
            raise BadFileError(path, (Fault("round", _("is none of this journal")),)) from None
        try:
            content = self._journal.library.find(found.instrument, found.version, found.digest)
        except NotFoundError as error:
            raise BadFileError(path, (Fault("round", str(error)),)) from None
        copy = recording.find_copy(self._journal.root, found)
        return found, content, copy[1] if copy else library.bundled_bytes(found.instrument)


def _used() -> Fault:
    return Fault("token", _("has been used: this invitation was answered before, and that answer stands"))
