"""What a new version does to every line, told before it is used: `instruments check NEW --against OLD`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from reflect_tui.analysis.version_changes import VersionChanges, version_changes
from reflect_tui.i18n import use_language
from reflect_tui.views.lines import plain
from reflect_tui.views.version_sentences import render_changes
from tests.unit.cli_examples import Cli
from tests.unit.examples import document, small
from tests.unit.versions import newer, newer_document, newest, parsed


def told(changes: VersionChanges) -> list[tuple[str, tuple[str, ...], tuple[str, ...], str]]:
    return [(change.kind, change.before, change.after, change.since) for change in changes.statements]


def page(changes: VersionChanges) -> str:
    return " ".join(plain(render_changes(changes, 100)).split())


def test_every_kind_of_change_is_told_with_what_it_does_to_the_line() -> None:
    changes = version_changes(newest(), small())
    assert (changes.older.version, changes.newer.version, changes.shared) == ("1.2.0", "3.0.0", 4)
    assert changes.is_sound
    assert told(changes) == [
        ("other meaning", ("signs",), ("spots",), "2.0.0"),
        ("split", ("asks",), ("asks-now",), "2.0.0"),  # what it was split into was merged again
        ("retired", ("gives",), (), "2.0.0"),
        ("reworded", ("calm",), ("calm",), "2.0.0"),
        ("renamed", ("kind",), ("warm",), "2.0"),
        ("added", (), ("shares",), "2.0.0"),
    ]
    assert told(version_changes(newer(), newest())) == [
        ("merged", ("asks-early", "asks-late"), ("asks-now",), "3.0.0"),
        ("moved", ("shares",), ("shares",), "3.0.0"),
    ]
    assert [(one.kind, one.before, one.after) for one in version_changes(newer(), newest()).domains] == [
        ("goes on", "looking", "looking"),
        ("starts anew", "doing", "acting"),
        ("starts anew", "together", "together"),
    ]


def test_the_page_tells_it_in_plain_words() -> None:
    text = page(version_changes(small(), newest()))
    assert text.startswith("From version 1.2.0 to 3.0.0: 4 of 7 statements go on; there are 7 now.")
    for sentence in (
        "Acting (was Doing): the line starts anew, since its statements are not the same.",
        "“I know the signs”: means something else now, the line ends. Now: “I spot the signs early”.",
        "“I give”: gone, the line ends.",
        "“I stay: calm, whatever happens”: was “I stay: calm”, means the same, the line goes on.",
        "“I share”: new, the line begins.",
    ):
        assert sentence in text
    assert "To look at" not in text


def test_the_page_tells_it_in_dutch() -> None:
    use_language("nl")
    text = page(version_changes(small(), newest()))
    assert text.startswith("Van versie 1.2.0 naar 3.0.0: 4 van de 7 stellingen lopen door; nu zijn het er 7.")
    assert "“I give”: weg, de lijn stopt." in text


def silently(**more: Any) -> dict[str, Any]:
    """Give version 2 of the small instrument, which tells of no change."""
    return document() | {"version": "2"} | more


def test_what_no_change_tells_of_is_found() -> None:
    content = silently()
    looking, doing, together = content["domain"]
    looking["item"][2]["text"] = "I know the signals"
    together["item"][0] |= {"id": "begs", "text": "I beg"}
    doing["item"].append(together["item"].pop(1))
    changes = version_changes(small(), parsed(content))
    assert told(changes) == [
        ("retired", ("asks",), (), ""),
        ("reworded", ("signs",), ("signs",), ""),
        ("moved", ("gives",), ("gives",), ""),
        ("added", (), ("begs",), ""),
    ]
    assert changes.doubts == changes.statements
    assert not changes.is_sound
    text = page(changes)
    assert "“I ask”: gone, and no change says so; the line ends." in text
    assert "“I know the signals”: was “I know the signs”. No change says so" in text


@pytest.mark.parametrize(
    ("before", "after", "is_opposite"),
    [
        ("I act on the signs that I see", "I do not act on the signs that I see", True),
        ("I do not act on the signs that I see", "I act on the signs that I see", True),
        ("Ik voel mij zeker in gesprekken", "Ik voel mij onzeker in gesprekken", True),
        ("Ik werk vaak samen met de ouders", "Ik werk zelden samen met de ouders", True),
        ("I always ask what parents want", "I never ask what parents want", True),
        ("I act on the signs that I see", "I act on every sign that I see", False),
        ("I do not give up with parents", "I am not afraid of colleagues", False),
        ("I never give up on the parents I see", "I do not give up on the parents I see", False),
        ("I often find it easy to ask what parents want", "I rarely find it hard to ask what parents want", False),
        ("I do not act alone", "I act alone more often", True),  # three of five words the same, just enough
        ("I do not act alone", "I act more often now", False),
        ("I ask all that parents want from me", "I never ask all that parents do not want from me", False),
        ("I never ask all that parents do not want from me", "I ask all that parents want from me", False),
        ("I often find it easy to ask what parents want", "I rarely find it easy to ask what parents want", True),
    ],
)
def test_words_that_say_the_opposite_are_looked_at_even_when_a_change_says_they_mean_the_same(
    before: str, after: str, is_opposite: bool
) -> None:
    old, new = document(), silently()
    old["domain"][2]["item"][0]["text"], new["domain"][2]["item"][0]["text"] = before, after
    new["change"] = [{"kind": "reworded", "since": "2", "item": "asks", "same_meaning": True}]
    changes = version_changes(parsed(old), parsed(new))
    assert changes.statements[0].is_opposite == is_opposite
    assert bool(changes.doubts) == is_opposite
    assert ("seems to say the opposite" in page(changes)) == is_opposite


@pytest.mark.parametrize(
    "change", [{"kind": "merged", "items": ["asks", "gives"]}, {"kind": "split", "item": "asks"}, {"kind": "reworded"}]
)
def test_only_a_statement_that_became_one_other_can_say_the_opposite(change: dict[str, Any]) -> None:
    content = silently()
    content["domain"][2]["item"][0] |= {"id": "asks-now", "text": "I never ask"}
    into = ["asks-now", "gives-now"] if change["kind"] == "split" else ["asks-now"]
    if change["kind"] == "reworded":
        change = change | {"item": "asks", "same_meaning": False}
    else:
        content["domain"][2]["item"][1:] = [{"id": name, "text": "I help", "focus": "skill"} for name in into[1:]]
    content["change"] = [change | {"since": "2", "into": into}]
    told = version_changes(small(), parsed(content)).statements[0]
    assert (told.kind == "other meaning") is told.is_opposite is (change["kind"] == "reworded")


def test_a_domain_that_lost_or_got_a_statement_starts_anew_and_one_with_the_same_goes_on() -> None:
    fewer = silently()
    fewer["domain"][2]["item"].pop()
    fewer["change"] = [{"kind": "retired", "since": "2", "item": "gives"}]
    more = silently()
    more["domain"][2]["item"].append({"id": "more", "text": "I do more", "focus": "skill"})
    more["change"] = [{"kind": "added", "since": "2", "item": "more"}]
    for content in (fewer, more):
        kinds = [one.kind for one in version_changes(small(), parsed(content)).domains]
        assert kinds == ["goes on", "goes on", "starts anew"]


@pytest.mark.parametrize("name", ["a-new-id", "zero"])
def test_a_statement_under_another_id_in_the_same_words_is_told_as_that(name: str) -> None:
    content = silently()
    content["domain"][2]["item"][0]["id"] = name
    content["change"] = [{"kind": "renamed", "since": "2", "item": "asks", "into": [name], "same_meaning": True}]
    assert told(version_changes(small(), parsed(content))) == [("renamed", ("asks",), (name,), "2")]


@pytest.mark.parametrize("title", ["Acting", "Zeal"])
def test_another_title_is_told_whichever_comes_first_in_the_alphabet(title: str) -> None:
    content = silently()
    content["domain"][1]["title"] = title
    assert [one.is_retitled for one in version_changes(small(), parsed(content)).domains] == [False, True, False]


def test_a_statement_that_was_renamed_and_then_left_out_is_told_under_its_first_id() -> None:
    content = silently() | {"version": "3"}
    content["domain"][2]["item"].pop()
    content["change"] = [
        {"kind": "renamed", "since": "2", "item": "gives", "into": ["offers"], "same_meaning": True},
        {"kind": "retired", "since": "3", "item": "offers"},
    ]
    assert told(version_changes(small(), parsed(content))) == [("retired", ("gives",), (), "3")]


def test_what_a_statement_was_split_into_is_followed_through_the_very_next_change() -> None:
    content = silently() | {"version": "3"}
    content["domain"][2]["item"][0] = {"id": "asks-now", "text": "I ask now", "focus": "attitude"}
    content["change"] = [
        {"kind": "split", "since": "2", "item": "asks", "into": ["asks-early", "asks-late"]},
        {"kind": "merged", "since": "3", "items": ["asks-early", "asks-late"], "into": ["asks-now"]},
    ]
    assert told(version_changes(small(), parsed(content))) == [("split", ("asks",), ("asks-now",), "2")]


def test_versions_differ_by_a_title_or_a_threshold_alone() -> None:
    assert not version_changes(small(), parsed(silently())).differs
    for key, value in (("title", "Acting"), ("high_above", 2)):
        content = silently()
        content["domain"][1][key] = value
        assert version_changes(small(), parsed(content)).differs


def test_a_move_is_told_with_its_own_version_and_not_with_that_of_other_words() -> None:
    content = silently() | {"version": "3"}
    looking, _doing, together = content["domain"]
    looking["item"].append(together["item"].pop(0) | {"text": "I ask away"})
    content["change"] = [
        {"kind": "moved", "since": "2", "item": "asks", "domain": "looking"},
        {"kind": "reworded", "since": "3", "item": "asks", "same_meaning": True},
    ]
    assert told(version_changes(small(), parsed(content))) == [
        ("reworded", ("asks",), ("asks",), "3"), ("moved", ("asks",), ("asks",), "2"),
    ]  # fmt: skip


def test_the_scale_and_the_threshold_are_told() -> None:
    turned, other = silently(), silently()
    turned["scale"]["points"] = [
        {"value": value, "label": label} for value, label in enumerate(("good", "fair", "poor", "bad"), 1)
    ]
    other["scale"]["points"][0]["label"] = "weak"
    other["scale"] |= {"high_above": 3.5, "min_coverage": 0.75}
    broken = version_changes(small(), parsed(turned))
    assert (broken.scale_break, broken.shared, broken.is_sound) == ("labels", 0, False)
    assert "The labels of the scale stand at other values (1 bad, 2 poor, 3 fair, 4 good; now 1 good," in page(broken)
    assert "Doing: the line ends, and a new one begins on the other scale." in page(broken)
    text = page(version_changes(small(), parsed(other)))
    assert "were 1 bad, 2 poor, 3 fair, 4 good and are 1 weak, 2 poor" in text
    assert "High was above 3, and is above 3.5 now" in text
    assert "A verdict took scores on 50% of the statements, and takes 75% now" in text


def test_a_statement_whose_scores_count_the_other_way_round_ends_its_line() -> None:
    content = silently()
    content["domain"][2]["item"][0]["reversed"] = True
    changes = version_changes(small(), parsed(content))
    assert told(changes) == [("turned", ("asks",), ("asks",), "")]
    assert changes.shared == 6
    assert "“I ask”: its scores count the other way round (reversed), and no change says so" in page(changes)


def test_another_title_and_another_judgement_of_a_domain_are_told() -> None:
    content = silently()
    content["domain"][1] |= {"title": "Acting", "high_above": 2.5}
    changes = version_changes(small(), parsed(content))
    assert (changes.differs, changes.is_sound) == (True, True)
    said = (
        "Acting (was Doing): the line goes on. What its figure says changed; each session is judged by its own version."
    )
    assert said in page(changes)
    assert not version_changes(small(), parsed(silently())).differs


def test_a_statement_that_was_reworded_and_then_left_out_is_found() -> None:
    content = silently()
    content["domain"][2]["item"].pop()
    content["change"] = [{"kind": "renamed", "since": "2", "item": "asks", "into": ["begs"], "same_meaning": True}]
    content["domain"][2]["item"][0]["id"] = "begs"
    assert told(version_changes(small(), parsed(content))) == [
        ("retired", ("gives",), (), ""),
        ("renamed", ("asks",), ("begs",), "2"),
    ]


def test_of_several_new_words_the_last_version_is_told() -> None:
    content = newer_document() | {"version": "3.0.0"}
    content["domain"][0]["item"][0]["text"] = "calm, always"
    content["change"].append({"kind": "reworded", "since": "3.0.0", "item": "calm", "same_meaning": True})
    assert ("reworded", ("calm",), ("calm",), "3.0.0") in told(version_changes(small(), parsed(content)))


def test_of_several_moves_the_last_version_is_told() -> None:
    content = document() | {"version": "3.0.0"}
    looking, _doing, together = content["domain"]
    together["item"].append(looking["item"].pop(0))
    together["item"][-1].setdefault("stem", "I stay:")
    content["change"] = [
        {"kind": "moved", "since": since, "item": "calm", "domain": domain}
        for since, domain in (("2.0.0", "doing"), ("3.0.0", "together"))
    ]
    assert told(version_changes(small(), parsed(content))) == [("moved", ("calm",), ("calm",), "3.0.0")]


def test_the_domains_after_one_that_ends_are_told_as_well() -> None:
    content = silently()
    del content["domain"][0]
    assert [(one.kind, one.before) for one in version_changes(small(), parsed(content)).domains] == [
        ("ends", "looking"),
        ("goes on", "doing"),
        ("goes on", "together"),
    ]


def test_a_domain_that_ends_and_one_that_begins_are_told_by_their_own_title_only() -> None:
    content = silently()
    content["domain"][0] = {
        "id": "playing",
        "title": "Playing",
        "item": [{"id": "plays", "text": "I play along", "focus": "skill"}],
    }
    text = page(version_changes(small(), parsed(content)))
    assert "Looking at what is there: gone, the line ends." in text
    assert "Playing: new, the line begins." in text
    assert "(was" not in text


def test_two_texts_of_one_version_are_named_by_their_digests() -> None:
    content = document()
    content["domain"][2]["item"][0]["text"] = "I never ask"
    changes = version_changes(small(), parsed(content))
    text = page(changes)
    assert changes.newer.digest.removeprefix("sha256:")[:12] in text
    assert small().digest.removeprefix("sha256:")[:12] in text
    assert told(changes) == [("reworded", ("asks",), ("asks",), "")]
    assert not changes.is_sound


def test_a_new_version_is_checked_against_a_file_or_a_version_of_the_journal(cli: Cli, tmp_path: Path) -> None:
    cli.save(3)
    new, old, bad = (tmp_path / name for name in ("new.toml", "old.toml", "bad.toml"))
    new.write_text(tomli_w.dumps(newer_document()))
    old.write_text(tomli_w.dumps(document()))
    bad.write_text(tomli_w.dumps(silently() | {"title": "x"}).replace('id = "gives"', 'id = "takes"'))
    for against in (str(old), "small@1.2.0"):
        result = cli("instruments", "check", str(new), "--against", against)
        assert (result.code, result.err) == (0, "")
        assert "From version 1.2.0 to 2.0.0: 4 of 7 statements go on; there are 8 now." in result.out
    as_data = json.loads(cli("instruments", "check", str(new), "--against", str(old), "--json").out)
    assert [as_data[key] for key in ("id", "older", "newer", "sound", "scale_break")] == [
        "small", "1.2.0", "2.0.0", True, None,
    ]  # fmt: skip
    assert as_data["summary"][0] == "From version 1.2.0 to 2.0.0: 4 of 7 statements go on; there are 8 now."
    assert {
        "kind": "renamed", "before": ["kind"], "after": ["warm"], "since": "2.0", "is_opposite": False,
        "goes_on": True, "doubt": "",
    } in as_data["statements"]  # fmt: skip
    assert as_data["domains"][0] == {
        "kind": "starts anew", "before": "looking", "after": "looking", "is_retitled": False,
        "is_judged_otherwise": False,
    }  # fmt: skip
    result = cli("instruments", "check", str(bad), "--against", "small@1.2.0", "--json")
    assert result.code == 1
    data = json.loads(result.out)
    assert (data["sound"], data["older"]) == (False, "1.2.0")
    assert any('Add a change "retired"' in one["doubt"] for one in data["statements"])
    result = cli("instruments", "check", str(bad), "--against", "small@1.2.0")
    assert result.code == 1
    assert 'Add a change "retired"' in " ".join(result.out.split())


@pytest.mark.parametrize(
    ("old", "words"),
    [
        ("small@0.9", "There is no version 0.9 of small here, and no copy of it in the journal."),
        ("nothing.toml", "nothing.toml"),
        ("digcomp@2.2.0", "is of the instrument digcomp, not of small"),
    ],
)
def test_what_can_not_be_compared_is_said(cli: Cli, tmp_path: Path, old: str, words: str) -> None:
    new = tmp_path / "new.toml"
    new.write_text(tomli_w.dumps(document()))
    result = cli("instruments", "check", str(new), "--against", old)
    assert result.code != 0
    assert words in result.err
    newer_file = tmp_path / "newer.toml"
    newer_file.write_text(tomli_w.dumps(newer_document()))
    assert (
        "1.2.0 is an earlier version than 2.0.0"
        in cli("instruments", "check", str(new), "--against", str(newer_file)).err
    )
    assert "2 were given" in cli("instruments", "check", str(new), str(new), "--against", "small@1.2.0").err


def test_adding_a_new_version_says_what_it_does_to_ones_own_lines(cli: Cli, tmp_path: Path) -> None:
    cli.save(3)
    new = tmp_path / "new.toml"
    new.write_text(tomli_w.dumps(newer_document()))
    result = cli("instruments", "add", str(new))
    assert result.code == 0
    assert "From version 1.2.0 to 2.0.0: 4 of 7 statements go on; there are 8 now." in result.out
    assert "--against small@1.2.0" in result.err
