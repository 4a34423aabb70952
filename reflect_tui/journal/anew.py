"""Sets a repository aside whose newest version can't be read; the files then become a new history."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from reflect_tui.errors import JournalError
from reflect_tui.i18n import _
from reflect_tui.journal import damage, files
from reflect_tui.journal.journal import Journal

_BROKEN = ".git.broken"


def set_aside(journal: Journal) -> Iterator[str]:
    """Rename a broken repository, unless something speaks against it; say so."""
    root = journal.root
    if not journal.repository.exists() or not damage.examine(journal.repository).newest:
        return
    if damage.why_not_replaceable(journal.repository):
        return
    aside = _free_name(root / f"{_BROKEN}-{datetime.now().astimezone():%Y-%m-%d}")
    (root / ".git").rename(aside)
    files.sync_folder(root)
    yield _("Set the broken repository aside, whole, as {path}.").format(path=aside)


def _free_name(path: Path) -> Path:
    names = [path, *(path.with_name(f"{path.name}-{number}") for number in range(2, 1000))]
    found = next((name for name in names if not os.path.lexists(name)), None)
    if found is None:
        raise JournalError(_("{path} exists already, with other content.").format(path=path))
    return found


def hide(journal: Journal) -> Iterator[str]:
    """Let git pass over what was set aside; it would take it for new files of the user's. Nothing to tell."""
    if any(journal.root.glob(f"{_BROKEN}-*")) and journal.repository.exists():
        _git, corner = journal.repository.tools()
        excluded = corner.common / "info" / "exclude"
        if not os.path.lexists(excluded) and not excluded.parent.is_symlink():
            files.make_folder(excluded.parent)
            files.write_new(excluded, f"/{_BROKEN}-*\n".encode())
    yield from ()
