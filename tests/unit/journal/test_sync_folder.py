"""Through a plain folder each device writes one file of its own and reads those of the others."""

from __future__ import annotations

import errno
import functools
import shutil
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.errors import ReflectError
from reflect_tui.git.complaints import SyncError
from reflect_tui.store import erasing, erasure, sync_state
from reflect_tui.store.sync_place import read_state, write_state
from reflect_tui.usecases.folder_sync import FolderRun
from reflect_tui.usecases.sync_run import DeclinedError
from reflect_tui.views import keeping as page
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Device, harder, remote, where

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    return folder


@pytest.fixture
def devices(tmp_path: Path, folder: Path) -> tuple[Device, Device, Device]:
    laptop, home, work = (Device(tmp_path / name, folder) for name in ("laptop", "home", "work"))
    return laptop, home, work


def test_of_nothing_on_either_side_nothing_is_said_to_be_synced(
    devices: tuple[Device, Device, Device], folder: Path
) -> None:
    with pytest.raises(SyncError, match=r"Neither .* has a journal yet: there is nothing to sync"):
        devices[0].sync()
    assert list(folder.iterdir()) == []
    assert read_state(devices[0].journal) is None


def test_no_passphrase_fits_a_file_that_was_emptied(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = devices
    laptop.save(make_session(0))
    laptop.sync()
    home.sync()
    laptop.sync(encrypt=True, secret="horse")
    (sealed,) = folder.glob("*.age")
    sealed.write_bytes(b"")
    home.sync(encrypt=True, secret="a mistyped horse")
    assert home.passphrases == ["new"]
    assert any(told.startswith(f"{sealed.name} can't be used now: it is empty, cut off") for told in home.told)


def test_three_devices_meet_in_a_folder(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    devices[0].save(make_session(0))
    for device in devices:
        device.sync()
    for number, device in enumerate(devices):
        device.save(make_session(10 + number))
        device.change(make_session(0).id, functools.partial(structs.replace, remark=f"version {number}"))
    for device in (*devices, *devices):
        device.sync()
    assert devices[0].tree() == devices[1].tree() == devices[2].tree()
    assert len(devices[0].ids()) == 4
    assert len(devices[0].both()) == 1
    assert len(list(folder.iterdir())) == 3
    assert all(device.is_whole() for device in devices)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    for device in devices:
        assert device.sync().sent == 0
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_the_first_file_is_only_written_when_agreed(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    devices[0].save(make_session())
    with pytest.raises(DeclinedError):
        devices[0].sync(agree=False)
    assert f"Your whole journal with its history goes to {folder}" in devices[0].asked[0]
    assert list(folder.iterdir()) == []


def test_only_whole_files_of_this_journal_are_read_and_the_rest_is_named(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path, tmp_path: Path
) -> None:
    laptop, home, _work = devices
    laptop.save(make_session(0))
    laptop.sync()
    home.sync()
    home.save(make_session(1))
    home.sync()
    other = Device(tmp_path / "someone", folder)
    other.save(make_session(7))
    other.sync()
    whole = next(path for path in folder.iterdir() if path.name == _name(home))
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


def _name(device: Device) -> str:
    state = read_state(device.journal)
    assert state
    return f"reflect-tui-{device.journal.identity.id[:12]}-{state.device}.bundle"


def test_of_many_files_that_can_not_be_used_the_first_are_named_and_the_rest_is_counted(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    laptop = devices[0]
    laptop.save(make_session(0))
    laptop.sync()
    for number in range(1, 9):
        (folder / f"{_name(laptop)[:-15]}{number:08x}.bundle").write_bytes(b"cut off")
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
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path, at: int
) -> None:
    laptop, home, _work = devices
    laptop.save(make_session(0))
    laptop.sync()
    home.sync()
    home.save(make_session(1))
    home.sync()
    path = folder / _name(home)
    data = bytearray(path.read_bytes())
    data[at] ^= 0x55
    path.write_bytes(bytes(data))
    laptop.sync()
    assert laptop.ids() == [make_session(0).id]
    assert laptop.is_whole()


def test_what_was_erased_does_not_come_back_from_an_older_file(
    devices: tuple[Device, Device, Device], make_session: MakeSession, tmp_path: Path
) -> None:
    laptop, home, _work = devices
    laptop.save(make_session(0))
    gone = laptop.save(make_session(1, remark="canary-in-a-remark"))
    laptop.sync()
    home.sync()
    erasing.carry_out(laptop.journal, erasure.session(laptop.journal, gone.id))
    laptop.sync()
    home.sync()
    laptop.sync()
    assert laptop.ids() == home.ids() == [make_session(0).id]
    assert where("canary-in-a-remark", tmp_path) == []
    assert laptop.tree() == home.tree()


@pytest.mark.parametrize("number", [1, 2])  # by one of them the old file is read first
def test_nothing_is_taken_along_from_an_old_file_with_what_another_device_sent(
    devices: tuple[Device, Device, Device], make_session: MakeSession, number: int
) -> None:
    laptop, eraser = devices[0], devices[number]
    laptop.save(make_session(0))
    gone = laptop.save(make_session(1, remark="canary-in-a-remark"))
    for device in devices:
        device.sync()
    erasing.carry_out(eraser.journal, erasure.session(eraser.journal, gone.id))
    eraser.sync()
    laptop.sync()
    assert laptop.ids() == [make_session(0).id]
    assert where("canary-in-a-remark", laptop.journal.root) == []


def test_a_folder_that_is_gone_is_told(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    laptop, _home, _work = devices
    laptop.save(make_session(0))
    laptop.sync()
    folder.rename(folder.with_name("pulled out"))
    with pytest.raises(ReflectError, match="plug in the disk"):
        laptop.sync()


def test_with_a_passphrase_nothing_is_readable_in_the_folder(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = devices
    laptop.save(make_session(0, remark="canary-in-a-remark"))
    laptop.sync()
    laptop.sync(encrypt=True, secret="correct horse")
    (file,) = folder.iterdir()
    assert file.name == f"{_name(laptop)}.age"
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n")
    with pytest.raises(ReflectError, match="sync --encrypt"):
        home.sync()
    with pytest.raises(ReflectError, match=r"does not open .*Nothing was taken or written"):
        home.sync(encrypt=True, secret="wrong")
    assert home.ids() == []
    assert not home.journal.root.joinpath("journal.toml").exists()
    home.sync(encrypt=True, secret="correct horse")
    home.save(make_session(1))
    home.sync(secret="correct horse")
    laptop.sync(secret="correct horse")
    assert laptop.ids() == home.ids() == [make_session(0).id, make_session(1).id]
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert all(data.startswith(b"age-encryption.org/v1\n") for data in before.values())
    laptop.save(make_session(2))
    with pytest.raises(ReflectError, match=r"does not open .*Nothing was taken or written"):
        laptop.sync(secret="another")
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert b"correct horse" not in b"".join(p.read_bytes() for p in laptop.journal.state.rglob("*") if p.is_file())


def test_what_only_a_passphrase_opens_is_asked_about_as_well_the_first_time_on_each_device(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = devices
    laptop.save(make_session(0))
    asked = (
        f"Your whole journal with its history goes to {folder}: 1 file, in one that only a passphrase opens. Send it?"
    )
    for device, files_there in ((laptop, 0), (home, 1)):
        with pytest.raises(DeclinedError, match="Nothing was sent"):
            device.sync(agree=False, encrypt=True, secret="correct horse")
        assert device.asked == [asked]
        assert len(list(folder.iterdir())) == files_there
        device.sync(encrypt=True, secret="correct horse")
        device.save(make_session(1 + files_there))
        device.asked.clear()
        device.sync(agree=False, secret="correct horse")  # later nothing is asked
        assert device.asked == []
        asked = asked.replace("1 file", "2 files")


def test_a_passphrase_that_a_folder_has_is_asked_for_once_and_tried_before_anything_is_taken(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    laptop, home, work = devices
    laptop.save(make_session(0))
    laptop.sync()
    home.sync()
    home.save(make_session(1))
    home.sync()  # anyone can read this one
    laptop.sync(encrypt=True, secret="correct horse")
    assert laptop.passphrases == ["new"]
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ReflectError, match=r"does not open .*Nothing was taken or written"):
        work.sync(encrypt=True, secret="wrong")
    assert work.ids() == []
    assert not work.journal.root.exists()
    assert read_state(work.journal) is None
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    work.sync(encrypt=True, secret="correct horse")
    assert work.passphrases == ["known", "known"]
    assert work.ids() == [make_session(0).id, make_session(1).id]


def test_a_repository_is_not_encrypted(devices: tuple[Device, Device, Device], tmp_path: Path) -> None:
    laptop, _home, _work = devices
    laptop.place = remote(tmp_path / "bare")
    with pytest.raises(ReflectError, match="Only the files in a plain folder"):
        laptop.sync(encrypt=True)


def test_a_stick_that_is_pulled_out_meanwhile_is_told(
    devices: tuple[Device, Device, Device], make_session: MakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop, _home, _work = devices
    laptop.save(make_session(0))

    def gone(_run: FolderRun, _folder: Path) -> list[Path]:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(FolderRun, "_others", gone)
    with pytest.raises(SyncError, match="the disk reports an error"):
        laptop.sync()


def test_a_file_of_this_device_that_is_gone_is_asked_about_before_it_is_written_anew(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = devices
    laptop.save(make_session(0))
    laptop.sync()
    home.sync()
    (folder / _name(laptop)).unlink()
    laptop.asked.clear()
    with pytest.raises(DeclinedError):
        laptop.sync(agree=False)
    assert laptop.asked[0].startswith(f"The file that this device had in {folder} is gone. Your whole journal")
    assert [path.name for path in folder.iterdir()] == [_name(home)]


@pytest.mark.parametrize("secret", ["", "correct horse"])
@pytest.mark.parametrize("left", ["nothing", "other files"])
def test_an_empty_folder_in_the_place_of_a_disk_is_asked_about_before_anything(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path, left: str, secret: str
) -> None:
    """As where a stick is connected, when it is not: the same name, and nothing or something else in it."""
    laptop, home, _work = devices
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
        name = f"{_name(device)}.age" if secret else _name(device)
        assert question.startswith(
            f"{folder} was synced before, and now neither {name} nor another file of this journal is there. "
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
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = devices
    laptop.save(make_session(0))
    laptop.sync()
    (folder / _name(laptop)).unlink()
    laptop.asked.clear()
    assert laptop.sync().sent == 1
    assert len(laptop.asked) == 1
    assert f"What was sent to {folder} before is gone; all of it is sent again" in laptop.told
    assert home.sync().received == 1


def test_a_repository_that_became_a_plain_folder_stops_the_sync(
    devices: tuple[Device, Device, Device], make_session: MakeSession, tmp_path: Path
) -> None:
    laptop, _home, _work = devices
    laptop.place = bare = remote(tmp_path / "bare")
    laptop.save(make_session(0))
    laptop.sync()
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
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path, length: int
) -> None:
    laptop, home, _work = devices
    laptop.save(make_session(0))
    laptop.sync()
    home.sync()
    home.save(make_session(1))
    home.sync()
    path = folder / _name(home)
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


def test_encryption_stays_in_another_folder_and_on_a_device_that_opened_what_is_sealed(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = devices
    laptop.save(make_session(0))
    laptop.sync(encrypt=True, secret="correct horse")
    home.sync(secret="correct horse")
    laptop.place = folder.with_name("other")
    laptop.place.mkdir()
    laptop.sync(secret="correct horse")
    written = [*folder.iterdir(), *laptop.place.iterdir()]
    assert len(written) == 3
    assert all(path.read_bytes().startswith(b"age-encryption.org/v1\n") for path in written)


def test_a_file_that_is_too_much_work_is_not_called_one_of_another_passphrase(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = devices
    laptop.save(make_session(0))
    laptop.sync(encrypt=True, secret="correct horse")
    (written,) = folder.iterdir()
    written.write_bytes(harder(written.read_bytes()))
    with pytest.raises(SyncError, match=f"{written.name} can't be used now: Opening it would take more than 4 GB"):
        home.sync(secret="correct horse")
    assert home.ids() == []


def test_after_erasing_one_session_one_thing_waits_and_is_sent(
    devices: tuple[Device, Device, Device], make_session: MakeSession
) -> None:
    laptop, _home, _work = devices
    gone = laptop.save(make_session(0))
    for number in range(1, 6):
        laptop.save(make_session(number))
    laptop.sync()
    erasing.carry_out(laptop.journal, erasure.session(laptop.journal, gone.id))
    assert sync_state.status(laptop.journal).waiting == 1
    assert laptop.sync().sent == 1
    assert sync_state.status(laptop.journal).waiting == 0


def _is_same_after(device: Device, path: Path, secret: str = "") -> bool:
    """Sync, and check that another device would get all from the file that this device has in the folder."""
    done = device.sync(secret=secret)
    data = path.read_bytes()
    assert not path.is_symlink()
    assert any("was no longer as this device wrote it" in note for note in done.notes)
    assert f"{path.name}, the file of this device" in page.sync_done(done)
    again = device.sync(secret=secret)
    return not again.notes and not again.sent and path.read_bytes() == data


@pytest.mark.parametrize("secret", ["", "correct horse"])
@pytest.mark.parametrize("what", ["older", "cut off", "changed byte", "emptied", "link", "link to nothing"])
def test_the_file_of_this_device_is_written_anew_when_something_else_lies_there(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path, what: str, secret: str
) -> None:
    laptop, home, _work = devices
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


def test_a_folder_in_the_place_of_the_file_of_this_device_is_named(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    laptop = devices[0]
    laptop.save(make_session(0))
    laptop.sync()
    path = folder / _name(laptop)
    path.unlink()
    path.mkdir()
    (path / "mine.txt").write_text("mine")
    with pytest.raises(SyncError, match=f"{path} is a folder, and this device keeps a file there"):
        laptop.sync()
    assert (path / "mine.txt").read_text() == "mine"


def test_a_file_from_before_an_erasure_that_comes_back_is_replaced(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path, tmp_path: Path
) -> None:
    laptop = devices[0]
    laptop.save(make_session(0))
    gone = laptop.save(make_session(1, remark="canary-in-a-remark"))
    laptop.sync()
    path = folder / _name(laptop)
    old = path.read_bytes()
    erasing.carry_out(laptop.journal, erasure.session(laptop.journal, gone.id))
    laptop.sync()
    path.write_bytes(old)
    assert _is_same_after(laptop, path)
    assert path.read_bytes() != old
    other = Device(tmp_path / "new", folder)
    other.sync()
    assert other.ids() == [make_session(0).id]
    assert where("canary-in-a-remark", other.journal.root) == []


def test_without_a_note_of_what_was_written_it_is_written_anew_without_a_word(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = devices
    laptop.save(make_session(0))
    laptop.sync()
    path = folder / _name(laptop)
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
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = devices[0]
    laptop.save(make_session(0))
    laptop.sync()
    before = (folder / _name(laptop)).read_bytes()
    laptop.save(make_session(1))

    def ends(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FolderRun, "_count_sent", ends)
        with pytest.raises(KeyboardInterrupt):
            laptop.sync()
    assert (folder / _name(laptop)).read_bytes() != before
    done = laptop.sync()
    assert (done.sent, done.notes) == (1, ())


def test_a_file_of_another_device_that_is_still_readable_is_named_once_this_one_is_encrypted(
    devices: tuple[Device, Device, Device], make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = devices
    laptop.save(make_session(0))
    laptop.sync()
    assert home.sync().notes == ()
    for _time in range(2):
        (note,) = laptop.sync(encrypt=True, secret="correct horse").notes
        assert note.startswith(f"The file of another device, {_name(home)}, is not encrypted: ")
    home.sync(secret="correct horse")
    assert laptop.sync(secret="correct horse").notes == ()
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{_name(device)}.age" for device in (laptop, home))
