from __future__ import annotations

import pytest

from tests.unit.cli_examples import Cli


def test_events_are_added_listed_removed_and_brought_back(cli: Cli) -> None:
    cli.save(3)
    cli.journal.record()
    assert cli("events", "add", "2026-03", "training", "in", "talking").code == 0
    (event,) = cli.json("events", "list")["events"]
    assert (event["when"], event["label"]) == ("2026-03", "training in talking")
    assert "Mar 2026      training in talking" in cli("events", "list").out
    assert event["id"] in cli("events", "remove", event["id"]).out
    assert cli.json("events", "list") == {"events": [], "unreadable": []}
    assert cli("events", "restore", event["id"]).code == 0
    assert cli.json("events", "list")["events"] == cli.json("events")["events"] == [event]
    assert cli.json("trend")["events"] == [event]
    assert "Mar 2026 training in talking" in cli("trend").out
    assert cli.journal.record().commits == ()


def test_a_day_behind_the_month_is_when_it_was(cli: Cli) -> None:
    cli.save(3)
    assert cli("events", "add", "2026-03", "2026-03-12", "training").code == 0
    (event,) = cli.json("events", "list")["events"]
    assert (event["when"], event["label"]) == ("2026-03-12", "training")


@pytest.mark.parametrize(
    ("words", "code"),
    [(("add", "soon", "x"), 2), (("add", "2026-13", "x"), 2), (("remove", "x"), 1), (("restore", "x"), 1)],
)
def test_what_can_not_be_done_is_said_in_one_line(cli: Cli, words: tuple[str, ...], code: int) -> None:
    result = cli("events", *words)
    assert (result.code, result.out) == (code, "")
    assert result.err.count("\n") == 1


def test_a_file_that_can_not_be_read_is_named(cli: Cli) -> None:
    folder = cli.root / "events"
    folder.mkdir(parents=True)
    (folder / "2026-03-event-000000.toml").write_text("when = 3")
    result = cli("events", "list")
    assert result.code == 3
    assert "events/2026-03-event-000000.toml: " in result.out
    assert cli("events", "list", "--json").code == 3
    cli.save(3)
    for flags in ((), ("--json",), ("--plain",)):
        trend = cli("trend", *flags)
        assert trend.code == 3
        assert trend.out
        assert "events/2026-03-event-000000.toml: " in trend.err
