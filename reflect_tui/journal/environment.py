"""The world that git is run in: no hooks, no helpers, no prompts, no network, and none of the user's git variables."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

FALLBACK_IDENTITY = ("reflect-tui", "reflect-tui@localhost")
_CRUD = "".join(map(chr, range(33))) + ".,:;<>\"\\'"  # what git strips from names
_ENDS = "\0\n<>"  # what can't stand within one
# Every setting through which a repository could run a program, or change what we write. Settings given through
# GIT_CONFIG_COUNT win over those of any file.
_SETTINGS = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.splitIndex": "false",
    "core.attributesFile": "/dev/null",
    "core.excludesFile": "/dev/null",
    "core.pager": "cat",
    "core.editor": "true",
    "core.sshCommand": "false",
    "core.gitProxy": "false",
    "core.askPass": "false",
    "core.alternateRefsCommand": "false",
    "core.autocrlf": "false",
    "core.sharedRepository": "umask",
    "core.logAllRefUpdates": "false",  # a log that no fsync covers would be torn by a power cut
    "core.filesRefLockTimeout": "1000",
    "core.packedRefsTimeout": "1000",
    "commit.gpgSign": "false",
    "log.showSignature": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "protocol.ext.allow": "never",
    "i18n.commitEncoding": "UTF-8",
    "i18n.logOutputEncoding": "UTF-8",
    "advice.detachedHead": "false",
}
_DURABLE = {"core.fsync": "all", "core.fsyncMethod": "fsync"}  # git 2.36 and newer
_DURABLE_BEFORE = {"core.fsyncObjectFiles": "true"}
_SINCE = (2, 36)


def forget_inherited() -> None:
    """Drop every GIT_… variable of this process, since GitPython hands its environment on to every command.

    They may point to another repository (a hook or an editor started us), or make git trace to a file.
    """
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]


def variables(root: Path, version: tuple[int, ...]) -> dict[str, str]:
    """Give the variables for a command on the repository of a journal, with a git of this version."""
    return _given(_SETTINGS | (_DURABLE if version >= _SINCE else _DURABLE_BEFORE)) | {
        "GIT_DIR": str(root / ".git"),
        "GIT_WORK_TREE": str(root),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_PAGER": "cat",
        "GIT_EDITOR": "true",
        "PAGER": "cat",
        "LC_ALL": "C",
    }


def _given(settings: Mapping[str, str]) -> dict[str, str]:
    given = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings.items()):
        given |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return given


def signature(name: str, mail: str) -> str:
    """Give the line that signs a commit now: the user's own name and mail when both are usable, else the program's."""
    name, mail = _usable(name), _usable(mail)
    if not name or not mail:
        name, mail = FALLBACK_IDENTITY
    # git can't read a moment before 1970, which a clock with an empty battery may show
    return f"{name} <{mail}> {max(0, int(time.time()))} {time.strftime('%z') or '+0000'}"


def _usable(name: str) -> str:
    """Give what git takes of a name: what would end it is left out, and so are dots and the like around it."""
    return "".join(letter for letter in name if letter not in _ENDS).strip(_CRUD)
