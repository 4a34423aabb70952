"""What a program under attack does with the two versions of a session that an unresolved merge left in its file."""

from __future__ import annotations

from reflect_tui.store.journal import Journal

_FIRST_ID = "2026-01-01T1000-self-000001"


def take_upper(journal: Journal) -> None:
    """Take the version that stood in the journal."""
    journal.take_side(_FIRST_ID, "upper")


def take_lower(journal: Journal) -> None:
    """Take the version that was merged in."""
    journal.take_side(_FIRST_ID, "lower")
