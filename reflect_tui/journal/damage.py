"""What is damaged in the repository of a journal: its newest version, single objects, its index."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from reflect_tui.i18n import _
from reflect_tui.journal import commits, files, first_look
from reflect_tui.journal.obstacle import Obstacle, ObstacleError, from_failure, outer_repository, under_way
from reflect_tui.journal.plumbing import Plumbing
from reflect_tui.journal.repository import Repository
from reflect_tui.journal.staging import Corner

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
        blocked = first_look.branch_folder(repository.root / ".git") is not None
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
    if first_look.leads_nowhere(folder):
        return True
    if "not a git repository" not in obstacle.detail:
        return False
    parts = [folder, *(folder / name for name in ("HEAD", "objects", "refs"))]
    return files.is_real(folder) and all(os.access(part, os.R_OK) for part in parts if os.path.lexists(part))


def spoiled_settings(repository: Repository) -> Path | None:
    """Give git's settings in the repository when a power cut left zeros in them, so that git understands none."""
    obstacle = repository.obstacle()
    misspelt = obstacle is not None and obstacle.kind == "other" and "bad config" in obstacle.detail
    return first_look.spoiled_settings(repository.root / ".git") if misspelt else None


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
        return bool(commits.tree(git, head))
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
    if outer or elsewhere or not (files.is_real(folder) or first_look.leads_nowhere(folder)):
        return _("It belongs together with {path}.").format(path=outer or next(iter(elsewhere), folder))
    if under_way(folder):
        return _("Something has been begun in it and not ended, such as a merge.")
    closed = next((path for path in _all(folder) if not os.access(path, os.R_OK)), None)
    return _("{path} may not be read.").format(path=closed) if closed else ""


def _all(top: Path) -> Iterator[Path]:
    for folder, _folders, names in os.walk(top):
        yield Path(folder)
        yield from (Path(folder, name) for name in names)
