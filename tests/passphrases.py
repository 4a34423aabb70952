"""Files that only a passphrase opens, without the second of work that keeps guessers out."""

from __future__ import annotations

import re

import pyrage

_HEAD = b"age-encryption.org/v1\n"
_WORK = b"-> scrypt c2FsdA 10\n"


class QuickPassphrases:
    """What stands in for the library in all tests but its own: a key for each passphrase instead of one from it.

    The file is a real one, with the line that tells the work put in: what is changed in it does not open either.
    """

    def __init__(self) -> None:
        self._keys: dict[str, pyrage.x25519.Identity] = {}

    def encrypt(self, data: bytes, passphrase: str) -> bytes:
        """Encrypt to the key of a passphrase."""
        key = self._keys.setdefault(passphrase, pyrage.x25519.Identity.generate())
        made: bytes = pyrage.encrypt(data, [key.to_public()])
        return made.replace(_HEAD, _HEAD + _WORK, 1)

    def decrypt(self, data: bytes, passphrase: str) -> bytes:
        """Decrypt with the key of a passphrase; one that encrypted nothing opens nothing."""
        key = self._keys.get(passphrase) or pyrage.x25519.Identity.generate()
        opened: bytes = pyrage.decrypt(re.sub(rb"^-> scrypt .*\n", b"", data, count=1, flags=re.MULTILINE), [key])
        return opened
