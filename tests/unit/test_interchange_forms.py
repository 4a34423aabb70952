"""Questionnaires of FHIR and activities of ReproSchema: what becomes of them, and what is refused by name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from reflect_tui.errors import BadFileError
from reflect_tui.interchange import kinds
from reflect_tui.interchange.document import Imported, NotScorableError
from tests.unit.interchange_examples import LABELS, SAMPLES, refused, statements, taken

# FHIR


def phq9() -> bytes:
    return (SAMPLES / "hl7-sdc-phq-9.json").read_bytes()


def test_the_computed_total_of_a_public_questionnaire_is_refused_by_name() -> None:
    with pytest.raises(NotScorableError, match=r"H1/TS .* is computed, and asked of nobody"):
        taken(phq9(), "phq-9.json")


def test_a_public_questionnaire_is_read_without_its_total() -> None:
    imported = taken(phq9(), "phq-9.json", leave_out=True)
    content = imported.document
    assert [(point["value"], point["label"]) for point in content["scale"]["points"]] == [
        (0, "Not at all"),
        (1, "Several days"),
        (2, "More than half the days"),
        (3, "Nearly every day"),
    ]
    assert len(statements(imported)) == 9
    assert content["domain"][0]["item"][4]["text"] == "Poor appetite or overeating?"
    assert content["source"]["rights"].startswith("This content is an unaltered digital reproduction of the PHQ-9")
    assert {"purpose", "date", "subjectType", "id = SDC - PHQ-9"} <= set(imported.left_out)
    assert set(imported.assumed) >= {
        "scale.better = higher: a higher mean is better",
        "scale.high_above = 1.5: a mean above the middle of the scale is high",
    }


def questionnaire(*items: dict[str, Any], **head: Any) -> bytes:
    first = {"linkId": "a", "text": "I ask", "type": "choice", "answerOption": options()}
    return json.dumps(
        {"resourceType": "Questionnaire", "status": "active", "title": "T", **head, "item": [first, *items]}
    ).encode()


def options(*scores: int) -> list[dict[str, Any]]:
    url = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
    numbers = scores or range(1, 5)
    return [
        {"valueCoding": {"code": f"LA-{label}", "display": label, "extension": [{"url": url, "valueDecimal": score}]}}
        for score, label in zip(numbers, LABELS, strict=True)
    ]


CHOICE = {"linkId": "b", "text": "How?", "type": "choice", "answerOption": options()}


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ({"linkId": "b", "text": "Why?", "type": "text"}, "b (Why?): asks for free text"),
        (CHOICE | {"type": "open-choice"}, "b (How?): asks for free text"),
        (CHOICE | {"enableWhen": [{"question": "a", "operator": "exists", "answerBoolean": True}]},
         "b (How?): is skip logic: it is only asked of some (enableWhen)"),
        (CHOICE | {"readOnly": True}, "b (How?): is computed, and asked of nobody"),
        (CHOICE | {"repeats": True}, "b (How?): asks for several answers"),
        (CHOICE | {"item": [{"linkId": "c", "type": "string"}]},
         "b (How?): has questions below it that depend on its answer"),
        ({"linkId": "b", "text": "Age", "type": "integer"},
         "b (Age): asks for something else than one choice of a scale: integer"),
        ({"linkId": "b", "text": "How?", "type": "choice", "answerValueSet": "http://x.org/vs"},
         "b (How?): takes its answers from elsewhere: http://x.org/vs"),
        ({"linkId": "b", "text": "All", "type": "group", "enableWhen": [{"question": "a"}], "item": [CHOICE]},
         "b: is skip logic: it is only asked of some (enableWhen)"),
    ],
)  # fmt: skip
def test_an_item_that_is_no_choice_is_refused_by_its_link_id(item: dict[str, Any], problem: str) -> None:
    assert refused(questionnaire(item), "q.json") == [problem]
    assert statements(taken(questionnaire(item), "q.json", leave_out=True)) == ["a"]


def test_a_single_item_without_a_list_around_it_is_read() -> None:
    below = {"linkId": "b", "text": "All", "type": "group", "item": {"linkId": "c", "text": "Why?", "type": "text"}}
    assert refused(questionnaire(below), "q.json") == ["c (Why?): asks for free text"]
    one = CHOICE | {"item": {"linkId": "c", "type": "string"}}
    assert refused(questionnaire(one), "q.json") == ["b (How?): has questions below it that depend on its answer"]


def test_scores_that_run_against_the_words_make_a_statement_reversed() -> None:
    item = {"linkId": "b", "text": "I am late", "type": "choice", "answerOption": options(4, 3, 2, 1)}
    imported = taken(questionnaire(item), "q.json")
    assert [part.get("reversed", False) for part in imported.document["domain"][0]["item"]] == [False, True]


def test_every_reversed_statement_is_told() -> None:
    item = {"linkId": "late", "text": "I am late", "type": "choice", "answerOption": options(4, 3, 2, 1)}
    assumed = taken(questionnaire(item), "q.json").assumed
    assert "reversed, because their scores run the other way: late" in assumed


def words(*labels: str, **scores: object) -> list[dict[str, Any]]:
    """List answers by their words; with a number the code has that score."""
    return [
        {
            "valueCoding": {"display": label}
            | ({"extension": [ORDINAL | {"valueDecimal": scores[label]}]} if label in scores else {})
        }
        for label in labels
    ]


ORDINAL = {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue"}


def asked(*answers: list[dict[str, Any]]) -> bytes:
    """Make a questionnaire of a question for each list of answers."""
    items = [
        {"linkId": f"q{n}", "text": "How?", "type": "choice", "answerOption": each} for n, each in enumerate(answers, 1)
    ]
    return json.dumps({"resourceType": "Questionnaire", "status": "active", "title": "T", "item": items}).encode()


def points(imported: Imported) -> list[tuple[int, str]]:
    return [(point["value"], point["label"]) for point in imported.document["scale"]["points"]]


@pytest.mark.parametrize(
    ("scores", "told"),
    [
        ({"no": 0.5, "partly": 1, "yes": 1.5}, "no (0.5), partly (1), yes (1.5)"),
        ({"no": 0, "partly": 1}, "no (0), partly (1), yes (-)"),
        ({"no": 0, "partly": 1, "yes": 10**400}, "no (0), partly (1), yes (…)"),
    ],
)
def test_scores_that_are_given_are_used_or_refused_and_never_made_up(scores: dict[str, object], told: str) -> None:
    problem = "has scores that can't be used; each answer needs a whole number, or none has one: "
    assert refused(asked(words("no", "partly", "yes", **scores)), "q.json") == [f"q1 (How?): {problem}{told}"]


def test_codes_of_too_many_digits_are_no_scores() -> None:
    answers = [
        {"valueCoding": {"code": digit * 5000, "display": label}} for digit, label in zip("12", "ab", strict=True)
    ]
    assert points(taken(asked(answers), "q.json")) == [(1, "a"), (2, "b")]


def test_a_question_without_scores_goes_by_its_words_and_is_never_reversed() -> None:
    up, down = words("never", "at times", "often"), words("often", "at times", "never")
    imported = taken(asked(up, down), "q.json")
    assert [item.get("reversed", False) for item in imported.document["domain"][0]["item"]] == [False, False]
    scored = words("often", "at times", "never", never=3, often=1, **{"at times": 2})
    imported = taken(asked(up, scored), "q.json")
    assert points(imported) == [(1, "often"), (2, "at times"), (3, "never")]
    assert "the scores of 1 statement, which has none: those of the same words elsewhere" in imported.assumed
    assert not any("1 for the first" in text or "reversed" in text for text in imported.assumed)


def test_a_scored_dont_know_in_the_middle_is_a_point_of_the_scale() -> None:
    scored = words("no", "don't know", "yes", no=1, yes=3, **{"don't know": 2})
    assert points(taken(asked(scored), "q.json")) == [(1, "no"), (2, "don't know"), (3, "yes")]
    ends = words("no", "yes", "don't know", no=1, yes=2, **{"don't know": 9})
    assert points(taken(asked(ends), "q.json")) == [(1, "no"), (2, "yes")]
    unscored = words("no", "don't know", "yes", no=1, yes=2)
    assert points(taken(asked(unscored), "q.json")) == [(1, "no"), (2, "yes")]


def test_what_an_instrument_writes_otherwise_or_has_no_room_for_is_told() -> None:
    imported = taken(questionnaire(version="2024-05-01", name="Q 1", copyright="©" * 3000), "q.json")
    assert (imported.document["version"], imported.document["id"]) == ("1", "q-1")
    assert len(imported.document["source"]["rights"]) == 2000
    assert imported.left_out == (
        "id = Q 1", "version = 2024-05-01", "the end of source.rights, which is longer than 2000 characters",
    )  # fmt: skip


def test_what_an_item_says_more_is_told() -> None:
    item = CHOICE | {"prefix": "2.", "required": True, "code": [{"code": "1"}], "extension": [{"url": "http://x/y-z"}]}
    imported = taken(questionnaire(item, {"linkId": "d", "text": "Thanks", "type": "display"}, date="2026"), "q.json")
    assert set(imported.left_out) == {
        "item.prefix", "item.required", "item.code", "item.extension y-z", "d (Thanks)", "date",
    }  # fmt: skip


DEEP = b'{"resourceType": "Questionnaire", "item": ' + b'[{"type": "group", "item": ' * 900 + b"[]" + b"}]" * 900 + b"}"


def test_signs_that_a_terminal_obeys_are_taken_out() -> None:
    item = CHOICE | {"text": "How\x1b[31m?\u009b "}
    statement = taken(questionnaire(item), "q.json").document["domain"][0]["item"][1]
    assert statement["text"] == "How[31m?"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"{", "not valid JSON"),
        (b'{"resourceType": "Patient"}', "resourceType: must be Questionnaire"),
        (b'{"resourceType": "Questionnaire", "item": "x"}', "has no question to be answered by one choice"),
        (b'{"resourceType": "Questionnaire", "item": [{"item": 3, "type": "group", "text": 5}, 7]}', ""),
        (DEEP, ""),
        (b'{"a": 1}', "is none of these"),
        (b"<Questionnaire/>", "is none of these"),
        (b"%PDF-1.7", "is none of these"),
        (b"", "is empty"),
    ],
)
def test_what_is_no_questionnaire_is_refused_in_a_sentence(data: bytes, problem: str) -> None:
    assert problem in "; ".join(refused(data, "q.json"))


def test_an_instrument_file_is_added_not_imported() -> None:
    assert refused(b"format = 1", "x.toml") == ["is a file of this program; to use it: reflect-tui instruments add"]


# ReproSchema


def activity(folder: Path, *items: dict[str, Any], **more: Any) -> Imported:
    """Import an activity with its items in files, and the answers that they share in one more."""
    (folder / "items").mkdir()
    shared = {"choices": [{"name": {"en": label}, "value": n} for n, label in enumerate(LABELS)]}
    (folder / "answers").write_text(json.dumps(shared))
    names = [f"items/q_{number}" for number, _item in enumerate(items, start=1)]
    for name, item in zip(names, items, strict=True):
        (folder / name).write_text(json.dumps({"@type": "reproschema:Field", **item}))
    about = [
        {"isAbout": name, "variableName": name[6:], "isVis": item.get("isVis", True)}
        for name, item in zip(names, items, strict=True)
    ]
    content = {
        "@type": "reproschema:Activity",
        "schemaVersion": "1.0.0", "prefLabel": {"en": "How I feel"}, "version": "0.0.1",
        "ui": {"order": names, "addProperties": about}, **more,
    }  # fmt: skip
    path = folder / "activity_schema"
    path.write_text(json.dumps(content))
    return kinds.imported(path.read_bytes(), path, lambda name: (folder / name).read_bytes())


def field(**more: Any) -> dict[str, Any]:
    return {"question": {"en": "I sleep well"}, "ui": {"inputType": "radio"}, "responseOptions": "../answers", **more}


def test_an_activity_is_read_with_the_files_it_names(tmp_path: Path) -> None:
    imported = activity(
        tmp_path, field(), field(question={"en": "I eat well", "es": "Como bien"}), preamble={"en": "Hi"}
    )
    content = imported.document
    assert (content["id"], content["language"], content["version"]) == ("how-i-feel", "en", "0.0.1")
    assert [(point["value"], point["label"]) for point in content["scale"]["points"]] == list(enumerate(LABELS))
    assert [item["text"] for item in content["domain"][0]["item"]] == ["I sleep well", "I eat well"]
    assert content["instructions"] == "Hi"
    assert imported.left_out == ("the language es",)


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        (field(ui={"inputType": "text"}, responseOptions={}), "items/q_2: asks for free text"),
        (field(ui={"inputType": "number", "readonlyValue": True}), "items/q_2: is computed, and asked of nobody"),
        (field(isVis="q_1 > 1"), "items/q_2: is skip logic: it is only asked of some (q_1 > 1)"),
        (field(isVis=False), "items/q_2: is hidden, and asked of nobody"),
        (field(responseOptions={"multipleChoice": True, "choices": [{"value": 1}, {"value": 2}]}),
         "items/q_2: asks for several answers"),
    ],
)  # fmt: skip
def test_an_item_of_an_activity_that_is_no_choice_is_refused(
    tmp_path: Path, item: dict[str, Any], problem: str
) -> None:
    with pytest.raises(NotScorableError) as caught:
        activity(tmp_path, field(), item)
    assert [str(fault) for fault in caught.value.faults] == [problem]


def test_the_language_of_an_activity_is_that_of_its_texts(tmp_path: Path) -> None:
    imported = activity(tmp_path, field(question={"nl": "Ik slaap"}), prefLabel={"nl": "Hoe"}, ui2={"en": "x"})
    assert imported.document["language"] == "nl"


def test_a_title_or_question_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFileError) as caught:
        activity(tmp_path, field(question={"en": ["I", "sleep"]}), prefLabel=["T"])
    assert [str(fault) for fault in caught.value.faults][:2] == [
        "prefLabel: must be a text", "items/q_1, question: must be a text",
    ]  # fmt: skip
    assert refused(questionnaire(CHOICE | {"text": ["How?"]}, title=["T"]), "q.json")[:2] == [
        "title: must be a text", "b, text: must be a text",
    ]  # fmt: skip


def test_an_empty_file_of_an_item_is_told_as_empty(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="is empty"):
        kinds.imported(b'{"schemaVersion": "1", "ui": {"order": ["a"]}}', tmp_path / "x", kinds.no_file)


def test_skip_logic_of_a_single_item_is_refused_without_a_list_around_it(tmp_path: Path) -> None:
    single = {"order": ["items/q_1"], "addProperties": {"isAbout": "items/q_1", "isVis": "q_0 > 1"}}
    with pytest.raises(NotScorableError, match="is skip logic"):
        activity(tmp_path, field(), ui=single)


def test_a_computed_score_of_an_activity_is_refused_and_a_protocol_too(tmp_path: Path) -> None:
    with pytest.raises(NotScorableError, match="total: is computed from other answers"):
        activity(tmp_path, field(), compute=[{"variableName": "total", "jsExpression": "q_1"}])
    shutil.rmtree(tmp_path / "items")
    with pytest.raises(NotScorableError, match="total: is computed from other answers"):
        activity(tmp_path, field(), compute={"variableName": "total", "jsExpression": "q_1"})
    assert "is a protocol" in refused(b'{"schemaVersion": "1", "category": "reproschema:Protocol"}', "p")[0]
