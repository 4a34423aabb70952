"""The settings: each with its value and what it does, changed by a key and in effect at once."""

from __future__ import annotations

from textual.app import ComposeResult

from reflect_tui import paths
from reflect_tui.disk import files
from reflect_tui.errors import JournalError
from reflect_tui.i18n import _
from reflect_tui.settings import Settings, Value
from reflect_tui.text import clean
from reflect_tui.tui import navigate
from reflect_tui.tui.host import WorkFailed
from reflect_tui.tui.screens.form import ReasonScreen
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.services.settings import LATER, Offered, choices, is_text
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.views import settings as page
from reflect_tui.views.lines import EMPTY, Line, line, paragraph, span


class SettingsScreen(Page):
    """All of settings.toml; a file with faults is shown as such and never written."""

    keys = "settings"
    points = True

    def __init__(self, ids: Offered) -> None:
        super().__init__()
        self._ids = ids

    def compose(self) -> ComposeResult:
        yield Lines(id="top", one=True)
        yield Lines(id="page", points=True)
        yield Lines(id="detail")
        yield Lines(id="bottom", one=True)

    def on_mount(self) -> None:
        """Read the file behind the paint: it may have changed since the start."""
        self.host.settings_service.read()

    @property
    def _shown(self) -> Settings:
        """The settings as they are meant to be: what is being written counts."""
        return self.host.settings_service.wanted

    def place(self) -> Line:
        return line(span(_("Settings"), "title"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        return [*self._problem(columns), *page.render_settings(self._shown, columns)]

    def _problem(self, columns: int) -> list[Line]:
        """Say what is wrong with the file, if anything is."""
        faults = self.host.settings_service.problem
        if not faults:
            return []
        text = _("{faults}. The file is left as it is until that is put right; {key} opens it.")
        return [
            *paragraph(
                text.format(faults=faults, key=self.host.key("settings.edit")), columns - 2, "warning", indent=4
            ),
            EMPTY,
        ]

    def paint_page(self, columns: int, rows: int) -> None:
        super().paint_page(columns, rows)
        self.pointed()

    def _choices(self, name: str) -> tuple[str | bool, ...]:
        return choices(name, self._ids) if name else ()

    def pointed(self) -> None:
        name = self.page.target
        path = paths.at_home(paths.settings_file())
        about = page.SettingDetail(name=name, choices=self._choices(name), path=path, later=name in LATER)
        self.query_one("#detail", Lines).show(page.render_setting(self._shown, about, self.size.width))

    def on_lines_picked(self, message: Lines.Picked) -> None:
        self.call_after_refresh(self.action_open if message.opened else self.pointed)

    def action_open(self) -> None:
        name = self.page.target
        if name and is_text(name):
            asked = TextScreen(
                page.setting_name(name), _("Leave it empty for the default."), getattr(self._shown, name)
            )
            self.app.push_screen(asked, lambda text: None if text is None else self._turn_to(name, text))
        elif self._choices(name):
            self.action_turn(1)
        elif name:
            self.action_edit()

    def action_turn(self, steps: int) -> None:
        name = self.page.target
        values = self._choices(name)
        if values:
            here = values.index(now) if (now := getattr(self._shown, name)) in values else -1
            self._turn_to(name, values[(here + steps) % len(values)])

    def action_choose(self, number: int) -> None:
        self._turn_to(self.page.target, self._choices(self.page.target)[number])

    def action_edit(self) -> None:
        path = paths.settings_file()
        try:
            files.make_folder(path.parent)
        except JournalError as error:
            self.post_message(WorkFailed(str(error)))
            return
        navigate.edit_file(self.host, path)
        self.host.settings_service.read()

    def _turn_to(self, name: str, value: Value) -> None:
        self.host.settings_service.change(name, value)
        self.paint()


class TextScreen(ReasonScreen):
    """Asks for a text that may be empty."""

    longest = 0  # as long as one likes

    def word(self) -> str:
        return _("keep")

    def read(self) -> str:
        return clean(self.field.value, multiline=False)
