from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.analysis import trend
from reflect_tui.analysis.summary import summarize
from reflect_tui.analysis.trend import Adder
from reflect_tui.model.session import Score, Scores
from tests.unit.examples import ITEMS, quick, session, small

answers = st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 9) | st.just("n/a"))


def packed(scores: dict[str, Score]) -> Scores:
    return Scores.pack(small().positions, scores)


def domains() -> Adder:
    return Adder(small(), {domain.id: domain.items for domain in small().domains})


@quick
@given(st.lists(answers, max_size=8))
def test_many_sessions_at_once_give_what_each_gives_by_itself(rows: list[dict[str, Score]]) -> None:
    expected = [summarize(small(), scores).domains for scores in rows]
    for given_rows in (rows, [packed(scores) for scores in rows]):
        found = domains().figures(given_rows)
        assert [tuple(found[domain.id][place] for domain in small().domains) for place in range(len(rows))] == expected


@quick
@given(st.lists(answers, max_size=8))
def test_a_trend_is_the_same_whether_scores_are_packed_or_not(rows: list[dict[str, Score]]) -> None:
    plain = [session(scores, days=days) for days, scores in enumerate(rows)]
    small_ones = [structs.replace(one, scores=packed(dict(one.scores))) for one in plain]
    one, other = trend.trend(small(), plain), trend.trend(small(), small_ones)
    assert (one.domains, one.focuses) == (other.domains, other.focuses)


def test_a_sum_that_one_byte_can_not_hold_carries_over_into_no_other_session() -> None:
    rows = [bytes([9] * 300), bytes([1] * 300), bytes([255] * 299 + [0])]
    with patch.object(trend, "_FEW", 1):
        wide = list(trend._Table(rows, 300).counts(range(300)))
    assert wide == list(trend._Table(rows, 300).counts(range(300))) == [(2700, 0, 0), (300, 0, 0), (0, 1, 299)]


def test_sessions_of_one_version_are_added_up_together() -> None:
    sessions = [session({"acts": 2}, days=days) for days in range(50)]
    with patch.object(Adder, "figures", autospec=True, side_effect=Adder.figures) as figures:
        trend.trend(small(), sessions)
    assert [len(call.args[1]) for call in figures.call_args_list] == [50]


def test_figures_of_the_same_counts_are_one_value() -> None:
    found = domains().figures([packed({"acts": 2}), packed({"acts": 2})])["doing"]
    assert found[0] is found[1]
