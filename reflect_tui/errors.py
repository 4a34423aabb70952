"""The errors a person may see: one human sentence and an exit code."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

EXIT_DONE = 0
EXIT_NO = 1
EXIT_BAD_INPUT = 2
EXIT_ATTENTION = 3


class ReflectError(Exception):
    """Something went wrong that the user can act upon; `str()` of it is one sentence in their language."""

    exit_code = EXIT_BAD_INPUT


class NotFoundError(ReflectError):
    """What was asked for is not there."""

    exit_code = EXIT_NO


class JournalError(ReflectError):
    """The journal needs attention before this can be done; what was saved stays saved."""

    exit_code = EXIT_ATTENTION


class Fault(Struct, frozen=True):
    """One thing wrong in a file: `place` is a key path or a line, `problem` a sentence."""

    place: str
    problem: str

    def __str__(self) -> str:
        """`place: problem`, or only the problem when it concerns the whole file."""
        return f"{self.place}: {self.problem}" if self.place else self.problem


class BadFileError(ReflectError):
    """A file that can't be used, with every fault found in it; `advice` is a sentence that says what to do."""

    def __init__(self, path: Path | str, faults: tuple[Fault, ...], advice: str = "") -> None:
        self.path = str(path)
        self.faults = faults
        *others, last = map(str, faults or ("",))
        told = "; ".join([*(fault.removesuffix(".") for fault in others), last])
        super().__init__(f"{self.path}: {told.removesuffix('.')}. {advice}" if advice else f"{self.path}: {told}")
