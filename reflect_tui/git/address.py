"""Where a journal is synced with: a git repository at an address, a bare repository in a folder, or a plain folder.

Only https, ssh and folders: an address can run no program, holds no password, and is never taken for an option.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal

from msgspec import Struct

from reflect_tui import paths
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.text import display

Way = Literal["https", "ssh", "repository", "folder"]
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\]"
_USER = r"[A-Za-z0-9_][A-Za-z0-9._-]*"
_HTTPS = re.compile(rf"https://(?:{_HOST})(?::[0-9]{{1,5}})?/[^\s?#]+")
_SSH = re.compile(rf"ssh://(?:{_USER}@)?(?:{_HOST})(?::[0-9]{{1,5}})?/[^\s-][^\s]*")
_SCP = re.compile(rf"(?:{_USER}@)?(?:[A-Za-z0-9.-]{{2,}}):(?![/:]{{2}})[^\s-][^\s]*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://|:)")
_NAMED = re.compile(r"//[^/]*@")
_PASSWORD = re.compile(r"//[^/]*:[^/]*@")
_SHOWN = re.compile(r"//.*@")  # a password may have a slash in it
_PAIR = re.compile(r"^[^/@:]+:(?!//)(?:[^/]*@|.*@(?=[^@]*:))")
_LONGEST = 1000


class Address(Struct, frozen=True):
    """Where to, as git is told it, and by which way; a "folder" is no repository, but holds a file of each device."""

    text: str
    way: Way


def parse(typed: str, journal: Path) -> Address:
    """Read what a person typed; a folder must be there, and have nothing to do with that of the journal.

    Raises:
        ReflectError: why it can't be used; a password in it is not repeated.
    """
    text = typed.strip()
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise ReflectError(_("Name a git address (https or ssh) or a folder to sync with."))
    shown = display(_PAIR.sub("…@", _SHOWN.sub("//…@", text)))
    if text.startswith("-"):
        raise ReflectError(
            _("{address} begins like an option; a folder of that name is ./{address}").format(address=shown)
        )
    scheme = _SCHEME.match(text)
    if scheme:
        return _online(text, scheme[1], shown)
    if _PAIR.match(text) and not Path(text).exists():
        raise _secret_error(shown)
    if _SCP.fullmatch(text) and not Path(text).exists():
        return Address(text, "ssh")
    return _folder(text, journal)


def _online(text: str, scheme: str, shown: str) -> Address:
    if scheme not in ("https", "ssh"):
        raise ReflectError(
            _("{address} can't be used: only https:// and ssh:// addresses and folders can.").format(address=shown)
        )
    if _NAMED.search(text) and (scheme == "https" or _PASSWORD.search(text)):
        raise _secret_error(shown)
    if scheme == "https" and _HTTPS.fullmatch(text):
        return Address(text, "https")
    if scheme == "ssh" and _SSH.fullmatch(text):
        return Address(text, "ssh")
    raise ReflectError(_("{address} is not a whole address, such as https://host/name.git.").format(address=shown))


def _secret_error(shown: str) -> ReflectError:
    text = _("There is a name or password in {address}. Leave it out: git asks its own credential store.")
    return ReflectError(text.format(address=shown))


def _folder(text: str, journal: Path) -> Address:
    path = Path(os.path.realpath(os.path.expanduser(text)))  # noqa: PTH111 -- leaves an unknown ~name alone
    own = Path(os.path.realpath(journal))
    if not path.is_dir():
        raise ReflectError(
            _("There is no folder {path}. Make it first, or plug in the disk it is on.").format(path=display(str(path)))
        )
    if path.is_relative_to(own) or own.is_relative_to(path):
        raise ReflectError(
            _("{path} holds the journal itself or lies in it. Choose another folder.").format(path=display(str(path)))
        )
    if any(path.is_relative_to(os.path.realpath(folder)) for folder in paths.own_folders()):
        raise ReflectError(
            _("{path} is where this program keeps its own files. Choose another folder.").format(
                path=display(str(path))
            )
        )
    if (path / ".git").exists():
        raise ReflectError(
            _("{path} is a git repository with files of its own. Choose a bare one, or a plain folder.").format(
                path=display(str(path))
            )
        )
    bare = all((path / name).exists() for name in ("HEAD", "objects", "refs"))
    return Address(str(path), "repository" if bare else "folder")
