"""What a program under attack does with past years and with an exported journal: it imports what lies beside it."""

from __future__ import annotations

from reflect_tui.store import import_plan, importing
from reflect_tui.store.journal import Journal

YEARS, EXPORTED = "years.csv", "exported.json"


def take_years(journal: Journal) -> None:
    """Import a spreadsheet of past years."""
    _take(journal, YEARS)


def take_export(journal: Journal) -> None:
    """Import an exported journal."""
    _take(journal, EXPORTED)


def _take(journal: Journal, name: str) -> None:
    candidates = importing.examine(journal, [journal.root.parent / name])
    with import_plan.planned(journal, candidates):
        for candidate in candidates:
            importing.save(journal, candidate)
    journal.record()
