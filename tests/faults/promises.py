"""What a user may rely on after any fault, looked at from outside and by starting the program again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from reflect_tui.model.session import relative_path
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from tests.faults import journal_child, operations
from tests.faults.fingerprint import fingerprint
from tests.faults.journal_state import git, snapshot
from tests.faults.worlds import World, save

_NEXT_DAY = 20


_kept: set[tuple[object, ...]] = set()


def assert_promises(
    world: World, told: Iterable[Mapping[str, Any]] = (), first: Callable[[World], None] | None = None
) -> None:
    """Check that nothing is lost, that the program puts itself right, and that it goes on.

    `told` is what the program had said before the fault. What was left in the very same way before, after the same
    words, is not looked at again. `first` is what must be done before the program can go on, with checks of its own.
    """
    words = list(told)
    before = (tuple(sorted(world.sessions.items())), world.acts, world.amended)
    state = (fingerprint(world.journal.root, world.journal.state), repr(words), before, first)
    if state not in _kept:
        if first:
            first(world)
        _check(world, words)
        _kept.add(state)


def different() -> int:
    """Give how many states were checked so far."""
    return len(_kept)


def _check(world: World, told: Iterable[Mapping[str, Any]]) -> None:
    journal = world.journal
    _keeps_its_word(journal, told)
    _keeps_the_draft(world)
    _keeps_the_amendment(world)
    assert all(not entry.faults for entry in journal.all_entries()), journal.all_entries()
    recovered = journal.recover(locked=True).recorded
    assert recovered.obstacle is None, recovered.obstacle.sentence
    assert recovered.pending == ()
    assert journal.changed() == ()
    _keeps_the_draft(world)
    _keeps_the_amendment(world)
    save(journal, _NEXT_DAY)
    journal_child.finish(journal)
    assert journal.drafts.all() == ()
    assert journal.pending() == ()
    _is_at_rest(journal)
    _keeps_the_sessions(world)
    _has_every_version(world)


def _keeps_its_word(journal: Journal, told: Iterable[Mapping[str, Any]]) -> None:
    for line in told:
        match line["what"]:
            case "saved" | "restored":
                assert (journal.root / relative_path(line["id"])).exists(), line
            case "amended":
                assert (journal.root / relative_path(line["id"])).read_bytes().count(b'"n/a"') == 1, line
            case "deleted":
                assert not (journal.root / relative_path(line["id"])).exists(), line
            case "synced":
                (draft, *_others) = (found for found in journal.drafts.all() if isinstance(found, Draft))
                assert len(draft.acts) >= line["acts"]
            case "recorded" if not line["obstacle"]:
                assert journal.pending() == ()


def _keeps_the_draft(world: World) -> None:
    """Find the draft's answers: in the draft, in its session, or put away."""
    journal = world.journal
    path = journal.drafts.path(operations.SECOND_ID)
    away = journal.drafts.discarded / path.name
    if world.acts and not (journal.root / relative_path(operations.SECOND_ID)).exists():
        draft = journal.drafts.load(path if path.exists() else away)
        assert not draft.damaged
        assert draft.acts[: len(world.acts)] == world.acts


def _keeps_the_amendment(world: World) -> None:
    """Find the new version in the session's file, or the draft that makes it of the old one."""
    if world.amended:
        data = _amended(world).read_bytes()
        draft = next(iter(world.journal.drafts.all()), None)
        assert data == world.amended or data.count(b'"n/a"') == 1
        assert isinstance(draft, Draft) if data == world.amended else True
        assert not isinstance(draft, Draft) or draft.acts == world.acts


def _has_every_version(world: World) -> None:
    """Find the old and the new version of what was amended in history, and why; no plan is left."""
    if world.amended:
        journal, path = world.journal, _amended(world)
        assert path.read_bytes().count(b'"n/a"') == 1
        newest, first = journal.versions(path.stem)
        assert (newest.reason, first.reason) == (operations.REASON, "")
        assert journal.repository.read(first.commit, journal.path(path.stem)) == world.amended
        assert journal.repository.read(newest.commit, journal.path(path.stem)) == path.read_bytes()
        assert not list((journal.state / "plans").iterdir())


def _amended(world: World) -> Path:
    return world.journal.root / relative_path(operations.SECOND_ID)


def _is_at_rest(journal: Journal) -> None:
    """Starting once more changes nothing, no leftover lies about, and git finds nothing wrong."""
    before = snapshot(journal.root, journal.state)
    again = journal.recover(locked=True)
    assert (again.drafts, again.tidied, again.recorded.commits) == ((), (), ())
    after = snapshot(journal.root, journal.state)
    changed = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    assert not changed, {path: (before.get(path), after.get(path)) for path in changed}
    left = [path for path in before if path.endswith((".tmp", ".lock")) or "/tmp_obj_" in path]
    assert not [path for path in left if "/.git/objects/" not in path or "/tmp_obj_reflect-tui-" in path], left
    assert not [line for line in fsck(journal) if not line.startswith(("dangling", "notice"))]
    assert git(journal, "status", "--porcelain") == ""


def fsck(journal: Journal) -> list[str]:
    """Give the lines of git's own check."""
    return git(journal, "fsck", "--full", "--strict", "--no-progress").splitlines()


def _keeps_the_sessions(world: World) -> None:
    """Find every session of before as it was, in the folder or out of history."""
    for name, data in world.sessions.items():
        path = world.journal.root / name
        if not path.exists():
            world.journal.restore(Path(name).stem)
        assert path.read_bytes() == data
