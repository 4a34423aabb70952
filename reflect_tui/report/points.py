"""Puts the points of an agenda and the goals in words, as the screens do: what, and the figures that show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from reflect_tui.agenda import Agenda, AgendaPoint
from reflect_tui.goal_form import target_text
from reflect_tui.goals import Goal, LookBack
from reflect_tui.i18n import _, format_date, pgettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages.agenda import evidence, title_of
from reflect_tui.pages.goals import age, domain_name, outcome_name
from reflect_tui.pages.words import day
from reflect_tui.report.plain import one_line, paragraphs
from reflect_tui.report.values import Fact, GoalLine, Point


class Spoken(Struct, frozen=True):
    """The points of a talk in words, strengths apart."""

    strengths: tuple[Point, ...] = ()
    agenda: tuple[Point, ...] = ()


def spoken(instrument: Instrument, agenda: Agenda | None, goals: Sequence[Goal]) -> Spoken:
    """Put the points that were kept in words; the strengths stand apart, the others in the order chosen."""
    kept = agenda.kept if agenda else ()
    return Spoken(
        tuple(_point(instrument, point, goals) for point in kept if point.kind == "strength"),
        tuple(_point(instrument, point, goals) for point in kept if point.kind != "strength"),
    )


def _point(instrument: Instrument, point: AgendaPoint, goals: Sequence[Goal]) -> Point:
    known = {goal.id: goal for goal in goals}
    said = (one_line(text) for text in evidence(point, instrument, known))
    return Point(
        title=one_line(title_of(point, instrument)),
        evidence=(*said, *_items(instrument, point)),
        remark=paragraphs(point.remark),
    )


def _items(instrument: Instrument, point: AgendaPoint) -> Iterator[str]:
    """Give the statements that a point rests on, each with its score, and the one before if that was another."""
    for item_id, score in point.items.items():
        known = item_id in instrument.positions
        text = one_line(instrument.sentence(instrument.item(item_id))) if known else item_id
        before = point.items_before.get(item_id)
        scores = str(score) if before in (None, score) else f"{before} → {score}"
        yield f"{scores}: {text}"


def goal_line(instrument: Instrument, goal: Goal, now: datetime, *, notes: bool) -> GoalLine:
    """Put a goal in words: its first step, helper, day and target, its age, and every look back, with notes or not."""
    return GoalLine(
        title=one_line(goal.what),
        facts=tuple(_goal_facts(instrument, goal, now)),
        looks=tuple(_look(back, notes=notes) for back in goal.look_backs),
        late=goal.is_late(now.date()),
    )


def _goal_facts(instrument: Instrument, goal: Goal, now: datetime) -> Iterable[Fact]:
    if goal.domain:
        yield Fact(_("Domain"), one_line(domain_name(goal, instrument)))
    if goal.first_step:
        yield Fact(_("First step"), one_line(goal.first_step))
    if goal.helper:
        yield Fact(_("With"), one_line(goal.helper))
    if goal.by:
        yield Fact(_("Due"), format_date(goal.by))
    if goal.target is not None:
        yield Fact(_("Target"), target_text(goal.target))
    yield Fact(pgettext("goal", "Made"), f"{day(goal.made)} ({age(goal.made, now)})")


def _look(back: LookBack, *, notes: bool) -> str:
    said = f"{day(back.at)}: {outcome_name(back.outcome)}"
    return f"{said}. {one_line(back.note)}" if notes and back.note.strip() else said
