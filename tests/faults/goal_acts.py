"""What a program under attack does with a goal: each act ends with bringing it into history."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import structs

from reflect_tui.model import goals
from reflect_tui.model.goals import Goal, LookBack
from reflect_tui.store.journal import Journal

_MADE = datetime(2026, 4, 20, 16, 5, tzinfo=UTC)
FIRST = Goal(id="2026-04-20T1605-goal-0a1b2c", instrument="small", domain="doing", what="first", made=_MADE)
SECOND = structs.replace(FIRST, what="second")
THIRD = SECOND.looked_back(LookBack(at=_MADE, outcome="reached"))
PATH = f"goals/{FIRST.id}.toml"


def make_a_goal(journal: Journal) -> None:
    """Keep a first goal."""
    journal.goals.save(FIRST.id, goals.dumps(FIRST), "made")
    journal.record()


def change_a_goal(journal: Journal) -> None:
    """Change it twice before history hears of it."""
    journal.goals.save(FIRST.id, goals.dumps(SECOND), "edited", goals.dumps(FIRST))
    journal.goals.save(FIRST.id, goals.dumps(THIRD), "reached", goals.dumps(SECOND))
    journal.record()


def remove_a_goal(journal: Journal) -> None:
    """Remove it."""
    journal.goals.remove(FIRST.id, goals.dumps(FIRST))
    journal.record()


def restore_a_goal(journal: Journal) -> None:
    """Bring it back."""
    journal.goals.restore(FIRST.id)
    journal.record()
