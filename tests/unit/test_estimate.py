"""One's own pace tells how long the rest will take."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reflect_tui.usecases.filling import estimate_seconds


@pytest.mark.parametrize(
    ("pauses", "gaps", "seconds"),
    [
        ([], 10, None),
        ([2.0] * 4, 10, None),
        ([2.0] * 5, 10, 20.0),
        ([2.0] * 5, 0, 0.0),
        ([2.0] * 4 + [61.0], 10, None),
        ([2.0] * 5 + [61.0, 3600.0, -5.0], 10, 20.0),
        ([1.0, 2.0, 3.0, 50.0, 60.0], 2, 6.0),
        ([50.0] * 40 + [1.0] * 30, 1, 1.0),
        ([1.0] * 30 + [90.0] * 40, 1, 1.0),
    ],
)
def test_the_time_left_follows_from_ones_own_recent_pace(
    pauses: Sequence[float], gaps: int, seconds: float | None
) -> None:
    assert estimate_seconds(pauses, gaps) == seconds
