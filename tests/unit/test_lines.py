"""Lines of a page: where a text is broken, and where it never is."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui.views import lines
from reflect_tui.views.home import folded
from reflect_tui.views.lines import joined, width, wrap
from tests.unit.examples import quick

PATH = Path("/home/anna/.local/share/reflect-tui/journal/sessions/2026/2026-03-02T0915-self-1b9e00.toml")


FIGURES = ["2.87 (n=15)", "(4 people)", "3 to 4", "2 tot 4", "10 of 11"]


@pytest.mark.parametrize(
    "kept", ["19 Nov 2026", "7 december 2026", "p = 0.039", "p < 0,001", "■ 4 colleagues", *FIGURES]
)
@pytest.mark.parametrize("before", range(12))
def test_what_belongs_together_stays_on_one_line(kept: str, before: int) -> None:
    rows = wrap(f"{'x' * before} {kept} and more", 16)
    assert any(kept in row for row in rows)
    assert " ".join(" ".join(rows).split()) == f"{'x' * before} {kept} and more".strip()
    assert max(map(width, rows)) <= 16


@pytest.mark.parametrize("columns", range(14, 40))
def test_a_number_before_a_date_leaves_the_date_whole(columns: int) -> None:
    rows = wrap("from 2.73 on 1 Dec 2023 to 3.27 on 19 Nov 2026, in 10 sessions", columns)
    for date in ("1 Dec 2023", "19 Nov 2026"):
        assert any(date in row for row in rows)
    assert columns < 22 or len(rows) <= 4


def test_a_row_of_parts_is_broken_between_parts_only() -> None:
    assert joined(["one", "two three", "four"], 15) == ["one · two three", "four"]
    assert joined(["one", "two three", "four"], 14) == ["one", "two three", "four"]
    assert joined(["longer than that"], 4) == ["longer than that"]
    assert joined([], 4) == []


def test_what_is_too_long_for_a_line_is_broken_all_the_same() -> None:
    assert "".join(wrap("19 Nov 2026", 6)).replace(" ", "") == "19Nov2026"


@pytest.mark.parametrize("columns", [10, 30, 56, 76, 200])
def test_a_path_is_broken_between_its_folders(columns: int) -> None:
    rows = folded(PATH, columns)
    assert "".join(rows) == str(PATH)
    assert max(map(width, rows)) <= columns
    longest = max(len(part) for part in str(PATH).split("/")) + 1
    assert all(row.endswith("/") for row in rows[:-1]) or columns < longest


def test_a_path_in_a_sentence_is_broken_after_a_slash() -> None:
    text = "It is in /home/anna/Documents/parenting-support-2026-11-25.pdf. Notes are left out."
    first, second, third = wrap(text, 40)
    assert first == "It is in /home/anna/Documents/"
    assert second == "parenting-support-2026-11-25.pdf. Notes"
    assert third == "are left out."


@quick
@given(st.text("abc DE-–…,.é(1)▲●", max_size=90), st.integers(1, 40))
def test_plain_letters_are_broken_as_the_tables_of_widths_would(text: str, columns: int) -> None:
    lines._wrapped.cache_clear()
    simply = wrap(text, columns)
    lines._wrapped.cache_clear()
    with patch.object(lines, "_broken_simply", return_value=None):
        assert wrap(text, columns) == simply
