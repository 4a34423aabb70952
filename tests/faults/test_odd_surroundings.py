"""A journal in odd surroundings: other repositories around it, strange names, foreign variables, damaged objects."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reflect_tui.errors import JournalError
from reflect_tui.store.journal import Journal
from tests.faults.counting import Tried
from tests.faults.owner import git
from tests.faults.promises import assert_promises, fsck
from tests.faults.worlds import World, Worlds, save


def test_what_the_user_staged_is_still_staged_and_not_in_our_commit(worlds: Worlds, tried: Tried) -> None:
    world = worlds("ready")
    root = world.journal.root
    (root / "user.txt").write_text("mine")
    git(root, "add", "user.txt")
    (root / "later.txt").write_text("not even added")
    save(world.journal, 7)
    assert len(world.journal.record().commits) == 1
    assert git(root, "status", "--porcelain") == "A  user.txt\n?? later.txt\n"
    assert "user.txt" not in git(root, "ls-tree", "-r", "HEAD")
    git(root, "stash", "push", "--quiet", "--", "user.txt")
    save(world.journal, 8)
    assert len(world.journal.record().commits) == 1
    assert len(git(root, "stash", "list").splitlines()) == 1
    tried("odd repositories")


def test_a_journal_that_becomes_nested_waits_and_both_repositories_stay_as_they_are(
    tmp_path: Path, tried: Tried
) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    saved = save(journal, 7)
    git(tmp_path, "init", "--quiet", ".")
    recorded = journal.record()
    assert recorded.obstacle is not None
    assert (recorded.obstacle.kind, recorded.pending) == ("nested", (saved.stem,))
    assert str(tmp_path) in recorded.obstacle.sentence
    assert not (journal.root / ".git").exists()
    shutil.rmtree(tmp_path / ".git")
    assert len(journal.record().commits) == 1
    tried("odd repositories")


def test_a_bare_repository_in_the_place_of_a_journal_stays_as_it_is(tmp_path: Path, tried: Tried) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "journal")
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    with pytest.raises(JournalError, match="no journal"):
        save(journal, 7)
    journal.identity.create()
    saved = save(journal, 8)
    recorded = journal.record()
    assert recorded.obstacle is not None
    assert (recorded.obstacle.kind, recorded.pending) == ("bare", (saved.stem,))
    assert not (journal.root / ".git").exists()
    tried("odd repositories")


def test_a_linked_work_tree_is_a_journal_on_its_own_branch(worlds: Worlds, tried: Tried) -> None:
    world = worlds("ready")
    second = world.journal.root.parent / "second"
    git(world.journal.root, "worktree", "add", "--quiet", str(second))
    main = git(world.journal.root, "rev-parse", "main")
    journal = Journal(second, world.journal.root.parent / "second-state")
    save(journal, 7)
    assert len(journal.record().commits) == 1
    assert git(second, "status", "--porcelain") == ""
    assert git(world.journal.root, "rev-parse", "main") == main
    assert (second / ".git").is_file()
    assert_promises(world)
    tried("odd repositories")


@pytest.mark.parametrize(
    "name",
    ["two words", "$HOME", "-rf", "100%s %n", "quo'te\"s", "back\\slash", "żółć ü", "a;touch b", "*?[x]", "a" * 200],
)
def test_any_folder_name_will_do(tmp_path: Path, tried: Tried, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    journal = Journal(Path(name), tmp_path / "state")
    save(journal, 7)
    recorded = journal.record()
    assert recorded.obstacle is None, recorded.obstacle.sentence
    assert {path.name for path in tmp_path.iterdir()} == {name, "state"}
    assert_promises(World(journal, {}, ()))
    tried("odd repositories")


def test_a_folder_name_with_a_line_end_is_told_and_history_catches_up_under_another_name(
    tmp_path: Path, tried: Tried
) -> None:
    journal = Journal(tmp_path / "two\nlines", tmp_path / "state")
    saved = save(journal, 7)
    obstacle = journal.record().obstacle
    assert saved.exists()
    assert obstacle
    assert "line end" in obstacle.sentence
    assert "\n" not in obstacle.sentence
    renamed = Journal(journal.root.rename(tmp_path / "one line"), tmp_path / "state")
    assert renamed.record().obstacle is None
    assert_promises(World(renamed, {}, ()))
    tried("odd repositories")


def test_a_vanished_working_folder_does_not_matter(
    worlds: Worlds, tried: Tried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = worlds("ready")
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    save(world.journal, 7)
    assert len(world.journal.record().commits) == 1
    monkeypatch.chdir(tmp_path)
    assert_promises(world)
    tried("odd repositories")


@pytest.mark.parametrize(
    "name",
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
     "GIT_CONFIG", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_PARAMETERS", "GIT_CEILING_DIRECTORIES", "GIT_NAMESPACE",
     "GIT_COMMON_DIR", "GIT_EXEC_PATH", "GIT_TRACE", "GIT_TRACE2_EVENT", "GIT_QUARANTINE_PATH", "GIT_DEFAULT_HASH",
     "GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_PREFIX", "GIT_TEMPLATE_DIR",
     "GIT_EXTERNAL_DIFF", "GIT_ATTR_SOURCE", "GIT_REPLACE_REF_BASE", "GIT_PYTHON_TRACE", "GIT_PYTHON_GIT_EXECUTABLE"],
)  # fmt: skip
def test_inherited_variables_mean_nothing(
    tmp_path: Path, tried: Tried, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    polluted = tmp_path / "polluted"
    monkeypatch.setenv(name, str(polluted))
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    save(journal, 7)
    assert len(journal.record().commits) == 1
    monkeypatch.delenv(name, raising=False)
    assert not polluted.exists()
    assert_promises(World(journal, {}, ()))
    tried("odd repositories")


@pytest.mark.parametrize("identity", ["", "[user]\n\tname =\n\temail =\n", "[user\n", "[include]\n\tpath = /dev/tty\n"])
def test_without_a_usable_identity_the_programs_own_is_used(
    tmp_path: Path, tried: Tried, own_home: Path, identity: str
) -> None:
    if identity:
        (own_home / ".gitconfig").write_text(identity)
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    save(journal, 7)
    assert journal.record().obstacle is None
    (own_home / ".gitconfig").unlink(missing_ok=True)
    assert git(journal.root, "log", "--format=%an <%ae> %cn <%ce>").strip() == " ".join(
        ["reflect-tui <reflect-tui@localhost>"] * 2
    )
    tried("odd repositories")


def _damage_a_blob(objects: Path, blob: str) -> None:
    path = objects / blob[:2] / blob[2:]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\0")


@pytest.mark.parametrize("how", ["flipped", "deleted", "emptied", "pack index cut short"])
def test_a_damaged_object_leaves_the_folder_readable_and_history_told(worlds: Worlds, tried: Tried, how: str) -> None:
    world = worlds("ready")
    root = world.journal.root
    name = next(iter(world.sessions))
    blob = git(root, "rev-parse", f"HEAD:{name}").strip()
    objects = root / ".git" / "objects"
    loose = objects / blob[:2] / blob[2:]
    match how:
        case "flipped":
            _damage_a_blob(objects, blob)
        case "deleted":
            loose.unlink()
        case "emptied":
            loose.chmod(0o600)
            loose.write_bytes(b"")
        case _:
            git(root, "gc", "--quiet", "--prune=now")
            (index,) = (objects / "pack").glob("*.idx")
            index.chmod(0o600)
            index.write_bytes(index.read_bytes()[:100])
    assert [entry.faults for entry in world.journal.entries()] == [()]
    saved = save(world.journal, 7)
    recorded = Journal(root, world.journal.state).record()
    assert saved.exists()
    assert recorded.obstacle is None or recorded.obstacle.sentence
    assert recorded.obstacle is not None or not recorded.pending
    assert (root / name).read_bytes() == world.sessions[name]
    assert fsck(world.journal)
    tried("odd repositories")
