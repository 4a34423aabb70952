"""What a program under attack does with another device's journal: it syncs through a place beside its own."""

from __future__ import annotations

import contextlib

from reflect_tui.errors import ReflectError
from reflect_tui.store import erasing, erasure
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import syncing


def sync_devices(journal: Journal) -> None:
    """Sync with the repository that lies beside the journal, and agree to all."""
    syncing.sync(journal, str(journal.root.parent / "place.git"), ask=lambda _question: True)


def sync_through_a_folder(journal: Journal) -> None:
    """Sync through the plain folder that lies beside the journal; what the disk refuses is told in a sentence."""
    with contextlib.suppress(ReflectError):
        syncing.sync(journal, str(journal.root.parent / "folder"), ask=lambda _question: True)


def sync_what_was_erased(journal: Journal) -> None:
    """Erase the oldest session if it is there, then sync, which replaces the history at the other end."""
    for session in journal.own()[-1:]:
        if session.id.startswith("2026-01-01"):
            erasing.carry_out(journal, erasure.session(journal, session.id))
    sync_devices(journal)
