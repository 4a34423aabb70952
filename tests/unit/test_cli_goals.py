"""`goals` and `agenda`, run in this process on small journals."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.errors import EXIT_ATTENTION, EXIT_BAD_INPUT, EXIT_DONE, EXIT_NO
from reflect_tui.model import agenda, goals
from reflect_tui.model.agenda import Agenda, AgendaPoint
from reflect_tui.model.goals import Goal, LookBack
from tests.unit.cli_examples import ESCAPES, Cli
from tests.unit.examples import ITEMS, session

MADE = session(dict.fromkeys(ITEMS, 3)).started
GOAL = Goal(
    id="2026-11-23T1405-goal-0a1b2c", instrument="small", domain="doing", items=("acts",), what="Say what I see",
    first_step="Once", helper="A colleague", by=date(2027, 6, 1), target=3.5, made=MADE,
)  # fmt: skip


def keep(cli: Cli, goal: Goal = GOAL) -> None:
    cli.journal.goals.save(goal.id, goals.dumps(goal), "made")


def test_goals_are_listed_in_full_those_that_go_on_first(cli: Cli) -> None:
    cli.save()
    closed = structs.replace(GOAL, id="2026-11-22T1405-goal-0a1b2c", what="Done").looked_back(
        LookBack(at=MADE, outcome="reached", note="it went well")
    )
    keep(cli, closed)
    keep(cli)
    result = cli("goals")
    assert result.code == EXIT_DONE
    assert result.out.index("Say what I see") < result.out.index("Done")
    for part in ("Once", "A colleague", "1 Jun 2027", "3.5", "Doing", "I act on them", "it went well", "reached on"):
        assert part in result.out


def test_goals_as_json(cli: Cli) -> None:
    keep(cli, GOAL.looked_back(LookBack(session="2026-11-23T1405-self-4f2a9c", at=MADE, outcome="partly")))
    (found,) = cli.json("goals")["goals"]
    assert list(found) == [
        "id", "instrument", "domain", "items", "what", "first_step", "helper", "by", "target", "made", "session",
        "talk", "status", "open", "carried", "look_backs",
    ]  # fmt: skip
    assert (found["by"], found["target"], found["status"], found["open"], found["carried"]) == (
        "2027-06-01", 3.5, "partly", True, 1,
    )  # fmt: skip
    assert found["session"] is None


def test_goals_to_a_calendar_file(cli: Cli, tmp_path: Path) -> None:
    keep(cli)
    result = cli("goals", "--ics", str(tmp_path / "goals.ics"))
    assert (result.code, result.out) == (EXIT_DONE, "")
    assert (tmp_path / "goals.ics").read_text().count("BEGIN:VEVENT") == 1
    (other := tmp_path / "other.ics").write_text("my own")
    assert cli("goals", "--ics", "-").out.count("BEGIN:VEVENT") == 1
    assert not Path("-").exists()
    refused = cli("goals", "--ics", str(other))
    assert (refused.code, "add --force" in refused.err, other.read_text()) == (EXIT_BAD_INPUT, True, "my own")
    assert cli("goals", "--ics", str(other), "--force").code == EXIT_DONE
    assert other.read_text().count("BEGIN:VEVENT") == 1


def test_no_goals_is_no_error(cli: Cli) -> None:
    result = cli("goals")
    assert (result.code, result.out) == (EXIT_DONE, "")
    assert "no goals yet" in result.err
    assert cli.json("goals") == {"goals": []}
    assert cli("goals", "--ics", "x.ics").code == EXIT_NO


def test_a_goal_that_can_t_be_read_is_named_and_the_others_are_listed(cli: Cli) -> None:
    keep(cli)
    (cli.root / "goals" / "bad.toml").write_text("what = 1\n")
    result = cli("goals")
    assert result.code == EXIT_ATTENTION
    assert "Say what I see" in result.out
    assert "bad.toml" in result.err
    doctor = cli("doctor")
    assert doctor.code == EXIT_ATTENTION
    assert "bad.toml" in doctor.out


def test_doctor_names_a_goal_that_another_program_changed(cli: Cli) -> None:
    cli.save()
    keep(cli)
    cli.journal.record()
    assert cli("doctor").code == EXIT_DONE
    path = cli.root / "goals" / f"{GOAL.id}.toml"
    path.write_bytes(path.read_bytes().replace(b"Once", b"Twice"))
    assert "changed by another program" in cli("doctor").out


def test_hostile_text_in_a_goal_is_shown_never_obeyed(cli: Cli) -> None:
    keep(cli)
    path = cli.root / "goals" / f"{GOAL.id}.toml"
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in ESCAPES)
    path.write_text(path.read_text().replace("Say what", f"Say {escaped} what"))
    shown = cli("goals").out + cli("goals", "--json").out
    assert not set(shown) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_an_agenda_is_made_when_none_was_saved(cli: Cli) -> None:
    cli.save(dict.fromkeys(ITEMS, 3) | {"acts": 1, "calm": 4})
    keep(cli)
    found = cli.json("agenda")
    assert found["outdated"] is False
    assert (found["saved"], found["since"]) == (False, None)
    assert [(point["kind"], point["about"]) for point in found["points"]] == [
        ("strength", "looking"), ("low", "doing"), ("goal", GOAL.id),
    ]  # fmt: skip
    low = found["points"][1]
    assert low["now"] == {"mean": 2.0, "sum": 4, "scored": 2}
    assert low["items"][0] == {"id": "acts", "score": 1, "before": None}
    text = cli("agenda").out
    assert text.index("Strengths") < text.index("To talk about")
    assert not (cli.root / "agendas").exists()


def test_a_saved_agenda_is_shown_without_what_was_dropped(cli: Cli) -> None:
    session_id = cli.save().id
    points = (AgendaPoint(kind="own", text="More time"), AgendaPoint(kind="own", text="Less work", dropped=True))
    data = agenda.dumps(Agenda(session=session_id, points=points))
    cli.journal.agendas.save(session_id, data, "saved")
    shown = cli("agenda", "latest").out
    assert "More time" in shown
    assert "Less work" not in shown
    found = cli.json("agenda")
    assert [point["dropped"] for point in found["points"]] == [False, True]
    assert found["outdated"] is ("Answers changed" in shown) is True


def test_an_agenda_is_of_one_s_own_session(cli: Cli) -> None:
    other = cli.save(role="manager")
    assert cli("agenda", other.id).code == EXIT_BAD_INPUT
    assert cli("agenda").code == EXIT_NO


def test_an_agenda_that_can_t_be_read_is_named(cli: Cli) -> None:
    session_id = cli.save().id
    (cli.root / "agendas").mkdir()
    (cli.root / "agendas" / f"{session_id}.toml").write_text("x = 1\n")
    result = cli("agenda")
    assert result.code == EXIT_ATTENTION
    assert "unknown key" in result.err


@pytest.mark.slow
def test_the_demo_has_goals_an_agenda_and_a_clean_history(cli: Cli, tmp_path: Path) -> None:
    made = tmp_path / "demo"
    assert cli("demo", "--output", str(made)).code == EXIT_DONE
    status = subprocess.run(["git", "-C", made, "status", "--porcelain"], capture_output=True, text=True, check=True)
    assert status.stdout == ""
    assert len(list((made / "goals").iterdir())) == 4
    assert len(list((made / "agendas").iterdir())) == 1
