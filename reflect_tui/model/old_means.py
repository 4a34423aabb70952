"""Means of domains that are left of a day without its scores: something to look back on, never to count with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.errors import Fault
from reflect_tui.i18n import _, format_number
from reflect_tui.model.instrument import Identifier, Instrument
from reflect_tui.model.session import Moment, noon
from reflect_tui.toml import formats

FOLDER = "references"
_ID = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}-reference-[0-9a-f]{6}$(?!\n)"
ReferenceId = Annotated[str, Meta(pattern=_ID)]
Mean = Annotated[float, Meta(ge=0, le=10)]


class Reference(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The means of one day by domain id, as they stood on paper; `entered` is when they were imported."""

    format: Literal[1] = 1
    id: ReferenceId
    instrument: Identifier
    day: date
    entered: Moment
    means: Annotated[dict[Identifier, Mean], Meta(min_length=1)]

    @property
    def moment(self) -> datetime:
        """Where it stands in a chart."""
        return noon(self.day)


def new_id(day: date, randomness: str) -> str:
    """Make an id; `randomness` is six hexadecimal digits."""
    return f"{day}-reference-{randomness}"


def dumps(reference: Reference) -> bytes:
    """Return a file; the same means give the same bytes."""
    return formats.toml(formats.document_of(reference)).encode()


def parse(data: bytes, path: Path | str) -> Reference:
    """Read the bytes of a file.

    Raises:
        BadFileError: with every fault found.
    """
    return formats.parse(data, Reference, path, _faults)


def _faults(document: formats.Document) -> Iterator[Fault]:
    day = document.get("day")
    if isinstance(day, date) and not str(document.get("id", "")).startswith(f"{day}-"):
        yield Fault("day", _("is not the day in the id"))


def lone_fault(instrument: Instrument, domain_id: str, mean: Decimal | None) -> str:
    """Say why a number can't be the mean of a domain of one statement; "" when it can, and of several any can."""
    items = next((domain.items for domain in instrument.domains if domain.id == domain_id), ())
    if len(items) != 1 or mean is None or mean == int(mean):
        return ""
    return _('"{mean}" is no mean of a domain of one statement: that is a whole score').format(
        mean=format_number(float(mean))
    )


def fitting(
    references: Iterable[Reference], instrument: Instrument, scored: Iterable[date] = ()
) -> tuple[Reference, ...]:
    """Choose those of an instrument, oldest first, with the domains that it has and means that are on its scale.

    On a day that is `scored` the scores count: two devices that are joined may each have brought one of them.
    """
    days = frozenset(scored)
    scale = instrument.scale
    found = []
    for reference in references:
        if reference.instrument == instrument.id and reference.day not in days:
            means = {
                domain.id: reference.means[domain.id]
                for domain in instrument.domains
                if domain.id in reference.means and scale.lowest <= reference.means[domain.id] <= scale.highest
            }
            found += [structs.replace(reference, means=means)] if means else []
    return tuple(sorted(found, key=lambda reference: (reference.day, reference.id)))
