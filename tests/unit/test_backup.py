"""`backup` and `restore`: one file, tried before it is said to be good, and the same journal on an empty machine."""

from __future__ import annotations

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from reflect_tui.disk import encrypted
from reflect_tui.errors import EXIT_ATTENTION, EXIT_BAD_INPUT, EXIT_DONE
from reflect_tui.model.goals import Goal
from reflect_tui.store import backup
from reflect_tui.store.drafts import TypedGoal
from reflect_tui.store.journal import Journal
from reflect_tui.store.rounds import WaitingAnswers
from tests.unit.cli_examples import Cli, Machine
from tests.unit.journal.sync_examples import harder
from tests.unit.round_examples import a_round, an_answer, put

pytestmark = pytest.mark.slow

DRAFT = "2026-11-29T1000-self-000001.toml"


def git(root: Path, *command: str) -> str:
    done = subprocess.run(["git", *command], cwd=root, check=True, capture_output=True)
    return done.stdout.decode("utf-8", "replace")


def told(cli: Cli) -> list[str]:
    """Give what the reading commands say, without where the journal is."""
    commands = (["list"], ["trend"], ["rounds"], ["history", "latest"])
    return [cli(*command, "--json").out.replace(str(cli.root), "ROOT") for command in commands]


def fill(cli: Cli, tmp_path: Path) -> None:
    """Make two sessions in history, an answer that waits, a draft, a branch and a tag."""
    for days in (0, 1):
        cli.save(2 + days, days=days, notes={"asks": f"note {days}"})
        assert cli.journal.record().obstacle is None
    asked = a_round(cli.journal)
    assert cli("import", *map(str, put(tmp_path / "in", an_answer(asked, 1, note="waits")))).code == EXIT_DONE
    (cli.journal.state / "drafts").mkdir(parents=True, exist_ok=True)
    (cli.journal.state / "drafts" / DRAFT).write_text("a draft")
    git(cli.root, "tag", "v1")
    git(cli.root, "branch", "side", "HEAD~1")


def test_on_an_empty_machine_all_is_as_it_was(cli: Cli, tmp_path: Path, machine: Machine) -> None:
    fill(cli, tmp_path)
    before = told(cli)
    refs, pool = git(cli.root, "for-each-ref"), (WaitingAnswers(cli.journal).folder)
    answers = [path.read_bytes() for path in pool.iterdir()]
    made = cli("backup", str(tmp_path / "all.zip"))
    assert (made.code, "found the same" in made.out) == (EXIT_DONE, True)
    assert (tmp_path / "all.zip").stat().st_mode & 0o077 == 0
    other = machine("other")
    restored = other("restore", str(tmp_path / "all.zip"))
    assert (restored.code, restored.err) == (EXIT_DONE, "")
    assert told(other) == before
    assert git(other.root, "for-each-ref") == refs
    assert git(other.root, "fsck", "--full", "--strict") == ""
    assert git(other.root, "status", "--porcelain") == ""
    assert (other.journal.state / "drafts" / DRAFT).read_text() == "a draft"
    assert [path.read_bytes() for path in WaitingAnswers(other.journal).folder.iterdir()] == answers
    assert other("doctor").code in (EXIT_DONE, EXIT_ATTENTION)  # the draft of this test is none
    assert other.save(3, days=3)
    assert Journal(other.root, other.journal.state).record().obstacle is None


def test_an_encrypted_one_opens_only_with_its_passphrase(
    cli: Cli, tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(cli, tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO("a long sentence\n"))
    path = tmp_path / "all.age"
    assert cli("backup", str(path), "--encrypt").code == EXIT_DONE
    data = path.read_bytes()
    assert encrypted.is_sealed(data)
    assert b"note 1" not in data
    places = [found for top in (cli.root, cli.journal.state) for found in top.rglob("*") if found.is_file()]
    assert not [found for found in places if b"a long sentence" in found.read_bytes()]
    other = machine("other")
    monkeypatch.setattr("sys.stdin", io.StringIO("another\n"))
    assert "does not fit" in other("restore", str(path)).err
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    monkeypatch.setattr("sys.stdin", io.StringIO("a long sentence\n"))
    assert "does not fit" in other("restore", str(path)).err
    assert not other.root.exists()
    path.write_bytes(harder(data, 24))
    monkeypatch.setattr("sys.stdin", io.StringIO("a long sentence\n"))
    assert "more than 4 GB of memory" in other("restore", str(path)).err
    assert not other.root.exists()
    path.write_bytes(data)
    monkeypatch.setattr("sys.stdin", io.StringIO("a long sentence\n"))
    assert other("restore", str(path)).code == EXIT_DONE


def test_nothing_is_written_over(cli: Cli, tmp_path: Path, machine: Machine) -> None:
    fill(cli, tmp_path)
    path = tmp_path / "all.zip"
    path.write_text("mine")
    assert cli("backup", str(path)).code == EXIT_BAD_INPUT
    assert path.read_text() == "mine"
    assert cli("backup", str(path), "--force").code == EXIT_DONE
    other = machine("other")
    other.save(3)
    assert other.journal.record().obstacle is None
    before = told(other)
    refused = other("restore", str(path))
    assert (refused.code, "--journal" in refused.err) == (EXIT_ATTENTION, True)
    assert told(other) == before
    assert not list(tmp_path.glob("**/*.tmp"))


def test_into_the_journal_itself_it_is_joined(cli: Cli, tmp_path: Path, machine: Machine) -> None:
    fill(cli, tmp_path)
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    assert cli("backup", str(first)).code == EXIT_DONE
    here = cli.save(3, days=2, notes={"asks": "only here"})
    assert cli.journal.record().obstacle is None
    same = cli("restore", str(first))
    assert (same.code, "0 files" in same.out) == (EXIT_DONE, True)

    other = machine("other")
    assert other("restore", str(first)).code == EXIT_DONE
    there = other.save(1, days=3, notes={"asks": "only there"})
    assert other("backup", str(second)).code == EXIT_DONE
    joined = cli("restore", str(second))
    assert (joined.code, "1 file came" in joined.out) == (EXIT_DONE, True)
    ids = [row["id"] for row in cli.json("list")["sessions"]]
    assert {here.id, there.id} <= set(ids)
    assert len(ids) == 4
    assert git(cli.root, "fsck", "--full", "--strict") == ""
    assert git(cli.root, "status", "--porcelain") == ""


def test_what_was_erased_since_stays_away(cli: Cli, tmp_path: Path) -> None:
    fill(cli, tmp_path)
    gone = cli.save(3, days=2, notes={"asks": "the parakeet of the neighbours"})
    assert cli.journal.record().obstacle is None
    draft = cli.journal.state / "discarded" / f"{gone.id}.toml"
    draft.parent.mkdir(exist_ok=True)
    draft.write_text("the parakeet of the neighbours, once more")
    goal = Goal(id="2026-11-29T1000-goal-0a1b2c", instrument="small", what="-", made=gone.started, session=gone.id)
    typed = TypedGoal(goal=goal, fields={"what": "no parakeet any more"}, is_new=True)
    cli.journal.typed.save(typed)
    assert cli("backup", str(tmp_path / "all.zip")).code == EXIT_DONE
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert not cli.journal.typed.path(typed.name).exists()
    restored = cli("restore", str(tmp_path / "all.zip"))
    assert restored.code == EXIT_DONE
    assert "1 file of the backup was erased here, and stays away." in restored.out
    assert gone.id not in cli("list").out
    assert not draft.exists()
    everything = git(cli.root, "cat-file", "--batch-all-objects", "--batch")
    for top in (cli.root, cli.journal.state):
        everything += "".join(path.read_text(errors="replace") for path in top.rglob("*") if path.is_file())
    assert "parakeet" not in everything


def test_a_backup_that_can_not_be_restored_is_told(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(cli, tmp_path)
    pack = backup.pack
    monkeypatch.setattr(backup, "pack", lambda *given: pack(*given)[:-100])
    refused = cli("backup", str(tmp_path / "all.zip"))
    assert refused.code == EXIT_BAD_INPUT
    assert "found the same" not in refused.out
    assert backup.known(cli.journal) == ()
    assert not list(cli.journal.state.glob(".*"))


def test_a_journal_without_history_is_backed_up_too(cli: Cli, tmp_path: Path, machine: Machine) -> None:
    session = cli.save(3)
    (cli.root / ".git").write_text("gitdir: /nowhere\n")
    assert cli("backup", str(tmp_path / "all.zip")).code != EXIT_DONE, "a history that can't be read is not left out"
    (cli.root / ".git").unlink()
    assert cli("backup", str(tmp_path / "all.zip")).code == EXIT_DONE
    other = machine("other")
    assert other("restore", str(tmp_path / "all.zip")).code == EXIT_DONE
    assert [row["id"] for row in other.json("list")["sessions"]] == [session.id]


@pytest.mark.parametrize(
    "name",
    [
        "../evil", "/etc/evil", "journal/../../evil", "journal/.git/config", "journal/.git/hooks/post-commit",
        "state/drafts/../../evil", "journal/sessions/2026/..", "answers/.hidden", "journal/sessions/a\nb.toml",
        "C:\\evil", "state/lock",
    ],
)  # fmt: skip
def test_a_member_of_another_name_is_refused(cli: Cli, tmp_path: Path, machine: Machine, name: str) -> None:
    fill(cli, tmp_path)
    path = tmp_path / "all.zip"
    assert cli("backup", str(path)).code == EXIT_DONE
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"evil")
    other = machine("other")
    refused = other("restore", str(path))
    assert refused.code == EXIT_BAD_INPUT
    assert not other.root.exists()
    assert not list(tmp_path.rglob("*evil*"))


def test_what_was_changed_in_it_is_refused(cli: Cli, tmp_path: Path, machine: Machine) -> None:
    fill(cli, tmp_path)
    path = tmp_path / "all.zip"
    assert cli("backup", str(path)).code == EXIT_DONE
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    other = machine("other")
    for name in list(members):
        changed = members | {name: members[name] + b"\n# x"}
        with zipfile.ZipFile(path, "w") as archive:
            for member, data in changed.items():
                archive.writestr(member, data)
        refused = other("restore", str(path))
        assert refused.code in (EXIT_BAD_INPUT, EXIT_ATTENTION) or name == "backup.toml"
        assert not other.root.exists() or name == "backup.toml"
        if other.root.exists():
            break
    path.write_bytes(b"no zip at all")
    assert other("restore", str(path)).code == EXIT_BAD_INPUT


def test_doctor_says_how_old_the_newest_backup_is(cli: Cli, tmp_path: Path) -> None:
    fill(cli, tmp_path)
    (cli.journal.state / "drafts" / DRAFT).unlink()
    checks = {check["name"]: check for check in json.loads(cli("doctor", "--json").out)["checks"]}
    assert "no backup" in checks["backup"]["found"]
    assert cli("backup", str(tmp_path / "all.zip")).code == EXIT_DONE
    checks = {check["name"]: check for check in json.loads(cli("doctor", "--json").out)["checks"]}
    assert str(tmp_path / "all.zip") in checks["backup"]["found"]
    assert any(
        str(tmp_path / "all.zip") in sentence for sentence in cli.json("erase", "latest", "--yes")["unreachable"]
    )


def test_a_good_backup_stays_when_the_new_one_fails(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(cli, tmp_path)
    path = tmp_path / "all.zip"
    assert cli("backup", str(path)).code == EXIT_DONE
    good = path.read_bytes()
    pack = backup.pack
    monkeypatch.setattr(backup, "pack", lambda *given: pack(*given)[:-100])
    assert cli("backup", str(path), "--force").code == EXIT_BAD_INPUT
    assert path.read_bytes() == good


def test_only_an_ordinary_file_is_ever_replaced_by_a_backup(cli: Cli, tmp_path: Path) -> None:
    fill(cli, tmp_path)
    os.mkfifo(tmp_path / "pipe")
    refused = cli("backup", str(tmp_path / "pipe"), "--force")
    assert "is no ordinary file" in refused.err
    assert (tmp_path / "pipe").is_fifo()


def test_a_copy_of_a_branch_that_git_stops_at_is_named_and_not_called_damage(cli: Cli, tmp_path: Path) -> None:
    fill(cli, tmp_path)
    branch = git(cli.root, "symbolic-ref", "HEAD").strip()
    copy = cli.root / ".git" / f"{branch} (conflicted copy 2026-11-30)"
    copy.write_bytes((cli.root / ".git" / branch).read_bytes())
    done = cli("backup", str(tmp_path / "one.zip"))
    assert done.code == EXIT_ATTENTION
    assert f"{copy} is a copy of a branch" in done.err
    assert "No backup was written." in done.err
    assert "damaged" not in done.err
    copy.unlink()
    assert cli("backup", str(tmp_path / "one.zip")).code == EXIT_DONE
