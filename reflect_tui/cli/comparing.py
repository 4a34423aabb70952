"""`compare`: one session of one's own beside the answers of others that belong to it."""

from __future__ import annotations

from reflect_tui.analysis import compare as analysis
from reflect_tui.analysis.compare import Compared, Comparison
from reflect_tui.analysis.raters import HiddenGroup, RaterGroup
from reflect_tui.cli import output, reference
from reflect_tui.cli.reference import Found
from reflect_tui.cli.request import Request
from reflect_tui.cli.shapes import Shape
from reflect_tui.errors import EXIT_DONE, EXIT_NO, ReflectError
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.journal import Journal
from reflect_tui.pages.lines import EMPTY, Line, heading, line
from reflect_tui.pages.words import group_name, session_name
from reflect_tui.report.figures import number as rounded


def compare(request: Request) -> int:
    """Compare; when nobody's answers may be shown yet, say so and give 1."""
    journal = request.journal
    found = reference.find(journal, request.options.reference or "latest")
    comparison = compared(journal, found)
    if request.options.json:
        output.values(shape(comparison, found.instrument))
    elif request.plain:
        from reflect_tui.plain import compare as plain  # noqa: PLC0415 -- only when asked

        output.lines(plain.comparison(comparison, found.instrument, output.columns()))
    else:
        output.lines(_page(comparison, found.instrument))
    return EXIT_DONE if comparison.has_others else EXIT_NO


def compared(journal: Journal, found: Found) -> Comparison:
    """Put a session beside the answers of others.

    Raises:
        ReflectError: it is not one's own.
    """
    if found.session.role != "self":
        raise ReflectError(
            _("Others are compared with a session of your own; {id} is none.").format(id=found.session.id)
        )
    own = journal.own()
    if found.session not in own and any(one.id == found.session.id for one in own):
        text = _("{path} is not as the journal has this session; compare that one: reflect-tui compare {id}")
        raise ReflectError(text.format(path=found.path, id=found.session.id))
    return analysis.compare(found.instrument, found.session, own, journal.given(), journal.known_rounds())


def _page(comparison: Comparison, instrument: Instrument) -> list[Line]:
    from reflect_tui.pages import compare as page  # noqa: PLC0415 -- not for JSON

    columns = output.columns()
    title = line("  ", _("Compare") + f" · {session_name(comparison.session)}")
    if not comparison.has_others:
        return [title, EMPTY, *page.nobody(comparison, columns)]
    return [
        title,
        *page.page(comparison, instrument, page.View(), columns),
        EMPTY,
        heading(_("Attitude, knowledge, skill")),
        *page.table(comparison, instrument, page.View(axis="focus"), columns),
        *page.four(comparison, instrument, columns),
        *page.written(comparison, instrument, columns),
    ]


def shape(comparison: Comparison, instrument: Instrument) -> Shape:
    """Give a comparison as JSON has it; see docs/command-line.md."""
    session, raters = comparison.session, comparison.raters
    return {
        "session": session.id,
        "instrument": session.instrument,
        "started": session.started.isoformat(),
        "groups": [_group(group) for group in raters.groups],
        "hidden": [_hidden(hidden) for hidden in raters.hidden],
        "elsewhere": raters.elsewhere,
        "domains": [_row(row, group_name(instrument, row.id)) for row in comparison.domains],
        "focuses": [_row(row, group_name(instrument, row.id)) for row in comparison.focuses],
        "items": [_item(row, instrument.domain_of[row.id].id) for row in comparison.items],
        "comments": [{"domain": comment.domain or None, "text": comment.text} for comment in comparison.comments],
    }


def _group(group: RaterGroup) -> Shape:
    return {
        "role": group.role,
        "people": group.people,
        "rounds": list(group.rounds),
        "first": group.first.date().isoformat(),
        "last": group.last.date().isoformat(),
    }


def _hidden(hidden: HiddenGroup) -> Shape:
    return {"role": hidden.role, "people": hidden.people, "needed": hidden.needed, "reason": hidden.reason}


def _row(row: Compared, title: str) -> Shape:
    return {"id": row.id, "title": title, **_figures(row), "field": row.field}


def _item(row: Compared, domain: str) -> Shape:
    return {"id": row.id, "domain": domain, **_figures(row)}


def _figures(row: Compared) -> Shape:
    """Give what a row shows; the sum of a figure that is a bound would say nothing, and is left out."""
    own = row.own
    return {
        "items": len(row.items),
        "total": row.total,
        "own": {"mean": rounded(own.mean), "sum": own.sum, "scored": own.scored, "verdict": row.own_verdict}
        if own
        else None,
        "groups": [
            {
                "role": group.role,
                "people": group.people,
                "mean": rounded(group.mean),
                "sum": group.sum,
                "scored": group.scored,
                "bound": group.bound or None,
                "lowest": rounded(group.lowest),
                "highest": rounded(group.highest),
            }
            for group in row.groups
        ],
        "others": {"mean": rounded(row.others), "verdict": row.others_verdict} if row.groups else None,
        "gap": rounded(row.gap),
    }
