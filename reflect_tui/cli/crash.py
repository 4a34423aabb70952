"""What is kept of a fault of ours: where it arose, and nothing of what anyone wrote."""

from __future__ import annotations

import os
import platform
import traceback
from pathlib import Path

import reflect_tui
from reflect_tui import paths


def report(error: BaseException) -> Path | None:
    """Write the last fault to a file in the state folder, and give its path; None when that can't be done.

    It names kinds of errors and places in code. Messages of errors, values of variables and lines of source are left
    out: they may hold what stands in a note.
    """
    path = paths.fault_report()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write("\n".join(_lines(error)) + "\n")
    except OSError:
        return None
    return path


def _lines(error: BaseException) -> list[str]:
    lines = [f"reflect-tui {reflect_tui.__version__}, Python {platform.python_version()}, {platform.system()}"]
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        for frame, number in traceback.walk_tb(current.__traceback__):
            code = frame.f_code
            lines.append(f"  {_module(code.co_filename)}:{number} in {code.co_qualname}")
        current = current.__cause__ or current.__context__
    return lines


def _module(path: str) -> str:
    """Give a path below its package: a home folder's name is nobody's business."""
    parts = Path(path).parts
    for folder in ("site-packages", "reflect_tui"):
        if folder in parts:
            return "/".join(parts[parts.index(folder) + (folder == "site-packages") :])
    return parts[-1]
