from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.analysis.compare import Comparison, compare
from reflect_tui.analysis.diff import results
from reflect_tui.analysis.summary import summarize
from reflect_tui.analysis.talking_points import (
    POINTS,
    STRENGTHS,
    gap_point,
    goals_until_next_session,
    propose_agenda,
    refresh_agenda,
)
from reflect_tui.line_mode import reading
from reflect_tui.model import library
from reflect_tui.model.agenda import Agenda, AgendaPoint, ScoreSum, dumps, parse
from reflect_tui.model.goals import LookBack
from reflect_tui.model.session import Score, Session
from reflect_tui.views.agenda import point_evidence, render_agenda
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_results
from tests.bundled import bundled
from tests.unit.agenda_examples import every, goal, kinds
from tests.unit.examples import ITEMS, quick, session, small
from tests.unit.versions import later, newer

LOOKING, DOING, TOGETHER = ("calm", "kind", "signs"), ("acts", "tells"), ("asks", "gives")


def beside(mine: Session, others: list[Session]) -> Comparison:
    return compare(small(), mine, [mine], others, {})


def test_a_session_on_a_new_version_is_compared_with_the_one_before_on_what_both_have() -> None:
    before = session({"calm": 4, "kind": 4, "signs": 1, "acts": 4, "tells": 3, "asks": 4, "gives": 4})
    now = later({"calm": 2, "warm": 2, "spots": 4, "acts": 2, "tells": 3, "asks-early": 2, "asks-late": 2, "shares": 2})
    agenda = propose_agenda(newer(), now, before, previous_on=small())
    assert agenda.since == before.id
    points = {point.about: point for point in agenda.points}
    # the one item of "doing" that went down makes it no longer high; both figures are of "acts" and "tells"
    assert points["doing"].kind == "crossing"
    assert (points["doing"].before, points["doing"].now) == (ScoreSum(7, 2), ScoreSum(5, 2))
    assert points["doing"].items_before == {"acts": 4}
    # "spots" is new in "looking", which was not high before: the figures are of the others; "together" is all new
    assert (points["looking"].kind, points["looking"].now, points["looking"].before) == (
        "drop",
        ScoreSum(4, 2),
        ScoreSum(8, 2),
    )
    assert points["together"].before is None
    assert propose_agenda(newer(), now, before).since == ""  # nobody knows that version
    assert propose_agenda(small(), before, now, previous_on=newer()).since == ""


def test_what_clearly_crossed_the_threshold_comes_before_what_moved_without_a_direction() -> None:
    instrument = bundled(library.DEFAULT, "en")
    mixed, fallen = [domain for domain in instrument.domains if len(domain.items) >= 12][:2]
    half = len(mixed.items) // 2 + 1
    before: dict[str, Score] = {item.id: 4 if place < half else 3 for place, item in enumerate(mixed.items)}
    after: dict[str, Score] = {item.id: 2 if place < half else 4 for place, item in enumerate(mixed.items)}
    before |= {item.id: 4 for item in fallen.items}
    after |= {item.id: 3 for item in fallen.items}
    points = propose_agenda(instrument, session(after, days=9), session(before)).points
    told = [(point.kind, point.about, point.clear) for point in points]
    assert told[:2] == [("crossing", fallen.id, "down"), ("crossing", mixed.id, "no")]


def test_strengths_come_first_the_strongest_first() -> None:
    agenda = propose_agenda(small(), session(every(4, acts=3, tells=4, asks=1, gives=1)))
    assert kinds(agenda) == [("strength", "looking"), ("strength", "doing"), ("low", "together")]
    assert agenda.points[0].now
    assert agenda.points[0].now.mean == 4
    assert dict(agenda.points[2].items) == {"asks": 1, "gives": 1}


def test_a_domain_that_fell_to_the_threshold_is_told_once_and_not_as_all_at_it() -> None:
    now = session(every(3, asks="n/a", gives="n/a"))
    agenda = propose_agenda(small(), now, session(every(4), days=-9))
    assert kinds(agenda) == [("crossing", "looking"), ("crossing", "doing")]
    alone = propose_agenda(small(), now)
    assert [point.about for point in alone.points if point.kind == "low"] == [""]
    assert "All scores are 3 (fair), not above it" in plain(render_agenda(alone, small(), {}, 80))


def test_a_domain_of_fewer_than_three_scores_leads_neither_list_while_others_can() -> None:
    strong = propose_agenda(small(), session(every(4, signs=3))).points
    assert [point.about for point in strong if point.kind == "strength"] == ["looking", "doing"]
    low = propose_agenda(small(), session(every(1, signs=2)), session(every(1, signs=2), days=-9)).points
    assert [point.about for point in low] == ["looking", "doing", "together"]


def test_a_strength_that_others_see_lower_says_so_and_is_a_point_to_talk_about() -> None:
    mine = session(every(4, asks=3, gives=3))
    manager = session(every(2, acts=4, tells=4, asks=4, gives=4), days=1, role="manager")
    agenda = propose_agenda(small(), mine, comparison=beside(mine, [manager]))
    assert kinds(agenda) == [("strength", "looking"), ("strength", "doing"), ("gap", "looking"), ("gap", "together")]
    told = "On the same statements: self 4.00 (n=3), manager 2.00 (n=3)."
    assert point_evidence(agenda.points[0], small(), {}) == ["Mean 4.00 (n=3)", told]
    assert point_evidence(agenda.points[1], small(), {}) == ["Mean 4.00 (n=2)"]  # others see it the same


def test_a_gap_on_fewer_than_three_scores_comes_after_the_others() -> None:
    mine = session(every(3))
    manager = session(every(4, acts=1, tells=1, asks=3, gives=3), days=1, role="manager")
    agenda = propose_agenda(small(), mine, comparison=beside(mine, [manager]))
    assert kinds(agenda) == [("low", ""), ("gap", "looking"), ("gap", "doing")]


def test_scores_on_the_wrong_side_are_no_strengths_but_the_highest_of_what_was_scored() -> None:
    mine = session(every(1, calm=2, signs=2))
    assert {kind for kind, _about in kinds(propose_agenda(small(), mine))} == {"low"}
    shown = results(small(), mine, None)
    for lines in (render_results(shown, 100), reading.results(shown, 100)):
        assert "Highest of what was scored" in plain(lines)
        assert "trongest" not in plain(lines)


def test_a_first_session_without_a_high_domain_opens_with_its_strongest_items() -> None:
    agenda = propose_agenda(small(), session(every(2, signs=3, acts=4)))
    assert (agenda.points[0].kind, dict(agenda.points[0].items)) == ("strength", {"acts": 4, "signs": 3})
    shown = plain(render_agenda(agenda, small(), {}, 80))
    assert "Strengths\n\n   1   Your strongest statements\n       4  I act on them" in shown
    assert parse(dumps(agenda), "x.toml") == agenda


def test_a_domain_stands_under_what_says_most_about_it() -> None:
    before, now = session(every(4)), session(every(4, acts=2, tells=2, asks=3, gives=2), days=90)
    agenda = propose_agenda(small(), now, before)
    assert agenda.since == before.id
    assert kinds(agenda) == [("strength", "looking"), ("crossing", "doing"), ("crossing", "together")]
    crossing = agenda.points[1]
    assert crossing.delta == -2
    assert dict(crossing.items) == {"acts": 2, "tells": 2}
    assert dict(crossing.items_before) == {"acts": 4, "tells": 4}


def test_a_drop_that_stays_below_the_threshold_is_named() -> None:
    before, now = session(every(3)), session(every(3, acts=2, tells=1), days=90)
    drop = next(point for point in propose_agenda(small(), now, before).points if point.about == "doing")
    assert (drop.kind, drop.delta) == ("drop", Fraction(-3, 2))
    assert list(drop.items) == ["tells", "acts"]  # what fell furthest first


def test_one_item_lower_is_no_drop() -> None:
    before, now = session(every(3)), session(every(3, acts=2), days=90)
    assert {kind for kind, _about in kinds(propose_agenda(small(), now, before))} == {"low"}


def test_a_domain_without_enough_scores_is_no_point() -> None:
    assert kinds(
        propose_agenda(small(), session({"calm": 4, "kind": 4, "signs": 4, "acts": "n/a", "tells": "n/a"}))
    ) == [("strength", "looking")]


def test_open_goals_are_points_and_closed_ones_are_not() -> None:
    closed = goal(id="2026-04-21T1605-goal-0a1b2d").looked_back(LookBack(at=goal().made, outcome="reached"))
    other = goal(id="2026-04-22T1605-goal-0a1b2e", instrument="another")
    agenda = propose_agenda(small(), session(every(4)), goals=[goal(), closed, other])
    (point,) = [point for point in agenda.points if point.kind == "goal"]
    assert (point.about, point.text) == (goal().id, "x")


def test_goals_made_after_the_next_session_are_left_out() -> None:
    first, second = session(every(3)), session(every(3), days=90)
    early, late = goal(made=first.started + timedelta(days=1)), goal(made=second.started + timedelta(days=1))
    assert goals_until_next_session([early, late], first, [first, second]) == (early,)
    assert goals_until_next_session([early, late], second, [first, second]) == (early, late)


def test_a_gap_to_a_few_who_answered_by_name_is_a_point() -> None:
    mine = session(every(2))
    two = [session(every(4), days=day, role="colleague") for day in (1, 2)]
    with_two = propose_agenda(small(), mine, comparison=beside(mine, two))  # by name: shown however few they are
    assert [kind for kind, _about in kinds(with_two)] == ["low", "low", "gap"]


def test_a_gap_is_the_mean_of_the_groups_means_on_the_same_items() -> None:
    mine = session(every(2, calm="n/a"))
    manager = session({"calm": 4, "kind": 3, "signs": "n/a"}, days=1, role="manager")
    clients = [session({"kind": score}, days=day, role="client") for day, score in ((1, 1), (2, 2), (3, 4))]
    gap = gap_point(beside(mine, [manager, *clients]).domains[0])
    assert gap.about == "looking"
    assert gap.now
    assert (gap.now.sum, gap.now.scored) == (2, 1)  # only "kind" was answered by all
    assert {group.role: group.mean for group in gap.others} == {"manager": Fraction(3), "client": Fraction(7, 3)}
    assert gap.gap == Fraction(3 + Fraction(7, 3), 2) - 2


answers = st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 4) | st.just("n/a"))


@quick
@given(answers, answers, st.lists(answers, max_size=4))
def test_the_list_is_short_and_its_figures_are_those_of_the_sessions(
    before: dict[str, Score], now: dict[str, Score], others: list[dict[str, Score]]
) -> None:
    mine = session(now, days=90)
    raters = [session(scores, days=90 + day, role="colleague") for day, scores in enumerate(others)]
    agenda = propose_agenda(small(), mine, session(before), [goal()], beside(mine, raters))
    strengths = [point for point in agenda.points if point.kind == "strength"]
    assert agenda.points[: len(strengths)] == tuple(strengths)
    assert len(strengths) <= STRENGTHS
    assert len(agenda.points) - len(strengths) <= POINTS
    assert len({point.about for point in strengths}) == len(strengths)
    abouts = [point.about for point in agenda.points[len(strengths) :]]
    assert len(set(abouts)) == len(abouts)
    twice = [point for point in agenda.points[len(strengths) :] if point.about in {one.about for one in strengths}]
    assert all(point.kind == "gap" and (point.gap or 0) < 0 for point in twice)
    figures = {group.id: group for group in summarize(small(), mine.scores).domains}
    for point in agenda.points:
        if point.kind not in ("gap", "goal") and point.about:
            assert point.now
            assert (point.now.sum, point.now.scored) == (figures[point.about].sum, figures[point.about].scored)
        assert all(mine.scores[key] == score for key, score in point.items.items())


def test_renewing_keeps_remarks_own_points_and_what_was_dropped() -> None:
    kept = Agenda(
        session=session(every(2)).id,
        points=(
            AgendaPoint(kind="low", about="doing", remark="mine", dropped=True),
            AgendaPoint(kind="drop", about="looking", remark="about the time before"),
            AgendaPoint(kind="drop", about="together"),
            AgendaPoint(kind="own", text="Time"),
        ),
    )
    fresh = propose_agenda(small(), session(every(2)))
    after = refresh_agenda(kept, fresh)
    assert len(after.points) == len(fresh.points) + 2
    doing = next(point for point in after.points if point.about == "doing")
    assert (doing.remark, doing.dropped) == ("mine", True)
    assert doing.now == next(point.now for point in fresh.points if point.about == "doing")
    assert [point.text or point.remark for point in after.points[-2:]] == ["about the time before", "Time"]
    assert structs.replace(doing, remark="", dropped=False) in fresh.points


def test_a_point_to_talk_about_says_what_others_scored_where_they_see_it_otherwise() -> None:
    mine = session(every(2, calm=4, kind=4, signs=4))
    theirs: dict[str, Score] = {"calm": 2, "kind": 2, "signs": 2, "acts": 3, "tells": "n/a", "asks": 2, "gives": 2}
    manager = session(theirs, days=1, role="manager")
    agenda = propose_agenda(small(), mine, comparison=beside(mine, [manager]))
    points = {point.about: point for point in agenda.points}
    assert [(point.kind, point.gap) for point in agenda.points] == [
        ("strength", -2),
        ("low", 1),
        ("low", None),
        ("gap", -2),
    ]
    doing = points["doing"]
    assert doing.now
    assert doing.shared
    assert (doing.now.scored, doing.shared.scored) == (2, 1)  # the mean of all, the gap on what both scored
    assert point_evidence(doing, small(), {}) == [
        "Mean 2.00 (n=2)",
        "On the same statements: self 2.00 (n=1), manager 3.00 (n=1).",
    ]
    assert parse(dumps(agenda), "agenda.toml") == agenda


def test_of_eight_domains_two_strengths_and_five_points_are_taken_by_turns() -> None:
    instrument = bundled(library.DEFAULT, "en")
    means = {"voorwaarden": 4, "signaleren": 4, "informatie": 3, "zorgbehoefte": 4, "ondersteuning": 2}
    means |= {"coordineren": 2, "volgen": 3, "toekomst": 1}
    before = {item.id: means[domain.id] for domain in instrument.domains for item in domain.items}
    ids = {domain.id: [item.id for item in domain.items] for domain in instrument.domains}
    risen, fallen = ids["informatie"][3], ids["ondersteuning"][1:3]
    now = before | {risen: 4} | dict.fromkeys(fallen, 1) | dict.fromkeys(ids["zorgbehoefte"], 3)
    points = propose_agenda(instrument, session(dict(now), days=90), session(dict(before))).points
    assert [(point.kind, point.about) for point in points] == [
        ("strength", "voorwaarden"),
        ("strength", "signaleren"),
        ("low", "coordineren"),
        ("low", "toekomst"),  # one item: it leads no list
        ("drop", "ondersteuning"),
        ("crossing", "zorgbehoefte"),  # down before up
        ("crossing", "informatie"),
    ]
    assert [dict(point.items) for point in points[4:]] == [
        dict.fromkeys(fallen, 1),
        dict.fromkeys(ids["zorgbehoefte"][:3], 3),
        {risen: 4},
    ]


def test_low_domains_come_lowest_first_with_the_means_that_they_had() -> None:
    scores = every(3, acts=1, tells=1, asks=2, gives=2)
    agenda = propose_agenda(small(), session(scores, days=90), session(scores))
    assert kinds(agenda) == [("low", "doing"), ("low", "together")]  # exactly at the threshold is no low point
    assert [point.before and point.before.mean for point in agenda.points] == [1, 2]


def test_two_items_lower_and_one_higher_is_no_drop() -> None:
    before, now = session(every(3, signs=1)), session(every(3, calm=1, kind=1, signs=2), days=90)
    assert {kind for kind, _about in kinds(propose_agenda(small(), now, before))} == {"low"}


def test_a_goal_on_another_instrument_is_no_point_and_one_made_with_the_next_session_is_left_out() -> None:
    agenda = propose_agenda(small(), session(every(4)), goals=[goal(instrument="tall"), goal(instrument="short")])
    assert {kind for kind, _about in kinds(agenda)} == {"strength"}
    first, second = session(every(3)), session(every(3), days=90)
    assert goals_until_next_session([goal(made=second.started)], first, [first, second]) == ()


def test_renewing_drops_what_is_no_longer_so_but_for_remarks_and_differences_taken_up() -> None:
    fresh = Agenda(session=session(every(2)).id, points=(AgendaPoint(kind="low", about="doing"),))
    remarked = AgendaPoint(kind="strength", about="together", remark="why")
    gap, own = AgendaPoint(kind="gap", about="doing"), AgendaPoint(kind="own", text="Time")
    gone = (
        AgendaPoint(kind="strength", about="looking"),
        AgendaPoint(kind="low", about="looking"),
        AgendaPoint(kind="crossing", about="looking"),
        AgendaPoint(kind="gap", about="looking", dropped=True),
    )
    kept = Agenda(session=fresh.session, points=(own, *gone, remarked, gap))
    assert refresh_agenda(kept, fresh).points == (*fresh.points, remarked, gap, own)


def test_what_clearly_fell_comes_before_what_fell_further_in_fewer_statements() -> None:
    instrument = bundled(library.DEFAULT, "en")
    large, few = (next(one for one in instrument.domains if one.id == name) for name in ("voorwaarden", "signaleren"))
    before: dict[str, Score] = {item.id: 4 for item in (*large.items, *few.items)}
    after = before | {item.id: 3 for item in large.items} | {item.id: 2 for item in few.items}
    points = propose_agenda(instrument, session(after, days=9), session(before)).points
    assert [(point.about, point.clear) for point in points] == [("voorwaarden", "down"), ("signaleren", "too few")]
    assert [point.delta for point in points] == [-1, -2]


def test_a_low_domain_shows_the_statements_below_the_threshold_and_none_upon_it() -> None:
    points = propose_agenda(small(), session(every(3, signs=1, acts=2, tells=1))).points
    assert [(point.kind, point.about, dict(point.items)) for point in points if point.about] == [
        ("low", "looking", {"signs": 1}),
        ("low", "doing", {"tells": 1, "acts": 2}),
    ]
