"""A journal with goals and old means about domains and statements that the newest version of their instrument lacks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import tomli_w
from msgspec import structs

from reflect_tui.model import goals, old_means
from reflect_tui.model.goals import Goal
from reflect_tui.model.old_means import Reference
from reflect_tui.store.journal import Journal
from tests.unit import examples
from tests.unit.examples import document
from tests.unit.versions import parsed

MADE = datetime(2026, 5, 12, 12, tzinfo=UTC)


def without_looking() -> dict[str, Any]:
    """Give version 2 of the small instrument: its first domain is gone, its second has another id."""
    content = document() | {"version": "2.0.0"}
    _looking, doing, together = content["domain"]
    doing["id"] = "acting"
    content["domain"] = [doing, together]
    content["change"] = [
        {"kind": "retired", "since": "2.0.0", "item": "calm"},
        {"kind": "retired", "since": "2.0.0", "item": "kind"},
        {"kind": "retired", "since": "2.0.0", "item": "signs"},
        {"kind": "domain_renamed", "since": "2.0.0", "domain": "doing", "into": ["acting"]},
    ]
    return content


def goal(mark: str, **changes: Any) -> Goal:
    fields: dict[str, Any] = {"instrument": "small", "what": f"Goal {mark}", "made": MADE} | changes
    return Goal(id=goals.new_id(MADE, f"{mark * 6}"), **fields)


def fill(journal: Journal) -> None:
    """Save a session on either version, three goals made on the first, and means of an old year."""
    first = examples.session(dict.fromkeys(examples.ITEMS, 2))
    journal.save(first, tomli_w.dumps(document()).encode())
    for each in (
        goal("a", domain="looking", items=("calm",), session=first.id, target=3.0),
        goal("b", domain="doing", target=3.5),
        goal("c", domain="never-was", items=("nor-this",)),
    ):
        journal.goals.save(each.id, goals.dumps(each), "made")
    day = date(2024, 5, 12)
    means = {"looking": 2.5, "doing": 3.0}
    old = Reference(id=old_means.new_id(day, "0a1b2c"), instrument="small", day=day, entered=MADE, means=means)
    journal.references.save(old.id, old_means.dumps(old), "made")
    newer = parsed(without_looking())
    scores = dict.fromkeys((item.id for item in newer.items), 3)
    later = structs.replace(examples.session({}, days=200), version="2.0.0", digest=newer.digest, scores=scores)
    journal.save(later, tomli_w.dumps(without_looking()).encode())
