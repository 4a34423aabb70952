"""A session being filled in: domains at the left, items in the middle, the current statement whole below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from reflect_tui.assessment import Assessment, Change
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Item, Scale
from reflect_tui.pages.lines import EMPTY, Line, Span, Style, fit, line, pad, shorten, span, width, wrap
from reflect_tui.pages.words import DONE, HERE, NOTED, score_glyph
from reflect_tui.session import NOT_APPLICABLE, Score

SIDEBAR = 26


class Hints(Struct, frozen=True, kw_only=True):
    """What surrounds the current item: the previous session's scores while `p` shows them."""

    previous: Mapping[str, Score] | None = None


def domains(assessment: Assessment, columns: int) -> list[Line]:
    """List the domains with how far each is; the current one is pointed at."""
    lines = []
    for number, domain in enumerate(assessment.instrument.domains, start=1):
        progress = assessment.progress(domain)
        here = domain is assessment.domain
        mark = HERE if here else DONE if progress.complete else " "
        count = f"{progress.answered}/{progress.total}"
        title = fit(f"{number} {domain.label}", columns - 4 - 6)
        style: Style = "strong" if here else "muted" if progress.complete else "text"
        lines.append(
            line(
                span(f" {mark} ", "accent" if here else "muted"),
                span(title, style),
                span(pad(count, 6, right=True), "muted"),
                " ",
                target=domain.id,
            )
        )
    return lines


def items(assessment: Assessment, columns: int, hints: Hints) -> tuple[list[Line], int]:
    """List the items of the current domain, stems above them; give the lines and which one is current."""
    lines: list[Line] = []
    current = 0
    stem = ""
    for item in assessment.domain.items:
        if item.stem != stem:
            stem = item.stem
            lines += [line(" ", span(part, "muted")) for part in wrap(stem, columns - 2) if stem]
        if item is assessment.current:
            current = len(lines)
        lines.append(_item(assessment, item, columns, hints))
    return lines, current


def _item(assessment: Assessment, item: Item, columns: int, hints: Hints) -> Line:
    here = item is assessment.current
    score = assessment.scores.get(item.id)
    note = NOTED if item.id in assessment.notes else " "
    before = f"{score_glyph(hints.previous.get(item.id))} " if hints.previous is not None else ""
    indent = "  " if item.stem or item.under else ""
    room = columns - 3 - 3 - len(indent) - 2 - len(before)
    return line(
        span(f" {HERE} " if here else "   ", "accent"),
        span(before, "muted"),
        span(f"{score_glyph(score)}  ", "muted" if score in (None, NOT_APPLICABLE) else "accent"),
        span(indent + fit(item.text, room), "strong" if here else "text"),
        " ",
        span(note, "accent"),
        target=item.id,
    )


def statement(assessment: Assessment, columns: int, rows: int) -> list[Line]:
    """Set the current item as a whole sentence: what leads it muted, its own words strong; exactly `rows` lines."""
    item = assessment.current
    lead = assessment.instrument.lead(item)
    words = wrap(assessment.instrument.sentence(item), columns - 4)
    left = len(lead)
    lines = []
    for part in words[:rows]:
        taken = min(left, len(part))
        left = max(0, left - len(part) - 1)
        lines.append(line("  ", span(part[:taken], "muted"), span(part[taken:], "strong")))
    return lines + [EMPTY] * (rows - len(lines))


class Cap(Struct, frozen=True):
    """A key cap: the key, its word, whether it is the answer given, and what it does."""

    key: str
    word: str
    chosen: bool
    action: str

    def spans(self, gap: int, room: int) -> list[Span]:
        """Draw it with at most `room` columns for the word, and a gap behind it."""
        word = f" {shorten(self.word, room)}" if room else ""
        cap = f"[{self.key}]" if self.chosen else f" {self.key} "
        style: Style = "strong" if self.chosen else "text"
        return [span(cap, "key", self.action), span(word, style, self.action), span(" " * gap)]


def caps(scale: Scale, score: Score | None, columns: int) -> list[Line]:
    """Draw the key caps: every point of the scale with its word, and n/a; the chosen one is marked.

    A long scale takes two rows, so that every point keeps its word.
    """
    drawn = [Cap(str(p.value), p.label, score == p.value, f"score({p.value})") for p in scale.points]
    drawn.append(Cap("0", _("n/a"), score == NOT_APPLICABLE, "not_applicable"))
    for gap in (5, 3):
        one = line("  ", *(part for cap in drawn for part in cap.spans(gap, 40)))
        if one.width <= columns:
            return [one]
    half = -(-len(drawn) // 2)
    room = max(0, columns // half - 5)
    return [_cap_row(drawn[:half], room), _cap_row(drawn[half:], room)]


def _cap_row(drawn: Sequence[Cap], room: int) -> Line:
    """Set caps in columns, so that two rows stand below each other."""
    spans: list[Span] = []
    for cap in drawn:
        parts = cap.spans(0, room)
        spans += [*parts, span(" " * max(1, room + 5 - sum(width(part.text) for part in parts)))]
    return line("  ", *spans[:-1])


def note_line(assessment: Assessment, columns: int, hints: Hints) -> Line:
    """Give the note of the current item and its previous score, when there is something to give."""
    parts: list[Span] = []
    if hints.previous is not None:
        before = hints.previous.get(assessment.current.id)
        parts.append(span(_("previous: {score}").format(score=score_glyph(before)) + "   ", "muted"))
    note = assessment.notes.get(assessment.current.id, "")
    if note:
        room = columns - 6 - sum(width(part.text) for part in parts)
        parts += [span(f"{NOTED} ", "accent"), span(shorten(note, room), "accent")]
    return line("  ", *parts) if parts else EMPTY


def progress_text(assessment: Assessment, seconds: float | None) -> str:
    """Say how far one is and how long the rest may take: `27/92 · ~4 min`."""
    progress = assessment.progress()
    text = f"{progress.answered}/{progress.total}"
    if seconds is None or progress.complete:
        return text
    minutes = max(1, round(seconds / 60))
    return f"{text} · " + ngettext("~{n} min", "~{n} min", minutes).format(n=minutes)


def progress_rule(assessment: Assessment, columns: int) -> Line:
    """Draw a line across whose thick part is what is answered."""
    progress = assessment.progress()
    thick = columns * progress.answered // progress.total
    return line(span("━" * thick, "accent"), span("─" * (columns - thick), "faint"))


def domain_title(assessment: Assessment, columns: int) -> Line:
    """Set the current domain's number and whole title above its items."""
    number = assessment.instrument.domains.index(assessment.domain) + 1
    progress = assessment.progress(assessment.domain)
    count = f"{progress.answered}/{progress.total}"
    return line(
        "   ",
        span(fit(f"{number}  {assessment.domain.title}", columns - 3 - len(count) - 2), "title"),
        span(f" {count} ", "muted"),
    )


def undone(change: Change) -> str:
    """Say what an undo took back."""
    return _("Undone: {what}.").format(what=_what(change.kind, change.after, change.before))


def redone(change: Change) -> str:
    """Say what a redo did again."""
    return _("Done again: {what}.").format(what=_what(change.kind, change.before, change.after))


def _what(kind: str, old: Score | str | None, new: Score | str | None) -> str:
    if kind == "score":
        return f"{score_glyph(_score(old))} → {score_glyph(_score(new))}"
    return _("the note") if kind == "note" else _("the remark")


def _score(value: Score | str | None) -> Score | None:
    return value if isinstance(value, int) else NOT_APPLICABLE if value else None
