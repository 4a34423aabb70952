"""Keeps the settings while the app is open: read and written in threads, in effect once they are on disk."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import structs
from textual.message import Message
from textual.screen import Screen

from reflect_tui import i18n, paths, settings
from reflect_tui.errors import Fault, ReflectError
from reflect_tui.i18n import _
from reflect_tui.settings import Settings
from reflect_tui.tui import keys
from reflect_tui.tui.host import Service, ServiceHost, WorkFailed
from reflect_tui.tui.services.journal import JournalService

if TYPE_CHECKING:
    from reflect_tui.settings import Value


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
        ids = keys.offered(self.host.journal.library) if names_one else {}
        faults: tuple[Fault, ...] = (*keys.faults(self.settings, ids), *self._key_faults)
        if faults:
            text = _("settings.toml: {faults}. The default is used instead. The settings in the app list all values.")
            self.host.post_message(WorkFailed(text.format(faults="; ".join(map(str, faults)))))

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
