"""A digit draws the rows that it changes, and looks at no others: counted, since a time decides nothing."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from reflect_tui.store.journal import Journal
from reflect_tui.tui.screens.assess import AssessScreen, DraftChanged
from reflect_tui.tui.widgets.lines import Lines
from tests.tui.conftest import opened

ROWS = (
    12  # the item, the next, the domain and its title, progress, the caps, the statement, the sentence, what is saved
)


class Work(NamedTuple):
    """What was done: rows that were drawn, widgets that asked for it (whole ones apart), and what the disk told."""

    rows: list[str]
    parts: list[str]
    whole: list[str]
    told: list[Message]

    def forget(self) -> None:
        """Begin to count anew."""
        for counted in self:
            counted.clear()


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Count from here on."""
    done = Work([], [], [], [])
    render, refresh, post = Lines.render_line, Lines.refresh, AssessScreen.post_message

    def drawn(lines: Lines, y: int) -> Strip:
        strip = render(lines, y)
        done.rows.append(strip.text)
        return strip

    def refreshed(lines: Lines, *regions: Region, **named: bool) -> Lines:
        (done.parts if regions else done.whole).append(str(lines.id))
        return refresh(lines, *regions, **named)

    def posted(app: AssessScreen, message: Message) -> bool:
        if isinstance(message, DraftChanged):
            done.told.append(message)
        return post(app, message)

    monkeypatch.setattr(Lines, "render_line", drawn)
    monkeypatch.setattr(Lines, "refresh", refreshed)
    monkeypatch.setattr(AssessScreen, "post_message", posted)
    return done


async def test_a_digit_draws_the_rows_that_it_changes(journal: Journal, work: Work) -> None:
    async with opened(journal) as seat:
        await seat.begin()
        await seat.press("3", "4")
        for digit in "2431":
            work.forget()
            await seat.press(digit)
            assert work.whole == []
            assert set(work.parts) <= {"top", "side", "page", "statement"}
            assert len(work.rows) <= ROWS + 1, work.rows  # with "saved", which settle() has told at once
            assert len(work.told) <= 1


async def test_the_list_is_drawn_in_the_colours_of_another_theme(journal: Journal, work: Work) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        page = screen.query_one("#page", Lines)
        before = page.render_lines(page.size.region)
        work.forget()
        assert page.render_lines(page.size.region) == before
        assert work.rows == []
        seat.app.theme = "reflect-light"
        await seat.press()
        assert [row.text for row in page.render_lines(page.size.region)] == [row.text for row in before]
        assert all(one != other for one, other in zip(page.render_lines(page.size.region), before, strict=True))
