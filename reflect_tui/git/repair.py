"""Makes single parts of a repository anew: the list of a pack, a file's content, the index."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import stat
import time
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from reflect_tui.disk import files
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.git import commit, preflight
from reflect_tui.git.commit import Corner
from reflect_tui.git.objects import blob_id
from reflect_tui.git.problems import Obstacle, ObstacleError, from_failure, outer_repository, under_way
from reflect_tui.git.repository import Repository
from reflect_tui.git.run import Plumbing
from reflect_tui.i18n import _
from reflect_tui.toml import formats

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
    for path, blob in commit.tree(git, commit.head(git)).items() if bad else ():
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
    return path if within and (torn or (files.is_real(path) and preflight.is_hollow(path))) else None


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


# What is damaged in the repository of a journal: its newest version, single objects, its index.


_OBJECT = re.compile(
    r"\bmissing (?:blob|tree|commit|tag) ([0-9a-f]{40,64})"
    r"|\b([0-9a-f]{40,64}): object (?:corrupt or )?missing"
    r"|\bpacked object ([0-9a-f]{40,64})"
    r"|\bcannot unpack ([0-9a-f]{40,64})"
)
_SHA1_WIDTH = 40


class Damage(Struct, frozen=True, kw_only=True):
    """What is damaged.

    `newest` tells that the newest version can't be read, so that nothing can be added to the history; `objects` are the
    ids of what is missing or spoiled, `paths` the files that earlier or newest versions need them for, `complaint` what
    git said when it named none; `index` is about git's own list of files, which can always be made anew.
    """

    newest: bool = False
    objects: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    complaint: str = ""
    index: bool = False

    @property
    def history(self) -> bool:
        """Whether any version is damaged."""
        return self.newest or bool(self.objects or self.complaint)


def examine(repository: Repository) -> Damage:
    """Look at everything in a repository; takes a second for a thousand versions.

    Raises:
        ObstacleError: git can't be used on it, for another reason than damage.
    """
    try:
        git, corner = repository.tools()
    except ObstacleError as error:
        if _is_no_repository(repository.root / ".git", error.obstacle):
            return Damage(newest=True, complaint=error.obstacle.detail)
        raise
    named = git.attempt("rev-parse", "--verify", "--quiet", "HEAD")
    if named.status:
        blocked = preflight.branch_folder(repository.root / ".git") is not None
        return Damage(newest=blocked or _has_broken_branch(git) or repository.lost_branch() is not None)
    head = named.out.decode().strip()
    found, complaint = _check(git, head)
    newest = _is_newest_broken(git, head, found)
    return Damage(
        newest=newest,
        objects=tuple(sorted(found)),
        paths=tuple(sorted(set(_paths(git, head, found)))),
        complaint="" if found else complaint,
        index=not newest and _is_index_damaged(git, corner, head),
    )


def _is_no_repository(folder: Path, obstacle: Obstacle) -> bool:
    """Tell whether git doesn't know a folder for a repository any more, though it may look into it."""
    if obstacle.kind != "other":
        return False
    if preflight.leads_nowhere(folder):
        return True
    if "not a git repository" not in obstacle.detail:
        return False
    parts = [folder, *(folder / name for name in ("HEAD", "objects", "refs"))]
    return files.is_real(folder) and all(os.access(part, os.R_OK) for part in parts if os.path.lexists(part))


def spoiled_settings(repository: Repository) -> Path | None:
    """Give git's settings in the repository when a power cut left zeros in them, so that git understands none."""
    obstacle = repository.obstacle()
    misspelt = obstacle is not None and obstacle.kind == "other" and "bad config" in obstacle.detail
    return preflight.spoiled_settings(repository.root / ".git") if misspelt else None


def _has_broken_branch(git: Plumbing) -> bool:
    """Tell whether HEAD names no commit because of damage, and not because there is none yet."""
    listed = git.attempt("for-each-ref", "--format=%(refname)")
    return bool(listed.status) or "broken ref" in listed.complaint


def _check(git: Plumbing, head: str) -> tuple[set[str], str]:
    """Let git check every object; give the ids of the bad ones, and its complaint."""
    said = git.attempt("fsck", "--full", "--no-dangling", "--no-progress", head)
    if not said.status:
        return set(), ""
    text = said.out.decode("utf-8", "replace") + said.complaint
    found = {name for groups in _OBJECT.findall(text) for name in groups if name}
    return found, from_failure(git.root, said.complaint or text).detail


def _is_newest_broken(git: Plumbing, head: str, damaged: Iterable[str]) -> bool:
    """Tell whether the newest commit or a folder in it can't be read; a file may be bad, that harms only itself."""
    root = git.attempt("rev-parse", "--verify", "--quiet", f"{head}^{{tree}}")
    listed = git.attempt("ls-tree", "-r", "-t", "-z", "--full-tree", head)
    if root.status or listed.status:
        return True
    entries = (entry.split(b"\t")[0].split() for entry in listed.out.split(b"\0") if entry)
    trees = {about[2].decode() for about in entries if about[1] == b"tree"}
    return not ({head, root.out.decode().strip()} | trees).isdisjoint(damaged)


def _paths(git: Plumbing, head: str, objects: Iterable[str]) -> Iterator[str]:
    """Name the files that damaged objects are versions of, as far as the history can still be walked."""
    wanted = {name.encode() for name in objects}
    if not wanted:
        return
    walked = git.attempt("rev-list", head).out
    command = ("diff-tree", "--stdin", "--root", "-m", "-r", "-z", "--no-commit-id", "--no-renames")
    fields = git.attempt(*command, given=walked).out.split(b"\0")
    for about, name in zip(fields[::2], fields[1::2], strict=False):
        if not wanted.isdisjoint(about.split()[2:4]):
            yield os.fsdecode(name)


def _is_index_damaged(git: Plumbing, corner: Corner, head: str) -> bool:
    """Tell whether git's list of files is gone, can't be read, or is not what its own checksum says."""
    try:
        data = corner.user_index.read_bytes()
    except FileNotFoundError:
        return bool(commit.tree(git, head))
    except OSError:
        return False
    kind, size = ("sha1", 20) if len(head) == _SHA1_WIDTH else ("sha256", 32)
    sums = (bytes(size), hashlib.new(kind, data[:-size], usedforsecurity=False).digest())  # zeros: index.skipHash
    return data[-size:] not in sums or bool(git.attempt("ls-files", "--stage", "-z").status)


def why_not_replaceable(repository: Repository) -> str:
    """Name what speaks against setting a broken repository aside, "" when nothing does.

    What lies elsewhere may come back (a disk that isn't there now), what may not be read is not damaged, and what the
    user has begun is theirs to end.
    """
    folder = repository.root / ".git"
    obstacle = repository.obstacle()
    if obstacle and obstacle.kind != "other":
        return obstacle.sentence
    outer = outer_repository(repository.root)
    lent = (folder / "objects" / "info" / "alternates", folder / "worktrees", folder / "commondir")
    elsewhere = [path for path in lent if os.path.lexists(path)]
    if outer or elsewhere or not (files.is_real(folder) or preflight.leads_nowhere(folder)):
        return _("It belongs together with {path}.").format(path=outer or next(iter(elsewhere), folder))
    if under_way(folder):
        return _("Something has been begun in it and not ended, such as a merge.")
    closed = next((path for path in _all(folder) if not os.access(path, os.R_OK)), None)
    return _("{path} may not be read.").format(path=closed) if closed else ""


def _all(top: Path) -> Iterator[Path]:
    for folder, _folders, names in os.walk(top):
        yield Path(folder)
        yield from (Path(folder, name) for name in names)


# Sets a repository aside whose newest version can't be read; the files then become a new history.


_BROKEN = ".git.broken"


def set_aside(repository: Repository) -> Iterator[str]:
    """Rename a broken repository, unless something speaks against it; say so."""
    root = repository.root
    if not repository.exists() or not examine(repository).newest:
        return
    if why_not_replaceable(repository):
        return
    aside = _free_name(root / f"{_BROKEN}-{datetime.now().astimezone():%Y-%m-%d}")
    (root / ".git").rename(aside)
    files.sync_folder(root)
    yield _("Set the broken repository aside, whole, as {path}.").format(path=aside)


def _free_name(path: Path) -> Path:
    names = [path, *(path.with_name(f"{path.name}-{number}") for number in range(2, 1000))]
    found = next((name for name in names if not os.path.lexists(name)), None)
    if found is None:
        raise JournalError(_("{path} exists already, with other content.").format(path=path))
    return found


def hide(repository: Repository) -> Iterator[str]:
    """Let git pass over what was set aside; it would take it for new files of the user's. Nothing to tell."""
    if any(repository.root.glob(f"{_BROKEN}-*")) and repository.exists():
        _git, corner = repository.tools()
        excluded = corner.common / "info" / "exclude"
        if not os.path.lexists(excluded) and not excluded.parent.is_symlink():
            files.make_folder(excluded.parent)
            files.write_new(excluded, f"/{_BROKEN}-*\n".encode())
    yield from ()


# Lock files that dead programs left in a repository, by a strict rule: old, and nobody there who could have it.


_OLD = 10 * 60.0  # seconds; git itself holds these for milliseconds, a commit as long as its editor is open
_PROCESSES = Path("/proc")


class LockFile(Struct, frozen=True, kw_only=True):
    """A lock file of git's: how long it has been there, and which process has to do with it (None: nobody).

    `certain` is off where the system doesn't tell what processes have open; then nothing is stale.
    """

    path: Path
    age: float
    process: int | None = None
    certain: bool = True

    @property
    def stale(self) -> bool:
        """Whether it may be taken away, by one who holds the journal's own Lock."""
        return self.age > _OLD and self.process is None and self.certain


def find(root: Path, folders: Iterable[Path]) -> tuple[LockFile, ...]:
    """List the lock files in the folders of a journal's repository."""
    paths = sorted({path for folder in folders for path in _lock_paths(folder)})
    return tuple(found for path in paths if (found := _look(path, root)))


def _lock_paths(folder: Path) -> Iterator[Path]:
    """List every lock that git has in a repository: on single files, and on branches."""
    yield from folder.glob("*.lock")
    for top, _folders, names in os.walk(folder / "refs"):
        yield from (Path(top, name) for name in names if name.endswith(".lock"))


def _look(path: Path, root: Path) -> LockFile | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    certain = (_PROCESSES / "self" / "fd").is_dir()
    process = next(_users(status, root), None) if certain else None
    return LockFile(path=path, age=time.time() - status.st_mtime, process=process, certain=certain)


def _users(status: os.stat_result, root: Path) -> Iterator[int]:
    """Find the processes that have a file open, and every git at work in the folder: it may have closed its lock."""
    for folder in _PROCESSES.glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):  # it has ended, or belongs to someone else
            if _works_in(folder, root) or any(_is_same(link, status) for link in (folder / "fd").iterdir()):
                yield int(folder.name)


def _works_in(process: Path, root: Path) -> bool:
    with contextlib.suppress(OSError):
        if (process / "comm").read_bytes().startswith(b"git"):
            where = Path(os.readlink(process / "cwd"))  # noqa: PTH115 -- Path.readlink() is the same, and slower
            return where.is_relative_to(os.path.realpath(root))
    return False


def _is_same(link: Path, status: os.stat_result) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(link.stat(), status)
    return False
