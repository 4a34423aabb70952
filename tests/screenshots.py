"""Draws the pictures of the README: the app itself, on the demo journal, at a fixed date."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from unittest import mock

from reflect_tui import demo, i18n
from reflect_tui.clock import Clock
from reflect_tui.git import plumbing
from reflect_tui.model import library
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui.app import ReflectApp
from tests.settling import settle

SIZE = (100, 30)
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=timezone(timedelta(hours=1)))
FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
PICTURES: dict[str, tuple[str, ...]] = {
    "home": (),
    "assessing": ("n", "enter", "escape", *"33432433340334", *"34333", *"334"),
    "results": ("enter",),
    "trends": ("t",),
    "diff": ("d",),
}
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def fixed_clock() -> Clock:
    """Give a clock that stands still, whose seconds go up by three a key."""
    seconds = itertools.count(step=3)
    return Clock(now=lambda: NOW, elapsed=lambda: float(next(seconds)), token=lambda: "4f2a9c")


def demo_journal(folder: Path, language: str) -> Journal:
    """Save the demo's sessions in a new journal."""
    journal = Journal(folder / "journal", folder / "state")
    journal.root.mkdir(mode=0o700)
    (journal.root / "journal.toml").write_text(f'format = 1\nid = "{"4f2a9c5e" * 4}"\n')
    with mock.patch.object(plumbing, "identity", _identity):
        demo.fill(journal, library.DEFAULT, NOW.date(), language)
        journal.record()
    return journal


def _identity(_name: str, _mail: str) -> dict[str, str]:
    """Sign every commit alike, so that their ids are the same wherever and whenever the pictures are drawn."""
    fields = {"NAME": "reflect-tui", "EMAIL": "reflect-tui@localhost", "DATE": f"@{int(NOW.timestamp())} +0100"}
    return {f"GIT_{role}_{field}": value for role in ("AUTHOR", "COMMITTER") for field, value in fields.items()}


async def picture(journal: Journal, keys: Sequence[str], size: tuple[int, int], theme: str = "reflect-dark") -> str:
    """Give the screen after some keys, as SVG without references to anything outside it."""
    app = ReflectApp(journal, Settings(theme=theme), fixed_clock())
    async with app.run_test(size=size) as pilot:
        await settle(app)
        for key in keys:
            await pilot.press(key)
            await settle(app)
        await pilot.pause()
        svg = app.export_screenshot(title="reflect-tui")
        app.exit()
    return _FONT_FACE.sub("", svg)


def main(language: str = "nl") -> None:
    """Draw them all."""
    i18n.use_language(language)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, keys in PICTURES.items():
        with tempfile.TemporaryDirectory() as folder:
            svg = asyncio.run(picture(demo_journal(Path(folder), language), keys, SIZE))
            (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    os.environ["COLORTERM"] = "truecolor"  # whatever the terminal they are drawn in
    main(*sys.argv[1:])
