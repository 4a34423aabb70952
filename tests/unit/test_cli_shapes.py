"""The JSON shapes that other programs rely on: every key, in order."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from reflect_tui.report.data import rounded
from tests.unit.cli_examples import ESCAPES, Cli
from tests.unit.examples import ITEMS, small


def test_list_has_sessions_and_unreadable_files(cli: Cli) -> None:
    session = cli.save({"calm": 3, "kind": "n/a"})
    spoiled = cli.root / "sessions" / "2026" / "2026-01-01T0101-self-000000.toml"
    spoiled.write_text("format = 1\n")
    result = cli("list", "--json")
    document = json.loads(result.out)
    assert result.code == 3
    assert document["sessions"] == [
        {
            "id": session.id,
            "path": str(cli.path(session)),
            "instrument": "small",
            "version": "1.2.0",
            "role": "self",
            "started": "2026-11-23T14:05:00+01:00",
            "finished": "2026-11-23T14:11:20+01:00",
            "answered": 2,
            "total": 7,
            "high": 0,
            "domains": 3,
        }
    ]
    assert list(document["sessions"][0])[:4] == ["id", "path", "instrument", "version"]
    assert [entry["path"] for entry in document["unreadable"]] == [str(spoiled)]
    assert "id: is missing" in document["unreadable"][0]["problems"]


def test_list_of_nothing_has_the_same_shape(cli: Cli) -> None:
    assert cli.json("list") == {"sessions": [], "unreadable": [], "next_assessment": None, "next_talk": None}


def test_show_has_the_keys_of_the_contract_in_order(cli: Cli) -> None:
    session = cli.save(
        {"kind": 4, "calm": 3, "signs": 3, "acts": "n/a", "tells": 2}, notes={"tells": "how", "calm": "why"}
    )
    commit = cli.journal.record().commits[-1]
    document = cli.json("show", "latest")
    assert list(document) == [
        "id", "path", "commit", "instrument", "version", "role", "started", "finished", "answered", "total",
        "domains", "scores", "notes",
    ]  # fmt: skip
    keys = ["id", "title", "mean", "sum", "scored", "total", "not_applicable", "verdict"]
    assert [list(domain) for domain in document["domains"]] == [keys] * 3
    assert document["path"] == str(cli.path(session))
    assert Path(document["path"]).is_absolute()
    assert document["commit"] == commit
    assert (document["answered"], document["total"]) == (5, 7)
    assert [list(domain.values()) for domain in document["domains"]] == [
        ["looking", "Looking at what is there", 3.33, 10, 3, 3, 0, "high"],
        ["doing", "Doing", 2.0, 2, 1, 2, 1, "not high"],
        ["together", "Together", None, 0, 0, 2, 0, None],
    ]
    assert list(document["scores"].items()) == [("calm", 3), ("kind", 4), ("signs", 3), ("acts", "n/a"), ("tells", 2)]
    assert list(document["notes"].items()) == [("calm", "why"), ("tells", "how")]


def test_all_threes_are_not_high(cli: Cli) -> None:
    cli.save(3)
    document = cli.json("show", "latest")
    assert [(domain["mean"], domain["verdict"]) for domain in document["domains"]] == [(3.0, "not high")] * 3
    assert '"mean": 3.0,' in cli("show", "latest", "--json").out


def test_a_session_that_is_not_in_history_has_no_commit(cli: Cli) -> None:
    cli.save(3)
    assert cli.json("show", "latest")["commit"] is None


def test_diff_has_the_keys_of_the_contract_in_order(cli: Cli) -> None:
    a = cli.save({"calm": 3, "kind": 3, "signs": 3, "acts": 2, "tells": 3, "asks": 4}, days=-30)
    b = cli.save({"calm": 4, "kind": 3, "signs": 3, "acts": "n/a", "tells": 2, "gives": 4})
    document = cli.json("diff", "latest~1", "latest")
    assert list(document) == ["a", "b", "domains", "items", "up", "down", "same", "p", "clear", "shared", "focuses"]
    assert (document["a"], document["b"]) == (a.id, b.id)
    assert [list(domain) for domain in document["domains"]] == [
        ["id", "mean_a", "mean_b", "delta", "crossed", "p", "clear", "shared"]
    ] * 3
    assert [list(domain.values()) for domain in document["domains"]] == [
        ["looking", 3.0, 3.33, 0.33, True, 1.0, "too few", 3],
        ["doing", 2.5, 2.0, -0.5, False, 1.0, "too few", 1],
        ["together", 4.0, 4.0, 0.0, False, 1.0, "other statements", 0],
    ]
    assert [list(item) for item in document["items"]] == [["id", "domain", "a", "b"]] * 5
    assert [list(item.values()) for item in document["items"]] == [
        ["calm", "looking", 3, 4],
        ["acts", "doing", 2, "n/a"],
        ["tells", "doing", 3, 2],
        ["asks", "together", 4, None],
        ["gives", "together", None, 4],
    ]
    assert (document["up"], document["down"], document["same"]) == (1, 1, 2)
    assert (document["p"], document["clear"], document["shared"]) == (1.0, "too few", 4)
    assert [list(focus) for focus in document["focuses"]] == [list(document["domains"][0])] * 3
    assert [(focus["id"], focus["delta"], focus["clear"], focus["shared"]) for focus in document["focuses"]] == [
        ("attitude", 0.17, "too few", 2),
        ("knowledge", 0.0, "no", 1),
        ("skill", 0.5, "other statements", 1),
    ]


def test_the_document_judges_its_changes_as_diff_does(cli: Cli) -> None:
    cli.save({"calm": 3, "kind": 3, "signs": 3, "acts": 2, "tells": 3, "asks": 4}, days=-30)
    cli.save({"calm": 4, "kind": 3, "signs": 3, "acts": "n/a", "tells": 2, "gives": 4})
    changed, document = cli.json("diff"), cli.json("report", "latest")
    judged = ("p", "clear", "shared")
    assert [document["changes"][key] for key in judged] == [changed[key] for key in judged]
    for axis in ("domains", "focuses"):
        rows = zip(changed[axis], document[axis], strict=True)
        assert all([told[key] for key in judged] == [row[key] for key in judged] for row, told in rows)


def test_a_delta_is_rounded_from_the_exact_difference(cli: Cli) -> None:
    cli.save({"calm": 1, "kind": 1, "signs": 2}, days=-1)
    cli.save({"calm": 2, "kind": 1, "signs": 2})
    domain = cli.json("diff")["domains"][0]
    assert (domain["mean_a"], domain["mean_b"], domain["delta"]) == (1.33, 1.67, 0.33)


def test_trend_has_points_with_their_figures(cli: Cli) -> None:
    first = cli.save({"calm": 4, "kind": 4, "signs": 3}, days=-30)
    second = cli.save(2)
    cli.save(1, role="colleague", days=1)
    document = cli.json("trend")
    assert list(document) == [
        "instrument", "sessions", "domains", "focuses", "others", "together", "events", "talks",
    ]  # fmt: skip
    assert document["instrument"] == "small"
    assert [list(session) for session in document["sessions"]] == [["id", "started", "version"]] * 2
    assert [session["id"] for session in document["sessions"]] == [first.id, second.id]
    looking, doing, _together = document["domains"]
    assert list(looking) == ["id", "title", "points"]
    assert looking["points"][0] == {
        "session": first.id,
        "started": first.started.isoformat(),
        "mean": 3.67,
        "sum": 11,
        "scored": 3,
        "total": 3,
        "not_applicable": 0,
        "verdict": "high",
        "starts": False,
    }
    (colleague,) = document["others"]
    assert list(colleague) == ["role", "sessions", "domains", "focuses"]
    assert (colleague["role"], colleague["domains"][0]["points"][0]["mean"]) == ("colleague", 1.0)
    assert [point["session"] for point in doing["points"]] == [second.id]
    assert [focus["id"] for focus in document["focuses"]] == ["attitude", "knowledge", "skill"]


def test_trend_of_one_domain_has_only_that_one(cli: Cli) -> None:
    cli.save(2)
    document = cli.json("trend", "doing")
    assert [domain["id"] for domain in document["domains"]] == ["doing"]
    assert document["focuses"] == []


def test_history_has_versions(cli: Cli) -> None:
    session = cli.save(3)
    commit = cli.journal.record().commits[-1]
    document = cli.json("history", "latest")
    assert list(document) == ["id", "versions"]
    assert document["id"] == session.id
    (version,) = document["versions"]
    assert list(version) == ["commit", "when", "subject", "reason", "deleted"]
    assert (version["commit"], version["reason"], version["deleted"]) == (commit, "", False)


def test_instruments_show_has_the_keys_of_the_contract_in_order(cli: Cli) -> None:
    document = cli.json("instruments", "show", "jgz-opvoedingsondersteuning")
    assert list(document) == ["id", "version", "digest", "language", "title", "scale", "domains"]
    assert list(document["scale"]) == ["min", "max", "high_above", "points"]
    assert (document["scale"]["min"], document["scale"]["max"], document["scale"]["high_above"]) == (1, 4, 3)
    assert [list(point) for point in document["scale"]["points"]] == [["value", "label"]] * 4
    assert {tuple(domain) for domain in document["domains"]} == {("id", "title", "optional", "items")}
    items = [item for domain in document["domains"] for item in domain["items"]]
    assert {tuple(item) for item in items} == {("id", "text", "stem", "under", "focus")}
    assert len(items) == 92
    assert None in {item["stem"] for item in items}
    assert "" not in {item["stem"] for item in items} | {item["under"] for item in items}


def test_a_translation_has_the_digest_of_the_original(cli: Cli) -> None:
    name = ("instruments", "show", "digcomp")
    dutch = cli.json("--lang", "en", *name)
    listed = cli.json("instruments", "list")["instruments"]
    assert [one["digest"] for one in listed if one["id"] == "digcomp"] == [dutch["digest"]]
    row = "id version digest language title domains items languages place path"
    assert list(listed[0]) == row.split()


def test_json_holds_nothing_that_a_terminal_obeys_and_loses_nothing(cli: Cli) -> None:
    session = cli.save(3, notes={"calm": "één\ttwee\ndrie"})
    path = cli.path(session)
    path.write_text(path.read_text().replace("één", "\u202eéén\u2066"))
    result = cli("show", "latest", "--json")
    assert not set(result.out) & set("\u202e\u2066\x1b\x9b\t")
    assert json.loads(result.out)["notes"] == {"calm": "\u202eéén\u2066\ttwee\ndrie"}
    assert not set(result.out) & set(ESCAPES) - set(" ;31mc,aGk=]52")


@pytest.mark.parametrize(
    ("exact", "shown"),
    [("599/200", 3.0), ("-599/200", -3.0), ("201/200", 1.01), ("-1/1000", 0.0), ("8/3", 2.67), ("3", 3.0)],
)
def test_halves_are_rounded_away_from_zero_and_zero_has_no_sign(exact: str, shown: float) -> None:
    assert str(rounded(Fraction(exact))) == str(shown)


def test_no_mean_is_null() -> None:
    assert rounded(None) is None
    assert len(ITEMS) == len(small().items)
