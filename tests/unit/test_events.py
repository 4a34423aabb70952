from __future__ import annotations

from datetime import date

import pytest
import tomli_w

from reflect_tui.errors import BadFileError, ReflectError
from reflect_tui.forms.fields import parse_event
from reflect_tui.model import events


def test_a_month_and_a_day_are_taken_as_they_are_written() -> None:
    month, day = events.new_event("2026-03", "training", "4f2a9c"), parse_event("2026-03-12  new  job ", "4f2a9c")
    assert (month.id, month.has_day, month.moment.date()) == ("2026-03-event-4f2a9c", False, date(2026, 3, 15))
    assert (day.id, day.has_day, day.moment.date()) == ("2026-03-12-event-4f2a9c", True, date(2026, 3, 12))
    assert day.label == "new job"


def test_what_was_written_is_read_again() -> None:
    event = events.new_event("2024-02-29", "training: “quotes”\n and é", "000000")
    assert events.parse(events.dumps(event), "event.toml") == event


@pytest.mark.parametrize(
    "words", ["", "training", "2026 training", "2026-13 x", "2026-02-30 x", "2026-03", "2026-03 ", "0000-01 x",
              "2026-03 " + "x" * 81, "２０２６-03 x"],
)  # fmt: skip
def test_words_that_say_no_moment_or_nothing_are_refused_with_a_sentence(words: str) -> None:
    with pytest.raises(ReflectError) as caught:
        parse_event(words, "4f2a9c")
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("words", "when", "label"),
    [
        ("2026-11 training", "2026-11", "training"),
        ("2026-11 2026-11-20 training", "2026-11-20", "training"),
        ("2026-11 -20 training", "2026-11-20", "training"),
        ("2026-11 2026-10 training", "2026-10", "training"),
        ("2026-11 20-11-2026 training", "2026-11-20", "training"),
        ("2026-11 vrijdag 20 november 2026 training", "2026-11-20", "training"),
        ("2026-11 Nov 20, 2026 training", "2026-11-20", "training"),
        ("20 nov 2026 training", "2026-11-20", "training"),
        ("2026-11 20 years at work", "2026-11", "20 years at work"),
        ("2026-11-20 10 years at work", "2026-11-20", "10 years at work"),
        ("2026-11 2026 begins", "2026-11", "2026 begins"),
        ("2026-11 training of 2026-11-20", "2026-11", "training of 2026-11-20"),
    ],
)
def test_a_day_typed_behind_the_month_that_was_given_is_when_it_was(words: str, when: str, label: str) -> None:
    event = parse_event(words, "4f2a9c")
    assert (event.when, event.label) == (when, label)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("2026-11 04/11/2026 training", "can be two days"),
        ("2026-11 20-11-26 training", "write the year with four digits"),
        ("2026-11 2026-11-31 training", "is no day that exists"),
        ("2026-11 2026-11-20", "what happened"),
        ("2026-11training", '"2026-11training" is no month or day'),
    ],
)
def test_a_day_that_is_none_is_asked_for_again_and_not_put_into_the_words(words: str, reason: str) -> None:
    with pytest.raises(ReflectError, match=reason):
        parse_event(words, "4f2a9c")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("when", "2026-02-30"), ("when", "2026-3"), ("when", 2026), ("when", date(2026, 3, 1)), ("label", ""),
        ("label", " "), ("label", "x" * 81), ("label", 3), ("id", "training"), ("format", 0), ("more", 1),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_with_the_place(key: str, value: object) -> None:
    document = {"format": 1, "id": "2026-03-event-4f2a9c", "when": "2026-03", "label": "training", key: value}
    with pytest.raises(BadFileError) as caught:
        events.parse(tomli_w.dumps(document).encode(), "event.toml")
    assert [fault.place for fault in caught.value.faults] == [key]


def test_a_label_from_a_file_comes_out_clean() -> None:
    document = {"format": 1, "id": "2026-03-event-4f2a9c", "when": "2026-03", "label": "a\x1b]52;c;x\x07\nb"}
    assert events.parse(tomli_w.dumps(document).encode(), "x").label == "a]52;c;x b"


def test_an_id_of_an_event_is_known_by_its_form() -> None:
    assert events.is_id("2026-03-event-4f2a9c")
    assert events.is_id("2026-03-12-event-4f2a9c")
    assert not events.is_id("2026-03-12T1405-self-4f2a9c")


def test_a_label_has_80_characters_at_most() -> None:
    assert events.new_event("2026-03", "x" * 80, "4f2a9c").label == "x" * 80


@pytest.mark.parametrize("when", ["2026-03", "2026-03-12"])
def test_an_event_stands_at_noon(when: str) -> None:
    moment = events.new_event(when, "training", "4f2a9c").moment
    assert (moment.hour, moment.minute, moment.tzinfo is None) == (12, 0, False)
