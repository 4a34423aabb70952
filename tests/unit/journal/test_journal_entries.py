"""The files of a journal one by one: in the order of their dates, and no more of them read than it takes."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from msgspec import structs

from reflect_tui.disk import files
from reflect_tui.model import session as sessions
from reflect_tui.model.session import Session, new_id
from reflect_tui.store.journal import Journal
from reflect_tui.tui.state import read as read_state
from tests.unit.journal.conftest import MakeSession


def _save(journal: Journal, session: Session) -> None:
    path = journal.root / sessions.relative_path(session.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sessions.dumps(session))


def test_the_order_is_that_of_the_dates_whatever_the_ids_say(journal: Journal, make_session: MakeSession) -> None:
    for number, (named, year) in enumerate([(2062, 2025), (2026, 2026), (1970, 2027)]):  # two were given another date
        one = make_session(0)
        started = one.started.replace(year=year)
        identifier = new_id(one.started.replace(year=named), "self", f"{number:06x}")
        _save(journal, structs.replace(one, id=identifier, started=started, finished=started))
    assert [session.started.year for session in journal.own()] == [2027, 2026, 2025]


def test_only_the_files_that_a_beginning_names_are_read(
    journal: Journal, make_session: MakeSession, instrument_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for year in range(5):
        one = make_session(0)
        started = one.started.replace(year=2020 + year)
        identifier = new_id(started, "self", f"{year:06x}")
        journal.save(structs.replace(one, id=identifier, started=started), instrument_bytes)
    real, read = sessions.load, list[str]()

    def load(path: Path) -> Session:
        read.append(path.name)
        return real(path)

    monkeypatch.setattr(sessions, "load", load)
    assert [one.id[:4] for one in Journal(journal.root, journal.state).named("2021-")] == ["2021"]
    assert len(read) == 1


ACTS = some.lists(
    some.tuples(some.sampled_from(["add", "edit", "edit unseen", "spoil", "delete", "swap"]), some.integers(0, 9)),
    max_size=12,
)
EDITS: dict[str, tuple[bytes, bytes]] = {
    "edit": (b"= 4", b"= 1"),
    "swap": (b"= 2", b"= 4"),
    "edit unseen": (b"= 3", b"= 2"),
}


@pytest.mark.slow
@pytest.mark.parametrize("is_settled", [True, None])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(acts=ACTS)
def test_a_journal_that_was_read_before_tells_what_one_opened_now_does(
    acts: list[tuple[str, int]], make_session: MakeSession, instrument_bytes: bytes, is_settled: bool | None
) -> None:
    settled = files.is_settled if is_settled is None else lambda _signature: True
    with tempfile.TemporaryDirectory() as folder, patch.object(files, "is_settled", settled):
        journal = Journal(Path(folder, "journal"), Path(folder, "state"))
        journal.save(make_session(0), instrument_bytes)
        for act, number in acts:
            _do(journal, act, number, make_session)
            time.sleep(0.005)  # the clock of the disk ticks
            fresh = Journal(journal.root, journal.state)
            assert journal.all_entries() == fresh.all_entries()
            assert read_state(journal).rows == read_state(fresh).rows


def _do(journal: Journal, act: str, number: int, make_session: MakeSession) -> None:
    """Do to the folder what another program might."""
    path = journal.root / sessions.relative_path(make_session(number).id)
    if act == "add":
        path.write_bytes(sessions.dumps(make_session(number, notes={"toegankelijk": "x"} if number % 3 == 0 else {})))
    elif act in EDITS and path.exists():
        _edit(path, act)
    elif act == "spoil":
        path.write_bytes(b"format = 1\n")
    elif act == "delete":
        path.unlink(missing_ok=True)


def _edit(path: Path, act: str) -> None:
    """Change answers in a file: in its place, by another file, or with the time of its content put back."""
    status = path.stat()
    aside = path.with_suffix(".aside") if act == "swap" else path
    aside.write_bytes(path.read_bytes().replace(*EDITS[act]))
    if act == "edit unseen":
        os.utime(aside, ns=(status.st_atime_ns, status.st_mtime_ns))
    aside.replace(path)


@pytest.mark.parametrize("newest", [None, 0, 1])
def test_a_state_takes_one_look_at_the_sessions(
    journal: Journal, make_session: MakeSession, instrument_bytes: bytes, newest: int | None
) -> None:
    journal.save(make_session(0), instrument_bytes)
    with patch.object(os, "scandir", wraps=os.scandir) as looked:
        read_state(Journal(journal.root, journal.state), newest=newest)
    years = [call.args[0] for call in looked.call_args_list if Path(call.args[0]).parent.name == "sessions"]
    assert len(years) == 1


def test_what_earlier_versions_kept_of_the_sessions_is_removed_at_the_start(journal: Journal) -> None:
    journal.state.mkdir()
    cache = journal.state / "sessions.cache"
    cache.write_bytes(b"reflect-tui sessions 2")
    journal.recover(locked=True)
    assert not cache.exists()
