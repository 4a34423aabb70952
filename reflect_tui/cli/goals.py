"""`goals`: all goals and what came of them; as a list, as JSON, or as a calendar file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from reflect_tui.cli import output
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE, BadFileError
from reflect_tui.goals import Goal
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.journal import Journal


def listing(request: Request) -> int:
    """List the goals, those that go on first; or write their calendar file."""
    documents = request.journal.goals.all()
    goals = [document.value for document in documents if document.value]
    for document in documents:
        if document.value is None:
            output.message(str(BadFileError(request.journal.root / document.path, document.faults)))
    if request.options.ics:
        _calendar(request.options.ics, goals)
    elif request.options.json:
        output.values({"goals": [shape(goal) for goal in reversed(goals)]})
    else:
        _print(request.journal, goals)
    return EXIT_ATTENTION if len(goals) < len(documents) else EXIT_DONE


def _calendar(asked: str, goals: list[Goal]) -> None:
    from reflect_tui import calendar_file  # noqa: PLC0415 -- only when asked

    path = Path(os.path.expanduser(asked)).absolute()  # noqa: PTH111 -- leaves an unknown ~name alone
    count = calendar_file.write(path, goals)
    output.message(calendar_file.sentence(path, count))


def _print(journal: Journal, goals: list[Goal]) -> None:
    from reflect_tui.pages import goals as page  # noqa: PLC0415 -- not for JSON
    from reflect_tui.pages.lines import EMPTY, Line  # noqa: PLC0415 -- the same

    if not goals:
        output.message(_("There are no goals yet. In the app, g on the results makes one."))
        return
    now = datetime.now().astimezone()
    instruments = _instruments(journal, goals)
    lines: list[Line] = []
    for goal in page.in_order(goals):
        lines += [*page.detail(goal, instruments.get(goal.instrument), now, output.columns()), EMPTY]
    output.lines(lines[:-1])


def _instruments(journal: Journal, goals: list[Goal]) -> Mapping[str, Instrument]:
    """Give the instruments that goals are about, as they were answered last."""
    found: dict[str, Instrument] = {}
    for session in journal.own() if goals else ():
        if session.instrument not in found:
            found[session.instrument] = journal.library.find(session.instrument, session.version, session.digest)
    return found


def shape(goal: Goal) -> dict[str, Any]:
    """Give a goal as JSON has it; see docs/formats.md."""
    return {
        "id": goal.id,
        "instrument": goal.instrument,
        "domain": goal.domain or None,
        "items": list(goal.items),
        "what": goal.what,
        "first_step": goal.first_step,
        "helper": goal.helper,
        "by": goal.by.isoformat() if goal.by else None,
        "target": goal.target,
        "made": goal.made.isoformat(),
        "session": goal.session or None,
        "status": goal.status,
        "open": goal.is_open,
        "carried": goal.carried,
        "look_backs": [
            {
                "session": back.session or None,
                "at": back.at.isoformat(),
                "outcome": back.outcome,
                "note": back.note,
            }
            for back in goal.look_backs
        ],
    }
