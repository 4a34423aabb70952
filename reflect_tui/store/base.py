"""What every act on a journal works with: the kinds of documents, and its folders, repository, drafts and plans."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from msgspec import Struct

from reflect_tui.errors import NotFoundError
from reflect_tui.git.repository import Repository
from reflect_tui.i18n import _
from reflect_tui.model import agenda, events, goals
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model.library import Library
from reflect_tui.store.drafts import Drafts
from reflect_tui.store.plans import PATH, Plans
from reflect_tui.store.saving import JournalScaffold
from reflect_tui.store.scan import FOLDER, SessionReader
from reflect_tui.text import display

T = TypeVar("T")


class Kind(Struct, Generic[T], frozen=True):
    """A kind of document: its folder, the word for one in commits, the name of its trailer, and how it is read.

    `parse` reads the bytes of a file, `name` gives the id that its file must bear.
    """

    folder: str
    word: str
    trailer: str
    parse: Callable[[bytes, Path | str], T]
    name: Callable[[T], str]

    def path(self, identifier: str) -> str:
        """Return the path of a document within the journal; NotFoundError when none can have this id."""
        path = f"{self.folder}/{identifier}.toml"
        if not is_path(path):
            raise NotFoundError(_("There is no file {path}.").format(path=display(path)))
        return path


SESSIONS: Kind[sessions.Session] = Kind(FOLDER, "session", "Session", sessions.parse, lambda session: session.id)
GOALS: Kind[goals.Goal] = Kind(goals.FOLDER, "goal", "Goal", goals.parse, lambda goal: goal.id)
AGENDAS: Kind[agenda.Agenda] = Kind(agenda.FOLDER, "agenda", "Agenda", agenda.parse, lambda document: document.session)
EVENTS: Kind[events.Event] = Kind(events.FOLDER, "event", "Event", events.parse, lambda event: event.id)
ROUNDS: Kind[rounds.Round] = Kind(rounds.FOLDER, "round", "Round", rounds.parse, lambda document: document.id)
KINDS: Mapping[str, Kind[Any]] = {kind.folder: kind for kind in (SESSIONS, GOALS, AGENDAS, EVENTS, ROUNDS)}
FLAT = tuple(folder for folder in KINDS if folder != SESSIONS.folder)
"""The folders without folders for years in them."""


def is_path(path: str) -> bool:
    """Check whether a document can stand at a path of the journal."""
    return re.fullmatch(PATH, path) is not None


def kind_of(path: str) -> Kind[Any] | None:
    """Return the kind of the document that a path within the journal is for; None when there is no such kind."""
    return KINDS.get(path.partition("/")[0])


def session_path(session_id: str) -> str:
    """Return the path of a session within the journal, for an id from anywhere.

    Raises:
        NotFoundError: no session can have this id.
    """
    if not sessions.is_id(session_id):
        raise NotFoundError(_('There is no session "{id}".').format(id=display(session_id)))
    return sessions.posix_path(session_id)


def is_session(path: str) -> bool:
    """Check whether a path within the journal is that of a session."""
    identifier = Path(path).stem
    return sessions.is_id(identifier) and path == sessions.posix_path(identifier)


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
