"""Domains where lower is better: every figure, and every page that tells of them."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from msgspec import structs

from reflect_tui import i18n
from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.diff import diff, results
from reflect_tui.analysis.summary import lowest_items, session_figures, strongest_items, summarize
from reflect_tui.analysis.talking_points import propose_agenda
from reflect_tui.analysis.team import general_points, strengths
from reflect_tui.analysis.trend import item_trends, trend
from reflect_tui.cli import json_out
from reflect_tui.line_mode import reading
from reflect_tui.model.assessment import is_low_score
from reflect_tui.model.instrument import Better
from reflect_tui.model.session import Score
from reflect_tui.model.team import ClosedPeriod, TeamFigure
from reflect_tui.report.build import Material, build_report, opening
from reflect_tui.report.charts import bar
from reflect_tui.report.html import page
from reflect_tui.report.markdown import markdown
from reflect_tui.usecases.pages import NamedSession
from reflect_tui.views import home
from reflect_tui.views.agenda import point_title
from reflect_tui.views.change_sentences import mean_counts, moves_sentence
from reflect_tui.views.compare import ComparisonView, render_comparison
from reflect_tui.views.diff import render_diff
from reflect_tui.views.instrument_words import scale_line
from reflect_tui.views.labels import group_name
from reflect_tui.views.lines import plain, span
from reflect_tui.views.results import render_bars, render_results, results_twin
from reflect_tui.views.trend_panels import render_panels_and_legend
from reflect_tui.views.trend_text import render_trend_text
from reflect_tui.views.trends import TrendScene, TrendView
from tests.unit.examples import ITEMS, session, small
from tests.unit.plain_examples import words
from tests.unit.report_examples import NOW
from tests.unit.shape_examples import BETTER, GLOOMY, filled, shape

STRAIN = shape("strain")
BEFORE, NOW_GLOOMY = filled(STRAIN, BETTER, days=-100), filled(STRAIN, GLOOMY)


def test_higher_is_better_in_an_instrument_only_where_it_is_in_every_domain() -> None:
    assert small().higher_is_better
    assert {scale.better for scale in map(STRAIN.scale_of, ("gloom", "rest"))} == {"lower", "higher"}
    assert not STRAIN.higher_is_better


def test_a_low_mean_is_good_where_lower_is_better() -> None:
    gloom, unrest, rest = summarize(STRAIN, GLOOMY).domains
    assert [(part.verdict, part.good) for part in (gloom, unrest, rest)] == [
        ("high", False), ("not high", True), ("high", True),
    ]  # fmt: skip
    assert gloom.mean == Fraction(3)
    assert [item.id for item, _score in lowest_items(STRAIN, NOW_GLOOMY)] == ["down", "tired", "cheerful"]
    best = [(item.id, score) for item, score in strongest_items(STRAIN, NOW_GLOOMY, 3)]
    assert best == [("restless", 0), ("worried", 0), ("slept", 3)]


def test_changes_are_counted_as_better_and_worse_where_lower_is_better() -> None:
    """Both went down by as much: clearly, to the worse in one domain and to the better in the other."""
    looking, doing, _together = small().domains
    items = [structs.replace(item, id=f"{item.id}{n}") for n in range(2) for item in looking.items]
    domains = (
        structs.replace(looking, items=items),
        structs.replace(doing, items=[structs.replace(item, id=f"{item.id}-x") for item in items], better="lower"),
    )
    for better, told in (
        (("higher", "lower"), "2 means: 1 clearly better, 1 clearly worse."),
        (("lower", "lower"), "2 means: 2 clearly better."),
        (("higher", "higher"), "2 means: 2 clearly down."),
    ):
        parts = (structs.replace(domain, better=way) for domain, way in zip(domains, better, strict=True))
        content = structs.replace(small(), domains=tuple(parts))
        before, now = ({item.id: score for item in content.items} for score in (4, 2))
        change = diff(content, filled(content, before, days=-90), filled(content, now))
        assert mean_counts(change.domains) == told
        assert f" {told} " in " ".join(plain(reading.differences(content, change, 200)).split())
        between = diff(content, filled(content, before, role="manager"), filled(content, now, role="client"))
        assert mean_counts(between.domains) == "2 means: 2 lower."  # of two people none does better
        assert {row["clear"] for row in json_out.compared(between)["domains"]} == {"no"}
        for told_between in (render_diff(content, between, 100), reading.differences(content, between, 200)):
            assert not re.search("clear|≈", plain(told_between))


def test_the_rule_of_a_list_stands_in_a_document_only_with_the_list() -> None:
    looking, *others = small().domains
    mixed = structs.replace(small(), domains=(structs.replace(looking, better="lower"), *others))
    rule = "Statements to look at are scored on the wrong side of 3; the furthest from it come first."
    good = {item.id: 2 if item in looking.items else 4 for item in mixed.items}
    for scores, is_listed in ((good, False), (good | {"calm": 4}, True)):
        report = build_report(Material(instrument=mixed, session=filled(mixed, scores), now=NOW))
        assert (bool(report.low.items), rule in report.legend) == (is_listed, is_listed)


@pytest.mark.parametrize(("better", "day"), [("lower", "better"), ("higher", "worse")])
def test_what_a_day_does_depends_on_which_way_is_better(better: Better, day: str) -> None:
    content = structs.replace(small(), scale=structs.replace(small().scale, better=better))
    before, now = (filled(content, dict.fromkeys(ITEMS, score), days=score) for score in (2, 1))
    assert moves_sentence(diff(content, before, now)) == (
        f"All 7 statements that changed went down. A {day} day can do that too; look at which ones."
    )


def test_an_example_is_asked_of_the_worse_half() -> None:
    item = {item.id: item for item in STRAIN.items}
    asked = [
        (name, score)
        for name in ("down", "cheerful", "slept")
        for score in range(4)
        if is_low_score(STRAIN, item[name], score)
    ]
    assert asked == [("down", 2), ("down", 3), ("cheerful", 0), ("cheerful", 1), ("slept", 0), ("slept", 1)]


def test_the_agenda_names_strain_as_what_to_talk_about_and_calm_as_a_strength() -> None:
    points = propose_agenda(STRAIN, NOW_GLOOMY, BEFORE).points
    titles = {(point.kind, point.about): point_title(point, STRAIN) for point in points}
    assert titles == {
        ("strength", "rest"): "Rest",
        ("strength", "unrest"): "Unrest",
        ("crossing", "gloom"): "Gloom: high now",
    }
    (alone,) = [point for point in propose_agenda(STRAIN, NOW_GLOOMY).points if point.kind == "low"]
    assert (alone.about, point_title(alone, STRAIN)) == ("gloom", "Gloom: high")
    assert dict(alone.items) == {"down": 3, "tired": 3, "cheerful": 0}
    later = propose_agenda(STRAIN, filled(STRAIN, BETTER, days=9), NOW_GLOOMY).points
    assert [(point.kind, point.about) for point in later] == [("strength", "gloom"), ("strength", "unrest")]


def test_a_rise_of_strain_is_drawn_as_a_loss_and_its_fall_as_a_gain() -> None:
    worse, better = diff(STRAIN, BEFORE, NOW_GLOOMY), diff(STRAIN, NOW_GLOOMY, BEFORE)
    assert [part.is_improved for part in (*worse.domains, *better.domains)] == [False, None, None, True, None, None]
    assert {item.id: (item.a, item.b, item.step, item.gain) for item in worse.items} == {
        "down": (0, 3, 3, -3), "tired": (1, 3, 2, -2), "cheerful": (3, 0, 3, -3),
    }  # fmt: skip
    rows = [row for row in render_diff(STRAIN, worse, 100) if "I was cheerful. (reversed)" in row.text]
    assert re.match(r"\s+▲\s+3 → 0", rows[0].text)
    assert {part.style for part in rows[0].spans if part.text.strip() in {"▲", "0"}} == {"low"}


def test_the_fields_of_a_comparison_follow_what_is_better() -> None:
    other = filled(STRAIN, BETTER, role="colleague", days=1)
    compared = compare(STRAIN, NOW_GLOOMY, [NOW_GLOOMY], [other], {})
    fields = {row.id: row.quadrant for row in compared.domains}
    assert fields == {"gloom": "hidden strength", "unrest": "shared strength", "rest": "shared strength"}
    assert compared.domains[0].gap == Fraction(1, 3) - 3
    shown = words(plain(render_comparison(compared, STRAIN, ComparisonView(), 120)))
    assert "-2.67" in shown
    assert "Lower is better in Gloom, Unrest." in shown
    mine, gloomy = filled(STRAIN, BETTER), filled(STRAIN, GLOOMY, role="colleague", days=1)
    assert compare(STRAIN, mine, [mine], [gloomy], {}).domains[0].quadrant == "blind spot"


def document(language: str) -> Material:
    i18n.use_language(language)
    agenda = propose_agenda(STRAIN, NOW_GLOOMY, BEFORE)
    return Material(
        instrument=STRAIN, session=NOW_GLOOMY, previous=BEFORE, own=(BEFORE, NOW_GLOOMY), agenda=agenda, now=NOW,
        commit="0123456789abcdef0123",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "heading", "worst", "said"),
    [
        ("en", "Going well", "Statements to look at", "Lower is better in Gloom, Unrest."),
        ("nl", "Wat goed gaat", "Stellingen om bij stil te staan", "Lager is beter bij Gloom, Unrest."),
    ],
)
def test_no_document_calls_strain_something_that_goes_well(language: str, heading: str, worst: str, said: str) -> None:
    made = build_report(document(language))
    text = markdown(made)
    strengths = text.split(f"## {heading}")[1].split("##")[0]
    assert "Gloom" not in strengths
    assert "Unrest" in strengths
    assert f"## {worst}" in text
    assert said in text
    assert "Houding" not in text
    assert "Attitude" not in text
    shown = page(made)
    assert worst in shown
    assert re.findall(r'<tr class="high">\s*<th scope="row">(\w+)', shown) == ["Unrest", "Rest"]


@pytest.mark.parametrize(("language", "said"), [("en", "Lower is better in"), ("nl", "Lager is beter bij")])
def test_every_page_says_where_lower_is_better(language: str, said: str) -> None:
    i18n.use_language(language)
    shown = results(STRAIN, NOW_GLOOMY, BEFORE)
    change = diff(STRAIN, BEFORE, NOW_GLOOMY)
    followed = trend(STRAIN, [BEFORE, NOW_GLOOMY])
    rows = item_trends(STRAIN, followed.sessions)
    scene = TrendScene(instrument=STRAIN, trend=followed, rows=rows, total=2)
    pages = (
        render_results(shown, 100),
        render_results(shown, 60, words=True),
        render_trend_text(scene, 100),
        reading.results(shown, 80),
        reading.differences(STRAIN, change, 80),
    )
    for lines in pages:
        assert said in words(plain(lines)), plain(lines)
        assert "Houding" not in plain(lines)
        assert "Attitude" not in plain(lines)


def test_an_instrument_as_data_says_what_is_reversed_and_what_is_better() -> None:
    told = json_out.whole_instrument(STRAIN)
    assert told["scale"]["better"] == "lower"
    assert [domain.get("better") for domain in told["domains"]] == [None, None, "higher"]
    assert [item.get("reversed") for item in told["domains"][0]["items"]] == [None, None, True]


def test_a_domain_may_have_a_threshold_of_its_own_drawn_in_its_row() -> None:
    given = filled(STRAIN, {**GLOOMY, "slept": 2, "paused": 2, "restless": 2, "worried": 2})
    groups = {group.id: (group.mean, group.verdict, group.good) for group in summarize(STRAIN, given.scores).domains}
    assert groups["rest"] == (Fraction(2), "not high", False)  # above 1, not above 2
    assert groups["unrest"] == (Fraction(5, 3), "high", False)
    shown = plain(render_results(results(STRAIN, given), 100))
    assert "The thresholds: Gloom 1, Unrest 1, Rest 2." in words(shown)
    bars = {row.split()[0].strip("▲"): row.index("╋") for row in shown.splitlines() if "╋" in row and "Rest" not in row}
    (rest,) = [row.find("●") for row in shown.splitlines() if row.strip().startswith("Rest")]
    assert rest > max(bars.values())  # the dot stands upon the mark: exactly the threshold
    change = diff(STRAIN, filled(STRAIN, {**GLOOMY, "paused": 2}, days=-9), given)
    assert plain(render_diff(STRAIN, change, 100)).count("Across the threshold") == 1
    assert "Across the threshold of" not in plain(render_diff(STRAIN, change, 100))
    rows = build_report(Material(instrument=STRAIN, session=given, now=NOW)).domains
    assert bar(rows[0], STRAIN.scale).threshold < bar(rows[2], STRAIN.scale).threshold


def test_exactly_at_the_threshold_is_neither_a_strength_nor_a_low_point_and_is_named() -> None:
    given = filled(STRAIN, {**GLOOMY, "restless": 1, "worried": 1, "slept": 2, "paused": 2})
    groups = {group.id: group for group in summarize(STRAIN, given.scores).domains}
    assert [name for name, group in groups.items() if group.is_at_threshold] == ["unrest", "rest"]
    assert (groups["unrest"].verdict, groups["unrest"].good) == ("not high", False)
    agenda = propose_agenda(STRAIN, given)
    assert {"unrest", "rest"}.isdisjoint(point.about for point in agenda.points)
    for shown in (render_results(results(STRAIN, given), 100), reading.results(results(STRAIN, given), 100)):
        assert "Exactly at the threshold: Unrest, Rest." in words(plain(shown))


def test_a_team_does_well_where_most_are_below_the_threshold_of_strain() -> None:
    def figure(name: str, high: int, median: float) -> TeamFigure:
        return TeamFigure(axis="domain", id=name, high=high, median=median, lower=median, upper=median)

    figures = (figure("gloom", 5, 2), figure("unrest", 1, 0.5), figure("rest", 5, 3))
    period = ClosedPeriod(
        team="north", instrument="strain", version="1.0.0", digest=STRAIN.digest, period="2026-Q4", closed=NOW.date(),
        took_part=6, counted="2026-Q4", people=6, figures=figures,
    )  # fmt: skip
    assert [one.id for one in strengths(STRAIN, period)] == ["rest", "unrest"]
    assert [one.id for one in general_points(STRAIN, period)] == ["gloom"]
    further = structs.replace(period, figures=(figure("rest", 5, 2.5), figure("unrest", 1, 0)))
    assert [one.id for one in strengths(STRAIN, further)] == ["unrest", "rest"]  # further from its threshold


def test_a_document_names_the_domains_that_are_good_where_lower_is_better() -> None:
    given = filled(STRAIN, GLOOMY)
    good = [group_name(STRAIN, group.id, short=True) for group in summarize(STRAIN, given.scores).domains if group.good]
    assert good
    assert f"Good: {', '.join(good)}." in opening(STRAIN, given)


def test_where_lower_is_better_in_some_domains_no_headline_counts_up_and_down_together() -> None:
    first, *others = small().domains
    mixed = structs.replace(small(), domains=(structs.replace(first, better="lower"), *others))
    before, now = session(dict.fromkeys(ITEMS, 2)), session(dict.fromkeys(ITEMS, 3), days=9)
    said = words(plain(reading.differences(mixed, diff(mixed, before, now), 100)))
    assert "None of the 7 statements stayed the same. Changed: 7; which way is better differs by domain." in said
    assert "went up than down" not in said
    shown = words(plain(render_results(results(mixed, now, before), 100)))
    assert "of 7 statements: 7 changed." in shown
    labels = [
        figure.label
        for figure in build_report(Material(instrument=mixed, session=now, now=NOW, previous=before)).totals
    ]
    assert "statements changed" in labels
    assert "statements up" not in labels


def test_what_goes_well_is_marked_and_a_high_mean_is_not_where_lower_is_better() -> None:
    """Gloom is high and Unrest is not: of these, without colour, only Unrest and the calm Rest stand out."""
    shown = plain(render_results(results(STRAIN, NOW_GLOOMY), 100))
    marked = {row.split()[0]: row.split()[1] for row in shown.splitlines() if row.lstrip().startswith(("▲", "▼"))}
    assert marked == {"▼": "Unrest", "▲": "Rest"}
    sheet = page(
        build_report(
            Material(instrument=STRAIN, session=NOW_GLOOMY, previous=BEFORE, own=(BEFORE, NOW_GLOOMY), now=NOW)
        )
    )
    verdicts = re.findall(r'class="verdict">(\S*) ?', sheet)
    assert verdicts.count("▲") == 1
    moves = re.findall(r'class="score (up|down)">(.) ?(\d+) → (\d+)', sheet)

    assert ("down", "▲", "0", "3") in moves


def test_the_legend_of_trends_explains_the_mark_of_lower_is_better() -> None:
    scene = TrendScene(instrument=STRAIN, trend=trend(STRAIN, [BEFORE, NOW_GLOOMY]), total=2)
    shown = plain(render_panels_and_legend(scene, TrendView(session=1), 100, 20))
    assert re.search(r"▼ lower is better", shown, re.IGNORECASE)
    assert "3.00▲" not in shown


def test_where_thresholds_differ_no_sentence_names_one_for_all() -> None:
    looking, *others = small().domains
    content = structs.replace(small(), domains=(structs.replace(looking, high_above=3.5), *others))
    assert scale_line(content).startswith("Scores go from 1 to 4; a mean above the threshold is high.")


def test_a_domain_without_an_earlier_score_says_so() -> None:
    """It doesn't read "change none"."""
    before = filled(small(), {"calm": 2}, days=-9)
    now = filled(small(), dict.fromkeys([item.id for item in small().items], 3))
    twin = results_twin(small(), summarize(small(), now.scores), diff(small(), before, now), 120)
    assert "no earlier score" in plain(twin)


def test_lists_count_the_domains_that_go_well_where_lower_is_better() -> None:
    calm: dict[str, Score] = {"down": 0, "tired": 0, "cheerful": 3, "restless": 0, "worried": 0, "jumpy": 0, "slept": 1}
    figures = session_figures(STRAIN, calm)
    assert (figures.high, figures.good, figures.domains) == (0, 2, 3)
    calm_session = filled(STRAIN, calm)
    row = home.row_of("x", "Strain", figures, calm_session)
    assert home.render_rows([row], (), 79)[0].text.split()[-3:] == ["2", "of", "3"]
    assert home.render_head(79, lower=row.lower).text.split()[-1] == "Good"
    assert home.render_head(79).text.split()[-1] == "High"
    assert "2 of 3 domains good" in plain(render_results(results(STRAIN, calm_session), 100))
    named = NamedSession("latest", calm_session, figures, "Strain")
    assert "2 of 3 domains good." in words(plain(reading.listed([named], 200)))
    made = build_report(Material(instrument=STRAIN, session=calm_session, own=(calm_session,), now=NOW))
    assert ("2/3", "domains good") in [(one.figure, one.label) for one in made.totals]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_verdict_stands_apart_from_what_is_beside_it(language: str) -> None:
    i18n.use_language(language)
    summary = summarize(STRAIN, {**GLOOMY, "tired": "n/a", "cheerful": "n/a"})
    beside = {group.id: [span("▁" * 8)] for group in summary.domains}
    for columns in range(72, 140):
        rows = [row.text for row in render_bars(STRAIN, summary, beside, columns, "domain") if "▁" in row.text]
        assert len(rows) == 3
        assert {row[row.index("▁") - 1] for row in rows} == {" "}
        assert len({row.index("▁") for row in rows}) == 1
        assert {len(row) <= columns for row in rows} == {True}


def test_statements_that_rose_are_a_drop_also_where_others_held_their_mean_still() -> None:
    looking, *others = small().domains
    items = (*looking.items, structs.replace(looking.items[0], id="calmer"))
    mixed = structs.replace(small(), domains=(structs.replace(looking, items=items, better="lower"), *others))
    before = filled(mixed, {"calm": 3, "kind": 3, "signs": 4})
    now = filled(mixed, {"calm": 4, "kind": 4, "calmer": 2}, days=9)  # a mean of 3.33 both times
    (point, *_more) = propose_agenda(mixed, now, before).points
    assert (point.kind, point.about, dict(point.items)) == ("drop", "looking", {"calm": 4, "kind": 4})
