"""Old means as values: their file, which fit an instrument, and what can be no mean of a single statement."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from msgspec import structs

from reflect_tui.errors import BadFileError
from reflect_tui.model import old_means
from reflect_tui.model.old_means import Reference
from tests.unit.examples import fresh, small

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def test_a_file_is_read_back_as_it_was_written_and_says_what_is_wrong() -> None:
    made = Reference(
        id=old_means.new_id(date(2019, 11, 14), "4f2a9c"), instrument="a", day=date(2019, 11, 14), entered=NOW,
        means={"one": 2.75, "two": 3.0},
    )  # fmt: skip
    data = old_means.dumps(made)
    assert old_means.parse(data, "") == made
    with pytest.raises(BadFileError, match="day: is not the day in the id"):
        old_means.parse(data.replace(b"day = 2019-11-14", b"day = 2019-11-15"), "")
    with pytest.raises(BadFileError, match=r"means\.one"):
        old_means.parse(data.replace(b"2.75", b"10.5"), "")


def test_old_means_of_an_instrument_are_its_own_on_its_scale_oldest_first_but_for_days_that_have_scores() -> None:
    def means(mark: str, day: date, instrument: str = fresh("small"), **of_domains: float) -> Reference:
        entered = datetime(2026, 11, 30, tzinfo=UTC)
        given = of_domains or {"looking": 2.5}
        return Reference(
            id=old_means.new_id(day, mark * 6), instrument=instrument, day=day, entered=entered, means=given
        )

    early, late, other = (date(2019, 11, 14), date(2020, 11, 14), date(2021, 11, 14))
    chosen = old_means.fitting(
        [
            means("c", late, looking=1, doing=4, together=4.01, elsewhere=2),
            means("b", early), means("a", early), means("a", other),
            *(means("d", early, name) for name in ("another", "tall")),
            means("e", late, looking=0.99), means("f", late, elsewhere=2),
        ],
        small(), [other],
    )  # fmt: skip
    assert [(one.day, one.id[-1], one.means) for one in chosen] == [
        (early, "a", {"looking": 2.5}), (early, "b", {"looking": 2.5}), (late, "c", {"looking": 1, "doing": 4}),
    ]  # fmt: skip


def test_the_mean_of_a_lone_statement_is_a_whole_score_and_of_several_any_number() -> None:
    looking, doing, together = small().domains
    instrument = structs.replace(small(), domains=(looking, structs.replace(doing, items=doing.items[:1]), together))

    def fault(domain: str, mean: str) -> str:
        return old_means.lone_fault(instrument, domain, Decimal(mean))

    assert [len(domain.items) for domain in instrument.domains] == [3, 1, 2]
    assert fault("doing", "2.75") == '"2.75" is no mean of a domain of one statement: that is a whole score'
    assert fault("doing", "3.25").startswith('"3.25" is no mean')
    assert [fault("doing", "3"), fault("doing", "3.0"), fault("looking", "2.75"), fault("elsewhere", "2.75")] == [
        ""
    ] * 4
    assert old_means.lone_fault(instrument, "doing", None) == ""


def test_old_means_stand_at_noon_of_their_day() -> None:
    old = Reference(
        id=old_means.new_id(date(2019, 11, 14), "4f2a9c"), instrument="a", day=date(2019, 11, 14), entered=NOW,
        means={"one": 2.75},
    )  # fmt: skip
    assert f"{old.moment:%Y-%m-%d %H:%M}" == "2019-11-14 12:00"
