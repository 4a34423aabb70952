"""Golden pictures of every screen, as text that a person can review: `make goldens` writes them.

A file holds one screen at one size: what is read, and below it one letter a cell for how it looks. The page
`palette.txt` says what each letter is in our three themes, so a changed colour is one changed line.
"""

from __future__ import annotations

import asyncio
import difflib
import itertools
import string
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest
from textual.command import CommandPalette
from textual.pilot import Pilot

from reflect_tui import i18n
from reflect_tui.report import pdf
from reflect_tui.tui.app import ReflectApp
from reflect_tui.tui.theme import THEMES
from tests.settling import settle, swift_keys
from tests.snapshots.grid import Grid, capture
from tests.snapshots.journals import journal_of
from tests.snapshots.visits import SIZES, TINY, VISITS, go, opened, still

FOLDER = Path(__file__).parent / "pictures"
PALETTE = FOLDER / "palette.txt"
GREEK, CYRILLIC, ACCENTED = "αβγδεζηθικλμνξοπρστυφχψω", "бгджзийлфцчшщыэюя", "àâäçèéêëîïôöùûü"
ARMENIAN = "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ"
LETTERS = string.ascii_letters + string.digits + GREEK + CYRILLIC + ACCENTED + ARMENIAN
NAMES = tuple(theme.name.removeprefix("reflect-") for theme in THEMES)
Look = tuple[str, ...]
"""How a cell looks in each theme; "" where the theme has a picture of its own."""

NARROW = (60, 20)
KINDS = [kind for kind in VISITS if kind != "tiny"]


class Run(NamedTuple):
    """A kind of journal, a language and a size of window, in which all screens of that kind are visited."""

    kind: str
    language: str
    size: tuple[int, int]

    @property
    def folder(self) -> str:
        """Return the name of the folder with its pictures."""
        return f"{self.language}-{self.size[0]}x{self.size[1]}"


USUAL = (80, 24)
RUNS = [
    *(Run(kind, "en", size) for kind in KINDS for size in SIZES),
    *(Run(kind, "nl", size) for kind in KINDS for size in (NARROW, USUAL)),
    Run("tiny", "en", TINY),
]


class Palette:
    """The letters of the looks, as committed; new ones get the next free letter."""

    def __init__(self, text: str = "") -> None:
        """Read a palette."""
        rows = (row.split("  ", maxsplit=1) for row in text.splitlines() if not row.startswith("#"))
        self.letters = {tuple(part.strip() for part in looks.split("|")): letter for letter, looks in rows}
        self.used: set[Look] = set()

    def letter(self, look: Look) -> str:
        """Give the letter of a look."""
        self.used.add(look)
        if look not in self.letters:
            taken = set(self.letters.values())
            self.letters[look] = next(letter for letter in LETTERS if letter not in taken)
        return self.letters[look]

    def text(self) -> str:
        """Write the looks that are used, as a page."""
        head = f"# letter, then how it looks in: {' | '.join(NAMES)}\n"
        rows = sorted((LETTERS.index(self.letters[look]), look) for look in self.used)
        return head + "".join(f"{LETTERS[number]}  {' | '.join(look)}\n" for number, look in rows)


def page(shots: Mapping[str, Grid], palette: Palette) -> str:
    """Write one screen: themes with the same text share it."""
    parts: list[str] = []
    for texts in dict.fromkeys(grid.texts for grid in shots.values()):
        there = {name: grid for name, grid in shots.items() if grid.texts == texts}
        parts += [f"=== {', '.join(there)}", *texts, "--- looks"]
        for row in range(len(texts)):
            cells = zip(
                *(there[name].styles[row] if name in there else itertools.repeat("") for name in NAMES), strict=False
            )
            parts.append(_runs("".join(palette.letter(look) for look in cells)))
    return "\n".join(parts) + "\n"


def _runs(letters: str) -> str:
    """Leave out what the end of a row repeats."""
    return letters.rstrip(letters[-1]) + letters[-1] if letters else ""


def themes(language: str, size: tuple[int, int]) -> tuple[str, ...]:
    """Name the themes that are drawn: of the longest words in the least room the first alone, for time's sake."""
    return NAMES[:1] if (language, size) == ("nl", NARROW) else NAMES


async def _drawn(run: Run) -> dict[str, dict[str, Grid]]:
    """Visit every screen of a kind of journal in all themes."""
    kind, language, size = run
    found: dict[str, dict[str, Grid]] = {}
    # the same pictures with and without the library that sets PDF
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(pdf, "is_available", return_value=True):
        async with opened(journal_of(kind, Path(folder), language), size) as (app, pilot):
            for visit in VISITS[kind]:
                await go(app, pilot, visit)
                found[visit.name] = {}
                first, *others = themes(language, size)
                for name in (*others, first):  # the first one last: on it the next visit begins
                    await _turn(app, pilot, f"reflect-{name}")
                    found[visit.name][name] = capture(app)
    return found


async def _turn(app: ReflectApp, pilot: Pilot[None], theme: str) -> None:
    """Show the screen in front in a theme; Textual's palette has the colours it opened with, so it opens anew."""
    palette = isinstance(app.screen, CommandPalette)
    if palette:
        await pilot.press("escape")
    app.theme = theme
    await settle(app)
    if palette:
        await pilot.press("ctrl+p")
        await settle(app)
        await still(app, pilot)


async def pages(runs: Sequence[Run], palette: Palette) -> dict[Path, str]:
    """Draw the golden files of runs in one language, side by side."""
    i18n.use_language(runs[0].language)
    with swift_keys():
        drawn = await asyncio.gather(*(_drawn(run) for run in runs))
    return {
        FOLDER / run.folder / f"{visit}.txt": page({name: shots[name] for name in NAMES if name in shots}, palette)
        for run, visits in zip(runs, drawn, strict=True)
        for visit, shots in visits.items()
    }


async def changes(run: Run) -> str:
    """Draw a run anew and say which screens look otherwise than their golden files, and how; "" when none does."""
    palette = Palette(PALETTE.read_text(encoding="utf-8"))
    known = set(palette.letters.values())
    made = await pages([run], palette)
    differences = {path.stem: text for path, now in made.items() if (text := difference(path, now))}
    if not differences:
        return ""
    new = [f"{letter}  {' | '.join(look)}" for look, letter in palette.letters.items() if letter not in known]
    return "\n".join(
        [
            f"{run.folder}: {', '.join(differences)} (if that is meant: make goldens)",
            *differences.values(),
            *(["new looks:", *new] if new else []),
        ]
    )


def difference(path: Path, now: str) -> str:
    """Say what changed in a golden file; "" when nothing did."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    name = str(path.relative_to(FOLDER))
    return "\n".join(difflib.unified_diff(before.splitlines(), now.splitlines(), name, f"{name} now", "", "", 2, ""))


def known_files() -> Iterator[Path]:
    """List the golden files there are."""
    return FOLDER.glob("*/*.txt")


def main() -> None:
    """Write them all, and remove what is no longer drawn."""
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as surroundings:
        surroundings.setenv("HOME", home)  # as in the tests: nothing of this computer's user is in a picture
        _write()


def _write() -> None:
    palette = Palette(PALETTE.read_text(encoding="utf-8") if PALETTE.exists() else "")
    made: dict[Path, str] = {}
    for _kind, runs in itertools.groupby(RUNS, lambda run: (run.kind, run.language)):
        made |= asyncio.run(pages([*runs], palette))
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in set(known_files()) - made.keys():
        path.unlink()
    PALETTE.write_text(palette.text(), encoding="utf-8")


if __name__ == "__main__":
    main()
