"""Backups: how old the newest one is; makes one that is tried before it counts, and restores one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message

from reflect_tui import paths
from reflect_tui.i18n import _
from reflect_tui.paths import settings_file
from reflect_tui.store import backup as backups
from reflect_tui.store.backup import KnownBackup
from reflect_tui.tui.screens.asking import Ask, AskingScreen, Given
from reflect_tui.tui.screens.dialog import answers
from reflect_tui.tui.screens.export import documents_folder
from reflect_tui.tui.screens.form import PathScreen
from reflect_tui.usecases import backing_up
from reflect_tui.usecases.sync_run import DeclinedError
from reflect_tui.usecases.written_files import ExistsError
from reflect_tui.views import keeping as page
from reflect_tui.views.lines import EMPTY, Line, line, paragraph, span


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

    def _back_up(self, path: Path, encrypt: bool, given: Given, ask: Ask) -> tuple[str, bool]:  # noqa: FBT001 -- an act
        journal = self.host.journal
        try:
            backing_up.check_place(journal, path, replace=False)
        except ExistsError as error:
            if not ask(_("{problem} Replace it?").format(problem=error)):
                raise DeclinedError(_("No backup was written.")) from None
            backing_up.check_place(journal, path, replace=True)
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
        restored = backing_up.restore(journal, backup, settings_file(), ask)
        journal.record()
        return " ".join([*page.backup_restored(journal.root, backup, restored), *page.files_kept(restored)]), bool(
            restored.kept
        )


class RestoreScreen(PathScreen):
    """Asks for the file to restore."""

    def word(self) -> str:
        return _("restore")
