"""More than one place in turn: a stick and a server, each of which keeps what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui.errors import ReflectError
from reflect_tui.store import sync_state
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Device, own_file_name, remote, save_and_sync, where

pytestmark = pytest.mark.slow
SECRET = "correct horse"


@pytest.fixture
def laptop(tmp_path: Path, make_session: MakeSession) -> Device:
    device = Device(tmp_path / "laptop", "")
    device.save(make_session(0))
    return device


@pytest.fixture
def turn_to(laptop: Device, tmp_path: Path) -> Callable[[str], Path]:
    """Make a place, and let the laptop sync there from now on."""

    def turn_to(name: str) -> Path:
        place = tmp_path / name
        if not place.exists():
            if name.endswith(".git"):
                remote(place)
            else:
                place.mkdir()
        laptop.place = place
        return place

    return turn_to


def test_only_the_first_sync_with_each_place_asks(
    laptop: Device, make_session: MakeSession, turn_to: Callable[[str], Path]
) -> None:
    for day, name in enumerate(("stick", "server.git") * 3, start=1):
        turn_to(name)
        assert laptop.sync().sent == (day if day < 3 else 2)
        laptop.save(make_session(day))
    assert len(laptop.asked) == 2


def test_a_folder_stays_encrypted_whatever_was_synced_since(laptop: Device, turn_to: Callable[[str], Path]) -> None:
    stick = turn_to("stick")
    laptop.sync(encrypt=True, secret=SECRET)
    turn_to("server.git")
    laptop.sync()
    assert not sync_state.status(laptop.journal).encrypted
    turn_to("stick")
    with pytest.raises(ReflectError, match="open with a passphrase only"):
        laptop.sync()
    for path in stick.iterdir():
        path.unlink()
    laptop.asked.clear()
    laptop.sync(secret=SECRET)
    assert "was synced before, and now no file" in laptop.asked[0]
    assert [path.suffix for path in stick.iterdir()] == [".age"]
    assert sync_state.status(laptop.journal).encrypted


def test_another_folder_is_encrypted_as_well(laptop: Device, turn_to: Callable[[str], Path]) -> None:
    turn_to("stick")
    laptop.sync(encrypt=True, secret=SECRET)
    turn_to("server.git")
    laptop.sync()
    cloud = turn_to("cloud")
    laptop.sync(secret=SECRET)
    assert [path.suffix for path in cloud.iterdir()] == [".age"]


def test_what_was_erased_goes_from_each_place_at_its_next_sync(
    laptop: Device, make_session: MakeSession, turn_to: Callable[[str], Path]
) -> None:
    gone = laptop.save(make_session(1, remark="canary-in-a-remark"))
    places = [turn_to(name) for name in ("server.git", "stick", "other.git")]
    for place in places:
        laptop.place = place
        laptop.sync()
    laptop.erase(gone.id)
    for place in places:
        laptop.place = place
        assert laptop.sync().received == 0
        assert where("canary-in-a-remark", place) == []
    assert laptop.ids() == [make_session(0).id]
    assert laptop.is_whole()


def test_a_place_that_was_refused_changes_nothing_of_where_to_sync(
    laptop: Device, turn_to: Callable[[str], Path]
) -> None:
    stick = turn_to("stick")
    laptop.sync()
    turn_to("server.git")
    with pytest.raises(ReflectError, match="Nothing was sent"):
        laptop.sync(agree=False)
    laptop.place = ""
    laptop.sync()
    assert sync_state.status(laptop.journal).address == str(stick)


def test_another_journal_in_a_folder_is_refused(
    laptop: Device, make_session: MakeSession, turn_to: Callable[[str], Path], tmp_path: Path
) -> None:
    cloud = turn_to("cloud")
    laptop.sync()
    stranger = Device(tmp_path / "stranger", cloud)
    stranger.save(make_session(1))
    with pytest.raises(ReflectError, match=r"holds another journal .* nothing was taken or sent"):
        stranger.sync()
    assert len(list(cloud.iterdir())) == 1


def test_another_journal_that_came_to_a_folder_later_is_named(
    laptop: Device, make_session: MakeSession, turn_to: Callable[[str], Path], tmp_path: Path
) -> None:
    cloud = turn_to("cloud")
    laptop.sync()
    stranger = Device(tmp_path / "stranger", tmp_path / "elsewhere")
    stranger.save(make_session(1))
    (tmp_path / "elsewhere").mkdir()
    stranger.sync()
    name = own_file_name(stranger)
    (tmp_path / "elsewhere" / name).rename(cloud / name)
    assert laptop.sync().notes == (f"{cloud} holds another journal as well, which stays apart from this one: {name}",)


def test_the_file_of_a_device_that_no_longer_syncs_is_named_while_it_holds_what_was_erased(
    laptop: Device, make_session: MakeSession, turn_to: Callable[[str], Path], tmp_path: Path
) -> None:
    cloud = turn_to("cloud")
    gone = save_and_sync(make_session(1, remark="canary-in-a-remark"), laptop)
    old = Device(tmp_path / "old", cloud)
    old.sync()
    laptop.erase(gone.id)
    for _time in range(2):
        notes = laptop.sync().notes
        assert [note for note in notes if f"{own_file_name(old)}, still holds what was erased" in note]
    (cloud / own_file_name(old)).unlink()
    assert laptop.sync().notes == ()
    assert where("canary-in-a-remark", cloud) == []
