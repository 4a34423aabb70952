"""Scales of other points than 1 to 4, typed in every way, and statements without focus or words for others."""

from __future__ import annotations

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.errors import BadFileError, ReflectError
from reflect_tui.feedback.answer_code import decode, encode, find_codes
from reflect_tui.feedback.form_words import words_for
from reflect_tui.feedback.suggestion import choose_items, suggest
from reflect_tui.forms.paper import parse_score_row
from reflect_tui.line_mode.commands import parse
from reflect_tui.line_mode.speech import scale_sentence
from reflect_tui.model import instrument as model_instrument
from reflect_tui.model.instrument import Scale, ScalePoint
from reflect_tui.model.session import Score
from tests.unit.examples import document, small
from tests.unit.round_examples import example_round
from tests.unit.shape_examples import shape

TOKEN = "-5QrIPOfEq0a_LOoPvz7WA"
ELEVEN, STRAIN = shape("eleven"), shape("strain")


def fault(**scale: object) -> dict[str, str]:
    content = document()
    content["scale"] |= scale
    with pytest.raises(BadFileError) as caught:
        model_instrument.parse(tomli_w.dumps(content).encode(), "small.toml")
    return {found.place: found.problem for found in caught.value.faults}


def points(*values: int) -> list[dict[str, object]]:
    return [{"value": value, "label": f"point {value}"} for value in values]


@pytest.mark.parametrize("values", [(0, 2), (1, 2, 4), (3, 2, 1), (0, 0, 1)])
def test_points_go_up_by_ones(values: tuple[int, ...]) -> None:
    assert fault(points=points(*values))["scale.points"] == "must go up by ones, from 0 or more to at most 10"


def test_points_end_at_ten_and_better_is_one_of_two() -> None:
    assert fault(points=points(*range(12))) == {"scale.points[12].value": "must be at most 10"}
    assert fault(better="more") == {"scale.better": "must be one of: higher, lower"}


def test_no_focus_adds_up_statements_of_two_directions() -> None:
    content = document()
    content["domain"][1]["better"] = "lower"
    with pytest.raises(BadFileError) as caught:
        model_instrument.parse(tomli_w.dumps(content).encode(), "small.toml")
    assert {found.place for found in caught.value.faults} == {"domain[3].item[2].focus"}


@pytest.mark.parametrize(
    ("line", "scores"), [("0", (0,)), ("-", ("n/a",)), ("10", (10,)), ("7 10 0", (7, 10, 0)), ("07", ())]
)
def test_a_line_of_numbers_on_a_scale_of_eleven_points(line: str, scores: tuple[object, ...]) -> None:
    read = parse(line, ELEVEN.scale)
    assert read.scores == scores if scores else read.name in {"off_scale", "score"}


def test_zero_is_a_score_where_the_scale_has_it_and_n_a_elsewhere() -> None:
    assert parse("0", STRAIN.scale).scores == (0,)
    assert parse("0", small().scale).scores == ("n/a",)
    assert parse("0213", STRAIN.scale).scores == (0, 2, 1, 3)
    assert scale_sentence(STRAIN.scale).endswith("; - not applicable, or cannot judge.")
    assert scale_sentence(small().scale).endswith("; 0 not applicable, or cannot judge.")


def test_a_row_from_paper_on_other_scales() -> None:
    items = ELEVEN.domains[0].items
    assert parse_score_row("10 0, -", items, ELEVEN.scale).scores == (10, 0, "n/a")
    assert parse_score_row("10 . 9", items, ELEVEN.scale).scores == (10, None, 9)
    assert parse_score_row("11 1 1", items, ELEVEN.scale).fault.startswith("11 is no score: 0 to 10, - for can't judge")
    assert parse_score_row("0-1", STRAIN.domains[0].items, STRAIN.scale).scores == (0, "n/a", 1)


def test_only_what_has_words_about_someone_else_is_asked_of_others() -> None:
    assert choose_items(ELEVEN, ["all"]) == choose_items(ELEVEN) == suggest(ELEVEN) == ("listen", "ask")
    with pytest.raises(ReflectError, match="Strain has no statement with words about someone else"):
        choose_items(STRAIN)


def test_a_code_holds_zero_and_ten() -> None:
    found = structs.replace(example_round(("colleague",), tokens=(TOKEN,)), items=("listen", "ask"))
    given: dict[str, Score] = {"listen": 0, "ask": 10}
    (piece,) = find_codes(encode(found, "colleague", TOKEN, ELEVEN, given))
    assert decode(piece, [found], lambda _round: ELEVEN).scores == given


def test_a_form_tells_the_keys_of_its_scale() -> None:
    found = structs.replace(example_round(("colleague",)), language="en")
    eleven, four = (words_for(found, "colleague", scale).keys for scale in (ELEVEN.scale, small().scale))
    assert "type 0 to 9, t (10) on your keyboard; - is “I can't judge this”" in eleven
    assert "type 1 to 4 on your keyboard; 0 is “I can't judge this”" in four


@pytest.mark.parametrize(("highest", "is_digits"), [(8, True), (9, True), (10, False)])
def test_scores_up_to_9_can_be_typed_one_after_the_other(*, highest: int, is_digits: bool) -> None:
    points = tuple(ScalePoint(value, str(value)) for value in range(highest + 1))
    assert Scale(points, high_above=5).is_digits is is_digits
