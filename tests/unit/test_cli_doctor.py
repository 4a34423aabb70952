"""doctor: what it looks at, and what it says of each in plain words."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli_w

from reflect_tui import paths
from reflect_tui.disk.lock import Lock
from reflect_tui.store.draft_file import Draft
from tests.unit import examples
from tests.unit.cli_examples import Cli
from tests.unit.doctor_examples import age, break_commit, findings, git, healthy, wrong


@pytest.fixture
def cli(cli: Cli) -> Cli:
    return healthy(cli)


@pytest.fixture
def nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    return Cli(tmp_path / "nothing", capsys, monkeypatch)


def test_a_journal_in_good_health(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    result = cli("doctor")
    assert (result.code, result.err) == (0, "")
    assert {row[0] for row in result.out.splitlines()} == {"✓"}
    assert "2 sessions can be read" in result.out
    assert "The history is whole" in result.out
    document = cli.json("doctor", "--fix")
    assert document["done"] == []


def test_a_journal_that_is_not_there_yet(nothing: Cli) -> None:
    assert wrong(nothing) == []
    assert wrong(nothing, "--fix") == []
    assert not nothing.root.exists()
    assert not nothing.journal.state.exists()


def test_faulty_settings_are_named_and_all_else_is_looked_at(cli: Cli) -> None:
    paths.settings_file().parent.mkdir(parents=True)
    paths.settings_file().write_text("theme = 1")
    code, found = findings(cli)
    assert (code, list(found)) == (3, ["settings"])
    assert "theme" in str(found["settings"]["found"])
    paths.settings_file().write_text('language = "en"')
    assert str(paths.settings_file()) in cli("doctor", "--json").out


@pytest.mark.parametrize("mode", [0o755, 0o707, 0o770])
def test_an_open_folder_is_closed(cli: Cli, mode: int) -> None:
    cli("doctor", "--fix")  # makes the state folder
    for folder in (cli.root, cli.journal.state):
        folder.chmod(mode)
    assert "folder" in wrong(cli)
    assert wrong(cli, "--fix") == []
    assert {folder.stat().st_mode & 0o777 for folder in (cli.root, cli.journal.state)} == {0o700}


def test_a_repository_that_others_may_write_in_is_closed(cli: Cli) -> None:
    (cli.root / ".git").chmod(0o777)
    assert set(wrong(cli)) == {"folder", "history"}
    assert wrong(cli, "--fix") == []


def test_what_waits_is_brought_into_history(cli: Cli) -> None:
    session = cli.save(4, days=5)
    code, found = findings(cli)
    assert (code, list(found)) == (3, ["pending"])
    assert session.id in str(found["pending"]["found"])
    assert "Brought 1 version into history." in cli("doctor", "--fix").out
    assert wrong(cli) == []
    assert cli.journal.commit_of(session.id)


def test_files_changed_or_removed_by_another_program_are_named_and_left_alone(cli: Cli) -> None:
    older, newer = reversed(cli.journal.own())
    cli.path(older).unlink()
    edited = cli.path(newer).read_text() + "\n"
    cli.path(newer).write_text(edited)
    code, found = findings(cli, "--fix")
    assert (code, set(found)) == (3, {"missing", "changed"})
    assert older.id in str(found["missing"]["found"])
    assert "git" not in str(found["missing"]["advice"]) + str(found["changed"]["advice"])
    assert cli.path(newer).read_text() == edited
    assert not cli.path(older).exists()


def test_unreadable_files_and_drafts_are_named(cli: Cli) -> None:
    stray = cli.root / "sessions" / "2026" / "notes.txt"
    stray.write_text("\x1b[31m")
    empty = cli.path(cli.journal.own()[0])
    empty.write_bytes(b"")
    cli.journal.drafts.folder.mkdir(parents=True, mode=0o700)
    cli.journal.state.chmod(0o700)
    (cli.journal.drafts.folder / "2026-11-23T1405-self-000000.toml").write_text("x")
    assert f"{empty} is empty" in cli("doctor", "--json").out
    document = json.loads(cli("doctor", "--fix", "--json").out)
    named = [check["found"] for check in document["checks"] if check["name"] == "unreadable"]
    assert {path for path in (stray, empty) if any(str(path) in found for found in named)} == {stray, empty}
    assert set(wrong(cli)) == {"unreadable", "drafts"}
    assert "\x1b" not in cli("doctor").out
    assert empty.read_bytes() == b""


@pytest.mark.parametrize(
    "name",
    [
        "{id}.sync-conflict-20261124-101500-ABCDEFG.toml",
        "{id} (conflicted copy 2026-11-24).toml",
        "{id} (Someone's conflicted copy 2026-11-24).toml",
        "{id}_conflict-20261124-101500.toml",
        "{id}-LAPTOP.toml",
        "{id} (1).toml",
        "{id}.toml.orig",
    ],
)
def test_copies_of_programs_that_share_files_are_listed_and_left_alone(cli: Cli, name: str) -> None:
    session = cli.journal.own()[0]
    copy = cli.path(session).with_name(name.format(id=session.id))
    copy.write_bytes(cli.path(session).read_bytes())
    code, found = findings(cli, "--fix")
    assert (code, list(found)) == (3, ["copies"])
    assert "very same" in str(found["copies"]["advice"])
    copy.write_bytes(b"# other")
    assert "Compare" in str(findings(cli)[1]["copies"]["advice"])
    assert copy.read_bytes() == b"# other"


@pytest.mark.slow
def test_a_lost_copy_of_an_instrument_comes_back(nothing: Cli) -> None:
    nothing("demo", "--output", str(nothing.root))
    assert wrong(nothing) == []
    (copy,) = (nothing.root / "instruments").iterdir()
    content = copy.read_bytes()
    copy.unlink()
    assert wrong(nothing) == ["instruments"]
    assert wrong(nothing, "--fix") == []
    assert copy.read_bytes() == content
    copy.write_text("spoiled")
    assert wrong(nothing, "--fix") == []
    assert copy.read_bytes() == content
    (kept,) = (nothing.journal.state / "set-aside").iterdir()
    assert kept.read_text() == "spoiled"


def test_a_lost_copy_comes_back_from_history(cli: Cli) -> None:
    (copy,) = (cli.root / "instruments").iterdir()
    content = copy.read_bytes()
    copy.unlink()
    assert wrong(cli, "--fix") == []
    assert copy.read_bytes() == content


@pytest.mark.parametrize("by", ["a file", "a folder"])
def test_what_is_in_the_way_of_a_copy_is_named_and_the_advice_is_true(cli: Cli, by: str) -> None:
    (copy,) = (cli.root / "instruments").iterdir()
    content = copy.read_bytes()
    copy.unlink()
    obstruction = copy if by == "a folder" else copy.parent
    if by == "a folder":
        copy.mkdir()
    else:
        copy.parent.rmdir()
        copy.parent.write_text("mine")
    advice = str(findings(cli, "--fix")[1]["instruments"]["advice"])
    assert advice == f"Move {obstruction} aside, which is in its place; then run: reflect-tui doctor --fix"
    obstruction.rename(cli.root.parent / "aside")
    assert wrong(cli, "--fix") == []
    assert copy.read_bytes() == content


def test_a_copy_that_is_nowhere_else_is_named(nothing: Cli) -> None:
    nothing.save(3)
    (copy,) = (nothing.root / "instruments").iterdir()
    copy.unlink()
    code, found = findings(nothing, "--fix")
    assert code == 3
    assert "backup" in str(found["instruments"]["advice"])


@pytest.mark.parametrize("name", ["goals", "agendas", "events", "rounds", "instruments"])
def test_what_stands_where_a_folder_should_be_is_named(nothing: Cli, name: str) -> None:
    nothing.root.mkdir(mode=0o700)
    (nothing.root / name).write_text("no folder")
    code, found = findings(nothing, "--fix")
    assert (code, list(found)) == (3, ["folder"])
    assert f"{nothing.root / name} should be a folder" in str(found["folder"]["found"])


@pytest.mark.parametrize("name", ["", "drafts", "plans", "answers"])
def test_what_stands_where_drafts_are_kept_is_named(nothing: Cli, name: str) -> None:
    path = nothing.journal.state / name
    path.parent.mkdir(parents=True)
    path.write_text("no folder")
    code, found = findings(nothing)
    assert (code, list(found)) == (3, ["folder"])
    assert str(path) in str(found["folder"]["found"])


def test_a_state_folder_that_can_not_be_written_is_named(nothing: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    (nothing.journal.state / "lock").mkdir(parents=True)
    code, found = findings(nothing)
    assert (code, list(found)) == (3, ["state"])
    assert str(nothing.journal.state / "lock") in str(found["state"]["found"])
    (nothing.journal.state / "lock").rmdir()
    monkeypatch.setattr(os, "access", lambda path, mode: path != nothing.journal.state or mode != os.W_OK)
    code, found = findings(nothing)
    assert (code, list(found)) == (3, ["state"])
    assert "nothing can be filled in" in str(found["state"]["found"])


def test_sessions_that_may_not_be_read_are_named_and_all_else_is_looked_at(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def closed(path: Path) -> Iterator[os.DirEntry[str]]:
        if Path(path) == cli.root / "sessions":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", closed)
        code, found = findings(cli)
    assert (code, list(found)) == (3, ["sessions"])
    assert str(cli.root / "sessions") in str(found["sessions"]["found"])


def test_a_spoiled_identity_is_named(cli: Cli) -> None:
    (cli.root / "journal.toml").write_text("format = 9")
    assert wrong(cli, "--fix") == ["identity"]


def test_a_journal_of_a_newer_program_is_left_alone(cli: Cli) -> None:
    (cli.root / "journal.toml").write_text("format = 2\nid = 'x'\n")
    break_commit(cli)
    before = sorted(cli.root.rglob("*"))
    assert "identity" in wrong(cli, "--fix")
    assert sorted(cli.root.rglob("*")) == before
    assert "Install the newer reflect-tui" in cli("doctor").out
    assert "next session writes a new one" not in cli("doctor").out


def test_without_git_everything_else_is_still_looked_at(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "git" in wrong(cli)
    assert "git" in wrong(cli, "--fix")
    assert "2 sessions can be read" in cli("doctor").out


def test_what_the_user_has_begun_is_named_and_left_alone(cli: Cli) -> None:
    (cli.root / ".git" / "MERGE_HEAD").write_text(git(cli, "rev-parse", "HEAD"))
    assert wrong(cli, "--fix") == ["history"]
    assert (cli.root / ".git" / "MERGE_HEAD").exists()


def test_drafts_are_counted_and_one_without_its_instrument_is_named(cli: Cli) -> None:
    content = tomli_w.dumps(examples.document()).encode()
    model = examples.session({}, days=3)
    draft = Draft(
        id=model.id, instrument="small", version="1.3.0", digest=model.digest, role="self", started=model.started
    )  # a version that the journal has no copy of
    cli.journal.drafts.create(draft, content).close()
    cli.journal.state.chmod(0o700)
    assert "1 draft waits" in cli("doctor").out
    for copy in (cli.journal.state / "instruments").iterdir():
        copy.unlink()
    assert wrong(cli) == ["drafts"]
    cli.journal.drafts.discard(draft.id)
    (cli.journal.drafts.folder / f"{draft.id}.toml.damaged-1").touch()
    out = cli("doctor").out
    assert "1 draft put away" in out
    assert "1 damaged draft" in out


def test_fixing_waits_for_the_open_app_and_then_refuses(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reflect_tui.cli.request.WAIT", 0.1)
    session = cli.save(4, days=5)
    lock = Lock.acquire(cli.journal.state)
    assert lock
    with lock:
        result = cli("doctor", "--fix")
        assert (result.code, result.out, result.err.count("\n")) == (3, "", 1)
        assert f"process {os.getpid()}" in result.err
        assert cli("doctor").code == 3
    assert cli.journal.pending() == (session.id,)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index.lock", "HEAD.lock", "packed-refs.lock", "refs/heads/main.lock"])
def test_a_lock_is_taken_away_when_old_and_used_by_nobody(cli: Cli, name: str) -> None:
    lock = cli.root / ".git" / name
    lock.write_bytes(b"half an index")
    assert wrong(cli, "--fix") == []
    assert lock.exists()
    age(lock, minutes=11)
    with lock.open("rb"):
        assert wrong(cli, "--fix") == []
        assert f"process {os.getpid()}" in cli("doctor", "--json").out
    assert lock.exists()
    assert wrong(cli) == ["locks"]
    assert lock.exists()
    assert wrong(cli, "--fix") == []
    assert not lock.exists()
    (kept,) = (cli.journal.state / "set-aside").iterdir()
    assert kept.read_bytes() == b"half an index"


def test_a_lock_stays_where_the_system_does_not_tell_who_uses_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reflect_tui.system.posix._PROCESSES", Path("/nowhere"))
    lock = cli.root / ".git" / "index.lock"
    lock.touch()
    age(lock, days=1)
    assert wrong(cli, "--fix") == ["locks"]
    assert lock.exists()
