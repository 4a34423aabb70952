"""Every colour can be read by every eye; colours by an independent library, formulas of WCAG 2.2."""

from __future__ import annotations

from itertools import product

import pytest
from coloraide import Color
from rich.color import ColorSystem
from textual.theme import BUILTIN_THEMES

from reflect_tui.tui import theme
from reflect_tui.tui.theme import DARK, DARK_OF_16, LIGHT, LINE_CONTRAST, MONO, TEXT_CONTRAST, THEMES
from reflect_tui.views.lines import Style

OURS = [DARK.name, LIGHT.name, DARK_OF_16.name]
COLOURED = [*OURS, *sorted(name for name, one in BUILTIN_THEMES.items() if not one.ansi)]
PAIRS: list[tuple[Style, Style]] = [("high", "low"), ("accent", "warning"), ("accent", "low"), ("high", "warning")]
SEEN = {"protan": "no red cones", "deutan": "no green cones", "tritan": "no blue cones"}
TELLS_APART = 15.0  # in CIEDE2000; 2 is just visible, 10 at a glance


def colour(name: str, style: Style) -> Color:
    found = theme.styles(name)[style].color
    assert found is not None, style
    return Color(found.name)


@pytest.mark.parametrize("name", COLOURED)
def test_every_style_stands_out_from_every_ground(name: str) -> None:
    for style in theme.styles(name):
        if style == "key":
            continue
        least = LINE_CONTRAST if style == "faint" else TEXT_CONTRAST
        for ground in theme.grounds(name):
            ratio = colour(name, style).contrast(ground, method="wcag21")
            assert ratio >= least, f"{style} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize("name", COLOURED)
def test_the_letter_of_a_key_cap_stands_out_from_the_cap_and_the_cap_from_the_screen(name: str) -> None:
    cap = theme.styles(name)["key"]
    assert cap.bgcolor
    assert colour(name, "key").contrast(cap.bgcolor.name, method="wcag21") >= TEXT_CONTRAST
    if name in OURS:
        assert all(
            Color(cap.bgcolor.name).contrast(one, method="wcag21") >= LINE_CONTRAST for one in theme.grounds(name)
        )


@pytest.mark.parametrize(("name", "eye"), [*product(OURS, SEEN)])
def test_pairs_that_carry_meaning_differ_to_colour_blind_eyes(name: str, eye: str) -> None:
    for one, other in PAIRS:
        seen = colour(name, one).filter(eye), colour(name, other).filter(eye)
        assert seen[0].delta_e(seen[1], method="2000") >= TELLS_APART, (one, other)


def test_of_16_colours_the_accent_is_cyan_and_what_warns_yellow() -> None:
    """The nearest to those of our dark theme are white and red."""

    def nearest(style: Style) -> int | None:
        found = theme.styles(DARK_OF_16.name)[style].color
        return found.downgrade(ColorSystem.STANDARD).number if found else None

    assert {nearest(style) for style in ("accent", "high", "title")} == {14}
    assert {nearest(style) for style in ("warning", "low")} == {11}
    assert DARK_OF_16.name not in theme.names()


def test_mono_uses_no_colour_at_all() -> None:
    for style in (*theme.styles(MONO.name).values(), theme.cursor_style(MONO.name)):
        assert style.color is None
        assert style.bgcolor is None
    assert theme.cursor_style(MONO.name).reverse
    assert theme.styles(MONO.name)["key"].reverse
    marked = {style: str(look) for style, look in theme.styles(MONO.name).items()}
    assert marked["high"] != marked["low"]
    assert marked["warning"] != marked["text"]


def test_our_themes_come_first_and_an_unknown_one_is_unknown() -> None:
    assert theme.names()[:3] == tuple(one.name for one in THEMES)
    assert set(BUILTIN_THEMES) < set(theme.names())
    assert theme.known("no-such-theme") is None
    assert theme.styles("no-such-theme") == theme.styles(DARK.name)
