"""A talk whose file can't be read is named wherever talks are read, and nothing goes on as if it were not there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reflect_tui.model import talk as talks
from reflect_tui.model.talk import Talk
from reflect_tui.store.documents import Document
from reflect_tui.usecases.talking import unreadable_about
from tests.unit.cli_examples import Cli
from tests.unit.test_agreement_document import signed

DAMAGED = "talks/2026-12-02T1010-talk-0a1b2c.toml"


@pytest.fixture
def cli(cli: Cli) -> Cli:
    """Give commands on a journal with two sessions, a talk about the newest, and a file that can't be read."""
    cli.save(2, days=-90)
    talk = signed(cli.save(3).id)
    cli.journal.talks.save(talk.id, talks.dumps(talk), "signed")
    (cli.root / DAMAGED).write_text("format = 1\nwhat\n")
    return cli


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("list", "--json"),
        ("diff",),
        ("trend",),
        ("trend", "--json"),
        ("report",),
        ("goals",),
        ("goals", "--ics", "-"),
        ("talk", "--json"),
        ("talk", "--output", "-"),
        ("export", "--format", "json"),
    ],
)
def test_every_command_that_reads_talks_names_it(cli: Cli, arguments: Sequence[str]) -> None:
    result = cli(*arguments)
    assert DAMAGED in result.err
    assert result.code == 3


def test_the_one_that_can_be_read_is_not_told_as_the_newest(cli: Cli) -> None:
    said = " ".join(cli("talk", "--json").err.split())
    assert f"{DAMAGED} can't be read. It may be a talk about this session." in said
    assert "Mend it in an editor, or move it out of the journal" in said


def test_where_none_can_be_read_it_is_not_told_that_there_was_none(cli: Cli) -> None:
    for path in (cli.root / "talks").glob("2026-11*"):
        path.unlink()
    result = cli("talk", "--output", "-")
    assert (result.code, result.out) == (3, "")
    assert DAMAGED in result.err
    assert "There was no talk" not in result.err


def test_doctor_names_it(cli: Cli) -> None:
    assert DAMAGED in "".join(cli("doctor").out.split())  # a long path is broken


def test_one_from_before_the_session_is_not_about_it() -> None:
    def document(name: str, talk: Talk | None = None) -> Document[Talk]:
        return Document(f"talks/{name}.toml", talk, b"")

    talk = signed("2026-11-23T1405-self-4f2a9c")
    newer, older, before = (
        document(f"{when}-talk-0a1b2c") for when in ("2026-12-01T1000", "2026-11-24T1000", "2026-11-01T1000")
    )
    assert unreadable_about((newer, document(talk.id, talk), older), talk.session) == (newer,)
    assert unreadable_about((newer, older, before), talk.session) == (newer, older)
