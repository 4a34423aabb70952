"""Which drafts of a backup come back beside those that are here: none that went on since, or that is finished."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from reflect_tui.errors import ReflectError
from reflect_tui.model.instrument import digest
from reflect_tui.store import draft_file
from reflect_tui.store.base import Store, session_path
from reflect_tui.store.documents import look
from reflect_tui.store.draft_file import Draft
from reflect_tui.toml import formats

_RANDOM = 6  # characters at the end of an id


def coming_drafts(store: Store, given: Mapping[Path, bytes]) -> Iterator[tuple[Path, bytes | None]]:
    """Yield the files of drafts to write; `given` are those of a backup, by where they would stand.

    One that is there with more acts went on here. One whose session is saved or was removed is finished: its path has
    no content, and neither has that of one that amends a session as it no longer is, which comes among those put away.
    Of two that are not alike both stay: that of the backup gets an id of its own.
    """
    for path, data in given.items():
        try:
            draft, _whole = draft_file.parse(data, path)
        except ReflectError:  # told with its reason, as everywhere
            yield path, data
            continue
        here = _read(path) or b""
        if here.startswith(data):
            continue
        if _is_over(store, draft):
            yield path, None
            yield from ([(store.drafts.discarded / path.name, data)] if draft.amends else ())
        elif draft.amends or not here:
            yield path, data
        else:
            other = f"{draft.id[:-_RANDOM]}{digest(data)[-_RANDOM:]}"  # the same for the same acts, each time
            target = path.with_name(f"{other}.toml")
            text = data.replace(draft.id.encode(), other.encode(), 1)
            if not (_read(target) or b"").startswith(text) and not _is_known(store, other):
                yield target, text


def _is_over(store: Store, draft: Draft) -> bool:
    """Check whether nothing is left to finish: the session is there, was removed, or was amended otherwise."""
    if draft.amends:
        return draft.amends != digest(look(store, session_path(draft.id)) or b"")
    return _is_known(store, draft.id)


def _is_known(store: Store, session_id: str) -> bool:
    """Check whether there is, or ever was, a session with this id."""
    path = session_path(session_id)
    if look(store, path) is not None:
        return True
    with contextlib.suppress(ReflectError):
        return store.repository.exists() and bool(store.repository.versions(path))
    return False


def _read(path: Path) -> bytes | None:
    with contextlib.suppress(ReflectError):
        return formats.read_bytes(path, draft_file.MAX_BYTES)
    return None
