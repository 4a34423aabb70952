"""Sync through ssh with the real client and a server: keys, hosts, and a server that stops half-way or dribbles."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import asyncssh
import pytest

from reflect_tui.git import run
from reflect_tui.git.complaints import SyncError
from tests.unit.journal.conftest import MakeSession, answered_on, instrument_bytes, make_session  # noqa: F401 -- fixtures
from tests.unit.journal.sync_examples import Device, Pair, remote, save_and_sync, sync_all

ASKS, FETCHES, SENDS = 1, 2, 3
"""The connections of one sync that has something to receive and to send."""


class Server:
    """An ssh server on this machine that lets the owner of one key run git."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.connections = 0
        self.fails_in = 0
        """The connection that fails, counted from 1; 0 for none."""
        self.fails_after = 0
        """The bytes, both ways, after which it does."""
        self.dribbles = False
        """Whether that one then sends a byte now and then, instead of being cut."""
        self._loop = asyncio.new_event_loop()

    def serve(self, started: Future[None]) -> None:
        """Serve until stop()."""
        asyncio.set_event_loop(self._loop)
        acceptor = self._loop.run_until_complete(self._listen())
        self.port = acceptor.get_port()
        started.set_result(None)
        self._loop.run_forever()
        self._loop.run_until_complete(self._end(acceptor))
        self._loop.close()

    def stop(self) -> None:
        """Stop serving."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    def fail(self, connection: int, after: int, *, dribbles: bool = False) -> None:
        """Fail in a connection of the next sync."""
        self.connections, self.fails_in, self.fails_after, self.dribbles = 0, connection, after, dribbles

    async def _listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[str(self.folder / "host")], process_factory=self._handle, encoding=None,
            authorized_client_keys=str(self.folder / "key.pub"),
        )  # fmt: skip

    async def _end(self, acceptor: asyncssh.SSHAcceptor) -> None:
        acceptor.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _handle(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        """Run the command of git that a client asked for, and hand on what both sides say."""
        self.connections += 1
        fails = self.connections == self.fails_in
        left = self.fails_after
        service, _blank, place = str(process.command).partition(" ")
        git = await asyncio.create_subprocess_exec(
            "git", service.removeprefix("git-"), place.strip("'"),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert git.stdin is not None
        assert git.stdout is not None
        given = asyncio.create_task(_hand_on(process.stdin, git.stdin))
        while part := await git.stdout.read(1 if fails else 65536):
            process.stdout.write(part)
            left -= len(part)
            if fails and left < 0:
                if not self.dribbles:
                    process.channel.get_connection().abort()
                    break
                await asyncio.sleep(0.2)
        if git.returncode is None and fails:
            git.kill()
        given.cancel()
        process.exit(await git.wait())


async def _hand_on(source: asyncssh.SSHReader[bytes], target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(asyncssh.Error, OSError):  # one side is gone
        while part := await source.read(4096):
            target.write(part)
            await target.drain()
        target.close()


def _key(path: Path, passphrase: str = "") -> None:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


@pytest.fixture
def server(tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Serve; a new user's ssh has the key, and knows no host: it reads no settings of who runs the tests."""
    folder = tmp_path / "ssh"
    folder.mkdir()
    for name in ("host", "key"):
        _key(folder / name)
    server, started = Server(folder), Future[None]()
    threading.Thread(target=server.serve, args=(started,), daemon=True).start()
    started.result()
    (folder / "settings").write_text(
        f"UserKnownHostsFile {folder}/known\nGlobalKnownHostsFile /dev/null\nIdentityFile {folder}/key\n"
        "IdentitiesOnly yes\nIdentityAgent none\n"
    )
    programs = own_home / "bin"
    programs.mkdir(mode=0o700)
    (programs / "ssh").write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/settings "$@"\n')
    (programs / "ssh").chmod(0o700)
    monkeypatch.setattr("reflect_tui.git.run._is_open", lambda _program: False)  # the folder of tests is anyone's
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    yield server
    server.stop()


def _know(server: Server, key: str = "host") -> None:
    """Let the user know a host by its key."""
    words = (server.folder / f"{key}.pub").read_text()
    (server.folder / "known").write_text(f"[127.0.0.1]:{server.port} {words}")


@pytest.fixture
def devices(server: Server, tmp_path: Path, make_session: MakeSession) -> Pair:  # noqa: F811
    """Give two devices that know the host; the first has a session, not sent yet."""
    place = remote(tmp_path / "far" / "journal.git")
    address = f"ssh://me@127.0.0.1:{server.port}{place}"
    laptop, home = Device(tmp_path / "laptop", address), Device(tmp_path / "home", address)
    laptop.save(make_session(0))
    _know(server)
    return laptop, home


@pytest.fixture
def apart(devices: Pair, make_session: MakeSession) -> Pair:  # noqa: F811
    """Give two devices that met, the second of which sent a large remark since; the first has a session of its own."""
    laptop, home = devices
    sync_all(laptop, home)
    save_and_sync(make_session(1, remark="".join(f"{number:x}" for number in range(3000))), home)
    laptop.save(make_session(2))
    return laptop, home


def test_a_key_without_a_passphrase_is_all_it_needs(
    devices: Pair,
    make_session: MakeSession,  # noqa: F811
) -> None:
    laptop, home = devices
    sync_all(laptop, home)
    save_and_sync(make_session(1), home)
    assert laptop.sync().received == 1
    assert laptop.tree() == home.tree()
    assert laptop.is_whole()
    assert home.is_whole()


def test_a_key_with_a_passphrase_and_no_agent_is_told_and_nothing_asks(devices: Pair, server: Server) -> None:
    command = ["ssh-keygen", "-q", "-p", "-P", "", "-N", "horse", "-f", str(server.folder / "key")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with pytest.raises(SyncError, match="wants to know who you are"):
        devices[0].sync()
    assert devices[0].is_whole()


def test_an_unknown_host_is_told_and_not_written_down(devices: Pair, server: Server) -> None:
    (server.folder / "known").unlink()
    with pytest.raises(SyncError, match="is not known to ssh"):
        devices[0].sync()
    assert not (server.folder / "known").exists()
    assert server.connections == 0
    assert devices[0].is_whole()


def test_a_host_with_another_key_than_before_is_named_as_that(devices: Pair, server: Server) -> None:
    _key(server.folder / "other")
    _know(server, "other")
    with pytest.raises(SyncError, match="shows another key than before"):
        devices[0].sync()
    assert server.connections == 0
    assert devices[0].is_whole()


@pytest.mark.parametrize(
    ("connection", "after"), [(ASKS, 0), (ASKS, 200), (FETCHES, 600), (FETCHES, 1500), (SENDS, 50)]
)
def test_a_server_that_stops_half_way_changes_nothing_here(
    apart: Pair, server: Server, connection: int, after: int
) -> None:
    laptop, home = apart
    head = laptop.journal.repository.head()
    server.fail(connection, after)
    with pytest.raises(SyncError, match=r"What is saved here is safe|broke off"):
        laptop.sync()
    assert server.connections == connection
    assert laptop.journal.repository.head() == head or connection == SENDS
    assert laptop.is_whole()
    server.fail(0, 0)
    sync_all(laptop, home)
    assert len(laptop.ids()) == 3
    assert laptop.tree() == home.tree()
    assert home.is_whole()


@pytest.mark.parametrize("connection", [ASKS, FETCHES, SENDS])
def test_a_server_that_dribbles_is_given_up(
    apart: Pair, server: Server, monkeypatch: pytest.MonkeyPatch, connection: int
) -> None:
    monkeypatch.setattr(run, "_FAR_STALL", {"ssh": (3.0, 5_000)})
    laptop, _home = apart
    server.fail(connection, 20, dribbles=True)
    with pytest.raises(SyncError, match="does not answer"):
        laptop.sync()
    assert server.connections == connection
    assert laptop.is_whole()
