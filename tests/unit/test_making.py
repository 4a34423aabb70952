"""An instrument being made: every act of its value, what is saved of it, and the faults beside its lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reflect_tui.errors import BadFileError, ReflectError
from reflect_tui.model import instrument, instrument_changes, making
from reflect_tui.model.library import Library
from reflect_tui.model.making import Making
from reflect_tui.toml import formats
from reflect_tui.usecases import own_instruments
from reflect_tui.views.lines import plain
from reflect_tui.views.making import render_outline
from tests.unit import examples
from tests.unit.making_examples import team, texts


def test_what_is_made_is_an_instrument_that_passes_every_check() -> None:
    made = team()
    assert made.faults() == {}
    content = instrument.parse(making.dumps(made.whole()), "")
    assert (content.id, content.version, content.title) == ("working-in-a-team", "1.0.0", "Working in a team")
    assert content.source.document == "Working in a team"
    assert [item.id for item in content.items] == ["i-ask-in-time", "i-ask-again", "i-thank", "i-offer-help"]
    assert making.change(making.dumps(made.whole())).document == made.whole()


def test_every_fault_is_named_by_its_line() -> None:
    made = making.begin("en")
    assert made.faults() == {
        "title": ["must not be empty"],
        "source.publisher": ["must not be empty"],
        "": ["has no domain yet"],
    }
    made, place = made.add_domain("title", "Help")
    assert made.faults()[place] == ["has no statement yet"]
    made = team().write("domain[1].item[2]", "").write("domain[2].item[1].other", "helps")
    made = made.write("scale.high_above", "much").write("scale.points[2]", " ")
    assert made.faults() == {
        "domain[1].item[2]": ["must not be empty"],
        "domain[2].item[1]": ["other: must name the person as {name}"],
        "scale.high_above": ["must be a number"],
        "scale.points[2]": ["must not be empty"],
    }


def test_a_preview_has_a_sign_where_nothing_is_written_yet() -> None:
    empty, place = making.begin("en").add_domain("title", "Help")
    assert empty.preview() is None  # nothing to fill in yet
    shown = empty.add_statements(place, ["I offer help"])[0].preview()
    assert shown
    assert (shown.title, shown.source.publisher) == ("…", "…")
    assert [(domain.title, [item.text for item in domain.items]) for domain in shown.domains] == [
        ("Help", ["I offer help"])
    ]


def test_the_values_of_a_scale_go_up_by_ones_whatever_is_moved_added_or_removed() -> None:
    made, place = team().add_point("without fail")
    assert place == "scale.points[5]"
    made, _place = made.move("scale.points[1]", 1)
    made = made.remove("scale.points[3]").write("scale.high_above", "2,5").turn("scale.high_above")
    scale = instrument.parse(making.dumps(made.whole()), "").scale
    points = [(point.value, point.label) for point in scale.points]
    assert points == [(1, "sometimes"), (2, "never"), (3, "always"), (4, "without fail")]
    assert (scale.high_above, scale.better) == (2.5, "lower")


def test_statements_that_are_added_at_the_top_come_into_the_last_domain() -> None:
    made, _place = team().add_domain("domain[2]", "Thanking")
    made, place = made.add_statements("title", ["I say so", "I write"])
    assert (texts(made)[2], place) == (["I say so", "I write"], "domain[3].item[2]")


def test_each_act_is_one_step_of_undo() -> None:
    first = team()
    acts = [
        first.write("title", "Other"),
        first.add_statements("domain[1].item[1]", ["One", "Two"])[0],
        first.remove("domain[1]"),
        first.turn("domain[1].item[1]"),
        first.write("domain[1].item[1].other", "{name} asks"),
    ]
    for changed in acts:
        assert changed.document != first.document
        assert changed.undo().document == first.document
        assert changed.undo().redo().document == changed.document
    assert texts(acts[1])[0] == ["I ask in time", "One", "Two", "I ask again", "I thank"]
    assert first.write("title", first.text("title")) is first
    assert first.turn("domain[1].item[1]").turn("domain[1].item[1]").document == first.document


def test_a_pasted_list_loses_its_signs_and_numbers_only() -> None:
    assert making.listed("1. I ask\n\n 2) I thank \n- I wait\n• 3 times a day\n") == [
        "I ask", "I thank", "I wait", "3 times a day",
    ]  # fmt: skip


def test_ids_follow_the_words_until_they_are_saved_and_are_never_used_twice() -> None:
    made, _place = team().add_statements("domain[2]", ["I offer help"])
    assert [item["id"] for item in made.document["domain"][1]["item"]] == ["i-offer-help", "i-offer-help-2"]
    made = made.write("domain[2].item[2]", "I wait")
    assert made.document["domain"][1]["item"][1]["id"] == "i-wait"
    saved = making.change(making.dumps(made.whole()))
    assert saved.write("domain[2].item[2]", "I stay").document["domain"][1]["item"][1]["id"] == "i-wait"
    gone, _place = saved.remove("domain[2].item[2]").add_statements("domain[2].item[1]", ["I wait"])
    assert gone.document["domain"][1]["item"][1]["id"] == "i-wait-2"  # an id never changes meaning


def test_a_domain_that_is_called_as_a_focus_has_another_id() -> None:
    made, place = making.change(formats.dumps(examples.document())).add_domain("", "Skill")
    assert made.document["domain"][-1]["id"] == "skill-2"
    assert made.add_statements(place, ["I act"])[0].faults() == {}


def test_a_new_version_is_higher_keeps_what_the_app_does_not_show_and_tells_what_came_and_went() -> None:
    base = examples.small()
    made = making.change(formats.dumps(examples.document()))
    assert not made.is_changed
    domain = base.domains[0]
    made = made.remove("domain[1].item[1]")
    made, _place = made.add_statements("domain[1].item[1]", ["I sing"])
    content = instrument.parse(making.dumps(made.whole()), "")
    assert content.version == "1.2.1"
    told = {(change.kind, change.item) for change in content.changes if change.since == "1.2.1"}
    assert told == {("retired", domain.items[0].id), ("added", "i-sing")}
    assert [item.focus for item in content.domains[0].items if item.id != "i-sing"] == [
        item.focus for item in domain.items[1:]
    ]


@pytest.mark.parametrize(
    ("written", "kept"), [("2.0.0", "2.0.0"), ("1.0.0", "1.0.1"), ("0.9", "1.0.1"), ("two", "two")]
)
def test_a_version_that_is_written_in_an_editor_stays_where_it_is_higher(written: str, kept: str) -> None:
    made = saved().write("title", "Working together")
    assert made.read(making.dumps({**made.document, "version": written}), "x.toml").whole()["version"] == kept


def test_a_statement_that_moved_and_means_something_else_gets_another_id_and_is_told_once() -> None:
    saved = making.change(making.dumps(team().whole()))
    made, place = saved.move("domain[1].item[3]", 1)
    made = made.write(place, "I give thanks")
    content = instrument.parse(making.dumps(made.whole(judged={"i-thank": False})), "")
    (told,) = content.changes
    assert (told.kind, told.item, told.into) == ("reworded", "i-thank", ("i-give-thanks",))
    content = instrument.parse(making.dumps(made.whole(judged={"i-thank": True})), "")
    assert [(told.kind, told.item, told.domain) for told in content.changes] == [
        ("moved", "i-thank", "giving-help"),
        ("reworded", "i-thank", ""),
    ]


def test_saving_writes_over_nothing_and_takes_no_id_that_is_in_use(own_home: Path) -> None:
    library = Library(None)
    data = making.dumps(team().whole(library.ids()))
    path = own_instruments.keep(library, data)
    assert path.read_bytes() == data
    assert own_home in path.parents
    assert library.new("working-in-a-team").title == "Working in a team"
    again = making.dumps(team().write("source.publisher", "Others").whole(library.ids()))
    assert instrument.parse(again, "").id == "working-in-a-team-2"
    same_id = making.dumps(team().write("source.publisher", "Others").whole())
    with pytest.raises(ReflectError, match="say different things"):
        own_instruments.keep(library, same_id)
    there = path.with_name("taken.toml")
    there.write_text("mine")
    with pytest.raises(ReflectError):
        own_instruments.keep(library, again, there)
    assert (path.read_bytes(), there.read_text()) == (data, "mine")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "i-thank"', ""), ('id = "asking-for-help"', "id = 3"), ('text = "I thank"', "text = 4"),
        ('title = "Giving help"', "title = [1]"), ("high_above = 3", ""), ('label = "never"', "label = 1"),
        ('publisher = "Us"', "publisher = 2026-11-30"), ('version = "1.0.0"', "version = 1\nchange = [{into = 3}]"),
    ],
)  # fmt: skip
def test_whatever_an_editor_leaves_is_shown_with_its_faults_and_takes_every_act(old: str, new: str) -> None:
    data = making.dumps(team().whole()).decode()
    assert old in data
    made = team().read(data.replace(old, new).encode(), "x.toml")
    made.preview()
    assert made.faults() or "id" in old
    for place in (*making.HEAD, making.THRESHOLD, *made.rows()):
        for changed in (made.write(place, "x"), made.turn(place), made.remove(place), made.move(place, 1)[0]):
            changed.faults()
        assert made.add_statements(place, ["y"])[0].add_domain(place, "z")[0].add_point("w")[0].faults() is not None


@pytest.mark.parametrize("text", ["oops", "title = 'x'", "source = 1", "[scale]\npoints = [1]\n[source]"])
def test_what_is_no_instrument_at_all_is_not_taken_over(text: str) -> None:
    with pytest.raises(BadFileError):
        team().read(text.encode(), "x.toml")
    base = making.change(making.dumps(team().whole()))
    with pytest.raises(BadFileError, match="must stay working-in-a-team"):
        base.read(making.dumps({**base.document, "id": "other"}), "x.toml")


def test_what_comes_with_the_program_is_not_changed() -> None:
    with pytest.raises(ReflectError, match="comes with the program"):
        own_instruments.editable(Library(None), "digcomp")


def saved() -> Making:
    """The same, as a version that was saved, to be changed."""
    return making.change(making.dumps(team().whole()))


def told(made: Making, **answers: Any) -> list[dict[str, Any]]:
    """Return the changes of a new version, once it passed every check, without their version."""
    content = instrument.parse(making.dumps(made.whole(**answers)), "")
    rows = formats.tables(formats.parse_document(making.dumps(made.whole(**answers)), ""), "change")
    assert {row.pop("since") for row in rows} <= {content.version}
    return rows


def test_a_statement_that_is_gone_became_one_that_came() -> None:
    made, _place = saved().remove("domain[1].item[3]").add_statements("domain[1].item[2]", ["I thank everybody"])
    new = "i-thank-everybody"
    assert told(made) == [{"kind": "retired", "item": "i-thank"}, {"kind": "added", "item": new}]
    assert told(made, became={"i-thank": new}, judged={"i-thank": True}) == [
        {"kind": "renamed", "item": "i-thank", "into": [new], "same_meaning": True}
    ]
    made = made.remove("domain[1].item[2]")
    assert told(made, became={"i-thank": new, "i-ask-again": new}) == [
        {"kind": "merged", "items": ["i-ask-again", "i-thank"], "into": [new]}
    ]
    assert told(made, became={"i-thank": new, "i-ask-again": ""}, judged={"i-thank": False}) == [
        {"kind": "retired", "item": "i-ask-again"},
        {"kind": "renamed", "item": "i-thank", "into": [new], "same_meaning": False},
    ]


def test_a_statement_under_another_id_in_another_domain_was_moved_too_but_not_one_made_of_several() -> None:
    made, _place = saved().remove("domain[1].item[3]").add_statements("domain[2].item[1]", ["I thank everybody"])
    new = "i-thank-everybody"
    assert told(made, became={"i-thank": new}, judged={"i-thank": True}) == [
        {"kind": "renamed", "item": "i-thank", "into": [new], "same_meaning": True},
        {"kind": "moved", "item": new, "domain": "giving-help"},
    ]
    assert told(made.remove("domain[1].item[2]"), became={"i-thank": new, "i-ask-again": new}) == [
        {"kind": "merged", "items": ["i-ask-again", "i-thank"], "into": [new]}
    ]


def test_a_domain_under_another_id_with_the_same_statements_is_renamed_and_nothing_moved() -> None:
    base = saved()
    document = formats.parse_document(making.dumps(base.document), "")
    document["domain"][0]["id"] = "help"
    made = base.read(making.dumps(document), "x")
    assert told(made) == [{"kind": "domain_renamed", "domain": "asking-for-help", "into": ["help"]}]
    document["domain"][1]["item"].append(document["domain"][0]["item"].pop())
    assert told(base.read(making.dumps(document), "x"))[-1] == {
        "kind": "moved", "item": "i-thank", "domain": "giving-help",
    }  # fmt: skip


def test_earlier_scores_are_proposed_by_their_words_else_by_their_place() -> None:
    more, _place = saved().add_point("without fail")
    assert instrument_changes.proposed_values(more.base, more.document) == {1: 1, 2: 2, 3: 3, 4: 4}
    words = more
    for place in ("scale.points[2]", "scale.points[4]"):
        words = words.write(place, f"{words.text(place)}!")
    values = instrument_changes.proposed_values(words.base, words.document)
    assert values == {1: 1, 2: 2, 3: 4, 4: 5}
    assert told(words, values=values) == [{"kind": "rescaled", "values": {"1": 1, "2": 2, "3": 4, "4": 5}}]
    turned = saved()
    for number in (1, 2, 3):
        for step in range(4 - number):
            turned = turned.move(f"scale.points[{step + 1}]", 1)[0]
    assert instrument_changes.proposed_values(turned.base, turned.document) == {1: 4, 2: 3, 3: 2, 4: 1}


def test_named_scales_groups_and_profiles_are_shown_checked_and_never_lost() -> None:
    path = examples.DATA / "instruments" / "whole.toml"
    made = making.change(path.read_bytes()).write("title", "All of it")
    before, after = made.base, formats.parse_document(making.dumps(made.whole()), "")
    assert {key for key in before if before[key] != after[key]} == {"title", "version"}
    outline = " ".join(plain(render_outline(made, made.faults(), 200)).split())
    assert "Profile In the first year: Talking with parents and children 2.5 · Plans 2 · Strain 2" in outline
    worded = making.change((examples.DATA / "instruments" / "worded.toml").read_bytes())
    (name, *_more) = worded.document["scales"]
    assert worded.editor_lines()[0] == f"scales.{name}"
    assert f"Words {name}: " in " ".join(plain(render_outline(worded, worded.faults(), 200)).split())
    assert [*made.remove("domain[1]").faults()] == ["profile[1]", "profile[2]"]  # whose targets name what is gone


def test_a_new_domain_that_gets_another_title_keeps_the_targets_of_its_profiles() -> None:
    made = team()
    text = (
        making.dumps(made.whole()) + b'[[profile]]\nid = "first"\ntitle = "First year"\ntargets = { giving-help = 2 }\n'
    )
    made = made.read(text, "x").write("domain[2]", "Offering")
    assert made.document["profile"][0]["targets"] == {"offering": 2}
    assert made.faults() == {}


@pytest.mark.parametrize(
    ("left", "shown"),
    [("inf", "inf"), ("nan", "nan"), ("true", "True"), ('"much"', "much"), ("[1]", "[1]"), ("2.50", "2.5")],
)
def test_whatever_an_editor_leaves_as_a_target_is_shown(left: str, shown: str) -> None:
    profile = f'[[profile]]\nid = "first"\ntitle = "First year"\ntargets = {{ giving-help = {left} }}\n'
    made = team().read(making.dumps(team().whole()) + profile.encode(), "x")
    assert f"First year: Giving help {shown}" in plain(render_outline(made, made.faults(), 100))


def test_the_group_and_the_words_of_a_domain_are_written() -> None:
    made = team().write("domain[1].group", "Together").write("domain[2].group", "Together")
    assert made.faults() == {}
    assert "Group of domains: Together" in plain(render_outline(made, {}, 100))
    assert made.write("domain[2].group", "").faults()
    assert made.write("domain[1].item[1].scale", "often").faults() == {
        "domain[1].item[1].scale": ['names "often", and there is no [scales.often]'],
    }  # fmt: skip


def test_a_statement_that_is_gone_was_split_into_several_that_came() -> None:
    made, _place = (
        saved().remove("domain[1].item[3]").add_statements("domain[1].item[2]", ["I thank him", "I thank her"])
    )
    made, _place = made.add_statements("domain[1].item[4]", ["I wait"])
    parts = ("i-thank-him", "i-thank-her")
    assert told(made, became={"i-thank": ""}, parted={"i-thank": parts}) == [
        {"kind": "split", "item": "i-thank", "into": [*parts]},
        {"kind": "added", "item": "i-wait"},
    ]


def test_what_continues_a_statement_that_means_something_else_continues_it_under_its_new_id() -> None:
    made = making.change(formats.dumps(examples.document())).write("domain[2].item[1]", "I wait for others")
    content = instrument.parse(making.dumps(made.whole(judged={"acts": False})), "")
    assert [(item.id, item.under) for item in content.domains[1].items] == [
        ("i-wait-for-others", ""), ("tells", "i-wait-for-others"),
    ]  # fmt: skip


def test_a_statement_that_moved_is_told_whichever_way_it_went_and_is_judged_where_nothing_was_said() -> None:
    forth, _place = saved().move("domain[1].item[3]", 1)
    assert told(forth) == [{"kind": "moved", "item": "i-thank", "domain": "giving-help"}]
    base = making.change(making.dumps(team().add_statements("domain[2]", ["I nod"])[0].whole()))
    back, _place = base.move("domain[2].item[1]", -1)
    assert told(back)[0] == {"kind": "moved", "item": "i-offer-help", "domain": "asking-for-help"}
    made, _place = saved().remove("domain[1].item[3]").add_statements("domain[1].item[2]", ["I thank everybody"])
    assert told(made, became={"i-thank": "i-thank-everybody"}) == [
        {"kind": "renamed", "item": "i-thank", "into": ["i-thank-everybody"], "same_meaning": False}
    ]


def test_a_domain_that_was_parted_into_two_new_ones_is_neither_of_them() -> None:
    base = saved()
    document = formats.parse_document(making.dumps(base.document), "")
    first = document["domain"][0]
    last = {"id": "thanking", "title": "Thanking", "item": [first["item"].pop()]}
    document["domain"].append(last)
    first["id"] = "help"
    changes = told(base.read(making.dumps(document), "x"))
    assert {change["kind"] for change in changes} == {"moved"}
    assert {change["item"]: change["domain"] for change in changes} == {
        "i-ask-in-time": "help", "i-ask-again": "help", "i-thank": "thanking",
    }  # fmt: skip
