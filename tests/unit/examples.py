"""A small instrument, sessions on it, and settings for properties, shared by the unit tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import tomli_w

from reflect_tui.model import instrument as model_instrument
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Role, Score, Session

DATA = Path(__file__).parents[1] / "data"
ITEMS = ("calm", "kind", "signs", "acts", "tells", "asks", "gives")
HUGE = "0x" + "F" * 5000
"""A number that TOML allows and that Python refuses to print."""

quick = hypothesis.settings(max_examples=60, deadline=None)
"""For properties: enough examples to find a fault, few enough to run at every save."""


def _item(identifier: str, text: str, focus: str, **more: str) -> dict[str, str]:
    return {"id": identifier, "text": text, "focus": focus, "other": f"{{name}} {text}", **more}


def document() -> dict[str, Any]:
    """Give a small instrument as its file has it: 3 domains of 3, 2 and 2 items; stems, an `under`, an optional."""
    return {
        "format": 1,
        "id": "small",
        "version": "1.2.0",
        "language": "nl",
        "title": "Small",
        "source": {"publisher": "We", "document": "Tests", "rights": "None"},
        "scale": {
            "high_above": 3,
            "min_coverage": 0.5,
            "points": [{"value": n, "label": label} for n, label in enumerate(("bad", "poor", "fair", "good"), 1)],
        },
        "domain": [
            {
                "id": "looking",
                "title": "Looking at what is there",
                "short": "Looking",
                "item": [
                    _item("calm", "calm", "attitude", stem="I stay:"),
                    _item("kind", "kind", "attitude", stem="I stay:"),
                    _item("signs", "I know the signs", "knowledge"),
                ],
            },
            {
                "id": "doing",
                "title": "Doing",
                "item": [
                    _item("acts", "I act on them", "skill"),
                    _item("tells", "I tell others", "skill", under="acts"),
                ],
            },
            {
                "id": "together",
                "title": "Together",
                "optional": True,
                "item": [_item("asks", "I ask", "attitude"), _item("gives", "I give", "skill")],
            },
        ],
    }


def changed(path: str, value: object) -> bytes:
    """Give the small instrument's file with the value at a path (`domain.0.item.1.text`) replaced."""
    content = document()
    *parents, last = path.split(".")
    part: Any = content
    for name in parents:
        part = part[int(name)] if isinstance(part, list) else part[name]
    part[int(last) if isinstance(part, list) else last] = value
    return tomli_w.dumps(content).encode()


def changed_raw(path: str, toml: str) -> bytes:
    """Give the small instrument's file with TOML of one's own as the value at a path."""
    return changed(path, "@@").replace(b'"@@"', toml.encode())


@cache
def small(high_above: float = 3, min_coverage: float = 0.5) -> Instrument:
    """Give the small instrument, with another threshold or coverage if wanted."""
    content = document()
    content["scale"] |= {"high_above": high_above, "min_coverage": min_coverage}
    return model_instrument.parse(tomli_w.dumps(content).encode(), "small.toml")


def fresh(text: str) -> str:
    """Copy a text: equal and yet another object, as what is read from two files is."""
    return "".join(list(text))


def session(
    scores: Mapping[str, Score],
    *,
    role: Role = "self",
    days: int = 0,
    instrument: str = "small",
    notes: Mapping[str, str] | None = None,
) -> Session:
    """Give a session on the small instrument, `days` after 23 November 2026."""
    start = datetime(2026, 11, 23, 14, 5, tzinfo=timezone(timedelta(hours=1))) + timedelta(days=days)
    return Session(
        id=f"{start:%Y-%m-%dT%H%M}-{role}-4f2a9c",
        instrument=fresh(instrument),
        version="1.2.0",
        digest=fresh(small().digest),
        role=role,
        started=start,
        finished=start + timedelta(minutes=6, seconds=20),
        scores=dict(scores),
        notes=dict(notes or {}),
    )
