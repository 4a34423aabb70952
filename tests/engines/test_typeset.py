"""The document as PDF, by the typesetter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reflect_tui.report import pdf
from reflect_tui.report.build import ReportOptions, build_report
from reflect_tui.store.journal import Journal
from tests.tui.conftest import demo, demo_template, opened, swift  # noqa: F401 -- fixtures
from tests.unit.cli_examples import Cli
from tests.unit.report_examples import HOSTILE, hostile


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
