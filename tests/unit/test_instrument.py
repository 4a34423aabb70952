from __future__ import annotations

import hashlib
import os
from fractions import Fraction
from pathlib import Path

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.errors import BadFileError, NotFoundError
from reflect_tui.model import instrument
from reflect_tui.model.instrument import Instrument, about_person
from tests.unit.examples import HUGE, ITEMS, changed, changed_raw, document, small


def faults(data: bytes) -> dict[str, str]:
    with pytest.raises(BadFileError) as caught:
        instrument.parse(data, "small.toml")
    places = [fault.place for fault in caught.value.faults]
    assert len(places) == len(set(places)), "a fault is listed twice"
    return {fault.place: fault.problem for fault in caught.value.faults}


# What a good file gives


def test_items_stand_in_the_order_of_the_file_and_are_found_by_id() -> None:
    assert tuple(item.id for item in small().items) == ITEMS
    assert [small().positions[name] for name in ITEMS] == list(range(7))
    assert small().item("acts").text == "I act on them"
    assert small().domain_of["gives"].id == "together"
    with pytest.raises(KeyError):
        small().item("colour")


def test_the_scale_knows_its_ends_and_words() -> None:
    scale = small().scale
    assert (scale.lowest, scale.highest) == (1, 4)
    assert scale.label(3) == "fair"
    assert [value for value in range(-1, 7) if scale.allows(value)] == [1, 2, 3, 4]


def test_thresholds_are_exactly_what_the_file_writes() -> None:
    assert small().scale.threshold == 3
    assert small(high_above=3.3).scale.threshold == Fraction(33, 10)
    assert small(min_coverage=0.1).scale.coverage == Fraction(1, 10)


def test_a_domain_goes_by_its_short_title_where_it_has_one() -> None:
    looking, doing, together = small().domains
    assert (looking.label, doing.label) == ("Looking", "Doing")
    assert (looking.optional, together.optional) == (False, True)


@pytest.mark.parametrize(
    ("item", "lead", "sentence"),
    [
        ("kind", "I stay:", "I stay: kind"),
        ("tells", "I act on them;", "I act on them; I tell others"),
        ("asks", "", "I ask"),
    ],
)
def test_an_item_reads_as_a_whole_sentence(item: str, lead: str, sentence: str) -> None:
    found = small().item(item)
    assert (small().lead(found), small().sentence(found)) == (lead, sentence)


@pytest.mark.parametrize(
    ("stem", "sentence"),
    [("I:", "I act on them"), ("There is more. I:", "There is more. I act on them"), ("I can:", "I can: act on them")],
)
def test_a_lone_subject_runs_on_without_its_colon(stem: str, sentence: str) -> None:
    content = document()
    content["domain"][1]["item"][0] |= {"stem": stem, "text": "act on them"}
    led = instrument.parse(tomli_w.dumps(content).encode(), "small.toml")
    assert led.sentence(led.item("acts")) == sentence


def test_an_instrument_goes_by_its_short_title_where_it_has_one() -> None:
    assert small().label == "Small"
    content = document() | {"short": "S"}
    assert instrument.parse(tomli_w.dumps(content).encode(), "small.toml").label == "S"


def test_an_item_under_one_with_a_stem_reads_after_both() -> None:
    content = document()
    content["domain"][0]["item"][2]["under"] = "kind"
    content["domain"][1]["item"][0]["text"] = "I act."
    nested = instrument.parse(tomli_w.dumps(content).encode(), "small.toml")
    assert nested.sentence(nested.item("signs")) == "I stay: kind; I know the signs"
    assert nested.sentence(nested.item("tells")) == "I act; I tell others"


def test_the_digest_is_that_of_the_bytes_of_the_file(tmp_path: Path) -> None:
    data = tomli_w.dumps(document()).encode()
    path = tmp_path / "small.toml"
    path.write_bytes(data)
    assert instrument.load(path).digest == "sha256:" + hashlib.sha256(data).hexdigest()
    path.write_bytes(data + b"# looked at\n")
    assert instrument.load(path).digest != instrument.digest(data)


# One fault at a time

WRONG: list[tuple[str, object, str]] = [
    ("format", 2, "format"),
    ("format", True, "format"),
    ("format", "1", "format"),
    ("id", "Small", "id"),
    ("id", "", "id"),
    ("id", "a" * 65, "id"),
    ("id", "small\n", "id"),
    ("version", 1, "version"),
    ("version", "1.0.0.0", "version"),
    ("version", "1.0\n", "version"),
    ("language", "nld", "language"),
    ("title", "", "title"),
    ("title", 3, "title"),
    ("colour", "red", "colour"),
    ("source", {"publisher": "We", "document": "Tests"}, "source.rights"),
    ("source.year", 2013, "source.year"),
    ("source", "us", "source"),
    ("scale.high_above", True, "scale.high_above"),
    ("scale.high_above", "3", "scale.high_above"),
    ("scale.high_above", 4, "scale.high_above"),
    ("scale.high_above", 0.5, "scale.high_above"),
    ("scale.high_above", float("nan"), "scale.high_above"),
    ("scale.high_above", float("inf"), "scale.high_above"),
    ("scale.min_coverage", 1.01, "scale.min_coverage"),
    ("scale.min_coverage", -0.1, "scale.min_coverage"),
    ("scale.min_coverage", float("nan"), "scale.min_coverage"),
    ("scale.min_coverage", False, "scale.min_coverage"),
    ("scale.unit", "points", "scale.unit"),
    ("scale.points", [], "scale.points"),
    ("scale.points", [{"value": 3, "label": "only"}], "scale.points"),
    ("scale.points.0.value", 2, "scale.points"),
    ("scale.points.0.value", 0, "scale.points"),
    ("scale.points.3.value", 5, "scale.points"),
    ("scale.points.1.value", 1.0, "scale.points[2].value"),
    ("scale.points.1.value", True, "scale.points[2].value"),
    ("scale.points.1.value", "2", "scale.points[2].value"),
    ("scale.points.1.label", "", "scale.points[2].label"),
    ("scale.points.1.label", 2, "scale.points[2].label"),
    ("scale.points.1.colour", "red", "scale.points[2].colour"),
    ("domain", [], "domain"),
    ("domain.1.item", [], "domain[2].item"),
    ("domain.1.item", "none", "domain[2].item"),
    ("domain.1.id", "looking", "domain[2].id"),
    ("domain.1.id", "Doing", "domain[2].id"),
    ("domain.1.title", "", "domain[2].title"),
    ("domain.1.short", 3, "domain[2].short"),
    ("domain.1.optional", 1, "domain[2].optional"),
    ("domain.1.optional", "true", "domain[2].optional"),
    ("domain.1.items", [], "domain[2].items"),
    ("domain.1.item.1.id", "calm", "domain[2].item[2].id"),
    ("domain.1.item.1.id", "tells it", "domain[2].item[2].id"),
    ("domain.1.item.1.id", "tells\n", "domain[2].item[2].id"),
    ("domain.1.item.1.id", ["tells"], "domain[2].item[2].id"),
    ("domain.1.item.1.text", "", "domain[2].item[2].text"),
    ("domain.1.item.1.text", 4, "domain[2].item[2].text"),
    ("domain.1.item.1.text", "x" * 2001, "domain[2].item[2].text"),
    ("domain.1.item.1.focus", "mood", "domain[2].item[2].focus"),
    ("domain.1.item.1.focus", True, "domain[2].item[2].focus"),
    ("domain.1.item.1.other", "tells others", "domain[2].item[2].other"),
    ("domain.1.item.1.other", 3, "domain[2].item[2].other"),
    ("domain.1.item.1.stem", "I:", "domain[2].item[2]"),
    ("domain.1.item.0.stem", ["I:"], "domain[2].item[1].stem"),
    ("domain.1.item.1.under", "tells", "domain[2].item[2].under"),
    ("domain.1.item.0.under", "tells", "domain[2].item[1].under"),
    ("domain.1.item.1.under", "calm", "domain[2].item[2].under"),
    ("domain.1.item.1.under", "nothing", "domain[2].item[2].under"),
    ("domain.1.item.1.under", ["acts"], "domain[2].item[2].under"),
    ("domain.1.item.1.weight", 2, "domain[2].item[2].weight"),
]


@pytest.mark.parametrize(("path", "value", "place"), WRONG, ids=[f"{path}={value!s:.12}" for path, value, _ in WRONG])
def test_a_fault_is_named_by_its_place_alone(path: str, value: object, place: str) -> None:
    assert list(faults(changed(path, value))) == [place]


@pytest.mark.parametrize(
    "path",
    [
        "id", "version", "language", "title", "source.rights", "scale.high_above", "scale.points.2.value",
        "scale.points.2.label", "domain.2.title", "domain.0.item.0.text",
    ],
)  # fmt: skip
def test_a_missing_text_is_named_by_its_place(path: str) -> None:
    text = changed_raw(path, "@@").decode()
    kept = "\n".join(line for line in text.splitlines() if "@@" not in line)
    if "points" in path:
        kept = text.replace(f"{path.rsplit('.', maxsplit=1)[-1]} = @@", "").replace("{ , ", "{ ").replace(",  }", " }")
    place = path.replace("points.2", "points[3]").replace("domain.2", "domain[3]").replace("domain.0", "domain[1]")
    place = place.replace("item.0", "item[1]")
    assert faults(kept.encode())[place] == "is missing"


def test_many_faults_are_all_listed_at_once() -> None:
    content = document()
    content["colour"] = "red"
    del content["title"]
    del content["source"]["publisher"]
    content["scale"]["high_above"] = 9
    looking, doing, together = content["domain"]
    doing["id"] = "looking"
    looking["item"][0]["focus"] = "mood"
    looking["item"][1] |= {"id": "calm", "other": "is kind"}
    del doing["item"][0]["text"]
    doing["item"][1] |= {"under": "gives", "extra": 1}
    together["item"][0]["stem"] = 4
    assert set(faults(tomli_w.dumps(content).encode())) == {
        "colour",
        "title",
        "source.publisher",
        "scale.high_above",
        "domain[2].id",
        "domain[1].item[1].focus",
        "domain[1].item[2].id",
        "domain[1].item[2].other",
        "domain[2].item[1].text",
        "domain[2].item[2].under",
        "domain[2].item[2].extra",
        "domain[3].item[1].stem",
    }


def test_an_id_used_twice_is_refused_with_both_places() -> None:
    problem = faults(changed("domain.2.item.1.id", "calm"))["domain[3].item[2].id"]
    assert problem == 'the id "calm" is used already, by domain[1].item[1]'


def test_a_text_of_blanks_alone_is_missing() -> None:
    for path, place in (("title", "title"), ("domain.0.item.0.text", "domain[1].item[1].text")):
        assert list(faults(changed(path, " \n"))) == [place]


def chain(length: int) -> bytes:
    content = document()
    row = content["domain"][1]["item"][0]
    content["domain"][1]["item"] = [
        {**row, "id": f"step-{n}"} | ({"under": f"step-{n - 1}"} if n else {}) for n in range(length)
    ]
    return tomli_w.dumps(content).encode()


def test_continuations_can_follow_each_other() -> None:
    steps = instrument.parse(chain(3), "small.toml")
    assert steps.sentence(steps.item("step-2")) == "I act on them; I act on them; I act on them"


def test_eight_continuations_of_each_other_are_the_most() -> None:
    assert len(instrument.parse(chain(9), "small.toml").domains[1].items) == 9
    assert [*faults(chain(10))] == ["domain[2].item[10].under"]


def test_a_thousand_continuations_of_each_other_are_refused() -> None:
    assert all(place.endswith("under") for place in faults(chain(1000)))


# Files that mean harm

PATHS = ["format", "id", "title", "scale.high_above", "scale.points.1.value", "domain", "domain.0.item.1.id",
         "domain.0.item.1.under", "domain.0.item.1.other", "domain.0.item.1.stem", "domain.0.id"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "toml", [HUGE, "[" * 90 + "]" * 90, "9" * 4301, "[" * 5000 + "]" * 5000], ids=["huge", "deep", "long", "deepest"]
)
def test_hostile_values_are_refused_with_a_sentence(path: str, toml: str) -> None:
    with pytest.raises(BadFileError) as caught:
        instrument.parse(changed_raw(path, toml), "small.toml")
    assert len(str(caught.value)) < 2000


@pytest.mark.parametrize("path", [path for path in PATHS if "item" in path])
def test_tables_nested_by_dots_are_refused(path: str) -> None:
    key = path.rsplit(".", maxsplit=1)[-1]
    data = changed_raw(path, "@@").replace(f"{key} = @@".encode(), f"{key}{'.a' * 1500} = 1".encode())
    assert b"@@" not in data
    with pytest.raises(BadFileError):
        instrument.parse(data, "small.toml")


def test_an_instrument_saved_with_a_byte_order_mark_is_read() -> None:
    assert instrument.parse(b"\xef\xbb\xbf" + changed("title", "BOM"), "small.toml").title == "BOM"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        tomli_w.dumps(document()).encode("utf-16"),
        changed("title", "é").decode().encode("latin-1"),
        changed("title", "NUL").replace(b"NUL", b"\x00"),
        changed("title", "CR").replace(b"\n", b"\r"),
        b"[[domain]]\nitem = 3\n[[domain.item]]\n",
        b"domain = 3\nscale = 3\n",
        b"domain = [3, [4]]\n",
        b"[scale]\npoints = [3]\n",
    ],
)
def test_files_that_are_no_instrument_are_refused(data: bytes) -> None:
    assert faults(data)


def test_an_instrument_file_must_be_an_ordinary_file_of_a_fair_size(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "good")
    (tmp_path / "good").write_bytes(tomli_w.dumps(document()).encode())
    (tmp_path / "big").write_bytes(b"#" * 1_000_001)
    assert isinstance(instrument.load(tmp_path / "good"), Instrument)
    for path in (tmp_path / "pipe", tmp_path / "link", tmp_path / "big", tmp_path, Path("/dev/zero")):
        with pytest.raises(BadFileError):
            instrument.load(path)
    with pytest.raises(NotFoundError):
        instrument.load(tmp_path / "none")


def test_others_read_every_statement_as_a_sentence_about_the_person() -> None:
    asked = about_person(small(), "zoë")
    assert asked.sentence(asked.item("kind")) == "Zoë kind"
    assert asked.sentence(asked.item("tells")) == "Zoë I tell others"


@pytest.mark.parametrize("values", [(2, 3, 4), (1, 2, 3, 4, 5, 6, 7, 8, 9), (8, 9)])
def test_a_scale_goes_up_by_ones_from_1_or_more_to_9_at_most(values: tuple[int, ...]) -> None:
    content = document()
    points = [{"value": value, "label": str(value)} for value in values]
    content["scale"] |= {"points": points, "high_above": values[0], "min_coverage": 1}
    scale = instrument.parse(tomli_w.dumps(content).encode(), "small.toml").scale
    assert (scale.lowest, scale.highest, scale.coverage) == (values[0], values[-1], Fraction(1))


def test_a_domain_has_a_threshold_of_its_own_where_it_is_lower_or_higher_than_that_of_the_scale() -> None:
    content = document()
    for domain, threshold in zip(content["domain"], (2, 3, 3.5), strict=True):
        domain["high_above"] = threshold
    made = instrument.parse(tomli_w.dumps(content).encode(), "")
    assert made.own_thresholds == {"looking": Fraction(2), "together": Fraction(7, 2)}
    assert not made.has_one_threshold
    assert small().has_one_threshold


def test_the_target_is_that_of_the_profile_that_is_chosen_among_several() -> None:
    names = ("junior", "medior", "senior")
    profiles = [{"id": name, "title": name, "targets": {"doing": n}} for n, name in enumerate(names, 2)]
    made = instrument.parse(tomli_w.dumps(document() | {"profile": profiles}).encode(), "")
    targets = [structs.replace(made, chosen=name).target_of("doing") for name in ("", *names, "other")]
    assert targets == [None, 2, 3, 4, None]
