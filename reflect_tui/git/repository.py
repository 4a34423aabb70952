"""The repository in the folder of a journal: what is in its history, and commits to it; nothing in it is ever run.

Files of the work tree are never read or written by git here, so no filter can run.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from reflect_tui import system
from reflect_tui.disk import files
from reflect_tui.errors import JournalError, NotFoundError, ReflectError
from reflect_tui.git import commit as git_commit
from reflect_tui.git import history, problems, run
from reflect_tui.git.commit import LOST_NEWEST, Changes, CommitStep, HeadReader, HeadState, JoinStep
from reflect_tui.git.history import Version, blob_id
from reflect_tui.git.plumbing import LONG_PATIENCE, Plumbing
from reflect_tui.git.problems import Obstacle, ObstacleError, ObstacleKind
from reflect_tui.git.transaction import WAIT, Transaction
from reflect_tui.i18n import _
from reflect_tui.toml import formats

JOURNAL_FILE = "journal.toml"
"""Identifies which journal a folder, or a version in history, is."""
_HEADS = "refs/heads/"


class Repository:
    """The git repository in the folder of a journal; making this object touches nothing.

    `git` runs commands on it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root if root.is_absolute() else root.absolute()
        self.git = Plumbing(self.root, run.execute)
        self._folder = self.root / ".git"
        self._heads = HeadReader(self.git)

    def exists(self) -> bool:
        """Check whether there is a repository, whatever its state."""
        return os.path.lexists(self._folder)

    def initialise(self, kind: str = "") -> None:
        """Make the repository, on the branch main, without hooks; fine when it is there.

        It is made aside and appears at once and whole, so a kill leaves none or all of it. Its ids are of a kind (sha1,
        sha256), else of the one that git chooses.

        Raises:
            ObstacleError: no usable git, or the folder lies inside another repository.
            JournalError: it could not be written.
        """
        self.git.check()
        if self._is_made():
            return
        outer = problems.outer_repository(self.root)
        if outer:
            raise self.git.obstacle_error("nested", str(outer))
        if self._kind_at_root() == "bare":
            raise self.git.obstacle_error("bare")
        files.make_folder(self.root)
        aside = self.root / files.temporary_name("git")
        try:
            aside.mkdir(mode=0o700)
            self.git.init(aside, kind)
            files.sync_tree(aside / ".git")
            (aside / ".git").rename(self._folder)  # takes the place of an empty folder, and of nothing else
            files.sync_folder(self.root)
        except OSError as error:
            if not self._is_made():
                raise JournalError(files.explain(error, self._folder)) from error
        finally:
            with contextlib.suppress(OSError):
                system.remove_tree(aside)

    def _is_made(self) -> bool:
        """Check whether there is more than an empty folder: what remains of an attempt by someone else."""
        with contextlib.suppress(OSError):
            return self._folder.is_symlink() or any(self._folder.iterdir())
        return self.exists()

    # What is in the way

    def obstacle(self) -> Obstacle | None:
        """Why no commit can be made now; None when one can."""
        try:
            return self._in_the_way(self._state())
        except ObstacleError as error:
            return error.obstacle

    def _in_the_way(self, state: HeadState) -> Obstacle | None:
        """Why no commit can be made in a repository that can be used."""
        if not os.access(state.repository, os.W_OK):
            sealed = system.is_sealed(state.repository)
            closed = _("the disk of {path} is read-only") if sealed else _("you have no permission to write in {path}")
            return Obstacle("read_only", str(self.root), closed.format(path=state.repository))
        if state.complaint and state.complaint != LOST_NEWEST:
            return problems.from_failure(self.root, state.complaint)
        blocked = self._blocked_branch(state)
        if blocked:
            return Obstacle("other", str(self.root), blocked)
        foreign = self._foreign_history(state)
        if foreign:
            return Obstacle(foreign, str(self.root))
        kind = problems.under_way(state.repository)
        if kind:
            return Obstacle(kind, str(self.root))
        astray = self._astray(state)
        return problems.from_failure(self.root, state.complaint) if state.complaint and not astray else astray

    def _astray(self, state: HeadState) -> Obstacle | None:
        """Say that an older commit or another branch is checked out; None on the journal's own branch."""
        if not state.branch.startswith(_HEADS):
            return Obstacle("detached", str(self.root), self._way_back(state))
        own = self._own_branch(state)
        return None if state.branch == own else Obstacle("other_branch", str(self.root), own.removeprefix(_HEADS))

    def _blocked_branch(self, state: HeadState) -> str:
        """Say that a folder stands where the file of the branch belongs; "" when none does."""
        folder = problems.branch_folder(self._folder)
        blocked = folder and not (state.commit and problems.holds_no_file(folder))
        return _("{path} is a folder, and should be a file").format(path=folder) if blocked else ""

    def _foreign_history(self, state: HeadState) -> ObstacleKind | None:
        """Name whose history this is when it is not this journal's: sessions would end up among other work.

        It is the journal's own when its newest version has the journal's id, or has none and commits of ours are in
        it, or the user said that they may be; see adopt(). One that can't be read is told as damaged, not here.
        """
        own = self._own_branch(state)
        commit = state.commit if own in ("", state.branch) else self.git.resolve(own)
        try:
            tracked = self.git.files(commit) if commit else {}
            blob = tracked.get(JOURNAL_FILE)
            if blob is None:
                empty = not tracked and files.is_real(self._folder)  # a commit without files in the journal's own .git
                known = not commit or empty or self._transaction(state).noted_branches()
                return None if known else "other_work"
            file = problems.read_if_whole(self.root / JOURNAL_FILE) or b""
            if blob_id(file, len(blob)) == blob:
                return None
            here, there = _journal_id(file), self._journal_id_of(blob)
        except ObstacleError:
            return None
        return "another_history" if here and there and here != there else None

    def _journal_id_of(self, blob: str) -> str:
        """The id in a journal.toml of history; "" when that can't be read."""
        return _journal_id(self.git.attempt("cat-file", "blob", blob).out)

    def journal_id(self) -> str:
        """The id of the journal in the newest version; "" when there is none, or it can't be read."""
        try:
            blob = self.tracked().get(JOURNAL_FILE)
            return self._journal_id_of(blob) if blob else ""
        except ObstacleError:
            return ""

    def adopt(self) -> None:
        """Let a journal begin on the branch that is checked out, upon the other work that is in its history.

        Raises:
            ObstacleError: git can't be used on it.
            JournalError: the disk refuses.
        """
        if self.has_journal() is False:
            state = self._state()
            transaction = self._transaction(state)
            with transaction.begin():
                transaction.note_branch(state.branch)

    def _own_branch(self, state: HeadState) -> str:
        """The whole name of the branch that the journal began on, as long as it has it; else the one it is on now."""
        noted = self._transaction(state).noted_branches()
        for branch in noted:
            if branch == state.branch or self.git.resolve(branch):
                return branch
        return state.branch if noted or not state.commit else self._cloned_branch() or state.branch

    def _cloned_branch(self) -> str:
        """The branch that a clone began on: there nothing is noted before its first commit; "" in no clone."""
        remote = self.git.attempt("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD").out.decode("utf-8", "replace")
        branch = _HEADS + remote.strip().removeprefix("refs/remotes/origin/")
        return branch if remote.strip() and self.git.resolve(branch) else ""

    def _way_back(self, state: HeadState) -> str:
        """Name the branch to go back to from an older commit; "" when it could be several, or none."""
        asked = ("for-each-ref", "--format=%(refname:short)", f"--contains={state.commit}", "refs/heads")
        names = self.git.attempt(*asked).out.decode("utf-8", "replace").split() if state.commit else []
        return names[0] if len(names) == 1 else ""

    def _state(self) -> HeadState:
        """Read HEAD; ObstacleError when the repository is unusable, by its owner's will or by ours."""
        self.git.check()
        odd = problems.special_file(self._folder)
        if odd:
            raise self.git.obstacle_error("other", _("{path} is not an ordinary file").format(path=odd))
        kind = self._kind_at_root() or problems.why_untrusted(self.root, self.git.trusted_folders())
        if kind:
            raise self.git.obstacle_error(kind)
        return self._heads.read()

    def _kind_at_root(self) -> ObstacleKind | None:
        if self.exists():
            return None
        bare = (self.root / "HEAD").is_file() and (self.root / "objects").is_dir() and (self.root / "refs").is_dir()
        return "bare" if bare else "not_a_repository"

    # What history holds

    def has_lost_branch(self) -> bool:
        """Check whether the branch had commits of ours and names none now; see head() for the errors."""
        return self._state().lost

    def head(self) -> str | None:
        """The id of the newest commit; None before the first.

        Raises:
            ObstacleError: the history can't be read.
        """
        state = self._state()
        if state.complaint:
            raise ObstacleError(problems.from_failure(self.root, state.complaint))
        return state.commit

    def has_journal(self) -> bool | None:
        """Check whether the newest version is one of a journal; None when there is none yet, or it can't be read."""
        try:
            commit = self.head() if self.exists() else None
            return JOURNAL_FILE in self.git.files(commit) if commit else None
        except ObstacleError:
            return None

    def tracked(self) -> dict[str, str]:
        """The blob id of every path in the newest commit; none while there is no repository. See head()."""
        return dict(self.git.files(self.head())) if self.exists() else {}

    def read(self, commit: str, path: str) -> bytes:
        """Read a file as it was in a commit.

        Raises:
            NotFoundError: that commit has no such file.
            ObstacleError: the history can't be read.
        """
        self._state()
        if not history.is_commit(commit):
            raise NotFoundError(_('There is no version "{id}".').format(id=commit))
        blob = self.git.attempt("cat-file", "blob", f"{commit}:{path}")
        if blob.status:
            raise NotFoundError(_("The version {commit} has no {path}.").format(commit=commit[:12], path=path))
        return blob.out

    def contents(self, blobs: Sequence[str]) -> tuple[bytes | None, ...]:
        """Read files by their blob ids, None for one that history has lost. See head()."""
        self._state()
        asked = b"".join(f"{blob}\n".encode() for blob in blobs)
        return history.parse_blobs(self.git.run("cat-file", "--batch", given=asked)) if blobs else ()

    def files_ahead(self) -> dict[str, str]:
        """What tracked() would return where the journal goes on: on branches that have an older commit looked at now.

        While another branch is checked out, what it would return on the journal's own; see head().
        """
        state = self._state()
        own = self._own_branch(state)
        if state.branch:
            return dict(self.git.files(self.git.resolve(own))) if state.branch != own else {}
        if state.commit is None:
            return {}
        asked = ("for-each-ref", "--format=%(objectname)", f"--contains={state.commit}", "refs/heads")
        tips = self.git.run(*asked).decode().split()
        return {path: blob for tip in tips for path, blob in self.git.files(tip).items()}

    def former_branches(self) -> dict[str, bool]:
        """The branches that commits of ours were on before, and that are there; see head().

        Each with whether it has a commit that the journal's own branch lacks.
        """
        state = self._state()
        own = self._own_branch(state)
        noted = self._transaction(state).noted_branches()
        former = [branch for branch in noted if branch != own and self.git.resolve(branch)]
        return {branch.removeprefix(_HEADS): not self._is_within(branch, own) for branch in former}

    def only_on_other_branches(self, folders: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The paths below some folders that other branches have and this one never had, by branch; see head()."""
        state = self._state()
        listed = self.git.run("for-each-ref", "--format=%(refname)", "refs/heads").decode("utf-8", "surrogateescape")
        ever = self.paths_ever(*folders)
        within = tuple(f"{folder}/" for folder in folders)
        branches: dict[str, tuple[str, ...]] = {}
        for branch in (name for name in listed.splitlines() if name != state.branch):
            tracked = self.git.files(self.git.resolve(f"{branch}^{{commit}}"))
            paths = tuple(path for path in tracked if path.startswith(within) and path not in ever)
            branches |= {branch.removeprefix(_HEADS): paths} if paths else {}
        return branches

    def versions(self, path: str) -> tuple[Version, ...]:
        """List the commits that made a file what it is, newest first; see head().

        Where two devices changed it, these are of the one whose version stayed; see every_version().
        """
        head = self.head()
        # a file that one device deleted and another never had is what it is by no commit
        return (self._versions(head, path) or self.every_version(path)) if head else ()

    def every_version(self, path: str, beside: Sequence[str] = ()) -> tuple[Version, ...]:
        """List the commits that changed a file on any device, or any of those `beside` it, newest first.

        A commit that joins two histories is among them only where it made the file something that it was in neither.
        See head().
        """
        head = self.head()
        if head is None:
            return ()
        versions = self._versions(head, path, "--full-history", "--date-order", beside=beside)
        joins = {version.commit: version.parents for version in versions if version.parents[1:]}
        commits = [name for join, parents in joins.items() for name in (join, *parents)]
        blobs = dict(zip(commits, self._looked_up("%(objectname)", commits, path), strict=True))
        taken = {join for join, parents in joins.items() if blobs[join] in [blobs[parent] for parent in parents]}
        return tuple(version for version in versions if version.commit not in taken)

    def newest_until(self, moment: datetime) -> str | None:
        """The newest commit that was made until a moment; None when there is none. See head()."""
        head = self.head()
        until = f"--until={int(moment.timestamp())}"
        return self.git.line("rev-list", "--max-count=1", until, head) or None if head else None

    def changed_in(self, commit: str) -> dict[str, str | None]:
        """The blob id of every path that a commit changed (None removes one); none for one that joins two histories."""
        if not history.is_commit(commit):
            return {}
        listed = self.git.run(*history.CHANGES, given=f"{self.git.resolve(f'{commit}^{{commit}}') or ''}\n".encode())
        return next(iter(history.parse_changes(listed).values()), {})

    def contents_at(self, commits: Sequence[str], path: str) -> tuple[str, ...]:
        """The blob id that a file had in each of these commits, "" where there was none. See head()."""
        return tuple(found.decode() for found in self._looked_up("%(objectname)", commits, path))

    def _versions(self, head: str, path: str, *walk: str, beside: Sequence[str] = ()) -> tuple[Version, ...]:
        listed = self.git.run("rev-list", *walk, f"--format={history.FORMAT}", head, "--", path, *beside)
        versions = history.parse_commits(listed)
        kinds = self._looked_up("%(objecttype)", [version.commit for version in versions], path)
        return history.with_deletions(versions, kinds)

    def _looked_up(self, what: str, commits: Sequence[str], path: str) -> list[bytes]:
        """Ask git something about a file as it was in each of these commits; b"" where there was none."""
        asked = b"".join(os.fsencode(f"{commit}:{path}\n") for commit in commits)
        answers = self.git.run("cat-file", f"--batch-check={what}", given=asked).splitlines() if commits else []
        return [b"" if answer.endswith(b" missing") else answer for answer in answers]

    def last_commit(self, path: str) -> str | None:
        """The newest commit that changed a file; None when there is none. See head()."""
        head = self.head()
        return self.git.line("rev-list", "--max-count=1", head, "--", path) or None if head else None

    def paths_ever(self, *folders: str) -> frozenset[str]:
        """Every path below some folders that any commit of this branch changed; see head()."""
        head = self.head()
        if head is None:
            return frozenset()
        commits = self.git.run("rev-list", "--full-history", head, "--", *folders, patience=LONG_PATIENCE)
        listed = self.git.run(
            "diff-tree", "--stdin", "--root", "-m", "-r", "-z", "--no-commit-id", "--name-only", "--no-renames",
            "--", *folders, given=commits, patience=LONG_PATIENCE,
        )  # fmt: skip
        return frozenset(os.fsdecode(name) for name in listed.split(b"\0") if name)

    def lacked_commit(self, path: Path) -> str:
        """The commit that a file beside the branches names, "" when it names none, or history has it."""
        try:
            named = formats.read_bytes(path).decode("ascii", "replace").strip()
        except ReflectError:
            return ""
        with contextlib.suppress(ObstacleError):
            return "" if not history.is_commit(named) or self._is_within(named, self.head() or "") else named
        return named

    def _is_within(self, commit: str, newest: str) -> bool:
        """Check whether a commit is the newest one of a history, or one before it."""
        return not self.git.attempt("merge-base", "--is-ancestor", commit, newest).status

    # Commits

    def commit(self, changes: Changes, message: str) -> str:
        """Make one commit; the content of a path, or None to remove it. See commit_all().

        Returns:
            The id of the new commit, or of the newest one when nothing changes ("" when there is none).
        """
        commits = self.commit_all([CommitStep(changes, message)])
        return commits[-1] if commits else self.head() or ""

    def commit_all(self, steps: Sequence[CommitStep]) -> tuple[str, ...]:
        """Make a row of commits on the branch, and let all appear at once; steps that change nothing make none.

        When this returns, they are on the disk.

        Raises:
            ObstacleError: the history can't be written now; nothing changed.
            JournalError: the disk refuses.
        """
        if not steps:
            return ()
        with self._writing() as (transaction, branch):
            return git_commit.commit_all(self.git, self._heads, transaction, branch, steps)

    def join(self, step: JoinStep) -> str:
        """Join another history to the journal's branch; see git.commit.join(), and commit_all() for the errors."""
        with self._writing() as (transaction, branch):
            return git_commit.join(self.git, self._heads, transaction, branch, step)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[tuple[Transaction, str]]:
        """Hold the locks with which the journal's branch is written, and name it; see commit_all() for the errors."""
        state = self._state()
        obstacle = self._in_the_way(state)
        if obstacle:
            raise ObstacleError(obstacle)
        transaction = self._transaction(state)
        with transaction.begin(self.git.time_left(WAIT)):
            yield transaction, state.branch

    def settle(self) -> None:
        """Finish what a killed program left half done in the repository; see commit_all()."""
        transaction = self.transaction()
        if transaction.intent() or transaction.has_left_lock() or transaction.was_cut_off():
            with transaction.begin():
                git_commit.settle(self.git, transaction)

    def transaction(self) -> Transaction:
        """The files of a change to this repository; see head()."""
        return self._transaction(self._state())

    def _transaction(self, state: HeadState) -> Transaction:
        return Transaction(self.root, state.repository, state.common)


def _journal_id(data: bytes) -> str:
    """Read the id in the bytes of a journal.toml; "" when there is none."""
    try:
        return str(formats.parse_document(data, JOURNAL_FILE).get("id", ""))
    except ReflectError:
        return ""
