"""Scores, goals and agendas of the small instrument."""

from __future__ import annotations

from reflect_tui.model.agenda import Agenda
from reflect_tui.model.goals import Goal
from reflect_tui.model.session import Score
from tests.unit.examples import ITEMS, session


def every(score: int, **more: Score) -> dict[str, Score]:
    """Give one score for every statement, but for those that are named."""
    return dict.fromkeys(ITEMS, score) | more


def kinds(agenda: Agenda) -> list[tuple[str, str]]:
    """Say of each point what it is and what about."""
    return [(point.kind, point.about) for point in agenda.points]


def goal(**more: object) -> Goal:
    """Give a goal about a domain of the small instrument."""
    made = session(every(3)).started
    given = {"id": "2026-04-20T1605-goal-0a1b2c", "instrument": "small", "what": "x", "made": made, "domain": "doing"}
    return Goal(**(given | more))  # type: ignore[arg-type] # the test's own values
