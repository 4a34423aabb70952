"""Home: what the keys do with the session at the cursor."""

from __future__ import annotations

from functools import partial

from reflect_tui.i18n import _
from reflect_tui.model import library
from reflect_tui.model.session import Session, is_id, relative_path
from reflect_tui.store.drafts import BadDraft
from reflect_tui.tui import navigate
from reflect_tui.tui.screens.session_list import PAIR, SessionList
from reflect_tui.tui.state import StateChange
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.views.home import HomeRow, one_of_several
from reflect_tui.views.labels import damaged_draft, id_name, session_name


class HomeScreen(SessionList):
    """The list of everything in the journal."""

    keys = "home"

    def __init__(self, *, resumes: bool) -> None:
        """List the journal; `resumes` offers to go on with a draft once it is read, else a new session comes first."""
        super().__init__()
        self._resumes = resumes
        self.is_behind = not resumes
        self._removed: list[str] = []

    def on_screen_suspend(self) -> None:
        """Be an ordinary list once another screen was in front."""
        self.is_behind = False

    def state_changed(self, change: StateChange) -> None:
        """Follow the journal; when it was read for the first time, offer to go on with a draft."""
        super().state_changed(change)
        before, now = change
        if self._resumes and now.loaded and not before.loaded and not now.read_only and self.is_active:
            self._offer_resume()

    def _offer_resume(self) -> None:
        """Ask at the start whether to go on with the newest draft."""
        row = next((row for row in self.host.state.rows if row.draft and not row.problem), None)
        if row is None:
            return
        text = _("{n} of {total} — go on?").format(n=row.answered, total=row.total)
        if row.amends:
            text = _("The new version of {session} is not saved yet. Go on?").format(session=id_name(row.target))
        if row.damaged:
            text += " " + damaged_draft()
        title = _("An unfinished amendment") if row.amends else _("An unfinished session")
        navigate.ask(self.host, (title, text), _("go on"), _("later"), lambda: self._resume(row.target))

    def _resume(self, target: str) -> None:
        draft = self.host.state.draft(target)
        if draft:
            self.host.journal_service.resume(draft)

    def on_lines_picked(self, message: Lines.Picked) -> None:
        self.call_after_refresh(self.action_open if message.opened else self.pointed)

    def action_new(self) -> None:
        preferred = library.usual(self.host.state.pages.own(), self.host.settings.instrument)
        navigate.choose_new(self.host, preferred, self.host.journal_service.begin)

    def action_make(self) -> None:
        navigate.make_instrument(self.host)

    def action_open(self) -> None:
        target = self.page.target
        row = next((row for row in self.host.state.rows if row.target == target), None)
        draft = self.host.state.draft(target)
        entry = self.host.state.entry(target)
        if row is None:
            return
        change = self.host.state.change(target)
        if change and (change.missing or not row.problem):
            navigate.open_change(self.host, change)
        elif row.problem:
            self._open_unreadable(row, changed=change is not None)
        elif draft:
            self.host.journal_service.resume(draft)
        elif entry and entry.session:
            navigate.show_results(self.host, entry.session)

    def _open_unreadable(self, row: HomeRow, *, changed: bool) -> None:
        state = self.host.state
        entry = state.entry(row.target)
        draft = next((d for d in state.drafts if isinstance(d, BadDraft) and str(d.path) == row.target), None)
        if entry:
            known = entry.id if is_id(entry.id) and relative_path(entry.id).as_posix() == entry.path else ""
            path = self.host.journal.root / entry.path
            navigate.show_unreadable(self.host, path, entry.faults, known, changed=changed)
        elif draft:
            navigate.show_unreadable(self.host, draft.path, draft.faults)
        else:
            navigate.show_message(self.host, _("This file can't be read"), f"{row.title}: {row.problem}")

    def _here(self) -> Session | None:
        """Return the sound session at the cursor; a faulty one is listed and can be opened, removed or traced back."""
        return self._sound(self.page.target)

    def _sound(self, target: str) -> Session | None:
        entry = self.host.state.entry(target)
        return entry.session if entry and entry.is_sound else None

    def _instrument(self) -> str:
        """Return the id of the instrument of the session at the cursor, else of the newest one."""
        session = self._here() or next(iter(self.host.state.sessions), None)
        return session.instrument if session else library.DEFAULT

    def _readable(self) -> Session | None:
        entry = self.host.state.entry(self.page.target)
        return entry.session if entry else None

    def action_mark(self) -> None:
        """Mark the session, or unmark it; a third mark drops the oldest."""
        target = self.page.target
        if target in self._marked:
            self._marked.remove(target)
        elif self._here():
            self._marked = [*self._marked, target][-PAIR:]
        self.paint()

    def action_diff(self) -> None:
        state = self.host.state
        chosen = [session for target in self._marked if (session := self._sound(target))]
        here, row = self._here(), None
        if len(chosen) < PAIR:
            chosen = list(state.pages.newest_pair(self._instrument()) or ())
            row = here if here and here.role != "self" else None
        navigate.show_diff(self.host, sorted(chosen, key=lambda session: (session.started, session.id)), row=row)

    def action_trends(self) -> None:
        navigate.show_trends(self.host, self._instrument())

    def action_versions(self) -> None:
        navigate.show_versions(self.host, self._instrument())

    def action_goals(self) -> None:
        navigate.show_goals(self.host)

    def action_rounds(self) -> None:
        navigate.show_rounds(self.host)

    def action_import(self) -> None:
        navigate.import_files(self.host)

    def action_agenda(self) -> None:
        navigate.show_agenda(self.host, self._here())

    def action_talk(self) -> None:
        """Go on with the talk that is not finished; else have that about the session at the cursor."""
        going = self._open_talk()
        navigate.have_talk(self.host, self.host.state.session(going.session) if going else self._here())

    def action_compare(self) -> None:
        navigate.show_comparison(self.host, self._here())

    def action_history(self) -> None:
        if session := self._readable():
            navigate.show_history(self.host, session)

    def action_export(self) -> None:
        marked = [session for target in self._marked if (session := self._sound(target))]
        if len(marked) == PAIR:
            before, after = sorted(marked, key=lambda session: (session.started, session.id))
            navigate.export(self.host, after, before)
            return
        here = self._here()
        own = self.host.state.pages.own(self._instrument())
        navigate.export(self.host, here if here and here.role == "self" else next(iter(own), here))

    def action_delete(self) -> None:
        here = self._readable()
        draft = self.host.state.draft(self.page.target)
        if here is None and draft is None:
            return
        if draft:
            text = _("The draft is set aside, out of the list.")
            discard = partial(self.host.journal_service.discard, draft.id)
            navigate.ask(self.host, (_("Set this draft aside?"), text), _("set aside"), _("keep"), discard)
        elif here:
            text = _("{session}. History keeps it; {key} brings it back.")
            text = text.format(session=session_name(here), key=self.host.key("home.undo"))
            if self.host.state.sync and self.page.target in self.host.state.sync.both:
                text += " " + one_of_several(self.host.key)
            question = (_("Remove this session?"), text)
            navigate.ask(self.host, question, _("remove"), _("keep"), lambda: self._remove(here.id))

    def _remove(self, session_id: str) -> None:
        self._removed.append(session_id)
        self.host.journal_service.remove(session_id)

    def action_undo(self) -> None:
        if self._removed:
            session_id = self._removed.pop()
            self._awaited = relative_path(session_id).as_posix()
            self.host.journal_service.restore(session_id)

    def action_sync(self) -> None:
        navigate.sync(self.host)

    def action_team(self) -> None:
        navigate.show_team(self.host)

    def action_removed(self) -> None:
        navigate.show_removed(self.host)
