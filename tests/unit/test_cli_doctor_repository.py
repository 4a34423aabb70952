"""doctor on what lies around a history: settings, links, other branches, copies, an index that lags behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reflect_tui.disk.files import signature
from reflect_tui.store.journal import Journal
from tests.faults.journal_state import snapshot
from tests.unit.cli_examples import Cli
from tests.unit.doctor_examples import amended, break_tree, findings, git, healthy, wrong

pytestmark = pytest.mark.slow


@pytest.fixture
def cli(cli: Cli) -> Cli:
    return healthy(cli)


@pytest.fixture
def nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    return Cli(tmp_path / "nothing", capsys, monkeypatch)


@pytest.mark.parametrize("data", [bytes(92), b"[core]\n\tbare = false\n" + bytes(40)])
def test_settings_of_git_that_a_power_cut_spoiled_are_made_anew(cli: Cli, data: bytes) -> None:
    head = git(cli, "rev-parse", "HEAD")
    settings = cli.root / ".git" / "config"
    settings.write_bytes(data)
    code, found = findings(cli)
    assert (code, list(found)) == (3, ["history"])
    assert found["history"]["advice"] == "Put right by: reflect-tui doctor --fix"
    assert settings.read_bytes() == data
    assert wrong(cli, "--fix") == []
    assert git(cli, "rev-parse", "HEAD") == head
    assert git(cli, "fsck", "--full", "--strict") == git(cli, "status", "--porcelain") == ""
    (kept,) = (cli.journal.state / "set-aside").glob("config.*")
    assert kept.read_bytes() == data


def test_settings_of_git_that_someone_wrote_wrongly_are_left_to_them(cli: Cli) -> None:
    settings = cli.root / ".git" / "config"
    settings.write_bytes(b"[core\nmine")
    code, found = findings(cli, "--fix")
    assert (code, list(found)) == (3, ["history"])
    assert "Mend it in an editor" in str(found["history"]["found"])
    assert found["history"]["advice"] == ""
    assert settings.read_bytes() == b"[core\nmine"


@pytest.mark.parametrize("put", ["garbage", "\0" * 40, "", "a link to nothing", "a link to itself"])
def test_what_leads_to_no_repository_is_set_aside_and_a_history_made_from_the_files(
    cli: Cli, tmp_path: Path, put: str
) -> None:
    entrance = cli.root / ".git"
    entrance.rename(tmp_path / "kept")
    if put.startswith("a link"):
        entrance.symlink_to(".git" if "itself" in put else "/media/disk/repository")
    else:
        entrance.write_text(put)
    put_there = signature(entrance)
    before = {path: path.read_bytes() for path in cli.root.glob("sessions/*/*")}
    code, found = findings(cli)
    assert (code, list(found)) == (3, ["history"])
    advice = str(found["history"]["advice"])
    assert "reflect-tui doctor --fix" in advice
    assert ("connect it first" in advice) is put.startswith("a link")
    assert signature(entrance) == put_there
    inode = entrance.lstat().st_ino
    assert wrong(cli, "--fix") == []
    (aside,) = cli.root.glob(".git.broken-*")
    assert aside.lstat().st_ino == inode
    assert {path: path.read_bytes() for path in cli.root.glob("sessions/*/*")} == before
    assert len(git(cli, "rev-list", "HEAD").split()) == len(before)
    assert git(cli, "fsck", "--full", "--strict") == git(cli, "status", "--porcelain") == ""


@pytest.mark.parametrize("by", ["a link", "a link to a folder", "a file"])
def test_what_leads_to_other_work_is_left_alone_and_the_advice_is_true(cli: Cli, tmp_path: Path, by: str) -> None:
    entrance = cli.root / ".git"
    entrance.rename(tmp_path / "kept")
    work = tmp_path / "work"
    work.mkdir()
    if by != "a link to a folder":
        git(cli, "-C", str(work), "init", "--quiet")
        git(cli, "-C", str(work), "commit", "--quiet", "--allow-empty", "--message=theirs")
        work /= ".git"
    if by == "a file":
        entrance.write_text(f"gitdir: {work}\n")
    else:
        entrance.symlink_to(work)
    before = snapshot(work), sorted(cli.root.iterdir())
    advice = str(findings(cli, "--fix")[1]["history"]["advice"])
    assert f"move {entrance} aside" in advice
    assert (snapshot(work), sorted(cli.root.iterdir())) == before
    entrance.rename(tmp_path / "aside")
    assert wrong(cli, "--fix") == []
    assert snapshot(work) == before[0]


@pytest.mark.parametrize("name", ["refs/heads/main", "refs/heads/other", "logs/HEAD", "HEAD"])
def test_a_pipe_that_git_would_wait_for_is_named(cli: Cli, name: str) -> None:
    pipe = cli.root / ".git" / name
    pipe.parent.mkdir(exist_ok=True)
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    code, found = findings(cli, "--fix")
    assert (code, list(found)) == (3, ["history"])
    assert f"{pipe} is not an ordinary file" in str(found["history"]["found"])
    assert "Put it right" in str(found["history"]["advice"])
    assert not list(cli.root.glob(".git.broken*"))


def test_a_fix_that_was_cut_short_is_finished_by_the_next(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    break_tree(cli)
    with monkeypatch.context() as patch:
        patch.setattr("reflect_tui.store.journal.Journal.recover", lambda *_args, **_more: 1 / 0)
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


def test_sessions_that_only_another_branch_has_are_named(cli: Cli) -> None:
    git(cli, "switch", "--quiet", "-c", "trial")
    session = cli.journal.own()[0]
    path = cli.root / "sessions" / "2026" / f"{session.id}.toml"
    other = session.id[:-6] + "abcdef"
    path.with_stem(other).write_bytes(path.read_bytes().replace(session.id.encode(), other.encode()))
    git(cli, "add", "--all")
    git(cli, "commit", "--quiet", "-m", "there")
    code, found = findings(cli)
    assert (code, list(found)) == (3, ["history"])
    assert "Another branch than the journal's own is checked out" in str(found["history"]["found"])
    git(cli, "switch", "--quiet", "main")
    code, found = findings(cli)
    assert (code, list(found)) == (3, ["branches"])
    assert f"1 session is only on the branch trial, and so not in the list: {other}" in str(found["branches"]["found"])
    git(cli, *str(found["branches"]["advice"]).split("with: git -C ")[1].split()[1:])
    assert wrong(cli) == []
    cli.journal.delete(other)  # what was removed on the own branch is not missed
    assert wrong(cli) == []


def test_documents_that_only_another_branch_has_are_named(cli: Cli) -> None:
    names = ("goals/2026-01-02-calm.toml", "rounds/2026-01-colleagues.toml", "events/2026-01-02-moved.toml")
    git(cli, "switch", "--quiet", "-c", "trial")
    for name in names:
        (cli.root / name).parent.mkdir(exist_ok=True)
        (cli.root / name).write_text("format = 1\n")
    git(cli, "add", "--all")
    git(cli, "commit", "--quiet", "-m", "there")
    git(cli, "switch", "--quiet", "main")
    code, found = findings(cli)
    assert (code, list(found)) == (3, ["branches"])
    told = str(found["branches"]["found"])
    assert told.startswith("3 documents are only on the branch trial, and so not in the journal: ")
    assert all(name in told for name in names)
    assert str(found["branches"]["advice"]).endswith("merge trial")


def test_a_branch_that_was_renamed_is_the_journals_own_and_its_old_name_is_told(cli: Cli) -> None:
    amended(cli)
    git(cli, "branch", "--quiet", "--move", "main", "journal")
    git(cli, "branch", "--quiet", "main", "HEAD~1")  # it comes back before anything else is committed
    assert "switch main" in str(findings(cli)[1]["history"]["found"])
    git(cli, "branch", "--quiet", "--delete", "--force", "main")
    cli.save(3, days=-9)
    assert cli.journal.record().obstacle is None
    assert wrong(cli) == []
    git(cli, "branch", "--quiet", "main", "HEAD~1")
    cli.save(3, days=-10)
    assert cli.journal.record().obstacle is None
    assert wrong(cli) == []
    assert "The branch main, which the journal was on before, is there too" in cli("doctor", "--json").out
    git(cli, "switch", "--quiet", "main")
    assert "switch journal" in str(findings(cli)[1]["history"]["found"])
    git(cli, "commit", "--quiet", "--allow-empty", "-m", "there")
    git(cli, "switch", "--quiet", "journal")
    code, found = findings(cli)
    assert (code, list(found)) == (3, ["branches"])
    assert "main, which the journal was on before, has versions that its own branch lacks" in str(
        found["branches"]["found"]
    )
    git(cli, *str(found["branches"]["advice"]).split("with: git -C ")[1].split()[1:])
    assert wrong(cli) == []


def test_an_index_that_lags_behind_history_is_named_and_brought_up_to_date(cli: Cli) -> None:
    session = amended(cli)
    path = f"sessions/2026/{session.id}.toml"
    (other,) = (entry.path for entry in cli.journal.entries()[1:2])
    git(cli, "rm", "--quiet", "--cached", other)
    git(cli, "update-index", "--cacheinfo", f"100644,{git(cli, 'rev-parse', f'HEAD~1:{path}').strip()},{path}")
    code, found = findings(cli)
    assert (code, list(found)) == (3, ["index"])
    assert all(name in str(found["index"]["found"]) for name in (path, other))
    assert wrong(cli, "--fix") == []
    assert git(cli, "status", "--porcelain") == ""
    before = (cli.root / path).read_bytes()
    (cli.root / path).write_bytes(before + b"# theirs")
    git(cli, "add", path)
    (cli.root / path).write_bytes(before)
    assert wrong(cli, "--fix") == []  # what they staged is theirs
    assert git(cli, "diff", "--cached", "--name-only").strip() == path


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("refs/heads/main (conflicted copy).", "main"),
        ("refs/heads/main (laptop's conflicted copy 2026-01-02)", "main"),
        ("refs/heads/main.sync-conflict-20260102-030405-ABCDEFG", "main"),
        ("HEAD-laptop", "HEAD"),
        ("HEAD (1)", "HEAD"),
        ("index_conf(2)", "index"),
        ("config.sync-conflict-20260102-030405-ABCDEFG", "config"),
        ("packed-refs~1", "packed-refs"),
        ("HEAD.conflict1", "HEAD"),
        ("HEAD[Conflict]", "HEAD"),
        ("Copy of HEAD", "HEAD"),
        ("Kopie van index", "index"),
        ("refs/heads/main.conflict1", "main"),
        ("refs/heads/main_conflict-20261129-101010", "main"),
        ("refs/heads/main#1", "main"),
        ("refs/heads/Copy of main", "main"),
        ("refs/heads/main-LAPTOP", "main"),
        ("refs/heads/main-DESKTOP-7K2", "main"),
    ],
)
def test_a_copy_that_a_program_for_sharing_files_left_in_the_repository_is_named(
    cli: Cli, name: str, original: str
) -> None:
    copy = cli.root / ".git" / name
    head = git(cli, "rev-parse", "HEAD").strip()
    copy.write_text(f"{head}\n" if original == "main" else "ref: refs/heads/main\n")
    code, found = findings(cli)
    assert (code, list(found)) == (3, ["copies"])
    assert f"{copy} is a copy of {original}," in str(found["copies"]["found"])
    assert "Move it elsewhere" in str(found["copies"]["advice"])
    if original == "main":
        tree = git(cli, "rev-parse", "HEAD^{tree}").strip()
        theirs = git(cli, "commit-tree", tree, "-p", head, "-m", "on the laptop").strip()
        copy.write_text(f"{theirs}\n")
        advice = str(findings(cli)[1]["copies"]["advice"])
        assert f"merge {theirs}. Then remove the copy" in advice
        git(cli, "merge", "--quiet", theirs)
        assert "Move it elsewhere" in str(findings(cli)[1]["copies"]["advice"])
    copy.unlink()
    assert wrong(cli) == []


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("refs (1)", "refs"),
        ("objects-LAPTOP", "objects"),
        ("logs.sync-conflict-20260102-030405-ABCDEFG", "logs"),
        ("Kopie van refs (2)", "refs"),
        ("refs/heads-LAPTOP", "heads"),
        ("objects/pack (conflicted copy)", "pack"),
    ],
)
def test_a_copied_folder_in_the_repository_is_named(cli: Cli, name: str, original: str) -> None:
    copy = cli.root / ".git" / name
    copy.mkdir()
    code, found = findings(cli, "--fix")
    assert (code, list(found)) == (3, ["copies"])
    assert f"{copy} is a copy of {original}," in str(found["copies"]["found"])
    assert "then move it elsewhere" in str(found["copies"]["advice"])
    copy.rename(cli.root.parent / "elsewhere")
    assert wrong(cli) == []


def test_branches_of_ones_own_are_no_copies(cli: Cli) -> None:
    for name in ("main-old", "main-2026", "Main-LAPTOP", "trial-LAPTOP", "main-Laptop"):
        git(cli, "branch", "--quiet", name)
    assert wrong(cli) == []


@pytest.mark.parametrize("command", ["commit-tree", "rev-parse"])
def test_a_git_that_breaks_down_is_told_in_words(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    real = next(path for f in os.environ["PATH"].split(":") if (path := Path(f, "git")).exists())
    (tmp_path / "git").write_text(f'#!/bin/sh\n[ "$1" != {command} ] || kill -SEGV $$\nexec {real} "$@"\n')
    (tmp_path / "git").chmod(0o755)
    cli.save(3, days=-99)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        obstacle = Journal(cli.root, cli.journal.state).record().obstacle
    assert obstacle
    assert obstacle.sentence.startswith("The program git broke down in the middle of its work. What is saved waits")
    assert "(git was ended by the system: Segmentation fault)" in obstacle.sentence
    assert cli.journal.record().obstacle is None


def test_what_git_itself_puts_beside_head_is_no_copy(cli: Cli) -> None:
    for name in ("ORIG_HEAD", "FETCH_HEAD", "config.worktree", "packed-refs.new", "refs/heads/feature(1)-laptop"):
        (cli.root / ".git" / name).write_text(git(cli, "rev-parse", "HEAD"))
    (cli.root / ".git" / "config.worktree").write_text("")
    assert wrong(cli) == []
