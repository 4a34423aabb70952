"""Disks of other kinds, for real: one with a quota; one that folds case and has no hard links, modes or owners."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reflect_tui.store.journal import Journal
from tests.faults.attack import Victim
from tests.faults.counting import Tried
from tests.faults.promises import assert_promises
from tests.faults.worlds import World, Worlds, look_at

Disk = Callable[..., Path]


def run(*command: str | Path) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Give a maker of disks in a file, by the program that formats one and the one that mounts it; this needs root."""
    made: list[tuple[str, Path]] = []

    def make(size: str, formatting: list[str], mounting: tuple[str, ...] = ("mount",)) -> Path:
        image, place = tmp_path / "image", tmp_path / "disk"
        place.mkdir()
        run("truncate", "--size", size, image)
        device = run("losetup", "--find", "--show", image).strip()
        made.append((device, place))
        run(*formatting, device)
        run(*mounting, device, place)
        return place

    yield make
    for device, place in made:
        subprocess.run(["umount", "--lazy", place], check=False)
        subprocess.run(["losetup", "--detach", device], check=True)


def _copy(world: World, target: Path) -> World:
    shutil.copytree(world.journal.root.parent, target, dirs_exist_ok=True)
    return look_at(Journal(target / "journal", target / "state"))


@pytest.mark.parametrize("operation", ["finish", "begin", "delete"])
def test_a_quota_that_is_reached_and_raised(
    victim: Victim, worlds: Worlds, tried: Tried, disk: Disk, operation: str
) -> None:
    """That of btrfs, which other kinds have only in some kernels: root has to keep to it as well."""
    place = disk("160M", ["mkfs.btrfs", "--quiet", "--mixed"])
    run("btrfs", "quota", "enable", place)
    told: list[str] = []
    for number, room in enumerate((0, 48, 96, 160, 320)):
        part = place / f"part-{number}"
        run("btrfs", "subvolume", "create", part)
        world = _copy(worlds("deleted" if operation == "begin" else "ready"), part)
        run("sync", "--file-system", place)
        group, used = run("btrfs", "qgroup", "show", "--raw", "-f", part).splitlines()[-1].split()[:2]
        run("btrfs", "qgroup", "limit", str(int(used) + room * 1024), group, place)
        outcome = victim.attack(operation, world.journal)
        assert (outcome.status, outcome.complaint) == (0, ""), outcome
        sentences = [line["sentence"] for line in outcome.told("refused")]
        sentences += [line["obstacle"] for line in outcome.told("recorded") if line["obstacle"]]
        assert all("disk is full" in sentence for sentence in sentences), sentences
        told += sentences
        run("btrfs", "qgroup", "limit", "none", group, place)
        assert_promises(world, outcome.said)
        tried("quotas")
    assert told, "the quota was never reached"


@pytest.mark.parametrize("operation", ["finish", "begin", "fill_in", "delete"])
def test_a_disk_that_folds_case_as_on_a_stick(
    victim: Victim, worlds: Worlds, tried: Tried, disk: Disk, operation: str
) -> None:
    place = disk("32M", ["mkfs.exfat"], ("mount.exfat-fuse", "-o", "fmask=177,dmask=077"))
    world = _copy(worlds("deleted" if operation == "begin" else "ready"), place)
    assert (world.journal.root.parent / "JOURNAL" / "Sessions").is_dir()
    with pytest.raises(PermissionError):
        (place / "name").hardlink_to(world.journal.root / "journal.toml")
    outcome = victim.attack(operation, world.journal)
    assert (outcome.status, outcome.complaint) == (0, ""), outcome
    assert outcome.told("refused") == []
    assert [line["obstacle"] for line in outcome.told("recorded") if line["obstacle"]] == []
    assert_promises(world, outcome.said)
    tried("case-folding disks")
