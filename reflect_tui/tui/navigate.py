"""Opens screens: the only module that names them all, and loads each only when it is asked for.

Home is drawn before any other screen is read from disk, and screens that lead to each other need not import each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App

from reflect_tui.i18n import _
from reflect_tui.model.session import MAX_NOTE

if TYPE_CHECKING:
    from reflect_tui.errors import Fault
    from reflect_tui.model.assessment import Assessment
    from reflect_tui.model.library import Listing
    from reflect_tui.model.session import Role, Score, Session
    from reflect_tui.model.talk import Talk
    from reflect_tui.store.draft_file import Draft
    from reflect_tui.store.drafts import TypedLines
    from reflect_tui.store.external_changes import Changed
    from reflect_tui.tui.host import Host
    from reflect_tui.usecases.filling import FillingSession
    from reflect_tui.views.history import Origin

# Windows over a screen


def load_windows() -> None:
    """Load what the first question is asked with; blocking, for a thread."""
    from reflect_tui.tui.screens import form  # noqa: F401 -- loaded is all that is wanted


def show_message(host: Host, title: str, sentence: str, closed: Callable[[], None] | None = None) -> None:
    """Show a sentence to read at ease; one that is shown already is not shown twice."""
    from reflect_tui.tui.screens.dialog import MessageScreen

    if isinstance(host.screen, MessageScreen) and host.screen.said == (title, sentence):
        return
    host.push_screen(MessageScreen(title, sentence), lambda _answer: closed() if closed else None)


def ask(host: Host, question: tuple[str, str], yes: str, no: str, agreed: Callable[[], object]) -> None:
    """Ask a question, a title and a text; `yes` and `no` are the words of the answers."""
    from reflect_tui.tui.screens.dialog import Question

    def answered(answer: bool | None) -> None:  # noqa: FBT001 -- as a question answers
        if answer:
            agreed()

    host.push_screen(Question(*question, yes, no), answered)


def ask_line(
    host: Host,
    title: str,
    text: str,
    given: Callable[[str], object],
    suggestion: str = "",
    *,
    kept: TypedLines | None = None,
    missing: str = "",
) -> None:
    """Ask for one line of text, such as a reason; `given` is called with it unless the window is closed.

    `missing` is said on enter while nothing is written.

    As the form `kept`, what is typed outlives every end of the app, until it is put away: `given` sees to that.
    """
    from reflect_tui.store.drafts import LINE
    from reflect_tui.tui.screens.form import ReasonScreen

    before = host.document_service.typed_before(kept) if kept else None
    words = before.fields.get(LINE, "") if before else suggestion
    asked = ReasonScreen(title, text, words, kept, again=before is not None, missing=missing)

    def answered(answer: str | None) -> None:
        if answer:
            given(answer)

    host.push_screen(asked, answered)


def ask_to_quit(app: App[None]) -> None:
    """Ask whether to quit; asked once more while the question stands, quit."""
    from reflect_tui.tui.screens.dialog import QuitQuestion

    if isinstance(app.screen, QuitQuestion):
        app.exit()
    else:
        app.push_screen(QuitQuestion(), lambda yes: app.exit() if yes else None)


def write_note(
    host: Host,
    heading: tuple[str, str],
    text: str,
    written: Callable[[str | None], None],
    *,
    limit: int = MAX_NOTE,
    keep: Callable[[str, bool], None] | None = None,
    each_word: bool = False,
) -> None:
    """Open the editor pane below a title and what it is about; see NoteScreen for the rest."""
    from reflect_tui.tui.screens.note import NoteScreen

    host.push_screen(NoteScreen(*heading, text, limit, keep, each_word=each_word), written)


def sync(host: Host) -> None:
    """Show how far the journal is synced, and sync it."""
    from reflect_tui.tui.screens.sync import SyncScreen

    if host.may_write():
        host.push_screen(SyncScreen())


def go_home(host: Host) -> None:
    """Close every page and window over Home."""
    while len(host.screen_stack) > 1:
        host.pop_screen()


def show_team(host: Host) -> None:
    """Ask for the folder of a team and show what may be told of it."""
    from reflect_tui.tui.screens.team import open_team

    open_team(host)


# Filling in


def choose_new(host: Host, preferred: str, begin: Callable[[str, Role, date | None], None]) -> None:
    """Ask which instrument to fill in, as whom, and whether it is an old paper form of some day."""
    from reflect_tui.tui.screens.begin import NewScreen

    def ask(listing: Listing) -> None:
        asked = NewScreen(listing, preferred)

        def chosen(identifier: str | None) -> None:
            if asked.is_translating:
                translate(host, identifier or "")
            elif asked.is_making:
                make_instrument(host, identifier or "")
            elif identifier:
                begin(identifier, asked.role, asked.day)

        host.push_screen(asked, chosen)

    host.journal_service.look_up("list the instruments", host.journal.library.listing, ask)


def make_instrument(host: Host, identifier: str = "", output: str = "") -> None:
    """Make an instrument, or a new version of one; see MakingScreen."""
    from reflect_tui.tui.screens.making import open_making

    if host.may_write():
        open_making(host, identifier, output)


def translate(host: Host, identifier: str, language: str = "") -> None:
    """Translate an instrument, into a language that is asked where none is given; see TranslatingScreen."""
    from reflect_tui.tui.screens.translating import ask_language, open_translating

    if not host.may_write():
        return
    if language:
        open_translating(host, identifier, language)
    else:
        ask_language(host, identifier)


def fill_in(host: Host, seat: FillingSession) -> None:
    """Open the session to fill in; a new one of one's own begins with a look back on the goals."""
    from reflect_tui.tui.screens.assess import AssessScreen
    from reflect_tui.tui.screens.goals import GoalReviewScreen
    from reflect_tui.usecases.filling import goals_to_review

    asked = () if host.state.read_only else goals_to_review(seat, reversed(host.state.documents))

    def open_session(_done: str | None = None) -> None:
        host.push_screen(AssessScreen(seat))

    if asked:
        host.push_screen(GoalReviewScreen(asked, seat.draft.id), open_session)
    else:
        open_session()


def settle_draft(host: Host, draft: Draft) -> None:
    """Ask what to do with a draft whose session is there already: amend that with it, or set it aside."""
    from reflect_tui.tui.screens.dialog import Menu
    from reflect_tui.views.labels import id_name

    title = _("A draft of a finished session")
    text = _("{session} was finished since, with other answers than this draft has.")
    if draft.amends:
        title = _("A draft of an amended session")
        text = _("{session} was amended otherwise since this draft began.")
    text = text.format(session=id_name(draft.id))
    session = host.state.session(draft.id)
    choices = [("amend", _("amend the session with the draft")), ("aside", _("set the draft aside"))]
    choices += [("show", _("view the session as it is"))] if session else []

    def chosen(choice: str | None) -> None:
        if choice == "amend" and draft.amends:
            host.journal_service.amend_with(draft, draft.reason)
        elif choice == "amend":
            why = _("Why? One line, kept in the history of the session. Earlier versions stay there.")
            amend = partial(host.journal_service.amend_with, draft)
            ask_line(host, _("Amend the session"), why, amend, missing=_("Write a reason first; a word will do."))
        elif choice == "aside":
            host.journal_service.discard(draft.id)
        elif choice == "show" and session:
            show_results(host, session)

    host.push_screen(Menu(title, text, choices), chosen)


def type_row(
    host: Host, assessment: Assessment, draft_id: str, typed: Callable[[Sequence[Score | None]], None]
) -> None:
    """Ask for the scores of the domain at the cursor in one row, and read them back."""
    from reflect_tui.tui.screens.paper import type_row as typing

    typing(host, assessment, draft_id, typed)


def thank(host: Host, *, finished: bool) -> None:
    """Thank a guest, and hide the journal until the owner is back."""
    from reflect_tui.tui.screens.begin import ThankYouScreen

    host.push_screen(ThankYouScreen(finished=finished))


# Looking back


def show_results(host: Host, session: Session) -> None:
    """Show where one stands in a session."""
    from reflect_tui.tui.screens.results import ResultsScreen

    host.push_screen(ResultsScreen(session))


def show_diff(
    host: Host, sessions: Sequence[Session], origins: tuple[Origin, Origin] | None = None, row: Session | None = None
) -> None:
    """Compare two sessions; `origins` tell two versions of one session apart; see open_diff() for the `row`."""
    from reflect_tui.tui.screens.diff import open_diff

    open_diff(host, sessions, origins, row)


def show_trends(host: Host, instrument: str) -> None:
    """Show how the domains of an instrument changed."""
    from reflect_tui.tui.screens.trends import open_trends

    open_trends(host, instrument)


def show_versions(host: Host, instrument: str) -> None:
    """Show what changed in an instrument from version to version, also in one that was not filled in yet."""
    from reflect_tui.tui.screens.history import VersionsScreen

    host.push_screen(VersionsScreen(instrument))


def show_history(host: Host, session: Session) -> None:
    """List the versions of a session."""
    from reflect_tui.tui.screens.history import HistoryScreen

    host.push_screen(HistoryScreen(session))


def show_removed(host: Host) -> None:
    """List the removed sessions."""
    from reflect_tui.tui.screens.history import RemovedScreen

    host.push_screen(RemovedScreen())


def show_comparison(host: Host, session: Session | None) -> None:
    """Compare a session with what others said."""
    from reflect_tui.tui.screens.compare import open_compare

    open_compare(host, session)


# The talk, goals and documents


def show_agenda(host: Host, session: Session | None) -> None:
    """Prepare the talk about a session."""
    from reflect_tui.tui.screens.agenda import open_agenda

    open_agenda(host, session)


def have_talk(host: Host, session: Session | None) -> None:
    """Have the talk about a session, or go on with it."""
    from reflect_tui.tui.screens.talk import open_talk

    open_talk(host, session)


def show_goals(host: Host) -> None:
    """List the goals."""
    from reflect_tui.tui.screens.goals import GoalsScreen

    host.push_screen(GoalsScreen())


def export(
    host: Host,
    session: Session | None,
    previous: Session | None = None,
    *,
    compared: bool = False,
    talk: Talk | None = None,
) -> None:
    """Offer documents about a session, and all sessions as data; what is asked for of a comparison or talk first."""
    from reflect_tui.tui.screens.export import open_export

    open_export(host, session, previous, compared=compared, talk=talk)


# Feedback from others


def show_rounds(host: Host) -> None:
    """List the rounds of feedback."""
    from reflect_tui.tui.screens.rounds import RoundsScreen

    host.push_screen(RoundsScreen())


def import_files(host: Host) -> None:
    """Ask for a path, and show what is there."""
    from reflect_tui.tui.screens.import_files import ask_files

    ask_files(host)


# Files and settings


def open_change(host: Host, change: Changed) -> None:
    """Ask what to do about a session that another program changed or took away."""
    from reflect_tui.tui.screens import changed_outside

    changed_outside.open_change(host, change)


def show_unreadable(host: Host, path: Path, faults: Sequence[Fault], known: str = "", *, changed: bool = False) -> None:
    """Show what is wrong with a file; see UnreadableScreen."""
    from reflect_tui.tui.screens.changed_outside import UnreadableScreen

    host.push_screen(UnreadableScreen(path, faults, known, changed=changed))


def edit_file(host: Host, path: Path) -> None:
    """Open a file in the user's own editor, then read the journal again; or say why not."""
    from reflect_tui.tui.services.editor import EditorError, run

    try:
        run(host, path)
    except EditorError as error:
        show_message(host, _("This could not be done"), str(error))
    else:
        host.journal_service.load()


def show_settings(host: Host) -> None:
    """Show the settings, unless they are shown already."""
    from reflect_tui.tui.screens.settings import SettingsScreen
    from reflect_tui.tui.services.settings import Offered, offered

    def show(ids: Offered) -> None:
        if not isinstance(host.screen, SettingsScreen):
            host.push_screen(SettingsScreen(ids))

    host.journal_service.look_up("list the instruments", lambda: offered(host.journal.library), show)
