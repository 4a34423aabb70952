"""What several devices chose and amended without knowing of each other: none overrules another without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui.model import session as sessions
from reflect_tui.store import erasing, erasure, sync_state, union
from reflect_tui.usecases import syncing
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Device, Pair, save_and_sync, sync_all

pytestmark = pytest.mark.slow

ITEM = "toegankelijk"
OTHER_ITEM = "bemoeizorg"
ORDERS = [(0, 1, 2), (1, 2, 0), (2, 1, 0)]


@pytest.fixture
def three(tmp_path: Path, place: Path, make_session: MakeSession) -> list[Device]:
    """Three devices on which the session has the versions "at work" and "at home"; each has a note to erase."""
    devices = [Device(tmp_path / f"device {number}", place) for number in range(3)]
    devices[0].save(make_session(remark="first", notes={ITEM: "to be erased", OTHER_ITEM: "stays"}))
    sync_all(*devices)
    for device, remark in zip(devices[:2], ("at work", "at home"), strict=True):
        amend(device, remark)
    sync_all(*devices, *devices)
    assert [remarks(device) for device in devices] == [["at home", "at work"]] * 3
    return devices


def path(device: Device) -> str:
    return sessions.posix_path(device.ids()[0])


def versions(device: Device) -> list[bytes | None]:
    """Return each version that stands."""
    choices = sync_state.choices(device.journal)
    return list(choices[0].contents) if choices else [device.journal.saved(device.ids()[0])[1]]


def remarks(device: Device) -> list[str]:
    """Name the versions that stand by their remarks."""
    return sorted(sessions.parse(data, "").remark if data else "deleted" for data in versions(device))


def choose(device: Device, remark: str) -> None:
    (choice,) = sync_state.choices(device.journal)
    named = zip(choice.marks, choice.contents, strict=True)
    mark = next(mark for mark, data in named if data and remark.encode() in data)
    syncing.choose(device.journal, choice.document, mark)


def amend(device: Device, remark: str) -> None:
    device.amend(device.ids()[0], remark, remark)


def settle(devices: list[Device], order: tuple[int, ...]) -> list[str]:
    """Let each sync in this order, twice; the versions that stand then, the same on each."""
    for number in order * 2:
        devices[number].sync()
    assert devices[0].tree() == devices[1].tree() == devices[2].tree()
    assert all(device.is_whole() for device in devices)
    return remarks(devices[0])


@pytest.mark.parametrize("order", ORDERS)
def test_two_different_choices_are_asked_about_again(three: list[Device], order: tuple[int, ...]) -> None:
    choose(three[0], "at work")
    choose(three[1], "at home")
    assert settle(three, order) == ["at home", "at work"]


@pytest.mark.parametrize("order", ORDERS)
def test_a_choice_here_and_an_amended_one_there_are_asked_about(three: list[Device], order: tuple[int, ...]) -> None:
    choose(three[0], "at work")
    choose(three[1], "at home")
    amend(three[1], "at home, later")
    assert settle(three, order) == ["at home, later", "at work"]


@pytest.mark.parametrize("order", ORDERS)
def test_what_the_third_device_amended_meanwhile_stands_beside_both(
    three: list[Device], order: tuple[int, ...]
) -> None:
    choose(three[0], "at work")
    choose(three[1], "at home")
    amend(three[2], "on a tablet")
    assert settle(three, order) == ["at home", "at work", "on a tablet"]


def test_the_same_choice_twice_asks_and_tells_nothing(three: list[Device]) -> None:
    choose(three[0], "at work")
    choose(three[1], "at work")
    three[0].sync()
    assert three[1].sync().notes == ()
    assert settle(three, (0, 1, 2)) == ["at work"]


def test_a_choice_of_another_device_is_taken_over_and_told(three: list[Device]) -> None:
    choose(three[0], "at work")
    amend(three[0], "at work, later")
    three[0].sync()
    note = (
        "The session of 1 Jan 2026, 10:00, self had several versions here, and another device kept one: that one "
        "counts here as well; the others stay in the history"
    )
    assert three[1].sync().notes == (note,)
    assert settle(three, (0, 1, 2)) == ["at work, later"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("offline", "stand"),
    [((), ["at work"]), (("at work",), ["at work"]), (("at home",), ["at home", "at work"])],
    ids=["had not chosen", "chose the same", "chose the other"],
)
def test_a_note_that_is_erased_on_one_device_undoes_no_choice_of_another(
    three: list[Device], order: tuple[int, ...], offline: tuple[str, ...], stand: list[str]
) -> None:
    choose(three[0], "at work")
    erasing.carry_out(three[0].journal, erasure.note(three[0].journal, three[0].ids()[0], ITEM))
    for remark in offline:
        choose(three[1], remark)
    assert settle(three, order) == stand
    for device in three:
        kept = [sessions.parse(data or b"", "").notes for data in versions(device)]
        assert kept == [{OTHER_ITEM: "stays"}] * len(stand)


@pytest.mark.parametrize("order", ORDERS)
def test_a_session_that_is_erased_is_gone_whatever_was_chosen(three: list[Device], order: tuple[int, ...]) -> None:
    name = path(three[0])
    choose(three[1], "at home")
    amend(three[1], "at home, later")
    erasing.carry_out(three[0].journal, erasure.session(three[0].journal, three[0].ids()[0]))
    for number in order * 2:
        three[number].sync()
    for device in three:
        assert device.ids() == []
        assert not {name, *union.versions(device.tree())} & device.tree().keys()
        assert device.is_whole()


@pytest.mark.parametrize("remark", ["at home", "somewhere else", "on the train"])
def test_a_version_that_came_without_its_history_is_listed_shown_and_brought_back(
    devices: Pair, make_session: MakeSession, remark: str
) -> None:
    """Its own history stays away: that still holds what was erased here."""
    laptop, home = devices
    session = save_and_sync(
        make_session(remark="first", notes={ITEM: "to be erased", OTHER_ITEM: "stays"}), laptop, home
    )
    amend(home, remark)
    home.sync()
    amend(laptop, "at work")
    erasing.carry_out(laptop.journal, erasure.note(laptop.journal, session.id, ITEM))
    laptop.sync()
    choose(laptop, "at work")
    made = laptop.journal.every_version(session.id)
    (came,) = (one for one in made if laptop.journal.version(session.id, one.commit).remark == remark)
    laptop.journal.restore(session.id, came.commit, "brought back")
    back = laptop.journal.saved(session.id)[0]
    assert (back.remark, back.notes) == (remark, {OTHER_ITEM: "stays"})


@pytest.mark.parametrize("kept", ["deleted", "the other"])
def test_a_session_that_is_removed_while_versions_wait_can_be_chosen_still(three: list[Device], kept: str) -> None:
    first, second, _third = three
    first.journal.delete(first.ids()[0])
    first.journal.record()
    (choice,) = sync_state.choices(first.journal)
    names = [sessions.parse(data, "").remark if data else "deleted" for data in choice.contents]
    assert names[0] == "deleted"
    assert len(names) == 2
    syncing.choose(first.journal, choice.document, kept if kept == "deleted" else choice.marks[1])
    assert sync_state.choices(first.journal) == ()
    assert len(first.ids()) == (kept != "deleted")
    assert first.is_whole()
    sync_all(first, second)
    assert len(second.ids()) == (kept != "deleted")
    assert second.both() == []


def test_that_another_device_chose_to_delete_is_told_as_that(three: list[Device]) -> None:
    first, second, _third = three
    first.journal.delete(first.ids()[0])
    first.journal.record()
    (choice,) = sync_state.choices(first.journal)
    syncing.choose(first.journal, choice.document, "deleted")
    first.sync()
    assert ["another device removed it" in note for note in second.sync().notes] == [True]
    assert second.ids() == []


def test_a_version_that_comes_is_received_also_where_it_is_that_the_session_was_removed(three: list[Device]) -> None:
    first, second, _third = three
    choose(first, "at work")
    sync_all(first, second)
    first.journal.delete(first.ids()[0])
    first.journal.record()
    amend(second, "later")
    first.sync()
    done = second.sync()
    assert (done.received, done.removed) == (1, 0)
    assert remarks(second) == ["deleted", "later"]
    syncing.choose(second.journal, path(second), "deleted")
    second.sync()
    done = first.sync()
    assert (done.received, done.removed, first.ids()) == (0, 0, [])
