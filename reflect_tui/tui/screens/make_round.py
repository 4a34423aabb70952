"""Make a round of feedback, step by step: whom, the promise, what is asked, in which language; kept at the last yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reflect_tui import round_form
from reflect_tui.feedback.round import MINIMUM, Collector, Invited, Promise, Round, new_id, new_token, token_digest
from reflect_tui.i18n import LANGUAGES, _, current
from reflect_tui.instrument import Instrument
from reflect_tui.pages import rounds as page
from reflect_tui.round_form import Read
from reflect_tui.tui.screens.dialog import Question
from reflect_tui.tui.screens.menu import Menu
from reflect_tui.tui.screens.round_form import RoundForm
from reflect_tui.tui.screens.round_items import ItemsScreen

if TYPE_CHECKING:
    from reflect_tui.tui.app import ReflectApp

_PROMISES: dict[str, tuple[Promise, Collector]] = {
    "confidential": ("confidential", "self"),
    "third": ("confidential", "third person"),
    "named": ("named", "self"),
}
_LANGUAGES = {"nl": "Nederlands", "en": "English"}


def make_round(app: ReflectApp, content: Instrument) -> None:
    """Ask everything that makes a round."""
    _Making(app, content).who()


class _Making:
    """A round on its way; escape goes a step back, and what was chosen there still stands."""

    def __init__(self, app: ReflectApp, content: Instrument) -> None:
        self._app = app
        self._content = content
        self._fields = round_form.fresh(app.clock.now().date(), _name(app))
        self._read = Read()
        self._promise = ""
        self._picker: ItemsScreen | None = None
        self._language = current()

    def who(self) -> None:
        """Ask whom, and until when."""
        self._app.push_screen(RoundForm(self._fields), self._asked)

    def _asked(self, read: Read | None) -> None:
        if read:
            self._read, self._fields = read, round_form.fields(read)
            self._promises()

    def _promises(self) -> None:
        asked = [role for role, _label in self._read.asked]
        text = _("Whoever receives the files can know who sent which. So say what you can keep.")
        if any(0 < asked.count(role) < MINIMUM for role in ("colleague", "client")):
            text += " " + _("A group of fewer than 3 never comes in from a confidential round.")
        choices = [
            ("confidential", _("Confidential: together, no names, no times")),
            ("third", _("Confidential, and someone else collects")),
            ("named", _("Named: you see who said what")),
        ]
        self._app.push_screen(Menu(_("What do you promise?"), text, choices, self._promise), self._promised)

    def _promised(self, name: str | None) -> None:
        if name is None:
            self.who()
            return
        self._promise = name
        self._items()

    def _items(self) -> None:
        self._picker = ItemsScreen(self._content, self._picker)
        self._app.push_screen(self._picker, lambda chosen: self._languages() if chosen else self._promises())

    def _languages(self) -> None:
        order = sorted(LANGUAGES, key=lambda code: code != current())
        choices = [(code, _LANGUAGES.get(code, code)) for code in order]
        menu = Menu(_("In which language?"), _("That of the form."), choices, self._language)
        self._app.push_screen(menu, self._sure)

    def _sure(self, language: str | None) -> None:
        """Say what is promised, and ask whether all is right."""
        if language is None:
            self._items()
            return
        self._language = language
        found = self._round()
        words = "\n\n".join(page.promise_words(
            confidential=found.is_confidential, third=found.collector == "third person", minimum=found.minimum
        ))  # fmt: skip
        question = Question(_("Make this round?"), f"{page.name(found)}\n\n{words}", _("make"), _("back"))
        self._app.push_screen(question, lambda yes: self._make(found) if yes else self._languages())

    def _make(self, found: Round) -> None:
        self._app.make_round(found)

    def _round(self) -> Round:
        """Make the round; until its forms are written nobody has a token, so each has one that is thrown away."""
        now, read = self._app.clock.now(), self._read
        promise, collector = _PROMISES[self._promise]
        invited = tuple(Invited(role=role, label=label, token=token_digest(new_token())) for role, label in read.asked)
        roles = tuple(dict.fromkeys(one.role for one in invited))
        return Round(
            id=new_id(now, roles, self._app.clock.token()),
            instrument=self._content.id,
            version=self._content.version,
            digest=self._content.digest,
            about=read.about,
            language=self._language,
            promise=promise,
            collector=collector,
            made=now,
            closes=read.closes or now.date(),
            items=self._picker.items if self._picker else (),
            invited=invited,
        )


def _name(app: ReflectApp) -> str:
    """Give the name that the newest round used."""
    known = (document.value.about for document in app.state.rounds if document.value)
    return next((name for name in known if name), "")
