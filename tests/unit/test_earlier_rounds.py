"""Confidential rounds whose file was changed by hand, and those that an earlier version closed with a row a person."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from reflect_tui.analysis.release import answers_of, release
from reflect_tui.errors import ReflectError
from reflect_tui.feedback.answers import AnswerFile, session_of
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model.round import Rater, Round
from reflect_tui.model.session import Session
from reflect_tui.store import importing, repair
from reflect_tui.store.rounds import WaitingAnswers
from tests.unit.cli_examples import Cli
from tests.unit.doctor_examples import git
from tests.unit.round_examples import BYTES, CLOSED, CONTENT, LABEL, MADE, a_round, an_answer, put

pytestmark = pytest.mark.slow

ROLES: tuple[Rater, ...] = ("manager", "colleague", "colleague", "colleague", "client", "client")


@pytest.fixture
def cli(cli: Cli) -> Cli:
    """Give a journal with one session of one's own on the instrument of the rounds."""
    own = Session(
        id="2026-11-22T1405-self-0a1b2c",
        instrument=CONTENT.id,
        version=CONTENT.version,
        digest=CONTENT.digest,
        role="self",
        started=MADE,
        finished=MADE,
        scores={item.id: 3 for item in CONTENT.items},
    )
    cli.root.mkdir(mode=0o700)
    cli.journal.save(own, BYTES)
    cli.journal.record()
    return cli


def given(asked: Round, *, note: str = "") -> list[AnswerFile]:
    return [an_answer(asked, number, score=number % 4 + 1, note=note) for number in range(len(asked.invited))]


def closed(cli: Cli, tmp_path: Path) -> Path:
    """Close a round as it is done now; give its file."""
    asked = a_round(cli.journal, ROLES)
    cli("import", *map(str, put(tmp_path / "in", *given(asked))))
    assert cli("rounds", "close", asked.id, "--leave-out").code == 0
    return cli.root / rounds.relative_path(asked.id)


def closed_earlier(cli: Cli, *, without: int = 0) -> tuple[Round, list[Session]]:
    """Close a round as earlier versions did: a row for everyone in a group that is large enough, all in history."""
    asked = a_round(cli.journal, ROLES)
    people = tuple(structs.replace(one, answered=True) for one in asked.invited)
    earlier = structs.replace(asked, state="closed", invited=people)
    cli.journal.rounds.save(asked.id, rounds.dumps(earlier), "closed", cli.journal.rounds.get(asked.id).data)
    rows = []
    for number, answer in enumerate(given(asked, note="said by one")[: 4 - without]):
        row = session_of(asked, answer.given, f"2026-12-14T0900-{answer.role}-00000{number}", CONTENT)
        rows.append(structs.replace(row, started=CLOSED, finished=CLOSED))
        cli.journal.save(rows[-1], BYTES)
    cli.journal.record()
    return earlier, rows


def nothing(cli: Cli) -> Any:
    """Give the comparison where there is nobody to compare with."""
    result = cli("compare", "--json")
    assert result.code == 1
    return json.loads(result.out)


CHANGED = {
    "who has answered": (rb"answered = true\n", b""),
    "a figure": (rb"(\[released\.points\]\n[a-z-]+ = )[0-9]", rb"\g<1>1"),
    "a sum of a manager": (rb"(\[released\.sums\]\n[a-z-]+ = )[0-9]", rb"\g<1>4"),
    "a comment": (rb"\Z", b'\n[[released.comment]]\ntext = "made up"\n'),
    "what was promised": (rb'promised = "[^"]*"\n|answered = true\n|promise = "confidential"', b""),
    "its state": (rb'state = "closed"', b'state = "withdrawn"'),
    "everything": (rb"(?s).*", b"nothing"),
}


@pytest.mark.parametrize("change", CHANGED)
def test_nothing_is_told_of_a_round_whose_file_was_changed_by_hand(cli: Cli, tmp_path: Path, change: str) -> None:
    path = closed(cli, tmp_path)
    told = cli.json("compare")
    assert [(group["role"], group["people"]) for group in told["groups"]] == [("manager", 1), ("colleague", 3)]
    before = path.read_bytes()
    pattern, by = CHANGED[change]
    path.write_bytes(re.sub(pattern, by, before, count=0 if change == "what was promised" else 1))
    assert path.read_bytes() != before
    shown = nothing(cli)
    assert shown["groups"] == []
    assert {(one["role"], one["reason"]) for one in shown["hidden"]} == {
        ("manager", "incomplete"),
        ("colleague", "incomplete"),
        ("client", "few"),
    }
    assert "their round is not as it was closed" in cli("compare").out
    assert cli.json("trend")["together"] == []
    assert cli("doctor").code == 3
    assert "Nothing of this round is shown" in " ".join(cli("doctor").out.split())
    fixed = cli("doctor", "--fix")
    assert "Put back rounds/" in fixed.out
    assert path.read_bytes() == before
    assert cli.json("compare") == told
    assert cli("doctor").code == 0
    assert len(list((cli.journal.state / "set-aside").iterdir())) == 1, "the changed file is kept"


@pytest.mark.parametrize("command", [("remind",), ("remind", "--collector"), ("type", "--person", "2")])
def test_a_round_whose_file_was_changed_by_hand_writes_no_letter_and_asks_for_no_paper(
    cli: Cli, command: tuple[str, ...]
) -> None:
    asked = a_round(cli.journal, ROLES)
    cli.journal.record()
    path = cli.root / rounds.relative_path(asked.id)
    path.write_bytes(path.read_bytes().replace(b'about = "Noor"', b'about = "Somebody"'))
    said = cli("rounds", command[0], asked.id, *command[1:])
    assert (said.code, said.out) == (2, "")
    assert "is no longer as it was" in said.err


def test_a_label_may_be_changed_by_hand(cli: Cli, tmp_path: Path) -> None:
    path = closed(cli, tmp_path)
    told = cli.json("compare")
    path.write_bytes(path.read_bytes().replace(f"{LABEL} 1".encode(), b"Somebody"))
    assert cli.json("compare") == told


def test_a_round_that_is_gone_tells_nothing(cli: Cli, tmp_path: Path) -> None:
    closed(cli, tmp_path).unlink()
    assert nothing(cli)["groups"] == []


def test_rows_of_an_earlier_version_are_told_as_figures_and_converted_by_doctor(cli: Cli) -> None:
    earlier, rows = closed_earlier(cli)
    told = cli.json("compare")
    assert [(group["role"], group["people"]) for group in told["groups"]] == [("manager", 1), ("colleague", 3)]
    assert [one["id"] for one in cli.json("list")["sessions"]] == ["2026-11-22T1405-self-0a1b2c"]
    found = cli("doctor")
    assert found.code == 3
    assert "4 answers to the confidential round" in " ".join(found.out.split())
    fixed = " ".join(cli("doctor", "--fix").out.split())
    assert "removed 4 answers. What history has of them stays there." in fixed
    assert cli("doctor").code == 0
    assert cli.json("compare") == told
    assert [entry.id for entry in cli.journal.all_entries()] == ["2026-11-22T1405-self-0a1b2c"]
    (document,) = cli.journal.rounds.all()
    assert document.value
    assert document.value.released == release(CONTENT, earlier, answers_of(rows))
    assert git(cli, "status", "--porcelain") == ""
    assert not list((cli.journal.state / "plans").iterdir())
    # what history holds is shown no more than before, and does not come back
    assert cli.journal.deleted() == ()
    commit = cli.journal.versions(rows[1].id)[-1].commit
    assert cli("show", f"{rows[1].id}@{commit[:10]}").code != 0
    with pytest.raises(ReflectError, match="is what one person said"):
        cli.journal.restore(rows[1].id)
    with pytest.raises(ReflectError, match="is what one person said"):
        cli.journal.version(rows[1].id, commit)


def test_converting_goes_on_where_it_was_cut_short(cli: Cli) -> None:
    closed_earlier(cli)
    told = cli.json("compare")
    (found,) = repair.rounds_with_rows(cli.journal, cli.journal.all_entries())
    repair.convert(cli.journal, structs.replace(found, rows=found.rows[:2]))
    assert cli.json("compare") == told, "half of it: the figures count, the rows that are left don't"
    assert cli("doctor", "--fix").code == 0
    assert len(cli.journal.all_entries()) == 1
    assert cli.json("compare") == told


def test_rounds_with_a_missing_row_are_left_as_they_are_and_tell_nothing_of_that_group(cli: Cli) -> None:
    closed_earlier(cli, without=1)
    assert [group["role"] for group in cli.json("compare")["groups"]] == ["manager"]
    assert "An answer of this round is missing" in " ".join(cli("doctor", "--fix").out.split())
    assert len(cli.journal.all_entries()) == 4
    (found,) = repair.rounds_with_rows(cli.journal, cli.journal.all_entries())
    with pytest.raises(ReflectError, match="nothing was changed"):
        repair.convert(cli.journal, found)


def test_rows_never_show_by_themselves_when_the_promise_of_their_round_is_changed(cli: Cli) -> None:
    earlier, _rows = closed_earlier(cli)
    path = cli.root / rounds.relative_path(earlier.id)
    named = structs.replace(earlier, promise="named", invited=tuple(
        structs.replace(one, answered=False) for one in earlier.invited
    ))  # fmt: skip
    path.write_bytes(rounds.dumps(named))
    assert [one["id"] for one in cli.json("list")["sessions"]] == ["2026-11-22T1405-self-0a1b2c"]
    assert nothing(cli)["groups"] == []


def test_a_row_from_another_journal_is_refused(cli: Cli, tmp_path: Path) -> None:
    asked = a_round(cli.journal, ROLES)
    row = session_of(asked, an_answer(asked, 1).given, "2026-12-14T0900-colleague-000001", CONTENT)
    other = tmp_path / "other"
    path = other / sessions.relative_path(row.id)
    path.parent.mkdir(parents=True)
    (other / "journal.toml").write_text('format = 1\nid = "0123"\n')
    path.write_bytes(sessions.dumps(row))
    (candidate,) = importing.examine(cli.journal, [other])
    assert [str(fault) for fault in candidate.faults] == [
        "its round is confidential: what one person said in it is not imported by itself"
    ]
    assert WaitingAnswers(cli.journal).get(asked.id).answers == ()
