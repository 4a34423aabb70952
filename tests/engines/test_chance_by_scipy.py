"""The statistics of a comparison are those of scipy."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from scipy import stats

from reflect_tui.analysis.change import sign_flip_test, sign_test


@pytest.mark.parametrize("seed", range(25))
def test_both_tests_agree_with_scipy_on_random_scores(seed: int) -> None:
    chance = Random(seed)
    moves = [chance.randint(-3, 3) for _item in range(chance.randint(2, 12))]
    up, down = sum(move > 0 for move in moves), sum(move < 0 for move in moves)
    if up + down:
        assert float(sign_test(up, down)) == pytest.approx(stats.binomtest(up, up + down).pvalue)
    theirs = stats.permutation_test(
        (np.array(moves),), np.mean, permutation_type="samples", n_resamples=np.inf, vectorized=False
    )
    assert float(sign_flip_test(moves)) == pytest.approx(theirs.pvalue)
