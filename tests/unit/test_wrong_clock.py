"""Sessions made while a clock was wrong: named at finish and by doctor, put right, refused at import."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import tomli
import tomli_w
from msgspec import structs

from reflect_tui.clock import SYSTEM
from reflect_tui.model import goals
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model import talk as talks
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.goals import Goal, LookBack
from reflect_tui.model.session import Session, date_fault, id_fault, new_id, redated
from reflect_tui.store import importing
from reflect_tui.usecases import filling
from reflect_tui.usecases.pages import date_doubt
from reflect_tui.views.importing import render_import_preview
from tests.unit import examples
from tests.unit.cli_examples import Cli
from tests.unit.plain_examples import Desk
from tests.unit.round_examples import a_round, an_answer, put

DIGEST = f"sha256:{64 * '0'}"
NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)
USUAL = structs.replace(examples.session({}), started=NOW - timedelta(minutes=9), finished=NOW - timedelta(minutes=2))


def moved(session: Session, years: int, **more: object) -> Session:
    """Give a session as a clock that is years ahead would have made it."""
    started = session.started.replace(year=session.started.year + years)
    changed = structs.replace(session, started=started, finished=started + (session.finished - session.started))
    return structs.replace(changed, id=new_id(started, session.role, f"{years & 0xFFFFFF:06x}"), **more)


def saved(cli: Cli, session: Session) -> Session:
    """Put a session among those of a journal."""
    path = cli.path(session)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sessions.dumps(session))
    cli.journal.record()
    return session


def test_what_can_not_be_is_named() -> None:
    assert date_fault(USUAL, NOW) == ""
    assert date_fault(moved(USUAL, 36), NOW) == "that is still to come"
    assert date_fault(moved(USUAL, -56), NOW) == "that is before 2000"
    assert date_fault(USUAL, NOW - timedelta(hours=23)) == ""  # clocks and zones differ
    turned = structs.replace(USUAL, finished=USUAL.started - timedelta(seconds=1))
    assert date_fault(turned, NOW) == "and ended before it began"


def test_another_day_keeps_the_time_and_how_long_it_took() -> None:
    ahead = moved(USUAL, 36)
    right = redated(ahead, USUAL.started.date(), NOW)
    assert (right.started.date(), right.started.time()) == (USUAL.started.date(), USUAL.started.time())
    assert right.finished - right.started == timedelta(minutes=7)
    assert right.id == ahead.id
    set_meanwhile = structs.replace(ahead, finished=USUAL.finished)  # the clock was set before the end
    assert redated(set_meanwhile, USUAL.started.date(), NOW).finished in {USUAL.finished, right.started}
    assert redated(set_meanwhile, USUAL.started.date() - timedelta(days=9), NOW).finished == USUAL.finished
    never_set = structs.replace(moved(USUAL, -56), finished=USUAL.finished)
    assert redated(never_set, USUAL.started.date(), NOW).finished >= right.started


def test_a_finish_doubts_its_date_only_for_a_reason() -> None:
    before = moved(USUAL, -1)
    assert date_doubt([USUAL, before], USUAL, NOW) == ""
    assert date_doubt([USUAL], USUAL, NOW) == ""
    ahead = moved(USUAL, 36)
    assert "years after the one before" in date_doubt([ahead, USUAL], ahead, ahead.finished)
    stuck = date_doubt([ahead, USUAL, before], USUAL, NOW)
    assert f"your newest session {ahead.id} is dated 23 Nov 2062" in stuck
    turned = structs.replace(USUAL, finished=USUAL.started - timedelta(hours=1))
    assert f"ended before it began. To put its date right: reflect-tui amend {USUAL.id} --date DATE" in date_doubt(
        [turned], turned, NOW
    )


def test_doctor_names_it_and_amend_puts_it_right(cli: Cli) -> None:
    before, usual = cli.save(2, days=-40), cli.save(3, days=-9)
    ahead = saved(cli, moved(usual, 36))
    found = cli("doctor")
    assert found.code == 3
    assert f"reflect-tui amend {ahead.id} --date DATE" in " ".join(found.out.split())
    assert cli.json("show", "latest")["id"] == ahead.id
    day = (before.started + timedelta(days=9)).date()
    done = cli("amend", "latest", "--date", f"{day:%d-%m-%Y}", "--reason", "the clock was wrong")
    assert (done.code, f"{ahead.id} is dated" in done.out) == (0, True)
    assert [row["id"] for row in cli.json("list")["sessions"]] == [usual.id, ahead.id, before.id]
    assert cli.json("show", "latest")["id"] == usual.id
    shown = cli.json("show", ahead.id)
    assert (shown["started"][:10], shown["scores"]) == (day.isoformat(), ahead.scores)
    assert cli.json("history", ahead.id)["versions"][0]["reason"] == "the clock was wrong"
    assert "dates" not in cli("doctor", "--json").out
    again = cli("amend", ahead.id, "--date", day.isoformat(), "--reason", "once more")
    assert (again.code, "has that date already" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("2026-W01", "is no date"), ("soon", "is no date"), ("", "is no date"), ("9" * 5000, '9…" is no date'),
        ("1999-12-31", "is before 2000"), ("2999-01-01", "is still to come"), ("3/4/2020", "can be two days"),
    ],
)  # fmt: skip
def test_a_date_to_put_right_is_a_day_up_to_today(cli: Cli, wrong: str, said: str) -> None:
    session = cli.save(3)
    refused = cli("amend", session.id, "--date", wrong, "--reason", "x")
    assert (refused.code, said in refused.err) == (2, True)
    assert cli.journal.own() == (session,)


def test_a_session_that_is_being_amended_keeps_its_date(cli: Cli) -> None:
    session = cli.save(3)
    cli.journal.record()
    filling.amend(cli.journal, SYSTEM, session.id, "begun").writer.close()
    refused = cli("amend", session.id, "--date", "1-2-2026", "--reason", "x")
    assert (refused.code, "finish that first" in refused.err) == (2, True)
    assert cli.journal.own() == (session,)


def test_line_mode_names_it_at_the_finish(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.new("1" * 92, "f")
    assert "--date" not in desk.said
    first = desk.session
    path = desk.journal.root / sessions.relative_path(first.id)
    ahead = moved(first, 36)
    (path.parent.parent / "2062").mkdir()
    (path.parent.parent / "2062" / f"{ahead.id}.toml").write_bytes(sessions.dumps(ahead))
    said = " ".join(desk.new("2" * 92, "f").split())
    assert f"your newest session {ahead.id} is dated 23 Nov 2062" in said


def test_an_answer_with_such_an_id_is_refused_too(cli: Cli, tmp_path: Path) -> None:
    asked = a_round(cli.journal, promise="named")
    good = an_answer(asked, 1)
    wrong = structs.replace(good, id="2026-02-30" + good.id[10:])
    refused = cli("import", str(put(tmp_path / "in", wrong)[0]))
    assert (refused.code, "has a date or time that does not exist" in refused.out + refused.err) == (2, True)
    assert cli("import", str(put(tmp_path / "good", good)[0])).code == 0


@pytest.mark.parametrize("spoiled", ["2026-13-01T1405", "2026-02-30T1405", "2026-11-23T2561", "0000-01-01T0000"])
def test_an_id_whose_date_is_none_is_refused_at_import(cli: Cli, tmp_path: Path, spoiled: str) -> None:
    session = cli.save(3)
    wrong = structs.replace(session, id=f"{spoiled}-self-4f2a9c")
    assert id_fault(wrong.id) is not None
    assert id_fault(session.id) is None
    (path := tmp_path / f"{wrong.id}.toml").write_bytes(sessions.dumps(wrong))
    refused = cli("import", str(path))
    assert (refused.code, "has a date or time that does not exist" in refused.out + refused.err) == (2, True)
    assert cli.journal.own() == (session,)


def test_an_import_says_that_a_date_can_not_be_right(cli: Cli, tmp_path: Path) -> None:
    usual = cli.save(3)
    ahead = moved(usual, 36)
    turned = structs.replace(moved(usual, -1), finished=usual.started.replace(year=usual.started.year - 2))
    asked = a_round(cli.journal, promise="named")
    answer = an_answer(asked, 1)
    given = structs.replace(answer, started=ahead.started, finished=ahead.finished)
    for file in (ahead, turned):
        (tmp_path / f"{file.id}.toml").write_bytes(sessions.dumps(file))
    paths = [str(tmp_path / f"{file.id}.toml") for file in (ahead, turned)] + [str(put(tmp_path / "in", given)[0])]
    candidates = importing.examine(cli.journal, [Path(paths[0])])
    page = " ".join(row.text.strip() for row in render_import_preview(candidates, 80))
    assert "is dated 23 Nov 2062, that is still to come" in page
    for again in (("--dry-run",), ()):
        told = cli("import", *paths, *again)
        rows = told.err.splitlines()
        assert told.code == 0
        assert (
            f"is dated 23 Nov 2062, that is still to come; put it right with: reflect-tui amend {ahead.id}" in rows[0]
        )
        assert "is dated 23 Nov 2025, and ended before it began; put it right with: reflect-tui amend" in rows[1]
        assert rows[2].endswith("is dated 23 Nov 2062, that is still to come")
    assert cli("import", paths[0]).err == ""  # it is there already: doctor tells


def test_goals_and_rounds_of_a_wrong_clock_are_named_by_doctor(cli: Cli) -> None:
    session = cli.save(3)
    asked = a_round(cli.journal, promise="named")
    journal = cli.journal
    made = datetime(2026, 11, 24, 9, tzinfo=UTC)
    goal = Goal(id=goals.new_id(made, "4f2a9c"), instrument=session.instrument, what="Listen", made=made)
    journal.goals.save(goal.id, goals.dumps(goal), "made", None)
    journal.record()
    assert "dates" not in cli("doctor", "--json").out
    ahead = made.replace(year=2062)
    back = LookBack(at=ahead, outcome="partly")
    path = cli.root / goals.relative_path(goal.id)
    path.write_bytes(goals.dumps(structs.replace(goal, made=made.replace(year=1970), look_backs=(back,))))
    round_path = cli.root / rounds.relative_path(asked.id)
    round_path.write_bytes(rounds.dumps(structs.replace(asked, made=ahead)))
    found = [check["found"] for check in json.loads(cli("doctor", "--json").out)["checks"] if check["name"] == "dates"]
    assert found == [
        f"{path} was made on 24 Nov 1970, that is before 2000.",
        f"{round_path} was made on 24 Nov 2062, that is still to come.",
        f"{path} was looked back upon on 24 Nov 2062, that is still to come.",
    ]


def state_of(cli: Cli, name: str, **changes: str) -> None:
    """Change what stands in a file of the state folder."""
    path = cli.journal.state / name
    document = tomli.loads(path.read_text()) | {key: datetime.fromisoformat(text) for key, text in changes.items()}
    path.write_text(tomli_w.dumps(document))


def test_a_sync_of_the_future_is_told_as_a_wrong_clock(cli: Cli, tmp_path: Path) -> None:
    cli.save()
    (tmp_path / "stick").mkdir()
    assert cli("sync", str(tmp_path / "stick"), "--yes").code == 0
    assert "clock" not in cli("sync", "--status").out
    state_of(cli, "sync.toml", when="2962-01-03T10:00:00+01:00")
    told = cli("sync", "--status").out
    assert "last on 3 Jan 2962 at 10:00. The clock of this computer is wrong, or was wrong then." in told


def test_a_backup_of_the_future_is_told_as_a_wrong_clock(cli: Cli, tmp_path: Path) -> None:
    cli.save()
    assert cli("backup", str(tmp_path / "all.zip")).code == 0
    state_of(cli, str(cli.journal.folder_of_all("backups") / "backup.toml"), made="2962-01-03T10:00:00+01:00")
    result = cli("doctor")
    page = " ".join(result.out.split())
    assert result.code == 3
    assert "is of 3 Jan 2962: " in page
    assert f"{tmp_path / 'all.zip'}.Theclock" in "".join(result.out.split())
    assert "The clock of this computer is wrong, or was wrong then." in page
    assert "then make a new one: reflect-tui backup FILE" in page


def test_an_event_that_is_still_to_come_is_said(cli: Cli) -> None:
    result = cli("events", "add", "2962-03", "training")
    (event,) = cli.json("events")["events"]
    assert result.code == 0
    assert f"Mar 2962 is still to come. If that is a mistake: reflect-tui events remove {event['id']}" in result.err
    assert cli("events", "add", "2020-03", "training").err == ""


def test_a_talk_of_the_future_is_named(cli: Cli) -> None:
    cli.save()
    cli.journal.record()
    agenda = Agenda(session=cli.json("list")["sessions"][0]["id"])
    talk = talks.begin(agenda, DIGEST, NOW.replace(year=2962), "00000a")
    path = cli.root / "talks" / f"{talk.id}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(talks.dumps(talk))
    checks = {check["name"]: check for check in json.loads(cli("doctor", "--json").out)["checks"]}
    assert f"{path} was begun on 23 Nov 2962, that is still to come." in checks["dates"]["found"]
