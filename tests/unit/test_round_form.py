"""What is typed to begin a round: who is asked counts people, not names."""

from __future__ import annotations

from datetime import date

import pytest

from reflect_tui.forms import fields as round_form

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("colleagues", "clients", "faulty"),
    [("Ans, Ans, Bob", "", "colleague"), ("Ans, Bob, ans", "", "colleague"), ("Ans, Bob", "Ans", "client")],
)
def test_a_name_that_is_typed_twice_is_asked_about(colleagues: str, clients: str, faulty: str) -> None:
    """Two people would pass for the three that a group must be, in a joined group as well."""
    typed = round_form.new_round_fields(TODAY) | {"colleague": colleagues, "client": clients}
    parsed = round_form.parse_round(typed, TODAY)
    assert parsed.asked == ()
    assert "stands there twice. One name is one person" in parsed.faults[faulty]
    apart = {name: text.replace("ans", "Cas").replace("Ans, Ans", "Ans, Cas") for name, text in typed.items()}
    apart["client"] = apart["client"].replace("Ans", "Dirk")
    assert not round_form.parse_round(apart, TODAY).faults
