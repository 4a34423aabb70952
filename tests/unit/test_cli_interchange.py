"""instruments import and export, and the answers of sessions as FHIR has them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reflect_tui.interchange import FORMATS
from tests.unit import interchange_examples as examples
from tests.unit.cli_examples import Cli
from tests.unit.interchange_examples import SAMPLES

HEAD = ["type", "name", "label"]


@pytest.mark.parametrize("form", FORMATS)
def test_an_instrument_is_written_and_read_again(cli: Cli, tmp_path: Path, form: str) -> None:
    written, read = tmp_path / "written", tmp_path / "read.toml"
    assert cli("instruments", "export", "digcomp", "--format", form, "--output", str(written)).code == 0
    if form == "csv":  # is told by its name
        written = written.rename(tmp_path / "written.csv")
    assert cli("instruments", "import", str(written), "--output", str(read)).code == 0
    assert "fine, 5 domains, 21 statements" in cli("instruments", "check", str(read)).out


def test_the_name_of_the_file_tells_the_format(cli: Cli, tmp_path: Path) -> None:
    assert cli("instruments", "export", "digcomp", "--output", str(tmp_path / "d.json")).code == 0
    assert json.loads((tmp_path / "d.json").read_text())["resourceType"] == "Questionnaire"
    assert cli("instruments", "export", "digcomp", "--format", "csv").out.startswith("\ufeffsep=;\r\nid;digcomp;")


def test_what_the_other_format_can_not_hold_is_told(cli: Cli, tmp_path: Path) -> None:
    form = cli("instruments", "export", "digcomp", "--format", "xlsform", "--output", str(tmp_path / "form.xlsx"))
    assert "the translation: nl" not in form.err
    result = cli("instruments", "export", "digcomp", "--format", "fhir")
    assert "FHIR Questionnaire can't hold, so it is not in the file:" in result.err
    assert "the wording for others (domain.item.other), 21 times" in result.err
    table = cli("instruments", "export", "digcomp", "--format", "csv")
    assert [line for line in table.err.splitlines() if "reflect-tui:  " in line] == [
        "reflect-tui:   the translation: nl"
    ]


def test_what_was_assumed_and_left_out_is_told_on_stderr(cli: Cli) -> None:
    result = cli("instruments", "import", str(SAMPLES / "hl7-sdc-phq-9.json"), "--leave-out", "--output", "-")
    assert result.code == 0
    assert 'title = "Patient Health Questionnaire - 9 Item"' in result.out
    assert "scale.high_above = 1.5: a mean above the middle of the scale is high" in result.err
    assert "H1/TS (Patient health questionnaire 9 item total score) (is computed, and asked of nobody)" in result.err


def test_what_is_imported_can_be_filled_in_and_is_never_written_over(cli: Cli) -> None:
    words = ("instruments", "import", str(SAMPLES / "hl7-sdc-phq-9.json"), "--leave-out")
    first = cli(*words)
    assert first.code == 0
    assert "Added: Patient Health Questionnaire - 9 Item (sdc-phq-9 0.0.1), 1 domain, 9 statements, in en." in first.out
    assert "no permission is required to reproduce" in first.out
    assert "sdc-phq-9" in cli("instruments", "list").out
    assert "It is here already" in cli(*words).out
    shown = cli("instruments", "export", "sdc-phq-9", "--format", "csv").out.replace("Several days", "Some days")
    (cli.root.parent / "other.csv").write_text(shown)
    other = cli("instruments", "import", str(cli.root.parent / "other.csv"))
    assert other.code == 2
    assert "say different things" in other.err
    assert cli(*words, "--force").code == 2


def test_the_languages_of_an_xlsform_are_added_as_translations(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    head = ["type", "name", "label::English (en)", "label::Frysk (fy)"]
    choices = [["list_name", "name", *head[2:]], ["often", "1", "no", "nee"], ["often", "2", "yes", "ja"]]
    path.write_bytes(examples.xlsform([head, ["select_one often", "asks", "I ask", "Ik freegje"]], choices))
    assert "in en, fy" in cli("instruments", "import", str(path)).out
    assert cli("instruments", "import", str(path), "--output", str(tmp_path / "x.toml")).code == 0
    assert 'asks = "Ik freegje"' in (tmp_path / "x.fy.toml").read_text()


def test_free_text_is_refused_by_name_and_nothing_is_written(cli: Cli, tmp_path: Path) -> None:
    form, output = tmp_path / "form.xlsx", tmp_path / "form.toml"
    form.write_bytes(examples.xlsform([HEAD, ["select_one often", "asks", "I ask"], ["text", "why", "Why?"]]))
    result = cli("instruments", "import", str(form), "--output", str(output))
    assert (result.code, result.out, output.exists()) == (2, "", False)
    assert "survey, row 3 (why): asks for free text" in result.err
    assert "--leave-out" in result.err
    assert cli("instruments", "import", str(form), "--output", str(output), "--leave-out").code == 0
    result = cli("instruments", "import", str(form), "--output", str(output), "--leave-out")
    assert result.code == 2, "a file that is there was replaced"


def test_a_fault_that_leaving_out_does_not_mend_says_nothing_of_it(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    result = cli("instruments", "import", str(tmp_path / "x.json"))
    assert result.code == 2
    assert "--leave-out" not in result.err


def test_a_template_is_written_without_an_id(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    assert cli("instruments", "export", "--template", "--output", str(path)).code == 0
    assert 'id = "my-instrument"' in cli("instruments", "import", str(path), "--output", "-").out
    assert cli("instruments", "export", "--template", "--format", "fhir").code == 2
    assert cli("instruments", "export", "digcomp", "--template").code == 2
    assert cli("instruments", "export").code == 2


def test_an_activity_names_no_file_outside_its_place(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "activity_schema"
    for name in ("https://example.org/item", "/etc/hostname"):
        content = {"schemaVersion": "1.0.0", "prefLabel": "A", "ui": {"order": [name]}}
        path.write_text(json.dumps(content))
        result = cli("instruments", "import", str(path))
        assert result.code == 2
        assert f"names {name}, which is not in its folder" in result.err


# The answers of sessions


def test_a_session_is_a_response_that_names_nobody(cli: Cli) -> None:
    session = cli.save({"calm": 4, "kind": "n/a", "signs": 2}, notes={"calm": "CANARY"})
    out = cli("export", "--format", "fhir", "--session", session.id).out
    content = json.loads(out)
    assert (content["resourceType"], content["status"], content["source"]) == (
        "QuestionnaireResponse", "completed", {"display": "self"},
    )  # fmt: skip
    assert content["questionnaire"].endswith("|1.2.0")
    (group,) = content["item"]
    (stem, signs) = group["item"]
    assert (group["linkId"], stem["text"]) == ("domain.looking", "I stay:")
    calm, kind = (item["answer"][0]["valueCoding"] for item in stem["item"])
    assert (calm["code"], calm["display"], calm["extension"][0]["valueDecimal"]) == ("4", "good", 4)
    assert kind == {
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "not-applicable"}
        ]
    }
    assert signs["answer"][0]["valueCoding"]["code"] == "2"
    assert "CANARY" not in out


def test_all_sessions_are_a_bundle_with_what_they_answer(cli: Cli) -> None:
    for days in range(2):
        cli.save(3, days=days)
    content = json.loads(cli("export", "--format", "fhir").out)
    resources = [entry["resource"] for entry in content["entry"]]
    assert [resource["resourceType"] for resource in resources] == ["Questionnaire", *["QuestionnaireResponse"] * 2]
    assert {each["questionnaire"] for each in resources[1:]} == {f"{resources[0]['url']}|1.2.0"}
    assert len({entry["fullUrl"] for entry in content["entry"]}) == 3


@pytest.mark.parametrize(
    "words", [("--format", "fhir", "--notes"), ("--format", "fhir", "--shape", "wide"), ("--session", "latest")]
)
def test_options_that_answers_have_no_use_for_are_refused(cli: Cli, words: tuple[str, ...]) -> None:
    cli.save(3)
    result = cli("export", *words)
    assert result.code == 2
    assert "has no effect" in result.err
