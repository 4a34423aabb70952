"""Translate an instrument: each original beside what is written for it, what is missing counted."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path

from textual.message import Message

from reflect_tui.i18n import _, ngettext
from reflect_tui.model import translation
from reflect_tui.model.translation import Translating
from reflect_tui.store.drafts import TypedInstrument
from reflect_tui.toml.formats import Document
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.form import ReasonScreen
from reflect_tui.tui.screens.line_editor import LineEditor, document_before
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.usecases import own_instruments
from reflect_tui.usecases.own_instruments import Translatable
from reflect_tui.views import making as page
from reflect_tui.views.lines import Line, line, shorten, span


def ask_language(host: Host, identifier: str) -> None:
    """Ask into which language an instrument is to be translated, then open its translation."""
    text = _("The language to translate into, in two letters, such as en, de or fr:")

    def answered(language: str | None) -> None:
        if language:
            open_translating(host, identifier, language.strip().lower())

    host.push_screen(ReasonScreen(_("Translate the instrument"), text), answered)


def open_translating(host: Host, identifier: str, language: str) -> None:
    """Translate an instrument; go on with what was typed before the app ended."""
    library = host.journal.library

    def show(found: Translatable) -> None:
        content = found.begun.content
        typed = TypedInstrument(about=f"{content.id}@{content.version}.{language}", fields={})
        host.push_screen(TranslatingScreen(found, typed, document_before(host, typed)))

    host.journal_service.look_up(
        "read a translation", partial(own_instruments.translatable, library, identifier, language), show
    )


class Saved(Message):
    """The translation is on the disk."""

    def __init__(self, path: Path, written: Translating, data: bytes) -> None:
        super().__init__()
        self.path, self.written, self.data = path, written, data


class TranslatingScreen(LineEditor[Translating]):
    """A translation being made; enter writes one text after the other, the next missing one each time."""

    keys = "translating"
    file_name = "translation.toml"

    def __init__(self, found: Translatable, typed: TypedInstrument, kept: Document | None) -> None:
        """Go on with a translation, with the document `kept` of before, if any."""
        super().__init__(found.begun, typed, kept)
        self._found = found

    def on_mount(self) -> None:
        self.query_one("#beside").display = False
        self.call_after_refresh(self._point_at, "")

    def for_editor(self) -> bytes:
        """Return it with the originals as remarks."""
        return translation.template(self._making)

    def place(self) -> Line:
        content = self._making.content
        languages = f" {content.language} → {self._making.language}"
        return line(span(_("Translation") + languages, "title"), span(f" · {content.id} {content.version}", "muted"))

    def saved_line(self) -> Line:
        now = self._written()[0]
        missing, faults = len(now.missing()), sum(map(len, now.faults().values()))
        if missing:
            text = _("{n} of {total} still to translate").format(n=missing, total=len(now.wanted))
        elif faults:
            text = ngettext("{n} fault left", "{n} faults left", faults).format(n=faults)
        else:
            text = _("all translated") if now.document == self._begun else _("not saved yet")
        return line(span(text, "warning" if missing or faults else "muted"))

    def idle(self) -> Collection[str]:
        now = self._making
        return {name for name, use in {"undo": now.done, "missing": now.missing()}.items() if not use}

    def paint_page(self, columns: int, rows: int) -> None:  # noqa: ARG002 -- it scrolls
        now, place = self._written()
        lines = page.render_translation(now, columns - 2)
        self.page.show(lines, next((number for number, row in enumerate(lines) if row.target == place), None))
        if not self.page.target:
            self.page.point_first()
        original = now.originals.get(self._at, "") if self._typing else ""
        said = shorten(self._said or original, columns - 2)
        self.query_one("#asked", Lines).show([line(" ", span(said, "warning" if self._said else "accent"))])

    def action_keep_line(self) -> None:
        has_text = bool(self._field.value.strip())
        self._making, place = self._written()
        after = self._next_missing(place)
        if has_text and after:
            self._type("line", after)
            self.keep_unfinished()
        else:
            self._stop(place)

    def _next_missing(self, place: str) -> str:
        places = list(self._making.originals)
        missing = {*self._making.missing()}
        start = places.index(place) + 1 if place in places else 0
        return next((one for one in places[start:] if one in missing), "")

    def action_missing(self) -> None:
        self._point_at(self.page.target)

    def _point_at(self, place: str) -> None:
        if target := self._next_missing(place) or self._next_missing(""):
            self.page.point_at(target)
        self.paint()

    def action_save(self) -> None:
        now = self._making
        if now.missing() or now.faults():
            at = next(iter([*now.missing(), *now.faults()]))
            self.page.point_at(at)
            self.tell(
                _("This is still to be translated.")
                if now.missing()
                else _("A fault is left: see the line at the cursor.")
            )
            return
        data = translation.dumps(now.document)
        task = partial(self._write, now, data)
        self.host.document_service.start("save a translation", task, reply_to=self)

    def _write(self, written: Translating, data: bytes) -> None:
        path = own_instruments.keep_translation(self.host.journal.library, self._found, data)
        self.host.document_service.forget_typed(self._form.name)
        self.post_message(Saved(path, written, data))

    def on_saved(self, message: Saved) -> None:
        """Say where it is; what was typed while it was saved goes on."""
        self._begun = self._kept = message.written.document
        self._found = own_instruments.Translatable(message.written, message.path, message.data)
        if self._written()[0].document != message.written.document:
            self.keep_unfinished()
            self.tell(_("It is saved, without what you typed since."))
            return
        super().action_back()
        text = _("Saved: {path}").format(path=message.path)
        navigate.show_message(self.host, _("The translation is saved"), text)
