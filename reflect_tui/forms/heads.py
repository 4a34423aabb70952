"""What stands around the scores of a table besides days: who gave them, remarks, crosses, what is not read; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from msgspec import Struct

from reflect_tui.forms.cells import Cell, Grid, day_above, short, written
from reflect_tui.forms.days import MONTHS
from reflect_tui.forms.statement_rows import plain
from reflect_tui.i18n import _, format_date
from reflect_tui.model.session import Score

_WHO = frozenset({
    "ingevuld door", "beoordeeld door", "gescoord door", "door", "rol", "naam", "wie", "beoordelaar", "invuller",
    "naam beoordelaar", "naam invuller", "e mail", "email", "e mailadres", "emailadres", "mailadres",
    "filled in by", "completed by", "scored by", "rated by", "assessed by", "by", "role", "name", "who", "rater",
    "respondent", "appraiser", "email address", "e mail address", "username",
})  # fmt: skip
_SELF = (
    "zelf", "self", "myself", "mijzelf", "mezelf", "ik", "mijn", "my", "eigen", "own", "me", "medewerker", "employee",
)  # fmt: skip
_NEITHER = ("zelfde", "zelfst")
"""How words begin that have nothing to do with oneself."""
_OTHERS = (
    "leidinggevende", "leidinggevenden", "manager", "managers", "leider", "leiders", "leidster", "leader", "leaders",
    "supervisor", "chef", "baas", "boss", "collega", "collegas", "collega's", "colleague", "colleagues", "client",
    "clients", "clienten", "cliënt", "cliënten", "klant", "klanten", "customer", "customers", "peer", "peers",
    "anderen", "others", "beoordelaar", "assessor", "reviewer", "appraiser", "begeleider", "begeleiders",
    "begeleidster", "coach", "mentor", "persoon", "person", "respondent", "deelnemer", "participant",
)  # fmt: skip
"""Who scores somebody else: such a word, or the end of one (teammanager, praktijkbegeleider)."""
_ALONE = frozenset({"consensus", "team", "ouder", "ouders", "parent", "parents", "intervisiegroep"})
"""The same where it is the only word: elsewhere it may be what the scores are about."""
_USUAL = frozenset({
    "id", "nr", "no", "nummer", "number", "stelling", "statement", "vraag", "question", "item", "domein", "domain",
    "competentie", "competency", "score", "scores", "datum", "date", "dag", "day",
})  # fmt: skip
_OTHER_DAY = re.compile(
    r"\b(geb|geboren|geboorte\w*|birth\w*|born|dob|in dienst|indienst\w*|uit dienst|employed|hired|print\w*|afgedrukt|"
    r"versie\w*|version|volgende?|next|geldig|valid|aangemaakt|created|gewijzigd|modified|contract\w*)\b"
)
"""What dates are of that are no day of an assessment."""
_MOMENTS = frozenset(MONTHS) | {
    "begin", "begins", "eind", "einde", "start", "midden", "tussen", "voor", "na", "eerste", "tweede", "derde", "keer",
    "jaar", "halfjaar", "kwartaal", "semester", "periode", "lente", "voorjaar", "zomer", "herfst", "najaar", "winter",
    "meting", "voormeting", "nameting", "nulmeting", "tussenmeting", "eindmeting", "before", "after", "first", "second",
    "third", "time", "year", "quarter", "term", "end", "mid", "spring", "summer", "autumn", "fall", "baseline", "blad",
    "sheet", "tabel", "table", "van", "of", "the", "de", "het", "in", "score", "scores", "stand", "sessie", "session",
    "oud", "oude", "nieuw", "nieuwe", "huidig", "huidige", "vorig", "vorige", "laatste", "old", "new", "current",
    "previous", "last", "sessions", "sessies", "formulier", "form", "invulblad", "invulformulier", "lijst", "list",
    "vragenlijst", "questionnaire", "instrument", "stellingen", "statements", "domeinen", "domains", "competenties",
    "competencies", "data", "overzicht", "overview", "export", "reflectie", "reflection", "uitslag", "resultaten",
    "results", "jaren", "years", "verleden", "past",
}  # fmt: skip
"""Words that tell when or what, and not who."""
_MOST_WORDS = 6  # of a text that tells whose scores there are; more is a sentence about something else


class Theirs(Struct, frozen=True):
    """What says that scores are somebody else's: of single columns, and of the whole table ("" when nothing does).

    `said` is the answer of a table that asks who scored; "" where it does not ask.
    """

    columns: Mapping[int, str] = {}
    whole: str = ""
    said: str = ""


def find_theirs(
    name: str, grid: Grid, used: Collection[int], values: Sequence[int], scored: Sequence[int] = ()
) -> Theirs:
    """Look for what says who scored, in the name of the sheet and in every row but those `used` for scores.

    `values` are the columns that may have scores, those `scored` have nothing else. In a row that is headed "filled in
    by" or the like each of them has its own answer, unless there is one answer only.
    """
    columns: dict[int, str] = {}
    whole = [name] if _of_another(name) else []
    said: list[str] = []
    for number, row in enumerate(grid):
        if number in used:
            continue
        asked = [column for column, cell in enumerate(row) if plain(cell or "") in _WHO]
        answers = [column for column, cell in enumerate(row) if cell is not None and column not in asked]
        if asked or number < min(used):
            said += [written(row[column]) for column in answers if asked]
            columns |= _strangers(row, values, scored, is_asked=bool(asked))
        for column, cell in enumerate(row):
            is_head = number < min(used) and column in values
            if (column in asked and not is_head) or not (_of_another(cell) if asked or is_head else _begins(cell)):
                continue
            if column in values and not (asked and answers == [column] and len(values) > 1):
                columns[column] = written(cell)
            elif asked or number < min(used) or ":" in str(cell):
                whole.append(written(cell))
    whole += _beside_statements(grid, used, values)
    return Theirs(
        {column: short(text) for column, text in columns.items()},
        short(whole[0]) if whole else "",
        short(said[0]) if said else "",
    )


def strangers_among(tables: Sequence[tuple[str, str]]) -> dict[int, str]:
    """Find the sheets of somebody else, by their names and what they answer where they ask who scored; see Theirs.

    Beside a sheet of one's own that is any other with a name; without one, answers or names that differ are those of
    several people.
    """
    own = {number for number, texts in enumerate(tables) if any(map(_of_oneself, texts))}
    answers = {number: said for number, (_name, said) in enumerate(tables) if _who(said)}
    names = {number: name for number, (name, _said) in enumerate(tables) if _who(name)}
    told = names | answers
    several = [texts for texts in (answers, names) if len(set(map(_who, texts.values()))) > 1]
    if not own and not several:
        return {}
    return {number: text for number, text in (told if own else several[0]).items() if number not in own}


def _strangers(row: Sequence[Cell], values: Sequence[int], scored: Sequence[int], *, is_asked: bool) -> dict[int, str]:
    """Find the columns that a row gives to somebody else than oneself, where it has a column of one's own.

    Texts that differ above the scores are names of several people, unless they tell when or the row is about
    something else; where a row asks who scored, whatever they are.
    """
    told = {column: cell for column in values if not _says_no_one(cell := row[column]) and _who(cell)}
    own = [column for column in values if _of_oneself(row[column])]
    about = {plain(cell) for column, cell in enumerate(row) if cell is not None and column not in values}
    above = told if is_asked else {column: cell for column, cell in told.items() if column in scored}
    several = len(set(map(_who, above.values()))) > 1 and (is_asked or about <= _USUAL | {""})
    if not own and not several:
        return {}
    return {column: written(cell) for column, cell in (told if own else above).items() if column not in own}


def _who(cell: Cell) -> str:
    """Return what is left of a text without the words that tell when: perhaps a name."""
    words = plain(cell or "").split()
    return " ".join(word for word in words if not word[0].isdigit() and word.rstrip("0123456789") not in _MOMENTS)


def _says_no_one(cell: Cell) -> bool:
    """Check whether a head is a day, a number or that of remarks."""
    return not isinstance(cell, str) or day_above([cell])[0] is not None or is_remarks_head(cell)


def _beside_statements(grid: Grid, used: Collection[int], values: Sequence[int]) -> Iterator[str]:
    """Find who scored in a column that says it of each statement: by its head, or since it says nothing else."""
    for column in values:
        said = [row[column] for number, row in enumerate(grid) if number in used and row[column] is not None]
        asked = any(plain(row[column] or "") in _WHO for row in grid[: min(used)])
        if asked or all(_of_another(cell) or _of_oneself(cell) for cell in said):
            yield from (written(cell) for cell in said if _of_another(cell))


def theirs_left_out(columns: Iterable[str]) -> str:
    """Say which columns of others are left out; each is named with what says that it is theirs."""
    text = _(
        'Left out, since these scores may be somebody else\'s: {columns}. If they are your own, write "self" there; '
        "answers of others come in through a round: reflect-tui invite."
    )
    return text.format(columns=", ".join(columns))


def without_other_days(grid: Grid, first: int) -> list[list[Cell]]:
    """Write the days above the first statement that are of something else, such as a birth, as a text with their head.

    The head stands before them in their row, or above them.
    """
    table = [list(row) for row in grid]
    for number, row in enumerate(grid[:first]):
        head: Cell = None
        for column, cell in enumerate(row):
            if not isinstance(cell, str) or day_above([cell])[0]:
                is_day = cell is not None and day_above([cell])[0]
                over = grid[number - 1][column] if number else None
                named = next((text for text in (head, over) if _OTHER_DAY.search(plain(text or ""))), None)
                if is_day and named:
                    table[number][column] = f"{written(named)} {written(cell)}"
                    table[number] = [None if each == named else each for each in table[number]]
            else:
                head = cell
    return table


def days_without_score(
    grid: Grid, first: int, used: Sequence[int], dated: Mapping[int, date]
) -> Iterator[tuple[int, str]]:
    """Find the columns with a day above them, first row up to `first`, and nothing below; not beside scores of it."""
    for column in range(len(grid[0])):
        day = day_above([grid[number][column] for number in range(first)])[0]
        if day and day not in dated.values() and all(grid[number][column] is None for number in used):
            yield column, format_date(day)


def unread_rows(
    grid: Grid, first: int, dated: Mapping[int, date], known: AbstractSet[str], *, each: bool
) -> Iterator[tuple[int, str]]:
    """Find the rows above the first statement of which nothing is read: no day, no title, no head of a column.

    `known` are titles of the instrument, as plain() writes them; with `each` every row has a meaning of its own, since
    the heads of columns stand elsewhere.
    """
    read: set[int] = set()
    for column, day in dated.items():
        above = [n for n in range(first) if _is_of(grid[n][column], day)]
        anywhere = [n for n in range(first) if any(_is_of(cell, day) for cell in grid[n])]
        read |= set(above[-1:] or anywhere[-1:] or range(first))
    heads = known | (frozenset() if each else _USUAL)
    for number in range(first):
        cells = [cell for cell in grid[number] if cell is not None]
        own = any(map(_of_oneself, cells))
        is_known = all(
            plain(cell) in (heads | _WHO if own else heads) or (_of_oneself(cell) if own else _says_no_one(cell))
            for cell in cells
        )
        if cells and number not in read and not is_known:
            yield number, short(" ".join(dict.fromkeys(map(written, cells))))


def unknown_texts(texts: Iterable[Cell], known: AbstractSet[str]) -> list[str]:
    """Return the texts that may name somebody: no day, no moment, no usual head, no title, not oneself."""
    return [
        written(cell)
        for cell in texts
        if not (_says_no_one(cell) or plain(cell or "") in known | _USUAL or _of_oneself(cell)) and _who(cell)
    ]


def _is_of(cell: Cell, day: date) -> bool:
    return cell is not None and day_above([cell])[0] == day


def _words(cell: Cell) -> list[str]:
    words = plain(cell).split() if isinstance(cell, str) else []
    return words if len(words) <= _MOST_WORDS else []


def _of_another(cell: Cell) -> bool:
    words = _words(cell)
    return any(map(_is_other, words)) or (len(words) == 1 and words[0] in _ALONE)


def _is_other(word: str) -> bool:
    return word.endswith(_OTHERS) or word.startswith("leidinggev") or word in ("tl", "ander", "other")


def _of_oneself(cell: Cell) -> bool:
    """Check whether a text says that oneself scored; one that names somebody else as well may be of either."""
    words = [word for word in _words(cell) if not word.startswith(_NEITHER)]
    return any(word in _SELF or word.startswith(("zelf", "self")) for word in words) and not _of_another(cell)


def _begins(cell: Cell) -> bool:
    """Check whether a text by itself says it: Leidinggevende: P. Jansen, Ingevuld door: manager, Scored by my boss."""
    head, colon, rest = str(cell).partition(":")
    asked = bool(colon) and plain(head) in _WHO and _of_another(rest)
    words = _words(cell)
    by = next((number for number, word in enumerate(words) if word in ("door", "by")), len(words))
    first = words[1:2] if words[:1] in (["naam"], ["name"]) else words[:1]
    return asked or any(map(_is_other, [*first, *words[by:]]))


_REMARKS = ("opmerking", "toelichting", "notitie", "remark", "comment", "note", "explanation")


def find_remarks(
    heads: Mapping[int, Sequence[Cell]], scored: Collection[int], only_day: date | None
) -> dict[int, date]:
    """Find the columns of remarks with their day, by the heads of each column and which of them have any score.

    Such a column stands under the day of a column of scores, and has no score or says in its head what it is. Where
    there is one day of scores only, which may be `only_day`, a column that says so is of that day.
    """
    days = {column: day for column, cells in heads.items() if (day := day_above(cells)[0])}
    named = {column for column, cells in heads.items() if any(is_remarks_head(cell) for cell in cells)}
    with_scores = {days[column] for column in days if column in scored and column not in named}
    found = {c: day for c, day in days.items() if day in with_scores and (c in named or c not in scored)}
    day = only_day
    if with_scores:
        day = next(iter(with_scores)) if len(with_scores) == 1 else None
    return found | (dict.fromkeys(named - days.keys(), day) if day else {})


def is_remarks_head(cell: Cell) -> bool:
    """Check whether a text heads a column of remarks."""
    return isinstance(cell, str) and any(word.startswith(_REMARKS) for word in plain(cell).split())


def remark_notes(rows: Mapping[str, Sequence[Cell]], remarks: Mapping[int, date], day: date) -> dict[str, str]:
    """Return what stands in the columns of remarks of a day, by the id of the statement whose row it is."""
    chosen = [column for column, other in remarks.items() if other == day]
    found = {name: [written(row[c]) for c in chosen if row[c] is not None] for name, row in rows.items()}
    return {name: "\n".join(texts) for name, texts in found.items() if texts}


# Paper forms as they are: a column for each score, and a cross in one of them for each statement.

Heads = Mapping[int, tuple[int, Score]]
"""The row and the score above columns."""
_CROSSES = frozenset({"x", "v", "✓", "✔", "✗", "✘", "☒", "☑", "×"})
_NUMBER_FIRST = re.compile(r"\s*(\d{1,2})\s*[=:.)–-]")
_FEWEST = 2  # columns that stand for scores, else the cross says something else


class Crossed(Struct, frozen=True):
    """A table with its crosses as scores, in the first column of those that stand for the scores of one day.

    `unclear` are the rows and columns of a second cross; `headless` the columns of crosses without a score above them,
    for statements that have no other.
    """

    grid: Grid
    unclear: Sequence[tuple[int, int]] = ()
    headless: Sequence[int] = ()
    is_read: bool = False


def crosses_as_scores(grid: Grid, first: int, used: Collection[int], score: Callable[[Cell], Score | None]) -> Crossed:
    """Write crosses in the rows `used` as the score that stands above them, before row `first`; `score` reads it."""
    crossed = [column for column in range(len(grid[0])) if used and _has_crosses_only(grid, used, column)]
    heads = {column: head for column in crossed if (head := _head(grid, first, column, score))}
    groups = [group for group in _groups(heads) if len(group) >= _FEWEST]
    table = [list(row) for row in grid]
    unclear = []
    for group in groups:
        _clear_heads(table, first, group, heads)
        for number in used:
            at = [column for column in group if grid[number][column] is not None]
            unclear += [(number, column) for column in at[1:]]
            chosen = heads[at[0]][1] if at else None
            table[number][group[0]] = float(chosen) if isinstance(chosen, int) else chosen
            for column in group[1:]:
                table[number][column] = None
    grouped = {column for group in groups for column in group}
    return Crossed(table, unclear, _headless(grid, used, grouped, set(crossed) - grouped), bool(groups))


def _clear_heads(table: list[list[Cell]], first: int, group: Sequence[int], heads: Heads) -> None:
    """Take out the scores above the columns of a group, and what stands above the first in a merged cell."""
    for column in group:
        table[heads[column][0]][column] = None
    for row in table[:first]:
        for column in group[1:]:
            row[column] = None if row[column] == row[group[0]] else row[column]


def _headless(grid: Grid, used: Collection[int], grouped: Collection[int], others: Collection[int]) -> list[int]:
    """Find the columns with crosses for statements that have none elsewhere: they stand for a score, not a remark."""
    marked = [number for number in used if any(grid[number][column] is not None for column in grouped)]
    rows = {column: {number for number in used if grid[number][column] is not None} for column in sorted(others)}
    return [column for column, numbers in rows.items() if numbers and numbers.isdisjoint(marked)]


def _has_crosses_only(grid: Grid, used: Collection[int], column: int) -> bool:
    """Check whether a column has nothing but crosses: it may have none, where nobody chose its score."""
    cells = [cell for number in used if (cell := grid[number][column]) is not None]
    return all(isinstance(cell, str) and (cell in _CROSSES or plain(cell) in _CROSSES) for cell in cells)


def _head(grid: Grid, first: int, column: int, score: Callable[[Cell], Score | None]) -> tuple[int, Score] | None:
    """Find the score above a column, and its row: 3, "3", its label, or 3 = often."""
    for number in reversed(range(first)):
        cell = grid[number][column]
        led = _NUMBER_FIRST.match(written(cell)) if isinstance(cell, str) else None
        value = score(cell) if cell is not None else None
        value = value if value is not None or led is None else score(led[1])
        if value is not None:
            return number, value
    return None


def _groups(heads: Heads) -> Iterator[list[int]]:
    """Split columns beside each other into those of one day each: a score that comes again begins the next."""
    group: list[int] = []
    for column in heads:
        seen = {heads[known][1] for known in group}
        if group and (column != group[-1] + 1 or heads[column][1] in seen):
            yield group
            group = []
        group.append(column)
    if group:
        yield group
