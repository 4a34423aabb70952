"""What is written in a note stays where notes belong, is readable by its owner alone, and never meets a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reflect_tui.git.run import find_git
from reflect_tui.model import library, session
from reflect_tui.model.assessment import EditNote, EditRemark
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from tests.bundled import bundled_bytes
from tests.faults import operations
from tests.faults.attack import ROOT, Victim
from tests.faults.counting import Tried
from tests.faults.journal_child import session_of
from tests.faults.owner import git

_CANARY = "kanarie-7f3a91"
_BELONGS = re.compile(
    r"journal/sessions/\d{4}/[^/]+\.toml|journal/\.git/objects/[0-9a-f]{2}/[0-9a-f]{38}"
    r"|state/(drafts|discarded|replaced)/[^/]+\.toml"
)
_SOCKET = re.compile(r"\bsocket\((\w+)")


def _lead_a_life(journal: Journal) -> None:
    """Fill in with notes, finish, edit outside, restore, delete, discard, recover."""
    data = bundled_bytes(library.DEFAULT)
    for day in (1, 2, 3):
        draft = operations.new_draft(day, answered=True)
        writer = journal.drafts.create(draft, data)
        writer.append(EditNote(next(iter(draft.acts)).item, f"note {_CANARY}"), 1)  # type: ignore[union-attr]
        writer.append(EditRemark(f"remark {_CANARY}"), 1)
        writer.close()
        found = journal.drafts.load(journal.drafts.path(draft.id))
        assert isinstance(found, Draft)
        if day == 3:
            journal.drafts.discard(draft.id)
            continue
        made = session_of(journal, found)
        notes = {next(iter(made.scores)): f"note {_CANARY}"}
        with_notes = session.Session(
            **{
                name: getattr(made, name)
                for name in made.__struct_fields__
                if name not in ("format", "notes", "remark")
            },
            notes=notes,
            remark=f"remark {_CANARY}",
        )
        journal.finish(draft.id, with_notes)
        assert journal.record().obstacle is None
    path = journal.root / session.relative_path(operations.FIRST_ID)
    path.write_bytes(path.read_bytes() + f"# edit {_CANARY}\n".encode())
    journal.restore(operations.FIRST_ID)
    journal.delete(operations.SECOND_ID)
    journal.recover(locked=True)


def _files(top: Path) -> Iterator[Path]:
    for folder, _names, names in os.walk(top):
        yield from (Path(folder, name) for name in names)


def _contents(path: Path, root: Path) -> bytes:
    """Give what a file holds; an object of git is unpacked."""
    if "/objects/" in str(path):
        name = path.parent.name + path.name
        return subprocess.run(["git", "cat-file", "-p", name], cwd=root, capture_output=True, check=True).stdout
    return path.read_bytes()


def test_a_canary_sings_only_where_notes_belong(tmp_path: Path, tried: Tried) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    _lead_a_life(journal)
    singing = {
        str(path.relative_to(tmp_path))
        for path in _files(tmp_path)
        if _CANARY.encode() in _contents(path, journal.root)
    }
    assert {name.split("/")[1] for name in singing} >= {"sessions", ".git", "discarded", "replaced"}
    assert [name for name in singing if not _BELONGS.fullmatch(name)] == []
    log = git(journal.root, "log", "--all", "--format=%an %ae %cn %ce %B %N")
    assert _CANARY not in log
    for line in git(journal.root, "cat-file", "--batch-all-objects", "--batch-check").splitlines():
        name, kind, _size = line.split()
        if kind != "blob":
            assert _CANARY not in git(journal.root, "cat-file", "-p", name)
    tried("files looked through", len(list(_files(tmp_path))))


def test_only_the_owner_can_read_anything(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        journal = Journal(tmp_path / "journal", tmp_path / "state")
        _lead_a_life(journal)
    finally:
        os.umask(old)
    for path in (*_files(tmp_path / "journal"), *_files(tmp_path / "state")):
        assert path.stat().st_mode & 0o077 == 0, path
        assert path.stat().st_mode & 0o7100 == 0, path
    for top in ("journal", "state"):
        for folder, _names, _files_there in os.walk(tmp_path / top):
            assert Path(folder).stat().st_mode & 0o7777 == 0o700, folder


def test_nothing_is_sent_and_no_network_is_needed(victim: Victim, tmp_path: Path, tried: Tried) -> None:
    script = (
        "import sys; from pathlib import Path; from reflect_tui.store.journal import Journal;"
        " from tests.faults import test_privacy as p; p._lead_a_life(Journal(Path(sys.argv[1]), Path(sys.argv[2])))"
    )
    log = tmp_path / "trace"
    command = [sys.executable, "-c", script, str(tmp_path / "journal"), str(tmp_path / "state")]
    subprocess.run(
        ["unshare", "-n", victim.strace, "-f", "-qqq", "-o", str(log), "--trace=network", *command],
        cwd=ROOT,
        check=True,
    )
    opened = [
        line for line in log.read_text().splitlines() if (found := _SOCKET.search(line)) and found[1] != "AF_UNIX"
    ]
    assert opened == []
    assert len(git(tmp_path / "journal", "log", "--format=%H").split()) == 3
    tried("runs without a network")


def test_a_git_that_another_user_owns_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    for folder in (theirs, mine):
        folder.mkdir()
        (folder / "git").write_text("#!/bin/sh\necho git version 2.50.0\n")
        (folder / "git").chmod(0o755)
    os.chown(theirs / "git", 1234, 1234)
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "git").symlink_to(mine / "git")
    os.lchown(linked / "git", 1234, 1234)
    monkeypatch.setenv("PATH", f"{theirs}:{linked}:{mine}")
    found = find_git(tmp_path / "journal")
    assert (found.program, found.passed_over) == (str(mine / "git"), (str(theirs / "git"), str(linked / "git")))
