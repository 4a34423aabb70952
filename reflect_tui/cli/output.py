"""Hands over what a command made: to stdout, or to the file of --output."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from reflect_tui import paths
from reflect_tui.cli.request import Request, print_bytes, print_message
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.usecases import export
from reflect_tui.usecases.export import OutputFile

_STDOUT = "-"


def hand_over(request: Request, made: Sequence[OutputFile], written: str, *, name: str = "") -> None:
    """Print what was made, or write it to the file of --output and say so on stderr with `written`, about {path}.

    In a folder the file gets `name`. One that exists stays, unless --force says otherwise.
    """
    output = request.options.output
    if output in (None, _STDOUT):
        if made[0].ending in (".pdf", ".xlsx") and sys.stdout.isatty():
            raise ReflectError(_("A PDF or workbook is not for a terminal; add: --output FILE"))
        print_bytes(made[0].data)
        return
    path = paths.typed(output)
    with existing_refused():
        files = export.write_files(
            request.journal, path / name if name and path.is_dir() else path, made, replace=request.options.force
        )
    print_message(written.format(path=", ".join(map(str, files))))


@contextmanager
def existing_refused() -> Iterator[None]:
    """Say of a file that exists already what can be done."""
    try:
        yield
    except export.ExistsError as error:
        raise ReflectError(_("{problem} Choose another name, or add --force.").format(problem=error)) from None
