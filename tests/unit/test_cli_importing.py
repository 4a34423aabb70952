"""import: sessions from elsewhere, checked whole before anything is written, never over what is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui import paths
from reflect_tui.disk.lock import Lock
from reflect_tui.model import library
from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import digest
from reflect_tui.model.session import Role, Session
from reflect_tui.store import candidates as store_candidates
from reflect_tui.store import importing
from reflect_tui.views.importing import render_import_preview
from tests.bundled import bundled
from tests.unit import examples
from tests.unit.cli_examples import ESCAPES, Cli, Result

JGZ = library.DEFAULT


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


def answered(number: int = 0, *, score: int = 3, role: Role = "self", remark: str = "") -> Session:
    """Give a session on an instrument that comes with the program."""
    content = bundled(JGZ, "")
    session = examples.session({item.id: score for item in content.items}, role=role, days=number, instrument=JGZ)
    return structs.replace(session, version=content.version, digest=content.digest, remark=remark)


def put(folder: Path, session: Session, name: str = "") -> str:
    path = folder / (name or f"{session.id}.toml")
    path.write_bytes(sessions.dumps(session))
    return str(path)


def outcomes(result: Result) -> list[str]:
    return [entry["result"] for entry in json.loads(result.out)["files"]]


def in_history(cli: Cli) -> list[str]:
    listed = subprocess.run(
        ["git", "-C", str(cli.root), "ls-tree", "-r", "--name-only", "HEAD", "sessions"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [Path(name).stem for name in listed.stdout.splitlines()]


@pytest.mark.parametrize("options", [(), ("--dry-run",), ("--json",)])
def test_hidden_characters_are_told_and_kept(cli: Cli, elsewhere: Path, options: tuple[str, ...]) -> None:
    tags = "".join(chr(0xE0000 + ord(letter)) for letter in "yes")
    hiding = structs.replace(
        answered(remark=f"zero\u200bwidth, wo\u2060rd, \ufeffBOM, \u202e\u2066{tags}"),
        notes={"toegankelijk": "a\u00adb"},
    )
    plain = answered(1, remark="👩\u200d⚕️ and ἄ")
    given = [put(elsewhere, hiding), put(elsewhere, plain)]
    result = cli("import", *options, *given)
    assert result.code == 0
    said = f"reflect-tui: {given[0]}: contains 9 hidden characters, shown as marks such as ⟨ZWSP⟩"
    assert result.err.splitlines() == [said]
    if not {"--dry-run", "--json"} & {*options}:
        assert hiding in cli.journal.own()


def test_a_session_from_elsewhere_is_saved_and_in_history(cli: Cli, elsewhere: Path) -> None:
    mine, other = answered(), answered(1, role="colleague")
    given = [put(elsewhere, mine, "any name"), put(elsewhere, other)]
    result = cli("import", *given)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        f"{name}: imported as {session.id}" for name, session in zip(given, (mine, other), strict=True)
    ]
    assert cli.journal.own() == (mine,)
    assert cli.path(mine).read_bytes() == (elsewhere / "any name").read_bytes()
    assert in_history(cli) == [mine.id, other.id]
    assert cli("doctor").code == 0
    for path in (cli.path(mine), cli.journal.state / "lock"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_second_time_there_is_nothing_to_do(cli: Cli, elsewhere: Path) -> None:
    name = put(elsewhere, answered())
    assert outcomes(cli("import", name, "--json")) == ["imported"]
    head = cli.journal.repository.head()
    assert outcomes(cli("import", name, name, "--json")) == ["same", "same"]
    assert "nothing to do" in cli("import", name).out
    assert cli.journal.repository.head() == head


def test_one_session_given_twice_is_imported_once(cli: Cli, elsewhere: Path) -> None:
    given = [put(elsewhere, answered(), name) for name in "ab"]
    candidates = importing.examine(cli.journal, [Path(path) for path in given])
    preview = "\n".join(row.text for row in render_import_preview(candidates, 80))
    assert "1 file can be imported" in preview
    assert "More than once in these files" in preview
    assert "There already" not in preview
    assert outcomes(cli("import", *given, "--json")) == ["imported", "same"]
    assert cli("import", *given).out.count("nothing to do, the journal has") == 2


def test_another_order_and_comments_make_no_other_session(cli: Cli, elsewhere: Path) -> None:
    session = answered()
    turned = structs.replace(session, scores=dict(reversed(list(session.scores.items()))))
    Path(name := put(elsewhere, turned)).write_text("# copied\n" + Path(put(elsewhere, turned)).read_text())
    assert cli("import", name).code == 0
    assert cli.path(session).read_bytes() == sessions.dumps(session)
    assert outcomes(cli("import", name, "--json")) == ["same"]


def test_an_id_in_use_is_refused_and_nothing_overwritten(cli: Cli, elsewhere: Path) -> None:
    cli("import", put(elsewhere, answered()))
    before = cli.path(answered()).read_bytes()
    result = cli("import", put(elsewhere, answered(remark="other")))
    assert (result.code, result.err, result.out.count("\n")) == (2, "", 1)
    assert "with another content" in result.out
    assert cli.path(answered()).read_bytes() == before
    cli.path(answered()).write_text("spoiled")
    assert "can't be read" in cli("import", put(elsewhere, answered())).out
    assert cli.path(answered()).read_text() == "spoiled"


def test_what_history_has_is_not_replaced_when_its_file_is_gone(cli: Cli, elsewhere: Path) -> None:
    name = put(elsewhere, answered())
    cli("import", name)
    cli.path(answered()).unlink()
    assert cli("import", put(elsewhere, answered(remark="other"), "other")).code == 2
    assert not cli.path(answered()).exists()


def test_a_deleted_session_can_be_imported_again(cli: Cli, elsewhere: Path) -> None:
    name = put(elsewhere, answered())
    cli("import", name)
    cli.journal.delete(answered().id)
    assert outcomes(cli("import", name, "--json")) == ["imported"]
    assert in_history(cli) == [answered().id]


def test_two_files_of_one_id_with_different_answers_are_both_refused(cli: Cli, elsewhere: Path) -> None:
    given = [put(elsewhere, answered(), "a"), put(elsewhere, answered(score=4), "b"), put(elsewhere, answered(1))]
    result = cli("import", *given, "--json")
    assert (result.code, outcomes(result)) == (2, ["refused", "refused", "imported"])


def test_the_id_of_a_draft_is_taken(cli: Cli, elsewhere: Path) -> None:
    cli.journal.drafts.folder.mkdir(parents=True)
    cli.journal.drafts.path(answered().id).touch()
    assert "draft" in cli("import", put(elsewhere, answered())).out


def test_an_instrument_must_be_known(cli: Cli, elsewhere: Path) -> None:
    small = examples.session({"calm": 4})
    result = cli("import", put(elsewhere, small))
    assert result.code == 2
    assert '"small" 1.2.0 is neither installed nor in the journal' in result.out
    assert not cli.root.exists()
    cli.save(3)  # brings that instrument
    assert cli("import", put(elsewhere, examples.session({"calm": 4}, days=1))).code == 0


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"scores": {"toegankelijk": 5}}, "scores.toegankelijk"),
        ({"scores": {"nope": 1}}, "scores.nope"),
        ({"version": "9.9"}, "version"),
        ({"role": "manager"}, "role"),
        ({"digest": digest(b"")}, "digest"),
    ],
)
def test_a_session_is_checked_against_its_instrument(
    cli: Cli, elsewhere: Path, fields: dict[str, object], place: str
) -> None:
    name = put(elsewhere, structs.replace(answered(), **fields))
    result = cli("import", name)
    assert result.code == 2
    assert result.out.startswith(f"{name}: not imported: {place}: ")
    assert not cli.root.exists()


def test_every_fault_of_every_file_is_named_and_good_ones_go_in(cli: Cli, elsewhere: Path) -> None:
    bad = elsewhere / "bad.toml"
    bad.write_text('digest = 1\nrole = "boss"\n')
    result = cli("import", str(bad), put(elsewhere, answered()), ESCAPES)
    assert result.code == 2
    assert not {"\x1b", "\x9b"} & set(result.out + result.err)
    assert all(f"{bad}: not imported: {place}: " in result.out for place in ("digest", "role", "id", "started"))
    assert in_history(cli) == [answered().id]


def test_what_is_no_session_is_refused_in_a_sentence(cli: Cli, elsewhere: Path) -> None:
    form = elsewhere / "form.toml"
    form.write_text('format = 1\nround = "x"\n')
    instrument = library.bundled_folder() / f"{JGZ}.toml"
    for path in (form, instrument):
        assert "is neither a session nor a whole answer" in cli("import", str(path)).out
    page = elsewhere / "form.html"
    page.write_text("<!DOCTYPE html>\n<html>")
    assert "is a page, such as the form itself" in cli("import", str(page)).out
    assert not cli.root.exists()


@pytest.mark.parametrize("kind", ["pipe", "device", "link", "loop", "sparse", "none"])
def test_only_small_ordinary_files_are_read(cli: Cli, elsewhere: Path, kind: str) -> None:
    path = elsewhere / "x.toml"
    target = Path(put(elsewhere, answered()))
    if kind == "pipe":
        os.mkfifo(path)
    elif kind in ("link", "loop"):
        path.symlink_to(target if kind == "link" else path)
    elif kind == "sparse":
        path.touch()
        os.truncate(path, 2**30)
    result = cli("import", "/dev/zero" if kind == "device" else str(path))
    assert (result.code, result.err, result.out.count("\n")) == (2, "", 1)
    assert not cli.root.exists()


def test_a_folder_is_imported_whole_but_not_what_it_hides_or_links_to(cli: Cli, elsewhere: Path) -> None:
    (elsewhere / "2026").mkdir()
    (elsewhere / ".hidden").mkdir()
    put(elsewhere / "2026", answered(0))
    put(elsewhere, answered(1))
    put(elsewhere / ".hidden", answered(2))
    (elsewhere / "round").symlink_to(elsewhere)
    (elsewhere / "read me.txt").touch()
    assert sorted(outcomes(cli("import", str(elsewhere), "--json"))) == ["imported"] * 2
    assert in_history(cli) == [answered(0).id, answered(1).id]


@pytest.mark.slow
def test_of_a_journal_only_the_sessions_are_taken(cli: Cli, tmp_path: Path) -> None:
    other = tmp_path / "other"
    cli("demo", "--output", str(other))
    result = cli("import", str(other), "--json")
    assert (result.code, set(outcomes(result))) == (0, {"imported"})
    assert len(in_history(cli)) == len(outcomes(result))


def test_a_folder_with_too_many_files_or_none_is_refused(
    cli: Cli, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "holds no answer and no session" in cli("import", str(elsewhere)).out
    monkeypatch.setattr(store_candidates, "MAX_FILES", 2)
    for number in range(3):
        put(elsewhere, answered(number))
    result = cli("import", str(elsewhere))
    assert (result.code, result.out.count("\n")) == (2, 1)
    assert "more than 2 files" in result.out
    assert not cli.root.exists()


def test_a_dry_run_only_says(cli: Cli, elsewhere: Path) -> None:
    names = [put(elsewhere, answered()), put(elsewhere, examples.session({}), "bad")]
    result = cli("import", "--dry-run", "--json", *names)
    document = json.loads(result.out)
    assert (result.code, list(document), document["waits"]) == (2, ["files", "waits"], "")
    assert [list(entry) for entry in document["files"]] == [["path", "id", "result", "problems", "round"]] * 2
    assert outcomes(result) == ["new", "refused"]
    assert "can be imported" in cli("import", "--dry-run", names[0]).out
    assert not cli.root.exists()
    assert not paths.state_folder(cli.root).exists()


def test_beside_the_open_app_nothing_is_written(cli: Cli, elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reflect_tui.cli.request.WAIT", 0.1)
    lock = Lock.acquire(cli.journal.state)
    assert lock
    with lock:
        result = cli("import", put(elsewhere, answered()))
    assert (result.code, result.out, result.err.count("\n")) == (3, "", 1)
    assert f"process {os.getpid()}" in result.err
    assert not cli.root.exists()


def test_without_git_it_is_saved_and_waits(cli: Cli, elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    result = cli("import", put(elsewhere, answered()))
    assert result.code == 0
    assert "not yet in history" in result.err
    assert cli.path(answered()).exists()


def test_a_disk_that_refuses_is_named_and_needs_attention(cli: Cli, elsewhere: Path) -> None:
    cli.root.mkdir()
    (cli.root / "sessions").touch()
    result = cli("import", put(elsewhere, answered()), "--json")
    assert (result.code, outcomes(result)) == (3, ["failed"])


def imports_at_once(cli: Cli, files: list[str]) -> None:
    """Run one import for each file, all at the same time."""
    command = [sys.executable, "-P", "-m", "reflect_tui", "--journal", str(cli.root), "import"]
    running = [
        subprocess.Popen([*command, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for name in files
    ]
    for process in running:
        _out, complaint = process.communicate(timeout=120)
        assert (process.returncode, complaint) == (0, "")


def is_whole(cli: Cli) -> bool:
    git = ("git", "-C", str(cli.root))
    status = subprocess.run([*git, "status", "--porcelain"], check=True, capture_output=True, text=True).stdout
    checked = subprocess.run([*git, "fsck", "--full", "--strict"], check=True, capture_output=True, text=True)
    return status == checked.stdout == "" and not cli.journal.pending()


@pytest.mark.slow
def test_twenty_imports_at_once_of_different_files(cli: Cli, elsewhere: Path) -> None:
    imports_at_once(cli, [put(elsewhere, answered(-number)) for number in range(20)])
    assert len(in_history(cli)) == len(cli.journal.own()) == 20
    assert is_whole(cli)


@pytest.mark.slow
def test_twenty_imports_at_once_of_one_file(cli: Cli, elsewhere: Path) -> None:
    imports_at_once(cli, [put(elsewhere, answered())] * 20)
    assert in_history(cli) == [answered().id]
    assert is_whole(cli)
