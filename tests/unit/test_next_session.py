"""When a next session makes sense."""

from __future__ import annotations

from datetime import date

from reflect_tui.views.home import next_session_sentence


def test_a_next_session_makes_sense_now_once_its_day_has_passed() -> None:
    first = date(2026, 3, 1)
    assert "from about 30 Aug 2026" in next_session_sentence(first, date(2026, 8, 29))
    assert next_session_sentence(first, date(2026, 8, 30)).startswith("A next session makes sense now")
