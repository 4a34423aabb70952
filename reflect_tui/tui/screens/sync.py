"""Syncs the journal: where to and how far it is, every step in a sentence, and the versions that two devices made."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from msgspec import Struct, structs
from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.store import sync_state
from reflect_tui.store.sync_state import SyncStatus
from reflect_tui.text import display
from reflect_tui.tui.screens.dialog import Menu, Question, Told, answers
from reflect_tui.tui.screens.form import ReasonScreen
from reflect_tui.tui.screens.passphrase import ask_passphrase
from reflect_tui.tui.screens.two_versions import TwoVersionsScreen
from reflect_tui.usecases import syncing
from reflect_tui.usecases.sync_run import DeclinedError
from reflect_tui.views import syncing as page
from reflect_tui.views.lines import EMPTY, Line, line, paragraph, shorten, span
from reflect_tui.views.two_versions import TwoVersions, two_versions


class AddressScreen(ReasonScreen):
    """Asks where to sync."""

    longest = 1000
    selects = False

    def read(self) -> str | None:
        """Return the address or folder."""
        return self.field.value.strip() or None


class PassphraseNeededError(Exception):
    """A passphrase must be typed first; `is_new` when no file in the folder has one yet."""

    def __init__(self, *, is_new: bool) -> None:
        super().__init__()
        self.is_new = is_new


class Wish(Struct, frozen=True, kw_only=True):
    """A sync that the user wants: with which place ("": that of the last time), and what was answered for it so far.

    `agreed` are the questions that were answered with yes, `secret` is the passphrase, "" before it is typed.
    """

    place: str = ""
    encrypt: bool = False
    agreed: frozenset[str] = frozenset()
    secret: str = ""

    def passphrase(self, *, is_new: bool) -> str:
        """Return the passphrase; PassphraseNeededError when it was not typed yet."""
        if not self.secret:
            raise PassphraseNeededError(is_new=is_new)
        return self.secret


class SyncScreen(Told[None]):
    """How far the journal is synced; enter syncs, and shows what is done meanwhile."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "sync", show=False),
        Binding("e", "encrypt", show=False),
        Binding("a", "address", show=False),
        Binding("c", "choose", show=False),
        Binding("v", "commands", show=False),
        Binding("escape,q", "cancel", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._status: SyncStatus | None = None
        self._choices: tuple[TwoVersions, ...] = ()
        self._steps: list[tuple[str, bool]] = []
        """What was done, and whether it is a command of git."""
        self._result = ("", False)
        self._works = False
        self._commands = False

    class Looked(Message):
        """How far it is synced is known."""

        def __init__(self, status: SyncStatus, choices: tuple[TwoVersions, ...]) -> None:
            """Bring it."""
            super().__init__()
            self.status, self.choices = status, choices

    class Stepped(Message):
        """A step began, or a command of git."""

        def __init__(self, words: str, *, is_command: bool = False) -> None:
            """Name it."""
            super().__init__()
            self.words, self.is_command = words, is_command

    class Asked(Message):
        """The user must agree to something first."""

        def __init__(self, question: str, wish: Wish, declined: str) -> None:
            """Bring the question, the sync that it is about, and what to say after a no."""
            super().__init__()
            self.question, self.wish, self.declined = question, wish, declined

    class Locked(Message):
        """A passphrase is needed."""

        def __init__(self, wish: Wish, *, is_new: bool) -> None:
            """Say for which sync, and whether it is a new passphrase."""
            super().__init__()
            self.wish, self.is_new = wish, is_new

    class Done(Message):
        """It is done, or was not possible."""

        def __init__(self, sentence: str, *, failed: bool) -> None:
            """Say it."""
            super().__init__()
            self.sentence, self.failed = sentence, failed

    def on_mount(self) -> None:
        """Look how far it is."""
        super().on_mount()
        self._look()

    @work(thread=True, exclusive=True, group="sync", name="look how far it is synced")
    def _look(self) -> None:
        journal = self.host.journal
        try:
            choices = [two_versions(choice, journal.library.find) for choice in sync_state.choices(journal)]
            self.post_message(self.Looked(sync_state.status(journal), tuple(choices)))
        except ReflectError as error:
            self.post_message(self.Done(str(error), failed=True))

    def on_sync_screen_looked(self, message: Looked) -> None:
        """Show it."""
        self._status, self._choices = message.status, message.choices
        self.paint()

    def content(self) -> list[Line]:
        """Show where to, what waits, what has two versions, the steps and how it ended."""
        lines = [line(span(_("Sync"), "title")), EMPTY]
        if self._status:
            lines += paragraph(page.where(self._status, self.host.clock.now()), self.room)
            if self._status.address and self._status.waiting:
                lines.append(line(span(page.waiting(self._status.waiting))))
            if self._status.unread and not self._result[0]:
                lines += paragraph(page.unread(self._status.unread), self.room, "warning")
        for compared in self._choices:
            lines += paragraph(_("Two versions: {name}").format(name=compared.title), self.room, "warning")
        steps = [words for words, is_command in self._steps if self._commands or not is_command]
        lines += [EMPTY] if steps else []
        lines += [line(span("· ", "muted"), span(shorten(display(words), self.room - 2), "muted")) for words in steps]
        sentence, failed = self._result
        lines += [EMPTY, *paragraph(sentence, self.room, "warning" if failed else "accent")] if sentence else []
        return lines

    def answers(self) -> Line:
        """Name the keys."""
        if self._works:
            return answers(("v", _("git"), "commands"), ("esc", _("back"), "cancel"))
        status = self._status
        choose = [("c", _("choose a version"), "choose")] if self._choices else []
        other = [("a", _("address"), "address")] if status and status.address else []
        encrypt = [("e", _("encrypt"), "encrypt")] if status and status.may_be_encrypted else []
        return answers(
            ("⏎", _("sync"), "sync"), *choose, *encrypt, *other, ("v", _("git"), "commands"),
            ("esc", _("back"), "cancel"),
        )  # fmt: skip

    def action_commands(self) -> None:
        """Show the commands of git, or hide them."""
        self._commands = not self._commands
        self.paint()

    def action_address(self) -> None:
        """Ask where to sync."""
        self._ask_address(Wish())

    def _ask_address(self, wish: Wish) -> None:
        text = _(
            "An https or ssh address of a private git repository, or a folder on a stick, a share or in a cloud drive. "
            "Use the same one on every device."
        )
        before = self._status.address if self._status else ""
        self.app.push_screen(
            AddressScreen(_("Sync with"), text, before),
            lambda place: self._sync(structs.replace(wish, place=place)) if place else None,
        )

    def action_sync(self) -> None:
        """Sync, after asking where to if that is not known."""
        self._begin(Wish())

    def action_encrypt(self) -> None:
        """Sync so that from now on only a passphrase opens the file that this device has in a folder."""
        if self._status and self._status.may_be_encrypted:
            self._begin(Wish(encrypt=True))

    def _begin(self, wish: Wish) -> None:
        if self._works or self._status is None:
            return
        if self._status.address:
            self._sync(wish)
        else:
            self._ask_address(wish)

    def _sync(self, wish: Wish) -> None:
        self._works = True
        self._steps, self._result = [], ("", False)
        self.paint()
        self.host.journal_service.change("sync", partial(self._run, wish))

    def _run(self, wish: Wish) -> None:
        """Sync; what was not agreed to or typed yet is asked, and then it is done anew. Blocking: for a thread."""
        asked: list[str] = []

        def ask(question: str) -> bool:
            asked.append(question)
            return question in wish.agreed

        try:
            synced = syncing.sync(
                self.host.journal,
                wish.place,
                ask=ask,
                tell=self._tell,
                tell_command=self._tell_command,
                encrypt=wish.encrypt,
                secret=wish.passphrase,
            )
        except PassphraseNeededError as error:
            self.post_message(self.Locked(wish, is_new=error.is_new))
        except DeclinedError as error:
            self.post_message(self.Asked(asked[-1], wish, str(error)))
        except ReflectError as error:
            self.post_message(self.Done(str(error), failed=True))
        else:
            self.post_message(self.Done(page.done(synced), failed=bool(synced.unread)))

    def _tell(self, words: str) -> None:
        self.post_message(self.Stepped(words))

    def _tell_command(self, command: Sequence[str]) -> None:
        self.post_message(self.Stepped(shlex.join(command), is_command=True))

    def on_sync_screen_locked(self, message: Locked) -> None:
        """Let the passphrase be typed, a new one twice."""
        said = _("The files in the folder are encrypted. The passphrase is kept nowhere.")
        if message.is_new:
            said = _("The passphrase is kept nowhere: without it nobody can read the files. Use it on every device.")
        ask_passphrase(self.app, said, lambda secret: self._unlock(message.wish, secret), is_new=message.is_new)

    def _unlock(self, wish: Wish, secret: str | None) -> None:
        """Go on with a passphrase; without one nothing is done."""
        if secret:
            self._sync(structs.replace(wish, secret=secret))
        else:
            self.post_message(self.Done(_("Nothing was sent."), failed=True))

    def on_sync_screen_stepped(self, message: Stepped) -> None:
        """Show a step."""
        self._steps.append((message.words, message.is_command))
        self.paint()

    def on_sync_screen_asked(self, message: Asked) -> None:
        """Ask, and go on or stop."""
        question = Question(_("Go on?"), message.question, _("go on"), _("later"))
        self.app.push_screen(question, lambda yes: self._answered(message) if yes else self._declined(message))

    def _answered(self, message: Asked) -> None:
        self._sync(structs.replace(message.wish, agreed=message.wish.agreed | {message.question}))

    def _declined(self, message: Asked) -> None:
        self.post_message(self.Done(message.declined, failed=True))

    def on_sync_screen_done(self, message: Done) -> None:
        """Say how it ended."""
        self._works = False
        self._result = (message.sentence, message.failed)
        self.paint()
        self._look()

    def action_choose(self) -> None:
        """Show the versions of the only document that has several, or let one of the documents be chosen first."""
        if self._works or not self._choices:
            return
        if len(self._choices) == 1:
            self._compare("0")
            return
        rows = [(str(number), compared.title) for number, compared in enumerate(self._choices)]
        text = _("These were changed on two devices.")
        self.app.push_screen(Menu(_("Two versions"), text, rows), self._compare)

    def _compare(self, chosen: str | None) -> None:
        if chosen is not None:
            compared = self._choices[int(chosen)]
            self.app.push_screen(TwoVersionsScreen(compared), lambda number: self._choose(compared, number))

    def _choose(self, compared: TwoVersions, number: int | None) -> None:
        if number is not None:
            self._works = True
            self.host.journal_service.change("choose a version", partial(self._keep, compared, number))

    def _keep(self, compared: TwoVersions, number: int) -> None:
        try:
            syncing.choose(self.host.journal, compared.document, number)
        except ReflectError as error:
            self.post_message(self.Done(str(error), failed=True))
        else:
            text = _("Version {number} of {name} is kept. Sync once more, so that it counts on your other devices.")
            self.post_message(self.Done(text.format(number=number + 1, name=compared.title), failed=False))
