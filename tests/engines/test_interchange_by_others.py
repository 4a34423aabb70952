"""Instruments in the formats of other programs, as those programs' own libraries read them; all of it offline."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reproschema
import reproschema.models
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.questionnaire import Questionnaire
from hypothesis import given, settings
from pyxform.xls2xform import convert

from reflect_tui.errors import BadFileError
from reflect_tui.interchange import fhir, kinds
from reflect_tui.interchange import reproschema as our_reproschema
from reflect_tui.interchange.document import Account, Document, plain
from reflect_tui.model import library
from reflect_tui.model.session import Score
from tests.bundled import bundled
from tests.unit.examples import ITEMS, quick, session, small
from tests.unit.interchange_examples import SAMPLES, documents

PACKAGE = Path(reproschema.__file__).parent
ACTIVITIES = PACKAGE / "tests" / "data" / "activities"
GAD_7 = "q_generic_gad7_anxiety"
CAMS = "cognitive_and_affective_mindfulness_scalerevised_c"
REDCAP = "tests/test_rs2redcap_data/test_redcap2rs/activities"


def xform(content: Document, *others: Document, validate: bool = False) -> str:
    """Convert an instrument's XLSForm to the XForm that a phone fills in; nothing about it may be odd."""
    form: Any = io.BytesIO(kinds.exported(content, "xlsform", others).data)
    result: Any = convert(form, file_type=".xlsx", validate=validate)
    assert result.warnings == []
    return str(result.xform)


@pytest.mark.parametrize("identifier", library.bundled_ids())
def test_odk_validate_accepts_an_instrument(identifier: str) -> None:
    content = bundled(identifier, "")
    others = [plain(bundled(identifier, language)) for language in {"nl", "en"} - {content.language}]
    assert xform(plain(content), *others, validate=True).count("<select1") == len(content.items)


@given(content=documents())
@settings(quick, max_examples=40)
def test_pyxform_reads_any_instrument(content: Document) -> None:
    assert xform(content).count("<select1") == sum(len(domain["item"]) for domain in content["domain"])


@given(content=documents())
@settings(quick, max_examples=40)
def test_fhir_reads_any_instrument(content: Document) -> None:
    read: Any = Questionnaire.model_validate_json(kinds.exported(content, "fhir").data)
    assert read.title == content["title"]


def test_fhir_reads_the_public_sample_that_we_read() -> None:
    read: Any = Questionnaire.model_validate_json((SAMPLES / "hl7-sdc-phq-9.json").read_bytes())
    assert len(read.item[0].item) == 10


def test_fhir_reads_the_answers_of_sessions() -> None:
    scores: dict[str, Score] = {**dict.fromkeys(ITEMS, 3), "kind": "n/a"}
    bundle: Any = Bundle.model_validate_json(fhir.bundle([(session(scores), small())]))
    questions, answers = (entry.resource for entry in bundle.entry)
    assert answers.questionnaire == f"{questions.url}|{questions.version}"
    assert set(links(json.loads(answers.model_dump_json()))) == set(links(json.loads(questions.model_dump_json())))


def links(content: Any) -> Iterator[str]:
    """List the link ids of a resource and of everything below it."""
    for item in content.get("item", ()):
        yield item["linkId"]
        yield from links(item)


def test_the_sample_activity_of_reproschema_is_read_as_its_models_read_it() -> None:
    path = ACTIVITIES / "activity1_embed.jsonld"
    content = json.loads(path.read_text())
    field = content["ui"]["order"][0]
    options = field["responseOptions"] | {"valueType": ["xsd:integer"]}  # the models ask for a list
    read: Any = reproschema.models.Item(
        id="x", category="reproschema:Item", question=field["question"], responseOptions=options
    )
    imported = our_reproschema.imported(content, kinds.no_file, Account(), path)
    (statement,) = imported.document["domain"][0]["item"]
    assert statement["text"] == read.question["en"]
    scores = [(point["value"], point["label"]) for point in imported.document["scale"]["points"]]
    assert scores == [(choice.value, choice.name["en"]) for choice in read.responseOptions.choices]


def public(path: Path, *, leave_out: bool = False) -> Document:
    return kinds.imported(
        path.read_bytes(), path, lambda name: (path.parent / name).read_bytes(), leave_out=leave_out
    ).document


@pytest.mark.parametrize(
    "name",
    [
        f"tests/test_reproschema2fhir_data/activities/{GAD_7}/{GAD_7}_schema",
        f"example/fhir/fhir_output/{GAD_7}/{GAD_7}.json",
    ],
)
def test_a_public_questionnaire_goes_on_to_the_programs_of_others(name: str) -> None:
    content = public(PACKAGE / name, leave_out=True)
    (domain,) = content["domain"]
    assert [point["label"] for point in content["scale"]["points"]] == [
        "Not at all", "Several days", "More than half the days", "Nearly every day",
    ]  # fmt: skip
    assert len(domain["item"]) == 7
    read: Any = Questionnaire.model_validate_json(kinds.exported(content, "fhir").data)
    assert read.title == content["title"]
    assert xform(content).count("<select1") == 7


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        (f"tests/test_reproschema2fhir_data/activities/{GAD_7}/{GAD_7}_schema",
         "items/tough_to_work: is skip logic: it is only asked of some (nervous_anxious > 0"),
        (f"example/fhir/fhir_output/{GAD_7}/{GAD_7}.json",
         "gad_7_session_id (Questionnaire - Metadata: Session ID): asks for free text"),
        ("tests/data/activities/activity1.jsonld", "items/item2.jsonld: asks for something else"),
        (f"{REDCAP}/autism_parenting_stress_index_apsi/autism_parenting_stress_index_apsi_schema",
         "items/apsi_date: asks for free text"),
        (f"{REDCAP}/{CAMS}/{CAMS}_schema", "items/cams_r_1: has no text"),
    ],
)  # fmt: skip
def test_a_public_questionnaire_is_refused_by_what_is_out_of_shape(name: str, problem: str) -> None:
    with pytest.raises(BadFileError) as caught:
        public(PACKAGE / name)
    assert any(str(fault).startswith(problem) for fault in caught.value.faults)
