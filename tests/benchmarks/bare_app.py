"""The floor of a start and of memory: a Textual app with Header, Footer and one Static, and nothing else."""

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, Static


class BareApp(App[None]):
    """A page of text that never changes."""

    BINDINGS = [("q", "quit", "leave")]  # noqa: RUF012 -- Textual's own shape

    def compose(self) -> ComposeResult:
        """Fill the window; the footer names the one key."""
        yield Header()
        yield Static("\n".join(f"{number:2d} a row of text, as long as most rows are" for number in range(20)))
        yield Footer()


if __name__ == "__main__":
    BareApp().run()
