"""The sentences of filling in: domains, items, answers, what was undone. Pure: values in, text out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TextIO

from msgspec import Struct

from reflect_tui.i18n import _, ngettext
from reflect_tui.model.assessment import Assessment, UndoStep, score_runs
from reflect_tui.model.instrument import Domain, Instrument, Item, Scale
from reflect_tui.model.session import NOT_APPLICABLE, Score
from reflect_tui.text import clean, display
from reflect_tui.views.instrument_words import points_text
from reflect_tui.views.labels import score_text
from reflect_tui.views.lines import Line, line, plain, width
from reflect_tui.views.review import LONG_RUN, Amendment


def scale_sentence(scale: Scale) -> str:
    """Name every score with its word."""
    text = _("The scale: {points}; {key} not applicable, or cannot judge.")
    return text.format(points=points_text(scale.points), key=scale.skip_sign)


def answer_text(score: Score | None, scale: Scale) -> str:
    """Say an answer in words: "3 fair", "not applicable", "no answer"."""
    if score is None:
        return _("no answer")
    return _("not applicable") if score == NOT_APPLICABLE else f"{score} {scale.label(score)}"


def domain_sentence(assessment: Assessment, seconds: float | None) -> str:
    """Say which domain one is in, how far it is, and how long the rest of all may take."""
    domains = assessment.instrument.domains
    progress = assessment.progress(assessment.domain)
    head = assessment.instrument.group_heads.get(assessment.domain.id, "")
    sentences = [
        *([f"{head.rstrip('.')}."] if head else []),
        _("Domain {n} of {total}: {title}.").format(
            n=domains.index(assessment.domain) + 1, total=len(domains), title=assessment.domain.title.rstrip(".")
        ),
        _("{n} of {total} answered.").format(n=progress.answered, total=progress.total),
    ]
    if seconds is not None and assessment.gaps:
        minutes = max(1, round(seconds / 60))
        sentences.append(ngettext("About {n} minute to go.", "About {n} minutes to go.", minutes).format(n=minutes))
    return " ".join(sentences)


def item_sentences(assessment: Assessment) -> list[str]:
    """Put the current item as a question: its number, the whole sentence, the answer it has."""
    instrument, item = assessment.instrument, assessment.current
    place = _("{n} of {total}.").format(n=assessment.position + 1, total=len(instrument.items))
    sentences = [f"{place} {instrument.sentence(item)}"]
    if item.help:
        sentences.append(item.help)
    points = zip(instrument.scale.points, item.levels, strict=bool(item.levels))
    if instrument.item_scale(item.id).points != _scale_before(assessment).points:
        sentences.append(scale_sentence(instrument.item_scale(item.id)))
    sentences += [_("{score} means: {meaning}").format(score=point.value, meaning=told) for point, told in points]
    if item.id in assessment.scores:
        sentences.append(
            _("The answer: {answer}.").format(
                answer=answer_text(assessment.scores[item.id], instrument.item_scale(item.id))
            )
        )
    return sentences


def _scale_before(assessment: Assessment) -> Scale:
    """Return the scale of the item before the current one: of the first, the usual one, which is said at the start."""
    instrument, position = assessment.instrument, assessment.position
    return instrument.item_scale(instrument.items[position - 1].id) if position else instrument.scale


def number_of(instrument: Instrument, item_id: str) -> int:
    """Return the number of an item, counted from 1."""
    return instrument.positions[item_id] + 1


def answered(instrument: Instrument, item: Item, before: Score | None, score: Score | None) -> str:
    """Say which answer an item has been given, and which it had."""
    values = {
        "n": number_of(instrument, item.id),
        "answer": answer_text(score, instrument.item_scale(item.id)),
        "before": answer_text(before, instrument.item_scale(item.id)),
    }
    if before is None or before == score:
        return _("Statement {n}: {answer}.").format(**values)
    return _("Statement {n}: {answer}; it was {before}.").format(**values)


def several_answered(first: int, scores: Sequence[Score], overwritten: int, undoes: int) -> str:
    """Say which items were answered by one line, and how to take that back."""
    given = ", ".join(score_text(score) for score in scores)
    sentences = [
        _("Statements {first} to {last}: {scores}.").format(first=first, last=first + len(scores) - 1, scores=given)
    ]
    if overwritten:
        had = ngettext("{n} of them had another answer.", "{n} of them had another answer.", overwritten)
        sentences.append(had.format(n=overwritten))
    if undoes:
        sentences.append(_("u {n} undoes this.").format(n=undoes))
    return " ".join(sentences)


def undone(instrument: Instrument, change: UndoStep) -> tuple[str, str]:
    """Say what an undo took back: a sentence, and the text that stands now if it is about one."""
    about, text = _standing(instrument, change, change.before, change.after)
    return _("Undone. {now}").format(now=about), text


def redone(instrument: Instrument, change: UndoStep) -> tuple[str, str]:
    """Say what a redo did again: a sentence, and the text that stands now if it is about one."""
    about, text = _standing(instrument, change, change.after, change.before)
    return _("Done again. {now}").format(now=about), text


def _standing(
    instrument: Instrument, change: UndoStep, now: Score | str | None, old: Score | str | None
) -> tuple[str, str]:
    text = "" if now is None else str(now)
    if change.kind == "remark":
        return (_("The remark is now:"), text) if text else (_("There is no remark now."), "")
    if change.kind == "note":
        return noted(instrument, change.item, text)
    number = number_of(instrument, change.item)
    scale = instrument.item_scale(change.item)
    sentence = _("Statement {n} is now: {answer}; it was: {before}.")
    return sentence.format(n=number, answer=_answer(now, scale), before=_answer(old, scale)), ""


def noted(instrument: Instrument, item_id: str, text: str) -> tuple[str, str]:
    """Say what the note of an item is now: the sentence, and the text it is about."""
    about = _("The note of statement {n} is now:") if text else _("Statement {n} has no note now.")
    return about.format(n=number_of(instrument, item_id)), text


def _answer(value: Score | str | None, scale: Scale) -> str:
    return answer_text(value if isinstance(value, int) else NOT_APPLICABLE if value else None, scale)


def item_row(assessment: Assessment, item: Item) -> str:
    """Name an item in a list: number, sentence, answer, and whether it has a note."""
    instrument = assessment.instrument
    answer = answer_text(assessment.scores.get(item.id), instrument.item_scale(item.id))
    noted = _(", with a note") if item.id in assessment.notes else ""
    return f"{number_of(instrument, item.id)}. {instrument.sentence(item).rstrip('.')}: {answer}{noted}."


def ranges(numbers: Sequence[int]) -> str:
    """Write rising numbers shortly: "3, 5 to 92"."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    text = _("{first} to {last}")
    return ", ".join(str(a) if a == b else text.format(first=a, last=b) for a, b in runs)


def find(instrument: Instrument, words: str) -> list[Item]:
    """Find the items that have all words in their sentence or id."""
    wanted = words.casefold().split()
    return [
        item
        for item in instrument.items
        if all(word in f"{instrument.sentence(item)} {item.id}".casefold() for word in wanted)
    ]


def position_of(instrument: Instrument, words: str) -> int | None:
    """Return the position of an item named by its number or its id; None when there is none."""
    if words in instrument.positions:
        return instrument.positions[words]
    number = int(words) if words.isascii() and words.isdigit() and len(words) <= len("9999") else 0
    return number - 1 if 1 <= number <= len(instrument.items) else None


# Before finishing, in words: how complete it is, what is open, n/a or worth a second look. Pure.


SHOWN_GAPS = 5  # so many open items are named by their sentence, more only by their numbers


def review_sentences(assessment: Assessment, amendment: Amendment | None = None) -> list[str]:
    """Look a session over, one sentence a line."""
    return [
        _("This is the review. Nothing is finished yet."),
        *(_amended(assessment, amendment) if amendment else ()),
        *_gaps(assessment),
        *(
            _domain_line(assessment, number, domain)
            for number, domain in enumerate(assessment.instrument.domains, start=1)
        ),
        *_skipped(assessment),
        *_hints(assessment),
    ]


def _gaps(assessment: Assessment) -> list[str]:
    gaps = assessment.gaps
    if not gaps:
        return [_("Every statement has an answer.")]
    text = ngettext(
        "{n} statement is still open; it counts in no mean. n goes there.",
        "{n} statements are still open; they count in no mean. n goes to the next one.",
        len(gaps),
    )
    instrument = assessment.instrument
    if len(gaps) > SHOWN_GAPS:
        return [text.format(n=len(gaps)), _("Open: statements {items}.").format(items=_numbers(instrument, gaps))]
    named = (f"{number_of(instrument, item.id)}. {instrument.sentence(item)}" for item in gaps)
    return [text.format(n=len(gaps)), *named]


def _domain_line(assessment: Assessment, number: int, domain: Domain) -> str:
    progress = assessment.progress(domain)
    parts = [_("{n} of {total} answered").format(n=progress.answered, total=progress.total)]
    skipped = sum(assessment.scores.get(item.id) == NOT_APPLICABLE for item in domain.items)
    noted = sum(item.id in assessment.notes for item in domain.items)
    if skipped:
        parts.append(_("{n} not applicable").format(n=skipped))
    if noted:
        parts.append(ngettext("{n} note", "{n} notes", noted).format(n=noted))
    return _("Domain {n}, {title}: {said}.").format(n=number, title=domain.label, said=", ".join(parts))


def _skipped(assessment: Assessment) -> list[str]:
    items = [item for item in assessment.instrument.items if assessment.scores.get(item.id) == NOT_APPLICABLE]
    if not items:
        return []
    text = ngettext("Not applicable: statement {items}.", "Not applicable: statements {items}.", len(items))
    return [text.format(items=_numbers(assessment.instrument, items))]


def _numbers(instrument: Instrument, items: Sequence[Item]) -> str:
    return ranges([number_of(instrument, item.id) for item in items])


def _hints(assessment: Assessment) -> list[str]:
    text = _(
        "{n} times {score} in a row, statements {first} to {last}. Fine if it is so; worth a look if it went by itself."
    )
    instrument = assessment.instrument
    return [
        text.format(
            n=run.length,
            score=answer_text(run.score, instrument.item_scale(instrument.items[run.first].id)),
            first=run.first + 1,
            last=run.last + 1,
        )
        for run in score_runs(assessment, LONG_RUN)
    ]


def _amended(assessment: Assessment, amendment: Amendment) -> list[str]:
    """Say word for word what is about to change in a session that is saved, and why."""
    instrument, base = assessment.instrument, amendment.base
    lines = [_("This amends a saved session; its earlier versions stay in its history.")]
    lines.append(_("The reason: {reason}").format(reason=amendment.reason))
    for item in instrument.items:
        old, new = base.scores.get(item.id), assessment.scores.get(item.id)
        if old != new:
            text = _("Statement {n} was {old}, and becomes {new}.")
            scale = instrument.item_scale(item.id)
            answers = {"old": answer_text(old, scale), "new": answer_text(new, scale)}
            lines.append(text.format(n=number_of(instrument, item.id), **answers))
        if base.notes.get(item.id) != assessment.notes.get(item.id):
            lines.append(_("The note of statement {n} changes.").format(n=number_of(instrument, item.id)))
    if base.remark != assessment.remark:
        lines.append(_("The remark changes."))
    return lines if len(lines) > 2 else [*lines, _("Nothing changes yet.")]  # noqa: PLR2004 -- the two opening lines


# Lines in, lines out: every line is sent at once, wrapped between words, and holds nothing a terminal obeys.


MAX_LINE = 20_000  # characters; a longer line is refused as a whole
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?")  # arrow keys and the like, as a simple terminal sends them


class TooLongError(Exception):
    """A line that is longer than any that makes sense; all of it was read and none of it is kept."""


class Console(Struct, frozen=True):
    """Where lines come from and go to; `typed` says whether a person types them, and is to be prompted."""

    source: TextIO
    sink: TextIO
    columns: Callable[[], int]
    typed: bool = True

    def say(self, text: str, indent: int = 0) -> None:
        """Print a text, wrapped; its own line ends stay."""
        self.show(folded(text, self.columns() - 1, indent))

    def quote(self, about: str, text: str) -> None:
        """Print somebody's words after what they are."""
        self.show(quoted(about, text, self.columns() - 1))

    def show(self, lines: Sequence[Line]) -> None:
        """Print lines of a page."""
        print(plain(lines), file=self.sink, flush=True)

    def gap(self) -> None:
        """Print an empty line."""
        print(file=self.sink, flush=True)

    def read(self, prompt: str) -> str | None:
        """Read a line without its end; None when there is none any more.

        Raises:
            TooLongError: it has more than 20,000 characters.
        """
        if self.typed:
            self.sink.write(f"{display(prompt)} ")
            self.sink.flush()
        text = self.source.readline(MAX_LINE + 1)
        if not text:
            return None
        if len(text) > MAX_LINE and not text.endswith("\n"):
            self._drop_rest()
            raise TooLongError
        return clean(_ESCAPES.sub("", text.rstrip("\r\n")), multiline=True).replace("\n", " ")

    def _drop_rest(self) -> None:
        """Read to the end of a line that is too long, so that its rest is not taken for another one."""
        part = self.source.readline(MAX_LINE)
        while part and not part.endswith("\n"):
            part = self.source.readline(MAX_LINE)


def quoted(about: str, text: str, columns: int) -> list[Line]:
    """Render somebody's words after what they are, or indented below that: no line of theirs passes for one of ours."""
    if "\n" not in text and width(f"{about} {text}") <= columns:
        return folded(f"{about} {text}", columns)
    return [*folded(about, columns), *folded(text, columns, indent=4)]


def folded(text: str, columns: int, indent: int = 0) -> list[Line]:
    """Break a text into lines between words and nowhere else: a path, an id or a command stays whole."""
    import wcwidth  # noqa: PLC0415 -- slow to import, and not needed for JSON

    room = max(1, columns - indent)
    parts = [
        part
        for row in text.split("\n")
        for part in wcwidth.wrap(display(row), room, break_long_words=False, break_on_hyphens=False) or [""]
    ]
    return [line(" " * indent, part) for part in parts]


def folded_all(texts: Iterable[str], columns: int, indent: int = 0) -> list[Line]:
    """Break several texts into lines, each beginning on one of its own."""
    return [part for text in texts for part in folded(text, columns, indent)]
