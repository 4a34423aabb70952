"""The files of a journal one by one: in the order of all of them, and no more of them read than it takes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from msgspec import structs

from reflect_tui.model import session as sessions
from reflect_tui.model.session import Session, new_id
from reflect_tui.store.journal import Journal

MakeSession = Callable[..., Session]
ZONES = some.sampled_from([-23, -12, 0, 1, 14, 23]).map(lambda hours: timezone(timedelta(hours=hours)))
STARTS = some.lists(some.tuples(some.integers(0, 96), ZONES), max_size=8)


def _save(journal: Journal, session: Session) -> None:
    path = journal.root / sessions.relative_path(session.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sessions.dumps(session))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(starts=STARTS)
def test_one_by_one_they_come_in_the_order_of_all(
    starts: list[tuple[int, timezone]], make_session: MakeSession, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("order")
    journal = Journal(folder / "journal", folder / "state")
    for number, (hours, zone) in enumerate(starts):
        started = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)).astimezone(zone)
        identifier = new_id(started, "self", f"{number:06x}")
        _save(journal, structs.replace(make_session(0), id=identifier, started=started, finished=started))
    _save(journal, make_session(0))
    (journal.root / "sessions" / "strange.toml").write_bytes(b"?")
    assert tuple(Journal(journal.root, journal.state)._entries.newest_first()) == journal.all_entries()
    assert tuple(Journal(journal.root, journal.state).own_newest_first()) == journal.own()


def test_no_more_files_are_read_than_it_takes(
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
    again = Journal(journal.root, journal.state)
    assert [one.started.year for one in itertools.islice(again.own_newest_first(), 2)] == [2024, 2023]
    assert len(read) == 2
    read.clear()
    assert [one.id[:4] for one in Journal(journal.root, journal.state).named("2021-")] == ["2021"]
    assert len(read) == 1
