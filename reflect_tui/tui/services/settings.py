"""The settings while the app is open: read and written in threads, in effect as soon as they are on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import structs
from textual import work
from textual.filter import LineFilter, NoColor

from reflect_tui import i18n, paths, settings
from reflect_tui.clock import Clock
from reflect_tui.errors import Fault, ReflectError
from reflect_tui.i18n import _
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui import keys, theme
from reflect_tui.tui.messages import SettingsFailed, SettingsRead, WorkFailed
from reflect_tui.tui.services.journal import JournalWork

if TYPE_CHECKING:
    from reflect_tui.settings import Value

_COLOURLESS = (NoColor(),)


class SettingsWork(JournalWork):
    """The part of the app that knows the settings."""

    _has_colours = False

    def __init__(self, journal: Journal, clock: Clock, chosen: Settings) -> None:
        """Begin with these settings."""
        super().__init__(journal, clock)
        self.settings = chosen
        self.settings_problem = ""
        self.keys, self._key_faults = keys.read(chosen.keys, chosen.entry)
        self._wanted: Settings | None = None
        self._waiting: dict[str, Value] = {}
        self._writing = False
        for ours in (*theme.THEMES, theme.DARK_OF_16):
            self.register_theme(ours)
        self._begin_in_colours()

    def _begin_in_colours(self) -> None:
        """Choose the theme before there is anything to draw: else the style sheet is read twice at every start."""
        self._has_colours = True
        self.set_reactive(SettingsWork.theme, self._theme_name())
        self.stylesheet.set_variables(self.get_css_variables())
        dark = self.current_theme.dark
        self.set_class(dark, "-dark-mode", update=False)
        self.set_class(not dark, "-light-mode", update=False)
        self.add_class(f"-theme-{self.theme}", update=False)
        self._refresh_truecolor_filter(self.ansi_theme)

    def get_css_variables(self) -> dict[str, str]:
        """Give the colours of the theme; none before it is chosen: working out those of Textual's own takes time."""
        return super().get_css_variables() if self._has_colours else {}

    @property
    def wanted_settings(self) -> Settings:
        """The settings as they are meant to be: what is being written counts."""
        return self._wanted or self.settings

    def begin_settings(self) -> None:
        """Take the settings into effect at the start, and name every wrong one."""
        self._apply()
        wrong: tuple[Fault, ...] = (*keys.faults(self.settings), *self._key_faults)
        if wrong:
            text = _("settings.toml: {faults}. The default counts instead. See docs/keys.md and docs/formats.md.")
            self.post_message(WorkFailed(text.format(faults="; ".join(map(str, wrong)))))

    def adopt(self, chosen: Settings) -> None:
        """Take other settings into effect."""
        before, self.settings = self.settings, chosen
        if chosen == before:
            return
        self.keys, self._key_faults = keys.read(chosen.keys, chosen.entry)
        self._apply()
        if chosen.language != before.language:
            i18n.use(i18n.choose(None, chosen.language))
            self.load()

    def _apply(self) -> None:
        """Show the chosen colours and follow the chosen keys; where colour is unwanted (NO_COLOR), none is shown."""
        self.theme = self._theme_name()
        self.set_keymap(self.keys)

    def _theme_name(self) -> str:
        name = theme.MONO.name if self.no_color else self.settings.theme
        name = name if theme.known(name) else theme.DARK.name
        few = self.console.color_system == "standard"
        return theme.DARK_OF_16.name if few and name == theme.DARK.name else name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Leave every colour out where it is unwanted; Textual's own filter makes greys, or black on black."""
        return _COLOURLESS if self.no_color else super().get_line_filters()

    def turn_to(self, name: str, value: Value) -> None:
        """Give a setting another value; it is written behind the screen, one after the other."""
        self._wanted = structs.replace(self.wanted_settings, **{name: value})
        self._waiting[name] = value
        self._write_next()

    def _write_next(self) -> None:
        if self._waiting and not self._writing:
            self._writing = True
            self._write(self._waiting)
            self._waiting = {}

    @work(thread=True, group="settings", name="write the settings")
    def _write(self, changes: dict[str, Value]) -> None:
        from reflect_tui import settings  # noqa: PLC0415 -- only when asked

        try:
            for name, value in changes.items():
                written = settings.change(paths.settings_file(), name, value)
        except ReflectError as error:
            self.post_message(SettingsFailed(str(error), written=True))
        else:
            self.post_message(SettingsRead(written, written=True))

    @work(thread=True, exclusive=True, group="settings-reading", name="read the settings")
    def read_settings(self) -> None:
        """Read the file again: an editor may have changed it since the start."""
        try:
            self.post_message(SettingsRead(settings.load(paths.settings_file())))
        except ReflectError as error:
            self.post_message(SettingsFailed(str(error)))

    def on_settings_read(self, message: SettingsRead) -> None:
        """Take over what stands in the file."""
        self.settings_problem = ""
        if message.written:
            self._done_writing()
        if not self._writing:
            self.adopt(message.settings)
        self.settings_changed()

    def on_settings_failed(self, message: SettingsFailed) -> None:
        """Keep the settings as they are; what could not be written is told at once."""
        if message.written:
            self._waiting = {}
            self._done_writing()
            self.post_message(WorkFailed(message.sentence))
        else:
            self.settings_problem = message.sentence
        self.settings_changed()

    def _done_writing(self) -> None:
        self._writing = False
        if not self._waiting:
            self._wanted = None
        self._write_next()

    def settings_changed(self) -> None:
        """Show the settings as they are now."""
