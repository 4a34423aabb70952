"""What `compare --json` calls high or not high rests on exact sums, never on the rounded means beside it."""

from __future__ import annotations

from typing import Any

from reflect_tui.model.round import Promise
from tests.unit.cli_examples import Cli
from tests.unit.feedback_examples import Feedback, every
from tests.unit.test_cli_compare import kept


def compared(cli: Cli, manager: int, colleagues: tuple[int, ...], promise: Promise) -> dict[str, Any]:
    found = Feedback(every(4))
    found.give("manager", [every(manager)], mark="000001", promise=promise)
    found.give("colleague", [every(score) for score in colleagues], mark="000002", promise=promise)
    kept(cli, found)
    shape: dict[str, Any] = cli.json("compare")
    return shape


def test_a_manager_with_3_and_colleagues_with_2_4_and_4_are_high_together_and_the_groups_differ(cli: Cli) -> None:
    shape = compared(cli, 3, (2, 4, 4), "named")  # (3 + 10/3) / 2 is 3 1/6, above 3
    for row in (*shape["domains"], *shape["items"]):
        assert row["others"] == {"mean": 3.17, "verdict": "high", "divided": True}


def test_in_confidence_a_total_has_the_verdict_of_its_exact_sum_and_a_level_has_none_that_rounding_decides(
    cli: Cli,
) -> None:
    shape = compared(cli, 3, (2, 4, 4), "confidential")
    looking = shape["domains"][0]
    assert [(group["role"], group["mean"], group["bound"]) for group in looking["groups"]] == [
        ("manager", 3.0, None), ("colleague", 3.33, None),
    ]  # fmt: skip
    assert looking["others"] == {"mean": 3.17, "verdict": "high", "divided": True}
    for item in shape["items"]:  # told as about 3, which may be 2.67 or 3.33: the 3.00 beside it decides nothing
        assert item["groups"][1]["bound"] == "about"
        assert item["others"] == {"mean": 3.0, "verdict": None, "divided": False}


def test_a_high_mean_of_groups_that_disagree_says_that_they_do(cli: Cli) -> None:
    looking = compared(cli, 4, (2, 3, 3), "confidential")["domains"][0]  # 4.00 and 2.67
    assert looking["others"] == {"mean": 3.33, "verdict": "high", "divided": True}


def test_groups_that_agree_are_not_divided(cli: Cli) -> None:
    looking = compared(cli, 3, (3, 3, 2), "named")["domains"][0]
    assert looking["others"] == {"mean": 2.83, "verdict": "not high", "divided": False}
