"""XLSForms of others: what becomes of them, and what is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reflect_tui.interchange import kinds, workbook, xlsform
from reflect_tui.interchange.document import plain
from tests.bundled import bundled
from tests.unit import interchange_examples as examples
from tests.unit.examples import small
from tests.unit.interchange_examples import LABELS, refused, statements, taken

HEAD = ["type", "name", "label", "relevant", "calculation", "appearance"]


def survey(*rows: list[str]) -> bytes:
    return examples.xlsform([HEAD, ["select_one often", "asks", "I ask"], *rows])


def test_an_xlsform_of_choices_becomes_an_instrument() -> None:
    imported = taken(
        examples.xlsform(
            [
                HEAD,
                ["begin group", "talking", "Talking", "", "", "field-list"],
                ["select  one often", "Asks_for_help", "I ask for help", "", "", "likert"],
                ["begin_group", "more", "With colleagues I"],
                ["select_one often", "shares", "share what I know"],
                ["end group"],
                ["end group"],
                ["begin_group", "resting", "Resting"],
                ["select_one often", "breaks", "I take breaks"],
                ["end_group"],
            ]
        )
    )
    content = imported.document
    assert (content["id"], content["title"], content["language"]) == ("how-i-work", "How I work", "en")
    assert content["scale"]["points"] == [{"value": n, "label": label} for n, label in enumerate(LABELS, start=1)]
    assert [(d["id"], d["title"], len(d["item"])) for d in content["domain"]] == [
        ("talking", "Talking", 2),
        ("resting", "Resting", 1),
    ]
    assert statements(imported) == ["asks-for-help", "shares", "breaks"]
    assert content["domain"][0]["item"][1]["stem"] == "With colleagues I"
    assert imported.left_out == ("the column appearance (2 times)",)
    assert "the id of 1 statement, made of what the file calls it, or of its text" in imported.assumed


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (["text", "why", "Why?"], "survey, row 3 (why): asks for free text"),
        (["calculate", "total", "", "", "1+1"], "survey, row 3 (total): is computed from other answers"),
        (["select_one often", "when", "How often?", "${asks} = 1"],
         "survey, row 3 (when): is skip logic: it is only asked of some (${asks} = 1)"),
        (["select_one often", "told", "You said ${asks}: how often?"],
         "survey, row 3 (told): is computed from other answers"),
        (["select_one often or_other", "other", "How?"],
         "survey, row 3 (other): asks for free text beside its answers (or_other)"),
        (["select_multiple often", "many", "Which?"], "survey, row 3 (many): asks for several answers"),
        (["integer", "age", "How old?"],
         "survey, row 3 (age): asks for something else than one choice of a scale: integer"),
        (["select_one sometimes", "lost", "How?"],
         'survey, row 3 (lost): has answers of a list "sometimes" that is not on the sheet choices'),
        (["begin_repeat", "child", "Each child"], "survey, row 3 (child): repeats its questions any number of times"),
    ],
)  # fmt: skip
def test_what_is_no_question_to_score_is_refused_by_its_row_and_name(row: list[str], problem: str) -> None:
    assert refused(survey(row)) == [problem]
    rest = taken(survey(row), leave_out=True)
    assert statements(rest) == ["asks"]
    assert rest.left_out == (f"{problem.partition(': ')[0]} ({problem.partition(': ')[2]})",)


def test_all_of_a_group_that_is_only_asked_of_some_is_refused_once() -> None:
    group = (["begin_group", "more", "More", "${asks} = 1"], ["select_one often", "a", "A"], ["text", "b", "B"])
    data = survey(*group, ["end_group"], ["select_one often", "after", "After that"])
    assert refused(data) == ["survey, row 3 (more): is skip logic: it is only asked of some (${asks} = 1)"]
    assert statements(taken(data, leave_out=True)) == ["asks", "after"]


def test_what_a_device_notes_and_texts_to_read_are_told() -> None:
    imported = taken(survey(["start", "begun"], ["note", "thanks", "Thank you"]))
    assert imported.left_out == ("survey, row 3 (begun)", "survey, row 4 (thanks)")


def test_answers_in_words_get_scores_in_their_order_and_that_is_told() -> None:
    choices = [["list_name", "name", "label"], ["often", "no", "no"], ["often", "yes", "yes"]]
    imported = taken(examples.xlsform([HEAD, ["select_one often", "asks", "I ask"]], choices))
    assert imported.document["scale"]["points"] == [{"value": 1, "label": "no"}, {"value": 2, "label": "yes"}]
    assert "scores: 1 for the first answer, and so on" in imported.assumed


def test_a_list_that_counts_the_other_way_round_makes_its_statements_reversed() -> None:
    words = list(zip("1234", LABELS, strict=True))
    turned = [["turned", value, label] for value, label in zip("4321", LABELS, strict=True)]
    choices = [["list_name", "name", "label"], *(["often", *pair] for pair in words), *turned]
    imported = taken(
        examples.xlsform(
            [HEAD, ["select_one turned", "a", "I am late"], ["select_one often", "b", "I am in time"]], choices
        )
    )
    assert [item.get("reversed", False) for item in imported.document["domain"][0]["item"]] == [True, False]


def test_not_applicable_is_no_score_of_the_scale() -> None:
    choices = [["list_name", "name", "label"], *(["often", str(n), label] for n, label in enumerate(LABELS, start=1))]
    imported = taken(examples.xlsform([HEAD, ["select_one often", "a", "A"]], [*choices, ["often", "99", "N.v.t."]]))
    assert [point["value"] for point in imported.document["scale"]["points"]] == [1, 2, 3, 4]
    assert imported.left_out == ('the answer "N.v.t.": every instrument has n/a',)


def test_a_survey_that_begins_with_consent_has_the_scale_of_most_questions() -> None:
    # after the shape of a public evaluation of an app: consent, then pages of questions with one scale
    choices = [["list_name", "name", "label"], ["yes_no", "yes", "Yes"], ["yes_no", "no", "No"]]
    choices += [["likert_4", str(n), text] for n, text in enumerate(LABELS, 1)]
    rows = [
        [*HEAD, "required"],
        ["start", "start"],
        ["begin_group", "consent_group", "Consent"],
        ["select_one yes_no", "consent", "Do you agree to take part?", "", "", "", "yes"],
        ["end_group"],
        ["begin_group", "section_interface", "SECTION 2 — Interface"],
        ["select_one likert_4", "attractive", "The interface is attractive", "", "", "", "yes"],
        ["select_one likert_4", "navigation", "The app is easy to navigate", "${consent} = 'yes'"],
        ["select_one likert_4", "labels", "Menus are clearly labelled"],
        ["text", "comments", "What could be better?"],
        ["end_group"],
    ]
    data = examples.xlsform(rows, choices)
    assert refused(data) == [
        "survey, row 8 (navigation): is skip logic: it is only asked of some (${consent} = 'yes')",
        "survey, row 10 (comments): asks for free text",
        "survey, row 4 (consent): has other answers than most questions: Yes, No",
    ]
    imported = taken(data, leave_out=True)
    assert statements(imported) == ["attractive", "labels"]
    assert [point["label"] for point in imported.document["scale"]["points"]] == [*LABELS]


def test_one_question_of_a_public_scale_has_another_word_for_the_same_score() -> None:
    # the GAD-7 as LOINC has it: "More days than not" instead of "More than half the days" in its second question
    def item(number: int, third: str) -> dict[str, Any]:
        words = ["Not at all", "Several days", third, "Nearly every day"]
        ordinal = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
        options = [
            {
                "extension": [{"url": ordinal, "valueDecimal": value}],
                "valueCoding": {"code": f"LA{value}", "display": word},
            }
            for value, word in enumerate(words)
        ]
        return {"linkId": f"/{number}", "type": "choice", "text": f"Question {number}", "answerOption": options}

    usual = "More than half the days"
    items = [item(1, usual), item(2, "More days than not"), item(3, usual)]
    form = {"resourceType": "Questionnaire", "status": "active", "title": "Seven questions", "item": items}
    imported = taken(json.dumps(form).encode(), "gad.json")
    content = imported.document
    assert [point["label"] for point in content["scale"]["points"]][2] == usual
    ((name, words),) = content["scales"].items()
    assert [point["label"] for point in words["points"]][2] == "More days than not"
    assert [question.get("scale", "") for question in content["domain"][0]["item"]] == ["", name, ""]
    assert any("More days than not" in text for text in imported.assumed)


def test_an_answer_that_sounds_like_not_applicable_stays_where_there_are_two() -> None:
    choices = [["list_name", "name", "label"], ["often", "1", "I know"], ["often", "2", "Don't know"]]
    imported = taken(examples.xlsform([HEAD, ["select_one often", "a", "A"]], choices))
    assert [point["label"] for point in imported.document["scale"]["points"]] == ["I know", "Don't know"]


def test_questions_with_other_answers_are_refused() -> None:
    choices = [["list_name", "name", "label"], *(["often", str(n), text] for n, text in enumerate(LABELS))]
    choices += [["yesno", "1", "yes"], ["yesno", "0", "no"]]
    data = examples.xlsform([HEAD, ["select_one often", "a", "A"], ["select_one yesno", "b", "B"]], choices)
    assert refused(data) == ["survey, row 3 (b): has other answers than most questions: yes, no"]


def two_languages(*dutch: str) -> bytes:
    columns = ["label::English (en)", "label::Nederlands (nl)", "hint::English (en)", "hint::Nederlands (nl)"]
    texts = [
        ["begin_group", "team", "Team", "Het team"],
        ["select_one often", "asks", "I ask", dutch[0], "In time", "Op tijd"],
        ["end_group"],
    ]
    choices = [["often", "1", "never", "nooit"], ["often", "2", "always", "altijd"]]
    return workbook.xlsx_bytes(
        {
            "survey": [["type", "name", *columns], *texts],
            "choices": [["list_name", "name", *columns[:2]], *choices],
            "settings": [["form_title", "form_id", "default_language"], ["My work", "work", "English (en)"]],
        }
    )


def test_the_other_languages_of_an_xlsform_are_translations() -> None:
    imported = taken(two_languages("Ik vraag"))
    assert imported.document["language"] == "en"
    assert imported.document["domain"][0]["item"][0] | {"id": ""} == {"id": "", "text": "I ask", "help": "In time"}
    assert imported.left_out == ()
    assert imported.translations["nl"] | {"version": ""} == {
        "format": 1,
        "instrument": "work",
        "version": "",
        "language": "nl",
        "title": "My work",
        "points": {"1": "nooit", "2": "altijd"},
        "domains": {"team": "Het team"},
        "items": {"asks": "Ik vraag"},
        "help": {"asks": "Op tijd"},
    }


def test_a_language_that_lacks_a_text_is_told_as_left_out() -> None:
    imported = taken(two_languages(""))
    assert imported.translations == {}
    assert "the column label::Nederlands (nl) (3 times)" in imported.left_out


def test_translations_stand_beside_each_other_in_an_xlsform() -> None:
    english, dutch = (plain(bundled("digcomp", language)) for language in ("en", "nl"))
    exported = kinds.exported(english, "xlsform", [dutch])
    assert "the title in another language: nl" in exported.lost
    assert "the translation: nl" not in exported.lost
    back = taken(exported.data)
    assert back.document["domain"][0]["item"][0]["text"] == english["domain"][0]["item"][0]["text"]
    items = {item["id"]: item["text"] for domain in dutch["domain"] for item in domain["item"]}
    assert back.translations["nl"]["items"] == items
    assert "the translation: nl" in kinds.exported(english, "fhir", [dutch]).lost


def test_an_xlsform_shows_whose_words_it_asks() -> None:
    rows = xlsform.sheets(plain(small()))["survey"]
    assert ["note", "source_publisher", "We", ""] in rows
