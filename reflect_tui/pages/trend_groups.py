"""The groups that answered in confidence as a table: a column a round, with the figures of its comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reflect_tui.analysis.group_trend import GroupFigure, GroupPoint
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages.compare_words import NEARLY, people
from reflect_tui.pages.lines import EMPTY, Line, fit, heading, line, pad, paragraph, span
from reflect_tui.pages.trends import MARKS, Scene, TrendAxis, series_of
from reflect_tui.pages.words import day, mean_text, numbered_name, role_name

_CELL = 13


def together(scene: Scene, axes: Sequence[TrendAxis], columns: int) -> Iterator[Line]:
    """Show every group, the newest rounds that fit, below the name of its role."""
    for role in MARKS:
        found = [group for group in scene.groups if group.role == role]
        if found:
            yield EMPTY
            yield heading(_("{role}, in confidence").format(role=role_name(role)))
            yield from _table(scene, found, axes, columns)
    if scene.groups:
        text = _("As in the comparison: on the items that both sides scored. {sign} rounded, or told as a bound.")
        yield EMPTY
        yield from paragraph(text.format(sign=NEARLY), columns - 2, "muted", indent=2)


def _table(scene: Scene, found: Sequence[GroupPoint], axes: Sequence[TrendAxis], columns: int) -> Iterator[Line]:
    title_room = min(30, max(18, columns - 2 - 4 * _CELL))
    shown = found[-max(1, (columns - 2 - title_room) // _CELL) :]
    blank = " " * title_room
    yield line("  ", blank, *(span(pad(day(group.when), _CELL, right=True), "muted") for group in shown))
    yield line(
        "  ", blank, *(span(pad(people(group.role, group.people), _CELL, right=True), "muted") for group in shown)
    )
    for series in (one for axis in axes for one in series_of(scene.trend, axis)):
        name = _name(scene.instrument, series.id, title_room)
        yield line("  ", span(name), *(span(_cell(group.figure(series.id))) for group in shown))
    hidden = len(found) - len(shown)
    if hidden:
        more = ngettext("{n} earlier round", "{n} earlier rounds", hidden).format(n=hidden)
        yield line("  ", span(more, "muted"))


def _name(instrument: Instrument, name: str, room: int) -> str:
    return fit(numbered_name(instrument, name, short=room < 30), room - 1) + " "  # noqa: PLR2004 -- as the other tables


def _cell(figure: GroupFigure | None) -> str:
    if figure is None:
        return pad("–", _CELL, right=True)
    nearly = NEARLY if figure.bound else "" if figure.covered else "*"
    return pad(f"{mean_text(figure.mean)}{nearly or ' '}({figure.scored})", _CELL, right=True)
