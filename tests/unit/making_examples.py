"""An instrument being made, of two domains."""

from __future__ import annotations

from reflect_tui.model import making
from reflect_tui.model.making import Making


def team() -> Making:
    """Two domains, the first with three statements."""
    made = making.begin("en").write("title", "Working in a team").write("source.publisher", "Us")
    made, place = made.add_domain("title", "Asking for help")
    made, _place = made.add_statements(place, ["I ask in time", "I ask again", "I thank"])
    made, place = made.add_domain(place, "Giving help")
    return made.add_statements(place, ["I offer help"])[0]


def texts(made: Making) -> list[list[str]]:
    """Give the texts of the statements, domain by domain."""
    return [[item["text"] for item in domain["item"]] for domain in made.document["domain"]]
