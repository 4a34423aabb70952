"""list, show, diff, trend and history as a person reads them, and their exit codes."""

from __future__ import annotations

import json

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import digest
from tests.unit import examples
from tests.unit.cli_examples import ESCAPES, Cli
from tests.unit.examples import ITEMS
from tests.unit.versions import later, newer_document


def test_the_list_names_what_to_type_for_each_session(cli: Cli) -> None:
    cli.save(3, days=-30)
    cli.save({"calm": 4}, role="colleague")
    cli.save(4)
    result = cli("list")
    head, *rows = result.out.splitlines()
    assert (result.code, result.err) == (0, "")
    assert head.split() == ["REF", "Date", "Role", "Instrument", "Answered", "High"]
    assert [row.split()[0] for row in rows] == ["latest", "2026-11-23T1405-colleague", "latest~1"]
    assert "23 Nov 2026" in rows[0]
    assert rows[0].endswith("7/7  3 of 3")
    assert {len(row) for row in rows} == {len(head)}
    for row in rows:
        assert cli("show", row.split()[0]).code == 0


def test_an_empty_journal_is_said_on_stderr(cli: Cli) -> None:
    result = cli("list")
    assert (result.code, result.out) == (0, "")
    assert "There is no session" in result.err


def test_unreadable_files_are_named_with_their_reason_and_need_attention(cli: Cli) -> None:
    good = cli.save(3)
    bad = cli.save(3, days=1)
    cli.path(bad).write_text("x = \x1b[31m")
    result = cli("list")
    assert result.code == 3
    assert str(cli.path(bad)) in result.err
    assert "\x1b" not in result.err
    assert len(result.out.splitlines()) == 2
    assert cli("show", "latest").out.find(good.id) > 0


def test_a_session_without_its_instrument_is_named_too(cli: Cli) -> None:
    cli.save(3)
    for copy in (cli.root / "instruments").iterdir():
        copy.unlink()
    result = cli("list")
    assert result.code == 3
    assert '"small" 1.2.0' in result.err


def test_show_says_where_one_stands_and_what_changed(cli: Cli) -> None:
    cli.save(3, days=-30)
    session = cli.save(dict.fromkeys(ITEMS, 3) | {"calm": 4, "tells": 2})
    out = cli("show", "latest").out
    assert session.id in out
    assert "1 of 3 domains high" in out
    assert "of 7 statements: 1 up, 1 down, 5 the same" in out
    assert "3.33" in out


def test_nothing_in_a_file_reaches_the_terminal_as_a_command(cli: Cli) -> None:
    cli.save(3, days=-30)
    session = structs.replace(examples.session(dict.fromkeys(ITEMS, 4)), notes={"calm": "note"}, remark="remark")
    cli.save(4)
    text = sessions.dumps(session).decode()
    hostile = "\\u001b]52;c;aGk=\\u0007 \\u009b31m \\u202e"
    cli.path(session).write_text(text.replace('"note"', f'"{hostile}note"').replace('"remark"', f'"{hostile}remark"'))
    for command in (("show", "latest"), ("show", "latest", "--json"), ("diff",), ("diff", "--json"), ("list",)):
        result = cli(*command)
        assert result.code == 0, result.err
        assert not set(result.out + result.err) & set(ESCAPES) - set(" ;31mc,aGk=]52")
    assert "note" in cli("show", "latest").out


def test_hostile_words_on_the_command_line_are_shown_harmless(cli: Cli) -> None:
    for command in (("show", ESCAPES), ("trend", ESCAPES), ("instruments", "check", ESCAPES), (ESCAPES,)):
        result = cli(*command)
        assert result.code
        assert "\x1b" not in result.out + result.err
        assert "\x9b" not in result.out + result.err


def test_diff_takes_the_newest_two_or_the_one_before(cli: Cli) -> None:
    first, second, third = (cli.save(score, days=day) for score, day in ((2, -60), (3, -30), (4, 0)))
    assert [cli.json("diff")[side] for side in "ab"] == [second.id, third.id]
    assert [cli.json("diff", "latest~1")[side] for side in "ab"] == [first.id, second.id]
    assert [cli.json("diff", "latest", "latest~2")[side] for side in "ab"] == [third.id, first.id]
    out = cli("diff").out
    assert "All 7 statements that changed" in out
    assert "now high" in out


def test_diff_without_an_earlier_session_is_an_answer_of_no(cli: Cli) -> None:
    cli.save(3)
    cli.save(3, role="manager", days=1)
    for names in ((), ("latest",), ("2026-11-24",)):
        assert cli("diff", *names).code == 1
    assert cli("diff", "latest", "2026-11-24").code == 0
    assert cli("diff", "latest", "latest", "latest").code == 2


def test_diff_of_two_versions_says_on_how_many_items_it_compares(cli: Cli) -> None:
    cli.save(3)
    cli.journal.save(later({"calm": 4, "warm": 3, "spots": 4}), tomli_w.dumps(newer_document()).encode())
    assert "compared on 4 statements that mean the same in both, of the 8 there are now" in " ".join(
        cli("diff").out.split()
    )
    document = cli.json("diff")
    assert [item["id"] for item in document["items"]] == ["calm", "acts", "tells"]
    assert (document["up"], document["down"], document["same"]) == (1, 0, 1)
    trend = cli.json("trend")
    assert [session["version"] for session in trend["sessions"]] == ["1.2.0", "2.0.0"]
    assert [point["starts"] for point in trend["domains"][0]["points"]] == [False, True]


def test_an_earlier_version_of_a_session_is_compared_with_the_newest(cli: Cli) -> None:
    session = cli.save({"calm": 1})
    cli.journal.record()
    path = cli.path(session)
    path.write_text(path.read_text().replace("calm = 1", "calm = 4"))
    cli.journal.keep(session.id, "misread")
    cli.journal.record()
    newest, oldest = (version["commit"] for version in cli.json("history", "latest")["versions"])
    said = cli("diff", f"latest@{oldest[:8]}", "latest").out
    assert f"version 1.2.0 · {oldest[:8]} · not amended\n" in said
    assert f"version 1.2.0 · {newest[:8]} · amended" in said
    assert " 1 up." in said
    assert cli.json("show", f"latest@{oldest[:8]}")["commit"] == oldest
    assert cli("diff", "latest@ffffffff", "latest").code == 1


def test_diff_and_trend_are_asked_by_item_and_for_the_last_sessions(cli: Cli) -> None:
    for day in range(4):
        cli.save({"calm": day + 1, "acts": 4 - day}, days=day)
    by_item = cli("diff", "latest~3", "latest", "--by", "item", "--sort", "size").out
    assert "per statement · largest change first" in by_item
    assert "Domains" not in by_item
    assert len(cli.json("trend", "--last", "2")["sessions"]) == 2
    assert "3 4  I stay: calm" in cli("trend", "--by", "item", "--last", "2").out
    for wrong in ("0", "-1", "9" * 5000, "2.5", ""):
        refused = cli("trend", f"--last={wrong}")
        assert (refused.code, "Write a whole number from 1 to 99999." in refused.err) == (2, True), wrong
    assert cli.json("trend", "--by", "focus")["domains"] == []


def test_diff_of_two_instruments_is_refused_in_one_sentence(cli: Cli) -> None:
    cli.save(3)
    content = examples.changed("id", "tall")
    other = structs.replace(examples.session({"calm": 3}, days=1), instrument="tall", digest=digest(content))
    cli.journal.save(other, content)
    result = cli("diff", "latest~1", "latest")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "can't be compared" in result.err


def test_trend_names_the_sessions_that_it_can_not_read(cli: Cli) -> None:
    kept, spoiled = cli.save(3), cli.save(4, days=9)
    assert cli("trend").code == 0
    cli.path(spoiled).write_text("x = [")
    result = cli("trend")
    assert result.code == 3
    assert spoiled.id in result.err
    assert [session["id"] for session in json.loads(cli("trend", "--json").out)["sessions"]] == [kept.id]


def test_an_agenda_on_a_new_version_finds_the_session_before_and_says_what_it_is_compared_on(cli: Cli) -> None:
    before = cli.save({"calm": 4, "kind": 4, "signs": 1, "acts": 4, "tells": 3, "asks": 4, "gives": 4})
    cli.journal.save(later({"calm": 2, "warm": 2, "acts": 2, "tells": 3}), tomli_w.dumps(newer_document()).encode())
    assert cli.json("agenda")["since"] == before.id
    out = " ".join(cli("agenda").out.split())
    assert "Points from this session, compared with that of 23 Nov 2026. Versions 1.2.0 and 2.0.0 differ: " in out
    assert "Doing: no longer high Mean 2.50 (n=2) · was 3.50 (n=2), ≈ -1.00" in out
    document = " ".join(cli("report", "latest").out.split())
    assert "**Doing: no longer high** - Mean 2.50 (n=2) · was 3.50 (n=2), ≈ -1.00" in document
    assert "| Doing | 2.50 | 2/2 | no longer high | 3.50 |" in document


def test_trend_is_a_sentence_and_a_table_a_domain(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        cli.save(1 + number % 4, days=30 * number)
    monkeypatch.setenv("COLUMNS", "80")
    result = cli("trend")
    assert (result.code, result.err) == (0, "")
    assert (
        "Doing: from 1.00 on 23 Nov 2026 to 3.00 on 22 May 2027 (2.00 up, too few changed), in 7 sessions."
        in " ".join(result.out.split())
    )
    assert result.out.count("23 Nov 2026  1.00") == 5  # a row in the table of every domain and focus
    assert "23 Nov 2026     1  1 of 1" in result.out  # that of one statement has a score
    assert result.out == cli("trend", "--plain").out
    for columns in (60, 80, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert max(map(len, cli("trend").out.splitlines())) <= columns


def test_trend_of_one_domain_one_focus_and_none(cli: Cli) -> None:
    cli.save(3)
    cli.save(4, days=1)
    assert "Doing: from 3.00" in cli("trend", "doing").out
    assert "Looking" not in cli("trend", "doing").out
    assert "Attitude: from 3.00" in cli("trend", "attitude").out
    result = cli("trend", "nope")
    assert result.code == 2
    assert "looking, doing, together" in result.err


def test_trend_needs_sessions_of_ones_own(cli: Cli) -> None:
    assert cli("trend").code == 1
    cli.save(3, role="manager")
    assert cli("trend").code == 1
    cli.save(3)
    result = cli("trend")
    assert result.code == 0
    assert "A trend begins with the second one." in result.err
    assert cli("trend", "--instrument", "digcomp").code == 1
    assert cli.json("trend", "--instrument", "small")["instrument"] == "small"


def test_history_lists_versions(cli: Cli) -> None:
    cli.save(3)
    assert "not yet in history" in cli("history", "latest").out
    commit = cli.journal.record().commits[-1]
    assert commit[:8] in cli("history", "latest").out
