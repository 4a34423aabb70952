"""An instrument written in another format and read again: what both can hold is the same, what is lost is named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reflect_tui.errors import ReflectError
from reflect_tui.interchange import FORMATS, TABLES, kinds
from reflect_tui.interchange.document import Document, plain
from reflect_tui.interchange.kinds import losses
from reflect_tui.model import instrument, library
from reflect_tui.model.instrument import Band, Domain, InstrumentFile, Item, Scale, SourceDocument
from reflect_tui.toml import formats
from tests.bundled import bundled
from tests.unit.examples import document, quick, small
from tests.unit.interchange_examples import documents, taken


def returned(content: Document, form: str) -> tuple[Document, tuple[str, ...]]:
    exported = kinds.exported(content, form)
    back = taken(exported.data, f"x{kinds.ENDINGS[form]}")
    return back.document, exported.lost


@pytest.mark.slow
@pytest.mark.parametrize("form", TABLES)
@given(content=documents())
@settings(quick, max_examples=25)
def test_a_spreadsheet_holds_all_of_an_instrument(form: str, content: Document) -> None:
    instrument.parse(formats.dumps(content), "x.toml")  # the example is one
    assert returned(content, form) == (plain(instrument.parse(formats.dumps(content), "x.toml")), ())


@pytest.mark.parametrize("form", ["xlsform", "fhir"])
@given(content=documents(everything=False))
@settings(quick, max_examples=25)
def test_a_form_of_another_program_holds_what_both_know(form: str, content: Document) -> None:
    back, lost = returned(content, form)
    assert all("short" in name or "threshold" in name for name in lost), lost
    assert without_what_a_form_lacks(back) == without_what_a_form_lacks(content)


@pytest.mark.parametrize("form", FORMATS)
@given(content=documents(), chosen=st.data())
@settings(quick, max_examples=15)
def test_what_did_not_come_back_is_named(form: str, content: Document, chosen: st.DataObject) -> None:
    back, lost = returned(content, form)
    item = chosen.draw(
        st.sampled_from([(d, i) for d, domain in enumerate(content["domain"]) for i in range(len(domain["item"]))])
    )
    before, after = (part["domain"][item[0]]["item"][item[1]] for part in (content, back))
    for key in before:
        assert after.get(key) == before[key] or any(f"domain.item.{key}" in name for name in lost)


def without_what_a_form_lacks(content: Document) -> Any:
    domains = [{key: value for key, value in domain.items() if key != "short"} for domain in content["domain"]]
    return {**content, "scale": content["scale"]["points"], "domain": domains}


def test_what_a_form_lacks_is_named_in_words_and_by_its_key() -> None:
    _back, lost = returned(plain(small()), "xlsform")
    assert lost == (
        "the threshold above which a mean is high (scale.high_above)",
        "whether a statement is about attitude, knowledge or skill (domain.item.focus), 7 times",
        "the wording for others (domain.item.other), 7 times",
        "the short titles of domains (domain.short)",
        "which statement one continues; it is written out as a whole sentence (domain.item.under)",
        "which domains are optional (domain.optional)",
    )


@pytest.mark.parametrize("form", FORMATS)
def test_a_scale_with_dont_know_in_its_middle_comes_back(form: str) -> None:
    content = kinds.template()
    content["scale"] |= {
        "high_above": 2,
        "points": [{"value": n, "label": text} for n, text in enumerate(("no", "don't know", "yes"), 1)],
    }
    assert returned(content, form) == (content, ())


def test_a_statement_that_a_format_cant_hold_is_named() -> None:
    content = kinds.template()
    content["domain"][0]["item"][0]["text"] = "I say ${x}"
    with pytest.raises(ReflectError) as caught:
        kinds.exported(content, "xlsform")
    told = """XLSForm can't hold this: working-together-1 ("I say ${x}"). Choose another format, or change the words."""
    assert str(caught.value) == told
    assert returned(content, "fhir")[0]["domain"] == content["domain"]


def test_a_statement_that_continues_another_is_written_out_whole() -> None:
    back, _lost = returned(plain(small()), "fhir")
    assert back["domain"][1]["item"][1]["text"] == "I act on them; I tell others"


def test_a_lost_wording_is_told_in_words() -> None:
    before, after = ({"domain": [{"item": [{"text": text}]}]} for text in ("a", "b"))
    assert losses(before, after) == ("the wording of statements (domain.item.text)",)


def test_a_key_that_no_format_knows_yet_is_named_by_itself() -> None:
    assert losses({"new": [1, 2], "id": "a"}, {"id": "a"}) == ("new, 2 times",)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("identifier", library.bundled_ids())
def test_the_bundled_instruments_come_back(form: str, identifier: str) -> None:
    content = plain(bundled(identifier, ""))
    back, lost = returned(content, form)
    assert (back == content) == (not lost) == (form in TABLES)
    assert [d["id"] for d in back["domain"]] == [d["id"] for d in content["domain"]]


def everything() -> Document:
    """An instrument file in which every key of the format has a value of its own."""
    content = document()
    content |= {"short": "S", "instructions": "Read it", "axis": [{"id": "heart", "title": "Heart"}]}
    content["source"] |= {"licence": "CC-BY-4.0", "attribution": "By us"}
    content["scale"] |= {"min_coverage": 0.25, "better": "lower"}
    content["change"] = [{"kind": "added", "since": "1.2.0", "item": "calm"}]
    content["profile"] = [{"id": "novice", "title": "Novice", "targets": {content["domain"][0]["id"]: 2.5}}]
    words = [{"value": value, "label": f"word {value}"} for value in (1, 2, 3, 4)]
    content["scales"] = {"words": {"points": words}}
    content["domain"][0]["item"][1]["scale"] = "words"
    content["domain"][1]["scale"] = "words"
    for domain in content["domain"]:
        domain["group"] = "All of it"
    content["domain"][0] |= {
        "high_above": 2,
        "better": "lower",
        "score": "sum",
        "band": [{"from": 3, "label": "low", "advice": "Rest"}, {"from": 7, "label": "high"}],
    }
    for domain in content["domain"]:
        for item in domain["item"]:
            item |= {"focus": "heart", "help": "Think", "levels": ["a", "b", "c", "d"], "reversed": True}
    return content


def keys(value: Any, name: str = "") -> set[str]:
    """List the keys below a value, as domain.item.text."""
    if isinstance(value, list):
        return {key for part in value for key in keys(part, name)} | {name}
    if isinstance(value, dict):
        return {key for part, below in value.items() for key in keys(below, f"{name}.{part}".strip("."))} | {name}
    return {name}


def test_an_instruments_own_document_is_its_file() -> None:
    assert plain(instrument.parse(formats.dumps(everything()), "x.toml")) == everything()


def test_the_example_has_every_key_of_the_format() -> None:
    """So that a new key is held, or told, in every format: the tests above and below go by it."""
    fields = {
        name
        for shape in (InstrumentFile, Domain, Item, Scale, SourceDocument, Band)
        for name in shape.__struct_encode_fields__
    }
    there = {part for key in keys(everything()) for part in key.split(".")}
    assert fields <= there


@pytest.mark.parametrize("form", FORMATS)
def test_every_key_comes_back_or_is_told(form: str) -> None:
    content = plain(instrument.parse(formats.dumps(everything()), "x.toml"))
    back, lost = returned(content, form)
    assert (back == content) == (not lost) == (form in TABLES)
    told = {name.rpartition("(")[2].partition(")")[0] for name in lost}
    gone = {key.replace("scales.words", "scales") for key in keys(content) - keys(back)}
    assert {key for key in gone if not any(name.startswith(key) or key.startswith(name) for name in told)} == set()
