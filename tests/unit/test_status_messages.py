"""The sentences that answer a key, the key caps, and the single item: what they say, and that they fit."""

from __future__ import annotations

import pytest

from reflect_tui import i18n
from reflect_tui.model import library
from reflect_tui.model.assessment import Act, Answer, Assessment, EditNote, EditRemark, Redo, Undo
from reflect_tui.views import assessing
from reflect_tui.views.assessing import render_scale_keys
from reflect_tui.views.lines import plain
from tests.bundled import bundled
from tests.unit.examples import ITEMS, small

START = Assessment(instrument=small())
FIRST = ITEMS[0]


def told(*acts: Act, columns: int = 80) -> str:
    """Give what undoing the last act says."""
    assessment = START
    for act in acts:
        assessment = assessment.apply(act)
    return assessing.undone(assessment.apply(Undo()), assessment.done[-1], columns).text.strip()


@pytest.mark.parametrize(
    ("acts", "sentence"),
    [
        ((Answer(FIRST, 3),), "Undone: 1 calm · 3 → open."),
        ((Answer(FIRST, 3), Answer(FIRST, 2)), "Undone: 1 calm · 2 → 3."),
        ((Answer(FIRST, 3), Answer(FIRST, None)), "Undone: 1 calm · open → 3."),
        ((Answer(FIRST, "n/a"),), "Undone: 1 calm · n/a → open."),
        ((EditNote(FIRST, "one"),), "Undone: 1 calm · note → none."),
        ((EditNote(FIRST, "one"), EditNote(FIRST, "two")), "Undone: 1 calm · note → “one”."),
        ((EditNote(FIRST, "one"), EditNote(FIRST, "")), "Undone: 1 calm · note → “one”."),
        ((EditRemark("one"),), "Undone: remark → none."),
        ((EditRemark("one"), EditRemark("")), "Undone: remark → “one”."),
    ],
)
def test_undo_says_what_it_undid_and_what_stands_there_now(acts: tuple[Act, ...], sentence: str) -> None:
    assert told(*acts) == sentence


def test_redo_says_what_it_did_again() -> None:
    assessment = START.apply(Answer(FIRST, 3)).apply(Undo())
    change = assessment.undone[-1]
    assert assessing.redone(assessment.apply(Redo()), change, 80).text.strip() == "Done again: 1 calm · open → 3."


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("columns", [60, 80, 120])
def test_every_sentence_fits_for_every_item(language: str, columns: int) -> None:
    i18n.use_language(language)
    content = bundled(library.DEFAULT, language)
    start = Assessment(instrument=content)
    for item in content.items:
        for act in (Answer(item.id, 3), EditNote(item.id, "words of some length, " * 20)):
            done = start.apply(act)
            assert assessing.undone(done.apply(Undo()), done.done[-1], columns).width <= columns - 2
            assert assessing.redone(done, done.done[-1], columns).width <= columns - 2
        asked = assessing.example(start, item, "E", columns)
        assert asked.width <= columns - 2
        assert {part.action for part in asked.spans} == {"", "example"}


def test_a_domain_that_becomes_complete_is_told_once_with_the_next_and_no_mean() -> None:
    items = small().domains[0].items
    assessment = START
    for item in items[:-1]:
        assessment = assessment.apply(Answer(item.id, 3))
    before = assessment.go(len(items) - 1)
    after = before.apply(Answer(items[-1].id, "n/a"))
    sentence = assessing.complete(after, before, "f", 80)
    assert sentence is not None
    assert sentence.text.strip() == "1 Looking is complete. Next: 2 Doing. 2 statements."
    again = after.apply(Answer(items[-1].id, 4))
    assert assessing.complete(again, after, "f", 80) is None
    assert assessing.complete(before.go(0).apply(Answer(items[0].id, 1)), before.go(0), "f", 80) is None


def test_the_last_open_item_leads_to_the_review() -> None:
    assessment = START
    for item in ITEMS[1:]:
        assessment = assessment.apply(Answer(item, 3))
    before = assessment.go(0)
    sentence = assessing.complete(before.apply(Answer(FIRST, 3)), before, "F", 80)
    assert sentence is not None
    assert sentence.text.strip() == "Every statement has an answer; F opens the review."


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ({}, " 1  bad      2  poor      3  fair      4  good      0  n/a"),
        ({"score(1)": "a", "score(2)": "s", "score(3)": "d", "score(4)": "f", "not_applicable": ";"}, " a  1 bad"),
        ({"score(1)": "&", "not_applicable": "à"}, " &  1 bad      2  poor"),
    ],
)
def test_caps_show_the_key_to_press_and_the_score_it_gives(keys: dict[str, str], shown: str) -> None:
    assert shown in plain(render_scale_keys(small().scale, None, 80, keys))


def test_the_answer_given_is_marked_without_colour() -> None:
    assert "[3] fair" in plain(render_scale_keys(small().scale, 3, 80))
    assert "[d] 3 fair" in plain(render_scale_keys(small().scale, 3, 80, {"score(3)": "d"}))


@pytest.mark.parametrize("size", [(60, 10), (80, 14), (120, 30)])
def test_a_single_item_stands_whole_in_the_middle(size: tuple[int, int]) -> None:
    content = bundled(library.DEFAULT, "nl")
    columns, rows = size
    for position, item in enumerate(content.items):
        lines = assessing.render_one_item(Assessment(instrument=content).go(position), columns, rows)
        assert max(row.width for row in lines) <= columns
        words = " ".join(plain(lines).split())
        assert f"statement {position + 1} of 92" in words
        assert words.endswith(" ".join(content.sentence(item).split()))
