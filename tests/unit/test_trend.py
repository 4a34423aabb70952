from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.analysis.diff import diff_across_versions
from reflect_tui.analysis.trend import Series, change_between, newest_sessions, sessions_of_role, trend
from reflect_tui.model.session import ROLES, Session
from tests.unit.examples import document, quick, session, small
from tests.unit.versions import later, newer, parsed


def series(name: str, sessions: list[Session]) -> Series:
    found = trend(small(), sessions)
    return next(part for part in (*found.domains, *found.focuses) if part.id == name)


def test_only_ones_own_sessions_on_this_instrument_make_the_line() -> None:
    mine = session({"calm": 3}, days=1)
    others = [session({"calm": 1}, role=role) for role in ROLES if role != "self"]
    elsewhere = session({"calm": 2}, instrument="tall")
    assert sessions_of_role([*others, elsewhere, mine], small()) == (mine,)
    assert trend(small(), [*others, elsewhere, mine]).sessions == (mine,)


def test_the_oldest_comes_first_however_they_are_given() -> None:
    first, second, third = (session({"acts": n}, days=n) for n in (1, 2, 3))
    assert sessions_of_role([third, first, second], small()) == (first, second, third)
    assert [point.mean for point in series("doing", [third, first, second]).points] == [1, 2, 3]


def test_sessions_of_one_moment_are_ordered_by_their_id() -> None:
    one = session({"acts": 1})
    two = structs.replace(one, id="2026-11-23T1405-self-000000")
    assert sessions_of_role([one, two], small()) == (two, one)


def test_moments_are_compared_across_time_zones() -> None:
    early = session({"acts": 1})
    late = structs.replace(session({"acts": 2}), started=early.started.astimezone() + timedelta(minutes=1))
    assert sessions_of_role([late, early], small()) == (early, late)


def test_a_session_without_scores_in_a_domain_makes_no_point_there() -> None:
    one, two = session({"acts": 3, "asks": "n/a"}), session({"calm": 1}, days=1)
    assert [point.session for point in series("doing", [one, two]).points] == [one.id]
    assert [point.session for point in series("looking", [one, two]).points] == [two.id]
    assert series("together", [one, two]).points == ()
    assert [point.session for point in series("attitude", [one, two]).points] == [two.id]


def test_a_point_knows_its_moment_its_exact_mean_and_whether_it_is_covered() -> None:
    one = session({"calm": 1, "kind": 2, "signs": 2, "acts": 4})
    point = series("looking", [one]).points[0]
    assert (point.session, point.when, point.mean, point.group.scored) == (one.id, one.started, Fraction(5, 3), 3)
    assert point.covered
    assert not series("looking", [session({"calm": 1})]).points[0].covered


def test_a_change_between_points_is_judged_on_the_items_scored_both_times() -> None:
    answers = [{"calm": 2, "kind": 2, "signs": "n/a"}, {"calm": 2, "kind": 2, "signs": 3}, {"calm": 3, "kind": 3}]
    first, second, third = series("looking", [session(scores, days=n) for n, scores in enumerate(answers)]).points  # type: ignore[arg-type]
    change = change_between(first, second)
    assert (change.delta, change.steps, change.judgement) == (Fraction(1, 3), (0, 0), "other statements")
    assert change_between(first, third).judgement == "too few"
    assert change_between(third, third).steps == (0, 0)


def test_a_change_between_versions_is_judged_on_the_items_that_mean_the_same() -> None:
    known = {small().digest: small(), newer().digest: newer()}
    sessions = [session({"calm": 2, "kind": 2, "signs": 2}), later({"calm": 4, "warm": 3, "spots": 1}, days=9)]
    looking = next(part for part in trend(newer(), sessions, known).domains if part.id == "looking")
    change = change_between(*looking.points)
    wanted = diff_across_versions(sessions[0], small(), sessions[1], newer())
    assert wanted
    assert change.steps == next(part for part in wanted[1].domains if part.id == "looking").steps


def test_without_sessions_there_is_no_point() -> None:
    nothing = trend(small(), [])
    assert nothing.sessions == ()
    assert [part.points for part in (*nothing.domains, *nothing.focuses) if part.points] == []


@quick
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4), st.sampled_from(ROLES)), max_size=8))
def test_a_line_has_all_of_ones_own_sessions_in_the_order_of_time(rows: list[tuple[int, int, str]]) -> None:
    sessions = [session({"acts": score}, role=role, days=day) for day, score, role in rows]  # type: ignore[arg-type]
    found = trend(small(), sessions)
    moments = [one.started for one in found.sessions]
    assert moments == sorted(moments)
    assert len(moments) == sum(role == "self" for *_, role in rows)
    if moments:
        assert [part.id for part in found.domains] == ["looking", "doing", "together"]
        assert [len(part.points) for part in found.domains] == [0, len(moments), 0]


def test_a_focus_that_no_item_has_makes_no_line() -> None:
    content = document()
    content["domain"][0]["item"][2]["focus"] = "attitude"
    assert [part.id for part in trend(parsed(content), []).focuses] == ["attitude", "skill"]


def test_all_sessions_leave_what_others_said_before_the_first_of_them() -> None:
    whole = trend(small(), [session({"acts": 1}, days=9), session({"acts": 4}, role="client")])
    assert newest_sessions(whole, 0) == newest_sessions(whole, 1) == newest_sessions(whole, 2) == whole
    assert whole.left_out == 0


def test_of_several_sessions_the_newest_one_can_stand_alone() -> None:
    whole = trend(small(), [session({"acts": 1}), session({"acts": 2}, days=9), session({"acts": 4}, days=10)])
    recent = newest_sessions(whole, 1)
    assert recent.sessions == whole.sessions[-1:]
    assert [point.mean for point in recent.domains[1].points] == [4]


def test_a_statement_that_counts_the_other_way_round_fell_where_its_score_rose() -> None:
    content = document()
    content["domain"][1]["item"][0]["reversed"] = True
    found = trend(parsed(content), [session({"acts": 1}), session({"acts": 3}, days=9)])
    first, second = found.domains[1].points
    assert (first.mean, second.mean) == (Fraction(4), Fraction(2))
    assert change_between(first, second).steps == (-2,)
