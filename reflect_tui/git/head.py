"""Where the repository of a journal is, and what its HEAD names: asked of git only when something there changed."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui.git.run import Plumbing
from reflect_tui.git.transaction import Transaction
from reflect_tui.i18n import _

LOST_NEWEST = "the newest commit is damaged or missing"
_FOLDERS = ("rev-parse", "--is-bare-repository", "--absolute-git-dir", "--git-common-dir")
_NEWEST = "HEAD^{commit}"
_ON_BRANCH = re.compile(rb"ref: (refs/heads/[^\s\0]+)\n")
_COMMIT = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64})\n")


class HeadState(Struct, frozen=True):
    """The repository's folder, the one it shares with other work trees, and HEAD.

    `branch` is the whole name of the branch that HEAD is on, "" when HEAD is detached; `commit` is the newest commit,
    None before the first or when it can't be read. `complaint` is git's when it can't tell what HEAD names, or
    LOST_NEWEST when the commit named can't be read: the repository can still be examined then, but nothing be added.
    `lost` is set when the branch had a commit of ours, and no longer names any.
    """

    repository: Path
    common: Path
    branch: str
    commit: str | None
    complaint: str = ""
    lost: bool = False


class _HeadFiles(Struct, frozen=True):
    """The content of the files that git's answer follows from: while these are the same, so is the answer."""

    settings: bytes
    head: bytes
    tip: bytes


class HeadReader:
    """Reads the HEAD of one repository, and remembers the last answer with the files it followed from."""

    def __init__(self, git: Plumbing) -> None:
        self._git = git
        self._known: tuple[_HeadFiles, HeadState] | None = None

    def read(self) -> HeadState:
        """Read HEAD as it is now.

        Raises:
            ObstacleError: git can't use the repository.
        """
        head_files = _head_files(self._git.root / ".git")
        if head_files and self._known and self._known[0] == head_files:
            return self._known[1]
        state = self._ask()
        self._known = (head_files, state) if head_files and state.commit else None  # a lost commit may be brought back
        return state

    def moved_to(self, commit: str) -> None:
        """Remember that the branch was just moved to a commit; if it isn't there any more, read() asks git again."""
        if self._known:
            head_files, state = self._known
            self._known = structs.replace(head_files, tip=f"{commit}\n".encode()), structs.replace(state, commit=commit)

    def _ask(self) -> HeadState:
        output = self._git.attempt(*_FOLDERS, _NEWEST, "--symbolic-full-name", "HEAD", variables={"GIT_WORK_TREE": ""})
        match output.out.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n"):
            case ["false", repository, common, commit, branch] if not output.status:
                return HeadState(Path(repository), Path(repository, common), "" if branch == "HEAD" else branch, commit)
        return self._ask_step_by_step()

    def _ask_step_by_step(self) -> HeadState:
        """Ask for one thing after the other: there is no commit yet, or something is in the way."""
        bare, *folders = self._git.line(*_FOLDERS, variables={"GIT_WORK_TREE": ""}).split("\n")
        if bare == "true":
            raise self._git.obstacle_error("bare", "core.bare")
        if len(folders) != 2:  # noqa: PLR2004 -- cut short, or a path with a line end in it
            named = _("the folder's name, or that of one above it, has a line end in it; give it another name")
            silent = _("it does not say where the repository is")
            raise self._git.obstacle_error("other", named if "\n" in str(self._git.root.resolve()) else silent)
        symbolic = self._git.attempt("symbolic-ref", "--quiet", "HEAD")
        complaint = symbolic.complaint if symbolic.status > 1 else ""  # 1: HEAD is detached
        commit = self._git.resolve("HEAD")
        if commit and not self._git.resolve(f"{commit}^{{commit}}"):  # of this very id: HEAD may be moved at any time
            commit, complaint = None, complaint or LOST_NEWEST
        state = HeadState(Path(folders[0]), Path(*folders), symbolic.out.decode().strip(), commit, complaint)
        if commit or complaint:
            return state
        known = Transaction(self._git.root, state.repository, state.common).knows_branch(state.branch)
        return structs.replace(state, complaint=LOST_NEWEST, lost=True) if known else state


def _head_files(folder: Path) -> _HeadFiles | None:
    """Read the files that git's answer follows from; None when more than these decides, so that git must be asked.

    That is so unless the folder is a whole repository itself, on a branch whose newest commit stands in a file of its
    own or among the packed ones. Of the settings git obeys no included file here.
    """
    try:
        ordinary = all(map(stat.S_ISDIR, (folder.lstat().st_mode, (folder / "refs" / "heads").lstat().st_mode)))
        head = _read(folder / "HEAD")
        on_branch = _ON_BRANCH.fullmatch(head)
        if not ordinary or not on_branch or (folder / "commondir").exists():
            return None
        tip = _tip(folder, on_branch[1])
        settings = _read(folder / "config")
        if (folder / "config.worktree").exists():
            settings += b"\0" + _read(folder / "config.worktree")
    except (OSError, UnicodeDecodeError):
        return None
    return _HeadFiles(settings, head, tip) if _COMMIT.fullmatch(tip) else None


def _tip(folder: Path, branch: bytes) -> bytes:
    """Read the file of a branch, or its line in packed-refs when it has none, in the order in which git looks."""
    try:
        return _read(folder / branch.decode())
    except FileNotFoundError:
        lines = (line.partition(b" ") for line in _read(folder / "packed-refs").split(b"\n"))
        return next((commit + b"\n" for commit, _blank, name in lines if name == branch), b"")


def _read(path: Path) -> bytes:
    """Read an ordinary file; OSError for anything else, such as a link elsewhere."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise OSError
    return path.read_bytes()
