"""What the keys do to answers while filling in: score, n/a, clear, note, example, undo and redo."""

from __future__ import annotations

from reflect_tui import second_look
from reflect_tui.assessment import Answer, Assessment, Note, Redo, Undo, room
from reflect_tui.i18n import _
from reflect_tui.instrument import Item
from reflect_tui.pages import said
from reflect_tui.pages.lines import EMPTY, Line
from reflect_tui.session import NOT_APPLICABLE, Score
from reflect_tui.sitting import Sitting
from reflect_tui.tui.keys import first_keys
from reflect_tui.tui.screens.page import Page


class Answering(Page):
    """A screen at which a session is filled in; how it looks is up to its heirs."""

    def __init__(self, seat: Sitting) -> None:
        """Fill in this session."""
        super().__init__()
        self.seat = seat
        self.said = EMPTY

    @property
    def assessment(self) -> Assessment:
        """The answers so far."""
        return self.seat.assessment

    @property
    def sentence_room(self) -> int:
        """The columns for the sentence that answers a key."""
        return self.size.width

    def key_of(self, name: str) -> str:
        """Write the first key of an action, as the settings have it."""
        return self.reflect.written(first_keys(self.keys, self.reflect.keys)[name])

    def show(self, assessment: Assessment, sentence: Line = EMPTY) -> None:
        """Show the assessment with its cursor where it is now, and perhaps a sentence."""
        self.seat.assessment = assessment
        self.said = sentence
        self.paint()

    def action_keys(self) -> None:
        """Show all keys, of the digits those that are on the scale."""
        from reflect_tui.tui.screens.keys import KeysScreen  # noqa: PLC0415 -- only when asked

        beyond = {f"score({digit})" for digit in range(1, 10) if not self.seat.instrument.scale.allows(digit)}
        self.app.push_screen(KeysScreen([action for action in self.actions if action.name not in beyond]))

    def action_score(self, value: int) -> None:
        """Score the item and go to the next; a digit beyond the scale is told."""
        scale = self.seat.instrument.scale
        if not scale.allows(value):
            text = _("The scale goes from {low} to {high}.").format(low=scale.lowest, high=scale.highest)
            self.show(self.assessment, said.warning(text))
            return
        self._answer(value)

    def action_not_applicable(self) -> None:
        """Answer n/a and go to the next."""
        self._answer(NOT_APPLICABLE)

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
        settings = self.reflect.settings
        item = before.current
        low = second_look.is_low(self.seat.instrument.scale, score)
        if settings.ask_example and low and item.id not in before.notes:
            return said.example(before, item, self.key_of("example"), self.sentence_room)
        if settings.pause_between_domains:
            return said.complete(self.assessment, before, self.key_of("review"), self.sentence_room) or EMPTY
        return EMPTY

    def action_clear(self) -> None:
        """Take the answer away."""
        self.seat.do(Answer(self.assessment.current.id, None))
        self.show(self.assessment)

    def action_undo(self) -> None:
        """Take back the last act, go there and say what it was."""
        done = self.assessment.done
        if not done:
            self.tell(said.warning(_("Nothing to undo.")))
            return
        self.seat.do(Undo())
        self.go_to_change(done[-1].item, said.undone(self.assessment, done[-1], self.sentence_room))

    def action_redo(self) -> None:
        """Do again what was taken back, and go there."""
        undone = self.assessment.undone
        if not undone:
            self.tell(said.warning(_("Nothing to redo.")))
            return
        self.seat.do(Redo())
        self.go_to_change(undone[-1].item, said.redone(self.assessment, undone[-1], self.sentence_room))

    def go_to_change(self, item_id: str, sentence: Line) -> None:
        """Go where an undo or redo changed something: to the item, or to the review, where the remark stands."""
        from reflect_tui.tui.screens.review import ReviewScreen  # noqa: PLC0415 -- after the first paint

        self.said = EMPTY
        review = self.app.screen if isinstance(self.app.screen, ReviewScreen) else None
        if item_id:
            if review:
                self.app.pop_screen()
            self.show(self.assessment, sentence)
        elif review:
            review.tell(sentence)
        else:
            self.app.push_screen(ReviewScreen(self, sentence))

    def tell(self, sentence: Line) -> None:
        """Say something without going anywhere."""
        self.show(self.assessment, sentence)

    def action_note(self) -> None:
        """Write a note to the item."""
        self._write(self.assessment.current, _("Note"))

    def action_example(self) -> None:
        """Write an example to the item that was scored last; the cursor stays where one goes on."""
        scored = [change.item for change in self.assessment.done if change.kind == "score" and change.after is not None]
        if scored:
            self._write(self.seat.instrument.item(scored[-1]), _("Example"))
        else:
            self.tell(said.warning(_("Nothing is scored yet.")))

    def _write(self, item: Item, title: str) -> None:
        from reflect_tui.tui.screens.note import NoteScreen  # noqa: PLC0415 -- it takes time to load

        sentence = self.seat.instrument.sentence(item)
        text = self.assessment.notes.get(item.id, "")

        def keep(written: str, again: bool) -> None:  # noqa: FBT001 -- as the editor calls it
            here = self.assessment.position
            self.seat.rewrite(Note(item.id, written), again=again)
            self.seat.assessment = self.assessment.go(here)

        asked = NoteScreen(title, sentence, text, room(self.assessment, item.id), keep)
        self.app.push_screen(asked, lambda written: self._note(item.id, written))

    def _note(self, item_id: str, text: str | None) -> None:
        if text is not None and text != self.assessment.notes.get(item_id, ""):
            here = self.assessment.position
            self.seat.do(Note(item_id, text))
            self.seat.assessment = self.assessment.go(here)
        self.show(self.assessment)

    def action_gap(self, steps: int) -> None:
        """Go to the next or previous open item."""
        found = self.assessment.next_gap() if steps > 0 else self.assessment.previous_gap()
        none = said.info(_("No item is open any more: {key} looks it over.").format(key=self.key_of("review")))
        self.show(found, EMPTY if self.assessment.gaps else none)

    def to_open_item(self) -> None:
        """Stay at an item that is open; from another go to the next open one."""
        if self.assessment.current.id in self.assessment.scores:
            self.action_gap(1)
        else:
            self.show(self.assessment)

    def action_review(self) -> None:
        """Look it over before finishing."""
        from reflect_tui.tui.screens.review import ReviewScreen  # noqa: PLC0415 -- after the first paint

        self.app.push_screen(ReviewScreen(self))

    def go_to(self, item_id: str) -> None:
        """Put the cursor on an item."""
        self.seat.assessment = self.assessment.go(self.seat.instrument.positions[item_id])
