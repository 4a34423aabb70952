"""What the other end says or doesn't say: always one sentence, never a prompt, and nothing hangs."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from reflect_tui.git import complaints, exchange, patience, problems
from reflect_tui.git.address import Address
from reflect_tui.git.complaints import SyncError
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Device, remote, save_and_sync, sync_all

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the ssh of these tests is a shell script"),
]


@pytest.fixture
def device(tmp_path: Path, make_session: MakeSession) -> Device:
    laptop = Device(tmp_path / "laptop", tmp_path)
    laptop.save(make_session())
    return laptop


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put another ssh in front, which writes its words to a file."""
    folder = Path.home() / "bin"
    folder.mkdir(parents=True)
    for place in (folder, folder.parent):
        place.chmod(0o700)
    monkeypatch.setattr("reflect_tui.git.run._is_open", lambda _program: False)  # the folder of all tests is anyone's
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    program = folder / "ssh"
    program.write_text("#!/bin/sh\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Host key verification failed.", "is not known to ssh"),
        ("git@host: Permission denied (publickey).", "wants to know who you are"),
        ("fatal: '//h/j/': SSL certificate problem: certificate has expired", "trusts: it expired"),
        ("fatal: SSL: no alternative certificate subject name matches target host name 'h'", "of another host"),
        ("ssh: Could not resolve hostname host: Name or service not known", "was not found. Check the address"),
        ("ssh: connect to host host port 22: Connection refused", "can't be reached now"),
        ("fatal: '/journal.git' does not appear to be a git repository", "no git repository at"),
        ("Connection to host closed by remote host: hung up", "broke off"),
    ],
)
def test_what_ssh_says_becomes_a_sentence(device: Device, ssh: Path, said: str, sentence: str) -> None:
    ssh.write_text(f'#!/bin/sh\necho "{said}" >&2\nexit 255\n')
    device.place = "git@host:journal.git"
    head = device.journal.repository.head()
    with pytest.raises(SyncError, match=sentence):
        device.sync()
    assert device.journal.repository.head() == head
    assert device.is_whole()


def test_ssh_never_asks_and_takes_no_option_from_an_address(device: Device, ssh: Path, tmp_path: Path) -> None:
    ssh.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{tmp_path}/words"\nexit 255\n')
    device.place = "git@host:journal.git"
    with pytest.raises(SyncError):
        device.sync()
    words = (tmp_path / "words").read_text().splitlines()
    assert {"-oBatchMode=yes", "-oStrictHostKeyChecking=yes", "-oPermitLocalCommand=no"} <= set(words)
    assert words[-2:] == ["git@host", "git-upload-pack 'journal.git'"]


def test_an_end_that_never_answers_is_given_up(device: Device, ssh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_QUESTION", 0.5)
    ssh.write_text("#!/bin/sh\nexec sleep 1000\n")
    device.place = "git@host:journal.git"
    with pytest.raises(SyncError, match="does not answer") as caught:
        device.sync()
    assert caught.value.is_offline
    assert device.is_whole()


def test_who_waits_is_told_and_may_stop(device: Device, ssh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An end that is connected and says nothing: the waiting is told, again and again, and ends when it is stopped."""
    monkeypatch.setattr(patience, "_TOLD_AFTER", 0.01)
    ssh.write_text("#!/bin/sh\nexec sleep 1000\n")
    device.place = "git@host:journal.git"
    device.stops = lambda: sum(words.startswith("Waiting for git@host:journal.git") for words in device.told) > 2
    head = device.journal.repository.head()
    with pytest.raises(SyncError, match=r"Stopped\. What is saved here is safe"):
        device.sync()
    assert device.journal.repository.head() == head
    assert device.is_whole()


_SERVES = '#!/bin/sh\nfor word; do :; done\nset -f\neval "$word" {after}\n'
"""An ssh that runs the command here, as the other end would."""


def test_two_devices_meet_through_ssh(device: Device, ssh: Path, tmp_path: Path, make_session: MakeSession) -> None:
    ssh.write_text(_SERVES.format(after=""))
    place = remote(tmp_path / "far" / "journal.git")
    home = Device(tmp_path / "home", f"me@host:{place}")
    device.place = home.place
    sync_all(device, home)
    save_and_sync(make_session(1), home)
    assert device.sync().received == 1
    assert device.tree() == home.tree()
    assert device.is_whole()


@pytest.mark.parametrize("size", [600, 1200])
def test_an_end_that_is_gone_half_way_changes_nothing(
    device: Device, ssh: Path, tmp_path: Path, make_session: MakeSession, size: int
) -> None:
    place = remote(tmp_path / "far" / "journal.git")
    home = Device(tmp_path / "home", place)
    device.place = place
    sync_all(device, home)
    save_and_sync(make_session(1, remark="".join(f"{number:x}" for number in range(3000))), home)
    device.save(make_session(2))
    device.place = f"me@host:{place}"
    ssh.write_text(_SERVES.format(after=f"| head -c {size}"))
    head = device.journal.repository.head()
    with pytest.raises(SyncError):
        device.sync()
    assert device.journal.repository.head() == head
    assert device.is_whole()
    ssh.write_text(_SERVES.format(after=""))
    device.sync()
    assert len(device.ids()) == 3


def test_a_password_that_git_says_is_not_repeated() -> None:
    address = Address("https://host/x.git", "https")
    error = complaints.error_from(address, "fatal: unable to access 'https://me:hunter2@host/x.git/': strange\n")
    assert "hunter2" not in str(error)


_FULL = "error: unable to write file: No space left on device"


@pytest.mark.parametrize(
    ("said", "is_here"),
    [
        (f"fatal: fetch-pack\n{_FULL}\n", True),
        (f"warning: something\nhint: something\n{_FULL}\n", True),
        ("fatal: write error: Disk quota exceeded\n", True),
        (f"remote: {_FULL}\nerror: remote unpack failed: unpack-objects abnormal exit\n", False),
        ("fatal: Unable to create '/stick/journal.git/HEAD.lock': No space left on device\n", False),
    ],
)
def test_a_full_disk_is_that_of_the_end_that_says_so(said: str, *, is_here: bool) -> None:
    address = Address("/stick/journal.git", "repository")
    assert complaints.is_full_here(address, said) == is_here
    if not is_here:
        assert str(complaints.error_from(address, said)).startswith("The disk of /stick/journal.git is full.")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("hint: Using 'master' as the name\nhint: of a branch\nfatal: strange\n", "fatal: strange"),
        ("warning: old\nremote: \nremote: hint: more\nremote: The server is being mended\n", "remote: The server is"),
        ("remote: Counting objects: 100% (3/3), done.\rremote: \nremote: error: strange\n", "remote: error: strange"),
        ("error: failed to push some refs to 'x'\nhint: Updates were\nremote: no, said the hook\n", "remote: no, said"),
        (
            " ! [remote rejected] main -> main (locked)\nerror: failed to push some refs\nhint: x\n",
            "! [remote rejected]",
        ),
        ("Pseudo-terminal will not\nhint: not this\n", "Pseudo-terminal will not"),
    ],
)
def test_the_reason_is_quoted_and_never_a_hint(said: str, reason: str) -> None:
    told = str(complaints.error_from(Address("https://host/x.git", "https"), said))
    assert told.startswith(f"git can't sync with https://host/x.git: {reason}")
    assert "hint" not in told
    assert "hint" not in problems.from_failure(Path("/journal"), said).detail


def test_a_repository_that_refuses_is_quoted_with_what_its_hook_says(
    device: Device, ssh: Path, tmp_path: Path, make_session: MakeSession
) -> None:
    place = remote(tmp_path / "far" / "journal.git")
    hook = place / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'hint: ask for room' >&2\necho 'closed on Mondays' >&2\nexit 1\n")
    hook.chmod(0o755)
    ssh.write_text(_SERVES.format(after=""))
    device.place = f"me@host:{place}"
    with pytest.raises(SyncError, match="remote: closed on Mondays"):
        device.sync()
