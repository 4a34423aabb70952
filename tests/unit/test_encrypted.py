"""A file that only a passphrase opens: what is said when it doesn't."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pyrage
import pytest

from reflect_tui.disk import encrypted
from reflect_tui.errors import ReflectError
from tests.unit.journal.sync_examples import harder

pytestmark = pytest.mark.slow


@pytest.fixture
def quick_passphrases() -> None:
    """Have the library itself do the work, which all other tests are spared."""


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return encrypted.seal(b"mine", "correct horse")


def test_only_its_passphrase_opens_a_file(sealed: bytes) -> None:
    assert re.search(rb"^-> scrypt \S+ [12]\d$", sealed, re.MULTILINE), "too little work to keep guessers out"
    assert encrypted.unseal(sealed, "correct horse") == b"mine"
    with pytest.raises(ReflectError, match="The passphrase does not fit"):
        encrypted.unseal(sealed, "battery staple")


def test_what_this_computer_is_too_slow_for_is_told_as_such(sealed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def decrypt(_data: bytes, _passphrase: str) -> bytes:
        raise pyrage.DecryptError("Excessive work parameter for passphrase.")

    data = harder(sealed, 22)
    monkeypatch.setattr(encrypted, "_library", lambda: SimpleNamespace(decrypt=decrypt))
    with pytest.raises(encrypted.TooHardError, match="much faster computer than this one, or this one is very busy"):
        encrypted.unseal(data, "correct horse")


@pytest.mark.parametrize("power", [23, 24, 60, 10**30])
def test_a_file_that_asks_for_far_too_much_memory_is_refused_without_a_try(
    sealed: bytes, monkeypatch: pytest.MonkeyPatch, power: int
) -> None:
    tried: list[bytes] = []

    def decrypt(data: bytes, _passphrase: str) -> bytes:
        tried.append(data)
        return b"mine"

    data = harder(sealed, power)
    monkeypatch.setattr(encrypted, "_library", lambda: SimpleNamespace(decrypt=decrypt))
    with pytest.raises(encrypted.TooHardError, match="more than 4 GB of memory"):
        encrypted.unseal(data, "correct horse")
    assert tried == []


def test_a_computer_that_was_busy_for_a_moment_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = iter((1, 2))

    def decrypt(_data: bytes, _passphrase: str) -> bytes:
        if next(tries) == 1:
            raise pyrage.DecryptError("Excessive work parameter for passphrase.")
        return b"mine"

    monkeypatch.setattr(encrypted, "_library", lambda: SimpleNamespace(decrypt=decrypt))
    assert encrypted.unseal(b"", "correct horse") == b"mine"
