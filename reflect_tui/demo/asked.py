"""The rounds of feedback in the demo journal: who was asked around the newest session, and what they wrote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import structs

from reflect_tui.demo.notes import Words
from reflect_tui.demo.story import Rater
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import RATERS as RATER_ROLES
from reflect_tui.model.round import Invited, Round, new_id, token_digest
from reflect_tui.model.session import Session

DAYS, CLOSING = 24, timedelta(hours=20)
"""How many days before the session the round was made; it was closed the evening before."""

ITEMS = 36
"""About so many items were asked: all 92 are too many for most."""

_RATER = {"visit": 9, "days": -1, "hour": 20, "minute": 0}
RATERS = (
    Rater(role="colleague", higher=0.30, lower=0.12, unknown=0.04, **_RATER),
    Rater(role="colleague", higher=0.22, lower=0.18, unknown=0.06, **_RATER),
    Rater(role="colleague", higher=0.28, lower=0.10, unknown=0.02, **_RATER),
    Rater(role="colleague", higher=0.16, lower=0.24, unknown=0.05, **_RATER),
    Rater(role="client", higher=0.42, lower=0.08, unknown=0.03, **_RATER),
    Rater(role="client", higher=0.30, lower=0.16, unknown=0.04, **_RATER),
    Rater(role="client", higher=0.36, lower=0.12, unknown=0.02, **_RATER),
)
LABELS: Sequence[Words] = (
    *((f"Collega {n}", f"Colleague {n}") for n in range(1, 5)),
    *((f"Ouder {n}", f"Parent {n}") for n in range(1, 4)),
)
COMMENTS: dict[tuple[int, int], Words] = {
    (0, 5): ("Zit vaker voor dan ze zelf denkt, en doet dat rustig.", "Chairs more often than she thinks, and calmly."),
    (0, 0): ("Neemt altijd even de tijd, ook op drukke dagen.", "Always takes a moment, also on busy days."),
    (1, 5): (
        "Ik zou haar graag het overleg met de school zien leiden.",
        "I would like to see her chair the school meeting.",
    ),
    (2, 2): ("Samenvatten gaat veel beter sinds de training.", "Summarising goes much better since the training."),
    (3, 6): ("Terugbellen schiet er in de winter wel eens bij in.", "Calling back is sometimes forgotten in winter."),
    (4, 0): ("Ik voelde me welkom.", "I felt welcome."),
    (5, 4): (
        "Ze legt het zo uit dat ik thuis weet wat ik kan doen.",
        "She explains it so that I know what to do at home.",
    ),
}
"""By rater and domain, by place: what they wrote to its first item that was asked."""


def rounds(instrument: Instrument, sessions: Sequence[Session], language: str) -> tuple[Round, ...]:
    """Give the round in confidence, closed just before one's newest session, and the manager's, who gave it by name."""
    newest = max((one for one in sessions if one.role == "self"), key=lambda one: one.started)
    manager = next(one for one in sessions if one.role == "manager")
    return in_confidence(instrument, newest, language), by_name(instrument, newest, language, manager)


def in_confidence(instrument: Instrument, newest: Session, language: str) -> Round:
    """Give the round of colleagues and clients."""
    word = 0 if language == "nl" else 1
    invited = tuple(
        Invited(role=rater.role, label=label[word], token=token_digest(f"demo {place}"), answered=True)
        for place, (rater, label) in enumerate(zip(RATERS, LABELS, strict=True))
        if rater.role != "self"
    )
    plain = _round(instrument, newest, language, invited, "5e1f0c")
    return structs.replace(plain, promise="confidential", closes=closing(newest).date(), items=_items(instrument))


def by_name(instrument: Instrument, newest: Session, language: str, manager: Session | None = None) -> Round:
    """Give the round of the manager, with what she gave."""
    label = "Leidinggevende" if language == "nl" else "Manager"
    token, session = token_digest("demo manager"), manager.id if manager else ""
    invited = (Invited(role="manager", label=label, token=token, answered=True, session=session),)
    return _round(instrument, newest, language, invited, "b05501")


def _round(instrument: Instrument, newest: Session, language: str, invited: tuple[Invited, ...], mark: str) -> Round:
    made = newest.started.replace(hour=10, minute=0) - timedelta(days=DAYS)
    roles = tuple(role for role in RATER_ROLES if any(one.role == role for one in invited))
    return Round(
        id=new_id(made, roles, mark),
        instrument=instrument.id,
        version=instrument.version,
        digest=instrument.digest,
        about="Noor",
        language=language,
        promise="named",
        made=made,
        closes=newest.started.date() + timedelta(days=2),
        state="closed",
        items=tuple(item.id for item in instrument.items),
        invited=invited,
    )


def closing(newest: Session) -> datetime:
    """Give the moment that the round was closed, which all answers bear."""
    return newest.started.replace(hour=0, minute=0) - timedelta(days=1) + CLOSING


def notes(instrument: Instrument, rater: int, asked: Sequence[str], language: str) -> dict[str, str]:
    """Give what a rater wrote, by item."""
    word = 0 if language == "nl" else 1
    written: dict[str, str] = {}
    for (number, place), words in COMMENTS.items():
        domain = instrument.domains[place % len(instrument.domains)]
        item = next((item.id for item in domain.items if item.id in asked), None)
        if number == rater and item:
            written[item] = words[word]
    return written


def _items(instrument: Instrument) -> tuple[str, ...]:
    """Choose items spread evenly over every domain, at least one of each."""
    every = max(1, len(instrument.items) // ITEMS)
    return tuple(item.id for domain in instrument.domains for item in domain.items[::every])
