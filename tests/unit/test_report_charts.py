"""Charts show what the figures say: on the whole scale, the threshold in its place, hollow below coverage."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.model.session import Score
from reflect_tui.report import charts
from reflect_tui.report.build import build_report
from reflect_tui.report.document import GroupRow
from tests.unit import examples
from tests.unit.examples import quick
from tests.unit.report_examples import demo_material, material

SCALE = examples.small().scale
ANSWERS = st.fixed_dictionaries({}, optional={item: st.sampled_from([1, 2, 3, 4, "n/a"]) for item in examples.ITEMS})


def rows(scores: dict[str, Score], before: dict[str, Score] | None = None) -> tuple[GroupRow, ...]:
    return build_report(material(scores, before)).domains


@quick
@given(ANSWERS, ANSWERS)
def test_a_bar_ends_at_its_mean_on_the_whole_scale(before: dict[str, Score], after: dict[str, Score]) -> None:
    for row in rows(after, before):
        bar = charts.bar(row, SCALE)
        assert bar.start == bar.ticks[0]
        assert len(bar.ticks) == len(SCALE.points)
        assert bar.threshold == bar.ticks[2]
        assert (bar.end is None) == (row.now.mean is None)
        if row.now.mean is not None and bar.end is not None:
            assert bar.ticks[0] <= bar.end <= bar.ticks[-1] <= charts.BAR_WIDTH
            assert (bar.end > bar.threshold) == (row.now.mean > SCALE.threshold)
        assert bar.hollow == (row.now.verdict is None)


def test_a_course_goes_up_where_the_mean_does_and_joins_neighbours() -> None:
    for row in build_report(demo_material("en")).domains:
        course = charts.course(row, SCALE)
        means = [moment.mean for moment in row.course if moment.mean is not None]
        assert len(course.dots) == len(means)
        assert [dot.hollow for dot in course.dots] == [
            not moment.covered for moment in row.course if moment.mean is not None
        ]
        for (one, other), (low, high) in zip(pairwise(course.dots), pairwise(means), strict=True):
            assert other.at.x > one.at.x
            assert (other.at.y < one.at.y) == (high > low)
        assert course.lines == tuple((one.at, other.at) for one, other in pairwise(course.dots))


def test_a_profile_has_a_spoke_for_every_domain_in_order_from_the_top() -> None:
    made = build_report(demo_material("en")).domains
    profile = charts.profile(made, SCALE)
    assert profile
    assert [spoke.name for spoke in profile.spokes] == [row.short for row in made]
    assert profile.spokes[0].end.x == charts.PROFILE_WIDTH / 2
    assert profile.spokes[0].end.y < min(spoke.end.y for spoke in profile.spokes[1:])
    assert profile.threshold == profile.rings[2]
    future = profile.now[-1]  # its mean is the highest score there is
    assert future.at == profile.rings[-1][-1]


def test_a_domain_without_a_score_has_no_dot_in_the_profile() -> None:
    profile = charts.profile(rows({"calm": 4, "kind": 4, "acts": 2}), SCALE)
    assert profile
    assert len(profile.now) == 2
    assert profile.before == ()


def test_too_few_or_too_many_domains_make_no_shape() -> None:
    made = rows(dict.fromkeys(examples.ITEMS, 3))
    assert charts.profile(made[:2], SCALE) is None
    assert charts.profile(made * 6, SCALE) is None


def test_a_dot_is_hollow_below_coverage() -> None:
    first, *_others = rows({"calm": 4, "acts": 3, "tells": 3, "asks": 3, "gives": 3})
    assert charts.bar(first, SCALE).hollow
    covered = structs.replace(first, now=structs.replace(first.now, verdict="high"))
    assert not charts.bar(covered, SCALE).hollow
