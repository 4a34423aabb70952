"""What the app makes for the documentation is what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui import i18n
from tests import keys_page, screenshots


def test_the_page_of_keys_is_the_table_of_actions() -> None:
    assert keys_page.PATH.read_text(encoding="utf-8") == keys_page.page(), "run `make docs`"


@pytest.mark.parametrize("name", screenshots.PICTURES)
async def test_a_picture_of_the_readme_is_what_the_app_draws(name: str, tmp_path: Path) -> None:
    i18n.use_language("nl")
    journal = screenshots.demo_journal(tmp_path, "nl")
    drawn = await screenshots.picture(journal, screenshots.PICTURES[name], screenshots.SIZE)
    assert drawn == (screenshots.FOLDER / f"{name}.svg").read_text(encoding="utf-8"), "run `make docs`"
