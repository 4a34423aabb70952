"""What stands in every cell of the screen: its text and its style, read from the app as it would be sent."""

from __future__ import annotations

from msgspec import Struct
from rich.cells import cell_len
from rich.style import Style
from textual._compositor import LayoutUpdate

from reflect_tui.tui.app import ReflectApp


class Grid(Struct, frozen=True):
    """The rows of a screen: `texts` as read, `styles` one name a cell ("#d7dde4 on #14181d bold")."""

    texts: tuple[str, ...]
    styles: tuple[tuple[str, ...], ...]


def capture(app: ReflectApp) -> Grid:
    """Read the screen in front, and what shows of the ones behind it."""
    compositor, behind = app.screen._compositor, app._background_screens
    update = compositor.render_update(full=True, screen_stack=behind) if behind else compositor.render_full_update()
    assert isinstance(update, LayoutUpdate)
    texts, styles = [], []
    for strips in update.strips:
        text, names = "", []
        for strip in strips:
            for segment in strip:
                text += segment.text
                names += [style_name(segment.style, segment.text.isspace())] * cell_len(segment.text)
        texts.append(text.rstrip())
        styles.append(tuple(names))
    return Grid(tuple(texts), tuple(styles))


def style_name(style: Style | None, blank: bool = False) -> str:
    """Name a style by what shows of it: of a blank only the ground does."""
    if style is None:
        return ""
    ground = style.bgcolor.name if style.bgcolor else "default"
    front = style.color.name if style.color else "default"
    marks = [name for name in ("bold", "dim", "italic", "underline", "reverse", "strike") if getattr(style, name)]
    if blank and not style.reverse and not style.underline:
        return f"on {ground}"
    return " ".join([front, "on", ground, *marks])
