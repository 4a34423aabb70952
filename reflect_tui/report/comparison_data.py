"""A comparison with others as data: what `compare --json` tells, as that document or as a table; and nothing more."""

from __future__ import annotations

from collections.abc import Iterator

from reflect_tui.analysis.compare import Comparison, ComparisonRow, GroupFigures
from reflect_tui.analysis.rater_groups import RaterGroup
from reflect_tui.analysis.summary import Axis
from reflect_tui.model.agenda import ScoreSum
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import RATERS
from reflect_tui.report.data import Cell, Column, Shape, Table, fields, rounded, rounded_decimal
from reflect_tui.views.labels import group_name

# The document, as docs/command-line.md describes it.


def document(shown: Comparison, instrument: Instrument) -> Shape:
    """A comparison as `compare` has it."""
    session, raters = shown.session, shown.raters
    return {
        "session": session.id,
        **fields(session, "instrument started"),
        "groups": [_rater_group(group) for group in raters.groups],
        "hidden": [fields(hidden, "role people needed reason") for hidden in raters.hidden],
        "across": [fields(one, "version people shared asked") for one in shown.across],
        "elsewhere": raters.elsewhere,
        "instead": [place.id for place in raters.instead],
        "domains": [_comparison_row(row, instrument) for row in shown.domains],
        "focuses": [_comparison_row(row, instrument) for row in shown.focuses],
        "items": [
            {"id": row.id, "domain": instrument.domain_of[row.id].id, **_comparison_figures(row)} for row in shown.items
        ],
        "comments": [
            {"domain": one.domain or None, "text": one.text, "role": one.role, "label": one.label or None}
            for one in shown.comments
        ],
    }


def _rater_group(group: RaterGroup) -> Shape:
    return {
        **fields(group, "role people rounds apart"),
        "first": group.first.date().isoformat(),
        "last": group.last.date().isoformat(),
    }


def _comparison_row(row: ComparisonRow, instrument: Instrument) -> Shape:
    title = group_name(instrument, row.id)
    return {"id": row.id, "title": title, **_comparison_figures(row), "field": row.quadrant}


def _group_figures(group: GroupFigures) -> Shape:
    return {
        **fields(group, "role people mean sum scored"),
        "bound": group.bound or None,
        **fields(group, "lowest highest"),
        "each": [{"label": one.label or None, **fields(one.given, "mean sum scored")} for one in group.each],
    }


def _comparison_figures(row: ComparisonRow) -> Shape:
    """The figures of a row; the sum of a figure that is a bound would mean nothing, and is left out."""
    return {
        "items": len(row.items),
        "total": row.total,
        "own": {**fields(row.own, "mean sum scored"), "verdict": row.own_verdict} if row.own else None,
        "groups": [_group_figures(group) for group in row.groups],
        "beside": [
            {
                **_group_figures(group),
                "apart": group.apart,
                "items": len(group.items),
                "own": fields(group.own, "mean sum scored"),
            }
            for group in row.beside
        ],
        "others": (
            {"mean": rounded(row.others), "verdict": row.others_verdict, "divided": row.is_divided}
            if row.groups
            else None
        ),
        "gap": rounded(row.gap),
    }


# The table: a row for each group, and for each person who answered by name, on every domain, focus and statement.


_OTHERS = "others"
_VERDICTS = ("high", "not high")
_COLUMNS = (
    Column(name="session", about="Id of your own session", required=True),
    Column(name="along", about="What the row is about", required=True, values=("domain", "focus", "item")),
    Column(name="id", about="Id of the domain or item, or the focus", required=True),
    Column(name="domain", about="Id of the domain of an item"),
    Column(name="title", about="Title of the domain or focus, or the item as a whole sentence", required=True),
    Column(
        name="group",
        about="Whose figures; others is the mean of the means of the groups",
        required=True,
        values=(*RATERS, _OTHERS),
    ),
    Column(name="person", kind="integer", about="Number of one person of a group that answered by name", lowest=1),
    Column(name="label", about="What you call this person"),
    Column(name="counts", about="Whether a group counts as others, or stands beside them", values=("yes", "no")),
    Column(name="people", kind="integer", about="How many people a group has", lowest=1),
    Column(name="items", kind="integer", about="Items that both sides scored", required=True, lowest=0),
    Column(name="total", kind="integer", about="Items there are", required=True, lowest=1),
    Column(name="own_mean", kind="number", about="Your own mean on these items, rounded to two decimals"),
    Column(name="own_sum", kind="integer", about="Your own scores on these items added up"),
    Column(name="own_scored", kind="integer", about="How many of them you scored"),
    Column(name="own_verdict", about="Verdict of your session on the whole domain or focus", values=_VERDICTS),
    Column(name="mean", kind="number", about="The mean, rounded to two decimals; read it with bound"),
    Column(name="bound", about="How to read the mean; empty when it is exact", values=("at least", "at most", "about")),
    Column(name="sum", kind="integer", about="The scores added up; empty where the mean is rounded"),
    Column(name="scored", kind="integer", about="How many scores the mean is made of"),
    Column(name="lowest", kind="number", about="Mean of the item that the group scored lowest"),
    Column(name="highest", kind="number", about="Mean of the item that the group scored highest"),
    Column(name="verdict", about="Verdict of others", values=_VERDICTS),
    Column(
        name="divided",
        about="Whether one of the others, a group or a person by name, is high and another is not",
        values=("yes", "no"),
    ),
    Column(name="gap", kind="number", about="The mean of others minus your own"),
    Column(name="field", about="Which of the four fields a domain or focus falls in"),
)


def table(shown: Comparison, instrument: Instrument) -> Table:
    """Set the figures of a comparison in rows, those of each domain, focus and item together; no comments."""
    along: tuple[Axis, ...] = ("domain", "focus")
    rows = [
        (shown.session.id, axis, row.id, "", group_name(instrument, row.id), *cells)
        for axis in along
        for row in shown.rows(axis)
        for cells in _row_cells(row)
    ]
    rows += [
        (shown.session.id, "item", row.id, instrument.domain_of[row.id].id, sentence, *cells)
        for row in shown.items
        for sentence in [instrument.sentence(instrument.item(row.id))]
        for cells in _row_cells(row)
    ]
    return Table(_COLUMNS, tuple(rows), ("along", "id", "group", "person"))


def _row_cells(row: ComparisonRow) -> Iterator[tuple[Cell, ...]]:
    """The cells from `group` on: of each group, of each of its people, and of others."""
    total = row.total
    for group in row.shown:
        beside = group in row.beside
        items = len(group.items) if beside else len(row.items)
        own = group.own if beside else row.own
        compared = (items, total, *_own(own), row.own_verdict)
        ends = (rounded_decimal(group.lowest), rounded_decimal(group.highest))
        given = (rounded_decimal(group.mean), group.bound, group.sum, group.scored, *ends, *(None,) * 4)
        if not group.apart:  # its people are rows of their own, and may be beside a group of the same role
            yield (group.role, None, "", "no" if beside else "yes", group.people, *compared, *given)
        for person in group.each:
            scores = (rounded_decimal(person.given.mean), "", person.given.sum, person.given.scored)
            yield (group.role, person.number, person.label, "", 1, *compared, *scores, *(None,) * 6)
    divided = ("yes" if row.is_divided else "no") if row.groups else None
    verdict = (row.others_verdict, divided, rounded_decimal(row.gap), row.quadrant)
    told = (rounded_decimal(row.others), "", *(None,) * 4, *verdict)
    yield (_OTHERS, None, "", "", None, len(row.items), total, *_own(row.own), row.own_verdict, *told)


def _own(own: ScoreSum | None) -> tuple[Cell, ...]:
    return (rounded_decimal(own.mean), own.sum, own.scored) if own else (None, None, None)
