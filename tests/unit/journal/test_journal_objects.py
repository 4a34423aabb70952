"""The objects we make are those that git makes, in repositories of both kinds of ids."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from reflect_tui.git import objects, run
from reflect_tui.git.objects import Tree

NAMES = some.sampled_from(["a", "a.b", "a-b", "b", "é", "sessions", "2026.toml"])
PATHS = some.lists(NAMES, min_size=1, max_size=3).map("/".join)
STEPS = some.lists(some.dictionaries(PATHS, some.none() | some.binary(max_size=8), min_size=1, max_size=5), max_size=5)


def git(folder: Path, *command: str, given: bytes = b"") -> bytes:
    done = subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True, input=given)
    return done.stdout


@pytest.fixture(scope="module", params=[("sha1", 40), ("sha256", 64)])
def repository(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """Give a bare repository, and how many digits its ids have."""
    kind, width = request.param
    folder = tmp_path_factory.mktemp(kind)
    git(folder, "init", "--quiet", "--bare", f"--object-format={kind}")
    return folder, width


@settings(max_examples=15, deadline=None)
@given(steps=STEPS)
def test_trees_and_commits_are_whole_to_git(repository: tuple[Path, int], steps: list[dict[str, bytes | None]]) -> None:
    folder, width = repository
    tree, there, parent = Tree(), dict[str, bytes](), None
    for step in steps:
        blobs = {path: objects.make("blob", data, width) for path, data in step.items() if data is not None}
        tree, folders = tree.changed({path: blobs[path].id if path in blobs else None for path in step}, width)
        for path, data in step.items():
            there = _after(there, path, data)
        made = objects.commit(folders[-1].id, parent, run.signature("Ann <O'Hara>.", "a@example.org"), "één\n")
        objects.keep(folder / "objects", [*blobs.values(), *folders, made])
        parent = made.id
        listed = git(folder, "ls-tree", "-r", "-t", "-z", "--full-tree", made.id)
        assert Tree.parse(listed).files == tree.files == {p: objects.blob_id(d, width) for p, d in there.items()}
        git(folder, "fsck", "--strict", "--full", made.id)
        assert git(folder, "show", "--no-patch", "--format=%an %ae %s", made.id).decode().startswith("Ann O'Hara a@")


def _after(there: dict[str, bytes], path: str, data: bytes | None) -> dict[str, bytes]:
    """Put a file at a path or take it away, as git does: what stands in its way goes."""
    if data is None:
        return {name: found for name, found in there.items() if name != path}
    kept = {n: found for n, found in there.items() if not n.startswith(f"{path}/") and not path.startswith(f"{n}/")}
    return kept | {path: data}


def test_a_torn_object_is_written_anew(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare")
    one = objects.make("blob", b"content", 40)
    (path,) = objects.keep(tmp_path / "objects", [one])
    assert path.stat().st_mode & 0o777 == 0o400
    path.chmod(0o600)
    path.write_bytes(b"")
    objects.keep(tmp_path / "objects", [one])
    assert git(tmp_path, "cat-file", "blob", one.id) == b"content"
    assert [found.name for found in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("name", "mail", "line"),
    [
        ("Ann", "a@b", "Ann <a@b>"),
        (" .Ann\n<x>, ", "<a@b>", "Annx <a@b>"),
        ("...", "a@b", "reflect-tui <reflect-tui@localhost>"),
        ("Ann", " ", "reflect-tui <reflect-tui@localhost>"),
    ],
)
def test_a_signature_holds_no_more_than_git_takes(name: str, mail: str, line: str) -> None:
    signed, _blank, when = run.signature(name, mail).partition("> ")
    assert signed + ">" == line
    assert when.split()[0].isdigit()
