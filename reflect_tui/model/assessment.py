"""A session being filled in: score, clear, note, next gap, undo, redo. Pure: no screen, no clock, no disk.

Every key that changes something is an act. An assessment is what its acts add up to, so a draft only has to keep
the acts: replaying them restores the scores and the whole history of undo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.model.instrument import Domain, Instrument, Item
from reflect_tui.model.session import MAX_NOTE, MAX_NOTES, NOT_APPLICABLE, Score


class Answer(Struct, frozen=True, tag="answer"):
    """Score an item, or answer it with n/a; None clears it."""

    item: str
    score: Score | None


class EditNote(Struct, frozen=True, tag="note"):
    """Write the note of an item; "" removes it."""

    item: str
    text: str


class EditRemark(Struct, frozen=True, tag="remark"):
    """Write the remark about the whole session."""

    text: str


class Undo(Struct, frozen=True, tag="undo"):
    """Take back the last act that still stands."""


class Redo(Struct, frozen=True, tag="redo"):
    """Bring back the last act taken back."""


Act = Answer | EditNote | EditRemark | Undo | Redo


class UndoStep(Struct, frozen=True):
    """What an act did, so that it can be undone: from `before` to `after`; the remark has no item."""

    kind: Literal["score", "note", "remark"]
    item: str
    before: Score | str | None
    after: Score | str | None


class Progress(Struct, frozen=True):
    """How far one is: items with a score or n/a, of all items."""

    answered: int
    total: int

    @property
    def complete(self) -> bool:
        """Whether every item has an answer."""
        return self.answered == self.total


class Assessment(Struct, frozen=True, kw_only=True):
    """Scores and notes so far, the current item's position, and what can be undone and redone."""

    instrument: Instrument
    scores: Mapping[str, Score] = {}
    notes: Mapping[str, str] = {}
    remark: str = ""
    position: int = 0
    done: tuple[UndoStep, ...] = ()
    undone: tuple[UndoStep, ...] = ()

    @property
    def current(self) -> Item:
        """The item at the cursor."""
        return self.instrument.items[self.position]

    @property
    def domain(self) -> Domain:
        """The domain of the item at the cursor."""
        return self.instrument.domain_of[self.current.id]

    def apply(self, act: Act) -> Assessment:
        """Do an act; the cursor goes to the item it concerns.

        Raises:
            KeyError: the instrument has no such item.
            ValueError: the score is not on the scale.
        """
        match act:
            case Answer(item, score):
                if isinstance(score, int) and not self.instrument.scale.allows(score):
                    raise ValueError(score)
                return self._change(UndoStep("score", item, self.scores.get(item), score))
            case EditNote(item, text):
                return self._change(UndoStep("note", item, self.notes.get(item, ""), text))
            case EditRemark(text):
                return self._change(UndoStep("remark", "", self.remark, text))
            case Undo():
                return self._undo()
            case Redo():
                return self._redo()

    def _change(self, change: UndoStep) -> Assessment:
        if change.item:
            self.instrument.item(change.item)
        changed = self._with(change, change.after)
        if change.before == change.after:  # said again, it is a new act all the same; clearing what is empty is none
            return structs.replace(changed, undone=self.undone if change.after in (None, "") else ())
        return structs.replace(changed, done=(*self.done, change), undone=())

    def _undo(self) -> Assessment:
        if not self.done:
            return self
        change = self.done[-1]
        restored = self._with(change, change.before)
        return structs.replace(restored, done=self.done[:-1], undone=(*self.undone, change))

    def _redo(self) -> Assessment:
        if not self.undone:
            return self
        change = self.undone[-1]
        restored = self._with(change, change.after)
        return structs.replace(restored, done=(*self.done, change), undone=self.undone[:-1])

    def _with(self, change: UndoStep, value: Score | str | None) -> Assessment:
        """Return the assessment with one score, note or remark set, and the cursor there."""
        if change.kind == "remark":
            return structs.replace(self, remark=str(value or ""))
        position = self.instrument.positions[change.item]
        if change.kind == "score":
            return structs.replace(self, scores=_set(self.scores, change.item, value), position=position)
        return structs.replace(self, notes=_set(self.notes, change.item, value or None), position=position)

    def go(self, position: int) -> Assessment:
        """Move the cursor to a position, at most to the first or the last item."""
        return structs.replace(self, position=max(0, min(position, len(self.instrument.items) - 1)))

    def move(self, steps: int) -> Assessment:
        """Move the cursor up (negative) or down."""
        return self.go(self.position + steps)

    def move_domain(self, steps: int) -> Assessment:
        """Move to the first item of an earlier or later domain; before the first item of one, `[` goes there first."""
        domains = self.instrument.domains
        number = domains.index(self.domain)
        first = self.instrument.positions[self.domain.items[0].id]
        if steps < 0 and self.position > first:
            return self.go(first)
        if steps > 0 and number == len(domains) - 1:
            return self
        target = domains[max(0, min(number + steps, len(domains) - 1))]
        return self.go(self.instrument.positions[target.items[0].id])

    def next_gap(self) -> Assessment:
        """Move to the next item without an answer, round the end; stay when there is none."""
        return self._gap(1)

    def previous_gap(self) -> Assessment:
        """Move to the previous item without an answer, round the start; stay when there is none."""
        return self._gap(-1)

    def first_gap(self) -> Assessment:
        """Move to the first item without an answer; to the last item when there is none."""
        items = self.instrument.items
        return self.go(next((n for n, item in enumerate(items) if item.id not in self.scores), len(items) - 1))

    def _gap(self, step: int) -> Assessment:
        items = self.instrument.items
        others = ((self.position + step * n) % len(items) for n in range(1, len(items)))
        return self.go(next((n for n in others if items[n].id not in self.scores), self.position))

    @property
    def gaps(self) -> tuple[Item, ...]:
        """The items without an answer."""
        scores = self.scores
        return tuple(item for item in self.instrument.items if item.id not in scores)

    def progress(self, domain: Domain | None = None) -> Progress:
        """Count the answers, of one domain or of the whole instrument."""
        ids = self.instrument.ids_of[domain.id] if domain else self.instrument.positions.keys()
        return Progress(len(ids & self.scores.keys()), len(ids))

    def ordered_scores(self) -> dict[str, Score]:
        """Return the scores in the order of the instrument."""
        return {item.id: self.scores[item.id] for item in self.instrument.items if item.id in self.scores}

    def ordered_notes(self) -> dict[str, str]:
        """Return the notes in the order of the instrument."""
        return {item.id: self.notes[item.id] for item in self.instrument.items if item.id in self.notes}


def _set(entries: Mapping[str, Score | str], key: str, value: Score | str | None) -> dict[str, Score | str]:
    changed = dict(entries)
    changed.pop(key, None)  # and not in its old place: the order is that of answering
    if value is not None:
        changed[key] = value
    return changed


def replay(instrument: Instrument, acts: Iterable[Act], given: int = 0) -> Assessment:
    """Return the assessment that a series of acts adds up to, with the cursor at the first gap.

    The first `given` acts make up a session that is amended: they can't be undone, and without a gap the cursor is
    where the last of the others left it.
    """
    assessment = Assessment(instrument=instrument)
    series = tuple(acts)
    for act in series[:given]:
        assessment = assessment.apply(act)
    assessment = structs.replace(assessment, position=0, done=(), undone=())
    for act in series[given:]:
        assessment = assessment.apply(act)
    return assessment if given and not assessment.gaps else assessment.first_gap()


def acts_of(scores: Mapping[str, Score], notes: Mapping[str, str], remark: str) -> tuple[Act, ...]:
    """Return the acts that make up a session."""
    answers = tuple(Answer(item, score) for item, score in scores.items())
    texts = tuple(EditNote(item, text) for item, text in notes.items() if text)
    return (*answers, *texts, EditRemark(remark)) if remark else (*answers, *texts)


def note_bytes_left(assessment: Assessment, item: str = "") -> int:
    """Return the bytes of UTF-8 that the note of an item, or the remark without one, may take.

    Bytes and not characters, so that a session full of notes stays well below what is read of a file.
    """
    others = [text for name, text in assessment.notes.items() if name != item]
    others += [assessment.remark] if item else []
    return max(0, min(MAX_NOTE, MAX_NOTES - sum(len(text.encode()) for text in others)))


# What may deserve a second look before finishing.


class ScoreRun(Struct, frozen=True):
    """Equal scores side by side: the score, how many, and the positions of the first and the last (from 0)."""

    score: Score
    first: int
    last: int

    @property
    def length(self) -> int:
        """How many items have the score."""
        return self.last - self.first + 1


def score_runs(assessment: Assessment, least: int) -> tuple[ScoreRun, ...]:
    """Find the runs of at least that many equal scores, in the order of the instrument.

    A gap ends a run, and so does a statement with other words of answers.
    """
    instrument = assessment.instrument
    answers = [(assessment.scores.get(item.id), instrument.item_scale(item.id).points) for item in instrument.items]
    runs = []
    for (score, _words), places in groupby(range(len(answers)), key=answers.__getitem__):
        positions = list(places)
        if score is not None and len(positions) >= least:
            runs.append(ScoreRun(score, positions[0], positions[-1]))
    return tuple(runs)


def is_low_score(instrument: Instrument, item: Item, score: Score | None) -> bool:
    """Whether a score is in the worse half of its scale; the middle of an odd scale is not."""
    if not isinstance(score, int):
        return False
    scale = instrument.item_scale(item.id)
    return scale.worth(2 * instrument.figure(item.id, score) - scale.lowest - scale.highest) < 0


def low_without_note(assessment: Assessment) -> tuple[Item, ...]:
    """List the items with a low score and no note."""
    return tuple(
        item
        for item in assessment.instrument.items
        if is_low_score(assessment.instrument, item, assessment.scores.get(item.id)) and item.id not in assessment.notes
    )


def not_applicable_items(assessment: Assessment) -> tuple[Item, ...]:
    """List the items answered with n/a."""
    return tuple(item for item in assessment.instrument.items if assessment.scores.get(item.id) == NOT_APPLICABLE)
