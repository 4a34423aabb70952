"""Filling in: a digit scores the item and goes on; every key is on its way to disk before the next."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic
from typing import ClassVar

from msgspec import structs
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Key, Paste
from textual.message import Message
from textual.timer import Timer

from reflect_tui.i18n import _, mark, ngettext
from reflect_tui.model.assessment import Assessment
from reflect_tui.model.session import Score
from reflect_tui.store.draft_file import DraftState
from reflect_tui.tui import navigate
from reflect_tui.tui.actions import Action
from reflect_tui.tui.screens.answering import Answering
from reflect_tui.tui.screens.dialog import Choice, answers
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import Field
from reflect_tui.usecases.filling import FillingSession
from reflect_tui.usecases.pages import previous_answers
from reflect_tui.views import assessing, review
from reflect_tui.views.assessing import Hints, render_scale_keys
from reflect_tui.views.labels import day, role_name
from reflect_tui.views.lines import EMPTY, Line, Span, between, cut, line, rule, shorten, span

NARROW = 70  # columns: below this the list needs all of them
LIST_ROWS, SINGLE_ROWS = 9, 6  # rows of the part below the middle
CALM = 0.3  # seconds without a key after which "saved" is told: after every single one it would flicker
TALL = 24  # rows: of what a window has more, a third stays free below the scale of a single item


class DraftChanged(Message):
    """The draft's state on disk changed; `recovered` when it could not be written before."""

    def __init__(self, state: DraftState, *, recovered: bool) -> None:
        super().__init__()
        self.state = state
        self.recovered = recovered


class AssessScreen(Answering):
    """Domains, items, and the current statement as a whole sentence; or one statement at a time."""

    keys = "assessing"
    way_back = False  # what one does here most needs the room
    points = True

    def __init__(self, seat: FillingSession) -> None:
        super().__init__(seat)
        self._told = seat.writer.state.synced  # acts of which "saved" was told
        self._draft_failed = False
        self._calm: Timer | None = None
        self._calm_from = 0.0
        self._shows_previous = False
        self._held_back = 0  # keys
        self.single = False
        self._below = LIST_ROWS

    def on_mount(self) -> None:
        self.seat.writer.listen(self._draft_told)
        self.single = self.host.settings.order == "single"

    def holds_back(self, event: Key | Paste) -> bool:
        """Ignore a digit typed before the first item was seen, and what follows: it was meant for a later item."""
        self._by_zero = getattr(event, "key", "") == "0"
        if event.time >= self.page.drawn_from or self._too_small:
            return False
        answers = {key for action in self.actions if action.safe == "undo" for key in action.keys.split(",")}
        if not self._held_back and getattr(event, "key", "") not in answers:
            return False
        self._held_back += 1
        self.tell(assessing.warning(assessing.typed_ahead(self._held_back)))
        return True

    def compose(self) -> ComposeResult:
        yield Lines(id="top", one=True)
        with Horizontal(id="middle"):
            yield Lines(id="side")
            with Horizontal(id="right"):
                yield Lines(id="page", points=True)
        yield Lines(id="statement")
        yield Lines(id="bottom", one=True)

    def footer(self) -> list[Action]:
        keys = [self.key_of(f"score({point.value})") for point in self.seat.instrument.scale.points]
        digits = all(key.isdecimal() for key in keys)
        shown = f"{keys[0]}-{keys[-1]}" if digits else "".join(keys)
        actions = [
            structs.replace(action, keys=shown) if action.name == "score(1)" else action for action in super().footer()
        ]
        if self.seat.draft.entered:  # a paper form is typed over fastest in rows
            actions[1:1] = [action for action in self.actions if action.name == "row"]
        return actions

    def renamed(self) -> Mapping[str, str]:
        """From one statement at a time `order` leads to the list."""
        return {"order": mark("list")} if self.single else {}

    def place(self) -> Line:
        draft = self.seat.draft
        amends = (span(" · "), span(_("amending"), "accent")) if draft.amends else ()
        paper = (span(" · "), span(_("from paper"), "accent")) if draft.entered and not amends else ()
        narrow = self.size.width < 72  # noqa: PLR2004 -- what the day, the count and what is saved take together
        own = draft.role == "self" and not amends  # which goes without saying, where there is no room to say it
        beside = (32 if own else 40) if narrow else 54 + (len(_("from paper")) if paper else 0)
        title = shorten(self.seat.instrument.label, max(12, self.size.width - beside))
        when = "" if narrow else f" · {day(draft.started)}"
        return line(
            span(title, "title"),
            span(f" · {role_name(draft.role)}{when}", "muted"),
            *amends,
            *(() if narrow else paper),
        )

    def saved_line(self) -> Line:
        text = assessing.progress_text(self.assessment, self.seat.seconds_left)
        return line(span(text + "  ", "strong"), *self._saved())

    def _saved(self) -> tuple[Span, ...]:
        if self.seat.writer.state.failed:
            return (span("! ", "warning"), span(_("not saved"), "warning"))
        if not self.is_told_saved:
            return (span("○ ", "muted"), span(_("saving"), "muted"))
        return (span("● ", "accent"), span(_("saved"), "muted"))

    @property
    def is_told_saved(self) -> bool:
        """Whether all that was typed is on disk, and was told to be."""
        state = self.seat.writer.state
        return state.is_safe and self._told == state.synced

    def _draft_told(self, state: DraftState) -> None:
        """Pass on, from a thread of the writer, what is shown: that writing fails, or no more, and that all is safe."""
        if state.is_safe or state.failed or self._draft_failed:
            self.post_message(DraftChanged(state, recovered=self._draft_failed and not state.failed))
        self._draft_failed = bool(state.failed)

    def on_draft_changed(self, message: DraftChanged) -> None:
        """Show a failure at once; that all is on disk, as soon as no key follows."""
        if message.state.failed or message.recovered:
            self._show_saved()
        if message.state.is_safe:
            self._calm_from = monotonic() + CALM
            self._calm = self._calm or self.set_timer(CALM, self._when_calm)

    def _when_calm(self) -> None:
        """Tell it when no key came meanwhile; one timer waits for all keys that follow one another."""
        left = self._calm_from - monotonic()
        self._calm = self.set_timer(left, self._when_calm) if left > 0 else None
        if not self._calm:
            self._tell_saved()

    def _tell_saved(self) -> None:
        state = self.seat.writer.state
        if state.is_safe:
            self._told = state.synced
            self._show_saved()

    def _show_saved(self) -> None:
        """Show what is saved, also on what lies in front: the review."""
        for screen in {self, *self.app.screen_stack[-1:]}:
            if isinstance(screen, Page):
                screen.paint_top()

    @property
    def sentence_room(self) -> int:
        """The columns for the sentence that answers a key; below a single item it begins where that does."""
        return self.size.width - (assessing.one_item_margin(self.size.width - 1) - 2 if self.single else 0)

    def paint_page(self, columns: int, rows: int) -> None:
        """Show the list or the single item; only rows that differ are drawn again."""
        hints = Hints(previous=self._previous() if self._shows_previous else None)
        below = self.query_one("#statement", Lines)
        free = max(0, rows - TALL) // 3 if self.single else 0
        self._arrange(below, columns, SINGLE_ROWS + free if self.single else LIST_ROWS)
        if self.single:
            room = rows - 3 - SINGLE_ROWS - free  # top, bottom and the free row between
            self.page.show(assessing.render_one_item(self.assessment, columns - 1, room), 0)
            left = assessing.one_item_margin(columns - 1)
            sentence = line(" " * (left - 2)) + self._said(columns)
            below.show([sentence, EMPTY, *self._scale(columns, hints, left, 3 + free)])
            return
        self.query_one("#side", Lines).show(assessing.render_domains(self.assessment, assessing.SIDEBAR))
        room = columns - 1 - (0 if columns < NARROW else assessing.SIDEBAR + 1)
        listed = assessing.render_items(self.assessment, room, hints)
        title = [assessing.render_domain_title(self.assessment, room), EMPTY]
        self.page.show([*title, *listed.lines], listed.current + len(title))
        if listed.end > listed.current:
            self.page.scroll_to_row(listed.end + len(title))
        below.show(self._statement(columns, hints))

    def _arrange(self, below: Lines, columns: int, height: int) -> None:
        """Give each part its room; setting it lays the whole screen out anew, so only when it changes."""
        side = self.query_one("#side", Lines)
        wanted = not self.single and columns >= NARROW
        if side.display != wanted:
            side.display = wanted
        if self._below != height:
            self._below = height
            below.styles.height = height

    def _statement(self, columns: int, hints: Hints) -> list[Line]:
        scale = self._scale(columns, hints, 2, 2)
        rows = LIST_ROWS - 2 - len(scale)
        words = assessing.render_statement(self.assessment, min(columns, 110), rows)
        return [rule(columns), *words, self._said(columns), *scale]

    def _scale(self, columns: int, hints: Hints, left: int, rows: int) -> list[Line]:
        """Draw the caps, in at most two rows, the note, and progress below `rows` of these."""
        score = self.assessment.scores.get(self.assessment.current.id)
        scale = self.seat.instrument.item_scale(self.assessment.current.id)
        names = (*(f"score({point.value})" for point in scale.points), "not_applicable")
        drawn = render_scale_keys(scale, score, columns, {name: self.key_of(name) for name in names}, left)
        note = assessing.render_note(self.assessment, columns, hints, left)
        return [*drawn, note, *[EMPTY] * (rows - 1 - len(drawn)), assessing.render_progress(self.assessment, columns)]

    def _said(self, columns: int) -> Line:
        return cut(self.said, min(columns - 2, self.sentence_room))

    def _previous(self) -> Mapping[str, Score]:
        before = self.host.state.pages.previous(self.seat.draft)
        earlier = previous_answers(self.host.journal, before, self.seat.instrument)
        return earlier.scores if earlier else {}

    def action_move(self, steps: int) -> None:
        self.show(self.assessment.move(steps))

    def action_edge(self, side: int) -> None:
        self.show(self.assessment.go(0 if side < 0 else len(self.seat.instrument.items)))

    def action_page(self, pages: int) -> None:
        self.action_domain(pages)

    def action_back_one(self) -> None:
        self.show(self.assessment.move(-1))

    def action_domain(self, steps: int) -> None:
        self.show(self.assessment.move_domain(steps))

    def action_previous(self) -> None:
        """Show or hide the previous session's scores; someone else never sees the owner's."""
        if self.seat.draft.role != "self":
            self.show(self.assessment, assessing.warning(_("What you scored yourself is not shown to others.")))
            return
        none = not self._previous()
        self._shows_previous = not self._shows_previous and not none
        self.show(self.assessment, assessing.warning(_("There is no earlier session to show.")) if none else EMPTY)

    def action_order(self) -> None:
        """Show one item at a time, or the list again, until the screen closes; the settings remember it for longer."""
        self.single = not self.single
        self.said = EMPTY
        self.paint()

    def action_find(self) -> None:
        self.app.push_screen(FindScreen(self.assessment), lambda item_id: self._found(item_id) if item_id else None)

    def _found(self, item_id: str) -> None:
        self.show(self.assessment.go(self.seat.instrument.positions[item_id]))

    def on_lines_picked(self, message: Lines.Picked) -> None:
        items = self.seat.instrument.positions
        if message.target in items:
            self._found(message.target)
        else:
            domains = {domain.id: domain for domain in self.seat.instrument.domains}
            self._found(domains[message.target].items[0].id)

    def action_back(self) -> None:
        """Leave; the draft stays, and Home offers it."""
        self.app.pop_screen()
        if self.host.guest:
            navigate.thank(self.host, finished=False)
        self.host.journal_service.load()

    def on_unmount(self) -> None:
        """Let go of the draft; what is written stays."""
        self.host.journal_service.close_draft(self.seat)


SHOWN = 12  # rows, fewer in a low window


class FindScreen(Choice):
    """A field and the items that fit, with their own numbers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", f"move(-{SHOWN})", show=False, priority=True),
        Binding("pagedown", f"move({SHOWN})", show=False, priority=True),
        Binding("enter", "choose", show=False, priority=True),
    ]

    def __init__(self, assessment: Assessment) -> None:
        super().__init__()
        self._assessment = assessment
        self._index = review.search_index(assessment.instrument)

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Field(id="words")
            yield Lines(id="rows", points=True)
            yield Lines(id="keys")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Field))
        super().on_mount()

    def content(self) -> list[Line]:
        found = len(self._places())
        count = ngettext("{n} statement", "{n} statements", found).format(n=found)
        title = span(_("Find a statement: a word, its number or id"), "title")
        return [between(line(title), line(span(count, "muted")), self.room), EMPTY]

    def _places(self) -> list[int]:
        return review.find_items(self._assessment.instrument, self._index, self.query_one(Field).value)

    def rows(self) -> list[Line]:
        return review.render_matches(self._assessment, self._places(), self.room - 1)

    def paint(self) -> None:
        """Show what fits in a list of always the same height, so that nothing jumps."""
        super().paint()
        self.list.styles.height = max(3, min(SHOWN, self.app.size.height - 12))
        self.list.styles.margin = (1, 0, 0, 0)

    def keys_lines(self) -> list[Line]:
        return [self.notice(), answers(("⏎", _("go there"), "choose"), ("esc", _("back"), "cancel"))]

    def on_input_changed(self) -> None:
        self.paint()
        self.list.show(self.rows(), 0)
