"""A day has scores or old means of an instrument, never both: by whichever door the second comes, it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from reflect_tui import paths
from reflect_tui.errors import ReflectError
from reflect_tui.model import session as sessions
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import filling, pages
from tests.unit.cli_examples import Cli
from tests.unit.plain_examples import DIGCOMP, Desk, fixed_clock
from tests.unit.spreadsheet_examples import Row, content, csv, put

DAY = "2019-11-14"
MEANS: list[Row] = [["domein", DAY], *([domain.title, "2,75"] for domain in content(DIGCOMP).domains)]
SCORES: list[Row] = [["id", DAY], *([item.id, 3] for item in content(DIGCOMP).items)]


@pytest.fixture
def open_cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Cli]:
    return lambda root: Cli(root, capsys, monkeypatch)


@pytest.fixture
def scored(open_cli: Callable[[Path], Cli], tmp_path: Path) -> Cli:
    """Give a journal with a session of the day."""
    cli = open_cli(tmp_path / "scored")
    assert cli("import", str(put(tmp_path / "scores.csv", csv(SCORES)))).code == 0
    return cli


@pytest.fixture
def means(open_cli: Callable[[Path], Cli], tmp_path: Path) -> Cli:
    """Give a journal with old means of the day."""
    cli = open_cli(tmp_path / "means")
    assert cli("import", str(put(tmp_path / "means.csv", csv(MEANS)))).code == 0
    return cli


def exported(cli: Cli, path: Path) -> Path:
    assert cli("export", "--format", "json", "--output", str(path)).code == 0
    return path


def command_in(said: str) -> list[str]:
    """Give what a sentence says to run first, without the name of the program."""
    return said.split("first: reflect-tui ")[1].split()[:3]


def test_scores_of_such_a_day_do_not_come_in_by_any_file(means: Cli, scored: Cli, tmp_path: Path) -> None:
    (session,) = scored.journal.own()
    files = [tmp_path / "scores.csv", exported(scored, tmp_path / "scored.json"), scored.path(session)]
    for file in files:
        result = means("import", str(file))
        assert result.code == 2
        assert "the journal has old means of that day" in result.out
        assert means.journal.own() == ()
    assert means(*command_in(result.out)).code == 0
    assert means("import", str(files[0])).code == 0
    assert len(means.journal.own()) == 1


def test_old_means_of_a_day_with_scores_do_not_come_in_by_any_file(means: Cli, scored: Cli, tmp_path: Path) -> None:
    for file in (tmp_path / "means.csv", exported(means, tmp_path / "means.json")):
        result = scored("import", str(file))
        assert result.code == 2
        assert "the journal has a session of that day" in result.out
        assert scored.journal.references.all() == ()


def test_no_form_is_typed_over_or_dated_on_such_a_day(means: Cli) -> None:
    desk = Desk.on(Journal(means.root, paths.state_folder(means.root)))
    with pytest.raises(ReflectError, match="There are old means of 14 Nov 2019") as refused:
        desk.new("3" * 21, "f", "f", instrument=DIGCOMP, day=date.fromisoformat(DAY))
    assert not desk.journal.drafts.all()
    desk.new("3" * 21, "f", "f", instrument=DIGCOMP, day=date(2020, 11, 14))
    with pytest.raises(ReflectError, match="There are old means of 14 Nov 2019"):
        filling.redate(desk.journal, fixed_clock(), desk.session.id, date.fromisoformat(DAY), "misread")
    assert desk.session.started.year == 2020
    assert means(*command_in(str(refused.value))).code == 0
    assert filling.redate(desk.journal, fixed_clock(), desk.session.id, date.fromisoformat(DAY), "misread")


def test_what_was_removed_does_not_come_back_beside_the_other(means: Cli, tmp_path: Path) -> None:
    assert means("means", "remove", DAY).code == 0
    assert means("import", str(put(tmp_path / "scores.csv", csv(SCORES)))).code == 0
    (session,) = means.journal.own()
    refused = means("means", "restore", DAY)
    assert refused.code != 0
    assert f"There is a session of 14 Nov 2019, {session.id}" in refused.err
    means.journal.delete(session.id)
    assert means("means", "restore", DAY).code == 0
    with pytest.raises(ReflectError, match="There are old means of 14 Nov 2019"):
        means.journal.restore(session.id)
    assert means.journal.own() == ()


def test_where_two_devices_brought_both_the_scores_count(means: Cli, scored: Cli) -> None:
    (session,) = scored.journal.own()
    file = means.root / sessions.relative_path(session.id)
    file.parent.mkdir(parents=True)
    file.write_bytes(scored.path(session).read_bytes())
    known = pages.pages_of(Journal(means.root, paths.state_folder(means.root)))
    assert [one.day for one in known.references] == [date.fromisoformat(DAY)]
    scene = known.trend(DIGCOMP, 0, ())
    assert scene is not None
    assert scene.references == ()
    assert "references" not in json.loads(means("trend", "--json").out)
