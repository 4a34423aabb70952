"""One's own old paper form, typed over: dated as the form, and saying everywhere that it was entered later."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.errors import ReflectError
from reflect_tui.forms.days import past_day
from reflect_tui.model import session as sessions
from reflect_tui.store.draft_file import header_bytes, parse
from reflect_tui.usecases import filling, pages
from reflect_tui.views import home
from tests.unit.cli_examples import Cli
from tests.unit.plain_examples import DIGCOMP, JGZ, Desk, fixed_clock, words

DAY = date(2023, 11, 14)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_typed_over_form_has_the_day_of_the_form_and_says_when_it_was_entered(desk: Desk) -> None:
    desk.new("3" * 21, "f", "f", instrument=DIGCOMP, day=DAY)
    session = desk.session
    assert session.started.date() == session.finished.date() == DAY
    assert session.id.startswith("2023-11-14T1200-self-")
    assert session.entered == fixed_clock(1).now()
    assert sessions.parse(sessions.dumps(session), "") == session
    assert "entered = 2026-11-23T14:06:00+00:00" in sessions.dumps(session).decode()
    assert "Session of 14 Nov 2023, entered later, on 23 Nov 2026, self" in words(desk.said)


def test_a_day_of_today_is_an_ordinary_session(desk: Desk) -> None:
    desk.new("3" * 21, "f", "f", instrument=DIGCOMP, day=date(2026, 11, 23))
    assert desk.session.entered is None
    assert b"entered" not in sessions.dumps(desk.session)


def test_a_form_of_a_day_that_has_a_session_is_refused_by_name(desk: Desk) -> None:
    desk.new("3" * 21, "f", "f", instrument=DIGCOMP, day=DAY)
    before = desk.session
    with pytest.raises(ReflectError, match=rf"a session of 14 Nov 2023 already, {before.id}.*amend {before.id}"):
        desk.new("4" * 21, "f", "f", instrument=DIGCOMP, day=DAY)
    assert desk.journal.own() == (before,)
    assert not desk.journal.drafts.all()
    desk.new("3", "q", instrument=JGZ, day=DAY)  # another instrument is another form
    assert len(desk.journal.drafts.all()) == 1


def test_a_form_is_not_dated_on_a_day_that_has_a_session(desk: Desk) -> None:
    desk.new("3" * 21, "f", "f", instrument=DIGCOMP, day=DAY)
    before = desk.session
    desk.new("4" * 21, "f", "f", instrument=DIGCOMP, day=date(2024, 11, 14))
    with pytest.raises(ReflectError, match=rf"a session of 14 Nov 2023 already, {before.id}"):
        filling.redate(desk.journal, fixed_clock(), desk.journal.own()[0].id, DAY, "misread")
    assert filling.redate(desk.journal, fixed_clock(), before.id, date(2022, 11, 14), "misread").started.year == 2022


def test_a_draft_of_a_form_is_resumed_for_its_day_only(desk: Desk) -> None:
    desk.new("333", "q", instrument=DIGCOMP, day=DAY)
    assert "reflect-tui new --plain --instrument digcomp --date 2023-11-14" in words(desk.said)
    desk.new("4", "q", instrument=DIGCOMP)
    assert "There is another unfinished session, of 14 Nov 2023." in words(desk.said)
    desk.new("y", "3" * 18, "f", "f", instrument=DIGCOMP, day=DAY)
    assert "There is an unfinished session of 14 Nov 2023, later, self: 3 of 21 answered." in words(desk.said)
    assert len(desk.session.scores) == 21
    assert desk.session.entered is not None


def test_amending_keeps_that_it_was_entered_later(desk: Desk) -> None:
    desk.new("3" * 21, "f", "f", instrument=DIGCOMP, day=DAY)
    before = desk.session
    desk.amend("g 1", "4", "f", "f")
    assert structs.replace(desk.session, scores=before.scores) == before
    assert list(desk.session.scores.values())[:2] == [4, 3]


def test_the_draft_of_a_form_is_read_back_as_it_was_written(desk: Desk) -> None:
    seat = filling.begin(desk.journal, fixed_clock(), DIGCOMP, "self", DAY)
    seat.writer.close()
    assert parse(header_bytes(seat.draft), "")[0] == seat.draft
    assert filling.goals_to_review(seat, ()) == ()


def test_a_form_of_years_ago_raises_no_doubt_about_the_clock(desk: Desk) -> None:
    desk.new("3" * 21, "f", "f", instrument=DIGCOMP, day=date(2010, 1, 4))
    desk.new("3" * 21, "f", "f", instrument=DIGCOMP, day=DAY)
    assert pages.date_doubt(desk.journal.own(), desk.session, fixed_clock().now()) == ""
    assert "If the clock of this computer is wrong" not in desk.said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-24", "24 Nov 2026 is still to come"),
        ("1999-12-31", "31 Dec 1999 is before 2000"),
        ("14-13-2023", '"14-13-2023" is no day that exists'),
        ("3/4/2023", '"3/4/2023" can be two days; write it as 2023-04-03 or 2023-03-04'),
        ("", '"" is no date; write it as 2026-11-23'),
        ("3m", '"3m" is no date'),
        ("soon", '"soon" is no date'),
    ],
)
def test_a_form_has_a_day_that_was_and_a_refusal_says_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(ReflectError) as refused:
        past_day(text, date(2026, 11, 23))
    assert said in str(refused.value)


def test_days_are_read_as_they_are_written_here() -> None:
    assert past_day("14-11-2023", date(2026, 11, 23)) == past_day(" 2023-11-14 ", date(2026, 11, 23)) == DAY
    assert past_day("14 november 2023", date(2026, 11, 23)) == past_day("11/14/2023", date(2026, 11, 23)) == DAY


def test_lists_and_results_tell_it(cli: Cli) -> None:
    result = cli("new", "--plain", "--date", "2027-01-01")
    assert result.code == 2
    assert "1 Jan 2027 is still to come" in result.err
    form = cli.save(days=-1105)
    entered = datetime.fromisoformat("2026-11-23T14:05:00+01:00")
    cli.path(form).write_bytes(sessions.dumps(structs.replace(form, entered=entered)))
    cli.save()
    newest, form = cli.json("list")["sessions"]
    assert (newest.get("entered"), form["entered"]) == (None, "2026-11-23T14:05:00+01:00")
    assert cli.json("show", "latest~1")["entered"] == "2026-11-23T14:05:00+01:00"
    table = cli("list").out
    assert "14 Nov 2023 later" in table
    assert "23 Nov 2026 14:05" in table
    assert "Entered later, on 23 Nov 2026, from a paper form or a spreadsheet." in cli("show", "latest~1").out
    assert "14 Nov 2023, entered later, on 23 Nov 2026" in cli("report", "latest~1").out


def test_home_shows_no_time_that_nobody_knows() -> None:
    row = home.HomeRow(target="a", when=datetime(2023, 11, 14, 12, 0), title="Digcomp", entered=True)  # noqa: DTZ001
    (wide,), (narrow,) = (home.render_rows([row], (), columns) for columns in (90, 60))
    assert "14 Nov 2023 later" in wide.text
    assert "14 Nov 2023*" in narrow.text
    assert "12:00" not in wide.text + narrow.text
