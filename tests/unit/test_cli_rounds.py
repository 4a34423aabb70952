"""rounds: who has answered, closing, withdrawing, reminding, and combining for someone else."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
import tomli
from msgspec import structs

from reflect_tui.feedback import answers
from reflect_tui.feedback.answer_code import encode
from reflect_tui.model import round as rounds
from reflect_tui.model.round import Promise
from reflect_tui.store.rounds import WaitingAnswers, take_confidential
from tests.unit.cli_examples import Cli
from tests.unit.round_examples import CONTENT, LABEL, a_round, an_answer, put, token


def test_without_rounds_it_says_how_to_make_one(cli: Cli) -> None:
    result = cli("rounds")
    assert (result.code, result.out) == (0, "")
    assert "There are no rounds yet" in result.err


def test_who_has_answered_is_told_without_what(cli: Cli, tmp_path: Path) -> None:
    found = a_round(cli.journal)
    taken = cli("import", str(put(tmp_path / "in", an_answer(found, 1, note="unheard-of"))[0]))
    assert "it waits there until you close it" in taken.out
    shown = cli("rounds").out
    assert f"✓ 2 colleague     {LABEL} 1" in shown
    assert f"· 3 colleague     {LABEL} 2" in shown
    assert "1 of 7 answered" in shown
    assert "2 colleagues more before that group comes in" in shown
    assert "unheard-of" not in shown


def test_the_json_has_no_token(cli: Cli) -> None:
    a_round(cli.journal)
    (listed,) = cli.json("rounds")["rounds"]
    nothing = {"answered": False, "withdrawn": False, "missing": False}
    assert listed["invited"][1] == {"role": "colleague", "label": f"{LABEL} 1", **nothing}
    assert "token" not in str(listed)


@pytest.mark.slow
def test_closing_asks_for_enough_answers_and_says_what_came_in(cli: Cli, tmp_path: Path) -> None:
    found = a_round(cli.journal)
    cli("import", *map(str, put(tmp_path / "in", *(an_answer(found, number) for number in (1, 2)))))
    result = cli("rounds", "close", found.id)
    assert result.code == 1
    assert ("the round stays open" in result.err, "--leave-out" in result.err) == (True, False)
    cli("import", *map(str, put(tmp_path / "in", *(an_answer(found, number) for number in (0, 3, 5)))))
    assert "--leave-out" in cli("rounds", "close", found.id[:10]).err
    closed = cli("rounds", "close", found.id, "--leave-out")
    assert closed.code == 0
    assert closed.out.startswith("The round is closed. What came in: 1 manager, 3 colleagues.\n")
    assert cli.journal.all_entries() == (), "what was said in confidence is no session"
    assert cli.json("list")["sessions"] == []
    assert cli("doctor").code == 0


def test_the_name_of_a_form_is_proposed_for_the_first_who_has_not_answered(cli: Cli) -> None:
    found = a_round(cli.journal, ("colleague",) * 2)
    take_confidential(cli.journal, an_answer(found, 0))
    assert "Name proposed for the form of person 2: feedback-collega-2.html" in cli("rounds").out
    take_confidential(cli.journal, an_answer(found, 1))
    assert "Name proposed" not in cli("rounds").out


def test_a_withdrawn_round_is_over(cli: Cli) -> None:
    found = a_round(cli.journal)
    assert cli("rounds", "withdraw", found.id).code == 0
    assert cli.json("rounds")["rounds"][0]["state"] == "withdrawn"
    assert cli("rounds", "close", found.id).code == 2
    assert cli("rounds", "close", "2020").code == 1


def test_a_reminder_names_nobody(cli: Cli) -> None:
    found = a_round(cli.journal)
    said = cli("--lang", "en", "rounds", "remind", found.id).out
    assert said.startswith("Hallo,\n")  # the language of the form, whatever one's own
    assert "14 december 2026" in said
    assert "een bestand of een code" in said
    assert LABEL not in said


def test_a_reminder_speaks_of_no_code_where_someone_else_collects(cli: Cli) -> None:
    found = a_round(cli.journal, collector="third person")
    assert "een bestand om terug te sturen" in cli("rounds", "remind", found.id).out


def test_who_was_withdrawn_is_not_counted_among_those_asked(cli: Cli) -> None:
    found = a_round(cli.journal, ("colleague",) * 4)
    cli("rounds", "withdraw", found.id, "--person", "1")
    for number in (1, 2):
        take_confidential(cli.journal, an_answer(found, number))
    listed = cli("rounds").out
    assert ("2 of 3 answered" in listed, "3 colleagues" in listed, "4 colleagues" in listed) == (True, True, False)


def test_a_group_of_which_everybody_was_withdrawn_is_not_among_those_asked(cli: Cli) -> None:
    found = a_round(cli.journal, ("manager", "client"), promise="named")
    cli("rounds", "withdraw", found.id, "--person", "1")
    listed = cli("rounds").out
    assert ("1 client" in listed, "0 managers" in listed) == (True, False)


@pytest.mark.slow
def test_one_invitation_is_withdrawn_by_label_or_place(cli: Cli, tmp_path: Path) -> None:
    found = a_round(cli.journal)
    assert cli("rounds", "withdraw", found.id, "--person", f"{LABEL} 1").code == 0
    assert cli("rounds", "withdraw", found.id, "--person", "3").code == 0
    invited = cli.json("rounds")["rounds"][0]["invited"]
    assert [number for number, one in enumerate(invited) if one["withdrawn"]] == [1, 2]
    refused = cli("import", str(*put(tmp_path / "in", an_answer(found, 1))))
    assert (refused.code, "was withdrawn" in refused.out) == (2, True)
    assert cli("import", str(*put(tmp_path / "in", an_answer(found, 3)))).code == 0
    for asked, code in (("4", 2), ("3", 2), ("nobody", 1), ("99", 1), ("9" * 5000, 1)):  # answered, withdrawn, unknown
        assert cli("rounds", "withdraw", found.id, "--person", asked).code == code
    assert cli.json("rounds")["rounds"][0]["state"] == "open"


def test_a_third_person_combines_and_the_owner_takes_it_in(cli: Cli, tmp_path: Path) -> None:
    found = a_round(cli.journal, collector="third person")
    folder = tmp_path / "in"
    put(folder, *(an_answer(found, number) for number in range(6)))
    combined = tmp_path / "combined.toml"
    result = cli("rounds", "combine", str(folder), "--output", str(combined))
    assert "the figures of 5 answers" in result.out
    assert "1 client" in result.err
    assert "the figures of round" in cli("import", str(combined)).out
    assert cli.journal.given() == ()
    (closed,) = cli.journal.known_rounds().values()
    assert [(group.role, group.people) for group in closed.released] == [("manager", 1), ("colleague", 4)]


def test_a_combined_file_holds_no_answer(cli: Cli, tmp_path: Path) -> None:
    """The file itself goes to whoever asked, and may be opened before it is taken in."""
    found = a_round(cli.journal, ["colleague"] * 30, collector="third person")
    put(
        tmp_path / "in",
        *(an_answer(found, number, score=number % 4 + 1, note=f"note {number}") for number in range(30)),
    )
    combined = tmp_path / "combined.toml"
    assert cli("rounds", "combine", str(tmp_path / "in"), "--output", str(combined)).code == 0
    document = tomli.loads(combined.read_text())
    assert document.keys() & {"answer", "scores", "notes"} == set()
    (group,) = document["released"]
    assert (group["people"], set(group["points"].values())) == (30, {2})  # 8 times 1 and 2, 7 times 3 and 4: 2.43
    written = [comment["text"] for comment in group["comment"]]
    assert sorted(written) == sorted(f"note {number}" for number in range(30))
    assert written != sorted(written, key=lambda text: int(text.split()[1]))


def test_paper_is_not_typed_over_where_a_third_person_collects(cli: Cli) -> None:
    found = a_round(cli.journal, collector="third person")
    said = cli("rounds", "type", found.id, "--person", "2")
    assert (said.code, "that person types what is on paper into the form itself" in said.err) == (2, True)


@pytest.mark.parametrize("twice", [False, True])
def test_combining_takes_no_file_that_does_not_fit(cli: Cli, tmp_path: Path, *, twice: bool) -> None:
    found = a_round(cli.journal, collector="third person")
    second = an_answer(found, 2, token=token(1)) if twice else an_answer(found, 2)
    put(tmp_path / "in", an_answer(found, 1), second)
    result = cli("rounds", "combine", str(tmp_path / "in"), "--output", str(tmp_path / "combined.toml"))
    assert result.code == 2
    if twice:
        assert "answers of the same person" in result.err
        assert "reflect-answer-0.toml" in result.err
        assert "reflect-answer-1.toml" in result.err
    else:
        assert "No group has enough" in result.err
    assert not (tmp_path / "combined.toml").exists()


def test_answers_that_can_not_be_read_are_named_and_never_written_over(cli: Cli, tmp_path: Path) -> None:
    found = a_round(cli.journal)
    cli("import", str(put(tmp_path / "in", an_answer(found, 1))[0]))
    (waiting,) = WaitingAnswers(cli.journal).folder.iterdir()
    waiting.write_bytes(b"format = ")
    result = cli("doctor")
    assert result.code == 3
    assert waiting.name in result.out
    again = cli("import", str(put(tmp_path / "more", an_answer(found, 2))[0]))
    assert (again.code, cli("rounds", "close", found.id).code) == (2, 2)
    assert waiting.read_bytes() == b"format = "


WEAKENED = {
    "promise": ('promise = "confidential"', 'promise = "named"'),
    "collector": ('collector = "third person"', 'collector = "self"'),
    "minimum": ("minimum = 5", "minimum = 3"),
    "name": ('about = "Noor"', 'about = "Nora"'),
}


@pytest.mark.parametrize("key", WEAKENED)
def test_a_promise_weakened_by_hand_is_noticed_and_shows_nothing(cli: Cli, tmp_path: Path, key: str) -> None:
    """Once someone has answered, a round whose file says something else than they were told is not used at all."""
    third = key == "collector"
    found = structs.replace(a_round(cli.journal, collector="third person" if third else "self"), minimum=5)
    path = cli.root / rounds.relative_path(found.id)
    path.write_bytes(rounds.dumps(found))
    old, new = (text.encode() for text in WEAKENED[key])
    before = path.read_bytes()
    path.write_bytes(before.replace(old, new))
    assert rounds.parse(path.read_bytes(), path) != found  # nobody has answered: it may still be changed
    answered = structs.replace(found, invited=(structs.replace(found.invited[0], answered=True), *found.invited[1:]))
    path.write_bytes(rounds.dumps(answered).replace(old, new))
    assert path.read_bytes() != rounds.dumps(answered)
    listed = cli("rounds")
    assert (listed.code, "changed after someone had answered" in listed.err) == (3, True)
    assert "no rounds yet" not in listed.err
    assert "changed after someone had answered" in cli("doctor").out
    for words in (("close",), ("remind",), ("withdraw",), ("withdraw", "--person", "2")):
        assert cli("rounds", words[0], found.id, *words[1:]).code == 2
    assert cli("import", str(*put(tmp_path / "in", an_answer(found, 1)))).code == 2
    path.write_bytes(rounds.dumps(answered).replace(b"answered = true\n", b"").replace(old, new))  # nor so
    assert "changed after someone had answered" in cli("rounds").err
    path.write_bytes(rounds.dumps(answered))
    assert cli("rounds").code == 0


@pytest.mark.parametrize("how", ["as it is", "with other line ends", "with a mark before it"])
def test_an_answer_is_taken_in_as_pasted_text(cli: Cli, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    found = a_round(cli.journal)
    text = answers.dumps(an_answer(found, 1, note="in two\nlines"))
    pasted = {
        "as it is": text,
        "with other line ends": text.replace(b"\n", b"\r\n"),
        "with a mark before it": b"\xef\xbb\xbf" + text,
    }[how]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pasted)))
    taken = cli("import", "-")
    assert (taken.code, "(pasted text): an answer to round" in taken.out) == (0, True)
    assert WaitingAnswers(cli.journal).get(found.id).answers[0].notes == {found.items[0]: "in two\nlines"}


@pytest.mark.parametrize("pasted", [b"", b"#" * 1_000_001, b"\xff\xfe"])
def test_what_is_pasted_is_checked_like_a_file(cli: Cli, monkeypatch: pytest.MonkeyPatch, pasted: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pasted)))
    refused = cli("import", "-")
    assert (refused.code, "(pasted text): not imported" in refused.out) == (2, True)


@pytest.mark.parametrize("how", ["-", "a code", "a file"])
def test_an_answer_code_is_taken_in(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str) -> None:
    found = a_round(cli.journal)
    code = encode(found, "colleague", token(1), CONTENT, dict.fromkeys(found.items, 4))
    mail = f"Hoi Noor,\n\nMijn code:\n{code}\n\nEn je bent fijn.\n"
    (tmp_path / "mail.txt").write_text(mail)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(mail.encode())))
    taken = cli("import", {"-": "-", "a code": code, "a file": str(tmp_path / "mail.txt")}[how])
    assert (taken.code, f": an answer to round {found.id}; it waits there" in taken.out) == (0, True)
    assert "A code holds scores only: comments typed in the message stay there." in taken.err
    assert dict(WaitingAnswers(cli.journal).get(found.id).answers[0].scores) == dict.fromkeys(found.items, 4)
    again = cli("import", code)
    assert (again.code, "is in already" in again.out, again.err) == (0, True, "")


def test_a_code_that_is_wrong_is_refused_with_the_place(cli: Cli) -> None:
    found = a_round(cli.journal)
    code = encode(found, "colleague", token(1), CONTENT, dict.fromkeys(found.items, 4))
    refused = cli("import", code[:13] + ("0" if code[13] != "0" else "1") + code[14:])
    assert (refused.code, "not imported: Something is wrong in group 2 of the code" in refused.out) == (2, True)
    assert WaitingAnswers(cli.journal).get(found.id).answers == ()


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{one}\n" for one in lines)))


@pytest.mark.parametrize("promise", ["confidential", "named"])
def test_paper_is_typed_over_by_lines_and_read_back(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, promise: Promise
) -> None:
    found = a_round(cli.journal, promise=promise)  # one statement of each of eight domains
    typed(
        monkeypatch,
        "5",
        "1",
        "b",
        "3",
        "4",
        "0",
        ".",
        "2",
        "2",
        "2",
        "2",
        "99 no",
        "2 Listens.",
        "2 Well.",
        "All fine",
        "",
        "y",
    )
    said = cli("--lang", "en", "rounds", "type", found.id, "--person", f"{LABEL} 1")
    assert said.code == 0, said.err
    assert "5 is no score" in said.out
    assert "Noor" in said.out
    assert "There is no statement 99 in this form: they go from 1 to 8." in said.out
    assert "7 of 8 filled in: 2: 4×, 3: 1×, 4: 1×, n/a: 1×. 2 comments." in " ".join(said.out.split())
    assert cli.json("rounds")["rounds"][0]["invited"][1]["answered"]
    wanted = dict(zip(found.items, (3, 4, "n/a", None, 2, 2, 2, 2), strict=True))
    del wanted[found.items[3]]
    waiting = list(WaitingAnswers(cli.journal).get(found.id).answers)
    sessions = [entry.session for entry in cli.journal.all_entries() if entry.session]
    assert (len(waiting), len(sessions)) == ((1, 0) if promise == "confidential" else (0, 1))
    (given,) = waiting or sessions
    assert given.scores == wanted
    assert (given.notes, given.remark) == ({found.items[1]: "Listens.\nWell."}, "All fine")
    assert cli("rounds", "type", found.id, "--person", f"{LABEL} 1").code == 2


@pytest.mark.parametrize(
    "lines",
    [[], ["q"], ["3", "3"], [*"33333333", "", "n"], [*"33333333", "q"], [*"33333333", "a remark"], [*"........"]],
)
def test_paper_that_is_left_half_way_or_refused_keeps_nothing(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, lines: list[str]
) -> None:
    found = a_round(cli.journal)
    typed(monkeypatch, *lines)
    assert cli("rounds", "type", found.id, "--person", "2").code == 1
    assert cli.json("rounds")["rounds"][0]["invited"][1]["answered"] is False


def test_typing_paper_names_the_limit_of_a_comment_before_it_is_passed_and_keeps_what_went_before(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = a_round(cli.journal)
    typed(monkeypatch, *"33333333", f"2 {'a' * 15_000}", f"2 {'b' * 15_000}", "c" * 25_000, "2 short", "", "y")
    said = cli("--lang", "en", "rounds", "type", found.id, "--person", "2")
    assert said.code == 0, said.err
    told = " ".join(said.out.split())
    assert told.index("A comment takes at most 20000 characters.") < told.index("a" * 40)
    assert (
        "The comment on statement 2 is longer than 20000 characters; shorten it. Nothing of this line is kept." in told
    )
    assert "That line is longer than 20000 characters; nothing of it is kept." in told
    (given,) = WaitingAnswers(cli.journal).get(found.id).answers
    assert given.notes == {found.items[1]: f"{'a' * 15_000}\nshort"}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_paper_is_typed_again_for_someone_whose_answer_is_not_on_this_computer(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    found = a_round(cli.journal)
    assert cli("import", *map(str, put(tmp_path / "in", an_answer(found, 1), an_answer(found, 2)))).code == 0
    for path in WaitingAnswers(cli.journal).folder.iterdir():  # as on another device
        path.unlink()
    assert "let these people answer once more" in cli("rounds", "close", found.id).err
    typed(monkeypatch, *"33333333", "", "y")
    said = cli("--lang", language, "rounds", "type", found.id, "--person", "2")
    assert said.code == 0, said.err
    assert [person["missing"] for person in cli.json("rounds")["rounds"][0]["invited"][1:3]] == [False, True]
    refused = cli("--lang", language, "rounds", "type", found.id, "--person", "2")
    assert refused.code == 2, "that answer is here now"
