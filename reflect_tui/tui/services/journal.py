"""All that reads and writes the journal, in threads: the screens ask, a message brings the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec

from msgspec import structs
from textual import work
from textual.app import App
from textual.reactive import var
from textual.worker import get_current_worker

from reflect_tui.clock import Clock
from reflect_tui.disk.lock import Lock
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.i18n import _, current
from reflect_tui.model import library
from reflect_tui.model.session import Role
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.draft_writer import DraftState
from reflect_tui.store.external_changes import Changed, Signature
from reflect_tui.store.journal import Journal
from reflect_tui.store.record import Recorded
from reflect_tui.store.scan import FileList
from reflect_tui.toml.merge_conflict import Side
from reflect_tui.tui.messages import (
    DraftChanged,
    HistoryOpened,
    JournalNoticed,
    JournalRead,
    JournalReading,
    SessionFinished,
    SessionSeated,
    WorkFailed,
)
from reflect_tui.tui.state import State, read, read_only

if TYPE_CHECKING:
    from reflect_tui.usecases.filling import Sitting


P = ParamSpec("P")

MANY = 400  # of more session files the newest ones are shown first
FIRST = 40  # so many of them: what a large window shows
STEP = 500  # files between two reports of progress, about a third of a second


class JournalWork(App[None]):
    """The part of the app that knows the journal."""

    state: var[State] = var(State())

    def __init__(self, journal: Journal, clock: Clock) -> None:
        """Work on this journal."""
        super().__init__()
        self.journal = journal
        self.clock = clock
        self._lock: Lock | None = None
        self._read_only = ""
        self._draft_failed = False
        self._changed: tuple[Changed, ...] = ()
        self._note = ""
        self._noticed: Signature | None = None

    @work(thread=True, exclusive=True, group="journal", name="read the journal")
    def load(self, *, first: bool = False, note: str = "") -> None:
        """Read the journal, show it with a note, then bring into history what is saved but not in it yet."""
        self._note = note
        self._attempt(self._recover if first else self._load)

    def _recover(self) -> None:
        """Take the journal's lock, if it is free, and finish what an earlier run left half done."""
        try:
            self._lock = Lock.acquire(self.journal.state)
        except JournalError as error:  # a folder that can't be written: what is there can still be looked at
            self._read_only = str(error)
        if not self._read_newest_first():
            return
        self.post_message(JournalRead(self._read()))
        if not self._lock:
            return
        try:
            recorded = self.journal.recover(locked=True).recorded
        except ReflectError as error:  # what is saved goes into history all the same
            self.post_message(WorkFailed(str(error)))
            recorded = self.journal.record()
        self._tell(recorded)

    def _read_newest_first(self) -> bool:
        """Show the newest sessions of a large journal and read on behind them; False when the app was closed."""
        listed = self.journal.session_files()
        if len(listed) > MANY:
            self.post_message(JournalRead(self._read(FIRST, listed)))
        for count in self.journal.read_ahead(STEP, listed):
            if get_current_worker().is_cancelled:
                return False
            self.post_message(JournalReading(count))
        return True

    def _load(self) -> None:
        self.post_message(JournalRead(self._read()))
        if self._lock:
            self._tell(self.journal.record())

    def _tell(self, recorded: Recorded) -> None:
        """Show what is in history by now, and what another program changed."""
        self._changed = self.journal.changed()
        obstacle = recorded.obstacle or (self.journal.repository.obstacle() if self._changed else None)
        said = obstacle.sentence if obstacle else ""
        older = obstacle is not None and obstacle.kind == "detached"
        now = structs.replace(
            self._read(), pending=recorded.pending, unread=recorded.unread, obstacle=said, older=older
        )
        self.post_message(JournalRead(now))

    def _read(self, newest: int | None = None, listed: FileList | None = None) -> State:
        """Read what the screens show; without the lock another program writes, and this one only looks."""
        only = "" if self._lock else self._read_only or read_only(self.journal)
        return structs.replace(read(self.journal, self._changed, newest, listed), read_only=only, note=self._note)

    @work(thread=True, exclusive=True, group="prepare", name="prepare what a key may ask for")
    def prepare(self) -> None:
        """Read the shipped instruments and load what draws charts before they are asked for; no key waits for it.

        Notes that a killed program left with an editor are taken away as well.
        """
        from reflect_tui.tui.screens import dialog  # noqa: F401, PLC0415 -- the same; no key waits for it
        from reflect_tui.tui.services import editor  # noqa: PLC0415 -- the same
        from reflect_tui.views import charts  # noqa: PLC0415 -- after the first paint

        editor.sweep(self.journal.state)
        for identifier in library.bundled_ids():
            self._attempt(_know, identifier)
        charts.prepare()

    def watch_journal(self) -> None:
        """Look whether another program changed the journal, unless this one is busy with it."""
        if not self.state.reading and not self._busy:
            self._watch(self.state)

    @property
    def _busy(self) -> bool:
        return any(worker.group in ("journal", "sitting") and worker.is_running for worker in self.workers)

    @work(thread=True, exclusive=True, group="watch", name="watch the journal")
    def _watch(self, state: State) -> None:
        signature = self.journal.signature()
        if signature not in (state.signature, self._noticed):
            self.post_message(JournalNoticed(state, signature))
        elif state.obstacle and self._lock and self._is_out_of_the_way():
            self.post_message(HistoryOpened(state))

    def _is_out_of_the_way(self) -> bool:
        """Bring what waits into history, if nothing that can be seen beforehand hinders; tell whether that worked."""
        obstacle = self.journal.repository.obstacle()
        hindered = obstacle and obstacle.kind != "not_a_repository"
        return not hindered and not self.journal.record().obstacle

    def on_history_opened(self, message: HistoryOpened) -> None:
        """Show that nothing waits any more."""
        if self.state is message.state and not self._busy:
            self.load()

    def on_journal_noticed(self, message: JournalNoticed) -> None:
        """Read the journal again; what is being filled in stays as it is."""
        if self.state is message.state and not self._busy:
            self._noticed = message.signature
            self.load(note=_("Another program changed the journal; the list was read again."))

    def may_write(self) -> bool:
        """Tell whether this instance writes; if not, say why."""
        if self.state.read_only:
            self.post_message(WorkFailed(self.state.read_only))
        return not self.state.read_only

    @work(thread=True, exclusive=True, group="sitting", name="begin a session")
    def begin(self, identifier: str, role: Role) -> None:
        """Begin a session and open it."""
        if self.may_write():
            self._attempt(self._begin, identifier, role)

    def _begin(self, identifier: str, role: Role) -> None:
        from reflect_tui.usecases import filling  # noqa: PLC0415 -- after the first paint

        seat = filling.begin(self.journal, self.clock, identifier, role, self._draft_changed)
        self.post_message(SessionSeated(seat))

    @work(thread=True, exclusive=True, group="sitting", name="begin to amend a session")
    def amend(self, session_id: str, reason: str) -> None:
        """Open a saved session to change it."""
        if self.may_write():
            self._attempt(self._amend, session_id, reason)

    def _amend(self, session_id: str, reason: str) -> None:
        from reflect_tui.usecases import filling  # noqa: PLC0415 -- after the first paint

        seat = filling.amend(self.journal, self.clock, session_id, reason, self._draft_changed)
        self.post_message(SessionSeated(seat))

    @work(thread=True, exclusive=True, group="sitting", name="go on with a draft")
    def resume(self, draft: Draft) -> None:
        """Go on with a draft."""
        if self.may_write():
            self._attempt(self._resume, draft)

    def _resume(self, draft: Draft) -> None:
        from reflect_tui.usecases import filling  # noqa: PLC0415 -- after the first paint

        self.post_message(SessionSeated(filling.resume(self.journal, self.clock, draft, self._draft_changed)))

    @work(thread=True, exclusive=True, group="sitting", name="finish a session")
    def finish(self, seat: Sitting) -> None:
        """Save a session; its results open when it is on disk."""
        self._attempt(self._finish, seat)

    def _finish(self, seat: Sitting) -> None:
        from reflect_tui.usecases import filling  # noqa: PLC0415 -- after the first paint

        session = filling.finish(self.journal, seat)
        self.post_message(JournalRead(self._read()))
        self.post_message(SessionFinished(session))

    @work(thread=True, group="journal", name="remove a session")
    def remove(self, session_id: str) -> None:
        """Remove a session; history keeps it."""
        if self.may_write():
            self._attempt(self._remove, session_id)

    def _remove(self, session_id: str) -> None:
        self.journal.delete(session_id)
        self._load()

    @work(thread=True, group="journal", name="bring a session back")
    def restore(self, session_id: str, commit: str | None = None, reason: str = "") -> None:
        """Bring back a session from history, as it was last or in a commit."""
        if self.may_write():
            self._attempt(self._restore, session_id, commit, reason)

    def _restore(self, session_id: str, commit: str | None, reason: str) -> None:
        self.journal.restore(session_id, commit, reason)
        self._load()

    @work(thread=True, group="journal", name="choose after a merge")
    def take_side(self, session_id: str, side: Side) -> None:
        """Choose one of two versions that git left in a session's file."""
        if self.may_write():
            self._attempt(self._take_side, session_id, side)

    def _take_side(self, session_id: str, side: Side) -> None:
        self.journal.take_side(session_id, side)
        self._load()

    @work(thread=True, group="journal", name="keep an edit")
    def keep(self, session_id: str, reason: str) -> None:
        """Take what another program made of a session as a new version."""
        if self.may_write():
            self._attempt(self._keep, session_id, reason)

    def _keep(self, session_id: str, reason: str) -> None:
        self.journal.keep(session_id, reason)
        self._load()

    @work(thread=True, group="journal", name="set a draft aside")
    def discard(self, draft_id: str) -> None:
        """Set a draft aside, out of the list."""
        if self.may_write():
            self._attempt(self._discard, draft_id)

    def _discard(self, draft_id: str) -> None:
        self.journal.drafts.discard(draft_id)
        self._load()

    @work(thread=True, group="drafts", name="let go of a draft")
    def release(self, seat: Sitting) -> None:
        """Close a draft's file; all of it is on disk when that is done."""
        self._attempt(seat.writer.close)

    def _attempt(self, task: Callable[P, None], *arguments: P.args, **named: P.kwargs) -> None:
        """Do a task in its thread; what the user can act upon is told in a sentence."""
        try:
            task(*arguments, **named)
        except ReflectError as error:
            self.post_message(WorkFailed(str(error)))

    def _draft_changed(self, state: DraftState) -> None:
        """Tell what a screen shows of it: that writing fails, or no more, and that all is safe."""
        if state.is_safe or state.failed or self._draft_failed:
            self.post_message(DraftChanged(state))
        self._draft_failed = bool(state.failed)

    def on_unmount(self) -> None:
        """Let another instance write."""
        if self._lock:
            self._lock.release()


def _know(identifier: str) -> None:
    library.bundled(identifier, current())
