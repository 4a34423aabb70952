"""Ids of statements, domains and instruments, made of what people call them."""

from __future__ import annotations

from collections.abc import Container

from reflect_tui.model.instrument import MAX_IDENTIFIER
from reflect_tui.text import slug

_ID_WORDS = 6


class Identifiers:
    """Makes ids that no other has, each as near as can be to what the file calls it."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self.changed = 0

    def make(self, wished: str, text: str, taken: Container[str] = ()) -> str:
        """Return the wished id where it is one, else one made from it, or from the first words of a text."""
        own = as_identifier(wished or " ".join(text.split()[:_ID_WORDS]))
        name, number = own, 1
        while name in self._used or name in taken:
            number += 1
            name = f"{own[: MAX_IDENTIFIER - 1 - len(str(number))].strip('-')}-{number}"
        self._used.add(name)
        self.changed += name != wished
        return name


def as_identifier(text: str) -> str:
    """Return an id that is as near as can be to a text: small letters, digits and dashes, a letter first."""
    own = slug(text)
    return (own if own[:1].isalpha() else f"s-{own}")[:MAX_IDENTIFIER].strip("-")
