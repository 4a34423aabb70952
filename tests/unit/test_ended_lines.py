"""Lines that ended with a version stay to be seen, with all that was answered."""

from __future__ import annotations

from fractions import Fraction

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.analysis.version_changes import changes_along, ended_lines, versions_of
from tests.unit.cli_examples import Cli
from tests.unit.examples import document, session, small
from tests.unit.versions import answered, newer, newer_document, newest, parsed

VERSIONS = {one.digest: one for one in (small(), newer(), newest())}


def test_a_statement_that_ended_keeps_its_answers_at_each_version() -> None:
    own = [
        answered(newest(), {"asks-now": 1}, days=30),
        answered(newer(), {"asks-early": 2, "asks-late": 3, "shares": 4}, days=20),
        session({"asks": 4, "gives": 1, "calm": 2}, days=1),
        session({"asks": 3, "signs": "n/a"}),
    ]
    last, first = ended_lines(own, VERSIONS, changes_along(versions_of(own, VERSIONS)))
    assert (first.until, {row.item: row.answers for row in first.items}) == (
        "2.0.0",
        {"signs": ("n/a", None), "asks": (3, 4), "gives": (None, 1)},
    )
    assert (last.until, {row.item: row.answers for row in last.items}) == (
        "3.0.0",
        {"asks-early": (None, None, 2), "asks-late": (None, None, 3)},
    )


def test_a_line_that_ended_without_an_answer_is_not_told() -> None:
    own = [session({"calm": 3, "acts": 2}), answered(newer(), {"calm": 4})]
    assert ended_lines(own, VERSIONS, changes_along(versions_of(own, VERSIONS))) == ()
    own = [session({"calm": 3, "gives": "n/a"}), answered(newer(), {"calm": 4})]
    (ended,) = ended_lines(own, VERSIONS, changes_along(versions_of(own, VERSIONS)))
    assert [(row.item, row.answers) for row in ended.items] == [("gives", ("n/a",))]


def test_a_domain_whose_statements_all_moved_ends_and_a_session_on_an_unknown_version_is_no_part_of_it() -> None:
    content = document() | {"version": "2.0.0"}
    _looking, doing, together = content["domain"]
    doing["item"] += together["item"]
    content["domain"].remove(together)
    content["change"] = [
        {"kind": "moved", "since": "2.0.0", "item": name, "domain": "doing"} for name in ("asks", "gives")
    ]
    moved = parsed(content)
    own = [session({"asks": 3, "acts": 2}), answered(moved, {"asks": 4}, days=9)]
    unknown = structs.replace(session({"asks": 1}, days=20), digest="sha256:" + "0" * 64, version="9.0.0")
    versions = {one.digest: one for one in (small(), moved)}
    for sessions in (own, [*own, unknown]):
        (ended,) = ended_lines(sessions, versions, changes_along(versions_of(sessions, versions)))
        assert [(part.id, [point.mean for point in part.points]) for part in ended.domains] == [
            ("together", [Fraction(3)])
        ]
        assert (ended.items, ended.focuses, ended.sessions) == ((), (), (own[0],))


def test_a_domain_that_is_gone_and_every_line_of_another_scale_are_told_up_to_there(cli: Cli) -> None:
    content = document() | {"version": "2"}
    content["domain"].pop()
    content["change"] = [{"kind": "retired", "since": "2", "item": name} for name in ("asks", "gives")]
    turned = document() | {"version": "3"}
    turned["domain"], turned["change"] = content["domain"], content["change"]
    turned["scale"]["points"] = [
        {"value": value, "label": label} for value, label in enumerate(("good", "fair", "poor", "bad"), 1)
    ]
    cli.save(2)
    for number, made in enumerate((content, turned), start=1):
        on = parsed(made)
        cli.journal.save(answered(on, {"calm": 4, "acts": 4}, days=30 * number), tomli_w.dumps(made).encode())
    out = " ".join(cli("trend").out.split())
    assert "Lines that ended with version 3 " in out
    assert "Doing: from 2.00 on 23 Nov 2026 to 4.00 on 23 Dec 2026" in out
    assert "Lines that ended with version 2 Together: 2.00 on 23 Nov 2026, n = 2, not high." in out
    third, second = cli.json("trend")["ended"]
    assert [line["id"] for line in second["domains"]] == ["together"]
    assert [line["id"] for line in third["domains"]] == ["looking", "doing"]
    assert [point["mean"] for point in third["domains"][1]["points"]] == [2, 4]
    assert [line["id"] for line in third["focuses"]] == ["attitude", "knowledge", "skill"]
    assert second["focuses"] == []  # those go on: only the domain ended
    assert Fraction(second["domains"][0]["points"][0]["sum"], 2) == 2


@pytest.mark.parametrize("plain", [(), ("--plain",)])
def test_results_compare_with_a_session_on_another_version_as_the_agenda_does(cli: Cli, plain: tuple[str, ...]) -> None:
    cli.save(2)
    cli.journal.save(answered(newer(), {"calm": 4}, days=30), tomli_w.dumps(newer_document()).encode())
    said = "Since 23 Nov 2026, of 1 statement: 1 up. Versions 1.2.0 and 2.0.0 differ: compared on 4 "
    assert said in " ".join(cli("show", "latest", *plain).out.split())
    assert "Versions" not in cli("show", "latest~1", *plain).out
