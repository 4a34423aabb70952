"""`compare` on the command line agrees with the calculation by hand; no command shows what one person said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.analysis.compare import compare
from reflect_tui.cli.arguments import build
from reflect_tui.model import round as rounds
from reflect_tui.model.session import dumps
from reflect_tui.report.data import rounded
from tests.unit import examples
from tests.unit.cli_examples import Cli
from tests.unit.examples import small
from tests.unit.feedback_examples import Feedback, every
from tests.unit.test_compare import by_hand

pytestmark = pytest.mark.slow

CANARY = "seen-by-one-person-only"


def kept(cli: Cli, found: Feedback) -> None:
    """Save sessions and rounds in a journal."""
    instrument = tomli_w.dumps(examples.document()).encode()
    for session in (found.session, *found.others):
        cli.journal.save(session, instrument)
    for one in found.rounds.values():
        cli.journal.rounds.save(one.id, rounds.dumps(one), "closed")


def test_json_has_what_was_calculated_by_hand(cli: Cli) -> None:
    found = by_hand()
    kept(cli, found)
    shape = cli.json("compare")
    assert shape["session"] == found.session.id
    assert [(group["role"], group["people"]) for group in shape["groups"]] == [("manager", 1), ("colleague", 4)]
    assert shape["hidden"] == [{"role": "client", "people": 2, "needed": 3, "reason": "few"}]
    ends = {"bound": None, "lowest": 3.0, "highest": 4.0}
    looking = shape["domains"][0]
    assert looking["own"] == {"mean": 3.0, "sum": 9, "scored": 3, "verdict": "not high"}
    assert looking["groups"] == [
        {"role": "manager", "people": 1, "mean": 3.67, "sum": 11, "scored": 3} | ends | {"each": []},
        {"role": "colleague", "people": 4, "mean": 3.27, "sum": 36, "scored": 11} | ends | {"each": []},
    ]
    assert looking["others"] == {"mean": 3.47, "verdict": "high", "divided": False}
    assert (looking["items"], looking["total"], looking["gap"], looking["field"]) == (3, 3, 0.47, "hidden strength")
    assert [row["gap"] for row in shape["domains"]] == [0.47, -0.63, -1.21]
    calm = next(row for row in shape["items"] if row["id"] == "calm")
    assert calm["groups"][1] == {
        "role": "colleague", "people": 4, "mean": 4.0, "sum": None, "scored": 4, "bound": "about", "lowest": 4.0,
        "highest": 4.0, "each": [],
    }  # fmt: skip


@pytest.mark.parametrize("how", [(), ("--plain",)])
def test_page_and_plain_words_have_the_same_figures(cli: Cli, how: Iterable[str]) -> None:
    kept(cli, by_hand())
    result = cli("compare", "latest", *how)
    assert result.code == 0
    looking = next(row for row in result.out.splitlines() if row.strip().startswith("Looking") and "3.47" in row)
    assert "+0.47" in looking
    assert "-1.21" in result.out
    assert "2 clients answered: not shown below 3." in result.out


def test_without_anyone_else_it_says_how_to_ask_and_gives_1(cli: Cli) -> None:
    cli.save(3)
    result = cli("compare")
    assert result.code == 1
    assert "reflect-tui invite" in result.out
    assert cli("compare", "--json").code == 1


def test_a_session_of_someone_else_is_refused(cli: Cli) -> None:
    cli.save(3)
    other = cli.save(2, role="manager", days=1)
    result = cli("compare", other.id)
    assert result.code == 2
    assert "your own" in result.err


def secret(cli: Cli, **more: Any) -> Feedback:
    """Keep a round in which each of three colleagues wrote something of their own."""
    found = Feedback(every(3))
    notes = [{"calm": f"{CANARY}-{n}"} for n in range(3)]
    found.give("colleague", [every(2), every(3), every(1)], notes=notes, **more)
    kept(cli, found)
    cli.journal.record()
    return found


def references(found: Feedback, cli: Cli) -> list[str]:
    one = found.others[0]
    return [one.id, one.id[:10], str(cli.path(one)), str(cli.path(one).relative_to(cli.root.parent))]


WITH_REFERENCE = {
    "show": ("show", "{}"),
    "diff": ("diff", "latest", "{}"),
    "history": ("history", "{}"),
    "agenda": ("agenda", "{}"),
    "compare": ("compare", "{}"),
    "amend": ("amend", "{}", "--reason", "x"),
    "report": ("report", "{}"),
    "talk": ("talk", "{}"),
    "export": ("export", "{}"),
    "erase": ("erase", "{}", "--yes"),
}
ALONE = {
    "list": ("list",),
    "trend": ("trend",),
    "goals": ("goals",),
    "doctor": ("doctor",),
    "rounds": ("rounds",),
    "export": ("export",),
    "agenda": ("agenda",),
    "report": ("report", "latest"),
    "compare": ("compare",),
}
ELSEWHERE = {
    "new",
    "backup",
    "import",
    "invite",
    "instruments",
    "demo",
    "means",
    "restore",
    "share",
    "sync",
    "team",
    "completion",
    "man",
    "events",
    "git-setup",
    "settings",
    "textconv",
}
"""Commands that show no session of the journal, or only one's own; what git is told of one is looked at below."""


def commands() -> set[str]:
    text = build().format_help()
    return set(re.findall(r"^    ([a-z][a-z-]*)", text, re.MULTILINE))


def test_every_command_is_walked() -> None:
    assert {"list", "show", "compare"} <= commands()
    assert commands() <= {*WITH_REFERENCE, *ALONE, *ELSEWHERE}


@pytest.mark.parametrize("state", ["closed", "open"])
@pytest.mark.parametrize("command", sorted(WITH_REFERENCE))
def test_what_one_person_said_in_confidence_is_refused(cli: Cli, command: str, state: str) -> None:
    if command not in commands():
        assert command in {"report", "export"}  # until they are there
        return
    found = secret(cli, state=state)
    for reference in references(found, cli):
        for more in ((), ("--json",), ("--plain",)):
            result = cli(*(word.format(reference) for word in WITH_REFERENCE[command]), *more)
            assert result.code != 0, reference
            assert CANARY not in result.out + result.err
            assert '"scores"' not in result.out
    refused = cli(*(word.format(found.others[0].id) for word in WITH_REFERENCE[command]))
    assert refused.code == 2


@pytest.mark.parametrize("state", ["closed", "open"])
@pytest.mark.parametrize("command", sorted(ALONE))
def test_no_command_names_or_shows_what_one_person_said(cli: Cli, command: str, state: str) -> None:
    if command not in commands():
        assert command in {"report", "export", "rounds"}  # until they are there
        return
    found = secret(cli, state=state)
    for more in ((), ("--json",), ("--plain",)):
        result = cli(*ALONE[command], *more)
        for one in found.others:
            assert one.id not in result.out + result.err
        if command != "compare" or state == "open":
            assert CANARY not in result.out + result.err


def test_the_list_counts_what_is_kept_together(cli: Cli) -> None:
    found = secret(cli)
    result = cli("list")
    assert "3 answers from rounds of feedback are not listed" in " ".join(result.err.split())
    assert [row["id"] for row in cli.json("list")["sessions"]] == [found.session.id]


def test_of_a_named_round_that_goes_on_nothing_is_said_to_be_shown(cli: Cli) -> None:
    found = secret(cli, promise="named", state="open")
    assert "shown once its round is closed" in " ".join(cli("list").err.split())
    assert "shown before the round is closed" in " ".join(cli("show", found.others[0].id).err.split())


def test_a_copy_of_an_answer_outside_the_journal_is_refused_as_well(cli: Cli) -> None:
    found = secret(cli)
    copy = cli.root.parent / f"{found.others[0].id}.toml"
    copy.write_bytes(dumps(found.others[0]))
    assert "shown with the others only" in cli("show", str(copy)).err


def test_named_answers_of_a_closed_round_can_be_seen_one_by_one(cli: Cli) -> None:
    found = secret(cli, promise="named")
    assert cli("show", found.others[0].id).code == 0


def test_git_is_told_nothing_of_an_answer(cli: Cli) -> None:
    found = secret(cli)
    told = cli("textconv", str(cli.path(found.others[0])))
    assert CANARY not in told.out + told.err
    assert "shown with the others only" in told.out


def test_the_document_has_what_was_calculated_by_hand(cli: Cli) -> None:
    kept(cli, by_hand())
    beside = cli.json("report", "latest")["beside"]
    assert beside["heads"] == ["Domain", "own", "manager", "colleague", "others", "gap", "n", "field"]
    assert beside["rows"][0] == [
        *("Looking", "3.00 (3)", "3.67 (3)", "3.27 (11)", "3.47", "+0.47", "3 of 3", "hidden strength")
    ]
    assert "2 clients answered: not shown below 3." in beside["sentences"]


FIGURES = (
    ("compare", "--json"), ("compare", "--plain"), ("report", "latest"), ("report", "latest", "--json"),
    ("report", "latest", "--format", "html"), ("trend",), ("trend", "--json"), ("agenda", "--json"), ("list", "--json"),
    ("export", "--shape", "long"), ("export", "--shape", "wide"), ("export", "--format", "json"),
)  # fmt: skip


def told(cli: Cli) -> dict[tuple[str, ...], str]:
    """Give what every command tells that gives figures."""
    return {words: cli(*words).out for words in FIGURES}


def without_others(cli: Cli, outputs: dict[tuple[str, ...], str]) -> None:
    """Make sure that nothing told is about anyone else."""
    assert json.loads(outputs["compare", "--json"])["groups"] == []
    assert json.loads(outputs["report", "latest", "--json"])["beside"] is None
    assert [one["points"] for one in json.loads(outputs["trend", "--json"])["others"]] == []
    assert json.loads(outputs["trend", "--json"])["together"] == []
    assert "in confidence" not in outputs["trend",]
    for words in (("export", "--shape", "long"), ("export", "--shape", "wide")):
        assert "colleague" not in outputs[words]
    whole = json.loads(outputs["export", "--format", "json"])
    assert {session["role"] for session in whole["sessions"]} == {"self"}
    assert [released for one in whole["rounds"] for released in one["released"]] == []


@pytest.mark.parametrize("gone", [0, 1, 2, 3])
def test_without_one_answer_there_is_nothing_left_to_subtract(cli: Cli, gone: int) -> None:
    """Four answered, and someone takes one answer away, whichever: three would still be enough by themselves."""
    found = Feedback(every(3))
    found.give("colleague", [every(2), every(3), every(1), every(4)])
    kept(cli, found)
    cli.journal.record()
    assert json.loads(told(cli)["compare", "--json"])["groups"][0]["people"] == 4
    cli.path(found.others[gone]).unlink()
    without_others(cli, told(cli))


def test_with_copies_that_leave_items_out_there_is_nothing_to_subtract(cli: Cli, tmp_path: Path) -> None:
    """Beside a copy without one item, and the whole session, a group is told with the very same figures."""
    found = Feedback(every(3))
    found.give("colleague", [every(2, calm=4), every(3, calm=4), every(1, calm=4), every(4)])
    kept(cli, found)
    cli.journal.record()
    copy = tmp_path / f"{found.session.id}.toml"
    copy.write_bytes(dumps(found.session))
    assert cli("compare", str(copy)).code == 0
    copy.write_bytes(dumps(structs.replace(found.session, scores=every(3) | {"calm": "n/a"})))
    said = cli("compare", str(copy), "--json")
    assert (said.code, "is not as the journal has this session" in said.err) == (2, True)
    whole, part = (cli.json("report", where)["beside"]["rows"] for where in ("latest", str(copy)))
    assert [row[2] for row in part] == [row[2] for row in whole]
    other = "2026-11-23T1405-self-000000"
    (tmp_path / f"{other}.toml").write_bytes(dumps(structs.replace(found.session, id=other)))
    said = cli("compare", str(tmp_path / f"{other}.toml"), "--json")
    assert (said.code, json.loads(said.out)["groups"]) == (1, [])


def test_a_second_round_among_the_same_people_is_never_added_to_the_first(cli: Cli) -> None:
    """Three answered, and then the same three and a fourth: what is told is that of one round, and never of both."""
    mine = every(3) | {"calm": 4}  # not all alike, which would be told with an n of 7
    found = Feedback(mine)
    three = [every(2), every(3), every(1)]
    found.give("colleague", three, mark="000001")
    both = Feedback(mine)
    both.give("colleague", three, mark="000001")
    both.give("colleague", [*three, every(4)], mark="000002")
    alone = Feedback(mine)
    alone.give("colleague", [*three, every(4)], mark="000002")
    kept(cli, both)
    cli.journal.record()
    shape = cli.json("compare")
    assert [(group["people"], len(group["rounds"])) for group in shape["groups"]] == [(4, 1)]
    assert [(one["people"], one["reason"]) for one in shape["hidden"]] == [(3, "apart")]
    expected = compare(small(), alone.session, [alone.session], alone.others, alone.told())
    figures = [[group["mean"] for group in row["groups"]] for row in shape["domains"]]
    assert figures == [[rounded(group.mean) for group in row.groups] for row in expected.domains]
    for words, out in told(cli).items():
        assert not re.search(r"\b7 colleagues|n=7\b", out), words
