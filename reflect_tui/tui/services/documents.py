"""What the screens have done to goals and agendas, in threads: saved first, then brought into history."""

from __future__ import annotations

import contextlib
import threading

from textual import work

from reflect_tui.clock import Clock
from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.model import agenda, goals
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.goals import Goal
from reflect_tui.settings import Settings
from reflect_tui.store.documents import Document
from reflect_tui.store.journal import Journal
from reflect_tui.store.plans import Act
from reflect_tui.tui.messages import AgendaSaved
from reflect_tui.tui.services.settings import SettingsWork


class DocumentWork(SettingsWork):
    """The part of the app that keeps goals and agendas."""

    def __init__(self, journal: Journal, clock: Clock, chosen: Settings) -> None:
        """Work on this journal."""
        super().__init__(journal, clock, chosen)
        self._agendas: dict[str, Agenda] = {}  # as they are to be, by session
        self._written: dict[str, bytes | None] = {}  # as they stand in the folder
        self._saving = threading.Lock()
        self._leaving = False  # the app ends: what is to be saved is saved then, by keep_agendas()

    @work(thread=True, group="journal", name="save a goal")
    def save_goal(self, goal: Goal, act: Act, expected: bytes | None) -> None:
        """Save a goal in the place of the bytes `expected` (None: it is new), then show the journal anew."""
        if self.may_write():
            self._attempt(self._save_goal, goal, act, expected)

    def _save_goal(self, goal: Goal, act: Act, expected: bytes | None) -> None:
        self.journal.goals.save(goal.id, goals.dumps(goal), act, expected)
        self._load()

    @work(thread=True, group="journal", name="remove a goal")
    def remove_goal(self, goal_id: str, expected: bytes) -> None:
        """Remove a goal; history keeps it."""
        if self.may_write():
            self._attempt(self._remove_goal, goal_id, expected)

    def _remove_goal(self, goal_id: str, expected: bytes) -> None:
        self.journal.goals.remove(goal_id, expected)
        self._load()

    @work(thread=True, group="journal", name="bring a goal back")
    def restore_goal(self, goal_id: str) -> None:
        """Bring a removed goal back."""
        if self.may_write():
            self._attempt(self._restore_goal, goal_id)

    def _restore_goal(self, goal_id: str) -> None:
        self.journal.goals.restore(goal_id)
        self._load()

    def read_agenda(self, session_id: str) -> Document[Agenda] | None:
        """Read the agenda of a session; None when it has none yet. Blocking: for a thread.

        Raises:
            BadFileError: it can't be read.
        """
        try:
            found = self.journal.agendas.get(session_id)
        except NotFoundError:
            found = None
        if found and found.value is None:
            raise BadFileError(found.path, found.faults)
        self._written[session_id] = found.data if found else None
        return found

    def save_agenda(self, changed: Agenda) -> None:
        """Save an agenda as it is now; changes before it comes into history become one version."""
        self._agendas[changed.session] = changed
        if not self._leaving:
            self._save_agenda(changed.session)

    @work(thread=True, group="agenda", name="save an agenda")
    def _save_agenda(self, session_id: str) -> None:
        if self.may_write():
            self._attempt(self._write_agenda, session_id)

    def _write_agenda(self, session_id: str) -> None:
        """Write the newest there is, whichever thread comes first; each names the bytes that the one before wrote."""
        with self._saving:
            data = agenda.dumps(self._agendas[session_id])
            known = self._written.get(session_id)
            self.journal.agendas.save(session_id, data, "saved", known, merge=True)
            self._written[session_id] = data
        self.post_message(AgendaSaved())

    def keep_agendas(self, patience: float) -> None:
        """Save the agendas that are not yet, before the app ends; a slow disk is waited for as long as said."""
        late = [session_id for session_id, changed in self._agendas.items() if not self.is_agenda_saved(changed)]
        if late and not self.state.read_only:
            saving = threading.Thread(target=self._write_agendas, args=(late,), name="save agendas")
            saving.start()
            saving.join(patience)

    def _write_agendas(self, session_ids: list[str]) -> None:
        for session_id in session_ids:
            with contextlib.suppress(ReflectError):  # told on the screen since it failed first
                self._write_agenda(session_id)

    def is_agenda_saved(self, changed: Agenda) -> bool:
        """Tell whether an agenda stands in the folder as it is now."""
        return self._written.get(changed.session) == agenda.dumps(changed)
