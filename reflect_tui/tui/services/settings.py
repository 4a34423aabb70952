"""Keeps the settings while the app is open: read and written in threads, in effect once they are on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args, get_origin, get_type_hints

from msgspec import structs
from textual.message import Message
from textual.screen import Screen

from reflect_tui import i18n, paths, settings
from reflect_tui.errors import Fault, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.library import Library
from reflect_tui.settings import Settings
from reflect_tui.tui import keys, theme
from reflect_tui.tui.host import Service, ServiceHost, WorkFailed
from reflect_tui.tui.services.journal import JournalService

if TYPE_CHECKING:
    from reflect_tui.settings import Value


# What a setting may be, where its type can't say it: the themes and instruments there are.


MENTIONED = 5  # choices in a sentence; the settings screen has them all

LATER = frozenset({"journal", "glyphs"})
"""What is in effect from the next start on; all else is at once."""


Offered = Mapping[str, Sequence[str]]
"""The ids of the instruments there are, and of their profiles, by the setting that names one."""


def offered(library: Library) -> Offered:
    """Return the ids that settings may name."""
    return {"instrument": library.ids(), "profile": library.profiles()}


def choices(name: str, ids: Offered) -> tuple[str | bool, ...]:
    """List the values to choose from; none for a setting that is typed or has a table of its own."""
    kind = get_type_hints(Settings)[name]
    if kind is bool:
        return (False, True)
    if get_origin(kind) is Literal:
        return get_args(kind)
    return _open_choices(name, ids)


def _open_choices(name: str, ids: Offered) -> tuple[str, ...]:
    if name == "theme":
        return theme.names()
    return ("", *ids[name]) if name in ids else ()


_NAMED = ("theme", "instrument", "profile")  # settings with a list of values that may grow


def is_text(name: str) -> bool:
    """Whether a setting is a text to type."""
    return get_type_hints(Settings)[name] is str and name not in _NAMED


def faults(chosen: Settings, ids: Offered) -> tuple[Fault, ...]:
    """Name every value that is no theme, instrument or profile; what they were meant for is the default then."""
    found = []
    for name in _NAMED:
        value = getattr(chosen, name)
        known = _open_choices(name, ids) if value else ()
        if value and value not in known:
            named = [choice for choice in known if choice]
            more = ["…"] if len(named) > MENTIONED else []
            problem = _("must be one of: {choices}").format(choices=", ".join(named[:MENTIONED] + more) or "–")
            found.append(Fault(name, problem))
    return tuple(found)


class SettingsChanged(Message):
    """The settings, or what is known of their file, are not what they were."""


class SettingsHost(ServiceHost, Protocol):
    """What the settings need of the app."""

    @property
    def screen(self) -> Screen[Any]:
        """The screen in front."""

    def settings_applied(self) -> None:
        """Follow the theme and the keys as they are set now."""


class SettingsService(Service):
    """The settings in effect, those still being written, and what is wrong with the file."""

    def __init__(self, host: SettingsHost, journal_service: JournalService, chosen: Settings) -> None:
        super().__init__(host)
        self._app = host
        self._journal_service = journal_service
        self.settings = chosen
        self.problem = ""
        """Why the file could not be read; empty when it could."""
        self.keys, self._key_faults = keys.read(chosen.keys, chosen.entry)
        self._wanted: Settings | None = None
        self._waiting: dict[str, Value] = {}
        self._writing = False

    @property
    def wanted(self) -> Settings:
        """The settings as they are meant to be: what is being written counts."""
        return self._wanted or self.settings

    def tell_faults(self) -> None:
        """Name every wrong setting at the start."""
        if self.settings.instrument:  # which instruments there are stands in files
            self.start("check the settings", self._tell_faults, group="settings-reading")
        else:
            self._tell_faults()

    def _tell_faults(self) -> None:
        names_one = self.settings.instrument or self.settings.profile
        ids = offered(self.host.journal.library) if names_one else {}
        found = (*faults(self.settings, ids), *self._key_faults)
        if found:
            text = _("settings.toml: {faults}. The default is used instead. The settings in the app list all values.")
            self.host.post_message(WorkFailed(text.format(faults="; ".join(map(str, found)))))

    def _adopt(self, chosen: Settings) -> None:
        """Take other settings into effect."""
        before, self.settings = self.settings, chosen
        if chosen == before:
            return
        self.keys, self._key_faults = keys.read(chosen.keys, chosen.entry)
        self._app.settings_applied()
        self.host.journal.library.aim_at(chosen.profile)
        if chosen.language != before.language:
            i18n.use_language(i18n.choose_language(None, chosen.language))
        if (chosen.language, chosen.profile) != (before.language, before.profile):
            self._journal_service.load()

    def change(self, name: str, value: Value) -> None:
        """Give a setting another value; changes are written one after the other."""
        self._wanted = structs.replace(self.wanted, **{name: value})
        self._waiting[name] = value
        self._write_next()

    def _write_next(self) -> None:
        if self._waiting and not self._writing:
            self._writing = True
            changes, self._waiting = self._waiting, {}
            self.start("write the settings", partial(self._write, changes), group="settings")

    def _write(self, changes: dict[str, Value]) -> None:
        try:
            for name, value in changes.items():
                written = settings.change_setting(paths.settings_file(), name, value)
        except ReflectError as error:
            self.host.call_later(self._write_failed, str(error))
        else:
            self.host.call_later(self._written, written)

    def read(self) -> None:
        """Read the file again: an editor may have changed it since the start."""
        self.start("read the settings", self._read, group="settings-reading", exclusive=True)

    def _read(self) -> None:
        try:
            self.host.call_later(self._take, settings.load(paths.settings_file()))
        except ReflectError as error:
            self.host.call_later(self._read_failed, str(error))

    def _take(self, chosen: Settings) -> None:
        """Take over what stands in the file."""
        self.problem = ""
        if not self._writing:
            self._adopt(chosen)
        self._app.screen.post_message(SettingsChanged())

    def _read_failed(self, sentence: str) -> None:
        self.problem = sentence
        self._app.screen.post_message(SettingsChanged())

    def _written(self, chosen: Settings) -> None:
        self._done_writing()
        self._take(chosen)

    def _write_failed(self, sentence: str) -> None:
        """Keep the settings as they are, and say why."""
        self._waiting = {}
        self._done_writing()
        self.host.post_message(WorkFailed(sentence))
        self._app.screen.post_message(SettingsChanged())

    def _done_writing(self) -> None:
        self._writing = False
        if not self._waiting:
            self._wanted = None
        self._write_next()
