"""`share --team`: one small file, seen whole first, noted in the journal, and taken back again."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest
import tomli
from msgspec import structs

from reflect_tui import clock
from reflect_tui.analysis.team import make_share
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.model import team as teams
from reflect_tui.model.instrument import ScalePoint
from reflect_tui.model.session import Score
from reflect_tui.model.team import ScoreTotal, Share, parse_share, share_bytes, share_faults
from reflect_tui.usecases import team as usecases
from tests.unit import examples
from tests.unit.cli_examples import Cli
from tests.unit.shape_examples import filled, shape

SCORES: dict[str, Score] = {"calm": 4, "kind": 3, "signs": 2, "acts": 3, "tells": "n/a", "asks": 1}
CANARY = "canary-7316"
SHARE = f"{0:032x}-1"


@pytest.fixture
def cli(cli: Cli) -> Cli:
    """Give commands on a journal with two sessions of one quarter and one of the next."""
    cli.save(3)
    cli.save(SCORES, days=1, notes={"calm": CANARY})
    return cli


def shared(cli: Cli, file: Path, *more: str, team: str = "north-1") -> Share:
    result = cli("share", "--team", team, "--output", str(file), *more)
    assert result.code == 0, result.err
    assert result.out.encode() == file.read_bytes()
    return parse_share(file.read_bytes(), file)


def test_a_share_holds_sums_and_nothing_else(cli: Cli, tmp_path: Path) -> None:
    share = shared(cli, tmp_path / "a.toml")
    told = tomli.loads((tmp_path / "a.toml").read_text())
    assert list(told) == [
        "format", "team", "id", "instrument", "version", "digest", "period", "domains", "focuses",
    ]  # fmt: skip
    assert told["domains"] == {
        "looking": {"sum": 9, "n": 3},
        "doing": {"sum": 3, "n": 1},
        "together": {"sum": 1, "n": 1},
    }
    assert told["focuses"] == {
        "attitude": {"sum": 8, "n": 3},
        "knowledge": {"sum": 2, "n": 1},
        "skill": {"sum": 3, "n": 1},
    }
    (session, _before) = cli.journal.own()
    text = (tmp_path / "a.toml").read_text()
    assert CANARY not in text
    assert session.id not in text
    assert f"{session.started:%Y-%m-%d}" not in text
    assert cli.journal.identity.id not in text
    assert share.period == teams.period_of(session.started.date())
    assert (tmp_path / "a.toml").stat().st_mode & 0o077 == 0


def test_without_a_file_it_is_only_shown(cli: Cli) -> None:
    result = cli("share", "--team", "north-1")
    assert parse_share(result.out.encode(), "shown").team == "north-1"
    assert "Nothing was written" in result.err
    assert not (cli.root / "teams").exists()


def test_a_later_share_replaces_the_one_before_it(cli: Cli, tmp_path: Path) -> None:
    first = shared(cli, tmp_path / "a.toml", "latest~1")
    later = shared(cli, tmp_path / "b.toml")
    assert (first.member, first.number) == (later.member, 1)
    assert later.number == 2


def test_the_journal_knows_what_was_shared_when_and_with_whom(cli: Cli, tmp_path: Path) -> None:
    share = shared(cli, tmp_path / "a.toml")
    (document,) = cli.journal.teams.all()
    kept = document.value
    assert kept is not None
    (entry,) = kept.shares
    assert (document.path, kept.member, entry.session) == ("teams/north-1.toml", share.member, cli.journal.own()[0].id)
    log = subprocess.run(
        ["git", "-C", cli.root, "log", "-1", "--format=%B"], check=True, capture_output=True, text=True
    )
    assert log.stdout.split("\n")[0] == "team north-1: saved"
    assert cli.journal.pending() == ()


def test_a_share_is_taken_back_and_made_again(cli: Cli, tmp_path: Path) -> None:
    share = shared(cli, tmp_path / "a.toml")
    back = shared(cli, tmp_path / "b.toml", "--withdraw")
    assert (back.withdrawn, back.member, back.number, back.domains, back.focuses) == (True, share.member, 2, {}, {})
    assert cli("share", "--team", "north-1", "--withdraw").code == 1
    assert shared(cli, tmp_path / "c.toml").number == 3


def test_a_share_is_taken_back_though_its_session_is_gone(cli: Cli, tmp_path: Path) -> None:
    shared(cli, tmp_path / "a.toml")
    cli.journal.record()
    cli.journal.delete(cli.journal.own()[0].id)
    assert shared(cli, tmp_path / "b.toml", "--withdraw").withdrawn


def test_within_a_year_one_shares_with_one_team(cli: Cli, tmp_path: Path) -> None:
    shared(cli, tmp_path / "a.toml")
    refused = cli("share", "--team", "south-2", "--output", str(tmp_path / "b.toml"))
    assert refused.code == 2
    assert "with the team north-1" in refused.err
    assert not (tmp_path / "b.toml").exists()
    shared(cli, tmp_path / "c.toml", "--withdraw")  # it may come too late
    again = cli("share", "--team", "south-2", "--output", str(tmp_path / "b.toml"))
    assert (again.code, "that you withdrew" in again.err) == (2, True)
    assert not (tmp_path / "b.toml").exists()
    cli.save(SCORES, days=100)  # the next quarter: who left one team and came into the other would be found
    refused = cli("share", "--team", "south-2", "--output", str(tmp_path / "b.toml"))
    assert (refused.code, "Within a year you share with one team" in refused.err) == (2, True)
    shared(cli, tmp_path / "d.toml")
    cli.save(SCORES, days=480)
    other = shared(cli, tmp_path / "b.toml", team="south-2")
    assert other.member != parse_share((tmp_path / "a.toml").read_bytes(), "a").member


@pytest.mark.parametrize("before", [False, True])
def test_after_a_failed_write_nothing_is_noted_and_it_can_be_tried_again(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, before: bool
) -> None:
    if before:
        shared(cli, tmp_path / "a.toml", "latest~1")
    noted = {document.path: document.data for document in cli.journal.teams.all()}
    (session, *_others) = cli.journal.own()
    prepared = usecases.prepare_share(cli.journal, examples.small(), session, "north-1", clock.SYSTEM.now())

    def full(*_given: object) -> None:
        raise JournalError("no space left")

    with monkeypatch.context() as disk:
        disk.setattr("reflect_tui.usecases.written_files._write_new", full)
        with pytest.raises(JournalError, match="no space"):
            usecases.write_share(cli.journal, prepared, tmp_path / "b.toml", replace=False)
    assert {document.path: document.data for document in cli.journal.teams.all()} == noted
    usecases.write_share(cli.journal, prepared, tmp_path / "b.toml", replace=False)
    assert (tmp_path / "b.toml").read_bytes() == prepared.data
    (document,) = cli.journal.teams.all()
    assert document.value == prepared.sharing
    cli.journal.record()
    assert cli.journal.pending() == ()


def test_what_stands_in_the_way_leaves_nothing_noted(cli: Cli, tmp_path: Path) -> None:
    taken = tmp_path / "taken.toml"
    taken.write_text("mine")
    refused = cli("share", "--team", "north-1", "--output", str(taken))
    assert (refused.code, taken.read_text()) == (2, "mine")
    assert not (cli.root / "teams").exists()
    cli.save(3, role="manager", days=2)
    theirs = next(entry.session for entry in cli.journal.entries() if entry.session and entry.session.role == "manager")
    assert "Only a session of your own" in cli("share", "--team", "north-1", theirs.id).err
    assert "4 to 40" in cli("share", "--team", "../x").err


def test_a_share_has_the_ending_by_which_a_team_finds_it(cli: Cli, tmp_path: Path) -> None:
    cli.save(3)
    refused = cli("share", "--team", "north-1", "--output", str(tmp_path / "a.json"))
    assert "name it" in refused.err
    assert not (tmp_path / "a.json").exists()
    assert not cli.journal.teams.all()


def test_a_journal_document_that_cannot_be_read_stops_sharing(cli: Cli, tmp_path: Path) -> None:
    shared(cli, tmp_path / "a.toml")
    (cli.root / "teams" / "north-1.toml").write_text("format = 2")
    refused = cli("share", "--team", "south-2", "--output", str(tmp_path / "b.toml"))
    assert refused.code == 3
    assert "teams/north-1.toml" in refused.err


@pytest.mark.parametrize("text", ["north", "North 1", "a-b-c-4", "abcd", "a" * 40])
def test_a_code_is_read_as_it_is_typed(text: str) -> None:
    assert teams.clean_code(text) == text.lower().replace(" ", "-")


@pytest.mark.parametrize("text", ["", "abc", "a" * 41, "-abcd", "a/b/c", "ab\x1bcd"])
def test_what_can_be_no_code_is_refused(text: str) -> None:
    with pytest.raises(ReflectError):
        teams.clean_code(text)


@pytest.mark.parametrize(
    ("day", "period"),
    [
        ("2026-01-01", "2026-Q1"), ("2026-03-31", "2026-Q1"), ("2026-04-01", "2026-Q2"), ("2026-06-30", "2026-Q2"),
        ("2026-07-01", "2026-Q3"), ("2026-10-01", "2026-Q4"), ("2026-12-31", "2026-Q4"),
    ],
)  # fmt: skip
def test_a_quarter_is_that_of_the_day(day: str, period: str) -> None:
    assert teams.period_of(date.fromisoformat(day)) == period


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("[domains.looking]\nsum = 9", "[domains.looking]\nsum = 13", "domains.looking"),
        ("n = 3\n\n[domains.doing]", "n = 4\n\n[domains.doing]", "domains.looking"),
        ("[domains.looking]", "[domains.elsewhere]", "domains.elsewhere"),
        ("[focuses.skill]\nsum = 3", "[focuses.skill]\nsum = 4", "focuses"),
    ],
)
def test_what_no_session_adds_up_to_is_a_fault(old: str, new: str, place: str) -> None:
    instrument, session = examples.small(), examples.session(SCORES)
    data = share_bytes(make_share(instrument, session, "north-1", f"{'0' * 32}-1"))
    assert list(share_faults(parse_share(data, "a"), instrument)) == []
    text = data.decode()
    assert old in text
    faulty = parse_share(text.replace(old, new).encode(), "a")
    assert place in [fault.place for fault in share_faults(faulty, instrument)]


def test_a_leader_makes_a_team(cli: Cli, tmp_path: Path) -> None:
    made = cli.json("team", "new", str(tmp_path / "team"), "--minimum", "6")
    team = teams.parse_team((tmp_path / "team" / "team.toml").read_bytes(), "team.toml")
    assert (made["team"], made["minimum"]) == (team.team, 6)
    assert teams.clean_code(team.team) == team.team
    again = cli("team", "new", str(tmp_path / "team"))
    assert (again.code, "is in use" in again.err) == (2, True)
    for few in ("0", "4"):
        refused = cli("team", "new", str(tmp_path / "other"), "--minimum", few)
        assert (refused.code, "at least 5 people; a team can only ask for more" in refused.err) == (2, True)
    assert not (tmp_path / "other").exists()


def test_erasing_a_session_says_that_its_sums_are_with_the_team(cli: Cli, tmp_path: Path) -> None:
    shared(cli, tmp_path / "a.toml")
    not_reached = [cli.json("erase", which, "--yes")["unreachable"] for which in ("latest~1", "latest")]
    of_other, of_shared = ([said for said in all_said if "north-1" in said] for all_said in not_reached)
    assert of_other == []
    assert of_shared[0].endswith("reflect-tui share --team north-1 --withdraw")


def test_what_is_written_into_another_repository_is_warned_of(cli: Cli, tmp_path: Path) -> None:
    cli.save()
    work, link = tmp_path / "work", tmp_path / "link"
    subprocess.run(["git", "init", "--quiet", work], check=True)
    link.symlink_to(work)
    commands = (
        ("team", "new", str(work / "team")),
        ("share", "--team", "abcd-efgh", "--output", str(work / "share.toml")),
        ("backup", str(link / "all.zip")),
        ("export", "--output", str(work / "all.json")),
        ("report", "--output", str(work / "report.md")),
    )
    for command in commands:
        result = cli(*command)
        assert result.code == 0
        assert f"is in the git repository {work}: take care that it is not committed" in result.err
    assert "git repository" not in cli("backup", str(tmp_path / "all.zip")).err


def test_a_minimum_is_refused_where_it_would_do_nothing(cli: Cli, tmp_path: Path) -> None:
    assert cli("team", "new", str(tmp_path / "team")).code == 0
    refused = cli("team", str(tmp_path / "team"), "--minimum", "7")
    assert (refused.code, "has its minimum already" in refused.err) == (2, True)


def test_a_sum_lies_between_what_its_statements_can_add_up_to() -> None:
    instrument = examples.small()  # three, two and two statements, from 1 to 4
    session = examples.session({"calm": 1, "kind": 1, "signs": 1, "acts": 4, "tells": 4})
    least_and_most = make_share(instrument, session, "north", SHARE)
    assert list(share_faults(least_and_most, instrument)) == []
    assert (least_and_most.domains["looking"], least_and_most.domains["doing"]) == (ScoreTotal(3, 3), ScoreTotal(8, 2))
    for domain, total in (("looking", ScoreTotal(2, 3)), ("doing", ScoreTotal(9, 2)), ("doing", ScoreTotal(9, 3))):
        other = structs.replace(least_and_most, domains={**least_and_most.domains, domain: total})
        assert [fault.place for fault in share_faults(other, instrument)] == [f"domains.{domain}", "focuses"]


def test_a_sum_of_a_scale_from_0_or_from_2_begins_there() -> None:
    strain = shape("strain")
    nothing = make_share(strain, filled(strain, dict.fromkeys((item.id for item in strain.items), 0)), "north", SHARE)
    assert [fault.place for fault in share_faults(nothing, strain)] == []
    points = tuple(ScalePoint(value, str(value)) for value in (2, 3, 4))
    higher = structs.replace(examples.small(), scale=structs.replace(examples.small().scale, points=points))
    least = make_share(higher, filled(higher, {"acts": 2, "tells": 2}), "north", SHARE)
    assert [fault.place for fault in share_faults(least, higher)] == []
    less = structs.replace(least, domains={"doing": ScoreTotal(3, 2)})
    assert [fault.place for fault in share_faults(less, higher)] == ["domains.doing", "focuses"]
