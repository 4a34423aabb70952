from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.model.assessment import Act, Answer, Assessment, EditNote, EditRemark, Redo, Undo, acts_of, replay
from reflect_tui.model.session import Score
from tests.unit.examples import ITEMS, document, fresh, quick, small
from tests.unit.versions import parsed

START = Assessment(instrument=small())

items = st.sampled_from(ITEMS[:4])
answers = st.builds(Answer, items, st.sampled_from([1, 2, 3, 4, "n/a", None]))
notes = st.builds(EditNote, items, st.sampled_from(["", "a", "b\nc"]))
changes = answers | notes | st.builds(EditRemark, st.sampled_from(["", "x"]))
acts = st.lists(answers | changes | st.just(Undo()) | st.just(Undo()) | st.just(Redo()), max_size=40)


class Kept(NamedTuple):
    """What a session keeps of an assessment."""

    scores: Mapping[str, Score]
    notes: Mapping[str, str]
    remark: str


def kept(assessment: Assessment) -> Kept:
    return Kept(dict(assessment.scores), dict(assessment.notes), assessment.remark)


def do(*series: Act, start: Assessment = START) -> Assessment:
    for act in series:
        start = start.apply(act)
    return start


def filled(scores: Mapping[str, Score]) -> Assessment:
    return do(*(Answer(item, score) for item, score in scores.items()))


def at(item: str, scores: Mapping[str, Score] | None = None) -> Assessment:
    return filled(scores or {}).go(ITEMS.index(item))


# Acts


def test_an_answer_is_kept_and_the_cursor_is_at_its_item() -> None:
    done = do(Answer("acts", 3))
    assert kept(done) == Kept({"acts": 3}, {}, "")
    assert done.current.id == "acts"
    assert done.domain.id == "doing"


def test_an_assessment_is_never_changed_in_place() -> None:
    one = do(Answer("acts", 3))
    do(Answer("acts", 4), EditNote("acts", "x"), start=one)
    assert kept(one) == Kept({"acts": 3}, {}, "")
    assert kept(START) == Kept({}, {}, "")


def test_a_score_can_be_replaced_made_not_applicable_and_cleared() -> None:
    assert do(Answer("acts", 3), Answer("acts", 1)).scores == {"acts": 1}
    assert do(Answer("acts", 3), Answer("acts", "n/a")).scores == {"acts": "n/a"}
    assert do(Answer("acts", 3), Answer("acts", None)).scores == {}


def test_an_empty_note_removes_it_and_an_empty_remark_as_well() -> None:
    assert do(EditNote("acts", "x")).notes == {"acts": "x"}
    assert do(EditNote("acts", "x"), EditNote("acts", "")).notes == {}
    assert do(EditRemark("x")).remark == "x"
    assert do(EditRemark("x"), EditRemark("")).remark == ""


@pytest.mark.parametrize("score", [0, 5, -1, 99])
def test_a_score_off_the_scale_is_refused(score: int) -> None:
    with pytest.raises(ValueError, match=str(score)):
        START.apply(Answer("calm", score))


@pytest.mark.parametrize(
    "act", [Answer("colour", 3), Answer("colour", None), EditNote("colour", "x"), EditNote("colour", "")]
)
def test_an_item_that_is_not_there_is_refused(act: Act) -> None:
    with pytest.raises(KeyError):
        START.apply(act)


@pytest.mark.parametrize("act", [Answer("acts", 3), Answer("acts", "n/a"), EditNote("acts", "x"), EditRemark("x")])
def test_doing_the_same_again_leaves_no_step_to_undo(act: Act) -> None:
    twice = do(act, act)
    assert len(twice.done) == 1
    assert kept(do(act, act, Undo())) == kept(START)


@pytest.mark.parametrize("act", [Answer("acts", None), EditNote("acts", ""), EditRemark("")])
def test_clearing_what_is_empty_leaves_no_step_to_undo(act: Act) -> None:
    assert do(act).done == ()


@pytest.mark.parametrize("act", [Answer("acts", 3), EditNote("acts", "x"), EditRemark("x")])
def test_doing_the_same_again_moves_the_cursor_and_forgets_what_could_be_redone(act: Act) -> None:
    other: dict[type, Act] = {Answer: Answer("acts", 4), EditNote: EditNote("acts", "y"), EditRemark: EditRemark("y")}
    one = do(act, other[type(act)], Undo(), act)
    assert one.current.id == (ITEMS[0] if isinstance(act, EditRemark) else "acts")
    assert do(Redo(), start=one) == one
    assert kept(one) == kept(do(act))


def test_clearing_what_is_empty_keeps_what_can_be_redone() -> None:
    one = do(Answer("acts", 3), Undo(), Answer("acts", None))
    assert do(Redo(), start=one).scores == {"acts": 3}


# Undo and redo


def test_undo_and_redo_without_anything_to_do_change_nothing() -> None:
    assert START.apply(Undo()) == START
    assert START.apply(Redo()) == START


def test_undo_and_redo_go_to_the_item_they_concern() -> None:
    undone = do(Answer("acts", 3), Answer("calm", 2), Undo()).go(6).apply(Undo())
    assert undone.current.id == "acts"
    assert undone.go(6).apply(Redo()).current.id == "acts"


def test_undoing_a_remark_leaves_the_cursor_alone() -> None:
    assert do(EditRemark("x")).go(4).apply(Undo()).position == 4


@pytest.mark.parametrize("act", [Answer("kind", 1), EditNote("kind", "x"), EditRemark("x")])
def test_a_new_act_forgets_what_could_be_redone(act: Act) -> None:
    changed = do(Answer("acts", 3), Undo(), act)
    assert changed.undone == ()
    assert changed.apply(Redo()) == changed


@quick
@given(acts)
def test_an_assessment_agrees_with_a_list_of_all_its_states(series: list[Act]) -> None:
    states, place, now = [kept(START)], 0, START
    for act in series:
        now = now.apply(act)
        if isinstance(act, Undo):
            place = max(0, place - 1)
        elif isinstance(act, Redo):
            place = min(len(states) - 1, place + 1)
        elif kept(now) != states[place]:
            states[place + 1 :] = [kept(now)]
            place += 1
        elif getattr(act, "score", getattr(act, "text", None)) not in (None, ""):
            del states[place + 1 :]
        assert kept(now) == states[place]
        assert (len(now.done), len(now.undone)) == (place, len(states) - 1 - place)


@quick
@given(acts)
def test_whatever_was_done_can_be_undone_to_the_start_and_redone(series: list[Act]) -> None:
    end = do(*series)
    back = do(*[Undo()] * len(end.done), start=end)
    assert kept(back) == kept(START)
    assert back.done == ()
    again = do(*[Redo()] * len(end.done), start=back)
    assert kept(again) == kept(end)
    assert (again.done, again.undone) == (end.done, end.undone)


@quick
@given(acts)
def test_replaying_the_acts_gives_the_same_with_the_whole_history(series: list[Act]) -> None:
    assert replay(small(), series) == do(*series).first_gap()


@quick
@given(st.lists(changes, max_size=12))
def test_an_assessment_keeps_the_last_word_on_every_item(series: list[Answer | EditNote | EditRemark]) -> None:
    scores = {act.item: act.score for act in series if isinstance(act, Answer)}
    notes = {act.item: act.text for act in series if isinstance(act, EditNote)}
    remarks = [act.text for act in series if isinstance(act, EditRemark)]
    expected = Kept(
        {item: score for item, score in scores.items() if score is not None},
        {item: text for item, text in notes.items() if text},
        remarks[-1] if remarks else "",
    )
    assert kept(do(*series)) == expected


@quick
@given(acts)
def test_scores_and_notes_are_given_in_the_order_of_the_instrument(series: list[Act]) -> None:
    end = do(*series)
    assert list(end.ordered_scores()) == [item for item in ITEMS if item in end.scores]
    assert list(end.ordered_notes()) == [item for item in ITEMS if item in end.notes]
    assert end.ordered_scores() == end.scores
    assert end.ordered_notes() == end.notes


# Moving


def test_moving_stops_at_both_ends() -> None:
    assert START.move(-1).position == 0
    assert START.move(3).position == 3
    assert START.move(99).position == 6
    assert [START.go(3).move(steps).position for steps in (-2, -1, 1, 2)] == [1, 2, 4, 5]
    assert START.go(-5).position == 0
    assert START.go(7).position == 6


def test_moving_is_no_act() -> None:
    moved = do(Answer("acts", 3), Undo()).move(2).next_gap().move_domain(1).first_gap()
    assert structs.replace(moved, position=0) == structs.replace(do(Answer("acts", 3), Undo()), position=0)


@pytest.mark.parametrize(
    ("start", "steps", "end"),
    [
        ("calm", 1, "acts"),
        ("signs", 1, "acts"),
        ("acts", 1, "asks"),
        ("calm", 2, "asks"),
        ("acts", 2, "asks"),
        ("acts", -1, "calm"),
        ("tells", -1, "acts"),
        ("gives", -1, "asks"),
        ("asks", -1, "acts"),
        ("signs", -1, "calm"),
        ("calm", -1, "calm"),
        ("asks", 1, "asks"),
    ],
)
def test_moving_by_domain_goes_to_the_first_item_of_one(start: str, steps: int, end: str) -> None:
    assert at(start).move_domain(steps).current.id == end


def test_moving_to_a_later_domain_never_goes_back() -> None:
    assert at("gives").move_domain(1).current.id == "gives"
    of_two = document()
    del of_two["domain"][2]
    assert Assessment(instrument=parsed(of_two)).go(4).move_domain(1).current.id == "tells"
    assert Assessment(instrument=parsed(of_two)).move_domain(2).current.id == "acts"


def test_gaps_are_what_has_no_answer() -> None:
    assert [item.id for item in filled({"kind": 1, "acts": "n/a"}).gaps] == ["calm", "signs", "tells", "asks", "gives"]


SOME: dict[str, Score] = {"kind": 1, "signs": 2, "gives": "n/a"}


@pytest.mark.parametrize(
    ("start", "following", "before"),
    [
        ("calm", "acts", "asks"),
        ("kind", "acts", "calm"),
        ("acts", "tells", "calm"),
        ("asks", "calm", "tells"),
        ("gives", "calm", "asks"),
    ],
)
def test_the_next_and_the_previous_gap_are_found_round_the_ends(start: str, following: str, before: str) -> None:
    assert at(start, SOME).next_gap().current.id == following
    assert at(start, SOME).previous_gap().current.id == before


def test_the_only_gap_is_its_own_next_and_without_gaps_the_cursor_stays() -> None:
    almost: dict[str, Score] = dict.fromkeys(ITEMS[1:], 3)
    assert at("calm", almost).next_gap().current.id == "calm"
    assert at("acts", almost).previous_gap().current.id == "calm"
    whole = at("acts", dict.fromkeys(ITEMS, 3))
    assert whole.next_gap() == whole
    assert whole.previous_gap() == whole


def test_the_first_gap_is_the_first_from_the_start_or_else_the_last_item() -> None:
    assert at("gives", {"calm": 3, "signs": 2}).first_gap().current.id == "kind"
    assert at("calm", dict.fromkeys(ITEMS, 3)).first_gap().current.id == "gives"
    assert START.go(4).first_gap().current.id == "calm"


# Figures


def test_progress_counts_scores_and_not_applicable_per_domain_and_in_all() -> None:
    some = filled({"calm": 3, "kind": "n/a", "acts": 1, "tells": 4})
    counts = [some.progress(domain) for domain in small().domains]
    assert [(part.answered, part.total, part.complete) for part in counts] == [
        (2, 3, False),
        (2, 2, True),
        (0, 2, False),
    ]
    assert (some.progress().answered, some.progress().total) == (4, 7)
    assert not START.progress().complete
    assert filled(dict.fromkeys(ITEMS, 1)).progress().complete


def test_a_note_written_again_in_the_same_words_leaves_no_step_to_undo() -> None:
    assert len(do(EditNote("acts", "as before"), EditNote("acts", fresh("as before"))).done) == 1


def test_the_last_gap_is_found_from_its_neighbour_the_long_way_round() -> None:
    gap = structs.replace(START, scores=dict.fromkeys(set(ITEMS) - {"acts"}, 3))
    assert gap.go(4).next_gap().position == 3
    assert gap.go(2).previous_gap().position == 3
    assert gap.go(2).next_gap().position == 3
    assert gap.go(4).previous_gap().position == 3


def test_a_whole_session_that_is_amended_opens_at_its_first_item_with_nothing_to_undo() -> None:
    acts = acts_of(dict.fromkeys(ITEMS, 3), {"acts": "why", "calm": ""}, "all")
    assert acts[len(ITEMS) :] == (EditNote("acts", "why"), EditRemark("all"))
    amended = replay(small(), acts, len(acts))
    assert (amended.position, amended.done, amended.undone) == (0, (), ())
    assert kept(amended) == Kept(dict.fromkeys(ITEMS, 3), {"acts": "why"}, "all")
    assert replay(small(), [*acts, Answer("tells", 2)], len(acts)).position == 4
    assert replay(small(), acts).position == len(ITEMS) - 1
