"""A journal whose folder was moved or copied: what is kept beside it is found again, and nothing of it is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reflect_tui.disk import files
from reflect_tui.disk.lock import Lock
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE
from reflect_tui.model.session import Session
from reflect_tui.store.moved import state_folder
from reflect_tui.store.sync_place import SyncState, read_state, write_state
from tests.unit.cli_examples import Cli
from tests.unit.erase_examples import CANARY, found, make

pytestmark = pytest.mark.slow

PLACE = "ssh://example.org/journal"


@pytest.fixture
def moved(cli: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Give a second folder, in which nothing is yet."""
    return Cli(tmp_path / "moved", capsys, monkeypatch)


def fill(cli: Cli) -> Session:
    """Make two sessions, a draft about the newer one, and a place that it is synced with."""
    _kept, gone = make(cli)
    keep(cli, "drafts", f"{gone.id}.toml", CANARY)
    write_state(cli.journal, SyncState(address=PLACE, device="0a1b2c3d", commit="0" * 40))
    assert cli.journal.record().obstacle is None
    return gone


def keep(cli: Cli, folder: str, name: str, text: str) -> Path:
    path = cli.journal.state / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def kept(cli: Cli) -> dict[str, str]:
    """Give what is kept beside a journal, without the lock and whose it is."""
    state = cli.journal.state
    paths = (path for path in state.rglob("*") if path.is_file() and path.name not in ("lock", "place.toml"))
    return {str(path.relative_to(state)): path.read_text() for path in paths}


def rewrite(note: Path, **values: str) -> None:
    """Give some keys of a file other values."""
    lines = [line for line in note.read_text().splitlines() if line.partition(" ")[0] not in values]
    note.write_text("\n".join([*lines, *(f"{key} = {value}" for key, value in values.items())]))


def squeezed(said: str) -> str:
    """Leave blanks out: a long path may be broken at any place."""
    return "".join(said.split())


def test_what_is_kept_beside_a_journal_comes_along_when_its_folder_is_moved(cli: Cli, moved: Cli) -> None:
    fill(cli)
    before = kept(cli)
    cli.root.rename(moved.root)
    looked = moved("doctor")
    assert looked.code == EXIT_ATTENTION
    assert squeezed(str(cli.journal.state)) in squeezed(looked.out)
    assert kept(cli) == before, "doctor only looks"
    assert f"was in {cli.root} before" in moved("list").err
    assert kept(moved) == before
    assert not cli.journal.state.exists()
    assert moved("list").err == ""
    state = read_state(moved.journal)
    assert state is not None
    assert state.address == PLACE

    moved.root.rename(cli.root)  # and back, by the command that repairs
    assert squeezed(f"was in {moved.root} before") in squeezed(cli("doctor", "--fix").out)
    assert kept(cli) == before


def test_what_is_erased_from_a_moved_journal_goes_from_its_drafts_too(cli: Cli, moved: Cli) -> None:
    gone = fill(cli)
    cli.root.rename(moved.root)
    outcome = moved.json("erase", gone.id, "--yes")
    assert any(PLACE in sentence for sentence in outcome["unreachable"])
    assert outcome["left"] == []
    assert found(moved, CANARY) == found(cli, CANARY) == []


def test_a_copy_has_what_it_keeps_for_itself_and_erasing_and_doctor_name_the_other(cli: Cli, moved: Cli) -> None:
    gone = fill(cli)
    before = kept(cli)
    shutil.copytree(cli.root, moved.root)
    assert moved("list").err == ""
    assert (kept(cli), kept(moved)) == (before, {})
    assert squeezed(str(cli.journal.state)) in squeezed(moved("doctor").out)
    named = [sentence for sentence in moved.json("erase", gone.id, "--yes")["unreachable"] if str(cli.root) in sentence]
    assert len(named) == 1
    assert str(cli.journal.state) in named[0]
    assert kept(cli) == before

    assert str(moved.root) in str(cli.json("erase", "latest~1", "--yes")["unreachable"]), "with nothing of its own too"

    shutil.rmtree(cli.root)  # the first one goes, so what it kept comes along
    assert moved("list").code == EXIT_DONE
    assert kept(moved).keys() == before.keys()


def test_a_move_that_is_killed_goes_on_with_the_next_start(
    cli: Cli, moved: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(cli)
    before = kept(cli)
    cli.root.rename(moved.root)
    move = files.move
    for _start in before:

        def killed(path: Path, target: Path) -> None:
            move(path, target)
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(files, "move", killed)
            moved("list")
        assert {**kept(cli), **kept(moved)} == before
    assert moved("list").code == EXIT_DONE
    assert kept(moved) == before
    assert not cli.journal.state.exists()


def test_nothing_here_is_written_over_by_what_comes_along(cli: Cli, moved: Cli) -> None:
    gone = fill(cli)
    keep(moved, "drafts", f"{gone.id}.toml", "mine")
    cli.root.rename(moved.root)
    assert moved("list").code == EXIT_DONE
    assert kept(moved)[f"drafts/{gone.id}.toml"] == "mine"
    assert kept(cli) == {f"drafts/{gone.id}.toml": CANARY}
    looked = moved("doctor")
    assert looked.code == EXIT_ATTENTION
    assert squeezed(str(cli.journal.state)) in squeezed(looked.out)
    assert moved.json("erase", gone.id, "--yes")["left"] == []
    assert found(moved, CANARY) == found(cli, CANARY) == []


def test_what_an_open_app_still_keeps_comes_along_once_it_is_closed(cli: Cli, moved: Cli) -> None:
    fill(cli)
    before = kept(cli)
    lock = Lock.acquire(cli.journal.state)
    assert lock
    with lock:
        cli.root.rename(moved.root)
        assert "has this journal open where it was before" in moved("list").err
        assert kept(cli) == before
    assert moved("list").code == EXIT_DONE
    assert kept(moved) == before


def test_another_journal_in_the_old_place_begins_with_nothing_of_the_one_that_moved(cli: Cli, moved: Cli) -> None:
    fill(cli)
    before = kept(cli)
    cli.root.rename(moved.root)
    (cli.root).mkdir(mode=0o700)
    (cli.root / "journal.toml").write_text(f'format = 1\nid = "{"0" * 32}"\n')
    assert moved("list").code == EXIT_DONE
    assert (kept(cli), kept(moved)) == ({}, before)


def test_another_journal_in_the_place_of_one_that_was_moved_has_nothing_of_it(
    cli: Cli, moved: Cli, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(cli)
    before = kept(cli)
    cli.root.rename(moved.root)
    new = Cli(cli.root, capsys, monkeypatch)
    new.save({"calm": 3})
    assert new("erase", "latest", "--yes").code == EXIT_DONE
    looked = new("doctor")
    assert PLACE not in looked.out
    assert "draft" not in looked.out
    assert f"was in {cli.root} before" in moved("list").err
    assert kept(moved) == before
    assert "before" not in new("list").err
    assert kept(moved) == before


def test_two_journals_that_change_places_keep_their_own(cli: Cli, moved: Cli, tmp_path: Path) -> None:
    fill(cli)
    before = kept(cli)
    moved.save({"calm": 3})
    assert moved.journal.record().obstacle is None
    cli.root.rename(tmp_path / "aside")
    moved.root.rename(cli.root)
    (tmp_path / "aside").rename(moved.root)
    assert PLACE not in cli("doctor").out
    assert moved("list").code == EXIT_DONE
    assert PLACE in moved("doctor").out
    states = cli.journal.state.parent
    assert len(list(states.glob("*/sync.toml"))) == 1
    assert len(list(states.glob("*/drafts/*.toml"))) == sum(name.startswith("drafts/") for name in before)


def test_a_journal_on_a_disk_that_is_not_connected_keeps_its_own_though_a_copy_is_used(cli: Cli, moved: Cli) -> None:
    gone = fill(cli)
    before = kept(cli)
    note = cli.journal.state / "place.toml"
    rewrite(note, disk="1", beside="false")
    cli.root.rename(moved.root)
    assert moved("list").err == ""
    assert (kept(cli), kept(moved)) == (before, {})
    said = squeezed(moved("doctor").out)
    assert squeezed(f"was in {cli.root}, on a disk that is not connected now") in said
    assert squeezed(f"but place.toml and lock, to {moved.journal.state}.") in said
    named = [sentence for sentence in moved.json("erase", gone.id, "--yes")["unreachable"] if str(cli.root) in sentence]
    assert [str(cli.journal.state) in sentence for sentence in named] == [True]
    for path in cli.journal.state.glob("*"):  # as doctor says
        if path.name not in ("place.toml", "lock"):
            path.rename(moved.journal.state / path.name)
    assert "notconnected" not in squeezed(moved("doctor").out)


def test_a_disk_that_got_another_number_is_no_reason_to_leave_drafts_behind(cli: Cli, moved: Cli) -> None:
    fill(cli)
    before = kept(cli)
    rewrite(cli.journal.state / "place.toml", disk="1")
    cli.root.rename(moved.root)
    assert f"was in {cli.root} before" in moved("list").err
    assert kept(moved) == before


def test_drafts_of_which_an_earlier_version_did_not_write_down_the_journal_are_named(
    cli: Cli, moved: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = fill(cli)
    before = kept(cli)
    (cli.journal.state / "place.toml").unlink()
    cli.root.rename(moved.root)
    assert moved("list").err == ""
    assert moved("doctor").code == EXIT_ATTENTION
    said = squeezed(moved("doctor").out)
    assert squeezed(f"In {cli.journal.state} are drafts or other unfinished work that an earlier version kept") in said
    unreachable = moved.json("erase", gone.id, "--yes")["unreachable"]
    assert [True for sentence in unreachable if str(cli.journal.state) in sentence] == [True]
    for path in cli.journal.state.glob("*"):
        if path.name != "lock":
            path.rename(moved.journal.state / path.name)
    assert kept(moved).items() >= {name: text for name, text in before.items() if "drafts" in name}.items()
    assert "anearlierversionkept" not in squeezed(moved("doctor").out)
    other = Cli(tmp_path / "another", capsys, monkeypatch)  # its own is named until it is opened once
    other.save()
    keep(other, "drafts", f"{gone.id}.toml", CANARY)
    (other.journal.state / "place.toml").unlink(missing_ok=True)
    assert squeezed(str(other.journal.state)) in squeezed(moved("doctor").out)
    assert other.journal.record().obstacle is None
    assert squeezed(str(other.journal.state)) not in squeezed(moved("doctor").out)


def test_erasing_everything_takes_what_is_left_where_the_journal_was(cli: Cli, moved: Cli) -> None:
    gone = fill(cli)
    keep(moved, "drafts", f"{gone.id}.toml", "mine")
    cli.root.rename(moved.root)
    assert moved("list").code == EXIT_DONE
    assert kept(cli)
    assert moved("erase", "--all", "--yes").code == EXIT_DONE
    assert found(moved, CANARY) == found(cli, CANARY) == []
    assert not cli.journal.state.exists()


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_a_journal_whose_own_file_can_not_be_read_keeps_its_drafts(cli: Cli, harm: str) -> None:
    fill(cli)
    (cli.root / "journal.toml").unlink()
    if harm == "damaged":
        (cli.root / "journal.toml").write_text("format = ")
    assert state_folder(cli.root) == cli.journal.state
