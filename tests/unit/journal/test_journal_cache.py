"""What is kept of the sessions for the next start: the same results with and without it, no text, nothing of others."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from reflect_tui.disk import files
from reflect_tui.model import session as sessions
from reflect_tui.model.session import Session
from reflect_tui.store import entries
from reflect_tui.store.entries import Entry
from reflect_tui.store.journal import Journal
from reflect_tui.tui.state import read

MakeSession = Callable[..., Session]
CANARY = "kanarie"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep even a few sessions, and those that were written a moment ago."""
    monkeypatch.setattr(entries, "WORTHWHILE", 1)
    monkeypatch.setattr(entries, "time", SimpleNamespace(time_ns=lambda: time.time_ns() + 10_000_000_000))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the list that every session file is written to when it is read."""
    real, found = sessions.load, list[str]()

    def load(path: Path) -> Session:
        found.append(path.name)
        return real(path)

    monkeypatch.setattr(sessions, "load", load)
    return found


@pytest.fixture
def three(journal: Journal, make_session: MakeSession, instrument_bytes: bytes) -> Journal:
    """Give a journal of which nothing is known yet: two sessions of one's own, one with texts, and one of another."""
    journal.state.mkdir()
    own = make_session(1, notes={"toegankelijk": CANARY}, remark=CANARY)
    for session in (make_session(0), own, make_session(2, role="colleague")):
        journal.save(session, instrument_bytes)
    return again(journal)


def again(journal: Journal) -> Journal:
    """Give the journal as the next start has it."""
    return Journal(journal.root, journal.state)


def kept(journal: Journal) -> Path:
    return journal.state / entries.NAME


def without(journal: Journal) -> tuple[Entry, ...]:
    """Give what the files alone say."""
    return Journal(journal.root, journal.state / "nowhere").all_entries()


def test_the_second_start_reads_whole_only_the_files_of_others(three: Journal, opened: list[str]) -> None:
    first = three.all_entries()
    assert len(opened) == 3
    opened.clear()
    second = again(three)
    assert second.unread() == 2
    assert second.all_entries() == first == without(three)
    assert opened[0].split("-")[3] == "colleague"
    assert len(opened) == 4  # three of them without a cache


def test_a_list_shows_all_of_ones_own_at_once_without_reading(three: Journal, opened: list[str]) -> None:
    whole = read(three).rows
    opened.clear()
    assert [row.target for row in read(again(three), newest=0).rows] == [row.target for row in whole[1:]]
    assert read(again(three), newest=0).rows == whole[1:]
    assert opened == []


def test_a_list_without_texts_reads_only_the_files_of_others(three: Journal, opened: list[str]) -> None:
    whole = three.entries()
    opened.clear()
    outlines = again(three).outlines()
    assert [(one.path, one.figures) for one in outlines] == [(one.path, one.figures) for one in whole]
    assert len(opened) == 1


def test_a_list_keeps_what_it_read_for_the_next_one(three: Journal, opened: list[str]) -> None:
    assert three.outlines() == three.entries()
    assert kept(three).exists()
    opened.clear()
    assert again(three).outlines() == three.entries()
    assert len(opened) == 1


def test_texts_that_change_while_they_are_read_are_read_again(three: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    three.all_entries()
    real = sessions.texts

    def slow(data: bytes) -> tuple[str, dict[str, str]] | None:
        for path in three.root.glob("sessions/*/*self*.toml"):
            path.write_bytes(path.read_bytes().replace(b"= 4", b"= 1"))
        return real(data)

    monkeypatch.setattr(sessions, "texts", slow)
    found = again(three).all_entries()
    monkeypatch.undo()
    edited = next(one for one in without(three) if one.session and one.session.notes)
    assert edited in found


def test_no_text_is_kept_and_nothing_of_others(three: Journal) -> None:
    three.all_entries()
    data = kept(three).read_bytes()
    assert CANARY.encode() not in data
    assert b"-self-" in data
    assert b"colleague" not in data
    assert kept(three).stat().st_mode & 0o777 == 0o600
    assert not list(three.root.glob("**/*.cache"))


def test_a_glimpse_of_a_session_with_texts_is_never_taken_for_the_session(three: Journal) -> None:
    three.all_entries()
    assert sorted(session.remark for session in again(three).own()) == ["", CANARY]


def test_what_was_removed_is_not_kept(three: Journal) -> None:
    first = three.all_entries()
    (three.root / first[-1].path).unlink()
    assert again(three).all_entries() == first[:-1]
    assert first[-1].id.encode() not in kept(three).read_bytes()


@pytest.mark.parametrize("data", [b"", b"x", b"\0" * 500, b"reflect-tui 0 sessions 1 00000000\n[[],[]]"])
def test_a_file_that_is_something_else_is_made_anew(three: Journal, data: bytes) -> None:
    first = three.all_entries()
    whole = kept(three).read_bytes()
    kept(three).write_bytes(data)
    assert again(three).all_entries() == first
    assert kept(three).read_bytes() == whole


def test_a_byte_that_changed_anywhere_is_noticed(three: Journal) -> None:
    first = three.all_entries()
    whole = kept(three).read_bytes()
    for at in range(0, len(whole), 7):
        kept(three).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert again(three).all_entries() == first
    for length in range(0, len(whole), 11):
        kept(three).write_bytes(whole[:length])
        assert again(three).all_entries() == first


def test_where_it_cant_be_written_all_goes_on(three: Journal) -> None:
    kept(three).mkdir()
    first = three.all_entries()
    assert again(three).all_entries() == first == without(three)
    kept(three).rmdir()
    shutil.rmtree(three.state)
    assert again(three).all_entries() == first
    assert not three.state.exists()  # looking at a journal leaves nothing behind


def test_few_sessions_leave_no_file(three: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "WORTHWHILE", 100)
    three.all_entries()
    assert not kept(three).exists()


def test_a_file_that_changed_a_moment_before_it_was_read_is_not_kept(
    three: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "time", time)
    three.all_entries()
    assert not kept(three).exists() or b"-self-" not in kept(three).read_bytes()


def test_two_at_once_write_whole_files(three: Journal) -> None:
    one, other = again(three), again(three)
    assert one.all_entries() == other.all_entries() == without(three)
    assert again(three).unread() == 2


ACTS = some.lists(
    some.tuples(
        some.sampled_from(["add", "edit", "edit unseen", "spoil", "delete", "swap", "instrument", "cache", "tear"]),
        some.integers(0, 9),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_results_are_the_same_with_and_without_it(
    acts: list[tuple[str, int]], make_session: MakeSession, instrument_bytes: bytes
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder, "journal"), Path(folder, "state"))
        journal.state.mkdir()
        journal.save(make_session(0), instrument_bytes)
        for act, number in acts:
            _do(journal, act, number, make_session)
            time.sleep(0.005)  # the clock of the disk ticks
            assert again(journal).all_entries() == without(journal)
            assert read(again(journal)).rows == read(Journal(journal.root, journal.state / "nowhere")).rows


EDITS: dict[str, tuple[bytes, bytes]] = {
    "edit": (b"= 4", b"= 1"),
    "swap": (b"= 2", b"= 4"),
    "edit unseen": (b"= 3", b"= 2"),
}


def _do(journal: Journal, act: str, number: int, make_session: MakeSession) -> None:
    """Do to the folder what another program might."""
    path = journal.root / sessions.relative_path(make_session(number).id)
    if act == "add":
        note = {"toegankelijk": CANARY} if number % 3 == 0 else {}
        path.write_bytes(sessions.dumps(make_session(number, notes=note)))
    elif act in EDITS and path.exists():
        _edit(path, act)
    elif act == "spoil":
        path.write_bytes(b"format = 1\n")
    elif act == "tear" and kept(journal).exists():
        kept(journal).write_bytes(kept(journal).read_bytes()[: number * 50])
    else:
        gone = {"delete": [path], "cache": [kept(journal)], "instrument": [*(journal.root / "instruments").iterdir()]}
        for one in gone.get(act, ()):
            one.unlink(missing_ok=True)


def _edit(path: Path, act: str) -> None:
    """Change answers in a file: in its place, by another file, or with the time of its content put back."""
    status = path.stat()
    aside = path.with_suffix(".aside") if act == "swap" else path
    aside.write_bytes(path.read_bytes().replace(*EDITS[act]))
    if act == "edit unseen":
        os.utime(aside, ns=(status.st_atime_ns, status.st_mtime_ns))
    aside.replace(path)


@pytest.mark.parametrize("newest", [None, 0, 1])
def test_a_state_takes_one_look_at_the_sessions(three: Journal, newest: int | None) -> None:
    three.all_entries()
    with patch.object(os, "scandir", wraps=os.scandir) as looked:
        read(again(three), newest=newest)
    years = [call.args[0] for call in looked.call_args_list if Path(call.args[0]).parent.name == "sessions"]
    assert len(years) == 1


def test_a_list_makes_no_session_of_a_file_that_it_did_not_read(three: Journal) -> None:
    three.all_entries()
    with patch.object(entries, "Session") as made:
        assert len(read(again(three), newest=1).rows) == 3
    assert not made.called


def test_nothing_is_written_anew_that_is_kept_as_it_is(three: Journal) -> None:
    three.all_entries()
    with patch.object(files, "replace") as written:
        second = again(three)
        second.all_entries()
        second.all_entries()
    assert not written.called
