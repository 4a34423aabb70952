"""Scores of past years in a spreadsheet, read into sessions by their day; whatever can't be placed is named; pure.

A table has one row a statement and one column a day, or the other way round. Statements are known by their id, their
text in any language of the instrument, or their number; of a day that has only means of domains these are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from reflect_tui.errors import Fault
from reflect_tui.forms import heads
from reflect_tui.forms.cells import Cell, Hidden, Sheet, day_above, short, written
from reflect_tui.forms.days import past_fault
from reflect_tui.forms.heads import Crossed
from reflect_tui.forms.statement_rows import (
    FEWEST,
    MOST_NAMED,
    NUMBER_HEADS,
    StatementRows,
    Translations,
    decimal,
    plain,
    whole,
)
from reflect_tui.i18n import _, format_date
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.old_means import lone_fault
from reflect_tui.model.session import NOT_APPLICABLE, Score

_NOT_APPLICABLE = frozenset({"n a", "na", "nvt", "n v t", "niet van toepassing", "not applicable", "-", "–", "—"})
_SUMS = ("gemiddeld", "totaal", "som ", "mean", "average", "total", "sum ")
_EXPORTED = (("session", "started", "finished", "role"), ("session", "along", "id", "domain"))
"""How the tables begin that this program exports: of sessions, and of a comparison."""
_SERIAL = re.compile(r"[34]\d{4}")  # a day as a workbook counts it, from 1982 to 2036


class DatedScores(Struct, frozen=True, kw_only=True):
    """What a table has of one day: scores and notes by item id, means by domain id, and where it stands."""

    day: date
    place: str
    scores: Mapping[str, Score]
    means: Mapping[str, Decimal]
    notes: Mapping[str, str] = {}


class ReadTable(Struct, frozen=True, kw_only=True):
    """What was read of a sheet: the days, or what is wrong; and what was left out or read as notes, in sentences."""

    instrument: Instrument | None = None
    days: tuple[DatedScores, ...] = ()
    faults: tuple[Fault, ...] = ()
    left_out: tuple[str, ...] = ()
    theirs: str = ""
    """Why nothing of a table is read that has scores of somebody else only."""
    said: str = ""
    """What it answers where it asks who scored."""
    unclear: tuple[str, ...] = ()
    """What stands around the scores, with its place, that may say that they are somebody else's."""


def read_sheet(sheet: Sheet, instruments: Sequence[Translations], today: date) -> ReadTable:
    """Read a sheet on the instrument whose statements it has; without any statement there are no days and no faults."""
    if tuple(str(cell) for cell in (sheet.rows or ((),))[0][:4]) in _EXPORTED:
        text = _("is a table that this program exported; import what this writes: reflect-tui export --format json")
        return ReadTable(faults=(Fault("", text),))
    best: _Reading | None = None
    rivals = 0
    for translations in instruments:
        for grid, turned in ((sheet.rows, False), (tuple(zip(*sheet.rows, strict=True)), True)):
            reading = _Reading(sheet.name, grid, translations, turned=turned)
            if best is None or reading.strength > best.strength:
                best, rivals = reading, 0
            elif reading.strength == best.strength and reading.instrument.id != best.instrument.id:
                rivals += 1
    if best is None or best.strength[0] < FEWEST:
        return ReadTable()
    if rivals:
        text = _("has numbers that fit several instruments; write the id of yours in a cell above them, such as {id}")
        return ReadTable(faults=(Fault(sheet.name, text.format(id=best.instrument.id)),))
    return best.read(today, sheet.hidden_lines)


class _ColumnScores(Struct, frozen=True):
    """What a column has."""

    column: int
    dated: DatedScores

    @property
    def scores(self) -> Mapping[str, Score]:
        """Its scores by item id; empty when it has means of domains only."""
        return self.dated.scores


class _Reading(StatementRows):
    """One sheet read on one instrument."""

    def read(self, today: date, hidden: Hidden) -> ReadTable:
        """Read the days; with a fault there are none, so that nothing comes in by half."""
        grid = self.grid
        items = {number: item for number in range(len(grid)) if (item := self.item(number))}
        domains = self.domains_of(items)
        used = [*items, *domains]
        first = min(used)
        self.grid = heads.without_other_days(grid, first)
        crossed = heads.crosses_as_scores(self.grid, first, items, self._score)
        self.grid = grid = crossed.grid
        values = self._value_columns(first, used)
        theirs = heads.find_theirs(self.name, grid, used, values, self._scored(values, used))
        values = [column for column in values if column not in theirs.columns]
        if theirs.whole or (theirs.columns and not values):
            return ReadTable(instrument=self.instrument, theirs=theirs.whole or next(iter(theirs.columns.values())))
        remarks = self._remarks(first, items, values)
        dated, faults, left_out = self._dated(first, used, today, [c for c in values if c not in remarks])
        others = [n for n in range(first, len(grid)) if n not in items and n not in domains and any(grid[n])]
        totals, headings, unplaced = self._others(others, dated)
        days, wrong = self._days(dated, items, domains, remarks)
        noted = _("Read as notes to the statements of {date}: {column}.")
        left_out += [noted.format(date=format_date(day), column=self.column_name(c)) for c, day in remarks.items()]
        faults += [*self._unclear(crossed), *self.twice(items), *self.disagreements(items), *unplaced, *wrong]
        left_out += self._by_number_alone(items, dated)
        left_out += self._means_left_out(domains, totals, days)
        self.grid = [[None if column in theirs.columns else cell for column, cell in enumerate(row)] for row in grid]
        unclear: list[str] = []
        if not faults:  # else nothing is taken in, and a day with a fault would be said not to be read
            left_out += self._not_read(first, used, dated, theirs.columns)
            unclear += self._unclear_texts(first, used, dated, [n for n in others if n not in totals])
            left_out += self._read_though_hidden(hidden, dated, items)
        if headings:
            left_out.append(_("Left out, without a score: {rows}.").format(rows=", ".join(headings)))
        if crossed.headless and (crossed.is_read or not days):
            text = _("has crosses in {columns} without a score above them: write there which, from {low} to {high}")
            scale, columns = self.instrument.scale, ", ".join(map(self.column_name, crossed.headless))
            faults = [Fault(self.name, text.format(columns=columns, low=scale.lowest, high=scale.highest))]
            left_out = []
        if not days and not faults:
            faults = [Fault(self.name, _("has statements, but no score under a date"))]
        return ReadTable(
            instrument=self.instrument,
            days=() if faults else tuple(day.dated for day in days),
            faults=tuple(faults),
            left_out=tuple(left_out),
            said=theirs.said,
            unclear=tuple(unclear),
        )

    def _unclear(self, crossed: Crossed) -> Iterator[Fault]:
        """Name the statements with more than one cross."""
        if cells := [self.place(number, column) for number, column in crossed.unclear]:
            more = ", …" if len(cells) > MOST_NAMED else ""
            text = _("has more than one cross for a statement: leave one of them out")
            yield Fault(", ".join(cells[:MOST_NAMED]) + more, text)

    def _means_left_out(
        self, domains: Iterable[int], totals: Sequence[int], days: Sequence[_ColumnScores]
    ) -> Iterator[str]:
        """Say which means and totals are left out; of a day without scores the means of domains are taken in."""
        scored = [day.column for day in days if day.scores]
        others = [day.column for day in days if not day.scores]
        if sums := [self.named(n) for n in (*domains, *totals) if self._has_value(n, scored)]:
            text = _("Left out, since on a day with scores means are worked out from those alone: {rows}.")
            if others:
                text = _(
                    "Left out under {days}, since on a day with scores means are worked out from those alone: {rows}."
                )
            dates = ", ".join(format_date(day.dated.day) for day in days if day.scores)
            yield text.format(days=dates, rows=", ".join(sums))
        if unkept := [self.named(n) for n in totals if self._has_value(n, others) or not self._has_value(n, scored)]:
            yield _("Left out, since of a day with only means a total is not kept: {rows}.").format(
                rows=", ".join(unkept)
            )

    def _not_read(
        self, first: int, used: Sequence[int], dated: Mapping[int, date], theirs: Mapping[int, str]
    ) -> Iterator[str]:
        """Name the columns of others, those with a day and no score, and the rows above the table that say nothing."""
        if theirs:
            yield heads.theirs_left_out(f"{self.column_name(column)} ({text})" for column, text in theirs.items())
        for column, day in heads.days_without_score(self.grid, first, used, dated):
            yield _("Left out, without a score: {rows}.").format(rows=f"{self.column_name(column)} ({day})")
        rows = heads.unread_rows(self.grid, first, dated, self.names.titles, each=self.is_turned)
        if named := [f"{self.line(number)} ({text})" for number, text in rows]:
            yield _("Not read: {rows}.").format(rows=", ".join(named))

    def _unclear_texts(
        self, first: int, used: Sequence[int], dated: Mapping[int, date], others: Sequence[int]
    ) -> Iterator[str]:
        """Name what stands around the scores and may say that they are somebody else's.

        It is the name of the sheet, rows above, texts over or under the scores, and what stands below the table; a
        heading between the statements names nobody.
        """
        known = self.names.titles
        words = {word for title in known for word in title.split()}
        is_letter = len(self.name) == 1
        if not is_letter and heads.unknown_texts([self.name], known) and not set(plain(self.name).split()) <= words:
            yield _('the name "{sheet}"').format(sheet=short(self.name))
        above = heads.unread_rows(self.grid, first, dated, known, each=self.is_turned)
        found = dict(above)
        for number in (*range(first), *others):
            row = self.grid[number]
            label = None if number < first else self.label(number)
            if heads.is_remarks_head(self.label(number)):
                found.pop(number, None)
                continue
            if texts := heads.unknown_texts([row[column] for column in dated if row[column] != label], known):
                found.setdefault(number, short(" ".join(dict.fromkeys([label, *texts] if label else texts))))
            elif label and number > max(used) and not self._has_value(number, dated):
                found.update({number: short(label)} if heads.unknown_texts([label], known) else {})
        yield from (f"{self.line(number)} ({text})" for number, text in sorted(found.items()))

    def _read_though_hidden(self, hidden: Hidden, dated: Mapping[int, date], items: Mapping[int, str]) -> Iterator[str]:
        """Name what is taken in and can't be seen in the sheet."""
        columns, rows = (hidden.rows, hidden.columns) if self.is_turned else (hidden.columns, hidden.rows)
        unseen = [f"{self.column_name(column)} ({format_date(dated[column])})" for column in dated if column in columns]
        unseen += [self.line(number) for number in items if number in rows]
        if unseen:
            more = ", …" if len(unseen) > MOST_NAMED else ""
            yield _("Imported, though hidden: {lines}.").format(lines=", ".join(unseen[:MOST_NAMED]) + more)

    def _has_value(self, number: int, columns: Iterable[int]) -> bool:
        """Check whether a row has a score, a mean or what may be meant as one, and not only a remark."""
        cells = [cell for column in columns if (cell := self.grid[number][column]) is not None]
        return any(
            not isinstance(cell, str)
            or self._score(cell) is not None
            or (" " not in cell and re.search(r"\d|#", cell) is not None)
            for cell in cells
        )

    def _others(self, rows: Sequence[int], dated: Mapping[int, date]) -> tuple[list[int], list[str], list[Fault]]:
        """Tell rows that are no statement apart: sums, headings without a score, and those that can't be placed."""
        sums, headings, unplaced = [], [], []
        for number in rows:
            label = self.label(number)
            if not self._has_value(number, dated):
                headings.append(self.named(number))
            elif f"{plain(label)} ".startswith(_SUMS):
                sums.append(number)
            else:
                text = _('has scores, but "{label}" is no statement of {instrument}: give its id, whole text or number')
                if self.names.of_text(label):
                    text = _('has scores, but "{label}" is the text of more than one statement: give its id or number')
                problem = text.format(label=short(label), instrument=self.instrument.id)
                unplaced.append(Fault(self.line(number), problem))
        return sums, headings, unplaced

    def _days(
        self,
        dated: Mapping[int, date],
        items: Mapping[int, str],
        domains: Mapping[int, str],
        remarks: Mapping[int, date],
    ) -> tuple[list[_ColumnScores], list[Fault]]:
        days, faults = [], []
        rows = {item: self.grid[number] for number, item in items.items()}
        for column, day in dated.items():
            scores, wrong = self._scores(column, items)
            means, wrong_means = ({}, []) if scores else self._means(column, domains)
            faults += [*wrong, *wrong_means]
            noted = heads.remark_notes(rows, remarks, day)
            if scores or means:
                place = self.column_name(column)
                found = DatedScores(day=day, place=place, scores=scores, means=means, notes=noted)
                days.append(_ColumnScores(column, found))
        return days, faults

    def _remarks(self, first: int, items: Mapping[int, str], columns: Sequence[int]) -> dict[int, date]:
        """Find the columns of remarks beside the scores of a day."""
        above = {column: [self.grid[number][column] for number in range(first)] for column in columns}
        rows = [self.grid[number] for number in items]
        scored = [column for column in columns if any(self._score(row[column]) is not None for row in rows)]
        return heads.find_remarks(above, scored, self._only_day(first) if len(scored) == 1 else None)

    def _by_number_alone(self, items: Mapping[int, str], dated: Mapping[int, date]) -> Iterator[str]:
        """Say that texts were not recognised, where statements are known by their numbers."""
        if max(self.ids[1], self.texts[1]) >= FEWEST:
            return
        cells = (cell for n in items for column, cell in enumerate(self.grid[n]) if column not in dated)
        texts = (cell for cell in cells if isinstance(cell, str) and not whole(cell) and not self.names.domain(cell))
        if found := next(texts, None):
            text = _('Placed by number only: "{label}" and the like are no statements of {instrument}.')
            yield text.format(label=short(found), instrument=self.instrument.id)

    def _dated(
        self, first: int, used: Sequence[int], today: date, columns: Sequence[int]
    ) -> tuple[dict[int, date], list[Fault], list[str]]:
        """Find the day of every column that has scores, in the rows above the first one used; not of remarks."""
        faults: list[Fault] = []
        left_out: list[str] = []
        dated: dict[int, date] = {}
        scored = self._scored(columns, used)
        for column in columns:
            above = [self.grid[number][column] for number in range(first)]
            day, problem = day_above(above)
            if day is None and not problem and [column] == scored:
                day = self._only_day(first)
            problem = problem or self._unlikely(day, today, dated)
            head = short(" ".join(dict.fromkeys(written(cell) for cell in above if cell is not None)))
            if day is None and not problem and column in scored:
                problem = _no_day(head)
            if problem:
                faults.append(Fault(self.column_name(column), problem))
            elif day is not None:
                dated[column] = day
            else:
                text = _("Not read, without a date: {column} ({head}).")
                if heads.is_remarks_head(head):
                    text = _("Not read, without a date: {column} ({head}). Write the day above it that it is about.")
                left_out.append(text.format(column=self.column_name(column), head=head))
        return dated, faults, left_out

    def _value_columns(self, first: int, used: Sequence[int]) -> list[int]:
        """List the columns that have something in the rows used, and are neither labels nor numbers of statements."""
        labels = self.label_columns
        columns = (column for column in range(len(self.grid[0])) if column not in labels)
        filled = (column for column in columns if any(self.grid[number][column] is not None for number in used))
        named = {column: [plain(self.grid[number][column] or "") for number in range(first)] for column in filled}
        return [column for column, names in named.items() if NUMBER_HEADS.isdisjoint(names)]

    def _only_day(self, first: int) -> date | None:
        """Return the day that stands anywhere above a table with one column of scores, when there is one only."""
        days = {day for row in self.grid[:first] for cell in row if (day := day_above([cell])[0])}
        return days.pop() if len(days) == 1 else None

    def _unlikely(self, day: date | None, today: date, dated: Mapping[int, date]) -> str:
        """Say why a day can't be that of a session, or is taken by another column; "" when it may be."""
        if day is None:
            return ""
        if fault := past_fault(day, today):
            return fault
        earlier = next((self.column_name(column) for column, other in dated.items() if other == day), "")
        return _("is of the same day as {column}; leave one of them out").format(column=earlier) if earlier else ""

    def _scored(self, values: Sequence[int], used: Sequence[int]) -> list[int]:
        """Return the columns in which most cells are figures."""
        found = []
        for column in values:
            cells = [self.grid[number][column] for number in used if self.grid[number][column] is not None]
            if sum(decimal(cell) is not None for cell in cells) * 2 > len(cells):
                found.append(column)
        return found

    def _scores(self, column: int, items: Mapping[int, str]) -> tuple[dict[str, Score], list[Fault]]:
        scores: dict[str, Score] = {}
        faults = []
        for number, item in items.items():
            cell = self.grid[number][column]
            score = self._score(cell, self.names.labels[item])
            if score is not None:
                scores[item] = score
            elif cell is not None:
                scale = self.instrument.scale
                text = _('"{cell}" is no score: a whole number from {low} to {high}, n.v.t., or nothing')
                if written(cell).startswith("="):
                    text = _('"{cell}" is a formula without its result: open the file, save it, and import it again')
                problem = text.format(cell=short(written(cell)), low=scale.lowest, high=scale.highest)
                faults.append(Fault(self.place(number, column), problem))
        if len(faults) > MOST_NAMED:
            text = _("and {n} more cells of this column are no scores")
            faults = [faults[0], Fault(self.column_name(column), text.format(n=len(faults) - 1))]
        return {item.id: scores[item.id] for item in self.instrument.items if item.id in scores}, faults

    def _score(self, cell: Cell, labels: Mapping[str, int] | None = None) -> Score | None:
        """Read a score, a word of `labels` for one (any word that an answer has, without them), or n/a."""
        labels = self.names.all_labels if labels is None else labels
        if isinstance(cell, str) and cell.startswith("#"):
            return None  # what a formula leaves that has no result: #N/A is not n/a
        if isinstance(cell, str) and (cell in _NOT_APPLICABLE or plain(cell) in _NOT_APPLICABLE):
            return NOT_APPLICABLE
        if isinstance(cell, str) and plain(cell) in labels:
            return labels[plain(cell)]
        value = decimal(cell)
        is_score = value is not None and value == int(value) and self.instrument.scale.allows(int(value))
        return int(value) if value is not None and is_score else None

    def _means(self, column: int, domains: Mapping[int, str]) -> tuple[dict[str, Decimal], list[Fault]]:
        means: dict[str, Decimal] = {}
        faults = []
        scale = self.instrument.scale
        for number, domain in domains.items():
            cell = self.grid[number][column]
            value = decimal(cell)
            if fault := lone_fault(self.instrument, domain, value):
                faults.append(Fault(self.place(number, column), fault))
            elif value is not None and scale.lowest <= value <= scale.highest and domain not in means:
                means[domain] = value
            elif cell is not None and cell != self.label(number):  # else it is merged
                text = _('"{cell}" is no mean of a domain: a number from {low} to {high}, once for each domain')
                problem = text.format(cell=short(written(cell)), low=scale.lowest, high=scale.highest)
                faults.append(Fault(self.place(number, column), problem))
        return means, faults


def _no_day(head: str) -> str:
    """Say that scores stand under a text that is no date."""
    if not head:
        return _("has scores, and no date above them; write one there, such as 2023-11-14")
    text = _('has scores under "{head}", which is no date; write one above them, such as 2023-11-14')
    if _SERIAL.fullmatch(head):
        text = _('has scores under "{head}": if that is a date, give the cell the format of one')
    return text.format(head=head)
