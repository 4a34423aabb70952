from __future__ import annotations

from typing import Any

import pytest

from reflect_tui.errors import BadFileError
from reflect_tui.model.instrument_changes import proposed_values, version_key
from tests.unit.examples import document
from tests.unit.versions import CHANGES, newer, newer_document, newest, parsed


def faults(*changes: dict[str, Any], version: str = "2.0.0") -> dict[str, str]:
    """Give the faults of version 2.0.0 with other changes, by place."""
    content = newer_document() | {"version": version, "change": list(changes)}
    with pytest.raises(BadFileError) as caught:
        parsed(content)
    return {fault.place: fault.problem for fault in caught.value.faults}


def test_every_kind_of_change_is_taken_as_it_is_told() -> None:
    assert [change.kind for change in newer().changes] == [change["kind"] for change in CHANGES]
    assert newer().changes[3].into == ("asks-early", "asks-late")
    assert newer().changes[2].same_meaning is False


def test_an_instrument_without_changes_has_none() -> None:
    assert parsed(document()).changes == ()


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"kind": "renamed", "item": "kind", "into": ["warm"]}, "same_meaning", "still mean the same"),
        ({"kind": "reworded", "item": "calm"}, "same_meaning", "still mean the same"),
        ({"kind": "retired", "item": "gives", "same_meaning": True}, "same_meaning", "no place"),
        ({"kind": "split", "item": "asks", "into": ["asks-early"]}, "into", "at least two"),
        ({"kind": "split", "item": "asks"}, "into", "at least two"),
        ({"kind": "renamed", "item": "kind", "same_meaning": True}, "into", "the one new id"),
        ({"kind": "renamed", "item": "kind", "into": ["warm", "calm"], "same_meaning": True}, "into", "the one new id"),
        ({"kind": "reworded", "item": "signs", "same_meaning": False}, "into", "never changes meaning"),
        ({"kind": "reworded", "item": "calm", "into": ["warm"], "same_meaning": True}, "into", "no place"),
        ({"kind": "retired", "item": "gives", "into": ["shares"]}, "into", "no place"),
        ({"kind": "added", "item": "shares", "into": ["calm"]}, "into", "no place"),
        ({"kind": "added", "item": "shares", "since": "2.1"}, "since", "later than the version"),
        ({"kind": "swapped", "item": "calm"}, "kind", "must be one of: added, domain_renamed, merged, moved"),
        ({"kind": "retired"}, "item", "is missing"),
        ({"kind": "merged", "items": ["old", "older"]}, "into", "the one new id"),
        ({"kind": "merged", "items": ["old", "old"], "into": ["calm"]}, "items", "at least two"),
        ({"kind": "merged", "item": "old", "items": ["old", "older"], "into": ["calm"]}, "item", "no place"),
        ({"kind": "moved", "item": "calm"}, "domain", "is missing"),
        ({"kind": "moved", "item": "calm", "domain": "doing"}, "domain", '"calm" is in the domain "looking"'),
        ({"kind": "domain_renamed", "domain": "old"}, "into", "the one new id"),
        ({"kind": "domain_renamed", "item": "old", "into": ["doing"]}, "domain", "is missing"),
        ({"kind": "rescaled"}, "values", "is missing"),
        ({"kind": "rescaled", "values": {}}, "values", "must not be empty"),
        ({"kind": "rescaled", "values": {"1": 1, "2": 5}}, "values", "5 is no point of the scale"),
        ({"kind": "rescaled", "values": {"1": 1, "2": 3, "3": 2}}, "values", "must keep the order"),
        ({"kind": "rescaled", "values": {"low": 1}}, "values.low", "is not written as it should be"),
        ({"kind": "added", "item": "shares", "since": "soon"}, "since", "must be one to three numbers"),
        ({"kind": "added", "item": "shares", "why": "because"}, "why", "unknown key"),
    ],
)
def test_a_change_that_does_not_add_up_is_named_with_its_place(change: dict[str, Any], place: str, words: str) -> None:
    found = faults({"since": "2.0.0", **change})
    assert words.split(": ", maxsplit=1)[0] in found[f"change[1].{place}"]


def test_a_change_must_leave_items_that_are_there_and_take_away_those_that_are_not() -> None:
    found = faults(
        {"kind": "added", "since": "2.0.0", "item": "nowhere"},
        {"kind": "retired", "since": "2.0.0", "item": "calm"},
        {"kind": "renamed", "since": "2.0.0", "item": "old", "into": ["gone"], "same_meaning": True},
    )
    assert found == {
        "change[1]": '"nowhere" is no statement of that version',
        "change[2]": '"calm" is gone since this change, but a later version has it',
        "change[3]": '"gone" is no statement of that version',
    }


def test_two_stories_about_one_item_in_one_version_are_refused() -> None:
    found = faults(
        {"kind": "retired", "since": "2.0.0", "item": "gives"},
        {"kind": "split", "since": "2.0.0", "item": "gives", "into": ["asks-early", "asks-late"]},
        {"kind": "added", "since": "2.0", "item": "asks-late"},
    )
    assert found == {
        "change[2]": 'tells of "gives" in the same version as change[1]',
        "change[3]": 'tells of "asks-late" in the same version as change[2]',
    }


def test_an_id_never_comes_back_with_another_meaning() -> None:
    found = faults(
        {"kind": "added", "since": "2.0.0", "item": "warm"}, {"kind": "retired", "since": "1.5", "item": "warm"}
    )
    assert found == {"change[2]": '"warm" is gone since this change, but a later version has it'}


def test_an_item_that_was_added_was_not_there_before() -> None:
    found = faults(
        {"kind": "added", "since": "2.0.0", "item": "shares"},
        {"kind": "reworded", "since": "1.5", "item": "shares", "same_meaning": True},
    )
    assert found == {"change[2]": '"shares" is no statement of that version'}


def test_items_may_change_in_one_version_after_another() -> None:
    content = newer_document()
    content["change"] = [
        {"kind": "renamed", "since": "1.10", "item": "warm-1", "into": ["warm-2"], "same_meaning": True},
        {"kind": "renamed", "since": "2.0.0", "item": "warm-2", "into": ["warm"], "same_meaning": True},
    ]
    assert len(parsed(content).changes) == 2


def test_faults_of_items_and_of_changes_are_named_at_once() -> None:
    content = newer_document()
    content["domain"][0]["item"][1]["id"] = "calm"
    content["change"].append({"kind": "added", "since": "9.0", "item": "shares"})
    with pytest.raises(BadFileError) as caught:
        parsed(content)
    places = [fault.place for fault in caught.value.faults]
    assert "domain[1].item[2].id" in places
    assert "change[7].since" in places


@pytest.mark.parametrize("change", [1, "x", [], {"item": 3}, {"into": "warm"}, {"into": [1]}, {"since": 2.0}])
def test_hostile_changes_are_refused_with_a_sentence(change: object) -> None:
    content = newer_document() | {"change": [change]}
    with pytest.raises(BadFileError):
        parsed(content)


def test_versions_are_ordered_by_number() -> None:
    assert sorted(["1.10", "1.2.1", "1", "1.2", "2"], key=version_key) == ["1", "1.2", "1.2.1", "1.10", "2"]
    assert version_key("1") == version_key("1.0.0")


def test_only_what_means_the_same_has_a_newer_id() -> None:
    old = ("kind", "doing", "signs", "asks", "asks-early", "gives", "calm")
    found = [newest().newer_id(name) for name in old]
    assert found == ["warm", "acting", "signs", "asks", "asks-early", "gives", "calm"]


@pytest.mark.parametrize(
    ("old", "new", "values"),
    [
        ({1: "a", 2: "b", 3: "c", 4: "d"}, range(1, 8), {1: 1, 2: 3, 3: 5, 4: 7}),
        ({0: "a", 1: "b", 2: "c", 3: "d"}, range(1, 6), {0: 1, 1: 2, 2: 4, 3: 5}),
        ({1: "a", 2: "b", 3: "c", 4: "d"}, range(11), {1: 0, 2: 3, 3: 7, 4: 10}),
        ({2: "a", 3: "b"}, range(4, 6), {2: 4, 3: 5}),
        ({1: "a", 2: "b"}, {1: "b", 2: "x", 3: "a"}, {1: 3, 2: 1}),  # the words turned round
        ({1: "a", 2: "b", 3: "c"}, {1: "b", 2: "a", 3: "c"}, {1: 1, 2: 2, 3: 3}),  # in no order: by their place
        ({1: "a"}, range(1, 5), {}),
        ({1: "a", 2: "b"}, range(1, 2), {}),
    ],
)
def test_an_earlier_score_counts_as_what_stands_at_its_word_or_as_far_between_the_ends(
    old: dict[int, str], new: range | dict[int, str], values: dict[int, int]
) -> None:
    later = new if isinstance(new, dict) else {value: f"new {value}" for value in new}
    base, document = (
        {"scale": {"points": [{"value": value, "label": label} for value, label in points.items()]}}
        for points in (old, later)
    )
    assert proposed_values(base, document) == values


def moved_to(domain: str, moved: str, renamed: str) -> dict[str, Any]:
    """Give an instrument of which "calm" was moved to a domain that is called "acting" now; "doing" before."""
    content = document() | {"version": "3.0.0"}
    looking, doing, _together = content["domain"]
    doing |= {"id": "acting", "item": [*doing["item"], looking["item"].pop(0) | {"stem": "I stay:"}]}
    looking["item"][0]["stem"] = "I stay:"
    content["change"] = [
        {"kind": "moved", "since": moved, "item": "calm", "domain": domain},
        {"kind": "domain_renamed", "since": renamed, "domain": "doing", "into": ["acting"]},
    ]
    return content


@pytest.mark.parametrize(
    ("domain", "moved", "renamed"),
    [("doing", "2.0.0", "3.0.0"), ("acting", "3.0.0", "3.0.0"), ("acting", "3.0.0", "2.0.0")],
)
def test_a_statement_is_in_the_domain_that_it_was_moved_to_whatever_that_is_called_since(
    domain: str, moved: str, renamed: str
) -> None:
    assert parsed(moved_to(domain, moved, renamed)).domain_of["calm"].id == "acting"


@pytest.mark.parametrize("renamed", ["2.0.0", "3.0.0"])
def test_a_statement_was_not_moved_to_a_domain_that_was_called_otherwise_by_then(renamed: str) -> None:
    with pytest.raises(BadFileError, match="change"):
        parsed(moved_to("doing", "3.0.0", renamed))


@pytest.mark.parametrize("old", ["another", "elsewhere"])
def test_a_statement_stays_where_it_was_moved_to_when_another_domain_gets_another_id(old: str) -> None:
    content = document() | {"version": "2.0.0"}
    content["change"] = [
        {"kind": "moved", "since": "1.5", "item": "acts", "domain": "doing"},
        {"kind": "domain_renamed", "since": "2.0.0", "domain": old, "into": ["looking"]},
    ]
    assert [change.kind for change in parsed(content).changes] == ["moved", "domain_renamed"]


def test_only_the_newest_change_of_the_scale_leads_to_its_points() -> None:
    content = document() | {"version": "2.0.0"}
    content["change"] = [
        {"kind": "rescaled", "since": "1.5", "values": {"1": 2, "2": 9}},
        {"kind": "rescaled", "since": "2.0.0", "values": {"2": 1, "9": 4}},
    ]
    assert len(parsed(content).changes) == 2
    content["change"][1]["since"] = "1.4"
    with pytest.raises(BadFileError, match=r"change\[1\]\.values: 9 is no point of the scale"):
        parsed(content)


def test_three_statements_may_become_one_and_one_three() -> None:
    content = document() | {"version": "2.0.0"}
    content["change"] = [
        {"kind": "merged", "since": "2.0.0", "items": ["one", "two", "three"], "into": ["asks"]},
        {"kind": "split", "since": "2.0.0", "item": "four", "into": ["calm", "kind", "signs"]},
    ]
    assert [len(change.items) + len(change.into) for change in parsed(content).changes] == [4, 3]


def test_earlier_scores_keep_their_distance_on_a_scale_that_begins_elsewhere() -> None:
    def points(*values: int) -> dict[str, Any]:
        return {"scale": {"points": [{"value": value, "label": f"{len(values)}: {value}"} for value in values]}}

    assert proposed_values(points(1, 2, 3), points(2, 3, 4, 5)) == {1: 2, 2: 4, 3: 5}
    assert proposed_values(points(1, 2, 3, 4), points(3, 4, 5, 6, 7)) == {1: 3, 2: 4, 3: 6, 4: 7}
    assert proposed_values(points(1, 2), points(5)) == proposed_values(points(5), points(1, 2)) == {}


def test_a_domain_or_statement_keeps_its_id_through_changes_that_are_not_about_it() -> None:
    content = document() | {"version": "2.0.0"}
    content["change"] = [
        {"kind": "domain_renamed", "since": "2.0.0", "domain": "acting", "into": ["doing"]},
        {"kind": "renamed", "since": "2.0.0", "item": "asked", "into": ["asks"], "same_meaning": True},
        {"kind": "renamed", "since": "2.0.0", "item": "gave", "into": ["gives"], "same_meaning": False},
        {"kind": "merged", "since": "2.0.0", "items": ["told", "said"], "into": ["tells"]},
        {"kind": "added", "since": "2.0.0", "item": "calm"},
    ]
    names = ("acting", "asked", "gave", "told", "calm", "looking", "nothing")
    newer_ids = [parsed(content).newer_id(name) for name in names]
    assert newer_ids == ["doing", "asks", "gave", "told", "calm", "looking", "nothing"]
