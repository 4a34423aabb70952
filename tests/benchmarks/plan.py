"""What one run measures: how often, on journals of which size, and where these are made."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks import world


class Plan:
    """One run, in a folder that is thrown away after it."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self.folder = folder
        self.quick = quick
        self.many = 1_000 if quick else 10_000
        self._homes: dict[int, Path] = {}

    def rounds(self, usual: int) -> int:
        """Give how many pairs to measure; three are enough to see that a measurement works."""
        return 3 if self.quick else usual

    def journal(self, count: int) -> Path:
        """Give the home of a journal of so many sessions, made once."""
        if count not in self._homes:
            self._homes[count] = world.filled(self.folder / f"home-{count}", count)
        return self._homes[count]

    def own(self, name: str) -> Path:
        """Make a home for one measurement alone."""
        return world.home(self.folder / name)
