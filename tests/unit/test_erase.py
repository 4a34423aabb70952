"""`erase`: what was written is searched for in every file and every object, reachable or not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from reflect_tui.errors import EXIT_BAD_INPUT, EXIT_DONE, EXIT_NO
from reflect_tui.model import agenda, tombstones
from reflect_tui.model import session as sessions
from reflect_tui.model.agenda import Agenda
from reflect_tui.store import erasing, erasure
from tests.unit.cli_examples import Cli
from tests.unit.erase_examples import CANARY, OTHER, amended, found, git, make, stones
from tests.unit.examples import ITEMS

pytestmark = pytest.mark.slow


def test_a_session_goes_out_of_every_file_and_object_and_the_rest_stays(cli: Cli) -> None:
    kept, gone = make(cli)
    before = git(cli, "log", "--format=%ad %cd %an %s", "--date=raw", "--reverse").splitlines()
    outcome = cli.json("erase", gone.id, "--yes")
    assert outcome["erased"] == [cli.path(gone).relative_to(cli.root).as_posix()]
    assert outcome["left"] == []
    assert any("backups" in sentence for sentence in outcome["unreachable"])
    assert found(cli, CANARY, "parakeet", "cage") == []
    holders = [where for where in found(cli, gone.id) if not where.endswith(tombstones.FILE)]
    assert all(where.startswith("blob") and "documents" in git(cli, "cat-file", "-p", where[5:]) for where in holders)
    assert git(cli, "fsck", "--full", "--strict") == ""
    after = git(cli, "log", "--format=%ad %cd %an %s", "--date=raw", "--reverse").splitlines()
    assert after[0] == before[0]
    assert [line.rpartition(" ")[2] for line in after[1:]] == ["erased"]
    assert git(cli, "status", "--porcelain") == ""
    assert [row["id"] for row in cli.json("list")["sessions"]] == [kept.id]
    assert cli.path(kept).read_bytes() == sessions.dumps(kept)
    assert stones(cli).documents == (cli.path(gone).relative_to(cli.root).as_posix(),)


def test_the_first_session_leaves_what_came_with_it(cli: Cli) -> None:
    first = cli.save(3, notes={"asks": CANARY})
    assert cli.journal.record().obstacle is None
    later = cli.save(2, days=1)
    assert cli.journal.record().obstacle is None
    assert cli("erase", first.id, "--yes").code == EXIT_DONE
    assert found(cli, CANARY) == []
    assert cli.json("show", later.id)["answered"] == len(ITEMS)
    assert "journal.toml" in git(cli, "ls-tree", "--name-only", "HEAD").splitlines()
    assert git(cli, "log", "--format=%s").count("7/7 scored") == 1


def test_a_session_that_was_removed_is_erased_from_history(cli: Cli) -> None:
    _kept, gone = make(cli)
    cli.journal.delete(gone.id)
    assert found(cli, CANARY) == [] or cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert found(cli, CANARY) == []


def test_a_note_goes_out_of_every_version_and_the_scores_stay(cli: Cli) -> None:
    gone = cli.save(3, days=1, notes={"asks": CANARY, "acts": OTHER})
    assert cli.journal.record().obstacle is None
    gone = amended(cli, gone, "no more parakeets", notes={"asks": f'{CANARY}, and\nits "cage" too', "acts": OTHER})
    amended(cli, gone, "a note less", notes={"acts": OTHER}, scores={**gone.scores, "asks": 1})
    outcome = cli.json("erase", "--note", gone.id, "asks", "--yes")
    assert (outcome["erased"], outcome["left"]) == ([f"{gone.id}/asks"], [])
    assert found(cli, CANARY, "cage", "parakeet") == []
    shown = cli.json("show", gone.id)
    assert (shown["notes"], shown["scores"]) == ({"acts": OTHER}, {**gone.scores, "asks": 1})
    versions = cli.json("history", gone.id)["versions"]
    assert [version["subject"].split(":")[0] for version in versions] == [
        "amend session 2026-11-24 self",
        "session 2026-11-24 self",
    ]
    assert stones(cli).notes == (f"{gone.id}/asks",)
    assert cli("erase", "--note", gone.id, "asks", "--yes").code == EXIT_NO
    assert git(cli, "status", "--porcelain") == ""


def test_words_that_stand_elsewhere_are_named(cli: Cli) -> None:
    _kept, gone = make(cli)
    outcome = cli.json("erase", "--note", gone.id, "asks", "--yes")
    assert cli.path(gone).relative_to(cli.root).as_posix() in outcome["left"]  # its remark has the same words
    assert found(cli, "cage") == []


def test_drafts_remainders_and_old_copies_go_along(cli: Cli) -> None:
    _kept, gone = make(cli)
    state = cli.journal.state
    for path in (
        state / "drafts" / f"{gone.id}.toml", state / "discarded" / f"{gone.id}.toml", state / "refused" / "x.txt",
        state / "replaced" / f"{gone.id}.00.toml", state / "set-aside" / "index.00",
        state / "plans" / f"{gone.id}.toml", state / "typed" / f"point.{gone.id}.json",
        cli.path(gone).with_name(f".{gone.id}.toml.swp"), cli.path(gone).with_name(f"{gone.id}.toml~"),
        cli.root / ".git.broken-2026-01-01" / "objects" / "ab",
    ):  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CANARY)
    (state / "drafts" / "2026-11-29T1000-self-000001.toml").write_text("of another session")
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert found(cli, CANARY) == []
    assert (state / "drafts" / "2026-11-29T1000-self-000001.toml").exists()


def test_a_note_left_in_an_editor_goes_and_another_stays(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _kept, gone = make(cli)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for name, text in (("one", CANARY), ("other", "something else")):
        folder = tmp_path / f"reflect-tui-note-{name}"
        folder.mkdir(mode=0o700)
        (folder / "note.txt").write_text(text)
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert [folder.name for folder in tmp_path.glob("reflect-tui-note-*")] == ["reflect-tui-note-other"]


def test_a_note_left_in_an_editor_goes_with_the_whole_journal(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(cli)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = tmp_path / "reflect-tui-note-one"
    folder.mkdir(mode=0o700)
    (folder / "note.txt").write_text("not saved yet")
    assert cli("erase", "--all", "--yes").code == EXIT_DONE
    assert not folder.exists()


def test_what_goes_with_the_whole_journal_is_counted_before(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    make(cli)
    monkeypatch.setattr("reflect_tui.cli.keeping.on_terminal", lambda _stream: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    said = cli("erase", "--all").out
    assert "- 2 sessions, 2 notes\n" in said
    assert "- every earlier version of it\n" in said
    assert "- all else that reflect-tui keeps of this journal in " in " ".join(said.split())
    assert ".git" not in said.split("Not reached")[0]


def test_the_agenda_goes_with_its_session(cli: Cli) -> None:
    _kept, gone = make(cli)
    points = Agenda(session=gone.id)
    cli.journal.agendas.save(gone.id, agenda.dumps(points), "saved")
    assert cli.journal.record().obstacle is None
    assert len(cli.json("erase", gone.id, "--yes")["erased"]) == 2
    assert not (cli.root / "agendas" / f"{gone.id}.toml").exists()


def test_what_was_erased_is_not_imported_again(cli: Cli, tmp_path: Path) -> None:
    _kept, gone = make(cli)
    copy = tmp_path / "copy.toml"
    copy.write_bytes(cli.path(gone).read_bytes())
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    refused = cli("import", str(copy))
    assert (refused.code, "erased" in refused.out + refused.err) == (EXIT_BAD_INPUT, True)
    assert not cli.path(gone).exists()


def test_nothing_goes_without_being_asked(cli: Cli) -> None:
    _kept, gone = make(cli)
    refused = cli("erase", gone.id)
    assert (refused.code, "--yes" in refused.err) == (EXIT_BAD_INPUT, True)
    assert cli("erase", "--yes").code == EXIT_BAD_INPUT
    assert cli("erase", gone.id, "--all", "--yes").code == EXIT_BAD_INPUT
    assert cli("erase", "2020", "--yes").code == EXIT_NO
    assert cli.path(gone).exists()


def test_what_goes_and_what_a_search_found_is_said(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, gone = make(cli)
    monkeypatch.setattr("reflect_tui.cli.keeping.on_terminal", lambda _stream: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    stopped = cli("erase", gone.id)
    assert (stopped.code, "Nothing is erased" in stopped.err) == (EXIT_NO, True)
    assert "- the session of 24 Nov 2026, 14:05, self" in stopped.out
    assert gone.id not in stopped.out
    assert cli.path(gone).exists()
    monkeypatch.setattr("sys.stdin", io.StringIO("erase\n"))
    done = cli("erase", gone.id)
    assert done.code == EXIT_DONE
    assert "found nothing of it" in done.out
    monkeypatch.setattr("sys.stdin", io.StringIO("wis\n"))
    assert "Gewist." in cli("--lang", "nl", "erase", kept.id).out


def test_the_whole_journal_goes_and_nothing_of_it_stays(cli: Cli) -> None:
    make(cli)
    (cli.root / "mine.txt").write_text("mine")
    outcome = cli.json("erase", "--all", "--yes")
    assert outcome["left"] == [str(cli.root / "mine.txt")]
    assert [path.name for path in cli.root.iterdir()] == ["mine.txt"]
    assert found(cli, CANARY) == []
    (cli.root / "mine.txt").unlink()
    assert cli.save(3)
    assert cli.json("list")["sessions"]


def test_a_killed_erasure_is_finished_by_the_next_command_that_writes(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    _kept, gone = make(cli)
    with monkeypatch.context() as patched:
        patched.setattr(erasing, "_clear_history", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert cli("erase", gone.id, "--yes").code != EXIT_DONE
    assert found(cli, CANARY)
    assert "An erasure was cut short" in cli("list").err
    done = cli("events", "add", "2026-03", "a training")
    assert (done.code, "cut short" in done.err) == (EXIT_DONE, False)
    assert found(cli, CANARY) == []
    assert not (cli.journal.state / "erasing.json").exists()


def test_a_note_takes_no_agenda_along_and_a_file_by_that_name_is_named_before(cli: Cli) -> None:
    _kept, gone = make(cli)
    cli.journal.agendas.save(gone.id, agenda.dumps(Agenda(session=gone.id)), "saved")
    assert cli.journal.record().obstacle is None
    export = cli.root / f"{gone.id}.pdf"
    export.write_text(CANARY)
    named = list(erasing.along(cli.journal, erasure.note(cli.journal, gone.id, "asks")))
    assert named == [f"the file {gone.id}.pdf, by its name"]
    assert cli("erase", "--note", gone.id, "asks", "--yes").code == EXIT_DONE
    assert (cli.root / "agendas" / f"{gone.id}.toml").exists()
    assert not export.exists()
    assert git(cli, "status", "--porcelain") == ""


def test_a_file_that_can_not_be_read_is_named_and_stops_nothing(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    _kept, gone = make(cli)
    for path in (cli.root / "odd.txt", cli.journal.state / "refused" / "odd.txt"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("odd")
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "odd.txt":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    outcome = cli.json("erase", gone.id, "--yes")
    assert outcome["left"] == ["odd.txt", str(cli.journal.state / "refused" / "odd.txt")]
    assert not (cli.journal.state / "erasing.json").exists()


def test_doctor_says_that_an_erasure_is_not_finished_and_finishes_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    _kept, gone = make(cli)
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_clear_history", lambda *_given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            erasing.carry_out(cli.journal, erasure.session(cli.journal, gone.id))
    said = " ".join(cli("doctor").out.split())
    assert "An erasure is not finished." in said
    assert gone.id not in said
    assert "Finished an erasure that was cut short." in cli("doctor", "--fix").out
    assert found(cli, CANARY) == []


def test_where_no_journal_is_nothing_is_erased_or_backed_up(cli: Cli, tmp_path: Path) -> None:
    for command in (["erase", "--all", "--yes"], ["backup", str(tmp_path / "all.zip")]):
        refused = cli(*command)
        assert refused.code != EXIT_DONE
        assert f"There is no journal in {cli.root} yet." in refused.err


def test_a_backup_into_the_journal_itself_is_refused(cli: Cli) -> None:
    make(cli)
    refused = cli("backup", str(cli.root / "all.zip"))
    assert refused.code != EXIT_DONE
    assert "is within the journal" in refused.err
    assert not (cli.root / "all.zip").exists()


def test_a_name_that_is_not_there_is_told_before_an_agreement_is_asked_for(cli: Cli) -> None:
    cli.save({"calm": 3})
    assert "There is no session" in cli("erase", "nosuch").err
    assert "add --yes" in cli("erase", "latest").err
