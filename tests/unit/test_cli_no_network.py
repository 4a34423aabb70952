"""There is no network code in the program: no module of it imports or opens any."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import reflect_tui

pytestmark = pytest.mark.slow

# `select` is no way to a network by itself: it waits for the terminal, and what else it could wait for is named here.
FORBIDDEN = {
    "aiohttp", "asyncore", "ftplib", "http", "httpx", "imaplib", "nntplib", "paramiko", "poplib", "requests",
    "selectors", "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "webbrowser",
    "websockets", "xmlrpc",
}  # fmt: skip
STREAMS = {
    "create_connection", "create_datagram_endpoint", "create_server", "create_unix_connection", "create_unix_server",
    "open_connection", "open_unix_connection", "open_url", "start_server", "start_unix_server",
}  # fmt: skip
PACKAGE = Path(reflect_tui.__file__).parent


def imported(tree: ast.AST) -> Iterator[str]:
    """Give the top name of every module that some code imports, anywhere in it and in any way."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in {"import_module", "__import__"}:
                yield str(node.args[0].value).partition(".")[0]


def named(tree: ast.AST) -> Iterator[str]:
    """Give every name and attribute that some code uses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)


def test_no_module_has_to_do_with_a_network() -> None:
    used: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_bytes())
        used[str(path.relative_to(PACKAGE))] = FORBIDDEN & {*imported(tree)} | STREAMS & {*named(tree)}
    assert "tui/app.py" in used
    assert {place: names for place, names in used.items() if names} == {}


@pytest.mark.parametrize(
    "code",
    [
        "import socket",
        "def f():\n import http.client as x",
        "from urllib.request import urlopen",
        "import_module('ssl')",
        "importlib.import_module('requests.api')",
    ],
)
def test_an_import_is_seen_wherever_it_hides(code: str) -> None:
    assert not FORBIDDEN.isdisjoint(imported(ast.parse(code)))
    assert not STREAMS.isdisjoint(named(ast.parse("await asyncio.open_connection('x')")))
