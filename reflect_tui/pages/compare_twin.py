"""What a comparison shows, in sentences and tables: for those who hear the screen, and for logs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reflect_tui.analysis.compare import Compared, Comparison, by_size
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.pages import figures
from reflect_tui.pages.compare import View, opening, rows
from reflect_tui.pages.compare_words import NEARLY, bounded, field_name, gap_text, how_sentence, row_name
from reflect_tui.pages.lines import EMPTY, Line, paragraph
from reflect_tui.pages.words import mean_text, role_name


def table(comparison: Comparison, instrument: Instrument, view: View, columns: int) -> list[Line]:
    """Give the rows of a view as one sentence and a table: every mean with its n."""
    found = rows(comparison, instrument, view)
    room = columns - 2
    return [
        *opening(comparison, columns),
        EMPTY,
        *paragraph(sentence(instrument, found), room, indent=2),
        *paragraph(how_sentence(), room, "muted", indent=2),
        EMPTY,
        *figures.table(head(comparison, view), [cells(comparison, instrument, row) for row in found], columns),
    ]


def head(comparison: Comparison, view: View) -> list[str]:
    """Name the columns."""
    first = _("Item") if view.domain or view.axis == "item" else figures.axis_name(view.axis)
    groups = [role_name(group.role) for group in comparison.raters.groups]
    return [first, _("own"), *groups, _("others"), _("gap"), _("items")]


def cells(comparison: Comparison, instrument: Instrument, row: Compared, mark: str = NEARLY) -> list[str]:
    """Give one row: means with n, the gap with a mark where it is not exact, how many items."""
    by_role = {group.role: group for group in row.groups}
    found = [by_role.get(group.role) for group in comparison.raters.groups]
    groups = [f"{bounded(one.mean, one.bound)} ({one.scored})" if one else "–" for one in found]
    own = f"{mean_text(row.own.mean)} ({row.own.scored})" if row.own else "–"
    counted = _("{n} of {total}").format(n=len(row.items), total=row.total)
    return [
        row_name(instrument, row, short=False),
        own,
        *groups,
        mean_text(row.others),
        gap_text(row, mark) or "–",
        counted,
    ]


def sentence(instrument: Instrument, found: Iterable[Compared]) -> str:
    """Say where the differences lie."""
    known = [row for row in by_size(found) if row.gap is not None]
    if not known:
        return _("There is no item here that both sides scored.")
    higher = [row for row in known if (row.gap or 0) > 0]
    lower = [row for row in known if (row.gap or 0) < 0]
    said = [
        _("Others score {up} of {n} higher than you do, {down} lower, {same} the same.").format(
            up=len(higher), n=len(known), down=len(lower), same=len(known) - len(higher) - len(lower)
        )
    ]
    largest: Sequence[Compared] = known[:1]
    for row in largest:
        if row.gap:
            text = _("The largest gap is {gap}: {name}.")
            said.append(text.format(gap=gap_text(row), name=row_name(instrument, row, short=False).rstrip(".")))
    return " ".join(said)


def field_sentences(comparison: Comparison, instrument: Instrument) -> list[str]:
    """Say in which of the four fields each domain falls."""
    text = _("{domain}: {field}.")
    return [
        text.format(domain=row_name(instrument, row, short=False), field=field_name(row.field))
        for row in comparison.domains
        if row.field
    ]
