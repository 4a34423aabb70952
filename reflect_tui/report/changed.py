"""What became different since an earlier session: the sign test in words, crossings, and the items that moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reflect_tui.analysis.diff import Diff, GroupChange, ItemChange
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.pages.diff import test_sentence, verdict_sentence
from reflect_tui.pages.diff_header import ground_sentence
from reflect_tui.pages.words import day_beside, group_name, score_text
from reflect_tui.report.plain import one_line
from reflect_tui.report.values import Changes, Move
from reflect_tui.session import Score, Session

MOVES = 6
"""So many items of a kind are listed."""


def changes(instrument: Instrument, change: Diff) -> Changes:
    """Set the changes out: sentences first, then the items, largest steps first, and how many are not listed."""
    steps = sorted((item for item in change.items if item.step), key=lambda item: -abs(item.step or 0))
    up, down = [item for item in steps if (item.step or 0) > 0], [item for item in steps if (item.step or 0) < 0]
    others = [item for item in change.items if item.step is None]
    return Changes(
        since=since(change.a, change.b),
        sentences=tuple(_sentences(instrument, change)),
        up=_moves(instrument, up),
        down=_moves(instrument, down),
        others=_moves(instrument, others),
        more_up=max(0, len(up) - MOVES),
        more_down=max(0, len(down) - MOVES),
        more_others=max(0, len(others) - MOVES),
    )


def since(before: Session, session: Session) -> str:
    """Name the session compared with; one of the same day by its time, an earlier version of the same one as that."""
    if before.id == session.id:
        return _("the earlier version")
    return day_beside(before.started, session.started)


def _sentences(instrument: Instrument, change: Diff) -> Iterable[str]:
    """Say how the items moved and what the test makes of it, then which domains crossed the threshold."""
    if shared := ground_sentence(change):
        yield shared
    if change.up + change.down + change.same == 0:
        yield _("Since {date}: no item was scored both times.").format(date=since(change.a, change.b))
        return
    yield _("Since {date}: {sentence}").format(date=since(change.a, change.b), sentence=verdict_sentence(change))
    if change.up + change.down and change.a.id != change.b.id:
        yield test_sentence(change)
    yield from _crossings(instrument, change)


def _crossings(instrument: Instrument, change: Diff) -> Iterable[str]:
    for crossing, text in (("up", _("Became high: {domains}.")), ("down", _("No longer high: {domains}."))):
        names = [_short(instrument, part) for part in change.domains if part.crossed == crossing]
        if names:
            yield text.format(domains=", ".join(names))
    if not any(part.crossed for part in change.domains):
        yield _("No domain crossed the threshold.")


def _short(instrument: Instrument, part: GroupChange) -> str:
    return one_line(group_name(instrument, part.id, short=True))


def _told(score: Score | None) -> str:
    """Write a score so that it needs no key: a dot for no answer says nothing to who reads it first."""
    return _("no answer") if score is None else score_text(score)


def _moves(instrument: Instrument, items: Sequence[ItemChange]) -> tuple[Move, ...]:
    return tuple(
        Move(
            text=one_line(instrument.sentence(instrument.item(item.id))),
            before=_told(item.a),
            now=_told(item.b),
            step=item.step,
        )
        for item in items[:MOVES]
    )
