"""What a typed line means."""

from __future__ import annotations

import pytest

from reflect_tui.line_mode.commands import Command, Name, parse
from reflect_tui.model.session import Score
from tests.unit.examples import small

SCALE = small().scale


@pytest.mark.parametrize(
    ("line", "name", "words"),
    [
        ("", "again", ""), ("   ", "again", ""), ("x", "clear", ""), ("b", "back", ""), ("k", "back", ""),
        ("j", "on", ""), ("n", "next_gap", ""), ("N", "previous_gap", ""), ("[", "domain_back", ""),
        ("]", "domain_on", ""), ("/gezin", "find", "gezin"), ("/ two words", "find", "two words"),
        ("g 40", "go", "40"), ("g", "go", ""), ("e", "note", ""), ("e een tekst", "note", "een tekst"),
        ("p", "previous", ""), ("u", "undo", ""), ("u 3", "undo", "3"), ("r", "redo", ""), ("f", "review", ""),
        ("q", "quit", ""), ("?", "help", ""), ("l", "list", ""),
    ],
)  # fmt: skip
def test_letters_are_those_of_the_screens(line: str, name: Name, words: str) -> None:
    assert parse(line, SCALE) == Command(name, words)


@pytest.mark.parametrize(
    ("line", "scores"), [("3", (3,)), (" 4 ", (4,)), ("0", ("n/a",)), ("-", ("n/a",)), ("3342", (3, 3, 4, 2))]
)
def test_digits_of_the_scale_are_scores(line: str, scores: tuple[Score, ...]) -> None:
    assert parse(line, SCALE).scores == scores


@pytest.mark.parametrize("line", ["7", "40", "3345", "00", "303"])
def test_a_digit_off_the_scale_makes_none_of_the_line_a_score(line: str) -> None:
    assert parse(line, SCALE) == Command("off_scale", line)


@pytest.mark.parametrize(
    "line", ["gezin", "extra", "quit", "f now", "3 4", "3a", "-1", "٣", "²", "é", "xx", "ja", "--"]
)
def test_what_is_no_command_does_nothing(line: str) -> None:
    assert parse(line, SCALE) == Command("unknown", line)
