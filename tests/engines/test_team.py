"""The figures of a team by DuckDB and by Spark: the same, and those of a script of its own; and whole sequences."""

from __future__ import annotations

import json
import shutil
import statistics
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import combinations, product
from math import floor
from pathlib import Path
from random import Random

import pytest
import tomli_w
from msgspec import structs

from reflect_tui import clock
from reflect_tui.analysis import team_figures
from reflect_tui.analysis.team import COLUMNS
from reflect_tui.cli.main import main
from reflect_tui.demo import team as demo
from reflect_tui.errors import ReflectError
from reflect_tui.model import library
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.team import ScoreTotal, Share, member_print, share_bytes
from reflect_tui.store.team_engines import CHOICES, SHARES, Engine, EngineName, Row, open_engine
from reflect_tui.store.team_folder import TeamFolder
from reflect_tui.usecases import many_teams
from reflect_tui.usecases import team as usecases
from tests.bundled import bundled
from tests.unit import examples

TODAY = date(2026, 11, 29)
SIZES = {"looking": 3, "doing": 2, "together": 2}
MINIMUM = 5


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give each engine."""
    name: EngineName = request.param
    with pytest.MonkeyPatch.context() as surroundings:
        # compiling Spark well takes longer than these small tables do
        surroundings.setenv("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        started = open_engine(name)
    yield started
    started.close()


def random_rows(seed: int) -> list[Row]:
    """Make the rows of three teams over four periods; people join and leave, and some leave a domain out."""
    chance = Random(seed)
    rows: list[Row] = []
    for team, size in (("a", 14), ("b", 6), ("c", 4)):
        people = set(range(size))
        for period in ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"):
            for person in sorted(people):
                for domain, items in SIZES.items():
                    if domain != "together" or chance.random() < 0.98:
                        scored = chance.randint(1, items)
                        total = sum(chance.choice((2, 3, 4, 4, 4)) for _item in range(scored))
                        rows.append((team, period, f"{team}{person}", "domain", domain, total, scored))
            if chance.random() < 0.6:
                people ^= set(chance.sample(range(size + 4), chance.choice((1, 5, 6))))
    return rows


def chosen(people: dict[tuple[str, str], set[str]]) -> dict[tuple[str, str], set[str]]:
    """Choose who counts: all who differ enough from everybody told before, or those of an earlier period."""
    told: dict[tuple[str, str], set[str]] = {}
    for (team, period), now in sorted(people.items()):
        own = [people[key] for key, members in told.items() if key[0] == team and members == people[key]]
        inside = [before for before in own if before <= now]
        if len(now) < MINIMUM:
            continue
        if all(len(now ^ before) == 0 or len(now ^ before) >= MINIMUM for before in own):
            told[team, period] = now
        elif inside:
            told[team, period] = max(inside, key=len)
    return told


def by_hand(rows: list[Row], instrument: Instrument) -> set[Row]:
    """Compute every figure as docs/team.md says, in plain Python."""
    people: dict[tuple[str, str], set[str]] = {}
    for team, period, member, *_rest in rows:
        people.setdefault((team, period), set()).add(member)
    told = chosen(people)
    sizes = {key: len(members) for key, members in told.items()}
    for _team, period in told:
        sizes["", period] = sum(len(members) for (_name, when), members in told.items() if when == period)
    groups: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for team, period, member, _axis, name, total, scored in rows:
        for group in (team, "") if member in told.get((team, period), ()) else ():
            groups.setdefault((group, period, name), []).append((total, scored))
    found = {
        (team, period, name): figures(given, instrument)
        for (team, period, name), given in groups.items()
        if len(given) == sizes[team, period]
    }
    for key in [key for key in found if key[0] == ""]:
        of_teams = [row for other, row in found.items() if other[0] != "" and other[1:] == key[1:]]
        found[key] = (*all_above([row[:2] for row in of_teams]), *found[key][2:])
    return {(*key[:2], "domain", key[2], sizes[key[:2]], *row) for key, row in found.items()}


def all_above(told: list[Row]) -> Row:
    """Add up how many are above the threshold in all teams, from what is told of each."""
    bounds = {bound for _high, bound in told}
    if "at least" in bounds:
        return sum(high for high, bound in told if bound != "at most"), "at least"
    return sum(high for high, _bound in told), "at most" if "at most" in bounds else ""


def figures(given: list[tuple[int, int]], instrument: Instrument) -> Row:
    people = len(given)
    high = sum(Fraction(total, scored) > instrument.scale.threshold for total, scored in given)
    means = sorted(floor(Fraction(total * 10_000, scored) + Fraction(1, 2)) for total, scored in given)
    first, middle, third = statistics.quantiles(means, n=4, method="inclusive")
    told_high = (people - 1, "at least") if high >= people - 1 else (1, "at most") if high <= 1 else (high, "")
    median = floor(Fraction(middle) / 100 + Fraction(1, 2)) / 100
    told_median = (3.75, "at least") if middle > 37_500 else (1.25, "at most") if middle < 12_500 else (median, "")
    quarters = [floor(Fraction(value) / 2_500 + Fraction(1, 2)) / 4 for value in (first, third)]
    return (*told_high, *told_median, *(max(1.25, min(value, 3.75)) for value in quarters))


@pytest.mark.parametrize("seed", range(6))
def test_every_engine_gives_the_figures_of_an_independent_script(engine: Engine, seed: int) -> None:
    instrument, given = examples.small(), random_rows(seed)
    rows = engine.rows(SHARES, given)
    told = many_teams.told_figures(engine, rows, instrument, MINIMUM)
    assert set(engine.collect(told.frame, COLUMNS)) == by_hand(given, instrument)


@pytest.mark.parametrize(
    ("of_x", "of_y", "told"),
    [
        ((0, 1), (4,), (5, "at most")),
        ((9, 10), (4,), (13, "at least")),
        ((0, 1), (9, 10), (9, "at least")),
        ((3,), (4,), (7, "")),
    ],
)
def test_all_teams_together_tell_nothing_that_a_team_does_not(
    engine: Engine, of_x: tuple[int, ...], of_y: tuple[int, ...], told: tuple[int, str]
) -> None:
    """Whatever lies behind a bound of a team, subtracting the other team from all teams finds the same."""
    for x, y in product(of_x, of_y):
        given = [
            (team, "2026-Q2", f"{team}{person}", "domain", "looking", 12 if person < high else 6, 3)
            for team, high in (("x", x), ("y", y))
            for person in range(10)
        ]
        frame = many_teams.told_figures(engine, engine.rows(SHARES, given), examples.small(), MINIMUM).frame
        (together,) = (row for row in engine.collect(frame, COLUMNS) if row[0] == "")
        assert together[5:7] == told


def test_two_rows_of_one_person_are_refused(engine: Engine, tmp_path: Path) -> None:
    given = [("t", "2026-Q2", f"m{n % 5}", "domain", "looking", 9, 3) for n in range(6)]
    engine.write(engine.rows(SHARES, given), tmp_path / "shares", ["period"])
    with pytest.raises(ReflectError, match="two rows of one person") as refused:
        many_teams.figures_of(engine, tmp_path / "shares", examples.small(), MINIMUM, "2026-Q4")
    assert str(tmp_path / "shares") in str(refused.value)


def test_parquet_that_cannot_be_read_is_told_with_its_path(engine: Engine, tmp_path: Path) -> None:
    cut, lacking = tmp_path / "cut.parquet", tmp_path / "lacking"
    cut.write_bytes(b"PAR1 and no more")
    engine.write(engine.rows(CHOICES, [("t", "2026-Q2", "2026-Q2", 6)]), lacking, ["period"])
    for path in (cut, lacking):
        with pytest.raises(ReflectError, match=r"can't be read: .") as refused:
            many_teams.figures_of(engine, path, examples.small(), MINIMUM, "2026-Q4")
        assert str(path) in str(refused.value)


def test_where_every_share_is_refused_the_reasons_are_said(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text("format = 1\n")
    with pytest.raises(ReflectError) as refused:
        many_teams.figures_of(engine, tmp_path, examples.small(), MINIMUM, "2026-Q4")
    assert "one.toml: " in str(refused.value)
    assert "has no share" not in str(refused.value)


def test_all_at_an_end_of_the_scale_are_told_as_at_least(engine: Engine) -> None:
    given = [("t", "2026-Q4", f"m{n}", "domain", "looking", 12, 3) for n in range(6)]
    given += [("t", "2026-Q4", f"m{n}", "domain", "doing", 2, 2) for n in range(6)]
    rows = engine.rows(SHARES, given)
    choices = engine.rows(CHOICES, [("t", "2026-Q4", "2026-Q4", 6)])
    frame = team_figures.figures(team_figures.counted_rows(rows, choices), examples.small().scale)
    assert sorted(row[3:] for row in engine.collect(frame, COLUMNS)) == [
        ("doing", 6, 1, "at most", 1.25, "at most", 1.25, 1.25),
        ("looking", 6, 5, "at least", 3.75, "at least", 3.75, 3.75),
    ]


def test_what_is_written_as_parquet_is_read_alike(engine: Engine, tmp_path: Path) -> None:
    given = random_rows(1)
    stored = engine.rows(SHARES, given)
    engine.write(stored, tmp_path / "shares", ["period"])
    names = list(SHARES)
    assert sorted(engine.collect(engine.parquet(tmp_path / "shares"), names)) == sorted(given)


def test_a_folder_of_shares_is_computed_by_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    now = datetime(2026, 11, 29, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "SYSTEM", structs.replace(clock.SYSTEM, now=lambda: now))
    instrument = bundled(library.DEFAULT, "nl")
    (tmp_path / "in").mkdir()
    for number, each in enumerate(demo.shares(instrument, TODAY)):
        team = structs.replace(each, team=f"team-{number % 2}")
        (tmp_path / "in" / f"{number}.toml").write_bytes(share_bytes(team))
    (tmp_path / "in" / "bad.toml").write_text("format = 1")
    assert main(["team", "--input", str(tmp_path / "in"), "--json"]) == 0
    printed = capsys.readouterr()
    assert "bad.toml" in printed.err
    told = {each["team"]: each["periods"] for each in json.loads(printed.out)["teams"]}
    assert {team: {each["period"]: each["people"] for each in periods} for team, periods in told.items()} == {
        "": {"2025-Q4": 12, "2026-Q2": 12},
        "team-0": {"2025-Q4": 6, "2026-Q2": 6},
        "team-1": {"2025-Q4": 6, "2026-Q2": 6},
    }  # the quarter that goes on is not told
    assert main(["team", "--input", str(tmp_path / "in"), "--output", str(tmp_path / "out")]) == 0
    assert {path.parent.name for path in (tmp_path / "out").rglob("*.parquet")} == {"period=2025-Q4", "period=2026-Q2"}
    shutil.rmtree(tmp_path / "in.told")  # only to ask for more people from the start
    assert main(["team", "--input", str(tmp_path / "in"), "--minimum", "7"]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[1:] == []
    assert "4 periods of teams are not told" in printed.err


# Whole sequences: what one can subtract from what was told before


def share(person: int, period: str, number: int, score: int) -> Share:
    totals = {name: ScoreTotal(items * score, items) for name, items in SIZES.items()}
    three, one = ScoreTotal(3 * score, 3), ScoreTotal(score, 1)
    instrument = examples.small()
    return Share(
        team="north",
        id=f"{person + 1:032x}-{number}",
        instrument=instrument.id,
        version=instrument.version,
        digest=instrument.digest,
        period=period,
        domains=totals,
        focuses={"attitude": three, "knowledge": one, "skill": three},
    )


def team_folder(root: Path) -> TeamFolder:
    made = TeamFolder(root)
    made.create(usecases.new_team(examples.small(), "north", 5), tomli_w.dumps(examples.document()).encode())
    return made


@pytest.mark.parametrize("seed", range(12))
def test_a_subtraction_of_what_was_told_finds_nobody(tmp_path: Path, seed: int) -> None:
    """People join, leave, send late or withdraw; everyone keeps their scores, which is the worst case."""
    chance = Random(seed)
    folder = team_folder(tmp_path / "team")
    scores = [chance.randint(1, 4) for _person in range(16)]
    prints = {member_print("north", f"{person + 1:032x}"): person for person in range(16)}
    people, late, number = set(range(10)), set[int](), 1
    told: list[tuple[frozenset[int], int]] = []
    for period in ("2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"):
        number += 1
        slow = {person for person in people if chance.random() < 0.1}
        for person in sorted(people | late):
            if person not in slow:
                folder.add(f"{period}-{person}.toml", share(person, period, number, scores[person]))
        if len(people | late) - len(slow & (people | late)) >= 5:
            closed = usecases.close_period(folder.root, period, TODAY)
            own = {each.period: each for each in folder.closed()}
            if closed.counted:
                members = frozenset(prints[each] for each in own[closed.counted].members)
                figure = closed.figure("domain", "looking")
                assert figure
                told.append((members, closed.people))
        late = slow
        people ^= set(chance.sample(range(16), chance.choice((0, 1, 1, 2, 5))))
    assert told
    for (one, people_of_one), (other, people_of_other) in combinations(told, 2):
        assert people_of_one == len(one) >= 5
        assert people_of_other == len(other) >= 5
        assert len(one ^ other) == 0 or len(one ^ other) >= 5


def test_closing_destroys_the_shares_and_freezes_the_figures(tmp_path: Path) -> None:
    folder = team_folder(tmp_path / "team")
    for person in range(6):
        folder.add(f"{person}.toml", share(person, "2026-Q3", 1, 2 + person % 3))
    secrets = [f"{person + 1:032x}" for person in range(6)]
    closed = usecases.close_period(folder.root, "2026-Q3", TODAY)
    assert (closed.took_part, closed.people) == (6, 6)
    left = {path.name: path.read_text() for path in folder.root.rglob("*") if path.is_file()}
    assert sorted(left) == ["2026-Q3.toml", "instrument.toml", "team.toml"]
    assert not any(secret in text for secret in secrets for text in left.values())
    folder.add("late.toml", share(9, "2026-Q3", 1, 4))
    page = usecases.team_page(folder.root, TODAY)
    assert page.closed == (closed,)
    assert [(each.period, each.people) for each in page.open] == [("2026-Q4", 1)]


def test_newcomers_wait_and_the_trend_is_over_the_same_people(tmp_path: Path) -> None:
    folder = team_folder(tmp_path / "team")
    for person in range(6):
        folder.add(f"{person}.toml", share(person, "2026-Q2", 1, 3))
    first = usecases.close_period(folder.root, "2026-Q2", TODAY)
    for person in range(7):
        folder.add(f"{person}.toml", share(person, "2026-Q3", 2, 4 if person == 6 else 3))
    second = usecases.close_period(folder.root, "2026-Q3", TODAY)
    assert (second.took_part, second.people, second.counted) == (7, 6, "2026-Q2")
    assert second.figures == first.figures


def test_the_demo_team_is_what_its_leader_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = str(tmp_path / "demo")
    assert main(["--lang", "en", "demo", "--team", folder]) == 0
    capsys.readouterr()
    assert main(["--lang", "en", "team", folder]) == 0
    text = " ".join(capsys.readouterr().out.split())
    for part in ("12 people took part", "Going well", "General points", "Middle half", "By period", "Still open"):
        assert part in text
    assert main(["team", folder, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["people"] for each in told["periods"]] == [12, 12, 12]
    assert [each["state"] for each in told["periods"]] == ["closed", "closed", "open"]
    assert all(figure["median"] is None for figure in told["periods"][2]["domains"])
    assert len(told["periods"][0]["domains"]) == 8
    assert main(["team", folder, "--csv"]) == 0
    assert capsys.readouterr().out.startswith("team,period,axis,id,people,high,")
    open_period = told["periods"][2]["period"]
    assert main(["team", folder, "--close", open_period, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {each["state"] for each in told["periods"]} == {"closed"}
    assert sorted(path.name for path in Path(folder).glob("*.toml")) == ["instrument.toml", "team.toml"]


def test_choices_are_the_same_by_counts_and_by_sets(engine: Engine) -> None:
    rows = random_rows(3)
    people: dict[tuple[str, str], set[str]] = {}
    for team, period, member, *_rest in rows:
        people.setdefault((team, period), set()).add(member)
    told = many_teams.told_figures(engine, engine.rows(SHARES, rows), examples.small(), MINIMUM)
    by_sets = chosen(people)
    assert told.choices.keys() == people.keys()
    for key, choice in told.choices.items():
        assert choice.people == len(by_sets.get(key, ()))
        assert not choice.counted or people[key[0], choice.counted] == by_sets[key]
