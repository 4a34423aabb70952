"""The order that a power cut asks for: nothing gets its name before its bytes are on the disk, and names are synced."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui.store.journal import Journal
from tests.faults.journal_state import CHILD

MakeJournal = Callable[..., Journal]
_CALLS = "openat,fsync,fdatasync,rename,renameat,renameat2,link,linkat,write,pwrite64"
_FSYNC = re.compile(r"^\d+ +f(?:data)?sync\(\d+<([^>]*)>")
_WRITE = re.compile(r"^\d+ +p?write(?:64)?\(\d+<([^>]*)>")
_OWN_INDEX = re.compile(r"/reflect-tui/(user-)?index$")  # a copy that nothing relies on after a power cut
_NAME = re.compile(r'^\d+ +(?:rename|link)\w*\((?:AT_FDCWD[^,]*, )?"([^"]*)", (?:AT_FDCWD[^,]*, )?"([^"]*)".* = 0$')


def _trace(strace: str, journal: Journal, log: Path) -> list[str]:
    traced = [strace, "-f", "-y", "-s", "0", "-qqq", "-o", str(log), f"--trace={_CALLS}", "-s", "4096"]
    child = [sys.executable, str(CHILD), "finish", str(journal.root), str(journal.state)]
    subprocess.run([*traced, *child], check=True, capture_output=True)
    return log.read_text(errors="replace").splitlines()


@pytest.mark.parametrize("earlier", [True, False])
def test_bytes_before_names_and_names_before_done(
    strace: str, make_journal: MakeJournal, tmp_path: Path, earlier: bool
) -> None:
    journal = make_journal("traced", earlier=earlier)
    unsynced: set[str] = set()  # files with bytes that are not on the disk
    unnamed: dict[str, str] = {}  # names not on the disk: name -> folder
    names = 0
    for line in _trace(strace, journal, tmp_path / "log"):
        if written := _WRITE.match(line):
            unsynced.add(written[1])
        elif synced := _FSYNC.match(line):
            unsynced.discard(synced[1])
            unnamed = {name: folder for name, folder in unnamed.items() if folder != synced[1]}
        elif (named := _NAME.match(line)) and str(tmp_path) in named[2]:
            if ".tmp/.git/" in named[2]:
                continue  # a repository made aside: all of it is synced before it appears
            source, target = named[1], named[2]
            names += 1
            if source in unsynced:
                assert _OWN_INDEX.search(target), line
                unsynced.add(target)  # and must be synced before it takes the place of the user's
            if target.endswith("refs/heads/main"):
                assert not [name for name in unnamed if "/.git/objects/" in name], unnamed
                assert not [name for name in unnamed if "/sessions/" in name]
            unnamed[target] = str(Path(target).parent)
    assert names > 8
    kept = [name for name in unnamed if not name.startswith(str(journal.root / ".git" / "reflect-tui"))]
    private = ("/index.lock", "/reflect-tui/")
    assert not [name for name in kept if not any(part in name for part in private)]
