"""A second axis of an author's own: the same figures under its own names, on every page."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.diff import diff, results
from reflect_tui.analysis.release import release_group
from reflect_tui.analysis.summary import summarize
from reflect_tui.analysis.team import make_share
from reflect_tui.analysis.trend import item_trends, trend
from reflect_tui.errors import BadFileError
from reflect_tui.feedback.answers import AnswerContent
from reflect_tui.feedback.suggestion import suggest
from reflect_tui.line_mode import reading
from reflect_tui.model import instrument as model_instrument
from reflect_tui.model.session import Score
from reflect_tui.model.team import share_faults
from reflect_tui.report import data
from reflect_tui.report.build import Material, build_report
from reflect_tui.report.html import page
from reflect_tui.report.markdown import markdown
from reflect_tui.views.compare import ComparisonView, render_comparison
from reflect_tui.views.diff import DiffView, render_diff
from reflect_tui.views.labels import group_name
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_results
from reflect_tui.views.trend_text import render_trend_text
from reflect_tui.views.trends import TrendScene, TrendView, render_question
from tests.unit import examples
from tests.unit.examples import document
from tests.unit.report_examples import NOW
from tests.unit.shape_examples import filled, shape

PLACES = shape("places")
SCORES: dict[str, Score] = {"parents": 4, "teachers": 2, "advise-parents": 3, "advise-teachers": 1}
SESSION, BEFORE = filled(PLACES, SCORES), filled(PLACES, {**SCORES, "parents": 2}, days=-50)


def test_statements_are_summed_along_the_own_axis_in_its_order() -> None:
    assert [(part.id, part.mean) for part in summarize(PLACES, SCORES).focuses] == [
        ("at-home", Fraction(7, 2)), ("at-school", Fraction(3, 2)),
    ]  # fmt: skip
    assert suggest(PLACES) == tuple(item.id for item in PLACES.items)


def test_a_domain_has_the_id_of_no_focus_that_statements_name() -> None:
    content = examples.document()
    content["domain"][1]["id"] = "skill"
    with pytest.raises(BadFileError) as refused:
        model_instrument.parse(tomli_w.dumps(content).encode(), "own.toml")
    (fault,) = refused.value.faults
    problem = '"skill" is a focus of the statements as well: give the domain another id'
    assert (fault.place, fault.problem) == ("domain[2].id", problem)
    for item in (item for domain in content["domain"] for item in domain["item"]):
        del item["focus"]
    kept = model_instrument.parse(tomli_w.dumps(content).encode(), "own.toml")
    assert group_name(kept, "skill") == "Doing"


def test_a_focus_keeps_its_name_beside_a_domain_of_another_version_with_that_id() -> None:
    beside = structs.replace(examples.small(), former_domains={"skill": "Doing"})
    assert group_name(beside, "skill") == "Skill"


def test_every_page_names_the_own_axis() -> None:
    followed = trend(PLACES, [BEFORE, SESSION])
    rows = item_trends(PLACES, followed.sessions)
    scene = TrendScene(instrument=PLACES, trend=followed, rows=rows, total=2)
    change = diff(PLACES, BEFORE, SESSION)
    other = filled(PLACES, SCORES, role="colleague", days=1)
    compared = compare(PLACES, SESSION, [SESSION], [other], {})
    report = build_report(Material(instrument=PLACES, session=SESSION, previous=BEFORE, own=(BEFORE, SESSION), now=NOW))
    pages = (
        plain(render_results(results(PLACES, SESSION), 100)),
        plain(render_results(results(PLACES, SESSION), 100, "focus")),
        plain(reading.results(results(PLACES, SESSION), 80)),
        plain(render_diff(PLACES, change, 100, DiffView(axis="focus"))),
        plain(reading.differences(PLACES, change, 80)),
        plain(render_trend_text(scene, 100)),
        plain(render_comparison(compared, PLACES, ComparisonView(axis="focus"), 100)),
        markdown(report),
        page(report),
        render_question(scene, TrendView(axis="focus"), 100).text,
    )
    for text in pages:
        assert "At home" in text, text
        assert "At school" in text
        assert "ttitude" not in text


def test_what_is_released_and_shared_goes_along_the_own_axis() -> None:
    given = [AnswerContent(role="colleague", remark="", scores=SCORES, notes={}) for _person in range(4)]
    told = release_group(PLACES, "colleague", given, [item.id for item in PLACES.items], 3)
    assert {focus.id for focus in told.focuses} <= {"at-home", "at-school"}
    share = make_share(PLACES, SESSION, "team", "0" * 32 + "-1")
    assert list(share.focuses) == ["at-home", "at-school"]
    assert not list(share_faults(share, PLACES))


def test_data_has_a_column_for_every_value_of_the_own_axis() -> None:
    made = data.wide(PLACES, [data.ExportedSession(SESSION, PLACES)], notes=False)
    names = [column.name for column in made.columns]
    assert "focus.at-home.mean" in names
    assert not any("attitude" in name for name in names)


@pytest.mark.parametrize(
    ("axis", "place"),
    [
        ([{"id": "mood", "title": "Mood"}], "domain[1].item[1].focus"),
        ([{"id": "attitude", "title": "A"}, {"id": "attitude", "title": "B"}], "axis[2].id"),
        ([{"id": "doing", "title": "As a domain"}], "domain[2].id"),
        ([{"id": "mood"}], "axis[1].title"),
    ],
)
def test_faults_of_an_own_axis_are_named_by_their_place(axis: list[dict[str, Any]], place: str) -> None:
    content = document() | {"axis": axis}
    with pytest.raises(BadFileError) as caught:
        model_instrument.parse(tomli_w.dumps(content).encode(), "small.toml")
    assert place in {fault.place for fault in caught.value.faults}
