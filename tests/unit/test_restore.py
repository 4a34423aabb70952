"""`restore`: what came is counted, what was erased is asked about, long lists end, and what a kill left goes."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tomli_w

from reflect_tui.disk.lock import Lock
from reflect_tui.errors import EXIT_ATTENTION, EXIT_BAD_INPUT, EXIT_DONE
from reflect_tui.model import goals
from reflect_tui.model.assessment import Answer
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import parse
from reflect_tui.store import remainders
from reflect_tui.store.draft_file import Draft
from tests.unit import examples
from tests.unit.cli_examples import Cli, Machine
from tests.unit.erase_examples import CANARY, found, make
from tests.unit.round_examples import a_round, an_answer, put

pytestmark = pytest.mark.slow


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "all.backup")


def fill(cli: Cli, tmp_path: Path) -> None:
    """Make two sessions with a note each, a goal, a round with an answer that waits, a draft, and settings."""
    kept, _gone = make(cli)
    goal = Goal(
        id="2026-11-29T1000-goal-0a1b2c", instrument="small", what="less", made=datetime(2026, 11, 29, 9, tzinfo=UTC)
    )
    cli.journal.goals.save(goal.id, goals.dumps(goal), "made")
    assert (
        cli("import", *map(str, put(tmp_path / "in", an_answer(a_round(cli.journal), 1, note="waits")))).code
        == EXIT_DONE
    )
    drafts(cli, 1)
    settings = Path(os.environ["XDG_CONFIG_HOME"], "reflect-tui", "settings.toml")
    settings.parent.mkdir(parents=True)
    settings.write_text('language = "en"\n')
    assert cli.path(kept).exists()


def drafts(cli: Cli, count: int, text: str = "a draft") -> list[Path]:
    folder = cli.journal.state / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"2026-11-29T1000-self-00000{number}.toml" for number in range(count)]
    for path in paths:
        path.write_text(text)
    return paths


def test_what_came_is_counted_by_kind(machine: Machine, file: str, tmp_path: Path) -> None:
    fill(machine("old"), tmp_path)
    assert machine("old")("backup", file).code == EXIT_DONE
    said = machine("new")("restore", file)
    assert said.code == EXIT_DONE
    assert (
        "New here: 2 sessions, 2 notes, 1 goal, 1 round of feedback, 1 draft, 1 waiting answer, the settings."
        in said.out
    )
    assert "Nieuw hier: 2 sessies, 2 notities, 1 doel" in machine("other")("--lang", "nl", "restore", file).out
    outcome = machine("third").json("restore", file)
    counts = {"sessions": 2, "notes": 2, "goals": 1, "rounds": 1, "drafts": 1, "waiting_answers": 1, "settings": 1}
    assert outcome == {
        "joined": False, "received": 0, "came": counts, "kept_both": [], "erased": 0, "left_out": {}, "erased_here": [],
        "kept": [], "notes": [],
    }  # fmt: skip


def test_joined_to_a_journal_only_what_was_not_there_is_counted(machine: Machine, file: str, tmp_path: Path) -> None:
    fill(machine("old"), tmp_path)
    assert machine("old")("backup", file).code == EXIT_DONE
    new = machine("new")
    assert new("restore", file).code == EXIT_DONE
    assert "New here" not in new("restore", file).out
    old = machine("old")
    old.save(1, days=4, notes={"asks": "later"})
    assert old("backup", file, "--force").code == EXIT_DONE
    said = machine("new")("restore", file).out
    assert "1 file came or changed" in said
    assert "New here: 1 session, 1 note." in said


def test_of_many_files_that_stay_five_are_named(machine: Machine, file: str) -> None:
    old = machine("old")
    old.save(3)
    drafts(old, 7)
    assert old("backup", file).code == EXIT_DONE
    new = machine("new")
    mine = drafts(new, 7, "mine")
    said = new("restore", file)
    assert said.code == EXIT_DONE
    assert [str(path) in said.err for path in mine] == [True] * 5 + [False] * 2
    assert "and 2 more." in said.err
    assert {path.read_text() for path in mine} == {"mine"}
    other = machine("other")
    mine = drafts(other, 7, "mine")
    assert other.json("restore", file)["kept"] == list(map(str, mine))


def test_what_was_erased_before_the_backup_goes_here_only_when_that_is_agreed_to(machine: Machine, file: str) -> None:
    laptop = machine("laptop")
    _kept, gone = make(laptop)
    assert laptop("backup", file).code == EXIT_DONE
    home = machine("home")
    assert home("restore", file).code == EXIT_DONE
    assert home("erase", gone.id, "--yes").code == EXIT_DONE
    assert home("backup", file, "--force").code == EXIT_DONE
    laptop = machine("laptop")
    refused = laptop("restore", file)
    assert refused.code == EXIT_BAD_INPUT
    question = "Erased for good before this backup was made: the session of 24 Nov 2026, 14:05, self. Erase it here"
    assert question in refused.err
    assert "Without a terminal to ask you, add --erase." in refused.err
    assert laptop.path(gone).exists()
    done = laptop("restore", file, "--erase")
    assert done.code == EXIT_DONE
    assert "Erased here, as it was before the backup was made: the session of 24 Nov 2026, 14:05, self." in done.out
    assert not laptop.path(gone).exists()
    assert found(laptop, CANARY) == []


def _left(cli: Cli) -> list[Path]:
    """Leave what a killed program does: of a journal in the making, of one restored to try, of a backup's file."""
    places = [
        cli.root.with_name(".journal.1a2b-00aabbcc.tmp") / "sessions" / "2026" / "one.toml",
        cli.journal.state / ".trial.1a2b-00aabbcc.tmp" / "journal" / "one.toml",
        cli.root.parent / "stick" / ".all.backup.1a2b-00aabbcc.tmp",
    ]
    for path in places:
        path.parent.mkdir(parents=True)
        path.write_text(CANARY)
    remainders.announce(cli.journal, cli.root.parent / "stick" / "all.backup")
    return places


@pytest.mark.parametrize("command", ["list", "trend", "restore"])
def test_what_a_killed_restore_or_backup_left_goes_with_the_next_command(
    machine: Machine, file: str, command: str
) -> None:
    old = machine("old")
    old.save(3)
    assert old("backup", file).code == EXIT_DONE
    cli = machine("new")
    left = _left(cli)
    said = cli(command, *([file] if command == "restore" else []))
    assert [path.exists() for path in left] == [False] * 3
    assert "A backup or restore was cut short; do it again." in said.err
    assert str(cli.root.with_name(".journal.1a2b-00aabbcc.tmp")) in said.err
    assert "cut short" not in cli("list").err
    assert cli("restore", file).code == EXIT_DONE


def test_doctor_names_what_a_kill_left_and_removes_it_when_told_to(machine: Machine) -> None:
    cli = machine("new")
    left = _left(cli)
    looked = cli("doctor", "--json")
    problems = [check for check in json.loads(looked.out)["checks"] if not check["fine"]]
    assert looked.code == EXIT_ATTENTION
    assert [".journal.1a2b-00aabbcc.tmp" in check["found"] for check in problems] == [True]
    assert [path.exists() for path in left] == [True] * 3
    assert "Removed, a remainder of an interrupted write" in cli("doctor", "--fix").out
    assert [path.exists() for path in left] == [False] * 3


def test_what_another_program_is_making_now_is_left_to_it(machine: Machine) -> None:
    cli = machine("new")
    left = _left(cli)
    lock = Lock.acquire(cli.journal.state)
    assert lock
    with lock:
        assert "cut short" not in cli("list").err + cli("doctor").out
        assert [path.exists() for path in left] == [True] * 3


def test_what_came_beside_a_journal_that_did_not_come_goes_and_what_was_there_stays(machine: Machine) -> None:
    cli = machine("new")
    mine, theirs = drafts(cli, 2)
    theirs.unlink()
    remainders.expect(cli.journal, [mine, theirs])
    theirs.write_text(CANARY)
    assert str(theirs) in cli("list").err
    assert (mine.exists(), theirs.exists()) == (True, False)
    remainders.expect(cli.journal, [theirs])
    theirs.write_text("a draft")
    cli.save(3)  # the journal came
    assert "cut short" not in cli("list").err
    assert theirs.exists()


def _draft(cli: Cli, *scores: int, session: str = "2026-11-29T1000-self-0a1b2c") -> Path:
    """Fill in the first statements of a session that is not finished."""
    document = tomli_w.dumps(examples.document()).encode()
    instrument = parse(document, "")
    acts = tuple(Answer(item.id, score) for item, score in zip(instrument.items, scores, strict=False))
    started = datetime(2026, 11, 29, 10, tzinfo=UTC)
    draft = Draft(
        id=session, instrument=instrument.id, version=instrument.version, digest=instrument.digest, role="self",
        started=started, acts=acts, pauses=(1.0,) * len(acts),
    )  # fmt: skip
    cli.journal.drafts.path(session).unlink(missing_ok=True)
    cli.journal.drafts.create(draft, document).close()
    return cli.journal.drafts.path(session)


def _given(cli: Cli) -> list[int]:
    return sorted(len(draft.acts) for draft in cli.journal.drafts.all() if isinstance(draft, Draft))


def test_a_draft_that_went_on_since_stays_as_it_is_without_a_word(machine: Machine, file: str) -> None:
    cli = machine("one")
    cli.save(3)
    _draft(cli, 1, 2)
    assert cli("backup", file).code == EXIT_DONE
    later = _draft(cli, 1, 2, 3).read_bytes()
    restored = cli("restore", file)
    assert (restored.code, restored.err) == (EXIT_DONE, "")
    assert [path.read_bytes() for path in cli.journal.drafts.folder.glob("*.toml")] == [later]


def test_a_draft_whose_session_was_finished_or_removed_since_does_not_come_back(machine: Machine, file: str) -> None:
    cli = machine("one")
    finished = cli.save(3)
    assert cli.journal.record().obstacle is None
    _draft(cli, 1, 2, session=finished.id)
    assert cli("backup", file).code == EXIT_DONE
    for removed in (False, True):
        cli.journal.drafts.path(finished.id).unlink(missing_ok=True)
        if removed:
            cli.journal.delete(finished.id)
        said = cli("--lang", "en", "restore", file)
        assert said.code == EXIT_DONE
        assert "1 draft of the backup stays out of the list: its session was finished, changed or removed" in said.out
        assert "1 concept uit de back-up blijft buiten de lijst" in cli("--lang", "nl", "restore", file).out
        assert cli.json("restore", file)["left_out"] == {"drafts": 1}
        assert _given(cli) == []
    assert cli("erase", finished.id, "--yes").code == EXIT_DONE
    assert cli.json("restore", file)["left_out"] == {"drafts": 1}
    assert _given(cli) == []


def test_two_drafts_of_one_session_are_both_there_however_often_it_is_restored(machine: Machine, file: str) -> None:
    cli = machine("one")
    cli.save(3)
    _draft(cli, 1, 2, 3)
    assert cli("backup", file).code == EXIT_DONE
    _draft(cli, 1, 4)
    assert "New here: 1 draft." in cli("restore", file).out
    assert _given(cli) == [2, 3]
    assert cli("restore", file).code == EXIT_DONE
    assert _given(cli) == [2, 3]
    assert cli("doctor").code == EXIT_DONE
