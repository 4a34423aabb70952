"""Whose scores a spreadsheet has: only one's own come in as one's own, and what was not read is named."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter

from reflect_tui.model.library import Library
from reflect_tui.store.spreadsheet import ReadFile, read_spreadsheet
from tests.unit.cli_examples import Cli
from tests.unit.spreadsheet_examples import DIGCOMP, ITEMS, JGZ, NOW, Row, content, csv, workbook

SCORES: list[Row] = [[item, 3, 2] for item in ITEMS]
DAYS: Row = ["id", "2023-11-14", "2024-11-14"]


def of_csv(*heads: Row, rows: list[Row] = SCORES, below: Row | None = None) -> ReadFile:
    text = csv([*heads, *rows, *([below] if below else [])])
    return read_spreadsheet(text.encode(), "csv", NOW, Library(None))


def years(read: ReadFile) -> list[int]:
    assert read.faults == ()
    return [session.started.year for session, _on in read.sessions]


@pytest.mark.parametrize("word", ["leidinggevende", "Leidinggevende: P. Jansen", "manager", "collega", "cliënt"])
@pytest.mark.parametrize("asked", ["Ingevuld door", "Rol", "Naam", "Wie", "Role", "By"])
def test_a_column_that_another_filled_in_is_left_out_by_name(asked: str, word: str) -> None:
    for heads in ([DAYS, [asked, "zelf", word]], [[asked, "self", word], DAYS]):
        read = of_csv(*heads)
        assert years(read) == [2023]
        (said,) = read.left_out
        assert f"these scores may be somebody else's: column C ({word}). If they are your own, write" in said


def test_who_filled_in_is_read_above_a_date_below_the_table_and_beside_days_in_rows() -> None:
    same: Row = ["id", "2023-11-14", "2023-11-14"]
    assert years(of_csv(["", "Zelf", "Leidinggevende"], same)) == [2023]
    assert years(of_csv(["id", "Leidinggevende 2023-11-14", "2024-11-14"])) == [2024]
    assert years(of_csv(DAYS, below=["Ingevuld door", "leidinggevende", "zelf"])) == [2024]
    turned = [list(row) for row in zip(DAYS, ["Rol", "collega", "zelf"], *SCORES, strict=True)]
    assert years(of_csv(rows=turned)) == [2024]


@pytest.mark.parametrize(
    ("head", "left_out"),
    [
        (["Ingevuld door", "mezelf", "Karin"], "Karin"),
        (["", "Zelf", "TL"], "TL"),
        (["", "Zelf", "Oordeel TL"], "Oordeel TL"),
        (["nr", "ik", "Intervisiegroep"], "Intervisiegroep"),
        (["Beoordelaar", "zelf", "zorgmanager"], "zorgmanager"),
        (["", "mijn eigen score", "Consensus"], "Consensus"),
    ],
)
def test_beside_ones_own_whatever_is_not_oneself_is_somebody_else(head: Row, left_out: str) -> None:
    for heads in ([head, DAYS], [DAYS, head]):
        read = of_csv(*heads)
        assert years(read) == [2023]
        (said,) = read.left_out
        assert f"column C ({left_out})" in said


def test_names_that_differ_where_it_asks_who_scored_are_several_people() -> None:
    (fault,) = of_csv(["Beoordelaar", "Anna", "Karin"], DAYS).faults
    assert "Anna" in str(fault)
    turned = [list(row) for row in zip(DAYS, ["Beoordelaar", "zelf", "K. Bos"], *SCORES, strict=True)]
    assert years(of_csv(rows=turned)) == [2023]
    for names in (["Anna", "Karin"], ["AdW", "KB"], ["Z", "L"]):
        assert 'write "self" in its place' in str(of_csv(["nr", *names], DAYS).faults[0])
        assert years(of_csv(["nr", "zelf", "zelf"], DAYS)) == [2023, 2024]
    assert of_csv(["nr", "AdW", "AdW"], DAYS).unclear == ("row 1 (nr AdW)",)


@pytest.mark.parametrize(
    "head",
    [
        ["", "nulmeting", "eindmeting"],
        ["", "voorjaar 2023", "najaar 2024"],
        ["", "1e meting", "2e meting"],
        ["", "oud", "nieuw"],
        ["nr", "zelf", "2024"],
        ["", "nulmeting zelf", "eindmeting"],
        ["Locatie", "Zwolle", "Deventer"],
        ["", "mijn score", "mijn score"],
    ],
)
def test_when_and_where_is_not_who(head: Row) -> None:
    assert years(of_csv(head, DAYS)) == [2023, 2024]


@pytest.mark.parametrize(
    "head",
    [
        ["", "zelf", "eigen leidinggevende"],
        ["", "ik", "oordeel van mijn manager"],
        ["", "zelf", "beoordeling medewerker door leidinggevende"],
        ["", "my own score", "Zelf / Leidinggevende"],
        ["", "mijn score", "score Karin"],
        ["", "zelf", "Eindoordeel"],
    ],
)
def test_a_head_that_names_somebody_else_as_well_is_not_ones_own(head: Row) -> None:
    assert years(of_csv(head, DAYS)) == [2023]


@pytest.mark.parametrize("text", ["Beoordeling door P. Jansen, teamleider", "Naam leidinggevende", "Scored by my boss"])
def test_a_title_that_says_who_scored_counts(text: str) -> None:
    (fault,) = of_csv([text, None, None], DAYS).faults
    assert "these scores may be somebody else's" in str(fault)


def test_answers_by_mail_addresses_that_differ_are_several_people() -> None:
    def addresses(*given: str) -> ReadFile:
        return of_csv(rows=[list(row) for row in zip(DAYS, ["E-mailadres", *given], *SCORES, strict=True)])

    assert addresses("a@x.nl", "k@x.nl").sessions == ()
    assert years(addresses("a@x.nl", "a@x.nl")) == [2023, 2024]


def of_sheets(*sheets: tuple[str, Row]) -> ReadFile:
    """Read a sheet a person: its name, and what stands above its head; each is of another year."""
    book = {
        name: [above, ["id", f"{2021 + number}-11-14"], *([item, 3] for item in ITEMS)]
        for number, (name, above) in enumerate(sheets)
    }
    return read_spreadsheet(workbook(book), "workbook", NOW, Library(None))


def test_a_sheet_a_person() -> None:
    nothing: Row = [None]
    assert years(of_sheets(("Ik", nothing), ("Karin", nothing))) == [2021]
    assert years(of_sheets(("Zelf 2021", nothing), ("2022", nothing))) == [2021, 2022]
    assert years(of_sheets(("Blad1", nothing), ("Blad2", nothing))) == [2021, 2022]
    assert years(of_sheets(("Scores 2021", nothing), ("Scores 2022", nothing))) == [2021, 2022]
    for several in (
        of_sheets(("Anna", nothing), ("Karin", nothing)),
        of_sheets(("1", ["Naam", "Anna de Wit"]), ("2", ["Naam", "P. Jansen"])),
    ):
        assert several.sessions == ()
        assert len(several.faults) == 2
        assert all('write "self" in its place' in str(fault) for fault in several.faults)
    assert years(of_sheets(("1", ["Naam", "zelf"]), ("2", ["Naam", "P. Jansen"]))) == [2021]
    assert years(of_sheets(("1", ["Naam", "Anna"]), ("2", ["Naam", "Anna"]))) == [2021, 2022]


@pytest.mark.parametrize(
    "topic", ["Zelfreflectie oudergesprekken", "Ouders en opvoeding", "voor coachtraject", "voor clientgesprek"]
)
def test_what_scores_are_about_is_nobody_who_gave_them(topic: str) -> None:
    assert years(of_csv([topic, None, None], DAYS)) == [2023, 2024]
    assert years(of_csv(["", topic, None], DAYS)) == [2023, 2024]


@pytest.mark.parametrize("text", ["Ingevuld door: K. Bos, teammanager", "Ingevuld door: praktijkbegeleider"])
def test_a_compound_of_a_role_is_one_above_and_below_a_table(text: str) -> None:
    assert of_csv(["Teammanager", None, None], DAYS).sessions == ()
    assert of_csv([text, None, None], DAYS).sessions == ()
    assert of_csv(DAYS, below=[text, None, None]).sessions == ()


@pytest.mark.parametrize(
    "head",
    [
        ["Leidinggevende: P. Jansen", None, None],
        ["Ingevuld door: leidinggevende", None, None],
        ["Ingevuld door", "leidinggevende", None],
        ["", "manager", "manager"],
    ],
)
def test_a_table_that_another_filled_in_is_refused_with_what_says_so(head: Row) -> None:
    read = of_csv(head, DAYS)
    assert read.sessions == ()
    (fault,) = read.faults
    assert "these scores may be somebody else's. If they are your own, write" in str(fault)


def test_a_role_beside_every_statement_counts() -> None:
    read = of_csv(["id", "Rol", "2023-11-14"], rows=[[item, "leidinggevende", 3] for item in ITEMS])
    assert 'by "leidinggevende" these scores may be' in str(read.faults[0])
    assert years(of_csv(["id", "Rol", "2023-11-14"], rows=[[item, "zelf", 3] for item in ITEMS])) == [2023]


def test_a_sheet_of_another_is_left_out_beside_ones_own() -> None:
    sheets = {name: [["id", day], *([item, 3] for item in ITEMS)] for name, day in (("Zelf", DAYS[1]), ("P", DAYS[2]))}
    sheets["Leidinggevende"] = sheets.pop("P")
    read = read_spreadsheet(workbook(sheets), "workbook", NOW, Library(None))
    assert years(read) == [2023]
    assert read.left_out[0].startswith('Leidinggevende: left out, since by "Leidinggevende" these scores may be')


def test_what_is_not_read_is_named_and_asked_about() -> None:
    read = of_csv(["Geboortedatum", "3-11-1971", None], ["Ingevuld door", "P. Jansen", None], DAYS)
    assert years(read) == [2023, 2024]
    (said,) = read.left_out
    assert said == "Not read: row 1 (Geboortedatum 3-11-1971), row 2 (Ingevuld door P. Jansen)."
    assert read.unclear == ("row 1 (Geboortedatum 3-11-1971)", "row 2 (Ingevuld door P. Jansen)")


def test_a_day_with_a_fault_is_not_said_to_be_unread() -> None:
    read = of_csv(["id", "3-11-21", "2024-11-14"])
    assert [str(fault) for fault in read.faults] == ['column B: "3-11-21": write the year with four digits']
    assert read.left_out == ()


def test_a_day_without_any_score_is_named() -> None:
    read = of_csv([*DAYS, "2025-11-14"], rows=[[*row, None] for row in SCORES])
    assert years(read) == [2023, 2024]
    assert read.left_out == ("Left out, without a score: column D (14 Nov 2025).",)


def test_a_file_without_statements_has_no_empty_name_before_it() -> None:
    read = read_spreadsheet(csv([["hello", "world"]]).encode(), "csv", NOW, Library(None))
    assert read.left_out == ("Left out: it has no statements.",)


def test_what_this_program_exported_is_told_as_that() -> None:
    (fault,) = of_csv(["session", "along", "id", "domain"], DAYS).faults
    assert "is a table that this program exported" in str(fault)


def test_sheets_that_are_named_after_their_instruments_are_nobodys() -> None:
    other = [item.id for item in content(JGZ).items]
    book: dict[str, list[Row]] = {
        "DigComp": [["id", "2023-11-14"], *([item, 3] for item in ITEMS)],
        "Opvoedingsondersteuning": [["id", "2023-11-14"], *([item, 3] for item in other)],
    }
    read = read_spreadsheet(workbook(book), "workbook", NOW, Library(None))
    assert [session.instrument for session, _on in read.sessions] == [DIGCOMP, JGZ]


@pytest.mark.parametrize(
    "name",
    ["Gemiddelde van het team", "Teamscores JGZ", "Moeder van Daan", "Scores van Piet Jansen", "Ans Verhoef", "AV"],
)
def test_a_sheet_with_a_name_that_says_nothing_known_is_asked_about(name: str) -> None:
    assert of_sheets((name, [None])).unclear == (f'the name "{name}"',)
    beside = of_sheets((name, [None]), ("2022", [None]))
    assert beside.unclear == (f'{name}, the name "{name}"',) or years(beside) == [2022]


@pytest.mark.parametrize("name", ["Blad1", "2023", "Scores 2023", "Digitale competentie", "Zelf", "Formulier", "a"])
def test_a_sheet_with_a_usual_name_is_not_asked_about(name: str) -> None:
    assert of_sheets((name, [None])).unclear == ()


@pytest.mark.parametrize(
    "head",
    [
        ["Initialen", "NB", "AV"],
        ["Bron", "Noor", "Ans"],
        ["", None, "Ans"],
        ["", None, "Feedback"],
        ["", None, "Landelijk gemiddelde"],
        ["Gemiddelde van het team", None, None],
        ["360 feedback - average of the group", None, None],
        ["Scores van Piet Jansen", None, None],
    ],
)
def test_whatever_may_name_somebody_is_asked_about_wherever_it_stands(head: Row) -> None:
    words = " ".join(str(cell) for cell in dict.fromkeys(head) if cell)
    above = of_csv(head, DAYS)
    assert years(above) != [2023, 2024] or above.unclear == (f"row 1 ({words})",)
    below = of_csv(DAYS, below=head)
    assert years(below) != [2023, 2024] or below.unclear == (f"row {len(SCORES) + 2} ({words})",)
    turned = of_csv(rows=[list(row) for row in zip(DAYS, head, *SCORES, strict=True)])
    assert years(turned) != [2023, 2024] or turned.unclear == (f"column B ({words})",)


def test_a_row_of_totals_names_nobody() -> None:
    assert of_csv(DAYS, below=["Gemiddelde", "=AVERAGE(B2:B22)", "=AVERAGE(C2:C22)"]).unclear == ()


def test_a_number_where_it_asks_who_scored_is_not_oneself() -> None:
    turned = [list(row) for row in zip(DAYS, ["Type", "zelf", 360], *SCORES, strict=True)]
    assert of_csv(rows=turned).unclear == ("column B (Type zelf 360)",)


def test_scores_that_may_be_somebody_elses_come_in_only_when_one_says_that_they_are_ones_own(
    cli: Cli, tmp_path: Path
) -> None:
    file = tmp_path / "past.csv"
    file.write_text(csv([["Initialen", "NB", "NB"], DAYS, *SCORES]), encoding="utf-8")
    refused = cli("import", str(file))
    assert refused.code == 2
    assert refused.out.count("Are these scores your own? Beside them stands: row 1 (Initialen NB).") == 1
    assert cli.json("list")["sessions"] == []
    assert cli("import", "--own", str(file)).code == 0
    assert len(cli.json("list")["sessions"]) == 2
    assert cli("import", str(file)).code == 0  # they are there already


def test_comments_on_cells_are_said_not_to_be_read() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([DAYS, *SCORES]):
            sheet.write_row(number, 0, row)
        sheet.write_comment("C3", "ingevuld door Ans")
    read = read_spreadsheet(file.getvalue(), "workbook", NOW, Library(None))
    assert read.left_out == ("Comments on cells are not read.",)
