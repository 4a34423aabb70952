"""A round that was open at a new version: its answers are compared through what goes on, and nothing more is told."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from msgspec import structs

from reflect_tui.analysis.compare import Comparison, compare
from reflect_tui.analysis.trend import group_points
from reflect_tui.i18n import use_language
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Score, Session
from reflect_tui.views.comparison_sentences import across_sentences
from tests.unit.examples import document, small
from tests.unit.feedback_examples import Feedback, answers, every
from tests.unit.versions import answered, newer, newest, parsed

VERSIONS = {one.digest: one for one in (small(), newer(), newest())}
OWN: dict[str, Score] = {"calm": 2, "warm": 3, "spots": 3, "acts": 2, "tells": 4, "shares": 3}


def compared(found: Feedback, on: Instrument, *own: Session, **more: Any) -> Comparison:
    others = [one for one in found.others if not found.rounds[one.round].is_confidential]
    versions = VERSIONS | {on.digest: on}
    return compare(on, own[0], list(own), others, found.told(), instruments=versions, **more)


def test_a_confidential_round_on_the_version_before_stands_beside_the_nearest_session() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(4), every(3), every(2, asks=4)])
    comparison = compared(found, newer(), answered(newer(), OWN, days=2), answered(newer(), OWN, days=300))
    assert comparison.raters.elsewhere == 0
    assert [(one.version, one.people, one.shared, one.asked) for one in comparison.across] == [("1.2.0", 3, 4, 7)]
    rows = {row.id: row for row in comparison.domains}
    assert [(group.mean, group.scored) for group in rows["doing"].groups] == [(Fraction(3), 6)]
    assert rows["doing"].gap == 0
    assert rows["looking"].groups == ()  # its sum was told of three statements, of which two are here
    assert {row.id: [group.mean for group in row.groups] for row in comparison.items} == {
        "calm": [3], "warm": [3], "acts": [3], "tells": [3],
    }  # fmt: skip


@pytest.mark.parametrize("days", [(2, 300), (-2, -300), (200, -5)])
@pytest.mark.parametrize("promise", ["confidential", "named"])
def test_answers_on_the_version_before_stand_beside_no_session_but_the_nearest(
    days: tuple[int, int], promise: str
) -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(4)] * 3, promise=promise)
    near, far = (answered(newer(), OWN, days=one) for one in sorted(days, key=lambda day: abs(day - 1)))
    for own in ((near, far), (far, near)):
        assert bool(compared(found, newer(), *own).across) is (own[0] is near)


def test_a_sum_is_not_told_of_a_domain_that_got_a_statement_of_another() -> None:
    content = document() | {"version": "2.0.0"}
    looking, doing, _together = content["domain"]
    looking["item"].append(doing["item"].pop())
    content["change"] = [{"kind": "moved", "since": "2.0.0", "item": "tells", "domain": "looking"}]
    del looking["item"][-1]["under"]
    moved = parsed(content)
    found = Feedback(every(3))
    found.give("colleague", [every(4), every(3), every(2, asks=4)])
    rows = {row.id: row for row in compared(found, moved, answered(moved, every(3), days=2)).domains}
    assert [group.scored for group in rows["together"].groups] == [6]
    assert rows["looking"].groups == rows["doing"].groups == ()


@pytest.mark.parametrize("state", ["open", "withdrawn"])
def test_a_confidential_round_on_the_version_before_that_was_not_closed_counts_nobody(state: str) -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(4)] * 3, state=state)
    mine = answered(newer(), OWN, days=2)
    assert compared(found, newer(), mine).across == ()
    assert compare(newer(), mine, [mine], found.others, found.told(), instruments=VERSIONS).across == ()


def test_who_answered_by_name_on_the_version_before_is_counted_once() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(4)] * 3, promise="named")
    assert [one.people for one in compared(found, newer(), answered(newer(), OWN, days=2)).across] == [3]


def test_only_ones_own_session_can_be_nearer_to_answers_on_the_version_before() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(4)] * 3)
    mine, near = answered(newer(), OWN, days=3), answered(newer(), OWN, days=1)
    assert compared(found, newer(), mine, near).across == ()
    for role in ("client", "manager", "colleague"):
        assert [one.people for one in compared(found, newer(), mine, structs.replace(near, role=role)).across] == [3]


def test_answers_stay_with_a_session_on_their_very_version() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(4), every(3), every(2)])
    old, new = found.session, answered(newer(), OWN, days=1)
    assert compared(found, newer(), new, old).across == ()
    assert compared(found, newer(), new, old).raters.elsewhere == 3
    assert compared(found, small(), old, new).has_others


def test_answers_on_a_later_version_come_back_to_an_earlier_session() -> None:
    found = Feedback(every(3))
    one = found.give("colleague", [answers(4, 4, 4, 4, 4)], promise="named")
    given = structs.replace(
        found.others[0], version="2.0.0", digest=newer().digest, scores={"warm": 4, "acts": 4, "shares": 1}
    )
    found.others = [given]
    found.rounds = {one.id: structs.replace(found.rounds[one.id], version="2.0.0", digest=newer().digest,
                                            items=("warm", "acts", "shares"))}  # fmt: skip
    comparison = compared(found, small(), found.session)
    assert {row.id: row.gap for row in comparison.items} == {"kind": 1, "acts": 1}


def test_what_someone_wrote_to_a_statement_that_is_gone_is_not_lost() -> None:
    found = Feedback(every(3))
    found.give("manager", [every(4)], notes=[{"gives": "always ready", "kind": "warm"}], promise="named")
    comparison = compared(found, newer(), answered(newer(), OWN, days=2))
    assert [(comment.domain, comment.text) for comment in comparison.comments] == [
        ("looking", "warm"), ("", "always ready"),
    ]  # fmt: skip


def test_on_another_scale_named_answers_are_converted_and_sums_are_not() -> None:
    content = document() | {"version": "2"}
    content["scale"]["points"] = [{"value": n, "label": str(n)} for n in range(1, 6)]
    content["change"] = [{"kind": "rescaled", "since": "2", "values": {"1": 1, "2": 2, "3": 4, "4": 5}}]
    five = parsed(content)
    named, secret = Feedback(every(3)), Feedback(every(3))
    named.give("colleague", [every(3)], promise="named")
    secret.give("colleague", [every(3), every(4), every(3)])
    mine = answered(five, every(3), days=2)
    assert {row.gap for row in compared(named, five, mine).items} == {1}
    comparison = compared(secret, five, mine)
    assert not comparison.has_others
    assert comparison.raters.elsewhere == 3


def test_the_trend_shows_the_group_beside_that_session() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(4), every(3), every(2)])
    own = [answered(newer(), OWN, days=2), answered(newer(), OWN, days=300)]
    points = group_points(own, [], found.told(), VERSIONS)
    assert [(point.session, {*point.domains}) for point in points] == [(own[0].id, {"doing"})]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Filled in on version 1.2.0: 3, compared on the 4 of 7 statements that mean the same in both."),
        ("nl", "Ingevuld op versie 1.2.0: 3, vergeleken op de 4 van de 7 stellingen die in beide hetzelfde betekenen."),
    ],
)
def test_it_is_said_on_what_they_are_compared(language: str, words: str) -> None:
    use_language(language)
    found = Feedback(every(3))
    found.give("colleague", [every(4), every(3), every(2)])
    assert across_sentences(compared(found, newer(), answered(newer(), OWN, days=2))) == [words]
