"""What a sync brings must fit its instrument, as at an import; and nobody is kept out of a journal that has a fault."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from reflect_tui.errors import BadFileError
from reflect_tui.model import instrument
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session
from reflect_tui.store import backup, erasing, erasure, importing
from reflect_tui.store.base import save_session
from reflect_tui.usecases import backing_up
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import INSTRUMENT, Device, Pair, git, save_and_sync, sync_all
from tests.unit.round_examples import CLOSED, CONTENT, a_round, example_round

pytestmark = pytest.mark.slow

ITEM = CONTENT.items[0].id
OWN = INSTRUMENT.replace(b'id = "jgz-opvoedingsondersteuning"', b'id = "our-own"', 1)
NOWHERE = f"sha256:{'0' * 64}"


@pytest.fixture
def both(devices: Pair, make_session: MakeSession) -> Pair:
    """Give two devices that have the same session."""
    laptop, home = devices
    save_and_sync(make_session(0), laptop, home)
    return devices


def _put(device: Device, path: str, data: bytes) -> None:
    """Save a file as an editor does, and commit it as git does."""
    file = device.journal.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    git("add", "--", path, folder=device.journal.root)
    git("commit", "--quiet", "-m", "by hand", folder=device.journal.root)


def _put_session(device: Device, session: Session) -> str:
    path = sessions.posix_path(session.id)
    _put(device, path, sessions.dumps(session))
    return path


def _put_round(device: Device, found: Round) -> str:
    path = rounds.relative_path(found.id).as_posix()
    _put(device, path, rounds.dumps(found))
    return path


def _off_scale(session: Session) -> Session:
    return structs.replace(session, scores={**session.scores, ITEM: 9})


def _faulty(session: Session) -> Session:
    """What is no session of this instrument in two ways."""
    return structs.replace(_off_scale(session), notes={"no-such-statement": "a note"})


_WRONG: dict[str, tuple[Callable[[Session], Session], str]] = {
    "a score off the scale": (_off_scale, f"scores.{ITEM}: must be a whole number from 1 to 4"),
    "an unknown statement": (
        lambda session: structs.replace(session, scores={**session.scores, "no-such-statement": 3}),
        "scores.no-such-statement: is no statement of jgz-opvoedingsondersteuning",
    ),
    "a note on an unknown statement": (
        lambda session: structs.replace(session, notes={"no-such-statement": "a note"}),
        "notes.no-such-statement: is no statement",
    ),
    "an instrument that is nowhere": (
        lambda session: structs.replace(session, digest=NOWHERE),
        'digest: The instrument "jgz-opvoedingsondersteuning"',
    ),
    "the name of another instrument": (
        lambda session: structs.replace(session, instrument="our-own"),
        'digest: The instrument "our-own"',
    ),
    "a day that does not exist": (
        lambda session: structs.replace(session, id=f"2026-02-31{session.id[10:]}"),
        "id: has a date or time that does not exist",
    ),
}


@pytest.mark.parametrize(("spoil", "told"), _WRONG.values(), ids=_WRONG)
def test_a_session_that_import_refuses_is_refused(
    both: Pair, make_session: MakeSession, tmp_path: Path, spoil: Callable[[Session], Session], told: str
) -> None:
    laptop, home = both
    spoilt = spoil(make_session(1))
    path = _put_session(home, spoilt)
    home.sync()
    head, tree = laptop.journal.repository.head(), laptop.tree()
    with pytest.raises(BadFileError) as caught:
        laptop.sync()
    assert f"{path}: {told}" in str(caught.value)
    assert str(caught.value).endswith(
        ". Nothing of it was taken. Put it right on the device that it comes from, then sync there and here."
    )
    assert ".." not in str(caught.value)
    assert (laptop.journal.repository.head(), laptop.tree()) == (head, tree)
    assert not (laptop.journal.root / path).exists()
    assert laptop.is_whole()
    file = tmp_path / "by-hand.toml"
    file.write_bytes(sessions.dumps(spoilt))
    (candidate,) = importing.examine(laptop.journal, [file])
    assert told in " ".join(map(str, candidate.faults))


def test_what_was_put_right_there_comes_in(both: Pair, make_session: MakeSession) -> None:
    laptop, home = both
    _put_session(home, _off_scale(make_session(1)))
    home.sync()
    with pytest.raises(BadFileError):
        laptop.sync()
    laptop.save(make_session(2))  # the own work goes on meanwhile
    _put_session(home, make_session(1))
    with pytest.raises(BadFileError):
        laptop.sync()  # not there yet
    sync_all(home, laptop, home)
    assert laptop.ids() == home.ids() == [make_session(number).id for number in range(3)]
    assert laptop.tree() == home.tree()


def test_whoever_sends_a_faulty_session_is_told_once(both: Pair, make_session: MakeSession) -> None:
    _laptop, home = both
    path = _put_session(home, _off_scale(make_session(1)))
    (note,) = home.sync().notes
    assert note.startswith("Other devices may refuse what has a fault, until it is put right here")
    assert f"{path}: scores.{ITEM}" in note
    home.save(make_session(2))
    assert home.sync().notes == ()


def test_a_session_and_its_own_instrument_come_together(both: Pair, make_session: MakeSession) -> None:
    laptop, home = both
    content = instrument.parse(OWN, "own")
    own = structs.replace(make_session(1), instrument=content.id, digest=content.digest)
    save_session(home.journal.root, home.journal.scaffold, own, lambda: OWN)
    home.journal.record()
    sync_all(home, laptop)
    assert own.id in laptop.ids()
    assert laptop.tree() == home.tree()


def test_a_copy_of_an_instrument_under_another_name_is_refused(both: Pair) -> None:
    laptop, home = both
    _put(home, "instruments/other@1.0.0.toml", OWN)
    home.sync()
    with pytest.raises(BadFileError, match=r"instruments/other@1\.0\.0\.toml: says something else than its name"):
        laptop.sync()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"instrument": "nobody-has-it", "digest": NOWHERE}, 'digest: The instrument "nobody-has-it"'),
        ({"items": (*CONTENT.positions, "no-such-statement")}, "is no statement of jgz-opvoedingsondersteuning"),
    ],
)
def test_a_round_that_does_not_fit_an_instrument_is_refused_by_name(
    both: Pair, changes: dict[str, Any], told: str
) -> None:
    laptop, home = both
    path = _put_round(home, structs.replace(example_round(("colleague",) * 3), **changes))
    home.sync()
    with pytest.raises(BadFileError) as caught:
        laptop.sync()
    assert path in str(caught.value)
    assert told in str(caught.value)
    assert laptop.is_whole()


def test_what_one_person_said_in_a_confidential_round_is_refused(both: Pair, make_session: MakeSession) -> None:
    laptop, home = both
    asked = a_round(home.journal, ("colleague",) * 3)
    path = _put_session(home, make_session(1, "colleague", round=asked.id))
    home.sync()
    with pytest.raises(BadFileError, match="its round is confidential"):
        laptop.sync()
    assert not (laptop.journal.root / path).exists()


def test_what_both_have_already_is_in_nobodys_way(both: Pair, make_session: MakeSession) -> None:
    laptop, home = both
    for device in both:  # as two copies of a journal from before
        _put_session(device, _off_scale(make_session(1)))
    laptop.save(make_session(2))
    home.save(make_session(3))
    sync_all(laptop, home, laptop)
    assert laptop.tree() == home.tree()
    assert laptop.ids() == [make_session(number).id for number in (0, 2, 3)]  # the faulty one is not counted


@pytest.mark.parametrize("first", ["the one that mended", "the other"])
def test_what_was_mended_on_one_device_is_mended_on_both(both: Pair, make_session: MakeSession, first: str) -> None:
    laptop, home = both
    for device in both:
        _put_session(device, _off_scale(make_session(1)))
    sync_all(laptop, home)
    _put_session(laptop, make_session(1))
    home.save(make_session(2))
    order = (laptop, home) if first == "the one that mended" else (home, laptop)
    sync_all(*order, *order)
    assert laptop.ids() == home.ids() == [make_session(number).id for number in range(3)]
    assert laptop.both() == home.both() == []


def test_a_fault_that_is_here_already_may_come_in_a_new_version_and_another_may_not(
    both: Pair, make_session: MakeSession
) -> None:
    laptop, home = both
    for device in both:
        _put_session(device, _off_scale(make_session(1)))
    sync_all(home, laptop)
    _put_session(home, structs.replace(_off_scale(make_session(1)), remark="by hand"))
    sync_all(home, laptop)
    assert laptop.tree() == home.tree()
    _put_session(home, _faulty(make_session(1)))
    home.sync()
    with pytest.raises(BadFileError) as caught:
        laptop.sync()
    assert "notes.no-such-statement" in str(caught.value)
    assert f"scores.{ITEM}" not in str(caught.value)


def test_a_faulty_session_that_was_deleted_here_is_no_reason_to_refuse(both: Pair, make_session: MakeSession) -> None:
    laptop, home = both
    for device in both:
        path = _put_session(device, _off_scale(make_session(1)))
    sync_all(home, laptop)
    laptop.journal.delete(make_session(1).id)
    save_and_sync(make_session(2), home, laptop, home)
    assert path not in laptop.tree()
    assert laptop.tree() == home.tree()


def test_a_note_that_was_erased_from_a_faulty_session_is_erased_here(both: Pair, make_session: MakeSession) -> None:
    laptop, home = both
    spoilt = structs.replace(_off_scale(make_session(1)), notes={ITEM: "canary-in-a-note"})
    for device in both:
        path = _put_session(device, spoilt)
    sync_all(home, laptop)
    erasing.carry_out(home.journal, erasure.note(home.journal, spoilt.id, ITEM))
    sync_all(home, laptop)
    assert b"canary" not in (laptop.journal.root / path).read_bytes()
    assert laptop.tree() == home.tree()


def test_a_new_device_gets_the_whole_journal_and_reads_what_is_wrong_in_it(
    both: Pair, make_session: MakeSession, tmp_path: Path
) -> None:
    laptop, _home = both
    path = _put_session(laptop, _off_scale(make_session(1)))
    laptop.sync()
    new = Device(tmp_path / "new", laptop.place)
    (note,) = new.sync().notes
    assert f"{path}: scores.{ITEM}: must be a whole number from 1 to 4" in note
    assert new.ids() == [make_session(0).id]
    assert new.tree() == laptop.tree()
    assert new.sync().notes == ()


def test_in_a_plain_folder_the_file_with_the_fault_is_passed_over(tmp_path: Path, make_session: MakeSession) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    laptop, home = (Device(tmp_path / name, folder) for name in ("laptop", "home"))
    save_and_sync(make_session(0), laptop, home)
    path = _put_session(home, _off_scale(make_session(1)))
    home.sync()
    assert laptop.sync().unread == 1
    assert f"{path}: scores.{ITEM}" in laptop.told[-1]
    assert laptop.ids() == [make_session(0).id]
    _put_session(home, make_session(1))
    home.sync()
    assert laptop.sync().unread == 0
    assert laptop.ids() == home.ids()


def test_of_many_faults_the_first_are_named_and_the_rest_is_counted(both: Pair, make_session: MakeSession) -> None:
    laptop, home = both
    for number in range(1, 31):
        _put_session(home, _off_scale(make_session(number)))
    home.sync()
    with pytest.raises(BadFileError) as caught:
        laptop.sync()
    assert str(caught.value).count("must be a whole number") == 5
    assert "and 25 more" in str(caught.value)
    assert len(laptop.rest) == 30  # --verbose tells all


def test_a_backup_is_joined_by_the_same_rule(both: Pair, make_session: MakeSession, tmp_path: Path) -> None:
    laptop, home = both
    path = _put_session(home, _off_scale(make_session(1)))
    packed = backup.pack(home.journal, tmp_path / "settings.toml", CLOSED)
    restore = functools.partial(
        backing_up.restore, settings=tmp_path / "none" / "settings.toml", ask=lambda _question: True
    )
    made = backup.unpack(packed, tmp_path / "all.backup")
    with pytest.raises(BadFileError, match=f"scores.{ITEM}"):
        restore(laptop.journal, made)
    assert not (laptop.journal.root / path).exists()
    assert laptop.is_whole()
    assert not restore(home.journal, made).kept  # what is here already is no reason to refuse
    new = Device(tmp_path / "new", laptop.place)
    (note,) = restore(new.journal, made).notes
    assert f"{path}: scores.{ITEM}" in note
