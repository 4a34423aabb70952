"""A disk and its power: replays what a trace says was written, and gives what a power cut at any moment leaves.

A file keeps what it held when it was last fsynced; a folder keeps the names that it held then. What came later may or
may not be on the disk: both extremes, mixtures, and zeros in the place of bytes that never arrived.
"""

from __future__ import annotations

import ast
import os
import random
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

CALLS = (
    "openat,write,pwrite64,sendfile,ftruncate,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,"
    "mkdir,mkdirat,rmdir,symlink,chdir"
)
STRACE = ("-f", "-y", "-xx", "-s", "10000000", f"--trace={CALLS}")
Loss = Literal["all", "contents", "zeros", "names", "some"]
LOSSES: tuple[Loss, ...] = ("all", "contents", "zeros", "names", "some")
_LINE = re.compile(r"^(?P<pid>\d+) +(?P<call>\w+)\((?P<rest>.*)\) += (?P<result>-?\d+)(?P<more>.*)$")
_UNFINISHED = re.compile(r"^(?P<pid>\d+) +(?P<call>\w+)\((?P<rest>.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"^(?P<pid>\d+) +<\.\.\. \w+ resumed>(?P<rest>.*)$")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_DESCRIPTOR = re.compile(r"^(\d+)<([^>]*)>")


class Left(NamedTuple):
    """What is left of a file: its content (None for a folder), and when that was written, counted in calls."""

    data: bytes | None
    when: int


class _File:
    """What a file holds, and what it held when it was last on the disk; `names` is for folders."""

    def __init__(self, *, folder: bool = False) -> None:
        self.folder = folder
        self.data = self.safe = b""
        self.when = 0
        self.names: dict[str, _File] = {}
        self.safe_names: dict[str, _File] = {}


class Disk:
    """The tree below one folder, as it is and as it is safe."""

    def __init__(self, top: Path) -> None:
        """Begin with what is there now, all of it safe."""
        self._top = top
        self._root = _load(top)
        self._now = 0
        self.told: list[str] = []

    def replay(self, trace: str, said: Path) -> Iterator[str]:
        """Follow a trace, line by line; gives the name of each call that changed something below the folder."""
        begun: dict[str, str] = {}
        for line in trace.splitlines():
            whole = line
            if found := _UNFINISHED.match(line):
                begun[found["pid"]] = f"{found['pid']} {found['call']}({found['rest']}"
                continue
            if found := _RESUMED.match(line):
                whole = begun.pop(found["pid"]) + found["rest"]
            if (found := _LINE.match(whole)) and int(found["result"]) >= 0:
                call = found["call"]
                if call == "write" and str(said) in _plain(found["rest"]):
                    self.told.append(_bytes(found["rest"])[0].decode())
                elif self._follow(call, found["rest"], int(found["result"]), found["more"]):
                    self._now += 1
                    yield call

    def _follow(self, call: str, rest: str, result: int, more: str) -> bool:
        match call:
            case "write" | "pwrite64" | "ftruncate" | "fsync" | "fdatasync" | "sendfile":
                return self._follow_descriptor(call, rest, result)
            case "openat":
                return "O_CREAT" in rest and self._create(_plain(more).strip()[1:-1], truncate="O_TRUNC" in rest)
        paths = [os.fsdecode(path) for path in _bytes(rest)]
        if call == "symlink":  # git only tries whether it can
            return self._create(paths[1], truncate=False)
        if call == "unlinkat" and (beside := _DESCRIPTOR.match(_plain(rest))):  # the name in an open folder
            paths = [f"{beside[2]}/{paths[0]}"]
        if not all(path.startswith("/") for path in paths):
            raise AssertionError(rest)  # the program and its git use whole paths only
        return self._rename(call, paths)

    def _follow_descriptor(self, call: str, rest: str, result: int) -> bool:
        found = _DESCRIPTOR.match(_plain(rest))
        file = self._find(found[2]) if found else None
        if file is None:
            return False
        if "sync" not in call:
            file.when = self._now
        match call:
            case "write":  # all our writers, and git, write from the beginning to the end
                file.data += _bytes(rest)[0][:result]
            case "pwrite64":
                offset = int(rest.rsplit(", ", 1)[1])
                data = _bytes(rest)[0][:result]
                file.data = file.data[:offset].ljust(offset, b"\0") + data + file.data[offset + len(data) :]
            case "sendfile":
                source = self._find(_DESCRIPTOR.match(_plain(rest).split(", ")[1])[2])  # type: ignore[index]
                file.data += source.data[:result] if source else b""
            case "ftruncate":
                file.data = file.data[: int(rest.rsplit(", ", 1)[1])]
            case _:
                file.safe = file.data
                file.safe_names = dict(file.names)
        return True

    def _create(self, path: str, *, truncate: bool) -> bool:
        folder, name = self._place(path)
        if folder is None:
            return False
        file = folder.names.setdefault(name, _File())
        file.when = file.when or self._now
        if truncate:
            file.data = b""
        return True

    def _rename(self, call: str, paths: list[str]) -> bool:
        places = [self._place(path) for path in paths]
        folder, name = places[0]
        if folder is None or call == "chdir":
            return False
        match call:
            case "mkdir" | "mkdirat":
                folder.names[name] = _File(folder=True)
            case "unlink" | "unlinkat" | "rmdir":
                folder.names.pop(name)
            case "link" | "linkat" | "rename" | "renameat" | "renameat2":
                target, other = places[1]
                assert target is not None, paths
                target.names[other] = folder.names[name] if "link" in call else folder.names.pop(name)
        return True

    def _place(self, path: str) -> tuple[_File | None, str]:
        folder, _slash, name = path.rpartition("/")
        return self._find(folder), name

    def _find(self, path: str) -> _File | None:
        found: _File | None = self._root
        if path != str(self._top) and not path.startswith(f"{self._top}/"):
            return None
        for name in Path(path).relative_to(self._top).parts:
            found = found.names.get(name) if found else None
        return found

    def unsafe(self) -> set[str]:
        """Give the paths whose content or name would not survive a power cut now."""
        now, safe = self.left_by("contents", 0), self.left_by("all", 0)
        now |= {path: data for path, data in self.left_by("names", 0).items() if path in now}
        return {path for path in now.keys() | safe.keys() if now.get(path) != safe.get(path)}

    def left_by(self, loss: Loss, seed: int) -> dict[str, Left]:
        """Give the tree that a power cut now leaves."""
        chance = random.Random(seed)
        found: dict[str, Left] = {}

        def kept(kind: Loss) -> bool:
            return chance.random() < 0.5 if loss == "some" else loss not in ("all", kind)  # what is lost is not kept

        def visit(file: _File, path: str) -> None:
            if not file.folder:
                later = file.data if kept("contents") else file.safe
                found[path] = Left(_zeroed(file) if loss == "zeros" else later, file.when)
                return
            found[path] = Left(None, 0)
            names = dict(file.safe_names)
            for name in file.names.keys() | file.safe_names.keys():
                if file.names.get(name) is not file.safe_names.get(name) and kept("names"):
                    names.pop(name, None)
                    if name in file.names:
                        names[name] = file.names[name]
            for name, part in names.items():
                visit(part, f"{path}/{name}" if path else name)

        visit(self._root, "")
        return found


def _zeroed(file: _File) -> bytes:
    """Give a file with zeros where bytes had been written and did not arrive."""
    safe = file.safe if file.data.startswith(file.safe) else b""
    return safe + b"\0" * (len(file.data) - len(safe))


def build(left: dict[str, Left], top: Path) -> None:
    """Put what a power cut left into a folder, in the place of what is there."""
    shutil.rmtree(top, ignore_errors=True)
    begun = time.time() - 1000
    for name, (data, when) in sorted(left.items()):
        path = top / name
        if data is None:
            path.mkdir(mode=0o700, parents=True)
        else:
            path.write_bytes(data)
            path.chmod(0o600)
            os.utime(path, (begun + when, begun + when))


def _load(path: Path) -> _File:
    file = _File(folder=path.is_dir())
    if file.folder:
        file.names = {part.name: _load(part) for part in path.iterdir()}
        file.safe_names = dict(file.names)
    else:
        file.data = file.safe = path.read_bytes()
    return file


def _bytes(rest: str) -> list[bytes]:
    """Give the texts among the arguments of a call."""
    return [ast.literal_eval(f'b"{text}"') for text in _TEXT.findall(rest)]


def _plain(rest: str) -> str:
    """Give arguments with the paths of descriptors readable; -xx writes those in hexadecimal as well."""
    return re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), re.sub(r'"[^"]*"', '""', rest))
