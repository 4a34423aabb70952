"""Filling in: a digit scores the item and goes on; every key is on its way to disk before the next."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic
from typing import ClassVar

from msgspec import structs
from textual import containers
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.reactive import var
from textual.timer import Timer

from reflect_tui.i18n import _, mark
from reflect_tui.journal import DraftState
from reflect_tui.pages import assessing, said, single
from reflect_tui.pages.assessing import Hints
from reflect_tui.pages.caps import caps
from reflect_tui.pages.lines import EMPTY, Line, Span, cut, line, rule, shorten, span
from reflect_tui.pages.words import day, role_name
from reflect_tui.session import Score
from reflect_tui.sitting import Sitting
from reflect_tui.tui.actions import Action
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.answering import Answering
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines

NARROW = 70  # columns: below this the list needs all of them
LIST_ROWS, SINGLE_ROWS = 9, 6  # rows of the part below the middle
CALM = 0.3  # seconds without a key after which "saved" is told: after every single one it would flicker
TALL = 24  # rows: of what a window has more, a third stays free below the scale of a single item


class Horizontal(containers.Horizontal):
    """Puts widgets side by side that cover all of it: it needs no drawing of its own."""

    BLANK = True


class AssessScreen(Answering):
    """Domains, items, and the current statement as a whole sentence; or one statement at a time."""

    keys = "assessing"
    way_back = False  # what one does here most needs the room
    points = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("assessing")]
    draft_state: var[DraftState | None] = var(None)

    def __init__(self, seat: Sitting) -> None:
        """Fill in this session."""
        super().__init__(seat)
        self.set_reactive(AssessScreen.draft_state, seat.writer.state)
        self._told = seat.writer.state.synced  # acts of which "saved" was told
        self._calm: Timer | None = None
        self._calm_from = 0.0
        self._shows_previous = False
        self.single = False
        self._below = LIST_ROWS

    def on_mount(self) -> None:
        """Start in the order that the settings name."""
        self.single = self.reflect.settings.order == "single"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let no key act before the first item was seen: a digit typed ahead would score what nobody has read."""
        return super().check_action(action, parameters) if self.page.drawn or self._too_small else False

    def compose(self) -> ComposeResult:
        """Lay out domains, items and statement."""
        yield Lines(id="top", one=True)
        with Horizontal(id="middle"):
            yield Lines(id="side")
            with Horizontal(id="right"):
                yield Lines(id="page", points=True)
        yield Lines(id="statement")
        yield Lines(id="bottom", one=True)

    def footer(self) -> list[Action]:
        """Name the keys that score on this scale, and where `order` leads."""
        keys = [self.key_of(f"score({point.value})") for point in self.seat.instrument.scale.points]
        digits = all(key.isdecimal() for key in keys)
        shown = f"{keys[0]}-{keys[-1]}" if digits else "".join(keys)
        named = []
        for action in super().footer():
            if action.name == "score(1)":
                named.append(structs.replace(action, keys=shown))
            elif action.name == "order" and self.single:
                named.append(structs.replace(action, label=mark("list")))
            else:
                named.append(action)
        return named

    def place(self) -> Line:
        """Say what is being filled in, by whom, since when."""
        draft = self.seat.draft
        amends = (span(" · "), span(_("amending"), "accent")) if draft.amends else ()
        narrow = self.size.width < 72  # noqa: PLR2004 -- what the day, the count and what is saved take together
        own = draft.role == "self" and not amends  # which goes without saying, where there is no room to say it
        beside = (32 if own else 40) if narrow else 54
        title = shorten(self.seat.instrument.label, max(12, self.size.width - beside))
        when = "" if narrow else f" · {day(draft.started)}"
        return line(span(title, "title"), span(f" · {role_name(draft.role)}{when}", "muted"), *amends)

    def standing(self) -> Line:
        """Say how far one is, and whether every key is on disk."""
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

    def watch_draft_state(self, before: DraftState | None, now: DraftState | None) -> None:
        """Show a failure at once; that all is on disk, as soon as no key follows."""
        if now is None:
            return
        if now.failed or (before and before.failed):
            self._show_saved()
        if now.is_safe:
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
        return self.size.width - (single.margin(self.size.width - 1) - 2 if self.single else 0)

    def paint_page(self, columns: int, rows: int) -> None:
        """Show the list or the single item; only rows that differ are drawn again."""
        hints = Hints(previous=self._previous() if self._shows_previous else None)
        below = self.query_one("#statement", Lines)
        free = max(0, rows - TALL) // 3 if self.single else 0
        self._arrange(below, columns, SINGLE_ROWS + free if self.single else LIST_ROWS)
        if self.single:
            room = rows - 3 - SINGLE_ROWS - free  # top, bottom and the free row between
            self.page.show(single.statement(self.assessment, columns - 1, room), 0)
            left = single.margin(columns - 1)
            sentence = line(" " * (left - 2)) + self._said(columns)
            below.show([sentence, EMPTY, *self._scale(columns, hints, left, 3 + free)])
            return
        self.query_one("#side", Lines).show(assessing.domains(self.assessment, assessing.SIDEBAR))
        room = columns - 1 - (0 if columns < NARROW else assessing.SIDEBAR + 1)
        lines, current = assessing.items(self.assessment, room, hints)
        self.page.show([assessing.domain_title(self.assessment, room), EMPTY, *lines], current + 2)
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
        words = assessing.statement(self.assessment, min(columns, 110), rows)
        return [rule(columns), *words, self._said(columns), *scale]

    def _scale(self, columns: int, hints: Hints, left: int, rows: int) -> list[Line]:
        """Draw the caps, in at most two rows, the note, and progress below `rows` of these."""
        score = self.assessment.scores.get(self.assessment.current.id)
        scale = self.seat.instrument.scale
        names = (*(f"score({point.value})" for point in scale.points), "not_applicable")
        drawn = caps(scale, score, columns, {name: self.key_of(name) for name in names}, left)
        note = assessing.note_line(self.assessment, columns, hints, left)
        return [*drawn, note, *[EMPTY] * (rows - 1 - len(drawn)), assessing.progress_rule(self.assessment, columns)]

    def _said(self, columns: int) -> Line:
        return cut(self.said, min(columns - 2, self.sentence_room))

    def _previous(self) -> Mapping[str, Score]:
        own = self.reflect.state.own(self.seat.draft.instrument)
        earlier = [session for session in own if session.id != self.seat.draft.id]
        return earlier[0].scores if earlier else {}

    def action_move(self, steps: int) -> None:
        """Move without answering."""
        self.show(self.assessment.move(steps))

    def action_edge(self, side: int) -> None:
        """Go to the first or the last item."""
        self.show(self.assessment.go(0 if side < 0 else len(self.seat.instrument.items)))

    def action_page(self, pages: int) -> None:
        """Go a domain up or down."""
        self.action_domain(pages)

    def action_back_one(self) -> None:
        """Go back one item."""
        self.show(self.assessment.move(-1))

    def action_domain(self, steps: int) -> None:
        """Go to an earlier or later domain."""
        self.show(self.assessment.move_domain(steps))

    def action_previous(self) -> None:
        """Show or hide the previous session's scores; someone else never sees the owner's."""
        if self.seat.draft.role != "self":
            self.show(self.assessment, said.warning(_("What you scored yourself is not shown to others.")))
            return
        none = not self._previous()
        self._shows_previous = not self._shows_previous and not none
        self.show(self.assessment, said.warning(_("There is no earlier session to show.")) if none else EMPTY)

    def action_order(self) -> None:
        """Show one item at a time, or the list again, until the screen closes; the settings remember it for longer."""
        self.single = not self.single
        self.show(self.assessment)

    def action_find(self) -> None:
        """Find an item and go there."""
        from reflect_tui.tui.screens.find import FindScreen  # noqa: PLC0415 -- after the first paint

        self.app.push_screen(FindScreen(self.assessment), self._found)

    def _found(self, item_id: str | None) -> None:
        if item_id:
            self.show(self.assessment.go(self.seat.instrument.positions[item_id]))

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """Go to a domain or item by the mouse."""
        items = self.seat.instrument.positions
        if message.target in items:
            self._found(message.target)
        else:
            domains = {domain.id: domain for domain in self.seat.instrument.domains}
            self._found(domains[message.target].items[0].id)

    def action_back(self) -> None:
        """Leave; the draft stays, and Home offers it."""
        self.app.pop_screen()
        if self.reflect.guest:
            self.reflect.hand_over(finished=False)
        self.reflect.load()

    def on_unmount(self) -> None:
        """Let go of the draft; what is written stays."""
        self.reflect.release(self.seat)
