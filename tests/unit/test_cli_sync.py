"""`sync` on the command line: asked before the first sending, told in plain words, as JSON for programs."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.cli import keeping
from reflect_tui.git.complaints import SyncError
from reflect_tui.git.exchange import Exchange
from reflect_tui.model import agenda as agendas
from reflect_tui.model import session as sessions
from reflect_tui.model.agenda import Agenda, AgendaPoint
from reflect_tui.model.session import Session
from tests.unit.cli_examples import Cli, in_a_process
from tests.unit.examples import ITEMS
from tests.unit.journal.sync_examples import git, remote

pytestmark = pytest.mark.slow


@pytest.fixture
def other(cli: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Give the device of the same person that has nothing yet."""
    return Cli(tmp_path / "other device", capsys, monkeypatch)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return remote(tmp_path / "place" / "journal.git")


def test_without_an_address_it_asks_for_one(cli: Cli) -> None:
    cli.save()
    result = cli("sync")
    assert (result.code, result.out) == (2, "")
    assert "Say where to sync" in result.err


def test_without_a_terminal_nothing_is_sent_unless_agreed(cli: Cli, place: Path) -> None:
    cli.save()
    result = cli("sync", str(place))
    assert result.code == 2
    assert "Your whole journal with its history goes to" in result.err
    assert "add --yes" in result.err
    assert git("for-each-ref", folder=place) == ""
    assert cli("sync", str(place), "--yes").code == 0
    nothing = {"sent": 0, "received": 0, "kept_both": [], "waiting": 0, "state": "synced", "erased": [], "versions": {}}
    assert cli.json("sync", "--status") == nothing


def test_where_no_side_has_a_journal_nothing_is_made(cli: Cli, place: Path) -> None:
    result = cli("sync", str(place), "--yes")
    assert result.code == 3
    assert "there is nothing to sync" in result.err
    assert not cli.root.exists()


def test_every_step_is_told_and_git_on_request(cli: Cli, place: Path) -> None:
    cli.save()
    result = cli("sync", str(place), "--yes", "--verbose")
    assert result.out == "Synced: 1 file sent, 0 received.\n"
    assert f"Asking {place} what it has" in result.err
    assert "Sending what is new here" in result.err
    assert f"$ git ls-remote --quiet -- {place} refs/heads/main" in result.err
    assert cli("sync").out == "Synced: both sides are the same.\n"


def test_what_waits_is_counted(cli: Cli, place: Path) -> None:
    cli.save()
    cli("sync", str(place), "--yes")
    cli.save(2, days=1)
    assert cli.json("sync", "--status")["waiting"] == 1
    assert "1 not synced\n" in cli("sync", "--status").out


def test_two_versions_are_listed_and_one_is_kept(cli: Cli, other: Cli, place: Path) -> None:
    session = cli.save({"calm": 3})
    cli("sync", str(place), "--yes")
    other("sync", str(place))
    for device, score in ((cli, 1), (other, 4)):
        _amend(device, session, score)
        assert device("sync").code == 0
    listed = other("sync", "--status").out
    assert "has 2 versions:" in listed
    for score in (1, 4):
        assert re.search(rf"version \d: 1 statement scored · \d+ \w+ \d+ \d+:\d+ · should be {score}\n", listed)
    told = other.json("sync", "--status")["versions"][session.id]
    assert sorted((one["number"], one["deleted"]) for one in told) == [(1, False), (2, False)]
    assert {one["reason"] for one in told} == {"should be 1", "should be 4"}
    shown = {one["reason"]: other.json("show", f"{session.id}@{one['commit'][:8]}")["scores"] for one in told}
    assert shown == {"should be 1": {"calm": 1}, "should be 4": {"calm": 4}}
    assert re.search(r"Versions\n.*  2\n", other("list").out)
    assert "Several versions wait for a choice; see: reflect-tui sync --status" in other("list").err
    assert other.json("list")["sessions"][0]["versions"] == 2
    assert "1 file has several versions, made on different devices." in other("doctor").out
    assert "I stay: calm\n" in listed
    row = re.findall(r"version ([12]): ([14])(?=\s{2}|\n)", listed)
    assert sorted(score for _number, score in row) == ["1", "4"]
    assert other.json("sync", "--status")["kept_both"] == [session.id]
    number = next(number for number, score in row if score == "4")
    (mark,) = re.findall(rf"version {number}: reflect-tui sync --keep {session.id} ([0-9a-f]+)\n", listed)
    assert mark in [one["keep"] for one in told]
    refused = other("sync", "--keep", session.id, number)
    assert (refused.code, refused.out) == (1, "")
    assert f'has no version "{number}"' in refused.err
    kept = other("sync", "--keep", "latest", mark)
    assert kept.out == f"Version {mark} is kept; the other stays in history.\n"
    assert other("sync").code == 0
    assert cli("sync").code == 0
    assert cli.json("show", session.id)["scores"] == {"calm": 4}
    assert cli.json("sync", "--status")["kept_both"] == []
    assert "versions" not in cli.json("list")["sessions"][0]
    assert "several versions" not in cli("doctor").out


def test_what_was_read_of_a_version_names_it_still_when_another_device_brings_one_more(
    cli: Cli, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = cli.save({"calm": 3})
    cli("sync", str(place), "--yes")
    other, third = devices = [Cli(tmp_path / name, capsys, monkeypatch) for name in ("other", "third")]
    for device in devices:
        device("sync", str(place))
    for device, score in ((cli, 1), (other, 4)):
        _amend(device, session, score)
        device("sync")
    read = {one["reason"]: one["keep"] for one in other.json("sync", "--status")["versions"][session.id]}
    _amend(third, session, 2)
    third("sync")
    assert "has 3 versions:" in other("sync").out
    now = {one["reason"]: one["keep"] for one in other.json("sync", "--status")["versions"][session.id]}
    assert now == {**read, "should be 2": now["should be 2"]}
    kept = other("sync", "--keep", session.id, read["should be 1"])
    assert kept.out == f"Version {read['should be 1']} is kept; the 2 others stay in history.\n"
    assert other.json("show", session.id)["scores"] == {"calm": 1}


def test_of_an_agenda_and_its_session_each_is_chosen_by_what_the_list_says(cli: Cli, other: Cli, place: Path) -> None:
    session = cli.save({"calm": 3})
    agenda = f"agendas/{session.id}.toml"
    cli("sync", str(place), "--yes")
    other("sync", str(place))
    for device, score in ((cli, 1), (other, 4)):
        _amend(device, session, score)
        point = AgendaPoint(kind="own", text=f"point {score}")
        points = agendas.dumps(Agenda(session=session.id, points=(point,)))
        device.journal.agendas.save(session.id, points, "saved")
        assert device("sync").code == 0
    listed = other("sync", "--status").out
    for name in (agenda, f"sessions/{session.id[:4]}/{session.id}.toml"):
        _first, (typed, mark) = re.findall(rf"sync --keep ({name}) (\w+)\n", listed)
        assert other("sync", "--keep", typed, mark).code == 0
    assert other.json("sync", "--status")["kept_both"] == []


def test_of_many_documents_with_two_versions_the_first_are_shown_and_all_on_request(
    cli: Cli, other: Cli, place: Path
) -> None:
    saved = [cli.save({"calm": 3}, days=day) for day in range(7)]
    cli("sync", str(place), "--yes")
    other("sync", str(place))
    for device, score in ((cli, 1), (other, 4)):
        for session in saved:
            read, data = device.journal.saved(session.id)
            device.journal.amend(_with(read, score), "typo", data)
    cli("sync")
    for listed in (other("sync").out, other("sync", "--status").out):
        assert listed.count("has 2 versions:") == 5
        assert "and 2 more; all of them: reflect-tui sync --status --verbose\n" in listed
    whole = other("sync", "--status", "--verbose").out
    assert whole.count("has 2 versions:") == 7
    assert "more" not in whole


def test_faults_beyond_the_first_are_listed_on_request(cli: Cli, other: Cli, place: Path) -> None:
    cli.save()
    cli("sync", str(place), "--yes")
    other("sync", str(place))
    for day in range(1, 8):  # by hand
        session = cli.save(3, days=day)
        path = cli.root / "sessions" / session.id[:4] / f"{session.id}.toml"
        path.write_bytes(sessions.dumps(structs.replace(session, scores={"calm": 9})))
    cli("list")
    cli("sync")
    result = other("sync")
    assert result.code == 2
    assert result.err.count("scores.calm: must be a whole number") == 5
    assert "and 2 more" in result.err
    assert other("sync", "--verbose").err.count("scores.calm: must be a whole number") == 5 + 7


def _amend(device: Cli, session: Session, score: int) -> None:
    read, data = device.journal.saved(session.id)
    device.journal.amend(_with(read, score), f"should be {score}", data)


def _with(session: Session, score: int) -> Session:
    return structs.replace(session, scores={"calm": score})


@pytest.mark.parametrize("number", ["0", "3", "x"])
def test_a_version_that_is_not_there_is_refused(cli: Cli, number: str) -> None:
    session = cli.save()
    cli("list")
    result = cli("sync", "--keep", session.id, number)
    assert (result.code, result.out) == (1, "")
    assert "has several versions" in result.err


def test_a_place_that_can_not_be_reached_is_told_as_such(cli: Cli) -> None:
    cli.save()
    cli.journal.record()
    result = cli("sync", "https://localhost:9/journal.git", "--yes", "--json")
    assert result.code == 3
    assert '"state": "offline"' in result.out
    assert "can't be reached now" in result.err
    assert not (cli.journal.state / "exchange").exists()


def test_only_a_new_passphrase_is_asked_for_twice(
    cli: Cli, other: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return "correct horse"

    monkeypatch.setattr(keeping, "getpass", typed)
    monkeypatch.setattr(keeping, "on_terminal", lambda _stream: True)
    folder = tmp_path / "folder"
    folder.mkdir()
    cli.save()
    assert cli("sync", str(folder), "--encrypt", "--yes").code == 0
    assert len(asked) == 2
    assert other("sync", str(folder), "--encrypt", "--yes").code == 0
    assert asked[2:] == ["Passphrase: "]
    assert {path.suffix for path in folder.iterdir()} == {".age"}


def test_without_a_terminal_a_passphrase_comes_in_the_first_line_or_is_asked_for(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    cli.save()
    cli.journal.record()
    words = ("--journal", str(cli.root), "sync", str(folder), "--encrypt", "--yes")
    for given, told in (("", "gives it as the first line of standard input"), ("\n", "none was typed; nothing was")):
        result = in_a_process(*words, input=given)
        assert result.returncode == 2
        assert told in result.stderr
    assert list(folder.iterdir()) == []
    assert in_a_process(*words, input="correct horse\n").returncode == 0
    assert {path.suffix for path in folder.iterdir()} == {".age"}


@pytest.mark.parametrize("way", ["repository", "folder"])
def test_a_place_that_was_emptied_is_refused_unless_that_is_meant(
    cli: Cli, place: Path, tmp_path: Path, way: str
) -> None:
    """A stick that is not connected leaves an empty folder: nothing is written there without a word."""
    if way == "folder":
        place = tmp_path / "stick"
        place.mkdir()
    cli.save()
    assert cli("sync", str(place), "--yes").code == 0
    shutil.rmtree(place)
    if way == "folder":
        place.mkdir()
    else:
        remote(place)
    for words in (("sync",), ("sync", str(place))):
        result = cli(*words)
        assert (result.code, result.out) == (2, "")
        assert str(place) in result.err
        assert "sync again" in result.err
        assert "add --yes" in result.err
        assert not list(place.glob("*.bundle"))
    assert git("for-each-ref", folder=place) == "" if way == "repository" else not list(place.iterdir())
    result = cli("sync", "--yes")
    assert (result.code, result.out) == (0, "Synced: 1 file sent, 0 received.\n")
    assert f"What was sent to {place} before is gone" in result.err


def test_who_agreed_to_the_sending_did_not_agree_to_erase(cli: Cli, other: Cli, place: Path) -> None:
    cli.save({"calm": 3})
    gone, noted = cli.save({"calm": 1}, days=1), cli.save({"calm": 2}, days=2, notes={"calm": "a note to erase"})
    same = cli.save({"calm": 2}, days=3, notes={"calm": "a note to erase"})
    cli("sync", str(place), "--yes")
    other("sync", str(place))
    assert cli("erase", gone.id, "--yes").code == 0
    assert cli("erase", "--note", noted.id, "calm", "--yes").code == 0
    there = git("rev-parse", "main", folder=place)
    refused = cli("sync", "--yes")
    assert (refused.code, refused.out) == (2, "")
    assert "What was erased here still stands at" in refused.err
    assert "add --erase" in refused.err
    assert git("rev-parse", "main", folder=place) == there
    assert cli("sync", "--erase").code == 0
    name = "the session of 24 Nov 2026, 14:05, self"
    note = 'the note on "calm" of the session of 25 Nov 2026, 14:05, self'
    refused = other("sync", "--yes")
    assert (refused.code, refused.out) == (2, "")
    assert f"Another device erased for good: {name}, {note}. Erase it here too?" in refused.err
    assert "add --erase" in refused.err
    assert other.path(gone).exists()
    done = other("sync", "--erase")
    assert (done.code, done.out.endswith("2 erased here, as on another device.\n")) == (0, True)
    assert f"{name}, {note}" in done.err
    path = other.path(same).relative_to(other.root).as_posix()
    assert f"The same still stands in: the session of 26 Nov 2026, 14:05, self ({path})" in done.err
    assert not other.path(gone).exists()
    assert other.json("show", noted.id)["notes"] == {}
    assert other("sync").out == "Synced: both sides are the same.\n"


def test_a_program_is_told_what_was_erased(cli: Cli, other: Cli, place: Path) -> None:
    cli.save()
    gone = cli.save(2, days=1)
    cli("sync", str(place), "--yes")
    other("sync", str(place))
    assert cli("erase", gone.id, "--yes").code == 0
    assert cli.json("sync", "--erase")["erased"] == []
    assert other.json("sync", "--erase")["erased"] == [f"sessions/2026/{gone.id}.toml"]
    assert other.json("sync", "--erase")["erased"] == []


def test_of_many_differing_statements_a_sync_names_the_first_and_its_status_all(
    cli: Cli, other: Cli, place: Path
) -> None:
    session = cli.save(3)
    cli("sync", str(place), "--yes")
    other("sync", str(place))
    for device, score in ((cli, 1), (other, 4)):
        read, data = device.journal.saved(session.id)
        device.journal.amend(structs.replace(read, scores=dict.fromkeys(ITEMS, score)), "typo", data)
    cli("sync")
    row = re.compile(r"^  (version|versie) 1: [14] ", re.MULTILINE)
    for language, words in (("en", "and 2 more; all of them"), ("nl", "en nog 2; allemaal")):
        told = f"  {words}: reflect-tui sync --status\n"
        named = other("--lang", language, "sync").out
        assert (len(row.findall(named)), named.count(told)) == (5, 1)
        for command in (("sync", "--status"), ("sync", "--verbose")):
            whole = other("--lang", language, *command).out
            assert (len(row.findall(whole)), whole.count(told)) == (len(ITEMS), 0)


def test_after_an_older_backup_was_restored_only_what_is_new_counts_as_not_synced(
    cli: Cli, place: Path, tmp_path: Path
) -> None:
    backup = str(tmp_path / "all.backup")
    for day in range(4):
        cli.save(days=day)
    assert cli("backup", backup).code == 0
    cli.save(days=5)
    assert cli("sync", str(place), "--yes").code == 0
    shutil.rmtree(cli.root)
    assert cli("restore", backup).code == 0
    told = cli.json("sync", "--status")
    assert (told["waiting"], told["state"]) == (0, "not synced")
    said = cli("sync", "--status").out
    assert "not synced\n" not in said
    assert "Only the next sync tells what else differs." in said
    cli.save(days=6)
    assert cli.json("sync", "--status")["waiting"] == 1
    assert "1 file sent, 1 received" in cli("sync").out.replace("\n", " ")
    told = cli.json("sync", "--status")
    assert (told["waiting"], told["state"]) == (0, "synced")
    assert "Only the next sync" not in cli("sync", "--status").out
    assert len(cli.json("list")["sessions"]) == 6


def test_what_must_be_read_of_a_sync_is_said_once(
    cli: Cli, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In what it says at the end; where it does not come that far, among the steps."""
    cli.save()
    cli("sync", str(place), "--yes")
    folder, other = tmp_path / "cloud", Cli(tmp_path / "other device", capsys, monkeypatch)
    folder.mkdir()
    other("sync", str(place))
    session = cli.save(3, days=2)
    for device in (cli, other):
        device("sync")
    for device, score in ((cli, 1), (other, 4)):
        _amend(device, session, score)
        device("sync")
    mark = other.json("sync", "--status")["versions"][session.id][0]["keep"]
    cli("sync")
    other("sync", "--keep", session.id, mark)
    other("sync")
    said = "had several versions here, and another device kept one"
    done = cli("sync")
    assert (done.out.count(said), done.err.count(said)) == (1, 0)
    for device, score in ((cli, 2), (other, 3)):
        _amend(device, session, score)
        device("sync")
    cli("sync")
    mark = other.json("sync", "--status")["versions"][session.id][0]["keep"]
    other("sync", "--keep", session.id, mark)
    other("sync")
    cli.save(days=4)

    def refuse(*_command: object) -> None:
        raise SyncError("It was refused.")

    monkeypatch.setattr(Exchange, "send", refuse)
    refused = cli("sync")
    assert (refused.code != 0, refused.out, refused.err.count(said)) == (True, "", 1)


def test_a_program_gets_json_also_when_what_came_is_refused_or_nobody_agreed(cli: Cli, other: Cli, place: Path) -> None:
    cli.save()
    refused = cli("sync", str(place), "--json")
    assert (refused.code, json.loads(refused.out)["state"]) == (2, "not synced")
    cli("sync", str(place), "--yes")
    other("sync", str(place))
    session = cli.save(3, days=1)  # and by hand
    cli.path(session).write_bytes(sessions.dumps(structs.replace(session, scores={"calm": 9})))
    cli("list")
    cli("sync")
    refused = other("sync", "--json")
    told = json.loads(refused.out)
    assert (refused.code, told["state"], told["received"]) == (2, "not synced", 0)
    assert "scores.calm: must be a whole number" in refused.err
