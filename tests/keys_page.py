"""Writes docs/keys.md from the table of actions, so that it is never behind."""

from __future__ import annotations

from pathlib import Path

from reflect_tui import i18n
from reflect_tui.tui.actions import EVERYWHERE, MOVES, SCREENS, Action
from reflect_tui.tui.keys import SCHEMES, binding_id, chosen, explanation, key_names

PATH = Path(__file__).parent.parent / "docs" / "keys.md"
TITLES = {
    "home": "Home",
    "assessing": "Filling in",
    "review": "Review",
    "note": "Writing a note",
    "results": "Results",
    "goals": "Goals",
    "agenda": "Agenda",
    "talk": "The talk",
    "trends": "Trends",
    "diff": "Comparison",
    "history": "History",
    "removed": "Removed sessions",
    "team": "A team",
    "unreadable": "An unreadable file",
    "settings": "Settings",
}
OPENING = """\
# Keys

Made from the same table as the bottom line, `?` and the palette. Give an action other keys, by its name, in
`settings.toml`:

```toml
[keys]
"home.new" = "a"
"assessing.not-applicable" = ["0", "z"]
```

Keys are written as Textual names them: `a`, `A`, `f2`, `ctrl+r`, `space`, `slash`, `left_square_bracket`. While filling
in, a digit is always its own score; no setting changes that. Line mode (`new --plain`) has its own letters, which `?`
lists there; no setting changes them.
"""
ENTRY = """\
## Other keys that score

`entry` in `settings.toml` chooses them; the digits, also those of the keypad, always score. `"azerty"` is the digit row
of an AZERTY keyboard without shift (also the Belgian and the Mac one). `"home-row"` uses the letters under the fingers
on a QWERTY keyboard; `F` finishes then, and only the arrows move, on every screen.

| what they do | `"digits"` | `"azerty"` | `"home-row"` |
| --- | --- | --- | --- |
"""


def page() -> str:
    """Give the page, in English."""
    i18n.use_language("en")
    shared = {action.name for action in (*MOVES, *EVERYWHERE)}
    parts = [OPENING, section("Everywhere", "home", (*MOVES, *EVERYWHERE))]
    for screen, title in TITLES.items():
        parts.append(section(title, screen, tuple(a for a in SCREENS[screen] if a.name not in shared)))
    return "\n".join([*parts, entry()])


def entry() -> str:
    """Set the schemes of entry side by side: every action that one of them gives other keys."""
    changed = {name for keys in SCHEMES.values() for name in keys}
    by_scheme = [chosen("assessing", keys) for keys in SCHEMES.values()]
    rows = [
        f"| {explanation(row[0])}{digit(row[0])} | {' | '.join(keys(action) for action in row)} |"
        for row in zip(*by_scheme, strict=True)
        if binding_id("assessing", row[0]) in changed
    ]
    return ENTRY + "\n".join([*rows, ""])


def digit(action: Action) -> str:
    """Tell the scores apart, whose explanation is the same."""
    return f" ({action.keys})" if action.name.startswith("score(") else ""


def section(title: str, screen: str, actions: tuple[Action, ...]) -> str:
    """Set the actions of a screen as a table."""
    rows = [f"| {keys(action)} | {explanation(action)} | `{binding_id(screen, action)}` |" for action in actions]
    return "\n".join([f"## {title}", "", "| keys | what they do | name |", "| --- | --- | --- |", *rows, ""])


def keys(action: Action) -> str:
    """Write the keys of an action as code."""
    return " ".join(f"`{name}`" for name in key_names(action.keys).split(" "))


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8")
