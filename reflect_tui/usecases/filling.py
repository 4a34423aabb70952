"""Begin, resume and finish a session: the assessment, its draft and the clock together.

Blocking calls for a thread or the command line; the screens only translate keys into acts.
"""

from __future__ import annotations

import contextlib
import os
import statistics
from collections.abc import Iterable, Sequence
from datetime import date

from reflect_tui.clock import Clock
from reflect_tui.errors import JournalError, NotFoundError, ReflectError
from reflect_tui.i18n import _, current_language, format_date
from reflect_tui.model import assessment
from reflect_tui.model import instrument as model_instrument
from reflect_tui.model import session as model_session
from reflect_tui.model.assessment import Act, Assessment, Undo
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Role, Session, new_id
from reflect_tui.store import sessions
from reflect_tui.store.documents import Document
from reflect_tui.store.draft_file import Draft, DraftWriter
from reflect_tui.store.journal import Journal
from reflect_tui.toml import formats

PAUSE = 60.0  # seconds: a longer silence is a pause, no part of a person's pace


class FinishedDraftError(ReflectError):
    """A draft can't be gone on with: its session was finished or amended since, on another device or from a backup.

    It can still amend that session, see amend_with(), or be set aside.
    """

    def __init__(self, draft: Draft) -> None:
        super().__init__(_("This session was finished already: {id}.").format(id=draft.id))
        self.draft = draft


class FillingSession:
    """One person filling in one instrument now; every act is handed to the draft at once."""

    def __init__(self, draft: Draft, content: Instrument, writer: DraftWriter, clock: Clock) -> None:
        """Go on where the draft's acts left off."""
        if draft.role != "self":
            content = model_instrument.about_person(content, _("this person"))
        self.draft = draft
        self.assessment: Assessment = assessment.replay(content, draft.acts, draft.given)
        self.base = assessment.replay(content, draft.acts[: draft.given], draft.given) if draft.amends else None
        """The session as it was before it is amended; None for a new one."""
        self.writer = writer
        self._clock = clock
        self._pauses = list(draft.pauses)
        self._last = clock.elapsed()

    @property
    def instrument(self) -> Instrument:
        """The instrument being filled in."""
        return self.assessment.instrument

    def do(self, act: Act) -> None:
        """Do an act and hand it to the draft."""
        self.assessment = self.assessment.apply(act)
        now = self._clock.elapsed()
        pause = now - self._last
        self._last = now
        self._pauses.append(pause)
        self.writer.append(act, pause)

    def rewrite(self, act: Act, *, again: bool) -> None:
        """Do an act that grows while it is being written; `again` it takes the place of its last form in undo."""
        if again and self.assessment.done:
            self.do(Undo())
        self.do(act)

    @property
    def seconds_left(self) -> float | None:
        """Estimate what the open items will take, from one's own pace."""
        return estimate_seconds(self._pauses, len(self.assessment.gaps))

    def session(self) -> Session:
        """Return the finished session as it stands now; one that is amended was finished when it was.

        Of one from a paper form only the day is known: it is finished as it began.
        """
        of_paper = self.draft.started if self.draft.entered else None
        return Session(
            id=self.draft.id,
            instrument=self.draft.instrument,
            version=self.draft.version,
            digest=self.draft.digest,
            role=self.draft.role,
            started=self.draft.started,
            finished=self.draft.finished or of_paper or self._clock.now(),
            entered=self.draft.entered,
            remark=self.assessment.remark,
            scores=self.assessment.ordered_scores(),
            notes=self.assessment.ordered_notes(),
        )


def begin(journal: Journal, clock: Clock, identifier: str, role: Role, day: date | None = None) -> FillingSession:
    """Begin a session: its draft is on disk when this returns.

    With a `day` in the past it is an old paper form, and says that it was entered later.

    Raises:
        NotFoundError: there is no such instrument.
        ReflectError: there is a session of one's own of that day already, or old means.
        JournalError: the draft can't be written.
    """
    entry = journal.library.newest(identifier)
    chosen = entry.read(current_language())
    now = clock.now()
    of_paper = day is not None and day < now.date()
    if day and of_paper and role == "self":
        sessions.refuse_scores(journal, chosen.id, day)
        _refuse_twice(journal, chosen.id, day)
    started = model_session.noon(day) if day and of_paper else now
    draft = Draft(
        id=new_id(started, role, clock.token()),
        instrument=chosen.id,
        version=chosen.version,
        digest=chosen.digest,
        role=role,
        started=started,
        entered=now.replace(microsecond=0) if of_paper else None,
    )
    writer = journal.drafts.create(draft, entry.data)
    journal.expect(draft.id)
    return FillingSession(draft, chosen, writer, clock)


def _refuse_twice(journal: Journal, instrument: str, day: date, but: str = "") -> None:
    """Refuse to type a paper form over a second time."""
    for session in journal.own():
        if session.instrument == instrument and session.started.date() == day and session.id != but:
            text = _("There is a session of {date} already, {id}. To change that one: {command}")
            raise ReflectError(
                text.format(date=format_date(day), id=session.id, command=f"reflect-tui amend {session.id}")
            )


def amend(journal: Journal, clock: Clock, session_id: str, reason: str) -> FillingSession:
    """Begin to amend a saved session: a draft that holds all of it is on disk when this returns.

    Raises:
        NotFoundError: there is no such session, or its instrument is gone.
        BadFileError: it can't be read, or does not fit its instrument.
        JournalError: another program changed its file, or the draft can't be written.
    """
    session, data = journal.saved(session_id)
    content = journal.library.find(session.instrument, session.version, session.digest)
    given = assessment.acts_of(session.scores, session.notes, session.remark)
    draft = Draft(
        id=session.id,
        instrument=session.instrument,
        version=session.version,
        digest=session.digest,
        role=session.role,
        started=session.started,
        entered=session.entered,
        acts=given,
        pauses=(0.0,) * len(given),
        amends=model_instrument.digest(data),
        finished=session.finished,
        reason=reason,
        given=len(given),
    )
    return FillingSession(draft, content, journal.drafts.create(draft, journal.instrument_bytes(session)), clock)


def redate(journal: Journal, clock: Clock, session_id: str, day: date, reason: str) -> Session:
    """Save a session with another day, as a new version under the id that it has.

    Raises:
        NotFoundError, BadFileError: there is no such session, or it can't be read.
        ReflectError: it has that day, or is being amended; or it is a paper form, and that day is taken.
        JournalError: another program changed its file, or it can't be written.
    """
    session, data = journal.saved(session_id)
    if journal.drafts.path(session_id).exists():
        raise ReflectError(_("You are amending {id}: finish that first, then change its date.").format(id=session_id))
    changed = model_session.redated(session, day, clock.now())
    if (changed.started.date(), changed.finished) == (session.started.date(), session.finished):
        raise ReflectError(_("{id} has that date already.").format(id=session_id))
    if session.role == "self":
        sessions.refuse_scores(journal, session.instrument, day)
    if session.entered and session.role == "self":
        _refuse_twice(journal, session.instrument, day, session.id)
    journal.amend(changed, reason, data)
    return changed


def is_overtaken(journal: Journal, draft: Draft) -> bool:
    """Check whether a draft's session was finished without it, or amended otherwise since the draft of that began."""
    path = journal.root / model_session.relative_path(draft.id)
    if not draft.amends:
        return os.path.lexists(path)
    with contextlib.suppress(ReflectError):
        return model_instrument.digest(formats.read_bytes(path)) != draft.amends
    return False


def amend_with(journal: Journal, clock: Clock, draft: Draft, reason: str) -> FillingSession:
    """Begin to amend the session that overtook a draft, with what the draft says otherwise.

    The draft itself is put away. What it leaves open stays as the session has it; of one that amends that is all that
    it did not change.

    Raises:
        NotFoundError, BadFileError, JournalError: see amend(); or the session is about another instrument.
    """
    session, _data = journal.saved(draft.id)
    if session.digest != draft.digest:
        text = _("The draft is about another instrument than the session {id}. Set it aside.")
        raise JournalError(text.format(id=draft.id))
    acts = draft.acts[draft.given :] if draft.amends else _otherwise(journal, draft, session)
    journal.drafts.discard(draft.id)
    filling = amend(journal, clock, draft.id, reason)
    for act in acts:
        filling.do(act)
    return filling


def _otherwise(journal: Journal, draft: Draft, session: Session) -> Sequence[Act]:
    """Return the acts that make of a session what a draft says of it."""
    written = assessment.replay(journal.drafts.instrument(draft), draft.acts)
    scores = {item: score for item, score in written.ordered_scores().items() if session.scores.get(item) != score}
    notes = {item: note for item, note in written.ordered_notes().items() if session.notes.get(item) != note}
    remark = written.remark if written.remark != session.remark else ""
    return assessment.acts_of(scores, notes, remark)


def resume(journal: Journal, clock: Clock, draft: Draft) -> FillingSession:
    """Go on with a draft, on the very instrument it was begun on.

    Raises:
        FinishedDraftError: its session is there already, or is not as it was when the draft of its amendment began.
        NotFoundError, BadFileError: the instrument's copy is gone or damaged.
    """
    if is_overtaken(journal, draft):
        raise FinishedDraftError(draft)
    content = draft_instrument(journal, draft)
    writer = journal.drafts.resume(draft)
    journal.expect(draft.id)
    return FillingSession(draft, content, writer, clock)


def draft_instrument(journal: Journal, draft: Draft) -> Instrument:
    """Return the instrument of a draft in the user's language, else as the draft's own copy has it."""
    with contextlib.suppress(NotFoundError):
        return journal.library.find(draft.instrument, draft.version, draft.digest)
    return model_instrument.parse(journal.drafts.instrument_bytes(draft.digest), draft.instrument)


def finish(journal: Journal, seat: FillingSession) -> Session:
    """Save the session: file and folder are on disk when this returns, and the draft is gone.

    Raises:
        JournalError: it can't be written, or the file it amends was changed by another program; the draft stays.
    """
    session = seat.session()
    seat.writer.flush()  # and not yet closed: when saving fails, one goes on with the draft
    if seat.draft.amends:
        journal.finish_amending(session, seat.draft)
    else:
        journal.finish(session.id, session)
    with contextlib.suppress(JournalError):  # the session is safe, and the draft's file is gone
        seat.writer.close()
        if journal.drafts.path(session.id).exists():  # a system may remove no file that is open
            journal.drafts.drop(session.id)
    return session


def goals_to_review(seat: FillingSession, documents: Iterable[Document[Goal]]) -> tuple[Document[Goal], ...]:
    """List the goals that a session begins with: those that go on, at the start of a new one of one's own today."""
    draft = seat.draft
    if draft.amends or draft.entered or draft.role != "self" or seat.assessment.progress().answered:
        return ()
    return tuple(
        document
        for document in documents
        if (goal := document.value)
        and goal.is_open
        and goal.instrument == draft.instrument
        and all(back.session != draft.id for back in goal.look_backs)
    )


def estimate_seconds(pauses: Sequence[float], gaps: int) -> float | None:
    """Estimate the seconds that the open items will take, from one's own pace.

    `pauses` are the seconds between one's acts; the median of the last 30 that are no break counts.
    None until there are five of them to go by.
    """
    usable = [pause for pause in pauses if 0 <= pause <= PAUSE][-30:]
    return statistics.median(usable) * gaps if len(usable) >= 5 else None  # noqa: PLR2004 -- see above
