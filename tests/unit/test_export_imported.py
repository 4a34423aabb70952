"""What export writes as JSON comes back by import: all kinds of documents, whole or not at all."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from reflect_tui import paths
from reflect_tui.line_mode import talk as lines
from reflect_tui.model import agenda as agendas
from reflect_tui.model import goals
from reflect_tui.model.goals import LookBack
from reflect_tui.store.journal import Journal
from tests.screenshots import demo_journal, fixed_clock
from tests.unit.cli_examples import Cli
from tests.unit.plain_examples import console
from tests.unit.spreadsheet_examples import means_rows, put, workbook

pytestmark = pytest.mark.slow

Written = dict[str, Any]


def another(cli: Cli, root: Path) -> Cli:
    """Give the same commands on another journal."""
    other = object.__new__(Cli)
    other.__dict__ |= cli.__dict__ | {"root": root, "journal": Journal(root, paths.state_folder(root))}
    return other


@pytest.fixture
def demo(cli: Cli, tmp_path: Path) -> Cli:
    """Give the commands on the demo journal."""
    (tmp_path / "demo").mkdir()
    return another(cli, demo_journal(tmp_path / "demo", "nl").root)


def exported(cli: Cli, path: Path, *options: str) -> Written:
    result = cli("export", "--format", "json", "--output", str(path), *options)
    assert result.code == 0, result.err
    written: Written = json.loads(path.read_text(encoding="utf-8"))
    return written


def told(cli: Cli, *command: str) -> Any:
    """Give what a command says as JSON, without where the journal is."""
    return json.loads(json.dumps(cli.json(*command)).replace(str(cli.root), ""))


def have_talk(demo: Cli) -> None:
    """Have the talk about the newest session, with remarks of both and one agreement."""
    session = demo.journal.own()[0]
    instrument = demo.journal.library.find(session.instrument, session.version, session.digest)
    talk, _printed = console("Professional-canary", "Leader-canary", "Ask", "Call", "Sanne", "3m", "", *[""] * 12,
                             "2027-05-29", "y", "Noor", "Ans")  # fmt: skip
    assert lines.talk(demo.journal, fixed_clock(), talk, session, instrument) == 0


def blank(value: Any) -> Any:
    """Give what a command says without the texts of notes and remarks."""
    if isinstance(value, list):
        return [blank(each) for each in value]
    if isinstance(value, dict):
        return {key: "" if key in ("note", "remark") else blank(each) for key, each in value.items()}
    return value


def test_the_demo_journal_comes_back_whole(cli: Cli, demo: Cli, tmp_path: Path) -> None:
    have_talk(demo)
    assert demo("import", str(put(tmp_path / "past.xlsx", workbook({"a": means_rows()})))).code == 0
    result = demo("export", "--format", "json", "--notes", "--output", str(tmp_path / "a.json"))
    assert "All of the journal is in it, notes and talks too" in result.err
    result = cli("import", str(tmp_path / "a.json"))
    assert result.code == 0, result.out
    for command in ("list", "trend", "goals", "agenda", "events", "rounds", "compare", "talk"):
        assert told(cli, command) == told(demo, command), command
    assert told(cli, "trend")["talks"]
    assert told(cli, "trend")["references"]
    files = {file.relative_to(demo.root): file.read_bytes() for file in demo.root.glob("[!.]*/**/*.toml")}
    assert files == {file.relative_to(cli.root): file.read_bytes() for file in cli.root.glob("[!.]*/**/*.toml")}
    again = cli("import", str(tmp_path / "a.json"))
    assert again.code == 0
    assert "imported as" not in again.out
    assert cli.journal.pending() == ()


def test_without_notes_all_else_comes_back(cli: Cli, demo: Cli, tmp_path: Path) -> None:
    have_talk(demo)
    result = demo("export", "--format", "json", "--output", str(tmp_path / "a.json"))
    assert "Left out are notes and remarks, also those on agendas and in reviews of goals, talks" in result.err
    assert cli("import", str(tmp_path / "a.json")).code == 0
    assert told(cli, "list") == told(demo, "list") | {"next_talk": None}
    for command in ("goals", "agenda", "events"):
        assert told(cli, command) == blank(told(demo, command)), command
    assert told(cli, "trend") == told(demo, "trend") | {"talks": []}


def test_without_notes_nothing_is_in_it_that_was_noted_anywhere(demo: Cli, tmp_path: Path) -> None:
    have_talk(demo)
    session, data = demo.journal.saved(demo.journal.own()[0].id)
    noted = structs.replace(session, remark="Remark-canary", notes={next(iter(session.scores)): "Note-canary"})
    demo.journal.amend(noted, "for a test", data)
    goal_file, agenda_file = demo.journal.goals.all()[0], demo.journal.agendas.all()[0]
    goal, agenda = goal_file.value, agenda_file.value
    assert goal
    assert agenda
    back = LookBack(at=goal.made, outcome="partly", note="Review-canary")
    (demo.root / goal_file.path).write_bytes(goals.dumps(goal.looked_back(back)))
    point = structs.replace(agenda.points[0], remark="Agenda-canary")
    agenda = structs.replace(agenda, points=(point, *agenda.points[1:]))
    (demo.root / agenda_file.path).write_bytes(agendas.dumps(agenda))
    exported(demo, tmp_path / "whole.json", "--notes")
    exported(demo, tmp_path / "plain.json")
    found = re.compile(r"\w+-canary")
    assert len(set(found.findall((tmp_path / "whole.json").read_text(encoding="utf-8")))) == 6
    assert found.findall((tmp_path / "plain.json").read_text(encoding="utf-8")) == []


def test_without_notes_no_note_name_or_comment_is_in_it(demo: Cli, tmp_path: Path) -> None:
    plain, whole = exported(demo, tmp_path / "a.json"), exported(demo, tmp_path / "b.json", "--notes")
    assert list(plain) == ["format", "sessions", "goals", "agendas", "events", "references", "rounds", "instruments"]
    assert list(whole) == [*list(plain)[:-1], "talks", "teams", "instruments"]
    assert not any("notes" in session or "remark" in session for session in plain["sessions"])
    people = [person for one in plain["rounds"] for person in one["invited"]]
    assert {person["label"] for person in people} == {""}
    labels = {person["label"] for one in whole["rounds"] for person in one["invited"]}
    assert all(label and f'"{label}"' not in (tmp_path / "a.json").read_text(encoding="utf-8") for label in labels)
    assert not any(group.get("comment") for one in plain["rounds"] for group in one["released"])


def test_what_is_in_it_is_said_when_it_is_printed_too(cli: Cli) -> None:
    cli.save()
    assert "Left out are notes and remarks" in cli("export", "--format", "json").err
    assert "All of the journal is in it" in cli("export", "--format", "json", "--notes").err


def broken(written: Written, path: Path) -> Path:
    path.write_text(json.dumps(written), encoding="utf-8")
    return path


def test_with_one_fault_nothing_comes_in(cli: Cli, demo: Cli, tmp_path: Path) -> None:
    written = exported(demo, tmp_path / "a.json")
    first = next(iter(written["sessions"][0]["scores"]))
    written["sessions"][0]["scores"][first] = 9
    written["goals"][1]["what"] = ""
    result = cli("import", str(broken(written, tmp_path / "b.json")))
    assert result.code == 2
    assert "goals[2].what" in result.out
    written["goals"][1]["what"] = "iets"
    result = cli("import", str(broken(written, tmp_path / "b.json")))
    assert f"{written['sessions'][0]['id']}: scores.{first}: must be a whole number from 1 to 4" in result.out
    assert cli.json("list")["sessions"] == []
    assert not (cli.root / "goals").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 2}, "it has format 2, made by a newer reflect-tui"),
        ({"sessions": [{"id": "x"}]}, "sessions[1]: is no session as this program exports it"),
        ({"goals": [3]}, "goals[1]: Expected `object`"),
        ({"instruments": [3]}, "instruments[1]: is no file of an instrument"),
        ({"events": [{"id": "2026-03-event-4f2a9c", "when": "2026-04", "label": "x"}]}, "events[1]"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(cli: Cli, demo: Cli, tmp_path: Path, change: Written, said: str) -> None:
    written = exported(demo, tmp_path / "a.json") | change
    result = cli("import", str(broken(written, tmp_path / "b.json")))
    assert result.code == 2
    assert said in result.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"sessions": [', "is damaged JSON"),
        ('{"resourceType": "QuestionnaireResponse"}', "is FHIR, which answers can't be imported from"),
        ("[1, 2]", "is JSON, but not what export --format json writes"),
        ('{"sessions": [], "unreadable": []}', "is JSON, but not what export --format json writes"),
        ('{"format": 1, "sessions": []}', "holds no session and nothing else"),
        ("[" * 5000, "is damaged JSON"),
    ],
)
def test_other_json_is_refused_by_name(cli: Cli, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    result = cli("import", str(tmp_path / "a.json"))
    assert result.code == 2
    assert said in result.out


def test_what_the_journal_has_otherwise_stays_as_it_is(cli: Cli, demo: Cli, tmp_path: Path) -> None:
    written = exported(demo, tmp_path / "a.json", "--notes")
    assert cli("import", str(tmp_path / "a.json")).code == 0
    written["goals"][0]["what"] = "iets anders"
    before = cli.json("goals")
    result = cli("import", str(broken(written, tmp_path / "b.json")))
    assert result.code == 2
    goal = f"goals/{written['goals'][0]['id']}.toml"
    assert f"{goal}: is in the journal with another content; that one stays as it is" in result.out
    assert cli.json("goals") == before


def test_a_session_comes_in_only_with_the_round_that_knows_it(cli: Cli, demo: Cli, tmp_path: Path) -> None:
    written = exported(demo, tmp_path / "a.json")
    given = next(session for session in written["sessions"] if "round" in session)
    written["rounds"] = [one for one in written["rounds"] if one["id"] != given["round"]]
    result = cli("import", str(broken(written, tmp_path / "b.json")))
    assert result.code == 2
    assert f"{given['id']}: its round does not know it" in result.out


def test_an_instrument_that_is_not_installed_comes_along(cli: Cli, tmp_path: Path) -> None:
    session = cli.save()  # on an instrument that only this journal has
    written = exported(cli, tmp_path / "a.json")
    other = another(cli, tmp_path / "other")
    assert other("import", str(tmp_path / "a.json")).code == 0
    assert other.json("show", "latest")["scores"] == cli.json("show", session.id)["scores"]
    written["instruments"] = []
    third = another(cli, tmp_path / "third")
    assert "is neither installed nor in the journal" in third("import", str(broken(written, tmp_path / "b.json"))).out
