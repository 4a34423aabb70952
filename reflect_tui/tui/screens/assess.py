"""Filling in: a digit scores the item and goes on; every key is on its way to disk before the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from msgspec import structs
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.reactive import var

from reflect_tui.assessment import Act, Answer, Assessment, Note, Redo, Undo
from reflect_tui.i18n import _
from reflect_tui.journal import DraftState
from reflect_tui.pages import assessing
from reflect_tui.pages.assessing import Hints
from reflect_tui.pages.lines import EMPTY, Line, Span, line, rule, shorten, span
from reflect_tui.pages.words import day, role_name
from reflect_tui.session import NOT_APPLICABLE, Score
from reflect_tui.sitting import Sitting
from reflect_tui.tui.keys import Action, bindings
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines


class AssessScreen(Page):
    """Domains, items, and the current statement as a whole sentence."""

    keys = "assessing"
    points = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("assessing")]
    draft_state: var[DraftState | None] = var(None)

    def __init__(self, seat: Sitting) -> None:
        """Fill in this session."""
        super().__init__()
        self.seat = seat
        self.set_reactive(AssessScreen.draft_state, seat.writer.state)
        self._said = ""
        self._shows_previous = False

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
        """Name the digits of this scale."""
        scale = self.seat.instrument.scale
        digits = f"{scale.lowest}-{scale.highest}"
        return [structs.replace(a, keys=digits) if a.name == "score(1)" else a for a in super().footer()]

    @property
    def assessment(self) -> Assessment:
        """The answers so far."""
        return self.seat.assessment

    def place(self) -> Line:
        """Say what is being filled in, by whom, since when."""
        draft = self.seat.draft
        amends = (span(" · "), span(_("amending"), "accent")) if draft.amends else ()
        title = shorten(self.seat.instrument.label, max(12, self.size.width - 54))
        return line(span(title, "title"), span(f" · {role_name(draft.role)} · {day(draft.started)}", "muted"), *amends)

    def standing(self) -> Line:
        """Say how far one is, and whether every key is on disk."""
        text = assessing.progress_text(self.assessment, self.seat.seconds_left)
        return line(span(text + "  ", "strong"), *self._saved())

    def _saved(self) -> tuple[Span, ...]:
        state = self.draft_state
        if state is not None and state.failed:
            return (span("! ", "warning"), span(_("not saved"), "warning"))
        if state is None or state.pending or state.synced < state.written:
            return (span("○ ", "muted"), span(_("saving"), "muted"))
        return (span("● ", "accent"), span(_("saved"), "muted"))

    def watch_draft_state(self) -> None:
        """Show whether the draft is on disk."""
        self._paint_top()

    def _paint_top(self) -> None:
        if self.is_mounted and self.size.width:
            from reflect_tui.tui.screens.page import top_line  # noqa: PLC0415 -- beside its use

            self.query_one("#top", Lines).show([top_line(self.place(), self.standing(), self.size.width)])

    def paint_page(self, columns: int, rows: int) -> None:  # noqa: ARG002 -- the layout knows the height
        """Show the three parts; only rows that differ are drawn again."""
        hints = Hints(previous=self._previous() if self._shows_previous else None)
        narrow = columns < 70  # noqa: PLR2004 -- below this the list needs all columns
        side = self.query_one("#side", Lines)
        if side.display == narrow:  # setting it lays the whole screen out anew
            side.display = not narrow
        side.show(assessing.domains(self.assessment, assessing.SIDEBAR))
        room = columns - 1 - (0 if narrow else assessing.SIDEBAR + 1)
        lines, current = assessing.items(self.assessment, room, hints)
        self.page.show([assessing.domain_title(self.assessment, room), EMPTY, *lines], current + 2)
        self.query_one("#statement", Lines).show(self._statement(columns, hints))

    def _statement(self, columns: int, hints: Hints) -> list[Line]:
        score = self.assessment.scores.get(self.assessment.current.id)
        said = line("  ", span(self._said, "warning")) if self._said else EMPTY
        caps = assessing.caps(self.seat.instrument.scale, score, columns)
        note = assessing.note_line(self.assessment, columns, hints)
        return [
            rule(columns),
            *assessing.statement(self.assessment, min(columns, 110), 5 - len(caps)),
            EMPTY if not self._said else said,
            *caps,
            note,
            assessing.progress_rule(self.assessment, columns),
        ]

    def _previous(self) -> Mapping[str, Score]:
        own = self.reflect.state.own(self.seat.draft.instrument)
        earlier = [session for session in own if session.id != self.seat.draft.id]
        return earlier[0].scores if earlier else {}

    def _do(self, act: Act) -> None:
        self.seat.do(act)

    def _show(self, assessment: Assessment, said: str = "") -> None:
        """Show the assessment with its cursor elsewhere, and perhaps a sentence."""
        self.seat.assessment = assessment
        self._said = said
        self.paint()

    def action_score(self, value: int) -> None:
        """Score the item and go to the next; a digit beyond the scale is told."""
        scale = self.seat.instrument.scale
        if not scale.allows(value):
            text = _("The scale goes from {low} to {high}.").format(low=scale.lowest, high=scale.highest)
            self._show(self.assessment, text)
            return
        self._answer(value)

    def action_not_applicable(self) -> None:
        """Answer n/a and go to the next."""
        self._answer(NOT_APPLICABLE)

    def _answer(self, score: Score) -> None:
        item = self.assessment.current
        last = self.assessment.position == len(self.seat.instrument.items) - 1
        self._do(Answer(item.id, score))
        if last:
            self.paint()
            self.action_review()
        else:
            self._show(self.assessment.move(1))

    def action_clear(self) -> None:
        """Take the answer away."""
        self._do(Answer(self.assessment.current.id, None))
        self._show(self.assessment)

    def action_move(self, steps: int) -> None:
        """Move without answering."""
        self._show(self.assessment.move(steps))

    def action_edge(self, side: int) -> None:
        """Go to the first or the last item."""
        self._show(self.assessment.go(0 if side < 0 else len(self.seat.instrument.items)))

    def action_page(self, pages: int) -> None:
        """Go a domain up or down."""
        self.action_domain(pages)

    def action_back_one(self) -> None:
        """Go back one item."""
        self._show(self.assessment.move(-1))

    def action_domain(self, steps: int) -> None:
        """Go to an earlier or later domain."""
        self._show(self.assessment.move_domain(steps))

    def action_gap(self, steps: int) -> None:
        """Go to the next or previous open item."""
        found = self.assessment.next_gap() if steps > 0 else self.assessment.previous_gap()
        self._show(found, _("No item is open any more: f finishes.") if not self.assessment.gaps else "")

    def action_undo(self) -> None:
        """Take back the last act, go there and say what it was."""
        done = self.assessment.done
        if not done:
            self._show(self.assessment, _("Nothing to undo."))
            return
        self._do(Undo())
        self._show(self.assessment, assessing.undone(done[-1]))

    def action_redo(self) -> None:
        """Do again what was taken back, and go there."""
        undone = self.assessment.undone
        if not undone:
            self._show(self.assessment, _("Nothing to redo."))
            return
        self._do(Redo())
        self._show(self.assessment, assessing.redone(undone[-1]))

    def action_previous(self) -> None:
        """Show or hide the previous session's scores."""
        self._shows_previous = not self._shows_previous
        none = self._shows_previous and not self._previous()
        self._show(self.assessment, _("There is no earlier session to show.") if none else "")

    def action_note(self) -> None:
        """Write a note to the item."""
        from reflect_tui.tui.screens.note import NoteScreen  # noqa: PLC0415 -- the editor takes time to load

        item = self.assessment.current
        sentence = self.seat.instrument.sentence(item)
        self.app.push_screen(
            NoteScreen(_("Note"), sentence, self.assessment.notes.get(item.id, "")),
            lambda text: self._note(item.id, text),
        )

    def _note(self, item_id: str, text: str | None) -> None:
        if text is not None and text != self.assessment.notes.get(item_id, ""):
            self._do(Note(item_id, text))
        self.paint()

    def action_find(self) -> None:
        """Find an item and go there."""
        from reflect_tui.tui.screens.find import FindScreen  # noqa: PLC0415 -- after the first paint

        self.app.push_screen(FindScreen(self.assessment), self._found)

    def _found(self, item_id: str | None) -> None:
        if item_id:
            self._show(self.assessment.go(self.seat.instrument.positions[item_id]))

    def action_review(self) -> None:
        """Look it over before finishing."""
        from reflect_tui.tui.screens.review import ReviewScreen  # noqa: PLC0415 -- after the first paint

        self.app.push_screen(ReviewScreen(self))

    def go_to(self, item_id: str) -> None:
        """Put the cursor on an item."""
        self.seat.assessment = self.assessment.go(self.seat.instrument.positions[item_id])

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
        self.reflect.load()

    def on_unmount(self) -> None:
        """Let go of the draft; what is written stays."""
        self.reflect.release(self.seat)
