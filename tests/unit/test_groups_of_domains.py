"""Domains below headings: wherever domains are listed, in the order of the file, and the figures stay what they are."""

from __future__ import annotations

from typing import Any

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.analysis.diff import results
from reflect_tui.analysis.summary import summarize
from reflect_tui.analysis.trend import trend
from reflect_tui.analysis.version_changes import version_changes
from reflect_tui.cli import instruments as instruments_command
from reflect_tui.cli.json_out import whole_instrument
from reflect_tui.errors import BadFileError
from reflect_tui.feedback.form import Invitation, form_page, paper_page
from reflect_tui.interchange.document import plain as as_document
from reflect_tui.line_mode.speech import domain_sentence
from reflect_tui.model import instrument as model_instrument
from reflect_tui.model import translation
from reflect_tui.model.assessment import Assessment
from reflect_tui.model.instrument import Instrument
from reflect_tui.report.build import Material, build_report
from reflect_tui.report.html import page as html_page
from reflect_tui.report.markdown import markdown
from reflect_tui.views.assessing import SIDEBAR, render_domains
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_results, results_twin
from reflect_tui.views.trend_text import render_trend_text
from reflect_tui.views.trends import TrendScene, TrendView, render_position
from tests.unit.form_examples import TOKEN, asked
from tests.unit.report_examples import NOW
from tests.unit.shape_examples import filled, shape
from tests.unit.test_profiles import SCORES

WHOLE = shape("whole")


def rows(lines: Any) -> list[str]:
    return [row.split("  ")[0].strip(" ▸▲▼●") for row in (text.strip() for text in plain(lines).splitlines()) if row]


def without_groups() -> Instrument:
    content = as_document(WHOLE)
    content["domain"] = [{key: value for key, value in one.items() if key != "group"} for one in content["domain"]]
    return model_instrument.parse(tomli_w.dumps(content).encode(), "whole.toml")


def test_the_outline_and_the_results_have_heads_and_the_best_first_below_each() -> None:
    outline = [row.text.strip() for row in render_domains(Assessment(instrument=WHOLE), SIDEBAR)]
    assert [text for text in outline if not any(sign.isdigit() for sign in text)] == ["With others", "By myself"]
    shown = rows(render_results(results(WHOLE, filled(WHOLE, SCORES)), 100))
    order = [row for row in shown if row in ("With others", "By myself", "Talks", "Strain", "Plans")]
    assert order == ["With others", "Talks", "By myself", "Strain", "Plans"]
    text = plain(results_twin(WHOLE, summarize(WHOLE, SCORES), None, 100))
    assert text.index("With others") < text.index("Talking with parents and children  ") < text.index("By myself")


def test_a_heading_changes_no_figure_and_no_line() -> None:
    bare = without_groups()
    assert summarize(bare, SCORES) == summarize(WHOLE, SCORES)
    changes = version_changes(bare, structs.replace(WHOLE, version="2.0.0"))
    assert [(one.kind, one.is_judged_otherwise) for one in changes.domains] == [("goes on", False)] * 3


def test_line_mode_says_the_heading_where_a_group_begins() -> None:
    start = Assessment(instrument=WHOLE)
    said = [domain_sentence(start.go(place), None) for place in (0, 3, 6)]
    assert said[0].startswith("With others. Domain 1 of 3: Talking with parents and children.")
    assert said[1].startswith("By myself. Domain 2 of 3: Plans.")
    assert said[2].startswith("Domain 3 of 3: Strain.")


def test_trends_name_the_group() -> None:
    sessions = [filled(WHOLE, SCORES), filled(WHOLE, SCORES, days=90)]
    course = trend(WHOLE, sessions, {})
    assert "With others · Talking with parents and children" in render_position(WHOLE, course, TrendView(), 120).text
    assert "With others" not in render_position(WHOLE, course, TrendView(), 36).text
    text = plain(render_trend_text(TrendScene(instrument=WHOLE, trend=course, total=2), 100))
    assert text.count("By myself") == 1


def test_the_document_has_the_heads() -> None:
    made = build_report(Material(instrument=WHOLE, session=filled(WHOLE, SCORES), now=NOW))
    assert [row.head for row in made.domains] == ["With others", "By myself", ""]
    assert html_page(made).count('class="group"') == 3  # the two, and that of the focuses
    assert "| **By myself** | | | |" in markdown(made)


def test_both_forms_and_the_page_of_an_instrument_have_the_heads() -> None:
    found = structs.replace(asked(), items=tuple(item.id for item in WHOLE.items if item.other))
    assert "<span>By myself</span>" in form_page(Invitation(found, "colleague", TOKEN), WHOLE).replace(' lang="en"', "")
    assert paper_page(found, "colleague", WHOLE).count('<h2 class="group">') == 2
    shown = rows([*instruments_command.page(WHOLE, 100)])
    assert [row for row in shown if row in ("With others", "By myself")] == ["With others", "By myself"]
    assert [domain["group"] for domain in whole_instrument(WHOLE)["domains"]] == [
        "With others",
        "By myself",
        "By myself",
    ]


@pytest.mark.parametrize(
    ("groups", "faults"),
    [
        (["A", None, "B"], {"domain[2].group": "is missing; other domains have one"}),
        (["A", "B", "A"], {"domain[3].group": "stands apart from the other domains of this group"}),
    ],
)
def test_a_torn_group_is_named(groups: list[str | None], faults: dict[str, str]) -> None:
    content = as_document(without_groups())
    for domain, group in zip(content["domain"], groups, strict=True):
        domain.update({"group": group} if group else {})
    with pytest.raises(BadFileError) as caught:
        model_instrument.parse(tomli_w.dumps(content).encode(), "whole.toml")
    assert {one.place: one.problem for one in caught.value.faults} == faults


def test_a_translation_has_heads_and_the_titles_of_profiles() -> None:
    given: dict[str, Any] = {
        "format": 1, "instrument": "whole", "version": "1.0.0", "language": "nl", "title": "Alles",
        "instructions": "Denk.",
        "points": dict(zip("1234", ("nauwelijks", "deels", "meestal", "helemaal"), strict=True)),
        "scales": {"frequency": dict(zip("1234", ("nooit", "soms", "vaak", "altijd"), strict=True))},
        "axes": {"alone": "Alleen", "together": "Samen"},
        "profiles": {"starter": "Eerste jaar", "senior": "Na vijf jaar"},
        "domains": {"talks": "Praten", "plans": "Plannen", "strain": "Spanning"},
        "items": {item.id: f"Zin {item.id}" for item in WHOLE.items},
        "other": {item.id: "{name} doet het" for item in WHOLE.items if item.other},
        "help": {"opens": "Met ouders."}, "levels": {"opens": ["a", "b", "c", "d"]},
        "bands": {"plans-1": "los", "plans-2": "vast", "strain-1": "weinig", "strain-2": "wat", "strain-3": "veel"},
        "advice": {"plans-2": "Laat zien.", "strain-3": "Praat."},
    }  # fmt: skip
    with pytest.raises(BadFileError) as caught:
        translation.parse(tomli_w.dumps(given).encode(), "whole.nl.toml", WHOLE)
    assert {fault.place for fault in caught.value.faults} == {"groups.talks", "groups.plans"}
    given["groups"] = {"talks": "Met anderen", "plans": "Alleen"}
    dutch = translation.apply(WHOLE, translation.parse(tomli_w.dumps(given).encode(), "whole.nl.toml", WHOLE))
    assert [domain.group for domain in dutch.domains] == ["Met anderen", "Alleen", "Alleen"]
    assert [profile.title for profile in dutch.profiles] == ["Eerste jaar", "Na vijf jaar"]
