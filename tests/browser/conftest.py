"""The documents of the demo journal as files, and the tools that look at them; a missing tool is a failure."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from reflect_tui import i18n
from reflect_tui.report import pdf
from reflect_tui.report.build import ReportOptions, build_report
from reflect_tui.report.document import Report
from reflect_tui.report.html import page
from tests.browser.rater import Rater, look_for_downloads
from tests.unit import form_examples
from tests.unit.report_examples import HOSTILE, crowded, demo_material, hostile, with_others

MODULES = Path(__file__).parent / "node_modules"
FETCH = "make tools"


def tool(name: str) -> str:
    """Give the path of a program that must be there."""
    found = shutil.which(name)
    assert found, f"{name} is missing; `make tools` installs it"
    return found


def module(path: str) -> Path:
    """Give a file of a package that npm fetched."""
    found = MODULES / path
    assert found.is_file(), f"{found} is missing; `{FETCH}` fetches it"
    return found


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write every document once: the demo's in both languages, with and without notes, and a hostile one."""
    folder = tmp_path_factory.mktemp("documents")
    for language in ("nl", "en"):
        i18n.use_language(language)
        for name, notes in (("", False), ("-notes", True)):
            made = build_report(demo_material(language), ReportOptions(name="Anna de Vries", notes=notes))
            (folder / f"{language}{name}.html").write_text(page(made), encoding="utf-8")
            (folder / f"{language}{name}.pdf").write_bytes(pdf.pdf(made))
        made = build_report(with_others(demo_material(language)), ReportOptions(name="Anna de Vries"))
        (folder / f"{language}-others.html").write_text(page(made), encoding="utf-8")
        (folder / f"{language}-others.pdf").write_bytes(pdf.pdf(made))
    i18n.use_language("en")
    made = build_report(hostile("\n".join(HOSTILE)), ReportOptions(name="\n".join(HOSTILE), notes=True))
    (folder / "hostile.html").write_text(page(made), encoding="utf-8")
    (folder / "hostile.pdf").write_bytes(pdf.pdf(made))
    for name, made in _full().items():
        (folder / f"{name}.html").write_text(page(made), encoding="utf-8")
        (folder / f"{name}.pdf").write_bytes(pdf.pdf(made))
    return folder


WITH_NOTES = ReportOptions(notes=True)
FULL = ("crowded-1", "crowded-5", "crowded-9", "crowded-30", "capitals", "wide")
"""Documents of far more than two sheets."""


def _full() -> dict[str, Report]:
    made = {f"crowded-{count}": build_report(crowded("nl", count, 400 // count), WITH_NOTES) for count in (1, 5, 9, 30)}
    texts = {"capitals": "W" * 2000, "wide": "漢字 " * 500}
    return made | {name: build_report(hostile(text), ReportOptions(name=text)) for name, text in texts.items()}


IN_BOTH = pytest.mark.parametrize("browser", ["chromium", "firefox"], indirect=True, scope="module")
"""For a module of tests that run in Chromium and in Firefox."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "chromium_only(reason): what the driver of Firefox can't do")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out in Firefox what its driver can't do."""
    left_out = [item for item in items if item.get_closest_marker("chromium_only") and "firefox" in item.name]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Open a real browser without a window; closed with the module: while it is open its event loop runs."""
    with sync_playwright() as playwright:
        if getattr(request, "param", "chromium") == "chromium":
            opened = playwright.chromium.launch(executable_path=tool("chromium"), args=["--no-sandbox"])
        else:
            folder = tmp_path_factory.mktemp("downloads")
            firefox = tool("firefox-esr")
            opened = playwright.firefox.launch(executable_path=firefox, channel="moz-firefox", downloads_path=folder)
            look_for_downloads(opened, folder)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write the forms that the tests fill in, by their name."""
    return form_examples.forms(tmp_path_factory.mktemp("forms"))


@pytest.fixture
def rater(browser: Browser, forms: dict[str, Path]) -> Iterator[Rater]:
    """Open a confidential form for someone who fills it in."""
    found = Rater(browser, forms["en-confidential-small"])
    yield found
    found.close()
