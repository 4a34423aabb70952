"""Repositories of other formats, ssh and https with git's own server: they work, or are refused in a sentence."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from reflect_tui.errors import ReflectError
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Device, git, save_and_sync, sync_all, where

pytestmark = pytest.mark.slow

ONE = "canary-in-a-remark"


def _bare(folder: Path, *options: str) -> Path:
    folder.mkdir(parents=True)
    git("init", "--quiet", "--bare", "--initial-branch=main", *options, folder=folder)
    return folder


def _own(device: Device, *options: str) -> None:
    """Let the history of a device be of another format, as its user made it."""
    device.journal.root.mkdir(parents=True)
    git("init", "--quiet", "--initial-branch=main", *options, folder=device.journal.root)


def _meet(make_session: MakeSession, *devices: Device) -> None:
    """Each device makes a session; all sync twice, and have the same."""
    save_and_sync(make_session(0, remark=ONE), devices[0])
    for number, device in enumerate(devices[1:], start=1):
        device.sync()
        save_and_sync(make_session(number), device)
    for device in devices:
        device.sync()
        assert device.tree() == devices[-1].tree()
        assert len(device.ids()) == len(devices)
        assert device.is_whole()


def test_repositories_of_sha256_meet(tmp_path: Path, make_session: MakeSession) -> None:
    place = _bare(tmp_path / "place.git", "--object-format=sha256")
    laptop, home = Device(tmp_path / "laptop", place), Device(tmp_path / "home", place)
    _own(laptop, "--object-format=sha256")
    _own(home, "--object-format=sha256")
    _meet(make_session, laptop, home)


def test_reftable_meets_files_or_is_named(tmp_path: Path, make_session: MakeSession) -> None:
    """A git that knows reftable syncs with it; an older one says in our sentence what it does not know."""
    place = _bare(tmp_path / "place.git")
    laptop, home = Device(tmp_path / "laptop", place), Device(tmp_path / "home", place)
    try:
        _own(laptop, "--ref-format=reftable")
    except subprocess.CalledProcessError:
        laptop.save(make_session(0))
        git("config", "core.repositoryFormatVersion", "1", folder=place)
        git("config", "extensions.refStorage", "reftable", folder=place)
        with pytest.raises(ReflectError, match=r"(?i)made by a newer git.*refstorage"):
            laptop.sync()
        assert laptop.is_whole()
    else:
        _meet(make_session, laptop, home)
        laptop.erase(make_session(0).id)
        sync_all(laptop, home)
        assert laptop.ids() == home.ids() == [make_session(1).id]
        assert where(ONE, tmp_path) == []


@pytest.mark.parametrize(("here", "there"), [("sha1", "sha256"), ("sha256", "sha1")])
def test_two_kinds_of_ids_are_refused_in_a_sentence(
    tmp_path: Path, make_session: MakeSession, here: str, there: str
) -> None:
    place = _bare(tmp_path / "place.git", f"--object-format={there}")
    laptop, other = Device(tmp_path / "laptop", place), Device(tmp_path / "other", place)
    _own(laptop, f"--object-format={here}")
    _own(other, f"--object-format={there}")
    laptop.save(make_session(0))
    head = laptop.journal.repository.head()
    with pytest.raises(ReflectError, match=r"sha256"):
        laptop.sync()
    assert laptop.journal.repository.head() == head
    assert git("for-each-ref", folder=place) == ""
    save_and_sync(make_session(1), other)
    with pytest.raises(ReflectError, match=r"sha256"):
        laptop.sync()
    new = Device(tmp_path / "new", place)
    if there == "sha256":
        with pytest.raises(ReflectError, match="git init --object-format=sha256 in the empty folder"):
            new.sync()
        assert not new.journal.root.exists()
    assert laptop.journal.repository.head() == head
    assert laptop.is_whole()


def test_what_a_place_borrows_is_read_there(tmp_path: Path, make_session: MakeSession) -> None:
    """A repository with alternates: what it lends is sent as well, and nothing is written there."""
    store = _bare(tmp_path / "store.git")
    laptop, home = Device(tmp_path / "laptop", store), Device(tmp_path / "home", store)
    save_and_sync(make_session(0, remark=ONE), laptop)
    place = tmp_path / "place.git"
    git("clone", "--quiet", "--bare", "--shared", str(store), str(place), folder=tmp_path)
    home.place = place
    home.sync()
    assert home.ids() == laptop.ids()
    assert not (home.journal.root / ".git/objects/info/alternates").exists()
    assert where(ONE, home.journal.root)


def test_replace_refs_of_a_place_have_no_say(tmp_path: Path, make_session: MakeSession) -> None:
    place = _bare(tmp_path / "place.git")
    laptop, home = Device(tmp_path / "laptop", place), Device(tmp_path / "home", place)
    session = save_and_sync(make_session(0, remark=ONE), laptop)
    path = f"main:{laptop.journal.path(session.id)}"
    blob = git("rev-parse", path, folder=place)
    other = git("hash-object", "-w", "--stdin", folder=place, given=b"format = 1\n")
    git("replace", blob, other, folder=place)
    home.sync()
    assert home.tree() == laptop.tree()
    assert ONE in home.journal.saved(session.id)[0].remark


def test_a_journal_of_a_kind_that_this_git_does_not_know_is_named(tmp_path: Path, make_session: MakeSession) -> None:
    """A repository made by a git of the future: the session is saved, and a sentence says why it waits."""
    place = _bare(tmp_path / "place.git")
    laptop = Device(tmp_path / "laptop", place)
    laptop.save(make_session(0))
    settings = laptop.journal.root / ".git" / "config"
    before = settings.read_text()
    settings.write_text(before + "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tyetToCome = true\n")
    new = Device(tmp_path / "laptop", place)
    new.save(make_session(1))
    obstacle = new.journal.record().obstacle
    assert obstacle is not None
    assert "has a form that this git doesn't know; a newer git may" in obstacle.sentence
    with pytest.raises(ReflectError, match="has a form that this git doesn't know"):
        new.sync()
    assert git("for-each-ref", folder=place) == ""
    settings.write_text(before)
    new.sync()
    assert len(new.ids()) == 2
    assert new.is_whole()


def test_what_a_journal_borrows_is_sent_whole(tmp_path: Path, make_session: MakeSession) -> None:
    """Cloned with --shared by its user: the other end, and the other devices, need the lender no more."""
    place = _bare(tmp_path / "place.git")
    lender, home = Device(tmp_path / "lender", place), Device(tmp_path / "home", place)
    lender.save(make_session(0, remark=ONE))
    borrower = Device(tmp_path / "borrower", place)
    git("clone", "--quiet", "--shared", str(lender.journal.root), str(borrower.journal.root), folder=tmp_path)
    save_and_sync(make_session(1), borrower)
    shutil.rmtree(lender.journal.root)
    home.sync()
    assert len(home.ids()) == 2
    assert home.is_whole()
    git("fsck", "--strict", folder=place)


@pytest.mark.parametrize("end", ["here", "there"])
def test_grafts_have_no_say(tmp_path: Path, make_session: MakeSession, end: str) -> None:
    """A past that git is told to see, here or in a folder: what is sent and taken is the true one."""
    place = _bare(tmp_path / "place.git")
    laptop, home = Device(tmp_path / "laptop", place), Device(tmp_path / "home", place)
    for number in range(3):
        laptop.save(make_session(number))
    if end == "there":
        laptop.sync()
    head = git("rev-parse", "HEAD", folder=laptop.journal.root)
    grafts = (laptop.journal.root / ".git" if end == "here" else place) / "info" / "grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{head}\n")
    if end == "here":
        laptop.sync()
    home.sync()
    assert home.tree() == laptop.tree()
    assert len(git("rev-list", "HEAD", folder=home.journal.root).split()) == 3
    assert home.is_whole()
