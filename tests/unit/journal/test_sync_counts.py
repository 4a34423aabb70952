"""What a sync says it sent: the documents that the other end did not have as they are now, no more and no less."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui.store import sync_state
from reflect_tui.usecases import syncing
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Device, Three, remote, save_and_sync, sync_all

pytestmark = pytest.mark.slow


@pytest.fixture(params=["repository", "folder"])
def devices(tmp_path: Path, request: pytest.FixtureRequest) -> Three:
    """Three devices and one place."""
    place = tmp_path / "place"
    if request.param == "repository":
        remote(place)
    else:
        place.mkdir()
    laptop, home, work = (Device(tmp_path / name, place) for name in ("laptop", "home", "work"))
    return laptop, home, work


def _meet(devices: Three) -> None:
    sync_all(*devices, *devices)


def test_a_device_that_only_received_has_sent_nothing(devices: Three, make_session: MakeSession) -> None:
    laptop, home, work = devices
    for number in range(3):
        laptop.save(make_session(number))
    assert laptop.sync().sent == 3
    assert [(done.sent, done.received) for done in (home.sync(), work.sync(), home.sync())] == [(0, 3), (0, 3), (0, 0)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_in_whatever_order_each_sends_its_own(
    devices: Three, make_session: MakeSession, order: tuple[int, ...]
) -> None:
    devices[0].save(make_session(0))
    _meet(devices)
    for number, device in enumerate(devices):
        for day in range(number + 1):
            device.save(make_session(10 * (number + 1) + day))
    waiting = [sync_state.status(device.journal).waiting for device in devices]
    assert waiting == [1, 2, 3]
    assert [devices[number].sync().sent for number in order] == [waiting[number] for number in order]
    assert [devices[number].sync().sent for number in order] == [0, 0, 0]
    assert [sync_state.status(device.journal).waiting for device in devices] == [0, 0, 0]


def _amend_twice(device: Device, session_id: str) -> None:
    device.amend(session_id, "one")
    device.amend(session_id, "two")


def _delete(device: Device, session_id: str) -> None:
    device.journal.delete(session_id)


def _erase(device: Device, session_id: str) -> None:
    device.erase(session_id)


@pytest.mark.parametrize("change", [_amend_twice, _delete, _erase])
def test_one_change_is_one_whoever_lags_behind(
    devices: Three, make_session: MakeSession, change: Callable[[Device, str], None]
) -> None:
    """The third device synced before that session was there; it also has something of its own, not synced yet."""
    laptop, home, work = devices
    save_and_sync(make_session(0), laptop, work)
    session = save_and_sync(make_session(1), laptop, home)
    save_and_sync(make_session(2), work)
    change(laptop, session.id)
    assert sync_state.status(laptop.journal).waiting == 1
    assert laptop.sync().sent == 1
    assert [device.sync().sent for device in devices] == [0, 0, 0]
    assert home.tree() == laptop.tree() == work.tree()


@pytest.mark.parametrize("change", [_amend_twice, _delete])
def test_the_same_change_on_two_devices_is_sent_once(
    devices: Three, make_session: MakeSession, change: Callable[[Device, str], None]
) -> None:
    laptop, home, work = devices
    session = laptop.save(make_session(0))
    laptop.save(make_session(1))
    _meet(devices)
    change(laptop, session.id)
    change(home, session.id)
    assert [laptop.sync().sent, home.sync().sent, work.sync().sent] == [1, 0, 0]


@pytest.mark.parametrize("first", [0, 1])
def test_two_versions_are_one_from_each_and_a_choice_is_one(
    devices: Three, make_session: MakeSession, first: int
) -> None:
    session = devices[0].save(make_session(0))
    _meet(devices)
    for number in (0, 1):
        devices[number].amend(session.id, f"device {number}")
    assert [devices[number].sync().sent for number in (first, 1 - first)] == [1, 1]
    assert [device.sync().sent for device in devices] == [0, 0, 0]
    path = f"sessions/2026/{session.id}.toml"
    for chosen in (0, 1):
        laptop = devices[chosen]
        assert laptop.both() == [path]
        (choice,) = sync_state.choices(laptop.journal)
        syncing.choose(laptop.journal, path, choice.marks[chosen])
        assert sync_state.status(laptop.journal).waiting == 1
        assert laptop.sync().sent == 1
        _meet(devices)
        devices[0].amend(session.id, f"once more {chosen}")
        devices[1].amend(session.id, f"and once more {chosen}")
        _meet(devices)


def test_what_was_sent_before_a_place_was_emptied_is_sent_again(devices: Three, make_session: MakeSession) -> None:
    laptop, home, _work = devices
    for number in range(2):
        laptop.save(make_session(number))
    laptop.sync()
    home.place = laptop.place = remote(Path(laptop.place).with_name("another"))
    assert laptop.sync().sent == 2
    assert home.sync().sent == 0
