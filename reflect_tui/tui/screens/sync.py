"""Syncs the journal: where to and how far it is, every step in a sentence, and the versions that two devices made."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

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


class PassphraseScreen(AddressScreen):
    """Asks for the passphrase of the files in a folder, without showing it."""

    def on_mount(self) -> None:
        """Hide what is typed."""
        super().on_mount()
        self.field.password = True

    def read(self) -> str | None:
        """Return the passphrase, letter for letter."""
        return self.field.value or None


class SyncScreen(Told[None]):
    """How far the journal is synced; enter syncs, and shows what is done meanwhile."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "sync", show=False),
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

        def __init__(self, question: str, place: str, agreed: frozenset[str], declined: str) -> None:
            """Bring the question, where the sync goes, what was agreed before, and what to say after a no."""
            super().__init__()
            self.question, self.place, self.agreed, self.declined = question, place, agreed, declined

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
        choose = [("c", _("choose a version"), "choose")] if self._choices else []
        other = [("a", _("address"), "address")] if self._status and self._status.address else []
        return answers(
            ("⏎", _("sync"), "sync"), *choose, *other, ("v", _("git"), "commands"), ("esc", _("back"), "cancel")
        )

    def action_commands(self) -> None:
        """Show the commands of git, or hide them."""
        self._commands = not self._commands
        self.paint()

    def action_address(self) -> None:
        """Ask where to sync."""
        text = _(
            "An https or ssh address of a private git repository, or a folder on a stick, a share or in a cloud drive. "
            "Use the same one on every device."
        )
        before = self._status.address if self._status else ""
        self.app.push_screen(
            AddressScreen(_("Sync with"), text, before), lambda place: self._sync(place) if place else None
        )

    def action_sync(self) -> None:
        """Sync, after asking where to if that is not known."""
        if self._works or self._status is None:
            return
        if self._status.address:
            self._sync("")
        else:
            self.action_address()

    def _sync(self, place: str, agreed: frozenset[str] = frozenset()) -> None:
        """Ask for the passphrase if there is one, then begin."""
        if self._status and self._status.encrypted:
            text = _("The files in the folder are encrypted. The passphrase is kept nowhere.")
            asked = PassphraseScreen(_("Passphrase"), text)
            self.app.push_screen(asked, lambda secret: self._begin(place, agreed, secret) if secret else None)
        else:
            self._begin(place, agreed, "")

    def _begin(self, place: str, agreed: frozenset[str], secret: str) -> None:
        self._works = True
        self._steps, self._result = [], ("", False)
        self.paint()
        self.host.journal_service.change("sync", partial(self._run, place, agreed, secret))

    def _run(self, place: str, agreed: frozenset[str], secret: str) -> None:
        """Sync; what the user did not agree to yet is asked, and then it is done anew. Blocking: for a thread."""
        asked: list[str] = []

        def ask(question: str) -> bool:
            asked.append(question)
            return question in agreed

        def tell(words: str) -> None:
            self.post_message(self.Stepped(words))

        def tell_command(command: Sequence[str]) -> None:
            self.post_message(self.Stepped(shlex.join(command), is_command=True))

        try:
            synced = syncing.sync(
                self.host.journal,
                place,
                ask=ask,
                tell=tell,
                tell_command=tell_command,
                secret=(lambda: secret) if secret else syncing.no_secret,
            )
        except DeclinedError as error:
            self.post_message(self.Asked(asked[-1], place, agreed, str(error)))
        except ReflectError as error:
            self.post_message(self.Done(str(error), failed=True))
        else:
            self.post_message(self.Done(page.done(synced), failed=bool(synced.unread)))

    def on_sync_screen_stepped(self, message: Stepped) -> None:
        """Show a step."""
        self._steps.append((message.words, message.is_command))
        self.paint()

    def on_sync_screen_asked(self, message: Asked) -> None:
        """Ask, and go on or stop."""
        question = Question(_("Go on?"), message.question, _("go on"), _("later"))
        self.app.push_screen(question, lambda yes: self._answered(message) if yes else self._declined(message))

    def _answered(self, message: Asked) -> None:
        self._sync(message.place, message.agreed | {message.question})

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
