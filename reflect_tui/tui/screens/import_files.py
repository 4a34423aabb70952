"""Take files in: a path with completion, a summary before anything is kept, and what became of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from reflect_tui.i18n import _
from reflect_tui.store.importing import Candidate
from reflect_tui.text import display
from reflect_tui.tui.actions import Action
from reflect_tui.tui.host import Host
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.dialog import answers, titled
from reflect_tui.tui.screens.form import FieldDialog
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.services.documents import FilesExamined, FilesTaken
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import Field
from reflect_tui.views import rounds as page
from reflect_tui.views.lines import EMPTY, Line, line, shorten, span

_OFFERED = 6  # names below the field


class FilesScreen(FieldDialog[str]):
    """Asks for a file or folder; tab completes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", show=False, priority=True)]

    def compose(self) -> ComposeResult:
        """Lay out the question, the field, names to choose from, and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Field("~/", id="path", select_on_focus=False)
            yield Lines(id="names")
            yield Lines(id="keys")

    def on_mount(self) -> None:
        """Wait for a path, at its end."""
        self.field.cursor_position = len(self.field.value)
        super().on_mount()

    def content(self) -> list[Line]:
        """Return the question."""
        text = _("A file, or a folder of them: answers to a round, or sessions from elsewhere. Nothing is kept yet.")
        return [*titled(_("Import files"), text, self.room), EMPTY]

    def paint(self, names: Sequence[str] = ()) -> None:
        """Show the question, the names that fit, and the keys."""
        super().paint()
        shown = [line("  ", span(shorten(name, self.room - 2), "muted")) for name in names[:_OFFERED]]
        if len(names) > _OFFERED:
            shown.append(line("  ", span(_("and {n} more").format(n=len(names) - _OFFERED), "muted")))
        keys = answers(
            ("⏎", _("look at it"), "answer"), ("tab", _("complete"), "complete"), ("esc", _("back"), "cancel")
        )
        self.show_part("names", shown)
        self.show_part("keys", [EMPTY, keys])

    def action_complete(self) -> None:
        """Complete the path as far as it is certain, and offer what fits."""
        field = self.field
        done, names = complete_path(field.value)
        field.value = done
        field.cursor_position = len(done)
        self.paint(names if len(names) > 1 else ())

    def action_answer(self) -> None:
        """Answer, unless nothing is written."""
        path = self.field.value.strip()
        if path:
            self.dismiss(path)
        else:
            self.app.bell()


class ImportScreen(Page):
    """What was found; enter takes it in, escape leaves everything as it was."""

    keys = "import"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("import")]

    def __init__(self, path: Path) -> None:
        """Show what a path holds, as soon as that is known."""
        super().__init__()
        self._path = path
        self._found: Sequence[Candidate] = ()
        self._progress = (0, 0)
        self._taken: FilesTaken | None = None
        self._taking = False

    def place(self) -> Line:
        """Say where one is."""
        return line(span(_("Import files"), "title"), span(f" · {self._path.name}", "muted"))

    def footer(self) -> list[Action]:
        """Offer to take in only what can be."""
        possible = any(not one.faults and not one.there for one in self._found) and not self._taken
        return [action for action in super().footer() if action.name != "take" or possible]

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """Show progress, then the summary, then the result."""
        if self._taken:
            return page.render_import_result(self._taken.done, self._taken.failed, columns)
        if self._found:
            return page.render_import_preview(self._found, columns)
        return page.render_import_progress(*self._progress, columns)

    def on_mount(self) -> None:
        """Look at the files behind the paint."""
        self.host.round_service.examine_files([self._path], reply_to=self)

    def on_files_examined(self, message: FilesExamined) -> None:
        """Follow the look at the files."""
        self._progress = (message.done, message.total)
        self._found = message.found
        self.paint()

    def on_files_taken(self, message: FilesTaken) -> None:
        """Say what became of them."""
        self._taken = message
        self.paint()

    def action_take(self) -> None:
        """Take in what can be, once."""
        if self._taking or not any(not one.faults and not one.there for one in self._found):
            self.app.bell()
        elif self.host.may_write():
            self._taking = True
            self.host.round_service.take_files(self._found, reply_to=self)

    def action_back(self) -> None:
        """Leave; a look at many files ends."""
        self.host.round_service.stop_examining()
        super().action_back()


def ask_files(host: Host) -> None:
    """Ask for a path, and show what is there."""

    def look(asked: str | None) -> None:
        if asked:
            path = Path(os.path.expanduser(asked)).absolute()  # noqa: PTH111 -- leaves an unknown ~name alone
            host.push_screen(ImportScreen(path))

    if host.may_write():
        host.push_screen(FilesScreen(), look)


# Completing a path that is being typed, as shells do: as far as it is certain.


_MOST_NAMES = 2000  # names looked at: a larger folder is completed from these


def complete_path(text: str) -> tuple[str, list[str]]:
    """Complete a path as far as it is certain, and list the names that fit; of files, only TOML ones."""
    folder, _slash, begun = text.rpartition("/")
    top = Path(os.path.expanduser(f"{folder}/" if _slash else "."))  # noqa: PTH111 -- leaves an unknown ~name alone
    names = sorted(_names(top, begun))
    common = os.path.commonprefix(names)  # noqa: RUF071 -- names within one folder, letter by letter
    done = f"{folder}{_slash}{common}" if names else text
    return done, names


def _names(folder: Path, begun: str) -> list[str]:
    names = []
    try:
        with os.scandir(folder) as listing:
            for number, entry in enumerate(listing):
                if number >= _MOST_NAMES:
                    break
                hidden = entry.name.startswith(".") and not begun.startswith(".")
                if entry.name.startswith(begun) and not hidden and entry.name == display(entry.name):
                    if entry.is_dir():
                        names.append(f"{entry.name}/")
                    elif entry.name.endswith(".toml"):
                        names.append(entry.name)
    except (OSError, ValueError):
        return []
    return names
