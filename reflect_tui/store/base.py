"""The parts that every act on a journal works with: its folders, repository, drafts, plans and sessions."""

from __future__ import annotations

import threading
from pathlib import Path

from reflect_tui.git.repository import Repository
from reflect_tui.model.library import Library
from reflect_tui.store.drafts import Drafts
from reflect_tui.store.plans import Plans
from reflect_tui.store.saving import JournalScaffold
from reflect_tui.store.scan import SessionReader


class Store:
    """One journal folder and its state folder, and the parts that read and write them; see Journal.

    `planning` is held while a plan and the file it is about are being written.
    """

    def __init__(self, root: Path, state: Path) -> None:
        """Take the journal's folder, and the one for its drafts, plans and lock; nothing is touched."""
        self.root = root
        self.state = state
        self.repository = Repository(root)
        self.library = Library(root)
        self.sessions = SessionReader(root, self.library)
        self.scaffold = JournalScaffold(root)
        self.drafts = Drafts(state)
        self.plans = Plans(state)
        self.planning = threading.Lock()
