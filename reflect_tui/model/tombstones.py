"""The ids of what was erased for good, and nothing else of it: no sync, import or restore brings it back unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from reflect_tui.model.session import SESSION_ID, Session
from reflect_tui.toml import formats

FILE = "erased.toml"
"""Its path within a journal."""
_PATH = r"^[a-z]+/([0-9]{4}/)?[A-Za-z0-9][A-Za-z0-9-]{0,100}\.toml$(?!\n)"
_NOTE = rf"^{SESSION_ID}/[a-z0-9-]{{1,64}}$(?!\n)"
_PERSON = r"^[A-Za-z0-9][A-Za-z0-9-]{0,100}/sha256:[0-9a-f]{64}$(?!\n)"


class Tombstones(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was erased: documents by their path, notes as `session id/item id`, people of rounds; all sorted."""

    format: Literal[1] = 1
    documents: tuple[Annotated[str, Meta(pattern=_PATH)], ...] = ()
    notes: tuple[Annotated[str, Meta(pattern=_NOTE)], ...] = ()
    people: tuple[Annotated[str, Meta(pattern=_PERSON)], ...] = ()
    """As `round id/digest of the token`."""

    def union(self, other: Tombstones) -> Tombstones:
        """Return what was erased here or there; the order of the two makes no difference."""
        return Tombstones(
            documents=tuple(sorted({*self.documents, *other.documents})),
            notes=tuple(sorted({*self.notes, *other.notes})),
            people=tuple(sorted({*self.people, *other.people})),
        )

    def erased_notes(self, session: Session) -> tuple[str, ...]:
        """List the items of a session that have a note which was erased."""
        return tuple(item for item in session.notes if f"{session.id}/{item}" in self.notes)


def dumps(tombstones: Tombstones) -> bytes:
    """Return the file; the same ids give the same bytes."""
    listed = {key: list(getattr(tombstones, key)) for key in ("documents", "notes", "people")}
    return formats.dumps({"format": tombstones.format} | {key: ids for key, ids in listed.items() if ids})


def parse(data: bytes, path: Path | str) -> Tombstones:
    """Read the bytes of the file.

    Raises:
        BadFileError: with every fault found.
    """
    return formats.parse(data, Tombstones, path, formats.format_missing).union(Tombstones())
