"""Adds up thousands of sessions on one instrument at once: the figures of summarize(), many times as fast."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

from reflect_tui.analysis.summary import Group, group, verdict
from reflect_tui.instrument import Instrument, Item
from reflect_tui.packed import ABSENT, NOT_APPLICABLE, Scores
from reflect_tui.session import Score

_FEW = 257  # items; the sum of so many bytes fits in two
_SCORE = bytes(0 if value == NOT_APPLICABLE else value for value in range(256))
_IS_ABSENT = bytes(value == ABSENT for value in range(256))
_IS_SKIPPED = bytes(value == NOT_APPLICABLE for value in range(256))


class Adder:
    """Adds up some groups of the items of an instrument.

    Figures of the same counts are one and the same value: of a domain there are hundreds, however many sessions.
    """

    def __init__(self, instrument: Instrument, groups: Mapping[str, Sequence[Item]]) -> None:
        """Take the groups by the id that their figures are to have."""
        self._instrument = instrument
        self._groups = groups

    def figures(self, sessions: Sequence[Mapping[str, Score]]) -> dict[str, list[Group]]:
        """Give the figures of every group, a session at each place."""
        scale = self._instrument.scale
        if not self._are_packed(sessions):
            return {name: [group(name, items, one, scale) for one in sessions] for name, items in self._groups.items()}
        table = _Table([one.packed for one in sessions], len(self._instrument.items))
        return {name: list(self._added(name, items, table)) for name, items in self._groups.items()}

    def _are_packed(self, sessions: Sequence[Mapping[str, Score]]) -> TypeGuard[Sequence[Scores]]:
        positions = self._instrument.positions
        return all(isinstance(one, Scores) and one.is_on(positions) for one in sessions)

    def _added(self, name: str, items: Sequence[Item], table: _Table) -> Iterator[Group]:
        made: dict[tuple[int, int, int], Group] = {}
        for counts in table.counts([self._instrument.positions[item.id] for item in items]):
            found = made.get(counts)
            if found is None:
                total, absent, skipped = counts
                scored = len(items) - absent - skipped
                found = made[counts] = Group(
                    id=name,
                    sum=total,
                    scored=scored,
                    total=len(items),
                    not_applicable=skipped,
                    verdict=verdict(total, scored, len(items) - skipped, self._instrument.scale),
                )
            yield found


class _Table:
    """The packed scores of many sessions, a row each.

    A column is made one large number, with so much room for every session that none carries over into the next.
    To add two such numbers up is to add two items up in all sessions at once.
    """

    def __init__(self, rows: Sequence[bytes], width: int) -> None:
        self._count = len(rows)
        self._width = width
        self._all = b"".join(rows)

    def counts(self, places: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Give the sum of some columns in every row, how many of them have no answer, and how many n/a."""
        none = array("H", bytes(2 * self._count))
        absent = self._sums(places, _IS_ABSENT) if ABSENT in self._all else none
        skipped = self._sums(places, _IS_SKIPPED) if NOT_APPLICABLE in self._all else none
        return zip(self._sums(places, _SCORE), absent, skipped, strict=True)

    def _sums(self, places: Sequence[int], meaning: bytes) -> array[int]:
        room, kind = (2, "H") if len(places) <= _FEW else (4, "I")
        total = 0
        for place in places:
            column = bytearray(room * self._count)
            column[::room] = self._all[place :: self._width].translate(meaning)
            total += int.from_bytes(column, "little")
        sums = array(kind, total.to_bytes(room * self._count, "little"))
        if sys.byteorder == "big":
            sums.byteswap()
        return sums
