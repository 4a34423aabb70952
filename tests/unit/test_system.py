"""What operating systems do differently: one interface for all, macOS's disks, Windows as far as it can be had."""

from __future__ import annotations

import errno
import fcntl
import grp
import importlib
import inspect
import json
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from reflect_tui import system
from reflect_tui.i18n import choose_language
from reflect_tui.system import posix
from tests.unit.windows_child import made_up_msvcrt

ROOT = Path(__file__).parents[2]


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Give the module for Windows, on a made-up msvcrt."""
    monkeypatch.setitem(sys.modules, "msvcrt", made_up_msvcrt())
    monkeypatch.delitem(sys.modules, "reflect_tui.system.windows", raising=False)
    module = importlib.import_module("reflect_tui.system.windows")
    monkeypatch.delitem(sys.modules, "reflect_tui.system.windows")
    return module


def opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def test_both_systems_have_one_interface(windows: ModuleType) -> None:
    names = [
        name for name, value in vars(posix).items() if getattr(value, "__module__", posix.__name__) == posix.__name__
    ]
    public = [name for name in names if not name.startswith("_") and not inspect.ismodule(getattr(posix, name))]
    assert {"OPEN", "lock", "sync_file", "write_at"} <= set(public) <= set(dir(system))
    for name in public:
        ours, theirs = getattr(posix, name), getattr(windows, name)
        assert callable(ours) == callable(theirs), name
        if callable(ours):
            here, there = inspect.signature(ours), inspect.signature(theirs)
            assert [str(p).lstrip("_") for p in there.parameters.values()] == list(map(str, here.parameters.values()))
            assert here.return_annotation == there.return_annotation, name
        else:
            assert type(ours) is type(theirs), name


@pytest.mark.parametrize("name", ["posix", "windows"])
def test_a_lock_keeps_others_out_until_it_is_closed(name: str, windows: ModuleType, tmp_path: Path) -> None:
    module = {"posix": posix, "windows": windows}[name]
    path = tmp_path / "lock"
    path.write_text("who has it")
    mine, theirs = opened(path), opened(path)
    assert module.lock(mine)
    assert not module.lock(theirs)
    assert os.read(mine, 99) == b"who has it"  # and the content can be read meanwhile
    assert path.read_text() == "who has it"
    module.close_lock(mine)
    assert module.lock(theirs)
    module.close_lock(theirs)
    again = opened(path)
    assert module.lock(again)
    os.close(again)


@pytest.mark.parametrize("name", ["posix", "windows"])
def test_bytes_go_to_their_place_and_to_the_disk(name: str, windows: ModuleType, tmp_path: Path) -> None:
    module = {"posix": posix, "windows": windows}[name]
    path = tmp_path / "draft"
    path.write_bytes(b"one two")
    descriptor = opened(path)
    assert module.write_at(descriptor, memoryview(b"2"), 4) == 1
    assert module.write_at(descriptor, b"!", 7) == 1
    module.sync(descriptor)
    os.close(descriptor)
    module.sync_file(path)
    module.sync_folder(tmp_path)
    assert path.read_bytes() == b"one 2wo!"
    module.replace(path, tmp_path / "target")
    assert [entry.name for entry in tmp_path.iterdir()] == ["target"]
    with pytest.raises(FileNotFoundError):
        module.sync_folder(tmp_path / "gone")


def test_a_file_that_a_virus_scanner_holds_is_waited_for(
    windows: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "_MOMENT", 0.0)
    tries: list[Path] = []

    def held(source: Path, target: Path) -> None:
        tries.append(source)
        if len(tries) < 4:
            raise PermissionError(errno.EACCES, "held")
        source.rename(target)

    (source := tmp_path / "new").write_text("new")
    monkeypatch.setattr(Path, "replace", held)
    windows.replace(source, tmp_path / "old")
    assert (len(tries), (tmp_path / "old").read_text()) == (4, "new")
    monkeypatch.setattr(Path, "replace", lambda *_paths: (_ for _ in ()).throw(PermissionError()))
    with pytest.raises(PermissionError):
        windows.replace(tmp_path / "old", tmp_path / "new")


@pytest.mark.parametrize("name", ["posix", "windows"])
def test_a_folder_goes_with_files_that_may_only_be_read(
    name: str, windows: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = {"posix": posix, "windows": windows}[name]
    (folder := tmp_path / "objects").mkdir()
    (kept := folder / "pack").write_text("x")
    kept.chmod(0o400)
    if name == "windows":
        real = os.unlink

        def unlink(path: str, **more: int) -> None:
            if not (folder / Path(path).name).stat().st_mode & 0o200:
                raise PermissionError(errno.EACCES, "read-only", path)
            real(path, **more)

        monkeypatch.setattr(os, "unlink", unlink)
    module.remove_tree(folder)
    assert not folder.exists()


def test_windows_tells_the_language(windows: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert windows.language() == ""
    kernel = SimpleNamespace(GetUserDefaultUILanguage=lambda: 0x413)
    monkeypatch.setattr("ctypes.windll", SimpleNamespace(kernel32=kernel), raising=False)
    assert windows.language() == "nl_NL"
    monkeypatch.setattr(system, "language", windows.language)
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert choose_language(None, None) == "nl"
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert choose_language(None, None) == "en"


def test_a_taken_name_is_refused_there_at_once(
    windows: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(_source: Path, target: Path) -> None:
        raise FileExistsError(errno.EEXIST, "taken", str(target))

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(FileExistsError):
        windows.give_name(tmp_path / "new", tmp_path / "old")


@pytest.mark.parametrize(
    ("answer", "asked"), [(None, ["full"]), (errno.ENOTSUP, ["full", "fsync"]), (errno.EINVAL, ["full", "fsync"])]
)
def test_macos_waits_for_the_disk_itself_where_that_can_be(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: int | None, asked: list[str]
) -> None:
    done: list[str] = []

    def full(_descriptor: int, command: int) -> int:
        assert command == 51
        done.append("full")
        if answer is not None:
            raise OSError(answer, os.strerror(answer))
        return 0

    monkeypatch.setattr(posix, "_FULL_SYNC", 51)
    monkeypatch.setattr(fcntl, "fcntl", full)
    monkeypatch.setattr(os, "fsync", lambda _descriptor: done.append("fsync"))
    (path := tmp_path / "file").touch()
    posix.sync_file(path)
    assert done == asked


def test_a_disk_of_macos_that_fails_is_no_success(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(_descriptor: int, _command: int) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(posix, "_FULL_SYNC", 51)
    monkeypatch.setattr(fcntl, "fcntl", full)
    (path := tmp_path / "file").touch()
    with pytest.raises(OSError, match="Input/output error"):
        posix.sync_file(path)


@pytest.mark.slow
def test_commands_run_without_what_only_posix_has(tmp_path: Path) -> None:
    """From filling in to a commit, with the module for Windows in the place of the other."""
    programs = tmp_path / "bin"
    programs.mkdir(mode=0o755)
    (programs / "git.exe").symlink_to(shutil.which("git") or "git")
    journal = str(tmp_path / "journal")
    named = [
        ["new", "--plain"],
        ["list"],
        ["diff"],
        ["trend"],
        ["goals"],
        ["doctor"],
        ["history", "latest"],
        ["report", "--output", str(tmp_path / "talk.html")],
        ["invite", "--role", "colleague", "--output", str(tmp_path / "form.html")],
        ["export", "--output", str(tmp_path / "all.csv")],
    ]
    given = json.dumps([["--journal", journal, "--lang", "en", *words] for words in named])
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.windows_child", given],
        check=False,
        cwd=ROOT,
        input="3\n" * 92 + "f\n",
        capture_output=True,
        text=True,
        timeout=120,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            **{f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("STATE", "DATA", "CONFIG", "CACHE")},
            "PATH": str(programs),
            "TERM": "",
        },
    )
    codes = [int(row.removeprefix("code ")) for row in done.stderr.splitlines() if row.startswith("code ")]
    assert codes == [0, 0, 1, *[0] * 7], done.stderr + done.stdout[-2000:]
    assert "It is in history as well." in done.stdout
    assert "Something went wrong" not in done.stderr
    assert "92/92" in done.stdout


def test_a_group_may_change_what_is_theirs_but_for_roots_and_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {1000: ("noor", []), 1001: ("noor", ["noor", "sam"]), 1002: ("team", []), 0: ("root", ["sam"])}

    def changed(mode: int, group: int, first: int = 1000) -> bool:
        monkeypatch.setattr(pwd, "getpwuid", lambda _user: SimpleNamespace(pw_name="noor", pw_gid=first))
        return system.changed_by_others(os.stat_result((mode, 0, 0, 1, 1000, group, 0, 0, 0, 0)))

    def entry(group: int) -> SimpleNamespace:
        name, members = names[group]
        return SimpleNamespace(gr_name=name, gr_mem=members)

    monkeypatch.setattr(grp, "getgrgid", entry)
    assert not changed(0o755, 1002)
    assert changed(0o757, 0)
    assert not changed(0o775, 0)
    assert not changed(0o775, 1000)
    assert changed(0o775, 1000, first=1002)
    assert changed(0o775, 1001, first=1001)  # somebody else is in it
    assert changed(0o775, 1002, first=1002)  # a group of that name belongs to several
    assert changed(0o775, 4711)  # of no name
