"""What the keys do to answers while filling in: score, n/a, note, undo and redo; and the review before finishing."""

from __future__ import annotations

from collections.abc import Sequence

from reflect_tui.i18n import _, ngettext
from reflect_tui.model.assessment import (
    Answer,
    Assessment,
    EditNote,
    EditRemark,
    Redo,
    Undo,
    is_low_score,
    note_bytes_left,
)
from reflect_tui.model.instrument import Item
from reflect_tui.model.instrument_faults import HIGHEST
from reflect_tui.model.session import NOT_APPLICABLE, Score
from reflect_tui.tui import navigate
from reflect_tui.tui.keys import first_key
from reflect_tui.tui.screens.page import KeysScreen, Page
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.usecases.filling import FillingSession
from reflect_tui.views import assessing
from reflect_tui.views.lines import EMPTY, Line, cut, line, span
from reflect_tui.views.review import Amendment, ReviewKeys, render_review


class Answering(Page):
    """A screen at which a session is filled in; how it looks is up to its heirs."""

    def __init__(self, seat: FillingSession) -> None:
        super().__init__()
        self.seat = seat
        self.said = EMPTY
        self._keys: dict[str, str] = {}
        """The first key of each action, as the settings have it and this terminal writes it."""
        self._by_zero = False
        """Whether the last key was 0, which is n/a unless it is a score."""

    @property
    def assessment(self) -> Assessment:
        """The answers so far."""
        return self.seat.assessment

    @property
    def sentence_room(self) -> int:
        """The columns for the sentence that answers a key."""
        return self.size.width

    def paint(self) -> None:
        """Show everything anew, in the keys as they are set now."""
        self._keys = {action.name: self.host.written(first_key(action.keys)) for action in reversed(self.actions)}
        super().paint()

    def key_of(self, name: str) -> str:
        """Write the first key of an action; where 0 is a score it is that, and n/a has the other key."""
        if name == "score(0)":
            return "0"
        if name == "not_applicable" and self.seat.instrument.scale.has_zero:
            return "-"
        return self._keys[name]

    def show(self, assessment: Assessment, sentence: Line = EMPTY) -> None:
        """Show the assessment with its cursor where it is now, and perhaps a sentence."""
        self.seat.assessment = assessment
        self.said = sentence
        self.paint_content()

    def action_keys(self) -> None:
        scale = self.seat.instrument.scale
        beyond = {f"score({value})" for value in range(1, HIGHEST + 1) if not scale.allows(value)}
        self.app.push_screen(KeysScreen([action for action in self.actions if action.name not in beyond]))

    def action_score(self, value: int) -> None:
        """Score the item and go to the next; a digit beyond the scale is told."""
        scale = self.seat.instrument.scale
        if not scale.allows(value):
            text = _("The scale goes from {low} to {high}.").format(low=scale.lowest, high=scale.highest)
            self.show(self.assessment, assessing.warning(text))
            return
        self._answer(value)

    def action_not_applicable(self) -> None:
        """Answer n/a and go to the next; the key 0 gives that score where there is one."""
        self._answer(0 if self._by_zero and self.seat.instrument.scale.has_zero else NOT_APPLICABLE)

    def _answer(self, score: Score) -> None:
        before = self.assessment
        self.seat.do(Answer(before.current.id, score))
        sentence = self._after(before, score)
        if before.position == len(self.seat.instrument.items) - 1:
            self.show(self.assessment, sentence)
            self.action_review()
        else:
            self.show(self.assessment.move(1), sentence)

    def _after(self, before: Assessment, score: Score) -> Line:
        """Ask for an example, or say that a domain is complete, when the settings want it; the next digit scores."""
        settings = self.host.settings
        item = before.current
        asks = settings.ask_example and item.id not in before.notes
        if asks and is_low_score(self.seat.instrument, item, score):
            return assessing.example(before, item, self.key_of("example"), self.sentence_room)
        if settings.pause_between_domains and self.assessment.progress(before.domain).complete:
            return assessing.complete(self.assessment, before, self.key_of("review"), self.sentence_room) or EMPTY
        return EMPTY

    def action_row(self) -> None:
        """Type the scores of this domain in a row, then go to the next one; each that differs is an act of its own."""
        domain = self.assessment.domain

        def typed(scores: Sequence[Score | None]) -> None:
            for item, score in zip(domain.items, scores, strict=True):
                if self.assessment.scores.get(item.id) != score:
                    self.seat.do(Answer(item.id, score))
            last = self.seat.instrument.positions[domain.items[-1].id]
            self.show(self.assessment.go(last + 1))
            if not self.assessment.gaps:
                self.action_review()

        navigate.type_row(self.host, self.assessment, self.seat.draft.id, typed)

    def action_clear(self) -> None:
        self.seat.do(Answer(self.assessment.current.id, None))
        self.show(self.assessment)

    def undo(self) -> tuple[str, Line]:
        """Take back the last act; return its item ("" for the remark) and a sentence that says what it was."""
        change = self.assessment.done[-1]
        self.seat.do(Undo())
        return change.item, assessing.undone(self.assessment, change, self.sentence_room)

    def redo(self) -> tuple[str, Line]:
        """Do again what was taken back last; return the same."""
        change = self.assessment.undone[-1]
        self.seat.do(Redo())
        return change.item, assessing.redone(self.assessment, change, self.sentence_room)

    def action_undo(self) -> None:
        if self.assessment.done:
            self._go_to_change(*self.undo())
        else:
            self.tell(assessing.warning(_("Nothing to undo.")))

    def action_redo(self) -> None:
        if self.assessment.undone:
            self._go_to_change(*self.redo())
        else:
            self.tell(assessing.warning(_("Nothing to redo.")))

    def _go_to_change(self, item_id: str, sentence: Line) -> None:
        """Go where something changed: here to the item, or to the review, where the remark stands."""
        self.said = EMPTY
        if item_id:
            self.show(self.assessment, sentence)
        else:
            self._review(sentence)

    def tell(self, sentence: Line) -> None:
        """Say something without going anywhere."""
        self.show(self.assessment, sentence)

    def action_note(self) -> None:
        self._write(self.assessment.current, _("Note"))

    def action_example(self) -> None:
        """Write an example to the item that was scored last; the cursor stays where one goes on."""
        scored = [change.item for change in self.assessment.done if change.kind == "score" and change.after is not None]
        if scored:
            self._write(self.seat.instrument.item(scored[-1]), _("Example"))
        else:
            self.tell(assessing.warning(_("Nothing is scored yet.")))

    def _write(self, item: Item, title: str) -> None:
        sentence = self.seat.instrument.sentence(item)
        text = self.assessment.notes.get(item.id, "")

        def keep(written: str, again: bool) -> None:  # noqa: FBT001 -- as the editor calls it
            here = self.assessment.position
            self.seat.rewrite(EditNote(item.id, written), again=again)
            self.seat.assessment = self.assessment.go(here)

        navigate.write_note(
            self.host,
            (title, sentence),
            text,
            lambda written: self._note(item.id, written),
            limit=note_bytes_left(self.assessment, item.id),
            keep=keep,
        )

    def _note(self, item_id: str, text: str | None) -> None:
        if text is not None and text != self.assessment.notes.get(item_id, ""):
            here = self.assessment.position
            self.seat.do(EditNote(item_id, text))
            self.seat.assessment = self.assessment.go(here)
        self.show(self.assessment)

    def action_gap(self, steps: int) -> None:
        found = self.assessment.next_gap() if steps > 0 else self.assessment.previous_gap()
        none = assessing.info(
            _("No statement is open any more: {key} opens the review.").format(key=self.key_of("review"))
        )
        self.show(found, EMPTY if self.assessment.gaps else none)

    def to_open_item(self) -> None:
        """Stay at an item that is open; from another go to the next open one."""
        if self.assessment.current.id in self.assessment.scores:
            self.action_gap(1)
        else:
            self.show(self.assessment)

    def action_review(self) -> None:
        self._review(EMPTY)

    def _review(self, sentence: Line) -> None:
        self.app.push_screen(ReviewScreen(self, sentence))

    def go_to(self, item_id: str) -> None:
        """Put the cursor on an item."""
        self.seat.assessment = self.assessment.go(self.seat.instrument.positions[item_id])


# Look it over and finish: the last answer leads here, never straight to the end.


class ReviewScreen(Page):
    """What is answered, what is still open, and what deserves a second look."""

    keys = "review"
    points = True

    def __init__(self, assess: Answering, sentence: Line) -> None:
        """Review what is being filled in on that screen; the sentence says what was done last."""
        super().__init__()
        self._assess = assess
        self._said = sentence
        self._finishing = False

    def paint_page(self, columns: int, rows: int) -> None:
        super().paint_page(columns, rows)
        if not self.page.target:
            self.page.point_first()

    def place(self) -> Line:
        return line(span(_("Review"), "title"), span(f" · {self._assess.seat.instrument.label}", "muted"))

    def saved_line(self) -> Line:
        return self._assess.saved_line()

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        seat = self._assess.seat
        amendment = Amendment(seat.base, seat.draft.reason) if seat.base else None
        keys = {action.name: self.host.written(first_key(action.keys)) for action in self.actions}
        named = ReviewKeys(finish=keys["finish"], gap=keys["gap(1)"])
        examples = self.host.settings.ask_example
        lines = render_review(self._assess.assessment, columns, amendment, named, examples=examples)
        return [cut(self._said, columns - 2), EMPTY, *lines] if self._said.spans else lines

    def action_go(self) -> None:
        """Return to the item at the cursor, or to where one was."""
        self.app.pop_screen()
        if self.page.target:
            self._assess.go_to(self.page.target)
        self._assess.show(self._assess.assessment)

    def action_undo(self) -> None:
        """Take back the last act, and go where it was."""
        if self._assess.assessment.done:
            self._go_to_change(*self._assess.undo())
        else:
            self.app.bell()

    def action_redo(self) -> None:
        if self._assess.assessment.undone:
            self._go_to_change(*self._assess.redo())
        else:
            self.app.bell()

    def _go_to_change(self, item_id: str, sentence: Line) -> None:
        """Return to the item, or say here what became of the remark."""
        if item_id:
            self.app.pop_screen()
            self._assess.show(self._assess.assessment, sentence)
            return
        self._said = sentence
        self.page.scroll_home(animate=False)
        self.paint()

    def action_finish(self) -> None:
        """Finish; with items still open, ask first."""
        gaps = len(self._assess.assessment.gaps)
        if self._finishing:
            return
        if not self._assess.assessment.scores:
            self.app.bell()
        elif gaps:
            text = ngettext(
                "{n} statement stays open. It counts in no mean.",
                "{n} statements stay open. They count in no mean.",
                gaps,
            )
            text = text.format(n=gaps)
            navigate.ask(self.host, (_("Finish with open statements?"), text), _("finish"), _("go back"), self._finish)
        else:
            self._finish()

    def _finish(self) -> None:
        self._finishing = True
        self.host.journal_service.finish(self._assess.seat, reply_to=self)

    def on_work_failed(self) -> None:
        """Let one try again; the app says what failed."""
        self._finishing = False

    def action_gap(self, _steps: int) -> None:
        self.app.pop_screen()
        self._assess.to_open_item()

    def action_note(self) -> None:
        about = self._assess.seat.instrument.title
        answered = self._assess.assessment

        def keep(written: str, again: bool) -> None:  # noqa: FBT001 -- as the editor calls it
            self._assess.seat.rewrite(EditRemark(written), again=again)

        heading = (_("Remark"), about)
        navigate.write_note(
            self.host, heading, answered.remark, self._remark, limit=note_bytes_left(answered), keep=keep
        )

    def _remark(self, text: str | None) -> None:
        if text is not None and text != self._assess.assessment.remark:
            self._assess.seat.do(EditRemark(text))
        self.paint()

    def on_lines_picked(self, message: Lines.Picked) -> None:
        self.call_after_refresh(self.action_go if message.opened else self.paint)
