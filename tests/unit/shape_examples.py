"""Instruments of other shapes than the bundled ones, and sessions on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache

from reflect_tui.model import instrument as model_instrument
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Role, Score, Session
from tests.unit.examples import DATA

GLOOMY: Mapping[str, Score] = {
    "down": 3, "tired": 3, "cheerful": 0, "restless": 0, "worried": 0, "jumpy": 1, "slept": 3, "paused": 3,
}  # fmt: skip
"""On "strain": gloom at its highest, hardly any unrest, good rest."""
BETTER: Mapping[str, Score] = {**GLOOMY, "down": 0, "tired": 1, "cheerful": 3}
"""The gloom is gone."""


@cache
def shape(name: str) -> Instrument:
    """Give the instrument of this name below tests/data/instruments."""
    return model_instrument.load(DATA / "instruments" / f"{name}.toml")


def filled(content: Instrument, scores: Mapping[str, Score], *, days: int = 0, role: Role = "self") -> Session:
    """Give a session on an instrument, `days` after 23 November 2026."""
    start = datetime(2026, 11, 23, 14, 5, tzinfo=timezone(timedelta(hours=1))) + timedelta(days=days)
    return Session(
        id=f"{start:%Y-%m-%dT%H%M}-{role}-4f2a9c",
        instrument=content.id,
        version=content.version,
        digest=content.digest,
        role=role,
        started=start,
        finished=start + timedelta(minutes=6),
        scores=dict(scores),
        notes={},
    )
