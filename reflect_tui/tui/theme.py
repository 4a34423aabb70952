"""Our two themes, dark and light: one blue accent, orange for attention; no red against green."""

from __future__ import annotations

from functools import cache

from rich.style import Style as RichStyle
from textual.theme import Theme

from reflect_tui.pages.lines import Style

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
    variables={"muted": "#8793a0", "faint": "#46525e", "cursor": "#26303b", "strong": "#f4f7fa"},
)

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
    variables={"muted": "#5f6973", "faint": "#b4bac0", "cursor": "#e2e9f1", "strong": "#0c1014"},
)

THEMES = (DARK, LIGHT)


@cache
def styles(theme: str) -> dict[Style, RichStyle]:
    """Give the colours of every role in a theme; a theme that isn't ours borrows its own accents."""
    ours = next((known for known in THEMES if known.name == theme), DARK)
    muted, strong = ours.variables["muted"], ours.variables["strong"]
    return {
        "text": RichStyle(),
        "muted": RichStyle(color=muted),
        "faint": RichStyle(color=ours.variables["faint"]),
        "strong": RichStyle(color=strong, bold=True),
        "accent": RichStyle(color=ours.accent),
        "high": RichStyle(color=ours.success, bold=True),
        "low": RichStyle(color=ours.warning),
        "warning": RichStyle(color=ours.warning, bold=True),
        "title": RichStyle(color=ours.accent, bold=True),
        "key": RichStyle(color=ours.background, bgcolor=ours.secondary, bold=True),
    }


@cache
def cursor_style(theme: str) -> RichStyle:
    """Give the ground of the row at the cursor."""
    ours = next((known for known in THEMES if known.name == theme), DARK)
    return RichStyle(bgcolor=ours.variables["cursor"])
