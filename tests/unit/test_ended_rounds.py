"""A program was killed while it closed a round or took in answers: whatever comes next destroys what still waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui.disk import files
from reflect_tui.model import session as sessions
from reflect_tui.model.round import Round
from reflect_tui.store import closing, rounds
from reflect_tui.store.journal import Journal
from reflect_tui.store.rounds import WaitingAnswers
from tests.unit.cli_examples import Cli
from tests.unit.journal.sync_examples import remote, where
from tests.unit.round_examples import CLOSED, a_round, an_answer

CANARY = "canary of one person"


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


def _killed(*_args: object) -> None:
    raise Killed


def closed_halfway(cli: Cli) -> Round:
    """Leave a round as a kill does right after its file was written: the answers of a small group are in no figure."""
    found = a_round(cli.journal)
    for number in (1, 2, 3, 4):
        rounds.take_confidential(cli.journal, an_answer(found, number))
    for number in (5, 6):
        rounds.take_confidential(cli.journal, an_answer(found, number, note=CANARY))
    cli.journal.record()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WaitingAnswers, "end", _killed)
        with pytest.raises(Killed):
            closing.close(cli.journal, found.id, CLOSED, leave_out=True)
    assert rounds.get(cli.journal, found.id)[0].state == "closed"
    return found


def cut_short(journal: Journal) -> Path:
    """Leave what a kill leaves of writing the answers that wait."""
    folder = WaitingAnswers(journal).folder
    files.make_folder(folder)
    name = files.temporary_name("2026-11-23-others-4f2a9c.toml").split(".")
    name[-2] = "1-" + name[-2].partition("-")[2]  # of another program
    path = folder / ".".join(name)
    path.write_text(CANARY)
    return path


def on_disk(tmp_path: Path, journal: Journal) -> list[str]:
    return where(CANARY, tmp_path) + where(CANARY, WaitingAnswers(journal).folder)


@pytest.mark.parametrize("command", ["backup", "import", "sync", "close", "doctor"])
def test_the_next_command_that_writes_destroys_what_a_kill_left_of_a_round_that_ended(
    cli: Cli, tmp_path: Path, command: str
) -> None:
    found = closed_halfway(cli)
    cut_short(cli.journal)
    session = cli.save()
    (cli.root / sessions.relative_path(session.id)).rename(tmp_path / "session.toml")
    commands = {
        "backup": ("backup", str(tmp_path / "all.zip")),
        "import": ("import", str(tmp_path / "session.toml")),
        "sync": ("sync", str(remote(tmp_path / "stick.git")), "--yes"),
        "close": ("rounds", "close", found.id),
        "doctor": ("doctor", "--fix"),
    }
    cli(*commands[command])
    assert on_disk(tmp_path, cli.journal) == []
    assert WaitingAnswers(cli.journal).get(found.id).ended
    assert WaitingAnswers(cli.journal).unfinished() == []


def test_doctor_names_answers_to_a_round_that_ended_and_what_an_interrupted_write_left(cli: Cli) -> None:
    found = closed_halfway(cli)
    left = cut_short(cli.journal)
    said = " ".join(cli("doctor").out.split())
    assert f"{found.id} has ended, and 6 answers to it still wait on this computer." in said
    assert left.name in said
    assert WaitingAnswers(cli.journal).get(found.id).answers  # looking changes nothing
    assert cli("doctor", "--fix").code == 0
    assert left.name not in cli("doctor").out


def test_whose_answer_is_in_no_figure_is_named_before_it_is_destroyed(cli: Cli) -> None:
    """It came in here, while another device closed the round; the file of the round came without a sync."""
    found = closed_halfway(cli)
    waiting = WaitingAnswers(cli.journal)
    waiting.write(waiting.get(found.id).with_answer(found.invited[0].token, an_answer(found, 0).given))
    cli.journal.record()
    person = f"only: manager · {found.invited[0].label}."
    assert person in " ".join(cli("doctor").out.split())
    assert waiting.get(found.id).answers
    assert person in " ".join(cli("backup", str(cli.root.parent / "all.zip")).err.split())
    assert not waiting.get(found.id).answers
    assert person not in " ".join(cli("doctor").out.split())


def test_doctor_says_only_what_helps_of_a_round_that_was_edited_until_it_could_not_be_read(cli: Cli) -> None:
    found = closed_halfway(cli)
    path = cli.root / "rounds" / f"{found.id}.toml"
    path.write_text(path.read_text().replace("minimum = 3", "minimum = 1"))
    said = " ".join(cli("doctor").out.split())
    assert "must be at least 3" in said
    assert "Nothing here rewrites it" not in said
    assert "Put right by: reflect-tui doctor --fix" in said
    cli("doctor", "--fix")
    assert "minimum = 3" in path.read_text()
