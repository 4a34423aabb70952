"""Where a journal can be synced: an address runs no program, holds no password and is never an option."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui.errors import ReflectError
from reflect_tui.git import address


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("https://git.example.org/me/journal.git", "https"),
        ("https://git.example.org:8443/journal", "https"),
        ("ssh://git@git.example.org/journal.git", "ssh"),
        ("git@git.example.org:me/journal.git", "ssh"),
        ("nas:journal.git", "ssh"),
    ],
)
def test_addresses_of_https_and_ssh_are_taken(text: str, way: str, tmp_path: Path) -> None:
    parsed = address.parse(f" {text} ", tmp_path)
    assert (parsed.text, parsed.way) == (text, way)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "ext::sh -c 'touch /tmp/run'",
        "-oProxyCommand=touch",
        "--upload-pack=touch",
        "ssh://-oProxyCommand=touch/x",
        "ssh://git@-host/x",
        "ssh://host/-x",
        "git@host:-x",
        "-host:x",
        "file:///tmp",
        "http://git.example.org/x",
        "git://git.example.org/x",
        "ftp://git.example.org/x",
        "fd::17/foo",
        "https://",
        "https://host",
        "https://host/a b",
        "https://host/x?y",
        "https://host/x\nevil",
        "https://host/\x1b[31m",
        "x" * 2000,
    ],
)
def test_any_other_address_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ReflectError):
        address.parse(text, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "https://me:hunter2@host/x",
        "https://hunter2@host/x",
        "ssh://me:hunter2@host/x",
        "http://me:hunter2@host/x",
        "alice:hunter2@host:x",
        "https://me:pa/hunter2@host/x",
        "alice:pa/hunter2@host:x",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(text: str, tmp_path: Path) -> None:
    with pytest.raises(ReflectError) as caught:
        address.parse(text, tmp_path)
    assert "hunter2" not in str(caught.value)


def test_folders_are_told_apart(tmp_path: Path) -> None:
    bare, plain, journal = tmp_path / "bare.git", tmp_path / "plain", tmp_path / "journal"
    for folder in (bare, plain, journal, bare / "objects", bare / "refs"):
        folder.mkdir()
    (bare / "HEAD").write_text("ref: refs/heads/main\n")
    assert address.parse(str(bare), journal).way == "repository"
    assert address.parse(str(plain), journal).way == "folder"


def test_a_folder_that_has_to_do_with_the_journal_is_refused(tmp_path: Path) -> None:
    journal, work = tmp_path / "journal", tmp_path / "work"
    for folder in (journal / "sessions", work / ".git"):
        folder.mkdir(parents=True)
    for path in (journal, journal / "sessions", tmp_path, work, tmp_path / "missing"):
        with pytest.raises(ReflectError):
            address.parse(str(path), journal)
