from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.analysis.change import GroupChange, sign_test
from reflect_tui.analysis.diff import Diff, diff, results
from reflect_tui.analysis.summary import ScoreGroup, summarize
from reflect_tui.model.instrument import Better
from reflect_tui.model.session import Score
from tests.unit.examples import ITEMS, fresh, quick, session, small

NOTHING = summarize(small(), {}).domains[0]
answers = st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 4) | st.just("n/a"))


def compare(a: dict[str, Score], b: dict[str, Score]) -> Diff:
    return diff(small(), session(a), session(b, days=90))


def change(found: Diff, name: str) -> GroupChange:
    return next(part for part in (*found.domains, *found.focuses) if part.id == name)


def test_items_scored_in_both_are_counted_up_down_or_same() -> None:
    found = compare(
        {"calm": 1, "kind": 2, "signs": 3, "acts": 4, "tells": "n/a", "asks": 2},
        {"calm": 2, "kind": 4, "signs": 3, "acts": 1, "tells": 4, "gives": 2},
    )
    assert (found.up, found.down, found.same) == (2, 1, 1)


def test_every_item_that_differs_is_listed_in_the_order_of_the_instrument() -> None:
    found = compare(
        {"gives": 1, "calm": 1, "kind": 2, "acts": "n/a", "tells": 3}, {"calm": 3, "kind": 2, "acts": 2, "tells": 2}
    )
    assert [(item.id, item.domain, item.a, item.b, item.step) for item in found.items] == [
        ("calm", "looking", 1, 3, 2),
        ("acts", "doing", "n/a", 2, None),
        ("tells", "doing", 3, 2, -1),
        ("gives", "together", 1, None, None),
    ]


def test_not_applicable_and_unanswered_are_not_the_same() -> None:
    found = compare({"calm": "n/a"}, {})
    assert [(item.id, item.a, item.b) for item in found.items] == [("calm", "n/a", None)]
    assert (found.up, found.down, found.same) == (0, 0, 0)


def test_means_are_subtracted_exactly_and_only_where_both_are() -> None:
    found = compare({"calm": 1, "kind": 2, "signs": 2, "asks": 3}, {"calm": 2, "kind": 2, "signs": 2})
    assert change(found, "looking").delta == Fraction(1, 3)
    assert change(found, "attitude").delta == 0
    assert change(found, "knowledge").delta == 0
    assert change(found, "together").delta is None
    assert change(found, "doing").delta is None


@pytest.mark.parametrize(
    ("a", "b", "crossed"),
    [
        ({"acts": 3, "tells": 3}, {"acts": 3, "tells": 4}, "up"),
        ({"acts": 3, "tells": 4}, {"acts": 3, "tells": 3}, "down"),
        ({"acts": 1, "tells": 1}, {"acts": 3, "tells": 3}, None),
        ({"acts": 4, "tells": 3}, {"acts": 4, "tells": 4}, None),
        ({"acts": 1}, {}, None),
        ({}, {"acts": 4}, None),
        ({"acts": "n/a", "tells": "n/a"}, {"acts": 4, "tells": 4}, None),
    ],
)
def test_a_domain_crosses_the_threshold_only_where_both_have_a_verdict(
    a: dict[str, Score], b: dict[str, Score], crossed: str | None
) -> None:
    assert change(compare(a, b), "doing").crossed == crossed


def test_notes_that_differ_are_listed() -> None:
    a = session({}, notes={"acts": "same", "calm": "old", "gives": "gone"})
    b = session({}, notes={"kind": "new", "calm": "other", "acts": fresh("same")}, days=1)
    assert [(note.id, note.a, note.b) for note in diff(small(), a, b).notes] == [
        ("calm", "old", "other"),
        ("kind", "", "new"),
        ("gives", "gone", ""),
    ]


@quick
@given(answers)
def test_a_session_does_not_differ_from_itself(scores: dict[str, Score]) -> None:
    found = compare(scores, scores)
    assert found.items == ()
    assert (found.up, found.down, found.chance) == (0, 0, Fraction(1))
    assert found.same == sum(isinstance(score, int) for score in scores.values())
    assert {part.delta for part in found.domains} <= {Fraction(0), None}
    assert {part.crossed for part in (*found.domains, *found.focuses)} == {None}


@quick
@given(answers, answers)
def test_the_other_way_round_everything_is_turned(a: dict[str, Score], b: dict[str, Score]) -> None:
    there, back = compare(a, b), compare(b, a)
    assert there.turned() == diff(small(), session(b, days=90), session(a))
    assert (there.up, there.down, there.same) == (back.down, back.up, back.same)
    assert [(item.id, item.a, item.b) for item in there.items] == [(item.id, item.b, item.a) for item in back.items]
    turned = {None: None, "up": "down", "down": "up"}
    for one, other in zip((*there.domains, *there.focuses), (*back.domains, *back.focuses), strict=True):
        assert one.delta == (None if other.delta is None else -other.delta)
        assert one.crossed == turned[other.crossed]
    assert there.chance == back.chance


@pytest.mark.parametrize(
    ("up", "down", "chance"),
    [
        (9, 1, 0.021484375),
        (0, 0, 1),
        (5, 0, 0.0625),
        (1, 0, 1),
        (6, 0, 0.03125),
        (1, 1, 1),
        (7, 3, 0.34375),
        (10, 2, 0.03857421875),
        (46, 46, 1),
    ],
)
def test_the_sign_test_gives_the_known_values(up: int, down: int, chance: float) -> None:
    assert sign_test(up, down) == Fraction(chance)


@quick
@given(st.integers(0, 92), st.integers(0, 92))
def test_the_sign_test_is_symmetric_a_probability_and_falls_with_the_difference(up: int, down: int) -> None:
    chance = sign_test(up, down)
    assert chance == sign_test(down, up)
    assert 0 < chance <= 1
    if up > down > 0:
        assert sign_test(up + 1, down - 1) < chance


def moved(before: int, after: int, steps: tuple[int, ...], scored_after: int = 6) -> GroupChange:
    """Give the change of a domain of which six items were scored the first time, from these sums."""

    def group(total: int, scored: int) -> ScoreGroup:
        return ScoreGroup(id="d", sum=total, scored=scored, total=12, not_applicable=0, verdict=None)

    return GroupChange("d", group(before, 6), group(after, scored_after), steps)


@pytest.mark.parametrize(
    ("change", "clear"),
    [
        (moved(12, 18, (1,) * 6), True),
        (moved(18, 12, (-1,) * 6), True),  # a fall is as clear as a rise
        (moved(12, 17, (1, 1, 1, 1, 1, 0)), False),  # 2 in 32 is more than 1 in 20
        (moved(18, 13, (-1, -1, -1, -1, -1, 0)), False),
        (moved(12, 12, (1, 1, 1, -1, -1, -1)), False),
        (moved(18, 30, (1,) * 6, scored_after=12), False),  # every item rose, the mean fell: others were scored
        (moved(12, 0, (), scored_after=0), False),
    ],
)
def test_a_change_is_clear_when_mean_and_items_went_the_same_way_further_than_chance(
    change: GroupChange, clear: bool
) -> None:
    assert change.clear is clear


@pytest.mark.parametrize(
    ("change", "judgement"),
    [
        (moved(12, 18, (1,) * 6), "up"),
        (moved(18, 12, (-1,) * 6), "down"),
        (moved(12, 13, (1, 0, 0, 0, 0, 0)), "too few"),
        (moved(12, 17, (1, 1, 1, 1, 1, 0)), "too few"),
        (moved(12, 13, (1, 1, 1, -1, -1)), "too few"),
        (moved(12, 14, (1, 1, 1, 1, -1, -1)), "no"),  # six moved, and 22 of 64 ways are as far from 0
        (moved(12, 12, (1, 1, 1, 1, -1, -1, -1, -1)), "no"),
        (moved(12, 21, (-2, -1, 1, 1, 1, 3, 3, 3, 3, 3)), "up"),  # 25 in 512: just less than 1 in 20
        (moved(12, 23, (-2, -2, 2, 3, 3, 3, 3, 3, 3)), "no"),  # 13 in 256: just more
        (moved(12, 12, (0,) * 6), "no"),
    ],
)
def test_a_change_goes_up_or_down_or_tells_too_little(change: GroupChange, judgement: str) -> None:
    assert change.judgement == judgement


@pytest.mark.parametrize(
    ("up", "down", "same", "judgement"),
    [
        (9, 0, 5, "up"),
        (0, 6, 0, "down"),
        (5, 0, 80, "too few"),
        (7, 2, 0, "too few"),  # one or two of nine decide which way most went
        (5, 4, 1, "too few"),
        (6, 4, 0, "no"),
        (6, 6, 0, "no"),
        (13, 4, 0, "up"),  # 0.049
        (4, 13, 0, "down"),
        (16, 6, 0, "no"),  # 0.052
        (0, 0, 9, "no"),
    ],
)
def test_a_whole_session_goes_up_or_down_or_tells_too_little(up: int, down: int, same: int, judgement: str) -> None:
    found = structs.replace(compare({}, {}), up=up, down=down, same=same)
    assert (found.moved, found.shared, found.judgement) == (up + down, up + down + same, judgement)
    assert structs.replace(found, b=found.a).judgement == "no"  # two versions of one session


def test_sessions_without_a_common_item_are_of_other_statements() -> None:
    assert compare({"calm": 1}, {"kind": 4}).judgement == "other statements"
    assert compare({"calm": "n/a"}, {"kind": "n/a"}).judgement == "no"


def test_the_items_of_a_domain_that_went_up_and_down_are_counted() -> None:
    change = moved(12, 13, (2, 0, -1, 1, 0, -1))
    assert (change.shared, change.moved, change.counts) == (6, 4, (2, 2))
    assert moved(12, 14, (1, 0, 1)).counts == (2, 0)
    assert moved(14, 12, (-1, 0, -1)).counts == (0, 2)


@pytest.mark.parametrize(
    ("change", "by_others"),
    [
        (moved(12, 18, (1, 1, 0, 0)), False),  # the mean rose by 1, half of it by the items scored both times
        (moved(12, 18, (1, 0, 0, 0)), True),  # three quarters of it by others
        (moved(18, 12, (-1, -1, 0, 0)), False),
        (moved(18, 12, (-1, 0, 0, 0)), True),
        (moved(18, 12, (1, 1, 0, 0)), True),
        (moved(12, 24, (1, 1, 1, 1)), False),
        (moved(12, 24, (1, 1, 1, 0)), True),
        (moved(12, 18, (2, 2, 1, 1)), False),  # rose by 1.5 on those: others brought it down by half
        (moved(12, 18, (2, 2, 2, 1)), False),  # and by three quarters: they do not explain a rise
        (moved(12, 12, (0, 0, 0, 0)), False),
        (moved(12, 12, (1, 0, 0, 0)), True),
        (moved(12, 12, (), scored_after=6), True),  # no item was scored both times
        (GroupChange("d", NOTHING, NOTHING), False),
        (moved(12, 18, ()), True),
        (moved(12, 0, (), scored_after=0), True),
    ],
)
def test_a_mean_moved_by_other_items_when_they_make_more_than_half_of_it(change: GroupChange, by_others: bool) -> None:
    assert change.by_other_items is by_others
    assert (change.judgement == "other statements") is by_others


def test_results_compare_with_a_session_on_the_same_version_alone() -> None:
    before, now = session({"calm": 1}), session({"calm": 2}, days=9)
    made = results(small(), now, before)
    assert made.previous == before
    assert made.change is not None
    assert (made.change.up, made.summary.scored) == (1, 1)
    assert results(small(), now).change is None
    for digit in "0f":
        elsewhere = results(small(), now, structs.replace(before, digest=f"sha256:{digit * 64}"))
        assert (elsewhere.previous, elsewhere.change) == (None, None)


def test_an_item_has_a_step_and_a_gain_only_where_both_are_scores_and_they_turn_with_the_comparison() -> None:
    lower = structs.replace(small(), scale=structs.replace(small().scale, better="lower"))
    a = session({"calm": 2, "kind": 4, "signs": "n/a", "acts": 3})
    b = session({"calm": 3, "kind": 2, "signs": 3, "acts": "n/a", "tells": 1}, days=9)
    for content, better in ((small(), 1), (lower, -1)):
        found = diff(content, a, b)
        assert [(item.id, item.step, item.gain) for item in found.items] == [
            ("calm", 1, better), ("kind", -2, -2 * better), ("signs", None, 0), ("acts", None, 0), ("tells", None, 0),
        ]  # fmt: skip
        turned = found.turned().items
        assert [(item.a, item.b, item.step, item.gain) for item in turned[:3]] == [
            (3, 2, -1, -better), (2, 4, 2, 2 * better), (3, "n/a", None, 0),
        ]  # fmt: skip


def test_one_statement_that_changed_is_too_few_and_none_is_no_change() -> None:
    assert (
        diff(small(), session({"calm": 2, "kind": 2}), session({"calm": 3, "kind": 2}, days=9)).judgement == "too few"
    )
    assert diff(small(), session({"calm": 2, "kind": 2}), session({"calm": 2, "kind": 2}, days=9)).judgement == "no"


def test_results_name_the_session_before_only_where_it_can_not_be_compared() -> None:
    before, now = session({"calm": 2}), session({"calm": 3}, days=9)
    compared = results(small(), now, before)
    assert (compared.previous, compared.on_other_version) == (before, None)
    other = structs.replace(before, digest="sha256:" + "0" * 64)
    apart = results(small(), now, other)
    assert (apart.previous, apart.change, apart.on_other_version) == (None, None, other)
    alone = results(small(), now)
    assert (alone.previous, alone.change, alone.on_other_version) == (None, None, None)


@pytest.mark.parametrize(
    ("better", "before", "now", "improved"),
    [
        ("higher", 2, 4, True),
        ("higher", 4, 2, False),
        ("lower", 2, 4, False),
        ("lower", 4, 2, True),
        ("higher", 2, 3, None),
        ("lower", 4, 4, None),
    ],
)
def test_crossing_the_threshold_is_better_upwards_or_downwards(
    better: Better, before: int, now: int, improved: bool | None
) -> None:
    content = structs.replace(small(), scale=structs.replace(small().scale, better=better))
    a, b = (session(dict.fromkeys(ITEMS, score), days=score) for score in (before, now))
    assert {part.is_improved for part in diff(content, a, b).domains} == {improved}
    assert {part.gain for part in diff(content, a, b).domains} == {now - before if better == "higher" else before - now}


def test_a_mean_that_moved_either_way_is_a_change_to_tell_and_one_that_stayed_is_none() -> None:
    changes = [moved(12, 13, (1, 0, 0, 0, 0, 0)), moved(13, 12, (-1, 0, 0, 0, 0, 0)), moved(12, 12, (0,) * 6)]
    assert [change.is_changed for change in changes] == [True, True, False]
    assert [change.gain for change in changes] == [Fraction(1, 6), Fraction(-1, 6), 0]
    assert moved(12, 18, (1,) * 6).is_changed
    assert moved(18, 12, (-1,) * 6).is_changed
    none = moved(12, 0, (), scored_after=0)
    assert not none.is_changed
    assert none.gain == 0


def test_on_statements_that_both_versions_have_other_ones_explain_a_crossing_but_no_move() -> None:
    same = moved(12, 12, (0,) * 6)
    low = structs.replace(same.a, sum=20, scored=8, verdict="not high")
    high = structs.replace(same.a, sum=26, scored=8, verdict="high")
    change = structs.replace(same, own=(low, high), shared_verdicts=("not high", "not high"))
    assert (change.is_partial, change.crossed, change.crossed_by_other_items) == (True, "up", True)
    assert (change.by_other_items, change.is_changed, change.verdict_change) == (False, False, None)
