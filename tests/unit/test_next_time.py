"""What comes next, and where a talk is told: lists, trends, comparisons, goals and the document."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from msgspec import structs

from reflect_tui.model import goals
from reflect_tui.model import talk as talks
from reflect_tui.model.goals import Goal
from reflect_tui.model.session import Session
from reflect_tui.model.talk import Talk
from reflect_tui.report.build import ReportOptions, build_report
from reflect_tui.settings import Rhythm
from reflect_tui.store.documents import Document
from reflect_tui.usecases import export
from reflect_tui.usecases.next_time import next_time
from reflect_tui.views.goals import render_goal
from reflect_tui.views.talk import assessment_sentence, coming_sentence, talk_sentence
from tests.unit import examples
from tests.unit.cli_examples import Cli
from tests.unit.test_agreement_document import signed

TODAY = date(2026, 11, 29)


def session(day: str) -> Session:
    moment = datetime.fromisoformat(f"{day}T10:00:00+00:00")
    made = examples.session({})
    return structs.replace(made, started=moment, finished=moment)


def document(talk: Talk) -> Document[Talk]:
    return Document(f"talks/{talk.id}.toml", talk, b"")


@pytest.mark.parametrize(
    ("rhythm", "due"),
    [
        ("monthly", date(2026, 9, 30)),
        ("quarterly", date(2026, 11, 30)),
        ("twice-a-year", date(2027, 2, 28)),
        ("yearly", date(2027, 8, 31)),
        ("none", None),
    ],
)
def test_the_next_assessment_follows_the_newest_by_its_rhythm(rhythm: Rhythm, due: date | None) -> None:
    own = [session("2026-08-31"), session("2026-01-10")]
    assert next_time(own, (), rhythm).assessment == due
    assert next_time((), (), rhythm).assessment is None


def test_the_next_talk_is_that_of_the_newest_signed_talk() -> None:
    later = structs.replace(signed(), id="2026-12-01T1000-talk-000000", signatures=(), next_talk=date(2030, 1, 1))
    assert next_time((), [document(later), document(signed())], "none").talk == date(2027, 6, 1)
    without = structs.replace(signed(), next_talk=None)
    assert next_time((), [document(without), document(signed())], "none").talk is None


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "next assessment due today"),
        (1, "next assessment due in 1 day"),
        (20, "next assessment due in 3 weeks"),
        (21, "next assessment due in 3 weeks"),
        (45, "next assessment due in 6 weeks"),
        (77, "next assessment due in 3 months"),
        (150, "next assessment due in 5 months"),
        (-20, "next assessment was due 3 weeks ago"),
        (-21, "next assessment was due 3 weeks ago"),
    ],
)
def test_when_it_is_due_is_said_in_words(days: int, said: str) -> None:
    assert assessment_sentence(TODAY + timedelta(days), TODAY) == said


def test_a_talk_that_goes_on_stands_in_the_place_of_the_next_and_a_past_day_is_not_told() -> None:
    going = structs.replace(signed(), signatures=(), paused=signed().started)
    assert coming_sentence(TODAY, date(2027, 6, 1), going, TODAY) == (
        "talk of 29 Nov 2026, paused · next assessment due today"
    )
    assert coming_sentence(TODAY, date(2027, 6, 1), None, TODAY) == ("next talk 1 Jun 2027 · next assessment due today")
    assert talk_sentence(date(2026, 11, 28), TODAY) == ""
    assert coming_sentence(None, None, None, TODAY) == ""


@pytest.fixture
def cli(cli: Cli) -> Cli:
    """Give commands on a journal with two sessions and the talk about the first."""
    first = cli.save(3)
    cli.save(4, days=30)
    talk = signed(first.id)
    cli.journal.talks.save(talk.id, talks.dumps(talk), "signed")
    return cli


def test_the_list_carries_what_comes_next(cli: Cli) -> None:
    found = cli.json("list")
    assert (found["next_assessment"], found["next_talk"]) == ("2027-06-23", "2027-06-01")


def test_a_talk_is_a_tick_in_the_trends_and_no_event(cli: Cli) -> None:
    found = cli.json("trend")
    assert found["talks"] == [{"id": signed().id, "when": "2026-11-29"}]
    assert found["events"] == []
    assert "29 Nov 2026 talk" in cli("trend").out
    assert cli.json("events")["events"] == []


def test_a_comparison_names_the_talk_in_between(cli: Cli) -> None:
    for form in ((), ("--plain",)):
        assert "In between: talk of 29 Nov 2026, 1 thing agreed" in cli("diff", *form).out


def test_a_document_names_the_last_talk(cli: Cli) -> None:
    newest, first = cli.journal.own()
    content = examples.small()
    material, _problems = export.material(cli.journal, content, newest, first, newest.started)
    facts = {fact.label: fact.text for fact in build_report(material, ReportOptions()).facts}
    assert facts["Last talk"] == "29 Nov 2026, 1 thing agreed"
    material, _problems = export.material(cli.journal, content, newest, None, newest.started)
    assert "Last talk" not in {fact.label for fact in build_report(material, ReportOptions()).facts}


def test_a_goal_names_the_talk_in_which_it_was_agreed() -> None:
    made = datetime.fromisoformat("2026-11-29T14:12:00+00:00")
    goal = Goal(id=goals.new_id(made, "0a1b2c"), instrument="small", what="Ask", made=made, talk=signed().id)
    shown = "\n".join(row.text for row in render_goal(goal, None, made, 80))
    assert "in the talk of 29 Nov 2026" in shown
    assert "in the talk" not in "\n".join(
        row.text for row in render_goal(structs.replace(goal, talk=""), None, made, 80)
    )
