"""`erase --round`, and answers that wait: what others gave is searched for everywhere."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from reflect_tui.disk import files
from reflect_tui.errors import EXIT_BAD_INPUT, EXIT_DONE
from reflect_tui.model import tombstones
from reflect_tui.store.rounds import WaitingAnswers
from reflect_tui.views.rounds import person_name, round_name
from tests.unit.cli_examples import Cli
from tests.unit.erase_examples import CANARY, OTHER, found, git
from tests.unit.round_examples import LABEL, a_round, an_answer, put

pytestmark = pytest.mark.slow


def test_answers_that_wait_go_with_the_whole_journal_wherever_that_is_killed(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answers and the note of backups are found by the journal's id, so that goes after them."""
    asked = a_round(cli.journal)
    assert cli("import", *map(str, put(tmp_path / "in", an_answer(asked, 1, note=CANARY)))).code == EXIT_DONE
    assert cli("backup", str(tmp_path / "all.zip")).code == EXIT_DONE
    apart = [WaitingAnswers(cli.journal).folder, cli.journal.folder_of_all("backups")]
    assert all(folder.is_dir() for folder in apart)
    identity = cli.root / "journal.toml"
    with monkeypatch.context() as patched:
        remove = files.remove

        def killed(path: Path) -> None:
            remove(path)
            if path == identity:
                raise KeyboardInterrupt

        patched.setattr(files, "remove", killed)
        assert cli("erase", "--all", "--yes").code != EXIT_DONE
    assert not identity.exists()
    assert not any(folder.exists() for folder in apart)


def test_a_round_goes_with_its_answers_named_or_waiting(cli: Cli, tmp_path: Path) -> None:
    for promise in ("named", "confidential"):
        asked = a_round(cli.journal, promise=promise)
        given = put(tmp_path / promise, an_answer(asked, 1, note=CANARY), an_answer(asked, 2, note=OTHER))
        assert cli("import", *map(str, given)).code == EXIT_DONE
        outcome = cli.json("erase", "--round", asked.id, "--yes")
        assert outcome["left"] == []
        assert len(outcome["erased"]) == (3 if promise == "named" else 1)
        assert found(cli, CANARY, OTHER, LABEL) == []
        assert cli.json("rounds")["rounds"] == []
        assert git(cli, "fsck", "--full", "--strict") == ""
        assert cli("import", *map(str, given)).code == EXIT_BAD_INPUT
        (cli.root / tombstones.FILE).unlink()  # the second time it is another round under the same id
        git(cli, "commit", "-qam", "forget")


def test_what_one_person_gave_goes_and_the_others_stay(cli: Cli, tmp_path: Path) -> None:
    asked = a_round(cli.journal, promise="named")
    given = put(tmp_path / "in", an_answer(asked, 1, note=CANARY), an_answer(asked, 2, note=OTHER))
    assert cli("import", *map(str, given)).code == EXIT_DONE
    outcome = cli.json("erase", "--round", asked.id, "--person", f"{LABEL} 1", "--yes")
    assert (len(outcome["erased"]), outcome["left"]) == (2, [])
    assert found(cli, CANARY, f"{LABEL} 1") == []
    people = cli.json("rounds")["rounds"][0]["invited"]
    assert [(person["label"], person["answered"], person["withdrawn"]) for person in people[1:3]] == [
        ("", False, True),
        (f"{LABEL} 2", True, False),
    ]
    assert cli("doctor").code == EXIT_DONE
    assert cli("import", str(given[0])).code == EXIT_BAD_INPUT


def test_a_person_reads_which_round_and_whose_answer_goes(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = a_round(cli.journal, promise="named")
    given = put(tmp_path / "in", *(an_answer(asked, number, note=CANARY) for number in range(1, len(asked.invited))))
    assert cli("import", *map(str, given)).code == EXIT_DONE
    monkeypatch.setattr("reflect_tui.cli.keeping.on_terminal", lambda _stream: True)
    for options, named in (
        ([], f"- the feedback round of {round_name(asked)}\n"),
        (
            ["--person", f"{LABEL} 1"],
            f"- what {person_name(asked.invited[1])} was asked and gave in the feedback round of",
        ),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
        said = cli("erase", "--round", asked.id, *options).out
        assert named in said
        assert asked.id not in said
        assert "sha256" not in said
        assert ".toml" not in said


def test_one_answer_given_in_confidence_can_not_be_told_from_the_others(cli: Cli, tmp_path: Path) -> None:
    asked = a_round(cli.journal)
    assert cli("import", *map(str, put(tmp_path / "in", an_answer(asked, 1, note=CANARY)))).code == EXIT_DONE
    refused = cli("erase", "--round", asked.id, "--person", f"{LABEL} 1", "--yes")
    assert (refused.code, "whole round" in refused.err) == (EXIT_BAD_INPUT, True)
    assert found(cli, CANARY)
