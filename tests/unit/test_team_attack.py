"""An attack on what is told of teams: every figure an equation over people who all keep their scores; nobody is found.

Figures of periods, and of two teams whose leaders put their folders together, are added and subtracted, each any number
of times. Somebody is found when that leaves a figure of fewer people than any figure may be over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from random import Random

import hypothesis
import pytest
import tomli_w
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.analysis.team import choose_all, choose_people, groups_of, leaves_few, make_share
from reflect_tui.model.session import Score
from reflect_tui.model.team import APART, Share, TeamFigure, member_print, quarters_between, withdrawal
from reflect_tui.store.team_folder import TeamFolder
from reflect_tui.usecases import team as usecases
from tests.unit import examples
from tests.unit.examples import quick
from tests.unit.test_team_rules import TODAY

PRIME = 2_147_483_647
SCORES: dict[str, Score] = dict.fromkeys(examples.ITEMS, 3)
QUARTERS = ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")
"""As long as somebody who changed teams waits before they share with the other."""


def rank(columns: Iterable[Sequence[int]]) -> int:
    """Return how many columns are independent, by plain elimination in the numbers below a prime."""
    basis: dict[int, list[int]] = {}
    for column in columns:
        rest = list(column)
        for place, row in basis.items():
            rest = [(a - rest[place] * b) % PRIME for a, b in zip(rest, row, strict=True)]
        lead = next((place for place, number in enumerate(rest) if number), None)
        if lead is not None:
            inverse = pow(rest[lead], -1, PRIME)
            basis[lead] = [number * inverse % PRIME for number in rest]
    return len(basis)


def found(told: Sequence[frozenset[int]], minimum: int) -> set[int]:
    """Return the smallest set of people whose figure is a sum of what was told; empty when that takes `minimum`.

    A sum that is zero for all but some people is there just when the told sets have a smaller rank without those.
    """
    columns: dict[tuple[int, ...], set[int]] = {}
    for person in frozenset().union(*told):
        columns.setdefault(tuple(int(person in people) for people in told), set()).add(person)
    whole = rank(columns)
    for many in range(1, minimum):
        for chosen in combinations(columns, many):
            people = set().union(*(columns[column] for column in chosen))
            if len(people) < minimum and rank(column for column in columns if column not in chosen) < whole:
                return people
    return set()


C, A, B = (frozenset(range(start, start + size)) for start, size in ((0, 10), (10, 5), (15, 5)))
FOUR = {"2026-Q1": C, "2026-Q2": C | A, "2026-Q3": C | B, "2026-Q4": C | A | B | {20}}
"""Each two differ by five or more; the first and the last without the two others leave one person."""


def test_the_attacker_finds_whom_four_periods_give_away() -> None:
    assert not any(found(pair, 5) for pair in combinations(FOUR.values(), 2))
    assert not found(list(FOUR.values())[:3], 5)
    assert found(list(FOUR.values()), 5) == {20}


def test_what_only_four_periods_together_give_away_is_not_told() -> None:
    groups = groups_of({name: map(str, people) for name, people in FOUR.items()})
    choice = choose_people("2026-Q4", groups, ["2026-Q1", "2026-Q2", "2026-Q3"], 5)
    assert choice.counted == "2026-Q3"  # those who came wait
    gone = FOUR | {"2026-Q4": (A | B | {20})}
    groups = groups_of({name: map(str, people) for name, people in gone.items()})
    choice = choose_people("2026-Q4", groups, ["2026-Q1", "2026-Q2", "2026-Q3"], 5)
    assert (choice.counted, choice.near, choice.differing) == ("", "", 0)


@pytest.mark.parametrize("minimum", [5, 6, 7])
def test_periods_add_up_to_a_few_just_where_the_attacker_finds_them(minimum: int) -> None:
    chance, outcomes = Random(minimum), Counter[bool]()
    for _team in range(150):
        names = [f"2026-Q{number}" for number in range(1, chance.choice((3, 4, 5)))]
        periods: dict[str, set[int]] = {name: set() for name in names}
        first = 0
        for _group in range(chance.choice((2, 3, 4, 5))):
            size = chance.choice((1, 2, 3, minimum - 1, minimum, minimum + 3))
            for name in chance.sample(names, chance.randint(1, len(names))):
                periods[name] |= {*range(first, first + size)}
            first += size
        told = {name: frozenset(people) for name, people in periods.items() if people}
        groups = groups_of({name: map(str, people) for name, people in told.items()})
        outcome = leaves_few(groups, told, minimum)
        assert outcome is bool(found([*told.values()], minimum))
        outcomes[outcome] += 1
    assert min(outcomes[True], outcomes[False]) > 20


@pytest.mark.slow
@quick
@hypothesis.given(
    st.lists(st.frozensets(st.integers(0, 17), min_size=4, max_size=18), min_size=1, max_size=7), st.integers(5, 7)
)
def test_no_sequence_of_joining_and_leaving_gives_away_a_few(history: list[frozenset[int]], minimum: int) -> None:
    periods = {f"{2020 + number}-Q1": people for number, people in enumerate(history)}
    groups = groups_of({name: map(str, people) for name, people in periods.items()})
    choices = choose_all([("team", *group) for group in groups.items()], minimum)
    told = []
    for (_team, period), choice in choices.items():
        if choice.counted:
            people = periods[choice.counted]
            assert people <= periods[period]  # nobody counts who did not share
            assert len(people) == choice.people >= minimum
            told.append(people)
    assert not found(told, minimum)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_slow_changes_over_many_periods_give_away_nobody(seed: int) -> None:
    """Teams change by about five at a time, where any two periods may be told: a pair alone finds nothing to refuse."""
    chance, people, periods = Random(seed), set(range(14)), {}
    for number in range(9):
        periods[f"{2020 + number}-Q1"] = frozenset(people)
        people = people ^ set(chance.sample(range(24), chance.choice((5, 6, 7))))
    groups = groups_of({name: map(str, each) for name, each in periods.items()})
    choices = choose_all([("team", *group) for group in groups.items()], 5)
    told = [periods[choice.counted] for choice in choices.values() if choice.counted]
    assert len(told) > 1
    assert not found(told, 5)


# Two teams, late files, withdrawals


def share(team: str, person: int, period: str, number: int) -> Share:
    made = make_share(examples.small(), examples.session(SCORES), team, f"{person + 1:032x}-{number}")
    return structs.replace(made, period=period)


def told_sets(folder: TeamFolder, people: int) -> list[frozenset[int]]:
    """Return whom each told period of a team counts."""
    prints = {member_print(folder.team().team, f"{person + 1:032x}"): person for person in range(people)}
    closed = {each.period: each for each in folder.closed()}
    return [
        frozenset(prints[member] for member in closed[each.counted].members) for each in closed.values() if each.counted
    ]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, TeamFolder]:
    """Give the folders of two teams; who counts is what matters here, so the figures are left out."""

    def no_figures(*_given: object) -> tuple[TeamFigure, ...]:
        return ()

    monkeypatch.setattr(usecases, "_figures", no_figures)
    made = {}
    for team in ("north", "south"):
        made[team] = TeamFolder(tmp_path / team)
        made[team].create(usecases.new_team(examples.small(), team, 5), tomli_w.dumps(examples.document()).encode())
    return made


def close(folder: TeamFolder, period: str) -> None:
    counts = Counter({each.period: each.people for each in usecases.team_page(folder.root, TODAY).open})
    if counts[period] >= 5:
        usecases.close_period(folder.root, period, TODAY)


def in_time(chance: Random, place: dict[int, str], shared: dict[int, tuple[str, str]], period: str) -> list[Share]:
    """Return the shares of a period: of each person, for the team where they are, as far as their journal lets them."""
    made = []
    for person, team in place.items():
        last_team, last_period = shared.get(person, (team, period))
        if last_team == team or quarters_between(last_period, period) >= APART:  # see test_sharing.py
            shared[person] = (team, period)
            each = share(team, person, period, 2 * QUARTERS.index(period) + 1)
            made += [each, withdrawal(each)] if chance.random() < 0.05 else [each]
    return made


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_two_leaders_who_put_their_folders_together_find_nobody(folders: dict[str, TeamFolder], seed: int) -> None:
    """Over a year people join, leave, send late, withdraw and change teams."""
    chance = Random(seed)
    place = {person: "north" if person < 12 else "south" for person in range(24)}
    shared: dict[int, tuple[str, str]] = {}
    late: list[Share] = []
    for period in QUARTERS:
        due, late = [*late, *in_time(chance, place, shared, period)], []
        for each in due:
            if each.period == period and chance.random() < 0.05:
                late.append(each)
            else:
                folders[each.team].add(f"{each.period}-{each.id}.toml", each)
        for folder in folders.values():
            close(folder, period)
        for person in chance.sample(range(24), chance.choice((0, 1, 5, 6))):
            place[person] = "south" if place[person] == "north" else "north"
    told = [people for folder in folders.values() for people in told_sets(folder, 24)]
    assert len(told) > 1
    assert not found(told, 5)


def test_a_team_that_is_divided_would_give_away_who_does_not_share_with_the_new_one() -> None:
    """Why one shares with one team within a year: six leave one team, five of them share with the next."""
    north, south, moved = frozenset(range(14)), frozenset(range(20, 30)), frozenset(range(6))
    assert found([north, north - moved, south, south | (moved - {0})], 5) == {0}
    assert not found([north, north - moved, south], 5)
