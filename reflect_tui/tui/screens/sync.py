"""Syncs the journal: where to and how far it is, every step in a sentence, and the versions that two devices made."""

from __future__ import annotations

import shlex
from functools import partial
from threading import Event
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message

from reflect_tui.errors import ReflectError
from reflect_tui.git.patience import User
from reflect_tui.i18n import _
from reflect_tui.store import sync_state
from reflect_tui.store.sync_state import SyncStatus
from reflect_tui.text import NAMED, display, more_text
from reflect_tui.tui.screens.backups import Ask, AskingScreen, BackupScreen, Given
from reflect_tui.tui.screens.dialog import Menu, MessageScreen, Told, answers
from reflect_tui.tui.screens.form import ReasonScreen
from reflect_tui.usecases import syncing
from reflect_tui.views import keeping as page
from reflect_tui.views.document_versions import ComparedVersions, compare_versions, render_versions
from reflect_tui.views.lines import EMPTY, Line, hanging, line, paragraph, span


class AddressScreen(ReasonScreen):
    """Asks where to sync."""

    longest = 1000
    selects = False

    def read(self) -> str | None:
        return self.field.value.strip() or None


class SyncScreen(AskingScreen):
    """How far the journal is synced; enter syncs, and shows what is done meanwhile."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "sync", show=False),
        Binding("e", "encrypt", show=False),
        Binding("a", "address", show=False),
        Binding("b", "backups", show=False),
        Binding("c", "choose", show=False),
        Binding("v", "commands", show=False),
        Binding("escape,q", "cancel", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._status: SyncStatus | None = None
        self._choices: tuple[ComparedVersions, ...] = ()
        self._steps: list[tuple[str, bool]] = []
        """What was done, and whether it is a command of git, or what a list leaves out."""
        self._commands = False
        self._typed = ""
        """The place that was typed last, to be put right where it can't be used."""
        self._stop: Event | None = None
        """Ends the waiting of the sync that goes on, or went on last."""

    class Looked(Message):
        """How far it is synced is known."""

        def __init__(self, status: SyncStatus, choices: tuple[ComparedVersions, ...]) -> None:
            super().__init__()
            self.status, self.choices = status, choices

    class Stepped(Message):
        """A step began, or a command of git."""

        def __init__(self, words: str, *, is_command: bool = False) -> None:
            super().__init__()
            self.words, self.is_command = words, is_command

    def on_mount(self) -> None:
        super().on_mount()
        self.look()

    @work(thread=True, exclusive=True, group="sync", name="look how far it is synced")
    def look(self) -> None:
        """Read how far it is synced."""
        journal = self.host.journal
        try:
            choices = [compare_versions(choice, journal.library.find) for choice in sync_state.choices(journal)]
            self.post_message(self.Looked(sync_state.status(journal), tuple(choices)))
        except ReflectError as error:
            self.post_message(self.Done(str(error), failed=True))

    def on_sync_screen_looked(self, message: Looked) -> None:
        self._status, self._choices = message.status, message.choices
        self.paint()

    def content(self) -> list[Line]:
        lines = [line(span(_("Sync"), "title")), EMPTY]
        if self._status:
            lines += paragraph(page.sync_place(self._status, self.host.clock.now()), self.room)
            if self._status.address and self._status.waiting:
                lines.append(line(span(page.unsynced(self._status.waiting))))
            lines += paragraph(page.stays_here(), self.room, "muted")
            for note in page.status_notes(self._status) if not self.result[0] else ():
                lines += paragraph(note, self.room, "warning")
        for compared in self._choices[: None if self._commands else NAMED]:
            lines += paragraph(_("Several versions: {name}").format(name=compared.title), self.room, "warning")
        if not self._commands and (more := more_text(len(self._choices) - NAMED)):
            lines.append(line(span(more, "warning")))
        has_commands = any(is_command for _words, is_command in self._steps)
        if self._commands and not has_commands:
            lines += [EMPTY, *paragraph(page.no_commands_yet(), self.room, "muted")]
        steps = [words for words, is_command in self._steps if self._commands or not is_command]
        lines += [EMPTY] if steps else []
        for words in steps:
            lines += hanging(line(span("· ", "muted")), display(words), self.room, "muted")
        return [*lines, *self.result_lines()]

    def answers(self) -> Line:
        out = _("stop the sync") if self._may_be_stopped else _("back")
        git_back = [("v", _("git"), "commands"), ("esc", out, "cancel")]
        if self.works:
            return answers(*git_back)
        status = self._status
        choose = [("c", _("choose a version"), "choose")] if self._choices else []
        other = [("a", _("address"), "address")] if status and status.address else []
        encrypt = [("e", _("encrypt"), "encrypt")] if status and status.may_be_encrypted else []
        return answers(("⏎", _("sync"), "sync"), *choose, *encrypt, *other, ("b", _("backups"), "backups"), *git_back)

    @property
    def _may_be_stopped(self) -> bool:
        """Whether a sync goes on that was not told to stop."""
        return self.works and self._stop is not None and not self._stop.is_set()

    def action_cancel(self) -> None:
        """Stop a sync that goes on; else, or when that takes too long, go back."""
        if self._may_be_stopped and self._stop:
            self._stop.set()
            self._tell(_("Stopping"))
        else:
            super().action_cancel()

    def action_commands(self) -> None:
        self._commands = not self._commands
        self.paint()

    def action_backups(self) -> None:
        self.app.push_screen(BackupScreen())

    def action_address(self) -> None:
        self._ask_address(encrypt=False)

    def _ask_address(self, *, encrypt: bool) -> None:
        text = _(
            "An https or ssh address of a private git repository, or a folder on a stick, a share or in a cloud drive. "
            "Use the same one on every device."
        )
        before = self._typed or (self._status.address if self._status else "")
        self.app.push_screen(
            AddressScreen(_("Sync with"), text, before),
            lambda place: self._sync(place, encrypt=encrypt) if place else None,
        )

    def action_sync(self) -> None:
        """Sync, after asking where to if that is not known."""
        self._begin(encrypt=False)

    def action_encrypt(self) -> None:
        """Sync so that from now on only a passphrase opens the file that this device has in a folder."""
        if self._status and self._status.may_be_encrypted:
            self._begin(encrypt=True)

    def _begin(self, *, encrypt: bool) -> None:
        if self.works or self._status is None:
            return
        if self._status.address:
            self._sync("", encrypt=encrypt)
        else:
            self._ask_address(encrypt=encrypt)

    def _sync(self, place: str, *, encrypt: bool) -> None:
        self._typed = place
        self._stop = Event()
        self._steps = []
        self.perform("sync", partial(self._run, place, self._stop), Given(encrypt=encrypt))

    def _run(self, place: str, stop: Event, given: Given, ask: Ask) -> tuple[str, bool]:
        synced = syncing.sync(
            self.host.journal,
            place,
            ask=ask,
            user=User(
                tell=self._tell,
                tell_rest=lambda words: self._tell(words, is_command=True),
                tell_command=lambda command: self._tell(shlex.join(command), is_command=True),
                stops=stop.is_set,
            ),
            encrypt=given.encrypt,
            secret=given.passphrase,
        )
        synced = sync_state.added(given.done, synced)
        return page.sync_done(synced), bool(synced.unread or synced.notes)

    def _tell(self, words: str, *, is_command: bool = False) -> None:
        self.post_message(self.Stepped(words, is_command=is_command))

    def on_sync_screen_stepped(self, message: Stepped) -> None:
        """Show a step, once: what begins anew after a question goes through the same ones again."""
        step = message.words, message.is_command
        if message.is_command or step not in self._steps:
            self._steps.append(step)
            self.paint()

    def action_choose(self) -> None:
        """Show the versions of the only document that has several, or let one of the documents be chosen first."""
        if self.works or not self._choices:
            return
        if len(self._choices) == 1:
            self._compare("0")
            return
        rows = [(str(number), compared.title) for number, compared in enumerate(self._choices)]
        text = _("These were changed on several devices.")
        self.app.push_screen(Menu(_("Several versions"), text, rows), self._compare)

    def _compare(self, chosen: str | None) -> None:
        if chosen is not None:
            compared = self._choices[int(chosen)]
            self.app.push_screen(VersionsScreen(compared), lambda number: self._choose(compared, number))

    def _choose(self, compared: ComparedVersions, number: int | None) -> None:
        if number is not None:
            self._stop = None
            self.perform("choose a version", partial(self._keep, compared, number))

    def _keep(self, compared: ComparedVersions, number: int, _given: Given, _ask: Ask) -> tuple[str, bool]:
        syncing.choose(self.host.journal, compared.document, compared.marks[number])
        text = _("Version {number} of {name} is kept. Sync once more, so that it counts on your other devices.")
        return text.format(number=number + 1, name=compared.title), False


_MOST = 5  # versions that a digit can keep; sync --keep keeps any


class VersionsScreen(Told[int]):
    """What differs between the versions of a document; the answer is the place of the one to keep, from 0."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "keep(1)", show=False),
        Binding("2", "keep(2)", show=False),
        Binding("3", "keep(3)", show=False),
        Binding("4", "keep(4)", show=False),
        Binding("5", "keep(5)", show=False),
        Binding("v", "whole", show=False),
        Binding("question_mark", "rule", show=False),
        Binding("q", "cancel", show=False),
    ]

    def __init__(self, compared: ComparedVersions) -> None:
        super().__init__()
        self._compared = compared
        self._most: int | None = NAMED
        """How many differences are shown; None for all."""

    @property
    def _unshown(self) -> str:
        """How many differences are not shown, in words."""
        return "" if self._most is None else more_text(len(self._compared.differences) - self._most)

    def content(self) -> list[Line]:
        text = _(
            "It was changed on several devices. What you don't keep stays in history. If another device keeps another "
            "version before it syncs, you are asked again."
        )
        head = [line(span(self._compared.title, "title")), EMPTY, *paragraph(text, self.room), EMPTY]
        more = [EMPTY, line(span(self._unshown, "muted"))] if self._unshown else []
        return [*head, *render_versions(self._compared, self.room, self._most), *more]

    def answers(self) -> Line:
        numbers = range(1, min(_MOST, len(self._compared.versions)) + 1)
        kept = [(str(number), _("keep {number}").format(number=number), f"keep({number})") for number in numbers]
        whole = [("v", _("show all"), "whole")] if self._unshown else []
        return answers(*kept, *whole, ("?", _("the rule"), "rule"), ("esc", _("later"), "cancel"))

    def action_whole(self) -> None:
        """Show every difference."""
        self._most = None
        self.paint()

    def action_rule(self) -> None:
        """Say which versions stand, and what a choice does."""
        self.app.push_screen(MessageScreen(_("Which versions stand"), page.versions_rule()))

    def action_keep(self, number: int) -> None:
        if number <= len(self._compared.versions):
            self.dismiss(number - 1)
