"""What may be told of a team: every rule of it, on one page; docs/team.md explains them.

A share is what one person gives of one session. Figures are over the same people in all of a period, at least five;
which people these are is decided once, by `choose_people`, when the period is closed. The figures themselves are lazy
dataframe expressions, written once for every engine: see analysis/team_figures.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate
from math import comb, gcd
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from reflect_tui.analysis.summary import ScoreGroup, summarize
from reflect_tui.analysis.versions import bridge
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.model.team import ClosedPeriod, RefusedFile, ScoreTotal, Share, Team, TeamFigure, period_of

_Row = tuple[int, ...]
COLUMNS = (
    "team", "period", "axis", "id", "people", "high", "high_bound", "median", "median_bound", "lower", "upper",
)  # fmt: skip
"""What is told of a domain or focus of a period of a team."""


def make_share(instrument: Instrument, session: Session, team: str, share_id: str) -> Share:
    """Add a session up for a team: only domains and focuses in which something was scored."""
    summary = summarize(instrument, session.scores)
    return Share(
        team=team,
        id=share_id,
        instrument=session.instrument,
        version=session.version,
        digest=session.digest,
        period=period_of(session.started.date()),
        domains=_totals(summary.domains),
        focuses=_totals(summary.focuses),
    )


def _totals(groups: Iterable[ScoreGroup]) -> dict[Any, ScoreTotal]:
    return {group.id: ScoreTotal(group.sum, group.scored) for group in groups if group.scored}


Groups = Mapping[frozenset[str], int]
"""How many people of a team took part in just these periods and no others."""


def groups_of(members: Mapping[str, Iterable[str]]) -> Groups:
    """Group people by the periods that they are in; `members` are the people of each period."""
    periods: dict[str, set[str]] = {}
    for period, people in members.items():
        for person in people:
            periods.setdefault(person, set()).add(period)
    return Counter(frozenset(each) for each in periods.values())


class Choice(Struct, frozen=True, kw_only=True):
    """Whose figures a period tells: those of its own people, of the people of an earlier period, or of nobody.

    `counted` is the period whose people count, "" for nobody. `near` is the period that stands in the way, and
    `differing` how many people make the difference to it; "" and 0 when there are simply too few people, or when no
    period alone stands in the way, but several together.
    """

    counted: str
    people: int = 0
    near: str = ""
    differing: int = 0


def choose_people(period: str, groups: Groups, told: Sequence[str], minimum: int) -> Choice:
    """Choose whose figures a period tells, beside the periods that were `told` over people of their own.

    The figures of periods can be added and subtracted. Were everyone to keep their scores, a sum that leaves one to
    four people would give those away. So the people of a period are told only when no sum of any number of periods
    leaves fewer than `minimum`. When just newcomers are too few, they wait, and the period is told over the people of
    an earlier one.
    """
    people = _size(groups, period)
    if people < minimum:
        return Choice(counted="")
    if not leaves_few(groups, [*told, period], minimum):
        return Choice(counted=period, people=people)
    whole = [name for name in told if not any(name in periods and period not in periods for periods in groups)]
    if whole:
        largest = max(whole, key=lambda name: (_size(groups, name), name))
        return Choice(counted=largest, people=_size(groups, largest))
    differing = {
        name: sum(count for periods, count in groups.items() if (name in periods) != (period in periods))
        for name in told
    }
    near = min(told, key=differing.__getitem__)
    return Choice(counted="", near=near, differing=differing[near]) if differing[near] < minimum else Choice(counted="")


def _size(groups: Groups, period: str) -> int:
    return sum(count for periods, count in groups.items() if period in periods)


_MOST_TRIES = 20_000


def leaves_few(groups: Groups, told: Iterable[str], minimum: int) -> bool:
    """Tell whether the figures of these periods add up, each taken any number of times, to those of a few people only.

    A period is a row with a 1 for every group that is in it. Sought is a sum of rows that is not zero, and zero for all
    groups but some of fewer than `minimum` people together. Where that would take too long to find out, it is assumed.
    """
    periods = tuple(told)
    sizes: Counter[frozenset[str]] = Counter()
    for group, count in groups.items():
        sizes[group.intersection(periods)] += count
    del sizes[frozenset()]
    ordered = sizes.most_common()
    counts = [count for _group, count in ordered]
    rows = list({tuple(int(period in group) for group, _count in ordered) for period in periods})
    large = sum(count >= minimum for count in counts)
    for place in range(large):
        rows = _cleared(rows, place)
    small = sum(total < minimum for total in accumulate(reversed(counts)))  # groups that are few people together
    if comb(len(rows) + small, small) > _MOST_TRIES:
        return True
    return _sum_of_few(rows, counts, large, minimum - 1)


def _sum_of_few(rows: list[_Row], counts: Sequence[int], place: int, most: int) -> bool:
    """Tell whether a sum of rows is zero in all columns from `place` on but some of `most` people, and not all zero."""
    if not rows or place == len(counts):
        return bool(rows)
    if not any(row[place] for row in rows):
        return _sum_of_few(rows, counts, place + 1, most)
    if counts[place] <= most and _sum_of_few(rows, counts, place + 1, most - counts[place]):
        return True
    return _sum_of_few(_cleared(rows, place), counts, place + 1, most)


def _cleared(rows: list[_Row], place: int) -> list[_Row]:
    """Return rows that make up every sum of these rows that is zero in a column; none of them is all zero."""
    pivot = next((row for row in rows if row[place]), None)
    if pivot is None:
        return rows
    others = (tuple(pivot[place] * a - row[place] * b for a, b in zip(row, pivot, strict=True)) for row in rows)
    return list({_shortened(row) for row in others if any(row)})


def _shortened(row: _Row) -> _Row:
    divisor = gcd(*row)
    return tuple(number // divisor for number in row)


def choose_all(
    groups: Iterable[tuple[str, frozenset[str], int]], minimum: int, before: Collection[tuple[str, str]] = ()
) -> dict[tuple[str, str], Choice]:
    """Choose whose figures are told for every period of every team, the earlier periods first.

    `groups` are those of all teams: the team, the periods that they took part in and no others, and how many they are.
    Of `before`, each a team and a period, the figures of the people were told already.
    """
    of_team: dict[str, dict[frozenset[str], int]] = {}
    for team, group, count in groups:
        of_team.setdefault(team, {})[group] = count
    choices: dict[tuple[str, str], Choice] = {}
    for team, own in sorted(of_team.items()):
        periods = sorted(set().union(*own))
        told = [period for period in periods if (team, period) in before]
        for period in periods:
            if (team, period) in before:
                continue
            choice = choices[team, period] = choose_people(period, own, told, minimum)
            if choice.counted == period:
                told.append(period)
    return choices


class OpenPeriod(Struct, frozen=True):
    """A period that was not closed: how many people shared. Nothing else is told of it."""

    period: str
    people: int


class TeamPage(Struct, frozen=True, kw_only=True):
    """What there is to see of a team: closed periods, oldest first, those still open, and what was refused.

    `instrument` is the version that people share on now; `versions` are all that periods were closed on, by digest.
    """

    team: Team
    instrument: Instrument
    versions: Mapping[str, Instrument] = MappingProxyType({})
    closed: tuple[ClosedPeriod, ...] = ()
    open: tuple[OpenPeriod, ...] = ()
    refused: tuple[RefusedFile, ...] = ()

    def version_of(self, period: ClosedPeriod) -> Instrument:
        """Return the version that a period was closed on."""
        return self.versions.get(period.digest, self.instrument)

    @property
    def told(self) -> tuple[ClosedPeriod, ...]:
        """The periods of which anything is told, oldest first: all of them may stand side by side."""
        return tuple(period for period in self.closed if period.counted)


def strengths(instrument: Instrument, period: ClosedPeriod) -> tuple[TeamFigure, ...]:
    """List the domains that go well for most of the people, the most first: high, unless lower is better."""
    return _ranked(instrument, period, 1)


def general_points(instrument: Instrument, period: ClosedPeriod) -> tuple[TeamFigure, ...]:
    """List the domains that don't go well for most of the people, the most first."""
    return _ranked(instrument, period, -1)


def _ranked(instrument: Instrument, period: ClosedPeriod, side: int) -> tuple[TeamFigure, ...]:
    """List the domains of which more than half of the people are on one side: 1 the good one, -1 the other."""
    found: list[tuple[float, float, int, TeamFigure]] = []
    for figure in period.figures:
        if figure.axis == "domain":
            scale = instrument.scale_of(figure.id)
            most = side * scale.worth(2 * figure.high - period.people)
            if most > 0:
                found.append((-most, -side * scale.worth(figure.median - float(scale.threshold)), len(found), figure))
    return tuple(figure for *_order, figure in sorted(found, key=lambda entry: entry[:3]))


def lines_that_go_on(older: Instrument, newer: Instrument) -> dict[str, str]:
    """Return the older id of every newer domain and focus whose figures can be set beside those of before."""
    there = bridge(older, newer)
    if there is None or there.is_rescaled:
        return {}
    before = {new: old for old, new in there.domains.items()} | {name: name for name in newer.focuses}
    old_items, new_items = _items(older), _items(newer)
    return {
        new: old
        for new, old in before.items()
        if new in new_items
        and old in old_items
        and {there.items.get(item, "") for item in old_items[old]} == new_items[new]
        and older.scale_of(old).threshold == newer.scale_of(new).threshold
        and older.scale_of(old).better == newer.scale_of(new).better
    }


def _items(instrument: Instrument) -> dict[str, set[str]]:
    """Return the ids of the statements of every domain and focus."""
    domains = {domain.id: {item.id for item in domain.items} for domain in instrument.domains}
    return domains | {name: {item.id for item in items} for name, items in instrument.items_of_focus.items()}
