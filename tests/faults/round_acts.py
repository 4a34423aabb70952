"""What a program under attack does with a round: each act ends with bringing it into history."""

from __future__ import annotations

import contextlib

from msgspec import structs

from reflect_tui.feedback.answers import session_of
from reflect_tui.model import round as files
from reflect_tui.model.round import Rater
from reflect_tui.store import closing, importing, repair, rounds
from reflect_tui.store.journal import Journal
from tests.unit.round_examples import BYTES, CLOSED, CONTENT, a_round, an_answer, put

ROUND = "2026-11-23-others-4f2a9c"
_ROLES: tuple[Rater, ...] = ("manager", "colleague", "colleague", "colleague", "client")
_INBOX = "in"
SAID = "said.txt"


def ask(journal: Journal) -> None:
    """Make a round of five, whose answers lie beside the journal."""
    found = a_round(journal, _ROLES)
    answers = (an_answer(found, number, score=number % 4 + 1) for number in range(len(_ROLES)))
    put(journal.root.parent / _INBOX, *answers)
    journal.record()


def take_answers(journal: Journal) -> None:
    """Take all answers in."""
    for candidate in importing.examine(journal, [journal.root.parent / _INBOX]):
        importing.save(journal, candidate)
    journal.record()


def close_a_round(journal: Journal) -> None:
    """Close the round; the manager and the client are too few to be shown."""
    closing.close(journal, ROUND, CLOSED, leave_out=True)
    journal.record()


def withdraw_a_round(journal: Journal) -> None:
    """Withdraw the round."""
    rounds.withdraw(journal, ROUND)
    journal.record()


def close_as_earlier(journal: Journal) -> None:
    """Make a round as earlier versions closed it: a row for everyone in a group that is large enough."""
    found = a_round(journal, _ROLES)
    people = tuple(structs.replace(one, answered=True) for one in found.invited)
    closed = files.dumps(structs.replace(found, state="closed", invited=people))
    journal.rounds.save(ROUND, closed, "closed", journal.rounds.get(ROUND).data)
    for number in range(4):
        answer = an_answer(found, number, score=number % 4 + 1, note=f"canary{number}")
        row = session_of(found, answer.given, f"2026-12-14T0900-{answer.role}-00000{number}", CONTENT)
        journal.save(structs.replace(row, started=CLOSED, finished=CLOSED), BYTES)
        journal.record()


def convert_a_round(journal: Journal) -> None:
    """Run `doctor --fix`, which keeps of such a round only what may be told; what it says goes to a file beside it."""
    for sentence in repair.repair(journal):
        with contextlib.suppress(OSError), (journal.root.parent / SAID).open("a") as said:  # that too may be what fails
            said.write(sentence)
