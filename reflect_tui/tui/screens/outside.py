"""What can be done about a session that another program changed or took away; nothing happens by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reflect_tui.i18n import _
from reflect_tui.journal import Changed
from reflect_tui.pages.words import id_name
from reflect_tui.tui.screens.menu import Menu
from reflect_tui.tui.screens.prompt import ReasonScreen

if TYPE_CHECKING:
    from reflect_tui.tui.app import ReflectApp


def open_change(app: ReflectApp, change: Changed) -> None:
    """Ask what to do, and do it."""
    menu = _missing(change) if change.missing else _edited(change)
    app.push_screen(menu, lambda chosen: _answer(app, change, chosen))


def _edited(change: Changed) -> Menu:
    text = _("{session}: its file is not what history has, and the change was not made here.")
    choices = [
        ("look", _("Look at it as it is now")),
        ("diff", _("Compare it with the version in history")),
        ("keep", _("Keep it as a new version, with a reason")),
        ("restore", _("Bring back the version in history")),
    ]
    if change.known is None:
        del choices[1]
    title = _("Changed by another program")
    return Menu(title, text.format(session=id_name(change.id)), choices)


def _missing(change: Changed) -> Menu:
    text = _("{session}: its file is not in the folder, but history has it.")
    choices = [
        ("restore", _("Bring it back from history")),
        ("remove", _("Remove it here too; r lists it from then on")),
    ]
    return Menu(_("Missing from the folder"), text.format(session=id_name(change.id)), choices)


def _answer(app: ReflectApp, change: Changed, chosen: str | None) -> None:
    if chosen == "look":
        _look(app, change)
    elif chosen == "diff":
        _diff(app, change)
    elif chosen == "keep" and app.may_write():
        text = _("The reason stands in the history of the session.")
        asked = ReasonScreen(_("Keep it as a new version"), text, _("changed by another program"))
        app.push_screen(asked, lambda reason: _keep(app, change, reason))
    elif chosen == "restore":
        app.restore(change.id)
    elif chosen == "remove":
        app.remove(change.id)


def _keep(app: ReflectApp, change: Changed, reason: str | None) -> None:
    if reason:
        app.keep(change.id, reason)


def _look(app: ReflectApp, change: Changed) -> None:
    from reflect_tui.tui.screens.results import ResultsScreen  # noqa: PLC0415 -- only when asked

    session = app.state.session(change.id)
    if session:
        app.push_screen(ResultsScreen(session))


def _diff(app: ReflectApp, change: Changed) -> None:
    from reflect_tui.pages.diff_header import Origin  # noqa: PLC0415 -- only when asked
    from reflect_tui.tui.screens.diff import open_diff  # noqa: PLC0415 -- the same

    session = app.state.session(change.id)
    if session and change.known:
        open_diff(app, [change.known, session], (Origin(words=_("in history")), Origin(words=_("as it is now"))))
