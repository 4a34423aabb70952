"""What the services of the app have in common: work in threads, whose messages bring what came of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeVar

from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import Worker
from textual.worker_manager import WorkerManager

from reflect_tui.clock import Clock
from reflect_tui.errors import ReflectError
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui.state import State

T = TypeVar("T")


class WorkFailed(Message):
    """Something could not be done; the sentence says what."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Announced(Message):
    """Something to tell in a window, wherever one is by then."""

    def __init__(self, heading: str, sentence: str) -> None:
        super().__init__()
        self.heading = heading
        self.sentence = sentence


class LookedUp(Message):
    """What a screen needs before it can open was read; `show` opens it."""

    def __init__(self, show: Callable[[], object]) -> None:
        super().__init__()
        self.show = show


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
    def settings(self) -> Settings:
        """The settings in effect."""

    @property
    def is_ending(self) -> bool:
        """Whether nothing but the end is to come."""

    last_words: str
    """What is to be said when the terminal is given back."""

    @property
    def workers(self) -> WorkerManager:
        """The threads that are at work."""

    def post_message(self, message: Message) -> bool:
        """Send a message to the app, from any thread."""

    def hold_typing(self) -> None:
        """Keep what is typed for the screen that is about to open."""

    def call_later(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Have the app call something between two messages, from any thread."""

    def run_worker(
        self, work: Callable[[], None], *, name: str, group: str, exclusive: bool, thread: bool
    ) -> Worker[None]:
        """Run something in a thread."""


class Service:
    """Work for the screens that must not hold up a key."""

    def __init__(self, host: ServiceHost) -> None:
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

    def look_up(self, name: str, read: Callable[[], T], show: Callable[[T], object]) -> None:
        """Read what a screen needs in a thread, then show that screen; what is typed meanwhile is meant for it."""
        self.host.hold_typing()
        self.start(name, partial(self._look_up, read, show), group="looking up")

    def _look_up(self, read: Callable[[], T], show: Callable[[T], object]) -> None:
        self.host.post_message(LookedUp(partial(show, read())))
