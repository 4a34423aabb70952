"""What an earlier run left half done, put right: drafts that are saved already, and stale temporary files."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from reflect_tui.disk import files
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.model import session as sessions
from reflect_tui.model.assessment import replay
from reflect_tui.model.instrument import digest
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.drafts import BadDraft, Drafts
from reflect_tui.toml import formats

_STALE = 24 * 60 * 60.0  # seconds: no write takes that long


def drop_saved(drafts: Drafts, root: Path) -> tuple[str, ...]:
    """Remove the drafts whose session stands in the journal with the same answers; give their ids.

    A draft that amends a session stays while that session's file is still the one it began from.
    """
    saved = [draft.id for draft in drafts.all() if not isinstance(draft, BadDraft) and _is_saved(draft, drafts, root)]
    for draft_id in saved:
        drafts.drop(draft_id)
    return tuple(saved)


def _is_saved(draft: Draft, drafts: Drafts, root: Path) -> bool:
    path = root / sessions.relative_path(draft.id)
    if draft.damaged or not path.exists():
        return False
    try:
        if draft.amends == digest(formats.read_bytes(path)):
            return False
        session = sessions.load(path)
        assessment = replay(drafts.instrument(draft), draft.acts, draft.given)
    except ReflectError:
        return False
    return (
        dict(session.scores) == dict(assessment.scores)
        and dict(session.notes) == dict(assessment.notes)
        and session.remark == assessment.remark
    )


def drop_cache(state: Path) -> None:
    """Remove what earlier versions kept of the sessions to start faster: ids, times, scores, all of it derived."""
    path = state / "sessions.cache"
    if path.exists():
        with contextlib.suppress(JournalError):
            files.remove(path)


def tidy(folders: Iterable[Path], *, any_age: bool) -> tuple[Path, ...]:
    """Remove our own temporary files that a killed program left, older than a day or of any age; give their paths.

    A folder made aside for a repository is one of those. What this program writes at the same time, in another thread,
    stays.
    """
    removed = []
    for folder in folders:
        for path in _temporary(folder):
            with contextlib.suppress(OSError):
                if (any_age and not files.is_ours(path.name)) or time.time() - path.lstat().st_mtime > _STALE:
                    _remove(path)
                    removed.append(path)
    return tuple(removed)


def _temporary(top: Path) -> Iterator[Path]:
    for folder, names, others in os.walk(top):
        found = [Path(folder, name) for name in (*names, *others) if files.is_temporary(name)]
        names[:] = [name for name in names if not name.startswith(".")]
        yield from found


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        import shutil  # noqa: PLC0415 -- hardly ever needed

        shutil.rmtree(path)
    else:
        path.unlink()
