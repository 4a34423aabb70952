"""Hands over what a command made: to stdout, or to the file of --output."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from reflect_tui import paths
from reflect_tui.cli.request import Request, print_bytes, print_message
from reflect_tui.errors import ReflectError
from reflect_tui.git.problems import outer_repository
from reflect_tui.i18n import _
from reflect_tui.usecases.written_files import ExistsError, OutputFile, write_files

_STDOUT = "-"


def hand_over(request: Request, made: Sequence[OutputFile], written: str, *, name: str = "") -> None:
    """Print what was made, or write it to the file of --output and say so on stderr with `written`, about {path}.

    In a folder the file gets `name`. One that exists stays, unless --force says otherwise.
    """
    output = request.options.output
    if output in (None, _STDOUT):
        if made[0].ending in (".ods", ".pdf", ".xlsx") and sys.stdout.isatty():
            raise ReflectError(_("A PDF or workbook is not for a terminal; add: --output FILE"))
        print_bytes(made[0].data)
        return
    path = paths.typed(output)
    with existing_refused(path):
        files = write_files(
            request.journal, path / name if name and path.is_dir() else path, made, replace=request.options.force
        )
    print_message(written.format(path=", ".join(map(str, files))))


def warn_of_repository(path: Path) -> None:
    """Say on stderr that a file or folder stands where another git repository may take it along."""
    outer = outer_repository(path.resolve())
    if outer:
        text = _("{path} is in the git repository {outer}: take care that it is not committed and sent along there.")
        print_message(text.format(path=path, outer=outer))


@contextmanager
def existing_refused(path: Path) -> Iterator[None]:
    """Say of a file that exists already what can be done; and of one that is written, if it is in a repository."""
    try:
        yield
        warn_of_repository(path)
    except ExistsError as error:
        raise ReflectError(_("{problem} Choose another name, or add --force.").format(problem=error)) from None
