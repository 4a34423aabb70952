"""Sums and bands: the figure, the word and the advice, and where nothing may be said."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from reflect_tui import i18n
from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.diff import diff, results
from reflect_tui.analysis.summary import band_readings, summarize
from reflect_tui.analysis.trend import trend
from reflect_tui.cli.json_out import shown
from reflect_tui.errors import BadFileError
from reflect_tui.line_mode import reading
from reflect_tui.model import instrument as model_instrument
from reflect_tui.model.session import Score
from reflect_tui.report import data
from reflect_tui.report.build import Material, build_report
from reflect_tui.report.markdown import markdown
from reflect_tui.views.compare import ComparisonView, render_comparison
from reflect_tui.views.diff import render_diff
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_results
from reflect_tui.views.trend_text import render_trend_text
from reflect_tui.views.trends import TrendScene, TrendView, render_position
from tests.unit.examples import document
from tests.unit.report_examples import NOW
from tests.unit.shape_examples import BETTER, GLOOMY, filled, shape

STRAIN = shape("strain")
TOLD = "Gloom: sum 9 (0 to 9), much gloom. Talk about it with your doctor."


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("scores", "figure", "word"),
    [
        ({"down": 0, "tired": 0, "cheerful": 3}, 0, "no gloom"),
        ({"down": 1, "tired": 1, "cheerful": 2}, 3, "some gloom"),
        ({"down": 2, "tired": 2, "cheerful": 2}, 5, "some gloom"),
        ({"down": 2, "tired": 2, "cheerful": 1}, 6, "much gloom"),
        ({"down": 3, "tired": 3}, None, None),
        ({"down": 3, "tired": 3, "cheerful": "n/a"}, None, None),
    ],
)
def test_a_sum_counts_reversed_statements_and_takes_every_score(
    scores: dict[str, Score], figure: int | None, word: str | None
) -> None:
    read = band_readings(STRAIN, summarize(STRAIN, scores))[0]
    assert (read.figure, read.band and read.band.label, read.low, read.high) == (figure, word, 0, 9)


def test_a_band_of_a_mean_begins_at_its_very_value_and_takes_coverage() -> None:
    def said(*scores: Score) -> object:
        given = dict(zip(("restless", "worried", "jumpy"), scores, strict=False))
        read = band_readings(STRAIN, summarize(STRAIN, given))[1]
        return read.figure, read.band and read.band.label

    assert said(1, 2) == (Fraction(3, 2), "restless")
    assert said(1, 2, 1) == (Fraction(4, 3), "calm")
    assert said(3) == (None, None)


def test_every_page_tells_the_sum_the_word_and_the_advice() -> None:
    session, before = filled(STRAIN, GLOOMY), filled(STRAIN, BETTER, days=-50)
    found = results(STRAIN, session, before)
    made = build_report(Material(instrument=STRAIN, session=session, previous=before, own=(before, session), now=NOW))
    for text in (
        plain(render_results(found, 100)),
        plain(reading.results(found, 80)),
        markdown(made).replace("\\", ""),
    ):
        assert TOLD in words(text)
        assert "Unrest: mean 0.33, calm." in words(text)
    change = diff(STRAIN, before, session)
    moved = "Gloom: from no gloom to much gloom."
    assert moved in plain(render_diff(STRAIN, change, 100))
    assert moved in plain(reading.differences(STRAIN, change, 80))
    assert moved in markdown(made).replace("\\", "")
    i18n.use_language("nl")
    assert "Gloom: som 9 (0 tot en met 9), much gloom." in words(plain(render_results(found, 100)))


def test_a_session_as_data_has_its_bands_only_where_there_are_any() -> None:
    told = shown(results(STRAIN, filled(STRAIN, GLOOMY)), Path("x.toml"), None)
    assert told["bands"][0] == {"id": "gloom", "score": "sum", "figure": 9.0, "band": "much gloom"}
    plainly = shape("outgoing")
    assert "bands" not in shown(results(plainly, filled(plainly, {"talks": 5})), Path("x.toml"), None)


def bands(*starts: object) -> list[dict[str, Any]]:
    return [{"from": start, "label": "x"} for start in starts]


@pytest.mark.parametrize(
    ("score", "found", "place"),
    [
        ("mean", bands(2, 3), "domain[2].band[1].from"),
        ("mean", bands(1, 3, 3), "domain[2].band[3].from"),
        ("mean", bands(1, 4.5), "domain[2].band[2].from"),
        ("sum", bands(2, 9), "domain[2].band[2].from"),
        ("sum", bands(1, 4), "domain[2].band[1].from"),
        ("most", bands(1), "domain[2].score"),
    ],
)
def test_bands_out_of_order_or_out_of_reach_are_faults(score: str, found: list[dict[str, Any]], place: str) -> None:
    content = document()
    content["domain"][1] |= {"score": score, "band": found}
    with pytest.raises(BadFileError) as caught:
        model_instrument.parse(tomli_w.dumps(content).encode(), "small.toml")
    assert [fault.place for fault in caught.value.faults] == [place]


def test_trends_say_the_band_in_the_head_and_in_text() -> None:
    sessions = [filled(STRAIN, GLOOMY), filled(STRAIN, BETTER, days=90)]
    course = trend(STRAIN, sessions, {})
    heads = [render_position(STRAIN, course, TrendView(session=place), 120).text for place in (0, 1)]
    assert ["sum 9 much gloom" in heads[0], "sum 1 no gloom" in heads[1]] == [True, True]
    scene = TrendScene(instrument=STRAIN, trend=course, total=2)
    assert "Gloom: sum 1 (0 to 9), no gloom." in words(plain(render_trend_text(scene, 100)))


def test_a_comparison_says_the_bands_of_oneself_alone() -> None:
    whole = shape("whole")
    scores: dict[str, Score] = {"opens": 3, "writes": 3, "keeps": 3, "reviews": 2}
    own, other = filled(whole, scores), filled(whole, scores | {"keeps": 4}, role="manager")
    found = compare(whole, own, [own], [other], {})
    for page in (render_comparison(found, whole, ComparisonView(), 100), reading.comparison(found, whole, 100)):
        assert "Your own whole session: Plans: mean 2.67, steady." in words(plain(page))


def test_exports_have_the_bands() -> None:
    sources = [data.ExportedSession(filled(STRAIN, GLOOMY), STRAIN)]
    table = data.wide(STRAIN, sources, notes=False)
    row = dict(zip((column.name for column in table.columns), table.rows[0], strict=True))
    assert (row["domain.gloom.band"], row["domain.unrest.band"]) == ("much gloom", "calm")
    assert "domain.rest.band" not in row
    exported = data.document(sources, notes=False)["sessions"][0]["bands"]
    assert exported[0] == {"id": "gloom", "score": "sum", "figure": 9, "band": "much gloom"}
