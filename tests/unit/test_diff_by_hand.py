"""Comparisons worked out by hand, on paper, from the counting to the sign test: in one version and across two."""

from __future__ import annotations

from fractions import Fraction

import pytest
from msgspec import Struct

from reflect_tui.analysis.change import Crossing
from reflect_tui.analysis.diff import diff_across_versions
from reflect_tui.model.session import Score
from tests.unit.examples import session, small
from tests.unit.versions import later, newer


class Worked(Struct, frozen=True, kw_only=True):
    """Two sessions, and what a person with a pencil finds; `across` compares version 1.2.0 with 2.0.0."""

    name: str
    before: dict[str, Score]
    after: dict[str, Score]
    across: bool = False
    counts: tuple[int, int, int]
    chance: Fraction
    crossed: dict[str, Crossing] = {}


BY_HAND = (
    # 7 moved, 1 of them down: 2 * (C(7,0) + C(7,1)) / 2^7 = 2 * (1 + 7) / 128 = 1/8
    Worked(
        name="six up, one down",
        before={"calm": 1, "kind": 1, "signs": 1, "acts": 3, "tells": 3, "asks": 2, "gives": 4},
        after={"calm": 2, "kind": 2, "signs": 2, "acts": 4, "tells": 4, "asks": 3, "gives": 3},
        counts=(6, 1, 0),
        chance=Fraction(1, 8),
        crossed={"doing": "up"},  # 3, which is not high, to 4; the focus skill was high at 10/3 and is at 11/3
    ),
    # all 7 the same way: 2 * C(7,0) / 2^7 = 2/128 = 1/64
    Worked(
        name="all seven down",
        before={"calm": 2, "kind": 2, "signs": 2, "acts": 4, "tells": 3, "asks": 2, "gives": 2},
        after={"calm": 1, "kind": 1, "signs": 1, "acts": 3, "tells": 2, "asks": 1, "gives": 1},
        counts=(0, 7, 0),
        chance=Fraction(1, 64),
        crossed={"doing": "down"},  # 7/2 to 5/2; the focus skill goes from exactly 3, which is not high, to 2
    ),
    # n/a on either side takes no part: signs up, tells down, acts the same; 2 * (C(2,0) + C(2,1)) / 4 > 1, so 1
    Worked(
        name="n/a on one side",
        before={"calm": "n/a", "kind": 2, "signs": 2, "acts": 3, "tells": 4, "asks": "n/a"},
        after={"calm": 3, "kind": "n/a", "signs": 3, "acts": 3, "tells": 1, "asks": "n/a"},
        counts=(1, 1, 1),
        chance=Fraction(1),
        crossed={"doing": "down", "skill": "down"},  # both 7/2 to 2: skill is acts and tells here, gives has no score
    ),
    # shared are calm, kind (now warm), acts and tells, all up: 2 * C(4,0) / 2^4 = 1/8. Not: signs (its meaning
    # changed), asks (split), gives (retired), shares (added), however far they moved.
    Worked(
        name="renamed, split, retired and added",
        before={"calm": 1, "kind": 2, "signs": 4, "acts": 3, "tells": 3, "asks": 4, "gives": 4},
        after={"calm": 2, "warm": 3, "spots": 1, "acts": 4, "tells": 4, "asks-early": 1, "asks-late": 1, "shares": 1},
        across=True,
        counts=(4, 0, 0),
        chance=Fraction(1, 8),
        crossed={
            "doing": "up",
            "skill": "down",
        },  # of the whole sessions skill goes from 10/3 to 9/3, with gives and shares
    ),
)


@pytest.mark.parametrize("worked", BY_HAND, ids=lambda worked: worked.name)
def test_the_comparison_is_the_one_on_paper(worked: Worked) -> None:
    after = later(worked.after) if worked.across else session(worked.after, days=90)
    found = diff_across_versions(session(worked.before), small(), after, newer() if worked.across else small())
    assert found is not None
    change = found[1]
    assert (change.up, change.down, change.same) == worked.counts
    assert change.chance == worked.chance
    groups = (*change.domains, *change.focuses)
    assert {group.id: group.crossed for group in groups if group.crossed} == worked.crossed
    assert not any(group.clear for group in groups)  # fewer than six items of each moved: no clear change
