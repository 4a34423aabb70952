"""The figures of teams, as lazy dataframe expressions that every engine carries out alike.

A row is what one person gave of one domain or focus: `team`, `period`, `member`, `axis` ("domain" or "focus"), `id`,
`sum` and `n`. Nothing is computed here: what is returned is a plan for the engine whose rows were given. All figures
rest on whole numbers (means are in ten-thousandths), so no two engines round differently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def sound_rows(rows: nw.LazyFrame[Any], scale: Scale) -> nw.LazyFrame[Any]:
    """Leave out what no scores add up to: such a person has no figure there, so nobody has."""
    total, scored = nw.col("sum"), nw.col("n")
    fits = (total >= scored * scale.lowest) & (total <= scored * scale.highest)
    return rows.filter((scored > 0) & fits)


def distinct(rows: nw.LazyFrame[Any], columns: Sequence[str]) -> nw.LazyFrame[Any]:
    """Return each combination of values once. By grouping: unique() would number all rows, at five times the cost."""
    return rows.group_by(*columns).agg(rows=nw.len()).select(*columns)


def without(rows: nw.LazyFrame[Any], others: nw.LazyFrame[Any], columns: Sequence[str]) -> nw.LazyFrame[Any]:
    """Leave out the rows that are like one of the others in these columns."""
    return rows.join(distinct(others, columns), on=list(columns), how="anti")


def people_of(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return `team`, `period` and `member`, each once."""
    return distinct(rows, ("team", "period", "member"))


def repeated(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return the `team` and `period` of rows that one person has twice for the same domain or focus; one at most."""
    own = rows.group_by("team", "period", "member", "axis", "id").agg(times=nw.len())
    return own.filter(nw.col("times") > 1).select("team", "period").head(1)


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
    return people.join(own, on=["team", "period"]).select("team", "period", "member")


def with_together(
    counted: nw.LazyFrame[Any], choices: nw.LazyFrame[Any], told: nw.LazyFrame[Any] | None = None
) -> nw.LazyFrame[Any]:
    """Add the rows of all teams as those of one, EVERYBODY, but not of periods of which figures were `told` before.

    Only people who count in their own team are in it, so that no team can be had by subtracting the others from all.
    """
    people = choices.group_by("period").agg(people=nw.col("people").sum())
    people = people.with_columns(nw.col("people").cast(nw.Int64))  # DuckDB adds up into more bits
    if told is not None:
        people = without(people, told, ("period",))
    rows = counted.drop("people").with_columns(team=nw.lit(EVERYBODY)).join(people, on=["period"])
    return nw.concat([counted, rows.select("team", "period", "people", "axis", "id", "sum", "n")])


NO_THRESHOLDS: Mapping[str, Fraction] = MappingProxyType({})


def figures(
    counted: nw.LazyFrame[Any], scale: Scale, thresholds: Mapping[str, Fraction] = NO_THRESHOLDS
) -> nw.LazyFrame[Any]:
    """Return `COLUMNS` for every domain and focus that all people of its period scored, and no other.

    `high` counts the people above the threshold; where nearly all or nearly none are, it is told as one less than all
    "at least", or as one "at most"; of EVERYBODY it is the sum of what is told of the teams. `median` is in hundredths,
    `lower` and `upper` are the quarters of the people in quarters of a point; none tells that people are at an end of
    the scale. `thresholds` are those of domains that have another one than the scale.
    """
    is_high = _is_above(scale.threshold)
    for domain, threshold in thresholds.items():
        here = (nw.col("axis") == "domain") & (nw.col("id") == domain)
        is_high = (here & _is_above(threshold)) | (~here & is_high)
    mean = (nw.col("sum") * _UNIT / nw.col("n") + 0.5).floor().cast(nw.Int32)  # half the memory of a float
    added = (
        counted.with_columns(is_high=is_high.cast(nw.Int64), mean=mean)
        .group_by("team", "period", "people", "axis", "id")
        .agg(
            scored=nw.len(),
            true_high=nw.col("is_high").sum(),
            middle=nw.col("mean").median(),
            first=nw.col("mean").quantile(0.25, "linear"),
            third=nw.col("mean").quantile(0.75, "linear"),
        )
        .filter(nw.col("scored") == nw.col("people"))
    )
    told = added.with_columns(*_high(), *_median(scale), *_quarters(scale))
    return told.with_columns(*_high_together()).select(*COLUMNS)


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
