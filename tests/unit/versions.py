"""A second version of the small instrument, with every kind of change, shared by the tests of change."""

from __future__ import annotations

from functools import cache
from typing import Any

import tomli_w
from msgspec import structs

from reflect_tui.model import instrument
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Score, Session
from tests.unit.examples import _item, document, fresh, session

CHANGES: list[dict[str, Any]] = [
    {"kind": "renamed", "since": "2.0", "item": "kind", "into": ["warm"], "same_meaning": True},
    {"kind": "reworded", "since": "2.0.0", "item": "calm", "same_meaning": True},
    {"kind": "reworded", "since": "2.0.0", "item": "signs", "into": ["spots"], "same_meaning": False},
    {"kind": "split", "since": "2.0.0", "item": "asks", "into": ["asks-early", "asks-late"]},
    {"kind": "retired", "since": "2.0.0", "item": "gives"},
    {"kind": "added", "since": "2.0.0", "item": "shares"},
]


def newer_document() -> dict[str, Any]:
    """Give version 2.0.0: "doing" as it was, "looking" with a new id and a new meaning, "together" all new."""
    content = document()
    content["version"] = "2.0.0"
    looking, _doing, together = content["domain"]
    looking["item"] = [
        _item("calm", "calm, whatever happens", "attitude", stem="I stay:"),
        _item("warm", "kind", "attitude", stem="I stay:"),
        _item("spots", "I spot the signs early", "knowledge"),
    ]
    together["item"] = [
        _item("asks-early", "I ask early", "attitude"),
        _item("asks-late", "I ask late", "attitude"),
        _item("shares", "I share", "skill"),
    ]
    content["change"] = [dict(change) for change in CHANGES]
    return content


def parsed(content: dict[str, Any]) -> Instrument:
    """Check an instrument as its file would be."""
    return instrument.parse(tomli_w.dumps(content).encode(), "small.toml")


@cache
def newer() -> Instrument:
    """Give version 2.0.0 of the small instrument."""
    return parsed(newer_document())


def later(scores: dict[str, Score], **more: Any) -> Session:
    """Give a session on version 2.0.0."""
    made = session(scores, **{"days": 100, **more})
    return structs.replace(made, version="2.0.0", digest=fresh(newer().digest))


NEWEST_CHANGES: list[dict[str, Any]] = [
    {"kind": "domain_renamed", "since": "3.0.0", "domain": "doing", "into": ["acting"]},
    {"kind": "moved", "since": "3.0.0", "item": "shares", "domain": "acting"},
    {"kind": "merged", "since": "3.0.0", "items": ["asks-early", "asks-late"], "into": ["asks-now"]},
]


@cache
def newest() -> Instrument:
    """Give version 3.0.0: "doing" is called "acting", with an item of "together"; two of that are one."""
    content = newer_document() | {"version": "3.0.0"}
    _looking, doing, together = content["domain"]
    shares = together["item"].pop()
    doing |= {"id": "acting", "title": "Acting", "item": [*doing["item"], shares]}
    together["item"] = [_item("asks-now", "I ask", "attitude")]
    content["change"] += [dict(change) for change in NEWEST_CHANGES]
    return parsed(content)


def answered(on: Instrument, scores: dict[str, Score], **more: Any) -> Session:
    """Give a session on a version."""
    made = session(scores, **{"days": 100, **more})
    return structs.replace(made, version=on.version, digest=fresh(on.digest))
