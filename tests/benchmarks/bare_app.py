"""The floor of starting, memory and quitting: a Textual app that shows one screen that never changes."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class BareApp(App[None]):
    """A screen full of text; `q` quits."""

    BINDINGS = [("q", "quit", "quit")]  # noqa: RUF012 -- Textual's own shape
    CSS = "Static { height: 1fr; }"

    def compose(self) -> ComposeResult:
        """Fill the window; the last row holds what is waited for."""
        rows = [f"{number:2d} a row of a screen that never changes, as long as most rows are" for number in range(23)]
        yield Static("\n".join([*rows, "all is painted"]), markup=False)


if __name__ == "__main__":
    BareApp().run()
