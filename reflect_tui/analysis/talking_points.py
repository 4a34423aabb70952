"""What to talk about at an appraisal: two strengths, then at most five points, each with its evidence.

A domain stands in the list once, under what says most about it: it crossed the threshold, it dropped, it is low, or
others see it otherwise. Only a strength that others see lower stands there twice: as a strength, and as a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, islice, zip_longest

from msgspec import structs

from reflect_tui.analysis.change import CHANCE_LIMIT, GroupChange
from reflect_tui.analysis.compare import QUADRANTS, SMALLEST_GAP, Comparison, ComparisonRow, by_size
from reflect_tui.analysis.diff import Diff, change_since
from reflect_tui.analysis.summary import (
    FEWEST_RANKED,
    ScoreGroup,
    Summary,
    all_at_threshold,
    equally_good,
    lowest_items,
    strengths_first,
    strongest_items,
    summarize,
)
from reflect_tui.model.agenda import MAX_LINE, Agenda, AgendaPoint, GroupScoreSum, Kind, ScoreSum
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Domain, Instrument, Scale
from reflect_tui.model.session import Score, Session

STRENGTHS, POINTS, ITEMS = 2, 5, 3
FEWEST_DOWN = 2
"""A domain dropped when at least so many more of its items went down than up (up than down where lower is better)."""
_ORDER: tuple[Kind, ...] = ("low", "drop", "crossing", "gap", "goal")


def propose_agenda(
    instrument: Instrument,
    session: Session,
    previous: Session | None = None,
    goals: Iterable[Goal] = (),
    comparison: Comparison | None = None,
    *,
    previous_on: Instrument | None = None,
) -> Agenda:
    """Make the agenda of a session, compared with an earlier one on the same instrument, goals, and what others say.

    An earlier one on another version (`previous_on`) is compared on the items that both have.

    From each kind of point the first one is taken, then the second of each, until there are five. A first session
    without a high domain has its strongest items instead of strengths, and one that is at the threshold everywhere has
    one low point that says so, unless a domain dropped or crossed it: then that is told, and nothing twice.
    """
    summary = summarize(instrument, session.scores)
    change = change_since(instrument, session, previous, previous_on)
    judged = [group for group in summary.domains if group.verdict]
    good = [group for group in strengths_first(judged) if group.good]
    strengths = sorted(good, key=lambda group: group.scored < FEWEST_RANKED)[:STRENGTHS]
    strong = frozenset(group.id for group in strengths)
    taken = set(strong)
    moved = [list(_crossings(change, taken)), list(_drops(change, taken))]
    low, gap = _low(judged, taken), _gaps(comparison, taken, strong)
    if all_at_threshold(instrument, session) and not any(moved):
        low = iter(_at_threshold(instrument, session, summary))
    first = _strengths(strengths) if strengths or change else _strongest(instrument, session)
    points = [*first, *_chosen(*moved, low, gap, _goals(session, goals, instrument, judged))]
    shown = tuple(_with_others(_with_items(point, instrument, session, change), comparison) for point in points)
    return Agenda(session=session.id, since=change.a.id if change else "", points=shown)


def goals_until_next_session(goals: Iterable[Goal], session: Session, own: Iterable[Session]) -> tuple[Goal, ...]:
    """Leave out the goals that were made after one's next session: they are no matter of this one."""
    later = [other.started for other in own if other.instrument == session.instrument]
    after = min((started for started in later if started > session.started), default=None)
    return tuple(goal for goal in goals if after is None or goal.made < after)


def refresh_agenda(kept: Agenda, fresh: Agenda) -> Agenda:
    """Bring an agenda up to date: own points, remarks and gaps taken up stay; what was dropped stays dropped."""
    before = {(str(point.kind), point.about): point for point in kept.points if point.kind != "own"}
    points = [
        structs.replace(point, remark=old.remark, dropped=old.dropped)
        if (old := before.get((point.kind, point.about)))
        else point
        for point in fresh.points
    ]
    proposed = {(point.kind, point.about) for point in fresh.points}
    others = [p for p in kept.points if p.kind != "own" and (p.kind, p.about) not in proposed]
    remarked = [point for point in others if point.remark or (point.kind == "gap" and not point.dropped)]
    own = [point for point in kept.points if point.kind == "own"]
    return structs.replace(fresh, points=(*points, *remarked, *own))


PossiblePoints = Mapping[tuple[Kind, str], AgendaPoint]
"""By kind and what it is about: every point that could be made of a session now, with its evidence."""


def possible_points(
    instrument: Instrument,
    session: Session,
    previous: Session | None = None,
    goals: Iterable[Goal] = (),
    comparison: Comparison | None = None,
    *,
    previous_on: Instrument | None = None,
) -> PossiblePoints:
    """Make every point there could be, also those that an agenda has no room for, and goals closed since."""
    summary = summarize(instrument, session.scores)
    change = change_since(instrument, session, previous, previous_on)
    judged = [group for group in summary.domains if group.verdict]
    points = [
        *_strengths([group for group in judged if group.good]),
        *_strongest(instrument, session),
        *_crossings(change, set()),
        *_drops(change, set()),
        *_low(judged, set()),
        *(_at_threshold(instrument, session, summary) if all_at_threshold(instrument, session) else ()),
        *(gap_point(row) for row in (comparison.domains if comparison else ()) if row.gap is not None),
        *(_goal_point(goal, instrument, judged) for goal in goals),
    ]
    complete = (_with_others(_with_items(point, instrument, session, change), comparison) for point in points)
    return {(point.kind, point.about): point for point in complete}


def is_outdated(agenda: Agenda, possible: PossiblePoints, fresh: Agenda | None = None) -> bool:
    """Whether a point that was kept shows other evidence than it would be made of now, or a `fresh` one is lacking.

    A goal made since is no change of answers.
    """
    made = (point for point in agenda.kept if point.kind != "own")
    known = {(point.kind, point.about) for point in agenda.points}
    return any(_evidence(point) != _evidence(possible.get((point.kind, point.about))) for point in made) or any(
        (point.kind, point.about) not in known for point in (fresh.points if fresh else ()) if point.kind != "goal"
    )


def with_clarity(kept: Agenda, possible: PossiblePoints) -> Agenda:
    """Say how clear the changes are of an agenda that is not outdated: one of an earlier version doesn't tell."""
    known = ((point, possible.get((point.kind, point.about))) for point in kept.points)
    return structs.replace(
        kept, points=tuple(structs.replace(point, clear=now.clear) if now else point for point, now in known)
    )


def _evidence(point: AgendaPoint | None) -> object:
    """All that a point shows of scores; None where it can't be made any more."""
    if point is None:
        return None
    others = tuple(structs.replace(group, verdict=None) for group in point.others)  # an older app kept no verdict
    return point.now, point.before, point.shared, others, point.items, point.items_before


def renew_agenda(kept: Agenda, fresh: Agenda, instrument: Instrument, possible: PossiblePoints) -> Agenda:
    """Bring an agenda up to date with changed answers; a remark to what is no longer so becomes an own point."""

    def renewed(point: AgendaPoint) -> AgendaPoint:
        current = possible.get((point.kind, point.about))
        if point.kind == "own":
            return point
        if current is None:
            return _as_own(point, instrument)
        return structs.replace(current, text=point.text, remark=point.remark, dropped=point.dropped)

    return structs.replace(fresh, points=tuple(map(renewed, refresh_agenda(kept, fresh).points)))


def _as_own(point: AgendaPoint, instrument: Instrument) -> AgendaPoint:
    names = {domain.id: domain.label for domain in instrument.domains}
    text = names.get(point.about, point.remark)[:MAX_LINE]
    return AgendaPoint(kind="own", text=text, remark=point.remark, dropped=point.dropped)


def _chosen(*kinds: Iterable[AgendaPoint]) -> list[AgendaPoint]:
    """Take the first of each kind, then the second of each, up to five; in the order of the page."""
    rows = zip_longest(*kinds)  # lazily: a point that is taken keeps its domain from the kinds after it
    points = islice((point for point in chain.from_iterable(rows) if point), POINTS)
    return sorted(points, key=lambda point: _ORDER.index(point.kind))


def _figures(group: ScoreGroup) -> ScoreSum | None:
    return ScoreSum(group.sum, group.scored) if group.scored else None


def _strengths(groups: Sequence[ScoreGroup]) -> list[AgendaPoint]:
    return [AgendaPoint(kind="strength", about=group.id, now=_figures(group)) for group in groups]


def _strongest(instrument: Instrument, session: Session) -> list[AgendaPoint]:
    """Make the point of the strongest items; `now` adds up those not shown that were scored as well as the last."""
    strongest = strongest_items(instrument, session, ITEMS)
    others = [score for _item, score in equally_good(instrument, session, strongest)]
    now = ScoreSum(sum(others), len(others)) if others else None
    return (
        [AgendaPoint(kind="strength", now=now, items={item.id: score for item, score in strongest})]
        if strongest
        else []
    )


def _free(domains: Iterable[AgendaPoint], taken: set[str]) -> Iterator[AgendaPoint]:
    """Leave out domains that stand in the list already, and note those that come into it."""
    for point in domains:
        if point.about not in taken:
            taken.add(point.about)
            yield point


def _changed(kind: Kind, changes: Iterable[GroupChange]) -> Iterator[AgendaPoint]:
    for change in changes:
        now, before = _figures(change.b), _figures(change.a)
        yield AgendaPoint(kind=kind, about=change.id, now=now, before=before, on_common=change.is_partial)


def _crossings(change: Diff | None, taken: set[str]) -> Iterator[AgendaPoint]:
    """Make points of what crossed the threshold.

    Of two versions the mean on what both have must have gone the same way: it is what the point shows.
    """
    parts = change.domains if change else ()
    crossed = [part for part in parts if part.delta and part.verdict_change == ("up" if part.delta > 0 else "down")]
    crossed.sort(key=lambda part: (bool(part.is_improved), *_clearest_first(part)))
    return _free(_changed("crossing", crossed), taken)


def _drops(change: Diff | None, taken: set[str]) -> Iterator[AgendaPoint]:
    dropped = []
    for part in change.domains if change else ():
        up, down = part.counts if part.b.better == "higher" else part.counts[::-1]
        if down - up >= FEWEST_DOWN and _told_gain(part) < 0:
            dropped.append(part)
    return _free(_changed("drop", sorted(dropped, key=_clearest_first)), taken)


def _told_gain(part: GroupChange) -> Fraction:
    """How far a mean went to the better; where other items held or moved it, that of those scored both times."""
    if not (part.by_other_items and part.shared):
        return part.gain
    step = Fraction(sum(part.steps), part.shared)
    return step if part.b.better == "higher" else -step


def _clearest_first(part: GroupChange) -> tuple[bool, Fraction]:
    return part.chance >= CHANCE_LIMIT, -abs(_told_gain(part))


def gap_point(row: ComparisonRow) -> AgendaPoint:
    """Make the point of a domain that others see otherwise, or of which they differ."""
    others = tuple(
        GroupScoreSum(group.role, group.people, int(group.mean * group.scored), group.scored, group.bound, verdict)
        for group in row.groups
        for verdict in [row.group_verdict(group) if row.covered else None]
    )
    return AgendaPoint(kind="gap", about=row.id, now=row.own, others=others)


def _gaps(comparison: Comparison | None, taken: set[str], strengths: frozenset[str]) -> Iterator[AgendaPoint]:
    """Make points of what others see otherwise, also of the strengths that they see lower."""
    for row in by_size(comparison.domains) if comparison else ():
        is_new = row.id not in taken or (row.id in strengths and row.worth < 0)
        if _is_telling(row) and is_new:
            taken.add(row.id)
            yield gap_point(row)


def _is_telling(row: ComparisonRow) -> bool:
    """Whether what others see is worth a talk: the gap is sure, or their mean hides that they differ."""
    return row.sure_gap >= SMALLEST_GAP or row.is_divided


def _with_others(point: AgendaPoint, comparison: Comparison | None) -> AgendaPoint:
    """Add what others scored, where they differ or see the domain of a point otherwise: a strength lower."""
    rows = comparison.domains if comparison and point.kind in ("strength", "low", "drop", "crossing") else ()
    row = next((row for row in rows if row.id == point.about and row.covered and _is_telling(row)), None)
    if row is None or (point.kind == "strength" and row.worth > 0 and not row.is_divided):
        return point
    return structs.replace(point, shared=row.own, others=gap_point(row).others)


def _low(groups: Iterable[ScoreGroup], taken: set[str]) -> Iterator[AgendaPoint]:
    """Make points of what is on the wrong side of its threshold, the furthest first; what is upon it is left out."""
    not_good = (group for group in groups if group.verdict and not group.good and not group.is_at_threshold)
    low = sorted(not_good, key=lambda group: (group.scored < FEWEST_RANKED, group.worth))
    return _free((AgendaPoint(kind="low", about=group.id, now=_figures(group)) for group in low), taken)


def _at_threshold(instrument: Instrument, session: Session, summary: Summary) -> list[AgendaPoint]:
    """Make the point that all means are at the threshold, with the lowest items where not all scores are."""
    items = {item.id: score for item, score in lowest_items(instrument, session)[:ITEMS]}
    now = ScoreSum(sum(group.sum for group in summary.domains), summary.scored)
    return [AgendaPoint(kind="low", now=now, items=items)]


def _goals(
    session: Session, goals: Iterable[Goal], instrument: Instrument, groups: Sequence[ScoreGroup]
) -> Iterator[AgendaPoint]:
    for goal in sorted(goals, key=lambda goal: (goal.made, goal.id)):
        if goal.is_open and goal.instrument == session.instrument:
            yield _goal_point(goal, instrument, groups)


def _goal_point(goal: Goal, instrument: Instrument, groups: Iterable[ScoreGroup]) -> AgendaPoint:
    now = next((_figures(group) for group in groups if group.id == instrument.newer_id(goal.domain)), None)
    return AgendaPoint(kind="goal", about=goal.id, text=goal.what, now=now)


def _with_items(point: AgendaPoint, instrument: Instrument, session: Session, change: Diff | None) -> AgendaPoint:
    """Add the earlier mean, and the items that show a low, dropped or crossed domain best."""
    domain = next((domain for domain in instrument.domains if domain.id == point.about), None)
    if domain is None or point.kind == "gap":
        return point
    scores = _scored(domain, session.scores)
    before = {key: score for key, score in _scored(domain, change.a.scores if change else {}).items() if key in scores}
    if change and point.before is None and (old := _earlier(domain.id, change, len(scores))):
        point = structs.replace(point, before=_figures(old.a), on_common=old.is_partial)
    if change and point.before:
        part = next(part for part in change.domains if part.id == domain.id)
        point = structs.replace(point, clear=part.judgement if part.is_changed else "")
    if point.kind == "strength":
        return point
    chosen = _telling(
        point,
        _scored(domain, instrument.counted(session.scores)),
        _scored(domain, instrument.counted(before)),
        instrument.scale_of(domain.id),
    )
    return structs.replace(
        point,
        items={key: scores[key] for key in chosen},
        items_before={key: before[key] for key in chosen if key in before},
    )


def _scored(domain: Domain, scores: Mapping[str, Score]) -> dict[str, int]:
    return {item.id: score for item in domain.items if isinstance(score := scores.get(item.id), int)}


def _earlier(domain: str, change: Diff, scored: int) -> GroupChange | None:
    """Return how a domain changed; None without a verdict before, or where only other items make the difference.

    None also when the version before lacked some of the items that are `scored` now.
    """
    part = next((part for part in change.domains if part.id == domain), None)
    if part is None or part.shown[0].verdict is None or part.by_other_items or part.b.scored < scored:
        return None
    return part if part.a.scored else None


def _telling(point: AgendaPoint, scores: Mapping[str, int], before: Mapping[str, int], scale: Scale) -> list[str]:
    """Choose the items, from scores as figures count them: those that moved the way the domain did, or dropped.

    Of a low domain those on the wrong side of the threshold, the furthest first.
    """
    if point.kind == "low":
        margin = {key: scale.worth(score - scale.threshold) for key, score in scores.items()}
        return sorted((key for key in scores if margin[key] < 0), key=lambda key: margin[key])[:ITEMS]
    is_down = point.delta is not None and point.delta < 0
    way = scale.worth(-1) if point.kind == "drop" else -1 if is_down else 1
    steps = {key: way * (scores[key] - before[key]) for key in before}
    return sorted((key for key in steps if steps[key] > 0), key=lambda key: -steps[key])[:ITEMS]


# The differences to talk about, strengths first, and what is noted to them: points of the agenda of kind "gap".
#
# A note that is not to be talked about is kept with a point that stands off the agenda (`dropped`).


def discussion_order(comparison: Comparison) -> tuple[ComparisonRow, ...]:
    """Order the domains that were compared: strengths, then the rest; within a field the largest gap first."""
    rows = [row for row in by_size(comparison.domains) if row.gap is not None]
    return tuple(sorted(rows, key=lambda row: QUADRANTS.index(row.quadrant) if row.quadrant else len(QUADRANTS)))


def gap_point_in(agenda: Agenda, row: ComparisonRow) -> AgendaPoint | None:
    """Return the point that a difference has in an agenda."""
    return next((point for point in agenda.points if point.kind == "gap" and point.about == row.id), None)


def is_on_agenda(agenda: Agenda, row: ComparisonRow) -> bool:
    """Whether a difference stands on the agenda."""
    point = gap_point_in(agenda, row)
    return point is not None and not point.dropped


def with_note(agenda: Agenda, row: ComparisonRow, text: str) -> Agenda:
    """Keep a note to a difference; it comes onto the agenda only when it is marked."""
    before = gap_point_in(agenda, row)
    return _put(agenda, structs.replace(before or structs.replace(gap_point(row), dropped=True), remark=text))


def toggle_on_agenda(agenda: Agenda, row: ComparisonRow) -> Agenda:
    """Put a difference on the agenda with its figures as they are now, or take it off."""
    before = gap_point_in(agenda, row)
    if before is None:
        return _put(agenda, gap_point(row))
    now = gap_point(row)
    return _put(agenda, structs.replace(before, dropped=not before.dropped, now=now.now, others=now.others))


def _put(agenda: Agenda, point: AgendaPoint) -> Agenda:
    """Put a point in the place of the one about the same domain, else at the end; drop one that says nothing."""
    others = list(agenda.points)
    place = next((n for n, old in enumerate(others) if (old.kind, old.about) == (point.kind, point.about)), len(others))
    kept = [] if point.dropped and not point.remark else [point]
    return structs.replace(agenda, points=(*others[:place], *kept, *others[place + 1 :]))
