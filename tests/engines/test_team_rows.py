"""What others wrote as Parquet for `team --input`: what can be no share stops all; nobody is found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from random import Random

import duckdb
import pytest

from reflect_tui.analysis.team import COLUMNS
from reflect_tui.errors import ReflectError
from reflect_tui.model.team import quarters_between
from reflect_tui.store.team_engines import SHARES, Engine, open_engine
from reflect_tui.store.team_folder import PEOPLE, ToldTeams
from reflect_tui.usecases import many_teams
from tests.engines.test_team import MINIMUM, engine
from tests.unit import examples
from tests.unit.test_team_attack import found

__all__ = ["engine"]  # each of both

SOUND = {
    "team": "'t'", "member": "'m' || m", "axis": "'domain'", "id": "'looking'", "sum": "6 + m % 7", "n": "3",
    "instrument": "'small'", "period": "'2026-Q2'",
}  # fmt: skip


def write(folder: Path, *parts: dict[str, str], people: int = 6) -> Path:
    """Write rows of some people, each part with other expressions for some columns; as an institute would."""
    for number, part in enumerate(parts):
        columns = ", ".join(f"{expression} as {name}" for name, expression in (SOUND | part).items())
        duckdb.sql(
            f"copy (select {columns} from range({people}) people(m)) to '{folder}' "
            f"(format parquet, partition_by (instrument, period), filename_pattern 'p{number}', overwrite_or_ignore)"
        )
    return folder


@pytest.fixture(scope="module")
def at_once() -> Iterator[Engine]:
    """Give the engine that starts at once, for what does not depend on it."""
    started = open_engine("duckdb")
    yield started
    started.close()


def told(engine: Engine, folder: Path, current: str = "2026-Q4") -> many_teams.TeamsFigures:
    return many_teams.figures_of(engine, folder, examples.small(), MINIMUM, current)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"team": "''"}, "domain looking, team: is empty in some rows"),  # "" is all teams together
        ({"team": "case when m > 0 then 't' end"}, "domain looking, team: is empty in some rows"),
        ({"team": "17"}, "team: must be text"),
        ({"member": "case when m > 0 then 'm' || m end"}, "domain looking, member: is empty in some rows"),
        ({"sum": "case when m > 0 then 6 end"}, "domain looking, sum: is empty in some rows"),
        ({"sum": "'6'"}, "sum: must be whole numbers"),
        ({"sum": "6.5::double"}, "sum: must be whole numbers"),
        ({"sum": "'nan'::double"}, "sum: must be whole numbers"),
        ({"sum": "13"}, "domain looking: is more or less than its statements can add up to"),
        ({"sum": "2"}, "domain looking: is more or less than its statements can add up to"),
        ({"sum": "0", "n": "0"}, "domain looking: is more or less than its statements can add up to"),
        ({"sum": "12", "n": "4"}, "domain looking: is more or less than its statements can add up to"),
        ({"sum": "9223372036854775807", "n": "9223372036854775807"}, "can't be read: "),
        ({"axis": "'team'"}, "team looking: is not in the instrument small"),
        ({"id": "'number'"}, "domain number: is not in the instrument small"),
        ({"id": "'x'' or 1=1 --'"}, "domain x' or 1=1 --: is not in the instrument small"),
        ({"period": "'2025-Q9'"}, "period: 2025-Q9 is no quarter"),
        ({"period": "'1team'"}, "period: 1team is no quarter"),
        ({"period": "'1) --'"}, "period: 1) -- is no quarter"),
    ],
)
def test_rows_that_can_be_no_shares_are_refused_and_nothing_is_told(
    at_once: Engine, tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    folder = write(tmp_path / "shares", change)
    with pytest.raises(ReflectError) as refused:
        told(at_once, folder)
    assert reason in str(refused.value)
    assert str(folder) in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shares"]


@pytest.mark.parametrize(
    "change", [{"sum": "6.5::double"}, {"sum": "'six'"}, {"sum": "null::bigint"}, {"axis": "'team'"}, {"team": "null"}]
)
def test_one_file_that_is_wrong_stops_all(engine: Engine, tmp_path: Path, change: dict[str, str]) -> None:
    folder = write(tmp_path / "shares", {}, change | {"member": "'other' || m"})
    with pytest.raises(ReflectError, match=str(folder)):
        told(engine, folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shares"]


@pytest.mark.parametrize("kind", ["utinyint", "smallint", "bigint"])
def test_small_and_large_whole_numbers_are_the_same(at_once: Engine, tmp_path: Path, kind: str) -> None:
    folder = write(tmp_path / "shares", {"sum": f"(6 + m % 7)::{kind}", "n": f"3::{kind}", "more": "'else'"})
    assert len(at_once.collect(told(at_once, folder).frame, COLUMNS)) == 2


# People in two teams


def test_two_teams_that_differ_by_one_person_are_not_told(engine: Engine, tmp_path: Path) -> None:
    folder = write(tmp_path / "shares", {}, {"team": "'u'", "member": "'m' || (m + 1)"})
    found_nothing = told(engine, folder)
    assert engine.collect(found_nothing.frame, COLUMNS) == []
    assert (found_nothing.in_two_teams, found_nothing.withheld) == (5, 2)


def test_who_changed_teams_counts_in_neither_for_a_year_and_later_in_both(engine: Engine, tmp_path: Path) -> None:
    later = {"team": "'u'", "member": "'m' || (m + 3)"}
    soon = write(tmp_path / "soon", {"period": "'2025-Q2'"}, later | {"period": "'2026-Q1'"}, people=9)
    early = told(engine, soon)
    assert engine.collect(early.frame, COLUMNS) == []  # three are left of each
    assert early.in_two_teams == 6
    after = write(tmp_path / "after", {"period": "'2025-Q2'"}, later | {"period": "'2026-Q2'"}, people=9)
    assert {(*row[:2], row[4]) for row in engine.collect(told(engine, after).frame, COLUMNS)} == {
        ("", "2025-Q2", 9), ("t", "2025-Q2", 9), ("", "2026-Q2", 9), ("u", "2026-Q2", 9),
    }  # fmt: skip


def test_who_was_told_in_one_team_counts_in_no_other_within_a_year(at_once: Engine, tmp_path: Path) -> None:
    folder = write(tmp_path / "shares", {"period": "'2025-Q4'"}, people=8)
    before = at_once.collect(told(at_once, folder).frame, COLUMNS)
    write(folder, {"period": "'2026-Q1'", "team": "'u'", "member": "'m' || (m + 1)"}, people=8)
    again = told(at_once, folder)
    assert sorted(at_once.collect(again.frame, COLUMNS)) == sorted(before)
    assert again.in_two_teams == 7


@pytest.mark.parametrize("seed", range(4))
def test_changing_teams_gives_nobody_away_within_a_year(at_once: Engine, tmp_path: Path, seed: int) -> None:
    """Everyone keeps their scores, changes teams as they like, and one is in both; all figures are put together."""
    chance = Random(seed)
    (tmp_path / "shares").mkdir()
    place = {person: "a" if person < 14 else "b" for person in range(28)}
    for number, period in enumerate(("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")):
        for person in chance.sample(range(28), chance.choice((0, 1, 3, 6))):
            place[person] = "b" if place[person] == "a" else "a"
        given = [(team, period, f"m{person}", "domain", "looking", 9, 3) for person, team in place.items()]
        given += [("b", period, "m0", "domain", "looking", 9, 3)] if place[0] == "a" else []
        at_once.write(at_once.rows(SHARES, given), tmp_path / "shares" / f"part={number}", ["period"])
        told(at_once, tmp_path / "shares")
    people: dict[tuple[str, str], set[int]] = {}
    for team, period, member in at_once.collect(ToldTeams(tmp_path / "shares", "small").people(at_once), PEOPLE):
        people.setdefault((team, period), set()).add(int(member.removeprefix("m")))
    assert people
    assert not found([frozenset(each) for each in people.values()], MINIMUM)
    for (team, period), (other, then) in combinations(people, 2):
        near = team != other and quarters_between(period, then) < 4
        assert not near or not people[team, period] & people[other, then]
