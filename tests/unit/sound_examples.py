"""A journal with sound sessions, and files beside them that are listed with their faults and counted nowhere."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

from reflect_tui.model import library
from reflect_tui.model import session as sessions
from reflect_tui.model.session import Role, Score, Session
from reflect_tui.store.journal import Journal
from tests.bundled import bundled, bundled_bytes

JGZ = library.DEFAULT
_FIRST = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=1)))
_COLLEAGUES = 85  # days: nearer to the faulty session of day 90 than to any sound one

FAULTS = ("off the scale", "unknown item", "wrong digest", "scores of 0", "unreadable")


def _session(score: Score, days: int, role: Role = "self", token: str = "4f2a9c") -> Session:
    content = bundled(JGZ, "en")
    started = _FIRST + timedelta(days=days)
    return Session(
        id=f"{started:%Y-%m-%dT%H%M}-{role}-{token}",
        instrument=content.id,
        version=content.version,
        digest=content.digest,
        role=role,
        started=started,
        finished=started + timedelta(minutes=6),
        scores={item.id: score if number % 5 else 3 for number, item in enumerate(content.items)},
    )


def sound(folder: Path) -> Journal:
    """Make a journal with two sessions of one's own that are sound, and the answers of three colleagues."""
    journal = Journal(folder / "journal", folder / "state")
    answered = [_session(2, 0), _session(4, 60)]
    answered += [_session(4, _COLLEAGUES, "colleague", token) for token in ("aaaaaa", "bbbbbb", "cccccc")]
    for session in answered:
        journal.save(session, bundled_bytes(JGZ))
    return journal


def spoil(journal: Journal, fault: str) -> None:
    """Add two sessions of one's own with a fault: one between the sound ones, one after them."""
    for days in (30, 90):
        session = _session(4, days)
        path = journal.root / sessions.relative_path(session.id)
        text = sessions.dumps(session).decode()
        spoiled = {
            "off the scale": re.sub(r"= [34]$", "= 7", text, flags=re.MULTILINE),
            "unknown item": text.replace("[scores]\n", "[scores]\nno-such-item = 4\n"),
            "wrong digest": text.replace(session.digest, "sha256:" + "0" * 64),
            "scores of 0": re.sub(r"= [34]$", "= 0", text, flags=re.MULTILINE),
            "unreadable": text.replace("[scores]", "<<<"),
        }[fault]
        assert spoiled != text
        path.write_text(spoiled)
