"""Whose answers belong to a session of one's own, in which order, and what is counted of the others."""

from __future__ import annotations

from msgspec import structs

from reflect_tui.analysis.rater_groups import RaterGroups, may_be_shown_alone, rater_groups
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session
from tests.unit import examples
from tests.unit.examples import ITEMS, fresh
from tests.unit.feedback_examples import Feedback, every

OTHER = "sha256:" + "0" * 64


def confidential(**changes: object) -> tuple[Session, dict[str, Round]]:
    """A session, and a round of three colleagues the day after."""
    found = Feedback(every(3))
    found.give("colleague", [every(2)] * 3)
    return found.session, {name: structs.replace(round_, **changes) for name, round_ in found.told().items()}


def beside(session: Session, own: list[Session], rounds: dict[str, Round]) -> RaterGroups:
    again = [structs.replace(one, id=fresh(one.id)) for one in own]
    return rater_groups(session, again, [], rounds, ITEMS)


def test_only_ones_own_session_on_the_same_instrument_can_be_nearer_to_a_round() -> None:
    session, rounds = confidential()
    near = examples.session(every(3), days=1)

    def people(**changes: str) -> list[int]:
        groups = beside(session, [session, structs.replace(near, **changes)], rounds).groups
        return [group.people for group in groups]

    assert people() == []
    assert people(instrument="another") == people(instrument="tall") == [3]
    assert people(role="client") == people(role="manager") == people(role="colleague") == [3]


def test_people_who_answered_on_another_version_are_counted_beside_the_nearest_session_alone() -> None:
    session, rounds = confidential(digest=OTHER)
    assert beside(session, [session], rounds).elsewhere == 3
    for days in (-30, 30):
        other = examples.session(every(3), days=days)
        assert beside(session, [session, other], rounds).elsewhere == 3
        assert beside(other, [session, other], rounds).elsewhere == 0
    for change in ({"instrument": "another"}, {"instrument": "tall"}, {"state": "open"}, {"state": "withdrawn"}):
        _session, others = confidential(digest=OTHER, **change)
        assert beside(session, [session], others).elsewhere == 0


def test_an_answer_by_name_that_its_round_does_not_name_is_never_shown_alone() -> None:
    found = Feedback(every(3))
    asked = found.give("colleague", [every(4)] * 3, promise="named")
    first, second, third = asked.invited
    for invited, shown in (((first, third), [True, False, True]), ((first, second, third), [True] * 3)):
        rounds = {asked.id: structs.replace(asked, invited=invited)}
        assert [may_be_shown_alone(answer, rounds) for answer in found.others] == shown


def test_answers_by_name_stand_in_the_order_of_their_round_each_with_its_own_label() -> None:
    found = Feedback(every(3))
    asked = found.give("colleague", [every(score) for score in (1, 2, 3)], promise="named")
    first, second, third = asked.invited
    rounds = {asked.id: structs.replace(asked, invited=(first, third, second))}
    a, b, c = found.others
    for given in ([b, c, a], [c, b, a], [a, b, c]):
        (group,) = rater_groups(found.session, [found.session], given, rounds, ITEMS).groups
        assert group.sessions == (a, c, b)
        assert group.labels == ("colleague 0", "colleague 2", "colleague 1")


def test_only_of_a_round_beside_another_it_is_told_when_both_were_made() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2)] * 3, mark="000001")
    found.give("colleague", [every(2)] * 3, mark="000002")
    found.give("client", [every(2)] * 2, mark="000003")
    hidden = rater_groups(found.session, [found.session], [], found.told(), ITEMS).hidden
    day = found.rounds["2026-11-24-others-000001"].made.date()
    assert [(one.role, one.people, one.reason, one.made, one.shown) for one in hidden] == [
        ("colleague", 3, "apart", day, day),
        ("client", 2, "few", None, None),
    ]


def test_an_answer_of_colleagues_and_clients_together_needs_a_group_also_where_its_round_is_gone() -> None:
    mine = examples.session(every(3))
    given = [structs.replace(examples.session(every(2), role="other", days=1), round="2026-11-24-others-4f2a9c")]
    (hidden,) = rater_groups(mine, [mine], given, {}, ITEMS).hidden
    assert (hidden.role, hidden.people, hidden.needed, hidden.reason) == ("other", 1, 3, "unknown")


def test_a_round_of_which_nothing_may_be_told_stays_incomplete_beside_one_that_is_shown() -> None:
    found = Feedback(every(3))
    shown = found.give("colleague", [every(2)] * 3, mark="000002")
    for mark in ("000001", "000003"):
        asked = found.give("colleague", [every(2)] * 4, mark=mark)
        rounds = {shown.id: found.told()[shown.id], asked.id: asked}
        groups = rater_groups(found.session, [found.session], [], rounds, ITEMS)
        assert [(group.people, group.rounds) for group in groups.groups] == [(3, (shown.id,))]
        assert [(one.people, one.reason, one.made) for one in groups.hidden] == [(4, "incomplete", None)]
        del found.rounds[asked.id]
