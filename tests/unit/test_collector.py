"""The third person who collects: a letter says what to do, and one command does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.feedback import answers
from reflect_tui.feedback.form_words import collector_letter
from reflect_tui.i18n import LANGUAGES
from reflect_tui.model.round import Rater, Round
from reflect_tui.store import rounds
from tests.unit.cli_examples import Cli
from tests.unit.round_examples import BYTES, LABEL, a_round, an_answer, example_round, put


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_names_the_command_and_the_day_and_nobody_who_is_asked(cli: Cli, language: str) -> None:
    asked = structs.replace(a_round(cli.journal, collector="third person"), language=language)
    letter = collector_letter(asked)
    assert "--output combined.toml" in letter
    assert "14 december 2026" in letter.lower()
    assert "Noor" in letter
    assert LABEL not in letter
    assert " i, " in letter.split("--output combined.toml")[1]
    assert "{" not in collector_letter(structs.replace(asked, about=""))


def test_the_command_of_the_letter_makes_the_file_that_closes_the_round(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = a_round(cli.journal, collector="third person")
    put(tmp_path / "FOLDER", *(an_answer(found, number) for number in range(5)))
    letter = collector_letter(structs.replace(found, language="en"))
    command = next(line for line in letter.splitlines() if "reflect-tui rounds" in line).split()[1:]
    monkeypatch.chdir(tmp_path)
    assert cli(*command).code == 0
    done = cli("import", "combined.toml")
    assert (done.code, "it is closed" in done.out) == (0, True)


def test_who_of_a_group_that_the_combined_file_left_out_answered_is_not_known(cli: Cli, tmp_path: Path) -> None:
    found = a_round(cli.journal, ("colleague",) * 3 + ("client",) * 2, collector="third person")
    put(tmp_path / "in", *(an_answer(found, number) for number in range(5)))
    cli("rounds", "combine", str(tmp_path / "in"), "--output", str(tmp_path / "all.toml"))
    assert cli("import", str(tmp_path / "all.toml")).code == 0
    said = cli("rounds").out
    assert "2 clients asked: too few answered, and the combined file does not say who did" in " ".join(said.split())
    assert (f"      4 client        {LABEL} 3" in said, "3 of 3 answered" in said) == (True, True)
    (listed,) = cli.json("rounds")["rounds"]
    assert [one["answered"] for one in listed["invited"]] == [True, True, True, None, None]


def test_the_letter_is_printed_for_a_round_that_someone_collects_and_for_no_other(cli: Cli, tmp_path: Path) -> None:
    words = ("--role", "colleague", "--output", str(tmp_path / "a.html"), "--third-person", "--lang", "en")
    said = cli("invite", *words).out
    (document,) = cli.journal.rounds.all()
    assert f"rounds remind {document.id} --collector" in said
    assert "rounds combine FOLDER" in cli("rounds", "remind", document.id, "--collector").out
    assert "rounds combine" not in cli("rounds", "remind", document.id).out
    own = a_round(cli.journal)
    refused = cli("rounds", "remind", own.id, "--collector")
    assert (refused.code, "no third person collects" in refused.err) == (2, True)


def test_an_answer_that_was_pasted_in_a_mail_is_combined_as_its_file_would_be_and_counts_once(
    cli: Cli, tmp_path: Path
) -> None:
    found = a_round(cli.journal, collector="third person")
    paths = put(tmp_path / "in", *(an_answer(found, number) for number in range(1, 4)))
    mail = f"From: ann@example.org\nSubject: my answer\n\nHello,\n\n{paths[2].read_text()}\nKind regards, Ann\n"
    (tmp_path / "in" / "ann.eml").write_text(mail)
    done = cli("rounds", "combine", str(tmp_path / "in"), "--output", str(tmp_path / "all.toml"))
    assert (done.code, "the figures of 3 answers" in done.out) == (0, True)
    paths[2].unlink()
    done = cli("rounds", "combine", str(tmp_path / "in"), "--output", str(tmp_path / "again.toml"))
    assert (done.code, "the figures of 3 answers" in done.out) == (0, True)


def test_a_text_without_an_answer_is_refused_in_words_of_its_own(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("I have no time.")
    refused = cli("rounds", "combine", str(path), "--output", str(tmp_path / "all.toml"))
    assert (refused.code, "holds no whole answer" in refused.err) == (2, True)


def test_combining_passes_over_what_it_made_before_and_keeps_the_answers_until_the_figures_came_in(
    cli: Cli, tmp_path: Path
) -> None:
    found = a_round(cli.journal, collector="third person")
    folder = tmp_path / "in"
    put(folder, *(an_answer(found, number) for number in range(4)))
    first = cli("rounds", "combine", str(folder), "--output", str(folder / "combined.toml"))
    assert "once whoever asked says that the figures came in" in first.out
    again = cli("rounds", "combine", str(folder), "--output", str(folder / "combined-2.toml"))
    assert (again.code, "the figures of 4 answers" in again.out) == (0, True)
    assert cli("rounds", "combine", str(folder), "--output", str(folder / "combined.toml")).code == 0
    letter = collector_letter(structs.replace(found, language="en"))
    assert "Keep the files you received until Noor says that the figures came in." in letter


def test_a_second_file_of_other_answers_is_refused_unless_it_is_asked_for(cli: Cli, tmp_path: Path) -> None:
    found = a_round(cli.journal, ("colleague",) * 5, collector="third person")
    folder = tmp_path / "in"
    paths = put(folder, *(an_answer(found, number) for number in range(5)))
    late = paths[4].read_bytes()
    paths[4].unlink()

    def combine(output: str, *more: str) -> str:
        done = cli("rounds", "combine", str(folder), "--output", str(tmp_path / output), *more)
        assert (done.code == 0) == (tmp_path / output).exists()
        return " ".join((done.out + done.err).split())

    assert "leave out what comes in later" in combine("first.toml")
    kept = b"".join(path.name.encode() + path.read_bytes() for path in folder.glob(".combined-*"))
    assert kept
    assert not [number for number in range(5) if an_answer(found, number).token.encode() in kept]
    combine("same.toml")
    assert (tmp_path / "same.toml").read_bytes() == (tmp_path / "first.toml").read_bytes()
    paths[4].write_bytes(late)
    said = combine("second.toml")
    assert f"in {folder} were combined before, into another file" in said
    assert "can subtract them, and so read what one person said" in said
    assert said.endswith("add: --again")
    combine("second.toml", "--again")
    assert answers.parse_combined((tmp_path / "second.toml").read_bytes(), "").people == {"colleague": 5}
    combine("second-again.toml")


def test_a_combined_file_that_stands_among_the_answers_counts_as_made_before(cli: Cli, tmp_path: Path) -> None:
    found = a_round(cli.journal, ("colleague",) * 4, collector="third person")
    folder = tmp_path / "in"
    paths = put(folder, *(an_answer(found, number) for number in range(4)))
    assert cli("rounds", "combine", str(folder), "--output", str(folder / "combined.toml")).code == 0
    for record in folder.glob(".combined-*"):
        record.unlink()
    paths[0].unlink()
    refused = cli("rounds", "combine", str(folder), "--output", str(folder / "less.toml"))
    assert (refused.code, "were combined before" in refused.err) == (2, True)
    assert not (folder / "less.toml").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_says_when_and_that_it_is_done_once(cli: Cli, language: str) -> None:
    letter = collector_letter(structs.replace(a_round(cli.journal, collector="third person"), language=language))
    once = {"en": "they are combined once, and what comes later stays out", "nl": "één keer"}
    assert once[language] in letter.split("reflect-tui rounds combine")[0]


def _of_old_forms(cli: Cli, folder: Path, minimum: int, skipped: int = 0) -> Round:
    """Combine answers of old forms, which don't say how many the round needs; so many colleagues skip one statement."""
    groups: dict[Rater, int] = {"manager": 1, "colleague": 5, "client": 3}
    roles = [role for role, count in groups.items() for _one in range(count)]
    found = structs.replace(example_round(roles, collector="third person"), minimum=minimum)
    rounds.make(cli.journal, found, BYTES)
    given = [an_answer(found, number) for number in range(9)]
    for number in range(1, 1 + skipped):
        scores = {item: score for item, score in given[number].scores.items() if item != found.items[0]}
        given[number] = structs.replace(given[number], scores=scores)
    put(folder, *given)
    assert cli("rounds", "combine", str(folder), "--output", str(folder / "combined.toml")).code == 0
    return found


def test_combined_answers_of_old_forms_come_in_but_for_the_groups_that_are_too_small(cli: Cli, tmp_path: Path) -> None:
    found = _of_old_forms(cli, tmp_path / "in", minimum=5)
    looked = cli("import", str(tmp_path / "in" / "combined.toml"), "--dry-run")
    assert "so these answers stay out: 3 clients" in looked.err
    done = cli("import", str(tmp_path / "in" / "combined.toml"))
    assert (done.code, "it is closed" in done.out) == (0, True)
    assert "so these answers stay out: 3 clients" in done.err
    closed = rounds.get(cli.journal, found.id)[0]
    assert [(group.role, group.people) for group in closed.released] == [("manager", 1), ("colleague", 5)]
    assert "3 clients: too few, so nothing is told" in cli("rounds").out


def test_a_statement_that_fewer_scored_than_promised_stays_out_of_combined_answers(cli: Cli, tmp_path: Path) -> None:
    found = _of_old_forms(cli, tmp_path / "in", minimum=4, skipped=2)
    done = cli("import", str(tmp_path / "in" / "combined.toml"))
    assert (done.code, "5 colleagues: statements that fewer scored" in done.err) == (0, True)
    colleagues = rounds.get(cli.journal, found.id)[0].released_of("colleague")
    assert colleagues
    assert list(colleagues.scored) == list(found.items[1:])
    assert set(colleagues.points) == set(found.items[1:])
    assert (colleagues.domains, colleagues.focuses) == ((), ())
    assert cli("compare").code in (0, 1)


def test_combined_answers_of_which_no_group_is_large_enough_are_refused(cli: Cli, tmp_path: Path) -> None:
    roles: list[Rater] = ["colleague"] * 4
    found = structs.replace(example_round(roles, collector="third person"), minimum=5)
    rounds.make(cli.journal, found, BYTES)
    put(tmp_path / "in", *(an_answer(found, number) for number in range(4)))
    assert cli("rounds", "combine", str(tmp_path / "in"), "--output", str(tmp_path / "all.toml")).code == 0
    refused = cli("import", str(tmp_path / "all.toml"))
    assert (refused.code, "no group has as many answers as the round promises" in refused.out + refused.err) == (
        2,
        True,
    )
    assert rounds.get(cli.journal, found.id)[0].state == "open"


def test_what_held_no_answer_among_those_that_were_combined_is_named(cli: Cli, tmp_path: Path) -> None:
    found = a_round(cli.journal, collector="third person")
    folder = tmp_path / "in"
    put(folder, *(an_answer(found, number) for number in range(4)))
    (folder / "late.docx").write_bytes(b"PK\3\4 an answer in a format that nobody reads")
    (folder / "deeper").mkdir()
    (folder / "deeper" / "note.txt").write_text("Mine follows tomorrow.")
    (folder / ".hidden").touch()
    done = cli("rounds", "combine", str(folder), "--output", str(folder / "combined.toml"))
    assert (done.code, "the figures of 4 answers" in done.out) == (0, True)
    (said,) = [line for line in done.err.splitlines() if "Passed over" in line]
    assert said.endswith(f"no single answer was found in: {folder / 'late.docx'}, {folder / 'deeper' / 'note.txt'}")
    again = cli("rounds", "combine", str(folder), "--output", str(folder / "again.toml"))
    assert f"Passed over, no single answer was found in: {folder / 'combined.toml'}, " in again.err


def test_importing_the_answers_of_somebody_elses_round_names_the_command_that_combines_them(
    cli: Cli, tmp_path: Path
) -> None:
    found = example_round(("colleague",) * 3, collector="third person")
    put(tmp_path / "in", *(an_answer(found, number) for number in range(3)))
    refused = cli("import", str(tmp_path / "in"))
    assert (refused.code, "reflect-tui rounds combine" in refused.err) == (2, True)
    assert refused.out.count("an answer to a round that is not in this journal; it stays as it is\n") == 3
    assert "not imported" not in refused.out
    named = example_round(("colleague",) * 3, promise="named")
    put(tmp_path / "named", an_answer(named, 0))
    assert "rounds combine" not in cli("import", str(tmp_path / "named")).err
