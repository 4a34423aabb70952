"""A team without its folder: what a closed period can say, quarters, and what is told first."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from msgspec import structs

from reflect_tui.analysis.team import general_points, make_share, strengths
from reflect_tui.errors import BadFileError
from reflect_tui.model.team import (
    ClosedPeriod,
    SharedSession,
    Sharing,
    TeamFigure,
    closed_faults,
    parse_sharing,
    quarters_between,
    share_faults,
    sharing_bytes,
    withdrawal,
)
from tests.unit import examples

FIGURE = TeamFigure(axis="domain", id="looking", high=3, median=3, lower=2.5, upper=3.5)
PERIOD = ClosedPeriod(
    team="north", instrument="small", version="1.2.0", digest=examples.small().digest, period="2026-Q2",
    closed=date(2026, 7, 1), took_part=7, counted="2026-Q2", people=6, members=tuple(f"{n:032x}" for n in range(6)),
    figures=(FIGURE,),
)  # fmt: skip


def test_what_a_closed_period_of_six_people_can_and_cannot_say() -> None:
    def places(**changes: object) -> list[str]:
        return [fault.place for fault in closed_faults(structs.replace(PERIOD, **changes))]

    def places_of(**changes: object) -> list[str]:
        return places(figures=(structs.replace(FIGURE, **changes),))

    assert places() == places(took_part=6) == places(people=5, members=PERIOD.members[:5]) == []
    assert places(counted="2026-Q1", members=()) == places(counted="", people=0, members=(), figures=()) == []
    assert places(took_part=5) == ["people"]
    assert places(people=4, members=PERIOD.members[:4]) == ["people"]
    assert places(counted="2026-Q3", members=()) == ["people"]
    assert places(counted="2026-Q1") == places(members=PERIOD.members[:5]) == ["members"]
    assert places(members=(*PERIOD.members[:5], PERIOD.members[0])) == ["members"]
    assert places_of(high=1) == places_of(high=5) == places_of(lower=3.5) == []
    for changes in ({"high": 0}, {"high": 6}, {"lower": 3.75}, {"median": float("nan")}, {"upper": float("inf")}):
        assert places_of(**changes) == ["figure looking"]


def test_quarters_are_counted_over_the_end_of_a_year_whichever_comes_first() -> None:
    pairs = [
        ("2026-Q4", "2027-Q1"), ("2025-Q4", "2026-Q1"), ("2026-Q1", "2026-Q4"), ("2025-Q3", "2026-Q3"),
        ("2026-Q2", "2026-Q2"),
    ]  # fmt: skip
    assert [quarters_between(one, other) for one, other in pairs] == [1, 1, 3, 4, 0]
    assert [quarters_between(other, one) for one, other in pairs] == [1, 1, 3, 4, 0]


def test_a_team_is_told_what_most_do_well_the_most_first_and_of_as_many_the_highest_median() -> None:
    def ranked(*told: tuple[str, int, float]) -> tuple[list[str], list[str]]:
        made = (
            structs.replace(FIGURE, axis="focus" if name == "skill" else "domain", id=name, high=high, median=median)
            for name, high, median in told
        )
        period = structs.replace(PERIOD, figures=tuple(made))
        good, other = (listed(examples.small(), period) for listed in (strengths, general_points))
        return [figure.id for figure in good], [figure.id for figure in other]

    assert ranked(("looking", 4, 3.5), ("doing", 3, 3), ("skill", 5, 4)) == (["looking"], [])
    assert ranked(("looking", 4, 3.5), ("doing", 5, 3.25), ("together", 2, 2)) == (["doing", "looking"], ["together"])
    five = structs.replace(PERIOD, people=5, figures=(structs.replace(FIGURE, high=3),))
    assert strengths(examples.small(), five) == five.figures
    assert general_points(examples.small(), structs.replace(five, figures=(structs.replace(FIGURE, high=2),)))
    assert ranked(("looking", 4, 3.25), ("doing", 4, 3.5)) == (["doing", "looking"], [])
    assert ranked(("looking", 2, 2.5), ("doing", 1, 2.75), ("together", 1, 2.5)) == (
        [],
        ["together", "doing", "looking"],
    )


SHARE = make_share(examples.small(), examples.session(dict.fromkeys(examples.ITEMS, 3)), "north", f"{1:032x}-2")


def test_a_share_that_takes_another_back_has_the_next_number_and_no_figures() -> None:
    back = withdrawal(SHARE)
    assert (SHARE.member, SHARE.number, back.member, back.number) == (f"{1:032x}", 2, f"{1:032x}", 3)
    assert [*share_faults(back, examples.small())] == [*share_faults(SHARE, examples.small())] == []
    for figures in ({"domains": SHARE.domains}, {"focuses": SHARE.focuses}):
        faults = share_faults(structs.replace(back, **figures), examples.small())
        assert [fault.place for fault in faults] == ["withdrawn"]
    nothing = structs.replace(SHARE, domains={}, focuses={})
    assert [fault.place for fault in share_faults(nothing, examples.small())] == ["focuses"]


def test_what_a_journal_keeps_of_a_team_stands_in_the_order_of_its_numbers_each_once() -> None:
    def kept(*numbers: int) -> Sharing:
        first = SharedSession(
            number=1, at=datetime(2026, 11, 29, 12, tzinfo=UTC), session=examples.session({}).id, instrument="small",
            version="1.2.0", digest=SHARE.digest, period="2026-Q4",
        )  # fmt: skip
        shares = tuple(structs.replace(first, number=number) for number in numbers)
        return Sharing(team="north", member=SHARE.member, shares=shares)

    whole: list[tuple[int, ...]] = [(), (1,), (1, 2, 4)]
    for numbers in whole:
        assert parse_sharing(sharing_bytes(kept(*numbers)), "north.toml") == kept(*numbers)
    wrong: list[tuple[int, ...]] = [(2, 1), (1, 1), (1, 3, 2), (1, 1, 2)]
    for numbers in wrong:
        with pytest.raises(BadFileError, match="share: must be in the order of their numbers, each once"):
            parse_sharing(sharing_bytes(kept(*numbers)), "north.toml")


def test_the_newest_share_that_was_not_taken_back_stands_of_each_period_and_of_all() -> None:
    at = datetime(2026, 11, 29, 12, tzinfo=UTC)

    def shared(number: int, period: str, withdrawn: datetime | None = None) -> SharedSession:
        return SharedSession(
            number=number, at=at, session=examples.session({}).id, instrument="small", version="1.2.0",
            digest=SHARE.digest, period=period, withdrawn=withdrawn,
        )  # fmt: skip

    def standing(period: str, *shares: SharedSession) -> int | None:
        found = Sharing(team="north", member=SHARE.member, shares=shares).standing(period)
        return found.number if found else None

    first, second = shared(1, "2026-Q3"), shared(2, "2026-Q2")
    assert [standing(period, first, second) for period in ("", "2026-Q2", "2026-Q3", "2026-Q4")] == [2, 2, 1, None]
    back = shared(3, "2026-Q3", withdrawn=at)
    assert [standing(period, first, second, back) for period in ("", "2026-Q2", "2026-Q3")] == [2, 2, None]
    assert standing("") is None
