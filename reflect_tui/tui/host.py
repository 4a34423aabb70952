"""The app as its services and screens see it, and what services have in common: work in threads, told by messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from textual.await_complete import AwaitComplete
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.signal import Signal
from textual.widget import AwaitMount
from textual.worker import Worker
from textual.worker_manager import WorkerManager

from reflect_tui.clock import Clock
from reflect_tui.errors import ReflectError
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui.state import State, StateChange
from reflect_tui.views.lines import Line

if TYPE_CHECKING:
    from reflect_tui.tui.services.documents import DocumentService
    from reflect_tui.tui.services.journal import JournalService
    from reflect_tui.tui.services.rounds import RoundService
    from reflect_tui.tui.services.settings import SettingsService

T = TypeVar("T")


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


class Host(ServiceHost, Protocol):
    """The app as its screens see it; the rest comes with ServiceHost."""

    guest: bool
    """Whether someone else fills in at this keyboard, who is to see nothing of the journal."""
    journal_service: JournalService
    document_service: DocumentService
    state_signal: Signal[StateChange]
    """Told whenever the journal was read again."""
    round_service: RoundService
    settings_service: SettingsService

    @property
    def keymap(self) -> Mapping[str, str]:
        """The keys that the settings give to actions, by the action's name."""

    @property
    def screen(self) -> Screen[Any]:
        """The screen in front."""

    @property
    def screen_stack(self) -> Sequence[Screen[Any]]:
        """The screens that are open, the one in front last."""

    def key(self, name: str) -> str:
        """Write the key of an action as a sentence names it, such as "home.new"."""

    def written(self, names: str) -> str:
        """Write the names of keys as this terminal can."""

    def saved_line(self) -> Line:
        """Say what is saved, for the top line."""

    def may_write(self) -> bool:
        """Whether this instance writes; if not, the user is told why."""

    def push_screen(self, screen: Screen[T], callback: Callable[[T | None], None] | None = None, /) -> AwaitMount:
        """Show a screen over the others; its answer goes to `callback`."""

    def pop_screen(self) -> AwaitComplete:
        """Return to the screen below."""

    def bell(self) -> None:
        """Let the terminal sound: a key has nothing to do."""

    def suspend(self) -> AbstractContextManager[None]:
        """Hand the terminal over to another program for a while."""


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
