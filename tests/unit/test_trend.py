from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.analysis.diff import diff_across_versions
from reflect_tui.analysis.trend import Series, change_between, newest_sessions, sessions_of_role, trend
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import ROLES, Session
from tests.unit.examples import document, quick, session, small
from tests.unit.versions import answered, later, newer, parsed


def series(name: str, sessions: list[Session]) -> Series:
    found = trend(small(), sessions)
    return next(part for part in (*found.domains, *found.focuses) if part.id == name)


def test_only_ones_own_sessions_on_this_instrument_make_the_line() -> None:
    mine = session({"calm": 3}, days=1)
    others = [session({"calm": 1}, role=role) for role in ROLES if role != "self"]
    elsewhere = [session({"calm": 2}, instrument=name) for name in ("another", "tall")]
    assert sessions_of_role([*others, *elsewhere, mine], small()) == (mine,)
    assert trend(small(), [*others, *elsewhere, mine]).sessions == (mine,)


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


def test_a_line_is_interrupted_by_a_session_without_a_score_but_not_before_it_begins() -> None:
    scored, none = {"acts": 2}, {"calm": 1}

    def gaps(*answers: dict[str, int]) -> list[bool]:
        sessions = [session(scores, days=n) for n, scores in enumerate(answers)]
        return [point.interrupted for point in series("doing", sessions).points]

    assert gaps(none, scored, scored) == [False, False]
    assert gaps(scored, none, scored, scored) == [False, True, False]
    assert gaps(scored, none, none, scored, none) == [False, True]


def test_of_others_those_since_the_oldest_session_that_is_shown_stay() -> None:
    mine = [session({"acts": 2}, days=days) for days in (0, 30, 60)]
    others = [session({"acts": 3}, days=days, role="colleague") for days in (10, 30, 40, 60)]
    whole = trend(small(), [*mine, *others])

    def shown(count: int) -> tuple[int, list[int]]:
        recent = newest_sessions(whole, count)
        return len(recent.sessions), [len(other.sessions) for other in recent.others]

    assert [shown(count) for count in (0, 1, 2, 3, 4)] == [(3, [4]), (1, [1]), (2, [3]), (3, [4]), (3, [4])]
    assert newest_sessions(whole, 3) is whole
    recent = newest_sessions(whole, 2)
    assert [[point.session for point in part.points] for part in recent.domains] == [
        [], [one.id for one in mine[1:]], [],
    ]  # fmt: skip


def test_sessions_on_another_scale_are_counted_and_left_out() -> None:
    content = document() | {"version": "2.0.0"}
    content["scale"]["points"] = [{"value": n, "label": f"so {n}"} for n in range(2, 6)]
    five = parsed(content)
    mine = [session({"acts": 2}, days=days) for days in (0, 30)]
    other = structs.replace(session({"acts": 5}, days=60), version="2.0.0", digest=five.digest)
    versions = {one.digest: one for one in (small(), five)}
    for sessions, counted in (((mine[0], other), (1, 1)), ((*mine, other), (2, 1)), (mine, (2, 0)), ((other,), (0, 1))):
        found = trend(small(), sessions, versions)
        assert (len(found.sessions), found.left_out) == counted


def test_a_domain_under_another_id_goes_on_where_it_has_the_very_same_statements() -> None:
    def renamed(*items: str) -> Instrument:
        content = document() | {"version": "2.0.0"}
        looking, doing, together = content["domain"]
        every = [*looking["item"], *doing["item"], *together["item"]]
        for item in every:
            item.pop("under", None)
        doing |= {"id": "acting", "item": [item for item in every if item["id"] in items]}
        for domain in (looking, together):
            domain["item"] = [item for item in domain["item"] if item["id"] not in items]
        told = [{"kind": "moved", "since": "2.0.0", "item": name, "domain": "acting"} for name in items]
        lost = [name for name in ("acts", "tells") if name not in items]
        content["change"] = told + [{"kind": "retired", "since": "2.0.0", "item": name} for name in lost]
        return parsed(content)

    def line(on: Instrument) -> list[str]:
        sessions = [session({"calm": 3, "acts": 2, "tells": 3, "asks": 4}), answered(on, {"acts": 3}, days=60)]
        found = trend(on, sessions, {one.digest: one for one in (small(), on)})
        return [point.session for point in next(part for part in found.domains if part.id == "acting").points]

    assert len(line(renamed("acts", "tells"))) == 2
    assert len(line(renamed("acts", "tells", "asks"))) == len(line(renamed("acts"))) == 1


def test_a_statement_that_counts_the_other_way_round_is_seen_as_it_counts_on_any_scale() -> None:
    content = document()
    content["domain"][1]["item"][0]["reversed"] = True
    before = parsed(content)
    content["version"] = "2.0.0"
    content["scale"]["points"] = [{"value": n, "label": str(n)} for n in range(1, 6)]
    content["change"] = [{"kind": "rescaled", "since": "2.0.0", "values": {"1": 1, "2": 2, "3": 4, "4": 5}}]
    five = parsed(content)
    versions = {one.digest: one for one in (before, five)}
    sessions = [answered(before, {"acts": 4, "tells": 4}, days=0), answered(five, {"acts": 4, "tells": 4}, days=60)]
    points = trend(five, sessions, versions).domains[1].points
    assert [point.scores for point in points] == [{"acts": 1, "tells": 5}, {"acts": 2, "tells": 4}]
    assert [point.mean for point in points] == [3, 3]
    assert change_between(*points).steps == (1, -1)
