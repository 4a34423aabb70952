"""A domain of a single statement has scores, no means: "4", on every page."""

from __future__ import annotations

from msgspec import structs

from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.diff import diff, results
from reflect_tui.analysis.talking_points import gap_point
from reflect_tui.analysis.trend import trend
from reflect_tui.line_mode import reading
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.instrument import Instrument
from reflect_tui.report.build import Material, build_report
from reflect_tui.views.agenda import render_agenda
from reflect_tui.views.compare import ComparisonView, render_comparison, render_detail, render_quadrants, row_cells
from reflect_tui.views.comparison_sentences import row_sentences
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_results
from reflect_tui.views.trend_charts import render_legend
from reflect_tui.views.trend_panels import render_enlarged, render_panels
from reflect_tui.views.trend_text import course_sentence
from reflect_tui.views.trends import TrendScene, TrendView, render_position
from tests.unit.examples import session, small
from tests.unit.plain_examples import words
from tests.unit.report_examples import NOW


def lone() -> Instrument:
    """A small instrument of two domains, the second of one statement."""
    looking, doing, *_others = small().domains
    return structs.replace(small(), domains=(looking, structs.replace(doing, items=doing.items[:1])))


MINE = session({"calm": 3, "kind": 3, "signs": 2, "acts": 4})


def test_trends_write_its_score() -> None:
    found = trend(lone(), [session({**MINE.scores, "acts": 2}, days=-90), MINE])
    here = TrendScene(instrument=lone(), trend=found, total=2)
    view = TrendView(session=1, panel=1)
    assert "Doing  4 ▲, " in render_position(lone(), found, view, 120, enlarged=True).text
    enlarged = plain(render_enlarged(here, view, 80, 20))
    assert ".00" not in enlarged
    assert "Doing: from 2 on 25 Aug 2026 to 4 on 23 Nov 2026" in " ".join(enlarged.split())
    assert course_sentence(lone(), trend(lone(), [MINE]).domains[1]) == "Doing: 4 on 23 Nov 2026, n = 1, high."


def test_a_session_without_its_score_is_a_gap_in_words_too() -> None:
    without = {name: score for name, score in MINE.scores.items() if name != "acts"}
    scores = [{**without, "acts": 2}, without, {**without, "acts": 3}, without]
    mine = [session(given, days=90 * number) for number, given in enumerate(scores)]
    here = TrendScene(instrument=lone(), trend=trend(lone(), mine), total=4)
    assert "1 statement: 2 · – · 3 · –" in plain(render_panels(here, TrendView(session=3), 80, 14))


def test_the_score_of_another_stands_as_a_score_in_the_legend_of_its_panel() -> None:
    theirs = session({**MINE.scores, "acts": 4}, role="colleague", days=30)
    mine = [session(MINE.scores, days=90 * number) for number in range(2)]
    here = TrendScene(instrument=lone(), trend=trend(lone(), [*mine, theirs]), total=2)
    legend = plain(render_legend(here, TrendView(session=1, panel=1, others=True), 80, enlarged=True))
    assert "■ colleague 4" in legend
    assert "4.00" not in legend


def test_beside_others_it_has_scores_and_a_gap_of_points() -> None:
    manager = session({"calm": 3, "kind": 2, "signs": 2, "acts": 2}, role="manager", days=1)
    comparison = compare(lone(), MINE, [MINE], [manager], {})
    row = comparison.domains[1]
    table = plain(render_comparison(comparison, lone(), ComparisonView(), 120))
    assert [line.split()[-5:-2] for line in table.splitlines() if "Doing" in line] == [["4", "2", "-2"]]
    assert row_cells(comparison, lone(), row) == ["Doing", "4 (1)", "2 (1)", "2", "-2", "1 of 1"]
    assert "own 4 · others 2 · -2" in plain(render_quadrants(comparison, lone(), 100))
    assert " ".join(row_sentences(row)).startswith("yourself 4 (n=1); manager 2 (n=1). Others 2, gap -2.")
    assert ".00" not in plain(render_detail(lone(), row, 100))
    agenda = Agenda(session=MINE.id, points=(gap_point(row),))
    assert "self 4 (n=1), manager 2 (n=1)." in plain(render_agenda(agenda, lone(), {}, 100))


def test_several_others_have_a_mean_of_it() -> None:
    answers = [session({"acts": score}, role="colleague", days=score) for score in (2, 3, 3)]
    row = compare(lone(), MINE, [MINE], answers, {}).domains[1]
    assert " ".join(row_sentences(row)).startswith("yourself 4 (n=1); 3 colleagues 2.67 (n=3)")
    assert "Others 2.67, gap -1.33." in " ".join(row_sentences(row))


def test_the_opening_of_a_document_has_its_score() -> None:
    few = structs.replace(MINE, scores={"calm": 2, "kind": 3, "acts": 4})
    report = build_report(Material(instrument=lone(), session=few, now=NOW))
    assert report.opening[-1] == "Highest: Doing (4); lowest: Looking (2.50)."


def test_a_single_statement_across_the_threshold_is_told_alike_above_the_table_and_in_it() -> None:
    domain = small().domains[0]
    single = structs.replace(small(), domains=(structs.replace(domain, items=domain.items[:1]), *small().domains[1:]))
    change = diff(single, session({"calm": 4}), session({"calm": 2}, days=9))
    text = words(plain(reading.differences(single, change, 100)))
    assert "Looking, a single statement, went from 4 to 2." in text
    assert "Looking at what is there 4 2 from 4 to 2 not high" in text


def test_results_have_the_score_of_a_domain_of_one_statement_and_no_mean() -> None:
    domain = small().domains[0]
    single = structs.replace(small(), domains=(structs.replace(domain, items=domain.items[:1]), *small().domains[1:]))
    shown = results(single, session({"calm": 4, "acts": 3, "tells": 3}))
    for text in (
        plain(render_results(shown, 100)).split("Attitude")[0],
        plain(reading.results(shown, 100)).split("Attitude, ")[0],
    ):
        assert "4.00" not in text
