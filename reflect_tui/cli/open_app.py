"""Starts filling in: opens the app, on the list of sessions or in a new one, or line mode on any input and output."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Literal

from reflect_tui import system
from reflect_tui.cli import session_ref
from reflect_tui.cli.request import (
    SIMPLE,
    Request,
    acquire_lock,
    agrees,
    drop_output,
    flush,
    on_terminal,
    page_width,
    print_message,
)
from reflect_tui.clock import SYSTEM
from reflect_tui.errors import EXIT_NO, ReflectError
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _
from reflect_tui.model import library
from reflect_tui.model.session import Role, Session
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.text import display

if TYPE_CHECKING:
    from reflect_tui.line_mode.speech import Console


class NoTerminalError(ReflectError):
    """There is no terminal that the app could open in."""


def home(request: Request) -> int:
    """Open the app."""
    require_terminal()
    return open_app(request.journal, request.settings)


def new(request: Request) -> int:
    """Open the app in a new session, or fill one in line by line."""
    instrument = chosen_instrument(request)
    day = None if request.options.date is None else _past_day(request.options.date)
    if request.by_lines:
        return _fill_in(request, instrument, day)
    require_terminal()
    return open_app(request.journal, request.settings, "new", instrument=instrument, role=request.options.role, day=day)


def talk(request: Request) -> int:
    """Open the app in the talk about a session of one's own, or have it line by line."""
    resolved = session_ref.find(request.journal, request.options.reference)
    session = resolved.session
    if session.role != "self":
        raise ReflectError(_("A talk is about a session of your own; {id} is none.").format(id=session.id))
    if request.options.json or request.options.output:
        from reflect_tui.cli.export import agreed  # noqa: PLC0415 -- only when asked

        return agreed(request, resolved)
    if request.by_lines:
        from reflect_tui.line_mode import talk as lines  # noqa: PLC0415 -- line mode, only for those who ask for it

        instrument = resolved.instrument
        return run_lines(request, lambda console: lines.talk(request.journal, SYSTEM, console, session, instrument))
    require_terminal()
    return open_app(request.journal, request.settings, "talk", session=session)


def chosen_instrument(request: Request) -> str:
    """Return the id of the instrument to fill in: the one asked for, by id or path, else that of library.usual().

    Raises:
        ReflectError: there is none, or it can't be used; see Library.resolve().
    """
    asked = getattr(request.options, "instrument", None)
    asked = asked or library.usual(request.journal.own(), request.settings.instrument)
    return request.journal.library.resolve(asked)


def require_terminal() -> None:
    """Refuse to open where nobody can type or look, before anything slow is loaded."""
    for stream in (sys.stdin, sys.stdout):
        if not on_terminal(stream):
            raise NoTerminalError(
                _(
                    "The app needs a terminal for both input and output. Over ssh, add -t; for scripts, see: {help}"
                ).format(help="reflect-tui --help")
            )
    kind = os.environ.get("TERM", system.TERMINAL)
    if kind in SIMPLE:
        text = _('The terminal (TERM="{kind}") is too simple for the app. Try TERM=xterm-256color, or: {command}')
        raise NoTerminalError(text.format(kind=kind, command="reflect-tui new --plain"))


def open_app(
    journal: Journal,
    settings: Settings,
    at: Literal["home", "new", "talk", "instrument", "translation"] = "home",
    *,
    instrument: str = "",
    output: str = "",
    language: str = "",
    role: Role = "self",
    day: date | None = None,
    session: Session | None = None,
) -> int:
    """Open the app and return its exit code once it is closed; a folder of something else is asked about before."""
    if not _is_settled(journal):
        return EXIT_NO
    from reflect_tui.tui.app import ReflectApp, Start  # noqa: PLC0415 -- Textual, only for those who open it

    start = Start(at=at, instrument=instrument, output=output, language=language, role=role, day=day, session=session)
    app = ReflectApp(journal, settings, start=start)
    try:
        app.run()
    finally:
        app.keep_drafts()
    if app.last_words:
        print_message(app.last_words)
    if app.fault is not None:
        raise app.fault
    if app.settings.sync_unasked and not app.guest:
        _sync(Journal(journal.root, journal.state))  # the one of the app starts no git any more
    return app.return_code or 0


def _sync(journal: Journal) -> None:
    """Sync what waits for it, with the terminal back in the user's hands: control+C stops it without harm."""
    from reflect_tui.store import sync_state  # noqa: PLC0415 -- only where the settings ask for it
    from reflect_tui.usecases import syncing  # noqa: PLC0415 -- as above

    status = sync_state.known(journal)
    if status is None or not status.waiting:
        return
    print_message(_("Syncing with {address}…").format(address=display(status.address)))
    with acquire_lock(journal):
        outcome = syncing.sync_unasked(journal)
    if outcome:
        print_message(outcome)


def _is_settled(journal: Journal) -> bool:
    """Check whether the folder is a journal, or may become one by what is in it or by the user's answer."""
    try:
        journal.identity.check()
    except ObstacleError as error:
        if error.obstacle.kind != "not_a_journal":
            raise
        text = _("{root} holds other files and no journal. Keep your journal among them? [y/N]")
        if not agrees(text.format(root=journal.root)):
            return False
        journal.identity.create()
    return True


# `new --plain`, `amend` and `rounds type`: line mode, on whatever input and output there are.


def _fill_in(request: Request, instrument: str, day: date | None) -> int:
    from reflect_tui.line_mode import start  # noqa: PLC0415 -- line mode, only for those who ask for it

    role, ask = request.options.role, request.settings.ask_example
    return run_lines(
        request, lambda console: start.new(request.journal, SYSTEM, console, instrument, role, day=day, ask_example=ask)
    )


def amend(request: Request) -> int:
    """Change a saved session, its answers or its date; the app has its own key for the answers."""
    from reflect_tui.line_mode import start  # noqa: PLC0415 -- as above

    session = session_ref.find(request.journal, request.options.reference).session
    reason = " ".join(request.options.reason.split())
    if request.options.date is not None:
        day = _past_day(request.options.date)
        return run_lines(
            request, lambda console: start.redate(request.journal, SYSTEM, console, session, day, reason=reason)
        )
    ask = request.settings.ask_example
    return run_lines(
        request, lambda console: start.amend(request.journal, SYSTEM, console, session, reason, ask_example=ask)
    )


def _past_day(text: str) -> date:
    from reflect_tui.forms.days import past_day  # noqa: PLC0415 -- only for those who type a day

    return past_day(text, SYSTEM.now().date())


def run_lines(request: Request, dialogue: Callable[[Console], int]) -> int:
    """Run a dialogue under the journal lock and return its exit code; an output that is gone does not change that."""
    with acquire_lock(request.journal):
        code = dialogue(_console())
    try:
        flush()
    except OSError:
        drop_output()
    return code


def _console() -> Console:
    from reflect_tui.line_mode.speech import Console  # noqa: PLC0415 -- as above

    source = sys.stdin or io.StringIO()
    if isinstance(source, io.TextIOWrapper):
        source.reconfigure(errors="replace")
    typed = on_terminal(source) and on_terminal(sys.stdout)
    return Console(source, sys.stdout or io.StringIO(), page_width, typed)
