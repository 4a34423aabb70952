"""Instructions, help, what each level means, licence and attribution: wherever one fills in or reads."""

from __future__ import annotations

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.cli import instruments as instruments_command
from reflect_tui.errors import BadFileError
from reflect_tui.feedback.form import form_parts
from reflect_tui.line_mode.speech import item_sentences
from reflect_tui.model import instrument as model_instrument
from reflect_tui.model import translation
from reflect_tui.model.assessment import Answer, Assessment
from reflect_tui.report.build import Material, build_report
from reflect_tui.views.assessing import Hints, render_items, render_one_item
from reflect_tui.views.lines import plain
from tests.unit.examples import document
from tests.unit.report_examples import NOW
from tests.unit.shape_examples import filled, shape

RUBRIC = shape("rubric")
START = Assessment(instrument=RUBRIC)
MEANING = "Asks first what the other came for."


def words(text: str) -> str:
    return " ".join(text.split())


def test_help_and_levels_stand_below_the_statement_at_the_cursor_alone() -> None:
    listed = render_items(START, 60, Hints())
    shown = words(plain(listed.lines))
    assert shown.startswith("Think of the last half year. There are no right answers.")
    assert (
        f"I open a talk well. With parents and with children. 1 Begins with what has to be done. 2 {MEANING}" in shown
    )
    assert "closes" in {row.target for row in listed.lines[listed.end + 1 :]}
    assert MEANING not in plain(render_items(START.go(1), 60, Hints()).lines)


def test_the_meaning_of_the_answer_stands_out() -> None:
    answered = START.apply(Answer("opens", 2)).go(0)
    (row,) = [row for row in render_items(answered, 60, Hints()).lines if MEANING in row.text]
    assert {part.style for part in row.spans if MEANING in part.text} == {"strong"}


def test_one_statement_at_a_time_is_explained_as_far_as_there_is_room() -> None:
    assert MEANING in words(plain(render_one_item(START, 79, 30)))
    low = render_one_item(START, 79, 9)
    assert len(low) <= 9
    assert "I open a talk well." in words(plain(low))


def test_line_mode_says_help_and_levels_with_the_statement() -> None:
    said = item_sentences(START)
    assert said[1:] == [
        "With parents and with children.",
        "1 means: Begins with what has to be done.",
        f"2 means: {MEANING}",
        "3 means: Makes room for what is hard to say, and names it.",
    ]


def test_a_form_explains_its_statements() -> None:
    (part,) = form_parts(RUBRIC, ["opens", "closes"], "Noor")
    assert part.items[0].levels[1] == (2, MEANING)
    assert (part.items[0].help, part.items[1].help, part.items[1].levels) == ("With parents and with children.", "", ())


def test_a_document_and_the_page_of_an_instrument_name_its_licence() -> None:
    made = build_report(Material(instrument=RUBRIC, session=filled(RUBRIC, {"opens": 2, "closes": 3}), now=NOW))
    assert "CC-BY-4.0. After the example of reflect-tui, translated." in made.colophon
    shown = words(plain(list(instruments_command.page(RUBRIC, 100))))
    assert "CC-BY-4.0. After the example of reflect-tui, translated." in shown
    assert "Think of the last half year." in shown
    assert MEANING in shown


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("levels", ["a", "b"], "domain[1].item[1].levels"),
        ("levels", ["a", "b", "c", ""], "domain[1].item[1].levels[4]"),
        ("help", 3, "domain[1].item[1].help"),
    ],
)
def test_a_wrong_explanation_is_named_by_its_place(key: str, value: object, place: str) -> None:
    content = document()
    content["domain"][0]["item"][0][key] = value
    with pytest.raises(BadFileError) as caught:
        model_instrument.parse(tomli_w.dumps(content).encode(), "small.toml")
    assert {fault.place for fault in caught.value.faults} == {place}


def test_a_translation_has_all_that_is_explained() -> None:
    texts = {"opens": "Ik open goed.", "closes": "Ik sluit goed af."}
    given = {
        "format": 1, "instrument": "rubric", "version": "1.0.0", "language": "nl", "title": "Rubriek",
        "points": {"1": "begin", "2": "kan", "3": "leidt"}, "domains": {"talks": "Gesprekken"},
        "items": texts, "other": dict.fromkeys(texts, "{name} doet het"),
    }  # fmt: skip
    with pytest.raises(BadFileError) as caught:
        translation.parse(tomli_w.dumps(given).encode(), "rubric.nl.toml", RUBRIC)
    assert {fault.place for fault in caught.value.faults} == {"help.opens", "levels.opens", "instructions"}
    told = {"instructions": "Denk terug.", "help": {"opens": "Met ouders."}, "levels": {"opens": ["a", "b", "c"]}}
    read = translation.parse(tomli_w.dumps(given | told).encode(), "rubric.nl.toml", RUBRIC)
    dutch = translation.apply(RUBRIC, read)
    assert (dutch.instructions, dutch.items[0].help, dutch.items[0].levels) == (
        "Denk terug.",
        "Met ouders.",
        ("a", "b", "c"),
    )
    assert structs.replace(dutch.items[1], text="", other="") == structs.replace(RUBRIC.items[1], text="", other="")
