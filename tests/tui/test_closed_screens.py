"""A screen that is closed leaves the memory: a day of use is not the sum of all that was ever shown."""

from __future__ import annotations

import gc
import weakref

from textual.screen import Screen

from reflect_tui.store.journal import Journal
from tests.tui.conftest import opened


async def test_closed_screens_are_let_go(demo: Journal) -> None:
    shown: list[weakref.ref[Screen[object]]] = []
    async with opened(demo) as seat:
        for keys in (("down", "enter"), ("t",), ("d",), ("?",), (",",), ("h",)):
            await seat.press(*keys)
            shown.append(weakref.ref(seat.app.screen))
            await seat.press("escape")
        for _time in range(2):  # the screen that was closed last may still be named by its own end
            await seat.press("t", "escape")
        gc.collect()
        left = [screen() for screen in shown if screen() is not None]
        assert left == []
