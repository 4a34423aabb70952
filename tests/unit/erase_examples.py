"""A journal with canaries, to look for in every file and every object."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from msgspec import structs

from reflect_tui.model import tombstones
from reflect_tui.model.session import Session
from tests.unit.cli_examples import Cli

CANARY = "the parakeet of the neighbours"


OTHER = "something that has to stay"


def git(cli: Cli, *command: str) -> str:
    identity = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"]
    done = subprocess.run(["git", *identity, *command], cwd=cli.root, check=True, capture_output=True)
    return done.stdout.decode("utf-8", "replace")


def everything(cli: Cli) -> Iterator[tuple[str, str]]:
    """Give all that is anywhere: files of journal and state with their names, and every object of the repository."""
    for top in (cli.root, cli.journal.state, cli.journal.state.parent / "answers"):
        for path in top.rglob("*"):
            yield str(path), path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
    if (cli.root / ".git").exists():
        for about in git(cli, "cat-file", "--batch-all-objects", "--batch-check").splitlines():
            name, kind, _size = about.split()
            yield f"{kind} {name}", git(cli, "cat-file", "-p", name)


def found(cli: Cli, *canaries: str) -> list[str]:
    return [where for where, content in everything(cli) for canary in canaries if canary in where or canary in content]


def amended(cli: Cli, session: Session, reason: str, **changes: object) -> Session:
    after = structs.replace(session, **changes)
    cli.journal.amend(after, reason, cli.path(session).read_bytes())
    assert cli.journal.record().obstacle is None
    return after


def make(cli: Cli) -> tuple[Session, Session]:
    """Make two sessions; the newer one has canaries in a note, in an amended note, in the remark and in a reason."""
    kept = cli.save(2, days=0, notes={"asks": OTHER})
    assert cli.journal.record().obstacle is None
    gone = cli.save(3, days=1, notes={"asks": CANARY, "acts": "another note of it"})
    assert cli.journal.record().obstacle is None
    gone = amended(cli, gone, "no more parakeets", notes={"asks": f'{CANARY}, and\nits "cage" too'}, remark=CANARY)
    return kept, gone


def stones(cli: Cli) -> tombstones.Tombstones:
    return tombstones.parse((cli.root / tombstones.FILE).read_bytes(), "")
