"""Waits for an app under test until it has done all it was told: by what it still has to do, not by the clock."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Iterator
from unittest import mock

from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from reflect_tui.errors import JournalError
from reflect_tui.tui.app import ReflectApp
from reflect_tui.tui.screens.assess import AssessScreen

PATIENCE = 600.0  # seconds
CALM = 2
"""Looks in a row at which there must be nothing to do: what one message leads to may be sent a moment after it."""


async def settle(app: ReflectApp) -> None:
    """Wait for the threads behind the screen, and for what they tell it; one that was given up is done as well."""
    pilot, calm = Pilot(app), 0
    await threads(app)
    while calm < CALM and not app._exit:
        await pilot._wait_for_screen()
        app.screen._on_timer_update()
        await threads(app)
        _tell_saved(app)
        calm = 0 if _has_work(app) else calm + 1


async def threads(app: ReflectApp) -> None:
    """Wait for the threads behind the screen alone: an app that ends has no screen to wait for."""
    for writer in [*app._writers]:
        with contextlib.suppress(JournalError):  # the screen tells it
            await asyncio.to_thread(writer.flush, 1.0)
    with contextlib.suppress(WorkerCancelled):
        await app.workers.wait_for_complete()


def _tell_saved(app: ReflectApp) -> None:
    """Let a screen tell now that all is on disk, which it does when no key follows for a while."""
    for screen in app.screen_stack:
        if isinstance(screen, AssessScreen):
            screen._tell_saved()


def _has_work(app: ReflectApp) -> bool:
    """Tell whether a thread runs, a message waits, or something is to be done after the next drawing."""
    pumps: list[MessagePump] = [app, *app.screen_stack, *app.screen.walk_children(with_self=True)]
    busy = any(not worker.is_finished for worker in app.workers)
    waiting = any(pump._next_callbacks or not pump._message_queue.empty() for pump in pumps)
    return busy or waiting or bool(app.screen._callbacks)


@contextlib.contextmanager
def swift_keys() -> Iterator[None]:
    """Let Pilot wait for messages only, and as long as it takes on a busy machine.

    It also waits for a process without work, and others draw in it as well.
    """

    async def go_on(*_seconds: float) -> None:
        await asyncio.sleep(0)

    patient = functools.partialmethod(Pilot._wait_for_screen, PATIENCE)
    with (
        mock.patch("textual.app.wait_for_idle", go_on),
        mock.patch("textual.pilot.wait_for_idle", go_on),
        mock.patch.object(Pilot, "_wait_for_screen", patient),
    ):
        yield
