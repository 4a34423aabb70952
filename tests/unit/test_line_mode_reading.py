"""The linear twins of show, diff, trend, list and history, when they are used, and the table below a chart."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from msgspec import structs

from reflect_tui import i18n
from reflect_tui.analysis.summary import summarize
from reflect_tui.model import goals
from reflect_tui.model import session as sessions
from reflect_tui.model.goals import Goal
from reflect_tui.views.labels import table
from reflect_tui.views.lines import plain
from reflect_tui.views.results import results_twin
from tests.unit import examples
from tests.unit.cli_examples import Cli, in_a_process
from tests.unit.examples import ITEMS, small
from tests.unit.plain_examples import words
from tests.unit.report_examples import NOW

SIGNS = "●○◆◇┄─━╋┼├┤│└┬▲▼✓✎▸→·"
READING = (("list",), ("show", "latest"), ("diff",), ("trend",), ("trend", "attitude"), ("history", "latest"))


@pytest.fixture
def two(cli: Cli) -> Cli:
    cli.save(3, days=-30, notes={"calm": "one\ntwo", "acts": "gone"})
    cli.save({**dict.fromkeys(ITEMS, 3), "calm": 4, "tells": 2, "asks": "n/a"}, notes={"calm": "three"})
    cli.journal.record()
    return cli


def test_show_in_words_has_all_that_the_screen_has(two: Cli) -> None:
    said = words(two("show", "latest", "--plain").out)
    assert "7 of 7 answered. 1 of those not applicable." in said
    assert "Scores go from 1 to 4; a mean above 3 is high." in said
    assert "Since 24 Oct 2026, of 6 statements: 1 up, 1 down, 4 the same." in said
    assert "1 of 3 has a mean above 3, which is high. Highest: Looking (3.33); lowest: Doing (2.50)." in said
    assert "Looking at what is there 3.33 3 of 3 high 0.33 up, too few changed" in said
    assert "Doing 2.50 2 of 2 not high 0.50 down, too few changed" in said
    assert "Attitude 3.50 2 of 2 high 0.50 up, too few changed" in said
    assert "Statement 5, 2 poor: I act on them; I tell others" in said
    assert "1 note: Statement 1, 4 good: I stay: calm three" in said


def test_diff_in_words_names_items_and_notes_word_for_word(two: Cli) -> None:
    said = words(two("diff", "--plain").out)
    assert said.startswith("From 24 Oct 2026, 14:05, self to 23 Nov 2026, 14:05, self.")
    assert "Mostly the same: 4 of 6. Of the 2 that changed 1 went up: too few to tell a direction." in said
    assert (
        "3 means: 2 with too few changed statements, 1 the same. Now above 3, so high: Looking (too few changed)."
        in said
    )
    assert "Looking at what is there 3.00 3.33 0.33 up, too few changed now high" in said
    assert "Statement 1, 1 up, from 3 fair to 4 good: I stay: calm" in said
    assert "Statement 5, 1 down, from 3 fair to 2 poor" in said
    assert "Statement 6, from 3 fair to not applicable: I ask" in said
    assert "Statement 1: I stay: calm Before: one two Now: three" in said
    assert "Before: gone Now: nothing" in said


def test_trend_says_what_others_scored_and_what_goals_want(two: Cli) -> None:
    two.save(4, days=1, role="manager")
    aim = Goal(
        id="2026-11-23T1500-goal-90a1f0", instrument="small", what="Do it.", domain="doing", target=3.5, made=NOW
    )
    two.journal.goals.save(aim.id, goals.dumps(aim), "made")
    for flags in ((), ("--plain",)):
        said = " ".join(two("trend", *flags).out.split())
        assert "in 2 sessions. Goal 3.5: Do it." in said
        assert said.count("Goal 3.5") == 1
    apart = said.split("Filled in by: manager.")[1]
    assert "Doing: 4.00 on 24 Nov 2026, n = 2, high." in apart
    two.save(2, days=2, role="manager")
    apart = " ".join(two("trend").out.split()).split("Filled in by: manager.")[1]
    assert "Doing: 2.00 to 4.00 in 2 sessions, perhaps by several people." in apart
    two.save(2, days=3, role="client")
    two.save(2, days=4, role="client")
    assert "Doing: 2.00 in each of 2 sessions, perhaps by several people." in " ".join(two("trend").out.split())
    assert " down" not in apart


def test_trend_in_words_is_a_sentence_and_a_table_for_every_line(two: Cli) -> None:
    said = two("trend", "--plain").out
    assert words(said).startswith("Small: 2 sessions of your own.")
    assert len(re.findall(r" in 2 sessions(?: \(n \d+, then \d+; \d+ scored both times\))?\.", words(said))) == 6
    assert re.search(r"24 Oct 2026 +3\.00 +3 of 3 +not high", said)
    assert re.search(r"23 Nov 2026 +3\.33 +3 of 3 +high", said)
    assert two("trend", "doing", "--plain").out.count("verdict") == 1


def test_two_sessions_of_one_day_are_told_apart_by_their_time(cli: Cli) -> None:
    cli.save(3)
    second = structs.replace(examples.session({"calm": 3}), id="2026-11-23T1405-self-aaaaaa")
    cli.journal.save(second, cli.journal.instrument_bytes(examples.session({"calm": 3})))
    assert cli("trend", "looking", "--plain").out.count("23 Nov 2026, 14:05") == 2


def test_nothing_scored_is_said(cli: Cli) -> None:
    cli.save({"calm": "n/a"})
    assert "Nothing is scored yet." in cli("show", "latest", "--plain").out
    assert "none" in cli("show", "latest", "--plain").out
    assert "Doing: nothing scored yet." in cli("trend", "--plain").out


def test_list_and_history_in_words_are_a_sentence_each(two: Cli) -> None:
    first = words(two("list", "--plain").out.replace("latest~1", "\nlatest~1").split("\nlatest~1")[0])
    assert first == "latest: 23 Nov 2026, 14:05, self, Small, 7 of 7 answered, 1 of 3 domains high."
    said = words(two("history", "latest", "--plain").out)
    commit = two.journal.commit_of(two.journal.own()[0].id) or ""
    assert f"commit {commit[:8]}: 6 of 7 scored, 1 of 3 high." in said
    two.save(3, days=3)
    assert "Saved, not yet in history" in words(two("history", "latest", "--plain").out)


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("columns", ["40", "80", "140"])
@pytest.mark.parametrize("command", READING)
def test_words_hold_no_signs_no_commands_and_keep_to_the_width(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, language: str, columns: str, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    cli.save(3, days=-30, notes={"calm": "note", "acts": "note"})
    session = structs.replace(examples.session(dict.fromkeys(ITEMS, 4)), notes={"calm": "noté"}, remark="remark")
    cli.save(4)
    hostile = "\\u001b]52;c;aGk=\\u0007 \\u009b31m \\u202e \\r\\n\\t"
    text = sessions.dumps(session).decode()
    cli.path(session).write_text(text.replace('"noté"', f'"{hostile}note"').replace('"remark"', f'"{hostile}remark"'))
    result = cli("--lang", language, *command, "--plain")
    assert (result.code, result.err) == (0, "")
    assert not [sign for sign in result.out if sign != "\n" and (ord(sign) < 32 or 127 <= ord(sign) < 160)]
    assert not set(result.out) & {*SIGNS, "\u202e", "…"}
    assert max(map(len, result.out.splitlines())) <= int(columns)


def test_words_are_set_for_good_by_a_variable_and_pictures_stay_the_default(
    two: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in READING[:3]:
        drawn, said = two(*command).out, two(*command, "--plain").out
        assert drawn != said
        monkeypatch.setenv("REFLECT_TUI_PLAIN", "1")
        assert two(*command).out == said
        monkeypatch.delenv("REFLECT_TUI_PLAIN")


@pytest.mark.parametrize(("kind", "in_words"), [("dumb", True), ("xterm-256color", False)])
def test_a_terminal_that_only_prints_lines_gets_words(
    two: Cli, monkeypatch: pytest.MonkeyPatch, kind: str, *, in_words: bool
) -> None:
    monkeypatch.setenv("TERM", kind)
    said = two("show", "latest", "--plain").out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert (two("show", "latest").out == said) is in_words


def test_json_stays_json(two: Cli) -> None:
    assert json.loads(two("show", "latest", "--plain", "--json").out)["answered"] == 7


@pytest.mark.slow
def test_without_unicode_words_become_ascii(two: Cli) -> None:
    variables = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for command in READING:
        found = in_a_process("--journal", str(two.root), "--lang", "nl", *command, "--plain", env=variables)
        assert found.returncode == 0
        assert found.stdout.isascii()


@pytest.mark.parametrize("command", [*READING, ("new",), ("amend", "latest")])
def test_words_load_no_screens(two: Cli, command: tuple[str, ...]) -> None:
    look = (
        "import sys; from reflect_tui.cli.main import main; main(sys.argv[1:]); "
        "sys.exit(repr([name for name in ('textual', 'rich', 'plotext', 'jsonschema') if name in sys.modules]))"
    )
    line = [
        sys.executable,
        "-P",
        "-c",
        look,
        "--journal",
        str(two.root),
        *command,
        *([] if command[0] == "amend" else ["--plain"]),
    ]
    found = subprocess.run(line, capture_output=True, text=True, check=False, input="3\n")
    assert found.stderr.splitlines()[-1] == "[]"


def test_a_narrow_table_becomes_sentences() -> None:
    head, rows = ["Name", "mean", "scored"], [["A rather long name of a domain", "3.00", "19 of 19"]]
    assert plain(table(head, rows, 80)).splitlines()[1] == "  A rather long name of a domain  3.00  19 of 19"
    assert words(plain(table(head, rows, 30))) == "A rather long name of a domain: mean 3.00, scored 19 of 19."
    wrapped = plain(table(head, rows, 46)).splitlines()
    assert [line.split("  ")[1] for line in wrapped[1:]] == ["A rather long name of a", "domain"]


def test_the_twin_of_bars_says_the_same_in_dutch() -> None:
    i18n.use_language("nl")
    content = small()
    said = words(plain(results_twin(content, summarize(content, dict.fromkeys(ITEMS, 3)), None, 80)))
    assert "3,00" in said
    assert "+" not in said
