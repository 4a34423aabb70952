"""Before a confidential round is closed its groups' answers are told as counts of statements, never as scores."""

from __future__ import annotations

import json

from msgspec import structs

from reflect_tui.feedback.answers import AnswerFile
from reflect_tui.model.round import Round, dumps
from reflect_tui.store.closing import all_told_counts, close, told_counts
from reflect_tui.store.rounds import get, take_confidential
from reflect_tui.tui.state import read
from reflect_tui.views.lines import plain
from reflect_tui.views.rounds import render_round, told_sentences
from tests.unit.cli_examples import Cli
from tests.unit.round_examples import CLOSED, a_round, an_answer


def without(answer: AnswerFile, *places: int) -> AnswerFile:
    """Give an answer that can't judge the statements at these places."""
    scores = {item: "n/a" if place in places else score for place, (item, score) in enumerate(answer.scores.items())}
    return structs.replace(answer, scores=scores)


def answered(cli: Cli) -> Round:
    """Give a round of 8 statements: a manager, three of four colleagues and two clients have answered."""
    found = a_round(cli.journal)
    take_confidential(cli.journal, without(an_answer(found, 0), 0))
    take_confidential(cli.journal, an_answer(found, 1, score=2))
    take_confidential(cli.journal, without(an_answer(found, 2, score=4), 6))
    take_confidential(cli.journal, without(an_answer(found, 3, score=4), 7))
    for number in (5, 6):
        take_confidential(cli.journal, an_answer(found, number))
    return get(cli.journal, found.id)[0]


def test_each_group_that_is_large_enough_has_its_own_count(cli: Cli) -> None:
    found = answered(cli)
    assert told_counts(cli.journal, found) == {"manager": 7, "colleague": 6}
    assert all_told_counts(cli.journal, [found]) == {found.id: {"manager": 7, "colleague": 6}}
    assert told_sentences(found, told_counts(cli.journal, found)) == [
        "1 manager: 7 of 8 statements can be told", "3 colleagues: 6 of 8 statements can be told",
    ]  # fmt: skip
    assert "3 colleagues: 6 of 8" in plain(render_round(found, CLOSED.date(), 80, (), told_counts(cli.journal, found)))


def test_closing_tells_just_as_many_and_of_whom_too_few_answered(cli: Cli) -> None:
    found = answered(cli)
    before = told_counts(cli.journal, found)
    close(cli.journal, found.id, CLOSED, leave_out=True)
    after = get(cli.journal, found.id)[0]
    assert told_counts(cli.journal, after) == before
    assert told_sentences(after, before)[1:] == [
        "3 colleagues: 6 of 8 statements are told", "2 clients: too few, so nothing is told",
    ]  # fmt: skip


def test_the_commands_say_the_counts_and_where_the_round_is_seen(cli: Cli) -> None:
    found = answered(cli)
    assert "3 colleagues: 6 of 8 statements can be told" in cli("rounds").out
    assert cli.json("rounds")["rounds"][0]["told"] == {"manager": 7, "colleague": 6}
    done = cli("rounds", "close", found.id, "--leave-out").out
    assert "3 colleagues: 6 of 8 statements are told" in done
    assert "reflect-tui compare" in done


def test_a_round_without_answers_or_by_name_has_none(cli: Cli) -> None:
    named = a_round(cli.journal, promise="named")
    assert told_counts(cli.journal, named) == {}
    assert all_told_counts(cli.journal, [named]) == {}
    assert "told" not in cli("rounds").out


def test_of_a_round_whose_file_was_altered_it_says_so_and_no_counts(cli: Cli) -> None:
    found = answered(cli)
    close(cli.journal, found.id, CLOSED, leave_out=True)
    cli.journal.record()
    path = cli.journal.root / cli.journal.rounds.path(found.id)
    path.write_bytes(dumps(structs.replace(get(cli.journal, found.id)[0], released=())))
    out = " ".join(cli("rounds").out.split())
    assert "is no longer as it was" in out
    assert "too few" not in out
    assert "are told" not in out
    result = cli("rounds", "--json")
    assert json.loads(result.out)["rounds"][0]["told"] == {}
    assert "is no longer as it was" in result.err
    state = read(cli.journal, altered=cli.journal.altered_rounds())
    assert (state.altered_rounds, state.told_counts) == ((found.id,), {})
