"""What a program under attack does with another device's journal: it syncs through a bare repository beside its own."""

from __future__ import annotations

from reflect_tui.store.journal import Journal
from reflect_tui.usecases import syncing


def sync_devices(journal: Journal) -> None:
    """Sync with the repository that lies beside the journal, and agree to all."""
    syncing.sync(journal, str(journal.root.parent / "place.git"), ask=lambda _question: True)
