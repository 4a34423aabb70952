"""Forms that others published, and what they write otherwise than we do: read, or refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reflect_tui.interchange import kinds
from reflect_tui.interchange.document import Imported
from tests.unit.interchange_examples import LABELS, SAMPLES, refused, statements, taken, xlsform


def sample(name: str, *, leave_out: bool = False) -> Imported:
    return taken((SAMPLES / name).read_bytes(), name, leave_out=leave_out)


@pytest.mark.parametrize(
    ("name", "problems"),
    [
        ("pyxform-group.csv", [
            "survey, row 2 (family_name): asks for free text",
            "survey, row 4 (phone_number): asks for something else than one choice of a scale: phone number",
            "survey, row 5 (age): asks for something else than one choice of a scale: integer",
        ]),
        ("pyxform-loop.csv", [
            "survey, row 2 (available_toilet_types): asks for several answers",
            "survey, row 3 (loop_toilet_types): repeats its questions any number of times",
        ]),
        ("pyxform-specify_other.csv", ["survey, row 2 (sex): asks for free text beside its answers (or_other)"]),
        ("pyxform-new_cascading_select.xls", [
            "survey, row 3 (county): has answers that depend on another question (state=${state})",
            "survey, row 4 (city): has answers that depend on another question (state=${state} and county=${county})",
        ]),
        ("pyxform-table-list.xls", [
            "survey, row 8 (happy_sad_brian): asks for several answers",
            "survey, row 9 (happy_sad_michael): asks for several answers",
        ]),
    ],
)  # fmt: skip
def test_a_public_form_is_refused_by_what_is_out_of_shape(name: str, problems: list[str]) -> None:
    assert refused((SAMPLES / name).read_bytes(), name) == problems


@pytest.mark.parametrize(
    ("name", "ids", "labels"),
    [
        ("pyxform-yes_or_no_question.csv", ["good-day"], ["yes", "no"]),
        ("pyxform-widgets.csv", ["spinner", "selectadvance", "autocomplete"], [f"option {x}" for x in "abcd"]),
        ("pyxform-table-list.xls", ["table-list-3", "table-list-4"], ["Yes", "No"]),
    ],
)
def test_the_choices_of_a_public_form_are_read(name: str, ids: list[str], labels: list[str]) -> None:
    imported = sample(name, leave_out=True)
    assert (statements(imported), [point["label"] for point in imported.document["scale"]["points"]]) == (ids, labels)


@pytest.mark.parametrize("heading", ["bind:relevant", "bind::relevant", "relevance"])
def test_skip_logic_under_an_older_heading_is_refused_by_name(heading: str) -> None:
    head = ["type", "name", "label", heading]
    form = xlsform([head, ["select one from often", "asks", "I ask"], ["select1 often", "b", "I", "${asks} = 1"]])
    assert refused(form) == ["survey, row 3 (b): is skip logic: it is only asked of some (${asks} = 1)"]


def fhir(*items: dict[str, Any], **head: Any) -> bytes:
    return json.dumps(
        {"resourceType": "Questionnaire", "status": "active", "title": "T", **head, "item": items}
    ).encode()


def test_answers_that_another_program_expanded_are_read() -> None:
    contained = {
        "resourceType": "ValueSet",
        "id": "often",
        "expansion": {"contains": [{"code": str(n), "display": label} for n, label in enumerate(LABELS, start=1)]},
    }
    item = {"linkId": "a", "text": "I ask", "type": "choice", "answerValueSet": "#often"}
    points = taken(fhir(item, contained=[contained]), "q.json").document["scale"]["points"]
    assert [(point["value"], point["label"]) for point in points] == list(enumerate(LABELS, start=1))


def test_a_choice_of_the_next_version_of_fhir_and_a_rating_in_numbers_are_choices() -> None:
    options = [{"valueInteger": n} for n in range(4)]
    coded = [{"valueCoding": {"code": str(n), "display": str(n)}} for n in range(4)]
    rated = {"linkId": "a", "text": "I ask", "type": "integer", "answerOption": options}
    chosen = {"linkId": "b", "text": "I help", "type": "coding", "answerOption": coded}
    assert statements(taken(fhir(rated, chosen), "q.json")) == ["a", "b"]
    open_one = chosen | {"linkId": "c", "answerConstraint": "optionsOrString"}
    assert refused(fhir(rated, open_one), "q.json") == ["c (I help): asks for free text"]
    assert refused(fhir(rated, {"linkId": "d", "text": "Age", "type": "integer"}), "q.json") == [
        "d (Age): asks for something else than one choice of a scale: integer"
    ]


def test_an_answer_that_is_refused_is_no_point_of_the_scale() -> None:
    labels = ("Never true", "Sometimes true", "Often true", "Don't know/refused")
    options = [{"valueCoding": {"code": f"LA{n}", "display": label}} for n, label in enumerate(labels)]
    imported = taken(fhir({"linkId": "a", "text": "I ask", "type": "choice", "answerOption": options}), "q.json")
    assert len(imported.document["scale"]["points"]) == 3
    assert """the answer "Don't know/refused": every instrument has n/a""" in imported.left_out


def activity(folder: Path, item: str, **more: Any) -> Imported:
    """Read an activity of one item, which stands in a file of its own, beside its answers."""
    (folder / "q_1").write_text(item)
    scale = [{"schema:value": n} | ({"schema:name": name} if name else {}) for n, name in enumerate(["no", "", "yes"])]
    (folder / "scale").write_text(json.dumps({"choices": scale}))
    content = {"@type": "reproschema:Activity", "schemaVersion": "1.0.0", "prefLabel": "How I feel", **more}
    path = folder / "feel_schema"
    path.write_text(json.dumps({"ui": {"order": ["q_1"]}, **content}))
    return kinds.imported(path.read_bytes(), path, lambda name: (folder / name).read_bytes())


def test_scores_of_an_older_activity_are_not_made_up(tmp_path: Path) -> None:
    imported = activity(tmp_path, json.dumps({"question": "I sleep", "responseOptions": "scale"}))
    points = imported.document["scale"]["points"]
    assert [(point["value"], point["label"]) for point in points] == [(0, "no"), (1, "1"), (2, "yes")]


def test_numbers_that_are_none_and_the_words_above_an_item_are_read(tmp_path: Path) -> None:
    item = '{"note": NaN, "preamble": {"en": "Last week"}, "question": {"en": "I slept"}, "responseOptions": "scale"}'
    (statement,) = activity(tmp_path, item).document["domain"][0]["item"]
    assert (statement["stem"], statement["text"]) == ("Last week", "I slept")


def test_an_item_of_elsewhere_is_asked_for_by_its_whole_address(tmp_path: Path) -> None:
    names: list[str] = []

    def read(name: str) -> bytes:
        names.append(name)
        return b'{"question": "I sleep", "responseOptions": {"choices": [{"value": 1}, {"value": 2}]}}'

    content = {
        "@context": ["https://x.org/generic", {"demo": "https://x.org/items/"}],
        "schemaVersion": "1", "prefLabel": "T", "ui": {"order": ["demo:sleep"]},
    }  # fmt: skip
    imported = kinds.imported(json.dumps(content).encode(), tmp_path / "t_schema", read)
    assert (names, statements(imported)) == (["https://x.org/items/sleep"], ["demo-sleep"])
