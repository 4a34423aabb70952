"""Where what an instrument file may say begins and ends: the last that is right, and the first that is a fault."""

from __future__ import annotations

from typing import Any

import pytest

from reflect_tui.model.instrument_faults import instrument_faults

SCALE: dict[str, Any] = {"points": [{"value": value} for value in range(1, 5)], "high_above": 3}


def places(*domains: dict[str, Any], scale: dict[str, Any] = SCALE, **more: object) -> list[str]:
    """Name the places of the faults of a file with these domains; what the shape asks for is left out."""
    numbered = [{"id": f"domain-{number}", **domain} for number, domain in enumerate(domains)]
    return [fault.place for fault in instrument_faults({"scale": scale, "domain": numbered, **more})]


def items(count: int, **more: object) -> list[dict[str, Any]]:
    return [{"id": f"item-{number}", **more} for number in range(count)]


@pytest.mark.parametrize(
    ("groups", "faults"),
    [
        ("A", []), ("AABBC", []), ("ABA", [3]), ("ABBA", [4]), ("ABCB", [4]), ("ABAB", [3, 4]), ("ABCCCA", [6]),
        ("-A-", [1, 3]), ("---", []),
    ],
)  # fmt: skip
def test_domains_of_a_group_stand_together_and_all_have_one(groups: str, faults: list[int]) -> None:
    found = places(*({"group": group.strip("-")} for group in groups))
    assert found == [f"domain[{number}].group" for number in faults]


@pytest.mark.parametrize(
    ("threshold", "is_right"), [(0.99, False), (1, True), (3.99, True), (4, False), (True, True), ("3", True)]
)
def test_a_threshold_lies_on_the_scale_below_its_highest_point(threshold: object, is_right: bool) -> None:
    assert places(scale=SCALE | {"high_above": threshold}) == ([] if is_right else ["scale.high_above"])
    assert places({"high_above": threshold}) == ([] if is_right else ["domain[1].high_above"])


@pytest.mark.parametrize(("coverage", "is_right"), [(-0.01, False), (0, True), (1, True), (1.01, False)])
def test_the_coverage_is_from_none_to_all(coverage: float, is_right: bool) -> None:
    assert places(scale=SCALE | {"min_coverage": coverage}) == ([] if is_right else ["scale.min_coverage"])


@pytest.mark.parametrize(
    ("values", "is_right"), [((1,), False), ((1, 2), True), ((0, 1, 2), True), ((1, 3), False), ((2, 1), False)]
)
def test_a_scale_has_two_points_or_more_that_go_up_by_ones(values: tuple[int, ...], is_right: bool) -> None:
    scale = {"points": [{"value": value} for value in values], "high_above": values[0]}
    assert ("scale.points" not in places(scale=scale)) is is_right


@pytest.mark.parametrize(("target", "is_right"), [(0.99, False), (1, True), (4, True), (4.01, False)])
def test_a_target_lies_on_the_scale(target: float, is_right: bool) -> None:
    profile = [{"id": "first", "targets": {"domain-0": target}}]
    assert places({}, profile=profile) == ([] if is_right else ["profile[1].targets.domain-0"])


@pytest.mark.parametrize(
    ("score", "starts", "faults"),
    [
        ("mean", (1, 4), []), ("mean", (1, 4.01), [2]), ("mean", (1, 1), [2]), ("mean", (0.5, 2), [1]),
        ("mean", (1, 2, 2), [3]), ("mean", (1, 3, 2, 4), [3]),
        ("sum", (3, 12), []), ("sum", (3, 13), [2]), ("sum", (2, 4), [1]), ("sum", (1, 4), [1]),
    ],
)  # fmt: skip
def test_bands_go_up_from_the_lowest_figure_to_the_highest(
    score: str, starts: tuple[float, ...], faults: list[int]
) -> None:
    bands = [{"from": start} for start in starts]
    found = places({"item": items(3), "score": score, "band": bands})
    assert found == [f"domain[1].band[{number}].from" for number in faults]


@pytest.mark.parametrize(("count", "is_right"), [(0, True), (1, False), (3, False), (4, True), (5, False)])
def test_there_is_a_level_for_every_point_or_none(count: int, is_right: bool) -> None:
    found = places({"item": items(2, levels=["x"] * count)})
    assert found == ([] if is_right else ["domain[1].item[1].levels", "domain[1].item[2].levels"])


def test_a_row_of_statements_continues_at_most_eight_times() -> None:
    row = [{"id": "item-0"}, *({"id": f"item-{number}", "under": f"item-{number - 1}"} for number in range(1, 10))]
    assert places({"item": row[:9]}) == []
    assert places({"item": row}) == ["domain[1].item[10].under"]
    assert places({"item": row[:1]}, {"item": [{"id": "other", "under": "item-0"}]}) == ["domain[2].item[1].under"]


def test_a_focus_is_of_one_direction_and_its_id_of_no_domain() -> None:
    higher, lower = {"item": items(1, focus="skill")}, {"better": "lower", "item": [{"id": "x", "focus": "skill"}]}
    assert places(higher, lower) == ["domain[2].item[1].focus"]
    assert places(lower) == places(higher) == []
    assert places({"id": "skill"}, higher | {"id": "doing"}) == ["domain[1].id"]
