"""Why the history can't be written now: what is going on, and what the user can do about it."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shlex
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct

from reflect_tui import system
from reflect_tui.disk import files
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.git import complaints
from reflect_tui.git.complaints import ENDED
from reflect_tui.i18n import _
from reflect_tui.text import display
from reflect_tui.toml import formats

ObstacleKind = Literal[
    "no_git", "git_too_old", "hangs", "not_a_repository", "bare", "nested", "detached", "other_branch",
    "merging", "rebasing", "cherry_picking", "reverting", "bisecting", "foreign_owner", "open_to_all", "full",
    "read_only", "busy", "locked", "not_a_journal", "another_journal", "other_work", "another_history", "copy", "other",
]  # fmt: skip
SpecialCase = Literal[
    "called_bare", "newer", "misspelt", "damaged", "crashed", "no_real_git", "unsafe_git", "older_shown"
]
_SPECIAL: dict[str, SpecialCase] = {
    "git repo version": "newer",
    "unknown repository extension": "newer",
    "bad config": "misspelt",
    "bad numeric config": "misspelt",
    "bad boolean config": "misspelt",
    "newest commit is damaged": "damaged",
    "No such ref": "damaged",
    "invalid object": "damaged",
    "bad object": "damaged",
    "not a tree object": "damaged",
    "unpack tree object": "damaged",
    "corrupt": "damaged",
    ENDED: "crashed",
    "unable to read tree": "damaged",
}
FOREIGN_HISTORY = {"other_work", "another_history"}
UNREADABLE = {"no_git", "git_too_old", "hangs", "not_a_repository", "bare", "foreign_owner", "open_to_all"}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
_READ_ONLY_WORDS = ("Read-only file system", "Permission denied", "insufficient permission")
_LOCKED = ".lock': File exists"
_UNDER_WAY: tuple[tuple[str, ObstacleKind], ...] = (
    ("MERGE_HEAD", "merging"),
    ("rebase-merge", "rebasing"),
    ("rebase-apply", "rebasing"),
    ("CHERRY_PICK_HEAD", "cherry_picking"),
    ("REVERT_HEAD", "reverting"),
    ("BISECT_LOG", "bisecting"),
)


class Obstacle(Struct, frozen=True):
    """One reason why git can't be used on the journal `root`; `detail` is what git said, if anything."""

    kind: ObstacleKind
    root: str
    detail: str = ""

    @property
    def sentence(self) -> str:
        """What is going on and what to do, in the user's language."""
        sentence = _sentence(_special(self.kind, self.detail) or self.kind)
        root, detail = display(self.root), display(self.detail)
        command, branch = (display(shlex.quote(text)) for text in (self.root, self.detail))  # to be copied into a shell
        return sentence.format(root=root, detail=detail, quoted=command, branch=branch)

    @property
    def unexplained(self) -> bool:
        """Whether the sentence leaves it to doctor to tell more."""
        return self.kind == "other" and _special(self.kind, self.detail) is None

    @property
    def unreadable(self) -> bool:
        """Whether the history can't even be read."""
        return self.kind in UNREADABLE


class ObstacleError(JournalError):
    """The history can't be used now; the files of the journal are safe."""

    def __init__(self, obstacle: Obstacle) -> None:
        self.obstacle = obstacle
        super().__init__(obstacle.sentence)


def _special(kind: ObstacleKind, detail: str) -> SpecialCase | None:
    """Classify an obstacle as a special case, by what git said."""
    if kind == "bare":
        return "called_bare" if detail else None
    if kind == "no_git":
        return "unsafe_git" if detail else None
    if kind == "git_too_old":
        return None if "version" in detail else "no_real_git"
    if kind == "detached":
        return "older_shown" if detail else None
    if kind == "other":
        return next((special for words, special in _SPECIAL.items() if words in detail), None)
    return None


def _sentence(kind: ObstacleKind | SpecialCase) -> str:
    finish = _("What is saved waits until that is finished or aborted. To see how: git -C {quoted} status")
    sentences: dict[ObstacleKind | SpecialCase, str] = {
        "no_git": _("The program git was not found. Install it, and the history catches up by itself."),
        "unsafe_git": _(
            "The program {detail} is not run: its folder stands in PATH without its whole path, may be changed by "
            "other users or a group, or holds your journal, so that others may have put it there. Install git; what "
            "is saved waits for it."
        ),
        "hangs": _(
            "git does not answer, and was stopped. What is saved waits, and is tried again later; the journal's disk "
            "or the program git may be the cause."
        ),
        "git_too_old": _(
            "The history needs git 2.31 or newer; this is {detail}. What is saved waits until git is up to date."
        ),
        "no_real_git": _(
            "The program {detail} does not answer as git does. Install git, 2.31 or newer; what is saved waits for it."
        ),
        "not_a_repository": _("{root} has no history yet."),
        "bare": _("{root} is a git repository without files (bare). Choose another folder for the journal."),
        "called_bare": _(
            "A setting of the journal's repository calls it bare, without files, though the files are there. "
            "What is saved waits; put it right with: git -C {quoted} config core.bare false"
        ),
        "newer": _(
            "The history of the journal has a form that this git doesn't know; a newer git may. What is saved waits "
            "until git is brought up to date. (git: {detail})"
        ),
        "misspelt": _(
            "A settings file of git's in the journal can't be understood. Mend it in an editor; what is saved waits "
            "until then. (git: {detail})"
        ),
        "nested": _("{root} lies inside another git repository, {detail}. Choose a folder outside it."),
        "detached": _(
            "The journal shows an older version of itself (git: detached HEAD). What is saved waits until you go "
            "back to its branch with git switch."
        ),
        "older_shown": _(
            "The journal shows an older version of itself (git: detached HEAD). What is saved waits until you go "
            "back to the newest one with: git -C {quoted} switch {branch}"
        ),
        "other_branch": _(
            "Another branch than the journal's own is checked out. What is saved waits until you go back to its own "
            "with: git -C {quoted} switch {branch}"
        ),
        "damaged": _(
            "The history is damaged, and nothing can be added to it. What is saved is safe, and waits; to put the "
            "history right, close the app and run: reflect-tui doctor --fix"
        ),
        "crashed": _(
            "The program git broke down in the middle of its work. What is saved waits, and is tried again; if that "
            "lasts, install git anew, and let reflect-tui doctor look at the journal. ({detail})"
        ),
        "merging": _("A merge is under way in the journal.") + " " + finish,
        "rebasing": _("A rebase is under way in the journal.") + " " + finish,
        "cherry_picking": _("A cherry-pick is under way in the journal.") + " " + finish,
        "reverting": _("A revert is under way in the journal.") + " " + finish,
        "bisecting": _("A bisect is under way in the journal.") + " " + finish,
        "foreign_owner": _(
            "The journal belongs to another user, so its history is left alone. If you trust it: "
            "git config --global --add safe.directory {quoted}"
        ),
        "open_to_all": _("Every user of this computer may write in {root}. Repair that with: chmod -R go-w {quoted}"),
        "full": _("The history can't be written: the disk is full. Make room; what is saved waits until then."),
        "read_only": _("The history can't be written: {detail}. What is saved waits until it can."),
        "busy": _("Another program is writing the history. What is saved waits for its turn."),
        "locked": _(
            "Another git is at work in the journal, or was stopped there and left a lock. What is saved waits; "
            "if that lasts, run reflect-tui doctor."
        ),
        "not_a_journal": _(
            "{root} holds other files and no journal, so nothing is written there. Choose another folder with "
            "--journal, or keep your journal among them with: reflect-tui --journal {quoted} --create"
        ),
        "another_journal": _(
            "{root} holds another journal than the one that was opened, so nothing is written there. Drafts stay; "
            "close the app and open it again."
        ),
        "other_work": _(
            "The git repository of {root} holds other work and no journal, so nothing is added to it. What is saved "
            "waits: put the journal's own .git back, or keep the journal among that work with: "
            "reflect-tui --journal {quoted} --create"
        ),
        "another_history": _(
            "The git repository of {root} holds the history of another journal, so nothing is added to it. What is "
            "saved waits until the journal's own .git is back; reflect-tui doctor tells what else can be done."
        ),
        "copy": _(
            "{detail} is a copy of a branch, as programs make that keep folders alike, and git stops at it. Let "
            "reflect-tui doctor say what it holds, then move it out of the journal."
        ),
        "other": _("git can't use this journal: {detail}. What is saved waits; reflect-tui doctor tells more."),
    }
    return sentences[kind]


def under_way(folder: Path) -> ObstacleKind | None:
    """Name what the user has begun in a repository, by the files that git keeps meanwhile."""
    return next((kind for name, kind in _UNDER_WAY if os.path.lexists(folder / name)), None)


def why_untrusted(root: Path, trusted: frozenset[str]) -> ObstacleKind | None:
    """Explain why the repository of a journal may carry someone else's settings, which git would obey.

    git itself checks no owner when it is told where the repository is, as we do. `trusted` is the user's own list.
    """
    if {"*", str(root)} & trusted:
        return None
    for path in (root, root / ".git"):
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        if not system.is_mine(status):
            return "foreign_owner"
        if system.open_to_others(status) & stat.S_IWOTH and not stat.S_ISLNK(status.st_mode):
            return "open_to_all"
    return None


def outer_repository(root: Path) -> Path | None:
    """Find the repository whose work tree a folder lies in, the folder itself left out."""
    return next((folder for folder in root.absolute().parents if os.path.lexists(folder / ".git")), None)


def from_failure(root: Path, complaint: str) -> Obstacle:
    """Name the obstacle behind what git wrote to stderr."""
    lines = complaints.telling_lines(complaint)
    detail = next((line for line in lines if line.startswith(complaints.FAULTS)), lines[-1] if lines else "?")
    following = lines[lines.index(detail) + 1 :] if detail.endswith(":") else []
    detail = " ".join([detail, *following[:1]]).removeprefix("fatal: ").removeprefix("error: ")
    detail = " ".join(detail.split()).rstrip(".:")
    copies = (path for path, _original in conflict_copies(root / ".git") if path.name in complaint)
    if _special("other", detail) == "damaged" and (copy := next(copies, None)):
        return Obstacle("copy", str(root), str(copy))
    return Obstacle(_kind_of(root, "\n".join(lines)), str(root), detail)


def from_error(root: Path, error: JournalError) -> Obstacle:
    """Name the obstacle behind a file of ours that could not be written."""
    number = error.__cause__.errno if isinstance(error.__cause__, OSError) else None
    kind: ObstacleKind = "full" if number in files.FULL else "read_only" if number in _READ_ONLY else "other"
    return Obstacle(kind, str(root), str(error).removesuffix("."))


def _kind_of(root: Path, complaint: str) -> ObstacleKind:
    if complaints.tells_of_full_disk(complaint):
        return "full"
    if any(words in complaint for words in _READ_ONLY_WORDS):
        return "read_only"
    if _LOCKED in complaint:
        return "locked"
    # Of an index, a setting or a branch git only says that it can't be written, not why.
    return "full" if files.is_full(root) else "other"


# What the files of a repository tell before git is asked: it would wait, or say no more than that.


_READ_FIRST = (
    "", "HEAD", "config", "config.worktree", "commondir", "index", "packed-refs", "shallow", "info/attributes",
    "info/exclude", "info/grafts", "objects/info/alternates",
)  # fmt: skip
_ALL_BELOW = ("refs", "logs")  # git reads every branch when it looks for one commit, and adds to logs that are there
_BRANCH = re.compile(rb"ref: (refs/heads/[!-~]+)\n?")
_LEADS = b"gitdir:"
_OLD = 10 * 60.0  # seconds; git itself holds a lock for milliseconds, a commit as long as its editor is open
_NOTHING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}


def special_file(folder: Path) -> Path | None:
    """A pipe or device among the files that git reads first: it would wait there for ever."""
    for path in _read_first(str(folder)):
        with contextlib.suppress(OSError):
            mode = os.stat(path).st_mode  # noqa: PTH116 -- asked of twenty files before every look at history
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                return Path(path)
    return None


def _read_first(folder: str) -> Iterator[str]:
    yield from (f"{folder}/{name}" for name in _READ_FIRST)
    for name in _ALL_BELOW:
        for within, _folders, names in os.walk(f"{folder}/{name}"):
            yield from (f"{within}/{name}" for name in names)


def leads_nowhere(folder: Path) -> bool:
    """Check whether a `.git` is a link to nothing, or a file that names no folder: there is no repository to it.

    A file that does name one is left to stand, even if that isn't there: it is part of a work tree elsewhere.
    """
    try:
        mode = folder.stat().st_mode
    except OSError as error:
        return error.errno in _NOTHING and folder.is_symlink()
    if folder.is_symlink() or not stat.S_ISREG(mode):
        return False
    return not (read_if_whole(folder) or b"").startswith(_LEADS) and os.access(folder, os.R_OK)


def branch_folder(folder: Path) -> Path | None:
    """The folder that stands where the file of the branch belongs; None when none does."""
    named = _BRANCH.fullmatch(read_if_whole(folder / "HEAD") or b"")
    path = folder / os.fsdecode(named[1]) if named else folder
    return path if named and files.is_real(path) else None


def holds_no_file(folder: Path) -> bool:
    """Check whether no file is in a folder, nor in those within: git puts a branch in the place of such a one."""
    return not any(names for _folder, _folders, names in os.walk(folder))


def spoiled_settings(folder: Path) -> Path | None:
    """The file of git's settings in a repository when they hold zeros, as after a power cut; None when they don't."""
    path = folder / "config"
    return path if files.is_real(folder) and b"\0" in (read_if_whole(path) or b"") else None


def read_if_whole(path: Path) -> bytes | None:
    """Return the bytes of a file; None when it can't be read."""
    try:
        return formats.read_bytes(path)
    except ReflectError:
        return None


# Copies that programs for sharing files left in a repository, when two computers wrote it.


_COPY_BESIDE = re.compile(r"(?:Copy of |Kopie van )?(HEAD|index|config|packed-refs)(?:[^A-Za-z0-9].*)?", re.DOTALL)
_FOLDER_BESIDE = re.compile(
    r"(?:Copy of |Kopie van )?(refs|objects|logs|info|heads|tags|pack)(?:[^A-Za-z0-9].*)", re.DOTALL
)
_OF_GIT = re.compile(r"(HEAD|index|config|packed-refs)(\.lock|\.new|\.worktree)?")
_COPY_OF_BRANCH = re.compile(r"(.*?)(?:[ ~^:?*\[\\]|\.sync-conflict-|\.\.|\.$).*", re.DOTALL)
_COPY_BESIDE_BRANCH = re.compile(r"(.+?)(?:(?:[._-][Cc]onflict|#\d).*|-(?=[^a-z]*[A-Z])[A-Z0-9-]{1,15})", re.DOTALL)


def conflict_copies(folder: Path) -> tuple[tuple[Path, str], ...]:
    """List the copies of HEAD, of git's own lists, settings and folders, and of branches: each with what it is one of.

    A branch's copy is known by a name that git allows no branch, or that such a program gives beside the branch: with
    the word conflict, a number, or the name of a computer in capitals.
    """
    beside = [
        (path, _COPY_BESIDE.fullmatch(path.name)) for path in folder.glob("*") if not _OF_GIT.fullmatch(path.name)
    ]
    heads = [(path, _copy_of_branch(path)) for path in (folder / "refs" / "heads").glob("**/*")]
    within = (path for place in (folder, folder / "refs", folder / "objects") for path in place.glob("*"))
    folders = [(path, _FOLDER_BESIDE.fullmatch(path.name)) for path in within if path.is_dir()]
    named = [(path, match) for path, match in (*beside, *heads) if path.is_file()]
    found = ((path, match[1]) for path, match in (*named, *folders) if match and not files.is_temporary(path.name))
    return tuple(sorted(found))


def _copy_of_branch(path: Path) -> re.Match[str] | None:
    if match := _COPY_OF_BRANCH.fullmatch(path.name.removeprefix("Copy of ").removeprefix("Kopie van ")):
        return match
    if path.name.startswith(("Copy of ", "Kopie van ")):
        return re.fullmatch(r"(?:Copy of |Kopie van )(.+)", path.name, re.DOTALL)
    match = _COPY_BESIDE_BRANCH.fullmatch(path.name)
    return match if match and path.with_name(match[1]).is_file() else None


# Lock files that dead programs left in a repository, by a strict rule: old, and nobody there who could have it.


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


def lock_files(root: Path, folder: Path) -> tuple[LockFile, ...]:
    """List the lock files of git's in the repository of the journal in `root`; none where that is no real folder."""
    paths = sorted(_lock_paths(folder)) if files.is_real(folder) else []
    return tuple(lock for path in paths if (lock := _lock_file(path, root)))


def _lock_paths(folder: Path) -> Iterator[Path]:
    """List every lock that git has in a repository: on single files, and on branches."""
    yield from folder.glob("*.lock")
    for top, _folders, names in os.walk(folder / "refs"):
        yield from (Path(top, name) for name in names if name.endswith(".lock"))


def _lock_file(path: Path, root: Path) -> LockFile | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    users = system.users(status, root)
    process = None if users is None else next(users, None)
    return LockFile(path=path, age=time.time() - status.st_mtime, process=process, certain=users is not None)
