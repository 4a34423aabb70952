"""`completion`: the script that lets a shell complete our commands, options and ids."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from reflect_tui import library
from reflect_tui.cli import arguments, parsing
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_DONE

_FILES = {"files", "reference", "references"}
_FOLDERS = {"journal", "output"}


def script(request: Request) -> int:
    """Print the completion script for a shell."""
    import shtab  # noqa: PLC0415 -- needed once in a lifetime

    parser = arguments.build(instruments=library.bundled_ids())
    for action in _actions(parser):
        if action.dest in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined] # how shtab is told
        elif action.dest in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined] # as above
    print(shtab.complete(parser, shell=request.options.shell))
    return EXIT_DONE


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:  # noqa: SLF001 -- argparse lists them nowhere else
        yield action
        if isinstance(action, parsing.Commands):
            for below in action.choices.values():
                yield from _actions(below)
