"""A round is closed: which figures come of it, what is destroyed, and what an end halfway leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.analysis.rater_groups import rater_groups
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.feedback.answers import session_of
from reflect_tui.model import round as rounds_module
from reflect_tui.model import session as sessions
from reflect_tui.store import closing, rounds
from reflect_tui.store.closing import MissingError, TooFewError
from reflect_tui.store.journal import Journal
from reflect_tui.store.rounds import WaitingAnswers
from tests.unit.journal.conftest import Git
from tests.unit.journal.test_journal_rounds import everything, nothing_waits, released, take
from tests.unit.round_examples import BYTES, CLOSED, CONTENT, a_round, an_answer, put


def test_a_group_that_is_too_small_keeps_the_round_open(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number) for number in (1, 2))))
    before = everything(journal)
    with pytest.raises(TooFewError) as none:
        closing.close(journal, found.id, CLOSED, leave_out=True)
    assert none.value.groups == {"colleague": 2}
    assert everything(journal) == before


def test_a_small_group_beside_a_large_one_is_destroyed_only_when_that_is_meant(
    journal: Journal, tmp_path: Path
) -> None:
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number) for number in (0, 1, 2, 3, 5, 6))))
    before = everything(journal)
    with pytest.raises(TooFewError) as few:
        closing.close(journal, found.id, CLOSED)
    assert few.value.groups == {"client": 2}
    assert everything(journal) == before
    assert closing.close(journal, found.id, CLOSED, leave_out=True) == {"manager": 1, "colleague": 3}
    assert {role: group.people for role, group in released(journal).items()} == {"manager": 1, "colleague": 3}


def test_what_a_kill_left_half_done_is_finished_at_the_next_start(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number) for number in (1, 2))))
    pool = WaitingAnswers(journal).get(found.id)
    answer = an_answer(found, 3)
    WaitingAnswers(journal).write(pool.with_answer(found.invited[3].token, answer.given))
    journal.recover(locked=True)
    assert rounds.get(journal, found.id)[0].answered == 3
    assert closing.close(journal, found.id, CLOSED) == {"colleague": 3}


def test_closing_that_fails_says_so_each_time_and_is_finished_by_the_next_attempt(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number) for number in range(5))))
    with monkeypatch.context() as broken:
        broken.setattr("reflect_tui.store.documents.Shelf.save", _fails)
        for _attempt in range(2):
            with pytest.raises(JournalError, match="no room"):
                closing.close(journal, found.id, CLOSED)
            assert rounds.get(journal, found.id)[0].state == "open"
            assert len(WaitingAnswers(journal).get(found.id).answers) == 5
    assert closing.close(journal, found.id, CLOSED) == {"manager": 1, "colleague": 4}
    assert rounds.get(journal, found.id)[0].state == "closed"
    assert set(released(journal)) == {"manager", "colleague"}


def _fails(*_args: object, **_more: object) -> None:
    raise JournalError("no room")


def test_a_round_that_is_closed_without_missing_answers_counts_those_that_came_in(
    journal: Journal, tmp_path: Path
) -> None:
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number) for number in range(5))))
    (WaitingAnswers(journal).folder / f"{found.id}.toml").unlink()
    take(journal, put(tmp_path / "again", *(an_answer(found, number) for number in range(1, 4))))
    with pytest.raises(MissingError):
        closing.close(journal, found.id, CLOSED, leave_out=True)
    assert closing.close(journal, found.id, CLOSED, without_missing=True) == {"colleague": 3}
    closed = rounds.get(journal, found.id)[0]
    assert [number for number, one in enumerate(closed.invited) if one.answered] == [1, 2, 3]
    own = session_of(found, an_answer(found, 1).given, "2026-11-24T1405-self-0a1b2c", CONTENT)
    own = structs.replace(own, role="self", round="")
    shown = rater_groups(own, [own], journal.given(), {found.id: closed}, found.items)
    assert [(group.role, group.people) for group in shown.groups] == [("colleague", 3)]
    assert shown.hidden == ()


def test_a_group_of_which_an_answer_is_missing_is_not_called_too_small(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal, ("colleague",) * 3 + ("client",) * 3)
    paths = put(tmp_path / "in", *(an_answer(found, number) for number in range(6)))
    take(journal, paths)
    (WaitingAnswers(journal).folder / f"{found.id}.toml").unlink()
    for count in (0, 2, 5):  # so many are imported again
        take(journal, paths[:count])
        before = everything(journal)
        for leave_out in (False, True):
            with pytest.raises(MissingError) as refused:
                closing.close(journal, found.id, CLOSED, leave_out=leave_out)
            assert f"{6 - count} answer" in str(refused.value)
            assert "not on this computer. Import" in str(refused.value)
            assert refused.value.others == (count == 5)
        assert everything(journal) == before
    with pytest.raises(TooFewError) as few:
        closing.close(journal, found.id, CLOSED, without_missing=True)
    assert few.value.groups == {"client": 2}
    take(journal, paths[5:])
    assert closing.close(journal, found.id, CLOSED) == {"colleague": 3, "client": 3}


SCORES = {0: 2, 1: 1, 2: 2, 3: 3, 4: 4, 5: 1, 6: 1}
"""What each of the round gives every statement."""


def test_after_closing_no_row_of_a_rater_is_anywhere_on_the_disk(journal: Journal, tmp_path: Path, git: Git) -> None:
    """One manager, four colleagues, two clients, each with a score, a comment and a remark to search for."""
    found = a_round(journal)
    given = [
        structs.replace(
            an_answer(found, number, score=score, note=f"canarynote{number}"), remark=f"canaryremark{number}"
        )
        for number, score in SCORES.items()
    ]
    paths = put(tmp_path / "in", *given)
    take(journal, paths)
    assert b"canarynote5" in b"".join(everything(journal).values())  # while they wait
    closing.close(journal, found.id, CLOSED, leave_out=True)
    journal.record()
    for path in paths:
        path.unlink()  # those are for the owner to delete
    files = [path for path in tmp_path.rglob("*") if path.is_file() and ".git" not in path.parts]
    texts = {str(path): path.read_bytes() for path in files}
    objects = git("cat-file", "--batch-all-objects", "--batch-check").splitlines()
    texts |= {line: git("cat-file", "-p", line.split()[0]).encode() for line in objects if " tree " not in line}
    item = found.items[0]
    for place, data in texts.items():
        for number in (5, 6):  # two clients are too few
            assert f"canarynote{number}".encode() not in data, place
            assert f"canaryremark{number}".encode() not in data, place
        assert "sessions/" not in place
        assert b"scores]" not in data, place
    told = released(journal)
    assert told["colleague"].points[item] == 3
    assert told["manager"].sums[item] == 2
    assert sorted(comment.text for comment in told["colleague"].comments) == sorted(
        f"canary{kind}{number}" for kind in ("note", "remark") for number in (1, 2, 3, 4)
    )
    assert not (journal.root / "sessions").exists()
    assert not [path for path in files if path.suffix == ".tmp" or "plans" in path.parts]


def test_what_was_promised_to_the_first_who_answered_is_remembered_by_what_waits(
    journal: Journal, tmp_path: Path
) -> None:
    """Without its `promised` and `answered` lines the file of a round says something new, and gets nothing by it."""
    found = structs.replace(a_round(journal), minimum=5)
    journal.rounds.save(found.id, rounds_module.dumps(found), "edited", journal.rounds.get(found.id).data)
    take(journal, put(tmp_path / "in", *(an_answer(found, number) for number in range(1, 5))))
    path = journal.root / "rounds" / f"{found.id}.toml"
    lines = [line for line in path.read_text().splitlines() if not line.startswith(("promised", "answered"))]
    path.write_text("\n".join(lines).replace("minimum = 5", "minimum = 3"))
    waits = WaitingAnswers(journal).get(found.id)
    for _attempt in range(2):
        with pytest.raises(ReflectError, match="is no longer as it was"):
            closing.close(journal, found.id, CLOSED)
    with pytest.raises(ReflectError, match="is no longer as it was"):
        rounds.take_confidential(journal, an_answer(found, 0))
    assert WaitingAnswers(journal).get(found.id) == waits
    WaitingAnswers(journal).write(structs.replace(waits, promised=""))  # as an earlier version wrote it
    with pytest.raises(ReflectError, match="is no longer as it was"):
        closing.close(journal, found.id, CLOSED)
    assert rounds.get(journal, found.id)[0].state == "open"


def test_a_closing_that_an_earlier_version_was_cut_short_in_ends_with_figures_only(
    journal: Journal, tmp_path: Path, git: Git
) -> None:
    """It had made rows of the answers, and saved some of them."""
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number) for number in (1, 2, 3))))
    pool = WaitingAnswers(journal).get(found.id)
    rows = [
        structs.replace(
            session_of(found, answer, f"2026-12-14T0900-colleague-00000{number}", CONTENT),
            started=CLOSED,
            finished=CLOSED,
        )
        for number, answer in enumerate(pool.answers)
    ]
    files = tuple(sessions.dumps(row).decode() for row in rows)
    WaitingAnswers(journal).write(structs.replace(pool, answers=(), sessions=files, promised=""))
    journal.save(rows[0], BYTES)
    journal.recover(locked=True)
    assert {role: group.people for role, group in released(journal).items()} == {"colleague": 3}
    assert journal.all_entries() == ()
    assert nothing_waits(journal)
    assert "sessions/" not in git("log", "--name-only", "--format=")
    assert journal.pending() == ()


def test_a_pool_that_outlived_the_closing_is_dropped_and_one_of_an_open_round_never(
    journal: Journal, tmp_path: Path
) -> None:
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number) for number in (1, 2, 3))))
    pool = WaitingAnswers(journal).get(found.id)
    journal.recover(locked=True)
    assert WaitingAnswers(journal).get(found.id) == pool
    closing.close(journal, found.id, CLOSED)
    WaitingAnswers(journal).write(pool)  # as a kill leaves it
    journal.recover(locked=True)
    assert nothing_waits(journal)
