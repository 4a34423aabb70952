"""What the reading of a journal leaves in memory."""

from __future__ import annotations

import gc


def settle() -> None:
    """Let go of the room that a large reading took, and leave what it found out of every later search for garbage.

    What was read stays, so looking through thousands of sessions for circles again and again finds nothing.
    """
    import ctypes  # noqa: PLC0415 -- after the first paint

    gc.freeze()
    # of glibc only: other systems give room back by themselves, or not at all
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
