"""What a session stands on is made safe once, not again while it stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import MagicMock, patch

import pytest

from reflect_tui.disk import files
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from tests.unit.journal.conftest import MakeSession


@pytest.fixture
def synced() -> Iterator[MagicMock]:
    """Give what is called when the names in a folder are made safe."""
    with patch.object(files, "sync_folder", wraps=files.sync_folder) as called:
        yield called


@pytest.fixture
def year(journal: Journal, make_session: MakeSession, instrument_bytes: bytes) -> Path:
    """Give the folder of a year, with one session in it."""
    return journal.save(make_session(0), instrument_bytes).parent


def _times(synced: MagicMock, folder: Path) -> int:
    return sum(call.args[0] == folder for call in synced.call_args_list)


@pytest.fixture(autouse=True)
def settled() -> Iterator[None]:
    """Take what was changed a moment ago for what was changed long ago: its own time of change can't be set."""
    with patch.object(files, "is_settled", return_value=True):
        yield


def test_the_name_of_a_year_is_made_safe_when_a_session_is_begun_and_not_again(
    journal: Journal, year: Path, make_session: MakeSession, instrument_bytes: bytes, synced: MagicMock
) -> None:
    again = Journal(journal.root, journal.state)
    again.expect(make_session(1).id)
    assert _times(synced, year.parent) == 1
    again.save(make_session(1), instrument_bytes)
    again.save(make_session(2), instrument_bytes)
    assert _times(synced, year.parent) == 1
    assert _times(synced, year) == 2


def test_without_having_been_begun_here_the_name_of_the_year_is_made_safe_all_the_same(
    journal: Journal, year: Path, make_session: MakeSession, instrument_bytes: bytes, synced: MagicMock
) -> None:
    Journal(journal.root, journal.state).save(make_session(1), instrument_bytes)
    assert _times(synced, year.parent) == 1


def test_a_year_that_was_made_anew_is_made_safe_anew(
    journal: Journal, year: Path, make_session: MakeSession, instrument_bytes: bytes, synced: MagicMock
) -> None:
    again = Journal(journal.root, journal.state)
    again.expect(make_session(1).id)
    year.rename(year.with_name("aside"))
    year.mkdir()
    again.save(make_session(1), instrument_bytes)
    assert _times(synced, year.parent) == 2


def test_a_year_that_was_made_a_moment_ago_is_not_trusted(
    journal: Journal, year: Path, make_session: MakeSession, instrument_bytes: bytes, synced: MagicMock
) -> None:
    again = Journal(journal.root, journal.state)
    with patch.object(files, "is_settled", return_value=False):
        again.expect(make_session(1).id)
    again.save(make_session(1), instrument_bytes)
    assert _times(synced, year.parent) == 2


def test_to_begin_a_session_makes_no_folder(journal: Journal, make_session: MakeSession) -> None:
    journal.expect(make_session(0).id)
    assert not journal.root.exists()


def test_the_instrument_is_read_only_while_the_journal_is_not_known_to_have_it(
    journal: Journal, make_draft: Callable[..., Draft], make_session: MakeSession, instrument_bytes: bytes
) -> None:
    read: list[int] = []
    for number in range(4):
        draft = make_draft(number)
        journal.drafts.create(draft, instrument_bytes).close()
        with patch.object(journal.drafts, "instrument_bytes", wraps=journal.drafts.instrument_bytes) as asked:
            path = journal.finish(draft.id, make_session(number))
        read.append(asked.call_count)
        assert path.exists()
        assert not journal.drafts.path(draft.id).exists()
    assert read[0] == 1
    assert read[-2:] == [0, 0]
