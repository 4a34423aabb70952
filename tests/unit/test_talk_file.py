"""The record of a talk: its file, its rules, and what a signature stands under."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.errors import BadFileError
from reflect_tui.model import talk
from reflect_tui.model.agenda import Agenda, AgendaPoint, ScoreSum
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import digest
from reflect_tui.model.talk import Agreement, Signature, Talk, TalkPoint
from reflect_tui.store.journal import Journal
from tests.unit.examples import quick

NOW = datetime(2026, 11, 29, 14, 5, tzinfo=UTC)
GOAL = Goal(
    id="2026-11-29T1412-goal-0a1b2c", instrument="small", domain="doing", what="Ask", first_step="Call Sanne",
    helper="Sanne", by=date(2027, 5, 29), made=NOW,
)  # fmt: skip
AGENDA = Agenda(
    session="2026-11-23T1405-self-4f2a9c",
    since="2026-05-12T0910-self-4f2a9b",
    points=(
        AgendaPoint(kind="low", about="doing", remark="I doubt this", now=ScoreSum(5, 2), items={"acts": 2}),
        AgendaPoint(kind="strength", about="knowing", now=ScoreSum(7, 2)),
        AgendaPoint(kind="gap", about="being", dropped=True),
        AgendaPoint(kind="own", text="The new roster"),
    ),
)

GOLDEN = f"""\
format = 1
id = "2026-11-29T1405-talk-4f2a9c"
session = "2026-11-23T1405-self-4f2a9c"
since = "2026-05-12T0910-self-4f2a9b"
agenda = "sha256:{"0" * 64}"
started = 2026-11-29T14:05:00+00:00
place = 1

[[point]]
kind = "strength"
about = "knowing"
text = ""
remark = ""
dropped = false
leader_remark = ""

[point.now]
sum = 7
scored = 2

[[point]]
kind = "low"
about = "doing"
text = ""
remark = "I doubt this"
dropped = false
leader_remark = "So did I"

[point.now]
sum = 5
scored = 2

[point.items]
acts = 2

[[point.agreed]]
goal = "2026-11-29T1412-goal-0a1b2c"
what = "Ask"
first_step = "Call Sanne"
helper = "Sanne"
by = 2027-05-29

[[point]]
kind = "own"
about = ""
text = "The new roster"
remark = ""
dropped = false
leader_remark = ""
"""


def begun() -> Talk:
    return talk.begin(AGENDA, "sha256:" + "0" * 64, NOW, "4f2a9c")


def golden() -> Talk:
    return begun().at(1).with_remark(1, "leader", "So did I").with_agreement(1, GOAL)


def signed(record: Talk, minutes: int = 45) -> Talk:
    record = record.at(record.steps - 1)
    name = Signature(
        at=NOW + timedelta(minutes=minutes), professional="Noor", leader="Ans", digest=digest(talk.dumps(record))
    )
    return structs.replace(record, signatures=(*record.signatures, name))


def faults(text: str) -> dict[str, str]:
    with pytest.raises(BadFileError) as caught:
        talk.parse(text.encode(), "talk.toml")
    return {fault.place: fault.problem for fault in caught.value.faults}


def test_a_talk_has_one_form() -> None:
    assert talk.dumps(golden()).decode() == GOLDEN
    assert talk.parse(GOLDEN.encode(), "talk.toml") == golden()


def test_a_talk_begins_with_the_points_that_were_kept_strengths_first_and_what_was_noted_to_them() -> None:
    record = begun()
    assert [point.kind for point in record.points] == ["strength", "low", "own"]
    assert [point.remark for point in record.topics] == ["I doubt this", ""]
    assert (record.steps, record.place, record.topic) == (4, 0, None)
    assert record.at(2).topic == record.topics[1]
    assert (record.at(-1).place, record.at(9).place) == (0, 3)


def test_the_two_remarks_are_kept_apart() -> None:
    record = begun().with_remark(1, "professional", "Better now").with_remark(1, "leader", "So did I")
    assert (record.topics[0].remark, record.topics[0].leader_remark) == ("Better now", "So did I")
    assert record.topics[1] == begun().topics[1]
    assert record.strengths == begun().strengths


def test_what_is_said_and_agreed_stands_with_the_topic_of_its_page() -> None:
    record = begun().with_remark(2, "professional", "Too full").with_remark(2, "leader", "Yes").with_agreement(2, GOAL)
    first, second = record.topics
    assert first == begun().topics[0]
    assert (second.text, second.remark, second.leader_remark) == ("The new roster", "Too full", "Yes")
    assert [agreement.what for agreement in second.agreements] == ["Ask"]


def test_what_is_said_on_any_page_stands_with_its_topic_alone() -> None:
    record = begun().with_topic("Holidays").with_topic("Rooms").with_topic("Hours")
    for place, topic in enumerate(record.topics, 1):
        said = record.with_remark(place, "professional", "mine").with_remark(place, "leader", "theirs")
        said = said.with_agreement(place, GOAL)
        pairs = zip(record.topics, said.topics, strict=True)
        assert [number for number, (before, after) in enumerate(pairs, 1) if before != after] == [place]
        there = said.at(place).topic
        assert there is not None
        assert (there.text, there.remark, there.leader_remark) == (topic.text, "mine", "theirs")
        assert len(there.agreements) == 1


def test_what_is_agreed_keeps_its_words_and_names_the_goal() -> None:
    (agreed,) = golden().agreements
    assert agreed == Agreement(goal=GOAL.id, what="Ask", first_step="Call Sanne", helper="Sanne", by=date(2027, 5, 29))


def test_a_topic_that_came_up_is_the_next_page() -> None:
    record = begun().with_topic("Holidays")
    assert (record.place, record.topic) == (3, TalkPoint(kind="own", text="Holidays"))


def test_a_signature_stands_under_the_version_that_was_seen_and_shows_what_was_changed_since() -> None:
    record = signed(golden())
    assert record.finished == NOW + timedelta(minutes=45)
    assert talk.is_as_signed(record)
    later = record.amended(NOW + timedelta(days=1), "A name was wrong").with_remark(1, "leader", "Not at first")
    assert not talk.is_as_signed(later)
    assert later.signatures == record.signatures
    again = signed(later, 2000)
    assert talk.is_as_signed(again)
    assert again.finished == record.finished
    assert not talk.is_as_signed(golden())


def test_a_signed_talk_survives_its_file() -> None:
    record = signed(golden()).amended(NOW, "A name was wrong")
    assert talk.parse(talk.dumps(record), "talk.toml") == record
    assert talk.is_as_signed(talk.parse(talk.dumps(signed(golden())), "talk.toml"))


texts = st.text(max_size=20)
days = st.none() | st.dates()
agreements = st.builds(Agreement, goal=st.just(GOAL.id), what=st.just("Ask"), first_step=texts, helper=texts, by=days)
points = st.builds(
    TalkPoint,
    kind=st.sampled_from(["low", "strength", "goal"]),
    about=st.sampled_from(["doing", ""]),
    text=texts,
    remark=texts,
    leader_remark=texts,
    agreements=st.lists(agreements, max_size=2).map(tuple),
)


@quick
@given(st.lists(points, max_size=4).map(tuple), days, st.none() | st.just(NOW))
def test_any_talk_survives_its_file(chosen: tuple[TalkPoint, ...], day: date | None, paused: datetime | None) -> None:
    kept = talk.clean_texts(structs.replace(golden(), points=chosen, next_talk=day, paused=paused))
    assert talk.parse(talk.dumps(kept), "talk.toml") == kept


def test_every_fault_is_named_with_its_place() -> None:
    found = faults(
        'id = "x"\nsession = "2026-11-23T1405-self-4f2a9c"\nagenda = "0"\nstarted = 2026-11-29T14:05:00Z\nplace = -1\n'
        'shape = 1\n[[point]]\nkind = "own"\nagreed = [{goal = "x", what = " "}]\n'
        '[[amended]]\nat = 2026-11-29T14:05:00Z\nreason = ""\n'
    )
    assert sorted(found) == [
        "agenda", "amended", "amended[1].reason", "format", "id", "place", "point[1].agreed[1].goal",
        "point[1].agreed[1].what", "point[1].text", "shape",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("So did I", "x" * 20_000, True),
        ("So did I", "x" * 20_001, False),
        ("Call Sanne", "x" * 500, True),
        ("Call Sanne", "x" * 501, False),
        ("place = 1", "place = 1000", True),
        ("place = 1", "place = 1001", False),
        ("by = 2027-05-29", "by = 2027-05-29\nmore = 1", False),
        ('leader_remark = "So did I"', 'leader_remark = "So did I"\nmore = 1', False),
    ],
)
def test_what_a_file_may_hold_has_limits(old: str, new: str, allowed: bool) -> None:
    text = GOLDEN.replace(old, new, 1)
    if allowed:
        assert talk.dumps(talk.parse(text.encode(), "talk.toml")).decode() == text
    else:
        assert faults(text)


def test_what_is_one_line_comes_out_as_one_and_a_remark_keeps_its_lines() -> None:
    text = GOLDEN.replace('"The new roster"', r'"The new\n\nroster"').replace('"Call Sanne"', r'"Call\nSanne"')
    read = talk.parse(text.replace('"So did I"', r'"So\ndid I"').encode(), "talk.toml")
    assert read.topics[1].text == "The new roster"
    assert [agreed.first_step for agreed in read.agreements] == ["Call Sanne"]
    assert read.topics[0].leader_remark == "So\ndid I"


def test_a_talk_comes_into_history_with_the_reason_of_an_amendment(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    record = signed(golden())
    changed = record.amended(NOW, "A name was wrong")
    journal.talks.save(record.id, talk.dumps(record), "saved")
    journal.talks.save(record.id, talk.dumps(changed), "amended", talk.dumps(record), reason="A name was wrong")
    again = changed.amended(NOW, "Another reason")
    journal.talks.save(
        record.id, talk.dumps(again), "amended", talk.dumps(changed), reason="Another reason", merge=True
    )
    journal.record()
    command = ["git", "-C", str(journal.root), "log", "--format=%B", "--reverse"]
    log = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    trailer = f"Talk: {record.id}\n"
    assert log == (
        f"talk 2026-11-29: made\n\n{trailer}\n"
        f"talk 2026-11-29: amended\n\n{trailer}Reason: A name was wrong\n\n"
        f"talk 2026-11-29: amended\n\n{trailer}Reason: Another reason\n\n"
    ).replace("made", "saved")
    assert journal.talks.get(record.id).value == again
