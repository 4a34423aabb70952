"""What a REF may be, and what is said of one that fits nothing or too much."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui.cli import session_ref
from reflect_tui.errors import BadFileError, JournalError, NotFoundError
from reflect_tui.usecases.pages import previous
from tests.unit.cli_examples import Cli


def test_latest_counts_ones_own_sessions(cli: Cli) -> None:
    oldest, middle = cli.save(1, days=-60), cli.save(2, days=-30)
    cli.save(4, days=-10, role="colleague")
    newest = cli.save(3)
    cli.save(4, days=1, role="manager")
    found = [session_ref.find(cli.journal, name).session.id for name in ("latest", "latest~0", "latest~1", "latest~2")]
    assert found == [newest.id, newest.id, middle.id, oldest.id]


@pytest.mark.parametrize("reference_", ["2026-11-24", "2026-11-24T14", "2026-11-24T1405-manager-4f2a9c"])
def test_the_beginning_of_an_id_is_enough(cli: Cli, reference_: str) -> None:
    cli.save(3)
    other = cli.save(4, days=1, role="manager")
    assert session_ref.find(cli.journal, reference_).session.id == other.id


def test_a_path_leads_to_a_file_anywhere(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = cli.save(3)
    elsewhere = tmp_path / cli.path(session).name
    elsewhere.write_bytes(cli.path(session).read_bytes())
    monkeypatch.chdir(tmp_path)
    for name in (str(elsewhere), elsewhere.name, f"./{elsewhere.name}"):
        found = session_ref.find(cli.journal, name)
        assert (found.session, found.path) == (session, elsewhere)
    cli.journal.record()
    assert cli.json("show", str(elsewhere))["commit"] is None
    assert cli.json("show", str(cli.path(session)))["commit"]


def test_more_than_one_is_an_answer_of_no_that_names_them(cli: Cli) -> None:
    ids = [cli.save(3, days=day).id for day in (0, 1)]
    result = cli("show", "2026-11")
    assert (result.code, result.out) == (1, "")
    assert all(name in result.err for name in ids)
    assert "fits 2 sessions" in result.err


def test_many_are_not_all_named(cli: Cli) -> None:
    for day in range(15):
        cli.save(3, days=day)
    message = cli("show", "2026").err
    assert message.count("-self-") == 12
    assert "…" in message


@pytest.mark.parametrize("name", ["nope", "latest~7", "latest~", "Latest", "", "2025", "nope.toml", "../nope"])
def test_nothing_found_is_an_answer_of_no(cli: Cli, name: str) -> None:
    cli.save(3)
    result = cli("show", name)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("reflect-tui: ")
    assert result.err.count("\n") == 1


def test_without_sessions_one_is_told_how_to_begin(cli: Cli) -> None:
    result = cli("show", "latest")
    assert result.code == 1
    assert "reflect-tui new" in result.err


def test_an_unreadable_session_needs_attention(cli: Cli) -> None:
    session = cli.save(3)
    cli.path(session).write_text("format = 1\n[scores")
    with pytest.raises(JournalError):
        session_ref.find(cli.journal, session.id)
    assert cli("show", session.id).code == 3
    assert cli("history", session.id).code == 0  # which needs no session that can be read


def test_a_bad_file_elsewhere_is_bad_input(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "2026-11-23T1405-self-4f2a9c.toml"
    path.write_text("format = 1")
    with pytest.raises(BadFileError):
        session_ref.find(cli.journal, str(path))
    assert cli("show", str(path)).code == 2


def test_history_also_finds_what_was_deleted(cli: Cli) -> None:
    session = cli.save(3)
    cli.save(3, days=1)
    cli.journal.record()
    cli.journal.delete(session.id)
    assert session_ref.find_id(cli.journal, "2026-11-23") == session.id
    document = cli.json("history", session.id)
    assert [version["deleted"] for version in document["versions"]] == [True, False]
    with pytest.raises(NotFoundError):
        session_ref.find(cli.journal, session.id)


def test_history_of_nothing_is_an_answer_of_no(cli: Cli) -> None:
    assert cli("history", "nope").code == 1
    session = cli.save(3)
    assert cli("history", session.id.replace("4f2a9c", "000000")).code == 1
    assert cli("history", "latest").code == 0
    cli.journal.record()
    assert cli("history", session.id.replace("4f2a9c", "000000")).code == 1


def test_the_session_before_is_ones_own(cli: Cli) -> None:
    first = cli.save(1, days=-30)
    cli.save(2, days=-20, role="manager")
    last = cli.save(3)
    other = cli.save(4, days=1, role="manager")
    assert previous(cli.journal.own(), last) == first
    assert previous(cli.journal.own(), first) is None
    assert previous(cli.journal.own(), other) is None
