"""Which people count in a period, over any sequence of joining and leaving; which files come in. No engine needed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.analysis.team import TeamPage, choose_all, choose_people, groups_of, leaves_few, make_share
from reflect_tui.cli.main import main
from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.model.session import Score
from reflect_tui.model.team import ClosedPeriod, Share, TeamFigure, share_bytes, withdrawal
from reflect_tui.store.team_engines import NoEngineError
from reflect_tui.store.team_folder import TeamFolder
from reflect_tui.usecases import many_teams
from reflect_tui.usecases import team as usecases
from reflect_tui.views.lines import plain
from reflect_tui.views.team import render_team
from tests.unit import examples

TODAY = date(2026, 11, 29)
SCORES: dict[str, Score] = dict.fromkeys(examples.ITEMS, 3)
OLD = frozenset(range(12))


@pytest.mark.parametrize(
    ("people", "earlier", "counted"),
    [
        (range(4), {}, ""),
        (range(5), {}, "2026-Q2"),
        (range(12), {"2026-Q1": OLD}, "2026-Q2"),  # the same people
        (range(13), {"2026-Q1": OLD}, "2026-Q1"),  # one newcomer waits
        (range(16), {"2026-Q1": OLD}, "2026-Q1"),  # so do four
        (range(17), {"2026-Q1": OLD}, "2026-Q2"),  # five count
        (range(11), {"2026-Q1": OLD}, ""),  # one left
        (range(1, 13), {"2026-Q1": OLD}, ""),  # one left and one came: they differ by two
        (range(3, 15), {"2026-Q1": OLD}, "2026-Q2"),  # three and three
        (range(7), {"2026-Q1": OLD}, "2026-Q2"),
        (range(22), {"2026-Q1": OLD, "2025-Q4": range(17)}, "2026-Q2"),
        (range(18), {"2026-Q1": OLD, "2025-Q4": range(17)}, "2025-Q4"),  # the larger of both
    ],
)
def test_a_period_counts_those_who_differ_enough_from_every_earlier_one(
    people: Iterable[int], earlier: dict[str, Iterable[int]], counted: str
) -> None:
    groups = groups_of({name: map(str, each) for name, each in [*earlier.items(), ("2026-Q2", people)]})
    assert choose_people("2026-Q2", groups, list(earlier), 5).counted == counted


@pytest.mark.parametrize("before", [(), [("north", "2026-Q1")]])
def test_a_newcomer_waits_after_a_period_told_now_as_after_one_told_before(before: list[tuple[str, str]]) -> None:
    stayed, joined = frozenset({"2026-Q1", "2026-Q2"}), frozenset({"2026-Q2"})
    choices = choose_all([("north", stayed, 5), ("north", joined, 1), ("south", joined, 5)], 5, before)
    assert ("north", "2026-Q1") in {*choices, *before}
    assert choices["north", "2026-Q2"].counted == "2026-Q1"
    assert choices["south", "2026-Q2"].counted == "2026-Q2"


@pytest.mark.parametrize(("now", "differing"), [(range(1, 12), 1), (range(1, 14), 3)])  # one left, two came
def test_what_stands_in_the_way_is_named(now: Iterable[int], differing: int) -> None:
    told = {"2026-Q1": range(12), "2026-Q2": range(3, 15), "2026-Q3": now}
    groups = groups_of({name: map(str, each) for name, each in told.items()})
    choice = choose_people("2026-Q3", groups, list(told)[:2], 5)
    assert (choice.counted, choice.near, choice.differing) == ("", "2026-Q1", differing)


def test_after_a_newcomer_waited_the_next_period_is_measured_by_what_was_told() -> None:
    periods = {"2026-Q1": range(12), "2026-Q2": range(13), "2026-Q3": range(17)}
    groups = groups_of({name: map(str, each) for name, each in periods.items()})
    choices = choose_all([("north", *group) for group in groups.items()], 5)
    assert [choice.counted for choice in choices.values()] == ["2026-Q1", "2026-Q1", "2026-Q3"]


def test_what_would_take_too_long_to_find_out_is_taken_to_give_somebody_away() -> None:
    periods = [f"{year}-Q{quarter}" for year in range(2020, 2027) for quarter in range(1, 5)]
    chance = Random(1)
    groups = {frozenset(chance.sample(periods, 14)): 1 for _person in range(60)}
    assert leaves_few(groups, periods[:2], 5) is False
    assert leaves_few(groups, periods, 5) is True


def test_a_team_of_many_habits_is_told_every_period_when_no_sum_leaves_a_few() -> None:
    """Three people for each way to take part in some of five periods.

    Who took part in a period that counts in a sum, and who did the same without that period, are never both left out
    of the sum. Of those pairs there are 16, so 48 people are left at least.
    """
    periods = [f"2026-Q{quarter}" for quarter in range(1, 5)] + ["2027-Q1"]
    habits = [frozenset(some) for size in range(1, 6) for some in combinations(periods, size)]
    assert len(habits) == 31
    choices = choose_all([("north", habit, 3) for habit in habits], 5)
    assert {period: choice.counted for (_team, period), choice in choices.items()} == {each: each for each in periods}
    assert {choice.people for choice in choices.values()} == {3 * 16}


# What comes into the folder


@pytest.fixture
def folder(tmp_path: Path) -> TeamFolder:
    """Give the folder of a team on the small instrument."""
    made = TeamFolder(tmp_path / "team")
    made.create(usecases.new_team(examples.small(), "north", 5), tomli_w.dumps(examples.document()).encode())
    return made


def share(number: int, period: str = "2026-Q4", *, count: int = 1) -> Share:
    made = make_share(examples.small(), examples.session(SCORES), "north", f"{number:032x}-{count}")
    return structs.replace(made, period=period)


def add_shares(folder: TeamFolder, people: int, period: str = "2026-Q4", *, count: int = 1) -> None:
    for number in range(people):
        folder.add(f"{period}-{number}.toml", share(number, period, count=count))


def page(folder: TeamFolder) -> TeamPage:
    return usecases.team_page(folder.root, TODAY)


def close(folder: TeamFolder) -> ClosedPeriod:
    return usecases.close_period(folder.root, "2026-Q4", TODAY)


def files(folder: TeamFolder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.root.rglob("*.toml")}


def test_an_open_period_tells_how_many_shared_and_no_figure(folder: TeamFolder) -> None:
    add_shares(folder, 12)
    shown = page(folder)
    assert [(each.period, each.people) for each in shown.open] == [("2026-Q4", 12)]
    text = " ".join(plain(render_team(shown, 80)).split())
    assert "12 people have shared" in text
    assert "3.00" not in text


def test_a_later_share_replaces_and_a_withdrawal_takes_back(folder: TeamFolder) -> None:
    add_shares(folder, 6)
    folder.add("again.toml", share(1, count=2))
    folder.add("back.toml", withdrawal(share(2)))
    assert [each.people for each in page(folder).open] == [5]
    assert page(folder).refused == ()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('team = "north"', 'team = "south"', "is for another team, south"),
        ('instrument = "small"', 'instrument = "large"', "is about another instrument, large"),
        ("sha256:", "sha256:0", "digest"),
        (
            'version = "1.2.0"\ndigest = "sha256:{digest}',
            'version = "2.0"\ndigest = "sha256:{other}',
            "another version",
        ),
        ('period = "2026-Q4"', 'period = "2027-Q1"', "still to come, 2027-Q1"),
        ('period = "2026-Q4"', 'period = "2026-Q5"', "period"),
        ("sum = 9", "sum = 90", "more or less than its statements"),
        ("sum = 9", "sum = -9", "domains.looking.sum"),
        ("format = 1", "format = 1\nnote = 'x'", "note"),
        ("format = 1", "format = 2", "newer reflect-tui"),
    ],
)
def test_what_can_be_no_share_of_this_team_is_refused(folder: TeamFolder, old: str, new: str, reason: str) -> None:
    digest = examples.small().digest.removeprefix("sha256:")
    old, new = old.replace("{digest}", digest), new.replace("{other}", "0" * 64)
    text = share_bytes(share(1)).decode()
    assert old in text
    folder.add("good.toml", share(2))
    (folder.root / "bad.toml").write_text(text.replace(old, new))
    before = files(folder)
    shown = page(folder)
    assert [file.name for file in shown.refused] == ["bad.toml"]
    assert reason in shown.refused[0].reason
    assert [each.people for each in shown.open] == [1]
    assert files(folder) == before


def test_hostile_files_are_refused(folder: TeamFolder) -> None:
    (folder.root / "large.toml").write_bytes(b"#" * 20_001)
    (folder.root / "binary.toml").write_bytes(b"\xff\x00")
    (folder.root / "folder.toml").mkdir()
    (folder.root / "link.toml").symlink_to("/etc/passwd")
    assert [file.name for file in page(folder).refused] == ["binary.toml", "folder.toml", "large.toml", "link.toml"]


def test_the_same_share_twice_counts_once_and_two_of_one_id_not_at_all(folder: TeamFolder) -> None:
    folder.add("a.toml", share(1))
    folder.add("b.toml", share(1))
    folder.add("c.toml", share(2))
    other = make_share(examples.small(), examples.session(dict.fromkeys(examples.ITEMS, 2)), "north", share(2).id)
    folder.add("d.toml", structs.replace(other, period="2026-Q4"))
    refused = {file.name: file.reason for file in page(folder).refused}
    assert refused["b.toml"] == "is the same share as a.toml"
    assert {"c.toml", "d.toml"} < refused.keys()
    assert [(each.period, each.people) for each in page(folder).open] == [("2026-Q4", 1)]


def test_a_withdrawal_of_one_quarter_leaves_the_share_of_the_next_alone(folder: TeamFolder) -> None:
    folder.add("q3.toml", share(1, "2026-Q3"))
    folder.add("q4.toml", share(1, "2026-Q4", count=2))
    folder.add("back.toml", withdrawal(share(1, "2026-Q3")))  # it has number 2 as well
    shown = page(folder)
    assert shown.refused == ()
    assert [(each.period, each.people) for each in shown.open] == [("2026-Q4", 1)]
    (folder.root / "shares").mkdir()
    for name in ("q3.toml", "q4.toml", "back.toml"):
        (folder.root / name).rename(folder.root / "shares" / name)
    found, refused = many_teams.shares_below(folder.root / "shares", examples.small())
    assert ([each.period for each in found], refused) == (["2026-Q4"], ())


def closed(period: str, taken: tuple[str, ...] = ()) -> ClosedPeriod:
    team = usecases.new_team(examples.small(), "north", 5)
    figure = TeamFigure(axis="domain", id="looking", high=4, median=3.25, lower=3.0, upper=3.5)
    return ClosedPeriod(
        team="north",
        instrument=team.instrument,
        version=team.version,
        digest=team.digest,
        period=period,
        closed=TODAY,
        took_part=6,
        counted=period,
        people=6,
        members=tuple(f"{number:032x}" for number in range(6)),
        taken=taken,
        figures=(figure,),
    )


def test_a_period_that_is_told_has_nothing_in_its_way(folder: TeamFolder) -> None:
    folder.close(closed("2026-Q2"))
    (period,) = page(folder).closed
    assert (period.near, period.differing) == ("", 0)


def test_a_late_file_counts_in_the_next_period(folder: TeamFolder) -> None:
    folder.close(closed("2026-Q2"))
    folder.add("late.toml", share(1, "2026-Q1"))
    folder.add("other.toml", share(2, "2026-Q3"))
    assert [(each.period, each.people) for each in page(folder).open] == [("2026-Q3", 2)]


def test_who_sends_a_late_file_and_one_of_now_is_one_person(folder: TeamFolder) -> None:
    folder.close(closed("2026-Q3"))
    add_shares(folder, 4, count=2)
    folder.add("late.toml", share(1, "2026-Q3"))
    assert [(each.period, each.people) for each in page(folder).open] == [("2026-Q4", 4)]


def test_of_one_person_the_newest_quarter_counts_whatever_the_numbers(
    folder: TeamFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_shares(folder, 5)
    folder.add("older.toml", share(1, "2026-Q3", count=2))
    counted: list[Share] = []

    def no_figures(_page: TeamPage, _period: str, shares: list[Share]) -> tuple[TeamFigure, ...]:
        counted.extend(shares)
        return ()

    monkeypatch.setattr(usecases, "_figures", no_figures)
    close(folder)
    assert [each.period for each in counted] == ["2026-Q4"] * 5


def test_a_share_that_was_counted_is_destroyed_and_comes_in_no_more(folder: TeamFolder) -> None:
    folder.add("a.toml", share(1, "2026-Q2"))
    data = (folder.root / "a.toml").read_bytes()
    (file,) = folder.shares(folder.team(), examples.small(), (), "2026-Q4")[0]
    folder.close(closed("2026-Q2", (file.digest,)))
    assert not (folder.root / "a.toml").exists()
    (folder.root / "again.toml").write_bytes(data)
    assert "was counted when 2026-Q2 was closed" in page(folder).refused[0].reason
    assert page(folder).open == ()


def test_a_share_whose_lines_end_otherwise_since_the_mail_is_the_same_share(folder: TeamFolder) -> None:
    folder.add("a.toml", share(1, "2026-Q2"))
    other_ends = (folder.root / "a.toml").read_bytes().replace(b"\n", b"\r\n") + b"# sent\r\n"
    (folder.root / "b.toml").write_bytes(other_ends)
    assert [file.reason for file in page(folder).refused] == ["is the same share as a.toml"]
    (file,) = folder.shares(folder.team(), examples.small(), (), "2026-Q4")[0]
    folder.close(closed("2026-Q2", (file.digest,)))
    assert sorted(files(folder)) == ["2026-Q2.toml", "instrument.toml", "team.toml"]
    (folder.root / "again.toml").write_bytes(other_ends)
    assert "was counted when 2026-Q2 was closed" in page(folder).refused[0].reason
    assert page(folder).open == ()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("high = 4", "high = 99", "figure looking: can't be a figure of 6 people"),
        ("high = 4", "high = 6", "figure looking: can't be a figure of 6 people"),  # told as "at least 5"
        ("median = 3.25", "median = nan", "figure looking: can't be a figure of 6 people"),
        ("upper = 3.5", "upper = inf", "figure looking: can't be a figure of 6 people"),
        ("lower = 3.0", "lower = 3.75", "figure looking: can't be a figure of 6 people"),
        ("people = 6", "people = 5", "members: are not as many as people"),
        ("took_part = 6", "took_part = 5", "people: can't be so many"),
        ('counted = "2026-Q2"', 'counted = "2026-Q1"', "counted: is no closed period"),
        ('team = "north"', 'team = "south"', "team: is another team, south"),
        ('period = "2026-Q2"', 'period = "2026-Q1"', "period: is not that of the file's name"),
    ],
)
def test_a_closed_period_that_somebody_changed_stops_the_page_and_closing(
    folder: TeamFolder, old: str, new: str, reason: str
) -> None:
    folder.close(closed("2026-Q2"))
    add_shares(folder, 6)
    path = folder.root / "closed" / "2026-Q2.toml"
    path.write_text(path.read_text().replace(old, new, 1))
    before = files(folder)
    for act in (page, close):
        with pytest.raises(BadFileError) as refused:
            act(folder)
        assert reason in str(refused.value)
        assert "put the file back as it was" in str(refused.value)
    assert files(folder) == before


def test_a_closed_period_whose_record_is_gone_is_missed_until_it_is_back(folder: TeamFolder) -> None:
    folder.close(closed("2026-Q2"))
    folder.close(closed("2026-Q3"))
    add_shares(folder, 6)
    record = folder.root / "closed" / "2026-Q3.toml"
    record.rename(folder.root.parent / "backup")
    before = files(folder)
    for act in (page, close):
        with pytest.raises(BadFileError, match=r"2026-Q3\.toml: the record of 2026-Q3 is gone; put the file back"):
            act(folder)
    assert files(folder) == before
    (folder.root.parent / "backup").rename(record)
    assert [each.period for each in page(folder).closed] == ["2026-Q2", "2026-Q3"]


def test_a_record_that_a_kill_left_unnamed_is_named_at_the_next_closing(folder: TeamFolder) -> None:
    unnamed = (folder.root / "team.toml").read_bytes()
    folder.close(closed("2026-Q2"))
    (folder.root / "team.toml").write_bytes(unnamed)
    assert [each.period for each in page(folder).closed] == ["2026-Q2"]
    folder.close(closed("2026-Q3"))
    (folder.root / "closed" / "2026-Q2.toml").unlink()
    with pytest.raises(BadFileError, match="the record of 2026-Q2 is gone"):
        page(folder)


def test_what_cannot_be_closed_changes_nothing(folder: TeamFolder) -> None:
    add_shares(folder, 5, "2026-Q3")
    add_shares(folder, 4, count=2)
    folder.close(closed("2026-Q2"))
    before = files(folder)
    for period, reason in (
        ("2026-Q2", "is closed already"),
        ("2026-Q1", "A later period"),
        ("2026-Q4", "Close quarter 3 of 2026 first"),
        ("2027-Q1", "still to come"),
    ):
        with pytest.raises(ReflectError, match=reason):
            usecases.close_period(folder.root, period, TODAY)
    assert files(folder) == before


def test_too_few_people_close_nothing(folder: TeamFolder) -> None:
    add_shares(folder, 4)
    with pytest.raises(ReflectError, match="4 shared in quarter 4 of 2026"):
        close(folder)
    assert len(files(folder)) == 6
    with pytest.raises(NotFoundError):
        usecases.close_period(folder.root, "2026-Q3", TODAY)


def test_a_folder_that_is_none_of_a_team_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="team new"):
        usecases.team_page(tmp_path, TODAY)


def test_a_closed_period_is_shown_with_what_it_does_not_tell(folder: TeamFolder) -> None:
    folder.close(closed("2026-Q2"))
    folder.close(
        structs.replace(
            closed("2026-Q3"), counted="", people=0, near="2026-Q2", differing=1, figures=(), members=(), took_part=7
        )
    )
    text = " ".join(plain(render_team(page(folder), 120)).split())
    assert "Looking at what is there 4 of 6 3.25 3.00 – 3.50" in text
    assert "Quarter 3 of 2026: nothing is told, since its people differ by 1 from those of quarter 2 of 2026" in text
    assert "Doing: not told, since not everyone scored it" in text


def test_a_period_that_only_several_others_stand_in_the_way_of_says_so(folder: TeamFolder) -> None:
    folder.close(closed("2026-Q2"))
    folder.close(structs.replace(closed("2026-Q3"), counted="", people=0, figures=(), members=(), took_part=7))
    text = " ".join(plain(render_team(page(folder), 80)).split())
    assert "Quarter 3 of 2026: nothing is told. By subtraction from several earlier periods together" in text
    assert "the answers of fewer than 5 people could be found" in text


def test_the_demo_makes_its_shares_without_an_engine_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_engine(name: str) -> None:
        raise NoEngineError("duckdb")

    monkeypatch.setattr(usecases, "open_engine", no_engine)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert main(["--lang", "en", "demo", "--team", str(tmp_path / "demo")]) == 0
    assert "reflect-tui[team]" in capsys.readouterr().err
    assert len(list((tmp_path / "demo").glob("*-Q*.toml"))) == 36
    assert main(["--lang", "en", "team", str(tmp_path / "demo")]) == 0
    assert capsys.readouterr().out.count("12 people have shared") == 3


@pytest.mark.parametrize("period", ["2026-Q5", "2026-Q0", "2026", "../2026-Q3", "", "2026-Q3\n"])
def test_what_is_no_quarter_is_not_closed(folder: TeamFolder, period: str) -> None:
    add_shares(folder, 6, "2026-Q3")
    before = files(folder)
    with pytest.raises(ReflectError, match="is no quarter"):
        usecases.close_period(folder.root, period, TODAY)
    with pytest.raises(ReflectError):
        folder.close(closed(period))
    assert files(folder) == before


def test_what_was_left_where_closing_was_cut_short_is_destroyed(
    folder: TeamFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.add("a.toml", share(1, "2026-Q2"))
    folder.add("b.toml", share(2, "2026-Q3"))
    taken = {file.path.name: file.digest for file in folder.shares(folder.team(), examples.small(), (), "2026-Q4")[0]}
    with monkeypatch.context() as cut:
        cut.setattr(folder, "destroy", lambda _period: None)
        folder.close(closed("2026-Q2", (taken["a.toml"],)))
    assert (folder.root / "a.toml").exists()
    with pytest.raises(ReflectError, match="is closed already"):
        usecases.close_period(folder.root, "2026-Q2", TODAY)
    assert not (folder.root / "a.toml").exists()
    assert (folder.root / "b.toml").exists()
