from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.errors import BadFileError
from reflect_tui.model import goals
from reflect_tui.model.goals import OUTCOMES, Goal, LookBack
from tests.unit.examples import quick

CET = timezone(timedelta(hours=1))
MADE = datetime(2026, 4, 20, 16, 5, tzinfo=CET)
FIRST, SECOND = "2026-08-23T1405-self-4f2a9c", "2026-11-23T1405-self-4f2a9d"
GOLDEN = '''\
format = 1
id = "2026-04-20T1605-goal-0a1b2c"
instrument = "small"
domain = "doing"
items = [
    "acts",
]
what = "Zeggen wat ik zie"
first_step = "Bij één gezin, deze week"
helper = "de teamleider"
by = 2026-10-01
target = 3.5
made = 2026-04-20T16:05:00+01:00
session = ""

[[look_back]]
session = "2026-08-23T1405-self-4f2a9c"
at = 2026-04-20T16:05:00+01:00
outcome = "partly"
note = """
eerst dit
dan dat"""
'''


def golden() -> Goal:
    return Goal(
        id="2026-04-20T1605-goal-0a1b2c",
        instrument="small",
        domain="doing",
        items=("acts",),
        what="Zeggen wat ik zie",
        first_step="Bij één gezin, deze week",
        helper="de teamleider",
        by=date(2026, 10, 1),
        target=3.5,
        made=MADE,
        look_backs=(LookBack(session=FIRST, at=MADE, outcome="partly", note="eerst dit\ndan dat"),),
    )


def faults(text: str) -> dict[str, str]:
    with pytest.raises(BadFileError) as caught:
        goals.parse(text.encode(), "goal.toml")
    return {fault.place: fault.problem for fault in caught.value.faults}


def test_a_goal_has_one_form() -> None:
    assert goals.dumps(golden()).decode() == GOLDEN
    assert goals.parse(GOLDEN.encode(), "goal.toml") == golden()


def test_a_goal_without_day_and_target_leaves_them_out() -> None:
    bare = structs.replace(golden(), by=None, target=None, items=(), look_backs=())
    written = goals.dumps(bare).decode()
    assert "by =" not in written
    assert "target" not in written
    assert goals.parse(written.encode(), "goal.toml") == bare


def test_a_goal_from_a_talk_names_it() -> None:
    agreed = structs.replace(golden(), talk="2026-04-20T1600-talk-4f2a9c")
    assert b'\ntalk = "2026-04-20T1600-talk-4f2a9c"\n' in goals.dumps(agreed)
    assert goals.parse(goals.dumps(agreed), "goal.toml") == agreed


texts = st.text(max_size=30)
moments = st.integers(0, 10**11).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
backs = st.builds(
    LookBack, session=st.sampled_from(["", FIRST, SECOND]), at=moments, outcome=st.sampled_from(OUTCOMES), note=texts
)
any_goal = st.builds(
    Goal,
    id=st.just("2026-04-20T1605-goal-0a1b2c"),
    instrument=st.just("small"),
    items=st.sampled_from([(), ("acts", "kind")]),
    what=texts.map("x{}".format),
    first_step=texts,
    helper=texts,
    by=st.none() | st.dates(),
    target=st.none() | st.floats(min_value=0, max_value=9),
    made=moments,
    look_backs=st.lists(backs, max_size=3).map(tuple),
)


@quick
@given(any_goal.map(goals.clean_texts))
def test_any_goal_survives_its_file(goal: Goal) -> None:
    written = goals.dumps(goal)
    assert goals.parse(written, "goal.toml") == goal
    assert goals.dumps(goals.parse(written, "goal.toml")) == written


def test_every_fault_is_named_with_its_place() -> None:
    found = faults(
        'id = "../x"\nmade = 2026-04-20\nby = "2026-10-01"\ntarget = true\nwhat = " "\ndomain = "A"\n'
        'colour = "red"\n[[look_back]]\nat = 2026-04-20T10:00:00Z\noutcome = "won"\n'
    )
    assert sorted(found) == [
        "by", "colour", "domain", "format", "id", "instrument", "look_back[1].outcome", "made", "target", "what",
    ]  # fmt: skip
    assert found["by"] == "must be a date without quotes, as 2026-11-23"
    assert found["target"] == "must be a number"
    assert found["colour"] == "unknown key"


@pytest.mark.parametrize("target", ["nan", "inf", "-0.5", "10.5"])
def test_a_target_is_a_score(target: str) -> None:
    assert list(faults(GOLDEN.replace("target = 3.5", f"target = {target}"))) == ["target"]


def test_a_newer_format_is_refused_as_such() -> None:
    assert "newer" in faults(GOLDEN.replace("format = 1", "format = 2"))["format"]


def test_texts_come_out_clean() -> None:
    goal = goals.parse(GOLDEN.replace("Zeggen wat", r"Zeg\u001b[31m\ngen wat").encode(), "goal.toml")
    assert goal.what == "Zeg[31m gen wat ik zie"


def test_a_goal_goes_on_until_it_is_reached_or_dropped() -> None:
    goal = structs.replace(golden(), look_backs=())
    assert (goal.status, goal.is_open, goal.carried) == ("open", True, 0)
    goal = goal.looked_back(LookBack(session=FIRST, at=MADE, outcome="not"))
    goal = goal.looked_back(LookBack(session=FIRST, at=MADE, outcome="partly"))
    assert (goal.status, goal.is_open, goal.carried, goal.closed) == ("partly", True, 1, None)
    later = MADE + timedelta(days=90)
    goal = goal.looked_back(LookBack(session=SECOND, at=later, outcome="reached"))
    assert (goal.status, goal.is_open, goal.carried, goal.closed) == ("reached", False, 1, later)


def test_a_goal_is_late_after_its_day() -> None:
    goal = structs.replace(golden(), by=date(2026, 10, 1))
    assert not goal.is_late(date(2026, 10, 1))
    assert not goal.is_late(date(2026, 9, 30))
    assert goal.is_late(date(2026, 10, 2))
    assert not goal.looked_back(LookBack(at=MADE, outcome="dropped")).is_late(date(2026, 10, 2))
    assert not structs.replace(goal, by=None).is_late(date(2026, 10, 2))


def test_ids_are_those_of_goals() -> None:
    identifier = goals.new_id(MADE, "0a1b2c")
    assert identifier == golden().id
    assert goals.is_id(identifier)
    assert not goals.is_id(FIRST)
    assert goals.relative_path(identifier).as_posix() == f"goals/{identifier}.toml"


def test_lines_of_a_goal_are_one_line_of_500_at_most() -> None:
    broken = GOLDEN.replace('"de teamleider"', '"de\\nteamleider"').replace('"Bij één gezin, deze week"', '"x\\ty"')
    read = goals.parse(broken.replace("target = 3.5", "target = 0.5").encode(), "goal.toml")
    assert (read.helper, read.first_step, read.target) == ("de teamleider", "x y", 0.5)
    assert goals.parse(GOLDEN.replace("de teamleider", "x" * 500).encode(), "goal.toml").helper == "x" * 500
    assert list(faults(GOLDEN.replace("de teamleider", "x" * 501))) == ["helper"]
