"""Oneself beside others: means per domain, focus and item on the items that both sides scored, and the gaps.

Groups are never added together by person: "others" is the mean of the groups' means. What may be told of a group that
answered in confidence was fixed when its round was closed, see release.py; who belongs to one is in rater_groups.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.analysis.rater_groups import Across, RaterGroup, RaterGroups, bring_over, rater_groups
from reflect_tui.analysis.release import Along, ItemSum, comments_of, exact_total, in_order, item_sum, released_total
from reflect_tui.analysis.summary import FEWEST_RANKED, Axis, ScoreGroup, Verdict, score_group
from reflect_tui.model.agenda import Bound, GroupVerdict, ScoreSum, are_divided
from reflect_tui.model.instrument import Instrument, Scale
from reflect_tui.model.round import Comment, Rater, Round
from reflect_tui.model.session import NOT_APPLICABLE, Score, Session

Quadrant = Literal["shared strength", "blind spot", "hidden strength", "shared point of attention"]
QUADRANTS: tuple[Quadrant, ...] = ("shared strength", "hidden strength", "blind spot", "shared point of attention")
_QUADRANT: Mapping[tuple[bool, bool], Quadrant] = {
    (True, True): "shared strength",
    (True, False): "blind spot",
    (False, True): "hidden strength",
    (False, False): "shared point of attention",
}
"""By whether one's own mean is good, and that of others: high, unless lower is better."""

SMALLEST_GAP = Fraction(1, 4)
"""A smaller difference is no point for a talk, and neither a blind spot nor a hidden strength."""

NO_INSTRUMENTS: Mapping[str, Instrument] = MappingProxyType({})


class PersonFigures(Struct, frozen=True):
    """What one person gave by name; `label` is what the owner calls this person, "" without one.

    `number` tells people of a group apart, from 1 on: the same in every row.
    """

    label: str
    given: ScoreSum
    number: int


class Written(Comment, frozen=True, kw_only=True):
    """A comment; `role` is None unless it is of a named round: then it says who wrote it, as in PersonFigures."""

    role: Rater | None = None
    label: str = ""
    number: int = 0


class GroupFigures(Struct, frozen=True, kw_only=True):
    """What one group gave some items; `bound` says how `mean` is to be read, "" when it is exact.

    `sum` is that of an exact mean or of one told as "at least" or "at most"; None when it is rounded.

    `people` is how many they are, `scored` how many scores that makes. `lowest` and `highest` are the means of the
    items that they scored lowest and highest, rounded to whole points when the answers were given in confidence.

    `own` is oneself on the group's `items`, where these are not those of the row; see ComparisonRow. The exact mean
    lies in `least` to `most`. `each` has the people of a group of several that answered by name, and of one `apart`:
    see RaterGroup.
    """

    role: Rater
    people: int
    mean: Fraction
    sum: int | None
    scored: int
    bound: Bound = ""
    lowest: Fraction
    highest: Fraction
    least: Fraction
    most: Fraction
    items: tuple[str, ...] = ()
    own: ScoreSum | None = None
    each: tuple[PersonFigures, ...] = ()
    apart: bool = False


class ComparisonRow(Struct, frozen=True, kw_only=True):
    """A domain, a focus or an item: one's own figures and each group's, on the same `items`; of `total` items in all.

    `groups` are those that count as "others". A group that scored too few of the items takes none away from them: it
    stands `beside` them, with one's own figures on the items that it did score. So does one that is `apart`, wherever
    another has figures.

    Without an item that both sides scored, `own` is None and there are no groups. `covered` tells whether they are
    enough of the items that apply to oneself for a verdict of others. `session` has one's own figures on all items of
    a domain or focus, with the verdict that every page shows; None for an item.
    """

    id: str
    items: tuple[str, ...]
    total: int
    own: ScoreSum | None
    groups: tuple[GroupFigures, ...]
    beside: tuple[GroupFigures, ...] = ()
    covered: bool
    scale: Scale
    session: ScoreGroup | None = None

    @property
    def others(self) -> Fraction | None:
        """The mean of the groups' means."""
        return sum((group.mean for group in self.groups), Fraction(0)) / len(self.groups) if self.groups else None

    @property
    def gap(self) -> Fraction | None:
        """The mean of others minus one's own."""
        return self.others - self.own.mean if self.others is not None and self.own else None

    @property
    def worth(self) -> Fraction:
        """The gap so that more is better: above 0 where others see it better than oneself; 0 without one."""
        return self.scale.worth(self.gap or Fraction(0))

    @property
    def sure_gap(self) -> Fraction:
        """How large the gap is at least, whatever rounding hides; 0 without one, or where it may have either sign."""
        if not self.groups or not self.own:
            return Fraction(0)
        least, most = self._others_within()
        return max(least - self.own.mean, self.own.mean - most, Fraction(0))

    @property
    def is_exact(self) -> bool:
        """Whether all figures are exact and on the same items, and so is the gap."""
        return not any(group.bound or group.items != self.items for group in self.groups)

    @property
    def shown(self) -> tuple[GroupFigures, ...]:
        """All groups, whether they count as others or stand beside them."""
        return self.groups + self.beside

    @property
    def own_verdict(self) -> Verdict | None:
        """The verdict of the session on all items of the domain or focus, whatever was compared."""
        return self.session.verdict if self.session else None

    @property
    def others_verdict(self) -> Verdict | None:
        """Whether the mean of others is strictly above the threshold; None where rounding could decide that."""
        return _verdict(*self._others_within(), self.scale.threshold) if self.groups and self.covered else None

    def _others_within(self) -> tuple[Fraction, Fraction]:
        """Between which two the exact mean of others lies."""
        count = len(self.groups)
        least = sum((group.least for group in self.groups), Fraction(0)) / count
        return least, sum((group.most for group in self.groups), Fraction(0)) / count

    @property
    def is_divided(self) -> bool:
        """Whether one of the others is high and another is not: a group, or a person of a group by name."""
        return self.covered and are_divided(map(self.group_verdict, self.groups))

    def group_verdict(self, group: GroupFigures) -> GroupVerdict | None:
        """Whether the mean of one group is strictly above the threshold; None where rounding could decide that.

        "divided" where that differs among its people who answered by name, and scored enough of it for a verdict.
        """
        wanted = self.scale.coverage * len(group.items)
        if len({one.given.mean > self.scale.threshold for one in group.each if one.given.scored >= wanted}) > 1:
            return "divided"
        return _verdict(group.least, group.most, self.scale.threshold)

    @property
    def is_at_threshold(self) -> bool:
        """Whether one's own mean or that of others is the threshold: neither a strength nor a low point."""
        own, others = self.session.mean if self.session else None, self.others
        return bool(self.own_verdict and self.others_verdict) and self.scale.threshold in (own, others)

    @property
    def quadrant(self) -> Quadrant | None:
        """Which of the four it falls in; None without a verdict on both sides, or where they differ by too little.

        Exactly at the threshold is neither good nor a point of attention. None also where others are divided.
        """
        if not self.session or not self.own_verdict or not self.others_verdict or self.is_divided:
            return None
        good = "high" if self.scale.better == "higher" else "not high"
        own, others = self.session.good, self.others_verdict == good and self.others != self.scale.threshold
        if own == others:
            return None if self.is_at_threshold and not own else _QUADRANT[own, others]
        return _QUADRANT[own, others] if (self.worth if others else -self.worth) >= SMALLEST_GAP else None


def _verdict(least: Fraction, most: Fraction, threshold: Fraction) -> Verdict | None:
    """Judge a mean that lies between two; None where they lie on both sides of the threshold."""
    if least > threshold:
        return "high"
    return "not high" if most <= threshold else None


class Comparison(Struct, frozen=True, kw_only=True):
    """A session beside the answers of others; `comments` stand in an order that only their text decides.

    `across` counts those who answered on another version of the instrument.
    """

    session: Session
    raters: RaterGroups
    domains: tuple[ComparisonRow, ...]
    focuses: tuple[ComparisonRow, ...]
    items: tuple[ComparisonRow, ...]
    comments: tuple[Written, ...]
    across: tuple[Across, ...] = ()

    def rows(self, axis: Axis | Literal["item"]) -> tuple[ComparisonRow, ...]:
        """Return what is compared along an axis."""
        return {"domain": self.domains, "focus": self.focuses, "item": self.items}[axis]

    @property
    def has_others(self) -> bool:
        """Whether there is a group that may be shown."""
        return bool(self.raters.groups)


class _Side(Struct, frozen=True):
    """A group with the items of which something may be told; `sums` where that is the exact sum.

    Its answers are as figures count them; see Instrument.counted().
    """

    group: RaterGroup
    items: frozenset[str]
    sums: Mapping[str, ItemSum] = {}


class _BothSides(Struct, frozen=True):
    """Oneself, and all groups; `mine` are one's own answers as figures count them."""

    instrument: Instrument
    mine: Mapping[str, Score]
    known: tuple[_Side, ...]


def compare(
    instrument: Instrument,
    session: Session,
    own: Sequence[Session],
    others: Iterable[Session],
    rounds: Mapping[str, Round],
    *,
    instruments: Mapping[str, Instrument] = NO_INSTRUMENTS,
) -> Comparison:
    """Put a session of one's own beside what others said that belongs to it; see rater_groups().

    `instruments` gives the version of every digest: with it answers on another version are brought over.
    """
    there = bring_over(instrument, session, own, others, rounds, instruments=instruments)
    raters = rater_groups(session, own, there.given, there.rounds, [item.id for item in instrument.items])
    known = tuple(_side(instrument, group) for group in raters.groups)
    sides = _BothSides(instrument, instrument.counted(session.scores), known)
    items = tuple(_row(sides, "item", item.id, [item.id]) for item in instrument.items)
    return Comparison(
        session=session,
        raters=raters,
        domains=tuple(_row(sides, "domain", part.id, [item.id for item in part.items]) for part in instrument.domains),
        focuses=tuple(
            _row(sides, "focus", focus, [item.id for item in within])
            for focus, within in instrument.items_of_focus.items()
        ),
        items=tuple(row for row in items if row.groups),
        comments=comments_by_domain(instrument, raters.groups),
        across=there.across,
    )


def comments_by_domain(instrument: Instrument, groups: Iterable[RaterGroup]) -> tuple[Written, ...]:
    """Return what was written, by domain and after that what is about it all, without to which item.

    Only a named round, which says so to whoever is asked, has the writer beside a comment.
    """
    comments: list[Written] = []
    for group in groups:
        if group.released:
            comments += [Written(domain=one.domain, text=one.text) for one in group.released.comments]
        for number, (answer, label) in enumerate(zip(group.sessions, group.labels, strict=True), start=1):
            role = group.role if answer.round else None
            comments += [
                Written(domain=one.domain, text=one.text, role=role, label=label, number=number)
                for one in comments_of(instrument, [answer])
            ]
    return in_order(instrument, comments)


def _side(instrument: Instrument, group: RaterGroup) -> _Side:
    if group.released:
        counts, told = group.released.scored, group.released.sums  # sums of a manager only: those are told as they are
        exact = {item: ItemSum(points, counts[item], points, points, (points, points)) for item, points in told.items()}
        return _Side(group, frozenset(counts), exact)
    answers = tuple(structs.replace(one, scores=instrument.counted(one.scores)) for one in group.sessions)
    group = structs.replace(group, sessions=answers)
    given = {
        item.id: [score for session in answers if isinstance(score := session.scores.get(item.id), int)]
        for item in instrument.items
        if item.id in group.asked
    }
    sums = {key: item_sum(scores, instrument.scale) for key, scores in given.items() if scores}
    return _Side(group, frozenset(sums), sums)


def _row(sides: _BothSides, along: Along, name: str, items: Sequence[str]) -> ComparisonRow:
    """Compare on the items that one scored oneself and all groups that count as others did.

    What a group gave in confidence is told of all its items, whatever one scored oneself: else two sessions of one's
    own would tell two sums, and what lies between them.
    """
    instrument = sides.instrument
    scale = instrument.item_scale(name) if along == "item" else instrument.scale_of(name)
    mine = {item: score for item in items if isinstance(score := sides.mine.get(item), int)}
    wanted = scale.coverage * sum(sides.mine.get(item) != NOT_APPLICABLE for item in items)
    known = [_Scored(side, _in_both(items, side.items), _in_both(mine, side.items)) for side in sides.known]
    present = [(one, told) for one in known if one.shared and (told := _figures(instrument, one, along, name))]
    counting = [one for one, _told in present if not one.side.group.apart]
    counted, common = _others(counting or [one for one, _told in present], wanted)

    def own(scored: Sequence[str]) -> ScoreSum:
        return ScoreSum(sum(mine[item] for item in scored), len(scored))

    return ComparisonRow(
        id=name,
        items=common,
        total=len(items),
        own=own(common) if common else None,
        groups=tuple(
            told if one.side.group.confidential else _exact_figures(one.side, common)
            for one, told in present
            if one in counted
        ),
        beside=tuple(structs.replace(told, own=own(one.shared)) for one, told in present if one not in counted),
        covered=bool(common) and len(common) >= wanted,
        scale=scale,
        session=None if along == "item" else score_group(name, map(instrument.item, items), sides.mine, scale),
    )


def _in_both(items: Iterable[str], others: frozenset[str]) -> tuple[str, ...]:
    return tuple(item for item in items if item in others)


class _Scored(Struct, frozen=True):
    """A group with the items of a row that it scored: `all` of them, and those that one scored oneself as well."""

    side: _Side
    all: tuple[str, ...]
    shared: tuple[str, ...]


def _others(present: Sequence[_Scored], wanted: Fraction) -> tuple[Sequence[_Scored], tuple[str, ...]]:
    """Choose the groups that count as others, and the items that one and all of them scored.

    Items of a group that answered in confidence are never left out. So the one of them that scored most decides, and
    with it go those that scored the same items. Without one that scored at least `wanted`, groups that answered by name
    are put together as long as so many are left, those that scored most first; else those that have any in common.
    """
    secret = [one for one in present if one.side.group.confidential]
    named = [one for one in present if not one.side.group.confidential]
    lead = max(secret, key=lambda one: len(one.shared), default=None)
    if lead and (len(lead.shared) >= wanted or not any(len(one.shared) >= wanted for one in named)):
        same = [
            one
            for one in present
            if (one.all == lead.all if one.side.group.confidential else set(lead.shared) <= set(one.shared))
        ]
        return same, lead.shared
    counted: list[_Scored] = []
    common: tuple[str, ...] = ()
    for least in (wanted, Fraction(1)):
        for one in sorted(named, key=lambda one: -len(one.shared)):
            together = tuple(item for item in one.shared if not counted or item in common)
            if together and len(together) >= least:
                counted, common = [*counted, one], together
        if counted:
            break
    return [one for one in present if one in counted], common


def _figures(instrument: Instrument, one: _Scored, along: Along, name: str) -> GroupFigures | None:
    """The figures of a group on the items of a row; None when nothing may be told of these together."""
    released = one.side.group.released
    if released is None or not one.side.group.confidential:
        return _exact_figures(one.side, one.shared)
    total = released_total(instrument, released, along, name, one.all)
    if total is None:
        return None
    points = [released.points[item] for item in one.all]
    return GroupFigures(
        role=released.role,
        people=released.people,
        mean=total.mean,
        sum=total.sum if isinstance(total.sum, int) and total.bound != "about" else None,
        scored=total.scored,
        bound=total.bound,
        lowest=Fraction(min(points)),
        highest=Fraction(max(points)),
        least=Fraction(total.least, total.scored),
        most=Fraction(total.most, total.scored),
        items=one.all,
    )


def _exact_figures(side: _Side, items: Sequence[str]) -> GroupFigures:
    """The figures of a group that answered by name, and of a manager."""
    sums = [side.sums[item] for item in items]
    means = [Fraction(part.sum, part.people) for part in sums]
    total = exact_total(sums)
    return GroupFigures(
        role=side.group.role,
        people=side.group.people,
        mean=total.mean,
        sum=total.least,
        scored=total.scored,
        lowest=min(means),
        highest=max(means),
        least=total.mean,
        most=total.mean,
        items=tuple(items),
        each=tuple(_each(side.group, items)),
        apart=side.group.apart,
    )


def _each(group: RaterGroup, items: Sequence[str]) -> Iterator[PersonFigures]:
    for number, (label, session) in enumerate(zip(group.labels, group.sessions, strict=True), start=1):
        scores = [score for item in items if isinstance(score := session.scores.get(item), int)]
        if scores and (group.apart or group.people > 1):
            yield PersonFigures(label, ScoreSum(sum(scores), len(scores)), number)


def by_gap(rows: Iterable[ComparisonRow]) -> tuple[ComparisonRow, ...]:
    """Order by gap: where others see it best beside one's own mean first, those without a gap last."""
    return tuple(sorted(rows, key=lambda row: (row.gap is None, -row.worth)))


def by_size(rows: Iterable[ComparisonRow]) -> tuple[ComparisonRow, ...]:
    """Order by how large the gap is, the largest first; those on few scores after the others, without a gap last."""

    def rank(row: ComparisonRow) -> tuple[bool, bool, Fraction]:
        return row.gap is None, bool(row.own and row.own.scored < FEWEST_RANKED), -abs(row.gap or Fraction(0))

    return tuple(sorted(rows, key=rank))
