"""A team that goes on with a newer version of its instrument: what is joined, what ends, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.analysis.team import lines_that_go_on
from reflect_tui.cli.main import main
from reflect_tui.errors import ReflectError
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.library import Library
from reflect_tui.model.team import TeamFigure, share_bytes
from reflect_tui.report import team as report_team
from reflect_tui.store.team_folder import TeamFolder
from reflect_tui.usecases import team as usecases
from reflect_tui.views.lines import plain
from reflect_tui.views.team import render_team
from tests.unit import examples, versions
from tests.unit.test_team_rules import TODAY, closed, share


def file_of(content: dict[str, object], path: Path) -> Path:
    path.write_bytes(tomli_w.dumps(content).encode())
    return path


@pytest.fixture
def folder(tmp_path: Path) -> TeamFolder:
    """Give a team with a closed period, on the first version."""
    made = TeamFolder(tmp_path / "team")
    made.create(usecases.new_team(examples.small(), "north", 5), tomli_w.dumps(examples.document()).encode())
    figures = tuple(
        TeamFigure(axis="domain", id=name, high=4, median=3.25, lower=3.0, upper=3.5) for name in ("looking", "doing")
    )
    made.close(structs.replace(closed("2026-Q2"), figures=figures))
    return made


def renewed(folder: TeamFolder, tmp_path: Path, content: dict[str, object] | None = None) -> None:
    path = file_of(content or versions.newer_document(), tmp_path / "newer.toml")
    library = Library(None)
    usecases.renew_team(folder.root, library.newest(library.resolve(str(path))), TODAY)


def text_of(folder: TeamFolder, columns: int = 120) -> str:
    return " ".join(plain(render_team(usecases.team_page(folder.root, TODAY), columns)).split())


def test_a_line_goes_on_only_over_the_very_same_statements() -> None:
    assert lines_that_go_on(examples.small(), examples.small()).keys() == {
        "looking", "doing", "together", "attitude", "knowledge", "skill",
    }  # fmt: skip
    assert lines_that_go_on(examples.small(), versions.newer()) == {"doing": "doing"}
    content = examples.document() | {"version": "2.0.0"}
    looking, doing, _together = content["domain"]
    looking["item"].append(doing["item"].pop() | {"under": ""})
    content["change"] = [{"kind": "moved", "since": "2.0.0", "item": "tells", "domain": "looking"}]
    moved = versions.parsed(content)
    for older, newer in ((examples.small(), moved), (moved, examples.small())):  # more of it, and less
        assert lines_that_go_on(older, newer).keys() == {"together", "attitude", "knowledge", "skill"}


@pytest.mark.parametrize("change", ["threshold", "scale", "better"])
def test_no_line_goes_on_where_means_say_something_else(change: str) -> None:
    content = versions.newer_document()
    if change == "threshold":
        content["scale"]["high_above"] = 2
    elif change == "better":
        content["scale"]["better"] = "lower"
    else:
        points = content["scale"]["points"]
        points[0]["label"], points[1]["label"] = points[1]["label"], points[0]["label"]
    for older, newer in ((examples.small(), versions.parsed(content)), (versions.parsed(content), examples.small())):
        assert lines_that_go_on(older, newer) == {}


def test_the_page_joins_what_kept_its_meaning_and_says_what_begins_anew(folder: TeamFolder, tmp_path: Path) -> None:
    renewed(folder, tmp_path)
    assert "Up to" not in text_of(folder)  # nothing is told of the new version yet
    assert usecases.team_page(folder.root, TODAY).instrument.version == "2.0.0"
    newer: Instrument = versions.newer()
    later = structs.replace(
        closed("2026-Q3"),
        version="2.0.0",
        digest=newer.digest,
        figures=tuple(
            TeamFigure(axis="domain", id=name, high=2, median=2.75, lower=2.5, upper=3.0)
            for name in ("looking", "doing", "together")
        ),
    )
    folder.close(later)
    text = text_of(folder)
    assert "Doing 3.25 (4/6) 2.75 (2/6)" in text
    assert "Looking at what is there – 2.75 (2/6)" in text
    assert "Up to quarter 2 of 2026 the team was on version 1.2.0. These have other statements since" in text
    assert "begin anew: Looking at what is there, Together" in text
    told = report_team.document(usecases.team_page(folder.root, TODAY))["periods"]
    assert [(each["version"], each["domains"][0]["median"]) for each in told] == [("1.2.0", 3.25), ("2.0.0", 2.75)]


def test_files_of_the_version_before_are_left_out_from_then_on(folder: TeamFolder, tmp_path: Path) -> None:
    folder.add("old.toml", share(1))
    renewed(folder, tmp_path)
    newer = structs.replace(share(2), version="2.0.0", digest=versions.newer().digest)
    (folder.root / "new.toml").write_bytes(share_bytes(newer))
    page = usecases.team_page(folder.root, TODAY)
    assert [each.people for each in page.open] == [1]
    assert {file.name: file.reason for file in page.refused} == {
        "old.toml": "is about another version of the instrument, 1.2.0; the team has 2.0.0"
    }


def test_what_cannot_go_on_changes_nothing(folder: TeamFolder, tmp_path: Path) -> None:
    other = examples.document() | {"id": "other", "version": "9.0"}
    before = {path: path.read_bytes() for path in folder.root.rglob("*.toml")}
    for content, reason in ((other, "The team is about small"), (examples.document(), "1.2.0 is no newer one")):
        with pytest.raises(ReflectError, match=reason):
            renewed(folder, tmp_path, content)
    for number in range(5):
        folder.add(f"{number}.toml", share(number, "2026-Q3"))
    before |= {path: path.read_bytes() for path in folder.root.glob("*.toml")}
    with pytest.raises(ReflectError, match="Close quarter 3 of 2026 first"):
        renewed(folder, tmp_path)
    assert {path: path.read_bytes() for path in folder.root.rglob("*.toml")} == before


def test_the_command_line_lets_a_team_go_on(
    folder: TeamFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = file_of(versions.newer_document(), tmp_path / "newer.toml")
    assert main(["--lang", "en", "team", str(folder.root), "--instrument", str(path)]) == 0
    assert "goes on with version 2.0.0" in capsys.readouterr().err
    assert folder.team().version == "2.0.0"
    assert usecases.team_page(folder.root, date(2027, 1, 4)).closed[0].version == "1.2.0"
    assert main(["--lang", "en", "team", str(folder.root), "--instrument", str(path)]) == 2
