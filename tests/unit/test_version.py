"""The version is the one that the changelog and the tags name: `make release-check` says so when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui import __version__
from tests.release_check import version_faults

CHANGELOG = "## Unreleased\n\n## 0.2.0 - 2027-01-10\n\n## 0.1.0 - 2026-11-29\n"


@pytest.mark.parametrize(
    ("version", "tags", "tags_here", "fault"),
    [
        ("0.2.0", ["v0.1.0"], [], ""),  # before it is tagged
        ("0.2.0", ["v0.1.0", "v0.2.0"], ["v0.2.0"], ""),
        ("0.3.0.dev0", ["v0.1.0", "v0.2.0"], [], ""),
        ("0.3.0", [], [], "the newest dated section of CHANGELOG.md is not 0.3.0, the version"),
        ("0.1.0", [], [], "the newest dated section of CHANGELOG.md is not 0.1.0, the version"),
        ("0.2.0.dev0", [], [], "CHANGELOG.md has a dated section for 0.2.0, and the version is 0.2.0.dev0"),
        ("0.2.0", ["v0.2.0"], [], "v0.2.0 is the tag of another commit: set the next version"),
        ("0.2.0", ["v0.2.1"], ["v0.2.1"], "this commit is tagged v0.2.1, and the version is 0.2.0"),
    ],
)
def test_version_changelog_and_tags_tell_the_same(
    version: str, tags: list[str], tags_here: list[str], fault: str
) -> None:
    assert list(version_faults(version, CHANGELOG, tags, tags_here)) == ([fault] if fault else [])


def test_this_version_is_not_one_that_the_changelog_calls_older() -> None:
    changelog = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    assert list(version_faults(__version__, changelog, [], [])) == []
