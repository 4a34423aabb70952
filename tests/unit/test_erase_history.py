"""What `erase` does to the git repository: references, objects, what others staged, copies, locks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE
from reflect_tui.store import erasing, erasure
from tests.unit.cli_examples import Cli
from tests.unit.erase_examples import CANARY, found, git, make

pytestmark = pytest.mark.slow


def test_branches_tags_stashes_and_reflogs_let_go_too(cli: Cli) -> None:
    kept, gone = make(cli)
    git(cli, "tag", "-a", "v1", "-m", "as it was")
    git(cli, "branch", "side")
    cli.path(kept).write_bytes(cli.path(kept).read_bytes() + b"# x\n")
    git(cli, "stash", "push")
    git(cli, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(cli, "gc")
    (pack,) = (cli.root / ".git" / "objects" / "pack").glob("*.pack")
    pack.with_suffix(".keep").write_text("")
    git(cli, "commit-graph", "write", "--reachable")
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert found(cli, CANARY) == []
    refs = git(cli, "for-each-ref", "--format=%(refname)").split()
    assert refs == ["refs/heads/main", "refs/heads/side", "refs/tags/v1"]
    assert "as it was" in git(cli, "cat-file", "tag", "v1")
    assert git(cli, "fsck", "--full", "--strict") == ""


def test_tags_of_tags_stay_and_what_can_not_is_named_before(cli: Cli) -> None:
    _kept, gone = make(cli)
    blob = git(cli, "rev-parse", f"HEAD:{cli.path(gone).relative_to(cli.root).as_posix()}").strip()
    git(cli, "tag", "-a", "-m", "the first", "inner")
    git(cli, "tag", "-a", "-m", "the second", "outer", "inner")
    git(cli, "tag", "-a", "-m", "a file", "file", blob)
    git(cli, "tag", "plain", blob)
    git(cli, "tag", "folder", "HEAD^{tree}")
    git(cli, "notes", "add", "-m", CANARY)
    told = " ".join(erasing.along(cli.journal, erasure.session(cli.journal, gone.id)))
    assert "4 references of git that are no branches and no tags of versions, such as refs/notes/commits" in told
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert found(cli, CANARY) == []
    refs = git(cli, "for-each-ref", "--format=%(refname)").split()
    assert refs == ["refs/heads/main", "refs/tags/inner", "refs/tags/outer"]
    assert "the second" in git(cli, "cat-file", "tag", "outer")
    assert git(cli, "rev-parse", "outer^{commit}") == git(cli, "rev-parse", "inner^{commit}")
    assert git(cli, "fsck", "--full", "--strict") == ""


def test_a_worktree_is_named_and_how_to_remove_it(cli: Cli, tmp_path: Path) -> None:
    _kept, gone = make(cli)
    git(cli, "worktree", "add", "--quiet", str(tmp_path / "other"))
    refused = cli("erase", gone.id, "--yes")
    assert (refused.code, "git worktree remove" in refused.err) == (EXIT_ATTENTION, True)
    assert cli.path(gone).exists()
    git(cli, "worktree", "remove", str(tmp_path / "other"))
    git(cli, "branch", "-D", "other")
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert found(cli, CANARY) == []


def test_what_stands_in_the_place_of_other_objects_goes_too(cli: Cli) -> None:
    """git replace: the version with the note seems gone, or seems to be another one."""
    _kept, gone = make(cli)
    blob = git(cli, "rev-parse", f"HEAD:{cli.path(gone).relative_to(cli.root).as_posix()}").strip()
    commit = git(cli, "rev-parse", "HEAD").strip()
    other = git(cli, "hash-object", "-w", "--no-filters", "journal.toml").strip()
    git(cli, "replace", blob, other)
    git(cli, "replace", commit, "HEAD~1")
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert found(cli, CANARY, "parakeet", "cage") == []
    assert git(cli, "for-each-ref", "refs/replace") == ""
    assert git(cli, "fsck", "--full", "--strict") == ""


def test_a_history_of_sha256_is_erased_from_and_backed_up(cli: Cli, tmp_path: Path) -> None:
    cli.root.mkdir()
    git(cli, "init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    kept, gone = make(cli)
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert found(cli, CANARY, "parakeet", "cage") == []
    assert git(cli, "fsck", "--full", "--strict") == ""
    assert cli("backup", str(tmp_path / "all.zip")).code == EXIT_DONE
    shutil.rmtree(cli.root)
    assert cli("restore", str(tmp_path / "all.zip")).code == EXIT_DONE
    assert [row["id"] for row in cli.json("list")["sessions"]] == [kept.id]
    assert git(cli, "rev-parse", "--show-object-format").strip() == "sha256"


def test_what_the_user_staged_of_something_else_stays(cli: Cli) -> None:
    _kept, gone = make(cli)
    (cli.root / "mine.txt").write_text("mine")
    git(cli, "add", "mine.txt")
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert git(cli, "status", "--porcelain") == "A  mine.txt\n"


def test_remotes_are_named_without_a_password(cli: Cli) -> None:
    _kept, gone = make(cli)
    git(cli, "remote", "add", "work", "https://me:secret@example.org/journal.git")
    (named,) = [said for said in cli.json("erase", gone.id, "--yes")["unreachable"] if "example.org" in said]
    assert named == "the remote work (https://example.org/journal.git), and every clone of it"


@pytest.mark.parametrize("name", ["shallow", "worktrees", "objects/info/alternates", "info/grafts"])
def test_a_part_of_history_elsewhere_is_named_before_anything_is_done(cli: Cli, name: str) -> None:
    _kept, gone = make(cli)
    (cli.root / ".git" / name).parent.mkdir(exist_ok=True, parents=True)
    if name == "shallow":
        (cli.root / ".git" / name).write_text(git(cli, "rev-list", "--max-parents=0", "HEAD"))
    else:
        (cli.root / ".git" / name).mkdir() if name == "worktrees" else (cli.root / ".git" / name).write_text("/gone\n")
    refused = cli("erase", gone.id, "--yes")
    assert refused.code == EXIT_ATTENTION
    assert name.rpartition("/")[2] in refused.err
    assert cli.path(gone).exists()


@pytest.mark.parametrize("lock", ["index.lock", "refs/heads/main.lock"])
def test_nothing_is_erased_by_half_while_another_program_writes_the_history(cli: Cli, lock: str) -> None:
    erased, _other = make(cli)
    path = cli.root / ".git" / lock
    path.touch()
    before = sorted(cli.root.rglob("*"))
    refused = cli("erase", erased.id, "--yes")
    assert refused.code != EXIT_DONE
    assert "Nothing is erased" in refused.err
    assert sorted(cli.root.rglob("*")) == before
    path.unlink()
    assert cli("erase", erased.id, "--yes").code == EXIT_DONE


@pytest.mark.parametrize("name", ["refs/heads/main (conflicted copy)", "HEAD (1)", "packed-refs~1", "objects-LAPTOP"])
def test_nothing_is_erased_while_a_copy_may_hold_it_too(cli: Cli, name: str) -> None:
    _kept, gone = make(cli)
    before = git(cli, "rev-parse", "HEAD")
    copy = cli.root / ".git" / name
    if name.startswith("objects"):
        shutil.copytree(cli.root / ".git" / "objects", copy)
    else:
        copy.write_text(before)
    done = cli("erase", gone.id, "--yes")
    assert done.code == EXIT_ATTENTION
    assert f"Nothing is erased: {copy} is a copy" in " ".join(done.err.split())
    assert "reflect-tui doctor" in done.err
    assert (git(cli, "rev-parse", "HEAD"), cli.path(gone).exists()) == (before, True)
    copy.rename(cli.root.parent / "elsewhere")
    assert cli.json("erase", gone.id, "--yes")["left"] == []


def test_a_branch_of_ones_own_with_the_name_of_a_copy_is_erased_from_as_well(cli: Cli) -> None:
    _kept, gone = make(cli)
    git(cli, "branch", "main-LAPTOP")
    assert cli.json("erase", gone.id, "--yes")["left"] == []
    assert found(cli, CANARY) == []
