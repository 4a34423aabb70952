"""A document that is written line by line: an instrument, or a translation; kept until it is saved."""

from __future__ import annotations

from typing import ClassVar, Generic, Protocol, Self, TypeVar

from msgspec import structs
from textual.app import ComposeResult
from textual.containers import Horizontal

from reflect_tui.errors import BadFileError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.store.drafts import TypedInstrument
from reflect_tui.toml import formats
from reflect_tui.toml.formats import Document
from reflect_tui.tui import navigate
from reflect_tui.tui.actions import MAKING_TYPED, Action
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.form import OFTEN
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.services.editor import NoteFile, keep_refused, run
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import LeftOut, ListField, left_out, word_count
from reflect_tui.views.lines import width

_DOCUMENT = "document"
_MARGIN = 2  # columns beside what is said in the line above the field


class Written(Protocol):
    """What is written: an act gives another one."""

    @property
    def document(self) -> Document:
        """All of it, as its file has it."""

    @property
    def done(self) -> tuple[Document, ...]:
        """What undo goes back to."""

    def write(self, place: str, text: str) -> Self:
        """Write a line."""

    def text(self, place: str) -> str:
        """Return what stands on a line."""

    def read(self, data: bytes, path: str) -> Self:
        """Take over a file that an editor changed."""

    def undo(self) -> Self:
        """Take back the last act."""

    def redo(self) -> Self:
        """Do again what was taken back."""


W = TypeVar("W", bound=Written)


class LineEditor(Page, Generic[W]):
    """A list of lines, each changed in the field below; with every act kept, also a half written one."""

    points = True
    file_name: ClassVar[str]
    """What the file is called that an editor of the user's own is given."""

    def __init__(self, begun: W, typed: TypedInstrument, kept: Document | None) -> None:
        """Go on from what was begun, with the document `kept` of before, if any."""
        super().__init__()
        self._begun = begun.document
        self._making = structs.replace(begun, document=kept) if kept else begun  # type: ignore[type-var] # it is a struct
        self._form = typed
        self._kept = self._making.document
        self._typing = ""
        """What is typed in the field: "line" for the line at `_at`, else something new below it; "" for nothing."""
        self._at = ""
        self._said = _("What you typed before is still here.") if kept else ""

    def compose(self) -> ComposeResult:
        yield Lines(id="top", one=True)
        with Horizontal(id="middle"):
            yield Lines(id="page", points=True)
            yield Lines(id="beside")
        yield Lines(id="asked", one=True)
        yield ListField(id="typing", select_on_focus=False)
        yield Lines(id="bottom", one=True)

    def on_mount(self) -> None:
        self._field.display = False
        self.set_interval(OFTEN, self.keep_unfinished)

    @property
    def _field(self) -> ListField:
        return self.query_one(ListField)

    def footer(self) -> list[Action]:
        return list(MAKING_TYPED) if self._typing else super().footer()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 -- Textual's own
        """Let no key reach the list while a line is typed, but the one that ends it."""
        return not self._typing or action in ("back", "keep_line")

    def pointed(self) -> None:
        self.paint()

    def on_lines_picked(self, message: Lines.Picked) -> None:
        if not self._typing:
            self.call_after_refresh(self.action_open if message.opened else self.paint)

    def for_editor(self) -> bytes:
        """Return the file that an editor of the user's own is given."""
        raise NotImplementedError

    def _written(self) -> tuple[W, str]:
        """Return what is written with the line that is being typed, and the place of that line."""
        if self._typing == "line":
            return self._making.write(self._at, self._field.value), self._at
        return self._making, self.page.target

    def action_keep_line(self) -> None:
        """Keep the line that is typed."""
        raise NotImplementedError

    def _type(self, kind: str, place: str, text: str = "") -> None:
        self._typing, self._at, self._said = kind, place, ""
        field = self._field
        field.takes_list = kind == "statement"
        field.value, field.display = text, True
        field.cursor_position = len(text)
        self.set_focus(field)
        self.paint()

    def on_input_changed(self) -> None:
        """Show what is typed, with its faults; keep every word."""
        if not self._typing:
            return
        self.paint()
        if word_count(self._field.value) != word_count(self._making.text(self._at) if self._typing == "line" else ""):
            self.keep_unfinished()

    def on_input_submitted(self) -> None:
        """Keep the line; while adding go on to the next one, until one is left empty."""
        self.action_keep_line()

    def on_left_out(self, message: LeftOut) -> None:
        self._said = left_out(message)
        self.paint()

    def _stop(self, place: str) -> None:
        self._typing = ""
        self._field.display = False
        self.set_focus(None)
        self._show(self._making, place)

    def _show(self, now: W, place: str = "") -> None:
        """Take over what is written after an act, with the cursor at a place."""
        self._making, self._said = now, ""
        self.paint()
        if place:
            self.page.point_at(place)
            self.paint()
        self.keep_unfinished()

    def action_open(self) -> None:
        if place := self.page.target:
            self._type("line", place, self._making.text(place))

    def action_undo(self) -> None:
        self._show(self._making.undo())

    def action_redo(self) -> None:
        self._show(self._making.redo())

    def action_editor(self) -> None:
        """Go on in the user's own editor; what it saved is checked, and undo takes it back."""
        text, state = self.for_editor().decode(), self.host.journal.state
        try:
            file = NoteFile(text, state, self.file_name, formats.MAX_BYTES)
        except OSError as error:
            self.tell(_("The text can't be handed to an editor: {reason}.").format(reason=error.strerror))
            return
        try:
            found = file.found(run(self.host, file.path))
            if found.text is None or found.doubt:
                self.tell(found.said)
            else:
                self._show(self._making.read(found.text.encode(), _("The file")))
        except BadFileError as error:
            path = keep_refused(file.path.read_bytes(), state)
            kept = _("What the editor saved is kept in {path}").format(path=path)
            navigate.show_message(self.host, _("This could not be done"), f"{error}\n\n{kept}")
        except ReflectError as error:
            self.tell(str(error))
        finally:
            file.remove()

    def action_back(self) -> None:
        """End the line that is typed, with what it says kept; else leave, with all of it kept for the next time."""
        if self._typing:
            self._making, place = self._written()
            self._stop(place)
        else:
            self.keep_unfinished()
            super().action_back()

    def keep_unfinished(self) -> None:
        """Keep what is written, so that no end of the app costs it; nothing is kept of what is as it began."""
        document = self._written()[0].document
        if document == self._kept:
            return
        self._kept = document
        if document == self._begun:
            self.host.document_service.put_typed_away(self._form.name)
        else:
            fields = {_DOCUMENT: formats.dumps(document).decode()}
            self.host.document_service.keep_typed(structs.replace(self._form, fields=fields))

    def tell(self, failure: str) -> None:
        """Tell what could not be done: without taking the keys, unless it is long and nothing is being typed."""
        self._said = failure
        self.paint()
        if width(failure) > self.size.width - _MARGIN and not self._typing:
            navigate.show_message(self.host, _("This could not be done"), failure)

    def action_discard(self) -> None:
        text = _("What you typed here is not kept.")
        navigate.ask(self.host, (_("Discard it?"), text), _("discard"), _("go on"), self._discard)

    def _discard(self) -> None:
        self._making = structs.replace(self._making, document=self._begun)  # type: ignore[type-var] # as above
        self._kept = self._begun
        self.host.document_service.put_typed_away(self._form.name)
        super().action_back()


def document_before(host: Host, typed: TypedInstrument) -> Document | None:
    """Return what was written of the same before the app ended, if anything was kept."""
    before = host.document_service.typed_before(typed)
    return formats.parse_document(before.fields[_DOCUMENT].encode(), "") if before else None
