"""The third person who collects: a letter says what to do, and one command does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.feedback.collector import collector_letter
from reflect_tui.i18n import LANGUAGES
from tests.unit.cli_examples import Cli
from tests.unit.round_examples import LABEL, a_round, an_answer, put


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    return Cli(tmp_path / "journal", capsys, monkeypatch)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_names_the_command_and_the_day_and_nobody_who_is_asked(cli: Cli, language: str) -> None:
    asked = structs.replace(a_round(cli.journal, collector="third person"), language=language)
    letter = collector_letter(asked)
    assert "--output combined.toml" in letter
    assert "14 december 2026" in letter.lower()
    assert "Noor" in letter
    assert LABEL not in letter
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
    assert "once this person says that the figures came in" in first.out
    again = cli("rounds", "combine", str(folder), "--output", str(folder / "combined-2.toml"))
    assert (again.code, "the figures of 4 answers" in again.out) == (0, True)
    assert cli("rounds", "combine", str(folder), "--output", str(folder / "combined.toml")).code == 0
    letter = collector_letter(structs.replace(found, language="en"))
    assert "Keep the files you received until Noor says that the figures came in." in letter
