"""The goals and the agenda of the demo journal: one reached, one that goes on for two sessions, one just made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct, structs

from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.talking_points import propose
from reflect_tui.demo import story
from reflect_tui.demo.notes import Words
from reflect_tui.model import events
from reflect_tui.model.agenda import Agenda, AgendaPoint
from reflect_tui.model.events import Event
from reflect_tui.model.goals import Goal, LookBack, Outcome, new_id
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session

NONE: Words = ("", "")


class Told(Struct, frozen=True, kw_only=True):
    """One goal of the story: after which visit it was made, about which domain (by place), and what came of it.

    `days` is by when, after it was made; `item` is a part of a statement's id, "" for the whole domain.
    """

    visit: int
    domain: int
    item: str = ""
    what: Words
    first_step: Words
    helper: Words = NONE
    days: int
    target: float | None = None
    mark: str
    backs: tuple[tuple[int, Outcome, Words], ...] = ()


STORY = (
    Told(
        visit=5,
        domain=2,
        item="samenvatten",
        what=("In elk gesprek ten minste één keer samenvatten", "Summarise at least once in every talk"),
        first_step=("Oefenen in drie consulten, daarna terugkijken", "Try it in three visits, then look back"),
        helper=("Een collega die meekijkt", "A colleague who sits in"),
        days=150,
        target=3.0,
        mark="51c0de",
        backs=(
            (6, "partly", ("Lukt als er tijd is", "Works when there is time")),
            (7, "reached", ("Gaat nu vanzelf", "Comes by itself now")),
        ),
    ),
    Told(
        visit=7,
        domain=5,
        what=(
            "In overleg met andere instellingen het voortouw nemen",
            "Take the lead in meetings with other organisations",
        ),
        first_step=(
            "Het eerstvolgende overleg zelf voorbereiden en voorzitten",
            "Prepare and chair the next meeting myself",
        ),
        helper=("De teamleider", "The team leader"),
        days=300,
        target=3.0,
        mark="90a1f0",
        backs=(
            (8, "not", ("Geen overleg gehad deze periode", "There was no meeting this time")),
            (9, "partly", ("Eén keer voorgezeten; spannend, ging goed", "Chaired one; daunting, went well")),
        ),
    ),
    Told(
        visit=8,
        domain=6,
        what=("Afspraken om terug te bellen binnen een week nakomen", "Call back within a week, as agreed"),
        first_step=("Een vast halfuur op vrijdag in de agenda", "Half an hour every Friday in my diary"),
        days=180,
        mark="7be11e",
    ),
)

OWN_POINT: Words = (
    "Vier uur per maand voor overleg met partners",
    "Four hours a month for meetings with partners",
)
TRAINING: Words = ("training motiverende gespreksvoering", "training in motivational interviewing")
REMARK: Words = (
    "Hier ben ik trots op: sinds de training ga ik gesprekken anders in.",
    "Proud of this: since the training I enter talks differently.",
)


def goals(instrument: Instrument, own: Sequence[Session], language: str) -> tuple[Goal, ...]:
    """Give the goals, oldest first; `own` are one's own sessions, oldest first."""
    return tuple(_goal(told, instrument, own, 0 if language == "nl" else 1) for told in STORY)


def _goal(told: Told, instrument: Instrument, own: Sequence[Session], word: int) -> Goal:
    session = own[told.visit]
    made = session.finished + timedelta(minutes=12)
    domain = instrument.domains[told.domain % len(instrument.domains)]
    backs = tuple(
        LookBack(session=own[visit].id, at=own[visit].started, outcome=outcome, note=note[word])
        for visit, outcome, note in told.backs
    )
    return Goal(
        id=new_id(made, told.mark),
        instrument=instrument.id,
        domain=domain.id,
        items=tuple(item.id for item in domain.items if item.id == told.item),
        what=told.what[word],
        first_step=told.first_step[word],
        helper=told.helper[word],
        by=(made + timedelta(days=told.days)).date(),
        target=told.target,
        made=made,
        session=session.id,
        look_backs=backs,
    )


def happened(own: Sequence[Session], language: str) -> tuple[Event, ...]:
    """Give what happened meanwhile: the training in the month before the visit after it."""
    month = own[story.TRAINING].started - timedelta(days=30)
    return (events.make(f"{month:%Y-%m}", TRAINING[0 if language == "nl" else 1], "3f2a10"),)


def agenda(
    instrument: Instrument,
    sessions: Sequence[Session],
    rounds: Sequence[Round],
    goals: Sequence[Goal],
    language: str,
) -> Agenda:
    """Give the agenda of one's newest session, with a remark, and a point of one's own instead of the last low one.

    The goal about that domain is on the agenda as well.
    """
    word = 0 if language == "nl" else 1
    own = [session for session in sessions if session.role == "self"]
    others = compare(instrument, own[-1], own, sessions, {found.id: found for found in rounds})
    proposed = propose(instrument, own[-1], own[-2], goals, others)
    remarked = [
        structs.replace(point, remark=REMARK[word]) if point.kind == "strength" and place else point
        for place, point in enumerate(proposed.points)
    ]
    least = max((place for place, point in enumerate(remarked) if point.kind == "low"), default=None)
    chosen = [structs.replace(point, dropped=place == least) for place, point in enumerate(remarked)]
    point = AgendaPoint(kind="own", text=OWN_POINT[word])
    return structs.replace(proposed, points=(*chosen, point))
