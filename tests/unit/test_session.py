from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.errors import BadFileError, NotFoundError
from reflect_tui.model import session
from reflect_tui.model.session import Role, Score, Session
from reflect_tui.text import clean
from tests.unit import examples
from tests.unit.examples import HUGE, ITEMS, quick, small

DIGEST = "sha256:" + "0123456789abcdef" * 4
CET = timezone(timedelta(hours=1))
GOLDEN = f'''\
format = 1
id = "2026-11-23T1405-self-4f2a9c"
instrument = "small"
version = "1.2.0"
digest = "{DIGEST}"
role = "self"
started = 2026-11-23T14:05:00+01:00
finished = 2026-11-23T14:11:20+01:00
remark = "Rust op het werk"

[scores]
calm = 3
kind = "n/a"
acts = 1

[notes]
calm = "Zoë zei: \\"fijn\\" \\\\ 👍"
acts = """
eerst dit
dan \\"\\"\\"dat\\"\\"\\""""
'''


def golden() -> Session:
    return Session(
        id="2026-11-23T1405-self-4f2a9c",
        instrument="small",
        version="1.2.0",
        digest=DIGEST,
        role="self",
        started=datetime(2026, 11, 23, 14, 5, tzinfo=CET),
        finished=datetime(2026, 11, 23, 14, 11, 20, tzinfo=CET),
        remark="Rust op het werk",
        scores={"calm": 3, "kind": "n/a", "acts": 1},
        notes={"calm": 'Zoë zei: "fijn" \\ 👍', "acts": 'eerst dit\ndan """dat"""'},
    )


def faults(text: str) -> dict[str, str]:
    with pytest.raises(BadFileError) as caught:
        session.parse(text.encode(), "x.toml")
    return {fault.place: fault.problem for fault in caught.value.faults}


def test_the_file_is_written_exactly_as_the_contract_shows() -> None:
    assert session.dumps(golden()).decode() == GOLDEN


def test_the_file_of_the_contract_is_read_back_whole() -> None:
    read = session.parse(GOLDEN.encode(), "x.toml")
    assert read == golden()
    assert list(read.scores) == ["calm", "kind", "acts"]
    assert read.started.utcoffset() == timedelta(hours=1)


def test_scores_are_written_in_the_order_they_are_given() -> None:
    lines = session.dumps(examples.session({"gives": 1, "calm": 2})).decode().splitlines()
    assert lines[lines.index("[scores]") + 1 :][:2] == ["gives = 1", "calm = 2"]


scores = st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 4) | st.just("n/a"))
words = st.text(max_size=60).map(clean) | st.text("\"\\\n \t'#=é👍\u2028\ufeff", max_size=30).map(clean)
notes = st.dictionaries(st.sampled_from(ITEMS), words)
zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=zones)  # noqa: DTZ001 -- gets a zone


@quick
@given(scores, notes, words, moments, moments)
def test_any_session_comes_back_equal_and_is_written_to_the_same_bytes(
    scores: dict[str, Score], notes: dict[str, str], remark: str, started: datetime, finished: datetime
) -> None:
    first = structs.replace(golden(), scores=scores, notes=notes, remark=remark, started=started, finished=finished)
    data = session.dumps(first)
    again = session.parse(data, "x.toml")
    assert again == first
    assert session.dumps(again) == data
    assert (list(again.scores), list(again.notes)) == (list(scores), list(notes))


@pytest.mark.parametrize(
    "score",
    [
        "3.0",
        '"3"',
        "true",
        "false",
        "nan",
        "inf",
        "-inf",
        "2026-11-23",
        "2026-11-23T14:05:00+01:00",
        "14:05:00",
        "[3]",
        "{ a = 3 }",
        '"N/A"',
        '""',
        "0",
        "5",
        "-1",
        "263",
        "9223372036854775807",
    ],
)
def test_every_bad_score_is_refused_by_the_name_of_its_item(score: str) -> None:
    data = GOLDEN.replace("calm = 3", f"calm = {score}").encode()
    try:
        found = session.instrument_faults(session.parse(data, "x.toml"), small())
    except BadFileError as error:
        found = error.faults
    assert [fault.place for fault in found] == ["scores.calm"]


@pytest.mark.parametrize("score", [HUGE, "9" * 4301, "9" * 4300])
def test_a_score_of_thousands_of_digits_never_becomes_a_session(score: str) -> None:
    assert faults(GOLDEN.replace("calm = 3", f"calm = {score}"))


@pytest.mark.parametrize("key", ["started", "finished"])
@pytest.mark.parametrize(
    "moment", ["2026-11-23T14:05:00", "2026-11-23", "14:05:00", '"2026-11-23T14:05:00+01:00"', "0"]
)
def test_a_moment_without_a_zone_is_refused(key: str, moment: str) -> None:
    line = next(line for line in GOLDEN.splitlines() if line.startswith(key))
    assert list(faults(GOLDEN.replace(line, f"{key} = {moment}"))) == [key]


def test_moments_at_the_ends_of_the_calendar_and_the_globe_are_kept() -> None:
    for moment in ("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "2026-11-23T14:05:00+14:00"):
        text = GOLDEN.replace("2026-11-23T14:05:00+01:00", moment)
        assert session.dumps(session.parse(text.encode(), "x.toml")).decode() == text


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("format = 1", "format = 99", "format"),
        ("format = 1\n", "format = 1\nmood = 4\n", "mood"),
        ("[notes]", "[mood]\n[notes]", "mood"),
        ('id = "2026-11-23T1405-self-4f2a9c"', 'id = "../../etc/passwd"', "id"),
        ("self-4f2a9c", "self-4F2A9C", "id"),
        ("self-4f2a9c", "self-4f2a9c\\n", "id"),
        ("self-4f2a9c", "client-4f2a9c", "role"),
        ('role = "self"', 'role = "boss"', "role"),
        ('role = "self"', 'role = "client"', "role"),
        ('instrument = "small"', 'instrument = "../small"', "instrument"),
        ('version = "1.2.0"', 'version = "1.x"', "version"),
        (DIGEST, DIGEST[:-1], "digest"),
        (DIGEST, DIGEST.upper(), "digest"),
        ('remark = "Rust op het werk"', "remark = 3", "remark"),
        ("acts = 1", '"Not an id" = 1', "scores.Not an id"),
        ("[notes]", "[notes]\nkind = 3", "notes.kind"),
    ],
)
def test_a_wrong_line_is_named(old: str, new: str, place: str) -> None:
    assert old in GOLDEN
    assert list(faults(GOLDEN.replace(old, new, 1))) == [place]


@pytest.mark.parametrize(
    "key", ["id", "instrument", "version", "digest", "role", "started", "finished", "scores", "format"]
)
def test_what_a_session_needs_is_missed_by_name(key: str) -> None:
    document = {line.split(" ")[0]: line for line in GOLDEN.split("\n\n", maxsplit=1)[0].splitlines()}
    text = "\n".join(line for name, line in document.items() if name != key) + "\n"
    assert faults(text if key == "scores" else text + "[scores]\n") == {key: "is missing"}


def test_an_empty_file_is_refused_with_all_it_misses() -> None:
    for text in ("", "\n \n"):
        assert set(faults(text)) >= {"id", "instrument", "version", "digest", "role", "started", "finished", "scores"}


def test_an_item_scored_twice_is_refused() -> None:
    assert len(faults(GOLDEN.replace("kind =", "calm ="))) == 1
    assert len(faults(GOLDEN + "[scores]\n")) == 1


def test_only_what_others_said_belongs_to_a_round() -> None:
    own = GOLDEN.replace('role = "self"\n', 'role = "self"\nround = "2026-11-20-others-4f2a9c"\n')
    assert faults(own) == {"round": "is for what others said"}
    given = own.replace('role = "self"', 'role = "colleague"').replace("-self-", "-colleague-")
    assert session.parse(given.encode(), "x.toml").round == "2026-11-20-others-4f2a9c"


def test_texts_from_a_file_come_out_clean() -> None:
    text = GOLDEN.replace("Rust op", "Rust\\u001b[31m\\r\\nop").replace("Zoë", "Zo\\u009bë\\u0000")
    read = session.parse(text.encode(), "x.toml")
    assert read.remark == "Rust[31m\nop het werk"
    assert read.notes["calm"].startswith("Zoë zei")


def test_a_note_has_a_longest_length_and_all_notes_together_as_well() -> None:
    def with_notes(lengths: list[int]) -> str:
        notes = {f"item-{n}": "é" * length for n, length in enumerate(lengths)}
        return session.dumps(structs.replace(golden(), notes=notes)).decode()

    assert session.parse(with_notes([session.MAX_NOTE] * 2).encode(), "x.toml").notes
    assert list(faults(with_notes([3, session.MAX_NOTE + 1]))) == ["notes.item-1"]
    assert list(faults(with_notes([session.MAX_NOTE] * 13))) == ["notes"]


@pytest.mark.parametrize("note", ["a." * 5000, "so\n" + "1." * 500 + "1 = 2", "." * 5000 + "\n" + ". " * 5000])
def test_a_note_of_many_points_is_no_key_of_many_parts(note: str) -> None:
    data = session.dumps(structs.replace(golden(), notes={"calm": note}))
    assert session.parse(data, "x.toml").notes == {"calm": note}


def test_a_file_must_bear_the_name_of_its_session(tmp_path: Path) -> None:
    right, wrong = tmp_path / f"{golden().id}.toml", tmp_path / f"{golden().id}.sync-conflict-1.toml"
    for path in (right, wrong):
        path.write_text(GOLDEN, encoding="utf-8")
    assert session.load(right) == golden()
    with pytest.raises(BadFileError) as caught:
        session.load(wrong)
    assert [fault.place for fault in caught.value.faults] == ["id"]
    with pytest.raises(NotFoundError):
        session.load(tmp_path / "2026-11-24T1405-self-4f2a9c.toml")


def test_a_session_file_that_is_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"{golden().id}.toml")
    with pytest.raises(BadFileError):
        session.load(tmp_path / f"{golden().id}.toml")


def test_check_finds_nothing_in_a_fitting_session() -> None:
    assert session.instrument_faults(golden(), small()) == ()
    assert session.instrument_faults(examples.session({}), small()) == ()


def test_check_names_unknown_items_and_scores_off_the_scale_all_at_once() -> None:
    misfit = examples.session(
        {"calm": 5, "colour": 3, "kind": 4, "signs": 0, "size": "n/a"}, notes={"calm": "x", "shape": "y"}
    )
    found = {fault.place: fault.problem for fault in session.instrument_faults(misfit, small())}
    assert found == {
        "scores.colour": "is no statement of small",
        "scores.size": "is no statement of small",
        "notes.shape": "is no statement of small",
        "scores.calm": 'must be a whole number from 1 to 4, or "n/a"',
        "scores.signs": 'must be a whole number from 1 to 4, or "n/a"',
    }


@pytest.mark.parametrize("role", session.ROLES)
def test_a_new_id_is_one_that_the_file_accepts(role: Role) -> None:
    started = datetime(2026, 1, 2, 3, 4, 59, tzinfo=CET)
    name = session.new_id(started, role, "00ff00")
    assert name == f"2026-01-02T0304-{role}-00ff00"
    text = GOLDEN.replace("2026-11-23T1405-self-4f2a9c", name).replace('role = "self"', f'role = "{role}"')
    assert session.parse(text.encode(), "x.toml").id == name
    assert session.relative_path(name) == Path("sessions", "2026", f"{name}.toml")


def test_without_a_round_anyone_may_fill_in_but_an_other() -> None:
    assert session.SEATED == ("self", "colleague", "manager", "client")


def test_an_id_is_told_from_other_texts() -> None:
    assert session.is_id("2026-11-23T1405-self-4f2a9c")
    for text in ("", "latest", "2026-11-23T1405-self", "2026-11-23T1405-boss-4f2a9c", f"{golden().id}\n"):
        assert not session.is_id(text)


def test_a_clock_that_is_far_off_still_makes_an_id() -> None:
    assert session.new_id(datetime(1969, 12, 31, tzinfo=UTC), "self", "00ff00") == "1969-12-31T0000-self-00ff00"


@pytest.mark.parametrize("key", ["Calm", "x" * 65])
def test_a_key_that_is_no_id_is_refused_also_when_it_stands_alone(key: str) -> None:
    alone = structs.replace(golden(), scores={key: 3}, notes={})
    assert [place.partition(".")[0] for place in faults(session.dumps(alone).decode())] == ["scores"]


def test_notes_may_take_all_of_their_room() -> None:
    notes = {f"item-{n}": "x" * session.MAX_NOTE for n in range(session.MAX_NOTES // session.MAX_NOTE)}
    rest = session.MAX_NOTES % session.MAX_NOTE
    full = structs.replace(golden(), notes=notes | ({"last": "x" * rest} if rest else {}))
    assert session.parse(session.dumps(full), "session.toml").notes == full.notes
    assert list(faults(session.dumps(structs.replace(full, notes={**full.notes, "more": "x"})).decode())) == ["notes"]


def test_on_another_day_a_session_takes_as_long_as_it_took_where_it_can_have_ended() -> None:
    begun = session.noon(date(2026, 11, 20))
    taken = structs.replace(golden(), started=begun, finished=begun + timedelta(minutes=20))
    next_day = taken.finished + timedelta(days=1)
    moved = session.redated(taken, next_day.date(), now=next_day)
    assert (moved.started, moved.finished) == (begun + timedelta(days=1), next_day)
    early = session.redated(taken, next_day.date(), now=next_day - timedelta(minutes=1))
    assert (early.started, early.finished) == (begun + timedelta(days=1), begun + timedelta(days=1))
    assert session.redated(taken, begun.date(), now=taken.finished) == taken


def test_what_took_no_time_takes_none_on_another_day() -> None:
    begun = session.noon(date(2026, 11, 20))
    at_once = structs.replace(golden(), started=begun, finished=begun)
    moved = session.redated(at_once, date(2026, 11, 19), now=begun)
    assert moved.started == moved.finished == begun - timedelta(days=1)


@pytest.mark.parametrize("other", ["1.1.0", "1.3.0"])
def test_a_session_that_arrives_bears_the_names_of_the_instrument_with_its_digest(other: str) -> None:
    arrived = examples.session({"calm": 3})

    def places(**changes: str) -> list[str]:
        return [fault.place for fault in session.arrival_faults(structs.replace(arrived, **changes), small())]

    assert places() == []
    assert places(version=other) == ["version"]
    assert places(instrument="sma" if other < "1.2.0" else "tall") == ["instrument"]
    assert places(instrument="tall", version=other) == ["instrument", "version"]


def test_a_moment_lies_between_2000_and_a_day_ahead() -> None:
    now = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
    second = timedelta(seconds=1)
    first, last = datetime(2000, 1, 1, tzinfo=UTC), now + timedelta(days=1)
    told = [session.moment_fault(moment, now) for moment in (first - second, first, last, last + second)]
    assert told == ["that is before 2000", "", "", "that is still to come"]
