"""Copies of one journal on one computer: no answer is lost between them, and a round ends in all with equal figures."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from reflect_tui.feedback.pool import ERASED, Pool
from reflect_tui.model import round as rounds_module
from reflect_tui.model import tombstones
from reflect_tui.model.round import Rater, Round
from reflect_tui.model.session import Score, Session
from reflect_tui.model.tombstones import Tombstones
from reflect_tui.store import backup, rounds
from reflect_tui.store.rounds import WaitingAnswers
from reflect_tui.tui.services.editor import keep_refused
from tests.unit.cli_examples import Cli
from tests.unit.doctor_examples import git
from tests.unit.round_examples import BYTES, CONTENT, MADE, a_round, an_answer, put

pytestmark = pytest.mark.slow

ROLES: tuple[Rater, ...] = ("manager", "colleague", "colleague", "colleague", "colleague", "colleague")


@pytest.fixture
def cli(cli: Cli) -> Cli:
    """Give a journal with one session of one's own on the instrument of the rounds."""
    scores: dict[str, Score] = {item.id: 3 for item in CONTENT.items}
    own = Session(
        id="2026-11-22T1405-self-0a1b2c", instrument=CONTENT.id, version=CONTENT.version, digest=CONTENT.digest,
        role="self", started=MADE, finished=MADE, scores=scores,
    )  # fmt: skip
    cli.root.mkdir(mode=0o700)
    cli.journal.save(own, BYTES)
    cli.journal.record()
    return cli


@pytest.fixture
def other(cli: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Give a second folder, which copied() fills."""
    return Cli(tmp_path / "other", capsys, monkeypatch)


def copied(cli: Cli, other: Cli) -> None:
    shutil.copytree(cli.root, other.root, symlinks=True)


def asked(cli: Cli) -> Round:
    found = a_round(cli.journal, ROLES)
    cli.journal.record()
    return found


def take(cli: Cli, found: Round, *numbers: int) -> int:
    """Take in the answers of these people, each of whom gives one score to every statement."""
    folder = cli.root.parent / f"in-{numbers}"
    return cli("import", *map(str, put(folder, *(an_answer(found, one, score=one % 4 + 1) for one in numbers)))).code


def squeezed(said: str) -> str:
    """Leave blanks out: a long path may be broken at any place."""
    return "".join(said.split())


def figures(cli: Cli) -> Any:
    """Give the comparison and the released figures themselves."""
    (document,) = cli.journal.rounds.all()
    assert document.value
    return cli.json("compare"), document.value.released, document.value.closed


def test_a_round_that_is_closed_in_one_copy_is_closed_in_the_other_with_the_same_figures(cli: Cli, other: Cli) -> None:
    found = asked(cli)
    take(cli, found, 0, 1, 2, 3)
    copied(cli, other)
    assert cli("rounds", "close", found.id).code == 0
    sentence = f"The round {found.id} was closed in {cli.root} already."
    assert sentence in " ".join(other("rounds").err.split())
    assert squeezed(sentence) in squeezed(other("doctor").out)
    closing = other("rounds", "close", found.id)
    assert (closing.code, sentence in closing.err) == (2, True)
    assert take(other, found, 4) == 2, "one answer more would tell that one, by a subtraction"
    assert other("rounds", "withdraw", found.id).code == 2
    assert other("rounds", "forms", found.id, "--output", str(other.root.parent / "forms")).code == 2
    fixed = other("doctor", "--fix")
    assert (
        fixed.code,
        f"The round {found.id} had ended already, and is closed here" in " ".join(fixed.out.split()),
    ) == (0, True)
    assert figures(other) == figures(cli)
    assert git(other, "status", "--porcelain") == ""
    assert git(other, "log", "-1", "--format=%s") == "round 2026-11-23: closed"
    assert other("rounds").err == ""
    cli.journal.recover(locked=True)
    assert figures(cli) == figures(other)


def test_an_answer_that_came_into_one_copy_counts_where_the_round_is_closed(cli: Cli, other: Cli) -> None:
    found = asked(cli)
    take(cli, found, 0, 1)
    copied(cli, other)
    take(cli, found, 2)
    take(other, found, 3)
    take(cli, found, 4)
    assert "4 colleagues" in other("rounds", "close", found.id).out
    assert cli("doctor", "--fix").code == 0
    assert figures(cli) == figures(other)


def test_who_was_asked_in_one_copy_only_stays_in_its_list(cli: Cli, other: Cli) -> None:
    found = asked(cli)
    take(cli, found, 0, 1, 2, 3)
    copied(cli, other)
    words = ("--role", "colleague", "--round", found.id, "--output", str(other.root.parent / "form.html"))
    assert other("invite", *words, "--label", "Only here").code == 0
    assert cli("rounds", "close", found.id).code == 0
    assert other("doctor", "--fix").code == 0
    (ended,) = (document.value for document in other.journal.rounds.all())
    assert ended
    assert [one.label for one in ended.invited][-1] == "Only here"
    assert ended.released == figures(cli)[1]


def test_a_round_that_is_withdrawn_in_one_copy_is_withdrawn_in_the_other(cli: Cli, other: Cli) -> None:
    found = asked(cli)
    take(cli, found, 1, 2, 3)
    copied(cli, other)
    assert cli("rounds", "withdraw", found.id).code == 0
    assert f"was withdrawn in {cli.root} already" in " ".join(other("rounds").err.split())
    assert take(other, found, 4) == 2
    assert other("doctor", "--fix").code == 0
    assert rounds.get(other.journal, found.id)[0].state == "withdrawn"


def test_an_older_state_of_the_journal_makes_no_second_set_of_figures(cli: Cli, other: Cli) -> None:
    """A backup that came back, or an older commit: the same answers and one more would tell that one."""
    found = asked(cli)
    take(cli, found, 0, 1, 2, 3)
    copied(cli, other)  # the backup
    assert cli("rounds", "close", found.id).code == 0
    told = figures(cli)
    shutil.rmtree(cli.root)
    other.root.rename(cli.root)
    assert take(cli, found, 1, 2, 3, 4) == 2
    assert cli("doctor", "--fix").code == 0
    assert figures(cli) == told
    git(cli, "checkout", "-q", "-b", "elsewhere", "HEAD~1")
    assert rounds.get(cli.journal, found.id)[0].state == "open"
    assert take(cli, found, 1, 2, 3, 4) == 2
    assert cli("rounds", "close", found.id).code == 2
    assert cli("doctor", "--fix").code == 3, "versions on the other branch are named"
    assert figures(cli) == told


def test_a_round_that_was_closed_on_another_computer_stays_closed_in_an_older_state(cli: Cli) -> None:
    found = asked(cli)
    take(cli, found, 0, 1, 2, 3)
    assert cli("rounds", "close", found.id).code == 0
    # as where the journal came by a clone or by sync
    (WaitingAnswers(cli.journal).folder / f"{found.id}.toml").unlink()
    cli.journal.recover(locked=True)
    told = figures(cli)
    git(cli, "reset", "-q", "--hard", "HEAD~1")
    assert take(cli, found, 1, 2, 3, 4) == 2
    assert cli("doctor", "--fix").code == 0
    assert figures(cli) == told


def test_a_journal_without_its_own_file_finds_what_waits(cli: Cli) -> None:
    found = asked(cli)
    take(cli, found, 0, 1, 2)
    (cli.root / "journal.toml").unlink()
    assert cli("rounds", "close", found.id).code == 1, "one is missing still: too few"
    assert take(cli, found, 3) == 0
    assert len(WaitingAnswers(cli.journal).get(found.id).answers) == 4
    assert cli("rounds", "close", found.id).code == 0


def test_answers_to_a_round_whose_file_is_gone_are_named_and_come_in_when_it_is_back(cli: Cli) -> None:
    found = asked(cli)
    take(cli, found, 0, 1, 2, 3)
    (cli.root / rounds_module.relative_path(found.id)).unlink()
    said = " ".join(cli("doctor").out.split())
    assert f"4 answers to the confidential round {found.id} are waiting" in said
    assert "Qwertyna" not in said
    assert cli("doctor", "--fix").code == 0
    assert "3 colleagues" in cli("rounds", "close", found.id).out


def test_answers_to_a_round_that_history_lacks_too_can_be_destroyed_unread(cli: Cli, other: Cli) -> None:
    copied(cli, other)
    found = asked(cli)
    take(cli, found, 1, 2)
    said = " ".join(other("doctor").out.split())
    assert f"2 answers to the confidential round {found.id} are waiting" in said
    assert f"reflect-tui rounds withdraw {found.id}" in said
    assert "destroyed unread" in other("rounds", "withdraw", found.id).out
    assert other("doctor").code == 0
    assert WaitingAnswers(other.journal).get(found.id).answers == ()
    assert squeezed(f"was withdrawn in {other.root} already") in squeezed(cli("doctor").out), "and the other copy knows"


def test_a_copy_that_promises_something_else_takes_nothing_over(cli: Cli, other: Cli) -> None:
    found = asked(cli)
    take(cli, found, 0, 1, 2, 3)
    copied(cli, other)
    changed = structs.replace(found, about="Somebody")
    path = other.root / rounds_module.relative_path(found.id)
    path.write_bytes(rounds_module.dumps(changed))
    assert cli("rounds", "close", found.id).code == 0
    other.journal.recover(locked=True)
    assert rounds.get(other.journal, found.id)[0].released == ()


def test_a_backup_of_before_makes_no_second_set_of_figures(cli: Cli, other: Cli, tmp_path: Path) -> None:
    found = asked(cli)
    take(cli, found, 0, 1, 2, 3)
    assert cli("backup", str(tmp_path / "backup")).code == 0
    assert cli("rounds", "close", found.id).code == 0
    assert other("restore", str(tmp_path / "backup")).code == 0
    assert rounds.get(other.journal, found.id)[0].state == "open"
    assert take(other, found, 4) == 2
    assert other("rounds", "close", found.id).code == 2
    assert other("doctor", "--fix").code in (0, 3)
    assert figures(other) == figures(cli)


def test_a_backup_with_answers_that_closing_destroyed_is_named(cli: Cli, tmp_path: Path) -> None:
    found = asked(cli)
    take(cli, found, 0, 1, 2, 3)
    assert cli("backup", str(tmp_path / "before")).code == 0
    assert "confidential answers" not in cli("doctor").out
    closing = cli("rounds", "close", found.id)
    assert (closing.code, f"{tmp_path / 'before'} of" in closing.err) == (0, True)
    assert "was made while confidential answers waited" in " ".join(cli("doctor").out.split())
    moment = rounds.get(cli.journal, found.id)[0].closed
    assert moment
    while datetime.now(UTC) < moment + timedelta(seconds=1):  # moments are kept to the second
        time.sleep(0.05)
    assert cli("backup", str(tmp_path / "after")).code == 0
    assert str(tmp_path / "before") in "".join(cli("doctor").out.split()), "a newer backup makes no earlier one go away"
    (tmp_path / "before").unlink()
    assert "confidential answers" not in cli("doctor").out
    assert str(tmp_path / "after") in "".join(cli("doctor").out.split())


def test_every_backup_that_may_hold_answers_is_named_until_it_is_removed(cli: Cli, tmp_path: Path) -> None:
    found = asked(cli)
    for number in range(3):
        take(cli, found, number + 1)
        assert cli("backup", str(tmp_path / f"of-{number}")).code == 0
    away = tmp_path / "stick"
    away.mkdir()
    assert cli("backup", str(away / "of-3")).code == 0
    (away / "of-3").unlink()
    away.rmdir()  # a stick that is elsewhere now, with that backup
    (tmp_path / "of-1").unlink()
    closing = cli("rounds", "close", found.id)
    named = [name for name in ("of-0", "of-1", "of-2", "of-3") if name in closing.err]
    assert (closing.code, named) == (0, ["of-0", "of-2", "of-3"])
    listed = " ".join(cli("doctor").out.split())
    assert "may hold them still" in listed
    assert [name for name in ("of-0", "of-1", "of-2", "of-3") if name in listed] == named
    gone = cli("erase", "--round", found.id, "--yes").out
    assert [name for name in ("of-0", "of-1", "of-2", "of-3") if name in gone] == named


def test_a_note_of_one_backup_by_an_earlier_version_is_read(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(b"")
    cli.save(3)
    note = f'format = 1\npath = "{tmp_path / "all.zip"}"\nmade = 2026-11-23T10:00:00+01:00\n'
    cli.journal.state.mkdir(parents=True, exist_ok=True)
    (cli.journal.state / "backup.toml").write_text(note)
    assert [each.path for each in backup.known(cli.journal)] == [str(tmp_path / "all.zip")]
    backup.remember(cli.journal, tmp_path / "other", datetime(2026, 11, 24, 10, tzinfo=UTC))
    assert {each.path for each in backup.known(cli.journal)} == {str(tmp_path / "all.zip")}, "the other is not there"
    (tmp_path / "other").touch()
    assert [each.path for each in backup.known(cli.journal)] == [str(tmp_path / "other"), str(tmp_path / "all.zip")]
    assert not (cli.journal.state / "backup.toml").exists()


@pytest.mark.parametrize("lost", [False, True])
def test_a_backup_with_answers_is_named_in_a_journal_that_was_moved_or_lost_its_state(
    cli: Cli, other: Cli, tmp_path: Path, *, lost: bool
) -> None:
    found = asked(cli)
    take(cli, found, 0, 1, 2, 3)
    assert cli("backup", str(tmp_path / "before")).code == 0
    if lost:
        shutil.rmtree(cli.journal.state)
        seat = cli
    else:
        cli.root.rename(other.root)
        seat = other
    closing = seat("rounds", "close", found.id)
    assert (closing.code, f"{tmp_path / 'before'} of" in closing.err) == (0, True)
    assert "was made while confidential answers waited" in " ".join(seat("doctor").out.split())
    (tmp_path / "before").unlink()
    assert "confidential answers" not in seat("doctor").out


def test_an_export_of_before_opens_no_closed_round(cli: Cli, tmp_path: Path) -> None:
    found = asked(cli)
    take(cli, found, 0, 1, 2, 3)
    exported = tmp_path / "before.json"
    exported.write_text(cli("export", "--format", "json", "--notes").out)
    assert cli("rounds", "close", found.id).code == 0
    told = figures(cli)
    cli("import", str(exported))
    assert figures(cli) == told
    assert take(cli, found, 4) == 2


def test_an_answer_that_was_pasted_in_a_wrong_place_goes_when_the_round_is_closed(cli: Cli) -> None:
    """A text that is too long for a field is kept for its writer; of an answer nothing may be left."""
    found = asked(cli)
    take(cli, found, 0, 1, 2, 3)
    kept = [
        keep_refused(text, cli.journal.state) for text in (f'round = "{found.id}"'.encode(), b"something of one's own")
    ]
    assert cli("rounds", "close", found.id).code == 0
    assert [path.exists() for path in kept] == [False, True]


def test_a_round_that_was_closed_and_erased_is_not_closed_again_from_a_backup(
    cli: Cli, other: Cli, tmp_path: Path
) -> None:
    """Three answers told, and then the same three with a fourth, would differ by one person."""
    found = asked(cli)
    take(cli, found, 1, 2, 3)
    assert cli("backup", str(tmp_path / "backup")).code == 0
    take(cli, found, 4)
    assert cli("rounds", "close", found.id).code == 0
    assert cli.json("erase", "--round", found.id, "--yes")["left"] == []
    pool = WaitingAnswers(cli.journal).get(found.id)
    assert pool == Pool(round=found.id, ended=ERASED), "the id, and nothing else"
    assert other("restore", str(tmp_path / "backup")).code == 0
    closing = other("rounds", "close", found.id)
    assert (closing.code, "was erased for good" in closing.err) == (2, True)
    assert take(other, found, 1, 2, 3) == 2
    other("doctor", "--fix")
    assert rounds.get(other.journal, found.id)[0].released == ()
    assert other.json("erase", "--round", found.id, "--yes")["left"] == []


def test_a_round_that_the_journal_lists_as_erased_is_not_closed(cli: Cli) -> None:
    found = asked(cli)
    take(cli, found, 1, 2, 3)
    stones = Tombstones(documents=(rounds_module.relative_path(found.id).as_posix(),))
    (cli.root / tombstones.FILE).write_bytes(tombstones.dumps(stones))
    closing = cli("rounds", "close", found.id)
    assert (closing.code, "was erased for good" in closing.err) == (2, True)
    assert rounds.get(cli.journal, found.id)[0].released == ()
