"""The scores of a session, a byte each, so that ten thousand sessions fit where a hundred did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reflect_tui import session
from reflect_tui.session import Score

ABSENT, NOT_APPLICABLE = 0, 255
"""What stands for no answer, and for n/a; any other byte is the score itself."""

_MEANINGS: tuple[Score, ...] = (*range(NOT_APPLICABLE), session.NOT_APPLICABLE)


class Scores(Mapping[str, Score]):
    """Scores by item id, in the order of the instrument; the ids are shared by all sessions on it."""

    __slots__ = ("_positions", "packed")

    def __init__(self, positions: Mapping[str, int], packed: bytes) -> None:
        """Take the place of every item, and what stands at each place."""
        self._positions = positions
        self.packed = packed

    @classmethod
    def pack(cls, positions: Mapping[str, int], scores: Mapping[str, Score]) -> Scores:
        """Pack the scores of a session without a fault, which has only items and scores of its instrument."""
        packed = bytearray(len(positions))
        for item_id, score in scores.items():
            packed[positions[item_id]] = NOT_APPLICABLE if score == session.NOT_APPLICABLE else int(score)
        return cls(positions, bytes(packed))

    def is_on(self, positions: Mapping[str, int]) -> bool:
        """Tell whether these are the places that the items have here."""
        return self._positions is positions or self._positions == positions

    def __getitem__(self, item_id: str) -> Score:
        """Give the score of an item; KeyError for one without an answer."""
        value = self.packed[self._positions[item_id]]
        if value == ABSENT:
            raise KeyError(item_id)
        return _MEANINGS[value]

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the items with an answer."""
        return (item_id for item_id, place in self._positions.items() if self.packed[place])

    def __len__(self) -> int:
        """Count the items with an answer."""
        return len(self.packed) - self.packed.count(ABSENT)

    def __repr__(self) -> str:
        """Give them as a dictionary would."""
        return repr(dict(self))
