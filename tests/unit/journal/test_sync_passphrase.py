"""The files of devices in a plain folder that only a passphrase opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui.errors import ReflectError
from reflect_tui.git.complaints import SyncError
from reflect_tui.store.sync_place import read_state
from reflect_tui.usecases.sync_run import DeclinedError
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Three, harder, own_file_name, remote, save_and_sync

pytestmark = pytest.mark.slow


def test_no_passphrase_fits_a_file_that_was_emptied(three: Three, make_session: MakeSession, folder: Path) -> None:
    laptop, home, _work = three
    save_and_sync(make_session(0), laptop, home)
    laptop.sync(encrypt=True, secret="horse")
    (sealed,) = folder.glob("*.age")
    sealed.write_bytes(b"")
    home.sync(encrypt=True, secret="a mistyped horse")
    assert home.passphrases == ["new"]
    assert any(told.startswith(f"{sealed.name} can't be used now: it is empty, cut off") for told in home.told)


def test_with_a_passphrase_nothing_is_readable_in_the_folder(
    three: Three, make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = three
    save_and_sync(make_session(0, remark="canary-in-a-remark"), laptop)
    laptop.sync(encrypt=True, secret="correct horse")
    (file,) = folder.iterdir()
    assert file.name == f"{own_file_name(laptop)}.age"
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n")
    with pytest.raises(ReflectError, match="press S, or use reflect-tui sync"):
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
    three: Three, make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = three
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
    three: Three, make_session: MakeSession, folder: Path
) -> None:
    laptop, home, work = three
    save_and_sync(make_session(0), laptop, home)
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


def test_a_repository_is_not_encrypted(three: Three, tmp_path: Path) -> None:
    laptop, _home, _work = three
    laptop.place = remote(tmp_path / "bare")
    with pytest.raises(ReflectError, match="Only the files in a plain folder"):
        laptop.sync(encrypt=True)


def test_encryption_stays_in_another_folder_and_on_a_device_that_opened_what_is_sealed(
    three: Three, make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = three
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
    three: Three, make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = three
    laptop.save(make_session(0))
    laptop.sync(encrypt=True, secret="correct horse")
    (written,) = folder.iterdir()
    written.write_bytes(harder(written.read_bytes()))
    with pytest.raises(SyncError, match=f"{written.name} can't be used now: Opening it would take more than 4 GB"):
        home.sync(secret="correct horse")
    assert home.ids() == []


def test_a_file_of_another_device_that_is_still_readable_is_named_once_this_one_is_encrypted(
    three: Three, make_session: MakeSession, folder: Path
) -> None:
    laptop, home, _work = three
    save_and_sync(make_session(0), laptop)
    assert home.sync().notes == ()
    for _time in range(2):
        (note,) = laptop.sync(encrypt=True, secret="correct horse").notes
        assert note.startswith(f"The file of another device, {own_file_name(home)}, is not encrypted: ")
    home.sync(secret="correct horse")
    assert laptop.sync(secret="correct horse").notes == ()
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{own_file_name(device)}.age" for device in (laptop, home)
    )
