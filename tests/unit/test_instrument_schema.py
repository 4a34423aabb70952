"""The JSON Schema that editors use: true of every file that is shipped, and of no faulty one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tomli
from jsonschema import Draft202012Validator

from reflect_tui.model import library
from tests.unit import examples
from tests.unit.cli_examples import Cli


def validator(cli: Cli, *options: str) -> Draft202012Validator:
    schema: dict[str, Any] = json.loads(cli("instruments", "schema", *options).out)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("path", sorted(library.bundled_folder().glob("*.toml")), ids=lambda path: path.name)
def test_what_is_shipped_is_valid_as_what_it_is(cli: Cli, path: Path) -> None:
    document = tomli.loads(path.read_text(encoding="utf-8"))
    options = ["--translation"] if "instrument" in document else []
    assert not list(validator(cli, *options).iter_errors(document))
    other = [] if options else ["--translation"]
    assert list(validator(cli, *other).iter_errors(document))


def test_faults_of_shape_are_found_where_they_are(cli: Cli) -> None:
    good = examples.document()
    assert not list(validator(cli).iter_errors(good))
    bad = good | {"titel": "x", "change": [{"kind": "gone", "since": "1.0"}]}
    bad["domain"][0]["item"][0]["text"] = 3
    found = {"/".join(map(str, fault.absolute_path)) for fault in validator(cli).iter_errors(bad)}
    assert found == {"", "change/0/kind", "domain/0/item/0/text"}


def test_it_is_written_to_a_file(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "teamwork.schema.json"
    assert cli("instruments", "schema", "--output", str(path)).code == 0
    assert json.loads(path.read_text())["$ref"] == "#/$defs/InstrumentFile"
    assert cli("instruments", "schema", "--output", str(path)).code == 2
