"""Where this device syncs a journal: written in its state folder, never in the journal."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError
from reflect_tui.i18n import _
from reflect_tui.model.session import Moment
from reflect_tui.store.base import Store
from reflect_tui.toml import formats

_FILE = "sync.toml"


class SyncState(Struct, frozen=True, kw_only=True):
    """Where this device syncs a journal, and the newest commit that stood there and here alike, "" before the first.

    `device` names this device's file in a plain folder, `encrypted` tells that only a passphrase opens it. `way` is the
    kind of place that it was, "" when nobody wrote it down; `rewritten` is what became of `commit` here when something
    was erased since; `unread` counts files of other devices that were not whole; `earlier` are the other
    places that may have something of the journal. `written` is the SHA-256 of this device's file in a plain folder;
    while that is replaced, of the one before as well.
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
    written: tuple[Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")], ...] = ()
    earlier: tuple[str, ...] = ()

    def with_earlier(self, before: SyncState | None) -> SyncState:
        """Add the places that were known before this one."""
        if before is None:
            return self
        known = dict.fromkeys((*before.earlier, before.address))
        return structs.replace(self, earlier=tuple(place for place in known if place != self.address))


def read_state(store: Store) -> SyncState | None:
    """Return where this journal is synced; None when it is not.

    Raises:
        BadFileError: the file can't be read.
    """
    path = store.state / _FILE
    if not path.exists():
        return None
    try:
        return formats.parse(formats.read_bytes(path), SyncState, path)
    except BadFileError as error:
        advice = _(
            "It says where this device syncs. Move it away, then name the place once more: reflect-tui sync ADDRESS or "
            "FOLDER."
        )
        raise BadFileError(path, error.faults, advice) from error


def bundle_prefix(journal: str) -> str:
    """Return how the names of the files begin that the devices with a journal write into a plain folder."""
    return f"reflect-tui-{journal[:12]}-"


def expect_sent(store: Store, state: SyncState) -> None:
    """Write down, before the first sending, that something may come to a place, however this sync ends.

    The place of the last sync that ended well stays the one that a journal is synced with.

    Raises:
        JournalError: it could not be written.
    """
    before = read_state(store)
    if before and before.when and before.address != state.address:
        earlier = dict.fromkeys((*before.earlier, state.address))
        write_state(store, structs.replace(before, earlier=tuple(earlier)))
    else:
        write_state(store, structs.replace(state, when=None))


def write_state(store: Store, state: SyncState) -> None:
    """Write down where a journal is synced; it is on the disk when this returns.

    Raises:
        JournalError: it could not be written.
    """
    files.make_folder(store.state)
    document = {key: value for key, value in structs.asdict(state).items() if value}
    files.replace(store.state / _FILE, formats.toml(document).encode())
