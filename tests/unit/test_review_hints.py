"""Runs, low scores and n/a: what the review hints at."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.model.assessment import (
    Answer,
    Assessment,
    EditNote,
    EditRemark,
    ScoreRun,
    is_low_score,
    low_without_note,
    not_applicable_items,
    note_bytes_left,
    score_runs,
)
from reflect_tui.model.instrument import Scale, ScalePoint
from reflect_tui.model.session import MAX_NOTE, MAX_NOTES, Score
from reflect_tui.views.lines import plain
from reflect_tui.views.review import ReviewKeys, render_review
from tests.unit.examples import ITEMS, small

START = Assessment(instrument=small())
some_scores = st.lists(st.sampled_from([1, 2, 3, 4, "n/a", None]), min_size=len(ITEMS), max_size=len(ITEMS))


def filled(scores: list[Score | None]) -> Assessment:
    assessment = START
    for item, score in zip(ITEMS, scores, strict=False):
        assessment = assessment.apply(Answer(item, score))
    return assessment


@pytest.mark.parametrize(
    ("scores", "found"),
    [
        ([], ()),
        ([3] * 7, (ScoreRun(3, 0, 6),)),
        ([3, 3, 3, 1, 4, 4, 4], (ScoreRun(3, 0, 2), ScoreRun(4, 4, 6))),
        ([3, 3, None, 3, 3, 3, 1], (ScoreRun(3, 3, 5),)),
        ([None] * 7, ()),
        (["n/a", "n/a", "n/a", 1], (ScoreRun("n/a", 0, 2),)),
        ([3, 3, 1, 1], ()),
    ],
)
def test_runs_are_equal_scores_side_by_side(scores: list[Score | None], found: tuple[ScoreRun, ...]) -> None:
    assert score_runs(filled(scores), 3) == found


@given(some_scores)
def test_every_place_is_in_a_run_just_when_its_neighbours_make_it_long_enough(scores: list[Score | None]) -> None:
    found = score_runs(filled(scores), 2)
    covered = {place for run in found for place in range(run.first, run.last + 1)}
    for place, (one, other) in enumerate(pairwise(scores)):
        assert (one == other and one is not None) == any(run.first <= place < run.last for run in found)
    assert all(scores[place] is not None for place in covered)
    assert all(run.length == len({place for place in covered if run.first <= place <= run.last}) for run in found)


def test_a_low_score_is_one_in_the_lower_half_of_the_scale() -> None:
    content = small()
    assert [is_low_score(content, content.items[0], score) for score in (1, 2, 3, 4, "n/a", None)] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_low_scores_without_a_note_and_n_a_are_listed_in_order() -> None:
    assessment = filled([2, 1, "n/a", 3, 1]).apply(EditNote(ITEMS[1], "as when"))
    assert [item.id for item in low_without_note(assessment)] == [ITEMS[0], ITEMS[4]]
    assert [item.id for item in not_applicable_items(assessment)] == [ITEMS[2]]


def test_the_review_names_gaps_and_n_a_by_number_and_hints_only_where_asked() -> None:
    assessment = filled([2, "n/a", 3, 3])
    shown = plain(render_review(assessment, 80, keys=ReviewKeys(finish="F", gap="m")))
    assert "m goes to the next one; F finishes without them" in " ".join(shown.split())
    open_part, skipped_part = shown.split("Open\n")[1].split("Not applicable\n")
    assert [row.split()[1] for row in open_part.split("\n") if row.strip()] == ["5", "6", "7"]
    assert skipped_part.split()[:2] == ["–", "2"]
    assert "second look" not in shown
    assert "1 low score has no example yet" in " ".join(plain(render_review(assessment, 80, examples=True)).split())


def test_a_long_run_is_a_hint_with_its_place_that_leads_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reflect_tui.views.review.LONG_RUN", 3)
    lines = render_review(filled([1, 3, 3, 3, 4, "n/a", "n/a"]), 80)
    hint = next(row for row in lines if "in a row" in row.text)
    assert hint.text.strip().startswith("3 times 3 in a row, statements 2 to 4.")
    assert hint.target == ITEMS[1]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_no_row_of_the_review_is_wider_than_the_window(columns: int) -> None:
    assert max(row.width for row in render_review(filled([2, "n/a", 3]), columns, examples=True)) <= columns


def test_a_note_has_its_own_room_within_that_of_the_session() -> None:
    assert note_bytes_left(START) == MAX_NOTE
    assert note_bytes_left(START, ITEMS[0]) == MAX_NOTE
    full = START
    for item in ITEMS:
        full = full.apply(EditNote(item, "é" * (MAX_NOTES // 2 // len(ITEMS))))
    left = MAX_NOTES - len(ITEMS) * (MAX_NOTES // 2 // len(ITEMS) * 2)
    assert note_bytes_left(full) == left
    assert note_bytes_left(full, ITEMS[0]) == MAX_NOTE
    assert note_bytes_left(full.apply(EditNote(ITEMS[1], "x" * MAX_NOTES)), ITEMS[0]) == 0


def test_the_other_notes_and_the_remark_take_room_from_a_note() -> None:
    first, *others = sorted(ITEMS)  # "acts" comes before all others
    full = START.apply(EditNote(first, "x" * (MAX_NOTES - 10)))
    assert note_bytes_left(full, others[0]) == 10
    remarked = START.apply(EditRemark("é" * ((MAX_NOTES - 10) // 2)))
    assert note_bytes_left(remarked, first) == 10
    assert note_bytes_left(remarked) == MAX_NOTE


def test_a_low_score_of_a_scale_that_starts_elsewhere() -> None:
    scale = Scale(points=tuple(ScalePoint(n, str(n)) for n in range(2, 7)), high_above=4, min_coverage=0.5)
    content = structs.replace(small(), scale=scale)
    assert [score for score in range(2, 7) if is_low_score(content, content.items[0], score)] == [2, 3]
