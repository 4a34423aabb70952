"""doctor --fix: a damaged history is mended, or set aside and made anew; nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui.journal import Journal, environment
from tests.unit.cli_examples import Cli
from tests.unit.doctor_examples import amended, break_commit, findings, git, healthy, loose, spoil, wrong


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    return healthy(Cli(tmp_path / "journal", capsys, monkeypatch))


@pytest.fixture
def nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    return Cli(tmp_path / "nothing", capsys, monkeypatch)


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


def test_a_file_of_the_newest_version_that_is_damaged_in_history_is_brought_back_from_the_folder(cli: Cli) -> None:
    session = cli.journal.own()[0]
    head = git(cli, "rev-parse", "HEAD")
    damaged = loose(cli, f"HEAD:sessions/2026/{session.id}.toml")
    spoil(damaged)
    code, found = findings(cli)
    assert (code, list(found)) == (3, ["history"])
    assert f"1 piece of it is missing or spoiled (sessions/2026/{session.id}.toml)" in str(found["history"]["found"])
    assert "The session files are whole." in str(found["history"]["found"])
    assert wrong(cli, "--fix") == []
    damaged.unlink()
    assert wrong(cli, "--fix") == []
    assert git(cli, "rev-parse", "HEAD") == head
    assert git(cli, "fsck", "--full", "--strict") == ""


def test_damage_to_an_earlier_version_alone_is_told_and_nothing_thrown_away(cli: Cli) -> None:
    session = amended(cli)
    loose(cli, f"HEAD~1:sessions/2026/{session.id}.toml").unlink()
    head = git(cli, "rev-parse", "HEAD")
    code, found = findings(cli, "--fix")
    assert (code, list(found)) == (3, ["history"])
    assert session.id in str(found["history"]["found"])
    assert "earlier versions" in str(found["history"]["advice"])
    assert git(cli, "rev-parse", "HEAD") == head
    assert not list(cli.root.glob(".git.broken*"))


def test_the_lost_list_of_a_pack_is_made_anew(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    later = "Someone <someone@example.org> 1900000000 +0000"
    monkeypatch.setattr(environment, "signature", lambda _name, _mail: later)  # so that no commit made anew is the same
    git(cli, "gc", "--quiet")
    head = git(cli, "rev-parse", "HEAD")
    (index,) = (cli.root / ".git" / "objects" / "pack").glob("*.idx")
    for gone in (False, True):
        spoil(index, index.read_bytes()[:100])
        if gone:
            index.unlink()
        assert wrong(cli) == ["history"]
        assert wrong(cli, "--fix") == []
    assert git(cli, "rev-parse", "HEAD") == head
    assert not list(cli.root.glob(".git.broken*"))
    assert git(cli, "fsck", "--full", "--strict") == ""


def test_upon_a_newest_version_that_is_lost_nothing_is_made(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    later = "Someone <someone@example.org> 1900000000 +0000"
    monkeypatch.setattr(environment, "signature", lambda _name, _mail: later)
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


def break_tree(cli: Cli) -> None:
    spoil(loose(cli, "HEAD:sessions"))


def break_branch(cli: Cli) -> None:
    git(cli, "commit-tree", "HEAD^{tree}", "-m", "another one that nothing leads to")
    (cli.root / ".git" / "refs" / "heads" / "main").write_bytes(b"")


def break_packed(cli: Cli) -> None:
    git(cli, "pack-refs", "--all")
    (cli.root / ".git" / "packed-refs").write_bytes(b"garbage\0\n")


def break_head(cli: Cli) -> None:
    (cli.root / ".git" / "HEAD").write_bytes(bytes(23))


BREAK = [break_commit, break_tree, break_branch, break_packed, break_head]


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


@pytest.mark.parametrize("torn", [b"", bytes(41), b"1234"])
def test_a_torn_branch_is_found_again_with_all_its_versions(cli: Cli, torn: bytes) -> None:
    amended(cli)
    head = git(cli, "rev-parse", "HEAD")
    (cli.root / ".git" / "logs").rename(cli.root / ".git" / "no-logs")
    (cli.root / ".git" / "refs" / "heads" / "main").write_bytes(torn)
    assert wrong(cli) == ["history"]
    assert wrong(cli, "--fix") == []
    assert git(cli, "rev-parse", "HEAD") == head
    assert not list(cli.root.glob(".git.broken-*"))


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
    branch = cli.root / ".git" / "refs" / "heads" / "main"
    tip = branch.read_bytes()
    branch.unlink()
    branch.mkdir()
    (branch / "deeper").write_bytes(tip)
    result = cli("doctor", "--fix", "--json")
    assert result.code == 3
    assert any("refs/heads/main/deeper" in sentence for sentence in json.loads(result.out)["done"])


def test_a_fix_that_was_cut_short_is_finished_by_the_next(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    break_tree(cli)
    with monkeypatch.context() as patch:
        patch.setattr("reflect_tui.journal.journal.Journal.recover", lambda *_args, **_more: 1 / 0)
        assert cli("doctor", "--fix").code == 3
    assert not (cli.root / ".git").exists()
    assert wrong(cli) == ["pending"]
    assert wrong(cli, "--fix") == []
    assert len(git(cli, "rev-list", "HEAD").split()) == 2


def test_no_note_is_in_what_doctor_says(nothing: Cli) -> None:
    session = nothing.save(3, notes={"calm": "canary"})
    nothing.path(session).write_text(nothing.path(session).read_text().replace("calm = 3", "calm = 9"))
    for words in (("doctor",), ("doctor", "--fix"), ("doctor", "--json")):
        result = nothing(*words)
        assert "canary" not in result.out + result.err
