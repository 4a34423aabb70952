"""What a screen offers that holds something half written: to keep it when the app ends, stops, or breaks."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Unfinished(Protocol):
    """A screen with something half written."""

    def keep_unfinished(self) -> None:
        """Hand what is written to the draft, as it is now; more than once is fine."""
