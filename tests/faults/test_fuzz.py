"""Damaged bytes: every loader gives its value or a sentence, soon; one bad file never hides a good one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui.errors import BadFileError
from reflect_tui.model import instrument, library, session
from reflect_tui.model.assessment import Answer, EditNote, EditRemark, Undo
from reflect_tui.store import draft_file
from reflect_tui.store.journal import Journal
from tests.bundled import bundled_bytes
from tests.faults import operations
from tests.faults.counting import Tried
from tests.faults.journal_child import session_of
from tests.faults.worlds import Worlds, save

_SECONDS = 3.0  # for each loader
_SLOWEST = 3.0  # seconds for one input, on a busy computer
_PIECES = (
    b"", b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\r", b"\n\n", b'"', b"'''", b'"""', b"[", b"[[", b"]", b"{", b"}",
    b"=", b".", b"a.b.c = 1\n", b"[scores]\n", b"[[domain]]\n", b"[[act]]\n", b"1e400", b"nan", b"-0", b"inf", b"true",
    b"0x" + b"f" * 5000, b"9" * 5000, b"9999-12-31T23:59:60Z", b"0001-01-01T00:00:00+14:00", b"# \x7f\n",
    b"<<<<<<< HEAD\n=======\n>>>>>>> x\n", b"[" * 2000, b"{a=" * 2000, b"a." * 900, b"\xef\xbb\xbf", b"\\ud800",
    b"\\U00110000",
)  # fmt: skip
Load = Callable[[bytes], object]


def _session_bytes() -> bytes:
    journal = Journal(Path("/nowhere"), Path("/nowhere"))
    made = operations.new_draft(1, answered=True)
    answered_on = instrument.parse(bundled_bytes(library.DEFAULT), "instrument")
    scores = {act.item: act.score for act in made.acts if isinstance(act, Answer) and act.score is not None}
    assert journal.root.name
    return session.dumps(
        session.Session(
            id=made.id, instrument=made.instrument, version=made.version, digest=made.digest, role="self",
            started=made.started, finished=made.started, scores=scores, notes={answered_on.items[0].id: "a\nb"},
        )
    )  # fmt: skip


def _draft_bytes() -> bytes:
    draft = operations.new_draft(1, answered=True)
    acts = (*draft.acts[:20], EditNote(draft.acts[0].item, "x\n\ny"), EditRemark("z"), Undo())  # type: ignore[union-attr]
    return draft_file.header_bytes(draft) + b"".join(draft_file.act_bytes(act, 0.5) for act in acts)


_LOADERS: dict[str, tuple[Callable[[], bytes], Load]] = {
    "session": (_session_bytes, lambda data: session.parse(data, "x.toml")),
    "instrument": (lambda: bundled_bytes(library.DEFAULT), lambda data: instrument.parse(data, "x.toml")),
    "draft": (_draft_bytes, lambda data: draft_file.parse(data, "x.toml")),
}


def _damaged(whole: bytes, chance: random.Random) -> bytes:
    """Damage a file in one to four places: bytes flipped, cut, doubled, moved, or hostile pieces put in."""
    data = whole
    for _time in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice((0, 1, 1, 2, 8, 100, 5000)))
        piece = data[start:end]
        put = chance.choice((bytes([chance.randrange(256)]), chance.choice(_PIECES), piece * 2, piece[::-1]))
        data = data[:start] + put + data[end:]
    return data[: chance.randrange(len(data) + 1)] if chance.random() < 0.05 else data


@pytest.mark.parametrize("name", _LOADERS)
def test_damaged_bytes_are_read_or_refused_soon(tried: Tried, name: str) -> None:
    make, load = _LOADERS[name]
    whole = make()
    load(whole)
    chance = random.Random(f"reflect {name}")
    end = time.monotonic() + _SECONDS
    refused = done = 0
    while time.monotonic() < end:
        data = _damaged(whole, chance)
        begun = time.process_time()
        try:
            load(data)
        except BadFileError:
            refused += 1
        assert time.process_time() - begun < _SLOWEST, data[:2000]
        done += 1
    assert refused > done / 10
    tried("damaged files", done)


def test_a_file_of_the_largest_size_is_refused_within_seconds(tried: Tried) -> None:
    """The worst that half a megabyte can do to a TOML parser; twice that is the limit."""
    size = 490_000
    hostile = {
        "one key of many parts": b"a" + b".a" * (size // 2) + b" = 1",
        "many keys of many parts": (b"a" + b".a" * 900 + b" = 1\n") * (size // 1806),
        "keys that share parts": b"".join(b"a.b.c.d%d = 1\n" % number for number in range(size // 16)),
        "many tables": b"".join(b"[t%d]\n" % number for number in range(size // 9)),
        "many tables in lists": b"[[a]]\n" * (size // 6),
        "a list in one line": b"a = [" + b"1," * (size // 2) + b"]",
        "a text of one line": b'a = "' + b"x" * size + b'"',
        "a text of escapes": b'a = "' + b"\\u0041" * (size // 6) + b'"',
        "a comment": b"#" + b"x" * size,
        "empty lines": b"\n" * size,
        "inline tables": b"a = [" + b"{b=1}," * (size // 6) + b"]",
        "spaces": b"a =" + b" " * size + b"1",
        "unknown keys": b"".join(b"k%d = 1\n" % number for number in range(size // 11)),
        "unended text": b'a = """' + b'"" ' * (size // 3),
    }
    for name, data in hostile.items():
        for load in (lambda data: session.parse(data, "x.toml"), lambda data: instrument.parse(data, "x.toml")):
            begun = time.process_time()
            with pytest.raises(BadFileError):
                load(data)
            assert time.process_time() - begun < 20, name
            tried("damaged files")


def test_bad_files_are_listed_and_the_good_ones_as_if_they_were_not_there(worlds: Worlds, tried: Tried) -> None:
    world = worlds("ready")
    root = world.journal.root
    good = save(world.journal, 7)
    whole = good.read_bytes()
    bad = {
        "2026-02-01T1000-self-000001.toml": b"",
        "2026-02-02T1000-self-000001.toml": b"\0" * len(whole),
        "2026-02-03T1000-self-000001.toml": whole,
        "2026-02-04T1000-self-000001.toml": b"<<<<<<< HEAD\n" + whole + b"=======\n" + whole + b">>>>>>> other\n",
        "2026-02-05T1000-self-000001.toml": whole.replace(b"format = 1", b"format = 99"),
        "2026-02-06T1000-self-000001.toml": whole.replace(b"\n", b"\r"),
        "2026-02-07T1000-self-000001.sync-conflict-20260101-0000.toml": whole,
        "2026-02-08T1000-self-000001.toml": whole.decode().encode("utf-16"),
        "2026-02-09T1000-self-000001.toml": b"x" * 1_000_001,
    }
    folder = root / "sessions" / "2026"
    for name, data in bad.items():
        (folder / name).write_bytes(data)
    (folder / "2026-02-10T1000-self-000001.toml").symlink_to("/etc/passwd")
    (folder / "2026-02-11T1000-self-000001.toml").mkdir()
    with (folder / "2026-02-12T1000-self-000001.toml").open("wb") as sparse:
        sparse.truncate(2**30)
    entries = {Path(entry.path).name: entry for entry in world.journal.entries()}
    assert [entry.session is not None for name, entry in entries.items() if name == good.name] == [True]
    for name in bad:
        assert entries[name].session is None
        assert entries[name].faults
    assert len(entries) == 2 + len(bad) + 3
    assert len(world.journal.record().commits) == 1
    assert {name: (folder / name).read_bytes() for name in bad} == bad
    tried("damaged files", len(bad) + 3)


def test_a_session_of_another_scale_or_without_its_items_is_named(worlds: Worlds, tried: Tried) -> None:
    """D12: an unknown item, and a score that the scale does not have."""
    world = worlds("ready")
    (draft, *_rest) = world.journal.drafts.all()
    made = session_of(world.journal, draft)  # type: ignore[arg-type]
    item = next(iter(made.scores))
    spoiled = session.dumps(made).replace(f"{item} = ".encode(), b"no-such-item = ", 1)
    world.journal.root.joinpath(session.relative_path(made.id)).write_bytes(spoiled.replace(b" = 4\n", b" = 9\n", 1))
    entry = next(entry for entry in world.journal.entries() if entry.id == made.id)
    assert {fault.place for fault in entry.faults} >= {"scores.no-such-item"}
    assert len(entry.faults) == 2
    tried("damaged files")
