"""What is about to become of a saved session, written down before it happens.

A session that is amended changes its file first and comes into history afterwards. A kill in between, or the lack of
git, must not lose the reason, and must not make our own change look like that of another program. So the new version is
planned in the state folder, then the file is replaced, then history follows, then the plan is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.disk import files
from reflect_tui.errors import ReflectError
from reflect_tui.model.instrument import digest
from reflect_tui.model.session import SessionId
from reflect_tui.text import clean
from reflect_tui.toml import formats

MAX_REASON = 200
_MAX_PLAN_BYTES = 50_000_000
ABSENT = "absent"
Verb = Literal["session", "amend session", "restore session", "delete session"]


class Planned(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A version on its way into history: what its commit is called, why it is made, and the whole file."""

    verb: Verb
    reason: str = ""
    content: str

    @property
    def data(self) -> bytes:
        """The bytes of the session's file."""
        return self.content.encode()


class Plan(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The versions of one session that history may lack, oldest first; `base` is the digest of what they replace.

    `base` is ABSENT when that was no file, and "" when the plan holds that one itself.
    """

    format: Literal[1] = 1
    id: SessionId
    base: str = ""
    versions: tuple[Planned, ...]

    @property
    def deletes(self) -> bool:
        """Whether the session is to go: its file still stands, and holds what the last version says."""
        return self.versions[-1].verb == "delete session"

    def happened(self, data: bytes | None) -> tuple[Planned, ...]:
        """Give the versions that were saved, when the file now holds `data` (None: it is gone).

        None of them, if it still holds what the plan was to replace. All, if it holds something else: another program
        changed it since, but what was saved before that belongs in history all the same.
        """
        for number in range(len(self.versions), 0, -1):
            if self.versions[number - 1].data == data:
                return self.versions[:number]
        return () if self.base == (ABSENT if data is None else digest(data)) else self.versions

    def planned(self, data: bytes | None) -> bool:
        """Tell whether a file with these bytes is one of our own making."""
        return any(version.data == data for version in self.versions)


class Plans:
    """The plans of one journal, in its state folder; one file for each session that has any."""

    def __init__(self, state: Path) -> None:
        """Look in this folder; nothing is touched."""
        self._folder = state / "plans"

    def get(self, session_id: str) -> Plan | None:
        """Give the plan for a session.

        One that can't be read is none: the file is then shown as changed by another program, for the user to decide.
        """
        path = self._path(session_id)
        try:
            plan = formats.parse(formats.read_bytes(path, _MAX_PLAN_BYTES), Plan, path)
        except ReflectError:
            return None
        return plan if plan.id == session_id and plan.versions else None

    def all(self) -> Iterator[Plan]:
        """Give every plan, those of older sessions first."""
        for path in sorted(self._folder.glob("*.toml")):
            plan = None if path.name.startswith(".") else self.get(path.stem)
            if plan:
                yield plan

    def write(self, plan: Plan) -> None:
        """Write a plan down; it is on the disk when this returns.

        Raises:
            JournalError: it could not be written.
        """
        files.make_folder(self._folder)
        document = structs.asdict(plan) | {"versions": [structs.asdict(version) for version in plan.versions]}
        files.replace(self._path(plan.id), formats.toml(document).encode("utf-8", "replace"))

    def drop(self, session_id: str) -> None:
        """Forget a plan; fine when there is none.

        Raises:
            JournalError: it could not be removed.
        """
        if self._path(session_id).exists():
            files.remove(self._path(session_id))

    def _path(self, session_id: str) -> Path:
        return self._folder / f"{session_id}.toml"


def one_line(reason: str) -> str:
    """Make a reason fit for a trailer of a commit: one line of at most 200 characters."""
    return " ".join(clean(reason).split())[:MAX_REASON].strip()


# What is about to become of a document of the journal, written down before it happens; see above.
#
# A document changes its file first and comes into history afterwards. What was planned tells our own change from that
# of another program, and keeps every version until history has it.


_MAX_DOCUMENT_PLAN_BYTES = 50_000_000
PATH = r"^[a-z]+/[A-Za-z0-9][A-Za-z0-9-]{0,100}\.toml$(?!\n)"
Act = Literal[
    "made",
    "edited",
    "reached",
    "partly",
    "not",
    "dropped",
    "reopened",
    "saved",
    "kept",
    "removed",
    "restored",
    "answered",
    "closed",
    "withdrawn",
]


class Step(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One version of a document on its way into history: what was done, and the whole file (None: it is gone)."""

    act: Act
    content: str | None = None

    @property
    def data(self) -> bytes | None:
        """The bytes of the file."""
        return None if self.content is None else self.content.encode()


class DocumentPlan(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"steps": "step"}):
    """The versions of one document that history may lack, oldest first; `base` is ABSENT when there was no file."""

    format: Literal[1] = 1
    path: Annotated[str, Meta(pattern=PATH)]
    base: str = ""
    steps: Annotated[tuple[Step, ...], Meta(min_length=1)]

    @property
    def id(self) -> str:
        """What names it among all that waits."""
        return self.path

    def happened(self, data: bytes | None) -> tuple[Step, ...]:
        """Give the versions that were saved, when the file now holds `data` (None: it is gone).

        None of them, if it is still what the plan was to replace. All, if it holds something else: another program
        changed it since, but what was saved before that belongs in history all the same.
        """
        for number in range(len(self.steps), 0, -1):
            if self.steps[number - 1].data == data:
                return self.steps[:number]
        return () if self.base == (ABSENT if data is None else digest(data)) else self.steps

    def planned(self, data: bytes | None) -> bool:
        """Tell whether a file with these bytes is one of our own making."""
        return any(step.data == data for step in self.steps)


class DocumentPlans:
    """The plans for the documents of one journal, in its state folder."""

    def __init__(self, state: Path) -> None:
        """Look in this folder; nothing is touched."""
        self._folder = state / "document-plans"

    def get(self, path: str) -> DocumentPlan | None:
        """Give the plan for a document; one that can't be read is none."""
        return self._read(self._file(path), path)

    def _read(self, file: Path, path: str) -> DocumentPlan | None:
        try:
            plan = formats.parse(formats.read_bytes(file, _MAX_DOCUMENT_PLAN_BYTES), DocumentPlan, file)
        except ReflectError:
            return None
        return plan if plan.path == path else None

    def all(self) -> Iterator[DocumentPlan]:
        """Give every plan, by the name of its document."""
        for file in sorted(self._folder.glob("*.toml")):
            folder, _dot, name = file.name.partition(".")
            plan = self._read(file, f"{folder}/{name}") if folder else None
            if plan:
                yield plan

    def write(self, plan: DocumentPlan) -> None:
        """Write a plan down; it is on the disk when this returns.

        Raises:
            JournalError: it could not be written.
        """
        files.make_folder(self._folder)
        steps = [{k: v for k, v in structs.asdict(step).items() if v is not None} for step in plan.steps]
        document = {"format": plan.format, "path": plan.path, "base": plan.base, "step": steps}
        files.replace(self._file(plan.path), formats.dumps(document))

    def drop(self, path: str) -> None:
        """Forget a plan; fine when there is none.

        Raises:
            JournalError: it could not be removed.
        """
        if self._file(path).exists():
            files.remove(self._file(path))

    def _file(self, path: str) -> Path:
        return self._folder / path.replace("/", ".")


def is_path(path: str) -> bool:
    """Tell whether a document can stand at a path of the journal."""
    return re.fullmatch(PATH, path) is not None
