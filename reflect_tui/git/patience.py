"""Who waits for the other end of an exchange: is told what goes on, and may stop it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic

from msgspec import Struct, structs

from reflect_tui.i18n import _

_TOLD_AFTER = 10.0  # seconds of waiting after which it is told; then each time that it took twice as long


def never() -> bool:
    """Stop nothing."""
    return False


def _silent(_said: object) -> None:
    """Tell nobody."""


class User(Struct, frozen=True, kw_only=True):
    """Who waits: is told each step and each git command that goes to the other end, and may stop these.

    What a long list leaves out is told to `tell_rest`, which most users don't want to hear, as little as the commands.
    """

    tell: Callable[[str], None] = _silent
    tell_rest: Callable[[str], None] = _silent
    tell_command: Callable[[Sequence[str]], None] = _silent
    stops: Callable[[], bool] = never

    def each_once(self) -> User:
        """Return one that is told no sentence twice, as by what begins anew on the way."""
        told: set[str] = set()

        def once(tell: Callable[[str], None], sentence: str) -> None:
            if sentence not in told:
                told.add(sentence)
                tell(sentence)

        return structs.replace(self, tell=partial(once, self.tell), tell_rest=partial(once, self.tell_rest))


class Patience:
    """Tells a user, at ever longer intervals, that the other end is waited for."""

    def __init__(self, user: User, address: str) -> None:
        self._user, self._address = user, address
        self._began = monotonic()
        self._tells_after = _TOLD_AFTER

    def is_over(self) -> bool:
        """Check whether the user stops it; asked for again and again."""
        waited = monotonic() - self._began
        if waited > self._tells_after:
            self._tells_after *= 2
            text = _("Waiting for {address}: {seconds} s so far")
            self._user.tell(text.format(address=self._address, seconds=round(waited)))
        return self._user.stops()
