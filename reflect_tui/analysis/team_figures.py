"""The figures of teams, as lazy dataframe expressions that every engine carries out alike.

A row is what one person gave of one domain or focus: `team`, `period`, `member`, `axis` ("domain" or "focus"), `id`,
`sum` and `n`. Nothing is computed here: what is returned is a plan for the engine whose rows were given. All figures
rest on whole numbers (means are in ten-thousandths), so no two engines round differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import narwhals as nw

from reflect_tui.analysis.team import COLUMNS
from reflect_tui.model.instrument import Scale

_UNIT = 10_000  # of a point of the scale
_QUARTER = _UNIT // 4
EVERYBODY = ""
"""The team that all teams are together."""
PERSON = ("team", "period", "member")
"""What somebody shared once."""


def distinct(rows: nw.LazyFrame[Any], columns: Sequence[str]) -> nw.LazyFrame[Any]:
    """Return each combination of values once. By grouping: unique() would number all rows, at five times the cost."""
    return rows.group_by(*columns).agg(rows=nw.len()).select(*columns)


def without(rows: nw.LazyFrame[Any], others: nw.LazyFrame[Any], columns: Sequence[str]) -> nw.LazyFrame[Any]:
    """Leave out the rows that are like one of the others in these columns."""
    return rows.join(distinct(others, columns), on=list(columns), how="anti")


def people_of(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return `team`, `period` and `member`, each once."""
    return distinct(rows, PERSON)


FILLED = ("team", "period", "member", "sum", "n")


def totals(rows: nw.LazyFrame[Any], scale: Scale) -> nw.LazyFrame[Any]:
    """Gather for each `axis` and `id` what shows whether all of its rows can be those of shares.

    So many `rows`, of which a column has so many that are `filled_...`; `team` is the first name of one. `most` is the
    largest number of scored statements, `least` the smallest; a sum lies at least `above` the lowest and `below` the
    highest that the scores can add up to.
    """
    total, scored = nw.col("sum"), nw.col("n")
    return rows.group_by("axis", "id").agg(
        *(nw.col(name).count().alias(f"filled_{name}") for name in FILLED),
        rows=nw.len(),
        team=nw.col("team").min(),
        least=scored.min(),
        most=scored.max(),
        above=(total - scored * scale.lowest).min(),
        below=(scored * scale.highest - total).min(),
    )


def repeated(rows: nw.LazyFrame[Any], lines: Iterable[tuple[str, str]]) -> nw.LazyFrame[Any]:
    """Return the `team` and `period` of rows that one person has twice for the same domain or focus; one at most.

    `lines` are the axis and id of all there are: counting each of them for a person is far cheaper than grouping by it.
    """
    times = {f"line_{place}": _times(axis, name) for place, (axis, name) in enumerate(lines)}
    own = rows.group_by("team", "period", "member").agg(**times)
    return own.filter(nw.max_horizontal(*times) > 1).select("team", "period").head(1)


def _times(axis: str, name: str) -> nw.Expr:
    return nw.when((nw.col("axis") == axis) & (nw.col("id") == name)).then(1).count()


def in_two_teams(people: nw.LazyFrame[Any], apart: int) -> nw.LazyFrame[Any]:
    """Return the `team`, `period` and `member` of who is in another team less than `apart` quarters from there.

    Whoever has the figures of both teams can subtract them as if they were those of two periods of one.
    """
    year, quarter = nw.col("period").str.slice(0, 4), nw.col("period").str.slice(6, 1)
    own = people.with_columns(place=year.cast(nw.Int64) * 4 + quarter.cast(nw.Int64))
    moved = people.group_by("member").agg(first=nw.col("team").min(), last=nw.col("team").max())
    own = own.join(moved.filter(nw.col("first") != nw.col("last")), on="member")
    others = own.select("member", other="team", then="place")
    near = (nw.col("place") - nw.col("then")).abs() < apart
    return distinct(own.join(others, on="member").filter((nw.col("team") != nw.col("other")) & near), PERSON)


def groups(people: nw.LazyFrame[Any], periods: Sequence[str]) -> nw.LazyFrame[Any]:
    """Count who took part in just the same periods: `team`, a column of 1 or 0 for each of `periods`, and `number`."""
    flags = {name: nw.when(nw.col("period") == name).then(1).otherwise(0).max() for name in periods}
    present = people.group_by("team", "member").agg(**flags)
    return present.group_by("team", *periods).agg(number=nw.len())


def counted_rows(
    rows: nw.LazyFrame[Any], choices: nw.LazyFrame[Any], people: nw.LazyFrame[Any] | None = None
) -> nw.LazyFrame[Any]:
    """Return the rows of those people who count.

    `choices` has `team`, `period`, `people`, and as `counted` the period whose people these are; see
    analysis.team.choose_people(). `people` are those of every period; without them each period counts its own.
    """
    names = ["team", "period", "people", "axis", "id", "sum", "n"]
    joined = rows.join(choices, on=["team", "period"])
    if people is None:
        return joined.select(names)
    own = joined.filter(nw.col("counted") == nw.col("period"))
    others = people.rename({"period": "counted"})
    fewer = joined.filter(nw.col("counted") != nw.col("period")).join(others, on=["team", "member", "counted"])
    return nw.concat([own.select(names), fewer.select(names)])


def own_people(people: nw.LazyFrame[Any], choices: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return the people of the periods that count their own: `team`, `period` and `member`."""
    own = choices.filter(nw.col("counted") == nw.col("period")).select("team", "period")
    return people.join(own, on=["team", "period"]).select(*PERSON)


def people_together(choices: nw.LazyFrame[Any], told: nw.LazyFrame[Any] | None = None) -> nw.LazyFrame[Any]:
    """Return how many `people` all teams have in each `period` of which no figures were `told` before.

    Only people who count in their own team are in it, so that no team can be had by subtracting the others from all.
    """
    people = choices.group_by("period").agg(people=nw.col("people").sum().cast(nw.Int64))  # DuckDB adds into more bits
    return people if told is None else without(people, told, ("period",))


NO_THRESHOLDS: Mapping[str, Fraction] = MappingProxyType({})


def figures(
    counted: nw.LazyFrame[Any],
    scale: Scale,
    thresholds: Mapping[str, Fraction] = NO_THRESHOLDS,
    together: nw.LazyFrame[Any] | None = None,
) -> nw.LazyFrame[Any]:
    """Return `COLUMNS` for every domain and focus that all people of its period scored, and no other.

    `high` counts the people above the threshold; where nearly all or nearly none are, it is told as one less than all
    "at least", or as one "at most"; of EVERYBODY it is the sum of what is told of the teams. `median` is in hundredths,
    `lower` and `upper` are the quarters of the people in quarters of a point; none tells that people are at an end of
    the scale. `thresholds` are those of domains that have another one than the scale. With `together`, see
    people_together(), there are those of EVERYBODY too.
    """
    is_high = _is_above(scale.threshold)
    for domain, threshold in thresholds.items():
        here = (nw.col("axis") == "domain") & (nw.col("id") == domain)
        is_high = (here & _is_above(threshold)) | (~here & is_high)
    mean = (nw.col("sum") * _UNIT / nw.col("n") + 0.5).floor().cast(nw.Int32)  # half the memory of a float
    rows = counted.with_columns(is_high=is_high.cast(nw.Int64), mean=mean)
    added = rows.group_by("team", "period", "people", "axis", "id").agg(
        scored=nw.len(),
        true_high=nw.col("is_high").sum().cast(nw.Int64),
        middle=nw.col("mean").median(),
        first=nw.col("mean").quantile(0.25, "linear"),
        third=nw.col("mean").quantile(0.75, "linear"),
    )
    if together is not None:
        added = nw.concat([added, _added_together(rows, together).select(added.collect_schema().names())])
    told = added.filter(nw.col("scored") == nw.col("people")).with_columns(*_high(), *_median(scale), *_quarters(scale))
    return told.with_columns(*_high_together()).select(*COLUMNS)


def _added_together(rows: nw.LazyFrame[Any], together: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Add all teams up as one: by how often each mean occurs, since one machine would have to hold a list of them all.

    How many are high is not added up here; see _high_together().
    """
    line = ("period", "axis", "id")
    often = rows.group_by(*line, "mean").agg(number=nw.len()).join(together, on="period")
    often = often.with_columns(upto=nw.col("number").cum_sum().over(*line, order_by="mean"))
    added = often.group_by(*line, "people").agg(
        *(each for quarter in (1, 2, 3) for each in _around(quarter)), scored=nw.col("number").sum().cast(nw.Int64)
    )
    quarters = {name: _between(quarter) for quarter, name in enumerate(("first", "middle", "third"), 1)}
    return added.with_columns(team=nw.lit(EVERYBODY), true_high=nw.lit(0).cast(nw.Int64), **quarters)


def _around(quarter: int) -> tuple[nw.Expr, nw.Expr]:
    """Find the means of the two people around a quarter of the people; of one person when it falls on them."""
    place = (nw.col("people") - 1) * quarter  # in quarters of a person, from 0
    after, upto = nw.col("mean"), 4 * nw.col("upto")
    below, above = nw.when(upto > place).then(after).min(), nw.when(upto - 4 >= place).then(after).min()
    return below.alias(f"below_{quarter}"), above.alias(f"above_{quarter}")


def _between(quarter: int) -> nw.Expr:
    below, above = nw.col(f"below_{quarter}"), nw.col(f"above_{quarter}")
    return below + (above - below) * ((nw.col("people") - 1) * quarter % 4) / 4


def _is_above(threshold: Fraction) -> nw.Expr:
    above: nw.Expr = nw.col("sum") * threshold.denominator > nw.col("n") * threshold.numerator
    return above


def _high() -> tuple[nw.Expr, nw.Expr]:
    high, most = nw.col("true_high"), nw.col("people") - 1
    told = nw.when(high >= most).then(most).otherwise(nw.when(high <= 1).then(nw.lit(1)).otherwise(high))
    return told.cast(nw.Int64).alias("high"), _bound(high >= most, high <= 1).alias("high_bound")


def _high_together() -> tuple[nw.Expr, nw.Expr]:
    """Add `high` of EVERYBODY up from what is told of the teams: else subtraction would undo a bound of one of them.

    With a team of "at least" the sum is a lower bound, in which "at most 1" counts as nobody.
    """
    groups, high, bound = ("period", "axis", "id"), nw.col("high"), nw.col("high_bound")
    one = nw.col("team") != EVERYBODY

    def added(condition: nw.Expr, value: nw.Expr) -> nw.Expr:
        return nw.when(condition).then(value).otherwise(nw.lit(0)).sum().over(*groups)

    at_least = added(one & (bound == "at least"), nw.lit(1)) > 0
    at_most = added(one & (bound == "at most"), nw.lit(1)) > 0
    total = nw.when(at_least).then(added(one & (bound != "at most"), high)).otherwise(added(one, high))
    return (
        nw.when(one).then(high).otherwise(total).cast(nw.Int64).alias("high"),
        nw.when(one).then(bound).otherwise(_bound(at_least, at_most)).alias("high_bound"),
    )


def _median(scale: Scale) -> tuple[nw.Expr, nw.Expr]:
    middle = nw.col("middle")
    top, bottom = scale.highest * _UNIT - _QUARTER, scale.lowest * _UNIT + _QUARTER
    inside = (middle / 100 + 0.5).floor() / 100
    high, low = nw.lit(top / _UNIT), nw.lit(bottom / _UNIT)
    told = nw.when(middle > top).then(high).otherwise(nw.when(middle < bottom).then(low).otherwise(inside))
    return told.alias("median"), _bound(middle > top, middle < bottom).alias("median_bound")


def _quarters(scale: Scale) -> tuple[nw.Expr, ...]:
    top, bottom = scale.highest - 0.25, scale.lowest + 0.25

    def told(name: str) -> nw.Expr:
        rounded = (nw.col(name) / _QUARTER + 0.5).floor() / 4
        above, below = nw.lit(top), nw.lit(bottom)
        return nw.when(rounded > top).then(above).otherwise(nw.when(rounded < bottom).then(below).otherwise(rounded))

    return told("first").alias("lower"), told("third").alias("upper")


def _bound(at_least: nw.Expr, at_most: nw.Expr) -> nw.Expr:
    low = nw.when(at_most).then(nw.lit("at most")).otherwise(nw.lit(""))
    return nw.when(at_least).then(nw.lit("at least")).otherwise(low)
