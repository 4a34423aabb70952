"""The JSON shapes of the command line, documented in docs/command-line.md; pure: values in, dictionaries out.

The order of the keys is part of the shape. Numbers are rounded from exact fractions, halves away from zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from msgspec import structs, to_builtins

from reflect_tui.analysis.change import GroupChange
from reflect_tui.analysis.diff import Diff, Results
from reflect_tui.analysis.summary import SessionFigures
from reflect_tui.analysis.trend import GroupPoint, Series, Trend
from reflect_tui.analysis.version_changes import EndedLines
from reflect_tui.git.history import Version
from reflect_tui.model.agenda import Agenda, AgendaPoint, ScoreSum
from reflect_tui.model.events import Event
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import AnswerWords, Domain, Instrument, Item
from reflect_tui.model.old_means import Reference
from reflect_tui.model.round import Rater, Round
from reflect_tui.model.session import Session
from reflect_tui.model.talk import Talk, is_as_signed
from reflect_tui.model.talk import is_id as is_talk
from reflect_tui.report.data import Shape, bands, figures, rounded
from reflect_tui.report.data import fields as _fields
from reflect_tui.report.document import Changes, GroupRow, Report
from reflect_tui.store.scan import Entry
from reflect_tui.views.labels import group_name
from reflect_tui.views.trends import TrendScene, old_means

_REPORT_FIGURES = frozenset({"domains", "focuses", "scale"})
_ON_PAPER = frozenset({"signs", "raters", "focuses_title"})


def listed(session: Session, path: Path, figures: SessionFigures, versions: int) -> Shape:
    """A session as `list` has it; of several versions how many wait for a choice."""
    return {
        "id": session.id,
        "path": str(path),
        **_fields(session, "instrument version role started finished"),
        **_fields(figures, "answered total high domains"),
        **_entered(session),
        **({"versions": versions} if versions > 1 else {}),
    }


def _entered(session: Session) -> Shape:
    """When a session was entered later; nothing for any other."""
    return {"entered": session.entered.isoformat()} if session.entered else {}


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
        **_fields(session, "instrument version role started finished"),
        **_fields(summary, "answered total"),
        "domains": [
            {"id": group.id, "title": group_name(instrument, group.id), **figures(group)} for group in summary.domains
        ],
        "scores": {item.id: session.scores[item.id] for item in instrument.items if item.id in session.scores},
        "notes": {item.id: session.notes[item.id] for item in instrument.items if item.id in session.notes},
        **_entered(session),
        **bands(instrument, summary),
    }


def compared(change: Diff) -> Shape:
    """Two sessions as `diff` has them."""
    return {
        "a": change.a.id,
        "b": change.b.id,
        "domains": [_group_change(part) for part in change.domains],
        "items": [_fields(item, "id domain a b") for item in change.items],
        **_fields(change, "up down same"),
        **_judged(change),
        "focuses": [_group_change(part) for part in change.focuses],
    }


def _group_change(part: GroupChange) -> Shape:
    return {
        "id": part.id,
        "mean_a": rounded(part.shown[0].mean),
        "mean_b": rounded(part.shown[1].mean),
        "delta": rounded(part.delta),
        "crossed": part.crossed is not None,
        **_judged(part),
    }


def _judged(change: Diff | GroupChange) -> Shape:
    """What chance does with a change, how clear it is, and on how many items that stands."""
    return {
        "p": chance(change.chance) if change.judged else None,
        "clear": change.judged_in_time,
        "shared": change.shared,
    }


def followed(scene: TrendScene) -> Shape:
    """Sessions as `trend` has them: one's own, those of every other role apart, and groups that are told whole."""
    instrument, trend = scene.instrument, scene.trend
    return {
        "instrument": instrument.id,
        **_of_role(instrument, trend),
        "others": [{"role": other.role, **_of_role(instrument, other)} for other in trend.others],
        "together": [_group(group, trend) for group in scene.groups],
        "events": [happened(event) for event in scene.events if not is_talk(event.id)],
        "talks": [{"id": event.id, "when": event.when} for event in scene.events if is_talk(event.id)],
        **({"references": [reference(one) for one in old]} if (old := old_means(scene)) else {}),
        **({"ended": [_ended(lines) for lines in scene.ended]} if scene.ended else {}),
    }


def _ended(lines: EndedLines) -> Shape:
    """The lines that ended with a version, up to there."""
    return {
        "version": lines.until,
        "domains": _all_series(lines.on, lines.domains),
        "focuses": _all_series(lines.on, lines.focuses),
        "items": [{"id": row.item, "answers": list(row.answers)} for row in lines.items],
    }


def reference(shown: Reference) -> Shape:
    """Old means: of which day, and what they were."""
    return {"id": shown.id, "day": shown.day.isoformat(), "means": dict(shown.means)}


def _group(group: GroupPoint, trend: Trend) -> Shape:
    def shown(all_series: Iterable[Series]) -> list[Shape]:
        pairs = ((series.id, group.figure(series.id)) for series in all_series)
        return [
            {"id": name, "mean": rounded(figure.mean), "scored": figure.scored, "bound": figure.bound or None}
            for name, figure in pairs
            if figure
        ]

    return {
        **_fields(group, "role people round session"),
        "closed": group.when.date().isoformat(),
        "domains": shown(trend.domains),
        "focuses": shown(trend.focuses),
    }


def _of_role(instrument: Instrument, trend: Trend) -> Shape:
    return {
        "sessions": [_fields(session, "id started version") for session in trend.sessions],
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
    return _fields(event, "id when label")


def versions(session_id: str, history: Sequence[Version]) -> Shape:
    """The versions of a session as `history` has them."""
    return {
        "id": session_id,
        "versions": [_fields(version, "commit when subject reason deleted") for version in history],
    }


def instrument_row(instrument: Instrument) -> Shape:
    """An instrument as `instruments list` has it."""
    return {
        **_fields(instrument, "id version digest language title"),
        "domains": len(instrument.domains),
        "items": len(instrument.items),
    }


def whole_instrument(instrument: Instrument) -> Shape:
    """An instrument as `instruments show` has it."""
    scale = instrument.scale
    return {
        **_fields(instrument, "id version digest language title"),
        "scale": {
            "min": scale.lowest,
            "max": scale.highest,
            "high_above": scale.high_above,
            **({"better": scale.better} if scale.better == "lower" else {}),
            "points": [_fields(point, "value label") for point in scale.points],
        },
        **({"scales": {name: _words(words) for name, words in instrument.scales.items()}} if instrument.scales else {}),
        **(
            {"profiles": [_fields(one, "id title targets") for one in instrument.profiles]}
            if instrument.profiles
            else {}
        ),
        "domains": [_domain(domain) for domain in instrument.domains],
    }


def _words(words: AnswerWords) -> Shape:
    return {"points": [_fields(point, "value label") for point in words.points]}


def _domain(domain: Domain) -> Shape:
    own = {name: value for name in ("better", "high_above") if (value := getattr(domain, name)) is not None}
    own |= {name: value for name in ("scale", "group") if (value := getattr(domain, name))}
    return {**_fields(domain, "id title optional"), **own, "items": [_item(item) for item in domain.items]}


def _item(item: Item) -> Shape:
    return {
        "id": item.id,
        "text": item.text,
        "stem": item.stem or None,
        "under": item.under or None,
        "focus": item.focus,
        **({"reversed": True} if item.reversed else {}),
        **({"scale": item.scale} if item.scale else {}),
    }


def agenda(shown: Agenda, *, saved: bool, outdated: bool) -> Shape:
    """An agenda as `agenda` has it, the one `saved` with its session, perhaps `outdated`, or one made now."""
    return {
        "session": shown.session,
        "since": shown.since or None,
        "saved": saved,
        "outdated": outdated,
        "points": [_agenda_point(point) for point in shown.points],
    }


def _agenda_point(point: AgendaPoint) -> Shape:
    return {
        "kind": point.kind,
        "about": point.about or None,
        **_fields(point, "text remark dropped"),
        "now": _score_sum(point.now),
        "before": _score_sum(point.before),
        "delta": rounded(point.delta),
        "clear": point.clear or None,
        "shared": _score_sum(point.shared),
        "others": [
            {**_fields(group, "role people mean sum scored"), "bound": group.bound or None, "verdict": group.verdict}
            for group in point.others
        ],
        "gap": rounded(point.gap),
        "items": [
            {"id": key, "score": score, "before": point.items_before.get(key)} for key, score in point.items.items()
        ],
    }


def _score_sum(part: ScoreSum | None) -> Shape | None:
    return _fields(part, "mean sum scored") if part else None


def talk(shown: Talk) -> Shape:
    """A talk as `talk` has it."""
    names = "id session started paused finished next_talk"
    return {
        **_fields(shown, names),
        "since": shown.since or None,
        "points": [
            {
                **_agenda_point(point),
                "leader_remark": point.leader_remark,
                "agreed": [_fields(agreement, "goal what first_step helper by") for agreement in point.agreements],
            }
            for point in shown.points
        ],
        "signed": [
            {**_fields(one, "at professional leader digest"), "commit": one.commit or None} for one in shown.signatures
        ],
        "as_signed": is_as_signed(shown),
        "amended": [_fields(amendment, "at reason") for amendment in shown.amendments],
    }


def goal(shown: Goal) -> Shape:
    """A goal as `goals` has it."""
    return {
        "id": shown.id,
        "instrument": shown.instrument,
        "domain": shown.domain or None,
        **_fields(shown, "items what first_step helper by target made"),
        "session": shown.session or None,
        "talk": shown.talk or None,
        "status": shown.status,
        "open": shown.is_open,
        "carried": shown.carried,
        "look_backs": [
            {"session": back.session or None, **_fields(back, "at outcome note")} for back in shown.look_backs
        ],
    }


def feedback_round(shown: Round, missing: Sequence[int], told: Mapping[Rater, int]) -> Shape:
    """A round as `rounds` has it; no token stands in it. Those `missing` answered, but their answer is not here.

    `told` counts the statements of which something may be told, by group.
    """
    names = "id instrument version about language promise collector minimum made closes state items"
    invited = [
        {
            **_fields(guest, "role label"),
            "answered": None if shown.is_untold(guest.role) else guest.answered,
            "withdrawn": guest.withdrawn,
            "missing": number in missing,
        }
        for number, guest in enumerate(shown.invited)
    ]
    return {**_fields(shown, names), "invited": invited, "told": dict(told)}


def report(document: Report) -> Shape:
    """A document as `report` has it."""
    fields = {
        name: value for name, value in structs.asdict(document).items() if name not in _ON_PAPER | _REPORT_FIGURES
    }
    plain: Shape = to_builtins(fields | {"changes": _report_changes(document.changes)})
    return plain | {"domains": _report_rows(document.domains), "focuses": _report_rows(document.focuses)}


def _report_changes(changes: Changes | None) -> Shape | None:
    if changes is None:
        return None
    fields = structs.asdict(changes)
    p, clear, shared = (fields.pop(name) for name in ("chance", "judgement", "shared"))
    return fields | {"p": chance(p), "clear": clear, "shared": shared}


def chance(p: Fraction | None) -> float | None:
    """A probability with four decimals."""
    return None if p is None else round(float(p), 4)


def _report_rows(rows: Sequence[GroupRow]) -> list[Shape]:
    return [
        {
            "id": row.now.id,
            "title": row.name,
            **figures(row.now),
            "before": rounded(row.change.shown[0].mean) if row.change else None,
            "delta": rounded(row.change.delta) if row.change else None,
            "crossed": row.change.crossed if row.change else None,
            "p": chance(row.change.chance) if row.change and row.change.judged else None,
            "clear": row.change.judged_in_time if row.change and row.change.judged else None,
            "shared": row.change.shared if row.change else None,
            "course": [
                {"started": moment.when.isoformat(), "mean": rounded(moment.mean), "scored": moment.group.scored}
                for moment in row.course
            ],
        }
        for row in rows
    ]
