"""Words are set as the tables of widths set them, also where counting letters is enough."""

from __future__ import annotations

import re

import wcwidth
from hypothesis import assume, given
from hypothesis import strategies as st

from reflect_tui.store.erasing import Erased
from reflect_tui.views import lines
from reflect_tui.views.keeping import render_erased
from tests.unit.examples import quick

words = st.text("abé’…-1→", min_size=1, max_size=9)


@quick
@given(st.lists(words, min_size=1, max_size=12).map(" ".join), st.integers(1, 30))
def test_simple_words_are_wrapped_as_all_others(text: str, columns: int) -> None:
    assume(not re.search(lines._TOGETHER, text))
    wrapped = lines.wrap(text, columns)
    assert wrapped == wcwidth.wrap(text, columns, break_on_hyphens=False)
    assert all(len(row) <= columns for row in wrapped)


def test_a_range_stays_on_one_line_that_has_room_for_it() -> None:
    assert lines.wrap("b 1 aa 1", 6) == ["b", "1 aa 1"]
    assert lines.wrap("b 1 aa 1", 5) == ["b 1", "aa 1"]
    assert lines.wrap("1 aa 1", 1) == ["1", "a", "a", "1"]


def test_a_text_that_takes_counting_is_left_to_the_tables() -> None:
    for text in ("日本 語", "two  blanks", " before", "a_word_of_twenty_letters", ""):
        assert lines.wrap(text, 8) == (wcwidth.wrap(text, 8, break_on_hyphens=False) or [""])


def test_a_long_part_of_a_list_goes_on_below_its_text() -> None:
    rows = [row.text for row in render_erased(Erased(erased=()), ["the copy of this journal on the other device"], 24)]
    assert rows[-4:-1] == ["  - the copy of this", "    journal on the other", "    device"]
