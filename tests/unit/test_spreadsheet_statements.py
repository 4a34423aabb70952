"""Which row of a spreadsheet is which statement: by id, by text, by number, and never guessed."""

from __future__ import annotations

import itertools
from pathlib import Path

from reflect_tui.model.library import Library
from reflect_tui.store.spreadsheet import read_spreadsheet
from tests.unit.cli_examples import Cli
from tests.unit.spreadsheet_examples import (
    DIGCOMP,
    ITEMS,
    JGZ,
    NOW,
    Row,
    content,
    csv,
    of_csv,
    problems,
    put,
    sessions,
    workbook,
)


def test_numbers_need_an_instrument_that_they_fit() -> None:
    (long,) = sessions(of_csv([["nr", "14-11-2023"], *([number, 3] for number in range(1, 93))]))
    assert (long.instrument, len(long.scores)) == (JGZ, 92)
    short: list[Row] = [["nr", "14-11-2023"], *([number, 3] for number in range(1, 22))]
    assert "write the id of yours in a cell above them" in problems(of_csv(short))
    (named,) = sessions(of_csv([["digcomp", None], *short]))
    assert (named.instrument, len(named.scores)) == (DIGCOMP, 21)


def test_two_statements_of_one_text_are_told_apart_by_number_or_by_their_order() -> None:
    instrument = content(JGZ)
    items = [
        item for item in instrument.items if instrument.sentence(item).endswith("direct ingrijpen noodzakelijk is")
    ]
    others = [item for item in instrument.items if item not in items][:5]
    texts: list[Row] = [["stelling", "2023-11-14"], *([instrument.sentence(item), 3] for item in others)]
    pair: list[Row] = [[instrument.sentence(items[0]), 1], [instrument.sentence(items[1]), 4]]
    (session,) = sessions(of_csv([*texts, *pair]))
    assert [session.scores[item.id] for item in items] == [1, 4]
    assert "is the text of more than one statement" in problems(of_csv([*texts, pair[0]]))
    numbers = [instrument.positions[item.id] + 1 for item in (*others, items[1])]
    counted = [["nr", *texts[0]], *([n, *row] for n, row in zip(numbers, [*texts[1:], pair[0]], strict=True))]
    (session,) = sessions(of_csv(counted))
    assert items[0].id not in session.scores
    assert session.scores[items[1].id] == 1


def test_a_row_that_has_scores_and_is_no_statement_is_never_guessed() -> None:
    rows: list[Row] = [["id", "2023-11-14"], *([item, 3] for item in ITEMS), ["zoekenn", 3], ["Toelichting", None]]
    assert problems(of_csv(rows)).startswith('row 23: has scores, but "zoekenn" is no statement of digcomp')


def test_a_statement_that_stands_there_twice_is_named() -> None:
    rows: list[Row] = [["id", "2023-11-14"], *([item, 3] for item in ITEMS), [ITEMS[0], 4]]
    assert problems(of_csv(rows)) == f"row 23: is the same statement as row 2: {ITEMS[0]}"


def numbered_rows() -> list[Row]:
    """Give all statements with their numbers and texts, and one day of scores."""
    instrument = content()
    rows: list[Row] = [["Nr", "Stelling", "14-11-2023"]]
    return [*rows, *([n, instrument.sentence(item), 3] for n, item in enumerate(instrument.items, start=1))]


def test_a_number_that_disagrees_with_the_text_is_named_and_nothing_comes_in(cli: Cli, tmp_path: Path) -> None:
    rows = numbered_rows()
    rows[5][0], rows[6][0] = 6, 5
    result = cli("import", str(put(tmp_path / "a.csv", csv([[f'"{c}"' for c in row] for row in rows]))))
    assert result.code == 2
    assert "row 6: has the number 6, but is statement 5 by its text or id: correct one of them" in result.out
    assert "row 7: has the number 5, but is statement 6" in result.out
    assert cli.json("list")["sessions"] == []


def test_texts_that_slipped_a_row_are_one_fault() -> None:
    rows = numbered_rows()
    slipped = [rows[0], *([before[0], *row[1:]] for before, row in itertools.pairwise(rows[1:]))]
    read = read_spreadsheet(workbook({"a": slipped}), "workbook", NOW, Library(None))
    assert problems(read).startswith(
        "a: has 91 numbers that are not those of the statements beside them, from row 2 on"
    )


def test_a_number_before_the_text_must_be_its_own_and_may_begin_anew_in_each_domain() -> None:
    instrument = content()
    anew: list[Row] = [["Stelling", "14-11-2023"]]
    for domain in instrument.domains:
        anew += [[f"{n}. {instrument.sentence(item)}", 3] for n, item in enumerate(domain.items, start=1)]
    (session,) = sessions(read_spreadsheet(workbook({"a": anew}), "workbook", NOW, Library(None)))
    assert len(session.scores) == 92
    anew[4][0] = anew[4][0].replace("4. ", "7. ")
    read = read_spreadsheet(workbook({"a": anew}), "workbook", NOW, Library(None))
    assert problems(read).startswith("row 5: has the number 7")


def test_an_id_beside_the_text_of_another_statement_is_named() -> None:
    instrument = content(DIGCOMP)
    rows: list[Row] = [["id", "tekst", "2023-11-14"]]
    rows += [[item.id, instrument.sentence(item), 3] for item in instrument.items]
    rows[3][1] = rows[4][1]
    said = problems(read_spreadsheet(workbook({"a": rows}), "workbook", NOW, Library(None)))
    assert said == f"row 4: has the text of {ITEMS[3]}, but stands for {ITEMS[2]} by another cell: correct one of them"


def test_texts_that_are_not_recognised_beside_numbers_are_told() -> None:
    rows: list[Row] = [["nr", "stelling", "14-11-2023"], *([n, f"Ik kan iets {n}", 3] for n in range(1, 93))]
    read = of_csv(rows)
    assert len(sessions(read)) == 1
    assert read.left_out == ('Placed by number only: "Ik kan iets 1" and the like are no statements of ' + f"{JGZ}.",)
