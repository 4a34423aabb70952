"""Before finishing: what is answered, what is still open, and what is worth a second look."""

from __future__ import annotations

from msgspec import Struct

from reflect_tui.assessment import Assessment, longest_run
from reflect_tui.i18n import _, ngettext
from reflect_tui.pages.lines import EMPTY, Line, fit, heading, line, pad, paragraph, span
from reflect_tui.pages.words import DONE, NOTED, OPEN
from reflect_tui.session import NOT_APPLICABLE

LONG_RUN = 12  # as many equal scores in a row are worth a second look
SHOWN_GAPS = 12


class Amendment(Struct, frozen=True):
    """What a session is amended from, and why."""

    base: Assessment
    reason: str


def review(assessment: Assessment, width: int, amendment: Amendment | None = None) -> list[Line]:
    """Show how complete the session is, domain by domain, then the gaps and hints."""
    return [
        *(_amended(assessment, width, amendment) if amendment else _conclusion(assessment, width)),
        EMPTY,
        *_domains(assessment, width),
        *_gaps(assessment, width),
        *_hints(assessment, width),
        *_remark(assessment, width),
    ]


def _conclusion(assessment: Assessment, width: int) -> list[Line]:
    gaps = len(assessment.gaps)
    if not gaps:
        return paragraph(_("Every item has an answer. Enter finishes the session."), width - 2, "strong", indent=2)
    still = ngettext("{n} item is still open.", "{n} items are still open.", gaps).format(n=gaps)
    advice = _("n goes to the next one; enter finishes without them: open items count in no mean.")
    return [
        *paragraph(still, width - 2, "warning", indent=2),
        *paragraph(advice, width - 2, "muted", indent=2),
    ]


def _amended(assessment: Assessment, width: int, amendment: Amendment) -> list[Line]:
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
    after_that = _("Enter saves it as a new version; the earlier ones stay in its history.")
    return [
        *paragraph(title, width - 2, "strong", indent=2),
        *paragraph(why, width - 2, "accent", indent=2),
        *paragraph(after_that, width - 2, "muted", indent=2),
    ]


def _domains(assessment: Assessment, width: int) -> list[Line]:
    lines = []
    for number, domain in enumerate(assessment.instrument.domains, start=1):
        progress = assessment.progress(domain)
        skipped = sum(assessment.scores.get(item.id) == NOT_APPLICABLE for item in domain.items)
        noted = sum(item.id in assessment.notes for item in domain.items)
        extra = [_("{n} n/a").format(n=skipped)] if skipped else []
        extra += [f"{NOTED} {noted}"] if noted else []
        lines.append(
            line(
                "  ",
                span(f"{DONE if progress.complete else OPEN} ", "accent" if progress.complete else "warning"),
                fit(f"{number} {domain.title}", max(20, min(52, width - 34))),
                span(pad(f"{progress.answered}/{progress.total}", 8, right=True), "muted"),
                span("   " + " · ".join(extra), "muted"),
                target=domain.items[0].id,
            )
        )
    return lines


def _gaps(assessment: Assessment, width: int) -> list[Line]:
    gaps = assessment.gaps
    if not gaps:
        return []
    lines = [EMPTY, heading(_("Open"))]
    for item in gaps[:SHOWN_GAPS]:
        sentence = fit(assessment.instrument.sentence(item), min(width - 6, 108))
        lines.append(line("  ", span(f"{OPEN} ", "warning"), sentence.rstrip(), target=item.id))
    if len(gaps) > SHOWN_GAPS:
        more = _("and {n} more").format(n=len(gaps) - SHOWN_GAPS)
        lines.append(line("    ", span(more, "muted")))
    return lines


def _hints(assessment: Assessment, width: int) -> list[Line]:
    length, score = longest_run(assessment)
    if length < LONG_RUN or score is None:
        return []
    word = _("n/a") if score == NOT_APPLICABLE else str(score)
    hint = _("A hint: {n} times {score} in a row. Right if it is so; look again if it went by itself.")
    return [EMPTY, *paragraph(hint.format(n=length, score=word), width - 2, "muted", indent=2)]


def _remark(assessment: Assessment, width: int) -> list[Line]:
    if not assessment.remark:
        return []
    return [EMPTY, heading(_("Remark")), *paragraph(assessment.remark, width - 2, "accent", indent=2)]
