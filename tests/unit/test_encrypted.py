"""A file that only a passphrase opens: what is said when it doesn't."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from reflect_tui.disk import encrypted
from reflect_tui.errors import ReflectError
from tests.unit.journal.sync_examples import harder

pyrage = pytest.importorskip("pyrage")


def test_another_passphrase_and_too_much_work_are_told_apart() -> None:
    data = encrypted.seal(b"mine", "correct horse")
    assert encrypted.unseal(data, "correct horse") == b"mine"
    with pytest.raises(ReflectError, match="The passphrase does not fit"):
        encrypted.unseal(data, "battery staple")
    with pytest.raises(encrypted.TooHardError, match="much faster computer than this one, or this one is very busy"):
        encrypted.unseal(harder(data), "correct horse")


def test_a_computer_that_was_busy_for_a_moment_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = iter((1, 2))

    def decrypt(_data: bytes, _passphrase: str) -> bytes:
        if next(tries) == 1:
            raise pyrage.DecryptError("Excessive work parameter for passphrase.")
        return b"mine"

    monkeypatch.setattr(encrypted, "_library", lambda: SimpleNamespace(decrypt=decrypt))
    assert encrypted.unseal(b"", "correct horse") == b"mine"
