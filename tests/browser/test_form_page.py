"""The form as a page: valid, small, closed to the world, within reach of everyone, and on paper on A4."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import complaints, module, tool
from tests.browser.rater import Rater
from tests.unit import form_examples

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
LIMIT = 110_000  # bytes


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return form_examples.forms(tmp_path_factory.mktemp("forms"))


def test_the_validator_of_the_w3c_finds_nothing(forms: dict[str, Path]) -> None:
    assert complaints(*forms.values()) == []


def test_it_is_valid_too_once_the_script_has_furnished_it(
    browser: Browser, forms: dict[str, Path], tmp_path: Path
) -> None:
    rater = Rater(browser, forms["en-named-small"])
    rater.start().type("30")
    rater.shown(".more button").nth(3).click()
    rater.to_the_end()
    (tmp_path / "filled.html").write_text("<!DOCTYPE html>" + rater.page.evaluate("document.documentElement.outerHTML"))
    rater.close()
    assert complaints(tmp_path / "filled.html") == []


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("promise", ["named", "confidential"])
def test_it_is_small_even_with_every_statement(forms: dict[str, Path], language: str, promise: str) -> None:
    path = forms[f"{language}-{promise}-all"]
    assert path.read_text().count("<fieldset") == 92
    assert path.stat().st_size < LIMIT
    longest = form_examples.asked(language=language, about="ø" * 100, items=("all",))
    assert len(form_examples.page(longest).encode()) < LIMIT


def accessible(rater: Rater) -> None:
    """Let the accessibility checker look at what is open."""
    rater.page.evaluate(module("axe-core/axe.min.js").read_text())
    found: dict[str, Any] = rater.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]] == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_accessibility_checker_finds_nothing(
    browser: Browser, forms: dict[str, Path], size: dict[str, int], scheme: str
) -> None:
    rater = Rater(
        browser, forms["nl-named-small"], viewport=size, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True
    )
    accessible(rater)
    rater.start().type("30")
    rater.shown(".more button").nth(3).click()
    accessible(rater)
    rater.to_the_end()
    accessible(rater)
    rater.page.click("#make")
    rater.page.click("summary")
    accessible(rater)
    rater.close()


@pytest.mark.parametrize("name", ["nl-paper", "hostile-paper", "eight", "hostile", "en-manager", "nl-third"])
def test_the_accessibility_checker_finds_nothing_in_the_others(
    browser: Browser, forms: dict[str, Path], name: str
) -> None:
    rater = Rater(browser, forms[name], bypass_csp=True)
    accessible(rater)
    if rater.page.locator("#begin").count():
        rater.start()
        accessible(rater)
    rater.close()


@pytest.mark.parametrize("name", ["hostile", "hostile-paper", "en-named-all"])
def test_nothing_is_run_or_asked_for_but_what_is_its_own(browser: Browser, forms: dict[str, Path], name: str) -> None:
    rater = Rater(browser, forms[name])
    rater.page.wait_for_timeout(200)
    assert rater.said == []
    assert rater.asked == [forms[name].as_uri()]
    rater.close()


def test_the_policy_holds_against_what_got_in(browser: Browser, forms: dict[str, Path], tmp_path: Path) -> None:
    broken = (
        "<script>alert(1)</script><img src='x.png'><style>p { color: red }</style><p onclick='alert(2)'>x</p></main>"
    )
    (tmp_path / "broken-into.html").write_text(forms["en-named-small"].read_text().replace("</main>", broken))
    rater = Rater(browser, tmp_path / "broken-into.html")
    rater.page.get_by_text("x", exact=True).click()
    rater.page.evaluate("() => fetch('https://example.org').catch(() => 0)")
    refused = [text for text in rater.said if "Content Security Policy" in text]
    assert len(refused) >= 5
    assert "unsafe" not in forms["en-named-small"].read_text()
    assert all(not url.startswith("http") for url in rater.asked)
    rater.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("name", ["nl-named-all", "eight", "hostile"])
def test_nothing_sticks_out(browser: Browser, forms: dict[str, Path], name: str, width: int) -> None:
    rater = Rater(browser, forms[name], viewport={"width": width, "height": 800})
    out = "() => document.documentElement.scrollWidth"
    cut = (
        "() => [...document.querySelectorAll('.page:not([hidden]) :is(fieldset, .points, .points span)')]"
        ".filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
    )
    assert rater.page.evaluate(out) <= width
    rater.start()
    assert rater.page.evaluate(out) <= width
    assert rater.page.evaluate(cut) == []
    rater.to_the_end()
    assert rater.page.evaluate(out) <= width
    rater.close()


BROKEN = """() => {
  const found = [];
  for (const place of document.querySelectorAll("h1, #where, #count")) {
    if (place.scrollWidth > place.clientWidth + 1) found.push(place.textContent);
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const word of texts.currentNode.data.matchAll(/[^\\s-]+/g)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        if (range.getClientRects().length > 1) found.push(word[0]);
      }
    }
  }
  return found;
}"""
"""Gives the words of headings and of the bar that are broken over two lines, and what is cut off."""


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_heading_is_broken_within_a_word_or_cut(browser: Browser, forms: dict[str, Path], width: int) -> None:
    rater = Rater(browser, forms["nl-named-all"], viewport={"width": width, "height": 800})
    rater.start()
    while rater.shown(".next").count():
        assert rater.page.evaluate(BROKEN) == []
        assert rater.page.locator("#where").inner_text().startswith("Deel ")
        rater.shown(".next").click()
    assert rater.page.evaluate(BROKEN) == []
    rater.close()


def test_who_comes_back_sees_where_to_go_on(browser: Browser, forms: dict[str, Path]) -> None:
    rater = Rater(browser, forms["nl-named-all"], viewport=PHONE, reduced_motion="reduce")
    rater.start().type("33333333")
    rater.come_back(closed=True)
    box = rater.page.evaluate(
        "() => { const at = document.querySelector('fieldset.now').getBoundingClientRect();"
        " return [at.top, innerHeight - at.bottom]; }"
    )
    assert min(box) >= 0
    assert rater.page.evaluate("() => scrollY") > 0
    rater.close()


def test_what_has_the_keyboard_is_seen_and_not_behind_the_bar(browser: Browser, forms: dict[str, Path]) -> None:
    rater = Rater(browser, forms["nl-named-all"], viewport=PHONE, reduced_motion="reduce")
    rater.start()
    for key in ("3", "3", "3", "Backspace", "3", "3"):
        rater.press(key)
        box = rater.page.evaluate(
            "() => { const at = document.activeElement.closest('fieldset').getBoundingClientRect();"
            " const bar = document.getElementById('bar').getBoundingClientRect();"
            " return [at.top - bar.bottom, innerHeight - at.bottom]; }"
        )
        assert min(box) >= 0
    assert (
        rater.page.evaluate("() => getComputedStyle(document.activeElement.nextElementSibling).outlineWidth") == "3px"
    )
    rater.close()


def test_without_a_script_it_says_what_to_do(browser: Browser, forms: dict[str, Path]) -> None:
    rater = Rater(browser, forms["en-named-small"], java_script_enabled=False)
    assert "needs a browser with JavaScript" in rater.page.locator("noscript").inner_text()
    rater.close()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_paper_is_a4_with_a_box_for_every_answer(
    browser: Browser, forms: dict[str, Path], tmp_path: Path, language: str
) -> None:
    rater = Rater(browser, forms[f"{language}-paper"])
    assert rater.page.locator("td.point").count() == 40 * 5
    rater.page.pdf(path=tmp_path / "paper.pdf", prefer_css_page_size=True)
    rater.close()
    about = subprocess.run([tool("pdfinfo"), tmp_path / "paper.pdf"], capture_output=True, text=True, check=True).stdout
    assert "(A4)" in about
    assert int(about.partition("Pages:")[2].split()[0]) <= 5
    text = subprocess.run(
        [tool("pdftotext"), "-layout", tmp_path / "paper.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert [n for n in range(1, 41) if not any(line.split()[:1] == [str(n)] for line in text.splitlines())] == []
    assert "Ctrl+P" not in text


def test_help_levels_groups_and_own_words_stand_at_their_statements(browser: Browser, forms: dict[str, Path]) -> None:
    rater = Rater(browser, forms["whole"])
    rater.start()
    opens, interrupts = (rater.page.locator(f"#i-{name}") for name in ("opens", "interrupts"))
    assert opens.locator("p.quiet").inner_text() == "With parents and with children."
    assert opens.locator("ul.quiet li").all_inner_texts()[0] == "1 Begins with what has to be done."
    words = [" ".join(interrupts.locator(".points span").nth(place).inner_text().split()) for place in range(5)]
    assert words == ["1 never", "2 sometimes", "3 often", "4 always", "I can't judge this"]
    assert opens.locator(".points span").nth(1).inner_text().split() == ["2", "in", "part"]
    assert rater.page.locator(".which").first.inner_text().endswith("· With others")
    rater.close()
