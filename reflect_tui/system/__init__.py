"""What operating systems do differently: opening, locking and syncing files, whose they are, signals that end us.

Both modules here have the same names, and `windows.py` says what it can't do. Nothing else asks which system this is,
but the terminal, which Textual has for Windows (`tui/shutdown.py`).
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from reflect_tui.system.windows import (
        ENDS,
        EXECUTABLE,
        INTERRUPTS,
        NO_HARD_LINKS,
        NO_LINK,
        NO_WAIT,
        OPEN,
        TERMINAL,
        close_lock,
        give_name,
        hold_folder,
        is_full,
        is_mine,
        is_sealed,
        kill_group,
        language,
        lock,
        open_to_others,
        remove_tree,
        replace,
        sync,
        sync_file,
        sync_folder,
        users,
        write_at,
    )
else:
    from reflect_tui.system.posix import (
        ENDS,
        EXECUTABLE,
        INTERRUPTS,
        NO_HARD_LINKS,
        NO_LINK,
        NO_WAIT,
        OPEN,
        TERMINAL,
        close_lock,
        give_name,
        hold_folder,
        is_full,
        is_mine,
        is_sealed,
        kill_group,
        language,
        lock,
        open_to_others,
        remove_tree,
        replace,
        sync,
        sync_file,
        sync_folder,
        users,
        write_at,
    )

__all__ = [
    "ENDS",
    "EXECUTABLE",
    "INTERRUPTS",
    "NO_HARD_LINKS",
    "NO_LINK",
    "NO_WAIT",
    "OPEN",
    "TERMINAL",
    "close_lock",
    "give_name",
    "hold_folder",
    "is_full",
    "is_mine",
    "is_sealed",
    "kill_group",
    "language",
    "lock",
    "open_to_others",
    "remove_tree",
    "replace",
    "sync",
    "sync_file",
    "sync_folder",
    "users",
    "write_at",
]
