"""Writes docs/keys.md from the table of actions, so that it is never behind."""

from __future__ import annotations

from pathlib import Path

from reflect_tui import i18n
from reflect_tui.tui.keys import EVERYWHERE, MOVES, SCREENS, Action, binding_id, explanation, key_names

PATH = Path(__file__).parent.parent / "docs" / "keys.md"
TITLES = {
    "home": "Home",
    "assessing": "Filling in",
    "review": "Looking it over",
    "results": "Results",
    "trends": "Trends",
    "diff": "Comparison",
    "history": "History",
    "removed": "Removed sessions",
    "unreadable": "A file that can't be read",
    "settings": "Settings",
}
OPENING = """\
# Keys

Made from the same table as the bottom line, `?` and the palette. Every action can have other keys, by its name, in
`settings.toml`:

```toml
[keys]
"home.new" = "a"
"assessing.not-applicable" = ["0", "z"]
```

Keys are written as Textual names them: `a`, `A`, `f2`, `ctrl+r`, `space`, `slash`, `left_square_bracket`.
"""


def page() -> str:
    """Give the page, in English."""
    i18n.use("en")
    shared = {action.name for action in (*MOVES, *EVERYWHERE)}
    parts = [OPENING, section("Everywhere", "home", (*MOVES, *EVERYWHERE))]
    for screen, title in TITLES.items():
        parts.append(section(title, screen, tuple(a for a in SCREENS[screen] if a.name not in shared)))
    return "\n".join(parts)


def section(title: str, screen: str, actions: tuple[Action, ...]) -> str:
    """Set the actions of a screen as a table."""
    rows = [f"| {keys(action)} | {explanation(action)} | `{binding_id(screen, action)}` |" for action in actions]
    return "\n".join([f"## {title}", "", "| keys | what they do | name |", "| --- | --- | --- |", *rows, ""])


def keys(action: Action) -> str:
    """Write the keys of an action as code."""
    return " ".join(f"`{name}`" for name in key_names(action.keys).split(" "))


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8")
