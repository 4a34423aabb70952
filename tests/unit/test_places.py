"""Faults of an instrument by line and id, with the word that was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli

from reflect_tui.errors import BadFileError
from reflect_tui.model import instrument, library
from reflect_tui.toml import formats, places
from tests.unit import examples
from tests.unit.cli_examples import Cli

TEXT = b'''# source = 1
format = 1
title = """
scale = 3
"""  # [[domain]]

[scale]
points = [
  { value = 1, label = "[no = 2" },  # {
  { value = 2, label = "}" }, { value = 3,
    label = 'x' },
]
high_above = 2

[[domain]]
id = "a"
"od.d" . part = 3
[[domain.item]]
id = "first"
[[domain.item]]
id = "second"
[ source ]
publisher = "x"
[[domain]]
[[domain.item]]
text = "y"
'''


def test_every_table_and_key_has_its_line() -> None:
    tomli.loads(TEXT.decode())
    assert places.lines(TEXT) == {
        "format": 2, "title": 3, "scale": 7, "scale.points": 8, "scale.points[1]": 9, "scale.points[2]": 10,
        "scale.points[3]": 10, "scale.high_above": 13, "domain[1]": 15, "domain[1].id": 16,
        "domain[1].od.d.part": 17, "domain[1].item[1]": 18, "domain[1].item[1].id": 19,
        "domain[1].item[2]": 20, "domain[1].item[2].id": 21, "source": 22, "source.publisher": 23,
        "domain[2]": 24, "domain[2].item[1]": 25, "domain[2].item[1].text": 26,
    }  # fmt: skip


def test_what_has_no_line_of_its_own_has_that_of_what_it_is_in() -> None:
    found = places.lines(TEXT)
    assert [
        places.nearest(found, place)
        for place in ("domain[1].item[2].text", "domain[1].item[9]", "scale.points[2].label", "domain", "none", "")
    ] == [20, 15, 10, 0, 0, 0]


@pytest.mark.parametrize("path", sorted(library.bundled_folder().glob("*.toml")), ids=lambda path: path.name)
def test_the_lines_of_what_is_shipped_say_what_stands_there(path: Path) -> None:
    data = path.read_bytes()
    rows = data.decode().split("\n")
    found = places.lines(data)
    for place, number in found.items():
        name = place.split("[")[0] if place.endswith("]") else place.rsplit(".", 1)[-1]
        assert name.split(".")[-1] in rows[number - 1] or rows[number - 1].lstrip().startswith("{"), place
    items = sum(len(domain.get("item", [])) for domain in tomli.loads(data.decode()).get("domain", []))
    assert sum(1 for place in found if place.endswith("]") and ".item[" in place) == items


def test_check_names_line_and_id_and_says_what_was_meant(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    text = formats.dumps(examples.document()).decode()
    path.write_text(text.replace("stem =", "stm =", 1).replace('focus = "skill"', 'focus = "skil"', 1))
    rows = path.read_text().splitlines()
    at = next(number for number, row in enumerate(rows, 1) if row.startswith("stm"))
    out = cli("instruments", "check", str(path)).out
    assert f"line {at}, domain[1].item[1].stm (calm): unknown key; did you mean stem?" in out
    assert "must be one of: attitude, knowledge, skill; did you mean skill?" in out


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "retird", "since": "1.2.0", "item": "x"}, "did you mean retired?"),
        ({"kind": "retired", "since": "1.2.0", "itm": "x"}, "unknown key; did you mean item?"),
        ({"kind": "swapped", "since": "1.2.0", "item": "x"}, "split"),
    ],
)
def test_kinds_and_keys_of_changes_are_guessed_where_they_are_close(change: dict[str, str], problem: str) -> None:
    content = examples.document() | {"change": [change]}
    with pytest.raises(BadFileError) as caught:
        instrument.parse(formats.dumps(content), "x.toml")
    assert any(fault.problem.endswith(problem) for fault in caught.value.faults)
