"""A session by lines begins with the look back on the goals that go on, and no file of scores is upset by it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui import i18n
from reflect_tui.line_mode.start import parse_outcome
from reflect_tui.model import goals
from reflect_tui.model.goals import Goal
from tests.unit.plain_examples import DIGCOMP, JGZ, Desk, words

GOAL = Goal(
    id="2026-03-20T1549-goal-90a1f0",
    instrument=JGZ,
    what="Take the lead",
    first_step="Chair the next meeting",
    helper="The team leader",
    by=date(2027, 1, 14),
    made=datetime(2026, 3, 20, 15, 49, tzinfo=UTC),
)
OTHER = structs.replace(GOAL, id="2026-07-21T2048-goal-7be11e", what="Call back", by=None, first_step="", helper="")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    for goal in (GOAL, OTHER):
        made.journal.goals.save(goal.id, goals.dumps(goal), "made")
    return made


def kept(desk: Desk, goal: Goal = GOAL) -> Goal:
    found = desk.journal.goals.get(goal.id).value
    assert found
    return found


def test_every_goal_that_goes_on_is_told_and_asked_about_the_oldest_first(desk: Desk) -> None:
    said = words(desk.new("partly", "twice so far", "reached", "", "3", "q"))
    assert "Goal 1 of 2: Take the lead First step: Chair the next meeting Who helps: The team leader" in said
    assert "By 14 Jan 2027; for 8 months." in said
    assert said.index("Take the lead") < said.index("Goal 2 of 2: Call back") < said.index("1 of 92.")
    assert [(back.outcome, back.note) for back in kept(desk).look_backs] == [("partly", "twice so far")]
    assert kept(desk).look_backs[0].session == desk.drafts[0].id
    assert [(back.outcome, back.note) for back in kept(desk, OTHER).look_backs] == [("reached", "")]
    assert "Statement 1: 3 fair." in said


def test_the_next_session_asks_about_what_is_left_and_says_what_was_written(desk: Desk) -> None:
    desk.new("not", "no meeting", "dropped", "", *"3" * 92, "f")
    said = words(desk.new("", "q"))
    assert "Goal 1 of 1: Take the lead" in said
    assert "not yet, for 8 months, 1 session." in said
    assert "You wrote: no meeting" in said
    assert "Call back" not in said
    assert len(kept(desk).look_backs) == 1


def test_a_file_of_scores_fills_in_a_session_whatever_goals_there_are(desk: Desk) -> None:
    desk.new(*"3" * 92, "f")
    assert desk.code == 0
    assert set(desk.session.scores.values()) == {3}
    assert kept(desk) == GOAL


def test_a_session_gone_on_with_a_role_or_an_instrument_of_its_own_asks_nothing(desk: Desk) -> None:
    desk.new("", "", "3", "q")
    assert "Goal 1" not in desk.new("y", "q")
    assert "Goal 1" not in desk.new("q", role="colleague")
    assert "Goal 1" not in desk.new("q", instrument=DIGCOMP)


def test_a_word_that_is_none_is_asked_again_and_an_end_of_input_changes_nothing(desk: Desk) -> None:
    said = words(desk.new("maybe", "?"))
    assert said.count("What came of it? reached, partly, not yet, dropped;") == 4  # the second goal is put as well
    assert kept(desk) == GOAL
    assert desk.code == 1


def test_a_goal_changed_meanwhile_is_never_overwritten(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = structs.replace(GOAL, what="Something else")
    whole = desk.journal.goals.all()
    path = desk.journal.root / goals.relative_path(GOAL.id)
    monkeypatch.setattr(type(desk.journal.goals), "all", lambda _self: whole)
    path.write_bytes(goals.dumps(changed))
    said = words(desk.new("reached", "", "", "q"))
    assert "Not saved: " in said
    assert path.read_bytes() == goals.dumps(changed)


@pytest.mark.parametrize(
    ("language", "line", "outcome"),
    [
        ("en", "Reached", "reached"),
        ("en", "par", "partly"),
        ("en", "not", "not"),
        ("en", "re", None),
        ("en", "", None),
        ("nl", "bereikt", "reached"),
        ("nl", "nog  niet", "not"),
        ("nl", "niet", "not"),
        ("nl", "losgelaten", "dropped"),
        ("nl", "deels", "partly"),
        ("nl", "3", None),
    ],
)
def test_an_outcome_is_named_in_the_users_words_or_in_english(language: str, line: str, outcome: str | None) -> None:
    i18n.use_language(language)
    assert parse_outcome(line) == outcome
