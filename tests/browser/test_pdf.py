"""The PDF under real tools: sound, tagged, titled, two A4 pages, with the figures that it was set from."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui import i18n
from reflect_tui.model.session import Score
from reflect_tui.report import document_texts, pdf
from reflect_tui.report.build import ReportOptions, build_report
from reflect_tui.views.labels import figure_text
from tests.browser.conftest import FULL, Documents, tool
from tests.unit.report_examples import crowded, demo_material, hostile, of_sessions, with_others

NAMES = ("nl", "en", "nl-notes", "en-notes", "nl-others", "en-others", "hostile")


def told(command: str, *arguments: str | Path) -> str:
    """Run a tool that must be content, and give what it says."""
    found = subprocess.run(
        [tool(command), *arguments], capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_sound(documents: Documents, name: str) -> None:
    assert "No syntax or stream encoding errors" in told("qpdf", "--check", documents.pdf(name))


@pytest.mark.parametrize("name", ["nl", "en"])
def test_it_is_tagged_titled_and_two_pages_of_a4(documents: Documents, name: str) -> None:
    about = dict(re.findall(r"^([\w ]+):\s*(.*)$", told("pdfinfo", documents.pdf(name)), re.MULTILINE))
    i18n.use_language(name)
    made = build_report(demo_material(name))
    assert (about["Tagged"], about["JavaScript"], about["Encrypted"]) == ("yes", "no", "no")
    assert about["Title"] == f"{made.subtitle} · {made.title}"
    assert int(about["Pages"]) == 2
    assert "A4" in about["Page size"]
    structure = told("pdfinfo", "-struct", documents.pdf(name))
    for kind in ("H1", "H2", "Table", "TH", "Figure", "L"):
        assert re.search(rf"^\s*{kind}\b", structure, re.MULTILINE), kind


@pytest.mark.parametrize("name", [*NAMES, *FULL])
def test_no_word_runs_off_the_sheet(documents: Documents, name: str) -> None:
    words = told("pdftotext", "-bbox", documents.pdf(name), "-")
    width, height = (float(re.findall(rf'<page [^>]*{side}="([0-9.]+)"', words)[0]) for side in ("width", "height"))
    corners = re.findall(r'<word [^>]*xMax="([0-9.]+)" yMax="([0-9.]+)"', words)
    assert len(corners) > 100
    assert max(float(right) for right, _bottom in corners) < width - 40
    assert max(float(bottom) for _right, bottom in corners) < height - 15


@pytest.mark.parametrize("name", ["nl", "en"])
def test_it_names_its_language_and_claims_pdf_ua(documents: Documents, name: str) -> None:
    source = subprocess.run(
        [tool("qpdf"), "--qdf", "--object-streams=disable", documents.pdf(name), "-"], capture_output=True, check=True
    ).stdout
    assert re.search(rb"/Lang \(%b\)" % name.encode(), source)
    assert b"pdfuaid:part" in source


@pytest.mark.parametrize("name", ["nl", "en"])
def test_its_text_has_the_figures_of_every_domain(documents: Documents, name: str) -> None:
    i18n.use_language(name)
    text = " ".join(told("pdftotext", "-layout", documents.pdf(name), "-").split())
    made = build_report(demo_material(name))
    for row in (*made.domains, *made.focuses):
        cells = (
            figure_text(row.now),
            document_texts.count_text(row),
            document_texts.verdict_text(row),
            document_texts.before_text(row),
            document_texts.change_text(row),
        )
        mark = "▲ " if row.now.verdict == "high" else ""
        figures = f"{cells[0]} {cells[1]} {mark}{' '.join(cells[2:])}"
        assert figures in text, figures
    assert made.changes
    assert made.changes.sentences[0] in text


def test_notes_are_only_in_the_one_that_was_to_have_them(documents: Documents) -> None:
    remark = build_report(demo_material("en")).colophon[2]
    assert "left out" in remark
    plain, whole = (" ".join(told("pdftotext", documents.pdf(name), "-").split()) for name in ("en", "en-notes"))
    assert (remark in plain, remark in whole) == (True, False)
    note = build_report(demo_material("en"), ReportOptions(notes=True)).notes[0].text
    assert (note in plain, note in whole) == (False, True)


def test_however_much_is_written_all_of_it_is_there(tmp_path: Path) -> None:
    made = build_report(hostile("a long story " * 1500 + "THE END"), ReportOptions(notes=True))
    domains = tuple(
        structs.replace(row, name=f"{row.name[:2000]} {number}") for number in range(20) for row in made.domains
    )
    (tmp_path / "long.pdf").write_bytes(pdf.pdf(structs.replace(made, domains=domains)))
    found = told("pdftotext", tmp_path / "long.pdf", "-").replace("\n", " ")
    wanted = {
        "goal": made.goals[0].title,
        "look": made.goals[0].looks[0],
        "note": made.notes[0].text,
        "remark": made.remark,
    }
    assert all(text.endswith("THE END") for text in wanted.values())
    texts = (*(note.text for note in made.notes), *(item.note for item in made.low.items), made.remark)
    assert found.count("THE END") >= len([text for text in texts if text]) + len(made.goals) * 4
    assert all(f" {number} " in found for number in range(20))


def test_points_and_goals_that_take_more_than_two_pages_are_all_there(documents: Documents) -> None:
    i18n.use_language("nl")
    made = build_report(crowded("nl", 9, 400 // 9), ReportOptions(notes=True))
    found = " ".join(told("pdftotext", documents.pdf("crowded-9"), "-").split())
    texts = [*(point.remark for point in made.agenda if point.remark), *(goal.title for goal in made.goals)]
    assert len(texts) == 18
    assert all(text in found for text in texts)
    assert sum(found.count(text) for text in set(texts)) >= len(texts)


@pytest.mark.parametrize("low", range(8, 20, 2))
def test_how_to_read_the_figures_never_stands_alone_on_a_sheet(tmp_path: Path, low: int) -> None:
    i18n.use_language("en")
    plain = demo_material("en")
    items = [item.id for item in plain.instrument.items]
    scores: dict[str, Score] = {item: 2 if place < low else 4 for place, item in enumerate(items)}
    own = [structs.replace(plain.session, scores=scores)]
    made = build_report(structs.replace(of_sessions(plain.instrument, own, -1), goals=(), agenda=None, previous=None))
    (tmp_path / "it.pdf").write_bytes(pdf.pdf(made))
    sheets = told("pdftotext", tmp_path / "it.pdf", "-").removesuffix("\f").split("\f")
    explained = next(sheet for sheet in sheets if "How to read the figures" in sheet)
    assert "Professional" in explained


def test_the_same_document_gives_the_same_file() -> None:
    made = build_report(demo_material("en"))
    assert pdf.pdf(made) == pdf.pdf(made)


def test_nothing_in_a_hostile_text_becomes_a_link_or_an_action(documents: Documents) -> None:
    source = subprocess.run(
        [tool("qpdf"), "--qdf", documents.pdf("hostile"), "-"], capture_output=True, check=True
    ).stdout
    for key in (b"/URI", b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", b"/EmbeddedFile", b"/GoToR"):
        assert key not in source


def test_a_picture_of_each_page_has_ink_on_it(documents: Documents, tmp_path: Path) -> None:
    told("pdftoppm", "-r", "60", "-gray", documents.pdf("en"), tmp_path / "page")
    pictures = sorted(tmp_path.glob("page-*.pgm"))
    assert len(pictures) == 2
    for picture in pictures:
        pixels = picture.read_bytes().split(b"\n", 3)[3]
        dark = sum(pixel < 160 for pixel in pixels) / len(pixels)
        assert 0.002 < dark < 0.3


@pytest.mark.parametrize("name", ["nl", "en"])
def test_with_others_it_draws_them_all_on_two_sheets_too(documents: Documents, name: str) -> None:
    i18n.use_language(name)
    about = told("pdfinfo", documents.pdf(f"{name}-others"))
    assert "Pages:           2" in about
    text = " ".join(told("pdftotext", "-layout", documents.pdf(f"{name}-others"), "-").split())
    made = build_report(with_others(demo_material(name)))
    assert made.beside
    assert len(made.beside.rows) == len(made.domains)
    for row in made.beside.rows:
        assert " ".join((row[0], *row[1:-2])) in text
    structure = told("pdfinfo", "-struct-text", documents.pdf(f"{name}-others"))
    assert structure.count("Figure") - told("pdfinfo", "-struct-text", documents.pdf(name)).count("Figure") == 8
