"""Sequences of acts on several devices: erased while amended, an old backup, a rewritten remote, a round."""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from reflect_tui.model.round import Round
from reflect_tui.model.session import new_id
from reflect_tui.store import backup, closing, importing
from reflect_tui.usecases import backing_up
from reflect_tui.views import keeping as page
from tests.faults.operations import new_draft
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import INSTRUMENT, Device, Pair, git, save_and_sync, sync_all, where
from tests.unit.journal.test_journal_rounds import nothing_waits
from tests.unit.round_examples import a_round, an_answer, put

pytestmark = pytest.mark.slow

CANARY = "canary-in-a-remark"
NOW = datetime(2026, 12, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize("first", ["the one that erased", "the one that amended"])
def test_what_was_erased_on_one_device_and_amended_offline_on_the_other_is_gone_on_both(
    devices: Pair, make_session: MakeSession, tmp_path: Path, first: str
) -> None:
    laptop, home = devices
    kept, gone = laptop.save(make_session(0)), laptop.save(make_session(1, remark=CANARY))
    sync_all(laptop, home)
    laptop.erase(gone.id)
    home.amend(gone.id, f"{CANARY}, amended")
    order = (laptop, home) if first == "the one that erased" else (home, laptop)
    sync_all(*order, *order)
    assert laptop.ids() == home.ids() == [kept.id]
    assert laptop.both() == home.both() == []
    assert where(CANARY, tmp_path) == []
    assert laptop.tree() == home.tree()
    assert laptop.is_whole()
    assert home.is_whole()


@pytest.mark.parametrize("where_to", ["the other device", "a new machine"])
def test_an_old_backup_brings_nothing_back_that_was_erased_elsewhere(
    devices: Pair, make_session: MakeSession, tmp_path: Path, where_to: str
) -> None:
    laptop, home = devices
    kept, gone = laptop.save(make_session(0)), laptop.save(make_session(1, remark=CANARY))
    sync_all(laptop, home)
    packed = backup.pack(home.journal, tmp_path / "settings.toml", NOW)
    laptop.erase(gone.id)
    laptop.sync()
    if where_to == "the other device":
        home.sync()  # erased there, too
        restored = home
    else:
        restored = Device(tmp_path / "new", home.place)
    made = backup.unpack(packed, tmp_path / "all.backup")
    backing_up.restore(restored.journal, made, tmp_path / "none" / "settings.toml", lambda _question: True)
    save_and_sync(make_session(2), restored, laptop)
    devices_now = (laptop, restored)
    assert [device.ids() for device in devices_now] == [[kept.id, make_session(2).id]] * 2
    for device in devices_now:
        assert where(CANARY, device.journal.root.parent) == []
    assert where(CANARY, tmp_path / "place") == []


def _rolled_back(place: Path) -> None:
    git("update-ref", "refs/heads/main", "main~1", folder=place)


def _without_a_session(place: Path) -> None:
    """The newest state anew, as one commit, without the folder of sessions."""
    rows = git("ls-tree", "main", folder=place).splitlines()
    left = "".join(f"{row}\n" for row in rows if not row.endswith("\tsessions"))
    tree = git("mktree", folder=place, given=left.encode())
    git("update-ref", "refs/heads/main", git("commit-tree", tree, "-m", "less", folder=place), folder=place)


def _emptied(place: Path) -> None:
    git("update-ref", "-d", "refs/heads/main", folder=place)


@pytest.mark.parametrize("rewrite", [_rolled_back, _without_a_session, _emptied])
def test_whatever_somebody_does_to_the_remote_no_session_is_lost_here(
    devices: Pair, make_session: MakeSession, place: Path, rewrite: functools.partial[None]
) -> None:
    laptop, home = devices
    for number in range(3):
        save_and_sync(make_session(number), laptop)
    home.sync()
    home.save(make_session(3))
    rewrite(place)
    sync_all(home, laptop, home)
    wanted = [make_session(number).id for number in range(4)]
    history = [
        git("log", "--format=%H", "--", laptop.journal.path(name), folder=laptop.journal.root) for name in wanted
    ]
    assert all(history)
    assert laptop.ids() == home.ids()
    assert laptop.is_whole()
    assert home.is_whole()
    if rewrite is not _without_a_session:
        assert laptop.ids() == wanted


def _take_in(device: Device, folder: Path, asked: Round, *numbers: int) -> None:
    for candidate in importing.examine(device.journal, put(folder, *(an_answer(asked, one) for one in numbers))):
        importing.save(device.journal, candidate)
    device.journal.record()


def _answered_on_both(laptop: Device, home: Device, folder: Path) -> Round:
    """Ask five people, and take three answers in on one device and one on the other."""
    asked = a_round(laptop.journal, ("colleague",) * 5)
    laptop.journal.record()
    sync_all(laptop, home)
    _take_in(home, folder / "at-home", asked, 0, 1, 2)
    _take_in(laptop, folder / "here", asked, 3)
    return asked


def test_an_answer_that_came_in_on_another_device_is_missed_before_a_round_is_closed(
    devices: Pair, tmp_path: Path
) -> None:
    laptop, home = devices
    asked = _answered_on_both(laptop, home, tmp_path)
    sync_all(laptop, home)
    assert laptop.both() == home.both() == []
    assert laptop.sync().both == ()
    for device, here in ((home, 3), (laptop, 1)):
        known = device.journal.rounds.get(asked.id).value
        assert known
        assert [person.answered for person in known.invited] == [True, True, True, True, False]
        with pytest.raises(closing.MissingError, match=str(4 - here)):
            closing.close(device.journal, asked.id, NOW)
    assert laptop.tree() == home.tree()
    assert laptop.is_whole()


def test_an_answer_that_comes_too_late_for_a_round_that_was_closed_elsewhere_is_told(
    devices: Pair, tmp_path: Path
) -> None:
    laptop, home = devices
    asked = _answered_on_both(laptop, home, tmp_path)  # not synced before the other device closes
    closing.close(home.journal, asked.id, NOW)
    home.journal.record()
    home.sync()
    told = page.sync_done(laptop.sync())
    person = f"colleague · {asked.invited[3].label}"
    assert f"was closed on another device, without answers that came in here only: {person}. The figures" in told
    assert "To hear these people all the same, ask them again in a new round." in told
    assert nothing_waits(laptop.journal)
    assert laptop.tree() == home.tree()


def test_clocks_three_hours_apart_and_one_second_on_both_give_one_order(
    devices: Pair, make_session: MakeSession
) -> None:
    laptop, home = devices
    first = save_and_sync(make_session(0), laptop, home)
    at = first.started + timedelta(days=1)
    same = laptop.save(make_session(1, started=at, finished=at, id=new_id(at, "self", "aaaaaa")))
    home.save(make_session(1, started=at, finished=at, id=new_id(at, "self", "bbbbbb")))
    wrong = (at + timedelta(hours=3)).astimezone(timezone(timedelta(hours=3)))
    home.save(make_session(1, started=wrong, finished=wrong, id=new_id(wrong, "self", "cccccc")))
    sync_all(laptop, home, laptop)
    order = [entry.id for entry in laptop.journal.entries()]
    assert order == [entry.id for entry in home.journal.entries()]
    assert len(order) == 4
    assert same.id in order
    assert laptop.both() == home.both() == []


def test_a_draft_stays_on_its_device_and_is_not_touched(devices: Pair, make_session: MakeSession) -> None:
    laptop, home = devices
    laptop.save(make_session(0))
    for device, day in ((laptop, 5), (home, 5)):
        device.journal.drafts.create(new_draft(day, answered=True), INSTRUMENT).close()
    drafts = {device: device.journal.drafts.all() for device in devices}
    sync_all(laptop, home, laptop)
    assert {device: device.journal.drafts.all() for device in devices} == drafts
    assert all(len(list(found)) == 1 for found in drafts.values())
