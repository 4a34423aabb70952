"""One round that several devices went on with: nothing that any of them did is lost, whoever syncs first."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.model import round as rounds
from reflect_tui.model.round import Invited, Promise, Round
from reflect_tui.store.union import united
from tests.unit.round_examples import example_round

BEFORE = example_round(("colleague",) * 3)
_WHAT = ("answer", "withdraw", "form", "ask", "end it", "close it")
ACTS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(_WHAT), st.integers(0, 2)))


def act(version: Round, what: str, number: int, name: str) -> Round:
    """Let a device do one thing with a person; `name` makes a token that no other act makes."""
    people, digest = list(version.invited), rounds.token_digest(name)
    if what.endswith(" it"):  # a confidential round is closed with figures, which are never joined
        closes = what == "close it" and not version.is_confidential
        return structs.replace(version, state="closed" if closes or version.state == "closed" else "withdrawn")
    if what == "ask":
        people.append(Invited(role="colleague", label=name, token=digest))
    elif what == "form":
        people[number] = rounds.with_new_token(people[number], digest)
    else:
        people[number] = structs.replace(people[number], **{"answered" if what == "answer" else "withdrawn": True})
    return structs.replace(version, invited=tuple(people))


def known(*versions: Round) -> set[tuple[str, str]]:
    """Return all that versions say of people."""
    people = [person for version in versions for person in version.invited]
    tokens = {(person.tokens[0], token) for person in people for token in person.tokens}
    answered = {(person.tokens[0], "answered") for person in people if person.answered}
    return tokens | answered | {(person.tokens[0], "withdrawn") for person in people if person.withdrawn}


@given(ACTS, st.sampled_from(("confidential", "named")))
def test_nothing_is_lost_and_the_order_of_devices_makes_no_difference(
    acts: list[tuple[int, str, int]], promise: Promise
) -> None:
    devices = [structs.replace(BEFORE, promise=promise)] * 3
    for place, (device, what, number) in enumerate(acts):
        devices[device] = act(devices[device], what, number, f"act {place}")
    joined = united(devices)
    assert joined
    assert known(joined) == known(*devices)
    assert joined.state == max((device.state for device in devices), key=("open", "withdrawn", "closed").index)
    assert all(united(some) == joined for some in itertools.permutations(devices))
    assert all(united((joined, device)) == united((device, joined)) == joined for device in devices)
    rounds.parse(rounds.dumps(joined), "r.toml")


def test_of_two_answers_of_one_person_in_a_named_round_the_earlier_is_named() -> None:
    named = example_round(("colleague",) * 3, promise="named")
    ids = ("2026-11-25T0731-colleague-00000a", "2026-11-24T0731-colleague-00000f")
    versions = [
        structs.replace(
            named, invited=(structs.replace(named.invited[0], answered=True, session=one), *named.invited[1:])
        )
        for one in ids
    ]
    for some in (versions, versions[::-1]):
        joined = united(some)
        assert joined
        assert joined.invited[0].session == ids[1]


def test_versions_of_an_open_round_say_together_who_was_asked_and_who_answered() -> None:
    before = example_round(("colleague",) * 3)
    one, two, three = before.invited
    again = rounds.with_new_token(three, rounds.token_digest("another form"))
    more = structs.replace(three, label="Asked later", token=rounds.token_digest("later"))
    here = structs.replace(before, invited=(structs.replace(one, answered=True), two, again))
    there = structs.replace(before, invited=(one, structs.replace(two, withdrawn=True), three, more))
    wanted = (structs.replace(one, answered=True), structs.replace(two, withdrawn=True), again, more)
    for versions in ((here, there), (there, here), (here, there, before)):
        joined = united(versions)
        assert joined
        assert set(joined.invited) == set(wanted)
        assert rounds.dumps(joined) == rounds.dumps(united((joined, here)) or before)


def test_versions_of_a_round_that_differ_otherwise_are_for_a_person_to_choose() -> None:
    before = example_round(("colleague",) * 3)
    other_name = structs.replace(before.invited[0], label="Someone else")
    assert united((before, structs.replace(before, about="Another name"))) is None
    assert united((before, structs.replace(before, state="closed"))) is None  # as earlier versions closed it
    assert united((before, structs.replace(before, invited=(other_name, *before.invited[1:])))) is None


def test_who_was_asked_on_two_devices_by_one_name_in_one_role_is_one_person() -> None:
    """Else two people could pass for the three that a group must be."""
    before = example_round(("colleague",) * 2)
    digests = map(rounds.token_digest, ("here", "there", "third"))
    here, there, third = (
        structs.replace(before, invited=(*before.invited, Invited(role="client", label=name, token=digest)))
        for name, digest in zip(("Zoë", "zoe\u0308", "ZOË"), digests, strict=True)
    )
    joined = united((here, there, third))
    assert joined
    (fien,) = joined.group("client")
    assert {*fien.tokens} == {one.invited[2].token for one in (here, there, third)}
    assert all(united(some) == joined for some in itertools.permutations((here, there, third)))
    again = structs.replace(here, invited=(*before.invited, structs.replace(here.invited[2], answered=True)))
    for some in ((joined, again), (again, joined)):
        after = united(some)
        assert after
        assert [(one.tokens, one.answered) for one in after.group("client")] == [(fien.tokens, True)]
        rounds.parse(rounds.dumps(after), "r.toml")


def test_who_has_no_name_another_role_or_a_withdrawn_invitation_stays_a_person_apart() -> None:
    before = example_round(("colleague",) * 2)

    def asked(**changes: object) -> Round:
        person = structs.replace(
            Invited(role="client", label="Fien", token=rounds.token_digest(str(changes))), **changes
        )
        return structs.replace(before, invited=(*before.invited, person))

    fien = asked()
    for other in (asked(role="manager"), asked(label="Mo"), asked(withdrawn=True)):
        joined = united((fien, other))
        assert joined
        assert len(joined.invited) == 4
    joined = united((asked(label=""), asked(label="", answered=True)))
    assert joined
    assert len(joined.invited) == 4


def test_a_round_of_two_devices_asks_100_people_at_most() -> None:
    before = example_round(("colleague",) * 98)
    here, there, third = (
        structs.replace(before, invited=(*before.invited, Invited(role="client", label=name, token=digest)))
        for name, digest in ((name, rounds.token_digest(name)) for name in ("Mo", "Fien", "Zoë"))
    )
    joined = united((here, there))
    assert joined
    assert len(joined.invited) == 100
    assert united((here, there, third)) is None


def test_what_two_devices_know_of_one_person_is_joined_up_to_100_forms() -> None:
    before = example_round(("colleague",) * 3)
    one, *others = before.invited
    digests = [rounds.token_digest(f"form {number}") for number in range(100)]

    def known(*tokens: str) -> Round:
        *earlier, last = tokens
        return structs.replace(before, invited=(structs.replace(one, earlier=tuple(earlier), token=last), *others))

    here = known(one.token, *digests[:50])
    for count in (98, 99, 100):
        joined = united((here, known(one.token, *digests[50:count])))
        assert (joined and len(joined.invited[0].tokens)) == (count + 1 if count < 100 else None)
