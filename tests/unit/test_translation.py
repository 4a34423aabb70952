from __future__ import annotations

from typing import Any

import pytest
import tomli_w

from reflect_tui.errors import BadFileError
from reflect_tui.model import translation
from reflect_tui.model.instrument import Instrument
from tests.unit.examples import HUGE, ITEMS, small


def document() -> dict[str, Any]:
    """Give a translation of the small instrument as its file has it."""
    return {
        "format": 1,
        "instrument": "small",
        "version": "1.2.0",
        "language": "en",
        "title": "Klein",
        "points": {"1": "slecht", "2": "matig", "3": "redelijk", "4": "goed"},
        "domains": {"looking": "Kijken", "doing": "Doen", "together": "Samen"},
        "short": {"looking": "K", "doing": "D", "together": "S"},
        "stems": {"calm": "Ik blijf:"},
        "items": {name: f"over {name}" for name in ITEMS},
        "other": {name: f"{{name}} over {name}" for name in ITEMS},
    }


def parse(content: dict[str, Any]) -> translation.Translation:
    return translation.parse(tomli_w.dumps(content).encode(), "small.en.toml", small())


def faults(content: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(BadFileError) as caught:
        parse(content)
    places = [fault.place for fault in caught.value.faults]
    assert len(places) == len(set(places)), "a fault is listed twice"
    return {fault.place: fault.problem for fault in caught.value.faults}


def translated() -> Instrument:
    original = small()
    assert original.items  # what is computed once must not be carried over
    assert original.positions
    assert original.domain_of
    return translation.apply(original, parse(document()))


def test_every_text_is_the_translations() -> None:
    shown = translated()
    assert (shown.language, shown.title) == ("en", "Klein")
    assert [point.label for point in shown.scale.points] == ["slecht", "matig", "redelijk", "goed"]
    assert [(domain.title, domain.label) for domain in shown.domains] == [
        ("Kijken", "K"),
        ("Doen", "D"),
        ("Samen", "S"),
    ]
    assert [item.text for item in shown.items] == [f"over {name}" for name in ITEMS]
    assert shown.item("calm").other == "{name} over calm"
    assert shown.domain_of["calm"].title == "Kijken"


def test_ids_order_values_and_digest_stay_the_originals() -> None:
    shown, original = translated(), small()
    assert (shown.id, shown.version, shown.digest) == (original.id, original.version, original.digest)
    assert [item.id for item in shown.items] == list(ITEMS)
    assert shown.positions == original.positions
    assert [item.focus for item in shown.items] == [item.focus for item in original.items]
    assert [domain.optional for domain in shown.domains] == [False, False, True]
    assert [point.value for point in shown.scale.points] == [1, 2, 3, 4]
    assert (shown.scale.threshold, shown.scale.coverage) == (original.scale.threshold, original.scale.coverage)


def test_the_short_title_of_the_instrument_is_translated_as_well() -> None:
    assert translated().label == "Klein"
    assert translation.apply(small(), parse(document() | {"short_title": "K"})).label == "K"


def test_the_original_is_left_as_it_was() -> None:
    translated()
    assert small().item("calm").text == "calm"


def test_sentences_are_whole_in_the_translation() -> None:
    shown = translated()
    assert shown.sentence(shown.item("kind")) == "Ik blijf: over kind"
    assert shown.sentence(shown.item("tells")) == "over acts; over tells"
    assert shown.sentence(shown.item("asks")) == "over asks"


def test_short_titles_and_stems_can_be_left_out_only_where_there_are_none() -> None:
    content = document()
    del content["short"]
    assert translation.apply(small(), parse(content)).domains[0].label == "Kijken"
    del content["stems"]
    assert faults(content) == {"stems.calm": "is missing"}


@pytest.mark.parametrize(
    ("table", "key", "place"),
    [
        ("points", "2", "points.2"),
        ("domains", "doing", "domains.doing"),
        ("short", "doing", "short.doing"),
        ("stems", "calm", "stems.calm"),
        ("items", "gives", "items.gives"),
        ("other", "gives", "other.gives"),
    ],
)
def test_a_text_missing_or_one_too_many_is_named(table: str, key: str, place: str) -> None:
    content = document()
    del content[table][key]
    assert faults(content) == {place: "is missing"}
    content = document()
    content[table]["more"] = "{name} more"
    assert faults(content) == {f"{table}.more": "unknown key"}


@pytest.mark.parametrize(("key", "value"), [("instrument", "other"), ("version", "1.2.1")])
def test_a_translation_of_another_instrument_or_version_is_refused(key: str, value: str) -> None:
    assert faults(document() | {key: value}) == {"instrument": "is a translation of another instrument or version"}


@pytest.mark.parametrize(
    ("table", "key", "value", "place"),
    [
        ("items", "calm", "", "items.calm"),
        ("items", "calm", 3, "items.calm"),
        ("other", "calm", "calm", "other.calm"),
        ("points", "1", True, "points.1"),
    ],
)
def test_a_wrong_text_is_named(table: str, key: str, value: object, place: str) -> None:
    content = document()
    content[table][key] = value
    assert list(faults(content)) == [place]


def test_many_faults_are_all_listed_at_once() -> None:
    content = document() | {"language": "eng", "colour": "red"}
    del content["title"]
    del content["items"]["asks"]
    content["items"]["colour"] = "red"
    content["other"]["acts"] = "acts"
    content["points"]["4"] = ""
    assert set(faults(content)) == {
        "language",
        "colour",
        "title",
        "items.asks",
        "items.colour",
        "other.acts",
        "points.4",
    }


@pytest.mark.parametrize("table", ["points", "domains", "short", "stems", "items", "other"])
@pytest.mark.parametrize(
    "value", ["3", "[]", "{ calm = {} }", f"{{ calm = {HUGE} }}", "{ calm" + ".a" * 1500 + " = 1 }"]
)
def test_hostile_tables_are_refused_with_a_sentence(table: str, value: str) -> None:
    data = tomli_w.dumps({"title": "Klein", table: "@@"} | {k: v for k, v in document().items() if k != table})
    with pytest.raises(BadFileError) as caught:
        translation.parse(data.replace('"@@"', value).encode(), "small.en.toml", small())
    assert len(str(caught.value)) < 2000
