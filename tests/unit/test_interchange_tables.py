"""Spreadsheets with a row for each statement, as people type them."""

from __future__ import annotations

import pytest

from reflect_tui.errors import BadFileError
from reflect_tui.interchange import kinds, workbook
from reflect_tui.interchange.document import NotScorableError
from tests.unit.interchange_examples import statements, taken

HEADING = "title;Working\nlanguage;en\npoint;1;no\npoint;2;a bit\npoint;3;yes\n\n"


def faults(text: str) -> list[str]:
    with pytest.raises(BadFileError) as caught:
        taken(text.encode(), "mine.csv")
    assert not isinstance(caught.value, NotScorableError)
    return [str(fault) for fault in caught.value.faults]


def test_a_list_of_statements_below_a_scale_is_enough() -> None:
    imported = taken(
        (HEADING + "domain;statement\nIn the team;I ask for help\n;I share what I know\nAlone;I plan\n").encode(),
        "mine.csv",
    )
    content = imported.document
    assert [(d["id"], d["title"], len(d["item"])) for d in content["domain"]] == [
        ("in-the-team", "In the team", 2),
        ("alone", "Alone", 1),
    ]
    assert statements(imported) == ["i-ask-for-help", "i-share-what-i-know", "i-plan"]
    assert imported.assumed == (
        "the ids of 3 statements, made of what the file calls them, or of their texts",
        "id = working",
        "version = 1",
        "source.publisher = unknown",
        "source.document = Working",
        "source.rights = unknown; ask its publisher before you share it",
        "scale.high_above = 2: a mean above the middle of the scale is high",
    )


def test_dutch_headings_and_truths_are_understood() -> None:
    text = HEADING + "domein;domain.optional;stelling;reversed\nSamen;ja;Ik vraag hulp;WAAR\nSamen;;Ik help;nee\n"
    (domain,) = taken(text.encode(), "mine.csv").document["domain"]
    assert domain["optional"] is True
    assert [item.get("reversed", False) for item in domain["item"]] == [True, False]


def test_numbers_that_a_spreadsheet_made_are_read_as_they_are_meant() -> None:
    text = HEADING.replace("\n\n", "\nscale.high_above;2,5\nversion;1.0\n\n")
    content = taken((text + "domain;text\nTeam;I ask\n").encode(), "mine.csv").document
    assert (content["scale"]["high_above"], content["version"]) == (2.5, "1.0")


def test_columns_and_rows_that_an_instrument_has_no_place_for_are_told() -> None:
    text = HEADING.replace("title", "colour;red\ntitle") + "domain;text;remark\nTeam;I ask;nice\nTeam;I tell;too\n"
    assert taken(text.encode(), "mine.csv").left_out == ("the row colour", "the column remark (2 times)")


def test_faults_are_named_by_their_rows() -> None:
    heading = HEADING + "domain;domain.title;id;text;focus\n"
    assert faults(heading + "team;Team;asks;I ask;joy\nteam;The team;asks;I tell;skill\nteam;;more;;skill\n") == [
        "row 10: has no statement in the column text",
        'row 9, domain.title: says "The team" of its domain, and an earlier row "Team"',
    ]
    found = faults(heading + "team;;asks;I ask;joy\nteam;;asks;I tell;skill\n")
    assert [fault.partition(":")[0] for fault in found] == ["row 8, focus", "row 9, id"]


def test_a_file_without_statements_or_without_a_scale_says_so() -> None:
    assert faults("a;b\n1;2\n")[0] == 'has no row of statements below a heading "text"'
    assert faults("domain;text\nTeam;I ask\n") == [
        'has no scale; add a row for each score: "point", the score, its word'
    ]


def test_the_sheets_of_a_workbook_may_stand_in_any_order() -> None:
    book = {
        "about": [["key", "value"], ["title", "Working"], ["point", "1", "no"], ["point", "2", "yes"]],
        "list": [["domain", "text"], ["Team", "I ask"]],
    }
    for order in (book, dict(reversed(book.items()))):
        assert taken(workbook.xlsx_bytes(order)).document["title"] == "Working"


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    content = kinds.template()
    content["domain"][0]["item"][0]["text"] = "=1+1"
    data = kinds.exported(content, "csv").data
    assert b"'=1+1" in data
    assert taken(data, "x.csv").document["domain"][0]["item"][0]["text"] == "=1+1"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_quote_before_a_formula_comes_back(form: str) -> None:
    content = kinds.template()
    content["domain"][0]["item"][0]["text"] = "'=1+1"
    exported = kinds.exported(content, form)
    assert taken(exported.data, f"x{kinds.ENDINGS[form]}").document == content


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_the_template_is_an_instrument_by_itself(form: str) -> None:
    imported = taken(kinds.exported(kinds.template(), form).data, f"t{kinds.ENDINGS[form]}")
    assert (imported.document, imported.assumed, imported.left_out) == (kinds.template(), (), ())
