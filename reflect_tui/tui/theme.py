"""Our themes, dark, light and mono: one blue accent, orange for attention; no red against green.

Colour never says anything alone: a glyph, a word or a weight says it too, and in mono only those are left.
A theme of Textual's gives its own colours, each moved as far towards black or white as it takes to be readable.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from functools import cache

from rich.style import Style as RichStyle
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from reflect_tui.views.lines import Style

TEXT_CONTRAST = 4.5
"""The least contrast of text with its ground: WCAG 2.2, success criterion 1.4.3, level AA."""

LINE_CONTRAST = 3.0
"""The same of lines and signs: success criterion 1.4.11."""

DARK = Theme(
    name="reflect-dark",
    primary="#6db3f2",
    secondary="#8aa4bf",
    accent="#6db3f2",
    warning="#f0a35e",
    error="#f0a35e",
    success="#6db3f2",
    foreground="#d7dde4",
    background="#14181d",
    surface="#14181d",
    panel="#1d232a",
    dark=True,
    variables={"muted": "#919daa", "faint": "#6f7c8a", "cursor": "#26303b", "strong": "#f4f7fa"},
)

DARK_OF_16 = dataclasses.replace(
    DARK,
    name="reflect-dark-of-16",
    primary="#55ffff",
    accent="#55ffff",
    success="#55ffff",
    warning="#ffff55",
    error="#ffff55",
)
"""The same where a terminal has 16 colours, of which none is near ours: bright cyan and yellow, not white and red."""

LIGHT = Theme(
    name="reflect-light",
    primary="#0b5cad",
    secondary="#44607c",
    accent="#0b5cad",
    warning="#9a4a00",
    error="#9a4a00",
    success="#0b5cad",
    foreground="#262b31",
    background="#fbfaf7",
    surface="#fbfaf7",
    panel="#f0eee8",
    dark=False,
    variables={"muted": "#5a646e", "faint": "#7a828a", "cursor": "#e2e9f1", "strong": "#0c1014"},
)

MONO = Theme(
    name="reflect-mono",
    primary="ansi_default",
    secondary="ansi_default",
    accent="ansi_default",
    warning="ansi_default",
    error="ansi_default",
    success="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    ansi=True,
    variables={
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "border-blurred": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-background": "ansi_default",
        "block-cursor-text-style": "reverse",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_default",
        "input-selection-foreground": "ansi_default",
        "screen-selection-background": "ansi_default",
        "screen-selection-foreground": "ansi_default",
    },
)

THEMES = (DARK, LIGHT, MONO)

_MONO_STYLES: dict[Style, RichStyle] = {
    "text": RichStyle(),
    "muted": RichStyle(),
    "faint": RichStyle(dim=True),
    "strong": RichStyle(bold=True),
    "accent": RichStyle(bold=True),
    "high": RichStyle(bold=True),
    "low": RichStyle(),
    "warning": RichStyle(bold=True),
    "title": RichStyle(bold=True),
    "key": RichStyle(reverse=True),
}


def known(name: str) -> Theme | None:
    """Return the theme of a name, ours or Textual's."""
    return next((theme for theme in (*THEMES, DARK_OF_16) if theme.name == name), BUILTIN_THEMES.get(name))


def names() -> tuple[str, ...]:
    """List the themes to choose from, our own first."""
    return (*(theme.name for theme in THEMES), *sorted(BUILTIN_THEMES))


@cache
def styles(theme: str) -> dict[Style, RichStyle]:
    """Return how every role looks in a theme."""
    chosen = known(theme) or DARK
    if chosen.ansi:
        return _MONO_STYLES
    colours = _colours(chosen)
    return {
        "text": RichStyle(color=colours["text"]),
        "muted": RichStyle(color=colours["muted"]),
        "faint": RichStyle(color=colours["faint"]),
        "strong": RichStyle(color=colours["strong"], bold=True),
        "accent": RichStyle(color=colours["accent"]),
        "high": RichStyle(color=colours["accent"], bold=True),
        "low": RichStyle(color=colours["warning"]),
        "warning": RichStyle(color=colours["warning"], bold=True),
        "title": RichStyle(color=colours["accent"], bold=True),
        "key": RichStyle(color=colours["on key"], bgcolor=colours["key"], bold=True),
    }


@cache
def cursor_style(theme: str) -> RichStyle:
    """Return the ground of the row at the cursor."""
    chosen = known(theme) or DARK
    return RichStyle(reverse=True) if chosen.ansi else RichStyle(bgcolor=_colours(chosen)["cursor"])


@cache
def grounds(theme: str) -> tuple[str, str, str]:
    """Return the grounds that text stands on in a theme with colours: the screen's, a dialog's and the cursor row's."""
    chosen = known(theme) or DARK
    colours = _colours(chosen)
    return colours["background"], colours["panel"], colours["cursor"]


def _colours(theme: Theme) -> dict[str, str]:
    """Return the colours of a theme: ours as they are, those of another one made readable."""
    return _ours(theme) if theme in (*THEMES, DARK_OF_16) else _theirs(theme)


def _ours(theme: Theme) -> dict[str, str]:
    given = {
        "text": theme.foreground,
        "accent": theme.accent,
        "warning": theme.warning,
        "background": theme.background,
        "panel": theme.panel,
        "key": theme.secondary,
        "on key": theme.background,
    }
    return {name: colour for name, colour in given.items() if colour} | theme.variables


def _theirs(theme: Theme) -> dict[str, str]:
    generated = {name: Color.parse(text) for name, text in _generated(theme).items()}
    background, foreground, key = generated["background"], generated["foreground"], generated["secondary"]
    cursor = background.blend(generated["primary"], 0.2)
    under = (background, generated["panel"], cursor)
    wanted = {
        "text": (foreground, TEXT_CONTRAST),
        "muted": (background.blend(foreground, 0.65), TEXT_CONTRAST),
        "faint": (background.blend(foreground, 0.4), LINE_CONTRAST),
        "strong": (foreground, TEXT_CONTRAST),
        "accent": (generated["primary"], TEXT_CONTRAST),
        "warning": (generated["warning"], TEXT_CONTRAST),
    }
    found = {name: readable(colour, under, ratio) for name, (colour, ratio) in wanted.items()}
    found |= {"background": background, "panel": generated["panel"], "cursor": cursor, "key": key}
    found["on key"] = readable(background, (key,), TEXT_CONTRAST)
    return {name: colour.hex for name, colour in found.items()}


def _generated(theme: Theme) -> dict[str, str]:
    wanted = ("background", "foreground", "panel", "primary", "secondary", "warning")
    every = theme.to_color_system().generate()
    return {name: every[name] for name in wanted}


def readable(colour: Color, under: Iterable[Color], ratio: float) -> Color:
    """Move a colour towards black or white until it has a contrast of at least `ratio` with every ground."""
    against = tuple(under)
    best = max((Color(255, 255, 255), Color(0, 0, 0)), key=lambda end: min(contrast(end, one) for one in against))
    steps = (colour.blend(best, step / 20) for step in range(21))
    return next((one for one in steps if min(contrast(one, ground) for ground in against) >= ratio), best)


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colours, 1 to 21: WCAG 2.2, "contrast ratio"."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    """Return the relative luminance of a colour, 0 to 1: WCAG 2.2, "relative luminance"."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 -- sRGB, IEC 61966-2-1
        for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
