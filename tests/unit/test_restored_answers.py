"""`restore` into a journal that is there: waiting answers are united by person."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.errors import EXIT_DONE
from reflect_tui.feedback import pool as pools
from reflect_tui.feedback.pool import Pool
from reflect_tui.model.round import Rater, Round
from reflect_tui.store import closing, rounds
from reflect_tui.store.rounds import WaitingAnswers
from tests.unit.cli_examples import Cli, Machine
from tests.unit.round_examples import CLOSED, a_round, an_answer, example_round

pytestmark = pytest.mark.slow

ROLES: tuple[Rater, ...] = ("colleague",) * 5


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "all.backup")


def two(machine: Machine, file: str) -> tuple[Callable[[], Cli], Callable[[], Cli], Round]:
    """Give two devices that have the same journal, with a round that nobody has answered."""
    laptop = machine("laptop")
    laptop.save(3)
    found = a_round(laptop.journal, ROLES)
    assert laptop("backup", file).code == EXIT_DONE
    assert machine("home")("restore", file).code == EXIT_DONE
    return lambda: machine("laptop"), lambda: machine("home"), found


def answer(cli: Cli, found: Round, scores: dict[int, int]) -> None:
    for number, score in scores.items():
        rounds.take_confidential(cli.journal, an_answer(found, number, score=score, note=f"remark {number}"))
    cli.journal.record()


def waits(cli: Cli, found: Round) -> list[int]:
    """List who has an answer that waits, by number, once it is clear that each has just one."""
    pool = WaitingAnswers(cli.journal).get(found.id)
    assert len(pool.answers) == len(pool.tokens)
    now = rounds.get(cli.journal, found.id)[0]
    return [number for number, person in enumerate(now.invited) if person.bears(pool.tokens)]


def heard(cli: Cli, found: Round) -> list[str]:
    return sorted(note for one in WaitingAnswers(cli.journal).get(found.id).answers for note in one.notes.values())


@pytest.mark.parametrize(
    ("there", "here"),
    [({0: 1, 1: 2}, {2: 3}), ({0: 1, 1: 2}, {1: 2, 2: 3}), ({0: 1, 1: 2, 2: 3}, {1: 2}), ({0: 1, 1: 2, 2: 3}, {})],
    ids=["none in common", "one in common", "all of them", "none here"],
)
def test_answers_of_a_backup_come_to_those_that_wait_here(
    machine: Machine, file: str, there: dict[int, int], here: dict[int, int]
) -> None:
    laptop, home, found = two(machine, file)
    answer(laptop(), found, there)
    assert laptop()("backup", file, "--force").code == EXIT_DONE
    answer(home(), found, here)
    said = home()("restore", file)
    assert (said.err, said.code) == ("", EXIT_DONE)
    came = len({*there} - {*here})
    assert f"{came} waiting answer" in said.out
    assert "stay" not in said.out
    assert waits(home(), found) == [0, 1, 2]
    assert heard(home(), found) == ["remark 0", "remark 1", "remark 2"]
    assert [person.answered for person in rounds.get(home().journal, found.id)[0].invited] == [True] * 3 + [False] * 2
    pool = WaitingAnswers(home().journal).get(found.id)
    assert list(pool.tokens) == sorted(pool.tokens), "nothing tells whose answer came last"
    path = WaitingAnswers(home().journal).folder / f"{found.id}.toml"
    assert path.stat().st_mtime == 0
    again = home()("restore", file)
    assert (again.err, "waiting answer" in again.out) == ("", False)
    assert closing.close(home().journal, found.id, CLOSED) == {"colleague": 3}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "2 waiting answers of the backup stay away: their rounds have ended, or they were withdrawn."),
        ("nl", "2 wachtende antwoorden uit de back-up komen niet terug: de rondes zijn afgelopen"),
    ],
)
@pytest.mark.parametrize("how", ["closed", "withdrawn"])
def test_answers_to_a_round_that_ended_stay_away(
    machine: Machine, file: str, language: str, sentence: str, how: str
) -> None:
    laptop, home, found = two(machine, file)
    answer(laptop(), found, {0: 1, 1: 2})
    assert laptop()("backup", file, "--force").code == EXIT_DONE
    answer(home(), found, {2: 1, 3: 2, 4: 2})
    if how == "closed":
        closing.close(home().journal, found.id, CLOSED)
    else:
        rounds.withdraw(home().journal, found.id)
    home().journal.record()
    before = rounds.get(home().journal, found.id)[0]
    said = home()("--lang", language, "restore", file)
    assert (said.err, said.code) == ("", EXIT_DONE)
    assert sentence in said.out
    assert home().json("restore", file)["left_out"] == {"waiting_answers": 2}
    assert WaitingAnswers(home().journal).get(found.id).answers == ()
    assert rounds.get(home().journal, found.id)[0].released == before.released
    assert "remark 0" not in "".join(path.read_text(errors="replace") for path in _files(home()))


def test_of_an_ended_round_without_answers_nothing_is_said(machine: Machine, file: str) -> None:
    laptop, home, found = two(machine, file)
    answer(home(), found, {0: 1, 1: 2, 2: 3})
    closing.close(home().journal, found.id, CLOSED)
    home().journal.record()
    assert home()("backup", file, "--force").code == EXIT_DONE
    assert laptop()("restore", file).code == EXIT_DONE
    assert laptop()("backup", file, "--force").code == EXIT_DONE
    said = home()("restore", file)
    assert (said.err, "stay" in said.out) == ("", False)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "2 answers of the backup to the feedback round of"),
        ("nl", "2 antwoorden in de back-up op de feedbackronde"),
    ],
)
def test_answers_that_nothing_tells_apart_from_those_here_are_left_and_told(
    machine: Machine, file: str, language: str, sentence: str
) -> None:
    """One person answered on both devices, not the same: which of the three of the backup are the others?"""
    laptop, home, found = two(machine, file)
    answer(laptop(), found, {0: 1, 1: 2, 2: 3})
    assert laptop()("backup", file, "--force").code == EXIT_DONE
    answer(home(), found, {2: 4})
    said = home()("--lang", language, "restore", file)
    assert said.code == EXIT_DONE
    assert sentence in said.out
    assert waits(home(), found) == [2]
    assert rounds.missing(home().journal, rounds.get(home().journal, found.id)[0]) == (0, 1)


def test_whose_invitation_was_withdrawn_stays_away_and_nobody_who_is_not_told_apart_comes(
    machine: Machine, file: str
) -> None:
    laptop, home, found = two(machine, file)
    answer(laptop(), found, {0: 1})
    assert laptop()("backup", file, "--force").code == EXIT_DONE
    rounds.withdraw_invitation(home().journal, found.id, 0)
    assert home().json("restore", file)["left_out"] == {"waiting_answers": 1}
    assert waits(home(), found) == []
    answer(laptop(), found, {1: 1})
    assert laptop()("backup", file, "--force").code == EXIT_DONE
    said = home()("restore", file)
    assert "1 waiting answer of the backup stays away" in said.out
    assert "1 answer of the backup to the feedback round of 23 Nov 2026 is not imported" in said.out
    assert waits(home(), found) == []


def test_answers_on_the_word_of_another_promise_are_refused(machine: Machine, file: str) -> None:
    laptop, home, found = two(machine, file)
    answer(laptop(), found, {0: 1, 1: 2})
    pool = WaitingAnswers(laptop().journal).get(found.id)
    WaitingAnswers(laptop().journal).write(structs.replace(pool, promised="sha256:" + "0" * 64))
    assert laptop()("backup", file, "--force").code == EXIT_DONE
    answer(home(), found, {2: 1})
    said = home()("restore", file)
    assert f"What {found.id} promises and asks was changed" in said.out
    assert waits(home(), found) == [2]


def test_what_is_no_answer_to_the_round_is_not_taken_in(machine: Machine, file: str) -> None:
    laptop, home, found = two(machine, file)
    answer(laptop(), found, {0: 1})
    pool = WaitingAnswers(laptop().journal).get(found.id)
    (given,) = pool.answers
    WaitingAnswers(laptop().journal).write(structs.replace(pool, answers=(structs.replace(given, scores={"x": 9}),)))
    assert laptop()("backup", file, "--force").code == EXIT_DONE
    assert "1 answer of the backup" in home()("restore", file).out
    assert waits(home(), found) == []


def test_what_waits_here_and_can_not_be_read_stays_and_is_told(machine: Machine, file: str) -> None:
    laptop, home, found = two(machine, file)
    answer(laptop(), found, {0: 1})
    assert laptop()("backup", file, "--force").code == EXIT_DONE
    folder = WaitingAnswers(home().journal).folder
    folder.mkdir(parents=True)
    (folder / f"{found.id}.toml").write_text("damaged")
    said = home()("restore", file)
    assert said.code == EXIT_DONE
    assert "holds the answers that wait in a round, and can't be read" in said.out
    assert (folder / f"{found.id}.toml").read_text() == "damaged"


def _files(cli: Cli) -> list[Path]:
    return [path for top in (cli.root, Path(os.environ["XDG_STATE_HOME"])) for path in top.rglob("*") if path.is_file()]


# Without a disk


def pool_of(found: Round, scores: dict[int, int], coded: tuple[int, ...] = ()) -> Pool:
    pool = Pool(round=found.id)
    for number, score in scores.items():
        one = found.invited[number]
        pool = pool.with_answer(one.token, an_answer(found, number, score=score).given, coded=number in coded)
    return pool


def test_uniting_is_by_person_and_by_group() -> None:
    found = example_round(("manager", *ROLES))
    here, there = pool_of(found, {0: 4, 1: 1, 2: 2}, coded=(1,)), pool_of(found, {0: 3, 2: 2, 3: 2, 4: 4}, coded=(3,))
    united = pools.unite(found, here, there)
    assert [number for number, one in enumerate(found.invited) if one.bears(united.pool.tokens)] == [0, 1, 2, 3, 4]
    values = sorted((one.role, *set(one.scores.values())) for one in united.pool.answers)
    assert values == [("colleague", 1), ("colleague", 2), ("colleague", 2), ("colleague", 4), ("manager", 4)]
    assert {*united.pool.coded} == {found.invited[1].token, found.invited[3].token}
    assert (united.away, united.unclear) == (0, 0)


def test_two_who_said_the_same_on_two_devices_are_not_told_apart() -> None:
    found = example_round(ROLES)
    united = pools.unite(found, pool_of(found, {0: 1, 1: 2}), pool_of(found, {0: 1, 2: 2}))
    assert (united.pool.count("colleague"), united.unclear) == (2, 1)


def test_who_is_not_in_the_round_any_more_stays_away() -> None:
    whole = example_round(ROLES)
    found = structs.replace(whole, invited=whole.invited[:4])
    united = pools.unite(found, Pool(round=found.id), pool_of(whole, {4: 1}))
    assert (united.pool.answers, united.away) == ((), 1)
