"""Make an instrument: its outline at the left, what will be filled in beside it, a line to write in below."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct, structs
from textual.message import Message

from reflect_tui import paths
from reflect_tui.analysis.version_changes import VersionChanges, version_changes
from reflect_tui.i18n import _, current_language, ngettext
from reflect_tui.model import instrument, making
from reflect_tui.model.editing import row_of
from reflect_tui.model.instrument_changes import gone_and_new, proposed_values
from reflect_tui.model.library import Entry
from reflect_tui.model.making import Making
from reflect_tui.store.drafts import TypedInstrument
from reflect_tui.toml import formats
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.dialog import Menu
from reflect_tui.tui.screens.line_editor import LineEditor, document_before
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import Listed
from reflect_tui.usecases import own_instruments
from reflect_tui.views import making as page
from reflect_tui.views.instrument_words import marked_sentence
from reflect_tui.views.lines import Line, line, plain, shorten, span
from reflect_tui.views.version_sentences import render_changes

_BOTH, _ROOM = 64, 66  # columns for outline and preview side by side; for what a new version changes


def open_making(host: Host, identifier: str, output: str) -> None:
    """Make a new instrument, or a new version of one; go on with what was typed before the app ended."""

    def read() -> tuple[Entry | None, Making]:
        entry = own_instruments.editable(host.journal.library, identifier) if identifier else None
        return entry, making.change(entry.data) if entry else making.begin(current_language())

    def show(found: tuple[Entry | None, Making]) -> None:
        entry, begun = found
        about = f"{identifier}@{entry.instrument.version}" if entry else ""
        typed = TypedInstrument(about=about, fields={})
        kept = document_before(host, typed)
        languages = entry.languages[1:] if entry else ()
        host.push_screen(MakingScreen(begun, typed, kept, paths.typed(output) if output else None, languages))

    host.journal_service.look_up("read an instrument", read, show)


class Answers(Struct, frozen=True):
    """What the author of a new version said: of statements whether they mean the same, and what became of those gone.

    `became` has one statement for each that is gone, "" for none; `parted` the several that it was split into, beside
    that. `values` are what earlier scores count as; None until it was asked.
    """

    same: Mapping[str, bool] = {}
    became: Mapping[str, str] = {}
    parted: Mapping[str, tuple[str, ...]] = {}
    values: Mapping[int, int] | None = None

    @property
    def renamed(self) -> dict[str, str]:
        """The statements that became one that nothing else became, with its id."""
        targets = [*self.became.values()]
        return {old: new for old, new in self.became.items() if new and targets.count(new) == 1}

    def with_same(self, name: str, *, same: bool) -> Answers:
        """Add whether a statement means the same."""
        return structs.replace(self, same={**self.same, name: same})

    def with_became(self, name: str, new: str) -> Answers:
        """Add what became of a statement."""
        return structs.replace(self, became={**self.became, name: new})

    def with_parts(self, name: str, parts: tuple[str, ...]) -> Answers:
        """Add what a statement was split into."""
        return structs.replace(self.with_became(name, ""), parted={**self.parted, name: parts})


class Saved(Message):
    """The instrument is on the disk."""

    def __init__(self, path: Path, written: Making, data: bytes) -> None:
        super().__init__()
        self.path, self.written, self.data = path, written, data


class MakingScreen(LineEditor[Making]):
    """An instrument being made, with every fault below its line as it is typed; kept until it is saved."""

    keys = "making"
    file_name = "instrument.toml"

    def __init__(
        self,
        begun: Making,
        typed: TypedInstrument,
        kept: formats.Document | None = None,
        output: Path | None = None,
        languages: Sequence[str] = (),
    ) -> None:
        """Go on from what was begun, with the document `kept` of before, if any; save into a file, else the folder.

        `languages` are those that the version before is translated into.
        """
        super().__init__(begun, typed, kept)
        self._output = output
        self._languages = languages
        self._others = False

    def place(self) -> Line:
        base = self._making.base
        more = f" · {base['id']} {base['version']}" if base else ""
        return line(
            span(_("New version of an instrument") if base else _("New instrument"), "title"), span(more, "muted")
        )

    def saved_line(self) -> Line:
        count = sum(map(len, self._written()[0].faults().values()))
        if not count:
            return line(
                span(_("not saved yet") if self._written()[0].is_changed else _("nothing changed yet"), "muted")
            )
        return line(span(ngettext("{n} fault left", "{n} faults left", count).format(n=count), "warning"))

    def for_editor(self) -> bytes:
        """Return it as far as it is written."""
        return making.dumps(self._making.document)

    def idle(self) -> Collection[str]:
        row, now = self.page.target, self._making
        idle = {"shift(-1)", "shift(1)", "delete"} if not row.startswith(("domain", "scale.points")) else set()
        has_use = {"other": ".item" in row, "add": now.document["domain"], "undo": now.done}
        return idle | {name for name, use in has_use.items() if not use}

    def _written(self) -> tuple[Making, str]:
        """Return the instrument with the line that is being typed, and the place of that line."""
        text = self._field.value if self._typing else ""
        if self._typing == "line":
            now = self._making.write(self._at, text)
            row = row_of(self._at)
            return now, self._at if self._at in now.details(row) or self._at == row else row
        if self._typing == "statement":
            return self._making.add_statements(self._at, [text])
        if self._typing and text.strip():
            is_domain = self._typing == "domain"
            return self._making.add_domain(self._at, text) if is_domain else self._making.add_point(text)
        return self._making, self._at if self._typing else self.page.target

    def paint_page(self, columns: int, rows: int) -> None:  # noqa: ARG002 -- it scrolls
        beside = self.query_one("#beside", Lines)
        beside.display = columns >= _BOTH
        wide = columns // 2 if beside.display else columns
        now, place = self._written()
        lines = page.render_outline(now, now.faults(), wide - 2)
        at = next((number for number, row in enumerate(lines) if row.target == place), None)
        self.page.show(lines, at)
        if not self.page.target:
            self.page.point_first()
        if beside.display:
            item = now.item_id(self.page.target)
            beside.show(page.render_preview(now.preview(), item, columns - wide - 3, others=self._others))
        said = shorten(self._said or self._label(), columns - 2)
        self.query_one("#asked", Lines).show([line(" ", span(said, "accent" if not self._said else "warning"))])

    def _label(self) -> str:
        """Say what is typed in the field, or what the line at the cursor needs."""
        if not self._typing and self.page.target in self._making.editor_lines():
            return _("Enter opens your own editor, where this is changed.")
        if self._typing == "line":
            if self._at.endswith(".other"):
                return _("As others are asked it, with {name} for the person:").format(name="{name}")
            if self._at != row_of(self._at):
                return page.detail_name(self._at)
            return page.line_names().get(self._at, _("Change the line:")) if self._typing else ""
        return {
            "statement": _("Statements below the line, one after the other; or paste a list:"),
            "domain": _("Title of the domain:"),
            "point": _("Word of the next point:"),
        }.get(self._typing, "")

    # -- typing

    def action_keep_line(self) -> None:
        kind, empty = self._typing, not self._field.value.strip()
        self._making, place = self._written()
        if kind == "line" or empty:
            self._stop(place)
        else:
            self._type("statement" if kind == "domain" else kind, place)

    def on_listed(self, message: Listed) -> None:
        self._making, place = self._written()
        self._making, place = self._making.add_statements(place, message.texts)
        self._type("statement", place)
        count = len(message.texts)
        self._said = ngettext("{n} statement added.", "{n} statements added.", count).format(n=count)
        self.paint()

    # -- acts

    def action_open(self) -> None:
        """Change the line at the cursor; what the outline only shows, in the user's own editor."""
        if self.page.target in self._making.editor_lines():
            self.action_editor()
        else:
            super().action_open()

    def action_add(self) -> None:
        if self._making.document["domain"]:
            self._type("statement", self.page.target)
        else:
            self._type("domain", "")

    def action_domain(self) -> None:
        self._type("domain", self.page.target)

    def action_point(self) -> None:
        self._type("point", self.page.target)

    def action_other(self) -> None:
        if ".item" not in self.page.target:
            self.host.bell()
            return
        place = f"{row_of(self.page.target)}.other"
        self._type("line", place, self._making.text(place) or "{name} ")

    def action_more(self) -> None:
        possible = self._making.possible_details(self.page.target)
        if not possible:
            self.host.bell()
            return
        choices = [(place, page.detail_name(place)) for place in possible]
        menu = Menu(_("What do you want to write?"), self._making.text(row_of(self.page.target)), choices)
        self.host.push_screen(
            menu, lambda place: self._type("line", place, self._making.text(place)) if place else None
        )

    def action_turn(self) -> None:
        self._show(self._making.turn(self.page.target))

    def action_shift(self, steps: int) -> None:
        self._show(*self._making.move(self.page.target, steps))

    def action_delete(self) -> None:
        before = self._making
        self._show(self._making.remove(self.page.target))
        if self._making is not before:
            self._said = _("{key} brings it back.").format(key=self.host.key("making.undo"))
            self.paint()

    def action_view(self) -> None:
        self._others = not self._others
        self.paint()

    # -- keeping and saving

    def action_save(self) -> None:
        """Save it when it is whole; of a new version, say first what changes."""
        faults = self._making.faults()
        if faults or not self._making.is_changed:
            at = next((row.target for row in self.page.shown if row.target in faults), "")
            self.page.point_at(at or self.page.target)
            self.tell(_("A fault is left: see the line at the cursor.") if faults else _("Nothing changed yet."))
            return
        if not self._making.base:
            self._save(None)
            return
        self._ask(Answers())

    def _changes(self, answers: Answers) -> VersionChanges:
        """What the new version does to every line."""
        newer = making.dumps(self._whole(answers))
        return version_changes(instrument.parse(making.dumps(self._making.base), ""), instrument.parse(newer, ""))

    def _whole(self, answers: Answers) -> formats.Document:
        return self._making.whole(
            judged=answers.same, became=answers.became, values=answers.values, parted=answers.parted
        )

    def _ask(self, answers: Answers) -> None:
        """Ask one question after the other about what only the author can know, then whether to save.

        What became of a statement that is gone where others came; whether one with other words means the same; and what
        earlier scores count as on another scale.
        """
        changes = self._changes(answers)
        older, newer = changes.older, changes.newer
        gone, new = gone_and_new(self._making.base, self._making.document)
        parts = {part for parts in answers.parted.values() for part in parts}
        left = {now: marked_sentence(newer, now) for now in new if now not in parts}
        if left and (name := next((name for name in gone if name not in answers.became), "")):
            self._ask_became(answers, name, marked_sentence(older, name), left)
            return
        reworded = [change.before[0] for change in changes.doubts if change.kind == "reworded" and change.is_silent]
        pairs = {name: name for name in reworded} | answers.renamed
        if name := next((name for name in pairs if name not in answers.same), ""):
            choices = [("same", _("Yes: its line goes on")), ("other", _("No: a new line begins"))]
            said = f"{marked_sentence(older, name)}\n\n→ {marked_sentence(newer, pairs[name])}"
            menu = Menu(_("Does it still mean the same?"), said, choices)
            self._put(menu, lambda answer: answers.with_same(name, same=answer == "same"))
            return
        values = proposed_values(self._making.base, self._making.document)
        if changes.scale_break and answers.values is None and values:
            choices = [("map", _("As above: all lines go on")), ("none", _("They can't be compared: all lines end"))]
            title, said = _("What do earlier scores count as on the new scale?"), page.values_text(older, newer, values)
            menu = Menu(title, said, choices)
            self._put(menu, lambda answer: structs.replace(answers, values=values if answer == "map" else {}))
            return
        self._confirm(answers)

    def _ask_became(self, answers: Answers, name: str, words: str, left: Mapping[str, str]) -> None:
        """Ask what became of a statement that is gone: nothing, one of those that came, or several of them."""
        free = {now: text for now, text in left.items() if now not in answers.became.values()}
        choices = [("-", _("Nothing: its line ends"))]
        choices += [(now, _("It is now: {text}").format(text=text)) for now, text in left.items()]
        if len(free) > 1:
            choices.append(("+", _("It was split into several: its line ends")))

        def chosen(answer: str | None) -> None:
            if answer == "+":
                self._ask_parts(answers, name, words, free)
            elif answer:
                self._ask(answers.with_became(name, "" if answer == "-" else answer))

        self.host.push_screen(Menu(_("What became of this statement?"), words, choices), chosen)

    def _ask_parts(
        self, answers: Answers, name: str, words: str, free: Mapping[str, str], parts: tuple[str, ...] = ()
    ) -> None:
        """Ask into which statements one was split, one after the other."""
        said = "\n".join([words, "", *(f"→ {free[part]}" for part in parts)])
        left = [(now, text) for now, text in free.items() if now not in parts]
        all_of_it = [("+", _("That is all"))] if len(parts) > 1 else []

        def chosen(answer: str | None) -> None:
            found = (*parts, answer) if answer and answer != "+" else parts
            if answer == "+" or (answer and len(left) == 1):
                self._ask(answers.with_parts(name, found))
            elif answer:
                self._ask_parts(answers, name, words, free, found)

        self.host.push_screen(Menu(_("Into which statements was it split?"), said, [*all_of_it, *left]), chosen)

    def _put(self, menu: Menu, taken: Callable[[str], Answers]) -> None:
        """Ask, and go on with the answer."""
        self.host.push_screen(menu, lambda answer: self._ask(taken(answer)) if answer else None)

    def _confirm(self, answers: Answers) -> None:
        """Show what the new version does to every line, and ask whether to save it."""
        changes = self._changes(answers)
        title = _("Save version {version}?").format(version=changes.newer.version)
        told = plain(render_changes(changes, _ROOM))
        if self._languages:
            text = _("Translations ({languages}) are of the version before; this one has none until you add one.")
            told += "\n\n" + text.format(languages=", ".join(self._languages))
        data = making.dumps(self._whole(answers))
        navigate.ask(self.host, (title, told), _("save"), _("go on"), partial(self._save, data))

    def _save(self, data: bytes | None) -> None:
        """Save in a thread; a new one (None) gets an id there that no instrument has."""
        task = partial(self._write, self._making, data, self._output)
        self.host.document_service.start("save an instrument", task, reply_to=self)

    def _write(self, written: Making, data: bytes | None, output: Path | None) -> None:
        library = self.host.journal.library
        data = making.dumps(written.whole(library.ids())) if data is None else data
        path = own_instruments.keep(library, data, output)
        self.host.document_service.forget_typed(self._form.name)
        self.post_message(Saved(path, written, data))

    def on_saved(self, message: Saved) -> None:
        """Say where it is, and how to fill it in; what was typed while it was saved goes on, as a new version."""
        if self._written()[0].document != message.written.document:
            self._making = self._making.go_on_from(message.data)
            self._begun, self._kept = self._making.base, {}
            self._form = TypedInstrument(about="{id}@{version}".format(**self._begun), fields={})
            self.keep_unfinished()
            self.tell(_("{version} is saved, without what you typed since.").format(version=self._begun["version"]))
            return
        self._kept = self._making.document
        super().action_back()
        text = _("Saved: {path}").format(path=message.path)
        more = _("{key} fills it in.").format(key=self.host.key("home.new")) if self._output is None else ""
        navigate.show_message(self.host, _("The instrument is saved"), f"{text}\n\n{more}".strip())
