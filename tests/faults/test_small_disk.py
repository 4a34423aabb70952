"""A disk that really is full, read-only, out of bounds or another user's: saved or refused in one sentence."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import syncing
from tests.faults import operations
from tests.faults.attack import ROOT, Victim
from tests.faults.counting import Tried
from tests.faults.journal_child import session_of
from tests.faults.owner import git
from tests.faults.promises import assert_promises
from tests.faults.worlds import World, Worlds, look_at, save
from tests.unit.journal.sync_examples import remote


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Give a maker of mounts, all taken away at the end; this needs root, which the tests in CI are."""
    mounted: list[Path] = []

    def do(name: str, *options: str) -> Path:
        target = tmp_path / name
        target.mkdir(exist_ok=True)
        subprocess.run(["mount", *options, target], check=True)
        mounted.append(target)
        return target

    yield do
    for target in reversed(mounted):
        subprocess.run(["umount", "--lazy", target], check=True)


def _copy(world: World, target: Path) -> World:
    shutil.copytree(world.journal.root.parent, target, dirs_exist_ok=True)
    return look_at(Journal(target / "journal", target / "state"))


def _fill(disk: Path, room: int) -> None:
    """Fill a disk until only so many kilobytes are left."""
    left = os.statvfs(disk)
    with (disk / "ballast").open("wb") as ballast:
        ballast.write(b"\1" * max(0, left.f_bavail * left.f_bsize - room * 1024))


@pytest.mark.parametrize("operation", ["finish", "begin", "fill_in", "delete"])
def test_a_disk_that_fills_and_is_enlarged(
    victim: Victim, worlds: Worlds, tried: Tried, mount: Callable[..., Path], operation: str
) -> None:
    refused = obstructed = 0
    for room in (0, 4, 8, 12, 16, 20, 28, 40, 60, 100):
        disk = mount(f"disk-{room}", "-t", "tmpfs", "-o", "size=1m", "tmpfs")
        world = _copy(worlds("deleted" if operation == "begin" else "ready"), disk)
        _fill(disk, room)
        outcome = victim.attack(operation, world.journal)
        assert (outcome.status, outcome.complaint) == (0, ""), outcome
        sentences = [line["sentence"] for line in outcome.told("refused")]
        refused += len(sentences)
        obstacles = [line["obstacle"] for line in outcome.told("recorded") if line["obstacle"]]
        obstructed += len(obstacles)
        assert all("disk is full" in sentence for sentence in (*sentences, *obstacles)), outcome
        assert sentences or outcome.said
        subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
        assert_promises(world, outcome.said)
        tried("small disks")
    assert refused + obstructed or operation == "fill_in", "the disk was never full"


@pytest.mark.parametrize("limit", [0, 100, 1000, 2000, 4000])
def test_a_file_may_not_be_larger_than_the_limit(worlds: Worlds, tried: Tried, limit: int) -> None:
    world = worlds("ready")
    journal = world.journal
    script = (
        "import resource, sys; from pathlib import Path; from tests.faults import operations as o;"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "o.say = lambda what, **more: sys.stderr.write(repr((what, more)));"
        "o.carry_out('finish', o.Journal(Path(sys.argv[1]), Path(sys.argv[2])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, journal.root, journal.state],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.returncode, done.stderr
    assert "Traceback" not in done.stderr
    if limit < 3500:
        assert "larger than a file may be" in done.stderr
        assert len(journal.drafts.all()) == 1
        assert len(journal.entries()) == 1
    assert_promises(world)
    tried("small disks")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def _finish(journal: Journal) -> str:
    """Finish the draft; give the sentence that refuses it, or tells why history waits."""
    (draft,) = journal.drafts.all()
    assert isinstance(draft, Draft)
    try:
        journal.finish(draft.id, session_of(journal, draft))
    except JournalError as error:
        return str(error)
    recorded = journal.record()
    return recorded.obstacle.sentence if recorded.obstacle else ""


@pytest.mark.parametrize("part", ["journal", "journal/sessions", "journal/.git", "journal/.git/objects", "state"])
def test_a_part_that_becomes_read_only(
    worlds: Worlds, tried: Tried, mount: Callable[..., Path], tmp_path: Path, part: str
) -> None:
    world = _copy(worlds("ready"), tmp_path / "base")
    target = mount(f"base/{part}", "--bind", str(tmp_path / "base" / part))
    subprocess.run(["mount", "-o", "remount,bind,ro", target], check=True)
    sentence = _finish(world.journal)
    assert ("read-only" in sentence or "Read-only" in sentence) == (part != "state"), sentence
    assert "\n" not in sentence
    assert [entry.faults for entry in world.journal.entries()] == [()] * len(world.journal.entries())
    subprocess.run(["mount", "-o", "remount,bind,rw", target], check=True)
    assert_promises(world._replace(journal=Journal(world.journal.root, world.journal.state)))
    tried("read-only places")


@pytest.mark.parametrize(
    "part", ["journal", "journal/sessions/2026", "journal/.git", "journal/.git/refs/heads", "state/drafts"]
)
def test_a_part_that_its_owner_may_not_write(worlds: Worlds, tried: Tried, memory: Path, part: str) -> None:
    """As another user than root, since root may write anywhere."""
    base = memory / "base"
    world = _copy(worlds("ready"), base)
    memory.chmod(0o711)
    subprocess.run(["chown", "-R", "1234:1234", base], check=True)
    (base / part).chmod(0o500)
    said = subprocess.run(
        ["setpriv", "--reuid", "1234", "--regid", "1234", "--clear-groups", "--inh-caps=-all", sys.executable,
         "-m", "tests.faults.carry_out", "finish", world.journal.root, world.journal.state],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "HOME": str(base)},
    )  # fmt: skip
    assert not said.returncode, said
    assert "Traceback" not in said.stderr
    assert ("permission" in said.stdout.lower()) == (part not in ("journal", "state/drafts")), said.stdout
    (base / part).chmod(0o700)
    subprocess.run(["chown", "-R", "0:0", base], check=True)
    assert_promises(world)
    tried("read-only places")


def test_a_journal_removed_while_it_is_open(worlds: Worlds, tried: Tried) -> None:
    world = worlds("ready")
    shutil.rmtree(world.journal.root)
    assert len(world.journal.drafts.all()) == 1
    assert _finish(world.journal) == ""
    assert_promises(World(world.journal, {}, world.acts))
    save(world.journal, 8)
    shutil.rmtree(world.journal.root / ".git")
    assert operations.FIRST_ID not in world.journal.pending()
    assert world.journal.record().obstacle is None
    tried("read-only places")


@pytest.mark.parametrize("full", ["here", "there"])
@pytest.mark.parametrize("way", ["repository", "folder"])
def test_a_sync_on_a_full_disk_is_told_and_goes_on_once_there_is_room(
    tmp_path: Path, tried: Tried, mount: Callable[..., Path], way: str, full: str
) -> None:
    disk = mount("disk", "-t", "tmpfs", "-o", "size=2m", "tmpfs")
    ends = {"here": tmp_path / "journals", "there": tmp_path / "places"} | {full: disk / "end"}
    place = ends["there"] / "place"
    place.mkdir(parents=True)
    if way == "repository":
        remote(ends["there"] / "place.git").rename(place / "journal.git")
        place /= "journal.git"
    journal = Journal(ends["here"] / "laptop" / "journal", ends["here"] / "laptop" / "state")
    other = Journal(tmp_path / "home" / "journal", tmp_path / "home" / "state")
    save(journal, 1)
    for device in (journal, other):
        syncing.sync(device, str(place), ask=lambda _question: True)
    save(other, 2)
    syncing.sync(other, str(place), ask=lambda _question: True)
    save(journal, 3)
    refusals = []
    for room in (0, 4, 12, 24, 40, 60, 90):
        (disk / "ballast").unlink(missing_ok=True)
        _fill(disk, room)
        before = {path: path.read_bytes() for path in (journal.root / "sessions").rglob("*.toml")}
        try:  # with this much room it may be done
            syncing.sync(journal, str(place), ask=lambda _question: True)
        except ReflectError as error:
            refusals.append(str(error))
        assert all(path.read_bytes() == data for path, data in before.items())
        tried("small disks")
    assert refusals
    told = f"The disk that holds {journal.root} is full" if full == "here" else str(place)
    assert all(told in sentence and "disk" in sentence and "is full" in sentence for sentence in refusals), refusals
    assert full == "there" or not any(str(place) in sentence for sentence in refusals), refusals
    (disk / "ballast").unlink()
    assert journal.recover(locked=True).recorded.obstacle is None
    for device in (journal, other):
        syncing.sync(device, str(place), ask=lambda _question: True)
    assert [entry.id for entry in journal.entries()] == [entry.id for entry in other.entries()]
    assert len(list(journal.entries())) == 3
    assert git(journal.root, "status", "--porcelain") == ""
    git(journal.root, "fsck", "--strict", "--no-dangling")
