"""Many journals synced to one host of bare repositories at once lose nothing; 1,000 of them by hand: `make hosting`."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks import hosting


def test_twenty_journals_on_one_host_lose_nothing(tmp_path: Path) -> None:
    seen = hosting.hosted(tmp_path, 20, at_once=4)
    assert seen.wrong == ()
    assert seen.sessions == 5
