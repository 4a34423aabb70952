"""Whoever was given several forms answers once, whichever of their tokens a device knows: counts are of people."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reflect_tui.errors import ReflectError
from reflect_tui.feedback.answers import AnswerFile
from reflect_tui.model.round import MAX_FORMS, Rater, Round, token_digest, with_new_token
from reflect_tui.store import closing, importing, rounds
from reflect_tui.store.journal import Journal
from reflect_tui.store.rounds import WaitingAnswers
from tests.unit.cli_examples import Cli
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Device, remote, sync_all
from tests.unit.round_examples import CLOSED, LABEL, a_round, an_answer, example_round, put

ROLES: tuple[Rater, ...] = ("colleague",) * 4


def newest(journal: Journal, found: Round) -> Round:
    return rounds.get(journal, found.id)[0]


def reasons(journal: Journal, folder: Path, answer: AnswerFile) -> list[str]:
    """Say why an answer is not taken in; nothing when it is."""
    (candidate,) = importing.examine(journal, put(folder, answer))
    return ["there"] if candidate.there else ["used" for fault in candidate.faults if "answered before" in str(fault)]


def test_an_answer_counts_once_though_another_device_gave_its_person_a_new_form(
    tmp_path: Path, make_session: MakeSession
) -> None:
    place = remote(tmp_path / "stick" / "journal.git")
    laptop, home = (Device(tmp_path / name, place) for name in ("laptop", "home"))
    laptop.save(make_session(0))
    found = a_round(laptop.journal, ROLES)
    for number in (0, 1):
        rounds.take_confidential(laptop.journal, an_answer(found, number, score=number + 1))
    laptop.journal.record()
    sync_all(laptop, home)
    assert rounds.missing(home.journal, newest(home.journal, found)) == (0, 1)
    (again,) = rounds.issue(home.journal, found.id, [0])
    home.journal.record()
    sync_all(home, laptop)
    now = newest(laptop.journal, found)
    assert rounds.missing(laptop.journal, now) == ()
    assert reasons(laptop.journal, tmp_path / "same", an_answer(found, 0, score=1)) == ["there"]
    other = an_answer(found, 0, score=4, token=again)
    assert reasons(laptop.journal, tmp_path / "other", other) == ["used"]
    with pytest.raises(ReflectError, match="the first answer stands"):
        rounds.take_confidential(laptop.journal, other)
    rounds.take_confidential(laptop.journal, an_answer(found, 2))
    assert (newest(laptop.journal, found).answered, closing.told_counts(laptop.journal, now)) == (3, {"colleague": 8})
    assert closing.close(laptop.journal, found.id, CLOSED) == {"colleague": 3}


@pytest.mark.parametrize("new_first", [False, True])
def test_an_answer_counts_once_in_copies_of_the_journal_that_share_what_waits(
    journal: Journal, tmp_path: Path, *, new_first: bool
) -> None:
    """The copy gave a new form, of which the journal knows nothing: either form first, the other is refused."""
    found = a_round(journal, ROLES)
    journal.record()
    shutil.copytree(journal.root, tmp_path / "copy")
    copy = Journal(tmp_path / "copy", journal.state)
    (again,) = rounds.issue(copy, found.id, [0])
    copy.record()
    acts = [(journal, an_answer(found, 0, score=1)), (copy, an_answer(found, 0, score=4, token=again))]
    (first, taken), (second, later) = acts[::-1] if new_first else acts
    rounds.take_confidential(first, taken)
    first.record()
    assert reasons(second, tmp_path / "later", later) == ["used"]
    with pytest.raises(ReflectError, match="the first answer stands"):
        rounds.take_confidential(second, later)
    for number in (1, 2):
        rounds.take_confidential(journal, an_answer(found, number))
    assert closing.close(journal, found.id, CLOSED) == {"colleague": 3}


def taken_twice(cli: Cli, score: int) -> Round:
    """Let wait what an earlier version took in: of the first person twice, the second time with this score."""
    found = a_round(cli.journal, ROLES)
    (again,) = rounds.issue(cli.journal, found.id, [0])
    for number in (0, 1, 2):
        rounds.take_confidential(cli.journal, an_answer(found, number, score=number + 1))
    cli.journal.record()
    waiting = WaitingAnswers(cli.journal)
    waiting.write(waiting.get(found.id).with_answer(token_digest(again), an_answer(found, 0, score=score).given))
    return found


@pytest.fixture
def cli(cli: Cli) -> Cli:
    cli.root.mkdir()
    return cli


def test_a_second_equal_answer_that_waits_counts_once_and_closing_says_so(cli: Cli) -> None:
    found = taken_twice(cli, score=1)
    sentence = f"In the round {found.id} an answer of one person came in twice. It counts once."
    assert sentence in " ".join(cli("doctor").out.split())
    closed = cli("rounds", "close", found.id)
    assert (closed.code, sentence in " ".join(closed.err.split())) == (0, True)
    assert "3 colleagues" in closed.out
    assert [group.people for group in newest(cli.journal, found).released] == [3]
    assert newest(cli.journal, found).answered == 3


def test_two_answers_of_one_person_that_differ_close_nothing_and_that_is_said(cli: Cli) -> None:
    """Which of the answers that wait are that person's, nothing tells."""
    found = taken_twice(cli, score=4)
    for words in (("doctor",), ("rounds", "close", found.id)):
        said = cli(*words)
        assert (said.code != 0, "answered on two forms" in " ".join((said.out + said.err).split())) == (True, True)
    assert newest(cli.journal, found).state == "open"
    assert cli("rounds", "withdraw", found.id).code == 0


def test_the_answers_of_such_a_group_can_be_imported_again_and_the_first_of_each_person_counts(
    cli: Cli, tmp_path: Path
) -> None:
    """Nothing is destroyed before one asks for it, and whose files are to be imported again is said."""
    found = taken_twice(cli, score=4)
    refused = " ".join(cli("rounds", "close", found.id).err.split())
    assert f"their files again: colleague · {LABEL} 0, colleague · {LABEL} 1, colleague · {LABEL} 2." in refused
    assert "add: --import-again" in refused
    assert len(WaitingAnswers(cli.journal).get(found.id).answers) == 4
    again = cli("rounds", "close", found.id, "--import-again")
    assert (again.code, "Destroyed unread: the answers of colleague" in again.out) == (1, True)
    assert rounds.missing(cli.journal, newest(cli.journal, found)) == (0, 1, 2)
    paths = put(tmp_path / "in", *(an_answer(found, number, score=number + 1) for number in (0, 1, 2)))
    assert cli("import", *map(str, paths)).code == 0
    closed = cli("rounds", "close", found.id)
    assert (closed.code, "3 colleagues" in closed.out, closed.err) == (0, True, "")
    assert {*newest(cli.journal, found).released[0].points.values()} == {2}  # of 1, 2 and 3


def test_the_answers_of_other_groups_stay(cli: Cli) -> None:
    found = a_round(cli.journal, ("manager", *ROLES))
    (again,) = rounds.issue(cli.journal, found.id, [1])
    for number in range(4):
        rounds.take_confidential(cli.journal, an_answer(found, number, score=number + 1))
    waiting = WaitingAnswers(cli.journal)
    waiting.write(waiting.get(found.id).with_answer(token_digest(again), an_answer(found, 1, score=1).given))
    assert [one.label for one in closing.import_again(cli.journal, found.id)] == [f"{LABEL} {n}" for n in (1, 2, 3)]
    left = waiting.get(found.id)
    assert ([answer.role for answer in left.answers], left.tokens) == (["manager"], (found.invited[0].token,))
    with pytest.raises(ReflectError, match="nobody's two answers"):
        closing.import_again(cli.journal, found.id)


def test_whoever_was_given_more_forms_than_are_kept_is_known_by_the_first() -> None:
    person = example_round(ROLES).invited[0]
    after = person
    for number in range(MAX_FORMS + 5):
        after = with_new_token(after, token_digest(str(number)))
    assert (after.tokens[0], len(after.earlier)) == (person.token, MAX_FORMS)
