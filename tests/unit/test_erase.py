"""`erase`: what was written is searched for in every file and every object, reachable or not."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.disk import files
from reflect_tui.errors import EXIT_ATTENTION, EXIT_BAD_INPUT, EXIT_DONE, EXIT_NO
from reflect_tui.model import agenda, tombstones
from reflect_tui.model import session as sessions
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.session import Session
from reflect_tui.store import erasing, erasure
from reflect_tui.store.rounds import WaitingAnswers
from tests.unit.cli_examples import Cli
from tests.unit.examples import ITEMS
from tests.unit.round_examples import LABEL, a_round, an_answer, put

CANARY = "the parakeet of the neighbours"
OTHER = "something that has to stay"


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    return Cli(tmp_path / "journal", capsys, monkeypatch)


def git(cli: Cli, *command: str) -> str:
    identity = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"]
    done = subprocess.run(["git", *identity, *command], cwd=cli.root, check=True, capture_output=True)
    return done.stdout.decode("utf-8", "replace")


def everything(cli: Cli) -> Iterator[tuple[str, str]]:
    """Give all that is anywhere: files of journal and state with their names, and every object of the repository."""
    for top in (cli.root, cli.journal.state, cli.journal.state.parent / "answers"):
        for path in top.rglob("*"):
            yield str(path), path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
    if (cli.root / ".git").exists():
        for about in git(cli, "cat-file", "--batch-all-objects", "--batch-check").splitlines():
            name, kind, _size = about.split()
            yield f"{kind} {name}", git(cli, "cat-file", "-p", name)


def found(cli: Cli, *canaries: str) -> list[str]:
    return [where for where, content in everything(cli) for canary in canaries if canary in where or canary in content]


def amended(cli: Cli, session: Session, reason: str, **changes: object) -> Session:
    after = structs.replace(session, **changes)
    cli.journal.amend(after, reason, cli.path(session).read_bytes())
    assert cli.journal.record().obstacle is None
    return after


def make(cli: Cli) -> tuple[Session, Session]:
    """Make two sessions; the newer one has canaries in a note, in an amended note, in the remark and in a reason."""
    kept = cli.save(2, days=0, notes={"asks": OTHER})
    assert cli.journal.record().obstacle is None
    gone = cli.save(3, days=1, notes={"asks": CANARY, "acts": "another note of it"})
    assert cli.journal.record().obstacle is None
    gone = amended(cli, gone, "no more parakeets", notes={"asks": f'{CANARY}, and\nits "cage" too'}, remark=CANARY)
    return kept, gone


def stones(cli: Cli) -> tombstones.Tombstones:
    return tombstones.parse((cli.root / tombstones.FILE).read_bytes(), "")


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


def test_branches_tags_stashes_and_reflogs_let_go_too(cli: Cli) -> None:
    kept, gone = make(cli)
    git(cli, "tag", "-a", "v1", "-m", "as it was")
    git(cli, "branch", "side")
    cli.path(kept).write_bytes(cli.path(kept).read_bytes() + b"# x\n")
    git(cli, "stash", "push")
    git(cli, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(cli, "gc")
    (pack,) = (cli.root / ".git" / "objects" / "pack").glob("*.pack")
    pack.with_suffix(".keep").write_text("")
    git(cli, "commit-graph", "write", "--reachable")
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert found(cli, CANARY) == []
    refs = git(cli, "for-each-ref", "--format=%(refname)").split()
    assert refs == ["refs/heads/main", "refs/heads/side", "refs/tags/v1"]
    assert "as it was" in git(cli, "cat-file", "tag", "v1")
    assert git(cli, "fsck", "--full", "--strict") == ""


def test_what_stands_in_the_place_of_other_objects_goes_too(cli: Cli) -> None:
    """git replace: the version with the note seems gone, or seems to be another one."""
    _kept, gone = make(cli)
    blob = git(cli, "rev-parse", f"HEAD:{cli.path(gone).relative_to(cli.root).as_posix()}").strip()
    commit = git(cli, "rev-parse", "HEAD").strip()
    other = git(cli, "hash-object", "-w", "--no-filters", "journal.toml").strip()
    git(cli, "replace", blob, other)
    git(cli, "replace", commit, "HEAD~1")
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert found(cli, CANARY, "parakeet", "cage") == []
    assert git(cli, "for-each-ref", "refs/replace") == ""
    assert git(cli, "fsck", "--full", "--strict") == ""


def test_a_history_of_sha256_is_erased_from_and_backed_up(cli: Cli, tmp_path: Path) -> None:
    cli.root.mkdir()
    git(cli, "init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    kept, gone = make(cli)
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert found(cli, CANARY, "parakeet", "cage") == []
    assert git(cli, "fsck", "--full", "--strict") == ""
    assert cli("backup", str(tmp_path / "all.zip")).code == EXIT_DONE
    shutil.rmtree(cli.root)
    assert cli("restore", str(tmp_path / "all.zip")).code == EXIT_DONE
    assert [row["id"] for row in cli.json("list")["sessions"]] == [kept.id]
    assert git(cli, "rev-parse", "--show-object-format").strip() == "sha256"


def test_what_the_user_staged_of_something_else_stays(cli: Cli) -> None:
    _kept, gone = make(cli)
    (cli.root / "mine.txt").write_text("mine")
    git(cli, "add", "mine.txt")
    assert cli("erase", gone.id, "--yes").code == EXIT_DONE
    assert git(cli, "status", "--porcelain") == "A  mine.txt\n"


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


def test_remotes_are_named_without_a_password(cli: Cli) -> None:
    _kept, gone = make(cli)
    git(cli, "remote", "add", "work", "https://me:secret@example.org/journal.git")
    (named,) = [said for said in cli.json("erase", gone.id, "--yes")["unreachable"] if "example.org" in said]
    assert named == "the remote work (https://example.org/journal.git), and every clone of it"


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


@pytest.mark.parametrize("name", ["shallow", "worktrees", "objects/info/alternates", "info/grafts"])
def test_a_part_of_history_elsewhere_is_named_before_anything_is_done(cli: Cli, name: str) -> None:
    _kept, gone = make(cli)
    (cli.root / ".git" / name).parent.mkdir(exist_ok=True, parents=True)
    if name == "shallow":
        (cli.root / ".git" / name).write_text(git(cli, "rev-list", "--max-parents=0", "HEAD"))
    else:
        (cli.root / ".git" / name).mkdir() if name == "worktrees" else (cli.root / ".git" / name).write_text("/gone\n")
    refused = cli("erase", gone.id, "--yes")
    assert refused.code == EXIT_ATTENTION
    assert name.rpartition("/")[2] in refused.err
    assert cli.path(gone).exists()


def test_what_goes_and_what_a_search_found_is_said(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, gone = make(cli)
    monkeypatch.setattr("reflect_tui.cli.keeping.on_terminal", lambda _stream: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    stopped = cli("erase", gone.id)
    assert (stopped.code, "Nothing is erased" in stopped.err) == (EXIT_NO, True)
    assert f"- sessions/2026/{gone.id}.toml" in stopped.out
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


def test_answers_that_wait_go_with_the_whole_journal_wherever_that_is_killed(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answers and the note of backups are found by the journal's id, so that goes after them."""
    asked = a_round(cli.journal)
    assert cli("import", *map(str, put(tmp_path / "in", an_answer(asked, 1, note=CANARY)))).code == EXIT_DONE
    assert cli("backup", str(tmp_path / "all.zip")).code == EXIT_DONE
    apart = [WaitingAnswers(cli.journal).folder, cli.journal.folder_of_all("backups")]
    assert all(folder.is_dir() for folder in apart)
    identity = cli.root / "journal.toml"
    with monkeypatch.context() as patched:
        remove = files.remove

        def killed(path: Path) -> None:
            remove(path)
            if path == identity:
                raise KeyboardInterrupt

        patched.setattr(files, "remove", killed)
        assert cli("erase", "--all", "--yes").code != EXIT_DONE
    assert not identity.exists()
    assert not any(folder.exists() for folder in apart)


def test_a_killed_erasure_is_finished_by_the_next_command_that_writes(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    _kept, gone = make(cli)
    with monkeypatch.context() as patched:
        patched.setattr(erasing, "_clear_history", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert cli("erase", gone.id, "--yes").code != EXIT_DONE
    assert found(cli, CANARY)
    assert cli("events", "add", "2026-03", "a training").code == EXIT_DONE
    assert found(cli, CANARY) == []
    assert not (cli.journal.state / "erasing.json").exists()


def test_a_round_goes_with_its_answers_named_or_waiting(cli: Cli, tmp_path: Path) -> None:
    for promise in ("named", "confidential"):
        asked = a_round(cli.journal, promise=promise)
        given = put(tmp_path / promise, an_answer(asked, 1, note=CANARY), an_answer(asked, 2, note=OTHER))
        assert cli("import", *map(str, given)).code == EXIT_DONE
        outcome = cli.json("erase", "--round", asked.id, "--yes")
        assert outcome["left"] == []
        assert len(outcome["erased"]) == (3 if promise == "named" else 1)
        assert found(cli, CANARY, OTHER, LABEL) == []
        assert cli.json("rounds")["rounds"] == []
        assert git(cli, "fsck", "--full", "--strict") == ""
        assert cli("import", *map(str, given)).code == EXIT_BAD_INPUT
        (cli.root / tombstones.FILE).unlink()  # the second time it is another round under the same id
        git(cli, "commit", "-qam", "forget")


def test_what_one_person_gave_goes_and_the_others_stay(cli: Cli, tmp_path: Path) -> None:
    asked = a_round(cli.journal, promise="named")
    given = put(tmp_path / "in", an_answer(asked, 1, note=CANARY), an_answer(asked, 2, note=OTHER))
    assert cli("import", *map(str, given)).code == EXIT_DONE
    outcome = cli.json("erase", "--round", asked.id, "--person", f"{LABEL} 1", "--yes")
    assert (len(outcome["erased"]), outcome["left"]) == (2, [])
    assert found(cli, CANARY, f"{LABEL} 1") == []
    people = cli.json("rounds")["rounds"][0]["invited"]
    assert [(person["label"], person["answered"], person["withdrawn"]) for person in people[1:3]] == [
        ("", False, True),
        (f"{LABEL} 2", True, False),
    ]
    assert cli("doctor").code == EXIT_DONE
    assert cli("import", str(given[0])).code == EXIT_BAD_INPUT


def test_one_answer_given_in_confidence_can_not_be_told_from_the_others(cli: Cli, tmp_path: Path) -> None:
    asked = a_round(cli.journal)
    assert cli("import", *map(str, put(tmp_path / "in", an_answer(asked, 1, note=CANARY)))).code == EXIT_DONE
    refused = cli("erase", "--round", asked.id, "--person", f"{LABEL} 1", "--yes")
    assert (refused.code, "whole round" in refused.err) == (EXIT_BAD_INPUT, True)
    assert found(cli, CANARY)


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


@pytest.mark.parametrize("lock", ["index.lock", "refs/heads/main.lock"])
def test_nothing_is_erased_by_half_while_another_program_writes_the_history(cli: Cli, lock: str) -> None:
    erased, _other = make(cli)
    path = cli.root / ".git" / lock
    path.touch()
    before = sorted(cli.root.rglob("*"))
    refused = cli("erase", erased.id, "--yes")
    assert refused.code != EXIT_DONE
    assert "Nothing is erased" in refused.err
    assert sorted(cli.root.rglob("*")) == before
    path.unlink()
    assert cli("erase", erased.id, "--yes").code == EXIT_DONE


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


@pytest.mark.parametrize("name", ["refs/heads/main (conflicted copy)", "HEAD (1)", "packed-refs~1", "objects-LAPTOP"])
def test_nothing_is_erased_while_a_copy_may_hold_it_too(cli: Cli, name: str) -> None:
    _kept, gone = make(cli)
    before = git(cli, "rev-parse", "HEAD")
    copy = cli.root / ".git" / name
    if name.startswith("objects"):
        shutil.copytree(cli.root / ".git" / "objects", copy)
    else:
        copy.write_text(before)
    done = cli("erase", gone.id, "--yes")
    assert done.code == EXIT_ATTENTION
    assert f"Nothing is erased: {copy} is a copy" in " ".join(done.err.split())
    assert "reflect-tui doctor" in done.err
    assert (git(cli, "rev-parse", "HEAD"), cli.path(gone).exists()) == (before, True)
    copy.rename(cli.root.parent / "elsewhere")
    assert cli.json("erase", gone.id, "--yes")["left"] == []


def test_a_branch_of_ones_own_with_the_name_of_a_copy_is_erased_from_as_well(cli: Cli) -> None:
    _kept, gone = make(cli)
    git(cli, "branch", "main-LAPTOP")
    assert cli.json("erase", gone.id, "--yes")["left"] == []
    assert found(cli, CANARY) == []
