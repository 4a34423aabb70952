"""Forms that are not done: what stands in their fields, kept so that no end of the program costs it."""

from __future__ import annotations

import contextlib
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError
from reflect_tui.model.goals import Goal
from reflect_tui.toml import formats

LINE = "line"  # the only field of a form of one line


class TypedGoal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="form", tag="goal"):
    """A goal whose form is not done: the goal to be changed or made, and the texts of the fields.

    `place` is the step of the talk in which it is to be made.
    """

    goal: Goal
    fields: dict[str, str]
    is_new: bool
    place: int = 0

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.goal.id

    @property
    def subject(self) -> tuple[object, ...]:
        """What it is about: a form about the same goes on with it."""
        goal = self.goal
        if not self.is_new:
            return (goal.id,)
        return (goal.talk, self.place) if goal.talk else (goal.instrument, goal.domain, goal.items)


class TypedLines(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="form", tag="lines"):
    """Lines that are being typed about a talk or a session, by its id.

    They are the date of the next talk, the names under one, a point of one's own, the reason of an amendment, or rows
    of scores for a draft, by the id of their first statement.
    """

    kind: Literal["date", "signatures", "point", "amendment", "row"]
    about: Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]+$(?!\n)")]
    fields: dict[str, str]

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.kind}.{self.about}"

    @property
    def subject(self) -> tuple[object, ...]:
        """What it is about: a form about the same goes on with it."""
        return (self.kind, self.about)


class TypedInstrument(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="form", tag="making"):
    """An instrument being made: its document as TOML; `about` is the id and version it goes on from, "" a new one."""

    about: Annotated[str, Meta(pattern=r"^[0-9a-z.@-]*$(?!\n)")]
    fields: dict[str, str]

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"instrument.{self.about or 'new'}"

    @property
    def subject(self) -> tuple[object, ...]:
        """What it is about: a form about the same goes on with it."""
        return ("instrument", self.about)


TypedForm: TypeAlias = TypedGoal | TypedLines | TypedInstrument


class TypedForms:
    """The forms that are not done in one journal, in its state folder: one file each."""

    def __init__(self, state: Path) -> None:
        """Look in this folder; nothing is touched."""
        self.folder = state / "typed"

    def path(self, name: str) -> Path:
        """Return the path of the file of a form."""
        return self.folder / f"{name}.json"

    def all(self) -> tuple[TypedForm, ...]:
        """List them, the goals newest first, without those that can't be read; see faulty()."""
        found = []
        for path in self._paths():
            with contextlib.suppress(BadFileError):
                found.append(_load(path))
        return tuple(found)

    def faulty(self) -> tuple[BadFileError, ...]:
        """List the files that can't be read; save() puts such a file aside before it writes another."""
        found = []
        for path in self._paths():
            try:
                _load(path)
            except BadFileError as error:
                found.append(error)
        return tuple(found)

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("[!.]*.json"), reverse=True)

    def save(self, typed: TypedForm) -> None:
        """Keep what stands in a form; when this returns, it is on the disk.

        Raises:
            JournalError: it can't be written.
        """
        path = self.path(typed.name)
        files.make_folder(self.folder)
        if any(error.path == str(path) for error in self.faulty()):
            files.move(path, path.with_name(f"{path.name}.damaged"))
        files.replace(path, dumps(typed))

    def drop(self, name: str) -> None:
        """Forget what was typed in a form; fine when there is nothing.

        Raises:
            JournalError: it could not be removed.
        """
        files.remove(self.path(name))

    def drop_saved(self, saved: Container[str]) -> None:
        """Forget what was typed of new goals that a killed program had saved already, by their ids."""
        for typed in self.all():
            if isinstance(typed, TypedGoal) and typed.is_new and typed.goal.id in saved:
                self.drop(typed.name)


def goals(forms: Iterable[TypedForm]) -> list[TypedGoal]:
    """Choose the goals among forms that are not done, newest first."""
    found = (typed for typed in forms if isinstance(typed, TypedGoal))
    return sorted(found, key=lambda typed: typed.goal.made, reverse=True)


def dumps(typed: TypedForm) -> bytes:
    """Return the file of a form that is not done."""
    return formats.pack(typed)


def _load(path: Path) -> TypedForm:
    return formats.unpack(formats.read_bytes(path), TypedForm, path)  # type: ignore[arg-type]  # no class, yet a shape
