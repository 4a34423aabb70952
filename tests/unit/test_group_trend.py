"""Groups that answered in confidence in a trend: what their comparison tells, and nothing besides."""

from __future__ import annotations

import pytest
from msgspec import structs

from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.trend import GroupPoint, group_points, points_beside, trend
from reflect_tui.model.session import Session
from reflect_tui.views.lines import plain
from reflect_tui.views.trend_charts import render_legend
from reflect_tui.views.trend_panels import render_panels
from reflect_tui.views.trend_text import render_trend_text
from reflect_tui.views.trends import TrendScene, TrendView
from tests.unit import examples
from tests.unit.examples import small
from tests.unit.feedback_examples import Feedback, every
from tests.unit.test_compare import by_hand


def points(found: Feedback, *more: Session) -> tuple[GroupPoint, ...]:
    return group_points([found.session, *more], found.others, found.told(), {found.session.digest: small()})


def scene(found: Feedback) -> TrendScene:
    return TrendScene(instrument=small(), trend=trend(small(), [found.session]), groups=points(found), total=1)


def test_a_point_has_the_figures_of_the_comparison_and_two_clients_have_none() -> None:
    found = by_hand()
    told = points(found)
    assert [(point.role, point.people) for point in told] == [("colleague", 4), ("manager", 1)]
    shown = compare(small(), found.session, [found.session], found.others, found.told())
    for point in told:
        assert point.session == found.session.id
        for rows, figures in ((shown.domains, point.domains), (shown.focuses, point.focuses)):
            expected = {
                row.id: (group.mean, group.scored, group.bound, row.covered)
                for row in rows
                for group in row.groups
                if group.role == point.role
            }
            assert {name: (one.mean, one.scored, one.bound, one.covered) for name, one in figures.items()} == expected


@pytest.mark.parametrize("state", ["open", "withdrawn"])
def test_a_round_that_is_not_closed_has_no_point(state: str) -> None:
    found = by_hand()
    (name,) = found.rounds
    found.rounds[name] = structs.replace(found.rounds[name], state=state)
    assert points(found) == ()


def test_named_answers_stand_in_the_trend_by_themselves_and_not_here_as_well() -> None:
    found = by_hand()
    (name,) = found.rounds
    found.rounds[name] = structs.replace(found.rounds[name], promise="named")
    assert points(found) == ()


def test_a_round_stands_once_beside_the_nearest_session() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(3), every(4)])
    later = examples.session(every(4), days=200)
    assert {point.session for point in points(found, later)} == {found.session.id}
    assert points_beside(points(found, later), [later]) == ()


def test_charts_legend_and_table_have_them() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(2), every(1)])
    here = scene(found)
    others = TrendView(others=True)
    assert "■" in plain(render_panels(here, others, 80, 12))
    assert "■ colleague  " in plain(render_legend(here, others, 80)) + "  "
    assert "■ colleague 1.67" in plain(render_legend(here, others, 80, enlarged=True))
    assert "■" not in plain(render_legend(here, TrendView(), 80, enlarged=True))
    said = plain(render_trend_text(here, 80))
    assert "colleague, in confidence" in said
    assert "3 colleagues" in said
    assert "1.67 9" in " ".join(said.split())
    assert "■" not in plain(render_panels(structs.replace(here, groups=()), others, 80, 12))


@pytest.mark.parametrize("wrong", [{"covered": False}, {"bound": "at least"}])
def test_a_figure_of_too_few_or_a_bound_has_no_mark_and_the_legend_says_so(wrong: dict[str, object]) -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(2), every(1)])
    here, others = scene(found), TrendView(others=True)
    groups = tuple(
        structs.replace(one, domains={name: structs.replace(figure, **wrong) for name, figure in one.domains.items()})
        for one in here.groups
    )
    here = structs.replace(here, groups=groups)
    assert "■" not in plain(render_panels(here, others, 80, 12))
    legend = plain(render_legend(here, others, 80))
    assert "■" not in legend
    assert ("others not shown: too few scores" if "covered" in wrong else "not shown: only known as a bound") in legend
    assert "not shown" not in plain(render_legend(here, TrendView(), 80))
