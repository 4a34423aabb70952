"""What a program under attack does with a round: each act ends with bringing it into history."""

from __future__ import annotations

from reflect_tui.model.round import Rater
from reflect_tui.store import importing, rounds
from reflect_tui.store.journal import Journal
from tests.unit.round_examples import CLOSED, a_round, an_answer, put

ROUND = "2026-11-23-others-4f2a9c"
_ROLES: tuple[Rater, ...] = ("manager", "colleague", "colleague", "colleague", "client")
_INBOX = "in"


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
    rounds.close(journal, ROUND, CLOSED, leave_out=True)
    journal.record()


def withdraw_a_round(journal: Journal) -> None:
    """Withdraw the round."""
    rounds.withdraw(journal, ROUND)
    journal.record()
