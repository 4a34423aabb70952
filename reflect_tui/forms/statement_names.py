"""What statements and domains may be called in a table, and the numbers in it; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from reflect_tui.forms.cells import Cell
from reflect_tui.model.instrument import Instrument

Translations = Sequence[Instrument]
"""One instrument in all its languages."""
_LEADING_NUMBER = re.compile(r"^\s*(\d{1,3})\s*[.):]?\s+")


def plain(text: object) -> str:
    """Write a text without what differs between copies of it: capitals, accents on capitals, punctuation, blanks."""
    folded = unicodedata.normalize("NFKC", str(text)).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())


class Names:
    """What statements and domains of an instrument may be called in a table, as plain() writes it."""

    def __init__(self, translations: Translations) -> None:
        content = translations[0]
        self.ids = {name: item.id for item in content.items for name in (item.id, f"item.{item.id}")}
        self.order = content.positions
        self.texts: dict[str, set[str]] = {}
        self.domains: dict[str, str] = {}
        for language in translations:
            for item in language.items:
                for text in (language.sentence(item), item.text, f"{item.stem} {item.text}"):
                    self.texts.setdefault(plain(text), set()).add(item.id)
            for number, domain in enumerate(language.domains, start=1):
                for title in (domain.id, domain.title, domain.short):
                    self.domains |= {plain(title): domain.id, f"{number} {plain(title)}": domain.id} if title else {}
        self.titles = {plain(name) for one in translations for name in (one.id, one.title, one.short) if name}
        self.labels = {
            item.id: {
                plain(point.label): point.value for one in translations for point in one.item_scale(item.id).points
            }
            for item in content.items
        }
        self.all_labels = {label: value for labels in self.labels.values() for label, value in labels.items()}

    def of_text(self, cell: Cell) -> list[str]:
        """Return the items whose text a cell has, perhaps after a number; several when their texts are the same."""
        if not isinstance(cell, str):
            return []
        numbered = _LEADING_NUMBER.sub("", cell)
        return sorted(self.texts.get(plain(cell)) or self.texts.get(plain(numbered)) or (), key=self.order.__getitem__)

    def number_before(self, cell: Cell) -> int | None:
        """Return the number before the text of a statement."""
        match = _LEADING_NUMBER.match(cell) if isinstance(cell, str) and plain(cell) not in self.texts else None
        return int(match[1]) if match and self.of_text(cell) else None

    def text(self, cell: Cell) -> str | None:
        """Return the first item whose text a cell has."""
        return next(iter(self.of_text(cell)), None)

    def domain(self, cell: Cell) -> str | None:
        """Return the domain that a cell names."""
        words = plain(cell) if isinstance(cell, str) else ""
        for lead in ("gemiddelde ", "gemiddeld ", "mean ", "average ", "domein ", "domain ", ""):
            if words.startswith(lead) and words.removeprefix(lead) in self.domains:
                return self.domains[words.removeprefix(lead)]
        return None


def decimal(cell: Cell) -> Decimal | None:
    """Read a number, with a point or a comma."""
    if isinstance(cell, float):
        return Decimal(str(cell))
    if not isinstance(cell, str) or not re.fullmatch(r"\d{1,3}([.,]\d{1,6})?", cell):
        return None
    try:
        return Decimal(cell.replace(",", "."))
    except InvalidOperation:
        return None


def whole(cell: Cell) -> int | None:
    """Read the number of a statement: 12, "12", "12."."""
    value = decimal(cell.rstrip(".) ") if isinstance(cell, str) else cell)
    return int(value) if value is not None and value == int(value) and value > 0 else None
