"""Type a paper form over: whose it is, a row of digits for each domain, the comments; kept at the last yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reflect_tui import comment_entry, row_entry
from reflect_tui.comment_entry import Comments
from reflect_tui.feedback import typed
from reflect_tui.feedback.round import Round
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument, about
from reflect_tui.pages import rounds as page
from reflect_tui.session import Score
from reflect_tui.tui.screens.dialog import Question
from reflect_tui.tui.screens.menu import Menu
from reflect_tui.tui.screens.message import MessageScreen
from reflect_tui.tui.screens.note import NoteScreen
from reflect_tui.tui.screens.paper_row import BEFORE, RowScreen

if TYPE_CHECKING:
    from reflect_tui.tui.app import ReflectApp


def type_over(app: ReflectApp, found: Round) -> None:
    """Ask whose form it is, then for all that stands on it."""
    content = app.journal.library.find(found.instrument, found.version, found.digest)
    content = about(content, found.about or _("this person"))
    open_ones = {str(number): page.person(one) for number, one in page.waiting(found)}
    if not open_ones:
        app.bell()
        return
    menu = Menu(_("A paper form"), _("Whose form do you type over?"), list(open_ones.items()))
    app.push_screen(menu, lambda chosen: _Typing(app, found, content, int(chosen)).ask(0) if chosen else None)


class _Typing:
    """One paper form on its way in; whatever was typed stands there again when one goes back to it."""

    def __init__(self, app: ReflectApp, found: Round, content: Instrument, number: int) -> None:
        self._app = app
        self._round = found
        self._content = content
        self._parts = typed.asked(found, content)
        self._number = number
        self._rows = [""] * len(self._parts)
        self._comments = ""

    def ask(self, place: int) -> None:
        """Ask for the row of a domain; after the last, for the comments."""
        if place == len(self._parts):
            self._ask_comments()
            return
        domain, items = self._parts[place]
        title = f"{place + 1}/{len(self._parts)}  {domain.title}"
        first = self._round.items.index(items[0].id) + 1
        screen = RowScreen(title, self._content, items, first, self._rows[place])

        def answered(text: str | None) -> None:
            self._rows[place] = screen.row_text
            if text is None:
                self._leave(place)
            else:
                self.ask(max(0, place - 1) if text == BEFORE else place + 1)

        self._app.push_screen(screen, answered)

    def _leave(self, place: int) -> None:
        text = _("What you typed over so far is not kept then.")
        question = Question(_("Leave this form?"), text, _("leave"), _("go on"))
        self._app.push_screen(question, lambda yes: None if yes else self.ask(place))

    def _ask_comments(self) -> None:
        text = _(
            "What is written on the paper, a line each: the number of the statement and the comment, such as: "
            "7 listens well. Without a number it is about everything. Leave it empty when nothing is written."
        )
        self._app.push_screen(NoteScreen(_("Comments"), text, self._comments), self._written)

    def _written(self, text: str | None) -> None:
        self._comments = self._comments if text is None else text
        found = comment_entry.read(self._comments, self._round.items)
        if found.fault:
            self._app.push_screen(MessageScreen(_("Comments"), found.fault), lambda _seen: self._ask_comments())
        else:
            self._sure(found)

    @property
    def _scores(self) -> dict[str, Score]:
        scale = self._content.scale
        rows = [zip(items, row_entry.read(row, items, scale).scores, strict=True)
                for (_domain, items), row in zip(self._parts, self._rows, strict=True)]  # fmt: skip
        return {item.id: score for row in rows for item, score in row if score is not None}

    def _sure(self, comments: Comments) -> None:
        """Say what was made of it all, and ask whether that is right."""
        scores = self._scores
        if not scores:
            self._app.bell()
            self.ask(0)
            return
        text = typed.counted(self._round, scores, comments)
        question = Question(_("Keep this form?"), text, _("keep"), _("back"))
        self._app.push_screen(question, lambda yes: self._keep(scores, comments) if yes else self._back())

    def _back(self) -> None:
        self.ask(len(self._parts) - 1)

    def _keep(self, scores: dict[str, Score], comments: Comments) -> None:
        role = self._round.invited[self._number].role
        answer = typed.answer(self._round, role, scores, self._app.clock.now(), comments)
        self._app.take_paper(answer, self._number)
