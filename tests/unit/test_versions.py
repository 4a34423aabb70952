"""Versions of an instrument: what goes on from one to the next, and that diff and trend agree on it."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import tomli_w
from hypothesis import strategies
from msgspec import structs

from reflect_tui.analysis.diff import Diff, diff_across_versions
from reflect_tui.analysis.trend import Trend, change_between, item_trends, trend
from reflect_tui.analysis.versions import (
    bridge,
    changes_between,
    common_items,
    is_same_version,
    newer_domains,
    newer_ids,
    newer_values,
    scale_break,
    turned_round,
)
from reflect_tui.errors import BadFileError, NotFoundError
from reflect_tui.model import session as sessions
from reflect_tui.model import translation
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import NOT_APPLICABLE, Score, Session
from reflect_tui.store.journal import Journal
from reflect_tui.usecases.pages import previous_answers
from tests.unit.examples import ITEMS, document, fresh, quick, session, small
from tests.unit.versions import answered, newer, newer_document, newest, parsed

SCALE = ("bad", "poor", "fair", "good")
LOW = {"high_above": 2}
FIVE = ("awful", "bad", "middling", "fair", "good")


def on_scale(version: str, *labels: str, **more: Any) -> Instrument:
    """Give the small instrument as another version with other points, and other keys."""
    content = document() | {"version": version}
    content["scale"]["points"] = [{"value": value, "label": label} for value, label in enumerate(labels, 1)]
    content["scale"] |= more.pop("scale", {})
    return parsed(content | more)


RESCALED = [{"kind": "rescaled", "since": "2", "values": {"1": 1, "2": 2, "3": 4, "4": 5}}]


@cache
def five() -> Instrument:
    """Give version 2 on a scale of five, which tells what the four old values are on it."""
    return on_scale("2", *FIVE, change=RESCALED)


@cache
def ten() -> Instrument:
    """Give version 2 on a scale of ten, with the value that 3 was as its threshold, and other distances around it."""
    change = [RESCALED[0] | {"values": {"1": 1, "2": 4, "3": 6, "4": 10}}]
    return on_scale("2", *(f"{n} of ten" for n in range(1, 11)), scale={"high_above": 6}, change=change)


def compared(a: Session, a_on: Instrument, b: Session, b_on: Instrument) -> Diff:
    found = diff_across_versions(a, a_on, b, b_on)
    assert found is not None
    return found[1]


def followed(on: Instrument, *pairs: tuple[Session, Instrument]) -> Trend:
    return trend(on, [entry for entry, _on in pairs], {version.digest: version for _entry, version in pairs})


def test_every_item_of_three_versions_is_followed_by_what_became_of_it() -> None:
    there = bridge(small(), newest())
    assert there is not None
    assert there.items == {"calm": "calm", "kind": "warm", "acts": "acts", "tells": "tells"}
    assert there.domains == {"looking": "looking", "doing": "acting", "together": "together"}
    between = bridge(newer(), newest())
    assert between is not None
    assert between.items == {name: name for name in ("calm", "warm", "spots", "acts", "tells", "shares")}
    back = bridge(newest(), newer())
    assert back is not None
    assert (back.items, back.domains["acting"]) == (between.items, "doing")


def test_a_line_goes_on_under_a_new_name_and_starts_anew_with_what_was_moved_or_merged() -> None:
    scores: dict[str, Score] = {"calm": 2, "acts": 2, "tells": 3}
    first, second = session({**scores, "asks": 4}), answered(newer(), {**scores, "asks-early": 4, "shares": 1}, days=9)
    third = answered(newest(), {**scores, "asks-now": 2, "shares": 4}, days=20)
    found = followed(newest(), (first, small()), (second, newer()), (third, newest()))
    lines = {one.id: [(point.mean, point.starts) for point in one.points] for one in found.domains}
    assert lines["acting"] == [(Fraction(5, 2), False), (Fraction(5, 2), False), (Fraction(3), True)]
    assert lines["together"] == [(4, False), (Fraction(5, 2), True), (2, True)]
    rows = {
        row.item: row.answers
        for row in item_trends(
            newest(), found.sessions, {small().digest: small(), newer().digest: newer(), newest().digest: newest()}
        )
    }
    assert rows["shares"] == (None, 1, 4)
    assert rows["asks-now"] == (None, None, 2)


def test_diff_and_trend_give_the_same_figures_where_a_line_goes_on() -> None:
    scores: dict[str, Score] = {"calm": 2, "kind": 4, "acts": 2, "tells": 3, "asks": 1, "gives": 3}
    first, last = session(scores), answered(five(), {**scores, "acts": 5, "kind": 5}, days=30)
    change = compared(first, small(), last, five())
    lines = {one.id: one.points for one in followed(five(), (first, small()), (last, five())).domains}
    for part in change.domains:
        before, now = lines[part.id]
        assert (part.a.mean, part.b.mean) == (before.mean, now.mean)
        assert (part.a.verdict, part.b.verdict) == (before.group.verdict, now.group.verdict)
    assert {one.id: one.a.mean for one in change.domains} == {
        "looking": Fraction(7, 2),
        "doing": 3,
        "together": Fraction(5, 2),
    }
    assert [(item.id, item.a, item.b) for item in change.items] == [("acts", 2, 5), ("tells", 4, 3), ("gives", 4, 3)]


def test_a_scale_that_changed_without_a_word_about_it_ends_every_line() -> None:
    silent = on_scale("2", *FIVE)
    incomplete = on_scale("2", *FIVE, change=[{**RESCALED[0], "values": {"1": 1, "4": 5}}])
    for other in (silent, incomplete):
        assert scale_break(small(), other) == "values"
        assert followed(other, (session({"calm": 4}), small())).left_out == 1
    assert diff_across_versions(session({"calm": 4}), small(), answered(silent, {"calm": 4}), silent) is None


def test_words_of_the_scale_turned_round_end_every_line() -> None:
    turned = on_scale("2", *reversed(SCALE))
    assert scale_break(small(), turned) == "labels"
    assert common_items(small(), turned) is None
    assert followed(turned, (session({"calm": 4}), small())).left_out == 1
    told = on_scale("2", *reversed(SCALE), change=[{**RESCALED[0], "values": {"1": 4, "2": 3, "3": 2, "4": 1}}])
    change = compared(session({"calm": 4}), small(), answered(told, {"calm": 1}), told)
    assert change.same == 1
    assert (change.domains[0].a.mean, change.domains[0].b.mean) == (Fraction(1), Fraction(1))


def test_other_words_for_the_same_values_change_nothing() -> None:
    assert scale_break(small(), on_scale("2", "bad", "weak", "Fair ", "excellent")) is None


def test_a_translation_is_told_apart_by_the_words_of_its_file() -> None:
    turned = on_scale("2", *reversed(SCALE))
    texts = {item.id: f"{item.id}!" for item in turned.items}
    words = {
        "format": 1, "instrument": "small", "version": "2", "language": "en", "title": "Small",
        "points": {"1": "a", "2": "b", "3": "c", "4": "d"}, "domains": {d.id: d.id for d in turned.domains},
        "items": texts, "other": dict.fromkeys(texts, "{name}"), "stems": {"calm": "I remain:"},
    }  # fmt: skip
    read = translation.apply(turned, translation.parse(tomli_w.dumps(words).encode(), "small.en.toml", turned))
    assert scale_break(small(), read) == "labels"
    assert scale_break(read, turned) is None


def test_each_session_is_judged_by_the_threshold_of_its_own_version() -> None:
    strict = on_scale("2", *SCALE, scale={"high_above": 3.5})
    scores: dict[str, Score] = {"calm": 3, "kind": 4, "signs": 3}
    change = compared(session(scores), small(), answered(strict, scores), strict)
    assert (change.domains[0].a.verdict, change.domains[0].b.verdict) == ("high", "not high")
    points = followed(strict, (session(scores), small()), (answered(strict, scores, days=5), strict)).domains[0].points
    assert [point.group.verdict for point in points] == ["high", "not high"]
    turned = change.turned()
    assert (turned.domains[0].a.verdict, turned.domains[0].b.verdict) == ("not high", "high")


@pytest.mark.parametrize(
    ("on", "before", "now"),
    [
        (on_scale("2", *SCALE, scale={"high_above": 2.5}), (3, 3, 2), (3, 3)),
        (ten(), (3, 3, 3), (7, 7)),
        (ten(), (4, 2, 3), (10, 7)),  # on ten the 4 and 2 are 10 and 4: above the 6 that their 3 is
    ],
)
def test_the_statements_scored_both_times_cross_by_the_threshold_of_each_version(
    on: Instrument, before: tuple[int, ...], now: tuple[int, ...]
) -> None:
    a, b = session(dict(zip(ITEMS, before, strict=False))), answered(on, dict(zip(ITEMS, now, strict=False)), days=9)
    change = compared(a, small(), b, on)
    line = change_between(*followed(on, (a, small()), (b, on)).domains[0].points)
    for part in (change.domains[0], line):
        assert (part.crossed_by_other_items, part.verdict_change) == (False, "up")
    assert change.turned().domains[0].verdict_change == "down"


def test_after_a_change_of_the_scale_no_threshold_stands_beside_the_verdict_of_the_scale_before() -> None:
    a, b = session({"calm": 4, "kind": 3, "signs": 2}), answered(ten(), {"calm": 7, "kind": 7, "signs": 7}, days=9)
    part = compared(a, small(), b, ten()).domains[0]
    point = followed(ten(), (a, small()), (b, ten())).domains[0].points[0]
    for group in (part.a, part.shown[0], point.group):
        assert (group.mean, group.verdict, group.good) == (Fraction(20, 3), "not high", False)
        assert group.high_above is None
        assert group.worth == 0
    assert (part.b.threshold, part.b.worth) == (Fraction(6), Fraction(1))


def test_one_version_with_two_texts_shares_the_statements_with_the_same_words() -> None:
    content = document()
    content["domain"][1]["item"][0]["text"] = "I never act on them"
    other = parsed(content)
    change = compared(
        session({"calm": 1, "acts": 1, "tells": 4}), small(), answered(other, {"calm": 2, "acts": 4, "tells": 4}), other
    )
    assert change.common is not None
    assert {"acts", "tells"}.isdisjoint(change.common.newer_id)  # what continues another statement has its words too
    assert (change.up, change.shared) == (1, 1)
    line = followed(
        other, (session({"acts": 1, "calm": 1}), small()), (answered(other, {"acts": 4, "calm": 2}, days=9), other)
    )
    assert [point.starts for point in line.domains[1].points] == [False, True]
    assert [point.starts for point in line.domains[0].points] == [False, False]


@pytest.mark.parametrize("back", [False, True])
def test_an_older_instrument_sees_newer_sessions_where_every_value_has_one_before(back: bool) -> None:
    widened = bridge(five(), small())
    assert widened is None  # a 3 of five has no value among the four
    told = on_scale("2", *reversed(SCALE), change=[{**RESCALED[0], "values": {"1": 4, "2": 3, "3": 2, "4": 1}}])
    there = bridge(told, small()) if back else bridge(small(), told)
    assert there is not None
    assert there.scores({"calm": 1, "acts": "n/a", "gone": 3}) == {"calm": 4, "acts": "n/a"}


def test_a_version_that_was_not_told_of_is_followed_by_id() -> None:
    quiet = structs.replace(small(), version="1.3.0", digest=fresh("sha256:other"))
    there = bridge(small(), quiet)
    assert there is not None
    assert there.items == {item.id: item.id for item in small().items}
    assert newer_document()["version"] == newer().version


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("version", '"one"', "version: must be one to three numbers with dots between them, as 1.0.0"),
        ("digest", '"sha256:abc"', 'digest: must be "sha256:" and 64 digits from 0 to 9 and a to f'),
        ("instrument", '"Small"', "instrument: must consist of lower-case letters, digits and hyphens"),
    ],
)
def test_a_fault_of_a_session_is_told_in_the_words_of_its_key(key: str, value: str, words: str) -> None:
    lines = sessions.dumps(session({"calm": 3})).decode().splitlines()
    spoiled = "\n".join(f"{key} = {value}" if line.startswith(f"{key} = ") else line for line in lines)
    with pytest.raises(BadFileError) as caught:
        sessions.parse(spoiled.encode(), "s.toml")
    assert [str(fault).startswith(words) for fault in caught.value.faults] == [True]


def test_a_fault_of_an_instrument_says_what_a_language_is() -> None:
    with pytest.raises(BadFileError, match="must be two lower-case letters, as nl"):
        parsed(document() | {"language": "Dutch"})


def test_a_digest_and_a_version_that_do_not_belong_together_are_told_apart(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    journal.save(session({"calm": 3}), tomli_w.dumps(document()).encode())
    with pytest.raises(NotFoundError, match=r"digest is that of \"small\" 1.2.0, but the version is said to be 3.0.0"):
        journal.library.find("small", "3.0.0", small().digest)
    with pytest.raises(NotFoundError, match=r"\"small\" 1.2.0 is here with another text only"):
        journal.library.find("small", "1.2.0", "sha256:" + "0" * 64)
    with pytest.raises(NotFoundError, match="neither installed nor in the journal"):
        journal.library.find("small", "3.0.0", "sha256:" + "0" * 64)


def test_the_previous_scores_shown_while_filling_in_are_those_of_the_version_that_is_filled_in(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    before = session({"calm": 3, "kind": 4})
    journal.save(before, tomli_w.dumps(document()).encode())
    shown = [
        previous_answers(journal, before, on) for on in (small(), newer(), five(), on_scale("2", *reversed(SCALE)))
    ]
    assert [one and one.scores for one in shown] == [
        {"calm": 3, "kind": 4},
        {"calm": 3, "warm": 4},
        {"calm": 4, "kind": 5},
        None,
    ]


MANY = {
    "renamed, reworded, split, retired, added": (small(), newer()),
    "domain renamed, moved, merged": (newer(), newest()),
    "over two versions": (small(), newest()),
    "rescaled": (small(), five()),
    "turned round, and told": (
        small(),
        on_scale("2", *reversed(SCALE), change=[RESCALED[0] | {"values": {"1": 4, "2": 3, "3": 2, "4": 1}}]),
    ),
    "another threshold of a domain": (
        small(),
        parsed(
            document()
            | {"version": "2", "domain": [document()["domain"][0] | {"high_above": 2}, *document()["domain"][1:]]}
        ),
    ),
    "another threshold": (small(), on_scale("2", *SCALE, scale={"high_above": 2.5})),
    "rescaled, 3 to the threshold": (small(), ten()),
}


def every_answer(on: Instrument) -> strategies.SearchStrategy[dict[str, Score]]:
    values: list[Score] = [*(point.value for point in on.scale.points), NOT_APPLICABLE]
    return strategies.fixed_dictionaries({item.id: strategies.sampled_from(values) for item in on.items})


@pytest.mark.parametrize("kind", MANY)
@hypothesis.given(data=strategies.data())
@quick
def test_trend_and_diff_agree_on_every_line_that_goes_on(kind: str, data: strategies.DataObject) -> None:
    older, newer_ = MANY[kind]
    a, b = (answered(on, data.draw(every_answer(on)), days=day) for on, day in ((older, 0), (newer_, 30)))
    change = compared(a, older, b, newer_)
    found = followed(newer_, (a, older), (b, newer_))
    parts = {part.id: part for part in (*change.domains, *change.focuses)}
    lines = [line for line in (*found.domains, *found.focuses) if len(line.points) == 2 and not line.points[1].starts]
    for line in lines:
        part, ends = parts[line.id], [(point.mean, point.group.verdict) for point in line.points]
        assert [(part.a.mean, part.a.verdict), (part.b.mean, part.b.verdict)] == ends
        between = change_between(*line.points)
        told = part.steps, part.judgement, part.verdict_change
        assert (between.steps, between.judgement, between.verdict_change) == told
    for line in (line for line in (*found.domains, *found.focuses) if len(line.points) == 2):
        between = change_between(*line.points)  # also where the line begins anew
        assert (between.delta is None) == (line.id not in parts or parts[line.id].delta is None)
        if line.id in parts:
            ours, theirs = between, parts[line.id]
            assert (ours.a.mean, ours.b.mean, ours.judgement) == (theirs.a.mean, theirs.b.mean, theirs.judgement)
            assert [group.mean for group in ours.shown] == [group.mean for group in theirs.shown]
    rows = {row.item: row.answers for row in item_trends(newer_, [a, b], {on.digest: on for on in MANY[kind]})}
    assert {item.id: (item.a, item.b) for item in change.items} == {
        name: answers for name, answers in rows.items() if None not in answers and answers[0] != answers[1]
    }


def test_a_change_of_the_scale_does_not_bridge_one_before_it_that_nobody_told_of(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    turned, later = (
        document() | {"version": "2"},
        document() | {"version": "3", "change": [RESCALED[0] | {"since": "3"}]},
    )
    turned["scale"] = turned["scale"] | {"points": [{"value": n, "label": one} for n, one in enumerate(SCALE[::-1], 1)]}
    later["scale"] = later["scale"] | {"points": [{"value": n, "label": one} for n, one in enumerate(FIVE[::-1], 1)]}
    for days, content in enumerate((document(), turned, later)):
        journal.save(answered(parsed(content), {"calm": 4}, days=days), tomli_w.dumps(content).encode())
    first, second, third = (
        journal.library.find("small", on.version, on.digest) for on in map(parsed, (document(), turned, later))
    )
    assert scale_break(second, third) is None
    assert scale_break(first, third) == "labels"
    assert trend(third, journal.own(), {one.digest: one for one in (first, second, third)}).left_out == 1


def test_a_line_breaks_between_two_texts_of_one_version_also_when_a_newer_one_follows_both() -> None:
    content = document()
    content["domain"][1]["item"][0]["text"] = "I never act on them"
    other = parsed(content)
    pairs = [(session({"acts": 1, "asks": 2, "gives": 2}), small()),
             (answered(other, {"acts": 4, "asks": 3, "gives": 2}, days=9), other),
             (answered(newer(), {"acts": 4}, days=20), newer())]  # fmt: skip
    lines = {one.id: one.points for one in followed(newer(), *pairs).domains}
    assert [point.starts for point in lines["doing"]] == [False, True, False]
    first, last = lines["together"]
    assert not last.starts
    assert change_between(first, last).steps == (1, 0)  # both are gone in the newest, and were scored both times


@pytest.mark.parametrize("name", ["looking", "doing", "together"])
def test_a_domain_with_another_id_takes_no_other_along(name: str) -> None:
    content = document() | {"version": "2"}
    next(domain for domain in content["domain"] if domain["id"] == name)["id"] = "new"
    content["change"] = [{"kind": "domain_renamed", "since": "2", "domain": name, "into": ["new"]}]
    assert newer_domains(small(), parsed(content)) == {old: "new" if old == name else old for old in small().ids_of}


@pytest.mark.parametrize("words", ["I beg", "I wait"])
def test_of_two_texts_of_one_version_only_the_very_same_words_go_on(words: str) -> None:
    content = document()
    content["domain"][2]["item"][0]["text"] = words
    other = parsed(content)
    assert is_same_version(small(), other)
    assert is_same_version(other, small())
    for pair in ((small(), other), (other, small())):
        assert newer_ids(*pair) == {name: name for name in ITEMS if name != "asks"}
    for pair in ((small(), newest()), (newest(), small()), (small(), small())):
        assert not is_same_version(*pair)


def test_only_the_changes_after_one_version_up_to_another_lead_from_it() -> None:
    versions = ("1.1", "1.2.0", "1.3", "2.0.0")
    told = [{"kind": "reworded", "since": since, "item": "calm", "same_meaning": True} for since in versions]
    content = parsed(document() | {"version": "2.0.0", "change": told})
    assert [change.since for change in changes_between(small(), content)] == ["1.3", "2.0.0"]
    between = structs.replace(small(), version="1.1")
    assert [change.since for change in changes_between(between, content)] == ["1.2.0", "1.3", "2.0.0"]


@pytest.mark.parametrize(("values", "rescaled"), [((1, 1, 2, 3), True), ((1, 2, 4, 5), True), ((1, 2, 3, 4), False)])
def test_scores_are_converted_upwards_or_downwards(values: tuple[int, ...], rescaled: bool) -> None:
    change = {"kind": "rescaled", "since": "2", "values": {str(n): value for n, value in enumerate(values, 1)}}
    other = on_scale("2", *(f"{n} of {max(values)}" for n in range(1, max(values) + 1)), scale=LOW, change=[change])
    common, there = common_items(small(), other), bridge(small(), other)
    assert common is not None
    assert there is not None
    assert (common.is_rescaled, there.is_rescaled) == (rescaled, rescaled)


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        (("bad", "poor", "fair", "good", "great"), "values"),
        (("bad", "poor", "fair"), "values"),
        (("none", "bad", "fair", "good"), "labels"),  # "bad" went up
        (("poor", "some", "fair", "good"), "labels"),  # "poor" went down
        (("bad", "some", "fair", "good"), None),
    ],
)
def test_a_scale_without_a_word_about_it_breaks_by_its_values_or_where_a_label_went_up_or_down(
    labels: tuple[str, ...], reason: str | None
) -> None:
    assert scale_break(small(), on_scale("2", *labels, scale=LOW)) == reason


def test_what_either_version_alone_turns_round_is_not_the_same() -> None:
    content = document() | {"version": "2"}
    content["domain"][0]["item"][0]["reversed"] = True
    plain, turned = parsed(document() | {"version": "2"}), parsed(content)
    before = parsed(content | {"version": "1"})
    assert turned_round(small(), turned) == turned_round(before, plain) == {"calm"}
    assert turned_round(before, turned) == turned_round(small(), plain) == frozenset()


def test_a_scale_is_followed_from_change_to_change_through_the_versions_between() -> None:
    changes = [
        {"kind": "rescaled", "since": "2", "values": {"1": 1, "2": 2, "3": 4, "4": 5}},
        {"kind": "rescaled", "since": "3", "values": {"1": 1, "2": 1, "3": 2, "4": 2, "5": 3}},
    ]
    three = on_scale("3", "low", "mid", "high", scale=LOW, change=changes)
    known = structs.replace(three, former_scales={"1.2.0": small().scale, "2": five().scale, "3": three.scale})
    for content in (three, known):
        assert scale_break(small(), content) is None
        assert newer_values(small(), content) == {1: 1, 2: 1, 3: 2, 4: 3}
    other = structs.replace(three, former_scales={"2": small().scale})  # on which nobody says what 5 counts as
    assert scale_break(small(), other) == "values"
