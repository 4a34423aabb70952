"""What the pages of a trend say: in legends, sentences and names, with and without charts."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec import structs

from reflect_tui.analysis.trend import item_trends, trend
from reflect_tui.model import events
from reflect_tui.model.old_means import Reference
from reflect_tui.views import charts, trends
from reflect_tui.views.bars import course_period, courses
from reflect_tui.views.instrument_words import lower_sentence
from reflect_tui.views.lines import plain
from reflect_tui.views.trend_charts import render_legend, sign_texts
from reflect_tui.views.trend_panels import render_enlarged, render_panels, render_panels_and_legend
from reflect_tui.views.trend_text import render_trend_text
from reflect_tui.views.trends import GoalTarget, TrendScene, TrendView, render_position, render_thinning
from tests.unit.examples import session, small
from tests.unit.shape_examples import GLOOMY, filled, shape
from tests.unit.test_trend_pages import MINE, NEWEST, OTHERS, TRAINING, scene
from tests.unit.versions import later, newer


def test_a_new_line_is_named_where_items_changed_their_meaning() -> None:
    known = {small().digest: small(), newer().digest: newer()}
    found = trend(newer(), [*MINE, later({"calm": 4, "warm": 4, "spots": 4}, days=300)], known)
    assert "a new line: other statements" in render_position(newer(), found, TrendView(session=3), 90).text


def broken() -> TrendScene:
    """Give a scene in which "looking" has other items from the fourth session on, and "doing" the same ones."""
    known = {small().digest: small(), newer().digest: newer()}
    now = later({"calm": 4, "warm": 4, "spots": 4, "acts": 4, "tells": 4}, days=300)
    found = trend(newer(), [*MINE, now], known)
    return TrendScene(instrument=newer(), trend=found, rows=item_trends(newer(), found.sessions, known), total=4)


def test_a_panel_tells_the_change_on_the_statements_of_both_versions_as_a_diff_does() -> None:
    here, view = broken(), TrendView(session=3)  # "looking" went 3.67 → 4.00, the two of both versions 4.00 → 4.00
    panels, narrow = (plain(render_panels(here, view, columns, 40)) for columns in (120, 60))
    assert "4.00 ▲ high ≈+2.00 (n=2) 0.00 (n=2)" in panels
    assert "4.00▲ ≠+2.00 ≠0.00" in narrow
    assert "(n=…) or ≠: on statements of both versions" in plain(render_legend(here, view, 120))


def test_no_sentence_and_no_table_follows_a_line_across_other_items() -> None:
    here = broken()
    text = " ".join(plain(render_trend_text(here, 100)).split())
    assert (
        "Looking at what is there: from 2.00 on 23 Nov 2026 to 3.67 on 11 Jun 2027 "
        "(1.67 up, too few changed), in 3 sessions. "
        "Date mean scored verdict 23 Nov 2026 2.00 3 of 3 not high 3 Mar 2027 3.00 1 of 3 too few "
        "11 Jun 2027 3.67 3 of 3 high "
        "Other statements since then: 4.00 on 19 Sep 2027, n = 3, high." in text
    )
    assert "Doing: from 2.00 on 23 Nov 2026 to 4.00 on 19 Sep 2027 (2.00 up, too few changed), in 4 sessions." in text
    assert "Other statements" not in plain(render_trend_text(scene(MINE), 100))


def test_a_gap_in_a_line_is_explained_where_there_is_one() -> None:
    here = broken()
    view = TrendView(session=2)
    assert "gap: other statements" in plain(render_legend(here, view, 100))
    assert "gap: other statements" in plain(render_enlarged(here, view, 100, 24))
    assert "gap: other statements" not in plain(render_enlarged(here, structs.replace(view, panel=1), 100, 24))


def test_sessions_of_one_day_are_told_apart_by_their_time() -> None:
    noon = structs.replace(MINE[0], id="2026-11-23T1700-self-4f2a9d", started=MINE[0].started.replace(hour=17))
    text = plain(render_trend_text(scene([MINE[0], noon, MINE[1]]), 100))
    assert "23 Nov 2026, 14:05" in text
    assert "23 Nov 2026, 17:05" in text
    assert "3 Mar 2027" in text


def test_the_items_in_text_say_how_many_sessions_have_no_room_and_what_the_signs_mean() -> None:
    many = scene([session({"calm": n % 4 + 1}, days=n) for n in range(50)])
    drawn = plain(render_trend_text(many, 80, ("item",)))
    text = " ".join(drawn.split())
    assert "Answers of the last 20 of 50 sessions, 23 Dec 2026 to 11 Jan 2027; there is no room for more." in text
    calm = next(row for row in drawn.split("\n") if "I stay: calm" in row)
    assert calm.split("I stay")[0].split() == [str(n % 4 + 1) for n in range(30, 50)]
    assert "– n/a · no answer" in text
    few = " ".join(plain(render_trend_text(broken(), 80, ("item",))).split())
    assert "Answers of 4 sessions, 23 Nov 2026 to 19 Sep 2027." in few
    assert "╎ not asked then" in few


def test_the_text_twin_has_the_figures_of_all_a_sentence_for_every_line_and_the_events() -> None:
    here = scene([*MINE, *OTHERS], events=(TRAINING,), targets={"doing": (GoalTarget(3.5, "practise"),)})
    text = plain(render_trend_text(here, 80))
    assert text.index("Looking") < text.index("manager") < text.index("client") < text.index("Events")
    assert "1.00 on 22 Apr 2027, n = 3, not high." in " ".join(text.split("manager")[1].split())
    assert "Goal" not in text.split("manager")[1]
    assert (
        "Doing: from 2.00 on 23 Nov 2026 to 4.00 on 11 Jun 2027 (2.00 up, too few changed), in 3 sessions. "
        "Goal 3.5: practise." in " ".join(text.split())
    )
    assert "Apr 2027 training" in text
    items = plain(render_trend_text(here, 80, ("item",)))
    assert next(row for row in items.split("\n") if "I stay: calm" in row).split()[:3] == ["2", "3", "4"]


def test_two_thousand_sessions_are_thinned_out_and_that_is_said() -> None:
    here = scene([session({"calm": n % 4 + 1, "acts": 3}, days=n) for n in range(2000)])
    assert "More sessions than columns" in plain(render_thinning(here, 80, 80))
    assert render_thinning(scene(MINE), 80, 80) == []
    newest = TrendView(session=1999)
    text = plain(render_enlarged(here, newest, 80, 20))
    assert "in 2000 sessions" in text
    assert "More sessions than columns" in text
    assert len(render_panels(here, newest, 80, 16)) <= 16


def test_sessions_that_have_no_place_in_the_charts_are_counted() -> None:
    elsewhere = structs.replace(MINE[0], instrument="another")
    others = structs.replace(MINE[0], instrument="another", role="manager")
    found = trend(small(), MINE)
    assert trends.elsewhere([*MINE, elsewhere, others], found, small()) == 1
    assert trends.elsewhere(MINE, structs.replace(found, left_out=2), small()) == 2
    said = "2 sessions of yours, on another instrument or scale, are not included."
    assert said in " ".join(part.text for part in trends.render_left_out(scene(MINE, apart=2), 80))
    assert said in " ".join(part.text for part in render_enlarged(scene(MINE, apart=2), NEWEST, 80, 20))
    assert trends.render_left_out(scene(MINE), 80) == []


def test_a_long_name_leaves_room_for_what_is_said_of_it() -> None:
    first, *rest = small().domains
    long = structs.replace(small(), domains=(structs.replace(first, title="Looking " * 20, short=""), *rest))
    for width, said in ((60, "too few for a"), (80, "too few for a verdict"), (100, "for a verdict")):
        text = render_position(long, trend(long, MINE), TrendView(session=1), width).text
        assert "Looking" in text
        assert said in text
        assert len(text) <= width


def test_where_lower_is_better_is_told_whole_however_many_domains_that_are() -> None:
    content = shape("strain")
    here = TrendScene(instrument=content, trend=trend(content, [filled(content, GLOOMY)]))
    for columns in (30, 80):
        legend = render_legend(here, TrendView(), columns)
        assert lower_sentence(content).rstrip(".") in " ".join(plain(legend).split())
        assert "…" not in plain(legend)


def test_on_a_full_page_the_sign_of_what_goes_well_where_lower_is_better_is_named() -> None:
    content = shape("strain")
    sessions = [filled(content, dict.fromkeys(GLOOMY, 1), days=90 * number) for number in range(2)]
    here = TrendScene(instrument=content, trend=trend(content, sessions), total=2)
    assert any(text.endswith("lower is better") for text in sign_texts(here, TrendView(session=1), short=True))
    assert "lower is better" in plain(render_panels_and_legend(here, TrendView(session=1), 50, 22))


def test_an_event_that_no_chart_shows_is_in_no_legend() -> None:
    after = events.new_event("2031-04", "training", "4f2a9c")
    assert "┊" not in plain(render_legend(scene(MINE, events=(after,)), NEWEST, 80))


def test_both_changes_of_a_panel_are_named_in_every_width() -> None:
    here = scene(MINE)
    heads = {
        columns: [render_position(small(), here.trend, NEWEST, columns, enlarged=large).text for large in (False, True)]
        for columns in (60, 80, 120)
    }
    assert heads == {
        60: [
            "  11 Jun 2027   Looking  since first ≈+1.67, previous ≈+0.67",
            "  11 Jun 2027  3.67 ▲, since first ≈+1.67, previous ≈+0.67",
        ],
        80: [
            "  11 Jun 2027  3/3   Looking  ≈+1.67 since Nov 2026, ≈+0.67 since previous",
            "  11 Jun 2027   Looking  3.67 ▲, ≈+1.67 since Nov 2026, ≈+0.67 since previous",
        ],
        120: [
            "  11 Jun 2027  3/3   Looking at what is there  ≈+1.67 since Nov 2026, ≈+0.67 since previous",
            "  11 Jun 2027  3/3   Looking at what is there  3.67 ▲, ≈+1.67 since Nov 2026, ≈+0.67 since previous",
        ],
    }


def test_a_short_name_stays_above_an_enlarged_panel_in_a_narrow_window() -> None:
    first, *others = small().domains
    brief = structs.replace(small(), domains=(structs.replace(first, short="Look"), *others))
    head = render_position(brief, trend(brief, MINE), NEWEST, 66, enlarged=True).text
    assert head == "  11 Jun 2027   Look  3.67 ▲, since first ≈+1.67, previous ≈+0.67"


@pytest.mark.parametrize("columns", range(60, 130, 7))
def test_no_word_of_what_happened_is_cut_above_an_enlarged_panel(columns: int) -> None:
    happened = [
        ("2027-01-20", "training in motivational interviewing"),
        ("2027-04-02", "moved"),
        ("2027-06-01", "talk"),
    ]
    here = scene(
        MINE, events=tuple(events.new_event(*event, randomness=f"4f2a9{n}") for n, event in enumerate(happened))
    )
    above = render_enlarged(here, NEWEST, columns, 20)[0].text
    assert above.count("┊") == 3
    words = above.replace("…", "").replace("┊", "").split()
    assert {"moved", "talk"} <= {*words} <= {word for _when, label in happened for word in label.split()}


def test_the_legend_of_an_enlarged_panel_names_what_it_shows() -> None:
    here = scene(MINE, events=(TRAINING,))
    first = TrendView(session=0)
    assert "▲" in plain(render_legend(here, NEWEST, 80, enlarged=True))
    assert "▲" not in plain(render_legend(here, first, 80))
    assert "▲" not in plain(render_legend(here, first, 80, enlarged=True))
    assert "≈" not in plain(render_legend(here, first, 80, enlarged=True))
    assert "┊ Apr 2027 training" in plain(render_legend(here, first, 80, enlarged=True))


def test_a_trend_sentence_says_when_its_means_are_of_other_numbers_of_statements() -> None:
    grown = scene([session({"calm": 2}), session({"calm": 3, "kind": 3, "signs": 3}, days=100)])
    said = "in 2 sessions (n 1, then 3; 1 scored both times)."
    assert said in " ".join(plain(render_trend_text(grown, 100)).split())
    assert said in " ".join(plain(render_enlarged(grown, TrendView(session=1), 100, 24)).split())
    assert "(n " not in plain(render_trend_text(scene(MINE[::2]), 100)).split("Doing")[0]


def test_one_session_has_no_course_beside_its_bars() -> None:
    assert courses(trend(small(), MINE[:1]), small()) == {}
    assert set(courses(trend(small(), MINE), small())) == {"looking", "doing", "together"}
    assert course_period(trend(small(), MINE[:1])) == ""
    assert course_period(trend(small(), MINE)) == "Nov 2026 – Jun 2027"


def test_an_old_mean_of_a_domain_too_small_for_a_chart_stands_in_its_words() -> None:
    small_one = small().domains[1].id
    old = Reference(
        id="2019-11-14-reference-4f2a9c", instrument="small", day=date(2019, 11, 14), entered=MINE[0].started,
        means={small_one: 2.75},
    )  # fmt: skip
    here = scene(MINE, references=(old,))
    text = plain(render_panels(here, NEWEST, 120, 20))
    assert f"{charts.REFERENCE} 2.75" in text
    assert charts.REFERENCE not in plain(render_panels(scene(MINE), NEWEST, 120, 20))
    assert f"{charts.REFERENCE} an old mean" in sign_texts(here, NEWEST)


def test_the_legend_explains_a_goal_also_in_a_panel_without_a_mean() -> None:
    only_doing = [later({"acts": 3, "tells": 3}, days=days) for days in (0, 200)]
    here = scene(only_doing, targets={"looking": (GoalTarget(3.5, "practise looking"),)})
    assert "◂" in plain(render_panels(here, TrendView(session=1), 80, 20))
    assert "◂ goal" in plain(render_legend(here, TrendView(session=1), 80))
