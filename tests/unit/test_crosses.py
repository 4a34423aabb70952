"""A paper form typed as it is: a column for each score, and a cross for each statement."""

from __future__ import annotations

import pytest

from reflect_tui.model.library import Library
from reflect_tui.store.spreadsheet import ReadFile, read_spreadsheet
from tests.unit.spreadsheet_examples import DIGCOMP, ITEMS, NOW, Row, content, workbook

SCORES = [number % 4 + 1 for number in range(len(ITEMS))]
LABELS = [point.label for point in content(DIGCOMP, "nl").scale.points][:4]
DAY: Row = ["Datum", "14-11-2023"]


def crosses(score: int, mark: str = "x") -> Row:
    return [mark if score == point else None for point in (1, 2, 3, 4)]


def read(*heads: Row, rows: list[Row], merged: tuple[str, ...] = ()) -> ReadFile:
    return read_spreadsheet(workbook({"S": [*heads, *rows]}, merged), "workbook", NOW, Library(None))


def rows(mark: str = "x") -> list[Row]:
    return [[item, *crosses(score, mark)] for item, score in zip(ITEMS, SCORES, strict=True)]


def scores(found: ReadFile) -> list[list[object]]:
    assert found.faults == ()
    return [[session.scores[item] for item in ITEMS] for session, _instrument in found.sessions]


@pytest.mark.parametrize("mark", ["x", "X", "v", "✓", "☒"])
@pytest.mark.parametrize("heads", [[1, 2, 3, 4], ["1", "2", "3", "4"], LABELS, ["1 = a", "2 = b", "3 = c", "4: d"]])
def test_a_cross_is_the_score_above_it(heads: Row, mark: str) -> None:
    found = read(DAY, ["id", *heads], rows=rows(mark))
    assert scores(found) == [SCORES]
    assert found.left_out == ()


def test_years_beside_each_other_each_have_their_columns() -> None:
    later = [score % 4 + 1 for score in SCORES]
    both: list[Row] = [[*row, *crosses(score)] for row, score in zip(rows(), later, strict=True)]
    merged: Row = ["", "14-11-2023", None, None, None, "14-11-2024"]
    found = read(merged, ["id", 1, 2, 3, 4, 1, 2, 3, 4], rows=both, merged=("B1:E1", "F1:I1"))
    assert scores(found) == [SCORES, later]


def test_crosses_of_another_are_left_out() -> None:
    both: list[Row] = [[*row, *crosses(4)] for row in rows()]
    who: Row = ["", "Zelf", None, None, None, "Leidinggevende"]
    found = read(DAY, who, ["id", 1, 2, 3, 4, 1, 2, 3, 4], rows=both, merged=("B2:E2", "F2:I2"))
    assert scores(found) == [SCORES]
    assert "column F (Leidinggevende)" in found.left_out[0]


def test_two_crosses_for_a_statement_are_named() -> None:
    doubled = rows()
    doubled[2] = [ITEMS[2], "x", None, "x", None]
    found = read(DAY, ["id", 1, 2, 3, 4], rows=doubled)
    assert [str(fault) for fault in found.faults] == [
        "S!D5: has more than one cross for a statement: leave one of them out"
    ]


@pytest.mark.parametrize(
    ("heads", "columns"), [([None] * 4, "column B, column C, column D, column E"), ([1, 2, 3, "top"], "column E")]
)
def test_crosses_without_a_score_above_them_are_refused_in_one_line(heads: Row, columns: str) -> None:
    found = read(DAY, ["id", *heads], rows=rows())
    assert [str(fault) for fault in found.faults] == [
        f"S: has crosses in {columns} without a score above them: write there which, from 1 to 8"
    ]
    assert found.left_out == ()


def test_a_cross_beside_scores_is_no_score() -> None:
    found = read(["id", "2023-11-14", "besproken"], rows=[[item, 3, "x"] for item in ITEMS])
    assert scores(found) == [[3] * len(ITEMS)]


def test_a_column_full_of_no_scores_makes_no_dozens_of_lines() -> None:
    found = read(["id", "2023-11-14"], rows=[[item, 3 if number < 12 else "ja"] for number, item in enumerate(ITEMS)])
    assert [str(fault) for fault in found.faults] == [
        'S!B14: "ja" is no score: a whole number from 1 to 8, n.v.t., or nothing',
        "column B: and 8 more cells of this column are no scores",
    ]
