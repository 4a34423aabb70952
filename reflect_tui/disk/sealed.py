"""Files that only a passphrase opens, in the age format; by the extra "age", the only place that knows pyrage."""

from __future__ import annotations

from typing import Any

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _

_HEAD = b"age-encryption.org/v1\n"


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
        ReflectError: the passphrase is another one, a byte was changed, or the library is not installed.
    """
    library = _library()
    from pyrage import DecryptError  # noqa: PLC0415 -- an extra

    try:
        opened: bytes = library.decrypt(data, passphrase)
    except DecryptError:
        raise ReflectError(_("The passphrase does not fit, or the file is damaged.")) from None
    return opened


def _library() -> Any:
    try:
        from pyrage import passphrase  # noqa: PLC0415 -- an extra
    except ImportError:
        text = _(
            "Encrypting needs one more package: pip install 'reflect-tui[age]', or pipx inject reflect-tui pyrage."
        )
        raise ReflectError(text) from None
    return passphrase
