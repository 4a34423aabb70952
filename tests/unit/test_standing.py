"""Which versions of a session stand, told from small histories written out by hand."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import pytest

from reflect_tui.git.history import Step
from reflect_tui.store import union
from reflect_tui.store.standing import standing

SESSION = "sessions/2026/2026-11-23T1405-self-4f2a9c.toml"
OTHER = "sessions/2026/2026-11-24T0900-self-0a1b2c.toml"
FIRST, AT_WORK, AT_HOME, LATER = (letter * 40 for letter in "1234")


def beside(blob: str) -> str:
    return union.version_path(SESSION, blob)


def step(commit: str, *parents: str, when: int = 0, subject: str = "", path: str = SESSION, **more: str | None) -> Step:
    """Write one commit: `blob` is what it made of the session, `beside` and `without` a version that came or went."""
    changes: dict[str, str | None] = {path: more["blob"]} if "blob" in more else {}
    if there := more.get("beside"):
        changes[beside(there)] = there
    if gone := more.get("without"):
        changes[beside(gone)] = None
    return Step(commit=commit, parents=parents, when=when, subject=subject, changes=changes)


def values(
    steps: list[Step],
    ours: tuple[str, AbstractSet[str | None]],
    theirs: tuple[str, AbstractSet[str | None]],
    *,
    retold: str = "",
    edited: dict[str, str] | None = None,
) -> set[str | None]:
    """Join two histories by their newest commits and what each has, and return what stands of the session."""
    join = standing(steps, ours[0], theirs[0], retold=lambda one: one.commit in retold.split(), edited=edited or {})
    return set(join(SESSION, frozenset(ours[1]), frozenset(theirs[1])))


BOTH_AMENDED = [
    step("first", blob=FIRST, when=1),
    step("work", "first", blob=AT_WORK, when=2),
    step("home", "first", blob=AT_HOME, when=3),
]
JOINED = [*BOTH_AMENDED, step("joined", "work", "home", beside=AT_HOME, when=4)]


def test_of_two_amendments_made_apart_both_stand_whichever_side_joins() -> None:
    here, there = ("work", {AT_WORK}), ("home", {AT_HOME})
    assert values(BOTH_AMENDED, here, there) == values(BOTH_AMENDED, there, here) == {AT_WORK, AT_HOME}


def test_who_knows_all_that_was_done_has_the_last_word() -> None:
    before, after = ("first", {FIRST}), ("work", {AT_WORK})
    assert values(BOTH_AMENDED, before, after) == values(BOTH_AMENDED, after, before) == {AT_WORK}


def test_what_was_done_to_another_session_counts_not() -> None:
    steps = [*BOTH_AMENDED, step("other", "first", path=OTHER, blob=LATER, when=4)]
    assert values(steps, ("other", {FIRST}), ("work", {AT_WORK})) == {AT_WORK}
    assert values(steps, ("work", {AT_WORK}), ("other", {FIRST})) == {AT_WORK}


def test_without_a_history_here_what_the_other_has_stands() -> None:
    join = standing(BOTH_AMENDED, None, "work", retold=lambda _step: False)
    assert set(join(SESSION, frozenset({None}), frozenset({AT_WORK}))) == {AT_WORK}


def test_a_choice_counts_for_who_did_nothing_since() -> None:
    steps = [*JOINED, step("chosen", "joined", without=AT_HOME, when=5)]
    both: set[str | None] = {AT_WORK, AT_HOME}
    assert values(steps, ("chosen", {AT_WORK}), ("joined", both)) == {AT_WORK}
    assert values(steps, ("joined", both), ("chosen", {AT_WORK})) == {AT_WORK}


def test_a_choice_and_an_amendment_made_apart_both_stand_and_what_neither_wanted_goes() -> None:
    steps = [*JOINED, step("chosen", "joined", without=AT_HOME, when=5), step("amended", "joined", blob=LATER, when=6)]
    here, there = ("chosen", {AT_WORK}), ("amended", {LATER, AT_HOME})
    assert values(steps, here, there) == values(steps, there, here) == {AT_WORK, LATER}


def test_a_version_that_nobody_chose_or_changed_stands_beside_two_amendments_of_the_other() -> None:
    steps = [*JOINED, step("here", "joined", blob=LATER, when=5), step("there", "joined", blob=FIRST, when=6)]
    here, there = ("here", {LATER, AT_HOME}), ("there", {FIRST, AT_HOME})
    assert values(steps, here, there) == values(steps, there, here) == {LATER, FIRST, AT_HOME}


def test_two_choices_made_apart_stand_both_if_they_differ_and_once_if_they_agree() -> None:
    steps = [
        *JOINED,
        step("chose work", "joined", without=AT_HOME, when=5),
        step("chose home", "joined", blob=AT_HOME, without=AT_HOME, when=6),
        step("chose work too", "joined", without=AT_HOME, when=7),
    ]
    assert values(steps, ("chose work", {AT_WORK}), ("chose home", {AT_HOME})) == {AT_WORK, AT_HOME}
    assert values(steps, ("chose work", {AT_WORK}), ("chose work too", {AT_WORK})) == {AT_WORK}


def test_a_commit_that_only_joins_is_no_act_of_its_own() -> None:
    steps = [*JOINED, step("on", "joined", path=OTHER, blob=LATER, when=5), step("chosen", "home", blob=LATER, when=6)]
    assert values(steps, ("on", {AT_WORK, AT_HOME}), ("chosen", {LATER})) == {AT_WORK, LATER}


@pytest.mark.parametrize("deleted_by", ["work", "home"])
def test_a_deletion_stands_beside_an_amendment_made_apart(deleted_by: str) -> None:
    steps = [BOTH_AMENDED[0], *(
        step(name, "first", blob=None if name == deleted_by else LATER, when=number)
        for number, name in enumerate(("work", "home"), start=2)
    )]  # fmt: skip
    here: tuple[str, set[str | None]] = ("work", {None if deleted_by == "work" else LATER})
    there: tuple[str, set[str | None]] = ("home", {None if deleted_by == "home" else LATER})
    assert values(steps, here, there) == {None, LATER}


# A history that was made anew, or taken over without its commits


def test_the_same_act_in_a_history_made_anew_is_one_act() -> None:
    again = [
        step("first again", blob=FIRST, when=1),
        step("work again", "first again", blob=AT_WORK, when=2),
        step("later", "work again", blob=LATER, when=5),
    ]
    steps = [*BOTH_AMENDED[:2], *again]
    assert values(steps, ("work", {AT_WORK}), ("later", {LATER})) == {LATER}
    assert values(steps, ("later", {LATER}), ("work", {AT_WORK})) == {LATER}


@pytest.mark.parametrize("other", [{"when": 9}, {"subject": "another"}])
def test_an_act_of_another_moment_or_name_is_another_act(other: dict[str, int | str]) -> None:
    again = Step(
        commit="again",
        parents=(),
        when=int(other.get("when", 1)),
        subject=str(other.get("subject", "")),
        changes={SESSION: FIRST},
    )
    steps = [BOTH_AMENDED[0], again, step("later", "again", blob=LATER, when=10)]
    assert values(steps, ("first", {FIRST}), ("later", {LATER})) == {FIRST, LATER}


def test_what_was_only_taken_over_gives_way_to_the_act_itself() -> None:
    steps = [*BOTH_AMENDED[:2], step("over", blob=FIRST, when=5)]
    assert values(steps, ("over", {FIRST}), ("work", {AT_WORK}), retold="over") == {AT_WORK}
    assert values(steps, ("over", {FIRST}), ("work", {AT_WORK})) == {FIRST, AT_WORK}


def test_what_was_only_taken_over_stands_where_nobody_knows_the_act() -> None:
    steps = [step("over", blob=FIRST, when=5), step("work", blob=AT_WORK, when=2)]
    assert values(steps, ("over", {FIRST}), ("work", {AT_WORK}), retold="over") == {FIRST, AT_WORK}


@pytest.mark.parametrize(("made", "stand"), [(1, {LATER}), (5, {LATER}), (6, {FIRST, LATER})])
def test_who_amends_what_was_taken_over_replaces_the_act_that_was_there_by_then(made: int, stand: set[str]) -> None:
    steps = [
        step("first", blob=FIRST, when=made),
        step("over", blob=FIRST, when=5, subject="taken over"),
        step("later", "over", blob=LATER, when=7),
    ]
    assert values(steps, ("later", {LATER}), ("first", {FIRST}), retold="over") == stand


def test_a_version_of_which_a_note_was_erased_is_known_by_what_it_is_now() -> None:
    steps = [
        step("first", blob=FIRST, when=1),
        step("with a note", "first", blob=AT_WORK, when=2),
        step("first again", blob=FIRST, when=1),
        step("without it", "first again", blob=AT_HOME, when=2),
        step("later", "without it", blob=LATER, when=3),
    ]
    ends = (("with a note", {AT_HOME}), ("later", {LATER}))
    assert values(steps, *ends, edited={AT_WORK: AT_HOME}) == {LATER}
    assert values(steps, ("with a note", {AT_WORK}), ends[1]) == {AT_WORK, LATER}
    steps = [*steps[:-1], step("later", "with a note", blob=LATER, when=3)]
    assert values(steps, ("later", {LATER}), ("without it", {AT_HOME}), edited={AT_WORK: AT_HOME}) == {LATER}


def test_what_no_act_explains_is_kept_rather_than_lost() -> None:
    assert values(BOTH_AMENDED, ("work", {"8" * 40}), ("home", {"9" * 40})) == {"8" * 40, "9" * 40}
