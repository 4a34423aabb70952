"""Keeps goals, agendas and talks, in threads: saved first, then committed."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from textual.message import Message
from textual.message_pump import MessagePump

from reflect_tui.disk.files import ChangedOutsideError, TakenError
from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.model import agenda, goals
from reflect_tui.model import talk as talks
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.goals import Goal
from reflect_tui.model.talk import Talk
from reflect_tui.store.documents import Document, Shelf
from reflect_tui.store.drafts import TypedForm
from reflect_tui.store.plans import Act
from reflect_tui.toml import formats
from reflect_tui.tui.host import Service, ServiceHost
from reflect_tui.tui.services.journal import JournalService

if TYPE_CHECKING:
    from reflect_tui.usecases.talking import Names

T = TypeVar("T")


class DocumentSaved(Message):
    """An agenda or a talk was saved: its file is on disk."""


class TalkSigned(Message):
    """A talk was signed: file and history hold it."""

    def __init__(self, talk: Talk) -> None:
        super().__init__()
        self.talk = talk


class TalkNotSigned(Message):
    """A talk could not be signed: it stays as it was; the app tells why."""


class GoalAgreed(Message):
    """A goal was saved that was agreed at a step of a talk."""

    def __init__(self, place: int, goal: Goal) -> None:
        super().__init__()
        self.place = place
        self.goal = goal


class DocumentService(Service):
    """Saves and removes goals; saves agendas and talks, the newest version of each."""

    def __init__(self, host: ServiceHost, journal_service: JournalService) -> None:
        super().__init__(host)
        self._journal_service = journal_service
        self._agendas = NewestVersions(agenda.dumps, self._put_agenda)
        self._talks = NewestVersions(talks.dumps, self._put_talk)
        self._typed = NewestVersions(formats.pack, self._put_typed)
        self._put_away: set[str] = set()
        """The forms that were put away, perhaps after the journal was read."""
        self.is_ending = False
        """Whether the app ends: what is to be saved is saved then, by keep_changes()."""

    def save_goal(self, goal: Goal, act: Act, expected: bytes | None) -> None:
        """Save a goal in the place of the bytes `expected` (None: it is new), then show the journal anew."""
        self._journal_service.change("save a goal", partial(self._save_goal, goal, act, expected))

    def _save_goal(self, goal: Goal, act: Act, expected: bytes | None) -> None:
        self.host.journal.goals.save(goal.id, goals.dumps(goal), act, expected)
        self.forget_typed(goal.id)

    def agree(self, goal: Goal, place: int, reply_to: MessagePump) -> None:
        """Save a goal that was agreed at a step of a talk, and tell the screen, which notes it with the talk."""
        self._journal_service.change("save a goal", partial(self._agree, goal, place, reply_to))

    def _agree(self, goal: Goal, place: int, reply_to: MessagePump) -> None:
        self._save_goal(goal, "made", None)
        reply_to.post_message(GoalAgreed(place, goal))

    def remove_goal(self, goal_id: str, expected: bytes) -> None:
        """Remove a goal; history keeps it."""
        self._journal_service.change("remove a goal", partial(self.host.journal.goals.remove, goal_id, expected))

    def take_back_goal(self, goal_id: str) -> None:
        """Remove a goal that was made just now, as it stands in the folder; fine when it is gone."""
        self._journal_service.change("take a goal back", partial(self._take_back_goal, goal_id))

    def _take_back_goal(self, goal_id: str) -> None:
        with contextlib.suppress(NotFoundError):
            self.host.journal.goals.remove(goal_id, self.host.journal.goals.get(goal_id).data)

    def restore_goal(self, goal_id: str) -> None:
        """Bring a removed goal back."""
        self._journal_service.change("bring a goal back", partial(self.host.journal.goals.restore, goal_id))

    def typed_forms(self) -> tuple[TypedForm, ...]:
        """List the forms that were not done, or whose answer could not be saved."""
        read = {typed.name: typed for typed in self.host.state.typed_forms if typed.name not in self._put_away}
        return tuple((read | self._typed.taken).values())

    def typed_before(self, typed: TypedForm) -> TypedForm | None:
        """Find what was typed in a form about the same; None when there is nothing."""
        return next((found for found in self.typed_forms() if found.subject == typed.subject), None)

    def keep_typed(self, typed: TypedForm) -> None:
        """Keep what stands in a form, until its answer is saved or it is put away."""
        self._put_away.discard(typed.name)
        self._typed.take(typed.name, typed)
        if not self.is_ending:
            self.start("keep what is typed", partial(self._typed.write_pending, typed.name), group="documents")

    def _put_typed(self, typed: TypedForm, _known: bytes | None) -> None:
        self.host.journal.typed.save(typed)

    def put_typed_away(self, name: str) -> None:
        """Forget what was typed in a form: it was left."""
        self._journal_service.change("put a form away", partial(self.forget_typed, name))

    def forget_typed(self, name: str) -> None:
        """Forget what was typed in a form, once its answer is saved. Blocking: for a thread."""
        self._typed.forget(name)
        self._put_away.add(name)
        self.host.journal.typed.drop(name)

    # -- agendas

    def read_agenda(self, session_id: str) -> Document[Agenda] | None:
        """Read the agenda of a session; None when it has none yet. Blocking: for a thread.

        Raises:
            BadFileError: it can't be read.
        """
        return self._agendas.read(session_id, self.host.journal.agendas)

    def save_agenda(self, changed: Agenda, reply_to: MessagePump, typed: Sequence[str] = ()) -> None:
        """Save an agenda as it is now and tell the screen; changes before it is committed become one version.

        `typed` names forms whose answers are in it, which are put away then.
        """
        self._agendas.take(changed.session, changed)
        self._start_writing(self._agendas, changed.session, reply_to, typed)

    def _put_agenda(self, changed: Agenda, known: bytes | None) -> None:
        self.host.journal.agendas.save(changed.session, agenda.dumps(changed), "saved", known, merge=True)

    # -- talks

    def read_talk(self, session_id: str, talk_id: str = "") -> Document[Talk] | None:
        """Read a talk, or without an id the one about a session that goes on; None if there is none.

        Blocking: for a thread.

        Raises:
            BadFileError: it can't be read.
        """
        from reflect_tui.usecases import talking  # noqa: PLC0415 -- after the first paint

        shelf = self.host.journal.talks
        newest = talking.of_session(shelf.all(), session_id)
        going = newest.id if newest and newest.value and newest.value.finished is None else ""
        name = talk_id or going
        return self._talks.read(name, shelf) if name else None

    def save_talk(self, changed: Talk, reply_to: MessagePump, typed: Sequence[str] = ()) -> None:
        """Save a talk as it is now and tell the screen; changes before it is committed become one version.

        `typed` names forms whose answers are in it, which are put away then.
        """
        self._talks.take(changed.id, changed)
        self._start_writing(self._talks, changed.id, reply_to, typed)

    def _put_talk(self, changed: Talk, known: bytes | None) -> None:
        from reflect_tui.usecases import talking  # noqa: PLC0415 -- after the first paint

        talking.save(self.host.journal, changed, known)

    def leave_talk(self, left: Talk) -> None:
        """Save a talk as it is left, then commit it."""
        self._talks.take(left.id, left)
        self._journal_service.change("leave a talk", partial(self._talks.write_pending, left.id))

    def sign_talk(self, seen: Talk, names: Names, reply_to: MessagePump, typed: Sequence[str]) -> None:
        """Put both names under a talk as the two see it, put the `typed` forms away, and tell the screen."""
        self._talks.take(seen.id, seen)
        self._journal_service.change("sign a talk", partial(self._sign_talk, seen, names, reply_to, typed))

    def _sign_talk(self, seen: Talk, names: Names, reply_to: MessagePump, typed: Sequence[str]) -> None:
        from reflect_tui.usecases import talking  # noqa: PLC0415 -- after the first paint

        def sign(talk: Talk, known: bytes) -> Talk:
            return talking.sign(self.host.journal, talk, known, names, self.host.clock.now())

        try:
            signed = self._talks.write_changed(seen.id, seen, sign)
        except ReflectError:
            reply_to.post_message(TalkNotSigned())
            raise
        reply_to.post_message(TalkSigned(signed))
        for name in typed:
            self.forget_typed(name)

    def is_talk_saved(self, changed: Talk) -> bool:
        """Whether a talk stands in the folder as it is now."""
        return self._talks.is_saved(changed.id, changed)

    # -- saving

    def _start_writing(self, kind: NewestVersions[T], name: str, reply_to: MessagePump, typed: Sequence[str]) -> None:
        def write() -> None:
            kind.write_pending(name)
            self._journal_service.committed_later()
            reply_to.post_message(DocumentSaved())
            for form in typed:
                self.forget_typed(form)

        if not self.is_ending and self._journal_service.may_write():
            self.start("save a document", write, group="documents")

    @property
    def has_unsaved(self) -> bool:
        """Whether an agenda or a talk is not in the folder as it was changed last."""
        return self._agendas.is_late or self._talks.is_late

    def keep_changes(self, patience: float) -> None:
        """Save the agendas, talks and half-typed forms that are not yet, before the app ends.

        Waits `patience` seconds for the disk.
        """
        late = [kind for kind in (self._agendas, self._talks, self._typed) if kind.is_late]
        if late and not self.host.state.read_only:
            saving = threading.Thread(target=lambda: [kind.write_late() for kind in late], name="save documents")
            saving.start()
            saving.join(patience)


class NewestVersions(Generic[T]):
    """The documents of one kind that are being changed: as they are to be, and as they stand in the folder.

    Each writing names the bytes that the one before wrote.
    """

    def __init__(self, dumps: Callable[[T], bytes], save: Callable[[T, bytes | None], object]) -> None:
        """Render documents with `dumps`; `save` writes one in the place of the bytes that stand there."""
        self._dumps = dumps
        self._save = save
        self._values: dict[str, T] = {}
        self._written: dict[str, bytes | None] = {}
        self._saving = threading.Lock()

    def read(self, name: str, shelf: Shelf[T]) -> Document[T] | None:
        """Read a document to change it, after what is still to be written of it; None when there is none.

        Raises:
            BadFileError: it can't be read.
            ReflectError: what is still to be written could not be. Where that can never be, since another program
                changed the file or both have signed it, it is given up: the next call reads what stands there.
        """
        try:
            self.write_pending(name)
        except ReflectError as error:
            from reflect_tui.usecases.talking import FinishedTalkError  # noqa: PLC0415 -- after the first paint

            if isinstance(error, (ChangedOutsideError, TakenError, FinishedTalkError)):
                self._values.pop(name, None)
            raise
        with self._saving:
            document = _read(shelf, name)
            self._written[name] = document.data if document else None
            self._values.pop(name, None)
            return document

    def take(self, name: str, value: T) -> None:
        """Note what a document is to be."""
        self._values[name] = value

    @property
    def taken(self) -> dict[str, T]:
        """What documents are to be, by name, since take() and until forget()."""
        return dict(self._values)

    def forget(self, name: str) -> None:
        """Give up what is still to be written of a document, once what is being written is done."""
        with self._saving:
            self._values.pop(name, None)

    def write_pending(self, name: str) -> None:
        """Write a document as it is to be; nothing where read() did so meanwhile."""
        with self._saving:
            value = self._values.get(name)
            if value is not None:
                self._write(name, value)

    def write_changed(self, name: str, value: T, change: Callable[[T, bytes], T]) -> T:
        """Write a document, then have `change` write it in a way of its own; return what it became."""
        with self._saving:
            self._values[name] = value
            self._values[name] = changed = change(value, self._write(name, value))
            self._written[name] = self._dumps(changed)
            return changed

    def _write(self, name: str, value: T) -> bytes:
        self._save(value, self._written.get(name))
        self._written[name] = data = self._dumps(value)
        return data

    def is_saved(self, name: str, value: T) -> bool:
        """Whether a document stands in the folder as it is now."""
        return self._written.get(name) == self._dumps(value)

    def write_late(self) -> None:
        """Write what is not in the folder yet; what fails was told on the screen when it failed first."""
        for name, value in list(self._values.items()):
            if not self.is_saved(name, value):
                with contextlib.suppress(ReflectError):
                    self.write_pending(name)

    @property
    def is_late(self) -> bool:
        """Whether anything is not in the folder yet."""
        return any(not self.is_saved(name, value) for name, value in list(self._values.items()))


def _read(shelf: Shelf[T], name: str) -> Document[T] | None:
    try:
        document = shelf.get(name)
    except NotFoundError:
        return None
    if document.value is None:
        raise BadFileError(document.path, document.faults)
    return document
