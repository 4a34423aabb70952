"""What stands around the scores of a table besides days: who gave them, and what is not read at all; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from msgspec import Struct

from reflect_tui.forms import remark_columns
from reflect_tui.forms.cell_texts import day_above, short, written
from reflect_tui.forms.cells import Cell
from reflect_tui.forms.statement_names import plain
from reflect_tui.i18n import _, format_date

Grid = Sequence[Sequence[Cell]]
_WHO = frozenset({
    "ingevuld door", "beoordeeld door", "gescoord door", "door", "rol", "naam", "wie", "beoordelaar", "invuller",
    "filled in by", "completed by", "scored by", "rated by", "by", "role", "name", "who", "rater", "respondent",
})  # fmt: skip
_SELF = ("zelf", "self", "myself", "mijzelf", "mezelf", "ik", "eigen", "own", "me", "medewerker", "employee")
_OTHERS = (
    "leidinggevende", "leidinggevenden", "manager", "managers", "leider", "leiders", "leidster", "leader", "leaders",
    "supervisor", "chef", "baas", "boss", "collega", "collegas", "collega's", "colleague", "colleagues", "client",
    "clients", "clienten", "cliënt", "cliënten", "klant", "klanten", "customer", "customers", "peer", "peers",
    "anderen", "others", "beoordelaar", "assessor", "reviewer", "begeleider", "begeleiders", "begeleidster", "coach",
    "mentor",
)  # fmt: skip
"""Who scores somebody else: such a word, or the end of one (teammanager, praktijkbegeleider)."""
_ALONE = frozenset({"consensus", "team", "ouder", "ouders", "parent", "parents", "intervisiegroep"})
"""The same where it is the only word: elsewhere it may be what the scores are about."""
_USUAL = frozenset({
    "id", "nr", "no", "nummer", "number", "stelling", "statement", "vraag", "question", "item", "domein", "domain",
    "competentie", "competency", "score", "scores", "datum", "date", "dag", "day",
})  # fmt: skip
_MOST_WORDS = 6  # of a text that tells whose scores there are; more is a sentence about something else


class Theirs(Struct, frozen=True):
    """What says that scores are somebody else's: of single columns, and of the whole table ("" when nothing does)."""

    columns: Mapping[int, str] = {}
    whole: str = ""


def find_theirs(name: str, grid: Grid, used: Collection[int], values: Sequence[int]) -> Theirs:
    """Look for what says who scored, in the name of the sheet and in every row but those `used` for scores.

    `values` are the columns that may have scores. In a row that is headed "filled in by" or the like each of them has
    its own answer, unless there is one answer only.
    """
    columns: dict[int, str] = {}
    whole = [name] if _of_another(name) else []
    for number, row in enumerate(grid):
        if number in used:
            continue
        asked = [column for column, cell in enumerate(row) if plain(cell or "") in _WHO]
        answers = [column for column, cell in enumerate(row) if cell is not None and column not in asked]
        if asked or number < min(used):
            columns |= _strangers(row, values, is_asked=bool(asked))
        for column, cell in enumerate(row):
            is_head = number < min(used) and column in values
            if (column in asked and not is_head) or not (_of_another(cell) if asked or is_head else _begins(cell)):
                continue
            if column in values and not (asked and answers == [column] and len(values) > 1):
                columns[column] = written(cell)
            elif asked or number < min(used) or ":" in str(cell):
                whole.append(written(cell))
    whole += _beside_statements(grid, used, values)
    return Theirs({column: short(text) for column, text in columns.items()}, short(whole[0]) if whole else "")


def _strangers(row: Sequence[Cell], values: Sequence[int], *, is_asked: bool) -> dict[int, str]:
    """Find the columns that a row gives to somebody else than oneself, where it has a column of one's own.

    Where a row asks who scored, answers that differ are those of several people, whatever their names are.
    """
    told = {column: cell for column in values if (cell := row[column]) is not None and not _says_no_one(cell)}
    own = [column for column in values if _of_oneself(row[column])]
    several = is_asked and len({plain(cell) for cell in told.values()}) > 1
    if not own and not several:
        return {}
    return {column: written(cell) for column, cell in told.items() if column not in own}


def _says_no_one(cell: Cell) -> bool:
    """Check whether a head is a day, a number or that of remarks."""
    return not isinstance(cell, str) or day_above([cell])[0] is not None or remark_columns.is_head(cell)


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
        "Left out, since somebody else gave these scores: {columns}. Answers of others come in through a round: "
        "reflect-tui invite."
    )
    return text.format(columns=", ".join(columns))


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
        is_known = any(map(_of_oneself, cells)) or all(plain(cell) in heads or _says_no_one(cell) for cell in cells)
        if cells and number not in read and not is_known:
            yield number, short(" ".join(dict.fromkeys(map(written, cells))))


def _is_of(cell: Cell, day: date) -> bool:
    return cell is not None and day_above([cell])[0] == day


def _words(cell: Cell) -> list[str]:
    words = plain(cell).split() if isinstance(cell, str) else []
    return words if len(words) <= _MOST_WORDS else []


def _of_another(cell: Cell) -> bool:
    words = _words(cell)
    return not _of_oneself(cell) and (any(map(_is_other, words)) or (len(words) == 1 and words[0] in _ALONE))


def _is_other(word: str) -> bool:
    return word.endswith(_OTHERS) or word.startswith("leidinggev") or word == "tl"


def _of_oneself(cell: Cell) -> bool:
    return any(word in _SELF or word.startswith(("zelf", "self")) for word in _words(cell))


def _begins(cell: Cell) -> bool:
    """Check whether a text by itself says it: Leidinggevende: P. Jansen, Ingevuld door: manager."""
    head, colon, rest = str(cell).partition(":")
    asked = bool(colon) and plain(head) in _WHO and _of_another(rest)
    return asked or (isinstance(cell, str) and any(map(_is_other, _words(cell)[:1])))
