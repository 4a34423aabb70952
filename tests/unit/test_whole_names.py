"""Names of domains and foci stand whole in tables of 80 columns, where there is room."""

from __future__ import annotations

from msgspec import structs

from reflect_tui.analysis.diff import diff
from reflect_tui.analysis.summary import summarize
from reflect_tui.model.instrument import Instrument
from reflect_tui.views.diff import render_groups
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_bars
from tests.unit.examples import ITEMS, session, small


def titled(*titles: str) -> Instrument:
    """The small instrument, its domains with these titles."""
    domains = zip(small().domains, titles, strict=True)
    return structs.replace(
        small(), domains=tuple(structs.replace(one, title=title, short="") for one, title in domains)
    )


def test_the_name_of_a_focus_is_not_broken_beside_short_titles() -> None:
    content = titled("Look", "Do", "Join")
    change = diff(content, session(dict.fromkeys(ITEMS, 2)), session(dict.fromkeys(ITEMS, 3), days=90))
    text = plain(render_groups(content, change, 78, "focus", "domain"))
    assert "Knowledge" in text


def test_a_title_of_nineteen_signs_stands_whole_beside_its_bar() -> None:
    content = titled("Rust en coëfficiënt", "Do", "Join")
    text = plain(render_bars(content, summarize(content, session(dict.fromkeys(ITEMS, 3)).scores), {}, 79, "domain"))
    assert "Rust en coëfficiënt " in text


def test_a_long_heading_hides_no_name_of_a_column() -> None:
    content = titled("Look", "Do", "Join")
    change = diff(content, session(dict.fromkeys(ITEMS, 2)), session(dict.fromkeys(ITEMS, 4), days=90))
    rows = plain(render_groups(content, change, 78, "focus", "crossing")).splitlines()
    assert any(row.split()[:3] == ["before", "now", "change"] for row in rows)
