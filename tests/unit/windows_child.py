"""Runs commands as if Linux were Windows: without what POSIX alone has, and with a made-up msvcrt.

What the standard library and other packages do differently there is not seen here; what this package would ask of the
system that it doesn't have is.
"""

from __future__ import annotations

import errno
import fcntl
import importlib
import json
import os
import pkgutil
import shutil
import signal
import struct
import sys
import types

# All that is not ours is loaded as on Linux.
LOADED_BEFORE = (
    "asyncio", "git", "icalendar", "jinja2", "jsonschema", "msgspec", "platformdirs", "plotext", "shutil", "subprocess",
    "tempfile", "textual.app", "textual.widgets",
)  # fmt: skip
ELSEWHERE = ("reflect_tui.__main__", "reflect_tui.system.posix", "reflect_tui.tui.terminal.driver")
POSIX_ONLY = ("fcntl", "termios", "tty", "pwd", "grp", "resource", "select.poll")
CALLS = (
    "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "chown", "fork", "geteuid", "getuid", "killpg", "pread",
    "pwrite", "setsid", "statvfs", "tcgetpgrp",
)  # fmt: skip
SIGNALS = ("SIGALRM", "SIGCONT", "SIGHUP", "SIGKILL", "SIGQUIT", "SIGTSTP", "SIGTTOU", "SIGWINCH")


def made_up_msvcrt() -> types.ModuleType:
    """Give what msvcrt does with locks, as its documentation has it: a byte range, for this handle alone."""
    module = types.ModuleType("msvcrt")

    def locking(descriptor: int, mode: int, count: int) -> None:
        place = os.lseek(descriptor, 0, os.SEEK_CUR)
        kind = fcntl.F_UNLCK if mode == 0 else fcntl.F_WRLCK
        try:
            fcntl.fcntl(descriptor, 37, struct.pack("hhqqi4x", kind, os.SEEK_SET, place, count, 0))  # F_OFD_SETLK
        except BlockingIOError:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from None

    vars(module).update(locking=locking, LK_UNLCK=0, LK_LOCK=1, LK_NBLCK=2)
    return module


def become_windows() -> None:
    """Take from this process what it would not have there."""
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"
    for name in LOADED_BEFORE:
        importlib.import_module(name)
    sys.modules["msvcrt"] = made_up_msvcrt()
    sys.platform = "win32"
    for name in POSIX_ONLY:
        sys.modules[name] = None  # type: ignore[assignment] # how an import is made to fail
    for name in CALLS:
        delattr(os, name)
    for name in SIGNALS:
        delattr(signal, name)
    os.O_BINARY = 0  # type: ignore[attr-defined]
    # found out when shutil is imported, by what os has
    vars(shutil).update(_use_fd_functions=False, _rmtree_impl=vars(shutil)["_rmtree_unsafe"])


def import_all() -> None:
    """Import every module of the package but those that are for other systems."""
    package = importlib.import_module("reflect_tui")
    for module in pkgutil.walk_packages(package.__path__, "reflect_tui."):
        if module.name not in ELSEWHERE:
            importlib.import_module(module.name)


def main() -> None:
    """Run the command lines given as JSON, one after another; print the exit code of each on stderr."""
    become_windows()
    import_all()
    run = importlib.import_module("reflect_tui.cli.main").main
    assert not set(sys.modules) & set(ELSEWHERE[1:])
    for arguments in json.loads(sys.argv[1]):
        sys.stderr.write(f"code {run(arguments)}\n")


if __name__ == "__main__":
    main()
