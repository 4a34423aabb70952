"""A comparison as data tells what `compare --json` tells, in every form, and nothing more."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.unit.cli_examples import Cli
from tests.unit.test_cli_compare import kept
from tests.unit.test_compare import by_hand


@pytest.fixture
def cli(cli: Cli) -> Cli:
    kept(cli, by_hand())
    return cli


def number(text: str) -> float | None:
    return float(text) if text else None


def rows_of(cli: Cli, *more: str) -> list[dict[str, str]]:
    done = cli("export", "--compare", *more)
    assert done.code == 0, done.err
    return list(csv.DictReader(io.StringIO(done.out)))


def test_every_row_of_the_table_has_the_figures_of_the_document(cli: Cli) -> None:
    shape = cli.json("compare")
    rows = {(row["along"], row["id"], row["group"]): row for row in rows_of(cli)}
    told = [
        (along, part, group)
        for along, name in (("domain", "domains"), ("focus", "focuses"), ("item", "items"))
        for part in shape[name]
        for group in (*part["groups"], *part["beside"])
    ]
    assert len(told) > 10
    for along, part, group in told:
        row = rows[along, part["id"], group["role"]]
        for key in ("mean", "sum", "scored", "lowest", "highest", "people"):
            assert number(row[key]) == group[key], (along, part["id"], key)
        assert (row["bound"] or None) == group["bound"]
        assert row["counts"] == ("yes" if group in part["groups"] else "no")
        own = group.get("own", part["own"])
        assert (number(row["own_mean"]), number(row["own_sum"])) == (own["mean"], own["sum"])
    for part in shape["domains"]:
        row = rows["domain", part["id"], "others"]
        others = part["others"] or {"mean": None, "verdict": None, "divided": False}
        assert (number(row["mean"]), row["verdict"] or None) == (others["mean"], others["verdict"])
        assert (number(row["gap"]), row["field"] or None) == (part["gap"], part["field"])
    assert len(rows) == len(told) + sum(len(shape[name]) for name in ("domains", "focuses", "items"))


def test_the_document_is_that_of_compare_and_has_comments_only_when_asked(cli: Cli) -> None:
    shape = cli.json("compare")
    comments = shape.pop("comments")
    assert json.loads(cli("export", "--compare", "--format", "json").out) == {"format": 1, **shape}
    whole = json.loads(cli("export", "--compare", "latest", "--format", "json", "--notes").out)
    assert whole["comments"] == comments


def test_a_dutch_excel_gets_semicolons_and_decimal_commas_and_a_schema(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "compared.csv"
    assert cli("export", "--compare", "--dialect", "excel-nl", "--output", str(path)).code == 0
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert next(row["mean"] for row in rows if row["group"] == "others") == "3,47"
    described = json.loads((tmp_path / "compared.schema.json").read_text())
    assert [field["name"] for field in described["fields"]] == list(rows[0])
    keys = [tuple(row[name] for name in described["primaryKey"]) for row in rows]
    assert len(keys) == len(set(keys))


def test_a_workbook_has_numbers(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "compared.xlsx"
    assert cli("export", "--compare", "--output", str(path)).code == 0
    sheet: Any = load_workbook(path)["comparison"]
    head, *rows = sheet.iter_rows(values_only=True)
    place = head.index("mean")
    means = [row[place] for row in rows if row[place] is not None]
    assert means
    assert all(isinstance(mean, int | float) for mean in means)


def test_what_makes_no_sense_is_refused_and_nothing_to_compare_gives_1(cli: Cli, tmp_path: Path) -> None:
    assert "no effect: --shape" in cli("export", "--compare", "--shape", "wide").err
    assert "as JSON only" in cli("export", "--compare", "--notes").err
    path = tmp_path / "none.csv"
    for entry in cli.journal.rounds.all():
        (cli.root / entry.path).unlink()
    done = cli("export", "--compare", "--output", str(path))
    assert (done.code, path.exists()) == (1, False)
    assert "no comparison to export" in done.err
