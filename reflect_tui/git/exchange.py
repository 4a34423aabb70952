"""Fetches from and sends to another repository, by git's own transport; nothing that comes is trusted.

It works in a bare repository of its own, beside the journal's: so no setting, hook or helper of the journal has a say,
and what comes is looked at before the journal's own repository gets any of it. The user's own settings of git count
(credentials, proxies), for these are how they reach a network.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from reflect_tui import system
from reflect_tui.disk import files
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.git import history, run
from reflect_tui.git.address import Address
from reflect_tui.git.complaints import BeatenError, SyncError, error_from, is_full_here
from reflect_tui.git.patience import Patience, User, never
from reflect_tui.git.plumbing import LONG_PATIENCE, Plumbing, transport_settings
from reflect_tui.git.problems import ObstacleError
from reflect_tui.git.run import GitOutput, find_program
from reflect_tui.i18n import _
from reflect_tui.text import display

BRANCH = "refs/heads/main"
"""Where a journal stands at the other end, whatever its branch is called here."""
_QUESTION = 30.0  # seconds to find out what the other end has
_TRANSFER = 600.0  # seconds to fetch or send
EXCHANGE = "exchange"
"""Its folder in the state folder of a journal."""
_LARGEST = 1_000_000_000  # bytes that may come
_OURS = "refs/heads/ours"
_SETTINGS = {
    "transfer.fsckObjects": "true",
    "fetch.fsckObjects": "true",
    "fetch.unpackLimit": "1",
    "fetch.recurseSubmodules": "false",
    "push.recurseSubmodules": "no",
    "push.gpgSign": "false",
    "submodule.recurse": "false",
    "core.bigFileThreshold": "10m",
    "http.followRedirects": "initial",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "50",  # so long may a server work in silence; see run.py for ssh
    "credential.interactive": "false",
}
_SSH = (
    " -oBatchMode=yes -oStrictHostKeyChecking=yes -oConnectTimeout=15 -oServerAliveInterval=10 "
    "-oServerAliveCountMax=2 -oClearAllForwardings=yes -oPermitLocalCommand=no"
)
# A repository in a folder is served by a git here, which would obey the settings in it and run its hooks.
_SERVE = (
    "GIT_GRAFT_FILE=/dev/null git -c core.hooksPath=/dev/null -c core.fsmonitor=false "
    "-c core.alternateRefsCommand=false -c gc.auto=0 -c maintenance.auto=false -c receive.autogc=false "
    "-c receive.fsckObjects=true "
    "-c core.fsync=objects,derived-metadata,reference {service}"
)


class Exchange:
    """A bare repository beside a journal's, in which what comes is looked at; it is gone after use()."""

    def __init__(self, own: Plumbing, folder: Path, objects: Path, user: User) -> None:
        """Name the places; nothing is touched.

        Args:
            own: commands on the journal itself; no program is looked for in its folder, and once it closes, what goes
                on here ends.
            folder: the folder to work in; whatever is in it goes.
            objects: the journal's own objects, which need not come again.
            user: is told what goes to the other end, and may stop that.
        """
        self._own = own
        self._root = own.root
        self._folder = folder
        self._repository = folder / "repository"
        self._objects = objects
        self._user = user
        self._git = Plumbing(own.root, self._execute)
        self._head: str | None = None
        self._gives_up: Callable[[], bool] = never

    @contextlib.contextmanager
    def use(self, head: str | None) -> Iterator[None]:
        """Make the repository, knowing what the journal has; afterwards nothing is left of it."""
        remove(self._folder)
        files.make_folder(self._folder)
        try:
            self._git.know_like(self._own)
            self._head = head
            self._prepare(len(head or ""))
            yield
        finally:
            with contextlib.suppress(JournalError):  # the next one does it
                remove(self._folder)

    def _prepare(self, width: int) -> None:
        kind = "sha256" if width == history.blob_width("sha256") else "sha1"
        self._local("init", "--quiet", "--bare", "--template=", f"--object-format={kind}", "--", str(self._repository))

    def tip(self, address: Address) -> str | None:
        """The newest commit at the other end; None when nothing is there yet.

        Raises:
            SyncError: the other end can't be asked.
        """
        output = self._remote(address, "ls-remote", "--quiet", "--", address.text, BRANCH, patience=_QUESTION)
        fields = output.split()
        tip = fields[0].decode("ascii", "replace") if fields else ""
        if fields and not history.is_whole_id(tip):
            raise error_from(address, f"fatal: {tip}")
        if not self._head and len(tip) == history.blob_width("sha256"):  # nothing here yet: be of the same kind
            remove(self._repository)
            self._prepare(len(tip))
        return tip or None

    def fetch(self, address: Address, tip: str) -> None:
        """Get a commit of the other end and all that belongs to it, checked by git; it is in `packs` then, alone.

        Raises:
            SyncError: it did not come whole; it is damaged or too large.
        """
        for path in self.packs:  # what came before was taken, or may not be: it may hold what was erased
            files.remove(path)
        if self._head:  # so that what is here need not come
            self._local("update-ref", _OURS, self._head)
        self._remote(
            address, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance",
            "--no-recurse-submodules", "--refmap=", "--", address.text, BRANCH, patience=_TRANSFER,
        )  # fmt: skip
        if self._attempt("cat-file", "-e", f"{tip}^{{commit}}").status:
            raise BeatenError(_("{address} changed just now; sync again.").format(address=display(address.text)))

    def tidy(self, address: Address) -> None:
        """Remove for good what nothing refers to any more, in a repository in a folder; a server does so by itself.

        Raises:
            SyncError: git can't do it now.
        """
        if address.way != "repository":
            return
        settings = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")
        variables = self._variables() | {"GIT_DIR": address.text, "GIT_ALTERNATE_OBJECT_DIRECTORIES": ""}
        # a program that git would run, which no setting of ours turns off
        if self._git.attempt("config", "--get-all", "gc.recentObjectsHook", variables=variables).out.strip():
            text = _(
                "Git at {address} is set to ask a program which objects to keep (gc.recentObjectsHook), and nothing "
                "of another repository is run. What was erased still lies there: remove that setting, then sync again."
            )
            raise SyncError(text.format(address=display(address.text)))
        for command in (
            ("reflog", "expire", "--expire=now", "--all"),
            ("repack", "-q", "-a", "-d"),
            ("prune", "--expire=now"),
        ):
            self._user.tell_command(("git", *command))
            output = self._git.attempt(*settings, *command, variables=variables, patience=_TRANSFER)
            if output.status:
                raise error_from(address, output.complaint)

    def send(self, address: Address, commit: str, replaces: str | None = None) -> None:
        """Let the other end stand at a commit; `replaces` is the one it may lose the history of, else it loses none.

        Raises:
            BeatenError: another device sent something first.
            SyncError: it can't be sent.
        """
        lease = (f"--force-with-lease={BRANCH}:{replaces}",) if replaces else ()
        try:
            self._remote(
                address, "push", "--quiet", "--no-verify", "--no-signed", "--no-follow-tags", *lease,
                "--", address.text, f"{commit}:{BRANCH}", patience=_TRANSFER,
            )  # fmt: skip
        except SyncError as error:
            said = str(error.__cause__ or "")
            if any(word in said for word in ("fetch first", "non-fast-forward", "stale info", "cannot lock ref")):
                raise BeatenError(
                    _("Other devices keep sending to {address}; sync again later.").format(
                        address=display(address.text)
                    )
                ) from None
            raise

    def bundle(self, commit: str) -> bytes:
        """Pack a commit with all that came before it into one file."""
        self._local("update-ref", BRANCH, commit)
        path = self._folder / "own.bundle"
        self._local("bundle", "create", "--quiet", str(path), BRANCH)
        return path.read_bytes()

    def keep(self, data: bytes) -> Path:
        """Write the bundle of another device to a file that is gone with this exchange.

        Raises:
            JournalError: it can't be written.
        """
        path = self._folder / f"{secrets.token_hex(4)}.bundle"
        try:
            path.write_bytes(data)
        except OSError as error:
            raise JournalError(files.explain(error, path)) from error
        return path

    # What came, and what is known of it

    def tree(self, commit: str, folders: Sequence[str]) -> dict[str, tuple[str, str, int]]:
        """List what lies in folders of a commit, at its top if none are given: mode, id and size (-1 of a folder)."""
        listed = self._local("ls-tree", "-z", "-l", "--full-tree", commit, *(f"{folder}/" for folder in folders))
        entries: dict[str, tuple[str, str, int]] = {}
        for entry in filter(None, listed.split(b"\0")):
            about, _tab, path = entry.partition(b"\t")
            mode, _kind, identifier, size = about.decode().split()
            entries[os.fsdecode(path)] = mode, identifier, -1 if size == "-" else int(size)
        return entries

    def contents(self, blobs: Sequence[str]) -> tuple[bytes | None, ...]:
        """Read files by their blob ids, None for one that is missing."""
        asked = b"".join(f"{blob}\n".encode() for blob in blobs)
        return history.parse_blobs(self._local("cat-file", "--batch", given=asked)) if blobs else ()

    def is_ancestor(self, earlier: str, later: str) -> bool:
        """Check whether a commit is another one or comes before it."""
        return not self._attempt("merge-base", "--is-ancestor", earlier, later).status

    def ever(self, commit: str, path: str) -> frozenset[str]:
        """List the blob ids that a path had in any commit of a history."""
        listed = self._local("log", "--format=", "--raw", "-z", "--no-abbrev", "--no-renames", "-m", commit, "--", path)
        fields = (entry.split() for entry in listed.decode("utf-8", "surrogateescape").split("\0") if entry[:1] == ":")
        return frozenset(
            blob for _old, _mode, before, after, *_kind in fields for blob in (before, after) if blob.strip("0")
        )

    def has_any(self, commit: str, paths: Sequence[str]) -> bool:
        """Check whether any commit of a history has changed one of these paths, whatever became of it."""
        walk = ("rev-list", "--full-history", "--max-count=1")
        return bool(self._local(*walk, commit, "--", *paths)) if paths else False

    def steps(self, *tips: str) -> tuple[history.Step, ...]:
        """List every commit up to these, parents first."""
        listed = self._local("rev-list", "--topo-order", "--reverse", f"--format={history.FORMAT}", *tips)
        commits = history.parse_commits(listed)
        asked = "".join(f"{' '.join((commit.commit, *commit.parents[:1]))}\n" for commit in commits).encode()
        changes = history.parse_changes(self._local(*history.CHANGES, given=asked))
        return tuple(
            history.Step(
                commit=commit.commit,
                parents=commit.parents,
                when=int(commit.when.timestamp()),
                subject=commit.subject,
                changes=changes.get(commit.commit, {}),
            )
            for commit in commits
        )

    def files(self, commit: str) -> dict[str, str]:
        """The blob id of every path in a commit that was checked before."""
        return history.parse_tree(self._local("ls-tree", "-r", "-z", "--full-tree", commit))

    def changed(self, before: str, after: str) -> dict[str, str | None]:
        """The paths that are not the same in two commits, with the blob id in the first; None where it has none."""
        listed = self._local("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", before, after)
        abouts, paths = (os.fsdecode(listed).split("\0")[first::2] for first in (0, 1))
        blobs = (about.split()[2] for about in abouts if about)
        return {path: blob if blob.strip("0") else None for path, blob in zip(paths, blobs, strict=True)}

    def never_had(self, commit: str, paths: Collection[str]) -> frozenset[str]:
        """List those of some paths that no commit of a history has; none when that history can't be read any more."""
        if not paths:
            return frozenset()
        output = self._attempt(
            "log", "--format=", "--name-only", "-z", "--no-renames", "-m", commit, "--", *sorted(paths)
        )
        return frozenset() if output.status else frozenset(paths).difference(os.fsdecode(output.out).split("\0"))

    @property
    def packs(self) -> tuple[Path, ...]:
        """The files in which git keeps what the last fetch() brought."""
        return tuple(sorted((self._repository / "objects" / "pack").glob("pack-*")))

    # Commands

    def _local(self, *command: str, given: bytes = b"") -> bytes:
        return self._git.run(*command, given=given, variables=self._variables(), patience=LONG_PATIENCE)

    def _attempt(self, *command: str) -> GitOutput:
        return self._git.attempt(*command, variables=self._variables(), patience=LONG_PATIENCE)

    def _variables(self) -> dict[str, str]:
        quoted = str(self._objects).replace("\\", "\\\\").replace('"', '\\"')
        return {
            "GIT_DIR": str(self._repository),
            "GIT_WORK_TREE": "",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{quoted}"' if self._objects.is_dir() else "",
        }

    def _remote(self, address: Address, name: str, *words: str, patience: float) -> bytes:
        """Run a command that speaks to the other end; the user's own settings of git count for it."""
        service = {"push": "receive-pack"}.get(name, "upload-pack")
        local = address.way in ("repository", "folder")
        serve = (f"--{service}={_SERVE.format(service=service)}",) if local else ()
        protocol = "file" if local else address.way
        allowed = {f"protocol.{protocol}.allow": "always"}
        variables = self._variables() | {
            "GIT_CONFIG_GLOBAL": "",
            "GIT_CONFIG_NOSYSTEM": "",
            "GIT_ALLOW_PROTOCOL": protocol,
            "GIT_SSH_COMMAND": self._ssh() if address.way == "ssh" else "false",
            "GIT_PROTOCOL_FROM_USER": "0",
        }
        self._user.tell_command(("git", name, *words))
        self._gives_up = Patience(self._user, display(address.text)).is_over
        try:
            output = self._git.attempt(
                name, *serve, *words, variables=variables | transport_settings(_SETTINGS | allowed), patience=patience
            )
        except ObstacleError as error:
            if error.obstacle.kind == "hangs":
                if self._user.stops():
                    raise SyncError(_("Stopped. What is saved here is safe; sync again later.")) from None
                text = _("{address} does not answer. What is saved here is safe; sync again later.")
                is_too_large = self._is_too_large()
                if is_too_large:
                    text = _(
                        "What {address} holds is too large for a journal, so nothing of it was taken. Make an empty "
                        "repository for the journal alone, and sync with that."
                    )
                raise SyncError(text.format(address=display(address.text)), is_offline=not is_too_large) from None
            raise
        finally:
            self._gives_up = never
        if output.status and is_full_here(address, output.complaint):
            raise self._git.obstacle_error("full")
        if output.status:
            raise error_from(address, output.complaint) from ReflectError(output.complaint)
        return output.out

    def _ssh(self) -> str:
        """Give the command for ssh, by a program that nobody else can have put there."""
        found = find_program("ssh", self._root)
        if not found.program:
            raise SyncError(_("The program ssh was not found. Install it, or sync through https or a folder."))
        return shlex.quote(found.program) + _SSH

    def _execute(
        self, command: Sequence[str], given: bytes, variables: Mapping[str, str], gives_up: Callable[[], bool]
    ) -> GitOutput | None:
        return run.execute(
            command,
            given,
            variables,
            lambda: gives_up() or self._own.is_closing or self._is_too_large() or self._gives_up(),
        )

    def _is_too_large(self) -> bool:
        size = 0
        for path in (self._repository / "objects").glob("pack/*"):
            with contextlib.suppress(OSError):
                size += path.lstat().st_size
        return size > _LARGEST


def remove(folder: Path) -> None:
    """Remove what an exchange left, such as one that was killed; fine when there is nothing.

    Raises:
        JournalError: it can't be removed.
    """
    if os.path.lexists(folder):
        try:
            system.remove_tree(folder)
        except OSError as error:
            raise JournalError(files.explain(error, folder)) from error
