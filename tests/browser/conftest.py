"""The documents of the demo journal as files, and the tools that look at them; a missing tool is a failure."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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


FULL = ("crowded-1", "crowded-5", "crowded-9", "crowded-30", "capitals", "wide")
"""Documents of far more than two sheets."""


def _report(name: str) -> Report:
    """Gather what a document says: the demo's (nl, en) with notes or others beside it, a hostile one, or a full one."""
    kind, _dash, detail = name.partition("-")
    match kind:
        case "nl" | "en":
            material = with_others(demo_material(kind)) if detail == "others" else demo_material(kind)
            return build_report(material, ReportOptions(name="Anna de Vries", notes=detail == "notes"))
        case "hostile":
            return build_report(hostile("\n".join(HOSTILE)), ReportOptions(name="\n".join(HOSTILE), notes=True))
        case "crowded":
            return build_report(crowded("nl", int(detail), 400 // int(detail)), ReportOptions(notes=True))
        case _:
            text = {"capitals": "W" * 2000, "wide": "漢字 " * 500}[name]
            return build_report(hostile(text), ReportOptions(name=text))


class Documents:
    """Documents as files by their name, each written when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def html(self, name: str) -> Path:
        """Give the page."""
        return self._written(name, ".html", lambda report: page(report).encode())

    def pdf(self, name: str) -> Path:
        """Give the PDF."""
        return self._written(name, ".pdf", pdf.pdf)

    def _written(self, name: str, kind: str, make: Callable[[Report], bytes]) -> Path:
        path = self._folder / (name + kind)
        if not path.exists():
            before = i18n.current_language()
            i18n.use_language("nl" if name.startswith("nl") else "en")
            path.write_bytes(make(_report(name)))
            i18n.use_language(before)
        return path


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    return Documents(tmp_path_factory.mktemp("documents"))


def complaints(*pages: Path) -> list[dict[str, Any]]:
    """Give what the validator of the W3C finds in pages."""
    jar = module("vnu-jar/build/dist/vnu.jar")
    quick = ("-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # compiling well takes longer than so few pages
    command = [tool("java"), *quick, "-jar", str(jar), "--format", "json", "--stdout", *map(str, pages)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return list(json.loads(found.stdout)["messages"])


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
