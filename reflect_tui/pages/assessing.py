"""A session being filled in: domains at the left, items in the middle, the current statement whole below."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from reflect_tui.assessment import Assessment, Progress
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Item
from reflect_tui.pages.lines import EMPTY, Line, Span, Style, fit, line, pad, shorten, span, width, wrap
from reflect_tui.pages.words import DONE, HERE, NOTED, score_glyph
from reflect_tui.session import NOT_APPLICABLE, Score

SIDEBAR = 26


class Hints(Struct, frozen=True, kw_only=True):
    """What surrounds the current item: the previous session's scores while `p` shows them."""

    previous: Mapping[str, Score] | None = None


def domains(assessment: Assessment, columns: int) -> list[Line]:
    """List the domains with how far each is; the current one is pointed at."""
    current = assessment.domain
    return [
        _domain(domain.id, f"{number} {domain.label}", assessment.progress(domain), columns, here=domain is current)
        for number, domain in enumerate(assessment.instrument.domains, start=1)
    ]


@lru_cache(maxsize=64)  # a key changes one of them
def _domain(domain_id: str, text: str, progress: Progress, columns: int, *, here: bool) -> Line:
    mark = HERE if here else DONE if progress.complete else " "
    count = f"{progress.answered}/{progress.total}"
    style: Style = "strong" if here else "muted" if progress.complete else "text"
    return line(
        span(f" {mark} ", "accent" if here else "muted"),
        span(fit(text, columns - 4 - 6), style),
        span(pad(count, 6, right=True), "muted"),
        " ",
        target=domain_id,
    )


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
    before = f"{score_glyph(hints.previous.get(item.id))} " if hints.previous is not None else ""
    text = ("  " if item.stem or item.under else "") + item.text
    here, noted = item is assessment.current, item.id in assessment.notes
    return _row(item.id, text, assessment.scores.get(item.id), before, columns, here=here, noted=noted)


@lru_cache(maxsize=1024)  # a key changes two rows of a hundred; made anew, the others are most of what it costs
def _row(item_id: str, text: str, score: Score | None, before: str, columns: int, *, here: bool, noted: bool) -> Line:
    return line(
        span(f" {HERE} " if here else "   ", "accent"),
        span(before, "muted"),
        span(f"{score_glyph(score)}  ", "muted" if score in (None, NOT_APPLICABLE) else "accent"),
        span(fit(text, columns - 3 - 3 - 2 - len(before)), "strong" if here else "text"),
        " ",
        span(NOTED if noted else " ", "accent"),
        target=item_id,
    )


def statement(assessment: Assessment, columns: int, rows: int) -> list[Line]:
    """Set the current item as a whole sentence: what leads it muted, its own words strong; exactly `rows` lines."""
    lines = sentence(assessment, columns - 4, 2)[:rows]
    return lines + [EMPTY] * (rows - len(lines))


def sentence(assessment: Assessment, columns: int, left: int) -> list[Line]:
    """Set the current item in as many lines as it takes, each of at most `columns` after a margin."""
    item = assessment.current
    rest = len(assessment.instrument.lead(item))
    lines = []
    for part in wrap(assessment.instrument.sentence(item), columns):
        taken = min(rest, len(part))
        rest = max(0, rest - len(part) - 1)
        lines.append(line(" " * left, span(part[:taken], "muted"), span(part[taken:], "strong")))
    return lines


def note_line(assessment: Assessment, columns: int, hints: Hints, left: int = 2) -> Line:
    """Give the note of the current item and its previous score, when there is something to give."""
    parts: list[Span] = []
    if hints.previous is not None:
        before = hints.previous.get(assessment.current.id)
        parts.append(span(_("previous: {score}").format(score=score_glyph(before)) + "   ", "muted"))
    note = assessment.notes.get(assessment.current.id, "")
    if note:
        room = columns - left - 4 - sum(width(part.text) for part in parts)
        parts += [span(f"{NOTED} ", "accent"), span(shorten(note, room), "accent")]
    return line(" " * left, *parts) if parts else EMPTY


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
