"""One file that is to be taken into the journal, as it was found to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui import session as sessions
from reflect_tui.errors import Fault
from reflect_tui.feedback import answers
from reflect_tui.feedback.answers import AnswerFile, CombinedFile
from reflect_tui.i18n import _
from reflect_tui.session import Session


class Candidate(Struct, frozen=True, kw_only=True):
    """One file to import: the session in it with its instrument's file, or everything that is wrong with it.

    Instead of a session of its own there may be an answer to a round, or all answers that a third person combined; an
    answer to a named round is a session as well. `there` tells that the journal has this very content already.
    """

    path: Path
    session: Session | None = None
    answer: AnswerFile | None = None
    combined: CombinedFile | None = None
    instrument: bytes = b""
    faults: tuple[Fault, ...] = ()
    there: bool = False

    @property
    def round(self) -> str:
        """The id of the round it answers, "" when it is a session by itself."""
        found = self.answer or self.combined
        return found.round if found else ""


def without_clashes(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """Refuse files that claim one id with different contents, and take equal ones once."""
    contents: dict[str, set[bytes]] = {}
    for candidate in found:
        for name, _place, content in _claims(candidate):
            contents.setdefault(name, set()).add(content)
    taken: set[str] = set()
    for candidate in found:
        claims = list(_claims(candidate))
        clashing = [place for name, place, _content in claims if len(contents[name]) > 1]
        if clashing:
            problem = Fault(clashing[0], _("is also that of another of these files, with another content"))
            yield structs.replace(candidate, faults=(problem,))
        else:
            names = {name for name, _place, _content in claims}
            yield structs.replace(candidate, there=True) if names & taken else candidate
            taken |= names


def _claims(candidate: Candidate) -> Iterator[tuple[str, str, bytes]]:
    """Give what only one file may have: (what, its key, the content of the file)."""
    if candidate.faults:
        return
    if candidate.combined:
        yield candidate.combined.round, "round", answers.dumps_combined(candidate.combined)
    if candidate.session:
        yield candidate.session.id, "id", sessions.dumps(candidate.session)
    if candidate.answer:
        yield candidate.answer.token, "token", answers.dumps(candidate.answer)
