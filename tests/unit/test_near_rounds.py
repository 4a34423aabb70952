"""A round that asks almost the same people as another: both sets of figures, subtracted, would tell what one said."""

from __future__ import annotations

import pytest
from msgspec import structs

from reflect_tui.model.round import Invited, Round, token_digest
from reflect_tui.views.rounds import near_warning
from tests.unit.round_examples import example_round

BEFORE = example_round(("colleague",) * 4)


def asked(*labels: str) -> Round:
    people = tuple(Invited(role="colleague", label=name, token=token_digest(f"new {name}")) for name in labels)
    return structs.replace(BEFORE, id="2026-12-23-others-aaaaaa", invited=people)


NAMES = [one.label for one in BEFORE.invited]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (NAMES[:3], "by 1 person: whoever sees both can work out what that one answered."),
        ([*NAMES, "Mo"], "by 1 person: whoever sees both can work out what that one answered."),
        ([*NAMES[:3], "Mo"], "by 2 people: whoever sees both can work out what these answered together."),
        (NAMES, ""),
        (["Mo", "Jo", "Bo"], ""),
        (NAMES[:2], ""),  # too few to be told at all
    ],
)
def test_a_group_of_almost_the_same_people_is_warned_of(labels: list[str], said: str) -> None:
    found = near_warning(asked(*labels), [BEFORE])
    assert found.endswith(said)
    assert bool(found) == bool(said)


def test_named_or_withdrawn_rounds_and_the_round_itself_tell_no_difference() -> None:
    new = asked(*NAMES[:3])
    assert near_warning(new, [new]) == ""
    assert near_warning(new, [structs.replace(BEFORE, promise="named")]) == ""
    assert near_warning(new, [structs.replace(BEFORE, state="withdrawn")]) == ""
