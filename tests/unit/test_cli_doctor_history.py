"""doctor --fix: a damaged history is named, set aside whole and made anew from the files; nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui.git import plumbing
from reflect_tui.git.problems import Obstacle
from reflect_tui.store.journal import Journal
from tests.faults.journal_state import snapshot
from tests.unit.cli_examples import Cli
from tests.unit.doctor_examples import amended, break_commit, break_tree, findings, git, healthy, loose, spoil, wrong

pytestmark = pytest.mark.slow


@pytest.fixture
def cli(cli: Cli) -> Cli:
    return healthy(cli)


@pytest.mark.parametrize("data", [b"", b"garbage", b"flip", None])
def test_a_damaged_index_is_made_anew(cli: Cli, data: bytes | None) -> None:
    index = cli.root / ".git" / "index"
    before = index.read_bytes()
    if data is None:
        index.unlink()
    else:
        index.write_bytes(data if data != b"flip" else before[:50] + bytes([before[50] ^ 1]) + before[51:])
    assert wrong(cli) == ["index"]
    spoiled = index.read_bytes() if data is not None else None
    assert wrong(cli, "--fix") == []
    assert git(cli, "status", "--porcelain") == ""
    kept = list((cli.journal.state / "set-aside").glob("index.*"))
    assert [path.read_bytes() for path in kept] == ([] if spoiled is None else [spoiled])


def session_files(cli: Cli) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in cli.root.glob("sessions/*/*")}


def assert_set_aside_and_rebuilt(cli: Cli, before: dict[Path, bytes]) -> Path:
    """The broken repository is set aside, and the history has every session of before; where it is set aside."""
    (aside,) = cli.root.glob(".git.broken-*")
    assert session_files(cli) == before
    assert len(git(cli, "rev-list", "HEAD").split()) == len(before)
    assert git(cli, "fsck", "--full", "--strict") == git(cli, "status", "--porcelain") == ""
    return aside


@pytest.mark.parametrize("gone", [False, True])
def test_a_damaged_file_of_the_newest_version_is_named_and_the_history_made_anew(cli: Cli, gone: bool) -> None:
    session = cli.journal.own()[0]
    before = session_files(cli)
    damaged = loose(cli, f"HEAD:sessions/2026/{session.id}.toml")
    spoil(damaged)
    if gone:
        damaged.unlink()
    code, found = findings(cli)
    assert (code, list(found)) == (3, ["history"])
    assert f"newest version can't be read. (sessions/2026/{session.id}.toml)" in str(found["history"]["found"])
    assert "The session files are whole." in str(found["history"]["found"])
    assert "reflect-tui doctor --fix" in str(found["history"]["advice"])
    assert wrong(cli, "--fix") == []
    aside = assert_set_aside_and_rebuilt(cli, before)
    assert (aside / damaged.relative_to(cli.root / ".git")).exists() is not gone


def test_damage_to_an_earlier_version_alone_is_told_and_nothing_thrown_away(cli: Cli) -> None:
    session = amended(cli)
    loose(cli, f"HEAD~1:sessions/2026/{session.id}.toml").unlink()
    head = git(cli, "rev-parse", "HEAD")
    code, found = findings(cli, "--fix")
    assert (code, list(found)) == (3, ["history"])
    assert session.id in str(found["history"]["found"])
    advice = str(found["history"]["advice"])
    assert "The newest version can be read" in advice
    assert f"move {cli.root / '.git'} aside" in advice
    assert git(cli, "rev-parse", "HEAD") == head
    assert not list(cli.root.glob(".git.broken*"))
    (cli.root / ".git").rename(cli.root.parent / "aside")
    assert wrong(cli, "--fix") == []
    assert len(git(cli, "rev-list", "HEAD").split()) == 2


@pytest.mark.parametrize("gone", [False, True])
def test_a_repository_that_lost_the_list_of_a_pack_is_set_aside(cli: Cli, gone: bool) -> None:
    before = session_files(cli)
    git(cli, "gc", "--quiet")
    (index,) = (cli.root / ".git" / "objects" / "pack").glob("*.idx")
    spoil(index, index.read_bytes()[:100])
    if gone:
        index.unlink()
    assert wrong(cli) == ["history"]
    assert wrong(cli, "--fix") == []
    assert_set_aside_and_rebuilt(cli, before)


def test_upon_a_newest_version_that_is_lost_nothing_is_made(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"GIT_{role}_{field}" for role in ("AUTHOR", "COMMITTER") for field in ("NAME", "EMAIL", "DATE")]
    later = dict(zip(names, ("Someone", "someone@example.org", "@1900000000 +0000") * 2, strict=True))
    monkeypatch.setattr(plumbing, "identity", lambda _name, _mail: later)
    kept = cli.root / "kept"
    commit = loose(cli, "HEAD")
    commit.rename(kept)
    objects = sorted((cli.root / ".git" / "objects").rglob("*"))
    cli.save(2, days=1)
    recorded = Journal(cli.root, cli.journal.state).record()
    assert recorded.obstacle
    assert recorded.unread
    assert "The history is damaged, and nothing can be added to it." in recorded.obstacle.sentence
    assert sorted((cli.root / ".git" / "objects").rglob("*")) == objects
    kept.rename(commit)
    assert len(cli.journal.record().commits) == 1
    assert git(cli, "fsck", "--full", "--strict") == ""


def break_branch(cli: Cli) -> None:
    git(cli, "commit-tree", "HEAD^{tree}", "-m", "another one that nothing leads to")
    (cli.root / ".git" / "refs" / "heads" / "main").write_bytes(b"")


def break_packed(cli: Cli) -> None:
    git(cli, "pack-refs", "--all")
    (cli.root / ".git" / "packed-refs").write_bytes(b"garbage\0\n")


def break_head(cli: Cli) -> None:
    (cli.root / ".git" / "HEAD").write_bytes(bytes(23))


def make_branch_a_folder(cli: Cli) -> None:
    branch = cli.root / ".git" / "refs" / "heads" / "main"
    tip = branch.read_bytes()
    branch.unlink()
    branch.mkdir()
    (branch / "deeper").write_bytes(tip)


BREAK = [break_commit, break_tree, break_branch, break_packed, break_head, make_branch_a_folder]


@pytest.mark.parametrize("harm", BREAK)
def test_a_repository_whose_newest_version_is_lost_is_set_aside_and_made_from_the_files(
    cli: Cli, harm: Callable[[Cli], None]
) -> None:
    third = cli.save(4, days=5)
    before = {path: path.read_bytes() for path in cli.root.glob("sessions/*/*")}
    harm(cli)
    kept = {path.relative_to(cli.root / ".git") for path in (cli.root / ".git").rglob("*")}
    code, found = findings(cli)
    assert (code, list(found)) == (3, ["history"])
    assert "newest version can't be read" in str(found["history"]["found"])
    assert "--fix" in str(found["history"]["advice"])
    assert wrong(cli, "--fix") == []
    (aside,) = cli.root.glob(".git.broken-*")
    assert kept <= {path.relative_to(aside) for path in aside.rglob("*")}
    assert {path: path.read_bytes() for path in cli.root.glob("sessions/*/*")} == before
    subjects = git(cli, "log", "--reverse", "--format=%s").splitlines()
    assert [subject.split(":")[0] for subject in subjects] == [
        "session 2026-11-22 self", "session 2026-11-23 self", "session 2026-11-28 self",
    ]  # fmt: skip
    assert cli.journal.commit_of(third.id)
    assert git(cli, "fsck", "--full", "--strict") == git(cli, "status", "--porcelain") == ""
    break_commit(cli)
    assert wrong(cli, "--fix") == []
    assert len(list(cli.root.glob(".git.broken-*"))) == 2


@pytest.mark.parametrize("harm", ["", "\0" * 41, "1234", "file", "folder", "a folder in its place"])
def test_a_branch_that_is_torn_or_gone_begins_no_other_history_until_it_is_set_aside(cli: Cli, harm: str) -> None:
    amended(cli)
    head = git(cli, "rev-parse", "HEAD")
    branch = cli.root / ".git" / "refs" / "heads" / "main"
    branch.unlink()
    if harm == "folder":
        branch.parent.rmdir()
    elif harm == "a folder in its place":
        (branch / "deeper").mkdir(parents=True)
    elif harm != "file":
        branch.write_text(harm)
    cli.save(4, days=5)
    recorded = Journal(cli.root, cli.journal.state).record()
    assert recorded.commits == ()
    assert recorded.obstacle is not None
    before = session_files(cli)
    assert wrong(cli) == ["history"]
    assert wrong(cli, "--fix") == []
    aside = assert_set_aside_and_rebuilt(cli, before)
    assert (aside / "objects" / head[:2] / head[2:]).is_file()


def test_a_branch_of_the_users_own_that_has_no_commit_yet_is_no_damage(cli: Cli) -> None:
    git(cli, "symbolic-ref", "HEAD", "refs/heads/another")
    before = snapshot(cli.root / ".git" / "objects")
    assert wrong(cli, "--fix") == ["history", "pending"]
    assert snapshot(cli.root / ".git" / "objects") == before
    git(cli, "symbolic-ref", "HEAD", "refs/heads/main")
    assert wrong(cli) == []


@pytest.mark.parametrize("reason", ["alternates", "merge", "detached", "link", "config"])
def test_a_repository_that_may_only_seem_broken_is_not_set_aside(cli: Cli, reason: str, tmp_path: Path) -> None:
    folder = cli.root / ".git"
    if reason == "alternates":
        (folder / "objects" / "info").mkdir(exist_ok=True)
        (folder / "objects" / "info" / "alternates").write_text("/media/disk/objects\n")
    elif reason == "detached":
        git(cli, "checkout", "--quiet", "--detach")
    break_commit(cli)
    if reason == "merge":
        (folder / "MERGE_HEAD").touch()
    elif reason == "link":
        folder.rename(tmp_path / "elsewhere")
        folder.write_text("gitdir: /media/disk/repository\n")
    elif reason == "config":
        (folder / "config").write_bytes(b"[core]\n\trepositoryformatversion = 9\n")
    before = sorted(cli.root.iterdir())
    assert "history" in wrong(cli, "--fix")
    assert sorted(cli.root.iterdir()) == before


def test_a_fix_says_why_what_waits_still_waits(cli: Cli) -> None:
    cli.save(4, days=5)
    (cli.root / ".git" / "refs" / "heads" / "main.lock").write_text("someone else's")
    result = cli("doctor", "--fix", "--json")
    assert result.code == 3
    assert json.loads(result.out)["done"] == [Obstacle("locked", str(cli.root)).sentence]


def test_a_folder_in_the_place_of_a_packed_branch_is_named_and_its_history_stays(cli: Cli) -> None:
    head = git(cli, "rev-parse", "HEAD")
    git(cli, "pack-refs", "--all")
    folder = cli.root / ".git" / "refs" / "heads" / "main"
    folder.mkdir(exist_ok=True)
    (folder / "deeper").write_text(f"{head}\n")
    cli.save(4, days=5)
    code, found = findings(cli, "--fix")
    assert (code, list(found)) == (3, ["history", "pending"])
    assert f"{folder} is a folder, and should be a file" in str(found["history"]["found"])
    assert "Put it right" in str(found["history"]["advice"])
    assert found["pending"]["advice"] == ""
    assert git(cli, "rev-parse", "HEAD") == head
    folder.rename(cli.root.parent / "aside")
    assert wrong(cli, "--fix") == []
    assert git(cli, "rev-parse", "HEAD~1") == head
