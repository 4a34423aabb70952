"""Several versions of one instrument in a journal: what the screens say of it."""

from __future__ import annotations

from typing import Any

import pytest
import tomli_w

from reflect_tui.i18n import use_language
from reflect_tui.model.session import Score
from reflect_tui.store.journal import Journal
from reflect_tui.views import charts
from tests.tui.conftest import opened
from tests.unit.examples import document, session
from tests.unit.versions import answered, newer_document, parsed


def keep(journal: Journal, content: dict[str, Any], score: int, days: int) -> None:
    """Save a session on an instrument, with one score for every statement."""
    on = parsed(content)
    made = answered(on, dict.fromkeys([item.id for item in on.items], score), days=days)
    journal.save(made, tomli_w.dumps(content).encode())


async def test_what_changed_is_said_below_the_charts_in_words_and_on_a_page(journal: Journal) -> None:
    keep(journal, document(), 2, days=-300)
    keep(journal, newer_document(), 3, days=-30)
    journal.record()
    async with opened(journal) as seat:
        await seat.press("t")
        assert "Version 2.0.0: 4 of 7 statements go on. V: what changed" in seat.words()
        await seat.press("T")
        assert "“I give”: gone, the line ends." in seat.words()
        await seat.press("V")
        assert "Trends" not in seat.words()
        assert "“I ask”: split, the line ends. Now: “I ask early”, “I ask late”." in seat.words()
        await seat.press("escape", "escape", "escape", "V")
        assert "What changed in the instrument · Small" in seat.words()


async def test_means_of_two_versions_are_told_apart_at_80x24(journal: Journal) -> None:
    """What is said of the versions leaves a second row of panels the rows in which 3.05 and 3.20 differ."""
    domains: list[dict[str, Any]] = [
        {
            "id": f"d{n}",
            "title": f"Domain {n}",
            "item": [{"id": f"i{n}-{m}", "text": f"I do {n} {m}"} for m in range(20)],
        }
        for n in range(5)
    ]
    content = document() | {"domain": domains}
    newer = document() | {"version": "2.0.0", "domain": [*domains[:4], {**domains[4], "item": domains[4]["item"][:-1]}]}
    for document_, fours, days in ((content, 1, -300), (content, 4, -100), (newer, 1, -3)):
        on = parsed(document_)
        scores: dict[str, Score] = {item.id: 4 if int(item.id.split("-")[1]) < fours else 3 for item in on.items}
        journal.save(answered(on, scores, days=days), tomli_w.dumps(document_).encode())
    journal.record()
    async with opened(journal) as seat:
        await seat.press("t")
        rows = seat.text().splitlines()
        (filled, *_more) = [row for row in rows if set(row[3:25]) & charts.BRAILLE]
        assert len(set(filled[3:25]) & charts.BRAILLE) > 1
        assert "?: more" in rows[-2]
        await seat.press("question_mark")
        assert "Version 2.0.0: 99 of 100 statements go on." in seat.words()


async def test_labels_turned_round_end_the_line_with_a_sentence(journal: Journal) -> None:
    content = document() | {"version": "2.0.0"}
    content["scale"]["points"] = [
        {"value": value, "label": label} for value, label in enumerate(("good", "fair", "poor", "bad"), 1)
    ]
    keep(journal, document(), 3, days=-300)
    keep(journal, content, 1, days=-30)
    keep(journal, content, 1, days=-3)
    journal.record()
    async with opened(journal) as seat:
        await seat.press("t")
        assert "Version 2.0.0: labels at other values, earlier lines end." in seat.words()
        await seat.press("T")
        assert "from 1.00" in seat.words()
        assert "from 3.00" not in seat.words()
        assert "Lines that ended with version 2.0.0 Looking at what is there: 3.00 on 27 Jan 2026" in seat.words()
        assert "is not included" not in seat.words()
        assert "every line ends, and earlier sessions are not compared with newer ones" in seat.words()
        await seat.press("escape", "escape", "down", "space", "down", "space", "d")
        assert "can't be compared" in seat.words()
        assert "(1 bad, 2 poor, 3 fair, 4 good; now 1 good, 2 fair, 3 poor, 4 bad)" in seat.words()


@pytest.mark.parametrize("language", ["en", "nl"])
async def test_a_diff_says_that_the_threshold_changed(journal: Journal, language: str) -> None:
    content = document() | {"version": "2.0.0"}
    content["scale"] |= {"high_above": 2.5}
    keep(journal, document(), 3, days=-300)
    keep(journal, content, 3, days=-30)
    journal.record()
    said = {
        "en": "High was above 3, and is above 2.5 now; each session is judged by its own version.",
        "nl": "Hoog was boven 3 en is nu boven 2,5; voor elke sessie geldt haar eigen versie.",
    }
    use_language(language)
    async with opened(journal) as seat:
        await seat.press("d")
        assert said[language] in seat.words()
        assert {"en": "now high", "nl": "nu hoog"}[language] in seat.words()


async def test_one_version_says_that_nothing_changed(journal: Journal) -> None:
    journal.save(session({"calm": 3}), tomli_w.dumps(document()).encode())
    async with opened(journal) as seat:
        await seat.press("V")
        assert "Nothing changed in this instrument" in seat.words()
