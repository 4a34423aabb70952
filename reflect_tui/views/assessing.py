"""A session being filled in: domains, items, the current statement, the keys of the scale, and what answers a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from reflect_tui.i18n import _, current_language, ngettext
from reflect_tui.model.assessment import Assessment, Progress, UndoStep
from reflect_tui.model.instrument import Domain, Item, Scale
from reflect_tui.model.session import NOT_APPLICABLE, Score
from reflect_tui.views.labels import DONE, HERE, NOTED, score_glyph, score_text
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    Span,
    Style,
    between,
    fit,
    hanging,
    line,
    pad,
    paragraph,
    shorten,
    span,
    width,
    wrap,
)

SIDEBAR = 26


class Hints(Struct, frozen=True, kw_only=True):
    """What surrounds the current item: the previous session's scores while `p` shows them."""

    previous: Mapping[str, Score] | None = None


def render_domains(assessment: Assessment, columns: int) -> list[Line]:
    """List the domains with how far each is; the current one is pointed at."""
    current = assessment.domain
    heads, lines = assessment.instrument.group_heads, []
    for number, domain in enumerate(assessment.instrument.domains, start=1):
        if head := heads.get(domain.id):
            lines.append(line(" ", span(shorten(head, columns - 2), "muted")))
        text = f"{number} {domain.label}"
        lines.append(_domain(domain.id, text, assessment.progress(domain), columns, here=domain is current))
    return lines


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


class ListedItems(Struct, frozen=True):
    """The lines of a list of items, which one is the current item, and which is the last that is about it."""

    lines: list[Line]
    current: int
    end: int


def render_items(assessment: Assessment, columns: int, hints: Hints) -> ListedItems:
    """List the items of the current domain, stems above them, and what is explained of the current one below it."""
    lines = _instructions(assessment, columns - 3, 3) if assessment.domain is assessment.instrument.domains[0] else []
    current = end = 0
    stem = ""
    for item in assessment.domain.items:
        if item.stem != stem:
            stem = item.stem
            lines += [line(" ", span(part, "muted")) for part in wrap(stem, columns - 2) if stem]
        if item is assessment.current:
            current = len(lines)
        lines.append(_item(assessment, item, columns, hints))
        if item is assessment.current:
            lines += render_help(assessment, columns - 1, 6)
            end = len(lines) - 1
    return ListedItems(lines, current, end)


def _instructions(assessment: Assessment, columns: int, left: int) -> list[Line]:
    """Set what the instrument says to who fills it in; nothing where it says nothing."""
    text = assessment.instrument.instructions
    return [*paragraph(text, columns, "muted", left), EMPTY] if text else []


def render_help(assessment: Assessment, columns: int, left: int) -> list[Line]:
    """Explain the current item: its help, and what each point of the scale means for it; the answer stands out."""
    item, score = assessment.current, assessment.scores.get(assessment.current.id)
    lines = paragraph(item.help, columns, "muted", left) if item.help else []
    for point, meaning in zip(assessment.instrument.scale.points, item.levels, strict=bool(item.levels)):
        style: Style = "strong" if point.value == score else "muted"
        label = line(" " * left, span(pad(f"{point.value} ", 3), "accent" if point.value == score else "muted"))
        lines += hanging(label, meaning, columns, style)
    return lines


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


def render_statement(assessment: Assessment, columns: int, rows: int) -> list[Line]:
    """Set the current item as a whole sentence: what leads it muted, its own words strong; exactly `rows` lines."""
    lines = render_sentence(assessment, columns - 4, 2)[:rows]
    return lines + [EMPTY] * (rows - len(lines))


def render_sentence(assessment: Assessment, columns: int, left: int) -> list[Line]:
    """Set the current item in as many lines as it takes, each of at most `columns` after a margin."""
    item = assessment.current
    rest = len(assessment.instrument.lead(item))
    lines = []
    for part in wrap(assessment.instrument.sentence(item), columns):
        taken = min(rest, len(part))
        rest = max(0, rest - len(part) - 1)
        lines.append(line(" " * left, span(part[:taken], "muted"), span(part[taken:], "strong")))
    return lines


def render_note(assessment: Assessment, columns: int, hints: Hints, left: int = 2) -> Line:
    """Show the note of the current item and its previous score, when there are any."""
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


def render_progress(assessment: Assessment, columns: int) -> Line:
    """Draw a line across whose thick part is what is answered."""
    progress = assessment.progress()
    thick = columns * progress.answered // progress.total
    return line(span("━" * thick, "accent"), span("─" * (columns - thick), "faint"))


def render_domain_title(assessment: Assessment, columns: int) -> Line:
    """Set the current domain's number and whole title above its items."""
    number = assessment.instrument.domains.index(assessment.domain) + 1
    progress = assessment.progress(assessment.domain)
    count = f"{progress.answered}/{progress.total}"
    return line(
        "   ",
        span(fit(f"{number}  {assessment.domain.title}", columns - 3 - len(count) - 2), "title"),
        span(f" {count} ", "muted"),
    )


# The key caps of the scale: what to press, what it means, and which answer was given.


LONGEST = 40  # columns: a longer word of a scale is shortened


class ScaleKey(Struct, frozen=True):
    """A key cap: the key, its word, whether it is the answer given, and what it does."""

    key: str
    word: str
    chosen: bool
    action: str

    def spans(self, gap: int, room: int) -> list[Span]:
        """Draw it with at most `room` columns for the word, and a gap behind it."""
        word = f" {shorten(self.word, room)}" if room and self.word else ""
        cap = f"[{self.key}]" if self.chosen else f" {self.key} "
        style: Style = "strong" if self.chosen else "text"
        return [span(cap, "key", self.action), span(word, style, self.action), span(" " * gap)]


def render_scale_keys(
    scale: Scale, score: Score | None, columns: int, keys: Mapping[str, str] | None = None, left: int = 2
) -> list[Line]:
    """Draw the key caps: every point of the scale with its word, and n/a; the chosen one is marked.

    `keys` are those of other actions than the digits, by the action. A long scale takes two rows, so that every
    point keeps its word; where these don't hold all words, the caps stand alone, and below them the word of the
    answer, or of both ends: no word is cut short.
    """
    return list(_caps(scale, score, columns, tuple((keys or {}).items()), left, current_language()))


@lru_cache(maxsize=32)  # a key asks for one of as many as there are points
def _caps(
    scale: Scale, score: Score | None, columns: int, keys: tuple[tuple[str, str], ...], left: int, _language: str
) -> Sequence[Line]:
    drawn = _drawn(scale, score, dict(keys))
    for gap in (5, 3, 2):
        parts = [part for cap in drawn for part in cap.spans(gap, LONGEST)]
        one = line(" " * left, *parts[:-1])
        if one.width <= columns - 1:
            return [one]
    half = -(-len(drawn) // 2)
    room = max(0, (columns - left) // half - 5)
    if all(width(cap.word) <= room for cap in drawn):
        return [_key_row(drawn[:half], room, left), _key_row(drawn[half:], room, left)]
    if packed := _packed(drawn, columns - 1, left):
        return packed
    caps = [part for cap in drawn for part in cap.spans(1, 0)]
    return [line(" " * left, *caps[:-1]), line(" " * left, span(_told(drawn, columns - left - 1), "muted"))]


def _told(drawn: Sequence[ScaleKey], room: int) -> str:
    """Write the word of the answer, else those of both ends and of n/a."""
    told = next((cap for cap in drawn if cap.chosen), None)
    if told:
        return shorten(f"{told.key} {told.word}", room)
    low, high, none = (f"{cap.key} {cap.word}" for cap in (drawn[0], drawn[-2], drawn[-1]))
    half = (room - width(none) - 6) // 2
    return f"{shorten(low, half)} – {shorten(high, half)}   {none}"


def _packed(drawn: Sequence[ScaleKey], columns: int, left: int) -> list[Line]:
    """Set caps with whole words one after the other in two rows; none where these don't hold them."""
    first = max((n for n in range(1, len(drawn)) if _row_of(drawn[:n], left).width <= columns), default=0)
    rows = [_row_of(part, left) for part in (drawn[:first], drawn[first:])]
    return rows if first and all(row.width <= columns for row in rows) else []


def _row_of(drawn: Sequence[ScaleKey], left: int) -> Line:
    parts = [part for cap in drawn for part in cap.spans(2, max(map(width, (cap.word for cap in drawn))))]
    return line(" " * left, *parts[:-1])


def _drawn(scale: Scale, score: Score | None, keys: Mapping[str, str]) -> list[ScaleKey]:
    """Draw the caps; where the key is no digit, the digit stands before its word."""
    drawn = []
    for point in scale.points:
        value = str(point.value)
        key = keys.get(f"score({value})", value)
        words = (value if key != value else "", point.label if point.label != value else "")
        word = " ".join(filter(None, words))
        drawn.append(ScaleKey(key, word, score == point.value, f"score({value})"))
    key = keys.get("not_applicable", "0")
    return [*drawn, ScaleKey(key, _("n/a"), score == NOT_APPLICABLE, "not_applicable")]


def _key_row(drawn: Sequence[ScaleKey], room: int, left: int) -> Line:
    """Set caps in columns, so that two rows stand below each other."""
    spans: list[Span] = []
    for cap in drawn:
        parts = cap.spans(0, room)
        spans += [*parts, span(" " * max(1, room + 5 - sum(width(part.text) for part in parts)))]
    return line(" " * left, *spans[:-1])


# Filling in one item at a time: the statement alone, in the middle of the screen.


WIDEST = 64


def one_item_margin(columns: int) -> int:
    """Count the columns left free at either side of the statement."""
    return max(2, (columns - WIDEST) // 2)


def render_one_item(assessment: Assessment, columns: int, rows: int) -> list[Line]:
    """Set the current item just below the middle of `rows`, near the scale: what leads it muted, its own words strong.

    A lead that ends in a colon stands apart; one that the item's words go on from stays with them.
    """
    left = one_item_margin(columns)
    room = columns - 2 * left
    item = assessment.current
    lead = assessment.instrument.lead(item)
    words = render_sentence(assessment, room, left)
    if lead.endswith((":", ";")):
        words = [*paragraph(lead, room + left, "muted", left), EMPTY]
        words += paragraph(item.text, room + left, "strong", left)
    told = _instructions(assessment, room + left, left) if assessment.position == 0 else []
    block = [*told, _heading(assessment, left, room), EMPTY, EMPTY, *words]
    if explained := render_help(assessment, room + left, left):
        block = [*block, EMPTY, *explained][:rows]
    return [EMPTY] * max(0, (rows - len(block)) * 3 // 5) + block


def _heading(assessment: Assessment, left: int, room: int) -> Line:
    """Name the domain, and where in all items one is."""
    domain = assessment.domain
    number = assessment.instrument.domains.index(domain) + 1
    place = _("statement {n} of {total}").format(n=assessment.position + 1, total=len(assessment.instrument.items))
    title = shorten(f"{number}  {domain.title}", room - width(place) - 2)
    return line(" " * left) + between(line(span(title, "title")), line(span(place, "muted")), room)


# The sentence that answers a key: what was undone, which domain is complete, an example asked for.


def info(text: str) -> Line:
    """Set a sentence that only tells."""
    return line("  ", span(text, "accent"))


def warning(text: str) -> Line:
    """Set a sentence about a key that could do nothing."""
    return line("  ", span(text, "warning"))


def typed_ahead(keys: int) -> str:
    """Say how many keys are ignored that were typed before one could see what they would answer."""
    text = ngettext(
        "{n} key was ignored: typed before this was shown.", "{n} keys were ignored: typed before this was shown.", keys
    )
    return text.format(n=keys)


def undone(assessment: Assessment, change: UndoStep, columns: int) -> Line:
    """Say what an undo took back: the item, and from what to what."""
    return _changed(_("Undone: {change}."), assessment, change, (change.after, change.before), columns)


def redone(assessment: Assessment, change: UndoStep, columns: int) -> Line:
    """Say what a redo did again."""
    return _changed(_("Done again: {change}."), assessment, change, (change.before, change.after), columns)


Value = Score | str | None


def _changed(frame: str, assessment: Assessment, change: UndoStep, values: tuple[Value, Value], columns: int) -> Line:
    """Set the sentence in a width: the item's own words give way."""
    if change.kind == "score":
        what = " → ".join(_score_word(value) for value in values)
    else:
        name = _("note") if change.kind == "note" else _("remark")
        words = shorten(str(values[1]), 24) if values[1] else ""
        what = f"{name} → " + (f"“{words}”" if words else _("none"))
    room = columns - 4 - width(frame.format(change=what))
    if change.item:
        what = f"{item_name(assessment, assessment.instrument.item(change.item), room)} · {what}"
    return info(frame.format(change=what))


def _score_word(value: Value) -> str:
    if value is None:
        return _("open")
    return score_text(NOT_APPLICABLE) if value == NOT_APPLICABLE else str(value)


def item_name(assessment: Assessment, item: Item, columns: int) -> str:
    """Name an item by its number and as many of its own words as fit."""
    number = str(assessment.instrument.positions[item.id] + 1)
    room = columns - len(number) - 4
    return f"{number} {shorten(item.text, room)}" if room > 8 else number  # noqa: PLR2004 -- less is no word


def complete(assessment: Assessment, before: Assessment, review_key: str, columns: int) -> Line | None:
    """Say that the domain just answered is complete and which one comes next; None while it is not.

    No mean is told: it would colour the answers to come.
    """
    domain = before.domain
    if before.progress(domain).complete or not assessment.progress(domain).complete:
        return None
    if assessment.progress().complete:
        return info(_("Every statement has an answer; {key} opens the review.").format(key=review_key))
    following = assessment.next_gap().domain
    total = len(following.items)
    done, coming = _numbered(assessment, domain), _numbered(assessment, following)
    text = _("{domain} is complete. Next: {next}.").format(domain=done, next=coming)
    count = " " + ngettext("{n} statement.", "{n} statements.", total).format(n=total)
    return info(text + count if width(text + count) <= columns - 4 else text)


def _numbered(assessment: Assessment, domain: Domain) -> str:
    return f"{assessment.instrument.domains.index(domain) + 1} {domain.label}"


def example(assessment: Assessment, item: Item, key: str, columns: int) -> Line:
    """Ask for an example to an item; the words can be clicked, and typing on passes it by."""
    question, answer = _("An example for {item}?"), " " + _("writes one")
    room = columns - 4 - width(question.format(item="")) - width(key + answer)
    asked = question.format(item=item_name(assessment, item, room))
    return line("  ", asked + " ", span(key, "accent", "example"), span(answer, "muted", "example"))
