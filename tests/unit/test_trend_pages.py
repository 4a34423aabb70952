"""Trends as one looks at them: panels, one enlarged, items, and the text twin."""

from __future__ import annotations

import re

import pytest
from msgspec import structs

from reflect_tui import demo
from reflect_tui.analysis.trend import item_trends, trend
from reflect_tui.i18n import use_language
from reflect_tui.model import events, library
from reflect_tui.model.instrument import ScalePoint
from reflect_tui.model.session import Session
from reflect_tui.views import charts
from reflect_tui.views.labels import month_year
from reflect_tui.views.lines import plain
from reflect_tui.views.trend_charts import blank_texts, brief_legend, explained, render_legend, sign_texts, zoom_text
from reflect_tui.views.trend_panels import render_enlarged, render_panels, render_panels_and_legend
from reflect_tui.views.trend_text import render_grid
from reflect_tui.views.trends import GoalTarget, TrendScene, TrendView, render_position, render_question
from tests.bundled import bundled
from tests.unit.examples import ITEMS, session, small
from tests.unit.report_examples import TODAY
from tests.unit.shape_examples import filled
from tests.unit.versions import later, newer

MINE = [
    session({"calm": 2, "kind": 2, "signs": 2, "acts": 2, "tells": 2}),
    session({"calm": 3, "acts": 3, "tells": 4, "asks": "n/a"}, days=100),
    session({"calm": 4, "kind": 4, "signs": 3, "acts": 4, "tells": 4, "gives": 1}, days=200),
]
OTHERS = [
    session({"calm": 1, "kind": 1, "signs": 1}, role="manager", days=150),
    session({"calm": 4, "kind": 4, "signs": 4}, role="client", days=30),
]
TRAINING = events.new_event("2027-04", "training", "4f2a9c")
NEWEST = TrendView(session=2)


def scene(sessions: list[Session], **more: object) -> TrendScene:
    found = trend(small(), sessions)
    made = TrendScene(
        instrument=small(), trend=found, rows=item_trends(small(), found.sessions), total=len(found.sessions)
    )
    return structs.replace(made, **more)


def test_every_view_is_titled_by_its_question() -> None:
    here = scene(MINE)
    asked = [
        render_question(here, TrendView(axis=axis), 80).text.split("?")[0].strip()
        for axis in ("domain", "focus", "item")
    ]
    assert asked == [
        "How have my domains changed",
        "How have my attitude, knowledge and skill changed",
        "How have my answers changed",
    ]
    assert "How has Doing changed?" in render_question(here, TrendView(panel=1), 80, enlarged=True).text
    assert render_question(here, NEWEST, 80).text.rstrip().endswith("all 3 sessions")
    assert render_question(structs.replace(here, total=9), NEWEST, 80).text.rstrip().endswith("last 3 of 9 sessions")


OTHERS_TOO = structs.replace(NEWEST, others=True)


def test_others_are_shown_when_they_are_asked_for_and_the_legend_names_them_then() -> None:
    here = scene([*MINE, *OTHERS])
    alone, beside = (plain(render_panels(here, view, 80, 20)) for view in (NEWEST, OTHERS_TOO))
    assert not {"◆", "△"} & set(alone)
    assert {"◆", "△"} <= set(beside)
    assert "manager" not in plain(render_legend(here, NEWEST, 80))
    assert "◆ manager  △ client" in plain(render_legend(here, OTHERS_TOO, 80))


def test_a_panel_says_mean_verdict_n_and_what_changed() -> None:
    text = plain(render_panels(scene(MINE), NEWEST, 100, 20))
    assert "▸1 Looking" in text
    assert "n=3" in text
    assert "3.67 ▲ high ≈+1.67 ≈+0.67" in text
    assert text.count("Nov 2026") == text.count("Jun 2027") == 1  # the other domains are told in words
    first = plain(render_panels(scene(MINE), TrendView(session=0), 100, 20))
    assert " 2.00 " in first
    assert "▲" not in first.split("+")[0]
    assert charts.WALKED in first
    assert charts.WALKED not in text


@pytest.mark.parametrize("rows", range(9, 24))
def test_panels_of_a_page_end_on_the_same_row_whatever_their_thresholds(rows: int) -> None:
    looking, *_others = small().domains
    items = tuple(structs.replace(item, id=f"{item.id}-x") for item in looking.items)
    points = tuple(ScalePoint(value=value, label=str(value)) for value in range(1, 6))
    scale = structs.replace(small().scale, points=points)
    domains = structs.replace(looking, high_above=3.5), structs.replace(looking, id="seeing", items=items)
    content = structs.replace(small(), scale=scale, domains=domains)
    scores = {item.id: 2 for item in content.items}
    followed = trend(content, [filled(content, scores, days=days) for days in (0, 100)])
    drawn = plain(render_panels(TrendScene(instrument=content, trend=followed), TrendView(session=1), 80, rows)).split(
        "\n"
    )
    dates = [row for row in drawn if "Nov 2026" in row]
    assert [row.count("Nov 2026") for row in dates] == [2]


def test_goals_stand_at_the_edge_and_events_are_ticks_with_a_label() -> None:
    targets = {"doing": (GoalTarget(3.5, "practise telling"),)}
    here = scene(MINE, targets=targets, events=(TRAINING,))
    text = plain(render_enlarged(here, structs.replace(NEWEST, panel=1), 80, 24))
    assert f"{charts.TARGET} goal 3.5: practise telling" in text
    assert sum(row.endswith(charts.TARGET) for row in text.split("\n")) == 1
    assert "┊ training" in text
    assert "Apr 2027 training" in text
    assert charts.TARGET not in plain(render_enlarged(here, NEWEST, 80, 24))


def test_the_legend_names_only_what_is_drawn() -> None:
    here = scene([*MINE, *OTHERS], targets={"looking": (GoalTarget(3.5, "practise looking"),)})
    on_doing, on_seeing = (structs.replace(NEWEST, panel=panel) for panel in (1, 0))
    assert "◂ goal" in plain(render_legend(here, NEWEST, 80))
    assert "◂ goal" in plain(render_legend(here, on_seeing, 80, enlarged=True))
    assert "◂ goal" not in plain(render_legend(here, on_doing, 80, enlarged=True))
    in_words = structs.replace(here, targets={"doing": (GoalTarget(3.5, "practise telling"),)})
    assert "◂ goal" not in plain(render_legend(in_words, NEWEST, 80))  # two statements have no panel
    assert "◂ goal" not in plain(render_legend(here, structs.replace(NEWEST, axis="focus"), 80))
    low = scene([session(dict.fromkeys(("calm", "kind", "signs"), 2), days=days) for days in (0, 100)])
    assert plain(render_legend(low, TrendView(session=0), 80)).strip() == "┼ session chosen"


@pytest.mark.parametrize("score", [1, 4])
def test_the_whole_scale_and_the_threshold_stand_in_every_chart(score: int) -> None:
    flat = [session(dict.fromkeys(("calm", "kind", "signs"), score), days=days) for days in (0, 100)]
    view = TrendView(session=1)
    for drawn in (render_panels(scene(flat), view, 80, 14), render_enlarged(scene(flat), view, 80, 24)):
        rows = [row.text.strip() for row in drawn]
        assert [sum(row.startswith(f"{point}") for row in rows) for point in (4, 1)] >= [1, 1]
        assert any(row.startswith("3 ╌") for row in rows)


def test_zoomed_in_the_scale_is_that_of_the_means_and_that_is_said() -> None:
    here, view = scene(MINE), structs.replace(NEWEST, zoomed=True)
    assert zoom_text(here, view) == "zoomed in: 2 to 4"
    assert zoom_text(here, structs.replace(view, panel=2), enlarged=True) == "zoomed in: 1 to 3.5"
    close = scene([session(dict.fromkeys(("calm", "kind", "signs"), 3), days=days) for days in (0, 100)])
    assert zoom_text(close, TrendView(session=1, zoomed=True)) == "zoomed in: 2.5 to 3.5"
    rows = [row.text.strip() for row in render_enlarged(close, TrendView(session=1, zoomed=True), 80, 20)]
    assert any(row.startswith("3.5") for row in rows)
    assert any(row.startswith("2.5") for row in rows)
    assert any(row.startswith("3   ╌") for row in rows)


def test_a_point_below_coverage_is_hollow_in_panel_chart_and_legend() -> None:
    thin = [session({"calm": 3, "kind": 3, "signs": 3}), session({"calm": 3}, days=100)]
    full = [thin[0], session(thin[0].scores, days=100)]
    for drawn in (render_panels, render_enlarged):
        assert charts.HOLLOW in plain(drawn(scene(thin), TrendView(session=1), 80, 20))
        assert charts.HOLLOW not in plain(drawn(scene(full), TrendView(session=1), 80, 20))
    assert "○ too few" in plain(render_legend(scene(thin), TrendView(session=1), 80))


def test_the_line_does_not_go_through_a_session_without_a_score() -> None:
    answers = dict.fromkeys(("calm", "kind", "signs"), 2)
    here = scene([session(answers if days != 100 else {"acts": 3}, days=days) for days in (0, 100, 200)])
    whole = scene([session(answers, days=days) for days in (0, 100, 200)])
    rows = [
        max(plain(render_enlarged(one, TrendView(session=2), 80, 20)).split("\n"), key=lambda row: row.count("⣿"))
        for one in (here, whole)
    ]
    gap, line = (row.count("⣿") for row in rows)
    assert gap < 4
    assert line > 50


def test_where_n_changes_by_half_or_more_the_point_says_so() -> None:
    few, more = session({"calm": 3, "kind": 3}), session({"calm": 3, "kind": 3, "signs": 3}, days=100)
    view = TrendView(session=1)
    assert "n count changed" in plain(render_legend(scene([few, more]), view, 80))
    assert "count changed" not in plain(render_legend(scene([more, session(more.scores, days=200)]), view, 80))


def test_a_domain_of_two_items_is_told_in_words() -> None:
    looking, doing, *_rest = small().domains
    both = (structs.replace(looking, items=looking.items[:2]), structs.replace(doing, items=looking.items))
    short = structs.replace(small(), domains=both)
    means = [session({"calm": 2 + n, "kind": 3}, days=100 * n) for n in range(3)]
    here = TrendScene(instrument=short, trend=trend(short, means), total=3)
    text = plain(render_panels(here, NEWEST, 80, 14))
    assert "2 statements: 2.5 · 3 · 3.5" in text
    assert "3.50 ▲ high" in text  # its verdict as of any other, which the list of sessions counts too
    assert text.count("▲") == 2
    assert any(
        part.style == "title" and "Looking" in part.text
        for row in render_panels(here, NEWEST, 80, 14)
        for part in row.spans
    )
    assert "▲ above 3" in sign_texts(
        structs.replace(here, trend=structs.replace(here.trend, domains=here.trend.domains[:1])), NEWEST, short=True
    )
    assert text.count("3 ╌") == 1


@pytest.mark.parametrize("count", [1, 2, 60])
def test_any_number_of_sessions_fits_every_view(count: int) -> None:
    many = [session({"calm": 1 + n % 4, "acts": 4 - n % 4}, days=30 * n) for n in range(count)]
    here = scene(many)
    view = TrendView(session=count - 1)
    for width in (60, 80, 120):
        for drawn in (
            render_panels(here, view, width, 14),
            render_enlarged(here, view, width, 20),
            render_grid(here, view, width, 18),
        ):
            assert all(row.width <= width for row in drawn)
            assert len(drawn) > 3


def test_n_stands_below_every_point_of_an_enlarged_chart() -> None:
    text = plain(render_enlarged(scene(MINE), NEWEST, 80, 20))
    row = next(row for row in text.split("\n") if row.strip().startswith("n "))
    assert row.split() == ["n", "3", "1", "3"]
    assert charts.HOLLOW in text  # one of three items is too few for a verdict


def test_of_two_sessions_of_one_day_the_end_of_an_enlarged_chart_is_the_newest() -> None:
    early = session({"calm": 1, "kind": 2, "signs": 1}, days=200)
    newest = structs.replace(MINE[2], id="2027-06-11T1900-self-4f2a9d", started=early.started.replace(hour=19))
    both, alone = (
        plain(render_enlarged(scene(shown), TrendView(session=len(shown) - 1), 80, 20)).split("\n")
        for shown in ([MINE[0], early, newest], [MINE[0], newest])
    )
    assert "3.67" in "\n".join(both[:15])
    assert both[:15] == alone[:15]  # the early 1.33 is told in the table
    assert next(row for row in both if row.strip().startswith("n ")).split() == ["n", "3", "3"]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_first_and_the_last_date_always_stand_below_an_enlarged_chart(columns: int) -> None:
    course = [session(dict.fromkeys(ITEMS, 3), days=90 * place) for place in range(30)]
    ends = [month_year(one.started) for one in (course[0], course[-1])]
    rows = plain(render_enlarged(scene(course), TrendView(session=29), columns, 18)).split("\n")
    dates = next(row.strip() for row in rows if row.rstrip().endswith(ends[1]))
    assert dates.startswith(ends[0])


def test_the_place_says_the_date_and_what_changed() -> None:
    text = render_position(small(), scene(MINE).trend, TrendView(session=1), 80).text
    assert "3 Mar 2027  2/3   Looking  ○ too few for a verdict" in text
    text = render_position(small(), scene(MINE).trend, TrendView(session=2), 80).text
    assert "11 Jun 2027  3/3   Looking  ≈+1.67 since Nov 2026, ≈+0.67 since previous" in text


def test_figures_of_a_panel_stand_apart_in_the_narrowest_one() -> None:
    middle, low = {"calm": 3, "kind": 3, "signs": 4}, {"calm": 2, "kind": 2, "signs": 3}
    course = [session(low), session(middle, days=100), session(dict.fromkeys(ITEMS, 4), days=200)]
    here = scene(course)
    for columns in (60, 80):
        text = plain(render_panels(here, NEWEST, columns, 14))
        assert re.search(r"4\.00▲ ?≈\+1\.67 ≈\+0\.67", text)


def test_a_change_by_other_statements_is_marked_as_in_a_diff() -> None:
    few = {"calm": 2, "kind": 2, "signs": "n/a"}
    here = scene([session(few), session({"calm": 2, "kind": 2, "signs": 3}, days=100)])  # type: ignore[arg-type]
    view = TrendView(session=1)
    row = next(row for row in plain(render_panels(here, view, 80, 14)).split("\n") if "2.33" in row)
    assert row.split()[:2] == ["2.33", "≠+0.33"]  # two sessions, one change
    assert "change since previous" in plain(render_legend(here, view, 80))
    assert "≠+0.33 since Nov 2026" in render_position(small(), here.trend, view, 80).text
    assert "≠ other statements" in plain(render_legend(here, view, 80))
    same = scene([session(dict.fromkeys(ITEMS, 2)), session(dict.fromkeys(ITEMS, 2), days=100)])
    assert not set("≠≈") & set(plain(render_panels(same, view, 80, 14)) + plain(render_legend(same, view, 80)))


@pytest.mark.parametrize(("language", "columns"), [("en", 79), ("nl", 79), ("en", 119), ("nl", 119)])
def test_the_legend_says_what_both_changes_beside_a_mean_are(language: str, columns: int) -> None:
    use_language(language)
    said = "change since first, previous" if language == "en" else "verschil sinds eerste, vorige"
    here = scene([*MINE, *OTHERS], events=(TRAINING,), targets={"looking": (GoalTarget(3.5, "practise"),)})
    texts = [*sign_texts(here, NEWEST, short=True), *blank_texts(here, NEWEST)]
    (low,) = brief_legend(here, NEWEST, columns, 1)
    assert low.width <= columns
    named = low.text.strip().split("  ")
    if named != texts:  # no sign stands without its words
        assert named == [*texts[: len(named) - 1], "?: all signs" if language == "en" else "?: alle tekens"]
    assert plain(brief_legend(here, NEWEST, columns, 9)).split() == " ".join(texts).split()
    assert said in plain(render_legend(here, NEWEST, columns))
    every = explained(here, NEWEST)
    assert all(sign in every for sign in (charts.TARGET, charts.HOLLOW, charts.OTHER_COUNT, charts.EVENT, "0"))


@pytest.mark.parametrize("size", [(59, 13), (79, 16), (119, 33), (39, 8)])
def test_panels_fill_their_room_and_no_more(size: tuple[int, int]) -> None:
    columns, high = size
    for panel in range(3):
        drawn = render_panels(
            scene([*MINE, *OTHERS], events=(TRAINING,)), structs.replace(NEWEST, panel=panel), columns, high
        )
        assert len(drawn) <= high
        assert max(row.width for row in drawn) <= columns


def test_where_not_all_panels_fit_the_chosen_one_is_seen_and_the_others_are_named() -> None:
    many = structs.replace(
        small(),
        domains=tuple(structs.replace(small().domains[0], id=f"d{n}", title=f"Part {n}", short="") for n in range(8)),
    )
    here = TrendScene(instrument=many, trend=trend(many, MINE), total=3)
    text = plain(render_panels(here, TrendView(session=2, panel=7), 60, 13))
    assert "▸Part 7" in text
    assert "↑ ↓ more: 1 Part 0, 2 Part 1, 3 Part 2" in text


def test_the_grid_has_a_digit_and_a_shade_for_every_answer_and_the_chosen_sentence() -> None:
    text = plain(render_grid(scene(MINE), TrendView(session=2, item=4), 60, 20))
    assert "Looking at what is there" in text
    assert next(row for row in text.split("\n") if "calm" in row).split()[-3:] == ["2▒", "3▓", "4█"]
    assert next(row for row in text.split("\n") if "I ask" in row).split()[-3:] == ["·", "–", "·"]
    assert "▸ I tell others" in text
    assert "I act on them; I tell others" in text
    assert "11 Jun 2027: 4 good" in text
    assert "Jun 27" in text


def test_the_grid_scrolls_to_the_chosen_item_and_session() -> None:
    many = [session({"calm": n % 4 + 1}, days=n) for n in range(200)]
    here = scene(many)
    for item in range(7):
        drawn = render_grid(here, TrendView(session=100, item=item), 60, 12)
        assert len(drawn) == 12
        assert max(row.width for row in drawn) <= 60
        assert sum("▸" in row.text for row in drawn) == 1


def test_an_item_that_was_not_asked_then_is_not_shown_as_open() -> None:
    known = {small().digest: small(), newer().digest: newer()}
    sessions = [MINE[0], later({"spots": 4})]
    found = trend(newer(), sessions, known)
    here = TrendScene(instrument=newer(), trend=found, rows=item_trends(newer(), found.sessions, known), total=2)
    text = plain(render_grid(here, TrendView(session=0, item=2), 60, 20))
    assert next(row for row in text.split("\n") if "▸" in row).split()[-2:] == ["╎", "4█"]
    assert "not in this version" in text
    assert "╎ not asked then" in text


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(("others", "back"), [(False, 1), (True, 1), (True, 2), (True, 3)])
def test_at_80x24_every_sign_that_is_drawn_is_named_on_the_page(language: str, back: int, *, others: bool) -> None:
    use_language(language)
    instrument = bundled(library.DEFAULT, language)
    sessions = demo.sessions(instrument, TODAY, language)
    found = trend(instrument, sessions)
    course, later_one = (events.new_event(month, "training", "4f2a9c") for month in ("2025-06", "2027-04"))
    goals: dict[str, tuple[GoalTarget, ...]] = {"coordineren": (GoalTarget(3.0, "lead"),)}
    here = TrendScene(instrument=instrument, trend=found, events=(course, later_one), targets=goals)
    view = TrendView(session=len(found.sessions) - back, others=others)
    above = render_position(instrument, found, view, 79)
    shown = plain(render_panels_and_legend(here, view, 79, 22, above=above))
    assert shown.count("\n") == 21
    first, *_panels, legend = shown.splitlines()
    assert first.startswith(above.text[:22])  # the date, and which of how many
    assert max(len(first), len(legend)) <= 79
    assert "…" not in shown
    assert not [text for text in sign_texts(here, view, short=True) if text not in f"{first}  {legend}"]
    assert "≈" not in "".join(shown.splitlines()[13:-1]).replace("≈+", "").replace("≈-", "")  # no panel has a legend
