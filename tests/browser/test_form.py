"""The form in a real browser: filled in by keyboard, mouse and touch, cut short, handed over, taken in."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from reflect_tui import paths
from reflect_tui.cli.main import main
from reflect_tui.model.round import token_digest
from reflect_tui.store.journal import Journal
from tests.browser.conftest import IN_BOTH, tool
from tests.browser.rater import Rater
from tests.unit import form_examples
from tests.unit.form_examples import TOKEN

pytestmark = IN_BOTH
ITEMS = form_examples.asked().items
HOSTILE = (
    '"""\\ \' # = [scores]\nremark = "x"\n\x00\x1b\x7f\x9b\ttab\u2028\u2029 \U0001f600 \ufffe </script> \\u0041 \r\n'
)


def test_digits_fill_it_in_and_a_reload_half_way_loses_nothing(rater: Rater, tmp_path: Path) -> None:
    rater.start().type("34")
    rater.come_back()
    assert rater.scores() == {ITEMS[0]: "3", ITEMS[1]: "4"}
    assert rater.answered() == f"2 of {len(ITEMS)} answered"
    rater.type("201 4 ")  # n/a on 0; Enter presses Next at the end of each part
    assert rater.shown("h1").inner_text() == "To finish"
    rater.page.click("#make")
    found = rater.download(tmp_path)
    assert found.scores == dict(zip(ITEMS, (3, 4, 2, "n/a", 1, 4), strict=True))
    assert (found.promise, found.started, found.finished, found.name) == ("confidential", None, None, "")
    assert (found.token, found.role, found.about) == (TOKEN, "colleague", "Noor")
    assert rater.said == []


def test_it_asks_for_nothing_but_itself(rater: Rater, tmp_path: Path) -> None:
    rater.start().to_the_end()
    rater.page.fill("#remark", "fine")
    rater.page.locator("#gaps button").first.click()
    rater.type("3").to_the_end()
    rater.page.click("#make")
    rater.download(tmp_path)
    assert {url for url in rater.asked if not url.startswith("blob:")} <= {rater.path.as_uri()}
    assert rater.said == []


def test_back_arrows_and_clearing_go_where_the_app_goes(rater: Rater) -> None:
    rater.start().type("12")
    assert rater.focused() == ITEMS[2]
    rater.press("Backspace")
    assert rater.focused() == ITEMS[1]
    rater.press("4", "ArrowUp", "ArrowUp")
    assert rater.focused() == ITEMS[0]
    rater.press("x")
    assert rater.scores() == {ITEMS[1]: "4"}
    rater.press("-", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown")
    assert rater.scores() == {ITEMS[0]: "n/a", ITEMS[1]: "4"}
    assert rater.focused() == "Next"
    rater.press("Backspace")
    assert rater.focused() == ITEMS[4]


def test_digits_behind_the_last_statement_of_a_part_change_nothing(rater: Rater) -> None:
    rater.start().type("11112340-")
    part = dict(zip(ITEMS[:5], "11112", strict=True))
    assert rater.focused() == "Next"
    assert rater.scores() == part
    rater.press("Backspace", "ArrowDown").type("3")  # back on it, and behind it once more
    assert rater.scores() == part
    rater.press("Backspace").type("43")
    assert rater.scores() == part | {ITEMS[4]: "4"}
    rater.type(" 3")
    assert rater.scores() == part | {ITEMS[4]: "4", ITEMS[5]: "3"}


def test_digits_after_a_click_on_the_last_statement_of_a_part_change_nothing(rater: Rater) -> None:
    rater.start().type("1111")
    last = rater.shown("fieldset").nth(4)
    part = dict(zip(ITEMS[:5], "11114", strict=True))
    last.get_by_role("radio", name="good").click()
    rater.type("2")
    assert rater.scores() == part
    last.get_by_role("radio", name="good").click()  # once more, where it is chosen already
    rater.type("23-0")
    assert rater.scores() == part
    rater.press("x").type("3")  # cleared, it is open again
    part[ITEMS[4]] = "3"
    assert rater.scores() == part
    last.get_by_role("radio", name="poor").click()
    last.locator(".clear").click()
    rater.type("2")
    assert rater.scores() == part | {ITEMS[4]: "2"}
    last.get_by_role("radio", name="poor").click()
    rater.press("ArrowUp", "ArrowDown").type("4")  # brought back by key, it is answered by key
    assert rater.scores() == part | {ITEMS[4]: "4"}
    rater.shown("fieldset").nth(1).get_by_role("radio", name="fair").click()
    rater.press("ArrowDown").type("2")  # a click on another one goes on as ever
    assert rater.scores() == part | {ITEMS[1]: "3", ITEMS[2]: "2", ITEMS[4]: "4"}


def test_a_key_that_is_held_answers_one_statement(rater: Rater) -> None:
    rater.start()
    for key in ("3", "-"):
        for _repeated in range(4):
            rater.page.keyboard.down(key)
        rater.page.keyboard.up(key)
    assert rater.scores() == {ITEMS[0]: "3", ITEMS[1]: "n/a"}


def test_backspace_crosses_to_the_part_before(rater: Rater) -> None:
    rater.start().type("11111 ")
    assert rater.shown("h1").inner_text() != "To finish"
    rater.press("Backspace")
    assert rater.focused() == ITEMS[4]


def test_no_digit_is_taken_for_a_score_while_a_comment_is_written(rater: Rater) -> None:
    rater.start()
    rater.shown(".more button").first.click()
    rater.type("1234-x")
    rater.press("Backspace")
    assert rater.shown("textarea").input_value() == "1234-"
    assert rater.scores() == {}


def test_a_chosen_answer_is_told_to_a_screen_reader(rater: Rater) -> None:
    rater.start().type("3")
    assert rater.page.locator("#status").inner_text() == f"3 fair. 1 of {len(ITEMS)} answered."
    rater.type("3333")
    assert rater.page.locator("#status").inner_text().endswith("This part is complete.")


def test_every_statement_is_a_named_group_of_named_choices(rater: Rater) -> None:
    rater.start()
    groups = rater.page.get_by_role("group")
    assert groups.count() == 5
    first = rater.page.get_by_role(
        "group", name="Noor has knowledge of and insight into child development and parenting"
    )
    assert first.get_by_role("radio").count() == 5
    assert first.get_by_role("radio", name="I can't judge this").count() == 1


def test_the_mouse_is_enough(browser: Browser, forms: dict[str, Path], tmp_path: Path) -> None:
    rater = Rater(browser, forms["en-named-small"])
    rater.start()
    rater.shown("fieldset").nth(0).get_by_role("radio", name="good").click()
    rater.shown("fieldset").nth(1).get_by_role("radio", name="I can't judge this").click()
    rater.shown("fieldset").nth(2).get_by_role("radio", name="poor").click()
    rater.shown("fieldset").nth(2).get_by_text("Clear").click()
    rater.to_the_end()
    assert rater.page.locator("#gaps button").count() == 4
    rater.page.click("#make")
    found = rater.download(tmp_path)
    assert found.scores == {ITEMS[0]: 4, ITEMS[1]: "n/a"}
    rater.close()


@pytest.mark.chromium_only("has no fingers")
def test_a_finger_on_a_phone_is_enough(browser: Browser, forms: dict[str, Path], tmp_path: Path) -> None:
    rater = Rater(browser, forms["nl-confidential-small"], viewport={"width": 390, "height": 844}, has_touch=True)
    rater.page.tap("#begin")
    for number, label in enumerate(("goed", "matig", "slecht")):
        rater.shown("fieldset").nth(number).get_by_role("radio", name=label).tap()
    small = rater.page.evaluate(
        "() => [...document.querySelectorAll('.page:not([hidden]) :is(button, label), #footer button')]"
        ".filter(one => one.offsetHeight && one.offsetHeight < 44).map(one => one.textContent)"
    )
    assert small == []
    rater.shown(".next").tap()
    rater.shown(".next").tap()
    rater.page.tap("#make")
    assert list(rater.download(tmp_path).scores.values()) == [4, 2, 1]
    rater.close()


def test_without_an_answer_there_is_no_file(rater: Rater) -> None:
    rater.start().to_the_end()
    assert rater.page.locator("#make").is_disabled()
    assert "haven't answered" in rater.page.locator("#standing").inner_text()


def test_hostile_words_come_through_and_break_nothing(browser: Browser, forms: dict[str, Path], tmp_path: Path) -> None:
    rater = Rater(browser, forms["hostile"])
    rater.start().type("3")
    rater.shown(".more button").first.click()
    put = "([field, text]) => { field.value = text; field.dispatchEvent(new Event('input', {bubbles: true})); }"
    rater.page.evaluate(put, [rater.shown("textarea").first.element_handle(), HOSTILE])
    rater.to_the_end()
    rater.page.evaluate(
        "() => { const field = document.getElementById('remark');"
        r" field.value = 'a\ud800b\udfffc'; field.dispatchEvent(new Event('input')); }"
    )
    rater.page.fill("#name", 'Sanne "the\\best"')
    rater.page.click("#make")
    found = rater.download(tmp_path)
    assert found.remark == "a\ufffdb\ufffdc"
    assert found.name == 'Sanne "the\\best"'
    assert found.about == form_examples.HOSTILE
    wanted = '"""\\ \' # = [scores]\nremark = "x"\n\ttab\u2028\u2029 \U0001f600 \ufffe </script> \\u0041'
    assert found.notes == {ITEMS[0]: wanted}
    assert found.scores == {ITEMS[0]: 3}
    assert rater.said == []
    rater.close()


def test_a_named_file_bears_the_times_and_the_id_of_a_session(
    browser: Browser, forms: dict[str, Path], tmp_path: Path
) -> None:
    rater = Rater(browser, forms["en-named-small"], timezone_id="America/St_Johns")
    rater.start().type("3").to_the_end()
    rater.page.click("#make")
    found = rater.download(tmp_path)
    assert found.started
    assert found.finished
    assert found.started <= found.finished
    assert found.id.startswith(f"{found.started:%Y-%m-%dT%H%M}-colleague-")
    offset = found.started.utcoffset()
    assert offset
    assert offset.total_seconds() / 3600 in (-3.5, -2.5)
    rater.close()


def test_a_confidential_form_keeps_no_time(rater: Rater, tmp_path: Path) -> None:
    rater.start().type("3").to_the_end()
    ((name, kept),) = rater.kept().items()
    assert (name, json.loads(kept)["started"]) == (f"reflect-tui 2026-11-23-others-4f2a9c {TOKEN}", "")
    rater.page.click("#make")
    found = rater.download(tmp_path)
    written = next(tmp_path.iterdir())
    assert set(tomllib.loads(written.read_text())) == {
        "format", "check", "id", "round", "token", "promise", "about", "instrument", "version", "digest", "role",
        "remark", "scores",
    }  # fmt: skip
    assert found.id.startswith("answer-")
    assert written.name == f"feedback-2026-11-23-others-4f2a9c-{found.id[-6:]}.toml"


def test_saved_twice_it_is_the_same_answer(rater: Rater, tmp_path: Path) -> None:
    rater.start().type("3").to_the_end()
    rater.page.click("#make")
    first = rater.download(tmp_path)
    rater.come_back()
    assert rater.download(tmp_path) == first


def test_the_text_to_copy_is_the_file(rater: Rater, tmp_path: Path) -> None:
    rater.start().type("34").to_the_end()
    rater.page.click("#make")
    rater.download(tmp_path)
    rater.page.click("summary")
    rater.page.get_by_role("button", name="Copy the text").click()
    rater.page.wait_for_function("() => document.getElementById('copied').textContent")
    assert rater.page.locator("#text").input_value() == next(tmp_path.iterdir()).read_text()
    selected = "() => { const f = document.getElementById('text'); return f.selectionEnd - f.selectionStart; }"
    assert rater.page.evaluate(selected) == len(next(tmp_path.iterdir()).read_text())


def test_answers_can_be_removed_but_not_by_accident(rater: Rater) -> None:
    rater.start().type("34")
    rater.page.once("dialog", lambda dialog: dialog.dismiss())
    rater.page.click("#footer .remove")
    assert len(rater.scores()) == 2
    rater.page.once("dialog", lambda dialog: dialog.accept())
    rater.page.click("#footer .remove")
    assert rater.kept() == {}
    assert rater.scores() == {}
    assert rater.page.locator("#status").inner_text() == "Your answers are gone from this browser."
    rater.come_back()
    assert rater.page.locator("#start").is_visible()
    assert rater.page.locator("#footer").is_hidden()


def test_two_windows_do_not_overwrite_each_other(rater: Rater) -> None:
    second = rater.open()
    rater.start().type("34")
    second.wait_for_function("() => document.querySelectorAll('input:checked').length === 2")
    second.keyboard.press("2")
    rater.page.wait_for_function("() => document.querySelectorAll('input:checked').length === 3")
    assert list(rater.scores().values()) == ["3", "4", "2"]


@pytest.mark.chromium_only("takes no profile")
def test_a_browser_that_keeps_nothing_says_so_and_still_works(
    browser: Browser, forms: dict[str, Path], tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    (profile / "Default").mkdir(parents=True)
    settings = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (profile / "Default" / "Preferences").write_text(json.dumps(settings))
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=tool("chromium"), args=["--no-sandbox"]
    )
    page = context.new_page()
    page.goto(forms["en-confidential-small"].as_uri())
    with pytest.raises(Error, match="denied"):
        page.evaluate("() => localStorage.length")
    assert "can't keep your answers" in page.locator("#lost").inner_text()
    assert not page.locator(".pause").is_visible()
    page.click("#begin")
    page.keyboard.press("3")
    assert "can't keep your answers" in page.locator("#kept").inner_text()
    assert page.locator("#count").inner_text() == f"1 of {len(ITEMS)} answered"
    context.close()


def test_a_day_too_late_it_says_so(browser: Browser, forms: dict[str, Path], tmp_path: Path) -> None:
    late = tmp_path / "late.html"
    late.write_text(forms["en-confidential-small"].read_text().replace('"2999-12-14"', '"2026-01-01"'))
    rater = Rater(browser, late)
    assert rater.page.locator("#late").is_visible()
    rater.close()
    rater = Rater(browser, forms["en-confidential-small"])
    assert rater.page.locator("#late").is_hidden()
    rater.close()


def test_a_scale_of_eight_has_its_own_keys(browser: Browser, forms: dict[str, Path]) -> None:
    rater = Rater(browser, forms["eight"])
    rater.start().type("89370")
    assert list(rater.scores().values()) == ["8", "3", "7", "n/a"]  # 9 is no score here
    rater.close()


def test_from_invite_to_import(browser: Browser, tmp_path: Path) -> None:
    root = tmp_path / "journal"
    journal = Journal(root, paths.state_folder(root))
    for name in ("one", "two"):
        words = ["--output", str(tmp_path / f"{name}.html"), "--about", "Noor", "--items", *form_examples.SMALL]
        assert main(["--journal", str(root), "invite", "--role", "colleague", *words]) == 0
    rater = Rater(browser, tmp_path / "one.html")
    rater.start().type("34201 4 ")
    rater.page.fill("#remark", "well done")
    rater.page.click("#make")
    (tmp_path / "in").mkdir()
    answer = rater.download(tmp_path / "in")
    rater.close()
    file = str(next((tmp_path / "in").iterdir()))
    assert main(["--journal", str(root), "import", file]) == 0
    (found,) = (document.value for document in journal.rounds.all())
    assert found
    assert [one.answered for one in found.invited] == [True, False]
    assert found.invited[0].token == token_digest(answer.token)
    (entry,) = journal.all_entries()
    assert entry.session
    assert (entry.session.scores, entry.session.remark, entry.session.round) == (answer.scores, "well done", found.id)
    assert main(["--journal", str(root), "import", file]) != 3
