"""One round closed on two devices, each with other answers: one set of figures counts, and no difference is told."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.analysis.compare import compare
from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.git.history import blob_id
from reflect_tui.model import round as round_files
from reflect_tui.model.round import Invited, Rater, Round
from reflect_tui.report import comparison_data
from reflect_tui.store import closing, erasing, erasure, importing, rounds, sync_state, union
from reflect_tui.store.joining import closed_versions
from reflect_tui.store.rounds import WaitingAnswers
from reflect_tui.usecases import syncing
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Device, Pair, git, remote, sync_all, where
from tests.unit.round_examples import CLOSED, CONTENT, LABEL, a_round, an_answer, example_round, put

pytestmark = pytest.mark.slow

ROLES: tuple[Rater, ...] = ("colleague",) * 5
THREE, FOUR = {0: 2, 1: 3, 2: 2}, {0: 2, 1: 3, 2: 2, 3: 1}
"""Scores by person: the difference of both is what the fourth said."""


@pytest.fixture
def devices(tmp_path: Path, make_session: MakeSession) -> Pair:
    place = remote(tmp_path / "stick" / "journal.git")
    laptop, home = (Device(tmp_path / name, place) for name in ("laptop", "home"))
    laptop.save(make_session(0))
    a_round(laptop.journal, ROLES)
    laptop.journal.record()
    sync_all(laptop, home)
    return laptop, home


def close(device: Device, given: dict[int, int], minutes: int) -> Round:
    """Take answers in on a device and close the round there."""
    (document,) = device.journal.rounds.all()
    found = document.value
    assert found
    for number, score in given.items():
        rounds.take_confidential(device.journal, an_answer(found, number, score=score, note=f"remark {number}"))
    closing.close(device.journal, found.id, CLOSED + timedelta(minutes=minutes), leave_out=True)
    device.journal.record()
    return rounds.get(device.journal, found.id)[0]


def settled(*devices: Device) -> None:
    """Sync until nothing moves, and start again on each device."""
    sync_all(*devices, *devices, *devices)
    for device in devices:
        device.journal.recover(locked=True)


@pytest.mark.parametrize(("first", "second"), [(THREE, FOUR), (FOUR, THREE)])
@pytest.mark.parametrize("order", [0, 1])
def test_a_round_closed_on_two_devices_has_the_figures_of_the_first_on_both(
    devices: Pair, first: dict[int, int], second: dict[int, int], order: int
) -> None:
    """Whichever syncs first: else the sums of both, subtracted, are what the fourth said."""
    early, late = devices if order == 0 else devices[::-1]
    counts, dropped = close(early, first, 0), close(late, second, 5)
    assert counts.released != dropped.released
    settled(*devices)
    for device in devices:
        assert rounds.get(device.journal, counts.id)[0] == counts
        assert device.both() == []
        assert sync_state.choices(device.journal) == ()
        assert not list((device.journal.root / "versions").glob("*"))
        assert WaitingAnswers(device.journal).get(counts.id).closed == round_files.dumps(counts).decode()
        assert device.is_whole()
    assert devices[0].tree() == devices[1].tree()
    assert any("was closed on another device as well" in said for device in devices for said in device.told)


def test_no_view_after_the_sync_tells_the_figures_of_the_round_closed_later(devices: Pair) -> None:
    laptop, home = devices
    close(laptop, THREE, 0)
    alone = shown(laptop)
    later = close(home, FOUR, 5)
    assert shown(home) != alone
    settled(*devices)
    assert shown(laptop) == alone
    assert shown(home) == alone
    gone = [comment.text for group in later.released for comment in group.comments if "3" in comment.text]
    assert gone == ["remark 3"]
    assert not any("remark 3" in view for device in devices for view in shown(device))


def shown(device: Device) -> list[str]:
    """Give all that is told of the round: the comparison, and the journal as data."""
    own = [entry.session for entry in device.journal.all_entries() if entry.session]
    told = closing.told_rounds(device.journal, device.journal.known_rounds(), (), device.journal.altered_rounds())
    compared = compare(CONTENT, own[0], own, (), told)
    return [json.dumps(comparison_data.document(compared, CONTENT)), repr(sorted(told.items()))]


def test_an_open_round_never_takes_the_place_of_a_closed_one(devices: Pair) -> None:
    """One device closes it, the other takes in one more answer: that can't make a second set of figures."""
    laptop, home = devices
    counts = close(laptop, THREE, 0)
    (document,) = home.journal.rounds.all()
    assert document.value
    for number in (0, 1, 2, 3):
        rounds.take_confidential(home.journal, an_answer(document.value, number, score=1))
    home.journal.record()
    settled(*devices)
    for device in devices:
        assert rounds.get(device.journal, counts.id)[0] == counts
        assert device.both() == []
    with pytest.raises(ReflectError, match="not open any more"):
        closing.close(home.journal, counts.id, CLOSED)
    assert WaitingAnswers(home.journal).get(counts.id).answers == ()


def test_a_second_answer_on_the_other_device_is_told_when_it_goes(devices: Pair) -> None:
    """Each device gave person 0 a form of its own, and got an answer on it: that of the closing device counts."""
    laptop, home = devices
    (document,) = home.journal.rounds.all()
    assert document.value
    (again,) = rounds.issue(home.journal, document.id, [0])
    rounds.take_confidential(home.journal, an_answer(document.value, 0, score=1, token=again))
    for number in THREE:
        rounds.take_confidential(laptop.journal, an_answer(document.value, number, score=4))
    for device in (home, laptop):
        device.journal.record()
    settled(home, laptop)
    closing.close(laptop.journal, document.id, CLOSED)
    laptop.journal.record()
    told_before = len(home.told)
    settled(laptop, home)
    second = (
        f"an answer waited here of people who had more than one form and are in the figures: colleague · {LABEL} 0. "
    )
    assert any(second + "If that was a second answer" in said for said in home.told[told_before:])
    assert WaitingAnswers(home.journal).get(document.id).answers == ()


@pytest.mark.parametrize("order", [0, 1])
def test_two_forms_of_one_person_made_on_two_devices_make_no_group_of_three(devices: Pair, order: int) -> None:
    """Two people, of whom one was asked by name on both devices, are not told as three."""
    laptop, home = devices
    (document,) = home.journal.rounds.all()
    tokens = []
    for device in (laptop, home):
        found = rounds.get(device.journal, document.id)[0]
        fien = Invited(role="client", label="Fien", token=round_files.token_digest(device.journal.root.as_posix()))
        asked = structs.replace(found, invited=(*found.invited, fien))
        device.journal.rounds.save(found.id, round_files.dumps(asked), "edited", round_files.dumps(found))
        device.journal.record()
        tokens.append(device.journal.root.as_posix())
    settled(*devices[:: 1 if order == 0 else -1])
    for device in devices:
        joined = rounds.get(device.journal, document.id)[0]
        assert [one.label for one in joined.group("client")] == ["Fien"]
        assert device.both() == []
    joined = rounds.get(laptop.journal, document.id)[0]
    answer = structs.replace(an_answer(joined, 5), token=tokens[0])
    rounds.take_confidential(laptop.journal, answer)
    with pytest.raises(ReflectError, match="the first answer stands"):
        rounds.take_confidential(laptop.journal, structs.replace(answer, token=tokens[1], id="answer-" + "9" * 32))


@pytest.mark.parametrize("order", [0, 1])
def test_a_round_withdrawn_on_one_device_is_withdrawn_on_the_other_and_what_waited_there_is_told(
    devices: Pair, order: int
) -> None:
    """It never gives figures, whoever syncs first; nobody has to choose."""
    laptop, home = devices
    (document,) = home.journal.rounds.all()
    assert document.value
    for number in (0, 1, 2):
        rounds.take_confidential(home.journal, an_answer(document.value, number))
    home.journal.record()
    rounds.withdraw(laptop.journal, document.id)
    laptop.journal.record()
    settled(*devices[:: 1 if order == 0 else -1])
    for device in devices:
        found = rounds.get(device.journal, document.id)[0]
        assert (found.state, found.answered, device.both()) == ("withdrawn", 3, [])
        assert WaitingAnswers(device.journal).get(document.id).answers == ()
        with pytest.raises(ReflectError, match="not open any more"):
            closing.close(device.journal, document.id, CLOSED)
    told = [said for device in devices for said in device.told]
    assert any("was withdrawn on one device, and still open on another" in said for said in told)
    lost = f"was withdrawn, while answers waited here: colleague · {LABEL} 0, colleague · {LABEL} 1"
    assert any(lost in said for said in home.told)


def test_a_round_closed_on_one_device_stays_closed_though_the_other_withdrew_it(devices: Pair) -> None:
    laptop, home = devices
    rounds.withdraw(home.journal, home.journal.rounds.all()[0].id)
    home.journal.record()
    counts = close(laptop, THREE, 0)
    settled(home, laptop)
    assert [rounds.get(device.journal, counts.id)[0] for device in devices] == [counts, counts]
    told = [said for device in devices for said in device.told]
    assert any("was closed on one device, and still open or withdrawn on another" in said for said in told)


def test_a_named_round_closed_on_one_device_keeps_who_answered_on_the_other(
    tmp_path: Path, make_session: MakeSession
) -> None:
    place = remote(tmp_path / "stick" / "journal.git")
    laptop, home = (Device(tmp_path / name, place) for name in ("laptop", "home"))
    laptop.save(make_session(0))
    found = a_round(laptop.journal, ROLES, promise="named")
    laptop.journal.record()
    settled(laptop, home)
    for candidate in importing.examine(home.journal, put(tmp_path / "in", an_answer(found, 1))):
        importing.save(home.journal, candidate)
    home.journal.record()
    closing.close(laptop.journal, found.id, CLOSED)
    laptop.journal.record()
    settled(laptop, home)
    for device in (laptop, home):
        joined = rounds.get(device.journal, found.id)[0]
        assert (joined.state, joined.invited[1].answered, device.both()) == ("closed", True, [])


def test_the_same_version_is_chosen_in_every_order_and_of_every_number() -> None:
    asked = example_round(ROLES)
    ended = {
        "c" * 40: structs.replace(asked, state="closed", closed=CLOSED),
        "b" * 40: structs.replace(asked, state="closed", closed=CLOSED + timedelta(minutes=1)),
        "a" * 40: structs.replace(asked, state="closed", closed=CLOSED + timedelta(minutes=1)),
        "9" * 40: structs.replace(asked, state="withdrawn"),
    }
    known = {blob: round_files.dumps(value) for blob, value in ended.items()}
    for some in (2, 3, 4):
        for chosen in itertools.permutations(known, some):
            first = next(blob for blob in ("c" * 40, "a" * 40, "b" * 40) if blob in chosen)
            found = closed_versions("rounds/x.toml", {blob: known[blob] for blob in chosen})
            assert (found[:1], len(found)) == ((first,), some - ("9" * 40 in chosen))
    unclosed = {"9" * 40: known["9" * 40], "8" * 40: round_files.dumps(asked)}
    assert closed_versions("rounds/x.toml", unclosed) == ()


def test_figures_that_history_keeps_of_the_closing_that_does_not_count_are_shown_by_no_file_put_back(
    devices: Pair,
) -> None:
    laptop, home = devices
    counts, later = close(laptop, THREE, 0), close(home, FOUR, 5)
    settled(*devices)
    alone = shown(laptop)
    path = laptop.journal.root / "rounds" / f"{counts.id}.toml"
    good = path.read_bytes()
    path.write_bytes(round_files.dumps(later))  # as git or a copy of the folder could
    assert list(laptop.journal.altered_rounds()) == [counts.id]
    assert not any("remark" in view for view in shown(laptop))
    path.write_bytes(good)
    assert shown(laptop) == alone


def test_erasing_the_round_takes_both_closings_out_of_every_file_and_history(devices: Pair, tmp_path: Path) -> None:
    laptop, home = devices
    counts = close(laptop, THREE, 0)
    close(home, FOUR, 5)
    settled(*devices)
    assert where("remark 3", tmp_path)
    assert any("reflect-tui erase --round" in said for device in devices for said in device.told)
    erasing.carry_out(laptop.journal, erasure.feedback_round(laptop.journal, counts.id))
    settled(*devices)
    assert [where(f"remark {number}", tmp_path) for number in range(4)] == [[]] * 4


def left_over(device: Device, found: Round) -> None:
    """Let a second version of the round stand as earlier versions left it: of one device fewer have answered."""
    path = device.journal.root / union.version_path(f"rounds/{found.id}.toml", "a" * 40)
    people = (structs.replace(found.invited[0], answered=True), *found.invited[1:])
    data = round_files.dumps(structs.replace(found, invited=people))
    path = path.with_name(path.name.replace("a" * 12, blob_id(data, 40)[:12]))
    path.parent.mkdir()
    path.write_bytes(data)
    git("add", "versions", folder=device.journal.root)
    git("commit", "--quiet", "-m", "two versions", folder=device.journal.root)
    assert device.both() == [f"rounds/{found.id}.toml"]


def test_two_versions_that_an_earlier_version_left_of_an_open_round_are_joined_by_a_sync(devices: Pair) -> None:
    laptop, home = devices
    (document,) = laptop.journal.rounds.all()
    assert document.value
    rounds.take_confidential(laptop.journal, an_answer(document.value, 3))
    laptop.journal.record()
    left_over(laptop, document.value)
    settled(laptop, home)
    for device in devices:
        answered = [person.answered for person in rounds.get(device.journal, document.id)[0].invited]
        assert (answered, device.both()) == ([True, False, False, True, False], [])
    assert laptop.is_whole()


def test_of_a_closed_round_nothing_is_to_choose_though_an_open_version_was_left(devices: Pair) -> None:
    laptop, home = devices
    (document,) = laptop.journal.rounds.all()
    assert document.value
    left_over(laptop, document.value)
    counts = close(laptop, THREE, 0)
    with pytest.raises(NotFoundError, match="no longer has several versions"):
        syncing.choose(laptop.journal, document.path, "12345678")
    settled(laptop, home)
    for device in devices:
        assert rounds.get(device.journal, counts.id)[0] == counts
        assert (device.both(), list((device.journal.root / "versions").glob("*"))) == ([], [])
        assert device.is_whole()


def test_who_was_erased_stays_so_though_another_device_gave_them_a_new_form(devices: Pair, tmp_path: Path) -> None:
    laptop, home = devices
    (document,) = laptop.journal.rounds.all()
    rounds.issue(home.journal, document.id, [0])
    home.journal.record()
    erasing.carry_out(laptop.journal, erasure.answer(laptop.journal, document.id, 0))
    settled(home, laptop)
    assert [rounds.get(device.journal, document.id)[0].invited[0].label for device in devices] == ["", ""]
    assert where(f"{LABEL} 0", tmp_path) == []


@pytest.mark.parametrize(("number", "reason"), [(0, "an answer of this person came in before"), (3, "in a new round")])
def test_an_answer_to_a_round_that_another_device_closed_is_refused_with_what_can_be_done(
    devices: Pair, tmp_path: Path, number: int, reason: str
) -> None:
    laptop, home = devices
    counts = close(laptop, THREE, 0)
    settled(laptop, home)
    (late,) = importing.examine(home.journal, put(tmp_path / "late", an_answer(counts, number)))
    (fault,) = late.faults
    assert str(fault).startswith("the round is closed")
    assert reason in str(fault)
