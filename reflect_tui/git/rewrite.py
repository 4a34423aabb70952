"""Takes files and texts out of the whole history of a repository: every branch and tag is made anew without them.

git itself exports and imports the history; what lies in between is only filtered. Dates, authors and everything else
stay. A commit of which nothing is left goes. What could still hold the old versions (reflogs, stashes, fetched
branches, packs, caches) goes as well. Every step can be repeated after a kill.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from reflect_tui import system
from reflect_tui.disk import files
from reflect_tui.errors import JournalError
from reflect_tui.git import commit as git_commit
from reflect_tui.git import problems
from reflect_tui.git.history import parse_objects, parse_stage
from reflect_tui.git.plumbing import LONG_PATIENCE, Plumbing
from reflect_tui.git.repository import Repository
from reflect_tui.git.set_aside import catch_up_index
from reflect_tui.git.transaction import Intent, Transaction
from reflect_tui.i18n import _

_PATIENCE = 15 * LONG_PATIENCE  # ten thousand commits are exported and packed within
_REF = b"refs/reflect-tui/rewritten"
_KEPT = ("refs/heads/", "refs/tags/")
_COUNTED = ("refs/stash", "refs/remotes/", "refs/reflect-tui/")
_SIGNED_COMMITS = (2, 50)  # the first git that refuses to export a signed commit unless it is told how
_ELSEWHERE = ("objects/info/alternates", "worktrees", "commondir", "shallow", "info/grafts")
_LEFT = ("logs", "ORIG_HEAD", "FETCH_HEAD", "COMMIT_EDITMSG", "MERGE_MSG", "SQUASH_MSG", "AUTO_MERGE", "info/refs")
_DERIVED = ("info/commit-graph", "info/commit-graphs", "pack/multi-pack-index", "info/packs")

Content = Callable[[str, str], tuple[str, str] | None]
"""What becomes of a version of a file, by its path and blob id ("" where it was removed): another of both, or None when
it goes."""


class History(Struct, frozen=True):
    """What `git fast-export` says of all branches and tags, without the contents of files."""

    stream: bytes

    def blobs(self, wanted: Callable[[str], bool]) -> dict[str, dict[str, None]]:
        """List the blob ids that each wanted path ever had, in the order of the commits."""
        found: dict[str, dict[str, None]] = {}
        for block in _blocks(self.stream):
            for change in block.changes:
                if change.blob and wanted(change.path):
                    found.setdefault(change.path, {})[change.blob] = None
        return found

    def paths(self) -> Collection[str]:
        """List every path that any commit touched."""
        return {change.path for block in _blocks(self.stream) for change in block.changes}


class _FileChange(Struct, frozen=True):
    """One file in a commit: `blob` is "" when it was removed; `line` is the whole line of the stream."""

    path: str
    blob: str
    line: bytes


class _Block(Struct, frozen=True):
    """One commit of the stream; `head` are its lines before the message, `parents` the marks it is upon."""

    mark: bytes
    original: str
    head: tuple[bytes, ...]
    message: bytes
    parents: tuple[bytes, ...]
    changes: tuple[_FileChange, ...]


def why_not(repository: Repository) -> str:
    """Say why not all of the history can be reached from here; "" when it can."""
    if not repository.exists():
        return ""
    obstacle = repository.obstacle()
    if obstacle:
        return obstacle.sentence
    locks = problems.lock_files(repository.root, repository.root / ".git")
    if locks:  # before any file goes: what is half erased would have to wait for the other program
        text = _(
            "Another program is writing the history ({path}). Try again later; doctor --fix removes a lock left over."
        )
        return text.format(path=locks[0].path)
    unseen = _unseen_copy(repository)
    if unseen:
        text = _(
            "{path} is a copy that a program made which keeps folders alike, and what it holds would stay. Let "
            "reflect-tui doctor say what to do with it first."
        )
        return text.format(path=unseen)
    common = repository.transaction().common
    odd = next((common / name for name in _ELSEWHERE if os.path.lexists(common / name)), None)
    if odd is None and not repository.git.attempt("config", "--get-regexp", r"^remote\..*\.promisor$").status:
        odd = common / "config"
    if odd and odd.name == "worktrees":
        text = _(
            "Another folder works on the same history ({path}; see: git worktree list), and would keep what is erased. "
            "Remove it first with git worktree remove; of one that is gone already, with git worktree prune."
        )
        return text.format(path=odd)
    text = _("A part of the history lies elsewhere ({path}), and can't be erased from here. Erase in a whole clone.")
    return text.format(path=odd) if odd else ""


def _unseen_copy(repository: Repository) -> Path | None:
    """The first copy of a file or folder of git's that is no branch to git: versions may be in it that would stay."""
    folder = repository.root / ".git"
    for path, _original in problems.conflict_copies(folder):
        name = path.relative_to(folder).as_posix()
        is_branch = name.startswith(_KEPT[0]) and not repository.git.attempt("check-ref-format", name).status
        if not is_branch:
            return path
    return None


def export(git: Plumbing) -> History:
    """Read the whole history of every branch and tag; ObstacleError when git can't."""
    numbers = tuple(int(part) for part in git.version().split(".")[:2])
    signed = ("--signed-commits=strip",) if numbers >= _SIGNED_COMMITS else ()
    tags = ("--signed-tags=strip", "--tag-of-filtered-object=drop")  # made anew by _tag()
    command = ("fast-export", "--no-data", "--show-original-ids", "--reencode=no", *tags, *signed)
    return History(git.run(*command, "--branches", "--tags", patience=_PATIENCE))


def stashes(git: Plumbing) -> int:
    """Count the stashes, which a rewritten history can't keep."""
    listed = git.attempt("rev-list", "--walk-reflogs", "--count", "refs/stash")
    return int(listed.out or 0) if not listed.status else 0


def dropped(git: Plumbing) -> list[str]:
    """List the references that a rewritten history can't keep, without stashes and what a fetch brings again."""
    found = (name for name, target in _references(git) if not (name.startswith(_KEPT) and _commit_of(git, target)))
    return [name for name in found if not name.startswith(_COUNTED)]


def clear_left_locks(repository: Repository) -> None:
    """Remove the locks that a killed rewriting left on references; before anything else, as a commit clears its intent.

    Raises:
        ObstacleError, JournalError: see Transaction.begin().
    """
    transaction = repository.transaction()
    with transaction.begin():
        intent = transaction.intent()
        moving = intent is not None and not intent.entries  # what _move_refs() writes down
        refs = transaction.common / "refs"
        locks = [*refs.rglob("*.lock"), transaction.common / "packed-refs.lock"] if moving else []
        for lock in (*locks, *refs.glob("reflect-tui/*.lock")):
            lock.unlink(missing_ok=True)


def rewrite(
    repository: Repository, content: Content, message: Callable[[bytes], bytes], touched: Collection[str]
) -> dict[str, str]:
    """Make the history anew and remove the old one; the ids of commits that changed, old and new ("" for none).

    In the user's index every version that goes, and whatever is staged of the `touched` paths, follows the new history.
    Doing it twice is the same as doing it once.

    Raises:
        ObstacleError: git refuses; history is as it was, or all of it is rewritten and the rest follows next time.
        JournalError: the disk refuses.
    """
    git = repository.git
    transaction = repository.transaction()
    with transaction.begin():
        git_commit.settle(git, transaction)
        for path in (*(packs := transaction.common / "objects" / "pack").glob("*.keep"), *packs.glob(".tmp-*")):
            path.unlink()  # of a killed import or repacking, too
        renamed = _import(git, transaction, export(git), content, message)
        _move_refs(git, transaction, renamed)
        staged = parse_stage(git.run("ls-files", "--stage", "-z"))
        stale: set[str] = set()
        for name, blob in staged.items():
            after = content(name, blob)
            if name in touched or after != (name, blob):
                stale |= {name, *(after or ())[:1]}
        if not catch_up_index(git, transaction, sorted(stale)):
            raise git.obstacle_error("busy")
        if git.attempt("rev-list", "--objects", "--quiet", "--all", patience=_PATIENCE).status:
            raise JournalError(_("The rewritten history can't be read whole; nothing of the old one was removed."))
        _remove_old(git, transaction)
    return {old: new for old, new in renamed.items() if old != new}


def present(git: Plumbing, blobs: Iterable[str]) -> tuple[str, ...]:
    """List which of these objects the repository still has, reachable or not."""
    asked = "".join(f"{blob}\n" for blob in blobs).encode()
    lines = git.run("cat-file", "--batch-check", given=asked, patience=LONG_PATIENCE).decode().splitlines()
    return tuple(line.split()[0] for line in lines if not line.endswith("missing"))


def objects(git: Plumbing) -> Iterator[bytes]:
    """Return the content of every object but trees, reachable or not."""
    ids = git.run("cat-file", "--batch-all-objects", "--batch-check", patience=LONG_PATIENCE).split(b"\n")
    wanted = b"".join(about.split()[0] + b"\n" for about in ids if about and about.split()[1] != b"tree")
    listed = git.run("cat-file", "--batch", given=wanted, patience=_PATIENCE)
    return (content for _kind, content in parse_objects(listed))


def _blocks(stream: bytes) -> Iterator[_Block]:
    """Take the commits out of a stream of fast-export; tags and resets are told by the references themselves."""
    group: list[tuple[bytes, bytes]] = []
    for word, rest in _commands(stream):
        if word in (b"commit", b"tag", b"reset"):
            yield from _block(group)
            group = []
        group.append((word, rest))
    yield from _block(group)


def _commands(stream: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Return each line of a stream as its first word and the rest; of `data` the rest is the text that follows."""
    at = 0
    while at < len(stream):
        end = stream.index(b"\n", at)
        word, _blank, rest = stream[at:end].partition(b" ")
        at = end + 1
        if word == b"data":
            rest, at = stream[at : at + int(rest)], at + int(rest)
        if word:
            yield word, rest


def _block(group: Sequence[tuple[bytes, bytes]]) -> Iterator[_Block]:
    if not group or group[0][0] != b"commit":
        return
    known = dict(group)
    yield _Block(
        mark=known[b"mark"],
        original=known[b"original-oid"].decode(),
        head=tuple(b"%b %b" % pair for pair in group if pair[0] in (b"author", b"committer", b"encoding")),
        message=known[b"data"],
        parents=tuple(rest for word, rest in group if word in (b"from", b"merge")),
        changes=tuple(_change(word, rest) for word, rest in group if word in (b"M", b"D")),
    )


def _change(word: bytes, rest: bytes) -> _FileChange:
    _mode, blob, path = rest.split(b" ", 2) if word == b"M" else (b"", b"", rest)
    return _FileChange(os.fsdecode(path), blob.decode(), b"%b %b" % (word, rest))


def _import(
    git: Plumbing, transaction: Transaction, history: History, content: Content, message: Callable[[bytes], bytes]
) -> dict[str, str]:
    """Write the filtered history beside the old one; the new id of every commit, "" when nothing of it is left."""
    upon: dict[bytes, bytes] = {}  # the mark that stands for a commit: its own, or that of the one before it
    originals: dict[str, bytes] = {}
    stream: list[bytes] = []
    for block in _blocks(history.stream):
        parents = list(dict.fromkeys(mark for mark in (upon[parent] for parent in block.parents) if mark))
        changes = list(_filtered(block.changes, content))
        is_left = changes or not block.changes or len(parents) > 1
        upon[block.mark] = block.mark if is_left else (parents[0] if parents else b"")
        originals[block.original] = upon[block.mark]
        if is_left:
            said = message(block.message)
            stream += [b"reset %b" % _REF, b""] if not parents else []
            stream += [b"commit %b" % _REF, b"mark " + block.mark, *block.head, b"data %d\n%b" % (len(said), said)]
            stream += [b"%b %b" % (b"merge" if number else b"from", mark) for number, mark in enumerate(parents)]
            stream += [*changes, b""]
    marks = transaction.index.with_name("marks")
    git.run(
        "fast-import", "--quiet", "--force", f"--export-marks={marks}",
        given=b"\n".join(stream), patience=_PATIENCE,
    )  # fmt: skip
    packs = transaction.common / "objects" / "pack"
    for pack in packs.glob("pack-*"):
        files.sync_file(pack)
    files.sync_folder(packs)
    new = dict(line.split() for line in marks.read_bytes().splitlines())
    return {original: new[mark].decode() if mark else "" for original, mark in originals.items()}


def _filtered(changes: Iterable[_FileChange], content: Content) -> Iterator[bytes]:
    for change in changes:
        after = content(change.path, change.blob)
        if after is not None:
            path, blob = after
            line = change.line.replace(change.blob.encode(), blob.encode(), 1) if change.blob else change.line
            yield line if path == change.path else line.removesuffix(os.fsencode(change.path)) + os.fsencode(path)


def _move_refs(git: Plumbing, transaction: Transaction, renamed: Mapping[str, str]) -> None:
    """Let branches and tags name the new commits, and drop every other reference, all in one step."""
    lines = []
    for name, target in _references(git):
        commit = _commit_of(git, target) if name.startswith(_KEPT) else None
        new = renamed.get(commit, "") if commit else ""
        if new and commit != target:
            new = _tag(git, target, new)
        if new != target:
            lines.append("option no-deref\n" + (f"update {name} {new} {target}" if new else f"delete {name} {target}"))
    branch = git.attempt("symbolic-ref", "--quiet", "HEAD").out.decode().strip()
    moved = renamed.get(git.resolve("HEAD") or "", "")
    if moved:  # so that locks which a kill leaves are known as ours
        transaction.write_intent(Intent(branch, moved, {}))
    git.run("update-ref", "--stdin", given="".join(f"{line}\n" for line in lines).encode(), patience=LONG_PATIENCE)
    for folder, _folders, _names in os.walk(transaction.common / "refs"):
        files.sync_folder(Path(folder))
    files.sync_folder(transaction.common)
    transaction.clear_intent()


def _references(git: Plumbing) -> list[tuple[str, str]]:
    """List every reference and the object that it names."""
    listed = git.run("for-each-ref", "--format=%(refname) %(objectname)").decode()
    return [(name, target) for name, _blank, target in (line.partition(" ") for line in listed.splitlines())]


def _commit_of(git: Plumbing, target: str) -> str | None:
    """Return the commit that an object is, or that a tag is of, also one of another tag; None for anything else."""
    return git.resolve(f"{target}^{{commit}}")


def _tag(git: Plumbing, tag: str, commit: str) -> str:
    """Make a tag anew on a new commit, without a signature, which would no longer hold; of a tag of a tag the outer."""
    text = git.run("cat-file", "tag", tag)
    _object, _type, rest = text.split(b"\n", 2)
    rest = rest.partition(b"-----BEGIN ")[0]
    return git.line("mktag", given=b"object %b\ntype commit\n%b" % (commit.encode(), rest))


def _remove_old(git: Plumbing, transaction: Transaction) -> None:
    """Remove all that still holds old versions: logs of branches, caches, kept packs, every object nobody names."""
    store = transaction.common / "objects"
    for path in (*(transaction.common / name for name in _LEFT), *(store / name for name in _DERIVED)):
        with contextlib.suppress(FileNotFoundError):
            system.remove_tree(path) if files.is_real(path) else path.unlink()
    git.run("reflog", "expire", "--expire=now", "--all", patience=_PATIENCE)  # those that are no files in logs/
    git.run("repack", "-a", "-d", "-q", "-n", "--no-write-bitmap-index", patience=_PATIENCE)
    git.run("prune", "--expire=now", patience=_PATIENCE)
    for folder in (store / "pack", store, transaction.common):
        files.sync_folder(folder)
