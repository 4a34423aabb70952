"""Importing below the command line: what is looked at, and what is never written."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.disk.files import TakenError
from reflect_tui.model.session import dumps
from reflect_tui.store import candidates as store_candidates
from reflect_tui.store import importing
from reflect_tui.store.journal import Journal
from tests.unit.journal.conftest import MakeSession


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


def test_examining_writes_nothing(journal: Journal, elsewhere: Path, make_session: MakeSession) -> None:
    (elsewhere / "a.toml").write_bytes(dumps(make_session()))
    (candidate,) = importing.examine(journal, [elsewhere])
    assert (candidate.session, candidate.faults, candidate.there) == (make_session(), (), False)
    assert not journal.root.exists()
    assert not journal.state.exists()


def test_what_is_faulty_or_there_is_not_saved(
    journal: Journal, elsewhere: Path, make_session: MakeSession, instrument_bytes: bytes
) -> None:
    journal.save(make_session(0), instrument_bytes)
    (elsewhere / "a.toml").write_bytes(dumps(make_session(0)))
    (elsewhere / "b.toml").write_bytes(dumps(make_session(1, scores={"nope": 1})))
    there, faulty = importing.examine(journal, [elsewhere])
    assert there.there
    assert [fault.place for fault in faulty.faults] == ["scores.nope"]
    for candidate in (there, faulty):
        importing.save(journal, candidate)
    assert len(journal.entries()) == 1


def test_one_that_came_in_between_is_not_overwritten(
    journal: Journal, elsewhere: Path, make_session: MakeSession, instrument_bytes: bytes
) -> None:
    (elsewhere / "a.toml").write_bytes(dumps(make_session()))
    (candidate,) = importing.examine(journal, [elsewhere])
    other = structs.replace(make_session(), remark="other")
    path = journal.save(other, instrument_bytes)
    with pytest.raises(TakenError):
        importing.save(journal, candidate)
    assert path.read_bytes() == dumps(other)


def test_all_faults_are_those_of_the_file_and_its_instrument(
    journal: Journal, elsewhere: Path, make_session: MakeSession
) -> None:
    session = make_session(0, version="3", scores={"toegankelijk": 7, "nope": 1}, notes={"nor": "x"})
    (elsewhere / "a.toml").write_bytes(dumps(session))
    (candidate,) = importing.examine(journal, [elsewhere])
    assert [fault.place for fault in candidate.faults] == ["version", "scores.nope", "notes.nor", "scores.toegankelijk"]


def test_a_deep_or_wide_tree_is_not_walked_to_its_end(
    journal: Journal, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_candidates, "MAX_SEEN", 50)
    for number in range(60):
        (elsewhere / f"{number}.txt").touch()
    (candidate,) = importing.examine(journal, [elsewhere])
    assert "import it in parts" in str(candidate.faults[0])


def test_a_folder_named_like_a_file_is_no_file(journal: Journal, elsewhere: Path) -> None:
    (elsewhere / "x.toml").mkdir()
    (candidate,) = importing.examine(journal, [elsewhere])
    assert "holds no answer and no session" in str(candidate.faults[0])
