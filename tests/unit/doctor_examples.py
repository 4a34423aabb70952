"""What the tests of doctor share: a journal with two sessions in history, ways to spoil it, and what doctor finds."""

from __future__ import annotations

import json
import os
import subprocess
import time
from datetime import timedelta
from pathlib import Path

from reflect_tui.model.session import Session
from tests.unit.cli_examples import Cli

Found = dict[str, dict[str, object]]


def healthy(cli: Cli) -> Cli:
    """Give a journal in good health."""
    mask = os.umask(0o077)
    cli.save(3, days=-1)
    cli.save(3)
    cli.journal.record()
    cli.root.chmod(0o700)
    os.umask(mask)
    return cli


def git(cli: Cli, *words: str) -> str:
    identity = ("-c", "user.name=Someone", "-c", "user.email=someone@example.org")
    command = ["git", "-C", str(cli.root), *identity, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def loose(cli: Cli, revision: str) -> Path:
    """Give the file of an object."""
    name = git(cli, "rev-parse", revision)
    return cli.root / ".git" / "objects" / name[:2] / name[2:]


def spoil(path: Path, data: bytes = b"spoiled") -> None:
    path.chmod(0o600)
    path.write_bytes(data)


def age(path: Path, **ago: float) -> None:
    then = time.time() - timedelta(**ago).total_seconds()
    os.utime(path, (then, then))


def amended(cli: Cli) -> Session:
    """Give the newest session with an earlier version in history, of which nothing but an object is left."""
    session = cli.journal.own()[0]
    path = cli.path(session)
    before = path.read_text()
    path.write_text(before.replace('remark = ""', 'remark = "later"'))
    git(cli, "commit", "--all", "--message=amended")
    return session


def findings(cli: Cli, *words: str) -> tuple[int, Found]:
    """Give doctor's exit code and the checks that are not fine, by name."""
    result = cli("doctor", "--json", *words)
    document = json.loads(result.out)
    assert list(document) == ["journal", "checks", "done"]
    assert {tuple(check) for check in document["checks"]} == {("name", "fine", "found", "advice")}
    return result.code, {check["name"]: check for check in document["checks"] if not check["fine"]}


def wrong(cli: Cli, *words: str) -> list[str]:
    """Give the names of the checks that are not fine."""
    code, found = findings(cli, *words)
    assert code == (3 if found else 0)
    return list(found)


def break_commit(cli: Cli) -> None:
    git(cli, "commit", "--quiet", "--allow-empty", "--message=one that can't be made again by chance")
    loose(cli, "HEAD").unlink()


def break_tree(cli: Cli) -> None:
    spoil(loose(cli, "HEAD:sessions"))
