"""The JSON shapes of the command line, documented in docs/command-line.md; pure: values in, dictionaries out.

The order of the keys is part of the shape. Numbers are rounded from exact fractions, halves away from zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from msgspec import structs, to_builtins

from reflect_tui.analysis.compare import Comparison, ComparisonRow
from reflect_tui.analysis.diff import Diff, Results
from reflect_tui.analysis.rater_groups import HiddenGroup, RaterGroup
from reflect_tui.analysis.summary import SessionFigures
from reflect_tui.analysis.trend import GroupPoint, Series, Trend
from reflect_tui.git.history import Version
from reflect_tui.model.agenda import Agenda, AgendaPoint, GroupScoreSum, ScoreSum
from reflect_tui.model.events import Event
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Domain, Instrument, Item
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session
from reflect_tui.report.data import figures, rounded
from reflect_tui.report.document import GroupRow, Report
from reflect_tui.store.scan import Entry
from reflect_tui.views.labels import group_name
from reflect_tui.views.trends import TrendScene

Shape = dict[str, Any]
_REPORT_FIGURES = frozenset({"domains", "focuses", "scale"})
_ON_PAPER = frozenset({"signs"})


def listed(session: Session, path: Path, figures: SessionFigures) -> Shape:
    """A session as `list` has it."""
    return {
        "id": session.id,
        "path": str(path),
        "instrument": session.instrument,
        "version": session.version,
        "role": session.role,
        "started": session.started.isoformat(),
        "finished": session.finished.isoformat(),
        "answered": figures.answered,
        "total": figures.total,
        "high": figures.high,
        "domains": figures.domains,
    }


def unreadable(entry: Entry, path: Path) -> Shape:
    """A file that can't be used as `list` has it."""
    return {"path": str(path), "problems": [str(fault) for fault in entry.faults]}


def shown(results: Results, path: Path, commit: str | None) -> Shape:
    """A session as `show` has it."""
    instrument, session, summary = results.instrument, results.session, results.summary
    return {
        "id": session.id,
        "path": str(path),
        "commit": commit,
        "instrument": session.instrument,
        "version": session.version,
        "role": session.role,
        "started": session.started.isoformat(),
        "finished": session.finished.isoformat(),
        "answered": summary.answered,
        "total": summary.total,
        "domains": [
            {"id": group.id, "title": group_name(instrument, group.id), **figures(group)} for group in summary.domains
        ],
        "scores": {item.id: session.scores[item.id] for item in instrument.items if item.id in session.scores},
        "notes": {item.id: session.notes[item.id] for item in instrument.items if item.id in session.notes},
    }


def compared(change: Diff) -> Shape:
    """Two sessions as `diff` has them."""
    return {
        "a": change.a.id,
        "b": change.b.id,
        "domains": [
            {
                "id": part.id,
                "mean_a": rounded(part.a.mean),
                "mean_b": rounded(part.b.mean),
                "delta": rounded(part.delta),
                "crossed": part.crossed is not None,
                "p": None if change.a.id == change.b.id else chance(part.chance),
                "clear": part.judgement,
                "shared": part.shared,
            }
            for part in change.domains
        ],
        "items": [{"id": item.id, "domain": item.domain, "a": item.a, "b": item.b} for item in change.items],
        "up": change.up,
        "down": change.down,
        "same": change.same,
    }


def followed(scene: TrendScene) -> Shape:
    """Sessions as `trend` has them: one's own, those of every other role apart, and groups that are told whole."""
    instrument, trend = scene.instrument, scene.trend
    return {
        "instrument": instrument.id,
        **_of_role(instrument, trend),
        "others": [{"role": other.role, **_of_role(instrument, other)} for other in trend.others],
        "together": [_group(group, trend) for group in scene.groups],
        "events": [happened(event) for event in scene.events],
    }


def _group(group: GroupPoint, trend: Trend) -> Shape:
    def shown(all_series: Iterable[Series]) -> list[Shape]:
        pairs = ((series.id, group.figure(series.id)) for series in all_series)
        return [
            {"id": name, "mean": rounded(figure.mean), "scored": figure.scored, "bound": figure.bound or None}
            for name, figure in pairs
            if figure
        ]

    return {
        "role": group.role,
        "people": group.people,
        "round": group.round,
        "session": group.session,
        "closed": group.when.date().isoformat(),
        "domains": shown(trend.domains),
        "focuses": shown(trend.focuses),
    }


def _of_role(instrument: Instrument, trend: Trend) -> Shape:
    return {
        "sessions": [
            {"id": session.id, "started": session.started.isoformat(), "version": session.version}
            for session in trend.sessions
        ],
        "domains": _all_series(instrument, trend.domains),
        "focuses": _all_series(instrument, trend.focuses),
    }


def _all_series(instrument: Instrument, all_series: Iterable[Series]) -> list[Shape]:
    return [
        {
            "id": series.id,
            "title": group_name(instrument, series.id),
            "points": [
                {
                    "session": point.session,
                    "started": point.when.isoformat(),
                    **figures(point.group),
                    "starts": point.starts,
                }
                for point in series.points
            ],
        }
        for series in all_series
    ]


def happened(event: Event) -> Shape:
    """An event as `events list` has it."""
    return {"id": event.id, "when": event.when, "label": event.label}


def versions(session_id: str, history: Sequence[Version]) -> Shape:
    """The versions of a session as `history` has them."""
    return {
        "id": session_id,
        "versions": [
            {
                "commit": version.commit,
                "when": version.when.isoformat(),
                "subject": version.subject,
                "reason": version.reason,
                "deleted": version.deleted,
            }
            for version in history
        ],
    }


def instrument_row(instrument: Instrument) -> Shape:
    """An instrument as `instruments list` has it."""
    return {
        "id": instrument.id,
        "version": instrument.version,
        "digest": instrument.digest,
        "language": instrument.language,
        "title": instrument.title,
        "domains": len(instrument.domains),
        "items": len(instrument.items),
    }


def whole_instrument(instrument: Instrument) -> Shape:
    """An instrument as `instruments show` has it."""
    scale = instrument.scale
    return {
        "id": instrument.id,
        "version": instrument.version,
        "digest": instrument.digest,
        "language": instrument.language,
        "title": instrument.title,
        "scale": {
            "min": scale.lowest,
            "max": scale.highest,
            "high_above": scale.high_above,
            "points": [{"value": point.value, "label": point.label} for point in scale.points],
        },
        "domains": [_domain(domain) for domain in instrument.domains],
    }


def _domain(domain: Domain) -> Shape:
    return {
        "id": domain.id,
        "title": domain.title,
        "optional": domain.optional,
        "items": [_item(item) for item in domain.items],
    }


def _item(item: Item) -> Shape:
    return {
        "id": item.id,
        "text": item.text,
        "stem": item.stem or None,
        "under": item.under or None,
        "focus": item.focus,
    }


def agenda(shown: Agenda, *, saved: bool) -> Shape:
    """An agenda as `agenda` has it, the one `saved` with its session or one made now."""
    return {
        "session": shown.session,
        "since": shown.since or None,
        "saved": saved,
        "points": [_agenda_point(point) for point in shown.points],
    }


def _agenda_point(point: AgendaPoint) -> Shape:
    return {
        "kind": point.kind,
        "about": point.about or None,
        "text": point.text,
        "remark": point.remark,
        "dropped": point.dropped,
        "now": _score_sum(point.now),
        "before": _score_sum(point.before),
        "delta": rounded(point.delta),
        "shared": _score_sum(point.shared),
        "others": [
            {"role": group.role, "people": group.people, **(_score_sum(group) or {}), "bound": group.bound or None}
            for group in point.others
        ],
        "gap": rounded(point.gap),
        "items": [
            {"id": key, "score": score, "before": point.items_before.get(key)} for key, score in point.items.items()
        ],
    }


def _score_sum(part: ScoreSum | GroupScoreSum | None) -> Shape | None:
    return {"mean": rounded(part.mean), "sum": part.sum, "scored": part.scored} if part else None


def goal(shown: Goal) -> Shape:
    """A goal as `goals` has it."""
    return {
        "id": shown.id,
        "instrument": shown.instrument,
        "domain": shown.domain or None,
        "items": list(shown.items),
        "what": shown.what,
        "first_step": shown.first_step,
        "helper": shown.helper,
        "by": shown.by.isoformat() if shown.by else None,
        "target": shown.target,
        "made": shown.made.isoformat(),
        "session": shown.session or None,
        "status": shown.status,
        "open": shown.is_open,
        "carried": shown.carried,
        "look_backs": [
            {
                "session": back.session or None,
                "at": back.at.isoformat(),
                "outcome": back.outcome,
                "note": back.note,
            }
            for back in shown.look_backs
        ],
    }


def feedback_round(shown: Round) -> Shape:
    """A round as `rounds` has it; no token stands in it."""
    return {
        "id": shown.id,
        "instrument": shown.instrument,
        "version": shown.version,
        "about": shown.about,
        "language": shown.language,
        "promise": shown.promise,
        "collector": shown.collector,
        "minimum": shown.minimum,
        "made": shown.made.isoformat(),
        "closes": shown.closes.isoformat(),
        "state": shown.state,
        "items": list(shown.items),
        "invited": [
            {"role": guest.role, "label": guest.label, "answered": guest.answered, "withdrawn": guest.withdrawn}
            for guest in shown.invited
        ],
    }


def report(document: Report) -> Shape:
    """A document as `report` has it."""
    fields = {
        name: value for name, value in structs.asdict(document).items() if name not in _ON_PAPER | _REPORT_FIGURES
    }
    plain: Shape = to_builtins(fields)
    return plain | {"domains": _report_rows(document.domains), "focuses": _report_rows(document.focuses)}


def chance(p: Fraction | None) -> float | None:
    """A probability with four decimals."""
    return None if p is None else round(float(p), 4)


def _report_rows(rows: Sequence[GroupRow]) -> list[Shape]:
    return [
        {
            "id": row.now.id,
            "title": row.name,
            **figures(row.now),
            "before": rounded(row.before.mean) if row.before else None,
            "delta": rounded(row.delta),
            "crossed": row.crossed,
            "p": chance(row.chance),
            "clear": row.judgement,
            "shared": row.shared,
            "course": [
                {"started": moment.when.isoformat(), "mean": rounded(moment.mean), "scored": moment.group.scored}
                for moment in row.course
            ],
        }
        for row in rows
    ]


def comparison(shown: Comparison, instrument: Instrument) -> Shape:
    """A comparison as `compare` has it."""
    session, raters = shown.session, shown.raters
    return {
        "session": session.id,
        "instrument": session.instrument,
        "started": session.started.isoformat(),
        "groups": [_rater_group(group) for group in raters.groups],
        "hidden": [_hidden_group(hidden) for hidden in raters.hidden],
        "elsewhere": raters.elsewhere,
        "domains": [_comparison_row(row, group_name(instrument, row.id)) for row in shown.domains],
        "focuses": [_comparison_row(row, group_name(instrument, row.id)) for row in shown.focuses],
        "items": [_comparison_item(row, instrument.domain_of[row.id].id) for row in shown.items],
        "comments": [{"domain": comment.domain or None, "text": comment.text} for comment in shown.comments],
    }


def _rater_group(group: RaterGroup) -> Shape:
    return {
        "role": group.role,
        "people": group.people,
        "rounds": list(group.rounds),
        "first": group.first.date().isoformat(),
        "last": group.last.date().isoformat(),
    }


def _hidden_group(hidden: HiddenGroup) -> Shape:
    return {"role": hidden.role, "people": hidden.people, "needed": hidden.needed, "reason": hidden.reason}


def _comparison_row(row: ComparisonRow, title: str) -> Shape:
    return {"id": row.id, "title": title, **_comparison_figures(row), "field": row.quadrant}


def _comparison_item(row: ComparisonRow, domain: str) -> Shape:
    return {"id": row.id, "domain": domain, **_comparison_figures(row)}


def _comparison_figures(row: ComparisonRow) -> Shape:
    """The figures of a row; the sum of a figure that is a bound would mean nothing, and is left out."""
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
