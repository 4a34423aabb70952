"""A page on which something is done in a thread that may need a yes or a passphrase first: then it is done anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec import Struct, structs
from textual.app import App
from textual.message import Message

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.tui.screens.dialog import Question, Told
from reflect_tui.tui.screens.form import ReasonScreen
from reflect_tui.usecases.sync_run import DeclinedError
from reflect_tui.views.lines import EMPTY, Line, paragraph


class PassphraseScreen(ReasonScreen):
    """A line that nobody sees."""

    longest = 1000
    selects = False

    def on_mount(self) -> None:
        super().on_mount()
        self.field.password = True

    def read(self) -> str | None:
        return self.field.value or None


def ask_passphrase(app: App[Any], text: str, then: Callable[[str | None], None], *, is_new: bool) -> None:
    """Ask for a passphrase below a text; a new one is typed twice. `then` gets it, None when nobody typed one."""

    def again(first: str | None) -> None:
        if not (first and is_new):
            then(first)
            return
        app.push_screen(
            PassphraseScreen(_("Once more"), _("Type the same passphrase again.")),
            lambda second: then(first) if second == first else differs(second),
        )

    def differs(second: str | None) -> None:
        if second is None:
            then(None)
        else:
            ask_passphrase(app, _("These are not the same. Type it anew."), then, is_new=is_new)

    app.push_screen(PassphraseScreen(_("Passphrase"), text), again)


class PassphraseNeededError(Exception):
    """A passphrase must be typed first; `is_new` when it is to be chosen now."""

    def __init__(self, *, is_new: bool) -> None:
        super().__init__()
        self.is_new = is_new


class Given(Struct, frozen=True, kw_only=True):
    """What was answered so far: the questions with a yes, and the passphrase, "" before it is typed."""

    agreed: frozenset[str] = frozenset()
    secret: str = ""

    def passphrase(self, *, is_new: bool) -> str:
        """Return the passphrase; PassphraseNeededError when it was not typed yet."""
        if not self.secret:
            raise PassphraseNeededError(is_new=is_new)
        return self.secret


Ask = Callable[[str], bool]
Act = Callable[[Given, Ask], tuple[str, bool]]
"""Does something, blocking: gives a sentence that says how it ended, and whether something is wrong with that."""


class AskingScreen(Told[None]):
    """The page; `result` says how the last act ended, and `works` while one goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.result = ("", False)
        self.works = False

    class Asked(Message):
        """The user must agree to something first."""

        def __init__(self, question: str, again: Callable[[Given], None], given: Given, declined: str) -> None:
            super().__init__()
            self.question, self.again, self.given, self.declined = question, again, given, declined

    class Locked(Message):
        """A passphrase is needed."""

        def __init__(self, again: Callable[[Given], None], given: Given, *, is_new: bool) -> None:
            super().__init__()
            self.again, self.given, self.is_new = again, given, is_new

    class Done(Message):
        """It is done, or was not possible."""

        def __init__(self, sentence: str, *, failed: bool) -> None:
            super().__init__()
            self.sentence, self.failed = sentence, failed

    def perform(self, name: str, act: Act, given: Given = Given()) -> None:  # noqa: B008 -- frozen
        """Change the journal by an act, and ask what it needs to know meanwhile."""
        self.works = True
        self.result = ("", False)
        self.paint()
        self.host.journal_service.change(name, partial(self._perform, name, act, given))

    def _perform(self, name: str, act: Act, given: Given) -> None:
        asked: list[str] = []

        def ask(question: str) -> bool:
            asked.append(question)
            return question in given.agreed

        again = partial(self.perform, name, act)
        try:
            sentence, failed = act(given, ask)
        except PassphraseNeededError as error:
            self.post_message(self.Locked(again, given, is_new=error.is_new))
        except DeclinedError as error:
            self.post_message(self.Asked(asked[-1], again, given, str(error)))
        except ReflectError as error:
            self.post_message(self.Done(str(error), failed=True))
        else:
            self.post_message(self.Done(sentence, failed=failed))

    def on_asking_screen_locked(self, message: Locked) -> None:
        said = _("What is encrypted there opens with its passphrase. That is kept nowhere.")
        if message.is_new:
            said = _("The passphrase is kept nowhere: without it nobody can read what is written.")

        def typed(secret: str | None) -> None:
            if secret:
                message.again(structs.replace(message.given, secret=secret))
            else:
                self.post_message(self.Done(_("Nothing was done."), failed=True))

        ask_passphrase(self.app, said, typed, is_new=message.is_new)

    def on_asking_screen_asked(self, message: Asked) -> None:
        def answered(yes: bool | None) -> None:  # noqa: FBT001 -- what a window answers
            if yes:
                message.again(structs.replace(message.given, agreed=message.given.agreed | {message.question}))
            else:
                self.post_message(self.Done(message.declined, failed=True))

        self.app.push_screen(Question(_("Go on?"), message.question, _("go on"), _("later")), answered)

    def on_asking_screen_done(self, message: Done) -> None:
        self.works = False
        self.result = (message.sentence, message.failed)
        self.paint()
        self.look()

    def look(self) -> object:
        """Read anew what the page shows."""

    def result_lines(self) -> list[Line]:
        """Say how the last act ended, below an empty line; nothing while none did."""
        sentence, failed = self.result
        return [EMPTY, *paragraph(sentence, self.room, "warning" if failed else "accent")] if sentence else []
