"""The screens of the demo journal, the larger half, in a file of its own: files are what runs side by side."""

from __future__ import annotations

import pytest

from tests.snapshots import goldens
from tests.snapshots.goldens import RUNS


@pytest.mark.parametrize(("kind", "size", "language"), [run for run in RUNS if run[0] == "demo"])
async def test_every_screen_of_the_demo_looks_as_it_did(kind: str, size: tuple[int, int], language: str) -> None:
    assert not await goldens.changes(kind, size, language)
