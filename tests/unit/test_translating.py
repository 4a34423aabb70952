"""A translation being made: what there is to translate, what is missing, what is taken over from before."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from reflect_tui.errors import BadFileError
from reflect_tui.model import instrument, library, translation
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.translation import Translating
from reflect_tui.toml import formats
from tests.unit import examples


def everything() -> dict[str, Any]:
    """An instrument with every kind of text."""
    document = examples.document() | {"short": "S", "instructions": "Be honest"}
    points = [{"value": value, "label": f"word {value}"} for value in range(1, 5)]
    document |= {
        "scales": {"often": {"points": points}},
        "profile": [{"id": "senior", "title": "Senior", "targets": {"looking": 3}}],
    }
    document["domain"][0] |= {
        "scale": "often", "short": "Look",
        "band": [{"from": 1, "label": "low", "advice": "rest"}, {"from": 3, "label": "up"}],
    }  # fmt: skip
    document["domain"][0]["item"][1] |= {"help": "Think", "levels": ["a", "b", "c", "d"]}
    document["domain"][0]["item"][1].pop("focus")
    return document


def parsed(document: dict[str, Any]) -> Instrument:
    return instrument.parse(formats.dumps(document), "")


def filled(now: Translating) -> Translating:
    for place, original in now.originals.items():
        now = now.write(place, f"{original} {{name}} x")
    return now


def test_a_translation_of_every_text_there_is_is_whole() -> None:
    content = parsed(everything())
    now = translation.begin(content, "de")
    assert len(now.missing()) == len(now.originals) - 4  # the short titles of the instrument and of three domains
    assert now.faults() == {}
    now = filled(now)
    assert (now.missing(), now.faults()) == ([], {})
    german = translation.apply(content, translation.parse(translation.dumps(now.document), "", content))
    assert german.title == "Small {name} x"
    assert german.items[1].levels[2] == "c {name} x"
    assert german.domains[0].bands[0].advice == "rest {name} x"


@pytest.mark.parametrize("identifier", library.bundled_ids())
def test_what_is_shipped_has_every_text_and_no_other(identifier: str) -> None:
    entry = library.Library(None).newest(identifier)
    for words in entry.translations.values():
        document = formats.parse_document(words.data, "")
        now = Translating(content=entry.instrument.as_written, document=document)
        assert (now.missing(), now.faults()) == ([], {})
        begun = translation.begin(entry.instrument, words.instrument.language)
        again = translation.carry_over(begun, entry.instrument, document)
        assert again.document == document


def test_texts_come_in_the_order_in_which_they_are_read() -> None:
    places = list(translation.begin(parsed(everything()), "de").originals)
    assert "scales.often.2" in places
    assert places[:7] == ["title", "short_title", "instructions", "points.1", "points.2", "points.3", "points.4"]
    at = places.index("domains.looking")
    assert places[at : at + 8] == [
        "domains.looking", "short.looking", "bands.looking-1", "bands.looking-2", "advice.looking-1", "stems.calm",
        "items.calm", "other.calm",
    ]  # fmt: skip


def test_what_is_missing_is_counted_and_a_wrong_text_is_a_fault() -> None:
    now = translation.begin(parsed(everything()), "de").write("other.calm", "bleibt ruhig")
    assert now.faults() == {"other.calm": ["must name the person as {name}"]}
    count = len(now.missing())
    now = now.write("levels.kind[2]", "zwei")
    assert now.document["levels"] == {"kind": ["", "zwei"]}
    assert "levels.kind[2]" not in now.missing()
    assert now.write("levels.kind[4]", "vier").document["levels"] == {"kind": ["", "zwei", "", "vier"]}
    assert len(now.missing()) == count - 1
    assert now.write("levels.kind[2]", " ").document == now.undo().document
    assert now.undo().redo().document == now.document


def test_a_new_version_takes_over_what_has_the_same_words() -> None:
    older = parsed(everything())
    document = filled(translation.begin(older, "de")).document
    changed = everything() | {"version": "2.0.0"}
    changed["domain"][0]["item"][0]["text"] = "calm and quiet"
    newer = parsed(changed)
    now = translation.carry_over(translation.begin(newer, "de"), older, document)
    assert now.missing() == ["items.calm"]
    assert now.document["version"] == "2.0.0"


def test_the_template_has_every_original_above_its_text_and_is_read_again() -> None:
    now = translation.begin(parsed(everything()), "de").write("items.calm", "Ich bleibe ruhig")
    text = translation.template(now)
    assert b'# calm\ncalm = "Ich bleibe ruhig"\n' in text
    assert all(f"# {original}\n".encode() in text for original in now.originals.values())
    assert now.read(text, "x").document == now.document
    with pytest.raises(BadFileError, match="language: must stay de"):
        now.read(text.replace(b'language = "de"', b'language = "fr"'), "x")


def test_what_an_editor_wrote_wrong_is_kept_and_told() -> None:
    now = translation.begin(parsed(everything()), "de")
    read = now.read(translation.template(now).replace(b'# calm\ncalm = ""', b"calm = 3") + b"\n[mroe]\nx = 'y'\n", "x")
    assert read.document["mroe"] == {"x": "y"}
    assert read.faults() == {"items.calm": ["must be a text between quotes"], "mroe": ["unknown key"]}
    assert read.write("title", "Klein").document["items"] == {"calm": 3}


def test_texts_of_a_list_are_written_in_any_order_each_in_its_place() -> None:
    now = translation.begin(parsed(everything()), "de")
    for number, text in ((3, "drei"), (1, "eins"), (4, "vier"), (2, "zwei"), (3, "DREI")):
        now = now.write(f"levels.kind[{number}]", text)
        assert now.text(f"levels.kind[{number}]") == text
    assert now.document["levels"] == {"kind": ["eins", "zwei", "DREI", "vier"]}


def test_a_translation_has_as_many_levels_as_the_scale_has_points() -> None:
    content = parsed(everything())
    document = filled(translation.begin(content, "de")).document
    document["levels"]["kind"] = ["x"] * 4
    assert translation.parse(translation.dumps(document), "x", content).levels["kind"] == ("x",) * 4
    for count in (3, 5):
        document["levels"]["kind"] = ["x"] * count
        with pytest.raises(BadFileError) as caught:
            translation.parse(translation.dumps(document), "x", content)
        assert [fault.place for fault in caught.value.faults] == ["levels.kind"]


@pytest.mark.parametrize(("key", "values"), [("language", ("ab", "zz")), ("version", ("1.0.0", "9.0.0"))])
def test_a_translation_stays_that_of_its_instrument_version_and_language(key: str, values: tuple[str, str]) -> None:
    now = translation.begin(parsed(everything()), "de")
    for value in values:
        with pytest.raises(BadFileError, match=f"{key}: must stay {now.document[key]}"):
            now.read(translation.dumps({**now.document, key: value}), "x")


def test_instructions_are_translated_just_where_there_are_some() -> None:
    content = parsed(everything())
    whole = filled(translation.begin(content, "de")).document

    def faults(document: dict[str, object], original: Instrument) -> dict[str, str]:
        try:
            translation.parse(translation.dumps(document), "x", original)
        except BadFileError as error:
            return {fault.place: fault.problem for fault in error.faults}
        return {}

    without = {key: part for key, part in whole.items() if key != "instructions"}
    plain = structs.replace(content, instructions="")
    assert faults(whole, content) == faults(without, plain) == {}
    assert faults(without, content) == {"instructions": "is missing"}
    assert faults(whole, plain) == {"instructions": "unknown key"}


def test_words_of_an_earlier_version_are_taken_over_only_from_the_very_same_original() -> None:
    older = parsed(everything())
    document = filled(translation.begin(older, "de")).document
    for words in ("a calm person", "zen"):
        changed = everything() | {"version": "2.0.0"}
        changed["domain"][0]["item"][0]["text"] = words
        now = translation.carry_over(translation.begin(parsed(changed), "de"), older, document)
        assert now.missing() == ["items.calm"]
        assert {key: now.document[key] for key in ("instrument", "language")} == {
            "instrument": "small",
            "language": "de",
        }


def test_a_text_of_several_lines_is_written_as_one() -> None:
    now = translation.begin(parsed(everything()), "de").write("items.calm", " Ich\n bleibe\truhig ")
    assert now.document["items"] == {"calm": "Ich bleibe ruhig"}


def test_a_template_begins_with_what_it_is_of_and_has_a_line_between_its_tables() -> None:
    text = translation.template(translation.begin(parsed(everything()), "de")).decode()
    assert text.startswith(
        'format = 1\ninstrument = "small"\nversion = "1.2.0"\nlanguage = "de"\n# Small\ntitle = ""\n# S\n'
        'short_title = ""\n# Be honest\ninstructions = ""\n\n[points]\n# bad\n1 = ""\n'
    )
    assert '4 = ""\n\n[scales]\n\n[scales.often]\n# word 1\n1 = ""\n' in text
    assert "\n\n\n" not in text
    assert text.endswith("]\n")
