"""Why a sync refuses: each sentence names the place and the reason, and says what to do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from reflect_tui import paths
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, JournalError, ReflectError
from reflect_tui.git import address, complaints
from reflect_tui.git.address import Address
from reflect_tui.git.complaints import SyncError
from reflect_tui.git.exchange import Exchange
from reflect_tui.git.patience import User
from reflect_tui.usecases import syncing
from reflect_tui.usecases.sync_run import DeclinedError
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Device, Pair, git, own_file_name, remote, save_and_sync

pytestmark = pytest.mark.slow


def _add_file(place: Path, name: str) -> None:
    """Let a repository hold one more file, as a web page of a git server does."""
    heads = git("for-each-ref", "--format=%(objectname)", folder=place).split()
    listed = git("ls-tree", heads[0], folder=place) if heads else ""
    blob = git("hash-object", "-w", "--stdin", folder=place, given=b"hello\n")
    entries = "\n".join(filter(None, (listed, f"100644 blob {blob}\t{name}")))
    tree = git("mktree", folder=place, given=f"{entries}\n".encode())
    parents = [word for head in heads for word in ("-p", head)]
    commit = git("commit-tree", tree, *parents, "-m", f"add {name}", folder=place)
    git("update-ref", "refs/heads/main", commit, folder=place)


def test_a_repository_with_only_a_readme_is_called_no_journal(tmp_path: Path, make_session: MakeSession) -> None:
    laptop = Device(tmp_path / "laptop", remote(tmp_path / "place"))
    _add_file(tmp_path / "place", "README.md")
    laptop.save(make_session())
    head = laptop.journal.repository.head()
    with pytest.raises(SyncError) as caught:
        laptop.sync()
    assert str(caught.value) == (
        f"{tmp_path / 'place'} holds no journal of this program, but other files: README.md. Nothing was taken or "
        "sent. Make a repository of its own for the journal, without any file (no README either), and sync with that."
    )
    assert laptop.journal.repository.head() == head
    assert git("ls-tree", "--name-only", "main", folder=tmp_path / "place") == "README.md"


def test_a_journal_with_a_readme_beside_it_is_refused_until_that_is_removed(
    devices: Pair, make_session: MakeSession, place: Path
) -> None:
    laptop, home = devices
    save_and_sync(make_session(), laptop)
    before = git("rev-parse", "main", folder=place)
    _add_file(place, "README.md")
    with pytest.raises(BadFileError) as caught:
        home.sync()
    assert f"{place}: README.md: is no file of a journal. Nothing was taken or sent. Remove" in str(caught.value)
    tree = git("rev-parse", f"{before}^{{tree}}", folder=place)
    commit = git("commit-tree", tree, "-p", "main", "-m", "without", folder=place)
    git("update-ref", "refs/heads/main", commit, folder=place)
    assert home.sync().received == 1
    assert laptop.sync().received == 0
    assert laptop.tree() == home.tree()


@pytest.mark.parametrize(
    ("said", "told", "is_offline"),
    [
        ("fatal: unable to access 'https://hots/x.git/': Could not resolve host: hots", "The host of", True),
        ("ssh: Could not resolve hostname hots: Name or service not known", "Check the address and the network", True),
        ("fatal: unable to access 'x': Failed to connect to host port 443", "sync again later", True),
        ("error: object file is empty\nfatal: bad pack header", "make a new, empty repository", False),
        ("remote: Repository not found.\nfatal: repository 'x' not found", "Check the address, or make", False),
        ("remote: closed on Mondays.\nfatal: strange.", "fatal: strange. What is saved here is safe.", False),
    ],
)
def test_what_git_complains_of_says_what_to_do(said: str, told: str, *, is_offline: bool) -> None:
    error = complaints.error_from(Address("https://hots/x.git", "https"), said)
    assert told in str(error)
    assert "https://hots/x.git" in str(error)
    assert error.is_offline == is_offline


def test_where_the_program_keeps_its_own_files_is_no_place_to_sync_with(tmp_path: Path) -> None:
    for own in paths.own_folders():
        for folder in (own, own / "instruments"):
            folder.mkdir(parents=True, exist_ok=True)
            with pytest.raises(ReflectError, match=r"keeps its own files\. Choose another folder"):
                address.parse(str(folder), tmp_path / "journal")


def test_the_question_counts_as_the_result_does(devices: Pair, make_session: MakeSession, place: Path) -> None:
    laptop, _home = devices
    for number in range(3):
        laptop.save(make_session(number))
    laptop.erase(make_session(2).id)
    sent = laptop.sync().sent
    assert f"goes to {place}: {sent} files, with" in laptop.asked[-1]


def test_what_came_before_a_no_is_counted(tmp_path: Path, make_session: MakeSession) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    laptop, home = (Device(tmp_path / name, folder) for name in ("laptop", "home"))
    save_and_sync(make_session(0), laptop)
    with pytest.raises(DeclinedError, match=r"Nothing was sent; 1 file was received\.") as caught:
        home.sync(agree=False)
    assert caught.value.done.received == 1
    assert home.ids() == [make_session(0).id]


def test_who_encrypts_what_goes_to_an_emptied_folder_is_asked_once(tmp_path: Path, make_session: MakeSession) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    laptop = Device(tmp_path / "laptop", folder)
    save_and_sync(make_session(0), laptop)
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(DeclinedError) as caught:
        laptop.sync(agree=False)
    laptop.asked.clear()
    with pytest.raises(DeclinedError):
        laptop.sync(agree=False, encrypt=True, secret="correct horse")
    assert laptop.asked == [caught.value.sealed]  # to which who chose to encrypt has agreed


def test_a_history_made_anew_is_told_once_though_another_device_was_first(
    devices: Pair, make_session: MakeSession, place: Path
) -> None:
    laptop, home = devices
    save_and_sync(make_session(0), laptop, home)
    home.save(make_session(1))

    def anew(sentence: str) -> None:
        told.append(sentence)
        if sentence.startswith("Sending") and told.count(sentence) == 1:
            make_anew()

    def make_anew() -> None:
        tree = git("rev-parse", "main^{tree}", folder=place)
        commit = git("commit-tree", tree, "-m", f"anew {len(told)}", folder=place)
        git("update-ref", "refs/heads/main", commit, folder=place)

    told: list[str] = []
    make_anew()
    syncing.sync(home.journal, str(place), ask=lambda _question: True, user=User(tell=anew))
    assert "Another device sent something first; once more." in told
    assert sum("made anew since the last sync" in sentence for sentence in told) == 1


def test_a_device_that_is_only_behind_has_not_made_its_history_anew(tmp_path: Path, make_session: MakeSession) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    laptop, home = (Device(tmp_path / name, folder) for name in ("laptop", "home"))
    save_and_sync(make_session(0), laptop, home)
    home.save(make_session(1))
    save_and_sync(make_session(2), laptop)
    late = folder / own_file_name(laptop)
    data = late.read_bytes()
    late.unlink()  # the cloud has not brought it to that device yet
    home.sync()
    late.write_bytes(data)
    laptop.told.clear()
    assert laptop.sync().received == 1
    assert not any("made anew" in sentence for sentence in laptop.told)


def test_what_can_not_be_read_of_another_device_is_named_once_with_what_to_do(
    tmp_path: Path, make_session: MakeSession
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    laptop = Device(tmp_path / "laptop", folder)
    save_and_sync(make_session(0), laptop)
    other = f"{own_file_name(laptop)[:-15]}00000001.bundle"
    (folder / other).mkdir()
    assert laptop.sync().unread == 1
    assert laptop.told[-1] == (
        f"{other} can't be used now: can't be read: it is not an ordinary file. A sync on that device writes it anew."
    )


def test_what_is_known_of_the_place_can_be_put_right(devices: Pair, make_session: MakeSession) -> None:
    laptop, _home = devices
    save_and_sync(make_session(0), laptop)
    (laptop.journal.state / "sync.toml").write_text("address = [\n")
    with pytest.raises(BadFileError, match=r"sync\.toml: .*Move it away, then name the place once more"):
        laptop.sync()
    (laptop.journal.state / "sync.toml").unlink()
    assert laptop.sync().sent == 0


def test_a_full_disk_is_named_by_what_is_on_it(
    devices: Pair, make_session: MakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop, _home = devices
    laptop.save(make_session(0))

    def fail(*_given: object) -> None:
        raise JournalError("no room") from OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Exchange, "use", fail)
    monkeypatch.setattr(files, "disk_number", str)
    root, state = laptop.journal.root, laptop.journal.state
    state.mkdir(exist_ok=True)
    for full, told in (
        ({root}, f"The disk that holds {root} is full. "),
        ({state}, f"The disk that holds {state} is full. "),
        ({root, state}, f"A disk is full: the one that holds {state} or the one that holds {root}, or both. "),
    ):
        monkeypatch.setattr(files, "is_full", full.__contains__)
        with pytest.raises(SyncError) as caught:
            laptop.sync()
        assert str(caught.value) == f"{told}What is saved there is safe; make room, then try again."
