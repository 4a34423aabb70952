"""Filling in by lines: an item is put, a line answers it or asks for something else, and so on to the review."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from reflect_tui.analysis import review_hints
from reflect_tui.analysis.review_hints import is_low_score
from reflect_tui.errors import JournalError
from reflect_tui.i18n import _, ngettext
from reflect_tui.line_mode import speech
from reflect_tui.line_mode.speech import Console, TooLongError, answer_text, number_of, ranges, scale_sentence
from reflect_tui.model.assessment import Act, Answer, Assessment, EditNote, EditRemark, Redo, Undo
from reflect_tui.model.instrument import Domain, Instrument, Item, Scale
from reflect_tui.model.session import MAX_NOTE, NOT_APPLICABLE, Score, Session
from reflect_tui.usecases.filling import FillingSession
from reflect_tui.views.labels import day
from reflect_tui.views.lines import shorten
from reflect_tui.views.review import LONG_RUN, Amendment

# What a typed line means: the letters of the screens, with what may follow them. Pure.


Name = Literal[
    "again", "score", "several", "off_scale", "clear", "back", "on", "undo", "redo", "next_gap", "previous_gap",
    "domain_back", "domain_on", "find", "go", "note", "previous", "list", "review", "quit", "help", "example",
    "unknown",
]  # fmt: skip

_LETTERS: dict[str, Name] = {
    "x": "clear", "b": "back", "k": "back", "j": "on", "u": "undo", "r": "redo", "n": "next_gap", "N": "previous_gap",
    "[": "domain_back", "]": "domain_on", "/": "find", "g": "go", "e": "note", "E": "example", "p": "previous",
    "l": "list",
    "f": "review", "q": "quit", "?": "help",
}  # fmt: skip
_WITH_WORDS = frozenset(("find", "go", "note", "example", "undo", "redo"))
_NOT_APPLICABLE = ("0", "-")


class Command(Struct, frozen=True):
    """One line: what to do, the words that follow, and the scores that it gives."""

    name: Name
    words: str = ""
    scores: tuple[Score, ...] = ()


def parse(text: str, scale: Scale) -> Command:
    """Read a line; several digits are several scores only when all of them are on the scale."""
    line = text.strip()
    if not line:
        return Command("again")
    if line in _NOT_APPLICABLE:
        return Command("score", scores=(NOT_APPLICABLE,))
    if line.isascii() and line.isdigit():
        return _digits(line, scale)
    name = _LETTERS.get(line[0])
    words = line[1:].strip()
    if name is None or (words and not _may_follow(name, line)):
        return Command("unknown", line)
    return Command(name, words)


def _digits(line: str, scale: Scale) -> Command:
    if not all(scale.allows(int(digit)) for digit in line):
        return Command("off_scale", line)
    scores: tuple[Score, ...] = tuple(int(digit) for digit in line)
    return Command("several" if len(scores) > 1 else "score", line, scores)


def _may_follow(name: Name, line: str) -> bool:
    """Tell whether words may follow a letter: after a blank, so that a word is not taken for a command."""
    return name in _WITH_WORDS and (line[0] == "/" or line[1].isspace())


# Going about among the items: to gaps and domains, to an item by its number or words, and saying where one is.


_SHOWN_FOUND = 20


class Going:
    """The part of filling in that only moves the cursor, and puts the item there."""

    def __init__(self, seat: FillingSession, console: Console) -> None:
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


# All that can be typed while filling in and while looking it over, in words.


def filling_in(scale: Scale) -> list[str]:
    """Explain every line that means something while filling in."""
    low, high = scale.lowest, scale.highest
    return [
        scale_sentence(scale),
        _("Type one of these, then enter. Capitals matter."),
        _("{low} to {high}: score the item and go to the next").format(low=low, high=high),
        _("several digits, such as {example}: score as many items, one after the other").format(
            example=f"{high}{high}{low}"
        ),
        _("0 or - (minus): not applicable, or cannot judge"),
        _("an empty line: hear the item again; nothing changes"),
        _("x: take the answer away"),
        _("b or k: back one item; j: on one item, without an answer"),
        _("n: to the next open item; N (the capital): to the previous one"),
        _("[ (left bracket): to the start of the domain, or the one before; ] (right bracket): to the next domain"),
        _("g 40: to item 40; g and an id: to that item"),
        _("/ (slash) and a word: find the items with that word"),
        _("l: list the items of this domain with their answers"),
        _("e: write a note to the item, of several lines; e and a text: add that one line"),
        _("E (the capital): the same for the item scored last, such as an example"),
        _("p: hear the previous score of the item"),
        _("u: take back what you did last; u 3: the last three things; r: do it again"),
        _("f: look it over and finish"),
        _("q: quit; what you did is kept, and you can go on later"),
        _("? (question mark): this list"),
    ]


def looking_over() -> list[str]:
    """Explain every line that means something while looking it over."""
    return [
        _("Type one of these, then enter."),
        _("f: finish; the session is saved and its results are shown"),
        _("n: to the next open item"),
        _("g 40: to item 40"),
        _("b: back to the items"),
        _("e: write a remark about the whole session; e and a text: add that one line"),
        _("u: take back what you did last; r: do it again"),
        _("an empty line: look it over again"),
        _("q: quit; what you did is kept, and you can go on later"),
    ]


# Before finishing, in words: how complete it is, what is open, n/a or worth a second look. Pure.


SHOWN_GAPS = 5  # so many open items are named by their sentence, more only by their numbers


def review(assessment: Assessment, amendment: Amendment | None = None) -> list[str]:
    """Look a session over, one sentence a line."""
    return [
        _("You are looking it over. Nothing is finished yet."),
        *(_amended(assessment, amendment) if amendment else ()),
        *_gaps(assessment),
        *(_domain(assessment, number, domain) for number, domain in enumerate(assessment.instrument.domains, start=1)),
        *_skipped(assessment),
        *_hints(assessment),
    ]


def _gaps(assessment: Assessment) -> list[str]:
    gaps = assessment.gaps
    if not gaps:
        return [_("Every item has an answer.")]
    text = ngettext(
        "{n} item is still open; it counts in no mean. n goes there.",
        "{n} items are still open; they count in no mean. n goes to the next one.",
        len(gaps),
    )
    instrument = assessment.instrument
    if len(gaps) > SHOWN_GAPS:
        return [text.format(n=len(gaps)), _("Open: items {items}.").format(items=_numbers(instrument, gaps))]
    named = (f"{number_of(instrument, item.id)}. {instrument.sentence(item)}" for item in gaps)
    return [text.format(n=len(gaps)), *named]


def _domain(assessment: Assessment, number: int, domain: Domain) -> str:
    progress = assessment.progress(domain)
    said = [_("{n} of {total} answered").format(n=progress.answered, total=progress.total)]
    skipped = sum(assessment.scores.get(item.id) == NOT_APPLICABLE for item in domain.items)
    noted = sum(item.id in assessment.notes for item in domain.items)
    if skipped:
        said.append(_("{n} not applicable").format(n=skipped))
    if noted:
        said.append(ngettext("{n} note", "{n} notes", noted).format(n=noted))
    return _("Domain {n}, {title}: {said}.").format(n=number, title=domain.label, said=", ".join(said))


def _skipped(assessment: Assessment) -> list[str]:
    items = [item for item in assessment.instrument.items if assessment.scores.get(item.id) == NOT_APPLICABLE]
    if not items:
        return []
    text = ngettext("Not applicable: item {items}.", "Not applicable: items {items}.", len(items))
    return [text.format(items=_numbers(assessment.instrument, items))]


def _numbers(instrument: Instrument, items: Sequence[Item]) -> str:
    return ranges([number_of(instrument, item.id) for item in items])


def _hints(assessment: Assessment) -> list[str]:
    text = _(
        "{n} times {score} in a row, items {first} to {last}. Fine if it is so; worth a look if it went by itself."
    )
    scale = assessment.instrument.scale
    return [
        text.format(n=run.length, score=answer_text(run.score, scale), first=run.first + 1, last=run.last + 1)
        for run in review_hints.score_runs(assessment, LONG_RUN)
    ]


def _amended(assessment: Assessment, amendment: Amendment) -> list[str]:
    """Say word for word what is about to change in a session that is saved, and why."""
    instrument, base = assessment.instrument, amendment.base
    lines = [_("This amends a saved session; its earlier versions stay in its history.")]
    lines.append(_("The reason: {reason}").format(reason=amendment.reason))
    for item in instrument.items:
        old, new = base.scores.get(item.id), assessment.scores.get(item.id)
        if old != new:
            text = _("Item {n} was {old}, and becomes {new}.")
            answers = {"old": answer_text(old, instrument.scale), "new": answer_text(new, instrument.scale)}
            lines.append(text.format(n=number_of(instrument, item.id), **answers))
        if base.notes.get(item.id) != assessment.notes.get(item.id):
            lines.append(_("The note of item {n} changes.").format(n=number_of(instrument, item.id)))
    if base.remark != assessment.remark:
        lines.append(_("The remark changes."))
    return lines if len(lines) > 2 else [*lines, _("Nothing changes yet.")]  # noqa: PLR2004 -- the two opening lines


# A note or a remark typed line by line; each line is kept as soon as it is typed.


END, EMPTY_IT = ".", ".."

Keep = Callable[[str], None]


def write(console: Console, text: str, keep: Keep) -> str:
    """Add the lines that are typed to a text until a single dot, handing it to `keep` after every line."""
    explained = _("Type as many lines as you like. A line with only a dot ends it, one with two dots empties it.")
    console.say(explained)
    if text:
        console.say(_("It stands as follows; what you type is added:"))
        console.say(text, indent=4)
    blanks = ""  # empty lines wait for a next one with words: none of them ends a text
    while True:
        try:
            line = console.read(_("Text:"))
        except TooLongError:
            console.say(_("That line is too long; nothing was done with it."))
            continue
        if line is None or line.strip() == END:
            return text
        if line.strip():
            text = _next(console, text, blanks + line)
            keep(text)
        blanks = "" if line.strip() or not text else blanks + "\n"


def _next(console: Console, text: str, line: str) -> str:
    if line.strip() == EMPTY_IT:
        console.say(_("Emptied."))
        return ""
    return add(console, text, line)


def add(console: Console, text: str, line: str) -> str:
    """Put a line below a text, when there is room for it."""
    longer = f"{text}\n{line}" if text else line
    if len(longer) <= MAX_NOTE:
        return longer
    console.say(_("That would be longer than {n} characters; the line was left out.").format(n=MAX_NOTE))
    return text


Ending = Literal["finish", "quit", "end"]
PATIENCE = 2.0  # seconds that a line waits for the disk before one is told
_MOST_UNDONE = 999


class Filling(Going):
    """One session filled in line by line; everything that a line does is on disk before the next is asked for."""

    def __init__(
        self, seat: FillingSession, console: Console, previous: Session | None = None, *, ask_example: bool = False
    ) -> None:
        """Fill in this session; `previous` is one's own session before it.

        With `ask_example`, an example is asked for at a low score; the next line may be anything.
        """
        super().__init__(seat, console)
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

    def begin(self) -> None:
        """Say what the scale is and where help is, and put the first item."""
        self._console.say(speech.scale_sentence(self._instrument.scale))
        self._console.say(
            _("Type a score and enter; a question mark explains everything else. All you type is kept at once.")
        )
        if self.seat.draft.amends and not self.assessment.gaps:
            self._console.say(_("Every item has its answer; g 40 goes to item 40, /word finds one, f saves."))
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

    def _do(self, *acts: Act) -> None:
        """Do acts, and wait until they are on disk; what the disk refuses stays in memory and is tried again."""
        for act in acts:
            self.seat.do(act)
        try:
            self.seat.writer.flush(PATIENCE)
        except JournalError as error:
            self._console.say(_("Not saved yet: {reason} It is tried again.").format(reason=error))

    def _score(self, command: Command) -> None:
        """Answer the item, or as many as there are digits; the last item leads to the review."""
        first, scores = self.assessment.position, command.scores
        items = self._instrument.items[first : first + len(scores)]
        if len(items) < len(scores):
            left = ngettext("Only {n} item is left from here", "Only {n} items are left from here", len(items))
            said = _("{left}, and {given} scores were given: nothing was done.")
            self._console.say(said.format(left=left.format(n=len(items)), given=len(scores)))
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
            self.seat.assessment = self.assessment.go(position)
            self._again()

    def _off_scale(self, command: Command) -> None:
        scale = self._instrument.scale
        said = _("The scale goes from {low} to {high}.").format(low=scale.lowest, high=scale.highest)
        if len(command.words) > 1:
            said += " " + _("To go to an item, type g and its number, such as g 40. Nothing was done.")
        self._console.say(said)

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
        if self._ask_example and is_low_score(self._instrument.scale, score) and item.id not in self.assessment.notes:
            self._console.say(_("An example, if you like: E (the capital) and a text adds it to that item."))

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
            keep(add(self._console, text, command.words))
        else:
            write(self._console, text, keep)

    def _say_previous(self, _command: Command) -> None:
        before, item = self._previous, self.assessment.current
        if before is None:
            self._console.say(_("There is no earlier session to show."))
            return
        score = before.scores.get(item.id)
        known = not isinstance(score, int) or self._instrument.scale.allows(score)
        answer = speech.answer_text(score, self._instrument.scale) if known else str(score)
        said = _("Previous, on {date}: {answer}.").format(date=day(before.started), answer=answer)
        self._console.say(said)

    def _review(self, _command: Command | None = None) -> None:
        self.reviewing = True
        seat = self.seat
        amendment = Amendment(seat.base, seat.draft.reason) if seat.base else None
        self._console.gap()
        for sentence in review(self.assessment, amendment):
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
        for sentence in looking_over() if self.reviewing else filling_in(scale):
            self._console.say(sentence)

    def _not_now(self, _command: Command) -> None:
        text = _(
            "You are looking it over: f finishes, b goes back to the items, a question mark explains. Nothing was done."
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
    return _("f finishes and saves, b goes back to the items, e writes a remark, q quits; a question mark explains.")


def _times(words: str) -> int:
    """Read how often to undo; once when no number is given."""
    return min(int(words), _MOST_UNDONE) if words.isascii() and words.isdigit() and len(words) < 4 else 1  # noqa: PLR2004
