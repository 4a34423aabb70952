"""The scores of a session, a byte each, so that ten thousand sessions fit where a hundred did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reflect_tui.session import NOT_APPLICABLE, Score

_ABSENT, _NOT_APPLICABLE = 0, 255
_MEANINGS: tuple[Score, ...] = (*range(_NOT_APPLICABLE), NOT_APPLICABLE)


class Scores(Mapping[str, Score]):
    """Scores by item id, in the order of the instrument; the ids are shared by all sessions on it."""

    __slots__ = ("_positions", "packed")

    def __init__(self, positions: Mapping[str, int], packed: bytes) -> None:
        """Take the place of every item, and what stands at each place: 0 for no answer, 255 for n/a, else the score."""
        self._positions = positions
        self.packed = packed

    @classmethod
    def pack(cls, positions: Mapping[str, int], scores: Mapping[str, Score]) -> Scores:
        """Pack the scores of a session without a fault, which has only items and scores of its instrument."""
        packed = bytearray(len(positions))
        for item_id, score in scores.items():
            packed[positions[item_id]] = _NOT_APPLICABLE if score == NOT_APPLICABLE else int(score)
        return cls(positions, bytes(packed))

    def __getitem__(self, item_id: str) -> Score:
        """Give the score of an item; KeyError for one without an answer."""
        value = self.packed[self._positions[item_id]]
        if value == _ABSENT:
            raise KeyError(item_id)
        return _MEANINGS[value]

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the items with an answer."""
        return (item_id for item_id, place in self._positions.items() if self.packed[place])

    def __len__(self) -> int:
        """Count the items with an answer."""
        return len(self.packed) - self.packed.count(_ABSENT)

    def __repr__(self) -> str:
        """Give them as a dictionary would."""
        return repr(dict(self))
