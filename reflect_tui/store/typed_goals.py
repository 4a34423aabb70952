"""Goals that are being typed: what stands in their forms, kept so that no end of the program costs it."""

from __future__ import annotations

import contextlib
from collections.abc import Container
from pathlib import Path

from msgspec import Struct

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError
from reflect_tui.model.goals import Goal
from reflect_tui.toml import formats


class TypedGoal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A goal whose form is not done: the goal to be changed or made, and the texts of the fields.

    `place` is the step of the talk in which it is to be made.
    """

    goal: Goal
    fields: dict[str, str]
    is_new: bool
    place: int = 0

    @property
    def subject(self) -> tuple[object, ...]:
        """What it is about: a form about the same goes on with it."""
        goal = self.goal
        if not self.is_new:
            return (goal.id,)
        return (goal.talk, self.place) if goal.talk else (goal.instrument, goal.domain, goal.items)


class TypedGoals:
    """The goals that are being typed in one journal, in its state folder: one file each, by the id of the goal."""

    def __init__(self, state: Path) -> None:
        """Look in this folder; nothing is touched."""
        self.folder = state / "typed-goals"

    def path(self, goal_id: str) -> Path:
        """Return the path of the file about a goal."""
        return self.folder / f"{goal_id}.json"

    def all(self) -> tuple[TypedGoal, ...]:
        """List them, newest first, without those that can't be read; see faulty()."""
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

    def save(self, typed: TypedGoal) -> None:
        """Keep what stands in a form; when this returns, it is on the disk.

        Raises:
            JournalError: it can't be written.
        """
        path = self.path(typed.goal.id)
        files.make_folder(self.folder)
        if any(error.path == str(path) for error in self.faulty()):
            files.move(path, path.with_name(f"{path.name}.damaged"))
        files.replace(path, dumps(typed))

    def drop(self, goal_id: str) -> None:
        """Forget what was typed of a goal; fine when there is nothing.

        Raises:
            JournalError: it could not be removed.
        """
        files.remove(self.path(goal_id))

    def drop_saved(self, saved: Container[str]) -> None:
        """Forget what was typed of new goals that a killed program had saved already, by their ids."""
        for typed in self.all():
            if typed.is_new and typed.goal.id in saved:
                self.drop(typed.goal.id)


def dumps(typed: TypedGoal) -> bytes:
    """Return the file of a goal that is being typed."""
    return formats.pack(typed)


def _load(path: Path) -> TypedGoal:
    return formats.unpack(formats.read_bytes(path), TypedGoal, path)
