"""`new --plain` and `amend`: a sitting by lines, on whatever input and output there are."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

from reflect_tui.cli import output, session_ref
from reflect_tui.cli.request import Request, acquire_lock, on_terminal
from reflect_tui.clock import SYSTEM
from reflect_tui.line_mode import start
from reflect_tui.line_mode.speech import Console
from reflect_tui.store import rounds


def fill_in(request: Request, instrument: str) -> int:
    """Fill in a session on an instrument."""
    role, ask = request.options.role, request.settings.ask_example
    return _alone(
        request, lambda console: start.new(request.journal, SYSTEM, console, instrument, role, ask_example=ask)
    )


def amend(request: Request) -> int:
    """Change a saved session; the app has its own key for that."""
    session = session_ref.find(request.journal, request.options.reference).session
    reason = " ".join(request.options.reason.split())
    ask = request.settings.ask_example
    return _alone(
        request, lambda console: start.amend(request.journal, SYSTEM, console, session, reason, ask_example=ask)
    )


def type_over(request: Request) -> int:
    """Type over the paper form of someone who was asked in a round."""
    from reflect_tui.cli.feedback import chosen, record, someone  # noqa: PLC0415 -- not for a session
    from reflect_tui.line_mode import paper  # noqa: PLC0415 -- the same

    found = chosen(request.journal, request.options.round)
    rounds.may_type(found)
    number = someone(found, request.options.person)

    def sit(console: Console) -> int:
        rounds.may_answer(found, number)
        code = paper.type_over(request.journal, SYSTEM, console, found, number)
        record(request.journal)
        return code

    return _alone(request, sit)


def _alone(request: Request, sit: Callable[[Console], int]) -> int:
    """Sit while no other program writes in the journal; an output that is gone changes no exit code."""
    with acquire_lock(request.journal):
        code = sit(_console())
    try:
        output.flush()
    except OSError:
        output.give_up()
    return code


def _console() -> Console:
    source = sys.stdin or io.StringIO()
    if isinstance(source, io.TextIOWrapper):
        source.reconfigure(errors="replace")
    typed = on_terminal(source) and on_terminal(sys.stdout)
    return Console(source, sys.stdout or io.StringIO(), output.columns, typed)
