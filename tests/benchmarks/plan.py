"""What one run measures: how often, on journals of which size, and where these are made."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks import world

FEW, WEEKLY, MANY, MOST = 10, 520, 1_000, 10_000
"""Sessions in a journal: of a few years, of ten years with one a week, what must feel good, and what must work."""


class Plan:
    """One run, in a folder that is deleted after it."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self.folder = folder
        self.quick = quick
        self.sizes = (WEEKLY, MANY) if quick else (WEEKLY, MANY, MOST)
        self._homes: dict[int, Path] = {}

    def rounds(self, usual: int) -> int:
        """How many pairs to measure; three are enough to see that a measurement works."""
        return min(3, usual) if self.quick else usual

    def journal(self, count: int) -> Path:
        """The home of a journal of so many sessions, made once."""
        if count not in self._homes:
            self._homes[count] = world.filled(self.folder / f"home-{count}", count)
        return self._homes[count]

    def own(self, name: str) -> Path:
        """Make a home for one measurement alone."""
        return world.home(self.folder / name)
