"""Backups, and what syncing shares with them: acts in a thread that may need a yes or a passphrase, then done anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from msgspec import Struct, structs
from textual import work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message

from reflect_tui import paths
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.store import backup as backups
from reflect_tui.store.backup import KnownBackup
from reflect_tui.store.sync_state import Synced, added
from reflect_tui.tui.screens.dialog import Question, Told, answers, replace_question
from reflect_tui.tui.screens.export import documents_folder
from reflect_tui.tui.screens.form import PathScreen, ReasonScreen
from reflect_tui.usecases import backing_up
from reflect_tui.usecases.sync_run import DeclinedError
from reflect_tui.usecases.written_files import ExistsError
from reflect_tui.views import keeping as page
from reflect_tui.views.lines import EMPTY, Line, line, paragraph, span


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
    """What was answered so far: the questions with a yes, the passphrase ("" before it is typed), a file to replace.

    `encrypt` is whether only a passphrase is to open what is written; `done` is what a sync did before it asked.
    """

    agreed: frozenset[str] = frozenset()
    replace: bool = False
    encrypt: bool = False
    secret: str = ""
    done: Synced = Synced()

    def passphrase(self, *, is_new: bool) -> str:
        """Return the passphrase; PassphraseNeededError when it was not typed yet."""
        if not self.secret:
            raise PassphraseNeededError(is_new=is_new)
        return self.secret


Ask = Callable[[str], bool]
Act = Callable[[Given, Ask], tuple[str, bool]]
"""Does something, blocking: gives a sentence that says how it ended, and whether something is wrong with that."""


class SendQuestion(Question):
    """Asks before something readable is sent; e says yes as well, and lets only a passphrase open it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("e", "encrypt", show=False)]

    encrypts = False

    def answers(self) -> Line:
        _title, _text, yes, no = self._said
        return answers(("⏎", yes, "yes"), ("e", _("encrypt"), "encrypt"), ("esc q", no, "cancel"))

    def action_encrypt(self) -> None:
        self.encrypts = True
        self.dismiss(result=True)


class AskingScreen(Told[None]):
    """The page; `result` says how the last act ended, and `works` while one goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.result = ("", False)
        self.works = False
        self._follows = False
        """Whether the last line stays in sight while lines come; not once the user scrolled away from it."""

    class Asked(Message):
        """The user must agree to something first, or could choose to encrypt it: see DeclinedError."""

        def __init__(self, question: str, again: Callable[[Given], None], given: Given, error: DeclinedError) -> None:
            super().__init__()
            done = structs.replace(error.done, erased=error.erased, notes=())  # these were told
            self.question, self.again = question, again
            self.given = structs.replace(given, done=added(given.done, done))
            self.sealed, self.declined = error.sealed, str(error)

    class Locked(Message):
        """A passphrase is needed."""

        def __init__(self, again: Callable[[Given], None], given: Given, *, is_new: bool) -> None:
            super().__init__()
            self.again, self.given, self.is_new = again, given, is_new

    class Taken(Message):
        """A file stands where one is to be written."""

        def __init__(self, again: Callable[[Given], None], given: Given, path: Path) -> None:
            super().__init__()
            self.again, self.given, self.path = again, given, path

    class Done(Message):
        """It is done, or was not possible."""

        def __init__(self, sentence: str, *, failed: bool) -> None:
            super().__init__()
            self.sentence, self.failed = sentence, failed

    def perform(self, name: str, act: Act, given: Given = Given()) -> None:  # noqa: B008 -- frozen
        """Change the journal by an act, and ask what it needs to know meanwhile."""
        self.works = self._follows = True
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
            self.post_message(self.Asked(asked[-1], again, given, error))
        except ExistsError as error:
            self.post_message(self.Taken(again, given, error.path))
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
        given = message.given

        def answered(yes: bool | None) -> None:  # noqa: FBT001 -- what a window answers
            if not yes:
                self.post_message(self.Done(message.declined, failed=True))
            elif isinstance(window, SendQuestion) and window.encrypts:
                message.again(structs.replace(given, agreed=given.agreed | {message.sealed}, encrypt=True))
            else:
                message.again(structs.replace(given, agreed=given.agreed | {message.question}))

        words = (_("Go on?"), message.question, _("go on"), _("later"))
        window = SendQuestion(*words) if message.sealed else Question(*words)
        self.app.push_screen(window, answered)

    def on_asking_screen_taken(self, message: Taken) -> None:
        def answered(yes: bool | None) -> None:  # noqa: FBT001 -- what a window answers
            if yes:
                message.again(structs.replace(message.given, replace=True))
            else:
                self.post_message(self.Done(_("Nothing was written."), failed=True))

        self.app.push_screen(replace_question(message.path), answered)

    def on_asking_screen_done(self, message: Done) -> None:
        self.works = False
        self._follows = True
        self.result = (message.sentence, message.failed)
        self.paint()
        self.look()

    def paint(self) -> None:
        super().paint()
        if self._follows:
            self.call_after_refresh(self.body.show_end)  # once the window has its height

    def action_scroll(self, rows: int) -> None:
        super().action_scroll(rows)
        self._follows = self.body.shows_end

    def look(self) -> object:
        """Read anew what the page shows."""

    def result_lines(self) -> list[Line]:
        """Say how the last act ended, below an empty line; nothing while none did."""
        sentence, failed = self.result
        return [EMPTY, *paragraph(sentence, self.room, "warning" if failed else "accent")] if sentence else []


class BackupScreen(AskingScreen):
    """The newest backup that is known; enter makes one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "back_up", show=False),
        Binding("e", "encrypted", show=False),
        Binding("r", "restore", show=False),
        Binding("escape,q", "cancel", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._known: Sequence[KnownBackup] | None = None
        self._warning = ""

    class Looked(Message):
        """What is known of earlier backups."""

        def __init__(self, known: Sequence[KnownBackup], warning: str) -> None:
            super().__init__()
            self.known, self.warning = known, warning

    def on_mount(self) -> None:
        super().on_mount()
        self.look()

    @work(thread=True, exclusive=True, group="backups", name="look for earlier backups")
    def look(self) -> None:
        """Read what is known of earlier backups."""
        journal = self.host.journal
        warning = backups.with_answers(journal, journal.known_rounds().values())
        self.post_message(self.Looked(backups.known(journal), warning))

    def on_backup_screen_looked(self, message: Looked) -> None:
        self._known, self._warning = message.known, message.warning
        self.paint()

    def content(self) -> list[Line]:
        text = _(
            "A backup is one file with everything: sessions, goals and rounds with their history, drafts, waiting "
            "answers and settings. It is restored beside at once, and compared. Keep it on another disk."
        )
        lines = [line(span(_("Backups"), "title")), EMPTY, *paragraph(text, self.room, "muted"), EMPTY]
        if self._known is not None:
            lines += paragraph(page.newest_backup(self._known, self.host.clock.now()), self.room)
        lines += paragraph(self._warning, self.room, "warning") if self._warning else []
        return [*lines, *([EMPTY, line(span(_("working…"), "muted"))] if self.works else self.result_lines())]

    def answers(self) -> Line:
        back = ("esc", _("back"), "cancel")
        if self.works:
            return answers(back)
        return answers(
            ("⏎", _("back up"), "back_up"), ("e", _("encrypted"), "encrypted"), ("r", _("restore"), "restore"), back
        )

    def action_back_up(self) -> None:
        self._ask_place(encrypt=False)

    def action_encrypted(self) -> None:
        self._ask_place(encrypt=True)

    def _ask_place(self, *, encrypt: bool) -> None:
        if self.works or self._known is None:
            return
        name = f"reflect-tui-{self.host.clock.now():%Y-%m-%d}.backup"
        folder = Path(self._known[0].path).parent if self._known else documents_folder()
        self.app.push_screen(
            PathScreen(_("Backup"), str(folder / name)),
            lambda place: (
                self.perform("back up", partial(self._back_up, paths.typed(place), encrypt)) if place else None
            ),
        )

    def _back_up(self, path: Path, encrypt: bool, given: Given, _ask: Ask) -> tuple[str, bool]:  # noqa: FBT001 -- an act
        journal = self.host.journal
        backing_up.check_place(journal, path, replace=given.replace)
        passphrase = given.passphrase(is_new=True) if encrypt else ""
        obstacle = journal.record().obstacle
        left_out = backing_up.back_up(journal, path, self.host.clock.now(), passphrase)
        waits = [_("Saved, and not yet in history: {reason}").format(reason=obstacle.sentence)] if obstacle else []
        return " ".join([*page.backup_made(path, left_out, encrypted=encrypt), *waits]), bool(obstacle)

    def action_restore(self) -> None:
        """Ask for the file, and restore it: into a journal that is there it is joined."""
        if self.works or self._known is None:
            return
        text = _(
            "Which file? What it holds is joined to this journal. Nothing is written over; what you erased stays away."
        )
        before = self._known[0].path if self._known else str(documents_folder())
        self.app.push_screen(
            RestoreScreen(_("Restore a backup"), before, text),
            lambda place: self.perform("restore", partial(self._restore, paths.typed(place))) if place else None,
        )

    def _restore(self, path: Path, given: Given, ask: Ask) -> tuple[str, bool]:
        journal = self.host.journal
        backup = backing_up.read_backup(path, partial(given.passphrase, is_new=False))
        restored = backing_up.restore(journal, backup, paths.settings_file(), ask)
        journal.record()
        return " ".join([*page.backup_restored(journal.root, backup, restored), *page.files_kept(restored)]), bool(
            restored.kept
        )


class RestoreScreen(PathScreen):
    """Asks for the file to restore."""

    def word(self) -> str:
        return _("restore")
