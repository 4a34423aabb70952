"""What chance alone would do: exact tests of whether items moved up or down more than noise."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import comb

CHANCE_LIMIT = Fraction(1, 20)
"""What chance does less often than this is a direction, or a clear change."""


def sign_test(up: int, down: int) -> Fraction:
    """Return the exact two-sided sign test of `up` against `down`; 1 when there is nothing to go by.

    The binomial test with p = 1/2, ties left out (Dixon and Mood, 1946).
    """
    count = up + down
    tail = sum(comb(count, k) for k in range(min(up, down) + 1))
    return min(Fraction(1), Fraction(2 * tail, 2**count))


def sign_flip_test(steps: Iterable[int]) -> Fraction:
    """Return how often the sum of steps would be as far from 0, were each step as likely to go up as down.

    The exact two-sided randomization test for pairs (Fisher, The Design of Experiments, 1935, section 21), by counting
    the sums of all 2^n ways to give the n steps a sign. Steps of 0 say nothing. Fewer than six steps can never get
    below 1/20: even 5 of 5 upwards happen twice in 32 times.
    """
    moves = [step for step in steps if step]
    sizes = [abs(step) for step in moves]
    # the sum is total - 2 * (what goes down), so it is enough to count the ways to make each part that goes down
    ways = [1]
    for size in sizes:
        ways = [stay + flip for stay, flip in zip([*ways, *[0] * size], [*[0] * size, *ways], strict=True)]
    total, here = sum(sizes), abs(sum(moves))
    as_far = sum(count for down, count in enumerate(ways) if abs(total - 2 * down) >= here)
    return Fraction(as_far, 2 ** len(sizes))


FEWEST_MOVED = 6
"""So many items must have moved before sign_flip_test() can be below CHANCE_LIMIT."""
