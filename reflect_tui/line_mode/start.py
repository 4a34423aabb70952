"""A session filled in by lines: what to begin or resume, filling in, saving, and its results."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import date

from reflect_tui.analysis.diff import results as results_of
from reflect_tui.clock import Clock
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE, EXIT_NO, JournalError
from reflect_tui.i18n import _
from reflect_tui.line_mode.commands import parse
from reflect_tui.line_mode.filling import Filling
from reflect_tui.line_mode.reading import results
from reflect_tui.line_mode.speech import Console, TooLongError
from reflect_tui.model import goals
from reflect_tui.model.goals import MAX_LINE, OUTCOMES, Goal, LookBack, Outcome
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Role, Session
from reflect_tui.store.documents import Document
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.drafts import BadDraft
from reflect_tui.store.journal import Journal
from reflect_tui.store.plans import MAX_REASON
from reflect_tui.system import Stopped, stoppable
from reflect_tui.text import clean
from reflect_tui.usecases import filling as usecase
from reflect_tui.usecases import pages
from reflect_tui.usecases.filling import FillingSession, goals_to_review
from reflect_tui.views.goals import due, outcome_name, standing
from reflect_tui.views.labels import damaged_draft, role_name, time_word
from reflect_tui.views.labels import day as day_text

_YES, _NO = ("y", "yes", "j", "ja"), ("n", "no", "nee")
_CLOSING = 5.0  # seconds that a draft has to reach the disk when the program is told to end


def new(
    journal: Journal,
    clock: Clock,
    console: Console,
    identifier: str,
    role: Role,
    *,
    day: date | None = None,
    ask_example: bool = False,
) -> int:
    """Begin a session, or resume a draft, and fill it in; return the exit code.

    With a `day` in the past it is an old paper form that is typed over; see begin(). With
    `ask_example`, an example is asked for at a low score.

    The caller holds the journal's lock.

    Raises:
        ReflectError: it can't be begun or gone on with.
    """
    journal.recover(locked=True)
    filling = _choose(journal, clock, console, (identifier, role), day)
    return EXIT_NO if filling is None else _run_dialogue(journal, clock, console, filling, ask_example=ask_example)


def amend(
    journal: Journal, clock: Clock, console: Console, session: Session, reason: str, *, ask_example: bool = False
) -> int:
    """Amend a saved session, or resume that; return the exit code. See new()."""
    journal.recover(locked=True)
    drafts = (draft for draft in journal.drafts.all() if isinstance(draft, Draft))
    begun = next((draft for draft in drafts if draft.id == session.id), None)
    if begun and usecase.is_overtaken(journal, begun):
        chosen = _ask_finished(console, begun)
        if chosen == "aside":
            journal.drafts.discard(begun.id)
        elif chosen == "amend":
            reason = reason or begun.reason
        else:
            return EXIT_NO
    elif begun:
        console.say(_("You had begun to amend this session: it goes on from there."))
        return _run_dialogue(journal, clock, console, usecase.resume(journal, clock, begun), ask_example=ask_example)
    if not (why := reason or _reason(console)):
        return EXIT_NO
    if begun and journal.drafts.path(begun.id).exists():
        filling = usecase.amend_with(journal, clock, begun, why)
    else:
        filling = usecase.amend(journal, clock, session.id, why)
    return _run_dialogue(journal, clock, console, filling, ask_example=ask_example)


def redate(journal: Journal, clock: Clock, console: Console, session: Session, day: date, *, reason: str) -> int:
    """Give a saved session another day; return the exit code."""
    journal.recover(locked=True)
    if not (chosen := reason or _reason(console)):
        return EXIT_NO
    changed = usecase.redate(journal, clock, session.id, day, chosen)
    console.say(_("{id} is dated {date} now; its id stays.").format(id=session.id, date=day_text(changed.started)))
    _tell_recorded(journal, console)
    return EXIT_DONE


def _reason(console: Console) -> str:
    """Ask why a session is amended; "" when there is no answer any more."""
    console.say(_("Why? One line, kept in the history of the session. Earlier versions stay there."))
    while True:
        with contextlib.suppress(TooLongError):
            text = console.read(_("Reason:"))
            if text is None:
                console.say(_("No reason, nothing amended."))
                return ""
            if 0 < len(text.strip()) <= MAX_REASON:
                return text.strip()
        console.say(_("A reason has 1 to {n} characters.").format(n=MAX_REASON))


def _choose(
    journal: Journal, clock: Clock, console: Console, wanted: tuple[str, Role], day: date | None
) -> FillingSession | None:
    """Resume a draft of the instrument and role wanted, and of that day, if one likes, else begin; None if unanswered.

    Without a day a draft of today's own is resumed, never that of an old paper form.
    """
    paper_day = day if day and day < clock.now().date() else None
    for draft in journal.drafts.all():
        if isinstance(draft, BadDraft):
            console.say(_("A draft can't be read: {path}. See: reflect-tui doctor").format(path=draft.path))
        elif draft.amends or (draft.instrument, draft.role) != wanted or _paper_day(draft) != paper_day:
            _mention(journal, console, draft)
        else:
            is_answered, filling = _offer(journal, clock, console, draft)
            if not is_answered:
                console.say(_("No answer, nothing begun."))
                return None
            if filling:
                return filling
    return usecase.begin(journal, clock, *wanted, day)


def _offer(journal: Journal, clock: Clock, console: Console, draft: Draft) -> tuple[bool, FillingSession | None]:
    """Ask what to do with a draft: whether that was answered, and what is filled in now; None to begin anew."""
    if not usecase.is_overtaken(journal, draft):
        yes = _ask_resume(journal, console, draft)
        return yes is not None, usecase.resume(journal, clock, draft) if yes else None
    chosen = _ask_finished(console, draft)
    if chosen == "aside":
        journal.drafts.discard(draft.id)
    if chosen != "amend":
        return bool(chosen), None
    reason = _reason(console)
    return bool(reason), usecase.amend_with(journal, clock, draft, reason) if reason else None


def _paper_day(draft: Draft) -> date | None:
    """Return the day of the paper form that a draft is typed over from; None when it is filled in now."""
    return draft.started.date() if draft.entered else None


def _ask_resume(journal: Journal, console: Console, draft: Draft) -> bool | None:
    """Ask whether to resume a draft; None when there is no answer."""
    progress = (listed := pages.list_draft(journal, draft)).progress
    if progress is None:
        console.say(listed.problem)
        return False
    text = _("There is an unfinished session of {date}, {time}, {role}: {n} of {total} answered. Go on with it?")
    named = {"date": day_text(draft.started), "time": time_word(draft), "role": role_name(draft.role)}
    console.say(text.format(**named, n=progress.answered, total=progress.total))
    if draft.damaged:
        console.say(damaged_draft())
    console.say(_("y: go on with it; n: leave it as it is, and begin a new one."))
    return yes_or_no(console)


def _ask_finished(console: Console, draft: Draft) -> str:
    """Ask what to do with a draft whose session is there already: "amend" that, "aside", "leave"; "" unanswered."""
    text = _("There is a draft of the session of {date}, {time}, {role}, which was finished since, with other answers.")
    if draft.amends:
        text = _(
            "There is a draft that amends the session of {date}, {time}, {role}, which was amended otherwise since."
        )
    console.say(text.format(date=day_text(draft.started), time=time_word(draft), role=role_name(draft.role)))
    console.say(_("a: amend that session with what the draft says; d: set the draft aside; n: leave it as it is."))
    words = {"a": "amend", "d": "aside", "n": "leave"}
    while True:
        with contextlib.suppress(TooLongError):
            text_read = console.read(_("a, d or n?"))
            if text_read is None:
                return ""
            if word := words.get(text_read.strip().lower()):
                return word
        console.say(_("Please answer a, d or n."))


def yes_or_no(console: Console) -> bool | None:
    """Read a yes or a no; nothing else counts, so that a line meant for something else does no harm."""
    while True:
        with contextlib.suppress(TooLongError):
            text = console.read(_("y or n?"))
            if text is None:
                return None
            if text.strip().lower() in (*_YES, *_NO):
                return text.strip().lower() in _YES
        console.say(_("Please answer y or n."))


def _mention(journal: Journal, console: Console, draft: Draft) -> None:
    text = _("There is another unfinished session, of {date}. To go on with it: {command}")
    console.say(text.format(date=day_text(draft.started), command=_command(journal, draft)))


def _command(journal: Journal, draft: Draft) -> str:
    """Return what is typed to go on with a draft."""
    if draft.amends or usecase.is_overtaken(journal, draft):
        return f"reflect-tui amend {draft.id}"
    role = "" if draft.role == "self" else f" --role {draft.role}"
    date = f" --date {draft.started.date()}" if draft.entered else ""
    return f"reflect-tui new --plain --instrument {draft.instrument}{role}{date}"


def _run_dialogue(
    journal: Journal, clock: Clock, console: Console, filling: FillingSession, *, ask_example: bool
) -> int:
    """Fill in until it is finished or left; whatever ends it, all of the draft is on disk afterwards."""
    session, code = None, EXIT_NO
    previous = pages.previous(journal.own(), filling.draft)
    shown = pages.previous_answers(journal, previous, filling.instrument)
    dialogue = Filling(filling, console, shown, ask_example=ask_example)
    try:
        session, code = _fill_in(journal, clock, console, dialogue)
    except Stopped as stopped:
        code = stopped.code
    finally:
        failed = _close(filling)
    if session:
        _tell_saved(journal, console, session, filling.instrument, previous)
        if not filling.draft.amends and (doubt := pages.date_doubt(journal.own(), session, clock.now())):
            console.say(doubt)
        return EXIT_DONE
    with contextlib.suppress(OSError):  # the terminal may be gone
        _tell_kept(journal, console, filling, failed)
    return EXIT_ATTENTION if failed else code


def _fill_in(journal: Journal, clock: Clock, console: Console, dialogue: Filling) -> tuple[Session | None, int]:
    """Review goals, go through the items, and save when that is asked for; when that fails one can go on."""
    filling, draft = dialogue.filling, dialogue.filling.draft
    about = _("{instrument}, filled in by: {role}, begun {date}.")
    console.say(
        about.format(instrument=filling.instrument.title, role=role_name(draft.role), date=day_text(draft.started))
    )
    with stoppable():
        first = review_goals(journal, clock, console, filling)
    dialogue.begin()
    while True:
        with stoppable():
            ending = dialogue.run(first)
        first = None
        if ending != "finish":
            return None, EXIT_DONE if ending == "quit" else EXIT_NO
        try:
            return usecase.finish(journal, filling), EXIT_DONE
        except JournalError as error:
            console.say(_("Not finished: {reason} All answers are kept; f tries again.").format(reason=error))


def _close(filling: FillingSession) -> str:
    """Close the draft; return the reason when it could not all be written."""
    try:
        filling.writer.close(_CLOSING)
    except JournalError as error:
        return str(error)
    return ""


def _tell_saved(
    journal: Journal, console: Console, session: Session, content: Instrument, previous: Session | None
) -> None:
    console.gap()
    console.say(_("Saved: {id}.").format(id=session.id))
    _tell_recorded(journal, console)
    console.gap()
    console.show(
        results(results_of(content, session, previous, pages.version_of(journal, previous)), console.columns() - 1)
    )
    console.gap()
    again = f"reflect-tui show {session.id} --plain"
    console.say(_("To hear this again: {command}").format(command=again))


def _tell_recorded(journal: Journal, console: Console) -> None:
    obstacle = journal.record().obstacle
    if obstacle:
        console.say(_("Saved, and not yet in history: {reason}").format(reason=obstacle.sentence))
    else:
        console.say(_("It is in history as well."))


def _tell_kept(journal: Journal, console: Console, filling: FillingSession, failed: str) -> None:
    """Say what is kept and how to go on; a draft in which nothing was ever done is not kept."""
    console.gap()
    draft, progress = filling.draft, filling.assessment.progress()
    if failed:
        console.say(_("Not all of it could be kept: {reason}").format(reason=failed))
    elif len(draft.acts) == draft.given and not filling.writer.state.written:
        journal.drafts.remove(draft.id)
        console.say(_("Nothing was done, so nothing is kept."))
    else:
        text = _("The draft is kept: {n} of {total} answered. To go on with it: {command}")
        console.say(text.format(n=progress.answered, total=progress.total, command=_command(journal, draft)))


_SHORTEST = 3  # letters that name an outcome


def review_goals(journal: Journal, clock: Clock, console: Console, filling: FillingSession) -> str | None:
    """Ask of every goal that goes on what came of it; each answer is saved at once.

    Returns a line that was meant for the session, with which the look back ends; None when there was none. So a file of
    scores fills a session in, whatever goals there are.
    """
    documents = goals_to_review(filling, reversed(journal.goals.all()))
    return _GoalReview(journal, clock, console, filling).over(documents) if documents else None


class _GoalReview:
    """One review of the goals, before a session is filled in."""

    def __init__(self, journal: Journal, clock: Clock, console: Console, filling: FillingSession) -> None:
        self._journal = journal
        self._clock = clock
        self._console = console
        self._filling = filling

    def over(self, documents: Sequence[Document[Goal]]) -> str | None:
        """Ask about one goal after the other; return the line that was meant for the session, if there was one."""
        self._console.gap()
        self._console.say(_("First a look back on your goals."))
        for number, document in enumerate(documents, 1):
            if document.value is None:
                continue
            self._console.gap()
            self._tell(document.value, _("Goal {n} of {total}:").format(n=number, total=len(documents)))
            outcome, line = self._outcome()
            if line is not None:
                return line
            if outcome:
                self._keep(document.value, document.data, outcome)
        return None

    def _tell(self, goal: Goal, about: str) -> None:
        """Say what a goal is, by when, how it stands, and what can be answered."""
        now = self._clock.now()
        self._console.quote(about, goal.what)
        for name, text in ((_("First step:"), goal.first_step), (_("Who helps:"), goal.helper)):
            if text:
                self._console.quote(name, text)
        when = due(goal, now.date())[0]
        self._console.say(f"{when[0].upper()}{when[1:]}; {standing(goal, now).replace(' · ', ', ')}.")
        if goal.look_backs and goal.look_backs[-1].note:
            self._console.quote(_("You wrote:"), goal.look_backs[-1].note)
        self._explain()

    def _explain(self) -> None:
        words = ", ".join(outcome_name(name) for name in OUTCOMES)
        text = _(
            "What came of it? {words}; an empty line passes over it, any line for the session goes to the session."
        )
        self._console.say(text.format(words=words))

    def _outcome(self) -> tuple[Outcome | None, str | None]:
        """Read the outcome of a goal, or a line for the session; neither when it is passed over."""
        while True:
            try:
                line = self._console.read(_("Outcome:"))
            except TooLongError:
                self._console.say(_("That line is too long; nothing was done with it."))
                continue
            if line is None or not line.strip():
                return None, None
            if outcome := parse_outcome(line):
                return outcome, None
            if parse(line, self._filling.instrument.scale).name not in ("unknown", "help"):
                return None, line
            self._explain()

    def _keep(self, goal: Goal, data: bytes, outcome: Outcome) -> None:
        back = LookBack(session=self._filling.draft.id, at=self._clock.now(), outcome=outcome, note=self._note())
        try:
            self._journal.goals.save(goal.id, goals.dumps(goal.looked_back(back)), outcome, data)
        except JournalError as error:
            self._console.say(_("Not saved: {reason}").format(reason=error))
        else:
            self._console.say(_("Saved: {outcome}.").format(outcome=outcome_name(outcome)))

    def _note(self) -> str:
        while True:
            with contextlib.suppress(TooLongError):
                line = self._console.read(_("A note, or an empty line:")) or ""
                if len(line) <= MAX_LINE:
                    return clean(line, multiline=False).strip()
            text = _("A note has at most {n} characters; nothing was done with that one.")
            self._console.say(text.format(n=MAX_LINE))


def parse_outcome(line: str) -> Outcome | None:
    """Parse the outcome that a line names, in the user's words or in English; three letters will do."""
    text = " ".join(line.lower().split())
    matches = [
        name
        for name in OUTCOMES
        if any(word.startswith(text) or word.endswith(f" {text}") for word in (name, outcome_name(name).lower()))
    ]
    return matches[0] if len(text) >= _SHORTEST and len(matches) == 1 else None
