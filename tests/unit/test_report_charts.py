"""Charts show what the figures say: on the whole scale, the threshold in its place, hollow below coverage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.summary import ScoreGroup
from reflect_tui.analysis.trend import Point
from reflect_tui.model.instrument import ScalePoint
from reflect_tui.model.session import Role, Score
from reflect_tui.report import charts
from reflect_tui.report.build import build_report
from reflect_tui.report.document import GroupRow, RaterMark, Report
from reflect_tui.report.document_texts import is_drawn, render_preview
from reflect_tui.report.html import page
from reflect_tui.report.markdown import markdown
from reflect_tui.views.comparison_sentences import SIGNS
from reflect_tui.views.labels import DOWN, UP
from reflect_tui.views.trends import MARKS
from tests.unit import examples
from tests.unit.examples import quick
from tests.unit.feedback_examples import Feedback, every
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


def test_a_course_goes_up_where_the_mean_does_and_passes_no_mean_without_a_verdict() -> None:
    report = build_report(demo_material("en"))
    drawn = [row for row in report.domains if is_drawn(row)]
    frame = charts.course_frame(drawn, SCALE)
    for row in drawn:
        course = charts.course(row, frame)
        assert [dot.hollow for dot in course.dots] == [not moment.covered for moment in row.course]
        means = [moment.mean or Fraction(0) for moment in row.course]
        for (one, other), (low, high) in zip(pairwise(course.dots), pairwise(means), strict=True):
            assert other.at.x > one.at.x
            assert (other.at.y < one.at.y) == (high > low)
        breaks = [moment.interrupted for moment in row.course[1:]]
        assert course.lines == tuple(
            (one.at, other.at)
            for (one, other), broken in zip(pairwise(course.dots), breaks, strict=True)
            if not (one.hollow or other.hollow or broken)
        )
    assert any(moment.interrupted for row in drawn for moment in row.course)


def moment(days: int, scored: int, total: int, *, interrupted: bool = False) -> Point:
    group = ScoreGroup(
        id="tasks", sum=total, scored=scored, total=scored, not_applicable=0, verdict="not high", high_above=3
    )
    return Point("", datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days), group, SCALE, interrupted=interrupted)


def test_a_course_is_not_drawn_to_the_threshold_of_a_scale_before() -> None:
    ten = structs.replace(SCALE, points=tuple(ScalePoint(n, str(n)) for n in range(1, 11)), high_above=7)
    before, now = moment(0, 10, 30), moment(9, 10, 75)
    before = structs.replace(before, group=before.group.converted(70))
    now = structs.replace(now, group=structs.replace(now.group, high_above=7))
    row = structs.replace(rows({"calm": 3})[0], course=(before, now))
    assert charts.course_frame([row], ten).low == Fraction(13, 2)  # not to the 3 of the scale before


def test_every_mean_of_a_course_stands_on_its_side_of_the_threshold_on_a_part_of_the_scale() -> None:
    means = [Fraction(hundredths, 100) for hundredths in range(225, 351)]
    points = tuple(moment(days, 100, int(mean * 100)) for days, mean in enumerate(means))
    row = structs.replace(rows({"calm": 3, "acts": 3, "tells": 3})[0], course=points)
    row = structs.replace(row, now=structs.replace(row.now, total=100))
    frame = charts.course_frame([row], SCALE)
    assert (frame.low, frame.high) == (Fraction(2), Fraction(7, 2))
    course = charts.course(row, frame)
    assert [dot.good for dot in course.dots] == [mean > 3 for mean in means]
    assert [dot.at.y < course.threshold for dot in course.dots] == [mean > 3 for mean in means]
    for one, other in pairwise(course.dots):
        assert other.at.y < one.at.y
    for area in course.areas:
        assert all(
            (corner.y <= course.threshold) if area.good else (corner.y >= course.threshold) for corner in area.corners
        )


def test_a_course_stands_at_its_dates_and_crosses_no_session_without_a_mean() -> None:
    points = (moment(0, 4, 10), moment(10, 4, 14), moment(100, 4, 11, interrupted=True))
    row = structs.replace(rows({"calm": 3, "acts": 3, "tells": 3})[0], course=points)
    course = charts.course(row, charts.course_frame([row], SCALE))
    first, second, last = (dot.at.x for dot in course.dots)
    assert (second - first) * 10 == pytest.approx(last - first, abs=0.1)
    assert len(course.lines) == 1
    assert [area.good for area in course.areas] == [False, True]  # it crosses the threshold between these two


def test_a_domain_of_one_statement_has_its_scores_where_others_have_a_course() -> None:
    report = build_report(demo_material("en"))
    assert [row.short for row in report.domains if not is_drawn(row)] == ["Future"]
    source = page(report)
    assert "1 statement: 2 · 2 · – · 2 · 3 · 3 · 3 · 3 · 4 · 4" in source
    assert "on the part of the scale from 2 to 3.5; a mean above the dashes at 3 is high (blue)." in " ".join(
        report.signs
    )


def test_a_dot_is_hollow_below_coverage() -> None:
    first, *_others = rows({"calm": 4, "acts": 3, "tells": 3, "asks": 3, "gives": 3})
    assert charts.bar(first, SCALE).hollow
    covered = structs.replace(first, now=structs.replace(first.now, verdict="high"))
    assert not charts.bar(covered, SCALE).hollow


# Everyone on one axis: one mark for one role, what is not exact with where it may lie, and a legend of what is drawn.


def marks(**means: tuple[float, float, float] | float) -> list[RaterMark]:
    found = []
    roles: tuple[Role, ...] = ("self", "manager", "colleague", "client")
    for role in roles:
        if role in means:
            mean = means[role]
            low, here, high = mean if isinstance(mean, tuple) else (mean, mean, mean)
            found.append(RaterMark(role, Fraction(here), Fraction(low), Fraction(high)))
    return found


def test_everyone_stands_on_one_axis_at_their_mean_with_the_threshold() -> None:
    axis = charts.rater_axis(marks(self=1, manager=4, colleague=2.5), SCALE)
    assert [(mark.role, mark.at.x) for mark in axis.marks] == [
        ("self", axis.ticks[0]),
        ("manager", axis.ticks[-1]),
        ("colleague", charts.RATERS_WIDTH / 2),
    ]
    assert axis.threshold == axis.ticks[2]
    assert axis.ends == (axis.ticks[0], axis.ticks[-1])
    assert len({mark.at.y for mark in axis.marks}) == 1
    assert not any(mark.reach for mark in axis.marks)


def test_a_figure_given_in_confidence_shows_where_it_may_lie_within_the_scale() -> None:
    axis = charts.rater_axis(marks(self=3, colleague=(3.75, 3.75, 4.25), client=(1.5, 2, 2)), SCALE)
    places = {mark.role: mark for mark in axis.marks}
    assert places["self"].reach is None
    assert places["colleague"].reach == (places["colleague"].at.x, axis.ticks[-1])
    reach = places["client"].reach
    assert reach
    assert axis.ticks[0] < reach[0] < reach[1] == places["client"].at.x == axis.ticks[1]


def test_marks_on_one_place_stand_above_one_another() -> None:
    axis = charts.rater_axis(marks(self=3, manager=3, colleague=3, client=3.5), SCALE)
    assert len({(mark.at.x, mark.at.y) for mark in axis.marks}) == 4
    assert {mark.at.x for mark in axis.marks[:3]} == {axis.threshold}
    assert all(0 < mark.at.y < charts.RATERS_HEIGHT for mark in axis.marks)


def beside_others(theirs: dict[str, Score], role: Role = "manager") -> Report:
    plain = material(dict.fromkeys(examples.ITEMS, 2))
    others = [examples.session(theirs, role=role, days=1)]
    comparison = compare(examples.small(), plain.session, [plain.session], others, {})
    return build_report(structs.replace(plain, comparison=comparison))


def test_a_document_draws_all_domains_that_were_compared_and_names_what_is_drawn() -> None:
    report = beside_others(dict.fromkeys(examples.ITEMS, 4))
    assert report.beside
    assert report.raters
    assert [len(row) for row in report.raters.rows] == [2, 2, 2] == [2] * len(report.beside.rows)
    assert [role for role, _name in report.raters.legend] == ["self", "manager"]
    assert report.raters.notes == ("Dashes stand at 3.",)
    text, source = markdown(report), page(report)
    axis = next(line for line in text.splitlines() if line.startswith("    Doing"))
    assert axis.split() == ["Doing", "├", "●──────────────╋──────────────◆"]
    assert "● You on 23 Nov 2026 · ◆ manager, on 24 Nov 2026 · ╋ threshold" in text
    assert "■" not in text
    assert source.count('class="other"') == 3 + 1  # the rows and the legend
    assert source.count('class="own"') == 3 + 1
    assert "own: 2.00 (2); manager: 4.00 (2); others: 4.00. The scale is 1 to 4, threshold 3." in source


def test_a_group_on_other_statements_than_the_others_is_marked_and_explained() -> None:
    plain = material(dict.fromkeys(examples.ITEMS, 2))
    others = [
        examples.session(dict.fromkeys(examples.ITEMS, 4), role="manager", days=1),
        examples.session({"calm": 3}, role="colleague", days=1),
    ]
    comparison = compare(examples.small(), plain.session, [plain.session], others, {})
    made = build_report(structs.replace(plain, comparison=comparison)).beside
    assert made
    row = next(row for row in made.rows if row[0] == "Looking")
    assert row[1:5] == ("2.00 (3)", "4.00 (3)", "3.00 (1) †", "4.00")
    alike = beside_others(dict.fromkeys(examples.ITEMS, 4)).beside
    assert alike
    said = "† on statements other than those of its row: not counted among the others."
    assert (said in made.sentences, said in alike.sentences) == (True, False)


def test_who_answered_by_name_beside_a_confidential_group_has_a_mark_and_a_name_in_the_chart() -> None:
    found = Feedback(every(2))
    found.give("colleague", [every(2)] * 3, mark="000001")
    found.give("colleague", [every(4)] * 4, mark="000002", promise="named", minimum=4)
    comparison = compare(examples.small(), found.session, [found.session], found.others, found.told())
    report = build_report(structs.replace(material(dict.fromkeys(examples.ITEMS, 2)), comparison=comparison))
    assert report.raters
    assert [mark for mark, _name in report.raters.legend] == ["self", "colleague", "named"]
    assert [[mark.role for mark in row] for row in report.raters.rows] == [["self", "colleague", "named"]] * 3
    text = markdown(report)
    assert "◇ 4 colleagues by name" in text
    axis = next(line for line in text.splitlines() if line.startswith("    Doing"))
    assert axis.rstrip().endswith("◇")
    assert page(report).count('class="other open"') == 3 + 1
    assert report.beside
    assert not [said for said in report.beside.sentences if said.startswith("Others differ")]
    assert any("◇ 4 colleagues by name" in line.text for line in render_preview(report, 100))


def test_a_document_names_the_domains_in_which_groups_differ() -> None:
    found = Feedback(every(2))
    found.give("manager", [every(4)], mark="000001")
    found.give("colleague", [every(2)] * 3, mark="000002")
    comparison = compare(examples.small(), found.session, [found.session], found.others, found.told())
    report = build_report(structs.replace(material(dict.fromkeys(examples.ITEMS, 2)), comparison=comparison))
    assert report.beside
    assert "Others differ, one is high and another is not: Looking, Doing, Together." in report.beside.sentences


def test_one_role_has_one_mark_in_comparisons_trends_and_documents() -> None:
    assert {role: SIGNS[role] for role in MARKS} == MARKS
    assert not {*SIGNS.values()} & {UP, DOWN}


def test_every_role_has_a_mark_of_its_own_in_a_page() -> None:
    drawn = {}
    roles: tuple[Role, ...] = ("manager", "colleague", "client", "other")
    for role in roles:
        legend = page(beside_others(dict.fromkeys(examples.ITEMS, 4), role)).partition('class="key left"')[2]
        drawn[role] = legend.partition('d="')[2].partition('"')[0]
    assert len(set(drawn.values())) == len(roles), drawn
