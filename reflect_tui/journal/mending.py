"""Makes single parts of a repository anew: the list of a pack, a file's content, the index."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from reflect_tui import formats
from reflect_tui.errors import ReflectError
from reflect_tui.journal import commits, files, first_look
from reflect_tui.journal.objects import blob_id
from reflect_tui.journal.plumbing import Plumbing
from reflect_tui.journal.staging import Corner

_LIST_MODE = 0o400
_BRANCH = re.compile(rb"ref: (refs/heads/[!-~]+)\n?")
_COMMIT = re.compile(rb"[0-9a-f]{40,64}\n?")
_SETTINGS = b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n"
_TIP = re.compile(r"^dangling commit ([0-9a-f]{40,64})$", re.MULTILINE)


def broken_packs(git: Plumbing, corner: Corner) -> Iterator[Path]:
    """List the indexes of packs that are broken, though their packs are whole."""
    for pack in sorted((corner.common / "objects" / "pack").glob("pack-*.pack")):
        index = pack.with_suffix(".idx")
        if git.attempt("verify-pack", str(index)).status and list_made(git, corner, pack):
            yield index


def list_made(git: Plumbing, corner: Corner, pack: Path) -> Path | None:
    """Make a list of what is in a pack, in our corner; None when the pack is damaged itself."""
    made = corner.index.with_name("pack.idx")
    made.unlink(missing_ok=True)
    said = git.attempt("index-pack", "-o", str(made), str(pack))
    return None if said.status else made


def list_pack(git: Plumbing, corner: Corner, index: Path) -> None:
    """Put a new list of a pack in the place of the broken one."""
    made = list_made(git, corner, index.with_suffix(".pack"))
    if made:
        made.chmod(_LIST_MODE)
        files.sync_file(made)
        made.replace(index)
        files.sync_folder(index.parent)


def whole_in_folder(git: Plumbing, bad: Collection[str]) -> Iterator[tuple[str, str]]:
    """List the damaged objects that are the content of a file in the folder: id and path."""
    found: dict[str, str] = {}
    for path, blob in commits.tree(git, commits.head(git)).items() if bad else ():
        data = _read(git.root / path)
        if data is not None:
            found[blob_id(data, len(blob))] = path
    yield from ((name, found[name]) for name in bad if name in found)


def _read(path: Path) -> bytes | None:
    try:
        return formats.read_bytes(path)
    except ReflectError:
        return None


def loose(corner: Corner, name: str) -> Path:
    """Give where git keeps an object by itself."""
    return corner.common / "objects" / name[:2] / name[2:]


def write_blob(git: Plumbing, corner: Corner, path: Path) -> None:
    """Write the content of a file as an object, in the place of a spoiled one.

    Through a folder of its own: git doesn't write what it believes to have.
    """
    aside = git.root / files.temporary_name("objects")  # what a kill leaves of it, the next start removes
    files.make_folder(aside)
    try:
        command = ("hash-object", "-w", "-t", "blob", "--stdin", "--no-filters")
        variables = {"GIT_OBJECT_DIRECTORY": str(aside)}
        name = git.line(*command, given=formats.read_bytes(path), variables=variables)
        target = loose(corner, name)
        files.make_folder(target.parent)
        files.move(aside / name[:2] / name[2:], target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def torn_branch(corner: Corner) -> Path | None:
    """Give the file of the branch when it names no commit, as after a power cut, or an empty folder in its place.

    None when it does name one, or isn't there.
    """
    named = _BRANCH.fullmatch(_read(corner.user_index.with_name("HEAD")) or b"")
    if not named:
        return None
    path = corner.common / os.fsdecode(named[1])
    data = _read(path)
    within = path.resolve().is_relative_to((corner.common / "refs" / "heads").resolve())  # a HEAD may say anything
    torn = data is not None and not _COMMIT.fullmatch(data)
    return path if within and (torn or (files.is_real(path) and first_look.is_hollow(path))) else None


def packed_branches(corner: Corner) -> Path:
    """Give the file that names many branches at once."""
    return corner.common / "packed-refs"


def pack_branch(corner: Corner, path: Path, tip: str) -> None:
    """Let a branch in whose place an empty folder stands lead to a commit, at once: git takes that away later itself.

    The remark at the top goes, since it may promise an order.
    """
    packed = packed_branches(corner)
    lines = [line for line in (_read(packed) or b"").splitlines() if not line.startswith(b"#")]
    name = os.fsencode(path.relative_to(corner.common))
    files.replace(packed, b"".join(line + b"\n" for line in [*lines, tip.encode() + b" " + name]))


def only_tip(git: Plumbing, corner: Corner) -> str | None:
    """Find where a torn or lost branch was: at the only commit that nothing leads to; None when there are more."""
    nowhere = {"GIT_INDEX_FILE": str(corner.index.with_name("none"))}  # a damaged index would stop the search
    said = git.attempt("fsck", "--full", "--no-reflogs", "--no-progress", variables=nowhere)
    tips = _TIP.findall(os.fsdecode(said.out))
    if len(tips) != 1 or git.attempt("ls-tree", "-r", "-z", "--full-tree", tips[0]).status:
        return None
    return str(tips[0])


def write_settings(path: Path) -> None:
    """Put the settings that git gives a new repository in the place of spoiled ones."""
    files.replace(path, _SETTINGS)


def make_index(git: Plumbing, corner: Corner) -> bool:
    """Make the user's index anew from the newest commit, in our turn; False when another program has its lock."""
    made = corner.index.with_name("new-index")
    git.run("read-tree", "HEAD", variables={"GIT_INDEX_FILE": str(made)})
    with corner.index_lock() as held:
        if held:
            files.sync_file(made)
            made.replace(corner.user_index)
            files.sync_folder(corner.user_index.parent)
    return held
