"""A row of digits from paper, and a round as it is typed: every slip is said, nothing is guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui.forms import fields as round_form
from reflect_tui.forms import paper
from reflect_tui.model import instrument
from reflect_tui.tui.screens.import_files import complete_path
from tests.unit.examples import quick
from tests.unit.round_examples import CONTENT

ITEMS = CONTENT.domains[1].items
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "scores"),
    [("34213", (3, 4, 2, 1, 3)), ("3 4, 2|1/3", (3, 4, 2, 1, 3)), ("0-.43", ("n/a", "n/a", None, 4, 3))],
)
def test_a_whole_row_is_read(text: str, scores: tuple[object, ...]) -> None:
    assert paper.parse_score_row(text, ITEMS, CONTENT.scale) == paper.ParsedRow(scores)  # type: ignore[arg-type] # as listed


@pytest.mark.parametrize(
    ("text", "fault"),
    [("34", "3 more to come."), ("342134", "1 too many."), ("35", "5 is no score"), ("3x", "x is no score")],
)
def test_a_row_that_is_not_whole_says_why(text: str, fault: str) -> None:
    assert paper.parse_score_row(text, ITEMS, CONTENT.scale).fault.startswith(fault)


@quick
@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    row = paper.parse_score_row(text, ITEMS, CONTENT.scale)
    assert row.fault or len(row.scores) == len(ITEMS)


def test_a_round_is_read_with_its_labels() -> None:
    fields = round_form.new_round_fields(TODAY) | {
        "about": " Noor ",
        "manager": "Bo",
        "colleague": "Ann, Bea ,, Cy\x1b[2J",
    }
    read = round_form.parse_round(fields, TODAY)
    assert not read.faults
    assert read.about == "Noor"
    assert read.asked == (("manager", "Bo"), ("colleague", "Ann"), ("colleague", "Bea"), ("colleague", "Cy[2J"))
    assert read.closes == date(2026, 12, 14)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "colleague"),
        ({"colleague": ",".join("x" * 101)}, "colleague"),
        ({"manager": "x" * 101}, "manager"),
        ({"manager": "Bo", "about": "x" * 101}, "about"),
        ({"manager": "Bo", "closes": "soon"}, "closes"),
        ({"manager": "Bo", "closes": ""}, "closes"),
        ({"manager": "Bo", "closes": "2026-11-22"}, "closes"),
    ],
)
def test_what_is_wrong_in_the_form_of_a_round_is_named(fields: dict[str, str], wrong: str) -> None:
    assert wrong in round_form.parse_round(round_form.new_round_fields(TODAY) | fields, TODAY).faults


def test_a_guest_reads_whole_sentences_about_someone() -> None:
    told = instrument.about_person(CONTENT, "noor")
    assert told.digest == CONTENT.digest
    assert [item.id for item in told.items] == [item.id for item in CONTENT.items]
    for item in told.items:
        assert told.sentence(item) == item.text
        assert "{name}" not in item.text
        assert item.text[0].isupper()


def test_a_path_is_completed_as_far_as_it_is_certain(tmp_path: Path) -> None:
    for name in ("answers", "answers/more", ".hidden"):
        (tmp_path / name).mkdir()
    for name in ("answer-1.toml", "notes.txt", "odd\x1b.toml"):
        (tmp_path / name).touch()
    assert complete_path(f"{tmp_path}/an") == (f"{tmp_path}/answer", ["answer-1.toml", "answers/"])
    assert complete_path(f"{tmp_path}/answers") == (f"{tmp_path}/answers/", ["answers/"])
    assert complete_path(f"{tmp_path}/zzz") == (f"{tmp_path}/zzz", [])
    assert complete_path(f"{tmp_path}/none/x") == (f"{tmp_path}/none/x", [])
    assert complete_path(f"{tmp_path}/.h") == (f"{tmp_path}/.hidden/", [".hidden/"])
