"""Where documents go: private, whole or not at all, never over anything, never into the journal."""

from __future__ import annotations

import errno
import os
import re
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui import paths
from reflect_tui.disk import files
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.model import talk as talks
from reflect_tui.report import pdf
from reflect_tui.report.build import build_report
from reflect_tui.store.journal import Journal
from reflect_tui.usecases.written_files import ExistsError, OutputFile, slug, suggested_name, write_files
from tests.unit import examples
from tests.unit.cli_examples import Cli
from tests.unit.examples import quick
from tests.unit.report_examples import demo_material
from tests.unit.test_agreement_document import signed

SHEETS = (OutputFile(".csv", b"one"), OutputFile(".schema.json", b"two"))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    (tmp_path / "journal").mkdir()
    return Journal(tmp_path / "journal", tmp_path / "state")


def test_files_are_private_and_named_after_the_first(journal: Journal, tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        written = write_files(journal, tmp_path / "a.csv", SHEETS)
    finally:
        os.umask(mask)
    assert [path.name for path in written] == ["a.csv", "a.schema.json"]
    assert [path.read_bytes() for path in written] == [b"one", b"two"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.schema.json", "journal"]


@pytest.mark.parametrize("taken", ["a.csv", "a.schema.json"])
def test_what_is_there_stays_and_nothing_is_half_written(journal: Journal, tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("mine")
    with pytest.raises(ExistsError, match=taken):
        write_files(journal, tmp_path / "a.csv", SHEETS)
    assert (tmp_path / taken).read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([taken, "journal"])


def test_a_link_to_nowhere_is_something_that_is_there(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ExistsError):
        write_files(journal, tmp_path / "a.csv", SHEETS)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("kind", ["pipe", "link to a device", "device"])
def test_only_an_ordinary_file_is_ever_replaced(journal: Journal, tmp_path: Path, kind: str, replace: bool) -> None:
    target = Path("/dev/full") if kind == "device" else tmp_path / "a.csv"
    if kind == "pipe":
        os.mkfifo(target)
    elif kind == "link to a device":
        target.symlink_to("/dev/null")
    before = target.lstat()
    with pytest.raises(ReflectError, match="is no ordinary file"):
        write_files(journal, target, SHEETS[:1], replace=replace)
    assert (target.lstat().st_mode, target.lstat().st_ino) == (before.st_mode, before.st_ino)


def test_a_folder_that_takes_no_files_is_not_said_to_be_gone(journal: Journal, tmp_path: Path) -> None:
    for place, told in ((Path("/proc"), "its folder takes no new files"), (tmp_path / "gone", "its folder is gone")):
        error = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        assert told in files.explain(error, place / "a.csv")
    with pytest.raises(ReflectError, match="takes no new files"):
        write_files(journal, Path("/proc/a.csv"), SHEETS[:1])


def test_replacing_replaces_the_name_and_not_what_a_link_leads_to(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "a.csv").symlink_to(tmp_path / "precious")
    write_files(journal, tmp_path / "a.csv", SHEETS, replace=True)
    assert (tmp_path / "precious").read_text() == "mine"
    assert (tmp_path / "a.csv").read_bytes() == b"one"
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600


def test_a_file_that_fails_half_way_is_not_there(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_all", full)
    with pytest.raises(JournalError, match="disk is full"):
        write_files(journal, tmp_path / "a.csv", SHEETS[:1])
    assert [path.name for path in tmp_path.iterdir()] == ["journal"]


@pytest.mark.parametrize("place", ["journal/a.md", "journal/sessions/../a.md", "link/a.md", "state/a.md"])
def test_nothing_is_written_within_the_journal(journal: Journal, tmp_path: Path, place: str) -> None:
    (tmp_path / "journal" / "sessions").mkdir()
    (tmp_path / "state").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "journal")
    with pytest.raises(ReflectError, match="within the journal"):
        write_files(journal, tmp_path / place, SHEETS[:1])
    assert not list(tmp_path.rglob("a.md"))


@pytest.mark.parametrize(("place", "said"), [("folder", "is a folder"), ("gone/a.md", "There is no folder")])
def test_a_place_that_is_none_is_refused_in_a_sentence(journal: Journal, tmp_path: Path, place: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ReflectError, match=said):
        write_files(journal, tmp_path / place, SHEETS[:1])


@quick
@given(st.text(max_size=80))
def test_a_suggested_name_is_always_harmless(title: str) -> None:
    name = suggested_name(title, date(2026, 11, 23), ".pdf").removesuffix(".pdf")
    assert re.fullmatch(r"[a-z0-9-]{1,40}", name)
    assert not name.startswith("-")
    assert re.fullmatch(r"[a-z0-9-]{1,40}", slug(title))


def test_a_name_is_still_recognised() -> None:
    assert slug("a/b\n;rm -rf") == "a-b-rm-rf"
    assert (
        suggested_name("Opvoedingsondersteuning één", date(2026, 1, 2), ".md")
        == "opvoedingsondersteuning-een-2026-01-02.md"
    )


def test_report_prints_markdown_and_says_where_a_file_is(cli: Cli, tmp_path: Path) -> None:
    cli.save(2, days=-1)
    cli.save(3, notes={"calm": "private"})
    printed = cli("report", "latest")
    assert (printed.code, printed.err) == (0, "")
    assert printed.out.startswith("# Small\n\n**Self-reflection of 23 Nov 2026**")
    assert "private" not in printed.out
    assert "private" in cli("report", "--notes").out
    result = cli("report", "--output", str(tmp_path / "talk.html"))
    assert (result.code, result.out) == (0, "")
    assert (
        f"Written: {tmp_path / 'talk.html'}. Notes and remark are left out; "
        "goals and points of your own keep their words. To have all of it: --notes"
    ) in result.err
    assert (tmp_path / "talk.html").read_text().startswith("<!DOCTYPE html>")


def test_report_refuses_to_replace_unless_forced(cli: Cli, tmp_path: Path) -> None:
    cli.save(3)
    (tmp_path / "talk.md").write_text("mine")
    result = cli("report", "--output", str(tmp_path / "talk.md"))
    assert result.code == 2
    assert "--force" in result.err
    assert (tmp_path / "talk.md").read_text() == "mine"
    assert cli("report", "--output", str(tmp_path / "talk.md"), "--force").code == 0
    assert "Self-reflection" in (tmp_path / "talk.md").read_text()


@pytest.mark.parametrize(
    ("words", "name", "endings"),
    [
        (("export", "--template"), "past.ods", ".csv, .json, .xlsx"),
        (("export",), "all.ods", ".csv, .json, .xlsx"),
        (("report",), "sheet.docx", ".md, .html, .pdf"),
        (("talk",), "agreed.docx", ".md, .html, .pdf"),
    ],
)
def test_a_name_with_the_ending_of_another_format_is_refused(
    cli: Cli, tmp_path: Path, words: tuple[str, ...], name: str, endings: str
) -> None:
    talk = signed(cli.save(3).id)
    cli.journal.talks.save(talk.id, talks.dumps(talk), "signed")
    file = tmp_path / name
    result = cli(*words, "--output", str(file))
    assert (result.code, endings in result.err, file.exists()) == (2, True, False)
    assert cli(*words, "--output", str(file.with_suffix(""))).code == 0


def test_report_into_a_folder_suggests_a_name(cli: Cli, tmp_path: Path) -> None:
    cli.save(3)
    assert cli("report", "--format", "html", "--output", str(tmp_path)).code == 0
    assert (tmp_path / "small-2026-11-23.html").exists()


def test_report_compares_with_the_session_asked_for(cli: Cli) -> None:
    first = cli.save(1, days=-2)
    cli.save(2, days=-1)
    cli.save(3)
    assert "- Compared with: 22 Nov 2026" in cli("report").out
    assert "- Compared with: 21 Nov 2026" in cli("report", "--since", "latest~2").out
    assert cli("report", "--since", "nope").code == 1
    made = cli.json("report", "--since", first.id)
    assert {row["before"] for row in made["domains"]} == {1.0}
    assert {row["delta"] for row in made["domains"]} == {2.0}


def test_report_refuses_what_is_no_change_in_time(cli: Cli) -> None:
    cli.save(1, days=-2)
    cli.save(3)
    manager = cli.save(2, days=-1, role="manager")
    for arguments, said in (
        (("latest", "--since", manager.id), "filled in by different people"),
        ((manager.id, "--since", "latest~1"), "filled in by different people"),
        (("latest~1", "--since", "latest"), "is later than"),
    ):
        result = cli("report", *arguments)
        assert (result.code, result.out) == (2, "")
        assert said in result.err
        assert result.err.count("\n") == 1


def test_a_document_without_an_earlier_session_has_no_columns_for_one(cli: Cli) -> None:
    cli.save(3)
    assert "| Domain | Mean | n | Verdict |\n| --- | ---: | ---: | --- |" in cli("report").out
    cli.save(2, days=1)
    assert "| Domain | Mean | n | Verdict | Previous | Change |" in cli("report").out


def test_report_names_who_it_is_about_only_when_asked(cli: Cli) -> None:
    cli.save(3)
    assert "- Name: Ann" in cli("report", "--name", "Ann").out
    assert "- Name:" not in cli("report").out


def test_report_names_the_commit_that_show_names_and_how_often_it_was_amended(cli: Cli) -> None:
    session = cli.save(3)
    assert "; version: not in history." in cli("report").out
    cli.journal.record()
    commit = cli.json("show", session.id)["commit"]
    assert f"; version: {commit[:12]}, not amended" in cli("report").out
    data = cli.path(session).read_bytes()
    cli.journal.amend(examples.session(dict.fromkeys(examples.ITEMS, 4)), "I was too strict", data)
    cli.journal.record()
    commit = cli.json("show", session.id)["commit"]
    assert f"; version: {commit[:12]}, amended on " in cli("report").out
    assert "too strict" not in cli("report").out


def test_an_agenda_or_goal_that_cannot_be_read_is_named(cli: Cli) -> None:
    cli.save(3)
    (cli.root / "goals").mkdir()
    (cli.root / "goals" / "2026-07-20T1000-goal-abcdef.toml").write_text("nonsense")
    result = cli("report")
    assert result.code == 3
    assert "goals/2026-07-20T1000-goal-abcdef.toml" in result.err
    assert "Self-reflection" in result.out


def test_without_the_library_a_pdf_is_refused_with_what_to_do(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.save(3)
    monkeypatch.setitem(sys.modules, "typst", None)
    assert not pdf.is_available()
    result = cli("report", "--format", "pdf")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "reflect-tui[pdf]" in result.err


def test_documents_go_nowhere_near_the_state_folder(cli: Cli) -> None:
    cli.save(3)
    before = sorted(path for path in paths.state_folder(cli.root).parent.rglob("*"))
    cli("report")
    assert sorted(path for path in paths.state_folder(cli.root).parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "loaded"),
    [(("list",), set()), (("export",), set()), (("report",), set()), (("report", "--format", "html"), {"jinja2"})],
)
def test_only_the_library_that_sets_the_document_is_loaded(cli: Cli, words: tuple[str, ...], loaded: set[str]) -> None:
    cli.save(3)
    look = (
        "import sys; from reflect_tui.cli.main import main; main(sys.argv[1:]); "
        "print(*sorted({'jinja2', 'typst', 'textual', 'plotext'} & set(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-P", "-c", look, "--journal", str(cli.root), *words]
    found = subprocess.run(command, capture_output=True, check=True)
    assert set(found.stderr.decode().split()) == loaded


@pytest.mark.parametrize(
    ("marker", "command"),
    [("pipx_metadata.json", "pipx runpip my-tools install"), ("uv-receipt.toml", "uv pip install --python")],
)
def test_the_command_that_adds_pdf_fits_the_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marker: str, command: str
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "my-tools"))
    monkeypatch.setattr(pdf, "find_spec", lambda name: name)  # an environment that uv made has no pip
    assert pdf.install_command() == f"{sys.executable} -m pip install 'reflect-tui[pdf]'"
    (tmp_path / "my-tools").mkdir()
    (tmp_path / "my-tools" / marker).write_text("")
    assert pdf.install_command().startswith(command)
    assert pdf.install_command().endswith("'reflect-tui[pdf]'")


def test_the_foot_of_a_sheet_has_the_whole_title_or_the_short_one() -> None:
    made = build_report(demo_material("en"))
    foot = pdf.values(made)
    assert foot["running"] == f"{made.subtitle} · {made.title}"
    assert foot["running_short"] == f"{made.subtitle} · Parenting support"


def test_the_foot_of_a_sheet_is_cut_between_words() -> None:
    assert pdf._running("19 November 2026", "Small") == "19 November 2026 · Small"
    long = pdf._running("Self-assessment of 19 November 2026", "Self-reflection instrument for parenting")
    assert long == "Self-assessment of 19 November 2026 · Self-reflection …"
