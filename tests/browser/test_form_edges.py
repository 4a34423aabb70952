"""The form at its edges: previews, broken memory, saved copies, large letters, contrast, paper and long names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator

from tests.browser.conftest import IN_BOTH
from tests.browser.rater import Rater
from tests.unit import form_examples
from tests.unit.form_examples import TOKEN, asked

pytestmark = IN_BOTH
ITEMS = asked().items
KEY = f"reflect-tui {asked().id} {TOKEN}"
IN_SIGHT = """element => {
    const box = element.getBoundingClientRect();
    return box.height > 0 && box.top >= -1 && box.bottom <= window.innerHeight + 1;
}"""


BROKEN = {
    "no JSON": "{",
    "something else": "[]",
    "no scores": json.dumps({"id": "answer-1", "scores": None}),
    "scores off the scale": json.dumps({"id": "answer-1", "scores": {ITEMS[0]: "9"}}),
    "a page that is none": json.dumps({"id": "answer-1", "page": 1.5}),
    "comments that are none": json.dumps({"id": "answer-1", "notes": {ITEMS[0]: 3}}),
}


@pytest.mark.parametrize("kept", BROKEN)
def test_what_can_not_be_read_is_told_and_the_form_begins_anew(
    browser: Browser, forms: dict[str, Path], tmp_path: Path, kept: str
) -> None:
    rater = Rater(browser, forms["en-confidential-small"], {KEY: BROKEN[kept]})
    if kept == "something else":  # an empty list has nothing in it to lose
        assert not rater.page.locator("#lost").is_visible()
    else:
        assert "can't be read, so the form begins anew" in rater.page.locator("#lost").inner_text()
    rater.start().type("34211 0 ")
    rater.page.click("#make")
    assert len(rater.download(tmp_path).scores) == len(ITEMS)
    rater.come_back(closed=True)
    assert not rater.page.locator("#lost").is_visible()
    assert rater.said == []
    rater.close()


def test_before_the_start_it_says_that_a_private_window_keeps_nothing(rater: Rater) -> None:
    assert "In a private window your answers are gone when you close it." in rater.page.locator(".pause").inner_text()
    assert not rater.page.locator("#framed").is_visible()


@pytest.mark.parametrize("sandbox", ["allow-scripts", "allow-scripts allow-same-origin"])
def test_a_preview_is_told_before_anything_is_lost(
    browser: Browser, forms: dict[str, Path], tmp_path: Path, sandbox: str
) -> None:
    outer = tmp_path / "preview.html"
    address = forms["en-confidential-small"].as_uri()
    outer.write_text(f'<!doctype html><iframe sandbox="{sandbox}" src="{address}" width="900" height="900"></iframe>')
    page = browser.new_page()
    page.goto(outer.as_uri())
    frame = page.frame_locator("iframe")
    assert "in a preview, where answers may get lost" in frame.locator("#framed").inner_text()
    if "origin" not in sandbox:
        assert "can't keep your answers" in frame.locator("#lost").inner_text()
    frame.locator("#begin").click()
    page.keyboard.press("3")
    assert frame.locator("#count").inner_text() == f"1 of {len(ITEMS)} answered"
    page.close()


def test_a_saved_copy_of_the_open_page_has_every_choice_once(browser: Browser, rater: Rater, tmp_path: Path) -> None:
    rater.start().type("34")
    rater.shown(".more button").first.click()
    rater.type("fine")
    copy = tmp_path / "copy.html"
    copy.write_text(rater.page.content(), encoding="utf-8")
    other = Rater(browser, copy)
    assert other.page.locator("fieldset input[type=radio]").count() == 5 * len(ITEMS)
    assert other.page.locator(".points, .more").count() == 2 * len(ITEMS)
    assert other.page.locator("fieldset textarea").count() == 0  # this window kept nothing
    other.start().type("34211 0 ")
    other.page.click("#make")
    assert len(other.download(tmp_path).scores) == len(ITEMS)
    assert other.said == []
    other.close()


def in_sight(what: Locator) -> bool:
    return bool(what.evaluate(IN_SIGHT))


@pytest.mark.parametrize("name", ["nl-confidential-all", "eight"])
def test_enlarged_four_times_statement_and_choice_are_seen_together(
    browser: Browser, forms: dict[str, Path], name: str
) -> None:
    rater = Rater(browser, forms[name], viewport={"width": 320, "height": 256}, reduced_motion="reduce").start()
    rater.press("ArrowDown", "ArrowUp")
    for number in range(12):
        item = rater.page.locator("fieldset.now")
        focused = rater.page.locator("fieldset.now label:has(:focus)")
        assert in_sight(focused), number
        assert in_sight(item.locator("legend")), number
        rater.press("ArrowDown")
        if not rater.page.locator("fieldset.now :focus").count():  # behind the last one
            break
    rater.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.chromium_only("can't force colours")
def test_forced_colours_show_how_far_one_is(browser: Browser, forms: dict[str, Path], scheme: str) -> None:
    rater = Rater(browser, forms["en-confidential-small"], forced_colors="active", color_scheme=scheme).start()
    bar = rater.page.locator("#progress")
    seen = [bar.screenshot()]
    for key in "34":
        rater.type(key)
        seen.append(bar.screenshot())
    assert len(set(seen)) == 3
    rater.close()


@pytest.mark.chromium_only("can't print")
def test_printing_prints_all_of_it_from_any_page(rater: Rater, tmp_path: Path) -> None:
    rater.start().type("34")
    rater.shown(".more button").first.click()
    text = "a long comment\n" * 12
    rater.shown("textarea").fill(text)
    rater.page.emulate_media(media="print")
    rater.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    items = rater.page.locator("fieldset")
    assert [items.nth(n).is_visible() for n in range(len(ITEMS))] == [True] * len(ITEMS)
    assert rater.page.locator("#start .promise").is_visible()
    assert not rater.page.locator("#done").is_visible()
    assert not rater.page.locator("button:visible").count()
    field = rater.page.locator("fieldset textarea")
    assert field.evaluate("field => field.scrollHeight <= field.clientHeight + 1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.chromium_only("can't print")
def test_what_was_chosen_is_the_darkest_on_paper_without_backgrounds(
    browser: Browser, forms: dict[str, Path], scheme: str
) -> None:
    rater = Rater(browser, forms["en-confidential-small"], color_scheme=scheme).start().type("3")
    rater.page.emulate_media(media="print")
    chosen = rater.page.locator(".points :checked + span")
    looks = chosen.evaluate(
        "span => (({color, borderTopColor, borderTopWidth}) => [color, borderTopColor, borderTopWidth])"
        "(getComputedStyle(span))"
    )
    assert looks == ["rgb(0, 0, 0)", "rgb(0, 0, 0)", "3px"]
    assert chosen.evaluate("span => getComputedStyle(span, '::before').color") == "rgb(0, 0, 0)"
    other = rater.page.locator(".points :not(:checked) + span").first
    assert other.evaluate("span => getComputedStyle(span).borderTopWidth") == "1px"
    rater.close()


@pytest.mark.parametrize("name", ["Wolfeschlegelsteinhausenbergerdorff" * 2, "漢" * 60, "Anne-Wil " * 11])
def test_a_long_name_wraps_on_a_narrow_screen(browser: Browser, tmp_path: Path, name: str) -> None:
    path = tmp_path / "form.html"
    path.write_text(form_examples.page(asked(about=name.strip())), encoding="utf-8")
    rater = Rater(browser, path, viewport={"width": 320, "height": 600})
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert rater.page.evaluate(wide) == 0
    rater.start().type("3")
    assert rater.page.evaluate(wide) == 0
    rater.to_the_end()
    rater.page.click("#make")
    assert rater.page.evaluate(wide) == 0
    rater.close()
