"""What is damaged in the repository of a journal, and how a broken one is set aside, for a new one from the files.

Single objects, packs and branches are not mended: `git fsck` names what is wrong, and if the newest version can't be
read whole, the repository is renamed as it is. Only what git derives or begins with, its index and its first settings,
is made anew in place.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from reflect_tui.disk import files
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.git import problems
from reflect_tui.git.commit import update_entries
from reflect_tui.git.history import blob_id, parse_stage
from reflect_tui.git.plumbing import LONG_PATIENCE, Plumbing
from reflect_tui.git.problems import (
    Obstacle,
    ObstacleError,
    branch_folder,
    from_failure,
    leads_nowhere,
    outer_repository,
    under_way,
)
from reflect_tui.git.repository import Repository
from reflect_tui.git.transaction import Transaction
from reflect_tui.i18n import _
from reflect_tui.toml import formats

_OBJECT = re.compile(
    r"\bmissing (?:blob|tree|commit|tag) ([0-9a-f]{40,64})"
    r"|\b([0-9a-f]{40,64}): object (?:corrupt or )?missing"
    r"|\bpacked object ([0-9a-f]{40,64})"
    r"|\bcannot unpack ([0-9a-f]{40,64})"
)
# git 2.47 and newer also look at branches, and take the lock on one, or a copy of one, for a branch of a bad name
_NO_BRANCH = re.compile(r"^(?:error|warning): refs/(?:.*: badRefName|\S*\.lock: badRef\w+):.*\n?", re.MULTILINE)
_BAD_BRANCHES = 8  # the status of git fsck when nothing but branches is bad
_SHA1_WIDTH = 40
_BROKEN = ".git.broken"
_SETTINGS = b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n"


class Damage(Struct, frozen=True, kw_only=True):
    """What is damaged.

    `newest` is set when the newest version can't be read whole, so that the repository is to be set aside; `objects`
    are the ids of what is missing or spoiled, `paths` the files whose versions need them, `complaint` what git said
    when it named none; `index` is about git's own list of files, which can always be made anew, and `behind` names the
    files of which it has no version, or an older one, though the folder has the newest.
    """

    newest: bool = False
    objects: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    complaint: str = ""
    index: bool = False
    behind: tuple[str, ...] = ()

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
        transaction = repository.transaction()
    except ObstacleError as error:
        if _is_no_repository(repository.root / ".git", error.obstacle):
            return Damage(newest=True, complaint=error.obstacle.detail)
        raise
    git = repository.git
    head = git.resolve("HEAD")
    if head is None:
        blocked = branch_folder(repository.root / ".git") is not None
        return Damage(newest=blocked or _has_broken_branch(git) or repository.has_lost_branch())
    bad, complaint = _check(git, head)
    newest = _is_newest_broken(git, head, bad)
    index = not newest and _is_index_damaged(git, transaction, head)
    return Damage(
        newest=newest,
        objects=tuple(sorted(bad)),
        paths=tuple(sorted(set(_paths(git, head, bad)))),
        complaint="" if bad else complaint,
        index=index,
        behind=() if newest or index or repository.obstacle() else tuple(_behind(repository, head)),
    )


def _is_no_repository(folder: Path, obstacle: Obstacle) -> bool:
    """Check whether git doesn't know a folder for a repository any more, though it may look into it."""
    if obstacle.kind != "other":
        return False
    if leads_nowhere(folder):
        return True
    if "not a git repository" not in obstacle.detail:
        return False
    parts = [folder, *(folder / name for name in ("HEAD", "objects", "refs"))]
    return files.is_real(folder) and all(os.access(part, os.R_OK) for part in parts if os.path.lexists(part))


def _has_broken_branch(git: Plumbing) -> bool:
    """Check whether HEAD names no commit because of damage, and not because there is none yet."""
    listed = git.attempt("for-each-ref", "--format=%(refname)")
    return bool(listed.status) or "broken ref" in listed.complaint


def _check(git: Plumbing, head: str) -> tuple[set[str], str]:
    """Let git check every object; the ids of the bad ones, and its complaint."""
    checked = git.attempt("fsck", "--full", "--no-dangling", "--no-progress", head, patience=LONG_PATIENCE)
    report = _NO_BRANCH.sub("", checked.out.decode("utf-8", "replace") + checked.complaint)
    if not checked.status or (checked.status == _BAD_BRANCHES and not report.strip()):
        return set(), ""
    bad = {name for groups in _OBJECT.findall(report) for name in groups if name}
    return bad, from_failure(git.root, _NO_BRANCH.sub("", checked.complaint) or report).detail


def _is_newest_broken(git: Plumbing, head: str, bad: Iterable[str]) -> bool:
    """Check whether the newest commit, a folder in it or a file in it can't be read."""
    root = git.resolve(f"{head}^{{tree}}")
    listed = git.attempt("ls-tree", "-r", "-t", "-z", "--full-tree", head)
    if root is None or listed.status:
        return True
    entries = (entry.split(b"\t")[0].split() for entry in listed.out.split(b"\0") if entry)
    return not {head, root, *(about[2].decode() for about in entries)}.isdisjoint(bad)


def _paths(git: Plumbing, head: str, bad: Iterable[str]) -> Iterator[str]:
    """Name the files that damaged objects are versions of, as far as the history can still be walked."""
    wanted = {name.encode() for name in bad}
    if not wanted:
        return
    walked = git.attempt("rev-list", head, patience=LONG_PATIENCE).out
    command = ("diff-tree", "--stdin", "--root", "-m", "-r", "-z", "--no-commit-id", "--no-renames")
    fields = git.attempt(*command, given=walked, patience=LONG_PATIENCE).out.split(b"\0")
    for about, name in zip(fields[::2], fields[1::2], strict=False):
        if not wanted.isdisjoint(about.split()[2:4]):
            yield os.fsdecode(name)


def _is_index_damaged(git: Plumbing, transaction: Transaction, head: str) -> bool:
    """Check whether git's list of files is gone, can't be read, or is not what its own checksum says."""
    try:
        data = transaction.user_index.read_bytes()
    except FileNotFoundError:
        return bool(git.files(head))
    except OSError:
        return False
    kind, size = ("sha1", 20) if len(head) == _SHA1_WIDTH else ("sha256", 32)
    sums = (bytes(size), hashlib.new(kind, data[:-size], usedforsecurity=False).digest())  # zeros: index.skipHash
    return data[-size:] not in sums or bool(git.attempt("ls-files", "--stage", "-z").status)


def _behind(repository: Repository, head: str) -> Iterator[str]:
    """List the files that `git status` would show as removed or changed, and that are in the folder as in history.

    One that the user staged in a version that history never had is not among them.
    """
    git = repository.git
    staged = parse_stage(git.run("ls-files", "--stage", "-z"))
    for path, blob in git.files(head).items():
        before = staged.get(path)
        if before != blob and _is_in_folder(git.root / path, blob):
            commits = (version.commit for version in repository.versions(path))
            if before is None or any(git.resolve(f"{commit}:{path}") == before for commit in commits):
                yield path


def catch_up_index(git: Plumbing, transaction: Transaction, paths: Sequence[str]) -> bool:
    """Put the newest version of files into the user's index, in a transaction; False when that is locked."""
    head = git.head()
    staged, tracked = parse_stage(git.run("ls-files", "--stage", "-z")), git.files(head)
    entries = {path: (staged.get(path), tracked.get(path)) for path in paths}
    with transaction.index_lock() as held:
        return held and update_entries(git, transaction, entries, len(head or ""))


def rebuild_index(git: Plumbing, transaction: Transaction) -> bool:
    """Make the user's index anew from the newest commit, in a transaction; False when another program has its lock."""
    rebuilt = transaction.index.with_name("new-index")
    git.run("read-tree", "HEAD", variables={"GIT_INDEX_FILE": str(rebuilt)})
    with transaction.index_lock() as held:
        if held:
            files.sync_file(rebuilt)
            rebuilt.replace(transaction.user_index)
            files.sync_folder(transaction.user_index.parent)
    return held


def spoiled_settings(repository: Repository) -> Path | None:
    """The file of git's settings in the repository, when a power cut left zeros in it, so that git understands none."""
    obstacle = repository.obstacle()
    misspelt = obstacle is not None and obstacle.kind == "other" and "bad config" in obstacle.detail
    return problems.spoiled_settings(repository.root / ".git") if misspelt else None


def write_settings(path: Path) -> None:
    """Put the settings that git gives a new repository in the place of spoiled ones."""
    files.replace(path, _SETTINGS)


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
    if outer or elsewhere or not (files.is_real(folder) or leads_nowhere(folder)):
        return _("It belongs together with {path}.").format(path=outer or next(iter(elsewhere), folder))
    if under_way(folder):
        return _("Something has been begun in it and not ended, such as a merge.")
    closed = next((path for path in _all(folder) if not os.access(path, os.R_OK)), None)
    if closed:
        return _("{path} may not be read.").format(path=closed)
    path = _only_in_history(repository)
    text = _(
        "History and the folder have different versions of {path}. Choose in the app which one to keep, then "
        "run doctor again."
    )
    return text.format(path=path) if path else ""


def _only_in_history(repository: Repository) -> str:
    """The path of a file whose newest version can still be read, and that the folder doesn't hold; "" when none."""
    git = repository.git
    try:
        tracked = git.files(git.head())
    except ObstacleError:
        return ""
    gone = (path for path, blob in tracked.items() if not _is_in_folder(repository.root / path, blob))
    return next((path for path in gone if not git.attempt("cat-file", "blob", tracked[path]).status), "")


def _is_in_folder(path: Path, blob: str) -> bool:
    try:
        return blob_id(formats.read_bytes(path), len(blob)) == blob
    except ReflectError:
        return False


def _all(top: Path) -> Iterator[Path]:
    for folder, _folders, names in os.walk(top):
        yield Path(folder)
        yield from (Path(folder, name) for name in names)


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
    free = next((name for name in names if not os.path.lexists(name)), None)
    if free is None:
        raise JournalError(_("{path} exists already, with other content.").format(path=path))
    return free


def hide(repository: Repository) -> None:
    """Let git pass over what was set aside; it would take it for new files of the user's."""
    if any(repository.root.glob(f"{_BROKEN}-*")) and repository.exists():
        excluded = repository.transaction().common / "info" / "exclude"
        if not os.path.lexists(excluded) and not excluded.parent.is_symlink():
            files.make_folder(excluded.parent)
            files.write_new(excluded, f"/{_BROKEN}-*\n".encode())
