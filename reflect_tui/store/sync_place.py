"""Where this device syncs a journal: written in its state folder, never in the journal."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.disk import files
from reflect_tui.model.session import Moment
from reflect_tui.store.base import Store
from reflect_tui.toml import formats

_FILE = "sync.toml"


class SyncState(Struct, frozen=True, kw_only=True):
    """Where this device syncs a journal, and the newest commit that stood there and here alike, "" before the first.

    `device` names this device's file in a plain folder, `encrypted` tells that only a passphrase opens it. `way` is the
    kind of place that it was, "" when nobody wrote it down; `rewritten` is what became of `commit` here when something
    was erased since; `unread` counts files of other devices that were not whole.
    """

    format: Literal[1] = 1
    address: Annotated[str, Meta(min_length=1)]
    device: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}$(?!\n)")]
    commit: str = ""
    when: Moment | None = None
    encrypted: bool = False
    way: str = ""
    rewritten: str = ""
    unread: int = 0
    untidy: bool = False
    earlier: tuple[str, ...] = ()

    def with_earlier(self, before: SyncState | None) -> SyncState:
        """Add the places that were known before this one."""
        if before is None:
            return self
        known = dict.fromkeys((*before.earlier, *((before.address,) if before.when else ())))
        return structs.replace(self, earlier=tuple(place for place in known if place != self.address))


def read_state(store: Store) -> SyncState | None:
    """Return where this journal is synced; None when it is not.

    Raises:
        BadFileError: the file can't be read.
    """
    path = store.state / _FILE
    return formats.parse(formats.read_bytes(path), SyncState, path) if path.exists() else None


def write_state(store: Store, state: SyncState) -> None:
    """Write down where a journal is synced; it is on the disk when this returns.

    Raises:
        JournalError: it could not be written.
    """
    files.make_folder(store.state)
    document = {key: value for key, value in structs.asdict(state).items() if value}
    files.replace(store.state / _FILE, formats.toml(document).encode())
