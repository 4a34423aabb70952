"""Places of an instrument being made: what is moved, turned round and written there, and ids made of words."""

from __future__ import annotations

import pytest

from reflect_tui.errors import BadFileError
from reflect_tui.model import instrument, making
from reflect_tui.model.editing import Identifiers
from tests.unit import examples
from tests.unit.making_examples import team, texts

TITLE = 'title = "Working in a team"'


def test_statements_move_by_one_also_into_the_next_domain_and_domains_move_whole() -> None:
    made, place = team().move("domain[1].item[3]", -1)
    assert (texts(made), place) == (
        [["I ask in time", "I thank", "I ask again"], ["I offer help"]],
        "domain[1].item[2]",
    )
    made, place = made.move("domain[1].item[3]", 1)
    assert (texts(made)[1], place) == (["I ask again", "I offer help"], "domain[2].item[1]")
    made, place = made.move(place, -1)
    assert place == "domain[1].item[3]"
    made, place = made.move("domain[2]", -1)
    assert (texts(made)[0], place) == (["I offer help"], "domain[1]")
    assert made.move("domain[1]", -1) == (made, "domain[1]")
    assert made.move("domain[1].item[1]", -1) == (made, "domain[1].item[1]")
    assert made.move("title", 1) == (made, "title")


def test_what_belongs_to_a_statement_or_domain_is_written_removed_and_checked() -> None:
    made = team()
    item, domain = "domain[1].item[2]", "domain[2]"
    made = made.write(f"{item}.stem", "At work:").write(f"{item}.help", "Any time").write(f"{item}.focus", "skil")
    assert made.faults() == {
        f"{item}.focus": ["must be one of: attitude, knowledge, skill; did you mean skill?"],
    }  # fmt: skip
    made = made.write(f"{item}.focus", "skill").write(f"{item}.levels[2]", "now and then")
    assert made.details(item) == [f"{item}.{name}" for name in ("stem", "focus", "help", "levels[2]")]
    assert made.document["domain"][0]["item"][1]["levels"] == ["", "now and then", "", ""]
    for number in (1, 3, 4):
        made = made.write(f"{item}.levels[{number}]", f"level {number}")
    made = made.write(f"{domain}.band[1].label", "low").write(f"{domain}.band[2].label", "fine")
    made = (
        made.write(f"{domain}.band[2].from", "2,5")
        .write(f"{domain}.band[1].advice", "Ask")
        .write(f"{domain}.short", "Give")
    )
    assert made.faults() == {}
    assert made.details(domain) == [f"{domain}.{name}" for name in (
        "short", "band[1].from", "band[1].label", "band[1].advice", "band[2].from", "band[2].label",
    )]  # fmt: skip
    assert [made.text(f"{domain}.band[{n}].label") for n in (1, 2, 3)] == ["low", "fine", ""]
    assert [made.text(f"{domain}.band[{n}].from") for n in (1, 2, 3)] == ["1", "2.5", ""]
    content = instrument.parse(making.dumps(made.whole()), "")
    assert [(band.start, band.label, band.advice) for band in content.domains[1].bands] == [
        (1, "low", "Ask"), (2.5, "fine", ""),
    ]  # fmt: skip
    assert (content.items[1].stem, content.items[1].focus, content.items[1].levels[1]) == (
        "At work:", "skill", "now and then",
    )  # fmt: skip
    gone = made.remove(f"{domain}.band[2].label").remove(f"{domain}.band[1].label").remove(f"{item}.help")
    for number in (1, 2, 3, 4):
        gone = gone.remove(f"{item}.levels[{number}]")
    assert "band" not in gone.document["domain"][1]
    assert gone.details(item) == [f"{item}.stem", f"{item}.focus"]
    assert texts(gone) == texts(team())
    assert gone.undo().redo().document == gone.document


def test_a_band_that_begins_nowhere_stays_and_is_named() -> None:
    made = team().write("domain[2].band[1].label", "low").write("domain[2].band[2].label", "fine")
    emptied = made.write("domain[2].band[2].from", "")
    assert emptied.document["domain"][1]["band"] == [{"from": 1, "label": "low"}, {"from": "", "label": "fine"}]
    assert [*emptied.faults()] == ["domain[2]"]


@pytest.mark.parametrize("steps", [-1, 1])
def test_whatever_is_moved_stands_where_it_says_one_place_on_or_stays_at_the_edge(steps: int) -> None:
    made = team().add_domain("domain[2]", "Thanking")[0].add_statements("domain[3]", ["I say so", "I write"])[0]
    made = made.add_domain("domain[3]", "Nothing yet")[0]
    rows = [*made.rows()]
    for place in rows:
        moved, there = made.move(place, steps)
        assert moved.text(there) == made.text(place)
        assert (moved == made) is (there == place)
        if "item" not in place:
            name, number = place.rstrip("]").rsplit("[", 1)
            next_place = f"{name}[{int(number) + steps}]"
            assert there == (next_place if next_place in rows else place)


def test_a_statement_moves_within_its_domain_to_the_very_edge_and_from_there_into_an_empty_one() -> None:
    made, _place = team().add_domain("domain[2]", "Nothing yet")
    assert made.move("domain[1].item[2]", -1)[1] == "domain[1].item[1]"
    assert made.move("domain[1].item[2]", 1)[1] == "domain[1].item[3]"
    moved, place = made.move("domain[2].item[1]", 1)
    assert (texts(moved)[1:], place) == ([[], ["I offer help"]], "domain[3].item[1]")
    assert moved.move(place, 1) == (moved, place)
    assert moved.move(place, -1)[1] == "domain[2].item[1]"


def test_a_new_band_begins_at_the_lowest_figure_and_the_next_one_above_it() -> None:
    strain = making.change((examples.DATA / "instruments" / "strain.toml").read_bytes())
    made = strain.write("domain[3].band[1].label", "hardly any").write("domain[3].band[2].label", "some")
    assert made.document["domain"][2]["band"] == [{"from": 0, "label": "hardly any"}, {"from": 1, "label": "some"}]
    summed = team().document
    summed["domain"][0]["score"] = "sum"
    made = team().read(making.dumps(summed), "x").write("domain[1].band[1].label", "hardly any")
    made = made.write("domain[1].band[1].from", "3,5").write("domain[1].band[2].label", "some")
    assert made.document["domain"][0]["band"] == [{"from": 3.5, "label": "hardly any"}, {"from": 4.5, "label": "some"}]
    assert team().read(making.dumps(summed), "x").write("domain[1].band[1].label", "few").document["domain"][0][
        "band"
    ] == [{"from": 3, "label": "few"}]  # three statements of 1 at least


def test_ids_are_made_of_six_words_are_64_characters_at_most_and_differ_by_a_number() -> None:
    ids = Identifiers()
    assert ids.make("", "I ask for help in time and again") == "i-ask-for-help-in-time"
    assert ids.make("Ask", "") == "ask"
    assert ids.make("ask", "", taken={"ask-2"}) == "ask-3"
    assert ids.make("7 times", "") == "s-7-times"
    assert ids.changed == 4
    assert ids.make("kept", "") == "kept"
    assert ids.changed == 4
    long = [ids.make("x" * 80, "") for _number in range(10)]
    assert (long[0], long[1], long[8], long[9]) == ("x" * 64, f"{'x' * 62}-2", f"{'x' * 62}-9", f"{'x' * 61}-10")


def test_only_a_statement_and_the_scale_are_turned_round() -> None:
    made = team()
    assert all(made.turn(place) is made for place in (*making.HEAD, "domain[1]", "scale.points[1]"))
    turned = made.turn("domain[1].item[2]")
    assert [item.get("reversed") for item in turned.document["domain"][0]["item"]] == [None, True, None]
    lower = made.turn(examples.fresh("scale.high_above"))
    assert [each.document["scale"].get("better") for each in (made, lower, lower.turn("scale.high_above"))] == [
        None, "lower", "higher",
    ]  # fmt: skip


def test_a_line_tells_of_which_statement_it_is() -> None:
    made, _place = team().add_domain("domain[2]", "Nothing yet")
    places = ("title", "scale.points[1]", "domain[1]", "domain[1].item[2]", "domain[1].item[3].help", "domain[3]")
    assert [made.item_id(place) for place in places] == [
        "", "", "i-ask-in-time", "i-ask-again", "i-thank", "",
    ]  # fmt: skip


@pytest.mark.parametrize("left", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_levels_of_which_an_editor_left_too_few_are_filled_up(left: list[str]) -> None:
    document = team().document
    document["domain"][0]["item"][1]["levels"] = left
    made = team().read(making.dumps(document), "x").write("domain[1].item[2].levels[4]", "d")
    assert made.document["domain"][0]["item"][1]["levels"] == [*left, *[""] * (3 - len(left)), "d"]


def test_the_first_point_of_a_scale_has_the_value_1() -> None:
    made = team()
    for _point in range(4):
        made = made.remove("scale.points[1]")
    made, place = made.add_point("never")
    assert (made.document["scale"]["points"], place) == ([{"value": 1, "label": "never"}], "scale.points[1]")


def test_below_a_domain_stand_as_many_bands_as_it_has_and_one_to_be_written() -> None:
    made, domain = team(), "domain[2]"
    for bands in range(4):
        written = [f"{domain}.band[{n}].{key}" for n in range(1, bands + 1) for key in ("from", "label", "advice")]
        assert made.possible_details(domain) == [
            f"{domain}.short", f"{domain}.high_above", *written, f"{domain}.band[{bands + 1}].label",
            f"{domain}.group", f"{domain}.scale",
        ]  # fmt: skip
        made = made.write(f"{domain}.band[{bands + 1}].label", f"band {bands}")
    item = "domain[1].item[2]"
    assert made.possible_details(item) == [
        f"{item}.{name}" for name in ("stem", "focus", "help", *(f"levels[{n}]" for n in (1, 2, 3, 4)), "scale")
    ]
    assert made.possible_details("title") == []


def test_the_last_level_of_a_statement_is_read_as_it_was_written_and_one_beyond_is_empty() -> None:
    made = team().write("domain[1].item[2].levels[4]", "always")
    assert [made.text(f"domain[1].item[2].levels[{n}]") for n in (1, 4, 5)] == ["", "always", ""]
    assert made.details("domain[1].item[2]") == ["domain[1].item[2].levels[4]"]


def test_statements_are_added_below_their_line_in_any_domain_and_the_place_of_the_last_is_told() -> None:
    made = team()
    for place, there in (
        ("domain[1]", "domain[1].item[5]"),
        ("domain[2]", "domain[2].item[3]"),
        ("domain[2].item[1]", "domain[2].item[3]"),
        ("domain[1].item[1]", "domain[1].item[3]"),
    ):
        more, last = made.add_statements(place, ["I nod", " ", "I wave"])
        assert (last, more.text(last)) == (there, "I wave")
    for place in ("domain[1]", "title"):
        assert made.add_statements(place, ["", " "]) == (made, place)
        assert making.begin("en").add_statements(place, ["I nod"]) == (making.begin("en"), place)


def test_a_new_point_has_the_next_value_whatever_the_highest_was() -> None:
    made = team()
    for count in (4, 3, 2, 1):
        added, place = made.add_point("more")
        assert (added.document["scale"]["points"][-1], place) == (
            {"value": count + 1, "label": "more"}, f"scale.points[{count + 1}]",
        )  # fmt: skip
        made = made.remove(f"scale.points[{count}]")


def test_a_statement_at_the_very_end_or_beginning_stays_and_says_where() -> None:
    made, _place = team().add_statements("domain[2]", ["I nod"])
    assert made.move("domain[2].item[2]", 1) == (made, "domain[2].item[2]")
    assert made.move("domain[1].item[1]", -1) == (made, "domain[1].item[1]")
    assert made.move("domain[2]", 1) == (made, "domain[2]")
    assert made.move("scale.points[4]", 1) == (made, "scale.points[4]")


def test_the_next_version_is_one_higher_in_its_last_number() -> None:
    versions = ("1.0.0", "1.0.1", "2.3", "7", "1.9", "1.0.99")
    assert [making.next_version(version) for version in versions] == ["1.0.1", "1.0.2", "2.4", "8", "1.10", "1.0.100"]


def test_only_the_threshold_is_read_as_a_number_and_a_title_gives_no_id() -> None:
    made = (
        team().write("instructions", "7").write("source.rights", "8").write("title", "9").write("scale.points[1]", "6")
    )
    made = made.write("scale.high_above", "2,5").write("source.publisher", "5")
    document = made.document
    assert (document["instructions"], document["title"], document["id"]) == ("7", "9", "")
    assert (document["source"]["rights"], document["source"]["publisher"]) == ("8", "5")
    assert (document["scale"]["high_above"], document["scale"]["points"][0]["label"]) == (2.5, "6")
    assert "instructions" not in made.write("instructions", "").document


def test_a_statement_that_continues_another_follows_it_when_that_gets_other_words() -> None:
    document = team().document
    document["domain"][0]["item"][1]["under"] = "i-ask-in-time"
    made = team().read(making.dumps(document), "x").write("domain[1].item[1]", "I wait")
    assert [item.get("under") for item in made.document["domain"][0]["item"]] == [None, "i-wait", None]


def test_what_an_editor_left_without_an_id_is_called_by_its_words() -> None:
    document = team().document
    del document["domain"][0]["item"][1]["id"]
    del document["domain"][1]["id"]
    made = making.begin("en").read(making.dumps(document), "x")
    assert [domain["id"] for domain in made.document["domain"]] == ["asking-for-help", "giving-help"]
    assert [item["id"] for item in made.document["domain"][0]["item"]] == ["i-ask-in-time", "i-ask-again", "i-thank"]


@pytest.mark.parametrize("name", ["a-team", "zeal"])
def test_a_new_version_keeps_its_id(name: str) -> None:
    base = making.change(making.dumps(team().whole()))
    with pytest.raises(BadFileError, match="id: must stay working-in-a-team"):
        base.read(making.dumps({**base.document, "id": name}), "x")


def test_undo_of_nothing_and_redo_of_nothing_change_nothing() -> None:
    new = making.begin("en")
    assert (new.undo(), new.redo()) == (new, new)
    made = new.write("title", "One").write("title", "Two")
    back = made.undo().undo()
    assert (back.text("title"), back.undo().text("title")) == ("", "")
    forth = back.redo().redo()
    assert (forth.text("title"), forth.redo().text("title")) == ("Two", "Two")
    assert forth.undo().text("title") == "One"


def test_a_line_is_found_again_in_the_file_by_its_number_and_id() -> None:
    made = team()
    lines = making.dumps(made.document).decode().split("\n")
    marks = made.marks(["title", "domain[1].item[2]", "domain[2]"])
    assert marks["title"] == f"line {lines.index(TITLE) + 1} of the file"
    assert marks["domain[1].item[2]"].startswith("i-ask-again, line ")
    assert marks["domain[2]"].startswith("giving-help, line ")


def test_only_a_threshold_and_where_a_band_begins_are_numbers_and_the_next_band_begins_above_the_last() -> None:
    made = team()
    for name in ("short", "group", "high_above", "band[1].label", "band[1].advice"):
        made = made.write(f"domain[2].{name}", "7")
    domain = made.document["domain"][1]
    assert (domain["short"], domain["group"], domain["high_above"]) == ("7", "7", 7)
    assert domain["band"] == [{"from": 1, "label": "7", "advice": "7"}]
    made = (
        made.write("domain[2].band[1].from", "4")
        .write("domain[2].band[2].label", "8")
        .write("domain[2].band[3].label", "9")
    )
    assert [band["from"] for band in made.document["domain"][1]["band"]] == [4, 5, 6]
    assert made.write("domain[2].band[4].label", "").document == made.document
    assert made.text("domain[2].band[5].label") == ""
    assert "band" not in team().write("domain[2].band[1].label", "").document["domain"][1]
