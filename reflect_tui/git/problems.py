"""Why the history can't be written now: what is going on, and what the user can do about it."""

from __future__ import annotations

import errno
import os
import shlex
import stat
from pathlib import Path
from typing import Literal

from msgspec import Struct

from reflect_tui.errors import JournalError
from reflect_tui.i18n import _
from reflect_tui.text import display

ObstacleKind = Literal[
    "no_git", "git_too_old", "not_a_repository", "bare", "nested", "detached", "merging", "rebasing",
    "cherry_picking", "reverting", "bisecting", "foreign_owner", "open_to_all", "full", "read_only", "busy",
    "locked", "other",
]  # fmt: skip
SpecialCase = Literal["called_bare", "newer", "misspelt", "damaged", "no_real_git", "older_shown"]
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
    "unable to read tree": "damaged",
}
UNREADABLE = {"no_git", "git_too_old", "not_a_repository", "bare", "foreign_owner", "open_to_all"}
_FULL = {errno.ENOSPC, errno.EDQUOT}
_FULL_WORDS = ("No space left", "Out of diskspace", "quota exceeded")
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
_READ_ONLY_WORDS = ("Read-only file system", "Permission denied", "insufficient permission")
_LOCKED = ".lock': File exists"
_LITTLE = 65_536  # bytes: less than the smallest commit may need
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
    if kind == "git_too_old":
        return None if "version" in detail else "no_real_git"
    if kind == "detached":
        return "older_shown" if detail else None
    if kind == "other":
        return next((special for words, special in _SPECIAL.items() if words in detail), None)
    return None


def _sentence(kind: ObstacleKind | SpecialCase) -> str:
    finish = _("What is saved waits until that is finished or aborted; how, is told by: git -C {quoted} status")
    sentences: dict[ObstacleKind | SpecialCase, str] = {
        "no_git": _("The program git was not found. Install it, and the history catches up by itself."),
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
        "damaged": _(
            "The history is damaged, and nothing can be added to it. What is saved is safe, and waits; to put the "
            "history right, close the app and run: reflect-tui doctor --fix"
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
        if status.st_uid != os.geteuid():
            return "foreign_owner"
        if status.st_mode & stat.S_IWOTH and not stat.S_ISLNK(status.st_mode):
            return "open_to_all"
    return None


def outer_repository(root: Path) -> Path | None:
    """Find the repository whose work tree a folder lies in, the folder itself left out."""
    return next((folder for folder in root.absolute().parents if os.path.lexists(folder / ".git")), None)


def from_failure(root: Path, complaint: str) -> Obstacle:
    """Name the obstacle behind what git wrote to stderr."""
    lines = [line for line in complaint.splitlines() if line.strip()]
    detail = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "?")
    following = lines[lines.index(detail) + 1 :] if detail.endswith(":") else []
    detail = " ".join([detail, *following[:1]]).removeprefix("fatal: ").removeprefix("error: ")
    detail = " ".join(detail.split()).rstrip(".:")
    return Obstacle(_kind_of(root, complaint), str(root), detail)


def from_error(root: Path, error: JournalError) -> Obstacle:
    """Name the obstacle behind a file of ours that could not be written."""
    number = error.__cause__.errno if isinstance(error.__cause__, OSError) else None
    kind: ObstacleKind = "full" if number in _FULL else "read_only" if number in _READ_ONLY else "other"
    return Obstacle(kind, str(root), str(error).removesuffix("."))


def _kind_of(root: Path, complaint: str) -> ObstacleKind:
    if any(words in complaint for words in _FULL_WORDS):
        return "full"
    if any(words in complaint for words in _READ_ONLY_WORDS):
        return "read_only"
    if _LOCKED in complaint:
        return "locked"
    # Of an index, a setting or a branch git only says that it can't be written, not why.
    return "full" if _is_full(root) else "other"


def _is_full(root: Path) -> bool:
    try:
        room = os.statvfs(root)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize < _LITTLE or (room.f_files > 0 and not room.f_favail)
