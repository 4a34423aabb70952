"""The document about a team: what the page tells, in every form, and nothing of what is still open."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.store.team_folder import TeamFolder
from reflect_tui.usecases import team as usecases
from reflect_tui.usecases.export import DocumentFormat
from reflect_tui.views.lines import plain
from reflect_tui.views.team import render_team
from tests.unit import examples
from tests.unit.test_team_rules import TODAY, closed, share


@pytest.fixture
def folder(tmp_path: Path) -> TeamFolder:
    """Give a team with two closed periods and one that is open."""
    made = TeamFolder(tmp_path / "team")
    made.create(usecases.new_team(examples.small(), "north", 5), tomli_w.dumps(examples.document()).encode())
    made.close(closed("2026-Q2"))
    (figure,) = closed("2026-Q3").figures
    low = structs.replace(figure, id="doing", high=1, high_bound="at most", median=2.5)
    high = structs.replace(figure, high=5, high_bound="at least", median=3.75, median_bound="at least")
    made.close(structs.replace(closed("2026-Q3"), figures=(high, low)))
    for number in range(7):
        made.add(f"{number}.toml", share(number))
    return made


@pytest.mark.parametrize("form", ["md", "html"])
def test_the_document_tells_what_the_page_tells(folder: TeamFolder, form: DocumentFormat) -> None:
    page = usecases.team_page(folder.root, TODAY)
    text = " ".join(usecases.render_document(page, form).decode().split())
    for part in (
        "How the team is doing",
        "Going well",
        "General points",
        "By period",
        "at least 5 of 6",
        "at most 1 of 6",
    ):
        assert part in text
    assert "3.75 or more" in text
    assert "Together: not told, since not everyone scored it" in text
    assert "7 people" not in text
    assert text.index("Going well") < text.index("General points")


def test_the_page_draws_the_middle_half_the_median_and_the_threshold_of_each_domain(folder: TeamFolder) -> None:
    page = usecases.team_page(folder.root, TODAY)
    for columns in (80, 120):
        rows = plain(render_team(page, columns)).splitlines()
        (high,) = (row for row in rows if row.lstrip().startswith("Looking") and "┤" in row)
        (low,) = (row for row in rows if row.lstrip().startswith("Doing") and "┤" in row)
        scale = next(row for row in rows if row.endswith("1       2       3       4"))
        assert high.endswith("├       ·       ╋━━━━ ● ┤")  # told as 3.75 or more
        assert low.endswith("├       ·   ●   ╋━━━━   ┤")
        assert high.index("╋") == low.index("╋") == scale.index("3", scale.index("2   "))
        assert ("≥5 of 6   ≥3.75" if columns == 80 else "at least 5 of 6  3.75 or more") in high


def test_a_window_too_narrow_for_drawings_keeps_the_figures(folder: TeamFolder) -> None:
    text = plain(render_team(usecases.team_page(folder.root, TODAY), 50))
    assert "╋" not in text
    assert "3.00 – 3.50" in text


def test_what_is_to_be_done_stands_before_how_to_read_it(folder: TeamFolder) -> None:
    text = plain(render_team(usecases.team_page(folder.root, TODAY), 80))
    places = [text.index(part) for part in ("Going well", "By period", "Not told", "Still open", "How to read")]
    assert places == sorted(places)


def test_signs_that_no_figure_has_are_not_explained(folder: TeamFolder) -> None:
    page = usecases.team_page(folder.root, TODAY)
    plain_figures = tuple(
        structs.replace(each, high_bound="", median_bound="", median=3) for each in closed("x").figures
    )
    page = structs.replace(page, closed=(structs.replace(page.closed[0], figures=plain_figures),))
    text = plain(render_team(page, 80))
    assert "How to read" in text
    assert "At least" not in text
    assert "Nearer than" not in text


def test_a_new_team_says_what_to_do_first(tmp_path: Path) -> None:
    made = TeamFolder(tmp_path / "team")
    made.create(usecases.new_team(examples.small(), "north", 5), tomli_w.dumps(examples.document()).encode())
    text = " ".join(plain(render_team(usecases.team_page(made.root, TODAY), 80)).split())
    assert "Give everyone this code: north." in text
    assert "reflect-tui share --team north --output FILE" in text
    assert "How to read" not in text


def test_the_html_draws_the_same(folder: TeamFolder) -> None:
    text = usecases.render_document(usecases.team_page(folder.root, TODAY), "html").decode()
    assert text.count('<circle class="dot" cx=') == 2
    place = 100 * (3.75 - 1) / 3
    assert f'<circle class="dot" cx="{place}"' in text


def test_of_many_periods_the_newest_have_room_and_the_rest_is_pointed_to(folder: TeamFolder) -> None:
    page = usecases.team_page(folder.root, TODAY)
    many = tuple(
        structs.replace(page.closed[0], period=f"{year}-Q2", counted=f"{year}-Q2") for year in range(2015, 2027)
    )
    page = structs.replace(page, closed=many)
    text = plain(render_team(page, 80))
    assert "2026-Q2" in text
    assert "2015-Q2" not in text
    assert "There is room for the newest 4 only" in text
    document = usecases.render_document(page, "md").decode()
    assert "| Domain | 2022-Q2 | 2023-Q2 | 2024-Q2 | 2025-Q2 | 2026-Q2 |" in document


def test_the_trend_sets_the_periods_side_by_side(folder: TeamFolder) -> None:
    page = usecases.team_page(folder.root, TODAY)
    text = usecases.render_document(page, "md").decode()
    assert "| Domain | 2026-Q2 | 2026-Q3 |" in text
    assert "| Looking at what is there | 3.25 (4/6) | 3.75 or more (≥5/6) |" in text
    assert "| Doing | – | 2.50 (≤1/6) |" in text
