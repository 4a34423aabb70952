"""The repository in the folder of a journal: what is in its history, and commits to it; nothing in it is ever run.

Files of the work tree are never read or written by git here, so no filter can run.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from reflect_tui.disk import files
from reflect_tui.errors import JournalError, NotFoundError
from reflect_tui.git import commit as commits
from reflect_tui.git import history, preflight, run
from reflect_tui.git.commit import LOST_NEWEST, Changes, Corner, Place, Places, Step
from reflect_tui.git.history import Version
from reflect_tui.git.problems import Kind, Obstacle, ObstacleError, from_failure, outer_repository, under_way, untrusted
from reflect_tui.git.run import Plumbing
from reflect_tui.i18n import _


class Repository:
    """The git repository in the folder of a journal; making this object touches nothing."""

    def __init__(self, root: Path) -> None:
        """Take the journal's folder."""
        self.root = root if root.is_absolute() else root.absolute()
        self._folder = self.root / ".git"
        self._git = Plumbing(self.root, run.execute)
        self._places = Places(self._git)

    def exists(self) -> bool:
        """Tell whether there is a repository, whatever its state."""
        return os.path.lexists(self._folder)

    def initialise(self) -> None:
        """Make the repository, on the branch main, without hooks; fine when it is there.

        It is made aside and appears at once and whole, so a kill leaves none or all of it.

        Raises:
            ObstacleError: no usable git, or the folder lies inside another repository.
            JournalError: it could not be written.
        """
        self._git.check()
        if self.exists() and not _is_empty(self._folder):
            return
        outer = outer_repository(self.root)
        if outer:
            raise self._git.obstacle("nested", str(outer))
        if self._kind_at_root() == "bare":
            raise self._git.obstacle("bare")
        files.make_folder(self.root)
        aside = self.root / files.temporary_name("git")
        try:
            aside.mkdir(mode=0o700)
            self._git.make(aside)
            _sync_tree(aside / ".git")
            (aside / ".git").rename(self._folder)  # takes the place of an empty folder, and of nothing else
            files.sync_folder(self.root)
        except OSError as error:
            if not self.exists() or _is_empty(self._folder):
                raise JournalError(files.explain(error, self._folder)) from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def obstacle(self) -> Obstacle | None:
        """Tell why no commit can be made now; None when one can."""
        try:
            return self._in_the_way(self._place())
        except ObstacleError as error:
            return error.obstacle

    def _in_the_way(self, place: Place) -> Obstacle | None:
        """Tell why no commit can be made in a repository that can be used."""
        if not os.access(place.repository, os.W_OK):
            sealed = os.statvfs(place.repository).f_flag & os.ST_RDONLY
            closed = _("the disk of {path} is read-only") if sealed else _("you have no permission to write in {path}")
            return Obstacle("read_only", str(self.root), closed.format(path=place.repository))
        if place.complaint and place.complaint != LOST_NEWEST:
            return from_failure(self.root, place.complaint)
        misplaced = self._misplaced(place)
        if misplaced:
            return Obstacle("other", str(self.root), misplaced)
        kind = under_way(place.repository)
        if not kind and not place.branch.startswith("refs/heads/"):
            return Obstacle("detached", str(self.root), self._way_back(place))
        if not kind and place.complaint:
            return from_failure(self.root, place.complaint)
        return Obstacle(kind, str(self.root)) if kind else None

    def _misplaced(self, place: Place) -> str:
        """Say what stands where the repository, or its branch, belongs; "" when these are what they should be."""
        if not (files.is_real(self._folder) or self._holds_this_journal(place)):
            foreign = _("the repository that {path} leads to holds something else than this journal")
            return foreign.format(path=self._folder)
        folder = preflight.branch_folder(self._folder)
        blocked = folder and not (place.head and preflight.is_hollow(folder))
        return _("{path} is a folder, and should be a file").format(path=folder) if blocked else ""

    def _holds_this_journal(self, place: Place) -> bool:
        """Tell whether a repository elsewhere is that of this journal: else sessions would end up among other work."""
        if not place.head:
            return True
        known = self._git.attempt("cat-file", "blob", f"{place.head}:{commits.FILE}")
        here = commits.of(self.root)
        return not known.status and here in ("", commits.read(known.out))

    def _way_back(self, place: Place) -> str:
        """Name the branch to go back to from an older commit; "" when it could be several, or none."""
        asked = ("for-each-ref", "--format=%(refname:short)", f"--contains={place.head}", "refs/heads")
        names = self._git.attempt(*asked).out.decode("utf-8", "replace").split() if place.head else []
        return names[0] if len(names) == 1 else ""

    def _place(self) -> Place:
        """Give the place of the repository; ObstacleError when it is unusable, by its owner's will or by ours."""
        self._git.check()
        odd = preflight.odd_file(self._folder)
        if odd:
            raise self._git.obstacle("other", _("{path} is not an ordinary file").format(path=odd))
        kind = self._kind_at_root() or untrusted(self.root, self._git.trusted())
        if kind:
            raise self._git.obstacle(kind)
        return self._places.now()

    def _kind_at_root(self) -> Kind | None:
        if self.exists():
            return None
        bare = (self.root / "HEAD").is_file() and (self.root / "objects").is_dir() and (self.root / "refs").is_dir()
        return "bare" if bare else "not_a_repository"

    def lost_branch(self) -> Path | None:
        """Give the file that the branch should have, when neither it nor another one names a commit any more.

        None when the branch is there, and before the first commit; see head() for the errors.
        """
        place = self._place()
        return place.common / place.branch if place.lost else None

    def head(self) -> str | None:
        """Give the id of the newest commit; None before the first.

        Raises:
            ObstacleError: the history can't be read.
        """
        place = self._place()
        if place.complaint:
            raise ObstacleError(from_failure(self.root, place.complaint))
        return place.head

    def tracked(self) -> dict[str, str]:
        """Give the blob id of every path in the newest commit; see head()."""
        return commits.tree(self._git, self.head())

    def read(self, commit: str, path: str) -> bytes:
        """Give a file as it was in a commit.

        Raises:
            NotFoundError: that commit has no such file.
            ObstacleError: the history can't be read.
        """
        self._place()
        if not history.is_commit(commit):
            raise NotFoundError(_('There is no version "{id}".').format(id=commit))
        found = self._git.attempt("cat-file", "blob", f"{commit}:{path}")
        if found.status:
            raise NotFoundError(_("The version {commit} has no {path}.").format(commit=commit[:12], path=path))
        return found.out

    def contents(self, blobs: Sequence[str]) -> tuple[bytes | None, ...]:
        """Give files by their blob ids, None for one that history has lost. See head()."""
        self._place()
        asked = b"".join(f"{blob}\n".encode() for blob in blobs)
        return history.parse_blobs(self._git.run("cat-file", "--batch", given=asked)) if blobs else ()

    def ahead(self) -> dict[str, str]:
        """Give what tracked() would give on the branches that go on from here, while an older commit is looked at.

        Nothing unless the HEAD is detached; see head().
        """
        place = self._place()
        if place.head is None or place.branch:
            return {}
        asked = ("for-each-ref", "--format=%(objectname)", f"--contains={place.head}", "refs/heads")
        found: dict[str, str] = {}
        for tip in self._git.run(*asked).decode().split():
            found |= commits.tree(self._git, tip)
        return found

    def versions(self, path: str) -> tuple[Version, ...]:
        """List the commits that changed a file, newest first; see head()."""
        head = self.head()
        if head is None:
            return ()
        found = history.parse_commits(self._git.run("rev-list", f"--format={history.FORMAT}", head, "--", path))
        asked = b"".join(f"{version.commit}:{path}\n".encode() for version in found)
        there = self._git.run("cat-file", "--batch-check=%(objecttype)", given=asked).split(b"\n")
        return history.with_deletions(found, there)

    def last_commit(self, path: str) -> str | None:
        """Give the newest commit that changed a file; None when there is none. See head()."""
        head = self.head()
        return self._git.line("rev-list", "--max-count=1", head, "--", path) or None if head else None

    def ever(self, folder: str) -> frozenset[str]:
        """Give every path below a folder that any commit of this branch changed; see head()."""
        head = self.head()
        if head is None:
            return frozenset()
        listed = self._git.run(
            "diff-tree", "--stdin", "--root", "-m", "-r", "-z", "--no-commit-id", "--name-only", "--no-renames",
            "--", folder, given=self._git.run("rev-list", "--full-history", head, "--", folder),
        )  # fmt: skip
        return frozenset(os.fsdecode(name) for name in listed.split(b"\0") if name)

    def commit(self, changes: Changes, message: str) -> str:
        """Make one commit; the content of a path, or None to remove it. See commit_all().

        Returns:
            The id of the new commit, or of the newest one when nothing changes ("" when there is none).
        """
        made = self.commit_all([Step(changes, message)])
        return made[-1] if made else self.head() or ""

    def commit_all(self, steps: Sequence[Step]) -> tuple[str, ...]:
        """Make a row of commits on the branch, and let all appear at once; steps that change nothing make none.

        When this returns, they are on the disk.

        Raises:
            ObstacleError: the history can't be written now; nothing changed.
            JournalError: the disk refuses.
        """
        if not steps:
            return ()
        place = self._place()
        obstacle = self._in_the_way(place)
        if obstacle:
            raise ObstacleError(obstacle)
        corner = self._corner(place)
        with corner.turn():
            return commits.make(self._git, self._places, corner, steps)

    def settle(self) -> None:
        """Finish what a killed program left half done in the repository; see commit_all()."""
        corner = self._corner(self._place())
        if corner.intent() or corner.left_lock():
            with corner.turn():
                commits.settle(self._git, corner)

    def _corner(self, place: Place) -> Corner:
        return Corner(self.root, place.repository, place.common)

    def tools(self) -> tuple[Plumbing, Corner]:
        """Give what examining and repairing need: git plumbing, and our corner; see head()."""
        return self._git, self._corner(self._place())

    def git_version(self) -> str:
        """Give the version of git.

        Raises:
            ObstacleError: there is none, or it is too old.
        """
        return self._git.version()


def _is_empty(folder: Path) -> bool:
    """Tell whether `.git` is an empty folder: what remains of an attempt by someone else."""
    with contextlib.suppress(OSError):
        return not folder.is_symlink() and not any(folder.iterdir())
    return False


def _sync_tree(top: Path) -> None:
    """Wait until all files and names below a folder are on the disk."""
    for folder, _folders, names in os.walk(top):
        for path in (Path(folder, name) for name in names):
            if path.is_file():  # git tries out symbolic links, and may leave one that leads nowhere
                files.sync_file(path)
        files.sync_folder(Path(folder))
