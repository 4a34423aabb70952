"""https with git's own server (git http-backend) behind TLS and a password, which only git's credential store knows."""

from __future__ import annotations

import base64
import http.server
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from reflect_tui.git.complaints import SyncError
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Device, git, remote, save_and_sync, sync_all

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="git http-backend is run as a CGI program here")
_WHO = base64.b64encode(b"me:hunter2").decode()


class _Backend(http.server.BaseHTTPRequestHandler):
    """Hands each request to git http-backend, after the password."""

    root: Path
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        path, _mark, query = self.path.partition("?")
        if self.headers.get("Authorization") != f"Basic {_WHO}":
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        given = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        variables = {
            "GIT_PROJECT_ROOT": str(self.root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
            "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""), "REMOTE_USER": "me",
            "CONTENT_LENGTH": str(len(given)), "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }  # fmt: skip
        done = subprocess.run(
            ["git", "http-backend"], input=given, capture_output=True, env=os.environ | variables, check=True
        )
        head, _blank, body = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in {**fields, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _serve  # noqa: N815 -- by the library

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Serve a bare repository; git trusts its certificate."""
    place = remote(tmp_path / "served" / "journal.git")
    git("config", "http.receivepack", "true", folder=place)
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    handler = type("Handler", (_Backend,), {"root": place.parent})
    server = http.server.ThreadingHTTPServer(("localhost", 0), handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    git("config", "--global", "http.sslCAInfo", str(certificate), folder=tmp_path)
    yield f"https://localhost:{server.server_port}/journal.git"
    server.shutdown()
    server.server_close()


@pytest.mark.slow
def test_two_devices_meet_through_https(address: str, tmp_path: Path, make_session: MakeSession) -> None:
    laptop, home = Device(tmp_path / "laptop", address), Device(tmp_path / "home", address)
    laptop.save(make_session(0))
    git("config", "--global", "credential.helper", "store", folder=tmp_path)
    store = Path.home() / ".git-credentials"
    for known in ("", address.replace("//", "//me:guessed@").replace("/journal.git", "\n")):
        store.write_text(known)
        with pytest.raises(SyncError, match="wants to know who you are, and git has no key or password that fits"):
            laptop.sync()
        assert laptop.is_whole()
    store.write_text(address.replace("//", "//me:hunter2@").replace("/journal.git", "\n"))
    sync_all(laptop, home)
    save_and_sync(make_session(1), home)
    assert laptop.sync().received == 1
    assert laptop.tree() == home.tree()
    states = [path for device in (laptop, home) for path in device.journal.state.rglob("*") if path.is_file()]
    assert not [path for path in states if b"hunter2" in path.read_bytes()]


def test_a_certificate_that_nobody_vouches_for_is_refused(
    address: str, tmp_path: Path, make_session: MakeSession
) -> None:
    git("config", "--global", "--unset", "http.sslCAInfo", folder=tmp_path)
    laptop = Device(tmp_path / "laptop", address)
    laptop.save(make_session(0))
    with pytest.raises(SyncError, match=r"is not one that this computer trusts.* Nothing was sent"):
        laptop.sync()
    assert laptop.is_whole()
