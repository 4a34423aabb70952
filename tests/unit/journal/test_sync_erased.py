"""What was erased on one device never comes back from another, and goes there and at the other end as well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reflect_tui import paths
from reflect_tui.git.complaints import SyncError
from reflect_tui.git.exchange import Exchange
from reflect_tui.store import erasing, erasure, sync_state
from reflect_tui.usecases.sync_run import DeclinedError
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Pair, git, remote, save_and_sync, sync_all, where
from tests.unit.round_examples import LABEL, a_round

pytestmark = pytest.mark.slow

CANARY = "canary-in-a-remark"


def test_an_erased_session_goes_everywhere_and_never_comes_back(
    devices: Pair, make_session: MakeSession, tmp_path: Path
) -> None:
    laptop, home = devices
    kept, gone = laptop.save(make_session(0)), laptop.save(make_session(1, remark=f"{CANARY} and more"))
    sync_all(laptop, home)
    at_home = save_and_sync(make_session(2), home)
    laptop.erase(gone.id)
    assert where(CANARY, tmp_path / "laptop") == []
    place = f"what was synced to {laptop.place}, until this device and the others sync"
    assert place in list(erasing.unreachable(laptop.journal, erasure.Erasure()))
    laptop.sync()
    assert laptop.asked[-1].startswith("What was erased here still stands at")
    assert where(CANARY, tmp_path / "laptop") == []
    assert where(CANARY, tmp_path / "place") == []
    assert laptop.ids() == [kept.id, at_home.id]
    offline = home.save(make_session(3))
    asked = len(home.asked)
    home.sync()
    name = "the session of 2 Jan 2026, 10:00, self"
    assert f"Erasing here what was erased on another device: {name}" in home.told
    assert home.asked[asked:] == [f"Another device erased for good: {name}. Erase it here too?"]
    assert where(CANARY, tmp_path) == []
    laptop.sync()
    assert laptop.ids() == home.ids() == [kept.id, at_home.id, offline.id]
    assert laptop.both() == home.both() == []
    assert laptop.tree() == home.tree()
    assert laptop.is_whole()
    assert home.is_whole()
    assert len(laptop.asked) == 2


def test_every_place_that_still_has_what_was_erased_is_named_until_a_sync_there(
    devices: Pair, make_session: MakeSession, tmp_path: Path
) -> None:
    laptop, _home = devices
    laptop.save(make_session(0))
    gone = laptop.save(make_session(1, remark=CANARY))
    first, second = str(laptop.place), tmp_path / "another stick"
    second.mkdir()
    for place in (first, second):
        laptop.place = place
        laptop.sync()
    laptop.erase(gone.id)
    left = list(erasing.unreachable(laptop.journal, erasure.Erasure()))
    assert f"what was synced to {second}, until this device and the others sync" in left
    assert f"what came to {first} by an earlier sync, until you sync there again" in left
    for place in (second, first):
        laptop.place = place
        laptop.sync()
    assert where(CANARY, tmp_path) == []
    assert len(laptop.ids()) == 1


def cut_short(patch: pytest.MonkeyPatch, ending: BaseException) -> None:
    """Let all arrive at the other end, and the sync end there."""
    send = Exchange.send

    def arrive(*arguments: Any) -> None:
        send(*arguments)
        raise ending

    patch.setattr(Exchange, "send", arrive)


@pytest.mark.parametrize("ending", [KeyboardInterrupt(), SyncError("hung up")], ids=["killed", "hung up"])
def test_a_place_is_named_though_the_first_sync_was_cut_short_once_all_had_arrived(
    devices: Pair, make_session: MakeSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: BaseException
) -> None:
    laptop, _home = devices
    laptop.save(make_session(0))
    gone = laptop.save(make_session(1, remark=CANARY))
    with monkeypatch.context() as patch:
        cut_short(patch, ending)
        with pytest.raises(type(ending)):
            laptop.sync()
    assert where(CANARY, tmp_path / "place") != []
    status = sync_state.status(laptop.journal)
    assert (status.address, status.when) == (str(laptop.place), None)
    laptop.erase(gone.id)
    place = f"what may have come to {laptop.place} by a sync that was cut short, until you sync there again"
    assert place in list(erasing.unreachable(laptop.journal, erasure.Erasure()))
    laptop.sync()
    assert where(CANARY, tmp_path) == []


def test_another_place_that_may_have_something_is_named_and_the_usual_one_stays(
    devices: Pair, make_session: MakeSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    laptop, _home = devices
    laptop.save(make_session(0))
    gone = save_and_sync(make_session(1, remark=CANARY), laptop)
    usual, laptop.place = laptop.place, remote(tmp_path / "other")
    with monkeypatch.context() as patch:
        cut_short(patch, SyncError("hung up"))
        with pytest.raises(SyncError):
            laptop.sync()
    status = sync_state.status(laptop.journal)
    assert status.address == str(usual)
    assert status.when
    laptop.erase(gone.id)
    left = list(erasing.unreachable(laptop.journal, erasure.Erasure()))
    assert f"what was synced to {usual}, until this device and the others sync" in left
    assert f"what came to {laptop.place} by an earlier sync, until you sync there again" in left
    for place in (laptop.place, usual):
        laptop.place = place
        laptop.sync()
    assert where(CANARY, tmp_path) == []


def test_of_a_whole_journal_every_place_is_named_where_all_of_it_stays(
    devices: Pair, make_session: MakeSession, tmp_path: Path
) -> None:
    laptop, _home = devices
    kept = laptop.save(make_session(0))
    repository, folder = laptop.place, tmp_path / "stick"
    folder.mkdir()
    own = paths.instruments_folder()
    wanted = erasure.everything(laptop.journal)
    assert not any(str(own) in sentence for sentence in erasing.unreachable(laptop.journal, wanted))
    for place in (repository, folder):
        laptop.place = place
        laptop.sync()
    own.mkdir(parents=True)
    (own / "own.toml").write_text("")
    wanted = erasure.everything(laptop.journal)
    left = list(erasing.unreachable(laptop.journal, wanted))
    (file,) = folder.iterdir()
    assert (
        f"all that was synced to {folder}: remove {file.name} there yourself, or a sync brings everything back" in left
    )
    assert f"all that was synced to {repository}: remove it there yourself, or a sync brings everything back" in left
    assert "other devices with this journal: they keep all of it" in left
    assert f"your own instruments in {own}: they are no part of the journal" in left
    assert not any("until" in sentence for sentence in left)
    erasing.carry_out(laptop.journal, wanted)
    assert (own / "own.toml").exists()
    laptop.sync()
    assert laptop.ids() == [kept.id]


def test_a_stick_that_is_not_there_is_named_with_the_files_to_remove(
    devices: Pair, make_session: MakeSession, tmp_path: Path
) -> None:
    laptop, _home = devices
    laptop.save(make_session(0))
    laptop.place = tmp_path / "stick"
    laptop.place.mkdir()
    laptop.sync()
    laptop.place.rename(tmp_path / "drawer")
    files = f"reflect-tui-{laptop.journal.identity.id[:12]}-*"
    left = list(erasing.unreachable(laptop.journal, erasure.everything(laptop.journal)))
    assert any(f"{laptop.place}: remove {files} there" in sentence for sentence in left)


def test_that_nobody_knows_the_places_any_more_is_said(devices: Pair, make_session: MakeSession) -> None:
    laptop, _home = devices
    save_and_sync(make_session(0), laptop)
    (laptop.journal.state / "sync.toml").write_text("cut o")
    left = list(erasing.unreachable(laptop.journal, erasure.Erasure()))
    assert any(sentence.startswith("the places that you synced with") and "sync.toml" in sentence for sentence in left)


def test_nothing_is_forced_without_a_word(devices: Pair, make_session: MakeSession, place: Path) -> None:
    laptop, _home = devices
    laptop.save(make_session(0))
    gone = save_and_sync(make_session(1, remark=CANARY), laptop)
    there = git("rev-parse", "main", folder=place)
    laptop.erase(gone.id)
    with pytest.raises(DeclinedError):
        laptop.sync(agree=False)
    assert git("rev-parse", "main", folder=place) == there
    assert where(CANARY, laptop.journal.root) == []
    assert where(CANARY, laptop.journal.state) == []


def test_an_erased_note_goes_from_a_session_that_was_amended_meanwhile(
    devices: Pair, make_session: MakeSession, tmp_path: Path
) -> None:
    laptop, home = devices
    session = save_and_sync(make_session(0, notes={"toegankelijk": f"{CANARY} in a note"}), laptop, home)
    home.amend(session.id, "amended at home")
    erasing.carry_out(laptop.journal, erasure.note(laptop.journal, session.id, "toegankelijk"))
    sync_all(laptop, home, laptop)
    assert where(CANARY, tmp_path) == []
    assert laptop.journal.saved(session.id)[0].notes == {}
    assert laptop.tree() == home.tree()
    assert laptop.is_whole()
    assert home.is_whole()


def test_a_version_beside_goes_with_an_erased_session(devices: Pair, make_session: MakeSession, tmp_path: Path) -> None:
    laptop, home = devices
    session = laptop.save(make_session(0))
    save_and_sync(make_session(1), laptop, home)
    laptop.amend(session.id, f"{CANARY} at work")
    home.amend(session.id, f"{CANARY} at home")
    sync_all(laptop, home, laptop)
    assert laptop.both()
    laptop.erase(session.id)
    sync_all(laptop, home)
    assert where(CANARY, tmp_path) == []
    assert laptop.both() == home.both() == []
    assert laptop.ids() == home.ids() == [make_session(1).id]


def test_a_history_made_anew_elsewhere_is_told_and_what_is_only_here_is_added_again(
    devices: Pair, make_session: MakeSession, place: Path
) -> None:
    laptop, home = devices
    save_and_sync(make_session(0), laptop, home)
    save_and_sync(make_session(1), laptop)
    tree = git("rev-parse", "main^{tree}", folder=place)
    git("update-ref", "refs/heads/main", git("commit-tree", tree, "-m", "anew", folder=place), folder=place)
    save_and_sync(make_session(2), home)
    assert any("made anew since the last sync" in sentence for sentence in home.told)
    laptop.sync()
    assert laptop.ids() == home.ids() == [make_session(number).id for number in range(3)]
    assert laptop.both() == home.both() == []


def test_once_both_know_what_was_erased_nothing_is_replaced_again(devices: Pair, make_session: MakeSession) -> None:
    laptop, home = devices
    session = save_and_sync(make_session(0, notes={"toegankelijk": f"{CANARY} in a note"}), laptop, home)
    erasing.carry_out(laptop.journal, erasure.note(laptop.journal, session.id, "toegankelijk"))
    sync_all(laptop, home, laptop)
    asked = len(laptop.asked), len(home.asked)
    laptop.save(make_session(1))
    home.save(make_session(2))
    sync_all(laptop, home, laptop)
    assert (len(laptop.asked), len(home.asked)) == asked
    assert laptop.ids() == home.ids() == [make_session(number).id for number in range(3)]


def test_what_one_person_gave_stays_away_and_goes_everywhere(
    devices: Pair, make_session: MakeSession, tmp_path: Path
) -> None:
    laptop, home = devices
    laptop.save(make_session(0))
    asked = a_round(laptop.journal, promise="named")
    laptop.journal.record()
    sync_all(laptop, home)
    erasing.carry_out(laptop.journal, erasure.answer(laptop.journal, asked.id, 1))
    save_and_sync(make_session(1), home)
    sync_all(laptop, home, laptop)
    assert where(f"{LABEL} 1", tmp_path) == []
    assert where(f"{LABEL} 2", laptop.journal.root) != []
    assert laptop.tree() == home.tree()
    assert laptop.is_whole()
    assert home.is_whole()


def test_a_round_erased_elsewhere_takes_the_answers_along_that_only_this_device_has(
    devices: Pair, make_session: MakeSession, tmp_path: Path
) -> None:
    laptop, home = devices
    laptop.save(make_session(0))
    asked = a_round(laptop.journal, promise="named")
    laptop.journal.record()
    sync_all(laptop, home)
    home.save(make_session(1, "colleague", round=asked.id, remark=CANARY))
    erasing.carry_out(laptop.journal, erasure.feedback_round(laptop.journal, asked.id))
    sync_all(laptop, home, laptop)
    assert where(CANARY, tmp_path) == []
    assert laptop.ids() == home.ids() == [make_session(0).id]


def test_what_another_device_erased_stays_here_without_a_word(
    devices: Pair, make_session: MakeSession, place: Path
) -> None:
    laptop, home = devices
    laptop.save(make_session(0))
    gone = save_and_sync(make_session(1, remark=CANARY), laptop, home)
    laptop.erase(gone.id)
    laptop.sync()
    there = git("rev-parse", "main", folder=place)
    with pytest.raises(DeclinedError, match="Nothing was erased"):
        home.sync(agree=False)
    assert gone.id in home.ids()
    assert git("rev-parse", "main", folder=place) == there


def test_a_deleted_session_that_is_erased_leaves_the_history_there_where_another_device_joined_it(
    devices: Pair, make_session: MakeSession, place: Path
) -> None:
    laptop, home = devices
    save_and_sync(make_session(0), laptop, home)
    gone = laptop.save(make_session(1, remark=CANARY))
    laptop.journal.delete(gone.id)
    laptop.sync()
    save_and_sync(make_session(2), home)
    home.erase(gone.id)
    home.sync()
    assert (
        git("log", "--all", "--full-history", "--format=%H", "--", f"sessions/2026/{gone.id}.toml", folder=place) == ""
    )
    assert where(CANARY, home.journal.root) == []


def test_what_a_killed_sync_left_goes_with_what_is_erased_and_at_the_start(
    devices: Pair, make_session: MakeSession
) -> None:
    laptop, _home = devices
    gone = laptop.save(make_session(0, remark=CANARY))
    left = laptop.journal.state / "exchange" / "own.bundle"
    for clear in (lambda: laptop.erase(gone.id), lambda: laptop.journal.recover(locked=True)):
        left.parent.mkdir(parents=True)
        left.write_text(CANARY)
        clear()
        assert not left.parent.exists()


def test_no_program_of_the_other_end_is_run_to_tidy_there(
    devices: Pair, make_session: MakeSession, tmp_path: Path
) -> None:
    laptop = devices[0]
    gone = laptop.save(make_session(0, remark=CANARY))
    save_and_sync(make_session(1), laptop)
    place = Path(laptop.place)
    run = tmp_path / "was run"
    git("config", "gc.recentObjectsHook", f"touch '{run}'", folder=place)
    laptop.erase(gone.id)
    with pytest.raises(SyncError, match="remove that setting, then sync again"):
        laptop.sync()
    assert not run.exists()
    git("config", "--unset", "gc.recentObjectsHook", folder=place)
    laptop.sync()
    assert where(CANARY, place) == []
