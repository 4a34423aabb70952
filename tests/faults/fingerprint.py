"""Tells whether two attacks left the same: what lies in some folders, but for names and times that chance gave it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

_CHANCE = re.compile(r"\.(?:[0-9a-f]+-)?[0-9a-f]{8}\.tmp|tmp_obj_(?:reflect-tui-)?\w{6}|tmp_pack_\w{6}|tmp_idx_\w{6}")
_STATUS = 40  # bytes at the start of an entry of git's index: times, inode, owner, size
_ENTRY = 62  # bytes before the name
_NAME_LENGTH = 0xFFF


def fingerprint(*folders: Path) -> str:
    """Give the same for folders that differ in nothing that matters to a program started on them."""
    found = sorted(part for number, top in enumerate(folders) for part in _parts(top, number))
    return hashlib.sha256(repr(found).encode()).hexdigest()


def _parts(top: Path, number: int) -> Iterator[tuple[int, str, int, bytes, bool]]:
    intent = _time(top / ".git" / "reflect-tui" / "intent.json")
    for folder, names, others in os.walk(top):
        for path in (Path(folder, name) for name in (*names, *others)):
            status = path.lstat()
            younger = path.suffix == ".lock" and status.st_mtime_ns >= intent  # what recovery looks at
            content = b"" if path.is_dir() or not path.is_file() else _content(path)
            yield number, _CHANCE.sub("#", str(path.relative_to(top))), status.st_mode, content, younger


def _time(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def _content(path: Path) -> bytes:
    """Give what a file holds, in short; of git's index not when and where its files were seen."""
    data = path.read_bytes()
    if path.name == "lock":
        data = b""  # who had it last, for a message
    if data.startswith(b"DIRC\0\0\0\2"):
        data = b"".join(_entries(data))
    return hashlib.sha256(data).digest()


def _entries(index: bytes) -> Iterator[bytes]:
    """Give the parts of an index of version 2 that are about content, and all that follows but its checksum."""
    at = 12
    for _number in range(int.from_bytes(index[8:12], "big")):
        length = int.from_bytes(index[at + _ENTRY - 2 : at + _ENTRY], "big") & _NAME_LENGTH
        end = at + (_ENTRY + length + 8) // 8 * 8
        yield index[at + 24 : at + 28] + index[at + _STATUS : end]
        at = end
    yield index[at:-20]
