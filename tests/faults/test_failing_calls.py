"""A disk that refuses one system call, of the program or of its git: nothing is lost, and it is said in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.attack import Outcome, Victim, plan
from tests.faults.counting import Tried
from tests.faults.git_children import Children
from tests.faults.operations import ATTACKED, WITH_GIT
from tests.faults.promises import assert_promises
from tests.faults.turns import of_this_turn
from tests.faults.worlds import Worlds

_ERRORS = {
    "write": ("ENOSPC", "EIO", "EDQUOT"),
    "pwrite64": ("ENOSPC", "EIO", "EDQUOT"),
    "sendfile": ("ENOSPC", "EIO"),
    "fsync": ("EIO", "ENOSPC", "EDQUOT"),
    "linkat": ("ENOSPC", "EDQUOT", "EIO"),
    "link": ("ENOSPC", "EDQUOT", "EIO"),
    "rename": ("ENOSPC", "EDQUOT", "EIO"),
    "mkdir": ("ENOSPC", "EDQUOT", "EROFS"),
    "openat": ("ENOSPC", "EROFS", "EACCES"),
    "unlink": ("EIO", "EROFS"),
}
_OFTEN = ("write", "pwrite64", "linkat", "link", "rename")  # every error at every one of these
_WORDS = {
    "ENOSPC": ("disk is full",),
    "EDQUOT": ("disk is full",),
    "EIO": ("reports an error", "Input/output error"),
    "EROFS": ("read-only", "Read-only"),
    "EACCES": ("permission", "Permission"),
}
# What git says of some files without a reason; of a disk that really is full see test_small_disk.
_UNSAID = (
    "nable to write new index file",
    "failed to write new configuration file",
    "couldn't write",
    "couldn't set",
    "File exists",
    "left a lock",
)


def _errors(call: str, number: int) -> tuple[str, ...]:
    """Choose the errors for a call: all of them where a disk refuses most often, else by turns."""
    errors = _ERRORS[call]
    return errors if call in _OFTEN else (errors[number % len(errors)],)


def _assert_said_in_a_sentence(outcome: Outcome, error: str, *others: str) -> None:
    """Nothing went wrong, or what went wrong was named; never a traceback."""
    assert (outcome.status, outcome.complaint) == (0, ""), outcome
    sentences = [line["sentence"] for line in outcome.told("refused")]
    sentences += [line["obstacle"] for line in outcome.told("recorded") if line["obstacle"]]
    for sentence in sentences:
        assert any(words in sentence for words in (*_WORDS[error], *others)), sentence


@pytest.mark.parametrize(("operation", "state"), ATTACKED)
def test_a_call_of_the_program_fails(
    *, victim: Victim, worlds: Worlds, tried: Tried, operation: str, state: str
) -> None:
    for point in of_this_turn(plan(victim, operation, worlds(state), tuple(_ERRORS))):
        for error in _errors(point.call, point.number):
            world = worlds(state)
            outcome = victim.attack(operation, world.journal, point.inject(f"error={error}"))
            _assert_said_in_a_sentence(outcome, error)
            assert_promises(world, outcome.said)
            tried("failing calls of the program", outcome.trace.count("INJECTED"))


@pytest.mark.parametrize(("operation", "state"), WITH_GIT)
def test_a_call_of_git_fails(
    *, victim: Victim, worlds: Worlds, tried: Tried, tmp_path: Path, operation: str, state: str
) -> None:
    children = Children(victim, tmp_path)
    for turn, point in enumerate(of_this_turn(children.plan(operation, worlds(state)))):
        errors = _ERRORS[point.call]
        for error in errors if point.call == "write" else errors[turn % len(errors) :][:1]:
            world = worlds(state)
            outcome, happened = children.attack(operation, world, point, f"error={error}")
            _assert_said_in_a_sentence(outcome, error, *_UNSAID)
            assert_promises(world, outcome.said)
            tried("failing calls of git", happened)
