from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.analysis.diff import results
from reflect_tui.analysis.summary import (
    LOWEST_SHOWN,
    ScoreGroup,
    band_readings,
    is_good_score,
    lowest_items,
    score_group,
    session_figures,
    strengths_first,
    summarize,
    verdict,
)
from reflect_tui.line_mode import reading
from reflect_tui.model.instrument import Band, Better, Instrument, Scale, ScalePoint
from reflect_tui.model.session import Score
from reflect_tui.report.build import build_report, opening
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_results, results_sentence
from tests.unit.examples import ITEMS, quick, session, small
from tests.unit.report_examples import material
from tests.unit.shape_examples import shape

answers = st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 4) | st.just("n/a"))


def scale(high_above: float = 3, min_coverage: float = 0.5) -> Scale:
    points = tuple(ScalePoint(n, str(n)) for n in range(1, 5))
    return Scale(points=points, high_above=high_above, min_coverage=min_coverage)


def domain(name: str, scores: dict[str, Score], instrument: Instrument | None = None) -> ScoreGroup:
    return next(part for part in summarize(instrument or small(), scores).domains if part.id == name)


@pytest.mark.parametrize(
    ("total", "scored", "high_above", "expected"),
    [
        (9, 3, 3, "not high"),
        (10, 3, 3, "high"),
        (276, 92, 3, "not high"),
        (277, 92, 3, "high"),
        (33, 10, 3.3, "not high"),
        (34, 10, 3.3, "high"),
        (66, 20, 3.3, "not high"),
        (31, 10, 3.1, "not high"),
        (29, 10, 2.9, "not high"),
        (4, 1, 3.9999, "high"),
    ],
)
def test_only_a_mean_above_the_threshold_as_it_is_written_is_high(
    total: int, scored: int, high_above: float, expected: str
) -> None:
    assert verdict(total, scored, scored, scale(high_above)) == expected


@quick
@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=92), st.integers(0, 92), st.integers(100, 399), st.integers(0, 100)
)
def test_the_verdict_agrees_with_exact_fractions(
    scores: list[int], open_items: int, threshold: int, coverage: int
) -> None:
    applicable = len(scores) + open_items
    found = verdict(sum(scores), len(scores), applicable, scale(threshold / 100, coverage / 100))
    if Fraction(len(scores), applicable) < Fraction(coverage, 100):
        assert found is None
    else:
        high = Fraction(sum(scores), len(scores)) > Fraction(threshold, 100)
        assert found == ("high" if high else "not high")


def test_without_scores_there_is_no_verdict_even_where_no_coverage_is_asked() -> None:
    assert verdict(0, 0, 5, scale(min_coverage=0)) is None
    assert verdict(0, 0, 0, scale(min_coverage=0)) is None


def test_exactly_the_coverage_asked_is_enough() -> None:
    assert domain("doing", {"acts": 4}).verdict == "high"
    assert domain("looking", {"calm": 4}).verdict is None
    assert domain("looking", {"calm": 4, "kind": 4}).verdict == "high"


def test_not_applicable_counts_neither_for_the_mean_nor_against_the_coverage() -> None:
    part = domain("looking", {"calm": 4, "kind": "n/a", "signs": "n/a"})
    assert (part.sum, part.scored, part.not_applicable, part.total) == (4, 1, 2, 3)
    assert (part.mean, part.coverage, part.verdict) == (Fraction(4), Fraction(1), "high")
    half = domain("looking", {"calm": 3, "kind": "n/a"})
    assert (half.coverage, half.verdict) == (Fraction(1, 2), "not high")


def test_a_domain_that_is_not_applicable_at_all_has_no_mean_and_no_verdict() -> None:
    part = domain("together", {"asks": "n/a", "gives": "n/a"}, small(min_coverage=0))
    assert (part.mean, part.coverage, part.verdict, part.not_applicable) == (None, Fraction(0), None, 2)


def test_a_mean_is_exact() -> None:
    assert domain("looking", {"calm": 1, "kind": 2, "signs": 2}).mean == Fraction(5, 3)


def test_an_empty_session_has_figures_as_well() -> None:
    empty = summarize(small(), {})
    assert (empty.answered, empty.scored, empty.not_applicable, empty.total, empty.high) == (0, 0, 0, 7, 0)
    assert {part.mean for part in (*empty.domains, *empty.focuses)} == {None}


def test_scores_of_items_that_are_not_in_the_instrument_count_nowhere() -> None:
    assert summarize(small(), {"calm": 3, "colour": 4}) == summarize(small(), {"calm": 3})


@quick
@given(answers)
def test_both_axes_add_up_to_the_same(scores: dict[str, Score]) -> None:
    whole = summarize(small(), scores)
    numbers = [score for score in scores.values() if isinstance(score, int)]
    assert [part.id for part in whole.domains] == ["looking", "doing", "together"]
    assert [part.id for part in whole.focuses] == ["attitude", "knowledge", "skill"]
    assert [part.total for part in whole.domains] == [3, 2, 2]
    assert [part.total for part in whole.focuses] == [3, 1, 3]
    for axis in (whole.domains, whole.focuses):
        assert sum(part.sum for part in axis) == sum(numbers)
        assert sum(part.scored for part in axis) == len(numbers) == whole.scored
        assert sum(part.not_applicable for part in axis) == len(scores) - len(numbers) == whole.not_applicable
        assert sum(part.total for part in axis) == whole.total == 7
    assert whole.answered == len(scores)
    assert whole.high == sum(part.verdict == "high" for part in whole.domains)


@quick
@given(answers)
def test_the_order_in_which_was_answered_makes_no_difference(scores: dict[str, Score]) -> None:
    assert summarize(small(), dict(reversed(scores.items()))) == summarize(small(), scores)


def test_strengths_come_first_and_what_has_no_mean_last() -> None:
    whole = summarize(small(), {"acts": 2, "gives": 4})
    assert [part.id for part in strengths_first(whole.domains)] == ["together", "doing", "looking"]


def test_equal_strengths_keep_their_order() -> None:
    whole = summarize(small(), {"calm": 3, "kind": 3, "acts": 3, "tells": 3, "asks": 4})
    assert [part.id for part in strengths_first(whole.domains)] == ["together", "looking", "doing"]


def test_strengths_are_compared_exactly() -> None:
    def part(name: str, total: int, scored: int) -> ScoreGroup:
        return ScoreGroup(id=name, sum=total, scored=scored, total=scored, not_applicable=0, verdict=None)

    close = (part("low", 10**17, 3 * 10**16), part("high", 10**17 + 1, 3 * 10**16))
    assert [group.id for group in strengths_first(close)] == ["high", "low"]


def test_of_three_scores_and_more_the_mean_alone_tells_the_order() -> None:
    def part(name: str, total: int, scored: int) -> ScoreGroup:
        return ScoreGroup(id=name, sum=total, scored=scored, total=scored, not_applicable=0, verdict=None)

    groups = (part("two", 8, 2), part("three", 9, 3), part("four", 14, 4))
    assert [group.id for group in strengths_first(groups)] == ["four", "three", "two"]


def test_a_domain_of_few_scores_is_named_neither_highest_nor_lowest_and_it_says_so() -> None:
    def part(name: str, total: int, scored: int) -> ScoreGroup:
        return ScoreGroup(id=name, sum=total, scored=scored, total=scored, not_applicable=0, verdict="not high")

    groups = (part("looking", 9, 3), part("doing", 6, 3), part("together", 8, 2))
    assert results_sentence(small(), groups).endswith(
        "Of the means of at least 3 scores: highest Looking (3.00), lowest Doing (2.00)."
    )


def test_a_session_and_its_document_name_the_same_highest_and_lowest_also_of_equal_ones() -> None:
    scores = {**dict.fromkeys(ITEMS, 2), "acts": 3, "tells": 3, "asks": 3, "gives": 3}
    said = "Highest: Doing and Together (3.00); lowest: Looking (2.00)."
    assert results_sentence(small(), summarize(small(), scores).domains).endswith(said)
    assert list(opening(small(), session(scores)))[-1] == said


def test_means_that_are_all_exactly_the_threshold_are_called_so_where_a_document_and_a_talk_open() -> None:
    assert list(opening(small(), session({**dict.fromkeys(ITEMS, 3), "calm": 4, "kind": 2}))) == [
        "None of the 3 domains is high: no mean is above 3.",
        "Every mean is exactly 3, not above it.",
    ]


def test_the_lowest_items_are_below_the_threshold_and_of_equal_scores_the_lowest_domain_comes_first() -> None:
    scores = session({"calm": 4, "kind": 1, "signs": "n/a", "acts": 4, "tells": 2, "asks": 3, "gives": 1})
    lowest = [(item.id, score) for item, score in lowest_items(small(), scores)]
    assert lowest == [("gives", 1), ("kind", 1), ("tells", 2)]
    assert lowest_items(small(), session(dict.fromkeys(ITEMS, 3))) == ()


def test_of_equal_scores_a_domain_of_few_scores_comes_after_the_others() -> None:
    scores = session({"calm": 1, "kind": 4, "signs": 2, "acts": 1, "tells": 1, "asks": 4, "gives": 4})
    assert [item.id for item, _score in lowest_items(small(), scores)] == ["calm", "acts", "tells", "signs"]


def test_show_results_and_document_list_the_same_lowest_items() -> None:
    scored = session({"calm": 4, "kind": 1, "signs": 2, "acts": 2, "tells": 2, "asks": 3, "gives": 1})
    shown = results(small(), scored, None)
    sentences = [small().sentence(item) for item, _score in lowest_items(small(), scored)[:LOWEST_SHOWN]]
    document = build_report(material(dict(scored.scores))).low.items
    assert [item.text for item in document][:LOWEST_SHOWN] == sentences
    for lines in (render_results(shown, 100), reading.results(shown, 100)):
        section = plain(lines).split("Lowest statements", 1)[1]
        places = [section.index(sentence) for sentence in sentences]
        assert places == sorted(places)


def test_a_list_shows_the_figures_of_the_summary() -> None:
    figures = session_figures(small(), {"calm": 4, "kind": 4, "signs": "n/a", "acts": 3, "tells": "n/a", "asks": "n/a"})
    assert (figures.answered, figures.total, figures.high, figures.domains) == (6, 7, 1, 3)


def test_results_say_how_many_more_statements_stand_low() -> None:
    shown = results(small(), session(dict.fromkeys(ITEMS, 2)))
    for page_ in (render_results(shown, 100), reading.results(shown, 80)):
        assert "and 3 more" in plain(page_)


def test_a_score_is_good_above_the_threshold_and_where_lower_is_better_not_above_it() -> None:
    assert [is_good_score(small(), "calm", score) for score in (1, 2, 3, 4)] == [False, False, False, True]
    strain = shape("strain")
    good = {
        name: [score for score in range(4) if is_good_score(strain, name, score)]
        for name in ("down", "cheerful", "slept")
    }
    assert good == {"down": [0, 1], "cheerful": [2, 3], "slept": [3]}  # one is reversed, and of rest more is better


@pytest.mark.parametrize("total", range(1, 7))
def test_half_of_what_applies_is_enough_for_a_verdict_however_many_do_not_apply(total: int) -> None:
    item = small().item("calm")
    items = [structs.replace(item, id=f"item-{number}") for number in range(total)]
    for skipped in range(total):
        for scored in range(total - skipped + 1):
            scores: dict[str, Score] = {one.id: "n/a" for one in items[:skipped]}
            scores |= {one.id: 4 for one in items[skipped : skipped + scored]}
            group = score_group("looking", items, scores, small().scale)
            assert group.applicable == total - skipped
            assert group.verdict == ("high" if scored and 2 * scored >= total - skipped else None)


def test_what_was_answered_is_scored_or_not_applicable_and_the_rest_is_missing() -> None:
    summary = summarize(small(), {"calm": 3, "kind": 2, "signs": "n/a", "acts": 4})
    assert (summary.answered, summary.scored, summary.not_applicable, summary.total) == (4, 3, 1, 7)
    figures = session_figures(small(), {"calm": 3, "kind": 2, "signs": "n/a", "acts": 4})
    assert (figures.answered, figures.total, figures.domains) == (4, 7, 3)


def test_among_the_lowest_items_come_first_those_of_the_domain_that_does_worst_on_three_scores_or_more() -> None:
    items = [item for domain in small().domains for item in domain.items]
    looking, doing, _together = small().domains
    four, three = structs.replace(looking, items=tuple(items[:4])), structs.replace(doing, items=tuple(items[4:]))
    content = structs.replace(small(), domains=(four, three))
    low = lowest_items(content, session(dict(zip(ITEMS, (1, 2, 2, 2, 1, 4, 4), strict=True))))
    assert [item.id for item, _score in low] == ["calm", "tells", "kind", "signs", "acts"]
    low = lowest_items(content, session(dict(zip(ITEMS, (1, 4, 4, 4, 1, 2, 2), strict=True))))
    assert [item.id for item, _score in low] == ["tells", "calm", "asks", "gives"]
    low = lowest_items(small(), session(dict(zip(ITEMS, (1, 4, 4, 1, 2, 4, 4), strict=True))))
    assert [item.id for item, _score in low] == ["calm", "acts", "tells"]  # two scores come after three


@pytest.mark.parametrize(("better", "reached"), [("higher", [False, True, True]), ("lower", [True, True, False])])
def test_a_target_is_reached_at_it_and_on_the_better_side(better: Better, reached: list[bool]) -> None:
    scale = structs.replace(small().scale, better=better)
    groups = [score_group("doing", small().domains[1].items, {"acts": n, "tells": n}, scale) for n in (2, 3, 4)]
    assert [structs.replace(group, target=Fraction(3)).reached for group in groups] == reached
    nothing = score_group("doing", small().domains[1].items, {}, scale)
    assert nothing.worth == 0
    assert nothing.reached is None


def test_a_mean_lies_between_the_ends_of_the_scale_and_a_sum_between_those_of_all_its_statements() -> None:
    content = structs.replace(small(), domains=tuple(
        structs.replace(domain, bands=(Band(start=1, label="some"),), score=score)
        for domain, score in zip(small().domains, ("sum", "mean", "sum"), strict=True)
    ))  # fmt: skip
    read = band_readings(content, summarize(content, {"calm": 3, "kind": 3, "acts": 4, "tells": 3, "asks": 1}))
    assert [(one.low, one.high, one.missing, one.figure) for one in read] == [
        (3, 12, 1, None), (1, 4, 0, Fraction(7, 2)), (2, 8, 1, None),
    ]  # fmt: skip
