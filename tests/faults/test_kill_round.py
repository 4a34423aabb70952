"""Killed at any system call while an answer is taken in, a round is closed or one of an earlier version converted.

No answer is lost, doubled or shown.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from reflect_tui.store import rounds
from reflect_tui.store.journal import Journal
from reflect_tui.store.rounds import WaitingAnswers
from tests.faults import round_acts
from tests.faults.attack import Victim
from tests.faults.counting import Tried
from tests.faults.every_call import at_every_call
from tests.faults.git_children import Children
from tests.faults.journal_state import git, snapshot
from tests.faults.round_acts import ROUND
from tests.faults.turns import of_this_turn
from tests.faults.worlds import look_at
from tests.unit.round_examples import LABEL

ACTS: dict[str, Callable[[Journal], None]] = {
    act.__name__: act for act in (round_acts.take_answers, round_acts.close_a_round, round_acts.withdraw_a_round)
}


def _prepare(act: str, journal: Journal) -> None:
    round_acts.ask(journal)
    if act != "take_answers":
        round_acts.take_answers(journal)


def _assert_kept(act: str, journal: Journal) -> None:
    """After the next start nothing is half done; the same act again, and it is as if nothing had happened."""
    journal.recover(locked=True)
    found, _data = rounds.get(journal, ROUND)
    waits = WaitingAnswers(journal).get(ROUND)
    assert not journal.all_entries()
    assert bool(found.released) == (found.state == "closed")
    assert len(waits.answers) == (found.answered if found.state == "open" else 0)
    assert found.answered == 5 or act == "take_answers"
    if found.state == "open":
        ACTS[act](journal)
    _assert_done(journal, act)
    _assert_at_rest(journal)


def _assert_done(journal: Journal, act: str) -> None:
    found, _data = rounds.get(journal, ROUND)
    points = [(group.role, {*group.sums.values(), *group.points.values()}) for group in found.released]
    assert found.answered == 5
    assert points == ([("manager", {1}), ("colleague", {3})] if act == "close_a_round" else [])  # 2, 3 and 4
    assert not journal.all_entries()
    assert len(WaitingAnswers(journal).get(ROUND).answers) == (5 if act == "take_answers" else 0)


def _assert_at_rest(journal: Journal) -> None:
    assert journal.pending() == ()
    first = snapshot(journal.root, journal.state)
    assert journal.recover(locked=True).recorded.commits == ()
    assert snapshot(journal.root, journal.state) == first
    assert not [name for name in first if name.endswith((".tmp", ".lock")) or "-plans/" in name]
    assert git(journal, "status", "--porcelain") == ""
    assert LABEL not in git(journal, "log", "--format=%B")


def _try(victim: Victim, folder: Path, act: str, how: tuple[str, str]) -> int:
    return at_every_call(victim, folder, act, how, prepare=partial(_prepare, act), check=partial(_assert_kept, act))


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("call", ["write", "linkat", "rename", "unlink", "fsync"])
def test_killed_while_answers_are_kept(*, victim: Victim, memory: Path, tried: Tried, act: str, call: str) -> None:
    count = _try(victim, memory, act, (call, "signal=SIGKILL"))
    tried("kills of the program", count)
    assert count or call in ("linkat", "unlink")


@pytest.mark.parametrize(("call", "error"), [("write", "ENOSPC"), ("fsync", "EIO"), ("rename", "EIO")])
def test_a_call_fails_while_a_round_is_closed(
    *, victim: Victim, memory: Path, tried: Tried, call: str, error: str
) -> None:
    count = _try(victim, memory, "close_a_round", (call, f"error={error}"))
    tried("failing calls of the program", count)
    assert count


def _assert_converted(journal: Journal) -> None:
    """Figures never change, and once it is said that the answers are removed, none is there; another run ends it."""
    said = journal.root.parent / round_acts.SAID
    if said.exists() and "removed 4 answers" in said.read_text():
        _assert_no_row(journal)
    if rounds.get(journal, ROUND)[0].released:
        _assert_figures(journal)
    else:
        assert len(journal.all_entries()) == 4, "no row goes before the figures are safe"
    round_acts.convert_a_round(journal)
    _assert_figures(journal)
    _assert_no_row(journal)
    _assert_at_rest(journal)


def _assert_figures(journal: Journal) -> None:
    found, _data = rounds.get(journal, ROUND)
    points = [(group.role, {*group.sums.values(), *group.points.values()}) for group in found.released]
    assert (found.state, points) == ("closed", [("manager", {1}), ("colleague", {3})])  # of 2, 3 and 4


def _assert_no_row(journal: Journal) -> None:
    assert not journal.all_entries()
    found = snapshot(journal.root, journal.state)
    assert not [name for name, data in found.items() if ".git/" not in name and b"scores]" in data]


@pytest.mark.parametrize("call", ["write", "linkat", "rename", "unlink", "fsync"])
def test_killed_while_a_round_of_an_earlier_version_is_converted(
    *, victim: Victim, memory: Path, tried: Tried, call: str
) -> None:
    how = (call, "signal=SIGKILL")
    count = at_every_call(
        victim, memory, "convert_a_round", how, prepare=round_acts.close_as_earlier, check=_assert_converted
    )
    tried("kills of the program", count)
    assert count or call == "linkat"


def test_a_git_command_killed_while_a_round_of_an_earlier_version_is_converted(
    *, victim: Victim, memory: Path, tried: Tried, tmp_path: Path
) -> None:
    """The journal is as before or converted; what is told never changes, and another run ends it."""

    def world(name: str) -> Journal:
        shutil.rmtree(memory / name, ignore_errors=True)
        if (memory / "model").exists():
            shutil.copytree(memory / "model", memory / name, symlinks=True)
        return Journal(memory / name / "journal", memory / name / "state")

    round_acts.close_as_earlier(world("model"))
    children = Children(victim, tmp_path)
    points = children.plan("convert_a_round", look_at(world("planned")))
    assert {point.command for point in points} >= {"write-tree", "commit-tree", "update-ref"}
    for point in of_this_turn(points):
        journal = world("attacked")
        outcome, happened = children.attack("convert_a_round", look_at(journal), point, "signal=SIGKILL")
        assert not outcome.status, outcome
        _assert_converted(Journal(journal.root, journal.state))
        tried("kills of git", happened)


@pytest.mark.parametrize(("call", "error"), [("write", "ENOSPC"), ("fsync", "EIO"), ("rename", "EIO")])
def test_a_call_fails_while_a_round_of_an_earlier_version_is_converted(
    *, victim: Victim, memory: Path, tried: Tried, call: str, error: str
) -> None:
    how = (call, f"error={error}")
    count = at_every_call(
        victim, memory, "convert_a_round", how, prepare=round_acts.close_as_earlier, check=_assert_converted
    )
    tried("failing calls of the program", count)
    assert count
