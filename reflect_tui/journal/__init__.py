"""Keeps the sessions: files that survive anything, drafts, and their history in git."""

from reflect_tui.journal.cache import Glimpse
from reflect_tui.journal.catching_up import Recorded, Recovered
from reflect_tui.journal.documents import Document
from reflect_tui.journal.drafts import BadDraft, Draft, Drafts, DraftState, DraftWriter
from reflect_tui.journal.entry import Entry
from reflect_tui.journal.history import Version
from reflect_tui.journal.journal import Journal, Lost
from reflect_tui.journal.lock import Holder, Lock, holder
from reflect_tui.journal.looking import Look
from reflect_tui.journal.obstacle import Obstacle, ObstacleError
from reflect_tui.journal.outside import Changed, Signature
from reflect_tui.journal.plans import MAX_REASON

__all__ = [
    "MAX_REASON",
    "BadDraft",
    "Changed",
    "Document",
    "Draft",
    "DraftState",
    "DraftWriter",
    "Drafts",
    "Entry",
    "Glimpse",
    "Holder",
    "Journal",
    "Lock",
    "Look",
    "Lost",
    "Obstacle",
    "ObstacleError",
    "Recorded",
    "Recovered",
    "Signature",
    "Version",
    "holder",
]
