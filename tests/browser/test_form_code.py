"""The answer code of the form in a real browser: text, mail and QR code say what was answered."""

from __future__ import annotations

import json
import random
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec import structs
from playwright.sync_api import Browser, expect

from reflect_tui import paths
from reflect_tui.cli.main import main
from reflect_tui.feedback import form
from reflect_tui.feedback.answer_code import decode, encode, find_codes
from reflect_tui.feedback.form import Invitation
from reflect_tui.model.instrument import Instrument, ScalePoint
from reflect_tui.model.round import Round, new_token, token_digest
from reflect_tui.model.session import NOT_APPLICABLE, Score
from reflect_tui.store.journal import Journal
from tests.browser.conftest import IN_BOTH
from tests.browser.rater import Rater
from tests.unit import form_examples
from tests.unit.form_examples import TOKEN, asked, content

pytestmark = IN_BOTH


def finished(rater: Rater, keys: str) -> Rater:
    rater.start().type(keys).to_the_end()
    rater.page.click("#make")
    return rater


def read(text: str, found: Round, instrument: Instrument) -> dict[str, Score]:
    (code,) = find_codes(text)
    return decode(code, [found], lambda _round: instrument).scores


def test_text_mail_and_picture_are_the_code_of_what_was_answered(rater: Rater, tmp_path: Path) -> None:
    found = asked()
    finished(rater, "34201 4")
    scores = rater.download(tmp_path).scores
    code = encode(found, "colleague", TOKEN, content(found), scores)
    shown = rater.page.input_value("#code")
    assert (shown.replace("\n", "-"), max(map(len, shown.split("\n"))) < 72) == (code, True)
    address = urlsplit(rater.page.locator("#mail").get_attribute("href") or "")
    mail = parse_qs(address.query)
    assert (address.scheme, address.path, mail["subject"]) == ("mailto", "", ["Feedback about Noor"])
    assert mail["body"][0].startswith("Hello,\r\n\r\nThis is my answer code:\r\n\r\nFBRT1-")
    assert read(rater.mail(), found, content(found)) == scores
    assert rater.picture() == code
    assert rater.said == []


@pytest.mark.parametrize("points", [2, 4, 5, 9])
@pytest.mark.parametrize("count", [5, 36, 49, 92])
def test_the_page_makes_the_very_code_that_we_make(browser: Browser, tmp_path: Path, points: int, count: int) -> None:
    whole = content(asked())
    scale = structs.replace(whole.scale, points=tuple(ScalePoint(n + 1, f"p{n}") for n in range(points)))
    instrument = structs.replace(whole, scale=scale)
    token = new_token()
    found = structs.replace(asked(about="Zoë “N” d'Ûr 漢"), items=tuple(item.id for item in whole.items[:count]))
    found = structs.replace(
        found, invited=(structs.replace(found.invited[0], role="client", token=token_digest(token)),)
    )
    path = tmp_path / "form.html"
    path.write_text(form.form_page(Invitation(found, "client", token), instrument), encoding="utf-8")
    chance = random.Random(count * 10 + points)
    values: list[Score | None] = [None, NOT_APPLICABLE, *range(1, points + 1)]
    scores = {item: score for item in found.items if (score := chance.choice(values)) is not None}
    kept = {"id": f"answer-{1:032x}", "page": 99, "scores": {item: str(score) for item, score in scores.items()}}
    rater = Rater(browser, path, {f"reflect-tui {found.id} {token}": json.dumps(kept)})
    shown = rater.page.input_value("#code")
    assert shown.replace("\n", "-") == encode(found, "client", token, instrument, scores)
    assert read(shown, found, instrument) == scores
    rater.close()


def test_a_form_tells_that_comments_are_not_in_the_code(rater: Rater) -> None:
    finished(rater, "3")
    assert not rater.page.locator("#comments").is_visible()
    rater.shown(".back").click()
    rater.page.fill("#remark", "you are fine")
    rater.page.click("#make")
    assert "Your comments are not in the code" in rater.page.locator("#comments").inner_text()


def test_a_changed_answer_makes_another_code(rater: Rater) -> None:
    finished(rater, "3")
    before = rater.page.input_value("#code")
    rater.shown(".back").click()
    rater.page.locator("#gaps button").first.click()
    rater.type("2").to_the_end()
    rater.page.click("#make")
    assert rater.page.input_value("#code") != before


def test_the_code_is_copied_with_a_click(rater: Rater) -> None:
    rater.context.grant_permissions(["clipboard-read", "clipboard-write"])
    finished(rater, "34")
    rater.page.click("#copy-code")
    expect(rater.page.locator("#code-copied")).to_have_text("Copied.")
    assert rater.page.evaluate("() => navigator.clipboard.readText()") == rater.page.input_value("#code")


def test_a_named_file_that_is_saved_twice_is_one_answer(
    browser: Browser, forms: dict[str, Path], tmp_path: Path
) -> None:
    rater = finished(Rater(browser, forms["en-named-small"]), "34")
    first = rater.download(tmp_path)
    rater.page.wait_for_timeout(1100)  # its times are whole seconds
    assert rater.download(tmp_path) == first
    rater.close()


def test_a_form_that_someone_else_collects_makes_no_code_and_says_who_and_how_many(
    browser: Browser, tmp_path: Path
) -> None:
    found = structs.replace(asked(collector="third person", about="Zoë 漢"), minimum=4)
    path = tmp_path / "form.html"
    made = form.form_page(Invitation(found, "colleague", TOKEN, "0123456789abcdef"), content(found))
    path.write_text(made, encoding="utf-8")
    rater = finished(Rater(browser, path), "3")
    answer = rater.download(tmp_path)
    assert (answer.person, answer.minimum, len(answer.check)) == ("0123456789abcdef", 4, 8)
    assert rater.page.locator("#code").count() == 0
    assert rater.page.locator("#save").is_visible()
    assert rater.said == []
    rater.close()


@pytest.mark.parametrize("script", ["const QUIET = 4;", "const exports = {};"])
def test_a_browser_too_old_for_codes_still_makes_the_file(browser: Browser, tmp_path: Path, script: str) -> None:
    page = form_examples.page(asked())
    assert page.count(script) == 1
    path = tmp_path / "form.html"
    path.write_text(page.replace(script, ""), encoding="utf-8")  # which the page's own policy then refuses to run
    rater = finished(Rater(browser, path), "34")
    assert not rater.page.locator("#coded").is_visible()
    assert len(rater.download(tmp_path).scores) == 2
    rater.close()


def test_from_invite_to_import_by_a_mail(browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, path = tmp_path / "journal", tmp_path / "form.html"
    command = ("--journal", str(root))
    invite = ("invite", "--role", "colleague", "--output", str(path), "--about", "Noor", "--lang", "nl")
    assert main([*command, *invite]) == 0
    rater = finished(Rater(browser, path), "342110")
    body = rater.mail()
    rater.close()
    mail = tmp_path / "mail.txt"
    mail.write_text("".join(f"> {line}\n" for line in f"{body}\n\nJan".split("\r\n")))
    assert main([*command, "import", str(mail)]) == 0
    (session,) = Journal(root, paths.state_folder(root)).given()
    assert [*session.scores.values()] == [3, 4, 2, 1, 1, NOT_APPLICABLE]
