"""The HTML document in a real browser: valid, silent, accessible, self-contained, and two A4 pages in print."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Documents, complaints, module, tool

PAGES = ("nl", "en", "nl-notes", "en-notes", "nl-others", "hostile")


class Looked:
    """An opened page, and everything it asked for or complained of."""

    def __init__(self, browser: Browser, path: Path) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page: Page = browser.new_page(viewport={"width": 1000, "height": 1400})
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri(), wait_until="load")


def test_the_validator_of_the_w3c_finds_nothing(documents: Documents) -> None:
    assert complaints(*map(documents.html, PAGES)) == []


def test_the_validator_would_find_something(tmp_path: Path) -> None:
    """Of several pages, the first too."""
    wrong = [tmp_path / name for name in ("wrong.html", "also.html")]
    for path in wrong:
        path.write_text("<!DOCTYPE html><html lang=en><title>x</title><p><div></p><img src=x>")
    assert {Path(urlsplit(message["url"]).path) for message in complaints(*wrong)} == {*wrong}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_and_complains_of_nothing(documents: Documents, browser: Browser, name: str) -> None:
    looked = Looked(browser, documents.html(name))
    looked.page.wait_for_timeout(200)
    assert looked.said == []
    assert looked.asked == [documents.html(name).as_uri()]
    looked.page.close()


def test_the_policy_holds_against_a_script_that_got_in(documents: Documents, browser: Browser, tmp_path: Path) -> None:
    source = documents.html("en").read_text().replace("</main>", "<script>alert(1)</script><img src='x.png'></main>")
    (tmp_path / "broken-into.html").write_text(source)
    looked = Looked(browser, tmp_path / "broken-into.html")
    assert len([text for text in looked.said if "Content Security Policy" in text]) == 2
    assert "1" not in looked.said
    looked.page.close()


@pytest.mark.parametrize("name", PAGES)
def test_the_accessibility_checker_finds_nothing(documents: Documents, browser: Browser, name: str) -> None:
    looked = Looked(browser, documents.html(name))
    looked.page.evaluate(module("axe-core/axe.min.js").read_text())
    found: dict[str, Any] = looked.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]] == []
    looked.page.close()


@pytest.mark.parametrize("name", ["nl", "en", "nl-others", "en-others"])
def test_it_prints_on_two_sheets_of_a4(documents: Documents, browser: Browser, tmp_path: Path, name: str) -> None:
    looked = Looked(browser, documents.html(name))
    looked.page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True)
    looked.page.close()
    about = subprocess.run(
        [tool("pdfinfo"), tmp_path / "printed.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "(A4)" in about
    assert int(about.partition("Pages:")[2].split()[0]) == 2


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [360, 1000])
def test_nothing_sticks_out_or_is_cut(documents: Documents, browser: Browser, name: str, width: int) -> None:
    looked = Looked(browser, documents.html(name))
    looked.page.set_viewport_size({"width": width, "height": 800})
    assert looked.page.evaluate("document.documentElement.scrollWidth") <= width
    looked.page.close()


def test_the_charts_are_drawn_and_not_only_there(documents: Documents, browser: Browser) -> None:
    looked = Looked(browser, documents.html("en"))
    charts = looked.page.query_selector_all("svg[role=img]")
    assert len(charts) == 10
    for chart in charts:
        box = chart.bounding_box()
        assert box
        assert box["width"] > 50
        assert box["height"] > 8
    dots = looked.page.evaluate("[...document.querySelectorAll('circle')].map(c => getComputedStyle(c).fill)")
    assert set(dots) <= {"rgb(27, 94, 156)", "rgb(164, 74, 0)", "rgb(255, 255, 255)"}  # above, not above, hollow
    assert "rgb(27, 94, 156)" in dots
    looked.page.close()


def test_a_picture_of_the_page_is_not_blank(documents: Documents, browser: Browser, tmp_path: Path) -> None:
    looked = Looked(browser, documents.html("en"))
    looked.page.screenshot(path=tmp_path / "page.png", full_page=True)
    size = looked.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    looked.page.goto("about:blank")
    looked.page.set_viewport_size({"width": size[0], "height": size[1]})
    looked.page.screenshot(path=tmp_path / "blank.png", full_page=True)
    assert (tmp_path / "page.png").stat().st_size > 20 * (tmp_path / "blank.png").stat().st_size
    looked.page.close()
