"""The sentence that answers a key while filling in: what was undone, which domain is complete, an example asked for."""

from __future__ import annotations

from reflect_tui.i18n import _, ngettext
from reflect_tui.model.assessment import Assessment, UndoStep
from reflect_tui.model.instrument import Domain, Item
from reflect_tui.model.session import NOT_APPLICABLE, Score
from reflect_tui.views.labels import score_text
from reflect_tui.views.lines import Line, line, shorten, span, width


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
