"""What two versions of an instrument have in common: which item of the newer one is which of the older."""

from __future__ import annotations

from msgspec import Struct, structs

from reflect_tui.model.instrument import Instrument, InstrumentChange
from reflect_tui.model.instrument_changes import version_key
from reflect_tui.model.session import Session


class CommonItems(Struct, frozen=True):
    """What sessions on two versions share: `newer_id` gives the newer id of every older item that means the same."""

    older: Instrument
    newer: Instrument
    newer_id: dict[str, str]

    @property
    def shared_instrument(self) -> Instrument:
        """The newer instrument with the shared items alone."""
        common = set(self.newer_id.values())
        cut = [
            structs.replace(domain, items=tuple(item for item in domain.items if item.id in common))
            for domain in self.newer.domains
        ]
        return structs.replace(self.newer, domains=tuple(domain for domain in cut if domain.items))

    def with_newer_ids(self, session: Session) -> Session:
        """Give a session with its answers and notes under the newer ids; those of items not shared are left out."""
        kept = self.newer_id if session.digest == self.older.digest else {new: new for new in self.newer_id.values()}
        return structs.replace(
            session,
            scores={kept[name]: score for name, score in session.scores.items() if name in kept},
            notes={kept[name]: note for name, note in session.notes.items() if name in kept},
        )


def common_items(one: Instrument, other: Instrument) -> CommonItems | None:
    """Find what two instruments share; None when they are not versions of one, or their scales differ."""
    scales = {(content.scale.lowest, content.scale.highest) for content in (one, other)}
    if one.id != other.id or len(scales) > 1:
        return None
    older, newer = sorted((one, other), key=lambda content: version_key(content.version))
    return CommonItems(older, newer, newer_ids(older, newer))


def newer_ids(older: Instrument, newer: Instrument) -> dict[str, str]:
    """Give the newer id of every older item that still means the same, in the order of the older version.

    An item of which no change tells is the same under its id, since an id never changes meaning.
    """
    first, last = version_key(older.version), version_key(newer.version)
    told = [change for change in newer.changes if first < version_key(change.since) <= last]
    kept = {item.id: item.id for item in older.items}
    for change in sorted(told, key=lambda change: version_key(change.since)):
        kept = _after(kept, change)
    return {old: new for old, new in kept.items() if new in newer.positions}


def _after(kept: dict[str, str], change: InstrumentChange) -> dict[str, str]:
    """Follow the ids through one change."""
    if change.kind in ("renamed", "reworded") and change.same_meaning:
        new = change.into[0] if change.into else change.item
        return {old: new if name == change.item else name for old, name in kept.items()}
    return {old: name for old, name in kept.items() if name != change.item}
