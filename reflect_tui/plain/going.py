"""Going about among the items: to gaps and domains, to an item by its number or words, and saying where one is."""

from __future__ import annotations

from reflect_tui.assessment import Assessment
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Instrument
from reflect_tui.plain import speech
from reflect_tui.plain.commands import Command
from reflect_tui.plain.console import Console
from reflect_tui.sitting import Sitting

_SHOWN_FOUND = 20


class Going:
    """The part of filling in that only moves the cursor, and puts the item there."""

    def __init__(self, seat: Sitting, console: Console) -> None:
        """Go about in this session."""
        self.seat = seat
        self.reviewing = False
        self._console = console
        self._domain = ""  # the one said last

    @property
    def assessment(self) -> Assessment:
        """The answers so far."""
        return self.seat.assessment

    @property
    def _instrument(self) -> Instrument:
        return self.seat.instrument

    def _again(self, _command: Command | None = None) -> None:
        """Put the current item, its domain first when that is another one than before."""
        self.reviewing = False
        if self.assessment.domain.id != self._domain:
            self._domain = self.assessment.domain.id
            self._console.gap()
            self._console.say(speech.domain_sentence(self.assessment, self.seat.seconds_left))
        self._console.gap()
        for sentence in speech.item_sentences(self.assessment):
            self._console.say(sentence)
        note = self.assessment.notes.get(self.assessment.current.id)
        if note:
            self._console.quote(_("The note:"), note)

    def _move(self, assessment: Assessment) -> None:
        if assessment.position == self.assessment.position:
            self._console.say(_("There is nothing further that way."))
        self.seat.assessment = assessment
        self._again()

    def _gap(self, assessment: Assessment) -> None:
        if not self.assessment.gaps:
            self._console.say(_("No item is open any more: f finishes."))
            return
        self.seat.assessment = assessment
        self._again()

    def _find(self, command: Command) -> None:
        """Go to the only item with the words, or list all that have them."""
        if not command.words:
            self._console.say(_("Type / and a word, such as: {example}").format(example=_("/family")))
            return
        found = speech.find(self._instrument, command.words)
        if len(found) == 1:
            self._move_to(self._instrument.positions[found[0].id])
            return
        text = ngettext("{n} item has that.", "{n} items have that.", len(found)).format(n=len(found))
        self._console.say(text if found else _("No item has that."))
        for item in found[:_SHOWN_FOUND]:
            self._console.say(speech.item_row(self.assessment, item))
        if len(found) > _SHOWN_FOUND:
            self._console.say(_("and {n} more").format(n=len(found) - _SHOWN_FOUND))
        if found:
            self._console.say(_("g and a number goes there."))

    def _go(self, command: Command) -> None:
        position = speech.position_of(self._instrument, command.words)
        if position is None:
            text = _("Type g and a number from 1 to {n}, or the id of an item.")
            self._console.say(text.format(n=len(self._instrument.items)))
        else:
            self._move_to(position)

    def _move_to(self, position: int) -> None:
        self.seat.assessment = self.assessment.go(position)
        self._again()

    def _list(self, _command: Command) -> None:
        self._console.say(speech.domain_sentence(self.assessment, None))
        for item in self.assessment.domain.items:
            self._console.say(speech.item_row(self.assessment, item))
