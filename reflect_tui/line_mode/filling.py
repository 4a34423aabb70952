"""Filling in by lines: an item is put, a line answers it or asks for something else, and so on to the review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from reflect_tui.errors import JournalError
from reflect_tui.i18n import _, ngettext
from reflect_tui.line_mode import speech
from reflect_tui.line_mode.commands import Command, Name, add_line, help_filling_in, help_reviewing, parse, write_text
from reflect_tui.line_mode.speech import Console, TooLongError
from reflect_tui.model.assessment import Act, Answer, Assessment, EditNote, EditRemark, Redo, Undo, is_low_score
from reflect_tui.model.instrument import Instrument, Item
from reflect_tui.model.session import Score, Session
from reflect_tui.text import more_text
from reflect_tui.usecases.filling import FillingSession
from reflect_tui.views.labels import day
from reflect_tui.views.lines import shorten
from reflect_tui.views.review import Amendment

Ending = Literal["finish", "quit", "end"]
_SHOWN_MATCHES = 20
PATIENCE = 2.0  # seconds that a line waits for the disk before one is told
_MOST_UNDONE = 999


class Filling:
    """One session filled in line by line; everything that a line does is on disk before the next is asked for."""

    def __init__(
        self, filling: FillingSession, console: Console, previous: Session | None = None, *, ask_example: bool = False
    ) -> None:
        """Fill in this session; `previous` is one's own session before it.

        With `ask_example`, an example is asked for at a low score; the next line may be anything.
        """
        self.filling = filling
        self.reviewing = False
        self._console = console
        self._domain = ""  # the one said last
        self._previous = previous
        self._ask_example = ask_example
        self._ending: Ending | None = None
        self._acts: Mapping[Name, Callable[[Command], None]] = {
            "again": self._again, "score": self._score, "several": self._score, "off_scale": self._off_scale,
            "clear": self._clear, "back": lambda _c: self._move(self.assessment.move(-1)),
            "on": lambda _c: self._move(self.assessment.move(1)),
            "undo": self._undo, "redo": self._redo,
            "next_gap": lambda _c: self._gap(self.assessment.next_gap()),
            "previous_gap": lambda _c: self._gap(self.assessment.previous_gap()),
            "domain_back": lambda _c: self._move(self.assessment.move_domain(-1)),
            "domain_on": lambda _c: self._move(self.assessment.move_domain(1)),
            "find": self._find, "go": self._go, "note": self._note, "previous": self._say_previous,
            "list": self._list, "example": self._example,
            "review": self._review, "quit": self._quit, "help": self._help,
            "unknown": self._unknown,
        }  # fmt: skip
        self._review_acts: Mapping[Name, Callable[[Command], None]] = {
            "again": self._review, "review": self._finish, "back": self._again, "go": self._go, "note": self._remark,
            "next_gap": self._acts["next_gap"], "undo": self._undo, "redo": self._redo, "quit": self._quit,
            "help": self._help,
        }  # fmt: skip

    @property
    def assessment(self) -> Assessment:
        """The answers so far."""
        return self.filling.assessment

    @property
    def _instrument(self) -> Instrument:
        return self.filling.instrument

    def begin(self) -> None:
        """Say what the scale is and where help is, and put the first item."""
        if self._instrument.instructions:
            self._console.say(self._instrument.instructions)
        self._console.say(speech.scale_sentence(self._instrument.scale))
        self._console.say(
            _("Type a score and enter; a question mark explains everything else. All you type is kept at once.")
        )
        if self.filling.draft.amends and not self.assessment.gaps:
            self._console.say(_("Every statement has its answer; g 40 goes to statement 40, /word finds one, f saves."))
        self._again()

    def run(self, first: str | None = None) -> Ending:
        """Take lines until one of them ends it, or there are no more; `first` is one that was read already."""
        if first is not None:
            self._take(first)
        while self._ending is None:
            self._line()
        ending, self._ending = self._ending, None
        return ending

    def _line(self) -> None:
        try:
            text = self._console.read(_("Review:") if self.reviewing else _("Score:"))
        except TooLongError:
            self._console.say(_("That line is too long; nothing was done with it."))
            return
        if text is None:
            self._ending = "end"
            return
        self._take(text)

    def _take(self, text: str) -> None:
        command = parse(text, self._instrument.scale)
        if self.reviewing:
            self._review_acts.get(command.name, self._not_now)(command)
        else:
            self._acts[command.name](command)

    def _again(self, _command: Command | None = None) -> None:
        """Put the current item, its domain first when that is another one than before."""
        self.reviewing = False
        if self.assessment.domain.id != self._domain:
            self._domain = self.assessment.domain.id
            self._console.gap()
            self._console.say(speech.domain_sentence(self.assessment, self.filling.seconds_left))
        self._console.gap()
        for sentence in speech.item_sentences(self.assessment):
            self._console.say(sentence)
        note = self.assessment.notes.get(self.assessment.current.id)
        if note:
            self._console.quote(_("The note:"), note)

    def _move(self, assessment: Assessment) -> None:
        if assessment.position == self.assessment.position:
            self._console.say(_("There is nothing further that way."))
        self.filling.assessment = assessment
        self._again()

    def _gap(self, assessment: Assessment) -> None:
        if not self.assessment.gaps:
            self._console.say(_("No statement is open any more: f finishes."))
            return
        self.filling.assessment = assessment
        self._again()

    def _find(self, command: Command) -> None:
        """Go to the only item with the words, or list all that have them."""
        if not command.words:
            self._console.say(_("Type / and a word, such as: {example}").format(example=_("/family")))
            return
        matches = speech.find(self._instrument, command.words)
        if len(matches) == 1:
            self._move_to(self._instrument.positions[matches[0].id])
            return
        text = ngettext("{n} statement has that.", "{n} statements have that.", len(matches)).format(n=len(matches))
        self._console.say(text if matches else _("No statement has that."))
        for item in matches[:_SHOWN_MATCHES]:
            self._console.say(speech.item_row(self.assessment, item))
        if more := more_text(len(matches) - _SHOWN_MATCHES):
            self._console.say(more)
        if matches:
            self._console.say(_("g and a number goes there."))

    def _go(self, command: Command) -> None:
        position = speech.position_of(self._instrument, command.words)
        if position is None:
            text = _("Type g and a number from 1 to {n}, or the id of a statement.")
            self._console.say(text.format(n=len(self._instrument.items)))
        else:
            self._move_to(position)

    def _move_to(self, position: int) -> None:
        self.filling.assessment = self.assessment.go(position)
        self._again()

    def _list(self, _command: Command) -> None:
        self._console.say(speech.domain_sentence(self.assessment, None))
        for item in self.assessment.domain.items:
            self._console.say(speech.item_row(self.assessment, item))

    def _do(self, *acts: Act) -> None:
        """Do acts, and wait until they are on disk; what the disk refuses stays in memory and is tried again."""
        for act in acts:
            self.filling.do(act)
        try:
            self.filling.writer.flush(PATIENCE)
        except JournalError as error:
            self._console.say(_("Not saved yet: {reason} It is tried again.").format(reason=error))

    def _score(self, command: Command) -> None:
        """Answer the item, or as many as there are digits; the last item leads to the review."""
        first, scores = self.assessment.position, command.scores
        items = self._instrument.items[first : first + len(scores)]
        if len(items) < len(scores):
            left = ngettext(
                "Only {n} statement is left from here", "Only {n} statements are left from here", len(items)
            )
            sentence = _("{left}, and {given} scores were given: nothing was done.")
            self._console.say(sentence.format(left=left.format(n=len(items)), given=len(scores)))
            return
        before, done = self.assessment.scores, len(self.assessment.done)
        self._do(*(Answer(item.id, score) for item, score in zip(items, scores, strict=True)))
        if len(scores) == 1:
            self._console.say(speech.answered(self._instrument, items[0], before.get(items[0].id), scores[0]))
            self._ask(items[0], scores[0])
        else:
            overwritten = sum(before.get(item.id, score) != score for item, score in zip(items, scores, strict=True))
            undoes = len(self.assessment.done) - done
            self._console.say(speech.several_answered(first + 1, scores, overwritten, undoes))
        self._after(first + len(scores))

    def _after(self, position: int) -> None:
        if position == len(self._instrument.items):
            self._review()
        else:
            self.filling.assessment = self.assessment.go(position)
            self._again()

    def _off_scale(self, command: Command) -> None:
        scale = self._instrument.scale
        sentence = _("The scale goes from {low} to {high}.").format(low=scale.lowest, high=scale.highest)
        if len(command.words) > 1:
            sentence += " " + _("To go to a statement, type g and its number, such as g 40. Nothing was done.")
        self._console.say(sentence)

    def _clear(self, _command: Command) -> None:
        item = self.assessment.current
        before = self.assessment.scores.get(item.id)
        self._do(Answer(item.id, None))
        self._console.say(speech.answered(self._instrument, item, before, None))
        self._again()

    def _undo(self, command: Command) -> None:
        for _time in range(_times(command.words)):
            if not self.assessment.done:
                self._console.say(_("Nothing to undo."))
                break
            change = self.assessment.done[-1]
            self._do(Undo())
            self._tell(*speech.undone(self._instrument, change))
        self._stay()

    def _redo(self, command: Command) -> None:
        for _time in range(_times(command.words)):
            if not self.assessment.undone:
                self._console.say(_("Nothing to redo."))
                break
            change = self.assessment.undone[-1]
            self._do(Redo())
            self._tell(*speech.redone(self._instrument, change))
        self._stay()

    def _tell(self, about: str, text: str) -> None:
        if text:
            self._console.quote(about, text)
        else:
            self._console.say(about)

    def _stay(self) -> None:
        """Say where one is: among the items, or looking it over."""
        if self.reviewing:
            self._console.say(_what_now())
        else:
            self._again()

    def _note(self, command: Command) -> None:
        item = self.assessment.current
        self._write(command, self.assessment.notes.get(item.id, ""), lambda text: EditNote(item.id, text))
        self._again()

    def _ask(self, item: Item, score: Score) -> None:
        """Ask for an example at a low score, when the settings want it."""
        if self._ask_example and is_low_score(self._instrument, item, score) and item.id not in self.assessment.notes:
            self._console.say(_("An example, if you like: E (the capital) and a text adds it to that statement."))

    def _example(self, command: Command) -> None:
        """Write an example to the item scored last; one stays where one is."""
        scored = [change.item for change in self.assessment.done if change.kind == "score" and change.after is not None]
        if not scored:
            self._console.say(_("Nothing is scored yet."))
            return
        here, item_id = self.assessment.position, scored[-1]
        before = self.assessment.notes.get(item_id, "")
        self._write(command, before, lambda text: EditNote(item_id, text))
        if self.assessment.notes.get(item_id, "") != before:
            self._tell(*speech.noted(self._instrument, item_id, self.assessment.notes.get(item_id, "")))
        self._move_to(here)

    def _remark(self, command: Command) -> None:
        self._write(command, self.assessment.remark, EditRemark)
        if self.assessment.remark:
            self._console.quote(_("The remark:"), self.assessment.remark)
        self._stay()

    def _write(self, command: Command, text: str, act: Callable[[str], Act]) -> None:
        def keep(now: str) -> None:
            self._do(act(now))

        if command.words:
            keep(add_line(self._console, text, command.words))
        else:
            write_text(self._console, text, keep)

    def _say_previous(self, _command: Command) -> None:
        before, item = self._previous, self.assessment.current
        if before is None:
            self._console.say(_("There is no earlier session to show."))
            return
        score = before.scores.get(item.id)
        known = not isinstance(score, int) or self._instrument.scale.allows(score)
        answer = speech.answer_text(score, self._instrument.item_scale(item.id)) if known else str(score)
        sentence = _("Previous, on {date}: {answer}.").format(date=day(before.started), answer=answer)
        self._console.say(sentence)

    def _review(self, _command: Command | None = None) -> None:
        self.reviewing = True
        filling = self.filling
        amendment = Amendment(filling.base, filling.draft.reason) if filling.base else None
        self._console.gap()
        for sentence in speech.review_sentences(self.assessment, amendment):
            self._console.say(sentence)
        if self.assessment.remark:
            self._console.quote(_("The remark:"), self.assessment.remark)
        self._console.say(_what_now())

    def _finish(self, _command: Command) -> None:
        if self.assessment.scores:
            self._ending = "finish"
        else:
            self._console.say(_("Nothing is scored yet; there is nothing to finish."))

    def _quit(self, _command: Command) -> None:
        self._ending = "quit"

    def _help(self, _command: Command) -> None:
        scale = self._instrument.scale
        for sentence in help_reviewing() if self.reviewing else help_filling_in(scale):
            self._console.say(sentence)

    def _not_now(self, _command: Command) -> None:
        text = _(
            "This is the review: f finishes, b goes back to the statements, a question mark explains. Nothing was done."
        )
        self._console.say(text)

    def _unknown(self, command: Command) -> None:
        position = speech.position_of(self._instrument, command.words)
        if position is not None:
            self._move_to(position)
            return
        text = _('"{words}" means nothing here. Nothing was done; a question mark explains what does.')
        self._console.say(text.format(words=shorten(command.words, 40)))


def _what_now() -> str:
    return _(
        "f finishes and saves, b goes back to the statements, e writes a remark, q quits; a question mark explains."
    )


def _times(words: str) -> int:
    """Read how often to undo; once when no number is given."""
    return min(int(words), _MOST_UNDONE) if words.isascii() and words.isdigit() and len(words) < 4 else 1  # noqa: PLR2004 -- more digits than anyone undoes
