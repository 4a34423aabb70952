"""The file of this device in a plain folder, when something else lies in its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.git.complaints import SyncError
from reflect_tui.store.sync_place import read_state, write_state
from reflect_tui.usecases.folder_sync import FolderRun
from reflect_tui.views import keeping as page
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Device, Three, own_file_name, save_and_sync, sync_all, where

pytestmark = pytest.mark.slow


def _is_same_after(device: Device, path: Path, secret: str = "") -> bool:
    """Sync, and check that another device would get all from the file that this device has in the folder."""
    done = device.sync(secret=secret)
    data = path.read_bytes()
    assert not path.is_symlink()
    assert any("was no longer as this device wrote it" in note for note in done.notes)
    assert f"{path.name}, the file of this device" in page.sync_done(done)
    again = device.sync(secret=secret)
    return not again.notes and not again.sent and path.read_bytes() == data


@pytest.mark.parametrize(
    ("what", "secret"),
    [
        *((what, "") for what in ("older", "cut off", "changed byte", "emptied", "link", "link to nothing")),
        *((what, "correct horse") for what in ("older", "emptied")),
    ],
)
def test_the_file_of_this_device_is_written_anew_when_something_else_lies_there(
    three: Three, make_session: MakeSession, folder: Path, what: str, secret: str
) -> None:
    laptop, home, _work = three
    laptop.save(make_session(0))
    laptop.sync(encrypt=bool(secret), secret=secret)
    (path,) = folder.iterdir()
    older = path.read_bytes()
    laptop.save(make_session(1))
    laptop.sync(secret=secret)
    whole = path.read_bytes()
    target = folder.with_name("elsewhere")
    if what.startswith("link"):
        path.unlink()
        path.symlink_to(target)
    else:
        changed = whole[:-30] + bytes([whole[-30] ^ 0x55]) + whole[-29:]
        path.write_bytes({"older": older, "cut off": whole[:-40], "changed byte": changed, "emptied": b""}[what])
    if what == "link":
        target.write_bytes(whole)
    laptop.asked.clear()
    assert _is_same_after(laptop, path, secret)
    assert laptop.asked == []
    assert (target.read_bytes() if target.exists() else b"") == (whole if what == "link" else b"")
    home.sync(encrypt=bool(secret), secret=secret)
    assert home.ids() == [make_session(0).id, make_session(1).id]


def test_an_encrypted_file_of_this_device_that_does_not_open_is_not_written_over(
    three: Three, make_session: MakeSession, folder: Path
) -> None:
    laptop = three[0]
    laptop.save(make_session(0))
    laptop.sync(encrypt=True, secret="correct horse")
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    damaged = whole[:-30] + bytes([whole[-30] ^ 0x55]) + whole[-29:]
    path.write_bytes(damaged)
    with pytest.raises(SyncError, match=r"or the file is damaged.*remove it, then sync on its device"):
        laptop.sync(secret="correct horse")
    assert path.read_bytes() == damaged
    path.unlink()
    laptop.sync(secret="correct horse")
    path.write_bytes(whole)
    other = Device(folder.with_name("other"), folder)
    other.sync(secret="correct horse")  # its file opens, so that of the laptop must be damaged
    path.write_bytes(damaged)
    assert _is_same_after(laptop, path, "correct horse")


@pytest.mark.parametrize("secret", ["", "correct horse"])
def test_a_disk_put_back_from_a_copy_gets_what_its_own_file_still_has(
    three: Three, make_session: MakeSession, folder: Path, tmp_path: Path, secret: str
) -> None:
    laptop = three[0]
    laptop.save(make_session(0))
    laptop.sync(encrypt=bool(secret), secret=secret)
    disk = laptop.journal.root.parent
    shutil.copytree(disk, tmp_path / "copy", symlinks=True)
    laptop.save(make_session(1))
    laptop.sync(secret=secret)
    shutil.rmtree(disk)
    (tmp_path / "copy").rename(disk)
    put_back = Device(disk, folder)
    put_back.save(make_session(2))
    done = put_back.sync(secret=secret)
    assert (done.received, done.sent) == (1, 1)
    assert [note for note in done.notes if "held what this device did not have" in note]
    assert put_back.ids() == [make_session(day).id for day in range(3)]
    assert put_back.is_whole()
    again = put_back.sync(secret=secret)
    assert (again.notes, again.sent, again.received) == ((), 0, 0)


def test_a_computer_that_is_a_copy_of_another_exchanges_everything_with_it(
    three: Three, make_session: MakeSession, folder: Path, tmp_path: Path
) -> None:
    laptop, home, _work = three
    save_and_sync(make_session(0), laptop)
    disk = laptop.journal.root.parent
    shutil.copytree(disk, tmp_path / "copy", symlinks=True)
    copy = Device(tmp_path / "copy", folder)
    laptop.save(make_session(1))
    copy.save(make_session(2))
    sync_all(laptop, copy, laptop, home)
    everything = [make_session(day).id for day in range(3)]
    assert laptop.ids() == copy.ids() == home.ids() == everything
    assert laptop.is_whole()
    assert copy.is_whole()


def test_a_folder_in_the_place_of_the_file_of_this_device_is_named(
    three: Three, make_session: MakeSession, folder: Path
) -> None:
    laptop = three[0]
    save_and_sync(make_session(0), laptop)
    path = folder / own_file_name(laptop)
    path.unlink()
    path.mkdir()
    (path / "mine.txt").write_text("mine")
    with pytest.raises(SyncError, match=f"{path} is a folder, and this device keeps a file there"):
        laptop.sync()
    assert (path / "mine.txt").read_text() == "mine"


def test_a_file_from_before_an_erasure_that_comes_back_is_replaced(
    three: Three, make_session: MakeSession, folder: Path, tmp_path: Path
) -> None:
    laptop = three[0]
    laptop.save(make_session(0))
    gone = save_and_sync(make_session(1, remark="canary-in-a-remark"), laptop)
    path = folder / own_file_name(laptop)
    old = path.read_bytes()
    laptop.erase(gone.id)
    laptop.sync()
    path.write_bytes(old)
    assert _is_same_after(laptop, path)
    assert path.read_bytes() != old
    other = Device(tmp_path / "new", folder)
    other.sync()
    assert other.ids() == [make_session(0).id]
    assert where("canary-in-a-remark", other.journal.root) == []


def test_without_a_note_of_what_was_written_it_is_written_anew_without_a_word(
    three: Three, make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = three
    save_and_sync(make_session(0), laptop)
    path = folder / own_file_name(laptop)
    whole = path.read_bytes()
    state = read_state(laptop.journal)
    assert state
    write_state(laptop.journal, structs.replace(state, written=()))  # as an earlier version left it
    path.write_bytes(whole[:-40])
    laptop.asked.clear()
    done = laptop.sync()
    assert (done.sent, done.notes, laptop.asked) == (0, (), [])
    assert home.sync().received == 1


def test_a_sync_that_ended_while_it_replaced_the_file_is_no_change_by_others(
    three: Three, make_session: MakeSession, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = three[0]
    save_and_sync(make_session(0), laptop)
    before = (folder / own_file_name(laptop)).read_bytes()
    laptop.save(make_session(1))

    def ends(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FolderRun, "_count_sent", ends)
        with pytest.raises(KeyboardInterrupt):
            laptop.sync()
    assert (folder / own_file_name(laptop)).read_bytes() != before
    done = laptop.sync()
    assert (done.sent, done.notes) == (1, ())
