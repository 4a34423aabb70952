"""The document about a team: what the page tells, in every form, and nothing of what is still open."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.store.team_folder import TeamFolder
from reflect_tui.usecases import team as usecases
from reflect_tui.usecases.export import DocumentFormat
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


def test_the_trend_sets_the_periods_side_by_side(folder: TeamFolder) -> None:
    page = usecases.team_page(folder.root, TODAY)
    text = usecases.render_document(page, "md").decode()
    assert "| Domain | 2026-Q2 | 2026-Q3 |" in text
    assert "| Looking at what is there | 3.25 (4/6) | 3.75 or more (≥5/6) |" in text
    assert "| Doing | – | 2.50 (≤1/6) |" in text
