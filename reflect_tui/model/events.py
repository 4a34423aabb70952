"""Something that may explain a change, such as a training: when it was and what, one small TOML file each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.errors import Fault, ReflectError
from reflect_tui.i18n import _
from reflect_tui.text import clean
from reflect_tui.toml import formats

FOLDER = "events"
MAX_LABEL = 80
_DAY_OF_MONTH = 15  # where an event of which only the month is known stands in a chart
_WHEN = r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?"
_ID = rf"^{_WHEN}-event-[0-9a-f]{{6}}$(?!\n)"
EventId = Annotated[str, Meta(pattern=_ID)]
When = Annotated[str, Meta(pattern=rf"^{_WHEN}$(?!\n)")]
Label = Annotated[str, Meta(min_length=1, max_length=MAX_LABEL, pattern=r"\S")]


class Event(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One event; `when` is a day (2026-03-12) or a whole month (2026-03)."""

    format: Literal[1]
    id: EventId
    when: When
    label: Label

    @property
    def moment(self) -> datetime:
        """Where it stands in a chart: noon of its day, or the middle of its month."""
        day = date.fromisoformat(self.when if self.has_day else f"{self.when}-{_DAY_OF_MONTH}")
        return datetime.combine(day, time(12)).astimezone()

    @property
    def has_day(self) -> bool:
        """Whether the day is known, or only the month."""
        return self.when.count("-") > 1


def new_event(when: str, label: str, randomness: str) -> Event:
    """Make an event; `randomness` is six hexadecimal digits.

    Raises:
        ReflectError: there is no such day or month, or nothing is said about it.
    """
    words = " ".join(clean(label).split())
    if not _is_moment(when):
        text = _('"{when}" is no month or day; write it as 2026-03 or 2026-03-12.')
        raise ReflectError(text.format(when=when))
    if not words or len(words) > MAX_LABEL:
        raise ReflectError(_("Say in 1 to {n} characters what happened.").format(n=MAX_LABEL))
    return Event(format=1, id=f"{when}-event-{randomness}", when=when, label=words)


def is_id(text: str) -> bool:
    """Whether a text is written as the id of an event."""
    return re.fullmatch(_ID, text) is not None


def dumps(event: Event) -> bytes:
    """Return an event's file; the same event gives the same bytes."""
    return formats.toml(structs.asdict(event)).encode()


def parse(data: bytes, path: Path | str) -> Event:
    """Read the bytes of an event's file; its label comes out clean.

    Raises:
        BadFileError: with every fault found.
    """
    event = formats.parse(data, Event, path, _faults)
    return structs.replace(event, label=clean(event.label, multiline=False))


def _faults(document: formats.Document) -> Iterator[Fault]:
    when = document.get("when")
    if isinstance(when, str) and re.fullmatch(_WHEN, when) and not _is_moment(when):
        yield Fault("when", _("is no month or day that there is"))


def _is_moment(when: str) -> bool:
    """Whether a text is a day, or a month, of the calendar."""
    if not re.fullmatch(_WHEN, when):
        return False
    try:
        datetime.combine(date.fromisoformat(when if when.count("-") > 1 else f"{when}-01"), time(12)).astimezone()
    except (ValueError, OverflowError, OSError):
        return False
    return True
