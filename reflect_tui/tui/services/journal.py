"""Reads and changes the journal in threads; messages bring the app what the screens show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from msgspec import structs
from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import get_current_worker

from reflect_tui.disk.lock import Lock
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.round import Round
from reflect_tui.model.session import Role, Session
from reflect_tui.store import sync_state
from reflect_tui.store.closing import Uncounted
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.external_changes import Changed, Signature
from reflect_tui.store.record import Recorded
from reflect_tui.store.scan import FileList
from reflect_tui.toml.formats import Side
from reflect_tui.tui.host import Announced, Service, ServiceHost, WorkFailed
from reflect_tui.tui.state import State, read, read_only

if TYPE_CHECKING:
    from reflect_tui.usecases.filling import FillingSession

MANY = 400  # of more session files the newest ones are shown first
FIRST = 40  # so many of them: what a large window shows
_ASTRAY = ("detached", "other_branch", "not_a_journal", "another_journal", "other_work", "another_history")
_RETRY = 3.0  # seconds until a commit that failed is tried again; twice as long after each time
_LONGEST_RETRY = 60.0
STEP = 500  # files between two reports of progress, about a third of a second


class JournalRead(Message):
    """The journal was read, or what could not be done is known."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state


class JournalReading(Message):
    """So many of the session files were read; the rest follows."""

    def __init__(self, read: int) -> None:
        super().__init__()
        self.read = read


class SessionSeated(Message):
    """A session is ready to be filled in."""

    def __init__(self, seat: FillingSession) -> None:
        super().__init__()
        self.seat = seat


class DraftFinished(Message):
    """A draft can't be gone on with, since its session is there already."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft


class SessionFinished(Message):
    """A session was saved: file and folder are on disk; `doubt` says why its date may be wrong, "" if nothing does."""

    def __init__(self, session: Session, doubt: str) -> None:
        super().__init__()
        self.session = session
        self.doubt = doubt


class JournalService(Service):
    """Reads the journal, watches it, and does what the screens ask to be done to sessions and drafts."""

    def __init__(self, host: ServiceHost) -> None:
        super().__init__(host)
        self._lock: Lock | None = None
        self._read_only = ""
        self._changed: tuple[Changed, ...] = ()
        self._altered: Mapping[str, Round] | None = None  # not known yet
        self._note = ""
        self._acts = 0
        """How often something was saved; each time the journal is read and committed anew behind it."""
        self._written = self._recorded = 0
        """How often a document was saved that is committed later, and how often by the last time that was done."""
        self._noticed: Signature | None = None
        self._pause = _RETRY
        self._retry_at = 0.0

    # -- reading

    def open(self) -> None:
        """Take the journal's lock, show what there is, and finish what an earlier run left half done."""
        self.start("read the journal", self._recover, exclusive=True)

    def load(self, note: str = "") -> None:
        """Read the journal, show it with a note, then commit what is saved but not in history yet."""
        self._note = note
        if note:  # another program changed something: nothing is told of a round before it is looked at
            self._altered = None
        self.start("read the journal", self._load, exclusive=True)

    def commit(self) -> None:
        """Commit what is saved but not in history yet, and show that; the journal was just read and shown."""
        self._note = ""
        self.start("read the journal", self._commit, exclusive=True)

    def _recover(self) -> None:
        try:
            self._lock = Lock.acquire(self.host.journal.state)
        except JournalError as error:  # a folder that can't be written: what is there can still be looked at
            self._read_only = str(error)
        if not self._read_newest_first():
            return
        self.host.post_message(JournalRead(self._read()))
        if not self._lock:
            self._load()
            return
        acts, written = self._acts, self._written
        try:
            recovered = self.host.journal.recover(locked=True)
            recorded = recovered.recorded
            self._note = " ".join(_lost(recovered.uncounted))
        except ReflectError as error:  # what is saved goes into history all the same
            self.host.post_message(WorkFailed(str(error)))
            recorded = self.host.journal.record()
        self._tell(recorded, acts, written)
        if self.host.settings.sync_unasked:
            self._sync()

    def _sync(self) -> None:
        """Sync as the settings ask for, and show what came."""
        from reflect_tui.usecases import syncing  # noqa: PLC0415 -- after the first paint, and only where it is asked for

        self._note = " ".join(filter(None, (self._note, syncing.sync_unasked(self.host.journal))))
        self._load()

    def _read_newest_first(self) -> bool:
        """Show the newest sessions of a large journal and read on behind them; False when the app was closed."""
        listed = self.host.journal.session_files()
        if len(listed) > MANY:
            self.host.post_message(JournalRead(self._read(FIRST, listed)))
        for count in self.host.journal.read_ahead(STEP, listed):
            if get_current_worker().is_cancelled:
                return False
            self.host.post_message(JournalReading(count))
        return True

    def _load(self) -> None:
        if self._lock and self._note:  # what came may have ended a round
            self._note = " ".join((self._note, *_lost(self.host.journal.settle_rounds())))
        if self._altered is None:
            self._altered = self.host.journal.altered_rounds()
        self.host.post_message(JournalRead(self._read()))
        self._commit()

    def _commit(self) -> None:
        if self._lock:
            acts, written = self._acts, self._written
            self._tell(self.host.journal.record(), acts, written)

    def _tell(self, recorded: Recorded, acts: int, written: int) -> None:
        """Show what is in history by now, and what another program changed; nothing when more was saved since `acts`.

        Of what was saved since then, the reading behind it tells: whether there is one is looked at last, since all of
        this takes seconds where git does not answer. What waits is asked once the files are read, so that nothing is
        called in history that came too late to be recorded; and the files count as they were at the beginning, so that
        what another program changes meanwhile is noticed by the next watch.
        """
        journal = self.host.journal
        if self.host.is_ending and recorded.pending and recorded.obstacle and not self.host.last_words:
            text = _("Saved, and not yet in history: {reason}")
            self.host.last_words = text.format(reason=recorded.obstacle.sentence)
        signature = journal.signature()
        changed = journal.changed()
        altered = journal.altered_rounds()
        obstacle = recorded.obstacle or (journal.repository.obstacle() if changed else None)
        sync = sync_state.known(journal)
        if acts != self._acts:
            return
        self._changed, self._altered = changed, altered
        now = structs.replace(
            self._read(),
            pending=journal.pending(),
            unread=recorded.unread,
            obstacle=obstacle.sentence if obstacle else "",
            astray=obstacle is not None and obstacle.kind in _ASTRAY,
            sync=sync,
            signature=signature,
        )
        if acts == self._acts:
            self._recorded = written
            self.host.post_message(JournalRead(now))

    def committed_later(self) -> None:
        """Take note of a document that was saved, and is committed when its page is left."""
        self._written += 1

    @property
    def is_commit_due(self) -> bool:
        """Whether a document was saved that no commit followed yet."""
        return self._written != self._recorded

    def _read(self, newest: int | None = None, listed: FileList | None = None) -> State:
        """Read what the screens show; without the lock another program writes, and this one only looks."""
        journal = self.host.journal
        only = "" if self._lock else self._read_only or read_only(journal)
        state = read(journal, self._changed, newest, listed, self._altered)
        return structs.replace(state, read_only=only, note=self._note)

    def prepare(self, windows: Callable[[], None]) -> None:
        """Load what a key may soon ask for: `windows`, the instruments and what draws charts.

        Notes that a killed program left with an editor are taken away as well.
        """
        task = partial(self._prepare, windows)
        self.start("prepare what a key may ask for", task, group="prepare", exclusive=True)

    def _prepare(self, windows: Callable[[], None]) -> None:
        from reflect_tui.tui.services import editor  # noqa: PLC0415 -- after the first paint
        from reflect_tui.views import charts  # noqa: PLC0415 -- after the first paint

        windows()
        editor.sweep(self.host.journal.state)
        self.attempt(self.host.journal.library.listing)
        charts.available()

    # -- what other programs do

    def watch(self) -> None:
        """Look whether another program changed the journal, unless this one is busy with it, or still looking."""
        if not self.host.state.reading and not self._is_any_running("watch", "journal", "filling"):
            task = partial(self._watch, self.host.state)
            self.start("watch the journal", task, group="watch", exclusive=True)

    def _is_any_running(self, *groups: str) -> bool:
        return any(worker.group in groups and worker.is_running for worker in self.host.workers)

    def _watch(self, state: State) -> None:
        signature = self.host.journal.signature()
        if signature not in (state.signature, self._noticed):
            self.host.call_later(self._load_changed, state, signature)
        elif state.obstacle and self._lock and self._try_again() != state.obstacle:
            self.host.call_later(self._load_unless_busy, state)

    def _try_again(self) -> str:
        """Commit what waits, if nothing that can be seen beforehand hinders; the sentence of what does.

        An attempt that fails leaves more and more time before the next one.
        """
        obstacle = self.host.journal.repository.obstacle()
        if obstacle is None or obstacle.kind == "not_a_repository":
            if monotonic() < self._retry_at:
                return self.host.state.obstacle
            obstacle = self.host.journal.record().obstacle
            self._pause = min(self._pause * 2, _LONGEST_RETRY) if obstacle else _RETRY
            self._retry_at = monotonic() + self._pause
        return obstacle.sentence if obstacle else ""

    def _load_changed(self, state: State, signature: Signature) -> None:
        """Read the journal again when another program changed it; what is being filled in stays as it is."""
        note = _("Another program changed the journal; the list was read again.")
        if self._load_unless_busy(state, note):
            self._noticed = signature

    def _load_unless_busy(self, state: State, note: str = "") -> bool:
        """Read the journal again, unless that was done since `state`, or is being done."""
        idle = self.host.state is state and not self._is_any_running("journal", "filling")
        if idle:
            self.load(note)
        return idle

    # -- changing sessions and drafts

    def may_write(self) -> bool:
        """Whether this instance writes; if not, the user is told why."""
        problem = self.host.state.read_only
        if problem:
            self.host.post_message(WorkFailed(problem))
        return not problem

    def change(self, name: str, task: Callable[[], object]) -> None:
        """Change the journal in a thread, then read it again; only where this instance may write."""
        if self.may_write():
            self.start(name, partial(self._change, task))

    def _change(self, task: Callable[[], object]) -> None:
        task()
        self._note = ""  # it was about what stood before
        self._acts += 1
        self._load()

    def remove(self, session_id: str) -> None:
        """Remove a session; history keeps it."""
        self.change("remove a session", partial(self.host.journal.delete, session_id))

    def restore(self, session_id: str, commit: str | None = None, reason: str = "") -> None:
        """Bring back a session from history, as it was last or in a commit."""
        self.change("bring a session back", partial(self.host.journal.restore, session_id, commit, reason))

    def take_side(self, session_id: str, side: Side) -> None:
        """Choose one of two versions that a merge left in a session's file."""
        self.change("choose after a merge", partial(self.host.journal.take_side, session_id, side))

    def keep(self, session_id: str, reason: str) -> None:
        """Take what another program made of a session as a new version."""
        self.change("keep an edit", partial(self.host.journal.keep, session_id, reason))

    def discard(self, draft_id: str) -> None:
        """Set a draft aside, out of the list."""
        self.change("set a draft aside", partial(self.host.journal.drafts.discard, draft_id))

    # -- filling in

    def begin(self, identifier: str, role: Role, day: date | None = None) -> None:
        """Begin a session, perhaps an old paper form of a `day`, and open it."""
        self._fill_in("begin a session", partial(self._begin, identifier, role, day))

    def _begin(self, identifier: str, role: Role, day: date | None) -> None:
        from reflect_tui.usecases import filling  # noqa: PLC0415 -- after the first paint

        seat = filling.begin(self.host.journal, self.host.clock, identifier, role, day)
        self.host.post_message(SessionSeated(seat))

    def amend(self, session_id: str, reason: str, *, begun: Callable[[], object]) -> None:
        """Open a saved session to change it; `begun` is called, in a thread, once the reason is in a draft."""
        self._fill_in("begin to amend a session", partial(self._amend, session_id, reason, begun))

    def _amend(self, session_id: str, reason: str, begun: Callable[[], object]) -> None:
        from reflect_tui.usecases import filling  # noqa: PLC0415 -- after the first paint

        seat = filling.amend(self.host.journal, self.host.clock, session_id, reason)
        self.host.post_message(SessionSeated(seat))
        begun()

    def resume(self, draft: Draft) -> None:
        """Go on with a draft."""
        self._fill_in("go on with a draft", partial(self._resume, draft))

    def _resume(self, draft: Draft) -> None:
        from reflect_tui.usecases import filling  # noqa: PLC0415 -- after the first paint

        try:
            seat = filling.resume(self.host.journal, self.host.clock, draft)
        except filling.FinishedDraftError:
            self.host.post_message(DraftFinished(draft))
        else:
            self.host.post_message(SessionSeated(seat))

    def amend_with(self, draft: Draft, reason: str) -> None:
        """Amend the session that a draft should have become, with what the draft says."""
        self._fill_in("amend with a draft", partial(self._amend_with, draft, reason))

    def _amend_with(self, draft: Draft, reason: str) -> None:
        from reflect_tui.usecases import filling  # noqa: PLC0415 -- after the first paint

        self.host.post_message(SessionSeated(filling.amend_with(self.host.journal, self.host.clock, draft, reason)))

    def _fill_in(self, name: str, task: Callable[[], object]) -> None:
        if self.may_write():
            self.host.hold_typing()
            self.start(name, task, group="filling", exclusive=True)

    def finish(self, seat: FillingSession, reply_to: MessagePump) -> None:
        """Save a session; its results open when it is on disk, and what fails is told to the screen that asked."""
        self.host.hold_typing()
        task = partial(self._finish, seat)
        self.start("finish a session", task, group="filling", exclusive=True, reply_to=reply_to)

    def _finish(self, seat: FillingSession) -> None:
        from reflect_tui.usecases import filling, pages  # noqa: PLC0415 -- after the first paint

        session = filling.finish(self.host.journal, seat)
        self._acts += 1
        state = self._read()
        self.host.post_message(JournalRead(state))
        doubt = "" if seat.draft.amends else pages.date_doubt(state.pages.own(), session, self.host.clock.now())
        self.host.post_message(SessionFinished(session, doubt))

    def keep_paste(self, text: str, longest: int) -> None:
        """Keep a text that was too long to paste in a private file."""
        self.start("keep a paste", partial(self._keep_paste, text, longest), group="pastes")

    def _keep_paste(self, text: str, longest: int) -> None:
        from reflect_tui.tui.services.editor import keep_refused  # noqa: PLC0415 -- after the first paint

        path = keep_refused(text.encode(), self.host.journal.state)
        said = _("That is longer than {n} characters: nothing was pasted. The text is kept in {path}")
        self.host.post_message(Announced(_("Too long to paste"), said.format(n=longest, path=path)))

    def close_draft(self, seat: FillingSession) -> None:
        """Close a draft's file; all of it is on disk when that is done."""
        self.start("close a draft", seat.writer.close, group="drafts")

    def close(self) -> None:
        """Let another instance write."""
        if self._lock:
            self._lock.release()


def _lost(found: Iterable[Uncounted]) -> list[str]:
    """Say whose answers are in no figure of a round that another device closed."""
    from reflect_tui.views.rounds import uncounted_sentence  # noqa: PLC0415 -- after the first paint

    return [f"{uncounted_sentence(one)}." for one in found]
