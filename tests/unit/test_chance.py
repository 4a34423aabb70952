from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui.analysis.change import CHANCE_LIMIT, FEWEST_MOVED, sign_flip_test, sign_test
from reflect_tui.analysis.diff import diff
from tests.unit.examples import quick, session, small

steps = st.lists(st.integers(-3, 3), max_size=12)


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([], 1),
        ([0, 0], 1),
        ([2], 1),
        ([1] * 5, Fraction(2, 32)),
        ([1] * 6, Fraction(2, 64)),
        ([1, 1, 1, 1, 1, -1], Fraction(14, 64)),
        ([3, -1], 1),
    ],
)
def test_small_cases_worked_out_by_hand(moves: list[int], expected: Fraction | int) -> None:
    assert sign_flip_test(moves) == expected


@quick
@given(st.lists(st.integers(-3, 3), max_size=9))
def test_the_flip_test_counts_every_way_to_turn_the_signs(moves: list[int]) -> None:
    sums = [abs(sum(turned)) for turned in product(*((move, -move) for move in moves))]
    assert sign_flip_test(moves) == Fraction(sum(one >= abs(sum(moves)) for one in sums), len(sums))


@quick
@given(steps)
def test_the_flip_test_is_a_probability_the_same_in_any_order_and_direction(moves: list[int]) -> None:
    found = sign_flip_test(moves)
    assert 0 < found <= 1
    assert (
        found
        == sign_flip_test([-move for move in moves])
        == sign_flip_test(sorted(moves))
        == sign_flip_test([*moves, 0])
    )


@quick
@given(steps)
def test_fewer_than_six_moved_items_are_never_a_clear_change(moves: list[int]) -> None:
    if sum(move != 0 for move in moves) < FEWEST_MOVED:
        assert sign_flip_test(moves) >= CHANCE_LIMIT


def test_for_steps_of_one_it_is_the_sign_test() -> None:
    for up in range(9):
        for down in range(9):
            assert sign_flip_test([1] * up + [-1] * down) == sign_test(up, down)


def test_a_thousand_items_take_no_time_worth_counting() -> None:
    assert sign_flip_test([1, 2, 3] * 333) < CHANCE_LIMIT


def test_a_domain_moved_clearly_only_where_its_items_did() -> None:
    found = diff(small(), session({"calm": 1, "kind": 1, "signs": 1}), session({"calm": 4, "kind": 4, "signs": 4}))
    assert found.domains[0].delta == 3
    assert not found.domains[0].clear
    assert found.domains[0].moved == 3
    assert found.domains[0].chance == Fraction(1, 4)
