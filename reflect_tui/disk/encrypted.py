"""Files that only a passphrase opens, in the age format; by the extra "age", the only place that knows pyrage."""

from __future__ import annotations

import re
from typing import Any

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _

_HEAD = b"age-encryption.org/v1\n"
_WORK = re.compile(rb"^-> scrypt \S+ ([0-9]+)$", re.MULTILINE)
_HARDEST = 22  # the work is 2 to this power, and takes as many KB of memory: 4 GB
_TRIES = 20


class TooHardError(ReflectError):
    """To open a file takes more work than this computer can do now, or than any computer should."""


class UnopenedError(ReflectError):
    """A passphrase does not open a file: it is another one, or the file is damaged."""


def is_sealed(data: bytes) -> bool:
    """Check whether a file is one that a passphrase opens."""
    return data.startswith(_HEAD)


def seal(data: bytes, passphrase: str) -> bytes:
    """Encrypt bytes; the passphrase is kept nowhere.

    Raises:
        ReflectError: the library is not installed, or there is no passphrase.
    """
    if not passphrase:
        raise ReflectError(_("An empty passphrase protects nothing."))
    sealed: bytes = _library().encrypt(data, passphrase)
    return sealed


def unseal(data: bytes, passphrase: str) -> bytes:
    """Decrypt what seal() made.

    Raises:
        TooHardError: it was made on a much faster computer, this one is very busy, or it asks for far too much memory.
        UnopenedError: the passphrase is another one, or a byte was changed.
        ReflectError: the library is not installed.
    """
    _refuse_far_too_much(data)
    library = _library()
    from pyrage import DecryptError  # noqa: PLC0415 -- an extra

    for _try in range(_TRIES):  # the library measures anew each time how fast the computer is just then
        try:
            opened: bytes = library.decrypt(data, passphrase)
        except DecryptError as error:
            if "Excessive work" not in str(error):
                raise UnopenedError(_("The passphrase does not fit, or the file is damaged.")) from None
        else:
            return opened
    raise TooHardError(
        _(
            "It was encrypted on a much faster computer than this one, or this one is very busy now. Try again later, "
            "or open it on that computer."
        )
    )


def _refuse_far_too_much(data: bytes) -> None:
    """Refuse a file that asks for more memory than computers have to spare: the library only looks at the time."""
    head = data.partition(b"\n---")[0]
    if any(len(power.lstrip(b"0")) > 2 or int(power) > _HARDEST for power in _WORK.findall(head)):  # noqa: PLR2004 -- more digits than any power has
        text = _(
            "Opening it would take more than {n} GB of memory, which no file of this program does, so it was not "
            "opened. Make the file anew with reflect-tui."
        )
        raise TooHardError(text.format(n=2 ** (_HARDEST - 20)))


def _library() -> Any:
    try:
        from pyrage import passphrase  # noqa: PLC0415 -- an extra
    except ImportError:
        text = _(
            "Encrypting needs one more package: pip install 'reflect-tui[age]', or pipx inject reflect-tui pyrage."
        )
        raise ReflectError(text) from None
    return passphrase
