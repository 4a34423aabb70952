"""What the services have in common: blocking work runs in named threads, and what the user can act upon is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec, Protocol

from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import Worker
from textual.worker_manager import WorkerManager

from reflect_tui.clock import Clock
from reflect_tui.errors import ReflectError
from reflect_tui.store.journal import Journal
from reflect_tui.tui.state import State

P = ParamSpec("P")


class WorkFailed(Message):
    """Something could not be done; the sentence says what."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class ServiceHost(Protocol):
    """What a service needs of the app that holds it."""

    @property
    def journal(self) -> Journal:
        """The journal that is open."""

    @property
    def clock(self) -> Clock:
        """The clock of this run; tests stop it."""

    @property
    def state(self) -> State:
        """The journal as last read."""

    @property
    def workers(self) -> WorkerManager:
        """The threads that are at work."""

    def post_message(self, message: Message) -> bool:
        """Send a message to the app, from any thread."""

    def call_later(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Have the app call something between two messages, from any thread."""

    def run_worker(
        self, work: Callable[[], None], *, name: str, group: str, exclusive: bool, thread: bool
    ) -> Worker[None]:
        """Run something in a thread."""


class Service:
    """Work for the screens that must not hold up a key."""

    def __init__(self, host: ServiceHost) -> None:
        """Work for this app."""
        self.host = host

    def start(
        self,
        name: str,
        task: Callable[[], object],
        *,
        group: str = "journal",
        exclusive: bool = False,
        reply_to: MessagePump | None = None,
    ) -> None:
        """Run a blocking task in a thread; `exclusive` gives up what the group still does.

        An error that the user can act upon goes to `reply_to` while that screen is there, and from it to the app.
        """
        self.host.run_worker(
            partial(self.attempt, task, reply_to), name=name, group=group, exclusive=exclusive, thread=True
        )

    def attempt(self, task: Callable[[], object], reply_to: MessagePump | None = None) -> None:
        """Do a task in the present thread; tell what fails in a sentence."""
        try:
            task()
        except ReflectError as error:
            self.reply(WorkFailed(str(error)), reply_to)

    def reply(self, message: Message, reply_to: MessagePump | None = None) -> None:
        """Send a message to the screen that asked, or to the app when that screen is gone."""
        if reply_to is None or not reply_to.post_message(message):
            self.host.post_message(message)
