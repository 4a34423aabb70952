"""The list of sessions keeps its columns, whatever the titles are made of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reflect_tui.views import home
from reflect_tui.views.home import HomeRow
from reflect_tui.views.lines import width

TITLES = [
    "Parenting support",
    "日本語のとても長い題名でも列は動かない",
    "👩‍👩‍👧 👍🏽 ünï",
    "e\u0301" * 40,
    "שלום עולם",
    "\x1b[31m",
    "",
]


def row(title: str) -> HomeRow:
    return HomeRow(target=title, when=datetime(2026, 11, 23, 14, 5, tzinfo=UTC), title=title, answered=9, total=92)


@pytest.mark.parametrize("columns", [59, 79, 119])
def test_any_title_keeps_the_columns(columns: int) -> None:
    lines = home.render_rows([row(title) for title in TITLES], (), columns)
    assert {line.width for line in lines} == {lines[0].width}
    assert lines[0].width <= columns
    before = {width(line.text[: line.text.index("9/92")]) for line in lines}
    assert len(before) == 1


@pytest.mark.parametrize("columns", [59, 79, 119])
def test_the_head_stands_above_the_rows(columns: int) -> None:
    head = home.render_head(columns).text
    text = home.render_rows([row("x")], (), columns)[0].text
    assert head.index("Date") == text.index("23 Nov")
    assert head.index("Role") == text.index("self")
    assert head.index("Instrument") == text.index("x")
    assert head.rstrip().endswith("High")
    assert len(head.rstrip()) == len(text.rstrip())


def test_where_all_are_on_one_instrument_a_narrow_list_tells_the_time_of_day_instead() -> None:
    entries = [row("one"), row("one")]
    assert home.are_alike(entries)
    assert not home.are_alike([*entries, row("other")])
    head, *_rest = (
        home.render_head(59, alike=True).text,
        *(line.text for line in home.render_rows(entries, (), 59, alike=True)),
    )
    assert "Instrument" not in head
    assert "Answered" in head
    text = home.render_rows(entries, (), 59, alike=True)[0].text
    assert "23 Nov 2026 14:05" in text
    assert head.index("Role") == text.index("self")
    assert len(head.rstrip()) == len(text.rstrip())
    assert home.render_head(49, alike=True).text == home.render_head(49).text  # no room for it


@pytest.mark.parametrize("columns", [59, 79])
def test_a_filter_without_a_result_says_what_to_press(columns: int) -> None:
    text = " ".join(line.text.strip() for line in home.render_no_match("zzz", columns, {"back": "esc"}.__getitem__))
    assert text.strip() == 'No session has "zzz". esc shows them all again.'
