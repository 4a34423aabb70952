"""Where one stands in one session, in words: sentences and tables, per domain and per focus, then items and notes."""

from __future__ import annotations

from reflect_tui.analysis.diff import Diff, diff
from reflect_tui.analysis.summary import Axis, Summary, lowest_items, summarize
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Instrument, Scale
from reflect_tui.pages.figures import results_twin, threshold_text
from reflect_tui.pages.lines import EMPTY, Line, line
from reflect_tui.pages.words import clock, day, day_beside, role_name
from reflect_tui.plain.console import folded, quoted
from reflect_tui.plain.speech import answer_text
from reflect_tui.session import Session

LOWEST = 5
WIDEST = 108


def results(instrument: Instrument, session: Session, previous: Session | None, columns: int) -> list[Line]:
    """Give all that the screen of results shows; `previous` is on the same instrument."""
    summary = summarize(instrument, session.scores)
    change = diff(instrument, previous, session) if previous else None
    room = min(columns, WIDEST)
    return [
        *_opening(instrument, session, summary, change, room),
        *_axis(instrument, summary, change, room, "domain"),
        *_axis(instrument, summary, change, room, "focus"),
        *_lowest(instrument, session, room),
        *_notes(instrument, session, room),
    ]


def title(text: str) -> list[Line]:
    """Set a heading on a line of its own, with an empty one above."""
    return [EMPTY, line(f"{text}:")]


def scale_line(scale: Scale) -> str:
    """Say what the means are on, and above which a domain is high."""
    text = _("Scores go from {low} to {high}; a mean above {threshold} is high.")
    return text.format(low=scale.lowest, high=scale.highest, threshold=threshold_text(scale))


def _opening(
    instrument: Instrument, session: Session, summary: Summary, change: Diff | None, columns: int
) -> list[Line]:
    said = [
        _("Session of {date}, {time}, {role}, {id}.").format(
            date=day(session.started), time=clock(session.started), role=role_name(session.role), id=session.id
        ),
        f"{instrument.title}.",
        _("{n} of {total} answered.").format(n=summary.answered, total=summary.total),
        *([_("{n} of those not applicable.").format(n=summary.not_applicable)] if summary.not_applicable else []),
        scale_line(instrument.scale),
    ]
    if change:
        since = _("Since {date}: {up} up, {down} down, {same} the same.")
        said.append(
            since.format(
                date=day_beside(change.a.started, change.b.started), up=change.up, down=change.down, same=change.same
            )
        )
    remark = quoted(_("The remark:"), session.remark, columns) if session.remark else []
    return [*(part for sentence in said for part in folded(sentence, columns)), *remark]


def _axis(instrument: Instrument, summary: Summary, change: Diff | None, columns: int, axis: Axis) -> list[Line]:
    heading = _("Domains") if axis == "domain" else _("Attitude, knowledge, skill")
    return [*title(heading), *results_twin(instrument, summary, change, columns, axis)]


def _lowest(instrument: Instrument, session: Session, columns: int) -> list[Line]:
    low = lowest_items(instrument, session, LOWEST)
    if not low:
        return []
    lines = title(_("Lowest items"))
    for item, _score in low:
        lines += _statement(instrument, session, item.id, columns)
    return lines


def _statement(instrument: Instrument, session: Session, item_id: str, columns: int) -> list[Line]:
    """Name an item: number, answer, whole sentence."""
    answer = answer_text(session.scores.get(item_id), instrument.scale)
    text = _("Item {n}, {answer}: {sentence}")
    sentence = instrument.sentence(instrument.item(item_id))
    said = text.format(n=instrument.positions[item_id] + 1, answer=answer, sentence=sentence)
    return folded(said, columns, indent=2)


def _notes(instrument: Instrument, session: Session, columns: int) -> list[Line]:
    if not session.notes:
        return []
    count = len(session.notes)
    lines = title(ngettext("{n} note", "{n} notes", count).format(n=count))
    for item_id, note in session.notes.items():
        lines += [*_statement(instrument, session, item_id, columns), *folded(note, columns, indent=6)]
    return lines
