"""Rows of a spreadsheet that are no statements: which keep the file out, and how those that are left out are named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reflect_tui.model.library import Library
from reflect_tui.store.spreadsheet import ReadFile, read_spreadsheet
from tests.unit.spreadsheet_examples import NOW, Row, content, workbook

DUTCH = content()
TEXTS = [DUTCH.sentence(item) for item in DUTCH.items]


def of_rows(rows: list[Row], merged: Sequence[str] = ()) -> ReadFile:
    return read_spreadsheet(workbook({"Blad1": rows}, merged), "workbook", NOW, Library(None))


def test_a_statement_shortened_to_the_title_of_a_domain_keeps_the_file_out() -> None:
    rows: list[Row] = [["Stelling", "14-05-2019"], *([text, 3] for text in TEXTS)]
    rows[44][0] = "informatie verzamelen)"
    read = of_rows(rows)
    assert read.sessions == ()
    assert str(read.faults[0]).startswith('row 45: has scores, but "informatie verzamelen)" is no statement')


def test_a_misspelled_statement_beside_the_name_of_its_domain_keeps_the_file_out() -> None:
    rows: list[Row] = [["Domein", "Stelling", "14-05-2019"]]
    rows += [[domain.title, DUTCH.sentence(item), 3] for domain in DUTCH.domains for item in domain.items]
    last_of_first = len(DUTCH.domains[0].items)
    rows[last_of_first][1] = "Iets anders"
    read = of_rows(rows)
    assert read.sessions == ()
    assert str(read.faults[0]).startswith(f"row {last_of_first + 1}: has scores")


def test_means_are_left_out_by_the_day_that_has_scores_and_taken_in_of_the_other() -> None:
    rows: list[Row] = [["Stelling", "14-05-2019", "14-05-2020"]]
    for domain in DUTCH.domains:
        old = "2,75" if len(domain.items) > 1 else "3"
        rows += [[domain.title, old, "3,1"], *([DUTCH.sentence(item), None, 3] for item in domain.items)]
    read = of_rows([*rows, ["Totaal", "2,75", "3,1"]])
    assert (read.faults, len(read.sessions), len(read.references)) == ((), 1, 1)
    worked_out, total = read.left_out
    assert worked_out.startswith(
        "Left out under 14 May 2020, since on a day with scores means are worked out from those alone: row 2 ("
    )
    assert total == "Left out, since of a day with only means a total is not kept: row 102 (Totaal)."


def test_a_total_beside_means_alone_is_not_said_to_be_worked_out() -> None:
    rows: list[Row] = [["Domein", "14-05-2019"], *([domain.title, "2,75"] for domain in DUTCH.domains)]
    read = of_rows([*rows, ["Totaal", "2,75"]])
    assert read.left_out == ("Left out, since of a day with only means a total is not kept: row 10 (Totaal).",)


def test_merged_headings_and_remarks_are_no_scores() -> None:
    rows: list[Row] = [["nr", "Stelling", date(2019, 5, 14), date(2020, 5, 14)]]
    areas = []
    for domain in DUTCH.domains:
        rows.append([domain.title])
        areas.append(f"A{len(rows)}:D{len(rows)}")
        rows += [[None, DUTCH.sentence(item), 3, None] for item in domain.items]
    rows += [["Ingevuld voor het jaargesprek"], [None, "Opmerking", "zwaar jaar"]]
    read = of_rows(rows, [*areas, "A102:D102"])
    assert (read.faults, len(read.sessions), len(read.references)) == ((), 1, 0)
    (said,) = read.left_out
    assert said == "Left out, without a score: row 102 (Ingevuld voor het jaargesprek), row 103 (Opmerking)."
