"""Where the repository of a journal is and what its HEAD names: asked of git anew only when something there changed."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui.i18n import _
from reflect_tui.journal.plumbing import Plumbing
from reflect_tui.journal.staging import Corner

LOST_NEWEST = "the newest commit is damaged or missing"
_FOLDERS = ("rev-parse", "--is-bare-repository", "--absolute-git-dir", "--git-common-dir")
_NEWEST = "HEAD^{commit}"
_ON_BRANCH = re.compile(rb"ref: (refs/heads/[^\s\0]+)\n")
_COMMIT = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64})\n")


class Place(Struct, frozen=True):
    """The repository's folder, the one it shares with other work trees, and HEAD.

    `branch` is the whole name of what HEAD stands for, "" when it names a commit itself; `head` is the id of the newest
    commit, None before the first or when it can't be read. `complaint` is git's when it can't tell what HEAD stands
    for, or ours when the commit that it names can't be read: the repository can still be examined and mended then, but
    nothing be added to it. `lost` tells that the branch had a commit, and that nothing names that one any more.
    """

    repository: Path
    common: Path
    branch: str
    head: str | None
    complaint: str = ""
    lost: bool = False


class _Traces(Struct, frozen=True):
    """The content of the files that git's answer follows from: while these are the same, so is the answer."""

    settings: bytes
    head: bytes
    tip: bytes


class Places:
    """Finds the place of one repository."""

    def __init__(self, git: Plumbing) -> None:
        """Ask these commands."""
        self._git = git
        self._known: tuple[_Traces, Place] | None = None

    def now(self) -> Place:
        """Give the place as it is.

        Raises:
            ObstacleError: git can't use it.
        """
        traces = _traces(self._git.root / ".git")
        if traces and self._known and self._known[0] == traces:
            return self._known[1]
        place = self._ask()
        self._known = (traces, place) if traces and place.head else None  # one that is lost may be brought back
        return place

    def moved(self, commit: str) -> None:
        """Take note that the branch was moved to a commit; should it be elsewhere by now, git is asked all the same."""
        if self._known:
            traces, place = self._known
            self._known = structs.replace(traces, tip=f"{commit}\n".encode()), structs.replace(place, head=commit)

    def _ask(self) -> Place:
        said = self._git.attempt(*_FOLDERS, _NEWEST, "--symbolic-full-name", "HEAD", variables={"GIT_WORK_TREE": ""})
        match said.out.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n"):
            case ["false", repository, common, head, branch] if not said.status:
                return Place(Path(repository), Path(repository, common), "" if branch == "HEAD" else branch, head)
        return self._ask_singly()

    def _ask_singly(self) -> Place:
        """Ask for one thing after the other: there is no commit yet, or something is in the way."""
        bare, *folders = self._git.line(*_FOLDERS, variables={"GIT_WORK_TREE": ""}).split("\n")
        if bare == "true":
            raise self._git.obstacle("bare", "core.bare")
        if len(folders) != 2:  # noqa: PLR2004 -- cut short, or a path with a line end in it
            named = _("the folder's name, or that of one above it, has a line end in it; give it another name")
            silent = _("it does not say where the repository is")
            raise self._git.obstacle("other", named if "\n" in str(self._git.root.resolve()) else silent)
        branch = self._git.attempt("symbolic-ref", "--quiet", "HEAD")
        complaint = branch.complaint if branch.status > 1 else ""  # 1 is a HEAD that names a commit itself
        head = self._name("HEAD")
        if head and self._name(f"{head}^{{commit}}") is None:  # of this very id: HEAD may be moved at any time
            head, complaint = None, complaint or LOST_NEWEST
        place = Place(Path(folders[0]), Path(*folders), branch.out.decode().strip(), head, complaint)
        lost = (
            head is None
            and not complaint
            and Corner(self._git.root, place.repository, place.common).knows(place.branch)
        )
        return structs.replace(place, complaint=LOST_NEWEST, lost=True) if lost else place

    def _name(self, revision: str) -> str | None:
        """Give the id that a revision stands for; None when git knows none."""
        said = self._git.attempt("rev-parse", "--verify", "--quiet", revision)
        return None if said.status else said.out.decode().strip()


def _traces(folder: Path) -> _Traces | None:
    """Read what git's answer follows from; None when more than these files decides, so that git must be asked.

    That is so unless the folder is a whole repository itself, on a branch whose newest commit stands in a file of its
    own or among the packed ones. Of the settings git obeys no included file here.
    """
    try:
        plain = all(map(stat.S_ISDIR, (folder.lstat().st_mode, (folder / "refs" / "heads").lstat().st_mode)))
        head = _read(folder / "HEAD")
        on_branch = _ON_BRANCH.fullmatch(head)
        if not plain or not on_branch or (folder / "commondir").exists():
            return None
        tip = _tip(folder, on_branch[1])
        settings = _read(folder / "config")
        if (folder / "config.worktree").exists():
            settings += b"\0" + _read(folder / "config.worktree")
    except (OSError, UnicodeDecodeError):
        return None
    return _Traces(settings, head, tip) if _COMMIT.fullmatch(tip) else None


def _tip(folder: Path, branch: bytes) -> bytes:
    """Give what the file of a branch holds; when there is none, its line among the packed ones, as git looks it up."""
    try:
        return _read(folder / branch.decode())
    except FileNotFoundError:
        lines = (line.partition(b" ") for line in _read(folder / "packed-refs").split(b"\n"))
        return next((commit + b"\n" for commit, _blank, name in lines if name == branch), b"")


def _read(path: Path) -> bytes:
    """Give an ordinary file; OSError for anything else, such as a link elsewhere."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise OSError
    return path.read_bytes()
