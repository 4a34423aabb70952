"""Someone who fills in a form in a real browser, by keyboard, mouse or touch."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from reflect_tui.feedback import answers
from reflect_tui.feedback.answers import AnswerFile

_INSTANT = 500  # milliseconds
_POLL, _TRIES = 50, 400  # milliseconds
_DOWNLOADS: dict[Browser, Path] = {}


def look_for_downloads(browser: Browser, folder: Path) -> None:
    """Look in a folder for what this browser saves, since its driver does not tell."""
    _DOWNLOADS[browser] = folder


class Rater:
    """An opened form, and everything it asked for or complained of; without a network, like on a train."""

    def __init__(self, browser: Browser, path: Path, kept: dict[str, str] | None = None, **looks: Any) -> None:
        self.browser = browser
        self.context: BrowserContext = browser.new_context(accept_downloads=True, **looks)
        self.context.set_offline(True)
        self.path = path
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page = self.open(kept)

    def open(self, kept: dict[str, str] | None = None) -> Page:
        """Open the form in one more window, which finds what a browser kept of an earlier visit.

        The window itself puts it there before the form looks: what is kept right before a reload, Chromium may lose.
        """
        page = self.context.new_page()
        if kept:
            page.add_init_script(f"if (location.protocol === 'file:') Object.assign(localStorage, {json.dumps(kept)})")
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(self.path.as_uri(), wait_until="load")
        return page

    def come_back(self, *, closed: bool = False) -> Rater:
        """Leave and come back: by a reload, or by a window that is opened after this one was closed.

        A busy browser takes an instant to hand on what it keeps, to a new window any time: that one puts it there.
        """
        if closed:
            kept = self.page.evaluate("() => ({ ...localStorage })")
            self.page.close()
            self.page = self.open(kept)
        else:
            self.page.wait_for_timeout(_INSTANT)
            self.page.reload()
        return self

    def start(self) -> Rater:
        """Go to the first statement that is open."""
        self.page.click("#begin")
        return self

    def type(self, keys: str) -> Rater:
        """Press keys, one after the other; a blank is Enter."""
        for key in keys:
            self.page.keyboard.press("Enter" if key == " " else key)
        return self

    def press(self, *keys: str) -> Rater:
        """Press keys by their names."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def shown(self, selector: str) -> Locator:
        """Find something on the part that is open."""
        return self.page.locator(f".page:not([hidden]) {selector}")

    def to_the_end(self) -> Rater:
        """Go on to the review by mouse."""
        while self.shown(".next").count():
            self.shown(".next").click()
        return self

    def answered(self) -> str:
        """Give what the progress line says."""
        return str(self.page.locator("#count").inner_text())

    def focused(self) -> str:
        """Give the statement that the keyboard is at, or what the button there says."""
        found: str = self.page.evaluate(
            "() => { const at = document.activeElement, item = at.closest('fieldset');"
            " return item && at.type === 'radio' ? item.id.slice(2) : at.textContent; }"
        )
        return found

    def scores(self) -> dict[str, str]:
        """Give what is chosen, by item."""
        found: dict[str, str] = self.page.evaluate(
            "() => Object.fromEntries([...document.querySelectorAll('input:checked')]"
            ".map(radio => [radio.closest('fieldset').id.slice(2), radio.value]))"
        )
        return found

    def download(self, target: Path) -> AnswerFile:
        """Save the file on the last page, and read it as `import` does."""
        if folder := _DOWNLOADS.get(self.browser):
            found = self._downloaded(folder, target)
        else:
            with self.page.expect_download() as waiting:
                self.page.click("#save")
            found = target / waiting.value.suggested_filename
            waiting.value.save_as(found)
        return answers.parse(found.read_bytes(), found)

    def _downloaded(self, folder: Path, target: Path) -> Path:
        before = set(folder.iterdir())
        self.page.click("#save")
        for _try in range(_TRIES):
            new = [path for path in set(folder.iterdir()) - before if path.suffix == ".toml"]
            if new and b"[scores]" in new[0].read_bytes():  # its name is there before all of it
                return new[0].replace(target / new[0].name)
            self.page.wait_for_timeout(_POLL)
        raise AssertionError

    def mail(self) -> str:
        """Give the body of the mail that the last page offers to write."""
        address = str(self.page.locator("#mail").get_attribute("href"))
        return parse_qs(urlsplit(address).query)["body"][0]

    def picture(self) -> str:
        """Give what a camera reads in the QR code of the last page, with its white edge of four modules."""
        import numpy as np  # noqa: PLC0415 -- only `make check` has them
        import zxingcpp  # noqa: PLC0415

        size = int(str(self.page.locator("#picture").get_attribute("viewBox")).split()[2])
        modules = np.full((size, size), 255, np.uint8)
        for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", str(self.page.locator("#picture path").get_attribute("d"))):
            modules[int(y), int(x)] = 0
        assert min(modules[:4].min(), modules[-4:].min(), modules[:, :4].min(), modules[:, -4:].min()) == 255
        (seen,) = zxingcpp.read_barcodes(np.kron(modules, np.ones((4, 4), np.uint8)))
        return str(seen.text)

    def kept(self) -> dict[str, str]:
        """Give all that the browser keeps."""
        found: dict[str, str] = self.page.evaluate("() => ({...localStorage})")
        return found

    def close(self) -> None:
        """Close the window, and leave nothing behind."""
        self.context.close()
