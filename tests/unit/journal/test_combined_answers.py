"""A third person collects: answers combined in one file, which comes in as a whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.errors import ReflectError
from reflect_tui.feedback.answers import dumps_combined
from reflect_tui.model.library import Library
from reflect_tui.store import rounds
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import combining, invitations
from reflect_tui.usecases.invitations import InvitationRequest
from tests.unit.journal.test_journal_rounds import combine, of_round, problems, refused, released, take
from tests.unit.round_examples import LABEL, MADE, a_round, an_answer, token


def test_a_third_person_gives_all_answers_in_one_file(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal, collector="third person")
    answers = [an_answer(found, number, score=number % 4 + 1) for number in range(7)]
    assert "only the combined file" in refused(journal, tmp_path / "in", answers[1])
    combined, small = combining.combine_answers([(Path(answer.id), answer) for answer in answers], Library(None))
    assert small == {"client": 2}
    path = tmp_path / "combined.toml"
    path.write_bytes(dumps_combined(combined))
    assert problems(take(journal, [path])) == []
    assert {role: group.people for role, group in released(journal).items()} == {"manager": 1, "colleague": 4}
    now = rounds.get(journal, found.id)[0]
    assert (now.state, now.answered) == ("closed", 5)
    (again,) = take(journal, [path])
    assert (again.there, again.faults) == (True, ())
    less, _small = combining.combine_answers([(Path(one.id), one) for one in answers[:4]], Library(None))
    path.write_bytes(dumps_combined(less))
    (problem,) = problems(take(journal, [path]))
    assert problem == "the round is closed, by the combined file that came in first; that one stands"


def test_a_combined_file_that_does_not_fit_is_refused(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal, collector="third person")
    combined = combine([an_answer(found, number) for number in range(4)])
    manager, colleagues = combined.released
    few = structs.replace(
        combined, tokens=(token(1), token(2)), released=(structs.replace(colleagues, people=2, scored={}, points={}),)
    )
    wrong = structs.replace(combined, tokens=tuple(token(number) for number in (0, 1, 2, 5)))
    off = structs.replace(
        combined, released=(manager, structs.replace(colleagues, points=dict.fromkeys(found.items, 5)))
    )
    alone = dict.fromkeys(found.items, 1)
    single = structs.replace(combined, released=(manager, structs.replace(colleagues, scored=alone)))
    path = tmp_path / "combined.toml"
    for bad, reason in (
        (few, "too few answered"),
        (wrong, "its figures are not of the people who answered"),
        (off, "the figures of the colleagues: do not fit this round"),
        (single, "the figures of the colleagues: do not fit this round"),
    ):
        path.write_bytes(dumps_combined(bad))
        assert reason in " ".join(problems(take(journal, [path])))
    assert of_round(journal) == []


def test_two_forms_of_one_person_are_not_combined_and_both_files_are_named(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal, collector="third person")
    forms = [tmp_path / "first", tmp_path / "second"]
    for folder in forms:
        invitations.write_forms(journal, found.id, [1], folder)
    tokens, marks = zip(*map(facts, forms), strict=True)
    assert (len({*tokens}), len({*marks})) == (2, 1)
    answers = [an_answer(found, 1, token=token, person=mark) for token, mark in zip(tokens, marks, strict=True)]
    answers[1] = structs.replace(answers[1], id="answer-" + "f" * 32)
    others = [an_answer(found, number) for number in (2, 3, 4)]
    with pytest.raises(ReflectError, match=f"{answers[0].id} and {answers[1].id} are answers of the same person"):
        combine([*answers, *others])
    assert combine([answers[0], *others]).people == {"colleague": 4}


def test_two_forms_that_two_devices_made_for_one_label_are_not_combined_either(
    journal: Journal, tmp_path: Path
) -> None:
    found = a_round(journal, collector="third person")
    journal.record()
    shutil.copytree(journal.root, tmp_path / "other device")
    other = Journal(tmp_path / "other device", tmp_path / "other state")
    forms = [tmp_path / "here", tmp_path / "there"]
    for made_by, label, folder in zip((journal, other), ("Ans", "ANS "), forms, strict=True):
        invitations.add_person(made_by, found.id, "colleague", label, folder)
    tokens, marks = zip(*map(facts, forms), strict=True)
    assert (len({*tokens}), len({*marks}), len(marks[0])) == (2, 1, 16)


def test_the_first_form_of_a_new_journal_bears_the_mark_of_later_ones(journal: Journal, tmp_path: Path) -> None:
    wish = InvitationRequest(role="colleague", label="Ans", third_person=True)
    asked = invitations.new_round(journal, wish, "en", MADE)
    (tmp_path / "first").mkdir()
    found, _path = invitations.invite(journal, asked, wish, tmp_path / "first" / "form.html")
    invitations.write_forms(journal, found.id, [0], tmp_path / "later")
    assert facts(tmp_path / "first")[1] == facts(tmp_path / "later")[1] != ""


def facts(folder: Path) -> tuple[str, str]:
    """Give the token and the mark of the person in the one form of a folder."""
    (form,) = folder.glob("*.html")
    page = form.read_text(encoding="utf-8")
    values = [page.partition(f'"{key}": "')[2].partition('"')[0] for key in ("token", "person")]
    return values[0], values[1]


def test_combining_needs_as_many_of_a_group_as_the_forms_say_and_never_fewer_than_three(journal: Journal) -> None:
    found = a_round(journal, collector="third person")
    four = [an_answer(found, number, minimum=4) for number in range(5)]
    assert combine(four).people == {"manager": 1, "colleague": 4}
    combined, small = combining.combine_answers([(Path(each.id), each) for each in four[:4]], Library(None))
    assert (combined.people, small) == ({"manager": 1}, {"colleague": 3})
    with pytest.raises(ReflectError, match="at least 4 colleagues or clients"):
        combine(four[1:4])
    low = [an_answer(found, number, minimum=1) for number in range(3)]
    assert combine(low).people == {"manager": 1}


def test_two_answers_of_one_person_in_a_combined_file_are_told(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal, collector="third person")
    (fresh,) = rounds.issue(journal, found.id, [1])
    twice = [an_answer(found, 1), an_answer(found, 1, token=fresh, id="answer-" + "f" * 32)]
    combined = combine([*twice, *(an_answer(found, number) for number in (2, 3))])
    path = tmp_path / "all.toml"
    path.write_bytes(dumps_combined(combined))
    (problem,) = problems(take(journal, [path]))
    assert problem.startswith(f"{LABEL} 1 answered on two forms, so one person counts twice. Delete this file unread")


def test_a_combined_file_of_an_earlier_version_is_released_and_its_answers_are_not_kept(
    journal: Journal, tmp_path: Path
) -> None:
    found = a_round(journal, collector="third person")
    given = [an_answer(found, number, score=number) for number in (1, 2, 3)]
    combined = structs.replace(combine(given), released=(), answers=tuple(answer.given for answer in given))
    path = tmp_path / "combined.toml"
    path.write_bytes(dumps_combined(combined))
    assert b"[[answer]]" in path.read_bytes()
    assert problems(take(journal, [path])) == []
    assert released(journal)["colleague"] == combine(given).released[0]
