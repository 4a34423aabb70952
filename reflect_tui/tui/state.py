"""What the screens know of the journal: one frozen value, replaced as a whole when it is read anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from reflect_tui.analysis.rater_groups import may_be_shown_alone
from reflect_tui.disk.lock import holder
from reflect_tui.i18n import _
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.library import Library
from reflect_tui.model.old_means import Reference
from reflect_tui.model.round import Rater, Round
from reflect_tui.model.session import Session
from reflect_tui.model.talk import Talk
from reflect_tui.store.documents import Document
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.drafts import BadDraft, TypedForm, TypedGoal
from reflect_tui.store.external_changes import Changed, Signature
from reflect_tui.store.journal import Journal
from reflect_tui.store.scan import Entry, FileList, alone, others, sound
from reflect_tui.store.sync_state import SyncStatus
from reflect_tui.views.home import ChangeKind, HomeRow, row_of

if TYPE_CHECKING:
    from reflect_tui.usecases.pages import ListedDraft, ListedSession, Pages


class State(Struct, frozen=True, kw_only=True):
    """The journal as last read.

    `instruments` gives each digest its instrument. `pending` names the sessions that are not in history (None: not
    known yet; `unread`: can't be known), `obstacle` says why history waits, `astray` whether the folder shows another
    version or another journal, `read_only` why this instance may not write. `changed` are the sessions that another
    program changed or took away, `signature` changes when the files do, `note` is a remark on this reading. `total`
    counts the files there are: while a large journal is being read, `read` is less. `documents` are the goals, `talks`
    the talks, newest first, `typed` the forms that are not done, `references` the means that are left of old
    years, `rounds` those of feedback, `told_rounds` the same by id with what may be told of each, `missing_answers`
    whose answers came in but are not on this computer, by round, `told_counts` of how many statements something may
    be told, by round and group, `altered_rounds` whose files are not as history has them; until that `is_checked`,
    nothing is told of any confidential one. `sync` is how far the journal is synced, None while that is not known,
    `library` what else can be filled in.
    """

    loaded: bool = False
    read: int = 0
    total: int = 0
    entries: tuple[Entry, ...] = ()
    drafts: tuple[Draft | BadDraft, ...] = ()
    instruments: dict[str, Instrument] = {}
    rows: tuple[HomeRow, ...] = ()
    pending: tuple[str, ...] | None = None
    unread: bool = False
    obstacle: str = ""
    astray: bool = False
    read_only: str = ""
    changed: tuple[Changed, ...] = ()
    signature: Signature = ""
    note: str = ""
    documents: tuple[Document[Goal], ...] = ()
    rounds: tuple[Document[Round], ...] = ()
    talks: tuple[Document[Talk], ...] = ()
    typed: tuple[TypedForm, ...] = ()
    references: tuple[Reference, ...] = ()
    given: tuple[Session, ...] = ()
    told_rounds: dict[str, Round] = {}
    missing_answers: dict[str, tuple[int, ...]] = {}
    told_counts: dict[str, dict[Rater, int]] = {}
    altered_rounds: tuple[str, ...] = ()
    is_checked: bool = False
    sync: SyncStatus | None = None
    library: Library = Library(None)

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The goals that can be read, newest first."""
        return tuple(document.value for document in self.documents if document.value)

    @property
    def typed_forms(self) -> tuple[TypedForm, ...]:
        """The forms that were not done when the app ended, but those of goals that were saved."""
        saved = {document.id for document in self.documents}
        return tuple(
            typed
            for typed in self.typed
            if not (isinstance(typed, TypedGoal) and typed.is_new and typed.goal.id in saved)
        )

    def going_on(self, instrument: str) -> tuple[Goal, ...]:
        """The goals on an instrument that go on, oldest first."""
        return tuple(goal for goal in reversed(self.goals) if goal.is_open and goal.instrument == instrument)

    @property
    def pages(self) -> Pages:
        """What pages are gathered from."""
        from reflect_tui.usecases.pages import Pages  # noqa: PLC0415 -- after the first paint

        return Pages(
            sessions=self.sessions,
            given=self.given,
            rounds=self.told_rounds,
            instruments=self.instruments,
            goals=self.goals,
            references=self.references,
            library=self.library,
        )

    @property
    def reading(self) -> bool:
        """Whether older sessions are still being read."""
        return not self.loaded or self.read < self.total

    @property
    def is_complete(self) -> bool:
        """Whether all is known that figures stand on: before, none are written down, and nobody's are said to lack."""
        return self.is_checked and not self.reading

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sound sessions, newest first: the only ones that are counted, compared, followed or shown."""
        return tuple(sound(self.entries))

    def session(self, session_id: str) -> Session | None:
        """The sound session with this id."""
        return next((session for session in self.sessions if session.id == session_id), None)

    def entry(self, target: str) -> Entry | None:
        """The entry that a row is about."""
        return next((entry for entry in self.entries if entry.path == target), None)

    def draft(self, target: str) -> Draft | None:
        """The draft that a row is about."""
        return next((d for d in self.drafts if isinstance(d, Draft) and d.id == target), None)

    def change(self, target: str) -> Changed | None:
        """What another program did to the session that a row is about."""
        return next((change for change in self.changed if change.path == target), None)


StateChange = tuple[State, State]
"""The journal as it was read before, and as it was read now."""


def read(
    journal: Journal,
    changed: Sequence[Changed] = (),
    newest: int | None = None,
    listed: FileList | None = None,
    altered: Mapping[str, Round] | None = None,
) -> State:
    """Read the journal's files, or so many of the newest, and drafts; no git. Blocking: for a thread.

    What is known of changes by other programs is shown with them; those that are gone meanwhile are left out.
    `listed` are the files, when they were listed just now. `altered` are the rounds that nothing is told of, see
    Journal.altered_rounds(); while that is not known (None), nothing is told of any confidential one.
    """
    from reflect_tui.store.closing import all_told_counts  # noqa: PLC0415 -- after the first paint
    from reflect_tui.store.rounds import all_missing  # noqa: PLC0415 -- after the first paint
    from reflect_tui.usecases import pages  # noqa: PLC0415 -- as above

    listed = journal.session_files() if listed is None else listed
    signature = journal.signature(listed)
    files = journal.all_entries(newest, listed)
    drafts = journal.drafts.all()
    rounds = journal.rounds.all()
    known = {document.value.id: document.value for document in rounds if document.value}
    entries = alone(files, lambda: known)
    hidden = {entry.path for entry in files} - {entry.path for entry in entries}
    paths = {file.path for file in listed} - hidden
    shown = (change for change in changed if not change.known or may_be_shown_alone(change.known, known))
    changed = tuple(change for change in shown if change.missing != (change.path in paths))
    missing = [Entry(path=change.path, session=change.known) for change in changed if change.missing]
    sessions = pages.list_sessions(journal, entries, missing)
    given = others(files)
    untold = confidential(known) if altered is None else altered
    listed_drafts = [draft if isinstance(draft, BadDraft) else pages.list_draft(journal, draft) for draft in drafts]
    rows = [*map(_draft_row, listed_drafts), *map(_session_row, sessions)]
    kinds: dict[str, ChangeKind] = {change.path: "missing" if change.missing else "edited" for change in changed}
    if kinds:
        rows = [structs.replace(row, changed=kinds.get(row.target, "")) for row in rows]
    return State(
        loaded=True,
        read=len(files),
        total=len(listed),
        entries=entries,
        drafts=drafts,
        instruments={row.session.digest: row.instrument for row in sessions if row.session and row.instrument}
        | pages.instruments_of_others(journal, given, known.values()),
        rows=tuple(rows),
        changed=changed,
        signature=signature,
        documents=journal.goals.all(),
        rounds=rounds,
        talks=journal.talks.all(),
        typed=journal.typed.all(),
        references=tuple(document.value for document in journal.references.all() if document.value),
        given=given,
        told_rounds=journal.told_rounds(known, given, untold),
        missing_answers=all_missing(journal, known.values()),
        told_counts=all_told_counts(journal, known.values(), untold),
        altered_rounds=tuple(altered or ()),
        is_checked=altered is not None or not known,
        library=journal.library,
    )


def confidential(known: Mapping[str, Round]) -> dict[str, Round]:
    """Choose the rounds of which figures could be told."""
    return {name: one for name, one in known.items() if one.is_confidential and one.state == "closed"}


def read_only(journal: Journal) -> str:
    """Say that another program has the journal open, and since when."""
    other = holder(journal.state)
    if other is None:
        return _("Another reflect-tui has this journal open; this one only reads.")
    text = _("Another reflect-tui has had this journal open since {time} (process {pid}); this one only reads.")
    return text.format(time=f"{other.since:%H:%M}", pid=other.pid)


def _draft_row(draft: ListedDraft | BadDraft) -> HomeRow:
    if isinstance(draft, BadDraft):
        return HomeRow(target=str(draft.path), title=draft.path.name, problem="; ".join(map(str, draft.faults)))
    kept = draft.draft
    if not (draft.instrument and draft.progress):
        return HomeRow(target=kept.id, title=kept.id, problem=draft.problem)
    return HomeRow(
        target=kept.id,
        when=kept.started,
        role=kept.role,
        title=draft.instrument.label,
        answered=draft.progress.answered,
        total=draft.progress.total,
        draft=True,
        amends=bool(kept.amends),
        damaged=kept.damaged,
        entered=kept.entered is not None,
    )


def _session_row(listed: ListedSession) -> HomeRow:
    path = listed.entry.path
    if not (listed.session and listed.instrument and listed.figures):
        return HomeRow(target=path, title=path, problem=listed.problem)
    session = listed.session
    return row_of(path, listed.instrument.label, listed.figures, session)
