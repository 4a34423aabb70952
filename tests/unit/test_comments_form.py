"""Comments typed over from paper: with a number to a statement, without one about everything."""

from __future__ import annotations

import pytest

from reflect_tui.forms.paper import ParsedComments, parse_comments

ITEMS = ("first", "second", "third")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ParsedComments()),
        ("2 listens well", ParsedComments({"second": "listens well"})),
        ("3. a\n1) b\n  3: c  ", ParsedComments({"third": "a\nc", "first": "b"})),
        ("Fine.\n\n2\nThanks", ParsedComments({}, "Fine.\n2\nThanks")),
        ("24/7 there", ParsedComments({}, "24/7 there")),
    ],
)
def test_a_line_belongs_to_the_statement_of_its_number_else_to_all(text: str, found: ParsedComments) -> None:
    assert parse_comments(text, ITEMS) == found
    assert parse_comments(text, ITEMS).count == len(found.notes) + bool(found.remark)


@pytest.mark.parametrize("number", ["0", "4", "999"])
def test_a_number_that_is_not_in_the_form_is_said(number: str) -> None:
    assert (
        parse_comments(f"1 a\n{number} b", ITEMS).fault
        == f"There is no statement {number} in this form: they go from 1 to 3."
    )


def test_nothing_that_a_terminal_obeys_comes_through() -> None:
    assert "\x1b" not in parse_comments("2 a\x1b]52;c;aGk=\x07", ITEMS).notes["second"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2 " + "a" * 20_001, "The comment on statement 2 is longer than 20000 characters; shorten it."),
        ("a" * 20_001, "What is about everything is longer than 20000 characters; shorten it."),
        ("2 " + "a" * 20_000, ""),
    ],
)
def test_a_comment_that_no_answer_can_hold_is_said(text: str, fault: str) -> None:
    assert parse_comments(text, ITEMS).fault == fault
