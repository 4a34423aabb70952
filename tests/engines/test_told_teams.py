"""`team --input` again and again: what was told stays, and no later run undoes what an earlier one left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from reflect_tui.analysis.team import COLUMNS
from reflect_tui.errors import ReflectError
from reflect_tui.model.team import member_print, share_bytes
from reflect_tui.store.team_engines import SHARES, Engine, Row, open_engine
from reflect_tui.store.team_folder import PEOPLE, ToldTeams
from reflect_tui.usecases import many_teams
from tests.engines.test_team import MINIMUM, engine, share
from tests.unit import examples
from tests.unit.test_team_attack import found

__all__ = ["engine"]  # each of both


def rows(people: dict[str, set[int]], period: str) -> list[Row]:
    """Give what people share who all keep their scores."""
    return [
        (team, period, f"{team}{person}", "domain", "looking", 6 + person % 7, 3)
        for team, members in people.items()
        for person in sorted(members)
    ]


def gather(engine: Engine, folder: Path, given: list[Row]) -> None:
    """Put rows beside those that were gathered before."""
    folder.mkdir(exist_ok=True)
    engine.write(engine.rows(SHARES, given), folder / f"part={len(list(folder.iterdir()))}", ["period"])


def told(engine: Engine, folder: Path, current: str = "2026-Q4", minimum: int = MINIMUM) -> list[Row]:
    planned = many_teams.figures_of(engine, folder, examples.small(), minimum, current)
    return sorted(engine.collect(planned.frame, COLUMNS))


def people_told(rows: list[Row]) -> dict[tuple[str, str], int]:
    return {(row[0], row[1]): row[4] for row in rows}


def test_a_share_that_comes_after_a_run_changes_nothing_of_what_was_told(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "shares"
    gather(engine, folder, rows({"a": set(range(6)), "b": set(range(4))}, "2026-Q2"))
    first = told(engine, folder)
    assert people_told(first) == {("", "2026-Q2"): 6, ("a", "2026-Q2"): 6}
    gather(engine, folder, rows({"a": {6}}, "2026-Q2"))
    assert told(engine, folder) == first
    gather(engine, folder, rows({"a": set(range(7)), "b": set(range(6))}, "2026-Q3"))
    second = told(engine, folder)
    assert [row for row in second if row[1] == "2026-Q2"] == first
    of_later = {("", "2026-Q3"): 12, ("a", "2026-Q3"): 6, ("b", "2026-Q3"): 6}  # of a, the newcomer waits
    assert people_told(second) == people_told(first) | of_later
    assert told(engine, folder, minimum=7) == [row for row in second if row[4] >= 7]


def test_a_team_that_was_not_told_may_be_told_later_and_all_teams_together_stay_as_told(
    engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "shares"
    gather(engine, folder, rows({"a": set(range(6)), "b": set(range(4))}, "2026-Q2"))
    first = told(engine, folder)
    gather(engine, folder, rows({"b": {4, 5}}, "2026-Q2"))
    second = told(engine, folder)
    assert people_told(second) == people_told(first) | {("b", "2026-Q2"): 6}
    assert set(first) < set(second)


def test_shares_that_are_gone_are_remembered(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "shares"
    gather(engine, folder, rows({"a": set(range(6))}, "2026-Q2"))
    first = told(engine, folder)
    folder.rename(tmp_path / "old")
    gather(engine, folder, rows({"a": set(range(1, 7))}, "2026-Q3"))  # one left, and one came
    planned = many_teams.figures_of(engine, folder, examples.small(), MINIMUM, "2026-Q4")
    assert sorted(engine.collect(planned.frame, COLUMNS)) == first
    assert planned.withheld == 1


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Engine]:
    """Give the engine that starts at once."""
    started = open_engine("duckdb")
    yield started
    started.close()


@pytest.mark.parametrize("seed", range(12))
def test_no_sequence_of_runs_gives_anybody_away(duckdb: Engine, tmp_path: Path, seed: int) -> None:
    """People join and leave, shares come late, and someone runs the figures again whenever they like."""
    chance, folder = Random(seed), tmp_path / "shares"
    people, late, seen = set(range(11)), list[Row](), dict[Row, None]()
    for period in ("2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"):
        due, late = rows({"a": people}, period), [*late, *rows({"a": set(chance.sample(range(20), 2))}, period)]
        gather(duckdb, folder, [row for row in due if row not in late])
        for now in chance.sample(late, chance.randint(0, len(late))):
            gather(duckdb, folder, [now])
            late.remove(now)
            seen.update(dict.fromkeys(told(duckdb, folder, "2026-Q4")))
        people ^= set(chance.sample(range(20), chance.choice((0, 1, 5, 6))))
    seen.update(dict.fromkeys(told(duckdb, folder)))
    assert len({row[:4] for row in seen}) == len(seen)  # no figure was ever told in two ways
    sets: dict[str, set[int]] = {}
    for _team, period, member in duckdb.collect(ToldTeams(folder, "small").people(duckdb), PEOPLE):
        sets.setdefault(period, set()).add(int(member.removeprefix("a")))
    assert sets
    assert not found([frozenset(each) for each in sets.values()], MINIMUM)
    assert {row[4] for row in seen} <= {len(each) for each in sets.values()}


def test_a_memory_that_cannot_be_read_or_written_tells_nothing(duckdb: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "shares"
    gather(duckdb, folder, rows({"a": set(range(6))}, "2026-Q2"))
    (tmp_path / "shares.told").write_text("not a folder")
    with pytest.raises(ReflectError, match=r"shares\.told"):
        told(duckdb, folder)
    (tmp_path / "shares.told").unlink()
    told(duckdb, folder)
    (file,) = (tmp_path / "shares.told").rglob("figures/**/*.parquet")
    file.write_bytes(b"PAR1 and no more")
    with pytest.raises(ReflectError, match="says what was told before"):
        told(duckdb, folder)


def test_by_a_link_to_the_shares_the_same_is_remembered(duckdb: Engine, tmp_path: Path) -> None:
    folder, link = tmp_path / "shares", tmp_path / "link"
    gather(duckdb, folder, rows({"a": set(range(6))}, "2026-Q2"))
    link.symlink_to(folder)
    first = told(duckdb, folder)
    gather(duckdb, folder, rows({"a": {6}}, "2026-Q2"))
    assert told(duckdb, link) == first
    assert not (tmp_path / "link.told").exists()


def test_of_two_runs_at_once_the_slower_one_tells_nothing(duckdb: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "shares"
    gather(duckdb, folder, rows({"a": set(range(6))}, "2026-Q2"))
    slower = ToldTeams(folder, "small")
    told(duckdb, folder)
    kept = sorted((tmp_path / "shares.told").rglob("*.parquet"))
    with pytest.raises(ReflectError, match="Another run tells figures of"):
        slower.add(duckdb, None, None)
    assert sorted((tmp_path / "shares.told").rglob("*.parquet")) == kept


def test_the_memory_keeps_fingerprints_of_those_who_sent_files_and_only_its_owner_reads_it(
    duckdb: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "shares"
    folder.mkdir()
    for person in range(6):
        (folder / f"{person}.toml").write_bytes(share_bytes(share(person, "2026-Q2", 1, 3)))
    told(duckdb, folder)
    kept = duckdb.collect(ToldTeams(folder, "small").people(duckdb), PEOPLE)
    assert {row[2] for row in kept} == {member_print("north", f"{person + 1:032x}") for person in range(6)}
    assert (tmp_path / "shares.told").stat().st_mode & 0o077 == 0
