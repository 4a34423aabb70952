"""Which statements to ask others: a part that is short enough to answer, spread over domains and foci; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from fractions import Fraction
from math import ceil

from msgspec import structs

from reflect_tui.errors import ReflectError
from reflect_tui.forms.fields import parse_count
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Domain, Instrument, Item
from reflect_tui.model.instrument_faults import FOCUSES

FEWEST = 36
"""Statements that most people will still answer with care; of a short instrument so many are asked at least."""
EVERYTHING = "all"
_MOST = 9_999  # who asks for more than there are gets all
SECONDS = 15
"""What one statement about someone else takes, reading and now and then a comment included: a rough guess."""


def choose_items(instrument: Instrument, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """Choose items by a number, by "all" or by the ids of domains; without any, as many as are suggested.

    Raises:
        ReflectError: the number is no count, there is no such domain, or nothing that others can be asked.
    """
    if not any(map(_is_askable, instrument.items)):
        text = _("{title} has no statement with words about someone else, so others can't be asked.")
        raise ReflectError(text.format(title=instrument.title))
    if list(wanted) == [EVERYTHING]:
        return tuple(item.id for item in instrument.items if _is_askable(item))
    if not wanted:
        return suggest(instrument)
    if len(wanted) == 1 and re.fullmatch(r"[-+]?\d+", wanted[0]):
        try:
            return suggest(instrument, wanted=parse_count(wanted[0], _MOST))
        except ValueError as error:
            raise ReflectError(str(error)) from None
    known = [domain.id for domain in instrument.domains]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        text = _('There is no domain "{id}"; there are: {known}. A number of statements, or all, will do as well.')
        raise ReflectError(text.format(id=unknown[0], known=", ".join(known)))
    return tuple(item.id for domain in _asked(instrument, wanted) for item in domain.items)


def minutes(items: int) -> int:
    """Guess how many minutes so many statements take."""
    return max(1, round(items * SECONDS / 60))


def usual_count(content: Instrument, domains: Collection[str] = ()) -> int:
    """Count what is asked unless someone says otherwise: of each domain enough for a comparison to judge it."""
    asked = _asked(content, domains)
    total = sum(len(domain.items) for domain in asked)
    return max(min(FEWEST, total), sum(needed(content, domain) for domain in asked))


def needed(content: Instrument, domain: Domain) -> int:
    """Count the items of a domain that a verdict takes."""
    return ceil(content.scale.coverage * len(domain.items))


def suggest(content: Instrument, domains: Collection[str] = (), wanted: int | None = None) -> tuple[str, ...]:
    """Choose about so many items from these domains (all when none is named), in the order of the instrument.

    Each domain gets what a verdict takes when there are enough for that, and a share as large as its part of the items
    otherwise, at least one; within a domain each focus does, and what is taken of a focus lies evenly spread over it.
    """
    asked = _asked(content, domains)
    sizes = [len(domain.items) for domain in asked]
    least = [needed(content, domain) for domain in asked]
    seats = min(usual_count(content, domains) if wanted is None else wanted, sum(sizes))
    if seats < sum(least):
        least = [0] * len(asked)
    rest = divide_seats([size - count for size, count in zip(sizes, least, strict=True)], seats - sum(least))
    taken = {
        item.id for domain, some, more in zip(asked, least, rest, strict=True) for item in _of(domain, some + more)
    }
    return tuple(item.id for item in content.items if item.id in taken)


def _asked(content: Instrument, domains: Collection[str]) -> list[Domain]:
    """Return the domains with the items that have words about someone else."""
    chosen = [domain for domain in content.domains if not domains or domain.id in domains]
    cut = [structs.replace(domain, items=tuple(filter(_is_askable, domain.items))) for domain in chosen]
    return [domain for domain in cut if domain.items]


def _is_askable(item: Item) -> bool:
    return bool(item.other)


def _of(domain: Domain, share: int) -> list[Item]:
    own = dict.fromkeys(item.focus for item in domain.items if item.focus and item.focus not in FOCUSES)
    by_focus = ([item for item in domain.items if item.focus == focus] for focus in (*FOCUSES, *own, None))
    groups = [group for group in by_focus if group]
    if share < len(groups):
        return _spread(domain.items, share)
    shares = divide_seats([len(group) for group in groups], share)
    return [item for group, count in zip(groups, shares, strict=True) for item in _spread(group, count)]


def _spread(items: Sequence[Item], count: int) -> list[Item]:
    return [items[(2 * number + 1) * len(items) // (2 * count)] for number in range(count)]


def divide_seats(sizes: Sequence[int], seats: int) -> list[int]:
    """Divide seats by size, at least one for everyone as far as they go, by the largest average (D'Hondt)."""
    shares = [0] * len(sizes)
    for _seat in range(seats):
        free = [number for number, size in enumerate(sizes) if shares[number] < size]
        if not free:
            break
        chosen = max(free, key=lambda number: (shares[number] == 0, Fraction(sizes[number], shares[number] + 1)))
        shares[chosen] += 1
    return shares
