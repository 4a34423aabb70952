from __future__ import annotations

from fractions import Fraction

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.analysis.diff import change_since, diff, diff_across_versions
from reflect_tui.analysis.trend import item_trends, newest_sessions, trend
from reflect_tui.analysis.versions import common_items, newer_ids
from reflect_tui.model import translation
from reflect_tui.model.session import Role
from tests.unit.examples import session, small
from tests.unit.versions import answered, later, newer, newer_document, parsed

VERSIONS = {small().digest: small(), newer().digest: newer()}
KEPT = {"calm": "calm", "kind": "warm", "acts": "acts", "tells": "tells"}


def test_an_item_goes_on_where_its_meaning_is_kept() -> None:
    assert newer_ids(small(), newer()) == KEPT


def test_changes_are_followed_through_every_version_between() -> None:
    content = newer_document() | {"version": "3.0.0"}
    content["domain"][0]["item"][1]["id"] = "mild"
    content["change"] += [{"kind": "renamed", "since": "3.0.0", "item": "warm", "into": ["mild"], "same_meaning": True}]
    newest = parsed(content)
    assert newer_ids(small(), newest)["kind"] == "mild"
    assert newer_ids(newer(), newest) == {"calm": "calm", "warm": "mild"} | {
        name: name for name in ("spots", "acts", "tells", "asks-early", "asks-late", "shares")
    }


def test_items_of_which_nothing_is_told_are_the_same_under_their_id() -> None:
    quiet = structs.replace(small(), version="1.3.0", digest="sha256:other")
    assert newer_ids(small(), quiet) == {item.id: item.id for item in small().items}


def test_other_instruments_and_other_scales_have_nothing_in_common() -> None:
    for name in ("tall", "short"):  # one that comes after "small", and one that comes before it
        assert common_items(small(), structs.replace(newer(), id=name)) is None
        assert common_items(structs.replace(newer(), id=name), small()) is None
    longer = newer_document()
    longer["scale"]["points"].append({"value": 5, "label": "best"})
    assert common_items(small(), parsed(longer)) is None
    found = common_items(newer(), small())
    assert found is not None
    assert (found.older, found.newer) == (small(), newer())


def test_a_translation_knows_the_same_changes() -> None:
    texts = {item.id: f"{item.id}!" for item in newer().items}
    document = {
        "format": 1, "instrument": "small", "version": "2.0.0", "language": "en", "title": "Small",
        "points": {"1": "a", "2": "b", "3": "c", "4": "d"}, "domains": {d.id: d.id for d in newer().domains},
        "items": texts, "other": dict.fromkeys(texts, "{name}"), "stems": {"calm": "I remain:"},
    }  # fmt: skip
    read = translation.parse(tomli_w.dumps(document).encode(), "small.en.toml", newer())
    assert translation.apply(newer(), read).changes == newer().changes


def test_versions_are_compared_on_the_items_they_share() -> None:
    before = session({"calm": 1, "kind": 2, "signs": 1, "acts": 3, "gives": 1}, notes={"kind": "old", "gives": "gone"})
    after = later({"calm": 2, "warm": 2, "spots": 4, "acts": 4, "shares": 4}, notes={"warm": "new"})
    found = diff_across_versions(before, small(), after, newer())
    assert found is not None
    instrument, change = found
    assert instrument is newer()
    assert change.common is not None
    assert len(change.common.newer_id) == 4
    assert [(item.id, item.domain, item.a, item.b) for item in change.items] == [
        ("calm", "looking", 1, 2),
        ("acts", "doing", 3, 4),
    ]
    assert [(note.id, note.a, note.b) for note in change.notes] == [("warm", "old", "new")]
    assert (change.up, change.down, change.same) == (2, 0, 1)
    assert [(part.id, part.a.mean, part.b.mean) for part in change.domains] == [
        ("looking", Fraction(3, 2), Fraction(2)),
        ("doing", Fraction(3), Fraction(4)),
    ]
    assert change.turned().down == 2


def test_the_older_session_may_be_the_second_one() -> None:
    found = diff_across_versions(later({"warm": 4}), newer(), session({"kind": 1}), small())
    assert found is not None
    assert [(item.id, item.a, item.b) for item in found[1].items] == [("warm", 4, 1)]


def test_sessions_with_nothing_in_common_are_not_compared() -> None:
    other = structs.replace(newer(), id="tall")
    assert diff_across_versions(session({"calm": 1}), small(), later({"calm": 1}), other) is None


def test_an_earlier_session_on_a_later_version_is_not_compared_whatever_the_digests() -> None:
    contents = [parsed(newer_document() | {"title": f"Small {number}"}) for number in range(12)]
    assert {content.digest < small().digest for content in contents} == {True, False}
    now = session({"acts": 3}, days=200)
    for content in contents:
        before = answered(content, {"acts": 2})
        assert change_since(small(), now, before, content) is None
        assert change_since(content, answered(content, {"acts": 2}, days=300), now, small()) is not None


@pytest.mark.parametrize("role", ["client", "colleague", "manager"])
def test_only_ones_own_sessions_are_a_change_in_time_and_versions_of_one(role: Role) -> None:
    mine, theirs = session({"acts": 2}), session({"acts": 3}, role=role, days=5)
    pairs = [(mine, theirs), (theirs, mine), (theirs, session({"acts": 1}, role=role, days=9))]
    assert [diff(small(), *pair).in_time for pair in pairs] == [False] * 3
    assert diff(small(), mine, session({"acts": 3}, days=5)).in_time
    assert diff(small(), theirs, structs.replace(theirs, scores={"acts": 1})).in_time


def test_a_line_goes_on_where_all_items_do_and_starts_anew_where_not() -> None:
    mine = [session({"calm": 3, "acts": 2}), session({"calm": 3, "acts": 3}, days=9), later({"calm": 4, "acts": 4})]
    found = trend(newer(), mine, VERSIONS)
    starts = {one.id: [point.starts for point in one.points] for one in (*found.domains, *found.focuses)}
    assert starts == {
        "looking": [False, False, True],  # one of its items means something else
        "doing": [False, False, False],
        "together": [],
        "attitude": [False, False, True],
        "knowledge": [],
        "skill": [False, False, True],
    }


def test_a_domain_that_only_got_another_id_is_the_same_line() -> None:
    content = newer_document()
    content["domain"][1]["id"] = "acting"
    moved = parsed(content)
    found = trend(moved, [session({"acts": 2}), structs.replace(later({"acts": 4}), digest=moved.digest)],
                  {small().digest: small(), moved.digest: moved})  # fmt: skip
    line = next(one for one in found.domains if one.id == "acting")
    assert [(point.mean, point.starts) for point in line.points] == [(Fraction(2), False), (Fraction(4), False)]


def test_figures_are_those_of_the_version_that_was_answered() -> None:
    found = trend(newer(), [session({"calm": 4, "kind": 4, "signs": 1})], VERSIONS)
    assert found.domains[0].points[0].mean == 3


def test_sessions_on_another_scale_are_counted_and_left_out() -> None:
    content = newer_document()
    content["scale"]["points"].append({"value": 5, "label": "best"})
    longer = parsed(content)
    found = trend(longer, [session({"calm": 4})], {small().digest: small()})
    assert (found.sessions, found.left_out) == ((), 1)


def test_items_are_followed_under_their_newest_id() -> None:
    mine = (session({"kind": 3, "signs": 2, "calm": "n/a"}), later({"warm": 4, "spots": 1}))
    found = {row.item: (row.answers, row.asked) for row in item_trends(newer(), mine, VERSIONS)}
    assert found["warm"] == ((3, 4), (True, True))
    assert found["spots"] == ((None, 1), (False, True))
    assert found["calm"] == (("n/a", None), (True, True))
    assert found["shares"] == ((None, None), (False, True))


def test_others_are_series_of_their_own_and_never_part_of_ones_own() -> None:
    mine = [session({"acts": 1}), session({"acts": 2}, days=30)]
    others = [session({"acts": 4}, role="manager", days=1), session({"acts": 4}, role="colleague", days=2)]
    found = trend(small(), [*others, *mine])
    assert [point.mean for point in found.domains[1].points] == [1, 2]
    assert [other.role for other in found.others] == ["colleague", "manager"]
    assert [point.mean for other in found.others for point in other.domains[1].points] == [4, 4]


def test_the_last_sessions_and_what_others_said_since() -> None:
    mine = [session({"acts": 1}, days=10 * n) for n in range(5)]
    others = [session({"acts": 4}, role="client", days=day) for day in (5, 35)]
    found = newest_sessions(trend(small(), [*mine, *others]), 2)
    assert [one.id for one in found.sessions] == [one.id for one in mine[3:]]
    assert len(found.domains[1].points) == 2
    assert [one.id for one in found.others[0].sessions] == [others[1].id]
    assert newest_sessions(trend(small(), mine), 9).sessions == tuple(mine)
    assert newest_sessions(trend(small(), mine), 0).sessions == tuple(mine)


def test_a_difference_on_the_statements_of_both_versions_is_partial_where_a_figure_has_others_too() -> None:
    before = session({"calm": 4, "kind": 3, "signs": 4, "acts": 4, "tells": 3})
    found = diff_across_versions(before, small(), later({"calm": 4, "warm": 4, "acts": 4, "tells": 4}), newer())
    assert found is not None
    assert [(part.id, part.is_partial) for part in found[1].domains[:2]] == [("looking", True), ("doing", False)]
