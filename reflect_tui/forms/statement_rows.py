"""Which row of a table is which statement or domain: by id, by text, or by number, and where these disagree; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from reflect_tui.errors import Fault
from reflect_tui.forms.cells import Cell, Grid, letters, short
from reflect_tui.i18n import _
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


FEWEST = 2  # statements that make a table
MOST_NAMED = 5  # rows with one and the same fault; more are counted
NUMBER_HEADS = frozenset({"nr", "no", "nummer", "number", "stellingnummer", "item", "stelling", "statement", "#"})


class StatementRows:
    """One sheet read on one instrument, a statement a row; `turned` when it has a statement a column."""

    def __init__(self, name: str, grid: Grid, translations: Translations, *, turned: bool) -> None:
        self.instrument = translations[0]
        self.name = name
        self.grid = grid
        self.is_turned = turned
        self.names = Names(translations)
        columns = range(len(grid[0]) if grid else 0)
        self.ids = self._best(columns, lambda cell: self.names.ids.get(str(cell)))
        self.texts = self._best(columns, self.names.text)
        self.domains = self._best(columns, self.names.domain)
        self.numbers = max((self._numbered(column) for column in columns), default=(-1, 0), key=lambda best: best[1])
        named = any(plain(cell) in self.names.titles for row in grid for cell in row if isinstance(cell, str))
        counted = max(self.ids[1], self.texts[1])
        # ids and texts before numbers, the way a table stands before its transpose, the instrument that it names first,
        # then the one whose domains it has
        self.strength = (counted or self.numbers[1] or self.domains[1], counted, named, self.domains[1])

    def _best(self, columns: Sequence[int], known: Callable[[Cell], str | None]) -> tuple[int, int]:
        counts = [(column, len({item for row in self.grid if (item := known(row[column]))})) for column in columns]
        return max(counts, default=(-1, 0), key=lambda best: best[1])

    def _numbered(self, column: int) -> tuple[int, int]:
        """Count the numbers of statements in a column: all different, under a head that says so or beyond the scale."""
        values = [number for row in self.grid if (number := whole(row[column]))]
        fits = values == sorted(set(values)) and all(1 <= value <= len(self.instrument.items) for value in values)
        beyond = bool(values) and values[-1] > self.instrument.scale.highest
        return (column, len(values)) if fits and (beyond or self._is_called_number(column)) else (column, 0)

    def _is_called_number(self, column: int) -> bool:
        return any(cell == "#" or plain(cell) in NUMBER_HEADS for row in self.grid if (cell := row[column]))

    def place(self, row: int, column: int) -> str:
        """Name a cell as a spreadsheet does: B3, or Blad1!B3."""
        if self.is_turned:
            row, column = column, row
        cell = f"{letters(column)}{row + 1}"
        return f"{self.name}!{cell}" if self.name else cell

    def line(self, number: int) -> str:
        """Name a row, or what is a column in the sheet."""
        text = _("column {name}") if self.is_turned else _("row {name}")
        return text.format(name=letters(number) if self.is_turned else number + 1)

    @property
    def label_columns(self) -> list[int]:
        """The columns that say which statement or domain a row is."""
        counted = max(self.ids[1], self.texts[1])
        chosen = [best[0] for best in (self.ids, self.texts, self.domains) if best[1] >= FEWEST]
        numbers = [column for column in range(len(self.grid[0])) if self._numbered(column)[1] >= FEWEST]
        chosen += [column for column in numbers if column not in chosen]
        return chosen if counted >= FEWEST or self.numbers[1] or self.domains[1] else []

    def item(self, number: int) -> str | None:
        """Return the statement of a row: by its id, else by its text, else by its number where the others are none."""
        row = self.grid[number]
        if self.ids[1] >= FEWEST and (item := self.names.ids.get(str(row[self.ids[0]]))):
            return item
        if self.texts[1] >= FEWEST and (item := self._of_text(number)):
            return item
        by_number = max(self.ids[1], self.texts[1]) < FEWEST <= self.numbers[1]
        if by_number and self.numbers[1] > self.domains[1]:  # else they are numbers of domains
            position = whole(row[self.numbers[0]])
            return self.instrument.items[position - 1].id if position else None
        return None

    def _of_text(self, number: int) -> str | None:
        """Return the statement with the text of a row: of several the one that it counts as, else the nth of them.

        The nth when the table has them all: those stand in the order of the instrument.
        """
        column = self.texts[0]
        same = self.names.of_text(self.grid[number][column])
        if len(same) < FEWEST:
            return same[0] if same else None
        position = whole(self.grid[number][self.numbers[0]]) if self.numbers[1] else None
        counted = self.instrument.items[position - 1].id if position else None
        if counted in same:
            return counted
        rows = [n for n, row in enumerate(self.grid) if self.names.of_text(row[column]) == same]
        return same[rows.index(number)] if len(rows) == len(same) else None

    def domains_of(self, items: Mapping[int, str]) -> dict[int, str]:
        """Return the domain of every row that is about one, and not a statement written otherwise than it is known.

        Such a row has no other text beside the domain, and stands at the statements of its domain, or apart from all.
        """
        domains, found = self.instrument.domain_of, {}
        present = {domains[item].id for item in items.values()}
        for number in range(len(self.grid)):
            labels = [cell for column in self.label_columns if isinstance(cell := self.grid[number][column], str)]
            named = [self.names.domain(cell) for cell in labels if not whole(cell)]
            if number in items or not named or named[0] is None or set(named) != {named[0]}:
                continue
            before = next((domains[items[n]].id for n in range(number, -1, -1) if n in items), None)
            after = next((domains[items[n]].id for n in range(number, len(self.grid)) if n in items), None)
            borders = before != after and (named[0] in (before, after) or named[0] not in present)
            if before is None or after is None or borders:
                found[number] = named[0]
        return found

    def column_name(self, column: int) -> str:
        """Name a column, or what is a row in the sheet."""
        if self.is_turned:
            return _("row {name}").format(name=column + 1)
        return _("column {name}").format(name=letters(column))

    def named(self, number: int) -> str:
        """Name a row with the first text in it."""
        label = self.label(number)
        return f"{self.line(number)} ({short(label)})" if label else self.line(number)

    def label(self, number: int) -> str:
        """Return the first text of a row, "" without one."""
        return next((cell for cell in self.grid[number] if isinstance(cell, str)), "")

    def twice(self, items: Mapping[int, str]) -> list[Fault]:
        """Name the rows of a statement that is there already."""
        seen: dict[str, int] = {}
        faults = []
        for number, item in items.items():
            if item in seen:
                text = _("is the same statement as {other}: {id}").format(other=self.line(seen[item]), id=item)
                faults.append(Fault(self.line(number), text))
            seen.setdefault(item, number)
        return faults

    def disagreements(self, items: Mapping[int, str]) -> Iterator[Fault]:
        """Name the rows whose id, text and number are not those of one statement."""
        for number, item in items.items():
            named = (self.names.of_text(cell) for cell in self.grid[number])
            if other := next((texts[0] for texts in named if texts and item not in texts), None):
                text = _("has the text of {other}, but stands for {id} by another cell: correct one of them")
                yield Fault(self.line(number), text.format(id=item, other=other))
        for numbers in self._numberings(items):
            # statements are numbered in the whole instrument, or anew in each domain
            wrong = min(([n for n in numbers if numbers[n] != known[items[n]]] for known in self._known()), key=len)
            if len(wrong) > MOST_NAMED:
                text = _("has {n} numbers that are not those of the statements beside them, from {row} on")
                yield Fault(self.name, text.format(n=len(wrong), row=self.line(wrong[0])))
                continue
            for row in wrong:
                text = _("has the number {n}, but is statement {known} by its text or id: correct one of them")
                yield Fault(self.line(row), text.format(n=numbers[row], known=self.names.order[items[row]] + 1))

    def _known(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """Return the number of every statement in the instrument, and in its domain."""
        domains = self.instrument.domains
        return (
            {item.id: number for number, item in enumerate(self.instrument.items, start=1)},
            {item.id: number for domain in domains for number, item in enumerate(domain.items, start=1)},
        )

    def _numberings(self, items: Mapping[int, str]) -> Iterator[dict[int, int]]:
        """Return the numbers of statements that rows have, column by column, and those before their texts."""
        for column in range(len(self.grid[0])):
            if self._is_called_number(column) or self._numbered(column)[1] >= FEWEST:
                yield {n: value for n in items if (value := whole(self.grid[n][column]))}
            yield {n: value for n in items if (value := self.names.number_before(self.grid[n][column]))}
