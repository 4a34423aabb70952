"""A whole sitting by lines: what to begin or go on with, filling in, saving, and what it adds up to."""

from __future__ import annotations

import contextlib

from reflect_tui import sitting
from reflect_tui.analysis.trend import own
from reflect_tui.clock import Clock
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE, EXIT_NO, JournalError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.journal import MAX_REASON, BadDraft, Draft, DraftState, Journal
from reflect_tui.pages.words import clock as clock_text
from reflect_tui.pages.words import damaged_draft, day, role_name
from reflect_tui.plain.console import Console, TooLongError
from reflect_tui.plain.filling import Filling
from reflect_tui.plain.looking_back import look_back
from reflect_tui.plain.results import results
from reflect_tui.plain.stopping import Stopped, stoppable
from reflect_tui.session import Role, Session
from reflect_tui.sitting import Sitting

EXIT_UNFINISHED = EXIT_NO
YES, NO = ("y", "yes", "j", "ja"), ("n", "no", "nee")
_CLOSING = 5.0  # seconds that a draft has to reach the disk when the program is told to end


def new(
    journal: Journal, clock: Clock, console: Console, identifier: str, role: Role, *, ask_example: bool = False
) -> int:
    """Begin a session, or go on with one, and fill it in; give the exit code.

    With `ask_example`, an example is asked for at a low score.

    The caller holds the journal's lock.

    Raises:
        ReflectError: it can't be begun or gone on with.
    """
    journal.recover(locked=True)
    seat = _choose(journal, clock, console, identifier, role)
    return EXIT_UNFINISHED if seat is None else _sit(journal, clock, console, seat, ask_example=ask_example)


def amend(
    journal: Journal, clock: Clock, console: Console, session: Session, reason: str, *, ask_example: bool = False
) -> int:
    """Change a saved session, or go on with that; give the exit code. See new()."""
    journal.recover(locked=True)
    begun = next((draft for draft in _drafts(journal) if draft.id == session.id), None)
    if begun:
        console.say(_("You had begun to amend this session: it goes on from there."))
        return _sit(journal, clock, console, sitting.resume(journal, clock, begun, _heard), ask_example=ask_example)
    chosen = reason or _reason(console)
    if not chosen:
        console.say(_("No reason, nothing amended."))
        return EXIT_UNFINISHED
    return _sit(
        journal, clock, console, sitting.amend(journal, clock, session.id, chosen, _heard), ask_example=ask_example
    )


def _heard(_state: DraftState) -> None:
    """Each line waits for the disk itself; nothing else needs to be told."""


def _reason(console: Console) -> str:
    """Ask why a session is amended; "" when there is no answer any more."""
    console.say(_("Why? One line, kept in the history of the session. Earlier versions stay there."))
    while True:
        with contextlib.suppress(TooLongError):
            text = console.read(_("Reason:"))
            if text is None:
                return ""
            if 0 < len(text.strip()) <= MAX_REASON:
                return text.strip()
        console.say(_("A reason has 1 to {n} characters.").format(n=MAX_REASON))


def _drafts(journal: Journal) -> list[Draft]:
    return [draft for draft in journal.drafts.all() if isinstance(draft, Draft)]


def _choose(journal: Journal, clock: Clock, console: Console, identifier: str, role: Role) -> Sitting | None:
    """Go on with a draft of this instrument and role if that is wanted, else begin; None without an answer."""
    for draft in journal.drafts.all():
        if isinstance(draft, BadDraft):
            console.say(_("A draft can't be read: {path}. See: reflect-tui doctor").format(path=draft.path))
        elif not draft.amends and (draft.instrument, draft.role) == (identifier, role):
            yes = _goes_on(journal, console, draft)
            if yes is None:
                console.say(_("No answer, nothing begun."))
                return None
            if yes:
                return sitting.resume(journal, clock, draft, _heard)
        else:
            _mention(console, draft)
    return sitting.begin(journal, clock, identifier, role, _heard)


def _goes_on(journal: Journal, console: Console, draft: Draft) -> bool | None:
    """Ask whether to go on with a draft; None when there is no answer."""
    try:
        progress = sitting.progress(sitting.instrument_of(journal, draft), draft)
    except ReflectError as error:
        console.say(str(error))
        return False
    text = _("There is an unfinished session of {date}, {time}, {role}: {n} of {total} answered. Go on with it?")
    named = {"date": day(draft.started), "time": clock_text(draft.started), "role": role_name(draft.role)}
    console.say(text.format(**named, n=progress.answered, total=progress.total))
    if draft.damaged:
        console.say(damaged_draft())
    console.say(_("y: go on with it; n: leave it as it is, and begin a new one."))
    return yes_or_no(console)


def yes_or_no(console: Console) -> bool | None:
    """Take a yes or a no; nothing else counts, so that a line meant for something else does no harm."""
    while True:
        with contextlib.suppress(TooLongError):
            text = console.read(_("y or n?"))
            if text is None:
                return None
            if text.strip().lower() in (*YES, *NO):
                return text.strip().lower() in YES
        console.say(_("Please answer y or n."))


def _mention(console: Console, draft: Draft) -> None:
    command = f"reflect-tui amend {draft.id}" if draft.amends else _command(draft)
    text = _("There is another unfinished session, of {date}. To go on with it: {command}")
    console.say(text.format(date=day(draft.started), command=command))


def _command(draft: Draft) -> str:
    role = "" if draft.role == "self" else f" --role {draft.role}"
    return f"reflect-tui new --plain --instrument {draft.instrument}{role}"


def _sit(journal: Journal, clock: Clock, console: Console, seat: Sitting, *, ask_example: bool) -> int:
    """Fill in until it is finished or left; whatever ends it, all of the draft is on disk afterwards."""
    session, code = None, EXIT_UNFINISHED
    previous = _previous(journal, seat)
    filling = Filling(seat, console, previous, ask_example=ask_example)
    try:
        session, code = _fill_in(journal, clock, console, filling)
    except Stopped as stopped:
        code = stopped.code
    finally:
        failed = _close(seat)
    if session:
        _tell_saved(journal, console, session, seat.instrument, previous)
        return EXIT_DONE
    with contextlib.suppress(OSError):  # the terminal may be gone
        _tell_kept(journal, console, seat, failed)
    return EXIT_ATTENTION if failed else code


def _previous(journal: Journal, seat: Sitting) -> Session | None:
    """Give one's own session before this one of one's own; nobody else gets to hear of it."""
    draft = seat.draft
    if draft.role != "self":
        return None
    earlier = [one for one in own(journal.own(), seat.instrument) if (one.started, one.id) < (draft.started, draft.id)]
    return earlier[-1] if earlier else None


def _fill_in(journal: Journal, clock: Clock, console: Console, filling: Filling) -> tuple[Session | None, int]:
    """Look back on goals, go through the items, and save when that is asked for; when that fails one can go on."""
    seat, draft = filling.seat, filling.seat.draft
    about = _("{instrument}, filled in by: {role}, begun {date}.")
    console.say(about.format(instrument=seat.instrument.title, role=role_name(draft.role), date=day(draft.started)))
    with stoppable():
        first = look_back(journal, clock, console, seat)
    filling.begin()
    while True:
        with stoppable():
            ending = filling.run(first)
        first = None
        if ending != "finish":
            return None, EXIT_DONE if ending == "quit" else EXIT_UNFINISHED
        try:
            return sitting.finish(journal, seat), EXIT_DONE
        except JournalError as error:
            console.say(_("Not finished: {reason} All answers are kept; f tries again.").format(reason=error))


def _close(seat: Sitting) -> str:
    """Close the draft; give the reason when it could not all be written."""
    try:
        seat.writer.close(_CLOSING)
    except JournalError as error:
        return str(error)
    return ""


def _tell_saved(
    journal: Journal, console: Console, session: Session, content: Instrument, previous: Session | None
) -> None:
    console.gap()
    console.say(_("Saved: {id}.").format(id=session.id))
    obstacle = journal.record().obstacle
    if obstacle:
        console.say(_("Saved, and not yet in history: {reason}").format(reason=obstacle.sentence))
    else:
        console.say(_("It is in history as well."))
    comparable = previous if previous and previous.digest == session.digest else None
    console.gap()
    console.show(results(content, session, comparable, console.columns() - 1))
    console.gap()
    again = f"reflect-tui show {session.id} --plain"
    console.say(_("To hear this again: {command}").format(command=again))


def _tell_kept(journal: Journal, console: Console, seat: Sitting, failed: str) -> None:
    """Say what is kept and how to go on; a draft in which nothing was ever done is not kept."""
    console.gap()
    draft, progress = seat.draft, seat.assessment.progress()
    if failed:
        console.say(_("Not all of it could be kept: {reason}").format(reason=failed))
    elif len(draft.acts) == draft.given and not seat.writer.state.written:
        journal.drafts.remove(draft.id)
        console.say(_("Nothing was done, so nothing is kept."))
    else:
        text = _("The draft is kept: {n} of {total} answered. To go on with it: {command}")
        command = f"reflect-tui amend {draft.id}" if draft.amends else _command(draft)
        console.say(text.format(n=progress.answered, total=progress.total, command=command))
