"""Through a plain folder each device writes one file of its own and reads those of the others."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from reflect_tui.errors import ReflectError
from reflect_tui.git.complaints import SyncError
from reflect_tui.store import sync_state
from reflect_tui.store.sync_place import read_state
from reflect_tui.usecases.folder_sync import FolderRun
from reflect_tui.usecases.sync_run import DeclinedError
from reflect_tui.views import keeping as page
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Device, Three, own_file_name, remote, save_and_sync, sync_all, where

pytestmark = pytest.mark.slow


def test_of_nothing_on_either_side_nothing_is_said_to_be_synced(three: Three, folder: Path) -> None:
    with pytest.raises(SyncError, match=r"Neither .* has a journal yet: there is nothing to sync"):
        three[0].sync()
    assert list(folder.iterdir()) == []
    assert read_state(three[0].journal) is None


def test_three_meet_in_a_folder(three: Three, make_session: MakeSession, folder: Path) -> None:
    three[0].save(make_session(0))
    sync_all(*three)
    for number, device in enumerate(three):
        device.save(make_session(10 + number))
        device.amend(make_session(0).id, f"version {number}")
    sync_all(*three, *three)
    assert three[0].tree() == three[1].tree() == three[2].tree()
    assert len(three[0].ids()) == 4
    assert len(three[0].both()) == 1
    assert len(list(folder.iterdir())) == 3
    assert all(device.is_whole() for device in three)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    for device in three:
        assert device.sync().sent == 0
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_the_first_file_is_only_written_when_agreed(three: Three, make_session: MakeSession, folder: Path) -> None:
    three[0].save(make_session())
    with pytest.raises(DeclinedError):
        three[0].sync(agree=False)
    assert f"Your whole journal with its history goes to {folder}" in three[0].asked[0]
    assert list(folder.iterdir()) == []


def test_only_whole_files_of_this_journal_are_read_and_the_rest_is_named(
    three: Three, make_session: MakeSession, folder: Path, tmp_path: Path
) -> None:
    laptop, home, _work = three
    save_and_sync(make_session(0), laptop, home)
    save_and_sync(make_session(1), home)
    other = Device(tmp_path / "someone", tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    save_and_sync(make_session(7), other)
    (tmp_path / "elsewhere" / own_file_name(other)).rename(folder / own_file_name(other))
    whole = next(path for path in folder.iterdir() if path.name == own_file_name(home))
    bundle = whole.read_bytes()
    (folder / f"{whole.stem} (conflicted copy).bundle").write_bytes(bundle)
    (folder / f".{whole.name}.part").write_bytes(bundle[:100])
    (folder / whole.name.upper()).write_bytes(bundle)
    (folder / "holiday.jpg").write_bytes(b"\xff\xd8")
    (folder / whole.name.replace(home.journal.identity.id[:4], "link")).symlink_to("/etc/passwd")
    whole.write_bytes(bundle[:-40])
    head = laptop.journal.repository.head()
    laptop.told.clear()
    laptop.sync()
    assert laptop.ids() == [make_session(0).id]
    assert laptop.journal.repository.head() == head
    told = " ".join(laptop.told)
    assert "holiday.jpg" in told
    assert f"{whole.name} can't be used now" in told
    assert laptop.is_whole()
    whole.write_bytes(bundle)
    assert laptop.sync().received == 1
    assert laptop.ids() == [make_session(number).id for number in range(2)]


def test_of_many_files_that_can_not_be_used_the_first_are_named_and_the_rest_is_counted(
    three: Three, make_session: MakeSession, folder: Path
) -> None:
    laptop = three[0]
    save_and_sync(make_session(0), laptop)
    for number in range(1, 9):
        (folder / f"{own_file_name(laptop)[:-15]}{number:08x}.bundle").write_bytes(b"cut off")
        (folder / f"holiday {number}.jpg").write_bytes(b"\xff\xd8")
    laptop.told.clear()
    assert laptop.sync().unread == 8
    told = "\n".join(laptop.told)
    assert told.count("can't be used now") == 5
    assert "and 3 more" in laptop.told
    assert "holiday 5.jpg and 3 more" in told
    assert "holiday 6.jpg" not in told
    rest = "\n".join(laptop.rest)
    assert rest.count("can't be used now") == 3
    assert "holiday 8.jpg" in rest


@pytest.mark.parametrize("at", [20, -200, -30])
def test_a_file_with_a_changed_byte_is_not_taken(
    three: Three, make_session: MakeSession, folder: Path, at: int
) -> None:
    laptop, home, _work = three
    save_and_sync(make_session(0), laptop, home)
    save_and_sync(make_session(1), home)
    path = folder / own_file_name(home)
    data = bytearray(path.read_bytes())
    data[at] ^= 0x55
    path.write_bytes(bytes(data))
    laptop.sync()
    assert laptop.ids() == [make_session(0).id]
    assert laptop.is_whole()


def test_what_was_erased_does_not_come_back_from_an_older_file(
    three: Three, make_session: MakeSession, tmp_path: Path
) -> None:
    laptop, home, _work = three
    laptop.save(make_session(0))
    gone = save_and_sync(make_session(1, remark="canary-in-a-remark"), laptop, home)
    laptop.erase(gone.id)
    sync_all(laptop, home, laptop)
    assert laptop.ids() == home.ids() == [make_session(0).id]
    assert where("canary-in-a-remark", tmp_path) == []
    assert laptop.tree() == home.tree()


@pytest.mark.parametrize("number", [1, 2])  # by one of them the old file is read first
def test_nothing_is_taken_along_from_an_old_file_with_what_another_device_sent(
    three: Three, make_session: MakeSession, number: int
) -> None:
    laptop, eraser = three[0], three[number]
    laptop.save(make_session(0))
    gone = laptop.save(make_session(1, remark="canary-in-a-remark"))
    sync_all(*three)
    eraser.erase(gone.id)
    sync_all(eraser, laptop)
    assert laptop.ids() == [make_session(0).id]
    assert where("canary-in-a-remark", laptop.journal.root) == []


def test_a_folder_that_is_gone_is_told(three: Three, make_session: MakeSession, folder: Path) -> None:
    laptop, _home, _work = three
    save_and_sync(make_session(0), laptop)
    folder.rename(folder.with_name("pulled out"))
    with pytest.raises(ReflectError, match="plug in the disk"):
        laptop.sync()


def test_a_stick_that_is_pulled_out_meanwhile_is_told(
    three: Three, make_session: MakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop, _home, _work = three
    laptop.save(make_session(0))

    def gone(_run: FolderRun, _folder: Path) -> list[Path]:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(FolderRun, "_others", gone)
    with pytest.raises(SyncError, match="the disk reports an error"):
        laptop.sync()


def test_a_file_of_this_device_that_is_gone_is_asked_about_before_it_is_written_anew(
    three: Three, make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = three
    save_and_sync(make_session(0), laptop, home)
    (folder / own_file_name(laptop)).unlink()
    laptop.asked.clear()
    with pytest.raises(DeclinedError):
        laptop.sync(agree=False)
    assert laptop.asked[0].startswith(f"The file that this device had in {folder} is gone. Your whole journal")
    assert [path.name for path in folder.iterdir()] == [own_file_name(home)]


@pytest.mark.parametrize("secret", ["", "correct horse"])
@pytest.mark.parametrize("left", ["nothing", "other files"])
def test_an_empty_folder_in_the_place_of_a_disk_is_asked_about_before_anything(
    three: Three, make_session: MakeSession, folder: Path, left: str, secret: str
) -> None:
    """As where a stick is connected, when it is not: the same name, and nothing or something else in it."""
    laptop, home, _work = three
    laptop.save(make_session(0))
    for device in (laptop, home):
        device.sync(encrypt=bool(secret), secret=secret)
    folder.rename(folder.with_name("stick"))
    folder.mkdir()
    if left == "other files":
        (folder / "holiday.jpg").write_bytes(b"\xff\xd8")
    before = sorted(folder.iterdir())
    for device in (laptop, home):  # the one has something to send, and the other has not
        device.asked.clear()
        device.passphrases.clear()
    laptop.save(make_session(1))
    for device in (laptop, home):
        with pytest.raises(DeclinedError):
            device.sync(agree=False, secret=secret)
        (question,) = device.asked
        assert question.startswith(
            f"{folder} was synced before, and now no file of this journal is there. "
            "If its disk is not connected, connect it and sync again. "
        )
        assert device.passphrases == []
        assert sorted(folder.iterdir()) == before
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.with_name("stick").rename(folder)
    assert laptop.sync(secret=secret).sent == 1
    assert home.sync(secret=secret).received == 1


def test_an_emptied_folder_is_filled_again_when_that_is_meant(
    three: Three, make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = three
    save_and_sync(make_session(0), laptop)
    (folder / own_file_name(laptop)).unlink()
    laptop.asked.clear()
    assert laptop.sync().sent == 1
    assert len(laptop.asked) == 1
    assert f"What was sent to {folder} before is gone; all of it is sent again" in laptop.told
    assert home.sync().received == 1


def test_a_repository_that_became_a_plain_folder_stops_the_sync(
    three: Three, make_session: MakeSession, tmp_path: Path
) -> None:
    laptop, _home, _work = three
    laptop.place = bare = remote(tmp_path / "bare")
    save_and_sync(make_session(0), laptop)
    shutil.rmtree(bare)
    bare.mkdir()
    laptop.place = ""
    with pytest.raises(SyncError, match="not the kind of place"):
        laptop.sync()
    laptop.place = bare
    with pytest.raises(DeclinedError):
        laptop.sync(agree=False)
    assert laptop.asked[-1].startswith(f"{bare} was a git repository at the last sync, and now it is a folder without")
    assert list(bare.iterdir()) == []


@pytest.mark.parametrize("length", [0, 10, 300])
def test_a_cut_file_of_another_device_is_said_and_stays_said(
    three: Three, make_session: MakeSession, folder: Path, length: int
) -> None:
    laptop, home, _work = three
    save_and_sync(make_session(0), laptop, home)
    save_and_sync(make_session(1), home)
    path = folder / own_file_name(home)
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    laptop.told.clear()
    synced = laptop.sync()
    assert synced.unread == 1
    assert page.sync_done(synced).startswith("1 file of another device could not be read")
    told = " ".join(laptop.told)
    assert f"{path.name} can't be used now: it is empty, cut off or damaged" in told
    assert "fatal" not in told
    assert sync_state.status(laptop.journal).unread == 1
    path.write_bytes(whole)
    assert laptop.sync().unread == sync_state.status(laptop.journal).unread == 0


def test_after_erasing_one_session_one_thing_waits_and_is_sent(three: Three, make_session: MakeSession) -> None:
    laptop, _home, _work = three
    gone = laptop.save(make_session(0))
    for number in range(1, 6):
        laptop.save(make_session(number))
    laptop.sync()
    laptop.erase(gone.id)
    assert sync_state.status(laptop.journal).waiting == 1
    assert laptop.sync().sent == 1
    assert sync_state.status(laptop.journal).waiting == 0


def test_each_step_names_the_file_that_it_is_about(
    three: tuple[Device, Device, Device], make_session: MakeSession, folder: Path, tmp_path: Path
) -> None:
    laptop, *others = three
    laptop.save(make_session(0))
    for device in three:
        device.sync()
    files = [folder / own_file_name(device) for device in others]
    for number, (device, file) in enumerate(zip(others, files, strict=True), start=1):
        save_and_sync(make_session(number), device)
        file.rename(tmp_path / file.name)  # the other does not see it
    for file in files:
        (tmp_path / file.name).rename(file)
    laptop.told.clear()
    assert laptop.sync().received == 2
    for step in ("Fetching what is new there", "Checking every file of it", "Joining it to what is here"):
        named = sorted(f"{step} ({own_file_name(device)})" for device in others)
        assert sorted(told for told in laptop.told if told.startswith(step)) == named
