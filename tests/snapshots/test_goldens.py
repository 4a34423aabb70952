"""Every screen looks as it did when someone looked at it; `make goldens` takes over what is meant to be new."""

from __future__ import annotations

import re

import pytest
from coloraide import Color

from reflect_tui.tui.theme import LINE_CONTRAST, TEXT_CONTRAST
from tests.snapshots import goldens
from tests.snapshots.goldens import NAMES, PALETTE, RUNS, USUAL, Palette, Run
from tests.snapshots.visits import SIZES, TINY, VISITS

BEHIND = frozenset(
    [
        "question",
        "message",
        "new",
        "note",
        "find",
        "palette",
        "settings-text",
        "diff-empty",
        "diff-one",
        "trends-one",
        "outside",
        "event-new",
        "take-along",
        "goal-form",
        "goal-domain",
        "look-back",
        "look-back-note",
        "agenda-empty",
        "agenda-own",
        "amend",
        "compare-empty",
        "import-path",
        "quit",
        "round-close",
        "round-form",
        "round-form-faults",
        "round-form-leave",
        "round-forms",
        "round-items",
        "round-language",
        "round-paper",
        "round-paper-row",
        "round-promise",
        "round-reminder",
        "round-sure",
        "round-withdraw",
        "take-along-empty",
        "talk-sign",
    ]
)
"""Where a screen shows dimmed behind a window: what is dimmed is not for reading."""

SIGNS = re.compile(r"[^\w\s]")


def marks(run: Run) -> list[pytest.MarkDecorator]:
    """Leave every size but one out of the usual run, and one language out of the quick one."""
    if run.size != USUAL:
        return [pytest.mark.sizes]
    return [] if run.language == "en" else [pytest.mark.slow]


@pytest.mark.parametrize("run", [pytest.param(run, marks=marks(run), id=f"{run.kind}-{run.folder}") for run in RUNS])
async def test_every_screen_looks_as_it_did(run: Run) -> None:
    changes = await goldens.changes(run)
    if changes:
        pytest.fail(changes, pytrace=False)


def test_there_is_no_golden_file_that_nothing_draws() -> None:
    drawn = {(run.folder, visit.name) for run in RUNS for visit in VISITS[run.kind]}
    assert {(path.parent.name, path.stem) for path in goldens.known_files()} == drawn


@pytest.mark.parametrize("size", [*SIZES, TINY])
def test_no_row_is_wider_than_the_screen_and_none_is_missing(size: tuple[int, int]) -> None:
    for path in goldens.known_files():
        if path.parent.name.endswith(f"{size[0]}x{size[1]}"):
            for part in path.read_text(encoding="utf-8").split("=== ")[1:]:
                rows = part.split("\n--- looks\n")[0].split("\n")[1:]
                assert len(rows) == size[1], path
                assert max(map(len, rows)) <= size[0], path


def test_every_text_on_every_screen_can_be_read() -> None:
    """Look at the very cells: letters need more contrast with their ground than lines and signs do."""
    looks = {letter: look for look, letter in Palette(PALETTE.read_text(encoding="utf-8")).letters.items()}
    seen: dict[str, set[bool]] = {}
    for path in goldens.known_files():
        if path.stem in BEHIND:
            continue
        for part in path.read_text(encoding="utf-8").split("=== ")[1:]:
            texts, letters = (block.split("\n") for block in part.split("\n--- looks\n"))
            for text, row in zip(texts[1:], letters, strict=False):
                for glyph, letter in zip(text, row + row[-1:] * len(text), strict=False):
                    if not glyph.isspace():
                        seen.setdefault(letter, set()).add(not SIGNS.match(glyph))
    weak = [
        f"{look} in {name}"
        for letter, kinds in seen.items()
        for name, look in zip(NAMES[:2], looks[letter], strict=False)
        if look and _contrast(look) < (TEXT_CONTRAST if True in kinds else LINE_CONTRAST)
    ]
    assert len(seen) > 10
    assert weak == []


def _contrast(look: str) -> float:
    front, ground = look.split(" on ")
    return Color(front).contrast(ground.split(" ")[0], method="wcag21")


def test_in_mono_nothing_has_a_colour_of_its_own() -> None:
    """A cursor that is black on white, turned round, is not seen on black."""
    looks = [line.rpartition("|")[2] for line in PALETTE.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    words = {word for look in looks for word in look.split()}
    assert {"reverse", "underline", "bold"} <= words
    assert words <= {"default", "on", "bold", "dim", "reverse", "underline", "italic"}
