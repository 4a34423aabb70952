"""Time and chance, handed in from the edge so that everything inside can be repeated exactly."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct


class Clock(Struct, frozen=True):
    """`now`: local time with its zone, to the second; `elapsed`: seconds that never jump; `token`: six hex digits."""

    now: Callable[[], datetime]
    elapsed: Callable[[], float]
    token: Callable[[], str]


def _now() -> datetime:
    return datetime.now(tz=UTC).astimezone().replace(microsecond=0)


def _token() -> str:
    return secrets.token_hex(3)


SYSTEM = Clock(now=_now, elapsed=time.monotonic, token=_token)
