"""Finding an item: by words without accents or case, by number, by id; the numbering stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui.model import library
from reflect_tui.model.assessment import Answer, Assessment
from reflect_tui.views.review import find_items, fold, render_matches, search_index
from tests.bundled import bundled

CONTENT = bundled(library.DEFAULT, "nl")
INDEX = search_index(CONTENT)
ACCENTS = "\u0300\u0301\u0302\u0303\u0308\u0327"


def found(query: str) -> list[str]:
    return [CONTENT.items[place].id for place in find_items(CONTENT, INDEX, query)]


@given(st.text())
def test_folding_twice_is_folding_once_and_drops_every_accent(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert not any(unicodedata.combining(letter) for letter in fold(text))


@given(st.sampled_from(CONTENT.items), st.data())
def test_an_item_is_found_by_any_of_its_words_however_accented_and_in_any_case(
    item: object, data: st.DataObject
) -> None:
    chosen = CONTENT.item(getattr(item, "id", ""))
    word = data.draw(st.sampled_from(CONTENT.sentence(chosen).split()))
    place = data.draw(st.integers(0, len(word)))
    typed = word[:place] + data.draw(st.sampled_from(ACCENTS)) + word[place:] if place else word
    assert chosen.id in found(data.draw(st.sampled_from([typed, typed.upper(), typed.lower()])))


@given(st.text(max_size=12))
def test_what_is_found_stays_in_its_order_and_keeps_its_number(query: str) -> None:
    places = find_items(CONTENT, INDEX, query)
    assert len(places) == len(set(places))
    exact = [place for place in places if query.strip() == str(place + 1)]
    assert places == exact + sorted(set(places) - set(exact))
    shown = render_matches(Assessment(instrument=CONTENT), places, 60)
    assert [int(row.text.split()[0]) for row in shown] == [place + 1 for place in places]


@pytest.mark.parametrize(
    ("query", "first"), [("92", CONTENT.items[91].id), (" 7 ", CONTENT.items[6].id), ("SAMENVATTEN", "samenvatten")]
)
def test_a_number_or_an_id_leads_to_that_very_item(query: str, first: str) -> None:
    assert found(query)[0] == first


def test_an_id_is_found_even_where_other_items_hold_it_as_a_word() -> None:
    for item in CONTENT.items:
        assert found(item.id)[0] == item.id


def test_without_words_all_items_are_listed_and_nonsense_finds_none() -> None:
    assert len(found("")) == len(CONTENT.items)
    assert found("xyzzy") == []
    assert find_items(CONTENT, INDEX, "één") == find_items(CONTENT, INDEX, "een") != []


def test_a_row_shows_the_score() -> None:
    answered = Assessment(instrument=CONTENT).apply(Answer("toegankelijk", 3))
    assert render_matches(answered, [0], 60)[0].text.split()[:2] == ["1", "3"]
    assert render_matches(answered, [1], 60)[0].text.split()[:2] == ["2", "·"]
