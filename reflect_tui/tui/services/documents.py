"""Keeps goals and agendas, in threads: saved first, then committed."""

from __future__ import annotations

import contextlib
import threading
from functools import partial

from textual.message import Message
from textual.message_pump import MessagePump

from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.model import agenda, goals
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.goals import Goal
from reflect_tui.store.documents import Document
from reflect_tui.store.plans import Act
from reflect_tui.tui.services.journal import JournalService
from reflect_tui.tui.services.service import Service, ServiceHost


class AgendaSaved(Message):
    """An agenda was saved: its file is on disk."""


class DocumentService(Service):
    """Saves and removes goals; saves agendas, the newest version of each."""

    def __init__(self, host: ServiceHost, journal_service: JournalService) -> None:
        """Work on the journal of this app."""
        super().__init__(host)
        self._journal_service = journal_service
        self._agendas: dict[str, Agenda] = {}  # as they are to be, by session
        self._written: dict[str, bytes | None] = {}  # as they stand in the folder
        self._saving = threading.Lock()
        self.is_ending = False
        """Whether the app ends: what is to be saved is saved then, by keep_agendas()."""

    def save_goal(self, goal: Goal, act: Act, expected: bytes | None) -> None:
        """Save a goal in the place of the bytes `expected` (None: it is new), then show the journal anew."""
        save = partial(self.host.journal.goals.save, goal.id, goals.dumps(goal), act, expected)
        self._journal_service.change("save a goal", save)

    def remove_goal(self, goal_id: str, expected: bytes) -> None:
        """Remove a goal; history keeps it."""
        self._journal_service.change("remove a goal", partial(self.host.journal.goals.remove, goal_id, expected))

    def restore_goal(self, goal_id: str) -> None:
        """Bring a removed goal back."""
        self._journal_service.change("bring a goal back", partial(self.host.journal.goals.restore, goal_id))

    def read_agenda(self, session_id: str) -> Document[Agenda] | None:
        """Read the agenda of a session; None when it has none yet. Blocking: for a thread.

        Raises:
            BadFileError: it can't be read.
        """
        try:
            document = self.host.journal.agendas.get(session_id)
        except NotFoundError:
            document = None
        if document and document.value is None:
            raise BadFileError(document.path, document.faults)
        self._written[session_id] = document.data if document else None
        return document

    def save_agenda(self, changed: Agenda, reply_to: MessagePump) -> None:
        """Save an agenda as it is now and tell the screen; changes before it is committed become one version."""
        self._agendas[changed.session] = changed
        if not self.is_ending and self._journal_service.may_write():
            task = partial(self._save_agenda, changed.session, reply_to)
            self.start("save an agenda", task, group="agenda")

    def _save_agenda(self, session_id: str, reply_to: MessagePump) -> None:
        self._write_agenda(session_id)
        reply_to.post_message(AgendaSaved())

    def _write_agenda(self, session_id: str) -> None:
        """Write the newest there is, whichever thread comes first; each names the bytes that the one before wrote."""
        with self._saving:
            data = agenda.dumps(self._agendas[session_id])
            known = self._written.get(session_id)
            self.host.journal.agendas.save(session_id, data, "saved", known, merge=True)
            self._written[session_id] = data

    def keep_agendas(self, patience: float) -> None:
        """Save the agendas that are not yet, before the app ends; waits for a slow disk `patience` seconds."""
        late = [session_id for session_id, changed in self._agendas.items() if not self.is_agenda_saved(changed)]
        if late and not self.host.state.read_only:
            saving = threading.Thread(target=self._write_agendas, args=(late,), name="save agendas")
            saving.start()
            saving.join(patience)

    def _write_agendas(self, session_ids: list[str]) -> None:
        for session_id in session_ids:
            with contextlib.suppress(ReflectError):  # told on the screen since it failed first
                self._write_agenda(session_id)

    def is_agenda_saved(self, changed: Agenda) -> bool:
        """Whether an agenda stands in the folder as it is now."""
        return self._written.get(changed.session) == agenda.dumps(changed)
