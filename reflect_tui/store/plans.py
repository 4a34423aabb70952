"""What is about to become of a document, written down before it happens, so that a kill anywhere loses nothing of it.

A document changes its file first and comes into history afterwards. A kill in between would leave a file that differs
from history, which is just what an edit by another program looks like, and the reason for the change would be lost. So
the new version is planned in the state folder, then the file is replaced, then history follows, then the plan is
dropped. A plan keeps every version until history has it, and tells our own change from that of another program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.disk import files
from reflect_tui.errors import ReflectError
from reflect_tui.model.instrument import digest
from reflect_tui.model.session import SessionId, relative_path
from reflect_tui.text import clean
from reflect_tui.toml import formats

MAX_REASON = 200
PATH = r"^[a-z]+/([0-9]{4}/)?[A-Za-z0-9][A-Za-z0-9-]{0,100}\.toml$(?!\n)"
"""Where a document can stand in a journal."""
_MAX_BYTES = 50_000_000
ABSENT = "absent"
Act = Literal[
    "made",
    "edited",
    "amended",
    "reached",
    "partly",
    "not",
    "dropped",
    "reopened",
    "saved",
    "kept",
    "removed",
    "deleted",
    "restored",
    "answered",
    "closed",
    "released",
    "withdrawn",
    "signed",
]


class PlannedVersion(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One version of a document on its way into history: what was done, and the whole file (None: it is gone).

    `reason` says why, in one line. The act "deleted" is that of a session: its file still stands, and holds `content`.
    """

    act: Act
    content: str | None = None
    reason: str = ""

    @property
    def data(self) -> bytes | None:
        """The bytes of the file."""
        return None if self.content is None else self.content.encode()


class Plan(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"versions": "step"}):
    """The versions of one document that history may lack, oldest first; `base` is the digest of what they replace.

    `base` is ABSENT when that was no file, and "" when the plan holds that one itself.
    """

    format: Literal[1] = 1
    path: Annotated[str, Meta(pattern=PATH)]
    base: str = ""
    versions: Annotated[tuple[PlannedVersion, ...], Meta(min_length=1)]

    @property
    def deletes(self) -> bool:
        """Whether a session is to go: its file still stands, and holds what the last version says."""
        return self.versions[-1].act == "deleted"

    @property
    def last_content(self) -> bytes | None:
        """The newest bytes among the versions, before a removal; None when there are none."""
        return next((version.data for version in reversed(self.versions) if version.data is not None), None)

    def happened(self, data: bytes | None) -> tuple[PlannedVersion, ...]:
        """Return the versions that were saved, when the file now holds `data` (None: it is gone).

        None of them, if it still holds what the plan was to replace. All, if it holds something else: another program
        changed it since, but what was saved before that belongs in history all the same.
        """
        for number in range(len(self.versions), 0, -1):
            if self.versions[number - 1].data == data:
                return self.versions[:number]
        return () if self.base == (ABSENT if data is None else digest(data)) else self.versions

    def planned(self, data: bytes | None) -> bool:
        """Check whether a file with these bytes is one of our own making."""
        return any(version.data == data for version in self.versions)


class Plans:
    """The plans of one journal, in its state folder; one file for each document that has any.

    Plans that an earlier version of the program left, in two folders and with other names, are read and finished too.
    """

    def __init__(self, state: Path) -> None:
        """Look in this folder; nothing is touched."""
        self._folder = state / "plans"
        self._earlier = state / "document-plans"

    def get(self, path: str) -> Plan | None:
        """Return the plan for a document.

        One that can't be read is none: the file is then shown as changed by another program, for the user to decide.
        """
        plans = (_read(file) for file in self._files(path))
        return next((plan for plan in plans if plan and plan.path == path), None)

    def all(self) -> Iterator[Plan]:
        """Return every plan, by the path of its document."""
        plans: dict[str, Plan] = {}
        for file in (*self._earlier.glob("*.toml"), *sorted(self._folder.glob("*.toml"))):
            plan = None if file.name.startswith(".") else _read(file)
            if plan and file in self._files(plan.path):
                plans[plan.path] = plan  # of two, the one that this version wrote comes last, and counts
        yield from (plans[path] for path in sorted(plans))

    def write(self, plan: Plan) -> None:
        """Write a plan down; it is on the disk when this returns.

        Raises:
            JournalError: it could not be written.
        """
        files.make_folder(self._folder)
        versions = [_document(version) for version in plan.versions]
        document = {"format": plan.format, "path": plan.path, "base": plan.base, "step": versions}
        file, *earlier = self._files(plan.path)
        files.replace(file, formats.toml(document).encode("utf-8", "replace"))
        _remove(earlier)

    def drop(self, path: str) -> None:
        """Forget a plan; fine when there is none.

        Raises:
            JournalError: it could not be removed.
        """
        _remove(reversed(self._files(path)))

    def _files(self, path: str) -> tuple[Path, ...]:
        """Return the file for a plan, then the one that an earlier version of the program wrote."""
        folder, *_year, name = path.split("/")
        earlier = self._folder / name if folder == "sessions" else self._earlier / f"{folder}.{name}"
        return self._folder / f"{folder}.{name}", earlier


def _document(version: PlannedVersion) -> dict[str, str]:
    """Return the keys of a version as they are written: no content for a file that is gone, no empty reason."""
    return {key: value for key, value in structs.asdict(version).items() if value or (value == "" and key == "content")}


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.exists():
            files.remove(path)


def one_line(reason: str) -> str:
    """Make a reason fit for a trailer of a commit: one line of at most 200 characters."""
    return " ".join(clean(reason).split())[:MAX_REASON].strip()


# The form of a session's plan before sessions were documents like all others: `plans/<session id>.toml`


class _EarlierVersion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    verb: Literal["session", "amend session", "restore session", "delete session"]
    reason: str = ""
    content: str


class _EarlierPlan(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    format: Literal[1] = 1
    id: SessionId
    base: str = ""
    versions: Annotated[tuple[_EarlierVersion, ...], Meta(min_length=1)]


_ACTS: dict[str, Act] = {
    "session": "kept",
    "amend session": "amended",
    "restore session": "restored",
    "delete session": "deleted",
}


def _read(file: Path) -> Plan | None:
    try:
        data = formats.read_bytes(file, _MAX_BYTES)
        if not file.name[0].isdigit():
            return formats.parse(data, Plan, file)
        plan = formats.parse(data, _EarlierPlan, file)
    except ReflectError:
        return None
    versions = tuple(PlannedVersion(_ACTS[version.verb], version.content, version.reason) for version in plan.versions)
    return Plan(path=relative_path(plan.id).as_posix(), base=plan.base, versions=versions)
