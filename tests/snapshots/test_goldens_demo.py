"""The screens of the demo journal, the larger half, in a file of its own: files are what runs side by side."""

from __future__ import annotations

import pytest

from tests.snapshots import goldens
from tests.snapshots.goldens import LARGE, RUNS, Run


@pytest.mark.parametrize("run", [run for run in RUNS if run[0] in LARGE], ids=str)
async def test_every_screen_of_the_demo_looks_as_it_did(run: Run) -> None:
    assert not await goldens.changes(run)
