"""The items of a session at a glance: before finishing, what is open or worth a second look; and those looked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from msgspec import Struct

from reflect_tui.i18n import _, ngettext
from reflect_tui.model.assessment import Assessment, ScoreRun, low_without_note, not_applicable_items, score_runs
from reflect_tui.model.instrument import Instrument, Item
from reflect_tui.model.session import NOT_APPLICABLE
from reflect_tui.text import more_text
from reflect_tui.views.labels import DONE, NOTED, OPEN, SKIPPED, score_glyph, score_text
from reflect_tui.views.lines import EMPTY, Line, Span, fit, heading, line, pad, paragraph, shorten, span
from reflect_tui.views.lines import width as columns_of

LONG_RUN = 12  # as many equal scores in a row are worth a second look
SHOWN = 12  # items named of each kind; more are counted


class Amendment(Struct, frozen=True):
    """What a session is amended from, and why."""

    base: Assessment
    reason: str


class ReviewKeys(Struct, frozen=True, kw_only=True):
    """How the keys that the page names are written."""

    finish: str = "⏎"
    gap: str = "n"


def render_review(
    assessment: Assessment,
    width: int,
    amendment: Amendment | None = None,
    keys: ReviewKeys | None = None,
    *,
    examples: bool = False,
) -> list[Line]:
    """Show how complete the session is, domain by domain, then what is open, n/a, and worth a second look.

    `examples` tells that an example is asked for at a low score.
    """
    named = keys or ReviewKeys()
    skipped = not_applicable_items(assessment)
    written = paragraph(assessment.remark, width - 2, "accent", indent=2)
    remark = [EMPTY, heading(_("Remark")), *written] if assessment.remark else []
    return [
        *(_amended(assessment, width, amendment, named) if amendment else _conclusion(assessment, width, named)),
        EMPTY,
        *_domains(assessment, width),
        *_named(assessment, assessment.gaps, _("Open"), span(f"{OPEN} ", "warning"), width),
        *_named(assessment, skipped, _("Not applicable"), span(f"{SKIPPED} ", "muted"), width),
        *_second_look(assessment, width, examples=examples),
        *remark,
    ]


def _conclusion(assessment: Assessment, width: int, keys: ReviewKeys) -> list[Line]:
    gaps = len(assessment.gaps)
    if not gaps:
        text = _("Every statement has an answer. {finish} finishes the session.").format(finish=keys.finish)
        return paragraph(text, width - 2, "strong", indent=2)
    still = ngettext("{n} statement is still open.", "{n} statements are still open.", gaps).format(n=gaps)
    advice = _("{gap} goes to the next one; {finish} finishes without them: open statements count in no mean.")
    return [
        *paragraph(still, width - 2, "warning", indent=2),
        *paragraph(advice.format(gap=keys.gap, finish=keys.finish), width - 2, "muted", indent=2),
    ]


def _amended(assessment: Assessment, width: int, amendment: Amendment, keys: ReviewKeys) -> list[Line]:
    """Say what is about to change in a session that is saved, and why."""
    base = amendment.base
    before, after = base.scores, assessment.scores
    answers = sum(before.get(item.id) != after.get(item.id) for item in assessment.instrument.items)
    notes = sum(base.notes.get(item.id) != assessment.notes.get(item.id) for item in assessment.instrument.items)
    notes += base.remark != assessment.remark
    said = [ngettext("{n} answer changes", "{n} answers change", answers).format(n=answers)] if answers else []
    said += [ngettext("{n} text changes", "{n} texts change", notes).format(n=notes)] if notes else []
    title = _("This amends the saved session: {changes}.").format(changes=", ".join(said) or _("nothing changes yet"))
    why = _("The reason: {reason}").format(reason=amendment.reason)
    after_that = _("{finish} saves it as a new version; the earlier ones stay in its history.")
    return [
        *paragraph(title, width - 2, "strong", indent=2),
        *paragraph(why, width - 2, "accent", indent=2),
        *paragraph(after_that.format(finish=keys.finish), width - 2, "muted", indent=2),
    ]


def _domains(assessment: Assessment, width: int) -> list[Line]:
    lines = []
    domains = assessment.instrument.domains
    room = max(20, min(52, width - 34))
    short = any(columns_of(f"{len(domains)} {domain.title}") > room for domain in domains)
    for number, domain in enumerate(domains, start=1):
        progress = assessment.progress(domain)
        skipped = sum(assessment.scores.get(item.id) == NOT_APPLICABLE for item in domain.items)
        noted = sum(item.id in assessment.notes for item in domain.items)
        extra = [_("{n} n/a").format(n=skipped)] if skipped else []
        extra += [f"{NOTED} {noted}"] if noted else []
        lines.append(
            line(
                "   ",
                span(f"{DONE if progress.complete else OPEN} ", "accent" if progress.complete else "warning"),
                fit(f"{number} {domain.label if short else domain.title}", room),
                span(pad(f"{progress.answered}/{progress.total}", 8, right=True), "muted"),
                span("   " + " · ".join(extra), "muted"),
                target=domain.items[0].id,
            )
        )
    return lines


def _named(assessment: Assessment, items: Sequence[Item], title: str, mark: Span, width: int) -> list[Line]:
    """Name items under a heading: number and sentence; beyond a dozen a count.

    Where one is too long, the lead stands once above all that share it.
    """
    if not items:
        return []
    lines = [EMPTY, heading(title)]
    content, room = assessment.instrument, min(width - 11, 108)
    before = ""
    long = {content.lead(item) for item in items[:SHOWN] if columns_of(content.sentence(item)) > room}
    for item in items[:SHOWN]:
        number = pad(str(content.positions[item.id] + 1), 3, right=True)
        lead = content.lead(item)
        apart = bool(lead) and lead in long
        if apart and lead != before:
            lines += paragraph(lead if item.under else item.stem, room + 10, "muted", indent=10)
        words = shorten(f"  {item.text}" if apart else content.sentence(item), room)
        before = lead
        lines.append(line("   ", mark, span(f"{number}  ", "muted"), words, target=item.id))
    if more := more_text(len(items) - SHOWN):
        lines.append(line(" " * 10, span(more, "muted")))
    return lines


def _second_look(assessment: Assessment, width: int, *, examples: bool) -> list[Line]:
    """Hint at long runs and at low scores without an example; never more than a hint."""
    lines = [part for run in score_runs(assessment, LONG_RUN) for part in _run(assessment, run, width)]
    bare = low_without_note(assessment) if examples else ()
    if bare:
        text = ngettext(
            "{n} low score has no example yet. A note helps to recall it in the talk.",
            "{n} low scores have no example yet. A note helps to recall it in the talk.",
            len(bare),
        )
        lines += _hint(text.format(n=len(bare)), bare[0], width)
    return [EMPTY, heading(_("Perhaps a second look")), *lines] if lines else []


def _run(assessment: Assessment, run: ScoreRun, width: int) -> list[Line]:
    text = _(
        "{n} times {score} in a row, statements {first} to {last}. Fine if it is so; worth a look if it went by itself."
    )
    said = text.format(score=score_text(run.score), n=run.length, first=run.first + 1, last=run.last + 1)
    return _hint(said, assessment.instrument.items[run.first], width)


def _hint(text: str, item: Item, width: int) -> list[Line]:
    """Set a hint whose first row leads to an item."""
    first, *rest = paragraph(text, min(width - 2, 108), "muted", indent=4)
    return [Line(first.spans, item.id), *rest]


# Items found by a word, a number or an id; each keeps its own number, accents and case don't matter.


def fold(text: str) -> str:
    """Strip accents and case from a text for comparing: "Één" and "een" are the same."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def search_index(instrument: Instrument) -> tuple[str, ...]:
    """Pair the folded sentence of every item with its id: made once, searched at every key."""
    return tuple(fold(f"{instrument.sentence(item)} {item.id}") for item in instrument.items)


def find_items(instrument: Instrument, texts: Sequence[str], query: str) -> list[int]:
    """Find the positions of the items that have every word, in their order.

    An item whose number or id is just what was typed comes first.
    """
    words = fold(query).split()
    exact = [place for place, item in enumerate(instrument.items) if words in ([str(place + 1)], [item.id])]
    having = [place for place, text in enumerate(texts) if all(word in text for word in words)]
    return exact + [place for place in having if place not in exact]


def render_matches(assessment: Assessment, places: Sequence[int], columns: int) -> list[Line]:
    """List the items at some positions: number, score, own words."""
    items = assessment.instrument.items
    digits = len(str(len(items)))
    lines = []
    for place in places:
        item = items[place]
        number = pad(str(place + 1), digits, right=True)
        own = shorten(item.text, columns - digits - 8)
        score = score_glyph(assessment.scores.get(item.id))
        lines.append(line("  ", span(number, "muted"), f"  {score}  ", own, target=item.id))
    return lines
