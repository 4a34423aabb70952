"""The settings screen changes settings.toml, and what it says is in effect at once."""

from __future__ import annotations

import pytest

from reflect_tui import i18n, paths, settings
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui import theme
from reflect_tui.tui.app import ReflectApp
from tests.screenshots import fixed_clock
from tests.settling import settle
from tests.tui.conftest import Seat, opened


def names() -> tuple[str, ...]:
    return Settings.__struct_fields__


async def go_to(seat: Seat, name: str) -> None:
    await seat.press("home", *["down"] * names().index(name))


async def test_every_setting_is_listed_with_its_explanation(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("comma")
        assert seat.screen == "SettingsScreen"
        for name in names():
            await go_to(seat, name)
            text = seat.words()
            assert settings.EXPLANATIONS[name] in text
            assert f"{name} · " in text


async def test_a_choice_is_in_effect_at_once_and_on_the_disk(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("comma")
        await go_to(seat, "theme")
        await seat.press("enter")
        assert seat.app.theme == "reflect-light"
        assert paths.settings_file().read_text() == 'theme = "reflect-light"\n'
        await seat.press("left", "left")
        assert seat.app.theme == theme.names()[-1]
        await go_to(seat, "language")
        await seat.press("enter")
        assert "Instellingen" in seat.text() or i18n.current_language() == "nl"
        await go_to(seat, "pause_between_domains")
        await seat.press("space")
        assert not seat.app.settings.pause_between_domains
    assert settings.load(paths.settings_file()) == seat.app.settings


async def test_keys_as_fast_as_they_go_are_all_written(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("comma")
        await go_to(seat, "theme")
        await seat.type(*["right"] * 7, "down", "right")
        expected = theme.names()[7]
        assert (seat.app.theme, seat.app.settings.theme) == (expected, expected)
    assert settings.load(paths.settings_file()) == Settings(theme=expected, glyphs="unicode")


async def test_a_text_is_typed_and_can_be_empty_again(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("comma")
        await go_to(seat, "journal")
        await seat.press("enter", *"~/j", "enter")
        assert settings.load(paths.settings_file()).journal == "~/j"
        assert "next start" in seat.text()
        await seat.press("enter", *["backspace"] * 3, "enter")
        assert settings.load(paths.settings_file()).journal == ""


@pytest.mark.parametrize("text", ["theme = \n", 'colour = "red"\n'])
async def test_a_file_with_faults_is_told_and_left_alone(journal: Journal, text: str) -> None:
    path = paths.settings_file()
    path.parent.mkdir(parents=True)
    path.write_text(text)
    async with opened(journal) as seat:
        await seat.press("comma")
        assert "left as it is" in seat.words()
        await seat.press("enter")
        assert seat.screen == "MessageScreen"
        assert str(path.name) in seat.text()
        await seat.press("enter")
        assert seat.app.settings == Settings()
        path.write_text('theme = "nord"\n')
        await seat.press("escape", "comma")
        assert seat.app.theme == "nord"
        assert "left as it is" not in seat.words()
    assert path.read_text() == 'theme = "nord"\n'


async def test_other_keys_work_at_once(journal: Journal) -> None:
    path = paths.settings_file()
    path.parent.mkdir(parents=True)
    async with opened(journal) as seat:
        path.write_text('keys."home.new" = "a"\n')
        await seat.press("comma", "escape", "a")
        assert seat.screen == "NewScreen"


async def test_wrong_values_are_named_at_the_start(journal: Journal) -> None:
    wrong = Settings(theme="no-such-theme", instrument="none", keys={"home.nwe": "a"})
    app = ReflectApp(journal, wrong, fixed_clock())
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app)
        text = Seat(app, pilot).words()
        assert "theme: must be one of: reflect-dark, reflect-light, reflect-mono, " in text
        assert "instrument: must be one of: " in text
        assert "keys.home.nwe: there is no action of this name" in text
        app.exit()


async def test_no_colour_is_sent_where_it_is_unwanted(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(journal) as seat:
        assert seat.app.theme == theme.MONO.name
        await seat.press("comma", "down", "right")
        assert seat.app.settings.theme == "reflect-light"
        assert seat.app.theme == theme.MONO.name


async def test_of_16_colours_the_dark_theme_takes_those_that_are_there(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "screen")
    async with opened(journal) as seat:
        assert seat.app.theme == theme.DARK_OF_16.name
        await seat.press("comma", "down", "right")
        assert seat.app.theme == seat.app.settings.theme == "reflect-light"


async def test_the_palette_opens_the_settings_and_keeps_a_theme(journal: Journal) -> None:
    async with opened(journal) as seat:
        offered = {command.title: command for command in seat.app.get_system_commands(seat.app.screen)}
        offered["theme: reflect-light"].callback()
        await settle(seat.app)
        assert settings.load(paths.settings_file()).theme == seat.app.theme == "reflect-light"
        assert "settings (,)" in offered
