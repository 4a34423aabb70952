"""Several devices with one journal: whatever is done where, all of it is on all of them in the end."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reflect_tui.cli.session_ref import find
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.git import commit
from reflect_tui.git.complaints import SyncError
from reflect_tui.git.patience import User
from reflect_tui.git.plumbing import Plumbing
from reflect_tui.model import goals
from reflect_tui.model.goals import Goal
from reflect_tui.store import sync_state
from reflect_tui.usecases import syncing
from reflect_tui.usecases.sync_run import DeclinedError
from reflect_tui.views.history import version_summary
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import INSTRUMENT, Device, Pair, git, remote, save_and_sync, sync_all

pytestmark = pytest.mark.slow


def test_three_sessions_each_are_six_on_both(devices: Pair, make_session: MakeSession) -> None:
    laptop, home = devices
    save_and_sync(make_session(0), laptop, home)
    saved = [laptop.save(make_session(number)) for number in (1, 2, 3)]
    saved += [home.save(make_session(number)) for number in (4, 5, 6)]
    laptop.sync()
    done = home.sync()
    assert (done.received, done.sent, done.both) == (3, 3, ())
    assert laptop.sync().received == 3
    assert laptop.ids() == home.ids() == sorted([make_session(0).id, *(session.id for session in saved)])
    assert laptop.tree() == home.tree()
    assert laptop.is_whole()
    assert home.is_whole()
    assert len(laptop.asked) == 1  # before the first sending, and never again


def test_the_first_sending_says_where_to_and_what_is_readable_there(
    devices: Pair, make_session: MakeSession, place: Path
) -> None:
    laptop, _home = devices
    laptop.save(make_session())
    with pytest.raises(DeclinedError, match=r"Nothing was sent\."):
        laptop.sync(agree=False)
    question = (
        f"Your whole journal with its history goes to {place}: 1 file, with every score, note and remark, readable "
        "there by everyone who can read that place. Send it?"
    )
    assert laptop.asked == [question]
    assert git("for-each-ref", folder=place) == ""
    assert sync_state.status(laptop.journal).address == ""


def test_a_session_amended_on_both_keeps_both_versions_and_asks(devices: Pair, make_session: MakeSession) -> None:
    laptop, home = devices
    session = save_and_sync(make_session(remark="first"), laptop, home)
    laptop.amend(session.id, "at work")
    home.amend(session.id, "at home")
    laptop.sync()
    done = home.sync()
    laptop.sync()
    path = f"sessions/2026/{session.id}.toml"
    assert done.both == (path,)
    assert laptop.both() == home.both() == [path]
    (choice,) = sync_state.choices(laptop.journal)
    contents = choice.contents
    assert sorted(b"at work" in (content or b"") for content in contents) == [False, True]
    assert sorted(b"at home" in (content or b"") for content in contents) == [False, True]
    assert laptop.is_whole()
    chosen = next(number for number, content in enumerate(contents) if b"at home" in (content or b""))
    syncing.choose(laptop.journal, path, choice.marks[chosen])
    sync_all(laptop, home)
    assert laptop.both() == home.both() == []
    assert home.journal.saved(session.id)[0].remark == laptop.journal.saved(session.id)[0].remark == "at home"
    assert laptop.is_whole()
    assert home.is_whole()


@pytest.mark.parametrize("number", [0, 1])
def test_the_history_has_the_versions_of_both_devices_once_each_whichever_was_chosen(
    devices: Pair, make_session: MakeSession, number: int
) -> None:
    laptop, home = devices
    session = save_and_sync(make_session(remark="first"), laptop, home)
    laptop.amend(session.id, "at work", "work")
    home.amend(session.id, "at home", "home")
    sync_all(laptop, home)
    path = f"sessions/2026/{session.id}.toml"
    (waiting,) = sync_state.choices(home.journal)
    content = waiting.contents[number] or b""
    kept, other = ("at work", "at home") if b"at work" in content else ("at home", "at work")
    assert sorted(version_summary(one) for one in home.journal.every_version(session.id)[:2]) == ["home", "work"]
    syncing.choose(home.journal, path, waiting.marks[number])
    sync_all(home, laptop)
    for device in devices:
        choice, *amended, first = device.journal.every_version(session.id)
        assert version_summary(choice) == "chosen of several versions"
        remarks = {one.reason: device.journal.version(session.id, one.commit).remark for one in amended}
        assert remarks == {"work": "at work", "home": "at home"}
        assert device.journal.version(session.id, choice.commit).remark == kept
        assert device.journal.version(session.id, first.commit).remark == "first"
        shown = {find(device.journal, f"{session.id}@{one.commit[:8]}").session.remark for one in amended}
        assert shown == {"at work", "at home"}
    back = next(one for one in amended if one.reason != kept.removeprefix("at "))
    laptop.journal.restore(session.id, back.commit, "brought back")
    assert laptop.journal.saved(session.id)[0].remark == other
    assert version_summary(laptop.journal.every_version(session.id)[0]) == "brought back"
    assert laptop.is_whole()


def test_a_deleted_session_comes_back_as_the_version_that_was_chosen(devices: Pair, make_session: MakeSession) -> None:
    laptop, home = devices
    session = save_and_sync(make_session(remark="first"), laptop, home)
    laptop.amend(session.id, "at work")
    home.amend(session.id, "at home")
    sync_all(laptop, home)
    (choice,) = sync_state.choices(home.journal)
    syncing.choose(home.journal, choice.document, choice.marks[0])
    kept = home.journal.saved(session.id)[0]
    home.journal.delete(session.id)
    home.journal.restore(session.id)
    assert home.journal.saved(session.id)[0] == kept


def test_what_one_device_deleted_can_be_brought_back_where_it_never_was(
    devices: Pair, make_session: MakeSession
) -> None:
    laptop, home = devices
    save_and_sync(make_session(0), laptop, home)
    gone = laptop.save(make_session(1, remark="gone"))
    laptop.journal.delete(gone.id)
    laptop.sync()
    save_and_sync(make_session(2), home)
    assert [(lost.id, lost.last.deleted) for lost in home.journal.deleted()] == [(gone.id, True)]
    home.journal.restore(gone.id)
    assert home.journal.saved(gone.id)[0] == gone


@pytest.mark.parametrize("keeps", [True, False])
def test_a_session_amended_here_and_deleted_there_asks_whether_it_is_to_go(
    devices: Pair, make_session: MakeSession, keeps: bool
) -> None:
    laptop, home = devices
    session = save_and_sync(make_session(remark="first"), laptop, home)
    laptop.amend(session.id, "at work")
    home.journal.delete(session.id)
    sync_all(laptop, home)
    path = f"sessions/2026/{session.id}.toml"
    (choice,) = sync_state.choices(home.journal)
    assert (choice.document, choice.contents[1]) == (path, None)
    assert home.is_whole()
    syncing.choose(home.journal, path, choice.marks[0] if keeps else "deleted")
    sync_all(home, laptop)
    assert laptop.ids() == home.ids() == ([session.id] if keeps else [])
    assert laptop.both() == home.both() == []
    assert laptop.is_whole()
    assert home.is_whole()


def test_what_was_deleted_or_amended_on_one_device_is_so_on_the_other(devices: Pair, make_session: MakeSession) -> None:
    laptop, home = devices
    kept, gone = laptop.save(make_session(0)), laptop.save(make_session(1))
    sync_all(laptop, home)
    laptop.journal.delete(gone.id)
    laptop.amend(kept.id, "amended")
    laptop.sync()
    done = home.sync()
    assert (done.received, done.removed, done.both) == (1, 1, ())
    assert home.ids() == [kept.id]
    assert home.journal.saved(kept.id)[0].remark == "amended"
    assert [version.reason for version in home.journal.versions(kept.id)] == ["typo", ""]
    assert home.is_whole()


def test_goals_made_on_two_devices_both_stay(devices: Pair, make_session: MakeSession) -> None:
    laptop, home = devices
    save_and_sync(make_session(), laptop, home)
    for device, name in ((laptop, "2026-11-23T1405-goal-aaaaaa"), (home, "2026-11-23T1405-goal-bbbbbb")):
        _save_goal(device, name)
    sync_all(laptop, home, laptop)
    assert {document.id for document in laptop.journal.goals.all()} == {
        "2026-11-23T1405-goal-aaaaaa",
        "2026-11-23T1405-goal-bbbbbb",
    }
    assert laptop.tree() == home.tree()


def _save_goal(device: Device, name: str) -> None:
    goal = Goal(id=name, instrument="small", what="Ask more", made=datetime(2026, 11, 23, 14, tzinfo=UTC))
    device.journal.goals.save(name, goals.dumps(goal), "made")
    device.journal.record()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_three_devices_agree_in_whatever_order_they_sync(
    tmp_path: Path, place: Path, make_session: MakeSession, order: tuple[int, ...]
) -> None:
    devices = [Device(tmp_path / f"device {number}", place) for number in range(3)]
    session = save_and_sync(make_session(remark="first"), devices[0])
    for number, device in enumerate(devices):
        device.sync()
        device.amend(session.id, f"version {number}")
        device.save(make_session(10 + number))
    for number in (*order, *order):
        devices[number].sync()
    assert devices[0].tree() == devices[1].tree() == devices[2].tree()
    remarks = set(sync_state.choices(devices[0].journal)[0].contents)
    assert len(remarks) == 3
    assert len(devices[0].ids()) == 4
    assert all(device.is_whole() for device in devices)


def test_a_device_that_is_beaten_fetches_and_tries_again(devices: Pair, make_session: MakeSession, place: Path) -> None:
    laptop, home = devices
    save_and_sync(make_session(0), laptop, home)
    home.save(make_session(1))
    laptop.save(make_session(2))

    def tell(sentence: str) -> None:
        if sentence.startswith("Sending") and len(laptop.ids()) == 2:
            home.sync()  # a moment before

    done = syncing.sync(laptop.journal, str(place), ask=lambda _question: True, user=User(tell=tell))
    assert (done.received, laptop.ids()) == (1, [make_session(number).id for number in range(3)])
    assert git("rev-parse", "main", folder=place) == laptop.journal.repository.head()


def test_another_journal_is_refused_with_both_names(devices: Pair, make_session: MakeSession, place: Path) -> None:
    laptop, home = devices
    save_and_sync(make_session(0), laptop)
    home.save(make_session(1))
    before, there = home.journal.repository.head(), git("rev-parse", "main", folder=place)
    with pytest.raises(JournalError, match="holds another journal") as caught:
        home.sync()
    assert laptop.journal.identity.id[:12] in str(caught.value)
    assert home.journal.identity.id[:12] in str(caught.value)
    assert home.journal.repository.head() == before
    assert git("rev-parse", "main", folder=place) == there


def test_an_emptied_repository_is_told_and_filled_again_only_when_agreed(
    devices: Pair, make_session: MakeSession, place: Path
) -> None:
    laptop, _home = devices
    save_and_sync(make_session(), laptop)
    git("update-ref", "-d", "refs/heads/main", folder=place)
    with pytest.raises(DeclinedError):
        laptop.sync(agree=False)
    assert laptop.asked[-1].startswith(f"There was a journal at {place}, and now there is nothing.")
    assert laptop.sync().sent == 1
    assert git("rev-parse", "main", folder=place) == laptop.journal.repository.head()


def test_a_month_offline_is_thirty_not_synced(devices: Pair, make_session: MakeSession, place: Path) -> None:
    laptop, _home = devices
    save_and_sync(make_session(), laptop)
    assert sync_state.status(laptop.journal).waiting == 0
    place.rename(place.with_name("pulled out"))
    for number in range(1, 31):
        laptop.journal.save(make_session(number), INSTRUMENT)
    assert sync_state.status(laptop.journal).waiting == 30
    laptop.journal.record()
    assert sync_state.status(laptop.journal).waiting == 30
    with pytest.raises(ReflectError, match="There is no folder"):
        laptop.sync()


def test_nothing_is_left_of_an_exchange(devices: Pair, make_session: MakeSession) -> None:
    laptop, home = devices
    save_and_sync(make_session(), laptop, home)
    for device in devices:
        assert not (device.journal.state / "exchange").exists()
        names = {path.name for path in (device.journal.root / ".git").iterdir()}
        assert not names & {"FETCH_HEAD", "MERGE_HEAD", "ORIG_HEAD"}


def test_a_file_that_another_program_changed_is_not_replaced(devices: Pair, make_session: MakeSession) -> None:
    laptop, home = devices
    session = save_and_sync(make_session(), laptop, home)
    laptop.amend(session.id, "at work")
    laptop.sync()
    file = home.journal.root / "sessions" / "2026" / f"{session.id}.toml"
    edited = file.read_bytes().replace(b'remark = ""', b'remark = "by an editor"')
    file.write_bytes(edited)
    with pytest.raises(JournalError, match="was changed by another program"):
        home.sync()
    assert file.read_bytes() == edited
    assert not home.both()


def test_no_hook_or_helper_of_the_journal_or_of_the_other_end_is_run(
    devices: Pair, make_session: MakeSession, place: Path, tmp_path: Path
) -> None:
    laptop, home = devices
    laptop.save(make_session())
    run = tmp_path / "run"
    hook = f"#!/bin/sh\ntouch '{run}'\n"
    for folder in (place / "hooks", laptop.journal.root / ".git" / "hooks"):
        folder.mkdir(exist_ok=True)
        for name in ("pre-receive", "update", "post-receive", "post-update", "pre-push", "reference-transaction"):
            (folder / name).write_text(hook)
            (folder / name).chmod(0o755)
    for repository in (place, laptop.journal.root):
        for name in ("core.fsmonitor", "core.alternateRefsCommand", "uploadpack.packObjectsHook", "core.sshCommand"):
            git("config", name, f"touch '{run}'", folder=repository)
    git("config", "url.ext::sh.insteadOf", str(place), folder=laptop.journal.root)
    sync_all(laptop, home)
    save_and_sync(make_session(1), home, laptop)
    assert len(laptop.ids()) == 2
    assert not run.exists()


def test_a_shallow_clone_is_refused(devices: Pair, make_session: MakeSession) -> None:
    laptop, _home = devices
    laptop.save(make_session())
    (laptop.journal.root / ".git" / "shallow").write_text(f"{laptop.journal.repository.head()}\n")
    with pytest.raises(SyncError, match="only a part of the whole"):
        laptop.sync()


def test_a_version_that_history_never_had_stays(devices: Pair, make_session: MakeSession) -> None:
    laptop, _home = devices
    session = save_and_sync(make_session(0), laptop)
    folder = laptop.journal.root / "versions"
    folder.mkdir()
    mine, left = (folder / f"sessions-{session.id}-{mark * 12}.toml" for mark in "ab")
    mine.write_bytes(b"mine\n")
    left.write_bytes(laptop.journal.saved(session.id)[1])
    save_and_sync(make_session(1), laptop)
    assert (mine.exists(), left.exists()) == (True, False)


def test_an_unasked_sync_waits_where_something_must_be_decided(tmp_path: Path, make_session: MakeSession) -> None:
    place = remote(tmp_path / "place")
    laptop = Device(tmp_path / "laptop", place)
    laptop.save(make_session(0))
    assert syncing.sync_unasked(laptop.journal) == ""
    assert git("for-each-ref", folder=place) == "", "never to a place that nobody named"
    laptop.sync()
    gone = laptop.save(make_session(1))
    assert syncing.sync_unasked(laptop.journal) == ""
    sent = git("rev-parse", "main", folder=place)
    assert sent == laptop.journal.repository.head()
    laptop.erase(gone.id)
    assert "you have to decide something: press S" in syncing.sync_unasked(laptop.journal)
    assert git("rev-parse", "main", folder=place) == sent
    place.rename(tmp_path / "away")
    assert syncing.sync_unasked(laptop.journal) == "", "a stick that is not there"
    (place / "other").mkdir(parents=True)
    assert "Not synced: " in syncing.sync_unasked(laptop.journal)


def test_files_follow_history_also_when_git_hangs_just_after_the_branch_moved(
    devices: Pair, make_session: MakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The branch has the session, and only git's index is still to follow: the next sync, or start, goes on."""
    laptop, home = devices
    save_and_sync(make_session(0), laptop, home)
    ends: tuple[Callable[[], object], ...] = (home.sync, home.journal.recover)
    for number, end in enumerate(ends, start=1):
        save_and_sync(make_session(number), laptop)
        with monkeypatch.context() as patch:

            def hang(git: Plumbing, *_more: object) -> None:
                raise git.obstacle_error("hangs")

            patch.setattr(commit, "_update_user_index", hang)
            with pytest.raises(ReflectError, match="git does not answer"):
                home.sync()
        end()
        assert home.tree() == laptop.tree()
        assert len(home.ids()) == number + 1
        assert home.is_whole()
