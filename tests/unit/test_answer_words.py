"""Other words for the same scores, of a domain or a statement: wherever an answer is given, shown, read or compared."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.analysis.summary import summarize
from reflect_tui.analysis.version_changes import version_changes
from reflect_tui.analysis.versions import newer_ids
from reflect_tui.cli import instruments as instruments_command
from reflect_tui.cli.json_out import whole_instrument
from reflect_tui.errors import BadFileError
from reflect_tui.feedback.form import Invitation, form_page, paper_page
from reflect_tui.forms.cells import csv_sheet
from reflect_tui.forms.table import read_sheet
from reflect_tui.interchange import kinds
from reflect_tui.interchange.document import plain as as_document
from reflect_tui.line_mode.speech import item_sentences
from reflect_tui.model import instrument as model_instrument
from reflect_tui.model import translation
from reflect_tui.model.assessment import Answer, Assessment, score_runs
from reflect_tui.model.instrument import Instrument
from reflect_tui.report.build import Material, build_report
from reflect_tui.toml import formats
from reflect_tui.views.lines import plain
from reflect_tui.views.version_sentences import render_changes
from tests.unit.form_examples import TOKEN, asked
from tests.unit.interchange_examples import taken
from tests.unit.report_examples import NOW
from tests.unit.shape_examples import filled, shape

WORDED = shape("worded")
SCORES = {"listens": 3, "explains": 2, "asks": 1, "waits": 1, "calm": 1}


def changed(**more: Any) -> Instrument:
    content = as_document(WORDED) | {"version": "2.0.0"} | more
    return model_instrument.parse(formats.dumps(content), "worded.toml")


def test_each_statement_is_answered_in_its_own_words_and_counts_in_one_mean() -> None:
    words = {item.id: WORDED.item_scale(item.id).label(1) for item in WORDED.items}
    assert words == {"listens": "poor", "explains": "poor", "asks": "never", "waits": "never", "calm": "no"}
    habit = summarize(WORDED, SCORES).domains[1]
    assert (habit.sum, habit.scored) == (5, 3)  # 1, the reversed 1 as 3, and 1


def test_line_mode_says_the_words_where_they_change() -> None:
    start = Assessment(instrument=WORDED)
    said = [" ".join(item_sentences(start.go(n))) for n in range(5)]
    assert [("The scale:" in text) for text in said] == [False, False, True, False, True]
    assert "1 never, 2 sometimes, 3 often" in said[2]
    answered = start.apply(Answer("calm", 3)).go(4)
    assert "The answer: 3 yes." in item_sentences(answered)


def test_equal_scores_in_other_words_are_no_run() -> None:
    start = Assessment(instrument=WORDED)
    for item in WORDED.items:
        start = start.apply(Answer(item.id, 2))
    assert [(run.first, run.last) for run in score_runs(start, 2)] == [(0, 1), (2, 3)]


def test_document_page_and_json_tell_the_words() -> None:
    made = build_report(Material(instrument=WORDED, session=filled(WORDED, SCORES), now=NOW))
    assert [item.score for item in made.low.items] == ["1 never", "1 no"]
    shown = " ".join(plain(list(instruments_command.page(WORDED, 100))).split())
    assert "Other answers in Habit (2 statements): 1 never, 2 sometimes, 3 often." in shown
    assert "Other answers in Habit (1 statement): 1 no, 2 partly, 3 yes." in shown
    whole = whole_instrument(WORDED)
    assert whole["scales"]["agreement"]["points"][2] == {"value": 3, "label": "yes"}
    assert (whole["domains"][1]["scale"], whole["domains"][1]["items"][2]["scale"]) == ("frequency", "agreement")


def test_a_form_asks_each_statement_in_its_words() -> None:
    found = structs.replace(asked(), items=tuple(item.id for item in WORDED.items))
    page = form_page(Invitation(found, "colleague", TOKEN), WORDED)
    assert '"calm": ["no", "partly", "yes"]' in page
    assert '"listens": [' not in page
    paper = paper_page(found, "colleague", WORDED)
    assert [paper.count(f"<small>{word}</small>") for word in ("poor", "never", "no")] == [1, 1, 1]


def test_a_spreadsheet_of_words_is_read_by_the_words_of_each_statement() -> None:
    table = b"statement,2026-01-05\nListening,good\nI ask for help,often\nI am calm,no\n"
    (day,) = read_sheet(csv_sheet(table), [[WORDED]], date(2026, 11, 30)).days
    assert day.scores == {"listens": 3, "asks": 3, "calm": 1}
    wrong = csv_sheet(b"statement,2026-01-05\nListening,good\nI ask for help,poor\nI am calm,no\n")
    assert [fault.place for fault in read_sheet(wrong, [[WORDED]], date(2026, 11, 30)).faults] == ["B3"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"scales": {"frequency": {"points": [{"value": 0, "label": "a"}, {"value": 1, "label": "b"}]}}},
         ("scales.frequency.points", "must have the values of [scale], 1, 2, 3: only the words of answers can differ")),
        ({"scales": {"frequency": {"points": [{"value": n, "label": str(n)} for n in (2, 3, 4)]}}},
         ("scales.frequency.points", "must have the values of [scale], 1, 2, 3: only the words of answers can differ")),
        ({"scales": {}}, ("domain[2].scale", 'names "frequency", and there is no [scales.frequency]')),
    ],
)  # fmt: skip
def test_other_values_and_unknown_names_are_refused_by_name(change: dict[str, Any], fault: tuple[str, str]) -> None:
    with pytest.raises(BadFileError) as caught:
        model_instrument.parse(tomli_w.dumps(as_document(WORDED) | change).encode(), "worded.toml")
    assert fault in {(one.place, one.problem) for one in caught.value.faults}


def test_a_translation_has_the_words() -> None:
    texts = {item.id: f"Stelling {item.id}" for item in WORDED.items}
    given = {
        "format": 1, "instrument": "worded", "version": "1.0.0", "language": "nl", "title": "Woorden",
        "points": {"1": "slecht", "2": "matig", "3": "goed"}, "domains": {"skill": "Kunnen", "habit": "Gewoonte"},
        "items": texts, "other": dict.fromkeys(texts, "{name} doet het"),
        "scales": {"frequency": {"1": "nooit", "2": "soms", "3": "vaak"}, "agreement": {"1": "nee", "3": "ja"}},
    }  # fmt: skip
    with pytest.raises(BadFileError) as caught:
        translation.parse(tomli_w.dumps(given).encode(), "worded.nl.toml", WORDED)
    assert {fault.place for fault in caught.value.faults} == {"scales.agreement.2"}
    given["scales"]["agreement"]["2"] = "deels"  # type: ignore[index] # a table of tables
    read = translation.parse(tomli_w.dumps(given).encode(), "worded.nl.toml", WORDED)
    dutch = translation.apply(WORDED, read)
    assert [dutch.item_scale(name).label(2) for name in ("listens", "asks", "calm")] == ["matig", "soms", "deels"]


def test_other_answers_end_a_line_and_a_corrected_word_does_not() -> None:
    scales = as_document(WORDED)["scales"]
    corrected = {**scales, "agreement": {"points": [*scales["agreement"]["points"][:2], {"value": 3, "label": "Yes!"}]}}
    assert set(newer_ids(WORDED, changed(scales=corrected))) == set(WORDED.positions)
    assert version_changes(WORDED, changed(scales=corrected)).differs
    turned = [{"value": n, "label": label} for n, label in enumerate(("often", "sometimes", "never"), 1)]
    newer = changed(scales={**scales, "frequency": {"points": turned}})
    assert set(newer_ids(WORDED, newer)) == {"listens", "explains", "calm"}
    told = " ".join(plain(render_changes(version_changes(WORDED, newer), 100)).split())
    assert "“I ask for help”: its answers have other words (scale), and no change says so; the line ends" in told
    domains = as_document(WORDED)["domain"]
    domains[1] = {key: value for key, value in domains[1].items() if key != "scale"}
    assert set(newer_ids(WORDED, changed(domain=domains))) == {"listens", "explains", "calm"}


@pytest.mark.parametrize("form", ["xlsx", "csv", "xlsform", "fhir"])
def test_the_words_come_back_from_other_formats(form: str) -> None:
    exported = kinds.exported(as_document(WORDED), form)
    back = taken(exported.data, f"x{kinds.ENDINGS[form]}").document
    labels = {
        item.id: back_on.item_scale(item.id).label(1)
        for back_on in [model_instrument.parse(formats.dumps(back), Path("x.toml"))]
        for item in back_on.items
    }
    assert labels == {"listens": "poor", "explains": "poor", "asks": "never", "waits": "never", "calm": "no"}
    assert [item.get("reversed", False) for item in back["domain"][1]["item"]] == [False, True, False]


def test_other_words_that_are_taken_are_told() -> None:
    exported = kinds.exported(as_document(WORDED), "fhir")
    told = taken(exported.data, "x.json").assumed
    assert "other words for the scores of the scale, which count the same: 1 no, 2 partly, 3 yes, for calm" in told
