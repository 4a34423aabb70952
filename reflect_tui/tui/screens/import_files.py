"""Take files in: paths or a pasted text, a summary before anything is kept, and what became of it."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from msgspec import Struct
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Paste
from textual.message import Message

from reflect_tui import paths
from reflect_tui.errors import ReflectError
from reflect_tui.feedback.answer_code import find_codes
from reflect_tui.i18n import _
from reflect_tui.store import importing
from reflect_tui.store.candidates import Candidate
from reflect_tui.store.importing import Recognised, pasted_name
from reflect_tui.text import display, more_text
from reflect_tui.tui import navigate
from reflect_tui.tui.actions import Action
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.dialog import answers, titled
from reflect_tui.tui.screens.form import FieldDialog, PathScreen
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.services.rounds import CombinedBefore, FilesCombined, FilesExamined, FilesRecognised, FilesTaken
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import Field
from reflect_tui.views import importing as page
from reflect_tui.views.lines import EMPTY, Line, line, shorten, span

_ENCODED = re.compile(rb"%([0-9A-Fa-f]{2})")
_OFFERED = 6  # names below the field


class Given(Struct, frozen=True):
    """What is to be looked at: files, and texts that were pasted, by the names they go under."""

    paths: tuple[Path, ...]
    pasted: Mapping[Path, bytes] = MappingProxyType({})


class PathField(Field):
    """A field for a path; of what is pasted it keeps only that, several files and other texts go to the screen."""

    class Pasted(Message):
        """Several paths were pasted, or a text that is none."""

        def __init__(self, given: Given) -> None:
            super().__init__()
            self.given = given

    def _on_paste(self, event: Paste) -> None:
        given = given_by_paste(event.text)
        if given:
            event.prevent_default()
            event.stop()
            self.post_message(self.Pasted(given))


def given_by_paste(text: str) -> Given | None:
    """Return the files that a paste names, as terminals write those that are dropped on them, or else the text.

    None for what may be a single path, to be looked at in the field.
    """
    files = _files(text)
    if len(files) > 1:
        return Given(files)
    return _text(text) if len(text.strip().splitlines()) > 1 or find_codes(text) else None


def _files(text: str) -> tuple[Path, ...]:
    """Return the files that a text names, quoted as in a shell; none when one of them is not there."""
    try:
        words = [word for row in text.splitlines() for word in shlex.split(row)]
    except ValueError:  # a lone quotation mark
        return ()
    files = tuple(map(_path, words))
    return files if all(map(os.path.lexists, files)) else ()


def _path(word: str) -> Path:
    """Return the path that a word names: as people write it, or as the address that a file manager gives."""
    if not word.startswith("file://"):
        try:
            return paths.typed(word)
        except ReflectError:
            return Path(word)  # which is then said not to be there
    written = word.removeprefix("file://").removeprefix("localhost").encode()
    return Path(os.fsdecode(_ENCODED.sub(lambda match: bytes.fromhex(match[1].decode()), written))).absolute()


def typed_after(begin: str, text: str) -> str:
    """Return what was typed: a whole path takes the place of the folder that the field began with."""
    typed = text.removeprefix(begin)
    return typed if text.startswith(begin) and typed.startswith(("/", "~/")) else text


def _text(text: str) -> Given:
    name = pasted_name()
    return Given((name,), {name: text.encode("utf-8", "replace")})


class FilesScreen(FieldDialog[Given]):
    """Asks for a file or folder, or any text with an answer in it; tab completes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", show=False, priority=True)]

    def __init__(self) -> None:
        super().__init__()
        self._downloads = paths.downloads_folder()
        self._begin = f"{paths.at_home(self._downloads)}/" if self._downloads else "~/"
        self._recognised: Sequence[Recognised] = ()

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Lines(id="said")
            yield PathField(self._begin, id="path", select_on_focus=False)
            yield Lines(id="names")
            yield Lines(id="keys")

    def on_mount(self) -> None:
        """Wait for a path, at its end; look meanwhile for answers among the downloads."""
        self.field.cursor_position = len(self.field.value)
        super().on_mount()
        if self._downloads:
            self.host.round_service.recognise_files(self._downloads, reply_to=self)

    def content(self) -> list[Line]:
        text = _(
            "Type a file or a folder, or paste an answer code or a whole message. Answers to a round, sessions from "
            "elsewhere, or past years from a spreadsheet: nothing is kept yet."
        )
        return [*titled(_("Import files"), text, self.room), EMPTY]

    def paint(self, names: Sequence[str] = ()) -> None:
        super().paint()
        shown = [line("  ", span(shorten(name, self.room - 2), "muted")) for name in names[:_OFFERED]]
        if more := more_text(len(names) - _OFFERED):
            shown.append(line("  ", span(more, "muted")))
        if not names and self._recognised:
            shown = page.render_recognised(self._recognised, self.room, _OFFERED)
        keys = answers(
            ("⏎", _("look at it"), "answer"), ("tab", _("complete"), "complete"), ("esc", _("back"), "cancel")
        )
        self.show_part("names", shown)
        self.show_part("keys", [EMPTY, keys])

    def on_files_recognised(self, message: FilesRecognised) -> None:
        self._recognised = message.found
        self.paint()

    def on_path_field_pasted(self, message: PathField.Pasted) -> None:
        self.dismiss(message.given)

    def action_complete(self) -> None:
        field = self.field
        done, names = complete_path(typed_after(self._begin, field.value))
        field.value = done
        field.cursor_position = len(done)
        self.paint(names if len(names) > 1 else ())

    def action_answer(self) -> None:
        """Answer, unless nothing is written; as long as nothing is typed, with what was recognised."""
        written = typed_after(self._begin, self.field.value.strip())
        if not written:
            self.app.bell()
        elif written == self._begin and self._recognised:
            self.dismiss(Given(tuple(dict.fromkeys(each.candidate.path for each in self._recognised))))
        else:
            plain = _path(written)
            files = () if os.path.lexists(plain) else _files(written)
            self.dismiss(_text(written) if find_codes(written) else Given(files or (plain,)))


class ImportScreen(Page):
    """What was found; enter takes it in, escape leaves everything as it was."""

    keys = "import"

    def __init__(self, given: Given) -> None:
        super().__init__()
        self._given = given
        self._found: Sequence[Candidate] = ()
        self._progress = (0, 0)
        self._taken: FilesTaken | None = None
        self._taking = False

    def place(self) -> Line:
        names = [path.name for path in self._given.paths]
        beside = f" · {names[0]}" if len(names) == 1 else ""
        return line(span(_("Import files"), "title"), span(beside, "muted"))

    def footer(self) -> list[Action]:
        """Offer to take in only what can be, and to combine only what somebody collects."""
        possible = {
            "take": any(not one.faults and not one.there for one in self._found) and not self._taken,
            "combine": bool(self._collected),
        }
        return [action for action in super().footer() if possible.get(action.name, True)]

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        if self._taken:
            return page.render_import_result(self._taken.done, self._taken.failed, columns)
        if self._found:
            combining = page.render_combining(columns, self.host.key) if self._collected else []
            return [*combining, *page.render_import_preview(self._found, columns)]
        return page.render_import_progress(*self._progress, columns)

    def on_mount(self) -> None:
        """Look at the files behind the paint."""
        self.host.round_service.examine_files(self._given.paths, self, self._given.pasted)

    def on_files_examined(self, message: FilesExamined) -> None:
        self._progress = (message.done, message.total)
        self._found = message.found
        self.paint()

    def on_files_taken(self, message: FilesTaken) -> None:
        self._taken = message
        self.paint()

    def action_take(self) -> None:
        if self._taking or not any(not one.faults and not one.there for one in self._found):
            self.app.bell()
        elif self.host.may_write():
            unclear = {one.path: one for one in self._found if one.unclear and not one.faults and not one.there}
            if unclear:
                text = "\n\n".join(map(page.whose_scores, unclear.values()))
                question = (_("Whose scores are these?"), text)
                navigate.ask(self.host, question, _("all are mine"), _("back"), self._take)
            else:
                self._take()

    def _take(self) -> None:
        self._taking = True
        self.host.round_service.take_files(self._found, reply_to=self)

    @property
    def _collected(self) -> tuple[Path, ...]:
        """The files and folders that were named, when answers to somebody else's round are among them."""
        files = tuple(path for path in self._given.paths if path not in self._given.pasted)
        return files if any(one.collected for one in self._found) else ()

    def action_combine(self) -> None:
        """Ask where to, then combine all that was named, as whoever collects the answers of a round."""
        files = self._collected
        if not files:
            self.app.bell()
            return

        def combine(output: str | None) -> None:
            if output:
                self.host.round_service.combine_files(files, output, reply_to=self)

        first = files[0]
        folder = first.parent if any(one.path == first for one in self._found) else first
        suggestion = paths.at_home(folder.absolute() / "combined.toml")
        text = _("The file that you give to whoever asked. No single answer is in it. Nothing is replaced.")
        self.host.push_screen(PathScreen(_("Combine the answers"), suggestion, text), combine)

    def on_combined_before(self, message: CombinedBefore) -> None:
        combine = partial(self.host.round_service.combine_files, self._collected, message.output, self, again=True)
        question = (_("Combined before"), message.sentence)
        navigate.ask(self.host, question, _("make a second file"), _("back"), combine)

    def on_files_combined(self, message: FilesCombined) -> None:
        navigate.show_message(self.host, _("The answers are combined"), "\n\n".join(message.sentences))

    def action_back(self) -> None:
        """Leave; a look at many files ends."""
        self.host.round_service.stop_examining()
        super().action_back()


def ask_files(host: Host) -> None:
    """Ask what to import, and show what is in it."""

    def look(given: Given | None) -> None:
        if given:
            host.push_screen(ImportScreen(given))

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


_ENDINGS = (".toml", *importing.TABLES)


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
                    elif entry.name.lower().endswith(_ENDINGS):
                        names.append(entry.name)
    except (OSError, ValueError):
        return []
    return names
