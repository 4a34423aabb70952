"""Before finishing, in words: how complete it is, what is open, n/a or worth a second look. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from reflect_tui import second_look
from reflect_tui.assessment import Assessment
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Domain, Instrument, Item
from reflect_tui.pages.review import LONG_RUN, Amendment
from reflect_tui.plain.speech import answer_text, number_of, ranges
from reflect_tui.session import NOT_APPLICABLE

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
        for run in second_look.runs(assessment, LONG_RUN)
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
