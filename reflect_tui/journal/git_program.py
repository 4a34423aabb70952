"""The only wall around GitPython: runs one command of git, in a world of our own and for a limited time."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from typing import cast

from reflect_tui.journal import environment
from reflect_tui.journal.plumbing import Output

_TIMEOUT = 120.0  # seconds for one command


def execute(command: Sequence[str], given: bytes, variables: Mapping[str, str]) -> Output | None:
    """Run one command by GitPython; None when there is no such program."""
    environment.forget_inherited()
    # Importing GitPython must not raise where there is no git, or something else by that name: let it find none.
    os.environ |= {"GIT_PYTHON_REFRESH": "quiet", "GIT_PYTHON_GIT_EXECUTABLE": "/nonexistent/git"}
    import git  # noqa: PLC0415 -- slow to import, and only a history needs it

    runner = git.Git(os.sep)  # the journal's own folder may be gone, and must not be where programs are looked for
    try:
        running = runner.execute(command, istream=subprocess.PIPE, as_process=True, env=variables, umask=0o077)
    except git.GitCommandNotFound:
        return None
    process = cast("subprocess.Popen[bytes]", running.proc)  # dropping `running` would end it
    alarm = threading.Timer(_TIMEOUT, process.kill)  # communicate() with a limit looks every other moment only
    alarm.daemon = True
    alarm.start()
    try:
        out, complaint = process.communicate(given)
        late = not alarm.is_alive()
    finally:
        alarm.cancel()
    if late:
        return Output(1, b"", f"no answer in {_TIMEOUT:.0f} s")
    return Output(process.returncode, out, complaint.decode("utf-8", "replace"))
