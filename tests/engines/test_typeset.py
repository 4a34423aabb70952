"""The document as PDF, by the typesetter."""

from __future__ import annotations

import importlib.resources
import json
import subprocess
import sys
from pathlib import Path

import pytest
import typst
from msgspec import structs

from reflect_tui import i18n
from reflect_tui.model.session import Score
from reflect_tui.report import document, pdf
from reflect_tui.report.build import Material, ReportOptions, build_report
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import export
from reflect_tui.usecases.pages import pages_of
from tests.screenshots import demo_journal
from tests.tui.conftest import demo, demo_template, opened, swift  # noqa: F401 -- fixtures
from tests.unit import examples, test_groups_of_domains, test_profiles
from tests.unit.cli_examples import Cli
from tests.unit.report_examples import HOSTILE, NOW, crowded, demo_material, hostile, of_sessions, with_others


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    cli = Cli(tmp_path / "journal", capsys, monkeypatch)
    cli.save(3)
    return cli


@pytest.mark.parametrize("text", HOSTILE)
def test_a_pdf_is_made_of_any_text_and_of_values_alone(text: str) -> None:
    made = pdf.pdf(build_report(hostile(text), ReportOptions(name="\n".join(HOSTILE), notes=True)))
    assert made.startswith(b"%PDF-")
    assert b"/URI" not in made
    assert b"/JavaScript" not in made


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_document_of_the_demo_journal_with_others_is_two_sheets(tmp_path: Path, language: str) -> None:
    i18n.use_language(language)
    journal = demo_journal(tmp_path, language)
    newest, before, *_earlier = pages_of(journal).own()
    instrument = journal.library.find(newest.instrument, newest.version, newest.digest)
    made = build_report(export.material(journal, instrument, newest, before, newest.finished)[0])
    assert made.beside
    assert pdf.fitted(made).sheets == 2


@pytest.mark.parametrize("language", ["nl", "en"])
def test_as_many_items_are_listed_as_two_sheets_hold_and_one_more_would_take_a_third(language: str) -> None:
    i18n.use_language(language)
    plain = demo_material(language)
    low: dict[str, Score] = {item.id: 2 for item in plain.instrument.items}
    made = build_report(with_others(structs.replace(plain, session=structs.replace(plain.session, scores=low))))
    layout = pdf.fitted(made)
    assert layout.sheets == 2
    assert pdf.FEWEST <= layout.most < len(made.low.items)
    assert pdf.Layout(made, layout.most + 1).sheets == 3


def test_a_document_that_fits_lists_everything_and_has_more_lines_to_write_on_below_a_point() -> None:
    instrument = examples.small()
    before, after = dict.fromkeys(examples.ITEMS, 3), dict.fromkeys(examples.ITEMS, 2)
    made = build_report(of_sessions(instrument, (examples.session(before, days=-90), examples.session(after))))
    layout = pdf.fitted(made)
    assert (layout.most, layout.lines) == (len(examples.ITEMS), pdf.MOST_LINES)
    assert layout.sheets <= 2


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_session_in_which_one_item_changed_is_one_sheet_with_all_that_explains_it(language: str) -> None:
    i18n.use_language(language)
    plain = demo_material(language)
    before: dict[str, Score] = {item.id: 3 for item in plain.instrument.items}
    after = before | {plain.instrument.items[-1].id: 4}
    own = [structs.replace(one, scores=scores) for one, scores in zip(plain.own[-2:], (before, after), strict=True)]
    made = build_report(structs.replace(of_sessions(plain.instrument, own), goals=(), agenda=None))
    assert pdf.fitted(made).sheets == 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_items_that_moved_are_all_listed_where_their_sheet_has_room_though_the_lowest_are_not(language: str) -> None:
    i18n.use_language(language)
    layout = pdf.fitted(build_report(with_others(demo_material(language))))
    changes = json.loads(layout.inputs["document"])["changes"]
    assert (changes["more_up"], changes["more_down"], changes["more_others"]) == ("", "", "")
    assert layout.most < len(layout.report.low.items)
    assert layout.sheets == 2


def test_the_lowest_statements_are_all_listed_where_there_is_room_though_those_that_moved_are_not() -> None:
    plain = demo_material("en")
    items = [item.id for item in plain.instrument.items]
    before: dict[str, Score] = dict.fromkeys(items, 3)
    after = {item: 4 if place % 3 else 3 for place, item in enumerate(items)} | dict.fromkeys(items[:24:2], 2)
    own = [structs.replace(one, scores=scores) for one, scores in zip(plain.own[-2:], (before, after), strict=True)]
    layout = pdf.fitted(build_report(structs.replace(of_sessions(plain.instrument, own), goals=(), agenda=None)))
    document = json.loads(layout.inputs["document"])
    assert document["changes"]["more_up"]
    assert (len(document["low"]["items"]), document["more_low"]) == (12, "")
    assert layout.sheets == 2


def test_a_document_of_more_than_two_sheets_lists_everything() -> None:
    i18n.use_language("nl")
    made = build_report(crowded("nl", 9, 400 // 9))
    layout = pdf.fitted(made)
    assert layout.sheets > 2
    assert layout.most == document.longest_list(made)


def test_a_pdf_goes_to_a_pipe_but_not_to_a_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-P", "-m", "reflect_tui", "--journal", str(cli.root), "report", "--format", "pdf"]
    assert subprocess.run(command, capture_output=True, check=True).stdout.startswith(b"%PDF-")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    result = cli("report", "--format", "pdf")
    assert result.code == 2
    assert "--output" in result.err


def test_only_the_typesetter_is_loaded_for_a_pdf(cli: Cli) -> None:
    look = (
        "import sys; from reflect_tui.cli.main import main; main(sys.argv[1:]); "
        "print(*sorted({'jinja2', 'typst', 'textual', 'plotext'} & set(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-P", "-c", look, "--journal", str(cli.root), "report", "--format", "pdf"]
    assert subprocess.run(command, capture_output=True, check=True).stderr.decode().split() == ["typst"]


async def test_from_the_results_a_pdf_is_written(
    demo: Journal,  # noqa: F811 -- the fixture
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "at home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "at home"))
    async with opened(demo) as seat:
        await seat.press("enter", "x", "enter", "enter")
    written = tmp_path / "at home" / "parenting-support-2026-11-19.pdf"
    assert written.read_bytes().startswith(b"%PDF-")


def test_heads_of_domains_and_targets_of_a_profile_are_laid_out() -> None:
    for content in (test_groups_of_domains.WHOLE, test_profiles.SENIOR):
        made = build_report(Material(instrument=content, session=test_profiles.session(), now=NOW))
        assert pdf.pdf(made).startswith(b"%PDF")


def test_a_score_in_the_pdf_is_broken_only_inside_a_word_longer_than_its_column() -> None:
    template = (importlib.resources.files("reflect_tui.report") / "templates" / "page.typ").read_text()
    label = template[template.index("#let label(") : template.index("// A short text stays")]
    scores = ("no answer → not applicable", "incomprehensible → 4")
    source = label + "".join(f'#metadata(label("{score}")) <score>\n' for score in scores)
    whole, broken = json.loads(typst.query(source.encode(), "<score>", field="value"))
    assert whole == scores[0]  # as it is searched for and copied
    assert broken == "\N{ZERO WIDTH SPACE}".join("incomprehensible") + " → 4"
