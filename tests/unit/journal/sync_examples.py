"""Devices of one person with a journal each, and a bare repository between them, shared by the tests of sync."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from msgspec import structs

from reflect_tui.git.patience import User, never
from reflect_tui.model import library
from reflect_tui.model.session import Session
from reflect_tui.store import erasing, erasure, sync_state
from reflect_tui.store.journal import Journal
from reflect_tui.store.sync_place import read_state
from reflect_tui.store.sync_state import Synced
from reflect_tui.usecases import syncing
from tests.bundled import bundled_bytes

INSTRUMENT = bundled_bytes(library.DEFAULT)


def git(*command: str, folder: Path, given: bytes | None = None) -> str:
    """Run git as the user would."""
    identity = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"]
    done = subprocess.run(["git", *identity, *command], cwd=folder, check=True, capture_output=True, input=given)
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def remote(folder: Path) -> Path:
    """Make an empty bare repository."""
    folder.mkdir(parents=True)
    git("init", "--quiet", "--bare", "--initial-branch=main", folder=folder)
    return folder


def harder(data: bytes, power: int = 60) -> bytes:
    """Let an encrypted file ask for 2 to this power of work; with 60 it takes a computer years to open it."""
    return re.sub(rb"(-> scrypt \S+) \d+\n", rf"\1 {power}\n".encode(), data, count=1)


def where(canary: str, top: Path) -> list[str]:
    """Search every file and every object of every repository below a folder."""
    found = [str(path) for path in top.rglob("*") if path.is_file() and canary.encode() in path.read_bytes()]
    for repository in {path.parent for path in top.rglob("objects") if path.is_dir()}:
        objects = git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)", folder=repository).split()
        contents = git("cat-file", "--batch", folder=repository, given="\n".join(objects).encode())
        found += [str(repository)] if canary in contents else []
    return found


class Device:
    """One device: a journal in a folder of its own, synced with one place."""

    def __init__(self, folder: Path, place: Path | str) -> None:
        self.journal = Journal(folder / "journal", folder / "state")
        self.place: Path | str = place
        self.told: list[str] = []
        self.rest: list[str] = []
        """What lists left out."""
        self.asked: list[str] = []
        self.stops: Callable[[], bool] = never
        self.passphrases: list[str] = []
        """For each time that a passphrase was asked for: whether it was a new one."""

    def sync(self, *, agree: bool = True, encrypt: bool = False, secret: str = "") -> Synced:
        """Sync, and agree to what is asked or not."""

        def ask(question: str) -> bool:
            self.asked.append(question)
            return agree

        def give(*, is_new: bool) -> str:
            self.passphrases.append("new" if is_new else "known")
            return secret

        given = give if secret else syncing.no_secret
        user = User(tell=self.told.append, tell_rest=self.rest.append, stops=self.stops)
        done = syncing.sync(self.journal, str(self.place), ask=ask, user=user, encrypt=encrypt, secret=given)
        self.told += done.notes
        return done

    def save(self, session: Session) -> Session:
        """Finish a session."""
        self.journal.save(session, INSTRUMENT)
        self.journal.record()
        return session

    def amend(self, session_id: str, remark: str, reason: str = "typo") -> None:
        """Give a session another remark."""
        session, data = self.journal.saved(session_id)
        self.journal.amend(structs.replace(session, remark=remark), reason, data)
        self.journal.record()

    def erase(self, session_id: str) -> None:
        """Erase a session for good."""
        erasing.carry_out(self.journal, erasure.session(self.journal, session_id))

    def ids(self) -> list[str]:
        """List the ids of the sessions, oldest first."""
        return sorted(entry.id for entry in self.journal.entries() if entry.is_sound)

    def tree(self) -> dict[str, str]:
        """Return the newest version in history."""
        return self.journal.repository.tracked()

    def both(self) -> list[str]:
        """Name the documents that have two versions."""
        return [choice.document for choice in sync_state.choices(self.journal)]

    def is_whole(self) -> bool:
        """Check that the folder holds what history says, that nothing waits and that git finds no fault."""
        git("fsck", "--strict", "--no-dangling", folder=self.journal.root)
        changed = git("status", "--porcelain", folder=self.journal.root)
        return not changed and not self.journal.pending() and not self.journal.changed()


Pair = tuple[Device, Device]
Three = tuple[Device, Device, Device]


def sync_all(*devices: Device) -> None:
    """Sync these devices, one after the other."""
    for device in devices:
        device.sync()


def save_and_sync(session: Session, first: Device, *others: Device) -> Session:
    """Save a session on the first of these devices, and sync them all."""
    first.save(session)
    sync_all(first, *others)
    return session


def own_file_name(device: Device) -> str:
    state = read_state(device.journal)
    assert state
    return f"reflect-tui-{device.journal.identity.id[:12]}-{state.device}.bundle"
