"""What every act on a journal works with: the kinds of documents, what explains a session, and the Store of its parts.

A new session is saved with what explains it: whose journal it is, and a copy of the instrument it was answered on.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct

from reflect_tui import paths
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, JournalError, NotFoundError, ReflectError
from reflect_tui.git.problems import outer_repository
from reflect_tui.git.repository import JOURNAL_FILE, Repository
from reflect_tui.i18n import _
from reflect_tui.model import agenda, events, goals, old_means, talk, team, tombstones
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import Instrument, digest
from reflect_tui.model.library import Library, copy_name
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session
from reflect_tui.model.tombstones import Tombstones
from reflect_tui.store.drafts import Drafts, TypedForms
from reflect_tui.store.plans import PATH, Plans
from reflect_tui.store.scan import FOLDER, SessionReader, list_files
from reflect_tui.text import display
from reflect_tui.toml import formats

T = TypeVar("T")
IDENTITY = JOURNAL_FILE
Answered = Session | Round
"""What names an instrument by id, version and digest."""
Explained = tuple[Instrument, bytes]
"""An instrument, and its file."""


class Kind(Struct, Generic[T], frozen=True):
    """A kind of document: its folder, the word for one in commits, the name of its trailer, and how it is read.

    `parse` reads the bytes of a file, `name` gives the id that its file must bear; no file is larger than `limit`.
    """

    folder: str
    word: str
    trailer: str
    parse: Callable[[bytes, Path | str], T]
    name: Callable[[T], str]
    limit: int = formats.MAX_BYTES

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
ROUNDS: Kind[rounds.Round] = Kind(
    rounds.FOLDER, "round", "Round", rounds.parse, lambda document: document.id, rounds.MAX_BYTES
)
TALKS: Kind[talk.Talk] = Kind(talk.FOLDER, "talk", "Talk", talk.parse, lambda document: document.id)
REFERENCES: Kind[old_means.Reference] = Kind(
    old_means.FOLDER, "reference", "Reference", old_means.parse, lambda document: document.id
)
TEAMS: Kind[team.Sharing] = Kind(team.FOLDER, "team", "Team", team.parse_sharing, lambda document: document.team)
KINDS: Mapping[str, Kind[Any]] = {
    kind.folder: kind for kind in (SESSIONS, GOALS, AGENDAS, EVENTS, ROUNDS, TALKS, REFERENCES, TEAMS)
}
FLAT = tuple(folder for folder in KINDS if folder != SESSIONS.folder)
"""The folders without folders for years in them."""


_OF_THE_SYSTEM = {
    ".DS_Store", ".directory", ".dropbox", ".stfolder", ".stignore", ".stversions", "Thumbs.db", "desktop.ini",
    "lost+found",
}  # fmt: skip


def is_path(path: str) -> bool:
    """Check whether a document can stand at a path of the journal."""
    return re.fullmatch(PATH, path) is not None


IMPORT_PLAN = "import.json"
"""In the state folder: what is being imported, see import_plan."""


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
    identifier = path.rpartition("/")[2].removesuffix(".toml")
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
        self.identity = JournalIdentity(self.repository)
        self.scaffold = JournalScaffold(root, self.identity)
        self.drafts = Drafts(state)
        self.plans = Plans(state)
        self.typed = TypedForms(state)
        self.planning = threading.Lock()

    def folder_of_all(self, name: str) -> Path:
        """Return the folder of what belongs to every copy of this journal on this computer, wherever they are moved.

        It stands beside the state folders and bears the journal's id; a journal from elsewhere may name another folder
        in that, and has its own.
        """
        identifier = self.identity.id
        named = re.fullmatch("[0-9A-Za-z-]{1,64}", identifier)
        return self.state.parent / name / identifier if named else self.state / name


class JournalFile(Struct, frozen=True):
    """What stands in journal.toml; keys of later formats are left alone."""

    format: Literal[1]
    id: str


class JournalIdentity:
    """Which journal a folder holds: once that is known, nothing is written where another one took its place.

    A folder may become a journal when there is nothing in it, or only what a journal has; see create().
    """

    def __init__(self, repository: Repository) -> None:
        """Look in the folder of this repository; nothing is touched."""
        self._repository = repository
        self._path = repository.root / IDENTITY
        self._id = ""
        self._signature: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        """The journal's id, from history while its file is gone or can't be read; "" before it has one."""
        return self._id or str((self._document() or {}).get("id", "")) or self._repository.journal_id()

    def check(self) -> None:
        """Check before an act that the folder holds the journal that it held at the first check, or may become one.

        Raises:
            ObstacleError: it holds something else.
        """
        signature = files.signature(self._path)
        if signature and signature == self._signature:
            return
        document = self._document()
        identifier = str(document.get("id", "")) if document else ""
        if self._id and identifier not in ("", self._id):
            raise self._repository.git.obstacle_error("another_journal")
        if document == {}:
            self._refuse_nested()
        foreign = bool(document) and not identifier and "format" not in (document or {})
        if (document == {} and not may_become_journal(self._repository)) or (
            foreign and not _has_sessions(self._repository)
        ):
            raise self._repository.git.obstacle_error("not_a_journal")
        if identifier:
            self._id, self._signature = identifier, signature

    def write(self) -> None:
        """Write journal.toml when there is none; see check().

        Raises:
            JournalError: it can't be written, or a newer program made this journal.
        """
        self.check()
        self._write_missing()

    def create(self) -> None:
        """Make the folder a journal, whatever else is in it and in its repository; see write()."""
        self._write_missing()
        self._repository.adopt()

    def _write_missing(self) -> None:
        document = self._document()
        if document == {}:
            self._refuse_nested()
            document = {"format": 1, "id": self._id or self._repository.journal_id() or secrets.token_hex(16)}
            files.make_folder(self._path.parent)
            with contextlib.suppress(files.TakenError):  # another program began the same journal a moment ago
                files.write_new(self._path, formats.toml(document).encode())
            self.check()
        made_by = (document or {}).get("format")
        if isinstance(made_by, int) and made_by > 1:
            newer = _("The journal {root} was made by a newer reflect-tui; this one does not write in it.")
            raise JournalError(newer.format(root=self._path.parent))

    def _refuse_nested(self) -> None:
        """Refuse to begin a journal among the work of another repository; the default folder nobody chose may be so."""
        root = self._repository.root
        outer = None if self._repository.exists() else outer_repository(root)
        if outer and not root.is_relative_to(paths.own_folders()[0]):
            raise self._repository.git.obstacle_error("nested", str(outer))

    def _document(self) -> dict[str, Any] | None:
        """Read journal.toml; {} when there is none, None when it is spoiled: doctor names that, and a save goes on."""
        try:
            return formats.parse_document(formats.read_bytes(self._path), self._path)
        except NotFoundError:
            return {}
        except ReflectError:
            return None


def may_become_journal(repository: Repository) -> bool:
    """Check whether a folder without journal.toml has nothing in it but what belongs to a journal."""
    if _has_sessions(repository):
        return True
    has_journal = repository.has_journal()
    return has_journal or (has_journal is None and not any(_is_foreign(path) for path in _listing(repository.root)))


def _has_sessions(repository: Repository) -> bool:
    try:
        return any(is_session(file.path) for file in list_files(repository.root))
    except BadFileError:  # whoever can't look into it finds out with the next step
        return True


def _is_foreign(path: Path) -> bool:
    ours = path.name in (IDENTITY, tombstones.FILE, "instruments", *KINDS, *_OF_THE_SYSTEM) or files.is_temporary(
        path.name
    )
    return not ours and not path.name.startswith(".git")


def _listing(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


class JournalScaffold:
    """What sessions need around them: whose journal it is, the folder of their year, a copy of their instrument.

    All three are on the disk before a session is saved, the folder by its name. While they stay as this program wrote
    them, that is not done again: it would take as long as saving the session itself.
    """

    def __init__(self, root: Path, identity: JournalIdentity) -> None:
        """Look in this folder; nothing is touched."""
        self._root = root
        self.identity = identity
        self._safe: tuple[object, ...] = ()
        self._named: tuple[object, ...] = ()

    def expect(self, session_id: str) -> None:
        """Make the name of a session's folder safe long before the session is saved, if the folder is there."""
        folder = (self._root / sessions.relative_path(session_id)).parent
        if folder.is_dir():
            with contextlib.suppress(JournalError):  # saving meets the same, and tells
                self.make_folder(folder)

    def make_folder(self, folder: Path) -> None:
        """Make the folder of a year; when this returns, its name is on the disk.

        Raises:
            JournalError: it could not be made.
        """
        seen = _name_of(folder)
        if seen and seen == self._named:
            return
        files.make_folder(folder)
        # nobody made it anew meanwhile, nor could without that being seen
        self._named = seen if seen == _name_of(folder) and files.is_settled(files.signature(folder.parent)) else ()

    def build(self, session: Answered, instrument_file: Callable[[], bytes]) -> None:
        """Write what is missing; when this returns, all of it is on the disk.

        Raises:
            JournalError: it can't be written, or a newer program made this journal.
            NotFoundError, BadFileError: the instrument's file is wanted, and can't be given.
        """
        signatures = self._look(session)
        if signatures == self._safe:
            return
        self.identity.write()
        keep_instrument(self._root, session, instrument_file())
        if signatures == self._look(session):  # nobody wrote there meanwhile
            self._safe = signatures

    def _look(self, session: Answered) -> tuple[object, ...]:
        names = (IDENTITY, *copy_names(session))
        return (session.digest, *(files.signature(self._root / name) for name in names))


def _name_of(folder: Path) -> tuple[object, ...]:
    """Return what changes when a folder is made anew: which one it is, and when the names beside it changed."""
    signature = files.signature(folder)
    return (folder, signature[0], files.signature(folder.parent)) if signature else ()


def save_session(root: Path, scaffold: JournalScaffold, session: Session, instrument_file: Callable[[], bytes]) -> Path:
    """Keep a finished session; see Journal.save()."""
    path = root / sessions.relative_path(session.id)
    scaffold.identity.check()
    scaffold.make_folder(path.parent)
    scaffold.build(session, instrument_file)
    files.write_new(path, sessions.dumps(session))
    return path


def keep_instrument(root: Path, session: Answered, data: bytes) -> None:
    """Keep a copy of the instrument that a session or round is about, so that the journal explains itself."""
    files.make_folder(root / "instruments")
    plain, marked = copy_names(session)
    try:
        files.write_new(root / plain, data)
    except files.TakenError:
        files.write_new(root / marked, data)


def copy_names(session: Answered) -> tuple[str, str]:
    """Return the two names that the copy of a session's instrument may have in the journal.

    The second one is for another content under an id and version that is taken.
    """
    return copies(session.instrument, session.version, session.digest)


def copies(identifier: str, version: str, digest: str) -> tuple[str, str]:
    """Return the two names that the copy of an instrument may have; see copy_names()."""
    plain = copy_name(identifier, version)
    mark = digest.removeprefix("sha256:")[:12]
    return f"instruments/{plain}", f"instruments/{plain.removesuffix('.toml')}.{mark}.toml"


def find_copy(root: Path, session: Answered) -> tuple[str, bytes] | None:
    """Find the copy of the instrument that a session was answered on: its path within the journal and its bytes."""
    for name in copy_names(session):
        data = read_file(root, name)
        if data is not None and digest(data) == session.digest:
            return name, data
    return None


def instrument_of(store: Store, about: Answered) -> Instrument:
    """Return the instrument that a session was answered on, or a round asks about.

    Raises:
        NotFoundError: it is nowhere.
    """
    return store.library.find(about.instrument, about.version, about.digest)


def explained(store: Store, about: Answered, along: Mapping[str, Explained]) -> Explained:
    """Return the instrument of a session or round from elsewhere; one that comes along counts, by its digest.

    Raises:
        NotFoundError: it is nowhere.
    """
    if about.digest in along:
        return along[about.digest]
    found = store.library.entry(about.instrument, about.version, about.digest)
    return found.instrument, found.data


def instrument_bytes(store: Store, session: Answered) -> bytes:
    """Return the file of that instrument; see instrument_of()."""
    return store.library.entry(session.instrument, session.version, session.digest).data


def read_file(root: Path, name: str) -> bytes | None:
    """Return a file of the journal; None when it can't be read."""
    try:
        return formats.read_bytes(root / name)
    except ReflectError:
        return None


def explanation(root: Path, session: Answered, tracked: Mapping[str, str]) -> dict[str, bytes | None]:
    """Return what history lacks to explain a session: the journal's identity, and the instrument's copy."""
    changes: dict[str, bytes | None] = {}
    identity = read_file(root, IDENTITY)
    if identity is not None and IDENTITY not in tracked:
        changes[IDENTITY] = identity
    copy = find_copy(root, session)
    if copy and copy[0] not in tracked:
        changes[copy[0]] = copy[1]
    return changes


def read_tombstones(store: Store) -> Tombstones:
    """Return what was erased before; nothing when there is no such file.

    Raises:
        BadFileError: it can't be read; then nothing is erased, and nothing comes in.
    """
    path = store.root / tombstones.FILE
    try:
        return tombstones.parse(formats.read_bytes(path), path)
    except NotFoundError:
        return Tombstones()
