"""Drafts: what was typed comes back, whatever happened to the end of the file."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, JournalError, NotFoundError
from reflect_tui.model.assessment import Act, Answer, EditNote, EditRemark, Redo, Undo, replay
from reflect_tui.model.instrument import Instrument
from reflect_tui.store import draft_file
from reflect_tui.store.draft_file import Draft, DraftState
from reflect_tui.store.drafts import BadDraft, Drafts
from reflect_tui.store.journal import Journal

MakeDraft = Callable[..., Draft]
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_items = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
_acts: st.SearchStrategy[Act] = st.one_of(
    st.builds(Answer, _items, st.one_of(st.none(), st.just("n/a"), st.integers(0, 9))),
    st.builds(EditNote, _items, _texts),
    st.builds(EditRemark, _texts),
    st.just(Undo()),
    st.just(Redo()),
)
_HEADER = Draft(
    id="2026-01-01T1000-self-000000",
    instrument="jgz",
    version="1.0",
    digest="sha256:" + "0" * 64,
    role="self",
    started=datetime.fromisoformat("2026-01-01T10:00:00+01:00"),
)


def _content(acts: list[Act]) -> bytes:
    return draft_file.header_bytes(_HEADER) + b"".join(draft_file.act_bytes(act, 0.5) for act in acts)


@given(st.lists(_acts, max_size=8))
def test_any_acts_come_back(acts: list[Act]) -> None:
    data = _content(acts)
    draft, whole = draft_file.parse(data, "draft")
    assert draft.acts == tuple(acts)
    assert draft.pauses == (0.5,) * len(acts)
    assert (whole, draft.damaged) == (len(data), False)


@given(st.lists(_acts, max_size=5), st.data())
def test_a_torn_draft_gives_the_acts_before_the_tear(acts: list[Act], data: st.DataObject) -> None:
    content = _content(acts)
    header = len(draft_file.header_bytes(_HEADER))
    cut = data.draw(st.integers(0, len(content)))
    try:
        draft, whole = draft_file.parse(content[:cut], "draft")
    except BadFileError:
        assert cut < header
        return
    assert draft.acts == tuple(acts[: len(draft.acts)])
    assert not draft.damaged
    assert whole <= cut
    assert whole == draft_file.length(content, len(draft.acts))


@given(st.binary(max_size=200))
def test_any_bytes_after_the_header_are_no_exception(noise: bytes) -> None:
    draft, whole = draft_file.parse(_content([Undo()]) + noise, "draft")
    assert draft.acts[0] == Undo()
    assert whole <= len(_content([Undo()])) + len(noise)


def test_a_draft_is_written_read_and_resumed(
    tmp_path: Path, make_draft: MakeDraft, instrument_bytes: bytes, answered_on: Instrument
) -> None:
    drafts = Drafts(tmp_path / "state")
    acts: list[Act] = [Answer(item.id, 3) for item in answered_on.items[:5]]
    writer = drafts.create(make_draft(), instrument_bytes)
    for act in acts:
        writer.append(act, 1.26)
    writer.flush()
    assert writer.state == DraftState(0, 5, 5)
    writer.close()
    writer.close()
    (found,) = drafts.all()
    assert isinstance(found, Draft)
    assert (found.acts, found.pauses) == (tuple(acts), (1.3,) * 5)
    assert drafts.instrument(found) == answered_on
    again = drafts.resume(found)
    with pytest.raises(JournalError, match="another window"):
        drafts.resume(found)
    again.append(Undo(), 0)
    again.close()
    with pytest.raises(ValueError, match="toml"):
        again.append(Undo(), 0)
    (found,) = drafts.all()
    assert isinstance(found, Draft)
    assert len(replay(answered_on, found.acts).scores) == 4


def test_a_lock_that_a_starting_program_inherited_for_a_moment_refuses_no_draft(
    journal: Journal, make_draft: MakeDraft, instrument_bytes: bytes
) -> None:
    drafts = journal.drafts
    writer = drafts.create(make_draft(), instrument_bytes)
    writer.append(Answer("toegankelijk", 3), 0)
    inherited = os.dup(writer._descriptor)  # what a fork copies: the same open file, with its lock
    writer.close()
    (draft,) = drafts.all()
    assert isinstance(draft, Draft)
    gone = threading.Timer(0.1, os.close, (inherited,))
    gone.start()
    drafts.resume(draft).close()
    gone.join()


def test_a_torn_end_goes_without_a_word_and_damage_is_kept_beside(
    tmp_path: Path, make_draft: MakeDraft, instrument_bytes: bytes, answered_on: Instrument
) -> None:
    drafts = Drafts(tmp_path / "state")
    writer = drafts.create(make_draft(), instrument_bytes)
    first, second = (item.id for item in answered_on.items[:2])
    writer.append(Answer(first, 3), 1)
    writer.close()
    whole = writer.path.read_bytes()
    writer.path.write_bytes(whole + b"[[act]]\nkind = ")
    (torn,) = drafts.all()
    assert isinstance(torn, Draft)
    assert not torn.damaged
    drafts.resume(torn).close()
    assert writer.path.read_bytes() == whole
    for spoiled in (b"[[act]]\nnoise\n\n", draft_file.act_bytes(Answer("no-such-item", 3), 1)):
        damaged = whole + spoiled + draft_file.act_bytes(Answer(second, 4), 1)
        writer.path.write_bytes(damaged)
        (found,) = drafts.all()
        assert isinstance(found, Draft)
        assert found.damaged
        assert found.acts == (Answer(first, 3),)
        drafts.resume(found).close()
        assert writer.path.read_bytes() == whole
        assert damaged in [path.read_bytes() for path in drafts.folder.glob("*.damaged-*")]
    assert len(list(drafts.folder.glob("*.damaged-*"))) == 2


def test_a_bad_draft_is_named(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.folder.mkdir()
    (drafts.folder / "x.toml").write_bytes(b"")
    (bad,) = drafts.all()
    assert isinstance(bad, BadDraft)
    assert bad.faults


def test_discarded_drafts_are_kept_for_a_while(tmp_path: Path, make_draft: MakeDraft, instrument_bytes: bytes) -> None:
    drafts = Drafts(tmp_path)
    for number in range(22):
        drafts.create(make_draft(number), instrument_bytes).close()
        drafts.discard(make_draft(number).id)
    assert drafts.all() == ()
    kept = sorted(path.stem for path in drafts.discarded.iterdir())
    assert kept == [make_draft(number).id for number in range(2, 22)]
    with pytest.raises(NotFoundError):
        drafts.discard(make_draft(0).id)


def test_a_full_disk_is_told_and_tried_again(
    tmp_path: Path, make_draft: MakeDraft, instrument_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = Drafts(tmp_path)
    states: list[DraftState] = []
    writer = drafts.create(make_draft(), instrument_bytes)
    writer.listen(states.append)
    real = os.pwrite

    def half(descriptor: int, data: bytes, offset: int) -> int:
        real(descriptor, data[:3], offset)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", half)
    writer.append(Undo(), 0)
    with pytest.raises(JournalError, match="disk is full"):
        writer.flush()
    assert writer.state.pending == 1
    monkeypatch.setattr(os, "pwrite", real)
    writer.append(Redo(), 0)
    writer.close()
    (found,) = drafts.all()
    assert isinstance(found, Draft)
    assert found.acts == (Undo(), Redo())
    assert any("disk is full" in state.failed for state in states)
    assert states[-1] == DraftState(0, 2, 2)


def test_after_a_failed_fsync_the_file_is_made_anew(
    tmp_path: Path, make_draft: MakeDraft, instrument_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = Drafts(tmp_path)
    writer = drafts.create(make_draft(), instrument_bytes)
    before = writer.path.stat().st_ino
    real, failed = os.fsync, threading.Event()

    def once(descriptor: int) -> None:
        if not failed.is_set():
            failed.set()
            raise OSError(5, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", once)
    writer.append(Undo(), 0)
    writer.flush()
    assert writer.path.stat().st_ino != before
    writer.append(Redo(), 0)
    writer.close()
    (found,) = drafts.all()
    assert isinstance(found, Draft)
    assert found.acts == (Undo(), Redo())


def test_a_draft_whose_folder_vanished_is_made_anew(
    tmp_path: Path, make_draft: MakeDraft, instrument_bytes: bytes
) -> None:
    drafts = Drafts(tmp_path)
    writer = drafts.create(make_draft(), instrument_bytes)
    writer.append(Undo(), 0)
    writer.flush()
    writer.path.unlink()
    writer.append(Redo(), 0)
    writer.flush()
    writer.close()
    (found,) = drafts.all()
    assert isinstance(found, Draft)
    assert found.acts == (Undo(), Redo())


def test_a_key_never_waits_for_the_disk(
    tmp_path: Path, make_draft: MakeDraft, instrument_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = Drafts(tmp_path)
    wrote, release = threading.Event(), threading.Event()

    def tell(state: DraftState) -> None:
        if state.written == 2:
            wrote.set()

    writer = drafts.create(make_draft(), instrument_bytes)
    writer.listen(tell)
    real = os.fsync

    def hang(descriptor: int) -> None:
        assert release.wait(10)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", hang)
    writer.append(Undo(), 0)
    writer.append(Redo(), 0)
    assert wrote.wait(5)
    with pytest.raises(JournalError, match="does not answer"):
        writer.flush(timeout=0.05)
    (found,) = drafts.all()
    assert isinstance(found, Draft)
    assert found.acts == (Undo(), Redo())
    release.set()
    writer.close()


def test_a_tidying_thread_leaves_what_another_is_writing(
    tmp_path: Path, make_draft: MakeDraft, instrument_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, fsync = Journal(tmp_path / "journal", tmp_path / "state"), os.fsync
    tidied: list[Path] = []

    def tidy_meanwhile(descriptor: int) -> None:
        fsync(descriptor)
        tidied.extend(files.tidy((journal.root, journal.state), any_age=True))

    (tmp_path / "state").mkdir()
    dead = tmp_path / "state" / ".half.0-0123abcd.tmp"
    dead.write_bytes(b"half")
    monkeypatch.setattr(os, "fsync", tidy_meanwhile)
    journal.drafts.create(make_draft(), instrument_bytes).close()
    assert tidied == [dead]
    assert [draft.id for draft in journal.drafts.all() if isinstance(draft, Draft)] == [make_draft().id]


def test_a_removed_draft_does_not_take_the_instrument_of_one_just_begun(
    tmp_path: Path, make_draft: MakeDraft, instrument_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = Drafts(tmp_path / "state")
    first, second = make_draft(0), make_draft(1)
    drafts.create(first, instrument_bytes).close()
    removing = threading.Thread(target=drafts.remove, args=(first.id,))
    write_new = files.write_new

    def remove_meanwhile(path: Path, data: bytes) -> None:
        if path == drafts.path(second.id):
            removing.start()
            removing.join(0.2)
        write_new(path, data)

    monkeypatch.setattr(files, "write_new", remove_meanwhile)
    drafts.create(second, instrument_bytes).close()
    removing.join()
    assert drafts.instrument(drafts.load(drafts.path(second.id))).id == second.instrument
