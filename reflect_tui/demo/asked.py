"""The round of feedback in the demo journal: who was asked before the newest session, and what they wrote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from reflect_tui.demo.notes import Words
from reflect_tui.demo.story import Rater
from reflect_tui.feedback.round import Invited, Round, new_id, token_digest
from reflect_tui.instrument import Instrument
from reflect_tui.session import Session

DAYS, CLOSING = 24, timedelta(hours=20)
"""How many days before the session the round was made; it was closed the evening before."""

ITEMS = 36
"""About so many items were asked: all 92 are too many for most."""

_RATER = {"visit": 9, "days": -1, "hour": 20, "minute": 0}
RATERS = (
    Rater(role="manager", higher=0.20, lower=0.14, unknown=0.05, **_RATER),
    Rater(role="colleague", higher=0.30, lower=0.12, unknown=0.04, **_RATER),
    Rater(role="colleague", higher=0.22, lower=0.18, unknown=0.06, **_RATER),
    Rater(role="colleague", higher=0.28, lower=0.10, unknown=0.02, **_RATER),
    Rater(role="colleague", higher=0.16, lower=0.24, unknown=0.05, **_RATER),
    Rater(role="client", higher=0.42, lower=0.08, unknown=0.03, **_RATER),
    Rater(role="client", higher=0.30, lower=0.16, unknown=0.04, **_RATER),
    Rater(role="client", higher=0.36, lower=0.12, unknown=0.02, **_RATER),
)
LABELS: Sequence[Words] = (
    ("Leidinggevende", "Manager"),
    *((f"Collega {n}", f"Colleague {n}") for n in range(1, 5)),
    *((f"Ouder {n}", f"Parent {n}") for n in range(1, 4)),
)
COMMENTS: dict[tuple[int, int], Words] = {
    (0, 5): ("Zit vaker voor dan ze zelf denkt, en doet dat rustig.", "Chairs more often than she thinks, and calmly."),
    (1, 0): ("Neemt altijd even de tijd, ook op drukke dagen.", "Always takes a moment, also on busy days."),
    (2, 5): (
        "Ik zou haar graag het overleg met de school zien leiden.",
        "I would like to see her chair the school meeting.",
    ),
    (3, 2): ("Samenvatten gaat veel beter sinds de training.", "Summarising goes much better since the training."),
    (4, 6): ("Terugbellen schiet er in de winter wel eens bij in.", "Calling back is sometimes forgotten in winter."),
    (5, 0): ("Ik voelde me welkom.", "I felt welcome."),
    (6, 4): (
        "Ze legt het zo uit dat ik thuis weet wat ik kan doen.",
        "She explains it so that I know what to do at home.",
    ),
}
"""By rater and domain, by place: what they wrote to its first item that was asked."""


def rounds(instrument: Instrument, newest: Session, language: str) -> tuple[Round, ...]:
    """Give the one round, closed just before one's newest session."""
    made = newest.started.replace(hour=10, minute=0) - timedelta(days=DAYS)
    word = 0 if language == "nl" else 1
    asked = zip(RATERS, LABELS, strict=True)
    found = Round(
        id=new_id(made, ("manager", "colleague", "client"), "5e1f0c"),
        instrument=instrument.id,
        version=instrument.version,
        digest=instrument.digest,
        about="Noor",
        language=language,
        promise="confidential",
        made=made,
        closes=closing(newest).date(),
        state="closed",
        items=_items(instrument),
        invited=tuple(
            Invited(role=rater.role, label=label[word], token=token_digest(f"demo {place}"), answered=True)
            for place, (rater, label) in enumerate(asked)
            if rater.role != "self"
        ),
    )
    return (found,)


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
