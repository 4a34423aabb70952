"""Where this device syncs a journal: written in its state folder, never in the journal."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError
from reflect_tui.i18n import _
from reflect_tui.model.session import Moment
from reflect_tui.store.base import Store
from reflect_tui.toml import formats

_FILE = "sync.toml"


class SyncedPlace(Struct, frozen=True, kw_only=True):
    """A place that this device syncs a journal with, and the newest commit that stood there and here alike.

    `commit` is "" and `when` none before the first sync that ended well. `way` is the kind of place that it was, ""
    when nobody wrote it down; `encrypted` tells that only a passphrase opens this device's file there; `rewritten` is
    what became of `commit` here when something was erased since; `unread` counts files of other devices that were not
    whole. `holding` names those that still held what was erased, and `readable` those that anyone can read though only
    a passphrase opens that of this device, both at the last sync. `written` is the SHA-256 of this device's file in a
    plain folder; until one that replaces it is written, also of each that was tried.
    """

    address: Annotated[str, Meta(min_length=1)]
    commit: str = ""
    when: Moment | None = None
    encrypted: bool = False
    way: str = ""
    rewritten: str = ""
    unread: int = 0
    untidy: bool = False
    holding: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    written: tuple[Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")], ...] = ()

    def still_there(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return which files of other devices may still stand in this plain folder: all while it is not connected."""
        folder = Path(self.address)
        return tuple(name for name in names if not folder.is_dir() or os.path.lexists(folder / name))


class SyncState(SyncedPlace, frozen=True, kw_only=True):
    """Where this device syncs a journal: the place of the last sync, and in `earlier` all others, oldest first.

    `device` names this device's file in a plain folder.
    """

    format: Literal[1] = 1
    device: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}$(?!\n)")]
    earlier: tuple[SyncedPlace, ...] = ()

    @property
    def places(self) -> tuple[SyncedPlace, ...]:
        """Every place, the one of the last sync at the end."""
        return (*self.earlier, _place_of(self))

    def at(self, address: str) -> SyncState:
        """Turn to another place, with all that is known of it."""
        known = {place.address: place for place in self.places}
        place = known.pop(address, None) or SyncedPlace(address=address)
        return SyncState(**structs.asdict(place), device=self.device, earlier=tuple(known.values()))

    def after_erasing(self, renamed: Mapping[str, str]) -> SyncState:
        """Note what became of the commits that stood at each place when history was made anew here."""
        earlier = (structs.replace(place, rewritten=_rewritten(place, renamed)) for place in self.earlier)
        return structs.replace(self, rewritten=_rewritten(self, renamed), earlier=tuple(earlier))


def _place_of(state: SyncedPlace) -> SyncedPlace:
    return SyncedPlace(**{name: getattr(state, name) for name in SyncedPlace.__struct_fields__})


def _rewritten(place: SyncedPlace, renamed: Mapping[str, str]) -> str:
    return renamed.get(place.rewritten or place.commit, place.rewritten)


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


def remember(store: Store, state: SyncState) -> None:
    """Write down what is known of a place while a sync with it goes on, however that ends.

    The place of the last sync that ended well stays the one that a journal is synced with.

    Raises:
        JournalError: it could not be written.
    """
    before = read_state(store)
    write_state(store, state.at(before.address) if before and before.when else state)


def write_state(store: Store, state: SyncState) -> None:
    """Write down where a journal is synced; it is on the disk when this returns.

    Raises:
        JournalError: it could not be written.
    """
    files.make_folder(store.state)
    document = _told(state) | {"earlier": [_told(place) for place in state.earlier]}
    files.replace(store.state / _FILE, formats.toml(document).encode())


def _told(place: SyncedPlace) -> dict[str, object]:
    return {name: value for name, value in structs.asdict(place).items() if value and name != "earlier"}
